//! What happens when, for those who look at a film from outside: steps with their places in the script, captions, variables.

use std::collections::{BTreeMap, BTreeSet};

use super::Film;
use super::effect::{Address, Effect, EffectKind};
use super::instant::Instant;
use super::scene::{ActorKind, Scene};
use crate::diag::{Diagnostic, Span};
use crate::script::{Segment, wording};
use crate::time::{FrameIndex, FrameRange};

/// A step as it lies on the clock.
#[derive(Clone, Debug, PartialEq)]
pub struct StepInfo {
    /// Number of its scene.
    pub scene: usize,
    /// The verb where it is written.
    pub span: Span,
    /// What it is about, as scripts name it: the first [`TARGETS`] of it; all of the scene but these, if `complement`.
    pub targets: Vec<String>,
    /// Is it about all but its targets?
    pub complement: bool,
    /// From the first frame that shows a change to the one that shows the goal; empty if it takes no time.
    pub range: FrameRange,
}

/// Words at the foot of the frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaptionInfo {
    /// The words as they are read: values filled in, without the script's marks, formulas as far as letters can write them.
    pub text: String,
    /// The frames that show them.
    pub range: FrameRange,
}

/// Targets of a step that are told.
pub const TARGETS: usize = 8;

/// Targets of a step that are looked at: groups are found among them.
const LOOKED_AT: usize = 256;
/// Frames of a scene on which variables are looked at, at most.
const SAMPLES: usize = 400;
/// Instants of a step that sets a variable: easings may go beyond the ends.
const ON_THE_WAY: u64 = 4;

/// Effects looked back at to find the step that an effect belongs to: those of one step begin near each other.
const NEAR: usize = 64;

impl Film {
    /// All steps that change something, scene by scene, in the order in which they begin. A step in a loop is one for each
    /// time it runs.
    pub fn steps(&self) -> Vec<StepInfo> {
        let mut steps = Vec::new();
        for (number, scene) in self.scenes.iter().enumerate() {
            let mut of_scene = Vec::new();
            for effect in &scene.effects {
                add(&mut of_scene, number, effect);
            }
            steps.extend(of_scene.into_iter().map(|step| step.told(scene)));
        }
        steps
    }

    /// The words of all lines, in order of time.
    pub fn captions(&self) -> Vec<CaptionInfo> {
        let read = |text: &str| wording(text).into_iter().map(|word| word.plain).collect::<Vec<_>>().join(" ");
        self.lines.iter().map(|line| CaptionInfo { text: read(&line.text), range: line.range }).collect()
    }

    /// The variables of the scene that a frame is in, and what they are worth on it.
    pub fn variables(&self, index: FrameIndex) -> Vec<(String, f64)> {
        let Some(scene) = self.scene_at(index) else { return Vec::new() };
        let instant = Instant::new(self, scene, self.inside(index));
        let worth = |var: &super::scene::Var| Some((var.name.clone(), instant.variable(&var.name)?));
        scene.vars.iter().filter_map(worth).collect()
    }

    /// The least and the greatest value that each variable has in the script or takes in the film, by its name, which scenes may
    /// share.
    pub fn variable_ranges(&self) -> BTreeMap<String, [f64; 2]> {
        let mut ranges: BTreeMap<String, [f64; 2]> = BTreeMap::new();
        for scene in self.scenes.iter().filter(|scene| !scene.vars.is_empty()) {
            for frame in samples(scene) {
                let instant = Instant::new(self, scene, frame);
                for var in &scene.vars {
                    let values = [Some(instant.number(&var.value)), instant.variable(&var.name)];
                    for value in values.into_iter().flatten().filter(|value| value.is_finite()) {
                        let [low, high] = ranges.entry(var.name.clone()).or_insert([value; 2]);
                        [*low, *high] = [low.min(value), high.max(value)];
                    }
                }
            }
        }
        ranges
    }

    /// The expressions of a frame that have no value, or are worth no finite number: with held variables, there may be some that
    /// the script does not have.
    pub fn mistakes(&self, index: FrameIndex) -> Vec<Diagnostic> {
        let Some(scene) = self.scene_at(index) else { return Vec::new() };
        let instant = Instant::new(self, scene, self.inside(index));
        instant.emit(&mut Vec::new());
        let message = "this is no finite number at this instant";
        let endless = instant.endless().into_iter().map(|span| Diagnostic::error("bad-expression", &span, message));
        instant.mistakes.take().into_iter().chain(endless).collect()
    }

