//! What is said in a film and heard in it, for those who look at it from outside: lines with their words in time, subtitles, the mix.

use std::sync::Arc;

use super::Film;
use super::schedule::{self, LaidLine, LaidSound, SoundKind};
use super::voices::{IN_VOICES, Recording, usual_name, written};
use crate::diag::Span;
use crate::script::{Language, Piece, Say, Script, wording};
use crate::sound::{self, Clip, CueLimits, Mix, Part, Ramp, Spoken, Subtitle};
use crate::time::{Fps, FrameIndex, FrameRange, Secs};

/// A line on the clock.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    pub(super) say: Box<Say>,
    pub(super) recording: Option<Arc<Recording>>,
    /// Number of its scene.
    pub(super) scene: usize,
    pub(super) range: FrameRange,
    /// The words as the manifest of recordings has them.
    pub(super) written: String,
    /// The words with their values filled in, with markup.
    pub(super) text: String,
    /// Its values, by their expressions.
    pub(super) values: Vec<(String, String)>,
    /// The words alone, in seconds from the film's start.
    pub(super) words: Vec<Spoken>,
}

/// A sound on the clock, or what ends sounds.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Heard {
    pub(super) range: FrameRange,
    pub(super) file: Option<String>,
    pub(super) does: Does,
}

/// What a step does to what is heard.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Does {
    /// Plays so many samples of a file with this digest.
    Play(u64, String, Ramp),
    /// Ends sounds, in so many samples.
    Hush(u64),
}

/// A line of the narration.
#[derive(Clone, Debug, PartialEq)]
pub struct LineInfo {
    /// The scene's id.
    pub scene: String,
    /// Number of the line in its scene, from 1.
    pub number: usize,
    /// Where the words are in the script.
    pub span: Span,
    /// The words without markup, values filled in.
    pub text: String,
    /// The words as recordings remember them: values by their expressions.
    pub written: String,
    /// Values in them, by their expressions.
    pub values: Vec<(String, String)>,
    /// The words, in seconds from the film's start.
    pub words: Vec<Spoken>,
    /// When it is said.
    pub range: FrameRange,
    /// The recording, from the folder of voices, or from the script's if the script names it.
    pub recording: Option<RecordingInfo>,
    /// The recording's name by convention, without its ending, from the folder of voices.
    pub usual: String,
}

/// The recording of a line.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordingInfo {
    /// The file.
    pub file: String,
    /// Is it in the folder of voices, rather than named by the script?
    pub by_convention: bool,
    /// What is played of it, in seconds.
    pub secs: f64,
    /// The words that it was made from, if they are others now.
    pub stale: Option<String>,
}

impl Line {
    /// A line that was laid, in the scene of this number.
    pub(super) fn new(laid: LaidLine, scene: usize, range: FrameRange, script: &Script) -> Self {
        let LaidLine { say, recording, .. } = laid;
        let (written, text) = (written(script, &say), String::new());
        let expression = |piece: &Piece| match piece {
            Piece::Text(_) => None,
            Piece::Live { slot, .. } => script.slots.get(*slot).map(|def| (def.text.clone(), String::new())),
        };
        let values = say.words.pieces.iter().filter_map(expression).collect();
        Self { say, recording, scene, range, written, text, values, words: Vec::new() }
    }

    /// Finds out when each word of the text is said.
    pub(super) fn time(&mut self, fps: Fps) {
        let plain: Vec<String> = wording(&self.text).into_iter().map(|word| word.plain).collect();
        self.words = self.spoken(&plain, fps);
    }

    /// When these words would be said in place of its own.
    fn spoken(&self, words: &[String], fps: Fps) -> Vec<Spoken> {
        let (start, end) = (fps.instant_of(self.range.start).get(), fps.instant_of(self.range.end).get());
        let plain: Vec<&str> = words.iter().map(String::as_str).collect();
        let times = schedule::times(&plain, self.recording.as_deref(), Language::spoken(end - start));
        let spoken = |(text, [from, to]): (&String, [f64; 2])| Spoken {
            text: text.clone(),
            start: start + from,
            end: start + to,
        };
        words.iter().zip(times).map(spoken).collect()
    }
}

impl Heard {
    /// A sound that was laid.
    pub(super) fn new(laid: LaidSound, fps: Fps) -> Self {
        let frame = |secs: f64| fps.frame_at(Secs::new(secs).unwrap_or(Secs::ZERO)).0;
        let samples = |secs: f64| libm::round(secs * f64::from(sound::RATE)) as u64;
        let range = FrameRange::new(frame(laid.start), laid.end.map_or(u64::MAX, frame));
        match laid.kind {
            SoundKind::Play(def, length, digest) => {
                let ramp = Ramp {
                    gain_db: def.gain,
                    looped: def.looped,
                    skip: samples(def.skip),
                    fade_in: samples(def.fade_in),
                    fade_out: samples(def.fade_out),
                    duck_db: def.duck,
                };
                Self { range, file: Some(def.file.0), does: Does::Play(length, digest, ramp) }
            }
            SoundKind::Hush(file, fade) => Self { range, file, does: Does::Hush(samples(fade)) },
        }
    }
}

