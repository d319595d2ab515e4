//! What only a look at the film itself shows: mistakes of expressions and parts, and warnings about what the viewer will see.
//!
//! Enters: a compiled film and its script. Leaves: diagnostics with place and time. The film is looked at where steps begin
//! and end, at marks and in the middle of captions, not at every frame. A warning is one file with a row in [`WARNINGS`]; an
//! actor that means it so says `allow: [code]`.

pub(super) mod allow;
mod captions;
mod contrast;
mod ending;
mod figures;
mod found;
mod glances;
mod glyphs;
mod idle;
mod outside;
mod overlap;
mod short;
mod small;
mod unused;
mod view;

use std::collections::{BTreeMap, BTreeSet};

use super::Film;
use super::cores::on_all_cores;
use super::effect::Effect;
use super::scene::Scene;
use crate::diag::Diagnostics;
use crate::script::{SceneDef, Script};
use crate::time::FrameIndex;
use found::Found;
use glances::Glances;
use view::{Shown, View};

/// A kind of warning.
pub struct Warning {
    /// Its code in reports, and in an actor's `allow`.
    pub code: &'static str,
    /// One line: what it says.
    pub summary: &'static str,
    watch: Watch,
}

/// How a warning is found.
enum Watch {
    /// From the film as a whole.
    Film(fn(&Film, &Script, &mut Found<'_>)),
    /// From a scene and its steps.
    Scene(fn(&Look<'_>, &mut Found<'_>)),
    /// From what is to be seen at some instants of a scene.
    Views(fn() -> Box<dyn Watcher>),
}

/// A scene as warnings see it.
struct Look<'f> {
    film: &'f Film,
    scene: &'f Scene,
    def: &'f SceneDef,
    glances: &'f Glances<'f>,
}

/// Collects what it sees of a scene, instant by instant.
trait Watcher {
    /// Looks at an instant.
    fn see(&mut self, view: &View<'_>, found: &mut Found<'_>);
    /// Says what only all instants together show. `complete`: no step's end was left out.
    fn end(&mut self, _look: &Look<'_>, _complete: bool, _found: &mut Found<'_>) {}
}

/// All warnings.
pub const WARNINGS: &[Warning] = &[
    Warning {
        code: unused::ACTOR,
        summary: "an actor is never to be seen, and nothing refers to it",
        watch: Watch::Views(|| Box::new(unused::Seen::default())),
    },
    Warning {
        code: unused::NAME,
        summary: "a variable, source or code is never used",
        watch: Watch::Film(unused::names),
    },
    Warning {
        code: outside::CODE,
        summary: "an actor at rest reaches beyond the frame, or stays outside it, or its text touches the edge",
        watch: Watch::Views(|| Box::new(outside::Outside::default())),
    },
    Warning {
        code: overlap::CODE,
        summary: "two texts at rest lie over each other",
        watch: Watch::Views(|| Box::new(overlap::Overlap::default())),
    },
    Warning {
        code: contrast::CODE,
        summary: "a text hardly differs from what is under it",
        watch: Watch::Views(|| Box::new(contrast::Contrast::default())),
    },
    Warning {
        code: small::CODE,
        summary: "a text is too small to be read in a video",
        watch: Watch::Views(|| Box::new(small::Small::default())),
    },
    Warning {
        code: glyphs::CODE,
        summary: "a text has characters that no font here has",
        watch: Watch::Views(|| Box::new(glyphs::Missing::default())),
    },
    Warning {
        code: captions::FAST,
        summary: "a caption goes faster than one can read",
        watch: Watch::Film(captions::fast),
    },
    Warning {
        code: captions::STALE,
        summary: "a recording was made from other words than its line has now",
        watch: Watch::Film(captions::stale),
    },
    Warning { code: idle::CODE, summary: "a step changes nothing", watch: Watch::Scene(idle::look) },
    Warning { code: short::CODE, summary: "a step is shorter than a frame", watch: Watch::Scene(short::look) },
    Warning {
        code: figures::MOVING,
        summary: "a figure is taken while something in it moves",
        watch: Watch::Film(figures::moving),
    },
    Warning {
        code: figures::CUT,
        summary: "the edge of a figure cuts something that it does not name",
        watch: Watch::Film(figures::cut),
    },
    Warning {
        code: figures::HIDDEN,
        summary: "a figure names something both to be shown and to be left out",
        watch: Watch::Film(figures::hidden),
    },
    Warning {
        code: ending::CODE,
        summary: "a scene is cut off while something moves",
        watch: Watch::Scene(ending::look),
    },
];

/// Instants of a scene that are looked at, at most.
const INSTANTS: usize = 200;
/// Actors times instants of a film, at most: large scenes, and scenes of long films, are looked at less often.
const DRAWINGS: usize = 30_000;

/// A part of the review.
enum Task<'f> {
    /// What is said of the film as a whole.
    Film(&'f Script),
    /// A scene.
    Scene(&'f Scene, &'f SceneDef),
}

/// Mistakes and warnings, of steps first and then of what is seen.
type Findings = [(Diagnostics, Diagnostics); 2];

/// Reports mistakes; if there are none, warnings. Scenes are looked at on all cores. If only one frame is to be shown, only
/// its scene is looked at.
pub(super) fn review(film: &Film, script: &Script, shown: Option<FrameIndex>, diags: &mut Diagnostics) {
    let wanted = |scene: &Scene| shown.is_none_or(|frame| scene.range.contains(frame));
    let scenes = film.scenes.iter().zip(&script.scenes).filter(|(scene, _)| wanted(scene));
    let whole = shown.is_none().then_some(Task::Film(script));
    let tasks: Vec<Task<'_>> = whole.into_iter().chain(scenes.map(|(scene, def)| Task::Scene(scene, def))).collect();
    let (mut mistakes, mut warnings, mut kinds) = (Diagnostics::new(), Diagnostics::new(), found::Kinds::default());
    let [steps, views]: [Vec<_>; 2] = {
        let found = on_all_cores(&tasks, |task| task.findings(film));
        let (steps, views) = found.into_iter().map(|[steps, views]| (steps, views)).unzip();
        [steps, views]
    };
    for (wrong, doubtful) in steps.into_iter().chain(views) {
        mistakes.append(wrong);
        kinds.append(doubtful, &mut warnings);
    }
    diags.append(mistakes);
    if !diags.has_errors() {
        diags.append(warnings);
    }
}

impl Task<'_> {
    fn findings(&self, film: &Film) -> Findings {
        let mut findings = Findings::default();
        let [(mistakes, warnings), (mistakes_seen, warnings_seen)] = &mut findings;
        match self {
            Self::Film(script) => {
                figures::mistakes(film, script, mistakes);
                let mut found = Found::new(film, warnings);
                for warning in WARNINGS {
                    if let Watch::Film(look) = &warning.watch {
                        look(film, script, &mut found);
                    }
                }
            }
            Self::Scene(scene, def) => {
                let glances = Glances::of(film, scene);
                let look = Look { film, scene, def, glances: &glances };
                // What is seen comes first: it shows what the steps are asked for.
                review_views(&look, &mut Found::new(film, warnings_seen), mistakes_seen);
                review_steps(&look, &mut Found::new(film, warnings), mistakes);
            }
        }
        findings
    }
}

