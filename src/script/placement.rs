//! Where an actor is and how it looks at first: the keys that stand beside its visual.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::fields::Fields;
use super::model::{Align, Anchor, Beside, Place, Placement, Room, Side};
use super::reader::{Reader, shorten};
use super::selector::{Segment, Selector};
use super::target::Target;
use super::value::{Slot, Slots, split_commas};
use super::yaml::{Node, Value};
use crate::diag::{Diagnostic, Diagnostics, Span};
use crate::limits;

/// The keys of a place or of looks. Any other key of an actor is its visual.
pub const PLACEMENT_KEYS: &[&str] = &[
    "at",
    "above",
    "below",
    "left_of",
    "right_of",
    "inside",
    "edge",
    "fit",
    "margin",
    "gap",
    "align",
    "anchor",
    "shift",
    "scale",
    "width",
    "height",
    "match_width",
    "match_height",
    "rotate",
    "opacity",
    "layer",
    "parallax",
    "color",
    "hidden",
    "allow",
    "columns",
    "spread",
];

/// Keys of a place that are fields of some visuals too: in a style they are the visual's. A test of the visuals holds this to
/// what they read.
pub const ALSO_FIELDS: &[(&str, &[&str])] = &[
    ("gap", &["arrow", "bars", "brace", "coins", "interval_nest", "tape"]),
    (
        "width",
        &[
            "bars",
            "box",
            "candidates",
            "clusters",
            "code_tree",
            "codeword_space",
            "contours",
            "entropy_chart",
            "family_tree",
            "graph",
            "halving",
            "icon",
            "image",
            "inset",
            "interval_nest",
            "network",
            "nodes",
            "number_line",
            "prob_strip",
            "space",
            "surface",
            "vectors",
        ],
    ),
    (
        "height",
        &[
            "bars",
            "box",
            "clusters",
            "code_tree",
            "contours",
            "family_tree",
            "graph",
            "icon",
            "image",
            "inset",
            "network",
            "nodes",
            "space",
            "surface",
            "vectors",
        ],
    ),
    ("columns", &["codebook", "coins"]),
    ("layer", &["codeword_space"]),
];

/// The keys that name the side of something.
pub(super) const BESIDE: &[(&str, Side)] =
    &[("above", Side::Up), ("below", Side::Down), ("left_of", Side::Left), ("right_of", Side::Right)];

/// What the cast and steps of one scene are read with: its actors and variables are known.
pub(super) struct SceneReader<'a> {
    pub reader: Reader<'a>,
    /// Names of the actors of the scene.
    pub actors: &'a BTreeSet<String>,
    /// Names of the variables of the scene and of the script.
    pub vars: &'a BTreeSet<String>,
    /// What names may start with unwritten: `card.` within an instance `card` of a component.
    pub scope: Arc<str>,
}

