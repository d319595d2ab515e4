//! `surprisal voice`: which lines are to be recorded, what for, and scratch recordings meanwhile.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::args::VoiceArgs;
use super::load::{self, Loaded};
use super::{Exit, conclude, report, signals};
use crate::diag::Diagnostic;
use crate::encode::{Cancel, Program, make_file, write_file};
use crate::film::{Film, LineInfo, MANIFEST, Made, Overrides, SCRATCH_ENDING, voice_digest};
use crate::sound;
use crate::time::clock;
use crate::world::{VOICES, World as _};

/// The variable that names the program for scratch recordings.
const VARIABLE: &str = "SURPRISAL_SCRATCH";
/// How long such a program may give no sign of life.
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) fn run(args: &VoiceArgs) -> Exit {
    let (loaded, diags) = load::film(&args.film, Overrides::default(), args.voice.as_deref());
    let Some(mut loaded) = loaded else { return conclude(&diags) };
    report::text(&diags);
    let folder = args.voice.clone().unwrap_or_else(|| args.film.with_file_name(VOICES));
    let cancel = Cancel::default();
    let caught = signals::listen(&cancel);
    let done = (|| {
        if let Some(command) = &args.scratch {
            let made = scratch(command, &loaded.film, &folder, &cancel)?;
            report::line(&format!("{made} scratch recordings made in `{}`", folder.display()));
            let (again, found) = load::film(&args.film, Overrides::default(), args.voice.as_deref());
            let trouble = || Diagnostic::bug("scratch", "the script cannot be read any more");
            loaded = again.ok_or_else(|| found.iter().next().cloned().unwrap_or_else(trouble))?;
        }
        note(&loaded, &folder, &args.accept)?;
        if !args.accept.is_empty() {
            loaded = load::film(&args.film, Overrides::default(), args.voice.as_deref()).0.unwrap_or(loaded);
        }
        list(&loaded.film, &folder);
        match &args.script_file {
            Some(path) => prompt(&loaded.film, path, &loaded.inputs),
            None => Ok(()),
        }
    })();
    match done {
        Ok(()) => Exit::DONE,
        Err(mistake) if cancel.is_cancelled() => {
            report::note(&mistake.message);
            caught.exit().unwrap_or(Exit::ENVIRONMENT)
        }
        Err(mistake) => conclude(&mistake.into()),
    }
}

/// What there is of a line.
fn state(line: &LineInfo) -> &'static str {
    match &line.recording {
        None => "missing",
        Some(recording) if recording.stale.is_some() => "stale",
        Some(recording) if recording.file.ends_with(SCRATCH_ENDING) => "scratch",
        Some(_) => "recorded",
    }
}

fn list(film: &Film, folder: &Path) {
    let lines = film.lines();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut scene = "";
    for line in &lines {
        if line.scene != scene {
            scene = &line.scene;
            report::line(&format!("{scene}:"));
        }
        let state = state(line);
        *counts.entry(state).or_default() += 1;
        let secs = film.fps().instant_of(line.range.end).get() - film.fps().instant_of(line.range.start).get();
        let about = if line.recording.is_some() { " " } else { "~" };
        let file = match &line.recording {
            Some(recording) if !recording.by_convention => recording.file.clone(),
            Some(recording) => folder.join(&recording.file).display().to_string(),
            None => folder.join(format!("{}.wav", line.usual)).display().to_string(),
        };
        report::line(&format!("  {:>3}  {state:8} {about}{secs:5.1} s  {file}  {}", line.number, line.text));
        if let Some(words) = line.recording.as_ref().and_then(|recording| recording.stale.as_ref()) {
            report::line(&format!("       it says: {words}"));
        }
    }
    let counts: Vec<String> = counts.iter().map(|(state, count)| format!("{count} {state}")).collect();
    let film_secs = film.fps().instant_of(crate::time::FrameIndex(film.frames())).get();
    let what = if counts.is_empty() { "nothing is said".to_owned() } else { counts.join(", ") };
    report::line(&format!("{} lines: {what}; the film lasts {}", lines.len(), clock(film_secs)));
}

