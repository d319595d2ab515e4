//! `text`: words, with markup: `*italic*`, `**strong**`, `{accent:coloured}`, `$formula$`, and `${expression:format}`.

use std::ops::Range;
use std::sync::Arc;

use super::lettering::{LETTERING, Lettering, TEXT_SIZE, TEXT_SIZE_FIELD, roles};
use super::{Drawing, Now, Reading, Visual, VisualSpec};
use crate::color::Rgba;
use crate::diag::Diagnostic;
use crate::draw::{GlyphRun, Item, Part, Shape};
use crate::script::{FieldSpec, TableFields, Takes, Template};
use crate::typeset::TextStyle;

/// The registry's entry.
pub static SPEC: VisualSpec = VisualSpec {
    name: "text",
    summary: "words, with markup, formulas and live values in them",
    main: Some("text"),
    example: "text: { text: 'Shorter words for {accent:likelier} moves', size: 0.6 }",
    fields: &[&[FieldSpec::required("text", Takes::Template, "the words"), TEXT_SIZE_FIELD], LETTERING],
    parts: &[("word*", "a word, by position"), ("line*", "a line of several, by position")],
    values: &[],
    actions: &[],
    read,
};

struct Text {
    text: Template,
    lettering: Lettering,
    /// Phrases of several words that steps address: each of their words becomes a part made from the phrase.
    phrases: Vec<String>,
    /// Single words or letters that steps address. Where no word reads so, they are looked for inside words.
    letters: Vec<String>,
}

fn read(fields: &mut TableFields<'_>, reading: &Reading<'_>) -> Option<Box<dyn Visual>> {
    let text = fields.template("text");
    let lettering = Lettering::read(fields);
    let text = text?;
    if let Some(fixed) = text.fixed() {
        let known = |name: &str| crate::color::Role::named(name).map(|_| Rgba::hex(0));
        if let Err(error) = reading.typesetter.rich(&fixed, &TextStyle::new(TEXT_SIZE), &known) {
            let place = text.span.within(error.start, error.end.max(error.start + 1));
            fields.report(Diagnostic::error("bad-markup", &place, error.message));
            return None;
        }
    }
    let (phrases, letters) =
        reading.fragments.iter().cloned().partition(|text: &String| text.contains(char::is_whitespace));
    Some(Box::new(Text { text, lettering, phrases, letters }))
}

impl Visual for Text {
    fn draw(&self, now: &Now<'_>) -> Drawing {
        let style = self.lettering.style(now);
        let words = now.text(&self.text);
        let set =
            now.typesetter.rich(&words, &style, &roles(now)).unwrap_or_else(|_| now.typesetter.text(&words, &style));
        let last = set.last_baseline;
        let mut drawing = Drawing::from(Arc::clone(&set));
        drawing.baseline = Some(last.max(0.0));
        for phrase in &self.phrases {
            mark(&mut drawing.part, phrase);
        }
        for letters in &self.letters {
            split(&mut drawing.part, letters);
        }
        drawing
    }
}

/// Marks the words of a text that together read as a phrase, wherever it occurs.
fn mark(text: &mut Part, phrase: &str) {
    let wanted: Vec<&str> = phrase.split_whitespace().collect();
    let mut words = Vec::new();
    collect(text, &mut words);
    let plain: Vec<String> = words.iter().map(|word| word.source.clone().unwrap_or_default()).collect();
    let mut marked = vec![false; words.len()];
    for (start, run) in plain.windows(wanted.len().max(1)).enumerate() {
        let last = wanted.len().saturating_sub(1);
        let same = |(at, (word, wanted)): (usize, (&String, &&str))| match at {
            // Signs may stand before the first word and after the last.
            _ if word == wanted => true,
            0 => word.trim_start_matches(SIGNS) == *wanted,
            _ => at == last && word.trim_end_matches(SIGNS) == *wanted,
        };
        if run.iter().zip(&wanted).enumerate().all(same) {
            marked.iter_mut().skip(start).take(wanted.len()).for_each(|marked| *marked = true);
        }
    }
    for (word, _) in words.into_iter().zip(marked).filter(|(_, marked)| *marked) {
        word.attributes.push(("source", phrase.into()));
    }
}

