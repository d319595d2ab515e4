//! Holds the table of who may use whom, and the sizes of files: what `docs/architecture.md` says, as a test.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails may panic")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Files at the root of `src`: words that every stage may use.
const VOCABULARY: &[&str] = &["color", "diag", "geom", "limits", "time", "world"];

/// Stages in the order in which data flows, each with the stages that it may use.
const STAGES: &[(&str, &[&str])] = &[
    ("script", &[]),
    ("info", &[]),
    ("timeline", &[]),
    ("draw", &[]),
    ("typeset", &["draw"]),
    ("visuals", &["script", "info", "timeline", "draw", "typeset"]),
    // Film builds sources and codes (info) and sets captions (typeset).
    ("film", &["script", "info", "timeline", "draw", "typeset", "visuals"]),
    ("raster", &["draw"]),
    ("export", &["draw", "raster"]),
    // Folders of pictures are written by the same PNG writer as single frames.
    ("encode", &["export"]),
    ("cli", &["script", "info", "timeline", "draw", "typeset", "visuals", "film", "raster", "export", "encode"]),
];

const MOST_LINES: usize = 500;

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The stage or word that a file belongs to.
fn home(path: &Path) -> String {
    let relative = path.strip_prefix(source()).unwrap();
    let first = relative.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// Names after `crate::` in code that is not a test; the text after `mod tests` is left out.
fn used(text: &str) -> BTreeSet<String> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    let joined: String = lines.collect::<Vec<_>>().join("\n");
    let name = |rest: &str| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    joined.split("crate::").skip(1).map(name).filter(|name| !name.is_empty()).collect()
}

#[test]
fn data_flows_one_way() {
    let mut wrong = Vec::new();
    for path in files(&source()) {
        let home = home(&path);
        if home == "lib" || home == "main" {
            continue;
        }
        let allowed = STAGES.iter().find(|(stage, _)| *stage == home).map(|(_, allowed)| *allowed);
        assert!(allowed.is_some() || VOCABULARY.contains(&home.as_str()), "`{home}` is neither a stage nor vocabulary");
        for name in used(&std::fs::read_to_string(&path).unwrap()) {
            let fine = name == home
                || VOCABULARY.contains(&name.as_str())
                || allowed.unwrap_or_default().contains(&name.as_str());
            if !fine {
                wrong.push(format!("{} uses {name}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn files_are_small_and_say_what_they_are_for() {
    let mut wrong = Vec::new();
    let mut sizes = Vec::new();
    for path in files(&source()) {
        let text = std::fs::read_to_string(&path).unwrap();
        let lines = text.lines().count();
        sizes.push(lines);
        if lines > MOST_LINES {
            wrong.push(format!("{} has {lines} lines", path.display()));
        }
        if !text.starts_with("//!") {
            wrong.push(format!("{} does not begin with what it is for", path.display()));
        }
    }
    sizes.sort_unstable();
    println!("{} files, median {} lines, largest {:?}", sizes.len(), sizes[sizes.len() / 2], sizes.last());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_list_of_modules_is_the_pipeline() {
    let text = std::fs::read_to_string(source().join("lib.rs")).unwrap();
    let listed: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let expected: Vec<&str> = VOCABULARY.iter().copied().chain(STAGES.iter().map(|(stage, _)| *stage)).collect();
    assert_eq!(listed, expected);
}

#[test]
fn names_in_registries_are_unique() {
    fn unique<'a>(names: impl Iterator<Item = &'a str>) {
        let mut seen = BTreeSet::new();
        names.for_each(|name| assert!(seen.insert(name), "`{name}` is listed twice"));
    }
    unique(surprisal::visuals::REGISTRY.iter().map(|spec| spec.name));
    unique(surprisal::script::VERBS.iter().map(|row| row.name));
    unique(surprisal::timeline::easing::EASINGS.iter().map(|row| row.name));
    unique(surprisal::film::FUNCTIONS.iter().map(|row| row.0));
}
