//! Follows the files of a script: what changed is read anew, then looked at closely, and the page is told.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::{oneshot, watch};

use super::renderer::{Lost, Renderer};
use super::routes::News;
use super::wire::{Answer, Ask, Kind, Loaded};
use crate::diag::Diagnostic;
use crate::world::edits::{Edits, Look, TICK};

/// Looks without a change before the film is reviewed: who types is not kept waiting by it.
const QUIET_TICKS: u32 = 20;
/// Looks after which a studio that does not answer counts as lost: half a minute.
const PATIENCE_TICKS: u32 = 1500;
/// Looks before a studio that was lost is started again, at most: what makes it crash may be asked for again.
const MOST_REST_TICKS: u32 = 256;

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
    let (edits, renderer) = (Edits::of(script), Arc::clone(renderer));
    let state = State { name, version: 0, film: 0, studio: 0, findings: Vec::new(), reviewed: false, trouble: None };
    let (to, news) = watch::channel(state.told());
    let follow = move || Follower { edits, renderer, state, to }.follow();
    thread::Builder::new().name("watch".into()).spawn(follow).map_err(|error| super::failed(&error))?;
    Ok(news)
}

struct Follower {
    edits: Edits,
    renderer: Arc<Renderer>,
    state: State,
    to: watch::Sender<Arc<str>>,
}

impl Follower {
    fn follow(&mut self) {
        let mut quiet = 0_u32;
        // Looks to wait before a lost studio is replaced, and how many were waited.
        let (mut rest, mut rested) = (1, 0);
        let mut review: Option<oneshot::Receiver<Result<Answer, Lost>>> = None;
        self.load();
        while !self.to.is_closed() {
            thread::sleep(TICK);
            let look = self.edits.look();
            if look == Look::Away {
                continue;
            }
            quiet = quiet.saturating_add(1);
            let lost = !self.renderer.runs(self.state.studio) && self.state.trouble.is_none();
            rested = if lost { rested + 1 } else { 0 };
            if look == Look::Changed {
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
                let looked_at = loaded.looked_at.into_iter().map(|(path, stamp)| (PathBuf::from(path), stamp));
                self.edits.follow(looked_at, complete);
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
