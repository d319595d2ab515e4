//! What scalars mean: numbers, expressions and templates; and the slots that hold expressions until they are evaluated.

use std::sync::Arc;

use crate::diag::{Diagnostic, Span};
use crate::expression::Kind;

/// A number of a script: fixed, or an expression evaluated at every instant.
#[derive(Clone, Debug, PartialEq)]
pub enum Num {
    /// Finite.
    Fixed(f64),
    /// An expression.
    Live(Slot),
}

/// A place that a field of a visual names.
#[derive(Clone, Debug, PartialEq)]
pub enum Spot {
    /// Stage units.
    Point([Num; 2]),
    /// An actor, a part or a point of one: it follows it.
    Of(Slot),
}

/// Index of an expression in [`Slots`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(pub u32);

/// An expression of a script. Its syntax is checked where it is compiled.
#[derive(Clone, Debug, PartialEq)]
pub struct SlotDef {
    /// What it must give.
    pub kind: Kind,
    /// The expression.
    pub text: String,
    /// Where exactly the expression is, so that a column in it is a column in the script.
    pub span: Span,
    /// What names in it may start with unwritten: `card.` within an instance `card` of a component.
    pub scope: Arc<str>,
}

/// The expressions of a script.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Slots {
    all: Vec<SlotDef>,
    scope: Arc<str>,
}

impl Slots {
    /// Expressions that are read from now on stand in this scope.
    pub fn enter(&mut self, scope: &Arc<str>) {
        self.scope = Arc::clone(scope);
    }

    /// Adds an expression.
    pub fn push(&mut self, kind: Kind, text: impl Into<String>, span: Span) -> Slot {
        let definition = SlotDef { kind, text: text.into(), span, scope: Arc::clone(&self.scope) };
        // Far fewer than 2^32: every slot comes from a YAML node or a `${` in one, of at most `SCRIPT_BYTES` bytes.
        let slot = Slot(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
        self.all.push(definition);
        slot
    }

    /// The expression of a slot of these slots.
    pub fn get(&self, slot: Slot) -> Option<&SlotDef> {
        self.all.get(slot.0 as usize)
    }

    /// All, in the order in which they were read.
    pub fn iter(&self) -> impl Iterator<Item = (Slot, &SlotDef)> {
        self.all.iter().enumerate().map(|(i, definition)| (Slot(i as u32), definition))
    }

    /// How many there are; the next one gets this index.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}

/// Text with expressions in it: `H = ${H(p):.3} bits`.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    /// In the order of the text; no two texts in a row.
    pub pieces: Vec<Piece>,
    /// Where the text is.
    pub span: Span,
}

/// A piece of a [`Template`].
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// Shown as it is.
    Text(String),
    /// The value of an expression.
    Live {
        /// The expression.
        slot: Slot,
        /// How to write the value, e.g. `.3`, with its place.
        format: Option<(String, Span)>,
    },
}

impl Template {
    /// The text without blanks at its end.
    #[must_use]
    pub fn trimmed_end(&self) -> Self {
        let mut trimmed = self.clone();
        if let Some(Piece::Text(text)) = trimmed.pieces.last_mut() {
            text.truncate(text.trim_end().len());
        }
        trimmed
    }

    /// Text without expressions.
    pub fn plain(text: &str, span: &Span) -> Self {
        Self { pieces: vec![Piece::Text(text.to_string())], span: span.clone() }
    }

    /// The text, if it holds no expression.
    pub fn fixed(&self) -> Option<String> {
        let text = |piece: &Piece| match piece {
            Piece::Text(text) => Some(text.clone()),
            Piece::Live { .. } => None,
        };
        self.pieces.iter().map(text).collect()
    }

