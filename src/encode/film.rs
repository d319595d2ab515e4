//! One render, from the plan to the output: in pieces where they can be joined, else through one ffmpeg, or as pictures.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use super::assembly::{self, Assembly, Means};
use super::codec::Recipe;
use super::ffmpeg::{Ended, Job, Outcome, Running, file_argument};
use super::format::Container;
use super::join::Join;
use super::publish::{Publication, create, io_problem};
use super::pump::{Draw, Drawn, Halt, Sink, Spent, Workers, pump};
use super::tracks::{self, Kitchen, SoundPiece};
use super::verify::{Expected, verify};
use super::workers::{self, Task};
use super::workplace::Workplace;
use super::{
    Control, FramePainter, FrameSource, News, Options, Painted, Quality, Stopwatch, Summary, interrupted, locate,
};
use crate::diag::{Diagnostic, Severity};
use crate::export::png::{self, Effort};
use crate::geom::{FrameSize, PixelLayout};
use crate::time::FrameIndex;

/// Frames that a worker draws in a row when nothing is written.
const STRETCH: u64 = 120;
/// Frames that a palette is made from: enough for the colours of a film, bounded for ffmpeg's memory.
const PALETTE_FRAMES: u64 = 100;
/// How often an output that another render holds is asked for.
const WAITING: Duration = Duration::from_millis(100);
/// The code of the error that deserves a second try.
const KILLED: &str = "ffmpeg-killed";

/// Draws every frame and drops it: for measuring.
pub(super) fn draw_only(
    source: &dyn FrameSource,
    options: &Options<'_>,
    control: Control<'_>,
) -> Result<Summary, Diagnostic> {
    let frames = source.frames();
    let layout = if options.wishes.transparent { PixelLayout::Rgba } else { PixelLayout::Yuv420 };
    let stretches = usize::try_from(frames.div_ceil(STRETCH)).unwrap_or(usize::MAX);
    let done = AtomicU64::new(0);
    let worker = || -> Task<'_, f64> {
        let mut painter = None;
        let done = &done;
        Box::new(move |number, stop| {
            let mut watch = Stopwatch::start();
            let painter = painter.get_or_insert_with(|| source.painter(layout));
            let start = number as u64 * STRETCH;
            for index in start..frames.min(start + STRETCH) {
                if stop.asked() {
                    return Err(interrupted());
                }
                painted(painter.as_mut(), FrameIndex(index), layout, source.size())?;
                (control.progress)(done.fetch_add(1, Ordering::AcqRel) + 1, frames);
            }
            Ok(watch.lap())
        })
    };
    let drawing = workers::run(&workers::forward(stretches), options.jobs, control.cancel, &worker)?.iter().sum();
    Ok(summary(source, frames, "null", 0, Spent { drawing, writing: 0.0 }))
}

/// Writes one PNG file a frame, without ffmpeg. `name` gives the file's name of a frame number, from 1.
pub(super) fn to_pictures(
    source: &dyn FrameSource,
    options: &Options<'_>,
    folder: &Path,
    prefix: &str,
    name: &dyn Fn(u64) -> String,
    control: Control<'_>,
) -> Result<Summary, Diagnostic> {
    let (frames, transparent, size) = (source.frames(), options.wishes.transparent, source.size());
    let draft = matches!(options.wishes.quality, Quality::Draft | Quality::Preview);
    let effort = if draft { Effort::Fast } else { Effort::Thorough };
    let names: Vec<String> = (1..=frames).map(name).collect();
    let publication = reserved(&|| Publication::folder(folder, prefix, &names), options, control)?;
    let workers = || -> Draw<'_> {
        let mut draw = drawing(source, 1, PixelLayout::Rgba);
        let mut rgba = Vec::new();
        Box::new(move |index, buffer| {
            let drawn = draw(index, &mut rgba)?;
            if drawn == Drawn::Bytes {
                *buffer = png::rows(size, &rgba, transparent, effort)?;
            }
            Ok(drawn)
        })
    };
    let mut bytes = 0;
    let spent = run_pump(frames, options, control, &workers, &mut |index, picture| {
        let path = publication.part().join(name(index + 1));
        create(&path, picture).map_err(|error| Halt::Failed(io_problem("write", &path, &error)))?;
        bytes += picture.len() as u64;
        (control.progress)(index + 1, frames);
        Ok(())
    });
    let spent = spent.map_err(plain)?;
    publication.publish_folder(prefix, &names)?;
    Ok(summary(source, frames, "png", bytes, spent))
}

