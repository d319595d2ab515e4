//! What a scene remembers of its earlier frames: goals that links kept, and the ways that trails have come.
//!
//! Everything here follows from the scene alone: it is kept so that it is worked out once, whichever frame asks first.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::aim::Aim;
use crate::geom::Point;

/// What is kept of an effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kept {
    /// Its goal as of a frame, or before the film.
    As(Option<u64>),
    /// Where its leader was before it began.
    Leader,
}

/// Kept by number of an effect.
#[derive(Default)]
pub(super) struct Past {
    aims: Mutex<BTreeMap<(usize, Kept), Option<Aim>>>,
    ways: Mutex<BTreeMap<usize, Vec<Point>>>,
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

    /// Reads the first `count` places of a way, one for each frame; `place` tells the place of a number.
    pub(super) fn way<T>(
        &self,
        effect: usize,
        count: usize,
        place: impl Fn(usize) -> Point,
        read: impl FnOnce(&[Point]) -> T,
    ) -> T {
        let locked = || self.ways.lock().unwrap_or_else(PoisonError::into_inner);
        let known = locked().get(&effect).map_or(0, Vec::len);
        // Not under the lock: places may need goals and ways of the past.
        let more: Vec<Point> = (known..count).map(place).collect();
        let mut ways = locked();
        let way = ways.entry(effect).or_default();
        let missing = way.len().saturating_sub(known);
        way.extend(more.into_iter().skip(missing));
        read(way.get(..count).unwrap_or(way))
    }
}
