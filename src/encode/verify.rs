//! Does the file hold the film? A finished file in; its frames counted, and compared with the plan, out (fault K10).
//!
//! That an encoder ended well, that a file exists and that it opens prove nothing: a stopped ffmpeg leaves shorter files
//! that play. So the file is read back once, without decoding.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::time::Duration;

use super::ffmpeg::{Ended, Job, Outcome, Running, file_argument};
use super::publish::io_problem;
use super::{Cancel, movie};
use crate::diag::Diagnostic;
use crate::geom::FrameSize;
use crate::time::Fps;

/// What the file should hold.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expected {
    /// Frames.
    pub frames: u64,
    /// Their size.
    pub size: FrameSize,
    /// Length in seconds.
    pub secs: f64,
}

impl Expected {
    /// So many frames of a film, of which every `stride`-th is taken.
    pub fn of(frames: u64, size: FrameSize, fps: Fps, stride: u64) -> Self {
        let (numerator, denominator) = fps.ratio();
        let secs = (frames * stride) as f64 * f64::from(denominator) / f64::from(numerator);
        Self { frames, size, secs }
    }
}

/// Refuses an MP4 or QuickTime file that does not hold what was planned. Its own tables are read, which takes no other process.
pub(super) fn verify_movie(path: &Path, expected: Expected) -> Result<(), Diagnostic> {
    let bytes = require_content(path)?;
    let failed = |error| io_problem("read back", path, &error);
    let mut file = BufReader::new(File::open(path).map_err(failed)?);
    let found = movie::read(&mut file, bytes).map_err(|_| refused("the file that ffmpeg wrote cannot be read back"))?;
    compare(found, expected)
}

fn compare(found: movie::Movie, expected: Expected) -> Result<(), Diagnostic> {
    compare_size(Some(found.size), expected)?;
    compare_frames(Some(found.frames), expected)?;
    let secs = found.ticks as f64 / f64::from(found.timescale.max(1));
    if (secs - expected.secs).abs() * 2.0 * expected.frames.max(1) as f64 > expected.secs {
        return Err(refused(&format!("the file that ffmpeg wrote lasts {secs:.3} s of {:.3}", expected.secs)));
    }
    Ok(())
}

/// The bytes of a file, which must have some.
fn require_content(file: &Path) -> Result<u64, Diagnostic> {
    match std::fs::metadata(file) {
        Err(_) => Err(refused("ffmpeg reported success and wrote no file")),
        Ok(found) if found.len() == 0 => Err(refused("ffmpeg reported success and wrote an empty file")),
        Ok(found) => Ok(found.len()),
    }
}

/// Refuses a file that does not hold what was planned.
pub(super) fn verify(
    ffmpeg: &Path,
    file: &Path,
    expected: Expected,
    patience: Duration,
    cancel: &Cancel,
) -> Result<(), Diagnostic> {
    require_content(file)?;
    match file.extension().and_then(OsStr::to_str) {
        Some("webp") => return verify_webp(file, expected),
        Some("mp4" | "mov") => return verify_movie(file, expected),
        _ => {}
    }
    let mut arguments: Vec<_> =
        ["-hide_banner", "-nostdin", "-protocol_whitelist", "file,pipe", "-i"].map(Into::into).into();
    arguments.push(file_argument(file));
    arguments.extend(["-map", "0:v:0", "-c", "copy", "-f", "null", "-"].map(Into::into));
    // Counting a long film takes a while and gives no sign; reading is quicker than writing was, so patience is scaled.
    let patience = patience.max(Duration::from_secs_f64((expected.secs / 10.0).clamp(0.0, 3600.0)));
    let Ended { outcome, log, command, .. } =
        Running::start(Job { program: ffmpeg, arguments, patience, cancel, grows: None, folder: None })?.finish();
    match outcome {
        Outcome::Done => {}
        Outcome::Cancelled => return Err(super::interrupted()),
        _ => {
            let found = refused("the file that ffmpeg wrote cannot be read back");
            let found = log.last_words(5).into_iter().fold(found, |found, line| found.hint(format!("ffmpeg: {line}")));
            return Err(found.hint(format!("command: {command}")));
        }
    }
    compare_size(log.size(), expected)?;
    compare_frames(log.frames(), expected)
}

/// Reads a WebP animation's own table, as no released ffmpeg reads those. Equal neighbours are one picture there, so the
/// length is what can be compared. Container: RFC 9649.
fn verify_webp(path: &Path, expected: Expected) -> Result<(), Diagnostic> {
    let failed = |error| io_problem("read back", path, &error);
    let file = File::open(path).map_err(failed)?;
    let length = file.metadata().map_err(failed)?.len();
    let mut file = BufReader::new(file);
    let table = read_webp(&mut file, length).map_err(|_| refused("the WebP file that ffmpeg wrote is damaged"))?;
    compare_size(table.size, expected)?;
    let frame_ms = 1000.0 * expected.secs / expected.frames.max(1) as f64;
    let off = (table.ms as f64 - 1000.0 * expected.secs).abs();
    // One picture that never changes is stored as a still, without a length.
    if off > frame_ms.max(1.0) + 1.0 && !table.still {
        let message = format!("the file that ffmpeg wrote lasts {} ms of {:.0}", table.ms, 1000.0 * expected.secs);
        return Err(refused(&message));
    }
    Ok(())
}

