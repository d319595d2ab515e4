//! Whole or nothing (P1): a finished temporary file in; the output, replaced at one instant, out.
//!
//! The only place that makes files. Everything happens in the output's own folder, under names that begin with
//! `.surprisal-`; what a killed process leaves there is removed by the next render into that folder (P7).

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::lock::OutputLock;
use crate::diag::Diagnostic;

/// What names of our own files begin with.
pub(super) const MARK: &str = ".surprisal-";

/// An output under construction. Dropping it removes what was made so far and leaves the old output as it was.
#[derive(Debug)]
pub(super) struct Publication {
    target: PathBuf,
    part: PathBuf,
    // Last: the lock is given back after the part is gone.
    _lock: OutputLock,
}

impl Publication {
    /// Checks that a file can be put there, locks it and clears leftovers. `inputs` are files that must survive.
    pub fn file(target: &Path, ending: &str, inputs: &[PathBuf]) -> Result<Self, Diagnostic> {
        let target = file_target(target)?;
        if let Some(input) = inputs.iter().find(|input| is_same_file(input, &target)) {
            let message = format!("the output `{}` is an input: `{}`", target.display(), input.display());
            return Err(Diagnostic::usage("output-is-input", message).hint("choose another name"));
        }
        let folder = target.parent().map(Path::to_owned).unwrap_or_default();
        Self::begin(target, &folder, ending)
    }

    /// The same for a folder of pictures of these names: the temporary folder is made, beside the target or, if that exists,
    /// in it. Files that no earlier render left there are never replaced.
    pub fn folder(target: &Path, prefix: &str, names: &[String]) -> Result<Self, Diagnostic> {
        let target: PathBuf = absolute(target)?.components().collect(); // without a slash at the end
        let place = match fs::metadata(&target) {
            Ok(found) if found.is_dir() => target.clone(),
            Ok(_) => return Err(unwritable(&target, "is a file, not a folder")),
            Err(_) if fs::symlink_metadata(&target).is_err() => {
                let parent = target.parent().map(Path::to_owned).unwrap_or_default();
                require_folder(&parent)?;
                parent
            }
            Err(error) => return Err(io_problem("use", &target, &error)),
        };
        let ours = recorded(&target, prefix);
        if let Some(name) =
            names.iter().find(|name| !ours.contains(*name) && target.join(name).symlink_metadata().is_ok())
        {
            let message = format!("`{}` is in the way, and not from an earlier render", target.join(name).display());
            return Err(
                Diagnostic::environment("output-occupied", message).hint("choose an empty folder, or another name")
            );
        }
        let publication = Self::begin(target, &place, "folder")?;
        fs::create_dir(&publication.part).map_err(|error| io_problem("make", &publication.part, &error))?;
        Ok(publication)
    }

    fn begin(target: PathBuf, folder: &Path, ending: &str) -> Result<Self, Diagnostic> {
        let key = key(target.file_name().unwrap_or_default());
        let lock = OutputLock::acquire(folder.join(format!("{MARK}{key}.lock")), &target)?;
        let part = folder.join(format!("{MARK}{key}-{}.{ending}", std::process::id()));
        remove_leftovers(folder, &key);
        Ok(Self { target, part, _lock: lock })
    }

    /// The temporary file or folder, to be filled.
    pub fn part(&self) -> &Path {
        &self.part
    }

    /// The output that will be replaced, as an absolute path.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Writes the temporary file: for contents that are at hand.
    pub fn fill(&self, bytes: &[u8]) -> Result<(), Diagnostic> {
        create(&self.part, bytes).map_err(|error| io_problem("write", &self.target, &error))
    }

    /// Makes the temporary file the output; returns its bytes. The data is on the disk before the name is.
    pub fn publish_file(self) -> Result<u64, Diagnostic> {
        let failed = |error| io_problem("write", &self.target, &error);
        let file = OpenOptions::new().write(true).open(&self.part).map_err(failed)?;
        // Who may read the old file may read the new one. Some disks know no permissions.
        fs::metadata(&self.target).and_then(|old| file.set_permissions(old.permissions())).ok();
        file.sync_all().map_err(failed)?;
        let bytes = file.metadata().map_err(failed)?.len();
        drop(file);
        fs::rename(&self.part, &self.target).map_err(failed)?;
        sync_folder(&self.target);
        Ok(bytes)
    }

