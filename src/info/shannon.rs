//! Codes read off the probabilities: Shannon's, and Shannon-Fano-Elias.
//!
//! Enters: a source. Leaves: words whose lengths follow from each symbol's own probability. A symbol of probability 0
//! would need an endless word and gets none (an empty one).

use std::sync::Arc;

use super::canonical::fits;
use super::{Code, Distribution, Ratio, Word, information_bits};

/// -log2 p rounded up, at least 1; 0, for no word, where `p` is 0.
fn rounded_up(source: &Distribution, symbol: usize) -> usize {
    let p = source.p(symbol);
    if p <= 0.0 {
        return 0;
    }
    let bits = match source.exact(symbol).map(Ratio::parts) {
        Some((numerator, denominator)) if numerator > 0 => {
            let (numerator, denominator) = (numerator.unsigned_abs(), denominator.unsigned_abs());
            let least = denominator.ilog2().saturating_sub(numerator.ilog2());
            // The shifted numerator has as many bits as the denominator, so it fits.
            (least + u32::from(numerator << least < denominator)) as usize
        }
        // A probability a rounding away from a power of two must not cost a bit more.
        _ => libm::ceil(information_bits(p.min(1.0)) - 1e-12) as usize,
    };
    bits.max(1)
}

/// Symbols by falling probability, on ties in their order.
pub(super) fn by_weight(source: &Distribution) -> Vec<usize> {
    let mut order: Vec<usize> = (0..source.len()).collect();
    order.sort_by(|&a, &b| source.p(b).total_cmp(&source.p(a)).then(a.cmp(&b)));
    order
}

/// A point of the line from 0 to 1, exact as long as it can be.
#[derive(Clone, Copy)]
struct Point {
    number: f64,
    exact: Option<Ratio>,
}

impl Point {
    /// The point `p` of `symbol`, times `share`, further on.
    fn moved(self, source: &Distribution, symbol: usize, share: Ratio) -> Self {
        let step = source.exact(symbol).and_then(|p| p.times(share));
        let exact = self.exact.zip(step).and_then(|(from, step)| from.plus(step));
        let number = self.number + source.p(symbol) * share.to_f64();
        Self { number: exact.map_or(number, Ratio::to_f64), exact }
    }

    /// Its first `length` binary digits; all ones past the end of the line.
    fn digits(self, length: usize) -> Word {
        if self.number >= 1.0 {
            return Word::new(vec![true; length]);
        }
        match self.exact.map(Ratio::parts) {
            Some((numerator, denominator)) => {
                let (mut rest, whole) = (numerator.unsigned_abs(), denominator.unsigned_abs());
                let digit = |_| {
                    // Below 2^127, since the rest is less than the denominator.
                    rest *= 2;
                    let one = rest >= whole;
                    rest -= if one { whole } else { 0 };
                    one
                };
                Word::new((0..length).map(digit).collect())
            }
            None => {
                let mut rest = self.number;
                let digit = |_| {
                    rest *= 2.0;
                    let one = rest >= 1.0;
                    rest -= f64::from(u8::from(one));
                    one
                };
                Word::new((0..length).map(digit).collect())
            }
        }
    }
}

impl Code {
    /// Shannon's code (1948): of symbols sorted by probability, the first ceil(-log2 p) bits of the cumulative probability.
    /// Symbols of probability 0 get no word. Where the probabilities are too small for their sums to tell the words apart,
    /// words of the same lengths in canonical order take their place.
    pub fn shannon(source: Arc<Distribution>) -> Self {
        let order = by_weight(&source);
        let mut lengths: Vec<usize> = (0..source.len()).map(|symbol| rounded_up(&source, symbol)).collect();
        if !fits(&lengths) {
            // Rounded probabilities may sum to a little over 1; one bit more on the likeliest symbol makes room for that.
            if let Some(length) = order.first().and_then(|&symbol| lengths.get_mut(symbol)) {
                *length += 1;
            }
        }
        let mut words = vec![Word::default(); source.len()];
        let mut before = Point { number: 0.0, exact: Some(Ratio::ZERO) };
        for symbol in order {
            if let (Some(word), Some(&length)) = (words.get_mut(symbol), lengths.get(symbol)) {
                *word = before.digits(length);
            }
            before = before.moved(&source, symbol, Ratio::ONE);
        }
        Self::or_canonical(source, words, &lengths)
    }

