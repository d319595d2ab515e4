//! `tape`: a message as a row of equal boxes with a symbol in each; `tokens`: a text cut into tinted pieces that keep their blanks.

use super::lettering::{Hang, LABEL_SIZE_FIELD, blank, fitted, label, mono, put};
use super::{Drawing, Now, Reading, Visual, VisualSpec};
use crate::color::{Ink, Role};
use crate::draw::{Grow, Item, Paint, Part, Stroke};
use crate::geom::{Affine, Point, Rect, rounded_rect};
use crate::limits;
use crate::script::{FieldSpec, Slot, TableFields, Takes, Template};
use crate::typeset::Format;

/// The registry's entry of `tape`.
pub static TAPE: VisualSpec = VisualSpec {
    name: "tape",
    summary: "a message as a row of boxes, a symbol in each",
    main: Some("message"),
    example: "tape: { message: a small tape, box: 0.7 }",
    fields: &[&[
        FieldSpec::required("message", Takes::Template, "the message"),
        FieldSpec::new("by", Takes::Word(&["characters", "words"]), "characters", "what a symbol is"),
        FieldSpec::new("box", Takes::Fixed(0.05, 20.0), "0.8", "edge of a box in stage units"),
        FieldSpec::new("gap", Takes::Fixed(0.0, 20.0), "0.08", "space between boxes"),
        FieldSpec::new("color", Takes::Color, "muted", "colour of the boxes"),
        FieldSpec::optional("wrap", Takes::Whole(1, limits::COUNT as i64), "boxes in a row; if not given, all"),
    ]],
    parts: &[("*", "a box with its symbol, by position"), ("*.box", "the box"), ("*.symbol", "the symbol")],
    values: &[("count", "symbols")],
    actions: &[],
    read: read_tape,
};

/// The registry's entry of `tokens`.
pub static TOKENS: VisualSpec = VisualSpec {
    name: "tokens",
    summary: "a text cut into tinted pieces, as a language model reads it",
    main: Some("text"),
    example: "tokens: { text: Models read texts in pieces, size: 0.6 }",
    fields: &[&[
        FieldSpec::optional("text", Takes::Template, "the text; each word with the blank before it is a piece"),
        FieldSpec::optional("pieces", Takes::WordList, "in place of `text`: the pieces, with their blanks"),
        FieldSpec::new("wrap", Takes::Fixed(0.5, 100.0), "14", "width in stage units at which lines are broken"),
        FieldSpec::new("tint", Takes::Number(0.0, 1.0), "0.28", "strength of the colours behind"),
        LABEL_SIZE_FIELD,
    ]],
    parts: &[("*", "a piece, by position"), ("*.box", "the tint behind it"), ("*.word", "its letters")],
    values: &[("count", "pieces")],
    actions: &[],
    read: read_tokens,
};

struct Tape {
    message: Template,
    words: bool,
    edge: f64,
    gap: f64,
    ink: Ink,
    wrap: usize,
}

fn read_tape(fields: &mut TableFields<'_>, _: &Reading<'_>) -> Option<Box<dyn Visual>> {
    let message = fields.template("message");
    let words = fields.word("by") == Some("words");
    let (edge, gap) = (fields.fixed_or_default("box"), fields.fixed_or_default("gap"));
    let ink = fields.ink("color").unwrap_or(Ink::Role(Role::Muted));
    let wrap = fields.whole("wrap").unwrap_or(usize::MAX);
    Some(Box::new(Tape { message: message?, words, edge, gap, ink, wrap }))
}

impl Visual for Tape {
    fn draw(&self, now: &Now<'_>) -> Drawing {
        let text = now.text(&self.message);
        let symbols: Vec<String> = match self.words {
            true => text.split_whitespace().map(str::to_owned).take(limits::COUNT).collect(),
            false => text.chars().map(String::from).take(limits::COUNT).collect(),
        };
        let row = self.wrap.min(symbols.len().max(1));
        let style = label(self.edge * 0.56, now.role(Role::Ink));
        let set = |symbol: &str| if self.words { now.rich(symbol, &style) } else { now.label(symbol, &style) };
        // Boxes are as wide as the widest word needs, all the same.
        let needed = |symbol: &String| set(symbol).layout.width() + self.edge * 0.4;
        let wide = match self.words {
            true => symbols.iter().map(needed).fold(self.edge, f64::max),
            false => self.edge,
        };
        let (across, down) = (wide + self.gap, self.edge + self.gap);
        let stroke = Stroke::new(Paint::solid(now.ink(self.ink)), self.edge * 0.035);
        let mut part = Part::new("tape");
        for (index, symbol) in symbols.iter().enumerate() {
            let centre = Point::new(across * (index % row) as f64, -down * (index / row) as f64);
            let rect = Rect::from_center_size(centre, (wide, self.edge));
            let frame = rounded_rect(rect, self.edge * 0.1);
            let panel = Paint::solid(now.role(Role::Panel)).kept();
            let boxed = Part::new("box").with(Item::fill_stroke(frame, panel, stroke.clone()));
            let mut cell = Part::new(index.to_string()).growing(Grow::Point(centre));
            cell.parts.push(boxed.growing(Grow::Point(centre)));
            cell.parts.push(match symbol.trim().is_empty() {
                true => Part::new("symbol").with(blank(centre, self.edge, now)).growing(Grow::Fade),
                false => fitted("symbol", &set(symbol), centre, wide * 0.88, 0.3),
            });
            part.parts.push(cell.with_attribute("symbol", symbol.as_str()));
        }
        let rows = symbols.len().div_ceil(row).max(1);
        let (half, high) = (wide / 2.0, self.edge / 2.0);
        let right = across * (row - 1) as f64 + half;
        let layout = Rect::new(-half, -high - down * (rows - 1) as f64, right, high);
        Drawing { values: vec![("count", symbols.len() as f64)], ..Drawing::within(layout, part) }
    }
}

