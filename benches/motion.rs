//! Times what a frame of a film costs while 1,000 parts are moving, each kind of motion for itself. Prints medians; asserts
//! nothing. The goal is 2 ms a frame.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a bench looks at the clock and stops if its scene is wrong"
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

const COINS: &str = "a: { coins: { count: 1000, columns: 40 }, width: 12 }";
const DOTS: &str = "a: { for_each: { i: 0..1000 }, circle: 0.05, at: '[($i % 40 - 20) * 0.3, ($i / 40 - 12) * 0.3]' }";

fn main() {
    let letters = "letters ".repeat(125);
    let text = format!("a: {{ text: {{ text: '{letters}', size: 0.3, wrap: 15 }} }}");
    let other = format!("{text}, b: {{ text: {{ text: '{}', size: 0.3, wrap: 15 }} }}", "settler ".repeat(125));
    let grids = format!("{COINS}, b: {{ coins: {{ count: 1000, columns: 25 }}, height: 8 }}");
    let scenes: [(&str, &str, &str); 7] = [
        ("move 1,000 actors", DOTS, "{ move: a, by: [1, 1], for: 2, stagger: 0.001 }"),
        ("move 1,000 parts in turn", COINS, "{ move: 'a.*', by: [1, 1], for: 2, stagger: 0.001 }"),
        ("grow 1,000 parts", COINS, "{ grow: a, for: 2, stagger: 0.001 }"),
        ("flip 1,000 coins", COINS, "{ do: { a: flip }, for: 2 }"),
        ("write 875 letters", &text, "{ write: a, for: 2 }"),
        ("morph 875 letters", &other, "{ morph: a, into: b, for: 2 }"),
        ("copy 1,000 coins", &grids, "{ copy: a, to: b, for: 2 }"),
    ];
    for (name, cast, step) in scenes {
        let text = format!("scenes: [{{ cast: {{ {cast} }}, steps: [{step}, {{ pause: 0.1 }}] }}]");
        let script = script::parse(&Source::new("bench.yaml", text), &MemoryWorld::default()).0.unwrap();
        let film = Film::build(&script, &MemoryWorld::default(), Overrides::default()).0.unwrap();
        let start = Instant::now();
        drop(film.frame(FrameIndex(30)));
        let first = start.elapsed();
        let mut times: Vec<Duration> = (10..110)
            .map(|index| {
                let start = Instant::now();
                drop(film.frame(FrameIndex(index)));
                start.elapsed()
            })
            .collect();
        times.sort_unstable();
        println!("{name:26} {:>10.1?} a frame, {first:>10.1?} the first", times.get(50).copied().unwrap_or_default());
    }
}
