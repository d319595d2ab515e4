//! `surprisal preview`: a local page that follows the script.

use super::args::{PreviewArgs, StudioArgs};
use super::{Exit, conclude, report};
use crate::preview::{self, Options};

pub(super) fn run(args: &PreviewArgs) -> Exit {
    let program = match std::env::current_exe() {
        Ok(program) => program,
        Err(error) => {
            let message = format!("this program cannot find itself: {error}");
            return conclude(&crate::diag::Diagnostic::environment("preview", message).into());
        }
    };
    let studio = vec![program.into_os_string(), "studio".into(), "--".into(), args.script.clone().into_os_string()];
    let options = Options { script: args.script.clone(), port: args.port, studio };
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
    preview::work(&args.script);
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
