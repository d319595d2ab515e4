//! An instant of a scene as the viewer sees it: whose items are where on the screen, and who is at rest.

use super::super::Film;
use super::super::effect::{Effect, EffectKind};
use super::super::instant::Instant;
use super::super::reveal::scale_of;
use super::super::scene::{Actor, Scene};
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
    /// Texts at rest that are to be seen.
    pub(super) texts: Vec<Text>,
    /// For each actor: does it neither move nor change, come or go?
    pub(super) settled: Vec<bool>,
    /// Expressions that failed.
    pub(super) mistakes: Vec<Diagnostic>,
}

impl<'f> View<'f> {
    pub(super) fn new(film: &'f Film, scene: &'f Scene, frame: u64) -> Self {
        let instant = Instant::new(film, scene, frame);
        let camera = instant.camera();
        let (mut items, mut shown) = (Vec::new(), Vec::new());
        for &actor in &scene.draw_order {
            instant.emit_actor(actor, &mut shown);
            items.extend(shown.drain(..).map(|mut item| {
                item.item.transform = camera * item.item.transform;
                (Owner::Actor(actor), item)
            }));
        }
        instant.emit_flights(&mut shown);
        instant.emit_highlights(&mut shown);
        shown.clear();
        if film.shows_captions {
            film.emit_caption(frame, &mut shown);
            items.extend(shown.drain(..).map(|item| (Owner::Caption, item)));
        }
        let settled = settled(scene, frame);
        let texts = texts(&items, &settled, film.size.stage());
        let whole_stage = camera == Affine::IDENTITY;
        let mistakes = instant.mistakes.into_inner();
        Self { film, scene, frame, whole_stage, items, texts, settled, mistakes }
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

fn settled(scene: &Scene, frame: u64) -> Vec<bool> {
    let running: Vec<&Effect> = scene.effects.iter().filter(|effect| under_way(effect, frame)).collect();
    let touches = |effect: &Effect, index: usize, actor: &Actor| match &effect.kind {
        EffectKind::Set { var, .. } => actor.vars.contains(var),
        EffectKind::CameraFit { .. } | EffectKind::CameraAt { .. } | EffectKind::CameraReset => true,
        EffectKind::Highlight { .. } | EffectKind::Unhighlight => false,
        _ if effect.complement => effect.targets.iter().all(|target| target.actor != index),
        _ => effect.targets.iter().any(|target| target.actor == index || actor.moved_by.contains(&target.actor)),
    };
    let rests = |(index, actor): (usize, &Actor)| !running.iter().any(|effect| touches(effect, index, actor));
    scene.actors.iter().enumerate().map(rests).collect()
}

fn texts(items: &[(Owner, FrameItem)], settled: &[bool], stage: Rect) -> Vec<Text> {
    let text = |(number, (owner, item)): (usize, &(Owner, FrameItem))| {
        let Shape::Glyphs(run) = &item.item.shape else { return None };
        let rests = match owner {
            Owner::Actor(index) => settled.get(*index).copied().unwrap_or(false),
            Owner::Caption => true,
        };
        let seen = rests && item.item.opacity * run.paint.color().a >= FAINT;
        let rect = seen.then(|| item.item.bounds()).flatten().filter(|rect| rect.overlaps(stage))?;
        Some(Text { owner: *owner, item: number, rect, em: run.size * scale_of(item.item.transform) })
    };
    items.iter().enumerate().filter_map(text).collect()
}

/// The name of an actor or of the caption, for messages.
pub(super) fn name_of(scene: &Scene, owner: Owner) -> String {
    match owner {
        Owner::Actor(index) => scene.actors.get(index).map_or_else(String::new, |actor| format!("`{}`", actor.name)),
        Owner::Caption => "the caption".into(),
    }
}
