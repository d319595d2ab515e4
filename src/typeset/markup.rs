//! Markup in text: `*italics*`, `**semi-bold**`, `{accent:colour}`, `$formula$`.
//!
//! Enters: text as a script has it. Leaves: plain text, in which a formula is one letter, with spans that say what is
//! special about which bytes.

use std::ops::Range;

use super::{Asked, Error, Roles, check_length};
use crate::color::Rgba;

/// Stands for a formula in plain text: a letter, so that lines break as around a word.
pub(super) const PLACEHOLDER: char = 'x';

/// How a stretch of text differs from the rest.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Look {
    pub italic: bool,
    pub strong: bool,
    pub color: Option<Rgba>,
    /// Index of the formula that the stretch (one placeholder) stands for.
    pub formula: Option<usize>,
}

/// A formula within text.
#[derive(Debug, PartialEq)]
pub(super) struct Inline {
    pub source: String,
    /// First byte of its source in the markup.
    pub start: usize,
    pub color: Option<Rgba>,
}

/// Text without its markup.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Marked {
    pub text: String,
    /// In order, side by side, covering the text.
    pub spans: Vec<(Range<usize>, Look)>,
    pub formulas: Vec<Inline>,
    /// Roles that were asked for, with the answers.
    pub roles: Asked,
}

impl Marked {
    /// Text in which no character means anything.
    pub fn plain(text: &str) -> Self {
        let mut marked = Self::default();
        for c in text.chars() {
            marked.push(c, Look::default());
        }
        marked
    }

    /// Adds a character; tabs become blanks, control characters have no shape and are dropped.
    fn push(&mut self, c: char, look: Look) {
        let c = if c == '\t' { ' ' } else { c };
        if c.is_control() && c != '\n' {
            return;
        }
        let start = self.text.len();
        self.text.push(c);
        let end = self.text.len();
        match self.spans.last_mut() {
            Some((range, last)) if *last == look && look.formula.is_none() => range.end = end,
            _ => self.spans.push((start..end, look)),
        }
    }

    /// The look of the text at a byte.
    pub fn look(&self, byte: usize) -> Look {
        let after = self.spans.partition_point(|(range, _)| range.start <= byte);
        after.checked_sub(1).and_then(|i| self.spans.get(i)).map_or(Look::default(), |(_, look)| *look)
    }

    /// Some of the text as it was meant: formulas by their source.
    pub fn source(&self, range: Range<usize>) -> String {
        let mut out = String::new();
        for (i, c) in self.text.get(range.clone()).unwrap_or_default().char_indices() {
            match self.look(range.start + i).formula.and_then(|i| self.formulas.get(i)) {
                Some(inline) => out.extend(["$", &inline.source, "$"]),
                None => out.push(c),
            }
        }
        out
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Opened {
    Italic,
    Strong,
    Color(Rgba),
}

/// Reads markup.
///
/// # Errors
/// What is opened and not closed, or closed and not opened; an unknown role; an empty formula; too much text.
pub(super) fn parse(source: &str, roles: Roles) -> Result<Marked, Error> {
    check_length(source)?;
    let mut reader = Reader { source, at: 0, marked: Marked::default(), open: Vec::new(), roles };
    while reader.at < source.len() {
        reader.step()?;
    }
    match reader.open.last() {
        Some((Opened::Color(_), at)) => Err(Error::new("this `{` is never closed", *at, at + 1)),
        Some((Opened::Italic, at)) => {
            Err(Error::new("this `*` is never closed; write `\\*` for an asterisk", *at, at + 1))
        }
        Some((Opened::Strong, at)) => Err(Error::new("this `**` is never closed", *at, at + 2)),
        None => Ok(reader.marked),
    }
}

struct Reader<'a> {
    source: &'a str,
    at: usize,
    marked: Marked,
    open: Vec<(Opened, usize)>,
    roles: Roles<'a>,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.source.get(self.at..).unwrap_or_default()
    }

    fn look(&self) -> Look {
        let mut look = Look::default();
        for (opened, _) in &self.open {
            match opened {
                Opened::Italic => look.italic = true,
                Opened::Strong => look.strong = true,
                Opened::Color(color) => look.color = Some(*color),
            }
        }
        look
    }

    fn literal(&mut self, c: char) {
        let look = self.look();
        self.marked.push(c, look);
        self.at += c.len_utf8();
    }

    fn step(&mut self) -> Result<(), Error> {
        let mut chars = self.rest().chars();
        match chars.next() {
            Some('\\') => {
                let escaped = chars.next().filter(|c| "\\*{}$".contains(*c));
                self.at += usize::from(escaped.is_some());
                self.literal(escaped.unwrap_or('\\'));
            }
            Some('*') => self.star()?,
            Some('{') => self.color()?,
            Some('}') => match self.open.pop() {
                Some((Opened::Color(_), _)) => self.at += 1,
                Some((_, at)) => return Err(Error::new("this is not closed before the colour ends", at, at + 1)),
                None => {
                    return Err(Error::new("this `}` closes nothing; write `\\}` for a brace", self.at, self.at + 1));
                }
            },
            Some('$') => self.formula()?,
            Some(c) => self.literal(c),
            None => {}
        }
        Ok(())
    }

