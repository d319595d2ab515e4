//! Steps that change nothing: what comes is there already, what goes is gone, or there is nothing to act on.
//! What other steps do to the same actor at the same time hides it: then nothing is said.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::super::effect::{Effect, EffectKind};
use super::Look;
use super::found::Found;
use super::glances::Shows;
use crate::draw::{FrameItem, Glyph, Item, Shape};
use crate::script::Manner;

pub(super) const CODE: &str = "no-effect";

/// What looking at the steps of a scene may cost: for each, its targets with all effects on them.
const COST: usize = 60_000;
/// Targets of a step that are looked at.
const TARGETS: usize = 50;

/// What became of the targets of a step: first frame, and for each actor whether anything happened.
struct Outcome<'f> {
    effect: &'f Effect,
    actors: BTreeMap<usize, bool>,
}

/// Reports steps none of whose effects changes a thing, and single targets on which a step has no effect.
pub(super) fn look(look: &Look<'_>, found: &mut Found<'_>) {
    let mut outcomes: Vec<Outcome<'_>> = Vec::new();
    // Effects of one step, and of one step that is repeated, have one place.
    let mut steps: BTreeMap<(usize, usize, usize), usize> = BTreeMap::new();
    let frames = Frames { look };
    let mut cost = 0;
    for effect in &look.scene.effects {
        let source = Arc::as_ptr(&effect.span.source).addr();
        let number = *steps.entry((source, effect.span.start, effect.span.end)).or_insert(outcomes.len());
        let known = outcomes.get(number).is_some_and(|outcome| outcome.actors.values().all(|changed| *changed));
        cost += if known { 0 } else { frames.cost(effect) };
        if known {
            continue;
        }
        if cost > COST {
            // What is not looked at to its end is not judged.
            outcomes.get_mut(number).into_iter().for_each(|outcome| outcome.actors.clear());
            continue;
        }
        let happened = frames.outcome(effect);
        if outcomes.len() == number {
            outcomes.push(Outcome { effect, actors: BTreeMap::new() });
        }
        if let Some(outcome) = outcomes.get_mut(number) {
            for (actor, changed) in happened.into_iter().flatten() {
                *outcome.actors.entry(actor).or_default() |= changed;
            }
        }
    }
    for outcome in outcomes {
        report(look, &outcome, found);
    }
}

fn report(look: &Look<'_>, outcome: &Outcome<'_>, found: &mut Found<'_>) {
    let effect = outcome.effect;
    let idle: Vec<usize> = outcome.actors.iter().filter(|(_, changed)| !**changed).map(|(actor, _)| *actor).collect();
    let name = |index: &usize| look.scene.actors.get(*index).map_or("", |actor| actor.name.as_str());
    let by_name = !effect.complement && effect.targets.iter().all(|target| target.group.is_none());
    let all_idle = idle.len() == outcome.actors.len();
    if idle.is_empty() || !all_idle && !by_name {
        return;
    }
    let verb = effect.span.text();
    let whom = match idle.as_slice() {
        [one] if by_name && *one < look.scene.actors.len() => format!(" on `{}`", name(one)),
        _ => String::new(),
    };
    let message = format!("`{verb}` has no effect{whom}");
    let hint = match &effect.kind {
        EffectKind::Reveal { entering: true, .. } => "it is on stage already, or there is nothing to show",
        EffectKind::Reveal { entering: false, .. } => "it is not on stage at this time",
        _ if effect.is_camera() => "the camera shows just that already",
        EffectKind::Unhighlight => "nothing is highlighted at this time",
        _ => "it is not on stage at this time, or already as the step wants it",
    };
    found.place(CODE, &effect.span, Some((look.scene, effect.start)), message, hint);
}

struct Frames<'l, 'f> {
    look: &'l Look<'f>,
}

