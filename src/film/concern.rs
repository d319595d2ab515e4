//! An effect as it concerns one node of an actor's tree: a wildcard's matches are taken one after another.

use std::ops::Deref;

use super::effect::Effect;
use super::select::names;
use crate::draw::Part;
use crate::script::Segment;
use crate::timeline::Clock;

/// A node's place among what the wildcards of an address match: its index, and how many there are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Turn {
    index: usize,
    count: usize,
}

impl Turn {
    /// The only one.
    pub(super) const ALONE: Self = Self { index: 0, count: 1 };

    /// The turn one step further down, in the part that is `rank` among those that a wildcard names there.
    pub(super) fn inside(self, (rank, all): (usize, usize)) -> Self {
        Self { index: self.index * all + rank, count: self.count.saturating_mul(all) }
    }
}

/// For each of these parts how many before it a segment names, and how many it names in all; `None` if it is no wildcard.
pub(super) fn ranks(segment: &Segment, siblings: &[Part]) -> Option<(Vec<usize>, usize)> {
    if !matches!(segment, Segment::All | Segment::Range(..) | Segment::Where(_)) {
        return None;
    }
    let mut all = 0;
    let rank = |index: usize| {
        let before = all;
        all += usize::from(names(segment, siblings, index));
        before
    };
    let before = (0..siblings.len()).map(rank).collect();
    Some((before, all))
}

/// An effect on a node, whose clock is that of the node's turn.
#[derive(Clone, Copy)]
pub(super) struct Concern<'f> {
    pub(super) effect: &'f Effect,
    pub(super) turn: Turn,
}

impl<'f> Concern<'f> {
    /// An effect on a node that no wildcard chose.
    pub(super) fn alone(effect: &'f Effect) -> Self {
        Self { effect, turn: Turn::ALONE }
    }

    /// The effect's clock, for a node that waits for its turn.
    pub(super) fn clock(&self, frame: Option<u64>, shutter: f64) -> Option<Clock> {
        let clock = self.effect.clock(frame, shutter)?;
        if self.turn == Turn::ALONE {
            return Some(clock);
        }
        let progress = clock.part_linear(self.turn.index, self.turn.count);
        Some(Clock { progress, lag_secs: 0.0, ..clock })
    }
}

impl Deref for Concern<'_> {
    type Target = Effect;

    fn deref(&self) -> &Effect {
        self.effect
    }
}

#[cfg(test)]
mod tests {
    use crate::diag::Source;
    use crate::draw::Shape;
    use crate::film::{Film, Overrides};
    use crate::time::FrameIndex;
    use crate::world::MemoryWorld;

    /// How many paths are to be seen at each frame of a scene whose parts enter.
    fn seen(cast: &str, step: &str) -> Vec<usize> {
        let sources = "stage: { fps: 10 }\nsources: { s: { uniform: 4 } }\n";
        let text = format!("{sources}scenes: [{{ cast: {{ {cast} }}, steps: [{step}] }}]\n");
        let (script, diags) = crate::script::parse(&Source::new("x", text), &MemoryWorld::default());
        assert!(diags.is_empty(), "{diags:?}");
        let (film, diags) = Film::build(&script.unwrap(), &MemoryWorld::default(), Overrides::default());
        assert!(!diags.has_errors(), "{diags:#?}");
        let film = film.unwrap();
        let drawn = |frame| {
            let seen = |item: &crate::draw::FrameItem| match &item.item.shape {
                Shape::Path { path, .. } => item.item.transform.determinant().abs() * path.bounds().area() > 1e-3,
                _ => false,
            };
            film.frame(FrameIndex(frame)).items.iter().filter(|item| seen(item)).count()
        };
        (0..film.frames()).map(drawn).collect()
    }

    #[test]
    fn what_a_wildcard_matches_inside_an_actor_comes_one_after_another() {
        let chart = "c: { entropy_chart: { source: s, axis: false, strip: 0.05 } }";
        for parts in ["c.*.bar", "'c[0..].bar'", "'c[p < 1].bar'"] {
            let step = format!("{{ fade_in: {parts}, for: 1, stagger: 0.25, ease: linear }}");
            let all = seen(chart, &step);
            let segments = all[0] - 1;
            assert_eq!(segments, 4, "{parts}: {all:?}");
            assert_eq!([all[3], all[5], all[9]], [segments + 2, segments + 3, segments + 4], "{parts}: {all:?}");
        }
        // Without a lag they come together.
        let all = seen(chart, "{ fade_in: c.*.bar, for: 1 }");
        assert_eq!(all[1], all[9], "{all:?}");
    }
}
