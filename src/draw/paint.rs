//! What covers an area and how an outline is drawn. Small, since most items of a frame have two of them: gradients and
//! dashes stand elsewhere.

use std::sync::Arc;

use crate::color::Rgba;
use crate::geom::{Affine, Point, lerp};

/// What covers an area.
#[derive(Clone, Debug, PartialEq)]
pub enum PaintKind {
    /// One colour.
    Solid(Rgba),
    /// A run of colours along a line.
    Linear(Arc<Gradient>),
    /// Light around a point.
    Glow(Arc<Glow>),
}

/// A run of colours along a line, in the item's space; outside it the end colours go on.
#[derive(Clone, Debug, PartialEq)]
pub struct Gradient {
    /// Where `from_color` is.
    pub from: Point,
    /// Where `to_color` is.
    pub to: Point,
    /// First colour.
    pub from_color: Rgba,
    /// Last colour.
    pub to_color: Rgba,
}

/// Light that is strongest in the middle and gone at the radius, as (1 - distance)^2.
#[derive(Clone, Debug, PartialEq)]
pub struct Glow {
    /// The middle, in the item's space.
    pub centre: Point,
    /// Where it is gone; above 0.
    pub radius: f64,
    /// Colour of the middle.
    pub color: Rgba,
}

/// Paint, and whether a step that recolours the part changes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Paint {
    /// The colour or colours.
    pub kind: PaintKind,
    /// Kept as it is when the part is recoloured: panels behind text, letters on coins.
    pub kept: bool,
}

impl Paint {
    /// A colour that follows when the part is recoloured.
    pub fn solid(color: Rgba) -> Self {
        Self { kind: PaintKind::Solid(color), kept: false }
    }

    /// A gradient that follows (as one colour) when the part is recoloured.
    pub fn linear(from: Point, from_color: Rgba, to: Point, to_color: Rgba) -> Self {
        Self { kind: PaintKind::Linear(Arc::new(Gradient { from, to, from_color, to_color })), kept: false }
    }

    /// Light around a point, which follows when the part is recoloured.
    pub fn glow(centre: Point, radius: f64, color: Rgba) -> Self {
        Self { kind: PaintKind::Glow(Arc::new(Glow { centre, radius, color })), kept: false }
    }

    /// The same paint, kept when the part is recoloured.
    #[must_use]
    pub fn kept(self) -> Self {
        Self { kept: true, ..self }
    }

    /// The paint with every colour passed through `f`, unless it is kept.
    #[must_use]
    pub fn recolored(&self, f: impl Fn(Rgba) -> Rgba) -> Self {
        if self.kept { self.clone() } else { self.mapped(f) }
    }

    /// The paint `opacity` times as opaque.
    #[must_use]
    pub fn faded(&self, opacity: f32) -> Self {
        self.mapped(|color| color.faded(opacity))
    }

    fn mapped(&self, f: impl Fn(Rgba) -> Rgba) -> Self {
        let kind = match &self.kind {
            PaintKind::Solid(color) => PaintKind::Solid(f(*color)),
            PaintKind::Linear(line) => PaintKind::Linear(Arc::new(Gradient {
                from_color: f(line.from_color),
                to_color: f(line.to_color),
                ..**line
            })),
            PaintKind::Glow(glow) => PaintKind::Glow(Arc::new(Glow { color: f(glow.color), ..**glow })),
        };
        Self { kind, kept: self.kept }
    }

    /// The paint where a map takes what it is on.
    #[must_use]
    pub fn transformed(&self, map: Affine) -> Self {
        let kind = match &self.kind {
            PaintKind::Solid(_) => self.kind.clone(),
            PaintKind::Linear(line) => {
                PaintKind::Linear(Arc::new(Gradient { from: map * line.from, to: map * line.to, ..**line }))
            }
            PaintKind::Glow(glow) => PaintKind::Glow(Arc::new(Glow {
                centre: map * glow.centre,
                radius: glow.radius * libm::sqrt(map.determinant().abs()),
                ..**glow
            })),
        };
        Self { kind, kept: self.kept }
    }

