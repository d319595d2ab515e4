//! Glyphs. At rest: fontdue's exact coverage, kept by thirds of a pixel, baselines on whole pixels, so that text stands sharp
//! and costs next to nothing. In motion: outlines, which can be anywhere.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use kurbo::{Affine, Point};
use tiny_skia::{Mask, PixmapMut};

use super::paint;
use crate::draw::{Font, Glyph, GlyphRun, PaintKind, Stroke};

/// Bytes of coverage kept: a screen full of text takes under 2 MB at 4K. When full, all is dropped: it is quickly remade.
const KEPT_BYTES: usize = 32 << 20;
/// Largest glyph at rest that is drawn from coverage, in pixels of em; larger ones are seldom and cheap as outlines.
const LARGEST_PX: f64 = 400.0;

/// How much of each pixel a glyph covers.
struct Coverage {
    /// Place of the first column and row relative to the origin's pixel.
    left: i32,
    top: i32,
    width: usize,
    values: Vec<u8>,
}

/// Font, glyph, size in pixels as bits, thirds of a pixel to the right.
type Key = (u32, u16, u32, u8);

#[derive(Default)]
struct Kept {
    fonts: BTreeMap<u32, Option<Arc<fontdue::Font>>>,
    coverages: BTreeMap<Key, Arc<Coverage>>,
    bytes: usize,
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
        let [a, b, c, d, ..] = map.as_coeffs();
        let upright = b.abs() < 1e-9 && c.abs() < 1e-9 && a > 0.0 && (a + d).abs() < 1e-6 * a;
        let size = run.size * a;
        let sharp = resting && upright && clip.is_none() && size > 0.0 && size <= LARGEST_PX;
        for glyph in run.glyphs.iter() {
            if !(sharp && self.draw_sharp(run, glyph, map * Point::new(glyph.x, glyph.y), size as f32, opacity, canvas))
            {
                paint::fill(&run.outline(glyph), &run.paint, map, opacity, clip, canvas);
            }
        }
    }

    /// Draws a glyph from its coverage; `false` if it must be drawn another way.
    fn draw_sharp(
        &self,
        run: &GlyphRun,
        glyph: &Glyph,
        at: Point,
        size: f32,
        opacity: f32,
        canvas: &mut PixmapMut<'_>,
    ) -> bool {
        let PaintKind::Solid(color) = run.paint.kind else { return false };
        if !(at.x.abs() < 1e6 && at.y.abs() < 1e6) {
            return false;
        }
        let thirds = libm::round(at.x * 3.0) as i64;
        let phase = thirds.rem_euclid(3) as u8;
        let Some(coverage) = self.coverage(&run.font, glyph.id, size, phase) else { return false };
        let (x, y) = ((thirds.div_euclid(3)) as i32, libm::round(at.y) as i32);
        blend(canvas, &coverage, x, y, paint::premultiplied(color.faded(opacity)));
        true
    }

    fn coverage(&self, font: &Font, glyph: u16, size: f32, phase: u8) -> Option<Arc<Coverage>> {
        let key = (font.id(), glyph, size.to_bits(), phase);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept.coverages.get(&key) {
            return Some(Arc::clone(known));
        }
        let parsed = kept.fonts.entry(font.id()).or_insert_with(|| parse(font)).clone()?;
        let coverage = Arc::new(rasterized(&parsed, glyph, size, phase)?);
        kept.bytes += coverage.values.len() + 64;
        if kept.bytes > KEPT_BYTES {
            kept.coverages.clear();
            kept.bytes = coverage.values.len() + 64;
        }
        kept.coverages.insert(key, Arc::clone(&coverage));
        Some(coverage)
    }
}

fn parse(font: &Font) -> Option<Arc<fontdue::Font>> {
    fontdue::Font::from_bytes(font.data(), fontdue::FontSettings::default()).ok().map(Arc::new)
}

