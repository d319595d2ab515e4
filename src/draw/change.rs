//! How much of a picture differs from the one before, roughly and quickly: for those who share out work by what it will cost.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Frame, FrameItem, ItemId, Outline, Shape};
use crate::geom::{Affine, PathEl, Point, Rect};

/// Cells of the stage that are told apart, across and up: about the blocks that video is coded in, at 1080p.
const CELLS: [usize; 2] = [96, 54];

/// The share of the stage's area in which a frame may differ from another, from 0 to 1. An estimate: boxes of things that changed,
/// strokes by their pieces, in cells.
///
/// ```
/// use surprisal::{color::Rgba, draw::{Frame, changed_share}, geom::Rect};
/// let ground = |value| Frame { stage: Rect::new(-8.0, -4.5, 8.0, 4.5), ground: Rgba::hex(value), items: Vec::new() };
/// assert_eq!(changed_share(&ground(0), &ground(0)), 0.0);
/// assert_eq!(changed_share(&ground(0), &ground(1)), 1.0);
/// ```
pub fn changed_share(before: &Frame, now: &Frame) -> f64 {
    if (before.stage, before.ground) != (now.stage, now.ground) {
        return 1.0;
    }
    let mut cells = Cells::new(now.stage);
    let mut others: Option<BTreeMap<ItemId, usize>> = None;
    let mut met = vec![false; before.items.len()];
    for (index, item) in now.items.iter().enumerate() {
        let same_place = before.items.get(index).filter(|other| other.id == item.id).map(|_| index);
        let at = same_place.or_else(|| {
            let find = || before.items.iter().enumerate().map(|(index, item)| (item.id, index)).collect();
            others.get_or_insert_with(find).get(&item.id).copied()
        });
        if let Some(met) = at.and_then(|at| met.get_mut(at)) {
            *met = true;
        }
        match at.and_then(|at| before.items.get(at)) {
            Some(other) if other == item => {}
            other => cells.mark_change(other, item),
        }
    }
    for item in before.items.iter().zip(met).filter(|(_, met)| !met).map(|(item, _)| item) {
        cells.mark_item(item);
    }
    cells.share()
}

struct Cells {
    stage: Rect,
    marked: Vec<bool>,
}

impl Cells {
    fn new(stage: Rect) -> Self {
        Self { stage, marked: vec![false; CELLS[0] * CELLS[1]] }
    }

    fn share(&self) -> f64 {
        self.marked.iter().filter(|marked| **marked).count() as f64 / self.marked.len() as f64
    }

    fn mark(&mut self, area: Rect) {
        let [across, up] = CELLS;
        let cell = |at: f64, from: f64, length: f64, cells: usize| {
            ((at - from) / length * cells as f64).clamp(0.0, cells as f64)
        };
        let x = |at| cell(at, self.stage.x0, self.stage.width(), across);
        let y = |at| cell(at, self.stage.y0, self.stage.height(), up);
        // What is no number becomes 0.
        let (x0, x1) = (x(area.x0).floor() as usize, x(area.x1).ceil() as usize);
        let (y0, y1) = (y(area.y0).floor() as usize, y(area.y1).ceil() as usize);
        for row in self.marked.chunks_exact_mut(across).take(y1).skip(y0) {
            row.iter_mut().take(x1).skip(x0).for_each(|marked| *marked = true);
        }
    }

    fn mark_item(&mut self, item: &FrameItem) {
        match &item.item.shape {
            Shape::Path { path, fill: None, stroke: Some(stroke) } => {
                self.mark_stroke(path, None, stroke.width, item.item.transform);
            }
            _ => self.mark_all(item),
        }
    }

    fn mark_all(&mut self, item: &FrameItem) {
        if let Some(bounds) = item.item.bounds() {
            self.mark(bounds);
        }
    }

    /// An item that is new, or another than before.
    fn mark_change(&mut self, before: Option<&FrameItem>, now: &FrameItem) {
        let Some(before) = before else { return self.mark_item(now) };
        let (old, new) = (&before.item, &now.item);
        match (&old.shape, &new.shape) {
            // A line that grows changes at its end.
            (
                Shape::Path { path: a, fill: None, stroke: Some(s) },
                Shape::Path { path: b, fill: None, stroke: Some(t) },
            ) if s == t && (old.transform, old.opacity) == (new.transform, new.opacity) && before.clip == now.clip => {
                self.mark_stroke(a, Some(b), s.width, old.transform);
                self.mark_stroke(b, Some(a), s.width, new.transform);
            }
            _ => {
                self.mark_item(before);
                self.mark_item(now);
            }
        }
    }

