//! A picture on a page of its own: what vector files are made from.

use crate::draw::{Frame, Names};
use crate::geom::{Affine, Rect};

/// Points in an inch.
const POINTS: f64 = 72.0;

/// A frame, the part of it that is shown, and how large that is on paper.
#[derive(Clone, Copy)]
pub struct Page<'a> {
    /// What is drawn.
    pub frame: &'a Frame,
    /// What its items are called.
    pub names: &'a Names,
    /// The part that is shown, in stage units; not empty.
    pub area: Rect,
    /// Points for a stage unit, above 0.
    pub points: f64,
    /// A short title; may be empty.
    pub title: &'a str,
    /// What is to be seen, in words, for those who cannot see it; may be empty.
    pub description: &'a str,
}

impl Page<'_> {
    /// Width and height in points.
    pub fn size(&self) -> (f64, f64) {
        (self.area.width() * self.points, self.area.height() * self.points)
    }

    /// Maps stage units to points from the upper left corner, y down.
    pub fn points_from_stage(&self) -> Affine {
        let scale = self.points;
        Affine::new([scale, 0.0, 0.0, -scale, -self.area.x0 * scale, self.area.y1 * scale])
    }

    /// The area and the size in pixels of a picture with so many dots an inch: whole pixels, an even number of them, the
    /// page in the middle. `None` if it would be too large.
    pub fn pixels(&self, dpi: f64) -> Option<(Rect, crate::geom::FrameSize)> {
        let scale = self.points * dpi / POINTS;
        let even = |units: f64| {
            let pixels = libm::ceil(units * scale / 2.0 - 1e-6).max(1.0) * 2.0;
            (pixels <= f64::from(crate::limits::FRAME_EDGE_PX)).then_some(pixels)
        };
        let (width, height) = (even(self.area.width())?, even(self.area.height())?);
        let size = crate::geom::FrameSize::new(width as u32, height as u32)?;
        let area = Rect::from_center_size(self.area.center(), (width / scale, height / scale));
        Some((area, size))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::Rgba;
    use crate::geom::Point;

    #[test]
    fn a_page_maps_its_corner_to_the_origin() {
        let frame = Frame { stage: Rect::ZERO, ground: Rgba::TRANSPARENT, items: Vec::new() };
        let (names, area) = (Names::default(), Rect::new(1.0, 2.0, 4.0, 3.0));
        let page = Page { frame: &frame, names: &names, area, points: 10.0, title: "", description: "" };
        assert_eq!(page.size(), (30.0, 10.0));
        assert_eq!(page.points_from_stage() * Point::new(1.0, 3.0), Point::ORIGIN);
        assert_eq!(page.points_from_stage() * Point::new(4.0, 2.0), Point::new(30.0, 10.0));
        let (around, size) = page.pixels(72.0 * 1.05).unwrap();
        assert_eq!((size.width(), size.height()), (32, 12));
        assert!(around.contains(area.origin()) && around.width() > 3.0);
        assert!(page.pixels(1e9).is_none());
    }
}
