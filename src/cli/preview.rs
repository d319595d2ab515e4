//! `surprisal preview`: a local page that follows the script.

use std::path::Path;

use super::args::{PreviewArgs, StudioArgs};
use super::{Exit, conclude, report};
use crate::preview::{self, Options, Studio};

/// Names the frame on which a studio aborts: for tests of what a crash comes to.
const ABORTS_AT: &str = "SURPRISAL_STUDIO_ABORTS_AT";

pub(super) fn run(args: &PreviewArgs) -> Exit {
    let program = match std::env::current_exe() {
        Ok(program) => program,
        Err(error) => {
            let message = format!("this program cannot find itself: {error}");
            return conclude(&crate::diag::Diagnostic::environment("preview", message).into());
        }
    };
    // A path is no flag, whatever it begins with.
    let path = |path: &Path| Path::new(".").join(path).into_os_string();
    let with = |command: &str| {
        let mut words = vec![program.clone().into_os_string(), command.into(), path(&args.script)];
        words.extend(args.voice.iter().flat_map(|folder| ["--voice".into(), path(folder)]));
        words
    };
    let options = Options {
        script: args.script.clone(),
        port: args.port,
        studio: with("studio"),
        render: with("render"),
        output: super::render::usual_output(&args.script, ".mp4"),
    };
    let served = preview::serve(&options, &mut |address| {
        report::line(&format!("{address}\n{} is shown there; Ctrl-C ends the preview", args.script.display()));
        if args.open && !open(address) {
            report::note("no browser could be opened: open the address above");
        }
    });
    served.map_or_else(|mistake| conclude(&mistake.into()), |()| Exit::DONE)
}

/// The process behind a preview.
pub(super) fn studio(args: &StudioArgs) -> Exit {
    let aborts_at = std::env::var(ABORTS_AT).ok().and_then(|frame| frame.parse().ok());
    let (script, voices) = (args.script.clone(), args.voice.clone());
    preview::work(&Studio { script, voices, memory: super::load::memory, aborts_at });
    Exit::DONE
}

/// Has the system open an address.
#[allow(clippy::disallowed_methods, reason = "the browser is the user's, and outlives us")]
fn open(address: &str) -> bool {
    let (program, before): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        ("rundll32", &["url.dll,FileProtocolHandler"])
    } else {
        ("xdg-open", &[])
    };
    let nothing = std::process::Stdio::null;
    let mut command = std::process::Command::new(program);
    command.args(before).arg(address).stdin(nothing()).stdout(nothing()).stderr(nothing()).spawn().is_ok()
}
