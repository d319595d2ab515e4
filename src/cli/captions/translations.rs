//! Captions in other languages: `captions/<language>.yaml` beside the script, by scene and number of line, each with the words that
//! it was translated from.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::diag::Diagnostic;
use crate::encode::write_file;
use crate::film::{Film, LineInfo};
use crate::limits;
use crate::script::{Language, wording};
use crate::world::{self, World as _};

/// The folder of translations, beside the script.
const FOLDER: &str = "captions";

/// The lines of one language.
#[derive(Debug)]
pub(super) struct Translation {
    /// Its code.
    pub(super) language: String,
    lines: BTreeMap<String, BTreeMap<usize, Entry>>,
}

/// How a line is translated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// From the words that it has now.
    Fits,
    /// Not at all.
    Missing,
    /// From other words.
    Stale,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Entry {
    Text(String),
    Of { of: Option<String>, text: Option<String> },
}

impl Entry {
    fn text(&self) -> Option<&str> {
        let text = match self {
            Self::Text(text) => Some(text),
            Self::Of { text, .. } => text.as_ref(),
        };
        text.map(|text| text.trim()).filter(|text| !text.is_empty())
    }

    fn of(&self) -> Option<&str> {
        match self {
            Self::Text(_) => None,
            Self::Of { of, .. } => of.as_deref(),
        }
    }
}

impl Translation {
    fn entry(&self, line: &LineInfo) -> Option<&Entry> {
        self.lines.get(&line.scene)?.get(&line.number)
    }

    /// Is a line translated?
    pub(super) fn state(&self, line: &LineInfo) -> State {
        match self.entry(line) {
            Some(entry) if entry.text().is_none() => State::Missing,
            Some(entry) if entry.of().is_some_and(|of| of.trim() != line.written) => State::Stale,
            Some(_) => State::Fits,
            None => State::Missing,
        }
    }

    /// The words of a line in this language, its values filled in, without markup.
    pub(super) fn of(&self, line: &LineInfo) -> Option<String> {
        let text = self.entry(line)?.text()?;
        let filled = line
            .values
            .iter()
            .fold(text.to_owned(), |text, (expression, value)| text.replace(&format!("${{{expression}}}"), value));
        Some(wording(&filled).into_iter().map(|word| word.plain).collect::<Vec<_>>().join(" "))
    }
}

/// All translations of a script, in order of their codes.
pub(super) fn all(script: &Path) -> Result<Vec<Translation>, Diagnostic> {
    let Ok(folder) = std::fs::read_dir(folder(script)) else { return Ok(Vec::new()) };
    let names = folder.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut languages: Vec<String> = names.filter_map(|name| name.strip_suffix(".yaml").map(str::to_owned)).collect();
    languages.sort();
    languages.into_iter().map(|language| read(script, language)).collect()
}

fn folder(script: &Path) -> PathBuf {
    script.with_file_name(FOLDER)
}

fn read(script: &Path, language: String) -> Result<Translation, Diagnostic> {
    let name = format!("{FOLDER}/{language}.yaml");
    let wrong = |what: String| {
        Diagnostic::usage("bad-translation", format!("`{name}` {what}")).hint(
            "by scene and number: `tree: { 1: { of: Words., text: Wörter. } }`; `captions --translate` writes one",
        )
    };
    if Language::of(&language).is_none() {
        return Err(wrong("is named by no language that is known here".into()));
    }
    let bytes = world::DiskWorld::of_script(script)
        .read_asset(&name)
        .map_err(|error| wrong(format!("cannot be used: {error}")))?;
    if bytes.len() > limits::DATA_BYTES {
        return Err(wrong(format!("has {} bytes; at most {} are read", bytes.len(), limits::DATA_BYTES)));
    }
    let lines: Option<_> = serde_yaml::from_slice(&bytes).map_err(|error| wrong(format!("cannot be read: {error}")))?;
    Ok(Translation { language, lines: lines.unwrap_or_default() })
}

