//! Expressions: compiled once, evaluated at every instant, in a sandbox (no input or output, no `eval`, bounded work).
//!
//! Enters: the text of an expression and the values of the names in it. Leaves: a [`Value`].

mod arithmetic;
mod data;
mod dynamic;
mod engine;
mod functions;
mod own;
mod remembered;
mod texts;
mod value;
mod written;

use std::sync::{Arc, OnceLock};

use rhai::{AST, Dynamic, EvalAltResult, Scope};

pub use data::Table;
pub use dynamic::{record, to_dynamic};
pub use functions::{FUNCTIONS, FunctionRow};
pub use own::{OwnFunction, OwnFunctions};
pub(crate) use texts::message_of;
pub use value::{Function, Value};

use crate::diag::{Diagnostic, Span};
use arithmetic::Arithmetic;
use dynamic::{as_number, describe, from_dynamic, kind_of, properties};
use engine::{engine, evaluate};
use written::{PLACES, Written, end_of_word, name_of};

/// What an expression must give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A finite number.
    Number,
    /// Two numbers.
    Point,
    /// One of two numbers: 0 is across, 1 upwards.
    Coordinate(usize),
    /// Text.
    Text,
    /// Yes or no.
    Flag,
    /// A source, or a list of probabilities.
    Distribution,
    /// A code.
    Code,
    /// A list of numbers or words.
    List,
    /// A number that depends on one more variable.
    Function {
        /// Name of that variable.
        param: String,
    },
    /// A number that depends on two more variables.
    Function2 {
        /// Names of those variables.
        params: [String; 2],
    },
    /// A place of the stage; it is no expression, and read where the actors are known.
    Place,
    /// Anything that can be shown: a number or text in a template.
    Any,
}

/// A compiled expression.
#[derive(Debug)]
pub struct Expression {
    ast: AST,
    text: String,
    kind: Kind,
    /// It as the sandbox has it.
    written: Written,
    /// The functions of the script that it calls, itself or through others.
    own: Vec<Arc<OwnFunction>>,
    /// Free names in it: variables, sources, codes, actors.
    pub names: Vec<(String, Span)>,
    span: Span,
    /// What it is worth, once that is known, if it depends on nothing.
    constant: OnceLock<Value>,
}

impl Expression {
    /// Compiles a slot's text.
    ///
    /// # Errors
    /// `bad-expression`, with the place inside the text, if it is not one.
    pub fn compile(kind: &Kind, text: &str, span: &Span) -> Result<Self, Diagnostic> {
        Self::compile_with(&OwnFunctions::default(), kind, text, span)
    }

    /// Compiles a slot's text, which may call the script's own functions. Where a function is needed, the name of one will do.
    ///
    /// # Errors
    /// `bad-expression`, with the place inside the text, if it is not one.
    pub fn compile_with(own: &OwnFunctions, kind: &Kind, text: &str, span: &Span) -> Result<Self, Diagnostic> {
        let named = own.has(text) || FUNCTIONS.iter().any(|row| row.name == text);
        let called = match kind {
            Kind::Function { param } if named => format!("{text}({param})"),
            Kind::Function2 { params: [x, y] } if named => format!("{text}({x}, {y})"),
            _ => text.to_owned(),
        };
        let (written, functions, own_called) = own.prepare(&called);
        if let Some((at, name, needed, given)) = written.miscounted.first() {
            let message = format!("`{name}` takes {}, not {given}", counted(*needed));
            return Err(Diagnostic::error("unknown-function", &span.within(*at, at + name.len()), message));
        }
        let ast = engine().compile_expression(&written.text).map_err(|e| {
            let place = place_in(span, text, &written, e.1);
            let message = format!("this is not an expression: {}", lower_first(&e.0.to_string()));
            let found = Diagnostic::error("bad-expression", &place, message);
            match way_out(text) {
                Some(hint) => found.hint(hint),
                None => found,
            }
        })?;
        let parameters: Vec<&str> = match kind {
            Kind::Function { param } => vec![param],
            Kind::Function2 { params } => params.iter().map(String::as_str).collect(),
            _ => Vec::new(),
        };
        let ast = functions.map_or(ast.clone(), |functions| functions.merge(&ast));
        let names = written.names.iter().filter(|(name, _)| !parameters.contains(&name.as_str()));
        let names = names
            .map(|(name, at)| (name.clone(), span.within(*at, at + end_of_word(called.get(*at..).unwrap_or_default()))))
            .collect();
        Ok(Self {
            ast,
            text: text.to_owned(),
            kind: kind.clone(),
            own: own_called,
            written,
            names,
            span: span.clone(),
            constant: OnceLock::new(),
        })
    }

