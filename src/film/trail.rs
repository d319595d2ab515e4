//! The ways that trails show: where what they trace has been, frame by frame.

use super::effect::{Effect, EffectKind};
use super::instant::Instant;
use crate::geom::{Point, Rect, union};
use crate::visuals::Course;

/// Places nearer to the one before than this are left out, in stage units: about two pixels at 1080p.
const STEP: f64 = 0.015;

impl Instant<'_> {
    /// The ways of a trail so far, one for each `trace` step that has begun.
    pub(super) fn courses(&self, index: usize) -> Vec<Course> {
        let effects: Vec<&Effect> = self.effects_of(index).map(|(_, effect)| effect).collect();
        let begun =
            |effect: &&&Effect| matches!(effect.kind, EffectKind::Trace { .. }) && effect.clock(self.frame).is_some();
        effects.iter().filter(begun).map(|trace| self.course(trace, &effects)).collect()
    }

    fn course(&self, trace: &Effect, effects: &[&Effect]) -> Course {
        let (EffectKind::Trace { of, ends }, Some(now)) = (&trace.kind, self.frame) else { return Course::default() };
        let untraced = |later: &&&Effect| matches!(later.kind, EffectKind::Untrace) && later.number > trace.number;
        let stop = effects.iter().find(untraced).map_or(u64::MAX, |later| later.start.saturating_sub(1));
        let end = if *ends { trace.end.saturating_sub(1) } else { u64::MAX };
        let first = trace.start.saturating_sub(1);
        let last = now.min(stop).min(end).max(first);
        let place = |number: usize| {
            let boxes = |then: &Instant<'_>| of.iter().fold(None, |all, address| union(all, then.address_box(address)));
            let found: Option<Rect> = self.then(Some(first + number as u64), boxes);
            found.map_or(Point::new(f64::NAN, f64::NAN), |rect| rect.center())
        };
        let fps = self.film.fps.as_f64();
        let so_far = now - first;
        let count = usize::try_from(last - first + 1).unwrap_or(usize::MAX);
        self.scene.past.way(trace.number, count, place, |way| {
            let mut points: Vec<(Point, f64)> = Vec::new();
            let mut dropped = None;
            for (number, point) in way.iter().enumerate().filter(|(_, point)| point.is_finite()) {
                let aged = (*point, (so_far - number as u64) as f64 / fps);
                if points.last().is_none_or(|(before, _)| before.distance(*point) >= STEP) {
                    points.push(aged);
                    dropped = None;
                } else {
                    dropped = Some(aged);
                }
            }
            // The end is where it is.
            points.extend(dropped);
            Course { points }
        })
    }
}
