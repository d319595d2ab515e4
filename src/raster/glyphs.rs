//! Glyphs: how much of each pixel their outlines cover, exactly, wherever they are. The coverage of those at rest is kept, so
//! that text that stands costs next to nothing; in motion it is worked out anew by the same arithmetic, so that nothing jumps
//! when text comes to rest.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use ab_glyph_rasterizer::{Rasterizer, point};
use kurbo::{Affine, BezPath, PathEl, Point, Rect};

use super::damage::PixelBox;
use super::layers::Layers;
use super::paint;
use super::sprite::Layer;
use crate::draw::{GlyphRun, PaintKind, Stroke};

/// Bytes of coverage kept: a screen full of text takes under 2 MB at 4K. When full, all is dropped: it is quickly remade.
const KEPT_BYTES: usize = 32 << 20;
/// Largest glyph that is drawn from coverage, in pixels of em; larger ones are seldom and cheap as outlines.
const LARGEST_PX: f64 = 400.0;
/// Most pixels of the box of a glyph that is drawn from coverage: more only where it is sheared beyond recognition.
const LARGEST_BOX: f64 = 1e6;
/// Places that are told apart within a pixel, each way: a step moves less than a grey level.
const PLACES: f64 = 64.0;

/// How much of each pixel a glyph covers.
#[derive(PartialEq)]
struct Stamp {
    /// Columns of pixels in a row.
    width: usize,
    values: Vec<u8>,
    /// Pixel of its upper left corner, from the whole pixel that the glyph's origin lies in.
    left: i32,
    top: i32,
}

/// Font, glyph, map as bits, place within the pixel.
type Key = (u64, u16, [u32; 4], [u8; 2]);

#[derive(Default)]
struct Kept {
    glyphs: BTreeMap<Key, Arc<Stamp>>,
    bytes: usize,
}

/// A glyph's coverage and the pixel that its upper left corner comes to lie on.
#[derive(Clone)]
pub(super) struct Placed {
    stamp: Arc<Stamp>,
    left: i32,
    top: i32,
    /// What of it is on the canvas.
    bounds: PixelBox,
}

impl PartialEq for Placed {
    fn eq(&self, other: &Self) -> bool {
        let same = Arc::ptr_eq(&self.stamp, &other.stamp) || self.stamp == other.stamp;
        (self.left, self.top) == (other.left, other.top) && same
    }
}

impl Placed {
    fn new(stamp: Arc<Stamp>, left: i32, top: i32, canvas: Rect) -> Self {
        let on = |at: i64, edge: f64| at.clamp(0, edge as i64) as u32;
        let rows = stamp.values.len() / stamp.width.max(1);
        let (x1, y1) = (i64::from(left) + stamp.width as i64, i64::from(top) + rows as i64);
        let bounds = PixelBox {
            x0: on(left.into(), canvas.x1),
            y0: on(top.into(), canvas.y1),
            x1: on(x1, canvas.x1),
            y1: on(y1, canvas.y1),
        };
        Self { stamp, left, top, bounds: if bounds.is_empty() { PixelBox::EMPTY } else { bounds } }
    }

    pub(super) fn bounds(&self) -> PixelBox {
        self.bounds
    }

    /// Goes through its rows within a box: row, first pixel, values.
    pub(super) fn within(&self, area: PixelBox, mut visit: impl FnMut(u32, u32, &[u8])) {
        let area = area.intersection(self.bounds);
        if area.is_empty() {
            return;
        }
        for y in area.y0..area.y1 {
            let row = (i64::from(y) - i64::from(self.top)) as usize;
            let column = (i64::from(area.x0) - i64::from(self.left)) as usize;
            let start = row * self.stamp.width + column;
            visit(y, area.x0, self.stamp.values.get(start..start + area.width()).unwrap_or_default());
        }
    }
}

/// Coverage of glyphs, kept between frames.
#[derive(Default)]
pub(super) struct Coverages(Mutex<Kept>);

