//! Codes of textbook sources, English letters, and blocks.

use super::letters::{DPV27, LEWAND26, NORVIG26, letters};
use super::*;

/// The symbols with words of each length, as `E3 T3 A4`, sorted by length and then as given.
fn by_length(code: &Code) -> String {
    let mut order: Vec<(usize, usize)> = lengths(code).into_iter().enumerate().map(|(i, length)| (length, i)).collect();
    order.sort_unstable();
    let names = code.source().names();
    order.iter().map(|&(length, i)| format!("{}{length}", names[i])).collect::<Vec<_>>().join(" ")
}

/// The same from groups of letters: `3 ET, 4 AOINSRH`.
fn groups(text: &str) -> Vec<(char, usize)> {
    let group = |group: &str| {
        let (length, names) = group.trim().split_once(' ').unwrap();
        let length = length.parse().unwrap();
        names.chars().map(|name| (name, length)).collect::<Vec<_>>()
    };
    let mut groups: Vec<(char, usize)> = text.split(',').flat_map(group).collect();
    groups.sort_unstable();
    groups
}

#[track_caller]
fn has_lengths(code: &Code, expected: &str) {
    let letter = |name: &String| if name == "blank" { '_' } else { name.chars().next().unwrap() };
    let mut actual: Vec<(char, usize)> = code.source().names().iter().map(letter).zip(lengths(code)).collect();
    actual.sort_unstable();
    assert_eq!(actual, groups(expected), "{}", by_length(code));
}

fn kraft(code: &Code) -> String {
    code.kraft_exact().unwrap().to_string()
}

#[test]
fn the_robots_codes() {
    let source = robot();
    for code in [Code::huffman(source.clone()), Code::fano(source.clone()), Code::canonical(source.clone())] {
        assert_eq!(text(&code), ["0", "10", "110", "111"]);
        assert_eq!((code.mean_length_exact(), code.kraft_exact()), (Ratio::new(7, 4), Some(Ratio::ONE)));
    }
    let fixed = Code::fixed(source.clone());
    assert_eq!((text(&fixed).join(" "), fixed.mean_length_own()), ("00 01 10 11".into(), 2.0));
    let clever = Code::huffman(source.clone());
    for (moves, bits) in [
        (&[1, 0, 2][..], "100110"),
        (&[0, 0, 0], "000"),
        (&[2], "110"),
        (&[1, 0], "100"),
        (&[0, 1, 0, 2], "0100110"),
        (&[0, 0, 1, 0, 3, 2, 1, 0], "00100111110100"),
    ] {
        assert_eq!(Word::new(clever.encode(moves)).to_string(), bits);
        assert_eq!(clever.read(&clever.encode(moves)).unwrap().symbols(), moves);
    }
    assert_eq!(fixed.encode(&[0, 0, 1, 0, 3, 2, 1, 0]).len(), 16);
    let squares: f64 = lengths(&clever).iter().zip(source.probabilities()).map(|(l, p)| p * (l * l) as f64).sum();
    assert_eq!(squares - 1.75 * 1.75, 11.0 / 16.0);
    // The code for another plan of moves: its cross-entropy.
    let plan = exact("1/8 1/8 1/4 1/2");
    assert_eq!(clever.mean_length(&plan), 2.625);
}

