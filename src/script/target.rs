//! What a verb acts on: selectors joined by `+`, lessened by `-`, in lists, or everything but some.
//!
//! `chart.up + chart.down`, `chart.* - chart.up`, `[title, coins[0..4]]`, `all`, `all - chart`, `{ all_but: chart.up }`.

use super::reader::Reader;
use super::selector::Selector;
use super::yaml::{Node, Value};
use crate::diag::{Diagnostic, Span};

/// What a verb acts on.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// The chosen ones; for `all`, none.
    pub selectors: Vec<Selector>,
    /// Everything on stage but the chosen ones.
    pub all_but: bool,
}

const WANTED: &str = "an actor or part, a list of them, `all` or `{ all_but: ... }`";

impl Reader<'_> {
    /// One actor or parts of one; parts of it may be taken away again with ` - `.
    pub fn selector(&mut self, node: &Node) -> Option<Selector> {
        let target = self.scalar(node, "an actor or a part of one")?;
        let mut chosen = target.selectors.into_iter();
        match (chosen.next(), chosen.next(), target.all_but) {
            (Some(one), None, false) => Some(one),
            _ => {
                let message = "only one actor or part can stand here";
                let hint = "give several a name with `set` in the cast, as in `pair: { set: [a, b] }`, and use that";
                self.diags.push(Diagnostic::error("bad-selector", &node.text_span(), message).hint(hint));
                None
            }
        }
    }

    /// One or more actors or parts, `all`, or `{ all_but: ... }`.
    pub fn target(&mut self, node: &Node) -> Option<Target> {
        match &node.value {
            Value::Scalar { .. } => self.scalar(node, WANTED),
            Value::List(items) if !items.is_empty() => {
                let read: Vec<_> = items.iter().map(|item| self.listed(item)).collect();
                let all = read.into_iter().collect::<Option<Vec<_>>>()?;
                Some(Target { selectors: all.into_iter().flatten().collect(), all_but: false })
            }
            Value::Map(entries) => match entries.as_slice() {
                [(key, but)] if key.text == "all_but" => {
                    let target = self.target(but)?;
                    if target.selectors.is_empty() {
                        self.expected("actors or parts after `all_but`", but);
                        return None;
                    }
                    // All but all but one is that one: a parameter may bring the inner `all_but`.
                    Some(Target { all_but: !target.all_but, ..target })
                }
                _ => {
                    self.expected(WANTED, node);
                    None
                }
            },
            _ => {
                self.expected(WANTED, node);
                None
            }
        }
    }

    fn listed(&mut self, item: &Node) -> Option<Vec<Selector>> {
        let target = self.target(item)?;
        if target.all_but {
            let found = Diagnostic::error("bad-selector", &item.span, "everything cannot be one of a list");
            self.diags.push(found.hint("write `{ all_but: [...] }` instead of the list"));
            return None;
        }
        Some(target.selectors)
    }

    /// `chart.up + chart.down - chart.up.word`, from left to right.
    fn scalar(&mut self, node: &Node, wanted: &str) -> Option<Target> {
        let Some(text) = node.text() else {
            self.expected(wanted, node);
            return None;
        };
        let span = node.text_span();
        let place = |at: usize, term: &str| {
            if span.text() == text { span.within(at, at + term.len()) } else { span.clone() }
        };
        let mut target: Option<Target> = None;
        for (sign, at, term) in terms(text) {
            let lead = term.len() - term.trim_start().len();
            let (at, term) = (at + lead, term.trim());
            let place: Span = place(at, term);
            if term == "all" && target.is_none() {
                target = Some(Target { selectors: Vec::new(), all_but: true });
                continue;
            }
            let selector = self.diags.ok(Selector::parse(term, &place))?;
            match (&mut target, sign) {
                (None, _) => target = Some(Target { selectors: vec![selector], all_but: false }),
                (Some(target), '-') if target.all_but => target.selectors.push(selector),
                (Some(target), '-') => target.selectors.iter_mut().for_each(|s| s.except.push(selector.clone())),
                (Some(target), _) if target.all_but => {
                    let found = Diagnostic::error("bad-selector", &place, format!("`all` includes `{term}` already"));
                    self.diags.push(found);
                    return None;
                }
                (Some(target), _) => target.selectors.push(selector),
            }
        }
        target
    }
}

/// The terms of a sum, each with its sign and the byte at which it starts. Signs stand between blanks; those in brackets or
/// quotes do not count.
fn terms(text: &str) -> Vec<(char, usize, &str)> {
    let mut found = Vec::new();
    let (mut sign, mut from, mut at) = ('+', 0, 0);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with('[') {
            let close = if rest.starts_with("[\"") { rest.find("\"]").map(|i| i + 1) } else { rest.find(']') };
            at += close.unwrap_or(0) + 1;
        } else if let Some(next) = [" + ", " - "].iter().find(|next| rest.starts_with(**next)) {
            found.push((sign, from, text.get(from..at).unwrap_or_default()));
            sign = if *next == " + " { '+' } else { '-' };
            at += next.len();
            from = at;
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    found.push((sign, from, text.get(from..).unwrap_or_default()));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::{Diagnostics, Source};
    use crate::script::value::Slots;

    fn read(text: &str) -> Result<(Vec<String>, bool), String> {
        let source = Source::new("x", text);
        let mut diags = Diagnostics::new();
        let node = crate::script::yaml::parse(&source, &mut diags).unwrap();
        let target = Reader { slots: &mut Slots::default(), diags: &mut diags }.target(&node);
        let shown = |s: &Selector| {
            let except: Vec<&str> = s.except.iter().map(|e| e.span.text()).collect();
            if except.is_empty() {
                s.span.text().into()
            } else {
                format!("{} less {}", s.span.text(), except.join(" "))
            }
        };
        match target {
            Some(target) => Ok((target.selectors.iter().map(shown).collect(), target.all_but)),
            None => Err(diags.iter().map(|d| d.message.clone()).collect::<Vec<_>>().join("; ")),
        }
    }

    #[test]
    fn targets_join_and_lessen() {
        let of = |text: &str| read(text).unwrap();
        assert_eq!(of("a.b + c"), (vec!["a.b".into(), "c".into()], false));
        assert_eq!(of("a.* - a.b - a.c + d"), (vec!["a.* less a.b a.c".into(), "d".into()], false));
        assert_eq!(of("[a, [b + c, d]]").0.len(), 4);
        assert_eq!(of("all"), (vec![], true));
        assert_eq!(of("all - a - b"), (vec!["a".into(), "b".into()], true));
        assert_eq!(of("{ all_but: a + b }"), (vec!["a".into(), "b".into()], true));
        assert_eq!(of(r#"a["x + y"] + b[p > 1 ]"#), (vec![r#"a["x + y"]"#.into(), "b[p > 1 ]".into()], false));
        assert_eq!(of("é[0] + b"), (vec!["é[0]".into(), "b".into()], false));
    }

    #[test]
    fn slips_in_targets() {
        for text in ["a +", "a + + b", "a +b", "all + a", "[all, a]", "a - all[", "a[ + b", "[]", "{ of: a }", "a, b"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
