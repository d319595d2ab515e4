//! YAML text -> a tree of [`Node`]s, each with its span in bytes.
//!
//! Events come from `saphyr-parser`; this file keeps places, budgets (depth, nodes after aliases are expanded) and the part
//! of YAML that scripts may use: one document, text keys, no tags, no merge keys. What a plain scalar means is decided
//! where it is read (`value.rs`), so `words: { up: 010 }` keeps its zeros.

use std::collections::BTreeMap;
use std::sync::Arc;

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::syntax;
use crate::diag::{Diagnostic, Diagnostics, Source, Span};
use crate::limits;

/// A value with its place. The span of a quoted scalar includes the quotes.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where it is written; for an alias, where the anchor's value is.
    pub span: Span,
    /// What it is.
    pub value: Value,
}

/// What a node holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing, `~` or `null`.
    Null,
    /// Text as written, after quotes, escapes and folding are resolved.
    Scalar {
        /// The text.
        text: String,
        /// Without quotes and not a block: may stand for a number or a truth value.
        plain: bool,
    },
    /// A list.
    List(Vec<Node>),
    /// Keys in the order in which they are written, each once.
    Map(Vec<(Key, Node)>),
}

/// The key of an entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    /// The key's text.
    pub text: String,
    /// Where it is written.
    pub span: Span,
}

impl Node {
    /// Nothing, at a place.
    pub fn null(span: &Span) -> Self {
        Self { span: span.clone(), value: Value::Null }
    }

    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The entries of a map; none for anything else.
    pub fn entries(&self) -> &[(Key, Self)] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The value of a key of a map.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|(known, _)| known.text == key).map(|(_, node)| node)
    }

    /// Where the text of a scalar is: inside the quotes, without space around it. Columns in it are columns in the script, if the text is written
    /// as it is, without escapes or line breaks; otherwise the span of the whole scalar.
    pub fn text_span(&self) -> Span {
        let Value::Scalar { text, .. } = &self.value else { return self.span.clone() };
        let text = text.trim();
        match self.span.text().find(text) {
            Some(at) if !text.is_empty() => self.span.within(at, at + text.len()),
            _ => self.span.clone(),
        }
    }

    /// What it is, for messages: `a list`, `a map`, `text`, `nothing`.
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "nothing",
            Value::Scalar { .. } => "text",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
        }
    }

    /// Nodes in it, itself and its keys included.
    pub fn weight(&self) -> usize {
        match &self.value {
            Value::List(items) => 1 + items.iter().map(Self::weight).sum::<usize>(),
            Value::Map(entries) => 1 + entries.iter().map(|(_, node)| 1 + node.weight()).sum::<usize>(),
            _ => 1,
        }
    }
}

/// Reads the one document of a source. Syntax errors end the reading; everything else is reported and skipped. `None` if
/// there is no tree to go on with.
///
/// ```
/// use surprisal::{diag::{Diagnostics, Source}, script::yaml};
/// let mut diags = Diagnostics::new();
/// let tree = yaml::parse(&Source::new("a.yaml", "é: [1, 'two']"), &mut diags);
/// let two = tree.and_then(|t| t.get("é").cloned()).map(|n| n.span.text().to_string());
/// assert_eq!(two.as_deref(), Some("[1, 'two']"));
/// ```
pub fn parse(source: &Arc<Source>, diags: &mut Diagnostics) -> Option<Node> {
    let mut builder = Builder {
        source,
        places: Places::new(&source.text),
        diags,
        open: Vec::new(),
        anchors: BTreeMap::new(),
        nodes: 0,
        root: None,
    };
    let mut documents = 0;
    for event in Parser::new_from_str(&source.text) {
        let (event, place) = match event {
            Ok(found) => found,
            Err(error) => {
                let at = builder.places.byte(error.marker().index());
                builder.diags.push(syntax::explain(error.info(), source, at));
                return None;
            }
        };
        let span = Span::new(source, builder.places.byte(place.start.index()), builder.places.byte(place.end.index()));
        if let Event::DocumentStart(_) = event {
            documents += 1;
            if documents > 1 {
                builder.diags.push(several_documents(&span));
                break;
            }
        }
        if let Err(fatal) = builder.event(event, span) {
            builder.diags.push(fatal);
            return None;
        }
    }
    match builder.root {
        Some(Node { value: Value::Null, .. }) | None => {
            let start = Span::new(source, 0, 0);
            diags.push(
                Diagnostic::error("empty-script", &start, "the script is empty")
                    .hint("a script has `scenes:`, each with a `cast:` and `steps:`; see `surprisal new`"),
            );
            None
        }
        root => root,
    }
}

