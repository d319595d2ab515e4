//! From frames of the film to samples of its sound, exactly: whole numbers only, counted from the film's start.

use crate::time::{Fps, FrameIndex};

/// Samples a second of everything that is mixed.
pub const RATE: u32 = 48_000;

/// The sample at which a frame begins: the nearest one, so that no film is ever off by more than half a sample.
///
/// ```
/// use surprisal::{sound::sample_of, time::{Fps, FrameIndex}};
/// let ntsc = Fps::new(30_000, 1001).unwrap();
/// assert_eq!(sample_of(ntsc, FrameIndex(30_000)), 48_000 * 1001);
/// ```
pub fn sample_of(fps: Fps, frame: FrameIndex) -> u64 {
    let (numerator, denominator) = fps.ratio();
    let (n, d) = (u128::from(numerator), u128::from(denominator) * u128::from(RATE));
    let sample = (2 * u128::from(frame.0) * d + n) / (2 * n);
    u64::try_from(sample).unwrap_or(u64::MAX)
}

/// Frames that so many samples take: the last may be partly without sound.
///
/// ```
/// use surprisal::{sound::frames_of, time::Fps};
/// assert_eq!(frames_of(Fps::SIXTY, 801), 2);
/// ```
pub fn frames_of(fps: Fps, samples: u64) -> u64 {
    let (numerator, denominator) = fps.ratio();
    let d = u128::from(denominator) * u128::from(RATE);
    u64::try_from((u128::from(samples) * u128::from(numerator)).div_ceil(d)).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sound_and_pictures_agree_for_ten_hours() {
        for (n, d) in [(24, 1), (25, 1), (30, 1), (60, 1), (24_000, 1001), (30_000, 1001), (60_000, 1001), (7, 3)] {
            let fps = Fps::new(n, d).unwrap();
            let last = u64::from(n) * 36_000 / u64::from(d);
            for frame in (0..=last).step_by(9973).chain([last]) {
                let exact = u128::from(frame) * u128::from(d) * u128::from(RATE);
                let off = u128::from(sample_of(fps, FrameIndex(frame))) * u128::from(n);
                assert!(exact.abs_diff(off) * 2 <= u128::from(n), "{frame} at {n}/{d}");
                // A frame's own samples take one frame.
                let length = sample_of(fps, FrameIndex(frame + 1)) - sample_of(fps, FrameIndex(frame));
                assert!(frames_of(fps, length - 1) == 1);
            }
        }
    }
}
