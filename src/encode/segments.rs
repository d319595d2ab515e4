//! Where a film is cut: digests of its frames in, segments out, at the same places for the same content.
//!
//! No cut depends on how much film there is before it, so an edit moves the cuts around it and no others. A segment begins where a
//! scene does; within a scene, at frames that are foremost within 1.25 seconds to both sides: those at which motion begins after
//! rest come first, the rest are ordered by a hash of what they show. What is long still is divided from its start on.

use super::Look;
use crate::time::{Fps, FrameRange};

/// Cost of a frame in ordinary motion.
const USUAL: u64 = 12;

/// In films of at most so many segments it counts that some workers wait for others at the end.
const FEW: usize = 16;

/// What cuts go by, in frames.
#[derive(Clone, Copy, Debug)]
struct Measures {
    /// No segment is shorter, unless the film is: encoders that reorder frames need a few.
    least: usize,
    /// A cut within a scene is foremost among so many frames to both sides.
    reach: usize,
    /// Cost of one segment, when a long stretch is divided.
    usual: u64,
}

impl Look {
    /// What a frame costs to draw and encode, in eighths of one that equals the frame before. By 64 segments of four films with
    /// x264: one that barely changes costs no more, one that changes all over costs ten times as much.
    pub(super) fn cost(&self) -> u64 {
        8 + (self.share.clamp(0.0, 1.0) * 72.0) as u64
    }
}

impl Measures {
    fn at(fps: Fps) -> Self {
        let (numerator, denominator) = fps.ratio();
        let second = numerator.div_ceil(denominator.max(1)).max(1);
        let reach = (second as usize * 5 / 4).max(16);
        Self { least: (second as usize / 2).max(8), reach, usual: 2 * u64::from(second.max(16)) * USUAL }
    }
}

/// Cuts a film. `looks` tells frames apart and what they cost, `scenes` says at which frames scenes begin, in ascending order.
/// The segments cover the film without gaps; there is none only if there is no frame.
pub(super) fn segments(looks: &[Look], scenes: &[u64], fps: Fps) -> Vec<FrameRange> {
    let measures = Measures::at(fps);
    let frames = looks.len();
    let mut borders = vec![0];
    for scene in scenes.iter().filter_map(|scene| usize::try_from(*scene).ok()) {
        let last = borders.last().copied().unwrap_or_default();
        if scene >= last + measures.least && scene + measures.least <= frames {
            borders.push(scene);
        }
    }
    borders.push(frames);
    let mut cuts = Vec::new();
    for (start, end) in borders.iter().zip(borders.iter().skip(1)) {
        let inner = within_scene(looks, *start, *end, measures);
        let bounds: Vec<usize> = std::iter::once(*start).chain(inner).chain([*end]).collect();
        for (from, to) in bounds.iter().zip(bounds.iter().skip(1)) {
            cuts.push(*from);
            cuts.extend(divided(looks, *from, *to, measures));
        }
    }
    let ends = cuts.iter().skip(1).chain(std::iter::once(&frames));
    let range = |(start, end): (&usize, &usize)| FrameRange::new(*start as u64, *end as u64);
    cuts.iter().zip(ends).map(range).filter(|range| !range.is_empty()).collect()
}

/// Of the segments of a film, by their costs, the one that is begun last and by more than one thread: the cheapest. It takes the
/// cores that are left idle when the others have not come out even. In a long film that would gain nothing.
pub(super) fn filler(costs: &[u64]) -> Option<usize> {
    let cheapest = (0..costs.len()).rev().min_by_key(|number| costs.get(*number));
    cheapest.filter(|_| costs.len() <= FEW)
}

/// How much a frame asks to begin a segment; the least is foremost. `None` if nothing changes there.
fn rank(looks: &[Look], at: usize) -> Option<(bool, u64)> {
    let digest = |at: usize| looks.get(at).map(|look| look.digest);
    let (before, this) = (digest(at.checked_sub(1)?)?, digest(at)?);
    let rested = at.checked_sub(2).and_then(digest) == Some(before);
    let mixed = (before.rotate_left(64) ^ this).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    (before != this).then_some((!rested, (mixed >> 64) as u64))
}

/// The cuts within a scene that its content asks for.
fn within_scene(looks: &[Look], start: usize, end: usize, measures: Measures) -> Vec<usize> {
    let (first, last) = (start + measures.reach, end.saturating_sub(measures.reach));
    let ranks: Vec<_> = (first..last.max(first)).map(|at| rank(looks, at)).collect();
    let foremost = |position: usize| {
        let Some(own) = ranks.get(position).copied().flatten() else { return false };
        let before = ranks.iter().take(position).skip(position.saturating_sub(measures.reach));
        let after = ranks.iter().skip(position + 1).take(measures.reach);
        before.flatten().all(|other| own < *other) && after.flatten().all(|other| own <= *other)
    };
    (0..ranks.len()).filter(|position| foremost(*position)).map(|position| first + position).collect()
}

