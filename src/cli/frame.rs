//! `surprisal frame`: one frame, now, or several on a sheet.

use std::path::{Path, PathBuf};

use super::args::FrameArgs;
use super::instant::Stretch;
use super::{Exit, conclude, load, report, show};
use crate::diag::Diagnostic;
use crate::encode::write_file;
use crate::export::{png, sheet};
use crate::figures::{Format, whole_frame};
use crate::film::{Film, Overrides};
use crate::raster::{Pixels, Rasterizer};
use crate::time::{FrameIndex, FrameRange};

/// Frames in a row of a sheet, and what is between them.
const COLUMNS: u32 = 4;
const GAP_PX: u32 = 6;
const GAP_COLOR: [u8; 4] = [0x30, 0x34, 0x3c, 0xff];

pub(super) fn run(args: &FrameArgs) -> Exit {
    let stage = &args.stage;
    let overrides = Overrides {
        size: stage.size,
        fps: None,
        theme: stage.theme,
        transparent: stage.transparent,
        ..Overrides::default()
    };
    let shown = |film: &Film| {
        let stretch = Stretch::new(film, args.scene.as_deref()).ok()?;
        stretch.frame(args.at.as_deref()?).ok()
    };
    let load::Attempt { loaded, diags, .. } =
        load::attempt(&args.script, overrides, stage.voice.as_deref().into(), load::Review::Shown(&shown));
    let Some(loaded) = loaded else { return conclude(&diags) };
    let film = &loaded.film;
    report::text(&diags);
    let written = Stretch::new(film, args.scene.as_deref()).and_then(|stretch| {
        let indices = match &args.at {
            Some(at) => vec![stretch.frame(at)?],
            None => spread(stretch.range, args.strip.unwrap_or(2)),
        };
        if let (Some(how), [at]) = (args.show, indices.as_slice()) {
            report::raw(&show::picture(film, *at, how)?);
        }
        if args.show.is_some() && args.output.is_none() {
            return Ok((None, indices));
        }
        let output = output(args)?;
        let bytes = match (args.strip, indices.as_slice()) {
            (None, [index]) => file(film, *index, &output, stage.transparent)?,
            _ => strip(film, &indices, stage.transparent)?,
        };
        write_file(&output, &bytes, &loaded.inputs)?;
        Ok((Some(output), indices))
    });
    match written {
        Ok((output, indices)) => {
            let shown = match indices.as_slice() {
                [first, .., last] => {
                    format!("{} frames, {} to {}", indices.len(), named(film, *first), named(film, *last))
                }
                one => one.iter().map(|at| named(film, *at)).collect(),
            };
            if let Some(output) = output {
                report::line(&format!("{} ({}, {shown})", output.display(), film.size()));
            }
            Exit::DONE
        }
        Err(mistake) => conclude(&mistake.into()),
    }
}

/// A frame and when it is, as it is told.
pub(super) fn named(film: &Film, index: FrameIndex) -> String {
    format!("frame {} at {}", index.0, crate::time::clock(film.fps().instant_of(index).get()))
}

/// A frame as the bytes of a file of this name.
pub(super) fn file(film: &Film, index: FrameIndex, output: &Path, transparent: bool) -> Result<Vec<u8>, Diagnostic> {
    match vectors(output) {
        Some(format) => whole_frame(film, index, format),
        None => png::encode(&Rasterizer::new(film.size()).expose(film.exposures(index)), transparent),
    }
}

/// Several frames on one sheet, as a PNG file.
fn strip(film: &Film, indices: &[FrameIndex], transparent: bool) -> Result<Vec<u8>, Diagnostic> {
    let rasterizer = Rasterizer::new(film.size());
    let pictures: Vec<Pixels> = indices.iter().map(|index| rasterizer.expose(film.exposures(*index))).collect();
    let sheet = sheet(&pictures, COLUMNS, GAP_PX, GAP_COLOR).ok_or_else(|| {
        Diagnostic::usage("strip-size", "a sheet of so many frames is too large").hint("give them a smaller `--size`")
    })?;
    png::encode(&sheet, transparent)
}

/// The kind of a file that holds vectors, by its name.
fn vectors(output: &Path) -> Option<Format> {
    let ending = output.extension()?.to_string_lossy().to_lowercase();
    Format::named(&ending).filter(|format| matches!(format, Format::Svg | Format::Pdf))
}

/// Can a file of this name be a frame, or else a strip?
pub(super) fn fits(path: &Path, one: bool) -> Result<(), Diagnostic> {
    let png = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("png"));
    if png || one && vectors(path).is_some() {
        return Ok(());
    }
    let mistake = Diagnostic::usage("unknown-format", format!("`{}` is no file that a frame can be", path.display()));
    Err(mistake.hint("one frame is a `.png`, `.svg` or `.pdf`, a strip a `.png`; `surprisal render` writes films"))
}

/// Frames evenly from the first to the last.
fn spread(range: FrameRange, count: u32) -> Vec<FrameIndex> {
    let (last, steps) = (range.len().saturating_sub(1), u64::from(count.max(2)) - 1);
    (0..=steps).map(|step| FrameIndex(range.start.0 + (last * step + steps / 2) / steps)).collect()
}

fn output(args: &FrameArgs) -> Result<PathBuf, Diagnostic> {
    if let Some(path) = &args.output {
        return fits(path, args.strip.is_none()).map(|()| path.clone());
    }
    let plain = |c: char| if c.is_alphanumeric() || c == '.' || c == '-' || c == '_' { c } else { '-' };
    let named = args.at.as_deref().unwrap_or("strip");
    let at: String = named.chars().map(plain).collect();
    let at = match &args.scene {
        Some(scene) => format!("{scene}-{}", at.trim_start_matches('-')),
        None => at,
    };
    Ok(super::render::usual_output(&args.script, &format!("-{}.png", at.trim_matches('-'))))
}
