//! `data`: files of numbers and words, for plots, tables and counting. CSV and TSV become tables, JSON lists and records (a list
//! of records is a table), anything else is text.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::fields::Fields;
use super::include::Files;
use super::model::DataDef;
use super::read_source;
use super::reader::{Reader, shorten};
use super::yaml::{Key, Node};
use crate::diag::{Diagnostic, Source, Span};
use crate::expression::{Table, Value};
use crate::limits;

/// Kinds of files.
pub(super) const KINDS: &[&str] = &["csv", "tsv", "json", "text"];

/// Reads `data`: a path, or `{ file: path, kind: csv, separator: ';', header: false }`.
pub(super) fn read_data(
    entries: &[&(Key, Node)],
    files: &Files<'_>,
    main: &Source,
    reader: &mut Reader<'_>,
) -> Vec<DataDef> {
    let read = |(key, node): &&(Key, Node)| {
        let value = read_file(key, node, files, main, reader)?;
        Some(DataDef { name: key.text.clone(), span: key.span.clone(), value })
    };
    entries.iter().filter_map(read).collect()
}

/// How a table is written.
struct Layout {
    separator: u8,
    header: bool,
}

fn read_file(key: &Key, node: &Node, files: &Files<'_>, main: &Source, reader: &mut Reader<'_>) -> Option<Value> {
    let mut fields = Fields::with(node, Some("file"), reader.reborrow()).at(&key.span);
    let file = if fields.required("file") { fields.text("file") } else { None };
    let kind = fields.word("kind", KINDS);
    let separator = fields.text("separator");
    let header = fields.flag("header").unwrap_or(true);
    fields.finish();
    let (path, span) = file?;
    let (name, bytes) = files.bytes(&path, &span, main, reader.diags)?;
    if bytes.len() > limits::DATA_BYTES {
        let message = format!("`{name}` has {} bytes; at most {} are read", bytes.len(), limits::DATA_BYTES);
        reader.diags.push(Diagnostic::error("data-too-big", &span, message));
        return None;
    }
    let source = reader.diags.ok(read_source(&name, &bytes).map_err(|found| found.label(&span, "named here")))?;
    let ending = name.rsplit_once('.').map_or(String::new(), |(_, ending)| ending.to_ascii_lowercase());
    let kind = kind.unwrap_or(match ending.as_str() {
        "csv" => "csv",
        "tsv" | "tab" => "tsv",
        "json" => "json",
        _ => "text",
    });
    let separator = match separator {
        None => Some(if kind == "tsv" { b'\t' } else { b',' }),
        Some((text, span)) => {
            let sign = <[u8; 1]>::try_from(text.as_bytes()).ok().map(|[sign]| sign).filter(u8::is_ascii);
            if sign.is_none() {
                let message = format!("`{}` is no separator", shorten(&text));
                let found = Diagnostic::error("wrong-type", &span, message);
                reader.diags.push(found.hint("it is one sign such as `;` or `,`"));
            }
            sign
        }
    }?;
    let read = match kind {
        "csv" | "tsv" => table(&source, &Layout { separator, header }),
        "json" => json(&source),
        _ => Ok(Value::Text(source.text.replace("\r\n", "\n").trim_end().to_owned())),
    };
    reader.diags.ok(read.map_err(|found| found.label(&span, "named here")))
}

fn bad(source: &Arc<Source>, at: usize, message: impl Into<String>) -> Diagnostic {
    let rest = source.text.get(at..).unwrap_or_default();
    let len = rest.find(['\n', '\r']).unwrap_or(rest.len());
    Diagnostic::error("bad-data", &Span::new(source, at, at + len), message)
}

fn too_big(source: &Arc<Source>) -> Diagnostic {
    let message = format!("`{}` holds more than {} values", source.name, limits::DATA_CELLS);
    Diagnostic::error("data-too-big", &Span::new(source, 0, 0), message)
}

