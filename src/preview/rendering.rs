//! Renders that the page orders: the program's own command as a child, how far it has come, and what came of it.
//!
//! One at a time. The child ends by itself when nobody reads its progress any more, so that it does not outlive the server.

use std::ffi::OsString;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::PathBuf;
use std::process::{Child, ChildStderr, ChildStdout, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::watch;

/// Bytes of a line of progress at most.
const LINE_BYTES: u64 = 4 << 10;
/// Bytes that are kept of what a render says about mistakes.
const WORDS_BYTES: usize = 8 << 10;
/// Between two looks whether a render has ended.
const REST: Duration = Duration::from_millis(20);

/// What the page orders.
#[derive(Debug, Deserialize, PartialEq)]
#[serde(tag = "do", rename_all = "lowercase", deny_unknown_fields)]
pub(super) enum Order {
    /// Render the film, or what is between two instants of it, in seconds: qualities have rates of their own.
    Start { quality: Quality, from: Option<f64>, to: Option<f64> },
    /// End the render that runs.
    Cancel {},
}

/// Qualities of the command.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Quality {
    Draft,
    Preview,
    Final,
    #[serde(rename = "4k")]
    FourK,
}

impl Quality {
    fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Preview => "preview",
            Self::Final => "final",
            Self::FourK => "4k",
        }
    }
}

/// Why an order is not followed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Refused {
    /// A render runs, or none does that could be ended.
    NotNow,
    /// There is nothing between the instants.
    NoFrames,
    /// The child cannot be started.
    NoChild,
}

/// What the page is told of renders, as JSON: the newest state, `null` before the first.
pub(super) type Told = watch::Receiver<Arc<str>>;

/// Starts renders and ends them.
pub(super) struct Rendering {
    /// Program and arguments that render the film.
    command: Vec<OsString>,
    /// Where the film goes; ranges go beside it.
    output: PathBuf,
    now: Arc<Mutex<Now>>,
}

/// The render that runs or ran last.
struct Now {
    child: Option<Child>,
    cancelled: bool,
    state: Value,
    to: watch::Sender<Arc<str>>,
}

impl Now {
    fn set(&mut self, name: &str, value: impl Into<Value>) {
        if let Value::Object(state) = &mut self.state {
            state.insert(name.to_owned(), value.into());
        }
    }

    fn tell(&self) {
        self.to.send_replace(Arc::from(self.state.to_string()));
    }
}

fn locked(now: &Mutex<Now>) -> MutexGuard<'_, Now> {
    now.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Rendering {
    /// Renders by a command, to an output. The receiver hears of all that happens.
    pub(super) fn new(command: &[OsString], output: PathBuf) -> (Self, Told) {
        let (to, told) = watch::channel(Arc::from("null"));
        let now = Now { child: None, cancelled: false, state: Value::Null, to };
        (Self { command: command.to_owned(), output, now: Arc::new(Mutex::new(now)) }, told)
    }

    /// Follows an order.
    pub(super) fn order(&self, order: &Order) -> Result<(), Refused> {
        match order {
            Order::Start { quality, from, to } => {
                let known = |end: &Option<f64>| end.is_none_or(|secs| (0.0..=crate::limits::FILM_SECS).contains(&secs));
                let in_order = from.unwrap_or(0.0) < to.unwrap_or(f64::MAX);
                if known(from) && known(to) && in_order {
                    self.start(*quality, *from, *to)
                } else {
                    Err(Refused::NoFrames)
                }
            }
            Order::Cancel {} => self.cancel(),
        }
    }

    #[allow(
        clippy::disallowed_methods,
        reason = "the child is this program; it ends when its progress is not read (P7)"
    )]
    fn start(&self, quality: Quality, from: Option<f64>, to: Option<f64>) -> Result<(), Refused> {
        let mut now = locked(&self.now);
        if now.child.is_some() {
            return Err(Refused::NotNow);
        }
        let (program, arguments) = self.command.split_first().ok_or(Refused::NoChild)?;
        let output = self.output_of(from, to);
        let mut command = std::process::Command::new(program);
        command.args(arguments).args(["--progress", "json", "--quality", quality.name()]).arg("--output").arg(&output);
        for (name, end) in [("--from", from), ("--to", to)] {
            command.args(end.iter().flat_map(|secs| [name.to_owned(), format!("{secs:.6}")]));
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|_| Refused::NoChild)?;
        let streams = child.stdout.take().zip(child.stderr.take());
        let name = output.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let number = now.state.get("number").and_then(Value::as_u64).unwrap_or(0) + 1;
        now.state = json!({
            "number": number, "name": name, "quality": quality.name(), "outcome": null, "done": 0, "frames": 0, "text": "",
        });
        now.cancelled = false;
        let shared = Arc::clone(&self.now);
        let follow = move || {
            if let Some((stdout, stderr)) = streams {
                follow(&shared, stdout, stderr);
            }
        };
        // Without the thread the streams are closed, and the child ends.
        thread::Builder::new().name("render".into()).spawn(follow).map_err(|_| Refused::NoChild)?;
        now.child = Some(child);
        now.tell();
        Ok(())
    }

    /// Where a film goes, or a range of it.
    fn output_of(&self, from: Option<f64>, to: Option<f64>) -> PathBuf {
        if from.is_none() && to.is_none() {
            return self.output.clone();
        }
        let text = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
        let (stem, ending) = (text(self.output.file_stem()), text(self.output.extension()));
        let end = to.map_or_else(|| "end".into(), |to| format!("{to:.2}"));
        self.output.with_file_name(format!("{stem}-{:.2}-{end}.{ending}", from.unwrap_or(0.0)))
    }

    fn cancel(&self) -> Result<(), Refused> {
        let mut now = locked(&self.now);
        now.cancelled = true;
        now.child.as_mut().map(interrupt).ok_or(Refused::NotNow)
    }
}

