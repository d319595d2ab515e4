//! Which effects lead into which part of a node: where as many steps as there are parts take one each, no part asks all of them.

use std::collections::{BTreeMap, BTreeSet};

use super::concern::ranks;
use super::locate::Track;
use crate::draw::Part;
use crate::script::Segment;

/// With fewer tracks than this, or fewer parts, every part asks all of them.
const FEW: usize = 8;

/// The tracks of a node, sorted by the parts that they may concern.
pub(super) struct Branches<'t, 'f> {
    all: Vec<Branch<'t, 'f>>,
    /// For each part the tracks that may concern it, by position; `None` if that is not worth knowing.
    into: Option<Vec<Vec<usize>>>,
}

/// A track, and in which order it takes the parts.
pub(super) struct Branch<'t, 'f> {
    track: &'t Track<'f>,
    /// For each of its ways, if the step is staggered: the ranks of all parts among those that a wildcard names, and how many
    /// these are.
    ranks: Vec<Option<(Vec<usize>, usize)>>,
}

impl Branch<'_, '_> {
    /// Which a part is of how many that a way's wildcard names; `None` if that is all the same.
    pub(super) fn rank(&self, way: usize, part: usize) -> Option<(usize, usize)> {
        let (ranks, all) = self.ranks.get(way)?.as_ref()?;
        Some((*ranks.get(part)?, *all))
    }
}

impl<'t, 'f> Branches<'t, 'f> {
    /// Sorts the tracks of a node that has these parts.
    pub(super) fn of(tracks: &'t [Track<'f>], parts: &[Part]) -> Self {
        let branch = |track: &'t Track<'f>| {
            let turns = track.effect.lag_secs > 0.0 && !track.effect.complement;
            let ways = track.next_segments().filter(|_| turns);
            Branch { track, ranks: ways.map(|segment| ranks(segment?, parts)).collect() }
        };
        let all: Vec<Branch<'t, 'f>> = tracks.iter().map(branch).collect();
        if all.len() < FEW || parts.len() < FEW {
            return Self { all, into: None };
        }
        let mut named: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, part) in parts.iter().enumerate() {
            named.entry(&part.name).or_default().push(index);
        }
        let mut into = vec![Vec::new(); parts.len()];
        for (position, track) in tracks.iter().enumerate() {
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
    pub(super) fn leading_into(&self, index: usize) -> impl Iterator<Item = (&'t Track<'f>, &Branch<'t, 'f>)> {
        let some = self.into.as_ref().map(|into| into.get(index).map_or(&[] as &[usize], Vec::as_slice));
        let every = if some.is_none() { self.all.as_slice() } else { &[] };
        let some = some.into_iter().flatten().filter_map(|position| self.all.get(*position));
        some.chain(every).map(|branch| (branch.track, branch))
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

#[cfg(test)]
mod tests {
    use crate::diag::Source;
    use crate::film::{Film, Overrides};
    use crate::time::FrameIndex;
    use crate::world::MemoryWorld;

    fn frames(steps: &str) -> Vec<crate::draw::Frame> {
        let text = format!(
            "stage: {{ fps: 10 }}\nscenes: [{{ cast: {{ c: {{ coins: 12 }} }}, steps: [{{ together: [{steps}] }}, {{ pause: 0.2 }}] }}]\n"
        );
        let (script, diags) = crate::script::parse(&Source::new("x", text), &MemoryWorld::default());
        assert!(!diags.has_errors(), "{diags:?}");
        let (film, diags) = Film::build(&script.unwrap(), &MemoryWorld::default(), Overrides::default());
        assert!(!diags.has_errors(), "{diags:#?}");
        let film = film.unwrap();
        (0..film.frames()).map(|frame| film.frame(FrameIndex(frame))).collect()
    }

    #[test]
    fn many_steps_on_single_parts_are_one_step_on_all() {
        let each = |name: &dyn Fn(i32) -> String| {
            let steps: Vec<String> =
                (0..12).map(|i| format!("{{ move: {}, by: [0, 1], for: 0.5 }}", name(i))).collect();
            frames(&steps.join(", "))
        };
        let all = frames("{ move: 'c.*', by: [0, 1], for: 0.5 }");
        assert!(all.first() != all.last());
        assert_eq!(each(&|i| format!("c.{i}")), all);
        assert_eq!(each(&|i| format!("'c[{i}]'")), all);
        assert_eq!(each(&|i| format!("'c[{}]'", i - 12)), all);
    }
}
