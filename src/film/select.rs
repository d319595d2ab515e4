//! From selectors to addresses: groups become their members, sets what they stand for, and what is taken away is noted.

use super::effect::Address;
use super::scene::{ActorKind, Scene};
use super::schedule::ActorFacts;
use crate::draw::{Attribute, Part};
use crate::limits;
use crate::script::{Condition, Segment, Selector};

/// What an actor consists of, as far as selectors are concerned.
pub(super) enum Consists<'a> {
    /// Parts of its own.
    Parts,
    /// Other actors.
    Members(&'a [usize]),
    /// It is a name for others.
    Others(&'a [Selector]),
}

/// The actors of a scene, compiled or not.
pub(super) trait Cast {
    /// The actor of this name.
    fn index_of(&self, name: &str) -> Option<usize>;
    /// An actor's name, and what it consists of.
    fn consists(&self, index: usize) -> Option<(&str, Consists<'_>)>;
}

impl Cast for [ActorFacts] {
    fn index_of(&self, name: &str) -> Option<usize> {
        self.iter().position(|actor| actor.name == name)
    }

    fn consists(&self, index: usize) -> Option<(&str, Consists<'_>)> {
        let actor = self.get(index)?;
        let consists = match (&actor.stands_for, actor.spec) {
            (Some(others), _) => Consists::Others(others),
            (None, Some(_)) => Consists::Parts,
            (None, None) => Consists::Members(&actor.members),
        };
        Some((&actor.name, consists))
    }
}

impl Cast for Scene {
    fn index_of(&self, name: &str) -> Option<usize> {
        self.actors.iter().position(|actor| actor.name == name)
    }

    fn consists(&self, index: usize) -> Option<(&str, Consists<'_>)> {
        let actor = self.actors.get(index)?;
        let consists = match (&actor.stands_for, &actor.kind) {
            (Some(others), _) => Consists::Others(others),
            (None, ActorKind::Visual(_)) => Consists::Parts,
            (None, ActorKind::Group { members, .. }) => Consists::Members(members),
        };
        Some((&actor.name, consists))
    }
}

/// The actors and parts that a selector names: a group stands for its members, a set for what it holds.
pub(super) fn addresses(cast: &(impl Cast + ?Sized), selector: &Selector) -> Vec<Address> {
    let mut found = Vec::new();
    choose(cast, selector, 0, &mut found);
    found
}

fn choose(cast: &(impl Cast + ?Sized), selector: &Selector, depth: usize, found: &mut Vec<Address>) {
    let Some(index) = cast.index_of(&selector.actor).filter(|_| depth < limits::GROUP_DEPTH) else { return };
    let mut chosen = Vec::new();
    descend(cast, index, &selector.path, None, depth, &mut chosen);
    for taken in &selector.except {
        let mut gone = Vec::new();
        choose(cast, taken, depth + 1, &mut gone);
        for gone in gone {
            if gone.path.is_empty() {
                chosen.retain(|address| address.actor != gone.actor);
            }
            for address in chosen.iter_mut().filter(|address| address.actor == gone.actor) {
                match address.path.first_mut() {
                    Some(Segment::But(ways)) => ways.push(gone.path.clone()),
                    _ => address.path.insert(0, Segment::But(vec![gone.path.clone()])),
                }
            }
        }
    }
    found.append(&mut chosen);
}

fn descend(
    cast: &(impl Cast + ?Sized),
    index: usize,
    path: &[Segment],
    group: Option<usize>,
    depth: usize,
    found: &mut Vec<Address>,
) {
    let Some((name, consists)) = cast.consists(index).filter(|_| depth < limits::GROUP_DEPTH) else { return };
    let members = match consists {
        Consists::Parts => return found.push(Address { actor: index, path: path.to_vec(), group }),
        Consists::Others(others) => {
            for other in others {
                let path = other.path.iter().chain(path).cloned().collect();
                choose(cast, &Selector { path, ..other.clone() }, depth + 1, found);
            }
            return;
        }
        Consists::Members(members) => members,
    };
    for (position, member) in members.iter().enumerate() {
        match path.split_first() {
            // Moves of a group go about its centre.
            None => descend(cast, *member, path, group.or(Some(index)), depth + 1, found),
            Some((Segment::Source(_), _)) => descend(cast, *member, path, None, depth + 1, found),
            Some((segment, rest)) => {
                let full = cast.consists(*member).map_or("", |(full, _)| full);
                let local = full.strip_prefix(name).and_then(|local| local.strip_prefix('.')).unwrap_or(full);
                let is = |wanted: &str| wanted == full || wanted == local;
                let chosen = match segment {
                    Segment::Name(wanted) => is(wanted),
                    Segment::Where(condition) => meets(condition, &[], local, position),
                    _ => counts(segment, position, members.len()),
                };
                if chosen {
                    descend(cast, *member, rest, None, depth + 1, found);
                }
            }
        }
    }
}

/// Does a step of an address name part `index` of these?
pub(super) fn names(segment: &Segment, siblings: &[Part], index: usize) -> bool {
    let Some(part) = siblings.get(index) else { return false };
    let (position, count) = Part::counted(siblings, index);
    match segment {
        Segment::Name(name) => part.name == *name,
        Segment::Source(source) => {
            part.source.as_deref().is_some_and(|own| own == source || bare(own) == source)
                || part.attributes.iter().any(|(name, value)| {
                    *name == "source" && matches!(value, Attribute::Word(word) if **word == **source)
                })
        }
        Segment::Where(condition) => {
            position.is_some_and(|position| meets(condition, &part.attributes, &part.name, position))
        }
        _ => position.is_some_and(|position| counts(segment, position, count)),
    }
}

/// A word without the signs that stand about it in a sentence.
fn bare(word: &str) -> &str {
    word.trim_matches(['.', ',', ';', ':', '!', '?', '"', '“', '”', '„', '(', ')'])
}

/// Does an index, range or wildcard take in this position?
fn counts(segment: &Segment, position: usize, count: usize) -> bool {
    let (position, count) = (position as i64, count as i64);
    let from_start = |index: i64| if index < 0 { count.saturating_add(index) } else { index };
    match segment {
        Segment::All => true,
        Segment::Index(index) => position == from_start(*index),
        Segment::Range(start, end) => {
            start.is_none_or(|start| from_start(start) <= position) && end.is_none_or(|end| position < from_start(end))
        }
        Segment::Name(_) | Segment::Source(_) | Segment::Where(_) | Segment::But(_) => false,
    }
}

fn meets(condition: &Condition, attributes: &[(&'static str, Attribute)], name: &str, index: usize) -> bool {
    condition.tests.iter().all(|test| {
        let own = attributes.iter().find(|(known, _)| *known == test.attribute).map(|(_, value)| value);
        match (own, test.attribute.as_str()) {
            (Some(Attribute::Number(number)), _) => test.holds_for_number(*number),
            (Some(Attribute::Word(word)), _) => test.holds_for_word(word),
            (None, "index") => test.holds_for_number(index as f64),
            (None, "name") => test.holds_for_word(name),
            (None, _) => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Span;

    /// `row` of `a`, `b` and `pair` (of `pair.c`, `d`); `rare` is a set.
    struct Fake(Vec<Selector>);

    const NAMES: [&str; 7] = ["a", "b", "pair.c", "d", "pair", "row", "rare"];

    impl Cast for Fake {
        fn index_of(&self, name: &str) -> Option<usize> {
            NAMES.iter().position(|known| *known == name)
        }

        fn consists(&self, index: usize) -> Option<(&str, Consists<'_>)> {
            let consists = match index {
                4 => Consists::Members(&[2, 3]),
                5 => Consists::Members(&[0, 1, 4]),
                6 => Consists::Others(&self.0),
                _ => Consists::Parts,
            };
            NAMES.get(index).map(|name| (*name, consists))
        }
    }

    fn selector(text: &str) -> Selector {
        let (base, except) = text.split_once(" - ").map_or((text, None), |(base, except)| (base, Some(except)));
        let mut selector = Selector::parse(base, &Span::detached()).unwrap();
        selector.except.extend(except.map(selector_of));
        selector
    }

    fn selector_of(text: &str) -> Selector {
        selector(text)
    }

    fn found(text: &str) -> Vec<String> {
        let cast = Fake(vec![selector("a.* - a.up"), selector("d")]);
        let shown = |address: Address| {
            let group = address.group.map_or(String::new(), |group| format!(" of {}", NAMES[group]));
            format!("{}{}{group}", NAMES[address.actor], "/".repeat(address.path.len()))
        };
        addresses(&cast, &selector(text)).into_iter().map(shown).collect()
    }

    #[test]
    fn groups_are_their_members_by_name_position_and_wildcard() {
        assert_eq!(found("row"), ["a of row", "b of row", "pair.c of row", "d of row"]);
        assert_eq!(found("row.b"), ["b"]);
        assert_eq!(found("row[-1]"), ["pair.c of pair", "d of pair"]);
        assert_eq!(found("row.pair.c"), ["pair.c"]);
        assert_eq!(found("row[0..2].word"), ["a/", "b/"]);
        assert_eq!(found("row.*"), ["a", "b", "pair.c of pair", "d of pair"]);
        assert_eq!(found("row[index > 0]"), ["b", "pair.c of pair", "d of pair"]);
        assert_eq!(found("row - row.b"), ["a of row", "pair.c of row", "d of row"]);
        assert_eq!(found("row.nobody"), Vec::<String>::new());
    }

    #[test]
    fn sets_stand_for_what_they_hold() {
        // The way of `a` begins with what is taken away.
        assert_eq!(found("rare"), ["a//", "d"]);
        assert_eq!(found("rare.bar"), ["a///", "d/"]);
        assert_eq!(found("rare - d"), ["a//"]);
    }

    #[test]
    fn parts_are_chosen_by_position_text_and_attributes() {
        let part = Part { source: Some("entropy,".into()), ..Part::new("word3") }.with_attribute("p", 0.25);
        let other = |name: &str| Part::new(name);
        let row = [other("axis").aside(), other("a"), other("b"), other("c"), part, other("d"), other("limit").aside()];
        let chosen = |bracket: &str| names(&selector(&format!("x[{bracket}]")).path[0], &row, 4);
        let yes = ["3", "-2", "3..", "..4", "-2..-1", "*", "word3", r#""entropy""#, "p == 1/4", "index >= 3 && p < 1"];
        let no = ["2", "-1", "4..", "..3", "word4", r#""entrop""#, "p > 0.25", "q == 1", "name != word3"];
        assert!(yes.into_iter().all(chosen), "{:?}", yes.map(chosen));
        assert!(!no.into_iter().any(chosen), "{:?}", no.map(chosen));
        let beside = |bracket: &str| names(&selector(&format!("x[{bracket}]")).path[0], &row, 0);
        assert_eq!(["0", "*", "..", "-7", "index == 0", "axis"].map(beside), [false, false, false, false, false, true]);
    }
}