/// Writes a translation with all lines of a film: those that are translated as they are, those whose words have changed with the new
/// words beside them, the rest to be filled in.
pub(super) fn complete(script: &Path, film: &Film, language: &str) -> Result<(), Diagnostic> {
    let Some(known) =
        Language::of(language).filter(|_| language.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'))
    else {
        let message = format!("`{}` is no language that is known here", language.escape_debug());
        return Err(Diagnostic::usage("unknown-language", message).hint("write its code, as `de` or `pt-BR`"));
    };
    let path = folder(script).join(format!("{language}.yaml"));
    let old = if path.exists() {
        read(script, language.to_owned())?
    } else {
        Translation { language: language.to_owned(), lines: BTreeMap::new() }
    };
    let mut text =
        format!("# Captions in {}. What stands in `text` is shown; `of` is what it was translated from.\n", known.name);
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let (mut scene, mut open) = (String::new(), 0);
    for line in film.lines() {
        let state = old.state(&line);
        let shown = old.entry(&line).and_then(Entry::text).unwrap_or_default();
        if line.scene != scene {
            scene.clone_from(&line.scene);
            let _ = writeln!(text, "{}:", quoted(&scene));
        }
        let of = if state == State::Stale {
            old.entry(&line).and_then(Entry::of).unwrap_or_default()
        } else {
            &line.written
        };
        let _ = writeln!(text, "  {}:", line.number);
        if state == State::Stale {
            let _ = writeln!(text, "    # The words are now: {}", line.written.replace('\n', " "));
        }
        let _ = writeln!(text, "    of: {}\n    text: {}", quoted(of), quoted(shown));
        open += usize::from(state != State::Fits);
    }
    std::fs::create_dir_all(folder(script)).map_err(|error| {
        Diagnostic::environment("output-folder", format!("cannot make `{}`: {error}", folder(script).display()))
    })?;
    write_file(&path, text.as_bytes(), &[])?;
    super::report::line(&format!("{} ({} lines, {open} to be translated)", path.display(), film.lines().len()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Source;
    use crate::film::Overrides;
    use crate::world::MemoryWorld;

    fn film(text: &str) -> Film {
        let (script, _) = crate::script::parse(&Source::new("x.yaml", text), &MemoryWorld::default());
        let (film, found) = Film::build(&script.unwrap(), &MemoryWorld::default(), Overrides::default());
        film.unwrap_or_else(|| panic!("{found:?}"))
    }

    #[test]
    #[allow(clippy::disallowed_methods, reason = "a test plays the translator")]
    fn translations_are_kept_and_completed_and_what_is_stale_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("x.yaml");
        let text = "vars: { p: 1/2 }\nscenes:\n  - id: a\n    steps: [{ say: 'One {accent:word}, ${p:.1}.' }, { say: Two. }]\n";
        let first = film(text);
        complete(&script, &first, "de").unwrap();
        let path = folder.path().join("captions/de.yaml");
        let written = std::fs::read_to_string(&path).unwrap();
        assert!(written.contains("of: \"One word, ${p}.\"\n    text: \"\""), "{written}");
        assert!(all(&script).unwrap()[0].of(&first.lines()[0]).is_none());
        let filled = written.replacen("text: \"\"", "text: \"Ein Wort, ${p}.\"", 1);
        std::fs::write(&path, filled).unwrap();
        let [german] = &all(&script).unwrap()[..] else { panic!() };
        let lines = first.lines();
        assert_eq!(german.of(&lines[0]).as_deref(), Some("Ein Wort, 0.5."));
        assert_eq!([german.state(&lines[0]), german.state(&lines[1])], [State::Fits, State::Missing]);
        let second = film(&text.replace("One", "Some"));
        assert_eq!(german.state(&second.lines()[0]), State::Stale);
        complete(&script, &second, "de").unwrap();
        let written = std::fs::read_to_string(&path).unwrap();
        assert!(
            written.contains("# The words are now: Some word, ${p}.\n    of: \"One word, ${p}.\"\n    text: \"Ein"),
            "{written}"
        );
        std::fs::write(&path, "a: [").unwrap();
        assert_eq!(all(&script).unwrap_err().code, "bad-translation");
    }
}
