//! Pixels to what encoders take: planar YUV 4:2:0 in BT.709 limited range, or straight RGBA.

use yuv::{BufferStoreMut, YuvConversionMode, YuvPlanarImageMut, YuvRange, YuvStandardMatrix, rgba_to_yuv420};

use super::Pixels;
use super::damage::PixelBox;

/// Rows that are converted at a time: what they take stays near the processor.
const ROWS: u32 = 32;

/// Memory for conversion, used again and again.
#[derive(Default)]
pub(super) struct Scratch {
    rgba: Vec<u8>,
    planes: [Vec<u8>; 3],
}

impl Scratch {
    /// Converts a rectangle of opaque pixels into its place in `out`: the Y plane, then U, then V, without padding, as
    /// ffmpeg's `rawvideo` in `yuv420p`. Its left edge is a multiple of 64 and its right one too, or that of the frame, so
    /// that what is converted at a time is the same whichever rectangle it is in; its rows come in pairs.
    pub(super) fn yuv420(&mut self, pixels: &Pixels, area: PixelBox, out: &mut [u8]) {
        let mut rows = area;
        while rows.y0 < area.y1 {
            rows.y1 = (rows.y0 + ROWS).min(area.y1);
            self.few_rows(pixels, rows, out);
            rows.y0 = rows.y1;
        }
    }

    fn few_rows(&mut self, pixels: &Pixels, area: PixelBox, out: &mut [u8]) {
        let (stride, width, height) = (pixels.width as usize, area.width(), area.height());
        let whole = width == stride;
        self.rgba.clear();
        for y in if whole { 0..0 } else { area.y0..area.y1 } {
            let start = (y as usize * stride + area.x0 as usize) * 4;
            self.rgba.extend_from_slice(pixels.rgba.get(start..start + width * 4).unwrap_or_default());
        }
        let rows = area.y0 as usize * stride * 4..area.y1 as usize * stride * 4;
        let rgba = if whole { pixels.rgba.get(rows).unwrap_or_default() } else { &self.rgba };
        let [y_plane, u_plane, v_plane] = &mut self.planes;
        y_plane.resize(width * height, 0);
        u_plane.resize(width * height / 4, 0);
        v_plane.resize(width * height / 4, 0);
        let mut image = YuvPlanarImageMut {
            y_plane: BufferStoreMut::Borrowed(y_plane),
            y_stride: width as u32,
            u_plane: BufferStoreMut::Borrowed(u_plane),
            u_stride: width as u32 / 2,
            v_plane: BufferStoreMut::Borrowed(v_plane),
            v_stride: width as u32 / 2,
            width: width as u32,
            height: height as u32,
        };
        let (range, matrix, mode) = (YuvRange::Limited, YuvStandardMatrix::Bt709, YuvConversionMode::Balanced);
        let done = rgba_to_yuv420(&mut image, rgba, width as u32 * 4, range, matrix, mode);
        // It fails only on sizes that do not fit each other; these are made to.
        debug_assert!(done.is_ok());
        let luma = stride * pixels.height as usize;
        let (x, y) = (area.x0 as usize, area.y0 as usize);
        let places = [(0, stride, x, y), (luma, stride / 2, x / 2, y / 2), (luma / 4 * 5, stride / 2, x / 2, y / 2)];
        for ((plane, width), (start, stride, x, y)) in self.planes.iter().zip([width, width / 2, width / 2]).zip(places)
        {
            for (row, values) in plane.chunks_exact(width.max(1)).enumerate() {
                let start = start + (y + row) * stride + x;
                if let Some(target) = out.get_mut(start..start + width) {
                    target.copy_from_slice(values);
                }
            }
        }
    }
}

/// Un-premultiplies a rectangle into its place in `out`: rows of straight RGBA.
pub(super) fn straight(pixels: &Pixels, area: PixelBox, out: &mut [u8]) {
    for y in area.y0..area.y1 {
        let start = (y as usize * pixels.width as usize + area.x0 as usize) * 4;
        let row = start..start + area.width() * 4;
        if let (Some(from), Some(to)) = (pixels.rgba.get(row.clone()), out.get_mut(row)) {
            to.copy_from_slice(from);
            unmultiply(to);
        }
    }
}

