//! Instants of a scene and what actors show at them: the warnings ask for the same again and again.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::super::Film;
use super::super::instant::Instant;
use super::super::scene::Scene;
use crate::draw::FrameItem;
use crate::geom::Rect;

/// What an actor shows before the camera takes it: items, with their boxes if they draw anything.
pub(super) type Shows = Rc<[(FrameItem, Option<Rect>)]>;

/// Instants kept at most. When there are more, those are dropped that have been kept for longest in time.
const INSTANTS: usize = 256;

/// Works out what is asked for once.
pub(super) struct Glances<'f> {
    film: &'f Film,
    scene: &'f Scene,
    instants: RefCell<BTreeMap<u64, Glance<'f>>>,
}

/// An instant and what actors show at it.
struct Glance<'f> {
    instant: Rc<Instant<'f>>,
    shows: BTreeMap<usize, Shows>,
}

impl<'f> Glances<'f> {
    pub(super) fn of(film: &'f Film, scene: &'f Scene) -> Self {
        Self { film, scene, instants: RefCell::default() }
    }

    /// The instant of a frame.
    pub(super) fn instant(&self, frame: u64) -> Rc<Instant<'f>> {
        let mut instants = self.instants.borrow_mut();
        if instants.len() >= INSTANTS && !instants.contains_key(&frame) {
            instants.pop_first();
        }
        let glance = instants.entry(frame).or_insert_with(|| Glance {
            instant: Rc::new(Instant::new(self.film, self.scene, frame)),
            shows: BTreeMap::new(),
        });
        Rc::clone(&glance.instant)
    }

    /// What an actor shows at a frame.
    pub(super) fn shows(&self, frame: u64, actor: usize) -> Shows {
        let instant = self.instant(frame);
        if let Some(known) = self.instants.borrow().get(&frame).and_then(|glance| glance.shows.get(&actor)) {
            return Rc::clone(known);
        }
        let mut items = Vec::new();
        instant.emit_actor(actor, &mut items);
        let boxed = |item: FrameItem| {
            let rect = item.item.bounds();
            (item, rect)
        };
        let shows: Shows = items.into_iter().map(boxed).collect();
        self.remember(frame, actor, &shows);
        shows
    }

    /// Takes it that an actor shows this at a frame.
    pub(super) fn remember(&self, frame: u64, actor: usize, shows: &Shows) {
        if let Some(glance) = self.instants.borrow_mut().get_mut(&frame) {
            glance.shows.insert(actor, Rc::clone(shows));
        }
    }
}
