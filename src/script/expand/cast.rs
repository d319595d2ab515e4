//! The cast of a scene as it is written -> one entry for each actor: files are put in, styles laid under, loops, inline members
//! of groups and components written out.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::super::cast::GROUPS;
use super::super::placement::PLACEMENT_KEYS;
use super::super::yaml::{Key, Node, Value};
use super::{Expander, LOOP_KEYS};
use crate::diag::{Diagnostic, Diagnostics};
use crate::limits;

/// An actor, written out.
#[derive(Clone, Debug)]
pub(crate) struct CastEntry {
    /// Its full name: `card.title` for the `title` of an instance `card`.
    pub key: Key,
    pub node: Node,
    /// What the names in it may start with unwritten: `card.` for what stands in that instance; empty outside of components.
    pub scope: String,
    /// The component that it is an instance of.
    pub component: Option<String>,
}

impl CastEntry {
    /// The names of the members of a group.
    fn members(&self) -> impl Iterator<Item = &str> {
        let body =
            self.node.entries().iter().find(|(key, _)| GROUPS.contains(&key.text.as_str())).map(|(_, body)| body);
        let list = body.map(|body| body.get("members").unwrap_or(body));
        let items = match list.map(|list| &list.value) {
            Some(Value::List(items)) => items.as_slice(),
            _ => &[],
        };
        items.iter().filter_map(Node::text)
    }
}

