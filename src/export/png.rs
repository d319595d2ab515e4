//! One picture: straight RGBA in, the bytes of a PNG file out.

use std::collections::BTreeMap;

use crate::diag::Diagnostic;
use crate::draw::Bitmap;
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

/// A picture for a page: as small as can be without a loss, with its dots an inch, alpha only where it is needed. Pictures of up
/// to 256 colours get a palette if that makes them smaller.
///
/// # Errors
/// `png` if the picture is not whole.
pub fn still(pixels: &Pixels, dpi: f64) -> Result<Vec<u8>, Diagnostic> {
    let mut rgba = Vec::new();
    straight_rgba(pixels, &mut rgba);
    let size = (pixels.width, pixels.height);
    let plain = packed(size, &Colors::straight(&rgba), Some(dpi))?;
    match Colors::palette(&rgba) {
        Some(colors) => {
            let with_palette = packed(size, &colors, Some(dpi))?;
            Ok(if with_palette.len() < plain.len() { with_palette } else { plain })
        }
        None => Ok(plain),
    }
}

/// A decoded picture of any size as a PNG file.
///
/// # Errors
/// `png` if the picture is not whole.
pub fn bitmap(bitmap: &Bitmap) -> Result<Vec<u8>, Diagnostic> {
    packed((bitmap.width, bitmap.height), &Colors::straight(&bitmap.rgba), None)
}

/// Pixels as a file holds them.
enum Colors {
    Rgba(Vec<u8>),
    Rgb(Vec<u8>),
    /// Red, green, blue of each colour; alpha of each; which colour each pixel has.
    Palette(Vec<u8>, Vec<u8>, Vec<u8>),
}

impl Colors {
    /// Straight RGBA, without alpha if all is opaque.
    fn straight(rgba: &[u8]) -> Self {
        let pixels: &[[u8; 4]] = rgba.as_chunks().0;
        if pixels.iter().any(|[.., alpha]| *alpha < 255) {
            return Self::Rgba(rgba.to_vec());
        }
        Self::Rgb(pixels.iter().flat_map(|[r, g, b, _]| [*r, *g, *b]).collect())
    }

    /// A palette, colours that show through first; `None` if there are too many.
    fn palette(rgba: &[u8]) -> Option<Self> {
        let pixels: &[[u8; 4]] = rgba.as_chunks().0;
        let mut colors: BTreeMap<[u8; 4], u8> = BTreeMap::new();
        for [r, g, b, alpha] in pixels {
            if colors.len() > 256 {
                return None;
            }
            colors.entry([*alpha, *r, *g, *b]).or_default();
        }
        if colors.len() > 256 {
            return None;
        }
        colors.values_mut().zip(0..=255).for_each(|(slot, index)| *slot = index);
        let (mut rgb, mut alphas) = (Vec::new(), Vec::new());
        for [alpha, r, g, b] in colors.keys() {
            rgb.extend([*r, *g, *b]);
            alphas.push(*alpha);
        }
        alphas.truncate(alphas.iter().take_while(|alpha| **alpha < 255).count());
        let index = |[r, g, b, alpha]: &[u8; 4]| colors.get(&[*alpha, *r, *g, *b]).copied().unwrap_or_default();
        Some(Self::Palette(rgb, alphas, pixels.iter().map(index).collect()))
    }
}

fn packed((width, height): (u32, u32), colors: &Colors, dpi: Option<f64>) -> Result<Vec<u8>, Diagnostic> {
    let failed = |error: png::EncodingError| Diagnostic::bug("png", format!("cannot encode a picture: {error}"));
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_source_srgb(png::SrgbRenderingIntent::Perceptual);
    encoder.set_compression(png::Compression::Balanced);
    encoder.set_pixel_dims(dpi.map(|dpi| {
        let per_metre = libm::round(dpi / 0.0254).clamp(1.0, f64::from(u32::MAX)) as u32;
        png::PixelDimensions { xppu: per_metre, yppu: per_metre, unit: png::Unit::Meter }
    }));
    let data = match colors {
        Colors::Rgba(data) => {
            encoder.set_color(png::ColorType::Rgba);
            data
        }
        Colors::Rgb(data) => {
            encoder.set_color(png::ColorType::Rgb);
            data
        }
        Colors::Palette(rgb, alphas, data) => {
            encoder.set_color(png::ColorType::Indexed);
            encoder.set_palette(rgb.as_slice());
            if !alphas.is_empty() {
                encoder.set_trns(alphas.as_slice());
            }
            data
        }
    };
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(data).map_err(failed)?;
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
    fn pictures_for_pages_keep_every_colour_and_know_their_size() {
        let few: Vec<u8> =
            (0..64 * 64).flat_map(|i: u32| [0, 0, 0, if i.is_multiple_of(7) { 255 } else { 0 }]).collect();
        let many: Vec<u8> = (0..64 * 64).flat_map(|i: u32| [(i % 256) as u8, (i / 256) as u8, 9, 255]).collect();
        for (rgba, palette) in [(few, true), (many, false)] {
            // Black, opaque or not there: premultiplied is straight.
            let bytes = still(&Pixels { width: 64, height: 64, rgba: rgba.clone() }, 300.0).unwrap();
            let decoder = png::Decoder::new(std::io::Cursor::new(&bytes)).read_info().unwrap();
            assert_eq!(decoder.info().pixel_dims.map(|dims| dims.xppu), Some(11_811));
            assert_eq!(decoder.info().color_type == png::ColorType::Indexed, palette);
            assert_eq!(image::load_from_memory(&bytes).unwrap().to_rgba8().into_raw(), rgba);
        }
    }

    #[test]
    fn a_short_buffer_is_an_error() {
        assert_eq!(rows(FrameSize::FULL_HD, &[0; 16], true, Effort::Fast).unwrap_err().code, "png");
    }
}
