//! `for_each`: the values that a name goes through.

use std::borrow::Cow;

use super::super::yaml::{Key, Node, Value};
use super::substitute::{Binding, Bindings, is_name};
use super::{Expander, Symbols};
use crate::diag::{Diagnostic, Diagnostics};
use crate::expression::{Table, Value as Worth};
use crate::limits;

/// The keys of a loop within a list of members: what it goes through, and what is made each time.
pub(crate) const LOOP_KEYS: [&str; 2] = ["for_each", "each"];

impl Expander<'_> {
    /// The rounds of `{ i: 0..5 }`; several names are nested, the last one the fastest. Mistakes are reported.
    pub fn rounds(&self, node: &Node, diags: &mut Diagnostics) -> Option<Vec<Bindings>> {
        let Value::Map(names) = &node.value else {
            let message =
                format!("expected a name with what it goes through, as in `{{ i: 0..5 }}`, found {}", node.kind());
            diags.push(Diagnostic::error("wrong-type", &node.span, message));
            return None;
        };
        let mut lists: Vec<(&Key, Vec<Item>)> = Vec::new();
        for (name, values) in names {
            if !is_name(&name.text) {
                let message = format!("`{}` cannot be a name to be replaced", name.text.escape_debug());
                diags.push(Diagnostic::error("bad-name", &name.span, message));
                return None;
            }
            lists.push((name, self.values(values, diags)?));
        }
        let count = lists.iter().fold(1usize, |count, (_, list)| count.saturating_mul(list.len()));
        if count > limits::COUNT {
            let message = format!("`for_each` goes over more than {} values", limits::COUNT);
            let place = names.first().map_or(&node.span, |(_, values)| &values.span);
            diags.push(Diagnostic::error("too-many-steps", place, message));
            return None;
        }
        let round = |number: usize| {
            let mut bindings = Bindings::default();
            let mut rest = number;
            for (name, list) in lists.iter().rev() {
                if let Some(item) = list.get(rest % list.len()) {
                    bindings.bind(&name.text, item.bound(rest % list.len()));
                }
                rest /= list.len().max(1);
            }
            bindings
        };
        Some((0..count).map(round).collect())
    }

    /// A node in whose lists items such as `{ for_each: { i: 0..3 }, each: [$i, 0] }` are the items that they stand for.
    /// What a loop of steps repeats is left for when that is read.
    pub fn spread<'n>(&mut self, node: &'n Node, diags: &mut Diagnostics) -> Cow<'n, Node> {
        if !has_loop(node) {
            return Cow::Borrowed(node);
        }
        let value = match &node.value {
            Value::List(items) => Value::List(items.iter().flat_map(|item| self.spread_item(item, diags)).collect()),
            Value::Map(entries) => {
                let kept = |key: &Key| key.text == "steps" && node.get("for_each").is_some();
                let mut spread = |entry: &(Key, Node)| match entry {
                    (key, node) if kept(key) => (key.clone(), node.clone()),
                    (key, node) => (key.clone(), self.spread(node, diags).into_owned()),
                };
                Value::Map(entries.iter().map(&mut spread).collect())
            }
            other => other.clone(),
        };
        Cow::Owned(Node { span: node.span.clone(), value })
    }

    /// An item of a list, or those that it stands for.
    fn spread_item(&mut self, item: &Node, diags: &mut Diagnostics) -> Vec<Node> {
        let Some((rounds, each)) = loop_of(item) else { return vec![self.spread(item, diags).into_owned()] };
        let mut made = Vec::new();
        for bindings in self.rounds(rounds, diags).unwrap_or_default() {
            let Some(node) = diags.ok(self.substituted(each, &bindings)) else { break };
            made.push(self.spread(&node, diags).into_owned());
        }
        made
    }

    fn values(&self, node: &Node, diags: &mut Diagnostics) -> Option<Vec<Item>> {
        match &node.value {
            Value::List(items) => return Some(items.iter().cloned().map(Item::Written).collect()),
            Value::Scalar { text, .. } => {
                let text = text.trim();
                if let Some(symbols) = self.library.symbols.get(text) {
                    return Some(symbols.items(text));
                }
                if let Some(items) = self.data(text, node, diags) {
                    return items;
                }
                match self.range(text, node) {
                    Ok(Some(values)) => return Some(values),
                    Err(mistake) => {
                        diags.push(mistake);
                        return None;
                    }
                    Ok(None) => {}
                }
                let found = format!("`{text}` is no range, source or code to go through");
                let found = Diagnostic::error("wrong-type", &node.text_span(), found);
                let known = self.library.symbols.keys().map(String::as_str);
                diags.push(
                    found
                        .suggest(text, known)
                        .hint("write a list, a range such as `0..5`, or the name of a source or code"),
                );
            }
            _ => {
                let message =
                    format!("expected a list of words or numbers, or a range such as `0..5`, found {}", node.kind());
                diags.push(Diagnostic::error("wrong-type", &node.span, message));
            }
        }
        None
    }

    /// The items of data, if the text begins with the name of some: rows of a table, items of a list.
    fn data(&self, text: &str, node: &Node, diags: &mut Diagnostics) -> Option<Option<Vec<Item>>> {
        let name = text.split(['.', '[']).next().unwrap_or_default().trim();
        // What a function makes is data too: `repeats(poem)`, `numbers(1, 6)`.
        let made = name.contains('(');
        if text.contains("..") || !made && !self.library.data.contains(name) {
            return None;
        }
        let found = match diags.ok(self.constant(text, node)) {
            Some(Worth::Table(table)) => rows_of(&table),
            Some(Worth::List(items)) => items.iter().map(item_of).collect(),
            Some(_) => {
                let found = Diagnostic::error("wrong-type", &node.text_span(), format!("`{text}` is no table or list"));
                diags.push(found.hint("go through a table, a column of one (`table.year`), or a list"));
                return Some(None);
            }
            None => return Some(None),
        };
        Some(Some(found))
    }

    /// `a..b` (the end not included) or `a..=b`, with constants.
    fn range(&self, text: &str, node: &Node) -> Result<Option<Vec<Item>>, Diagnostic> {
        let Some((start, end)) = text.split_once("..") else { return Ok(None) };
        let (end, closed) = end.strip_prefix('=').map_or((end, 0), |end| (end, 1));
        let wrong = |text: &str| {
            let message =
                format!("`{}` is no whole number, so `{}` is no range", text.trim(), node.text().unwrap_or_default());
            Diagnostic::error("wrong-type", &node.text_span(), message)
        };
        let bound = |text: &str| match self.constant(text.trim(), node) {
            Ok(Worth::Number(n)) if n.trunc() == n && n.abs() < 1e9 => Ok(n as i64),
            _ => Err(wrong(text)),
        };
        let (start, end) = (bound(start)?, bound(end)? + closed);
        let values = (start..end).take(limits::COUNT + 1);
        let item = |i: i64| Item::Made(i.to_string(), Vec::new());
        Ok(Some(values.map(item).collect()))
    }
}