#[test]
fn textbook_sources() {
    struct Row<'a> {
        source: Arc<Distribution>,
        huffman: (&'a [usize], f64),
        fano: (&'a [usize], f64),
        shannon: (&'a [usize], f64, &'a str),
        elias: (f64, &'a str),
    }
    for row in [
        Row {
            source: unnamed(&[15.0, 7.0, 6.0, 6.0, 5.0]),
            huffman: (&[1, 3, 3, 3, 3], 2.230769231),
            fano: (&[2, 2, 2, 3, 3], 2.282051282),
            shannon: (&[2, 3, 3, 3, 3], 2.615384615, "3/4"),
            elias: (3.615384615, "3/8"),
        },
        Row {
            source: exact(".35 .17 .17 .16 .15"),
            huffman: (&[1, 3, 3, 3, 3], 2.30),
            fano: (&[2, 2, 2, 3, 3], 2.31),
            shannon: (&[2, 3, 3, 3, 3], 2.65, "3/4"),
            elias: (3.65, "3/8"),
        },
        Row {
            source: exact(".4 .3 .2 .1"),
            huffman: (&[1, 2, 3, 3], 1.9),
            fano: (&[1, 2, 3, 3], 1.9),
            shannon: (&[2, 2, 3, 4], 2.4, "11/16"),
            elias: (3.4, "11/32"),
        },
        Row {
            source: robot(),
            huffman: (&[1, 2, 3, 3], 1.75),
            fano: (&[1, 2, 3, 3], 1.75),
            shannon: (&[1, 2, 3, 3], 1.75, "1"),
            elias: (2.75, "1/2"),
        },
        Row {
            source: exact(".9 .1"),
            huffman: (&[1, 1], 1.0),
            fano: (&[1, 1], 1.0),
            shannon: (&[1, 4], 1.3, "9/16"),
            elias: (2.3, "9/32"),
        },
    ] {
        let means = |code: Code, (lengths_are, mean): (&[usize], f64)| {
            assert_eq!(lengths(&code), lengths_are);
            near(code.mean_length_own(), mean);
            near(code.mean_length(&row.source), mean);
            kraft(&code)
        };
        assert_eq!(means(Code::huffman(row.source.clone()), row.huffman), "1");
        assert_eq!(means(Code::fano(row.source.clone()), row.fano), "1");
        let (lengths_are, mean, sum) = row.shannon;
        assert_eq!(means(Code::shannon(row.source.clone()), (lengths_are, mean)), sum);
        let elias = Code::shannon_fano_elias(row.source.clone());
        near(elias.mean_length_own(), row.elias.0);
        assert_eq!(kraft(&elias), row.elias.1);
    }
    let moves = unnamed(&[4.0, 2.0, 1.0, 1.0, 1.0]);
    let code = Code::huffman(moves);
    assert_eq!((lengths(&code), code.mean_length_exact()), (vec![1, 3, 3, 3, 3], Ratio::new(19, 9)));
}

#[test]
fn english_letters_have_their_averages() {
    for (table, size, entropy, huffman, fano, shannon, sum) in [
        (NORVIG26, 4.700439718, 4.165482053, 4.193624425, 4.209956224, 4.595268829, "1553/2048"),
        (LEWAND26, 4.700439718, 4.175787122, 4.205062051, 4.207032070, 4.580605806, "791/1024"),
        (DPV27, 4.754887502, 4.122569689, 4.159405941, 4.184158416, 4.635643564, "365/512"),
    ] {
        let source = letters(table);
        near(information_bits(1.0 / source.len() as f64), size);
        near(entropy_bits(source.probabilities()), entropy);
        near(Code::huffman(source.clone()).mean_length_own(), huffman);
        near(Code::fano(source.clone()).mean_length_own(), fano);
        near(Code::shannon(source.clone()).mean_length_own(), shannon);
        near(Code::shannon_fano_elias(source.clone()).mean_length_own(), shannon + 1.0);
        assert_eq!(kraft(&Code::huffman(source.clone())), "1");
        assert_eq!(kraft(&Code::fano(source.clone())), "1");
        assert_eq!(kraft(&Code::shannon(source.clone())), sum);
        let halved = Ratio::parse(sum).unwrap().times(Ratio::new(1, 2).unwrap()).unwrap();
        assert_eq!(kraft(&Code::shannon_fano_elias(source)), halved.to_string());
    }
}

#[test]
fn english_letters_have_their_lengths() {
    let norvig = letters(NORVIG26);
    has_lengths(&Code::huffman(norvig.clone()), "3 ET, 4 AOINSRH, 5 LDCUMFP, 6 GWYBV, 7 K, 8 X, 9 J, 10 QZ");
    has_lengths(&Code::huffman(letters(LEWAND26)), "3 ET, 4 AOINSHR, 5 DLCUMWF, 6 GYPBV, 7 K, 9 JXQZ");
    has_lengths(&Code::huffman(letters(DPV27)), "3 _E, 4 TAOINSHR, 5 DLCU, 6 MWFGPYB, 7 V, 8 K, 10 JXQZ");
    has_lengths(&Code::shannon(norvig.clone()), "4 ETAOINSR, 5 HLDC, 6 UMFPGWY, 7 BV, 8 K, 9 X, 10 JQ, 11 Z");
    has_lengths(&Code::fano(norvig), "3 EO, 4 TAINSRH, 5 LDCUMFP, 6 GWYBV, 7 K, 8 X, 9 J, 10 QZ");
}

#[test]
fn english_letters_have_their_canonical_words() {
    let mut pairs: Vec<(String, f64)> = {
        let source = letters(NORVIG26);
        source.names().iter().cloned().zip(source.probabilities().iter().map(|p| (p * 35_636.0).round())).collect()
    };
    pairs.sort_by(|a, b| a.0.cmp(&b.0));
    let code = Code::canonical(Arc::new(Distribution::from_relative(&pairs).unwrap()));
    let known = "E 000, T 001, A 0100, H 0101, I 0110, N 0111, O 1000, R 1001, S 1010, C 10110, D 10111, F 11000, L 11001, \
        M 11010, P 11011, U 11100, B 111010, G 111011, V 111100, W 111101, Y 111110, K 1111110, X 11111110, J 111111110, \
        Q 1111111110, Z 1111111111";
    for pair in known.split(", ") {
        let (letter, word) = pair.split_once(' ').unwrap();
        assert_eq!(code.words()[code.index_of(letter).unwrap()].to_string(), word, "{letter}");
    }
}

#[test]
fn letters_of_one_table_cost_little_under_another() {
    let (norvig, lewand) = (letters(NORVIG26), letters(LEWAND26));
    let q: Vec<f64> = norvig.names().iter().map(|name| lewand.p(lewand.index_of(name).unwrap())).collect();
    near(cross_entropy_bits(norvig.probabilities(), &q), 4.172094380);
    near(kl_divergence_bits(norvig.probabilities(), &q), 0.006612327);
    near(kl_divergence_bits(norvig.probabilities(), Distribution::uniform(26).probabilities()), 0.534957665);
}

#[test]
fn blocks_of_a_biased_coin() {
    let coin = exact("9/10 1/10");
    for (length, bits, longest, shannon) in [
        (1, "1", 1, 1.3),
        (2, "129/100", 3, 0.8),
        (3, "799/500", 5, 0.633333333),
        (4, "9851/5000", 10, 0.550925),
        (5, "240097/100000", 13, 0.516292),
        (6, "2820941/1000000", 17, 0.544759833),
        (7, "3.3203909", 20, 0.585715200),
        (8, "3.80639481", 24, 0.550053956),
    ] {
        let blocks = Arc::new(block_distribution(&coin, length).unwrap());
        assert_eq!(blocks.len(), 1 << length);
        let code = Code::huffman(blocks.clone());
        assert_eq!(code.mean_length_exact(), Ratio::parse(bits), "{length}");
        assert_eq!(lengths(&code).into_iter().max(), Some(longest));
        near(entropy_bits(blocks.probabilities()), length as f64 * 0.468995593589);
        near(Code::shannon(blocks).mean_length_own() / length as f64, shannon);
    }
    for (length, bits, longest, shannon) in [(10, 4.766911942, 30, 0.507019084), (12, 5.639720085, 37, 0.495087327)] {
        let blocks = Arc::new(block_distribution(&coin, length).unwrap());
        let code = Code::huffman(blocks.clone());
        near(code.mean_length_own(), bits);
        assert_eq!(lengths(&code).into_iter().max(), Some(longest));
        near(Code::shannon(blocks).mean_length_own() / length as f64, shannon);
    }
}

#[test]
fn blocks_of_other_coins() {
    let rates = |source: &Distribution| {
        (1..=6usize)
            .map(|length| {
                let blocks = block_distribution(source, length).unwrap();
                Code::huffman(blocks.into()).mean_length_own() / length as f64
            })
            .collect::<Vec<_>>()
    };
    let known = [
        ("99/100 1/100", [1.0, 0.514950000, 0.353332667, 0.272697505, 0.226257602, 0.195329855]),
        ("7/10 3/10", [1.0, 0.905000000, 0.908666667, 0.891800000, 0.888996000, 0.888174500]),
        ("1/2 1/4 1/8 1/8", [1.75; 6]),
    ];
    for (source, expected) in known {
        for (actual, expected) in rates(&exact(source)).into_iter().zip(expected) {
            near(actual, expected);
        }
    }
}
