//! The language describes itself truly: the schema accepts every script of the repository and refuses broken ones, and the
//! committed reference and schema are those that the tables give.

#![allow(clippy::unwrap_used, reason = "a test that fails may panic")]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use surprisal::manual;
use surprisal::world::DiskWorld;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn json(yaml: &str) -> Option<Value> {
    serde_yaml::from_str(yaml).ok()
}

fn scripts(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            found.extend(scripts(&path));
        } else if path.extension().is_some_and(|ending| ending == "yaml") {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn the_schema_accepts_every_script() {
    let validator = jsonschema::validator_for(&manual::schema()).unwrap();
    let all: Vec<PathBuf> =
        scripts(&root().join("scenes")).into_iter().chain([root().join("src/cli/starter.yaml")]).collect();
    assert!(all.len() > 6);
    for path in all {
        let script = json(&fs::read_to_string(&path).unwrap()).unwrap();
        let found: Vec<String> =
            validator.iter_errors(&script).map(|error| format!("{} at {}", error, error.instance_path)).collect();
        assert!(found.is_empty(), "{}: {found:#?}", path.display());
    }
}

/// Pages of scripts: each fence with the codes of the mistakes that are marked in it.
fn fences() -> Vec<(String, Vec<String>)> {
    let mut all = Vec::new();
    for path in fs::read_dir(root().join("tests/diagnostics")).unwrap().map(|entry| entry.unwrap().path()) {
        if path.extension().is_none_or(|ending| ending != "md") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for part in text.split("```yaml").skip(1) {
            let body = part.split("```").next().unwrap_or_default();
            let body = body.split_once('\n').map_or("", |(_, body)| body).to_owned();
            let codes = body.split("# error: [").skip(1).filter_map(|mark| mark.split(']').next());
            let codes = codes.map(str::to_owned).collect();
            all.push((body, codes));
        }
    }
    all
}

/// Mistakes that show in the structure alone.
const STRUCTURAL: &[&str] = &["unknown-key", "unknown-verb", "unknown-visual", "missing-visual", "two-visuals"];

#[test]
fn the_schema_refuses_broken_scripts_and_no_sound_ones() {
    let validator = jsonschema::validator_for(&manual::schema()).unwrap();
    let (mut refused, mut accepted) = (0, 0);
    for (body, codes) in fences() {
        let Some(script) = json(&body).filter(Value::is_object) else { continue };
        let own_names = script.get("define").is_some() || body.contains("include:");
        if codes.is_empty() && !body.contains("# next:") && !body.contains("# error") {
            let found: Vec<String> =
                validator.iter_errors(&script).map(|e| format!("{e} at {}", e.instance_path)).collect();
            assert!(found.is_empty(), "{found:#?}\n{body}");
            accepted += 1;
        } else if !own_names && codes.iter().any(|code| STRUCTURAL.contains(&code.as_str())) {
            assert!(!validator.is_valid(&script), "{codes:?}\n{body}");
            refused += 1;
        }
    }
    assert!(refused > 8 && accepted > 12, "{refused} refused, {accepted} accepted");
}

#[test]
fn the_committed_schema_is_current() {
    let committed = fs::read_to_string(root().join("docs/schema.json")).unwrap();
    assert_eq!(committed.trim_end(), format!("{:#}", manual::schema()), "run `make reference`");
}

#[test]
fn the_committed_reference_is_current() {
    let folder = root().join("docs/reference");
    let world = DiskWorld::new(vec![root().join("assets")]);
    for page in manual::pages(&world, true).unwrap() {
        let path = folder.join(&page.path);
        let committed = fs::read(&path).unwrap_or_else(|_| panic!("{} is missing: run `make reference`", page.path));
        if page.path.ends_with(".md") {
            let (committed, wanted) = (String::from_utf8(committed).unwrap(), String::from_utf8(page.bytes).unwrap());
            assert_eq!(committed, wanted, "{} is out of date: run `make reference`", page.path);
        } else {
            let [a, b] = [committed, page.bytes].map(|bytes| image::load_from_memory(&bytes).unwrap().to_rgb8());
            assert_eq!(a.dimensions(), b.dimensions());
            let far = a.as_raw().iter().zip(b.as_raw()).filter(|(a, b)| a.abs_diff(**b) > 2).count();
            assert_eq!(far, 0, "{} is out of date: run `make reference`", page.path);
        }
    }
}

#[test]
fn everything_that_has_a_name_is_explained() {
    for name in manual::names() {
        assert!(!manual::explain(&name).is_empty(), "{name}");
    }
}