    /// Makes the temporary folder, which holds these pictures, the output. A folder that exists keeps its other files; the
    /// pictures move in one by one, each whole, and those that an earlier render left there and this one has not are removed.
    pub fn publish_folder(self, prefix: &str, names: &[String]) -> Result<(), Diagnostic> {
        let failed = |error| io_problem("write", &self.target, &error);
        let (earlier, record) = (recorded(&self.target, prefix), record(prefix));
        create(&self.part.join(&record), names.join("\n").as_bytes()).map_err(failed)?;
        if !self.target.exists() {
            return fs::rename(&self.part, &self.target).map_err(failed);
        }
        for name in names {
            fs::rename(self.part.join(name), self.target.join(name)).map_err(failed)?;
        }
        for name in earlier.iter().filter(|name| !names.contains(name)) {
            fs::remove_file(self.target.join(name)).ok();
        }
        fs::rename(self.part.join(&record), self.target.join(&record)).map_err(failed)
    }
}

/// The file that lists, a name a line, which pictures in a folder are ours and begin like this.
fn record(prefix: &str) -> String {
    format!("{MARK}pictures-{prefix}")
}

/// The pictures that an earlier render left in a folder. Names that lead elsewhere are nobody's.
fn recorded(folder: &Path, prefix: &str) -> BTreeSet<String> {
    let text = fs::read_to_string(folder.join(record(prefix))).unwrap_or_default();
    let kind = |name: &str| [".png", ".svg", ".json"].iter().any(|ending| name.ends_with(ending));
    let plain = |name: &&str| Path::new(name).file_name() == Some(OsStr::new(name)) && kind(name);
    text.lines().filter(plain).map(str::to_owned).collect()
}

impl Drop for Publication {
    fn drop(&mut self) {
        remove(&self.part);
    }
}

/// Writes a file whole or not at all: pictures, reports, anything that is at hand as bytes. The folder must exist; `inputs`
/// are files that must survive.
pub fn write_file(path: &Path, bytes: &[u8], inputs: &[PathBuf]) -> Result<(), Diagnostic> {
    let publication = Publication::file(path, "part", inputs)?;
    publication.fill(bytes)?;
    publication.publish_file().map(drop)
}

/// Makes a file whole or not at all: `make` fills a temporary one, whose name has the given ending. The folder must exist.
///
/// # Errors
/// What `make` says; then the old file is as it was.
pub fn make_file(path: &Path, ending: &str, make: &dyn Fn(&Path) -> Result<(), Diagnostic>) -> Result<(), Diagnostic> {
    let publication = Publication::file(path, ending, &[])?;
    make(publication.part())?;
    publication.publish_file().map(drop)
}

/// Writes the files of a folder, each whole. What an earlier run left there and this one has not is removed; what nobody left
/// there is never replaced.
///
/// # Errors
/// `output-occupied` if something else has one of the names; what the disk says.
pub fn write_folder(folder: &Path, files: &[(String, Vec<u8>)]) -> Result<(), Diagnostic> {
    let names: Vec<String> = files.iter().map(|(name, _)| name.clone()).collect();
    let publication = Publication::folder(folder, "", &names)?;
    for (name, bytes) in files {
        create(&publication.part.join(name), bytes)
            .map_err(|error| io_problem("write", &publication.target, &error))?;
    }
    publication.publish_folder("", &names)
}

/// Removes a file that was written here; `false` if it could not be.
pub fn remove_file(path: &Path) -> bool {
    fs::remove_file(path).is_ok()
}

/// Writes a file that is not there yet, whole or not at all. The folder must exist.
///
/// # Errors
/// `file-exists` if there is anything of that name.
pub fn write_new_file(path: &Path, bytes: &[u8]) -> Result<(), Diagnostic> {
    let publication = Publication::file(path, "part", &[])?;
    if publication.target.symlink_metadata().is_ok() {
        let message = format!("`{}` exists already", path.display());
        return Err(Diagnostic::usage("file-exists", message).hint("choose another name"));
    }
    publication.fill(bytes)?;
    publication.publish_file().map(drop)
}

/// Writes a new file, for parts only.
pub(super) fn create(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    OpenOptions::new().create_new(true).write(true).open(path)?.write_all(bytes)
}

/// What a failed operation on a file means to the user.
pub(super) fn io_problem(verb: &str, path: &Path, error: &std::io::Error) -> Diagnostic {
    let shown = path.display();
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            Diagnostic::environment("disk-full", format!("no space to {verb} `{shown}`: {error}"))
                .hint("free some space, or choose an output on another disk")
        }
        ErrorKind::InvalidFilename => Diagnostic::environment("output-name", format!("`{shown}`: {error}")),
        _ => Diagnostic::environment("output-unwritable", format!("cannot {verb} `{shown}`: {error}")),
    }
}

