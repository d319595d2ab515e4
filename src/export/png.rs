//! One picture: straight RGBA in, the bytes of a PNG file out.

use crate::diag::Diagnostic;
use crate::geom::FrameSize;
use crate::raster::{Pixels, straight_rgba};

/// How hard to squeeze a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// Several times faster, larger files.
    Fast,
    /// Small files.
    Thorough,
}

/// A drawn frame as a PNG file, small; without `transparent` alpha is left out.
///
/// # Errors
/// As [`rows`]; sizes that [`FrameSize`] allows are not refused.
///
/// ```
/// use surprisal::{export::png, raster::Pixels};
/// let pixels = Pixels { width: 2, height: 2, rgba: vec![255; 16] };
/// assert!(png::encode(&pixels, false).unwrap().starts_with(b"\x89PNG"));
/// ```
pub fn encode(pixels: &Pixels, transparent: bool) -> Result<Vec<u8>, Diagnostic> {
    let size = FrameSize::new(pixels.width, pixels.height)
        .ok_or_else(|| Diagnostic::bug("png", "a picture of an odd size"))?;
    let mut rgba = Vec::new();
    straight_rgba(pixels, &mut rgba);
    rows(size, &rgba, transparent, Effort::Thorough)
}

/// Encodes rows of straight RGBA as PNG, marked as sRGB. Without `transparent` alpha is left out.
///
/// # Errors
/// `png` if `rgba` does not hold the whole picture.
pub fn rows(size: FrameSize, rgba: &[u8], transparent: bool, effort: Effort) -> Result<Vec<u8>, Diagnostic> {
    let failed = |error: png::EncodingError| Diagnostic::bug("png", format!("cannot encode a {size} picture: {error}"));
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, size.width(), size.height());
    encoder.set_color(if transparent { png::ColorType::Rgba } else { png::ColorType::Rgb });
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_source_srgb(png::SrgbRenderingIntent::Perceptual);
    encoder.set_compression(match effort {
        Effort::Fast => png::Compression::Fast,
        Effort::Thorough => png::Compression::Balanced,
    });
    let mut writer = encoder.write_header().map_err(failed)?;
    if transparent {
        writer.write_image_data(rgba).map_err(failed)?;
    } else {
        let mut rgb = Vec::with_capacity(rgba.len() / 4 * 3);
        for [red, green, blue, _] in rgba.as_chunks().0 {
            rgb.extend_from_slice(&[*red, *green, *blue]);
        }
        writer.write_image_data(&rgb).map_err(failed)?;
    }
    writer.finish().map_err(failed)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_come_back_as_they_were() {
        let size = FrameSize::new(4, 2).unwrap();
        let rgba: Vec<u8> = (0..32).map(|i| i * 8).collect();
        for (transparent, effort) in [(true, Effort::Fast), (false, Effort::Thorough)] {
            let bytes = rows(size, &rgba, transparent, effort).unwrap();
            let back = image::load_from_memory(&bytes).unwrap();
            assert_eq!(back.color().has_alpha(), transparent);
            let expected = |i: usize, v: u8| if !transparent && i % 4 == 3 { 255 } else { v };
            let expected: Vec<u8> = rgba.iter().enumerate().map(|(i, v)| expected(i, *v)).collect();
            assert_eq!(back.to_rgba8().into_raw(), expected);
        }
    }

    #[test]
    fn a_short_buffer_is_an_error() {
        assert_eq!(rows(FrameSize::FULL_HD, &[0; 16], true, Effort::Fast).unwrap_err().code, "png");
    }
}
