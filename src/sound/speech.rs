//! A recording of spoken words: where the words begin and end in it, where the pauses are, and how loud it is to be played.

use std::ops::Range;

use super::decode::{Flaw, Pcm};
use super::{RATE, level, resample};

/// Samples of a window whose energy is looked at: 10 ms.
const WINDOW: usize = 480;
/// What is kept before the first sound and after the last, in seconds: breath and the ends of words are faint.
const MARGINS: [f64; 2] = [0.06, 0.14];
/// Seconds in which a recording comes and goes, so that nothing clicks.
const FADE_SECS: f64 = 0.03;
/// How far below speech silence begins, in dB, unless the room is louder.
const SILENCE_DB: f64 = 32.0;
/// How far above the noise of the room sound begins, in dB.
const NOISE_DB: f64 = 6.0;
/// Shortest pause between words, in seconds: shorter ones are within words.
const PAUSE_SECS: f64 = 0.15;
/// Shortest sound that is no click, in windows.
const CLICK: usize = 3;

/// What is known of a recording once it has been listened to.
#[derive(Clone, Debug, PartialEq)]
pub struct Speech {
    /// The samples that are kept, at 48 kHz.
    kept: Range<usize>,
    gain: f32,
    voiced: Vec<[f64; 2]>,
}

impl Speech {
    /// Listens to a recording.
    ///
    /// # Errors
    /// If it is silent, or so faint that only noise would be heard.
    pub fn of(pcm: Pcm) -> Result<Self, Flaw> {
        let samples = mono(pcm);
        let silent = || Flaw {
            message: "is silent, or nearly so".into(),
            hint: "was the right microphone chosen? record it anew, with peaks at about -12 dB".into(),
        };
        let sounds = sounds(&samples);
        let (first, last) = sounds.first().zip(sounds.last()).ok_or_else(silent)?;
        let [before, after] = MARGINS.map(|secs| (secs * f64::from(RATE)) as usize);
        let kept = (first.start * WINDOW).saturating_sub(before)..(last.end * WINDOW + after).min(samples.len());
        let gain = level::levelling(samples.get(kept.clone()).unwrap_or_default()).ok_or_else(silent)?;
        let secs = |window: usize| ((window * WINDOW).min(kept.end) as f64 - kept.start as f64) / f64::from(RATE);
        let voiced = sounds.iter().map(|sound| [secs(sound.start), secs(sound.end)]).collect();
        Ok(Self { kept, gain, voiced })
    }

    /// All that is known, as numbers that [`Speech::from_numbers`] reads; equal numbers on every machine.
    pub fn numbers(&self) -> Vec<u64> {
        let head = [self.kept.start as u64, self.kept.end as u64, self.gain.to_bits().into()];
        head.into_iter().chain(self.voiced.iter().flatten().map(|secs| secs.to_bits())).collect()
    }

    /// What [`Speech::numbers`] has told; `None` if it can not have told that.
    pub fn from_numbers(numbers: &[u64]) -> Option<Self> {
        let (&[start, end, gain], voiced) = numbers.split_first_chunk::<3>()?;
        let (pairs, rest) = voiced.as_chunks::<2>();
        let kept = usize::try_from(start).ok()?..usize::try_from(end).ok()?;
        let gain = f32::from_bits(u32::try_from(gain).ok()?);
        let voiced: Vec<[f64; 2]> = pairs.iter().map(|pair| pair.map(f64::from_bits)).collect();
        let sound = kept.start < kept.end && gain.is_finite() && voiced.iter().flatten().all(|secs| secs.is_finite());
        (sound && rest.is_empty()).then_some(Self { kept, gain, voiced })
    }

    /// Its length in seconds, without the silence at both ends.
    pub fn secs(&self) -> f64 {
        self.len() as f64 / f64::from(RATE)
    }

    /// Its length in samples of 48 kHz.
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// Is nothing left of it?
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// Seconds of silence that were taken off at its beginning.
    pub fn lead_secs(&self) -> f64 {
        self.kept.start as f64 / f64::from(RATE)
    }

    /// Stretches in which something is said, between pauses, in seconds from its beginning.
    pub fn voiced(&self) -> &[[f64; 2]] {
        &self.voiced
    }

    /// The factor by which it is played, so that all recordings are equally loud.
    pub fn gain(&self) -> f32 {
        self.gain
    }

    /// The samples to be played, of the same recording: trimmed, levelled, faded at both ends; one channel.
    pub fn samples(&self, pcm: Pcm) -> Vec<f32> {
        let samples = mono(pcm);
        let mut kept = samples.get(self.kept.clone()).unwrap_or_default().to_vec();
        let (length, fade) = (kept.len(), (FADE_SECS * f64::from(RATE)) as usize);
        for (number, sample) in kept.iter_mut().enumerate() {
            let inside = number.min(length - 1 - number) as f32 / fade as f32;
            *sample *= self.gain * inside.min(1.0);
        }
        kept
    }
}

/// One channel of 48 kHz.
fn mono(pcm: Pcm) -> Vec<f32> {
    let pcm = resample::resampled(pcm);
    if pcm.channels == 1 {
        return pcm.samples;
    }
    pcm.samples.chunks_exact(2).map(|pair| pair.iter().sum::<f32>() / 2.0).collect()
}

