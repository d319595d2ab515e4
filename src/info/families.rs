//! Families of distributions: binomial, geometric, Zipf's; and one that drifts at random.
//!
//! Enters: their parameters. Leaves: a [`Distribution`] whose symbols are named by their numbers.

use super::{Distribution, InfoError, uniform01};
use crate::limits;

fn numbered(from: usize, weights: Vec<f64>) -> Result<Distribution, InfoError> {
    let named: Vec<(String, f64)> =
        weights.into_iter().enumerate().map(|(i, weight)| ((from + i).to_string(), weight)).collect();
    Distribution::from_relative(&named)
}

/// How many of `n` tosses fall heads, each with chance `p`: n choose k times p^k (1-p)^(n-k), for k from 0 to n.
///
/// # Errors
/// More symbols than a source may have; `p` outside 0 to 1.
///
/// ```
/// assert_eq!(surprisal::info::binomial(2, 0.5).unwrap().probabilities(), [0.25, 0.5, 0.25]);
/// ```
pub fn binomial(n: usize, p: f64) -> Result<Distribution, InfoError> {
    if n >= limits::SYMBOLS {
        return Err(InfoError::Count(n.saturating_add(1)));
    }
    if !(0.0..=1.0).contains(&p) {
        return Err(InfoError::Weight("p".into(), p));
    }
    // From the likeliest outwards by ratios, so that nothing is too small or too large on the way.
    let mode = ((n as f64 + 1.0) * p).clamp(0.0, n as f64) as usize;
    let mut weights = vec![0.0; n + 1];
    let mut set = |k: usize, weight: f64| {
        if let Some(slot) = weights.get_mut(k) {
            *slot = weight;
        }
    };
    set(mode, 1.0);
    let mut weight = 1.0;
    for k in mode..n {
        weight *= (n - k) as f64 / (k + 1) as f64 * p / (1.0 - p);
        set(k + 1, if p == 1.0 { 0.0 } else { weight });
    }
    weight = 1.0;
    for k in (1..=mode).rev() {
        weight *= k as f64 / (n - k + 1) as f64 * (1.0 - p) / p;
        set(k - 1, weight);
    }
    numbered(0, weights)
}

/// How long one waits for heads, each toss with chance `p`: p (1-p)^(k-1) for k from 1 on; the last of `count` symbols has all
/// that is left.
///
/// # Errors
/// As [`binomial`].
pub fn geometric(p: f64, count: usize) -> Result<Distribution, InfoError> {
    if count == 0 || count > limits::SYMBOLS {
        return Err(InfoError::Count(count));
    }
    if !(0.0..=1.0).contains(&p) {
        return Err(InfoError::Weight("p".into(), p));
    }
    let left = |k: usize| libm::pow(1.0 - p, k as f64);
    numbered(1, (1..=count).map(|k| if k == count { left(k - 1) } else { p * left(k - 1) }).collect())
}

/// Zipf's law: the k-th of `count` symbols has a share in proportion to 1/k^`exponent`.
///
/// # Errors
/// No symbols or too many; an exponent that makes no shares.
pub fn zipf(count: usize, exponent: f64) -> Result<Distribution, InfoError> {
    if count == 0 || count > limits::SYMBOLS {
        return Err(InfoError::Count(count));
    }
    numbered(1, (1..=count).map(|k| libm::pow(k as f64, -exponent)).collect())
}

/// A distribution that drifts: at whole `time`s it is drawn evenly from all distributions over `count` symbols (Dirichlet's with
/// parameters 1), in between it eases from one to the next. No probability falls below `floor`; the same for the same seed and
/// time, in constant time.
///
/// # Errors
/// No symbols or too many; a floor that leaves nothing to share.
pub fn drift(seed: u64, time: f64, count: usize, floor: f64) -> Result<Distribution, InfoError> {
    if count == 0 || count > limits::SYMBOLS {
        return Err(InfoError::Count(count));
    }
    let free = 1.0 - floor * count as f64;
    if !(0.0..=1.0).contains(&floor) || free < 0.0 {
        return Err(InfoError::Weight("floor".into(), floor));
    }
    let time = if time.is_finite() { time.clamp(0.0, 1e12) } else { 0.0 };
    let target = |number: u64| -> Vec<f64> {
        // Normalised exponential draws are spread evenly over the simplex (Devroye, 1986).
        let draws = (0..count as u64).map(|i| -libm::log(1.0 - uniform01(seed.wrapping_add(number), i)));
        let draws: Vec<f64> = draws.map(|x| x.max(1e-12)).collect();
        let sum: f64 = draws.iter().sum();
        draws.into_iter().map(|x| x / sum).collect()
    };
    let (from, share) = (libm::floor(time) as u64, time - libm::floor(time));
    let eased = share * share * (3.0 - 2.0 * share);
    let blend = |(a, b): (f64, f64)| floor + free * (a + (b - a) * eased);
    numbered(1, target(from).into_iter().zip(target(from + 1)).map(blend).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::info::entropy_bits;

    #[test]
    fn families_have_their_means_and_ends() {
        let mean = |source: &Distribution, from: f64| -> f64 {
            source.probabilities().iter().enumerate().map(|(k, p)| (k as f64 + from) * p).sum()
        };
        for (n, p) in [(1, 0.3), (10, 0.5), (400, 0.9), (60, 0.01), (5, 0.0), (5, 1.0)] {
            let source = binomial(n, p).unwrap();
            assert!((mean(&source, 0.0) - n as f64 * p).abs() < 1e-6, "{n} {p}");
            assert!((source.probabilities().iter().sum::<f64>() - 1.0).abs() < 1e-9);
        }
        assert!((mean(&geometric(0.5, 60).unwrap(), 1.0) - 2.0).abs() < 1e-9);
        assert_eq!(geometric(1.0, 3).unwrap().probabilities(), [1.0, 0.0, 0.0]);
        assert_eq!(geometric(0.5, 3).unwrap().probabilities(), [0.5, 0.25, 0.25]);
        let letters = zipf(26, 1.0).unwrap();
        assert!((letters.p(0) / letters.p(1) - 2.0).abs() < 1e-12);
        assert!(zipf(0, 1.0).is_err() && binomial(limits::SYMBOLS, 0.5).is_err() && binomial(3, 1.5).is_err());
    }

    #[test]
    fn drift_stays_above_its_floor_and_passes_through_its_targets() {
        for step in 0..200 {
            let time = f64::from(step) * 0.13;
            let now = drift(7, time, 7, 1.0 / 16.0).unwrap();
            assert!(now.probabilities().iter().all(|p| *p >= 1.0 / 16.0 - 1e-12));
            let soon = drift(7, time + 1e-4, 7, 1.0 / 16.0).unwrap();
            assert!(now.probabilities().iter().zip(soon.probabilities()).all(|(a, b)| (a - b).abs() < 1e-3));
        }
        assert_eq!(drift(7, 3.0, 5, 0.0), drift(7, 3.0, 5, 0.0));
        assert_ne!(drift(7, 3.0, 5, 0.0), drift(7, 4.0, 5, 0.0));
        assert!(entropy_bits(drift(1, 0.0, 4, 0.25).unwrap().probabilities()) > 2.0 - 1e-9);
        assert!(drift(1, 0.0, 5, 0.25).is_err() && drift(1, f64::NAN, 5, 0.1).is_ok());
    }
}
