//! One instant of a scene: what variables, expressions, sources, codes and actors are worth at a frame.
//!
//! Everything is worked out when it is asked for, and remembered for the rest of the frame.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rhai::Dynamic;

use super::Film;
use super::camera::View;
use super::effect::{Effect, EffectKind};
use super::group::Within;
use super::memo::Memo;
use super::place::Place;
use super::scene::{Actor, ActorKind, CodeEntryKind, Scene, SourceEntry, SourceEntryKind, TIME};
use super::settled::Stirred;
use crate::diag::{Diagnostic, Span};
use crate::draw::{Digest, ItemId};
use crate::expression::{Value, record, to_dynamic};
use crate::geom::{Point, Rect, lerp};
use crate::info::{Code, Distribution, InfoError, block_distribution};
use crate::limits;
use crate::script::{Num, Slot};
use crate::visuals::{Action, Course, Drawing, Now};

/// What is being worked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Busy {
    /// An expression, perhaps with members of components at rest.
    Slot(u32, bool),
    /// The goal of an effect, told by its number.
    Goal(usize),
}

/// Where an arrangement puts the centres of members; `None` if it leaves them alone.
type Centres = Option<Arc<[Point]>>;

pub(super) struct Instant<'f> {
    pub(super) film: &'f Film,
    pub(super) scene: &'f Scene,
    /// Frame of the film; `None` before it begins.
    pub(super) frame: Option<u64>,
    /// Where in the frame's exposure it is: 0 at its end, which is what a frame shows by itself; above -1.
    pub(super) shutter: f64,
    /// What the camera sees.
    pub(super) view: OnceCell<View>,
    /// Is the camera moving?
    pub(super) pans: OnceCell<bool>,
    values: RefCell<BTreeMap<(u32, bool), Value>>,
    drawings: Memo<Arc<Drawing>>,
    places: Memo<Place>,
    locals: Memo<Place>,
    /// Where arrangements put the members of groups.
    centres: Memo<Centres>,
    /// Boxes of groups' members at rest.
    contents: Memo<Rect>,
    /// Is the size of a group being worked out, for which its members count as they stand at rest?
    pub(super) at_rest: Cell<bool>,
    /// What is changing.
    pub(super) stirred: OnceCell<Stirred<'f>>,
    /// Places and drawings that are being worked out, one for the sake of the other.
    depth: Cell<usize>,
    /// Expressions and goals that are being worked out.
    busy: RefCell<BTreeSet<Busy>>,
    /// Variables whose `set` steps are being gone through, with what they are worth before the step at hand.
    folding: RefCell<BTreeMap<usize, f64>>,
    /// Of these, the ones that were asked for meanwhile: what depends on them is not kept.
    tainted: RefCell<BTreeSet<usize>>,
    /// For each item that has been emitted the identity of its node, if that is to be known.
    pub(super) owners: Option<RefCell<BTreeMap<ItemId, ItemId>>>,
    /// Mistakes met on the way: expressions that fail. Only `check` looks at them.
    pub(super) mistakes: RefCell<Vec<Diagnostic>>,
}

impl<'f> Instant<'f> {
    pub(super) fn new(film: &'f Film, scene: &'f Scene, frame: u64) -> Self {
        Self::of(film, scene, Some(frame))
    }

    /// An instant within the exposure of a frame.
    pub(super) fn exposed(self, shutter: f64) -> Self {
        Self { shutter, ..self }
    }

    /// An instant that notes which node each item belongs to.
    pub(super) fn noting(self) -> Self {
        Self { owners: Some(RefCell::default()), ..self }
    }

    /// An instant, or the state before the film.
    pub(super) fn of(film: &'f Film, scene: &'f Scene, frame: Option<u64>) -> Self {
        let (values, drawings, places, locals, mistakes) = Default::default();
        let (at_rest, stirred, depth, busy, folding, tainted) = Default::default();
        let (view, pans, centres, contents) = Default::default();
        Self {
            film,
            scene,
            frame,
            shutter: 0.0,
            view,
            pans,
            values,
            drawings,
            places,
            locals,
            centres,
            contents,
            at_rest,
            stirred,
            depth,
            busy,
            folding,
            tainted,
            owners: None,
            mistakes,
        }
    }

    /// Works something out at another instant, for the sake of this one.
    pub(super) fn then<T>(&self, frame: Option<u64>, work: impl FnOnce(&Self) -> T) -> T {
        let then = self.at(frame);
        let result = work(&then);
        self.mistakes.borrow_mut().append(&mut then.mistakes.borrow_mut());
        result
    }

