//! The child process: a command in; frames flow to it; its end, however it comes, out. It never outlives us (P7).
//!
//! One thread owns the child, watches it and ends it; one drains its messages. Whoever writes frames may block at will:
//! the watching thread frees it by ending the child.

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use ffmpeg_sidecar::command::FfmpegCommand;

use super::Cancel;
use super::log::{Log, Text};
use crate::diag::Diagnostic;

/// How often the child is looked at; and how often once it says no more, for then its end is near.
const POLL: Duration = Duration::from_millis(25);
const LAST_POLL: Duration = Duration::from_millis(1);
/// What a child gets to end by itself when asked, before it is killed.
const GRACE: Duration = Duration::from_secs(2);
/// Bytes handed over at a time: each is a sign of life, and a pipe holds about as much.
const CHUNK: usize = 64 << 10;
/// How much free memory a child may keep, in bytes: some raw frames of 4K.
const KEPT_BYTES: &str = "268435456";

/// A command to run.
pub(super) struct Job<'a> {
    /// The program.
    pub program: &'a Path,
    /// Its arguments, after those that make its messages readable.
    pub arguments: Vec<OsString>,
    /// Longest time without a sign of life.
    pub patience: Duration,
    /// Ends the child when set.
    pub cancel: &'a Cancel,
    /// A file whose growth is a sign of life.
    pub grows: Option<PathBuf>,
    /// The folder to run in, if not ours.
    pub folder: Option<PathBuf>,
}

/// How the child ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// With exit code 0.
    Done,
    /// With another exit code.
    Failed(i32),
    /// Killed by a signal that was not ours.
    Killed(i32),
    /// By us: it gave no sign of life for too long.
    Hung,
    /// By us: the user asked.
    Cancelled,
}

/// A child that has ended.
pub(super) struct Ended {
    /// How.
    pub outcome: Outcome,
    /// Its messages.
    pub log: Text,
    /// Its standard output, if short.
    pub output: Text,
    /// The command, as one could type it.
    pub command: String,
}

/// A child at work. Dropping it kills it.
pub(super) struct Running {
    stdin: Option<ChildStdin>,
    shared: Arc<Shared>,
    keeper: Option<JoinHandle<Outcome>>,
    command: String,
}

#[derive(Default)]
struct Shared {
    beats: AtomicU64,
    /// Are we waiting for the child, rather than it for us?
    waiting: AtomicBool,
    abandoned: AtomicBool,
    log: Log,
    output: Log,
}

impl Running {
    /// Starts a child in a process group of its own, so that Ctrl-C at the terminal reaches only us, who then decide.
    pub fn start(job: Job<'_>) -> Result<Self, Diagnostic> {
        // Run in another folder, a program named relative to ours must be named otherwise.
        let elsewhere = job.folder.is_some() && job.program.components().count() > 1;
        let program = elsewhere.then(|| std::path::absolute(job.program).ok()).flatten();
        let mut builder = FfmpegCommand::new_with_path(program.as_deref().unwrap_or(job.program));
        builder.args(&job.arguments);
        let mut command = Command::from(builder);
        if let Some(folder) = &job.folder {
            command.current_dir(folder);
        }
        // FFREPORT would write a file of its own; colours would litter the messages.
        command.env_remove("FFREPORT").env("AV_LOG_FORCE_NOCOLOR", "1");
        // glibc would give the memory of each raw frame back to the system, which clears it again for the next one: a sixth of
        // an encoder's time. Other systems do not know these names.
        for name in ["MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"] {
            command.env(name, KEPT_BYTES);
        }
        spare_huge_pages();
        Self::spawn(command, job.patience, job.cancel, job.grows)
    }

    /// Starts another program that writes a file, with nothing on its standard input.
    pub fn program(
        name: &str,
        arguments: &[OsString],
        patience: Duration,
        cancel: &Cancel,
        file: &Path,
    ) -> Result<Self, Diagnostic> {
        #[allow(clippy::disallowed_methods, reason = "the one place where children are made")]
        let mut command = Command::new(name);
        command.args(arguments);
        Self::spawn(command, patience, cancel, Some(file.to_owned()))
    }

