//! The bundled fonts: IBM Plex for text, KaTeX for formulas, Noto for emoji.
//!
//! Enters: nothing; the files are part of the program, so a text has the same shape on every machine. Leaves:
//! [`draw::Font`](crate::draw::Font)s with fixed ids, their metrics, and the glyphs of characters.

use std::sync::{Arc, OnceLock};

use skrifa::instance::{LocationRef, Size};
use skrifa::{GlyphId, MetadataProvider as _};

use super::{Family, Weight};
use crate::draw::Font;
use crate::geom::Rect;

const TEXT_FILES: [(&str, &[u8]); 10] = [
    ("IBMPlexSans-Regular", include_bytes!("../../assets/fonts/IBMPlexSans-Regular.ttf")),
    ("IBMPlexSans-Italic", include_bytes!("../../assets/fonts/IBMPlexSans-Italic.ttf")),
    ("IBMPlexSans-SemiBold", include_bytes!("../../assets/fonts/IBMPlexSans-SemiBold.ttf")),
    ("IBMPlexMono-Regular", include_bytes!("../../assets/fonts/IBMPlexMono-Regular.ttf")),
    ("IBMPlexMono-SemiBold", include_bytes!("../../assets/fonts/IBMPlexMono-SemiBold.ttf")),
    ("IBMPlexSansHebrew-Regular", include_bytes!("../../assets/fonts/IBMPlexSansHebrew-Regular.ttf")),
    ("IBMPlexSansHebrew-SemiBold", include_bytes!("../../assets/fonts/IBMPlexSansHebrew-SemiBold.ttf")),
    ("IBMPlexSansArabic-Regular", include_bytes!("../../assets/fonts/IBMPlexSansArabic-Regular.ttf")),
    ("IBMPlexSansArabic-SemiBold", include_bytes!("../../assets/fonts/IBMPlexSansArabic-SemiBold.ttf")),
    ("NotoEmoji-Regular", include_bytes!("../../assets/fonts/NotoEmoji-Regular.ttf")),
];

/// Fonts for what IBM Plex Sans and Mono do not write, in order of preference: a family's name, its regular face, and its
/// heavier one if it has one.
pub(super) const OTHERS: [(&str, &str, Option<&str>); 3] = [
    ("bundled hebrew", "IBMPlexSansHebrew-Regular", Some("IBMPlexSansHebrew-SemiBold")),
    ("bundled arabic", "IBMPlexSansArabic-Regular", Some("IBMPlexSansArabic-SemiBold")),
    ("bundled emoji", "NotoEmoji-Regular", None),
];

/// The faces of KaTeX, by the names that the formula engine has for them.
const FORMULA_FILES: [&str; 19] = [
    "AMS-Regular",
    "Caligraphic-Regular",
    "Fraktur-Bold",
    "Fraktur-Regular",
    "Main-Bold",
    "Main-BoldItalic",
    "Main-Italic",
    "Main-Regular",
    "Math-BoldItalic",
    "Math-Italic",
    "SansSerif-Bold",
    "SansSerif-Italic",
    "SansSerif-Regular",
    "Script-Regular",
    "Size1-Regular",
    "Size2-Regular",
    "Size3-Regular",
    "Size4-Regular",
    "Typewriter-Regular",
];

/// Formula fonts that lend symbols to text, in order of preference.
pub(super) const LENDERS: [&str; 3] = ["Main-Regular", "AMS-Regular", "Typewriter-Regular"];

/// Formula fonts count from here, so that text fonts can be added without renumbering.
const FIRST_FORMULA_ID: u32 = 100;

/// Heights of a font on an em square of 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FontMetrics {
    /// From the baseline up to the top of the line.
    pub ascent: f64,
    /// From the baseline down to the bottom of the line; positive.
    pub descent: f64,
    /// Height of capitals.
    pub cap_height: f64,
}

/// The fonts that are part of the program.
pub struct Fonts {
    text: Vec<Font>,
    formula: Vec<(&'static str, OnceLock<Option<Font>>)>,
}

impl Fonts {
    /// The fonts, loaded on first use and shared from then on. Formula fonts are loaded one by one when needed.
    ///
    /// ```
    /// let fonts = surprisal::typeset::Fonts::bundled();
    /// assert_eq!(fonts.formula("Math-Italic").map(|font| font.name()), Some("KaTeX_Math-Italic"));
    /// ```
    pub fn bundled() -> &'static Self {
        static BUNDLED: OnceLock<Fonts> = OnceLock::new();
        BUNDLED.get_or_init(|| Self {
            text: (0..)
                .zip(TEXT_FILES)
                .filter_map(|(id, (name, bytes))| Font::new(id, name, Arc::new(bytes)))
                .collect(),
            formula: FORMULA_FILES.iter().map(|name| (*name, OnceLock::new())).collect(),
        })
    }

    /// All text fonts.
    pub fn text(&self) -> &[Font] {
        &self.text
    }

