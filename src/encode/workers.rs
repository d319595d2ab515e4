//! Many tasks on all cores: what each gives, in the order of the tasks. Memory is that of as many tasks as there are workers.
//!
//! Tasks are begun in any order that is asked for. When one fails, none of a higher number is begun or finished, and all of
//! lower numbers are, so that the failure reported is that of the lowest number, whatever the number of workers (P3).

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::{Cancel, interrupted};
use crate::diag::Diagnostic;

/// Stack of a worker: that of a main thread, for drawing recurses.
pub(super) const STACK_BYTES: usize = 8 << 20;

/// Says whether a task is still wanted.
pub(super) struct Stop<'a> {
    cancel: &'a Cancel,
    failed: &'a AtomicUsize,
    task: usize,
}

impl Stop<'_> {
    /// Did the user ask to stop, or a task of a lower number fail?
    pub fn asked(&self) -> bool {
        self.cancel.is_cancelled() || self.failed.load(Ordering::Acquire) < self.task
    }
}

/// What a worker does with the number of a task.
pub(super) type Task<'a, T> = Box<dyn FnMut(usize, &Stop<'_>) -> Result<T, Diagnostic> + 'a>;

/// Does the tasks of these numbers, begun in the order given, with `jobs` workers, each of which gets its own way of working
/// from `worker`. What they give comes in the order of the numbers.
pub(super) fn run<'a, T: Send>(
    order: &[usize],
    jobs: usize,
    cancel: &Cancel,
    worker: &(dyn Fn() -> Task<'a, T> + Sync),
) -> Result<Vec<T>, Diagnostic> {
    let jobs = jobs.clamp(1, crate::limits::JOBS).min(order.len().max(1));
    let (next, failed) = (AtomicUsize::new(0), AtomicUsize::new(usize::MAX));
    let done: Mutex<Vec<(usize, Result<T, Diagnostic>)>> = Mutex::default();
    let work = || {
        let mut task = worker();
        while let Some(&number) = order.get(next.fetch_add(1, Ordering::AcqRel)) {
            let stop = Stop { cancel, failed: &failed, task: number };
            if stop.asked() {
                continue;
            }
            let result = catch_unwind(AssertUnwindSafe(|| task(number, &stop)));
            if result.is_err() {
                task = worker(); // what it left behind may be half done
            }
            let result = result.unwrap_or_else(|panic| Err(panicked("drawing", panic.as_ref())));
            if result.is_err() {
                failed.fetch_min(number, Ordering::AcqRel);
            }
            done.lock().unwrap_or_else(PoisonError::into_inner).push((number, result));
        }
    };
    std::thread::scope(|scope| {
        for number in 0..jobs {
            let thread = std::thread::Builder::new().name(format!("segments-{number}")).stack_size(STACK_BYTES);
            match thread.spawn_scoped(scope, work) {
                Ok(_) => {}
                Err(_) if number > 0 => break, // a starved machine: fewer must do
                Err(error) => {
                    return Err(Diagnostic::environment("no-threads", format!("cannot start a thread: {error}")));
                }
            }
        }
        Ok(())
    })?;
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(number, _)| *number);
    let results: Result<Vec<T>, Diagnostic> = done.into_iter().map(|(_, result)| result).collect();
    match results {
        _ if cancel.is_cancelled() => Err(interrupted()),
        Ok(all) if all.len() < order.len() => Err(interrupted()),
        other => other,
    }
}

/// The numbers of so many tasks, in their order.
pub(super) fn forward(count: usize) -> Vec<usize> {
    (0..count).collect()
}

/// What a panic while doing something means.
pub(super) fn panicked(what: &str, panic: &(dyn Any + Send)) -> Diagnostic {
    let words = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    Diagnostic::bug("frame-panicked", format!("{what} failed: {}", words.unwrap_or("no reason given")))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn results_come_in_order_whatever_the_number_of_workers() {
        for jobs in [0, 1, 2, 7, 100_000] {
            let worker = || -> Task<'_, usize> {
                Box::new(|number, _| {
                    std::thread::sleep(Duration::from_micros(if number.is_multiple_of(3) { 200 } else { 0 }));
                    Ok(number)
                })
            };
            let all = run(&forward(100), jobs, &Cancel::default(), &worker).unwrap();
            assert_eq!(all, (0..100).collect::<Vec<_>>());
        }
    }

    #[test]
    fn the_first_failure_in_order_is_reported() {
        for jobs in [1, 2, 5] {
            let worker = || -> Task<'_, ()> {
                Box::new(|number, stop| match number {
                    20 => {
                        std::thread::sleep(Duration::from_millis(5)); // the later one fails sooner
                        assert!(!stop.asked());
                        Err(Diagnostic::bug("early", "20"))
                    }
                    21 => panic!("later"),
                    _ => Ok(()),
                })
            };
            let backward: Vec<usize> = (0..100).rev().collect();
            for order in [forward(100), backward] {
                assert_eq!(run(&order, jobs, &Cancel::default(), &worker), Err(Diagnostic::bug("early", "20")));
            }
        }
    }

    #[test]
    fn what_a_panic_left_half_done_is_not_gone_on_with() {
        let worker = || -> Task<'_, ()> {
            let mut half_done = false;
            Box::new(move |number, _| {
                assert!(!std::mem::replace(&mut half_done, true), "went on with what was half done");
                assert!(number != 5, "in the middle of five");
                half_done = false;
                Ok(())
            })
        };
        let failure = run(&[5, 4, 3, 2, 1, 0], 1, &Cancel::default(), &worker).unwrap_err();
        assert!(failure.message.contains("in the middle of five"), "{failure:?}");
    }

    #[test]
    fn a_wish_to_stop_ends_all() {
        let cancel = Cancel::default();
        let worker = || -> Task<'_, ()> {
            Box::new(|number, stop| {
                if number == 5 {
                    cancel.cancel();
                    assert!(stop.asked());
                }
                Ok(())
            })
        };
        assert_eq!(run(&forward(1000), 3, &cancel, &worker).unwrap_err().code, super::super::INTERRUPTED);
    }
}
