//! A film from pieces: it is cut, what the cache has is taken from there, the rest is drawn and encoded on all cores, and all
//! is joined without encoding again.
//!
//! A worker draws the frames of its segment one after another and hands them to an ffmpeg of its own, which has one thread; so
//! memory is that of a painter and an encoder a job, and nothing waits in queues. The bytes of a piece depend on its frames and
//! the settings alone: not on the number of jobs, or where in the film it stands. In a film of few pieces the cheapest has two
//! threads; so an edit may make one more piece anew, which is the cheapest now or was before.

use std::cmp::Reverse;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::cache::{Cache, Found, Key};
use super::codec::{Piece, Recipe};
use super::ffmpeg::{Job, Outcome, Running, file_argument};
use super::film::{Explained, explain, insist, painted};
use super::format::Container;
use super::handover::Handover;
use super::join::Join;
use super::publish::Publication;
use super::pump::Spent;
use super::rests::Rests;
use super::segments::{filler, segments};
use super::tracks::{Kitchen, SoundPiece};
use super::verify::{Expected, verify_movie};
use super::workers::{self, Stop, Task};
use super::workplace::Workplace;
use super::{Control, Ffmpeg, FramePainter, FrameSource, INTERRUPTED, Look, News, Options, Stopwatch, interrupted};
use crate::diag::{Diagnostic, Severity};
use crate::time::{FrameIndex, FrameRange};

/// Frames whose digests a worker takes at a time: neighbours have much in common.
const BLOCK: u64 = 240;

/// What a film is made with.
pub(super) struct Means<'a> {
    pub source: &'a dyn FrameSource,
    pub options: &'a Options<'a>,
    pub control: Control<'a>,
    pub ffmpeg: &'a Ffmpeg,
    pub recipe: &'a Recipe,
    pub piece: &'a Piece,
    pub container: &'a Container,
}

/// A segment of a film that is to become a piece.
struct Segment {
    range: FrameRange,
    key: Key,
    /// What making it is likely to take, in no unit.
    cost: u64,
    /// Is it the one that is made last, by more than one thread?
    fills: bool,
    rests: Rests,
}

/// A film that is being put together.
pub(super) struct Assembly<'a> {
    means: Means<'a>,
    segments: Vec<Segment>,
    cache: Option<Cache>,
    workplace: Workplace,
    /// Frames that are in pieces.
    done: AtomicU64,
    /// Segments that the cache had, and that it has now.
    reused: AtomicU64,
    kept: AtomicU64,
    spent: Mutex<Spent>,
}

impl<'a> Assembly<'a> {
    /// Cuts the film and makes room for its pieces.
    pub fn plan(means: Means<'a>, looks: &[Look], publication: &Publication) -> Result<Self, Diagnostic> {
        let source = means.source;
        let ranges = segments(looks, &source.scenes(), source.fps());
        let within = |range: &FrameRange| looks.get(range.start.0 as usize..range.end.0 as usize).unwrap_or_default();
        let cost = |range: &FrameRange| within(range).iter().map(Look::cost).sum::<u64>();
        let costs: Vec<u64> = ranges.iter().map(cost).collect();
        let filler = filler(&costs);
        let filters = means.recipe.filtering(None);
        let segment = |(number, (range, cost)): (usize, (FrameRange, u64))| {
            let (looks, fills) = (within(&range), filler == Some(number));
            let settings = [&means.recipe.input, &filters, &means.recipe.coding, means.piece.output(fills)];
            let settings = settings.map(|arguments: &[String]| arguments.join("\0")).join("\0\0");
            let frames: Vec<u8> = looks.iter().flat_map(|look| look.digest.to_le_bytes()).collect();
            let parts = [means.options.program.as_str(), &means.ffmpeg.about, &settings].map(str::as_bytes);
            let key = Key::of(parts.into_iter().chain([frames.as_slice()]));
            Segment { range, key, cost, fills, rests: Rests::of(looks) }
        };
        let segments = ranges.into_iter().zip(costs).enumerate().map(segment).collect();
        let (cache, workplace) = room(&means, publication)?;
        Ok(Self {
            means,
            segments,
            cache,
            workplace,
            done: AtomicU64::new(0),
            reused: AtomicU64::new(0),
            kept: AtomicU64::new(0),
            spent: Mutex::default(),
        })
    }

