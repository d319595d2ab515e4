//! Pictures: premultiplied once, halved as often as they are shown smaller, drawn with smooth interpolation.

use std::sync::{Arc, Mutex, PoisonError};

use kurbo::{Affine, Rect};
use tiny_skia::{FilterQuality, Pixmap, PixmapPaint, Transform};

use super::damage::PixelBox;
use crate::draw::Bitmap;

/// Pictures kept ready; a scene shows a few.
const KEPT: usize = 16;

struct Ready {
    /// Held so that its address stays its own.
    bitmap: Arc<Bitmap>,
    halvings: u32,
    pixmap: Arc<Pixmap>,
}

/// Pictures ready for drawing, kept between frames.
#[derive(Default)]
pub(super) struct Bitmaps(Mutex<Vec<Ready>>);

impl Bitmaps {
    /// A picture as premultiplied pixels and the box on the canvas that they fill; `None` if nothing of it is seen.
    pub(super) fn pixels(
        &self,
        bitmap: &Arc<Bitmap>,
        rect: Rect,
        map: Affine,
        canvas: Rect,
    ) -> Option<(PixelBox, Vec<[u8; 4]>)> {
        let placed = map.transform_rect_bbox(rect);
        let limit = f64::from(crate::limits::RASTER_COORD_PX);
        if !placed.is_finite() || placed.x0.abs().max(placed.x1.abs()).max(placed.y0.abs()).max(placed.y1.abs()) > limit
        {
            return None;
        }
        // A pixel more on each side, for smooth edges.
        let seen = placed.expand().inflate(1.0, 1.0).intersect(canvas);
        let area = PixelBox { x0: seen.x0 as u32, y0: seen.y0 as u32, x1: seen.x1 as u32, y1: seen.y1 as u32 };
        if area.is_empty() {
            return None;
        }
        let shrunk = f64::from(bitmap.width) / placed.width().max(1.0);
        let halvings = if shrunk > 1.0 { libm::floor(libm::log2(shrunk)) as u32 } else { 0 };
        let pixmap = self.ready(bitmap, halvings)?;
        // The picture's rows go down, the stage's y goes up.
        let across = rect.width() / f64::from(pixmap.width());
        let down = rect.height() / f64::from(pixmap.height());
        let [a, b, c, d, e, f] = (map * Affine::new([across, 0.0, 0.0, -down, rect.x0, rect.y1])).as_coeffs();
        let (e, f) = (e - f64::from(area.x0), f - f64::from(area.y0));
        let transform = Transform::from_row(a as f32, b as f32, c as f32, d as f32, e as f32, f as f32);
        if !transform.is_finite() || (a * d - b * c).abs() < 1e-9 {
            return None;
        }
        let paint = PixmapPaint { quality: FilterQuality::Bilinear, ..PixmapPaint::default() };
        let mut drawn = Pixmap::new(area.width() as u32, area.height() as u32)?;
        drawn.draw_pixmap(0, 0, pixmap.as_ref().as_ref(), &paint, transform, None);
        Some((area, drawn.data().as_chunks().0.to_vec()))
    }

    fn ready(&self, bitmap: &Arc<Bitmap>, halvings: u32) -> Option<Arc<Pixmap>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = kept.iter().find(|ready| Arc::ptr_eq(&ready.bitmap, bitmap) && ready.halvings == halvings)
        {
            return Some(Arc::clone(&found.pixmap));
        }
        let mut pixmap = premultiplied(bitmap)?;
        for _ in 0..halvings {
            pixmap = halved(&pixmap)?;
        }
        let pixmap = Arc::new(pixmap);
        kept.truncate(KEPT - 1);
        kept.insert(0, Ready { bitmap: Arc::clone(bitmap), halvings, pixmap: Arc::clone(&pixmap) });
        Some(pixmap)
    }
}

fn premultiplied(bitmap: &Bitmap) -> Option<Pixmap> {
    let mut pixmap = Pixmap::new(bitmap.width, bitmap.height)?;
    for (target, source) in pixmap.data_mut().chunks_exact_mut(4).zip(bitmap.rgba.chunks_exact(4)) {
        let alpha = source.last().copied().map_or(0, u32::from);
        for (channel, value) in target.iter_mut().zip(source) {
            *channel = ((u32::from(*value) * alpha + 127) / 255) as u8;
        }
        if let (Some(last), Some(value)) = (target.last_mut(), source.last()) {
            *last = *value;
        }
    }
    Some(pixmap)
}

/// Half the size, each pixel the mean of four.
fn halved(pixmap: &Pixmap) -> Option<Pixmap> {
    let (width, height) = (pixmap.width().div_ceil(2).max(1), pixmap.height().div_ceil(2).max(1));
    let mut half = Pixmap::new(width, height)?;
    let source = pixmap.data();
    let (source_width, source_height) = (pixmap.width() as usize, pixmap.height() as usize);
    for (index, target) in half.data_mut().chunks_exact_mut(4).enumerate() {
        let (x, y) = (index % width as usize * 2, index / width as usize * 2);
        for (channel, value) in target.iter_mut().enumerate() {
            let at = |dx: usize, dy: usize| {
                let (x, y) = ((x + dx).min(source_width - 1), (y + dy).min(source_height - 1));
                source.get((y * source_width + x) * 4 + channel).copied().map_or(0, u32::from)
            };
            *value = ((at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1) + 2) / 4) as u8;
        }
    }
    Some(half)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::Rgba;
    use crate::draw::{Frame, FrameItem, Item, ItemId, Shape};
    use crate::geom::FrameSize;

    #[test]
    fn pictures_stand_upright() {
        // Red above blue.
        let rgba = [[255, 0, 0, 255]; 2].into_iter().chain([[0, 0, 255, 255]; 2]).flatten().collect();
        let bitmap = Arc::new(Bitmap { width: 2, height: 2, rgba });
        let size = FrameSize::new(18, 18).unwrap();
        let item = Item::new(Shape::Image { bitmap, rect: size.stage() });
        let items = vec![FrameItem { id: ItemId(0), item, resting: true, clip: None }];
        let pixels =
            crate::raster::Rasterizer::new(size).draw(&Frame { stage: size.stage(), ground: Rgba::hex(0), items });
        let pixel = |x: usize, y: usize| &pixels.rgba[(y * 18 + x) * 4..][..3];
        assert_eq!(pixel(9, 1), [255, 0, 0]);
        assert_eq!(pixel(9, 16), [0, 0, 255]);
    }
}
