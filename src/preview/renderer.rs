//! The studio as the server sees it: a child process that answers. If it ends, what was asked of it is told so, and the next
//! ask starts another.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{BufReader, Write as _};
use std::process::{Child, Stdio};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;

use super::wire::{self, Answer, Ask, Numbered};

/// Asks under way at a time.
const UNDER_WAY: usize = 128;
/// What an ask gets, before the studio counts as lost.
const PATIENCE: Duration = Duration::from_secs(30);
/// As much for a figure, which may be many pictures that move.
const PATIENCE_WITH_FIGURES: Duration = Duration::from_secs(120);

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lost {
    /// The studio ended, or could not be started.
    Ended,
    /// It has more to do than anybody waits for.
    Busy,
}

/// Answers that somebody waits for, by number.
type Waiting = BTreeMap<u64, oneshot::Sender<Result<Answer, Lost>>>;

#[derive(Default)]
struct State {
    studio: Option<Studio>,
    waiting: Waiting,
    next: u64,
    /// How many studios were started.
    started: u64,
}

/// A running child.
struct Studio {
    child: Child,
    asks: SyncSender<Vec<u8>>,
}

/// Starts studios and asks them.
pub(super) struct Renderer {
    command: Vec<OsString>,
    state: Arc<Mutex<State>>,
}

fn locked(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Renderer {
    /// A renderer whose studios are made by a command: program and arguments.
    pub(super) fn new(command: &[OsString]) -> Self {
        Self { command: command.to_owned(), state: Arc::default() }
    }

    /// How many studios were started so far: a new one has no film.
    pub(super) fn started(&self) -> u64 {
        locked(&self.state).started
    }

    /// Does the studio of this number still run?
    pub(super) fn runs(&self, number: u64) -> bool {
        let state = locked(&self.state);
        state.studio.is_some() && state.started == number
    }

    /// Asks. The answer comes through the channel, or that there will be none.
    pub(super) fn ask(&self, ask: Ask) -> oneshot::Receiver<Result<Answer, Lost>> {
        let (to, answer) = oneshot::channel();
        let mut state = locked(&self.state);
        // Whoever reads answers waits for the lock: none can come before its number is known.
        match self.hand_over(&mut state, ask) {
            Ok(id) => drop(state.waiting.insert(id, to)),
            Err(lost) => drop(to.send(Err(lost))),
        }
        answer
    }

    /// As [`Renderer::ask`], and waits. A studio that does not answer for too long is ended.
    pub(super) async fn answer(&self, ask: Ask) -> Result<Answer, Lost> {
        let patience = if matches!(ask, Ask::Figure { .. }) { PATIENCE_WITH_FIGURES } else { PATIENCE };
        match tokio::time::timeout(patience, self.ask(ask)).await {
            Ok(answer) => answer.unwrap_or(Err(Lost::Ended)),
            Err(_) => {
                self.end();
                Err(Lost::Ended)
            }
        }
    }

    /// Ends the studio, so that the next ask starts another.
    pub(super) fn end(&self) {
        if let Some(studio) = &mut locked(&self.state).studio {
            studio.child.kill().ok();
        }
    }

    /// Hands an ask to the studio, which is started if there is none. Leaves the number that the answer will have.
    fn hand_over(&self, state: &mut State, ask: Ask) -> Result<u64, Lost> {
        // Nobody waits for these any more.
        state.waiting.retain(|_, waiting| !waiting.is_closed());
        if state.waiting.len() >= UNDER_WAY {
            return Err(Lost::Busy);
        }
        if state.studio.is_none() {
            state.studio = self.start(state.started + 1);
            state.started += u64::from(state.studio.is_some());
        }
        let id = state.next;
        let studio = state.studio.as_ref().ok_or(Lost::Ended)?;
        let mut line = serde_json::to_vec(&Numbered { id, ask }).map_err(|_| Lost::Ended)?;
        line.push(b'\n');
        studio.asks.try_send(line).map_err(|failed| match failed {
            TrySendError::Full(_) => Lost::Busy,
            TrySendError::Disconnected(_) => Lost::Ended,
        })?;
        state.next += 1;
        Ok(id)
    }

    /// Starts a child, a thread that writes to it and one that reads from it.
    #[allow(clippy::disallowed_methods, reason = "the child is this program; it ends with its standard input (P7)")]
    fn start(&self, number: u64) -> Option<Studio> {
        let (program, arguments) = self.command.split_first()?;
        let mut command = std::process::Command::new(program);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().ok()?;
        let (mut input, output) = (child.stdin.take()?, child.stdout.take()?);
        let (asks, lines) = sync_channel::<Vec<u8>>(UNDER_WAY);
        let write = move || {
            while let Ok(line) = lines.recv() {
                if input.write_all(&line).and_then(|()| input.flush()).is_err() {
                    return;
                }
            }
        };
        let state = Arc::clone(&self.state);
        let read = move || {
            let mut output = BufReader::new(output);
            while let Ok(Some((id, answer))) = wire::read(&mut output) {
                let waiting = locked(&state).waiting.remove(&id);
                waiting.map(|to| to.send(Ok(answer)));
            }
            ended(&state, number);
        };
        let spawned = thread::Builder::new().name("asks".into()).spawn(write).is_ok()
            && thread::Builder::new().name("answers".into()).spawn(read).is_ok();
        if !spawned {
            child.kill().ok();
            child.wait().ok();
        }
        spawned.then_some(Studio { child, asks })
    }
}

/// Clears away a studio that has ended, and tells all who wait.
fn ended(state: &Mutex<State>, number: u64) {
    let mut state = locked(state);
    if state.started == number
        && let Some(mut studio) = state.studio.take()
    {
        studio.child.kill().ok();
        studio.child.wait().ok();
        for (_, to) in std::mem::take(&mut state.waiting) {
            to.send(Err(Lost::Ended)).ok();
        }
    }
}

impl Drop for Renderer {
    fn drop(&mut self) {
        self.end();
    }
}
