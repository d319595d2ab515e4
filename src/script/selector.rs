//! What a step or a place speaks of: actors and their parts.
//!
//! `chart`, `chart.up.bar`, `coins[3]`, `coins[-1]` (the last), `coins[0..8]` (the end not included), `coins[4..]`,
//! `tree.leaf[up]`, `mean["\log_2"]`, `chart.*.bar`, `coins[face == heads]`.

use super::condition::Condition;
use crate::diag::{Diagnostic, Span};

/// An actor or parts of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Selector {
    /// Where it is written.
    pub span: Span,
    /// The actor's name.
    pub actor: String,
    /// The way to the part; empty for the whole actor.
    pub path: Vec<Segment>,
    /// What is taken away again: `chart - chart.up`.
    pub except: Vec<Selector>,
}

/// A step on the way from an actor to a part.
#[derive(Clone, Debug, PartialEq)]
pub enum Segment {
    /// The part of this name.
    Name(String),
    /// The part of this index, from 0; from the end if it is negative, -1 being the last.
    Index(i64),
    /// Parts from the first index to before the second, negative ones counted from the end; open ends are the ends.
    Range(Option<i64>, Option<i64>),
    /// Every part.
    All,
    /// The part made from this source text, however deep inside.
    Source(String),
    /// The parts whose attributes are so.
    Where(Condition),
    /// What is not on one of these ways, which start where this stands.
    But(Vec<Vec<Segment>>),
}

impl Selector {
    /// Reads a selector that stands at `span`.
    ///
    /// # Errors
    /// `bad-selector`, at the character from which it cannot be read on.
    ///
    /// ```
    /// use surprisal::{diag::Span, script::{Segment, Selector}};
    /// let selector = Selector::parse("coins[0..8].face", &Span::detached()).unwrap();
    /// assert_eq!(selector.actor, "coins");
    /// assert_eq!(selector.path, [Segment::Range(Some(0), Some(8)), Segment::Name("face".into())]);
    /// ```
    pub fn parse(text: &str, span: &Span) -> Result<Self, Diagnostic> {
        let place = |rest: &str| {
            let at = text.len() - rest.len();
            if span.text() == text {
                span.within(at, at + rest.chars().next().map_or(0, char::len_utf8))
            } else {
                span.clone()
            }
        };
        let fail = |rest: &str, message: String| {
            Err(Diagnostic::error("bad-selector", &place(rest), message).hint(
                "write `actor`, `actor.part`, `actor[3]`, `actor[0..8]`, `actor[\"source\"]` or `actor[p > 0.2]`",
            ))
        };
        let (actor, mut rest) = split_name(text);
        if actor.is_empty() {
            return fail(rest, format!("`{text}` does not start with the name of an actor"));
        }
        let mut path = Vec::new();
        while let Some(first) = rest.chars().next() {
            if let Some(after) = rest.strip_prefix('.') {
                let (name, next) = split_name(after);
                if let Some(next) = after.strip_prefix('*') {
                    path.push(Segment::All);
                    rest = next;
                } else if name.is_empty() {
                    return fail(rest, "a part's name must follow the `.`".into());
                } else {
                    path.push(Segment::Name(name.to_string()));
                    rest = next;
                }
            } else if let Some(after) = rest.strip_prefix('[') {
                let Some((inner, next)) = split_bracket(after) else {
                    return fail(rest, "this `[` is not closed".into());
                };
                match read_index(inner) {
                    Ok(segment) => path.push(segment),
                    Err(message) => return fail(rest, message),
                }
                rest = next;
            } else {
                let found = fail(rest, format!("`{first}` cannot stand in the name of a part"));
                if first != '@' {
                    return found;
                }
                let hint =
                    "a point of an actor goes with `at`: `at: actor@[1, 2]`, with `anchor: left` for what stands there";
                return found.map_err(|found| found.hint(hint));
            }
        }
        Ok(Self { span: span.clone(), actor: actor.to_string(), path, except: Vec::new() })
    }
}

/// The longest name at the start, and the rest.
fn split_name(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| c.is_whitespace() || ".[]{}()*\"'@,".contains(c)).unwrap_or(text.len());
    text.split_at(end)
}

/// What is before the closing bracket, and what is behind it; a bracket in quotes does not count.
fn split_bracket(text: &str) -> Option<(&str, &str)> {
    let end = match text.strip_prefix('"') {
        Some(quoted) => quoted.find("\"]")? + 2,
        None => text.find(']')?,
    };
    Some((text.get(..end)?, text.get(end + 1..)?))
}

