//! `--check`: which figures would change, and by how much.

use std::path::Path;

use super::super::args::FiguresArgs;
use super::super::{Exit, report};
use super::Source;
use super::make::{Contents, Made};
use super::publish::{differs, gone, merged, texts};
use crate::figures::{Entry, Manifest};

/// Characters that are shown of a line that differs, and how many of them before the difference.
const SHOWN: usize = 60;
const BEFORE: usize = 20;

/// Compares figures as they would be written with what is there; lists what differs.
pub(super) fn compare(made: &[Made], before: &Manifest, sources: &[Source], args: &FiguresArgs) -> Exit {
    let mut stale = 0;
    for figure in made {
        let mut changes: Vec<String> = Vec::new();
        for (name, contents) in &figure.files {
            let how = match contents {
                Contents::Same => None,
                Contents::Bytes(bytes) => changed(&args.out.join(name), bytes),
                Contents::Other(_) if !args.out.join(name).is_file() => Some("is missing".into()),
                Contents::Other(how) => Some((*how).to_owned()),
            };
            changes.extend(how.map(|how| format!("{name} {how}")));
        }
        if changes.is_empty() {
            changes.extend(match before.entry(&figure.entry.name) {
                Some(noted) => said(noted, &figure.entry),
                None => Some("is not in figures.json".into()),
            });
        }
        stale += usize::from(!changes.is_empty());
        changes.iter().for_each(|change| report::line(&format!("{}: {change}", figure.entry.name)));
    }
    for gone in gone(before, sources) {
        report::line(&format!("{}: its script has it no more", gone.name));
        stale += 1;
    }
    let all = merged(made.iter().map(|made| made.entry.clone()).collect(), before, sources);
    // Texts follow from the figures, all their files: who hears of these need not hear of those.
    if stale == 0 && args.format.is_empty() {
        for (name, _) in texts(&all).iter().filter(|(name, text)| differs(&args.out.join(name), text)) {
            report::line(&format!("{name}: would be written anew"));
            stale += 1;
        }
    }
    if stale == 0 {
        report::line(&format!("{}: {} figures, all as they should be", args.out.display(), made.len()));
        return Exit::DONE;
    }
    report::line(&format!("{}: {stale} of {} figures would change", args.out.display(), made.len()));
    Exit::SCRIPT
}

/// How what is said of a figure differs, though its files do not.
fn said(old: &Entry, new: &Entry) -> Option<String> {
    let differs = [
        ("another caption", old.caption != new.caption),
        ("another `alt`", old.alt != new.alt),
        ("another size", old.size_mm != new.size_mm),
        ("another instant", old.at != new.at || old.mark != new.mark),
        ("another scene", old.scene != new.scene || old.script != new.script),
    ];
    differs.iter().find(|(_, differs)| *differs).map(|(what, _)| format!("has {what} than figures.json says"))
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
    let line = |text: &'_ str| text.lines().nth(same).map(str::to_owned);
    let (old, new) = (line(&old), line(&new));
    // A line may be long: what is shown begins shortly before the difference.
    let (old_chars, new_chars) = (old.iter().flat_map(|line| line.chars()), new.iter().flat_map(|line| line.chars()));
    let start = old_chars.zip(new_chars).take_while(|(a, b)| a == b).count().saturating_sub(BEFORE);
    let shown = |line: Option<String>| match line {
        Some(line) => report::printable(&line.chars().skip(start).take(SHOWN).collect::<String>()),
        None => "nothing".to_owned(),
    };
    format!("differs from line {number} on: `{}`, would be `{}`", shown(old), shown(new))
}
