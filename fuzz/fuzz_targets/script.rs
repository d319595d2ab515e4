//! Any bytes as a script: read, laid out, and, if they are sound, drawn.
#![no_main]

#[path = "../../tests/fuzz/checks.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    checks::formats(bytes);
    checks::films(bytes);
});
