//! What is written where -> how it is written: blocks, line by line.

use super::flow;
use super::lines::Lines;
use super::order::Role;
use super::table;
use super::tree::{Block, Comment, Document, Entry, Flow, Kind, Node};

/// Columns of a line, as far as they can be kept.
pub(super) const WIDTH: usize = 120;
/// Columns by which each level is indented.
const INDENT: usize = 2;

/// Writes a document again.
pub(super) fn print(text: &str, document: &Document) -> String {
    let mut printer = Printer { text, lines: Lines::default(), prefix: None, pinned: document.header.is_empty() };
    let before = text.get(document.before.clone()).unwrap_or_default();
    before.lines().for_each(|line| printer.lines.push(line.trim_end().to_owned(), None, 0));
    printer.comments(&document.header, 0, false);
    if !document.header.is_empty() {
        printer.lines.blank();
    }
    let keys: Vec<&str> = document.root.entries.iter().map(|entry| flow::plain(printer.key(entry))).collect();
    let role = Role::of_file(&keys);
    printer.block(&document.root, 0, role);
    let after = text.get(document.after.clone()).unwrap_or_default();
    after.trim_end().lines().for_each(|line| printer.lines.push(line.trim_end().to_owned(), None, 0));
    printer.lines.finish()
}

struct Printer<'t> {
    text: &'t str,
    lines: Lines,
    /// What begins the next line instead of its indentation: the dashes before the first entry of a block.
    prefix: Option<String>,
    /// Is the first key kept where it is, if there is a comment above it?
    pinned: bool,
}

/// A value, where it is to stand.
struct Place<'n> {
    /// Its key with the colon, and space for a table; or a dash.
    intro: String,
    /// Where its key or dash is to stand.
    column: usize,
    role: Role,
    /// The entry in its source, if it has a line there: what spans lines is taken from there.
    entry: Option<&'n Entry>,
}

