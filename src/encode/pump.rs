//! Frames from all cores, in order: a way to draw any frame in, the bytes of every frame, one after the other, out.
//!
//! Workers claim frames in order and may be at most a few frames ahead of the writer, so memory is bounded: buffers go
//! round (P5). The first frame that fails, in film order, is the one reported, whatever the number of workers (P3).

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::workers::{STACK_BYTES, panicked};
use super::{Cancel, Stopwatch};
use crate::diag::Diagnostic;

/// Frames that may wait for the writer beyond one for each worker.
const AHEAD: u64 = 2;
/// How often a waiting writer looks whether the user asked to stop.
const POLL: Duration = Duration::from_millis(50);

/// Why the frames stopped.
#[derive(Debug, PartialEq)]
pub(super) enum Halt {
    /// The user asked.
    Cancelled,
    /// The receiver takes no more; it knows why.
    Refused,
    /// A frame, or what receives it, failed.
    Failed(Diagnostic),
}

/// What drawing a frame gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Drawn {
    /// The bytes are in the buffer.
    Bytes,
    /// Same bytes as the frame before; the buffer was not used.
    Same,
}

/// Where the time went, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Spent {
    /// Drawing, summed over the workers.
    pub drawing: f64,
    /// Handing frames over.
    pub writing: f64,
}

/// Draws a frame into a buffer.
pub(super) type Draw<'a> = Box<dyn FnMut(u64, &mut Vec<u8>) -> Result<Drawn, Diagnostic> + 'a>;

/// Gives each worker its way to draw.
pub(super) type Workers<'a> = &'a (dyn Fn() -> Draw<'a> + Sync);

/// Takes the bytes of each frame, in order.
pub(super) type Sink<'a> = &'a mut dyn FnMut(u64, &[u8]) -> Result<(), Halt>;

type Ready = Result<Option<Vec<u8>>, Diagnostic>;

#[derive(Default)]
struct State {
    claimed: u64,
    written: u64,
    ready: BTreeMap<u64, Ready>,
    spare: Vec<Vec<u8>>,
    closed: bool,
    drawing: f64,
}

struct Queue {
    frames: u64,
    window: u64,
    state: Mutex<State>,
    /// A frame was written, or the queue closed: a worker may go on.
    room: Condvar,
    /// A frame is ready: the writer may go on.
    arrived: Condvar,
}

/// Draws frames `0..frames` with `jobs` workers and hands them to `sink` in order, on this thread.
pub(super) fn pump(
    frames: u64,
    jobs: usize,
    cancel: &Cancel,
    workers: Workers<'_>,
    sink: Sink<'_>,
) -> Result<Spent, Halt> {
    let jobs = jobs.clamp(1, crate::limits::JOBS).min(usize::try_from(frames.max(1)).unwrap_or(usize::MAX));
    let window = jobs as u64 + AHEAD;
    let queue = Queue { frames, window, state: Mutex::default(), room: Condvar::new(), arrived: Condvar::new() };
    let mut spent = std::thread::scope(|scope| {
        // Whatever ends the writer, a panic included, frees the workers.
        let _close = CloseOnDrop(&queue);
        for number in 0..jobs {
            let worker = std::thread::Builder::new().name(format!("frames-{number}")).stack_size(STACK_BYTES);
            match worker.spawn_scoped(scope, || queue.work(workers)) {
                Ok(_) => {}
                Err(_) if number > 0 => break, // a starved machine: fewer must do
                Err(error) => {
                    let message = format!("cannot start a thread: {error}");
                    return Err(Halt::Failed(Diagnostic::environment("no-threads", message)));
                }
            }
        }
        queue.write(cancel, sink)
    })?;
    spent.drawing = queue.lock().drawing;
    Ok(spent)
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A worker's life.
    fn work(&self, workers: Workers<'_>) {
        let mut draw = workers();
        while let Some((index, mut buffer)) = self.claim() {
            let watch = Stopwatch::start();
            let result = catch_unwind(AssertUnwindSafe(|| draw(index, &mut buffer)));
            let secs = watch.secs();
            let mut state = self.lock();
            state.drawing += secs;
            let ready =
                match result.unwrap_or_else(|panic| Err(panicked(&format!("drawing frame {index}"), panic.as_ref()))) {
                    Ok(Drawn::Bytes) => Ok(Some(buffer)),
                    Ok(Drawn::Same) => {
                        state.spare.push(buffer);
                        Ok(None)
                    }
                    Err(found) => {
                        state.claimed = self.frames; // frames before this one are claimed already; none after it matters
                        Err(found)
                    }
                };
            state.ready.insert(index, ready);
            self.arrived.notify_one();
        }
    }

    fn claim(&self) -> Option<(u64, Vec<u8>)> {
        let full = |state: &mut State| {
            !state.closed && state.claimed < self.frames && state.claimed >= state.written + self.window
        };
        let mut state = self.room.wait_while(self.lock(), full).unwrap_or_else(PoisonError::into_inner);
        if state.closed || state.claimed >= self.frames {
            return None;
        }
        let index = state.claimed;
        state.claimed += 1;
        Some((index, state.spare.pop().unwrap_or_default()))
    }

    /// The writer's life.
    fn write(&self, cancel: &Cancel, sink: Sink<'_>) -> Result<Spent, Halt> {
        let mut spent = Spent::default();
        let mut current = Vec::new();
        for index in 0..self.frames {
            let mut state = self.lock();
            let ready = loop {
                if cancel.is_cancelled() {
                    return Err(Halt::Cancelled);
                }
                if let Some(ready) = state.ready.remove(&index) {
                    break ready;
                }
                state = self.arrived.wait_timeout(state, POLL).unwrap_or_else(PoisonError::into_inner).0;
            };
            if let Some(bytes) = ready.map_err(Halt::Failed)? {
                let old = std::mem::replace(&mut current, bytes);
                state.spare.push(old);
            }
            state.written = index + 1;
            drop(state);
            self.room.notify_all();
            let watch = Stopwatch::start();
            sink(index, &current)?;
            spent.writing += watch.secs();
        }
        Ok(spent)
    }
}

struct CloseOnDrop<'a>(&'a Queue);

