//! Gaussian blur: three running means over windows whose edges count in part, so that it grows without steps.

use tiny_skia::Pixmap;

/// Fractional bits of the values between the passes.
const FINE: u32 = 6;

/// A mean over a window: `whole` neighbours on each side, and those next to them by a share.
#[derive(Clone, Copy)]
struct Window {
    whole: usize,
    share: f32,
}

impl Window {
    /// The window whose weights have this variance, in pixels squared.
    fn of_variance(variance: f64) -> Self {
        // Weights of 1 from -n to n have the variance n (n + 1) / 3.
        let n = libm::floor((libm::sqrt(1.0 + 12.0 * variance) - 1.0) / 2.0).max(0.0);
        let next = (n + 1.0) * (n + 1.0);
        let share = (2.0 * n + 1.0) * (variance - n * (n + 1.0) / 3.0) / (2.0 * (next - variance)).max(1e-9);
        Self { whole: n as usize, share: share.clamp(0.0, 1.0) as f32 }
    }

    fn weight(self) -> f32 {
        1.0 / (2.0 * self.whole as f32 + 1.0 + 2.0 * self.share)
    }
}

/// How far a blur by a standard deviation in pixels reaches, in pixels.
pub(super) fn reach(deviation: f64) -> u32 {
    3 * (Window::of_variance(deviation * deviation / 3.0).whole as u32 + 1)
}

/// Blurs a picture by a standard deviation in pixels, above 0. Beyond its edges it goes on as at the edge.
pub(super) fn blur(picture: &mut Pixmap, deviation: f64) {
    let window = Window::of_variance(deviation * deviation / 3.0);
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let mut values: Vec<u16> = picture.data().iter().map(|byte| u16::from(*byte) << FINE).collect();
    let mut other = vec![0u16; values.len()];
    for _ in 0..3 {
        for (from, to) in values.chunks_exact(width * 4).zip(other.chunks_exact_mut(width * 4)) {
            line(from, to, width, window);
        }
        std::mem::swap(&mut values, &mut other);
    }
    for _ in 0..3 {
        columns(&values, &mut other, (width * 4, height), window);
        std::mem::swap(&mut values, &mut other);
    }
    for (byte, value) in picture.data_mut().iter_mut().zip(values) {
        *byte = ((value + (1 << (FINE - 1))) >> FINE).min(255) as u8;
    }
}

/// One row of pixels of four channels.
fn line(from: &[u16], to: &mut [u16], width: usize, window: Window) {
    let weight = window.weight();
    let last = width.saturating_sub(1);
    let at = |pixel: usize, channel: usize| from.get(pixel.min(last) * 4 + channel).copied().unwrap_or_default();
    for channel in 0..4 {
        let left = u32::from(at(0, channel));
        let mut sum = left * (window.whole as u32 + 1);
        sum += (1..=window.whole).map(|pixel| u32::from(at(pixel, channel))).sum::<u32>();
        for pixel in 0..width {
            let outer = |pixel: Option<usize>| f32::from(at(pixel.unwrap_or(0), channel));
            let edges = outer(pixel.checked_sub(window.whole + 1)) + outer(Some(pixel + window.whole + 1));
            if let Some(slot) = to.get_mut(pixel * 4 + channel) {
                *slot = ((sum as f32 + edges * window.share) * weight + 0.5) as u16;
            }
            sum += u32::from(at(pixel + window.whole + 1, channel));
            sum -= u32::from(at(pixel.saturating_sub(window.whole), channel));
        }
    }
}

/// All columns at once, row by row.
fn columns(from: &[u16], to: &mut [u16], (stride, height): (usize, usize), window: Window) {
    let weight = window.weight();
    let last = height.saturating_sub(1);
    let row = |row: usize| {
        let start = row.min(last) * stride;
        from.get(start..start + stride).unwrap_or_default()
    };
    let mut sums: Vec<u32> = row(0).iter().map(|value| u32::from(*value) * (window.whole as u32 + 1)).collect();
    for below in 1..=window.whole {
        sums.iter_mut().zip(row(below)).for_each(|(sum, value)| *sum += u32::from(*value));
    }
    for (number, target) in to.chunks_exact_mut(stride).enumerate() {
        let (above, below) = (row(number.saturating_sub(window.whole + 1)), row(number + window.whole + 1));
        let leaving = row(number.saturating_sub(window.whole));
        let edges = above.iter().zip(below).zip(leaving);
        for ((slot, sum), ((above, below), leaving)) in target.iter_mut().zip(&mut sums).zip(edges) {
            let edges = f32::from(*above) + f32::from(*below);
            *slot = ((*sum as f32 + edges * window.share) * weight + 0.5) as u16;
            *sum = *sum + u32::from(*below) - u32::from(*leaving);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_have_the_variance_that_is_asked_for_and_grow_without_steps() {
        let mut before = 1.0;
        for step in 1..4000 {
            let variance = f64::from(step) * 0.01;
            let window = Window::of_variance(variance);
            let (n, share) = (window.whole as f64, f64::from(window.share));
            let total = 2.0 * n + 1.0 + 2.0 * share;
            let found = (n * (n + 1.0) * (2.0 * n + 1.0) / 3.0 + 2.0 * share * (n + 1.0) * (n + 1.0)) / total;
            assert!((found - variance).abs() < 1e-4 * (1.0 + variance), "{variance}: {found}");
            assert!(total > before && total - before < 0.2, "{variance}: {before} {total}");
            before = total;
        }
    }
}