/// Un-premultiplies into `out`: rows of straight RGBA.
pub fn straight_rgba(pixels: &Pixels, out: &mut Vec<u8>) {
    out.clear();
    out.extend_from_slice(&pixels.rgba);
    unmultiply(out);
}

fn unmultiply(rgba: &mut [u8]) {
    for pixel in rgba.chunks_exact_mut(4) {
        let alpha = pixel.last().copied().map_or(0, u32::from);
        if alpha != 0 && alpha != 255 {
            for channel in pixel.iter_mut().take(3) {
                *channel = ((u32::from(*channel) * 255 + alpha / 2) / alpha).min(255) as u8;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn yuv420(pixels: &Pixels, out: &mut Vec<u8>) {
        out.resize(pixels.rgba.len() / 8 * 3, 0);
        let all = PixelBox { x0: 0, y0: 0, x1: pixels.width, y1: pixels.height };
        Scratch::default().yuv420(pixels, all, out);
    }

    #[test]
    fn rectangles_are_converted_as_the_whole_is() {
        for (width, height) in [(1920, 64), (854, 48), (130, 34), (66, 2)] {
            let noise = |index: u64| (crate::info::uniform01(7, index) * 256.0) as u8;
            let rgba = (0..u64::from(width * height * 4)).map(|i| if i % 4 == 3 { 255 } else { noise(i) }).collect();
            let pixels = Pixels { width, height, rgba };
            let (mut whole, mut parts) = (Vec::new(), vec![0; (width * height / 2 * 3) as usize]);
            yuv420(&pixels, &mut whole);
            let mut damage = super::super::damage::Damage::new(width, height);
            let mut scratch = Scratch::default();
            for y in 0..height / 8 + 1 {
                for x in (0..width).step_by(if y % 2 == 0 { 64 } else { 192 }) {
                    damage.mark(PixelBox { x0: x, y0: y * 8, x1: x + 1, y1: y * 8 + 1 });
                    damage.take().into_iter().for_each(|area| scratch.yuv420(&pixels, area, &mut parts));
                    let all = PixelBox { x0: x, y0: y * 8, x1: x + 192, y1: y * 8 + 3 };
                    damage.mark(all);
                    damage.take().into_iter().for_each(|area| scratch.yuv420(&pixels, area, &mut parts));
                }
            }
            assert!(whole == parts, "{width}x{height}");
        }
    }

    #[test]
    fn colours_follow_bt709_limited() {
        for [r, g, b] in
            [[0, 0, 0], [255, 255, 255], [128, 128, 128], [255, 0, 0], [0, 255, 0], [0, 0, 255], [15, 19, 24]]
        {
            let pixels = Pixels { width: 64, height: 4, rgba: [r, g, b, 255].repeat(256) };
            let mut out = Vec::new();
            yuv420(&pixels, &mut out);
            let (rf, gf, bf) = (f64::from(r), f64::from(g), f64::from(b));
            let luma = 0.2126 * rf + 0.7152 * gf + 0.0722 * bf;
            let expected = [
                16.0 + luma * 219.0 / 255.0,
                128.0 + (bf - luma) / 1.8556 * 224.0 / 255.0,
                128.0 + (rf - luma) / 1.5748 * 224.0 / 255.0,
            ];
            for (actual, expected) in [out[0], out[256], out[256 + 64]].into_iter().zip(expected) {
                assert!((f64::from(actual) - expected).abs() <= 1.01, "{r} {g} {b}: {actual} {expected}");
            }
            assert!(out[..256].iter().all(|y| *y == out[0]) && out.len() == 384);
        }
    }

    #[test]
    fn straight_alpha_undoes_premultiplication() {
        let pixels = Pixels { width: 2, height: 2, rgba: vec![64, 32, 0, 128, 0, 0, 0, 0, 9, 8, 7, 255, 1, 1, 1, 1] };
        let mut out = Vec::new();
        straight_rgba(&pixels, &mut out);
        assert_eq!(out, [128, 64, 0, 128, 0, 0, 0, 0, 9, 8, 7, 255, 255, 255, 255, 1]);
    }
}
