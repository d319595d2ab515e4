//! Information theory: pure mathematics.
//!
//! Enters: probabilities and weights. Leaves: information and entropy in bits, codes with every step of their making, and
//! seeded chance. Exact where the inputs are rational.

mod code;
mod distribution;
mod draws;
mod entropy;
mod huffman;
mod ratio;
mod shannon;
mod tree;

pub use code::{Code, Step, Word};
pub use distribution::{Distribution, InfoError, block_distribution};
pub use draws::{draw, flip, uniform01};
pub use entropy::{binary_entropy_bits, cross_entropy_bits, entropy_bits, information_bits, kl_divergence_bits};
pub use huffman::{Merge, merges};
pub use ratio::Ratio;
pub use tree::{CodeTree, TreeNode};

#[cfg(test)]
mod facts;