impl Coverages {
    /// Adds a layer for each halo and each glyph of a run.
    pub(super) fn layers(&self, run: &GlyphRun, resting: bool, layers: &mut Layers<'_>) {
        if let Some(halo) = &run.halo {
            let stroke = Stroke::new(halo.paint.clone(), halo.width * 2.0);
            for glyph in run.glyphs.iter() {
                layers.stroke(&run.outline(glyph), &stroke);
            }
        }
        let size = run.size * libm::sqrt(layers.map.determinant().abs());
        let covered = layers.clip.is_none() && size > 0.0 && size <= LARGEST_PX;
        for glyph in run.glyphs.iter() {
            let placed = match (covered, &run.paint.kind) {
                (true, PaintKind::Solid(color)) => {
                    let map = layers.map * Affine::translate((glyph.x, glyph.y)) * Affine::scale(run.size);
                    let placed = self.placed(run, glyph.id, map, resting, layers.canvas);
                    placed.map(|placed| (placed, paint::premultiplied(color.faded(layers.opacity))))
                }
                _ => None,
            };
            match placed {
                Some((placed, color)) => layers.made.push(Layer::Glyph { placed, color }),
                None => layers.fill(&run.outline(glyph), &run.paint),
            }
        }
    }

    /// The coverage of a glyph whose em square of 1 a map takes to pixels; `None` if it must be drawn another way.
    fn placed(&self, run: &GlyphRun, glyph: u16, map: Affine, resting: bool, canvas: Rect) -> Option<Placed> {
        let [a, b, c, d, x, y] = map.as_coeffs();
        if !(x.abs() < 1e6 && y.abs() < 1e6) {
            return None;
        }
        let [(column, right), (row, down)] = [x, y].map(|at| {
            let steps = libm::round(at * PLACES);
            let whole = libm::floor(steps / PLACES);
            (whole, steps - whole * PLACES)
        });
        let linear = [a, b, c, d].map(|value| value as f32);
        let key: Key = (run.font.id(), glyph, linear.map(f32::to_bits), [right as u8, down as u8]);
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = if resting { lock().glyphs.get(&key).cloned() } else { None };
        let coverage = match known {
            Some(known) => known,
            None => {
                let [a, b, c, d] = linear.map(f64::from);
                let map = Affine::new([a, b, c, d, right / PLACES, down / PLACES]);
                let made = Arc::new(covered(&run.font.outline(glyph), run.font.bounds(glyph, 1.0, 0.0, 0.0), map)?);
                if resting {
                    lock().keep(key, &made);
                }
                made
            }
        };
        let (left, top) = (column as i32 + coverage.left, row as i32 + coverage.top);
        Some(Placed::new(coverage, left, top, canvas))
    }
}

impl Kept {
    fn keep(&mut self, key: Key, coverage: &Arc<Stamp>) {
        let bytes = coverage.values.len() + 128;
        self.bytes += bytes;
        if self.bytes > KEPT_BYTES {
            self.glyphs.clear();
            self.bytes = bytes;
        }
        self.glyphs.insert(key, Arc::clone(coverage));
    }
}

/// How much of each pixel an outline covers, which has this box and is taken to pixels by a map; `None` if that is too large.
fn covered(outline: &BezPath, bounds: Option<Rect>, map: Affine) -> Option<Stamp> {
    let Some(bounds) = bounds.map(|rect| map.transform_rect_bbox(rect)) else {
        return Some(Stamp { width: 0, values: Vec::new(), left: 0, top: 0 });
    };
    if !(bounds.is_finite() && bounds.area() < LARGEST_BOX && bounds.width().max(bounds.height()) < LARGEST_BOX) {
        return None;
    }
    let (left, top) = (libm::floor(bounds.x0) - 1.0, libm::floor(bounds.y0) - 1.0);
    let (width, height) = ((libm::ceil(bounds.x1) - left) as usize + 1, (libm::ceil(bounds.y1) - top) as usize + 1);
    let mut rasterizer = Rasterizer::new(width, height);
    let at = |p: Point| {
        let p = map * p;
        point((p.x - left) as f32, (p.y - top) as f32)
    };
    let (mut start, mut last) = (Point::ORIGIN, Point::ORIGIN);
    for element in outline.elements() {
        match *element {
            PathEl::MoveTo(p) => {
                rasterizer.draw_line(at(last), at(start));
                start = p;
            }
            PathEl::LineTo(p) => rasterizer.draw_line(at(last), at(p)),
            PathEl::QuadTo(a, p) => rasterizer.draw_quad(at(last), at(a), at(p)),
            PathEl::CurveTo(a, b, p) => rasterizer.draw_cubic(at(last), at(a), at(b), at(p)),
            PathEl::ClosePath => rasterizer.draw_line(at(last), at(start)),
        }
        last = element.end_point().unwrap_or(start);
    }
    rasterizer.draw_line(at(last), at(start));
    let mut values = vec![0; width * height];
    rasterizer.for_each_pixel(|index, share| {
        if let Some(value) = values.get_mut(index) {
            *value = (share.clamp(0.0, 1.0) * 255.0 + 0.5) as u8;
        }
    });
    Some(Stamp { width, values, left: left as i32, top: top as i32 })
}

