//! Flights: a copy of one part becomes another, or a formula turns into the next. Equal glyphs travel, equal outlines bend,
//! the rest cross-fades; at the end there is the target and nothing else.

use std::sync::Arc;

use super::effect::EffectKind;
use super::instant::Instant;
use super::state::arc_of;
use crate::draw::{FrameItem, GlyphRun, Item, ItemId, Outline, Shape};
use crate::geom::{Affine, Point, Rect, Vec2, union};

/// Items compared for equal glyphs: beyond, the table of common sequences is too large and everything cross-fades.
const COMPARED: usize = 600;

impl Instant<'_> {
    /// Appends what is in the air at this instant.
    pub(super) fn emit_flights(&self, items: &mut Vec<FrameItem>) {
        for (number, effect) in self.scene.effects.iter().enumerate() {
            let EffectKind::Fly { keep } = &effect.kind else { continue };
            let (true, Some(clock)) = (effect.running(self.frame), effect.clock(self.frame, self.shutter)) else { continue };
            let [from, to] = effect.targets.as_slice() else { continue };
            let (source, target) = (pieces(self.snapshot(from)), pieces(self.snapshot(to)));
            let id = ItemId::ROOT.child(&self.scene.id).child("flight").numbered(number);
            let share = clock.whole();
            for (index, item) in flown(&source, &target, share, effect.arc, *keep).into_iter().enumerate() {
                items.push(FrameItem { id: id.numbered(index), item, resting: false, clip: None });
            }
        }
    }
}

/// What is on its way from one look to another after a share of it, as a whole.
pub(super) fn travelled(from: Vec<FrameItem>, to: Vec<FrameItem>, share: f64, id: ItemId) -> Vec<FrameItem> {
    let flown = flown(&pieces(from), &pieces(to), share, 0.0, true);
    let numbered = |(index, item)| FrameItem { id: id.numbered(index), item, resting: false, clip: None };
    flown.into_iter().enumerate().map(numbered).collect()
}

/// Items with glyph runs cut into single glyphs, so that each can find its partner.
fn pieces(items: Vec<FrameItem>) -> Vec<Item> {
    items
        .into_iter()
        .flat_map(|frame_item| match &frame_item.item.shape {
            Shape::Glyphs(run) => run
                .glyphs
                .iter()
                .map(|glyph| {
                    // The glyph's place goes into the transform, so that partners differ by their transforms only.
                    let single = [crate::draw::Glyph { id: glyph.id, x: 0.0, y: 0.0 }];
                    // What flies has left the graphics that its halo was for.
                    let shape = Shape::Glyphs(GlyphRun { glyphs: Arc::from(single), halo: None, ..run.clone() });
                    let transform = frame_item.item.transform * Affine::translate((glyph.x, glyph.y));
                    Item { shape, transform, ..frame_item.item.clone() }
                })
                .collect(),
            _ => vec![frame_item.item],
        })
        .collect()
}

/// What a flight shows after `share` of its way. `keep`: the source stays where it is, so unmatched pieces of it need not fade.
fn flown(source: &[Item], target: &[Item], share: f64, arc: f64, keep: bool) -> Vec<Item> {
    let pairs = partners(source, target);
    let (from_box, to_box) = (box_of(source), box_of(target));
    let way = match (from_box, to_box) {
        (Some(from), Some(to)) => to.center() - from.center(),
        _ => Vec2::ZERO,
    };
    let mut shown = Vec::new();
    let out = (1.0 - share * 1.6).clamp(0.0, 1.0) as f32;
    let into = (share * 1.6 - 0.6).clamp(0.0, 1.0) as f32;
    let detour = arc_of(way, arc, share);
    // A copy with no equal pieces goes along as a whole while it turns into its target.
    let travel = if keep || pairs.is_empty() { share } else { share * 0.25 };
    for (index, item) in source.iter().enumerate() {
        if !pairs.iter().any(|(from, _)| *from == index) {
            let map = fitted(from_box, to_box, travel);
            shown.push(Item {
                opacity: item.opacity * out,
                ..item.clone().transformed(Affine::translate(detour) * map)
            });
        }
    }
    for (index, item) in target.iter().enumerate() {
        match pairs.iter().find(|(_, to)| *to == index).and_then(|(from, _)| source.get(*from)) {
            Some(origin) => {
                let own = item.transform.translation() - origin.transform.translation();
                shown.push(between(origin, item, share, arc_of(own, arc, share)));
            }
            None => {
                let map = fitted(to_box, from_box, if keep || pairs.is_empty() { 1.0 - share } else { 0.0 });
                shown.push(Item {
                    opacity: item.opacity * into,
                    ..item.clone().transformed(Affine::translate(detour) * map)
                });
            }
        }
    }
    shown.retain(|item| item.opacity > 0.0);
    shown
}

