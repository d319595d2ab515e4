//! Steps are laid onto the clock: one after another unless they say otherwise, all instants counted from the film's start.

use super::caption::{Caption, speaking_secs};
use super::effect::{Address, Effect, EffectKind, RevealKind};
use crate::diag::{Diagnostic, Diagnostics};
use crate::script::{self, Camera, Script, Selector, Step, Target, Timing, Verb};
use crate::time::{Fps, FrameRange, Secs};
use crate::timeline::{Easing, Order};
use crate::visuals::VisualSpec;

/// Opacity of what is dimmed.
const DIMMED: f64 = 0.22;
/// Space between a target and the frame round it, in stage units.
const HIGHLIGHT_MARGIN: f64 = 0.14;
/// Space that the camera leaves round what it fits.
const CAMERA_MARGIN: f64 = 0.6;
/// Pause between two captions, in seconds.
const CAPTION_GAP_SECS: f64 = 0.15;

/// What the scheduler must know about an actor.
pub(super) struct ActorFacts {
    pub(super) name: String,
    /// `None` for groups.
    pub(super) spec: Option<&'static VisualSpec>,
    /// Indices of members; empty unless it is a group.
    pub(super) members: Vec<usize>,
}

/// A scene's steps on the clock.
#[derive(Default)]
pub(super) struct Schedule {
    pub(super) effects: Vec<Effect>,
    pub(super) captions: Vec<Caption>,
    pub(super) marks: Vec<(String, u64, bool)>,
    /// The instant at which the scene ends, in seconds from the film's start.
    pub(super) end_secs: f64,
}

/// Lays a scene's steps onto the clock.
pub(super) struct Scheduler<'a> {
    fps: Fps,
    actors: &'a [ActorFacts],
    diags: &'a mut Diagnostics,
    schedule: Schedule,
    speech_end: f64,
}

impl<'a> Scheduler<'a> {
    pub(super) fn new(fps: Fps, actors: &'a [ActorFacts], diags: &'a mut Diagnostics) -> Self {
        Self { fps, actors, diags, schedule: Schedule::default(), speech_end: 0.0 }
    }

    /// The schedule of a scene that begins at an instant.
    pub(super) fn run(mut self, steps: &[Step], start_secs: f64) -> Schedule {
        self.speech_end = start_secs;
        let end = self.sequence(steps, start_secs);
        self.schedule.end_secs = end.max(self.speech_end);
        self.schedule.effects.sort_by_key(|effect| effect.start);
        self.schedule
    }

    fn sequence(&mut self, steps: &[Step], start: f64) -> f64 {
        steps.iter().fold(start, |at, step| self.step(step, at))
    }

    /// Lays one step at an instant; the instant at which the next may follow.
    fn step(&mut self, step: &Step, at: f64) -> f64 {
        let at = at + step.time.delay;
        match &step.verb {
            Verb::Pause(secs) => at + secs,
            Verb::Say(text, _) => self.say(text, step, at),
            Verb::Mark(name) => self.mark(name, at, false),
            Verb::Figure(name) => self.mark(name, at, true),
            Verb::Sequence(steps) => self.sequence(steps, at),
            Verb::Together(steps) => steps.iter().map(|step| self.step(step, at)).fold(at, f64::max),
            Verb::Stagger(lag, steps) => {
                steps.iter().enumerate().map(|(i, step)| self.step(step, at + lag * i as f64)).fold(at, f64::max)
            }
            Verb::Repeat(count, steps) => (0..*count).fold(at, |at, _| self.sequence(steps, at)),
            verb => self.lay(verb, step, at),
        }
    }

    /// Words begin when the words before them have ended; steps go on meanwhile.
    fn say(&mut self, text: &str, step: &Step, at: f64) -> f64 {
        let start = if self.speech_end > at { self.speech_end + CAPTION_GAP_SECS } else { at };
        let end = start + step.time.duration.unwrap_or_else(|| speaking_secs(text));
        self.schedule.captions.push(Caption { text: text.to_owned(), range: self.frames(start, end) });
        self.speech_end = end;
        start
    }

    fn mark(&mut self, name: &str, at: f64, figure: bool) -> f64 {
        let frame = self.frames(at, at).start.0;
        self.schedule.marks.push((name.to_owned(), frame, figure));
        at
    }

