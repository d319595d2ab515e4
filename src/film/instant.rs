//! One instant of a scene: what variables, expressions, sources, codes and actors are worth at a frame.
//!
//! Everything is worked out when it is asked for, and remembered for the rest of the frame.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use rhai::Dynamic;

use super::Film;
use super::effect::{Effect, EffectKind};
use super::place::Place;
use super::scene::{Actor, ActorKind, CodeEntryKind, Scene, SourceEntryKind};
use crate::diag::Diagnostic;
use crate::expression::{Value, record, to_dynamic};
use crate::geom::{Point, lerp};
use crate::info::{Code, Distribution};
use crate::script::{Num, Slot};
use crate::visuals::{Action, Drawing, Now};

pub(super) struct Instant<'f> {
    pub(super) film: &'f Film,
    pub(super) scene: &'f Scene,
    /// Frame of the film.
    pub(super) frame: u64,
    values: RefCell<BTreeMap<u32, Value>>,
    drawings: RefCell<BTreeMap<usize, Arc<Drawing>>>,
    places: RefCell<BTreeMap<usize, Place>>,
    /// Mistakes met on the way: expressions that fail. Only `check` looks at them.
    pub(super) mistakes: RefCell<Vec<Diagnostic>>,
}

impl<'f> Instant<'f> {
    pub(super) fn new(film: &'f Film, scene: &'f Scene, frame: u64) -> Self {
        let (values, drawings, places, mistakes) = Default::default();
        Self { film, scene, frame, values, drawings, places, mistakes }
    }

    /// A number, or NaN if its expression fails.
    pub(super) fn number(&self, num: &Num) -> f64 {
        match num {
            Num::Fixed(value) => *value,
            Num::Live(slot) => self.value(*slot).number(),
        }
    }

    /// A pair of numbers as a point.
    pub(super) fn point(&self, [x, y]: &[Num; 2]) -> Point {
        Point::new(self.number(x), self.number(y))
    }

    /// What an expression is worth; `Nothing` if it fails.
    pub(super) fn value(&self, slot: Slot) -> Value {
        if let Some(known) = self.values.borrow().get(&slot.0) {
            return known.clone();
        }
        let expression = self.film.expressions.get(slot.0 as usize).and_then(Option::as_ref);
        let value = expression.map_or(Ok(Value::Nothing), |expression| {
            let scope = self.film.scope_of(slot);
            expression.evaluate(&|name| self.named(&self.scene.resolve(scope, name)))
        });
        let value = value.unwrap_or_else(|mistake| {
            self.mistakes.borrow_mut().push(mistake);
            Value::Nothing
        });
        self.values.borrow_mut().insert(slot.0, value.clone());
        value
    }

    /// What a name in an expression stands for: a variable, else a source, a code, or an actor's live values.
    fn named(&self, name: &str) -> Option<Dynamic> {
        if let Some(number) = self.variable(name) {
            return Some(Dynamic::from_float(number));
        }
        if let Some(distribution) = self.source(name) {
            return to_dynamic(&Value::Distribution(distribution));
        }
        if let Some(code) = self.code(name) {
            return to_dynamic(&Value::Code(code));
        }
        let actor = self.scene.actors.iter().position(|actor| actor.name == name)?;
        let drawing = self.drawing(actor)?;
        // An expression in the actor's own fields may read its values, but its place is not known yet.
        let mut values = drawing.values.clone();
        let layout = self.place(actor).layout;
        let centre = layout.center();
        values.extend([
            ("left", layout.x0),
            ("right", layout.x1),
            ("bottom", layout.y0),
            ("top", layout.y1),
            ("x", centre.x),
            ("y", centre.y),
        ]);
        Some(record(&values))
    }

    /// A variable's value: its first one, pulled along by the `set` steps that have begun.
    pub(super) fn variable(&self, name: &str) -> Option<f64> {
        let var = self.scene.vars.iter().find(|var| var.name == name)?;
        let mut value = self.number(&var.value);
        for effect in &self.scene.effects {
            if let EffectKind::Set { var, value: goal } = &effect.kind
                && var == name
                && let Some(clock) = effect.clock(self.frame)
            {
                value = lerp(value, self.number(goal), clock.whole());
            }
        }
        Some(value)
    }

