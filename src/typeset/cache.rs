//! The [`Typesetter`]: sets text and formulas, and remembers what it set.
//!
//! Enters: sources with styles, from any thread. Leaves: shared [`Typeset`]s. What is set depends on source and style
//! alone, so remembering changes nothing but the time it takes.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::formula::{self, FormulaStyle};
use super::macros::{Fragment, wrap};
use super::markup::{self, Marked};
use super::paragraph::Shaper;
use super::text::{TextStyle, set_marked};
use super::{Error, Roles, Typeset};
use crate::color::Rgba;
use crate::limits::TEXT_CHARS;

/// Weight of everything remembered, about one for a glyph: some 40 MB. When it is reached, all is forgotten at once:
/// films use a few hundred texts again and again, and live numbers a new one every frame.
const REMEMBERED: usize = 400_000;
/// Weight of an entry apart from its text.
const ENTRY: usize = 16;

/// Sets text and formulas with the bundled fonts. One for the process; any thread may use it.
pub struct Typesetter {
    shaper: Shaper,
    remembered: Mutex<Remembered>,
}

#[derive(Default)]
struct Remembered {
    entries: BTreeMap<String, Entry>,
    weight: usize,
}

struct Entry {
    set: Arc<Typeset>,
    /// Roles that were asked for, with the answers: the entry holds for callers who answer the same.
    roles: Vec<(String, Option<Rgba>)>,
}

impl Typesetter {
    /// The process's typesetter, made on first use.
    pub fn bundled() -> &'static Self {
        static BUNDLED: OnceLock<Typesetter> = OnceLock::new();
        BUNDLED.get_or_init(Self::new)
    }

    /// A typesetter that has set nothing yet.
    pub fn new() -> Self {
        Self { shaper: Shaper::new(), remembered: Mutex::default() }
    }

    /// Sets text as it stands, without markup. Line breaks in it are kept. Past [`crate::limits::TEXT_CHARS`] it is cut.
    ///
    /// ```
    /// use surprisal::typeset::{TextStyle, Typesetter};
    /// let set = Typesetter::bundled().text("bits per symbol", &TextStyle::new(0.5));
    /// assert_eq!(set.part.addresses(), ["word0", "word1", "word2"]);
    /// ```
    pub fn text(&self, text: &str, style: &TextStyle) -> Arc<Typeset> {
        let text = text.char_indices().nth(TEXT_CHARS).and_then(|(end, _)| text.get(..end)).unwrap_or(text);
        let set = self.recalled(format!("text {style:?} {text}"), &|_| None, || {
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
    /// | `\*`, `\{`, `\}`, `\$`, `\` | the character itself |
    ///
    /// A `*` with blanks on both sides is itself too. Markup nests. A formula is the part `formula0`, `formula1`, ... of
    /// the word it stands in.
    ///
    /// # Errors
    /// Markup that does not match, a role that is not known, a formula that cannot be set, too much text.
    pub fn rich(&self, source: &str, style: &TextStyle, roles: Roles) -> Result<Arc<Typeset>, Error> {
        self.recalled(format!("rich {style:?} {source}"), roles, || {
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
    /// gives a theme's colour.
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
        self.recalled(format!("formula {style:?} {source}"), roles, || formula::set(source, style, roles))
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
        self.formula(source, style, roles)?;
        let wrapped = wrap(source, fragments)?;
        let set = self.formula(&wrapped, style, roles).map_err(|error| {
            Error::new(format!("the formula cannot be taken apart like this: {error}"), 0, source.len())
        })?;
        let mut set = (*set).clone();
        set.part.source = Some(source.into());
        Ok(Arc::new(set))
    }

    fn recalled(
        &self,
        key: String,
        roles: Roles,
        make: impl FnOnce() -> Result<(Typeset, Vec<(String, Option<Rgba>)>), Error>,
    ) -> Result<Arc<Typeset>, Error> {
        let lock = || self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = lock().entries.get(&key) {
            if entry.roles.iter().all(|(name, color)| roles(name) == *color) {
                return Ok(Arc::clone(&entry.set));
            }
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

impl Default for Typesetter {
    fn default() -> Self {
        Self::new()
    }
}
