//! `surprisal captions`: subtitles as files, and their translations; also for films that are rendered with them.

mod translations;

use std::path::{Path, PathBuf};

use super::args::{CaptionsArg, CaptionsArgs, RenderArgs, SubtitleArg};
use super::load::{self, Loaded};
use super::sound::long_code;
use super::{Exit, conclude, report};
use crate::diag::Diagnostic;
use crate::encode::{SubtitleTrack, write_file};
use crate::film::{Film, LineInfo, Overrides};
use crate::sound::{Subtitle, srt, vtt};
use crate::time::FrameRange;
use translations::Translation;

pub(super) fn run(args: &CaptionsArgs) -> Exit {
    let (loaded, diags) = load::film(&args.script, Overrides::default(), args.voice.as_deref());
    let Some(loaded) = loaded else { return conclude(&diags) };
    report::text(&diags);
    let done = match (&args.translate, args.check) {
        (Some(language), _) => translations::complete(&args.script, &loaded.film, language).map(|()| true),
        (None, true) => check(&args.script, &loaded.film),
        (None, false) => write(args, &loaded).map(|()| true),
    };
    match done {
        Ok(true) => Exit::DONE,
        Ok(false) => Exit::SCRIPT,
        Err(mistake) => conclude(&mistake.into()),
    }
}

/// Writes a file for each language and kind.
fn write(args: &CaptionsArgs, loaded: &Loaded) -> Result<(), Diagnostic> {
    let languages = languages(&args.script, &loaded.film)?;
    let usual = super::render::usual_output(&args.script, "");
    let stem = match &args.out {
        Some(folder) => folder.join(usual.file_name().unwrap_or_default()),
        None => usual,
    };
    for (number, (language, subtitles)) in languages.iter().enumerate() {
        for format in &args.format {
            let path = beside(&stem, (number > 0).then_some(language), *format);
            write_file(&path, text(subtitles, *format).as_bytes(), &loaded.inputs)?;
            report::line(&format!("{} ({} captions)", path.display(), subtitles.len()));
        }
    }
    Ok(())
}

/// Says which lines each translation lacks; are all complete?
fn check(script: &Path, film: &Film) -> Result<bool, Diagnostic> {
    let lines = film.lines();
    let mut complete = true;
    let known = translations::all(script)?;
    if known.is_empty() {
        report::line("there are no translations: `--translate de` begins one in German");
    }
    for translation in known {
        let (mut missing, mut stale) = (0, 0);
        for line in &lines {
            let (what, count) = match translation.state(line) {
                translations::State::Fits => continue,
                translations::State::Missing => ("missing", &mut missing),
                translations::State::Stale => ("stale", &mut stale),
            };
            *count += 1;
            report::line(&format!(
                "{}: {what}: {}/{} \"{}\"",
                translation.language, line.scene, line.number, line.written
            ));
        }
        complete &= missing + stale == 0;
        let fit = lines.len() - missing - stale;
        report::line(&format!(
            "{}: {fit} of {} lines fit, {missing} missing, {stale} stale",
            translation.language,
            lines.len()
        ));
    }
    Ok(complete)
}

/// Subtitles in the film's language, then in those of its translations.
fn languages(script: &Path, film: &Film) -> Result<Vec<(String, Vec<Subtitle>)>, Diagnostic> {
    let mut all = vec![(film.language().to_owned(), film.subtitles(&|line: &LineInfo| Some(line.text.clone())))];
    for translation in translations::all(script)? {
        let Translation { language, .. } = &translation;
        all.push((language.clone(), film.subtitles(&|line: &LineInfo| translation.of(line))));
    }
    Ok(all)
}

fn text(subtitles: &[Subtitle], format: SubtitleArg) -> String {
    match format {
        SubtitleArg::Srt => srt(subtitles),
        SubtitleArg::Vtt => vtt(subtitles),
    }
}

/// `film.srt`, or `film.de.srt` for a translation.
fn beside(stem: &Path, language: Option<&String>, format: SubtitleArg) -> PathBuf {
    let mut name = stem.file_name().unwrap_or_default().to_owned();
    if let Some(language) = language {
        name.push(format!(".{language}"));
    }
    name.push(match format {
        SubtitleArg::Srt => ".srt",
        SubtitleArg::Vtt => ".vtt",
    });
    stem.with_file_name(name)
}

/// The subtitles of a film that is rendered.
pub(super) struct Captions {
    languages: Vec<(String, Vec<Subtitle>)>,
    embedded: bool,
    files: bool,
}

impl Captions {
    /// What the command line asks for, of a stretch of the film.
    pub(super) fn of(args: &RenderArgs, loaded: &Loaded, range: FrameRange) -> Result<Self, Diagnostic> {
        if args.captions.contains(&CaptionsArg::None) && args.captions.len() > 1 {
            let message = "`--captions none` cannot stand with other places for captions";
            return Err(Diagnostic::usage("two-captions", message));
        }
        let asked = |place| args.captions.contains(&place);
        // What is published has both, unless something else is asked for.
        let published = args.publish.is_some() && args.captions.is_empty();
        let (embedded, files) = (published || asked(CaptionsArg::Embedded), published || asked(CaptionsArg::Files));
        let film = &loaded.film;
        let mut all = if embedded || files { languages(&args.script, film)? } else { Vec::new() };
        let (from, to) = (film.fps().instant_of(range.start).get(), film.fps().instant_of(range.end).get());
        for (_, subtitles) in &mut all {
            subtitles.retain(|cue| cue.end > from && cue.start < to);
            for cue in subtitles {
                (cue.start, cue.end) = ((cue.start - from).max(0.0), cue.end.min(to) - from);
            }
        }
        Ok(Self { languages: all, embedded, files })
    }

    /// Tracks for the film's file.
    pub(super) fn tracks(&self) -> Vec<SubtitleTrack> {
        let spoken = self.languages.iter().filter(|(_, subtitles)| self.embedded && !subtitles.is_empty());
        spoken
            .map(|(language, subtitles)| SubtitleTrack { language: long_code(language), srt: srt(subtitles) })
            .collect()
    }

    /// Writes the files that stand beside the film.
    pub(super) fn write(&self, output: &Path, inputs: &[PathBuf]) -> Result<(), Diagnostic> {
        if !self.files {
            return Ok(());
        }
        for (number, (language, subtitles)) in self.languages.iter().enumerate() {
            for format in [SubtitleArg::Srt, SubtitleArg::Vtt] {
                let path = beside(&output.with_extension(""), (number > 0).then_some(language), format);
                write_file(&path, text(subtitles, format).as_bytes(), inputs)?;
            }
        }
        Ok(())
    }
}
