//! Two variables together: joint and conditional entropy, mutual information; and channels. After Cover and Thomas, *Elements
//! of Information Theory* (2006), chapters 2 and 7.
//!
//! Enters: a table of probabilities, a row for each value of X, a column for each value of Y, together 1 (not checked). Leaves:
//! bits.

use super::{binary_entropy_bits, entropy_bits};

/// Entropy of both together, H(X, Y).
///
/// ```
/// assert_eq!(surprisal::info::joint_entropy_bits(&[vec![0.25, 0.25], vec![0.25, 0.25]]), 2.0);
/// ```
pub fn joint_entropy_bits(table: &[Vec<f64>]) -> f64 {
    entropy_bits(&table.concat())
}

/// What is still unknown of Y when X is known, H(Y | X) = H(X, Y) - H(X): from 0 to H(Y).
pub fn conditional_entropy_bits(table: &[Vec<f64>]) -> f64 {
    (joint_entropy_bits(table) - entropy_bits(&rows(table))).max(0.0)
}

/// What one tells about the other, I(X; Y) = H(X) + H(Y) - H(X, Y): from 0, where they are independent.
pub fn mutual_information_bits(table: &[Vec<f64>]) -> f64 {
    (entropy_bits(&rows(table)) + entropy_bits(&columns(table)) - joint_entropy_bits(table)).max(0.0)
}

fn rows(table: &[Vec<f64>]) -> Vec<f64> {
    table.iter().map(|row| row.iter().sum()).collect()
}

fn columns(table: &[Vec<f64>]) -> Vec<f64> {
    let wide = table.iter().map(Vec::len).max().unwrap_or(0);
    (0..wide).map(|column| table.iter().filter_map(|row| row.get(column)).sum()).collect()
}

/// Capacity of a binary symmetric channel that flips a bit with probability `p`, 1 - H(p) bits per use: 1 at 0 and 1, 0 at a
/// half; NaN outside 0 to 1.
///
/// ```
/// assert_eq!(surprisal::info::symmetric_channel_bits(0.5), 0.0);
/// ```
pub fn symmetric_channel_bits(p: f64) -> f64 {
    1.0 - binary_entropy_bits(p)
}

/// Capacity of a binary erasure channel that loses a bit with probability `p`, 1 - p bits per use; NaN outside 0 to 1.
pub fn erasure_channel_bits(p: f64) -> f64 {
    if (0.0..=1.0).contains(&p) { 1.0 - p } else { f64::NAN }
}

/// Words of `n` tosses of a coin with chance `p` of heads that have from `least` to `most` tails: log2 of their number, and
/// their probability together.
///
/// ```
/// let (bits, share) = surprisal::info::words_with_tails(0.5, 2, 0, 2);
/// assert!((bits - 2.0).abs() < 1e-12 && (share - 1.0).abs() < 1e-12);
/// ```
pub fn words_with_tails(p: f64, n: u32, least: u32, most: u32) -> (f64, f64) {
    let ln_choose = |k: u32| {
        let ln = |x: u32| libm::lgamma(f64::from(x) + 1.0);
        ln(n) - ln(k) - ln(n - k)
    };
    let (mut words, mut share) = (Vec::new(), 0.0);
    for tails in least..=most.min(n) {
        words.push(ln_choose(tails));
        let ln = |p: f64, times: u32| if times == 0 { 0.0 } else { f64::from(times) * libm::log(p) };
        share += libm::exp(ln_choose(tails) + ln(p, n - tails) + ln(1.0 - p, tails));
    }
    let top = words.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = words.iter().map(|ln| libm::exp(ln - top)).sum();
    ((top + libm::log(sum)) / std::f64::consts::LN_2, share)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::info::uniform01;

    #[test]
    fn the_typical_set_of_a_bent_coin() {
        let (bits, share) = words_with_tails(0.9, 100, 5, 15);
        assert!((bits - 58.085589735).abs() < 1e-6 && (share - 0.936398390).abs() < 1e-8, "{bits} {share}");
        assert!((words_with_tails(0.9, 100, 10, 10).0 - 43.976696750).abs() < 1e-6);
        assert!((100.0 * binary_entropy_bits(0.9) - 46.899559359).abs() < 1e-8);
        assert!((words_with_tails(0.9, 100, 0, 100).1 - 1.0).abs() < 1e-9);
    }

    #[test]
    fn identities_hold_for_any_table() {
        for seed in 0..300 {
            let raw: Vec<f64> = (0..12).map(|i| uniform01(seed, i)).collect();
            let sum: f64 = raw.iter().sum();
            let table: Vec<Vec<f64>> = raw.chunks(4).map(|row| row.iter().map(|x| x / sum).collect()).collect();
            let (x, y) = (entropy_bits(&rows(&table)), entropy_bits(&columns(&table)));
            let (both, rest, shared) =
                (joint_entropy_bits(&table), conditional_entropy_bits(&table), mutual_information_bits(&table));
            assert!((x + rest - both).abs() < 1e-9 && (y - rest - shared).abs() < 1e-9);
            assert!(shared <= x.min(y) + 1e-9 && both <= x + y + 1e-9);
        }
        let independent = [vec![0.1, 0.3], vec![0.15, 0.45]];
        assert!(mutual_information_bits(&independent) < 1e-12);
        assert!((mutual_information_bits(&[vec![0.5, 0.0], vec![0.0, 0.5]]) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn channels_are_best_without_noise() {
        assert_eq!([0.0, 0.5, 1.0].map(symmetric_channel_bits), [1.0, 0.0, 1.0]);
        assert!((symmetric_channel_bits(0.1) - 0.531004406).abs() < 1e-9);
        assert_eq!([0.0, 0.25, 1.0].map(erasure_channel_bits), [1.0, 0.75, 0.0]);
        assert!(erasure_channel_bits(1.5).is_nan() && symmetric_channel_bits(-1.0).is_nan());
    }
}