fn several_documents(span: &Span) -> Diagnostic {
    Diagnostic::error("several-documents", span, "a second document starts here; a script is one document")
        .hint("put the scenes of one film under `scenes:`, and other films into files of their own")
}

/// A collection whose end has not come yet.
struct Open {
    anchor: usize,
    span: Span,
    kind: Collection,
}

enum Collection {
    List(Vec<Node>),
    /// Entries, places of keys, and the key that waits for its value; `None` inside: a key that was refused.
    Map(Vec<(Key, Node)>, BTreeMap<String, Span>, Option<Option<Key>>),
}

struct Builder<'a> {
    source: &'a Arc<Source>,
    places: Places<'a>,
    diags: &'a mut Diagnostics,
    open: Vec<Open>,
    /// Finished anchors with the number of their nodes; `None` while still open.
    anchors: BTreeMap<usize, Option<(Node, usize)>>,
    nodes: usize,
    root: Option<Node>,
}

impl Builder<'_> {
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), Diagnostic> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.refuse_tag(tag.is_some(), &span);
                let span = syntax::scalar_span(&span, style);
                let plain = style == ScalarStyle::Plain;
                let value = match text.as_ref() {
                    "" | "~" | "null" | "Null" | "NULL" if plain => Value::Null,
                    _ => Value::Scalar { text: text.into_owned(), plain },
                };
                self.count(1, &span)?;
                self.finish(Node { span, value }, anchor, 1)
            }
            Event::SequenceStart(anchor, tag) => {
                self.refuse_tag(tag.is_some(), &span);
                self.start(true, anchor, span)
            }
            Event::MappingStart(anchor, tag) => {
                self.refuse_tag(tag.is_some(), &span);
                self.start(false, anchor, span)
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(&span),
            Event::Alias(id) => match self.anchors.get(&id) {
                Some(Some((node, weight))) => {
                    let (node, weight) = (node.clone(), *weight);
                    self.count(weight, &span)?;
                    self.finish(node, 0, weight)
                }
                Some(None) => Err(Diagnostic::error(
                    "anchor-contains-itself",
                    &span,
                    format!("`{}` stands inside the very value that it repeats", span.text()),
                )),
                None => Err(syntax::unknown_anchor(&span)),
            },
            _ => Ok(()),
        }
    }

    fn start(&mut self, is_list: bool, anchor: usize, span: Span) -> Result<(), Diagnostic> {
        if self.open.len() >= limits::YAML_DEPTH {
            return Err(syntax::too_deep(&span));
        }
        self.count(1, &span)?;
        if anchor > 0 {
            self.anchors.insert(anchor, None);
        }
        let kind =
            if is_list { Collection::List(Vec::new()) } else { Collection::Map(Vec::new(), BTreeMap::new(), None) };
        self.open.push(Open { anchor, span: syntax::after_properties(&span), kind });
        Ok(())
    }

    fn end(&mut self, end: &Span) -> Result<(), Diagnostic> {
        let Some(Open { anchor, span, kind }) = self.open.pop() else { return Ok(()) };
        let (value, last) = match kind {
            Collection::List(items) => {
                let last = items.last().map(|n| n.span.end);
                (Value::List(items), last)
            }
            Collection::Map(entries, ..) => {
                let last = entries.last().map(|(k, n)| n.span.end.max(k.span.end));
                (Value::Map(entries), last)
            }
        };
        // A block collection has no bracket at its end: it ends with its last value (an alias may point elsewhere).
        // The parser's span of a closing bracket runs on over a comment.
        let end = if end.start < end.end { end.start + 1 } else { last.unwrap_or(span.end).clamp(span.end, end.end) };
        let node = Node { span: Span::new(self.source, span.start, end), value };
        let weight = if anchor > 0 { node.weight() } else { 0 };
        self.finish(node, anchor, weight)
    }

    /// Puts a finished node where it belongs: the root, a list, a key, or the value of a key.
    fn finish(&mut self, node: Node, anchor: usize, weight: usize) -> Result<(), Diagnostic> {
        if anchor > 0 {
            self.count(weight, &node.span)?; // it is kept a second time
            self.anchors.insert(anchor, Some((node.clone(), weight)));
        }
        let Some(open) = self.open.last_mut() else {
            self.root.get_or_insert(node);
            return Ok(());
        };
        match &mut open.kind {
            Collection::List(items) => items.push(node),
            Collection::Map(entries, known, waiting) => match waiting.take() {
                Some(Some(key)) => entries.push((key, node)),
                Some(None) => {}
                None => *waiting = Some(self.diags.ok(read_key(node, known))),
            },
        }
        Ok(())
    }

    fn count(&mut self, nodes: usize, span: &Span) -> Result<(), Diagnostic> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes <= limits::YAML_NODES {
            return Ok(());
        }
        let message = format!("the script has more than {} values, counting what aliases repeat", limits::YAML_NODES);
        Err(Diagnostic::error("too-many-values", span, message).hint("let a visual or `for_each` make the copies"))
    }

    fn refuse_tag(&mut self, tagged: bool, span: &Span) {
        if tagged {
            let tag = span.text().split_whitespace().find(|word| word.starts_with('!')).unwrap_or("!");
            let found = Diagnostic::error("tag", span, format!("tags such as `{tag}` mean nothing in a script"));
            self.diags.push(found.hint("write the value alone; quote it if it is text"));
        }
    }
}

