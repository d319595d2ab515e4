//! Parameters of components and own verbs: their types and defaults, and the arguments of a use.

use std::ops::Bound;

use super::super::fields::unknown_key;
use super::super::reader::{Reader, listed, shorten};
use super::super::selector::Selector;
use super::super::value::Slots;
use super::super::yaml::{Key, Node, Value};
use super::substitute::{Binding, Bindings, is_name};
use crate::diag::{Diagnostic, Diagnostics, Span};

/// A parameter: `title: text`, or `width: { type: number, default: 4, min: 1, max: 16 }`.
pub(crate) struct Param<'a> {
    pub(super) key: &'a Key,
    kind: ParamKind,
    default: Option<&'a Node>,
    range: (Bound<f64>, Bound<f64>),
    words: Vec<&'a str>,
    summary: Option<&'a str>,
}

/// A parameter in words.
pub struct ParamRow {
    /// Its name.
    pub name: String,
    /// What it takes.
    pub takes: String,
    /// What holds if it is not given; `required` if it must be.
    pub default: String,
    /// One line.
    pub summary: String,
}

impl Param<'_> {
    /// The parameter in words.
    pub(crate) fn row(&self) -> ParamRow {
        let meaning = ParamKind::ALL.iter().find(|(kind, ..)| *kind == self.kind).map_or("", |row| row.2);
        let takes = match self.words.as_slice() {
            [] => shorten(meaning.trim_end_matches('.')).to_lowercase(),
            words => listed(words),
        };
        let default = match self.default.map(|node| node.text()) {
            None => "required".to_owned(),
            Some(None | Some("")) => "none".to_owned(),
            Some(Some(text)) => format!("`{text}`"),
        };
        let (name, summary) = (self.key.text.clone(), self.summary.unwrap_or_default().to_owned());
        ParamRow { name, takes, default, summary }
    }
}

macro_rules! kinds {
    ($($variant:ident $name:literal $meaning:literal,)*) => {
        /// What may be given for a parameter.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum ParamKind { $(#[doc = $meaning] $variant,)* }

        impl ParamKind {
            /// Every kind with its name in scripts and its meaning.
            pub const ALL: &'static [(ParamKind, &'static str, &'static str)] = &[$((ParamKind::$variant, $name, $meaning),)*];
        }
    };
}

kinds! {
    Text "text" "Text, with `${...}`, markup and formulas.",
    Number "number" "A number or an expression, from `min` to `max`.",
    Point "point" "A point `[x, y]`, or an expression that gives one.",
    Flag "flag" "`true` or `false`.",
    Color "color" "A role of the theme or `'#rrggbb'`.",
    Word "word" "One of the words listed under `of`.",
    Source "source" "A source, or probabilities.",
    Code "code" "A code.",
    Function "function" "A function such as `x => x * x`.",
    Actor "actor" "An actor or a part of one.",
    Target "target" "Actors or parts, as verbs take them.",
    Secs "secs" "Seconds, at least 0.",
    List "list" "A list, for `for_each`.",
    Any "any" "Anything.",
}

/// Reads `params`.
pub(super) fn read_params<'a>(node: Option<&'a Node>, diags: &mut Diagnostics) -> Vec<Param<'a>> {
    let Some(node) = node else { return Vec::new() };
    let Value::Map(entries) = &node.value else {
        let message = format!("expected parameters such as `{{ title: text }}`, found {}", node.kind());
        diags.push(Diagnostic::error("wrong-type", &node.span, message));
        return Vec::new();
    };
    entries.iter().filter_map(|(key, node)| read_param(key, node, diags)).collect()
}

fn read_param<'a>(key: &'a Key, node: &'a Node, diags: &mut Diagnostics) -> Option<Param<'a>> {
    if !is_name(&key.text) {
        let message = format!("`{}` cannot be the name of a parameter", key.text.escape_debug());
        let hint = "a name starts with a letter and holds letters a to z, digits and `_`";
        diags.push(Diagnostic::error("bad-name", &key.span, message).hint(hint));
        return None;
    }
    let kind_node = if matches!(node.value, Value::Map(_)) { node.get("type") } else { Some(node) };
    let Some(kind_node) = kind_node else {
        let message = format!("the parameter `{}` has no `type`", key.text);
        diags.push(Diagnostic::error("missing-key", &key.span, message).hint(kinds_hint()));
        return None;
    };
    let word = kind_node.text().unwrap_or_default();
    let Some((kind, ..)) = ParamKind::ALL.iter().find(|(_, name, _)| *name == word) else {
        let message = format!("`{}` is no type of a parameter", shorten(word));
        let found = Diagnostic::error("unknown-word", &kind_node.text_span(), message);
        diags.push(found.suggest(word, ParamKind::ALL.iter().map(|row| row.1)).hint(kinds_hint()));
        return None;
    };
    let known = ["type", "default", "min", "max", "of", "summary"];
    for (key, _) in node.entries().iter().filter(|(key, _)| !known.contains(&key.text.as_str())) {
        diags.push(unknown_key(key, &known));
    }
    let mut bound = |key: &str| {
        let read = |n: &Node| Reader { slots: &mut Slots::default(), diags: &mut *diags }.fixed(n, &..);
        node.get(key).and_then(read).map_or(Bound::Unbounded, Bound::Included)
    };
    let range = (bound("min"), bound("max"));
    let words = match node.get("of").map(|n| &n.value) {
        Some(Value::List(items)) => items.iter().filter_map(Node::text).collect(),
        _ => Vec::new(),
    };
    if *kind == ParamKind::Word && words.is_empty() {
        let message = format!("the parameter `{}` lists no words", key.text);
        diags.push(Diagnostic::error("missing-key", &key.span, message).hint("write `of: [left, right]`"));
    }
    let summary = node.get("summary").and_then(Node::text);
    Some(Param { key, kind: *kind, default: node.get("default"), range, words, summary })
}

