//! One thing to draw: a path, a run of glyphs or an image, with its paint and its place.

use std::sync::Arc;

use super::{Bitmap, Font, Layer, Outline, Paint, Stroke};
use crate::geom::{Affine, BezPath, Rect, union};

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
    /// A contour behind them; apart, since few have one and all that is drawn is as large as the largest of its kind.
    pub halo: Option<Arc<Halo>>,
    /// They never move on the screen, as captions: they may sit on whole pixels.
    pub pinned: bool,
}

impl GlyphRun {
    /// Is it of the same font, size and paint, whatever its glyphs?
    pub fn is_like(&self, other: &Self) -> bool {
        self.font == other.font
            && self.size == other.size
            && self.paint == other.paint
            && self.halo == other.halo
            && self.pinned == other.pinned
    }

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
        path: Arc<Outline>,
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
    /// Items drawn together, then shown as one.
    Layer(Arc<Layer>),
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
            (Self::Layer(a), Self::Layer(b)) => Arc::ptr_eq(a, b) || a == b,
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
    /// How far from the viewer, in any unit: parts that are drawn by depth draw the farthest first.
    pub away: f64,
}

impl Item {
    /// A shape where its coordinates say, opaque.
    pub fn new(shape: Shape) -> Self {
        Self { shape, transform: Affine::IDENTITY, opacity: 1.0, away: 0.0 }
    }

    /// The item so far from the viewer.
    #[must_use]
    pub fn away(self, away: f64) -> Self {
        Self { away, ..self }
    }

    /// A filled outline.
    pub fn fill(path: BezPath, paint: Paint) -> Self {
        Self::new(Shape::Path { path: Outline::shared(path), fill: Some(paint), stroke: None })
    }

    /// A stroked outline.
    pub fn stroke(path: BezPath, stroke: Stroke) -> Self {
        Self::new(Shape::Path { path: Outline::shared(path), fill: None, stroke: Some(stroke) })
    }

    /// A filled and stroked outline.
    pub fn fill_stroke(path: BezPath, paint: Paint, stroke: Stroke) -> Self {
        Self::new(Shape::Path { path: Outline::shared(path), fill: Some(paint), stroke: Some(stroke) })
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
                (!path.is_empty()).then(|| path.bounds().inflate(rim, rim))
            }
            Shape::Glyphs(run) => run
                .glyphs
                .iter()
                .fold(None, |all, glyph| union(all, run.font.bounds(glyph.id, run.size, glyph.x, glyph.y))),
            Shape::Image { rect, .. } => Some(*rect),
            Shape::Layer(layer) => layer.bounds(),
        };
        local.filter(|r| r.is_finite()).map(|rect| self.transform.transform_rect_bbox(rect))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::Rgba;
    use crate::geom::{Point, circle};

    #[test]
    fn bounds_include_stroke_and_transform() {
        let item = Item::stroke(circle(Point::ORIGIN, 1.0), Stroke::new(Paint::solid(Rgba::hex(0)), 0.5));
        let bounds = item.transformed(Affine::translate((2.0, 0.0))).bounds().unwrap();
        assert!((bounds.x0 - 0.75).abs() < 1e-3 && (bounds.x1 - 3.25).abs() < 1e-3);
        assert_eq!(Item::fill(BezPath::new(), Paint::solid(Rgba::hex(0))).bounds(), None);
    }
}
