//! What a script computes with: sources, codes and variables, by name.

use std::collections::{BTreeMap, BTreeSet};

use super::fields::Fields;
use super::from_data;
use super::generated::{self, Before};
use super::include::Files;
use super::model::{BuildRule, CodeDef, CodeKind, DataDef, SourceDef, SourceKind, VarDef, Weight, Word};
use super::reader::{Reader, is_identifier, listed};
use super::value::Num;
use super::yaml::{Key, Node, Value};
use crate::diag::{Diagnostic, Span};
use crate::expression::{FUNCTIONS, OwnFunction};
use crate::limits;

/// Names for expressions, each given once in the script.
#[derive(Default)]
pub(super) struct Names(BTreeMap<String, Span>);

impl Names {
    /// Checks that a name can stand in expressions and is new, and takes it.
    pub fn claim(&mut self, key: &Key, reader: &mut Reader<'_>) {
        self.check(key, reader);
        self.0.insert(key.text.clone(), key.span.clone());
    }

    /// Checks that a name can stand in expressions and is not taken.
    pub fn check(&self, key: &Key, reader: &mut Reader<'_>) {
        if !is_identifier(&key.text) {
            let message = format!("`{}` cannot be a name in expressions", key.text.escape_debug());
            let hint = "a name starts with a letter and holds letters a to z, digits and `_`";
            reader.diags.push(Diagnostic::error("bad-name", &key.span, message).hint(hint));
        }
        if matches!(key.text.as_str(), "true" | "false" | "if" | "else" | "in") {
            let message = format!("`{}` has a meaning of its own in expressions", key.text);
            reader.diags.push(Diagnostic::error("bad-name", &key.span, message).hint("give it another name"));
        }
        if let Some(first) = self.0.get(&key.text) {
            let message = format!("the name `{}` is used twice in expressions", key.text);
            let found = Diagnostic::error("duplicate-name", &key.span, message).label(first, "first used here");
            reader.diags.push(found);
        }
    }
}

/// Reads `vars`: numbers, and points `[x, y]`.
pub(super) fn read_vars<'n>(
    entries: impl IntoIterator<Item = &'n (Key, Node)>,
    reader: &mut Reader<'_>,
) -> Vec<VarDef> {
    let mut vars = Vec::new();
    for (key, node) in entries {
        let var = |name: String, value| VarDef { name, span: key.span.clone(), value };
        if matches!(node.value, Value::List(_)) {
            // A point is two numbers that steps set together, or one by one.
            if let Value::List(items) = &node.value
                && items.len() != 2
            {
                let message = format!("a variable is a number or a point `[x, y]`, not a list of {}", items.len());
                let hint = "a list that stays as it is can be a function, `f: 'i => [2, 5, 8][floor(i)]'`, or come from `data`";
                reader.diags.push(Diagnostic::error("wrong-type", &node.span, message).hint(hint));
            } else if let Some([x, y]) = reader.point(node) {
                vars.push(var(format!("{}.x", key.text), x));
                vars.push(var(format!("{}.y", key.text), y));
            }
        } else if let Some(value) = reader.number(node, &..) {
            vars.push(var(key.text.clone(), value));
        }
    }
    vars
}

/// Reads `functions`: `f: 'x => x * x'`, `g: '(a, b) => a + b'`.
pub(super) fn read_functions(entries: &[&(Key, Node)], reader: &mut Reader<'_>) -> Vec<OwnFunction> {
    let mut functions = Vec::new();
    for (key, node) in entries {
        if FUNCTIONS.iter().any(|row| row.name == key.text) {
            let message = format!("`{}` is a function of the language already", key.text);
            reader.diags.push(Diagnostic::error("duplicate-name", &key.span, message).hint("choose another name"));
            continue;
        }
        let text = node.text().unwrap_or_default().trim();
        let parts = text.split_once("=>").map(|(params, body)| (params.trim(), body.trim()));
        let Some((params, body)) = parts.filter(|(_, body)| !body.is_empty()) else {
            let found = Diagnostic::error("bad-function", &node.span, "a function is written `x => expression`");
            reader.diags.push(found.hint("with several parameters, `(a, b) => a + b`"));
            continue;
        };
        let listed = params.strip_prefix('(').and_then(|p| p.strip_suffix(')')).unwrap_or(params);
        let params: Vec<String> = match listed.trim() {
            "" => Vec::new(),
            listed => listed.split(',').map(|param| param.trim().to_owned()).collect(),
        };
        if let Some(wrong) = params.iter().find(|param| !is_identifier(param)) {
            let message = format!("`{}` cannot be a parameter of a function", wrong.escape_debug());
            reader.diags.push(Diagnostic::error("bad-function", &node.span, message));
            continue;
        }
        let span = node.text_span();
        let span = match span.text().rfind(body) {
            Some(at) if span.text().ends_with(body) => span.within(at, at + body.len()),
            _ => span,
        };
        let (name, name_span) = (key.text.clone(), key.span.clone());
        functions.push(OwnFunction { name, name_span, params, text: body.to_owned(), span });
    }
    functions
}

