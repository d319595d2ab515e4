//! Lines of text: shaping, bidirectional order and line breaking, by parley, with the bundled fonts only.
//!
//! Enters: text with its looks. Leaves: [`Line`]s of positioned [`Cluster`]s, on an em square of 1, y up from the first
//! baseline.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use parley::fontique::{Blob, Collection, CollectionOptions, FontInfoOverride, SourceCache};
use parley::style::{
    FontFamily, FontFamilyName, FontFeatures, FontStyle, FontWeight, LineHeight, OverflowWrap, StyleProperty,
};
use parley::{FontContext, Layout, LayoutContext, PositionedLayoutItem};

use super::fonts::{LENDERS, OTHERS, advance, glyph, metrics};
use super::markup::{Marked, PLACEHOLDER};
use super::text::TextStyle;
use super::{Family, Fonts, Typeset, Weight};
use crate::draw::{Font, Glyph};

/// Size at which text is shaped; it is scaled down from there, so that rounding to 32 bits does no harm.
const EM: f32 = 1024.0;
/// Space above and below a tall formula in a line, in em.
const LEADING: f64 = 0.1;

/// What the fonts are registered as: names that no file has, so that only these are ever found.
const SANS: &str = "bundled sans";
const MONO: &str = "bundled mono";

/// Characters that belong together, usually one, with their glyphs.
#[derive(Debug)]
pub(super) struct Cluster {
    pub text: Range<usize>,
    pub font: Font,
    pub glyphs: Vec<Glyph>,
    /// Where the pen is before it.
    pub x: f64,
}

/// One line.
#[derive(Debug)]
pub(super) struct Line {
    pub text: Range<usize>,
    /// Height of the baseline; 0 for the first line, negative below.
    pub baseline: f64,
    /// Without blanks at the end.
    pub width: f64,
    /// In the order in which they stand, from the left.
    pub clusters: Vec<Cluster>,
}

/// The shaping engine with its fonts and scratch space.
pub(super) struct Shaper(Mutex<Contexts>);

struct Contexts {
    fonts: FontContext,
    scratch: LayoutContext<usize>,
    /// Our fonts by parley's number for their bytes.
    known: Vec<(u64, Font)>,
    /// Families that step in for characters which the first lacks, in order.
    steps_in: Vec<String>,
}

/// Lends a font's bytes to parley without copying.
struct Bytes(Font);

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        self.0.data()
    }
}

impl Shaper {
    /// With the bundled fonts, and with others for what those lack.
    pub fn new(foreign: &[Font]) -> Self {
        let collection = Collection::new(CollectionOptions { shared: false, system_fonts: false });
        let fonts = FontContext { collection, source_cache: SourceCache::default() };
        let mut contexts = Contexts { fonts, scratch: LayoutContext::new(), known: Vec::new(), steps_in: Vec::new() };
        for (family, name) in [(Family::Sans, SANS), (Family::Mono, MONO)] {
            for (weight, italic) in [(Weight::Regular, false), (Weight::Regular, true), (Weight::SemiBold, false)] {
                contexts.register(Fonts::bundled().face(family, weight, italic), name, weight, italic);
            }
        }
        for (family, regular, heavy) in OTHERS {
            contexts.register(Fonts::bundled().named(regular), family, Weight::Regular, false);
            contexts.register(heavy.and_then(|name| Fonts::bundled().named(name)), family, Weight::SemiBold, false);
        }
        for name in LENDERS {
            contexts.register(Fonts::bundled().formula(name), name, Weight::Regular, false);
        }
        let bundled = [OTHERS.map(|(family, ..)| family), LENDERS].concat();
        contexts.steps_in.extend(bundled.into_iter().map(str::to_owned));
        foreign.iter().for_each(|font| contexts.register_foreign(font));
        Self(Mutex::new(contexts))
    }

    /// Sets text in lines. A formula's placeholder is as wide as the formula.
    pub fn lines(&self, marked: &Marked, style: &TextStyle, formulas: &[Typeset]) -> Vec<Line> {
        if marked.text.is_empty() {
            return Vec::new();
        }
        let mut contexts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        contexts.lines(marked, style, formulas)
    }
}

impl Contexts {
    fn register(&mut self, font: Option<&Font>, family: &str, weight: Weight, italic: bool) {
        let Some(font) = font.filter(|font| !self.known.iter().any(|(_, known)| known == *font)) else { return };
        let blob = Blob::new(Arc::new(Bytes(font.clone())));
        self.known.push((blob.id(), font.clone()));
        let info = FontInfoOverride {
            family_name: Some(family),
            style: Some(if italic { FontStyle::Italic } else { FontStyle::Normal }),
            weight: Some(parley_weight(weight)),
            ..FontInfoOverride::default()
        };
        self.fonts.collection.register_fonts(blob, Some(info));
    }

    /// A font with those of its family in the same file.
    fn register_foreign(&mut self, font: &Font) {
        let blob = Blob::new(Arc::new(Bytes(font.clone())));
        let id = blob.id();
        for (family, faces) in self.fonts.collection.register_fonts(blob, None) {
            if faces.iter().any(|face| face.index() == font.index()) {
                let read = |index: u32| if index == font.index() { Some(font.clone()) } else { font.sibling(index) };
                self.known.extend(faces.iter().filter_map(|face| Some((id, read(face.index())?))));
                self.steps_in.extend(self.fonts.collection.family_name(family).map(str::to_owned));
            }
        }
    }

