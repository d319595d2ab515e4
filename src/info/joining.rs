//! Trees from distances: neighbour joining.

/// A node of a tree that was joined from leaves.
#[derive(Clone, Debug, PartialEq)]
pub enum Joined {
    /// A leaf, by its position.
    Leaf(usize),
    /// What was joined, each with the length of its branch, at least 0.
    Node(Vec<(Joined, f64)>),
}

impl Joined {
    /// Leaves from left to right.
    pub fn leaves(&self) -> Vec<usize> {
        match self {
            Self::Leaf(leaf) => vec![*leaf],
            Self::Node(children) => children.iter().flat_map(|(child, _)| child.leaves()).collect(),
        }
    }

    /// Joins between here and the deepest leaf; 0 for a leaf.
    pub fn depth(&self) -> usize {
        match self {
            Self::Leaf(_) => 0,
            Self::Node(children) => 1 + children.iter().map(|(child, _)| child.depth()).max().unwrap_or(0),
        }
    }
}

/// The tree of which distances between leaves are the lengths of ways, if there is such a tree; else one that is near: in each
/// round the pair is joined for which (n - 2) d(i, j) - sum d(i, .) - sum d(j, .) is least (Saitou and Nei, *The
/// Neighbor-joining Method*, 1987). The last three hang together at the root. Distances are taken as the mean of both directions;
/// what is no number counts as 0. `None` without leaves.
///
/// ```
/// use surprisal::info::{Joined, neighbour_joining};
/// let tree = neighbour_joining(2, |i, j| if i == j { 0.0 } else { 3.0 }).unwrap();
/// assert_eq!(tree, Joined::Node(vec![(Joined::Leaf(0), 1.5), (Joined::Leaf(1), 1.5)]));
/// ```
pub fn neighbour_joining(count: usize, distance: impl Fn(usize, usize) -> f64) -> Option<Joined> {
    let clean = |value: f64| if value.is_finite() { value } else { 0.0 };
    let mean = |i: usize, j: usize| if i == j { 0.0 } else { (clean(distance(i, j)) + clean(distance(j, i))) / 2.0 };
    let mut table: Vec<Vec<f64>> = (0..count).map(|i| (0..count).map(|j| mean(i, j)).collect()).collect();
    let mut nodes: Vec<Joined> = (0..count).map(Joined::Leaf).collect();
    while nodes.len() > 3 {
        let (i, j) = nearest(&table);
        let lengths = branches(&table, i, j);
        join(&mut table, &mut nodes, (i, j), lengths);
    }
    let at = |i: usize, j: usize| table.get(i).and_then(|row| row.get(j)).copied().unwrap_or(0.0);
    let lengths = match nodes.len() {
        0 | 1 => return nodes.pop(),
        2 => vec![at(0, 1) / 2.0; 2],
        _ => vec![
            (at(0, 1) + at(0, 2) - at(1, 2)) / 2.0,
            (at(0, 1) + at(1, 2) - at(0, 2)) / 2.0,
            (at(0, 2) + at(1, 2) - at(0, 1)) / 2.0,
        ],
    };
    Some(Joined::Node(nodes.into_iter().zip(lengths).map(|(node, length)| (node, length.max(0.0))).collect()))
}

/// The pair to be joined; the first of equals.
fn nearest(table: &[Vec<f64>]) -> (usize, usize) {
    let sums: Vec<f64> = table.iter().map(|row| row.iter().sum()).collect();
    let rest = table.len() as f64 - 2.0;
    let mut best = (f64::INFINITY, (0, 1));
    for (i, (row, sum)) in table.iter().zip(&sums).enumerate() {
        for (j, (distance, other)) in row.iter().zip(&sums).enumerate().skip(i + 1) {
            let value = rest * distance - sum - other;
            if value < best.0 - 1e-12 {
                best = (value, (i, j));
            }
        }
    }
    best.1
}