/// Further cuts in a stretch that its content leaves too long, so that each piece costs about as much as the others.
fn divided(looks: &[Look], from: usize, to: usize, measures: Measures) -> Vec<usize> {
    let cost = |at: usize| looks.get(at).map_or(0, Look::cost);
    let usual = measures.usual;
    let mut left: u64 = (from..to).map(cost).sum();
    let mut cuts = Vec::new();
    let (mut last, mut spent) = (from, 0);
    for at in from..to {
        if spent >= usual && 2 * left >= usual && at - last >= measures.least && to - at >= measures.least {
            cuts.push(at);
            (last, spent) = (at, 0);
        }
        spent += cost(at);
        left -= cost(at);
    }
    cuts
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Digests of a film in which nothing is like anything else, from a seed.
    fn moving(frames: u64, seed: u128) -> Vec<u128> {
        let mix = |value: u128| value.wrapping_mul(0xda94_2042_e4dd_58b5_94d0_49bb_1331_11eb).rotate_left(61);
        (0..u128::from(frames)).map(|at| mix(mix(at + 1) ^ seed)).collect()
    }

    /// Frames of ordinary motion and rest.
    fn looks(digests: &[u128]) -> Vec<Look> {
        let share = |at: usize| match at.checked_sub(1).and_then(|before| digests.get(before)) {
            Some(before) if *before == digests[at] => 0.0,
            _ => 0.06,
        };
        digests.iter().enumerate().map(|(at, digest)| Look { digest: *digest, share: share(at) }).collect()
    }

    fn starts(digests: &[u128], scenes: &[u64]) -> Vec<u64> {
        let found = segments(&looks(digests), scenes, Fps::SIXTY);
        let mut next = 0;
        for range in &found {
            assert_eq!(range.start.0, next, "a gap or an overlap");
            next = range.end.0;
        }
        assert_eq!(next, digests.len() as u64);
        found.iter().map(|range| range.start.0).collect()
    }

    #[test]
    fn segments_take_about_two_seconds() {
        let found = segments(&looks(&moving(36_000, 7)), &[], Fps::SIXTY);
        let lengths: Vec<u64> = found.iter().map(|range| range.len()).collect();
        assert!(lengths.iter().all(|length| (60..=300).contains(length)), "{lengths:?}");
        let mean = 36_000 / lengths.len();
        assert!((100..=150).contains(&mean), "{mean}");
    }

    #[test]
    fn an_edit_moves_the_cuts_around_it_only() {
        let film = moving(6000, 3);
        let before = starts(&film, &[1000, 4000]);
        // 37 frames more at 2500, which are like no others.
        let edited: Vec<u128> = film[..2500].iter().chain(&moving(37, 99)).chain(&film[2500..]).copied().collect();
        let after = starts(&edited, &[1000, 4037]);
        let shifted = |start: &u64| if *start < 2500 { *start } else { *start + 37 };
        let lost: Vec<u64> = before.iter().map(shifted).filter(|start| !after.contains(start)).collect();
        let new = after.iter().filter(|start| !before.iter().map(shifted).any(|old| old == **start)).count();
        assert!(lost.len() <= 4 && new <= 4, "{lost:?} and {new} new");
        assert!(lost.iter().all(|start| start.abs_diff(2500) < 400), "{lost:?}");
    }

    #[test]
    fn scenes_begin_segments_unless_they_are_tiny() {
        let all = starts(&moving(1000, 1), &[3, 200, 203, 400, 996]);
        assert!([0, 200, 400].iter().all(|start| all.contains(start)), "{all:?}");
        assert!([3, 203, 996].iter().all(|start| !all.contains(start)), "{all:?}");
    }

    #[test]
    fn motion_after_rest_begins_a_segment_and_rests_cost_too() {
        let mut film = vec![1; 500];
        film.extend(moving(90, 5));
        film.extend(vec![2; 400]);
        assert!(starts(&film, &[]).contains(&500));
        let rest: Vec<u64> = (0..3000).step_by(180).take_while(|at| at + 90 <= 3000).collect();
        assert_eq!(starts(&vec![1; 3000], &[]), rest);
        assert_eq!((starts(&[1; 5], &[]), starts(&[], &[0])), (vec![0], vec![]));
    }

    #[test]
    fn the_cheapest_segment_of_a_short_film_fills_up() {
        assert_eq!((filler(&[]), filler(&[7]), filler(&[3, 2, 4, 2])), (None, Some(0), Some(3)));
        assert_eq!((filler(&[5; 16]), filler(&[5; 17])), (Some(15), None));
    }

    #[test]
    fn what_changes_much_makes_shorter_segments() {
        let digests = moving(1200, 2);
        let busy = |share| digests.iter().map(|digest| Look { digest: *digest, share }).collect::<Vec<_>>();
        let count = |share| segments(&busy(share), &[], Fps::SIXTY).len();
        assert!(count(0.5) > count(0.02) + 3, "{} {}", count(0.5), count(0.02));
        for fps in [10, 24, 60].map(|fps| Fps::new(fps, 1).unwrap()) {
            let least = Measures::at(fps).least as u64;
            let shortest = segments(&busy(1.0), &[], fps).iter().map(|range| range.len()).min();
            assert!(shortest >= Some(least), "{shortest:?} at {fps}");
        }
    }
}
