//! Notices that files have changed: a script, what it reads, and what it lacks.
//!
//! Files are looked at again and again, which is cheap: fifty times a second is nothing for a hundred of them. What counts is
//! their bytes; a touch that leaves all as they were is no change.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::limits;

/// Between two looks.
pub const TICK: Duration = Duration::from_millis(20);
/// Looks for which a script that has gone may come back: editors replace files by renaming.
const GONE_TICKS: u32 = 15;

/// What a file was when it was looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Seen {
    modified: Option<SystemTime>,
    length: u64,
    hash: Option<blake3::Hash>,
}

/// What a look has found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// All is as it was.
    Same,
    /// Something is another than before, or the script has been away for too long to come back by itself.
    Changed,
    /// The script is not there, perhaps because it is being replaced: nobody wants to hear of it.
    Away,
}

/// The files of a script, and what they were.
pub struct Edits {
    script: PathBuf,
    files: BTreeMap<PathBuf, Seen>,
    gone: u32,
}

impl Edits {
    /// Looks at a script, which need not be there, from now on.
    pub fn of(script: &Path) -> Self {
        let mut edits = Self { script: script.to_owned(), files: BTreeMap::new(), gone: 0 };
        edits.follow(std::iter::empty(), true);
        edits
    }

    /// Takes in what the script reads. If that was not all there, its folder is looked at as well: what is missing may come.
    pub fn follow(&mut self, inputs: impl Iterator<Item = PathBuf>, complete: bool) {
        let named = self.script.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = (!complete).then(|| named.unwrap_or(Path::new(".")).to_owned());
        let known = std::mem::take(&mut self.files);
        for path in std::iter::once(self.script.clone()).chain(inputs).chain(folder) {
            let seen = known.get(&path).copied().unwrap_or_else(|| seen(&path, None));
            self.files.insert(path, seen);
        }
    }

    /// Has one of them changed since the last look?
    pub fn look(&mut self) -> Look {
        self.gone = if self.script.exists() { 0 } else { self.gone.saturating_add(1) };
        if self.gone > 0 && self.gone != GONE_TICKS {
            return Look::Away;
        }
        let mut changed = self.gone == GONE_TICKS;
        for (path, before) in &mut self.files {
            let now = seen(path, Some(before));
            changed |= now.hash != before.hash;
            *before = now;
        }
        if changed { Look::Changed } else { Look::Same }
    }
}

/// What a file is now; its bytes are only read if it may differ.
fn seen(path: &Path, before: Option<&Seen>) -> Seen {
    let metadata = std::fs::metadata(path).ok();
    // The time at which a folder changed says that something in it may be there now that was missing.
    let length = metadata.as_ref().map_or(0, std::fs::Metadata::len);
    let modified = metadata.as_ref().and_then(|metadata| metadata.modified().ok());
    if let Some(before) = before.filter(|before| before.modified == modified && before.length == length) {
        return *before;
    }
    let readable = metadata.as_ref().is_some_and(|m| m.is_file() && m.len() <= limits::ASSET_BYTES);
    let bytes = readable.then(|| std::fs::read(path).ok()).flatten();
    let folder = metadata.filter(std::fs::Metadata::is_dir).map(|_| format!("{modified:?}").into_bytes());
    let hash = bytes.or(folder).map(|bytes| blake3::hash(&bytes));
    Seen { modified, length, hash }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_one_of_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        #[allow(clippy::disallowed_methods, reason = "a test plays the editor")]
        let write = |path: &Path, text: &str, secs: u64| {
            std::fs::write(path, text).unwrap();
            let file = std::fs::File::options().write(true).open(path).unwrap();
            file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(secs)).unwrap();
        };
        let mut edits = Edits::of(&path);
        assert_eq!(edits.look(), Look::Away);
        write(&path, "one", 1);
        assert_eq!([edits.look(), edits.look()], [Look::Changed, Look::Same]);
        write(&path, "one", 2);
        assert_eq!(edits.look(), Look::Same);
        write(&path, "two", 3);
        assert_eq!(edits.look(), Look::Changed);

        let asset = folder.path().join("asset");
        edits.follow([asset.clone()].into_iter(), true);
        write(&asset, "one", 1);
        assert_eq!([edits.look(), edits.look()], [Look::Changed, Look::Same]);
        // An editor that replaces the file is not heard of while it does; one that leaves it away is, once.
        std::fs::remove_file(&path).unwrap();
        assert_eq!([edits.look(), edits.look()], [Look::Away; 2]);
        write(&path, "two", 4);
        assert_eq!(edits.look(), Look::Same);
        std::fs::remove_file(&path).unwrap();
        let looks: Vec<Look> = (0..3 * GONE_TICKS).map(|_| edits.look()).collect();
        assert_eq!(looks.iter().filter(|look| **look == Look::Changed).count(), 1);
        assert!(looks.iter().all(|look| *look != Look::Same));
        write(&path, "two", 5);
        assert_eq!(edits.look(), Look::Changed);

        edits.follow(std::iter::empty(), false);
        write(&folder.path().join("another"), "three", 6);
        assert_eq!(edits.look(), Look::Changed, "something new is in the folder");
    }
}
