//! Finds ffmpeg: an argument, the environment and the search path in; a program that proved to be ffmpeg out.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Cancel;
use super::ffmpeg::{Job, Outcome, Running};
use crate::diag::Diagnostic;

/// Oldest version that knows all arguments used here.
const OLDEST_MAJOR: u32 = 4;
/// Time for a program to state its version.
const PATIENCE: Duration = Duration::from_secs(5);
/// The variable that names ffmpeg.
const VARIABLE: &str = "SURPRISAL_FFMPEG";

/// Where to look, in this order. A program named by argument or variable is used or refused, never passed over.
#[derive(Clone, Default)]
pub struct Search<'a> {
    /// From the command line.
    pub argument: Option<PathBuf>,
    /// From the variable `SURPRISAL_FFMPEG`.
    pub variable: Option<OsString>,
    /// The folders of programs: `PATH`.
    pub folders: Option<OsString>,
    /// The program that ffmpeg-sidecar keeps beside ours.
    pub sidecar: Option<PathBuf>,
    /// May ffmpeg be fetched from the network if there is none? Called with a sentence before that begins.
    pub fetch: Option<&'a (dyn Fn(&str) + Sync)>,
}

impl Search<'_> {
    /// The usual places, with this argument of the command line. Fetches nothing.
    pub fn usual(argument: Option<PathBuf>) -> Self {
        let sidecar = ffmpeg_sidecar::paths::sidecar_path().ok();
        let set = |name| std::env::var_os(name).filter(|value: &OsString| !value.is_empty());
        Self { argument, variable: set(VARIABLE), folders: set("PATH"), sidecar, fetch: None }
    }
}

/// An ffmpeg that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ffmpeg {
    /// The program.
    pub path: PathBuf,
    /// Its version as it states it, e.g. `7.1.1` or `N-12345-gabcdef`.
    pub version: String,
    /// All that it says of itself: how it was built, and the versions of its libraries.
    pub about: String,
}

/// Finds a working ffmpeg of version 4 or later; a program is run with `-version` to see. The error names all that was
/// tried, why each was refused, and how to install it.
pub fn locate(search: &Search<'_>) -> Result<Ffmpeg, Diagnostic> {
    let mut tried = Vec::new();
    let named = search.argument.clone().map(|path| (path, "--ffmpeg"));
    let named = named.or_else(|| search.variable.clone().map(|path| (path.into(), VARIABLE)));
    if let Some((path, by)) = named {
        return probe(&path).map_err(|reason| {
            let message = format!("`{}`, named by {by}, {reason}", path.display());
            Diagnostic::environment("ffmpeg-unusable", message)
                .hint(format!("leave out {by} to search the usual places"))
        });
    }
    let program = format!("ffmpeg{}", std::env::consts::EXE_SUFFIX);
    let folders = search.folders.iter().flat_map(std::env::split_paths).filter(|folder| !folder.as_os_str().is_empty());
    for path in folders.map(|folder| folder.join(&program)).chain(search.sidecar.clone()) {
        if !path.exists() {
            continue;
        }
        match probe(&path) {
            Ok(found) => return Ok(found),
            Err(reason) => tried.push(format!("`{}` {reason}", path.display())),
        }
    }
    if let Some(say) = search.fetch {
        match fetch(say) {
            Ok(found) => return Ok(found),
            Err(reason) => tried.push(format!("fetching it failed: {reason}")),
        }
    }
    let mut missing = Diagnostic::environment("ffmpeg-missing", "no usable ffmpeg was found");
    for attempt in tried {
        missing = missing.hint(format!("tried: {attempt}"));
    }
    let places = "searched: the folders of PATH, and the folder of this program";
    Err(missing.hint(places).hint(install_hint()).hint(format!("or name one: `--ffmpeg PATH` or {VARIABLE}=PATH")))
}

/// Has ffmpeg-sidecar download a build into this program's folder.
fn fetch(say: &(dyn Fn(&str) + Sync)) -> Result<Ffmpeg, String> {
    let from = ffmpeg_sidecar::download::ffmpeg_download_url().map_err(|error| error.to_string())?;
    say(&format!("no ffmpeg found; fetching one from {from} (once)"));
    ffmpeg_sidecar::download::auto_download().map_err(|error| error.to_string())?;
    probe(&ffmpeg_sidecar::paths::ffmpeg_path())
}

/// The command that installs ffmpeg here.
fn install_hint() -> &'static str {
    if cfg!(target_os = "macos") {
        "install it: `brew install ffmpeg`"
    } else if cfg!(windows) {
        "install it: `winget install ffmpeg` or `choco install ffmpeg`"
    } else {
        "install it: `apt install ffmpeg`, `dnf install ffmpeg` or `pacman -S ffmpeg`"
    }
}

/// Asks a program for its version. The error is a phrase that continues its name.
fn probe(path: &Path) -> Result<Ffmpeg, String> {
    let cancel = Cancel::default();
    let job = Job {
        program: path,
        arguments: vec!["-version".into()],
        patience: PATIENCE,
        cancel: &cancel,
        grows: None,
        folder: None,
    };
    let metadata = std::fs::metadata(path);
    if let Err(error) = &metadata
        && path.components().count() > 1
    {
        return Err(format!("cannot be used: {error}"));
    }
    if metadata.is_ok_and(|file| file.is_dir()) {
        return Err("is a folder".into());
    }
    let running = Running::start(job).map_err(|found| format!("cannot be run ({})", found.message))?;
    let ended = running.finish();
    match (ended.outcome, version(&ended.output.0)) {
        (Outcome::Hung, _) => Err(format!("did not state its version within {} s", PATIENCE.as_secs())),
        (_, None) => Err("is not ffmpeg: it does not state an ffmpeg version".into()),
        (_, Some((text, Some(major)))) if major < OLDEST_MAJOR => {
            Err(format!("is too old: version {text}, needed is {OLDEST_MAJOR} or later"))
        }
        (Outcome::Done, Some((version, _))) => Ok(Ffmpeg { path: path.to_owned(), version, about: ended.output.0 }),
        (outcome, Some(_)) => Err(format!("failed when asked for its version ({outcome:?})")),
    }
}

/// The version and, if it is a numbered release, its major number, from the output of `-version`. Builds of unreleased
/// sources (`N-12345-g...`, `git-...`) and dates have none below 2000 and count as new.
fn version(output: &str) -> Option<(String, Option<u32>)> {
    let text =
        output.lines().find_map(|line| line.trim().strip_prefix("ffmpeg version "))?.split_whitespace().next()?;
    let number = text.trim_start_matches(['n', 'v']);
    let digits = number.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
    Some((text.chars().filter(|c| !c.is_control()).take(60).collect(), digits.parse().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_all_kinds_are_read() {
        let read = |text: &str| version(&format!("ffmpeg version {text} Copyright (c) 2000-2026\nbuilt with"));
        assert_eq!(read("5.1.9-0+deb12u1"), Some(("5.1.9-0+deb12u1".into(), Some(5))));
        assert_eq!(read("n6.0").and_then(|v| v.1), Some(6));
        assert_eq!(read("2.8.17-0ubuntu0.1").and_then(|v| v.1), Some(2));
        assert_eq!(read("N-12345-gabcdef").map(|v| v.1), Some(None));
        assert_eq!(read("git-2020-01-01-abc").map(|v| v.1), Some(None));
        assert_eq!(read("2024-08-01-git-bcf08c1171-full_build").and_then(|v| v.1), Some(2024));
        assert_eq!(version("hello"), None);
        assert_eq!(version("ffmpeg version "), None);
    }
}