    /// Makes all pieces and joins them to the file that `publication` will publish.
    pub fn make(&self, publication: &Publication) -> Result<(), Diagnostic> {
        let (jobs, cancel) = (self.means.options.jobs, self.means.control.cancel);
        let look = || -> Task<'_, bool> { Box::new(|number, _| Ok(self.take(number))) };
        let all = workers::forward(self.segments.len());
        let present = workers::run(&all, jobs, cancel, &look)?;
        let mut missing: Vec<usize> =
            (0..).zip(&present).filter(|(_, present)| !**present).map(|(number, _)| number).collect();
        // The dearest first, so that at the end no worker is left alone with a long one; before them the sound, which is all one.
        missing.sort_by_key(|number| {
            let segment = self.segments.get(*number);
            (segment.is_some_and(|segment| segment.fills), Reverse(segment.map(|segment| segment.cost)), *number)
        });
        if self.means.options.tracks.sound.is_some() {
            missing.insert(0, self.segments.len());
        }
        let joining = Mutex::new(None);
        let begin = || -> Result<(), Diagnostic> {
            let running = self.join().begin(publication.part())?;
            *joining.lock().unwrap_or_else(PoisonError::into_inner) = Some(running);
            Ok(())
        };
        let draw = || -> Task<'_, ()> {
            let mut painter = None;
            let begin = &begin;
            let last = missing.last().copied();
            Box::new(move |number, stop| {
                if last == Some(number) {
                    begin()?;
                }
                if number == self.segments.len() {
                    return self.sound();
                }
                let painter = painter.get_or_insert_with(|| self.means.source.painter(self.means.recipe.layout));
                self.render(number, painter.as_mut(), stop)
            })
        };
        workers::run(&missing, jobs, cancel, &draw)?;
        let begun = joining.into_inner().unwrap_or_else(PoisonError::into_inner);
        let running = begun.map_or_else(|| self.join().begin(publication.part()), Ok)?;
        let pieces = self.segments.iter().enumerate().map(|(number, segment)| (name(number), segment.range.len()));
        self.join().end(running, pieces, publication.part())
    }

    fn join(&self) -> Join<'_> {
        Join {
            ffmpeg: &self.means.ffmpeg.path,
            workplace: &self.workplace,
            fps: self.means.source.fps(),
            muxing: &self.means.recipe.muxing,
            patience: self.means.options.patience,
            cancel: self.means.control.cancel,
            tracks: &self.means.options.tracks,
            container: self.means.container,
        }
    }

    /// Takes the sound from the cache, or makes and keeps it.
    fn sound(&self) -> Result<(), Diagnostic> {
        let Means { source, options, control, ffmpeg, container, .. } = &self.means;
        let Some(sound) = options.tracks.sound else { return Ok(()) };
        let Some(piece) = SoundPiece::of(&options.tracks, container.ending)? else { return Ok(()) };
        let (frames, fps) = (source.frames(), source.fps());
        let (arguments, identity) = (format!("{:?} {fps}", piece.arguments), sound.identity());
        let parts = ["sound", &options.program, &ffmpeg.about, &arguments, &identity].map(str::as_bytes);
        let (key, path) = (Key::of(parts), self.workplace.at(piece.name));
        if self.cache.as_ref().is_some_and(|cache| cache.take(&key, frames, &path) == Found::Piece) {
            return Ok(());
        }
        let (ffmpeg, cancel) = (ffmpeg.path.as_path(), control.cancel);
        let kitchen = Kitchen { ffmpeg, workplace: &self.workplace, patience: options.patience, cancel };
        insist(&mut || piece.encode(sound, frames, fps, &kitchen))?;
        match &self.cache {
            Some(cache) => cache.keep(&key, frames, &path, self.workplace.folder()),
            None => Ok(()),
        }
    }

    /// Segments of the film, and how many of them the cache had.
    pub fn counts(&self) -> (u64, u64) {
        (self.segments.len() as u64, self.reused.load(Ordering::Acquire))
    }

    /// Seconds spent.
    pub fn spent(&self) -> Spent {
        self.spent.lock().map_or_else(|spent| *spent.into_inner(), |spent| *spent)
    }

    /// The failure, in words that say what the next try finds.
    pub fn told(&self, found: Diagnostic) -> Diagnostic {
        let (kept, all) = (self.kept.load(Ordering::Acquire), self.segments.len());
        match &self.cache {
            Some(_) if found.code == INTERRUPTED => {
                Diagnostic::environment(INTERRUPTED, format!("interrupted, {kept} of {all} segments kept"))
            }
            Some(_) if kept > 0 && found.severity == Severity::Error => {
                found.hint(format!("{kept} of {all} segments are kept; the same command goes on from there"))
            }
            _ => found,
        }
    }

    /// Removes what is beyond the limit of the cache.
    pub fn trim(&self) {
        if let Some(cache) = &self.cache {
            cache.trim();
        }
    }

    fn path(&self, number: usize) -> PathBuf {
        self.workplace.at(name(number))
    }

    /// Takes a piece from the cache.
    fn take(&self, number: usize) -> bool {
        let (Some(cache), Some(Segment { range, key, .. })) = (&self.cache, self.segments.get(number)) else {
            return false;
        };
        match cache.take(key, range.len(), &self.path(number)) {
            Found::Piece => {
                self.reused.fetch_add(1, Ordering::AcqRel);
                self.kept.fetch_add(1, Ordering::AcqRel);
                self.advance(range.len());
                true
            }
            Found::Nothing => false,
            Found::Damaged(reason) => {
                let text = format!("cache: segment {} of {} is damaged, {reason}", number + 1, self.segments.len());
                (self.means.control.tell)(News::Detail(&text));
                false
            }
        }
    }

    fn advance(&self, frames: u64) {
        let done = self.done.fetch_add(frames, Ordering::AcqRel) + frames;
        (self.means.control.progress)(done, self.means.source.frames());
    }

    /// Draws, encodes and keeps a piece.
    fn render(&self, number: usize, painter: &mut dyn FramePainter, stop: &Stop<'_>) -> Result<(), Diagnostic> {
        let Some(segment) = self.segments.get(number) else { return Ok(()) };
        insist(&mut || self.encode(number, segment, painter, stop))?;
        if let Some(cache) = &self.cache {
            cache.keep(&segment.key, segment.range.len(), &self.path(number), self.workplace.folder())?;
            self.kept.fetch_add(1, Ordering::AcqRel);
        }
        Ok(())
    }

    fn encode(
        &self,
        number: usize,
        segment: &Segment,
        painter: &mut dyn FramePainter,
        stop: &Stop<'_>,
    ) -> Result<(), Diagnostic> {
        let Means { source, options, control, ffmpeg, recipe, piece, .. } = &self.means;
        let Segment { range, cost, fills, rests, .. } = segment;
        let path = self.path(number);
        let mut arguments: Vec<OsString> = vec!["-hide_banner".into(), "-y".into()];
        let filters = recipe.filtering(rests.filter(source.fps()).as_deref());
        let all = recipe.input.iter().chain(&filters).chain(&recipe.coding).chain(piece.output(*fills));
        arguments.extend(all.map(OsString::from));
        arguments.push(file_argument(&path));
        let (patience, grows) = (options.patience, Some(path.clone()));
        let job = Job { program: &ffmpeg.path, arguments, patience, cancel: control.cancel, grows, folder: None };
        let mut running = Running::start(job)?;
        let mut handover = Handover::new(recipe.layout, source.size());
        let (mut taken, mut spent) = (0, Spent::default());
        let mut watch = Stopwatch::start();
        let mut refused = false;
        for index in rests.handed_over(range.len()) {
            if stop.asked() {
                self.done.fetch_sub(taken, Ordering::AcqRel);
                return Err(interrupted());
            }
            let frame = painted(painter, FrameIndex(range.start.0 + index), recipe.layout, source.size())?;
            spent.drawing += watch.lap();
            refused = !handover.frame(frame, &mut running);
            spent.writing += watch.lap();
            if refused {
                break;
            }
            self.advance(index + 1 - taken);
            taken = index + 1;
        }
        let ended = running.finish();
        spent.writing += watch.lap();
        let secs = spent.drawing + spent.writing;
        let (first, last) = (range.start.0, range.end.0.saturating_sub(1));
        let text = format!("segment {}: frames {first} to {last}, cost {cost}, {secs:.1} s", number + 1);
        (control.tell)(News::Detail(&text));
        let mut all = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        (all.drawing, all.writing) = (all.drawing + spent.drawing, all.writing + spent.writing);
        drop(all);
        let ended_well = ended.outcome == Outcome::Done && !refused;
        let verified =
            match ended_well.then(|| verify_movie(&path, Expected::of(range.len(), source.size(), source.fps(), 1))) {
                Some(Ok(())) => Ok(()),
                // Where the disk is full some builds end as if all were well.
                Some(Err(found)) if !ended.log.tells_of_full_disk() => Err(found),
                _ => {
                    let place = self.workplace.folder().parent().unwrap_or(self.workplace.folder());
                    let place = self.cache.as_ref().map_or(place, |cache| cache.folder());
                    let film = source.frames();
                    Err(explain(&ended, Explained { part: &path, place, taken, frames: range.len(), film }))
                }
            };
        if verified.is_err() {
            self.done.fetch_sub(taken, Ordering::AcqRel);
        }
        verified
    }
}

