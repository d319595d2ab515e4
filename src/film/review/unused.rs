//! Names that a script defines and never uses, and actors that are never seen.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::super::Film;
use super::super::effect::EffectKind;
use super::super::instant::Instant;
use super::super::scene::ActorKind;
use super::found::Found;
use super::view::{Owner, View};
use super::{Look, Watcher};
use crate::diag::Span;
use crate::script::{Num, Script, SourceKind};

pub(super) const ACTOR: &str = "unused-actor";
pub(super) const NAME: &str = "unused-name";

/// Steps on an actor that are looked at while they go on, at most.
const STEPS: usize = 50;

/// Reports variables, sources and codes of the script that no expression and no code names. What other files bring is left
/// alone: they may serve several scripts.
pub(super) fn names(film: &Film, script: &Script, found: &mut Found<'_>) {
    let named = film.expressions.iter().flatten().flat_map(|expression| &expression.names);
    let mut used: BTreeSet<&str> = named.map(|(name, _)| name.as_str()).collect();
    used.extend(script.codes.iter().map(|code| code.source.0.as_str()));
    used.extend(script.sources.iter().filter_map(|source| match &source.kind {
        SourceKind::Blocks { of, .. } => Some(of.as_str()),
        _ => None,
    }));
    let mut report = |what: &str, name: &str, span: &Span| {
        // A point is two variables under one name; it is told once.
        if name.ends_with(".y") {
            return;
        }
        let name = name.strip_suffix(".x").unwrap_or(name);
        if !used.contains(name) && !shapes(name, span) && Arc::ptr_eq(&span.source, &script.source) {
            found.place(NAME, span, None, format!("the {what} `{name}` is never used"), "leave it out, or show it");
        }
    };
    script.sources.iter().for_each(|def| report("source", &def.name, &def.span));
    script.codes.iter().for_each(|def| report("code", &def.name, &def.span));
    script.vars.iter().for_each(|def| report("variable", &def.name, &def.span));
    for scene in &script.scenes {
        scene.vars.iter().for_each(|def| report("variable", &def.name, &def.span));
    }
}

/// Conditions, loops and lengths shape the script while it is read: no expression of the film is left of them.
fn shapes(name: &str, defined: &Span) -> bool {
    let (own, _) = defined.line_column();
    let others = defined.source.text.lines().enumerate().filter(|(number, _)| number + 1 != own).map(|(_, line)| line);
    let shaping = others.filter(|line| ["if:", "for_each", "for:", "delay:"].iter().any(|key| line.contains(key)));
    let mut words = shaping.flat_map(|line| line.split(|c: char| !c.is_alphanumeric() && c != '_'));
    words.any(|word| word == name)
}

/// The actors that were seen.
#[derive(Default)]
pub(super) struct Seen(BTreeSet<usize>);

impl Watcher for Seen {
    fn see(&mut self, view: &View<'_>, _: &mut Found<'_>) {
        self.0.extend(view.items.iter().filter_map(|(owner, _)| match owner {
            Owner::Actor(index) => Some(*index),
            Owner::Caption => None,
        }));
    }

    fn end(&mut self, look: &Look<'_>, complete: bool, found: &mut Found<'_>) {
        let named = look.film.expressions.iter().flatten().flat_map(|expression| &expression.names);
        let mut used: BTreeSet<&str> = named.map(|(name, _)| name.as_str()).collect();
        used.extend(
            look.scene
                .actors
                .iter()
                .flat_map(|actor| crate::script::placed_by(&actor.placement))
                .map(|s| s.actor.as_str()),
        );
        let mut selected = BTreeSet::new();
        for actor in &look.scene.actors {
            actor.visit_spots(&mut |selector| {
                selected.insert(selector.actor.clone());
            });
        }
        crate::script::visit_selectors(look.def, &mut |selector| {
            selected.insert(selector.actor.clone());
        });
        // Figures bring actors that the film does not show.
        let figures = look.def.figures();
        let shown_by_figures = figures.iter().flat_map(|figure| &figure.show);
        used.extend(shown_by_figures.filter_map(|(address, _)| address.split(['.', '[']).next()));
        // What is there for no frame of its own is seen in what flies off from it.
        let flown: BTreeSet<usize> = look
            .scene
            .effects
            .iter()
            .filter(|effect| matches!(effect.kind, EffectKind::Fly { .. }))
            .filter_map(|effect| effect.targets.first().map(|source| source.actor))
            .collect();
        for (index, actor) in look.scene.actors.iter().enumerate() {
            let shows = matches!(actor.kind, ActorKind::Visual(_));
            let needed = used.contains(actor.name.as_str()) || actor.member_of.is_some();
            // A group that is there to be addressed is used as soon as a step names it; an instance of a component shows itself.
            let made = look.def.cast.get(index).is_some_and(|def| def.component.is_some());
            let idle_group = !shows && !needed && !made && !selected.contains(&actor.name) && !arranges(actor);
            let seen = self.0.contains(&index) || flown.contains(&index);
            let unseen = shows && complete && !needed && !seen && !shows_between(look, index);
            if unseen {
                let message = format!("`{}` is never to be seen", actor.name);
                let hint = if matches!(actor.placement.opacity, Some(Num::Fixed(opacity)) if opacity <= 0.0) {
                    "its own `opacity: 0` counts whatever steps do: leave it out, and let `fade_in` bring it"
                } else if actor.placement.hidden {
                    "let a step such as `show` or `fade_in` bring it"
                } else {
                    "let a step bring it, or leave it out"
                };
                found.actor(ACTOR, look.scene, actor, None, message, hint);
            } else if idle_group {
                let message = format!("the group `{}` is never used", actor.name);
                found.actor(ACTOR, look.scene, actor, None, message, "address it in a step, or leave it out");
            }
        }
    }
}

/// Is an actor to be seen while a step goes on, though at no step's end?
fn shows_between(look: &Look<'_>, index: usize) -> bool {
    let effects = look.scene.effects_of.get(index).into_iter().flatten();
    let mut effects = effects.filter_map(|number| look.scene.effects.get(*number)).take(STEPS);
    effects.any(|effect| {
        [effect.start, u64::midpoint(effect.start, effect.end)].into_iter().any(|frame| {
            let mut items = Vec::new();
            Instant::new(look.film, look.scene, frame).emit_actor(index, &mut items);
            !items.is_empty()
        })
    })
}

fn arranges(actor: &super::super::scene::Actor) -> bool {
    match &actor.kind {
        ActorKind::Group { arrange, .. } => *arrange != crate::script::Arrange::Free,
        ActorKind::Visual(_) => false,
    }
}