fn unwritable(path: &Path, reason: &str) -> Diagnostic {
    Diagnostic::environment("output-unwritable", format!("the output `{}` {reason}", path.display()))
}

fn absolute(path: &Path) -> Result<PathBuf, Diagnostic> {
    std::path::absolute(path).map_err(|error| io_problem("use", path, &error))
}

/// The file that will be replaced: links are followed, so that a link stays one.
fn file_target(path: &Path) -> Result<PathBuf, Diagnostic> {
    let target = absolute(path)?;
    if target.file_name().is_none() || path.as_os_str().as_encoded_bytes().ends_with(b"/") {
        return Err(unwritable(path, "has no file name"));
    }
    if let Some(folder) = target.parent() {
        require_folder(folder)?;
    }
    let is_link = match fs::symlink_metadata(&target) {
        Ok(found) => found.is_symlink(),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(target),
        Err(error) => return Err(io_problem("use", &target, &error)),
    };
    let found = match fs::metadata(&target) {
        Err(error) if is_link => return Err(unwritable(&target, &format!("is a link that leads nowhere ({error})"))),
        other => other.map_err(|error| io_problem("use", &target, &error))?,
    };
    if found.is_dir() {
        return Err(unwritable(&target, "is a folder"));
    }
    if !found.is_file() {
        return Err(unwritable(&target, "is a device or a pipe, not a file"));
    }
    if found.permissions().readonly() {
        return Err(unwritable(&target, "exists and is read-only"));
    }
    if is_link { fs::canonicalize(&target).map_err(|error| io_problem("use", &target, &error)) } else { Ok(target) }
}

fn require_folder(folder: &Path) -> Result<(), Diagnostic> {
    let shown = folder.display();
    match fs::metadata(folder) {
        Ok(found) if found.is_dir() => Ok(()),
        Ok(_) => Err(Diagnostic::environment("output-folder", format!("`{shown}` is a file, not a folder"))),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Err(Diagnostic::environment("output-folder", format!("the folder `{shown}` does not exist"))
                .hint("make it first, or choose another"))
        }
        Err(error) => {
            Err(Diagnostic::environment("output-folder", format!("cannot use the folder `{shown}`: {error}")))
        }
    }
}

/// Do both names lead to one file?
fn is_same_file(a: &Path, b: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if let (Ok(a), Ok(b)) = (fs::metadata(a), fs::metadata(b)) {
            return (a.dev(), a.ino()) == (b.dev(), b.ino());
        }
    }
    matches!((fs::canonicalize(a), fs::canonicalize(b)), (Ok(a), Ok(b)) if a == b)
}

/// A short name for a long one: FNV-1a, 64 bits, in hexadecimal digits.
pub(super) fn key(name: &OsStr) -> String {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    format!("{:016x}", name.as_encoded_bytes().iter().fold(0xcbf2_9ce4_8422_2325, step))
}

/// Removes parts in a folder whose makers are dead: those whose lock can be had. `own` is a key that we hold already.
pub(super) fn remove_leftovers(folder: &Path, own: &str) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some(rest) = name.to_str().and_then(|name| name.strip_prefix(MARK)) else { continue };
        let Some((key, tail)) = rest.split_at_checked(16) else { continue };
        if key == own && tail.starts_with('-') {
            remove(&entry.path());
        } else if key != own && key.bytes().all(|b| b.is_ascii_hexdigit()) {
            let lock = OutputLock::acquire_at_once(folder.join(format!("{MARK}{key}.lock")), folder);
            if lock.is_ok() && tail.starts_with('-') {
                remove(&entry.path());
            }
        }
    }
}

/// Removes a file or a folder, if it is there.
pub(super) fn remove(path: &Path) {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path).ok(),
        Ok(_) => fs::remove_file(path).ok(),
        Err(_) => None,
    };
}

