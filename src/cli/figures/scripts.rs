//! Whose figures are whose: a folder knows scripts by where they are, so that two of one file name keep out of each other's way.

use std::path::{Component, Path, PathBuf};

use super::super::args::FiguresArgs;
use super::Source;
use crate::diag::{Diagnostic, Diagnostics};
use crate::figures::Manifest;

/// The scripts without those that were named before, in whatever way.
pub(super) fn each_once(scripts: &[PathBuf]) -> Vec<&Path> {
    let mut seen: Vec<PathBuf> = Vec::new();
    let mut once = Vec::new();
    for script in scripts {
        let place = real(script);
        if !seen.contains(&place) {
            seen.push(place);
            once.push(script.as_path());
        }
    }
    once
}

/// The path from a folder to a script, as the manifest of the folder notes it: the same wherever the program is called from.
pub(super) fn seen_from(folder: &Path, script: &Path) -> String {
    let (folder, script) = (real(folder), real(script));
    let (from, to): (Vec<Component<'_>>, Vec<Component<'_>>) =
        (folder.components().collect(), script.components().collect());
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    // On another drive there is no way from here to there.
    let up = if shared == 0 { 0 } else { from.len() - shared };
    let down = to.iter().skip(shared).map(|name| name.as_os_str().to_string_lossy().into_owned());
    std::iter::repeat_n("..".to_owned(), up).chain(down).collect::<Vec<_>>().join("/")
}

/// A path without links and detours. Its last names need not be there.
fn real(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let there = path.ancestors().find_map(|above| Some((above, above.canonicalize().ok()?)));
    let Some((above, real)) = there else { return path };
    real.join(path.strip_prefix(above).unwrap_or(Path::new("")))
}

/// A figure takes no other script's place. One whose script has gone is free, and so is one that its script, read in the same
/// run, has given up.
pub(super) fn taken(sources: &[Source], before: &Manifest, args: &FiguresArgs, diags: &mut Diagnostics) {
    for source in sources {
        for def in source.script.figures() {
            let entry = before.entry(&def.name).filter(|entry| entry.script != source.name);
            let read = |script: &str| sources.iter().any(|source| source.name == script);
            let kept = entry.filter(|entry| !read(&entry.script) && args.out.join(&entry.script).is_file());
            let wanted = args.only.is_empty() || args.only.contains(&def.name);
            if let Some(entry) = kept.filter(|_| wanted) {
                let message = format!("a figure of another script is called `{}`: of `{}`", def.name, entry.script);
                let found = Diagnostic::error("taken-figure", &def.span, message);
                diags.push(found.hint(format!(
                    "choose another name or another folder than `{}`; if the figure has moved here, name both scripts",
                    args.out.display()
                )));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_to_a_script_is_the_same_from_wherever_one_looks() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path().canonicalize().unwrap();
        std::fs::create_dir_all(root.join("scenes/one")).unwrap();
        for (folder, script, way) in [
            ("figures", "scenes/x.yaml", "../scenes/x.yaml"),
            ("docs/not/there", "scenes/one/x.yaml", "../../../scenes/one/x.yaml"),
            ("scenes/one", "scenes/one/../x.yaml", "../x.yaml"),
            ("scenes", "scenes/x.yaml", "x.yaml"),
            ("scenes", "x.yaml", "../x.yaml"),
        ] {
            assert_eq!(seen_from(&root.join(folder), &root.join(script)), way);
        }
        let scripts = ["a.yaml", "scenes/../a.yaml", "b.yaml"].map(|name| root.join(name));
        assert_eq!(each_once(&scripts), [scripts[0].as_path(), scripts[2].as_path()]);
    }
}
