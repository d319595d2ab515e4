//! What simple shapes share: reading their fill and stroke.

use super::Now;
use crate::color::{Ink, Role};
use crate::draw::{Item, Paint, Stroke};
use crate::geom::BezPath;
use crate::script::{Fields, Num};

/// Usual width of lines in stage units: four pixels at 1080p.
pub(super) const LINE_WIDTH: f64 = 0.035;

/// How a shape is painted.
pub(super) struct Look {
    fill: Option<Ink>,
    fill_opacity: Num,
    stroke: Option<Ink>,
    width: Num,
    dashed: bool,
}

impl Look {
    /// Reads `color` (stroke), `fill`, `fill_opacity`, `stroke_width`, `dashed`.
    pub(super) fn read(fields: &mut Fields<'_>, fill: Option<Role>, stroke: Option<Role>) -> Self {
        Self {
            fill: fields.ink("fill").or(fill.map(Ink::Role)),
            fill_opacity: fields.number_or("fill_opacity", 1.0, 0.0..=1.0),
            stroke: fields.ink("color").or(stroke.map(Ink::Role)),
            width: fields.number_or("stroke_width", LINE_WIDTH, 0.0..=5.0),
            dashed: fields.flag("dashed").unwrap_or(false),
        }
    }

    /// The shape as items: the fill keeps its colour when the part is recoloured, the line follows.
    pub(super) fn items(&self, now: &Now<'_>, path: &BezPath) -> Vec<Item> {
        let fill = self.fill.map(|ink| {
            let paint = Paint::solid(now.ink(ink).faded(now.number(&self.fill_opacity) as f32));
            Item::fill(path.clone(), if self.stroke.is_some() { paint.kept() } else { paint })
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
