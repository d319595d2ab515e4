//! Codes that are not optimal but easily made: Fano's, Shannon's, and Shannon-Fano-Elias.

use std::sync::Arc;

use super::{Code, Distribution, Word, information_bits};

/// Longest word: symbols less likely than 2^-1000 share it in spirit; a probability of 0 has no finite length.
const LONGEST: f64 = 1000.0;

fn rounded_up(p: f64) -> usize {
    // A power of two is exact, but a probability a rounding away from it must not cost a bit more.
    libm::ceil(information_bits(p) - 1e-12).clamp(1.0, LONGEST) as usize
}

fn by_weight(source: &Distribution) -> Vec<usize> {
    let mut order: Vec<usize> = (0..source.len()).collect();
    order.sort_by(|&a, &b| source.p(b).total_cmp(&source.p(a)).then(a.cmp(&b)));
    order
}

/// The first `length` bits of a number from 0 up to 1.
fn expanded(mut number: f64, length: usize) -> Word {
    let bit = |_| {
        number *= 2.0;
        let one = number >= 1.0;
        number -= f64::from(u8::from(one));
        one
    };
    Word::new((0..length).map(bit).collect())
}

impl Code {
    /// Fano's code (1949): symbols sorted by probability are split where the halves are most even, again and again.
    pub fn fano(source: Arc<Distribution>) -> Self {
        let order = by_weight(&source);
        let mut words: Vec<Vec<bool>> = vec![Vec::new(); source.len()];
        let mut open = vec![(0, order.len())];
        while let Some((start, end)) = open.pop() {
            if end - start < 2 {
                continue;
            }
            let cut = even_cut(&source, order.get(start..end).unwrap_or_default()) + start;
            for (position, &symbol) in order.iter().enumerate().take(end).skip(start) {
                if let Some(word) = words.get_mut(symbol) {
                    word.push(position >= cut);
                }
            }
            open.extend([(start, cut), (cut, end)]);
        }
        let lone = source.len() == 1;
        let words = words.into_iter().map(|bits| Word::new(if lone { vec![false] } else { bits })).collect();
        Self::of(source, words)
    }

    /// Shannon's code (1948): of symbols sorted by probability, the first ceil(-log2 p) bits of the cumulative probability.
    pub fn shannon(source: Arc<Distribution>) -> Self {
        let mut words = vec![Word::default(); source.len()];
        let mut before = 0.0;
        for symbol in by_weight(&source) {
            let p = source.p(symbol);
            if let Some(word) = words.get_mut(symbol) {
                *word = expanded(before, rounded_up(p));
            }
            before += p;
        }
        Self::of(source, words)
    }

    /// The Shannon-Fano-Elias code: ceil(-log2 p) + 1 bits of the middle of each symbol's interval, in the order given.
    pub fn shannon_fano_elias(source: Arc<Distribution>) -> Self {
        let mut before = 0.0;
        let word = |p: &f64| {
            let middle = before + p / 2.0;
            before += p;
            expanded(middle, rounded_up(*p) + 1)
        };
        let words = source.probabilities().iter().map(word).collect();
        Self::of(source, words)
    }
}

/// Where to cut sorted symbols so that the two sums differ least; at least one on each side.
fn even_cut(source: &Distribution, order: &[usize]) -> usize {
    let total: f64 = order.iter().map(|&symbol| source.p(symbol)).sum();
    let (mut sum, mut best) = (0.0, (f64::INFINITY, 1));
    for (position, &symbol) in order.iter().enumerate().take(order.len() - 1) {
        sum += source.p(symbol);
        let uneven = (total - 2.0 * sum).abs();
        if uneven < best.0 - 1e-12 {
            best = (uneven, position + 1);
        }
    }
    best.1
}
