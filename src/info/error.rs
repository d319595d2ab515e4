//! What can be wrong with a source or a code.
//!
//! Leaves: sentences in the style of diagnostics; the place is added by whoever knows it.

use std::fmt;

use super::LONGEST_WORD;
use crate::limits;

/// Why a distribution or code cannot be made, as a sentence in lower case without a full stop.
#[derive(Clone, Debug, PartialEq)]
pub enum InfoError {
    /// No symbol at all, or too many.
    Count(usize),
    /// A probability or weight that is none.
    Weight(String, f64),
    /// Probabilities that do not sum to 1, with their sum.
    Sum(String),
    /// Text that is no code word.
    Word(String),
    /// Words that start others: the shorter and the longer.
    Prefix(String, String),
    /// As many words as symbols are needed.
    Words(usize, usize),
    /// A relative weight that is none.
    Relative(String, f64),
    /// Relative weights whose sum is 0 or too large.
    Total(f64),
    /// Sources that should have as many symbols, with what they have.
    Sizes(usize, usize),
    /// Word lengths that no code without prefixes has.
    Kraft,
    /// A word longer than any code needs, with its length.
    Length(usize),
    /// A code tree with too many nodes.
    Tree,
    /// A message of so many symbols is too long.
    Message(usize),
    /// The symbol at this place of a message cannot occur.
    Impossible(usize),
    /// Blocks of so many symbols are too many, or their names too long.
    Block(usize),
}

impl fmt::Display for InfoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => write!(f, "a source has from 1 to {} symbols, not {count}", limits::SYMBOLS),
            Self::Weight(name, value) => write!(f, "`{name}` has probability {value}, which is not from 0 to 1"),
            Self::Sum(sum) => write!(f, "the probabilities sum to {sum}, not to 1"),
            Self::Word(text) => write!(f, "`{text}` is not a code word: it needs `0` and `1` only"),
            Self::Prefix(short, long) => {
                write!(f, "`{short}` starts `{long}`, so the code cannot be read without dividing lines")
            }
            Self::Words(words, symbols) => write!(f, "there are {words} words for {symbols} symbols"),
            Self::Relative(name, value) => write!(f, "`{name}` has weight {value}, which is not a number from 0"),
            Self::Total(sum) => write!(f, "the weights sum to {sum}, so they have no shares"),
            Self::Sizes(one, other) => write!(f, "the sources have {one} and {other} symbols, not as many"),
            Self::Kraft => write!(f, "no prefix code has words of these lengths: their Kraft sum is over 1"),
            Self::Length(length) => write!(f, "a word of {length} bits is not from 1 to {LONGEST_WORD} bits long"),
            Self::Tree => write!(f, "the words are too long and too many for a code tree"),
            Self::Message(length) => write!(f, "a message of {length} symbols is too long to be coded"),
            Self::Impossible(place) => write!(f, "the symbol at position {place} cannot occur"),
            Self::Block(length) => write!(f, "blocks of {length} symbols are too many or too long"),
        }
    }
}

impl std::error::Error for InfoError {}

impl InfoError {
    /// The same mistake, said of relative weights.
    pub(super) fn relative(self) -> Self {
        match self {
            Self::Weight(name, value) => Self::Relative(name, value),
            other => other,
        }
    }
}
