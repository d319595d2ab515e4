//! Steps are laid onto the clock: one after another unless they say otherwise, all instants counted from the film's start.

mod meaning;
mod speech;
mod stretch;
mod usual;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::effect::{Address, Effect, EffectKind};
use super::voices::Voices;
use crate::diag::{Diagnostic, Diagnostics, Span};
use crate::script::{self, Await, Language, Script, Step, Timing, Verb, When};
use crate::time::{Fps, FrameRange, Secs};
use crate::timeline::Order;
use crate::visuals::VisualSpec;
pub(super) use speech::{LaidLine, LaidSound, SoundKind, times};
use stretch::{Laid, LaidEffect, Sizes};
pub(super) use usual::easing;

/// Opacity of what is dimmed.
const DIMMED: f64 = 0.22;
/// Space between a target and the frame round it, in stage units.
const HIGHLIGHT_MARGIN: f64 = 0.14;
/// Space that the camera leaves round what it fits.
const CAMERA_MARGIN: f64 = 0.6;

/// What the scheduler must know about an actor.
pub(super) struct ActorFacts {
    pub(super) name: String,
    /// `None` for groups.
    pub(super) spec: Option<&'static VisualSpec>,
    /// Indices of members; empty unless it is a group.
    pub(super) members: Vec<usize>,
    /// What it is a name for, if it is a set.
    pub(super) stands_for: Option<Vec<script::Selector>>,
}

/// Passes over a scene until the instants that steps name stand still.
const PASSES: usize = 12;
/// Length of a `together` all of whose steps have a window, in seconds.
const WINDOWED_SECS: f64 = 1.0;

/// A scene's steps on the clock.
#[derive(Default)]
pub(super) struct Schedule {
    pub(super) effects: Vec<Effect>,
    pub(super) lines: Vec<LaidLine>,
    pub(super) sounds: Vec<LaidSound>,
    pub(super) marks: Vec<(String, u64, bool)>,
    /// The instant at which the scene ends, in seconds from the film's start.
    pub(super) end_secs: f64,
}

/// Lays a scene's steps onto the clock.
pub(super) struct Scheduler<'a> {
    fps: Fps,
    actors: &'a [ActorFacts],
    diags: &'a mut Diagnostics,
    language: &'static Language,
    voices: &'a Voices,
    /// Number of the scene.
    scene: usize,
    laid: Laid,
    start: f64,
    /// When the first step begins: when the scene is all there.
    first: f64,
    speech_end: f64,
    /// When background steps have ended.
    background_end: f64,
    /// When named steps have ended.
    named: BTreeMap<String, f64>,
    /// The instants of marks as the pass before found them.
    expected: BTreeMap<String, f64>,
    /// Has a step blurred anything?
    blurs: bool,
    /// Does a step ask for the instant of a mark?
    asks: bool,
    /// Number of the pass over the scene, from 1.
    passes: usize,
}

