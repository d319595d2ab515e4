//! Diagnostics as the page shows them: with the lines that they are about.

use serde_json::{Value, json};

use crate::diag::{Diagnostic, Diagnostics, Severity, Span};

/// Characters of a line that are told.
const LINE: usize = 400;

/// All findings, mistakes first.
pub(super) fn told(found: &Diagnostics) -> Vec<Value> {
    let of = |severity: Severity| found.iter().filter(move |one| one.severity == severity).map(finding);
    of(Severity::Error).chain(of(Severity::Warning)).collect()
}

fn finding(found: &Diagnostic) -> Value {
    let labels: Vec<Value> =
        found.labels.iter().map(|(span, phrase)| json!({ "place": place(span), "phrase": phrase })).collect();
    json!({
        "code": found.code,
        "error": found.severity == Severity::Error,
        "message": found.message,
        "place": found.span.as_ref().map(place),
        "secs": found.when.as_ref().map(|when| when.secs),
        "labels": labels,
        "hints": found.hints,
    })
}

/// Where a span is: file, line and column from 1, the line itself, and how many of its characters are meant.
pub(super) fn place(span: &Span) -> Value {
    let (line, column) = span.line_column();
    let text: String = span.source.line(line).chars().take(LINE).collect();
    let width = span.text().lines().next().map_or(1, |first| first.chars().count()).clamp(1, LINE);
    json!({ "file": span.source.name, "line": line, "column": column, "width": width, "text": text })
}