/// Writes one file through ffmpeg.
pub(super) fn to_file(
    source: &dyn FrameSource,
    options: &Options<'_>,
    path: &Path,
    container: &Container,
    control: Control<'_>,
) -> Result<Summary, Diagnostic> {
    let recipe = Recipe::new(container, &options.wishes, source.size(), source.fps())?;
    tracks::check(&options.tracks, container.ending)?;
    let publication = reserved(&|| Publication::file(path, container.ending, &options.inputs), options, control)?;
    let frames = source.frames().div_ceil(recipe.stride);
    let expected = Expected::of(frames, source.size(), source.fps(), recipe.stride);
    // Looking at the film and for ffmpeg takes about as long: both at a time.
    let survey = |given_up: &AtomicBool| match recipe.piece {
        Some(_) => assembly::survey(source, options.jobs, control, given_up),
        None => Ok(Vec::new()),
    };
    let (ffmpeg, looks) = while_looking(&|| locate(&options.search), &survey)?;
    let verified = || {
        verify(&ffmpeg.path, publication.part(), expected, options.patience, control.cancel)?;
        if control.cancel.is_cancelled() { Err(interrupted()) } else { Ok(()) }
    };
    let (spent, (segments, reused)) = if let Some(piece) = &recipe.piece {
        let means = Means { source, options, control, ffmpeg: &ffmpeg, recipe: &recipe, piece, container };
        let assembly = Assembly::plan(means, &looks?, &publication)?;
        let made = assembly.make(&publication).and_then(|()| verified());
        assembly.trim();
        made.map_err(|found| assembly.told(found))?;
        (assembly.spent(), assembly.counts())
    } else {
        let way = Way { source, options, control, ffmpeg: &ffmpeg.path, recipe: &recipe, frames };
        let palette = recipe.palette.then(|| way.palette(publication.part())).transpose()?;
        let palette = palette.as_ref().map(Part::path);
        let (tracks, fps) = (&options.tracks, source.fps());
        let spent = if tracks.are_none_for(container.ending) {
            way.encode(publication.part(), palette)?
        } else {
            let workplace = &Workplace::covered(publication.part().with_extension("pieces"))?;
            let name = format!("pictures.{}", container.ending);
            let spent = way.encode(&workplace.at(&name), palette)?;
            let (ffmpeg, muxing, cancel) = (ffmpeg.path.as_path(), recipe.muxing.as_slice(), control.cancel);
            let patience = options.patience;
            if let (Some(sound), Some(piece)) = (tracks.sound, SoundPiece::of(tracks, container.ending)?) {
                let kitchen = Kitchen { ffmpeg, workplace, patience, cancel };
                insist(&mut || piece.encode(sound, frames, fps, &kitchen))?;
            }
            Join { ffmpeg, workplace, fps, muxing, patience, cancel, tracks, container }.dress(
                &name,
                frames,
                publication.part(),
            )?;
            spent
        };
        verified()?;
        (spent, (1, 0))
    };
    let bytes = publication.publish_file()?;
    Ok(Summary { segments, reused, ..summary(source, frames, &recipe.encoder, bytes, spent) })
}

/// Takes an output, as soon as no other render holds it if the user is willing to wait.
fn reserved(
    take: &dyn Fn() -> Result<Publication, Diagnostic>,
    options: &Options<'_>,
    control: Control<'_>,
) -> Result<Publication, Diagnostic> {
    let mut told = false;
    loop {
        match take() {
            Err(found) if options.waits && found.code == "output-locked" && !control.cancel.is_cancelled() => {
                if !std::mem::replace(&mut told, true) {
                    let message = format!("waiting: {}", found.message);
                    let warning = Diagnostic::environment(found.code, message);
                    (control.tell)(News::Warning(&Diagnostic { severity: Severity::Warning, ..warning }));
                }
                std::thread::sleep(WAITING);
            }
            Err(_) if control.cancel.is_cancelled() => return Err(interrupted()),
            other => return other,
        }
    }
}

