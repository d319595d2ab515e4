//! One node -> one typed value, or a diagnostic at the node. [`super::Fields`] finds the nodes by key.

use std::fmt::Display;
use std::ops::{Bound, RangeBounds};

use super::value::{Num, Reading, Slot, Slots, Spot, Template, read_number};
use super::yaml::{Node, Value};
use crate::color::{Ink, Role};
use crate::diag::{Diagnostic, Diagnostics, Span};
use crate::expression::{Kind, Value as Worth, constant};
use crate::limits;

/// Reads nodes; expressions go into the slots, mistakes into the diagnostics.
pub struct Reader<'a> {
    /// Where expressions go.
    pub slots: &'a mut Slots,
    /// Where mistakes go.
    pub diags: &'a mut Diagnostics,
}

impl Reader<'_> {
    /// The same reader for a shorter time.
    pub fn reborrow(&mut self) -> Reader<'_> {
        Reader { slots: self.slots, diags: self.diags }
    }

    /// Reports that something else belongs here, e.g. `expected a number, found a list`.
    pub fn expected(&mut self, what: &str, node: &Node) {
        let message = format!("expected {what}, found {}", node.kind());
        self.diags.push(Diagnostic::error("wrong-type", &node.span, message));
    }

    /// A number within a range, or an expression.
    pub fn number(&mut self, node: &Node, range: &impl RangeBounds<f64>) -> Option<Num> {
        let Value::Scalar { text, .. } = &node.value else {
            self.expected("a number or an expression", node);
            return None;
        };
        match read_number(text) {
            Reading::Number(number) => self.in_range(number, range, node).map(Num::Fixed),
            Reading::Expression => self.expression(node, Kind::Number).map(Num::Live),
            Reading::Wrong(code, message, hint) => {
                self.diags.push(Diagnostic::error(code, &node.text_span(), message).hint(hint));
                None
            }
        }
    }

    /// A number within a range that no expression may stand for: it shapes the film itself.
    pub fn fixed(&mut self, node: &Node, range: &impl RangeBounds<f64>) -> Option<f64> {
        let Value::Scalar { text, .. } = &node.value else {
            self.expected("a number", node);
            return None;
        };
        match read_number(text) {
            Reading::Number(number) => self.in_range(number, range, node),
            Reading::Expression => {
                // What loops and parameters have put in may still be added up.
                if let Ok(Worth::Number(number)) = constant(text, &node.text_span(), &|_| None)
                    && number.is_finite()
                {
                    return self.in_range(number, range, node);
                }
                let message = format!("expected a number, found `{}`", shorten(text));
                self.diags.push(
                    Diagnostic::error("wrong-type", &node.text_span(), message)
                        .hint("only numbers can stand here, as `3`, `1/2` or `2 * 3`: no names"),
                );
                None
            }
            Reading::Wrong(code, message, hint) => {
                self.diags.push(Diagnostic::error(code, &node.text_span(), message).hint(hint));
                None
            }
        }
    }

    /// A whole number within a range; no expression.
    pub fn integer(&mut self, node: &Node, range: &impl RangeBounds<i64>) -> Option<i64> {
        let number = self.fixed(node, &..)?;
        // Whole numbers beyond 2^53 are no longer told apart; every range of ours ends far below.
        let whole = number.trunc() == number && number.abs() < 9e15;
        let found = whole.then_some(number as i64).filter(|n| range.contains(n));
        if found.is_none() {
            let wanted = if whole { describe(range) } else { "a whole number".to_string() };
            self.out_of_range(&number, &wanted, node);
        }
        found
    }

    fn in_range(&mut self, number: f64, range: &impl RangeBounds<f64>, node: &Node) -> Option<f64> {
        if range.contains(&number) {
            return Some(number);
        }
        self.out_of_range(&number, &describe(range), node);
        None
    }

    fn out_of_range(&mut self, number: &impl Display, wanted: &str, node: &Node) {
        let message = format!("{number} is out of range: it must be {wanted}");
        self.diags.push(Diagnostic::error("out-of-range", &node.text_span(), message));
    }

    /// `true` or `false`.
    pub fn flag(&mut self, node: &Node) -> Option<bool> {
        let text = node.text().unwrap_or_default();
        match text {
            "true" | "True" | "TRUE" => return Some(true),
            "false" | "False" | "FALSE" => return Some(false),
            _ => {}
        }
        let mut found = match node.text() {
            Some(text) => format!("`{}`", shorten(text)),
            None => node.kind().to_string(),
        };
        found.insert_str(0, "expected `true` or `false`, found ");
        let mut found = Diagnostic::error("wrong-type", &node.span, found);
        match text.to_ascii_lowercase().as_str() {
            "yes" | "on" | "y" | "1" => found = found.hint("write `true`"),
            "no" | "off" | "n" | "0" => found = found.hint("write `false`"),
            _ => {}
        }
        self.diags.push(found);
        None
    }

    /// One of some words.
    pub fn word(&mut self, node: &Node, allowed: &[&'static str]) -> Option<&'static str> {
        let Some(text) = node.text() else {
            self.expected(&one_of(allowed), node);
            return None;
        };
        let found = allowed.iter().find(|word| **word == text).copied();
        if found.is_none() {
            let message = format!("`{}` is not one of {}", shorten(text), listed(allowed));
            self.diags
                .push(Diagnostic::error("unknown-word", &node.span, message).suggest(text, allowed.iter().copied()));
        }
        found
    }

    /// Text, not empty, at most [`limits::TEXT_CHARS`] characters, with its place.
    pub fn text(&mut self, node: &Node) -> Option<(String, Span)> {
        let Some(text) = node.text() else {
            self.expected("text", node);
            return None;
        };
        let count = text.chars().count();
        if text.trim().is_empty() {
            self.diags.push(Diagnostic::error("empty-text", &node.span, "the text is empty"));
            return None;
        }
        if count > limits::TEXT_CHARS {
            let message = format!("the text has {count} characters; at most {} can be set", limits::TEXT_CHARS);
            self.diags.push(Diagnostic::error("text-too-long", &node.span, message));
            return None;
        }
        Some((text.to_string(), node.text_span()))
    }

    /// Text that may hold `${expressions}`.
    pub fn template(&mut self, node: &Node) -> Option<Template> {
        let (text, span) = self.text(node)?;
        self.diags.ok(Template::parse(&text, &span, self.slots))
    }

    /// `[x, y]`, or an expression that gives a point.
    pub fn point(&mut self, node: &Node) -> Option<[Num; 2]> {
        if node.text().is_some_and(|text| !text.trim().is_empty() && read_number(text) == Reading::Expression) {
            let mut coordinate = |which| self.expression(node, Kind::Coordinate(which)).map(Num::Live);
            let (x, y) = (coordinate(0), coordinate(1));
            return Some([x?, y?]);
        }
        let Value::List(items) = &node.value else {
            let message = format!("expected a point `[x, y]`, found {}", node.kind());
            self.diags.push(Diagnostic::error("wrong-type", &node.span, message));
            return None;
        };
        let [x, y] = items.as_slice() else {
            let message = format!("a point has two coordinates `[x, y]`, not {}", items.len());
            self.diags.push(Diagnostic::error("wrong-type", &node.span, message));
            return None;
        };
        let (x, y) = (self.number(x, &..), self.number(y, &..));
        Some([x?, y?])
    }

    /// A place in a field of a visual: a point, or what is read once the actors are known.
    pub fn spot(&mut self, node: &Node) -> Option<Spot> {
        match &node.value {
            Value::Scalar { text, .. } if !text.trim().is_empty() => {
                Some(Spot::Of(self.slots.push(Kind::Place, text.trim(), node.text_span())))
            }
            _ => self.point(node).map(Spot::Point),
        }
    }

    /// A colour: a role of the theme, or `'#rrggbb'`.
    pub fn ink(&mut self, node: &Node) -> Option<Ink> {
        let Some(text) = node.text() else {
            let mut found =
                Diagnostic::error("wrong-type", &node.span, format!("expected a colour, found {}", node.kind()));
            if node.value == Value::Null {
                found = found.hint("a value such as `'#ff8800'` needs quotes: `#` starts a comment");
            }
            self.diags.push(found);
            return None;
        };
        let ink = Ink::parse(text);
        if ink.is_none() {
            let names = Role::ALL.iter().map(|(_, name, _)| *name);
            self.diags.push(
                Diagnostic::error("unknown-color", &node.span, format!("there is no colour `{}`", shorten(text)))
                    .suggest(text, names)
                    .hint("a colour is a role (`surprisal list roles`) or a value such as `'#ff8800'`"),
            );
        }
        ink
    }

    /// An expression as it is written; also a list of numbers `[1/2, 1/2]`.
    pub fn expression(&mut self, node: &Node, kind: Kind) -> Option<Slot> {
        let (text, span) = match &node.value {
            Value::Scalar { text, .. } if !text.trim().is_empty() => (text.trim().to_string(), node.text_span()),
            Value::List(items) if node.span.text().starts_with('[') && items.iter().all(|i| i.text().is_some()) => {
                (node.span.text().to_string(), node.span.clone())
            }
            _ => {
                self.expected("an expression", node);
                return None;
            }
        };
        Some(self.slots.push(kind, text, span))
    }

    /// A list of words as they stand, or an expression that gives a list.
    pub fn word_list(&mut self, node: &Node) -> Option<Slot> {
        let Value::List(items) = &node.value else { return self.expression(node, Kind::List) };
        let words: Option<Vec<String>> = items.iter().map(|item| item.text().map(|text| format!("{text:?}"))).collect();
        let Some(words) = words else {
            self.expected("a list of words", node);
            return None;
        };
        Some(self.slots.push(Kind::List, format!("[{}]", words.join(", ")), node.span.clone()))
    }

    /// An expression in one more variable: `x` unless it is named, `q => -log2(q)`.
    pub fn function(&mut self, node: &Node) -> Option<Slot> {
        self.function_of("x", node)
    }

    /// An expression in two more variables: `(x, y) => x * y`; `x` and `y` unless they are named.
    pub fn function2(&mut self, node: &Node) -> Option<Slot> {
        let text = node.text().unwrap_or_default().trim();
        let usual = ["x", "y"].map(str::to_owned);
        let Some((names, body)) = text.split_once("=>") else {
            return self.expression(node, Kind::Function2 { params: usual });
        };
        let body_text = body.trim();
        let inner = names.trim().strip_prefix('(').and_then(|names| names.strip_suffix(')'));
        let named: Vec<&str> = inner.unwrap_or_default().split(',').map(str::trim).collect();
        let ([x, y], false) = (named.as_slice(), body_text.is_empty()) else {
            let found = Diagnostic::error(
                "bad-function",
                &node.span,
                "a function of two variables is written `(x, y) => expression`",
            );
            self.diags.push(found);
            return None;
        };
        if !is_identifier(x) || !is_identifier(y) {
            let found = Diagnostic::error(
                "bad-function",
                &node.span,
                "a function of two variables is written `(x, y) => expression`",
            );
            self.diags.push(found);
            return None;
        }
        let span = node.text_span();
        let start = text.len() - body.trim_start().len();
        let span = if span.text() == text { span.within(start, start + body_text.len()) } else { span };
        let params = [(*x).to_owned(), (*y).to_owned()];
        Some(self.slots.push(Kind::Function2 { params }, body_text, span))
    }

    /// An expression in one more variable, which has this name unless the expression names it.
    pub fn function_of(&mut self, usual: &str, node: &Node) -> Option<Slot> {
        let text = node.text().unwrap_or_default().trim();
        let Some((param, body)) = text.split_once("=>") else {
            return self.expression(node, Kind::Function { param: usual.into() });
        };
        let (name, body_text) = (param.trim(), body.trim());
        if !is_identifier(name) || body_text.is_empty() {
            let found = Diagnostic::error("bad-function", &node.span, "a function is written `x => expression`");
            self.diags.push(found);
            return None;
        }
        let span = node.text_span();
        let start = text.len() - body.trim_start().len();
        let span = if span.text() == text { span.within(start, start + body_text.len()) } else { span };
        let kind = Kind::Function { param: name.to_string() };
        Some(self.slots.push(kind, body_text, span))
    }
}

/// Can it be the name of a variable in expressions: an ASCII letter or `_`, then letters, digits and `_`?
pub(super) fn is_identifier(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// Text for a message: on one line, 40 characters at most.
pub(super) fn shorten(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() <= 40 && line.len() == text.len() {
        return line.to_string();
    }
    line.chars().take(39).chain(['…']).collect()
}

/// `a`, `b`, `c` for messages.
pub(super) fn listed(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

fn one_of(words: &[&str]) -> String {
    format!("one of {}", listed(words))
}

fn describe<T: Display>(range: &impl RangeBounds<T>) -> String {
    match (range.start_bound(), range.end_bound()) {
        (Bound::Included(a), Bound::Included(b)) => format!("from {a} to {b}"),
        (Bound::Included(a), Bound::Excluded(b)) => format!("at least {a} and below {b}"),
        (Bound::Excluded(a), Bound::Included(b)) => format!("above {a} and at most {b}"),
        (Bound::Excluded(a), Bound::Excluded(b)) => format!("between {a} and {b}, both excluded"),
        (Bound::Included(a), Bound::Unbounded) => format!("at least {a}"),
        (Bound::Excluded(a), Bound::Unbounded) => format!("above {a}"),
        (Bound::Unbounded, Bound::Included(b)) => format!("at most {b}"),
        (Bound::Unbounded, Bound::Excluded(b)) => format!("below {b}"),
        (Bound::Unbounded, Bound::Unbounded) => "a number".into(),
    }
}
