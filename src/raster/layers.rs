//! Layers: items drawn together onto a picture of their own, blurred if they are to be, kept while they stay the same.

use std::sync::{Arc, Mutex, PoisonError};

use kurbo::Affine;
use tiny_skia::{Mask, Pixmap, PixmapMut, PixmapPaint, Transform};

use super::blur::blur;
use super::guard;
use crate::draw::Layer;
use crate::geom::FrameSize;

/// Pictures kept: those of two scenes that pass into one another, for two threads.
const KEPT: usize = 4;

struct Drawn {
    layer: Arc<Layer>,
    map: Affine,
    picture: Arc<Pixmap>,
}

/// Pictures of layers, kept between frames, newest first.
#[derive(Default)]
pub(super) struct Layers(Mutex<Vec<Drawn>>);

impl Layers {
    /// Draws a layer as one; `draw` draws its items.
    pub(super) fn draw(
        &self,
        (layer, map, size): (&Arc<Layer>, Affine, FrameSize),
        opacity: f32,
        clip: Option<&Mask>,
        draw: impl FnOnce(&mut PixmapMut<'_>),
        canvas: &mut PixmapMut<'_>,
    ) {
        let Some(picture) = self.picture(layer, map, size, draw) else { return };
        let paint = PixmapPaint { opacity: opacity.clamp(0.0, 1.0), ..PixmapPaint::default() };
        canvas.draw_pixmap(0, 0, picture.as_ref().as_ref(), &paint, Transform::identity(), clip);
    }

    fn picture(
        &self,
        layer: &Arc<Layer>,
        map: Affine,
        size: FrameSize,
        draw: impl FnOnce(&mut PixmapMut<'_>),
    ) -> Option<Arc<Pixmap>> {
        let locked = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |drawn: &&Drawn| drawn.map == map && (Arc::ptr_eq(&drawn.layer, layer) || drawn.layer == *layer);
        if let Some(found) = locked().iter().find(same) {
            return Some(Arc::clone(&found.picture));
        }
        // Not under the lock: other threads draw other frames, and layers may hold layers.
        let mut picture = Pixmap::new(size.width(), size.height())?;
        draw(&mut picture.as_mut());
        if let Some(deviation) = guard::deviation(layer.blur * libm::sqrt(map.determinant().abs())) {
            blur(&mut picture, deviation);
        }
        let picture = Arc::new(picture);
        let mut kept = locked();
        kept.truncate(KEPT - 1);
        kept.insert(0, Drawn { layer: Arc::clone(layer), map, picture: Arc::clone(&picture) });
        Some(picture)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::color::Rgba;
    use crate::draw::{Clip, Frame, FrameItem, Item, ItemId, Layer, Paint, Shape};
    use crate::geom::{FrameSize, Rect, Shape as _};
    use crate::raster::Rasterizer;

    fn square(x: f64, color: u32) -> FrameItem {
        let path = Rect::new(x, -2.0, x + 4.0, 2.0).to_path(0.1);
        let item = Item::fill(path, Paint::solid(Rgba::hex(color)));
        FrameItem { id: ItemId(u64::from(color)), item, resting: true, clip: None }
    }

    fn layer(items: Vec<FrameItem>, blur: f64, opacity: f32, clip: Option<Rect>) -> FrameItem {
        let item = Item { opacity, ..Item::new(Shape::Layer(Arc::new(Layer { items, blur }))) };
        let clip = clip.map(|rect| Clip(Arc::new(rect.to_path(0.1))));
        FrameItem { id: ItemId(7), item, resting: true, clip }
    }

    fn drawn(items: Vec<FrameItem>) -> impl Fn(u32, u32) -> u8 {
        let size = FrameSize::new(160, 90).unwrap();
        let pixels = Rasterizer::new(size).draw(&Frame { stage: size.stage(), ground: Rgba::hex(0), items });
        move |x, y| pixels.rgba[(y as usize * 160 + x as usize) * 4]
    }

    #[test]
    fn a_layer_is_faded_as_a_whole() {
        let pair = || vec![square(-4.0, 0xff0000), square(-2.0, 0xff0000)];
        let alone = drawn(vec![layer(pair(), 0.0, 0.5, None)]);
        assert_eq!([alone(50, 45), alone(70, 45), alone(90, 45)], [128; 3]);
        let whole = drawn(vec![layer(pair(), 0.0, 1.0, None)]);
        let plain = drawn(pair());
        assert!((0..160).all(|x| whole(x, 45) == plain(x, 45)));
    }

    #[test]
    fn clips_within_clips_leave_what_is_in_both() {
        let inner = FrameItem {
            clip: Some(Clip(Arc::new(Rect::new(-1.0, -2.0, 8.0, 2.0).to_path(0.1)))),
            ..square(-2.0, 0xff0000)
        };
        for opacity in [1.0, 0.5] {
            let seen = drawn(vec![layer(vec![inner.clone()], 0.0, opacity, Some(Rect::new(-8.0, -4.0, 1.0, 4.0)))]);
            let inside: Vec<u32> = (0..160).filter(|x| seen(*x, 45) > 0).collect();
            assert_eq!((inside[0], inside[inside.len() - 1]), (70, 89));
        }
    }

    #[test]
    fn a_blur_keeps_the_light_and_spreads_it_evenly() {
        let seen = drawn(vec![layer(vec![square(-2.0, 0xff0000)], 0.5, 1.0, None)]);
        let row: Vec<u32> = (0..160).map(|x| u32::from(seen(x, 45))).collect();
        let total: u32 = row.iter().sum();
        assert!(total.abs_diff(255 * 40) < 120, "{total}");
        assert!((0..80).all(|x| row[x].abs_diff(row[159 - x]) <= 1 && row[x] <= row[x + 1] + 1));
        assert!((120..136).contains(&row[60]) && row[45] == 0 && row[80] == 255, "{row:?}");
    }
}