    /// Another instant of the scene, that is asked for the sake of this one.
    pub(super) fn at(&self, frame: Option<u64>) -> Self {
        let then = Self::of(self.film, self.scene, frame);
        then.depth.set(self.depth.get() + 1);
        then
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
        let scope = self.film.scope_of(slot);
        // Only what stands within a component can be asked for at rest.
        let at_rest = self.at_rest.get() && !scope.is_empty();
        if let Some(known) = self.values.borrow().get(&(slot.0, at_rest)) {
            return known.clone();
        }
        let within = || Within { group: scope.strip_suffix('.').and_then(|instance| self.index_of(instance)), at_rest };
        let expression = self.film.expressions.get(slot.0 as usize).and_then(Option::as_ref);
        let busy = Busy::Slot(slot.0, at_rest);
        let evaluated = match (expression, self.film.place_at(slot)) {
            (Some(expression), _) => self.once(busy, expression.span(), || {
                let within = within();
                let places = expression.asks_places();
                let named = |name: &str| self.named(&self.scene.resolve(scope, name), within, places);
                self.resting(at_rest, || expression.evaluate(&named))
            }),
            (None, Some(place)) => {
                let span = place.of().map_or_else(Span::detached, |selector| selector.span.clone());
                self.once(busy, &span, || Ok(self.resting(at_rest, || self.spot(place, within()))))
            }
            (None, None) => return Value::Nothing,
        };
        let value = evaluated.unwrap_or(Ok(Value::Nothing)).unwrap_or_else(|mistake| {
            self.mistakes.borrow_mut().push(mistake);
            Value::Nothing
        });
        if self.lasting() {
            self.values.borrow_mut().insert((slot.0, at_rest), value.clone());
        }
        value
    }

    /// Where the expressions stand that were asked for and are worth no finite number, though a number.
    pub(super) fn endless(&self) -> Vec<Span> {
        let values = self.values.borrow();
        let endless = values.iter().filter(|(_, value)| matches!(value, Value::Number(number) if !number.is_finite()));
        let span = |slot: u32| Some(self.film.expressions.get(slot as usize)?.as_ref()?.span().clone());
        endless.filter_map(|((slot, _), _)| span(*slot)).collect()
    }

    /// Works something out that must not be needed for itself; `None`, and a mistake at the place, if it is.
    pub(super) fn once<T>(&self, what: Busy, span: &Span, work: impl FnOnce() -> T) -> Option<T> {
        let deep = self.depth.get() >= limits::PLACEMENT_DEPTH;
        if deep || !self.busy.borrow_mut().insert(what) {
            let message = if deep {
                format!("this depends on more than {} other things in a chain", limits::PLACEMENT_DEPTH)
            } else {
                format!("`{}` depends on itself", span.text().lines().next().unwrap_or_default())
            };
            let hint = "give a point or a number in the place of what follows it; `by: [x, y]` moves from where it is";
            self.mistakes.borrow_mut().push(Diagnostic::error("circular", span, message).hint(hint));
            return None;
        }
        self.depth.set(self.depth.get() + 1);
        let result = work();
        self.depth.set(self.depth.get() - 1);
        self.busy.borrow_mut().remove(&what);
        Some(result)
    }

    /// Does what has just been worked out hold for the rest of the frame?
    fn lasting(&self) -> bool {
        self.tainted.borrow().is_empty()
    }

    /// Works something out with members of components as they stand at rest, or not.
    pub(super) fn resting<T>(&self, at_rest: bool, work: impl FnOnce() -> T) -> T {
        let before = self.at_rest.replace(at_rest);
        let result = work();
        self.at_rest.set(before);
        result
    }

    /// Works something out for the sake of something else; `None`, and a mistake, if that leads on without end.
    pub(super) fn deeper<T>(&self, index: usize, work: impl FnOnce() -> T) -> Option<T> {
        if self.depth.get() >= limits::PLACEMENT_DEPTH {
            let name = self.actor(index).map_or("", |actor| &actor.name);
            let message = format!("where `{name}` is depends on more than {} other things", limits::PLACEMENT_DEPTH);
            let span = self.actor(index).map_or_else(Span::detached, |actor| actor.span.clone());
            let found = Diagnostic::error("circular", &span, message);
            let hint = "places that hang on each other in a circle, or in a very long chain: give one of them a place of its own";
            self.mistakes.borrow_mut().push(found.hint(hint));
            return None;
        }
        self.depth.set(self.depth.get() + 1);
        let result = work();
        self.depth.set(self.depth.get() - 1);
        Some(result)
    }

    /// What a name in an expression stands for: a variable, else a source, a code, or an actor's live values.
    fn named(&self, name: &str, within: Within, places: bool) -> Option<Dynamic> {
        if let Some(number) = self.variable(name) {
            return Some(Dynamic::from_float(number));
        }
        if let (Some(x), Some(y)) = (self.variable(&format!("{name}.x")), self.variable(&format!("{name}.y"))) {
            return to_dynamic(&Value::Point(Point::new(x, y)));
        }
        if let Some(distribution) = self.source(name) {
            return to_dynamic(&Value::Distribution(distribution));
        }
        if let Some(code) = self.code(name) {
            return to_dynamic(&Value::Code(code));
        }
        if let Some((_, value)) = self.film.data.iter().find(|(known, _)| known == name) {
            return to_dynamic(value);
        }
        let actor = self.index_of(name)?;
        Some(self.live_values(actor, within, places))
    }

