//! One picture: straight RGBA in, the bytes of a PNG file out.

use crate::diag::Diagnostic;
use crate::geom::FrameSize;

/// How hard to squeeze a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// Several times faster, larger files.
    Fast,
    /// Small files.
    Thorough,
}

/// Encodes rows of straight RGBA (see [`super::PixelLayout::Rgba`]) as PNG, marked as sRGB. Without `transparent` alpha is
/// left out. `rgba` must hold the whole picture.
pub fn png(size: FrameSize, rgba: &[u8], transparent: bool, effort: Effort) -> Result<Vec<u8>, Diagnostic> {
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
        let rgb: Vec<u8> = rgba.chunks_exact(4).flat_map(|pixel| pixel.iter().take(3).copied()).collect();
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
            let bytes = png(size, &rgba, transparent, effort).unwrap();
            let back = image::load_from_memory(&bytes).unwrap();
            assert_eq!(back.color().has_alpha(), transparent);
            let expected = |i: usize, v: u8| if !transparent && i % 4 == 3 { 255 } else { v };
            let expected: Vec<u8> = rgba.iter().enumerate().map(|(i, v)| expected(i, *v)).collect();
            assert_eq!(back.to_rgba8().into_raw(), expected);
        }
    }

    #[test]
    fn a_short_buffer_is_an_error() {
        assert_eq!(png(FrameSize::FULL_HD, &[0; 16], true, Effort::Fast).unwrap_err().code, "png");
    }
}
