//! Figures of the write-up: instants of films as files for paper and page.
//!
//! ```text
//! Script -> Plan -> Picture -> bytes of a file
//!   figures  films   a page     SVG, PDF, PNG
//! ```
//!
//! Enters: a script with its world. Leaves: for each figure that it names, a [`Picture`], and from that the bytes of files.
//! Nothing here writes: what is written where is the caller's.

mod file;
mod formula;
mod manifest;
mod moving;
mod overview;
mod picture;
mod plan;
mod snippets;
mod strip;
mod whole;

pub use file::{Format, PNG_DPI, in_parallel};
pub use manifest::{Entry, Flags, Manifest, Origin, Size};
pub use moving::moving_svg;
pub use overview::overview;
pub use picture::{POINTS, Picture};
pub use plan::{Figure, Options, Plan};
pub use snippets::snippets;
pub use whole::whole_frame;
