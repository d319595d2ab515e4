//! `surprisal render` to SVG: a film, or a stretch of it, as one file that moves, or as a folder with a file for each picture.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::args::{PictureArg, RenderArgs};
use super::load::Loaded;
use super::{render, report};
use crate::diag::Diagnostic;
use crate::draw::{Digester, Frame, Names};
use crate::encode::{Target, write_file, write_folder};
use crate::export::{Page, svg};
use crate::figures::in_parallel;
use crate::film::Film;
use crate::time::{FrameIndex, FrameRange};

/// Bytes of a file that moves, at most: browsers take about a second for as many, and a video is smaller.
const LOOP_BYTES: usize = 8_000_000;
/// Frames of a file that moves, at most.
const LOOP_FRAMES: u64 = 3_000;
/// Bytes of a folder at most.
const FOLDER_BYTES: usize = 500_000_000;
/// Pictures that are written between two looks at how large they are together.
const BATCH: usize = 64;
/// CSS pixels are points of which there are 72 an inch, but 96 an inch.
const POINTS: f64 = 72.0 / 96.0;
/// The file of a folder that says how long each picture is shown.
const TIMES: &str = "frames.json";

/// Where vectors go.
pub(super) enum Vectors {
    /// To a file that moves.
    Loop(PathBuf),
    /// To a folder.
    Folder(PathBuf),
}

/// Whether the command line asks for vectors, and where they go.
///
/// # Errors
/// `unknown-format` if `--format` and the output's name do not go together.
pub(super) fn asked(args: &RenderArgs) -> Result<Option<Vectors>, Diagnostic> {
    let output = match (&args.output, args.format) {
        (Some(output), _) => output.clone(),
        (None, Some(_)) => render::usual_output(&args.script, "/"),
        (None, None) => return Ok(None),
    };
    let one = output.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("svg")) && !output.is_dir();
    let folder = || matches!(Target::parse(&output), Ok(Target::Pictures { suffix, .. }) if suffix == ".png");
    let pattern = || output.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("png"));
    let wrong = |kind: &str, hint: &str| {
        let message = format!("`{}` is no name for pictures of the kind {kind}", output.display());
        Err(Diagnostic::usage("unknown-format", message).hint(hint))
    };
    match args.format {
        None | Some(PictureArg::Svg) if one => Ok(Some(Vectors::Loop(output))),
        None => Ok(None),
        Some(PictureArg::Svg) if folder() && !pattern() => Ok(Some(Vectors::Folder(output))),
        Some(PictureArg::Svg) => wrong("SVG", "write `name.svg` for one file that moves, or `name/` for a folder"),
        Some(PictureArg::Png) if folder() || pattern() => Ok(None),
        Some(PictureArg::Png) => wrong("PNG", "write `name/` or `name-%05d.png`"),
    }
}

/// Writes vectors and tells how many.
pub(super) fn write(args: &RenderArgs, loaded: &Loaded, to: &Vectors) -> Result<(), Diagnostic> {
    let range = render::range(args, &loaded.film)?;
    let told = match to {
        Vectors::Loop(path) => moving(loaded, range, path),
        Vectors::Folder(path) => folder(&loaded.film, range, path),
    };
    report::line(&told?);
    Ok(())
}

/// Frames that may differ from the one before, each with the number of frames that show it.
fn steps(film: &Film, range: FrameRange) -> Vec<(FrameIndex, usize)> {
    let mut steps: Vec<(FrameIndex, usize)> = Vec::new();
    for index in range.start.0..range.end.0 {
        match steps.last_mut() {
            Some((_, count)) if film.rests(FrameIndex(index)) => *count += 1,
            _ => steps.push((FrameIndex(index), 1)),
        }
    }
    steps
}

fn drawn(film: &Film, index: FrameIndex) -> (Frame, Names) {
    (film.frame(index), film.still(index, &[], &[]).names)
}

fn page<'a>(film: &'a Film, (frame, names): &'a (Frame, Names)) -> Page<'a> {
    let points = f64::from(film.size().width()) * POINTS / frame.stage.width().max(1e-9);
    Page { frame, names, area: frame.stage, points, title: film.title().unwrap_or("Film"), description: "" }
}

