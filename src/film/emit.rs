//! A scene at an instant becomes the items of a frame: actors in order, their parts as far as they are revealed, moved and
//! coloured; then what flies over them, and highlights.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::branch::Branches;
use super::concern::Concern;
use super::instant::Instant;
use super::locate::Concerned;
use super::pen::Pen;
use super::reveal::{Reveal, Shown};
use super::scene::Scene;
use crate::color::Rgba;
use crate::draw::{FrameItem, Item, ItemId, Layer, Part, Shape};
use crate::geom::Affine;
use crate::limits;

/// What a node inherits.
#[derive(Clone)]
struct Inherited<'a> {
    stage_from_parent: Affine,
    opacity: f64,
    colors: Vec<(Rgba, f32)>,
    reveal: Reveal<'a>,
    /// Something around it is leaving or gone.
    leaving: bool,
    /// Shown whether it is there or not.
    whole: bool,
    resting: bool,
    id: ItemId,
    depth: usize,
}

/// How items are shown: reveal, opacity and colours.
type Look<'a> = (Reveal<'a>, f64, Vec<(Rgba, f32)>);

impl<'f> Instant<'f> {
    /// Appends everything that the scene shows at this instant.
    pub(super) fn emit(&self, items: &mut Vec<FrameItem>) {
        for (_, run) in self.runs(&BTreeSet::new()) {
            // All of it is one run, as a rule: it is taken as it is.
            if items.is_empty() {
                *items = run;
            } else {
                items.extend(run);
            }
        }
    }

    /// What the scene shows without some actors, cut where they would be: each run with the one that comes before it.
    pub(super) fn runs(&self, apart: &BTreeSet<usize>) -> Vec<(Option<usize>, Vec<FrameItem>)> {
        let mut runs = vec![(None, Vec::new())];
        let flights = self.flights();
        for &actor in &self.scene.draw_order {
            if apart.contains(&actor) {
                runs.push((Some(actor), Vec::new()));
            } else if let Some((_, run)) = runs.last_mut() {
                let first = run.len();
                self.emit_actor(actor, run);
                let flown = flights.iter().filter(|flown| flown.host == actor);
                flown.for_each(|flown| run.extend_from_slice(&flown.items));
                seen_through(self.camera_of(actor), run, first);
                self.magnify(actor, first, run);
                merge_blurred(run, first);
            }
        }
        if let Some((_, run)) = runs.last_mut() {
            self.emit_emphasis(run);
            self.emit_highlights(run);
        }
        runs
    }

    /// What an actor shows, as the camera sees it.
    pub(super) fn seen_of(&self, actor: usize) -> Vec<FrameItem> {
        let mut items = Vec::new();
        self.emit_actor(actor, &mut items);
        seen_through(self.camera_of(actor), &mut items, 0);
        items
    }

    pub(super) fn emit_actor(&self, index: usize, items: &mut Vec<FrameItem>) {
        self.emit_as(index, false, items);
    }

    /// Appends what an actor shows; with `whole`, what is not there yet, or no longer, as well.
    pub(super) fn emit_as(&self, index: usize, whole: bool, items: &mut Vec<FrameItem>) {
        let Some(drawing) = self.drawing(index) else { return };
        let looks = self.looks(index);
        if looks.hidden && !whole {
            return;
        }
        let concerned = self.tracks(index);
        let inherited = Inherited {
            stage_from_parent: self.place(index).stage_from_actor,
            opacity: looks.opacity,
            colors: looks.colors,
            reveal: Reveal::Full,
            leaving: false,
            whole,
            resting: !self.unsettled(index),
            id: actor_id(self.scene, index),
            depth: 0,
        };
        // Moves of the actor as a whole are in its place already.
        self.emit_node(&drawing.part, &concerned, drawing.part.transform, inherited, items);
    }

