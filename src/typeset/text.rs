//! Text: words on lines, one part for each word.
//!
//! Enters: text with its looks, a [`TextStyle`], and the formulas within, already set. Leaves: a [`Typeset`].

use std::ops::Range;
use std::sync::Arc;

use super::fonts::{FontMetrics, metrics};
use super::markup::Marked;
use super::paragraph::{Cluster, Line, Shaper};
use super::{Fonts, FormulaStyle, Typeset};
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

/// Sets text. Each line of several is a part `line0`, `line1`, ...; each word one `word0`, `word1`, ..., numbered through.
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
        middle: (font.cap_height * style.size + lines.last().map_or(0.0, |line| line.baseline * style.size)) / 2.0,
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
        line.clusters
            .iter()
            .filter_map(|cluster| self.formula(cluster))
            .fold(plain, |(above, below), (_, set)| (above.max(set.layout.y1), below.max(-set.layout.y0)))
    }

    fn formula(&self, cluster: &Cluster) -> Option<(usize, &Typeset)> {
        let index = self.marked.look(cluster.text.start).formula?;
        self.formulas.get(index).map(|set| (index, set))
    }

    /// The words of a line, the whole line moved to the right by `left` em.
    fn line(&mut self, line: &Line, left: f64) -> Vec<Part> {
        let mut parts: Vec<(usize, Word)> = Vec::new();
        // In reading order, which is not the order on the line for right-to-left words.
        let mut clusters: Vec<&Cluster> = line.clusters.iter().collect();
        clusters.sort_by_key(|cluster| cluster.text.start);
        for cluster in clusters {
            let after = self.words.partition_point(|word| word.start <= cluster.text.start);
            let Some(number) = after.checked_sub(1) else { continue };
            if !self.words.get(number).is_some_and(|word| word.contains(&cluster.text.start)) {
                continue;
            }
            let at = parts.iter().rposition(|(known, _)| *known == number).unwrap_or_else(|| {
                parts.push((number, Word::new(self.style, cluster.text.clone())));
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
            word.text = word.text.start.min(cluster.text.start)..word.text.end.max(cluster.text.end);
            match inline {
                Some((part, missing)) => {
                    word.add_formula(part);
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
        let part = |(number, word): (usize, Word)| {
            let source = Some(self.marked.source(word.text.clone()));
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

/// A word being put together, or as much of it as stands on one line.
struct Word<'a> {
    style: &'a TextStyle,
    text: Range<usize>,
    part: Part,
    run: Option<(Font, Rgba, Vec<Glyph>)>,
}

impl<'a> Word<'a> {
    fn new(style: &'a TextStyle, text: Range<usize>) -> Self {
        Self { style, text, part: Part::new(""), run: None }
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
            let (paint, halo) = (Paint::solid(color), self.style.halo.clone().map(Arc::new));
            let run = GlyphRun { font, size: self.style.size, glyphs: glyphs.into(), paint, halo, pinned: false };
            self.part.items.push(Item::new(Shape::Glyphs(run)));
        }
    }

    /// Adds a formula. The letters so far become a part beside it, so that the word is drawn in reading order.
    fn add_formula(&mut self, formula: Part) {
        self.end_run();
        self.part_letters();
        self.part.parts.push(formula);
    }

    fn part_letters(&mut self) {
        let items = std::mem::take(&mut self.part.items);
        if !items.is_empty() {
            let number = self.part.parts.iter().filter(|part| part.name.starts_with("letters")).count();
            self.part.parts.push(Part::new(format!("letters{number}")).with_items(items));
        }
    }

    fn finish(mut self) -> Part {
        self.end_run();
        if !self.part.parts.is_empty() {
            self.part_letters();
        }
        self.part
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Error, Typesetter};
    use super::*;

    fn plain(text: &str, style: &TextStyle) -> Arc<Typeset> {
        Typesetter::bundled().text(text, style)
    }

    fn rich(text: &str, style: &TextStyle) -> Result<Arc<Typeset>, Error> {
        Typesetter::bundled().rich(text, style, &|name| (name == "accent").then_some(Rgba::hex(0xffd866)))
    }

    fn width(text: &str) -> f64 {
        plain(text, &TextStyle::new(1.0)).layout.width()
    }

    fn runs(part: &Part) -> Vec<GlyphRun> {
        let own = part.items.iter().filter_map(|item| match &item.shape {
            Shape::Glyphs(run) => Some(run.clone()),
            _ => None,
        });
        own.chain(part.parts.iter().flat_map(runs)).collect()
    }

    #[test]
    fn one_line_stands_on_the_baseline() {
        let set = plain("Human", &TextStyle::new(2.0));
        let ink = set.part.bounds().unwrap();
        assert!(ink.y0.abs() < 0.05 && (ink.y1 - 2.0 * 0.698).abs() < 0.05);
        assert!((set.layout.y1 - 2.05).abs() < 1e-6 && (set.layout.y0 + 0.55).abs() < 1e-6);
        assert!(ink.x0 > 0.0 && ink.x0 < 0.25 && ink.x1 < set.layout.x1);
        assert_eq!(set.last_baseline, 0.0);
        assert!((set.middle - 0.698).abs() < 1e-6);
        assert_eq!(plain("gyp", &TextStyle::new(2.0)).layout.y0, set.layout.y0);
    }

    #[test]
    fn width_grows_with_text_and_scales_with_size() {
        assert!(width("entropy") > width("entrop") && width("a b") > width("ab"));
        assert_eq!((width(""), width("\n")), (0.0, 0.0));
        let twice = plain("entropy", &TextStyle::new(2.0)).layout.width();
        assert!((twice - 2.0 * width("entropy")).abs() < 1e-9);
    }

    #[test]
    fn pairs_are_kerned_and_figures_are_not() {
        assert!(width("AV") < width("A") + width("V") - 0.01);
        let tabular = |text: &str| {
            let style = TextStyle { tabular: true, ..TextStyle::new(1.0) };
            plain(text, &style).layout.width()
        };
        for text in ["0000", "1111", "7417", "4.11"] {
            assert!((tabular(text) - tabular(text.replace(|c: char| c.is_ascii_digit(), "0").as_str())).abs() < 1e-6);
        }
    }

    #[test]
    fn words_are_parts_numbered_through_lines() {
        let style = TextStyle { width: Some(5.0), ..TextStyle::new(1.0) };
        let set = plain("give the likelier moves the shorter words", &style);
        let lines = set.part.parts.len();
        assert!(lines >= 3);
        assert!(set.layout.width() <= 5.0 && set.part.bounds().unwrap().x1 <= 5.0);
        assert_eq!(set.find("word6").map(|path| path.len()), Some(2));
        let last = set.part.at(&set.find("word6").unwrap()).unwrap();
        assert_eq!(last.source.as_deref(), Some("words"));
        let gap = set.last_baseline / (1.0 - lines as f64);
        assert!((gap - 1.35).abs() < 1e-4, "{gap}");
        assert!(set.part.parts[1].bounds().unwrap().y1 < set.part.parts[0].bounds().unwrap().y0 + 0.3);
        // A word that is too wide is broken rather than left outside.
        assert!(plain("incomprehensibilities", &style).layout.width() <= 5.0);
    }

    #[test]
    fn lines_are_aligned_in_the_widest() {
        let left = |align: Align| {
            let set = plain("wide wide wide\ni", &TextStyle { align, ..TextStyle::new(1.0) });
            (set.part.parts[1].bounds().unwrap().center().x, set.layout.width())
        };
        let (start, width) = left(Align::Left);
        assert!(start < 0.3);
        assert!((left(Align::Centre).0 - width / 2.0).abs() < 0.05);
        assert!((left(Align::Right).0 - (width - start)).abs() < 0.05);
    }

    #[test]
    fn markup_changes_faces_and_colours_within_the_line() {
        let set = rich("a *b* **c** {accent:d}e", &TextStyle::new(1.0)).unwrap();
        let runs = runs(&set.part);
        let faces: Vec<&str> = runs.iter().map(|run| run.font.name()).collect();
        let sans = "IBMPlexSans-Regular";
        assert_eq!(faces, [sans, "IBMPlexSans-Italic", "IBMPlexSans-SemiBold", sans, sans]);
        assert_eq!(runs[3].paint.color(), Rgba::hex(0xffd866));
        assert_eq!(runs[4].paint.color(), Rgba::hex(0xffffff));
        assert_eq!(set.part.addresses(), ["word0", "word1", "word2", "word3"]);
    }

    #[test]
    fn formulas_stand_on_the_baseline_between_the_words() {
        let set = rich(r"costs ($\part{y}{y}$), or $\frac{\part{up}{a}}{b}$", &TextStyle::new(1.0)).unwrap();
        assert_eq!(set.find("y").unwrap(), ["word1", "formula0", "y"]);
        assert_eq!(set.part.at(&["word1"]).unwrap().source.as_deref(), Some(r"($\part{y}{y}$),"));
        let word = set.part.at(&["word1"]).unwrap();
        let names: Vec<&str> = word.parts.iter().map(|part| part.name.as_str()).collect();
        assert_eq!(names, ["letters0", "formula0", "letters1"]);
        let [open, formula, close] = [0, 1, 2].map(|i| word.parts[i].bounds().unwrap());
        assert!(open.x0 < formula.x0 && formula.x1 < close.x1 + 0.01);
        assert!((formula.y0 + 0.22).abs() < 0.05, "the letter y reaches below the baseline: {formula:?}");
        let before = set.part.at(&["word0"]).unwrap().bounds().unwrap();
        assert!(formula.x0 - before.x1 > 0.3);
        // The room taken is the formula's, exactly.
        let alone = Typesetter::bundled().formula("xyz", &TextStyle::new(1.0).for_formulas(), &|_| None).unwrap();
        let total = rich("$xyz$", &TextStyle::new(1.0)).unwrap().layout.width();
        assert!((total - alone.layout.width()).abs() < 1e-4);
    }

    #[test]
    fn a_formula_is_not_parted_from_its_full_stop() {
        for width in 20..80 {
            let style = TextStyle { width: Some(f64::from(width) / 10.0), ..TextStyle::new(1.0) };
            let set = rich("so it costs ($p$), bits.", &style).unwrap();
            let holders = set.part.parts.iter().filter(|line| line.parts.iter().any(|word| word.name == "word3"));
            assert!(holders.count() <= 1, "{width}");
        }
    }

    #[test]
    fn mistakes_in_formulas_have_their_place_in_the_text() {
        let error = rich(r"é $p$ and $a + \foo$", &TextStyle::new(1.0)).unwrap_err();
        assert_eq!((error.start, error.end), (16, 20));
        assert!(rich("{nobody:x}", &TextStyle::new(1.0)).is_err());
    }

    #[test]
    fn words_of_other_scripts_stand_as_they_are_read() {
        // Hebrew, Latin, Arabic; the line goes from right to left.
        let set = plain("\u{5e9}\u{5dc}\u{5d5}\u{5dd} abc \u{645}\u{631}\u{62d}", &TextStyle::new(1.0));
        assert!(set.missing.is_empty());
        assert_eq!(set.part.addresses(), ["word0", "word1", "word2"]);
        let [hebrew, latin, arabic] = [0, 1, 2].map(|i| set.part.parts[i].bounds().unwrap());
        assert!(arabic.x1 < latin.x0 && latin.x1 < hebrew.x0);
        let faces: Vec<String> = runs(&set.part).iter().map(|run| run.font.name().to_owned()).collect();
        assert_eq!(faces, ["IBMPlexSansHebrew-Regular", "IBMPlexSans-Regular", "IBMPlexSansArabic-Regular"]);
        for run in runs(&set.part) {
            let right = run.font.name() == "IBMPlexSans-Regular";
            assert!(run.glyphs.windows(2).all(|pair| (pair[0].x < pair[1].x) == right), "{run:?}");
        }
        // Arabic letters join: four shapes of one letter.
        let joined = plain("\u{647}\u{647}\u{647} \u{647}", &TextStyle::new(1.0));
        let mut shapes: Vec<u16> =
            runs(&joined.part).iter().flat_map(|run| run.glyphs.to_vec()).map(|g| g.id).collect();
        shapes.sort_unstable();
        shapes.dedup();
        assert_eq!(shapes.len(), 4);
        // A family of three joined by zero-width joiners is one picture.
        let family = plain("\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}", &TextStyle::new(1.0));
        assert_eq!((runs(&family.part)[0].glyphs.len(), family.missing.len()), (1, 0));
    }

    #[test]
    fn any_text_is_set() {
        assert_eq!(plain("\u{65e5} \u{672c}", &TextStyle::new(1.0)).missing, ['\u{65e5}', '\u{672c}']);
        let combining = format!("e{}", "\u{301}".repeat(10_000));
        assert!(!plain(&combining, &TextStyle::new(1.0)).part.parts.is_empty());
        let long = "word ".repeat(crate::limits::TEXT_CHARS);
        let style = TextStyle { width: Some(20.0), ..TextStyle::new(1.0) };
        assert!(!plain(&long, &style).part.parts.is_empty());
        assert!(rich(&long, &style).is_err());
        for text in ["", " ", "\n", "\n\n", "\r\n\t\u{0}", "\u{200d}\u{fe0f}", "a\u{2028}b", "\u{202e}abc"] {
            plain(text, &style);
        }
        for value in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e300, 1e-300] {
            plain("odd size", &TextStyle { width: Some(1.0), ..TextStyle::new(value) });
            plain("odd width", &TextStyle { width: Some(value), line_height: value, ..TextStyle::new(1.0) });
            let _ = rich("odd $x$", &TextStyle::new(value));
        }
    }
}
