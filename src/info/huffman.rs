//! Huffman's optimal code (*A Method for the Construction of Minimum-Redundancy Codes*, 1952), with every merge.
//!
//! Enters: a source. Leaves: the merges in order, for showing how the tree grows, and the code that they make.

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
            let path = paths.get_mut(merge.node).map(std::mem::take).unwrap_or_default();
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
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(weights: &[f64]) -> Distribution {
        let named: Vec<(String, f64)> = weights.iter().map(|weight| (String::new(), *weight)).collect();
        Distribution::from_relative(&named).unwrap()
    }

    #[test]
    fn merges_tell_the_whole_story() {
        let source = of(&[4.0, 2.0, 1.0, 1.0, 1.0]);
        let steps = merges(&source);
        let story: Vec<_> = steps.iter().map(|m| (m.zero, m.one, m.node, m.exact.unwrap().to_string())).collect();
        // The last 1 waits; of 2, 2 and 2 the leaf goes first, then the older of the merged nodes.
        let told = [(2, 3, 5, "2/9"), (1, 4, 6, "1/3"), (6, 5, 7, "5/9"), (7, 0, 8, "1")];
        assert_eq!(story, told.map(|(zero, one, node, weight)| (zero, one, node, weight.to_owned())));
        // The weights of the merges sum to the mean length.
        let sum = steps.iter().try_fold(Ratio::ZERO, |sum, merge| sum.plus(merge.exact?));
        assert_eq!((sum, Code::huffman(Arc::new(source)).mean_length_exact()), (Ratio::new(19, 9), Ratio::new(19, 9)));
    }

    #[test]
    fn ties_go_to_those_who_were_there_first() {
        let equal: Vec<_> = merges(&of(&[1.0; 4])).iter().map(|m| (m.zero, m.one)).collect();
        assert_eq!(equal, [(0, 1), (2, 3), (4, 5)]);
        // A leaf of weight 2 goes before the merged node of weight 2.
        assert_eq!(merges(&of(&[1.0, 1.0, 2.0])).last().map(|m| (m.zero, m.one)), Some((2, 3)));
    }

    #[test]
    fn one_symbol_and_none_that_is_possible() {
        assert!(merges(&Distribution::uniform(1)).is_empty());
        assert_eq!(Code::huffman(Distribution::uniform(1).into()).words()[0].to_string(), "0");
        assert_eq!(Code::huffman(of(&[1.0, 0.0, 0.0]).into()).kraft_exact(), Some(Ratio::ONE));
    }

    #[test]
    fn a_chain_a_thousand_deep_and_a_hundred_thousand_symbols_are_quick() {
        let chain: Vec<f64> = std::iter::successors(Some(1.0), |weight| Some(weight / 2.0)).take(1_000).collect();
        let code = Code::huffman(of(&chain).into());
        assert_eq!(code.words().iter().map(Word::len).max(), Some(999));
        let many: Vec<f64> = (1..=100_000).map(|rank| (1e9 / f64::from(rank)).round()).collect();
        let source = Arc::new(of(&many));
        let (entropy, code) = (crate::info::entropy_bits(source.probabilities()), Code::huffman(source.clone()));
        let mean = code.mean_length_own();
        assert!(entropy <= mean && mean < entropy + 0.1, "{entropy} {mean}");
        assert_eq!((code.kraft_exact(), code.prefix_violation()), (Some(Ratio::ONE), None));
    }
}
