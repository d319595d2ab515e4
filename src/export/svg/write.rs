//! The file in the making: what is defined once, what is drawn, and how numbers and words are written.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::fonts::Fonts;
use super::{Letters, Page};
use crate::draw::{Bitmap, Clip};
use crate::geom::{Affine, BezPath, PathEl, Point};

/// Decimals of a coordinate in points: finer than any printer.
const DECIMALS: f64 = 100.0;

pub(super) struct Writer<'a> {
    pub page: &'a Page<'a>,
    pub letters: Letters,
    pub fonts: Fonts,
    /// What stands in `<defs>`.
    pub defs: String,
    /// What is drawn.
    pub out: String,
    /// Glyphs that are defined, by font, glyph and size.
    pub glyphs: BTreeMap<(u64, u16, u64), String>,
    /// Gradients, filters and clips that are defined, by how they are written.
    defined: BTreeMap<String, String>,
    clips: Vec<(Clip, Affine, String)>,
    pub bitmaps: Vec<(Arc<Bitmap>, String)>,
    ids: BTreeSet<String>,
    /// Layers around what is being drawn.
    pub depth: usize,
}

impl<'a> Writer<'a> {
    pub fn new(page: &'a Page<'a>, letters: Letters) -> Self {
        let (defs, out, glyphs, defined, clips, bitmaps) = Default::default();
        // Taken by the file itself.
        let ids = ["figure-title", "figure-desc"].map(String::from).into();
        Self { page, letters, fonts: Fonts::default(), defs, out, glyphs, defined, clips, bitmaps, ids, depth: 0 }
    }

    /// An id that is free: the wished one, or with a number behind it.
    pub fn id(&mut self, wished: &str) -> String {
        let plain: String =
            wished.chars().map(|c| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '_' }).collect();
        let plain =
            if plain.starts_with(|c: char| c.is_alphabetic() || c == '_') { plain } else { format!("_{plain}") };
        let mut id = plain.clone();
        let mut number = 2;
        while !self.ids.insert(id.clone()) {
            id = format!("{plain}-{number}");
            number += 1;
        }
        id
    }

    /// The id of something in `<defs>`, written once: `<tag attributes>content</tag>`.
    pub fn define(&mut self, kind: &str, tag: &str, attributes: &str, content: &str) -> String {
        let written = format!("{attributes}>{content}</{tag}>");
        if let Some(known) = self.defined.get(&written) {
            return known.clone();
        }
        let id = self.id(kind);
        self.defs += &format!("<{tag} id=\"{id}\"{written}\n");
        self.defined.insert(written, id.clone());
        id
    }

    /// The id of a clip.
    pub fn clip(&mut self, clip: &Clip, map: Affine) -> String {
        if let Some((.., id)) = self.clips.iter().rev().find(|(known, by, _)| *by == map && known == clip) {
            return id.clone();
        }
        let content = format!("<path d=\"{}\"/>", path(&clip.0, map));
        let id = self.define("clip", "clipPath", "", &content);
        self.clips.push((clip.clone(), map, id.clone()));
        id
    }
}

/// A number as short as it can be, to a hundredth.
pub(super) fn number(value: f64) -> String {
    rounded(value, DECIMALS)
}

/// A number to one part of so many.
pub(super) fn rounded(value: f64, parts: f64) -> String {
    let value = if value.is_finite() { libm::round(value * parts) / parts } else { 0.0 };
    // No `-0`.
    let text = format!("{}", if value == 0.0 { 0.0 } else { value });
    match text.strip_prefix("0.").map(|rest| format!(".{rest}")) {
        Some(short) => short,
        None => match text.strip_prefix("-0.") {
            Some(rest) => format!("-.{rest}"),
            None => text,
        },
    }
}