fn table(source: &Arc<Source>, layout: &Layout) -> Result<Value, Diagnostic> {
    let mut lines = csv::ReaderBuilder::new()
        .delimiter(layout.separator)
        .has_headers(false)
        .trim(csv::Trim::All)
        .from_reader(source.text.as_bytes());
    let mut names: Vec<String> = Vec::new();
    let mut cells: Vec<Vec<String>> = Vec::new();
    let mut count = 0;
    for (number, line) in lines.records().enumerate() {
        let line = line.map_err(|error| misread(source, &error))?;
        let at = line.position().map_or(0, |place| place.byte() as usize);
        if number == 0 {
            if line.len() > limits::DATA_COLUMNS {
                let message = format!("there are {} columns; at most {} are read", line.len(), limits::DATA_COLUMNS);
                return Err(bad(source, at, message));
            }
            names = match layout.header {
                true => line.iter().map(str::to_owned).collect(),
                false => (1..=line.len()).map(|number| format!("column{number}")).collect(),
            };
            cells = vec![Vec::new(); names.len()];
            check_names(&names).map_err(|message| {
                let found = bad(source, at, message);
                found.hint("the first line names the columns; for a file without names, write `header: false`")
            })?;
            if layout.header {
                continue;
            }
        }
        count += line.len();
        if count > limits::DATA_CELLS {
            return Err(too_big(source));
        }
        cells.iter_mut().zip(line.iter()).for_each(|(column, cell)| column.push(cell.to_owned()));
    }
    let columns = names.into_iter().zip(cells).map(|(name, cells)| (name, typed(cells)));
    Ok(Value::Table(Arc::new(Table::new(columns.collect()))))
}

fn check_names(names: &[String]) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for name in names {
        if name.is_empty() {
            return Err("a column has no name".into());
        }
        if !seen.insert(name) {
            return Err(format!("two columns are called `{}`", shorten(name)));
        }
    }
    Ok(())
}

fn misread(source: &Arc<Source>, error: &csv::Error) -> Diagnostic {
    let at = error.position().map_or(0, |place| place.byte() as usize);
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            let message = format!("this line has {len} cells; the lines before it have {expected_len}");
            bad(source, at, message).hint("a cell that holds the separator is written in quotes")
        }
        _ => bad(source, at, "this line cannot be read"),
    }
}

/// A column of numbers if all cells are, empty ones apart; else words.
fn typed(cells: Vec<String>) -> Vec<Value> {
    let number = |cell: &String| cell.parse::<f64>().ok().filter(|number| number.is_finite());
    let numbers = cells.iter().all(|cell| cell.is_empty() || number(cell).is_some());
    if numbers && cells.iter().any(|cell| !cell.is_empty()) {
        return cells.iter().map(|cell| number(cell).map_or(Value::Nothing, Value::Number)).collect();
    }
    cells.into_iter().map(Value::Text).collect()
}

fn json(source: &Arc<Source>) -> Result<Value, Diagnostic> {
    let read: serde_json::Value = serde_json::from_str(&source.text).map_err(|error| {
        let line = source.text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum::<usize>();
        let rest = source.text.get(line..).unwrap_or_default();
        // Columns count bytes from 1, and may point behind the end.
        let mut column = error.column().saturating_sub(1).min(rest.len());
        while !rest.is_char_boundary(column) {
            column -= 1;
        }
        let text = error.to_string();
        let reason = text.split(" at line ").next().unwrap_or_default();
        bad(source, line + column, format!("this is not JSON: {reason}"))
    })?;
    let mut count = 0;
    value(read, &mut count).ok_or_else(|| too_big(source))
}

