//! Work that falls into parts which know nothing of each other, on all cores.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Stack of the other threads: as much as the first usually has, since places depend on places.
const STACK_BYTES: usize = 8 << 20;

/// What comes of each task, in their order, however many cores there are. One task is done by the thread that asks.
pub(super) fn on_all_cores<T: Sync, R: Send>(tasks: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, R)>> = Mutex::new(Vec::with_capacity(tasks.len()));
    let run = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(task) = tasks.get(index) else { break };
            let result = work(task);
            done.lock().unwrap_or_else(PoisonError::into_inner).push((index, result));
        }
    };
    let helpers = std::thread::available_parallelism().map_or(1, NonZero::get).min(tasks.len()).saturating_sub(1);
    std::thread::scope(|scope| {
        for _ in 0..helpers {
            // Without a thread, this one does all of it.
            let _ = std::thread::Builder::new().name("film".into()).stack_size(STACK_BYTES).spawn_scoped(scope, run);
        }
        run();
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_unstable_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_stand_in_the_order_of_the_tasks() {
        for count in [0, 1, 2, 500] {
            let tasks: Vec<usize> = (0..count).collect();
            let squares: Vec<usize> = tasks.iter().map(|n| n * n).collect();
            assert_eq!(on_all_cores(&tasks, |n| n * n), squares);
        }
    }
}
