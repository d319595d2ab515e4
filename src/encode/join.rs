//! Pieces to a film: encoded segments in, one file out, frame by frame as they are, without encoding again.
//!
//! The list names how long each piece lasts, so that no rounding of containers adds up: the starts of pieces are exact to a
//! millionth of a second, far below a tick of the film, and are rounded to it.

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use super::Cancel;
use super::ffmpeg::{Job, Outcome, Running, file_argument};
use super::film::{Explained, explain};
use super::format::Container;
use super::tracks::{Dressing, Tracks};
use super::workplace::Workplace;
use crate::diag::Diagnostic;
use crate::time::Fps;

/// How pieces are joined.
pub(super) struct Join<'a> {
    pub ffmpeg: &'a Path,
    /// The folder of the pieces.
    pub workplace: &'a Workplace,
    pub fps: Fps,
    /// Arguments that say how the file is laid out.
    pub muxing: &'a [String],
    pub patience: Duration,
    pub cancel: &'a Cancel,
    pub tracks: &'a Tracks<'a>,
    pub container: &'a Container,
}

impl Join<'_> {
    /// Starts ffmpeg, which reads the list of pieces from its standard input: so it has loaded by the time the last piece is done.
    pub fn begin(&self, part: &Path) -> Result<Running, Diagnostic> {
        // Names are relative to the folder it runs in, and marked as files, so that no name is read as something else.
        // What comes through a pipe is read ahead, but with a short queue ffmpeg sleeps more than it reads.
        self.start(&["-thread_queue_size", "1024", "-f", "concat", "-safe", "0"], "pipe:0".into(), part)
    }

    /// Joins pieces, given by their names and numbers of frames, to the file `part` that `running` was begun for.
    pub fn end(
        &self,
        mut running: Running,
        pieces: impl Iterator<Item = (String, u64)>,
        part: &Path,
    ) -> Result<(), Diagnostic> {
        let (text, frames) = list(pieces, self.fps);
        running.write(text.as_bytes());
        self.finish(running, frames, part)
    }

    /// Adds tracks to the pictures of a file in the workplace.
    pub fn dress(&self, name: &str, frames: u64, part: &Path) -> Result<(), Diagnostic> {
        let running = self.start(&[], file_argument(Path::new(name)), part)?;
        self.finish(running, frames, part)
    }

    fn start(&self, format: &[&str], pictures: OsString, part: &Path) -> Result<Running, Diagnostic> {
        let dressing = Dressing::new(self.tracks, self.container, self.fps, self.workplace)?;
        let before = ["-hide_banner", "-y", "-nostdin", "-protocol_whitelist", "file,pipe"];
        let mut arguments: Vec<OsString> = before.iter().chain(format).chain(&["-i"]).map(Into::into).collect();
        arguments.push(pictures);
        arguments.extend(dressing.inputs);
        arguments.extend(["-map", "0:v:0", "-c", "copy"].map(Into::into));
        arguments.extend(dressing.outputs);
        arguments.extend(self.muxing.iter().map(OsString::from));
        arguments.push(file_argument(part));
        let (patience, cancel, grows) = (self.patience, self.cancel, Some(part.to_owned()));
        let folder = Some(self.workplace.folder().to_owned());
        Running::start(Job { program: self.ffmpeg, arguments, patience, cancel, grows, folder })
    }

    fn finish(&self, running: Running, frames: u64, part: &Path) -> Result<(), Diagnostic> {
        let ended = running.finish();
        if ended.outcome == Outcome::Done {
            return Ok(());
        }
        let taken = ended.log.frames().unwrap_or_default();
        let place = part.parent().unwrap_or(part);
        Err(explain(&ended, Explained { part, place, taken, frames, film: frames }))
    }
}

/// The list for ffmpeg, and the number of frames in it.
fn list(pieces: impl Iterator<Item = (String, u64)>, fps: Fps) -> (String, u64) {
    let (numerator, denominator) = fps.ratio();
    let micros = |frames: u64| {
        let (n, d) = (u128::from(numerator), u128::from(denominator));
        (u128::from(frames) * d * 2_000_000 + n) / (2 * n)
    };
    let (mut text, mut frames) = ("ffconcat version 1.0\n".to_owned(), 0);
    for (name, count) in pieces {
        let lasts = micros(frames + count) - micros(frames);
        text.push_str(&format!("file file:{name}\nduration {}.{:06}\n", lasts / 1_000_000, lasts % 1_000_000));
        frames += count;
    }
    (text, frames)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_pieces_add_up_to_the_film() {
        for (n, d) in [(24, 1), (25, 1), (30, 1), (60, 1), (30_000, 1001), (7, 3)] {
            let fps = Fps::new(n, d).unwrap();
            let pieces = (0..1000_u64).map(|number| (format!("{number}.mp4"), 1 + number * 37 % 100));
            let (text, frames) = list(pieces, fps);
            let lasts = text.lines().filter_map(|line| line.strip_prefix("duration "));
            let total: u64 = lasts.map(|secs| secs.replace('.', "").parse::<u64>().unwrap()).sum();
            let exact = frames as f64 * 1e6 * f64::from(d) / f64::from(n);
            assert!((total as f64 - exact).abs() <= 0.5 + 1e-3, "{n}/{d}: {total} {exact}");
        }
        let (text, _) = list([("0.mp4".to_owned(), 1)].into_iter(), Fps::new(24, 1).unwrap());
        assert_eq!(text, "ffconcat version 1.0\nfile file:0.mp4\nduration 0.041667\n");
    }
}
