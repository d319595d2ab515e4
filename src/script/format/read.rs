//! The text of a script -> its tree as written.
//!
//! Events of the parser give the shape; a cursor that walks over the text finds what events leave out. What is too odd to
//! be written again (`? ` keys, `|+`, aliases as keys) makes the whole text [`Odd`]: it stays as it is.

use std::iter::Peekable;
use std::ops::Range;
use std::sync::Arc;

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::super::syntax;
use super::super::yaml::Places;
use super::tree::{Block, Comment, Document, Entry, Flow, Kind, Node};
use crate::diag::{Source, Span};

/// Something that is left as it is written.
#[derive(Debug)]
pub(super) struct Odd;

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
        repeats: events.iter().any(|what| matches!(what, What::Alias(_))),
        events: events.into_iter().peekable(),
        at: before.end,
        end: after.start,
        pending: Vec::new(),
        comments: Vec::new(),
    };
    let mut root = reader.root()?;
    root.tail.append(&mut reader.pending);
    if reader.at != reader.end {
        return Err(Odd);
    }
    let mut header = Vec::new();
    if let Some(first) = root.entries.first_mut() {
        let own = if first.blank { first.leading.len() } else { last_gap(&first.leading) };
        header.extend(first.leading.drain(..own));
        first.blank &= !first.leading.is_empty();
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
    /// Is there an alias anywhere?
    repeats: bool,
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

    fn root(&mut self) -> Result<Block, Odd> {
        let Some(What::Start { is_map, anchored: false }) = self.events.next() else { return Err(Odd) };
        self.skip();
        if self.rest().starts_with(['{', '[']) || self.pending.iter().any(|comment| !comment.alone) {
            return Err(Odd);
        }
        self.block(is_map, false)
    }

    /// A block whose first key or dash is next. `flush`: its dashes stand right below the key that it belongs to.
    fn block(&mut self, is_map: bool, flush: bool) -> Result<Block, Odd> {
        let mut block = Block { is_map, entries: Vec::new(), tail: Vec::new() };
        while !matches!(self.events.peek(), None | Some(What::End)) {
            let entry = self.entry(is_map)?;
            block.entries.push(entry);
        }
        self.events.next();
        // What begins a block may move down, but not with the empty line above the block.
        if let Some(first) = block.entries.first_mut() {
            first.blank &= !first.leading.is_empty();
        }
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
        let (mut value, between) = self.value(is_map, column)?;
        value.refers |= self.is_anchored(&key);
        let (mut head, mut raw) = (None, false);
        if let Kind::Block(block) = &mut value.kind {
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
        let trailing = if matches!(value.kind, Kind::Block(_)) { None } else { self.trailing() };
        let mut below = Vec::new();
        if !matches!(value.kind, Kind::Block(_)) {
            self.skip();
            let mine = self.pending.iter().take_while(|comment| comment.alone && comment.column > column).count();
            below.extend(self.pending.drain(..mine));
        }
        Ok(Entry { leading, blank, column, key, after_intro, head, value, raw, trailing, below })
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
        let alias = matches!(what, What::Alias(_));
        if null && !anchored {
            return Ok((self.nothing(), Vec::new()));
        }
        self.skip();
        let mut anchor = self.at..self.at;
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
            What::Alias(end) if self.rest().starts_with('*') => self.word(end)?,
            What::Alias(_) => return Err(Odd),
            What::Scalar { empty: true, .. } => Kind::Null,
            What::Scalar { style: ScalarStyle::Literal | ScalarStyle::Folded, .. } => self.block_scalar(column)?,
            What::Scalar { end, .. } => self.word(end)?,
        };
        let inner = match &kind {
            Kind::Word => alias,
            Kind::Flow(flow) => flow.entries.iter().any(|(_, node)| node.refers),
            Kind::Block(block) => block.entries.iter().any(|entry| entry.value.refers),
            Kind::Null | Kind::Words | Kind::Text => false,
        };
        let refers = self.repeats && (inner || anchored);
        Ok((Node { anchor, start, end: self.at, kind, refers }, before))
    }

    fn nothing(&self) -> Node {
        Node { anchor: self.at..self.at, start: self.at, end: self.at, kind: Kind::Null, refers: false }
    }

    fn is_anchored(&self, key: &Range<usize>) -> bool {
        self.repeats && self.text.get(key.clone()).is_some_and(|key| key.starts_with('&'))
    }

    fn word(&mut self, end: usize) -> Result<Kind, Odd> {
        let text = self.text.get(self.at..end).ok_or(Odd)?.trim_end();
        if text.is_empty() {
            return Err(Odd);
        }
        self.at += text.len();
        Ok(if text.contains('\n') { Kind::Words } else { Kind::Word })
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
            return Ok((key, self.nothing()));
        }
        *odd |= self.text.get(key.clone()).is_some_and(strange);
        self.take(':')?;
        let mut value = self.flow_value(odd)?;
        value.refers |= self.is_anchored(&key);
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
            Kind::Word => *odd |= self.text.get(node.start..node.end).is_some_and(strange),
        }
        Ok(node)
    }
}

/// Does a text begin or end with a sign that means something else once the spaces about it change?
fn strange(text: &str) -> bool {
    let alone = text.strip_suffix(['-', '?', ':']).is_some_and(|rest| rest.is_empty() || rest.ends_with(' '));
    alone || text.starts_with(['|', '>', '%', '@', '`'])
}
