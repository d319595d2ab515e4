//! What happens when, for those who look at a film from outside: steps with their places in the script, captions, variables.

use super::Film;
use super::effect::Effect;
use super::instant::Instant;
use super::scene::Scene;
use crate::diag::Span;
use crate::script::Segment;
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
    /// The words, with values filled in.
    pub text: String,
    /// The frames that show them.
    pub range: FrameRange,
}

/// Targets of a step that are told.
pub const TARGETS: usize = 8;

/// Effects looked back at to find the step that an effect belongs to: those of one step begin near each other.
const NEAR: usize = 64;

impl Film {
    /// All steps that change something, scene by scene, in the order in which they begin. A step in a loop is one for each
    /// time it runs.
    pub fn steps(&self) -> Vec<StepInfo> {
        let mut steps = Vec::new();
        for (number, scene) in self.scenes.iter().enumerate() {
            let first = steps.len();
            for effect in &scene.effects {
                add(&mut steps, first, (number, scene), effect);
            }
        }
        steps
    }

    /// The words of all lines, in order of time.
    pub fn captions(&self) -> Vec<CaptionInfo> {
        self.lines.iter().map(|line| CaptionInfo { text: line.text.clone(), range: line.range }).collect()
    }

    /// The variables of the scene that a frame is in, and what they are worth on it.
    pub fn variables(&self, index: FrameIndex) -> Vec<(String, f64)> {
        let Some(scene) = self.scene_at(index) else { return Vec::new() };
        let instant = Instant::new(self, scene, self.inside(index));
        let worth = |var: &super::scene::Var| Some((var.name.clone(), instant.variable(&var.name)?));
        scene.vars.iter().filter_map(worth).collect()
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

/// Adds an effect to the step that it belongs to, or a new one.
fn add(steps: &mut Vec<StepInfo>, first: usize, (number, scene): (usize, &Scene), effect: &Effect) {
    let known = steps.iter_mut().skip(first).rev().take(NEAR);
    let same = |step: &&mut StepInfo| step.span == effect.span && effect.start <= step.range.end.0;
    let at = known.into_iter().find(same);
    let step = match at {
        Some(step) => step,
        None => {
            steps.push(StepInfo {
                scene: number,
                span: effect.span.clone(),
                targets: Vec::new(),
                complement: effect.complement,
                range: FrameRange::new(effect.start, effect.end),
            });
            let Some(step) = steps.last_mut() else { return };
            step
        }
    };
    step.range = FrameRange::new(step.range.start.0.min(effect.start), step.range.end.0.max(effect.end));
    for target in &effect.targets {
        if step.targets.len() >= TARGETS {
            return;
        }
        let name = scene.actors.get(target.actor).map_or("", |actor| &actor.name);
        let text = format!("{name}{}", target.path.iter().map(written).collect::<String>());
        if !step.targets.contains(&text) {
            step.targets.push(text);
        }
    }
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
                        say: Words.\n      - together:\n          - write: [a, b]\n            for: 1\n          - set: { p: 0.75 }\n            \
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
        assert_eq!(film.captions().first().map(|caption| caption.text.as_str()), Some("Words."));
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