fn read_index(inner: &str) -> Result<Segment, String> {
    let inner = inner.trim();
    if let Some(source) = inner.strip_prefix('"').and_then(|t| t.strip_suffix('"')) {
        return if source.is_empty() {
            Err("the quotes hold nothing".into())
        } else {
            Ok(Segment::Source(source.into()))
        };
    }
    if inner.is_empty() {
        return Err("the brackets hold nothing".into());
    }
    if inner == "*" {
        return Ok(Segment::All);
    }
    if let Some(condition) = Condition::parse(inner) {
        return condition.map(Segment::Where);
    }
    if let Some((start, end)) = inner.split_once("..") {
        return read_range(inner, start.trim(), end.trim());
    }
    match whole_sum(inner) {
        Some(index) => index.map(Segment::Index),
        None => Ok(Segment::Name(inner.to_string())),
    }
}

/// A whole number, also as the sum that a loop makes of `$i - 1`; `None` if it is something else.
fn whole_sum(text: &str) -> Option<Result<i64, String>> {
    let spaced = text.replace(" - ", " + -").replace(" + - ", " + -");
    let terms: Vec<&str> = spaced.split(" + ").map(str::trim).collect();
    let digits = |term: &str| term.strip_prefix('-').unwrap_or(term).bytes().all(|b| b.is_ascii_digit());
    if !terms.iter().all(|term| !term.is_empty() && *term != "-" && digits(term)) {
        return None;
    }
    let sum = terms.iter().try_fold(0i64, |sum, term| sum.checked_add(term.parse().ok()?));
    Some(sum.ok_or_else(|| format!("the index `{text}` is too large")))
}

fn read_range(inner: &str, start: &str, end: &str) -> Result<Segment, String> {
    let index = |text: &str| match text {
        "" => Ok(None),
        _ => match whole_sum(text) {
            Some(index) => index.map(Some),
            None => Err(format!("`{inner}` is not a range of indices such as `0..8`")),
        },
    };
    match (index(start)?, index(end)?) {
        (Some(start), Some(end)) if start >= end && (start < 0) == (end < 0) => {
            Err(format!("the range `{start}..{end}` is empty: its end is not included"))
        }
        (_, Some(0)) => Err(format!("the range `{inner}` is empty: its end is not included")),
        (start, end) => Ok(Segment::Range(start, end)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Source;

    fn path(text: &str) -> Result<Vec<Segment>, String> {
        let source = Source::new("x", text);
        Selector::parse(text, &Span::new(&source, 0, text.len())).map(|s| s.path).map_err(|d| d.message)
    }

    #[test]
    fn forms() {
        let name = |n: &str| Segment::Name(n.into());
        assert_eq!(path("chart"), Ok(vec![]));
        assert_eq!(path("chart.up.bar"), Ok(vec![name("up"), name("bar")]));
        assert_eq!(path("chart.*.bar"), Ok(vec![Segment::All, name("bar")]));
        assert_eq!(path("coins[3]"), Ok(vec![Segment::Index(3)]));
        assert_eq!(path("coins[ 0..8 ]"), Ok(vec![Segment::Range(Some(0), Some(8))]));
        assert_eq!(path("coins[-1]"), Ok(vec![Segment::Index(-1)]));
        assert_eq!(path("coins[-3..].bit"), Ok(vec![Segment::Range(Some(-3), None), name("bit")]));
        assert_eq!(path("coins[..-1]"), Ok(vec![Segment::Range(None, Some(-1))]));
        assert_eq!(path("coins[..]"), Ok(vec![Segment::Range(None, None)]));
        assert_eq!(path("coins[3 - 1]"), Ok(vec![Segment::Index(2)]));
        assert_eq!(path("coins[3 + 2 - 1]"), Ok(vec![Segment::Index(4)]));
        assert_eq!(path("coins[0..3 + 1]"), Ok(vec![Segment::Range(Some(0), Some(4))]));
        assert_eq!(path("coins[a - 1]"), Ok(vec![name("a - 1")]));
        assert!(matches!(path("chart[p > 1/4].bar").unwrap().as_slice(), [Segment::Where(_), Segment::Name(_)]));
        assert_eq!(path("tree.leaf[up]"), Ok(vec![name("leaf"), name("up")]));
        assert_eq!(path("bits.π"), Ok(vec![name("π")]));
        assert_eq!(path(r#"mean["\log_2[x]"].a"#), Ok(vec![Segment::Source(r"\log_2[x]".into()), name("a")]));
    }

    #[test]
    fn slips() {
        for text in [
            "",
            ".a",
            "a.",
            "a..b",
            "a[",
            "a[]",
            "a[8..8]",
            "a[8..2]",
            "a[1..x]",
            "a[..0]",
            "a[-1..-2]",
            "a[p > ]",
            "a[p = 1]",
            "a b",
            "a@b",
            "a[99999999999999999999]",
            "a[\"\"]",
        ] {
            assert!(path(text).is_err(), "{text}");
        }
        let source = Source::new("x", "é.b?é c");
        let found = Selector::parse("é.b?é c", &Span::new(&source, 0, source.text.len())).unwrap_err();
        assert_eq!(found.span.map(|s| s.line_column()), Some((1, 6)));
    }
}
