//! Reference numbers that the mathematics must meet. Computed apart, with exact fractions where the inputs are rational.

mod codes;
pub(super) mod letters;
mod properties;
mod text;

use std::sync::Arc;

use super::*;

/// A source of relative weights without names.
fn unnamed(weights: &[f64]) -> Arc<Distribution> {
    let named: Vec<(String, f64)> = weights.iter().enumerate().map(|(i, weight)| (format!("s{i}"), *weight)).collect();
    Arc::new(Distribution::from_relative(&named).unwrap())
}

/// A source of exact probabilities, written as fractions or decimals.
fn exact(text: &str) -> Arc<Distribution> {
    let weights = text.split_whitespace().map(|p| (p.to_owned(), Ratio::parse(p).unwrap())).collect();
    Arc::new(Distribution::from_exact(weights).unwrap())
}

fn robot() -> Arc<Distribution> {
    exact("1/2 1/4 1/8 1/8")
}

#[track_caller]
fn near(actual: f64, expected: f64) {
    assert!((actual - expected).abs() < 1e-9, "{actual} is not {expected}");
}

fn lengths(code: &Code) -> Vec<usize> {
    code.words().iter().map(Word::len).collect()
}

fn text(code: &Code) -> Vec<String> {
    code.words().iter().map(ToString::to_string).collect()
}

#[test]
#[allow(clippy::approx_constant, reason = "the table is as printed, and log2 10 is a row of it")]
fn information_of_known_probabilities() {
    for (p, bits) in [
        (0.5, 1.0),
        (0.25, 2.0),
        (0.125, 3.0),
        (0.0625, 4.0),
        (0.9, 0.152003093),
        (0.789, 0.341902795),
        (0.4, 1.321928095),
        (0.314, 1.671163536),
        (0.3, 1.736965594),
        (0.2, 2.321928095),
        (0.1, 3.321928095),
        (0.05, 4.321928095),
        (0.02, 5.643856190),
        (0.019, 5.717856771),
        (0.01, 6.643856190),
        (1e-9, 29.897352854),
        (0.75, 0.415037499),
    ] {
        near(information_bits(p), bits);
    }
    assert_eq!(information_bits(1.0).to_bits(), 0.0f64.to_bits());
    assert_eq!(information_bits(0.0), f64::INFINITY);
    assert!(information_bits(1.5).is_nan() && information_bits(-0.1).is_nan() && information_bits(f64::NAN).is_nan());
}

#[test]
fn entropies_of_known_sources() {
    let halves = |p: f64, rest: f64, parts: usize| [vec![p], vec![rest / parts as f64; parts]].concat();
    let split = |parts: usize| {
        let outcomes = halves(0.789, 0.211, 6).into_iter();
        outcomes.flat_map(|p| vec![p / parts as f64; parts]).collect::<Vec<_>>()
    };
    let thirds = [1.0 / 3.0; 3];
    let letters = [vec![0.42, 0.178, 0.32], vec![0.082 / 25.0; 25]].concat();
    for (p, bits, choices) in [
        (&[0.5, 0.25, 0.125, 0.125][..], 1.75, 3.363586),
        (&[0.25; 4], 2.0, 4.0),
        (&[1.0 / 7.0; 7], 2.807354922, 7.0),
        (&[1.0 / 28.0; 28], 4.807354922, 28.0),
        (&[0.5, 0.5], 1.0, 2.0),
        (&[0.9, 0.1], 0.468995594, 1.384145),
        (&[0.95, 0.05], 0.286396957, 1.219591),
        (&[0.99, 0.01], 0.080793136, 1.057599),
        (&[0.789, 0.211], 0.743389860, 1.674105),
        (&[0.23, 0.77], 0.778011304, 1.714766),
        (&[0.1, 0.2, 0.3, 0.35, 0.05], 2.063865122, 4.181049),
        (&[0.4, 0.1, 0.08, 0.15, 0.27], 2.073038927, 4.207721),
        (&[0.1, 0.5, 0.2, 0.05, 0.15], 1.923219672, 3.792685),
        (&[0.1, 0.4, 0.2, 0.1, 0.2], 2.121928095, 4.352753),
        (&[0.4, 0.3, 0.2, 0.1], 1.846439345, 3.596115),
        (&[4.0 / 9.0, 2.0 / 9.0, 1.0 / 9.0, 1.0 / 9.0, 1.0 / 9.0], 2.058813890, 4.166436),
        (&halves(0.789, 0.211, 6), 1.288816948, 2.443276),
        (&split(2), 2.288816948, 2.0 * 2.443276),
        (&split(4), 3.288816948, 4.0 * 2.443276),
        (&letters, 2.171580569, 4.505167),
        (&[0.1, 0.2, 0.7], 1.156779649, 2.229592),
        (&[0.7, 0.1, 0.2], 1.156779649, 2.229592),
        (&thirds, 1.584962501, 3.0),
    ] {
        near(entropy_bits(p), bits);
        assert!((perplexity(entropy_bits(p)) - choices).abs() < 5e-6, "{p:?}");
        if let [p, _] = p {
            near(binary_entropy_bits(*p), bits);
        }
    }
    assert_eq!(entropy_bits(robot().probabilities()), 1.75);
    assert_eq!((binary_entropy_bits(0.0), binary_entropy_bits(1.0), entropy_bits(&[1.0, 0.0])), (0.0, 0.0, 0.0));
}

#[test]
fn cross_entropies_of_known_pairs() {
    let p5 = [0.1, 0.2, 0.3, 0.35, 0.05];
    let q5 = [0.4, 0.1, 0.08, 0.15, 0.27];
    for (p, q, bits, waste) in [
        (&[0.125, 0.125, 0.25, 0.5][..], &[0.5, 0.25, 0.125, 0.125][..], 2.625, 0.875),
        (&[0.5, 0.25, 0.125, 0.125], &[0.125, 0.125, 0.25, 0.5], 2.625, 0.875),
        (&[0.9, 0.1], &[0.5, 0.5], 1.0, 0.531004406),
        (&[0.5, 0.5], &[0.9, 0.1], 1.736965594, 0.736965594),
        (&[0.5, 0.5], &[0.95, 0.05], 2.197964338, 1.197964338),
        (&[0.95, 0.05], &[0.5, 0.5], 1.0, 0.713603043),
        (&p5, &q5, 2.942121678, 0.878256556),
        (&q5, &p5, 3.094027857, 1.020988929),
        (&[0.4, 0.3, 0.2, 0.1], &[0.1, 0.3, 0.4, 0.2], 2.346439345, 0.5),
        (&[0.23, 0.77], &[0.2718, 0.7282], 0.784604890, 0.006593586),
        (&[0.23, 0.77], &[0.123, 0.877], 0.841152513, 0.063141210),
        (&[0.23, 0.77], &[0.789, 0.211], 1.807045167, 1.029033863),
    ] {
        near(cross_entropy_bits(p, q), bits);
        near(kl_divergence_bits(p, q), waste);
    }
    // No triangle inequality.
    let (heads, fair, tails) = ([0.9, 0.1], [0.5, 0.5], [0.1, 0.9]);
    near(kl_divergence_bits(&heads, &tails), 2.535940001);
    near(kl_divergence_bits(&heads, &fair) + kl_divergence_bits(&fair, &tails), 1.267970001);
}