impl Film {
    /// The language of the narration: a code such as `en` or `pt-BR`.
    pub fn language(&self) -> &str {
        &self.language
    }

    /// All lines of the narration, in order of time.
    pub fn lines(&self) -> Vec<LineInfo> {
        let info = |line: &Line| {
            let scene = self.scenes.get(line.scene).map_or_else(String::new, |scene| scene.id.clone());
            let recording = line.recording.as_ref().map(|recording| RecordingInfo {
                file: recording.file.trim_start_matches(IN_VOICES).to_owned(),
                by_convention: recording.file.starts_with(IN_VOICES),
                secs: recording.speech.secs(),
                stale: recording.stale.clone(),
            });
            LineInfo {
                usual: usual_name(&scene, line.say.number),
                scene,
                number: line.say.number,
                span: line.say.words.span.clone(),
                text: line.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" "),
                written: line.written.clone(),
                values: line.values.clone(),
                words: line.words.clone(),
                range: line.range,
                recording,
            }
        };
        self.lines.iter().map(info).collect()
    }

    /// Subtitles of the whole film, in seconds from its start. `other` gives the words of a line in another language; lines for
    /// which it has none are left out.
    pub fn subtitles(&self, other: &dyn Fn(&LineInfo) -> Option<String>) -> Vec<Subtitle> {
        let (infos, end) = (self.lines(), self.fps.instant_of(FrameIndex(self.frames)).get());
        let mut subtitles = Vec::new();
        for (number, (line, info)) in self.lines.iter().zip(&infos).enumerate() {
            let Some(text) = other(info) else { continue };
            let next = self.lines.get(number + 1).map_or(end, |next| self.fps.instant_of(next.range.start).get());
            // What is longer than a line is no word that anybody reads.
            let words: Vec<String> =
                text.split_whitespace().flat_map(|word| pieces(word, CueLimits::SUBTITLES.line)).collect();
            let spoken = line.spoken(&words, self.fps);
            for cue in sound::cues(&spoken, CueLimits::SUBTITLES, next) {
                let shown = |range: &std::ops::Range<usize>| {
                    let words = spoken.get(range.clone()).unwrap_or_default().iter().map(|word| word.text.as_str());
                    words.collect::<Vec<_>>().join(" ")
                };
                let lines = cue.lines.iter().map(shown).collect();
                subtitles.push(Subtitle { start: cue.start, end: cue.end, lines });
            }
        }
        subtitles
    }

    /// Everything that is heard. Files in the folder of recordings have the name that [`crate::world::World::read_voice`] knows after
    /// `voice:`; others are assets.
    pub fn mix(&self) -> Mix {
        let end = sound::sample_of(self.fps, FrameIndex(self.frames));
        let voice = |line: &Line| {
            let recording = line.recording.as_ref()?;
            let start = sound::sample_of(self.fps, line.range.start);
            let range = start..(start + recording.speech.len() as u64).min(end);
            let (file, digest) = (recording.file.clone(), recording.digest.clone());
            Some(Clip { file, digest, range, part: Part::Voice(Arc::clone(&recording.speech)) })
        };
        let mut clips: Vec<Clip> = self.lines.iter().filter_map(voice).collect();
        let voices = clips.len();
        for heard in &self.heard {
            let start = sound::sample_of(self.fps, heard.range.start);
            match &heard.does {
                Does::Play(length, digest, ramp) => {
                    let natural = if ramp.looped { end } else { start + length.saturating_sub(ramp.skip) };
                    let asked = sound::sample_of(self.fps, heard.range.end);
                    let range = start..natural.min(asked).min(end).max(start);
                    let file = heard.file.clone().unwrap_or_default();
                    clips.push(Clip { file, digest: digest.clone(), range, part: Part::Sound(*ramp) });
                }
                Does::Hush(fade) => {
                    let meant = |clip: &&mut Clip| heard.file.as_ref().is_none_or(|file| *file == clip.file);
                    for clip in clips.iter_mut().skip(voices).filter(meant) {
                        if clip.range.start < start
                            && start + fade < clip.range.end
                            && let Part::Sound(ramp) = &mut clip.part
                        {
                            clip.range.end = start + fade;
                            ramp.fade_out = *fade;
                        }
                    }
                }
            }
        }
        Mix { clips }
    }
}

/// A word in pieces of so many characters at most.
fn pieces(word: &str, most: usize) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    letters.chunks(most.max(1)).map(|piece| piece.iter().collect()).collect()
}
