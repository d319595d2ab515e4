//! From a path to a film.

use std::path::{Path, PathBuf};

use crate::diag::Diagnostics;
use crate::encode::{Findings, cache_folder};
use crate::film::{Film, Overrides};
use crate::script::{self, Script};
use crate::time::FrameIndex;
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
    /// The script and all assets that were read, as far as that went.
    pub(super) inputs: Vec<PathBuf>,
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
    let mut inputs = vec![path.to_owned()];
    let source = match read_script(path).and_then(|bytes| script::read_source(&path.display().to_string(), &bytes)) {
        Ok(source) => source,
        Err(mistake) => return Attempt { loaded: None, diags: mistake.into(), inputs },
    };
    let world =
        DiskWorld::of_script(path).with_voices(voices.folder).with_memory(memory().filter(|_| voices.remembered));
    let (script, mut diags) = script::parse(&source, &world);
    let Some(script) = script else {
        inputs.extend(world.files_read());
        return Attempt { loaded: None, diags, inputs };
    };
    let (film, found) = match review {
        Review::Whole => Film::build(&script, &world, overrides),
        Review::Shown(shown) => Film::build_for(&script, &world, overrides, shown),
        Review::None => Film::compile(&script, &world, overrides),
    };
    diags.append(found);
    diags.sort();
    inputs.extend(world.files_read());
    let film = film.filter(|_| !diags.has_errors());
    let loaded = film.map(|film| Loaded { film, script, inputs: inputs.clone(), world });
    Attempt { loaded, diags, inputs }
}

/// What earlier runs have found out about recordings.
pub(super) fn memory() -> Option<Box<dyn Memory>> {
    cache_folder().map(|folder| -> Box<dyn Memory> { Box::new(Findings::of(&folder)) })
}