    /// Reads `text`, which stands at `span`. `${` opens an expression up to its `}`; what follows the last `:` that is not
    /// in brackets or quotes is the format. `$${` and `\${` stand for `${` itself.
    ///
    /// # Errors
    /// `unclosed-expression`, `empty-expression`.
    pub fn parse(text: &str, span: &Span, slots: &mut Slots) -> Result<Self, Diagnostic> {
        let mut pieces = Vec::new();
        let mut shown = String::new();
        let mut rest = text;
        // Where in the span the rest is looked for, so that equal expressions get their own places.
        let mut searched = 0;
        while let Some(at) = rest.find("${") {
            let (before, from) = rest.split_at(at);
            rest = from.get(2..).unwrap_or_default();
            if let Some(kept) = before.strip_suffix(['$', '\\']) {
                shown.push_str(kept);
                shown.push_str("${");
                continue;
            }
            shown.push_str(before);
            let Some(close) = closing_brace(rest) else {
                return Err(Diagnostic::error("unclosed-expression", span, "`${` is not closed by `}`")
                    .hint("write `$${` for the characters themselves"));
            };
            let (inner, after) = rest.split_at(close);
            rest = after.get(1..).unwrap_or_default();
            let place = place_of(inner, span, &mut searched);
            let (expression, format) = split_format(inner);
            if expression.trim().is_empty() {
                return Err(Diagnostic::error("empty-expression", &place, "`${}` holds no expression"));
            }
            if !shown.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut shown)));
            }
            let format = format.map(|f| (f.to_string(), part_of(&place, inner, inner.len() - f.len(), f.len())));
            let lead = expression.len() - expression.trim_start().len();
            let expression = expression.trim();
            let span = part_of(&place, inner, lead, expression.len());
            let slot = slots.push(Kind::Any, expression, span);
            pieces.push(Piece::Live { slot, format });
        }
        shown.push_str(rest);
        if !shown.is_empty() || pieces.is_empty() {
            pieces.push(Piece::Text(shown));
        }
        Ok(Self { pieces, span: span.clone() })
    }
}

/// The place of an expression's text within the span of the whole scalar; the whole, if escapes hide it.
fn place_of(inner: &str, span: &Span, searched: &mut usize) -> Span {
    let needle = format!("${{{inner}}}");
    match span.text().get(*searched..).unwrap_or_default().find(&needle) {
        Some(at) => {
            let start = *searched + at + 2;
            *searched = start + inner.len() + 1;
            span.within(start, start + inner.len())
        }
        None => span.clone(),
    }
}

fn part_of(place: &Span, inner: &str, start: usize, len: usize) -> Span {
    if place.text() == inner { place.within(start, start + len) } else { place.clone() }
}

