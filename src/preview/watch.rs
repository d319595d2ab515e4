//! Follows the files of a script: what changed is read anew, then looked at closely, and the page is told.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use tokio::sync::{oneshot, watch};

use super::renderer::{Lost, Renderer};
use super::routes::News;
use super::wire::{Answer, Ask, Kind, Loaded};
use crate::diag::Diagnostic;
use crate::limits;

/// Between two looks at the files.
const TICK: Duration = Duration::from_millis(20);
/// Looks without a change before the film is reviewed: who types is not kept waiting by it.
const QUIET_TICKS: u32 = 20;
/// Looks after which a studio that does not answer counts as lost: half a minute.
const PATIENCE_TICKS: u32 = 1500;
/// Looks before a studio that was lost is started again, at most: what makes it crash may be asked for again.
const MOST_REST_TICKS: u32 = 256;
/// Looks for which a file that has gone may come back: editors replace files by renaming.
const GONE_TICKS: u32 = 15;

/// What a file was when it was looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Seen {
    modified: Option<SystemTime>,
    length: u64,
    hash: Option<blake3::Hash>,
}

/// Files, and what they were.
#[derive(Default)]
struct Files(BTreeMap<PathBuf, Seen>);

impl Files {
    /// Takes in what is to be watched from now on.
    fn watch(&mut self, paths: impl Iterator<Item = PathBuf>) {
        let known = std::mem::take(&mut self.0);
        for path in paths {
            let seen = known.get(&path).copied().unwrap_or_else(|| seen(&path, None));
            self.0.insert(path, seen);
        }
    }

