//! A whole frame as a file of vectors: its ground and captions included.

use super::{Format, POINTS};
use crate::diag::Diagnostic;
use crate::export::{Page, pdf, svg};
use crate::film::Film;
use crate::time::FrameIndex;

/// A frame as the bytes of an SVG or PDF file, as large as the figures of a script; any format but PDF is SVG.
///
/// # Errors
/// What the exporter says.
pub fn whole_frame(film: &Film, index: FrameIndex, format: Format) -> Result<Vec<u8>, Diagnostic> {
    let (frame, names) = (film.frame(index), film.still(index, &[], &[]).names);
    let title = film.title().unwrap_or("Frame");
    let page = Page { frame: &frame, names: &names, area: frame.stage, points: POINTS, title, description: "" };
    match format {
        Format::Pdf => pdf::pdf(&page, "en"),
        _ => svg::svg(&page, svg::Letters::Outlines).map(String::into_bytes),
    }
}