    fn frames(&self, start: f64, end: f64) -> FrameRange {
        let frame = |secs: f64| self.fps.frame_at(Secs::new(secs).unwrap_or(Secs::ZERO)).0;
        FrameRange::new(frame(start), frame(end))
    }

    /// Lays a step that acts on something.
    fn lay(&mut self, verb: &Verb, step: &Step, at: f64) -> f64 {
        let default_secs = self.default_secs(verb);
        let secs = step.time.duration.unwrap_or(default_secs);
        let range = self.frames(at, at + secs);
        let ease = self.ease(&step.time, verb);
        let arc = step.time.arc;
        for (kind, targets, complement) in self.meaning(verb) {
            self.schedule.effects.push(Effect {
                start: range.start.0,
                end: range.end.0,
                secs,
                lag_secs: step.time.stagger.unwrap_or(0.0),
                order: order(step.time.order),
                ease,
                arc,
                kind,
                targets,
                complement,
                span: step.verb_span.clone(),
            });
        }
        at + secs
    }

    fn ease(&mut self, timing: &Timing, verb: &Verb) -> Easing {
        match &timing.ease {
            Some((text, span)) => Easing::parse(text).unwrap_or_else(|reason| {
                self.diags.push(Diagnostic::error("unknown-easing", span, reason).suggest(text, Easing::names()));
                Easing::default()
            }),
            // Writing has its own pace in its units; an eased whole would make it stall.
            None if matches!(verb, Verb::Write(_) | Verb::Unwrite(_)) => Easing::parse("linear").unwrap_or_default(),
            None => Easing::default(),
        }
    }

    /// Durations in seconds when a step gives none.
    fn default_secs(&self, verb: &Verb) -> f64 {
        match verb {
            Verb::Show(_) | Verb::Hide(_) => 0.0,
            Verb::Write(_) | Verb::Unwrite(_) | Verb::Draw(_) => 1.2,
            Verb::FadeIn(..) | Verb::FadeOut(..) | Verb::Dim(_) | Verb::Undim(_) | Verb::Focus(_) | Verb::Fade(..) => {
                0.6
            }
            Verb::Highlight { .. } | Verb::Unhighlight(_) => 0.6,
            Verb::Camera(_) => 1.5,
            Verb::Copy(..) | Verb::Morph(..) => 1.2,
            Verb::Do(acts) => {
                acts.iter().filter_map(|act| self.action(act)).map(|(_, spec, _)| spec.secs).fold(0.0, f64::max)
            }
            _ => 1.0,
        }
    }