    /// Has one of them changed since the last look? A touch that leaves all bytes as they were is no change.
    fn changed(&mut self) -> bool {
        let mut changed = false;
        for (path, before) in &mut self.0 {
            let now = seen(path, Some(before));
            changed |= now.hash != before.hash;
            *before = now;
        }
        changed
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

/// What the page is told.
struct State {
    /// Name of the script's file.
    name: String,
    /// Counts loads; 0 before the first.
    version: u64,
    /// The version whose film is shown; 0 if there is none.
    film: u64,
    /// Number of the studio that has the film.
    studio: u64,
    findings: Vec<Value>,
    reviewed: bool,
    /// A sentence about something that went wrong outside the script.
    trouble: Option<&'static str>,
}

impl State {
    fn told(&self) -> Arc<str> {
        let State { name, version, film, studio, findings, reviewed, trouble } = self;
        let state = json!({
            "script": name, "version": version, "film": film, "studio": studio, "findings": findings,
            "reviewed": reviewed, "trouble": trouble,
        });
        Arc::from(state.to_string())
    }
}

/// Starts following a script.
pub(super) fn start(script: &Path, renderer: &Arc<Renderer>) -> Result<News, Diagnostic> {
    let name = script.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let (script, renderer) = (script.to_owned(), Arc::clone(renderer));
    let state = State { name, version: 0, film: 0, studio: 0, findings: Vec::new(), reviewed: false, trouble: None };
    let (to, news) = watch::channel(state.told());
    let follow = move || Follower { script, renderer, files: Files::default(), state, to }.follow();
    thread::Builder::new().name("watch".into()).spawn(follow).map_err(|error| super::failed(&error))?;
    Ok(news)
}

struct Follower {
    script: PathBuf,
    renderer: Arc<Renderer>,
    files: Files,
    state: State,
    to: watch::Sender<Arc<str>>,
}

impl Follower {
    fn follow(&mut self) {
        let (mut quiet, mut gone) = (0_u32, 0_u32);
        // Looks to wait before a lost studio is replaced, and how many were waited.
        let (mut rest, mut rested) = (1, 0);
        let mut review: Option<oneshot::Receiver<Result<Answer, Lost>>> = None;
        self.files.watch(std::iter::once(self.script.clone()));
        self.load();
        while !self.to.is_closed() {
            thread::sleep(TICK);
            gone = if self.script.exists() { 0 } else { gone + 1 };
            // A file that is being replaced is not there for a moment: nobody wants to hear of it.
            if gone > 0 && gone != GONE_TICKS {
                continue;
            }
            quiet = quiet.saturating_add(1);
            let lost = !self.renderer.runs(self.state.studio) && self.state.trouble.is_none();
            rested = if lost { rested + 1 } else { 0 };
            if self.files.changed() || gone == GONE_TICKS {
                (quiet, review, rest) = (0, None, 1);
                self.load();
            } else if lost && rested >= rest {
                (quiet, review, rest) = (0, None, (rest * 2).min(MOST_REST_TICKS));
                self.load();
            } else if quiet == QUIET_TICKS && self.state.film == self.state.version {
                review = Some(self.renderer.ask(Ask::Review { version: self.state.version }));
            } else if let Some(answer) = review.as_mut().and_then(|review| review.try_recv().ok()) {
                review = None;
                self.reviewed(answer);
            }
        }
    }

    /// Has the script read, and tells what came of it.
    fn load(&mut self) {
        self.state.version += 1;
        let version = self.state.version;
        let answer = self.wait(self.renderer.ask(Ask::Load { version }));
        self.state.studio = self.renderer.started();
        (self.state.reviewed, self.state.trouble) = (false, None);
        let loaded = answer.ok().filter(|answer| answer.kind == Kind::Json);
        match loaded.and_then(|answer| serde_json::from_slice::<Loaded>(&answer.bytes).ok()) {
            Some(loaded) => {
                let complete = loaded.film;
                self.state.film = if complete { version } else { self.state.film };
                self.state.findings = loaded.findings;
                // A file that is missing may come: the folder tells.
                let named = self.script.parent().filter(|folder| !folder.as_os_str().is_empty());
                let folder = (!complete).then(|| named.unwrap_or(Path::new(".")).to_owned());
                let paths = std::iter::once(self.script.clone()).chain(loaded.inputs.into_iter().map(PathBuf::from));
                self.files.watch(paths.chain(folder));
            }
            None => self.state.trouble = Some("the script made the renderer crash; it is read again when it changes"),
        }
        self.tell();
    }

    /// Waits for an answer, but not for ever.
    fn wait(&self, mut answer: oneshot::Receiver<Result<Answer, Lost>>) -> Result<Answer, Lost> {
        for _ in 0..PATIENCE_TICKS * (TICK.as_millis() as u32) {
            match answer.try_recv() {
                Ok(answer) => return answer,
                Err(oneshot::error::TryRecvError::Closed) => return Err(Lost::Ended),
                Err(oneshot::error::TryRecvError::Empty) => thread::sleep(Duration::from_millis(1)),
            }
        }
        self.renderer.end();
        Err(Lost::Ended)
    }

    fn reviewed(&mut self, answer: Result<Answer, Lost>) {
        let found = answer.ok().filter(|answer| answer.kind == Kind::Json);
        let Some(found) = found.and_then(|answer| serde_json::from_slice(&answer.bytes).ok()) else { return };
        self.state.findings = found;
        self.state.reviewed = true;
        self.tell();
    }

    fn tell(&self) {
        self.to.send_replace(self.state.told());
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
        let write = |text: &str, secs: u64| {
            std::fs::write(&path, text).unwrap();
            let file = std::fs::File::options().write(true).open(&path).unwrap();
            file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(secs)).unwrap();
        };
        let mut files = Files::default();
        files.watch([path.clone()].into_iter());
        assert!(!files.changed());
        write("one", 1);
        assert!(files.changed() && !files.changed());
        write("one", 2);
        assert!(!files.changed());
        write("two", 3);
        assert!(files.changed());
        std::fs::remove_file(&path).unwrap();
        assert!(files.changed() && !files.changed());
        files.watch([folder.path().to_owned()].into_iter());
        write("three", 4);
        assert!(files.changed(), "something new is in the folder");
    }
}
