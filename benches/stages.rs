//! Times the stages on the bench scenes: script, film, raster, conversion. Prints medians; asserts nothing.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a bench looks at the clock and stops if its scene is gone"
)]

use std::path::Path;
use std::time::{Duration, Instant};

use surprisal::film::{Film, Overrides};
use surprisal::geom::PixelLayout;
use surprisal::raster::Rasterizer;
use surprisal::script;
use surprisal::time::FrameIndex;
use surprisal::world::DiskWorld;

/// The program's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Median time of a run of `work`, over `rounds` of them.
fn median(rounds: usize, mut work: impl FnMut(usize)) -> Duration {
    let mut times: Vec<Duration> = (0..rounds)
        .map(|round| {
            let start = Instant::now();
            work(round);
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times.get(rounds / 2).copied().unwrap_or_default()
}

fn main() {
    println!(
        "{:8} {:>12} {:>12} {:>14} {:>14} {:>14}",
        "scene", "script", "film", "frame (list)", "frame (pixels)", "next (yuv)"
    );
    for name in ["coins", "tree", "curve"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("scenes/bench/{name}.yaml"));
        let bytes = std::fs::read(&path).unwrap();
        let source = script::read_source(name, &bytes).unwrap();
        let world = DiskWorld::of_script(&path);
        let parsing = median(50, |_| drop(script::parse(&source, &world)));
        let script = script::parse(&source, &world).0.unwrap();
        let building = median(20, |_| drop(Film::build(&script, &world, Overrides::default())));
        let film = Film::build(&script, &world, Overrides::default()).0.unwrap();
        let step = film.frames() / 60;
        let at = |round: usize| FrameIndex(round as u64 * step);
        let listing = median(60, |round| drop(film.frame(at(round))));
        let rasterizer = Rasterizer::new(film.size());
        let frames: Vec<_> = (0..60).map(|round| film.frame(at(round))).collect();
        let drawing = median(60, |round| drop(frames.get(round).map(|frame| rasterizer.draw(frame))));
        let mut painter = rasterizer.painter(PixelLayout::Yuv420);
        let half = film.frames() / 2;
        let mut following: Vec<_> = (half..half + 60).rev().map(|index| film.frame(FrameIndex(index))).collect();
        let painting = median(60, |_| {
            let _ = following.pop().map(|frame| painter.paint(vec![frame]));
        });
        println!("{name:8} {parsing:>12.1?} {building:>12.1?} {listing:>14.1?} {drawing:>14.1?} {painting:>14.1?}");
    }
}