    /// What a verb does, as effects with their targets.
    fn meaning(&mut self, verb: &Verb) -> Vec<(EffectKind, Vec<Address>, bool)> {
        let reveal = |kind: RevealKind, entering: bool| EffectKind::Reveal { kind, entering };
        let (kind, target) = match verb {
            Verb::Show(target) => (reveal(RevealKind::Show, true), target),
            Verb::Hide(target) => (reveal(RevealKind::Show, false), target),
            Verb::Write(target) => (reveal(RevealKind::Write, true), target),
            Verb::Unwrite(target) => (reveal(RevealKind::Write, false), target),
            Verb::Draw(target) => (reveal(RevealKind::Draw, true), target),
            Verb::Grow(target) => (reveal(RevealKind::Grow, true), target),
            Verb::Shrink(target) => (reveal(RevealKind::Grow, false), target),
            Verb::FadeIn(target, from) => (reveal(RevealKind::Fade(*from), true), target),
            Verb::FadeOut(target, to) => (reveal(RevealKind::Fade(*to), false), target),
            Verb::Fade(target, to) => (EffectKind::Opacity(to.clone()), target),
            Verb::Move(target, to) => (EffectKind::Move(to.clone()), target),
            Verb::Scale(target, amount) => (EffectKind::Scale(amount.clone()), target),
            Verb::Rotate(target, amount) => (EffectKind::Rotate(amount.clone()), target),
            Verb::Dim(target) => (EffectKind::Dim(DIMMED), target),
            Verb::Undim(target) => (EffectKind::Dim(1.0), target),
            Verb::Indicate(target) => (EffectKind::Indicate, target),
            Verb::Highlight { target, shape, color, margin } => (
                EffectKind::Highlight {
                    shape: *shape,
                    color: *color,
                    margin: fixed(margin.as_ref(), HIGHLIGHT_MARGIN),
                },
                target,
            ),
            Verb::Camera(Camera::Fit { target, margin }) => {
                (EffectKind::CameraFit { margin: fixed(margin.as_ref(), CAMERA_MARGIN) }, target)
            }
            Verb::Camera(Camera::At { at, height }) => {
                return vec![(EffectKind::CameraAt { centre: at.clone(), height: height.clone() }, Vec::new(), false)];
            }
            Verb::Camera(Camera::Reset) => return vec![(EffectKind::CameraReset, Vec::new(), false)],
            Verb::Unhighlight(_) => return vec![(EffectKind::Unhighlight, Vec::new(), false)],
            Verb::Style(target, color, opacity) => {
                let (targets, complement) = self.targets(target);
                let color = color.map(|ink| (EffectKind::Color(ink), targets.clone(), complement));
                let opacity = opacity.as_ref().map(|num| (EffectKind::Opacity(num.clone()), targets, complement));
                return color.into_iter().chain(opacity).collect();
            }
            Verb::Focus(target) => {
                let (targets, complement) = self.targets(target);
                return vec![
                    (EffectKind::Dim(1.0), targets.clone(), complement),
                    (EffectKind::Dim(DIMMED), targets, !complement),
                ];
            }
            Verb::Set(goals) => {
                let set = |(var, _, value): &(String, _, script::Num)| EffectKind::Set {
                    var: var.clone(),
                    value: value.clone(),
                };
                return goals.iter().map(|goal| (set(goal), Vec::new(), false)).collect();
            }
            Verb::Copy(from, to) => return self.flight(from, to, true),
            Verb::Morph(from, into) => return self.flight(from, into, false),
            Verb::Do(acts) => return acts.iter().filter_map(|act| self.act(act)).collect(),
            Verb::Pause(_) | Verb::Say(..) | Verb::Mark(_) | Verb::Figure(_) => return Vec::new(),
            Verb::Together(_) | Verb::Sequence(_) | Verb::Stagger(..) | Verb::Repeat(..) => return Vec::new(),
        };
        let (targets, complement) = self.targets(target);
        vec![(kind, targets, complement)]
    }

    /// A flight, the entrance of its goal when it arrives and, for a morph, the exit of its source when it leaves. The
    /// entrance and exit are laid as part of the same step, so that the film never shows a piece twice.
    fn flight(&mut self, from: &Selector, to: &Selector, keep: bool) -> Vec<(EffectKind, Vec<Address>, bool)> {
        let (from, to) = (self.addresses(from), self.addresses(to));
        let mut effects = Vec::new();
        for (source, target) in from.iter().zip(&to) {
            effects.push((EffectKind::Fly { keep }, vec![source.clone(), target.clone()], false));
        }
        effects.push((EffectKind::Reveal { kind: RevealKind::Arrive, entering: true }, to, false));
        if !keep {
            effects.push((EffectKind::Reveal { kind: RevealKind::Show, entering: false }, from, false));
        }
        effects
    }

    fn targets(&self, target: &Target) -> (Vec<Address>, bool) {
        (target.selectors.iter().flat_map(|selector| self.addresses(selector)).collect(), target.all_but)
    }

    /// The actors that a selector names: a group stands for its members.
    fn addresses(&self, selector: &Selector) -> Vec<Address> {
        let Some(index) = self.actors.iter().position(|actor| actor.name == selector.actor) else { return Vec::new() };
        let mut leaves = Vec::new();
        self.leaves(index, &mut leaves, 0);
        let group = self.actors.get(index).is_some_and(|actor| actor.spec.is_none()).then_some(index);
        leaves.into_iter().map(|actor| Address { actor, path: selector.path.clone(), group }).collect()
    }

    fn leaves(&self, index: usize, leaves: &mut Vec<usize>, depth: usize) {
        let Some(actor) = self.actors.get(index).filter(|_| depth < crate::limits::GROUP_DEPTH) else { return };
        if actor.spec.is_some() {
            leaves.push(index);
        }
        for member in &actor.members {
            self.leaves(*member, leaves, depth + 1);
        }
    }