/// Reads `sources`, each of which may be made from those before it.
pub(super) fn read_sources<'a>(
    entries: &[&(Key, Node)],
    data: &[DataDef],
    files: &'a Files<'a>,
    reader: &mut Reader<'_>,
) -> Vec<SourceDef> {
    let mut sources: Vec<SourceDef> = Vec::new();
    for (key, node) in entries {
        let before = Before { files, data, sources: &sources };
        let made = generated::source(key, node, &before, reader);
        let kind = match made.or_else(|| from_data::source(key, node, data, reader)) {
            Some(found) => found,
            None => read_source_kind(key, node, reader),
        };
        sources.extend(kind.map(|kind| SourceDef { name: key.text.clone(), span: key.span.clone(), kind }));
    }
    sources
}

/// A map with the one key `weights`, `uniform` or `coin` is that form; any other map gives probabilities.
fn read_source_kind(key: &Key, node: &Node, reader: &mut Reader<'_>) -> Option<SourceKind> {
    let Value::Map(entries) = &node.value else {
        reader.expected("probabilities such as `{ a: 1/2, b: 1/2 }`, or `{ uniform: 6 }`, or `{ coin: 1/2 }`", node);
        return None;
    };
    if let [(form, body)] = entries.as_slice() {
        match form.text.as_str() {
            "weights" => {
                let weights = read_weights(form, body.entries(), reader, f64::INFINITY)?;
                let fixed: Option<f64> = weights.iter().map(|w| fixed(&w.value)).sum();
                if fixed == Some(0.0) {
                    reader.diags.push(Diagnostic::error("no-weight", &form.span, "the weights sum to 0"));
                }
                return Some(SourceKind::Relative(weights));
            }
            "uniform" => {
                let count = reader.integer(body, &(1..=limits::SYMBOLS as i64))?;
                return Some(SourceKind::Uniform(count as usize));
            }
            "coin" => return read_coin(form, body, reader),
            _ => {}
        }
    }
    let weights = read_weights(key, entries, reader, 1.0)?;
    let sum: Option<f64> = weights.iter().map(|w| fixed(&w.value)).sum();
    if let Some(sum) = sum.filter(|sum| (sum - 1.0).abs() > 1e-9) {
        let shown = (sum * 1e6).round() / 1e6;
        reader.diags.push(
            Diagnostic::error(
                "bad-distribution",
                &key.span,
                format!("the probabilities of `{}` sum to {shown}, not to 1", key.text),
            )
            .hint(format!("for counts, write `{}: {{ weights: {{ ... }} }}`", key.text)),
        );
    }
    Some(SourceKind::Weights(weights))
}

fn fixed(number: &Num) -> Option<f64> {
    match number {
        Num::Fixed(number) => Some(*number),
        Num::Live(_) => None,
    }
}

/// `coin: p` or `coin: { heads: p }`.
fn read_coin(form: &Key, body: &Node, reader: &mut Reader<'_>) -> Option<SourceKind> {
    let node = match &body.value {
        Value::Map(_) => {
            let mut fields = Fields::with(body, None, reader.reborrow()).at(&form.span);
            fields.required("heads");
            fields.finish();
            body.get("heads")?
        }
        _ => body,
    };
    let value = reader.number(node, &(0.0..=1.0))?;
    let text = node.text().unwrap_or_default().trim().to_string();
    Some(SourceKind::Coin(Weight { symbol: "heads".into(), span: node.span.clone(), value, text }))
}

fn read_weights(key: &Key, entries: &[(Key, Node)], reader: &mut Reader<'_>, most: f64) -> Option<Vec<Weight>> {
    if entries.is_empty() || entries.len() > limits::SYMBOLS {
        let message = format!("`{}` has {} symbols; it needs from 1 to {}", key.text, entries.len(), limits::SYMBOLS);
        reader.diags.push(Diagnostic::error("bad-distribution", &key.span, message));
        return None;
    }
    let read: Vec<_> = entries
        .iter()
        .map(|(symbol, node)| {
            // Only the size of a fixed value is checked here; an expression is checked at every instant.
            let value = reader.number(node, &(0.0..=most))?;
            let text = node.text().unwrap_or_default().trim().to_string();
            Some(Weight { symbol: symbol.text.clone(), span: symbol.span.clone(), value, text })
        })
        .collect();
    read.into_iter().collect()
}

