//! Segments that were encoded before: a key in, a file that is proved to be what the key stands for out (P2).
//!
//! ```text
//! cache/CACHEDIR.TAG          backups skip the folder
//! cache/limit                 bytes, if other than the usual
//! cache/segments/KEY/piece    an encoded segment
//! cache/segments/KEY/manifest what it must hold
//! cache/heard/                what was found out about recordings
//! cache/work/                 what is being made, under locks
//! ```
//!
//! An entry is a folder that appears whole, by one renaming. It is used only if its manifest names the key, and the piece has
//! the length and the hash that the manifest says; then it is linked into the render's own folder, where nobody removes it.
//! Any number of processes may read, add and remove at a time.

use std::fs::{self, File};
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::findings::forget;
use super::publish::{create, io_problem, remove, write_file};
use crate::diag::Diagnostic;

/// Bytes that a cache may hold unless it is told otherwise: some hours of film.
pub const CACHE_BYTES: u64 = 10_000_000_000;
/// The variable that names the folder.
const VARIABLE: &str = "SURPRISAL_CACHE";
/// The layout of entries.
const FORMAT: u32 = 1;
/// Bytes of a manifest that are read.
const MANIFEST_BYTES: u64 = 4096;
/// What the convention wants of the tag, and who made it. <https://bford.info/cachedir/>
const TAG: &str = "Signature: 8a477f597d28d172789f06886806bc55\n# Segments of films that surprisal rendered. \
                   `surprisal cache clear` removes them; so may you.\n";

/// The folder of the cache: `SURPRISAL_CACHE`, or `surprisal` in the place for caches of this system and user.
pub fn cache_folder() -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(folder) = set(VARIABLE) {
        return Some(folder);
    }
    let place = if cfg!(windows) {
        set("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        set("HOME").map(|home| home.join("Library/Caches"))
    } else {
        // The convention has it that a relative path is to be ignored.
        let named = set("XDG_CACHE_HOME").filter(|folder| folder.is_absolute());
        named.or_else(|| set("HOME").map(|home| home.join(".cache")))
    };
    place.map(|place| place.join("surprisal"))
}

/// What stands for a segment: a hash of all that its bytes depend on, in hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key(String);

