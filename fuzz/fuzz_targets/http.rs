//! Any bytes as a connection to the preview.
#![no_main]

#[allow(dead_code)]
#[path = "../../tests/fuzz/http.rs"]
mod http;
#[allow(dead_code)]
#[path = "../../tests/fuzz/mutate.rs"]
mod mutate;
#[allow(dead_code)]
#[path = "../../tests/fuzz/scene.rs"]
mod scene;

thread_local!(static SERVER: surprisal::preview::Exchange = http::server());

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    SERVER.with(|server| http::answers(server, bytes, 4096));
});
