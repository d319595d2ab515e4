//! Flights: a copy of one part becomes another, or a formula turns into the next. What is named alike finds each other first,
//! then equal glyphs; they travel, outlines bend, the rest cross-fades. A flight begins as its source and ends as its target.
//!
//! What flies is worked out once, from the frame before the flight begins and the frame on which it arrives: so no frame asks
//! for more than places on ways that are known.

mod avoid;
mod leg;
mod pairing;
mod pieces;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::effect::{Address, Effect, EffectKind};
use super::instant::Instant;
use crate::draw::{FrameItem, Item, ItemId};
use leg::Leg;
use pairing::paired;
use pieces::{Piece, nameless, pieces};

/// The flights of a scene that have been worked out, by the numbers of their effects.
#[derive(Default)]
pub(super) struct Flights(Mutex<BTreeMap<usize, Arc<Vec<Leg>>>>);

/// What is in the air, and the actor with which it is drawn.
pub(super) struct Flown {
    pub(super) host: usize,
    pub(super) items: Vec<FrameItem>,
}

/// Instants from which flights start or in which they end, and what the actors show there.
#[derive(Default)]
struct Ends<'f> {
    instants: BTreeMap<Option<u64>, Instant<'f>>,
    shown: BTreeMap<(Option<u64>, usize, bool), Vec<FrameItem>>,
}

/// What is on its way from one look to another after a share of it, as a whole.
pub(super) fn travelled(from: &[FrameItem], to: &[FrameItem], share: f64, id: ItemId) -> Vec<FrameItem> {
    let legs = paired(&nameless(from), &nameless(to), 0.0, false);
    let shown = legs.iter().enumerate().filter_map(|(index, leg)| Some((index, leg.at(share)?)));
    shown.map(|(index, item)| FrameItem { id: id.numbered(index), item, resting: false, clip: None }).collect()
}

impl<'f> Instant<'f> {
    /// What is in the air at this instant. It is drawn where its source is in the order of things, from half of its way on
    /// where its target is: so nothing jumps to the front or back when it leaves or arrives.
    pub(super) fn flights(&self) -> Vec<Flown> {
        let mut ends = Ends::default();
        let mut all = Vec::new();
        for (number, effect) in self.scene.effects.iter().enumerate() {
            let EffectKind::Fly { keep, turn } = &effect.kind else { continue };
            let Some(clock) =
                effect.clock(self.frame, self.shutter).filter(|clock| effect.running(self.frame) && clock.running())
            else {
                continue;
            };
            let [from, to] = effect.targets.as_slice() else { continue };
            let legs = self.legs(number, effect, (*keep, *turn), &mut ends);
            let id = ItemId::ROOT.child(&self.scene.id).child("flight").numbered(number);
            let mut items = Vec::new();
            for (index, leg) in legs.iter().enumerate() {
                let item = leg.at(clock.part(leg.turn, legs.len()));
                items.extend(item.map(|item| FrameItem { id: id.numbered(index), item, resting: false, clip: None }));
            }
            let host = if clock.whole() < 0.5 { from.actor } else { to.actor };
            all.push(Flown { host, items });
        }
        all
    }

    /// What an actor or part consists of, in single glyphs and shapes, whether all of it is there or not.
    pub(super) fn whole(&self, address: &Address) -> Vec<Item> {
        let mut items = Vec::new();
        self.emit_as(address.actor, true, &mut items);
        pieces(&items, &self.nodes_at(address)).into_iter().map(|piece| piece.item).collect()
    }

    /// The ways of what flies, worked out when they are first asked for.
    fn legs(
        &self,
        number: usize,
        effect: &Effect,
        (keep, turn): (bool, (usize, usize)),
        ends: &mut Ends<'f>,
    ) -> Arc<Vec<Leg>> {
        let flights = &self.scene.flights.0;
        if let Some(known) = flights.lock().unwrap_or_else(PoisonError::into_inner).get(&number) {
            return Arc::clone(known);
        }
        let (leaves, arrives) = (effect.start.checked_sub(1), Some(effect.end.saturating_sub(1)));
        let [source, target] = match effect.targets.as_slice() {
            [from, to] => [self.pieces_of(from, turn, leaves, ends), self.pieces_of(to, turn, arrives, ends)],
            _ => [Vec::new(), Vec::new()],
        };
        let legs = Arc::new(paired(&source, &target, effect.arc, keep));
        let mut kept = flights.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(number, Arc::clone(&legs));
        legs
    }

    /// The pieces of an address as they are seen at a frame; if nothing of it is, as they would be. Of as many parts as there
    /// are flights, those of the flight whose turn it is.
    fn pieces_of(
        &self,
        address: &Address,
        (index, flights): (usize, usize),
        frame: Option<u64>,
        ends: &mut Ends<'f>,
    ) -> Vec<Piece> {
        let instant = ends.instants.entry(frame).or_insert_with(|| self.at(frame));
        let mut nodes = instant.nodes_at(address);
        if flights > 1 && nodes.len() == flights {
            nodes = nodes.into_iter().skip(index).take(1).collect();
        }
        for whole in [false, true] {
            let shown = ends.shown.entry((frame, address.actor, whole)).or_insert_with(|| {
                let mut items = Vec::new();
                instant.emit_as(address.actor, whole, &mut items);
                items
            });
            let found = pieces(shown, &nodes);
            if !found.is_empty() {
                return found;
            }
        }
        Vec::new()
    }
}
