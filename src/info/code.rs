//! Codes: a word of bits for each symbol of a source.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::{CodeTree, Distribution, InfoError, Ratio};

/// A code word.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Word(Vec<bool>);

impl Word {
    /// A word of these bits.
    pub fn new(bits: Vec<bool>) -> Self {
        Self(bits)
    }

    /// The `length` bits of `value`, most significant first.
    pub fn of_value(value: u128, length: usize) -> Self {
        Self((0..length).rev().map(|bit| bit < 128 && (value >> bit) & 1 == 1).collect())
    }

    /// Number of bits.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Has it no bits?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The bits, first to last.
    pub fn bits(&self) -> &[bool] {
        &self.0
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|bit| f.write_str(if *bit { "1" } else { "0" }))
    }
}

impl FromStr for Word {
    type Err = InfoError;

    fn from_str(text: &str) -> Result<Self, InfoError> {
        let bit = |c: char| match c {
            '0' => Some(false),
            '1' => Some(true),
            _ => None,
        };
        let bits: Option<Vec<bool>> = text.chars().map(bit).collect();
        bits.filter(|bits| !bits.is_empty()).map(Self).ok_or_else(|| InfoError::Word(text.to_owned()))
    }
}

/// What the decoder knows after a bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The node of the code's tree that the bit leads to.
    pub node: usize,
    /// The symbol whose word ends here, if one does; the next bit starts again at the root.
    pub symbol: Option<usize>,
}

/// Code words for the symbols of a source.
#[derive(Clone, Debug, PartialEq)]
pub struct Code {
    source: Arc<Distribution>,
    words: Vec<Word>,
}

impl Code {
    /// A code of given words, one for each symbol. It need not be free of prefixes: see [`Code::prefix_violation`].
    ///
    /// # Errors
    /// If there are not as many words as symbols.
    pub fn given(source: Arc<Distribution>, words: Vec<Word>) -> Result<Self, InfoError> {
        if words.len() == source.len() {
            Ok(Self { source, words })
        } else {
            Err(InfoError::Words(words.len(), source.len()))
        }
    }

    /// Words of known lengths, in canonical order: by length, then by position; each the one before plus one.
    pub(super) fn canonical_of(source: Arc<Distribution>, lengths: &[usize]) -> Self {
        let mut order: Vec<usize> = (0..lengths.len()).collect();
        order.sort_by_key(|&i| (lengths.get(i).copied().unwrap_or_default(), i));
        let mut words = vec![Word::default(); lengths.len()];
        let mut bits: Vec<bool> = Vec::new();
        for (turn, index) in order.into_iter().enumerate() {
            if turn > 0 {
                increment(&mut bits);
            }
            bits.resize(lengths.get(index).copied().unwrap_or_default().max(bits.len()), false);
            if let Some(word) = words.get_mut(index) {
                *word = Word(bits.clone());
            }
        }
        Self { source, words }
    }

    /// Words of one length, the shortest that is enough: 00, 01, 10, 11.
    pub fn fixed(source: Arc<Distribution>) -> Self {
        let length = (usize::BITS - source.len().saturating_sub(1).leading_zeros()).max(1) as usize;
        let words = (0..source.len()).map(|i| Word::of_value(i as u128, length)).collect();
        Self { source, words }
    }

    pub(super) fn of(source: Arc<Distribution>, words: Vec<Word>) -> Self {
        Self { source, words }
    }

    /// The source that the code was made for.
    pub fn source(&self) -> &Arc<Distribution> {
        &self.source
    }

    /// The words, in the order of the symbols.
    pub fn words(&self) -> &[Word] {
        &self.words
    }

    /// Position of a symbol.
    pub fn index_of(&self, name: &str) -> Option<usize> {
        self.source.index_of(name)
    }

    /// Mean length of a word in bits when symbols follow a distribution over the same symbols.
    pub fn mean_length(&self, distribution: &Distribution) -> f64 {
        self.words.iter().enumerate().map(|(i, word)| distribution.p(i) * word.len() as f64).sum()
    }

    /// Mean length in bits under the code's own source.
    pub fn mean_length_own(&self) -> f64 {
        self.mean_length_exact().map_or_else(|| self.mean_length(&self.source), Ratio::to_f64)
    }

    /// The exact mean length, if the source is exact.
    pub fn mean_length_exact(&self) -> Option<Ratio> {
        self.words.iter().enumerate().try_fold(Ratio::ZERO, |sum, (i, word)| {
            sum.plus(self.source.exact(i)?.times(Ratio::new(word.len() as i128, 1)?)?)
        })
    }