/// Makes parts of some letters wherever they stand inside words, unless they are a word themselves.
fn split(text: &mut Part, letters: &str) {
    let mut words = Vec::new();
    collect(text, &mut words);
    let reads = |word: &Part| word.source.as_deref().is_some_and(|own| own.trim_matches(SIGNS) == letters);
    if letters.is_empty() || words.iter().any(|word| reads(word)) {
        return;
    }
    for word in words {
        let source = word.source.clone().unwrap_or_default();
        let glyphs: Option<usize> = word.items.iter().map(|item| run(item).map(|run| run.glyphs.len())).sum();
        // Ligatures and formulas have no letters of their own.
        if !source.contains(letters) || !word.parts.is_empty() || glyphs != Some(source.chars().count()) {
            continue;
        }
        let items = std::mem::take(&mut word.items);
        let mut from = 0;
        for (start, found) in source.match_indices(letters) {
            let start = source.get(..start).unwrap_or_default().chars().count();
            let end = start + found.chars().count();
            if start > from {
                word.parts.push(Part::new("").with_items(cut(&items, from..start)));
            }
            let mut part = Part::new("letters").with_items(cut(&items, start..end));
            part.source = Some(letters.into());
            word.parts.push(part);
            from = end;
        }
        word.parts.push(Part::new("").with_items(cut(&items, from..source.chars().count())));
    }
}

fn run(item: &Item) -> Option<&GlyphRun> {
    match &item.shape {
        Shape::Glyphs(run) => Some(run),
        _ => None,
    }
}

/// The glyphs of these numbers, counted through all runs.
fn cut(items: &[Item], range: Range<usize>) -> Vec<Item> {
    let mut before = 0;
    let mut all = Vec::new();
    for (item, run) in items.iter().filter_map(|item| Some((item, run(item)?))) {
        let inside = |at: usize| at.saturating_sub(before).min(run.glyphs.len());
        let glyphs = run.glyphs.get(inside(range.start)..inside(range.end)).unwrap_or_default();
        if !glyphs.is_empty() {
            all.push(Item { shape: Shape::Glyphs(GlyphRun { glyphs: glyphs.into(), ..run.clone() }), ..item.clone() });
        }
        before += run.glyphs.len();
    }
    all
}

/// What may stand about words in a sentence.
const SIGNS: [char; 12] = ['.', ',', ';', ':', '!', '?', '"', '\u{201c}', '\u{201d}', '\u{201e}', '(', ')'];

/// The words of a text, line by line.
fn collect<'p>(part: &'p mut Part, words: &mut Vec<&'p mut Part>) {
    for inner in &mut part.parts {
        if inner.name.starts_with("line") { collect(inner, words) } else { words.push(inner) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_phrase_are_marked_across_lines() {
        let word = |text: &str| Part { source: Some(text.into()), ..Part::new("word") };
        let line = |words: &[&str]| Part { parts: words.iter().map(|text| word(text)).collect(), ..Part::new("line0") };
        let mut text = Part::new("text").with_part(line(&["a", "(prefix"])).with_part(line(&["code,", "no", "prefix"]));
        mark(&mut text, "prefix  code");
        let marked: Vec<usize> =
            text.parts.iter().flat_map(|line| &line.parts).map(|word| word.attributes.len()).collect();
        assert_eq!(marked, [0, 1, 1, 0, 0]);
    }

    #[test]
    fn letters_inside_words_become_parts_unless_they_are_a_word() {
        let typesetter = crate::typeset::Typesetter::bundled();
        let letters = |words: &str, letters: &str| {
            let mut part = typesetter.text(words, &TextStyle::new(0.5)).part.clone();
            let before = part.bounds();
            split(&mut part, letters);
            assert_eq!(part.bounds(), before);
            let mut words = Vec::new();
            collect(&mut part, &mut words);
            words.iter().flat_map(|word| &word.parts).filter(|part| part.source.as_deref() == Some(letters)).count()
        };
        assert_eq!(letters("thethe, then: other", "th"), 4);
        assert_eq!(letters("a banana", "a"), 0);
        assert_eq!(letters("a banana", "an"), 2);
        assert_eq!(letters("a banana", "x"), 0);
    }
}