fn moving(loaded: &Loaded, range: FrameRange, path: &Path) -> Result<String, Diagnostic> {
    let film = &loaded.film;
    let hint = "choose a stretch with `--from` and `--to`, fewer frames with `--fps 12`, a folder `name/`, or a video";
    if range.len() > LOOP_FRAMES {
        let message = format!("{} frames are too many for an SVG that moves; at most {LOOP_FRAMES} are", range.len());
        return Err(Diagnostic::usage("vectors-size", message).hint(hint));
    }
    let steps = steps(film, range);
    let frames = in_parallel(&steps, |(index, _)| drawn(film, *index));
    let pages: Vec<Page<'_>> = frames
        .iter()
        .zip(&steps)
        .flat_map(|(drawn, (_, count))| std::iter::repeat_n(page(film, drawn), *count))
        .collect();
    let Some(text) = svg::moving(&pages, svg::Letters::Outlines, film.fps().as_f64(), LOOP_BYTES)? else {
        let most = LOOP_BYTES / 1_000_000;
        let message = format!("`{}` would be larger than {most} MB", path.display());
        return Err(Diagnostic::usage("vectors-size", message).hint(hint));
    };
    write_file(path, text.as_bytes(), &loaded.inputs)?;
    Ok(described(path, film, range, text.len(), ""))
}

fn folder(film: &Film, range: FrameRange, path: &Path) -> Result<String, Diagnostic> {
    let steps = steps(film, range);
    let digester = Digester::default();
    let digests = in_parallel(&steps, |(index, _)| digester.digest(&[film.frame(*index)]).0);
    // A picture has the number of the first frame that shows it.
    let mut first: BTreeMap<u128, FrameIndex> = BTreeMap::new();
    let name = |index: FrameIndex| format!("{:05}.svg", index.0 - range.start.0 + 1);
    let mut times: Vec<(String, usize)> = Vec::new();
    for ((index, count), digest) in steps.iter().zip(&digests) {
        let file = name(*first.entry(*digest).or_insert(*index));
        match times.last_mut() {
            Some((last, all)) if *last == file => *all += count,
            _ => times.push((file, *count)),
        }
    }
    let mut indices: Vec<FrameIndex> = first.into_values().collect();
    indices.sort();
    let (mut files, mut bytes) = (Vec::new(), 0);
    for batch in indices.chunks(BATCH) {
        let texts = in_parallel(batch, |index| svg::svg(&page(film, &drawn(film, *index)), svg::Letters::Outlines));
        for (index, text) in batch.iter().zip(texts) {
            let text = text?.into_bytes();
            bytes += text.len();
            files.push((name(*index), text));
        }
        if bytes > FOLDER_BYTES {
            let message =
                format!("the SVG files of `{}` would have more than {} MB", path.display(), FOLDER_BYTES / 1_000_000);
            let hint = "choose a stretch with `--from` and `--to`, or fewer frames with `--fps 12`";
            return Err(Diagnostic::usage("vectors-size", message).hint(hint));
        }
    }
    let shown: Vec<_> = times.iter().map(|(file, count)| json!({ "file": file, "frames": count })).collect();
    let times = json!({ "fps": film.fps().to_string(), "frames": shown }).to_string() + "\n";
    let count = files.len();
    files.push((TIMES.into(), times.into_bytes()));
    write_folder(path, &files)?;
    Ok(described(path, film, range, bytes, &format!(", {count} pictures")))
}

fn described(path: &Path, film: &Film, range: FrameRange, bytes: usize, more: &str) -> String {
    let (frames, fps, size) = (range.len(), film.fps(), film.size());
    let large = if bytes < 1_000_000 {
        format!("{} kB", bytes.div_ceil(1000))
    } else {
        format!("{:.1} MB", bytes as f64 / 1e6)
    };
    format!("{}: {frames} frames at {fps} fps{more}, {size}, {large}", path.display())
}
