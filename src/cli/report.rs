//! Findings as text for people and as JSON for programs; lines of output.

use std::io::{IsTerminal as _, Write as _};

use serde_json::{Value, json};

use super::lines;
use crate::diag::{Diagnostic, Diagnostics, Severity, Span};

/// Longest excerpt shown, in characters; the place stays in view.
const EXCERPT: usize = 110;

/// A line of results on the standard output. A reader that has gone is no mistake.
pub(super) fn line(text: &str) {
    writeln!(std::io::stdout(), "{text}").ok();
}

/// Text for a terminal that is known to take it, as it is.
pub(super) fn raw(text: &str) {
    write!(std::io::stdout(), "{text}").ok();
}

/// A line of news on the standard error.
pub(super) fn note(text: &str) {
    writeln!(std::io::stderr(), "{text}").ok();
}

/// All findings on the standard error.
pub(super) fn text(diags: &Diagnostics) {
    let color = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    for diagnostic in diags.iter() {
        note(&rendered(diagnostic, color));
    }
}

/// All findings as one JSON document on the standard output.
pub(super) fn json(diags: &Diagnostics) {
    let all: Vec<Value> = diags.iter().map(as_json).collect();
    line(&Value::Array(all).to_string());
}

fn rendered(diagnostic: &Diagnostic, color: bool) -> String {
    let word = lines::word(diagnostic);
    let code = if diagnostic.severity == Severity::Error { "31" } else { "33" };
    let paint = |text: &str, code: &str| if color { format!("\x1b[1;{code}m{text}\x1b[0m") } else { text.to_owned() };
    let mut text = format!("{}: {} [{}]", paint(word, code), printable(&lines::told(diagnostic)), diagnostic.code);
    if let Some(span) = &diagnostic.span {
        text.push_str(&excerpt(span, "", &|mark| paint(mark, code)));
    }
    for (span, phrase) in &diagnostic.labels {
        text.push_str(&excerpt(span, phrase, &|mark| paint(mark, "34")));
    }
    for hint in &diagnostic.hints {
        text.push_str(&format!("\n  {} {}", paint("hint:", "36"), printable(hint)));
    }
    text
}

/// Text of a script or a path, which must not steer the terminal: control characters show as escapes, line ends stay.
pub(super) fn printable(text: &str) -> String {
    let shown = |c: char| if c.is_control() && c != '\n' { c.escape_unicode().to_string() } else { c.to_string() };
    text.chars().map(shown).collect()
}

/// Place, line, and a mark under the span.
fn excerpt(span: &Span, phrase: &str, paint: &dyn Fn(&str) -> String) -> String {
    let (number, column) = span.line_column();
    let place = format!("\n  --> {}:{number}:{column}", printable(&span.source.name));
    let line: Vec<char> =
        span.source.line(number).chars().map(|c| if c == '\t' || c.is_control() { ' ' } else { c }).collect();
    if line.is_empty() {
        return place;
    }
    let start = (column - 1).min(line.len());
    let skipped = start.saturating_sub(EXCERPT / 2);
    let shown: String = line.iter().skip(skipped).take(EXCERPT).collect();
    let under = span.text().lines().next().map_or(0, |first| first.chars().count());
    let width = under.clamp(1, (line.len() - start).max(1)).min(EXCERPT);
    let gutter = " ".repeat(number.to_string().len());
    let mark = paint(&"^".repeat(width));
    let pad = " ".repeat(start - skipped);
    let phrase = if phrase.is_empty() { String::new() } else { format!(" {phrase}") };
    format!("{place}\n  {gutter} |\n  {number} | {}\n  {gutter} | {pad}{mark}{phrase}", shown.trim_end())
}

fn as_json(diagnostic: &Diagnostic) -> Value {
    let place = |span: &Span| {
        let (line, column) = span.line_column();
        let (end_line, end_column) = span.source.line_column(span.end);
        json!({ "file": span.source.name, "line": line, "column": column, "end_line": end_line, "end_column": end_column })
    };
    let labels: Vec<Value> =
        diagnostic.labels.iter().map(|(span, phrase)| json!({ "place": place(span), "phrase": phrase })).collect();
    json!({
        "code": diagnostic.code,
        "severity": lines::word(diagnostic),
        "message": diagnostic.message,
        "place": diagnostic.span.as_ref().map(place),
        "time": diagnostic.when.as_ref().map(|when| json!({ "secs": when.secs, "scene": when.scene })),
        "labels": labels,
        "hints": diagnostic.hints,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Source;

    #[test]
    fn a_finding_shows_its_place_and_a_way_out() {
        let source = Source::new("a.yaml", "scenes:\n  - stéps:\n      - wirte: title\n");
        let start = source.text.find("wirte").unwrap();
        let found =
            Diagnostic::error("unknown-verb", &Span::new(&source, start, start + 5), "there is no verb `wirte`")
                .hint("did you mean `write`?");
        let expected = "error: there is no verb `wirte` [unknown-verb]\n  --> a.yaml:3:9\n    |\n  3 |       - wirte: title\n    |         ^^^^^\n  hint: did you mean `write`?";
        assert_eq!(rendered(&found, false), expected);
        assert_eq!(as_json(&found)["place"]["column"], 9);
    }

    #[test]
    fn what_is_quoted_cannot_steer_the_terminal() {
        let source = Source::new("a\x1b[2J.yaml", "\x1b]0;x\x07: 1");
        let found = Diagnostic::error("x", &Span::new(&source, 0, 3), "no `\x1b[31m`").hint("not \u{9b}31m");
        assert!(!rendered(&found, false).contains(|c: char| c.is_control() && c != '\n'));
    }

    #[test]
    fn odd_places_are_shown_as_well_as_can_be() {
        let source = Source::new("a", &*format!("{}x", "é".repeat(5000)));
        for (start, end) in [(0, 0), (10_000, 10_001), (10_001, 10_001), (99_999, 99_999), (1, 2)] {
            let text = excerpt(&Span::new(&source, start, end), "", &str::to_owned);
            assert!(text.chars().count() < 400 && text.contains('^'), "{start} {end}");
        }
    }
}
