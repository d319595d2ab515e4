//! Programs that a user names on the command line, never a script: words in, a file out.

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use super::Cancel;
use super::ffmpeg::{Outcome, Running};
use crate::diag::Diagnostic;

/// A program that writes a file.
#[derive(Clone, Copy)]
pub struct Program<'a> {
    /// Its name and arguments, as they are: no shell sees them.
    pub words: &'a [String],
    /// How long it may give no sign of life.
    pub patience: Duration,
    /// Ends it.
    pub cancel: &'a Cancel,
}

impl Program<'_> {
    /// Runs it to its end; whatever it started ends with it. The growth of the file is its sign of life.
    ///
    /// # Errors
    /// If there is no such program, or it fails, hangs or is cancelled.
    pub fn run(&self, file: &Path) -> Result<(), Diagnostic> {
        let (name, arguments) = self.words.split_first().map_or(("", &[][..]), |(name, rest)| (name.as_str(), rest));
        let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
        let running = Running::program(name, &arguments, self.patience, self.cancel, file).map_err(|found| {
            let found = Diagnostic { code: "program-failed", ..found };
            found.hint(format!("is `{name}` installed? it was named on the command line or by a variable"))
        })?;
        let ended = running.finish();
        let what = match ended.outcome {
            Outcome::Done => return Ok(()),
            Outcome::Cancelled => return Err(super::interrupted()),
            Outcome::Failed(code) => format!("failed with exit code {code}"),
            Outcome::Killed(signal) => format!("was killed by signal {signal}"),
            Outcome::Hung => format!("gave no sign of life for {} s and was ended", self.patience.as_secs()),
        };
        let found = Diagnostic::environment("program-failed", format!("`{name}` {what}"));
        let found =
            ended.log.last_words(4).into_iter().fold(found, |found, line| found.hint(format!("it says: {line}")));
        Err(found.hint(format!("command: {}", ended.command)))
    }
}
