//! Text, formulas and numbers, set: what lines of words and symbols look like.
//!
//! Enters: text with or without markup, TeX formulas and values, with a style in stage units. Leaves: a [`Typeset`]: a
//! [`Part`] tree of glyph runs and rules whose origin is the left end of the (first) baseline, y up, and the box that
//! placement works with. Only bundled fonts are used, so the result is the same on every machine; nothing knows time.

mod fonts;
mod format;
mod formula;
mod fragment;
mod key;
mod macros;
mod markup;
mod messages;
mod paragraph;
mod placing;
mod text;
mod transparent;
mod typesetter;

pub use fonts::{FontMetrics, Fonts};
pub use format::{Format, format};
pub use formula::FormulaStyle;
pub use fragment::{Fragment, plain_tex};
pub use text::{Align, Family, TextStyle, Weight};
pub use typesetter::Typesetter;

use crate::color::Rgba;
use crate::draw::Part;
use crate::geom::Rect;

/// Gives the names that `{accent:...}` and `\role{accent}{...}` use their colours; `None` for names it does not know.
pub type Roles<'a> = &'a dyn Fn(&str) -> Option<Rgba>;

/// Roles that were asked for, with the answers.
type Asked = Vec<(String, Option<Rgba>)>;

/// Text or a formula, set.
#[derive(Clone, Debug, PartialEq)]
pub struct Typeset {
    /// What is drawn. The origin is the left end of the first line's baseline; y up.
    pub part: Part,
    /// The box to place it by: from the origin to the advance width of the widest line, and from the last line's descent
    /// to the first line's ascent. For text it depends on the font and not on the letters, so that lines align.
    pub layout: Rect,
    /// Height of the last line's baseline; 0 for one line, negative for several.
    pub last_baseline: f64,
    /// Height of the visual middle: of text half a capital, or half way from the first line's capitals to the last baseline;
    /// of formulas the axis (where fraction bars are). What should look centred, as the letter on a coin, is placed by this.
    pub middle: f64,
    /// Characters that no bundled font has, in order of first appearance; boxes are drawn in their place.
    pub missing: Vec<char>,
}

impl Typeset {
    /// The path of the first part of this name, depth first: what [`Part::at`] takes.
    ///
    /// ```
    /// use surprisal::typeset::{FormulaStyle, Typesetter};
    /// let set = Typesetter::bundled().formula(r"\part{rate}{\sum_i \part{p}{p_i}}", &FormulaStyle::new(1.0), &|_| None);
    /// assert_eq!(set.unwrap().find("p").unwrap(), ["rate", "p"]);
    /// ```
    pub fn find(&self, name: &str) -> Option<Vec<&str>> {
        fn search<'a>(part: &'a Part, name: &str) -> Option<Vec<&'a str>> {
            part.parts.iter().find_map(|inner| {
                if inner.name == name {
                    return Some(vec![inner.name.as_str()]);
                }
                let mut path = search(inner, name)?;
                path.insert(0, &inner.name);
                Some(path)
            })
        }
        search(&self.part, name)
    }
}

/// Why a formula or marked-up text cannot be set, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// One sentence, lower case, no full stop; literals in backticks.
    pub message: String,
    /// First byte of the place in the source.
    pub start: usize,
    /// One past its last byte; at least `start`.
    pub end: usize,
}

impl Error {
    fn new(message: impl Into<String>, start: usize, end: usize) -> Self {
        Self { message: message.into(), start, end: end.max(start) }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// Refuses text longer than [`crate::limits::TEXT_CHARS`].
fn check_length(source: &str) -> Result<(), Error> {
    match source.char_indices().nth(crate::limits::TEXT_CHARS) {
        None => Ok(()),
        Some((at, _)) => {
            Err(Error::new(format!("longer than {} characters", crate::limits::TEXT_CHARS), at, source.len()))
        }
    }
}
