//! Surprisal turns a YAML scene script into a lecture clip.
//!
//! ```text
//! Source -> Script -> Film -> Frame -> Pixels -> file
//!          script    film    draw     raster    encode
//! ```
//!
//! A folder is a stage of that pipeline; a file at the root is vocabulary that every stage may use. Data flows down this
//! list, and so do imports (`tests/architecture.rs`).

#![forbid(unsafe_code)]

pub mod diag;
pub mod limits;
pub mod time;

pub mod info;
pub mod timeline;
