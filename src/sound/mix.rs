//! Everything that is heard: recordings and sounds in, the samples of any stretch of the film out.
//!
//! The mix goes forward in blocks, holds only what sounds at the moment, and adds in the order of the list: the samples of a
//! stretch do not depend on how it is cut into blocks, and an hour takes no more memory than its longest recording.

use std::ops::Range;
use std::sync::Arc;

use super::decode::Pcm;
use super::speech::Speech;
use super::{Limiter, RATE, amplitude, resample};
use crate::diag::Diagnostic;

/// Instants that are mixed at a time.
const BLOCK: u64 = 4_800;
/// Instants before a stretch that are mixed and dropped, so that the limiter is as if the film had been played so far.
const PREROLL: u64 = 2 * RATE as u64;
/// Instants before words at which sounds begin to step back for them, and after words until they are back.
const DUCK: [u64; 2] = [RATE as u64 / 4, RATE as u64 * 7 / 10];
/// Instants between which the way of stepping back is straight.
const GRID: u64 = 48;

/// Something that is heard.
#[derive(Clone, Debug, PartialEq)]
pub struct Clip {
    /// The file, as [`Load`] knows it.
    pub file: String,
    /// A digest of the file.
    pub digest: String,
    /// The film's samples during which it is heard.
    pub range: Range<u64>,
    /// What it is.
    pub part: Part,
}

/// What a clip is.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// Words.
    Voice(Arc<Speech>),
    /// Anything else, at its own loudness.
    Sound(Ramp),
}

/// How a sound comes, goes and makes room.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Ramp {
    /// Change of its loudness in dB.
    pub gain_db: f64,
    /// Is it played again and again?
    pub looped: bool,
    /// Samples of 48 kHz that are left out at its beginning.
    pub skip: u64,
    /// Samples in which it comes.
    pub fade_in: u64,
    /// Samples in which it goes.
    pub fade_out: u64,
    /// How far it steps back under words, in dB.
    pub duck_db: f64,
}

/// Gets the sound of a file, decoded.
pub type Load<'a> = dyn Fn(&Clip) -> Result<Pcm, Diagnostic> + 'a;

/// All that is heard in a film.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mix {
    /// In the order in which they are added.
    pub clips: Vec<Clip>,
}

/// A clip that sounds at the moment.
struct Sounding<'a> {
    clip: &'a Clip,
    pcm: Arc<Pcm>,
}

impl Mix {
    /// Is there nothing to be heard?
    pub fn is_empty(&self) -> bool {
        self.clips.is_empty()
    }

    /// Hands over the samples of a stretch of the film, two channels in turn, in blocks; ends early where `take` says `false`.
    ///
    /// # Errors
    /// What `load` says.
    pub fn play(
        &self,
        stretch: Range<u64>,
        load: &Load<'_>,
        take: &mut dyn FnMut(&[f32]) -> bool,
    ) -> Result<(), Diagnostic> {
        let words: Vec<Range<u64>> = self.words();
        let mut limiter = Limiter::default();
        let mut sounding: Vec<Sounding<'_>> = Vec::new();
        // What comes out is so many samples behind what goes in.
        let (mut at, end) = (stretch.start.saturating_sub(PREROLL), stretch.end + Limiter::delay() as u64);
        let mut waiting = stretch.start - at;
        let mut out = Vec::with_capacity(2 * BLOCK as usize);
        while at < end {
            let block = at..end.min(at + BLOCK);
            sounding.retain(|known| known.clip.range.end > block.start);
            for clip in self.clips.iter().filter(|clip| clip.range.start < block.end && clip.range.end > block.start) {
                if !sounding.iter().any(|known| std::ptr::eq(known.clip, clip)) {
                    let same =
                        sounding.iter().find(|known| known.clip.file == clip.file && known.clip.part == clip.part);
                    let pcm = match same {
                        Some(known) => Arc::clone(&known.pcm),
                        None => Arc::new(ready(clip, load(clip)?)),
                    };
                    sounding.push(Sounding { clip, pcm });
                }
            }
            let mut sums = vec![[0.0_f32; 2]; usize::try_from(block.end - block.start).unwrap_or(0)];
            for clip in &self.clips {
                if let Some(known) = sounding.iter().find(|known| std::ptr::eq(known.clip, clip)) {
                    known.add(&block, &words, &mut sums);
                }
            }
            out.clear();
            for sum in sums {
                let Some(instant) = limiter.next(sum) else { continue };
                if waiting > 0 {
                    waiting -= 1;
                } else {
                    out.extend(instant);
                }
            }
            if !out.is_empty() && !take(&out) {
                return Ok(());
            }
            at = block.end;
        }
        Ok(())
    }

