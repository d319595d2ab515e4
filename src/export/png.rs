//! Pixels to PNG.

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder as _};

use crate::diag::Diagnostic;
use crate::raster::{Pixels, straight_rgba};

/// A PNG file: RGB, or RGBA with straight alpha if `transparent`.
///
/// # Errors
/// `png` if the encoder refuses; sizes that [`crate::geom::FrameSize`] allows are not refused.
///
/// ```
/// use surprisal::{export::png, raster::Pixels};
/// let pixels = Pixels { width: 2, height: 2, rgba: vec![255; 16] };
/// assert!(png::encode(&pixels, false).unwrap().starts_with(b"\x89PNG"));
/// ```
pub fn encode(pixels: &Pixels, transparent: bool) -> Result<Vec<u8>, Diagnostic> {
    let mut bytes = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, FilterType::Adaptive);
    let mut samples = Vec::new();
    straight_rgba(pixels, &mut samples);
    let color = if transparent {
        ExtendedColorType::Rgba8
    } else {
        samples = samples.chunks_exact(4).filter_map(|pixel| pixel.get(..3)).flatten().copied().collect();
        ExtendedColorType::Rgb8
    };
    let done = encoder.write_image(&samples, pixels.width, pixels.height, color);
    done.map_err(|error| Diagnostic::bug("png", format!("the picture cannot be written as PNG: {error}")))?;
    Ok(bytes)
}