/// Coverage of a glyph whose origin lies `phase` thirds right of a pixel's edge, from fontdue's three columns a pixel.
fn rasterized(font: &fontdue::Font, glyph: u16, size: f32, phase: u8) -> Option<Coverage> {
    if glyph >= font.glyph_count() {
        return None;
    }
    let (metrics, columns) = font.rasterize_indexed_subpixel(glyph, size);
    let stride = metrics.width * 3;
    let top = -(metrics.ymin + metrics.height as i32);
    if columns.is_empty() {
        return Some(Coverage { left: 0, top, width: 0, values: Vec::new() });
    }
    // fontdue puts the outline's left edge the fraction of a *column* into the bitmap that it is of a pixel into the
    // pixel grid; so the bitmap's first column is this many thirds right of the origin.
    let edge = metrics.bounds.xmin;
    let first = libm::roundf(3.0 * edge - (edge - libm::floorf(edge))) as i64 + i64::from(phase);
    let left = first.div_euclid(3);
    let offset = first.rem_euclid(3) as usize;
    let width = (stride + offset).div_ceil(3);
    let mut values = Vec::new();
    for row in columns.chunks_exact(stride) {
        for pixel in 0..width {
            let sum: u32 = (0..3)
                .filter_map(|third| (pixel * 3 + third).checked_sub(offset).and_then(|column| row.get(column)))
                .map(|value| u32::from(*value))
                .sum();
            values.push(((sum + 1) / 3) as u8);
        }
    }
    Some(Coverage { left: left as i32, top, width, values })
}

/// Paints a premultiplied colour through coverage, source over.
fn blend(canvas: &mut PixmapMut<'_>, coverage: &Coverage, x: i32, y: i32, color: [u8; 4]) {
    let (width, height) = (canvas.width() as i32, canvas.height() as i32);
    if coverage.width == 0 {
        return;
    }
    let left = x + coverage.left;
    let skipped = (-left).max(0);
    let end = (coverage.width as i32).min(width - left);
    if skipped >= end {
        return;
    }
    let data = canvas.data_mut();
    for (row, values) in coverage.values.chunks_exact(coverage.width).enumerate() {
        let line = y + coverage.top + row as i32;
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
        let size = FrameSize::new(240, 90).unwrap();
        let set = Typesetter::bundled().text("g", &TextStyle::new(3.0));
        let items = set
            .part
            .parts
            .iter()
            .flat_map(|word| word.items.iter().cloned().map(|item| item.transformed(word.transform)));
        let items = items.map(|item| FrameItem {
            id: ItemId(0),
            item: item.transformed(Affine::translate((x, 0.0))),
            resting,
            clip: None,
        });
        let frame = Frame { stage: size.stage(), ground: Rgba::hex(0x101010), items: items.collect() };
        Rasterizer::new(size).draw(&frame).rgba
    }

    #[test]
    fn rest_and_motion_look_alike() {
        // 10 px a unit: at whole thirds of a pixel both should put ink in the same places.
        for x in [-6.0, -6.0 + 0.1 / 3.0, -6.0 + 0.2 / 3.0] {
            let (still, moving) = (picture(true, x), picture(false, x));
            let difference: u32 = still.iter().zip(&moving).map(|(a, b)| u32::from(a.abs_diff(*b))).sum();
            let ink = moving.chunks_exact(4).filter(|pixel| pixel[0] > 0x20).count() as u32;
            assert!(ink > 80, "nothing was drawn");
            // Summed over three channels; the mean over inked pixels stays under 6 of 255.
            assert!(difference < ink * 3 * 6, "{difference} over {ink} pixels at {x}");
        }
    }

    #[test]
    fn glyphs_off_the_frame_are_cut_not_wrapped() {
        assert!(picture(true, 100.0).chunks_exact(4).all(|pixel| pixel[..3] == [16, 16, 16]));
        assert!(picture(true, -13.0).chunks_exact(4).any(|pixel| pixel[0] > 100));
    }
}
