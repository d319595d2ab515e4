//! Files of sound: bytes in, samples out. What is in a file is told by its first bytes, not by its name.

mod compressed;
mod wav;

use crate::limits;

/// Why a file cannot be used, as the end of a sentence that begins with its name, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// What is wrong, as in `is no file of sound`.
    pub message: String,
    /// What to do.
    pub hint: String,
}

impl Flaw {
    fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: hint.into() }
    }
}

/// Sound as samples, about from -1 to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Pcm {
    /// Samples a second and channel.
    pub rate: u32,
    /// 1 or 2.
    pub channels: usize,
    /// Channel by channel for each instant.
    pub samples: Vec<f32>,
}

impl Pcm {
    /// Instants that it has samples of.
    pub fn len(&self) -> usize {
        self.samples.len() / self.channels.max(1)
    }

    /// Has it none?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Rates that recordings have, in samples a second.
const RATES: std::ops::RangeInclusive<u32> = 8_000..=192_000;
/// Channels that are mixed down.
const CHANNELS: usize = 8;
/// Loudest sample of a file of floating-point numbers; 24 dB above full scale.
const LOUDEST: f32 = 16.0;

/// Reads a file: WAV, FLAC, Ogg Vorbis or MP3, at its own rate, mixed down to two channels if it has more.
///
/// ```
/// let flaw = surprisal::sound::decode(b"just words").unwrap_err();
/// assert_eq!(flaw.message, "is no WAV, FLAC, Ogg Vorbis or MP3 file");
/// ```
///
/// # Errors
/// If it is something else, damaged, cut, empty, or longer than [`limits::SOUND_SECS`].
pub fn decode(bytes: &[u8]) -> Result<Pcm, Flaw> {
    let begins = |magic: &[u8]| bytes.starts_with(magic);
    let raw = if begins(b"RIFF") || begins(b"RIFX") || begins(b"RF64") {
        wav::read(bytes)
    } else if begins(b"fLaC") {
        compressed::flac(bytes)
    } else if begins(b"OggS") {
        compressed::ogg(bytes)
    } else if nanomp3::detect(bytes) {
        compressed::mp3(bytes)
    } else {
        Err(Flaw::new(
            "is no WAV, FLAC, Ogg Vorbis or MP3 file",
            "ffmpeg makes one of most others: `ffmpeg -i it it.flac`",
        ))
    }?;
    if raw.is_empty() {
        return Err(Flaw::new("holds no sound", "record it anew"));
    }
    if raw.samples.iter().any(|sample| !sample.is_finite()) {
        return Err(Flaw::new("holds samples that are no numbers", "export it anew, as 24-bit WAV or as FLAC"));
    }
    Ok(raw)
}

/// What a file says of itself, before anything is read by it.
fn check(rate: u32, channels: usize) -> Result<(), Flaw> {
    if !RATES.contains(&rate) {
        let (least, most) = (RATES.start(), RATES.end());
        let message = format!("claims {rate} samples a second; from {least} to {most} are read");
        return Err(Flaw::new(message, "export it anew at 48000"));
    }
    if !(1..=CHANNELS).contains(&channels) {
        let message = format!("claims {channels} channels; from 1 to {CHANNELS} are read");
        return Err(Flaw::new(message, "export it anew with one or two"));
    }
    Ok(())
}

/// Gathers samples as they are decoded, mixes down what has more than two channels, and stops at the limit.
struct Gathered {
    pcm: Pcm,
    channels: usize,
    open: Vec<f32>,
}

impl Gathered {
    fn new(rate: u32, channels: usize) -> Result<Self, Flaw> {
        check(rate, channels)?;
        let kept = if channels <= 2 { channels } else { 1 };
        Ok(Self { pcm: Pcm { rate, channels: kept, samples: Vec::new() }, channels, open: Vec::new() })
    }

    fn push(&mut self, sample: f32) -> Result<(), Flaw> {
        let sample = if sample.is_finite() { sample.clamp(-LOUDEST, LOUDEST) } else { sample };
        if self.channels <= 2 {
            self.pcm.samples.push(sample);
        } else {
            self.open.push(sample);
            if self.open.len() == self.channels {
                self.pcm.samples.push(self.open.iter().sum::<f32>() / self.channels as f32);
                self.open.clear();
            }
        }
        let most = u64::from(self.pcm.rate) * limits::SOUND_SECS * self.pcm.channels as u64;
        if self.pcm.samples.len() as u64 > most {
            let message = format!("lasts longer than {} minutes", limits::SOUND_SECS / 60);
            return Err(Flaw::new(message, "cut it; a shorter one can be played again and again with `loop: true`"));
        }
        Ok(())
    }

    fn done(mut self) -> Pcm {
        // A last instant without all its channels is none.
        let whole = self.pcm.len() * self.pcm.channels;
        self.pcm.samples.truncate(whole);
        self.pcm
    }
}
