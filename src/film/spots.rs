//! Places that the fields of visuals name: `arrow: { from: box, to: chart.up@top }`.

use std::collections::BTreeSet;

use super::Film;
use super::group::Within;
use super::instant::Instant;
use super::scene::Actor;
use crate::diag::Diagnostics;
use crate::expression::{Kind, Value};
use crate::script::{self, ActorDef, Place, SceneDef, Selector, Slot, Slots, VarDef};

/// The places among the expressions that a visual's fields have pushed; what they are made of is pushed after them.
pub(super) fn places_of(
    actor: &ActorDef,
    used: &[Slot],
    (def, globals): (&SceneDef, &[VarDef]),
    slots: &mut Slots,
    diags: &mut Diagnostics,
) -> Vec<(Slot, Place)> {
    let named: Vec<Slot> =
        used.iter().copied().filter(|slot| slots.get(*slot).is_some_and(|def| def.kind == Kind::Place)).collect();
    if named.is_empty() {
        return Vec::new();
    }
    let actors: BTreeSet<String> = def.cast.iter().map(|actor| actor.name.clone()).collect();
    let vars: BTreeSet<String> = def.vars.iter().chain(globals).map(|var| var.name.clone()).collect();
    let mut places = Vec::new();
    for slot in named {
        if let Some(place) = script::read_spot(slot, (&actors, &vars), &actor.scope, slots, diags) {
            places.push((slot, place));
        }
    }
    places
}

impl Film {
    /// The place that a slot stands for.
    pub(super) fn place_at(&self, slot: Slot) -> Option<&Place> {
        let at = self.places.binary_search_by_key(&slot, |(known, _)| *known).ok()?;
        self.places.get(at).map(|(_, place)| place)
    }
}

impl Actor {
    /// Calls `see` with every selector of the places that its fields name.
    pub(super) fn visit_spots(&self, see: &mut dyn FnMut(&Selector)) {
        self.places.iter().filter_map(|(_, place)| place.of()).for_each(see);
    }
}

impl Instant<'_> {
    /// A place that a field names: a box for an actor or part, else a point.
    pub(super) fn spot(&self, place: &Place, within: Within) -> Value {
        match place {
            Place::Part(selector) => Value::Box(self.box_within(selector, within)),
            place => Value::Point(self.point_at(place, within)),
        }
    }
}
