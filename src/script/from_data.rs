//! Sources from data: probabilities from a column of counts, or by counting the signs or words of a text.

use std::collections::BTreeMap;

use super::fields::Fields;
use super::model::{DataDef, SourceKind, Weight};
use super::reader::Reader;
use super::value::Num;
use super::yaml::{Key, Node, Value};
use crate::diag::{Diagnostic, Span};
use crate::expression::{self, Value as Worth};
use crate::limits;

/// What of a text is counted.
pub(super) const UNITS: &[&str] = &["characters", "letters", "words"];

/// The source, if its form speaks of data: `{ weights: table.count, symbols: table.letter }` or `{ text: poem, by: letters }`.
pub(super) fn source(key: &Key, node: &Node, data: &[DataDef], reader: &mut Reader<'_>) -> Option<Option<SourceKind>> {
    if node.get("text").is_some_and(|text| data.iter().any(|def| Some(def.name.as_str()) == text.text())) {
        return Some(counted(key, node, data, reader));
    }
    match node.get("weights").map(|weights| &weights.value) {
        Some(Value::Scalar { .. }) => Some(columns(key, node, data, reader)),
        _ => None,
    }
}

fn worth(node: &Node, data: &[DataDef], reader: &mut Reader<'_>) -> Option<Worth> {
    let text = node.text().unwrap_or_default().trim();
    let known = |name: &str| data.iter().find(|def| def.name == name).map(|def| def.value.clone());
    let (found, span) = (expression::constant(text, &node.text_span(), &known), node.text_span());
    reader.diags.ok(found.map_err(|found| match data.is_empty() {
        true => Diagnostic::error("unknown-name", &span, format!("there is no data `{text}`"))
            .hint("name a file at the head, as in `data: { letters: letters.csv }`"),
        false => found,
    }))
}

fn columns(key: &Key, node: &Node, data: &[DataDef], reader: &mut Reader<'_>) -> Option<SourceKind> {
    let mut fields = Fields::with(node, None, reader.reborrow()).at(&key.span);
    fields.required("weights");
    fields.required("symbols");
    fields.finish();
    let (weights, symbols) = (node.get("weights")?, node.get("symbols")?);
    let lists = [weights, symbols].map(|node| match worth(node, data, reader)? {
        Worth::List(items) => Some(items),
        _ => {
            let found = Diagnostic::error("wrong-type", &node.text_span(), "this is no column or list");
            reader.diags.push(found.hint("write the table and its column, as in `letters.count`"));
            None
        }
    });
    let [Some(numbers), Some(names)] = lists else { return None };
    if numbers.len() != names.len() {
        let message = format!("there are {} weights, but {} symbols", numbers.len(), names.len());
        reader.diags.push(Diagnostic::error("bad-distribution", &node.span, message));
        return None;
    }
    let pairs = numbers.iter().zip(names.iter()).enumerate().map(|(row, (number, name))| {
        let symbol = match name {
            Worth::Text(text) if !text.is_empty() => text.clone(),
            Worth::Number(number) => number.to_string(),
            _ => return Err(format!("row {} of the symbols is empty", row + 1)),
        };
        match number {
            Worth::Number(weight) if *weight >= 0.0 => Ok((symbol, *weight)),
            _ => Err(format!("the weight of `{symbol}` is no number that is at least 0")),
        }
    });
    match pairs.collect::<Result<Vec<_>, String>>() {
        Ok(pairs) => relative(pairs, &weights.text_span(), reader),
        Err(message) => {
            reader.diags.push(Diagnostic::error("bad-distribution", &weights.text_span(), message));
            None
        }
    }
}

fn counted(key: &Key, node: &Node, data: &[DataDef], reader: &mut Reader<'_>) -> Option<SourceKind> {
    let mut fields = Fields::with(node, None, reader.reborrow()).at(&key.span);
    fields.required("text");
    let by = fields.word("by", UNITS);
    fields.finish();
    let text = node.get("text")?;
    let Worth::Text(words) = worth(text, data, reader)? else {
        let found = Diagnostic::error("wrong-type", &text.text_span(), "this is no text");
        reader.diags.push(found.hint("a file that is no CSV and no JSON is text; `kind: text` reads any file as text"));
        return None;
    };
    let mut counts: BTreeMap<String, f64> = BTreeMap::new();
    let mut count = |unit: String| *counts.entry(unit).or_default() += 1.0;
    match by.unwrap_or("characters") {
        "letters" => words.to_lowercase().chars().filter(|c| c.is_alphabetic()).for_each(|c| count(c.to_string())),
        "words" => {
            let lower = words.to_lowercase();
            let split = lower.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’' && c != '-');
            split.filter(|word| word.chars().any(char::is_alphanumeric)).for_each(|word| count(word.to_owned()));
        }
        _ => {
            // Space of any kind and length is one sign, which can be seen.
            let spaced = words.split_whitespace().collect::<Vec<_>>().join("␣");
            spaced.chars().for_each(|c| count(c.to_string()));
        }
    }
    let mut pairs: Vec<(String, f64)> = counts.into_iter().collect();
    pairs.sort_by(|a, b| b.1.total_cmp(&a.1));
    relative(pairs, &text.text_span(), reader)
}

fn relative(pairs: Vec<(String, f64)>, span: &Span, reader: &mut Reader<'_>) -> Option<SourceKind> {
    if pairs.is_empty() || pairs.len() > limits::SYMBOLS {
        let message = format!("this gives {} symbols; a source has from 1 to {}", pairs.len(), limits::SYMBOLS);
        reader.diags.push(Diagnostic::error("bad-distribution", span, message));
        return None;
    }
    let weight = |(symbol, weight): (String, f64)| Weight {
        symbol,
        span: span.clone(),
        value: Num::Fixed(weight),
        text: weight.to_string(),
    };
    Some(SourceKind::Relative(pairs.into_iter().map(weight).collect()))
}
