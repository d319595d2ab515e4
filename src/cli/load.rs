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
}

/// Reads and compiles a script; what was found on the way comes with it.
pub(super) fn film(path: &Path, overrides: Overrides) -> (Option<Loaded>, Diagnostics) {
    film_for(path, overrides, &|_| None)
}

/// As [`film`], for the one frame that `shown` names.
pub(super) fn film_for(
    path: &Path,
    overrides: Overrides,
    shown: &dyn Fn(&Film) -> Option<FrameIndex>,
) -> (Option<Loaded>, Diagnostics) {
    let source = match read_script(path).and_then(|bytes| script::read_source(&path.display().to_string(), &bytes)) {
        Ok(source) => source,
        Err(mistake) => return (None, mistake.into()),
    };
    let world = DiskWorld::of_script(path);
    let (script, mut diags) = script::parse(&source, &world);
    let Some(script) = script else { return (None, diags) };
    let (film, found) = Film::build_for(&script, &world, overrides, shown);
    diags.append(found);
    diags.sort();
    let inputs = || std::iter::once(path.to_owned()).chain(world.files_read()).collect();
    let loaded = film.filter(|_| !diags.has_errors()).map(|film| Loaded { film, inputs: inputs() });
    (loaded, diags)
}
