//! Items to layers: outlines to coverage, paint to ink, within the item's clip.

use std::sync::Arc;

use kurbo::{Affine, Rect};

use super::coverage::Coverage;
use super::scan::Scanner;
use super::sprite::Layer;
use super::{Rasterizer, guard, paint};
use crate::draw::{Clip, FrameItem, Paint, Shape, Stroke};

/// The coverage of the clip that was met last: items with the same one follow each other.
#[derive(Default)]
pub(super) struct Clips(Option<(Clip, Rect, Arc<Coverage>)>);

impl Clips {
    fn coverage(
        &mut self,
        clip: &Clip,
        stage: Rect,
        map: Affine,
        canvas: Rect,
        scanner: &mut Scanner,
    ) -> Arc<Coverage> {
        if let Some((known, on, coverage)) = &self.0
            && known == clip
            && *on == stage
        {
            return Arc::clone(coverage);
        }
        let outline = guard::fill(&clip.0, map, canvas);
        let coverage = Arc::new(outline.map_or_else(Coverage::default, |outline| scanner.fill(&outline)));
        self.0 = Some((clip.clone(), stage, Arc::clone(&coverage)));
        coverage
    }
}

/// Do two items cover the same pixels to the same degree, whatever their colours?
pub(super) fn same_outline(a: &FrameItem, b: &FrameItem) -> bool {
    let placed = a.item.transform == b.item.transform && a.clip == b.clip && a.resting == b.resting;
    let pen = |stroke: &Option<Stroke>| stroke.as_ref().map(|stroke| (stroke.width, stroke.dash.clone()));
    placed
        && match (&a.item.shape, &b.item.shape) {
            (Shape::Path { path: p, fill: f, stroke: s }, Shape::Path { path: q, fill: g, stroke: t }) => {
                f.is_some() == g.is_some() && pen(s) == pen(t) && (Arc::ptr_eq(p, q) || p.elements() == q.elements())
            }
            (Shape::Glyphs(a), Shape::Glyphs(b)) => {
                let rim = |halo: &Option<crate::draw::Halo>| halo.as_ref().map(|halo| halo.width);
                a.font == b.font && a.size == b.size && a.glyphs == b.glyphs && rim(&a.halo) == rim(&b.halo)
            }
            _ => false,
        }
}

/// The layers of an item, one over the other. `known` are those of an item with the same outline, or empty.
pub(super) fn of(
    rasterizer: &Rasterizer,
    scanner: &mut Scanner,
    clips: &mut Clips,
    item: &FrameItem,
    stage: Rect,
    known: &[Layer],
) -> Vec<Layer> {
    let pixels_from_stage = rasterizer.pixels_from(stage);
    let map = pixels_from_stage * item.item.transform;
    if item.item.opacity <= 0.0 || !map.is_finite() {
        return Vec::new();
    }
    let canvas = Rect::new(0.0, 0.0, f64::from(rasterizer.size.width()), f64::from(rasterizer.size.height()));
    let clip = item.clip.as_ref().map(|clip| clips.coverage(clip, stage, pixels_from_stage, canvas, scanner));
    let mut layers = Layers { scanner, clip, canvas, map, opacity: item.item.opacity, known, made: Vec::new() };
    match &item.item.shape {
        Shape::Path { path, fill, stroke } => {
            if let Some(fill) = fill {
                layers.fill(path, fill);
            }
            if let Some(stroke) = stroke {
                layers.stroke(path, stroke);
            }
        }
        Shape::Glyphs(run) => rasterizer.coverages.layers(run, item.resting, &mut layers),
        Shape::Image { bitmap, rect } => {
            if let Some((area, mut pixels)) = rasterizer.bitmaps.pixels(bitmap, *rect, map, layers.opacity, canvas) {
                if let Some(clip) = &layers.clip {
                    paint::clip(&mut pixels, area, clip);
                }
                layers.made.push(Layer::Picture { area, pixels: pixels.into() });
            }
        }
    }
    layers.made
}

/// The layers of one item in the making.
pub(super) struct Layers<'a> {
    scanner: &'a mut Scanner,
    pub(super) clip: Option<Arc<Coverage>>,
    pub(super) canvas: Rect,
    /// From the item's units to pixels.
    pub(super) map: Affine,
    pub(super) opacity: f32,
    known: &'a [Layer],
    pub(super) made: Vec<Layer>,
}

impl Layers<'_> {
    /// Adds what is inside an outline.
    pub(super) fn fill(&mut self, path: &kurbo::BezPath, fill: &Paint) {
        let outline = |layers: &Self| guard::fill(path, layers.map, layers.canvas);
        self.area(outline, fill, self.opacity);
    }

    /// Adds what a pen leaves along an outline.
    pub(super) fn stroke(&mut self, path: &kurbo::BezPath, stroke: &Stroke) {
        let outline = |layers: &Self| paint::stroked(path, stroke, layers.map, layers.canvas);
        self.area(outline, &stroke.paint, self.opacity * paint::weight(stroke, self.map));
    }

    /// Adds one layer, always: those of items with the same outline correspond.
    fn area(&mut self, outline: impl FnOnce(&Self) -> Option<tiny_skia::Path>, fill: &Paint, opacity: f32) {
        let coverage = match self.known.get(self.made.len()) {
            Some(Layer::Area { coverage, .. }) => Arc::clone(coverage),
            _ => {
                let outline = outline(self);
                let whole = outline.map_or_else(Coverage::default, |outline| self.scanner.fill(&outline));
                Arc::new(self.clip.as_ref().map(|clip| whole.clipped(clip)).unwrap_or(whole))
            }
        };
        let ink = paint::ink(fill, self.map, opacity, coverage.bounds());
        self.made.push(Layer::Area { coverage, ink });
    }
}
