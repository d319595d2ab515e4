//! The tree of a code: where reading bits leads.
//!
//! Enters: a code in which no word starts another. Leaves: its nodes, for drawing and for decoding.

use super::{Code, InfoError};
use crate::limits;

/// Most nodes of a tree. Full trees have two for each symbol; words longer than they need be may ask for many more.
const NODES: usize = 40 * limits::SYMBOLS;

/// A node of a [`CodeTree`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TreeNode {
    /// The node above; `None` for the root.
    pub parent: Option<usize>,
    /// The node that a 0 leads to.
    pub zero: Option<usize>,
    /// The node that a 1 leads to.
    pub one: Option<usize>,
    /// Number of bits read to get here.
    pub depth: usize,
    /// The symbol whose word ends here.
    pub symbol: Option<usize>,
}

/// The binary tree of a code without prefixes; node 0 is the root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeTree(Vec<TreeNode>);

impl CodeTree {
    /// The tree of a code.
    ///
    /// # Errors
    /// If one word starts another, or there would be more than four million nodes.
    ///
    /// ```
    /// use surprisal::info::{Code, CodeTree, Distribution};
    /// let tree = CodeTree::of(&Code::fixed(Distribution::uniform(4).into())).unwrap();
    /// let leaf = tree.leaf(2).unwrap();
    /// assert_eq!((tree.nodes().len(), tree.nodes()[leaf].depth), (7, 2));
    /// ```
    pub fn of(code: &Code) -> Result<Self, InfoError> {
        if let Some((short, long)) = code.prefix_violation() {
            let word = |i: usize| code.words().get(i).map_or_else(String::new, ToString::to_string);
            return Err(InfoError::Prefix(word(short), word(long)));
        }
        let mut tree = Self(vec![TreeNode::default()]);
        for (symbol, word) in code.words().iter().enumerate().filter(|(_, word)| !word.is_empty()) {
            if tree.0.len() + word.len() > NODES {
                return Err(InfoError::Tree);
            }
            let end = word.bits().iter().fold(0, |at, bit| tree.child(at, *bit).unwrap_or_else(|| tree.add(at, *bit)));
            if let Some(node) = tree.0.get_mut(end) {
                node.symbol = Some(symbol);
            }
        }
        Ok(tree)
    }

    /// The nodes, parents before children.
    pub fn nodes(&self) -> &[TreeNode] {
        &self.0
    }

    /// The node that a bit leads to.
    pub fn child(&self, node: usize, bit: bool) -> Option<usize> {
        let node = self.0.get(node)?;
        if bit { node.one } else { node.zero }
    }

    /// The node where a symbol's word ends.
    pub fn leaf(&self, symbol: usize) -> Option<usize> {
        self.0.iter().position(|node| node.symbol == Some(symbol))
    }

    fn add(&mut self, parent: usize, bit: bool) -> usize {
        let index = self.0.len();
        let depth = self.0.get(parent).map_or(0, |node| node.depth + 1);
        self.0.push(TreeNode { parent: Some(parent), depth, ..TreeNode::default() });
        if let Some(node) = self.0.get_mut(parent) {
            *(if bit { &mut node.one } else { &mut node.zero }) = Some(index);
        }
        index
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::info::{Distribution, Word};

    fn given(words: &[&str]) -> Code {
        let words: Vec<Word> = words.iter().map(|word| word.parse().unwrap()).collect();
        Code::given(Distribution::uniform(words.len()).into(), words).unwrap()
    }

    #[test]
    fn the_robots_tree() {
        let tree = CodeTree::of(&given(&["0", "10", "110", "111"])).unwrap();
        let depths: Vec<usize> = tree.nodes().iter().map(|node| node.depth).collect();
        assert_eq!(depths, [0, 1, 1, 2, 2, 3, 3]);
        assert_eq!(
            (0..5).map(|symbol| tree.leaf(symbol)).collect::<Vec<_>>(),
            [Some(1), Some(3), Some(5), Some(6), None]
        );
        for (index, node) in tree.nodes().iter().enumerate() {
            assert!(node.parent.is_none_or(|parent| parent < index));
            for child in [node.zero, node.one].into_iter().flatten() {
                assert_eq!(tree.nodes()[child].parent, Some(index));
            }
            assert_eq!(node.symbol.is_some(), node.zero.is_none() && node.one.is_none());
        }
    }

    #[test]
    fn a_tree_without_bounds_is_refused() {
        // Words of 1,000 bits that part at the top: 1,000 nodes each.
        let long = |i: usize| Word::new((0..1_000).map(|bit| bit < 17 && (i >> bit) & 1 == 1).collect());
        let code = Code::given(Distribution::uniform(10_000).into(), (0..10_000).map(long).collect()).unwrap();
        assert_eq!(CodeTree::of(&code), Err(InfoError::Tree));
    }
}
