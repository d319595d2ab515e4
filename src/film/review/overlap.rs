//! Texts at rest that lie over each other.

use std::collections::BTreeSet;

use super::Watcher;
use super::found::{Found, allows};
use super::view::{FAINT, Owner, Text, View, name_of};
use crate::draw::{FrameItem, GlyphRun, Shape};
use crate::geom::Rect;

pub(super) const CODE: &str = "text-overlap";

/// Share of the smaller glyph's box that must be covered.
const COVERED: f64 = 0.08;
/// Texts of an instant that are compared, at most.
const COMPARED: usize = 2_000;
/// Pairs of runs whose glyphs are compared at an instant, at most.
const PAIRS: usize = 400;

/// Pairs that have been looked at closely and reported.
#[derive(Default)]
pub(super) struct Overlap {
    reported: BTreeSet<(Owner, Owner)>,
}

impl Watcher for Overlap {
    fn see(&mut self, view: &View<'_>, found: &mut Found<'_>) {
        let mut texts: Vec<&Text> = view.texts.iter().take(COMPARED).collect();
        texts.sort_by(|a, b| a.rect.x0.total_cmp(&b.rect.x0));
        let mut budget = PAIRS;
        for (number, a) in texts.iter().enumerate() {
            for b in texts.iter().skip(number + 1).take_while(|b| b.rect.x0 < a.rect.x1) {
                let pair = (a.owner.min(b.owner), a.owner.max(b.owner));
                if a.owner == b.owner || crossing(a.rect, b.rect) <= 0.0 || self.reported.contains(&pair) {
                    continue;
                }
                if budget == 0 {
                    return;
                }
                budget -= 1;
                if !collide(view, a, b) || covered(view, a, b) {
                    continue;
                }
                self.reported.insert(pair);
                report(view, pair, found);
            }
        }
    }
}

fn report(view: &View<'_>, (first, second): (Owner, Owner), found: &mut Found<'_>) {
    let Owner::Actor(index) = first else { return };
    let Some(actor) = view.actor(index) else { return };
    if let Owner::Actor(other) = second
        && view.actor(other).is_some_and(|other| allows(other, CODE))
    {
        return;
    }
    let message = format!("the text of `{}` lies over that of {}", actor.name, name_of(view.scene, second));
    let hint = match second {
        Owner::Caption => "captions take the lowest tenth of the frame: leave it free, or turn them off",
        Owner::Actor(_) => "move one of them, or let the first leave before the second comes",
    };
    found.actor(CODE, view.scene, actor, Some(view.frame), message, hint);
}

/// Do glyphs of two texts lie over each other?
fn collide(view: &View<'_>, a: &Text, b: &Text) -> bool {
    let (Some(a), Some(b)) = (view.run(a), view.run(b)) else { return false };
    let others = boxes(b);
    boxes(a).iter().any(|x| {
        let area = |rect: &Rect| rect.width() * rect.height();
        others.iter().any(|y| crossing(*x, *y) > COVERED * area(x).min(area(y)).max(1e-9))
    })
}

fn boxes((item, run): (&FrameItem, &GlyphRun)) -> Vec<Rect> {
    let glyphs = run.glyphs.iter().take(200);
    let local = glyphs.filter_map(|glyph| run.font.bounds(glyph.id, run.size, glyph.x, glyph.y));
    local.map(|rect| item.item.transform.transform_rect_bbox(rect)).collect()
}

/// Is the lower text hidden by a card that is drawn between the two?
fn covered(view: &View<'_>, a: &Text, b: &Text) -> bool {
    let both = a.rect.intersect(b.rect);
    let (low, high) = (a.item.min(b.item), a.item.max(b.item));
    let between = view.items.iter().zip(&view.boxes).skip(low + 1).take(high - low);
    between.filter(|(_, rect)| rect.is_some_and(|rect| rect.union(both) == rect)).any(|((_, item), _)| {
        match &item.item.shape {
            Shape::Path { fill: Some(paint), .. } => paint.color().a * item.item.opacity > 1.0 - FAINT,
            Shape::Image { .. } => true,
            _ => false,
        }
    })
}

/// The area that two boxes share.
fn crossing(a: Rect, b: Rect) -> f64 {
    (a.x1.min(b.x1) - a.x0.max(b.x0)).max(0.0) * (a.y1.min(b.y1) - a.y0.max(b.y0)).max(0.0)
}
