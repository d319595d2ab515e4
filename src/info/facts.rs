//! Reference numbers that the mathematics must meet, and identities that hold for every source.

use std::sync::Arc;

use super::*;

const NORVIG: &[(&str, f64)] = &[
    ("E", 4452.0),
    ("T", 3305.0),
    ("A", 2865.0),
    ("O", 2723.0),
    ("I", 2697.0),
    ("N", 2578.0),
    ("S", 2321.0),
    ("R", 2238.0),
    ("H", 1801.0),
    ("L", 1450.0),
    ("D", 1360.0),
    ("C", 1192.0),
    ("U", 973.0),
    ("M", 895.0),
    ("F", 856.0),
    ("P", 761.0),
    ("G", 666.0),
    ("W", 597.0),
    ("Y", 593.0),
    ("B", 529.0),
    ("V", 375.0),
    ("K", 193.0),
    ("X", 84.0),
    ("J", 57.0),
    ("Q", 43.0),
    ("Z", 32.0),
];

const DPV: &[(&str, f64)] = &[
    (" ", 183.0),
    ("E", 102.0),
    ("T", 77.0),
    ("A", 68.0),
    ("O", 59.0),
    ("I", 58.0),
    ("N", 55.0),
    ("S", 51.0),
    ("H", 49.0),
    ("R", 48.0),
    ("D", 35.0),
    ("L", 34.0),
    ("C", 26.0),
    ("U", 24.0),
    ("M", 21.0),
    ("W", 19.0),
    ("F", 18.0),
    ("G", 17.0),
    ("P", 16.0),
    ("Y", 16.0),
    ("B", 13.0),
    ("V", 9.0),
    ("K", 6.0),
    ("J", 2.0),
    ("X", 2.0),
    ("Q", 1.0),
    ("Z", 1.0),
];

fn source(weights: &[(&str, f64)]) -> Arc<Distribution> {
    let owned: Vec<(String, f64)> = weights.iter().map(|(name, weight)| ((*name).to_owned(), *weight)).collect();
    Arc::new(Distribution::from_relative(&owned).unwrap())
}

fn unnamed(weights: &[f64]) -> Arc<Distribution> {
    let names: Vec<String> = (0..weights.len()).map(|i| format!("s{i}")).collect();
    source(&names.iter().map(String::as_str).zip(weights.iter().copied()).collect::<Vec<_>>())
}

fn near(actual: f64, expected: f64) {
    assert!((actual - expected).abs() < 1e-9, "{actual} is not {expected}");
}

fn lengths(code: &Code) -> Vec<usize> {
    code.words().iter().map(Word::len).collect()
}

#[test]
fn information_of_known_probabilities() {
    for (p, bits) in
        [(0.9, 0.152003093), (0.789, 0.341902795), (0.3, 1.736965594), (0.05, 4.321928095), (1e-9, 29.897352854)]
    {
        near(information_bits(p), bits);
    }
    assert_eq!((information_bits(1.0).to_bits(), information_bits(0.0)), (0, f64::INFINITY));
    assert!(information_bits(1.5).is_nan() && information_bits(-0.1).is_nan());
}

#[test]
fn entropies_of_known_sources() {
    near(entropy_bits(&[0.5, 0.25, 0.125, 0.125]), 1.75);
    near(entropy_bits(&[1.0 / 7.0; 7]), 2.807354922);
    near(binary_entropy_bits(0.9), 0.468995594);
    near(binary_entropy_bits(0.99), 0.080793136);
    near(entropy_bits(&[0.1, 0.2, 0.3, 0.35, 0.05]), 2.063865122);
    near(entropy_bits(&[0.4, 0.3, 0.2, 0.1]), 1.846439345);
    near(cross_entropy_bits(&[0.125, 0.125, 0.25, 0.5], &[0.5, 0.25, 0.125, 0.125]), 2.625);
    near(kl_divergence_bits(&[0.9, 0.1], &[0.5, 0.5]), 0.531004406);
    assert_eq!((binary_entropy_bits(0.0), binary_entropy_bits(1.0), entropy_bits(&[1.0, 0.0])), (0.0, 0.0, 0.0));
}

