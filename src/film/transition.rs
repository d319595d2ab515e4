//! One scene takes the place of another: both are alive, and drawn, while it lasts.
//!
//! A transition is the first step of its scene: its frames belong to that scene, and its steps begin when it has arrived. The
//! scene before lives on past its end meanwhile. The last frame of a transition shows the new scene and nothing else.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Film;
use super::instant::Instant;
use super::scene::{Actor, ActorKind, Scene};
use crate::diag::{Diagnostic, Diagnostics};
use crate::draw::{Clip, FrameItem, Item, ItemId, Layer, Paint, Shape};
use crate::geom::{Affine, Rect, STAGE_HEIGHT, Shape as _, Vec2};
use crate::script::{Passage, SceneDef, Side, TransitionDef};
use crate::timeline::Easing;

/// How many times larger or smaller the further scene of a zoom is.
const DEPTH: f64 = 5.0;

/// A transition on the frame clock.
pub(super) struct Transition {
    passage: Passage,
    /// One past its last frame; it starts with its scene.
    pub(super) end: u64,
    ease: Easing,
    /// Actors of the scene before, and the same of this one: visuals only.
    shared: Vec<(usize, usize)>,
}

/// How a scene is shown while it comes or goes.
struct Look {
    map: Affine,
    opacity: f64,
    /// The part of the frame that is its own.
    clip: Option<Rect>,
    /// Does its ground hide what is below?
    covers: bool,
}

impl Look {
    fn plain() -> Self {
        Self { map: Affine::IDENTITY, opacity: 1.0, clip: None, covers: false }
    }

    fn faded(opacity: f64) -> Self {
        Self { opacity, ..Self::plain() }
    }

    /// Appends items so.
    fn show(&self, items: Vec<FrameItem>, ground: Option<FrameItem>, id: ItemId, shown: &mut Vec<FrameItem>) {
        let ground = ground.filter(|_| self.covers);
        if self.opacity <= 0.0 || items.is_empty() && ground.is_none() {
            return;
        }
        if self.opacity >= 1.0 && self.clip.is_none() && ground.is_none() && self.map == Affine::IDENTITY {
            shown.extend(items);
            return;
        }
        let still = self.map == Affine::IDENTITY;
        let settled = |item: FrameItem| FrameItem { resting: item.resting && still, ..item };
        let items = ground.into_iter().chain(items).map(settled).collect();
        let shape = Shape::Layer(Arc::new(Layer::sharp(items)));
        let item = Item { transform: self.map, opacity: self.opacity as f32, ..Item::new(shape) };
        let clip = self.clip.map(|rect| Clip(Arc::new(rect.to_path(1e-3))));
        shown.push(FrameItem { id, item, resting: still, clip });
    }
}

impl Transition {
    /// Puts a transition onto the clock, and finds the actors that it shares with the scene before.
    pub(super) fn new(
        def: &TransitionDef,
        end: u64,
        ease: Easing,
        before: Option<(&Scene, &SceneDef)>,
        now: (&[Actor], &SceneDef),
        diags: &mut Diagnostics,
    ) -> Self {
        let mut shared = Vec::new();
        for (name, span) in &def.shared {
            let Some((scene, before)) = before else {
                let found =
                    Diagnostic::error("unknown-actor", span, "the first scene shares nothing: none is before it");
                diags.push(found);
                continue;
            };
            let find = |actors: &[Actor]| actors.iter().position(|actor| actor.name == *name);
            let (Some(old), Some(new)) = (find(&scene.actors), find(now.0)) else {
                let message = format!("there is no actor `{name}` in the scene before, `{}`", before.id);
                let known = before.cast.iter().map(|actor| actor.name.as_str());
                diags.push(Diagnostic::error("unknown-actor", span, message).suggest(name, known));
                continue;
            };
            if kind_of(before, name) != kind_of(now.1, name) {
                let message = format!("`{name}` is not of the same kind in the scene before, `{}`", before.id);
                let found = Diagnostic::error("other-kind", span, message);
                diags.push(
                    found.hint("only the same visual travels from scene to scene; another name keeps them apart"),
                );
                continue;
            }
            pairs((&scene.actors, old), (now.0, new), &mut shared);
        }
        Self { passage: def.passage, end, ease, shared }
    }

    /// Is it under way at an instant of its scene, before the last of it?
    fn runs_at(&self, index: u64, shutter: f64) -> bool {
        index + 1 < self.end || index + 1 == self.end && shutter < 0.0
    }

    /// How the old scene and the new one are shown after a share of it.
    fn looks(&self, share: f64, stage: Rect, opaque: bool) -> [Look; 2] {
        match self.passage {
            Passage::Fade { through: false } => {
                // Over an opaque ground the old one need not fade: the mean of both is exact.
                let old = if opaque { 1.0 } else { 1.0 - share };
                [Look::faded(old), Look { covers: opaque, ..Look::faded(share) }]
            }
            Passage::Fade { through: true } => [1.0 - 2.0 * share, 2.0 * share - 1.0].map(|o| Look::faded(o.max(0.0))),
            Passage::Slide(side) => {
                let way = along(side, stage);
                let slid = |share: f64| {
                    let map = Affine::translate(way * share);
                    Look { map, clip: Some(map.transform_rect_bbox(stage)), ..Look::plain() }
                };
                [slid(share), slid(share - 1.0)]
            }
            Passage::Wipe(side) => {
                let way = along(side, stage);
                let cut = |share: f64| Some((stage + way * share).intersect(stage));
                [Look { clip: cut(share), ..Look::plain() }, Look { clip: cut(share - 1.0), ..Look::plain() }]
            }
            Passage::Zoom { inwards } => {
                let zoomed = |share: f64, opacity: f64| {
                    let factor = libm::pow(DEPTH, if inwards { share } else { -share });
                    let map = Affine::scale(factor);
                    Look { map, clip: Some(map.transform_rect_bbox(stage)), ..Look::faded(opacity.clamp(0.0, 1.0)) }
                };
                [zoomed(share, 1.0 - share / 0.7), zoomed(share - 1.0, (share - 0.2) / 0.6)]
            }
        }
    }
}

