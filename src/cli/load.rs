//! From a path to a film.

use std::path::{Path, PathBuf};

use crate::diag::Diagnostics;
use crate::encode::{Findings, cache_folder};
use crate::film::{Film, Overrides};
use crate::script::{self, Script};
use crate::time::FrameIndex;
use crate::world::edits::Stamp;
use crate::world::{DiskWorld, Memory, read_script};

/// A film, and what it was made from.
pub(super) struct Loaded {
    /// The film.
    pub(super) film: Film,
    /// The script.
    pub(super) script: Script,
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

/// How closely a film is looked at for what a viewer would mind.
#[derive(Clone, Copy)]
pub(super) enum Review<'a> {
    /// All of it.
    Whole,
    /// Only the scene of the frame that this names.
    Shown(&'a dyn Fn(&Film) -> Option<FrameIndex>),
    /// Not at all. An expression that fails is worth nothing.
    None,
}

/// What came of a script.
pub(super) struct Attempt {
    /// The film, unless something is wrong.
    pub(super) loaded: Option<Loaded>,
    /// What was found on the way.
    pub(super) diags: Diagnostics,
    /// What another film may be made of once it changes, beside the script, as far as it was read.
    pub(super) looked_at: Vec<(PathBuf, Stamp)>,
}

/// Reads and compiles a script; what was found on the way comes with it.
pub(super) fn film<'a>(
    path: &Path,
    overrides: Overrides,
    voices: impl Into<Recordings<'a>>,
) -> (Option<Loaded>, Diagnostics) {
    let Attempt { loaded, diags, .. } = attempt(path, overrides, voices.into(), Review::Whole);
    (loaded, diags)
}

/// As [`film`], looked at as closely as that.
pub(super) fn attempt(path: &Path, overrides: Overrides, voices: Recordings<'_>, review: Review<'_>) -> Attempt {
    let source = match read_script(path).and_then(|bytes| script::read_source(&path.display().to_string(), &bytes)) {
        Ok(source) => source,
        Err(mistake) => return Attempt { loaded: None, diags: mistake.into(), looked_at: Vec::new() },
    };
    let world =
        DiskWorld::of_script(path).with_voices(voices.folder).with_memory(memory().filter(|_| voices.remembered));
    let (script, mut diags) = script::parse(&source, &world);
    let Some(script) = script else { return Attempt { loaded: None, diags, looked_at: world.looked_at() } };
    let (film, found) = match review {
        Review::Whole => Film::build(&script, &world, overrides),
        Review::Shown(shown) => Film::build_for(&script, &world, overrides, shown),
        Review::None => Film::compile(&script, &world, overrides),
    };
    diags.append(found);
    diags.sort();
    let film = film.filter(|_| !diags.has_errors());
    let looked_at = world.looked_at();
    let inputs = std::iter::once(path.to_owned()).chain(world.files_read()).collect();
    let loaded = film.map(|film| Loaded { film, script, inputs, world });
    Attempt { loaded, diags, looked_at }
}

/// What earlier runs have found out about recordings.
pub(super) fn memory() -> Option<Box<dyn Memory>> {
    cache_folder().map(|folder| -> Box<dyn Memory> { Box::new(Findings::of(&folder)) })
}
