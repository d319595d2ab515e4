//! Frames as files of their own: PNG from pixels, SVG and PDF from the display list.

mod drawn;
mod page;
pub mod pdf;
pub mod png;
mod sheet;
pub mod svg;

pub use page::Page;
pub use sheet::sheet;
