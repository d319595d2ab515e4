//! The cast of a scene: a map of actors, each with one visual or group; then what ties actors to each other.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::expand::CastEntry;
use super::fields::{Fields, unknown_key};
use super::model::{ActorDef, ActorKind, Align, Arrange, Place, Placement, Room};
use super::placement::{BESIDE, PLACEMENT_KEYS, SceneReader, place_keys, read_placement, unknown_actor};
use super::reader::Reader;
use super::selector::{Segment, Selector};
use super::yaml::{Key, Node, Value};
use crate::diag::{Diagnostic, Diagnostics, Span, closest};
use crate::limits;

/// Visuals that take other actors together.
pub const GROUPS: &[&str] = &["row", "column", "grid", "stack", "group"];

/// What gives actors and parts a name.
const SET: &str = "set";

/// Reads all actors and checks what ties them together.
pub(super) fn read_cast(entries: &[CastEntry], scene: &mut SceneReader<'_>) -> Vec<ActorDef> {
    if let Some(entry) = entries.get(limits::ACTORS) {
        let message = format!("the scene has more than {} actors", limits::ACTORS);
        scene.reader.diags.push(Diagnostic::error("too-many-actors", &entry.key.span, message));
        return Vec::new();
    }
    report_twins(entries, scene.reader.diags);
    let cast: Vec<_> = entries.iter().filter_map(|entry| read_actor(entry, scene)).collect();
    scene.enter("");
    check_groups(&cast, scene);
    check_circles(&cast, scene.reader.diags);
    cast
}

/// Two actors of one name can come about by loops and files.
fn report_twins(entries: &[CastEntry], diags: &mut Diagnostics) {
    let mut seen: BTreeMap<&str, &Span> = BTreeMap::new();
    for CastEntry { key, .. } in entries {
        if let Some(first) = seen.insert(&key.text, &key.span) {
            let message = format!("two actors are called `{}`", key.text);
            let found = Diagnostic::error("duplicate-actor", &key.span, message).label(first, "the first");
            diags.push(found.hint("within `for_each`, put the value into the name, as in `dot$i`"));
        }
    }
}

fn read_actor(entry: &CastEntry, scene: &mut SceneReader<'_>) -> Option<ActorDef> {
    let CastEntry { key, node, .. } = entry;
    scene.enter(&entry.scope);
    let (name, span) = (key.text.clone(), key.span.clone());
    let (scope, component) = (Arc::clone(&scene.scope), entry.component.clone());
    let entries = match &node.value {
        Value::Scalar { .. } => {
            let kind = ActorKind::Visual { name: ("text".into(), node.span.clone()), body: node.clone() };
            return Some(ActorDef { name, span, kind, placement: Default::default(), scope, component });
        }
        Value::Map(entries) => entries,
        _ => {
            scene.reader.expected("an actor such as `{ coins: { count: 8 }, at: [0, 1] }`, or text", node);
            return None;
        }
    };
    let visual = find_visual(key, entries, scene.reader.diags);
    let group = visual.filter(|(key, _)| GROUPS.contains(&key.text.as_str()));
    // What stands beside a group is for its members, unless it says how far the group is from something.
    let beside = BESIDE.iter().any(|(side, _)| node.get(side).is_some());
    let listed = group.is_some_and(|(_, body)| matches!(body.value, Value::List(_)) || !beside);
    let placement = read_placement(node, scene, listed);
    for (key, _) in entries {
        let of = match key.text.as_str() {
            "columns" => ["grid", "grid"],
            "spread" => ["row", "column"],
            _ => continue,
        };
        if !listed || !group.is_some_and(|(group, _)| of.contains(&group.text.as_str())) {
            let message = format!("`{}` means nothing beside this", key.text);
            let found = Diagnostic::error("unknown-key", &key.span, message);
            let hint = "`columns` stands beside `grid: [a, b]`, `spread` beside `row: [a, b]` or `column: [a, b]`";
            scene.reader.diags.push(found.hint(hint));
        }
    }
    let kind = match (visual?, group) {
        ((key, body), _) if key.text == SET => read_set(body, node, scene)?,
        (_, Some((key, body))) => read_group(key, body, node, listed, &mut scene.reader)?,
        ((key, body), None) => ActorKind::Visual { name: (key.text.clone(), key.span.clone()), body: body.clone() },
    };
    Some(ActorDef { name, span, kind, placement, scope, component })
}