impl SceneReader<'_> {
    /// Names that are read from now on belong to this scope.
    pub fn enter(&mut self, scope: &str) {
        if *self.scope != *scope {
            self.scope = Arc::from(scope);
            self.reader.slots.enter(&self.scope);
        }
    }

    /// An actor or part whose actor exists.
    pub fn selector(&mut self, node: &Node) -> Option<Selector> {
        let selector = self.reader.selector(node)?;
        self.known(selector)
    }

    /// Actors or parts whose actors exist.
    pub fn target(&mut self, node: &Node) -> Option<Target> {
        let target = self.reader.target(node)?;
        let known: Vec<_> = target.selectors.into_iter().map(|s| self.known(s)).collect();
        Some(Target { selectors: known.into_iter().collect::<Option<_>>()?, all_but: target.all_but })
    }

    /// The selector, if its actor exists; an error if not.
    pub fn known(&mut self, mut selector: Selector) -> Option<Selector> {
        let except = std::mem::take(&mut selector.except);
        selector.except = except.into_iter().map(|s| self.known(s)).collect::<Option<_>>()?;
        let local = format!("{}{}", self.scope, selector.actor);
        if !self.scope.is_empty() && self.actors.contains(&local) {
            selector.actor = local;
        }
        // `card.title` is an actor of its own within the instance `card`.
        while let Some(Segment::Name(name)) = selector.path.first()
            && let inner = format!("{}.{name}", selector.actor)
            && self.actors.contains(&inner)
        {
            selector.actor = inner;
            selector.path.remove(0);
        }
        if self.actors.contains(&selector.actor) {
            return Some(selector);
        }
        if self.reader.diags.len() < limits::DIAGNOSTICS {
            let found = unknown_actor(&selector.actor, &selector.span, self.actors);
            self.reader.diags.push(found);
        }
        None
    }

    /// Is it an expression that gives a point, and not an actor: does it begin with a point variable, or call a function?
    fn is_point(&self, text: &str) -> bool {
        let first =
            text.find(|c: char| !c.is_alphanumeric() && c != '_').map_or(text, |end| text.get(..end).unwrap_or(text));
        let called = text.get(first.len()..).is_some_and(|rest| rest.starts_with('(')) && !first.is_empty();
        let vector = text.starts_with('[');
        vector || called || self.vars.contains(&format!("{first}.x")) && !self.actors.contains(first)
    }

    /// `[x, y]`, an expression that gives a point, `actor@[x, y]`, or an actor or part.
    pub fn place(&mut self, node: &Node) -> Option<Place> {
        let text = match &node.value {
            Value::Scalar { text, .. } => text.trim(),
            Value::List(_) => return self.reader.point(node).map(Place::Point),
            _ => {
                self.reader
                    .expected("a point `[x, y]`, an actor or part, or one with `@[x, y]`, `@top_right`, `@0.3`", node);
                return None;
            }
        };
        if self.is_point(text) {
            return self.reader.point(node).map(Place::Point);
        }
        let Some((actor, point)) = text.split_once('@') else { return self.selector(node).map(Place::Part) };
        let span = node.text_span();
        let part =
            |start: usize, len: usize| if span.text() == text { span.within(start, start + len) } else { span.clone() };
        let selector = self.reader.diags.ok(Selector::parse(actor.trim(), &part(0, actor.trim_end().len())))?;
        let selector = self.known(selector)?;
        let point = point.trim();
        if let Some(anchor) = Anchor::named(point) {
            return Some(Place::Corner(selector, anchor));
        }
        let inner = point.strip_prefix('[').and_then(|p| p.strip_suffix(']'));
        if inner.is_none() && !point.is_empty() && !point.starts_with('[') {
            let span = part(text.len() - point.len(), point.len());
            let share = Node { span, value: Value::Scalar { text: point.to_owned(), plain: true } };
            return self.reader.number(&share, &(0.0..=1.0)).map(|share| Place::Along(selector, share));
        }
        let coordinates = inner.map(split_commas).unwrap_or_default();
        let (Some(inner), [x, y]) = (inner, coordinates.as_slice()) else {
            let message = format!("`{}` is no place on an actor", shorten(text));
            let hint = "write `actor@[x, y]` for its coordinates, `actor@top_right` for its box, `actor@0.3` along its outline";
            self.reader.diags.push(Diagnostic::error("wrong-type", &span, message).hint(hint));
            return None;
        };
        let base = text.find(inner).filter(|_| !inner.is_empty()).unwrap_or(0);
        let mut number = |(at, piece): &(usize, &str)| {
            let lead = piece.len() - piece.trim_start().len();
            let span = part(base + at + lead, piece.trim().len());
            let value = if piece.trim().is_empty() {
                Value::Null
            } else {
                Value::Scalar { text: piece.trim().to_string(), plain: true }
            };
            self.reader.number(&Node { span, value }, &..)
        };
        let (x, y) = (number(x), number(y));
        Some(Place::In(selector, [x?, y?]))
    }
}

/// The place that a field of a visual names, `None` if a mistake was reported: `names` are those of the actors and variables.
pub fn read_spot(
    slot: Slot,
    (actors, vars): (&BTreeSet<String>, &BTreeSet<String>),
    scope: &Arc<str>,
    slots: &mut Slots,
    diags: &mut Diagnostics,
) -> Option<Place> {
    let def = slots.get(slot)?;
    let node = Node { span: def.span.clone(), value: Value::Scalar { text: def.text.clone(), plain: true } };
    slots.enter(scope);
    SceneReader { reader: Reader { slots, diags }, actors, vars, scope: Arc::clone(scope) }.place(&node)
}

