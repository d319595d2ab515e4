//! From a path to a film.

use std::path::{Path, PathBuf};

use crate::diag::{Diagnostic, Diagnostics};
use crate::film::{Film, Overrides};
use crate::limits;
use crate::script::{self, Script};
use crate::world::DiskWorld;

/// A script, read and compiled.
pub(super) struct Loaded {
    /// The film, unless there are errors.
    pub(super) film: Option<Film>,
    /// What was found on the way.
    pub(super) diags: Diagnostics,
    /// The files that it was made from.
    pub(super) files: Vec<PathBuf>,
}

/// Reads and compiles a script.
pub(super) fn film(path: &Path, overrides: impl FnOnce(&Script) -> Overrides) -> Loaded {
    let world = DiskWorld::of_script(path);
    let (film, mut diags) = compiled(path, &world, overrides);
    diags.sort();
    let film = film.filter(|_| !diags.has_errors());
    let files = std::iter::once(path.to_path_buf()).chain(world.files_read()).collect();
    Loaded { film, diags, files }
}

fn compiled(
    path: &Path,
    world: &DiskWorld,
    overrides: impl FnOnce(&Script) -> Overrides,
) -> (Option<Film>, Diagnostics) {
    let source = match bytes(path).and_then(|bytes| script::read_source(&path.display().to_string(), &bytes)) {
        Ok(source) => source,
        Err(mistake) => return (None, mistake.into()),
    };
    let (script, mut diags) = script::parse(&source);
    let Some(script) = script else { return (None, diags) };
    let (film, found) = Film::build(&script, world, overrides(&script));
    diags.append(found);
    (film, diags)
}

fn bytes(path: &Path) -> Result<Vec<u8>, Diagnostic> {
    let fail =
        |reason: String| Diagnostic::usage("unreadable-script", format!("cannot read `{}`: {reason}", path.display()));
    let metadata = std::fs::metadata(path).map_err(|error| fail(error.to_string()).hint("is the path right?"))?;
    if !metadata.is_file() {
        return Err(fail("it is not a plain file".into()));
    }
    if metadata.len() > limits::SCRIPT_BYTES as u64 {
        return Err(fail(format!("it has {} bytes; at most {} are read", metadata.len(), limits::SCRIPT_BYTES)));
    }
    std::fs::read(path).map_err(|error| fail(error.to_string()))
}