/// Walks over characters outside quotes with the depth of brackets before each; stops when `at` says so.
fn scan(text: &str, mut at: impl FnMut(usize, char, usize) -> bool) {
    let (mut depth, mut quote, mut escaped) = (0usize, None, false);
    for (i, c) in text.char_indices() {
        if let Some(q) = quote {
            if c == q && !escaped {
                quote = None;
            }
            escaped = c == '\\' && !escaped;
            continue;
        }
        if at(i, c, depth) {
            return;
        }
        match c {
            '"' | '`' => quote = Some(c),
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
}

fn closing_brace(text: &str) -> Option<usize> {
    let mut found = None;
    scan(text, |i, c, depth| {
        let closes = c == '}' && depth == 0;
        found = closes.then_some(i);
        closes
    });
    found
}

/// Splits off the format behind the last top-level `:`.
fn split_format(text: &str) -> (&str, Option<&str>) {
    let mut found = None;
    scan(text, |i, c, depth| {
        if c == ':' && depth == 0 {
            found = Some(i);
        }
        false
    });
    match found {
        Some(i) => (text.get(..i).unwrap_or_default(), text.get(i + 1..)),
        None => (text, None),
    }
}

/// The parts of a text between top-level commas, with their offsets.
pub(super) fn split_commas(text: &str) -> Vec<(usize, &str)> {
    let mut cuts = vec![0];
    scan(text, |i, c, depth| {
        if c == ',' && depth == 0 {
            cuts.push(i + 1);
        }
        false
    });
    let ends = cuts.iter().skip(1).map(|c| c - 1).chain([text.len()]);
    cuts.iter().zip(ends).map(|(&start, end)| (start, text.get(start..end).unwrap_or_default())).collect()
}

/// What the text of a number is.
#[derive(Debug, PartialEq)]
pub(super) enum Reading {
    Number(f64),
    Expression,
    /// Nearly a number: what is wrong, and what to write.
    Wrong(&'static str, String, String),
}

/// Reads a number after YAML 1.2, or a fraction of two numbers. What looks like a slip is told apart from an expression.
pub(super) fn read_number(text: &str) -> Reading {
    let text = text.trim();
    let wrong = |message: &str, hint: String| Reading::Wrong("bad-number", format!("`{text}` {message}"), hint);
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    match unsigned.to_ascii_lowercase().as_str() {
        ".nan" | "nan" | ".inf" | "inf" | "infinity" | "∞" => {
            return wrong("is not a finite number", "every number of a script is finite".into());
        }
        "no" | "off" | "yes" | "on" | "true" | "false" | "null" | "~" => {
            return wrong("is no number", "write a number or an expression".into());
        }
        _ => {}
    }
    if unsigned.len() > 1 && unsigned.starts_with('0') && digits(unsigned) {
        let shorter = unsigned.trim_start_matches('0');
        return wrong("starts with 0", format!("write `{}`", if shorter.is_empty() { "0" } else { shorter }));
    }
    if let Some(number) = plain_number(text) {
        return if number.is_finite() { Reading::Number(number) } else { too_large(text) };
    }
    if let Some((a, b)) = text.split_once('/')
        && let (Some(a), Some(b)) = (plain_number(a.trim()), plain_number(b.trim()))
    {
        return match a / b {
            _ if b == 0.0 => wrong("divides by zero", "the number below the line must not be 0".into()),
            ratio if ratio.is_finite() => Reading::Number(ratio),
            _ => too_large(text),
        };
    }
    if unsigned.contains('_')
        && unsigned.starts_with(|c: char| c.is_ascii_digit())
        && digits(&unsigned.replace('_', ""))
    {
        return wrong("has `_` between its digits", format!("write `{}`", text.replace('_', "")));
    }
    let parts: Vec<&str> = unsigned.split(':').collect();
    if parts.len() > 1 && parts.iter().all(|p| digits(&p.replacen('.', "", 1))) {
        let secs = parts.iter().fold(0.0, |sum, p| sum * 60.0 + p.parse::<f64>().unwrap_or_default());
        return wrong("is not a number", format!("a time is written in seconds: `{secs}`"));
    }
    let end = unsigned.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(unsigned.len());
    match (unsigned.get(..end).and_then(plain_number), unsigned.get(end..).unwrap_or_default().trim()) {
        (Some(number), "%") => wrong("is not a number", format!("write `{}`", number / 100.0)),
        (Some(number), "s" | "sec" | "secs" | "seconds" | "px" | "deg" | "°" | "u") => {
            wrong("has a unit", format!("write the number alone: `{number}`"))
        }
        (Some(number), "ms") => wrong("has a unit", format!("times are in seconds: `{}`", number / 1000.0)),
        (Some(_), after) if after.strip_prefix(',').is_some_and(digits) => {
            wrong("has a decimal comma", format!("write `{}`", text.replace(',', ".")))
        }
        _ => Reading::Expression,
    }
}

fn too_large(text: &str) -> Reading {
    let hint = "numbers reach to about 1.8e308, and no stage is that large".to_string();
    Reading::Wrong("bad-number", format!("`{text}` is too large to be a number"), hint)
}

/// A number of YAML's core schema; infinite if it is too large. `serde_yaml` decides what is one.
fn plain_number(text: &str) -> Option<f64> {
    let numeric = text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
    let finite_name = text.bytes().any(|b| b.is_ascii_digit());
    if !numeric || !finite_name {
        return None;
    }
    // Too large numbers are text to serde_yaml.
    let number = text.parse::<serde_yaml::Number>().ok().and_then(|n| n.as_f64());
    let decimal = |t: &str| t.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    number.or_else(|| text.parse().ok().filter(|n: &f64| decimal(text) && n.is_infinite()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Source;

    #[test]
    fn numbers_expressions_and_slips() {
        for (text, number) in [
            ("1", 1.0),
            ("+2.50", 2.5),
            ("-.5", -0.5),
            ("1e3", 1000.0),
            ("0x10", 16.0),
            ("1/8", 0.125),
            ("1 / 3", 1.0 / 3.0),
            ("0", 0.0),
        ] {
            assert_eq!(read_number(text), Reading::Number(number), "{text}");
        }
        for text in ["p", "H(p)", "1 - p", "2*3", "-p", "e", "1/2/3", "a:b", "infinite", "x1_000", "(1/2)", "-log2(p)"]
        {
            assert_eq!(read_number(text), Reading::Expression, "{text}");
        }
        for text in [
            "nan",
            ".INF",
            "1e999",
            "-1e999",
            "00",
            "007",
            "1_0",
            "1:2:3",
            "12 %",
            "1,25",
            "10 ms",
            "4px",
            "Yes",
            "1/0.0",
            "1e300/1e-300",
        ] {
            assert!(matches!(read_number(text), Reading::Wrong(..)), "{text}");
        }
        let Reading::Wrong(_, _, hint) = read_number("1:30") else { panic!() };
        assert_eq!(hint, "a time is written in seconds: `90`");
    }

    /// The pieces of a template, with expressions as their formats; and each expression with what is under its span.
    type Read = (Vec<String>, Vec<(String, String)>);

    fn template(text: &str) -> Result<Read, &'static str> {
        let source = Source::new("x", format!("é: {text}"));
        let mut slots = Slots::default();
        let template =
            Template::parse(text, &Span::new(&source, 4, source.text.len()), &mut slots).map_err(|d| d.code)?;
        let mut formats = Vec::new();
        for piece in &template.pieces {
            match piece {
                Piece::Text(text) => formats.push(text.clone()),
                Piece::Live { format, .. } => {
                    if let Some((format, span)) = format {
                        assert_eq!(span.text(), format);
                    }
                    formats.push(format.as_ref().map_or("${}".to_string(), |(f, _)| format!("${{:{f}}}")));
                }
            }
        }
        Ok((formats, slots.iter().map(|(_, s)| (s.text.clone(), s.span.text().to_string())).collect()))
    }

    #[test]
    fn templates() {
        let same = |t: &str| (t.to_string(), t.to_string());
        assert_eq!(template("plain $5 {}"), Ok((vec!["plain $5 {}".into()], vec![])));
        let (pieces, slots) = template("H = ${ H(p):.3} + ${H(p)} é").unwrap();
        assert_eq!(pieces, ["H = ", "${:.3}", " + ", "${}", " é"]);
        assert_eq!(slots, [same("H(p)"), same("H(p)")]);
        let (pieces, slots) = template("${#{a: 1}.a}${f(\"}:\"):+}").unwrap();
        assert_eq!((pieces, slots), (vec!["${}".into(), "${:+}".into()], vec![same("#{a: 1}.a"), same("f(\"}:\")")]));
        assert_eq!(template(r"a $${b} \${c}").unwrap().0, ["a ${b} ${c}"]);
        assert_eq!(template("${p"), Err("unclosed-expression"));
        assert_eq!(template("${ :.2}"), Err("empty-expression"));
    }

    #[test]
    fn commas_in_brackets_do_not_split() {
        let parts: Vec<_> = split_commas("max(1, 2), [a,b],").into_iter().map(|(_, p)| p).collect();
        assert_eq!(parts, ["max(1, 2)", " [a,b]", ""]);
    }
}
