//! `surprisal watch` and `surprisal render --watch`: the same again after every edit, for those who look at it in a viewer of
//! their own.
//!
//! Files appear whole. While a script is wrong, its mistakes are told and the last good file stays.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

use super::args::WatchArgs;
use super::instant::Stretch;
use super::load::{self, Attempt, Loaded, Review};
use super::{Exit, conclude, frame, report, signals};
use crate::diag::Diagnostic;
use crate::encode::{Cancel, INTERRUPTED, write_file};
use crate::film::{Film, Overrides};
use crate::world::edits::{Edits, Look, TICK};

/// What is told below mistakes.
const STAYS: &str = "what was made last stays until then; waiting for an edit";

pub(super) fn run(args: &WatchArgs) -> Exit {
    if let Err(mistake) = frame::fits(&args.output, true) {
        return conclude(&mistake.into());
    }
    let stage = &args.stage;
    let overrides =
        Overrides { size: stage.size, theme: stage.theme, transparent: stage.transparent, ..Overrides::default() };
    let shown = |film: &Film| Stretch::new(film, args.scene.as_deref()).ok()?.frame(&args.frame).ok();
    let read = || load::attempt(&args.script, overrides.clone(), stage.voice.as_deref().into(), Review::Shown(&shown));
    let draw = |loaded: &Loaded, _: &Cancel| {
        let film = &loaded.film;
        let index = Stretch::new(film, args.scene.as_deref())?.frame(&args.frame)?;
        let bytes = frame::file(film, index, &args.output, stage.transparent)?;
        write_file(&args.output, &bytes, &loaded.inputs)?;
        report::line(&format!("{} ({}, {})", args.output.display(), film.size(), frame::named(film, index)));
        Ok(())
    };
    each_edit(&args.script, &read, &draw)
}

/// Reads a script and makes something of it, now and after every edit, until a signal ends it: the exit code is that of the signal.
/// An edit that comes while something is being made stops that.
pub(super) fn each_edit(
    script: &Path,
    read: &dyn Fn() -> Attempt,
    make: &dyn Fn(&Loaded, &Cancel) -> Result<(), Diagnostic>,
) -> Exit {
    let ended = Cancel::default();
    let caught = signals::listen(&ended);
    let mut edits = Edits::of(script);
    let mut wrong = None;
    report::note(&format!("{} is watched; Ctrl-C ends it", script.display()));
    loop {
        let begin = now();
        let Attempt { loaded, diags, looked_at } = read();
        edits.follow(looked_at, loaded.is_some());
        // What comes and goes in the folder may leave mistakes as they were.
        let new = loaded.is_some() || wrong.as_ref() != Some(&diags);
        if new {
            report::text(&diags);
        }
        let changed = match loaded {
            Some(loaded) => {
                wrong = None;
                made(&loaded, make, &mut edits, &ended, begin)
            }
            None => {
                if new {
                    report::note(STAYS);
                }
                wrong = Some(diags);
                false
            }
        };
        while !changed && !ended.is_cancelled() && edits.look() != Look::Changed {
            thread::sleep(TICK);
        }
        if ended.is_cancelled() {
            return caught.exit().unwrap_or(Exit::DONE);
        }
    }
}

/// Makes it, and tells what went wrong. Was there an edit meanwhile?
fn made(
    loaded: &Loaded,
    make: &dyn Fn(&Loaded, &Cancel) -> Result<(), Diagnostic>,
    edits: &mut Edits,
    ended: &Cancel,
    begin: Instant,
) -> bool {
    let (stop, done) = (Cancel::default(), AtomicBool::new(false));
    let watch = || {
        while !done.load(Ordering::Acquire) {
            let changed = edits.look() == Look::Changed;
            if changed || ended.is_cancelled() {
                stop.cancel();
                return changed;
            }
            thread::sleep(TICK);
        }
        false
    };
    let (outcome, changed) = thread::scope(|scope| {
        // Without the thread, an edit is seen when this is done.
        let watcher = thread::Builder::new().name("watch".into()).spawn_scoped(scope, watch).ok();
        // A fault of ours in one frame, told by the hook, need not end it for those to come.
        let outcome = catch_unwind(AssertUnwindSafe(|| make(loaded, &stop)));
        done.store(true, Ordering::Release);
        (outcome, watcher.is_some_and(|watcher| watcher.join().unwrap_or(false)))
    });
    match outcome {
        Ok(Ok(())) => report::note(&format!("made in {:.2} s", begin.elapsed().as_secs_f64())),
        Ok(Err(mistake)) if mistake.code == INTERRUPTED => report::note(&mistake.message),
        Ok(Err(mistake)) => {
            report::text(&mistake.into());
            report::note(STAYS);
        }
        Err(_) => report::note(STAYS),
    }
    changed
}

#[allow(clippy::disallowed_methods, reason = "how long it took is told, and nothing depends on it")]
fn now() -> Instant {
    Instant::now()
}
