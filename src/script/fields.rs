//! The fields of a visual or of a part of the script: a map node -> typed values by key.
//!
//! Whoever reads fields asks for each key once, then calls [`Fields::finish`], which reports the keys nobody asked for.

use std::ops::{Bound, RangeBounds, RangeInclusive};

use super::reader::{Reader, listed};
use super::value::{Num, Slot, Slots, Template};
use super::yaml::{Key, Node, Value};
use crate::color::Ink;
use crate::diag::{Diagnostic, Diagnostics, Span};
use crate::expression::Kind;

/// A typed reader over the entries of a map.
///
/// ```
/// use surprisal::{diag::{Diagnostics, Source}, script::{Fields, Num, Slots, yaml}};
/// let (mut slots, mut diags) = (Slots::default(), Diagnostics::new());
/// let node = yaml::parse(&Source::new("a.yaml", "{ radius: 1/2, colour: ink }"), &mut diags).unwrap();
/// let mut fields = Fields::new(&node, None, &mut slots, &mut diags);
/// assert_eq!(fields.number("radius", 0.0..), Some(Num::Fixed(0.5)));
/// assert_eq!(fields.ink("color"), None);
/// fields.finish();
/// assert_eq!(diags.iter().map(|d| d.hints[0].as_str()).next(), Some("did you mean `color`?"));
/// ```
pub struct Fields<'a> {
    entries: &'a [(Key, Node)],
    /// The key that a bare value stands for, and the value.
    main: Option<(&'a str, &'a Node)>,
    /// The key that the empty key stands for: a bare value that a style has added fields to.
    bare: Option<&'a str>,
    span: &'a Span,
    /// Where missing keys are reported.
    place: Span,
    asked: Vec<&'static str>,
    reader: Reader<'a>,
    first_slot: usize,
}

impl<'a> Fields<'a> {
    /// Fields of a map. Anything else is the value of `main`, as `formula: 'x'` is short for `formula: { source: 'x' }`;
    /// without a `main` it is an error, and there are no fields. Nothing at all is a map without keys.
    pub fn new(node: &'a Node, main: Option<&'a str>, slots: &'a mut Slots, diags: &'a mut Diagnostics) -> Self {
        Self::with(node, main, Reader { slots, diags })
    }

    /// The same, with a reader.
    pub fn with(node: &'a Node, main: Option<&'a str>, mut reader: Reader<'a>) -> Self {
        let (mut entries, mut main_entry): (&[_], _) = (&[], None);
        match (&node.value, main) {
            (Value::Map(map), _) => entries = map,
            (Value::Null, _) => {}
            (_, Some(key)) => main_entry = Some((key, node)),
            (_, None) => reader.expected("a map of fields", node),
        }
        let first_slot = reader.slots.len();
        Self {
            entries,
            main: main_entry,
            bare: main,
            span: &node.span,
            place: node.span.clone(),
            asked: Vec::new(),
            reader,
            first_slot,
        }
    }

    /// Reports missing keys at this span, e.g. that of the visual's name.
    #[must_use]
    pub fn at(mut self, span: &Span) -> Self {
        self.place = span.clone();
        self
    }

    /// The whole map.
    pub fn span(&self) -> &Span {
        self.span
    }

    /// Is the key there? Counts as asking for it.
    pub fn has(&mut self, key: &'static str) -> bool {
        self.node(key).is_some()
    }

    /// Is the key there? If not, that is an error.
    pub fn required(&mut self, key: &'static str) -> bool {
        let there = self.has(key);
        if !there {
            let message = format!("the key `{key}` is missing");
            self.reader.diags.push(Diagnostic::error("missing-key", &self.place, message));
        }
        there
    }

