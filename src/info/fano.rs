//! Fano's code: from the top down, always cutting where the halves are most even.

use std::sync::Arc;

use super::shannon::by_weight;
use super::{Code, Distribution, Word};

/// Differences below this share of a group's weight count as ties: they are rounding.
const TIE: f64 = 1e-12;

impl Code {
    /// Fano's code (1949): symbols sorted by probability are split where the halves are most even, again and again; on ties
    /// at the first such place. Symbols that are all impossible are split by their number. A lone symbol gets the word 0.
    pub fn fano(source: Arc<Distribution>) -> Self {
        let order = by_weight(&source);
        let mut words: Vec<Vec<bool>> = vec![Vec::new(); source.len()];
        let mut open = vec![order.as_slice()];
        while let Some(group) = open.pop() {
            if group.len() < 2 {
                continue;
            }
            let (left, right) = group.split_at(even_cut(&source, group));
            for (half, bit) in [(left, false), (right, true)] {
                for &symbol in half {
                    if let Some(word) = words.get_mut(symbol) {
                        word.push(bit);
                    }
                }
                open.push(half);
            }
        }
        let lone = source.len() == 1;
        let words = words.into_iter().map(|bits| Word::new(if lone { vec![false] } else { bits })).collect();
        Self::of(source, words)
    }
}

/// Where to cut two or more sorted symbols so that the two sums differ least; at least one on each side.
fn even_cut(source: &Distribution, group: &[usize]) -> usize {
    let total: f64 = group.iter().map(|&symbol| source.p(symbol)).sum();
    if total <= 0.0 {
        return group.len() / 2;
    }
    let (mut sum, mut least, mut cut) = (0.0, f64::INFINITY, 1);
    for (position, &symbol) in group.iter().enumerate().take(group.len() - 1) {
        sum += source.p(symbol);
        let uneven = (total - 2.0 * sum).abs();
        if uneven < least - TIE * total {
            (least, cut) = (uneven, position + 1);
        }
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::info::block_distribution;

    fn longest(code: &Code) -> usize {
        code.words().iter().map(Word::len).max().unwrap()
    }

    #[test]
    fn very_small_probabilities_are_still_cut_evenly() {
        // The least likely block has probability 0.001^14. Figures computed apart, with exact fractions.
        let code = Code::fano(block_distribution(&Distribution::coin(0.999).unwrap(), 14).unwrap().into());
        assert_eq!(longest(&code), 108);
        assert!((code.mean_length_own() - 1.0552498434725481).abs() < 1e-9);
        assert_eq!(longest(&Code::fano(Distribution::uniform(1024).into())), 10);
    }

    #[test]
    fn impossible_symbols_do_not_make_a_long_chain() {
        let mut weights = vec![("never".to_owned(), 0.0); 100_000];
        weights[70_000].1 = 1.0;
        assert_eq!(longest(&Code::fano(Distribution::from_relative(&weights).unwrap().into())), 18);
    }
}
