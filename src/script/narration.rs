//! What is heard: `say` with its words, marks and recording, and `sound`.

use super::step::Verb;
use super::steps::{Operand, StepReader};
use super::value::{Piece, Template};
use super::wording::wording;
use super::yaml::{Node, Value};
use crate::diag::Span;

/// A line of the narration.
#[derive(Clone, Debug, PartialEq)]
pub struct Say {
    /// The words, without the marks; values in them are those of the instant at which they begin.
    pub words: Template,
    /// Marks between words.
    pub marks: Vec<WordMark>,
    /// The file of its recording, from the script's folder, if the script names one.
    pub voice: Option<(String, Span)>,
    /// Number of the line in its scene, from 1, as they are written.
    pub number: usize,
}

/// A mark between words: `... shorter |now| words`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WordMark {
    /// Its name; unique in the script.
    pub name: String,
    /// Words before it.
    pub word: usize,
}

/// A sound that is played.
#[derive(Clone, Debug, PartialEq)]
pub struct SoundDef {
    /// The file, from the script's folder.
    pub file: (String, Span),
    /// Change of its loudness in dB.
    pub gain: f64,
    /// Is it played again and again?
    pub looped: bool,
    /// Seconds that are left out at its beginning.
    pub skip: f64,
    /// Seconds in which it comes.
    pub fade_in: f64,
    /// Seconds in which it goes.
    pub fade_out: f64,
    /// How far it steps back under words, in dB.
    pub duck: f64,
}

/// How a value counts whose digits are not known yet: as a word of six characters.
const VALUE: &str = "000000";

impl Say {
    /// The words, with something as long in place of values.
    pub fn estimate(&self) -> String {
        let text = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Live { .. } => VALUE.to_owned(),
        };
        self.words.pieces.iter().map(text).collect()
    }
}

/// `say: words`, or `say: { text: words, voice: file.flac }`.
pub(super) fn say(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Verb> {
    r.lines += 1;
    let number = r.lines;
    let (node, voice) = text_and_voice(r, op)?;
    let words = r.scene.reader.template(node)?;
    let (words, marks) = marks(r, words);
    Some(Verb::Say(Box::new(Say { words, marks, voice, number })))
}

fn text_and_voice<'n>(r: &mut StepReader<'_, '_>, op: &Operand<'n>) -> Option<(&'n Node, Option<(String, Span)>)> {
    if !matches!(op.node.value, Value::Map(_)) {
        return Some((op.node, None));
    }
    let mut fields = super::Fields::with(op.node, None, r.scene.reader.reborrow());
    fields.required("text");
    fields.has("text");
    let voice = fields.text("voice");
    fields.finish();
    Some((op.node.get("text")?, voice))
}

/// Takes the marks out of the words.
fn marks(r: &mut StepReader<'_, '_>, words: Template) -> (Template, Vec<WordMark>) {
    let (mut marks, mut before) = (Vec::new(), String::new());
    let mut pieces: Vec<Piece> = Vec::new();
    for piece in words.pieces {
        let Piece::Text(text) = piece else {
            before.push_str(VALUE);
            pieces.push(piece);
            continue;
        };
        let (mut kept, mut rest) = (String::new(), text.as_str());
        while let Some((at, length, name)) = next_mark(rest) {
            let head = rest.get(..at).unwrap_or_default();
            kept.push_str(head);
            before.push_str(head);
            rest = rest.get(at + length..).unwrap_or_default();
            let open = before.chars().next_back().is_some_and(|c| !c.is_whitespace());
            // Between two blanks one goes.
            if !open && rest.starts_with(' ') {
                rest = rest.get(1..).unwrap_or_default();
            }
            let whole = format!("|{name}|");
            let written = words.span.text();
            let place = written.find(&whole).map(|at| words.span.within(at + 1, at + 1 + name.len()));
            let count = wording(&before).len();
            // Within a word it belongs to that word.
            let word = if open && rest.chars().next().is_some_and(|c| !c.is_whitespace()) {
                count.saturating_sub(1)
            } else {
                count
            };
            let name = r.name_instant_at("mark", name, &place.unwrap_or_else(|| words.span.clone()));
            marks.extend(name.map(|name| WordMark { name, word }));
        }
        kept.push_str(rest);
        before.push_str(rest);
        pieces.push(Piece::Text(kept.replace("\\|", "|")));
    }
    (Template { pieces, span: words.span }, marks)
}