impl Expander<'_> {
    /// All actors of a scene, in drawing order.
    pub fn cast(&mut self, entries: &[(Key, Node)], diags: &mut Diagnostics) -> Vec<CastEntry> {
        let mut out = Vec::new();
        self.entries(entries, "", &mut out, diags);
        out
    }

    fn entries(&mut self, entries: &[(Key, Node)], scope: &str, out: &mut Vec<CastEntry>, diags: &mut Diagnostics) {
        for (key, node) in entries {
            if out.len() > limits::ACTORS {
                return;
            }
            if key.text == "include" {
                for included in self.library.files.casts(node, diags) {
                    self.entries(&included, scope, out, diags);
                }
            } else {
                self.entry(key, node, scope, out, diags);
            }
        }
    }

    /// An actor with a name of the writer's choice.
    fn entry(&mut self, key: &Key, node: &Node, scope: &str, out: &mut Vec<CastEntry>, diags: &mut Diagnostics) {
        let looped = node.get("for_each").is_some() && key.text.contains('$');
        if looped || is_sound(key, diags) {
            self.actor(key, node, scope, out, diags);
        }
    }

    fn actor(&mut self, key: &Key, node: &Node, scope: &str, out: &mut Vec<CastEntry>, diags: &mut Diagnostics) {
        if let Some(rounds) = node.get("for_each") {
            return self.repeated(key, node, rounds, scope, out, diags);
        }
        let name = Key { text: format!("{scope}{}", key.text), span: key.span.clone() };
        let Value::Map(entries) = &node.value else {
            out.push(CastEntry { key: name, node: node.clone(), scope: scope.to_owned(), component: None });
            return;
        };
        if node.get("if").is_some_and(|condition| !self.holds(condition, diags)) {
            return;
        }
        let mut written: Vec<_> = entries.iter().filter(|(key, _)| key.text != "if").cloned().collect();
        for (_, node) in &mut written {
            if let Cow::Owned(spread) = self.spread(node, diags) {
                *node = spread;
            }
        }
        let entries = self.styled(&written, diags);
        let component = entries.iter().find(|(key, _)| self.is_component(&key.text));
        if let Some((used, args)) = component {
            return self.instance(&name, used, args, &entries, scope, out, diags);
        }
        let group = entries.iter().position(|(key, _)| GROUPS.contains(&key.text.as_str()));
        let mut entries = entries;
        if let Some((_, body)) = group.and_then(|at| entries.get_mut(at)) {
            *body = self.members(&name, body, scope, out, diags);
        }
        let node = Node { span: node.span.clone(), value: Value::Map(entries) };
        out.push(CastEntry { key: name, node, scope: scope.to_owned(), component: None });
    }

    fn is_component(&self, name: &str) -> bool {
        self.library.components.get(name).is_some_and(|component| component.cast.is_some())
    }

    /// An actor that `for_each` makes several of: `dot$i` becomes `dot0`, `dot1`, ...; a name without `$`
    /// a group of them all.
    fn repeated(
        &mut self,
        key: &Key,
        node: &Node,
        rounds: &Node,
        scope: &str,
        out: &mut Vec<CastEntry>,
        diags: &mut Diagnostics,
    ) {
        let Some(rounds) = self.rounds(rounds, diags) else { return };
        let rest: Vec<_> = node.entries().iter().filter(|(key, _)| key.text != "for_each").cloned().collect();
        let one = Node { span: node.span.clone(), value: Value::Map(rest) };
        let several = key.text.contains('$');
        let mut members = Vec::new();
        for (number, bindings) in rounds.iter().enumerate() {
            let Some(node) = diags.ok(self.substituted(&one, bindings)) else { return };
            let text = if several { bindings.replace(&key.text) } else { format!("{}.{number}", key.text) };
            let key = Key { text, span: key.span.clone() };
            if several && !is_sound(&key, diags) {
                return;
            }
            let before = out.len();
            self.actor(&key, &node, scope, out, diags);
            if out.len() > before {
                members.push(word(&format!("{scope}{}", key.text), &key));
            }
        }
        if !several {
            let name = Key { text: format!("{scope}{}", key.text), span: key.span.clone() };
            out.push(group(name, members, Vec::new(), scope));
        }
    }

    /// The members of a group as names; those that are written inline become actors `group.0`, `group.1`, ...
    fn members(
        &mut self,
        group: &Key,
        body: &Node,
        scope: &str,
        out: &mut Vec<CastEntry>,
        diags: &mut Diagnostics,
    ) -> Node {
        let mut body = body.clone();
        if body.get("for_each").is_some() {
            body = self.looped(&body, diags);
        }
        let list = match &mut body.value {
            Value::Map(entries) => entries.iter_mut().find(|(key, _)| key.text == "members").map(|(_, node)| node),
            _ => Some(&mut body),
        };
        let Some(Node { value: Value::List(items), .. }) = list else { return body };
        let mut members = Vec::new();
        for item in std::mem::take(items) {
            match &item.value {
                Value::Scalar { text, plain } => {
                    // A neighbour within the same component, or an actor of the scene.
                    let local = format!("{scope}{}", text.trim());
                    let text = if scope.is_empty() { text.clone() } else { local };
                    members.push(Node { value: Value::Scalar { text, plain: *plain }, span: item.span.clone() });
                }
                _ => {
                    let local = group.text.strip_prefix(scope).unwrap_or(&group.text);
                    let name = Key { text: format!("{local}.{}", members.len()), span: item.span.clone() };
                    let before = out.len();
                    self.actor(&name, &item, scope, out, diags);
                    if out.len() > before {
                        members.push(word(&format!("{scope}{}", name.text), &name));
                    }
                }
            }
        }
        *items = members;
        body
    }

    /// `{ for_each: { s: moves }, each: { text: $s }, gap: 1 }` -> `{ members: [...], gap: 1 }`.
    fn looped(&mut self, body: &Node, diags: &mut Diagnostics) -> Node {
        let (Some(rounds), Some(each)) = (body.get("for_each"), body.get("each")) else {
            let message = "`for_each` among the fields of a group goes with `each`";
            let found = Diagnostic::error("missing-key", &body.span, message);
            diags.push(found.hint("as in `row: { for_each: { s: [a, b] }, each: { text: $s } }`"));
            let none = Node { span: body.span.clone(), value: Value::List(Vec::new()) };
            return none;
        };
        let mut members = Vec::new();
        for bindings in self.rounds(rounds, diags).unwrap_or_default() {
            members.extend(diags.ok(self.substituted(each, &bindings)));
        }
        let rest = body.entries().iter().filter(|(key, _)| !LOOP_KEYS.contains(&key.text.as_str())).cloned();
        let members = Node { span: each.span.clone(), value: Value::List(members) };
        let key = Key { text: "members".to_owned(), span: each.span.clone() };
        Node { span: body.span.clone(), value: Value::Map(std::iter::once((key, members)).chain(rest).collect()) }
    }

    /// An instance of a component: its actors, named after it, and a group of them that has its place and looks.
    #[expect(clippy::too_many_arguments, reason = "one use of a component is all of these")]
    fn instance(
        &mut self,
        name: &Key,
        used: &Key,
        args: &Node,
        entries: &[(Key, Node)],
        scope: &str,
        out: &mut Vec<CastEntry>,
        diags: &mut Diagnostics,
    ) {
        let library = self.library;
        let Some(component) = library.components.get(used.text.as_str()) else { return };
        let Some(bindings) = component.bind(args, &used.span, diags) else { return };
        if let Err(mistake) = self.enter(&used.text, &used.span) {
            return diags.push(mistake);
        }
        let inner = format!("{}.", name.text);
        let mut members = Vec::new();
        let start = out.len();
        for (key, node) in component.cast.map(Node::entries).unwrap_or_default() {
            let Some(node) = diags.ok(self.substituted(node, &bindings)) else { break };
            let key = Key { text: bindings.replace(&key.text), span: key.span.clone() };
            let before = out.len();
            self.entry(&key, &node, &inner, out, diags);
            // What is written inside groups and components has a longer name: it belongs to those.
            let local =
                |entry: &&CastEntry| entry.key.text.strip_prefix(&inner).is_some_and(|name| !name.contains('.'));
            let own = out.get(before..).unwrap_or_default().iter().filter(local);
            members.extend(own.map(|entry| word(&entry.key.text, &entry.key)));
        }
        let gathered: BTreeSet<&str> =
            out.get(start..).unwrap_or_default().iter().flat_map(CastEntry::members).collect();
        members.retain(|member| member.text().is_none_or(|name| !gathered.contains(name)));
        self.leave();
        for (key, _) in
            entries.iter().filter(|(key, _)| !PLACEMENT_KEYS.contains(&key.text.as_str()) && key.text != used.text)
        {
            let message = format!("the actor `{}` has two visuals, `{}` and `{}`", name.text, used.text, key.text);
            diags.push(Diagnostic::error("two-visuals", &key.span, message).label(&used.span, "the first"));
        }
        let looks = entries.iter().filter(|(key, _)| PLACEMENT_KEYS.contains(&key.text.as_str())).cloned();
        let mut entry = group(name.clone(), members, looks.collect(), scope);
        entry.component = Some(used.text.clone());
        out.push(entry);
    }
}

