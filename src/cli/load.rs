//! From a path to a film.

use std::path::{Path, PathBuf};

use crate::diag::Diagnostics;
use crate::film::{Film, Overrides};
use crate::script;
use crate::time::FrameIndex;
use crate::world::{DiskWorld, read_script};

/// A film, and what it was made from.
pub(super) struct Loaded {
    /// The film.
    pub(super) film: Film,
    /// The script and all assets that were read.
    pub(super) inputs: Vec<PathBuf>,
    /// Where its files are.
    pub(super) world: DiskWorld,
}

/// Reads and compiles a script, with recordings from the folder `voices` if one is named; what was found on the way comes with it.
pub(super) fn film(path: &Path, overrides: Overrides, voices: Option<&Path>) -> (Option<Loaded>, Diagnostics) {
    film_for(path, overrides, voices, &|_| None)
}

/// As [`film`], for the one frame that `shown` names.
pub(super) fn film_for(
    path: &Path,
    overrides: Overrides,
    voices: Option<&Path>,
    shown: &dyn Fn(&Film) -> Option<FrameIndex>,
) -> (Option<Loaded>, Diagnostics) {
    let source = match read_script(path).and_then(|bytes| script::read_source(&path.display().to_string(), &bytes)) {
        Ok(source) => source,
        Err(mistake) => return (None, mistake.into()),
    };
    let world = DiskWorld::of_script(path).with_voices(voices);
    let (script, mut diags) = script::parse(&source, &world);
    let Some(script) = script else { return (None, diags) };
    let (film, found) = Film::build_for(&script, &world, overrides, shown);
    diags.append(found);
    diags.sort();
    let inputs = std::iter::once(path.to_owned()).chain(world.files_read()).collect();
    let loaded = film.filter(|_| !diags.has_errors()).map(|film| Loaded { film, inputs, world });
    (loaded, diags)
}