#[cfg(test)]
mod tests {
    use kurbo::Affine;

    use crate::color::Rgba;
    use crate::draw::{Frame, FrameItem, ItemId};
    use crate::geom::FrameSize;
    use crate::raster::Rasterizer;
    use crate::typeset::{TextStyle, Typesetter};

    fn picture(resting: bool, x: f64) -> Vec<u8> {
        drawn(resting, 3.0, x, 0.0)
    }

    /// A letter on a frame of 10 pixels a unit.
    fn drawn(resting: bool, em: f64, x: f64, y: f64) -> Vec<u8> {
        let size = FrameSize::new(240, 90).unwrap();
        let set = Typesetter::bundled().text("g", &TextStyle::new(em));
        let items = set
            .part
            .parts
            .iter()
            .flat_map(|word| word.items.iter().cloned().map(|item| item.transformed(word.transform)));
        let items = items.map(|item| FrameItem {
            id: ItemId(0),
            item: item.transformed(Affine::translate((x, y))),
            resting,
            clip: None,
        });
        let frame = Frame { stage: size.stage(), ground: Rgba::hex(0x101010), items: items.collect() };
        Rasterizer::new(size).draw(&frame).rgba
    }

    #[test]
    fn text_that_comes_to_rest_does_not_jump() {
        // At several sizes and places within the pixel: the mean difference over the picture of the glyph.
        for step in 0..16 {
            let x = -6.0 + f64::from(step) * 0.0137;
            for y in [0.0, 0.013, 0.05, 0.0871] {
                for size in [0.8, 1.7, 3.0] {
                    let [still, moving] = [true, false].map(|resting| drawn(resting, size, x, y));
                    assert!(still.chunks_exact(4).any(|pixel| pixel[0] > 60), "nothing at {x}");
                    let far: u64 = still.iter().zip(&moving).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
                    assert_eq!(far, 0, "{size} at {x}, {y}");
                }
            }
        }
    }

    #[test]
    fn text_moves_by_less_than_a_pixel_without_a_jerk() {
        // The ink's centre follows the way by which the text is shifted, evenly.
        let [first, last] = [0.0, 0.2].map(|x| ink(&drawn(false, 3.0, -6.0 + x, 0.0)));
        for step in 1..20 {
            let share = f64::from(step) / 20.0;
            let now = ink(&drawn(false, 3.0, -6.0 + 0.2 * share, 0.0));
            assert!((now.0 - (first.0 + (last.0 - first.0) * share)).abs() < 0.02, "{now:?} at {share}");
            assert!((now.2 / first.2 - 1.0).abs() < 0.005, "{now:?} at {share}");
        }
    }

    /// Centre and amount of the ink.
    fn ink(picture: &[u8]) -> (f64, f64, f64) {
        let mut sums = (0.0, 0.0, 0.0);
        for (index, pixel) in picture.chunks_exact(4).enumerate() {
            let value = f64::from(pixel[0]) - 16.0;
            sums = (sums.0 + value * (index % 240) as f64, sums.1 + value * (index / 240) as f64, sums.2 + value);
        }
        (sums.0 / sums.2, sums.1 / sums.2, sums.2)
    }

    #[test]
    fn glyphs_off_the_frame_are_cut_not_wrapped() {
        assert!(picture(true, 100.0).chunks_exact(4).all(|pixel| pixel[..3] == [16, 16, 16]));
        assert!(picture(true, -13.0).chunks_exact(4).any(|pixel| pixel[0] > 100));
    }
}
