//! `--check`: which figures would change, and by how much.

use std::path::Path;

use super::super::args::FiguresArgs;
use super::super::{Exit, report};
use super::make::Made;
use crate::diag::Diagnostic;
use crate::figures::Manifest;

/// Compares figures as they would be written with what is there; lists what differs.
pub(super) fn compare(made: &[Made], before: &Manifest, args: &FiguresArgs) -> Result<Exit, Diagnostic> {
    let mut stale = 0;
    for figure in made {
        let mut changes: Vec<String> = Vec::new();
        for (name, bytes) in &figure.files {
            let path = args.out.join(name);
            changes.extend(bytes.as_ref().and_then(|bytes| changed(&path, bytes)).map(|how| format!("{name} {how}")));
        }
        let noted = before.entry(&figure.entry.name);
        if changes.is_empty() && noted.is_none_or(|noted| *noted != figure.entry) {
            changes.push(if noted.is_none() { "is not in figures.json".into() } else { "has other words".into() });
        }
        stale += usize::from(!changes.is_empty());
        changes.iter().for_each(|change| report::line(&format!("{}: {change}", figure.entry.name)));
    }
    if args.only.is_empty() {
        for gone in before.figures.iter().filter(|old| !made.iter().any(|new| new.entry.name == old.name)) {
            report::line(&format!("{}: no script has it any more", gone.name));
            stale += 1;
        }
    }
    if stale == 0 {
        report::line(&format!("{}: {} figures, all as they should be", args.out.display(), made.len()));
        return Ok(Exit::DONE);
    }
    report::line(&format!("{}: {stale} of {} figures would change", args.out.display(), made.len()));
    Ok(Exit::SCRIPT)
}

/// How a file differs from what it would be; `None` if it does not.
fn changed(path: &Path, new: &[u8]) -> Option<String> {
    let Ok(old) = std::fs::read(path) else { return Some("is missing".into()) };
    if old == new {
        return None;
    }
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    Some(match ending {
        "png" => pixels(&old, new),
        "svg" => lines(&old, new),
        _ => format!("differs ({} bytes, would be {})", old.len(), new.len()),
    })
}

fn pixels(old: &[u8], new: &[u8]) -> String {
    let read = |bytes: &[u8]| image::load_from_memory_with_format(bytes, image::ImageFormat::Png).ok();
    let (Some(old), Some(new)) = (read(old).map(|i| i.to_rgba8()), read(new).map(|i| i.to_rgba8())) else {
        return "is no picture".into();
    };
    if old.dimensions() != new.dimensions() {
        let ((w, h), (x, y)) = (old.dimensions(), new.dimensions());
        return format!("is {w}x{h}, would be {x}x{y}");
    }
    let far = |(a, b): (&image::Rgba<u8>, &image::Rgba<u8>)| {
        a.0.iter().zip(&b.0).map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0)
    };
    let differences: Vec<u8> = old.pixels().zip(new.pixels()).map(far).filter(|far| *far > 0).collect();
    let share = 100.0 * differences.len() as f64 / f64::from(old.width().max(1)) / f64::from(old.height().max(1));
    format!("differs in {share:.2} % of its pixels, by up to {} of 255", differences.iter().max().unwrap_or(&0))
}

fn lines(old: &[u8], new: &[u8]) -> String {
    let (old, new) = (String::from_utf8_lossy(old), String::from_utf8_lossy(new));
    let same = old.lines().zip(new.lines()).take_while(|(a, b)| a == b).count();
    let number = same + 1;
    let shown = |text: &str| {
        let line: String = text.lines().nth(same).unwrap_or("nothing").chars().take(60).collect();
        report::printable(&line)
    };
    format!("differs from line {number} on: `{}`, would be `{}`", shown(&old), shown(&new))
}
