//! An instant of a scene as the viewer sees it: whose items are where on the screen, and who is at rest.

use super::super::Film;
use super::super::effect::{Effect, EffectKind};
use super::super::pen::scale_of;
use super::super::scene::{Actor, Scene, TIME};
use super::Look;
use super::glances::Shows;
use crate::diag::Diagnostic;
use crate::draw::{FrameItem, GlyphRun, Shape};
use crate::geom::{Affine, Rect};

/// Opacity below which something counts as gone, or on its way.
pub(super) const FAINT: f32 = 0.15;

/// Who shows something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Owner {
    /// The actor of this index.
    Actor(usize),
    /// The caption.
    Caption,
}

/// A text on the screen.
pub(super) struct Text {
    pub(super) owner: Owner,
    /// Its place among the items.
    pub(super) item: usize,
    /// Its box, in stage units of the screen.
    pub(super) rect: Rect,
    /// Height of its em on the screen, in stage units.
    pub(super) em: f64,
}

/// An instant.
pub(super) struct View<'f> {
    pub(super) film: &'f Film,
    pub(super) scene: &'f Scene,
    pub(super) frame: u64,
    /// Does the camera show the whole stage?
    pub(super) whole_stage: bool,
    /// In drawing order, with who shows them; flights and highlights left out.
    pub(super) items: Vec<(Owner, FrameItem)>,
    /// For each item its box, in stage units of the screen, if it draws anything.
    pub(super) boxes: Vec<Option<Rect>>,
    /// Texts at rest that are to be seen.
    pub(super) texts: Vec<Text>,
    /// For each actor: does it neither move nor change, come or go?
    pub(super) settled: Vec<bool>,
    /// Expressions that failed.
    pub(super) mistakes: Vec<Diagnostic>,
}

/// What actors showed at the instant before: most of them show the same again.
pub(super) struct Shown {
    frame: u64,
    /// Before the camera takes them.
    items: Vec<Option<Shows>>,
    /// For each actor: does it change by steps alone whose goals are constant?
    plain: Vec<bool>,
}

impl Shown {
    /// Nothing yet.
    pub(super) fn new(scene: &Scene) -> Self {
        // What an actor hangs on may change by goals of its own.
        let steady = |index: &usize| {
            let effects = scene.effects_of.get(*index).map_or(&[] as &[usize], Vec::as_slice);
            effects.iter().filter_map(|number| scene.effects.get(*number)).all(Effect::is_constant)
        };
        let plain = |(index, actor): (usize, &Actor)| {
            steady(&index) && actor.moved_by.iter().all(steady) && !actor.vars.contains(TIME)
        };
        let plain = scene.actors.iter().enumerate().map(plain).collect();
        Self { frame: 0, items: vec![None; scene.actors.len()], plain }
    }

    /// Does an actor show at a frame what it showed at the instant before?
    fn holds(&self, scene: &Scene, index: usize, changing: &[&Effect]) -> bool {
        let known = self.items.get(index).is_some_and(Option::is_some);
        let actor = scene.actors.get(index).filter(|_| known && self.plain.get(index) == Some(&true));
        actor.is_some_and(|actor| !changing.iter().any(|effect| effect.complement || touches(effect, index, actor)))
    }
}

