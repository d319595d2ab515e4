//! What simple shapes share: reading their fill and stroke; and the break in a bar that goes on beyond its axis.

use super::Now;
use crate::color::{Ink, Role};
use crate::draw::{Item, Paint, Stroke};
use crate::geom::{BezPath, Point, polyline};
use crate::script::{FieldSpec, Num, TableFields, Takes};

/// The fields of every shape. The line is about four pixels wide at 1080p.
pub(super) const LOOK: &[FieldSpec] = &[
    FieldSpec::optional("color", Takes::Color, "colour of the line; each shape has a usual one"),
    FieldSpec::optional("fill", Takes::Color, "colour inside; each shape has a usual one, or none"),
    FieldSpec::new("fill_opacity", Takes::Number(0.0, 1.0), "1", "opacity of the inside, from 0 to 1"),
    FieldSpec::new("stroke_width", Takes::Number(0.0, 5.0), "0.035", "width of the line in stage units"),
    FieldSpec::new("dashed", Takes::Flag, "false", "a line of dashes"),
];

/// The break in a bar that is cut off: a slanting gap, from one point at the bar's side to another.
pub(super) fn gap(now: &Now<'_>, from: Point, to: Point) -> Item {
    let wide = (to - from).hypot().max(1e-9);
    let way = (to - from) / wide * (wide * 0.2).min(0.05);
    let slant = kurbo::Vec2::new(-way.y, way.x) * 1.1;
    let path = polyline([from - way - slant, to + way + slant], false);
    Item::stroke(path, Stroke::new(Paint::solid(now.role(Role::Ground)).kept(), (wide * 0.4).min(0.06)))
}

/// How a shape is painted.
pub(super) struct Look {
    fill: Option<Ink>,
    fill_opacity: Num,
    stroke: Option<Ink>,
    width: Num,
    dashed: bool,
}

impl Look {
    /// Reads [`LOOK`]; colours that are not given are these.
    pub(super) fn read(fields: &mut TableFields<'_>, fill: Option<Role>, stroke: Option<Role>) -> Self {
        Self {
            fill: fields.ink("fill").or(fill.map(Ink::Role)),
            fill_opacity: fields.number_or_default("fill_opacity"),
            stroke: fields.ink("color").or(stroke.map(Ink::Role)),
            width: fields.number_or_default("stroke_width"),
            dashed: fields.flag("dashed"),
        }
    }

    /// The shape as items: when the part is recoloured, the line follows and the fill keeps its colour, unless there is no line.
    pub(super) fn items(&self, now: &Now<'_>, path: &BezPath) -> Vec<Item> {
        let lined = self.stroke.is_some() && now.number(&self.width) > 0.0;
        let fill = self.fill.map(|ink| {
            let paint = Paint::solid(now.ink(ink).faded(now.number(&self.fill_opacity) as f32));
            Item::fill(path.clone(), if lined { paint.kept() } else { paint })
        });
        fill.into_iter().chain(self.line(now, path)).collect()
    }

    /// The line alone.
    pub(super) fn line(&self, now: &Now<'_>, path: &BezPath) -> Option<Item> {
        let width = now.number(&self.width);
        let stroke = Stroke::new(Paint::solid(now.ink(self.stroke?)), width);
        Some(Item::stroke(path.clone(), if self.dashed { stroke.dashed(width * 3.5, width * 3.0) } else { stroke }))
    }

    /// Width and ink of the line.
    pub(super) fn pen(&self, now: &Now<'_>) -> (f64, crate::color::Rgba) {
        (now.number(&self.width), now.ink(self.stroke.unwrap_or(Ink::Role(Role::Ink))))
    }
}
