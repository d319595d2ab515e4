//! Keeps sound below a ceiling without cutting it off: it sees peaks coming and steps back in time.
//!
//! Each instant asks for a factor that brings it under the ceiling: its samples, and what the wave reaches between samples. The
//! smallest factor within the look-ahead is taken, comes back slowly, and is averaged over the look-ahead: so it has arrived when
//! the peak does, and no sample is ever above.

use std::collections::VecDeque;

use super::{RATE, amplitude};

/// Nothing is louder, in dB of the true peak below full scale.
pub const CEILING_DB: f64 = -1.0;
/// Samples that it sees ahead: 5 ms.
const AHEAD: usize = 240;
/// Seconds in which most of what was taken is given back.
const RELEASE_SECS: f64 = 0.12;

/// Weights of the last twelve samples for what lies a quarter and a half of the way from the seventh to the sixth; read backwards,
/// those for three quarters and the half once more. ITU-R BS.1770-4, annex 2.
const BETWEEN: [[f32; TAPS]; 2] = [
    [
        0.001_708_984_4,
        0.010_986_328,
        -0.019_653_32,
        0.033_203_125,
        -0.059_448_242,
        0.137_329_1,
        0.972_168,
        -0.102_294_92,
        0.047_607_422,
        -0.026_611_328,
        0.014_892_578,
        -0.008_300_781,
    ],
    [
        -0.029_174_805,
        0.029_296_875,
        -0.051_757_812,
        0.089_111_33,
        -0.166_503_9,
        0.465_087_9,
        0.779_785_16,
        -0.200_317_38,
        0.101_562_5,
        -0.058_227_54,
        0.033_081_055,
        -0.018_920_898,
    ],
];
const TAPS: usize = 12;
/// Samples between one and the instant at which it is known what lies beside it.
const LAG: usize = TAPS / 2;
/// No wave is higher between samples than this many times the samples around: the largest sum of weights without their signs.
const OVERSHOOT: f32 = 2.03;

/// A limiter of two channels; it delays by [`Limiter::delay`] samples.
#[derive(Debug)]
pub struct Limiter {
    ceiling: f32,
    release: f32,
    /// Instants that are not out yet.
    waiting: VecDeque<[f32; 2]>,
    /// Factors within the look-ahead that may become the smallest, in ascending order, with the number of their instant.
    smallest: VecDeque<(u64, f32)>,
    /// The last factors, whose mean is taken.
    held: VecDeque<f32>,
    sum: f64,
    factor: f32,
    number: u64,
    /// The last samples of either channel, the newest first.
    last: [[f32; TAPS]; 2],
    /// Instants since a sample was loud enough for peaks between samples.
    quiet: usize,
}

impl Default for Limiter {
    fn default() -> Self {
        let release = 1.0 - libm::exp(-1.0 / (RELEASE_SECS * f64::from(RATE)));
        Self {
            ceiling: amplitude(CEILING_DB),
            release: release as f32,
            waiting: VecDeque::new(),
            smallest: VecDeque::new(),
            held: VecDeque::from(vec![1.0; AHEAD + 1]),
            sum: (AHEAD + 1) as f64,
            factor: 1.0,
            number: 0,
            last: [[0.0; TAPS]; 2],
            quiet: TAPS,
        }
    }
}

impl Limiter {
    /// Samples between what goes in and what comes out.
    pub fn delay() -> usize {
        AHEAD + LAG
    }

    /// The highest that the wave has been at this instant's samples, and between those of [`LAG`] instants before.
    fn peak(&mut self, instant: [f32; 2]) -> f32 {
        for (last, sample) in self.last.iter_mut().zip(instant) {
            last.rotate_right(1);
            if let Some(newest) = last.first_mut() {
                *newest = sample;
            }
        }
        let peak = instant.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
        self.quiet = if peak * OVERSHOOT > self.ceiling { 0 } else { self.quiet + 1 };
        if self.quiet >= TAPS {
            return peak;
        }
        let sum =
            |pairs: &mut dyn Iterator<Item = (&f32, &f32)>| pairs.map(|(sample, weight)| sample * weight).sum::<f32>();
        let between = self.last.iter().flat_map(|last| {
            BETWEEN
                .iter()
                .flat_map(move |weights| [sum(&mut last.iter().zip(weights)), sum(&mut last.iter().rev().zip(weights))])
        });
        between.fold(peak, |peak, height| peak.max(height.abs()))
    }

