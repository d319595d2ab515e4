//! One thing to draw: a path, a run of glyphs or an image, with its paint and its place.

use std::sync::Arc;

use super::{Bitmap, Font};
use crate::color::Rgba;
use crate::geom::{Affine, BezPath, Point, Rect, Shape as _, union};

/// What covers an area.
#[derive(Clone, Debug, PartialEq)]
pub enum PaintKind {
    /// One colour.
    Solid(Rgba),
    /// A run of colours along a line, in the item's space; outside it the end colours go on.
    Linear {
        /// Where `from_color` is.
        from: Point,
        /// Where `to_color` is.
        to: Point,
        /// First colour.
        from_color: Rgba,
        /// Last colour.
        to_color: Rgba,
    },
    /// Light that is strongest in the middle and gone at the radius, as (1 - distance)^2.
    Glow {
        /// The middle, in the item's space.
        centre: Point,
        /// Where it is gone; above 0.
        radius: f64,
        /// Colour of the middle.
        color: Rgba,
    },
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
        Self { kind: PaintKind::Linear { from, to, from_color, to_color }, kept: false }
    }

    /// Light around a point, which follows when the part is recoloured.
    pub fn glow(centre: Point, radius: f64, color: Rgba) -> Self {
        Self { kind: PaintKind::Glow { centre, radius, color }, kept: false }
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
            PaintKind::Linear { from, to, from_color, to_color } => {
                PaintKind::Linear { from: *from, to: *to, from_color: f(*from_color), to_color: f(*to_color) }
            }
            PaintKind::Glow { centre, radius, color } => {
                PaintKind::Glow { centre: *centre, radius: *radius, color: f(*color) }
            }
        };
        Self { kind, kept: self.kept }
    }

    /// One colour that stands for the paint: the colour, or the first of a gradient.
    pub fn color(&self) -> Rgba {
        match self.kind {
            PaintKind::Solid(color) => color,
            PaintKind::Linear { from_color, .. } => from_color,
            PaintKind::Glow { color, .. } => color,
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
    pub dash: Option<Dash>,
}

impl Stroke {
    /// A solid stroke.
    pub fn new(paint: Paint, width: f64) -> Self {
        Self { paint, width, dash: None }
    }

    /// The same stroke, dashed.
    #[must_use]
    pub fn dashed(self, on: f64, off: f64) -> Self {
        Self { dash: Some(Dash { on, off, phase: 0.0 }), ..self }
    }
}

/// A positioned glyph.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Glyph {
    /// Index in the font.
    pub id: u16,
    /// Origin on the baseline, in the item's units.
    pub x: f64,
    /// Height of the baseline, y up.
    pub y: f64,
}

/// A contour of paint behind glyphs that keeps them readable over graphics.
#[derive(Clone, Debug, PartialEq)]
pub struct Halo {
    /// Usually the ground colour.
    pub paint: Paint,
    /// How far it reaches beyond the outline, in the item's units.
    pub width: f64,
}

/// Glyphs of one font, size and paint.
#[derive(Clone, Debug, PartialEq)]
pub struct GlyphRun {
    /// The font.
    pub font: Font,
    /// Height of the em square in the item's units.
    pub size: f64,
    /// The glyphs, in reading order.
    pub glyphs: Arc<[Glyph]>,
    /// The paint.
    pub paint: Paint,
    /// A contour behind them.
    pub halo: Option<Halo>,
}

impl GlyphRun {
    /// The outline of one of the run's glyphs, in the item's units.
    pub fn outline(&self, glyph: &Glyph) -> BezPath {
        Affine::translate((glyph.x, glyph.y)) * Affine::scale(self.size) * (*self.font.outline(glyph.id)).clone()
    }
}

/// What an item is.
#[derive(Clone, Debug)]
pub enum Shape {
    /// An outline, filled (non-zero winding) and then stroked.
    Path {
        /// The outline in the item's units.
        path: Arc<BezPath>,
        /// Paint inside.
        fill: Option<Paint>,
        /// Paint along it.
        stroke: Option<Stroke>,
    },
    /// Text or formula glyphs.
    Glyphs(GlyphRun),
    /// A picture, stretched over a rectangle, upright in y-up space.
    Image {
        /// The picture.
        bitmap: Arc<Bitmap>,
        /// Where it goes, in the item's units.
        rect: Rect,
    },
}