    /// What expressions may read of an actor: `chart.area`, `title.top`, `card.title.width`. Places are in the units of the
    /// component that the expression stands in, and left out where it asks for none: values of an actor may make the size of
    /// the component that holds it.
    fn live_values(&self, index: usize, within: Within, places: bool) -> Dynamic {
        let drawing = self.drawing(index);
        let mut values = drawing.map_or(Vec::new(), |drawing| drawing.values.clone());
        if places {
            values.extend(self.measures(index, within));
        }
        let actor = self.actor(index);
        let members = match actor.map(|actor| &actor.kind) {
            Some(ActorKind::Group { members, .. }) => members.as_slice(),
            _ => &[],
        };
        let named = members.iter().filter_map(|&member| {
            let name = self.actor(member)?.name.strip_prefix(&actor?.name)?.strip_prefix('.')?;
            Some((name.to_owned(), self.live_values(member, within, places)))
        });
        // Its coordinates, for `on(graph, x, y)`.
        let plane = self.drawing(index).and_then(|drawing| drawing.plane).filter(|_| places).map(|plane| {
            let seen = self.seen_from(within) * self.place(index).stage_from_actor * plane.map;
            let log = plane.log.map(|log| if log { 1.0 } else { 0.0 });
            let numbers: Vec<Dynamic> = seen.as_coeffs().into_iter().chain(log).map(Dynamic::from_float).collect();
            ("plane".to_owned(), numbers.into())
        });
        record(&values, named.chain(plane))
    }

