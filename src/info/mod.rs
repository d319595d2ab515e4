//! Information theory: pure mathematics.
//!
//! Enters: probabilities and weights. Leaves: information and entropy in bits, codes with every step of their making, and
//! seeded chance. Exact where the inputs are rational.

mod arithmetic;
mod block;
mod canonical;
mod code;
mod decode;
mod distribution;
mod divergence;
mod draws;
mod entropy;
mod error;
mod families;
mod fano;
mod fit;
mod huffman;
mod joining;
mod joint;
mod lz77;
mod ngram;
mod ratio;
mod shannon;
mod tree;
mod word;
mod words;

pub use arithmetic::{Interval, LONGEST_MESSAGE, Segments, decode_interval, intervals};
pub use block::block_distribution;
use canonical::LONGEST_WORD;
pub use code::Code;
pub use decode::{Decoding, Ending, Step};
pub use distribution::Distribution;
pub use divergence::{
    absolute_difference, bhattacharyya_nats, jensen_shannon_bits, kl_terms_bits, nats, softmax, softmax_gradient,
    squared_difference, squared_hellinger,
};
pub use draws::{draw, flip, uniform01};
pub use entropy::{
    binary_entropy_bits, cross_entropy_bits, entropy_bits, information_bits, kl_divergence_bits, perplexity,
};
pub use error::InfoError;
pub use families::{binomial, drift, geometric, zipf};
pub use fit::{bin_counts, correlation, least_squares};
pub use huffman::{Merge, merges};
pub use joining::{Joined, neighbour_joining};
pub use joint::{
    conditional_entropy_bits, erasure_channel_bits, joint_entropy_bits, mutual_information_bits,
    symmetric_channel_bits, words_with_tails,
};
pub use lz77::{Piece, deflate_bytes, extra_bytes, lz77};
pub use ngram::{
    LETTERS, LONGEST_NGRAM, NgramCounts, NgramModel, conditional_ngram_bits, followers, guess_shares, guessing_bounds,
    letter_name, letters_of,
};
pub use ratio::Ratio;
pub use tree::{CodeTree, TreeNode};
pub use walk::{sway, walk};
pub use word::Word;
pub use words::{next_words, words_of};

#[cfg(test)]
mod facts;
mod walk;