    /// When something is said, in order, what overlaps joined.
    fn words(&self) -> Vec<Range<u64>> {
        let voices = self.clips.iter().filter(|clip| matches!(clip.part, Part::Voice(_)));
        let mut all: Vec<Range<u64>> = voices.map(|clip| clip.range.clone()).collect();
        all.sort_by_key(|range| (range.start, range.end));
        all
    }
}

/// Decoded sound as it is added: words levelled, all at 48 kHz.
fn ready(clip: &Clip, pcm: Pcm) -> Pcm {
    match &clip.part {
        Part::Voice(speech) => Pcm { rate: RATE, channels: 1, samples: speech.samples(pcm) },
        Part::Sound(_) => resample::resampled(pcm),
    }
}

impl Sounding<'_> {
    /// Adds what is heard of it in a block.
    fn add(&self, block: &Range<u64>, words: &[Range<u64>], sums: &mut [[f32; 2]]) {
        let range = &self.clip.range;
        let length = self.pcm.len() as u64;
        let (first, last) = (block.start.max(range.start), block.end.min(range.end));
        if length == 0 || first >= last {
            return;
        }
        let usual = Ramp::default();
        let ramp = match &self.clip.part {
            Part::Voice(_) => &usual,
            Part::Sound(ramp) => ramp,
        };
        let gain = amplitude(ramp.gain_db);
        let duck = Duck { words, depth_db: ramp.duck_db };
        let mut ends = (u64::MAX, [1.0, 1.0]);
        for at in first..last {
            let inside = at - range.start + ramp.skip;
            let index = if ramp.looped { inside % length } else { inside };
            if index >= length {
                break;
            }
            let mut factor = gain;
            if ramp.fade_in > 0 {
                factor *= eased((at - range.start) as f32 / ramp.fade_in as f32);
            }
            if ramp.fade_out > 0 {
                factor *= eased((range.end - at) as f32 / ramp.fade_out as f32);
            }
            if ramp.duck_db > 0.0 {
                let cell = at / GRID;
                if ends.0 != cell {
                    ends = (cell, [duck.factor(cell * GRID), duck.factor((cell + 1) * GRID)]);
                }
                let [from, to] = ends.1;
                factor *= from + (to - from) * ((at % GRID) as f32 / GRID as f32);
            }
            let sample = |channel: usize| {
                let channel = channel.min(self.pcm.channels.saturating_sub(1));
                let at = usize::try_from(index).unwrap_or(usize::MAX).saturating_mul(self.pcm.channels);
                self.pcm.samples.get(at.saturating_add(channel)).copied().unwrap_or(0.0)
            };
            if let Some([left, right]) = usize::try_from(at - block.start).ok().and_then(|at| sums.get_mut(at)) {
                *left += sample(0) * factor;
                *right += sample(1) * factor;
            }
        }
    }
}

/// A course from 0 to 1 without corners.
fn eased(share: f32) -> f32 {
    let share = share.clamp(0.0, 1.0);
    share * share * (3.0 - 2.0 * share)
}

/// How a sound steps back under words.
struct Duck<'a> {
    words: &'a [Range<u64>],
    depth_db: f64,
}

