//! Every code of a diagnostic is explained in `docs/diagnostics.md`, and nothing else is.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails may panic")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use surprisal::film::WARNINGS;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The code of all files of `src`, without their tests.
fn sources(folder: &Path, all: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, all);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            all.push_str(text.split("#[cfg(test)]\nmod tests").next().unwrap());
        }
    }
}

/// The first words of the rows of tables: code and meaning.
fn documented() -> Vec<(String, String)> {
    let page = std::fs::read_to_string(root().join("docs/diagnostics.md")).unwrap();
    let row = |line: &str| {
        let (code, meaning) = line.strip_prefix("| `")?.split_once("` | ")?;
        Some((code.to_owned(), meaning.trim_end_matches(" |").to_owned()))
    };
    page.lines().filter_map(row).collect()
}

#[test]
fn every_code_is_explained() {
    let mut all = String::new();
    sources(&root().join("src"), &mut all);
    let known: BTreeSet<String> = documented().into_iter().map(|(code, _)| code).collect();
    let mut missing = BTreeSet::new();
    for kind in ["error", "warning", "usage", "environment", "bug"] {
        for call in all.split(&format!("Diagnostic::{kind}(")).skip(1) {
            // A code that is handed on as an argument is given as a literal elsewhere: below.
            if let Some(code) = call.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next()) {
                missing.extend((!known.contains(code)).then(|| code.to_owned()));
            }
        }
    }
    for helper in ["environment(", "refuse(", "mistake(", "fail(", "report("] {
        for call in all.split(helper).skip(1) {
            let literal = call.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next());
            let code =
                literal.filter(|text| text.contains('-') && text.chars().all(|c| c.is_ascii_lowercase() || c == '-'));
            missing.extend(code.filter(|code| !known.contains(*code)).map(str::to_owned));
        }
    }
    assert!(missing.is_empty(), "docs/diagnostics.md does not explain {missing:?}");
    let surplus: Vec<&String> = known.iter().filter(|code| !all.contains(&format!("\"{code}\""))).collect();
    assert!(surplus.is_empty(), "docs/diagnostics.md explains what there is not: {surplus:?}");
}

#[test]
fn warnings_are_explained_as_they_say_themselves() {
    let rows = documented();
    let mut codes = BTreeSet::new();
    for warning in WARNINGS {
        let meaning = rows.iter().find(|(code, _)| code == warning.code).map(|(_, meaning)| meaning.as_str());
        assert_eq!(meaning, Some(warning.summary), "{}", warning.code);
        assert!(codes.insert(warning.code), "{} stands twice", warning.code);
    }
}
