//! Actors at rest that reach beyond the frame, or never come into it.

use std::collections::{BTreeMap, BTreeSet};

use super::found::{Found, allows};
use super::view::{FAINT, Owner, View};
use super::{Look, Watcher};
use crate::draw::Shape;
use crate::geom::{Rect, union};

pub(super) const CODE: &str = "outside-frame";

/// How far something may reach beyond the frame unnoticed, in stage units: two pixels of 1080.
const TOLERANCE: f64 = 0.02;

/// How near to the edge of the frame text may stand, in stage units.
const NEAR: f64 = 0.15;

/// What was seen of actors.
#[derive(Default)]
pub(super) struct Outside {
    /// Seen within the frame, at least in part.
    inside: BTreeSet<usize>,
    /// Seen at rest wholly outside the frame, and when first.
    beyond: BTreeMap<usize, u64>,
    reported: BTreeSet<usize>,
}

impl Watcher for Outside {
    fn see(&mut self, view: &View<'_>, found: &mut Found<'_>) {
        let frame = view.film.size.stage();
        let mut boxes: BTreeMap<usize, Option<Rect>> = BTreeMap::new();
        let mut cut: BTreeMap<usize, (f64, &str)> = BTreeMap::new();
        for ((owner, item), rect) in view.items.iter().zip(&view.boxes) {
            let Owner::Actor(index) = owner else { continue };
            if item.item.opacity < FAINT {
                continue;
            }
            let Some(rect) = *rect else { continue };
            let all = boxes.entry(*index).or_default();
            *all = union(*all, Some(rect));
            let text = matches!(item.item.shape, Shape::Glyphs(_));
            let (beyond, edge) = overhang(rect, if text { frame.inset(-NEAR) } else { frame });
            let beyond = if text { beyond - NEAR } else { beyond };
            let background = matches!(item.item.shape, Shape::Image { .. })
                || rect.width() >= frame.width()
                || rect.height() >= frame.height() && !matches!(item.item.shape, Shape::Glyphs(_));
            let unnoticed = if text { TOLERANCE - NEAR } else { TOLERANCE };
            let worst = cut.get(index).map_or(unnoticed, |(worst, _)| *worst);
            if beyond > worst && (text || !background) {
                cut.insert(*index, (beyond, edge));
            }
        }
        for (index, rect) in boxes.into_iter().filter_map(|(index, rect)| Some((index, rect?))) {
            if rect.overlaps(frame) {
                self.inside.insert(index);
            } else if view.settled.get(index).copied().unwrap_or(false) {
                self.beyond.entry(index).or_insert(view.frame);
            }
            let Some(actor) = view.actor(index) else { continue };
            let rests = view.settled.get(index).copied().unwrap_or(false);
            let partly = rect.overlaps(frame) && view.whole_stage && rests;
            let Some((beyond, edge)) = cut.get(&index).filter(|_| partly && !allows(actor, CODE)) else { continue };
            if self.reported.insert(index) {
                let message = if *beyond > TOLERANCE {
                    format!("`{}` reaches {beyond:.2} units beyond the {edge} edge of the frame", actor.name)
                } else {
                    let left = (-beyond).max(0.0);
                    format!("text of `{}` stands {left:.2} units from the {edge} edge of the frame", actor.name)
                };
                let hint = "move it, make it smaller, or let text break with `wrap: 12`";
                found.actor(CODE, view.scene, actor, Some(view.frame), message, hint);
            }
        }
    }

    fn end(&mut self, look: &Look<'_>, complete: bool, found: &mut Found<'_>) {
        for (index, frame) in self.beyond.iter().filter(|(index, _)| complete && !self.inside.contains(index)) {
            if let Some(actor) = look.scene.actors.get(*index) {
                let message = format!("`{}` is outside the frame for as long as it is on stage", actor.name);
                let [width, height] = [look.film.size.stage().width() / 2.0, look.film.size.stage().height() / 2.0];
                let hint = format!("the frame reaches from [-{width:.1}, -{height:.1}] to [{width:.1}, {height:.1}]");
                found.actor(CODE, look.scene, actor, Some(*frame), message, &hint);
            }
        }
    }
}

/// How far a box reaches beyond the frame, at most, and over which edge.
fn overhang(rect: Rect, frame: Rect) -> (f64, &'static str) {
    let edges = [
        (frame.x0 - rect.x0, "left"),
        (rect.x1 - frame.x1, "right"),
        (frame.y0 - rect.y0, "lower"),
        (rect.y1 - frame.y1, "upper"),
    ];
    edges.into_iter().fold((0.0, "left"), |worst, edge| if edge.0 > worst.0 { edge } else { worst })
}