    fn star(&mut self) -> Result<(), Error> {
        let top = self.open.last().map(|(opened, _)| *opened);
        let double = self.rest().starts_with("**") && !(top == Some(Opened::Italic) && self.rest().starts_with("***"));
        let (mark, length) = if double { (Opened::Strong, 2) } else { (Opened::Italic, 1) };
        let blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
        let before = self.source.get(..self.at).and_then(|s| s.chars().next_back());
        let after = self.rest().get(length..).and_then(|s| s.chars().next());
        if top == Some(mark) && !blank(before) {
            self.open.pop();
        } else if blank(after) {
            for _ in 0..length {
                self.literal('*');
            }
            return Ok(());
        } else if let Some((_, at)) = self.open.iter().find(|(opened, _)| *opened == mark) {
            return Err(Error::new("what is opened here is not closed in the same order", *at, at + length));
        } else {
            self.open.push((mark, self.at));
        }
        self.at += length;
        Ok(())
    }

    fn color(&mut self) -> Result<(), Error> {
        let inner = self.rest().get(1..).unwrap_or_default();
        let named = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '#';
        let length = inner.find(|c| !named(c)).unwrap_or(inner.len());
        let name = inner.get(..length).unwrap_or_default();
        if name.is_empty() || !inner.get(length..).is_some_and(|rest| rest.starts_with(':')) {
            let advice = "a colour is written `{accent:words}`, and a brace `\\{`";
            return Err(Error::new(advice, self.at, self.at + 1 + length));
        }
        let color = Rgba::parse_hex(name).or_else(|| {
            let color = (self.roles)(name);
            self.marked.roles.push((name.into(), color));
            color
        });
        let Some(color) = color else {
            return Err(Error::new(format!("no role is called `{name}`"), self.at + 1, self.at + 1 + length));
        };
        self.open.push((Opened::Color(color), self.at));
        self.at += length + 2;
        Ok(())
    }

    fn formula(&mut self) -> Result<(), Error> {
        let start = self.at + 1;
        let inner = self.source.get(start..).unwrap_or_default();
        let mut escaped = false;
        let end = inner.find(|c| {
            let ends = c == '$' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        let Some(end) = end else {
            return Err(Error::new("this `$` is never closed; write `\\$` for a dollar", self.at, start));
        };
        let formula = inner.get(..end).unwrap_or_default();
        if formula.trim().is_empty() {
            return Err(Error::new("an empty formula; write `\\$` for a dollar", self.at, start + end + 1));
        }
        let look = self.look();
        let index = self.marked.formulas.len();
        self.marked.formulas.push(Inline { source: formula.into(), start, color: look.color });
        self.marked.push(PLACEHOLDER, Look { formula: Some(index), ..look });
        self.at = start + end + 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(source: &str) -> Result<Marked, Error> {
        parse(source, &|name| (name == "accent").then_some(Rgba::hex(0xffd866)))
    }

    #[test]
    fn marks_become_looks() {
        let marked = read("a *b **c*** {accent:d $p$} \\* 2 * 3").unwrap();
        assert_eq!(marked.text, "a b c d x * 2 * 3");
        assert!(marked.look(2).italic && !marked.look(2).strong);
        assert!(marked.look(4).italic && marked.look(4).strong && !marked.look(5).italic);
        assert_eq!(marked.look(6).color, Some(Rgba::hex(0xffd866)));
        assert_eq!(marked.formulas, [Inline { source: "p".into(), start: 23, color: Some(Rgba::hex(0xffd866)) }]);
        assert_eq!(marked.source(6..9), "d $p$");
        assert_eq!(marked.look(10), Look::default());
    }

    #[test]
    fn mistakes_have_their_place() {
        for (source, start, end) in [
            ("a {accent:b", 2, 3),
            ("a } b", 2, 3),
            ("{b}", 0, 2),
            ("{nobody:b}", 1, 7),
            ("*a", 0, 1),
            ("é **a", 3, 5),
            ("costs $5", 6, 7),
            ("a $ $", 2, 5),
            ("{accent:*a}", 8, 9),
        ] {
            let error = read(source).unwrap_err();
            assert_eq!((error.start, error.end), (start, end), "{source}: {error}");
        }
    }

    #[test]
    fn escapes_and_controls() {
        assert_eq!(read(r"\{a\} \$5 \\ \n").unwrap().text, r"{a} $5 \ \n");
        assert_eq!(Marked::plain("a\t*b*\r\n\u{7}c").text, "a *b*\nc");
    }
}
