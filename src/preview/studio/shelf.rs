//! The script as it was read last, and the films made of it: one for each way in which it is looked at.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use super::super::wire::{Loaded, Look};
use super::sound::Known;
use super::{Studio, findings};
use crate::color::Theme;
use crate::diag::Diagnostics;
use crate::film::{Film, Overrides};
use crate::script::{self, Script};
use crate::world::{DiskWorld, Memory, read_script};

/// Ways of looking at a film that are kept: the script's own, and the last few.
const WAYS: usize = 4;

/// What was read, and what was made of it.
struct Read {
    version: u64,
    script: Script,
    world: DiskWorld,
    /// What was found when it was read.
    found: Diagnostics,
    ways: Mutex<Vec<Way>>,
}

/// A way of looking at a film, and what is seen so.
struct Way {
    look: Look,
    film: Arc<Film>,
    /// Why it is the script's own film that is seen, if it is.
    trouble: Arc<Diagnostics>,
}

/// The newest script, looked at in one way.
pub(super) struct Seen {
    read: Arc<Read>,
    /// The film.
    pub(super) film: Arc<Film>,
    /// Why the script cannot be looked at in this way; the film is the script's own then.
    pub(super) trouble: Arc<Diagnostics>,
}

impl Seen {
    /// The script of the film.
    pub(super) fn script(&self) -> &Script {
        &self.read.script
    }

    /// The film as the script has it.
    pub(super) fn own(&self) -> Arc<Film> {
        let ways = self.read.ways.lock().unwrap_or_else(PoisonError::into_inner);
        ways.first().map_or_else(|| Arc::clone(&self.film), |way| Arc::clone(&way.film))
    }

    /// Where its files are.
    pub(super) fn world(&self) -> &DiskWorld {
        &self.read.world
    }
}

/// Holds the newest script that a film could be made of.
pub(super) struct Shelf {
    path: PathBuf,
    /// The folder of recordings, if it is not the usual one.
    voices: Option<PathBuf>,
    /// See [`Studio::memory`].
    memory: fn() -> Option<Box<dyn Memory>>,
    /// See [`Studio::aborts_at`].
    pub(super) aborts_at: Option<u64>,
    peaks: Known,
    read: Mutex<Option<Arc<Read>>>,
}

impl Shelf {
    pub(super) fn new(options: &Studio) -> Self {
        let Studio { script, voices, memory, aborts_at } = options.clone();
        Self { path: script, voices, memory, aborts_at, peaks: Known::default(), read: Mutex::default() }
    }

    /// How loud recordings are, as far as that is known.
    pub(super) fn peaks(&self) -> &Known {
        &self.peaks
    }

    /// Reads and compiles the script. If no film comes of it, the one before stays.
    pub(super) fn load(&self, version: u64) -> Loaded {
        let world = DiskWorld::of_script(&self.path).with_voices(self.voices.as_deref()).with_memory((self.memory)());
        let (made, found) = self.read(&world);
        let findings = findings::told(&found);
        let named = |(path, stamp): (PathBuf, _)| Some((path.to_str()?.to_owned(), stamp));
        let looked_at = world.looked_at().into_iter().filter_map(named).collect();
        let film = made.is_some();
        if let Some((script, film)) = made {
            let own = Way { look: Look::default(), film: Arc::new(film), trouble: Arc::default() };
            *self.newest() = Some(Arc::new(Read { version, script, world, found, ways: Mutex::new(vec![own]) }));
        }
        Loaded { version, film, findings, looked_at }
    }

    fn read(&self, world: &DiskWorld) -> (Option<(Script, Film)>, Diagnostics) {
        let source =
            read_script(&self.path).and_then(|bytes| script::read_source(&self.path.display().to_string(), &bytes));
        let source = match source {
            Ok(source) => source,
            Err(mistake) => return (None, mistake.into()),
        };
        let (script, mut found) = script::parse(&source, world);
        let Some(script) = script else { return (None, found) };
        let (film, more) = Film::compile(&script, world, Overrides::default());
        found.append(more);
        // A script with mistakes is not shown: then all that is wrong with it is told at once.
        if let (true, Some(film)) = (found.has_errors(), &film) {
            found.append(film.review(&script, None));
        }
        found.sort();
        (film.filter(|_| !found.has_errors()).map(|film| (script, film)), found)
    }

    /// All that is found in the film of a version; nothing new if it is no longer the newest.
    pub(super) fn review(&self, version: u64) -> Vec<Value> {
        let Some(read) = self.newest().clone().filter(|read| read.version == version) else { return Vec::new() };
        let Some(seen) = self.seen(&Look::default()) else { return Vec::new() };
        let mut found = read.found.clone();
        found.append(seen.film.review(&read.script, None));
        found.sort();
        findings::told(&found)
    }

    /// The newest film, looked at in this way. What cannot be made in this way is shown as the script says.
    pub(super) fn seen(&self, look: &Look) -> Option<Seen> {
        let read = self.newest().clone()?;
        let (film, trouble) = read.way(look)?;
        Some(Seen { read, film, trouble })
    }

    fn newest(&self) -> std::sync::MutexGuard<'_, Option<Arc<Read>>> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Read {
    fn way(&self, look: &Look) -> Option<(Arc<Film>, Arc<Diagnostics>)> {
        let mut ways = self.ways.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(way) = ways.iter().find(|way| way.look == *look) {
            return Some((Arc::clone(&way.film), Arc::clone(&way.trouble)));
        }
        let overrides = Overrides {
            theme: look.theme.as_deref().and_then(Theme::named),
            variables: look.variables.clone(),
            ..Overrides::default()
        };
        let (film, found) = Film::compile(&self.script, &self.world, overrides);
        let (film, trouble) = match film {
            Some(film) => (Arc::new(film), Arc::default()),
            None => (Arc::clone(&ways.first()?.film), Arc::new(found)),
        };
        ways.truncate(WAYS - 1);
        // The first is the script's own, and stays.
        let place = 1.min(ways.len());
        ways.insert(place, Way { look: look.clone(), film: Arc::clone(&film), trouble: Arc::clone(&trouble) });
        Some((film, trouble))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::FrameIndex;

    #[test]
    fn the_last_good_film_stays_and_is_looked_at_in_several_ways() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.yaml");
        #[allow(clippy::disallowed_methods, reason = "a test plays the editor")]
        let write = |text: &str| std::fs::write(&path, text).unwrap();
        let shelf = Shelf::new(&Studio { script: path.clone(), voices: None, memory: || None, aborts_at: None });
        assert!(!shelf.load(1).film && shelf.seen(&Look::default()).is_none());
        write("vars: { p: 0 }\nscenes:\n  - cast: { a: { number: p } }\n    steps: [{ show: a }]\n");
        let loaded = shelf.load(2);
        // The folder in which recordings may appear.
        assert!(loaded.film && loaded.looked_at.len() == 1, "{loaded:?}");
        let own = shelf.seen(&Look::default()).unwrap().film;
        write("scenes: [");
        let loaded = shelf.load(3);
        assert!(!loaded.film && !loaded.findings.is_empty());
        assert!(Arc::ptr_eq(&own, &shelf.seen(&Look::default()).unwrap().film));
        let look = |p: f64| Look { theme: None, variables: [("p".to_owned(), p)].into() };
        let frame = |look: &Look| shelf.seen(look).unwrap().film.frame(FrameIndex(0));
        assert_ne!(frame(&look(1.0)), frame(&look(2.0)));
        for p in 0..20 {
            frame(&look(f64::from(p)));
        }
        assert!(Arc::ptr_eq(&own, &shelf.seen(&Look::default()).unwrap().film));
    }
}
