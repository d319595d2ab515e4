//! What no vector file can hold, as a picture: layers that are blurred.

use super::Page;
use crate::color::Rgba;
use crate::draw::{Bitmap, Frame, FrameItem};
use crate::geom::{Affine, FrameSize, Rect};
use crate::raster::{Rasterizer, straight_rgba};

/// An item as a picture with so many dots an inch, and the rectangle in points that it fills (y down); `map` leads to points
/// from what the item's transform leads to. `None` if nothing of it is on the page.
pub(super) fn picture(page: &Page<'_>, item: FrameItem, map: Affine, dpi: f64) -> Option<(Bitmap, Rect)> {
    let (width, height) = page.size();
    let bounds = map.transform_rect_bbox(item.item.bounds()?);
    let seen = bounds.intersect(Rect::new(0.0, 0.0, width, height));
    if seen.is_zero_area() {
        return None;
    }
    let dots = dpi / 72.0;
    let even = |points: f64| (libm::ceil(points * dots / 2.0).max(1.0) * 2.0) as u32;
    let size = FrameSize::new(even(seen.width()), even(seen.height()))?;
    let rect = Rect::from_center_size(seen.center(), (f64::from(size.width()) / dots, f64::from(size.height()) / dots));
    // The rasterizer's stage goes up.
    let flip = Affine::scale_non_uniform(1.0, -1.0);
    let stage = flip.transform_rect_bbox(rect);
    let frame = Frame { stage, ground: Rgba::TRANSPARENT, items: vec![item.transformed(flip * map)] };
    let pixels = Rasterizer::new(size).draw(&frame);
    let mut rgba = Vec::new();
    straight_rgba(&pixels, &mut rgba);
    // In y-up units, as pictures are placed.
    Some((Bitmap { width: size.width(), height: size.height(), rgba }, stage))
}