/// The one key that is not about place or looks. Slips of those keys are told apart from visuals.
fn find_visual<'a>(actor: &Key, entries: &'a [(Key, Node)], diags: &mut Diagnostics) -> Option<&'a (Key, Node)> {
    let others = || entries.iter().filter(|(key, _)| !PLACEMENT_KEYS.contains(&key.text.as_str()));
    let several = others().count() > 1;
    let slip = |key: &Key| several && closest(&key.text, PLACEMENT_KEYS.iter().copied()).is_some();
    for (key, _) in others().filter(|(key, _)| slip(key)) {
        diags.push(unknown_key(key, PLACEMENT_KEYS));
    }
    let mut visuals = others().filter(|(key, _)| !slip(key));
    let Some(visual) = visuals.next() else {
        if others().next().is_none() {
            let message = format!("the actor `{}` shows nothing: a visual is missing", actor.text);
            diags.push(
                Diagnostic::error("missing-visual", &actor.span, message)
                    .hint("name one, as in `{ formula: 'x^2', at: [0, 0] }`; see `surprisal list visuals`"),
            );
        }
        return None;
    };
    if let Some((second, _)) = visuals.next() {
        let message = format!("the actor `{}` has two visuals, `{}` and `{}`", actor.text, visual.0.text, second.text);
        diags.push(Diagnostic::error("two-visuals", &second.span, message).label(&visual.0.span, "the first").hint(
            format!(
                "fields of a visual go inside it: `{}: {{ ..., {}: ... }}`; two visuals are two actors",
                visual.0.text, second.text
            ),
        ));
    }
    Some(visual)
}

/// Reads `set: [chart.up, coins[0..4]]`: a name for them, which has no place or looks of its own.
fn read_set(body: &Node, actor: &Node, scene: &mut SceneReader<'_>) -> Option<ActorKind> {
    let placed = actor.entries().iter().find(|(key, _)| PLACEMENT_KEYS.contains(&key.text.as_str()));
    if let Some((key, _)) = placed {
        let message = format!("a set is only a name for others: it has no `{}`", key.text);
        let hint = "actors that are placed or styled together are a `group`";
        scene.reader.diags.push(Diagnostic::error("unknown-key", &key.span, message).hint(hint));
    }
    let target = scene.target(body)?;
    if target.all_but {
        let message = "a set names what it holds, not what it leaves out";
        scene.reader.diags.push(Diagnostic::error("bad-selector", &body.span, message));
        return None;
    }
    Some(ActorKind::Set { of: target.selectors })
}

/// Reads `row: [a, b]` with `gap` and `align` beside it, or `row: { members: [a, b], gap: 1 }`.
fn read_group(key: &Key, body: &Node, actor: &Node, listed: bool, reader: &mut Reader<'_>) -> Option<ActorKind> {
    let mut fields = Fields::with(body, Some("members"), reader.reborrow()).at(&key.span);
    let members = if fields.required("members") { fields.list("members") } else { None };
    let (grid, line) = (key.text == "grid", matches!(key.text.as_str(), "row" | "column"));
    let mut columns = if grid { fields.integer("columns", 1..=1000) } else { None };
    let mut spread = if line { fields.positive("spread") } else { None };
    let mut gap = fields.number("gap", ..);
    let mut align = fields.word("align", Align::WORDS).and_then(Align::named);
    let members: Vec<_> = members.unwrap_or_default().iter().filter_map(|item| fields.reader().text(item)).collect();
    fields.finish();
    if listed {
        gap = gap.or_else(|| actor.get("gap").and_then(|n| reader.number(n, &..)));
        let word = || actor.get("align").and_then(|n| reader.word(n, Align::WORDS)).and_then(Align::named);
        align = align.or_else(word);
        let count = || actor.get("columns").filter(|_| grid).and_then(|n| reader.integer(n, &(1..=1000)));
        columns = columns.or_else(count);
        spread = spread.or_else(|| actor.get("spread").filter(|_| line).and_then(|n| reader.number(n, &(0.0..))));
    }
    let count = members.len().max(1);
    let arrange = match key.text.as_str() {
        "row" => Arrange::Row,
        "column" => Arrange::Column,
        "stack" => Arrange::Stack,
        // As square as it gets, unless told.
        "grid" => Arrange::Grid {
            columns: columns.map_or_else(|| count.isqrt() + usize::from(count.isqrt().pow(2) < count), |c| c as usize),
        },
        _ => Arrange::Free,
    };
    Some(ActorKind::Group { arrange, members, gap, spread, align })
}

