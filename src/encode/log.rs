//! A child's output: bytes of any kind and amount in, its last words and its frame count out (fault K9).

use std::io::Read;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use ffmpeg_sidecar::event::StreamTypeSpecificData;
use ffmpeg_sidecar::log_parser::{try_parse_progress, try_parse_stream};

use crate::limits::FFMPEG_LOG_BYTES;

/// Characters kept of one line when it is shown.
const LINE_CHARS: usize = 300;

/// The last [`FFMPEG_LOG_BYTES`] bytes of a stream, filled by one thread and read by others.
#[derive(Default)]
pub(super) struct Log {
    state: Mutex<State>,
    ended: Condvar,
}

#[derive(Default)]
struct State {
    bytes: Vec<u8>,
    ended: bool,
}

impl Log {
    /// Reads a stream to its end. Never fails: what cannot be read is the end.
    pub fn drain(&self, mut stream: impl Read) {
        let mut chunk = [0; 8192];
        loop {
            match stream.read(&mut chunk) {
                Ok(0) => break,
                Ok(count) => self.append(chunk.get(..count).unwrap_or_default()),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(_) => break,
            }
        }
        self.lock().ended = true;
        self.ended.notify_all();
    }

    fn append(&self, bytes: &[u8]) {
        let mut state = self.lock();
        state.bytes.extend_from_slice(bytes);
        if state.bytes.len() > 2 * FFMPEG_LOG_BYTES {
            let surplus = state.bytes.len() - FFMPEG_LOG_BYTES;
            state.bytes.drain(..surplus);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the stream's end, but not longer than this. Has it ended?
    pub fn wait(&self, longest: Duration) -> bool {
        self.lock_at_end(longest).ended
    }

    fn lock_at_end(&self, longest: Duration) -> std::sync::MutexGuard<'_, State> {
        let waited = self.ended.wait_timeout_while(self.lock(), longest, |state| !state.ended);
        waited.unwrap_or_else(PoisonError::into_inner).0
    }

    /// The text so far, or, once the stream ended or this much time passed, all of it.
    pub fn text(&self, wait: Duration) -> Text {
        let state = self.lock_at_end(wait);
        let start = state.bytes.len().saturating_sub(FFMPEG_LOG_BYTES);
        Text(String::from_utf8_lossy(state.bytes.get(start..).unwrap_or_default()).into_owned())
    }
}

/// What a child said last.
#[derive(Clone, Debug, Default)]
pub(super) struct Text(pub String);

impl Text {
    fn lines(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty())
    }

    /// The last lines that say what went wrong: those marked as errors, or else any but progress.
    pub fn last_words(&self, count: usize) -> Vec<String> {
        let is_error = |line: &&str| ["[error]", "[fatal]", "[panic]"].iter().any(|mark| line.contains(mark));
        let shown = |line: &str| line.chars().filter(|c| !c.is_control()).take(LINE_CHARS).collect::<String>();
        let errors: Vec<&str> = self.lines().filter(is_error).collect();
        let others = || self.lines().filter(|line| !line.contains("frame=")).collect();
        let chosen: Vec<&str> = if errors.is_empty() { others() } else { errors };
        chosen.iter().skip(chosen.len().saturating_sub(count)).map(|line| shown(line)).collect()
    }

    /// Frames that ffmpeg counted last.
    pub fn frames(&self) -> Option<u64> {
        let counted = |line: &str| line.contains("frame=").then(|| try_parse_progress(line)).flatten();
        self.lines().rev().find_map(counted).map(|progress| u64::from(progress.frame))
    }

    /// Width and height of the first video stream listed.
    pub fn size(&self) -> Option<(u32, u32)> {
        let video = |line: &str| match try_parse_stream(line)?.type_specific_data {
            StreamTypeSpecificData::Video(video) => Some((video.width, video.height)),
            _ => None,
        };
        // ffmpeg names the stream first: the parser takes no other start.
        self.lines().filter(|line| line.contains("Video:")).find_map(video)
    }

    /// Does it tell of a disk without space, a quota or a limit on the size of files?
    pub fn tells_of_full_disk(&self) -> bool {
        ["No space left on device", "Disk quota exceeded", "File too large", "not enough space on the disk"]
            .iter()
            .any(|words| self.0.contains(words))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floods_are_cut_to_their_end() {
        let log = Log::default();
        let mut flood = vec![0xff; 3_000_000];
        flood.extend_from_slice(b"\r\x1b[31m[error] at last\r\n");
        log.drain(flood.as_slice());
        let text = log.text(Duration::ZERO);
        assert!(log.lock().bytes.len() <= 2 * FFMPEG_LOG_BYTES);
        assert_eq!(text.last_words(3), ["[31m[error] at last"]);
    }

    #[test]
    fn ffmpegs_words_are_understood() {
        let text = Text(
            "[info]   Stream #0:0[0x1](und): Video: h264 (High) (avc1 / 0x31), yuv420p(tv, bt709, progressive), 64x36, \
             20 kb/s, 30 fps, 30 tbr\n[info] frame=    1 fps=0.0 q=-1.0 size=N/A time=00:00:00.06 bitrate=N/A \
             speed=N/A    \r[info] frame=   24 fps=0.0 q=-1.0 Lsize=N/A time=00:00:00.70 bitrate=N/A speed=7x  \n"
                .into(),
        );
        assert_eq!((text.frames(), text.size()), (Some(24), Some((64, 36))));
        let silent = Text("bad parameters\nframe=    1 fps=0\n".into());
        assert_eq!(silent.last_words(5), ["bad parameters"]);
        assert_eq!((Text::default().frames(), Text("Video: \nframe= \n".into()).size()), (None, None));
    }
}