    /// The paint on its way to another, kept or not: `share` from 0 to 1. Both belong to the same space.
    #[must_use]
    pub fn mixed(&self, other: &Self, share: f64) -> Self {
        let tint = |a: Rgba, b: Rgba| a.lerp(b, share as f32);
        let point = |a: Point, b: Point| a + (b - a) * share;
        let kind = match (&self.kind, &other.kind) {
            (PaintKind::Linear(a), PaintKind::Linear(b)) => PaintKind::Linear(Arc::new(Gradient {
                from: point(a.from, b.from),
                to: point(a.to, b.to),
                from_color: tint(a.from_color, b.from_color),
                to_color: tint(a.to_color, b.to_color),
            })),
            (PaintKind::Glow(a), PaintKind::Glow(b)) => PaintKind::Glow(Arc::new(Glow {
                centre: point(a.centre, b.centre),
                radius: lerp(a.radius, b.radius, share),
                color: tint(a.color, b.color),
            })),
            // A gradient loses its run of colours, or gains it.
            (PaintKind::Linear(_), _) => self.mapped(|color| tint(color, other.color())).kind,
            _ => other.mapped(|color| tint(self.color(), color)).kind,
        };
        Self { kind, kept: other.kept }
    }

    /// One colour that stands for the paint: the colour, or the first of a gradient.
    pub fn color(&self) -> Rgba {
        match &self.kind {
            PaintKind::Solid(color) => *color,
            PaintKind::Linear(line) => line.from_color,
            PaintKind::Glow(glow) => glow.color,
        }
    }
}

/// Dashes along a stroke, in the item's units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dash {
    /// Length of a dash; above 0.
    pub on: f64,
    /// Length of a gap; above 0.
    pub off: f64,
    /// How far into the pattern the stroke begins.
    pub phase: f64,
}

/// How an outline is drawn. Caps and joins are round.
#[derive(Clone, Debug, PartialEq)]
pub struct Stroke {
    /// The paint.
    pub paint: Paint,
    /// Width in the item's units; scales with the item's transform.
    pub width: f64,
    /// Dashes, if any.
    pub dash: Option<Arc<Dash>>,
}

impl Stroke {
    /// A solid stroke.
    pub fn new(paint: Paint, width: f64) -> Self {
        Self { paint, width, dash: None }
    }

    /// The same stroke, dashed.
    #[must_use]
    pub fn dashed(self, on: f64, off: f64) -> Self {
        Self { dash: Some(Arc::new(Dash { on, off, phase: 0.0 })), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kept_paint_is_not_recoloured() {
        let red = |_| Rgba::hex(0xff0000);
        let paint = Paint::solid(Rgba::hex(0x00ff00));
        assert_eq!(paint.recolored(red).color(), Rgba::hex(0xff0000));
        assert_eq!(paint.kept().recolored(red).color(), Rgba::hex(0x00ff00));
    }

    #[test]
    fn a_mixed_paint_begins_as_the_one_and_ends_as_the_other() {
        let [left, right] = [Point::ORIGIN, Point::new(1.0, 0.0)];
        let (red, blue) = (Paint::solid(Rgba::hex(0xff0000)), Paint::solid(Rgba::hex(0xff)).kept());
        let run = Paint::linear(left, Rgba::hex(0xff), right, Rgba::hex(0xff00));
        for (a, b) in [(&red, &blue), (&blue, &red), (&run, &run.transformed(Affine::translate((2.0, 0.0))))] {
            assert_eq!((a.mixed(b, 0.0).kind, a.mixed(b, 1.0).kind), (a.kind.clone(), b.kind.clone()));
        }
        assert_eq!(run.mixed(&red, 0.0).kind, run.kind);
        assert_eq!(red.mixed(&run, 1.0).kind, run.kind);
    }

    #[test]
    fn gradients_change_their_colours_and_stay_where_they_are() {
        let [left, right] = [Point::ORIGIN, Point::new(1.0, 0.0)];
        let paint = Paint::linear(left, Rgba::hex(0xff), right, Rgba::hex(0xff00)).faded(0.5);
        let wanted = Paint::linear(left, Rgba::hex(0xff).faded(0.5), right, Rgba::hex(0xff00).faded(0.5));
        assert_eq!(paint, wanted);
        assert_eq!(
            Paint::glow(left, 2.0, Rgba::hex(0xff)).faded(0.5),
            Paint::glow(left, 2.0, Rgba::hex(0xff).faded(0.5))
        );
    }
}
