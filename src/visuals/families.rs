//! What distances between things say: `family_tree` joins them into a tree, `clusters` lets them drift together.

mod clusters;
mod tree;

pub use clusters::SPEC as CLUSTERS;
pub use tree::SPEC as FAMILY_TREE;

use super::Now;
use crate::script::{FieldSpec, Slot, TableFields, Takes};
use crate::typeset::Format;

/// Things that are shown at most: a tree of so many takes a millisecond.
const MOST: usize = 60;

/// The fields of both.
const THINGS: &[FieldSpec] = &[
    FieldSpec::required("names", Takes::WordList, "the things"),
    FieldSpec::required(
        "distance",
        Takes::Function2,
        "how far apart two of them are, from their positions: `(i, j) => ...`",
    ),
];

/// Things and how far they are apart.
struct Things {
    names: Slot,
    distance: Slot,
}

impl Things {
    fn read(fields: &mut TableFields<'_>) -> Option<Self> {
        let (names, distance) = (fields.word_list("names"), fields.function2("distance"));
        Some(Self { names: names?, distance: distance? })
    }

    /// Names, and a table of distances: the mean of both directions, at least 0.
    fn at(&self, now: &Now<'_>) -> (Vec<String>, Vec<Vec<f64>>) {
        let mut names = now.words(self.names, &Format::default());
        names.truncate(MOST);
        let Some(distance) = now.function(self.distance) else { return (Vec::new(), Vec::new()) };
        let clean = |value: f64| if value.is_finite() { value.max(0.0) } else { 0.0 };
        let between = |i: usize, j: usize| match i == j {
            true => 0.0,
            false => (clean(distance.at2(i as f64, j as f64)) + clean(distance.at2(j as f64, i as f64))) / 2.0,
        };
        let table = (0..names.len()).map(|i| (0..names.len()).map(|j| between(i, j)).collect()).collect();
        (names, table)
    }
}