impl<'f> View<'f> {
    pub(super) fn new(look: &Look<'f>, frame: u64, before: &mut Shown) -> Self {
        let Look { film, scene, glances, .. } = *look;
        let instant = glances.instant(frame);
        let changing: Vec<&Effect> =
            scene.effects.iter().filter(|effect| effect.start <= frame && effect.end > before.frame).collect();
        let (mut items, mut boxes, mut shown) = (Vec::new(), Vec::new(), Vec::new());
        for &actor in &scene.draw_order {
            let camera = instant.camera_of(actor);
            if before.holds(scene, actor, &changing) {
                before.items.get(actor).into_iter().flatten().for_each(|shows| glances.remember(frame, actor, shows));
            } else if let Some(slot) = before.items.get_mut(actor) {
                *slot = Some(glances.shows(frame, actor));
            }
            for (item, rect) in before.items.get(actor).into_iter().flatten().flat_map(|shows| shows.iter()) {
                let mut item = item.clone();
                item.item.transform = camera * item.item.transform;
                items.push((Owner::Actor(actor), item));
                // The camera turns nothing, so boxes stay tight.
                boxes.push(rect.map(|rect| camera.transform_rect_bbox(rect)));
            }
        }
        before.frame = frame;
        instant.emit_highlights(&mut shown);
        shown.clear();
        if film.shows_captions {
            film.emit_caption(frame, &mut shown);
            for item in shown.drain(..) {
                boxes.push(item.item.bounds());
                items.push((Owner::Caption, item));
            }
        }
        let settled = settled(scene, frame, instant.drifts());
        let texts = texts(&items, &boxes, &settled, film.size.stage());
        let whole_stage = instant.view().map(1.0) == Affine::IDENTITY;
        let mistakes = instant.mistakes.take();
        Self { film, scene, frame, whole_stage, items, boxes, texts, settled, mistakes }
    }

    /// The run of glyphs of a text, with the item that draws it.
    pub(super) fn run(&self, text: &Text) -> Option<(&FrameItem, &GlyphRun)> {
        let (_, item) = self.items.get(text.item)?;
        match &item.item.shape {
            Shape::Glyphs(run) => Some((item, run)),
            _ => None,
        }
    }

    /// An actor by its index.
    pub(super) fn actor(&self, index: usize) -> Option<&'f Actor> {
        self.scene.actors.get(index)
    }
}

/// Is an effect between its beginning and the frame on which it arrives?
pub(super) fn under_way(effect: &Effect, frame: u64) -> bool {
    effect.start <= frame && frame + 1 < effect.end
}

fn settled(scene: &Scene, frame: u64, drifts: bool) -> Vec<bool> {
    let running: Vec<&Effect> = scene.effects.iter().filter(|effect| under_way(effect, frame)).collect();
    let camera = drifts || running.iter().any(|effect| effect.is_camera());
    let rests =
        |(index, actor): (usize, &Actor)| !camera && !running.iter().any(|effect| touches(effect, index, actor));
    scene.actors.iter().enumerate().map(rests).collect()
}

/// Does an effect change what an actor shows, or where, before the camera takes it?
fn touches(effect: &Effect, index: usize, actor: &Actor) -> bool {
    match &effect.kind {
        EffectKind::Set { var, .. } => actor.vars.contains(var),
        _ if effect.is_camera() => false,
        EffectKind::Highlight { .. } | EffectKind::Unhighlight => false,
        _ if effect.complement => effect.targets.iter().all(|target| target.actor != index),
        _ => effect.targets.iter().any(|target| target.actor == index || actor.moved_by.contains(&target.actor)),
    }
}

fn texts(items: &[(Owner, FrameItem)], boxes: &[Option<Rect>], settled: &[bool], stage: Rect) -> Vec<Text> {
    let text = |(number, ((owner, item), rect)): (usize, (&(Owner, FrameItem), &Option<Rect>))| {
        let Shape::Glyphs(run) = &item.item.shape else { return None };
        let rests = match owner {
            Owner::Actor(index) => settled.get(*index).copied().unwrap_or(false),
            Owner::Caption => true,
        };
        let seen = rests && item.item.opacity * run.paint.color().a >= FAINT;
        let rect = rect.filter(|rect| seen && rect.overlaps(stage))?;
        Some(Text { owner: *owner, item: number, rect, em: run.size * scale_of(item.item.transform) })
    };
    items.iter().zip(boxes).enumerate().filter_map(text).collect()
}

/// The name of an actor or of the caption, for messages.
pub(super) fn name_of(scene: &Scene, owner: Owner) -> String {
    match owner {
        Owner::Actor(index) => scene.actors.get(index).map_or_else(String::new, |actor| format!("`{}`", actor.name)),
        Owner::Caption => "the caption".into(),
    }
}
