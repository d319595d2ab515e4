//! From a script to a film: visuals are read, expressions compiled, references resolved, steps laid onto the clock.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::cores::on_all_cores;
use super::narration::{Heard, Line};
use super::scene::{Actor, ActorKind, Scene, TIME, Var};
use super::schedule::{ActorFacts, Scheduler, too_long};
use super::spots::places_of;
use super::transition::Transition;
use super::voices::Voices;
use super::{Film, Mark, Overrides, review, sources};
use crate::diag::{Diagnostic, Diagnostics};
use crate::draw::Font;
use crate::expression::{Expression, Kind, OwnFunctions};
use crate::script::{
    self, ActorDef, Language, Placement, SceneDef, Script, Segment, Selector, SlotDef, Slots, TableFields,
};
use crate::time::{FrameIndex, FrameRange};
use crate::typeset::Typesetter;
use crate::visuals::{self, REGISTRY, Reading, VisualSpec};
use crate::world::World;

/// Compiles a script and reviews the film: the scene of the frame that `shown` names, or all if it names none.
pub(super) fn build(
    script: &Script,
    world: &dyn World,
    overrides: Overrides,
    shown: &dyn Fn(&Film) -> Option<FrameIndex>,
) -> (Option<Film>, Diagnostics) {
    let (film, mut diags) = compile(script, world, overrides);
    if let Some(film) = &film {
        review::review(film, script, shown(film), &mut diags);
        diags.sort();
    }
    (film.filter(|_| !diags.has_errors()), diags)
}

/// As [`build`], without a review.
pub(super) fn compile(script: &Script, world: &dyn World, overrides: Overrides) -> (Option<Film>, Diagnostics) {
    let mut diags = Diagnostics::new();
    let mut slots = script.slots.clone();
    let theme = overrides.theme.cloned().unwrap_or_else(|| script.stage.theme.clone());
    let fps = overrides.fps.unwrap_or(script.stage.fps);
    let mut film = Film {
        title: script.title.clone(),
        description: script.description.clone(),
        language: script.language.clone(),
        thumbnail: script.thumbnail.as_ref().map(|(name, _)| name.clone()),
        size: overrides.size.unwrap_or(script.stage.size),
        margin: script.stage.margin,
        fps,
        theme,
        transparent: overrides.transparent,
        scenes: Vec::new(),
        marks: Vec::new(),
        frames: 0,
        expressions: Vec::new(),
        places: Vec::new(),
        data: script.data.iter().map(|def| (def.name.clone(), def.value.clone())).collect(),
        sources: Vec::new(),
        codes: Vec::new(),
        scopes: Vec::new(),
        typesetter: typesetter(script, &mut diags),
        lines: Vec::new(),
        heard: Vec::new(),
        captions: Vec::new(),
        shows_captions: overrides.captions.unwrap_or(script.stage.captions),
        timeless: false,
        motion_blur: script.stage.motion_blur,
        pinned: overrides.variables,
    };
    let typesetter = Arc::clone(&film.typesetter);
    sources::build(script, &mut film, &mut diags);
    let voices = Voices::load(script, world, &mut diags);
    let language = Language::of(&script.language).unwrap_or_else(Language::usual);
    let mut start_secs = 0.0;
    for (number, def) in script.scenes.iter().enumerate() {
        let cast = read_cast((def, &script.vars), (world, &typesetter), &mut slots, &mut diags);
        let facts: Vec<ActorFacts> = cast.iter().map(|(actor, spec)| facts_of(actor, *spec)).collect();
        let passing = def.transition.as_ref().map_or(0.0, |transition| transition.secs);
        let scheduler = Scheduler::new(fps, (number, &facts), (language, &voices), &mut diags);
        let schedule = scheduler.run(&def.steps, start_secs, passing);
        let frame = |secs: f64| fps.frame_at(crate::time::Secs::new(secs).unwrap_or(crate::time::Secs::ZERO)).0;
        let start = frame(start_secs);
        // A scene without time still shows one frame.
        let end = frame(schedule.end_secs).max(start + 1);
        let scene_start = start_secs;
        start_secs = schedule.end_secs.max(start_secs);
        film.lines.extend(schedule.lines.into_iter().map(|line| {
            let range = FrameRange::new(frame(line.start), frame(line.end));
            Line::new(line, number, range, script)
        }));
        film.heard.extend(schedule.sounds.into_iter().map(|sound| Heard::new(sound, fps)));
        let marks = schedule.marks.into_iter().map(|(name, at, figure)| {
            // The last frame before the mark is the one on which the steps before it have arrived.
            Mark { name, frame: FrameIndex(at.saturating_sub(1).clamp(start, end - 1)), figure }
        });
        film.marks.extend(marks);
        let actors: Vec<Actor> = cast.into_iter().map(|(actor, _)| actor).collect();
        let transition = def.transition.as_ref().map(|transition| {
            let before = film.scenes.last().zip(script.scenes.get(film.scenes.len().wrapping_sub(1)));
            let ease = super::schedule::easing(transition.ease.as_ref(), &mut diags);
            Transition::new(transition, frame(scene_start + transition.secs), ease, before, (&actors, def), &mut diags)
        });
        let mut scene = Scene::assemble(def, &script.vars, actors, schedule.effects, FrameRange::new(start, end));
        scene.transition = transition;
        film.scenes.push(scene);
        film.frames = end;
    }
    if let Some((name, span)) = script.thumbnail.as_ref().filter(|_| film.thumbnail().is_none()) {
        let found = Diagnostic::error("unknown-mark", span, format!("there is no mark `{name}` in this script"));
        let names = film.marks.iter().map(|mark| mark.name.as_str());
        diags.push(found.suggest(name, names).hint("name the instant with `mark:` or `figure:`"));
    }
    if let Some(mistake) = too_long(script, start_secs) {
        diags.push(mistake);
    }
    let (own, found) = OwnFunctions::compile(&script.functions);
    found.into_iter().for_each(|mistake| diags.push(mistake));
    film.expressions = expressions(&own, &slots, &mut diags);
    let asks_time = |text: &str| text.contains(TIME);
    let functions = script.functions.iter().any(|function| asks_time(&function.text));
    film.timeless = !functions && !slots.iter().any(|(_, def)| asks_time(&def.text));
    film.scopes = slots.iter().map(|(_, def)| Arc::clone(&def.scope)).collect();
    film.places = film.scenes.iter().flat_map(|scene| &scene.actors).flat_map(|actor| actor.places.clone()).collect();
    link(&mut film, script, &mut diags);
    if !diags.has_errors() {
        for number in 0..film.scenes.len() {
            let changes = film.scenes.get(number).map_or(Vec::new(), |scene| scene.by_distance(&film));
            film.scenes.get_mut(number).into_iter().for_each(|scene| scene.retime(changes.clone()));
        }
    }
    film.scenes.iter().filter_map(too_many_links).for_each(|mistake| diags.push(mistake));
    if !diags.has_errors() {
        on_all_cores(&film.scenes, |scene| scene.settle(&film));
        film.fill_captions();
    }
    diags.sort();
    let film = (!diags.has_errors()).then_some(film);
    (film, diags)
}

