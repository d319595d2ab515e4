//! What an actor depends on, through expressions and places, directly and through others.

use std::collections::BTreeSet;

use super::Film;
use super::build::placement_slots;
use super::effect::{Effect, EffectKind};
use super::scene::{Actor, ActorKind, Scene, TIME, Var};
use super::select::addresses;
use crate::diag::{Diagnostic, Diagnostics, Span};
use crate::script::{Amount, Motion, Place, SceneDef, Selector, Slot};

/// Something that an expression may name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    Actor(usize),
    Var(String),
    Source(usize),
}

/// The dependencies of a scene.
pub(super) struct Links<'a> {
    film: &'a Film,
    scene: &'a Scene,
}

impl<'a> Links<'a> {
    /// The dependencies of a scene; reports names that are nothing, and circles.
    pub(super) fn of(film: &'a Film, scene: &'a Scene, def: &SceneDef, diags: &mut Diagnostics) -> Self {
        let links = Self { film, scene };
        links.report_unknown(def, diags);
        for index in 0..scene.actors.len() {
            let mut path = Vec::new();
            if let Some(circle) = links.circle(&Node::Actor(index), &mut path, &mut BTreeSet::new()) {
                let span = scene.actors.get(index).map_or_else(Span::detached, |actor| actor.span.clone());
                let mistake = Diagnostic::error("circular", &span, format!("these depend on each other: {circle}"));
                diags.push(mistake.hint("give one of them a value or a place of its own"));
                break;
            }
        }
        links
    }

    /// Variables and actors that an actor depends on, itself included.
    pub(super) fn reach(&self, index: usize) -> (BTreeSet<String>, BTreeSet<usize>) {
        let mut seen = BTreeSet::new();
        let mut open = vec![Node::Actor(index)];
        while let Some(node) = open.pop() {
            if seen.insert(node.clone()) {
                open.extend(self.next(&node));
                open.extend(self.led_by(&node));
            }
        }
        let (mut vars, mut actors) = (BTreeSet::new(), BTreeSet::new());
        for node in seen {
            match node {
                Node::Var(name) => {
                    vars.insert(name);
                }
                Node::Actor(index) => {
                    actors.insert(index);
                }
                Node::Source(_) => {}
            }
        }
        (vars, actors)
    }

    fn report_unknown(&self, def: &SceneDef, diags: &mut Diagnostics) {
        let mut slots: BTreeSet<u32> =
            self.scene.actors.iter().flat_map(|actor| actor.slots.iter().map(|slot| slot.0)).collect();
        slots.extend(self.scene.actors.iter().flat_map(|actor| placement_slots(&actor.placement)).map(|slot| slot.0));
        crate::script::visit_slots(def, &mut |slot| {
            slots.insert(slot.0);
        });
        for slot in slots {
            let Some(Some(expression)) = self.film.expressions.get(slot as usize) else { continue };
            let scope = self.film.scope_of(Slot(slot));
            for (name, span) in &expression.names {
                if self.named(&self.scene.resolve(scope, name)).is_none()
                    && !self.film.codes.iter().any(|code| code.name == *name)
                    && !self.film.data.iter().any(|(known, _)| known == name)
                {
                    let known: Vec<&str> = self.known().collect();
                    let mistake = Diagnostic::error(
                        "unknown-name",
                        span,
                        format!("there is no variable, source, code or actor `{name}` here"),
                    );
                    let mistake = mistake.suggest(name, known);
                    // What a loop or a parameter put there is not what is written at that place.
                    let put_in = span.text() != name;
                    let words =
                        format!("if `{name}` is meant as words, leave the `${{ }}` around it out, or put it in quotes");
                    let mistake = if put_in { mistake.hint(words) } else { mistake };
                    diags.push(match expression.is_function() {
                        true => mistake.hint(format!("a function names its variable: `{name} => ...`")),
                        false => mistake,
                    });
                }
            }
        }
    }

    fn known(&self) -> impl Iterator<Item = &str> {
        let vars = self.scene.vars.iter().map(|var| var.name.as_str());
        let sources = self.film.sources.iter().map(|source| source.name.as_str());
        let codes = self.film.codes.iter().map(|code| code.name.as_str());
        let data = self.film.data.iter().map(|(name, _)| name.as_str());
        vars.chain(sources).chain(codes).chain(data).chain(self.scene.actors.iter().map(|actor| actor.name.as_str()))
    }

