//! Expressions: compiled once, evaluated at every instant, in a sandbox (no input or output, no `eval`, bounded work).
//!
//! Enters: the text of a slot and the values of the names in it. Leaves: a [`Value`]. Arithmetic goes through `libm`, so that
//! it is the same everywhere, and `1/2` is a half.

use std::sync::{Arc, OnceLock};

use rhai::{AST, Array, Dynamic, Engine, EvalAltResult, ImmutableString, Map, Scope};

use crate::diag::{Diagnostic, Span};
use crate::geom::Point;
use crate::info::{self, Code, Distribution};
use crate::limits;
use crate::script::{SlotDef, SlotKind};
use crate::visuals::{Function, Value};

/// A distribution as expressions see it.
#[derive(Clone)]
struct Source(Arc<Distribution>);

/// A code as expressions see it.
#[derive(Clone)]
struct Words(Arc<Code>);

/// A compiled expression.
#[derive(Debug)]
pub(super) struct Expression {
    ast: AST,
    text: String,
    kind: SlotKind,
    /// Free names in it: variables, sources, codes, actors.
    pub(super) names: Vec<(String, Span)>,
    pub(super) span: Span,
}

impl Expression {
    /// Compiles a slot's text.
    ///
    /// # Errors
    /// `bad-expression`, with the place inside the text, if it is not one.
    pub(super) fn compile(slot: &SlotDef) -> Result<Self, Diagnostic> {
        let ast = engine().compile_expression(&slot.text).map_err(|e| {
            let place = place_in(&slot.span, &slot.text, e.1);
            Diagnostic::error(
                "bad-expression",
                &place,
                format!("this is not an expression: {}", lower_first(&e.0.to_string())),
            )
        })?;
        let parameter = match &slot.kind {
            SlotKind::Function { param } => Some(param.as_str()),
            _ => None,
        };
        let names = free_names(&slot.text)
            .into_iter()
            .filter(|(name, _)| Some(name.as_str()) != parameter)
            .map(|(name, at)| (name.clone(), slot.span.within(at, at + name.len())))
            .collect();
        Ok(Self { ast, text: slot.text.clone(), kind: slot.kind.clone(), names, span: slot.span.clone() })
    }

    /// The value for given values of its names.
    ///
    /// # Errors
    /// `bad-expression` if it cannot be evaluated or has the wrong kind of value.
    pub(super) fn evaluate(self: &Arc<Self>, value_of: &dyn Fn(&str) -> Option<Dynamic>) -> Result<Value, Diagnostic> {
        let mut scope = Scope::new();
        for (name, _) in &self.names {
            if let Some(value) = value_of(name) {
                scope.push_dynamic(name.clone(), value);
            }
        }
        if let SlotKind::Function { param } = &self.kind {
            return Ok(Value::Function(self.function(param.clone(), scope)));
        }
        let result = engine().eval_ast_with_scope::<Dynamic>(&mut scope, &self.ast).map_err(|e| self.complaint(&e))?;
        self.typed(result)
    }

    fn function(self: &Arc<Self>, param: String, scope: Scope<'static>) -> Function {
        let held: Vec<String> = scope.iter().map(|(name, _, value)| format!("{name}={}", describe(&value))).collect();
        let key = format!("{param}=>{} where {}", self.text, held.join(","));
        let expression = Arc::clone(self);
        Function::new(key, move |x| {
            let mut scope = scope.clone();
            scope.push(param.clone(), x);
            let result = engine().eval_ast_with_scope::<Dynamic>(&mut scope, &expression.ast);
            result.ok().and_then(|value| as_number(&value)).unwrap_or(f64::NAN)
        })
    }

