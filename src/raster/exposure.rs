//! Motion blur: the mean of several pictures, as light.
//!
//! A camera adds up light, so the mean is taken of linear values and not of the bytes: a bright dot on a dark ground leaves as
//! bright a trace as it does on film, where the mean of bytes would leave a dull one.

use std::sync::OnceLock;

use super::{Pixels, Rasterizer};
use crate::draw::Frame;

/// Largest linear value.
const FULL: u32 = 65_535;

/// Light of a byte, and the byte of a light (IEC 61966-2-1).
struct Tables {
    light: [u16; 256],
    byte: Vec<u8>,
}

fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(|| {
        let light = std::array::from_fn(|byte| {
            let value = byte as f64 / 255.0;
            let linear = if value <= 0.040_45 { value / 12.92 } else { libm::pow((value + 0.055) / 1.055, 2.4) };
            libm::round(linear * f64::from(FULL)) as u16
        });
        let byte = (0..=FULL).map(|linear| {
            let value = f64::from(linear) / f64::from(FULL);
            let curved = if value <= 0.003_130_8 { value * 12.92 } else { 1.055 * libm::pow(value, 1.0 / 2.4) - 0.055 };
            libm::round(curved * 255.0) as u8
        });
        Tables { light, byte: byte.collect() }
    })
}

impl Rasterizer {
    /// Draws the mean of frames, as light; of one frame, the frame itself. Any number of threads give the same pixels.
    pub fn expose(&self, frames: &[Frame], pixels: &mut Pixels) {
        let (Some(first), more) = (frames.first(), frames.len() > 1) else { return };
        self.draw_into(first, pixels);
        if !more {
            return;
        }
        let tables = tables();
        let mut sums = vec![[0u32; 4]; pixels.rgba.len() / 4];
        let mut one = Pixels { width: 0, height: 0, rgba: Vec::new() };
        for (number, frame) in frames.iter().enumerate() {
            let bytes = if number == 0 {
                &pixels.rgba
            } else {
                self.draw_into(frame, &mut one);
                &one.rgba
            };
            for (sum, pixel) in sums.iter_mut().zip(bytes.chunks_exact(4)) {
                add(sum, pixel, &tables.light);
            }
        }
        let count = u32::try_from(frames.len()).unwrap_or(u32::MAX);
        for (pixel, sum) in pixels.rgba.chunks_exact_mut(4).zip(&sums) {
            mean(sum, count, pixel, &tables.byte);
        }
    }
}

/// Adds a pixel's light, weighted by its coverage, and its coverage.
fn add(sum: &mut [u32; 4], pixel: &[u8], light: &[u16; 256]) {
    let [red, green, blue, alpha] = sum;
    let [r, g, b, a] = pixel else { return };
    let cover = u32::from(*a);
    let of = |value: u8| {
        // Pixels are premultiplied.
        let straight =
            if cover == 255 { u32::from(value) } else { (u32::from(value) * 255 + cover / 2) / cover.max(1) };
        u32::from(light.get(straight.min(255) as usize).copied().unwrap_or_default()) * cover
    };
    *red += of(*r);
    *green += of(*g);
    *blue += of(*b);
    *alpha += cover;
}

fn mean(sum: &[u32; 4], count: u32, pixel: &mut [u8], bytes: &[u8]) {
    let [red, green, blue, alpha] = *sum;
    let cover = (alpha + count / 2) / count.max(1);
    let of = |light: u32| {
        let straight = bytes.get(((light + alpha / 2) / alpha.max(1)) as usize).copied().unwrap_or(255);
        ((u32::from(straight) * cover + 127) / 255) as u8
    };
    pixel.copy_from_slice(&[of(red), of(green), of(blue), cover as u8]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::Rgba;
    use crate::geom::FrameSize;

    fn plain(color: u32) -> Frame {
        let size = FrameSize::new(4, 2).unwrap();
        Frame { stage: size.stage(), ground: Rgba::hex(color), items: Vec::new() }
    }

    fn exposed(frames: &[Frame]) -> [u8; 4] {
        let mut pixels = Pixels { width: 0, height: 0, rgba: Vec::new() };
        Rasterizer::new(FrameSize::new(4, 2).unwrap()).expose(frames, &mut pixels);
        pixels.rgba[..4].try_into().unwrap()
    }

    #[test]
    fn the_mean_is_one_of_light() {
        // Half the light of white is a byte of 188, not of 128.
        assert_eq!(exposed(&[plain(0), plain(0x00ff_ffff)]), [188, 188, 188, 255]);
    }

    #[test]
    fn what_stands_still_keeps_every_byte() {
        for byte in 0..=255u32 {
            let color = (byte << 16) | ((255 - byte) << 8) | (byte / 2);
            let frames: Vec<Frame> = (0..7).map(|_| plain(color)).collect();
            assert_eq!(exposed(&frames), exposed(&[plain(color)]), "{color:x}");
        }
        let clear = Frame { ground: Rgba::TRANSPARENT, ..plain(0) };
        assert_eq!(exposed(&[clear.clone(), clear.clone()]), [0; 4]);
        // Half covered by white: half as opaque, as white.
        assert_eq!(exposed(&[clear, plain(0x00ff_ffff)]), [128; 4]);
    }
}
