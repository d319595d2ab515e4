//! What a film's file holds beside its pictures: sound, subtitles, chapters, a title. ffmpeg's arguments for them out.
//!
//! Pictures are joined without being encoded again, and the rest is added in the same run, from files of the render's own folder.
//! Sound is encoded before, into a piece of its own that the cache keeps as it keeps those of pictures: another recording costs
//! no picture, and another picture no sound.

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use super::Cancel;
use super::ffmpeg::{Job, Outcome, Running, file_argument};
use super::film::{Explained, explain};
use super::format::Container;
use super::publish::{create, io_problem};
use super::workplace::Workplace;
use crate::diag::Diagnostic;
use crate::time::{Fps, FrameIndex, FrameRange};

/// Samples a second and channel that a [`SoundSource`] gives.
pub const SOUND_RATE: u32 = 48_000;

/// Gives the sound of a film: two channels of 48 kHz.
pub trait SoundSource: Sync {
    /// Hands over all samples in order, left and right in turn, in blocks of any size; ends early where `take` says `false`.
    ///
    /// # Errors
    /// What keeps the sound from being made.
    fn play(&self, take: &mut dyn FnMut(&[f32]) -> bool) -> Result<(), Diagnostic>;

    /// All that its samples depend on, in any form: equal texts, equal samples.
    fn identity(&self) -> String;
}

/// How sound is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SoundCodec {
    /// AAC, 192 kbit/s.
    Aac,
    /// Opus, 160 kbit/s.
    Opus,
    /// FLAC: without loss, 24 bits.
    Flac,
    /// Samples as they are, 24 bits.
    Pcm,
}

/// A track of subtitles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubtitleTrack {
    /// The language after ISO 639-2, as `eng`.
    pub language: String,
    /// The cues, as a file of SubRip.
    pub srt: String,
}

/// A chapter of a film.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chapter {
    /// What it is called.
    pub title: String,
    /// Its frames.
    pub range: FrameRange,
}

/// What a file is to hold beside pictures. Kinds of files that have no place for something go without.
#[derive(Clone, Default)]
pub struct Tracks<'a> {
    /// The sound.
    pub sound: Option<&'a dyn SoundSource>,
    /// How it is encoded, if not as is usual for the kind of file.
    pub codec: Option<SoundCodec>,
    /// Subtitles, the first of them first.
    pub subtitles: Vec<SubtitleTrack>,
    /// Chapters, in order.
    pub chapters: Vec<Chapter>,
    /// The film's title.
    pub title: Option<String>,
    /// The language of the sound after ISO 639-2.
    pub language: Option<String>,
}

impl Tracks<'_> {
    /// Would a file of this ending hold none of them?
    pub(super) fn are_none_for(&self, ending: &str) -> bool {
        let silent = self.sound.is_none() || SoundCodec::usual(ending).is_none();
        let told = self.subtitles.is_empty() && self.chapters.is_empty() && self.title.is_none();
        silent && (told || subtitle_codec(ending).is_none())
    }
}

impl SoundCodec {
    /// All, with their names on the command line, ffmpeg's arguments, and the kinds of files that hold them.
    const ALL: &'static [(Self, &'static str, &'static str, &'static [&'static str])] = &[
        (Self::Aac, "aac", "-c:a aac -b:a 192k", &["mp4", "mov", "mkv"]),
        (Self::Opus, "opus", "-c:a libopus -b:a 160k", &["webm", "mkv", "mp4"]),
        (Self::Flac, "flac", "-c:a flac -sample_fmt s32 -bits_per_raw_sample 24", &["mkv"]),
        (Self::Pcm, "pcm", "-c:a pcm_s24le", &["mov", "mkv", "wav"]),
    ];

    /// The usual one of a kind of file; `None` if it holds no sound.
    fn usual(ending: &str) -> Option<Self> {
        match ending {
            "mp4" | "mov" => Some(Self::Aac),
            "webm" | "mkv" => Some(Self::Opus),
            "wav" => Some(Self::Pcm),
            _ => None,
        }
    }

    fn arguments(self, ending: &str) -> Result<&'static str, Diagnostic> {
        let row = Self::ALL.iter().find(|row| row.0 == self);
        let Some((_, name, arguments, endings)) = row else { return Ok("") };
        if endings.contains(&ending) {
            return Ok(arguments);
        }
        let known = endings.iter().map(|ending| format!("`.{ending}`")).collect::<Vec<_>>().join(", ");
        Err(Diagnostic::usage("encoder-mismatch", format!("`{name}` sound does not go into `.{ending}` files"))
            .hint(format!("it goes into {known}")))
    }
}

/// The codec of subtitles in a kind of file; `None` if it has no place for them.
fn subtitle_codec(ending: &str) -> Option<&'static str> {
    match ending {
        "mp4" | "mov" => Some("mov_text"),
        "mkv" => Some("srt"),
        "webm" => Some("webvtt"),
        _ => None,
    }
}

/// The sound of a film as a file in its workplace.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SoundPiece {
    /// Its name.
    pub name: &'static str,
    /// ffmpeg's arguments, but for the file's name.
    pub arguments: Vec<OsString>,
}

