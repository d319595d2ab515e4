//! A figure that moves as one SVG file: for short loops in pages on the web.

use super::picture::Picture;
use super::plan::Options;
use crate::diag::{Diagnostic, Span};
use crate::export::{Page, svg};

/// Bytes of a file at most: beyond, a video is smaller and runs better.
const MOST_BYTES: usize = 2_000_000;

/// Pictures of one size as a file that shows one after the other for ever, so many a second.
///
/// # Errors
/// `figure-size` if it would be larger than 2 MB.
pub fn moving_svg(pictures: &[Picture], rate: f64, span: &Span, options: &Options) -> Result<Vec<u8>, Diagnostic> {
    let name = pictures.first().map_or("", |picture| picture.name.as_str());
    let pages: Vec<Page<'_>> = pictures.iter().map(|picture| picture.page(name)).collect();
    let text = svg::moving(&pages, options.letters, rate, MOST_BYTES)?;
    let Some(text) = text else {
        let most = MOST_BYTES as f64 / 1e6;
        let message = format!("the figure `{name}` would be an SVG file of more than {most} MB");
        let found = Diagnostic::error("figure-size", span, message);
        return Err(found.hint("make it shorter, give it a lower `rate`, or choose `--format mp4` or `webp`"));
    };
    Ok(text.into_bytes())
}
