//! Decoding: reading a message bit by bit, with what is known after each.

use super::CodeTree;

/// What the decoder knows after a bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The node of the code's tree that the bit leads to.
    pub node: usize,
    /// The symbol whose word ends here, if one does; the next bit starts again at the root.
    pub symbol: Option<usize>,
}

/// How reading ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// With a word, or there were no bits.
    Complete,
    /// Within a word, of which so many bits were read.
    Unfinished(usize),
    /// At the bit of this position, from 0: no word goes on like that. The bits from there on were not read.
    Lost(usize),
}

/// A message as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoding {
    /// One step for each bit that was read.
    pub steps: Vec<Step>,
    /// Whether the bits ended as a message does.
    pub ending: Ending,
}

impl Decoding {
    /// The symbols whose words were complete.
    pub fn symbols(&self) -> Vec<usize> {
        self.steps.iter().filter_map(|step| step.symbol).collect()
    }
}

impl CodeTree {
    /// Follows bits from the root, starting again after each word.
    ///
    /// ```
    /// use surprisal::info::{Code, CodeTree, Distribution, Ending};
    /// let tree = CodeTree::of(&Code::fixed(Distribution::uniform(4).into())).unwrap();
    /// let read = tree.decode(&[true, false, true]);
    /// assert_eq!((read.symbols(), read.ending), (vec![2], Ending::Unfinished(1)));
    /// ```
    pub fn decode(&self, bits: &[bool]) -> Decoding {
        let (mut at, mut inside) = (0, 0);
        let mut steps = Vec::new();
        for (position, bit) in bits.iter().enumerate() {
            let Some(node) = self.child(at, *bit) else {
                return Decoding { steps, ending: Ending::Lost(position) };
            };
            let symbol = self.nodes().get(node).and_then(|node| node.symbol);
            steps.push(Step { node, symbol });
            (at, inside) = if symbol.is_some() { (0, 0) } else { (node, inside + 1) };
        }
        Decoding { steps, ending: if inside == 0 { Ending::Complete } else { Ending::Unfinished(inside) } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::info::{Code, Distribution, Word};

    fn read(words: &[&str], bits: &str) -> Decoding {
        let words: Vec<Word> = words.iter().map(|word| word.parse().unwrap()).collect();
        let code = Code::given(Distribution::uniform(words.len()).into(), words).unwrap();
        code.read(bits.parse::<Word>().unwrap_or_default().bits()).unwrap()
    }

    #[test]
    fn every_bit_is_a_step() {
        // The nodes in the order of the words: 0 is node 1, 1 is 2, 10 is 3, 11 is 4, 110 is 5, 111 is 6.
        let dul = read(&["0", "10", "110", "111"], "100110");
        let nodes: Vec<_> = dul.steps.iter().map(|step| (step.node, step.symbol)).collect();
        assert_eq!(nodes, [(2, None), (3, Some(1)), (1, Some(0)), (2, None), (4, None), (5, Some(2))]);
        assert_eq!(dul.ending, Ending::Complete);
    }

    #[test]
    fn broken_messages_are_read_as_far_as_they_go() {
        let cut = read(&["0", "10", "110", "111"], "01011");
        assert_eq!((cut.symbols(), cut.ending), (vec![0, 1], Ending::Unfinished(2)));
        let lost = read(&["00", "01"], "0011");
        assert_eq!((lost.symbols(), lost.ending, lost.steps.len()), (vec![0], Ending::Lost(2), 2));
        assert_eq!(read(&["0", "1"], "").ending, Ending::Complete);
    }
}
