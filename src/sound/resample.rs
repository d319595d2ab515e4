//! Another number of samples a second: a windowed sinc, evaluated where samples are wanted, for any two rates.

use super::{Pcm, RATE};

/// Zero crossings of the sinc on either side.
const WINGS: f64 = 24.0;
/// Kaiser's parameter: what folds back is below -90 dB.
const BETA: f64 = 9.0;
/// Share of the narrower band that is kept.
const BAND: f64 = 0.95;

/// The same sound at 48 kHz.
pub(super) fn resampled(pcm: Pcm) -> Pcm {
    if pcm.rate == RATE || pcm.rate == 0 {
        return pcm;
    }
    let common = gcd(pcm.rate, RATE);
    let (step, phases) = (u64::from(pcm.rate / common), u64::from(RATE / common));
    let length = pcm.len() as u64;
    let wanted = (length * phases).div_ceil(step);
    let band = BAND * (f64::from(RATE) / f64::from(pcm.rate)).min(1.0);
    let reach = (WINGS / band).ceil() as i64;
    let mut kernels: Vec<Option<Vec<f32>>> = vec![None; usize::try_from(phases).unwrap_or(1)];
    let channels = pcm.channels.max(1);
    let mut samples = Vec::with_capacity(usize::try_from(wanted).unwrap_or(0) * channels);
    for number in 0..wanted {
        // Whole numbers only: an hour does not drift.
        let (at, phase) = (number * step / phases, number * step % phases);
        let Some(slot) = kernels.get_mut(usize::try_from(phase).unwrap_or(0)) else { break };
        let kernel = slot.get_or_insert_with(|| kernel(phase as f64 / phases as f64, band, reach));
        for channel in 0..channels {
            let mut sum = 0.0_f32;
            for (tap, weight) in (-reach + 1..=reach).zip(kernel.iter()) {
                let Some(index) = at.checked_add_signed(tap).filter(|index| *index < length) else { continue };
                let index = usize::try_from(index).unwrap_or(usize::MAX).saturating_mul(channels) + channel;
                sum += weight * pcm.samples.get(index).copied().unwrap_or(0.0);
            }
            samples.push(sum);
        }
    }
    Pcm { rate: RATE, channels: pcm.channels, samples }
}

/// Weights of the samples around an instant that lies this share of a sample after the middle one.
fn kernel(share: f64, band: f64, reach: i64) -> Vec<f32> {
    let weight = |tap: i64| {
        let x = tap as f64 - share;
        let inside = x / (reach as f64);
        if inside.abs() >= 1.0 {
            return 0.0;
        }
        let angle = core::f64::consts::PI * x * band;
        let sinc = if angle.abs() < 1e-9 { 1.0 } else { libm::sin(angle) / angle };
        sinc * bessel(BETA * (1.0 - inside * inside).sqrt()) / bessel(BETA)
    };
    let weights: Vec<f64> = (-reach + 1..=reach).map(weight).collect();
    // Constant sound stays as it is.
    let sum: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| (weight / sum) as f32).collect()
}

/// The modified Bessel function of the first kind and order 0.
fn bessel(x: f64) -> f64 {
    let (mut sum, mut term) = (1.0, 1.0);
    for k in 1..60 {
        term *= x * x / 4.0 / f64::from(k * k);
        sum += term;
    }
    sum
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(rate: u32, hertz: f64, length: usize) -> Vec<f32> {
        let at = |i: usize| libm::sin(i as f64 * hertz * core::f64::consts::TAU / f64::from(rate));
        (0..length).map(|i| at(i) as f32).collect()
    }

    #[test]
    fn tones_keep_their_pitch_place_and_loudness() {
        for rate in [8_000, 11_025, 16_000, 22_050, 44_100, 44_101, 96_000, 192_000] {
            let pcm = Pcm { rate, channels: 1, samples: tone(rate, 1_000.0, rate as usize / 5) };
            let made = resampled(pcm);
            let expected = tone(RATE, 1_000.0, made.samples.len());
            assert!(made.samples.len().abs_diff(RATE as usize / 5) <= 1 + RATE as usize / rate as usize, "{rate}");
            let inner = 1_200..made.samples.len() - 1_200;
            let off = inner.map(|i| (made.samples[i] - expected[i]).abs()).fold(0.0, f32::max);
            assert!(off < 2e-3, "{rate}: {off}");
        }
    }

    #[test]
    fn what_is_too_high_does_not_fold_back() {
        let made = resampled(Pcm { rate: 96_000, channels: 1, samples: tone(96_000, 30_000.0, 19_200) });
        let loudest = made.samples[1_200..8_000].iter().fold(0.0, |a: f32, b| a.max(b.abs()));
        assert!(loudest < 1e-3, "{loudest}");
        let both = Pcm { rate: 44_100, channels: 2, samples: [1.0, -0.5].repeat(4_410) };
        let made = resampled(both);
        assert!((made.samples[4_800] - 1.0).abs() < 1e-3 && (made.samples[4_801] + 0.5).abs() < 1e-3);
    }
}
