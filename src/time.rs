//! Time: seconds, frame rates and frame indices, and the only conversions between them.
//!
//! A film has one integer frame clock. Seconds are turned into frames once, where a step is laid onto the clock, always
//! from the start of the film, so nothing drifts.

use std::fmt;

/// A duration or an instant in seconds. Finite; instants count from the start of the film.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Secs(f64);

impl Secs {
    /// No time.
    pub const ZERO: Self = Self(0.0);

    /// A finite number of seconds, or `None`.
    pub fn new(secs: f64) -> Option<Self> {
        secs.is_finite().then_some(Self(secs))
    }

    /// The number of seconds.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl std::ops::Add for Secs {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

/// Index of a frame, from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FrameIndex(pub u64);

/// Frames a second, as a fraction: 30000/1001 is exact.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fps {
    numerator: u32,
    denominator: u32,
}

impl Fps {
    /// Sixty frames a second, the default.
    pub const SIXTY: Self = Self { numerator: 60, denominator: 1 };

    /// A rate above 0 and at most [`crate::limits::FPS`], or `None`.
    pub fn new(numerator: u32, denominator: u32) -> Option<Self> {
        let in_range = numerator > 0 && denominator > 0 && numerator.div_ceil(denominator) <= crate::limits::FPS;
        in_range.then_some(Self { numerator, denominator })
    }

    /// Reads `60`, `30000/1001` or `29.97` (as 2997/100).
    ///
    /// ```
    /// use surprisal::time::Fps;
    /// assert_eq!(Fps::parse("30000/1001"), Fps::new(30000, 1001));
    /// assert_eq!(Fps::parse("12.5").map(|f| f.to_string()), Some("25/2".into()));
    /// assert_eq!(Fps::parse("0"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some((n, d)) = text.split_once('/') {
            return Self::new(n.trim().parse().ok()?, d.trim().parse().ok()?);
        }
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let scale = 10u32.checked_pow(u32::try_from(decimals.len()).ok()?)?;
        let digits: u32 = format!("{whole}{decimals}").parse().ok()?;
        let shared = greatest_common_divisor(digits, scale).max(1);
        Self::new(digits / shared, scale / shared)
    }

    /// Numerator and denominator.
    pub fn ratio(self) -> (u32, u32) {
        (self.numerator, self.denominator)
    }

    /// Frames a second as a number, for display and for rates of motion; never for placing frames.
    pub fn as_f64(self) -> f64 {
        f64::from(self.numerator) / f64::from(self.denominator)
    }

    /// The frame that is nearest to an instant. Negative instants give frame 0.
    pub fn frame_at(self, instant: Secs) -> FrameIndex {
        let frames = instant.get() * f64::from(self.numerator) / f64::from(self.denominator);
        FrameIndex(libm::round(frames.clamp(0.0, 9e15)) as u64)
    }

    /// The instant at which a frame is shown.
    pub fn instant_of(self, frame: FrameIndex) -> Secs {
        Secs(frame.0 as f64 * f64::from(self.denominator) / f64::from(self.numerator))
    }
}

impl fmt::Display for Fps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.denominator == 1 {
            write!(f, "{}", self.numerator)
        } else {
            write!(f, "{}/{}", self.numerator, self.denominator)
        }
    }
}

impl fmt::Debug for Fps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} fps")
    }
}

fn greatest_common_divisor(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

/// A half-open range of frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameRange {
    /// First frame.
    pub start: FrameIndex,
    /// One past the last frame; at least `start`.
    pub end: FrameIndex,
}

impl FrameRange {
    /// The frames from `start` up to, not including, `end`.
    pub fn new(start: u64, end: u64) -> Self {
        Self { start: FrameIndex(start), end: FrameIndex(end.max(start)) }
    }

    /// Number of frames.
    pub fn len(self) -> u64 {
        self.end.0 - self.start.0
    }

    /// Has it no frame?
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Is the frame in the range?
    pub fn contains(self, frame: FrameIndex) -> bool {
        self.start <= frame && frame < self.end
    }
}

/// An instant as people read it: `1:02.50`.
///
/// ```
/// assert_eq!(surprisal::time::clock(62.5), "1:02.50");
/// ```
pub fn clock(secs: f64) -> String {
    let hundredths = libm::round(secs.max(0.0) * 100.0) as u64;
    format!("{}:{:02}.{:02}", hundredths / 6000, hundredths / 100 % 60, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_and_instants_agree_for_ten_hours() {
        for (n, d) in [(24, 1), (25, 1), (30, 1), (50, 1), (60, 1), (30000, 1001)] {
            let fps = Fps::new(n, d).unwrap();
            let last = fps.frame_at(Secs::new(36_000.0).unwrap()).0;
            for frame in (0..=last).step_by(997) {
                assert_eq!(fps.frame_at(fps.instant_of(FrameIndex(frame))), FrameIndex(frame));
            }
        }
    }

    #[test]
    fn rates_out_of_range_are_refused() {
        for text in ["0", "-1", "1e9", "241", "1/0", "", "a", "0/5", "99999999999"] {
            assert_eq!(Fps::parse(text), None, "{text}");
        }
        assert_eq!(Fps::parse("60"), Some(Fps::SIXTY));
    }
}
