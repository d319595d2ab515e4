//! Items that are drawn together first, so that something can be done to the whole: faded, blurred, cut, magnified.

use super::FrameItem;
use crate::geom::{Rect, union};

/// How many standard deviations a blur reaches: beyond, less than a thousandth of it is left.
const REACH: f64 = 3.0;

/// Items that become one picture before the item that holds them is drawn, with its opacity, its clip and its transform.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// In drawing order; their transforms and clips are in the layer's units.
    pub items: Vec<FrameItem>,
    /// Standard deviation of the Gaussian that blurs the picture, in the layer's units; 0 for a sharp one.
    pub blur: f64,
}

impl Layer {
    /// Items that stay sharp.
    pub fn sharp(items: Vec<FrameItem>) -> Self {
        Self { items, blur: 0.0 }
    }

    /// The box of what is drawn, what the blur spreads included, in the layer's units; `None` if nothing is.
    pub fn bounds(&self) -> Option<Rect> {
        let seen = |item: &FrameItem| {
            let rect = item.item.bounds()?;
            let Some(clip) = &item.clip else { return Some(rect) };
            let both = rect.intersect(crate::geom::Shape::bounding_box(&*clip.0));
            (both.width() > 0.0 && both.height() > 0.0).then_some(both)
        };
        let rect = self.items.iter().fold(None, |all, item| union(all, seen(item)))?;
        let reach = self.blur.max(0.0) * REACH;
        Some(rect.inflate(reach, reach))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::Rgba;
    use crate::draw::{Item, ItemId, Paint};
    use crate::geom::{Point, circle};

    #[test]
    fn a_layer_is_as_large_as_what_it_shows_and_its_blur() {
        let dot = Item::fill(circle(Point::ORIGIN, 1.0), Paint::solid(Rgba::hex(0)));
        let item = FrameItem { id: ItemId(1), item: dot, resting: true, clip: None };
        let layer = Layer { items: vec![item], blur: 0.5 };
        assert!((layer.bounds().unwrap().width() - 5.0).abs() < 1e-6);
        assert_eq!(Layer::sharp(Vec::new()).bounds(), None);
    }
}
