//! `listing`: lines of a program with colours for its words.

use super::coins::items_of;
use super::lettering::Hang;
use super::lettering::{label, mono, put};
use super::{Drawing, Now, Reading, Visual, VisualSpec};
use crate::color::Role;
use crate::draw::{Grow, Part};
use crate::geom::{Affine, Point, Rect};
use crate::limits;
use crate::script::{FieldSpec, TableFields, Takes, Template};

/// The registry's entry.
pub static SPEC: VisualSpec = VisualSpec {
    name: "listing",
    summary: "lines of a program, its words in colours",
    main: Some("text"),
    example: "listing: { text: 'loss = -log2(q[token]).mean()  # one line', size: 0.5 }",
    fields: &[&[
        FieldSpec::required("text", Takes::Template, "the program; each line is a line"),
        FieldSpec::new("size", Takes::Fixed(0.05, 10.0), "0.45", "height of the em in stage units"),
        FieldSpec::new("numbered", Takes::Flag, "false", "numbers before the lines"),
    ]],
    parts: &[
        ("*", "a line, by position"),
        ("*.*", "a word or sign of it, by position; also by its text, `listing[\"loss\"]`"),
    ],
    values: &[("lines", "how many lines")],
    actions: &[],
    read,
};

struct Listing {
    text: Template,
    size: f64,
    numbered: bool,
}

fn read(fields: &mut TableFields<'_>, _: &Reading<'_>) -> Option<Box<dyn Visual>> {
    let text = fields.template("text");
    let size = fields.fixed_or_default("size");
    let numbered = fields.flag("numbered");
    Some(Box::new(Listing { text: text?, size, numbered }))
}

/// What a word of a program is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Keyword,
    Call,
    Name,
    Number,
    Text,
    Comment,
    Sign,
    Blank,
}

impl Kind {
    fn role(self) -> Role {
        match self {
            Self::Keyword => Role::Fourth,
            Self::Call => Role::First,
            Self::Number => Role::Third,
            Self::Text => Role::Second,
            Self::Comment | Self::Blank => Role::Muted,
            Self::Name | Self::Sign => Role::Ink,
        }
    }
}

/// Words that Python, Rust, C and JavaScript keep for themselves.
const KEYWORDS: &[&str] = &[
    "and", "as", "async", "await", "break", "class", "const", "continue", "def", "else", "enum", "False", "false",
    "fn", "for", "from", "function", "if", "impl", "import", "in", "is", "lambda", "let", "loop", "match", "mod",
    "mut", "new", "None", "not", "null", "or", "pub", "return", "self", "static", "struct", "True", "true", "use",
    "var", "while", "with", "yield",
];

/// A line cut into words and signs; together they are the line.
fn cut(line: &str) -> Vec<(Kind, &str)> {
    let mut pieces = Vec::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let span = |inside: &dyn Fn(char) -> bool| rest.find(|c| !inside(c)).unwrap_or(rest.len());
        let (kind, end) = match first {
            c if c.is_whitespace() => (Kind::Blank, span(&char::is_whitespace)),
            '#' => (Kind::Comment, rest.len()),
            '/' if rest.starts_with("//") => (Kind::Comment, rest.len()),
            '"' | '\'' => {
                let close = rest.char_indices().skip(1).find(|(_, c)| *c == first).map(|(at, c)| at + c.len_utf8());
                (Kind::Text, close.unwrap_or(rest.len()))
            }
            c if c.is_ascii_digit() => (Kind::Number, span(&|c| c.is_ascii_alphanumeric() || c == '.' || c == '_')),
            c if c.is_alphabetic() || c == '_' => {
                let end = span(&|c| c.is_alphanumeric() || c == '_');
                let word = rest.get(..end).unwrap_or_default();
                let called = rest.get(end..).is_some_and(|after| after.starts_with('('));
                let kind = match (KEYWORDS.contains(&word), called) {
                    (true, _) => Kind::Keyword,
                    (false, true) => Kind::Call,
                    (false, false) => Kind::Name,
                };
                (kind, end)
            }
            c => (Kind::Sign, c.len_utf8()),
        };
        let Some((piece, after)) = rest.split_at_checked(end) else { break };
        pieces.push((kind, piece));
        rest = after;
    }
    pieces
}

impl Visual for Listing {
    fn draw(&self, now: &Now<'_>) -> Drawing {
        let text = now.text(&self.text);
        let step = now.label("0", &mono(self.size, now.role(Role::Ink))).layout.width();
        let lines: Vec<&str> = text.lines().take(limits::COUNT).collect();
        let down = self.size * 1.45;
        let longest = lines.iter().map(|line| line.chars().count()).max().unwrap_or(0) as f64 * step;
        let (left, top) = (-longest / 2.0, down * (lines.len().max(1) - 1) as f64 / 2.0);
        let mut part = Part::new("listing");
        for (number, line) in lines.iter().enumerate() {
            let y = top - down * number as f64;
            let mut row = Part::new(number.to_string()).growing(Grow::Fade);
            let (mut x, mut count) = (left, 0);
            for (kind, piece) in cut(line) {
                let wide = piece.chars().count() as f64 * step;
                if kind != Kind::Blank {
                    let set = now.label(piece, &mono(self.size, now.role(kind.role())));
                    let at = Affine::translate((x - set.layout.x0, y - set.middle));
                    let mut word = Part::new(count.to_string()).with_items(items_of(&set.part, at, false));
                    word.source = Some(piece.to_owned());
                    row.parts.push(word.growing(Grow::Fade));
                    count += 1;
                }
                x += wide;
            }
            if self.numbered {
                let set = now.label(&(number + 1).to_string(), &label(self.size * 0.8, now.role(Role::Muted)));
                row.parts.push(put("number", &set, Point::new(left - self.size * 0.6, y), Hang::Right));
            }
            part.parts.push(row);
        }
        let side = if self.numbered { self.size * 1.6 } else { 0.0 };
        let layout = Rect::new(left - side, -top - self.size * 0.6, -left, top + self.size * 0.6);
        Drawing { values: vec![("lines", lines.len() as f64)], ..Drawing::within(layout, part) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_their_kinds_and_nothing_is_lost() {
        let line = "for x in f(3.5, 'a # b'):  # note";
        assert_eq!(cut(line).iter().map(|(_, piece)| *piece).collect::<String>(), line);
        let kinds: Vec<Kind> =
            cut(line).into_iter().map(|(kind, _)| kind).filter(|kind| *kind != Kind::Blank).collect();
        use Kind::{Call, Comment, Keyword, Name, Number, Sign, Text};
        assert_eq!(kinds, [Keyword, Name, Keyword, Call, Sign, Number, Sign, Text, Sign, Sign, Comment]);
        for odd in ["", "'open", "ä = \"ü", "\u{1F600}x", "1_000.5e3"] {
            assert_eq!(cut(odd).iter().map(|(_, piece)| *piece).collect::<String>(), odd);
        }
    }
}
