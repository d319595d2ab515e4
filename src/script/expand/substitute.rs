//! `$name` in keys and text -> what it stands for.

use std::collections::BTreeMap;

use super::super::reader::is_identifier;
use super::super::yaml::{Key, Node, Value};

/// What the names of loops and parameters stand for.
#[derive(Default)]
pub(crate) struct Bindings(BTreeMap<String, Binding>);

/// What a name stands for.
pub(crate) struct Binding {
    /// The whole value, where the name is all of a text; `None` if it is not written anywhere, as a number of a range.
    pub node: Option<Node>,
    /// The value within other text.
    pub text: String,
    /// What `$name.attribute` stands for, as text of an expression.
    pub attributes: BTreeMap<String, String>,
}

impl Binding {
    /// A value as it is written; `expression` if it is one, so that it stays whole inside another: `2 * $p` with `a + b`.
    pub fn of(node: &Node, expression: bool) -> Self {
        let text = node.text().unwrap_or_default().trim().to_owned();
        let whole = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.".contains(&b)) || text.starts_with('(');
        let text = if expression && !whole { format!("({text})") } else { text };
        let attribute = |(key, node): &(Key, Node)| Some((key.text.clone(), node.text()?.to_owned()));
        Self { node: Some(node.clone()), text, attributes: node.entries().iter().filter_map(attribute).collect() }
    }
}

impl Bindings {
    /// Binds a name.
    pub fn bind(&mut self, name: &str, bound: Binding) {
        self.0.insert(name.to_owned(), bound);
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A copy of a node with every bound name replaced at once: what is put in is not looked at again.
    pub fn apply(&self, node: &Node) -> Node {
        if self.is_empty() {
            return node.clone();
        }
        if let Some(whole) = node.text().and_then(|text| self.whole(text)) {
            return whole.clone();
        }
        let value = match &node.value {
            Value::Null => Value::Null,
            Value::Scalar { text, plain } => Value::Scalar { text: self.replace(text), plain: *plain },
            Value::List(items) => Value::List(items.iter().map(|item| self.apply(item)).collect()),
            Value::Map(entries) => Value::Map(entries.iter().map(|entry| self.apply_entry(entry)).collect()),
        };
        Node { span: node.span.clone(), value }
    }

    /// The same for an entry of a map.
    pub fn apply_entry(&self, (key, node): &(Key, Node)) -> (Key, Node) {
        (Key { text: self.replace(&key.text), span: key.span.clone() }, self.apply(node))
    }

    /// The value that is written elsewhere, for a text that is nothing but its name.
    fn whole(&self, text: &str) -> Option<&Node> {
        let name = text.trim().strip_prefix('$')?;
        let name = name.strip_prefix('{').and_then(|n| n.strip_suffix('}')).unwrap_or(name);
        self.0.get(name).and_then(|bound| bound.node.as_ref())
    }

    /// Text with `$name`, `${name}` and `$name.attribute` replaced.
    pub fn replace(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('$') {
            out.push_str(before);
            let (name, next) = match after.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
                Some((name, next)) if self.0.contains_key(name) => (name, next),
                _ => after.split_at(word_end(after)),
            };
            let Some(bound) = self.0.get(name) else {
                out.push('$');
                rest = after;
                continue;
            };
            let attribute = next.strip_prefix('.').map(|t| t.split_at(word_end(t)));
            match attribute.and_then(|(name, next)| Some((bound.attributes.get(name)?, next))) {
                Some((value, next)) => {
                    out.push_str(value);
                    rest = next;
                }
                None => {
                    out.push_str(&bound.text);
                    rest = next;
                }
            }
        }
        out.push_str(rest);
        out
    }
}

fn word_end(text: &str) -> usize {
    text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len())
}

/// Can it be a name that `$` replaces?
pub(super) fn is_name(text: &str) -> bool {
    is_identifier(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::{Diagnostics, Source};
    use crate::script::yaml;

    fn node(text: &str) -> Node {
        yaml::parse(&Source::new("x", text), &mut Diagnostics::new()).unwrap()
    }

    fn bindings() -> Bindings {
        let mut all = Bindings::default();
        all.bind("i", Binding::of(&node("7"), false));
        all.bind("x", Binding::of(&node("$i"), false));
        all.bind("w", Binding::of(&node("a + b"), true));
        all.bind("item", Binding::of(&node("{ name: up, p: 1/2 }"), false));
        all
    }

    #[test]
    fn whole_names_are_replaced_once() {
        let all = bindings();
        assert_eq!(all.replace("a$i.b${i}c $ij $$i ${i + 1} $"), "a7.b7c $ij $7 ${i + 1} $");
        assert_eq!(all.replace("$x$x"), "$i$i");
        assert_eq!(all.replace("2 * $w"), "2 * (a + b)");
        assert_eq!(all.replace("$item.name.bar, $item.p"), "up.bar, 1/2");
    }

    #[test]
    fn a_name_alone_is_the_whole_value() {
        let all = bindings();
        assert_eq!(all.apply(&node("$item")).entries().len(), 2);
        assert_eq!(all.apply(&node("[$w, '${i}']")).span.text(), "[$w, '${i}']");
        let list = all.apply(&node("[$w]"));
        let Value::List(items) = list.value else { panic!() };
        assert_eq!(items[0].text(), Some("a + b"));
    }
}