impl Frames<'_, '_> {
    /// For each target of an effect, whether anything happens to it; `None` if that is not for us to judge. Effects on no
    /// actor count under a number that no actor has.
    fn outcome(&self, effect: &Effect) -> Option<Vec<(usize, bool)>> {
        let nobody = usize::MAX;
        let scene = self.look.scene;
        let first = scene.range.start.0;
        let last = effect.end.max(effect.start + 1) - 1;
        if effect.start <= first && effect.end <= effect.start {
            // What holds from the first frame on has no frame before it.
            return None;
        }
        let before = effect.start.saturating_sub(1).max(first);
        let middle = |quarter: u64| effect.start + (last - effect.start) * quarter / 4;
        // The most telling first: looking ends with the first change.
        let frames = [before, last, middle(2), middle(1), middle(3), effect.start];
        let instants = || frames.iter().map(|frame| self.look.glances.instant(*frame));
        match &effect.kind {
            // What is in focus need not have stepped back before.
            EffectKind::Dim(goal) if *goal >= 1.0 && effect.span.text() == "focus" => None,
            // What it follows may move later.
            EffectKind::CameraFollow { .. } => None,
            _ if effect.is_camera() => Some(vec![(nobody, changes(instants().map(|instant| instant.view())))]),
            EffectKind::Indicate(Manner::Pass | Manner::Ring) => {
                let lights = instants().map(|instant| shown(|items| instant.emit_emphasis(items)));
                Some(vec![(nobody, changes(lights))])
            }
            EffectKind::Highlight { .. } | EffectKind::Unhighlight => {
                let marks = instants().map(|instant| shown(|items| instant.emit_highlights(items)));
                Some(vec![(nobody, changes(marks))])
            }
            EffectKind::Reveal { .. } | EffectKind::Indicate(_) | EffectKind::Dim(_) | EffectKind::Opacity(_) => {
                let judged = |actor: usize| {
                    let looks = || frames.iter().map(|frame| Looks(self.look.glances.shows(*frame, actor)));
                    // What is not on stage may be made ready for its entrance, also by taking parts away from it.
                    let at_once = effect.end <= effect.start;
                    let of_parts = || effect.targets.iter().all(|t| t.actor != actor || !t.path.is_empty());
                    let prepares = match effect.kind {
                        EffectKind::Reveal { entering, .. } => !entering && at_once && of_parts(),
                        EffectKind::Indicate(_) => false,
                        _ => true,
                    };
                    let ready = || prepares && looks().all(|looks| looks.0.is_empty());
                    (actor, changes(looks()) || ready())
                };
                Some(self.targets(effect).into_iter().map(judged).collect())
            }
            _ => None,
        }
    }

    /// A measure of the work that an outcome takes.
    fn cost(&self, effect: &Effect) -> usize {
        let effects = |index: usize| self.look.scene.effects_of.get(index).map_or(0, Vec::len);
        let targets: usize = self.targets(effect).into_iter().map(|index| 20 + effects(index)).sum();
        targets.max(20)
    }

    fn targets(&self, effect: &Effect) -> BTreeSet<usize> {
        let named = |index: &usize| effect.targets.iter().any(|target| target.actor == *index);
        if effect.complement {
            // A part that is left out leaves the rest of its actor in.
            let whole =
                |index: &usize| effect.targets.iter().any(|target| target.actor == *index && target.path.is_empty());
            (0..self.look.scene.actors.len()).filter(|index| !whole(index)).take(TARGETS).collect()
        } else {
            (0..self.look.scene.actors.len()).filter(named).take(TARGETS).collect()
        }
    }
}

/// What is shown.
fn shown(emit: impl FnOnce(&mut Vec<FrameItem>)) -> Looks {
    let mut items = Vec::new();
    emit(&mut items);
    Looks(items.into_iter().map(|item| (item, None)).collect())
}

/// What is to be seen. Compared glyph by glyph: neither how a pen divides runs, nor whether glyphs lie on whole pixels, is a change.
struct Looks(Shows);

/// A glyph with the item that it belongs to, or a whole item.
struct Sign<'a>(&'a Item, Option<&'a Glyph>);

impl Looks {
    fn signs(&self) -> impl Iterator<Item = Sign<'_>> {
        self.0.iter().flat_map(|(FrameItem { item, .. }, _)| {
            let (glyphs, whole) = match &item.shape {
                Shape::Glyphs(run) => (&*run.glyphs, None),
                _ => (&[] as &[Glyph], Some(Sign(item, None))),
            };
            glyphs.iter().map(move |glyph| Sign(item, Some(glyph))).chain(whole)
        })
    }
}

impl PartialEq for Looks {
    fn eq(&self, other: &Self) -> bool {
        self.signs().eq(other.signs())
    }
}

impl PartialEq for Sign<'_> {
    fn eq(&self, other: &Self) -> bool {
        let (Sign(a, glyph), Sign(b, other)) = (self, other);
        match (&a.shape, &b.shape) {
            (Shape::Glyphs(one), Shape::Glyphs(two)) => {
                let place = |item: &Item| (item.transform, item.opacity, item.away);
                glyph == other && place(a) == place(b) && one.is_like(two)
            }
            _ => a == b,
        }
    }
}

fn changes<T: PartialEq>(mut values: impl Iterator<Item = T>) -> bool {
    let first = values.next();
    values.any(|value| Some(&value) != first.as_ref())
}
