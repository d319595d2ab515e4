//! Findings as one line each: for editors, and as annotations of a workflow on GitHub.

use super::report::printable;
use crate::diag::{Diagnostic, Severity};

/// `file:line:column: error: message [code]`, hints behind semicolons: what editors and `grep` take apart.
pub(super) fn short(diagnostic: &Diagnostic) -> String {
    let place = diagnostic.span.as_ref().map_or_else(String::new, |span| {
        let (line, column) = span.line_column();
        format!("{}:{line}:{column}: ", span.source.name)
    });
    let severity = word(diagnostic);
    let hints: String = diagnostic.hints.iter().map(|hint| format!("; {hint}")).collect();
    printable(&format!("{place}{severity}: {} [{}]{hints}", told(diagnostic), diagnostic.code)).replace('\n', " ")
}

/// `::error file=,line=,col=,endLine=,endColumn=,title=::message`. `strict`: warnings are errors.
pub(super) fn github(diagnostic: &Diagnostic, strict: bool) -> String {
    let severity = if strict { "error" } else { word(diagnostic) };
    let place = diagnostic.span.as_ref().map_or_else(String::new, |span| {
        let ((line, column), (last, end)) = (span.line_column(), span.source.line_column(span.end));
        // Columns count only if both are on one line.
        let columns = if line == last { format!(",col={column},endColumn={end}") } else { String::new() };
        format!("file={},line={line},endLine={last}{columns},", property(&span.source.name))
    });
    let lines = std::iter::once(told(diagnostic)).chain(diagnostic.hints.iter().map(|hint| format!("hint: {hint}")));
    let message = data(&lines.collect::<Vec<_>>().join("\n"));
    format!("::{severity} {place}title={}::{message}", property(diagnostic.code))
}

/// The message, and when it shows.
pub(super) fn told(diagnostic: &Diagnostic) -> String {
    match &diagnostic.when {
        Some(when) => format!("{}, {when}", diagnostic.message),
        None => diagnostic.message.clone(),
    }
}

/// The word for how bad it is.
pub(super) fn word(diagnostic: &Diagnostic) -> &'static str {
    match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// Text of a workflow command: what would end or alter it is escaped.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a workflow command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::{Source, Span};

    #[test]
    fn a_line_says_place_message_and_time() {
        let source = Source::new("a,b.yaml", "cast:\n  title: A\n");
        let found = Diagnostic::warning("text-overlap", &Span::new(&source, 8, 13), "50 % of it is covered")
            .at(12.44, "codes")
            .hint("move it");
        let expected =
            "a,b.yaml:2:3: warning: 50 % of it is covered, at 12.4 s in scene `codes` [text-overlap]; move it";
        assert_eq!(short(&found), expected);
        let expected = "::error file=a%2Cb.yaml,line=2,endLine=2,col=3,endColumn=8,title=text-overlap::50 %25 of it is covered, at 12.4 s in scene `codes`%0Ahint: move it";
        assert_eq!(github(&found, true), expected);
        assert!(github(&found, false).starts_with("::warning file="));
        assert_eq!(github(&Diagnostic::usage("x", "no"), false), "::error title=x::no");
    }
}
