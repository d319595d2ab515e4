//! Information theory: pure mathematics.
//!
//! Enters: probabilities and weights. Leaves: information and entropy in bits, codes with every step of their making, and
//! seeded chance. Exact where the inputs are rational.

mod block;
mod canonical;
mod code;
mod decode;
mod distribution;
mod draws;
mod entropy;
mod error;
mod fano;
mod huffman;
mod ratio;
mod shannon;
mod tree;
mod word;

pub use block::block_distribution;
use canonical::LONGEST_WORD;
pub use code::Code;
pub use decode::{Decoding, Ending, Step};
pub use distribution::Distribution;
pub use draws::{draw, flip, uniform01};
pub use entropy::{
    binary_entropy_bits, cross_entropy_bits, entropy_bits, information_bits, kl_divergence_bits, perplexity,
};
pub use error::InfoError;
pub use huffman::{Merge, merges};
pub use ratio::Ratio;
pub use tree::{CodeTree, TreeNode};
pub use word::Word;

#[cfg(test)]
mod facts;