impl PartialEq for Shape {
    /// Equal if they draw the same; shared data is compared by identity first, which is what makes it cheap.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Path { path: a, fill: f, stroke: s }, Self::Path { path: b, fill: g, stroke: t }) => {
                f == g && s == t && (Arc::ptr_eq(a, b) || a.elements() == b.elements())
            }
            (Self::Glyphs(a), Self::Glyphs(b)) => a == b,
            (Self::Image { bitmap: a, rect: r }, Self::Image { bitmap: b, rect: q }) => {
                r == q && (Arc::ptr_eq(a, b) || a == b)
            }
            _ => false,
        }
    }
}

/// A shape with its place and opacity.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// What is drawn.
    pub shape: Shape,
    /// Maps the shape's units to those of the part (or, in a frame, of the stage).
    pub transform: Affine,
    /// From 0 (not drawn) to 1.
    pub opacity: f32,
}

impl Item {
    /// A shape where its coordinates say, opaque.
    pub fn new(shape: Shape) -> Self {
        Self { shape, transform: Affine::IDENTITY, opacity: 1.0 }
    }

    /// A filled outline.
    pub fn fill(path: BezPath, paint: Paint) -> Self {
        Self::new(Shape::Path { path: Arc::new(path), fill: Some(paint), stroke: None })
    }

    /// A stroked outline.
    pub fn stroke(path: BezPath, stroke: Stroke) -> Self {
        Self::new(Shape::Path { path: Arc::new(path), fill: None, stroke: Some(stroke) })
    }

    /// A filled and stroked outline.
    pub fn fill_stroke(path: BezPath, paint: Paint, stroke: Stroke) -> Self {
        Self::new(Shape::Path { path: Arc::new(path), fill: Some(paint), stroke: Some(stroke) })
    }

    /// The item moved, turned or scaled after what it has.
    #[must_use]
    pub fn transformed(self, transform: Affine) -> Self {
        Self { transform: transform * self.transform, ..self }
    }

    /// The box of what is drawn, strokes included, in the units that `transform` leads to; `None` if nothing is drawn.
    pub fn bounds(&self) -> Option<Rect> {
        let local = match &self.shape {
            Shape::Path { path, stroke, .. } => {
                let rim = stroke.as_ref().map_or(0.0, |s| s.width / 2.0);
                (!path.is_empty()).then(|| path.bounding_box().inflate(rim, rim))
            }
            Shape::Glyphs(run) => run
                .glyphs
                .iter()
                .fold(None, |all, glyph| union(all, run.font.bounds(glyph.id, run.size, glyph.x, glyph.y))),
            Shape::Image { rect, .. } => Some(*rect),
        };
        local.filter(|r| r.is_finite()).map(|rect| self.transform.transform_rect_bbox(rect))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geom::circle;

    #[test]
    fn bounds_include_stroke_and_transform() {
        let item = Item::stroke(circle(Point::ORIGIN, 1.0), Stroke::new(Paint::solid(Rgba::hex(0)), 0.5));
        let bounds = item.transformed(Affine::translate((2.0, 0.0))).bounds().unwrap();
        assert!((bounds.x0 - 0.75).abs() < 1e-3 && (bounds.x1 - 3.25).abs() < 1e-3);
        assert_eq!(Item::fill(BezPath::new(), Paint::solid(Rgba::hex(0))).bounds(), None);
    }

    #[test]
    fn kept_paint_is_not_recoloured() {
        let red = |_| Rgba::hex(0xff0000);
        let paint = Paint::solid(Rgba::hex(0x00ff00));
        assert_eq!(paint.recolored(red).color(), Rgba::hex(0xff0000));
        assert_eq!(paint.kept().recolored(red).color(), Rgba::hex(0x00ff00));
    }
}
