//! Items drawn together onto a picture of their own, blurred if they are to be.

use kurbo::Affine;
use tiny_skia::Pixmap;

use super::blur::{blur, reach};
use super::damage::PixelBox;
use super::guard;
use super::layers::{self, Means};
use super::sprite::Canvas;
use crate::draw::{Item, Layer, Shape};

/// Is it a group whose items can as well be drawn one by one?
pub(super) fn is_plain(item: &Item) -> bool {
    matches!(&item.shape, Shape::Layer(layer) if item.opacity >= 1.0 && layer.blur <= 0.0)
}

/// A group as premultiplied pixels and the box on the canvas that they fill; `None` if nothing of it is seen.
pub(super) fn pixels(means: &mut Means<'_>, group: &Layer, map: Affine) -> Option<(PixelBox, Vec<[u8; 4]>)> {
    let made: Vec<_> = group.items.iter().flat_map(|item| layers::of(means, item, map, None, &[])).collect();
    let inside = made.iter().fold(PixelBox::EMPTY, |all, layer| all.union(layer.bounds()));
    if inside.is_empty() {
        return None;
    }
    let deviation = guard::deviation(group.blur * libm::sqrt(map.determinant().abs()));
    let size = means.rasterizer.size;
    // What lies beyond the canvas counts as what is at its edge.
    let area = deviation.map_or(inside, |deviation| PixelBox {
        x0: inside.x0.saturating_sub(reach(deviation)),
        y0: inside.y0.saturating_sub(reach(deviation)),
        x1: (inside.x1 + reach(deviation)).min(size.width()),
        y1: (inside.y1 + reach(deviation)).min(size.height()),
    });
    let mut picture = Pixmap::new(area.width() as u32, area.height() as u32)?;
    let mut canvas = Canvas { area, pixels: picture.data_mut().as_chunks_mut().0 };
    made.iter().for_each(|layer| layer.paint(&mut canvas, area));
    if let Some(deviation) = deviation {
        blur(&mut picture, deviation);
    }
    Some((area, picture.data().as_chunks().0.to_vec()))
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
        assert!((130..145).contains(&row[60]) && row[45] == 0 && row[80] == 255, "{row:?}");
    }
}
