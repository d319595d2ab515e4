//! The preview as a browser, and as anybody else, meets it: raw bytes over sockets (W1 to W12);
//! and the page in a real browser.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test that fails may panic, and calls programs and writes files to see what happens"
)]

mod browser;
mod crash;
mod driver;
mod edits;
mod guard;
mod measure;
mod order;
mod page;
mod panels;
mod server;
mod sound;
