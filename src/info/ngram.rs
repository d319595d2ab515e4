//! Texts as sequences of 27 symbols, after Shannon, *Prediction and Entropy of Printed English* (1951): their n-grams, block
//! entropies, and a model that predicts the next symbol.
//!
//! Enters: text. Leaves: counts, bits, and distributions over the blank and the letters a to z.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Distribution, entropy_bits};

/// Symbols of the alphabet: the blank, then a to z.
pub const LETTERS: usize = 27;
/// The longest n-grams that are counted.
pub const LONGEST_NGRAM: usize = 12;

/// A text in 27 symbols, 0 for the blank and 1 to 26 for a to z: letters of either case, any run of others one blank, none at
/// the ends.
///
/// ```
/// assert_eq!(surprisal::info::letters_of("  A b,c! "), [1, 0, 2, 0, 3]);
/// ```
pub fn letters_of(text: &str) -> Vec<u8> {
    let mut letters = Vec::new();
    for byte in text.bytes().map(|byte| byte.to_ascii_lowercase()) {
        match byte {
            b'a'..=b'z' => letters.push(byte - b'a' + 1),
            _ if letters.last().is_some_and(|last| *last != 0) => letters.push(0),
            _ => {}
        }
    }
    while letters.last() == Some(&0) {
        letters.pop();
    }
    letters
}

/// The name of a symbol: a letter, or a blank.
pub fn letter_name(letter: u8) -> String {
    match letter {
        1..=26 => char::from(b'a' + letter - 1).to_string(),
        _ => " ".to_owned(),
    }
}

/// A run of letters as a number in base 27.
fn key(run: &[u8]) -> u64 {
    run.iter().fold(0, |key, letter| key * LETTERS as u64 + u64::from(*letter))
}

/// How often each n-gram occurs, counted at every place, in the order of their letters.
#[derive(Clone, Debug)]
pub struct NgramCounts(Vec<(u64, u32)>);

impl NgramCounts {
    /// The n-grams of a text; `n` is kept from 1 to [`LONGEST_NGRAM`].
    pub fn of(letters: &[u8], n: usize) -> Self {
        let mut keys: Vec<u64> = letters.windows(n.clamp(1, LONGEST_NGRAM)).map(key).collect();
        keys.sort_unstable();
        let mut counts: Vec<(u64, u32)> = Vec::new();
        for key in keys {
            match counts.last_mut() {
                Some((last, count)) if *last == key => *count += 1,
                _ => counts.push((key, 1)),
            }
        }
        Self(counts)
    }

    /// How many different ones there are.
    pub fn distinct(&self) -> usize {
        self.0.len()
    }

    /// How many occur only once.
    pub fn once(&self) -> usize {
        self.0.iter().filter(|(_, count)| *count == 1).count()
    }

    /// Entropy of an n-gram drawn from the text: H_N, in bits.
    pub fn entropy_bits(&self) -> f64 {
        let total: f64 = self.0.iter().map(|(_, count)| f64::from(*count)).sum();
        let shares: Vec<f64> = self.0.iter().map(|(_, count)| f64::from(*count) / total).collect();
        entropy_bits(&shares)
    }
}

/// Shannon's F_N, in bits: the entropy of a letter when the N-1 before it are known, H_N - H_(N-1). For texts that are short
/// for their N it falls below the truth, as most n-grams occur once.
pub fn conditional_ngram_bits(letters: &[u8], n: usize) -> f64 {
    let entropy = |n: usize| if n == 0 { 0.0 } else { NgramCounts::of(letters, n).entropy_bits() };
    entropy(n) - entropy(n.saturating_sub(1))
}

/// What follows a string in a text, most frequent first; `None` if nothing does.
pub fn followers(letters: &[u8], string: &[u8]) -> Option<Distribution> {
    let mut counts = [0u32; LETTERS];
    for window in letters.windows(string.len() + 1) {
        if let Some((next, before)) = window.split_last()
            && before == string
            && let Some(count) = counts.get_mut(usize::from(*next))
        {
            *count += 1;
        }
    }
    let mut weights: Vec<(String, f64)> = (counts.iter().enumerate())
        .filter(|(_, count)| **count > 0)
        .map(|(letter, count)| (letter_name(letter as u8), f64::from(*count)))
        .collect();
    weights.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    Distribution::from_relative(&weights).ok()
}

