//! Texts that are too small to be read, at every instant at which they are at rest.

use std::collections::BTreeMap;

use super::found::Found;
use super::view::{Owner, View};
use super::{Look, Watcher};
use crate::geom::STAGE_HEIGHT;

pub(super) const CODE: &str = "small-text";

/// Least height of an em, as a share of the frame: 19 pixels of 1080.
const LEAST: f64 = 0.018;
/// How much smaller scripts and labels may be than the largest text of the same actor.
const SCRIPT: f64 = 0.7;

/// The em of each actor's largest text, where it is largest, and when; and that of its smallest.
#[derive(Default)]
pub(super) struct Small {
    seen: BTreeMap<usize, (f64, f64, u64)>,
}

impl Watcher for Small {
    fn see(&mut self, view: &View<'_>, _: &mut Found<'_>) {
        let mut now: BTreeMap<usize, (f64, f64)> = BTreeMap::new();
        for text in &view.texts {
            if let Owner::Actor(index) = text.owner {
                let (largest, smallest) = now.entry(index).or_insert((text.em, text.em));
                (*largest, *smallest) = (largest.max(text.em), smallest.min(text.em));
            }
        }
        for (index, (largest, smallest)) in now {
            let best = self.seen.entry(index).or_insert((largest, smallest, view.frame));
            if smallest > best.1 {
                *best = (largest, smallest, view.frame);
            }
        }
    }

    fn end(&mut self, look: &Look<'_>, _: bool, found: &mut Found<'_>) {
        let least = LEAST * STAGE_HEIGHT;
        for (index, (largest, smallest, frame)) in &self.seen {
            let Some(actor) = look.scene.actors.get(*index) else { continue };
            let small = if *largest < least { *largest } else { *smallest };
            if *largest < least || *smallest < least * SCRIPT {
                let message = format!(
                    "text of `{}` is {:.1} % of the frame's height; below {:.1} % it cannot be read in a video",
                    actor.name,
                    small / STAGE_HEIGHT * 100.0,
                    if *largest < least { LEAST } else { LEAST * SCRIPT } * 100.0
                );
                let hint = format!("make it at least {least:.2} units high, or bring the camera near");
                found.actor(CODE, look.scene, actor, Some(*frame), message, &hint);
            }
        }
    }
}
