//! Prose tests of diagnostics: pages with YAML fences, in which a comment marks the line of each mistake.
//!
//! - `# error: [code]` or `# warning: [code]`: a finding on this line; `# error: [code] "text"`: whose span is this text.
//! - with `hint: text` at its end, one of its hints holds this text;
//! - `# next: [code]` (and with text): an error on the next line, where a comment would change what is tested.
//! - A fence that starts with three backticks and `yaml error: [code]` has this error, wherever it is.
//!
//! Pages that are about the film (`film*.md`, `warnings*.md`, and those with a comment `<!-- film -->`) compile it as well;
//! warnings about what the viewer sees count on pages `warnings*.md` only.
//!
//! A fence without marks must be accepted. Each is run as it is, with CRLF line endings, and after a comment of multi-byte
//! characters; the findings must be the same.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails may panic")]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use surprisal::diag::{Diagnostic, Severity, Source};
use surprisal::film::{Film, Overrides, WARNINGS};
use surprisal::script;
use surprisal::world::MemoryWorld;

/// The files that the pages speak of.
fn world() -> MemoryWorld {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics/data");
    let mut world = MemoryWorld::default();
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        world.0.insert(name, fs::read(path).unwrap().into());
    }
    world
}

/// A finding, as marked or as found: line (0: anywhere), severity, code, text under the span.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    line: usize,
    severity: &'static str,
    code: String,
    text: Option<String>,
}

struct Fence {
    page: String,
    line: usize,
    body: String,
    anywhere: Option<String>,
    /// Is the film compiled, too?
    film: bool,
    /// Do warnings about what the viewer sees count?
    warnings: bool,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics")
}

fn fences() -> Vec<Fence> {
    let mut pages: Vec<_> = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.retain(|path| path.extension().is_some_and(|e| e == "md"));
    pages.sort();
    let mut all = Vec::new();
    for path in pages {
        let page = path.file_name().unwrap().to_string_lossy().to_string();
        let text = fs::read_to_string(&path).unwrap();
        let warnings = page.starts_with("warnings");
        let film = warnings || page.starts_with("film") || text.contains("<!-- film -->");
        let mut open: Option<Fence> = None;
        for (i, line) in text.lines().enumerate() {
            match (&mut open, line.strip_prefix("```")) {
                (None, Some(info)) if info.starts_with("yaml") => {
                    let anywhere = info.split_once("error: [").map(|(_, code)| code.trim_end_matches(']').to_string());
                    open =
                        Some(Fence { page: page.clone(), line: i + 1, body: String::new(), anywhere, film, warnings });
                }
                (Some(_), Some(_)) => all.extend(open.take()),
                (Some(fence), None) => {
                    fence.body.push_str(line);
                    fence.body.push('\n');
                }
                _ => {}
            }
        }
        assert!(open.is_none(), "{page}: a fence is not closed");
    }
    all
}

fn marks(fence: &Fence) -> Vec<Finding> {
    let mut all: Vec<Finding> = Vec::new();
    for (i, line) in fence.body.lines().enumerate() {
        for (word, severity, shift) in [("error", "error", 1), ("warning", "warning", 1), ("next", "error", 2)] {
            for mark in line.split(&format!("# {word}: [")).skip(1) {
                let (code, rest) = mark.split_once(']').unwrap();
                let rest = rest.split(" # ").next().unwrap_or_default();
                let rest = rest.split(" hint: ").next().unwrap_or_default().trim();
                let text = rest.strip_prefix('"').and_then(|t| t.strip_suffix('"')).map(str::to_string);
                all.push(Finding { line: i + shift, severity, code: code.into(), text });
            }
        }
    }
    if let Some(code) = &fence.anywhere {
        all.push(Finding { line: 0, severity: "error", code: code.clone(), text: None });
    }
    all.sort();
    all
}

/// The hints that are marked, each with its line.
fn hints(fence: &Fence) -> Vec<(usize, &str)> {
    let lines = fence.body.lines().enumerate();
    lines.filter_map(|(i, line)| line.split_once(" hint: ").map(|(_, hint)| (i + 1, hint.trim()))).collect()
}

fn finding(diagnostic: &Diagnostic, expected: &[Finding], lines_before: usize) -> Finding {
    let span = diagnostic.span.as_ref().unwrap();
    let line = span.line_column().0 - lines_before;
    let severity = if diagnostic.severity == Severity::Error { "error" } else { "warning" };
    let mut found = Finding { line, severity, code: diagnostic.code.into(), text: Some(span.text().to_string()) };
    if expected.iter().any(|e| e.line == 0 && e.code == found.code) {
        found.line = 0;
        found.text = None;
    } else if !expected.iter().any(|e| e.text == found.text && e.line == line && e.code == found.code) {
        found.text = None;
    }
    found
}

