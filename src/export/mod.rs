//! Frames as files of their own.

pub mod png;
