//! Codes: a word of bits for each symbol of a source.
//!
//! Enters: a source, and words or a rule that makes them. Leaves: words, with their mean length, Kraft sum and messages.
//! An empty word stands for none: its symbol cannot be sent, and it counts neither as a prefix nor in Kraft's sum.

use std::sync::Arc;

use super::{CodeTree, Decoding, Distribution, InfoError, Ratio, Step, Word};

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

    /// Words of one length, the shortest that is enough: 00, 01, 10, 11.
    pub fn fixed(source: Arc<Distribution>) -> Self {
        let length = (usize::BITS - source.len().saturating_sub(1).leading_zeros()).max(1) as usize;
        let words = (0..source.len()).map(|i| Word::of_value(i as u128, length)).collect();
        Self { source, words }
    }

    /// The bytes of each symbol's name in UTF-8 (RFC 3629), as texts are stored: 8 bits for an ASCII character.
    ///
    /// ```
    /// use surprisal::info::{Code, Distribution};
    /// let source = Distribution::new(&[("a".into(), 1.0)]).unwrap();
    /// assert_eq!(Code::utf8(source.into()).words()[0].to_string(), "01100001");
    /// ```
    pub fn utf8(source: Arc<Distribution>) -> Self {
        let bits = |byte: u8| (0..8).rev().map(move |place| byte >> place & 1 == 1);
        let words = source.names().iter().map(|name| Word::new(name.bytes().flat_map(bits).collect())).collect();
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
        self.words.iter().filter(|word| !word.is_empty()).map(|word| libm::exp2(-(word.len() as f64))).sum()
    }

    /// The exact Kraft sum, unless words are too long for it.
    pub fn kraft_exact(&self) -> Option<Ratio> {
        let mut words = self.words.iter().filter(|word| !word.is_empty());
        words.try_fold(Ratio::ZERO, |sum, word| sum.plus(Ratio::half_to(word.len())?))
    }

    /// Two symbols of which the first one's word starts the other's (or equals it), if there are such.
    pub fn prefix_violation(&self) -> Option<(usize, usize)> {
        let word = |i: usize| self.words.get(i).map_or(&[] as &[bool], Word::bits);
        let mut order: Vec<usize> = (0..self.words.len()).filter(|&i| !word(i).is_empty()).collect();
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

    /// Reads bits one by one, as far as they lead anywhere in the code's tree: a step for each bit. [`Code::read`] also tells
    /// how they ended.
    ///
    /// # Errors
    /// If one word starts another, or the code is too large for a tree.
    pub fn decode(&self, bits: &[bool]) -> Result<Vec<Step>, InfoError> {
        Ok(self.read(bits)?.steps)
    }

    /// Reads a message, and tells whether its bits ended as a message does; see [`CodeTree::decode`].
    ///
    /// # Errors
    /// As [`Code::decode`].
    pub fn read(&self, bits: &[bool]) -> Result<Decoding, InfoError> {
        Ok(CodeTree::of(self)?.decode(bits))
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
        assert_eq!(code.read(&bits).unwrap().symbols(), [0, 0, 1, 0, 3, 2, 1, 0]);
    }

    #[test]
    fn a_fifth_word_breaks_it() {
        let code = given(&["0", "10", "110", "111", "100"]);
        assert_eq!(code.prefix_violation(), Some((1, 4)));
        assert_eq!(code.kraft_exact(), Ratio::new(9, 8));
        assert_eq!(code.decode(&[true]), Err(InfoError::Prefix("10".into(), "100".into())));
    }

    #[test]
    fn fixed_words_are_as_short_as_can_be() {
        let words: Vec<String> = Code::fixed(robot()).words().iter().map(ToString::to_string).collect();
        assert_eq!(words, ["00", "01", "10", "11"]);
        for (count, length) in [(1, 1), (2, 1), (3, 2), (16, 4), (17, 5), (28, 5)] {
            let code = Code::fixed(Arc::new(Distribution::uniform(count)));
            assert!(code.words().iter().all(|word| word.len() == length), "{count}");
        }
    }

    #[test]
    fn equal_words_are_a_violation_and_empty_ones_are_no_words() {
        assert_eq!(given(&["01", "1", "01"]).prefix_violation(), Some((0, 2)));
        let words = [Word::default(), Word::new(vec![true]), Word::default()];
        let code = Code::given(Arc::new(Distribution::uniform(3)), words.to_vec()).unwrap();
        assert_eq!((code.prefix_violation(), code.kraft_sum(), code.kraft_exact()), (None, 0.5, Ratio::new(1, 2)));
        assert_eq!(code.read(&code.encode(&[0, 1, 2, 1, 99])).unwrap().symbols(), [1, 1]);
        let few = Code::given(robot(), words.to_vec());
        assert_eq!(few.unwrap_err().to_string(), "there are 3 words for 4 symbols");
    }

    #[test]
    fn one_word_shorter_must_be_paid_for() {
        // Sixteen equal messages of 4 bits; one gets 3, and two others must go down to 5.
        let kraft = |lengths: &[(usize, usize)]| {
            let words = lengths.iter().flat_map(|&(length, count)| vec![Word::of_value(0, length); count]).collect();
            let code = Code::given(Arc::new(Distribution::uniform(16)), words).unwrap();
            (code.kraft_exact().unwrap().to_string(), code.mean_length_exact().unwrap().to_f64())
        };
        assert_eq!(kraft(&[(4, 16)]), ("1".into(), 4.0));
        assert_eq!(kraft(&[(3, 1), (4, 15)]).0, "17/16");
        assert_eq!(kraft(&[(3, 1), (4, 13), (5, 2)]), ("1".into(), 4.0625));
        assert_eq!(kraft(&[(3, 2), (4, 10), (5, 4)]), ("1".into(), 4.125));
    }
}