impl<'a> Scheduler<'a> {
    /// For a scene of this number with these actors, in which lines are spoken in a language as they were recorded.
    pub(super) fn new(
        fps: Fps,
        (scene, actors): (usize, &'a [ActorFacts]),
        (language, voices): (&'static Language, &'a Voices),
        diags: &'a mut Diagnostics,
    ) -> Self {
        let (laid, named, expected) = Default::default();
        let (start, first, speech_end, background_end) = (0.0, 0.0, 0.0, 0.0);
        let (blurs, asks, passes) = (false, false, 0);
        Self {
            fps,
            actors,
            diags,
            language,
            voices,
            scene,
            laid,
            start,
            first,
            speech_end,
            background_end,
            named,
            expected,
            blurs,
            asks,
            passes,
        }
    }

    /// The schedule of a scene that begins at an instant and is all there so many seconds later. Steps that last until a mark, or begin at one, need to know where
    /// it is: the scene is laid again until all marks stand still.
    pub(super) fn run(mut self, steps: &[Step], start_secs: f64, passing_secs: f64) -> Schedule {
        (self.start, self.first) = (start_secs, start_secs + passing_secs);
        loop {
            self.passes += 1;
            let found = std::mem::take(self.diags);
            let end = self.pass(steps);
            let marks: BTreeMap<String, f64> = self.marks().into_iter().map(|(name, at, _)| (name, at)).collect();
            let still = self.passes > 1 && marks == self.expected;
            if !self.asks || still || self.passes == PASSES {
                self.diags.append(found);
                if self.asks && marks != self.expected {
                    self.report_restless(steps, &marks);
                }
                return self.finished(end);
            }
            // Only the last pass has the say.
            *self.diags = found;
            self.expected = marks;
        }
    }

    fn pass(&mut self, steps: &[Step]) -> f64 {
        (self.laid, self.named, self.blurs) = Default::default();
        (self.speech_end, self.background_end) = (self.first, self.first);
        let end = self.sequence(steps, self.first);
        end.max(self.speech_end).max(self.background_end)
    }

    /// Marks that are steps, and marks between words.
    fn marks(&self) -> Vec<(String, f64, bool)> {
        let between = self.laid.lines.iter().flat_map(LaidLine::marks).map(|(name, at)| (name, at, false));
        self.laid.marks.iter().cloned().chain(between).collect()
    }

    fn finished(self, end_secs: f64) -> Schedule {
        let (fps, mut marks) = (self.fps, self.marks());
        let mut effects: Vec<Effect> = self.laid.effects.into_iter().map(|effect| effect.on_frames(fps)).collect();
        effects.sort_by_key(|effect| effect.start);
        for (number, effect) in effects.iter_mut().enumerate() {
            effect.number = number;
            if let EffectKind::Restore { name, frame } = &mut effect.kind {
                let instants = self.laid.saves.iter().filter(|(known, _)| known == name);
                let saved = instants.map(|(_, at)| frames(fps, *at, *at).start.0).filter(|at| *at <= effect.start);
                // The last frame before it is the one on which the steps before it have arrived.
                *frame = saved.max().unwrap_or(0).checked_sub(1);
            }
        }
        let mark = |(name, at, figure)| (name, frames(fps, at, at).start.0, figure);
        marks.sort_by(|a, b| a.1.total_cmp(&b.1));
        let (lines, sounds) = (self.laid.lines, self.laid.sounds);
        Schedule { effects, lines, sounds, marks: marks.into_iter().map(mark).collect(), end_secs }
    }

    /// A step that waits for a mark which its own length pushes away.
    fn report_restless(&mut self, steps: &[Step], marks: &BTreeMap<String, f64>) {
        let mut open: Vec<&Step> = steps.iter().collect();
        while let Some(step) = open.pop() {
            let asked = [step.time.until.as_ref(), step.time.at.as_ref().and_then(When::mark)];
            for (name, span) in asked.into_iter().flatten() {
                if marks.get(name) != self.expected.get(name) {
                    let message = format!("the mark `{name}` moves on with the step that asks for it");
                    let hint = "let the step run beside the others, with `meanwhile:` or in a `together:`";
                    self.diags.push(Diagnostic::error("circular", span, message).hint(hint));
                    return;
                }
            }
            open.extend(step.verb.steps());
        }
    }

    fn sequence(&mut self, steps: &[Step], start: f64) -> f64 {
        steps.iter().fold(start, |at, step| self.step(step, at))
    }

    /// Lays one step at an instant; the instant at which the next may follow.
    fn step(&mut self, step: &Step, at: f64) -> f64 {
        let at = match &step.time.at {
            Some(When::Secs(secs)) => self.start + secs,
            Some(When::Mark((name, span))) => self.instant(name, span).unwrap_or(at),
            None => at,
        };
        let at = at + step.time.delay;
        let first = self.laid.sizes();
        let length = match &step.time.until {
            Some((name, span)) => self.until(name, span, at),
            None => step.time.duration,
        };
        let end = match &step.verb {
            Verb::Pause(secs) => at + secs,
            Verb::Say(say) => self.say(say, length, at),
            Verb::Sound(def) => self.sound(def, length, at),
            Verb::Hush(file, fade) => self.hush(file.as_ref().map(|(file, _)| file), *fade, at),
            Verb::Mark(name) => self.mark(name, at, false),
            Verb::Figure(figure) => self.mark(&figure.name, at, true),
            Verb::Await(awaited) => self.await_end(awaited, at),
            Verb::Save(name) => {
                self.laid.saves.push((name.clone(), at));
                at
            }
            Verb::Restore((name, span), _) if !self.laid.saves.iter().any(|(known, _)| known == name) => {
                let found =
                    Diagnostic::error("unknown-save", span, format!("nothing called `{name}` has been saved before"));
                let names: Vec<&str> = self.laid.saves.iter().map(|(name, _)| name.as_str()).collect();
                self.diags.push(found.suggest(name, names).hint("`save: name` before it remembers how things are"));
                at
            }
            Verb::Meanwhile(steps) => {
                let end = self.sequence(steps, at);
                let end = self.stretched(first, at, end, length);
                self.background_end = self.background_end.max(end);
                self.name(step, end);
                return at;
            }
            Verb::Sequence(steps) => self.block(first, at, length, |s| s.sequence(steps, at)),
            Verb::Together(steps) => self.block(first, at, length, |s| s.together(steps, at)),
            Verb::Stagger(lag, steps) => {
                let order = order(step.time.order);
                let start = |i: usize| at + lag * order.turn(i, steps.len()) as f64;
                self.block(first, at, length, |s| {
                    steps.iter().enumerate().map(|(i, step)| s.step(step, start(i))).fold(at, f64::max)
                })
            }
            Verb::Repeat(count, steps) => {
                self.block(first, at, length, |s| (0..*count).fold(at, |at, _| s.sequence(steps, at)))
            }
            verb => self.lay(verb, step, at, length),
        };
        self.name(step, end);
        end
    }

    fn name(&mut self, step: &Step, end: f64) {
        if let Some((name, _)) = &step.time.name {
            self.named.insert(name.clone(), end);
        }
    }

    /// A block of steps, stretched or squeezed to a length if it has one.
    fn block(&mut self, first: Sizes, at: f64, length: Option<f64>, lay: impl FnOnce(&mut Self) -> f64) -> f64 {
        let end = lay(self);
        self.stretched(first, at, end, length)
    }

    fn stretched(&mut self, first: Sizes, at: f64, end: f64, length: Option<f64>) -> f64 {
        let Some(length) = length.filter(|length| (at + length - end).abs() > 1e-9) else { return end };
        let factor = if end > at { length / (end - at) } else { 1.0 };
        self.laid.stretch(first, at, factor);
        let new = |time: f64| if time > at { at + (time - at) * factor } else { time };
        self.speech_end = self.laid.lines.iter().map(|line| line.end).fold(self.start, f64::max);
        self.background_end = new(self.background_end);
        at + length
    }

    /// All at once; steps with a window take their share of the time that the others need.
    fn together(&mut self, steps: &[Step], at: f64) -> f64 {
        let (windowed, free): (Vec<&Step>, Vec<&Step>) = steps.iter().partition(|step| step.time.window.is_some());
        let mut end = free.into_iter().map(|step| self.step(step, at)).fold(at, f64::max);
        if end <= at && !windowed.is_empty() {
            end = at + WINDOWED_SECS;
        }
        for step in windowed {
            let Some([from, to]) = step.time.window else { continue };
            let length = end - at;
            let start = at + from * length;
            let timing = Timing { duration: Some((to - from) * length), until: None, ..step.time.clone() };
            self.step(&Step { time: timing, ..step.clone() }, start);
        }
        end
    }

    /// The instant of a mark.
    fn instant(&mut self, name: &str, span: &Span) -> Option<f64> {
        self.asks = true;
        let known = self.expected.get(name).copied();
        if known.is_none() && self.passes > 1 {
            let found = Diagnostic::error("unknown-mark", span, format!("there is no mark `{name}` in this scene"));
            let names: Vec<&str> = self.expected.keys().map(String::as_str).collect();
            self.diags.push(found.suggest(name, names).hint("name the instant with `mark:` or `figure:`"));
        }
        known
    }

    /// The length of a step that begins at an instant and lasts until a mark.
    fn until(&mut self, name: &str, span: &Span, at: f64) -> Option<f64> {
        let end = self.instant(name, span)?;
        if end <= at {
            let message = format!("the mark `{name}` comes before the step that lasts until then");
            self.diags.push(Diagnostic::error("mark-too-early", span, message));
        }
        Some((end - at).max(0.0))
    }

    fn await_end(&mut self, awaited: &Await, at: f64) -> f64 {
        let said = if awaited.narration { at.max(self.speech_end) } else { at };
        awaited.steps.iter().fold(said, |at, (name, span)| match self.named.get(name) {
            Some(end) => at.max(*end),
            None => {
                let message = format!("no step called `{name}` has begun before this one");
                let found = Diagnostic::error("unknown-step", span, message);
                let names: Vec<&str> = self.named.keys().map(String::as_str).chain(["narration"]).collect();
                let hint = "name it where it begins: `meanwhile: [...]` with `as: name` beside it";
                self.diags.push(found.suggest(name, names).hint(hint));
                at
            }
        })
    }

    fn mark(&mut self, name: &str, at: f64, figure: bool) -> f64 {
        self.laid.marks.push((name.to_owned(), at, figure));
        at
    }

    /// Lays a step that acts on something.
    fn lay(&mut self, verb: &Verb, step: &Step, at: f64, length: Option<f64>) -> f64 {
        let secs = length.unwrap_or_else(|| self.default_secs(verb));
        let ease = self.usual_ease(&step.time, verb);
        let lag = step.time.stagger.unwrap_or(0.0);
        let mut alike = Vec::new();
        let meaning = self.meaning(verb);
        let flights = meaning.iter().filter(|(kind, ..)| matches!(kind, EffectKind::Fly { .. })).count();
        for (kind, targets, complement) in meaning {
            let effect = Effect {
                number: 0,
                start: 0,
                end: 0,
                secs,
                lag_secs: lag,
                order: order(step.time.order),
                near: step.time.near.clone().map(Arc::new),
                flock: None,
                ease,
                arc: step.time.arc,
                kind,
                targets,
                complement,
                span: step.verb_span.clone(),
            };
            let flies = matches!(verb, Verb::Copy(..) | Verb::Morph(..));
            let each_its_own = matches!(verb, Verb::Arrange(_) | Verb::Restore(..) | Verb::Face { .. })
                || matches!(effect.kind, EffectKind::Fly { .. }) && flights > 1;
            if flies && flights > 1 && effect.targets.len() == 1 && !each_its_own {
                // One goal of several: it is there when the first arrives.
                let first = self.laid.effects.len();
                self.laid.spread(vec![effect; flights], at);
                let end = |laid: &LaidEffect| laid.end;
                let earliest = self.laid.effects.drain(first..).min_by(|a, b| end(a).total_cmp(&end(b)));
                self.laid.effects.extend(earliest);
            } else if lag > 0.0 && each_its_own {
                alike.push(effect);
            } else if lag > 0.0 && effect.targets.len() > 1 && !complement && (!flies || flights > 1) {
                // What takes turns turns and grows about its own middle, not about that of the group that it is in.
                let alone =
                    matches!(effect.kind, EffectKind::Scale(_) | EffectKind::Rotate(_) | EffectKind::Indicate(_));
                let own = |target: &Address| Address { group: target.group.filter(|_| !alone), ..target.clone() };
                let one = |target: &Address| Effect { targets: vec![own(target)], ..effect.clone() };
                self.laid.spread(effect.targets.iter().map(one).collect(), at);
            } else {
                self.laid.effects.push(LaidEffect { start: at, end: at + secs, effect });
            }
        }
        self.laid.spread(alike, at);
        at + secs
    }
}

fn frames(fps: Fps, start: f64, end: f64) -> FrameRange {
    let frame = |secs: f64| fps.frame_at(Secs::new(secs).unwrap_or(Secs::ZERO)).0;
    FrameRange::new(frame(start), frame(end))
}

fn order(order: script::Order) -> Order {
    match order {
        script::Order::Forward => Order::Forward,
        script::Order::Reverse => Order::Reverse,
        script::Order::Centre => Order::Centre,
        script::Order::Ends => Order::Ends,
        script::Order::Random(seed) => Order::Random(seed),
    }
}

/// The script's own length check lives here, where lengths are known.
pub(super) fn too_long(script: &Script, secs: f64) -> Option<Diagnostic> {
    (secs > crate::limits::FILM_SECS).then(|| {
        let span = Span::new(&script.source, 0, 0);
        Diagnostic::error(
            "film-too-long",
            &span,
            format!("the film lasts {secs:.0} s; at most {:.0} s are rendered", crate::limits::FILM_SECS),
        )
    })
}

#[cfg(test)]
mod tests {
    use crate::diag::{Severity, Source};
    use crate::film::{Film, Overrides};
    use crate::world::MemoryWorld;