/// Asks a render to stop: it leaves nothing behind. Where that cannot be asked, it is ended.
fn interrupt(child: &mut Child) {
    #[cfg(unix)]
    rustix::process::kill_process(rustix::process::Pid::from_child(child), rustix::process::Signal::INT).ok();
    #[cfg(not(unix))]
    child.kill().ok();
}

/// Reads what a render says until its end, and tells it.
fn follow(now: &Mutex<Now>, stdout: ChildStdout, stderr: ChildStderr) {
    let words = thread::scope(|scope| {
        let words = thread::Builder::new().name("render-words".into()).spawn_scoped(scope, || last_words(stderr));
        let mut lines = BufReader::new(stdout);
        let mut line = Vec::new();
        while lines.by_ref().take(LINE_BYTES).read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
            said(&mut locked(now), &line);
            line.clear();
        }
        words.ok().and_then(|words| words.join().ok()).unwrap_or_default()
    });
    // The streams end a moment before the child does.
    loop {
        let mut now = locked(now);
        let ended = now.child.as_mut().map(Child::try_wait);
        let code = match ended {
            Some(Ok(None)) => {
                drop(now);
                thread::sleep(REST);
                continue;
            }
            Some(Ok(Some(status))) => status.code(),
            Some(Err(_)) | None => None,
        };
        let outcome = match (code, now.cancelled) {
            (Some(0), _) => "done",
            (_, true) => "cancelled",
            _ => "failed",
        };
        if outcome == "failed" {
            now.set("text", words.as_str());
        }
        now.set("outcome", outcome);
        now.child = None;
        now.tell();
        return;
    }
}

/// Takes in a line: progress as JSON, or what came of it.
fn said(now: &mut Now, line: &[u8]) {
    match serde_json::from_slice::<Value>(line) {
        Ok(Value::Object(progress)) => {
            for name in ["done", "frames"] {
                now.set(name, progress.get(name).and_then(Value::as_u64).unwrap_or(0));
            }
        }
        _ => now.set("text", String::from_utf8_lossy(line).trim()),
    }
    now.tell();
}

/// The last that a stream says.
fn last_words(mut stream: ChildStderr) -> String {
    let mut kept: Vec<u8> = Vec::new();
    let mut block = [0; 4 << 10];
    while let Some(new) =
        stream.read(&mut block).ok().filter(|length| *length > 0).and_then(|length| block.get(..length))
    {
        kept.extend(new);
        let beyond = kept.len().saturating_sub(WORDS_BYTES);
        kept.drain(..beyond);
    }
    String::from_utf8_lossy(&kept).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_read_strictly() {
        let read = |text: &str| serde_json::from_str::<Order>(text).ok();
        let start = |quality, from, to| Some(Order::Start { quality, from, to });
        assert_eq!(read(r#"{"do":"start","quality":"draft"}"#), start(Quality::Draft, None, None));
        assert_eq!(read(r#"{"do":"start","quality":"4k","from":3.5}"#), start(Quality::FourK, Some(3.5), None));
        assert_eq!(read(r#"{"do":"cancel"}"#), Some(Order::Cancel {}));
        for text in [
            "",
            "[]",
            r#"{"do":"start"}"#,
            r#"{"do":"start","quality":"--output"}"#,
            r#"{"do":"start","quality":"draft","from":"--output"}"#,
            r#"{"do":"start","quality":"draft","output":"/etc/passwd"}"#,
            r#"{"do":"cancel","more":1}"#,
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        let (rendering, _) = Rendering::new(&[], "a.mp4".into());
        let start = |from, to| rendering.order(&Order::Start { quality: Quality::Draft, from, to });
        for (from, to) in [(Some(9.0), Some(3.0)), (Some(-1.0), None), (None, Some(f64::NAN)), (Some(1e9), None)] {
            assert_eq!(start(from, to), Err(Refused::NoFrames), "{from:?} {to:?}");
        }
        assert_eq!(rendering.order(&Order::Cancel {}), Err(Refused::NotNow));
        assert_eq!(start(None, None), Err(Refused::NoChild));
        assert_eq!(rendering.output_of(Some(1.5), None), PathBuf::from("a-1.50-end.mp4"));
    }
}
