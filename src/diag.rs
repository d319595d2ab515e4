//! Diagnostics: what is wrong, where, and what to do about it.
//!
//! Every stage reports into a [`Diagnostics`] and goes on, so that one run finds all mistakes. Only `cli` renders them.

use std::fmt;
use std::sync::Arc;

/// A text file of the script, as read: its display name and contents.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    /// Name shown to the user, as it was given on the command line or relative to the script.
    pub name: String,
    /// The text, without a byte-order mark.
    pub text: String,
}

impl Source {
    /// A source with this display name and text.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        Arc::new(Self { name: name.into(), text: text.into() })
    }

    /// Line and column, both from 1, of a byte offset; columns count characters. Offsets past the end give the end.
    ///
    /// ```
    /// let source = surprisal::diag::Source::new("a.yaml", "é: 1\nb: 2");
    /// assert_eq!(source.line_column(6), (2, 1));
    /// ```
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let mut end = offset.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let before = self.text.get(..end).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
        (before.matches('\n').count() + 1, column)
    }

    /// The text of a line (from 1), without its line ending; empty past the end.
    pub fn line(&self, number: usize) -> &str {
        self.text.lines().nth(number.saturating_sub(1)).unwrap_or_default()
    }
}

/// A half-open range of bytes in a [`Source`].
#[derive(Clone, PartialEq, Eq)]
pub struct Span {
    /// The text that the range is in.
    pub source: Arc<Source>,
    /// First byte.
    pub start: usize,
    /// One past the last byte; at least `start`.
    pub end: usize,
}

impl Span {
    /// The range `start..end` of a source.
    pub fn new(source: &Arc<Source>, start: usize, end: usize) -> Self {
        Self { source: Arc::clone(source), start, end: end.max(start) }
    }

    /// A span for values that no text stands for: defaults and tests.
    pub fn detached() -> Self {
        Self { source: Source::new("", ""), start: 0, end: 0 }
    }

    /// Part of this span, in bytes from its start; clamped to the text and to whole characters. For places inside
    /// expressions and formulas.
    pub fn within(&self, start: usize, end: usize) -> Self {
        let text = &self.source.text;
        let inside = |at: usize| self.start.saturating_add(at).min(text.len());
        let (mut start, mut end) = (inside(start), inside(end));
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        while !text.is_char_boundary(end) {
            end += 1;
        }
        Self::new(&self.source, start, end)
    }

    /// The text under the span.
    pub fn text(&self) -> &str {
        self.source.text.get(self.start..self.end.min(self.source.text.len())).unwrap_or_default()
    }

    /// Line and column of the start, from 1.
    pub fn line_column(&self) -> (usize, usize) {
        self.source.line_column(self.start)
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (line, column) = self.line_column();
        write!(f, "{}:{line}:{column}", self.source.name)
    }
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth telling; work goes on.
    Warning,
    /// Nothing is rendered.
    Error,
}

/// Whose mistake it is: decides the exit code (promise P9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Blame {
    /// The script or its assets: exit code 1.
    Script,
    /// The command line: exit code 2.
    Usage,
    /// ffmpeg, the disk, permissions, a lock: exit code 3.
    Environment,
    /// Ours: exit code 70.
    Bug,
}

/// An instant of a film at which something shows.
#[derive(Clone, Debug, PartialEq)]
pub struct When {
    /// Seconds from the film's start.
    pub secs: f64,
    /// The scene's id.
    pub scene: String,
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at {:.1} s in scene `{}`", self.secs, self.scene)
    }
}

/// One finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    /// Stable identifier in kebab case, e.g. `unknown-verb`.
    pub code: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// Whose mistake it is.
    pub blame: Blame,
    /// Where, when it has a place in a script.
    pub span: Option<Span>,
    /// When, if it shows at an instant of the film.
    pub when: Option<Box<When>>,
    /// One sentence, lower case, no full stop; literals in backticks.
    pub message: String,
    /// Further places that explain it, each with a phrase.
    pub labels: Vec<(Span, String)>,
    /// What to do about it, one line each.
    pub hints: Vec<String>,
}

impl Diagnostic {
    fn new(code: &'static str, severity: Severity, blame: Blame, span: Option<Span>, message: String) -> Self {
        Self { code, severity, blame, span, when: None, message, labels: Vec::new(), hints: Vec::new() }
    }

    /// A mistake in the script, at a place.
    pub fn error(code: &'static str, span: &Span, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Error, Blame::Script, Some(span.clone()), one_line(message.into()))
    }

    /// A doubt about the script, at a place.
    pub fn warning(code: &'static str, span: &Span, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Warning, Blame::Script, Some(span.clone()), one_line(message.into()))
    }

    /// A mistake on the command line.
    pub fn usage(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Error, Blame::Usage, None, message.into())
    }

    /// Something about the machine: ffmpeg, disk, permission, lock.
    pub fn environment(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Error, Blame::Environment, None, message.into())
    }

    /// Something that only a fault of ours explains.
    pub fn bug(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Error, Blame::Bug, None, message.into())
    }

    /// Says when it shows: seconds from the film's start, in a scene.
    #[must_use]
    pub fn at(mut self, secs: f64, scene: &str) -> Self {
        self.when = Some(Box::new(When { secs, scene: scene.to_owned() }));
        self
    }

    /// Adds a line of advice.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        let hint = hint.into();
        self.hints.push(if self.blame == Blame::Script { one_line(hint) } else { hint });
        self
    }

    /// Adds a second place with a phrase.
    #[must_use]
    pub fn label(mut self, span: &Span, phrase: impl Into<String>) -> Self {
        self.labels.push((span.clone(), one_line(phrase.into())));
        self
    }

    /// Adds "did you mean" if one of the candidates is close to what was written.
    #[must_use]
    pub fn suggest<'a>(self, written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Self {
        match closest(written, candidates) {
            Some(name) => self.hint(format!("did you mean `{name}`?")),
            None => self,
        }
    }
}

