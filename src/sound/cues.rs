//! Captions: the words of a line and when they are said in; what is shown at a time, in lines, out.

use std::ops::Range;

/// A word and when it is said.
#[derive(Clone, Debug, PartialEq)]
pub struct Spoken {
    /// The word, with its punctuation.
    pub text: String,
    /// Seconds.
    pub start: f64,
    /// Seconds; at least `start`.
    pub end: f64,
}

/// What fits into a caption.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CueLimits {
    /// Characters of a line.
    pub line: usize,
    /// Characters that are read in a second.
    pub speed: f64,
}

impl CueLimits {
    /// Of files and tracks of subtitles.
    pub const SUBTITLES: Self = Self { line: 42, speed: 20.0 };
}

/// What is shown at a time: one line or two.
#[derive(Clone, Debug, PartialEq)]
pub struct Cue {
    /// The numbers of its words, for each line.
    pub lines: Vec<Range<usize>>,
    /// When it comes, in seconds.
    pub start: f64,
    /// When it goes, in seconds.
    pub end: f64,
}

impl Cue {
    /// The numbers of its words.
    pub fn words(&self) -> Range<usize> {
        let ends = self.lines.first().zip(self.lines.last());
        ends.map_or(0..0, |(first, last)| first.start..last.end)
    }
}

/// Shortest time for which a caption is shown, in seconds, if what follows leaves it.
const LEAST_SECS: f64 = 1.0;
/// Longest, before it is divided though it would fit.
const MOST_SECS: f64 = 7.0;
/// How long a caption stays after its words.
const LINGER_SECS: f64 = 0.3;
/// A silence that parts captions, in seconds.
const SILENCE_SECS: f64 = 0.8;

/// Where a text may be cut, and how well.
fn ending(word: &str) -> f64 {
    match word.trim_end_matches(['"', '\'', ')', '”', '’', '»']).chars().last() {
        Some('.' | '!' | '?' | '…' | '。' | '？' | '！') => 0.0,
        Some(',' | ';' | ':' | '–' | '—' | '、' | '，') => 4.0,
        _ => 14.0,
    }
}

/// Divides the words of a line into captions, the last of which ends at `until` at the latest. Captions end with sentences and
/// clauses where they can; a word that is longer than a line has a line of its own.
pub fn cues(words: &[Spoken], limits: CueLimits, until: f64) -> Vec<Cue> {
    let widths: Vec<usize> = words.iter().map(|word| word.text.chars().count()).collect();
    // best[j]: the least cost of the first j words, where the last of their captions begins, and its lines.
    let mut best: Vec<(f64, usize, Vec<Range<usize>>)> = vec![(0.0, 0, Vec::new())];
    for end in 1..=words.len() {
        let alone = std::iter::once(end - 1..end).collect();
        let mut least = (f64::INFINITY, end - 1, alone);
        for start in (0..end).rev() {
            let Some(lines) = lines(&widths, words, start..end, limits.line) else { break };
            let cost = best.get(start).map_or(f64::INFINITY, |known| known.0)
                + cost(words.get(start..end).unwrap_or_default(), end == words.len(), limits);
            if cost < least.0 {
                least = (cost, start, lines);
            }
        }
        best.push(least);
    }
    let mut found = Vec::new();
    let mut at = words.len();
    while let Some((_, start, lines)) = best.get(at).filter(|_| at > 0) {
        let within = words.get(*start..at).unwrap_or_default();
        let (first, last) = (within.first().map_or(0.0, |word| word.start), within.last().map_or(0.0, |word| word.end));
        let read = characters(within) as f64 / limits.speed;
        let next = found.last().map_or(until.max(last), |cue: &Cue| cue.start);
        let end = (last + LINGER_SECS).max(first + read.max(LEAST_SECS)).min(next).max(first);
        found.push(Cue { lines: lines.clone(), start: first, end });
        at = *start;
    }
    found.reverse();
    found
}

fn characters(words: &[Spoken]) -> usize {
    words.iter().map(|word| word.text.chars().count() + 1).sum::<usize>().saturating_sub(1)
}