/// A piece on its way to its partner.
fn between(from: &Item, to: &Item, share: f64, detour: Vec2) -> Item {
    let (a, b) = (from.transform.as_coeffs(), to.transform.as_coeffs());
    // The partner's size may differ through its run and not its transform.
    let ratio = match (&from.shape, &to.shape) {
        (Shape::Glyphs(x), Shape::Glyphs(y)) => x.size / y.size.max(1e-9),
        _ => 1.0,
    };
    let mut coefficients = [0.0; 6];
    for (index, (slot, (x, y))) in coefficients.iter_mut().zip(a.iter().zip(b)).enumerate() {
        let x = if index < 4 { x * ratio } else { *x };
        *slot = x + (y - x) * share;
    }
    let shape = match (&from.shape, &to.shape) {
        (Shape::Glyphs(x), Shape::Glyphs(y)) => {
            let color = x.paint.color().lerp(y.paint.color(), share as f32);
            Shape::Glyphs(GlyphRun { paint: y.paint.recolored(|_| color), ..y.clone() })
        }
        (Shape::Path { path: x, fill: f, stroke: s }, Shape::Path { path: y, fill: g, stroke: t }) => {
            let mix = |a: &crate::draw::Paint, b: &crate::draw::Paint| b.recolored(|c| a.color().lerp(c, share as f32));
            let fill = f.as_ref().zip(g.as_ref()).map(|(a, b)| mix(a, b)).or_else(|| g.clone());
            let stroke = s.as_ref().zip(t.as_ref()).map(|(a, b)| {
                let width = a.width + (b.width - a.width) * share;
                crate::draw::Stroke { paint: mix(&a.paint, &b.paint), width, dash: b.dash.clone() }
            });
            Shape::Path { path: Outline::shared(bent(x, y, share)), fill, stroke: stroke.or_else(|| t.clone()) }
        }
        _ => to.shape.clone(),
    };
    let opacity = from.opacity + (to.opacity - from.opacity) * share as f32;
    Item { shape, transform: Affine::translate(detour) * Affine::new(coefficients), opacity, away: to.away }
}

/// Between two outlines of the same kinds of elements.
fn bent(from: &crate::geom::BezPath, to: &crate::geom::BezPath, share: f64) -> crate::geom::BezPath {
    use crate::geom::PathEl::{ClosePath, CurveTo, LineTo, MoveTo, QuadTo};
    let mix = |a: Point, b: Point| a + (b - a) * share;
    let elements = from.elements().iter().zip(to.elements()).map(|(a, b)| match (*a, *b) {
        (MoveTo(p), MoveTo(q)) => MoveTo(mix(p, q)),
        (LineTo(p), LineTo(q)) => LineTo(mix(p, q)),
        (QuadTo(p1, p), QuadTo(q1, q)) => QuadTo(mix(p1, q1), mix(p, q)),
        (CurveTo(p1, p2, p), CurveTo(q1, q2, q)) => CurveTo(mix(p1, q1), mix(p2, q2), mix(p, q)),
        (ClosePath, _) => ClosePath,
        (_, other) => other,
    });
    elements.collect()
}

/// Do two pieces count as the same thing?
fn akin(a: &Item, b: &Item) -> bool {
    match (&a.shape, &b.shape) {
        (Shape::Glyphs(x), Shape::Glyphs(y)) => {
            x.font == y.font && x.glyphs.first().map(|g| g.id) == y.glyphs.first().map(|g| g.id)
        }
        (Shape::Path { path: x, fill: f, stroke: s }, Shape::Path { path: y, fill: g, stroke: t }) => {
            let kind =
                |path: &crate::geom::BezPath| path.elements().iter().map(std::mem::discriminant).collect::<Vec<_>>();
            f.is_some() == g.is_some()
                && s.is_some() == t.is_some()
                && x.elements().len() == y.elements().len()
                && kind(x) == kind(y)
        }
        _ => false,
    }
}

