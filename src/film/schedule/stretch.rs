//! What has been laid, in seconds, while blocks of it may still be stretched or squeezed.

use super::super::effect::Effect;
use super::frames;
use super::speech::{LaidLine, LaidSound};
use crate::time::Fps;
use crate::timeline::LEAST_SHARE;

/// An effect with its time in seconds from the film's start; its frames are not settled yet.
pub(super) struct LaidEffect {
    pub(super) start: f64,
    pub(super) end: f64,
    pub(super) effect: Effect,
}

/// Everything laid so far, in the order in which it was.
#[derive(Default)]
pub(super) struct Laid {
    pub(super) effects: Vec<LaidEffect>,
    /// Lines of the narration.
    pub(super) lines: Vec<LaidLine>,
    /// Sounds, and what ends them.
    pub(super) sounds: Vec<LaidSound>,
    /// Names of layouts that were saved, and when.
    pub(super) saves: Vec<(String, f64)>,
    /// Name, instant, and whether it is a figure.
    pub(super) marks: Vec<(String, f64, bool)>,
}

/// How much there is of each kind: where a block begins.
#[derive(Clone, Copy)]
pub(super) struct Sizes {
    effects: usize,
    lines: usize,
    sounds: usize,
    marks: usize,
    saves: usize,
}

impl Laid {
    pub(super) fn sizes(&self) -> Sizes {
        let (effects, lines, sounds) = (self.effects.len(), self.lines.len(), self.sounds.len());
        Sizes { effects, lines, sounds, marks: self.marks.len(), saves: self.saves.len() }
    }

    /// Lays like effects one after another, as one would be laid on several parts: the last arrives when the step ends.
    pub(super) fn spread(&mut self, effects: Vec<Effect>, at: f64) {
        let (count, first) = (effects.len(), self.effects.len());
        for (index, effect) in effects.into_iter().enumerate() {
            let lag = (effect.lag_secs / effect.secs.max(1e-9)).min((1.0 - LEAST_SHARE) / (count - 1).max(1) as f64)
                * effect.secs;
            let secs = effect.secs - lag * (count - 1) as f64;
            let start = at + lag * effect.order.turn(index, count) as f64;
            let flock = effect.near.is_some().then_some(first);
            let one = Effect { secs, lag_secs: 0.0, flock, ..effect };
            self.effects.push(LaidEffect { start, end: start + secs, effect: one });
        }
    }

    /// Stretches all that was laid since `first` by a factor, about an instant. Words keep their length.
    pub(super) fn stretch(&mut self, first: Sizes, about: f64, factor: f64) {
        let new = |time: f64| about + (time - about) * factor;
        for laid in self.effects.iter_mut().skip(first.effects) {
            (laid.start, laid.end) = (new(laid.start), new(laid.end));
            laid.effect.secs *= factor;
            laid.effect.lag_secs *= factor;
        }
        for line in self.lines.iter_mut().skip(first.lines) {
            line.move_to(new(line.start));
        }
        for sound in self.sounds.iter_mut().skip(first.sounds) {
            sound.stretch(&new);
        }
        for (_, at) in self.saves.iter_mut().skip(first.saves) {
            *at = new(*at);
        }
        for (_, at, _) in self.marks.iter_mut().skip(first.marks) {
            *at = new(*at);
        }
    }
}

impl LaidEffect {
    /// The effect on the frame clock.
    pub(super) fn on_frames(self, fps: Fps) -> Effect {
        let range = frames(fps, self.start, self.end);
        Effect { start: range.start.0, end: range.end.0, ..self.effect }
    }
}