fn name(number: usize) -> String {
    format!("{number}.mp4")
}

/// Where the pieces are made: in the cache, or beside the output if there is none.
fn room(means: &Means<'_>, publication: &Publication) -> Result<(Option<Cache>, Workplace), Diagnostic> {
    if let Some(folder) = &means.options.cache {
        let opened = Cache::open(folder).and_then(|cache| {
            let workplace = Workplace::within(&cache.work(), publication.target())?;
            Ok((Some(cache), workplace))
        });
        match opened {
            Ok(found) => return Ok(found),
            Err(found) if found.code == "disk-full" => return Err(found),
            Err(found) => {
                let message = format!("rendering without the cache: {}", found.message);
                let warning =
                    Diagnostic { severity: Severity::Warning, ..Diagnostic::environment("no-cache", message) };
                let hint = "`--no-cache` says that this is meant; the variable SURPRISAL_CACHE names another folder";
                (means.control.tell)(News::Warning(&warning.hint(hint)));
            }
        }
    }
    Ok((None, Workplace::covered(publication.part().with_extension("pieces"))?))
}

/// What is known of all frames, found on all cores, unless it is given up.
pub(super) fn survey(
    source: &dyn FrameSource,
    jobs: usize,
    control: Control<'_>,
    given_up: &AtomicBool,
) -> Result<Vec<Look>, Diagnostic> {
    let frames = source.frames();
    let blocks = usize::try_from(frames.div_ceil(BLOCK)).unwrap_or(usize::MAX);
    let worker = || -> Task<'_, Vec<Look>> {
        Box::new(|block, stop| {
            let range = FrameRange::new(block as u64 * BLOCK, frames.min((block as u64 + 1) * BLOCK));
            let mut looks = Vec::new();
            let stopped = || stop.asked() || given_up.load(Ordering::Acquire);
            source.survey(range, &mut |look| {
                looks.push(look);
                !stopped()
            });
            if stopped() { Err(interrupted()) } else { Ok(looks) }
        })
    };
    Ok(workers::run(&workers::forward(blocks), jobs, control.cancel, &worker)?.concat())
}
