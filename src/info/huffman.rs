//! Huffman's optimal code (*A Method for the Construction of Minimum-Redundancy Codes*, 1952), with every merge.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::sync::Arc;

use super::{Code, Distribution, Ratio, Word};

/// One step of Huffman's construction: the two lightest nodes come under a new one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Merge {
    /// The child that a 0 leads to: the heavier one, on ties the one that was there first. Leaves are 0..n, merged nodes
    /// n, n + 1, ... in the order of their making.
    pub zero: usize,
    /// The child that a 1 leads to.
    pub one: usize,
    /// The new node.
    pub node: usize,
    /// Its weight: the probability of everything under it.
    pub weight: f64,
    /// The exact weight, if the source is exact.
    pub exact: Option<Ratio>,
}

struct Open {
    weight: f64,
    exact: Option<Ratio>,
    node: usize,
}

impl Ord for Open {
    /// The heap gives the greatest: the lightest node, on ties the one that was there first.
    fn cmp(&self, other: &Self) -> Ordering {
        other.weight.total_cmp(&self.weight).then(other.node.cmp(&self.node))
    }
}

impl PartialOrd for Open {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Open {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Open {}

/// The merges in order, one fewer than there are symbols. Ties are taken first in, first out, merged nodes last.
///
/// ```
/// use surprisal::info::{Distribution, merges};
/// let moves = [("up", 4.0), ("down", 2.0), ("left", 1.0), ("right", 1.0)].map(|(n, w)| (n.to_string(), w));
/// let steps = merges(&Distribution::from_relative(&moves).unwrap());
/// assert_eq!(steps.iter().map(|m| (m.zero, m.one, m.weight)).collect::<Vec<_>>(), [(2, 3, 0.25), (1, 4, 0.5), (0, 5, 1.0)]);
/// ```
pub fn merges(source: &Distribution) -> Vec<Merge> {
    let leaf = |node: usize| Open { weight: source.p(node), exact: source.exact(node), node };
    let mut open: BinaryHeap<Open> = (0..source.len()).map(leaf).collect();
    let mut merges = Vec::new();
    while let (Some(lighter), Some(heavier)) = (open.pop(), open.pop()) {
        let node = source.len() + merges.len();
        let exact = lighter.exact.zip(heavier.exact).and_then(|(a, b)| a.plus(b));
        let weight = exact.map_or(lighter.weight + heavier.weight, Ratio::to_f64);
        let first = lighter.weight == heavier.weight && lighter.node < heavier.node;
        let (zero, one) = if first { (lighter.node, heavier.node) } else { (heavier.node, lighter.node) };
        merges.push(Merge { zero, one, node, weight, exact });
        open.push(Open { weight, exact, node });
        if open.len() == 1 {
            break;
        }
    }
    merges
}

impl Code {
    /// Huffman's code. A lone symbol gets the word 0.
    pub fn huffman(source: Arc<Distribution>) -> Self {
        let lone = source.len() == 1;
        let merges = merges(&source);
        let mut paths: Vec<Vec<bool>> = vec![Vec::new(); source.len() + merges.len()];
        // From the root down: a merged node is made after its children, so its own path is known first.
        for merge in merges.iter().rev() {
            let path = paths.get(merge.node).cloned().unwrap_or_default();
            for (child, bit) in [(merge.zero, false), (merge.one, true)] {
                if let Some(slot) = paths.get_mut(child) {
                    *slot = path.iter().copied().chain([bit]).collect();
                }
            }
        }
        let words =
            paths.into_iter().take(source.len()).map(|path| Word::new(if lone { vec![false] } else { path })).collect();
        Self::of(source, words)
    }

    /// A code of Huffman's lengths whose words are in canonical order: by length, then by the order of the symbols.
    pub fn canonical(source: Arc<Distribution>) -> Self {
        let lengths: Vec<usize> = Self::huffman(Arc::clone(&source)).words().iter().map(Word::len).collect();
        Self::canonical_of(source, &lengths)
    }
}
