//! When each word is said: letters are taken to last equally long, and pauses to lie where sentences pause.

/// Cost of a pause where the text has none, against one second that words are early or late, squared and divided by length.
const UNWRITTEN: f64 = 0.25;
/// Work that matching pauses with words may take: pauses times words, times words. Beyond, the shortest pauses are none.
const WORK: usize = 20_000_000;

/// How long a word takes to say, in letters.
fn weight(word: &str) -> f64 {
    let letter = |c: char| match c {
        '0'..='9' => 2.5,
        '\u{3040}'..='\u{30ff}' => 2.0,
        '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' => 3.0,
        c if c.is_alphanumeric() => 1.0,
        _ => 0.0,
    };
    // A sign such as `=` is a word too.
    word.chars().map(letter).sum::<f64>().max(1.0) + 1.0
}

/// The pause after a word, in letters.
fn pause(word: &str) -> f64 {
    match word.trim_end_matches(['"', '\'', ')', '”', '’', '»']).chars().last() {
        Some('.' | '!' | '?' | '…' | '。' | '？' | '！') => 5.0,
        Some(',' | ';' | ':' | '–' | '—' | '、' | '，') => 2.5,
        _ => 0.0,
    }
}

/// When each word begins and ends, in seconds, if these stretches of a recording are what was said. One stretch is no
/// recording but an estimate: pauses are put where the text has them.
///
/// ```
/// let times = surprisal::sound::word_times(&["one", "three."], &[[0.0, 0.4], [1.0, 1.6]]);
/// assert_eq!(times, [[0.0, 0.4], [1.0, 1.6]]);
/// ```
pub fn word_times(words: &[&str], voiced: &[[f64; 2]]) -> Vec<[f64; 2]> {
    match voiced {
        [] => vec![[0.0; 2]; words.len()],
        [[start, end]] => spread(words, *start, *end, true),
        _ => {
            let merged = merged(voiced, words.len().min(WORK / (words.len() * words.len()).max(1)));
            let cuts = cuts(words, &merged);
            let phrases = cuts.windows(2).zip(&merged);
            let times = phrases.flat_map(|(cut, [start, end])| {
                let (Some(from), Some(to)) = (cut.first(), cut.last()) else { return Vec::new() };
                spread(words.get(*from..*to).unwrap_or_default(), *start, *end, false)
            });
            times.collect()
        }
    }
}

/// When each word begins and ends, if somebody has listened and told the times of words, which may be divided or spelled in other
/// ways: letters are matched by their share of all letters.
pub fn aligned(words: &[&str], told: &[(String, [f64; 2])]) -> Vec<[f64; 2]> {
    if words.len() == told.len() {
        return told.iter().map(|(_, time)| *time).collect();
    }
    let all: f64 = told.iter().map(|(word, _)| weight(word)).sum();
    let total: f64 = words.iter().map(|word| weight(word)).sum();
    let at = |share: f64, ends: bool| {
        let mut left = share * all;
        for (word, [start, end]) in told {
            let own = weight(word);
            if left < own || ends && left <= own + 1e-9 {
                return start + (end - start) * (left / own).min(1.0);
            }
            left -= own;
        }
        told.last().map_or(0.0, |(_, [_, end])| *end)
    };
    let mut passed = 0.0;
    let time = |word: &&str| {
        let start = at(passed / total, false);
        passed += weight(word);
        [start, at(passed / total, true).max(start)]
    };
    words.iter().map(time).collect()
}

/// Words over a stretch of time.
fn spread(words: &[&str], start: f64, end: f64, pauses: bool) -> Vec<[f64; 2]> {
    let after = |at: usize, word: &str| if pauses && at + 1 < words.len() { pause(word) } else { 0.0 };
    let total: f64 = words.iter().enumerate().map(|(at, word)| weight(word) + after(at, word)).sum();
    let unit = (end - start) / total.max(1e-9);
    let mut passed = 0.0;
    let time = |(at, word): (usize, &&str)| {
        let begins = start + passed * unit;
        let ends = begins + weight(word) * unit;
        passed += weight(word) + after(at, word);
        [begins, ends]
    };
    words.iter().enumerate().map(time).collect()
}

/// The stretches with the shortest pauses between them joined, until there are no more than this many.
fn merged(voiced: &[[f64; 2]], most: usize) -> Vec<[f64; 2]> {
    let mut merged = voiced.to_vec();
    while merged.len() > most.max(1) {
        let gaps = merged.windows(2).map(|pair| match pair {
            [[_, end], [start, _]] => start - end,
            _ => f64::INFINITY,
        });
        let Some((at, _)) = gaps.enumerate().min_by(|a, b| a.1.total_cmp(&b.1)) else { break };
        let after = merged.remove(at + 1);
        if let (Some(before), [_, end]) = (merged.get_mut(at), after) {
            before[1] = end;
        }
    }
    merged
}