impl Key {
    /// The key of these parts, in this order.
    pub fn of<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut hasher = blake3::Hasher::new();
        for part in parts {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        Self(hasher.finalize().to_hex().to_string())
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Manifest {
    format: u32,
    key: String,
    frames: u64,
    bytes: u64,
    hash: String,
}

/// What the cache has for a key.
#[derive(Debug, PartialEq)]
pub(super) enum Found {
    /// The piece, proved.
    Piece,
    /// Nothing.
    Nothing,
    /// Something that must not be used, and why; it was removed.
    Damaged(String),
}

/// A cache in use.
#[derive(Debug)]
pub(super) struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// Makes the folder if it is not there.
    pub fn open(folder: &Path) -> Result<Self, Diagnostic> {
        let failed = |error| io_problem("use the cache", folder, &error);
        let folder = std::path::absolute(folder).map_err(failed)?;
        let cache = Self { folder };
        fs::create_dir_all(cache.segments()).and_then(|()| fs::create_dir_all(cache.work())).map_err(failed)?;
        match create(&cache.folder.join("CACHEDIR.TAG"), TAG.as_bytes()) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(failed(error)),
            _ => Ok(cache),
        }
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn segments(&self) -> PathBuf {
        self.folder.join("segments")
    }

    fn entry(&self, key: &Key) -> PathBuf {
        self.segments().join(&key.0)
    }

    /// The folder for what is being made.
    pub fn work(&self) -> PathBuf {
        self.folder.join("work")
    }

    /// Puts the piece of a key and so many frames at the path `into`, in [`Cache::work`], if there is one that is proved.
    pub fn take(&self, key: &Key, frames: u64, into: &Path) -> Found {
        let entry = self.entry(key);
        if entry.symlink_metadata().is_err() {
            return Found::Nothing;
        }
        match proved(&entry, key, frames, into) {
            Ok(()) => Found::Piece,
            // Another process may have removed it just now.
            Err(_) if entry.symlink_metadata().is_err() => Found::Nothing,
            Err(reason) => {
                fs::remove_file(into).ok();
                remove(&entry);
                Found::Damaged(reason)
            }
        }
    }

    /// Adds the piece in a file within `work`, the folder of this render in [`Cache::work`]; the file stays.
    pub fn keep(&self, key: &Key, frames: u64, piece: &Path, work: &Path) -> Result<(), Diagnostic> {
        let failed = |error| io_problem("write into the cache", &self.folder, &error);
        // Pieces of one film may have one key: each is staged by its own name.
        let staging = work.join(format!("entry-{}", piece.file_name().unwrap_or_default().to_string_lossy()));
        remove(&staging);
        let staged = || -> std::io::Result<()> {
            fs::create_dir(&staging)?;
            let copy = staging.join("piece");
            link(piece, &copy)?;
            let file = fs::OpenOptions::new().write(true).open(&copy)?;
            file.sync_all()?;
            let (bytes, hash) = hash(&copy)?;
            let manifest = Manifest { format: FORMAT, key: key.0.clone(), frames, bytes, hash };
            let text = serde_json::to_string(&manifest).map_err(std::io::Error::other)?;
            create(&staging.join("manifest"), text.as_bytes())
        };
        staged().map_err(failed)?;
        match fs::rename(&staging, self.entry(key)) {
            // Another process was first; its piece is as good.
            Err(_) if self.entry(key).is_dir() => {
                remove(&staging);
                Ok(())
            }
            other => other.map_err(failed),
        }
    }

    /// Removes what was not used for longest until no more than the limit remains.
    pub fn trim(&self) {
        clear_cache(&self.folder, cache_state(&self.folder).limit);
    }
}

/// Links the piece to `into` if it is what the key stands for; the error says why it is not.
fn proved(entry: &Path, key: &Key, frames: u64, into: &Path) -> Result<(), String> {
    let text = |path: &Path| -> std::io::Result<String> {
        let mut text = String::new();
        File::open(path)?.take(MANIFEST_BYTES).read_to_string(&mut text)?;
        Ok(text)
    };
    let manifest = text(&entry.join("manifest")).map_err(|error| format!("its manifest cannot be read: {error}"))?;
    let manifest: Manifest = serde_json::from_str(&manifest).map_err(|_| "its manifest is damaged".to_owned())?;
    if manifest.format != FORMAT {
        return Err(format!("its manifest has format {}", manifest.format));
    }
    if manifest.key != key.0 {
        return Err("its manifest belongs to another".into());
    }
    if manifest.frames != frames {
        return Err(format!("it holds {} of {frames} frames", manifest.frames));
    }
    let piece = entry.join("piece");
    let unreadable = |error: std::io::Error| format!("it cannot be read: {error}");
    if !piece.symlink_metadata().map_err(unreadable)?.is_file() {
        return Err("it is no file".into());
    }
    link(&piece, into).map_err(unreadable)?;
    let (bytes, hash) = hash(into).map_err(unreadable)?;
    if bytes != manifest.bytes {
        return Err(format!("it has {bytes} bytes instead of {}", manifest.bytes));
    }
    if hash != manifest.hash {
        return Err("its content has changed".into());
    }
    touch(&piece);
    Ok(())
}

/// A second name for a file, or a copy where there are no second names.
fn link(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::hard_link(from, to).or_else(|_| fs::copy(from, to).map(drop))
}

/// Length and hash of a file.
fn hash(path: &Path) -> std::io::Result<(u64, String)> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(File::open(path)?)?;
    Ok((hasher.count(), hasher.finalize().to_hex().to_string()))
}

/// Says that the file was used now.
#[allow(clippy::disallowed_methods, reason = "the age of an entry, not of a frame")]
fn touch(path: &Path) {
    let file = fs::OpenOptions::new().write(true).open(path);
    file.and_then(|file| file.set_modified(std::time::SystemTime::now())).ok();
}

