//! Seeded chance: the i-th draw is a function of seed and i, so the order of asking never matters.
//!
//! Enters: a seed and a number. Leaves: the same value for them on every machine.

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

/// Draw `index` from a distribution, as the position of a symbol; never one of probability 0.
///
/// ```
/// use surprisal::info::{Distribution, draw};
/// let coin = Distribution::coin(1.0).unwrap();
/// assert!((0..100).all(|toss| draw(&coin, 7, toss) == 0));
/// ```
pub fn draw(source: &Distribution, seed: u64, index: u64) -> usize {
    source.symbol_at(uniform01(seed, index))
}

/// Does toss `index` of a coin with chance `p` of heads fall heads? Never for `p` from 0 down or NaN, always from 1 up.
/// Tosses of one seed agree for every `p`: raising it only ever turns tails into heads.
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

    #[test]
    fn draws_are_the_same_for_ever() {
        // Films depend on these; a change of them changes every film that draws.
        let first: Vec<u64> = (0..3).map(|index| (uniform01(0, index) * (1u64 << 53) as f64) as u64).collect();
        assert_eq!(first, [5876733520225071, 6315957190297641, 3486904274089342]);
        let tosses: String = (0..16).map(|toss| if flip(0.5, 42, toss) { 'H' } else { 'T' }).collect();
        assert_eq!(tosses, "HTHHTHHTHTTHHHTT");
    }

    #[test]
    fn draws_are_even_and_neighbours_unlike() {
        let draws: Vec<f64> = (0..100_000).map(|index| uniform01(3, index)).collect();
        assert!(draws.iter().all(|value| (0.0..1.0).contains(value)));
        let mut counts = [0u32; 100];
        draws.iter().for_each(|value| counts[(value * 100.0) as usize] += 1);
        // Chi squared with 99 degrees of freedom: beyond 160 once in ten thousand seeds.
        let spread: f64 =
            counts.iter().map(|count| (f64::from(*count) - 1000.0) * (f64::from(*count) - 1000.0) / 1000.0).sum();
        assert!((50.0..160.0).contains(&spread), "{spread}");
        // Successive draws, and draws of successive seeds, correlate within 5 / sqrt(100,000).
        let next_seed: Vec<f64> = (0..100_000).map(|index| uniform01(4, index)).collect();
        for other in [&draws[1..], &next_seed[..]] {
            let mean: f64 = draws.iter().zip(other).map(|(a, b)| (a - 0.5) * (b - 0.5) * 12.0).sum::<f64>() / 100_000.0;
            assert!(mean.abs() < 0.016, "{mean}");
        }
    }

    #[test]
    fn raising_the_chance_only_turns_tails_into_heads() {
        for toss in 0..1_000 {
            assert!(!flip(0.0, 9, toss) && flip(1.0, 9, toss) && !flip(f64::NAN, 9, toss));
            assert!(!flip(0.3, 9, toss) || flip(0.6, 9, toss));
        }
    }
}
