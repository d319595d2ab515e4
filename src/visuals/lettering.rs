//! Letters as visuals share them: reading their style from fields, and setting labels with the theme's colours.

use crate::color::{Ink, Rgba, Role};
use crate::draw::{Grow, Halo, Item, Paint, Part, Stroke};
use crate::geom::{Affine, Point, polyline};
use crate::script::{FieldSpec, Num, TableFields, Takes};
use crate::typeset::{Align, Family, Format, TextStyle, Typeset, Weight, format};

use super::Now;

/// Usual height of the em of running text in stage units.
pub(super) const TEXT_SIZE: f64 = 0.5;

/// The fields of letters, but for their size.
pub(super) const LETTERING: &[FieldSpec] = &[
    FieldSpec::new("color", Takes::Color, "ink", "colour of the letters"),
    FieldSpec::new("weight", Takes::Word(&["regular", "bold"]), "regular", "thickness of the letters"),
    FieldSpec::new("italic", Takes::Flag, "false", "slanted letters"),
    FieldSpec::new("mono", Takes::Flag, "false", "letters of equal width"),
    FieldSpec::new("justify", Takes::Word(&["left", "centre", "right"]), "centre", "how lines stand to each other"),
    FieldSpec::optional(
        "wrap",
        Takes::Fixed(0.2, 100.0),
        "width in stage units at which lines are broken; if not given, only where the text is",
    ),
    FieldSpec::new("halo", Takes::Flag, "false", "a rim of the ground's colour, for text over graphics"),
];

/// Size of running text.
pub(super) const TEXT_SIZE_FIELD: FieldSpec =
    FieldSpec::new("size", Takes::Number(0.02, 20.0), "0.5", "height of the em in stage units");
/// Size of labels in graphics.
pub(super) const LABEL_SIZE_FIELD: FieldSpec =
    FieldSpec::new("size", Takes::Fixed(0.05, 10.0), "0.36", "height of the em of labels in stage units");

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
    /// Reads `size` and [`LETTERING`].
    pub(super) fn read(fields: &mut TableFields<'_>) -> Self {
        let weight = fields.word("weight");
        let align = fields.word("justify");
        Self {
            size: fields.number_or_default("size"),
            ink: fields.ink("color").unwrap_or(Ink::Role(Role::Ink)),
            family: if fields.flag("mono") { Family::Mono } else { Family::Sans },
            weight: if weight == Some("bold") { Weight::SemiBold } else { Weight::Regular },
            italic: fields.flag("italic"),
            align: match align {
                Some("left") => Align::Left,
                Some("right") => Align::Right,
                _ => Align::Centre,
            },
            width: fields.fixed("wrap"),
            halo: fields.flag("halo"),
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

/// The style of a small label; its lines stand under each other's middles.
pub(super) fn label(size: f64, color: Rgba) -> TextStyle {
    TextStyle { color, tabular: true, align: Align::Centre, ..TextStyle::new(size) }
}

/// The style of bits and code words.
pub(super) fn mono(size: f64, color: Rgba) -> TextStyle {
    TextStyle { family: Family::Mono, color, ..TextStyle::new(size) }
}

/// The colours that markup and formulas may name.
pub(super) fn roles<'a>(now: &'a Now<'_>) -> impl Fn(&str) -> Option<Rgba> + 'a {
    |name| Role::named(name).map(|role| now.role(role))
}

/// Which end of a text is put at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hang {
    /// Its centre.
    Centre,
    /// Its left end.
    Left,
    /// Its right end.
    Right,
}

/// A set text as a part, its middle at the height of a place; it fades in where others grow.
pub(super) fn put(name: &str, set: &Typeset, at: Point, hang: Hang) -> Part {
    let from = match hang {
        Hang::Centre => set.layout.center().x,
        Hang::Left => set.layout.x0,
        Hang::Right => set.layout.x1,
    };
    Part { name: name.into(), ..set.part.clone() }
        .growing(Grow::Fade)
        .transformed(Affine::translate((at.x - from, at.y - set.middle)))
}

/// The span of scales in which a label without room fades out: short, so that hardly any stands half seen at rest.
pub(super) const LEAVING: f64 = 0.03;

/// A set text centred at a place, at most so wide: it shrinks a little to fit, and fades out where that is not enough.
pub(super) fn fitted(name: &str, set: &Typeset, at: Point, room: f64, least: f64) -> Part {
    let scale = (room / set.layout.width().max(1e-6)).clamp(0.0, 1.0);
    let shown = ((scale - least) / LEAVING).clamp(0.0, 1.0);
    let centred = Affine::translate(at.to_vec2())
        * Affine::scale(scale.max(least))
        * Affine::translate((-set.layout.center().x, -set.middle));
    Part { name: name.into(), ..set.part.clone() }.growing(Grow::Fade).transformed(centred).faded(shown)
}

/// The sign of a blank: a bracket that lies open upwards.
pub(super) fn blank(centre: Point, edge: f64, now: &Now<'_>) -> Item {
    let at = |x: f64, y: f64| Point::new(centre.x + x * edge, centre.y + y * edge);
    let path = polyline([at(-0.2, -0.1), at(-0.2, -0.24), at(0.2, -0.24), at(0.2, -0.1)], false);
    Item::stroke(path, Stroke::new(Paint::solid(now.role(Role::Muted)), edge * 0.045))
}

/// A probability as a percentage, with as many decimals as it needs to be read.
pub(super) fn percentage(p: f64) -> String {
    let decimals = match p {
        // An eighth is 12.5 %, not 13 %.
        p if (p * 1000.0 - libm::round(p * 1000.0)).abs() < 1e-9
            && (p * 100.0 - libm::round(p * 100.0)).abs() > 1e-9 =>
        {
            ".1%"
        }
        p if p >= 0.01 || p <= 0.0 => "%",
        p if p >= 0.001 => ".1%",
        _ => ".2%",
    };
    Format::parse(decimals).map_or_else(String::new, |style| format(p, &style))
}
