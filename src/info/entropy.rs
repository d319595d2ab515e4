//! Information and entropy in bits, after Shannon, *A Mathematical Theory of Communication* (1948).

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

/// Entropy: the mean information, from 0 to log2 n.
///
/// ```
/// assert_eq!(surprisal::info::entropy_bits(&[0.5, 0.25, 0.125, 0.125]), 1.75);
/// ```
pub fn entropy_bits(probabilities: &[f64]) -> f64 {
    probabilities.iter().map(|p| term(*p, *p)).sum()
}

/// Entropy of a coin: from 0 at 0 and 1 to 1 at a half; NaN outside 0 to 1.
pub fn binary_entropy_bits(p: f64) -> f64 {
    if (0.0..=1.0).contains(&p) { term(p, p) + term(1.0 - p, 1.0 - p) } else { f64::NAN }
}

/// Mean bits when symbols follow `p` and the code fits `q`; at least the entropy of `p`, infinite where `q` rules out what
/// happens. Both of one length; what one has more is ignored.
pub fn cross_entropy_bits(p: &[f64], q: &[f64]) -> f64 {
    p.iter().zip(q).map(|(p, q)| term(*p, *q)).sum()
}

/// Kullback-Leibler divergence: the bits that the wrong code wastes; at least 0.
pub fn kl_divergence_bits(p: &[f64], q: &[f64]) -> f64 {
    cross_entropy_bits(p, q) - entropy_bits(p)
}
