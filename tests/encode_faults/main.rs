//! What can go wrong between frames and a file: every behaviour of ffmpeg, disk, locks and users that we know of.
//!
//! Fakes are shell scripts, so these tests need a Unix; those with the real ffmpeg say so when it is absent.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]
#![allow(clippy::disallowed_methods, reason = "tests start processes, write files and take times")]

mod command;
mod disk;
mod fakes;
mod formats;
mod programs;
mod rests;
mod segments;
mod sharing;
mod soak;
mod support;