fn review_steps(look: &Look<'_>, found: &mut Found<'_>, diags: &mut Diagnostics) {
    let Look { film: _, scene, def, glances } = *look;
    let [first, last] = [scene.range.start.0, scene.range.end.0.saturating_sub(1)];
    let instants = [first, last].map(|frame| glances.instant(frame));
    super::parts::report_missing(instants.each_ref().map(|instant| &**instant), scene, def, diags);
    allow::report_unknown(def.cast.iter().flat_map(|actor| &actor.placement.allow), diags);
    for warning in WARNINGS {
        if let Watch::Scene(see) = warning.watch {
            see(look, found);
        }
    }
}

fn review_views(look: &Look<'_>, found: &mut Found<'_>, diags: &mut Diagnostics) {
    let mut watchers: Vec<Box<dyn Watcher>> = Vec::new();
    for warning in WARNINGS {
        if let Watch::Views(watcher) = warning.watch {
            watchers.push(watcher());
        }
    }
    let (instants, complete) = instants(look);
    let mut before = Shown::new(look.scene);
    for frame in instants {
        let view = View::new(look, frame, &mut before);
        for mistake in &view.mistakes {
            diags.push(mistake.clone());
        }
        for watcher in &mut watchers {
            watcher.see(&view, found);
        }
    }
    for mut watcher in watchers {
        watcher.end(look, complete, found);
    }
}

/// The first and last frames of the scene, the last of every step, its marks and the middles of its captions, thinned out evenly
/// if they are too many; and whether they are all of them.
fn instants(look: &Look<'_>) -> (Vec<u64>, bool) {
    let range = look.scene.range;
    let inside = |frame: &u64| range.contains(FrameIndex(*frame));
    let ends = arrivals(&look.scene.effects);
    let marks = look.film.marks.iter().map(|mark| mark.frame.0);
    let captions = look.film.lines.iter().map(|line| u64::midpoint(line.range.start.0, line.range.end.0));
    let edges = [range.start.0, range.end.0.saturating_sub(1)];
    let all: BTreeSet<u64> = edges.into_iter().chain(ends).chain(marks).chain(captions).filter(inside).collect();
    let share = DRAWINGS / look.film.scenes.len().clamp(1, 10);
    let most = (share / look.scene.actors.len().max(1)).clamp(8, INSTANTS);
    let stride = all.len().div_ceil(most).max(1);
    (all.into_iter().step_by(stride).collect(), stride == 1)
}

/// The frames on which steps arrive. While the targets of a step come one after another, it has not.
fn arrivals(effects: &[Effect]) -> Vec<u64> {
    // Effects of one step have one place in the script; those of a step that is repeated may lie far apart.
    let mut steps: BTreeMap<(usize, usize, usize), Vec<(u64, u64)>> = BTreeMap::new();
    for effect in effects {
        let source = std::sync::Arc::as_ptr(&effect.span.source).addr();
        let runs = steps.entry((source, effect.span.start, effect.span.end)).or_default();
        match runs.last_mut() {
            // They are in the order in which they begin.
            Some((_, end)) if effect.start < *end => *end = effect.end.max(*end),
            _ => runs.push((effect.start, effect.end)),
        }
    }
    // What happens at once is seen on the frame on which it does.
    steps.into_values().flatten().map(|(start, end)| end.saturating_sub(1).max(start)).collect()
}
