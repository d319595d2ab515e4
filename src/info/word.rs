//! Code words: strings of bits.

use std::fmt;
use std::str::FromStr;

use super::InfoError;

/// A code word.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Word(Vec<bool>);

impl Word {
    /// A word of these bits.
    pub fn new(bits: Vec<bool>) -> Self {
        Self(bits)
    }

    /// The `length` bits of `value`, most significant first; at most 128.
    pub fn of_value(value: u128, length: usize) -> Self {
        Self((0..length.min(128)).rev().map(|bit| (value >> bit) & 1 == 1).collect())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_they_are_written() {
        for text in ["0", "1", "0110", "1111111111"] {
            assert_eq!(text.parse::<Word>().unwrap().to_string(), text);
        }
        for text in ["", "012", " 0", "०"] {
            assert_eq!(text.parse::<Word>(), Err(InfoError::Word(text.into())));
        }
        assert_eq!(Word::of_value(6, 4).to_string(), "0110");
        assert_eq!(Word::of_value(u128::MAX, usize::MAX).len(), 128);
    }
}
