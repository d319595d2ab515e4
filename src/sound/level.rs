//! How loud sound is, after ITU-R BS.1770: gated, so that pauses do not count.

use ebur128::{Channel, EbuR128, Mode};

use super::RATE;

/// What speech is levelled to, in LUFS: what podcasts and video platforms play as it is.
pub const TARGET_LUFS: f64 = -16.0;
/// Shortest stretch that can be measured, in samples: shorter ones are measured as if said again and again.
const LEAST: usize = RATE as usize * 3 / 5;
/// Most that a recording is raised, in dB: what is fainter is noise.
const MOST_GAIN_DB: f64 = 40.0;

/// The loudness in LUFS of one channel of 48 kHz that is played on both sides; `None` if it is silent.
pub fn loudness(samples: &[f32]) -> Option<f64> {
    let mut meter = EbuR128::new(1, RATE, Mode::I).ok()?;
    meter.set_channel(0, Channel::DualMono).ok()?;
    let mut measured = 0;
    while measured < LEAST.max(1) && !samples.is_empty() {
        meter.add_frames_f32(samples).ok()?;
        measured += samples.len();
    }
    meter.loudness_global().ok().filter(|loudness| loudness.is_finite())
}

/// The factor that brings speech to the target; `None` if it is too faint for that.
pub(super) fn levelling(samples: &[f32]) -> Option<f32> {
    let gain = TARGET_LUFS - loudness(samples)?;
    (gain <= MOST_GAIN_DB).then(|| amplitude(gain))
}

/// Decibels as a factor.
///
/// ```
/// assert_eq!(surprisal::sound::amplitude(-20.0), 0.1);
/// ```
pub fn amplitude(db: f64) -> f32 {
    libm::pow(10.0, db / 20.0) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(amplitude: f64, secs: f64) -> Vec<f32> {
        let at = |i: usize| libm::sin(i as f64 * 997.0 * core::f64::consts::TAU / f64::from(RATE)) * amplitude;
        (0..(secs * f64::from(RATE)) as usize).map(|i| at(i) as f32).collect()
    }

    #[test]
    fn a_full_tone_on_both_sides_is_nearly_at_zero() {
        // BS.1770: a sine of 997 Hz at 0 dBFS in one channel is -3.01 LUFS; in two it is 0.
        let loud = loudness(&tone(1.0, 3.0)).unwrap();
        assert!(loud.abs() < 0.05, "{loud}");
        let faint = loudness(&tone(0.1, 3.0)).unwrap();
        assert!((faint + 20.0).abs() < 0.05, "{faint}");
    }

    #[test]
    fn pauses_do_not_count_and_short_words_can_be_measured() {
        let spoken = [tone(0.1, 2.0), vec![0.0; 480_000], tone(0.1, 2.0)].concat();
        let loud = loudness(&spoken).unwrap();
        assert!((loud + 20.0).abs() < 0.5, "{loud}");
        assert!(loudness(&tone(0.1, 0.05)).is_some());
        assert_eq!((loudness(&[]), loudness(&[0.0; 96_000])), (None, None));
        assert_eq!(levelling(&tone(1e-6, 3.0)), None);
    }
}