fn kinds_hint() -> String {
    format!("types: {}", listed(&ParamKind::ALL.iter().map(|row| row.1).collect::<Vec<_>>()))
}

/// The arguments of a use: a map of parameters, or the value of the first one. Mistakes are reported; `None` if any.
pub(super) fn bind(params: &[Param<'_>], args: &Node, used_at: &Span, diags: &mut Diagnostics) -> Option<Bindings> {
    let named = |(key, _): &(Key, Node)| key.text.is_empty() || params.iter().any(|p| p.key.text == key.text);
    // A map that names no parameter may be the value of the first, as `{ all_but: chart }` is a target.
    let takes_map = params.first().is_some_and(|p| matches!(p.kind, ParamKind::Target | ParamKind::Any));
    let by_name = match &args.value {
        Value::Map(entries) => entries.iter().any(named) || !takes_map,
        Value::Null => true,
        _ => false,
    };
    let mut bindings = Bindings::default();
    let mut sound = true;
    for (i, param) in params.iter().enumerate() {
        let bare = (i == 0 && !by_name).then_some(args);
        let main = args.get("").filter(|_| i == 0);
        let given = if by_name { args.get(&param.key.text).or(main) } else { bare };
        let Some(node) = given.or(param.default) else {
            let message = format!("the parameter `{}` is missing", param.key.text);
            diags.push(Diagnostic::error("missing-key", used_at, message).label(&param.key.span, "it has no default"));
            sound = false;
            continue;
        };
        let before = diags.len();
        check(param, node, diags);
        sound &= diags.len() == before;
        let expression = matches!(param.kind, ParamKind::Number | ParamKind::Point);
        bindings.bind(&param.key.text, Binding::of(node, expression));
    }
    if by_name {
        let known: Vec<&str> = params.iter().map(|p| p.key.text.as_str()).collect();
        for (key, _) in
            args.entries().iter().filter(|(key, _)| !key.text.is_empty() && !known.contains(&key.text.as_str()))
        {
            diags.push(unknown_key(key, &known));
            sound = false;
        }
    } else if params.is_empty() {
        diags.push(Diagnostic::error("unknown-key", &args.span, "no parameter takes this value"));
        sound = false;
    }
    sound.then_some(bindings)
}

/// Reports an argument that is not of its parameter's kind.
fn check(param: &Param<'_>, node: &Node, diags: &mut Diagnostics) {
    // What stands for a name of an enclosing component or loop is checked there.
    let mut slots = Slots::default();
    let mut reader = Reader { slots: &mut slots, diags };
    match param.kind {
        // No words may be meant: whether they are needed, the component knows.
        ParamKind::Text if node.text().is_some_and(|text| text.trim().is_empty()) => {}
        ParamKind::Text => drop(reader.template(node)),
        ParamKind::Number => drop(reader.number(node, &param.range)),
        ParamKind::Secs => drop(reader.fixed(node, &(0.0..=crate::limits::FILM_SECS))),
        ParamKind::Point if matches!(node.value, Value::List(_)) => drop(reader.point(node)),
        ParamKind::Flag => drop(reader.flag(node)),
        ParamKind::Color => drop(reader.ink(node)),
        ParamKind::Function => drop(reader.function(node)),
        ParamKind::Word => {
            let text = node.text().unwrap_or_default();
            if !param.words.contains(&text) {
                let message = format!("`{}` is not one of {}", shorten(text), listed(&param.words));
                let found = Diagnostic::error("unknown-word", &node.span, message);
                reader.diags.push(found.suggest(text, param.words.iter().copied()));
            }
        }
        ParamKind::Actor => {
            if let Some(text) = node.text() {
                reader.diags.ok(Selector::parse(text.trim(), &node.text_span()));
            } else {
                reader.expected("an actor or a part of one", node);
            }
        }
        ParamKind::Target => drop(reader.target(node)),
        ParamKind::List if !matches!(node.value, Value::List(_) | Value::Scalar { .. }) => {
            reader.expected("a list", node)
        }
        ParamKind::Source | ParamKind::Code | ParamKind::Point if node.text().is_none() => {
            if !matches!(node.value, Value::List(_)) {
                reader.expected("a name or an expression", node);
            }
        }
        ParamKind::Source | ParamKind::Code | ParamKind::Point | ParamKind::List | ParamKind::Any => {}
    }
}
