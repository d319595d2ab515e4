//! What a scene remembers of its earlier frames: goals that links kept, and where things were that trails, springs and the
//! camera follow.
//!
//! Everything here follows from the scene alone: it is kept so that it is worked out once, whichever frame asks first.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::aim::Aim;
use super::course::Stretches;
use crate::geom::Point;

/// What is kept of an effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kept {
    /// Its goal as of a frame, or before the film.
    As(Option<u64>),
    /// Where its leader was before it began.
    Leader,
    /// What the camera saw before it began.
    View,
}

/// Kept by number of an effect.
#[derive(Default)]
pub(super) struct Past {
    aims: Mutex<BTreeMap<(usize, Kept), Option<Aim>>>,
    spots: Mutex<BTreeMap<(usize, u64), Option<Point>>>,
    stretches: Mutex<BTreeMap<usize, Arc<Stretches>>>,
}

impl Past {
    /// A goal of the past.
    pub(super) fn kept(&self, key: (usize, Kept), work: impl FnOnce() -> Option<Aim>) -> Option<Aim> {
        if let Some(known) = self.aims.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return *known;
        }
        // Not under the lock: it may need other goals of the past.
        let found = work();
        self.aims.lock().unwrap_or_else(PoisonError::into_inner).insert(key, found);
        found
    }

    /// Where what an effect is about was at a frame.
    pub(super) fn spot(&self, key: (usize, u64), work: impl FnOnce() -> Option<Point>) -> Option<Point> {
        let locked = || self.spots.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = locked().get(&key) {
            return *known;
        }
        // Not under the lock: it may need other spots of the past.
        let found = work();
        locked().insert(key, found);
        found
    }

    /// When what an effect is about may move.
    pub(super) fn stretches(&self, effect: usize, work: impl FnOnce() -> Stretches) -> Arc<Stretches> {
        let mut known = self.stretches.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(known.entry(effect).or_insert_with(|| Arc::new(work())))
    }
}