    /// The Shannon-Fano-Elias code: ceil(-log2 p) + 1 bits of the middle of each symbol's interval, in the order given
    /// (Cover and Thomas, *Elements of Information Theory*, section 5.9). Symbols of probability 0 get no word, and words
    /// that cannot be told apart are treated as in [`Code::shannon`].
    pub fn shannon_fano_elias(source: Arc<Distribution>) -> Self {
        let half = Ratio::half_to(1).unwrap_or(Ratio::ONE);
        let length = |symbol| match rounded_up(&source, symbol) {
            0 => 0,
            length => length + 1,
        };
        let lengths: Vec<usize> = (0..source.len()).map(length).collect();
        let mut before = Point { number: 0.0, exact: Some(Ratio::ZERO) };
        let word = |(symbol, &length): (usize, &usize)| {
            let middle = before.moved(&source, symbol, half);
            before = before.moved(&source, symbol, Ratio::ONE);
            middle.digits(length)
        };
        let words = lengths.iter().enumerate().map(word).collect();
        Self::or_canonical(source, words, &lengths)
    }

    fn or_canonical(source: Arc<Distribution>, words: Vec<Word>, lengths: &[usize]) -> Self {
        let code = Self::of(source, words);
        match code.prefix_violation() {
            Some(_) => Self::canonical_of(code.source().clone(), lengths),
            None => code,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(weights: &[f64]) -> Arc<Distribution> {
        let named: Vec<(String, f64)> = weights.iter().map(|weight| (String::new(), *weight)).collect();
        Arc::new(Distribution::new(&named).unwrap())
    }

    fn text(code: &Code) -> Vec<String> {
        code.words().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn words_are_bits_of_the_cumulative_probability() {
        let exact = ["0.4", "0.3", "0.2", "0.1"].map(|p| (p.to_owned(), Ratio::parse(p).unwrap()));
        let source = Arc::new(Distribution::from_exact(exact.to_vec()).unwrap());
        assert_eq!(text(&Code::shannon(source.clone())), ["00", "01", "101", "1110"]);
        // Middles 0.2, 0.55, 0.8, 0.95.
        assert_eq!(text(&Code::shannon_fano_elias(source)), ["001", "100", "1100", "11110"]);
        let moves = of(&[0.25, 0.5, 0.125, 0.125]);
        assert_eq!(text(&Code::shannon(moves.clone())), ["10", "0", "110", "111"]);
        // Cover and Thomas, example 5.9.1.
        assert_eq!(text(&Code::shannon_fano_elias(moves)), ["001", "10", "1101", "1111"]);
    }

    #[test]
    fn the_impossible_has_no_word_and_the_nearly_impossible_one_of_its_own() {
        assert_eq!(text(&Code::shannon(of(&[0.5, 0.0, 0.5, 0.0]))), ["0", "", "1", ""]);
        assert_eq!(text(&Code::shannon(of(&[0.0, 1.0]))), ["", "0"]);
        for weights in [
            &[0.5, 0.5 - 3e-20, 1e-20, 1e-20, 1e-20][..],
            &[0.5, 1e-20, 1e-20, 0.5],
            &[1e-300, 1.0, 1e-300, 5e-324],
            &[1.0, 1e-10, 1e-10],
            &[0.5, 0.5, 1e-17],
            &[0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 1e-18],
        ] {
            let source = of(weights);
            for code in [Code::shannon(source.clone()), Code::shannon_fano_elias(source.clone())] {
                assert_eq!(code.prefix_violation(), None, "{weights:?}");
                assert!(code.words().iter().all(|word| !word.is_empty()), "{weights:?}");
            }
        }
    }

    #[test]
    fn an_exact_power_of_two_costs_no_bit_more() {
        for (p, bits) in [("1/8", 3), ("0.125", 3), ("1/7", 3), ("1/9", 4), ("1", 1), ("99/100", 1)] {
            let p = Ratio::parse(p).unwrap();
            assert_eq!(rounded_up(&Distribution::coin_exact(p).unwrap(), 0), bits, "{p}");
            assert_eq!(rounded_up(&Distribution::coin(p.to_f64()).unwrap(), 0), bits, "{p}");
        }
        // 0.3 / (0.3 + 0.1 + 0.2) is a rounding below a half.
        let weights = [0.3, 0.1, 0.2].map(|weight| (String::new(), weight));
        assert_eq!(rounded_up(&Distribution::from_relative(&weights).unwrap(), 0), 1);
    }
}
