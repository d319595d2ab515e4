//! Frames as files of their own.

pub mod png;
mod sheet;

pub use sheet::sheet;