#[test]
fn four_codes_of_textbook_sources() {
    type Row<'a> = (&'a [f64], f64, &'a [usize], f64, f64, f64);
    let rows: [Row<'_>; 4] = [
        (&[15.0, 7.0, 6.0, 6.0, 5.0], 2.230769231, &[1, 3, 3, 3, 3], 2.282051282, 2.615384615, 3.615384615),
        (&[0.35, 0.17, 0.17, 0.16, 0.15], 2.30, &[1, 3, 3, 3, 3], 2.31, 2.65, 3.65),
        (&[0.4, 0.3, 0.2, 0.1], 1.9, &[1, 2, 3, 3], 1.9, 2.4, 3.4),
        (&[4.0, 2.0, 1.0, 1.0], 1.75, &[1, 2, 3, 3], 1.75, 1.75, 2.75),
    ];
    for (weights, huffman, huffman_lengths, fano, shannon, elias) in rows {
        let source = unnamed(weights);
        assert_eq!(lengths(&Code::huffman(source.clone())), huffman_lengths);
        near(Code::huffman(source.clone()).mean_length(&source), huffman);
        near(Code::fano(source.clone()).mean_length(&source), fano);
        near(Code::shannon(source.clone()).mean_length(&source), shannon);
        near(Code::shannon_fano_elias(source.clone()).mean_length(&source), elias);
    }
    let words: Vec<String> =
        Code::huffman(unnamed(&[4.0, 2.0, 1.0, 1.0])).words().iter().map(ToString::to_string).collect();
    assert_eq!(words, ["0", "10", "110", "111"]);
}

#[test]
fn english_letters() {
    for (table, entropy, huffman, fano, shannon) in [
        (NORVIG, 4.165482053, 4.193624425, 4.209956224, 4.595268829),
        (DPV, 4.122569689, 4.159405941, 4.184158416, 4.635643564),
    ] {
        let source = source(table);
        near(entropy_bits(source.probabilities()), entropy);
        near(Code::huffman(source.clone()).mean_length(&source), huffman);
        near(Code::fano(source.clone()).mean_length(&source), fano);
        near(Code::shannon(source.clone()).mean_length(&source), shannon);
    }
    // Canonical words by length, then letter.
    let mut sorted = NORVIG.to_vec();
    sorted.sort_by_key(|(name, _)| *name);
    let code = Code::canonical(source(&sorted));
    let word = |name: &str| code.words()[code.index_of(name).unwrap()].to_string();
    assert_eq!([word("E"), word("A"), word("S"), word("Z")], ["000", "0100", "1010", "1111111111"]);
}

#[test]
fn blocks_of_a_biased_coin() {
    let coin = Distribution::from_exact(vec![
        ("h".into(), Ratio::parse("9/10").unwrap()),
        ("t".into(), Ratio::parse("1/10").unwrap()),
    ])
    .unwrap();
    for (length, bits, longest) in [
        (1, "1", 1),
        (2, "129/100", 3),
        (3, "799/500", 5),
        (4, "9851/5000", 10),
        (5, "240097/100000", 13),
        (6, "2820941/1000000", 17),
    ] {
        let code = Code::huffman(Arc::new(block_distribution(&coin, length).unwrap()));
        assert_eq!(code.mean_length_exact(), Ratio::parse(bits), "{length}");
        assert_eq!(lengths(&code).into_iter().max(), Some(longest));
    }
}

#[test]
fn identities_hold_for_drawn_sources() {
    for seed in 0..200 {
        let count = 1 + (seed as usize * 7) % 40;
        let weights: Vec<f64> = (0..count).map(|i| 1.0 + (uniform01(seed, i as u64) * 1e6).floor()).collect();
        let source = unnamed(&weights);
        let entropy = entropy_bits(source.probabilities());
        assert!(entropy >= 0.0 && entropy <= libm::log2(count as f64) + 1e-9);
        let code = Code::huffman(source.clone());
        let mean = code.mean_length(&source);
        assert!(count == 1 || entropy <= mean + 1e-9 && mean < entropy + 1.0, "{entropy} {mean}");
        assert!(count == 1 || code.kraft_exact() == Some(Ratio::ONE));
        for code in [
            code,
            Code::fano(source.clone()),
            Code::shannon(source.clone()),
            Code::shannon_fano_elias(source.clone()),
            Code::fixed(source.clone()),
            Code::canonical(source.clone()),
        ] {
            assert_eq!(code.prefix_violation(), None);
            let message: Vec<usize> = (0..50).map(|i| draw(&source, seed, i)).collect();
            let read: Vec<usize> =
                code.decode(&code.encode(&message)).unwrap().iter().filter_map(|step| step.symbol).collect();
            assert_eq!(read, message);
        }
    }
}
