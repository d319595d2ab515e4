//! The command line: arguments in, output and an exit code out. The only place that prints, and that renders diagnostics.

mod args;
mod cache;
mod captions;
mod check;
mod diff;
mod figures;
mod fmt;
mod frame;
mod instant;
mod lines;
mod list;
mod load;
mod manual;
mod new;
mod preview;
mod progress;
mod publish;
mod render;
mod report;
mod sheet;
mod show;
mod signals;
mod sound;
mod vectors;
mod voice;
mod watch;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

use crate::diag::{Blame, Diagnostics, Severity};
use args::{Arguments, Command};

/// What a command came to (promise P9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exit(pub u8);

impl Exit {
    /// All is well.
    pub const DONE: Self = Self(0);
    /// The script or its assets are wrong.
    pub const SCRIPT: Self = Self(1);
    /// The command line is wrong.
    pub const USAGE: Self = Self(2);
    /// ffmpeg, the disk, permissions, a lock.
    pub const ENVIRONMENT: Self = Self(3);
    /// A fault of ours.
    pub const BUG: Self = Self(70);

    /// The exit code that findings ask for: the gravest one's.
    pub fn of(diags: &Diagnostics) -> Self {
        let gravest = diags.iter().filter(|d| d.severity == Severity::Error).map(|d| d.blame).max();
        match gravest {
            None => Self::DONE,
            Some(Blame::Script) => Self::SCRIPT,
            Some(Blame::Usage) => Self::USAGE,
            Some(Blame::Environment) => Self::ENVIRONMENT,
            Some(Blame::Bug) => Self::BUG,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.0)
    }
}

/// Runs the program with the process's arguments.
pub fn run() -> Exit {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version go to the standard output, mistakes to the standard error; a closed stream is no mistake.
            error.print().ok();
            return if error.use_stderr() { Exit::USAGE } else { Exit::DONE };
        }
    };
    // A panic is our fault. It is told in one line, and nothing is left under a final name.
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(String::new, |at| format!(" ({}:{})", at.file(), at.line()));
        writeln!(std::io::stderr(), "bug: this should not have happened{place}; please report it with the script").ok();
    }));
    let outcome = std::panic::catch_unwind(|| match arguments.command {
        Command::Render(args) => render::run(&args),
        Command::Voice(args) => voice::run(&args),
        Command::Captions(args) => captions::run(&args),
        Command::Cache(args) => cache::run(&args),
        Command::Frame(args) => frame::run(&args),
        Command::Sheet(args) => sheet::run(&args),
        Command::Diff(args) => diff::run(&args),
        Command::Watch(args) => watch::run(&args),
        Command::Preview(args) => preview::run(&args),
        Command::Studio(args) => preview::studio(&args),
        Command::Figures(args) => figures::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Fmt(args) => fmt::run(&args),
        Command::New(args) => new::run(&args),
        Command::List { what } => list::run(what),
        Command::Explain { name } => manual::explain(&name),
        Command::Schema => manual::schema(),
        Command::Reference(args) => manual::reference(&args),
    });
    outcome.unwrap_or(Exit::BUG)
}

/// Prints findings for people and gives their exit code.
fn conclude(diags: &Diagnostics) -> Exit {
    report::text(diags);
    Exit::of(diags)
}
