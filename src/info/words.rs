//! Words that follow words in a text.
//!
//! Enters: texts. Leaves: the distribution of the next word.

use std::collections::BTreeMap;

use super::distribution::Distribution;

/// The words of a text, in lower case: letters and digits that stand together, with apostrophes inside.
pub fn words_of(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !(c.is_alphanumeric() || c == '\'' || c == '’'));
    words.map(|word| word.trim_matches(['\'', '’'])).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// What comes next in a text after the longest end of `read` that occurs in it, most frequent first, and among equals the
/// earlier. After nothing that occurs it is any word. `None` if the text has no words.
///
/// ```
/// use surprisal::info::next_words;
/// let next = next_words("the sea and the hill and the sea", "by the").unwrap();
/// assert_eq!(next.names(), ["sea", "hill"]);
/// assert_eq!(next.probabilities(), [2.0 / 3.0, 1.0 / 3.0]);
/// ```
pub fn next_words(text: &str, read: &str) -> Option<Distribution> {
    let (text, read) = (words_of(text), words_of(read));
    (0..=read.len()).find_map(|start| {
        let before = read.get(start..)?;
        let mut counts: BTreeMap<&str, (f64, usize)> = BTreeMap::new();
        for (at, window) in text.windows(before.len() + 1).enumerate() {
            if let Some((next, context)) = window.split_last()
                && context == before
            {
                counts.entry(next).or_insert((0.0, at)).0 += 1.0;
            }
        }
        let mut all: Vec<(&str, (f64, usize))> = counts.into_iter().collect();
        all.sort_by(|(_, a), (_, b)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let weights: Vec<(String, f64)> = all.into_iter().map(|(word, (count, _))| (word.to_owned(), count)).collect();
        Distribution::from_relative(&weights).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_context_that_occurs_counts() {
        let text = "My name is Ana. Her name is Ben, my name is Ana.";
        let names = |read: &str| next_words(text, read).unwrap().names().to_vec();
        assert_eq!(names("my name is"), ["ana"]);
        assert_eq!(names("his name is"), ["ana", "ben"]);
        assert_eq!(names("nothing known"), ["name", "is", "my", "ana", "her", "ben"]);
        assert!(next_words("...", "a").is_none());
        assert_eq!(words_of("Don't stop, 'now'"), ["don't", "stop", "now"]);
    }
}
