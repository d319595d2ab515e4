//! One writer per output: a path in, exclusive use of it out (faults K14, K15).
//!
//! The lock is the operating system's, on a small file beside the output. It ends with the process that holds it, however
//! that ends, so a lock is never stale; the file only says who to look for.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::publish::io_problem;
use crate::diag::Diagnostic;

/// How often a lock that is held is asked for again, and after what pause.
const PATIENCE: u32 = 10;
const PAUSE: Duration = Duration::from_millis(5);

/// Exclusive use of an output while it lives.
#[derive(Debug)]
pub(super) struct OutputLock {
    path: PathBuf,
    /// Keeps the lock: it ends when the file is closed.
    file: Option<File>,
}

impl OutputLock {
    /// Takes the lock in the file `path`, for the output `shown`, soon or not at all.
    pub fn acquire(path: PathBuf, shown: &Path) -> Result<Self, Diagnostic> {
        Self::ask(path, shown, PATIENCE)
    }

    /// The same, at once or not at all.
    pub fn acquire_at_once(path: PathBuf, shown: &Path) -> Result<Self, Diagnostic> {
        Self::ask(path, shown, 0)
    }

    fn ask(path: PathBuf, shown: &Path, patience: u32) -> Result<Self, Diagnostic> {
        // A holder removes its file when it ends; a lock on a file without a name is worth nothing, so look again. One that is
        // held may be so for a moment only, by who looks for leftovers.
        let mut refused = 0;
        for _ in 0..100 {
            let opened = OpenOptions::new().create(true).read(true).write(true).truncate(false).open(&path);
            let mut file = opened.map_err(|error| io_problem("write beside", shown, &error))?;
            match file.try_lock() {
                Ok(()) if is_still(&file, &path) => {
                    file.set_len(0).ok();
                    writeln!(file, "{}", std::process::id()).ok();
                    return Ok(Self { path, file: Some(file) });
                }
                Ok(()) => {}
                Err(TryLockError::WouldBlock) if refused == patience => return Err(held(&mut file, shown)),
                Err(TryLockError::WouldBlock) => {
                    refused += 1;
                    std::thread::sleep(PAUSE);
                }
                // Some network disks know no locks. Better to render there than not.
                Err(TryLockError::Error(_)) => return Ok(Self { path, file: Some(file) }),
            }
        }
        Err(Diagnostic::environment("output-locked", format!("other renders keep taking `{}`", shown.display())))
    }
}

impl Drop for OutputLock {
    fn drop(&mut self) {
        // Where an open file cannot be removed, it must be closed first; elsewhere, removing it first leaves no gap.
        if cfg!(windows) {
            self.file = None;
        }
        std::fs::remove_file(&self.path).ok();
    }
}

fn held(file: &mut File, shown: &Path) -> Diagnostic {
    let mut text = String::new();
    file.take(32).read_to_string(&mut text).ok();
    let holder = match text.trim().parse::<u32>() {
        Ok(pid) => format!("process {pid}"),
        Err(_) => "another process".to_owned(),
    };
    Diagnostic::environment("output-locked", format!("{holder} is rendering to `{}`", shown.display()))
        .hint("wait for it (`--wait` does), stop it, or choose another output")
}

/// Is the open file still the one of that name?
#[cfg(unix)]
fn is_still(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), std::fs::metadata(path)) {
        (Ok(open), Ok(named)) => (open.dev(), open.ino()) == (named.dev(), named.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_still(_file: &File, path: &Path) -> bool {
    path.exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_holder_at_a_time_and_no_file_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let first = OutputLock::acquire(path.clone(), Path::new("film.mp4")).unwrap();
        let second = OutputLock::acquire(path.clone(), Path::new("film.mp4")).unwrap_err();
        assert_eq!(second.code, "output-locked");
        assert!(second.message.contains(&std::process::id().to_string()), "{second:?}");
        drop(first);
        assert!(!path.exists());
        drop(OutputLock::acquire(path.clone(), Path::new("film.mp4")).unwrap());
        assert!(!path.exists());
    }

    #[test]
    fn a_file_that_nobody_locks_is_taken_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        drop(OpenOptions::new().create_new(true).write(true).open(&path).unwrap());
        assert!(OutputLock::acquire(path, Path::new("film.mp4")).is_ok());
    }

    #[test]
    fn never_two_holders_under_contention() {
        let folder = tempfile::tempdir().unwrap();
        let (path, inside) = (folder.path().join("lock"), std::sync::atomic::AtomicU32::new(0));
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..200 {
                        if let Ok(lock) = OutputLock::acquire(path.clone(), Path::new("x")) {
                            assert_eq!(inside.fetch_add(1, std::sync::atomic::Ordering::SeqCst), 0);
                            std::thread::yield_now();
                            inside.fetch_sub(1, std::sync::atomic::Ordering::SeqCst);
                            drop(lock);
                        }
                    }
                });
            }
        });
    }
}
