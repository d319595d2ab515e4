//! From a path to a film.

use std::path::Path;

use crate::diag::{Diagnostic, Diagnostics};
use crate::film::{Film, Overrides};
use crate::limits;
use crate::script::{self, Script};
use crate::world::DiskWorld;

/// Reads and compiles a script; what was found on the way comes with it.
pub(super) fn film(path: &Path, overrides: impl FnOnce(&Script) -> Overrides) -> (Option<Film>, Diagnostics) {
    let source = match bytes(path).and_then(|bytes| script::read_source(&path.display().to_string(), &bytes)) {
        Ok(source) => source,
        Err(mistake) => return (None, mistake.into()),
    };
    let (script, mut diags) = script::parse(&source);
    let Some(script) = script else { return (None, diags) };
    let (film, found) = Film::build(&script, &DiskWorld::of_script(path), overrides(&script));
    diags.append(found);
    diags.sort();
    let film = film.filter(|_| !diags.has_errors());
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
