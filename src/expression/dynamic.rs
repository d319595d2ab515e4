//! Values on their way into and out of the sandbox.

use std::sync::Arc;

use rhai::{Array, Dynamic, Map};

use super::data::Data;
use super::value::Value;
use crate::geom::Point;
use crate::info::{Code, Distribution};

/// A point or shift as expressions see it.
#[derive(Clone, Copy)]
pub(super) struct Vector(pub(super) Point);

/// A distribution as expressions see it.
#[derive(Clone)]
pub(super) struct Source(pub(super) Arc<Distribution>);

/// A code as expressions see it.
#[derive(Clone)]
pub(super) struct Words(pub(super) Arc<Code>);

/// A value for use in expressions.
pub fn to_dynamic(value: &Value) -> Option<Dynamic> {
    match value {
        Value::Number(number) => Some(Dynamic::from_float(*number)),
        Value::Text(text) => Some(text.clone().into()),
        Value::Flag(flag) => Some((*flag).into()),
        Value::Point(point) => Some(Dynamic::from(Vector(*point))),
        Value::Distribution(distribution) => Some(Dynamic::from(Source(Arc::clone(distribution)))),
        Value::Code(code) => Some(Dynamic::from(Words(Arc::clone(code)))),
        Value::List(_) | Value::Record(_) | Value::Table(_) => Some(Dynamic::from(Data(value.clone()))),
        Value::Function(_) | Value::Box(_) | Value::Nothing => None,
    }
}

/// An actor's live values for use in expressions, as `actor.name`, and those of its members, as `actor.member.name`.
pub fn record(values: &[(&'static str, f64)], members: impl IntoIterator<Item = (String, Dynamic)>) -> Dynamic {
    let mut map: Map = members.into_iter().map(|(name, value)| (name.into(), value)).collect();
    map.extend(values.iter().map(|(name, value)| ((*name).into(), Dynamic::from_float(*value))));
    Dynamic::from_map(map)
}

pub(super) fn from_dynamic(value: &Dynamic) -> Value {
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
    if let Some(data) = value.clone().try_cast::<Data>() {
        return data.0;
    }
    if let Some(point) = as_vector(value) {
        return Value::Point(point);
    }
    if value.is_array() {
        return Value::Nothing;
    }
    value.clone().into_immutable_string().map_or(Value::Nothing, |text| Value::Text(text.to_string()))
}

/// A point, also written as `[x, y]`.
pub(super) fn as_vector(value: &Dynamic) -> Option<Point> {
    if let Some(vector) = value.clone().try_cast::<Vector>() {
        return Some(vector.0);
    }
    match value.clone().try_cast::<Array>()?.as_slice() {
        [x, y] => as_number(x).zip(as_number(y)).map(|(x, y)| Point::new(x, y)),
        _ => None,
    }
}

pub(super) fn as_number(value: &Dynamic) -> Option<f64> {
    value.as_float().ok().or_else(|| value.as_int().ok().map(|n| n as f64))
}

pub(super) fn kind_of(value: &Dynamic) -> &'static str {
    match from_dynamic(value) {
        Value::Number(_) => "a number",
        Value::Text(_) => "text",
        Value::Flag(_) => "yes or no",
        Value::Point(_) => "a point",
        Value::Box(_) => "a box",
        Value::Distribution(_) => "a source",
        Value::Code(_) => "a code",
        Value::List(_) => "a list",
        Value::Record(_) => "a record of names and values",
        Value::Table(_) => "a table",
        Value::Function(_) => "a function",
        Value::Nothing => "no value",
    }
}

pub(super) fn describe(value: &Dynamic) -> String {
    match from_dynamic(value) {
        Value::Distribution(distribution) => format!("{:?}", distribution.probabilities()),
        Value::Code(code) => format!("{code:?}"),
        other => format!("{other:?}"),
    }
}