    /// Is it a function of a variable?
    pub fn is_function(&self) -> bool {
        matches!(self.kind, Kind::Function { .. } | Kind::Function2 { .. })
    }

    /// May it ask where actors are? If not, it only needs their other values.
    pub fn asks_places(&self) -> bool {
        self.written.asks_places
    }

    /// Where it is written.
    pub fn span(&self) -> &Span {
        &self.span
    }

    /// The value for given values of its names.
    ///
    /// # Errors
    /// `bad-expression` if it cannot be evaluated or has the wrong kind of value.
    pub fn evaluate(self: &Arc<Self>, value_of: &dyn Fn(&str) -> Option<Dynamic>) -> Result<Value, Diagnostic> {
        if let Some(known) = self.constant.get() {
            return Ok(known.clone());
        }
        let mut scope = Scope::new();
        for (name, _) in &self.names {
            if let Some(value) = value_of(name) {
                scope.push_dynamic(name_of(name).into_owned(), value);
            }
        }
        if let Kind::Function { param } = &self.kind {
            return Ok(Value::Function(self.function(param.clone(), scope)));
        }
        if let Kind::Function2 { params } = &self.kind {
            return Ok(Value::Function(self.function2(params.clone(), scope)));
        }
        match evaluate(&mut scope, &self.ast) {
            Ok(result) if self.names.is_empty() => {
                let value = self.typed(result)?;
                Ok(self.constant.get_or_init(|| value).clone())
            }
            Ok(result) => self.typed(result),
            Err(error) => Err(self.no_property(&error, &scope).unwrap_or_else(|| self.complaint(&error))),
        }
    }

    /// The expression as arithmetic of these parameters, if it is that.
    fn arithmetic(&self, params: &[&str], scope: &Scope<'_>) -> Option<Arithmetic> {
        let named = FUNCTIONS.iter().any(|row| row.name == self.text)
            || self.own.iter().any(|function| function.name == self.text);
        let called = if named { format!("{}({})", self.text, params.join(", ")) } else { self.text.clone() };
        let value = |name: &str| scope.get_value::<Dynamic>(name).as_ref().and_then(as_number);
        Arithmetic::read(&called, params, &self.own, &value)
    }

    fn function(self: &Arc<Self>, param: String, scope: Scope<'static>) -> Function {
        let held: Vec<String> = scope.iter().map(|(name, _, value)| format!("{name}={}", describe(&value))).collect();
        let key = format!("{param}=>{} where {}", self.text, held.join(","));
        if let Some(quick) = self.arithmetic(&[&param], &scope) {
            return Function::new(key, move |x| quick.at([x, f64::NAN]));
        }
        let expression = Arc::clone(self);
        Function::new(key, move |x| {
            let mut scope = scope.clone();
            scope.push(name_of(&param).into_owned(), x);
            let result = evaluate(&mut scope, &expression.ast);
            result.ok().and_then(|value| as_number(&value)).unwrap_or(f64::NAN)
        })
    }