    /// The node of a key.
    pub fn node(&mut self, key: &'static str) -> Option<&'a Node> {
        self.entry(key).map(|(_, node)| node)
    }

    fn entry(&mut self, key: &'static str) -> Option<(Option<&'a Key>, &'a Node)> {
        if !self.asked.contains(&key) {
            self.asked.push(key);
        }
        let written = self.entries.iter().find(|(known, _)| known.text == key).map(|(key, node)| (Some(key), node));
        let bare = || self.entries.iter().find(|(known, _)| known.text.is_empty() && self.bare == Some(key));
        let written = written.or_else(|| bare().map(|(_, node)| (None, node)));
        written.or_else(|| self.main.filter(|(main, _)| *main == key).map(|(_, node)| (None, node)))
    }

    /// Where a key is written; the whole if it is not.
    pub fn key_span(&self, key: &str) -> Span {
        self.entries
            .iter()
            .find(|(known, _)| known.text == key)
            .map_or_else(|| self.span.clone(), |(k, _)| k.span.clone())
    }

    /// A node of the key, with this reader.
    fn read<T>(&mut self, key: &'static str, read: impl FnOnce(&mut Reader<'a>, &'a Node) -> Option<T>) -> Option<T> {
        let node = self.node(key)?;
        read(&mut self.reader, node)
    }

    /// A number within a range, or an expression.
    pub fn number(&mut self, key: &'static str, range: impl RangeBounds<f64>) -> Option<Num> {
        self.read(key, |reader, node| reader.number(node, &range))
    }

    /// A number within a range, or an expression; `default` if the key is missing (or wrong, which is reported).
    pub fn number_or(&mut self, key: &'static str, default: f64, range: impl RangeBounds<f64>) -> Num {
        self.number(key, range).unwrap_or(Num::Fixed(default))
    }

    /// A number above 0, or an expression.
    pub fn positive(&mut self, key: &'static str) -> Option<Num> {
        self.number(key, (Bound::Excluded(0.0), Bound::Unbounded))
    }

    /// A number within a range; no expression.
    pub fn fixed(&mut self, key: &'static str, range: impl RangeBounds<f64>) -> Option<f64> {
        self.read(key, |reader, node| reader.fixed(node, &range))
    }

    /// A whole number within a range; no expression.
    pub fn integer(&mut self, key: &'static str, range: RangeInclusive<i64>) -> Option<i64> {
        self.read(key, |reader, node| reader.integer(node, &range))
    }

    /// `true` or `false`.
    pub fn flag(&mut self, key: &'static str) -> Option<bool> {
        self.read(key, |reader, node| reader.flag(node))
    }

    /// One of some words.
    pub fn word(&mut self, key: &'static str, allowed: &[&'static str]) -> Option<&'static str> {
        self.read(key, |reader, node| reader.word(node, allowed))
    }

    /// Text as it is written, with its place; not empty.
    pub fn text(&mut self, key: &'static str) -> Option<(String, Span)> {
        self.read(key, |reader, node| reader.text(node))
    }

    /// Text that may hold `${expressions}`.
    pub fn template(&mut self, key: &'static str) -> Option<Template> {
        self.read(key, |reader, node| reader.template(node))
    }

    /// `[x, y]`.
    pub fn point(&mut self, key: &'static str) -> Option<[Num; 2]> {
        self.read(key, |reader, node| reader.point(node))
    }

    /// A colour: a role of the theme, or `'#rrggbb'`.
    pub fn ink(&mut self, key: &'static str) -> Option<Ink> {
        self.read(key, |reader, node| reader.ink(node))
    }

    /// A source by name, or an expression that gives probabilities.
    pub fn distribution(&mut self, key: &'static str) -> Option<Slot> {
        self.expression(key, Kind::Distribution)
    }

    /// A code by name, or an expression that gives one.
    pub fn code(&mut self, key: &'static str) -> Option<Slot> {
        self.expression(key, Kind::Code)
    }

    /// An expression in one more variable: `x` unless it is named, `q => -log2(q)`.
    pub fn function(&mut self, key: &'static str) -> Option<Slot> {
        self.read(key, |reader, node| reader.function(node))
    }

    /// An expression of any kind.
    pub fn expression(&mut self, key: &'static str, kind: Kind) -> Option<Slot> {
        self.read(key, |reader, node| reader.expression(node, kind))
    }

    /// The items of a list.
    pub fn list(&mut self, key: &'static str) -> Option<&'a [Node]> {
        self.read(key, |reader, node| match &node.value {
            Value::List(items) => Some(items.as_slice()),
            _ => {
                reader.expected("a list", node);
                None
            }
        })
    }

    /// The entries of a map with keys of the writer's choice.
    pub fn entries(&mut self, key: &'static str) -> Option<&'a [(Key, Node)]> {
        self.read(key, |reader, node| match &node.value {
            Value::Map(entries) => Some(entries.as_slice()),
            _ => {
                reader.expected("a map", node);
                None
            }
        })
    }

    /// Numbers within a range, or expressions, in a list.
    pub fn numbers(&mut self, key: &'static str, range: impl RangeBounds<f64>) -> Option<Vec<Num>> {
        let items = self.list(key)?;
        let read: Vec<_> = items.iter().map(|item| self.reader.number(item, &range)).collect();
        read.into_iter().collect()
    }

    /// Fields within fields; a bare value is that of `main`.
    pub fn fields(&mut self, key: &'static str, main: Option<&'a str>) -> Option<Fields<'_>> {
        let (written, node) = self.entry(key)?;
        let fields = Fields::with(node, main, self.reader.reborrow());
        Some(match written {
            Some(key) => fields.at(&key.span),
            None => fields,
        })
    }

    /// The reader for single nodes, such as the items of a list.
    pub fn reader(&mut self) -> &mut Reader<'a> {
        &mut self.reader
    }

    /// Reports a mistake that only the reader of these fields can see.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.reader.diags.push(diagnostic);
    }

    /// The expressions read since these fields were opened.
    pub fn slots_used(&self) -> Vec<Slot> {
        self.reader.slots.iter().skip(self.first_slot).map(|(slot, _)| slot).collect()
    }

    /// Has this key been asked for?
    pub(super) fn asked_for(&self, key: &str) -> bool {
        self.asked.contains(&key)
    }

    /// Reports keys that nobody asked for.
    pub fn finish(self) {
        self.finish_with(|_| None);
    }

    /// The same, with a hint of one's own for some keys.
    pub(super) fn finish_with(self, hint: impl Fn(&str) -> Option<String>) {
        for (key, _) in self.entries {
            let bare = key.text.is_empty() && self.bare.is_some();
            if !bare && !self.asked.contains(&key.text.as_str()) {
                let found = match hint(&key.text) {
                    Some(hint) => {
                        let message = format!("the key `{}` means nothing here", key.text);
                        Diagnostic::error("unknown-key", &key.span, message).hint(hint)
                    }
                    None => unknown_key(key, &self.asked),
                };
                self.reader.diags.push(found);
            }
        }
    }
}