/// A model that predicts a letter from the few before it: counts of contexts of all lengths, mixed after Witten and Bell, *The
/// Zero-Frequency Problem* (1991). In a context that was seen c times with t different followers, what was counted weighs
/// c/(c + t), what the shorter context says t/(c + t); beneath all lies the uniform distribution, so that nothing is impossible.
#[derive(Clone, Debug)]
pub struct NgramModel {
    /// For each length of context, the counts of followers by context.
    contexts: Vec<BTreeMap<u64, Vec<(u8, u32)>>>,
}

impl NgramModel {
    /// Learns from a text with contexts of up to `order - 1` letters; `order` is kept from 1 to [`LONGEST_NGRAM`].
    pub fn train(letters: &[u8], order: usize) -> Self {
        let contexts = (0..order.clamp(1, LONGEST_NGRAM)).map(|length| {
            let mut counts: BTreeMap<u64, Vec<(u8, u32)>> = BTreeMap::new();
            for window in letters.windows(length + 1) {
                let Some((next, context)) = window.split_last() else { continue };
                let known = counts.entry(key(context)).or_default();
                match known.iter_mut().find(|(letter, _)| letter == next) {
                    Some((_, count)) => *count += 1,
                    None => known.push((*next, 1)),
                }
            }
            counts
        });
        Self { contexts: contexts.collect() }
    }

    /// Probabilities of the next letter, blank first, after what has been read.
    pub fn next(&self, read: &[u8]) -> [f64; LETTERS] {
        let mut shares = [1.0 / LETTERS as f64; LETTERS];
        for (length, counts) in self.contexts.iter().enumerate() {
            let Some(context) = read.len().checked_sub(length).and_then(|start| read.get(start..)) else { break };
            let Some(known) = counts.get(&key(context)) else { break };
            let total: u32 = known.iter().map(|(_, count)| count).sum();
            let weight = f64::from(total) + known.len() as f64;
            shares.iter_mut().for_each(|share| *share *= known.len() as f64 / weight);
            for (letter, count) in known {
                if let Some(share) = shares.get_mut(usize::from(*letter)) {
                    *share += f64::from(*count) / weight;
                }
            }
        }
        shares
    }

    /// The same as a source whose symbols are named by the letters.
    pub fn next_source(&self, read: &[u8]) -> Option<Arc<Distribution>> {
        let shares = self.next(read);
        let named: Vec<(String, f64)> =
            shares.iter().enumerate().map(|(letter, p)| (letter_name(letter as u8), *p)).collect();
        Distribution::from_relative(&named).ok().map(Arc::new)
    }

    /// The probability of each letter of a message, given those before it.
    pub fn chances(&self, message: &[u8]) -> Vec<f64> {
        let chance = |(place, letter): (usize, &u8)| {
            let shares = self.next(message.get(..place).unwrap_or_default());
            shares.get(usize::from(*letter)).copied().unwrap_or(0.0)
        };
        message.iter().enumerate().map(chance).collect()
    }

    /// How many guesses each letter of a message takes, from 1, when the likeliest are guessed first (equals in the order of the
    /// alphabet).
    pub fn ranks(&self, message: &[u8]) -> Vec<usize> {
        let rank = |(place, letter): (usize, &u8)| {
            let shares = self.next(message.get(..place).unwrap_or_default());
            let own = shares.get(usize::from(*letter)).copied().unwrap_or(0.0);
            let before = |(other, p): (usize, &f64)| *p > own || *p == own && other < usize::from(*letter);
            1 + shares.iter().enumerate().filter(|guess| before(*guess)).count()
        };
        message.iter().enumerate().map(rank).collect()
    }
}

/// The shares of letters that took 1, 2, ... guesses, up to the most that one took.
///
/// ```
/// assert_eq!(surprisal::info::guess_shares(&[1, 3, 1, 1]), [0.75, 0.0, 0.25]);
/// ```
pub fn guess_shares(ranks: &[usize]) -> Vec<f64> {
    let most = ranks.iter().copied().max().unwrap_or(0);
    let share = |rank: usize| ranks.iter().filter(|other| **other == rank).count() as f64 / ranks.len() as f64;
    (1..=most).map(share).collect()
}

