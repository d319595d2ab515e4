//! `define`: components, which are used like visuals, and own verbs, which are used like verbs.

use super::super::cast::GROUPS;
use super::super::fields::unknown_key;
use super::super::verbs::VerbRow;
use super::super::yaml::{Key, Node, Value};
use super::params::{Param, bind, read_params};
use super::substitute::{Bindings, is_name};
use crate::diag::{Diagnostic, Diagnostics, Span};

/// A definition: a cast of its own, or steps.
pub(crate) struct Component<'a> {
    pub key: &'a Key,
    pub params: Vec<Param<'a>>,
    /// Actors, if it is used like a visual.
    pub cast: Option<&'a Node>,
    /// Steps, if it is used like a verb.
    pub steps: Option<&'a Node>,
    /// What an instance can be asked to do, with steps: `do: { card: flip }`.
    pub actions: Vec<Action<'a>>,
}

/// Something that an instance of a component can do.
pub(crate) struct Action<'a> {
    pub key: &'a Key,
    params: Vec<Param<'a>>,
    pub steps: &'a Node,
}

impl<'a> Component<'a> {
    /// Reads one entry of `define`.
    pub fn read(key: &'a Key, node: &'a Node, diags: &mut Diagnostics) -> Option<Self> {
        if !is_name(&key.text) {
            let message = format!("`{}` cannot be the name of a component", key.text.escape_debug());
            let hint = "a name starts with a letter and holds letters a to z, digits and `_`";
            diags.push(Diagnostic::error("bad-name", &key.span, message).hint(hint));
        }
        if GROUPS.contains(&key.text.as_str()) || VerbRow::named(&key.text).is_some() {
            let message = format!("`{}` has a meaning already", key.text);
            diags.push(Diagnostic::error("duplicate-name", &key.span, message).hint("choose another name"));
        }
        let known = ["params", "cast", "steps", "actions", "summary", "example"];
        if !matches!(node.value, Value::Map(_)) {
            let message = format!("expected a definition with `cast` or `steps`, found {}", node.kind());
            diags.push(Diagnostic::error("wrong-type", &node.span, message));
            return None;
        }
        for (key, _) in node.entries().iter().filter(|(key, _)| !known.contains(&key.text.as_str())) {
            diags.push(unknown_key(key, &known));
        }
        let (cast, steps) = (node.get("cast"), node.get("steps"));
        if cast.is_some() == steps.is_some() {
            let message = format!("the definition `{}` needs either `cast` or `steps`", key.text);
            let hint = "a component with a `cast` is used like a visual, one with `steps` like a verb; what a component \
                        can do goes under its `actions`";
            diags.push(Diagnostic::error("missing-key", &key.span, message).hint(hint));
            return None;
        }
        if let Some(cast) = cast.filter(|cast| !matches!(&cast.value, Value::Map(all) if !all.is_empty())) {
            let message = format!("expected actors, found {}", cast.kind());
            diags.push(Diagnostic::error("wrong-type", &cast.span, message));
            return None;
        }
        let params = read_params(node.get("params"), diags);
        let actions = node.get("actions").map(Node::entries).unwrap_or_default();
        let actions = actions.iter().filter_map(|(key, node)| Action::read(key, node, diags)).collect();
        Some(Self { key, params, cast, steps, actions })
    }

    /// What `$name`s in it stand for in one use; mistakes in the arguments are reported.
    pub fn bind(&self, args: &Node, used_at: &Span, diags: &mut Diagnostics) -> Option<Bindings> {
        bind(&self.params, args, used_at, diags)
    }
}

impl<'a> Action<'a> {
    fn read(key: &'a Key, node: &'a Node, diags: &mut Diagnostics) -> Option<Self> {
        let (params, steps) = match &node.value {
            Value::List(_) => (None, node),
            _ => match node.get("steps") {
                Some(steps) => (node.get("params"), steps),
                None => {
                    let message = format!("the action `{}` has no `steps`", key.text);
                    diags.push(Diagnostic::error("missing-key", &key.span, message));
                    return None;
                }
            },
        };
        Some(Self { key, params: read_params(params, diags), steps })
    }

    /// What `$name`s in its steps stand for in one use.
    pub fn bind(&self, args: &Node, used_at: &Span, diags: &mut Diagnostics) -> Option<Bindings> {
        bind(&self.params, args, used_at, diags)
    }
}
