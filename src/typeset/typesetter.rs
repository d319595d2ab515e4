//! The [`Typesetter`]: sets text and formulas, and remembers what it set.
//!
//! Enters: sources with styles, from any thread. Leaves: shared [`Typeset`]s. What is set depends on source and style
//! alone, so remembering changes nothing but the time it takes.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::fonts::glyph;
use super::formula::{self, FormulaStyle};
use super::fragment::{Fragment, look_the_same, wrap};
use super::key::{self, Key};
use super::markup::{self, Marked};
use super::paragraph::Shaper;
use super::text::{TextStyle, set_marked};
use super::{Asked, Error, Fonts, Roles, Typeset};
use crate::draw::Font;
use crate::limits::TEXT_CHARS;

/// Weight of everything remembered, about one for a glyph: some 40 MB. When it is reached, all is forgotten at once:
/// films use a few hundred texts again and again, and live numbers a new one every frame.
const REMEMBERED: usize = 400_000;
/// Weight of an entry apart from its text.
const ENTRY: usize = 160;

/// Sets text and formulas with the bundled fonts, and text that those lack with others. Any thread may use it.
pub struct Typesetter {
    shaper: Shaper,
    foreign: Vec<Font>,
    remembered: Mutex<Remembered>,
}

#[derive(Default)]
struct Remembered {
    entries: BTreeMap<Key, Entry>,
    weight: usize,
}

struct Entry {
    set: Arc<Typeset>,
    /// Roles that were asked for, with the answers: the entry holds for callers who answer the same.
    roles: Asked,
}

