//! What only a look at the film itself shows: mistakes of expressions and parts, and warnings about what the viewer will see.
//!
//! Enters: a compiled film and its script. Leaves: diagnostics with place and time. The film is looked at where steps begin
//! and end, at marks and in the middle of captions, not at every frame. A warning is one file with a row in [`WARNINGS`]; an
//! actor that means it so says `allow: [code]`.

mod allow;
mod captions;
mod contrast;
mod ending;
mod found;
mod glyphs;
mod idle;
mod moving;
mod outside;
mod overlap;
mod short;
mod small;
mod unused;
mod view;

use std::collections::BTreeSet;

use super::Film;
use super::instant::Instant;
use super::scene::Scene;
use crate::diag::Diagnostics;
use crate::script::{SceneDef, Script};
use crate::time::FrameIndex;
use found::Found;
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
        code: captions::LONG,
        summary: "a caption fills more than two lines",
        watch: Watch::Film(captions::long),
    },
    Warning { code: idle::CODE, summary: "a step changes nothing", watch: Watch::Scene(idle::look) },
    Warning { code: short::CODE, summary: "a step is shorter than a frame", watch: Watch::Scene(short::look) },
    Warning {
        code: moving::CODE,
        summary: "a figure is taken while something moves",
        watch: Watch::Scene(moving::look),
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

/// Stack of the second thread: as much as the first usually has, since places depend on places.
const STACK_BYTES: usize = 8 << 20;

/// Reports mistakes; if there are none, warnings. What is seen and what steps do are looked at side by side. If only one frame
/// is to be shown, only its scene is looked at.
pub(super) fn review(film: &Film, script: &Script, shown: Option<FrameIndex>, diags: &mut Diagnostics) {
    let wanted = |scene: &Scene| shown.is_none_or(|frame| scene.range.contains(frame));
    let scenes = film.scenes.iter().zip(&script.scenes).filter(|(scene, _)| wanted(scene));
    let looks: Vec<Look<'_>> = scenes.map(|(scene, def)| Look { film, scene, def }).collect();
    let whole = shown.is_none().then_some(script);
    let steps = || see(film, |found, diags| by_steps(film, whole, &looks, found, diags));
    let views = || see(film, |found, diags| looks.iter().for_each(|look| review_views(look, found, diags)));
    let (views, steps) = std::thread::scope(|scope| {
        let beside = std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, steps);
        let views = views();
        match beside.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(steps)) => (views, steps),
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(_) => (views, steps()),
        }
    });
    diags.append(steps.0);
    diags.append(views.0);
    if !diags.has_errors() {
        diags.append(steps.1);
        diags.append(views.1);
    }
}

/// The mistakes and warnings of a part of the review.
fn see(film: &Film, look: impl FnOnce(&mut Found<'_>, &mut Diagnostics)) -> (Diagnostics, Diagnostics) {
    let (mut mistakes, mut warnings) = (Diagnostics::new(), Diagnostics::new());
    look(&mut Found::new(film, &mut warnings), &mut mistakes);
    (mistakes, warnings)
}

/// `whole`: the script, if the film is looked at as a whole too.
fn by_steps(film: &Film, whole: Option<&Script>, looks: &[Look<'_>], found: &mut Found<'_>, diags: &mut Diagnostics) {
    for warning in WARNINGS {
        if let (Watch::Film(look), Some(script)) = (&warning.watch, whole) {
            look(film, script, found);
        }
    }
    for look in looks {
        let Look { scene, def, .. } = *look;
        let [first, last] = [scene.range.start.0, scene.range.end.0.saturating_sub(1)];
        let instants = [first, last].map(|frame| Instant::new(film, scene, frame));
        super::parts::report_missing(instants.each_ref(), scene, def, diags);
        allow::report_unknown(def, diags);
        for warning in WARNINGS {
            if let Watch::Scene(see) = warning.watch {
                see(look, found);
            }
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
        let view = View::new(look.film, look.scene, frame, &mut before);
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

/// The first and last frames of the scene and of every step, its marks and the middles of its captions, thinned out evenly if
/// they are too many; and whether they are all of them.
fn instants(look: &Look<'_>) -> (Vec<u64>, bool) {
    let range = look.scene.range;
    let inside = |frame: &u64| range.contains(FrameIndex(*frame));
    let ends = look.scene.effects.iter().flat_map(|effect| [effect.start, effect.end.saturating_sub(1)]);
    let marks = look.film.marks.iter().map(|mark| mark.frame.0);
    let captions = look.film.captions.iter().map(|caption| u64::midpoint(caption.range.start.0, caption.range.end.0));
    let edges = [range.start.0, range.end.0.saturating_sub(1)];
    let all: BTreeSet<u64> = edges.into_iter().chain(ends).chain(marks).chain(captions).filter(inside).collect();
    let share = DRAWINGS / look.film.scenes.len().clamp(1, 10);
    let most = (share / look.scene.actors.len().max(1)).clamp(8, INSTANTS);
    let stride = all.len().div_ceil(most).max(1);
    (all.into_iter().step_by(stride).collect(), stride == 1)
}
