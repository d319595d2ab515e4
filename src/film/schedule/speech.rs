//! Words and sounds on the clock: how long a line takes, when its words are said, and what is played meanwhile.

use std::sync::Arc;

use super::super::voices::Recording;
use super::Scheduler;
use crate::script::{Language, Say, SoundDef, wording};
use crate::sound;

/// Pause between two lines, in seconds.
const GAP_SECS: f64 = 0.15;

/// A line of the narration, in seconds from the film's start.
pub(in crate::film) struct LaidLine {
    pub(in crate::film) say: Box<Say>,
    pub(in crate::film) recording: Option<Arc<Recording>>,
    pub(in crate::film) start: f64,
    pub(in crate::film) end: f64,
}

/// A sound, or what ends sounds.
pub(in crate::film) struct LaidSound {
    pub(in crate::film) kind: SoundKind,
    pub(in crate::film) start: f64,
    /// When it is cut off, if the step says so.
    pub(in crate::film) end: Option<f64>,
}

/// What a step does to what is heard.
pub(in crate::film) enum SoundKind {
    /// Plays a file of so many samples, with its digest.
    Play(Box<SoundDef>, u64, String),
    /// Fades out the sounds of a file, or all, in so many seconds.
    Hush(Option<String>, f64),
}

impl LaidLine {
    /// The same line at another time.
    pub(super) fn move_to(&mut self, start: f64) {
        (self.start, self.end) = (start, start + self.end - self.start);
    }

    /// Seconds from its start in which it is said.
    fn spoken_secs(&self) -> f64 {
        Language::spoken(self.end - self.start)
    }

    /// When its marks are, with their names.
    pub(super) fn marks(&self) -> impl Iterator<Item = (String, f64)> {
        let text = if self.say.marks.is_empty() { String::new() } else { self.say.estimate() };
        let words: Vec<String> = wording(&text).into_iter().map(|word| word.plain).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let times = times(&words, self.recording.as_deref(), self.spoken_secs());
        let last = times.last().map_or(0.0, |[_, end]| *end);
        let at = |word: usize| self.start + times.get(word).map_or(last, |[start, _]| *start);
        self.say.marks.iter().map(|mark| (mark.name.clone(), at(mark.word))).collect::<Vec<_>>().into_iter()
    }
}

/// When words are said, in seconds from the start of their line: as its recording has them, or within so many seconds.
pub(in crate::film) fn times(words: &[&str], recording: Option<&Recording>, secs: f64) -> Vec<[f64; 2]> {
    match recording {
        Some(recording) if !recording.timed.is_empty() => sound::aligned(words, &recording.timed),
        Some(recording) => sound::word_times(words, recording.speech.voiced()),
        None => sound::word_times(words, &[[0.0, secs]]),
    }
}

impl LaidSound {
    pub(super) fn stretch(&mut self, new: &impl Fn(f64) -> f64) {
        (self.start, self.end) = (new(self.start), self.end.map(new));
    }
}

impl Scheduler<'_> {
    /// Words begin when the words before them have ended; steps go on meanwhile. A recording is never cut off.
    pub(super) fn say(&mut self, say: &Say, length: Option<f64>, at: f64) -> f64 {
        let start = if self.speech_end > at { self.speech_end + GAP_SECS } else { at };
        let recording = self.voices.line(self.scene, say).cloned();
        let secs = match &recording {
            Some(recording) => recording.speech.secs().max(length.unwrap_or(0.0)),
            None => length.unwrap_or_else(|| self.language.secs(characters(say))),
        };
        self.speech_end = start + secs;
        self.laid.lines.push(LaidLine { say: Box::new(say.clone()), recording, start, end: self.speech_end });
        start
    }

    /// A sound begins; steps go on at once.
    pub(super) fn sound(&mut self, def: &SoundDef, length: Option<f64>, at: f64) -> f64 {
        if let Some((samples, digest)) = self.voices.sound(&def.file.0) {
            let kind = SoundKind::Play(Box::new(def.clone()), samples, digest);
            self.laid.sounds.push(LaidSound { kind, start: at, end: length.map(|length| at + length) });
        }
        at
    }

    pub(super) fn hush(&mut self, file: Option<&String>, fade: f64, at: f64) -> f64 {
        self.laid.sounds.push(LaidSound { kind: SoundKind::Hush(file.cloned(), fade), start: at, end: None });
        at
    }
}

/// Characters of the words, without markup, blanks counted.
fn characters(say: &Say) -> usize {
    let words = wording(&say.estimate());
    words.iter().map(|word| word.plain.chars().count() + 1).sum::<usize>().saturating_sub(1)
}
