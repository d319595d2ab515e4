//! Another number of samples a second: a windowed sinc, evaluated where samples are wanted, for any two rates.

use super::{Pcm, RATE};

/// Zero crossings of the sinc on either side.
const WINGS: f64 = 24.0;
/// Kaiser's parameter: what folds back is below -90 dB.
const BETA: f64 = 9.0;
/// Products that are summed side by side.
const LANES: usize = 8;
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
    let padded: Vec<Vec<f32>> = (0..channels).map(|channel| padded(&pcm, channel, reach as usize)).collect();
    let mut samples = Vec::with_capacity(usize::try_from(wanted).unwrap_or(0) * channels);
    for number in 0..wanted {
        // Whole numbers only: an hour does not drift.
        let (at, phase) = (number * step / phases, number * step % phases);
        let Some(slot) = kernels.get_mut(usize::try_from(phase).unwrap_or(0)) else { break };
        let kernel = slot.get_or_insert_with(|| kernel(phase as f64 / phases as f64, band, reach));
        let from = usize::try_from(at).unwrap_or(usize::MAX);
        samples.extend(padded.iter().map(|channel| weighted(channel.get(from..).unwrap_or_default(), kernel)));
    }
    Pcm { rate: RATE, channels: pcm.channels, samples }
}

/// One channel, with silence on either side, so that the window around each of its samples is a slice.
fn padded(pcm: &Pcm, channel: usize, reach: usize) -> Vec<f32> {
    let mut padded = vec![0.0; reach - 1];
    padded.extend(pcm.samples.iter().skip(channel).step_by(pcm.channels.max(1)));
    padded.resize(padded.len() + reach + LANES, 0.0);
    padded
}

/// The sum of samples by their weights, in lanes that processors add at a time; the order is the same on all of them.
fn weighted(samples: &[f32], weights: &[f32]) -> f32 {
    let mut lanes = [0.0_f32; LANES];
    for (samples, weights) in samples.chunks_exact(LANES).zip(weights.chunks_exact(LANES)) {
        for (lane, (sample, weight)) in lanes.iter_mut().zip(samples.iter().zip(weights)) {
            *lane += sample * weight;
        }
    }
    lanes.iter().sum()
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
    let mut weights: Vec<f32> = weights.into_iter().map(|weight| (weight / sum) as f32).collect();
    weights.resize(weights.len().next_multiple_of(LANES), 0.0);
    weights
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
