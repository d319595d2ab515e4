//! Diagnostics as the page shows them: with the lines that they are about.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::diag::{Diagnostic, Diagnostics, Severity, Source, Span};

/// Characters of a line that are told.
const LINE: usize = 400;

/// All findings, mistakes first.
pub(super) fn told(found: &Diagnostics) -> Vec<Value> {
    let mut places = Places::default();
    let mut of = |severity: Severity| -> Vec<Value> {
        found.iter().filter(|one| one.severity == severity).map(|one| finding(one, &mut places)).collect()
    };
    let mut all = of(Severity::Error);
    all.append(&mut of(Severity::Warning));
    all
}

fn finding(found: &Diagnostic, places: &mut Places) -> Value {
    let labels: Vec<Value> =
        found.labels.iter().map(|(span, phrase)| json!({ "place": places.place(span), "phrase": phrase })).collect();
    json!({
        "code": found.code,
        "error": found.severity == Severity::Error,
        "message": found.message,
        "place": found.span.as_ref().map(|span| places.place(span)),
        "secs": found.when.as_ref().map(|when| when.secs),
        "labels": labels,
        "hints": found.hints,
    })
}

/// Tells where spans are. Knows where the lines of each text begin, since a film has thousands of steps.
#[derive(Default)]
pub(super) struct Places(Vec<(Arc<Source>, Vec<usize>)>);

impl Places {
    /// Where a span is: file, line and column from 1, the line itself, and how many of its characters are meant.
    pub(super) fn place(&mut self, span: &Span) -> Value {
        let source = &span.source;
        let (line, start) = self.line(span);
        let column = source.text.get(start..span.start).map_or(0, |before| before.chars().count()) + 1;
        let rest = source.text.get(start..).unwrap_or_default();
        let text: String = rest.lines().next().unwrap_or_default().chars().take(LINE).collect();
        let width = span.text().lines().next().map_or(1, |first| first.chars().count()).clamp(1, LINE);
        json!({ "file": source.name, "line": line, "column": column, "width": width, "text": text })
    }

    /// The number of the line that a span begins in, from 1, and its first byte.
    fn line(&mut self, span: &Span) -> (usize, usize) {
        let found = self.0.iter().position(|(source, _)| Arc::ptr_eq(source, &span.source));
        let number = found.unwrap_or_else(|| {
            let after = span.source.text.match_indices('\n').map(|(end, _)| end + 1);
            self.0.push((Arc::clone(&span.source), std::iter::once(0).chain(after).collect()));
            self.0.len() - 1
        });
        let starts = self.0.get(number).map_or(&[][..], |(_, starts)| starts);
        let line = starts.partition_point(|start| *start <= span.start);
        (line, starts.get(line.saturating_sub(1)).copied().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_the_command_line() {
        let source = Source::new("a.yaml", "é: 1\r\n\n  bb: [x, y]\nlast");
        let mut places = Places::default();
        for start in 0..=source.text.len() {
            let span = Span::new(&source, start, start + 1);
            if source.text.is_char_boundary(start) {
                let told = places.place(&span);
                let (line, column) = span.line_column();
                assert_eq!((&told["line"], &told["column"]), (&line.into(), &column.into()), "{start}");
                assert_eq!(told["text"], source.line(line));
            }
        }
        assert_eq!(places.place(&Span::detached())["line"], 1);
    }
}