    fn function2(self: &Arc<Self>, params: [String; 2], scope: Scope<'static>) -> Function {
        let held: Vec<String> = scope.iter().map(|(name, _, value)| format!("{name}={}", describe(&value))).collect();
        let key = format!("{}=>{} where {}", params.join(","), self.text, held.join(","));
        if let Some(quick) = self.arithmetic(&params.each_ref().map(String::as_str), &scope) {
            return Function::new2(key, move |x, y| quick.at([x, y]));
        }
        let expression = Arc::clone(self);
        Function::new2(key, move |x, y| {
            let [first, second] = &params;
            let mut scope = scope.clone();
            scope.push(name_of(first).into_owned(), x);
            scope.push(name_of(second).into_owned(), y);
            let result = evaluate(&mut scope, &expression.ast);
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
            (Kind::Number, value @ Value::Number(_)) => Ok(value),
            (Kind::Number, Value::Flag(flag)) => Ok(Value::Number(f64::from(u8::from(flag)))),
            (Kind::Number, _) => Err(wrong("a number", &result)),
            (Kind::Coordinate(0), Value::Point(point)) => Ok(Value::Number(point.x)),
            (Kind::Coordinate(_), Value::Point(point)) => Ok(Value::Number(point.y)),
            (Kind::Coordinate(_), _) => Err(wrong("a point `[x, y]`", &result)),
            (Kind::Point, value @ Value::Point(_)) => Ok(value),
            (Kind::Point, _) => Err(wrong("a point `[x, y]`", &result)),
            (Kind::Distribution, value @ Value::Distribution(_)) => Ok(value),
            (Kind::Distribution, _) if data::list_of(&result).is_some() => match data::source_of(&result) {
                Ok(source) => Ok(Value::Distribution(Arc::new(source))),
                Err(reason) => {
                    let message = format!("`{}` makes no source: {reason}", self.text);
                    Err(Diagnostic::error("bad-distribution", &self.span, message))
                }
            },
            (Kind::Distribution, _) => Err(wrong("a source", &result).hint("name one of the script's `sources`")),
            (Kind::Code, value @ Value::Code(_)) => Ok(value),
            (Kind::Code, _) => Err(wrong("a code", &result).hint("name one of the script's `codes`")),
            (Kind::List, _) => data::list_of(&result).ok_or_else(|| {
                wrong("a list", &result).hint("a column of `data`, as in `table.year`, or a list such as `[1, 2, 4]`")
            }),
            (Kind::Flag, value @ Value::Flag(_)) => Ok(value),
            (Kind::Flag, _) => Err(wrong("`true` or `false`", &result)),
            (_, value) => Ok(value),
        }
    }

    /// An actor has no value of this name: told with those that it has.
    fn no_property(&self, error: &EvalAltResult, scope: &Scope<'_>) -> Option<Diagnostic> {
        let EvalAltResult::ErrorPropertyNotFound(name, _) = error.unwrap_inner() else { return None };
        let place = place_in(&self.span, &self.text, &self.written, error.position());
        let mut known: Vec<String> = scope.iter().flat_map(|(_, _, value)| properties(&value)).collect();
        known.extend(PLACES.map(str::to_owned));
        known.sort_unstable();
        known.dedup();
        known.retain(|name| name != "plane");
        let found = Diagnostic::error("unknown-name", &place, format!("there is no `{name}` to read here"));
        let listed = known.iter().take(20).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        Some(found.suggest(name, known.iter().map(String::as_str)).hint(format!("there are {listed}")))
    }

    fn complaint(&self, error: &EvalAltResult) -> Diagnostic {
        let place = place_in(&self.span, &self.text, &self.written, error.position());
        let known = || FUNCTIONS.iter().map(|row| row.name);
        match error.unwrap_inner() {
            EvalAltResult::ErrorFunctionNotFound(signature, _) => {
                let name = signature.split([' ', '(']).next().unwrap_or_default().to_owned();
                let message = if known().any(|function| function == name) {
                    format!("`{name}` does not take such values: `{signature}`")
                } else if name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
                    format!("there is no function `{name}`")
                } else {
                    format!("`{name}` does not join such values: `{signature}`")
                };
                let found = Diagnostic::error("unknown-function", &place, message);
                let found = if known().any(|known| known == name) { found } else { found.suggest(&name, known()) };
                if signature.contains("bool") { found.hint(CHOOSING) } else { found }
            }
            EvalAltResult::ErrorVariableNotFound(name, _) => {
                Diagnostic::error("unknown-name", &place, format!("there is no `{name}` here"))
            }
            EvalAltResult::ErrorMismatchDataType(wanted, _, _) if wanted == "i64" => {
                let message = "an item is chosen by a whole number";
                let hint = "values that steps animate are not whole all the time: `list[floor(x)]`";
                Diagnostic::error("bad-expression", &place, message).hint(hint)
            }
            EvalAltResult::ErrorMismatchDataType(wanted, found, _) if wanted == "string" && found == "i64" => {
                let message = "only members of groups are chosen by a number here";
                let hint = "parts of a visual are places, not values: `at: bits[2]`, `above: bits[2]`, `arrow: { from: bits[2] }`";
                Diagnostic::error("bad-expression", &place, message).hint(hint)
            }
            EvalAltResult::ErrorDotExpr(..) => {
                let message = "this has no such value to read";
                let hint =
                    "an actor that is called like a source, a code or a variable is hidden by it: give it another name";
                Diagnostic::error("bad-expression", &place, message).hint(hint)
            }
            EvalAltResult::ErrorTerminated(..) | EvalAltResult::ErrorTooManyOperations(_) => {
                let found = Diagnostic::error("bad-expression", &place, "this takes too long to work out");
                found.hint("a list of some thousand items is fine, a list for each item of such a list is not")
            }
            // What our own functions say.
            EvalAltResult::ErrorRuntime(reason, _) => {
                Diagnostic::error("bad-expression", &place, format!("this cannot be worked out: {reason}"))
            }
            other => {
                let told = other.to_string();
                let told = told.rsplit_once(" (line ").map_or(told.as_str(), |(told, _)| told);
                Diagnostic::error("bad-expression", &place, format!("this cannot be worked out: {}", lower_first(told)))
            }
        }
    }
}

/// The value of an expression whose names do not change with time.
///
/// # Errors
/// `bad-expression` if it is none or cannot be evaluated.
pub fn constant(text: &str, span: &Span, names: &dyn Fn(&str) -> Option<Value>) -> Result<Value, Diagnostic> {
    let expression = Arc::new(Expression::compile(&Kind::Any, text, span)?);
    expression.evaluate(&|name| names(name).as_ref().and_then(to_dynamic))
}

