//! Whether actors are at rest at an instant, or changing.

use std::collections::BTreeSet;

use super::effect::{Effect, EffectKind};
use super::instant::Instant;
use super::scene::TIME;
use super::select::addresses;
use crate::script::Motion;

/// What the steps that are under way at an instant change.
#[derive(Default)]
pub(super) struct Stirred<'f> {
    /// Variables that are being set.
    vars: BTreeSet<&'f str>,
    /// For each actor: is it being displaced as a whole, or acting?
    actors: Vec<bool>,
    /// Steps that let something swing after its leader: they go on when their step is over.
    swings: Vec<&'f Effect>,
}

impl<'f> Instant<'f> {
    /// Is an actor's drawing or place changing at this frame, or the camera?
    pub(super) fn unsettled(&self, index: usize) -> bool {
        let Some(actor) = self.actor(index) else { return false };
        if actor.vars.contains(TIME) || actor.placement.parallax != Some(0.0) && self.pans() {
            return true;
        }
        let stirred = self.stirred.get_or_init(|| self.look_around());
        let moves = |index: &usize| stirred.actors.get(*index).copied().unwrap_or(false);
        let swings = |effect: &&Effect| match &effect.kind {
            EffectKind::Move(Motion::With(leader, Some(spring))) => {
                effect.targets.iter().any(|target| actor.moved_by.contains(&target.actor))
                    && self.swings(effect, &addresses(self.scene, leader), *spring)
            }
            _ => false,
        };
        actor.moved_by.iter().any(moves)
            || stirred.vars.iter().any(|var| actor.vars.contains(*var))
            || stirred.swings.iter().any(swings)
    }

    fn look_around(&self) -> Stirred<'f> {
        let mut stirred = Stirred { actors: vec![false; self.scene.actors.len()], ..Stirred::default() };
        for effect in &self.scene.effects {
            let whole = match &effect.kind {
                EffectKind::Move(Motion::With(_, Some(_))) if effect.begun(self.frame) => {
                    stirred.swings.push(effect);
                    continue;
                }
                _ if !effect.running(self.frame) => continue,
                EffectKind::Set { var, .. } => {
                    stirred.vars.insert(var);
                    continue;
                }
                EffectKind::Act { .. } => false,
                _ if effect.displaces() => true,
                _ => continue,
            };
            for target in effect.targets.iter().filter(|target| !whole || target.path.is_empty()) {
                if let Some(moves) = stirred.actors.get_mut(target.actor) {
                    *moves = true;
                }
            }
        }
        stirred
    }
}