    /// The pieces of a line that are not at the same place in another.
    fn mark_stroke(&mut self, path: &Arc<Outline>, other: Option<&Arc<Outline>>, width: f64, map: Affine) {
        let mut others = other.map(|other| other.elements().iter());
        let mut last = Point::ORIGIN;
        for element in path.elements() {
            let same = others.as_mut().and_then(Iterator::next) == Some(element);
            let points: &[Point] = match element {
                PathEl::MoveTo(a) | PathEl::LineTo(a) => &[*a],
                PathEl::QuadTo(a, b) => &[*a, *b],
                PathEl::CurveTo(a, b, c) => &[*a, *b, *c],
                PathEl::ClosePath => &[],
            };
            let from = if matches!(element, PathEl::MoveTo(_)) { points.first().copied() } else { Some(last) };
            last = points.last().copied().unwrap_or(last);
            if let (false, Some(from)) = (same, from) {
                let around = Rect::from_points(from, from);
                let around = points.iter().fold(around, |all, point| all.union_pt(*point));
                self.mark(map.transform_rect_bbox(around.inflate(width / 2.0, width / 2.0)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::Rgba;
    use crate::draw::{Item, Paint, Stroke};
    use crate::geom::{BezPath, rounded_rect};

    fn frame(items: impl IntoIterator<Item = (u64, Item)>) -> Frame {
        let item = |(id, item)| FrameItem { id: ItemId(id), item, resting: true, clip: None };
        let items = items.into_iter().map(item).collect();
        Frame { stage: Rect::new(-8.0, -4.5, 8.0, 4.5), ground: Rgba::hex(0), items }
    }

    fn square(x: f64) -> Item {
        let outline = rounded_rect(Rect::new(x, 0.0, x + 1.0, 1.0), 0.0);
        Item::fill(outline, Paint::solid(Rgba::hex(0xffffff)))
    }

    fn line(points: usize) -> Item {
        let mut path = BezPath::new();
        path.move_to((-7.0, -4.0));
        (1..points).for_each(|i| path.line_to((-7.0 + i as f64 * 0.1, -4.0 + i as f64 * 0.05)));
        Item::stroke(path, Stroke::new(Paint::solid(Rgba::hex(0xffffff)), 0.02))
    }

    #[test]
    fn shares_are_those_of_what_changed() {
        let (cell, whole) = (1.0 / (96.0 * 54.0), 16.0 * 9.0);
        let share = |a: &Frame, b: &Frame| changed_share(a, b);
        let rest = frame([(1, square(0.0)), (2, line(50))]);
        assert_eq!(share(&rest, &rest), 0.0);
        // One square goes, another comes; order and neighbours do not matter.
        let moved = frame([(2, line(50)), (1, square(3.0))]);
        assert!((share(&rest, &moved) - 2.0 / whole).abs() < 4.0 * cell * 6.0, "{}", share(&rest, &moved));
        let gone = frame([(2, line(50))]);
        assert!((share(&rest, &gone) - 1.0 / whole).abs() < 2.0 * cell * 6.0);
        // A line that grows changes at its end, however long it is.
        let grown = frame([(1, square(0.0)), (2, line(51))]);
        let tip = share(&rest, &grown);
        assert!(tip > 0.0 && tip < 6.0 * cell, "{tip}");
        let other = frame([(1, square(0.0)), (2, line(50).transformed(Affine::translate((0.0, 1.0))))]);
        assert!(share(&rest, &other) > 20.0 * tip);
    }

    #[test]
    fn what_is_nowhere_or_endless_is_borne() {
        let wild = [f64::NAN, f64::INFINITY, 1e300].map(|x| square(0.0).transformed(Affine::translate((x, 0.0))));
        for item in wild {
            let share = changed_share(&frame([]), &frame([(1, item)]));
            assert!((0.0..=1.0).contains(&share), "{share}");
        }
    }
}
