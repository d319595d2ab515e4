//! The script as it was read last, and the films made of it: one for each way in which it is looked at.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use super::super::wire::{Loaded, Look};
use super::findings;
use crate::color::Theme;
use crate::diag::Diagnostics;
use crate::film::{Film, Overrides};
use crate::script::{self, Script};
use crate::world::{DiskWorld, read_script};

/// Films kept: the script's own, and the last few ways of looking at it.
const FILMS: usize = 4;

/// What was read, and what was made of it.
struct Read {
    version: u64,
    script: Script,
    world: DiskWorld,
    /// What was found when it was read.
    found: Diagnostics,
    films: Mutex<Vec<(Look, Arc<Film>)>>,
}

/// Holds the newest script that a film could be made of.
pub(super) struct Shelf {
    path: PathBuf,
    read: Mutex<Option<Arc<Read>>>,
}

impl Shelf {
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), read: Mutex::default() }
    }

    /// Reads and compiles the script. If no film comes of it, the one before stays.
    pub(super) fn load(&self, version: u64) -> Loaded {
        let world = DiskWorld::of_script(&self.path);
        let (made, found) = self.read(&world);
        let findings = findings::told(&found);
        let inputs = std::iter::once(self.path.clone()).chain(world.files_read());
        let inputs = inputs.filter_map(|path| path.to_str().map(str::to_owned)).collect();
        let film = made.is_some();
        if let Some((script, film)) = made {
            let films = Mutex::new(vec![(Look::default(), Arc::new(film))]);
            *self.newest() = Some(Arc::new(Read { version, script, world, found, films }));
        }
        Loaded { version, film, findings, inputs }
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
        let Some(film) = self.film(&Look::default()) else { return Vec::new() };
        let mut found = read.found.clone();
        found.append(film.review(&read.script, None));
        found.sort();
        findings::told(&found)
    }

    /// The newest film, looked at in this way. What cannot be made in this way is shown as the script says.
    pub(super) fn film(&self, look: &Look) -> Option<Arc<Film>> {
        let read = self.newest().clone()?;
        let mut films = read.films.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, film)) = films.iter().find(|(known, _)| known == look) {
            return Some(Arc::clone(film));
        }
        let overrides = Overrides {
            theme: look.theme.as_deref().and_then(Theme::named),
            variables: look.variables.clone(),
            ..Overrides::default()
        };
        let (film, _) = Film::compile(&read.script, &read.world, overrides);
        let Some(film) = film.map(Arc::new) else { return films.first().map(|(_, film)| Arc::clone(film)) };
        films.truncate(FILMS - 1);
        // The first is the script's own, and stays.
        let place = 1.min(films.len());
        films.insert(place, (look.clone(), Arc::clone(&film)));
        Some(film)
    }

    fn newest(&self) -> std::sync::MutexGuard<'_, Option<Arc<Read>>> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
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
        let shelf = Shelf::new(&path);
        assert!(!shelf.load(1).film && shelf.film(&Look::default()).is_none());
        write("vars: { p: 0 }\nscenes:\n  - cast: { a: { number: p } }\n    steps: [{ show: a }]\n");
        let loaded = shelf.load(2);
        assert!(loaded.film && loaded.inputs.len() == 1, "{loaded:?}");
        let own = shelf.film(&Look::default()).unwrap();
        write("scenes: [");
        let loaded = shelf.load(3);
        assert!(!loaded.film && !loaded.findings.is_empty());
        assert!(Arc::ptr_eq(&own, &shelf.film(&Look::default()).unwrap()));
        let look = |p: f64| Look { theme: None, variables: [("p".to_owned(), p)].into() };
        let frame = |look: &Look| shelf.film(look).unwrap().frame(FrameIndex(0));
        assert_ne!(frame(&look(1.0)), frame(&look(2.0)));
        for p in 0..20 {
            frame(&look(f64::from(p)));
        }
        assert!(Arc::ptr_eq(&own, &shelf.film(&Look::default()).unwrap()));
    }
}