/// The name of a member.
fn word(name: &str, key: &Key) -> Node {
    Node { span: key.span.clone(), value: Value::Scalar { text: name.to_owned(), plain: true } }
}

/// A group that leaves its members where they are, with keys of place and looks.
fn group(key: Key, members: Vec<Node>, looks: Vec<(Key, Node)>, scope: &str) -> CastEntry {
    let span = key.span.clone();
    let list = Node { span: span.clone(), value: Value::List(members) };
    let body = Value::Map(vec![(Key { text: "members".to_owned(), span: span.clone() }, list)]);
    let visual = (Key { text: "group".to_owned(), span: span.clone() }, Node { span: span.clone(), value: body });
    let node = Node { span: span.clone(), value: Value::Map(std::iter::once(visual).chain(looks).collect()) };
    CastEntry { key, node, scope: scope.to_owned(), component: None }
}

/// A name for actors: letters, digits, `_` and `-`, starting with a letter or `_`; not `all`.
fn is_sound(key: &Key, diags: &mut Diagnostics) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let starts = key.text.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let sound = starts && key.text.chars().all(word) && key.text != "all";
    if !sound {
        let message = format!("`{}` cannot be the name of an actor", key.text.escape_debug());
        let hint = match key.text.contains('$') {
            true => {
                "`$name` in a name stands for what `for_each` beside it names: `c$i: { for_each: { i: 0..3 }, ... }`"
            }
            false => "a name starts with a letter and holds letters, digits, `_` and `-`; `all` means all actors",
        };
        diags.push(Diagnostic::error("bad-name", &key.span, message).hint(hint));
    }
    sound
}
