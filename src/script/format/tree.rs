//! The text of a script -> what is written where: values, their anchors, every comment with what it belongs to.
//!
//! The tree of `yaml.rs` says what a script means; this one says how it is written, so that it can be written again. Events
//! of the parser give the shape, a cursor that walks over the text finds what events leave out. What is too odd to be
//! written again (`? ` keys, `|+`, aliases as keys) makes the whole text [`Odd`]: it stays as it is.

use std::iter::Peekable;
use std::ops::Range;
use std::sync::Arc;

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::super::syntax;
use super::super::yaml::Places;
use crate::diag::{Source, Span};

/// Something that is left as it is written.
#[derive(Debug)]
pub(super) struct Odd;

/// A whole script.
pub(super) struct Document {
    /// Everything up to and including `---`, if that is written.
    pub before: Range<usize>,
    /// Comments at the top, with a blank line behind them: they belong to the file.
    pub header: Vec<Comment>,
    /// The script.
    pub root: Block,
    /// Everything from `...` on, if that is written.
    pub after: Range<usize>,
    /// All comments outside of values that span lines, in their order.
    pub comments: Vec<Range<usize>>,
}

/// A comment that has a line for itself, or stands at the end of one.
#[derive(Clone, Debug)]
pub(super) struct Comment {
    /// From `#` on, without space at the end.
    pub text: Range<usize>,
    /// Does it begin its line?
    pub alone: bool,
    /// Is there an empty line before it?
    pub blank: bool,
    /// Where it stands in its line, in bytes.
    pub column: usize,
}

/// A list or a map in lines of its own.
#[derive(Debug)]
pub(super) struct Block {
    pub is_map: bool,
    pub entries: Vec<Entry>,
    /// Comments behind the last entry.
    pub tail: Vec<Comment>,
}

/// A line of a block, and what is below it.
#[derive(Debug)]
pub(super) struct Entry {
    /// Comments in the lines above it.
    pub leading: Vec<Comment>,
    /// Is there an empty line right above it?
    pub blank: bool,
    /// Where its key or dash stands in its line, in bytes.
    pub column: usize,
    /// The key, with its anchor; nothing for an item of a list.
    pub key: Range<usize>,
    /// Behind the colon or dash.
    pub after_intro: usize,
    /// The comment beside a key or dash whose value stands below.
    pub head: Option<Comment>,
    pub value: Node,
    /// Comments stand between the key and its value: it stays as it is.
    pub raw: bool,
    /// The comment behind the value.
    pub trailing: Option<Comment>,
}

/// A value.
#[derive(Debug)]
pub(super) struct Node {
    /// `&name`, or nothing.
    pub anchor: Range<usize>,
    pub start: usize,
    pub end: usize,
    pub kind: Kind,
}

#[derive(Debug)]
pub(super) enum Kind {
    /// Nothing is written.
    Null,
    /// A scalar within a line, or an alias.
    Word {
        alias: bool,
    },
    /// A scalar over several lines.
    Words,
    /// `|` or `>` and what is below it.
    Text,
    Flow(Flow),
    Block(Block),
}

/// A list or a map in brackets.
#[derive(Debug)]
pub(super) struct Flow {
    pub is_map: bool,
    /// Keys (for maps) and values.
    pub entries: Vec<(Range<usize>, Node)>,
    /// Holds comments, or something that only its writer can lay out.
    pub odd: bool,
}

impl Node {
    /// Is an anchor or an alias in it? Their order has a meaning.
    pub fn has_references(&self) -> bool {
        let inner = match &self.kind {
            Kind::Word { alias } => *alias,
            Kind::Flow(flow) => flow.entries.iter().any(|(_, node)| node.has_references()),
            Kind::Block(block) => block.entries.iter().any(|entry| entry.value.has_references()),
            Kind::Null | Kind::Words | Kind::Text => false,
        };
        inner || !self.anchor.is_empty()
    }
}

