//! Pictures from files.

use std::io::Cursor;

use image::{ImageReader, Limits};

use crate::limits;

/// A decoded picture: straight RGBA, eight bits a channel, rows from the top.
#[derive(Debug, PartialEq, Eq)]
pub struct Bitmap {
    /// Width in pixels, above 0.
    pub width: u32,
    /// Height in pixels, above 0.
    pub height: u32,
    /// `width * height * 4` bytes.
    pub rgba: Vec<u8>,
}

impl Bitmap {
    /// Decodes PNG, JPEG or WebP.
    ///
    /// # Errors
    /// A sentence if it is none of these, damaged, or larger than [`limits::IMAGE_PIXELS`]; size is judged by the header,
    /// before anything is unpacked.
    pub fn decode(bytes: &[u8]) -> Result<Self, String> {
        let fail = |error: &dyn std::fmt::Display| format!("the picture cannot be read: {error}");
        let reader = || ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|error| fail(&error));
        let (width, height) = reader()?.into_dimensions().map_err(|error| fail(&error))?;
        if width == 0 || height == 0 || u64::from(width) * u64::from(height) > limits::IMAGE_PIXELS {
            return Err(format!(
                "the picture has {width} x {height} pixels; at most {} are read",
                limits::IMAGE_PIXELS
            ));
        }
        let mut reader = reader()?;
        let mut bounds = Limits::default();
        bounds.max_alloc = Some(limits::IMAGE_PIXELS * 8);
        reader.limits(bounds);
        let picture = reader.decode().map_err(|error| fail(&error))?.into_rgba8();
        Ok(Self { width: picture.width(), height: picture.height(), rgba: picture.into_raw() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damaged_and_giant_pictures_are_refused() {
        let mut png = Vec::new();
        image::RgbaImage::from_pixel(4, 4, image::Rgba([9, 8, 7, 255]))
            .write_to(&mut Cursor::new(&mut png), image::ImageFormat::Png)
            .unwrap();
        assert_eq!(Bitmap::decode(&png).unwrap().rgba[..4], [9, 8, 7, 255]);
        // The end mark alone may be missing: the picture is whole without it.
        for cut in (0..png.len() - 16).step_by(7) {
            assert!(Bitmap::decode(&png[..cut]).is_err(), "cut at {cut}");
        }
        // A header that promises 60,000 by 60,000 pixels.
        let mut giant = png.clone();
        giant[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
        assert!(Bitmap::decode(&giant).is_err());
    }
}