fn check(fence: &Fence, text: &str, lines_before: usize, variant: &str, failures: &mut Vec<String>) {
    let expected = marks(fence);
    let (parsed, mut diags) = script::parse(&Source::new("page.yaml", text), &world());
    // Pages about the film go on to compile it, with nothing on disk.
    if let (true, Some(script)) = (fence.film, &parsed) {
        diags.append(Film::build(script, &world(), Overrides::default()).1);
        diags.sort();
    }
    let warns = |d: &&Diagnostic| WARNINGS.iter().any(|warning| warning.code == d.code);
    let diags: Vec<&Diagnostic> = diags.iter().filter(|d| fence.warnings || !warns(d)).collect();
    for (line, hint) in hints(fence) {
        let there = |d: &&&Diagnostic| d.span.as_ref().is_some_and(|s| s.line_column().0 == line + lines_before);
        if !diags.iter().filter(there).any(|d| d.hints.iter().any(|known| known.contains(hint))) {
            let all: Vec<_> = diags.iter().filter(there).map(|d| &d.hints).collect();
            failures
                .push(format!("{}:{} ({variant}) no hint `{hint}` on line {line}: {all:?}", fence.page, fence.line));
        }
    }
    let mut found: Vec<_> = diags.iter().map(|d| finding(d, &expected, lines_before)).collect();
    found.sort();
    if found != expected || (expected.is_empty() && parsed.is_none()) {
        let missed: Vec<_> = expected.iter().filter(|e| !found.contains(e)).collect();
        let surplus: Vec<_> = found.iter().filter(|f| !expected.contains(f)).collect();
        failures.push(format!(
            "{}:{} ({variant})\n  only marked: {missed:?}\n  only found:  {surplus:?}\n{}",
            fence.page,
            fence.line,
            describe(diags)
        ));
    }
}

fn describe<'d>(diags: impl IntoIterator<Item = &'d Diagnostic>) -> String {
    let line = |d: &Diagnostic| {
        format!("    {:?} [{}] {} under `{}`\n", d.span, d.code, d.message, d.span.as_ref().map_or("", |s| s.text()))
    };
    diags.into_iter().map(line).collect()
}

#[test]
fn pages_say_what_is_found() {
    let mut failures = Vec::new();
    let fences = fences();
    for fence in &fences {
        check(fence, &fence.body, 0, "as it is", &mut failures);
        check(fence, &fence.body.replace('\n', "\r\n"), 0, "CRLF", &mut failures);
        if fence.body.contains("%YAML") {
            continue; // directives come first
        }
        check(fence, &format!("# é 😀 שלום\n{}", fence.body), 1, "after multi-byte characters", &mut failures);
    }
    assert!(fences.len() > 60, "only {} fences", fences.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn messages_keep_to_the_house_style() {
    let mut seen = BTreeSet::new();
    for fence in fences() {
        for d in script::parse(&Source::new("page.yaml", fence.body.as_str()), &world()).1 {
            seen.insert(d.code);
            let capital = d.message.chars().next().is_none_or(|c| c.is_uppercase());
            assert!(!capital && !d.message.ends_with('.') && !d.message.contains('\n'), "{}", d.message);
            assert!(d.code.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'), "{}", d.code);
        }
    }
    assert!(seen.len() > 45, "only {} codes are shown: {seen:?}", seen.len());
}

#[test]
fn every_page_and_sample_survives_damage() {
    let sample = fs::read_to_string(folder().join("sample.yaml")).unwrap();
    let (script, diags) = script::parse(&Source::new("sample.yaml", sample.as_str()), &world());
    assert!(script.is_some() && diags.is_empty(), "{}", describe(diags.iter()));
    let mut cuts = 0;
    for at in (0..sample.len()).step_by(37).filter(|at| sample.is_char_boundary(*at)) {
        let _ = script::parse(&Source::new("cut.yaml", &sample[..at]), &world());
        cuts += 1;
    }
    assert!(cuts > 50);
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = |bound: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % bound as u64).unwrap()
    };
    let alphabet = b"\t\n\r \"'#&*-.:,?[]{}!|>%@`$019a~\\\0\xc3\xff";
    for _ in 0..2_000 {
        let mut bytes = sample.clone().into_bytes();
        let at = next(bytes.len());
        match next(3) {
            0 => bytes[at] = alphabet[next(alphabet.len())],
            1 => bytes.insert(at, alphabet[next(alphabet.len())]),
            _ => drop(bytes.remove(at)),
        }
        if let Ok(source) = script::read_source("edit.yaml", &bytes) {
            let (_, diags) = script::parse(&source, &world());
            for d in diags.iter() {
                let span = d.span.as_ref().unwrap();
                assert!(span.end <= span.source.text.len() && span.source.text.is_char_boundary(span.start));
            }
        }
    }
}
