//! Glyphs: outlines, exactly covered wherever they are, so that nothing jumps when text comes to rest. Those that never move,
//! as captions: fontdue's coverage, kept by thirds of a pixel, baselines on whole pixels, so that they stand as sharp as can be.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use kurbo::Point;

use super::damage::PixelBox;
use super::layers::Layers;
use super::paint;
use super::sprite::Layer;
use crate::draw::{Font, Glyph, GlyphRun, PaintKind, Stroke};

/// Bytes of coverage kept: a screen full of text takes under 2 MB at 4K. When full, all is dropped: it is quickly remade.
const KEPT_BYTES: usize = 32 << 20;
/// Largest glyph at rest that is drawn from coverage, in pixels of em; larger ones are seldom and cheap as outlines.
const LARGEST_PX: f64 = 400.0;

/// How much of each pixel a glyph covers.
#[derive(PartialEq)]
struct Stamp {
    /// Columns of pixels in a row.
    width: usize,
    values: Vec<u8>,
}

/// A glyph at a size, in three columns a pixel.
struct Columns {
    /// Where the first column is relative to the glyph's origin, in columns.
    first: f64,
    /// Row of the first line relative to the baseline's.
    top: i32,
    stride: usize,
    values: Vec<u8>,
    /// Whole pixels, for each of the three places that the first column can have in a pixel.
    pixels: [Option<Arc<Stamp>>; 3],
}

/// Font, glyph, size in pixels as bits.
type Key = (u64, u16, u32);

#[derive(Default)]
struct Kept {
    fonts: BTreeMap<u64, Option<Arc<fontdue::Font>>>,
    glyphs: BTreeMap<Key, Columns>,
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
    fn new(stamp: Arc<Stamp>, left: i32, top: i32, canvas: kurbo::Rect) -> Self {
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
    pub(super) fn layers(&self, run: &GlyphRun, layers: &mut Layers<'_>) {
        if let Some(halo) = &run.halo {
            let stroke = Stroke::new(halo.paint.clone(), halo.width * 2.0);
            for glyph in run.glyphs.iter() {
                layers.stroke(&run.outline(glyph), &stroke);
            }
        }
        let [a, b, c, d, ..] = layers.map.as_coeffs();
        let upright = b.abs() < 1e-9 && c.abs() < 1e-9 && a > 0.0 && (a + d).abs() < 1e-6 * a;
        let size = run.size * a;
        // fontdue reads all glyphs of a font before the first is drawn: too long for those of tens of thousands, and nothing
        // for files that may be broken.
        let known = !run.font.is_foreign();
        let sharp = known && run.pinned && upright && layers.clip.is_none() && size > 0.0 && size <= LARGEST_PX;
        for glyph in run.glyphs.iter() {
            match Some(()).filter(|()| sharp).and_then(|()| self.sharp(run, glyph, size as f32, layers)) {
                Some(layer) => layers.made.push(layer),
                None => layers.letter(run, glyph),
            }
        }
    }

    /// A glyph from its coverage; `None` if it must be drawn another way.
    fn sharp(&self, run: &GlyphRun, glyph: &Glyph, size: f32, layers: &Layers<'_>) -> Option<Layer> {
        let PaintKind::Solid(color) = run.paint.kind else { return None };
        let at = layers.map * Point::new(glyph.x, glyph.y);
        if !(at.x.abs() < 1e6 && at.y.abs() < 1e6) {
            return None;
        }
        let (stamp, left, top) = self.placed(&run.font, glyph.id, size, at)?;
        let placed = Placed::new(stamp, left, top, layers.canvas);
        Some(Layer::Glyph { placed, color: paint::premultiplied(color.faded(layers.opacity)) })
    }

    fn placed(&self, font: &Font, glyph: u16, size: f32, at: Point) -> Option<(Arc<Stamp>, i32, i32)> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = &mut *kept;
        let key = (font.id(), glyph, size.to_bits());
        if !kept.glyphs.contains_key(&key) {
            let parsed = kept.fonts.entry(font.id()).or_insert_with(|| parse(font)).clone()?;
            let columns = rasterized(&parsed, glyph, size)?;
            // The columns, and as much again when all three places are asked for.
            kept.bytes += columns.values.len() * 2 + 128;
            if kept.bytes > KEPT_BYTES {
                kept.glyphs.clear();
                kept.bytes = columns.values.len() * 2 + 128;
            }
            kept.glyphs.insert(key, columns);
        }
        let columns = kept.glyphs.get_mut(&key)?;
        let column = libm::round(at.x * 3.0 + columns.first) as i64;
        let place = column.rem_euclid(3) as usize;
        let made = columns.pixels.get(place)?.clone();
        let stamp = made.unwrap_or_else(|| Arc::new(gathered(&columns.values, columns.stride, place)));
        if let Some(slot) = columns.pixels.get_mut(place) {
            *slot = Some(Arc::clone(&stamp));
        }
        Some((stamp, column.div_euclid(3) as i32, libm::round(at.y) as i32 + columns.top))
    }
}