impl Drop for CloseOnDrop<'_> {
    fn drop(&mut self) {
        self.0.lock().closed = true;
        self.0.room.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    type Plain<'a> = &'a (dyn Fn(u64, &mut Vec<u8>) -> Result<Drawn, Diagnostic> + Sync);

    fn collect(frames: u64, jobs: usize, draw: Plain<'_>) -> Result<Vec<u64>, Halt> {
        let mut seen = Vec::new();
        pump(frames, jobs, &Cancel::default(), &|| Box::new(draw), &mut |index, bytes| {
            assert_eq!(index, seen.len() as u64);
            seen.push(u64::from_le_bytes(bytes.try_into().unwrap()));
            Ok(())
        })?;
        Ok(seen)
    }

    fn put(index: u64, buffer: &mut Vec<u8>) {
        buffer.clear();
        buffer.extend(index.to_le_bytes());
    }

    #[test]
    fn order_and_content_do_not_depend_on_jobs() {
        for jobs in [0, 1, 2, 7, 16, 100_000] {
            let draw = |index: u64, buffer: &mut Vec<u8>| {
                if index.is_multiple_of(3) {
                    std::thread::sleep(Duration::from_micros(200)); // the others overtake it
                }
                put(index, buffer);
                Ok(Drawn::Bytes)
            };
            assert_eq!(collect(200, jobs, &draw).unwrap(), (0..200).collect::<Vec<_>>(), "{jobs} jobs");
        }
        assert_eq!(collect(0, 3, &|_, _| Ok(Drawn::Bytes)).unwrap(), Vec::<u64>::new());
    }

    #[test]
    fn unchanged_frames_repeat_the_bytes_before() {
        let draw = |index: u64, buffer: &mut Vec<u8>| {
            if !index.is_multiple_of(4) {
                return Ok(Drawn::Same);
            }
            put(index, buffer);
            Ok(Drawn::Bytes)
        };
        assert_eq!(collect(10, 3, &draw).unwrap(), [0, 0, 0, 0, 4, 4, 4, 4, 8, 8]);
    }

    #[test]
    fn the_first_failure_in_film_order_is_reported() {
        for jobs in [1, 2, 5] {
            let draw = |index: u64, buffer: &mut Vec<u8>| {
                put(index, buffer);
                match index {
                    20 => {
                        std::thread::sleep(Duration::from_millis(5)); // the later one fails sooner
                        Err(Diagnostic::bug("early", "20"))
                    }
                    21 => panic!("later"),
                    _ => Ok(Drawn::Bytes),
                }
            };
            assert_eq!(collect(100, jobs, &draw), Err(Halt::Failed(Diagnostic::bug("early", "20"))));
        }
        let panics = collect(5, 2, &|index, _| panic!("at {index}"));
        assert!(
            matches!(panics, Err(Halt::Failed(found)) if found.code == "frame-panicked" && found.message.contains("at 0"))
        );
    }

    #[test]
    fn workers_stay_close_to_a_slow_writer() {
        let (drawn, mut furthest) = (AtomicU64::new(0), 0);
        let draw = |index: u64, buffer: &mut Vec<u8>| {
            put(index, buffer);
            drawn.fetch_max(index, Ordering::SeqCst);
            Ok(Drawn::Bytes)
        };
        let result = pump(60, 3, &Cancel::default(), &|| Box::new(&draw), &mut |index, _| {
            std::thread::sleep(Duration::from_millis(1));
            furthest = furthest.max(drawn.load(Ordering::SeqCst).saturating_sub(index));
            Ok(())
        });
        assert!(result.is_ok());
        assert!(furthest <= 3 + AHEAD, "{furthest}");
    }

    #[test]
    fn stopping_frees_everyone() {
        let cancel = Cancel::default();
        let draw = |index: u64, buffer: &mut Vec<u8>| {
            put(index, buffer);
            Ok(Drawn::Bytes)
        };
        let stopped = pump(1 << 40, 4, &cancel, &|| Box::new(&draw), &mut |index, _| {
            if index == 50 {
                cancel.cancel();
            }
            Ok(())
        });
        assert_eq!(stopped, Err(Halt::Cancelled));
        let refused = pump(1 << 40, 4, &Cancel::default(), &|| Box::new(&draw), &mut |_, _| Err(Halt::Refused));
        assert_eq!(refused, Err(Halt::Refused));
    }
}
