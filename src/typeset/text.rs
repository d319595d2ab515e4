//! Text: words on lines, one part for each word.
//!
//! Enters: text with its looks, a [`TextStyle`], and the formulas within, already set. Leaves: a [`Typeset`].

use std::ops::Range;

use super::fonts::{FontMetrics, metrics};
use super::markup::Marked;
use super::paragraph::{Cluster, Line, Shaper};
use super::{FormulaStyle, Fonts, Typeset};
use crate::color::Rgba;
use crate::draw::{Font, Glyph, GlyphRun, Halo, Item, Paint, Part, Shape};
use crate::geom::{Affine, Rect};

/// Size of formulas within text: KaTeX's letters are smaller than those of IBM Plex on the same em.
const FORMULA_SCALE: f64 = 1.12;

/// Which letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// IBM Plex Sans.
    Sans,
    /// IBM Plex Mono: code words, bits.
    Mono,
}

/// How heavy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// For reading.
    Regular,
    /// For titles and emphasis.
    SemiBold,
}

/// Where the lines of one text stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Their left ends under each other.
    Left,
    /// Their middles.
    Centre,
    /// Their right ends.
    Right,
}

/// How text is set.
#[derive(Clone, Debug, PartialEq)]
pub struct TextStyle {
    /// Which letters.
    pub family: Family,
    /// How heavy.
    pub weight: Weight,
    /// Slanted; semi-bold and mono have no italics here and stay upright.
    pub italic: bool,
    /// Height of the em square in stage units. Capitals and figures are 0.7 of it.
    pub size: f64,
    /// Colour of what no markup colours.
    pub color: Rgba,
    /// How several lines stand to each other.
    pub align: Align,
    /// Lines are broken to be no wider, in stage units; words wider than that are broken too. `None`: never.
    pub width: Option<f64>,
    /// From baseline to baseline, in em; from 0.1 to 100. A tall formula makes its own line higher.
    pub line_height: f64,
    /// Every figure equally wide, for numbers that change.
    pub tabular: bool,
    /// A contour behind the letters.
    pub halo: Option<Halo>,
}

impl TextStyle {
    /// White IBM Plex Sans, left-aligned, never broken, lines 1.35 em apart.
    pub fn new(size: f64) -> Self {
        Self {
            family: Family::Sans,
            weight: Weight::Regular,
            italic: false,
            size,
            color: Rgba::hex(0x00ff_ffff),
            align: Align::Left,
            width: None,
            line_height: 1.35,
            tabular: false,
            halo: None,
        }
    }

    /// The style of formulas that go with this text: as high as the letters look.
    pub fn for_formulas(&self) -> FormulaStyle {
        FormulaStyle { size: self.size * FORMULA_SCALE, color: self.color, display: false, halo: self.halo.clone() }
    }
}

/// Sets text.
pub(super) fn set_marked(shaper: &Shaper, marked: &Marked, style: &TextStyle, formulas: Vec<Typeset>) -> Typeset {
    let lines = shaper.lines(marked, style, &formulas);
    let font = metrics(Fonts::bundled().face(style.family, style.weight, style.italic));
    let width = lines.iter().map(|line| line.width).fold(0.0, f64::max);
    let mut setter = Setter { marked, style, formulas, words: words(&marked.text), missing: Vec::new() };
    let mut root = Part::new("");
    root.source = Some(marked.source(0..marked.text.len()));
    let (mut top, mut bottom) = (font.ascent * style.size, 0.0);
    for (number, line) in lines.iter().enumerate() {
        let slack = width - line.width;
        let left = match style.align {
            Align::Left => 0.0,
            Align::Centre => slack / 2.0,
            Align::Right => slack,
        };
        let (above, below) = setter.extent(line, font);
        if number == 0 {
            top = above;
        }
        bottom = line.baseline * style.size - below;
        let parts = setter.line(line, left);
        if lines.len() > 1 {
            let mut part = Part::new(format!("line{number}"));
            part.source = Some(marked.source(line.text.clone()).trim().into());
            part.parts = parts;
            root.parts.push(part);
        } else {
            root.parts = parts;
        }
    }
    if lines.is_empty() {
        bottom = -font.descent * style.size;
    }
    Typeset {
        part: root,
        layout: Rect::new(0.0, bottom, width * style.size, top),
        last_baseline: lines.last().map_or(0.0, |line| line.baseline * style.size),
        middle: font.cap_height / 2.0 * style.size,
        missing: setter.missing,
    }
}

/// Where the words are: what stands between blanks at which lines may break.
fn words(text: &str) -> Vec<Range<usize>> {
    let joins = |c: char| matches!(c, '\u{a0}' | '\u{2009}' | '\u{202f}');
    let mut words: Vec<Range<usize>> = Vec::new();
    let mut inside = false;
    for (i, c) in text.char_indices() {
        let blank = c.is_whitespace() && !joins(c);
        let end = i + c.len_utf8();
        match words.last_mut() {
            Some(word) if inside && !blank => word.end = end,
            _ if !blank => words.push(i..end),
            _ => {}
        }
        inside = !blank;
    }
    words
}

