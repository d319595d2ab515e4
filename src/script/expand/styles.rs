//! `styles`: bundles of fields and looks by name, laid under what an actor says itself.

use super::super::placement::{ALSO_FIELDS, PLACEMENT_KEYS};
use super::super::yaml::{Key, Node, Value};
use super::Expander;
use crate::diag::{Diagnostic, Diagnostics, Span};

/// Styles that a style is made of, at most.
const DEPTH: usize = 16;

impl Expander<'_> {
    /// The entries of an actor with its `style` put in: keys of place and looks beside the visual, the others into its
    /// fields. What the actor says itself holds; of several styles, the first that says something.
    pub(super) fn styled(&self, entries: &[(Key, Node)], diags: &mut Diagnostics) -> Vec<(Key, Node)> {
        let mut own: Vec<(Key, Node)> = entries.iter().filter(|(key, _)| key.text != "style").cloned().collect();
        let has_visual = |(key, _): &(Key, Node)| !PLACEMENT_KEYS.contains(&key.text.as_str());
        let visual = own.iter().position(has_visual);
        let beside = entries.iter().find(|(key, _)| key.text == "style").map(|(_, named)| named.clone());
        // Among the fields it means the same.
        let body = visual.and_then(|at| own.get_mut(at)).filter(|(name, _)| !self.has_param(&name.text, "style"));
        let Some(named) = beside.or_else(|| taken(&mut body?.1)) else { return own };
        let mut bundle = Vec::new();
        self.collect(&named, &mut bundle, &mut Vec::new(), diags);
        let used = visual.and_then(|at| own.get(at)).map_or("", |(key, _)| key.text.as_str()).to_owned();
        for (key, node) in bundle {
            if PLACEMENT_KEYS.contains(&key.text.as_str()) && !self.is_field(&used, &key.text) {
                if !own.iter().any(|(known, _)| known.text == key.text) {
                    own.push((key, node));
                }
            } else if let Some((_, body)) = visual.and_then(|at| own.get_mut(at)) {
                put(body, key, node);
            }
        }
        own
    }

    /// Is a key of a place a field of this visual or component too?
    fn is_field(&self, visual: &str, key: &str) -> bool {
        let built_in = !self.library.components.contains_key(visual);
        let field = built_in && ALSO_FIELDS.iter().any(|(known, of)| *known == key && of.contains(&visual));
        self.has_param(visual, key) || field || key == "color"
    }

    fn has_param(&self, visual: &str, name: &str) -> bool {
        let component = self.library.components.get(visual);
        component.is_some_and(|component| component.params.iter().any(|param| param.key.text == name))
    }

    /// All entries of the named styles and of those that they build on, first come first.
    fn collect(&self, named: &Node, bundle: &mut Vec<(Key, Node)>, way: &mut Vec<String>, diags: &mut Diagnostics) {
        let names: Vec<(&str, Span)> = match &named.value {
            Value::List(items) => items.iter().filter_map(|item| Some((item.text()?, item.text_span()))).collect(),
            _ => named.text().map(|text| (text.trim(), named.text_span())).into_iter().collect(),
        };
        if names.is_empty() {
            let message = format!("expected the name of a style, found {}", named.kind());
            diags.push(Diagnostic::error("wrong-type", &named.span, message));
        }
        for (name, span) in names {
            let Some((_, style)) = self.library.styles.get(name) else {
                let found = Diagnostic::error("unknown-style", &span, format!("there is no style `{name}`"));
                let known = self.library.styles.keys().copied();
                diags.push(
                    found.suggest(name, known).hint("styles are given under `styles:` at the head of the script"),
                );
                continue;
            };
            if way.iter().any(|known| known == name) || way.len() >= DEPTH {
                let circle = way.iter().map(String::as_str).chain([name]).collect::<Vec<_>>().join(" -> ");
                diags.push(Diagnostic::error("circle", &span, format!("a style builds on itself: {circle}")));
                continue;
            }
            for (key, node) in style.entries().iter().filter(|(key, _)| key.text != "style") {
                if !bundle.iter().any(|(known, _)| known.text == key.text) {
                    bundle.push((key.clone(), node.clone()));
                }
            }
            if let Some(base) = style.get("style") {
                way.push(name.to_owned());
                self.collect(base, bundle, way, diags);
                way.pop();
            }
        }
    }
}

/// Takes `style` out of a visual's fields.
fn taken(body: &mut Node) -> Option<Node> {
    let Value::Map(entries) = &mut body.value else { return None };
    let at = entries.iter().position(|(key, _)| key.text == "style")?;
    Some(entries.remove(at).1)
}

/// Adds a field to a visual's value, unless it is there; `text: Hello` becomes a map with its main field.
fn put(body: &mut Node, key: Key, node: Node) {
    match &mut body.value {
        Value::Map(entries) => {
            if !entries.iter().any(|(known, _)| known.text == key.text) {
                entries.push((key, node));
            }
        }
        Value::Null => body.value = Value::Map(vec![(key, node)]),
        // The visual knows under which key a bare value goes; the empty key stands for it.
        _ => {
            let main = Key { text: String::new(), span: body.span.clone() };
            let bare = Node { span: body.span.clone(), value: std::mem::replace(&mut body.value, Value::Null) };
            body.value = Value::Map(vec![(main, bare), (key, node)]);
        }
    }
}
