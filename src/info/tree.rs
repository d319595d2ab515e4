//! The tree of a code: where reading bits leads.

use super::{Code, InfoError};

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
    /// If one word starts another.
    pub fn of(code: &Code) -> Result<Self, InfoError> {
        if let Some((short, long)) = code.prefix_violation() {
            let word = |i: usize| code.words().get(i).map_or_else(String::new, ToString::to_string);
            return Err(InfoError::Prefix(word(short), word(long)));
        }
        let mut tree = Self(vec![TreeNode::default()]);
        for (symbol, word) in code.words().iter().enumerate() {
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