/// What is wrong with a caption of these words, in no unit.
fn cost(words: &[Spoken], last: bool, limits: CueLimits) -> f64 {
    let (Some(first), Some(final_word)) = (words.first(), words.last()) else { return 0.0 };
    let secs = (final_word.end - first.start).max(1e-3);
    let cut = if last { 0.0 } else { ending(&final_word.text) };
    let inner = words.split_last().map_or(&[][..], |(_, before)| before);
    let sentences = inner.iter().filter(|word| ending(&word.text) == 0.0).count() as f64;
    let silences = words.windows(2).filter(|pair| matches!(pair, [a, b] if b.start - a.end > SILENCE_SECS)).count();
    let hasty = (characters(words) as f64 / secs - limits.speed).max(0.0);
    8.0 + cut
        + 4.0 * sentences
        + 12.0 * silences as f64
        + 3.0 * (secs - MOST_SECS).max(0.0)
        + if secs < LEAST_SECS { 6.0 } else { 0.0 }
        + hasty.min(20.0)
}

/// Some words in one line or two; `None` if they do not fit.
fn lines(widths: &[usize], words: &[Spoken], range: Range<usize>, most: usize) -> Option<Vec<Range<usize>>> {
    let width = |range: Range<usize>| {
        let words = range.len();
        widths.get(range).unwrap_or_default().iter().sum::<usize>() + words.saturating_sub(1)
    };
    let fits = |range: &Range<usize>| width(range.clone()) <= most || range.len() == 1;
    if fits(&range) {
        return Some(vec![range]);
    }
    if width(range.clone()) > 2 * most + 1 && range.len() > 2 {
        return None;
    }
    let cuts = (range.start + 1..range.end).map(|cut| [range.start..cut, cut..range.end]);
    let uneven = |[first, second]: &[Range<usize>; 2]| {
        let last = words.get(first.end.wrapping_sub(1)).map_or(14.0, |word| ending(&word.text));
        width(first.clone()).abs_diff(width(second.clone())) as f64 + 0.8 * last
    };
    let best = cuts.filter(|halves| halves.iter().all(fits)).min_by(|a, b| uneven(a).total_cmp(&uneven(b)))?;
    Some(best.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words at 15 characters a second.
    fn spoken(text: &str) -> Vec<Spoken> {
        let mut at = 0.0;
        let mut word = |text: &str| {
            let start = at;
            at += (text.chars().count() + 1) as f64 / 15.0;
            Spoken { text: text.into(), start, end: at - 1.0 / 15.0 }
        };
        text.split_whitespace().map(&mut word).collect()
    }

    fn shown(text: &str) -> Vec<String> {
        let words = spoken(text);
        let line = |range: &Range<usize>| {
            words[range.clone()].iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
        };
        let all = cues(&words, CueLimits::SUBTITLES, 1e9);
        assert_eq!(all.iter().flat_map(Cue::words).collect::<Vec<_>>(), (0..words.len()).collect::<Vec<_>>());
        assert!(all.windows(2).all(|pair| pair[0].end <= pair[1].start && pair[0].start <= pair[0].end));
        all.iter().map(|cue| cue.lines.iter().map(line).collect::<Vec<_>>().join(" / ")).collect()
    }

    #[test]
    fn captions_end_where_sentences_do() {
        let text = "Give the likelier moves the shorter words. Then a message is, on average, as short as it can be: \
                    no code does better, and this one needs no commas between its words.";
        assert_eq!(
            shown(text),
            [
                "Give the likelier moves the shorter words.",
                "Then a message is, on average, as short / as it can be: no code does better,",
                "and this one needs no / commas between its words.",
            ]
        );
    }

    #[test]
    fn every_line_fits_whatever_the_text() {
        for text in ["word ".repeat(3_000), "x ".repeat(500), "Donaudampfschifffahrt ".repeat(99), "a".repeat(100_000)]
        {
            for cue in shown(&text) {
                let lines: Vec<&str> = cue.split(" / ").collect();
                let fits = |line: &&str| line.chars().count() <= 42 || !line.contains(' ');
                assert!(lines.len() <= 2 && lines.iter().all(fits), "{cue}");
            }
        }
        assert_eq!(shown(""), Vec::<String>::new());
    }

    #[test]
    fn short_words_stay_long_enough_to_be_read_unless_something_follows() {
        let words = [Spoken { text: "Yes.".into(), start: 1.0, end: 1.2 }];
        assert_eq!(cues(&words, CueLimits::SUBTITLES, 9.0)[0].end, 2.0);
        assert_eq!(cues(&words, CueLimits::SUBTITLES, 1.5)[0].end, 1.5);
    }
}
