//! Where things were, frame by frame: asked only for the frames on which they may have moved, and kept.

use std::sync::Arc;

use super::effect::{Address, Effect, EffectKind};
use super::instant::Instant;
use super::scene::TIME;
use super::spring::weights;
use crate::geom::{Point, Vec2, union};
use crate::script::Spring;

/// Stretches of frames, in order and apart, in which something may move. Between them it rests.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Stretches(Vec<(u64, u64)>);

impl Stretches {
    fn of(mut all: Vec<(u64, u64)>) -> Self {
        all.sort_unstable();
        let mut merged: Vec<(u64, u64)> = Vec::new();
        for (start, end) in all {
            match merged.last_mut() {
                Some((_, last)) if start <= *last => *last = end.max(*last),
                _ => merged.push((start, end)),
            }
        }
        Self(merged)
    }

    /// The first frame that shows the same as this one.
    pub(super) fn since(&self, frame: u64) -> u64 {
        let index = self.0.partition_point(|(start, _)| *start <= frame);
        match index.checked_sub(1).and_then(|index| self.0.get(index)) {
            Some((_, end)) if frame < *end => frame,
            // It has arrived on the last frame of a stretch.
            Some((_, end)) => end.saturating_sub(1),
            None => 0,
        }
    }

    /// The first frame from this one on that may show something else than the one before it.
    pub(super) fn next(&self, frame: u64) -> u64 {
        let index = self.0.partition_point(|(_, end)| *end <= frame);
        self.0.get(index).map_or(u64::MAX, |(start, _)| frame.max(*start))
    }
}

impl Instant<'_> {
    /// The middle of what is addressed, now.
    pub(super) fn spot_now(&self, of: &[Address]) -> Option<Point> {
        let boxes = of.iter().fold(None, |all, address| union(all, self.address_box(address)));
        boxes.map(|rect| rect.center()).filter(|centre| centre.is_finite())
    }

    /// The middle of what is addressed, at a frame. Kept for an effect.
    pub(super) fn spot_at(&self, effect: &Effect, of: &[Address], frame: u64) -> Option<Point> {
        let since = self.stretches(effect, of).since(frame);
        self.scene.past.spot((effect.number, since), || self.then(Some(since), |then| then.spot_now(of)))
    }

    /// Where something on a spring is that follows what is addressed: a mean of where that has been since the effect began,
    /// until a last frame, and of where it was before. Where it has never been anywhere, it is there.
    pub(super) fn sprung(&self, effect: &Effect, of: &[Address], spring: Spring, before: Point, last: u64) -> Point {
        let frame = self.frame.unwrap_or(0);
        let (mut mean, mut come, mut oldest) = (Vec2::ZERO, 0.0, before);
        for (ago, weight) in weights(spring, self.film.fps.as_f64(), self.shutter) {
            let Some(then) = frame.checked_sub(ago).filter(|then| *then >= effect.start) else {
                oldest = before;
                break;
            };
            let spot = self.spot_at(effect, of, then.min(last)).unwrap_or(before);
            mean += spot.to_vec2() * weight;
            come += weight;
            oldest = spot;
        }
        (mean + oldest.to_vec2() * (1.0 - come)).to_point()
    }

    /// Is something on a spring still on its way after what it follows has come to rest?
    pub(super) fn swings(&self, effect: &Effect, of: &[Address], spring: Spring) -> bool {
        let Some(frame) = self.frame.filter(|frame| *frame >= effect.start) else { return false };
        let since = self.stretches(effect, of).since(frame).max(effect.start);
        frame - since <= super::spring::memory(spring, self.film.fps.as_f64())
    }

    /// When what is addressed may move.
    pub(super) fn stretches(&self, effect: &Effect, of: &[Address]) -> Arc<Stretches> {
        self.scene.past.stretches(effect.number, || {
            let actors: Vec<_> = of.iter().filter_map(|address| self.actor(address.actor)).collect();
            if actors.iter().any(|actor| actor.vars.contains(TIME)) {
                return Stretches(vec![(0, u64::MAX)]);
            }
            let moves = |effect: &&Effect| match &effect.kind {
                EffectKind::Set { var, .. } => actors.iter().any(|actor| actor.vars.contains(var)),
                EffectKind::Opacity(_) | EffectKind::Color(_) | EffectKind::Dim(_) | EffectKind::Blur(_) => false,
                EffectKind::Highlight { .. } | EffectKind::Unhighlight => false,
                _ if effect.is_camera() => false,
                _ if effect.complement => true,
                _ => effect.targets.iter().any(|t| actors.iter().any(|actor| actor.moved_by.contains(&t.actor))),
            };
            let effects = self.scene.effects.iter().filter(moves);
            Stretches::of(effects.map(|effect| (effect.start, effect.end.max(effect.start + 1))).collect())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_between_stretches_show_what_the_last_one_left() {
        let stretches = Stretches::of(vec![(20, 30), (5, 8), (7, 10)]);
        assert_eq!(stretches, Stretches(vec![(5, 10), (20, 30)]));
        let since: Vec<u64> = [0, 4, 5, 9, 10, 19, 20, 29, 30, 900].map(|frame| stretches.since(frame)).to_vec();
        assert_eq!(since, [0, 0, 5, 9, 9, 9, 20, 29, 29, 29]);
        assert_eq!([0, 6, 9, 10, 29, 30].map(|frame| stretches.next(frame)), [5, 6, 9, 20, 29, u64::MAX]);
    }
}
