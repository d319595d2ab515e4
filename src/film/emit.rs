//! A scene at an instant becomes the items of a frame: actors in order, their parts as far as they are revealed, moved and
//! coloured; then what flies over them, and highlights.

use std::cell::Cell;
use std::sync::Arc;

use super::concern::Concern;
use super::effect::EffectKind;
use super::instant::Instant;
use super::locate::Concerned;
use super::pen::Pen;
use super::reveal::{Reveal, Shown};
use super::scene::Scene;
use crate::color::Rgba;
use crate::draw::{FrameItem, Item, ItemId, Part, Shape};
use crate::geom::{Affine, Point, Rect, STAGE_HEIGHT, lerp};
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
        let first = items.len();
        let flights = self.flights();
        for &actor in &self.scene.draw_order {
            self.emit_actor(actor, items);
            flights.iter().filter(|flown| flown.host == actor).for_each(|flown| items.extend_from_slice(&flown.items));
        }
        self.emit_highlights(items);
        let camera = self.camera();
        if camera != Affine::IDENTITY {
            for item in items.iter_mut().skip(first) {
                item.item.transform = camera * item.item.transform;
            }
        }
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
        let mut inherited = inherited;
        if !own.is_empty() {
            let state = self.state(own);
            inherited.opacity *= state.opacity;
            inherited.colors.extend(state.colors);
            inherited.resting &= !state.moving;
            match state.shown {
                // What is around it takes it along.
                _ if inherited.leaving || inherited.whole => {}
                Shown::AsParent if own.iter().any(|effect| effect.reveal().is_some()) => {
                    inherited.reveal = Reveal::Full
                }
                Shown::AsParent => {}
                Shown::Hidden => inherited.reveal = Reveal::Hidden,
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
        let inner = matches!(inherited.reveal, Reveal::Share { .. })
            .then(|| Part { transform: Affine::IDENTITY, ..part.clone() }.bounds())
            .flatten();
        let (grown, opacity, reveal) = inherited.reveal.applied(part.grow, inner);
        let stage_from_part = inherited.stage_from_parent * parent_from_part * grown;
        let opacity = inherited.opacity * opacity * part.opacity.clamp(0.0, 1.0);
        let resting = inherited.resting && grown == Affine::IDENTITY;
        let mut number = 0;
        let items_only = self.items_only(&concerned.around, &inherited, reveal);
        let (own_reveal, own_opacity, colors) =
            items_only.as_ref().map_or((reveal, opacity, &inherited.colors), |(r, o, c)| (*r, opacity * o, c));
        for item in &part.items {
            // Pens count units even where nothing is seen yet, so that parts keep their turns.
            own_reveal.items(item, |shown| {
                let id = inherited.id.numbered(number);
                number += 1;
                if let Some(item) = placed(shown, stage_from_part, own_opacity, colors) {
                    items.push(FrameItem { id, item, resting, clip: None });
                }
            });
        }
        let count = part.parts.len();
        for (index, child) in part.parts.iter().enumerate() {
            let concerned = self.descend(&concerned.inside, &part.parts, index);
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
            let map = self.part_map(child, &concerned.own, stage_from_part);
            self.emit_node(child, &concerned, map, passed, items);
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

    /// The map that the camera makes of the stage: the identity while it is where it begins.
    pub(super) fn camera(&self) -> Affine {
        let stage = self.film.size.stage();
        let (mut centre, mut height) = (Point::ORIGIN, STAGE_HEIGHT);
        for effect in &self.scene.effects {
            let Some(clock) = effect.clock(self.frame) else { continue };
            let goal = match &effect.kind {
                EffectKind::CameraReset => Some((Point::ORIGIN, STAGE_HEIGHT)),
                EffectKind::CameraAt { centre: to, height: wide } => {
                    let to = to.as_ref().map_or(centre, |to| self.point(to));
                    Some((to, wide.as_ref().map_or(height, |wide| self.number(wide))))
                }
                EffectKind::CameraFit { margin } => self.targets_box(effect).map(|rect: Rect| {
                    let rect = rect.inset(*margin);
                    (rect.center(), rect.height().max(rect.width() * stage.height() / stage.width()))
                }),
                _ => None,
            };
            if let Some((to, wide)) = goal.filter(|(to, wide)| to.is_finite() && *wide > 1e-3 && wide.is_finite()) {
                let eased = clock.whole();
                // The height slides by ratio, so that a zoom has an even pace.
                height *= libm::pow(wide / height, eased);
                centre = Point::new(lerp(centre.x, to.x, eased), lerp(centre.y, to.y, eased));
            }
        }
        if centre == Point::ORIGIN && height == STAGE_HEIGHT {
            return Affine::IDENTITY;
        }
        Affine::scale(STAGE_HEIGHT / height) * Affine::translate(-centre.to_vec2())
    }
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
fn placed(item: Item, stage_from_part: Affine, opacity: f64, colors: &[(Rgba, f32)]) -> Option<Item> {
    let opacity = f64::from(item.opacity) * opacity;
    if opacity <= 0.0 || !stage_from_part.is_finite() {
        return None;
    }
    let shape = if colors.iter().any(|(_, share)| *share > 0.0) { recolored(&item.shape, colors) } else { item.shape };
    Some(Item { shape, transform: stage_from_part * item.transform, opacity: opacity as f32 })
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
        Shape::Image { .. } => shape.clone(),
    }
}