/// Pairs of equal pieces in the same order on both sides: the longest common subsequence, then what is left greedily.
fn partners(source: &[Item], target: &[Item]) -> Vec<(usize, usize)> {
    if source.is_empty() || target.is_empty() || source.len() > COMPARED || target.len() > COMPARED {
        return Vec::new();
    }
    let columns = target.len() + 1;
    let mut lengths = vec![0u16; (source.len() + 1) * columns];
    let get = |lengths: &[u16], i: usize, j: usize| lengths.get(i * columns + j).copied().unwrap_or_default();
    for (i, a) in source.iter().enumerate().rev() {
        for (j, b) in target.iter().enumerate().rev() {
            let longest = if akin(a, b) {
                get(&lengths, i + 1, j + 1) + 1
            } else {
                get(&lengths, i + 1, j).max(get(&lengths, i, j + 1))
            };
            if let Some(cell) = lengths.get_mut(i * columns + j) {
                *cell = longest;
            }
        }
    }
    let (mut i, mut j, mut pairs) = (0, 0, Vec::new());
    while let (Some(a), Some(b)) = (source.get(i), target.get(j)) {
        if akin(a, b) && get(&lengths, i, j) == get(&lengths, i + 1, j + 1) + 1 {
            pairs.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if get(&lengths, i + 1, j) >= get(&lengths, i, j + 1) {
            i += 1;
        } else {
            j += 1;
        }
    }
    for (i, a) in source.iter().enumerate() {
        let free = |pairs: &[(usize, usize)], j: usize| pairs.iter().all(|pair| pair.1 != j);
        let left = target.iter().enumerate().find(|(j, b)| free(&pairs, *j) && akin(a, b)).map(|(j, _)| j);
        if let (true, Some(j)) = (pairs.iter().all(|pair| pair.0 != i), left) {
            pairs.push((i, j));
        }
    }
    pairs
}

fn box_of(items: &[Item]) -> Option<Rect> {
    items.iter().fold(None, |all, item| union(all, item.bounds()))
}

/// The map that takes one box towards another by a share: its centre along the way, its height to the other's.
fn fitted(from: Option<Rect>, to: Option<Rect>, share: f64) -> Affine {
    let (Some(from), Some(to)) = (from, to) else { return Affine::IDENTITY };
    let ratio = (to.height() / from.height().max(1e-6)).clamp(0.2, 5.0);
    let scale = 1.0 + (ratio - 1.0) * share;
    let centre = from.center() + (to.center() - from.center()) * share;
    Affine::translate(centre.to_vec2()) * Affine::scale(scale) * Affine::translate(-from.center().to_vec2())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::Rgba;
    use crate::draw::Paint;
    use crate::geom::{circle, polyline};

    fn dot(x: f64) -> Item {
        Item::fill(circle(Point::ORIGIN, 0.5), Paint::solid(Rgba::hex(0xffffff)))
            .transformed(Affine::translate((x, 0.0)))
    }

    fn square(x: f64) -> Item {
        let corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)].map(Point::from);
        Item::fill(polyline(corners, true), Paint::solid(Rgba::hex(0xffffff))).transformed(Affine::translate((x, 0.0)))
    }

    #[test]
    fn equal_pieces_find_each_other_in_order() {
        let (source, target) = (vec![dot(0.0), square(1.0), dot(2.0)], vec![dot(10.0), dot(12.0), square(11.0)]);
        let mut pairs = partners(&source, &target);
        pairs.sort_unstable();
        assert_eq!(pairs, [(0, 0), (1, 2), (2, 1)]);
    }

    #[test]
    fn a_flight_ends_as_its_target() {
        let (source, target) = (vec![dot(0.0), square(1.0)], vec![dot(10.0)]);
        let end = flown(&source, &target, 1.0, 0.0, false);
        assert_eq!(end.len(), 1);
        assert_eq!(end[0].transform, target[0].transform);
        let middle = flown(&source, &target, 0.5, 0.0, false);
        assert!((middle.last().unwrap().transform.translation().x - 5.0).abs() < 1e-9);
    }
}