    /// Where an actor is and how large, for expressions.
    fn measures(&self, index: usize, within: Within) -> [(&'static str, f64); 8] {
        let layout = match within.group {
            Some(group) if self.group_of(index) == Some(group) => self.local(index, within).layout,
            _ => self.seen_from(within).transform_rect_bbox(self.place(index).layout),
        };
        let centre = layout.center();
        [
            ("left", layout.x0),
            ("right", layout.x1),
            ("bottom", layout.y0),
            ("top", layout.y1),
            ("x", centre.x),
            ("y", centre.y),
            ("width", layout.width()),
            ("height", layout.height()),
        ]
    }

    /// Seconds since the scene began.
    fn seconds(&self) -> f64 {
        let frames = self.frame.map_or(0, |frame| (frame + 1).saturating_sub(self.scene.range.start.0));
        (frames as f64 + self.shutter).max(0.0) / self.film.fps.as_f64()
    }

    /// A variable's value: its first one, pulled along by the `set` steps that have begun.
    pub(super) fn variable(&self, name: &str) -> Option<f64> {
        let found = self.scene.vars.iter().enumerate().find(|(_, var)| var.name == name);
        let Some((index, var)) = found else { return (name == TIME).then(|| self.seconds()) };
        if let Some(pinned) = self.film.pinned.get(name) {
            return Some(*pinned);
        }
        if let Some(before) = self.folding.borrow().get(&index) {
            // `set: { p: p + 1 }` speaks of what it is worth before the step.
            self.tainted.borrow_mut().insert(index);
            return Some(*before);
        }
        let mut value = self.number(&var.value);
        for effect in &self.scene.effects {
            if let EffectKind::Set { var, value: goal } = &effect.kind
                && var == name
                && let Some(clock) = effect.clock(self.frame, self.shutter)
            {
                self.folding.borrow_mut().insert(index, value);
                value = lerp(value, self.number(goal), clock.whole());
            }
        }
        self.folding.borrow_mut().remove(&index);
        self.tainted.borrow_mut().remove(&index);
        Some(value)
    }

    /// A source's distribution at this instant; `None` if there is no such source.
    pub(super) fn source(&self, name: &str) -> Option<Arc<Distribution>> {
        self.distribution(self.film.sources.iter().find(|source| source.name == name)?)
    }

    fn distribution(&self, entry: &SourceEntry) -> Option<Arc<Distribution>> {
        let (size, built) = match &entry.kind {
            SourceEntryKind::Fixed(distribution) => return Some(Arc::clone(distribution)),
            SourceEntryKind::LiveCoin(p) => (2, Distribution::coin(self.number(p))),
            SourceEntryKind::Live { weights, relative } => {
                let weights: Vec<(String, f64)> =
                    weights.iter().map(|(name, num)| (name.clone(), self.number(num))).collect();
                let built = if *relative { Distribution::from_relative(&weights) } else { Distribution::new(&weights) };
                (weights.len(), built)
            }
            SourceEntryKind::Blocks { of, length } => {
                let source = self.distribution(self.film.sources.get(*of)?)?;
                let size = u32::try_from(*length).ok().and_then(|length| source.len().checked_pow(length));
                (size.unwrap_or(1), block_distribution(&source, *length))
            }
        };
        Some(self.sound(entry, size, built))
    }

    /// A source's distribution; where its weights make none now that is told, and all symbols are equally likely.
    fn sound(&self, entry: &SourceEntry, size: usize, built: Result<Distribution, InfoError>) -> Arc<Distribution> {
        Arc::new(built.unwrap_or_else(|reason| {
            let message = format!("the source `{}` makes no distribution at this instant: {reason}", entry.name);
            let found = Diagnostic::error("bad-distribution", &entry.span, message);
            self.mistakes.borrow_mut().push(found.hint("`{ weights: { ... } }` divides by the sum"));
            Distribution::uniform(size)
        }))
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
        let actor = self.actor(index)?;
        let at_rest = self.at_rest.get() && actor.scoped;
        if let Some(known) = self.drawings.get(index, at_rest) {
            return Some(known);
        }
        let ActorKind::Visual(visual) = &actor.kind else { return None };
        let drawing = self.deeper(index, || {
            let mut values: Vec<Value> = actor.slots.iter().map(|slot| self.value(*slot)).collect();
            let lookup = |slot: Slot| self.value(slot);
            let courses = self.courses(index, visual.memory(&lookup));
            // What tells one drawing of a trail from another: all of its way, as ways of one length may have the same ends.
            for Course { points } in &courses {
                let numbers = points.iter().flat_map(|(at, age)| [at.x, at.y, *age]);
                let Digest(digest) = Digest::of(&numbers.flat_map(f64::to_le_bytes).collect::<Vec<u8>>());
                let words = [digest, digest >> 32, digest >> 64, digest >> 96];
                values.extend(words.map(|word| Value::Number(f64::from(word as u32))));
            }
            let speed = visual.pace().map_or(0.0, |num| self.speed(index, num));
            values.extend(visual.pace().map(|_| Value::Number(speed)));
            actor.drawing(values, self.actions(index), |actions| {
                visual.draw(&Now {
                    values: &lookup,
                    actions,
                    courses: &courses,
                    speed,
                    theme: &self.film.theme,
                    typesetter: &self.film.typesetter,
                })
            })
        })?;
        if self.lasting() {
            self.drawings.insert(index, at_rest, Arc::clone(&drawing));
        }
        Some(drawing)
    }

    /// By how much a number of an actor has changed since the frame before; 0 if nothing that it depends on is under way.
    fn speed(&self, index: usize, num: &Num) -> f64 {
        let before = self.frame.and_then(|frame| frame.checked_sub(1)).filter(|_| self.unsettled(index));
        let change = before.map_or(0.0, |before| self.number(num) - self.then(Some(before), |then| then.number(num)));
        if change.is_finite() { change } else { 0.0 }
    }

    /// The actions of an actor that have begun.
    fn actions(&self, index: usize) -> Vec<Action> {
        let begun = |(_, effect): (usize, &Effect)| match (&effect.kind, effect.clock(self.frame, self.shutter)) {
            (EffectKind::Act { name, args }, Some(clock)) => Some(Action { name, args: args.clone(), clock }),
            _ => None,
        };
        self.effects_of(index).filter_map(begun).collect()
    }

    pub(super) fn remembered_local(&self, index: usize, at_rest: bool) -> Option<Place> {
        self.locals.get(index, at_rest)
    }

    pub(super) fn remember_local(&self, index: usize, at_rest: bool, place: Place) {
        if self.lasting() {
            self.locals.insert(index, at_rest, place);
        }
    }

    /// What a group's arrangement gives, worked out if it is not known.
    pub(super) fn remembered_centres(&self, group: usize, work: impl FnOnce() -> Centres) -> Centres {
        let at_rest = self.at_rest.get();
        self.centres.get(group, at_rest).unwrap_or_else(|| {
            let centres = work();
            if self.lasting() {
                self.centres.insert(group, at_rest, centres.clone());
            }
            centres
        })
    }

    /// The box of a group's members at rest, worked out if it is not known.
    pub(super) fn remembered_content(&self, group: usize, work: impl FnOnce() -> Rect) -> Rect {
        self.contents.get(group, true).unwrap_or_else(|| {
            let content = work();
            if self.lasting() {
                self.contents.insert(group, true, content);
            }
            content
        })
    }

    pub(super) fn remembered_place(&self, index: usize) -> Option<Place> {
        self.places.get(index, false)
    }

    pub(super) fn remember_place(&self, index: usize, place: Place) {
        if self.lasting() {
            self.places.insert(index, false, place);
        }
    }
}
