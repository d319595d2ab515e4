//! WAV files, whole numbers of 8 to 32 bits and floating point.

use std::io::Cursor;

use super::{Flaw, Gathered, Pcm};

/// Bytes from which a length in a header means that whoever wrote it did not know: programs that write into a pipe.
const UNKNOWN_LENGTH: u64 = 0x7fff_0000;

pub(super) fn read(bytes: &[u8]) -> Result<Pcm, Flaw> {
    let unreadable = |error: hound::Error| {
        Flaw::new(format!("is damaged ({error})"), "export it anew, as 16 or 24-bit WAV or as FLAC")
    };
    let mut reader = hound::WavReader::new(Cursor::new(bytes)).map_err(unreadable)?;
    let spec = reader.spec();
    let channels = usize::from(spec.channels);
    let mut gathered = Gathered::new(spec.sample_rate, channels)?;
    let claimed = u64::from(reader.len());
    let bytes_each = u64::from(spec.bits_per_sample.div_ceil(8)).max(1);
    let mut read = 0_u64;
    let cut = |error: hound::Error, read: u64| {
        // What is there is used if the header could not know better.
        if claimed * bytes_each >= UNKNOWN_LENGTH && matches!(error, hound::Error::IoError(_)) {
            return Ok(());
        }
        let secs = |samples: u64| samples as f64 / f64::from(spec.sample_rate) / channels as f64;
        let message = format!("ends after {:.1} of {:.1} seconds", secs(read), secs(claimed));
        Err(Flaw::new(message, "it is cut or damaged: copy or export it anew"))
    };
    match spec.sample_format {
        hound::SampleFormat::Float => {
            for sample in reader.samples::<f32>() {
                match sample {
                    Ok(sample) => gathered.push(sample)?,
                    Err(error) => {
                        cut(error, read)?;
                        break;
                    }
                }
                read += 1;
            }
        }
        hound::SampleFormat::Int => {
            let scale = 1.0 / (1_u64 << spec.bits_per_sample.clamp(1, 32).saturating_sub(1)) as f32;
            for sample in reader.samples::<i32>() {
                match sample {
                    Ok(sample) => gathered.push(sample as f32 * scale)?,
                    Err(error) => {
                        cut(error, read)?;
                        break;
                    }
                }
                read += 1;
            }
        }
    }
    Ok(gathered.done())
}