/// At which words the stretches begin, and one past the last: each stretch gets words for about its length, and stretches end where
/// the text pauses. By dynamic programming, as every choice moves all that follow.
fn cuts(words: &[&str], voiced: &[[f64; 2]]) -> Vec<usize> {
    let (count, stretches) = (words.len(), voiced.len());
    let mut before = vec![0.0];
    for word in words {
        before.push(before.last().copied().unwrap_or(0.0) + weight(word));
    }
    let weight_of = |from: usize, to: usize| before.get(to).unwrap_or(&0.0) - before.get(from).unwrap_or(&0.0);
    let secs: f64 = voiced.iter().map(|[start, end]| end - start).sum();
    let pace = secs / weight_of(0, count).max(1e-9);
    // best[k][j]: the least cost of the first k stretches taking the first j words, and where the last of them begins.
    let mut best: Vec<Vec<(f64, usize)>> = vec![vec![(f64::INFINITY, 0); count + 1]; stretches + 1];
    if let Some(first) = best.first_mut().and_then(|row| row.first_mut()) {
        *first = (0.0, 0);
    }
    let known = |best: &[Vec<(f64, usize)>], k: usize, j: usize| {
        best.get(k).and_then(|row| row.get(j)).copied().unwrap_or((f64::INFINITY, 0))
    };
    for (k, [start, end]) in voiced.iter().enumerate() {
        let length = end - start;
        // Each stretch needs a word, those after it too.
        for j in k + 1..=count - (stretches - k - 1).min(count) {
            let written = j == count || words.get(j - 1).is_some_and(|word| pause(word) > 0.0);
            let unwritten = if written { 0.0 } else { UNWRITTEN };
            let cost = |from: usize| {
                let off = weight_of(from, j) * pace - length;
                known(&best, k, from).0 + off * off / (length + 0.2) + unwritten
            };
            let least = (k..j).map(|from| (cost(from), from)).min_by(|a, b| a.0.total_cmp(&b.0));
            if let (Some(least), Some(slot)) = (least, best.get_mut(k + 1).and_then(|row| row.get_mut(j))) {
                *slot = least;
            }
        }
    }
    let mut cuts = vec![count];
    for k in (1..=stretches).rev() {
        let at = cuts.last().copied().unwrap_or(count);
        cuts.push(known(&best, k, at).1);
    }
    cuts.reverse();
    cuts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        text.split_whitespace().collect()
    }

    #[test]
    fn without_a_recording_letters_and_stops_take_time() {
        let times = word_times(&words("A much longer word. And on."), &[[0.0, 3.0]]);
        assert_eq!(times.len(), 6);
        assert!(times.windows(2).all(|pair| pair[0][1] <= pair[1][0] + 1e-9));
        assert!(times[4][0] - times[3][1] > 0.3, "a full stop is a pause: {times:?}");
        assert!((times[5][1] - 3.0).abs() < 1e-9);
        assert!(times[1][1] - times[1][0] > times[0][1] - times[0][0]);
    }

    #[test]
    fn pauses_of_a_recording_lie_where_the_text_pauses() {
        let text = words("Give likelier moves the shorter words, and rare ones longer. That is all.");
        let voiced = [[0.1, 2.2], [2.6, 3.9], [4.6, 5.3]];
        let times = word_times(&text, &voiced);
        let begins = |word: &str| times[text.iter().position(|known| *known == word).unwrap()][0];
        assert_eq!((begins("Give"), begins("and"), begins("That")), (0.1, 2.6, 4.6));
        assert!(times.iter().all(|[start, end]| start < end));
    }

    #[test]
    fn told_times_are_taken_even_if_words_are_divided_otherwise() {
        let told = [("one", [0.5, 1.0]), ("two", [1.5, 2.0])].map(|(word, time)| (word.to_owned(), time));
        assert_eq!(aligned(&["One,", "two."], &told), [[0.5, 1.0], [1.5, 2.0]]);
        assert_eq!(aligned(&["onetwo"], &told), [[0.5, 2.0]]);
        let three = aligned(&["o", "ne", "two"], &told);
        assert!(three.windows(2).all(|pair| pair[0][1] <= pair[1][0] + 1e-9) && three[2][1] == 2.0, "{three:?}");
        assert_eq!(aligned(&[], &told).len(), 0);
    }

    #[test]
    fn more_pauses_than_words_and_the_other_way_round() {
        let many: Vec<[f64; 2]> = (0..50).map(|i| [f64::from(i), f64::from(i) + 0.5]).collect();
        let times = word_times(&words("just two"), &many);
        assert_eq!((times.len(), times[0][0], times[1][1]), (2, 0.0, 49.5));
        assert_eq!(word_times(&[], &many).len(), 0);
        assert_eq!(word_times(&["one"], &[]), [[0.0, 0.0]]);
        assert_eq!(word_times(&["one"], &many).len(), 1);
    }
}