impl SoundPiece {
    /// `None` if the film is silent, or its kind of file is.
    pub fn of(tracks: &Tracks<'_>, ending: &str) -> Result<Option<Self>, Diagnostic> {
        let (Some(_), Some(usual)) = (tracks.sound, SoundCodec::usual(ending)) else { return Ok(None) };
        let codec = tracks.codec.unwrap_or(usual);
        // Each container knows where the first sample of its codec is.
        let (name, muxer) = match codec {
            SoundCodec::Aac => ("sound.m4a", "mp4"),
            SoundCodec::Pcm => ("sound.mov", "mov"),
            SoundCodec::Opus | SoundCodec::Flac => ("sound.mka", "matroska"),
        };
        let mut arguments = Vec::new();
        push(&mut arguments, "-hide_banner -y -protocol_whitelist file,pipe");
        push(
            &mut arguments,
            &format!("-f f32le -ar {SOUND_RATE} -ac 2 -i pipe:0 -map 0:a:0 {}", codec.arguments(ending)?),
        );
        push(&mut arguments, &format!("-flags:a +bitexact -fflags +bitexact -f {muxer}"));
        Ok(Some(Self { name, arguments }))
    }

    /// Encodes the sound of so many frames into the workplace.
    pub fn encode(
        &self,
        sound: &dyn SoundSource,
        frames: u64,
        fps: Fps,
        kitchen: &Kitchen<'_>,
    ) -> Result<(), Diagnostic> {
        let path = kitchen.workplace.at(self.name);
        let mut arguments = self.arguments.clone();
        arguments.push(file_argument(&path));
        let (patience, grows) = (kitchen.patience, Some(path.clone()));
        let job = Job { program: kitchen.ffmpeg, arguments, patience, cancel: kitchen.cancel, grows, folder: None };
        let mut running = Running::start(job)?;
        feed(sound, frames, fps, &mut running)?;
        let ended = running.finish();
        if ended.outcome == Outcome::Done {
            return Ok(());
        }
        let place = kitchen.workplace.folder();
        Err(explain(&ended, Explained { part: &path, place, taken: 0, frames, film: frames }))
    }
}

/// Where sound is encoded, and by what.
pub(super) struct Kitchen<'a> {
    pub ffmpeg: &'a Path,
    pub workplace: &'a Workplace,
    pub patience: Duration,
    pub cancel: &'a Cancel,
}

/// ffmpeg's arguments for the tracks of one file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Dressing {
    /// Inputs after the pictures.
    pub inputs: Vec<OsString>,
    /// What is taken of the inputs, and how it is encoded.
    pub outputs: Vec<OsString>,
}

impl Dressing {
    /// Writes what must be in files to the workplace, from which ffmpeg is to be run, and in which the piece of sound is.
    pub fn new(
        tracks: &Tracks<'_>,
        container: &Container,
        fps: Fps,
        workplace: &Workplace,
    ) -> Result<Self, Diagnostic> {
        let ending = container.ending;
        let mut dressing = Self::default();
        let mut next = 1;
        if let Some(piece) = SoundPiece::of(tracks, ending)? {
            push(&mut dressing.inputs, "-i");
            dressing.inputs.push(file_argument(Path::new(piece.name)));
            push(&mut dressing.outputs, &format!("-map {next}:a:0 -c:a copy"));
            language(&mut dressing.outputs, "a:0", tracks.language.as_deref());
            next += 1;
        }
        if let Some(codec) = subtitle_codec(ending) {
            for (number, track) in tracks.subtitles.iter().enumerate() {
                let name = format!("subtitles-{number}.srt");
                write(workplace, &name, &track.srt)?;
                push(&mut dressing.inputs, "-f srt -i");
                dressing.inputs.push(file_argument(Path::new(&name)));
                push(&mut dressing.outputs, &format!("-map {next}:s:0 -c:s:{number} {codec}"));
                language(&mut dressing.outputs, &format!("s:{number}"), Some(&track.language));
                next += 1;
            }
            if !tracks.chapters.is_empty() || tracks.title.is_some() {
                write(workplace, "about.txt", &metadata(tracks, fps))?;
                push(&mut dressing.inputs, "-f ffmetadata -i");
                dressing.inputs.push(file_argument(Path::new("about.txt")));
                push(&mut dressing.outputs, &format!("-map_metadata {next} -map_chapters {next}"));
            }
        }
        Ok(dressing)
    }
}

/// Refuses what cannot be in a kind of file, before a frame is drawn.
pub(super) fn check(tracks: &Tracks<'_>, ending: &str) -> Result<(), Diagnostic> {
    SoundPiece::of(tracks, ending).map(drop)
}