    fn typed(&self, result: Dynamic) -> Result<Value, Diagnostic> {
        let wrong = |expected: &str, found: &Dynamic| {
            Diagnostic::error(
                "wrong-kind-of-value",
                &self.span,
                format!("`{}` is {}, but {expected} is needed", self.text, kind_of(found)),
            )
        };
        let value = from_dynamic(&result);
        match (&self.kind, value) {
            (SlotKind::Number, value @ Value::Number(_)) => Ok(value),
            (SlotKind::Number, _) => Err(wrong("a number", &result)),
            (SlotKind::Point, value @ Value::Point(_)) => Ok(value),
            (SlotKind::Point, _) => Err(wrong("a point `[x, y]`", &result)),
            (SlotKind::Distribution, value @ Value::Distribution(_)) => Ok(value),
            (SlotKind::Distribution, _) => Err(wrong("a source", &result).hint("name one of the script's `sources`")),
            (SlotKind::Code, value @ Value::Code(_)) => Ok(value),
            (SlotKind::Code, _) => Err(wrong("a code", &result).hint("name one of the script's `codes`")),
            (SlotKind::Flag, value @ Value::Flag(_)) => Ok(value),
            (SlotKind::Flag, _) => Err(wrong("`true` or `false`", &result)),
            (_, value) => Ok(value),
        }
    }

    fn complaint(&self, error: &EvalAltResult) -> Diagnostic {
        let place = place_in(&self.span, &self.text, error.position());
        let known = || FUNCTIONS.iter().map(|row| row.0);
        match error.unwrap_inner() {
            EvalAltResult::ErrorFunctionNotFound(signature, _) => {
                let name = signature.split([' ', '(']).next().unwrap_or_default().to_owned();
                let message = if known().any(|function| function == name) {
                    format!("`{name}` does not take such values: `{signature}`")
                } else {
                    format!("there is no function `{name}`")
                };
                Diagnostic::error("unknown-function", &place, message).suggest(&name, known())
            }
            EvalAltResult::ErrorVariableNotFound(name, _) => {
                Diagnostic::error("unknown-name", &place, format!("there is no `{name}` here"))
            }
            other => Diagnostic::error(
                "bad-expression",
                &place,
                format!("this cannot be worked out: {}", lower_first(&other.to_string())),
            ),
        }
    }
}

/// The functions of expressions, for help and suggestions: name, arguments, meaning.
pub const FUNCTIONS: &[(&str, &str, &str)] = &[
    ("H", "source | p", "entropy in bits of a source, or of a coin that falls heads with probability p"),
    ("information", "p", "-log2 p, in bits"),
    ("cross_entropy", "p, q", "mean bits when symbols follow source p and the code fits source q"),
    ("kl", "p, q", "cross_entropy(p, q) - H(p), in bits"),
    ("prob", "source, symbol", "probability of a symbol, by name or position"),
    ("count", "source | code", "number of symbols"),
    ("mean_length", "code[, source]", "mean code word length in bits, under the code's own source or another"),
    ("kraft", "code", "sum of 2^-length over the code words"),
    ("length", "code, symbol", "length of a symbol's code word in bits"),
    ("word", "code, symbol", "a symbol's code word as text"),
    ("log2", "x", "logarithm to base 2"),
    ("ln", "x", "natural logarithm"),
    ("log10", "x", "logarithm to base 10"),
    ("exp", "x", "e to the power x"),
    ("pow", "x, y", "x to the power y"),
    ("sqrt", "x", "square root"),
    ("sin", "x", "sine of radians"),
    ("cos", "x", "cosine of radians"),
    ("tan", "x", "tangent of radians"),
    ("abs", "x", "distance from 0"),
    ("floor", "x", "largest whole number not above x"),
    ("ceil", "x", "smallest whole number not below x"),
    ("round", "x", "nearest whole number"),
    ("min", "x, y", "the smaller"),
    ("max", "x, y", "the larger"),
    ("clamp", "x, low, high", "x, kept between low and high"),
    ("lerp", "a, b, t", "a at t = 0, b at t = 1, on a line between"),
];

/// A value for use in expressions.
pub(super) fn to_dynamic(value: &Value) -> Option<Dynamic> {
    match value {
        Value::Number(number) => Some(Dynamic::from_float(*number)),
        Value::Text(text) => Some(text.clone().into()),
        Value::Flag(flag) => Some((*flag).into()),
        Value::Point(point) => Some(vec![Dynamic::from_float(point.x), Dynamic::from_float(point.y)].into()),
        Value::Distribution(distribution) => Some(Dynamic::from(Source(Arc::clone(distribution)))),
        Value::Code(code) => Some(Dynamic::from(Words(Arc::clone(code)))),
        Value::Function(_) | Value::Nothing => None,
    }
}