    fn spawn(
        mut command: Command,
        patience: Duration,
        cancel: &Cancel,
        grows: Option<PathBuf>,
    ) -> Result<Self, Diagnostic> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let shown = shown(&command);
        let mut child = command.spawn().map_err(|error| {
            let name = Path::new(command.get_program()).display();
            Diagnostic::environment("ffmpeg-start", format!("cannot start `{name}`: {error}"))
        })?;
        let stdin = child.stdin.take();
        #[cfg(target_os = "linux")]
        if let Some(pipe) = &stdin {
            // A larger pipe means fewer changes between us and ffmpeg; the default is fine where this is refused.
            rustix::pipe::fcntl_setpipe_size(pipe, 1 << 20).ok();
        }
        let shared = Arc::new(Shared::default());
        let (stderr, stdout) = (child.stderr.take(), child.stdout.take());
        let mut keeper = Keeper { child, patience, cancel: cancel.clone(), grows };
        let (for_log, for_output, for_keeper) = (Arc::clone(&shared), Arc::clone(&shared), Arc::clone(&shared));
        let started = named("ffmpeg-log", move || stderr.into_iter().for_each(|stream| for_log.log.drain(stream)))
            .and_then(|_| named("ffmpeg-out", move || stdout.into_iter().for_each(|s| for_output.output.drain(s))))
            .and_then(|_| named("ffmpeg-keeper", move || keeper.keep(&for_keeper)));
        // If the keeper could not be started, it was dropped, and the child was killed with it.
        let keeper = Some(
            started
                .map_err(|error| Diagnostic::environment("no-threads", format!("cannot start a thread: {error}")))?,
        );
        Ok(Self { stdin, shared, keeper, command: shown })
    }

    /// Hands bytes to the child, blocking while it is busy. `false`: it takes no more; [`Running::finish`] says why.
    pub fn write(&mut self, bytes: &[u8]) -> bool {
        self.feed(|stdin, beat| {
            bytes.chunks(CHUNK).try_for_each(|chunk| {
                beat();
                stdin.write_all(chunk)
            })
        })
    }

    /// The same in another way than by writing: it gets the child's standard input, and what is to be called for each little that
    /// the child takes, as a sign of life.
    pub fn feed(&mut self, hand_over: impl FnOnce(&mut ChildStdin, &dyn Fn()) -> std::io::Result<()>) -> bool {
        let Some(stdin) = &mut self.stdin else { return false };
        let shared = &self.shared;
        shared.waiting.store(true, Ordering::Release);
        let taken = hand_over(stdin, &|| {
            shared.beats.fetch_add(1, Ordering::AcqRel);
        });
        shared.waiting.store(false, Ordering::Release);
        taken.is_ok()
    }

    /// Says that no more bytes come, and waits for the end.
    pub fn finish(mut self) -> Ended {
        self.shared.waiting.store(true, Ordering::Release);
        drop(self.stdin.take());
        let outcome = self.keeper.take().and_then(|keeper| keeper.join().ok()).unwrap_or(Outcome::Hung);
        // The streams end with the child, unless it left a process behind that holds them.
        let wait = Duration::from_millis(500);
        let (log, output) = (self.shared.log.text(wait), self.shared.output.text(wait));
        Ended { outcome, log, output, command: std::mem::take(&mut self.command) }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.shared.abandoned.store(true, Ordering::Release);
        drop(self.stdin.take());
        if let Some(keeper) = self.keeper.take() {
            keeper.join().ok();
        }
    }
}

/// Keeps this process and those that it starts from huge pages, for which x264 asks. They save it nothing that can be measured,
/// and on machines that are lent their memory piece by piece, as virtual ones are, clearing them takes longer (docs/architecture.md).
fn spare_huge_pages() {
    #[cfg(target_os = "linux")]
    {
        static ONCE: std::sync::Once = std::sync::Once::new();
        ONCE.call_once(|| {
            rustix::thread::disable_transparent_huge_pages(true).ok();
        });
    }
}

fn named<T: Send + 'static>(name: &str, work: impl FnOnce() -> T + Send + 'static) -> std::io::Result<JoinHandle<T>> {
    std::thread::Builder::new().name(name.into()).spawn(work)
}

/// Owns the child, to its end.
struct Keeper {
    child: Child,
    patience: Duration,
    cancel: Cancel,
    grows: Option<PathBuf>,
}

