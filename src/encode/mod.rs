//! Frames to a file: anything that gives the bytes of a frame in, a film file or a folder of pictures out.
//!
//! ```text
//! FrameSource -> segments -> ffmpeg -> cache -> join -> verify -> publish
//!  digests,       cut by     a child   proved   as     counted   renamed
//!  a painter      content    a job              is
//!  a thread
//! ```
//!
//! Formats that cannot be joined from pieces go through one ffmpeg (`pump`), folders of pictures through none.
//!
//! This stage knows neither films nor drawing. What it promises: the output is the old one or the complete new one, at
//! every instant; no child and no temporary file remains; whatever ffmpeg does, there is an end and a reason.

mod assembly;
mod cache;
mod codec;
mod ffmpeg;
mod film;
mod findings;
mod format;
mod handover;
mod join;
mod locate;
mod lock;
mod log;
mod movie;
mod program;
mod publish;
mod pump;
mod rests;
mod segments;
mod tracks;
mod verify;
mod workers;
mod workplace;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

pub use cache::{CACHE_BYTES, CacheState, cache_folder, cache_state, clear_cache, limit_cache};
pub use codec::Wishes;
pub use findings::Findings;
pub use format::{CONTAINERS, Container, Quality, Target};
pub use locate::{Ffmpeg, Search, locate};
pub use program::Program;
pub use publish::{make_file, remove_file, write_file, write_folder, write_new_file};
pub use tracks::{Chapter, SOUND_RATE, SoundCodec, SoundSource, SubtitleTrack, Tracks};

use crate::diag::Diagnostic;
use crate::geom::{FrameSize, PixelLayout, Rows};
use crate::time::{Fps, FrameIndex, FrameRange};

/// The share of the picture that changes in ordinary motion.
const ORDINARY: f64 = 0.05;

/// Gives the raw bytes of any frame, in any order, through painters: as many as there are threads. Frames are pure: the same
/// index gives the same bytes, whichever painter painted it and whatever that one painted before.
pub trait FrameSource: Sync {
    /// Number of frames.
    fn frames(&self) -> u64;

    /// Size of every frame.
    fn size(&self) -> FrameSize;

    /// Frames a second.
    fn fps(&self) -> Fps;

    /// A digest of all that a frame's pixels depend on: equal digests, equal frames. Asked for each frame before any is painted,
    /// from any thread, in any order; neighbours mostly follow each other.
    fn digest(&self, index: FrameIndex) -> u128;

    /// Looks at the frames of a stretch, one after another, before any is painted; from any thread. Ends early where `take` says
    /// `false`. What it tells beyond the digests is an estimate by which work is shared out.
    fn survey(&self, range: FrameRange, take: &mut dyn FnMut(Look) -> bool) {
        let mut last = None;
        for index in range.start.0..range.end.0 {
            let digest = self.digest(FrameIndex(index));
            let share = if last.replace(digest) == Some(digest) { 0.0 } else { ORDINARY };
            if !take(Look { digest, share }) {
                break;
            }
        }
    }

    /// The frames at which scenes begin, in ascending order: good places to cut.
    fn scenes(&self) -> Vec<u64> {
        Vec::new()
    }

    /// Paints frames one after another, for one thread. What it costs to make one is what a whole frame costs.
    fn painter(&self, layout: PixelLayout) -> Box<dyn FramePainter + '_>;
}

/// What is known of a frame before it is painted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// Its digest, as of [`FrameSource::digest`].
    pub digest: u128,
    /// About which share of its area differs from the frame before, from 0 to 1.
    pub share: f64,
}

/// Paints the frames of a stretch one after another. It keeps the last one and redraws what changed, so frames that follow
/// each other are cheapest; any other order gives the same bytes.
pub trait FramePainter {
    /// Paints a frame.
    ///
    /// # Errors
    /// What keeps this frame from being drawn; the painter may be asked for others.
    fn paint(&mut self, index: FrameIndex) -> Result<Painted<'_>, Diagnostic>;
}

/// A frame that was painted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Painted<'a> {
    /// Its bytes, [`PixelLayout::bytes`] many.
    pub bytes: &'a [u8],
    /// The rows in which they may differ from those of the frame that the painter painted before: none if they are equal, all of
    /// them in doubt and for its first frame.
    pub changed: Rows,
}