fn facts_of(actor: &Actor, spec: Option<&'static VisualSpec>) -> ActorFacts {
    let members = match &actor.kind {
        ActorKind::Group { members, .. } => members.clone(),
        ActorKind::Visual(_) => Vec::new(),
    };
    ActorFacts { name: actor.name.clone(), spec, members, stands_for: actor.stands_for.clone() }
}

fn expressions(own: &OwnFunctions, slots: &Slots, diags: &mut Diagnostics) -> Vec<Option<Arc<Expression>>> {
    let defs: Vec<&SlotDef> = slots.iter().map(|(_, def)| def).collect();
    let some: Vec<&[&SlotDef]> = defs.chunks(EXPRESSIONS).collect();
    let compiled = on_all_cores(&some, |defs| {
        let compile = |def: &&SlotDef| match def.kind {
            Kind::Place => Ok(None),
            _ => Expression::compile_with(own, &def.kind, &def.text, &def.span).map(|found| Some(Arc::new(found))),
        };
        defs.iter().map(compile).collect::<Vec<_>>()
    });
    compiled.into_iter().flatten().map(|compiled| diags.ok(compiled).flatten()).collect()
}

/// How many expressions are compiled in one go.
const EXPRESSIONS: usize = 128;

/// Reads the cast of a scene. Actors that cannot be read become empty groups, so that indices stay.
fn read_cast(
    (def, globals): (&SceneDef, &[script::VarDef]),
    outside: Outside<'_>,
    slots: &mut Slots,
    diags: &mut Diagnostics,
) -> Vec<(Actor, Option<&'static VisualSpec>)> {
    let index_of = |name: &str| def.cast.iter().position(|actor| actor.name == name);
    let mut cast: Vec<(Actor, Option<&'static VisualSpec>)> = Vec::new();
    for actor in &def.cast {
        let (kind, spec, used) = match &actor.kind {
            script::ActorKind::Group { arrange, members, gap, spread, align } => {
                let members = members.iter().filter_map(|(name, _)| index_of(name)).collect();
                let (gap, spread) = (gap.clone(), spread.clone());
                (ActorKind::Group { arrange: *arrange, members, gap, spread, align: *align }, None, Vec::new())
            }
            script::ActorKind::Set { .. } => (nothing(), None, Vec::new()),
            script::ActorKind::Visual { name, body } => {
                match read_visual(actor, name, body, def, outside, slots, diags) {
                    Some((visual, spec, used)) => (ActorKind::Visual(visual), Some(spec), used),
                    None => (nothing(), None, Vec::new()),
                }
            }
        };
        let mut compiled = Actor::new(&actor.name, actor.span.clone(), kind, actor.placement.clone(), used);
        compiled.visual = spec;
        compiled.scoped = !actor.scope.is_empty();
        let before = slots.len();
        compiled.places = places_of(actor, &compiled.slots, (def, globals), slots, diags);
        compiled.slots.extend(slots.iter().skip(before).map(|(slot, _)| slot));
        cast.push((compiled, spec));
    }
    for ((actor, _), def) in cast.iter_mut().zip(&def.cast) {
        if let script::ActorKind::Set { of } = &def.kind {
            actor.stands_for = Some(of.clone());
        }
    }
    for (group, actor) in def.cast.iter().enumerate() {
        if let script::ActorKind::Group { members, .. } = &actor.kind {
            for (position, (name, _)) in members.iter().enumerate() {
                if let Some((member, _)) = index_of(name).and_then(|index| cast.get_mut(index)) {
                    member.member_of = Some((group, position));
                }
            }
        }
    }
    cast
}

/// What sets the film's text: with the bundled fonts, and those that the script names.
fn typesetter(script: &Script, diags: &mut Diagnostics) -> Arc<Typesetter> {
    let read = |def: &script::FontDef| {
        let font = Font::foreign(&*def.name, Arc::clone(&def.bytes), def.index);
        if font.is_none() {
            let found = Diagnostic::error("bad-font", &def.span, format!("`{}` is no font with outlines", def.name));
            diags.push(
                found.hint("TrueType and OpenType fonts (`.ttf`, `.otf`) are read, not web fonts and not pictures"),
            );
        }
        font
    };
    let fonts: Vec<Font> = script.fonts.iter().filter_map(read).collect();
    if fonts.is_empty() { Arc::clone(Typesetter::bundled()) } else { Arc::new(Typesetter::with_fonts(fonts)) }
}

fn nothing() -> ActorKind {
    ActorKind::Group { arrange: script::Arrange::Free, members: Vec::new(), gap: None, spread: None, align: None }
}

/// What visuals read apart from the script.
type Outside<'a> = (&'a dyn World, &'a Typesetter);

type ReadVisual = (Box<dyn visuals::Visual>, &'static VisualSpec, Vec<script::Slot>);

fn read_visual(
    actor: &ActorDef,
    (name, span): &(String, crate::diag::Span),
    body: &script::Node,
    def: &SceneDef,
    (world, typesetter): Outside<'_>,
    slots: &mut Slots,
    diags: &mut Diagnostics,
) -> Option<ReadVisual> {
    let Some(spec) = visuals::spec(name) else {
        let known = REGISTRY.iter().map(|spec| spec.name);
        let mistake = Diagnostic::error("unknown-visual", span, format!("there is no visual `{name}`"));
        diags.push(mistake.suggest(name, known).hint("`surprisal list visuals` names them all"));
        return None;
    };
    let fragments = fragments(&actor.name, def);
    slots.enter(&actor.scope);
    let mut fields = TableFields::new(body, spec.main, spec.fields, slots, diags);
    let visual = (spec.read)(&mut fields, &Reading { world, typesetter, fragments: &fragments });
    let used = fields.slots_used();
    fields.finish(visual.is_some());
    visual.map(|visual| (visual, spec, used))
}

/// The pieces of an actor's source text that the scene addresses, each once.
fn fragments(actor: &str, def: &SceneDef) -> Vec<String> {
    let mut found = BTreeSet::new();
    script::visit_selectors(def, &mut |selector: &Selector| {
        if selector.actor == actor || is_member(actor, selector, def) {
            found.extend(selector.path.iter().filter_map(|segment| match segment {
                Segment::Source(text) => Some(text.clone()),
                _ => None,
            }));
        }
    });
    found.into_iter().collect()
}

/// Does a selector name an actor by way of its group, as in `row.title["x"]`?
fn is_member(actor: &str, selector: &Selector, def: &SceneDef) -> bool {
    let Some(Segment::Name(name)) = selector.path.first() else { return false };
    let named = name == actor || actor.strip_prefix(&selector.actor).and_then(|a| a.strip_prefix('.')) == Some(name);
    named
        && def.cast.iter().filter(|group| group.name == selector.actor).any(|group| match &group.kind {
            script::ActorKind::Group { members, .. } => members.iter().any(|(member, _)| member == actor),
            _ => false,
        })
}

impl Scene {
    fn assemble(
        def: &SceneDef,
        globals: &[script::VarDef],
        actors: Vec<Actor>,
        effects: Vec<super::effect::Effect>,
        range: FrameRange,
    ) -> Self {
        let mut vars: Vec<Var> = Vec::new();
        for var in globals.iter().chain(&def.vars) {
            vars.retain(|known| known.name != var.name);
            vars.push(Var { name: var.name.clone(), value: var.value.clone() });
        }
        let effects_of = concerning(actors.len(), &effects);
        let mut draw_order: Vec<usize> = (0..actors.len()).collect();
        // A group's layer lifts its members.
        let layer = |index: usize| {
            let around = |index: &usize| actors.get(*index).and_then(|actor| actor.member_of).map(|(group, _)| group);
            let chain = std::iter::successors(Some(index), around).take(crate::limits::GROUP_DEPTH);
            chain.filter_map(|index| actors.get(index)).map(|actor| actor.placement.layer).sum::<i64>()
        };
        draw_order.sort_by_key(|&index| layer(index));
        let (id, title, past, flights) = (def.id.clone(), def.title.clone(), Default::default(), Default::default());
        Self {
            id,
            title,
            chapter: def.chapter,
            range,
            vars,
            actors,
            effects,
            past,
            flights,
            effects_of,
            transition: None,
            draw_order,
        }
    }
}

/// For each actor, the numbers of the effects that may concern it.
pub(super) fn concerning(actors: usize, effects: &[super::effect::Effect]) -> Vec<Vec<usize>> {
    let concerns = |index: usize| {
        let on = |effect: &super::effect::Effect| effect.complement || effect.targets.iter().any(|t| t.actor == index);
        effects.iter().enumerate().filter(|(_, effect)| on(effect)).map(|(number, _)| number).collect()
    };
    (0..actors).map(concerns).collect()
}

/// A scene with more steps that look back than are worked out.
fn too_many_links(scene: &Scene) -> Option<Diagnostic> {
    let extra = scene.effects.iter().filter(|effect| effect.looks_back()).nth(crate::limits::LINKS)?;
    let message = format!(
        "the scene has more than {} steps, counted for each actor, that follow, let go, arrange or restore",
        crate::limits::LINKS
    );
    Some(Diagnostic::error("too-many-steps", &extra.span, message).hint("spread them over several scenes"))
}

/// Resolves what depends on what in the scenes, and reports names that are nothing and circles.
fn link(film: &mut Film, script: &Script, diags: &mut Diagnostics) {
    let scenes: Vec<(&Scene, &SceneDef)> = film.scenes.iter().zip(&script.scenes).collect();
    let linked = on_all_cores(&scenes, |(scene, def)| {
        let mut found = Diagnostics::new();
        let links = super::links::Links::of(film, scene, def, &mut found);
        let reach: Vec<_> = (0..scene.actors.len()).map(|index| links.reach(index)).collect();
        (reach, found)
    });
    for (scene, (reach, found)) in film.scenes.iter_mut().zip(linked) {
        diags.append(found);
        for (actor, (vars, moved_by)) in scene.actors.iter_mut().zip(reach) {
            actor.vars = vars;
            actor.moved_by = moved_by;
        }
    }
}

/// The expressions that place an actor.
pub(super) fn placement_slots(placement: &Placement) -> Vec<script::Slot> {
    let mut nums: Vec<&script::Num> = Vec::new();
    match &placement.at {
        Some(script::Place::Point(point) | script::Place::In(_, point)) => nums.extend(point),
        Some(script::Place::Along(_, share)) => nums.push(share),
        _ => {}
    }
    nums.extend(placement.shift.iter().flatten());
    nums.extend(placement.beside.iter().filter_map(|beside| beside.gap.as_ref()));
    nums.extend(placement.edge.iter().filter_map(|(_, margin)| margin.as_ref()));
    nums.extend(placement.fit.iter().filter_map(|(_, margin)| margin.as_ref()));
    nums.extend(
        [&placement.scale, &placement.width, &placement.height, &placement.rotate, &placement.opacity]
            .into_iter()
            .flatten(),
    );
    nums.into_iter()
        .filter_map(|num| match num {
            script::Num::Live(slot) => Some(*slot),
            script::Num::Fixed(_) => None,
        })
        .collect()
}
