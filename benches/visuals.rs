//! Times the display list of a frame for the largest drawings, at instants at which nothing can be reused. Prints medians and the
//! worst; asserts nothing.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    reason = "a bench looks at the clock and stops if its scene is gone"
)]

use std::time::{Duration, Instant};

use surprisal::diag::Source;
use surprisal::film::{Film, Overrides};
use surprisal::script;
use surprisal::time::FrameIndex;
use surprisal::world::MemoryWorld;

/// The program's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Drawings with what changes them at every instant.
const DRAWINGS: &[(&str, &str, &str)] = &[
    ("chart of 40 symbols", "entropy_chart: { source: 'drift(1, time, 40, 1/100)' }", "pause: 3"),
    (
        "tree of 40 leaves, merging",
        "code_tree: { code: many, apart: true, width: 15 }",
        "{ do: { it: merge }, for: 3 }",
    ),
    ("space of 8 layers", "codeword_space: { depth: 8, code: many }", "{ do: { it: allocate }, for: 3 }"),
    ("1000 coins", "coins: { count: 1000, columns: 50, diameter: 0.2 }", "{ do: { it: flip }, for: 3 }"),
    (
        "nest at depth 40",
        "interval_nest: { source: moves, message: '${m}', depth: 40 * p, zoom: 38 * p }",
        "{ set: { p: 1 }, for: 3 }",
    ),
    ("240 bits, reshuffled", "bits: { random: 240, wrap: 24, shuffle: 60 * time }", "pause: 3"),
    ("space with a surface", "space: { surfaces: { f: 'x * y' }, z: [-1, 1], turn: 20 * time }", "pause: 3"),
    ("surface of 26 x 26", "surface: { function: 'x * y', turn: 20 * time }", "pause: 3"),
    (
        "tree of 12 families",
        "family_tree: { names: [a, b, c, d, e, f, g, h, i, j, k, l], distance: '(i, j) => abs(i - j) + 0 * time' }",
        "pause: 3",
    ),
    (
        "12 things drifting",
        "clusters: { names: [a, b, c, d, e, f, g, h, i, j, k, l], distance: '(i, j) => abs(i - j)', settled: p }",
        "{ set: { p: 1 }, for: 3 }",
    ),
    ("6 level curves", "contours: { function: 'x * x + p + y * time', levels: [0, 1, 2, 3, 4, 5] }", "pause: 3"),
];

fn main() {
    println!("{:28} {:>10} {:>10} {:>8}", "drawing", "median", "worst", "items");
    let moves = ["up", "down", "left", "right"];
    let message: Vec<&str> = (0..40).map(|i| moves[(i * 7 + i / 3) % 4]).collect();
    for (name, body, step) in DRAWINGS
        .iter()
        .filter(|(name, ..)| std::env::args().nth(1).is_none_or(|only| only.starts_with("--") || name.contains(&only)))
    {
        let body = body.replace("${m}", &message.join(" "));
        let text = format!(
            "sources: {{ moves: {{ up: 1/2, down: 1/4, left: 1/8, right: 1/8 }}, letters: {{ uniform: 40 }} }}\ncodes: {{ many: {{ for: letters, build: huffman }} }}\nvars: {{ p: 0 }}\nscenes: [{{ cast: {{ it: {{ {body} }} }}, steps: [{step}] }}]\n"
        );
        let world = MemoryWorld::default();
        let (script, found) = script::parse(&Source::new("bench", text), &world);
        assert!(!found.has_errors(), "{name}: {found:?}");
        let film = Film::build(&script.unwrap(), &world, Overrides::default()).0.unwrap();
        let mut items = 0;
        let mut times: Vec<Duration> = (0..film.frames())
            .map(|frame| {
                let start = Instant::now();
                items = items.max(film.frame(FrameIndex(frame)).items.len());
                start.elapsed()
            })
            .collect();
        times.sort_unstable();
        let (median, worst) = (times[times.len() / 2], times[times.len() - 1]);
        println!("{name:28} {median:>10.1?} {worst:>10.1?} {items:>8}");
    }
}