    fn action(
        &self,
        act: &script::Action,
    ) -> Option<(usize, &'static crate::visuals::ActionSpec, &'static VisualSpec)> {
        let index = self.actors.iter().position(|actor| actor.name == act.actor.actor)?;
        let spec = self.actors.get(index)?.spec?;
        spec.actions.iter().find(|action| action.name == act.action.0).map(|action| (index, action, spec))
    }

    fn act(&mut self, act: &script::Action) -> Option<(EffectKind, Vec<Address>, bool)> {
        let Some((index, action, _)) = self.action(act) else {
            let spec = self.actors.iter().find(|actor| actor.name == act.actor.actor).and_then(|actor| actor.spec);
            let known: Vec<&str> =
                spec.map_or(Vec::new(), |spec| spec.actions.iter().map(|action| action.name).collect());
            let mut mistake = Diagnostic::error(
                "unknown-action",
                &act.action.1,
                format!("`{}` cannot `{}`", act.actor.actor, act.action.0),
            );
            mistake = mistake.suggest(&act.action.0, known.iter().copied());
            let hint = if known.is_empty() {
                "it has no actions of its own".into()
            } else {
                format!("it can {}", quoted(&known))
            };
            self.diags.push(mistake.hint(hint));
            return None;
        };
        let args = self.arguments(act, action)?;
        let target = Address { actor: index, path: Vec::new(), group: None };
        Some((EffectKind::Act { name: action.name, args }, vec![target], false))
    }

    fn arguments(
        &mut self,
        act: &script::Action,
        action: &'static crate::visuals::ActionSpec,
    ) -> Option<Vec<(&'static str, String)>> {
        let node = &act.args;
        if matches!(node.value, script::Value::Null) {
            return Some(Vec::new());
        }
        let known: Vec<&'static str> = action.args.iter().map(|arg| arg.name).collect();
        if let script::Value::Scalar { text, .. } = &node.value {
            let Some(first) = known.first() else {
                self.diags.push(Diagnostic::error(
                    "unknown-argument",
                    &node.span,
                    format!("`{}` takes no argument", action.name),
                ));
                return None;
            };
            return Some(vec![(*first, text.clone())]);
        }
        let script::Value::Map(entries) = &node.value else {
            self.diags.push(Diagnostic::error("wrong-type", &node.span, "arguments are written as `name: value`"));
            return None;
        };
        let mut args = Vec::new();
        for (key, value) in entries {
            match (known.iter().find(|name| **name == key.text), &value.value) {
                (Some(name), script::Value::Scalar { text, .. }) => args.push((*name, text.clone())),
                (Some(_), _) => {
                    self.diags.push(Diagnostic::error("wrong-type", &value.span, "this takes a single value"))
                }
                (None, _) => {
                    let mistake = Diagnostic::error(
                        "unknown-argument",
                        &key.span,
                        format!("`{}` has no argument `{}`", action.name, key.text),
                    );
                    self.diags.push(
                        mistake.suggest(&key.text, known.iter().copied()).hint(format!("it has {}", quoted(&known))),
                    );
                }
            }
        }
        Some(args)
    }
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// A margin does not follow variables: it is what it is when the film is compiled.
fn fixed(num: Option<&script::Num>, default: f64) -> f64 {
    match num {
        Some(script::Num::Fixed(value)) => *value,
        _ => default,
    }
}

fn order(order: script::Order) -> Order {
    match order {
        script::Order::Forward => Order::Forward,
        script::Order::Reverse => Order::Reverse,
        script::Order::Centre => Order::Centre,
        script::Order::Random(seed) => Order::Random(seed),
    }
}

/// The script's own length check lives here, where lengths are known.
pub(super) fn too_long(script: &Script, secs: f64) -> Option<Diagnostic> {
    (secs > crate::limits::FILM_SECS).then(|| {
        let span = crate::diag::Span::new(&script.source, 0, 0);
        Diagnostic::error(
            "film-too-long",
            &span,
            format!("the film lasts {secs:.0} s; at most {:.0} s are rendered", crate::limits::FILM_SECS),
        )
    })
}
