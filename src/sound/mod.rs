//! Sound and spoken words, as pure functions: bytes of recordings in; lengths, times of words, captions and samples out.
//!
//! ```text
//! file -> decode -> resample -> speech (trim, level) -> mix -> limit -> samples of the film
//!                                  |
//!                                  +-> words -> cues -> subtitles
//! ```
//!
//! Everything here counts in samples of 48 kHz or in frames of the film; [`sample_of`] is the only way from one to the other,
//! and is exact. The same bytes give the same samples on every machine: sums go in a fixed order, and functions through `libm`.

/// Number of the way in which recordings are listened to: another one where the same file would be heard otherwise.
pub const REVISION: u32 = 1;

mod clock;
mod cues;
mod decode;
mod level;
mod limiter;
mod mix;
mod resample;
mod speech;
mod subtitles;
mod words;

pub use clock::{RATE, frames_of, sample_of};
pub use cues::{Cue, CueLimits, Spoken, cues};
pub use decode::{Flaw, Pcm, decode};
pub use level::{TARGET_LUFS, amplitude, loudness};
pub use limiter::{CEILING_DB, Limiter};
pub use mix::{Clip, Load, Mix, Part, Ramp};
pub use speech::Speech;
pub use subtitles::{Subtitle, srt, vtt};
pub use words::{aligned, word_times};
