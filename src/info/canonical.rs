//! Codes of given lengths: which lengths there are codes for, and their words in canonical order.
//!
//! A length of 0 is a symbol without a word.

use std::sync::Arc;

use super::{Code, Distribution, InfoError, Word};

/// The longest word that may be asked for: no probability above 0 is so small that its code word is longer.
pub(super) const LONGEST_WORD: usize = 1100;

/// Is there a prefix code with words of these lengths? Decides exactly whether their Kraft sum is at most 1.
pub(super) fn fits(lengths: &[usize]) -> bool {
    let mut sorted: Vec<usize> = lengths.iter().copied().filter(|length| *length > 0).collect();
    sorted.sort_unstable();
    // Nodes of the tree at this depth that no word has taken yet.
    let (mut depth, mut free) = (0, 1usize);
    for length in sorted {
        while depth < length && free < usize::MAX / 2 {
            free *= 2;
            depth += 1;
        }
        depth = length;
        match free.checked_sub(1) {
            Some(rest) => free = rest,
            None => return false,
        }
    }
    true
}

impl Code {
    /// Words of given lengths, in bits and in the order of the symbols, in canonical order: by length, then by position;
    /// each the one before plus one.
    ///
    /// # Errors
    /// If there are not as many lengths as symbols, one is not from 1 to 1100, or no prefix code has them (Kraft 1949).
    ///
    /// ```
    /// use surprisal::info::{Code, Distribution};
    /// let code = Code::from_lengths(Distribution::uniform(4).into(), &[3, 1, 3, 2]).unwrap();
    /// assert_eq!(code.words().iter().map(ToString::to_string).collect::<Vec<_>>(), ["110", "0", "111", "10"]);
    /// ```
    pub fn from_lengths(source: Arc<Distribution>, lengths: &[usize]) -> Result<Self, InfoError> {
        if lengths.len() != source.len() {
            return Err(InfoError::Words(lengths.len(), source.len()));
        }
        if let Some(length) = lengths.iter().find(|length| !(1..=LONGEST_WORD).contains(*length)) {
            return Err(InfoError::Length(*length));
        }
        if fits(lengths) { Ok(Self::canonical_of(source, lengths)) } else { Err(InfoError::Kraft) }
    }

    /// A code of Huffman's lengths whose words are in canonical order: by length, then by the order of the symbols.
    pub fn canonical(source: Arc<Distribution>) -> Self {
        let lengths: Vec<usize> = Self::huffman(Arc::clone(&source)).words().iter().map(Word::len).collect();
        Self::canonical_of(source, &lengths)
    }

    /// Canonical words of lengths that [`fits`] says there is a code for.
    pub(super) fn canonical_of(source: Arc<Distribution>, lengths: &[usize]) -> Self {
        let mut order: Vec<(usize, usize)> = lengths.iter().enumerate().map(|(i, length)| (*length, i)).collect();
        order.retain(|(length, _)| *length > 0);
        order.sort_unstable();
        let mut words = vec![Word::default(); lengths.len()];
        let mut bits: Vec<bool> = Vec::new();
        for (length, index) in order {
            if !bits.is_empty() {
                increment(&mut bits);
            }
            bits.resize(length, false);
            if let Some(word) = words.get_mut(index) {
                *word = Word::new(bits.clone());
            }
        }
        Self::of(source, words)
    }
}

/// Adds one to a number in binary.
fn increment(bits: &mut [bool]) {
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
    use crate::info::Ratio;

    #[test]
    fn lengths_fit_exactly_if_krafts_sum_is_at_most_1() {
        // All sets of up to five lengths from 1 to 5, against the sum as a fraction of 32.
        for code in 0..6usize.pow(5) {
            let lengths: Vec<usize> = (0..5).map(|place| code / 6usize.pow(place) % 6).filter(|l| *l > 0).collect();
            let sum: usize = lengths.iter().map(|length| 32 >> length).sum();
            assert_eq!(fits(&lengths), sum <= 32, "{lengths:?}");
        }
        // Far too fine for a number to see.
        assert!(fits(&[1, 2, 1075, 1075]));
        assert!(!fits(&[1, 1, 1075]));
        assert!(fits(&[3; 8]) && !fits(&[3; 9]));
    }

    #[test]
    fn words_follow_their_lengths() {
        for seed in 0..100u64 {
            let count = 2 + (seed as usize * 13) % 60;
            let lengths: Vec<usize> =
                (0..count).map(|i| 6 + (crate::info::uniform01(seed, i as u64) * 9.0) as usize).collect();
            let source = Arc::new(Distribution::uniform(count));
            let code = Code::from_lengths(source, &lengths).unwrap();
            assert_eq!(code.words().iter().map(Word::len).collect::<Vec<_>>(), lengths);
            assert_eq!(code.prefix_violation(), None);
        }
    }

    #[test]
    fn lengths_of_no_code_are_refused() {
        let four = || Arc::new(Distribution::uniform(4));
        assert_eq!(Code::from_lengths(four(), &[1, 2, 2, 3]), Err(InfoError::Kraft));
        assert_eq!(Code::from_lengths(four(), &[1, 2, 3]), Err(InfoError::Words(3, 4)));
        assert_eq!(Code::from_lengths(four(), &[1, 2, 0, 3]), Err(InfoError::Length(0)));
        assert_eq!(Code::from_lengths(four(), &[1, 2, 3, usize::MAX]), Err(InfoError::Length(usize::MAX)));
        let full = Code::from_lengths(four(), &[1, 2, 3, 3]).unwrap();
        assert_eq!(full.kraft_exact(), Some(Ratio::ONE));
    }
}