impl Duck<'_> {
    fn factor(&self, at: u64) -> f32 {
        let [before, after] = DUCK;
        let amount = |range: &Range<u64>| {
            if at < range.start {
                1.0 - (range.start - at) as f64 / before as f64
            } else if at >= range.end {
                1.0 - (at - range.end) as f64 / after as f64
            } else {
                1.0
            }
        };
        let near = self.words.iter().filter(|range| range.start <= at + before && at <= range.end + after);
        amplitude(-self.depth_db * near.map(amount).fold(0.0, f64::max))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn constant(value: f32, length: usize) -> Pcm {
        Pcm { rate: RATE, channels: 1, samples: vec![value; length] }
    }

    fn sound(range: Range<u64>, ramp: Ramp) -> Clip {
        Clip { file: "a".into(), digest: String::new(), range, part: Part::Sound(ramp) }
    }

    fn played(mix: &Mix, stretch: Range<u64>, length: usize) -> Vec<f32> {
        let mut all = Vec::new();
        let load = |_: &Clip| Ok(constant(0.5, length));
        mix.play(stretch, &load, &mut |block| {
            all.extend(block.iter().step_by(2));
            true
        })
        .unwrap();
        all
    }

    #[test]
    fn a_stretch_is_as_long_as_it_should_be_and_a_piece_of_the_whole() {
        let clips = vec![
            sound(100..30_000, Ramp { looped: true, fade_in: 4_800, ..Ramp::default() }),
            sound(20_000..90_000, Ramp { looped: true, fade_out: 9_600, gain_db: 6.0, ..Ramp::default() }),
        ];
        let mix = Mix { clips };
        let whole = played(&mix, 0..144_001, 1_000);
        assert_eq!(whole.len(), 144_001);
        assert!(whole[..100].iter().chain(&whole[90_000..]).all(|sample| *sample == 0.0));
        for stretch in [0..1, 7_777..9_999, 40_000..144_001, 143_999..144_001] {
            let piece = played(&mix, stretch.clone(), 1_000);
            assert_eq!(piece, whole[stretch.start as usize..stretch.end as usize], "{stretch:?}");
        }
        assert_eq!(played(&Mix::default(), 5..10, 1), [0.0; 5]);
    }

    #[test]
    fn sounds_end_by_themselves_unless_they_are_looped() {
        let once = Mix { clips: vec![sound(0..1_000, Ramp::default())] };
        assert_eq!(played(&once, 0..1_000, 300).iter().filter(|sample| **sample > 0.4).count(), 300);
        let skipped = Mix { clips: vec![sound(0..1_000, Ramp { skip: 200, ..Ramp::default() })] };
        assert_eq!(played(&skipped, 0..1_000, 300).iter().filter(|sample| **sample > 0.4).count(), 100);
    }

    #[test]
    fn sounds_step_back_under_words_and_come_back() {
        let tone = |i: usize| libm::sin(i as f64 / 10.0) as f32 * 0.2;
        let speech = Speech::of(Pcm { rate: RATE, channels: 1, samples: (0..48_000).map(tone).collect() }).unwrap();
        let said = std::slice::from_ref(&(96_000..144_000));
        let words = Duck { words: said, depth_db: 12.0 };
        let db = |at: u64| 20.0 * libm::log10(f64::from(words.factor(at)));
        assert_eq!([db(0), db(83_000), db(300_000)].map(|db| db.round()), [0.0; 3]);
        assert!((db(90_000) + 6.0).abs() < 0.1 && (db(100_000) + 12.0).abs() < 0.1);
        assert!((db(144_000 + 16_800) + 6.0).abs() < 0.1);
        let clip =
            Clip { file: "v".into(), digest: String::new(), range: 0..48_000, part: Part::Voice(Arc::new(speech)) };
        assert_eq!(Mix { clips: vec![clip] }.words(), std::slice::from_ref(&(0..48_000)));
    }
}