/// Stretches of windows with sound, apart by pauses.
fn sounds(samples: &[f32]) -> Vec<Range<usize>> {
    let energy = |window: &[f32]| {
        let sum: f64 = window.iter().map(|sample| f64::from(*sample) * f64::from(*sample)).sum();
        10.0 * libm::log10(sum / window.len().max(1) as f64 + 1e-12)
    };
    let levels: Vec<f64> = samples.chunks(WINDOW).map(energy).collect();
    let mut sorted = levels.clone();
    sorted.sort_by(f64::total_cmp);
    let at = |share: f64| sorted.get((share * sorted.len().saturating_sub(1) as f64) as usize).copied();
    let (Some(noise), Some(loud)) = (at(0.1), at(0.95)) else { return Vec::new() };
    // In a loud room speech is what stands out; where nobody pauses, the least level is speech too.
    let threshold = (loud - SILENCE_DB).max((noise + NOISE_DB).min(loud - 15.0)).max(-75.0);
    let mut sounds: Vec<Range<usize>> = Vec::new();
    let pause = (PAUSE_SECS * f64::from(RATE)) as usize / WINDOW;
    for (number, level) in levels.iter().enumerate() {
        if *level <= threshold {
            continue;
        }
        match sounds.last_mut() {
            Some(last) if number - last.end < pause => last.end = number + 1,
            _ => sounds.push(number..number + 1),
        }
    }
    let real: Vec<_> = sounds.iter().filter(|sound| sound.len() >= CLICK).cloned().collect();
    if real.is_empty() { sounds } else { real }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Silence and bursts of a tone, each so many seconds, in turns.
    pub(crate) fn spoken(rate: u32, lengths: &[f64]) -> Pcm {
        let mut samples = Vec::new();
        for (number, secs) in lengths.iter().enumerate() {
            let loud = if number % 2 == 1 { 0.2 } else { 0.0 };
            let count = (secs * f64::from(rate)) as usize;
            let angle = |i: usize| i as f64 * 600.0 / f64::from(rate) * core::f64::consts::TAU;
            samples.extend((0..count).map(|i| loud * libm::sin(angle(i)) as f32));
        }
        Pcm { rate, channels: 1, samples }
    }

    #[test]
    fn silence_is_taken_off_and_pauses_are_found() {
        for rate in [16_000, 44_100, 48_000] {
            let speech = Speech::of(spoken(rate, &[1.0, 0.5, 0.4, 0.8, 2.0])).unwrap();
            let expected = 0.5 + 0.4 + 0.8 + MARGINS[0] + MARGINS[1];
            assert!((speech.secs() - expected).abs() < 0.03, "{} at {rate}", speech.secs());
            assert!((speech.lead_secs() - 0.94).abs() < 0.03);
            let [first, second] = speech.voiced() else { panic!("{:?}", speech.voiced()) };
            assert!((first[1] - 0.56).abs() < 0.03 && (second[0] - 0.96).abs() < 0.03, "{first:?} {second:?}");
        }
    }

    #[test]
    fn what_is_known_is_read_as_it_was_told() {
        let speech = Speech::of(spoken(44_100, &[1.0, 0.5, 0.4, 0.8, 2.0])).unwrap();
        let numbers = speech.numbers();
        assert_eq!(Speech::from_numbers(&numbers), Some(speech));
        for cut in 0..numbers.len() {
            let read = Speech::from_numbers(&numbers[..cut]);
            assert_eq!(read.is_some(), cut >= 3 && cut % 2 == 1, "{cut}");
        }
        assert_eq!(Speech::from_numbers(&[5, 5, 1]), None);
        assert_eq!(Speech::from_numbers(&[0, 5, f32::NAN.to_bits().into()]), None);
    }

    #[test]
    fn what_is_played_is_level_and_ends_softly() {
        let pcm = spoken(48_000, &[0.3, 2.0, 0.5, 2.0, 0.3]);
        let speech = Speech::of(pcm.clone()).unwrap();
        let samples = speech.samples(pcm);
        assert_eq!(samples.len(), speech.len());
        let loud = level::loudness(&samples).unwrap();
        assert!((loud - level::TARGET_LUFS).abs() < 0.3, "{loud}");
        assert_eq!((samples[0], samples[samples.len() - 1]), (0.0, 0.0));
    }

    #[test]
    fn noise_and_clicks_are_not_speech() {
        let mut pcm = spoken(48_000, &[2.0, 1.0, 2.0]);
        let mut state = 1_u32;
        for sample in &mut pcm.samples {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *sample += (f64::from(state) / f64::from(u32::MAX) - 0.5) as f32 * 0.01;
        }
        pcm.samples[24_000..24_400].fill(0.5);
        let speech = Speech::of(pcm).unwrap();
        assert!((speech.secs() - 1.2).abs() < 0.05, "{}", speech.secs());
        let silent = Pcm { rate: 48_000, channels: 1, samples: vec![0.0; 48_000] };
        assert!(Speech::of(silent).is_err());
        assert!(Speech::of(Pcm { rate: 48_000, channels: 1, samples: vec![0.5] }).is_ok_and(|one| one.len() == 1));
    }
}
