//! Notices that files have changed: a script, what it reads, and what it lacks.
//!
//! Files are looked at again and again, which is cheap: fifty times a second is nothing for a hundred of them. What counts is
//! their bytes; a touch that leaves all as they were is no change.

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::limits;

/// Between two looks.
pub const TICK: Duration = Duration::from_millis(20);
/// Looks for which a script that has gone may come back: editors replace files by renaming.
const GONE_TICKS: u32 = 15;

/// What the file system says of a path, by which a change is suspected; nothing of one that is not there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// Nanoseconds from the beginning of 1970, or to it.
    modified: Option<i64>,
    length: u64,
}

impl Stamp {
    /// Of a path as it is now. Whoever reads the path takes it before that.
    pub fn of(path: &Path) -> Self {
        path.metadata().map(|metadata| Self::from(&metadata)).unwrap_or_default()
    }
}

impl From<&Metadata> for Stamp {
    fn from(metadata: &Metadata) -> Self {
        Self { modified: metadata.modified().ok().map(nanos_since_1970), length: metadata.len() }
    }
}

/// In a number, which can be told to other processes whatever year some disk claims.
fn nanos_since_1970(time: SystemTime) -> i64 {
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_nanos()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |nanos| -nanos),
    }
}

/// What a path was when it was looked at.
#[derive(Clone, Copy, Debug)]
struct Seen {
    stamp: Stamp,
    contents: Contents,
}

/// What a path holds.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Contents {
    /// Not known: it was being written, or another has read it.
    Unknown,
    /// No file that could be read.
    None,
    /// These bytes; those of a folder stand for the time at which something in it changed.
    Bytes(blake3::Hash),
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
    /// What the script's folder was at the last look: what is missing may come there.
    folder: Seen,
    /// Something is missing.
    incomplete: bool,
    gone: u32,
}

impl Edits {
    /// Looks at a script, which need not be there, from now on.
    pub fn of(script: &Path) -> Self {
        let folder = Seen::new(folder_of(script), None);
        let files = [(script.to_owned(), Seen::new(script, None))].into();
        Self { script: script.to_owned(), files, folder, incomplete: false, gone: 0 }
    }

    /// Takes in what the script reads, and what that was when it was read: what has changed since then is found by the next
    /// look. If it was not all there, the script's folder is looked at as well.
    pub fn follow(&mut self, inputs: impl IntoIterator<Item = (PathBuf, Stamp)>, complete: bool) {
        let known = std::mem::take(&mut self.files);
        let script = known.get_key_value(&self.script).map(|(path, seen)| (path.clone(), *seen));
        let inputs = inputs.into_iter().map(|(path, stamp)| {
            let seen = known.get(&path).copied().unwrap_or(Seen { stamp, contents: Contents::Unknown });
            (path, seen)
        });
        self.files = inputs.chain(script).collect();
        self.incomplete = !complete;
    }

    /// Has one of them changed since the last look?
    pub fn look(&mut self) -> Look {
        self.gone = if self.script.exists() { 0 } else { self.gone.saturating_add(1) };
        if self.gone > 0 && self.gone != GONE_TICKS {
            return Look::Away;
        }
        let mut changed = self.gone == GONE_TICKS;
        for (path, before) in &mut self.files {
            changed |= before.look(path);
        }
        changed |= self.folder.look(folder_of(&self.script)) && self.incomplete;
        if changed { Look::Changed } else { Look::Same }
    }
}

fn folder_of(script: &Path) -> &Path {
    script.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

impl Seen {
    /// What a path is now; its bytes are only read if they may differ from those before.
    fn new(path: &Path, before: Option<&Self>) -> Self {
        let metadata = path.metadata().ok();
        let stamp = metadata.as_ref().map(Stamp::from).unwrap_or_default();
        if let Some(before) = before.filter(|before| before.stamp == stamp && before.contents != Contents::Unknown) {
            return *before;
        }
        let contents = match metadata {
            Some(found) if found.is_dir() => Contents::Bytes(blake3::hash(format!("{stamp:?}").as_bytes())),
            Some(found) if found.is_file() && found.len() <= limits::ASSET_BYTES => match std::fs::read(path) {
                // What has been written meanwhile may be there in part.
                Ok(_) if Stamp::of(path) != stamp => Contents::Unknown,
                Ok(bytes) => Contents::Bytes(blake3::hash(&bytes)),
                Err(_) => Contents::None,
            },
            _ => Contents::None,
        };
        Self { stamp, contents }
    }

    /// Looks again. Is it another than before?
    fn look(&mut self, path: &Path) -> bool {
        let before = std::mem::replace(self, Self::new(path, Some(self)));
        match (before.contents, self.contents) {
            (Contents::Unknown, _) | (_, Contents::Unknown) => before.stamp != self.stamp,
            (before, now) => before != now,
        }
    }
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
        edits.follow([(asset.clone(), Stamp::of(&asset))], true);
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

        edits.follow([], false);
        write(&folder.path().join("another"), "three", 6);
        assert_eq!(edits.look(), Look::Changed, "something new is in the folder");
    }

    #[test]
    fn files_from_before_1970_can_be_told_of() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let told = |time: SystemTime| {
            file.as_file().set_modified(time).unwrap();
            let stamp = Stamp::of(file.path());
            assert_eq!(serde_json::from_slice::<Stamp>(&serde_json::to_vec(&stamp).unwrap()).unwrap(), stamp);
            stamp
        };
        let second = Duration::from_secs(1);
        assert_ne!(told(SystemTime::UNIX_EPOCH - second), told(SystemTime::UNIX_EPOCH + second));
    }

    #[test]
    fn what_changes_while_it_is_read_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let [script, asset, lacking] = ["script", "asset", "lacking"].map(|name| folder.path().join(name));
        #[allow(clippy::disallowed_methods, reason = "a test plays the editor")]
        let write = |path: &Path, text: &str| std::fs::write(path, text).unwrap();
        write(&script, "one");
        write(&asset, "");
        let mut edits = Edits::of(&script);
        let read = [&asset, &lacking].map(|path| (path.clone(), Stamp::of(path)));
        // The script is read, its asset half written: what comes until it is followed is no less a change.
        write(&asset, "all of it");
        edits.follow(read.clone(), true);
        assert_eq!([edits.look(), edits.look()], [Look::Changed, Look::Same]);
        edits.follow(read.clone(), true);
        assert_eq!(edits.look(), Look::Same, "it is known by now");
        edits.follow([], true);
        write(&lacking, "");
        edits.follow(read, true);
        assert_eq!([edits.look(), edits.look()], [Look::Changed, Look::Same]);

        // The folder is what it was before the script was read, not when it was found wanting. Times of folders may be coarse.
        let tick = || std::thread::sleep(Duration::from_millis(20));
        tick();
        write(&folder.path().join("font"), "another");
        edits.follow([], false);
        assert_eq!([edits.look(), edits.look()], [Look::Changed, Look::Same]);
        edits.follow([], true);
        tick();
        write(&folder.path().join("more"), "another");
        assert_eq!(edits.look(), Look::Same);
    }
}
