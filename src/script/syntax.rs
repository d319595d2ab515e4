//! What the YAML parser says -> what a writer of scripts can act on, at the place where the mistake is.

use std::sync::Arc;

use saphyr_parser::ScalarStyle;

use crate::diag::{Diagnostic, Source, Span};
use crate::limits;

/// Nesting past [`limits::YAML_DEPTH`].
pub(super) fn too_deep(span: &Span) -> Diagnostic {
    let message = format!("values are nested more than {} deep", limits::YAML_DEPTH);
    Diagnostic::error("too-deep", span, message)
}

/// An alias without its anchor.
pub(super) fn unknown_anchor(span: &Span) -> Diagnostic {
    let message = format!("nothing is called `{}` above this line", span.text().replacen('*', "&", 1));
    Diagnostic::error("unknown-anchor", span, message)
        .hint("text that starts with `*` needs quotes; `*name` repeats the value marked with `&name`")
}

/// Explains a syntax error that the parser reports at a byte of the source.
pub(super) fn explain(info: &str, source: &Arc<Source>, at: usize) -> Diagnostic {
    let text = source.text.as_str();
    let rest = text.get(at..).unwrap_or_default();
    let line_start = text.get(..at).unwrap_or_default().rfind('\n').map_or(0, |i| i + 1);
    let line = text.get(line_start..).unwrap_or_default().lines().next().unwrap_or_default();
    let here = Span::new(source, at, at + rest.chars().next().filter(|c| *c != '\n').map_or(0, char::len_utf8));
    if info.contains("recursion limit") {
        return too_deep(&here);
    }
    if info.contains("unknown anchor") {
        let end = rest.find(|c: char| c.is_whitespace() || ",]}".contains(c)).unwrap_or(rest.len());
        return unknown_anchor(&Span::new(source, at, at + end));
    }
    let indent = line.len() - line.trim_start().len();
    if let Some(tab) = line.get(..indent).unwrap_or_default().find('\t') {
        let span = Span::new(source, line_start + tab, line_start + tab + 1);
        return Diagnostic::error("tab-indentation", &span, "a tab is used for indentation")
            .hint("YAML indents with spaces; let your editor turn tabs into two spaces");
    }
    if (info.contains("quoted scalar") || info.contains("end of stream")) && rest.starts_with(['\'', '"']) {
        if info.contains("escape") {
            return Diagnostic::error("bad-escape", &here, "double quotes hold a `\\` escape that YAML does not know")
                .hint("put formulas and other text with backslashes into single quotes");
        }
        return Diagnostic::error("unclosed-quote", &here, "this quote is not closed")
            .hint("inside single quotes, an apostrophe is written twice: `'it''s'`");
    }
    if let Some(open) = unclosed_bracket(text, at) {
        let bracket = text.get(open..open + 1).unwrap_or_default();
        let span = Span::new(source, open, open + 1);
        if !same_line(text, open, at) || rest.trim().is_empty() {
            return Diagnostic::error("unclosed-bracket", &span, format!("this `{bracket}` is not closed"));
        }
        return Diagnostic::error("yaml-syntax", &here, format!("this cannot be read as YAML: {}", plain(info)))
            .label(&span, "inside this bracket")
            .hint("inside `{ }` and `[ ]`, text that holds a bracket, a comma or `: ` needs quotes");
    }
    let found = Diagnostic::error("yaml-syntax", &here, format!("this cannot be read as YAML: {}", plain(info)));
    if info.contains("mapping values are not allowed") {
        return found.hint(
            "a verb with what goes beside it stands in braces, `- { show: title, for: 1 }`; text that holds `: ` needs quotes; \
             otherwise check the indentation of this line",
        );
    }
    if info.contains("did not find expected") {
        return found.hint(
            "check the indentation: entries of one list or map start in the same column; `- [a, b], for: 1` needs braces, \
             `- { show: [a, b], for: 1 }`",
        );
    }
    if info.contains("unexpected character") || info.contains("misplaced bracket") {
        return found.hint("text that starts with a special character needs quotes");
    }
    found
}

/// The parser's words without its grammar's vocabulary in front.
fn plain(info: &str) -> String {
    let info = info.rsplit_once(", ").filter(|(start, _)| start.starts_with("while")).map_or(info, |(_, end)| end);
    info.replace("did not find expected", "expected").replace('`', "'")
}

fn same_line(text: &str, a: usize, b: usize) -> bool {
    !text.get(a.min(b)..a.max(b)).unwrap_or_default().contains('\n')
}

/// The innermost `[` or `{` before `at` that is still open there, quotes and comments aside. Only brackets that can open a
/// collection count: those at the start of a value.
fn unclosed_bracket(text: &str, at: usize) -> Option<usize> {
    let before = text.get(..at)?;
    let mut open = Vec::new();
    let mut quote = None;
    let mut comment = false;
    let mut last = '\n';
    for (i, c) in before.char_indices() {
        let opens = !open.is_empty() || " \n\r\t".contains(last);
        match (c, quote) {
            ('\n', _) => comment = false,
            _ if comment => {}
            (_, Some(q)) if c == q && last != '\\' => quote = None,
            (_, Some(_)) => {}
            ('#', _) if last.is_whitespace() => comment = true,
            ('\'' | '"', _) if " \n\t[{,".contains(last) => quote = Some(c),
            ('[' | '{', _) if opens => open.push(i),
            (']' | '}', _) => drop(open.pop()),
            _ => {}
        }
        last = c;
    }
    open.pop()
}

/// The span behind an anchor or tag: `&name value` -> `value`.
pub(super) fn after_properties(span: &Span) -> Span {
    let mut start = span.start;
    loop {
        let rest = span.source.text.get(start..span.end).unwrap_or_default();
        if !rest.starts_with(['&', '!']) {
            return Span::new(&span.source, start, span.end);
        }
        let word = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let after = rest.get(word..).unwrap_or_default();
        start += word + (after.len() - after.trim_start().len());
    }
}

/// The exact span of a scalar: behind its anchor; to its closing quote, as the parser's span runs on over a comment.
pub(super) fn scalar_span(span: &Span, style: ScalarStyle) -> Span {
    let span =
        if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) { span.clone() } else { after_properties(span) };
    let quote = match style {
        ScalarStyle::SingleQuoted => '\'',
        ScalarStyle::DoubleQuoted => '"',
        _ => return span,
    };
    let mut chars = span.text().char_indices().skip(1).peekable();
    while let Some((i, c)) = chars.next() {
        if c == '\\' && quote == '"' {
            chars.next();
        } else if c == quote {
            if quote == '\'' && chars.peek().is_some_and(|(_, next)| *next == '\'') {
                chars.next();
            } else {
                return span.within(0, i + 1);
            }
        }
    }
    span
}