/// Shannon's bounds on the entropy of a letter in bits, from the shares q_1, q_2, ... of letters that take 1, 2, ... guesses:
/// the sum of i (q_i - q_(i+1)) log2 i, and the entropy of the shares.
///
/// ```
/// let (least, most) = surprisal::info::guessing_bounds(&[0.5, 0.5]);
/// assert!((least - 1.0).abs() < 1e-12 && (most - 1.0).abs() < 1e-12);
/// ```
pub fn guessing_bounds(shares: &[f64]) -> (f64, f64) {
    let term = |(place, q): (usize, &f64)| {
        let next = shares.get(place + 1).copied().unwrap_or(0.0);
        let i = (place + 1) as f64;
        i * (q - next) * libm::log2(i)
    };
    (shares.iter().enumerate().map(term).sum(), entropy_bits(shares))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normal(counts: &[f64]) -> Vec<f64> {
        counts.iter().map(|count| count / counts.iter().sum::<f64>()).collect()
    }

    #[track_caller]
    fn bounds(shares: &[f64], upper: f64, lower: f64) {
        let (least, most) = guessing_bounds(&normal(shares));
        assert!((most - upper).abs() < 1e-5 && (least - lower).abs() < 1e-5, "{least} {most}");
    }

    #[test]
    fn shannons_tables_give_his_bounds() {
        let two = [
            29.2, 14.8, 10.0, 8.6, 7.1, 5.5, 4.5, 3.6, 3.0, 2.6, 2.2, 1.9, 1.5, 1.2, 1.0, 0.9, 0.7, 0.5, 0.4, 0.3, 0.2,
            0.1, 0.1, 0.0,
        ];
        bounds(&two, 3.436860, 2.495001);
        let four = [&[47.0, 18.0, 14.0][..], &[21.0 / 17.0; 17]].concat();
        bounds(&four, 2.685564, 1.754718);
        let one = [
            18.2, 10.7, 8.6, 6.7, 6.5, 5.8, 5.6, 5.2, 5.0, 4.3, 3.1, 2.8, 2.4, 2.3, 2.1, 2.0, 1.6, 1.6, 1.6, 1.3, 1.2,
            0.8, 0.3, 0.1, 0.1, 0.1, 0.1,
        ];
        bounds(&one, 4.065088, 3.262393);
        bounds(&[80.0, 7.0, 4.0, 3.0, 2.0, 1.0, 1.0, 1.0, 1.0], 1.242250, 0.588939);
    }

    #[test]
    fn counts_and_followers_of_a_small_text() {
        let text = letters_of("The theme: the thing!");
        assert_eq!(text.iter().map(|letter| letter_name(*letter)).collect::<String>(), "the theme the thing");
        let pairs = NgramCounts::of(&text, 2);
        assert_eq!((pairs.distinct(), pairs.once()), (9, 5));
        let after = followers(&text, &letters_of("th")).unwrap();
        assert_eq!(after.names(), ["e", "i"]);
        assert_eq!(after.probabilities(), [0.75, 0.25]);
        assert!(followers(&text, &letters_of("q")).is_none());
        assert!(NgramCounts::of(&[], 3).entropy_bits() == 0.0);
    }

    #[test]
    fn a_model_gives_chances_that_sum_to_1_and_learns() {
        let text = letters_of(&"to be or not to be that is the question ".repeat(8));
        for order in 1..=5 {
            let model = NgramModel::train(&text, order);
            for context in ["", "t", "zz", "th", "not to b"] {
                let shares = model.next(&letters_of(context));
                assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9 && shares.iter().all(|p| *p > 0.0));
            }
        }
        let bits = |order: usize| -> f64 {
            let message = letters_of("to be or not");
            let chances = NgramModel::train(&text, order).chances(&message);
            chances.iter().map(|p| crate::info::information_bits(*p)).sum::<f64>() / message.len() as f64
        };
        assert!(bits(1) > bits(2) && bits(2) > bits(4), "{} {} {}", bits(1), bits(2), bits(4));
        let model = NgramModel::train(&text, 4);
        let ranks = model.ranks(&letters_of("to be"));
        assert_eq!(ranks.len(), 5);
        assert_eq!(ranks.last(), Some(&1));
        let next = model.next_source(&letters_of("questio")).unwrap();
        assert!((next.p(14) - model.next(&letters_of("questio"))[14]).abs() < 1e-12 && next.p(14) > 0.9);
    }
}
