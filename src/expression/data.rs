//! Data in expressions: tables by column and row, lists, and records of names and values.

use std::collections::BTreeMap;
use std::sync::Arc;

use rhai::{Array, Dynamic, Engine, EvalAltResult, FnPtr, ImmutableString, NativeCallContext};

use super::dynamic::{as_number, from_dynamic, to_dynamic};
use super::value::Value;
use crate::diag;
use crate::info::{Distribution, bin_counts, correlation, least_squares};

/// Rows of cells under named columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    columns: Vec<(String, Value)>,
    rows: usize,
}

impl Table {
    /// A table of columns, each with as many cells; further cells are left out.
    pub fn new(columns: Vec<(String, Vec<Value>)>) -> Self {
        let rows = columns.iter().map(|(_, cells)| cells.len()).min().unwrap_or(0);
        let column = |(name, mut cells): (String, Vec<Value>)| {
            cells.truncate(rows);
            (name, Value::List(cells.into()))
        };
        Self { columns: columns.into_iter().map(column).collect(), rows }
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The names of the columns, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|(name, _)| name.as_str())
    }

    /// A column as a list.
    pub fn column(&self, name: &str) -> Option<&Value> {
        self.columns.iter().find(|(known, _)| known == name).map(|(_, cells)| cells)
    }

    /// A row as names and values.
    pub fn row(&self, index: usize) -> Option<Value> {
        let cell = |(name, cells): &(String, Value)| match cells {
            Value::List(cells) => Some((name.clone(), cells.get(index)?.clone())),
            _ => None,
        };
        let row: BTreeMap<String, Value> = self.columns.iter().filter_map(cell).collect();
        (index < self.rows).then(|| Value::Record(Arc::new(row)))
    }
}

/// A list, table or record as expressions see it.
#[derive(Clone)]
pub(super) struct Data(pub(super) Value);

type Answer<T> = Result<T, Box<EvalAltResult>>;

/// What expressions can do with data.
pub(super) fn register(engine: &mut Engine) {
    engine
        .register_type_with_name::<Data>("data")
        .register_indexer_get(|data: &mut Data, name: ImmutableString| named(&data.0, &name))
        .register_indexer_get(|data: &mut Data, index: i64| at(&data.0, index))
        // Values that steps animate are not whole all the time.
        .register_indexer_get(|data: &mut Data, index: f64| at(&data.0, libm::floor(index) as i64))
        .register_fn("count", |data: Data| count(&data.0))
        .register_fn("count", |list: Array| list.len() as f64)
        .register_fn("count", |text: ImmutableString| text.chars().count() as f64)
        .register_fn(
            "count",
            |text: ImmutableString, part: ImmutableString| {
                if part.is_empty() { 0.0 } else { text.matches(part.as_str()).count() as f64 }
            },
        )
        .register_fn("numbers", |from: Dynamic, to: Dynamic| -> Answer<Data> {
            let ends = as_number(&from).zip(as_number(&to)).filter(|(from, to)| to - from <= 10_000.0);
            let (from, to) = ends.ok_or("a range is two numbers, at most 10000 apart")?;
            let count = libm::floor((to - from).max(-1.0)) as i64 + 1;
            Ok(Data(Value::List((0..count).map(|i| Value::Number(from + i as f64)).collect())))
        })
        .register_fn("map", |call: NativeCallContext, list: Dynamic, function: FnPtr| mapped(&call, &list, &function))
        .register_fn("map", |call: NativeCallContext, list: Array, function: FnPtr| {
            mapped(&call, &list.into(), &function)
        })
        .register_fn("filter", |call: NativeCallContext, list: Dynamic, function: FnPtr| kept(&call, &list, &function))
        .register_fn("filter", |call: NativeCallContext, list: Array, function: FnPtr| {
            kept(&call, &list.into(), &function)
        })
        .register_fn("slice", |list: Dynamic, from: Dynamic, to: Dynamic| -> Answer<Data> {
            let (from, to) = super::texts::span(&from, &to)?;
            let kept = items(&list)?.into_iter().skip(from).take(to.saturating_sub(from));
            Ok(Data(Value::List(kept.map(|item| from_dynamic(&item)).collect())))
        })
        .register_fn("sum", |list: Dynamic| Ok::<f64, Box<EvalAltResult>>(numbers(&list)?.iter().sum()))
        .register_fn("mean", |list: Dynamic| {
            let all = numbers(&list)?;
            Ok::<f64, Box<EvalAltResult>>(all.iter().sum::<f64>() / all.len() as f64)
        })
        .register_fn("fit", |xs: Dynamic, ys: Dynamic| -> Answer<Data> {
            let line = least_squares(&numbers(&xs)?, &numbers(&ys)?);
            let (intercept, slope) = line.ok_or("a line needs two points that do not lie above each other")?;
            Ok(Data(Value::List([intercept, slope].map(Value::Number).into_iter().collect())))
        })
        .register_fn("correlation", |xs: Dynamic, ys: Dynamic| -> Answer<f64> {
            let found = correlation(&numbers(&xs)?, &numbers(&ys)?);
            found.ok_or_else(|| "two lists of numbers that vary are needed".into())
        })
        .register_fn("counts", |list: Dynamic, from: Dynamic, to: Dynamic, bins: Dynamic| -> Answer<Data> {
            let ends = [&from, &to, &bins].map(as_number);
            let [Some(from), Some(to), Some(bins)] = ends else { return Err("a range and a number are needed".into()) };
            if !(1.0..=1000.0).contains(&bins) {
                return Err("a range has from 1 to 1000 parts".into());
            }
            let counts = bin_counts(&numbers(&list)?, from, to, bins as usize);
            Ok(Data(Value::List(counts.into_iter().map(|count| Value::Number(count as f64)).collect())))
        })
        .register_fn("min", |list: Dynamic| least(&list, f64::min))
        .register_fn("max", |list: Dynamic| least(&list, f64::max));
}