fn parse(font: &Font) -> Option<Arc<fontdue::Font>> {
    fontdue::Font::from_bytes(font.data(), fontdue::FontSettings::default()).ok().map(Arc::new)
}

/// A glyph from fontdue, in three columns a pixel.
fn rasterized(font: &fontdue::Font, glyph: u16, size: f32) -> Option<Columns> {
    if glyph >= font.glyph_count() {
        return None;
    }
    let (metrics, values) = font.rasterize_indexed_subpixel(glyph, size);
    // fontdue puts the outline's left edge that fraction of a *column* into the bitmap that it is of a pixel into the
    // pixel grid.
    let edge = metrics.bounds.xmin;
    let first = f64::from(3.0 * edge - (edge - libm::floorf(edge)));
    let top = -(metrics.ymin + metrics.height as i32);
    Some(Columns { first, top, stride: metrics.width * 3, values, pixels: [const { None }; 3] })
}

/// Columns gathered into pixels, the first column at this place in its pixel.
fn gathered(columns: &[u8], stride: usize, place: usize) -> Stamp {
    if columns.is_empty() || stride == 0 {
        return Stamp { width: 0, values: Vec::new() };
    }
    let width = (stride + place).div_ceil(3);
    let mut values = Vec::new();
    for row in columns.chunks_exact(stride) {
        for pixel in 0..width {
            let inside =
                (0..3).filter_map(|third| (pixel * 3 + third).checked_sub(place).and_then(|column| row.get(column)));
            let sum: u32 = inside.map(|value| u32::from(*value)).sum();
            values.push(((sum + 1) / 3) as u8);
        }
    }
    Stamp { width, values }
}

#[cfg(test)]
mod tests {
    use kurbo::Affine;

    use crate::color::Rgba;
    use crate::draw::{Frame, FrameItem, GlyphRun, Item, ItemId, Shape};
    use crate::geom::FrameSize;
    use crate::raster::Rasterizer;
    use crate::typeset::{TextStyle, Typesetter};

    fn picture(pinned: bool, x: f64) -> Vec<u8> {
        letter([true, pinned], 3.0, x, 0.0)
    }

    fn drawn(resting: bool, em: f64, x: f64, y: f64) -> Vec<u8> {
        letter([resting, false], em, x, y)
    }

    /// A letter on a frame of 10 pixels a unit.
    fn letter([resting, pinned]: [bool; 2], em: f64, x: f64, y: f64) -> Vec<u8> {
        let size = FrameSize::new(240, 90).unwrap();
        let set = Typesetter::bundled().text("g", &TextStyle::new(em));
        let items = set
            .part
            .parts
            .iter()
            .flat_map(|word| word.items.iter().cloned().map(|item| item.transformed(word.transform)));
        let pin = |item: Item| match &item.shape {
            Shape::Glyphs(run) => Item { shape: Shape::Glyphs(GlyphRun { pinned, ..run.clone() }), ..item },
            _ => item,
        };
        let items = items.map(|item| FrameItem {
            id: ItemId(0),
            item: pin(item).transformed(Affine::translate((x, y))),
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
    fn pinned_text_puts_the_same_ink_in_the_same_place() {
        // 10 px a unit: steps of a tenth of a pixel. Thirds of a pixel leave at most a sixth.
        for step in 0..10 {
            let x = -6.0 + f64::from(step) / 100.0;
            let (pinned, free) = (ink(&picture(true, x)), ink(&picture(false, x)));
            assert!((pinned.0 - free.0).abs() < 1.0 / 6.0 + 0.06, "{pinned:?} {free:?} at {x}");
            assert!((pinned.1 - free.1).abs() < 0.13, "{pinned:?} {free:?} at {x}");
            assert!(free.2 > 10_000.0 && (pinned.2 / free.2 - 1.0).abs() < 0.03, "{pinned:?} {free:?} at {x}");
        }
    }

    #[test]
    fn glyphs_off_the_frame_are_cut_not_wrapped() {
        assert!(picture(true, 100.0).chunks_exact(4).all(|pixel| pixel[..3] == [16, 16, 16]));
        assert!(picture(true, -13.0).chunks_exact(4).any(|pixel| pixel[0] > 100));
    }
}
