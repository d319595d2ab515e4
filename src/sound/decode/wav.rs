//! WAV files, whole numbers of 8 to 32 bits and floating point.

use std::borrow::Cow;
use std::io::Cursor;

use super::{Flaw, Gathered, Pcm};

/// Bytes from which a length in a header means that whoever wrote it did not know: programs that write into a pipe.
const UNKNOWN_LENGTH: u32 = 0x7fff_0000;

pub(super) fn read(bytes: &[u8]) -> Result<Pcm, Flaw> {
    let unreadable = |error: hound::Error| {
        Flaw::new(format!("is damaged ({error})"), "export it anew, as 16 or 24-bit WAV or as FLAC")
    };
    let bytes = with_length(bytes);
    let mut reader = hound::WavReader::new(Cursor::new(&*bytes)).map_err(unreadable)?;
    let spec = reader.spec();
    let channels = usize::from(spec.channels);
    let mut gathered = Gathered::new(spec.sample_rate, channels)?;
    let claimed = reader.len();
    let mut read = 0_u32;
    let cut = |read: u32| {
        let secs = |samples: u32| f64::from(samples) / f64::from(spec.sample_rate) / channels as f64;
        let message = format!("ends after {:.1} of {:.1} seconds", secs(read), secs(claimed));
        Flaw::new(message, "it is cut or damaged: copy or export it anew")
    };
    match spec.sample_format {
        hound::SampleFormat::Float => {
            for sample in reader.samples::<f32>() {
                gathered.push(sample.map_err(|_| cut(read))?)?;
                read += 1;
            }
        }
        hound::SampleFormat::Int => {
            let scale = 1.0 / (1_u64 << spec.bits_per_sample.clamp(1, 32).saturating_sub(1)) as f32;
            for sample in reader.samples::<i32>() {
                gathered.push(sample.map_err(|_| cut(read))? as f32 * scale)?;
                read += 1;
            }
        }
    }
    Ok(gathered.done())
}

/// The file with the length of its samples in its header, if the header could not know it.
fn with_length(bytes: &[u8]) -> Cow<'_, [u8]> {
    let number = |at: usize| bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).map(u32::from_le_bytes);
    let (mut at, mut block) = (12, 1);
    while let (Some(kind), Some(length)) = (bytes.get(at..at + 4), number(at + 4)) {
        if kind == b"fmt " {
            block = number(at + 20).map_or(1, |word| (word & 0xffff).max(1));
        }
        if kind == b"data" {
            let there = u32::try_from(bytes.len() - (at + 8)).unwrap_or(u32::MAX);
            if length < UNKNOWN_LENGTH || there >= length {
                break;
            }
            let mut known = bytes.to_vec();
            if let Some(four) = known.get_mut(at + 4..at + 8) {
                four.copy_from_slice(&(there / block * block).to_le_bytes());
            }
            return Cow::Owned(known);
        }
        // Chunks have an even length.
        let Some(next) = usize::try_from(length).ok().and_then(|length| at.checked_add(8 + length + length % 2)) else {
            break;
        };
        at = next;
    }
    Cow::Borrowed(bytes)
}