/// Reads a text whose lines end with `\n`, and which `yaml::parse` accepts.
pub(super) fn read(source: &Arc<Source>) -> Result<Document, Odd> {
    let places = Places::new(&source.text);
    let mut events = Vec::new();
    let mut before = 0..0;
    let mut after = source.text.len()..source.text.len();
    for event in Parser::new_from_str(&source.text) {
        let Ok((event, place)) = event else { return Err(Odd) };
        let (start, end) = (places.byte(place.start.index()), places.byte(place.end.index()));
        let span = Span::new(source, start, end);
        let what = match event {
            Event::DocumentStart(explicit) => {
                if explicit {
                    before = 0..start + 3;
                }
                continue;
            }
            Event::DocumentEnd => {
                if source.text.get(start..).is_some_and(|rest| rest.starts_with("...")) {
                    after.start = start;
                }
                continue;
            }
            Event::Alias(_) => What::Alias(span.end),
            Event::Scalar(text, style, anchor, _) => What::Scalar {
                end: syntax::scalar_span(&span, style).end,
                style,
                empty: text.is_empty() && style == ScalarStyle::Plain,
                anchored: anchor > 0,
            },
            Event::SequenceStart(anchor, _) => What::Start { is_map: false, anchored: anchor > 0 },
            Event::MappingStart(anchor, _) => What::Start { is_map: true, anchored: anchor > 0 },
            Event::SequenceEnd | Event::MappingEnd => What::End,
            Event::Nothing | Event::StreamStart | Event::StreamEnd => continue,
        };
        events.push(what);
    }
    if before.end > 0 && source.text.get(before.clone()).is_none_or(|text| !text.ends_with("---")) {
        return Err(Odd);
    }
    let mut reader = Reader {
        text: &source.text,
        events: events.into_iter().peekable(),
        at: before.end,
        end: after.start,
        pending: Vec::new(),
        comments: Vec::new(),
    };
    let root = reader.root()?;
    let Kind::Block(mut root) = root.kind else { return Err(Odd) };
    root.tail.append(&mut reader.pending);
    if reader.at != reader.end {
        return Err(Odd);
    }
    let mut header = Vec::new();
    if let Some(first) = root.entries.first_mut() {
        let own = if first.blank { first.leading.len() } else { last_gap(&first.leading) };
        header.extend(first.leading.drain(..own));
    }
    Ok(Document { before, header, root, after, comments: reader.comments })
}

/// How many of these comments stand above their last empty line.
fn last_gap(comments: &[Comment]) -> usize {
    comments.iter().rposition(|comment| comment.blank).unwrap_or(0)
}

/// An event, as far as it matters here.
enum What {
    Alias(usize),
    Scalar { end: usize, style: ScalarStyle, empty: bool, anchored: bool },
    Start { is_map: bool, anchored: bool },
    End,
}