/// Remembers what recordings were made from: new ones from the words that their lines have now.
fn note(loaded: &Loaded, folder: &Path, accepted: &[String]) -> Result<(), Diagnostic> {
    let path = folder.join(MANIFEST);
    let old: BTreeMap<String, Made> =
        std::fs::read(&path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
    let mut new = old.clone();
    for line in loaded.film.lines() {
        let Some(recording) = line.recording.as_ref().filter(|recording| recording.by_convention) else { continue };
        let Ok(Some(bytes)) = loaded.world.read_voice(&recording.file) else { continue };
        let digest = voice_digest(&bytes);
        let accept = accepted.iter().any(|name| name == "all" || *name == format!("{}/{}", line.scene, line.number));
        let known = old.get(&recording.file).is_some_and(|made| made.digest == digest);
        if !known || accept {
            new.insert(recording.file.clone(), Made { words: line.written.clone(), digest });
        }
    }
    new.retain(|file, _| folder.join(file).exists());
    if new == old {
        return Ok(());
    }
    let text = serde_json::to_string_pretty(&new).unwrap_or_default() + "\n";
    write_file(&path, text.as_bytes(), &[])
}

/// Makes recordings of lines that have none, or a scratch recording of other words. Returns how many.
fn scratch(command: &str, film: &Film, folder: &Path, cancel: &Cancel) -> Result<usize, Diagnostic> {
    let command = match command {
        "" => std::env::var(VARIABLE).unwrap_or_default(),
        named => named.to_owned(),
    };
    let words = split(&command);
    if !words.iter().any(|word| word.contains("{out}")) || !words.iter().any(|word| word.contains("{text}")) {
        let message = "a program for scratch recordings takes the file to write as {out} and the words as {text}";
        return Err(Diagnostic::usage("bad-command", message)
            .hint("as in `--scratch 'espeak-ng -v {language} -w {out} {text}'`, or the same in the variable SURPRISAL_SCRATCH"));
    }
    let mut made = 0;
    for line in film.lines() {
        let ours = line
            .recording
            .as_ref()
            .is_none_or(|recording| recording.by_convention && recording.file.ends_with(SCRATCH_ENDING));
        let fits = line.recording.as_ref().is_some_and(|recording| recording.stale.is_none());
        if !ours || fits {
            continue;
        }
        let path = folder.join(format!("{}.{SCRATCH_ENDING}", line.usual));
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(|error| {
                Diagnostic::environment("output-folder", format!("cannot make `{}`: {error}", parent.display()))
            })?;
        }
        make_file(&path, "wav", &|part: &Path| {
            let fill = |word: &String| {
                let text = word.replace("{language}", film.language()).replace("{out}", &part.to_string_lossy());
                // Last, so that nothing in the words is taken for something else.
                text.replace("{text}", &spoken(&line.text))
            };
            let words: Vec<String> = words.iter().map(fill).collect();
            Program { words: &words, patience: PATIENCE, cancel }.run(part)?;
            let bytes = std::fs::read(part).unwrap_or_default();
            sound::decode(&bytes).map(drop).map_err(|flaw| {
                let message = format!("what the program wrote for {}/{} {}", line.scene, line.number, flaw.message);
                Diagnostic::environment("program-failed", message)
            })
        })?;
        made += 1;
    }
    Ok(made)
}

/// Words that begin with a dash would be taken for an option.
fn spoken(text: &str) -> String {
    if text.starts_with('-') { format!(" {text}") } else { text.to_owned() }
}

/// A command in words: blanks part them, quotes keep them together. No shell ever sees it.
fn split(command: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in command.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// Writes the lines to be read aloud.
fn prompt(film: &Film, path: &Path, inputs: &[PathBuf]) -> Result<(), Diagnostic> {
    let markdown = match path.extension().and_then(|ending| ending.to_str()) {
        Some("md") => true,
        Some("txt") => false,
        _ => {
            let message = format!("`{}` is no file that lines can be in", path.display());
            return Err(Diagnostic::usage("unknown-format", message).hint("write `.md` or `.txt`"));
        }
    };
    let mut text = String::new();
    let title = film.title().unwrap_or("Narration");
    let _ = if markdown { writeln!(text, "# {title}") } else { writeln!(text, "{}", title.to_uppercase()) };
    let scenes = film.scenes();
    let mut scene = String::new();
    for line in film.lines() {
        if line.scene != scene {
            scene.clone_from(&line.scene);
            let known = scenes.iter().find(|known| known.id == scene);
            let name = known.and_then(|known| known.title.clone()).unwrap_or_else(|| scene.clone());
            let _ =
                if markdown { writeln!(text, "\n## {name}") } else { writeln!(text, "\n\n{}", name.to_uppercase()) };
        }
        let at = film.fps().instant_of(line.range.start).get();
        let secs = film.fps().instant_of(line.range.end).get() - at;
        let (number, usual, words) = (line.number, &line.usual, &line.text);
        let _ = if markdown {
            writeln!(
                text,
                "\n**{number}** · {} · {secs:.1} s · `{usual}.wav` · {}\n\n> {words}",
                clock(at),
                state(&line)
            )
        } else {
            writeln!(text, "\n[{number}] {usual}.wav, {secs:.1} s\n{}", wrapped(words, 60))
        };
    }
    write_file(path, text.as_bytes(), inputs)?;
    report::line(&format!("{} ({} lines)", path.display(), film.lines().len()));
    Ok(())
}

fn wrapped(text: &str, width: usize) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let Some(last) = lines.last_mut() else { break };
        if !last.is_empty() && last.chars().count() + 1 + word.chars().count() > width {
            lines.push(word.to_owned());
        } else {
            if !last.is_empty() {
                last.push(' ');
            }
            last.push_str(word);
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_split_without_a_shell() {
        assert_eq!(split("espeak-ng -w {out}  {text}"), ["espeak-ng", "-w", "{out}", "{text}"]);
        assert_eq!(split("'a b' \"c'd\" e\"f g\"h '' $(x);|"), ["a b", "c'd", "ef gh", "", "$(x);|"]);
        assert_eq!(split(" "), Vec::<String>::new());
        assert_eq!(split("'open"), ["open"]);
    }

    #[test]
    fn lines_for_reading_are_short() {
        assert_eq!(wrapped("one two three", 7), "one two\nthree");
        assert_eq!(wrapped("", 7), "");
        assert_eq!(spoken("-w x"), " -w x");
    }
}
