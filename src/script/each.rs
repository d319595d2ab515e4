//! `for_each`: the values, and the steps with `$name` replaced by one of them.

use super::steps::StepReader;
use super::yaml::{Key, Node, Value};
use crate::diag::Diagnostic;
use crate::limits;

impl StepReader<'_> {
    /// The values of a list of scalars, or of a range `0..5` (the end not included).
    pub fn each_value(&mut self, node: &Node) -> Option<Vec<String>> {
        let values: Option<Vec<String>> = match &node.value {
            Value::List(items) => items.iter().map(|item| item.text().map(str::to_string)).collect(),
            Value::Scalar { text, .. } => text.split_once("..").and_then(|(start, end)| {
                let (start, end): (i64, i64) = (start.trim().parse().ok()?, end.trim().parse().ok()?);
                let count = usize::try_from(end.checked_sub(start)?).ok()?;
                Some((start..end).take(limits::COUNT.min(count) + 1).map(|i| i.to_string()).collect())
            }),
            _ => None,
        };
        match &values {
            None => self.scene.reader.expected("a list of words or numbers, or a range such as `0..5`", node),
            Some(values) if values.len() > limits::COUNT => {
                let message = format!("`for_each` goes over more than {} values", limits::COUNT);
                self.scene.reader.diags.push(Diagnostic::error("too-many-steps", &node.span, message));
                return None;
            }
            Some(_) => {}
        }
        values
    }

    /// A copy of nodes in which `$name` and `${name}` are the value, in keys and in text. Spans stay where they were.
    pub fn substituted(&mut self, node: &Node, name: &str, value: &str) -> Option<Node> {
        *self.copied = self.copied.saturating_add(node.weight());
        if *self.copied > limits::YAML_NODES {
            let message = format!("`for_each` writes out more than {} values", limits::YAML_NODES);
            self.scene.reader.diags.push(Diagnostic::error("too-many-values", &node.span, message));
            return None;
        }
        Some(replace_in(node, name, value))
    }
}

fn replace_in(node: &Node, name: &str, value: &str) -> Node {
    let replaced = match &node.value {
        Value::Null => Value::Null,
        Value::Scalar { text, plain } => Value::Scalar { text: replace(text, name, value), plain: *plain },
        Value::List(items) => Value::List(items.iter().map(|item| replace_in(item, name, value)).collect()),
        Value::Map(entries) => {
            let entry = |(key, node): &(Key, Node)| {
                (Key { text: replace(&key.text, name, value), span: key.span.clone() }, replace_in(node, name, value))
            };
            Value::Map(entries.iter().map(entry).collect())
        }
    };
    Node { span: node.span.clone(), value: replaced }
}

fn replace(text: &str, name: &str, value: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let braced = after.strip_prefix('{').and_then(|t| t.strip_prefix(name)).and_then(|t| t.strip_prefix('}'));
        let word = |c: char| c.is_alphanumeric() || c == '_';
        let bare = after.strip_prefix(name).filter(|next| !next.starts_with(word));
        match braced.or(bare) {
            Some(next) => {
                out.push_str(value);
                rest = next;
            }
            None => {
                out.push('$');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_names_are_replaced() {
        assert_eq!(replace("a$i.b${i}c $ij $$i ${i + 1} $", "i", "7"), "a7.b7c $ij $7 ${i + 1} $");
        assert_eq!(replace("$x$x", "x", "$x"), "$x$x");
    }
}