struct Reader<'t> {
    text: &'t str,
    events: Peekable<std::vec::IntoIter<What>>,
    at: usize,
    end: usize,
    /// Comments that belong to nothing yet.
    pending: Vec<Comment>,
    comments: Vec<Range<usize>>,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..self.end).unwrap_or_default()
    }

    fn line_start(&self, at: usize) -> usize {
        self.text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |i| i + 1)
    }

    /// Does an empty line stand above the line of this place? Only for what begins its line.
    fn blank_above(&self, at: usize) -> bool {
        let start = self.line_start(at);
        let alone = self.text.get(start..at).is_some_and(|indent| indent.trim().is_empty());
        let above = self.text.get(..start).and_then(|before| before.strip_suffix('\n'));
        alone && above.is_some_and(|above| above.rsplit('\n').next().unwrap_or_default().trim().is_empty())
    }

    /// Walks over space and comments.
    fn skip(&mut self) {
        loop {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n']).len();
            if self.rest().starts_with('#') {
                let comment = self.comment();
                self.pending.push(comment);
            } else {
                return;
            }
        }
    }

    fn comment(&mut self) -> Comment {
        let start = self.at;
        let line = self.rest().lines().next().unwrap_or_default();
        let (length, trimmed) = (line.len(), line.trim_end().len());
        let column = start - self.line_start(start);
        let alone = self.text.get(start - column..start).is_some_and(|before| before.trim().is_empty());
        let text = start..start + trimmed;
        self.comments.push(text.clone());
        let blank = alone && self.blank_above(start);
        self.at += length;
        Comment { text, alone, blank, column }
    }

    /// The comment behind a value, on its last line.
    fn trailing(&mut self) -> Option<Comment> {
        let rest = self.rest();
        let space = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        if space == 0 || !rest.get(space..)?.starts_with('#') {
            return None;
        }
        self.at += space;
        Some(self.comment())
    }

    fn take(&mut self, mark: char) -> Result<usize, Odd> {
        let at = self.at;
        let rest = self.rest().strip_prefix(mark).ok_or(Odd)?;
        if mark == '-' && !rest.is_empty() && !rest.starts_with([' ', '\t', '\n']) {
            return Err(Odd);
        }
        self.at += mark.len_utf8();
        Ok(at)
    }

    fn root(&mut self) -> Result<Node, Odd> {
        let Some(What::Start { is_map, anchored: false }) = self.events.next() else { return Err(Odd) };
        self.skip();
        if self.rest().starts_with(['{', '[']) || self.pending.iter().any(|comment| !comment.alone) {
            return Err(Odd);
        }
        let start = self.at;
        let block = self.block(is_map, false)?;
        Ok(Node { anchor: 0..0, start, end: self.at, kind: Kind::Block(block) })
    }

    /// A block whose first key or dash is next. `flush`: its dashes stand right below the key that it belongs to.
    fn block(&mut self, is_map: bool, flush: bool) -> Result<Block, Odd> {
        let mut block = Block { is_map, entries: Vec::new(), tail: Vec::new() };
        while !matches!(self.events.peek(), None | Some(What::End)) {
            let entry = self.entry(is_map)?;
            block.entries.push(entry);
        }
        self.events.next();
        self.skip();
        let column = block.entries.first().map_or(0, |first| first.column) + usize::from(flush);
        let mine = self.pending.iter().position(|comment| comment.column < column).unwrap_or(self.pending.len());
        block.tail.extend(self.pending.drain(..mine));
        Ok(block)
    }

    fn entry(&mut self, is_map: bool) -> Result<Entry, Odd> {
        self.skip();
        let leading = std::mem::take(&mut self.pending);
        if leading.iter().any(|comment| !comment.alone) {
            return Err(Odd);
        }
        let start = self.at;
        let (column, blank) = (start - self.line_start(start), self.blank_above(start));
        let key = if is_map { self.key()? } else { 0..0 };
        if is_map {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start_matches([' ', '\t']).len();
            self.take(':')?;
        } else {
            self.take('-')?;
        }
        let after_intro = self.at;
        let value = self.value(is_map, column)?;
        let (mut head, mut raw) = (None, false);
        let mut value = value;
        let between = std::mem::take(&mut value.1);
        if let Kind::Block(block) = &mut value.0.kind {
            let mut between = between.into_iter().peekable();
            head = between.next_if(|comment| !comment.alone);
            let rest: Vec<Comment> = between.collect();
            if rest.iter().any(|comment| !comment.alone) {
                return Err(Odd);
            }
            if let Some(first) = block.entries.first_mut() {
                first.leading.splice(0..0, rest);
            }
        } else {
            raw = !between.is_empty();
        }
        let trailing = if matches!(value.0.kind, Kind::Block(_)) { None } else { self.trailing() };
        Ok(Entry { leading, blank, column, key, after_intro, head, value: value.0, raw, trailing })
    }

    /// A key within a line, with its anchor.
    fn key(&mut self) -> Result<Range<usize>, Odd> {
        let start = self.at;
        let Some(What::Scalar { end, style, empty: false, anchored }) = self.events.next() else { return Err(Odd) };
        if anchored {
            self.anchor()?;
        }
        let explicit = self.rest().starts_with("? ") || self.rest().starts_with("?\n");
        let text = self.text.get(start..end).unwrap_or_default();
        if explicit || text.contains('\n') || matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
            return Err(Odd);
        }
        let end = start + text.trim_end().len();
        self.at = end;
        Ok(start..end)
    }

    fn anchor(&mut self) -> Result<Range<usize>, Odd> {
        let start = self.at;
        let rest = self.rest();
        if !rest.starts_with('&') {
            return Err(Odd);
        }
        self.at += rest.find([' ', '\t', '\n', ',', '{', '}', '[', ']']).unwrap_or(rest.len());
        let anchor = start..self.at;
        Ok(anchor)
    }

    /// The value behind a colon or dash, and the comments before it.
    fn value(&mut self, in_map: bool, column: usize) -> Result<(Node, Vec<Comment>), Odd> {
        let what = self.events.next().ok_or(Odd)?;
        let anchored = matches!(what, What::Scalar { anchored: true, .. } | What::Start { anchored: true, .. });
        let null = matches!(what, What::Scalar { empty: true, .. });
        let nothing = self.at..self.at;
        if null && !anchored {
            return Ok((Node { anchor: nothing, start: self.at, end: self.at, kind: Kind::Null }, Vec::new()));
        }
        self.skip();
        let mut anchor = nothing;
        if anchored {
            anchor = self.anchor()?;
            if !null {
                self.skip();
            }
        }
        let before = std::mem::take(&mut self.pending);
        let start = self.at;
        let kind = match what {
            What::End => return Err(Odd),
            What::Start { is_map, .. } if self.rest().starts_with(['{', '[']) => Kind::Flow(self.flow(is_map)?),
            What::Start { is_map, .. } => {
                let flush = in_map && !is_map && start - self.line_start(start) == column;
                Kind::Block(self.block(is_map, flush)?)
            }
            What::Alias(end) => self.word(end, true)?,
            What::Scalar { empty: true, .. } => Kind::Null,
            What::Scalar { style: ScalarStyle::Literal | ScalarStyle::Folded, .. } => self.block_scalar(column)?,
            What::Scalar { end, .. } => self.word(end, false)?,
        };
        Ok((Node { anchor, start, end: self.at, kind }, before))
    }

    fn word(&mut self, end: usize, alias: bool) -> Result<Kind, Odd> {
        let text = self.text.get(self.at..end).ok_or(Odd)?.trim_end();
        if text.is_empty() || (alias && !text.starts_with('*')) {
            return Err(Odd);
        }
        self.at += text.len();
        Ok(if text.contains('\n') { Kind::Words } else { Kind::Word { alias } })
    }

    /// `|` or `>`, whose content stands deeper than this column. Empty lines at its end are left out.
    fn block_scalar(&mut self, column: usize) -> Result<Kind, Odd> {
        let rest = self.rest();
        let header = rest.lines().next().unwrap_or_default();
        let marks = header.split(['#', ' ', '\t']).next().unwrap_or_default();
        if marks.contains('+') {
            return Err(Odd);
        }
        let told = marks.chars().find_map(|c| c.to_digit(10)).map(|deeper| column + deeper as usize);
        let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
        let mut depth = told;
        let mut length = header.len();
        let mut so_far = header.len();
        for line in rest.split('\n').skip(1) {
            so_far += 1 + line.len();
            if line.trim_matches(' ').is_empty() && depth.is_none_or(|depth| line.len() <= depth) {
                continue;
            }
            let depth = *depth.get_or_insert_with(|| indent(line).max(column + 1));
            if indent(line) < depth {
                break;
            }
            length = so_far;
        }
        self.at += length;
        // Without a line break at the end of the file, the text has none either.
        if self.at == self.text.len() { Err(Odd) } else { Ok(Kind::Text) }
    }

    fn flow(&mut self, is_map: bool) -> Result<Flow, Odd> {
        let (open, close) = if is_map { ('{', '}') } else { ('[', ']') };
        self.take(open)?;
        let mut flow = Flow { is_map, entries: Vec::new(), odd: false };
        loop {
            self.skip();
            let bracket = self.rest().starts_with(['{', '[', '&']);
            match self.events.peek().ok_or(Odd)? {
                What::End => break,
                _ if is_map => {
                    let pair = self.pair(&mut flow.odd)?;
                    flow.entries.push(pair);
                }
                // `[a: 1]`: a map without braces.
                What::Start { is_map: true, .. } if !bracket => {
                    self.events.next();
                    self.pair(&mut flow.odd)?;
                    self.events.next();
                    flow.odd = true;
                }
                _ => {
                    let item = self.flow_value(&mut flow.odd)?;
                    flow.entries.push((0..0, item));
                }
            }
            self.skip();
            if self.rest().starts_with(',') {
                self.take(',')?;
            }
        }
        self.events.next();
        flow.odd |= !self.pending.is_empty();
        self.pending.clear();
        self.take(close)?;
        Ok(flow)
    }

    fn pair(&mut self, odd: &mut bool) -> Result<(Range<usize>, Node), Odd> {
        let key = self.key()?;
        self.skip();
        if !self.rest().starts_with(':') {
            *odd = true; // `{ a }`: a key without a value
            self.events.next();
            return Ok((key, Node { anchor: 0..0, start: self.at, end: self.at, kind: Kind::Null }));
        }
        self.take(':')?;
        let value = self.flow_value(odd)?;
        Ok((key, value))
    }

    fn flow_value(&mut self, odd: &mut bool) -> Result<Node, Odd> {
        let outside = std::mem::take(&mut self.pending);
        let (node, before) = self.value(false, 0)?;
        *odd |= !outside.is_empty() || !before.is_empty();
        match &node.kind {
            Kind::Null | Kind::Words => *odd = true,
            Kind::Text | Kind::Block(_) => return Err(Odd),
            Kind::Flow(flow) => *odd |= flow.odd,
            Kind::Word { .. } => {}
        }
        Ok(node)
    }
}