impl Typesetter {
    /// The process's typesetter with the bundled fonts alone, made on first use.
    pub fn bundled() -> &'static Arc<Self> {
        static BUNDLED: OnceLock<Arc<Typesetter>> = OnceLock::new();
        BUNDLED.get_or_init(|| Arc::new(Self::with_fonts(Vec::new())))
    }

    /// A typesetter that has set nothing yet, with fonts for the characters that the bundled ones lack, in order of
    /// preference.
    pub fn with_fonts(foreign: Vec<Font>) -> Self {
        Self { shaper: Shaper::new(&foreign), foreign, remembered: Mutex::default() }
    }

    /// Can a character be drawn in text?
    pub fn have(&self, character: char) -> bool {
        Fonts::bundled().have(character) || self.foreign.iter().any(|font| glyph(font, character).is_some())
    }

    /// Sets text as it stands, without markup: a part for each word, `word0`, `word1`, ..., and if there are several
    /// lines, within a part for each line, `line0`, ... A word broken over lines is a part in each of them. Line breaks in
    /// the text are kept. Past [`crate::limits::TEXT_CHARS`] it is cut.
    ///
    /// ```
    /// use surprisal::typeset::{TextStyle, Typesetter};
    /// let set = Typesetter::bundled().text("bits per symbol", &TextStyle::new(0.5));
    /// assert_eq!(set.part.addresses(), ["word0", "word1", "word2"]);
    /// ```
    pub fn text(&self, text: &str, style: &TextStyle) -> Arc<Typeset> {
        let text = text.char_indices().nth(TEXT_CHARS).and_then(|(end, _)| text.get(..end)).unwrap_or(text);
        let set = self.recalled(key::of_text(false, style, text), &|_| None, || {
            Ok((set_marked(&self.shaper, &Marked::plain(text), style, Vec::new()), Vec::new()))
        });
        set.unwrap_or_else(|_| Arc::new(set_marked(&self.shaper, &Marked::plain(""), style, Vec::new())))
    }

    /// Sets text with markup:
    ///
    /// | written | gives |
    /// | --- | --- |
    /// | `*words*` | italics |
    /// | `**words**` | semi-bold |
    /// | `{accent:words}`, `{#ffd866:words}` | a role's colour, a fixed colour |
    /// | `$p_i$` | a formula on the same baseline, as [`Typesetter::formula`] sets it, parts included |
    /// | `\*`, `\{`, `\}`, `\$`, `\\` | the character itself |
    ///
    /// A `*` with blanks on both sides is itself too. Markup nests. A formula is the part `formula0`, `formula1`, ... of
    /// the word it stands in, with the letters around it as `letters0`, `letters1`.
    ///
    /// # Errors
    /// Markup that does not match, a role that is not known, a formula that cannot be set, too much text.
    pub fn rich(&self, source: &str, style: &TextStyle, roles: Roles) -> Result<Arc<Typeset>, Error> {
        self.recalled(key::of_text(true, style, source), roles, || {
            let mut marked = markup::parse(source, roles)?;
            let mut formulas = Vec::new();
            for inline in &marked.formulas {
                let style = FormulaStyle { color: inline.color.unwrap_or(style.color), ..style.for_formulas() };
                let (set, asked) = formula::set(&inline.source, &style, roles).map_err(|error| Error {
                    start: error.start + inline.start,
                    end: error.end + inline.start,
                    ..error
                })?;
                marked.roles.extend(asked);
                formulas.push(set);
            }
            Ok((set_marked(&self.shaper, &marked, style, formulas), marked.roles))
        })
    }

    /// Sets a formula in TeX's notation (what KaTeX knows), without the `$`. `\part{name}{...}` makes a named part of
    /// it, nested at will and without any change of spacing; equal names in one parent are one part. `\role{name}{...}`
    /// and `\textcolor{name}{...}` give a theme's colour, the latter CSS's colours as well.
    ///
    /// Each part holds its glyphs as runs of one font, size and colour in reading order, its rules as filled outlines.
    ///
    /// # Errors
    /// A mistake in the formula, with its place; more than 20,000 characters; nesting beyond 32.
    ///
    /// ```
    /// use surprisal::typeset::{FormulaStyle, Typesetter};
    /// let set = Typesetter::bundled().formula(r"H = -\sum_i \part{p}{p_i} \log_2 p_i", &FormulaStyle::new(0.6), &|_| None);
    /// assert!(set.unwrap().part.at(&["p"]).is_some());
    /// let error = Typesetter::bundled().formula(r"a + \foo", &FormulaStyle::new(0.6), &|_| None).unwrap_err();
    /// assert_eq!((error.start, error.end), (4, 8));
    /// ```
    pub fn formula(&self, source: &str, style: &FormulaStyle, roles: Roles) -> Result<Arc<Typeset>, Error> {
        self.recalled(key::of_formula(style, source), roles, || formula::set(source, style, roles))
    }

    /// Sets a formula as [`Typesetter::formula`] does, with pieces of its source made parts: how a script addresses
    /// `mean["\log_2"]`. Nothing else about it changes.
    ///
    /// # Errors
    /// As for a formula; and a fragment that is not found, or that cannot stand alone.
    pub fn formula_with_fragments(
        &self,
        source: &str,
        style: &FormulaStyle,
        fragments: &[Fragment],
        roles: Roles,
    ) -> Result<Arc<Typeset>, Error> {
        let whole = self.formula(source, style, roles)?;
        let wrapped = wrap(source, fragments)?;
        let set = self.formula(&wrapped, style, roles).map_err(|error| {
            Error::new(format!("the formula cannot be taken apart like this: {error}"), 0, source.len())
        })?;
        if !look_the_same(&whole, &set) {
            let message = "these pieces cannot be parts: the formula would be set differently";
            return Err(Error::new(message, 0, source.len()));
        }
        let mut set = (*set).clone();
        set.part.source = Some(source.into());
        Ok(Arc::new(set))
    }

    fn recalled(
        &self,
        key: Key,
        roles: Roles,
        make: impl FnOnce() -> Result<(Typeset, Asked), Error>,
    ) -> Result<Arc<Typeset>, Error> {
        let lock = || self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        let known = lock().entries.get(&key).map(|entry| (Arc::clone(&entry.set), entry.roles.clone()));
        if let Some((set, _)) = known.filter(|(_, asked)| asked.iter().all(|(name, color)| roles(name) == *color)) {
            return Ok(set);
        }
        let (set, roles) = make()?;
        let set = Arc::new(set);
        let weight = ENTRY + key.len();
        let mut remembered = lock();
        if remembered.weight + weight > REMEMBERED {
            *remembered = Remembered::default();
        }
        remembered.weight += weight;
        remembered.entries.insert(key, Entry { set: Arc::clone(&set), roles });
        Ok(set)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::Rgba;

    fn fragment(text: &str, occurrence: usize) -> Fragment {
        Fragment { text: text.into(), occurrence, part: "here".into() }
    }

    #[test]
    fn what_is_set_is_the_same_in_any_order_and_remembered() {
        let (one, other) = (Typesetter::with_fonts(Vec::new()), Typesetter::with_fonts(Vec::new()));
        let texts = ["entropy", "bits per symbol", "-log p"];
        let style = TextStyle::new(0.5);
        let first: Vec<_> = texts.iter().map(|text| one.text(text, &style)).collect();
        let mut second: Vec<_> = texts.iter().rev().map(|text| other.text(text, &style)).collect();
        second.reverse();
        for (a, b) in first.iter().zip(&second) {
            assert_eq!(a, b);
        }
        assert!(Arc::ptr_eq(&first[0], &one.text("entropy", &style)));
        assert!(!Arc::ptr_eq(&first[0], &one.text("entropy", &TextStyle::new(0.6))));
    }

    #[test]
    fn other_answers_for_roles_give_other_colours() {
        let typesetter = Typesetter::with_fonts(Vec::new());
        let style = FormulaStyle::new(1.0);
        let set = |hex: u32| typesetter.formula(r"\role{accent}{x}", &style, &|_| Some(Rgba::hex(hex))).unwrap();
        assert_ne!(set(0xff0000).part, set(0x00ff00).part);
        assert!(typesetter.formula(r"\role{accent}{x}", &style, &|_| None).is_err());
    }

    #[test]
    fn a_font_of_the_script_steps_in_for_what_the_bundled_ones_lack() {
        let font = |bytes: &[u8]| Font::foreign("signs", Arc::from(bytes), 0);
        let signs = include_bytes!("../../tests/diagnostics/data/three_signs.otf");
        let own = font(signs).unwrap();
        assert!(own.is_foreign() && own.id() == font(signs).unwrap().id());
        let typesetter = Typesetter::with_fonts(vec![own]);
        let style = TextStyle::new(1.0);
        let text = "\u{65e5}\u{672c}a";
        assert_eq!(Typesetter::bundled().text(text, &style).missing, ['\u{65e5}', '\u{672c}']);
        let set = typesetter.text(text, &style);
        assert!(set.missing.is_empty() && set.part.bounds().unwrap().width() > 2.0);
        assert!(typesetter.have('\u{65e5}') && !Typesetter::bundled().have('\u{65e5}'));
        // What the bundled fonts have comes from them.
        assert_eq!(typesetter.text("Abc", &style), Typesetter::bundled().text("Abc", &style));
        assert!(font(b"no font").is_none() && font(&[]).is_none());
    }

    #[test]
    fn broken_fonts_do_no_harm() {
        let sound = Fonts::bundled().named("IBMPlexSansHebrew-Regular").unwrap().data().to_vec();
        let mut broken: Vec<Vec<u8>> = (0..sound.len()).step_by(4_001).map(|end| sound[..end].to_vec()).collect();
        for at in (0..2_000).step_by(37).chain((2_000..sound.len()).step_by(2_003)) {
            for fill in [0x00, 0xff] {
                let mut bytes = sound.clone();
                bytes[at..(at + 4).min(sound.len())].fill(fill);
                broken.push(bytes);
            }
        }
        let mut read = 0;
        for bytes in broken {
            let Some(font) = Font::foreign("broken", Arc::from(bytes), 0) else { continue };
            read += 1;
            let set = Typesetter::with_fonts(vec![font]).text("\u{65e5} \u{5d0}b", &TextStyle::new(1.0));
            assert!(set.part.parts.len() == 2);
        }
        assert!(read > 50, "{read}");
    }

    #[test]
    fn memory_is_bounded() {
        let typesetter = Typesetter::with_fonts(Vec::new());
        for i in 0..40 {
            typesetter.text(&format!("{i}{}", "x ".repeat(9_000)), &TextStyle::new(1.0));
        }
        assert!(typesetter.remembered.lock().unwrap().weight <= REMEMBERED);
    }

    #[test]
    fn pieces_of_a_formula_are_parts() {
        let typesetter = Typesetter::with_fonts(Vec::new());
        let style = FormulaStyle::new(1.0);
        let source = r"H = -\sum_i p_i \log_2 p_i";
        let pieces = |list: &[Fragment]| typesetter.formula_with_fragments(source, &style, list, &|_| None);
        let set = pieces(&[fragment("p_i", 1)]).unwrap();
        let whole = typesetter.formula(source, &style, &|_| None).unwrap();
        assert_eq!(set.part.source.as_deref(), Some(source));
        assert_eq!(set.layout, whole.layout);
        let here = set.part.at(&["here"]).unwrap().bounds().unwrap();
        assert!(here.x0 > set.layout.width() * 0.8, "the second of the two");
        assert!(pieces(&[fragment(r"\log_2", 0)]).is_ok());
        for (text, occurrence) in [("p_i", 2), (r"\lo", 0), ("q", 0), ("{", 0)] {
            assert!(pieces(&[fragment(text, occurrence)]).is_err(), "{text}");
        }
        let scripts = typesetter.formula_with_fragments("x_i^2", &style, &[fragment("x_i", 0)], &|_| None);
        assert!(scripts.is_err(), "the 2 would move");
    }

    #[test]
    fn threads_share_a_typesetter() {
        let typesetter = Typesetter::bundled();
        let style = TextStyle::new(0.7);
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| (0..50).for_each(|i| drop(typesetter.text(&format!("frame {i}"), &style))));
            }
        });
        assert_eq!(typesetter.text("frame 7", &style), Typesetter::with_fonts(Vec::new()).text("frame 7", &style));
    }
}