/// What comes of finding something and of a survey that is done meanwhile, and given up if there is nothing to be found.
fn while_looking<T, S: Send>(
    find: &dyn Fn() -> Result<T, Diagnostic>,
    survey: &(dyn Fn(&AtomicBool) -> S + Sync),
) -> Result<(T, S), Diagnostic> {
    let given_up = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("survey".into());
        let looking = thread.spawn_scoped(scope, || survey(&given_up));
        let found = find();
        given_up.store(found.is_err(), Ordering::Release);
        let found = found?;
        let Ok(looking) = looking else { return Ok((found, survey(&given_up))) }; // a starved machine: one after the other
        let surveyed = looking.join().map_err(|panic| workers::panicked("looking at frames", panic.as_ref()))?;
        Ok((found, surveyed))
    })
}

/// A file beside the part that goes when its use ends.
struct Part(PathBuf);

impl Part {
    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        std::fs::remove_file(&self.0).ok();
    }
}

/// A way to encode: what all runs of ffmpeg for one output share.
struct Way<'a> {
    source: &'a dyn FrameSource,
    options: &'a Options<'a>,
    control: Control<'a>,
    ffmpeg: &'a Path,
    recipe: &'a Recipe,
    frames: u64,
}

impl Way<'_> {
    /// Makes the palette of a GIF from evenly spread frames.
    fn palette(&self, part: &Path) -> Result<Part, Diagnostic> {
        let palette = Part(part.with_extension("palette.png"));
        let apart = self.frames.div_ceil(PALETTE_FRAMES).max(1);
        let count = self.frames.div_ceil(apart);
        let mut arguments: Vec<OsString> = self.recipe.input.iter().map(OsString::from).collect();
        arguments
            .extend(self.recipe.palette_arguments(self.options.wishes.transparent).into_iter().map(OsString::from));
        let silent = Control { progress: &|_, _| (), ..self.control };
        insist(&mut || self.run(palette.path(), arguments.clone(), count, apart * self.recipe.stride, silent))?;
        Ok(palette)
    }

    fn encode(&self, part: &Path, palette: Option<&Path>) -> Result<Spent, Diagnostic> {
        let mut arguments: Vec<OsString> = self.recipe.input.iter().map(OsString::from).collect();
        if let Some(palette) = palette {
            arguments.extend([OsString::from("-i"), file_argument(palette)]);
        }
        arguments.extend(self.recipe.filtering(None).into_iter().map(OsString::from));
        arguments.extend(self.recipe.coding.iter().chain(&self.recipe.muxing).map(OsString::from));
        insist(&mut || self.run(part, arguments.clone(), self.frames, self.recipe.stride, self.control))
    }

    /// One run of ffmpeg over every `stride`-th frame.
    fn run(
        &self,
        part: &Path,
        arguments: Vec<OsString>,
        frames: u64,
        stride: u64,
        control: Control<'_>,
    ) -> Result<Spent, Diagnostic> {
        let mut all: Vec<OsString> = vec!["-hide_banner".into(), "-y".into()];
        all.extend(arguments);
        all.push(file_argument(part));
        let (patience, grows) = (self.options.patience, Some(part.to_owned()));
        let job = Job { program: self.ffmpeg, arguments: all, patience, cancel: control.cancel, grows, folder: None };
        let mut running = Running::start(job)?;
        let layout = self.recipe.layout;
        let workers = || drawing(self.source, stride, layout);
        let what = |taken| Explained { part, place: part.parent().unwrap_or(part), taken, frames, film: frames };
        let mut taken = 0;
        let pumped = run_pump(frames, self.options, control, &workers, &mut |index, bytes| {
            if !running.write(bytes) {
                return Err(Halt::Refused);
            }
            taken = index + 1;
            (control.progress)(taken, frames);
            Ok(())
        });
        match pumped {
            Ok(spent) => {
                let ended = running.finish();
                if ended.outcome == Outcome::Done { Ok(spent) } else { Err(explain(&ended, what(taken))) }
            }
            Err(Halt::Refused) => Err(explain(&running.finish(), what(taken))),
            Err(other) => Err(plain(other)),
        }
    }
}

/// Runs, and runs once more if ffmpeg was killed from outside: frames are pure, so a second try gives the same (K7).
pub(super) fn insist<T>(run: &mut dyn FnMut() -> Result<T, Diagnostic>) -> Result<T, Diagnostic> {
    match run() {
        Err(found) if found.code == KILLED => run().map_err(|found| found.hint("this was the second try")),
        other => other,
    }
}

