//! The sandbox that expressions run in, and the functions that they may call.
//!
//! Arithmetic goes through `libm`, so that it is the same everywhere, and `1/2` is a half.

use std::cell::Cell;
use std::sync::{Arc, OnceLock};

use rhai::{AST, Array, Dynamic, Engine, EvalAltResult, ImmutableString, Map, Scope};

use super::arithmetic::{OF_ONE, OF_TWO, OfOne};
use super::data::Data;
use super::dynamic::{Source, Vector, Words, as_number, as_vector};
use super::value::Value;
use crate::geom::Point;
use crate::info::{self, Distribution};
use crate::limits;

pub(super) fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(build_engine)
}

thread_local! {
    /// Operations since the evaluation began that is under way on this thread: calls for items of lists count anew in the engine.
    static OPERATIONS: Cell<u64> = const { Cell::new(0) };
}

/// Evaluates within one budget for the expression and all that it calls.
pub(super) fn evaluate(scope: &mut Scope<'_>, ast: &AST) -> Result<Dynamic, Box<EvalAltResult>> {
    OPERATIONS.set(0);
    engine().eval_ast_with_scope::<Dynamic>(scope, ast)
}

fn build_engine() -> Engine {
    let mut engine = Engine::new();
    engine
        .set_max_operations(limits::EXPRESSION_OPERATIONS)
        .set_max_expr_depths(limits::YAML_DEPTH, limits::YAML_DEPTH)
        .set_max_string_size(limits::TEXT_CHARS)
        .set_max_array_size(1_000)
        .set_max_map_size(1_000)
        .set_fail_on_invalid_map_property(true)
        .set_fast_operators(false)
        .disable_symbol("eval")
        .on_progress(|_| {
            let count = OPERATIONS.get() + 1;
            OPERATIONS.set(count);
            (count > limits::OPERATIONS_WITH_LISTS).then_some(Dynamic::UNIT)
        })
        .on_print(|_| {})
        .on_debug(|_, _, _| {});
    engine.register_type_with_name::<Source>("source").register_type_with_name::<Words>("code");
    register_arithmetic(&mut engine);
    register_information(&mut engine);
    register_points(&mut engine);
    super::data::register(&mut engine);
    super::dynamic::register_groups(&mut engine);
    super::texts::register(&mut engine);
    register_families(&mut engine);
    engine
}

