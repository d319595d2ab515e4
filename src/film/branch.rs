//! Which effects lead into which part of a node: where as many steps as there are parts take one each, no part asks all of them.

use std::collections::{BTreeMap, BTreeSet};

use super::locate::Track;
use crate::draw::Part;
use crate::script::Segment;

/// With fewer tracks than this, or fewer parts, every part asks all of them.
const FEW: usize = 8;

/// The tracks of a node, sorted by the parts that they may concern.
pub(super) struct Branches<'t, 'f> {
    all: &'t [Track<'f>],
    /// For each part the tracks that may concern it, by position; `None` if that is not worth knowing.
    into: Option<Vec<Vec<usize>>>,
}

impl<'t, 'f> Branches<'t, 'f> {
    /// Sorts the tracks of a node that has these parts.
    pub(super) fn of(all: &'t [Track<'f>], parts: &[Part]) -> Self {
        if all.len() < FEW || parts.len() < FEW {
            return Self { all, into: None };
        }
        let mut named: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, part) in parts.iter().enumerate() {
            named.entry(&part.name).or_default().push(index);
        }
        let mut into = vec![Vec::new(); parts.len()];
        for (position, track) in all.iter().enumerate() {
            let concerned = children(track, parts, &named).unwrap_or_else(|| (0..parts.len()).collect());
            for child in concerned {
                if let Some(list) = into.get_mut(child) {
                    list.push(position);
                }
            }
        }
        Self { all, into: Some(into) }
    }

    /// The tracks that may concern a part, in their order.
    pub(super) fn leading_into(&self, index: usize) -> impl Iterator<Item = &'t Track<'f>> {
        let all = self.all;
        let some = self.into.as_ref().map(|into| into.get(index).map_or(&[] as &[usize], Vec::as_slice));
        let every = if some.is_none() { all } else { &[] };
        some.into_iter().flatten().filter_map(|position| all.get(*position)).chain(every)
    }
}

/// The parts that a track may concern; `None` if it could be any.
fn children(track: &Track<'_>, parts: &[Part], named: &BTreeMap<&str, Vec<usize>>) -> Option<BTreeSet<usize>> {
    if track.effect.complement {
        return None;
    }
    let mut found = BTreeSet::new();
    for segment in track.next_segments() {
        match segment? {
            Segment::Name(name) => found.extend(named.get(name.as_str()).into_iter().flatten()),
            Segment::Index(index) => found.extend(Part::at_position(parts, *index)),
            _ => return None,
        }
    }
    Some(found)
}
