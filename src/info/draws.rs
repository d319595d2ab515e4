//! Seeded chance: the i-th draw is a function of seed and i, so the order of asking never matters.

use super::Distribution;

/// Mixes 64 bits: the output function of SplitMix64 (Steele, Lea, Flood, *Fast Splittable Pseudorandom Number
/// Generators*, 2014).
fn mix(value: u64) -> u64 {
    let z = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A number from 0 up to, not including, 1, in steps of 2^-53: draw `index` of the sequence that `seed` names.
pub fn uniform01(seed: u64, index: u64) -> f64 {
    let stream = mix(seed.wrapping_add(0x9e37_79b9_7f4a_7c15));
    let bits = mix(stream.wrapping_add(index.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15)));
    (bits >> 11) as f64 / (1u64 << 53) as f64
}

/// Draw `index` from a distribution, as a position.
pub fn draw(source: &Distribution, seed: u64, index: u64) -> usize {
    let mut left = uniform01(seed, index);
    for (position, p) in source.probabilities().iter().enumerate() {
        if left < *p {
            return position;
        }
        left -= p;
    }
    source.probabilities().iter().rposition(|p| *p > 0.0).unwrap_or(0)
}

/// Does toss `index` of a coin with this chance of heads fall heads?
pub fn flip(p: f64, seed: u64, index: u64) -> bool {
    uniform01(seed, index) < p
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_follow_the_distribution_and_only_seed_and_index() {
        let moves =
            Distribution::from_relative(&[("u".into(), 4.0), ("d".into(), 2.0), ("l".into(), 1.0), ("r".into(), 1.0)])
                .unwrap();
        let mut counts = [0; 4];
        for index in 0..80_000 {
            counts[draw(&moves, 7, index)] += 1;
        }
        // Four standard deviations of a binomial count.
        for (count, p) in counts.iter().zip(moves.probabilities()) {
            let spread = 4.0 * (80_000.0 * p * (1.0 - p)).sqrt();
            assert!((f64::from(*count) - 80_000.0 * p).abs() < spread, "{counts:?}");
        }
        assert_eq!(uniform01(1, 5), uniform01(1, 5));
        assert_ne!(uniform01(1, 5), uniform01(2, 5));
    }
}