/// How to encode.
#[derive(Clone)]
pub struct Options<'a> {
    /// Quality, encoder, transparency.
    pub wishes: Wishes,
    /// Segments made at a time, each with a thread that draws and an ffmpeg; where there are no segments, frames drawn at a
    /// time. From 1 to [`crate::limits::JOBS`]; clamped.
    pub jobs: usize,
    /// The folder in which segments are kept for the next render; see [`cache_folder`].
    pub cache: Option<PathBuf>,
    /// What the file holds beside pictures.
    pub tracks: Tracks<'a>,
    /// What draws the frames: segments of another program are not used.
    pub program: String,
    /// Where to look for ffmpeg.
    pub search: Search<'a>,
    /// Files that the output must not replace: the script and its assets.
    pub inputs: Vec<PathBuf>,
    /// How long ffmpeg may give no sign of life before it is ended.
    pub patience: Duration,
    /// Wait while another render writes to the same output, instead of failing.
    pub waits: bool,
}

impl Default for Options<'_> {
    fn default() -> Self {
        let jobs = std::thread::available_parallelism().map_or(1, usize::from);
        let patience = Duration::from_secs(30);
        Self {
            wishes: Wishes::default(),
            jobs,
            cache: None,
            tracks: Tracks::default(),
            program: env!("CARGO_PKG_VERSION").to_owned(),
            search: Search::usual(None),
            inputs: Vec::new(),
            patience,
            waits: false,
        }
    }
}

/// A wish to stop that can be voiced from anywhere, a signal handler's thread included. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Asks to stop. Rendering ends within about two seconds, with the error [`INTERRUPTED`].
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Was that asked?
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// The code of the error that a cancelled render ends with.
pub const INTERRUPTED: &str = "interrupted";

/// What happens to a render while it runs.
#[derive(Clone, Copy)]
pub struct Control<'a> {
    /// Stops it.
    pub cancel: &'a Cancel,
    /// Called after each frame with the number of frames done and to do; on a second try it begins again.
    pub progress: &'a (dyn Fn(u64, u64) + Sync),
    /// Called with what the user may want to know meanwhile.
    pub tell: &'a (dyn Fn(News<'_>) + Sync),
}

/// What happens on the way.
#[derive(Clone, Copy, Debug)]
pub enum News<'a> {
    /// Work goes on, but not as it should.
    Warning(&'a Diagnostic),
    /// A sentence for those who want to know.
    Detail(&'a str),
}

/// What a render did.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// Frames in the output.
    pub frames: u64,
    /// Length of the film in seconds.
    pub film_secs: f64,
    /// Bytes of the output; 0 if nothing was to be written.
    pub bytes: u64,
    /// The encoder: ffmpeg's name, `png` or `null`.
    pub encoder: String,
    /// Seconds that passed.
    pub wall_secs: f64,
    /// Segments that the film was made of; 1 if it was not cut.
    pub segments: u64,
    /// How many of them were taken from the cache.
    pub reused: u64,
    /// Seconds of drawing, summed over all workers.
    pub drawing_secs: f64,
    /// Seconds of handing frames to the encoder, summed over all segments that are made: if most, the encoder is what limits.
    pub writing_secs: f64,
}

/// Renders a film to `out`, whose name says what to write; see [`Target::parse`].
///
/// Everything about the command line, the place and ffmpeg is checked before the first frame is drawn. If ffmpeg is killed
/// on the way, it is started once more. With a cache, what was finished before a failure is found by the next try. Whatever
/// fails, the old output stays as it was; only where a folder of pictures is there already, its pictures are replaced one by one
/// in the end, each whole.
pub fn render(
    source: &dyn FrameSource,
    options: &Options<'_>,
    out: &Path,
    control: Control<'_>,
) -> Result<Summary, Diagnostic> {
    let watch = Stopwatch::start();
    if source.frames() == 0 {
        return Err(Diagnostic::usage("no-frames", "there is no frame to render"));
    }
    let mut summary = if options.wishes.encoder.as_deref() == Some("null") {
        film::draw_only(source, options, control)?
    } else {
        match Target::parse(out)? {
            Target::File(path, container) => film::to_file(source, options, &path, container, control)?,
            Target::Pictures { folder, prefix, digits, suffix } => {
                let name = |number: u64| format!("{prefix}{number:0digits$}{suffix}");
                film::to_pictures(source, options, &folder, &prefix, &name, control)?
            }
        }
    };
    summary.wall_secs = watch.secs();
    Ok(summary)
}

fn interrupted() -> Diagnostic {
    Diagnostic::environment(INTERRUPTED, "interrupted; nothing was written")
}

/// Measures how long work takes, for the summary only: no frame depends on it.
struct Stopwatch(std::time::Instant);

impl Stopwatch {
    #[allow(clippy::disallowed_methods, reason = "times of the summary, not of a frame")]
    fn start() -> Self {
        Self(std::time::Instant::now())
    }

    fn secs(&self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }

    /// Seconds since the start or the last call.
    fn lap(&mut self) -> f64 {
        let secs = self.secs();
        *self = Self::start();
        secs
    }
}