    fn lines(&mut self, marked: &Marked, style: &TextStyle, formulas: &[Typeset]) -> Vec<Line> {
        let line_height = if style.line_height.is_finite() { style.line_height.clamp(0.1, 100.0) } else { 1.0 };
        let mut builder = self.scratch.ranged_builder(&mut self.fonts, &marked.text, 1.0, false);
        builder.push_default(StyleProperty::FontSize(EM));
        builder.push_default(StyleProperty::LineHeight(LineHeight::FontSizeRelative(line_height as f32)));
        builder.push_default(families(style.family, &self.steps_in));
        builder.push_default(StyleProperty::OverflowWrap(OverflowWrap::BreakWord));
        builder.push_default(StyleProperty::FontWeight(parley_weight(style.weight)));
        let slant = |italic: bool| if italic { FontStyle::Italic } else { FontStyle::Normal };
        builder.push_default(StyleProperty::FontStyle(slant(style.italic)));
        if style.tabular {
            // Kerning would make figures of one width stand at different distances.
            builder.push_default(StyleProperty::FontFeatures(FontFeatures::from("\"tnum\" 1, \"kern\" 0")));
        }
        for (index, (range, look)) in marked.spans.iter().enumerate() {
            builder.push(StyleProperty::Brush(index), range.clone());
            if let Some(set) = look.formula.and_then(|i| formulas.get(i)) {
                for property in placeholder(set, style.size, line_height) {
                    builder.push(property, range.clone());
                }
                continue;
            }
            if look.strong {
                builder.push(StyleProperty::FontWeight(parley_weight(Weight::SemiBold)), range.clone());
            }
            if look.italic {
                // Emphasis within italics stands upright.
                builder.push(StyleProperty::FontStyle(slant(!style.italic)), range.clone());
            }
        }
        let mut layout: Layout<usize> = builder.build(&marked.text);
        let wrap = style.width.map(|width| (width / style.size) as f32 * EM).filter(|width| *width > 0.0);
        layout.break_all_lines(wrap);
        self.read(&layout)
    }

    fn read(&self, layout: &Layout<usize>) -> Vec<Line> {
        let em = f64::from(EM);
        let first = layout.lines().next().map_or(0.0, |line| f64::from(line.metrics().baseline));
        let read = |line: parley::Line<'_, usize>| {
            let metrics = line.metrics();
            let mut clusters = Vec::new();
            let mut runs_read = Vec::new();
            for item in line.items() {
                let PositionedLayoutItem::GlyphRun(glyphs) = item else { continue };
                let run = glyphs.run();
                // Several glyph runs, one for each look, share a shaped run; clusters come from the latter.
                if runs_read.contains(&run.index()) {
                    continue;
                }
                runs_read.push(run.index());
                let (blob, index) = (run.font().data.id(), run.font().index);
                let found = self.known.iter().find(|(id, font)| *id == blob && font.index() == index);
                let Some((_, font)) = found else { continue };
                let mut pen = f64::from(glyphs.offset());
                for cluster in run.visual_clusters() {
                    let start = pen;
                    let mut placed = Vec::new();
                    for glyph in cluster.glyphs() {
                        let id = u16::try_from(glyph.id).unwrap_or(0);
                        placed.push(Glyph { id, x: (pen + f64::from(glyph.x)) / em, y: -f64::from(glyph.y) / em });
                        pen += f64::from(glyph.advance);
                    }
                    clusters.push(Cluster {
                        text: cluster.text_range(),
                        font: font.clone(),
                        glyphs: placed,
                        x: start / em,
                    });
                }
            }
            Line {
                text: line.text_range(),
                baseline: (first - f64::from(metrics.baseline)) / em,
                width: f64::from(metrics.advance - metrics.hanging_advance) / em,
                clusters,
            }
        };
        layout.lines().map(read).collect()
    }
}

fn parley_weight(weight: Weight) -> FontWeight {
    match weight {
        Weight::Regular => FontWeight::NORMAL,
        Weight::SemiBold => FontWeight::SEMI_BOLD,
    }
}

/// The family and those that step in for characters it lacks.
fn families<'a>(family: Family, steps_in: &'a [String]) -> StyleProperty<'a, usize> {
    let (first, second) = match family {
        Family::Sans => (SANS, MONO),
        Family::Mono => (MONO, SANS),
    };
    let names = [first, second].into_iter().chain(steps_in.iter().map(String::as_str)).map(FontFamilyName::named);
    StyleProperty::FontFamily(FontFamily::List(Cow::Owned(names.collect())))
}

/// What makes the placeholder take a formula's room: space after the letter, a higher line.
fn placeholder(set: &Typeset, size: f64, line_height: f64) -> Vec<StyleProperty<'static, usize>> {
    let font = Fonts::bundled().face(Family::Sans, Weight::Regular, false);
    let own = font.and_then(|font| advance(font, glyph(font, PLACEHOLDER)?)).unwrap_or_default();
    let (ascent, descent) = (metrics(font).ascent, metrics(font).descent);
    let beyond = (set.layout.y1 / size - ascent).max(-set.layout.y0 / size - descent);
    let line_height =
        if beyond > -LEADING { line_height.max(ascent + descent + 2.0 * (beyond + LEADING)) } else { line_height };
    vec![
        families(Family::Sans, &[]),
        StyleProperty::FontWeight(FontWeight::NORMAL),
        StyleProperty::FontStyle(FontStyle::Normal),
        StyleProperty::FontFeatures(FontFeatures::from("\"kern\" 0, \"liga\" 0")),
        StyleProperty::LetterSpacing((set.layout.width() / size - own) as f32 * EM),
        StyleProperty::LineHeight(LineHeight::FontSizeRelative(line_height as f32)),
    ]
}
