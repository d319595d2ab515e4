//! A folder for what is made on the way, under a lock: nothing in it outlives us, or the next who comes by (P7).

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::lock::OutputLock;
use super::publish::io_problem;
use super::publish::{MARK, key, remove, remove_leftovers};
use crate::diag::Diagnostic;

/// A folder that is removed when its use ends.
#[derive(Debug)]
pub(super) struct Workplace {
    folder: PathBuf,
    /// Last: given back after the folder is gone. `None` if another lock covers it.
    _lock: Option<OutputLock>,
}

impl Workplace {
    /// A new folder `folder`, covered by the lock of the output that it stands beside.
    pub fn covered(folder: PathBuf) -> Result<Self, Diagnostic> {
        std::fs::create_dir(&folder).map_err(|error| io_problem("make", &folder, &error))?;
        Ok(Self { folder, _lock: None })
    }

    /// A new folder in `place`, for work on the output `target`, under a lock of its own. What killed processes left in
    /// `place` is removed.
    pub fn within(place: &Path, target: &Path) -> Result<Self, Diagnostic> {
        let key = key(target.as_os_str());
        let lock = OutputLock::acquire(place.join(format!("{MARK}{key}.lock")), target)?;
        remove_leftovers(place, &key);
        let folder = place.join(format!("{MARK}{key}-{}.pieces", std::process::id()));
        std::fs::create_dir(&folder).map_err(|error| io_problem("make", &folder, &error))?;
        Ok(Self { folder, _lock: Some(lock) })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A name in the folder.
    pub fn at(&self, name: impl AsRef<OsStr>) -> PathBuf {
        self.folder.join(name.as_ref())
    }
}

impl Drop for Workplace {
    fn drop(&mut self) {
        remove(&self.folder);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_dead_left_goes_and_the_living_keep_theirs() {
        let place = tempfile::tempdir().unwrap();
        let dead = place.path().join(format!("{MARK}{}-1.pieces", key(OsStr::new("/dead.mp4"))));
        std::fs::create_dir(&dead).unwrap();
        let living = Workplace::within(place.path(), Path::new("/living.mp4")).unwrap();
        assert!(!dead.exists());
        let other = Workplace::within(place.path(), Path::new("/other.mp4")).unwrap();
        assert!(living.folder().is_dir() && other.folder().is_dir() && living.folder() != other.folder());
        assert!(Workplace::within(place.path(), Path::new("/living.mp4")).is_err());
        drop((living, other));
        assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0);
    }
}
