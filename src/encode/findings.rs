//! What was found out about recordings, for later runs: small files in the cache's folder, each proved before it is believed (P2).
//!
//! ```text
//! cache/heard/NAME    a hash of the name and the numbers; the numbers
//! ```
//!
//! A file appears whole, by one renaming; one that was damaged, or belongs to another name, is as good as none.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::cache::Cache;
use super::publish::create;
use crate::world::Memory;

/// Files that remain when the cache is tidied up, the newest ones: some kilobytes for each hour of speech.
const MOST: usize = 20_000;
/// Bytes of a file that are read: an hour without a pause, twice.
const MOST_BYTES: u64 = 1 << 20;
const HASH_BYTES: usize = 32;

/// The findings in the folder of a cache.
#[derive(Debug)]
pub struct Findings {
    folder: PathBuf,
    made: AtomicU64,
}

impl Findings {
    /// In the folder of a cache, which need not be there yet.
    pub fn of(cache: &Path) -> Self {
        Self { folder: cache.to_owned(), made: AtomicU64::new(0) }
    }

    fn place(&self, name: &str) -> PathBuf {
        heard(&self.folder).join(name)
    }

    fn keep(&self, name: &str, found: &[u64]) -> Option<()> {
        let cache = Cache::open(&self.folder).ok()?;
        fs::create_dir_all(heard(&self.folder)).ok()?;
        let numbers: Vec<u8> = found.iter().flat_map(|number| number.to_le_bytes()).collect();
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let part = cache.work().join(format!("heard-{}-{number}", std::process::id()));
        let bytes = [hash(name, &numbers).as_slice(), &numbers].concat();
        // What is lost in a loss of power is found out anew: nothing waits for the disk.
        let placed = create(&part, &bytes).and_then(|()| fs::rename(&part, self.place(name)));
        placed.map_err(|_| fs::remove_file(&part).ok()).ok()
    }
}

impl Memory for Findings {
    fn recall(&self, name: &str) -> Option<Vec<u64>> {
        let place = self.place(name);
        fs::metadata(&place).ok().filter(|found| found.is_file() && found.len() <= MOST_BYTES)?;
        let bytes = fs::read(place).ok()?;
        let (hashed, numbers) = bytes.split_at_checked(HASH_BYTES)?;
        let (words, rest) = numbers.as_chunks::<8>();
        let proved = rest.is_empty() && hashed == hash(name, numbers);
        proved.then(|| words.iter().map(|word| u64::from_le_bytes(*word)).collect())
    }

    fn remember(&self, name: &str, found: &[u64]) {
        // Without a place for it there is no memory, which only costs time.
        let _ = self.keep(name, found);
    }
}

fn heard(cache: &Path) -> PathBuf {
    cache.join("heard")
}

fn hash(name: &str, numbers: &[u8]) -> [u8; HASH_BYTES] {
    *blake3::Hasher::new().update(name.as_bytes()).update(b" ").update(numbers).finalize().as_bytes()
}

/// Forgets all findings in the folder of a cache but the newest, or all of them.
pub(super) fn forget(cache: &Path, all: bool) {
    let keep = if all { 0 } else { MOST };
    let mut files: Vec<_> = fs::read_dir(heard(cache)).into_iter().flatten().flatten().collect();
    if files.len() <= keep {
        return;
    }
    files.sort_by_cached_key(|file| std::cmp::Reverse(file.metadata().and_then(|found| found.modified()).ok()));
    for file in files.iter().skip(keep) {
        fs::remove_file(file.path()).ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_out_is_known_to_the_next_run() {
        let folder = tempfile::tempdir().unwrap();
        let first = Findings::of(folder.path());
        assert_eq!(first.recall("a"), None);
        first.remember("a", &[7, u64::MAX]);
        first.remember("none", &[]);
        let later = Findings::of(folder.path());
        assert_eq!(later.recall("a"), Some(vec![7, u64::MAX]));
        assert_eq!((later.recall("none"), later.recall("b")), (Some(vec![]), None));
        assert!(folder.path().join("CACHEDIR.TAG").exists());
        assert_eq!(fs::read_dir(folder.path().join("work")).unwrap().count(), 0);
        later.remember("a", &[8]);
        assert_eq!(first.recall("a"), Some(vec![8]));
        forget(folder.path(), false);
        assert_eq!(first.recall("a"), Some(vec![8]));
        forget(folder.path(), true);
        assert_eq!(first.recall("a"), None);
    }

    #[test]
    fn what_is_damaged_is_not_believed() {
        let folder = tempfile::tempdir().unwrap();
        let findings = Findings::of(folder.path());
        findings.remember("a", &[1, 2, 3]);
        let place = findings.place("a");
        let whole = fs::read(&place).unwrap();
        for cut in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[cut] ^= 1;
            for bytes in [&bytes[..], &whole[..cut]] {
                fs::remove_file(&place).unwrap();
                create(&place, bytes).unwrap();
                assert_eq!(findings.recall("a"), None, "{cut}");
            }
        }
        fs::rename(&place, findings.place("b")).unwrap();
        assert_eq!(findings.recall("b"), None);
        fs::create_dir(&place).unwrap();
        assert_eq!(findings.recall("a"), None);
        findings.remember("a", &[1]); // a folder is in the way
        assert_eq!(findings.recall("a"), None);
        let nowhere = Findings::of(&findings.place("b"));
        nowhere.remember("a", &[1]);
        assert_eq!(nowhere.recall("a"), None);
    }
}
