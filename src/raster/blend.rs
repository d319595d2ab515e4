//! Colour over colour: premultiplied, eight bits a channel, two channels at a time.

use super::coverage::Piece;

/// Division by 255, rounded.
pub(super) fn scaled(value: u32) -> u32 {
    (value + 128 + ((value + 128) >> 8)) >> 8
}

const LANES: u32 = 0x00ff_00ff;

/// Both channels in the lower bytes of each half, times a value from 0 to 255, divided by 255.
fn lanes_scaled(lanes: u32, by: u32) -> u32 {
    let product = lanes * by + 0x0080_0080;
    ((product + ((product >> 8) & LANES)) >> 8) & LANES
}

/// A premultiplied colour, this much of it.
fn faded(color: u32, by: u32) -> u32 {
    lanes_scaled(color & LANES, by) | lanes_scaled((color >> 8) & LANES, by) << 8
}

/// Puts a premultiplied colour over a pixel.
fn over(pixel: &mut [u8; 4], color: u32) {
    let below = faded(u32::from_le_bytes(*pixel), 255 - (color >> 24));
    *pixel = (color + below).to_le_bytes();
}

/// Paints one premultiplied colour over pixels of a row, as far as each is covered.
pub(super) fn paint(pixels: &mut [[u8; 4]], piece: Piece<'_>, color: [u8; 4]) {
    let packed = u32::from_le_bytes(color);
    match piece {
        Piece::Whole(_) if packed >> 24 == 255 => pixels.fill(color),
        Piece::Whole(_) => pixels.iter_mut().for_each(|pixel| over(pixel, packed)),
        Piece::Partly(values) => {
            for (pixel, value) in pixels.iter_mut().zip(values) {
                over(pixel, faded(packed, u32::from(*value)));
            }
        }
    }
}

/// Paints premultiplied colours over pixels of a row, as far as each is covered.
pub(super) fn paint_each(pixels: &mut [[u8; 4]], piece: Piece<'_>, colors: &[[u8; 4]]) {
    let each = pixels.iter_mut().zip(colors);
    match piece {
        Piece::Whole(_) => each.for_each(|(pixel, color)| over(pixel, u32::from_le_bytes(*color))),
        Piece::Partly(values) => {
            for ((pixel, color), value) in each.zip(values) {
                over(pixel, faded(u32::from_le_bytes(*color), u32::from(*value)));
            }
        }
    }
}

/// Paints that much of premultiplied colours over pixels of a row, up to 255.
pub(super) fn paint_faded(pixels: &mut [[u8; 4]], colors: &[[u8; 4]], opacity: u8) {
    for (pixel, color) in pixels.iter_mut().zip(colors) {
        over(pixel, faded(u32::from_le_bytes(*color), u32::from(opacity)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_do_not_disturb_each_other() {
        for value in (0..=255u32).step_by(5).chain([1, 127, 128, 254]) {
            for alpha in (0..=255u32).step_by(15) {
                let color = [scaled(200 * alpha), scaled(3 * alpha), scaled(255 * alpha), alpha];
                let before = [255u32, 0, 77, 255];
                let mut pixel = before.map(|channel| channel as u8);
                over(&mut pixel, faded(u32::from_le_bytes(color.map(|c| c as u8)), value));
                let source_alpha = scaled(alpha * value);
                let expected: Vec<u8> = color
                    .iter()
                    .zip(before)
                    .map(|(c, d)| (scaled(c * value) + scaled(d * (255 - source_alpha))) as u8)
                    .collect();
                assert_eq!(pixel.as_slice(), expected, "{value} {alpha}");
            }
        }
    }

    #[test]
    fn whole_cover_of_an_opaque_colour_is_that_colour() {
        let mut pixels = [[1, 2, 3, 255]; 3];
        paint(&mut pixels, Piece::Whole(3), [9, 8, 7, 255]);
        assert_eq!(pixels, [[9, 8, 7, 255]; 3]);
        paint(&mut pixels, Piece::Partly(&[255, 0, 255]), [5, 5, 5, 255]);
        assert_eq!(pixels, [[5, 5, 5, 255], [9, 8, 7, 255], [5, 5, 5, 255]]);
    }
}