    fn emit_node(
        &self,
        part: &Part,
        concerned: &Concerned<'f>,
        parent_from_part: Affine,
        inherited: Inherited<'_>,
        items: &mut Vec<FrameItem>,
    ) {
        if inherited.depth > limits::GROUP_DEPTH {
            return;
        }
        let (pen, ranks);
        let met = Cell::new(0);
        let own = concerned.own.as_slice();
        let (first, mut blur) = (items.len(), 0.0);
        let mut inherited = inherited;
        if !own.is_empty() {
            let state = self.state(own);
            inherited.opacity *= state.opacity;
            inherited.colors.extend(state.colors);
            inherited.resting &= !state.moving;
            blur = state.blur;
            match state.shown {
                _ if inherited.whole => {}
                // What has gone by itself does not come back to leave with what is around it,
                Shown::Hidden => inherited.reveal = Reveal::Hidden,
                // nor does what is on its way, unless the veil around it leaves that to be seen.
                Shown::Running { entering, .. }
                    if inherited.leaving && (entering || !matches!(inherited.reveal, Reveal::Full)) => {}
                // What is there is taken along.
                Shown::AsParent if inherited.leaving => {}
                // What has come by itself is there; what only leaves by itself comes with what is around it.
                Shown::AsParent if own.iter().find_map(|effect| effect.reveal()).is_some_and(|(_, enters)| enters) => {
                    inherited.reveal = Reveal::Full;
                }
                Shown::AsParent => {}
                Shown::Running { kind, entering, clock } => {
                    let whole = if entering { clock.whole() } else { 1.0 - clock.whole() };
                    let spread = clock.lag_secs > 0.0 && part.parts.len() > 1;
                    pen = Pen::of(part, kind, entering, clock);
                    inherited.reveal = if let Some(pen) = &pen {
                        Reveal::Pen { pen, next: &met }
                    } else if spread {
                        ranks = self.ranks(part, own, inherited.stage_from_parent * parent_from_part);
                        Reveal::Spread { kind, entering, clock, turns: ranks.as_deref() }
                    } else {
                        Reveal::Share { kind, share: whole }
                    };
                }
            }
            inherited.leaving |= state.leaving;
        }
        let inner = matches!(inherited.reveal, Reveal::Share { .. }).then(|| part.inner_bounds()).flatten();
        let (grown, opacity, reveal) = inherited.reveal.applied(part.grow, inner);
        let stage_from_part = inherited.stage_from_parent * parent_from_part * grown;
        let opacity = inherited.opacity * opacity * part.opacity.clamp(0.0, 1.0);
        let resting = inherited.resting && grown == Affine::IDENTITY;
        let mut number = 0;
        let own_blur = if concerned.around.is_empty() { 0.0 } else { self.state(&concerned.around).blur };
        let items_only = self.items_only(&concerned.around, &inherited, reveal);
        let (own_reveal, own_opacity, colors) =
            items_only.as_ref().map_or((reveal, opacity, &inherited.colors), |(r, o, c)| (*r, opacity * o, c));
        items.reserve(part.items.len());
        for item in &part.items {
            // Pens count units even where nothing is seen yet, so that parts keep their turns.
            own_reveal.items(item, &mut |shown: &Item| {
                let id = inherited.id.numbered(number);
                number += 1;
                if let Some(owners) = &self.owners {
                    owners.borrow_mut().insert(id, inherited.id);
                }
                if let Some(item) = placed(shown, stage_from_part, own_opacity, colors) {
                    items.push(FrameItem { id, item, resting, clip: None });
                }
            });
        }
        if own_blur > 0.0 && items.len() > first {
            let own = blurred(items.split_off(first), own_blur, inherited.id);
            items.push(own);
        }
        let id = inherited.id;
        let count = part.parts.len();
        let branches = Branches::of(&concerned.inside, &part.parts);
        for (index, child) in part.parts.iter().enumerate() {
            let concerned_child = self.descend(&branches, &part.parts, index);
            let id = part_id(inherited.id, child, index);
            let passed = Inherited {
                stage_from_parent: stage_from_part,
                opacity,
                colors: inherited.colors.clone(),
                reveal: reveal.for_part(index, count),
                leaving: inherited.leaving,
                whole: inherited.whole,
                resting,
                id,
                depth: inherited.depth + 1,
            };
            let map = self.part_map(child, &concerned_child.own, stage_from_part);
            self.emit_node(child, &concerned_child, map, passed, items);
        }
        if part.by_depth
            && let Some(inside) = items.get_mut(first..)
        {
            inside.sort_by(|a, b| b.item.away.total_cmp(&a.item.away));
        }
        if blur > 0.0 && items.len() > first {
            let all = blurred(items.split_off(first), blur, id);
            items.push(all);
        }
    }

    /// How a node's own items are shown, by effects that leave out something inside it: reveal, opacity and colours.
    fn items_only<'a>(
        &self,
        around: &[Concern<'f>],
        inherited: &Inherited<'a>,
        reveal: Reveal<'a>,
    ) -> Option<Look<'a>> {
        if around.is_empty() {
            return None;
        }
        let state = self.state(around);
        let mut colors = inherited.colors.clone();
        colors.extend(state.colors);
        let reveal = match state.shown {
            Shown::AsParent => reveal,
            _ if inherited.leaving || inherited.whole => reveal,
            Shown::Hidden => Reveal::Hidden,
            Shown::Running { kind, entering, clock } => {
                let share = if entering { clock.whole() } else { 1.0 - clock.whole() };
                Reveal::Share { kind, share }
            }
        };
        Some((reveal, state.opacity, colors))
    }
}