#[derive(Debug, Default, PartialEq)]
struct Webp {
    size: Option<(u32, u32)>,
    ms: u64,
    still: bool,
}

fn read_webp(file: &mut (impl Read + Seek), length: u64) -> std::io::Result<Webp> {
    let damaged = || std::io::Error::from(std::io::ErrorKind::InvalidData);
    let little = |bytes: &[u8]| bytes.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
    let mut head = [0; 12];
    file.read_exact(&mut head)?;
    let [b'R', b'I', b'F', b'F', size @ .., b'W', b'E', b'B', b'P'] = head else { return Err(damaged()) };
    if little(&size) + 8 != length {
        return Err(damaged());
    }
    let mut table = Webp::default();
    let mut at = 12;
    while at < length {
        let (mut head, mut body) = ([0; 8], [0; 16]);
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(&mut head)?;
        let [kind @ .., a, b, c, d] = head;
        let bytes = u64::from(u32::from_le_bytes([a, b, c, d]));
        let present = usize::try_from(bytes.min(16)).unwrap_or(16);
        file.read_exact(body.get_mut(..present).ok_or_else(damaged)?)?;
        match &kind {
            b"VP8X" => {
                let [_, _, _, _, a, b, c, d, e, f, ..] = body;
                let edge = |bytes: &[u8]| u32::try_from(little(bytes) + 1).unwrap_or(u32::MAX);
                table.size = Some((edge(&[a, b, c]), edge(&[d, e, f])));
            }
            b"ANMF" => {
                let [.., a, b, c, _] = body;
                table.ms += little(&[a, b, c]);
            }
            b"VP8 " => {
                // Frame tag, start code, then 14 bits each.
                let [_, _, _, _, _, _, a, b, c, d, ..] = body;
                let edge = |a, b| u32::from(u16::from_le_bytes([a, b]) & 0x3fff);
                (table.still, table.size) = (true, table.size.or(Some((edge(a, b), edge(c, d)))));
            }
            b"VP8L" => {
                // A signature byte, then 14 bits each, less one.
                let [_, a, b, c, d, ..] = body;
                let bits = u32::from_le_bytes([a, b, c, d]);
                (table.still, table.size) =
                    (true, table.size.or(Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))));
            }
            _ => {}
        }
        at += 8 + bytes + bytes % 2;
    }
    if at == length { Ok(table) } else { Err(damaged()) }
}

fn compare_frames(frames: Option<u64>, expected: Expected) -> Result<(), Diagnostic> {
    match frames {
        Some(frames) if frames == expected.frames => Ok(()),
        frames => Err(refused(&format!(
            "the file that ffmpeg wrote holds {} of {} frames",
            frames.map_or("an unknown number".into(), |n| n.to_string()),
            expected.frames
        ))),
    }
}

fn compare_size(size: Option<(u32, u32)>, expected: Expected) -> Result<(), Diagnostic> {
    match size {
        Some((width, height)) if (width, height) == (expected.size.width(), expected.size.height()) => Ok(()),
        Some((width, height)) => Err(refused(&format!(
            "the file that ffmpeg wrote has frames of {width}x{height} instead of {}",
            expected.size
        ))),
        None => Err(refused("the file that ffmpeg wrote has no picture")),
    }
}

fn refused(message: &str) -> Diagnostic {
    Diagnostic::environment("output-refused", message).hint("the file was removed; what was there before is untouched")
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn webp(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
        let mut body = b"WEBP".to_vec();
        for (kind, bytes) in chunks {
            body.extend(*kind);
            body.extend((bytes.len() as u32).to_le_bytes());
            body.extend(*bytes);
            body.extend(vec![0; bytes.len() % 2]);
        }
        [b"RIFF", (body.len() as u32).to_le_bytes().as_slice(), &body].concat()
    }

    fn read(bytes: &[u8]) -> std::io::Result<Webp> {
        read_webp(&mut Cursor::new(bytes), bytes.len() as u64)
    }

    #[test]
    fn webp_animations_are_measured() {
        let canvas = [0, 0, 0, 0, 63, 0, 0, 35, 0, 0];
        let mut picture = [0; 19];
        picture[12] = 33;
        let file = webp(&[(b"VP8X", &canvas), (b"ANMF", &picture), (b"ANMF", &picture)]);
        assert_eq!(read(&file).unwrap(), Webp { size: Some((64, 36)), ms: 66, still: false });
        for end in 0..file.len() {
            assert!(read(&file[..end]).is_err(), "cut at {end}");
        }
    }

    #[test]
    fn damaged_webp_files_are_errors() {
        for bytes in [&b""[..], b"RIFF", b"RIFF\x04\0\0\0WAVE", &webp(&[(b"VP8 ", &[0; 3])])[..20]] {
            assert!(read(bytes).is_err());
        }
        let mut huge = webp(&[(b"ANMF", &[0; 16])]);
        huge[16..20].copy_from_slice(&u32::MAX.to_le_bytes());
        assert!(read(&huge).is_err());
    }
}