/// Where the next `|name|` is in a text, how long, and the name. Formulas have none, and `\|` is only a bar.
fn next_mark(text: &str) -> Option<(usize, usize, &str)> {
    let (mut formula, mut escaped) = (false, false);
    for (at, c) in text.char_indices() {
        if c == '$' && !escaped {
            formula = !formula;
        }
        if c == '|' && !formula && !escaped {
            let inner = text.get(at + 1..).unwrap_or_default();
            let name = inner.split('|').next().filter(|name| name.len() < inner.len()).unwrap_or_default();
            let good = name.starts_with(|c: char| c.is_alphabetic() || c == '_')
                && name.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c));
            if good {
                return Some((at, name.len() + 2, name));
            }
        }
        escaped = c == '\\' && !escaped;
    }
    None
}

/// `sound: file`, with what is beside it.
pub(super) fn sound(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Verb> {
    let mut number = |key: &str, range: std::ops::RangeInclusive<f64>| {
        op.option(key).and_then(|node| r.scene.reader.fixed(node, &range)).unwrap_or(0.0)
    };
    let (gain, duck) = (number("gain", -60.0..=24.0), number("duck", 0.0..=60.0));
    let mut secs = |key: &str| op.option(key).and_then(|node| r.secs(node)).unwrap_or(0.0);
    let (skip, fade_in, fade_out) = (secs("skip"), secs("fade_in"), secs("fade_out"));
    let looped = op.option("loop").and_then(|node| r.scene.reader.flag(node)).unwrap_or(false);
    let file = r.scene.reader.text(op.node)?;
    Some(Verb::Sound(Box::new(SoundDef { file, gain, looped, skip, fade_in, fade_out, duck })))
}

/// `hush: file`, or `hush: all`.
pub(super) fn hush(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Verb> {
    let fade = op.option("fade_out").map_or(Some(1.0), |node| r.secs(node)).unwrap_or(1.0);
    let (name, span) = r.scene.reader.text(op.node)?;
    let file = (name != "all").then_some((name, span));
    Some(Verb::Hush(file, fade))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Source;
    use crate::world::MemoryWorld;

    fn says(steps: &str) -> (Vec<Say>, Vec<&'static str>) {
        let text = format!("vars: {{ p: 1/2 }}\nscenes:\n  - steps:\n{steps}");
        let (script, found) = crate::script::parse(&Source::new("x", text), &MemoryWorld::default());
        let says = script.iter().flat_map(|script| &script.scenes).flat_map(|scene| &scene.steps);
        let says = says.filter_map(|step| match &step.verb {
            Verb::Say(say) => Some((**say).clone()),
            _ => None,
        });
        (says.collect(), found.iter().map(|found| found.code).collect())
    }

    fn one(text: &str) -> (String, Vec<(String, usize)>) {
        let (says, found) = says(&format!("      - say: '{text}'\n"));
        assert_eq!(found, Vec::<&str>::new(), "{text}");
        (says[0].estimate(), says[0].marks.iter().map(|mark| (mark.name.clone(), mark.word)).collect())
    }

    #[test]
    fn marks_stand_before_words_and_are_not_said() {
        let at = |name: &str, word| (name.to_owned(), word);
        assert_eq!(one("the shorter |now| words"), ("the shorter words".into(), vec![at("now", 2)]));
        assert_eq!(one("|a| one, |b|two |c|"), ("one, two ".into(), vec![at("a", 0), at("b", 1), at("c", 2)]));
        assert_eq!(one("in|x|side ${p} and |y| on"), ("inside 000000 and on".into(), vec![at("x", 0), at("y", 3)]));
        assert_eq!(one("$P(a|b|c)$ and |1| of \\|x\\| |z|"), ("$P(a|b|c)$ and |1| of |x| ".into(), vec![at("z", 5)]));
    }

    #[test]
    fn lines_are_counted_as_they_are_written() {
        let (says, found) =
            says("      - say: One.\n      - say: { text: Two., voice: two.wav }\n      - say: { txt: a }\n");
        assert_eq!(says.iter().map(|say| say.number).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(says[1].voice.as_ref().map(|(file, _)| file.as_str()), Some("two.wav"));
        assert_eq!(found, ["missing-key", "unknown-key"]);
        assert_eq!(self::says("      - say: a |m| b\n      - say: c |m|\n").1, ["duplicate-instant"]);
    }
}
