//! Damaged and made-up scripts, in the thousands: every one is read without a panic, and what is accepted is drawn. And bytes
//! to the preview's server, likewise.
//!
//! The same goes on for as long as one likes with
//! `SURPRISAL_FUZZ_SECS=3600 cargo test --test fuzz -- --ignored --nocapture`; `fuzz/` has the same checks for libFuzzer.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that fails may panic; the search takes time and keeps what it finds"
)]

mod checks;
mod http;
mod mutate;
mod scene;
mod search;

use std::path::{Path, PathBuf};

use mutate::{Chance, damaged};

const EDITS: usize = 10_000;
/// Every so manyth is compiled and drawn.
const FILMS: usize = 10;
/// Scripts made up from the registries.
const SCENES: u64 = 150;

/// The scripts of the repository, and those in the prose tests of diagnostics.
fn scripts() -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["scenes", "scenes/bench", "tests/diagnostics", "fuzz/corpus/script"];
    let files = folders.iter().filter_map(|folder| std::fs::read_dir(root.join(folder)).ok()).flatten();
    let mut files: Vec<PathBuf> = files.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut all = Vec::new();
    for path in files {
        let text = || std::fs::read_to_string(&path).unwrap();
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("yaml") => all.push(text().into_bytes()),
            Some("md") => {
                let text = text();
                let fences = text.split("\n```yaml").skip(1).filter_map(|rest| rest.split_once('\n'));
                all.extend(fences.map(|(_, body)| body.split("\n```").next().unwrap().as_bytes().to_vec()));
            }
            _ => {}
        }
    }
    all
}

/// Runs a check and, if it panics, says for which input.
fn checked<T>(bytes: &[u8], check: impl FnOnce(&[u8]) -> T) -> T {
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| check(bytes)));
    outcome.unwrap_or_else(|_| {
        panic!("with this script:\n{}", String::from_utf8_lossy(bytes));
    })
}

#[test]
fn ten_thousand_edits_are_survived() {
    let scripts = scripts();
    assert!(scripts.len() >= 8);
    let workers: Vec<_> = (0..2)
        .map(|worker| {
            let scripts = scripts.clone();
            std::thread::spawn(move || {
                for seed in (worker..EDITS).step_by(2) {
                    let mut chance = Chance(seed as u64);
                    let bytes = damaged(&scripts[seed / 2 % scripts.len()], &scripts, &mut chance);
                    checked(&bytes, checks::parses);
                    if seed / 2 % FILMS == 0 {
                        checked(&bytes, checks::formats);
                        checked(&bytes, checks::films);
                    }
                }
            })
        })
        .collect();
    workers.into_iter().for_each(|worker| worker.join().unwrap());
}

#[test]
fn made_up_scenes_are_drawn() {
    let mut drawn = 0;
    for seed in 0..SCENES {
        let text = scene::script(&mut Chance(seed));
        drawn += u64::from(checked(text.as_bytes(), checks::films));
    }
    assert!(drawn > SCENES / 4, "only {drawn} of {SCENES} are sound");
}

#[test]
fn truncations_are_survived() {
    let scenes = scripts().into_iter().filter(|script| script.len() > 1_000);
    for script in scenes {
        for end in (0..script.len()).step_by(37) {
            checked(&script[..end], checks::parses);
        }
    }
}

/// Connections to the preview.
const CONNECTIONS: u64 = 10_000;

#[test]
fn whatever_is_sent_to_the_preview_it_answers_as_it_should() {
    let (inputs, answers) = http::hold(0..CONNECTIONS, &|| true);
    println!("{inputs} connections, {answers} answers");
    assert!(answers > CONNECTIONS / 4, "{answers}");
}

#[test]
fn the_preview_answers_what_is_sound() {
    let server = http::server();
    let counts: Vec<usize> = http::seeds().iter().map(|seed| http::answers(&server, seed, 4096)).collect();
    // In the order of the files: after a body that nobody wants nothing is read, and what is no HTTP is refused.
    assert_eq!(counts, [1, 1, 2, 3, 1]);
}

fn seconds() -> u64 {
    std::env::var("SURPRISAL_FUZZ_SECS").ok().and_then(|secs| secs.parse().ok()).unwrap_or(60)
}

#[test]
#[ignore = "goes on for as long as it is told to"]
fn search() {
    search::search(seconds(), scripts());
}

#[test]
#[ignore = "goes on for as long as it is told to"]
fn search_http() {
    let (begin, secs) = (std::time::Instant::now(), seconds());
    let start = std::env::var("SURPRISAL_FUZZ_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(CONNECTIONS);
    let (inputs, answers) = http::hold(start.., &|| begin.elapsed().as_secs() < secs);
    println!("{inputs} connections, {answers} answers");
}