/// Hands the sound of so many frames to ffmpeg: exactly as many samples as they last. `Ok(false)`: ffmpeg takes no more.
fn feed(sound: &dyn SoundSource, frames: u64, fps: Fps, running: &mut Running) -> Result<bool, Diagnostic> {
    let mut left = samples(frames, fps).saturating_mul(2);
    let (mut bytes, mut taken) = (Vec::new(), true);
    let mut hand_over = |block: &[f32]| {
        let count = block.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        left -= count as u64;
        bytes.clear();
        bytes.extend(block.iter().take(count).flat_map(|sample| sample.to_le_bytes()));
        taken = running.write(&bytes);
        taken && left > 0
    };
    sound.play(&mut hand_over)?;
    // Sound that ends early is silent to the end.
    let silence = [0.0; 4096];
    while taken && left > 0 {
        let count = silence.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        left -= count as u64;
        let bytes: Vec<u8> = silence.iter().take(count).flat_map(|sample: &f32| sample.to_le_bytes()).collect();
        taken = running.write(&bytes);
    }
    Ok(taken)
}

/// Samples that so many frames last, to the nearest.
fn samples(frames: u64, fps: Fps) -> u64 {
    let (numerator, denominator) = fps.ratio();
    let (n, d) = (u128::from(numerator), u128::from(denominator) * u128::from(SOUND_RATE));
    u64::try_from((2 * u128::from(frames) * d + n) / (2 * n)).unwrap_or(u64::MAX)
}

/// Title and chapters, as ffmpeg reads them.
fn metadata(tracks: &Tracks<'_>, fps: Fps) -> String {
    let mut text = ";FFMETADATA1\n".to_owned();
    if let Some(title) = &tracks.title {
        text.push_str(&format!("title={}\n", escaped(title)));
    }
    let millis = |frame: FrameIndex| libm::round(fps.instant_of(frame).get() * 1000.0) as u64;
    for chapter in &tracks.chapters {
        let (start, end) = (millis(chapter.range.start), millis(chapter.range.end));
        let title = escaped(&chapter.title);
        text.push_str(&format!("[CHAPTER]\nTIMEBASE=1/1000\nSTART={start}\nEND={end}\ntitle={title}\n"));
    }
    text
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '=' | ';' | '#' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

fn language(arguments: &mut Vec<OsString>, stream: &str, language: Option<&str>) {
    if let Some(language) = language {
        push(arguments, &format!("-metadata:s:{stream} language={language}"));
    }
}

fn write(workplace: &Workplace, name: &str, text: &str) -> Result<(), Diagnostic> {
    let path = workplace.at(name);
    create(&path, text.as_bytes()).map_err(|error| io_problem("write", &path, &error))
}

fn push(arguments: &mut Vec<OsString>, words: &str) {
    arguments.extend(words.split_whitespace().map(OsString::from));
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Silence;

    impl SoundSource for Silence {
        fn play(&self, _: &mut dyn FnMut(&[f32]) -> bool) -> Result<(), Diagnostic> {
            Ok(())
        }

        fn identity(&self) -> String {
            String::new()
        }
    }

    fn arguments(tracks: &Tracks<'_>, ending: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let workplace = Workplace::covered(folder.path().join("work")).unwrap();
        let dressing = Dressing::new(tracks, Container::of(ending).unwrap(), Fps::SIXTY, &workplace).unwrap();
        let all: Vec<String> =
            dressing.inputs.iter().chain(&dressing.outputs).map(|word| word.to_string_lossy().into_owned()).collect();
        all.join(" ")
    }

    #[test]
    fn each_kind_of_file_gets_what_it_can_hold() {
        let track = |language: &str| SubtitleTrack { language: language.into(), srt: String::new() };
        let chapter = Chapter { title: "One; = two".into(), range: FrameRange::new(0, 90) };
        let tracks = Tracks {
            sound: Some(&Silence),
            subtitles: vec![track("eng"), track("deu")],
            chapters: vec![chapter],
            language: Some("eng".into()),
            ..Tracks::default()
        };
        let mp4 = arguments(&tracks, "mp4");
        for part in [
            "-i file:sound.m4a",
            "-map 1:a:0 -c:a copy",
            "-map 3:s:0 -c:s:1 mov_text",
            "-metadata:s:s:1 language=deu",
            "-map_chapters 4",
        ] {
            assert!(mp4.contains(part), "{part} in {mp4}");
        }
        let webm = arguments(&tracks, "webm");
        assert!(webm.contains("sound.mka") && webm.contains("webvtt"));
        assert_eq!(arguments(&tracks, "gif"), "");
        assert!(tracks.are_none_for("gif") && !tracks.are_none_for("mov"));
        assert_eq!(arguments(&Tracks::default(), "mp4"), "");
        assert!(metadata(&tracks, Fps::SIXTY).ends_with("START=0\nEND=1500\ntitle=One\\; \\= two\n"));
        let aac = Tracks { codec: Some(SoundCodec::Aac), ..tracks };
        assert_eq!(check(&aac, "webm").unwrap_err().code, "encoder-mismatch");
        assert_eq!(check(&aac, "gif"), Ok(()));
    }

    #[test]
    fn samples_of_an_hour_are_exact() {
        let ntsc = Fps::new(30_000, 1001).unwrap();
        assert_eq!(samples(107_892, ntsc), (107_892_u64 * 1001 * 48 + 15) / 30);
        assert_eq!(samples(30_000, ntsc), 1001 * 48_000);
    }
}
