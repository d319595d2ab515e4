//! The studio: a process of its own that reads, compiles and draws, so that nothing a script does can end the server.
//!
//! Enters: asks on the standard input. Leaves: answers on the standard output, in any order. It ends with its input. Loading,
//! drawing, reviewing, sound and making files have a thread each: pictures of the film before go on while the next one is read.

mod files;
mod findings;
mod shelf;
mod sound;
mod stage;
mod summary;

use std::io::{BufRead as _, BufReader, Read as _, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::runs;
use super::wire::{self, Answer, Ask, Kind, Look, Numbered};
use crate::geom::{FrameSize, PixelLayout};
use crate::raster::Rasterizer;
use crate::time::FrameIndex;
use crate::world::Memory;
use shelf::{Seen, Shelf};

/// Asks that wait in one thread, at most: the server has fewer under way.
const WAITING: usize = 256;
/// Stack of a thread: as much as the first usually has, since places depend on places.
const STACK_BYTES: usize = 8 << 20;
/// Bytes of one ask, at most.
const ASK_BYTES: u64 = 1 << 20;

/// Sends an answer under its number.
type Say<'a> = &'a dyn Fn(u64, &Answer);

/// What a thread does: it answers asks until there are no more.
type Work = fn(&Receiver<Numbered>, &Shelf, Say<'_>);

/// What a studio works with.
#[derive(Clone, Debug)]
pub struct Studio {
    /// The script.
    pub script: PathBuf,
    /// The folder of recordings, if it is not the usual one.
    pub voices: Option<PathBuf>,
    /// Gives what earlier runs have found out about recordings.
    pub memory: fn() -> Option<Box<dyn Memory>>,
    /// The frame on which the process ends, as if drawing had brought it down; for tests.
    pub aborts_at: Option<u64>,
}

/// Works for the server until the standard input ends.
pub(super) fn work(options: &Studio) {
    let shelf = Shelf::new(options);
    let out = Mutex::new(std::io::stdout());
    thread::scope(|scope| {
        let start = |name: &str, work: Work| {
            let (to, asks) = sync_channel::<Numbered>(WAITING);
            let (shelf, out) = (&shelf, &out);
            let answer = move |id, answer: &Answer| say(out, id, answer);
            let body = move || work(&asks, shelf, &answer);
            thread::Builder::new().name(name.into()).stack_size(STACK_BYTES).spawn_scoped(scope, body).ok().map(|_| to)
        };
        let threads = (start("load", each), start("draw", draw), start("review", each), start("files", each));
        let (Some(load), Some(draw), Some(review), Some(files)) = threads else { return };
        let (Some(sound), Some(peaks)) = (start("sound", sound::play), start("peaks", each)) else { return };
        listen(|ask| match ask {
            Ask::Load { .. } => &load,
            Ask::Review { .. } => &review,
            Ask::Png { .. } | Ask::Svg { .. } | Ask::Figure { .. } => &files,
            Ask::Sound { .. } => &sound,
            Ask::Peaks => &peaks,
            Ask::Frame { .. } | Ask::Film { .. } | Ask::Stage { .. } | Ask::Under { .. } => &draw,
        });
        // What is still under way is for nobody, and may have no end.
        std::process::exit(0);
    });
}

fn listen<'t>(thread: impl Fn(&Ask) -> &'t SyncSender<Numbered>) {
    let mut input = BufReader::new(std::io::stdin());
    loop {
        let mut line = Vec::new();
        let read = input.by_ref().take(ASK_BYTES).read_until(b'\n', &mut line);
        if !read.is_ok_and(|length| length > 0) {
            return;
        }
        let Ok(numbered) = serde_json::from_slice::<Numbered>(&line) else { continue };
        if thread(&numbered.ask).send(numbered).is_err() {
            return;
        }
    }
}

/// A server that has gone needs no answer: the end of the input follows.
fn say(out: &Mutex<std::io::Stdout>, id: u64, answer: &Answer) {
    let mut out = out.lock().unwrap_or_else(PoisonError::into_inner);
    wire::write(&mut *out, id, answer).and_then(|()| out.flush()).ok();
}

/// A panic is our fault; it is told, and what comes next is worked on.
fn guarded(work: impl FnOnce() -> Answer) -> Answer {
    let lost = |_| Answer::failed("a fault of this program, not of the script: please report it with the script");
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(lost)
}

/// Answers asks that need no painter.
fn each(asks: &Receiver<Numbered>, shelf: &Shelf, answer: Say<'_>) {
    while let Ok(Numbered { id, ask }) = asks.recv() {
        answer(id, &guarded(|| told(&ask, shelf)));
    }
}

fn told(ask: &Ask, shelf: &Shelf) -> Answer {
    let none = || Answer::failed("there is no film yet");
    let seen = |look: &Look, tell: &dyn Fn(&Seen) -> Answer| shelf.seen(look).map_or_else(none, |seen| tell(&seen));
    match ask {
        Ask::Load { version } => Answer::json(&shelf.load(*version)),
        Ask::Review { version } => Answer::json(&shelf.review(*version)),
        // What can be chosen is the same, however the film is looked at.
        Ask::Film { .. } => seen(&Look::default(), &|seen| Answer::json(&summary::film(seen))),
        Ask::Stage { at, look } => seen(look, &|seen| {
            let held = !look.variables.is_empty();
            Answer::json(&stage::stage(seen, FrameIndex(*at), held))
        }),
        Ask::Under { at, x, y, look } => {
            seen(look, &|seen| Answer::json(&stage::under(&seen.film, FrameIndex(*at), [*x, *y])))
        }
        Ask::Png { at, look } => seen(look, &|seen| files::png(&seen.film, FrameIndex(*at))),
        Ask::Svg { at, look } => seen(look, &|seen| files::svg(&seen.film, FrameIndex(*at))),
        Ask::Figure { name, kind } => seen(&Look::default(), &|seen| files::figure(seen, name, kind)),
        Ask::Peaks => seen(&Look::default(), &|seen| sound::peaks(seen, shelf.peaks())),
        Ask::Frame { .. } | Ask::Sound { .. } => Answer::failed("this is made elsewhere"),
    }
}

/// Answers asks about frames, with a painter that keeps what stays from one picture to the next.
fn draw(asks: &Receiver<Numbered>, shelf: &Shelf, answer: Say<'_>) {
    let mut next = asks.recv().ok();
    while let Some(Numbered { id, ask }) = next.take() {
        match &ask {
            Ask::Frame { width, height, .. } => match FrameSize::new(*width, *height) {
                Some(size) => next = paint(size, Numbered { id, ask }, asks, shelf, answer),
                None => answer(id, &Answer::failed("frames have no such size")),
            },
            _ => answer(id, &guarded(|| told(&ask, shelf))),
        }
        if next.is_none() {
            next = asks.recv().ok();
        }
    }
}

/// Draws frames of one size until something else is asked for, which is handed back.
fn paint(
    size: FrameSize,
    first: Numbered,
    asks: &Receiver<Numbered>,
    shelf: &Shelf,
    answer: Say<'_>,
) -> Option<Numbered> {
    let rasterizer = Rasterizer::new(size);
    let mut painter = rasterizer.painter(PixelLayout::Rgba);
    let mut next = Some(first);
    while let Some(Numbered { id, ask }) = next.take().or_else(|| asks.recv().ok()) {
        match &ask {
            Ask::Frame { at, width, height, look } if FrameSize::new(*width, *height) == Some(size) => {
                let Some(Seen { film, .. }) = shelf.seen(look) else {
                    answer(id, &Answer::failed("there is no film yet"));
                    continue;
                };
                if shelf.aborts_at == Some(*at) {
                    std::process::abort();
                }
                let drawn = guarded(|| {
                    painter.paint(film.exposures(FrameIndex(*at)));
                    Answer { kind: Kind::Runs, bytes: runs::pack(*width, *height, painter.bytes()) }
                });
                answer(id, &drawn);
                if drawn.kind == Kind::Failed {
                    // The painter may have stopped halfway.
                    return asks.recv().ok();
                }
            }
            Ask::Frame { .. } => return Some(Numbered { id, ask }),
            _ => answer(id, &guarded(|| told(&ask, shelf))),
        }
    }
    None
}