/// Reads `codes`. `sources` are the names that exist, even if their values are wrong; `read` those that were understood.
pub(super) fn read_codes(
    entries: &[&(Key, Node)],
    sources: &[&(Key, Node)],
    read: &[SourceDef],
    reader: &mut Reader<'_>,
) -> Vec<CodeDef> {
    entries.iter().filter_map(|(key, node)| read_code(key, node, sources, read, reader)).collect()
}

fn read_code(
    key: &Key,
    node: &Node,
    sources: &[&(Key, Node)],
    read: &[SourceDef],
    reader: &mut Reader<'_>,
) -> Option<CodeDef> {
    let mut fields = Fields::with(node, None, reader.reborrow()).at(&key.span);
    let source = if fields.required("for") { fields.text("for") } else { None };
    let build = fields.word("build", BuildRule::WORDS).and_then(BuildRule::named);
    fields.entries("words");
    let words = node.get("words").map(Node::entries);
    let (has_words, has_build) = (fields.has("words"), fields.has("build"));
    if has_words == has_build && !node.entries().is_empty() {
        let message = format!("the code `{}` needs either `words` or `build`", key.text);
        let hint = format!("`build` is one of {}", listed(BuildRule::WORDS));
        fields.report(Diagnostic::error("missing-key", &key.span, message).hint(hint));
    }
    fields.finish();
    let (source, place) = source?;
    if !sources.iter().any(|(known, _)| known.text == source) {
        let found = Diagnostic::error("unknown-source", &place, format!("there is no source `{source}`"))
            .suggest(&source, sources.iter().map(|(known, _)| known.text.as_str()));
        reader.diags.push(found);
        return None;
    }
    let kind = match words {
        Some(words) => {
            let symbols = read.iter().find(|known| known.name == source).and_then(symbols);
            CodeKind::Words(read_words(key, words, &source, symbols, reader)?)
        }
        None => CodeKind::Build(build?),
    };
    Some(CodeDef { name: key.text.clone(), span: key.span.clone(), source: (source, place), kind })
}

/// The symbols of a source, if the script names them.
fn symbols(source: &SourceDef) -> Option<BTreeSet<String>> {
    (!matches!(source.kind, SourceKind::Uniform(_))).then(|| source.kind.symbols().into_iter().collect())
}

fn read_words(
    code: &Key,
    entries: &[(Key, Node)],
    source: &str,
    symbols: Option<BTreeSet<String>>,
    reader: &mut Reader<'_>,
) -> Option<Vec<Word>> {
    let mut words = Vec::new();
    for (symbol, node) in entries {
        if symbols.as_ref().is_some_and(|known| !known.contains(&symbol.text)) {
            let message = format!("the source `{source}` has no symbol `{}`", symbol.text);
            reader.diags.push(
                Diagnostic::error("unknown-symbol", &symbol.span, message)
                    .suggest(&symbol.text, symbols.iter().flatten().map(String::as_str)),
            );
        }
        let bits = node.text().unwrap_or_default();
        if bits.is_empty() || bits.len() > 1024 || !bits.bytes().all(|b| b == b'0' || b == b'1') {
            let message = format!("the word of `{}` is not made of the bits 0 and 1", symbol.text);
            reader.diags.push(Diagnostic::error("bad-bits", &node.span, message));
            continue;
        }
        let (symbol, span) = (symbol.text.clone(), symbol.span.clone());
        words.push(Word { symbol, span, bits: bits.to_string(), bits_span: node.text_span() });
    }
    let named: BTreeSet<&str> = entries.iter().map(|(symbol, _)| symbol.text.as_str()).collect();
    let given = symbols.iter().flatten().map(String::as_str);
    let missing: Vec<&str> = given.filter(|symbol| !named.contains(symbol)).collect();
    if let [_, ..] = missing.as_slice() {
        let shown = listed(missing.get(..5).unwrap_or(&missing));
        let message = format!("the code `{}` has no word for {shown} of `{source}`", code.text);
        reader.diags.push(Diagnostic::error("missing-word", &code.span, message));
    }
    (words.len() == entries.len()).then_some(words)
}