/// An actor's live values for use in expressions, as `actor.name`.
pub(super) fn record(values: &[(&'static str, f64)]) -> Dynamic {
    let map: Map = values.iter().map(|(name, value)| ((*name).into(), Dynamic::from_float(*value))).collect();
    Dynamic::from_map(map)
}

fn from_dynamic(value: &Dynamic) -> Value {
    if let Some(number) = as_number(value) {
        return Value::Number(number);
    }
    if let Ok(flag) = value.as_bool() {
        return Value::Flag(flag);
    }
    if let Some(source) = value.clone().try_cast::<Source>() {
        return Value::Distribution(source.0);
    }
    if let Some(words) = value.clone().try_cast::<Words>() {
        return Value::Code(words.0);
    }
    if let Some(pair) = value.clone().try_cast::<Array>() {
        return match pair.as_slice() {
            [x, y] => as_number(x).zip(as_number(y)).map_or(Value::Nothing, |(x, y)| Value::Point(Point::new(x, y))),
            _ => Value::Nothing,
        };
    }
    value.clone().into_immutable_string().map_or(Value::Nothing, |text| Value::Text(text.to_string()))
}

fn as_number(value: &Dynamic) -> Option<f64> {
    value.as_float().ok().or_else(|| value.as_int().ok().map(|n| n as f64))
}

fn kind_of(value: &Dynamic) -> &'static str {
    match from_dynamic(value) {
        Value::Number(_) => "a number",
        Value::Text(_) => "text",
        Value::Flag(_) => "yes or no",
        Value::Point(_) => "a point",
        Value::Distribution(_) => "a source",
        Value::Code(_) => "a code",
        Value::Function(_) => "a function",
        Value::Nothing => "no value",
    }
}

fn describe(value: &Dynamic) -> String {
    match from_dynamic(value) {
        Value::Distribution(distribution) => format!("{:?}", distribution.probabilities()),
        Value::Code(code) => format!("{code:?}"),
        other => format!("{other:?}"),
    }
}

fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(build_engine)
}

fn build_engine() -> Engine {
    let mut engine = Engine::new();
    engine
        .set_max_operations(limits::EXPRESSION_OPERATIONS)
        .set_max_expr_depths(limits::YAML_DEPTH, limits::YAML_DEPTH)
        .set_max_string_size(limits::TEXT_CHARS)
        .set_max_array_size(1_000)
        .set_max_map_size(1_000)
        .set_fast_operators(false)
        .disable_symbol("eval")
        .on_print(|_| {})
        .on_debug(|_, _, _| {});
    engine.register_type_with_name::<Source>("source").register_type_with_name::<Words>("code");
    register_arithmetic(&mut engine);
    register_information(&mut engine);
    engine
}

type OfOne = fn(f64) -> f64;
type OfTwo = fn(f64, f64) -> f64;