/// What a cache holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CacheState {
    /// Segments.
    pub segments: u64,
    /// Bytes of all segments.
    pub bytes: u64,
    /// Bytes that it may hold after a render.
    pub limit: u64,
}

/// Looks at the cache in a folder, which need not be there.
pub fn cache_state(folder: &Path) -> CacheState {
    let all = entries(folder);
    let limit = fs::read_to_string(folder.join("limit")).ok().and_then(|text| text.trim().parse().ok());
    CacheState {
        segments: all.len() as u64,
        bytes: all.iter().map(|entry| entry.bytes).sum(),
        limit: limit.unwrap_or(CACHE_BYTES),
    }
}

/// Sets the bytes that the cache in a folder may hold, from now on, and removes what is beyond.
///
/// # Errors
/// If the folder cannot be made or written to.
pub fn limit_cache(folder: &Path, bytes: u64) -> Result<(), Diagnostic> {
    let cache = Cache::open(folder)?;
    write_file(&cache.folder.join("limit"), format!("{bytes}\n").as_bytes(), &[])?;
    cache.trim();
    Ok(())
}

/// Removes segments from the cache in a folder, those first that were not used for longest, until no more than `keep` bytes
/// remain; with 0 also what was found out about recordings. Renders that are using them are not disturbed.
pub fn clear_cache(folder: &Path, keep: u64) {
    forget(folder, keep == 0);
    let mut all = entries(folder);
    all.sort_by(|a, b| (a.used, &a.path).cmp(&(b.used, &b.path)));
    let mut left: u64 = all.iter().map(|entry| entry.bytes).sum();
    for entry in all.iter().take_while(|entry| {
        let beyond = left > keep || keep == 0;
        left = left.saturating_sub(entry.bytes);
        beyond
    }) {
        // Without a manifest it is no entry, whoever looks meanwhile.
        fs::remove_file(entry.path.join("manifest")).ok();
        remove(&entry.path);
    }
}

struct Entry {
    path: PathBuf,
    bytes: u64,
    /// When it was used last, as the system keeps it; only compared.
    used: Option<std::time::SystemTime>,
}