    fn named(&self, name: &str) -> Option<Node> {
        let is_var = |var: &Var| var.name == name || var.name.strip_suffix(".x") == Some(name);
        let var = self.scene.vars.iter().any(is_var).then(|| Node::Var(name.to_owned()));
        let time = || (name == TIME).then(|| Node::Var(TIME.to_owned()));
        let source = || {
            let code = self.film.codes.iter().find(|code| code.name == name).map(|code| code.source.as_str());
            self.film.sources.iter().position(|source| source.name == code.unwrap_or(name)).map(Node::Source)
        };
        let actor = || self.scene.actors.iter().position(|actor| actor.name == name).map(Node::Actor);
        var.or_else(source).or_else(actor).or_else(time)
    }

    fn slot(&self, slot: Slot) -> Vec<Node> {
        let expression = self.film.expressions.get(slot.0 as usize).and_then(Option::as_ref);
        let scope = self.film.scope_of(slot);
        let named = |(name, _): &(String, Span)| self.named(&self.scene.resolve(scope, name));
        expression.map_or(Vec::new(), |expression| expression.names.iter().filter_map(named).collect())
    }

    fn num(&self, num: &crate::script::Num) -> Vec<Node> {
        match num {
            crate::script::Num::Live(slot) => self.slot(*slot),
            crate::script::Num::Fixed(_) => Vec::new(),
        }
    }

    /// What a thing depends on directly.
    fn next(&self, node: &Node) -> Vec<Node> {
        match node {
            Node::Actor(index) => self.scene.actors.get(*index).map_or(Vec::new(), |actor| {
                let slots = actor.slots.iter().copied().chain(placement_slots(&actor.placement));
                let by_value = slots.flat_map(|slot| self.slot(slot));
                let by_place = self.placed_by(actor).into_iter().chain(self.pointed_at(actor));
                // Whoever is in a group is where the group's own place and looks put it.
                let mut through_group = Vec::new();
                for group in self.groups_around(actor) {
                    through_group.extend(self.placed_by(group));
                    through_group
                        .extend(placement_slots(&group.placement).into_iter().flat_map(|slot| self.slot(slot)));
                }
                let members = match &actor.kind {
                    ActorKind::Group { members, .. } => members.clone(),
                    ActorKind::Visual(_) => Vec::new(),
                };
                let traced = self.traced(*index).into_iter().map(Node::Actor);
                // An arranged member is placed by its group, whose box is its members': the group itself is no dependency.
                let members = members.into_iter().map(Node::Actor);
                by_value.chain(by_place).chain(through_group).chain(members).chain(traced).collect()
            }),
            // A point is worth its two coordinates.
            Node::Var(name) if self.scene.vars.iter().any(|var| var.name.strip_suffix(".x") == Some(name.as_str())) => {
                ["x", "y"].map(|side| Node::Var(format!("{name}.{side}"))).into()
            }
            Node::Var(name) => {
                let first = self.scene.vars.iter().filter(|var| var.name == *name).flat_map(|var| self.num(&var.value));
                let set = self.scene.effects.iter().filter_map(|effect| match &effect.kind {
                    EffectKind::Set { var, value } if var == name => Some(self.num(value)),
                    _ => None,
                });
                // `set: { p: p + 1 }` refers to the value before; that is no circle.
                first.chain(set.flatten().filter(|other| other != node)).collect()
            }
            Node::Source(index) => self.film.sources.get(*index).map_or(Vec::new(), |source| match &source.kind {
                super::scene::SourceEntryKind::Live { weights, .. } => {
                    weights.iter().flat_map(|(_, num)| self.num(num)).collect()
                }
                super::scene::SourceEntryKind::LiveCoin(p) => self.num(p),
                super::scene::SourceEntryKind::Blocks { of, .. } => vec![Node::Source(*of)],
                super::scene::SourceEntryKind::Fixed(_) => Vec::new(),
            }),
        }
    }

    /// The actors whose ways an actor traces.
    fn traced(&self, index: usize) -> Vec<usize> {
        let traces = self.effects_on(index).filter_map(|effect| match &effect.kind {
            EffectKind::Trace { of, .. } => Some(of),
            _ => None,
        });
        traces.flatten().map(|address| address.actor).collect()
    }

