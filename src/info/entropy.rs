//! Information and entropy in bits, after Shannon, *A Mathematical Theory of Communication* (1948).
//!
//! Enters: probabilities, from 0 to 1 and together 1 (not checked: that is [`super::Distribution`]'s part). Leaves: bits.
//! An event of probability 0 adds nothing, as p log p tends to 0.

/// Information of an event of probability `p`: -log2 p. 0 at 1, infinite at 0, NaN outside 0 to 1.
///
/// ```
/// assert_eq!(surprisal::info::information_bits(0.125), 3.0);
/// ```
pub fn information_bits(p: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    // Adding 0 turns the -0 of p = 1 into 0.
    -libm::log2(p) + 0.0
}

/// One term of an entropy, `p * -log2 q`, with 0 where `p` is 0.
fn term(p: f64, q: f64) -> f64 {
    if p == 0.0 { 0.0 } else { p * information_bits(q) }
}

/// The sum from +0 on; an iterator's own sum of nothing is -0, which would be shown with its sign.
fn total(terms: impl Iterator<Item = f64>) -> f64 {
    terms.fold(0.0, |sum, term| sum + term)
}

/// Entropy: the mean information, from 0 to log2 n.
///
/// ```
/// assert_eq!(surprisal::info::entropy_bits(&[0.5, 0.25, 0.125, 0.125]), 1.75);
/// ```
pub fn entropy_bits(probabilities: &[f64]) -> f64 {
    total(probabilities.iter().map(|p| term(*p, *p)))
}

/// Entropy of a coin: from 0 at 0 and 1 to 1 at a half; NaN outside 0 to 1.
pub fn binary_entropy_bits(p: f64) -> f64 {
    if (0.0..=1.0).contains(&p) { term(p, p) + term(1.0 - p, 1.0 - p) } else { f64::NAN }
}

/// Mean bits when symbols follow `p` and the code fits `q`; at least the entropy of `p`, infinite where `q` rules out what
/// happens. Both of one length; what one has more is ignored.
pub fn cross_entropy_bits(p: &[f64], q: &[f64]) -> f64 {
    total(p.iter().zip(q).map(|(p, q)| term(*p, *q)))
}

/// Kullback-Leibler divergence: the bits that the wrong code wastes, the sum of p log2(p/q); at least 0, infinite where
/// `q` rules out what happens. Both of one length; what one has more is ignored.
///
/// ```
/// let (fair, sure) = ([0.5, 0.5], [1.0, 0.0]);
/// assert_eq!(surprisal::info::kl_divergence_bits(&sure, &fair), 1.0);
/// assert_eq!(surprisal::info::kl_divergence_bits(&fair, &sure), f64::INFINITY);
/// ```
pub fn kl_divergence_bits(p: &[f64], q: &[f64]) -> f64 {
    let waste = total(p.iter().zip(q).map(|(p, q)| term(*p, *q) - term(*p, *p)));
    // Rounding may leave a little less than 0. NaN is kept, which `max` would hide.
    if waste < 0.0 { 0.0 } else { waste }
}

/// Perplexity: 2 to the power of an entropy, the number of equally likely choices that have it.
///
/// ```
/// assert_eq!(surprisal::info::perplexity(3.0), 8.0);
/// ```
pub fn perplexity(bits: f64) -> f64 {
    libm::exp2(bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn divergence_is_never_negative_and_0_for_equals() {
        let p = [0.1, 0.2, 0.3, 0.4];
        assert_eq!(kl_divergence_bits(&p, &p), 0.0);
        for step in 0..1000 {
            let off = 1e-13 * f64::from(step);
            let waste = kl_divergence_bits(&p, &[0.1 + off, 0.2 - off, 0.3 + off, 0.4 - off]);
            assert!((0.0..1e-9).contains(&waste), "{waste}");
        }
        assert_eq!(kl_divergence_bits(&[0.5, 0.5], &[1.0, 0.0]), f64::INFINITY);
        assert_eq!(kl_divergence_bits(&[1.0, 0.0], &[0.5, 0.5]), 1.0);
        assert!(kl_divergence_bits(&[f64::NAN], &[0.5]).is_nan());
    }

    #[test]
    fn nothing_is_0_without_a_sign() {
        let none: [f64; 7] = [
            information_bits(1.0),
            entropy_bits(&[]),
            entropy_bits(&[1.0, 0.0]),
            binary_entropy_bits(1.0),
            cross_entropy_bits(&[], &[]),
            kl_divergence_bits(&[], &[]),
            kl_divergence_bits(&[1.0], &[1.0]),
        ];
        assert_eq!(none.map(f64::to_bits), [0; 7]);
    }

    #[test]
    fn a_coin_is_symmetric_and_flattest_at_its_top() {
        for i in 0..=1000 {
            let p = f64::from(i) / 1000.0;
            assert!((binary_entropy_bits(p) - binary_entropy_bits(1.0 - p)).abs() < 1e-12, "{p}");
            assert!((0.0..=1.0).contains(&binary_entropy_bits(p)), "{p}");
        }
        assert!(binary_entropy_bits(1.5).is_nan() && binary_entropy_bits(f64::NAN).is_nan());
        assert_eq!(binary_entropy_bits(f64::MIN_POSITIVE).signum(), 1.0);
    }
}