    /// The instants of marks in frames of a film of 10 frames a second (a mark names the frame before it), and the codes of
    /// mistakes.
    fn marks(steps: &str) -> (Vec<(String, u64)>, u64, Vec<&'static str>) {
        let text = format!(
            "stage: {{ fps: 10 }}\nvars: {{ beat: 1/2 }}\nscenes:\n  - cast: {{ a: A, b: B, c: C }}\n    steps:\n{steps}"
        );
        let world = MemoryWorld::default();
        let (script, mut diags) = crate::script::parse(&Source::new("x", text), &world);
        let (film, found) = Film::build(&script.unwrap(), &world, Overrides::default());
        diags.append(found);
        let all = film.iter().flat_map(Film::marks).map(|mark| (mark.name.clone(), mark.frame.0 + 1)).collect();
        (
            all,
            film.map_or(0, |film| film.frames()),
            diags.iter().filter(|d| d.severity == Severity::Error).map(|d| d.code).collect(),
        )
    }

    fn ends(steps: &str) -> (Vec<u64>, u64) {
        let (marks, frames, codes) = marks(steps);
        assert_eq!(codes, Vec::<&str>::new(), "{steps}");
        (marks.into_iter().map(|(_, frame)| frame).collect(), frames)
    }

    #[test]
    fn background_steps_run_on_and_are_awaited() {
        let long = "      - { meanwhile: [{ fade: a, to: 0, for: 3 }], as: long }\n";
        assert_eq!(ends(&format!("{long}      - pause: 1\n      - mark: m\n")), (vec![10], 30));
        assert_eq!(ends(&format!("{long}      - pause: 1\n      - await: long\n      - mark: m\n")), (vec![30], 30));
        assert_eq!(
            ends("      - { say: Some words, for: 2 }\n      - await: narration\n      - mark: m\n"),
            (vec![20], 20)
        );
        assert_eq!(marks("      - await: nothing\n").2, ["unknown-step"]);
    }