    /// Sum of 2^-length over the words: at most 1 for every code that can be read (Kraft 1949, McMillan 1956).
    pub fn kraft_sum(&self) -> f64 {
        self.words.iter().map(|word| libm::exp2(-(word.len() as f64))).sum()
    }

    /// The exact Kraft sum, unless words are too long for it.
    pub fn kraft_exact(&self) -> Option<Ratio> {
        self.words.iter().try_fold(Ratio::ZERO, |sum, word| sum.plus(Ratio::half_to(word.len())?))
    }

    /// Two symbols of which the first one's word starts the other's (or equals it), if there are such.
    pub fn prefix_violation(&self) -> Option<(usize, usize)> {
        let mut order: Vec<usize> = (0..self.words.len()).collect();
        let word = |i: usize| self.words.get(i).map_or(&[] as &[bool], Word::bits);
        order.sort_by(|&a, &b| word(a).cmp(word(b)));
        // In lexicographic order a word's extensions follow it at once.
        order.windows(2).find_map(|pair| match pair {
            [a, b] if word(*b).starts_with(word(*a)) => Some((*a, *b)),
            _ => None,
        })
    }

    /// The words of a message in a row; symbols that are not in the code are left out.
    pub fn encode(&self, message: &[usize]) -> Vec<bool> {
        message
            .iter()
            .filter_map(|symbol| self.words.get(*symbol))
            .flat_map(|word| word.bits().iter().copied())
            .collect()
    }

    /// Reads bits one by one, as far as they lead anywhere in the code's tree.
    ///
    /// # Errors
    /// If one word starts another.
    pub fn decode(&self, bits: &[bool]) -> Result<Vec<Step>, InfoError> {
        let tree = CodeTree::of(self)?;
        let mut at = 0;
        let mut steps = Vec::new();
        for bit in bits {
            let Some(node) = tree.child(at, *bit) else { break };
            let symbol = tree.nodes().get(node).and_then(|node| node.symbol);
            steps.push(Step { node, symbol });
            at = if symbol.is_some() { 0 } else { node };
        }
        Ok(steps)
    }
}

/// Adds one to a number in binary; stays at all ones if it is full.
fn increment(bits: &mut [bool]) {
    if bits.iter().all(|bit| *bit) {
        return;
    }
    for bit in bits.iter_mut().rev() {
        *bit = !*bit;
        if *bit {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn robot() -> Arc<Distribution> {
        let weights =
            [("up", 4.0), ("down", 2.0), ("left", 1.0), ("right", 1.0)].map(|(name, weight)| (name.to_owned(), weight));
        Arc::new(Distribution::from_relative(&weights).unwrap())
    }

    fn given(words: &[&str]) -> Code {
        let source = if words.len() == 4 { robot() } else { Arc::new(Distribution::uniform(words.len())) };
        Code::given(source, words.iter().map(|word| word.parse().unwrap()).collect()).unwrap()
    }

    #[test]
    fn the_robot_code_has_its_known_figures() {
        let code = given(&["0", "10", "110", "111"]);
        assert_eq!(code.mean_length_exact(), Ratio::new(7, 4));
        assert_eq!(code.kraft_exact(), Some(Ratio::ONE));
        assert_eq!(code.prefix_violation(), None);
        let bits = code.encode(&[0, 0, 1, 0, 3, 2, 1, 0]);
        assert_eq!(Word::new(bits.clone()).to_string(), "00100111110100");
        let symbols: Vec<usize> = code.decode(&bits).unwrap().iter().filter_map(|step| step.symbol).collect();
        assert_eq!(symbols, [0, 0, 1, 0, 3, 2, 1, 0]);
    }

    #[test]
    fn a_fifth_word_breaks_it() {
        let code = given(&["0", "10", "110", "111", "100"]);
        assert_eq!(code.prefix_violation(), Some((1, 4)));
        assert_eq!(code.kraft_exact(), Ratio::new(9, 8));
        assert_eq!(code.decode(&[true]), Err(InfoError::Prefix("10".into(), "100".into())));
    }

    #[test]
    fn fixed_words_and_text() {
        let words: Vec<String> = Code::fixed(robot()).words().iter().map(ToString::to_string).collect();
        assert_eq!(words, ["00", "01", "10", "11"]);
        assert!("012".parse::<Word>().is_err() && "".parse::<Word>().is_err());
    }
}
