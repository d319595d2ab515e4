//! What is redrawn where a frame differs from the one before equals a whole redraw, byte for byte, over the scenes of the
//! repository: runs of frames from several starts in every run of the tests, every frame when asked for
//! (`cargo test --release --test damage -- --ignored`).

#![allow(clippy::unwrap_used, reason = "a test that fails may panic")]

use std::path::{Path, PathBuf};

use surprisal::film::{Film, Overrides};
use surprisal::geom::{FrameSize, PixelLayout};
use surprisal::raster::Rasterizer;
use surprisal::script;
use surprisal::time::FrameIndex;
use surprisal::world::DiskWorld;

/// Films of all scenes, at the size at which they are compared.
fn films(transparent: bool) -> Vec<(PathBuf, Film)> {
    let mut found = Vec::new();
    for folder in ["scenes", "scenes/bench", "scenes/motion", "scenes/part2"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        // The head of a lecture is no film of its own.
        let is_film =
            |path: &PathBuf| path.extension().is_some_and(|ending| ending == "yaml") && !path.ends_with("head.yaml");
        found.extend(entries.filter(is_film));
    }
    found.sort();
    let overrides = Overrides { size: FrameSize::new(334, 188), transparent, ..Overrides::default() };
    let film = |path: PathBuf| {
        let source = script::read_source("scene", &std::fs::read(&path).unwrap()).unwrap();
        let world = DiskWorld::of_script(&path);
        let script = script::parse(&source, &world).0.unwrap();
        (path, Film::build(&script, &world, overrides.clone()).0.unwrap())
    };
    found.into_iter().map(film).collect()
}

/// Paints frames one after another and each alone.
fn compare(path: &Path, film: &Film, layout: PixelLayout, frames: impl Iterator<Item = u64>) -> (u64, u64) {
    let rasterizer = Rasterizer::new(film.size());
    let mut painter = rasterizer.painter(layout);
    let (mut last, mut unchanged, mut resting) = (Vec::new(), 0, 0);
    for index in frames {
        let frames = film.exposures(FrameIndex(index));
        if film.rests(FrameIndex(index)) {
            assert!(frames == film.exposures(FrameIndex(index - 1)), "{} does not rest at {index}", path.display());
            resting += 1;
        }
        let changed = painter.paint(frames);
        let mut alone = rasterizer.painter(layout);
        alone.paint(film.exposures(FrameIndex(index)));
        assert!(painter.bytes() == alone.bytes(), "{} at frame {index}, {layout:?}", path.display());
        // A copy that takes over the rows that are said to have changed is the frame.
        if last.is_empty() {
            last = vec![0; painter.bytes().len()];
        }
        for span in layout.spans(film.size(), changed) {
            let (to, from) = (last.get_mut(span.clone()).unwrap(), painter.bytes().get(span).unwrap());
            to.copy_from_slice(from);
        }
        assert!(painter.bytes() == last, "{} at frame {index}, {layout:?}", path.display());
        unchanged += u64::from(changed.is_empty());
    }
    (unchanged, resting)
}

#[test]
fn runs_of_frames_equal_whole_redraws() {
    let (mut unchanged, mut resting) = (0, 0);
    for (transparent, layout) in [(false, PixelLayout::Yuv420), (true, PixelLayout::Rgba)] {
        for (path, film) in films(transparent) {
            let starts = if transparent { 2 } else { 7 };
            for start in 0..starts {
                let first = (film.frames() * start + 7) / starts;
                let counts = compare(&path, &film, layout, first..(first + 9).min(film.frames()));
                (unchanged, resting) = (unchanged + counts.0, resting + counts.1);
            }
            // Any order will do.
            compare(&path, &film, layout, (0..film.frames()).rev().step_by(film.frames() as usize / 12));
        }
    }
    assert!(unchanged > 100 && resting > 100, "{unchanged} frames cost nothing, {resting} are known to");
}

#[test]
#[ignore = "takes minutes: every frame of every scene"]
fn every_frame_equals_a_whole_redraw() {
    for (path, film) in films(false) {
        for part in 0..3 {
            let (first, end) = (film.frames() * part / 3, film.frames() * (part + 1) / 3);
            compare(&path, &film, PixelLayout::Yuv420, first..end);
        }
    }
}
