//! Rests: of frames that equal each other ffmpeg gets the first and the last, and repeats the first in between.
//!
//! Handing over a frame costs what copying it twice and clearing its memory costs; a film of lectures rests half of the time.

use super::Look;
use crate::time::Fps;

/// Shorter rests are handed over: each one lengthens ffmpeg's filter.
const LEAST: usize = 5;

/// Which frames of a piece are handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rests {
    /// Stretches that are left out: the first frame, counted from the piece's first, and how many.
    gaps: Vec<(u64, u64)>,
}

impl Rests {
    /// Finds the rests of a piece.
    pub fn of(looks: &[Look]) -> Self {
        let mut gaps = Vec::new();
        let mut at = 0;
        for run in looks.chunk_by(|one, other| one.digest == other.digest) {
            if run.len() >= LEAST {
                gaps.push((at + 1, run.len() as u64 - 2));
            }
            at += run.len() as u64;
        }
        Self { gaps }
    }

    /// The frames that are handed over, of so many.
    pub fn handed_over(&self, frames: u64) -> impl Iterator<Item = u64> {
        let ends = self.gaps.iter().map(|(start, _)| *start).chain([frames]);
        let starts = std::iter::once(0).chain(self.gaps.iter().map(|(start, length)| start + length));
        starts.zip(ends).flat_map(|(start, end)| start..end)
    }

    /// The filter that fills the gaps, if there are any: it tells each frame when to be shown, and shows it until the next.
    pub fn filter(&self, fps: Fps) -> Option<String> {
        let mut left_out = 0;
        let mut times = "N".to_owned();
        for (start, length) in &self.gaps {
            // Frames after the one at rest are later by what was left out.
            times.push_str(&format!("+{length}*gt(N\\,{})", start - 1 - left_out));
            left_out += length;
        }
        let (numerator, denominator) = fps.ratio();
        (left_out > 0).then(|| format!("setpts={times},fps={numerator}/{denominator}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rests(digests: &[u128]) -> Rests {
        Rests::of(&digests.iter().map(|digest| Look { digest: *digest, share: 0.0 }).collect::<Vec<_>>())
    }

    #[test]
    fn of_a_rest_the_ends_are_handed_over() {
        let frames = [1, 1, 1, 1, 1, 1, 2, 3, 3, 3, 4, 5, 5, 5, 5, 5];
        let rests = rests(&frames);
        assert_eq!(rests.handed_over(16).collect::<Vec<_>>(), [0, 5, 6, 7, 8, 9, 10, 11, 15]);
        assert_eq!(rests.filter(Fps::SIXTY).unwrap(), r"setpts=N+4*gt(N\,0)+3*gt(N\,7),fps=60/1");
    }

    #[test]
    fn motion_is_handed_over_whole() {
        let rests = rests(&[1, 2, 3, 4, 4]);
        assert_eq!((rests.handed_over(5).collect::<Vec<_>>(), rests.filter(Fps::SIXTY)), ((0..5).collect(), None));
    }

    /// What the filter does, reckoned: the film frame at which each frame handed over is shown is the one it was drawn for.
    #[test]
    fn the_filter_puts_frames_where_they_were() {
        let mut digests = Vec::new();
        for (digest, length) in [(1, 9), (2, 1), (3, 4), (4, 5), (5, 60), (6, 2), (7, 30)] {
            digests.extend(std::iter::repeat_n(digest, length));
        }
        let rests = rests(&digests);
        let filter = rests.filter(Fps::SIXTY).unwrap();
        let terms: Vec<(u64, u64)> = filter
            .split(&['+', ','][..])
            .collect::<Vec<_>>()
            .windows(2)
            .filter_map(|pair| {
                let length = pair[0].strip_suffix("*gt(N\\")?.parse().ok()?;
                Some((length, pair[1].strip_suffix(')')?.parse().ok()?))
            })
            .collect();
        assert_eq!(terms.len(), 4);
        for (number, frame) in (0..).zip(rests.handed_over(digests.len() as u64)) {
            let shown: u64 =
                number + terms.iter().filter(|(_, after)| number > *after).map(|(length, _)| length).sum::<u64>();
            assert_eq!(shown, frame);
        }
    }
}