/// What an actor is, for two to be the same.
fn kind_of<'d>(def: &'d SceneDef, name: &str) -> Option<(Option<&'d str>, Option<&'d str>)> {
    let actor = def.cast.iter().find(|actor| actor.name == name)?;
    let visual = match &actor.kind {
        crate::script::ActorKind::Visual { name, .. } => Some(name.0.as_str()),
        _ => None,
    };
    Some((visual, actor.component.as_deref()))
}

/// The visuals of an actor of two scenes: itself, or the members that both groups have.
fn pairs((before, old): (&[Actor], usize), (now, new): (&[Actor], usize), found: &mut Vec<(usize, usize)>) {
    let mut open = vec![(old, new, 0)];
    while let Some((old, new, depth)) = open.pop() {
        let kinds = before.get(old).zip(now.get(new)).map(|(a, b)| (&a.kind, &b.kind));
        match kinds {
            Some((ActorKind::Visual(_), ActorKind::Visual(_))) => found.push((old, new)),
            Some((ActorKind::Group { members: a, .. }, ActorKind::Group { members: b, .. }))
                if depth < crate::limits::GROUP_DEPTH =>
            {
                for &member in a {
                    let name = before.get(member).map(|actor| &actor.name);
                    let same = b.iter().find(|other| now.get(**other).map(|actor| &actor.name) == name);
                    open.extend(same.map(|same| (member, *same, depth + 1)));
                }
            }
            _ => {}
        }
    }
}

/// The way across the frame in a direction.
fn along(side: Side, stage: Rect) -> Vec2 {
    match side {
        Side::Up => Vec2::new(0.0, stage.height()),
        Side::Down => Vec2::new(0.0, -stage.height()),
        Side::Left => Vec2::new(-stage.width(), 0.0),
        Side::Right => Vec2::new(stage.width(), 0.0),
    }
}

impl Film {
    /// Appends what is to be seen while a scene takes the place of the one before.
    pub(super) fn pass(
        &self,
        (number, transition): (usize, &Transition),
        (index, shutter): (u64, f64),
        items: &mut Vec<FrameItem>,
    ) {
        let Some(scene) = self.scenes.get(number) else { return };
        let start = scene.range.start.0;
        let length = (transition.end - start).max(1) as f64;
        let share = transition.ease.ease(((index.saturating_sub(start) + 1) as f64 + shutter) / length);
        let stage = self.size.stage();
        let ground = (!self.transparent).then(|| self.ground(scene, stage));
        let [old_look, new_look] = transition.looks(share, stage, ground.is_some());
        let id = ItemId::ROOT.child(&scene.id).child("transition");

        let now = Instant::new(self, scene, index).exposed(shutter);
        let before = number.checked_sub(1).and_then(|number| self.scenes.get(number));
        let before = before.map(|scene| Instant::new(self, scene, index).exposed(shutter));
        let mut travelling: Vec<(usize, Vec<FrameItem>)> = Vec::new();
        let mut left: BTreeSet<usize> = BTreeSet::new();
        for &(old, new) in &transition.shared {
            let Some(before) = &before else { continue };
            let (from, to) = (before.seen_of(old), now.seen_of(new));
            // What is not to be seen in one of them has no place to travel from or to.
            if !from.is_empty() && !to.is_empty() {
                left.insert(old);
                let id = id.child("shared").numbered(new);
                travelling.push((new, super::flight::travelled(&from, &to, share, id)));
            }
        }
        if let Some(before) = &before {
            for (run, (_, items_of)) in before.runs(&left).into_iter().enumerate() {
                old_look.show(items_of, None, id.child("old").numbered(run), items);
            }
        }
        let apart: BTreeSet<usize> = travelling.iter().map(|(actor, _)| *actor).collect();
        let mut cover = ground;
        for (run, (ahead, items_of)) in now.runs(&apart).into_iter().enumerate() {
            if let Some(actor) = ahead {
                travelling.iter_mut().filter(|(one, _)| *one == actor).for_each(|(_, flown)| items.append(flown));
            }
            new_look.show(items_of, cover.take(), id.child("new").numbered(run), items);
        }
    }

    /// The bare ground as an item.
    fn ground(&self, scene: &Scene, stage: Rect) -> FrameItem {
        let paint = Paint::solid(self.theme.color(crate::color::Role::Ground));
        let item = Item::fill(stage.inflate(STAGE_HEIGHT * 0.01, STAGE_HEIGHT * 0.01).to_path(1e-3), paint);
        FrameItem { id: ItemId::ROOT.child(&scene.id).child("ground"), item, resting: true, clip: None }
    }

    /// The transition that is under way at a frame, and the number of its scene.
    pub(super) fn passing(&self, number: usize, index: u64, shutter: f64) -> Option<&Transition> {
        self.scenes.get(number)?.transition.as_ref().filter(|transition| transition.runs_at(index, shutter))
    }
}