/// How a choice is written.
const CHOOSING: &str = "to choose by a condition, write `pick(x > 1, 3, 4)`: the first if it holds, else the second";

/// What to write in place of something that other languages have.
fn way_out(text: &str) -> Option<&'static str> {
    if text.contains('@') {
        return Some(
            "`actor@top` is a place and stands alone, as in `at: actor@top`; in expressions there are `actor.x`, `actor.top`",
        );
    }
    if text.matches('(').count() > text.matches(')').count() {
        return Some(
            "within braces `{ ... }` a comma ends the value: put an expression with commas into quotes, `'f(a, b)'`",
        );
    }
    (text.contains('?') || text.contains("if(") || text.contains("if (")).then_some(CHOOSING)
}

/// `one value`, `3 values`.
fn counted(values: usize) -> String {
    match values {
        0 => "no value".into(),
        1 => "one value".into(),
        _ => format!("{values} values"),
    }
}

fn place_in(span: &Span, text: &str, written: &Written, position: rhai::Position) -> Span {
    let Some(column) = position.position() else { return span.clone() };
    let at = written.text.char_indices().nth(column.saturating_sub(1)).map_or(written.text.len(), |(at, _)| at);
    let start = written.place_before(at).min(text.len());
    let word = text.get(start..).unwrap_or_default();
    let width = word.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(word.len());
    let width = width.max(word.chars().next().map_or(1, char::len_utf8));
    span.within(start, (start + width).min(text.len().max(start + 1)))
}

fn lower_first(text: &str) -> String {
    let mut characters = text.trim_end_matches('.').chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::info::Distribution;

    fn value(text: &str) -> Result<f64, Diagnostic> {
        let moves = Distribution::from_relative(&[
            ("up".into(), 4.0),
            ("down".into(), 2.0),
            ("left".into(), 1.0),
            ("right".into(), 1.0),
        ])
        .unwrap();
        let moves = Value::Distribution(Arc::new(moves));
        let expression = Arc::new(Expression::compile(&Kind::Number, text, &Span::detached())?);
        let names = |name: &str| match name {
            "moves" => to_dynamic(&moves),
            "p" => Some(Dynamic::from_float(0.25)),
            "coins" => Some(record(&[("heads", 43.0)], [])),
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
            ("(2 * [1, 3] - [0, 1] / 2).y", 5.5),
            ("cross_entropy(moves, [1/8, 1/8, 1/4, 1/2])", 2.625),
            ("H([1/2, 1/2])", 1.0),
            ("norm(-[3, 0] + [0, 4])", 5.0),
            ("sum(map(numbers(1, 3), x => x * p))", 1.5),
            ("sum(map(probabilities(moves), information))", 9.0),
            ("count(filter([1, 5, 7], x => x > 10 * p))", 2.0),
        ] {
            assert_eq!(value(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn functions_of_the_script_are_worth_the_same_with_and_without_the_sandbox() {
        let function = |(name, params, text): (&str, &[&str], &str)| OwnFunction {
            name: name.into(),
            name_span: Span::detached(),
            params: params.iter().map(ToString::to_string).collect(),
            text: text.into(),
            span: Span::detached(),
        };
        let given: [(&str, &[&str], &str); 5] = [
            ("f", &["x"], "-x * log2(x) + p"),
            ("g", &["b", "a"], "f(a) - 2 * f(b / 3)"),
            ("sees", &["b"], "b * x"),
            ("calls", &["x"], "sees(2) + x"),
            ("more", &["x"], "if x > 1 { 1 } else { f(x) }"),
        ];
        let (own, mistakes) = OwnFunctions::compile(&given.map(function));
        assert!(mistakes.is_empty());
        let kind = Kind::Function { param: "x".into() };
        let names = |name: &str| (name == "p").then(|| Dynamic::from_float(0.25));
        for (text, quick) in [("f", true), ("g(x, 1 - x) * 2", true), ("calls(x + 1)", true), ("more(x)", false)] {
            let expression = Arc::new(Expression::compile_with(&own, &kind, text, &Span::detached()).unwrap());
            let Value::Function(function) = expression.evaluate(&names).unwrap() else { panic!("{text}") };
            let mut scope = Scope::new();
            scope.push("p", 0.25);
            assert_eq!(expression.arithmetic(&["x"], &scope).is_some(), quick, "{text}");
            for x in [0.125, 0.5, 0.75] {
                let mut scope = scope.clone();
                scope.push("x", x);
                let slow = as_number(&evaluate(&mut scope, &expression.ast).unwrap()).unwrap();
                assert_eq!(function.at(x), slow, "{text} at {x}");
            }
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
}