/// Members exist, belong to one group, and are placed by it alone.
fn check_groups(cast: &[ActorDef], scene: &mut SceneReader<'_>) {
    let by_name: BTreeMap<&str, &ActorDef> = cast.iter().map(|actor| (actor.name.as_str(), actor)).collect();
    let mut taken: BTreeMap<&str, &Span> = BTreeMap::new();
    for actor in cast {
        let ActorKind::Group { arrange, members, .. } = &actor.kind else { continue };
        for (member, span) in members {
            if !scene.actors.contains(member) && scene.reader.diags.len() < limits::DIAGNOSTICS {
                scene.reader.diags.push(unknown_actor(member, span, scene.actors));
            }
            if by_name.get(member.as_str()).is_some_and(|actor| matches!(actor.kind, ActorKind::Set { .. })) {
                let message = format!("`{member}` is a set: it has no place, so it cannot be a member");
                scene.reader.diags.push(Diagnostic::error("wrong-type", span, message).hint("name its actors instead"));
            }
            if let Some(first) = taken.insert(member, span) {
                let message = format!("`{member}` is a member twice");
                scene
                    .reader
                    .diags
                    .push(Diagnostic::error("member-twice", span, message).label(first, "already a member here"));
            }
            let placement = by_name.get(member.as_str()).map(|actor| &actor.placement);
            let placed = placement
                .is_some_and(|p| p.at.is_some() || p.beside.is_some() || p.inside.is_some() || p.edge.is_some());
            if placed && *arrange != Arrange::Free {
                let message = format!("`{member}` has a place of its own, but `{}` arranges it", actor.name);
                let keys = place_keys().map(|k| format!("`{k}`")).collect::<Vec<_>>().join(", ");
                scene.reader.diags.push(
                    Diagnostic::error("member-placed", span, message)
                        .hint(format!("leave out its {keys}, or use `group`, which arranges nothing")),
                );
            }
        }
    }
}

/// Nobody is placed by means of itself: each actor's ties are followed once, depth first, without recursion.
fn check_circles(cast: &[ActorDef], diags: &mut Diagnostics) {
    let by_name: BTreeMap<&str, &ActorDef> = cast.iter().map(|actor| (actor.name.as_str(), actor)).collect();
    let ties: BTreeMap<&str, Vec<(&str, &Span)>> =
        cast.iter().map(|actor| (actor.name.as_str(), ties(actor, &by_name))).collect();
    let mut done: BTreeSet<&str> = BTreeSet::new();
    for start in ties.keys() {
        let mut way: Vec<(&str, usize)> = vec![(start, 0)];
        let mut on_way: BTreeSet<&str> = BTreeSet::from([*start]);
        while let Some((name, next)) = way.last_mut() {
            let tie = ties.get(name).filter(|_| !done.contains(name)).and_then(|all| all.get(*next));
            *next += 1;
            let Some((other, span)) = tie else {
                done.insert(name);
                on_way.remove(name);
                way.pop();
                continue;
            };
            if on_way.contains(other) {
                let from = way.iter().position(|(n, _)| n == other).unwrap_or_default();
                let circle: Vec<_> = way.iter().skip(from).map(|(n, _)| *n).chain([*other]).collect();
                let message = format!("the places of these actors depend on each other: {}", circle.join(" -> "));
                diags.push(Diagnostic::error("circle", span, message).hint("place one of them on its own, with `at`"));
            } else if !done.contains(other) && ties.contains_key(other) {
                on_way.insert(other);
                way.push((other, 0));
            }
        }
    }
}

