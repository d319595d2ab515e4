//! Identities that hold for every source, over seeded ones of many shapes.

use super::*;

/// Sources of up to 40 symbols: even, skewed, very skewed, with impossible symbols.
fn sources() -> impl Iterator<Item = (u64, Arc<Distribution>)> {
    (0..400u64).map(|seed| {
        let count = 1 + (seed as usize * 7) % 40;
        let weight = |i: usize| {
            let chance = uniform01(seed, i as u64);
            match seed % 4 {
                0 => 1.0 + (chance * 1e6).floor(),
                1 => 1.0 + (libm::exp2(chance * 40.0)).floor(),
                2 => libm::exp2(-300.0 * chance),
                _ => {
                    if i > 0 && chance < 0.3 {
                        0.0
                    } else {
                        chance + 0.01
                    }
                }
            }
        };
        (seed, unnamed(&(0..count).map(weight).collect::<Vec<_>>()))
    })
}

#[test]
fn entropy_lies_between_0_and_the_logarithm_of_the_size() {
    for (seed, source) in sources() {
        let entropy = entropy_bits(source.probabilities());
        assert!(entropy >= 0.0 && entropy <= libm::log2(source.len() as f64) + 1e-9, "{seed}");
        near(cross_entropy_bits(source.probabilities(), source.probabilities()), entropy);
        near(source.cumulative(source.len()), 1.0);
    }
}

#[test]
fn huffman_is_best_and_within_a_bit_of_the_entropy() {
    for (seed, source) in sources().filter(|(_, source)| source.len() > 1) {
        let entropy = entropy_bits(source.probabilities());
        let code = Code::huffman(source.clone());
        let mean = code.mean_length_own();
        assert!(entropy <= mean + 1e-9 && mean < entropy + 1.0 + 1e-9, "{seed}: {entropy} {mean}");
        assert!((code.kraft_sum() - 1.0).abs() < 1e-12, "{seed}");
        assert!(code.kraft_exact().is_none_or(|sum| sum == Ratio::ONE), "{seed}");
        let merged: f64 = merges(&source).iter().map(|merge| merge.weight).sum();
        near(merged, mean);
        near(Code::canonical(source.clone()).mean_length_own(), mean);
        let (fano, shannon) = (Code::fano(source.clone()), Code::shannon(source.clone()));
        let elias = Code::shannon_fano_elias(source.clone());
        assert!(mean <= fano.mean_length_own() + 1e-9 && mean <= shannon.mean_length_own() + 1e-9, "{seed}");
        // Shannon's words have at least one bit, even for an event that is nearly sure.
        assert!(shannon.mean_length_own() < entropy + 1.0 + 1e-9, "{seed}");
        near(elias.mean_length_own(), shannon.mean_length_own() + 1.0);
    }
}

#[test]
fn what_is_encoded_is_decoded() {
    for (seed, source) in sources() {
        for (name, code) in [
            ("huffman", Code::huffman(source.clone())),
            ("canonical", Code::canonical(source.clone())),
            ("fano", Code::fano(source.clone())),
            ("shannon", Code::shannon(source.clone())),
            ("elias", Code::shannon_fano_elias(source.clone())),
            ("fixed", Code::fixed(source.clone())),
        ] {
            assert_eq!(code.prefix_violation(), None, "{name} {seed}");
            assert!(code.kraft_sum() <= 1.0 + 1e-12, "{name} {seed}");
            let message: Vec<usize> = (0..50).map(|i| draw(&source, seed, i)).collect();
            assert!(message.iter().all(|symbol| source.p(*symbol) > 0.0), "{name} {seed}");
            let bits = code.encode(&message);
            let read = code.read(&bits).unwrap();
            assert_eq!(
                (read.symbols(), read.ending, read.steps.len()),
                (message, Ending::Complete, bits.len()),
                "{name}"
            );
        }
    }
}

#[test]
fn a_hundred_thousand_symbols_are_quick_for_every_code() {
    let weights: Vec<f64> = (0..100_000).map(|i| (uniform01(1, i) * 1e6).floor()).collect();
    let source = unnamed(&weights);
    for code in [
        Code::huffman(source.clone()),
        Code::canonical(source.clone()),
        Code::fano(source.clone()),
        Code::shannon(source.clone()),
        Code::shannon_fano_elias(source.clone()),
        Code::fixed(source.clone()),
    ] {
        assert_eq!(code.prefix_violation(), None);
        assert!(CodeTree::of(&code).unwrap().nodes().len() >= 100_000);
    }
    assert!((0..1_000).all(|i| source.p(draw(&source, 2, i)) > 0.0));
}

#[test]
fn probabilities_a_rounding_from_a_power_of_two_cost_no_bit_and_no_clash() {
    for off in [1e-16, -1e-16, 1e-13, -1e-13, 1e-11, -1e-11] {
        for weights in [&[0.25, 0.5 - off, 0.25 + off][..], &[0.125 + off, 0.125, 0.125 - off, 0.125, 0.5]] {
            let source = unnamed(weights);
            for code in [Code::shannon(source.clone()), Code::shannon_fano_elias(source.clone())] {
                assert_eq!(code.prefix_violation(), None, "{weights:?}");
                assert!(code.words().iter().all(|word| !word.is_empty()), "{weights:?}");
            }
        }
    }
    // Five tenths sum to a rounding more than a half.
    let shannon = Code::shannon(unnamed(&[0.5, 0.1, 0.1, 0.1, 0.1, 0.1]));
    assert_eq!(lengths(&shannon), [1, 4, 4, 4, 4, 4]);
}