    #[test]
    fn a_step_lasts_until_a_mark_or_begins_at_one() {
        let until = "      - { meanwhile: { fade: a, to: 0, until: m } , as: x}\n      - pause: 2\n      - mark: m\n      - pause: 1\n";
        assert_eq!(ends(until), (vec![20], 30));
        assert_eq!(
            ends("      - { pause: 1 }\n      - { fade: a, to: 0, at: 2.5, for: 1 }\n      - mark: m\n"),
            (vec![35], 35)
        );
        let at = "      - { meanwhile: { sequence: [{ pause: 2 }, { mark: m }] } }\n      - { fade: a, to: 0, at: m, for: 1 }\n      - mark: n\n";
        assert_eq!(ends(at), (vec![20, 30], 30));
        assert_eq!(marks("      - { fade: a, to: 0, until: m }\n      - pause: 1\n      - mark: m\n").2, ["circular"]);
        assert_eq!(marks("      - { fade: a, to: 0, until: m }\n").2, ["unknown-mark"]);
        assert_eq!(
            marks("      - mark: m\n      - pause: 1\n      - { fade: a, to: 0, until: m }\n").2,
            ["mark-too-early"]
        );
    }

    #[test]
    fn blocks_are_stretched_as_a_whole() {
        let block =
            "      - { for: 6, sequence: [{ fade: a, to: 0, for: 1 }, { mark: m }, { fade: a, to: 1, for: 2 }] }\n";
        assert_eq!(ends(block), (vec![20], 60));
        let nested =
            "      - { for: 2, together: [{ for: 4, sequence: [{ fade: a, to: 0 }, { mark: m }, { pause: 1 }] }] }\n";
        assert_eq!(ends(nested), (vec![8], 20));
        assert_eq!(
            ends("      - { stagger: [{ mark: m }, { mark: n }, { mark: o }], lag: 1, order: reverse }\n"),
            (vec![1, 10, 20], 20)
        );
    }

    #[test]
    fn a_window_is_a_share_of_the_time_of_the_others() {
        let steps = "      - together:\n          - { fade: a, to: 0, for: 4 }\n          - { sequence: [{ mark: m }, { fade: b, to: 0 }, { mark: n }], window: [0.25, 0.75] }\n";
        assert_eq!(ends(steps), (vec![10, 30], 40));
        assert_eq!(marks("      - { fade: a, to: 0, window: [0.5, 0.5] }\n").2, ["out-of-range"]);
    }

    #[test]
    fn times_may_be_made_of_constants() {
        assert_eq!(ends("      - { fade: a, to: 0, for: 3 * beat }\n      - mark: m\n"), (vec![15], 15));
        assert_eq!(marks("      - { fade: a, to: 0, for: -beat }\n").2, ["out-of-range"]);
        assert_eq!(marks("      - { fade: a, to: 0, for: bet }\n").2, ["wrong-type"]);
    }
}