    /// The text font nearest to a style: IBM Plex Mono has no italics here, and semi-bold wins over italic.
    pub fn face(&self, family: Family, weight: Weight, italic: bool) -> Option<&Font> {
        let name = match (family, weight, italic) {
            (Family::Sans, Weight::SemiBold, _) => "IBMPlexSans-SemiBold",
            (Family::Sans, Weight::Regular, true) => "IBMPlexSans-Italic",
            (Family::Sans, Weight::Regular, false) => "IBMPlexSans-Regular",
            (Family::Mono, Weight::SemiBold, _) => "IBMPlexMono-SemiBold",
            (Family::Mono, Weight::Regular, _) => "IBMPlexMono-Regular",
        };
        self.named(name)
    }

    /// A text font by its name, as `IBMPlexSans-Italic`.
    pub(super) fn named(&self, name: &str) -> Option<&Font> {
        self.text.iter().find(|font| font.name() == name)
    }

    /// Can a character be drawn in text?
    ///
    /// ```
    /// let fonts = surprisal::typeset::Fonts::bundled();
    /// assert!(fonts.have('é') && fonts.have('Ω') && fonts.have('␣') && fonts.have('ש') && !fonts.have('語'));
    /// ```
    pub fn have(&self, character: char) -> bool {
        let lenders = LENDERS.iter().filter_map(|name| self.formula(name));
        self.text.iter().chain(lenders).any(|font| glyph(font, character).is_some())
    }

    /// A formula font by its short name, e.g. `Main-Regular`; `None` for names that KaTeX does not have.
    pub fn formula(&self, name: &str) -> Option<&Font> {
        let (id, (name, cell)) = (FIRST_FORMULA_ID..).zip(&self.formula).find(|(_, (known, _))| *known == name)?;
        let load = || {
            let bytes = ratex_katex_fonts::ttf_bytes(&format!("KaTeX_{name}.ttf"))?;
            Font::new(id, format!("KaTeX_{name}"), Arc::new(bytes))
        };
        cell.get_or_init(load).as_ref()
    }
}

/// The glyph of a character, if the font has one.
pub(super) fn glyph(font: &Font, character: char) -> Option<u16> {
    let id = font.reader()?.charmap().map(character)?;
    u16::try_from(id.to_u32()).ok().filter(|id| *id != 0)
}

/// How far a glyph moves the pen, on an em square of 1, kerning aside.
pub(super) fn advance(font: &Font, glyph: u16) -> Option<f64> {
    let font = font.reader()?;
    let units = f64::from(font.metrics(Size::unscaled(), LocationRef::default()).units_per_em.max(1));
    // In the font's own units: at small sizes, sizes are rounded to 64ths.
    let metrics = font.glyph_metrics(Size::unscaled(), LocationRef::default());
    metrics.advance_width(GlyphId::new(u32::from(glyph))).map(|width| f64::from(width) / units)
}

/// The box of a character on an em square of 1 with its advance, for fonts that lend glyphs to formulas.
pub(super) fn measure(font: &Font, character: char) -> Option<(f64, Rect)> {
    let glyph = glyph(font, character)?;
    Some((advance(font, glyph)?, font.bounds(glyph, 1.0, 0.0, 0.0).unwrap_or_default()))
}

/// The heights of a font; those of IBM Plex if it does not say.
pub(super) fn metrics(font: Option<&Font>) -> FontMetrics {
    let read = |font: &Font| {
        let metrics = font.reader()?.metrics(Size::unscaled(), LocationRef::default());
        let em = |units: f32| f64::from(units) / f64::from(metrics.units_per_em.max(1));
        Some(FontMetrics {
            ascent: em(metrics.ascent),
            descent: em(-metrics.descent),
            cap_height: em(metrics.cap_height?),
        })
    };
    font.and_then(read).unwrap_or(FontMetrics { ascent: 1.025, descent: 0.275, cap_height: 0.698 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bundled_font_parses_and_has_its_own_id() {
        let fonts = Fonts::bundled();
        assert_eq!(fonts.text().len(), TEXT_FILES.len());
        let mut ids: Vec<u64> = fonts.text().iter().map(Font::id).collect();
        for name in FORMULA_FILES {
            ids.push(fonts.formula(name).unwrap_or_else(|| panic!("{name}")).id());
        }
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count);
        assert!(fonts.formula("CJK-Regular").is_none());
    }

    #[test]
    fn every_style_has_a_face() {
        for family in [Family::Sans, Family::Mono] {
            for weight in [Weight::Regular, Weight::SemiBold] {
                for italic in [false, true] {
                    assert!(Fonts::bundled().face(family, weight, italic).is_some());
                }
            }
        }
    }

    #[test]
    fn glyphs_are_measured() {
        let font = Fonts::bundled().face(Family::Sans, Weight::Regular, false).unwrap();
        assert_eq!(advance(font, glyph(font, '0').unwrap()), Some(0.6));
        assert_eq!(metrics(Some(font)).ascent, 1.025);
        let (wide, tall) = measure(font, 'H').unwrap();
        assert!((tall.y1 - metrics(Some(font)).cap_height).abs() < 0.01 && wide > 0.5);
        assert_eq!(glyph(font, '\u{6f22}'), None);
    }
}