/// A key must be text, be no merge key, and be new in its map.
fn read_key(node: Node, known: &mut BTreeMap<String, Span>) -> Result<Key, Diagnostic> {
    let span = node.span;
    let (text, plain) = match node.value {
        Value::Scalar { text, plain } => (text, plain),
        Value::Null if !span.text().is_empty() => (span.text().to_string(), false),
        other => {
            let what = Node { span: span.clone(), value: other };
            let message = format!("a key must be a word, not {}", what.kind());
            return Err(Diagnostic::error("bad-key", &span, message));
        }
    };
    if text == "<<" && plain {
        return Err(Diagnostic::error("merge-key", &span, "merge keys (`<<`) are not supported")
            .hint("repeat a whole value with `&name` and `*name`, or write the keys out"));
    }
    if let Some(first) = known.get(&text) {
        return Err(Diagnostic::error("duplicate-key", &span, format!("the key `{text}` is given twice"))
            .label(first, "first given here"));
    }
    known.insert(text.clone(), span.clone());
    Ok(Key { text, span })
}

/// Turns the parser's character counts into bytes: a checkpoint every 64 characters, nothing for plain ASCII.
pub(super) struct Places<'a> {
    text: &'a str,
    checkpoints: Vec<usize>,
}

impl<'a> Places<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let checkpoints =
            if text.is_ascii() { Vec::new() } else { text.char_indices().step_by(64).map(|(byte, _)| byte).collect() };
        Self { text, checkpoints }
    }

    pub(super) fn byte(&self, index: usize) -> usize {
        if self.checkpoints.is_empty() {
            return index.min(self.text.len());
        }
        let Some(&base) = self.checkpoints.get(index / 64) else { return self.text.len() };
        let rest = self.text.get(base..).unwrap_or_default();
        rest.char_indices().nth(index % 64).map_or(self.text.len(), |(byte, _)| base + byte)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(text: &str) -> Result<Node, Vec<&'static str>> {
        let mut diags = Diagnostics::new();
        let node = parse(&Source::new("x", text), &mut diags);
        node.filter(|_| diags.is_empty()).ok_or(diags.iter().map(|d| d.code).collect())
    }

    /// What YAML's core schema makes of our tree: plain scalars are typed as where scripts read them.
    fn typed(node: &Node) -> serde_yaml::Value {
        use serde_yaml::Value as Typed;
        match &node.value {
            Value::Null => Typed::Null,
            Value::Scalar { text, plain: true } => match text.as_str() {
                "true" => Typed::Bool(true),
                "false" => Typed::Bool(false),
                _ => text.parse().map_or_else(|_| Typed::String(text.clone()), Typed::Number),
            },
            Value::Scalar { text, .. } => Typed::String(text.clone()),
            Value::List(items) => Typed::Sequence(items.iter().map(typed).collect()),
            Value::Map(entries) => Typed::Mapping(
                entries.iter().map(|(key, node)| (Typed::String(key.text.clone()), typed(node))).collect(),
            ),
        }
    }

    #[test]
    fn trees_equal_those_of_serde_yaml() {
        let sample = include_str!("../../tests/diagnostics/sample.yaml");
        for text in [sample, "a: [1, 2.5, -3e4, 0x1F, ~, true, no, 'x', \"y\"]", "a: |\n  é\n  b\nc: >-\n  d\n\n  e\n"]
        {
            for text in [text.to_string(), text.replace('\n', "\r\n")] {
                let expected: serde_yaml::Value = serde_yaml::from_str(&text).unwrap();
                assert_eq!(typed(&tree(&text).unwrap()), expected);
            }
        }
    }

    #[test]
    fn spans_are_exact_bytes() {
        let text = "é: 'x' # é ' \r\n😀: &k { π: \"a\\\"b\" , list: [1, [2] ] }   # c\r\nb:\r\n  - é x\r\n  - *k\r\nlast: y\r\n";
        let tree = tree(text).unwrap();
        let spans: Vec<_> = tree.entries().iter().map(|(k, n)| (k.span.text(), n.span.text())).collect();
        assert_eq!(spans[0], ("é", "'x'"));
        assert_eq!(spans[1], ("😀", "{ π: \"a\\\"b\" , list: [1, [2] ] }"));
        assert_eq!(spans[3], ("last", "y"));
        assert_eq!(tree.get("é").unwrap().text_span().text(), "x");
        let braces = tree.get("😀").unwrap();
        assert_eq!(braces.get("π").unwrap().span.text(), "\"a\\\"b\"");
        assert_eq!(braces.get("list").unwrap().span.text(), "[1, [2] ]");
        assert_eq!(tree.span.end, text.trim_end().len());
    }

    #[test]
    fn budgets_hold_just_inside_and_are_told_just_outside() {
        let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(tree(&nested(limits::YAML_DEPTH)).is_ok());
        assert_eq!(tree(&nested(limits::YAML_DEPTH + 1)), Err(vec!["too-deep"]));
        assert_eq!(tree(&nested(100_000)), Err(vec!["too-deep"]));
        assert_eq!(tree(&"- ".repeat(100_000)), Err(vec!["too-deep"]));
        assert_eq!(tree(&"{a: ".repeat(100_000)), Err(vec!["too-deep"]));
        let items = |n: usize| format!("[{}]", "x,".repeat(n));
        assert!(tree(&items(limits::YAML_NODES - 1)).is_ok());
        assert_eq!(tree(&items(limits::YAML_NODES)), Err(vec!["too-many-values"]));
        assert!(tree(&format!("a: {}", "x".repeat(limits::SCRIPT_BYTES - 3))).is_ok());
    }

    #[test]
    fn anchors_within_anchors_are_paid_for() {
        let mut text = String::new();
        for i in 0..60 {
            text += &format!("&a{i} [");
        }
        text += &"x,".repeat(50_000);
        text += &"]".repeat(60);
        assert_eq!(tree(&text), Err(vec!["too-many-values"]));
    }
}