    fn effects_on(&self, index: usize) -> impl Iterator<Item = &'a Effect> {
        let listed = self.scene.effects_of.get(index).map_or(&[] as &[usize], Vec::as_slice);
        listed.iter().filter_map(|&number| self.scene.effects.get(number))
    }

    /// What the goals of the effects on an actor depend on. Goals hold one after the other, so that these make no circles
    /// by themselves: what needs itself at an instant is found when that is worked out.
    fn led_by(&self, node: &Node) -> Vec<Node> {
        let Node::Actor(index) = node else { return Vec::new() };
        self.effects_on(*index).flat_map(|effect| self.goal(&effect.kind)).collect()
    }

    fn goal(&self, kind: &EffectKind) -> Vec<Node> {
        let selected = |selector: &Selector| -> Vec<Node> {
            addresses(self.scene, selector).into_iter().map(|address| Node::Actor(address.actor)).collect()
        };
        let place = |place: &Place| match place {
            Place::Point(point) => point.iter().flat_map(|num| self.num(num)).collect(),
            Place::In(selector, point) => {
                point.iter().flat_map(|num| self.num(num)).chain(selected(selector)).collect()
            }
            Place::Along(selector, share) => self.num(share).into_iter().chain(selected(selector)).collect(),
            Place::Part(selector) | Place::Corner(selector, _) => selected(selector),
        };
        match kind {
            EffectKind::Move(Motion::To(goal)) | EffectKind::Face { toward: goal, .. } => place(goal),
            EffectKind::Move(Motion::By(vector)) => vector.iter().flat_map(|num| self.num(num)).collect(),
            EffectKind::Move(Motion::Axes(axes)) => axes.iter().flatten().flat_map(|num| self.num(num)).collect(),
            EffectKind::Move(Motion::Beside(beside)) => {
                beside.gap.iter().flat_map(|num| self.num(num)).chain(selected(&beside.of)).collect()
            }
            EffectKind::Move(Motion::With(leader, _)) => selected(leader),
            EffectKind::Scale(Amount::To(num) | Amount::By(num))
            | EffectKind::Rotate(Amount::To(num) | Amount::By(num))
            | EffectKind::Opacity(num)
            | EffectKind::Blend(_, num) => self.num(num),
            _ => Vec::new(),
        }
    }

    /// The actors that an actor is placed by: of a group or set, those that are meant.
    fn placed_by(&self, actor: &Actor) -> Vec<Node> {
        let met = crate::script::placed_by(&actor.placement).flat_map(|selector| addresses(self.scene, selector));
        met.map(|address| Node::Actor(address.actor)).collect()
    }

    /// The actors that an actor's fields name as places.
    fn pointed_at(&self, actor: &Actor) -> Vec<Node> {
        let mut found = Vec::new();
        actor.visit_spots(&mut |selector| {
            found.extend(addresses(self.scene, selector).into_iter().map(|address| Node::Actor(address.actor)));
        });
        found
    }

    /// The groups that an actor is in, innermost first.
    fn groups_around(&self, actor: &'a Actor) -> impl Iterator<Item = &'a Actor> {
        let around = |actor: &&'a Actor| actor.member_of.and_then(|(group, _)| self.scene.actors.get(group));
        std::iter::successors(around(&actor), around).take(crate::limits::GROUP_DEPTH)
    }

    /// The first circle that is met from a node, written out.
    fn circle(&self, node: &Node, path: &mut Vec<Node>, done: &mut BTreeSet<Node>) -> Option<String> {
        if let Some(start) = path.iter().position(|known| known == node) {
            let names = path.iter().skip(start).chain([node]).map(|node| self.name(node));
            return Some(names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" -> "));
        }
        if path.len() > crate::limits::GROUP_DEPTH || done.contains(node) {
            return None;
        }
        path.push(node.clone());
        let found = self.next(node).iter().find_map(|next| self.circle(next, path, done));
        path.pop();
        done.insert(node.clone());
        found
    }

    fn name(&self, node: &Node) -> String {
        match node {
            Node::Actor(index) => self.scene.actors.get(*index).map_or_else(String::new, |actor| actor.name.clone()),
            Node::Var(name) => name.clone(),
            Node::Source(index) => self.film.sources.get(*index).map_or_else(String::new, |source| source.name.clone()),
        }
    }
}