/// What a failed ffmpeg was doing.
pub(super) struct Explained<'a> {
    /// The file that it wrote.
    pub part: &'a Path,
    /// The folder that needs room.
    pub place: &'a Path,
    /// Frames that it took, and frames that it was to get.
    pub taken: u64,
    pub frames: u64,
    /// Frames of the whole film.
    pub film: u64,
}

/// Says what happened to ffmpeg in its own words; that a pipe broke is only how we noticed (K6).
pub(super) fn explain(ended: &Ended, what: Explained<'_>) -> Diagnostic {
    /// "File size limit exceeded", on every Unix.
    const SIGXFSZ: i32 = 25;
    let progress = format!("after {} of {} frames", what.taken, what.frames);
    let full = ended.log.tells_of_full_disk() || ended.outcome == Outcome::Killed(SIGXFSZ);
    let (code, message) = match ended.outcome {
        Outcome::Cancelled => return interrupted(),
        _ if full => ("disk-full", format!("no space to write the film, {progress}")),
        Outcome::Done => ("ffmpeg-failed", format!("ffmpeg ended {progress}, as if that were all")),
        Outcome::Failed(exit) => ("ffmpeg-failed", format!("ffmpeg failed {progress} (exit code {exit})")),
        Outcome::Killed(signal) => (KILLED, format!("ffmpeg was killed by signal {signal} {progress}")),
        Outcome::Hung => ("ffmpeg-hung", format!("ffmpeg gave no sign of life {progress} and was ended")),
    };
    let mut found = Diagnostic::environment(code, message);
    if full {
        let written = std::fs::metadata(what.part).map_or(0, |file| file.len());
        let needed = written as f64 / what.taken.max(1) as f64 * what.film as f64 / 1e6;
        let folder = what.place.display();
        found = found.hint(format!("the folder `{folder}` needs room for about {needed:.1} MB"));
    }
    for line in ended.log.last_words(6) {
        found = found.hint(format!("ffmpeg: {line}"));
    }
    found.hint(format!("command: {}", ended.command))
}

/// Paints a frame, whose bytes must be as many as its layout has.
pub(super) fn painted<'p>(
    painter: &'p mut dyn FramePainter,
    index: FrameIndex,
    layout: PixelLayout,
    size: FrameSize,
) -> Result<Painted<'p>, Diagnostic> {
    let painted = painter.paint(index)?;
    let (bytes, expected) = (painted.bytes.len(), layout.bytes(size));
    if bytes != expected {
        let message = format!("frame {} came with {bytes} bytes instead of {expected}", index.0);
        return Err(Diagnostic::bug("frame-bytes", message));
    }
    Ok(painted)
}

/// Draws the `index`-th of every `stride`-th frame, with a painter of its own.
fn drawing(source: &dyn FrameSource, stride: u64, layout: PixelLayout) -> Draw<'_> {
    let mut painter: Option<Box<dyn FramePainter + '_>> = None;
    let mut last = None;
    Box::new(move |index, buffer| {
        let at = index * stride;
        // Until it is through, the painter has painted nothing that counts.
        let before = last.take();
        let painter = painter.get_or_insert_with(|| source.painter(layout));
        let painted = painted(painter.as_mut(), FrameIndex(at), layout, source.size())?;
        last = Some(index);
        if painted.changed.is_empty() && before.is_some() && before == index.checked_sub(1) {
            return Ok(Drawn::Same);
        }
        buffer.clear();
        buffer.extend_from_slice(painted.bytes);
        Ok(Drawn::Bytes)
    })
}

fn run_pump(
    frames: u64,
    options: &Options<'_>,
    control: Control<'_>,
    workers: Workers<'_>,
    sink: Sink<'_>,
) -> Result<Spent, Halt> {
    pump(frames, options.jobs, control.cancel, workers, sink)
}

fn plain(halt: Halt) -> Diagnostic {
    match halt {
        Halt::Failed(found) => found,
        Halt::Cancelled | Halt::Refused => interrupted(),
    }
}

fn summary(source: &dyn FrameSource, frames: u64, encoder: &str, bytes: u64, spent: Spent) -> Summary {
    let film_secs = source.fps().instant_of(FrameIndex(source.frames())).get();
    let (drawing_secs, writing_secs) = (spent.drawing, spent.writing);
    let encoder = encoder.to_owned();
    let (segments, reused) = (1, 0);
    Summary { frames, film_secs, bytes, encoder, wall_secs: 0.0, drawing_secs, writing_secs, segments, reused }
}
