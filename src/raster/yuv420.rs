//! Pixels to what encoders take: planar YUV 4:2:0 in BT.709 limited range, or straight RGBA.

use yuv::{BufferStoreMut, YuvConversionMode, YuvPlanarImageMut, YuvRange, YuvStandardMatrix, rgba_to_yuv420};

use super::Pixels;

/// Converts opaque pixels into `out`: the Y plane, then U, then V, without padding, as ffmpeg's `rawvideo` in `yuv420p`. Both
/// edges are even, as [`crate::geom::FrameSize`] sees to.
pub fn yuv420(pixels: &Pixels, out: &mut Vec<u8>) {
    let luma = pixels.width as usize * pixels.height as usize;
    let chroma = luma / 4;
    out.resize(luma + 2 * chroma, 0);
    let (y_plane, rest) = out.split_at_mut(luma);
    let (u_plane, v_plane) = rest.split_at_mut(chroma);
    let mut image = YuvPlanarImageMut {
        y_plane: BufferStoreMut::Borrowed(y_plane),
        y_stride: pixels.width,
        u_plane: BufferStoreMut::Borrowed(u_plane),
        u_stride: pixels.width / 2,
        v_plane: BufferStoreMut::Borrowed(v_plane),
        v_stride: pixels.width / 2,
        width: pixels.width,
        height: pixels.height,
    };
    let done = rgba_to_yuv420(
        &mut image,
        &pixels.rgba,
        pixels.width * 4,
        YuvRange::Limited,
        YuvStandardMatrix::Bt709,
        YuvConversionMode::Balanced,
    );
    // It fails only on sizes that do not fit each other; these are made to.
    debug_assert!(done.is_ok());
}

/// Un-premultiplies into `out`: rows of straight RGBA.
pub fn straight_rgba(pixels: &Pixels, out: &mut Vec<u8>) {
    out.clear();
    out.extend_from_slice(&pixels.rgba);
    for pixel in out.chunks_exact_mut(4) {
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
