//! Well formed scripts in odd combinations, made up as the bytes decide.
#![no_main]

#[path = "../../tests/fuzz/checks.rs"]
mod checks;
#[path = "../../tests/fuzz/scene.rs"]
mod scene;

use arbitrary::Unstructured;

/// Decisions that are read off bytes; when they run out, always the first.
struct Decisions<'a>(Unstructured<'a>);

impl scene::Choose for Decisions<'_> {
    fn below(&mut self, bound: usize) -> usize {
        self.0.int_in_range(0..=bound.max(1) - 1).unwrap_or(0)
    }
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let script = scene::script(&mut Decisions(Unstructured::new(bytes)));
    checks::films(script.as_bytes());
});