/// A key that has no meaning where it stands, and those that have.
pub(super) fn unknown_key(key: &Key, known: &[&str]) -> Diagnostic {
    let found = Diagnostic::error("unknown-key", &key.span, format!("the key `{}` means nothing here", key.text))
        .suggest(&key.text, known.iter().copied());
    if known.is_empty() {
        found.hint("no key can stand here")
    } else {
        found.hint(format!("known here: {}", listed(known)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Source;

    fn read<T>(text: &str, main: Option<&str>, read: impl FnOnce(&mut Fields<'_>) -> T) -> (T, Vec<String>, Slots) {
        let (mut slots, mut diags) = (Slots::default(), Diagnostics::new());
        let node = super::super::yaml::parse(&Source::new("x", text), &mut diags).unwrap();
        let mut fields = Fields::new(&node, main, &mut slots, &mut diags);
        let value = read(&mut fields);
        fields.finish();
        (value, diags.iter().map(|d| d.message.clone()).collect(), slots)
    }

    #[test]
    fn a_bare_value_is_the_main_field() {
        let (source, diags, _) = read(r"'x^2'", Some("source"), |f| {
            assert!(f.required("source"));
            f.text("source").map(|(text, span)| (text, span.text().to_string()))
        });
        assert_eq!((source, diags), (Some(("x^2".into(), "x^2".into())), vec![]));
        let (_, diags, _) = read("'x^2'", None, |f| f.text("source"));
        assert_eq!(diags, ["expected a map of fields, found text"]);
    }

    #[test]
    fn ranges_are_told_in_words() {
        let (_, diags, _) = read("{ a: 2, b: 0, c: 7, d: 1.5 }", None, |f| {
            (f.number("a", 0.0..=1.0), f.positive("b"), f.fixed("c", ..5.0), f.integer("d", 1..=3))
        });
        let wanted = ["from 0 to 1", "above 0", "below 5", "a whole number"];
        assert_eq!(diags.len(), wanted.len());
        assert!(diags.iter().zip(wanted).all(|(d, w)| d.ends_with(w)), "{diags:?}");
    }

    #[test]
    fn expressions_become_slots_with_exact_places() {
        let text = "{ é: 1, n: ' 2 * p', f: 'q => -log2(q)', g: x * x, d: [1/2, 1/2], t: 'H ${H(p)}', in: { r: p } }";
        let (used, diags, slots) = read(text, None, |f| {
            f.number("é", ..);
            f.number("n", ..);
            f.function("f");
            f.function("g");
            f.distribution("d");
            f.template("t");
            if let Some(mut inner) = f.fields("in", None) {
                inner.number("r", ..);
                assert_eq!(inner.slots_used().len(), 1);
                inner.finish();
            }
            f.slots_used()
        });
        assert_eq!((used.len(), diags), (6, vec![]));
        for (_, slot) in slots.iter() {
            assert_eq!(slot.text, slot.span.text());
        }
        let params = slots.iter().filter_map(|(_, s)| match &s.kind {
            Kind::Function { param } => Some((param.as_str(), s.text.as_str())),
            _ => None,
        });
        let params: Vec<_> = params.collect();
        assert_eq!(params, [("q", "-log2(q)"), ("x", "x * x")]);
    }
}
