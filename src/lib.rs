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

pub mod color;
pub mod diag;
pub mod geom;
pub mod limits;
pub mod time;
pub mod world;

pub mod info;
pub mod timeline;

pub mod draw;

pub mod raster;

pub mod encode;