/// The values and the item, if this item of a list stands for several.
fn loop_of(item: &Node) -> Option<(&Node, &Node)> {
    let only = item.entries().iter().all(|(key, _)| LOOP_KEYS.contains(&key.text.as_str()));
    item.get("for_each").zip(item.get("each")).filter(|_| only)
}

/// Is there a list in it with an item that stands for several?
fn has_loop(node: &Node) -> bool {
    match &node.value {
        Value::List(items) => items.iter().any(|item| loop_of(item).is_some() || has_loop(item)),
        Value::Map(entries) => entries.iter().any(|(_, node)| has_loop(node)),
        _ => false,
    }
}

/// One value of a loop.
enum Item {
    /// An item of a list.
    Written(Node),
    /// A number of a range, a symbol of a source: its text, and what else is known of it.
    Made(String, Vec<(String, String)>),
}

impl Item {
    fn bound(&self, index: usize) -> Binding {
        let mut bound = match self {
            Self::Written(node) => Binding::of(node, false),
            Self::Made(text, attributes) => {
                let attributes = attributes.iter().cloned().collect();
                Binding { node: None, text: text.clone(), attributes }
            }
        };
        bound.attributes.entry("index".to_owned()).or_insert_with(|| index.to_string());
        bound
    }
}

/// The rows of a table: each is the cell of its first column, and has all cells by their names.
fn rows_of(table: &Table) -> Vec<Item> {
    let cells = |row: usize| {
        let Some(Worth::Record(cells)) = table.row(row) else { return Vec::new() };
        table.names().map(|name| (name.to_owned(), cells.get(name).map_or(String::new(), written))).collect()
    };
    (0..table.rows())
        .map(cells)
        .map(|cells: Vec<(String, String)>| {
            Item::Made(cells.first().map_or(String::new(), |(_, cell)| cell.clone()), cells)
        })
        .collect()
}

/// An item of a list, with the entries of a record by their names.
fn item_of(value: &Worth) -> Item {
    match value {
        Worth::Record(cells) => {
            let cells: Vec<(String, String)> = cells.iter().map(|(name, cell)| (name.clone(), written(cell))).collect();
            Item::Made(cells.first().map_or(String::new(), |(_, cell)| cell.clone()), cells)
        }
        other => Item::Made(written(other), Vec::new()),
    }
}

fn written(cell: &Worth) -> String {
    match cell {
        Worth::Number(number) => number.to_string(),
        Worth::Text(text) => text.clone(),
        Worth::Flag(flag) => flag.to_string(),
        _ => String::new(),
    }
}

impl Symbols {
    /// The symbols, each with expressions for what is known of it.
    fn items(&self, name: &str) -> Vec<Item> {
        let item = |symbol: &String| {
            let quoted = format!("{symbol:?}");
            let source = self.source.as_deref().unwrap_or(name);
            let mut attributes = vec![("p".to_owned(), format!("prob({source}, {quoted})"))];
            if self.source.is_some() {
                attributes.push(("word".to_owned(), format!("word({name}, {quoted})")));
                attributes.push(("length".to_owned(), format!("length({name}, {quoted})")));
            }
            Item::Made(symbol.clone(), attributes)
        };
        self.names.iter().map(item).collect()
    }
}
