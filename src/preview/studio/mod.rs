//! The studio: a process of its own that reads, compiles and draws, so that nothing a script does can end the server.
//!
//! Enters: asks on the standard input. Leaves: answers on the standard output, in any order. It ends with its input. Loading,
//! drawing and reviewing have a thread each: pictures of the film before go on while the next one is read.

mod findings;
mod shelf;
mod stage;
mod summary;

use std::io::{BufRead as _, BufReader, Read as _, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::runs;
use super::wire::{self, Answer, Ask, Kind, Look, Numbered};
use crate::export::png;
use crate::film::Film;
use crate::geom::FrameSize;
use crate::raster::{Layout, Rasterizer};
use crate::time::FrameIndex;
use shelf::Shelf;

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

/// Works for the server until the standard input ends.
pub(super) fn work(script: &Path) {
    let shelf = Shelf::new(script);
    let out = Mutex::new(std::io::stdout());
    thread::scope(|scope| {
        let start = |name: &str, work: Work| {
            let (to, asks) = sync_channel::<Numbered>(WAITING);
            let (shelf, out) = (&shelf, &out);
            let answer = move |id, answer: &Answer| say(out, id, answer);
            let body = move || work(&asks, shelf, &answer);
            thread::Builder::new().name(name.into()).stack_size(STACK_BYTES).spawn_scoped(scope, body).ok().map(|_| to)
        };
        let threads = (start("load", each), start("draw", draw), start("review", each));
        let (Some(load), Some(draw), Some(review)) = threads else { return };
        listen(&load, &draw, &review);
        // What is still under way is for nobody, and may have no end.
        std::process::exit(0);
    });
}

fn listen(load: &SyncSender<Numbered>, draw: &SyncSender<Numbered>, review: &SyncSender<Numbered>) {
    let mut input = BufReader::new(std::io::stdin());
    loop {
        let mut line = Vec::new();
        let read = input.by_ref().take(ASK_BYTES).read_until(b'\n', &mut line);
        if !read.is_ok_and(|length| length > 0) {
            return;
        }
        let Ok(numbered) = serde_json::from_slice::<Numbered>(&line) else { continue };
        let to = match numbered.ask {
            Ask::Load { .. } => load,
            Ask::Review { .. } => review,
            _ => draw,
        };
        if to.send(numbered).is_err() {
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
    let film = |look: &Look, tell: &dyn Fn(&Film) -> Answer| match shelf.film(look) {
        Some(film) => tell(&film),
        None => Answer::failed("there is no film yet"),
    };
    match ask {
        Ask::Load { version } => Answer::json(&shelf.load(*version)),
        Ask::Review { version } => Answer::json(&shelf.review(*version)),
        Ask::Film { look } => film(look, &|film| Answer::json(&summary::film(film))),
        Ask::Stage { at, look } => film(look, &|film| Answer::json(&stage::stage(film, FrameIndex(*at)))),
        Ask::Under { at, x, y, look } => {
            film(look, &|film| Answer::json(&stage::under(film, FrameIndex(*at), [*x, *y])))
        }
        Ask::Png { at, look } => film(look, &|film| {
            let pixels = Rasterizer::new(film.size()).expose(film.exposures(FrameIndex(*at)));
            match png::encode(&pixels, false) {
                Ok(bytes) => Answer { kind: Kind::Png, bytes },
                Err(mistake) => Answer::failed(mistake.message),
            }
        }),
        Ask::Frame { .. } => Answer::failed("frames are drawn elsewhere"),
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
    let mut painter = rasterizer.painter(Layout::StraightRgba);
    let mut next = Some(first);
    while let Some(Numbered { id, ask }) = next.take().or_else(|| asks.recv().ok()) {
        match &ask {
            Ask::Frame { at, width, height, look } if FrameSize::new(*width, *height) == Some(size) => {
                let Some(film) = shelf.film(look) else {
                    answer(id, &Answer::failed("there is no film yet"));
                    continue;
                };
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
