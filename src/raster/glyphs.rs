//! Glyphs: how much of each pixel their outlines cover, exactly, wherever they are. The coverage of those at rest is kept, so
//! that text that stands costs next to nothing; in motion it is worked out anew by the same arithmetic, so that nothing jumps
//! when text comes to rest.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use ab_glyph_rasterizer::{Rasterizer, point};
use kurbo::{Affine, BezPath, PathEl, Point, Rect};
use tiny_skia::{Mask, PixmapMut};

use super::paint;
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
struct Coverage {
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
    glyphs: BTreeMap<Key, Arc<Coverage>>,
    bytes: usize,
}

/// A glyph's coverage and the pixel that its upper left corner comes to lie on.
struct Placed {
    coverage: Arc<Coverage>,
    left: i32,
    top: i32,
}

/// Coverage of glyphs, kept between frames.
#[derive(Default)]
pub(super) struct Coverages(Mutex<Kept>);

impl Coverages {
    pub(super) fn draw(
        &self,
        run: &GlyphRun,
        map: Affine,
        resting: bool,
        opacity: f32,
        clip: Option<&Mask>,
        canvas: &mut PixmapMut<'_>,
    ) {
        if let Some(halo) = &run.halo {
            let stroke = Stroke::new(halo.paint.clone(), halo.width * 2.0);
            for glyph in run.glyphs.iter() {
                paint::stroke(&run.outline(glyph), &stroke, map, opacity, clip, canvas);
            }
        }
        let size = run.size * libm::sqrt(map.determinant().abs());
        let covered = clip.is_none() && size > 0.0 && size <= LARGEST_PX;
        for glyph in run.glyphs.iter() {
            let drawn = match (covered, &run.paint.kind) {
                (true, PaintKind::Solid(color)) => {
                    let map = map * Affine::translate((glyph.x, glyph.y)) * Affine::scale(run.size);
                    self.placed(run, glyph.id, map, resting).map(|placed| {
                        blend(canvas, &placed, paint::premultiplied(color.faded(opacity)));
                    })
                }
                _ => None,
            };
            if drawn.is_none() {
                paint::fill(&run.outline(glyph), &run.paint, map, opacity, clip, canvas);
            }
        }
    }

    /// The coverage of a glyph whose em square of 1 a map takes to pixels; `None` if it must be drawn another way.
    fn placed(&self, run: &GlyphRun, glyph: u16, map: Affine, resting: bool) -> Option<Placed> {
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
        Some(Placed { coverage, left, top })
    }
}

impl Kept {
    fn keep(&mut self, key: Key, coverage: &Arc<Coverage>) {
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
fn covered(outline: &BezPath, bounds: Option<Rect>, map: Affine) -> Option<Coverage> {
    let Some(bounds) = bounds.map(|rect| map.transform_rect_bbox(rect)) else {
        return Some(Coverage { width: 0, values: Vec::new(), left: 0, top: 0 });
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
    Some(Coverage { width, values, left: left as i32, top: top as i32 })
}

/// Paints a premultiplied colour through coverage, source over.
fn blend(canvas: &mut PixmapMut<'_>, placed: &Placed, color: [u8; 4]) {
    let (coverage, left) = (&placed.coverage, placed.left);
    let (width, height) = (canvas.width() as i32, canvas.height() as i32);
    if coverage.width == 0 {
        return;
    }
    let skipped = (-left).max(0);
    let end = (coverage.width as i32).min(width - left);
    if skipped >= end {
        return;
    }
    let data = canvas.data_mut();
    for (row, values) in coverage.values.chunks_exact(coverage.width).enumerate() {
        let line = placed.top + row as i32;
        if line < 0 || line >= height {
            continue;
        }
        let start = ((line * width + left + skipped) * 4) as usize;
        let Some(target) = data.get_mut(start..start + (end - skipped) as usize * 4) else { continue };
        let Some(values) = values.get(skipped as usize..end as usize) else { continue };
        for (pixel, value) in target.chunks_exact_mut(4).zip(values) {
            if *value == 0 {
                continue;
            }
            let value = u32::from(*value);
            let alpha = divided(u32::from(color[3]) * value);
            for (channel, source) in pixel.iter_mut().zip(color) {
                let source = divided(u32::from(source) * value);
                *channel = (source + divided(u32::from(*channel) * (255 - alpha))).min(255) as u8;
            }
        }
    }
}

/// Division by 255, rounded.
fn divided(value: u32) -> u32 {
    (value + 128 + ((value + 128) >> 8)) >> 8
}

#[cfg(test)]
mod tests {
    use super::*;
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