struct Tokens {
    text: Option<Template>,
    pieces: Option<Slot>,
    wrap: f64,
    tint: crate::script::Num,
    size: f64,
}

fn read_tokens(fields: &mut TableFields<'_>, _: &Reading<'_>) -> Option<Box<dyn Visual>> {
    let (text, pieces) = (fields.template("text"), fields.word_list("pieces"));
    let wrap = fields.fixed_or_default("wrap");
    let tint = fields.number_or_default("tint");
    let size = fields.fixed_or_default("size");
    if text.is_some() == pieces.is_some() {
        let found =
            crate::diag::Diagnostic::error("missing-key", fields.span(), "tokens need either `text` or `pieces`");
        fields.report(found.hint("`pieces: [Comp, ression, ' is']` keeps blanks that are in quotes"));
        return None;
    }
    Some(Box::new(Tokens { text, pieces, wrap, tint, size }))
}

/// A text cut before each blank that a word follows.
fn cut(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut before = 'x';
    for c in text.chars() {
        match pieces.last_mut() {
            Some(piece) if !c.is_whitespace() || before.is_whitespace() => piece.push(c),
            _ => pieces.push(c.into()),
        }
        before = c;
    }
    pieces
}

impl Visual for Tokens {
    fn draw(&self, now: &Now<'_>) -> Drawing {
        let pieces = match (&self.text, self.pieces) {
            (Some(text), _) => cut(&now.text(text)),
            (None, Some(slot)) => now.words(slot, &Format::default()),
            (None, None) => Vec::new(),
        };
        let style = mono(self.size, now.role(Role::Ink));
        let blank = now.label("0", &style).layout.width() * 0.7;
        let line = self.size * 1.6;
        let (mut x, mut y, mut widest) = (0.0, 0.0, 0.0_f64);
        let mut part = Part::new("tokens");
        for (index, piece) in pieces.iter().take(limits::COUNT).enumerate() {
            let word = piece.trim();
            let lead = (piece.chars().count() - piece.trim_start().chars().count()) as f64 * blank;
            let set = now.label(word, &style);
            let width = lead + set.layout.width() + self.size * 0.24;
            if x > 0.0 && x + width > self.wrap {
                (x, y) = (0.0, y - line);
            }
            let rect = Rect::new(x + 0.015, y - self.size * 0.62, x + width - 0.015, y + self.size * 0.62);
            let tint = now.role(Role::symbol(index)).faded(now.number(&self.tint).clamp(0.0, 1.0) as f32);
            let ground = Item::fill(rounded_rect(rect, self.size * 0.12), Paint::solid(tint));
            let mut token = Part::new(index.to_string()).growing(Grow::Point(rect.center()));
            token.parts.push(Part::new("box").with(ground).growing(Grow::Horizontal(rect.x0)));
            token.parts.push(put("word", &set, Point::new(x + lead + self.size * 0.12, y), Hang::Left));
            part.parts.push(token.with_attribute("symbol", word));
            x += width;
            widest = widest.max(x);
        }
        // Centred on the origin.
        let centre = Affine::translate((-widest / 2.0, -y / 2.0));
        part.parts.iter_mut().for_each(|token| token.transform = centre * token.transform);
        let half = self.size * 0.62;
        let layout = Rect::new(-widest / 2.0, y / 2.0 - half, widest / 2.0, -y / 2.0 + half);
        Drawing { values: vec![("count", pieces.len() as f64)], ..Drawing::within(layout, part) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_keep_the_blanks_before_them() {
        assert_eq!(cut("to be  or"), ["to", " be", "  or"]);
        assert_eq!(cut(" a b "), [" a", " b", " "]);
        assert_eq!(cut(""), Vec::<String>::new());
        for text in ["one two", "  x", "a\tb c"] {
            assert_eq!(cut(text).concat(), text);
        }
    }
}
