//! Motion blur: the mean of several pictures, as light.
//!
//! A camera adds up light, so the mean is taken of linear values and not of the bytes: a bright dot on a dark ground leaves as
//! bright a trace as it does on film, where the mean of bytes would leave a dull one.

use std::sync::OnceLock;

use super::damage::PixelBox;
use super::retained::Retained;
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

/// A canvas that shows frames, or the mean of some.
pub(super) struct Exposure<'a> {
    canvas: Retained<'a>,
    /// The mean, if it is what is shown.
    mean: Option<Pixels>,
    sums: Vec<[u32; 4]>,
}

impl<'a> Exposure<'a> {
    pub(super) fn new(rasterizer: &'a Rasterizer) -> Self {
        Self { canvas: Retained::new(rasterizer), mean: None, sums: Vec::new() }
    }

    pub(super) fn pixels(&self) -> &Pixels {
        self.mean.as_ref().unwrap_or(&self.canvas.pixels)
    }

    pub(super) fn into_pixels(self) -> Pixels {
        self.mean.unwrap_or(self.canvas.pixels)
    }

    /// Shows the mean of frames, or the one frame; gives the rectangles in which pixels may have changed.
    pub(super) fn show(&mut self, frames: Vec<Frame>) -> Vec<PixelBox> {
        let count = u32::try_from(frames.len()).unwrap_or(u32::MAX);
        let all = PixelBox { x0: 0, y0: 0, x1: self.canvas.pixels.width, y1: self.canvas.pixels.height };
        if count <= 1 {
            let areas = frames.into_iter().next().map(|frame| self.canvas.show(frame));
            return if self.mean.take().is_some() { vec![all] } else { areas.unwrap_or_default() };
        }
        let tables = tables();
        self.sums.clear();
        self.sums.resize(self.canvas.pixels.rgba.len() / 4, [0; 4]);
        // The frame itself, which is the first, remains on the canvas: what follows is most like it.
        for frame in frames.into_iter().rev() {
            self.canvas.show(frame);
            for (sum, pixel) in self.sums.iter_mut().zip(self.canvas.pixels.rgba.chunks_exact(4)) {
                add(sum, pixel, &tables.light);
            }
        }
        let shown = self.mean.get_or_insert_with(|| self.canvas.pixels.clone());
        for (pixel, sum) in shown.rgba.chunks_exact_mut(4).zip(&self.sums) {
            mean(sum, count, pixel, &tables.byte);
        }
        vec![all]
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
        let pixels = Rasterizer::new(FrameSize::new(4, 2).unwrap()).expose(frames.to_vec());
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
