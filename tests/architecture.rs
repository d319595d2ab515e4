//! Holds the table of who may use whom, and the sizes of files: what `docs/architecture.md` says, as a test.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails may panic")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Files at the root of `src`: words that every stage may use.
const VOCABULARY: &[&str] = &["color", "diag", "geom", "limits", "time", "world"];

/// Stages in the order in which data flows, each with the stages that it may use.
const STAGES: &[(&str, &[&str])] = &[
    ("info", &[]),
    ("expression", &["info"]),
    // What shapes the script itself (conditions, loops) is worked out while it is read.
    ("script", &["expression"]),
    ("timeline", &[]),
    ("sound", &[]),
    ("draw", &[]),
    ("typeset", &["draw"]),
    ("visuals", &["info", "expression", "script", "timeline", "draw", "typeset"]),
    // Film builds sources and codes (info), sets captions (typeset), and lays steps out by recordings (sound).
    ("film", &["info", "expression", "script", "timeline", "sound", "draw", "typeset", "visuals"]),
    ("raster", &["draw"]),
    // Files of vectors hold what is drawn; what no vector can say, and PNG, is pixels.
    ("export", &["draw", "raster"]),
    // Figures of the write-up: which instants of which films, on which pages.
    ("figures", &["script", "draw", "typeset", "film", "raster", "export"]),
    // The language describes itself, and draws the pictures of its reference.
    ("manual", &["expression", "script", "timeline", "draw", "typeset", "visuals", "film", "raster", "export"]),
    // Frames come as bytes; folders of pictures are written by the same PNG writer as single frames.
    ("encode", &["export"]),
    // What a visual is (its fields and parts) is shown beside the actor that is pointed at.
    // The film's own mix is played; figures are downloaded.
    ("preview", &["script", "sound", "visuals", "film", "raster", "export", "figures"]),
    (
        "cli",
        &[
            "info",
            "expression",
            "script",
            "timeline",
            "sound",
            "draw",
            "typeset",
            "visuals",
            "film",
            "raster",
            "export",
            "figures",
            "manual",
            "encode",
            "preview",
        ],
    ),
];

/// Edges that are narrower than a whole stage: what may be named of it. A visual reads its fields, and no more of a script.
const PARTS: &[(&str, &str, &[&str])] =
    &[("visuals", "script", &["FieldSpec", "Num", "Piece", "Slot", "Spot", "TableFields", "Takes", "Template"])];

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

/// A Rust file without its comments and without items under `#[cfg(test)]`, as rustfmt lays them out.
fn code(text: &str) -> String {
    let mut lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let mut code = String::new();
    while let Some(line) = lines.next() {
        if line.trim() != "#[cfg(test)]" {
            code.push_str(line);
            code.push('\n');
            continue;
        }
        // What follows ends on its line, or at the brace that stands as deep as the attribute.
        let end = line.replace("#[cfg(test)]", "}");
        let item = lines.by_ref().find(|line| !line.trim_start().starts_with("#[")).unwrap_or_default();
        if !item.ends_with(';') && !item.ends_with('}') {
            lines.by_ref().find(|line| *line == end);
        }
    }
    code
}

/// The paths that a use tree stands for, each as its names, and what follows it: `a::{b, c::d}` is `a b` and `a c d`.
fn tree(text: &str) -> (Vec<Vec<String>>, &str) {
    let text = text.trim_start();
    if let Some(mut rest) = text.strip_prefix('{') {
        let mut paths = Vec::new();
        loop {
            let (found, after) = tree(rest);
            paths.extend(found);
            // Up to the next comma or the end: `as name`.
            let after = after.trim_start_matches(|c: char| !matches!(c, ',' | '}'));
            match after.strip_prefix(',') {
                Some(more) => rest = more,
                None => return (paths, after.strip_prefix('}').unwrap_or(after)),
            }
        }
    }
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if name.is_empty() {
        return (Vec::new(), rest);
    }
    let below = rest.strip_prefix("::").map(tree).filter(|(paths, _)| !paths.is_empty());
    match below {
        None => (vec![vec![name.to_owned()]], rest),
        Some((paths, rest)) => {
            let path = |path: Vec<String>| std::iter::once(name.to_owned()).chain(path).collect();
            (paths.into_iter().map(path).collect(), rest)
        }
    }
}

