//! `surprisal check`: all mistakes at once.

use super::args::{CheckArgs, ReportFormat};
use super::{Exit, lines, load, report};
use crate::diag::{Diagnostics, Severity};
use crate::film::Overrides;

pub(super) fn run(args: &CheckArgs) -> Exit {
    let mut all = Diagnostics::new();
    let mut sound = 0;
    for script in &args.scripts {
        let (film, found) = load::film(script, Overrides::default(), args.voice.as_deref());
        sound += usize::from(film.is_some());
        all.append(found);
    }
    let warnings = all.iter().filter(|d| d.severity == Severity::Warning).count();
    match args.format {
        ReportFormat::Json => report::json(&all),
        ReportFormat::Short => all.iter().for_each(|found| report::line(&lines::short(found))),
        ReportFormat::Github => all.iter().for_each(|found| report::line(&lines::github(found, args.strict))),
        ReportFormat::Text => {
            report::text(&all);
            let count = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
            let errors = all.len() - warnings;
            let scripts = count(args.scripts.len(), "script");
            report::line(&match (errors, warnings) {
                (0, 0) => format!("{scripts} checked, no mistakes"),
                _ => format!(
                    "{scripts} checked, {sound} sound: {}, {}",
                    count(errors, "error"),
                    count(warnings, "warning")
                ),
            });
        }
    }
    if args.strict && warnings > 0 && !all.has_errors() { Exit::SCRIPT } else { Exit::of(&all) }
}
