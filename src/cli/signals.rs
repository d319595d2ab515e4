//! Ctrl-C and its kin: the first asks the render to stop, the second ends the program.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

use crate::encode::Cancel;

/// The signal that came, or 0.
#[derive(Clone, Default)]
pub(super) struct Caught(Arc<AtomicI32>);

impl Caught {
    /// The exit code for it: 128 and its number.
    pub(super) fn exit(&self) -> Option<super::Exit> {
        let signal = self.0.load(Ordering::Acquire);
        u8::try_from(128 + signal).ok().filter(|_| signal > 0).map(super::Exit)
    }
}

/// Listens from now on. Where that cannot be had, signals do what they always did.
#[cfg(unix)]
pub(super) fn listen(cancel: &Cancel) -> Caught {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let caught = Caught::default();
    let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP]) else { return caught };
    let (cancel, store) = (cancel.clone(), caught.clone());
    let listener = move || {
        for signal in signals.forever() {
            if store.0.swap(signal, Ordering::AcqRel) != 0 {
                // Asked twice: what is left behind is cleared away by the next render.
                std::process::exit(128 + signal);
            }
            cancel.cancel();
        }
    };
    // Without the thread, Ctrl-C would be swallowed; but then nothing else could be started either.
    std::thread::Builder::new().name("signals".into()).spawn(listener).ok();
    caught
}

/// Listens from now on.
#[cfg(not(unix))]
pub(super) fn listen(_: &Cancel) -> Caught {
    Caught::default()
}
