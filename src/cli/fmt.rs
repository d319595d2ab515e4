//! `surprisal fmt`: scripts laid out in place, each whole or not at all.

use std::io::Write as _;
use std::path::Path;

use super::args::FmtArgs;
use super::{Exit, conclude, report};
use crate::diag::Diagnostics;
use crate::encode::write_file;
use crate::script;

/// Marks a file as UTF-8. Scripts are read without it; who has one keeps it.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

pub(super) fn run(args: &FmtArgs) -> Exit {
    let mut all = Diagnostics::new();
    let mut untidy = 0;
    for path in &args.scripts {
        match one(path, args) {
            Ok(changes) => untidy += usize::from(changes),
            Err(found) => all.append(found),
        }
    }
    let exit = conclude(&all);
    if args.check && untidy > 0 {
        let scripts = if untidy == 1 { "1 script".to_owned() } else { format!("{untidy} scripts") };
        report::note(&format!("{scripts} would change; `surprisal fmt` without `--check` changes them"));
        return if exit == Exit::DONE { Exit::SCRIPT } else { exit };
    }
    exit
}

/// Lays out one script. Does it change?
fn one(path: &Path, args: &FmtArgs) -> Result<bool, Diagnostics> {
    let bytes = crate::world::read_script(path)?;
    let source = script::read_source(&path.display().to_string(), &bytes)?;
    let text = script::format(&source)?;
    if args.stdout {
        // A reader that has gone is no mistake.
        std::io::stdout().write_all(text.as_bytes()).ok();
        return Ok(false);
    }
    if text == source.text {
        return Ok(false);
    }
    if !args.check {
        let mark = if bytes.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK } else { &[] };
        write_file(path, &[mark, text.as_bytes()].concat(), &[])?;
    }
    report::line(&path.display().to_string());
    Ok(true)
}
