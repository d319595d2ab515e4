//! A text of the project's own, with figures that were computed apart by a program of another language over the same file.

use super::*;

const TEXT: &str = include_str!("../../../scenes/reinventing_entropy/corpus.txt");

#[test]
fn ngrams_of_a_text_have_their_known_entropies() {
    let letters = letters_of(TEXT);
    assert_eq!((TEXT.len(), letters.len()), (988, 966));
    // n, different n-grams, those seen once, H_n, F_n.
    for (n, distinct, once, block, conditional) in [
        (1, 26, 2, 3.923571, 3.923571),
        (2, 192, 58, 6.669292, 2.745721),
        (3, 445, 253, 8.183127, 1.513835),
        (4, 630, 458, 8.925643, 0.742515),
        (5, 749, 616, 9.345029, 0.419386),
        (6, 830, 734, 9.600664, 0.255635),
        (7, 888, 831, 9.743694, 0.143030),
    ] {
        let counts = NgramCounts::of(&letters, n);
        assert_eq!((counts.distinct(), counts.once()), (distinct, once), "{n}");
        assert!((counts.entropy_bits() - block).abs() < 1e-6, "{n}");
        assert!((conditional_ngram_bits(&letters, n) - conditional).abs() < 2e-6, "{n}");
    }
    let after = followers(&letters, &letters_of("th")).unwrap();
    assert_eq!(after.names(), ["e", "a", "i", "o", " ", "r"]);
    near(after.p(0), 30.0 / 51.0);
    // Sizes depend a little on the compressor's version.
    let packed = deflate_bytes(TEXT.as_bytes()) as f64;
    assert!((packed / 486.0 - 1.0).abs() < 0.02, "{packed}");
}
