//! From a path to a film.

use std::path::{Path, PathBuf};

use crate::diag::Diagnostics;
use crate::encode::{Findings, cache_folder};
use crate::film::{Film, Overrides};
use crate::script;
use crate::time::FrameIndex;
use crate::world::{DiskWorld, Memory, read_script};

/// A film, and what it was made from.
pub(super) struct Loaded {
    /// The film.
    pub(super) film: Film,
    /// The script and all assets that were read.
    pub(super) inputs: Vec<PathBuf>,
    /// Where its files are.
    pub(super) world: DiskWorld,
}

/// Where recordings are, and whether what earlier runs found out about them is asked for.
#[derive(Clone, Copy)]
pub(super) struct Recordings<'a> {
    /// The folder, if the user names one.
    pub(super) folder: Option<&'a Path>,
    /// Whether the cache may be used.
    pub(super) remembered: bool,
}

impl<'a> From<Option<&'a Path>> for Recordings<'a> {
    fn from(folder: Option<&'a Path>) -> Self {
        Self { folder, remembered: true }
    }
}

/// Reads and compiles a script; what was found on the way comes with it.
pub(super) fn film<'a>(
    path: &Path,
    overrides: Overrides,
    voices: impl Into<Recordings<'a>>,
) -> (Option<Loaded>, Diagnostics) {
    film_for(path, overrides, voices.into(), &|_| None)
}

/// As [`film`], for the one frame that `shown` names.
pub(super) fn film_for(
    path: &Path,
    overrides: Overrides,
    voices: Recordings<'_>,
    shown: &dyn Fn(&Film) -> Option<FrameIndex>,
) -> (Option<Loaded>, Diagnostics) {
    let source = match read_script(path).and_then(|bytes| script::read_source(&path.display().to_string(), &bytes)) {
        Ok(source) => source,
        Err(mistake) => return (None, mistake.into()),
    };
    let world =
        DiskWorld::of_script(path).with_voices(voices.folder).with_memory(memory().filter(|_| voices.remembered));
    let (script, mut diags) = script::parse(&source, &world);
    let Some(script) = script else { return (None, diags) };
    let (film, found) = Film::build_for(&script, &world, overrides, shown);
    diags.append(found);
    diags.sort();
    let inputs = std::iter::once(path.to_owned()).chain(world.files_read()).collect();
    let loaded = film.filter(|_| !diags.has_errors()).map(|film| Loaded { film, inputs, world });
    (loaded, diags)
}

/// What earlier runs have found out about recordings.
pub(super) fn memory() -> Option<Box<dyn Memory>> {
    cache_folder().map(|folder| -> Box<dyn Memory> { Box::new(Findings::of(&folder)) })
}
