//! The outside world behind one trait: the files that a script may read.
//!
//! A script is data: it reads nothing outside its own folder (and the program's embedded assets), and never a device, a
//! pipe or an address. It may ask for a font that is installed, by its name.

pub mod edits;

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::diag::Diagnostic;
use crate::limits;
use crate::world::edits::Stamp;

/// The folder of recordings, beside the script.
pub const VOICES: &str = "voice";

/// Why a file of a script could not be had, as a sentence in lower case without a full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetError(pub String);

impl std::fmt::Display for AssetError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for AssetError {}

/// Where assets come from.
pub trait World: Send + Sync {
    /// The bytes of an asset, by its path relative to the script's folder, with `/` between names.
    ///
    /// # Errors
    /// If the path leaves the folder, is no plain file, is larger than [`limits::ASSET_BYTES`], or cannot be read.
    fn read_asset(&self, path: &str) -> Result<Arc<[u8]>, AssetError>;

    /// The bytes of a file in the folder of recordings, by its path in it; `None` if there is no such file. The folder is
    /// `voice` in the script's own, unless the user names another.
    ///
    /// # Errors
    /// As [`World::read_asset`], but for a file that is not there.
    fn read_voice(&self, path: &str) -> Result<Option<Arc<[u8]>>, AssetError>;

    /// The upright regular font of a family that is installed on this machine.
    ///
    /// # Errors
    /// If there is none of that name, or its file cannot be read.
    fn system_font(&self, family: &str) -> Result<FontFile, AssetError>;

    /// What is known from earlier runs, if anything is kept.
    fn memory(&self) -> Option<&dyn Memory> {
        None
    }
}

/// What was found out about contents of files in earlier runs of the program, by names that stand for them. It may forget anything
/// at any time, and never tells what it was not told.
pub trait Memory: Send + Sync + std::fmt::Debug {
    /// The numbers that were found out under a name.
    fn recall(&self, name: &str) -> Option<Vec<u64>>;

    /// Keeps numbers for later runs, if that can be done.
    fn remember(&self, name: &str, found: &[u64]);
}

/// A font in the bytes of its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FontFile {
    /// The file.
    pub bytes: Arc<[u8]>,
    /// Which of the fonts in it, if it is a collection.
    pub index: u32,
}

/// The script's folder on disk.
#[derive(Debug)]
pub struct DiskWorld {
    roots: Vec<PathBuf>,
    /// The folder of recordings, and the folder that links in it must not lead out of.
    voices: Option<[PathBuf; 2]>,
    read: Mutex<BTreeMap<PathBuf, Stamp>>,
    memory: Option<Box<dyn Memory>>,
    /// Folders in which recordings were looked for in vain.
    lacking: Mutex<BTreeMap<PathBuf, Stamp>>,
}

impl DiskWorld {
    /// Assets are looked for beneath each folder in turn: the script's own first, then an `assets` folder beside or above.
    pub fn new(roots: Vec<PathBuf>) -> Self {
        let voices = roots.first().map(|root| [root.join(VOICES), root.clone()]);
        Self { roots, voices, read: Mutex::default(), memory: None, lacking: Mutex::default() }
    }

    /// The world of a script on disk: its folder, and the nearest `assets` folder at or above it (three levels at most).
    pub fn of_script(script: &Path) -> Self {
        let folder =
            script.parent().filter(|p| !p.as_os_str().is_empty()).map_or_else(|| PathBuf::from("."), Path::to_path_buf);
        let absolute = folder.canonicalize().unwrap_or_else(|_| folder.clone());
        let assets = absolute.ancestors().take(3).map(|a| a.join("assets")).find(|a| a.is_dir());
        Self::new(std::iter::once(folder).chain(assets).collect())
    }

    /// The same world with recordings in another folder, which may be anywhere: it is the user who names it, not the script.
    #[must_use]
    pub fn with_voices(self, folder: Option<&Path>) -> Self {
        let named = folder.map(|folder| [folder, folder].map(Path::to_path_buf));
        Self { voices: named.or(self.voices), ..self }
    }

    /// The same world with a memory of earlier runs.
    #[must_use]
    pub fn with_memory(self, memory: Option<Box<dyn Memory>>) -> Self {
        Self { memory, ..self }
    }

    /// The files that were read so far, in order of their names: what an output must not replace.
    pub fn files_read(&self) -> Vec<PathBuf> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner).keys().cloned().collect()
    }

    /// What another film may be made of once it changes, as it was before it was looked at: the files that were read so far, and
    /// the folders in which recordings were looked for in vain, which need not be there themselves.
    pub fn looked_at(&self) -> Vec<(PathBuf, Stamp)> {
        let all = [&self.read, &self.lacking].map(|some| some.lock().unwrap_or_else(PoisonError::into_inner).clone());
        all.into_iter().flatten().collect()
    }
}

impl DiskWorld {
    /// Reads a plain file that is beneath a folder, links followed.
    fn read_beneath(&self, root: &Path, file: &Path, path: &str) -> Result<Arc<[u8]>, AssetError> {
        let fail = |reason: String| AssetError(format!("cannot read `{path}`: {reason}"));
        let root = root.canonicalize().map_err(|e| fail(e.to_string()))?;
        let file = file.canonicalize().map_err(|e| fail(e.to_string()))?;
        if !file.starts_with(&root) {
            return Err(AssetError(format!("`{path}` leads out of the folder through a link")));
        }
        let metadata = file.metadata().map_err(|e| fail(e.to_string()))?;
        if !metadata.is_file() {
            return Err(AssetError(format!("`{path}` is not a plain file")));
        }
        if metadata.len() > limits::ASSET_BYTES {
            return Err(AssetError(format!(
                "`{path}` has {} bytes; at most {} are read",
                metadata.len(),
                limits::ASSET_BYTES
            )));
        }
        let stamp = Stamp::from(&metadata);
        let bytes = std::fs::read(&file).map(Arc::from).map_err(|e| fail(e.to_string()))?;
        self.read.lock().unwrap_or_else(PoisonError::into_inner).entry(file).or_insert(stamp);
        Ok(bytes)
    }
}