/// Operators and functions of numbers. Division and powers of whole numbers give what mathematics says.
fn register_arithmetic(engine: &mut Engine) {
    engine
        .register_fn("/", |a: i64, b: i64| a as f64 / b as f64)
        .register_fn("**", |a: i64, b: i64| libm::pow(a as f64, b as f64))
        .register_fn("**", |a: f64, b: i64| libm::pow(a, b as f64))
        .register_fn("**", |a: i64, b: f64| libm::pow(a as f64, b))
        .register_fn("**", libm::pow)
        .register_fn("%", |a: f64, b: f64| a.rem_euclid(b));
    let one: &[(&str, OfOne)] = &[
        ("log2", libm::log2),
        ("ln", libm::log),
        ("log10", libm::log10),
        ("exp", libm::exp),
        ("sqrt", libm::sqrt),
        ("sin", libm::sin),
        ("cos", libm::cos),
        ("tan", libm::tan),
        ("abs", libm::fabs),
        ("floor", libm::floor),
        ("ceil", libm::ceil),
        ("round", libm::round),
        ("information", info::information_bits),
        ("H", info::binary_entropy_bits),
    ];
    for &(name, f) in one {
        engine.register_fn(name, f).register_fn(name, move |x: i64| f(x as f64));
    }
    let two: &[(&str, OfTwo)] = &[("min", f64::min), ("max", f64::max), ("pow", libm::pow)];
    for &(name, f) in two {
        engine
            .register_fn(name, f)
            .register_fn(name, move |a: i64, b: f64| f(a as f64, b))
            .register_fn(name, move |a: f64, b: i64| f(a, b as f64))
            .register_fn(name, move |a: i64, b: i64| f(a as f64, b as f64));
    }
    let number = |value: &Dynamic| as_number(value).unwrap_or(f64::NAN);
    engine.register_fn("clamp", move |x: Dynamic, low: Dynamic, high: Dynamic| {
        number(&x).max(number(&low)).min(number(&high))
    });
    engine.register_fn("lerp", move |a: Dynamic, b: Dynamic, t: Dynamic| {
        crate::geom::lerp(number(&a), number(&b), number(&t))
    });
}

type Answer<T> = Result<T, Box<EvalAltResult>>;

/// Functions of sources and codes.
fn register_information(engine: &mut Engine) {
    engine
        .register_fn("H", |p: Source| info::entropy_bits(p.0.probabilities()))
        .register_fn("cross_entropy", |p: Source, q: Source| paired(&p, &q, info::cross_entropy_bits))
        .register_fn("kl", |p: Source, q: Source| paired(&p, &q, info::kl_divergence_bits))
        .register_fn("count", |p: Source| p.0.len() as f64)
        .register_fn("count", |code: Words| code.0.words().len() as f64)
        .register_fn("mean_length", |code: Words| code.0.mean_length_own())
        .register_fn("mean_length", |code: Words, p: Source| code.0.mean_length(&p.0))
        .register_fn("kraft", |code: Words| code.0.kraft_sum())
        .register_fn("prob", |p: Source, symbol: Dynamic| symbol_of(&p.0, &symbol).map(|i| p.0.p(i)))
        .register_fn("length", |code: Words, symbol: Dynamic| word_of(&code, &symbol).map(|word| word.len() as f64))
        .register_fn("word", |code: Words, symbol: Dynamic| word_of(&code, &symbol))
        .register_indexer_get(|p: &mut Source, symbol: ImmutableString| {
            symbol_of(&p.0, &symbol.into()).map(|i| p.0.p(i))
        })
        .register_indexer_get(|p: &mut Source, symbol: i64| symbol_of(&p.0, &symbol.into()).map(|i| p.0.p(i)));
}

fn paired(p: &Source, q: &Source, f: fn(&[f64], &[f64]) -> f64) -> Answer<f64> {
    if p.0.len() == q.0.len() {
        Ok(f(p.0.probabilities(), q.0.probabilities()))
    } else {
        Err(format!("the sources have {} and {} symbols", p.0.len(), q.0.len()).into())
    }
}

fn symbol_of(source: &Distribution, symbol: &Dynamic) -> Answer<usize> {
    let index = match as_number(symbol) {
        Some(n) => (n >= 0.0 && n < source.len() as f64).then_some(n as usize),
        None => symbol.clone().into_immutable_string().ok().and_then(|name| source.index_of(&name)),
    };
    index.ok_or_else(|| format!("the source has no symbol `{symbol}`").into())
}

fn word_of(code: &Words, symbol: &Dynamic) -> Answer<String> {
    let index = match as_number(symbol) {
        Some(n) => (n >= 0.0).then_some(n as usize),
        None => symbol.clone().into_immutable_string().ok().and_then(|name| code.0.index_of(&name)),
    };
    let word = index.and_then(|i| code.0.words().get(i));
    word.map(ToString::to_string).ok_or_else(|| format!("the code has no symbol `{symbol}`").into())
}