struct Setter<'a> {
    marked: &'a Marked,
    style: &'a TextStyle,
    formulas: Vec<Typeset>,
    words: Vec<Range<usize>>,
    missing: Vec<char>,
}

impl Setter<'_> {
    /// How far a line reaches above and below its baseline, in stage units: the font's, or that of its formulas.
    fn extent(&self, line: &Line, font: FontMetrics) -> (f64, f64) {
        let plain = (font.ascent * self.style.size, font.descent * self.style.size);
        line.clusters.iter().filter_map(|cluster| self.formula(cluster)).fold(plain, |(above, below), (_, set)| {
            (above.max(set.layout.y1), below.max(-set.layout.y0))
        })
    }

    fn formula(&self, cluster: &Cluster) -> Option<(usize, &Typeset)> {
        let index = self.marked.look(cluster.text.start).formula?;
        self.formulas.get(index).map(|set| (index, set))
    }

    /// The words of a line, the whole line moved to the right by `left` em.
    fn line(&mut self, line: &Line, left: f64) -> Vec<Part> {
        let mut parts: Vec<(usize, Word)> = Vec::new();
        for cluster in &line.clusters {
            let after = self.words.partition_point(|word| word.start <= cluster.text.start);
            let Some(number) = after.checked_sub(1) else { continue };
            if !self.words.get(number).is_some_and(|word| word.contains(&cluster.text.start)) {
                continue;
            }
            let at = parts.iter().position(|(known, _)| *known == number).unwrap_or_else(|| {
                parts.push((number, Word::new(self.style)));
                parts.len() - 1
            });
            self.note_missing(cluster);
            let origin = ((left + cluster.x) * self.style.size, line.baseline * self.style.size);
            let inline = self.formula(cluster).map(|(index, set)| {
                let mut part = set.part.clone().transformed(Affine::translate(origin));
                part.name = format!("formula{index}");
                (part, set.missing.clone())
            });
            let look = self.marked.look(cluster.text.start);
            let Some((_, word)) = parts.get_mut(at) else { continue };
            match inline {
                Some((part, missing)) => {
                    word.part.parts.push(part);
                    self.missing.extend(missing.into_iter().filter(|c| !self.missing.contains(c)).collect::<Vec<_>>());
                }
                None => {
                    let place = |glyph: &Glyph| Glyph {
                        id: glyph.id,
                        x: (left + glyph.x) * self.style.size,
                        y: (line.baseline + glyph.y) * self.style.size,
                    };
                    word.add(&cluster.font, look.color, cluster.glyphs.iter().map(place));
                }
            }
        }
        // Reading order, which is not the order on the line for right-to-left words.
        parts.sort_by_key(|(number, _)| *number);
        let part = |(number, word): (usize, Word)| {
            let source = self.words.get(number).map(|range| self.marked.source(range.clone()));
            Part { name: format!("word{number}"), source, ..word.finish() }
        };
        parts.into_iter().map(part).collect()
    }

    fn note_missing(&mut self, cluster: &Cluster) {
        if !cluster.glyphs.iter().any(|glyph| glyph.id == 0) {
            return;
        }
        for c in self.marked.text.get(cluster.text.clone()).unwrap_or_default().chars() {
            if !self.missing.contains(&c) {
                self.missing.push(c);
            }
        }
    }
}

/// A word being put together.
struct Word<'a> {
    style: &'a TextStyle,
    part: Part,
    run: Option<(Font, Rgba, Vec<Glyph>)>,
}

impl<'a> Word<'a> {
    fn new(style: &'a TextStyle) -> Self {
        Self { style, part: Part::new(""), run: None }
    }

    fn add(&mut self, font: &Font, color: Option<Rgba>, glyphs: impl Iterator<Item = Glyph>) {
        let color = color.unwrap_or(self.style.color);
        match &mut self.run {
            Some((known, same, run)) if known == font && *same == color => run.extend(glyphs),
            _ => {
                self.end_run();
                self.run = Some((font.clone(), color, glyphs.collect()));
            }
        }
    }

    fn end_run(&mut self) {
        if let Some((font, color, glyphs)) = self.run.take().filter(|(_, _, glyphs)| !glyphs.is_empty()) {
            let (paint, halo) = (Paint::solid(color), self.style.halo.clone());
            let run = GlyphRun { font, size: self.style.size, glyphs: glyphs.into(), paint, halo };
            self.part.items.push(Item::new(Shape::Glyphs(run)));
        }
    }

    fn finish(mut self) -> Part {
        self.end_run();
        self.part
    }
}