/// What is said of a script is one line, whatever is quoted from it.
fn one_line(text: String) -> String {
    if !text.contains(char::is_control) {
        return text;
    }
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() {
            line.extend(c.escape_debug());
        } else {
            line.push(c);
        }
    }
    line
}

/// A collection of findings, kept in the order of their places once [`Diagnostics::sort`]ed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Nothing found yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a finding; past [`crate::limits::DIAGNOSTICS`] they are dropped.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if self.0.len() < crate::limits::DIAGNOSTICS && !self.0.contains(&diagnostic) {
            self.0.push(diagnostic);
        }
    }

    /// Adds all findings of another collection.
    pub fn append(&mut self, other: Diagnostics) {
        for diagnostic in other.0 {
            self.push(diagnostic);
        }
    }

    /// Keeps the value of a result, or its finding.
    pub fn ok<T>(&mut self, result: Result<T, Diagnostic>) -> Option<T> {
        result.map_err(|diagnostic| self.push(diagnostic)).ok()
    }

    /// Is there any error (not just warnings)?
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|d| d.severity == Severity::Error)
    }

    /// Was nothing found?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many were found?
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The findings.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// Sorts by file, then place; findings without a place come last. What is said twice of a place, as in a loop, is said once.
    pub fn sort(&mut self) {
        let key = |d: &Diagnostic| {
            d.span.as_ref().map_or((true, String::new(), 0), |s| (false, s.source.name.clone(), s.start))
        };
        self.0.sort_by_key(key);
        self.0.dedup_by(|later, first| later.span.is_some() && later == first);
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// The candidate nearest to what was written, if near enough to be a slip: at most a third of its letters off.
///
/// ```
/// assert_eq!(surprisal::diag::closest("entropy_chrat", ["bars", "entropy_chart"]), Some("entropy_chart"));
/// assert_eq!(surprisal::diag::closest("zzz", ["bars"]), None);
/// ```
pub fn closest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = written.to_lowercase().replace('-', "_");
    // A word of one or two letters has too little in common with any other.
    let allowed = folded.chars().count() / 3;
    // `bar_chart` is `bars`: a word of several that is, but for its plural, the whole of another.
    let words: Vec<&str> = folded.split('_').filter(|word| word.chars().count() > 2).collect();
    let within = |name: &str| {
        words.len() > 1 && words.iter().any(|word| name.strip_suffix('s').unwrap_or(name) == word.trim_end_matches('s'))
    };
    let distance = |name: &str| {
        let name = name.to_lowercase();
        let edits = edit_distance(&folded, &name);
        if edits > allowed && within(&name) { Some(allowed + 1) } else { (edits <= allowed).then_some(edits) }
    };
    let found = candidates.into_iter().filter_map(|name| distance(name).map(|distance| (distance, name)));
    found.min_by_key(|(distance, _)| *distance).map(|(_, name)| name)
}

/// Edits (insert, delete, replace, swap of neighbours) that turn one word into the other, after Damerau (1964).
fn edit_distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(64).collect(), b.chars().take(64).collect());
    let width = b.len() + 1;
    let mut rows: Vec<Vec<usize>> = vec![(0..width).collect()];
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |r: usize, c: usize| rows.get(r).and_then(|row| row.get(c)).copied().unwrap_or(usize::MAX / 2);
            let mut best =
                (at(i, j + 1) + 1).min(row.get(j).copied().unwrap_or_default() + 1).min(at(i, j) + usize::from(x != y));
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                best = best.min(at(i - 1, j - 1) + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows.last().and_then(|row| row.last()).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_survive_odd_offsets() {
        let source = Source::new("x", "aé\r\nb");
        assert_eq!(source.line_column(0), (1, 1));
        assert_eq!(source.line_column(2), (1, 2)); // inside the two bytes of é
        assert_eq!(source.line_column(5), (2, 1));
        assert_eq!(source.line_column(999), (2, 2));
        assert_eq!(source.line(1), "aé");
    }

    #[test]
    fn suggestions_find_slips_only() {
        assert_eq!(closest("wirte", ["write", "draw"]), Some("write"));
        assert_eq!(closest("entropy-chart", ["entropy_chart"]), Some("entropy_chart"));
        assert_eq!(closest("camera", ["write", "draw"]), None);
        assert_eq!(closest("bar_chart", ["bits", "bars", "chart_of"]), Some("bars"));
    }

    #[test]
    fn sorts_by_place() {
        let source = Source::new("x", "abcdef");
        let mut all = Diagnostics::new();
        all.push(Diagnostic::environment("disk", "full"));
        all.push(Diagnostic::error("b", &Span::new(&source, 4, 5), "later"));
        all.push(Diagnostic::warning("a", &Span::new(&source, 1, 2), "sooner"));
        all.sort();
        assert_eq!(all.iter().map(|d| d.code).collect::<Vec<_>>(), ["a", "b", "disk"]);
        assert!(all.has_errors());
    }
}
