//! The ways that trails show: where what they trace has been, frame by frame.

use super::effect::{Effect, EffectKind};
use super::instant::Instant;
use crate::geom::Point;
use crate::visuals::Course;

/// Places nearer to the one before than this are left out, in stage units: about two pixels at 1080p.
const STEP: f64 = 0.015;
/// A way of which only the end is shown is begun at a multiple of so many frames, so that it is the same line from frame to
/// frame.
const BLOCK: u64 = 64;

impl Instant<'_> {
    /// The ways of a trail so far, one for each `trace` step that has begun; of each, at least the last so many seconds.
    pub(super) fn courses(&self, index: usize, memory: f64) -> Vec<Course> {
        let effects: Vec<&Effect> = self.effects_of(index).map(|(_, effect)| effect).collect();
        let begun = |effect: &&&Effect| matches!(effect.kind, EffectKind::Trace { .. }) && effect.begun(self.frame);
        effects.iter().filter(begun).map(|trace| self.course(trace, &effects, memory)).collect()
    }

    fn course(&self, trace: &Effect, effects: &[&Effect], memory: f64) -> Course {
        let (EffectKind::Trace { of, ends }, Some(now)) = (&trace.kind, self.frame) else { return Course::default() };
        let untraced = |later: &&&Effect| matches!(later.kind, EffectKind::Untrace) && later.number > trace.number;
        let stop = effects.iter().find(untraced).map_or(u64::MAX, |later| later.start.saturating_sub(1));
        let end = if *ends { trace.end.saturating_sub(1) } else { u64::MAX };
        let began = trace.start.saturating_sub(1);
        let last = now.min(stop).min(end).max(began);
        let fps = self.film.fps.as_f64();
        // One frame more than is shown: the end of the tail lies between two.
        let shown = libm::ceil((memory * fps).clamp(0.0, 1e15)) as u64;
        let first = now.saturating_sub(shown.saturating_add(1)).min(last);
        let first = (first / BLOCK * BLOCK).max(began);
        let stretches = self.stretches(trace, of);
        // An instant within the exposure of a frame has not come to the frame's own place yet.
        let within = self.shutter < 0.0 && last == now;
        let mut points: Vec<(Point, f64)> = Vec::new();
        let mut dropped = None;
        let mut frame = first;
        loop {
            let place = if within && frame == last { self.spot_now(of) } else { self.spot_at(trace, of, frame) };
            let shutter = if within && frame == last { 0.0 } else { self.shutter };
            if let Some(point) = place {
                let aged = (point, ((now - frame) as f64 + shutter).max(0.0) / fps);
                if points.last().is_none_or(|(before, _)| before.distance(point) >= STEP) {
                    points.push(aged);
                    dropped = None;
                } else {
                    dropped = Some(aged);
                }
            }
            if frame >= last {
                break;
            }
            // Frames of rest say nothing new, but for the last of them.
            frame = stretches.next(frame + 1).saturating_sub(1).max(frame + 1).min(last);
        }
        // The end is where it is.
        points.extend(dropped);
        Course { points }
    }
}

#[cfg(test)]
mod tests {
    use super::BLOCK;
    use crate::diag::Source;
    use crate::film::{Film, Overrides};
    use crate::time::FrameIndex;
    use crate::world::MemoryWorld;

    /// A dot that goes round a square three times, each in as many frames as there are between two beginnings of a tail: once one
    /// way round, then twice the other.
    fn film() -> Film {
        let (there, back) = (["[1, 0]", "[0, 1]", "[-1, 0]", "[0, -1]"], ["[0, 1]", "[1, 0]", "[0, -1]", "[-1, 0]"]);
        let step = |by: &&str| format!("      - {{ move: dot, by: {by}, for: 0.25 }}\n");
        let steps: String = [there, back, back].as_flattened().iter().map(step).collect();
        let text = format!(
            "stage: {{ fps: {BLOCK} }}\nscenes:\n  - cast: {{ dot: {{ circle: {{ radius: 0.1 }} }}, way: {{ trail: {{ tail: 1 }} }} }}\n    \
             steps:\n      - show: [dot, way]\n      - {{ trace: way, of: dot }}\n{steps}"
        );
        let (script, found) = crate::script::parse(&Source::new("x.yaml", text), &MemoryWorld::default());
        let script = script.unwrap_or_else(|| panic!("{found:?}"));
        let (film, found) = Film::compile(&script, &MemoryWorld::default(), Overrides::default());
        film.unwrap_or_else(|| panic!("{found:?}"))
    }

    #[test]
    fn ways_of_one_length_with_the_same_ends_are_told_apart() {
        let whole = film();
        for into in 1..BLOCK / 2 {
            let [second, third] = [1, 2].map(|round| FrameIndex(round * BLOCK + into));
            // As a thread that is a round behind does.
            let before = whole.frame(second);
            let after = whole.frame(third);
            assert!(after == film().frame(third), "frame {} is another after that of a round before", third.0);
            assert!(before != after, "{into} frames into a round");
        }
    }
}
