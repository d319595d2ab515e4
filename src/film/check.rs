//! What only a look at the film itself shows: parts that are not there, expressions that fail at some instant.

use std::collections::BTreeSet;

use super::Film;
use super::build::mistakes_at;
use super::instant::Instant;
use super::scene::Scene;
use crate::diag::Diagnostics;
use crate::script::Script;

/// Instants of a scene at which everything is evaluated, at most: mistakes show where something begins or ends.
const INSTANTS: usize = 200;

pub(super) fn check(film: &Film, script: &Script, diags: &mut Diagnostics) {
    for (scene, def) in film.scenes.iter().zip(&script.scenes) {
        for frame in instants(scene) {
            for mistake in mistakes_at(film, scene, frame) {
                diags.push(mistake);
            }
        }
        let [first, last] = [scene.range.start.0, scene.range.end.0.saturating_sub(1)];
        let instants = [first, last].map(|frame| Instant::new(film, scene, frame));
        super::parts::report_missing(instants.each_ref(), scene, def, diags);
    }
}

/// The first and last frames of the scene and of every step, thinned out evenly if they are too many.
fn instants(scene: &Scene) -> Vec<u64> {
    let inside = |frame: &u64| scene.range.contains(crate::time::FrameIndex(*frame));
    let ends = scene.effects.iter().flat_map(|effect| [effect.start, effect.end.saturating_sub(1)]);
    let all: BTreeSet<u64> =
        [scene.range.start.0, scene.range.end.0.saturating_sub(1)].into_iter().chain(ends).filter(inside).collect();
    let stride = all.len().div_ceil(INSTANTS).max(1);
    all.into_iter().step_by(stride).collect()
}
