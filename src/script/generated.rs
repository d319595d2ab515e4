//! Sources that are made by a rule: a symbol for each value of a loop, or blocks of symbols of another source.

use std::collections::{BTreeMap, BTreeSet};

use super::expand::{Expander, Library, Symbols};
use super::fields::Fields;
use super::include::Files;
use super::model::{DataDef, SourceDef, SourceKind, Weight};
use super::reader::Reader;
use super::yaml::{Key, Node};
use crate::diag::Diagnostic;
use crate::limits;

/// What a rule may build on: the files, the data, and the sources that stand before it.
pub(super) struct Before<'a, 'n> {
    pub files: &'a Files<'a>,
    pub data: &'n [DataDef],
    pub sources: &'n [SourceDef],
}

/// The source, if its form is a rule: `{ for_each: { i: 0..5 }, symbol: s$i, weight: $i + 1 }` or
/// `{ blocks: coin, length: 3 }`.
pub(super) fn source(
    key: &Key,
    node: &Node,
    before: &Before<'_, '_>,
    reader: &mut Reader<'_>,
) -> Option<Option<SourceKind>> {
    if node.get("for_each").is_some_and(|node| node.text().is_none()) {
        return Some(looped(key, node, before, reader));
    }
    (node.get("blocks").is_some() && node.get("length").is_some()).then(|| blocks(key, node, before.sources, reader))
}

fn looped(key: &Key, node: &Node, before: &Before<'_, '_>, reader: &mut Reader<'_>) -> Option<SourceKind> {
    let mut fields = Fields::with(node, None, reader.reborrow()).at(&key.span);
    for needed in ["for_each", "symbol", "weight"] {
        fields.required(needed);
    }
    fields.finish();
    let (rounds, symbol, weight) = (node.get("for_each")?, node.get("symbol")?, node.get("weight")?);
    let library = library(before);
    let mut expander = Expander::new(&library);
    let rounds = expander.rounds(rounds, reader.diags)?;
    if rounds.is_empty() || rounds.len() > limits::SYMBOLS {
        let message = format!("this gives {} symbols; a source has from 1 to {}", rounds.len(), limits::SYMBOLS);
        reader.diags.push(Diagnostic::error("bad-distribution", &key.span, message));
        return None;
    }
    let mut seen = BTreeSet::new();
    let mut weights = Vec::new();
    for bindings in &rounds {
        let written = [symbol, weight].map(|node| reader.diags.ok(expander.substituted(node, bindings)));
        let [Some(symbol), Some(weight)] = written else { return None };
        let name = symbol.text().unwrap_or_default().trim().to_owned();
        if name.is_empty() || !seen.insert(name.clone()) {
            let message = format!("the symbol `{}` is there more than once", name.escape_debug());
            let found = Diagnostic::error("duplicate-name", &symbol.span, message);
            reader.diags.push(found.hint("put the value into the name, as in `s$i`"));
            return None;
        }
        let text = weight.text().unwrap_or_default().trim().to_owned();
        let value = reader.number(&weight, &(0.0..=f64::INFINITY))?;
        weights.push(Weight { symbol: name, span: symbol.span.clone(), value, text });
    }
    Some(SourceKind::Relative(weights))
}

/// What a loop here may go through: ranges, lists, data, and the symbols of sources that stand before.
fn library<'a>(before: &Before<'a, '_>) -> Library<'a> {
    let data = || before.data.iter();
    Library {
        files: before.files,
        styles: BTreeMap::new(),
        components: BTreeMap::new(),
        symbols: before
            .sources
            .iter()
            .map(|def| (def.name.clone(), Symbols { names: def.kind.symbols(), source: None }))
            .collect(),
        constants: data().map(|def| (def.name.clone(), def.value.clone())).collect(),
        data: data().map(|def| def.name.clone()).collect(),
    }
}

fn blocks(key: &Key, node: &Node, before: &[SourceDef], reader: &mut Reader<'_>) -> Option<SourceKind> {
    let mut fields = Fields::with(node, None, reader.reborrow()).at(&key.span);
    let of = fields.text("blocks");
    let length = fields.integer("length", 1..=limits::SYMBOLS as i64);
    fields.finish();
    let ((of, place), length) = (of?, length? as usize);
    let Some(source) = before.iter().find(|known| known.name == of) else {
        let found = Diagnostic::error("unknown-source", &place, format!("there is no source `{of}` before this one"))
            .suggest(&of, before.iter().map(|known| known.name.as_str()))
            .hint("blocks are made of a source that stands before them");
        reader.diags.push(found);
        return None;
    };
    let names = source.kind.symbols();
    let count = u32::try_from(length).ok().and_then(|length| names.len().checked_pow(length));
    let longest = names.iter().map(String::len).max().unwrap_or(0).max(1);
    let fits = |count: &usize| {
        *count <= limits::SYMBOLS && count.saturating_mul(length).saturating_mul(longest) <= limits::SCRIPT_BYTES
    };
    if count.filter(fits).is_none() {
        let message = format!("blocks of {length} of {} symbols are too many or too long", names.len());
        let hint = format!("a source has at most {} symbols", limits::SYMBOLS);
        reader.diags.push(Diagnostic::error("bad-distribution", &node.span, message).hint(hint));
        return None;
    }
    let longer = |blocks: Vec<String>| -> Vec<String> {
        blocks.iter().flat_map(|block| names.iter().map(move |name| format!("{block}{name}"))).collect()
    };
    let symbols = (0..length).fold(vec![String::new()], |blocks, _| longer(blocks));
    if symbols.iter().collect::<BTreeSet<_>>().len() < symbols.len() {
        let message = format!("two blocks of `{of}` read the same");
        let hint = "give its symbols names that are equally long, or of which none begins another";
        reader.diags.push(Diagnostic::error("bad-distribution", &node.span, message).hint(hint));
        return None;
    }
    Some(SourceKind::Blocks { of, length, symbols })
}
