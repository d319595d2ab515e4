//! A compiled scene: its actors, its effects, and what they depend on.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use super::effect::Effect;
use super::flight::Flights;
use super::past::Past;
use super::transition::Transition;
use crate::diag::Span;
use crate::expression::Value;
use crate::info::{Code, Distribution};
use crate::script::{Align, Arrange, Num, Place, Placement, Selector, Slot};
use crate::time::FrameRange;
use crate::visuals::{Action, Drawing, Visual, VisualSpec};

/// A source of the script.
pub(super) struct SourceEntry {
    pub(super) name: String,
    /// Where it is defined.
    pub(super) span: Span,
    pub(super) kind: SourceEntryKind,
}

/// How a source's distribution is had.
pub(super) enum SourceEntryKind {
    /// The same at every instant.
    Fixed(Arc<Distribution>),
    /// From numbers that follow variables; relative weights are normalised.
    Live { weights: Vec<(String, Num)>, relative: bool },
    /// A coin whose chance of heads follows variables.
    LiveCoin(Num),
    /// Blocks of so many symbols of the source at this index, which is not always the same.
    Blocks { of: usize, length: usize },
}

/// A code of the script.
pub(super) struct CodeEntry {
    pub(super) name: String,
    pub(super) source: String,
    pub(super) kind: CodeEntryKind,
}

/// How a code is had.
pub(super) enum CodeEntryKind {
    /// The same at every instant.
    Fixed(Arc<Code>),
    /// Built anew from a live source.
    Live(fn(Arc<Distribution>) -> Code),
}

/// A variable and its first value.
pub(super) struct Var {
    pub(super) name: String,
    pub(super) value: Num,
}

/// What an actor is.
pub(super) enum ActorKind {
    Visual(Box<dyn Visual>),
    Group { arrange: Arrange, members: Vec<usize>, gap: Option<Num>, spread: Option<Num>, align: Option<Align> },
}

/// A drawing and what it was made from.
struct Drawn {
    values: Vec<Value>,
    actions: Vec<Action>,
    drawing: Arc<Drawing>,
}

/// An actor of a scene.
pub(super) struct Actor {
    pub(super) name: String,
    pub(super) span: Span,
    pub(super) kind: ActorKind,
    /// What describes its visual, if it is one.
    pub(super) visual: Option<&'static VisualSpec>,
    pub(super) placement: Placement,
    /// The group that arranges it, and its position in it.
    pub(super) member_of: Option<(usize, usize)>,
    /// Does it stand within an instance of a component?
    pub(super) scoped: bool,
    /// What it is a name for, if it is a set.
    pub(super) stands_for: Option<Vec<Selector>>,
    /// Slots that its drawing depends on.
    pub(super) slots: Vec<Slot>,
    /// Those of its slots that are places.
    pub(super) places: Vec<(Slot, Place)>,
    /// Variables that its drawing or place depends on, through others too.
    pub(super) vars: BTreeSet<String>,
    /// Actors (itself included) whose motion moves it: those it is placed by, and those its expressions read.
    pub(super) moved_by: BTreeSet<usize>,
    /// The last few drawings, newest first: threads draw neighbouring frames.
    drawn: Mutex<Vec<Drawn>>,
}

/// What expressions call the seconds since the scene began, unless the script has a variable of this name.
pub(super) const TIME: &str = "time";

/// Drawings kept per actor: one for each of the threads that are likely to be at different instants.
const DRAWINGS_KEPT: usize = 4;

impl Actor {
    pub(super) fn new(name: &str, span: Span, kind: ActorKind, placement: Placement, slots: Vec<Slot>) -> Self {
        Self {
            name: name.to_owned(),
            span,
            kind,
            visual: None,
            placement,
            member_of: None,
            scoped: false,
            stands_for: None,
            slots,
            places: Vec::new(),
            vars: BTreeSet::new(),
            moved_by: BTreeSet::new(),
            drawn: Mutex::default(),
        }
    }

    /// The drawing for these inputs, made only if it is not at hand.
    pub(super) fn drawing(
        &self,
        values: Vec<Value>,
        actions: Vec<Action>,
        draw: impl FnOnce(&[Action]) -> Drawing,
    ) -> Arc<Drawing> {
        let mut drawn = self.drawn.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = drawn.iter().find(|d| d.values == values && d.actions == actions) {
            return Arc::clone(&found.drawing);
        }
        drop(drawn);
        let drawing = Arc::new(draw(&actions));
        drawn = self.drawn.lock().unwrap_or_else(PoisonError::into_inner);
        drawn.truncate(DRAWINGS_KEPT - 1);
        drawn.insert(0, Drawn { values, actions, drawing: Arc::clone(&drawing) });
        drawing
    }
}

/// A compiled scene.
pub(super) struct Scene {
    pub(super) id: String,
    pub(super) title: Option<String>,
    pub(super) chapter: bool,
    pub(super) range: FrameRange,
    pub(super) vars: Vec<Var>,
    pub(super) actors: Vec<Actor>,
    /// In the order in which they begin.
    pub(super) effects: Vec<Effect>,
    /// What its earlier frames leave behind.
    pub(super) past: Past,
    /// What flies from where to where, as far as it has been asked for.
    pub(super) flights: Flights,
    /// For each actor, the effects that may concern it.
    pub(super) effects_of: Vec<Vec<usize>>,
    /// How it takes the place of the scene before, if not at once.
    pub(super) transition: Option<Transition>,
    /// Actors in drawing order: by layer, then as the cast lists them.
    pub(super) draw_order: Vec<usize>,
}

impl Scene {
    /// What a name means in a scope: the actor of that name in the same instance of a component, or what it says.
    pub(super) fn resolve<'n>(&self, scope: &str, name: &'n str) -> Cow<'n, str> {
        if scope.is_empty() {
            return Cow::Borrowed(name);
        }
        let local = format!("{scope}{name}");
        if self.actors.iter().any(|actor| actor.name == local) { Cow::Owned(local) } else { Cow::Borrowed(name) }
    }
}