/// Operators and functions of numbers. Division and powers of whole numbers give what mathematics says.
fn register_arithmetic(engine: &mut Engine) {
    engine
        .register_fn("/", |a: i64, b: i64| a as f64 / b as f64)
        .register_fn("**", |a: i64, b: i64| libm::pow(a as f64, b as f64))
        .register_fn("**", |a: f64, b: i64| libm::pow(a, b as f64))
        .register_fn("**", |a: i64, b: f64| libm::pow(a as f64, b))
        .register_fn("**", libm::pow)
        .register_fn("%", |a: f64, b: f64| a.rem_euclid(b));
    for &(name, f) in OF_ONE {
        engine.register_fn(name, f).register_fn(name, move |x: i64| f(x as f64));
    }
    // Whole numbers may be indices.
    let whole: &[(&str, OfOne)] = &[("floor", libm::floor), ("ceil", libm::ceil), ("round", libm::round)];
    for &(name, f) in whole {
        engine.register_fn(name, |x: i64| x).register_fn(name, move |x: f64| match f(x) {
            number if number.abs() < 9e15 => Dynamic::from_int(number as i64),
            number => Dynamic::from_float(number),
        });
    }
    engine.register_fn("pick", |holds: bool, a: Dynamic, b: Dynamic| if holds { a } else { b });
    for &(name, f) in OF_TWO {
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
    engine.register_fn("lerp", move |a: Dynamic, b: Dynamic, t: Dynamic| match (as_vector(&a), as_vector(&b)) {
        (Some(a), Some(b)) => Dynamic::from(Vector(a.lerp(b, number(&t)))),
        _ => Dynamic::from_float(crate::geom::lerp(number(&a), number(&b), number(&t))),
    });
}

type Answer<T> = Result<T, Box<EvalAltResult>>;

/// Points: `c.x`, `c + [1, 0]`, `2 * c`, and what leads from one to another.
fn register_points(engine: &mut Engine) {
    engine
        .register_type_with_name::<Vector>("point")
        .register_get("x", |v: &mut Vector| v.0.x)
        .register_get("y", |v: &mut Vector| v.0.y)
        .register_fn("-", |v: Vector| Vector(Point::new(-v.0.x, -v.0.y)))
        .register_fn("+", |a: Vector, b: Dynamic| together(a, &b, 1.0))
        .register_fn("+", |a: Array, b: Vector| together(b, &a.into(), 1.0))
        .register_fn("-", |a: Vector, b: Dynamic| together(a, &b, -1.0))
        .register_fn("*", |v: Vector, k: Dynamic| scaled(v, as_number(&k)))
        .register_fn("*", |k: f64, v: Vector| scaled(v, Some(k)))
        .register_fn("*", |k: i64, v: Vector| scaled(v, Some(k as f64)))
        .register_fn("/", |v: Vector, k: Dynamic| scaled(v, as_number(&k).map(|k| 1.0 / k)))
        // `[1, 0]` is a point wherever it is reckoned with.
        .register_fn("-", |v: Array| scaled(point(v)?, Some(-1.0)))
        .register_fn("+", |a: Array, b: Array| together(point(a)?, &b.into(), 1.0))
        .register_fn("-", |a: Array, b: Dynamic| together(point(a)?, &b, -1.0))
        .register_fn("*", |v: Array, k: Dynamic| scaled(point(v)?, as_number(&k)))
        .register_fn("*", |k: f64, v: Array| scaled(point(v)?, Some(k)))
        .register_fn("*", |k: i64, v: Array| scaled(point(v)?, Some(k as f64)))
        .register_fn("/", |v: Array, k: Dynamic| scaled(point(v)?, as_number(&k).map(|k| 1.0 / k)))
        .register_fn("on", |actor: Map, x: Dynamic, y: Dynamic| {
            let plane = actor.get("plane").and_then(|plane| plane.clone().try_cast::<Array>());
            let plane: Option<Vec<f64>> = plane.map(|all| all.iter().filter_map(as_number).collect());
            let Some([a, b, c, d, e, f, log_x, log_y]) = plane.as_deref() else {
                return Err(Box::<EvalAltResult>::from("only graphs and charts have coordinates"));
            };
            let (x, y) = as_number(&x).zip(as_number(&y)).ok_or_else(no_point)?;
            // Logarithmic axes go by powers of ten.
            let scaled = |value: f64, log: f64| if log > 0.0 { libm::log10(value) } else { value };
            let (x, y) = (scaled(x, *log_x), scaled(y, *log_y));
            Ok(Vector(Point::new(a * x + c * y + e, b * x + d * y + f)))
        })
        .register_fn("norm", |v: Dynamic| as_vector(&v).map(|v| libm::hypot(v.x, v.y)).ok_or_else(no_point))
        .register_fn("polar", |length: Dynamic, degrees: Dynamic| {
            let number = |value: &Dynamic| as_number(value).unwrap_or(f64::NAN);
            let (sin, cos) = libm::sincos(number(&degrees).to_radians());
            Vector(Point::new(number(&length) * cos, number(&length) * sin))
        });
}

fn point(list: Array) -> Answer<Vector> {
    as_vector(&list.into()).map(Vector).ok_or_else(no_point)
}

fn no_point() -> Box<EvalAltResult> {
    "a point `[x, y]` is needed".into()
}

fn together(a: Vector, b: &Dynamic, sign: f64) -> Answer<Vector> {
    let b = as_vector(b).ok_or_else(no_point)?;
    Ok(Vector(Point::new(a.0.x + sign * b.x, a.0.y + sign * b.y)))
}

fn scaled(v: Vector, by: Option<f64>) -> Answer<Vector> {
    let by = by.ok_or_else(|| Box::<EvalAltResult>::from("a point is scaled by a number"))?;
    Ok(Vector(Point::new(v.0.x * by, v.0.y * by)))
}

/// Functions of sources and codes.
fn register_information(engine: &mut Engine) {
    engine
        .register_fn("H", |p: Source| info::entropy_bits(p.0.probabilities()))
        .register_fn("H", |p: Array| entropy(&p.into()))
        .register_fn("H", |p: Data| entropy(&Dynamic::from(p)))
        .register_fn("cross_entropy", |p: Dynamic, q: Dynamic| paired(&p, &q, info::cross_entropy_bits))
        .register_fn("kl", |p: Dynamic, q: Dynamic| paired(&p, &q, info::kl_divergence_bits))
        .register_fn("count", |p: Source| p.0.len() as f64)
        .register_fn("count", |code: Words| code.0.words().len() as f64)
        .register_fn("mean_length", |code: Words| code.0.mean_length_own())
        .register_fn("mean_length", |code: Words, p: Source| code.0.mean_length(&p.0))
        .register_fn("probabilities", |p: Source| list(p.0.probabilities().iter().copied().map(Value::Number)))
        .register_fn("symbols", |p: Source| list(p.0.names().iter().cloned().map(Value::Text)))
        .register_fn("symbols", |code: Words| list(code.0.source().names().iter().cloned().map(Value::Text)))
        .register_fn("kraft", |code: Words| code.0.kraft_sum())
        .register_fn("cumulative", |p: Source, symbol: Dynamic| symbol_of(&p.0, &symbol).map(|i| p.0.cumulative(i)))
        .register_fn("perplexity", |p: Source| info::perplexity(info::entropy_bits(p.0.probabilities())))
        .register_fn("draw", |p: Source, seed: Dynamic, index: Dynamic| {
            let drawn = info::draw(&p.0, whole(&seed), whole(&index));
            p.0.names().get(drawn).cloned().unwrap_or_default()
        })
        .register_fn("random", |seed: Dynamic, index: Dynamic| info::uniform01(whole(&seed), whole(&index)))
        .register_fn("efficiency", |code: Words| own_entropy(&code) / code.0.mean_length_own())
        .register_fn("redundancy", |code: Words| code.0.mean_length_own() - own_entropy(&code))
        .register_fn("prefix_free", |code: Words| code.0.prefix_violation().is_none())
        .register_fn("prob", |p: Source, symbol: Dynamic| symbol_of(&p.0, &symbol).map(|i| p.0.p(i)))
        .register_fn("length", |code: Words, symbol: Dynamic| word_of(&code, &symbol).map(|word| word.len() as f64))
        .register_fn("word", |code: Words, symbol: Dynamic| word_of(&code, &symbol))
        .register_indexer_get(|p: &mut Source, symbol: ImmutableString| {
            symbol_of(&p.0, &symbol.into()).map(|i| p.0.p(i))
        })
        .register_indexer_get(|p: &mut Source, symbol: i64| symbol_of(&p.0, &symbol.into()).map(|i| p.0.p(i)));
}

/// Families of sources, and measures of difference.
fn register_families(engine: &mut Engine) {
    let number = |value: &Dynamic| as_number(value).unwrap_or(f64::NAN);
    let count = |value: &Dynamic| whole(value) as usize;
    let made = |made: Result<Distribution, info::InfoError>| -> Answer<Source> {
        made.map(|source| Source(Arc::new(source))).map_err(|error| error.to_string().into())
    };
    engine
        .register_fn("binomial", move |n: Dynamic, p: Dynamic| made(info::binomial(count(&n), number(&p))))
        .register_fn("geometric", move |p: Dynamic, n: Dynamic| made(info::geometric(number(&p), count(&n))))
        .register_fn("zipf", move |n: Dynamic, s: Dynamic| made(info::zipf(count(&n), number(&s))))
        .register_fn("walk", move |seed: Dynamic, time: Dynamic| info::walk(whole(&seed), number(&time)))
        .register_fn("sway", move |seed: Dynamic, time: Dynamic| info::sway(whole(&seed), number(&time)))
        .register_fn("drift", move |seed: Dynamic, time: Dynamic, n: Dynamic, floor: Dynamic| {
            made(info::drift(whole(&seed), number(&time), count(&n), number(&floor)))
        })
        .register_fn("softmax", |logits: Dynamic| -> Answer<Data> {
            Ok(list(info::softmax(&super::data::numbers(&logits)?).into_iter().map(Value::Number)))
        })
        .register_fn("information", |all: Data| informations(&Dynamic::from(all)))
        .register_fn("information", |all: Array| informations(&Dynamic::from(all)))
        .register_fn("jensen_shannon", |p: Dynamic, q: Dynamic| paired(&p, &q, info::jensen_shannon_bits))
        .register_fn("difference", |p: Dynamic, q: Dynamic| paired(&p, &q, info::absolute_difference))
        .register_fn("kl_terms", |p: Dynamic, q: Dynamic| -> Answer<Data> {
            let (p, q) = pair(&p, &q)?;
            let terms = info::kl_terms_bits(p.0.probabilities(), q.0.probabilities());
            Ok(list(terms.into_iter().map(Value::Number)))
        });
    let one: &[(&str, OfOne)] = &[
        ("nats", info::nats),
        ("symmetric_channel", info::symmetric_channel_bits),
        ("erasure_channel", info::erasure_channel_bits),
    ];
    for &(name, f) in one {
        engine.register_fn(name, f).register_fn(name, move |x: i64| f(x as f64));
    }
}

fn entropy(p: &Dynamic) -> Answer<f64> {
    source(p).map(|p| info::entropy_bits(p.0.probabilities()))
}

/// The entropy of the source that a code is for.
fn own_entropy(code: &Words) -> f64 {
    info::entropy_bits(code.0.source().probabilities())
}

/// A whole number that is at least 0; anything else is 0.
fn whole(value: &Dynamic) -> u64 {
    as_number(value).filter(|number| *number >= 0.0).map_or(0, |number| number as u64)
}

fn list(items: impl Iterator<Item = Value>) -> Data {
    Data(Value::List(items.collect()))
}

fn paired(p: &Dynamic, q: &Dynamic, f: fn(&[f64], &[f64]) -> f64) -> Answer<f64> {
    pair(p, q).map(|(p, q)| f(p.0.probabilities(), q.0.probabilities()))
}

/// Two sources of as many symbols.
fn pair(p: &Dynamic, q: &Dynamic) -> Answer<(Source, Source)> {
    let (p, q) = (source(p)?, source(q)?);
    match p.0.len() == q.0.len() {
        true => Ok((p, q)),
        false => Err(format!("the sources have {} and {} symbols", p.0.len(), q.0.len()).into()),
    }
}

/// A source, also from a list of probabilities.
fn source(value: &Dynamic) -> Answer<Source> {
    if let Some(source) = value.clone().try_cast::<Source>() {
        return Ok(source);
    }
    let made = super::data::source_of(value).map_err(|reason| format!("this makes no source: {reason}"))?;
    Ok(Source(Arc::new(made)))
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
/// The information of each of a list of probabilities.
fn informations(all: &Dynamic) -> Answer<Data> {
    Ok(list(super::data::numbers(all)?.into_iter().map(info::information_bits).map(Value::Number)))
}