impl Printer<'_> {
    /// Comments on lines of their own; `close`: without an empty line above them.
    fn comments(&mut self, comments: &[Comment], column: usize, close: bool) {
        for (i, comment) in comments.iter().enumerate() {
            if comment.blank && !(close && i == 0) {
                self.lines.blank();
            }
            let text = self.text.get(comment.text.clone()).unwrap_or_default();
            self.lines.push(format!("{}{text}", " ".repeat(column)), None, column);
        }
    }

    fn comment(&self, comment: Option<&Comment>) -> Option<String> {
        self.text.get(comment?.text.clone()).map(str::to_owned)
    }

    /// The beginning of a line.
    fn start(&mut self, column: usize) -> String {
        self.prefix.take().unwrap_or_else(|| " ".repeat(column))
    }

    fn key(&self, entry: &Entry) -> &str {
        self.text.get(entry.key.clone()).unwrap_or_default()
    }

    fn block(&mut self, block: &Block, column: usize, role: Role) {
        let order = self.order(block, role);
        let entries: Vec<&Entry> = order.iter().filter_map(|i| block.entries.get(*i)).collect();
        let mut rows = Vec::new();
        for entry in &entries {
            let apart = entry.raw || entry.blank || !entry.leading.is_empty();
            rows.push(table::Row { name: self.key(entry), node: &entry.value, apart });
        }
        let padding = table::padding(self.text, &rows, column, role);
        for (i, (entry, padding)) in entries.iter().zip(padding).enumerate() {
            // What begins a block has no empty line above it; what stands behind a dash has its comments above that.
            let above = self.prefix.as_ref().map_or(column, |prefix| prefix.len() - prefix.trim_start().len());
            self.comments(&entry.leading, above, i == 0);
            if entry.blank && (i > 0 || !entry.leading.is_empty()) {
                self.lines.blank();
            }
            let key = self.key(entry);
            let (intro, role) = if block.is_map {
                (format!("{key}:{}", " ".repeat(padding)), role.of(flow::plain(key)))
            } else {
                ("-".to_owned(), role.of_items())
            };
            self.value(&entry.value, &Place { intro, column, role, entry: Some(entry) });
            // Further in, it would be a line of a text in lines.
            let below = if matches!(entry.value.kind, Kind::Text) { column } else { column + INDENT };
            self.comments(&entry.below, below, matches!(entry.value.kind, Kind::Null));
        }
        self.comments(&block.tail, column, false);
    }

    fn order(&self, block: &Block, role: Role) -> Vec<usize> {
        let written = (0..block.entries.len()).collect();
        if !block.is_map {
            return written;
        }
        let keys: Vec<&str> = block.entries.iter().map(|entry| flow::plain(self.key(entry))).collect();
        let is_list = |i: usize| match block.entries.get(i).map(|entry| &entry.value.kind) {
            Some(Kind::Block(inner)) => !inner.is_map,
            Some(Kind::Flow(inner)) => !inner.is_map,
            _ => false,
        };
        let mut order = role.order(&keys, &is_list);
        if order == written || block.entries.iter().any(|entry| entry.value.refers) {
            return written;
        }
        // A comment at the top of the file, right above its first key, may be about either.
        if role == Role::Top && self.pinned && block.entries.first().is_some_and(|first| !first.leading.is_empty()) {
            order.retain(|i| *i != 0);
            order.insert(0, 0);
        }
        order
    }

    /// A value behind its key or dash.
    fn value(&mut self, node: &Node, place: &Place<'_>) {
        let anchor = self.text.get(node.anchor.clone()).unwrap_or_default();
        let spaced = |text: &str| if text.is_empty() { String::new() } else { format!(" {text}") };
        let intro = format!("{}{}", place.intro, spaced(anchor));
        let text = self.text.get(node.start..node.end).unwrap_or_default();
        match &node.kind {
            Kind::Block(block) => return self.below(&intro, block, place),
            _ if place.entry.is_some_and(|entry| entry.raw) => self.as_written(place),
            Kind::Flow(flow) if flow.odd => self.as_written(place),
            Kind::Words | Kind::Text => self.as_written(place),
            Kind::Flow(flow) => {
                let one = flow::line(self.text, flow, place.role);
                let fits = place.column + intro.chars().count() + 1 + one.chars().count() <= WIDTH;
                if !fits && flow.entries.len() + usize::from(flow.is_map) > 1 {
                    return self.broken(flow, intro, place);
                }
                let line = format!("{}{intro} {one}", self.start(place.column));
                self.lines.push(line, None, place.column);
            }
            Kind::Null | Kind::Word => {
                let line = format!("{}{}", self.start(place.column), intro.trim_end());
                let on_next_line = self.between(place, node).contains('\n')
                    && place.column + intro.chars().count() + 1 + text.chars().count() > WIDTH;
                if on_next_line {
                    self.lines.push(line, None, place.column);
                    self.lines.push(format!("{}{text}", " ".repeat(place.column + INDENT)), None, place.column);
                } else {
                    self.lines.push(format!("{line}{}", spaced(text)), None, place.column);
                }
            }
        }
        let trailing = place.entry.and_then(|entry| self.comment(entry.trailing.as_ref()));
        self.lines.comment(trailing);
    }

    /// What stands between an intro and its value in the source.
    fn between(&self, place: &Place<'_>, node: &Node) -> &str {
        place.entry.and_then(|entry| self.text.get(entry.after_intro..node.start)).unwrap_or_default()
    }

    /// A block below its key, or behind its dash.
    fn below(&mut self, intro: &str, block: &Block, place: &Place<'_>) {
        let head = place.entry.and_then(|entry| self.comment(entry.head.as_ref()));
        let start = self.start(place.column);
        if intro == "-" && head.is_none() {
            self.prefix = Some(format!("{start}- "));
        } else {
            self.lines.push(format!("{start}{}", intro.trim_end()), head, place.column);
        }
        self.block(block, place.column + INDENT, place.role);
    }

    /// What spans lines, or holds comments where only its writer can lay it out: lines move along with their first.
    fn as_written(&mut self, place: &Place<'_>) {
        let Some(entry) = place.entry else { return };
        let text = self.text.get(entry.after_intro..entry.value.end).unwrap_or_default();
        let literal = matches!(entry.value.kind, Kind::Text);
        let least = place.column + usize::from(!matches!(entry.value.kind, Kind::Flow(_)));
        let start = self.start(place.column);
        for (i, line) in text.split('\n').enumerate() {
            if i == 0 {
                let gap = if line.trim().is_empty() { "" } else { " " };
                self.lines.push(format!("{start}{}{gap}{}", place.intro.trim_end(), line.trim()), None, place.column);
                continue;
            }
            let inner = line.trim_start_matches(if literal { [' ', ' '] } else { [' ', '\t'] });
            let written = line.len() - inner.len();
            let column = if literal {
                (written + place.column).saturating_sub(entry.column)
            } else {
                (written + place.column).saturating_sub(entry.column).max(least)
            };
            let empty = inner.is_empty() && (!literal || column <= place.column);
            let line = if empty { String::new() } else { format!("{}{inner}", " ".repeat(column)) };
            self.lines.push(line, None, place.column);
        }
    }

    /// A value in brackets that is too long for a line.
    fn broken(&mut self, flow: &Flow, intro: String, place: &Place<'_>) {
        let column = place.column + intro.chars().count() + 1;
        if let Some(lines) = flow::filled(self.text, flow, place.role, column) {
            let start = self.start(place.column);
            for (i, line) in lines.into_iter().enumerate() {
                let line =
                    if i == 0 { format!("{start}{intro} {line}") } else { format!("{}{line}", " ".repeat(column)) };
                self.lines.push(line, None, place.column);
            }
            let trailing = place.entry.and_then(|entry| self.comment(entry.trailing.as_ref()));
            return self.lines.comment(trailing);
        }
        // As a block: a comment behind it is about all of it.
        let head = place.entry.and_then(|entry| self.comment(entry.trailing.as_ref()));
        let start = self.start(place.column);
        if intro == "-" && head.is_none() {
            self.prefix = Some(format!("{start}- "));
        } else {
            self.lines.push(format!("{start}{}", intro.trim_end()), head, place.column);
        }
        let column = place.column + INDENT;
        let order = flow::order(self.text, flow, place.role);
        let row = |i: &usize| {
            let (key, node) = flow.entries.get(*i)?;
            Some(table::Row { name: self.text.get(key.clone()).unwrap_or_default(), node, apart: false })
        };
        let rows: Vec<_> = order.iter().filter_map(row).collect();
        let padding = table::padding(self.text, &rows, column, place.role);
        for (row, padding) in rows.iter().zip(padding) {
            let (intro, role) = if flow.is_map {
                (format!("{}:{}", row.name, " ".repeat(padding)), place.role.of(flow::plain(row.name)))
            } else {
                ("-".to_owned(), place.role.of_items())
            };
            self.value(row.node, &Place { intro, column, role, entry: None });
        }
    }
}