/// Puts the new name on the disk, where folders can be synced.
fn sync_folder(target: &Path) {
    if let Some(folder) = target.parent().filter(|_| cfg!(unix))
        && let Ok(folder) = fs::File::open(folder)
    {
        folder.sync_all().ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn the_old_file_stays_until_the_new_one_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a b%03d.mp4");
        write_file(&path, b"old", &[]).unwrap();
        let publication = Publication::file(&path, "mp4", &[]).unwrap();
        publication.fill(b"half").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"old");
        drop(publication);
        assert_eq!((fs::read(&path).unwrap().as_slice(), names(folder.path()).len()), (&b"old"[..], 1));
        write_file(&path, b"new", &[]).unwrap();
        assert_eq!((fs::read(&path).unwrap().as_slice(), names(folder.path()).len()), (&b"new"[..], 1));
    }

    #[test]
    fn a_folder_keeps_what_others_left_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("made");
        let files =
            |all: &[&str]| all.iter().map(|name| ((*name).to_owned(), name.as_bytes().to_vec())).collect::<Vec<_>>();
        write_folder(&path, &files(&["1.svg", "2.svg", "times.json"])).unwrap();
        create(&path.join("3.svg"), b"mine").unwrap();
        write_folder(&path, &files(&["1.svg"])).unwrap();
        assert_eq!(names(&path).iter().filter(|name| !name.starts_with('.')).collect::<Vec<_>>(), ["1.svg", "3.svg"]);
        assert_eq!(write_folder(&path, &files(&["3.svg"])).unwrap_err().code, "output-occupied");
        assert_eq!(fs::read(path.join("3.svg")).unwrap(), b"mine");
    }

    #[test]
    fn leftovers_of_the_dead_go_and_those_of_the_living_stay() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let living = Publication::file(&at("living.mp4"), "mp4", &[]).unwrap();
        living.fill(b"x").unwrap();
        let dead = key(OsStr::new("dead.mp4"));
        create(&at(&format!("{MARK}{dead}-1.mp4")), b"x").unwrap();
        create(&at(&format!("{MARK}{dead}.lock")), b"1").unwrap();
        fs::create_dir(at(&format!("{MARK}{dead}-2.folder"))).unwrap();
        create(&at(".surprisal-notes"), b"not ours").unwrap();
        write_file(&at("new.txt"), b"y", &[]).unwrap();
        let kept = names(folder.path());
        assert_eq!(kept.len(), 4, "{kept:?}"); // part and lock of the living, the notes, the new file
        assert!(living.part().exists() && at(".surprisal-notes").exists());
    }

    #[test]
    fn a_folder_of_pictures_keeps_what_is_not_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("frames");
        let numbered = |count: u64| (1..=count).map(|number| format!("{number:05}.png")).collect::<Vec<_>>();
        for (round, count) in [(0, 3), (1, 2)] {
            let publication = Publication::folder(&target, "", &numbered(count)).unwrap();
            for name in numbered(count) {
                create(&publication.part().join(name), b"p").unwrap();
            }
            publication.publish_folder("", &numbered(count)).unwrap();
            if round == 0 {
                create(&target.join("2024.png"), b"m").unwrap();
                create(&target.join("00009.png"), b"m").unwrap();
            }
        }
        assert_eq!(names(&target), [".surprisal-pictures-", "00001.png", "00002.png", "00009.png", "2024.png"]);
        assert_eq!(names(folder.path()), ["frames"]);
        let refused = Publication::folder(&target, "", &numbered(9)).unwrap_err();
        assert_eq!(refused.code, "output-occupied");
        assert_eq!(names(&target).len(), 5);
    }

    #[test]
    fn bad_places_are_found_before_work_begins() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        create(&at("file"), b"").unwrap();
        let code = |path: &Path| Publication::file(path, "mp4", &[at("file")]).unwrap_err().code;
        assert_eq!(code(&at("missing/a.mp4")), "output-folder");
        assert_eq!(code(&at("file/a.mp4")), "output-folder");
        assert_eq!(code(folder.path()), "output-unwritable");
        assert_eq!(code(&at(&"x".repeat(300))), "output-name");
        assert_eq!(code(&at("file")), "output-is-input");
        assert_eq!(code(Path::new("/")), "output-unwritable");
        assert_eq!(Publication::folder(&at("file"), "", &[]).unwrap_err().code, "output-unwritable");
        assert_eq!(Publication::folder(&at("a/b"), "", &[]).unwrap_err().code, "output-folder");
        assert_eq!(names(folder.path()), ["file"]);
    }

    #[test]
    #[cfg(unix)]
    fn links_are_followed_and_dead_ones_refused() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::os::unix::fs::symlink(at("nowhere"), at("dead")).unwrap();
        assert!(write_file(&at("dead"), b"x", &[]).unwrap_err().message.contains("leads nowhere"));
        create(&at("real"), b"old").unwrap();
        std::os::unix::fs::symlink(at("real"), at("link")).unwrap();
        write_file(&at("link"), b"new", &[]).unwrap();
        assert!(fs::symlink_metadata(at("link")).unwrap().is_symlink());
        assert_eq!(fs::read(at("real")).unwrap(), b"new");
        assert!(write_file(Path::new("/dev/null"), b"x", &[]).unwrap_err().message.contains("device"));
    }
}
