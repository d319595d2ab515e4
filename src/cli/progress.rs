//! How far a render has come: a bar that is redrawn on a terminal, a line now and then elsewhere; or JSON for programs.

use std::io::{IsTerminal as _, Write as _};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde_json::json;

use super::args::ProgressArg;

/// Between two drawings of the bar, and between two lines.
const REDRAW: Duration = Duration::from_millis(100);
const LINES: Duration = Duration::from_secs(5);
const BAR: usize = 28;

/// Prints progress: for people on the standard error, for programs on the standard output.
pub(super) struct Progress {
    total: u64,
    start: Instant,
    terminal: bool,
    json: bool,
    last: Mutex<Option<Instant>>,
}

impl Progress {
    #[expect(clippy::disallowed_methods, reason = "the command line may look at the clock; frames never do")]
    pub(super) fn new(total: u64, how: ProgressArg) -> Self {
        let json = how == ProgressArg::Json;
        let terminal = !json && std::io::stderr().is_terminal();
        Self { total, start: Instant::now(), terminal, json, last: Mutex::new(None) }
    }

    /// Seconds since the beginning.
    pub(super) fn elapsed(&self) -> f64 {
        self.start.elapsed().as_secs_f64()
    }

    /// Shows that so many frames are done, unless it was just shown. `false`: the program that reads it has gone.
    #[expect(clippy::disallowed_methods, reason = "the command line may look at the clock; frames never do")]
    pub(super) fn show(&self, done: u64) -> bool {
        let Ok(mut last) = self.last.try_lock() else { return true };
        let (now, pause) = (Instant::now(), if self.terminal || self.json { REDRAW } else { LINES });
        if last.is_some_and(|last| now.duration_since(last) < pause) {
            return true;
        }
        let first = last.replace(now).is_none();
        if self.json {
            let line = json!({ "done": done, "frames": self.total });
            let mut out = std::io::stdout().lock();
            return writeln!(out, "{line}").and_then(|()| out.flush()).is_ok();
        }
        if first && !self.terminal {
            // The first line comes after a while: short renders need none.
            return true;
        }
        let text = described(done, self.total, self.elapsed());
        let mut err = std::io::stderr().lock();
        if self.terminal {
            write!(err, "\r\x1b[2K{} {text}", bar(done, self.total)).ok()
        } else {
            writeln!(err, "{text}").ok()
        };
        err.flush().ok();
        true
    }

    /// Clears the bar.
    pub(super) fn end(&self) {
        if self.terminal {
            write!(std::io::stderr(), "\r\x1b[2K").ok();
        }
    }
}

fn bar(done: u64, total: u64) -> String {
    let full = (done as usize * BAR).checked_div(total.max(1) as usize).unwrap_or(0).min(BAR);
    format!("[{}{}]", "#".repeat(full), "-".repeat(BAR - full))
}

fn described(done: u64, total: u64, elapsed: f64) -> String {
    let rate = done as f64 / elapsed.max(1e-3);
    let left = if rate > 0.0 { (total.saturating_sub(done)) as f64 / rate } else { 0.0 };
    let percent = done * 100 / total.max(1);
    format!("{percent:3} %  frame {done} of {total}  {rate:.0} fps  {:.0} s left", left.min(1e6))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_numbers_do_no_harm() {
        assert_eq!(bar(0, 0).len(), BAR + 2);
        assert_eq!(bar(9, 3), format!("[{}]", "#".repeat(BAR)));
        assert_eq!(described(30, 60, 1.0), " 50 %  frame 30 of 60  30 fps  1 s left");
        assert!(described(0, 0, 0.0).contains("0 of 0"));
    }
}