/// Names used as variables, each once, with its first place: identifiers that are no property, function or keyword.
fn free_names(text: &str) -> Vec<(String, usize)> {
    let mut names: Vec<(String, usize)> = Vec::new();
    let mut characters = text.char_indices().peekable();
    let mut previous = ' ';
    while let Some((start, c)) = characters.next() {
        if c == '"' || c == '`' || c == '\'' {
            while characters.next().is_some_and(|(_, inner)| inner != c) {}
        } else if c.is_alphabetic() || c == '_' {
            let mut end = start + c.len_utf8();
            while let Some((at, next)) = characters.next_if(|(_, next)| next.is_alphanumeric() || *next == '_') {
                end = at + next.len_utf8();
            }
            let name = text.get(start..end).unwrap_or_default();
            let called = text.get(end..).is_some_and(|rest| rest.trim_start().starts_with('('));
            let keyword = matches!(name, "if" | "else" | "true" | "false" | "in");
            if previous != '.'
                && !previous.is_ascii_digit()
                && !called
                && !keyword
                && !names.iter().any(|(known, _)| known == name)
            {
                names.push((name.to_owned(), start));
            }
        }
        if !c.is_whitespace() {
            previous = c;
        }
    }
    names
}

fn place_in(span: &Span, text: &str, position: rhai::Position) -> Span {
    let Some(column) = position.position() else { return span.clone() };
    let start = text.char_indices().nth(column.saturating_sub(1)).map_or(text.len(), |(at, _)| at);
    let word = text.get(start..).unwrap_or_default();
    let width = word.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(word.len()).max(1);
    span.within(start, (start + width).min(text.len().max(start + 1)))
}

fn lower_first(text: &str) -> String {
    let mut characters = text.trim_end_matches('.').chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Result<f64, Diagnostic> {
        let slot = SlotDef { kind: SlotKind::Number, text: text.into(), span: Span::detached() };
        let moves = Distribution::from_relative(&[
            ("up".into(), 4.0),
            ("down".into(), 2.0),
            ("left".into(), 1.0),
            ("right".into(), 1.0),
        ])
        .unwrap();
        let moves = Value::Distribution(Arc::new(moves));
        let expression = Arc::new(Expression::compile(&slot)?);
        let names = |name: &str| match name {
            "moves" => to_dynamic(&moves),
            "p" => Some(Dynamic::from_float(0.25)),
            "coins" => Some(record(&[("heads", 43.0)])),
            _ => None,
        };
        expression.evaluate(&names).map(|v| v.number())
    }

    #[test]
    fn numbers_work_as_in_mathematics() {
        for (text, expected) in [
            ("1/2", 0.5),
            ("2**-1", 0.5),
            ("1 - p", 0.75),
            ("2*p + 1", 1.5),
            ("H(moves)", 1.75),
            ("H(1/2)", 1.0),
            ("moves.up", 0.5),
            ("prob(moves, 1)", 0.25),
            ("coins.heads / 100", 0.43),
            ("max(1, 2.5)", 2.5),
            ("-log2(p)", 2.0),
            ("if p < 0.5 { 1 } else { 2 }", 1.0),
        ] {
            assert_eq!(value(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn mistakes_are_told_apart() {
        for (text, code) in [
            ("1 +", "bad-expression"),
            ("Hh(p)", "unknown-function"),
            ("q + 1", "unknown-name"),
            ("moves", "wrong-kind-of-value"),
            ("prob(moves, 9)", "bad-expression"),
            ("eval(1)", "bad-expression"),
        ] {
            assert_eq!(value(text).unwrap_err().code, code, "{text}");
        }
        assert!(value("{ let x = 0; while true { x += 1 } }").is_err());
    }

    #[test]
    fn free_names_are_variables_only() {
        let names: Vec<String> =
            free_names("H(moves) + coins.heads * p2 - 1e5 + \"up\"").into_iter().map(|n| n.0).collect();
        assert_eq!(names, ["moves", "coins", "p2"]);
    }
}