    /// A source's distribution at this instant; `None` if there is no such source or its weights make none now.
    pub(super) fn source(&self, name: &str) -> Option<Arc<Distribution>> {
        let entry = self.film.sources.iter().find(|source| source.name == name)?;
        match &entry.kind {
            SourceEntryKind::Fixed(distribution) => Some(Arc::clone(distribution)),
            SourceEntryKind::LiveCoin(p) => Distribution::coin(self.number(p)).ok().map(Arc::new),
            SourceEntryKind::Live { weights, relative } => {
                let weights: Vec<(String, f64)> =
                    weights.iter().map(|(name, num)| (name.clone(), self.number(num))).collect();
                let built = if *relative { Distribution::from_relative(&weights) } else { Distribution::new(&weights) };
                built.ok().map(Arc::new)
            }
        }
    }

    /// A code at this instant.
    pub(super) fn code(&self, name: &str) -> Option<Arc<Code>> {
        let entry = self.film.codes.iter().find(|code| code.name == name)?;
        match &entry.kind {
            CodeEntryKind::Fixed(code) => Some(Arc::clone(code)),
            CodeEntryKind::Live(build) => self.source(&entry.source).map(|source| Arc::new(build(source))),
        }
    }

    pub(super) fn actor(&self, index: usize) -> Option<&'f Actor> {
        self.scene.actors.get(index)
    }

    /// The effects that may concern an actor, in the order in which they begin.
    pub(super) fn effects_of(&self, actor: usize) -> impl Iterator<Item = (usize, &'f Effect)> + use<'f> {
        let scene = self.scene;
        let listed = scene.effects_of.get(actor).map_or(&[] as &[usize], Vec::as_slice);
        listed.iter().filter_map(move |&index| scene.effects.get(index).map(|effect| (index, effect)))
    }

    /// What an actor looks like at this instant, in its own units; `None` for groups.
    pub(super) fn drawing(&self, index: usize) -> Option<Arc<Drawing>> {
        if let Some(known) = self.drawings.borrow().get(&index) {
            return Some(Arc::clone(known));
        }
        let actor = self.actor(index)?;
        let ActorKind::Visual(visual) = &actor.kind else { return None };
        let values: Vec<Value> = actor.slots.iter().map(|slot| self.value(*slot)).collect();
        let drawing = actor.drawing(values, self.actions(index), |actions| {
            let lookup = |slot: Slot| self.value(slot);
            visual.draw(&Now { values: &lookup, actions, theme: &self.film.theme, typesetter: self.film.typesetter })
        });
        self.drawings.borrow_mut().insert(index, Arc::clone(&drawing));
        Some(drawing)
    }

    /// The actions of an actor that have begun.
    fn actions(&self, index: usize) -> Vec<Action> {
        let begun = |(_, effect): (usize, &Effect)| match (&effect.kind, effect.clock(self.frame)) {
            (EffectKind::Act { name, args }, Some(clock)) => Some(Action { name, args: args.clone(), clock }),
            _ => None,
        };
        self.effects_of(index).filter_map(begun).collect()
    }

    /// Is an actor's drawing or place changing at this frame, or the camera?
    pub(super) fn unsettled(&self, index: usize) -> bool {
        let Some(actor) = self.actor(index) else { return false };
        let moves = |effect: &Effect| match &effect.kind {
            EffectKind::Set { var, .. } => actor.vars.contains(var),
            EffectKind::CameraFit { .. } | EffectKind::CameraAt { .. } | EffectKind::CameraReset => true,
            EffectKind::Act { .. } => effect.targets.iter().any(|target| actor.moved_by.contains(&target.actor)),
            _ => {
                let whole =
                    |target: &super::effect::Address| target.path.is_empty() && actor.moved_by.contains(&target.actor);
                effect.displaces() && effect.targets.iter().any(whole)
            }
        };
        self.scene.effects.iter().any(|effect| effect.running(self.frame) && moves(effect))
    }

    pub(super) fn remembered_place(&self, index: usize) -> Option<Place> {
        self.places.borrow().get(&index).copied()
    }

    pub(super) fn remember_place(&self, index: usize, place: Place) {
        self.places.borrow_mut().insert(index, place);
    }
}
