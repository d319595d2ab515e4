//! Items to layers: outlines to coverage, paint to ink, within the item's clip.

use std::sync::Arc;

use kurbo::{Affine, Rect};

use super::coverage::Coverage;
use super::scan::Scanner;
use super::sprite::Layer;
use super::{Rasterizer, group, guard, paint};
use crate::draw::{Clip, FrameItem, Glyph, GlyphRun, Paint, Shape, Stroke};

/// The coverage of the clip that was met last: items with the same one follow each other.
#[derive(Default)]
pub(super) struct Clips(Option<(Clip, Affine, Arc<Coverage>)>);

impl Clips {
    fn coverage(&mut self, clip: &Clip, map: Affine, canvas: Rect, scanner: &mut Scanner) -> Arc<Coverage> {
        if let Some((known, by, coverage)) = &self.0
            && known == clip
            && *by == map
        {
            return Arc::clone(coverage);
        }
        let outline = guard::fill(&clip.0, map, canvas);
        let coverage = Arc::new(outline.map_or_else(Coverage::default, |outline| scanner.fill(&outline)));
        self.0 = Some((clip.clone(), map, Arc::clone(&coverage)));
        coverage
    }
}

/// What layers are made with.
pub(super) struct Means<'a> {
    pub(super) rasterizer: &'a Rasterizer,
    pub(super) scanner: &'a mut Scanner,
    pub(super) clips: &'a mut Clips,
}

impl Means<'_> {
    /// The box of the canvas in pixels.
    pub(super) fn canvas(&self) -> Rect {
        Rect::new(0.0, 0.0, f64::from(self.rasterizer.size.width()), f64::from(self.rasterizer.size.height()))
    }
}

/// Do two items cover the same pixels to the same degree, whatever their colours?
pub(super) fn same_outline(a: &FrameItem, b: &FrameItem) -> bool {
    let placed = a.item.transform == b.item.transform && a.clip == b.clip;
    let pen = |stroke: &Option<Stroke>| stroke.as_ref().map(|stroke| (stroke.width, stroke.dash.clone()));
    placed
        && match (&a.item.shape, &b.item.shape) {
            (Shape::Path { path: p, fill: f, stroke: s }, Shape::Path { path: q, fill: g, stroke: t }) => {
                f.is_some() == g.is_some() && pen(s) == pen(t) && (Arc::ptr_eq(p, q) || p.elements() == q.elements())
            }
            (Shape::Glyphs(a), Shape::Glyphs(b)) => {
                let rim = |halo: &Option<Arc<crate::draw::Halo>>| halo.as_ref().map(|halo| halo.width);
                let same = a.font == b.font && a.size == b.size && a.glyphs == b.glyphs;
                same && a.pinned == b.pinned && rim(&a.halo) == rim(&b.halo)
            }
            // Their pictures are the same.
            (Shape::Layer(_), Shape::Layer(_)) => {
                a.item.shape == b.item.shape && !group::is_plain(&a.item) && !group::is_plain(&b.item)
            }
            (Shape::Image { .. }, Shape::Image { .. }) => a.item.shape == b.item.shape,
            _ => false,
        }
}

/// The layers of an item, one over the other. `map` leads to pixels from what the item's transform leads to; `around`: what it
/// may cover at most; `known`: the layers of an item with the same outline, or none.
pub(super) fn of(
    means: &mut Means<'_>,
    item: &FrameItem,
    map: Affine,
    around: Option<&Arc<Coverage>>,
    known: &[Layer],
) -> Vec<Layer> {
    let canvas = means.canvas();
    let own = map * item.item.transform;
    if item.item.opacity <= 0.0 || !own.is_finite() {
        return Vec::new();
    }
    let clip = match (&item.clip, around) {
        (None, around) => around.map(Arc::clone),
        (Some(clip), around) => {
            let clip = means.clips.coverage(clip, map, canvas, means.scanner);
            Some(around.map_or_else(|| Arc::clone(&clip), |around| Arc::new(clip.clipped(around))))
        }
    };
    let opacity = item.item.opacity.min(1.0);
    if let (Shape::Layer(layer), true) = (&item.item.shape, group::is_plain(&item.item)) {
        return layer.items.iter().flat_map(|inner| of(means, inner, own, clip.as_ref(), &[])).collect();
    }
    let picture = |made: Option<(_, Vec<[u8; 4]>)>| {
        let (area, mut pixels) = made?;
        if let Some(clip) = &clip {
            paint::clip(&mut pixels, area, clip);
        }
        Some((area, pixels.into()))
    };
    let known_picture = known.iter().find_map(|layer| match layer {
        Layer::Picture { area, pixels, .. } => Some((*area, Arc::clone(pixels))),
        _ => None,
    });
    let picture = match &item.item.shape {
        Shape::Image { bitmap, rect } => {
            known_picture.or_else(|| picture(means.rasterizer.bitmaps.pixels(bitmap, *rect, own, canvas)))
        }
        Shape::Layer(layer) => known_picture.or_else(|| picture(group::pixels(means, layer, own))),
        _ => None,
    };
    if let Some((area, pixels)) = picture {
        return vec![Layer::Picture { area, pixels, opacity: (opacity * 255.0 + 0.5) as u8 }];
    }
    let mut layers = Layers { scanner: means.scanner, clip, canvas, map: own, opacity, known, made: Vec::new() };
    match &item.item.shape {
        Shape::Path { path, fill, stroke } => {
            if let Some(fill) = fill {
                layers.fill(path, fill);
            }
            if let Some(stroke) = stroke {
                layers.stroke(path, stroke);
            }
        }
        Shape::Glyphs(run) => means.rasterizer.coverages.layers(run, &mut layers),
        Shape::Image { .. } | Shape::Layer(_) => {}
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

    /// Adds what is inside the outline of a glyph.
    pub(super) fn letter(&mut self, run: &GlyphRun, glyph: &Glyph) {
        let outline = |layers: &Self| {
            let map = layers.map * Affine::translate((glyph.x, glyph.y)) * Affine::scale(run.size);
            guard::fill(&run.font.outline(glyph.id), map, layers.canvas)
        };
        self.area(outline, &run.paint, self.opacity);
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
