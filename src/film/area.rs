//! Which part of the stage a figure shows: what is visible, or the boxes of what it names, and a margin.

use super::Still;
use crate::draw::{FrameItem, Names, Shape};
use crate::geom::{Affine, Rect, Shape as _, union};
use crate::script::{Crop, FigureDef};

impl Still {
    /// The area that a figure shows of this instant, in stage units, without margin; `None` if nothing is there.
    pub fn area(&self, def: &FigureDef) -> Option<Rect> {
        let stage = self.frame.stage;
        let within = |of: &[String]| {
            let boxes = self.frame.items.iter().map(|item| seen(item, Affine::IDENTITY, of, &self.names));
            boxes.fold(None, union)
        };
        let area = match &def.crop {
            Crop::Stage => Some(stage),
            Crop::Visible => within(&[]),
            Crop::Of(of) => within(&of.iter().map(|(address, _)| address.clone()).collect::<Vec<_>>()),
        };
        // What is beyond the frame is not seen in the film either.
        let area = area?.intersect(stage);
        (area.width() > 0.0 && area.height() > 0.0).then_some(area)
    }
}

/// The area of a figure with its margin; the whole stage has none.
pub fn with_margin(def: &FigureDef, area: Rect) -> Rect {
    match def.crop {
        Crop::Stage => area,
        Crop::Visible | Crop::Of(_) => area.inflate(def.margin, def.margin),
    }
}

/// The box of what is seen of an item, if it is one of those; of all, if none are named.
fn seen(item: &FrameItem, map: Affine, of: &[String], names: &Names) -> Option<Rect> {
    if item.item.opacity <= 0.0 {
        return None;
    }
    let named = || names.get(item.id).is_some_and(|name| of.iter().any(|address| name.is_within(address)));
    let bounds = match &item.item.shape {
        Shape::Layer(layer) if !of.is_empty() => {
            let map = map * item.item.transform;
            layer.items.iter().map(|inner| seen(inner, map, of, names)).fold(None, union)
        }
        _ if of.is_empty() || named() => item.item.bounds().map(|bounds| map.transform_rect_bbox(bounds)),
        _ => None,
    };
    let bounds = bounds?;
    let Some(clip) = &item.clip else { return Some(bounds) };
    let both = bounds.intersect(map.transform_rect_bbox(clip.0.bounding_box()));
    (both.width() > 0.0 && both.height() > 0.0).then_some(both)
}
