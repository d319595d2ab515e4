//! Where a tree's nodes are: settled by depth, or on the way there while Huffman's merges build it from the leaves up.

use crate::geom::{Point, lerp};
use crate::info::{Code, CodeTree, merges};
use crate::timeline::Clock;

/// Share of the action `merge` that the finished tree takes to settle.
const SETTLING: f64 = 0.18;

/// Places and progress of a tree's nodes.
pub(super) struct Layout {
    /// Width for each leaf.
    pub(super) slot: f64,
    /// Nodes breadth first: the order in which the tree grows.
    pub(super) order: Vec<usize>,
    points: Vec<Point>,
    /// For each inner node: how far it has come to be, 0 to 1.
    born: Vec<f64>,
    weights: Vec<Option<f64>>,
    /// Are the weights of inner nodes shown at all?
    pub(super) shows_weights: bool,
    /// How visible they are.
    pub(super) weights_shown: f64,
    /// 0 while the tree is built from the leaves, 1 when it has settled: then words can be read off.
    pub(super) settled: f64,
    /// Number of merges done.
    pub(super) merged: f64,
}

impl Layout {
    pub(super) fn of(
        code: &Code,
        tree: &CodeTree,
        width: f64,
        height: f64,
        apart: bool,
        merging: Option<Clock>,
    ) -> Self {
        let nodes = tree.nodes();
        let leaves = in_order(tree);
        let slot = width / leaves.len().max(1) as f64;
        let mut x = vec![0.0; nodes.len()];
        let mut levels = vec![0usize; nodes.len()];
        for (position, leaf) in leaves.iter().enumerate() {
            if let Some(x) = x.get_mut(*leaf) {
                *x = (position as f64 + 0.5) * slot - width / 2.0;
            }
        }
        // Children come after their parents in the list, so one pass backwards knows both.
        for (index, node) in nodes.iter().enumerate().rev() {
            let children: Vec<usize> = node.zero.into_iter().chain(node.one).collect();
            if !children.is_empty() {
                let middle = children.iter().filter_map(|c| x.get(*c)).sum::<f64>() / children.len() as f64;
                let level = children.iter().filter_map(|c| levels.get(*c)).max().copied().unwrap_or(0) + 1;
                if let (Some(x), Some(slot)) = (x.get_mut(index), levels.get_mut(index)) {
                    (*x, *slot) = (middle, level);
                }
            }
        }
        let deepest = nodes.iter().map(|node| node.depth).max().unwrap_or(0).max(1) as f64;
        let (born, settled, merged) = progress(code, tree, apart, merging);
        let step = height / deepest;
        let top = levels.first().copied().unwrap_or(1).max(1) as f64;
        let points = nodes.iter().enumerate().map(|(index, node)| {
            let built = -height + height * levels.get(index).copied().unwrap_or(0) as f64 / top;
            Point::new(x.get(index).copied().unwrap_or(0.0), lerp(built, -step * node.depth as f64, settled))
        });
        let weights =
            (0..nodes.len()).map(|index| Some(weight(code, tree, index)).filter(|_| index > 0 || apart)).collect();
        let mut order: Vec<usize> = (0..nodes.len()).collect();
        order.sort_by_key(|&index| nodes.get(index).map_or(0, |node| node.depth));
        let shows_weights = apart;
        Self {
            slot,
            order,
            points: points.collect(),
            born,
            weights,
            shows_weights,
            weights_shown: 1.0 - settled,
            settled,
            merged,
        }
    }

    pub(super) fn at(&self, node: usize) -> Point {
        self.points.get(node).copied().unwrap_or(Point::ORIGIN)
    }

    /// How far an inner node has come to be.
    pub(super) fn born(&self, node: usize) -> f64 {
        (self.born.get(node).copied().unwrap_or(1.0) * 2.0 - 1.0).clamp(0.0, 1.0)
    }

    /// How far the edges from a node to its children are drawn (from the node, so they reach up as it comes to be).
    pub(super) fn joined(&self, node: usize) -> f64 {
        self.born.get(node).copied().unwrap_or(1.0)
    }

    pub(super) fn weight(&self, node: usize) -> Option<f64> {
        self.weights.get(node).copied().flatten()
    }
}

/// Leaves from left to right: zeros before ones.
fn in_order(tree: &CodeTree) -> Vec<usize> {
    let (mut open, mut leaves) = (vec![0], Vec::new());
    while let Some(index) = open.pop() {
        let Some(node) = tree.nodes().get(index) else { continue };
        if node.symbol.is_some() {
            leaves.push(index);
        }
        open.extend(node.one.into_iter().chain(node.zero));
    }
    leaves
}

/// The probability of everything under a node.
fn weight(code: &Code, tree: &CodeTree, index: usize) -> f64 {
    let (mut open, mut sum) = (vec![index], 0.0);
    while let Some(index) = open.pop() {
        let Some(node) = tree.nodes().get(index) else { continue };
        sum += node.symbol.map_or(0.0, |symbol| code.source().p(symbol));
        open.extend(node.zero.into_iter().chain(node.one));
    }
    sum
}

/// How far each inner node is made, how far the tree has settled, how many merges are done.
fn progress(code: &Code, tree: &CodeTree, apart: bool, merging: Option<Clock>) -> (Vec<f64>, f64, f64) {
    let nodes = tree.nodes();
    let Some(clock) = merging else {
        let made = if apart { 0.0 } else { 1.0 };
        return (vec![made; nodes.len()], made, 0.0);
    };
    let steps = merges(code.source());
    let share = ((clock.progress / (1.0 - SETTLING)).min(1.0)) * steps.len() as f64;
    // A merge makes the node whose leaves are the symbols under it; in a Huffman code's tree there is just one.
    let mut symbols: Vec<Vec<usize>> = (0..code.source().len()).map(|symbol| vec![symbol]).collect();
    let mut born = vec![1.0; nodes.len()];
    for (turn, merge) in steps.iter().enumerate() {
        let under = |child: usize| symbols.get(child).cloned().unwrap_or_default();
        let mut all = under(merge.zero);
        all.extend(under(merge.one));
        if let Some(node) = common_node(code, tree, &all)
            && let Some(slot) = born.get_mut(node)
        {
            *slot = clock.ease.ease((share - turn as f64).clamp(0.0, 1.0));
        }
        symbols.push(all);
    }
    let settled = clock.ease.ease(((clock.progress - (1.0 - SETTLING)) / SETTLING).clamp(0.0, 1.0));
    (born, settled, share.floor())
}

/// The deepest node that all of these symbols are under.
fn common_node(code: &Code, tree: &CodeTree, symbols: &[usize]) -> Option<usize> {
    let words: Vec<&[bool]> =
        symbols.iter().filter_map(|symbol| code.words().get(*symbol)).map(|word| word.bits()).collect();
    let first = words.first()?;
    let shared = (0..first.len()).take_while(|&i| words.iter().all(|word| word.get(i) == first.get(i))).count();
    first.iter().take(shared).try_fold(0, |at, bit| tree.child(at, *bit))
}
