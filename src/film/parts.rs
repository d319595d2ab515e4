//! Parts that a script speaks of and the film does not have.

use super::effect::Address;
use super::instant::Instant;
use super::scene::{ActorKind, Scene};
use super::select::{addresses, names};
use crate::diag::{Diagnostic, Diagnostics};
use crate::draw::Part;
use crate::script::{SceneDef, Segment, Selector};

/// Names shown of those that there are.
const SHOWN: usize = 12;

/// Reports selectors that name nothing at the first instant of a scene and nothing at its last.
pub(super) fn report_missing(instants: [&Instant<'_>; 2], scene: &Scene, def: &SceneDef, diags: &mut Diagnostics) {
    let mut check = |selector: &Selector| {
        let whole = Selector { except: Vec::new(), ..selector.clone() };
        let found = addresses(scene, &whole);
        for taken in &selector.except {
            let from = addresses(scene, taken);
            if !from.is_empty() && !from.iter().any(|gone| found.iter().any(|address| address.actor == gone.actor)) {
                let message = format!("`{}` is no part of `{}`", taken.span.text(), selector.span.text());
                diags.push(Diagnostic::error("bad-selector", &taken.span, message));
            }
        }
        if selector.path.is_empty() {
            return;
        }
        if found.is_empty() {
            no_member(scene, selector).into_iter().for_each(|found| diags.push(found));
            return;
        }
        let mut missing = found.iter().map(|address| missing(instants, scene, address, selector));
        // A part of several actors need not be in each of them.
        let first = missing.next().flatten();
        if let Some(first) = first.filter(|_| missing.all(|other| other.is_some())) {
            diags.push(first);
        }
    };
    crate::script::visit_selectors(def, &mut check);
    scene.actors.iter().for_each(|actor| actor.visit_spots(&mut check));
}

/// A group has no member of this name or position.
fn no_member(scene: &Scene, selector: &Selector) -> Option<Diagnostic> {
    let group = scene.actors.iter().find(|actor| actor.name == selector.actor)?;
    let ActorKind::Group { members, .. } = &group.kind else { return None };
    if group.stands_for.is_some() {
        return None;
    }
    let local = |name: &'_ str| {
        let inner = name.strip_prefix(&group.name).and_then(|rest| rest.strip_prefix('.'));
        inner.unwrap_or(name).to_owned()
    };
    let known: Vec<String> =
        members.iter().filter_map(|member| scene.actors.get(*member)).map(|actor| local(&actor.name)).collect();
    let wanted = selector.path.iter().find_map(|segment| match segment {
        Segment::Name(name) => Some(name.as_str()),
        _ => None,
    });
    let message = format!("the group `{}` has no such member", group.name);
    let found = Diagnostic::error("unknown-part", &selector.span, message);
    let found = match wanted {
        Some(wanted) => found.suggest(wanted, known.iter().map(String::as_str)),
        None => found,
    };
    Some(found.hint(listed("its members are", known.iter().map(String::as_str), "it has no members")))
}

/// Why an address names nothing, if it does.
fn missing(instants: [&Instant<'_>; 2], scene: &Scene, address: &Address, selector: &Selector) -> Option<Diagnostic> {
    let drawings = instants.map(|instant| instant.drawing(address.actor));
    let mut level: Vec<&Part> = drawings.iter().flatten().map(|drawing| &drawing.part).collect();
    let mut way = scene.actors.get(address.actor).map_or(String::new(), |actor| actor.name.clone());
    for segment in address.path.iter().filter(|segment| !matches!(segment, Segment::But(_))) {
        let next = chosen(&level, segment);
        if next.is_empty() {
            return Some(explained(&level, &way, segment, selector));
        }
        if let Segment::Name(name) = segment {
            way = format!("{way}.{name}");
        }
        level = next;
    }
    None
}

/// The parts that a step leads to. A condition may come true later: it leads to all that it can be asked of.
fn chosen<'p>(level: &[&'p Part], segment: &Segment) -> Vec<&'p Part> {
    let mut found = Vec::new();
    for part in level {
        for (index, child) in part.parts.iter().enumerate() {
            let fits = match segment {
                Segment::Where(condition) => condition.tests.iter().all(|test| has_attribute(child, &test.attribute)),
                _ => names(segment, &part.parts, index),
            };
            if fits {
                found.push(child);
            } else if matches!(segment, Segment::Source(_)) {
                found.extend(chosen(&[child], segment));
            }
        }
    }
    found
}

fn has_attribute(part: &Part, name: &str) -> bool {
    matches!(name, "index" | "name") || part.attributes.iter().any(|(known, _)| *known == name)
}

fn explained(level: &[&Part], way: &str, segment: &Segment, selector: &Selector) -> Diagnostic {
    let children = || level.iter().flat_map(|part| &part.parts);
    let error = |message: String| Diagnostic::error("unknown-part", &selector.span, message);
    let mut known: Vec<&str> = Vec::new();
    for child in children() {
        if !child.name.is_empty() && !known.contains(&child.name.as_str()) && known.len() < 300 {
            known.push(&child.name);
        }
    }
    let parts = listed("it has", known.iter().copied(), "it has no parts");
    match segment {
        Segment::Name(name) => {
            error(format!("`{way}` has no part `{name}`")).suggest(name, known.iter().copied()).hint(parts)
        }
        Segment::Source(text) => {
            let hint = "write the text exactly as it stands there, without the signs around a word";
            error(format!("`{way}` has no part made from `{text}`")).hint(hint)
        }
        Segment::Where(condition) => {
            let unknown =
                condition.tests.iter().find(|test| !children().any(|part| has_attribute(part, &test.attribute)));
            let mut known = vec!["index", "name"];
            for (name, _) in children().flat_map(|part| &part.attributes) {
                if !known.contains(name) && *name != "source" {
                    known.push(name);
                }
            }
            let attribute = unknown.or(condition.tests.first()).map_or("", |test| &test.attribute);
            let hint = listed("they have", known.iter().copied(), "");
            error(format!("the parts of `{way}` have no `{attribute}`")).suggest(attribute, known).hint(hint)
        }
        _ => {
            let most = level.iter().map(|part| Part::counted(&part.parts, 0).1).max().unwrap_or_default();
            let hint = match most {
                0 => "it has no parts".to_owned(),
                _ => format!("its {most} parts are counted from 0 to {}, or from the end: -1 is the last", most - 1),
            };
            error(format!("`{way}` has no such part")).hint(hint)
        }
    }
}

fn listed<'a>(intro: &str, names: impl Iterator<Item = &'a str>, nothing: &str) -> String {
    let mut shown: Vec<String> = names.take(SHOWN + 1).map(|name| format!("`{name}`")).collect();
    if shown.is_empty() {
        return nothing.to_owned();
    }
    if shown.len() > SHOWN {
        shown.truncate(SHOWN);
        shown.push("...".into());
    }
    format!("{intro} {}", shown.join(", "))
}