/// Lengths of the branches from the new node to both.
fn branches(table: &[Vec<f64>], i: usize, j: usize) -> (f64, f64) {
    let sum = |at: usize| table.get(at).map_or(0.0, |row| row.iter().sum::<f64>());
    let between = table.get(i).and_then(|row| row.get(j)).copied().unwrap_or(0.0);
    let first = between / 2.0 + (sum(i) - sum(j)) / (2.0 * (table.len() as f64 - 2.0));
    (first.max(0.0), (between - first).max(0.0))
}

/// Puts a node in the place of the first of two (`i` < `j`), and takes the second out.
fn join(table: &mut Vec<Vec<f64>>, nodes: &mut Vec<Joined>, (i, j): (usize, usize), lengths: (f64, f64)) {
    let (Some(first), Some(second)) = (table.get(i).cloned(), table.get(j).cloned()) else { return };
    let between = first.get(j).copied().unwrap_or(0.0);
    let far: Vec<f64> = first.iter().zip(&second).map(|(a, b)| ((a + b - between) / 2.0).max(0.0)).collect();
    for (row, far) in table.iter_mut().zip(&far) {
        if let Some(cell) = row.get_mut(i) {
            *cell = *far;
        }
        row.remove(j);
    }
    table.remove(j);
    if let Some(row) = table.get_mut(i) {
        *row = far
            .iter()
            .enumerate()
            .filter(|(at, _)| *at != j)
            .map(|(at, far)| if at == i { 0.0 } else { *far })
            .collect();
    }
    let second = nodes.remove(j);
    if let Some(node) = nodes.get_mut(i) {
        let first = std::mem::replace(node, Joined::Leaf(0));
        *node = Joined::Node(vec![(first, lengths.0), (second, lengths.1)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ways between leaves along the branches.
    fn ways(tree: &Joined, leaves: usize) -> Vec<Vec<f64>> {
        fn below(tree: &Joined, all: &mut Vec<Vec<f64>>) -> Vec<(usize, f64)> {
            let Joined::Node(children) = tree else {
                return tree.leaves().into_iter().map(|leaf| (leaf, 0.0)).collect();
            };
            let mut met: Vec<(usize, f64)> = Vec::new();
            for (child, length) in children {
                let own: Vec<_> = below(child, all).into_iter().map(|(leaf, way)| (leaf, way + length)).collect();
                for (a, from) in &met {
                    for (b, to) in &own {
                        all[*a][*b] = from + to;
                        all[*b][*a] = from + to;
                    }
                }
                met.extend(own);
            }
            met
        }
        let mut all = vec![vec![0.0; leaves]; leaves];
        below(tree, &mut all);
        all
    }

    #[test]
    fn distances_along_a_tree_give_the_tree_back() {
        let given = [
            [0.0, 5.0, 9.0, 9.0, 8.0],
            [5.0, 0.0, 10.0, 10.0, 9.0],
            [9.0, 10.0, 0.0, 8.0, 7.0],
            [9.0, 10.0, 8.0, 0.0, 3.0],
            [8.0, 9.0, 7.0, 3.0, 0.0],
        ];
        let tree = neighbour_joining(5, |i, j| given[i][j]).unwrap();
        for (found, wanted) in ways(&tree, 5).iter().flatten().zip(given.iter().flatten()) {
            assert!((found - wanted).abs() < 1e-9, "{tree:?}");
        }
    }

    #[test]
    fn any_distances_make_a_tree_of_all_leaves() {
        assert_eq!(neighbour_joining(0, |_, _| 1.0), None);
        for count in 1..24 {
            let tree = neighbour_joining(count, |i, j| crate::info::uniform01(i as u64, j as u64)).unwrap();
            let mut leaves = tree.leaves();
            leaves.sort_unstable();
            assert_eq!(leaves, (0..count).collect::<Vec<_>>());
        }
        assert_eq!(neighbour_joining(4, |_, _| f64::NAN).map(|tree| tree.leaves().len()), Some(4));
    }
}