impl World for DiskWorld {
    fn read_asset(&self, path: &str) -> Result<Arc<[u8]>, AssetError> {
        let relative = safe_relative(path)?;
        let tried = self
            .roots
            .iter()
            .map(|root| (root, root.join(&relative)))
            .find(|(_, file)| file.symlink_metadata().is_ok());
        let Some((root, file)) = tried else {
            return Err(AssetError(format!("there is no file `{path}` in the script's folder or its `assets` folder")));
        };
        self.read_beneath(root, &file, path)
    }

    fn read_voice(&self, path: &str) -> Result<Option<Arc<[u8]>>, AssetError> {
        let relative = safe_relative(path)?;
        let Some([folder, root]) = &self.voices else { return Ok(None) };
        let file = folder.join(relative);
        let around = file.parent().map(|folder| (folder.to_path_buf(), Stamp::of(folder)));
        if file.symlink_metadata().is_err() {
            if let Some((folder, stamp)) = around {
                self.lacking.lock().unwrap_or_else(PoisonError::into_inner).entry(folder).or_insert(stamp);
            }
            return Ok(None);
        }
        self.read_beneath(root, &file, path).map(Some)
    }

    fn memory(&self) -> Option<&dyn Memory> {
        self.memory.as_deref()
    }

    fn system_font(&self, family: &str) -> Result<FontFile, AssetError> {
        let mut installed = fontdb::Database::new();
        installed.load_system_fonts();
        let query = fontdb::Query { families: &[fontdb::Family::Name(family)], ..fontdb::Query::default() };
        let Some(id) = installed.query(&query) else {
            let message = format!("no font `{}` is installed on this machine", family.escape_debug());
            return Err(AssetError(message));
        };
        let file = installed.with_face_data(id, |bytes, index| {
            let size = bytes.len() as u64;
            (size <= limits::ASSET_BYTES).then(|| FontFile { bytes: Arc::from(bytes), index })
        });
        file.flatten().ok_or_else(|| AssetError(format!("the file of the font `{family}` cannot be read")))
    }
}

/// The bytes of a script on disk.
///
/// # Errors
/// `unreadable-script` if it is no plain file, is larger than [`limits::SCRIPT_BYTES`], or cannot be read.
pub fn read_script(path: &Path) -> Result<Vec<u8>, Diagnostic> {
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

/// A world in memory, for tests and fuzzing.
#[derive(Debug, Default)]
pub struct MemoryWorld(pub BTreeMap<String, Arc<[u8]>>);

impl World for MemoryWorld {
    fn read_asset(&self, path: &str) -> Result<Arc<[u8]>, AssetError> {
        safe_relative(path)?;
        self.0.get(path).cloned().ok_or_else(|| AssetError(format!("there is no file `{path}`")))
    }

    fn read_voice(&self, path: &str) -> Result<Option<Arc<[u8]>>, AssetError> {
        safe_relative(path)?;
        Ok(self.0.get(&format!("{VOICES}/{path}")).cloned())
    }

    fn system_font(&self, family: &str) -> Result<FontFile, AssetError> {
        Err(AssetError(format!("no font `{}` is installed here", family.escape_debug())))
    }
}

/// A path that stays beneath its root by its words alone: relative, no `..`, no drive, no address, no control characters.
fn safe_relative(path: &str) -> Result<PathBuf, AssetError> {
    let refuse = |reason: &str| Err(AssetError(format!("`{}` {reason}", path.escape_debug())));
    if path.is_empty() || path.len() > 1024 || path.chars().any(char::is_control) {
        return refuse("is not a path to an asset");
    }
    if path.contains(':') || path.contains('\\') {
        return refuse("is not a relative path; write it with `/`, without a drive or an address");
    }
    let relative = Path::new(path);
    if relative.components().any(|c| !matches!(c, Component::Normal(_) | Component::CurDir)) {
        return refuse("leads out of the script's folder");
    }
    Ok(relative.to_path_buf())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside() {
        for path in
            ["../a", "a/../../b", "/etc/passwd", "C:/x", "\\\\host\\x", "a\\b", "http://x/y", "a\0b", "", "data:x"]
        {
            assert!(safe_relative(path).is_err(), "{path}");
            assert!(MemoryWorld::default().read_asset(path).is_err());
        }
        assert!(safe_relative("icons/up.svg").is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn links_and_odd_files_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let world = DiskWorld::new(vec![folder.path().to_path_buf()]);
        std::os::unix::fs::symlink("/etc/passwd", folder.path().join("out.png")).unwrap();
        std::os::unix::fs::symlink("loop.png", folder.path().join("loop.png")).unwrap();
        std::fs::create_dir(folder.path().join("dir.png")).unwrap();
        for name in ["out.png", "loop.png", "dir.png", "none.png"] {
            assert!(world.read_asset(name).is_err(), "{name}");
        }
    }
}