/// An outline where a map takes it, as the value of `d`: absolute, or by steps where those are shorter.
pub(super) fn path(path: &BezPath, map: Affine) -> String {
    let mut pen = Pen::default();
    for element in path.elements() {
        match *element {
            PathEl::MoveTo(p) => pen.points('m', &[map * p]),
            PathEl::LineTo(p) => pen.line(map * p),
            PathEl::QuadTo(a, p) => pen.points('q', &[map * a, map * p]),
            PathEl::CurveTo(a, b, p) => pen.points('c', &[map * a, map * b, map * p]),
            PathEl::ClosePath => pen.close(),
        }
    }
    pen.text
}

#[derive(Default)]
struct Pen {
    text: String,
    last: char,
    /// Where the pen is, in hundredths, as it is written.
    at: (i64, i64),
    start: (i64, i64),
}

fn hundredths(value: f64) -> i64 {
    if value.is_finite() { libm::round(value * DECIMALS) as i64 } else { 0 }
}

impl Pen {
    fn command(&mut self, command: char) {
        if self.last != command {
            self.text.push(command);
            self.last = command;
        }
    }

    fn value(&mut self, hundredths: i64) {
        let text = number(hundredths as f64 / DECIMALS);
        if !text.starts_with('-') && !self.text.ends_with(|c: char| c.is_alphabetic()) {
            self.text.push(' ');
        }
        self.text += &text;
    }

    fn points(&mut self, command: char, points: &[Point]) {
        if command == 'm' {
            // A move after a move would be a line.
            self.last = ' ';
        }
        self.command(command);
        let from = self.at;
        for point in points {
            let to = (hundredths(point.x), hundredths(point.y));
            self.value(to.0 - from.0);
            self.value(to.1 - from.1);
            self.at = to;
        }
        if command == 'm' {
            self.start = self.at;
        }
    }

    fn line(&mut self, to: Point) {
        let to = (hundredths(to.x), hundredths(to.y));
        let (dx, dy) = (to.0 - self.at.0, to.1 - self.at.1);
        match (dx, dy) {
            (_, 0) => {
                self.command('h');
                self.value(dx);
            }
            (0, _) => {
                self.command('v');
                self.value(dy);
            }
            _ => {
                self.command('l');
                self.value(dx);
                self.value(dy);
            }
        }
        self.at = to;
    }

    fn close(&mut self) {
        self.text.push('z');
        self.last = 'z';
        self.at = self.start;
    }
}

/// Words as they stand in XML; control characters, which no XML may hold, are left out.
///
/// ```
/// assert_eq!(surprisal::export::svg::escaped("a<b & \"c\""), "a&lt;b &amp; &quot;c&quot;");
/// ```
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\n' | '\t' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geom::{Rect, Shape as _};

    #[test]
    fn numbers_are_short() {
        for (value, text) in [(0.5, ".5"), (-0.25, "-.25"), (-0.001, "0"), (12.0, "12"), (1.005, "1"), (f64::NAN, "0")]
        {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn outlines_are_written_by_steps_that_add_up() {
        let rect = Rect::new(1.0, 2.0, 4.0, 3.0).to_path(0.1);
        assert_eq!(path(&rect, Affine::IDENTITY), "m1 2h3v1h-3z");
        // Steps of a third, rounded: the end is where it would be on its own.
        let mut line = BezPath::new();
        line.move_to((0.0, 0.0));
        (1..=9).for_each(|i| line.line_to((f64::from(i) / 3.0, f64::from(i) / 3.0)));
        let text = path(&line, Affine::IDENTITY);
        let sum: f64 = text.split_once('l').unwrap().1.split(' ').step_by(2).map(|x| x.parse::<f64>().unwrap()).sum();
        assert!((sum - 3.0).abs() < 1e-9, "{text}");
        let mut two = rect.clone();
        two.move_to((9.0, 9.0));
        two.line_to((9.0, 8.0));
        assert_eq!(path(&two, Affine::IDENTITY), "m1 2h3v1h-3zm8 7v-1");
    }
}