impl Keeper {
    /// Returns once the child and all that it started are gone. Time is counted in polls, so a sleeping computer or a
    /// changed clock is no lack of life.
    fn keep(&mut self, shared: &Shared) -> Outcome {
        let mut quiet = Duration::ZERO;
        let mut last = None;
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => {
                    self.signal(true);
                    return outcome(status);
                }
                Ok(None) => {}
                Err(_) => return self.end(Outcome::Hung, Duration::ZERO),
            }
            if shared.abandoned.load(Ordering::Acquire) {
                return self.end(Outcome::Cancelled, Duration::ZERO);
            }
            if self.cancel.is_cancelled() {
                // What it wrote will not be used: there is nothing to wait for.
                return self.end(Outcome::Cancelled, Duration::ZERO);
            }
            let now = self.signs_of_life(shared);
            let lively = !shared.waiting.load(Ordering::Acquire) || last != Some(now);
            last = Some(now);
            if !lively && quiet >= self.patience {
                return self.end(Outcome::Hung, GRACE);
            }
            let nap = if shared.log.wait(Duration::ZERO) { LAST_POLL } else { POLL };
            quiet = if lively { nap } else { quiet + nap };
            if nap == POLL {
                shared.log.wait(nap); // the end wakes us at once
            } else {
                std::thread::sleep(nap);
            }
        }
    }

    /// Anything that changes while the child works: frames taken, the size and date of the file it writes.
    fn signs_of_life(&self, shared: &Shared) -> (u64, u64, Option<std::time::SystemTime>) {
        let file = self.grows.as_ref().and_then(|path| std::fs::metadata(path).ok());
        let date = file.as_ref().and_then(|file| file.modified().ok());
        (shared.beats.load(Ordering::Acquire), file.map_or(0, |file| file.len()), date)
    }

    /// Asks the child to end, waits, then kills it and its whole group.
    fn end(&mut self, outcome: Outcome, grace: Duration) -> Outcome {
        if !grace.is_zero() && self.signal(false) {
            let mut waited = Duration::ZERO;
            while waited < grace && matches!(self.child.try_wait(), Ok(None)) {
                std::thread::sleep(POLL);
                waited += POLL;
            }
        }
        self.signal(true);
        self.child.kill().ok();
        self.child.wait().ok();
        outcome
    }

    /// Sends a signal to the child's group: politely or not. `false` where there are no signals.
    #[cfg(unix)]
    fn signal(&self, kill: bool) -> bool {
        use rustix::process::{Pid, Signal, kill_process_group};
        let signal = if kill { Signal::KILL } else { Signal::TERM };
        Pid::from_raw(self.child.id().cast_signed()).is_some_and(|pid| kill_process_group(pid, signal).is_ok())
    }

    #[cfg(not(unix))]
    fn signal(&self, _kill: bool) -> bool {
        false
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.end(Outcome::Cancelled, Duration::ZERO);
        }
    }
}

fn outcome(status: ExitStatus) -> Outcome {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return Outcome::Killed(signal);
    }
    match status.code() {
        Some(0) => Outcome::Done,
        Some(code) => Outcome::Failed(code),
        None => Outcome::Killed(0),
    }
}

/// A path as an argument that no ffmpeg takes for an option, a protocol or a pattern (fault K25).
pub(super) fn file_argument(path: &Path) -> OsString {
    let mut argument = OsString::from("file:");
    argument.push(path);
    argument
}

/// The command in one line, quoted as a shell would want it.
fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let quoted = words.map(|word| {
        let word = word.to_string_lossy();
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:+=,@%\\".contains(c);
        if !word.is_empty() && word.chars().all(plain) {
            word.into_owned()
        } else {
            format!("'{}'", word.replace('\'', r"'\''"))
        }
    });
    quoted.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_can_be_typed() {
        let mut command = Command::from(FfmpegCommand::new_with_path("/a b/ffmpeg"));
        command.arg("[0:v]x").arg("it's").arg("").arg(file_argument(Path::new("-y")));
        let text = shown(&command);
        assert!(text.starts_with("'/a b/ffmpeg' "), "{text}");
        assert!(text.ends_with(r"'[0:v]x' 'it'\''s' '' file:-y"), "{text}");
    }
}