fn entries(folder: &Path) -> Vec<Entry> {
    let all = fs::read_dir(folder.join("segments")).into_iter().flatten().flatten();
    let entry = |entry: fs::DirEntry| {
        let path = entry.path();
        let piece = fs::symlink_metadata(path.join("piece"));
        let used = piece.as_ref().ok().and_then(|piece| piece.modified().ok());
        Entry { bytes: piece.map_or(0, |piece| piece.len()), path, used }
    };
    all.map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Place(tempfile::TempDir, Cache);

    impl Place {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let cache = Cache::open(folder.path()).unwrap();
            Self(folder, cache)
        }

        fn at(&self, name: &str) -> PathBuf {
            self.1.work().join(name)
        }

        fn keep(&self, key: &Key, content: &[u8]) {
            let piece = self.at("new");
            create(&piece, content).unwrap();
            self.1.keep(key, 7, &piece, &self.1.work()).unwrap();
            fs::remove_file(piece).unwrap();
        }
    }

    fn key(name: &str) -> Key {
        Key::of([name.as_bytes()])
    }

    #[test]
    fn what_was_kept_is_found_and_nothing_else() {
        let place = Place::new();
        place.keep(&key("a"), b"content");
        place.keep(&key("a"), b"content"); // another process was first
        assert_eq!(place.1.take(&key("b"), 7, &place.at("b")), Found::Nothing);
        assert_eq!(place.1.take(&key("a"), 7, &place.at("a")), Found::Piece);
        assert_eq!(fs::read(place.at("a")).unwrap(), b"content");
        assert_eq!(cache_state(place.0.path()), CacheState { segments: 1, bytes: 7, limit: CACHE_BYTES });
        assert!(fs::read_to_string(place.0.path().join("CACHEDIR.TAG")).unwrap().starts_with("Signature: 8a47"));
        assert_ne!(Key::of([&b"ab"[..], b"c"]), Key::of([&b"a"[..], b"bc"]));
    }

    #[test]
    fn damage_of_any_kind_is_found_and_cleared_away() {
        type Harm = fn(&Path);
        fn edit(path: &Path, change: impl Fn(&mut Vec<u8>)) {
            let mut bytes = fs::read(path).unwrap();
            change(&mut bytes);
            fs::remove_file(path).unwrap();
            create(path, &bytes).unwrap();
        }
        let harms: [(Harm, &str); 10] = [
            (
                |entry| {
                    edit(&entry.join("piece"), |b| {
                        b.pop();
                    })
                },
                "6 bytes instead of 7",
            ),
            (|entry| edit(&entry.join("piece"), |b| b[3] ^= 1), "its content has changed"),
            (|entry| edit(&entry.join("piece"), Vec::clear), "0 bytes"),
            (|entry| fs::remove_file(entry.join("piece")).unwrap(), "cannot be read"),
            (
                |entry| {
                    fs::remove_file(entry.join("piece")).unwrap();
                    fs::create_dir(entry.join("piece")).unwrap();
                },
                "it is no file",
            ),
            (|entry| edit(&entry.join("manifest"), |b| b.truncate(20)), "manifest is damaged"),
            (|entry| fs::remove_file(entry.join("manifest")).unwrap(), "manifest cannot be read"),
            (
                |entry| {
                    edit(&entry.join("manifest"), |b| {
                        *b = String::from_utf8_lossy(b).replace("\"format\":1", "\"format\":0").into_bytes();
                    });
                },
                "format 0",
            ),
            (
                |entry| {
                    edit(&entry.join("manifest"), |b| {
                        *b = String::from_utf8_lossy(b).replace("\"frames\":7", "\"frames\":6").into_bytes();
                    });
                },
                "6 of 7 frames",
            ),
            (
                |entry| {
                    fs::remove_dir_all(entry).unwrap();
                    create(entry, b"a file in its place").unwrap();
                },
                "manifest cannot be read",
            ),
        ];
        for (harm, reason) in harms {
            let place = Place::new();
            place.keep(&key("a"), b"content");
            harm(&place.1.entry(&key("a")));
            let found = place.1.take(&key("a"), 7, &place.at("a"));
            assert!(matches!(&found, Found::Damaged(said) if said.contains(reason)), "{reason}: {found:?}");
            assert!(!place.at("a").exists());
            place.keep(&key("a"), b"content");
            assert_eq!(place.1.take(&key("a"), 7, &place.at("a")), Found::Piece, "{reason}");
        }
        let place = Place::new();
        place.keep(&key("a"), b"content");
        fs::rename(place.1.entry(&key("a")), place.1.entry(&key("b"))).unwrap();
        let found = place.1.take(&key("b"), 7, &place.at("b"));
        assert_eq!(found, Found::Damaged("its manifest belongs to another".into()));
    }

    #[test]
    fn what_was_not_used_for_longest_goes_first() {
        let place = Place::new();
        for (name, age) in [("a", 30), ("b", 20), ("c", 10)] {
            place.keep(&key(name), &[0; 100]);
            let piece = place.1.entry(&key(name)).join("piece");
            let then = fs::metadata(&piece).unwrap().modified().unwrap() - std::time::Duration::from_secs(age);
            fs::OpenOptions::new().write(true).open(piece).unwrap().set_modified(then).unwrap();
        }
        assert_eq!(place.1.take(&key("a"), 7, &place.at("a")), Found::Piece); // used now
        limit_cache(place.0.path(), 250).unwrap();
        assert_eq!(cache_state(place.0.path()), CacheState { segments: 2, bytes: 200, limit: 250 });
        assert_eq!(place.1.take(&key("b"), 7, &place.at("b")), Found::Nothing);
        clear_cache(place.0.path(), 0);
        assert_eq!(cache_state(place.0.path()).segments, 0);
        assert_eq!(fs::read(place.at("a")).unwrap(), [0; 100]); // still there for who uses it
    }
}
