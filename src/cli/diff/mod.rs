//! `surprisal diff`: what changed between two versions of a script, as pairs of frames.

mod align;
mod page;
mod pairs;
mod texts;
mod versions;

use super::args::DiffArgs;
use super::instant::Stretch;
use super::load::{self, Attempt, Loaded, Review};
use super::sheet::picture::picture;
use super::sheet::{is_page, named, usual_size};
use super::{Exit, conclude, report};
use crate::diag::Diagnostic;
use crate::encode::write_file;
use crate::film::Overrides;
use crate::time::{FrameIndex, clock};
use pairs::{Pair, pairs};
use texts::Line;
use versions::{Change, Version, changes};

/// Stretches of a scene that are told one by one.
const TOLD: usize = 6;
/// Pairs on a sheet, at most.
const PAIRS: usize = 300;

/// A scene that differs, and how that is shown.
struct Shown {
    /// Its title, or id.
    title: String,
    /// What became of it, in words.
    told: String,
    words: Vec<(bool, String)>,
    lines: Vec<Line>,
    pairs: Vec<Pair>,
}

pub(super) fn run(args: &DiffArgs) -> Exit {
    let usual = || Overrides { theme: args.theme, ..Overrides::default() };
    let old = load::attempt(&args.old, usual(), None.into(), Review::None);
    // Frames are compared one by one, so both go at one rate.
    let fps = old.loaded.as_ref().map(|old| old.film.fps());
    let new = load::attempt(&args.new, Overrides { fps, ..usual() }, None.into(), Review::None);
    let (old, new) = match (old, new) {
        (Attempt { loaded: Some(old), .. }, Attempt { loaded: Some(new), .. }) => (old, new),
        (old, new) => {
            let mut diags = old.diags;
            diags.append(new.diags);
            return conclude(&diags);
        }
    };
    compared(args, &old, &new).unwrap_or_else(|mistake| conclude(&mistake.into()))
}

fn compared(args: &DiffArgs, old: &Loaded, new: &Loaded) -> Result<Exit, Diagnostic> {
    let output = named(args.output.as_ref(), &args.new, "-diff.png")?;
    let scene = args.scene.as_deref();
    let (was, is) = (Version::new(old, scene), Version::new(new, scene));
    if was.scenes.is_empty() && is.scenes.is_empty() {
        // A scene that neither has.
        Stretch::new(&new.film, scene)?;
    }
    let whole = whole(old, new);
    let changes: Vec<Change> = changes(&was, &is).into_iter().filter(|change| !change.is_none()).collect();
    if whole.is_empty() && changes.is_empty() {
        report::line("nothing differs: all pictures, times and words are the same");
        return Ok(Exit::DONE);
    }
    whole.iter().for_each(|line| report::line(line));
    let size = args.size.unwrap_or_else(|| usual_size(new.film.size()));
    let (mut shown, mut count, mut left) = (Vec::new(), 0, 0);
    for change in changes {
        let told = told(&change, &was, &is);
        let id = id(&change, &was, &is);
        let lines = match change.place {
            (Some(i), Some(_)) => {
                let before = was.scenes.get(i).map_or("", |scene| scene.id.as_str());
                texts::lines((old, before), (new, &id))
            }
            _ => Vec::new(),
        };
        report::line(&format!("`{id}`: {told}"));
        let mut found = pairs(&change, (&was, &is), size);
        left += found.len().saturating_sub(PAIRS - count);
        found.truncate(PAIRS - count);
        count += found.len();
        shown.push(Shown { title: title(&change, &was, &is), told, words: change.words, lines, pairs: found });
    }
    if left > 0 {
        report::note(&format!("{left} pairs are left out: a sheet holds {PAIRS}; show one `--scene`"));
    }
    let name = |path: &std::path::Path| path.display().to_string();
    let bytes = if is_page(&output) {
        page::page(&format!("{} → {}", name(&args.old), name(&args.new)), &whole, &shown)?.into_bytes()
    } else if count > 0 {
        let sides = shown.into_iter().flat_map(|shown| shown.pairs).flat_map(|pair| pair.sides());
        let (cells, pictures): (Vec<_>, Vec<_>) = sides.unzip();
        picture(&cells, &pictures, 2)?
    } else {
        return Ok(Exit::SCRIPT);
    };
    let inputs: Vec<_> = old.inputs.iter().chain(&new.inputs).cloned().collect();
    write_file(&output, &bytes, &inputs)?;
    let pairs = if count == 1 { "1 pair".to_owned() } else { format!("{count} pairs") };
    report::line(&format!("{} ({pairs} of frames, {size} each)", output.display()));
    Ok(Exit::SCRIPT)
}

