//! What two sequences have in common, in order: the way from one version to the other that keeps most.
//!
//! Things that occur once on either side hold the rest in place (as in patience diff); what lies between two of them is looked
//! at by itself. Short stretches without any are compared each with each.

use std::collections::BTreeMap;
use std::ops::Range;

/// Comparisons within a stretch, at most; beyond that nothing in it counts as common.
const COMPARISONS: usize = 4_000_000;

/// Pairs of equal things, ascending in both sequences.
pub(super) fn common<T: Ord>(a: &[T], b: &[T]) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    let mut open = vec![(0..a.len(), 0..b.len())];
    while let Some((mut of_a, mut of_b)) = open.pop() {
        let same = |i: usize, j: usize| matches!((a.get(i), b.get(j)), (Some(a), Some(b)) if a == b);
        while !of_a.is_empty() && !of_b.is_empty() && same(of_a.start, of_b.start) {
            pairs.push((of_a.start, of_b.start));
            (of_a.start, of_b.start) = (of_a.start + 1, of_b.start + 1);
        }
        while !of_a.is_empty() && !of_b.is_empty() && same(of_a.end - 1, of_b.end - 1) {
            (of_a.end, of_b.end) = (of_a.end - 1, of_b.end - 1);
            pairs.push((of_a.end, of_b.end));
        }
        if of_a.is_empty() || of_b.is_empty() {
            continue;
        }
        let held = ascending(&once_in_both(a, b, (&of_a, &of_b)));
        if held.is_empty() {
            pairs.extend(longest(a, b, (of_a, of_b)));
            continue;
        }
        for (i, j) in held {
            pairs.push((i, j));
            open.push((of_a.start..i, of_b.start..j));
            (of_a.start, of_b.start) = (i + 1, j + 1);
        }
        open.push((of_a, of_b));
    }
    pairs.sort_unstable();
    pairs
}

/// Places of what occurs once in either stretch, in the order of the first.
fn once_in_both<T: Ord>(a: &[T], b: &[T], (of_a, of_b): (&Range<usize>, &Range<usize>)) -> Vec<(usize, usize)> {
    let places = |all: &[T], of: &Range<usize>| -> Vec<usize> { of.clone().filter(|at| *at < all.len()).collect() };
    let mut found: BTreeMap<&T, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for at in places(a, of_a) {
        a.get(at).into_iter().for_each(|thing| found.entry(thing).or_default().0.push(at));
    }
    for at in places(b, of_b) {
        b.get(at).into_iter().for_each(|thing| found.entry(thing).or_default().1.push(at));
    }
    let mut once: Vec<(usize, usize)> = found
        .into_values()
        .filter_map(|places| match (places.0.as_slice(), places.1.as_slice()) {
            ([i], [j]) => Some((*i, *j)),
            _ => None,
        })
        .collect();
    once.sort_unstable();
    once
}

/// The longest part of pairs, ascending in the first number, that ascends in the second as well.
pub(super) fn ascending(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // For each length the pair that ends the lowest part of it, and before each pair the one that comes before it.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    let second = |at: &usize| pairs.get(*at).map_or(0, |pair| pair.1);
    for (number, pair) in pairs.iter().enumerate() {
        let length = ends.partition_point(|end| second(end) < pair.1);
        before.push(length.checked_sub(1).and_then(|shorter| ends.get(shorter).copied()));
        match ends.get_mut(length) {
            Some(end) => *end = number,
            None => ends.push(number),
        }
    }
    let mut part = Vec::new();
    let mut at = ends.last().copied();
    while let Some(number) = at {
        part.extend(pairs.get(number));
        at = before.get(number).copied().flatten();
    }
    part.reverse();
    part
}

/// The longest common subsequence of two stretches, each compared with each.
fn longest<T: Eq>(a: &[T], b: &[T], (of_a, of_b): (Range<usize>, Range<usize>)) -> Vec<(usize, usize)> {
    let (Some(left), Some(right)) = (a.get(of_a.clone()), b.get(of_b.clone())) else { return Vec::new() };
    if left.len().saturating_mul(right.len()) > COMPARISONS {
        return Vec::new();
    }
    // What is common from (i, j) on, in rows of one more than there are things.
    let width = right.len() + 1;
    let mut lengths = vec![0_u32; (left.len() + 1) * width];
    let at = |lengths: &[u32], i: usize, j: usize| lengths.get(i * width + j).copied().unwrap_or(0);
    for (i, thing) in left.iter().enumerate().rev() {
        for (j, other) in right.iter().enumerate().rev() {
            let length = match thing == other {
                true => at(&lengths, i + 1, j + 1) + 1,
                false => at(&lengths, i + 1, j).max(at(&lengths, i, j + 1)),
            };
            lengths.get_mut(i * width + j).into_iter().for_each(|slot| *slot = length);
        }
    }
    let (mut i, mut j, mut pairs) = (0, 0, Vec::new());
    while let (Some(thing), Some(other)) = (left.get(i), right.get(j)) {
        if thing == other {
            pairs.push((of_a.start + i, of_b.start + j));
            (i, j) = (i + 1, j + 1);
        } else if at(&lengths, i + 1, j) >= at(&lengths, i, j + 1) {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(a: &str, b: &str) -> String {
        let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
        let pairs = common(&a, &b);
        assert!(pairs.windows(2).all(|two| two[0].0 < two[1].0 && two[0].1 < two[1].1), "{pairs:?}");
        pairs
            .iter()
            .map(|(i, j)| {
                assert_eq!(a[*i], b[*j]);
                a[*i]
            })
            .collect()
    }

    #[test]
    fn what_stays_in_order_is_common() {
        for (a, b, expected) in [
            ("", "", ""),
            ("abc", "", ""),
            ("abc", "abc", "abc"),
            ("abcd", "abxcd", "abcd"),
            ("abcde", "axxde", "ade"),
            ("abcdef", "defabc", "abc"),
            // Nothing occurs once: each is compared with each.
            ("abab", "baba", "bab"),
            ("xaxbx", "yaybx", "abx"),
        ] {
            assert_eq!(kept(a, b).len(), expected.len(), "{a} {b}: {}", kept(a, b));
        }
    }

    #[test]
    fn long_sequences_take_no_time() {
        let a: Vec<u32> = (0..200_000).collect();
        let b: Vec<u32> = a.iter().map(|n| if n % 1000 == 7 { 1_000_000 + n } else { *n }).collect();
        assert_eq!(common(&a, &b).len(), 199_800);
        let (a, b) = (vec![1; 100_000], vec![2; 100_000]);
        assert!(common(&a, &b).is_empty());
    }
}
