//! Values on their way into and out of the sandbox.

use std::sync::Arc;

use rhai::{Array, Dynamic, Engine, EvalAltResult, ImmutableString, Map};

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
/// Members may be chosen by number too, as `actor[2].name`.
pub fn record(values: &[(&'static str, f64)], members: impl IntoIterator<Item = (String, Dynamic)>) -> Dynamic {
    let members: Vec<(String, Dynamic)> = members.into_iter().collect();
    let mut map: Map = members.iter().map(|(name, value)| (name.into(), value.clone())).collect();
    map.extend(values.iter().map(|(name, value)| ((*name).into(), Dynamic::from_float(*value))));
    // The plane of a graph is no member.
    if members.iter().all(|(name, _)| name == "plane") {
        return Dynamic::from_map(map);
    }
    Dynamic::from(Group { values: map, members: members.into_iter().map(|(_, value)| value).collect() })
}

/// A group's live values, with those of its members in order.
#[derive(Clone)]
struct Group {
    values: Map,
    members: Vec<Dynamic>,
}

/// What expressions can read of groups.
pub(super) fn register_groups(engine: &mut Engine) {
    type Answer = Result<Dynamic, Box<EvalAltResult>>;
    let member = |group: &Group, index: f64| -> Answer {
        let count = group.members.len();
        let position = libm::floor(if index < 0.0 { index + count as f64 } else { index });
        let found = (position >= 0.0).then(|| group.members.get(position as usize)).flatten().cloned();
        found.ok_or_else(|| format!("there is no member {index}: there are {count}, and the first is 0").into())
    };
    engine
        .register_type_with_name::<Group>("group")
        .register_indexer_get(|group: &mut Group, name: ImmutableString| -> Answer {
            let found = group.values.get(name.as_str()).cloned();
            found
                .or_else(|| values_of(group, &name))
                .ok_or_else(|| EvalAltResult::ErrorPropertyNotFound(name.to_string(), rhai::Position::NONE).into())
        })
        .register_indexer_get(move |group: &mut Group, index: i64| member(group, index as f64))
        .register_indexer_get(move |group: &mut Group, index: f64| member(group, index));
}

/// What the group has no value for, but each of its members: those values as a list.
fn values_of(group: &Group, name: &str) -> Option<Dynamic> {
    let value = |member: &Dynamic| match (member.read_lock::<Map>(), member.read_lock::<Group>()) {
        (Some(map), _) => map.get(name).and_then(as_number),
        (None, Some(group)) => group.values.get(name).and_then(as_number),
        (None, None) => None,
    };
    let all: Option<Vec<Value>> = group.members.iter().map(|member| value(member).map(Value::Number)).collect();
    all.map(|all| Dynamic::from(Data(Value::List(all.into()))))
}

/// The names of what can be read of a value.
pub(super) fn properties(value: &Dynamic) -> Vec<String> {
    let names = |map: &Map| map.keys().map(ToString::to_string).collect();
    match (value.read_lock::<Map>(), value.read_lock::<Group>()) {
        (Some(map), _) => names(&map),
        (None, Some(group)) => names(&group.values),
        (None, None) => Vec::new(),
    }
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
    if let Ok(letter) = value.as_char() {
        return Value::Text(letter.to_string());
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