/// Takes items from the first one on to where a camera sees them.
fn seen_through(camera: Affine, items: &mut [FrameItem], first: usize) {
    for item in items.iter_mut().skip(first).filter(|_| camera != Affine::IDENTITY) {
        item.item.transform = camera * item.item.transform;
        item.clip = item.clip.take().map(|clip| clip.transformed(camera));
    }
}

/// Items that are blurred together: one layer for all of them.
fn blurred(items: Vec<FrameItem>, blur: f64, id: ItemId) -> FrameItem {
    let resting = items.iter().all(|item| item.resting);
    let shape = Shape::Layer(Arc::new(Layer { items, blur }));
    FrameItem { id: id.child("blurred"), item: Item::new(shape), resting, clip: None }
}

/// Neighbours that are blurred alike become one picture: it is quicker, and what lies over what stays so.
fn merge_blurred(items: &mut Vec<FrameItem>, from: usize) {
    let mut at = from.max(1);
    while at < items.len() {
        let merged = match (items.get(at - 1), items.get(at)) {
            (Some(a), Some(b)) => joined(a, b),
            _ => None,
        };
        match merged {
            Some(both) => {
                items.remove(at);
                if let Some(slot) = items.get_mut(at - 1) {
                    *slot = both;
                }
            }
            None => at += 1,
        }
    }
}

/// One layer of two, if they are blurred alike.
fn joined(a: &FrameItem, b: &FrameItem) -> Option<FrameItem> {
    let (Shape::Layer(first), Shape::Layer(second)) = (&a.item.shape, &b.item.shape) else { return None };
    let plain = |item: &FrameItem| item.clip.is_none() && item.item.opacity >= 1.0;
    let alike = first.blur > 0.0 && (first.blur - second.blur).abs() < 1e-9 && a.item.transform == b.item.transform;
    (alike && plain(a) && plain(b)).then(|| {
        let items = first.items.iter().chain(&second.items).cloned().collect();
        let shape = Shape::Layer(Arc::new(Layer { items, blur: first.blur }));
        let item = Item { shape, ..a.item.clone() };
        FrameItem { id: a.id, item, resting: a.resting && b.resting, clip: None }
    })
}

/// The identity of an actor.
pub(super) fn actor_id(scene: &Scene, index: usize) -> ItemId {
    ItemId::ROOT.child(&scene.id).child(scene.actors.get(index).map_or("", |actor| &actor.name))
}

/// The identity of part `index` of the one with this identity.
pub(super) fn part_id(parent: ItemId, part: &Part, index: usize) -> ItemId {
    if part.name.is_empty() { parent.numbered(usize::MAX - index) } else { parent.child(&part.name) }
}

/// An item on the stage, in its colours; `None` if nothing of it can be seen.
fn placed(item: &Item, stage_from_part: Affine, opacity: f64, colors: &[(Rgba, f32)]) -> Option<Item> {
    let opacity = f64::from(item.opacity) * opacity;
    if opacity <= 0.0 || !stage_from_part.is_finite() {
        return None;
    }
    let shape =
        if colors.iter().any(|(_, share)| *share > 0.0) { recolored(&item.shape, colors) } else { item.shape.clone() };
    Some(Item { shape, transform: stage_from_part * item.transform, opacity: opacity as f32, away: item.away })
}

fn recolored(shape: &Shape, colors: &[(Rgba, f32)]) -> Shape {
    let tint = |color: Rgba| {
        colors.iter().fold(color, |color, (goal, share)| color.lerp(Rgba { a: color.a, ..*goal }, *share))
    };
    match shape {
        Shape::Path { path, fill, stroke } => {
            let fill = fill.as_ref().map(|paint| paint.recolored(tint));
            let stroke = stroke
                .as_ref()
                .map(|stroke| crate::draw::Stroke { paint: stroke.paint.recolored(tint), ..stroke.clone() });
            Shape::Path { path: Arc::clone(path), fill, stroke }
        }
        Shape::Glyphs(run) => Shape::Glyphs(crate::draw::GlyphRun { paint: run.paint.recolored(tint), ..run.clone() }),
        Shape::Image { .. } | Shape::Layer(_) => shape.clone(),
    }
}
