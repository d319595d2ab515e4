//! Letters as visuals share them: reading their style from fields, and setting labels with the theme's colours.

use crate::color::{Ink, Rgba, Role};
use crate::draw::{Halo, Paint};
use crate::script::{Fields, Num};
use crate::typeset::{Align, Family, TextStyle, Weight};

use super::Now;

/// Usual height of the em of running text in stage units.
pub(super) const TEXT_SIZE: f64 = 0.5;
/// Usual height of the em of labels in graphics.
pub(super) const LABEL_SIZE: f64 = 0.36;

/// How a visual's letters look.
#[derive(Clone, Debug)]
pub(super) struct Lettering {
    pub(super) size: Num,
    pub(super) ink: Ink,
    family: Family,
    weight: Weight,
    italic: bool,
    align: Align,
    width: Option<f64>,
    halo: bool,
}

impl Lettering {
    /// Reads `size`, `color`, `weight`, `italic`, `mono`, `align`, `wrap`, `halo`.
    pub(super) fn read(fields: &mut Fields<'_>, size: f64) -> Self {
        let weight = fields.word("weight", &["regular", "bold"]);
        let align = fields.word("justify", &["left", "centre", "right"]);
        Self {
            size: fields.number_or("size", size, 0.02..=20.0),
            ink: fields.ink("color").unwrap_or(Ink::Role(Role::Ink)),
            family: if fields.flag("mono").unwrap_or(false) { Family::Mono } else { Family::Sans },
            weight: if weight == Some("bold") { Weight::SemiBold } else { Weight::Regular },
            italic: fields.flag("italic").unwrap_or(false),
            align: match align {
                Some("left") => Align::Left,
                Some("right") => Align::Right,
                _ => Align::Centre,
            },
            width: fields.fixed("wrap", 0.2..=100.0),
            halo: fields.flag("halo").unwrap_or(false),
        }
    }

    /// The style at an instant.
    pub(super) fn style(&self, now: &Now<'_>) -> TextStyle {
        let size = now.number(&self.size);
        TextStyle {
            family: self.family,
            weight: self.weight,
            italic: self.italic,
            color: now.ink(self.ink),
            align: self.align,
            width: self.width,
            halo: self.halo.then(|| halo(now, size)),
            ..TextStyle::new(if size.is_finite() { size.clamp(0.02, 20.0) } else { TEXT_SIZE })
        }
    }
}

/// A contour in the ground's colour that keeps letters readable over graphics.
pub(super) fn halo(now: &Now<'_>, size: f64) -> Halo {
    Halo { paint: Paint::solid(now.role(Role::Ground)).kept(), width: size * 0.14 }
}

/// The style of a small label.
pub(super) fn label(size: f64, color: Rgba) -> TextStyle {
    TextStyle { color, tabular: true, ..TextStyle::new(size) }
}

/// The style of bits and code words.
pub(super) fn mono(size: f64, color: Rgba) -> TextStyle {
    TextStyle { family: Family::Mono, color, ..TextStyle::new(size) }
}

/// The colours that markup and formulas may name.
pub(super) fn roles<'a>(now: &'a Now<'_>) -> impl Fn(&str) -> Option<Rgba> + 'a {
    |name| Role::named(name).map(|role| now.role(role))
}