    /// The scene that a frame is in; past the end, the last one.
    pub(super) fn scene_at(&self, index: FrameIndex) -> Option<&Scene> {
        let index = FrameIndex(self.inside(index));
        self.scenes.iter().find(|scene| scene.range.contains(index))
    }

    /// A frame of the film; past the end, the last one.
    pub(super) fn inside(&self, index: FrameIndex) -> u64 {
        index.0.min(self.frames.saturating_sub(1))
    }
}

/// The frames on which a scene's variables are looked at: its first, and some of each step that sets one.
fn samples(scene: &Scene) -> Vec<u64> {
    let last = scene.range.end.0.saturating_sub(1);
    let sets = scene.effects.iter().filter(|effect| matches!(effect.kind, EffectKind::Set { .. }));
    let way = |effect: &Effect| {
        // It arrives on its last frame.
        let (start, length) = (effect.start, effect.end.saturating_sub(effect.start + 1));
        (0..=ON_THE_WAY).map(move |part| start + length * part / ON_THE_WAY)
    };
    let frames: BTreeSet<u64> =
        sets.flat_map(way).chain([scene.range.start.0]).filter(|frame| *frame <= last).collect();
    let every = frames.len().div_ceil(SAMPLES).max(1);
    frames.into_iter().step_by(every).chain([last]).collect()
}

/// A step whose effects are being gathered.
struct Gathered {
    step: StepInfo,
    /// The actors and parts that it is about.
    targets: Vec<Address>,
}

/// Adds an effect to the step of its scene that it belongs to, or a new one.
fn add(steps: &mut Vec<Gathered>, scene: usize, effect: &Effect) {
    let same = |known: &&mut Gathered| known.step.span == effect.span && effect.start <= known.step.range.end.0;
    let at = steps.iter_mut().rev().take(NEAR).find(same);
    let gathered = match at {
        Some(gathered) => gathered,
        None => {
            let (span, complement) = (effect.span.clone(), effect.complement);
            let range = FrameRange::new(effect.start, effect.end);
            let step = StepInfo { scene, span, targets: Vec::new(), complement, range };
            steps.push(Gathered { step, targets: Vec::new() });
            let Some(gathered) = steps.last_mut() else { return };
            gathered
        }
    };
    let range = &mut gathered.step.range;
    *range = FrameRange::new(range.start.0.min(effect.start), range.end.0.max(effect.end));
    for target in &effect.targets {
        // What was addressed through a group is that group.
        let actor = target.group.filter(|_| target.path.is_empty()).unwrap_or(target.actor);
        let target = Address { actor, path: target.path.clone(), group: None };
        if gathered.targets.len() < LOOKED_AT && !gathered.targets.contains(&target) {
            gathered.targets.push(target);
        }
    }
}

impl Gathered {
    /// The step, with targets as scripts name them.
    fn told(self, scene: &Scene) -> StepInfo {
        let mut targets = self.targets;
        while let Some(group) = whole_group(scene, &targets) {
            let among = |target: &Address| target.path.is_empty() && member_of(scene, target.actor) == Some(group);
            let place = targets.iter().position(among).unwrap_or_default();
            targets.retain(|target| !among(target));
            targets.insert(place, Address { actor: group, path: Vec::new(), group: None });
        }
        let mut step = self.step;
        for target in &targets {
            let name = scene.actors.get(target.actor).map_or("", |actor| &actor.name);
            let text = format!("{name}{}", target.path.iter().map(written).collect::<String>());
            if step.targets.len() < TARGETS && !step.targets.contains(&text) {
                step.targets.push(text);
            }
        }
        step
    }
}

fn member_of(scene: &Scene, actor: usize) -> Option<usize> {
    scene.actors.get(actor)?.member_of.map(|(group, _)| group)
}

/// A group of which all members are among the targets: a step that names it is about them.
fn whole_group(scene: &Scene, targets: &[Address]) -> Option<usize> {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for target in targets.iter().filter(|target| target.path.is_empty()) {
        if let Some(group) = member_of(scene, target.actor) {
            *counts.entry(group).or_default() += 1;
        }
    }
    counts.into_iter().find_map(|(group, count)| match scene.actors.get(group).map(|actor| &actor.kind) {
        Some(ActorKind::Group { members, .. }) if members.len() == count => Some(group),
        _ => None,
    })
}