/// `None` if there are too many values.
fn value(read: serde_json::Value, count: &mut usize) -> Option<Value> {
    *count += 1;
    if *count > limits::DATA_CELLS {
        return None;
    }
    Some(match read {
        serde_json::Value::Null => Value::Nothing,
        serde_json::Value::Bool(flag) => Value::Flag(flag),
        serde_json::Value::Number(number) => number.as_f64().map_or(Value::Nothing, Value::Number),
        serde_json::Value::String(text) => Value::Text(text),
        serde_json::Value::Array(items) if !items.is_empty() && items.iter().all(serde_json::Value::is_object) => {
            let mut names: Vec<String> = Vec::new();
            let mut known: BTreeSet<String> = BTreeSet::new();
            for name in items.iter().filter_map(serde_json::Value::as_object).flat_map(|item| item.keys()) {
                if known.insert(name.clone()) {
                    names.push(name.clone());
                }
            }
            // Rows times columns may be far more than what is written.
            if names.len() > limits::DATA_COLUMNS || items.len().saturating_mul(names.len()) > limits::DATA_CELLS {
                return None;
            }
            let mut columns: Vec<(String, Vec<Value>)> = names.into_iter().map(|name| (name, Vec::new())).collect();
            for mut item in items {
                for (name, cells) in &mut columns {
                    let cell = item.get_mut(name.as_str()).map(serde_json::Value::take);
                    cells.push(value(cell.unwrap_or_default(), count)?);
                }
            }
            Value::Table(Arc::new(Table::new(columns)))
        }
        serde_json::Value::Array(items) => {
            let items: Option<Vec<Value>> = items.into_iter().map(|item| value(item, count)).collect();
            Value::List(items?.into())
        }
        serde_json::Value::Object(entries) => {
            let entries: Option<BTreeMap<String, Value>> =
                entries.into_iter().map(|(name, item)| Some((name, value(item, count)?))).collect();
            Value::Record(Arc::new(entries?))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, text: &str) -> Result<Value, (&'static str, (usize, usize))> {
        let source = Source::new(name, text);
        let read = match name {
            "csv" => table(&source, &Layout { separator: b',', header: true }),
            "plain" => table(&source, &Layout { separator: b';', header: false }),
            _ => json(&source),
        };
        read.map_err(|found| (found.code, found.span.unwrap().line_column()))
    }

    fn cell(table: &Value, column: &str, row: usize) -> Value {
        let Value::Table(table) = table else { panic!("{table:?}") };
        let Some(Value::List(cells)) = table.column(column) else { panic!("{column}") };
        cells[row].clone()
    }

    #[test]
    fn tables_have_typed_columns_whatever_their_line_endings_and_quotes() {
        let table = read("csv", "name,n\r\n\"a, \"\"b\"\"\nc\",1\r\nd, \r\n").unwrap();
        assert_eq!(cell(&table, "name", 0), Value::Text("a, \"b\"\nc".into()));
        assert_eq!((cell(&table, "n", 0), cell(&table, "n", 1)), (Value::Number(1.0), Value::Nothing));
        let plain = read("plain", "x;1\ny;inf\n").unwrap();
        assert_eq!(cell(&plain, "column2", 1), Value::Text("inf".into()));
        let Value::Table(empty) = read("csv", "").unwrap() else { panic!() };
        assert_eq!((empty.rows(), empty.names().count()), (0, 0));
    }

    #[test]
    fn mistakes_are_shown_in_the_file() {
        assert_eq!(read("csv", "a,b\n1,2\n3\n").unwrap_err(), ("bad-data", (3, 1)));
        assert_eq!(read("csv", "a,a\n1,2\n").unwrap_err(), ("bad-data", (1, 1)));
        assert_eq!(read("json", "{\n  \"ä\": [1,, 2]\n}").unwrap_err().0, "bad-data");
        assert_eq!(read("json", &"[".repeat(10_000)).unwrap_err().0, "bad-data");
        assert_eq!(read("csv", &"a,".repeat(limits::DATA_COLUMNS + 1)).unwrap_err().0, "bad-data");
    }

    #[test]
    fn a_list_of_records_is_a_table_with_every_name_that_occurs() {
        let table = read("json", r#"[{"a": 1, "b": "x"}, {"a": 2, "c": [1, null]}]"#).unwrap();
        assert_eq!((cell(&table, "a", 1), cell(&table, "b", 1)), (Value::Number(2.0), Value::Nothing));
        assert_eq!(cell(&table, "c", 1), Value::List([Value::Number(1.0), Value::Nothing].into()));
    }
}