/// What differs about the film as a whole, in words.
fn whole(old: &Loaded, new: &Loaded) -> Vec<String> {
    let (was, is) = (&old.script, &new.script);
    let rows = [
        ("title", was.title.clone().unwrap_or_default(), is.title.clone().unwrap_or_default()),
        ("size", was.stage.size.to_string(), is.stage.size.to_string()),
        ("frames a second", was.stage.fps.to_string(), is.stage.fps.to_string()),
    ];
    let differs = rows.into_iter().filter(|(_, was, is)| was != is);
    differs.map(|(what, was, is)| format!("{what}: was `{was}`, is `{is}`")).collect()
}

fn id(change: &Change, old: &Version<'_>, new: &Version<'_>) -> String {
    let of = |version: &Version<'_>, place: Option<usize>| Some(version.scenes.get(place?)?.id.clone());
    of(new, change.place.1).or_else(|| of(old, change.place.0)).unwrap_or_default()
}

fn title(change: &Change, old: &Version<'_>, new: &Version<'_>) -> String {
    let of = |version: &Version<'_>, place: Option<usize>| version.scenes.get(place?)?.title.clone();
    of(new, change.place.1).or_else(|| of(old, change.place.0)).unwrap_or_else(|| id(change, old, new))
}

/// What became of a scene, in words.
fn told(change: &Change, old: &Version<'_>, new: &Version<'_>) -> String {
    let at = |frame: FrameIndex| clock(new.film.fps().instant_of(frame).get());
    let secs = |frames: u64| format!("{:.2} s", frames as f64 / new.film.fps().as_f64());
    let (i, j) = match change.place {
        (Some(i), Some(j)) => (i, j),
        (from, to) => {
            let (word, range) = match (from, to) {
                (Some(i), _) => ("gone", old.range(i)),
                (None, to) => ("new", new.range(to.unwrap_or_default())),
            };
            return format!("{word}, {} from {}", secs(range.len()), at(range.start));
        }
    };
    let mut parts = Vec::new();
    if change.renamed {
        parts.push(format!("was called `{}`", old.scenes.get(i).map_or("", |scene| scene.id.as_str())));
    }
    if change.moved {
        parts.push(format!("moved from place {} to {}", i + 1, j + 1));
    }
    let ranges = change.stretches.iter().take(TOLD).map(|stretch| {
        let new = format!("{} to {}", at(stretch.new.start), at(stretch.new.end));
        let shifted = stretch.old != stretch.new;
        let old = if shifted {
            format!(" (was {} to {})", at(stretch.old.start), at(stretch.old.end))
        } else {
            String::new()
        };
        format!("{new}{old}")
    });
    let ranges: Vec<String> = ranges.collect();
    if !ranges.is_empty() {
        let more = change.stretches.len() - ranges.len();
        let more = if more > 0 { format!(", and {more} more stretches") } else { String::new() };
        parts.push(format!("pictures differ from {}{more}", ranges.join(", ")));
    }
    for (_, frame, frames) in change.held.iter().take(TOLD) {
        let word = if *frames > 0 { "longer" } else { "shorter" };
        parts.push(format!("the picture at {} stays {} {word}", at(*frame), secs(frames.unsigned_abs())));
    }
    if change.held.len() > TOLD {
        parts.push(format!("{} more pictures stay for other times", change.held.len() - TOLD));
    }
    let lines = |new: bool| change.words.iter().filter(|(of_new, _)| *of_new == new).count();
    for (count, word) in [(lines(false), "gone"), (lines(true), "new")] {
        if count > 0 {
            parts.push(format!("{count} {} of narration {word}", if count == 1 { "line" } else { "lines" }));
        }
    }
    parts.join("; ")
}