fn least(list: &Dynamic, choose: fn(f64, f64) -> f64) -> Answer<f64> {
    numbers(list)?.into_iter().reduce(choose).ok_or_else(|| "the list is empty".into())
}

/// The numbers of a list.
pub(super) fn numbers(list: &Dynamic) -> Answer<Vec<f64>> {
    if let Some(array) = list.read_lock::<Array>() {
        let all: Option<Vec<f64>> = array.iter().map(as_number).collect();
        return all.ok_or_else(|| "the list holds something that is no number".into());
    }
    let Some(Value::List(items)) = list.read_lock::<Data>().map(|data| data.0.clone()) else {
        return Err("a list of numbers is needed".into());
    };
    let number = |(index, item): (usize, &Value)| match item {
        Value::Number(number) => Ok(*number),
        Value::Nothing => Err(Box::<EvalAltResult>::from(format!("item {index} of the list is empty"))),
        _ => Err(format!("item {index} of the list is no number").into()),
    };
    items.iter().enumerate().map(number).collect()
}

/// What a function makes of each item.
fn mapped(call: &NativeCallContext<'_>, list: &Dynamic, function: &FnPtr) -> Answer<Data> {
    let given = items(list)?.into_iter().map(|item| function.call_raw(call, None, [item]));
    let made = given.map(|result| result.map(|value| list_of(&value).unwrap_or_else(|| from_dynamic(&value))));
    Ok(Data(Value::List(made.collect::<Answer<_>>()?)))
}

/// The items of which a condition holds.
fn kept(call: &NativeCallContext<'_>, list: &Dynamic, condition: &FnPtr) -> Answer<Data> {
    let mut kept = Vec::new();
    for item in items(list)? {
        let holds = condition.call_raw(call, None, [item.clone()])?.as_bool();
        if holds.map_err(|_| "the function says of each item whether it stays: `x => x > 1`")? {
            kept.push(from_dynamic(&item));
        }
    }
    Ok(Data(Value::List(kept.into())))
}

/// The items of a list.
fn items(list: &Dynamic) -> Answer<Vec<Dynamic>> {
    if let Some(array) = list.read_lock::<Array>() {
        return Ok(array.clone());
    }
    match list.read_lock::<Data>().map(|data| data.0.clone()) {
        Some(Value::List(items)) => items.iter().map(handed_out).collect(),
        _ => Err("a list is needed, as `numbers(1, 6)`".into()),
    }
}

fn count(value: &Value) -> f64 {
    match value {
        Value::List(items) => items.len() as f64,
        Value::Table(table) => table.rows() as f64,
        Value::Record(record) => record.len() as f64,
        _ => 1.0,
    }
}

fn named(value: &Value, name: &str) -> Answer<Dynamic> {
    let known: Vec<&str>;
    let found = match value {
        Value::Table(table) => {
            known = table.names().collect();
            table.column(name)
        }
        Value::Record(record) => {
            known = record.keys().map(String::as_str).collect();
            record.get(name)
        }
        _ => return Err(format!("a list has no `{name}`; its items are numbered, `[0]` is the first").into()),
    };
    if let Some(found) = found {
        return handed_out(found);
    }
    let what = if matches!(value, Value::Table(_)) { "column" } else { "entry" };
    let hint = match diag::closest(name, known.iter().copied()) {
        Some(near) => format!("; did you mean `{near}`?"),
        None => {
            format!("; there are {}", known.iter().take(12).map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", "))
        }
    };
    Err(format!("there is no {what} `{name}`{hint}").into())
}

fn at(value: &Value, index: i64) -> Answer<Dynamic> {
    let size = count(value) as i64;
    let position = if index < 0 { size + index } else { index };
    let found = usize::try_from(position).ok().and_then(|position| match value {
        Value::List(items) => items.get(position).cloned(),
        Value::Table(table) => table.row(position),
        _ => None,
    });
    let found = found.ok_or_else(|| match value {
        Value::Record(_) => Box::<EvalAltResult>::from("entries have names and no numbers"),
        _ => format!("there is no item {index}: there are {size}, and the first is 0").into(),
    })?;
    handed_out(&found)
}

fn handed_out(value: &Value) -> Answer<Dynamic> {
    to_dynamic(value).ok_or_else(|| "this cell is empty".into())
}

/// Probabilities in a list as a source, its symbols named by their numbers from 1.
///
/// # Errors
/// Why they make none.
pub(super) fn source_of(list: &Dynamic) -> Result<Distribution, String> {
    let shares = numbers(list).map_err(|error| error.to_string())?;
    let named: Vec<(String, f64)> = shares.into_iter().enumerate().map(|(i, p)| ((i + 1).to_string(), p)).collect();
    Distribution::new(&named).map_err(|error| error.to_string())
}

/// A list, from data or written as `[1, 2, 3]`.
pub(super) fn list_of(value: &Dynamic) -> Option<Value> {
    if let Some(array) = value.read_lock::<Array>() {
        return Some(Value::List(array.iter().map(from_dynamic).collect()));
    }
    value.read_lock::<Data>().map(|data| data.0.clone()).filter(|value| matches!(value, Value::List(_)))
}