    /// One instant in; the one that lies so many samples before it out, if there was one.
    pub fn next(&mut self, instant: [f32; 2]) -> Option<[f32; 2]> {
        let peak = self.peak(instant);
        let asked = if peak > self.ceiling { self.ceiling / peak } else { 1.0 };
        while self.smallest.back().is_some_and(|(_, factor)| *factor >= asked) {
            self.smallest.pop_back();
        }
        self.smallest.push_back((self.number, asked));
        while self.smallest.front().is_some_and(|(number, _)| number + ((AHEAD + LAG) as u64) < self.number) {
            self.smallest.pop_front();
        }
        self.number += 1;
        let least = self.smallest.front().map_or(1.0, |(_, factor)| *factor);
        self.factor = least.min(self.factor + (1.0 - self.factor) * self.release);
        self.held.push_back(self.factor);
        self.sum += f64::from(self.factor) - f64::from(self.held.pop_front().unwrap_or(1.0));
        self.waiting.push_back(instant);
        if self.waiting.len() <= Self::delay() {
            return None;
        }
        let [left, right] = self.waiting.pop_front()?;
        let factor = (self.sum / (AHEAD + 1) as f64) as f32;
        // The mean may be off by the last bit.
        let kept = |sample: f32| (sample * factor).clamp(-self.ceiling, self.ceiling);
        Some([kept(left), kept(right)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limited(samples: impl Iterator<Item = f32>) -> Vec<f32> {
        let mut limiter = Limiter::default();
        let silence = std::iter::repeat_n(0.0, Limiter::delay());
        samples.chain(silence).filter_map(|sample| limiter.next([sample, -sample])).map(|[left, _]| left).collect()
    }

    #[test]
    fn nothing_is_above_the_ceiling_and_what_is_below_stays_as_it_was() {
        let ceiling = amplitude(CEILING_DB);
        let wave = |i: usize| libm::sin(i as f64 * 0.05) as f32;
        let loud = limited((0..96_000).map(|i| wave(i) * if (40_000..44_000).contains(&i) { 7.0 } else { 0.5 }));
        assert_eq!(loud.len(), 96_000);
        assert!(loud.iter().all(|sample| sample.abs() <= ceiling));
        assert!(
            loud[40_000..44_000].iter().any(|sample| sample.abs() > ceiling * 0.98),
            "it is not lowered for nothing"
        );
        for at in (0..39_000).chain(80_000..96_000) {
            assert!((loud[at] - wave(at) * 0.5).abs() < 2e-3, "{at}");
        }
        let clicks = limited((0..9_600).map(|i| if i % 1_000 == 500 { 16.0 } else { 0.0 }));
        assert!(clicks.iter().all(|sample| sample.abs() <= ceiling));
        let quiet: Vec<f32> = (0..4_800).map(|i| wave(i) * 0.8).collect();
        assert_eq!(limited(quiet.iter().copied()), quiet);
    }

    #[test]
    fn waves_are_not_above_the_ceiling_between_samples_either() {
        // A quarter of the rate, an eighth of a turn off: samples lie 3 dB below the wave's peaks.
        let turn = core::f64::consts::FRAC_PI_2;
        let wave = |i: usize| libm::sin((i as f64 + 0.5) * turn) as f32 * 1.2;
        let kept = limited((0..48_000).map(wave));
        assert!((0..48_000).all(|i| wave(i).abs() < amplitude(CEILING_DB)), "samples alone would pass");
        let mut meter = ebur128::EbuR128::new(1, RATE, ebur128::Mode::TRUE_PEAK).unwrap();
        meter.add_frames_f32(&kept[4_800..]).unwrap();
        let peak = 20.0 * libm::log10(meter.true_peak(0).unwrap());
        assert!((peak - CEILING_DB).abs() < 0.1, "{peak}");
        let most = BETWEEN.iter().map(|weights| weights.iter().map(|weight| weight.abs()).sum::<f32>());
        assert!(most.fold(0.0, f32::max) <= OVERSHOOT);
    }

    #[test]
    fn factors_change_smoothly() {
        let steady = limited((0..48_000).map(|i| if i == 24_000 { 8.0 } else { 0.1 }));
        let steps = steady.windows(2).filter(|pair| pair[0] < 0.11 && pair[1] < 0.11);
        assert!(steps.map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max) < 1e-3);
    }
}
