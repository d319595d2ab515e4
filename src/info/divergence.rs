//! How different two distributions are: more measures than one, after Cover and Thomas, *Elements of Information Theory* (2006),
//! and Lin, *Divergence Measures Based on the Shannon Entropy* (1991).
//!
//! Enters: probabilities of the same symbols, both lists of one length (what one has more is ignored). Leaves: a number from 0,
//! which is 0 for equals.

use super::{entropy_bits, information_bits};

/// The terms of a Kullback-Leibler divergence, p log2(p/q) in bits: some may be negative, their sum is not. 0 where p is 0,
/// infinite where only q is.
pub fn kl_terms_bits(p: &[f64], q: &[f64]) -> Vec<f64> {
    let term = |(p, q): (&f64, &f64)| match *p {
        0.0 => 0.0,
        p => p * (information_bits(*q) - information_bits(p)),
    };
    p.iter().zip(q).map(term).collect()
}

/// Jensen-Shannon divergence in bits, from 0 to 1: the entropy of the mixture above the mean of the entropies.
///
/// ```
/// assert_eq!(surprisal::info::jensen_shannon_bits(&[1.0, 0.0], &[0.0, 1.0]), 1.0);
/// ```
pub fn jensen_shannon_bits(p: &[f64], q: &[f64]) -> f64 {
    let mixed: Vec<f64> = p.iter().zip(q).map(|(p, q)| (p + q) / 2.0).collect();
    (entropy_bits(&mixed) - (entropy_bits(p) + entropy_bits(q)) / 2.0).max(0.0)
}

/// Sum of the distances |p - q|, from 0 to 2.
pub fn absolute_difference(p: &[f64], q: &[f64]) -> f64 {
    p.iter().zip(q).map(|(p, q)| (p - q).abs()).sum()
}

/// Sum of the squares (p - q)^2, from 0 to 2.
pub fn squared_difference(p: &[f64], q: &[f64]) -> f64 {
    p.iter().zip(q).map(|(p, q)| (p - q) * (p - q)).sum()
}

/// Half the sum of (sqrt p - sqrt q)^2, from 0 to 1: the square of Hellinger's distance.
pub fn squared_hellinger(p: &[f64], q: &[f64]) -> f64 {
    let root = |(p, q): (&f64, &f64)| libm::sqrt(*p) - libm::sqrt(*q);
    p.iter().zip(q).map(root).map(|difference| difference * difference).sum::<f64>() / 2.0
}

/// Bhattacharyya's distance in nats, -ln of the sum of sqrt(p q): from 0, infinite where nothing is shared.
pub fn bhattacharyya_nats(p: &[f64], q: &[f64]) -> f64 {
    -libm::log(p.iter().zip(q).map(|(p, q)| libm::sqrt(p * q)).sum::<f64>()) + 0.0
}

/// Bits as nats: times ln 2.
pub fn nats(bits: f64) -> f64 {
    bits * std::f64::consts::LN_2
}

/// Softmax of logits, e^x over the sum of all: probabilities, whatever the size of the logits; none for none.
///
/// ```
/// assert_eq!(surprisal::info::softmax(&[1000.0, 1000.0]), [0.5, 0.5]);
/// ```
pub fn softmax(logits: &[f64]) -> Vec<f64> {
    let most = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let powers: Vec<f64> = logits.iter().map(|logit| libm::exp(logit - most)).collect();
    let total: f64 = powers.iter().sum();
    powers.into_iter().map(|power| power / total).collect()
}

/// Derivatives of -ln of the softmax of the true class by the logits: its probabilities, less 1 for that class.
pub fn softmax_gradient(logits: &[f64], truth: usize) -> Vec<f64> {
    let shares = softmax(logits).into_iter().enumerate();
    shares.map(|(class, p)| if class == truth { p - 1.0 } else { p }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::info::{cross_entropy_bits, kl_divergence_bits, uniform01};

    const P: [f64; 5] = [0.1, 0.2, 0.3, 0.35, 0.05];
    const Q: [f64; 5] = [0.4, 0.1, 0.08, 0.15, 0.27];

    #[track_caller]
    fn near(found: f64, wanted: f64) {
        assert!((found - wanted).abs() < 1e-6, "{found} is not {wanted}");
    }

    #[test]
    fn measures_have_their_known_values() {
        near(absolute_difference(&P, &Q), 1.04);
        near(squared_difference(&P, &Q), 0.2368);
        near(bhattacharyya_nats(&P, &Q), 0.172380364);
        near(squared_hellinger(&P, &Q), 0.158341025);
        near(jensen_shannon_bits(&P, &Q), 0.220336253);
        for (found, wanted) in kl_terms_bits(&P, &Q).iter().zip([-0.2, 0.2, 0.572067, 0.427837, -0.121648]) {
            near(*found, wanted);
        }
        let robots = ([0.125, 0.125, 0.25, 0.5], [0.5, 0.25, 0.125, 0.125]);
        assert_eq!(kl_terms_bits(&robots.0, &robots.1), [-0.25, -0.125, 0.25, 1.0]);
        near(kl_terms_bits(&P, &Q).iter().sum(), 0.878256556);
        near(nats(cross_entropy_bits(&P, &Q)), 2.039323346);
        // No triangle inequality.
        let (a, b, c) = ([0.9, 0.1], [0.5, 0.5], [0.1, 0.9]);
        near(kl_divergence_bits(&a, &c), 2.535940001);
        near(kl_divergence_bits(&a, &b) + kl_divergence_bits(&b, &c), 1.267970001);
    }

    #[test]
    fn softmax_has_its_known_values_and_gradient() {
        let logits = [2.0, 1.0, 0.0];
        for (class, (p, loss)) in
            [(0.665240956, 0.407605964), (0.244728471, 1.407605964), (0.090030573, 2.407605964)].into_iter().enumerate()
        {
            near(softmax(&logits)[class], p);
            near(nats(information_bits(softmax(&logits)[class])), loss);
        }
        for (found, wanted) in softmax_gradient(&logits, 0).iter().zip([-0.334759044, 0.244728471, 0.090030573]) {
            near(*found, wanted);
        }
        near(information_bits(1.0 / 50257.0), 15.617036934);
        assert!(softmax(&[]).is_empty());
    }

    #[test]
    fn all_are_0_for_equals_and_symmetric_but_for_one() {
        for seed in 0..300 {
            let draw = |from: u64| -> Vec<f64> {
                let raw: Vec<f64> = (0..6).map(|i| uniform01(seed, from + i) + 1e-3).collect();
                raw.iter().map(|x| x / raw.iter().sum::<f64>()).collect()
            };
            let (p, q) = (draw(0), draw(6));
            for measure in [
                absolute_difference,
                squared_difference,
                squared_hellinger,
                bhattacharyya_nats,
                jensen_shannon_bits,
                kl_divergence_bits,
            ] {
                assert!(measure(&p, &p).abs() < 1e-12 && measure(&p, &q) >= 0.0);
            }
            assert!((jensen_shannon_bits(&p, &q) - jensen_shannon_bits(&q, &p)).abs() < 1e-12);
            // Pinsker's inequality, in bits.
            let l1 = absolute_difference(&p, &q);
            assert!(kl_divergence_bits(&p, &q) + 1e-12 >= l1 * l1 / (2.0 * std::f64::consts::LN_2));
        }
    }
}
