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
    let (loaded, diags) = load::film_for(&args.script, overrides, stage.voice.as_deref().into(), &shown);
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
        if let (Some(vectors), [index]) = (vectors(&output), indices.as_slice()) {
            write_file(&output, &whole_frame(film, *index, vectors)?, &loaded.inputs)?;
            return Ok((Some(output), indices));
        }
        let rasterizer = Rasterizer::new(film.size());
        let exposed = |index: &FrameIndex| rasterizer.expose(film.exposures(*index));
        let mut pictures: Vec<Pixels> = indices.iter().map(exposed).collect();
        if args.strip.is_some() {
            let sheet = sheet(&pictures, COLUMNS, GAP_PX, GAP_COLOR);
            let too_large = || Diagnostic::usage("strip-size", "a sheet of so many frames is too large");
            pictures = vec![sheet.ok_or_else(|| too_large().hint("give them a smaller `--size`"))?];
        }
        if let Some(pixels) = pictures.first() {
            write_file(&output, &png::encode(pixels, stage.transparent)?, &loaded.inputs)?;
        }
        Ok((Some(output), indices))
    });
    match written {
        Ok((output, indices)) => {
            let at = |index: &FrameIndex| {
                let at = crate::time::clock(film.fps().instant_of(*index).get());
                format!("frame {} at {at}", index.0)
            };
            let shown = match indices.as_slice() {
                [first, .., last] => format!("{} frames, {} to {}", indices.len(), at(first), at(last)),
                one => one.iter().map(at).collect(),
            };
            if let Some(output) = output {
                report::line(&format!("{} ({}, {shown})", output.display(), film.size()));
            }
            Exit::DONE
        }
        Err(mistake) => conclude(&mistake.into()),
    }
}

/// The kind of a file that holds vectors, by its name.
fn vectors(output: &Path) -> Option<Format> {
    let ending = output.extension()?.to_string_lossy().to_lowercase();
    Format::named(&ending).filter(|format| matches!(format, Format::Svg | Format::Pdf))
}

/// Frames evenly from the first to the last.
fn spread(range: FrameRange, count: u32) -> Vec<FrameIndex> {
    let (last, steps) = (range.len().saturating_sub(1), u64::from(count.max(2)) - 1);
    (0..=steps).map(|step| FrameIndex(range.start.0 + (last * step + steps / 2) / steps)).collect()
}

fn output(args: &FrameArgs) -> Result<PathBuf, Diagnostic> {
    if let Some(path) = &args.output {
        let png = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("png"));
        let one = args.strip.is_none() && vectors(path).is_some();
        let mistake =
            || Diagnostic::usage("unknown-format", format!("`{}` is no file that a frame can be", path.display()));
        return if png || one {
            Ok(path.clone())
        } else {
            Err(mistake()
                .hint("one frame is a `.png`, `.svg` or `.pdf`, a strip a `.png`; `surprisal render` writes films"))
        };
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