/// A step on the way to a part, as scripts write it; conditions, and what is left out, are not told.
fn written(segment: &Segment) -> String {
    let end = |end: &Option<i64>| end.map_or_else(String::new, |end| end.to_string());
    match segment {
        Segment::Name(name) => format!(".{name}"),
        Segment::Index(index) => format!("[{index}]"),
        Segment::Range(from, to) => format!("[{}..{}]", end(from), end(to)),
        Segment::All => ".*".into(),
        Segment::Source(text) => format!("[\"{text}\"]"),
        Segment::Where(_) => "[..]".into(),
        Segment::But(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Source;
    use crate::film::Overrides;
    use crate::script;
    use crate::world::MemoryWorld;

    fn film(text: &str, overrides: Overrides) -> Film {
        let (script, found) = script::parse(&Source::new("x.yaml", text), &MemoryWorld::default());
        let (film, more) =
            Film::compile(&script.unwrap_or_else(|| panic!("{found:?}")), &MemoryWorld::default(), overrides);
        film.unwrap_or_else(|| panic!("{more:?}"))
    }

    const TEXT: &str = "stage: { fps: 10 }\nvars: { p: 0.25 }\nscenes:\n  - cast: { a: A, b: { coins: { count: 3 } }, n: { number: p } }\n    steps:\n      - \
                        say: '*Words* of $2^n$ letters.'\n      - together:\n          - write: [a, b]\n            for: 1\n          - set: { p: 0.75 }\n            \
                        for: 2\n      - repeat: 2\n        steps:\n          - indicate: 'b[0..2]'\n            for: 1\n          - pause: 1\n";

    #[test]
    fn steps_tell_what_they_are_about_and_when() {
        let film = film(TEXT, Overrides::default());
        let told: Vec<(String, String, u64, u64)> = film
            .steps()
            .iter()
            .map(|step| (step.span.text().into(), step.targets.join(" "), step.range.start.0, step.range.end.0))
            .collect();
        let row = |verb: &str, actors: &str, from, to| (verb.to_owned(), actors.to_owned(), from, to);
        let expected = [
            row("write", "a b", 0, 10),
            row("set", "", 0, 20),
            row("indicate", "b[0..2]", 20, 30),
            row("indicate", "b[0..2]", 40, 50),
        ];
        assert_eq!(told, expected);
        assert_eq!(film.captions().first().map(|caption| caption.text.as_str()), Some("Words of 2ⁿ letters."));
    }

    #[test]
    fn a_step_about_all_members_of_a_group_is_about_the_group() {
        let film = film(
            "scenes:\n  - cast:\n      two: { row: [a, b, c] }\n      a: A\n      b: B\n      c: C\n      d: D\n    steps:\n      - { fade_in: [two, d], stagger: 0.1 }\n      \
             - { fade_out: [d, a, b] }\n",
            Overrides::default(),
        );
        let told: Vec<Vec<String>> = film.steps().into_iter().map(|step| step.targets).collect();
        assert_eq!(told, [vec!["two", "d"], vec!["d", "a", "b"]]);
    }

    #[test]
    fn the_values_that_variables_take_are_known_and_mistakes_of_held_ones_told() {
        let text = "vars: { p: 0.25, n: 3 }\nscenes:\n  - cast: { r: { number: 'log2(n)' } }\n    steps: [{ set: { p: 0.75 }, for: 1 }, { set: { n: 8, p: 0.5 }, for: 1 }]\n";
        let free = film(text, Overrides::default());
        assert_eq!(free.variable_ranges(), [("n".into(), [3.0, 8.0]), ("p".into(), [0.25, 0.75])].into());
        assert!(free.mistakes(FrameIndex(0)).is_empty());
        let held = film(text, Overrides { variables: [("n".into(), -1.0)].into(), ..Overrides::default() });
        assert!(!held.mistakes(FrameIndex(0)).is_empty());
    }

    #[test]
    fn a_variable_that_is_held_has_one_value_at_all_times() {
        let held = Overrides { variables: [("p".to_owned(), 0.5)].into(), ..Overrides::default() };
        let (free, held) = (film(TEXT, Overrides::default()), film(TEXT, held));
        let worth = |film: &Film, frame| film.variables(FrameIndex(frame)).first().map(|(_, value)| *value);
        assert_eq!([worth(&free, 19), worth(&free, 999)], [Some(0.75); 2]);
        assert_eq!([worth(&held, 0), worth(&held, 999)], [Some(0.5); 2]);
        assert_ne!(free.frame(FrameIndex(40)), held.frame(FrameIndex(40)));
    }
}