/// The actors that an actor's place or extent depends on.
fn ties<'a>(actor: &'a ActorDef, by_name: &BTreeMap<&'a str, &'a ActorDef>) -> Vec<(&'a str, &'a Span)> {
    let selectors = placed_by(&actor.placement);
    let (members, others): (&[(String, Span)], &[Selector]) = match &actor.kind {
        ActorKind::Group { members, .. } => (members, &[]),
        ActorKind::Set { of } => (&[], of),
        ActorKind::Visual { .. } => (&[], &[]),
    };
    let named = selectors.chain(others).map(|selector| (owner(selector, by_name), &selector.span));
    named.chain(members.iter().map(|(member, span)| (member.as_str(), span))).collect()
}

/// What a placement refers to.
pub fn placed_by(placement: &Placement) -> impl Iterator<Item = &Selector> {
    let place = match &placement.at {
        Some(
            Place::In(selector, _) | Place::Part(selector) | Place::Corner(selector, _) | Place::Along(selector, _),
        ) => Some(selector),
        _ => None,
    };
    let beside = placement.beside.as_ref().map(|beside| &beside.of);
    let room = match &placement.fit {
        Some((Room::Of(selector), _)) => Some(selector),
        _ => None,
    };
    let sizes = [placement.match_width.as_ref(), placement.match_height.as_ref()];
    [place, beside, placement.inside.as_ref(), room].into_iter().chain(sizes).flatten()
}

/// The actor that a selector goes to: in `row.title` the member `title` of the group `row`.
fn owner<'a>(selector: &'a Selector, by_name: &BTreeMap<&'a str, &'a ActorDef>) -> &'a str {
    let mut name = selector.actor.as_str();
    for segment in &selector.path {
        let Some(ActorKind::Group { members, .. }) = by_name.get(name).map(|actor| &actor.kind) else { break };
        let found = match segment {
            Segment::Name(wanted) => members.iter().find(|(member, _)| {
                member == wanted || member.strip_prefix(name).and_then(|m| m.strip_prefix('.')) == Some(wanted)
            }),
            Segment::Index(index) => usize::try_from(*index).ok().and_then(|index| members.get(index)),
            _ => None,
        };
        let Some((member, _)) = found else { break };
        name = member;
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Source;

    fn codes(cast: &str) -> Vec<String> {
        let text = format!("scenes:\n  - cast:\n{cast}    steps: []\n");
        let (_, diags) = crate::script::parse(&Source::new("x", text), &crate::world::MemoryWorld::default());
        diags.iter().map(|d| format!("{} {}", d.code, d.message)).collect()
    }

    #[test]
    fn a_circle_is_written_out() {
        let found =
            codes("      a: { text: A, above: b }\n      b: { text: B, left_of: c }\n      c: { text: C, below: a }\n");
        assert_eq!(found, ["circle the places of these actors depend on each other: a -> b -> c -> a"]);
        let found =
            codes("      g: { row: [a] }\n      h: { text: H, above: g }\n      a: { text: A, shift: [0, 1] }\n");
        assert_eq!(found, Vec::<String>::new());
        let found = codes("      g: { group: [a] }\n      a: { text: A, above: g }\n");
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("a -> g -> a"), "{found:?}");
    }

    #[test]
    fn a_long_chain_is_no_circle() {
        let mut cast = String::from("      a0: zero\n");
        for i in 1..5000 {
            cast += &format!("      a{i}: {{ text: x, above: a{} }}\n", i - 1);
        }
        assert_eq!(codes(&cast), Vec::<String>::new());
    }

    #[test]
    fn grids_are_square_unless_told() {
        let text = "scenes:\n  - cast: { a: A, b: B, c: C, g: { grid: [a, b, c] } }\n    steps: []\n";
        let (script, diags) = crate::script::parse(&Source::new("x", text), &crate::world::MemoryWorld::default());
        assert!(diags.is_empty(), "{diags:?}");
        let kind = &script.unwrap().scenes[0].cast[3].kind;
        let ActorKind::Group { arrange, gap, .. } = kind else { panic!("{kind:?}") };
        assert_eq!((arrange, gap), (&Arrange::Grid { columns: 2 }, &None));
    }
}