/// No actor has this name. Names are compared for a suggestion only if their lengths are alike, and not too many of them:
/// with thousands of wrong references among thousands of actors, comparing all would take minutes.
pub(super) fn unknown_actor(name: &str, span: &Span, actors: &BTreeSet<String>) -> Diagnostic {
    let alike = |other: &&str| other.len().abs_diff(name.len()) <= 1 + name.len() / 3;
    let candidates = actors.iter().map(String::as_str).filter(alike).take(300);
    let found =
        Diagnostic::error("unknown-actor", span, format!("there is no actor `{}` in this scene", shorten(name)))
            .suggest(name, candidates);
    match Anchor::named(name) {
        Some(_) => found.hint(format!("a side or corner of the frame is `edge: {name}`")),
        None => found,
    }
}

/// Warnings that are not to be given: one code or a list of them.
fn allowed(fields: &mut Fields<'_>) -> Vec<(String, Span)> {
    let Some(node) = fields.node("allow") else { return Vec::new() };
    match &node.value {
        Value::List(codes) => codes.iter().filter_map(|code| fields.reader().text(code)).collect(),
        _ => fields.reader().text(node).into_iter().collect(),
    }
}

/// Reads the placement of an actor from its map. `gap` and `align` are left out if they belong to a group's members.
pub(super) fn read_placement(node: &Node, scene: &mut SceneReader<'_>, members_take_gap: bool) -> Placement {
    let at = node.get("at").and_then(|n| scene.place(n));
    let inside = node.get("inside").and_then(|n| scene.selector(n));
    let room = node.get("fit").and_then(|n| match n.text() {
        Some("stage") if !scene.actors.contains("stage") => Some(Room::Stage),
        _ => scene.selector(n).map(Room::Of),
    });
    let [match_width, match_height] =
        ["match_width", "match_height"].map(|key| node.get(key).and_then(|n| scene.selector(n)));
    let gap = node.get("gap").filter(|_| !members_take_gap).and_then(|n| scene.reader.number(n, &..));
    let beside = BESIDE.iter().find_map(|(key, side)| node.get(key).map(|n| (n, *side)));
    let beside = beside.and_then(|(n, side)| Some(Beside { side, of: scene.selector(n)?, gap }));
    only_one_place(node, scene);
    let mut fields = Fields::with(node, None, scene.reader.reborrow());
    let margin = fields.number("margin", ..);
    let edge = fields.word("edge", Anchor::WORDS).and_then(Anchor::named);
    let align = if members_take_gap { None } else { fields.word("align", Align::WORDS).and_then(Align::named) };
    Placement {
        at,
        beside,
        align,
        inside,
        edge: edge.map(|edge| (edge, margin.clone())),
        fit: room.map(|room| (room, margin)),
        match_width,
        match_height,
        shift: fields.point("shift"),
        anchor: fields.word("anchor", Anchor::WORDS).and_then(Anchor::named),
        scale: fields.number("scale", 0.0..),
        width: fields.positive("width"),
        height: fields.positive("height"),
        rotate: fields.number("rotate", ..),
        opacity: fields.number("opacity", 0.0..=1.0),
        layer: fields.integer("layer", -1000..=1000).unwrap_or(0),
        parallax: fields.fixed("parallax", 0.0..=10.0),
        color: fields.ink("color"),
        hidden: fields.flag("hidden").unwrap_or(false),
        allow: allowed(&mut fields),
    }
}

/// Keys that say where, of which an actor has at most one.
pub(super) fn place_keys() -> impl Iterator<Item = &'static str> {
    ["at", "inside", "edge"].into_iter().chain(BESIDE.iter().map(|(key, _)| *key))
}

fn only_one_place(node: &Node, scene: &mut SceneReader<'_>) {
    let mut given = node.entries().iter().filter(|(key, _)| place_keys().any(|known| known == key.text));
    let (Some((first, _)), Some((second, _))) = (given.next(), given.next()) else { return };
    let message = format!("`{}` and `{}` both say where the actor is", first.text, second.text);
    scene.reader.diags.push(
        Diagnostic::error("two-places", &second.span, message)
            .label(&first.span, "already placed here")
            .hint("keep one of them; `shift: [x, y]` moves the actor from there, `align` settles the other direction"),
    );
}