/// What the code of a file names from the root of the crate: the stage or word, and what of it (empty: itself). `depth` is
/// the number of modules that the file is in, its own included; so many `super::` lead to the root as well.
fn used(text: &str, depth: usize) -> BTreeSet<(String, String)> {
    let code = code(text);
    let mut paths = Vec::new();
    for root in ["crate::".to_owned(), "super::".repeat(depth)] {
        paths.extend(code.split(&root).skip(1).flat_map(|rest| tree(rest).0));
    }
    let mut names = |path: Vec<String>| {
        let mut names = path.into_iter();
        (names.next().unwrap_or_default(), names.next().unwrap_or_default())
    };
    paths.into_iter().map(&mut names).collect()
}

/// The number of modules that a file is in.
fn depth(path: &Path) -> usize {
    let relative = path.strip_prefix(source()).unwrap();
    relative.components().count() - usize::from(relative.ends_with("mod.rs"))
}

/// Is the use of `name` (and `part` of it) by the stage or word `home` in the tables?
fn fine(home: &str, name: &str, part: &str) -> bool {
    let allowed = STAGES.iter().find(|(stage, _)| *stage == home).map_or(&[][..], |(_, allowed)| allowed);
    let parts = PARTS.iter().find(|(user, used, _)| *user == home && *used == name).map(|(_, _, parts)| *parts);
    name == home
        || VOCABULARY.contains(&name)
        || allowed.contains(&name) && parts.is_none_or(|parts| parts.contains(&part))
}

#[test]
fn data_flows_one_way() {
    let mut wrong = Vec::new();
    let mut edges = BTreeSet::new();
    for path in files(&source()) {
        let home = home(&path);
        if home == "lib" || home == "main" {
            continue;
        }
        let known = VOCABULARY.contains(&home.as_str()) || STAGES.iter().any(|(stage, _)| *stage == home);
        assert!(known, "`{home}` is neither a stage nor vocabulary");
        for (name, part) in used(&std::fs::read_to_string(&path).unwrap(), depth(&path)) {
            if !fine(&home, &name, &part) {
                wrong.push(format!("{} uses {name}::{part}", path.display()));
            }
            edges.insert((home.clone(), name));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    // The command line may use all there is; every other edge that is allowed is needed.
    for (stage, allowed) in STAGES.iter().filter(|(stage, _)| *stage != "cli") {
        for name in *allowed {
            assert!(
                edges.contains(&((*stage).into(), (*name).into())),
                "`{stage}` does not use `{name}`: narrow the table"
            );
        }
    }
}

#[test]
fn what_is_forbidden_is_seen_however_it_is_written() {
    let wrong = |text: &str| used(text, 2).iter().any(|(name, part)| !fine("visuals", name, part));
    for text in [
        "use crate::film::Film;",
        "use crate::{color::Rgba, film};",
        "use crate::{\n    draw::{Item, Part},\n    raster::{self as r, Pixels},\n};",
        "fn f() { crate::encode::render() }",
        "use super::super::film::Film;",
        "#[cfg(test)]\nmod tests;\nuse crate::film::Film;",
        "#[cfg(test)]\nmod tests {\n    use x::Y;\n}\n\nuse crate::film::Film;",
        "use crate::script::Script;",
        "use crate::script::{Fields, Script};",
        "use crate::script;",
    ] {
        assert!(wrong(text), "{text}");
    }
    for text in [
        "use crate::script::{TableFields, Num};",
        "use crate::{color::Rgba, draw::Part as P, visuals::Now};",
        "// crate::film is far away",
        "use super::film::x;",
        "#[cfg(test)]\n#[allow(clippy::panic)]\nmod tests {\n    use crate::film::Film;\n    fn f() {\n    }\n}\n",
    ] {
        assert!(!wrong(text), "{text}");
    }
}

#[test]
fn the_document_shows_the_same_table() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/architecture.md")).unwrap();
    for (at, (stage, allowed)) in STAGES.iter().enumerate() {
        let row = text.lines().find(|line| line.starts_with(&format!("| `{stage}` |")));
        let cell = row.and_then(|row| row.trim_end_matches(" |").rsplit(" | ").next());
        let cell = cell.unwrap_or_else(|| panic!("`{stage}` has no row"));
        let shown: BTreeSet<&str> = match cell {
            "all" => STAGES[..at].iter().map(|(stage, _)| *stage).collect(),
            _ => cell.split('`').skip(1).step_by(2).flat_map(str::split_whitespace).collect(),
        };
        assert_eq!(shown, allowed.iter().copied().collect(), "row of `{stage}`");
    }
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
    unique(surprisal::expression::FUNCTIONS.iter().map(|row| row.name));
}
