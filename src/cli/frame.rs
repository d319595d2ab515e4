//! `surprisal frame`: one frame, now.

use std::path::PathBuf;

use super::args::FrameArgs;
use super::instant::Stretch;
use super::{Exit, conclude, load, report};
use crate::diag::Diagnostic;
use crate::encode::write_file;
use crate::export::png;
use crate::film::Overrides;
use crate::raster::{Pixels, Rasterizer};

pub(super) fn run(args: &FrameArgs) -> Exit {
    let stage = &args.stage;
    let overrides = Overrides { size: stage.size, fps: None, theme: stage.theme, transparent: stage.transparent };
    let (loaded, diags) = load::film(&args.script, overrides);
    let Some(loaded) = loaded else { return conclude(&diags) };
    let film = &loaded.film;
    report::text(&diags);
    let written = Stretch::new(film, args.scene.as_deref()).and_then(|stretch| {
        let index = stretch.frame(&args.at)?;
        let output = output(args)?;
        let mut pixels = Pixels { width: 0, height: 0, rgba: Vec::new() };
        Rasterizer::new(film.size()).expose(&film.exposures(index), &mut pixels);
        write_file(&output, &png::encode(&pixels, stage.transparent)?, &loaded.inputs)?;
        Ok((output, index))
    });
    match written {
        Ok((output, index)) => {
            let at = crate::time::clock(film.fps().instant_of(index).get());
            report::line(&format!("{} ({}, frame {} at {at})", output.display(), film.size(), index.0));
            Exit::DONE
        }
        Err(mistake) => conclude(&mistake.into()),
    }
}

fn output(args: &FrameArgs) -> Result<PathBuf, Diagnostic> {
    if let Some(path) = &args.output {
        let png = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("png"));
        let mistake = || Diagnostic::usage("unknown-format", format!("`{}` is not a `.png` file", path.display()));
        return if png {
            Ok(path.clone())
        } else {
            Err(mistake().hint("`surprisal frame` writes PNG; `surprisal render` writes films"))
        };
    }
    let plain = |c: char| if c.is_alphanumeric() || c == '.' || c == '-' || c == '_' { c } else { '-' };
    let at: String = args.at.chars().map(plain).collect();
    let at = match &args.scene {
        Some(scene) => format!("{scene}-{}", at.trim_start_matches('-')),
        None => at,
    };
    Ok(super::render::usual_output(&args.script, &format!("-{}.png", at.trim_matches('-'))))
}
