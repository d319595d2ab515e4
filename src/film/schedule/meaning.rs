//! What verbs mean: effects with their targets, before they have a time.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::super::effect::{Address, EffectKind, RevealKind};
use super::super::layout::Plan;
use super::{CAMERA_MARGIN, DIMMED, HIGHLIGHT_MARGIN, Scheduler};
use crate::diag::{Diagnostic, Span};
use crate::script::{self, Amount, Camera, Property, Selector, Target, Verb};
use crate::visuals::{ActionSpec, VisualSpec};

impl Scheduler<'_> {
    /// What a verb does, as effects with their targets.
    pub(super) fn meaning(&mut self, verb: &Verb) -> Vec<(EffectKind, Vec<Address>, bool)> {
        let reveal = |kind: RevealKind, entering: bool| EffectKind::Reveal { kind, entering };
        let (kind, target) = match verb {
            Verb::Show(target) => (reveal(RevealKind::Show, true), target),
            Verb::Hide(target) => (reveal(RevealKind::Show, false), target),
            Verb::Write(target, by) => (reveal(by.map_or(RevealKind::Write, RevealKind::Type), true), target),
            Verb::Unwrite(target, by) => (reveal(by.map_or(RevealKind::Write, RevealKind::Type), false), target),
            Verb::Draw(target) => (reveal(RevealKind::Draw, true), target),
            Verb::Grow(target) => (reveal(RevealKind::Grow, true), target),
            Verb::Shrink(target) => (reveal(RevealKind::Grow, false), target),
            Verb::FadeIn(target, from) => (reveal(RevealKind::Fade(*from), true), target),
            Verb::FadeOut(target, to) => (reveal(RevealKind::Fade(*to), false), target),
            Verb::Fade(target, to) => (EffectKind::Opacity(to.clone()), target),
            Verb::Move(target, to) => (EffectKind::Move(to.clone()), target),
            Verb::Scale(target, amount) => (EffectKind::Scale(amount.clone()), target),
            Verb::Rotate(target, amount) => (EffectKind::Rotate(amount.clone()), target),
            Verb::Dim(target, blur) => {
                let (targets, complement) = self.targets(target);
                return self.back(&targets, complement, *blur);
            }
            Verb::Undim(target) => {
                let (targets, complement) = self.targets(target);
                return self.forth(&targets, complement);
            }
            Verb::Indicate(target, how) => (EffectKind::Indicate(*how), target),
            Verb::Highlight { target, shape, color, margin } => (
                EffectKind::Highlight {
                    shape: *shape,
                    color: *color,
                    margin: fixed(margin.as_ref(), HIGHLIGHT_MARGIN),
                },
                target,
            ),
            Verb::Camera(Camera::Fit { target, margin }) => {
                (EffectKind::CameraFit { margin: fixed(margin.as_ref(), CAMERA_MARGIN) }, target)
            }
            Verb::Camera(Camera::At { at, by, height, zoom }) => {
                let (centre, by) = (at.clone(), by.clone());
                let (height, zoom) = (height.clone(), zoom.clone());
                return vec![(EffectKind::CameraAt { centre, by, height, zoom }, Vec::new(), false)];
            }
            Verb::Camera(Camera::Follow { target, spring, height, ends }) => {
                (EffectKind::CameraFollow { spring: *spring, height: height.clone(), ends: *ends }, target)
            }
            Verb::Camera(Camera::Reset) => return vec![(EffectKind::CameraReset, Vec::new(), false)],
            Verb::Unhighlight(_) => return vec![(EffectKind::Unhighlight, Vec::new(), false)],
            Verb::Style(target, color, opacity) => {
                let (targets, complement) = self.targets(target);
                let color = color.map(|ink| (EffectKind::Color(ink), targets.clone(), complement));
                let opacity = opacity.as_ref().map(|num| (EffectKind::Opacity(num.clone()), targets, complement));
                return color.into_iter().chain(opacity).collect();
            }
            Verb::Bind(target, bound) => {
                let (targets, complement) = self.targets(target);
                return bound.iter().map(|property| (property_kind(property), targets.clone(), complement)).collect();
            }
            Verb::Unbind(target, only) => (EffectKind::Release(only.clone()), target),
            Verb::Face { target, toward, front } => {
                // Each looks from where it is.
                let (targets, _) = self.targets(target);
                let face = || EffectKind::Face { toward: toward.clone(), front: *front };
                return targets.into_iter().map(|target| (face(), vec![target], false)).collect();
            }
            Verb::Arrange(plan) => {
                let units = self.units(&plan.members);
                let plan = Plan::new(plan.clone(), units.clone());
                let effect = |(unit, targets)| (EffectKind::Arrange { plan: Arc::clone(&plan), unit }, targets, false);
                return units.into_iter().enumerate().map(effect).collect();
            }
            Verb::Restore((name, _), target) => {
                let restore = || EffectKind::Restore { name: name.clone(), frame: None };
                let actors = self.whole_actors(target.as_ref());
                let address = |actor| Address { actor, path: Vec::new(), group: None };
                return actors.into_iter().map(|actor| (restore(), vec![address(actor)], false)).collect();
            }
            Verb::Trace { target, of, ends } => {
                self.only_trails(target);
                (EffectKind::Trace { of: self.addresses(of), ends: *ends }, target)
            }
            Verb::Untrace(target) => {
                self.only_trails(target);
                (EffectKind::Untrace, target)
            }
            Verb::Focus(target, blur) => {
                let (targets, complement) = self.targets(target);
                let mut effects = self.forth(&targets, complement);
                effects.extend(self.back(&targets, !complement, *blur));
                return effects;
            }
            Verb::Set(goals) => {
                let set = |(var, _, value): &(String, _, script::Num)| EffectKind::Set {
                    var: var.clone(),
                    value: value.clone(),
                };
                return goals.iter().map(|goal| (set(goal), Vec::new(), false)).collect();
            }
            Verb::Copy(from, to) => return self.flight(from, to, true),
            Verb::Morph(from, into) => return self.flight(from, into, false),
            Verb::Do(acts) => return acts.iter().filter_map(|act| self.act(act)).collect(),
            Verb::Pause(_)
            | Verb::Say(_)
            | Verb::Sound(_)
            | Verb::Hush(..)
            | Verb::Mark(_)
            | Verb::Figure(_)
            | Verb::Save(_) => {
                return Vec::new();
            }
            Verb::Together(_) | Verb::Sequence(_) | Verb::Stagger(..) | Verb::Repeat(..) => return Vec::new(),
            Verb::Meanwhile(_) | Verb::Await(_) => return Vec::new(),
        };
        let (targets, complement) = self.targets(target);
        vec![(kind, targets, complement)]
    }

    /// Steps back, blurred or, if anything has been before, sharp.
    fn back(&mut self, targets: &[Address], complement: bool, blur: f64) -> Vec<(EffectKind, Vec<Address>, bool)> {
        self.blurs |= blur > 0.0;
        let blur = self.blurs.then_some(EffectKind::Blur(blur));
        [Some(EffectKind::Dim(DIMMED)), blur].into_iter().flatten().map(|k| (k, targets.to_vec(), complement)).collect()
    }

    /// Comes forward again, sharp.
    fn forth(&self, targets: &[Address], complement: bool) -> Vec<(EffectKind, Vec<Address>, bool)> {
        let sharp = self.blurs.then_some(EffectKind::Blur(0.0));
        [Some(EffectKind::Dim(1.0)), sharp].into_iter().flatten().map(|k| (k, targets.to_vec(), complement)).collect()
    }

    /// Flights, the entrance of each goal when it arrives and, for a morph, the exit of each source when it leaves. They are
    /// laid as parts of the same step, so that the film never shows a piece twice. Several may fly to one goal.
    fn flight(&mut self, from: &Target, to: &Target, keep: bool) -> Vec<(EffectKind, Vec<Address>, bool)> {
        let ((sources, _), (goals, _)) = (self.targets(from), self.targets(to));
        let (many, goals_named) = (from.selectors.len(), to.selectors.len());
        if goals_named > 1 && many > 1 && many != goals_named {
            let message = format!("{many} cannot fly to {goals_named}: which goes where?");
            let place = from.selectors.first().map_or_else(Span::detached, |selector| selector.span.clone());
            let found = Diagnostic::error("bad-selector", &place, message);
            self.diags
                .push(found.hint(
                    "name as many goals as there is to fly there, or one for all, or one that flies to them all",
                ));
            return Vec::new();
        }
        let mut effects = Vec::new();
        let one = |all: &[Address], index: usize| all.get(if all.len() == 1 { 0 } else { index }).cloned();
        let flights = sources.len().max(goals.len());
        for index in 0..flights {
            let Some((source, goal)) = one(&sources, index).zip(one(&goals, index)) else { continue };
            effects.push((EffectKind::Fly { keep, turn: (index, flights) }, vec![source, goal], false));
        }
        effects.push((EffectKind::Reveal { kind: RevealKind::Arrive, entering: true }, goals, false));
        if !keep {
            effects.push((EffectKind::Reveal { kind: RevealKind::Show, entering: false }, sources, false));
        }
        effects
    }

    /// What moves as one in a layout: each of several selectors, or each member of a group.
    fn units(&self, members: &[Selector]) -> Vec<Vec<Address>> {
        if let [one] = members
            && one.path.is_empty()
            && let Some(group) = self.actors.iter().find(|actor| actor.name == one.actor)
            && group.spec.is_none()
            && group.stands_for.is_none()
        {
            let member = |index: &usize| {
                let name = self.actors.get(*index).map_or(String::new(), |actor| actor.name.clone());
                self.addresses(&Selector { actor: name, ..one.clone() })
            };
            return group.members.iter().map(member).collect();
        }
        members.iter().map(|member| self.addresses(member)).collect()
    }

    /// The actors of a target, or all, groups apart.
    fn whole_actors(&self, target: Option<&Target>) -> BTreeSet<usize> {
        let (named, all_but) = match target {
            Some(target) => (self.targets(target).0, target.all_but),
            None => (Vec::new(), true),
        };
        let named: BTreeSet<usize> = named.into_iter().map(|address| address.actor).collect();
        let drawn = self.actors.iter().enumerate().filter(|(_, actor)| actor.spec.is_some());
        drawn.map(|(index, _)| index).filter(|index| named.contains(index) != all_but).collect()
    }

    /// Only trails can trace.
    fn only_trails(&mut self, target: &Target) {
        for selector in &target.selectors {
            for address in self.addresses(selector) {
                let Some(actor) = self.actors.get(address.actor) else { continue };
                if actor.spec.is_none_or(|spec| spec.name != "trail") {
                    let message = format!("`{}` is no trail", actor.name);
                    let found = Diagnostic::error("unknown-action", &selector.span, message);
                    self.diags.push(found.hint("put one into the cast, `way: { trail: {} }`: it is what grows"));
                }
            }
        }
    }

    fn targets(&self, target: &Target) -> (Vec<Address>, bool) {
        (target.selectors.iter().flat_map(|selector| self.addresses(selector)).collect(), target.all_but)
    }

    fn addresses(&self, selector: &Selector) -> Vec<Address> {
        super::super::select::addresses(self.actors, selector)
    }

    pub(super) fn action(&self, act: &script::Action) -> Option<(usize, &'static ActionSpec, &'static VisualSpec)> {
        let index = self.actors.iter().position(|actor| actor.name == act.actor.actor)?;
        let spec = self.actors.get(index)?.spec?;
        spec.actions.iter().find(|action| action.name == act.action.0).map(|action| (index, action, spec))
    }

    fn act(&mut self, act: &script::Action) -> Option<(EffectKind, Vec<Address>, bool)> {
        let Some((index, action, _)) = self.action(act) else {
            let spec = self.actors.iter().find(|actor| actor.name == act.actor.actor).and_then(|actor| actor.spec);
            let known: Vec<&str> =
                spec.map_or(Vec::new(), |spec| spec.actions.iter().map(|action| action.name).collect());
            let mut mistake = Diagnostic::error(
                "unknown-action",
                &act.action.1,
                format!("`{}` cannot `{}`", act.actor.actor, act.action.0),
            );
            mistake = mistake.suggest(&act.action.0, known.iter().copied());
            let hint = if known.is_empty() {
                "it has no actions of its own".into()
            } else {
                format!("it can {}", quoted(&known))
            };
            self.diags.push(mistake.hint(hint));
            return None;
        };
        let args = self.arguments(act, action)?;
        let target = Address { actor: index, path: Vec::new(), group: None };
        Some((EffectKind::Act { name: action.name, args }, vec![target], false))
    }

    fn arguments(&mut self, act: &script::Action, action: &'static ActionSpec) -> Option<Vec<(&'static str, String)>> {
        let node = &act.args;
        if matches!(node.value, script::Value::Null) {
            return Some(Vec::new());
        }
        let known: Vec<&'static str> = action.args.iter().map(|arg| arg.name).collect();
        if let script::Value::Scalar { text, .. } = &node.value {
            let Some(first) = known.first() else {
                self.diags.push(Diagnostic::error(
                    "unknown-argument",
                    &node.span,
                    format!("`{}` takes no argument", action.name),
                ));
                return None;
            };
            return Some(vec![(*first, text.clone())]);
        }
        let script::Value::Map(entries) = &node.value else {
            self.diags.push(Diagnostic::error("wrong-type", &node.span, "arguments are written as `name: value`"));
            return None;
        };
        let mut args = Vec::new();
        for (key, value) in entries {
            match (known.iter().find(|name| **name == key.text), &value.value) {
                (Some(name), script::Value::Scalar { text, .. }) => args.push((*name, text.clone())),
                (Some(_), _) => {
                    self.diags.push(Diagnostic::error("wrong-type", &value.span, "this takes a single value"))
                }
                (None, _) => {
                    let mistake = Diagnostic::error(
                        "unknown-argument",
                        &key.span,
                        format!("`{}` has no argument `{}`", action.name, key.text),
                    );
                    self.diags.push(
                        mistake.suggest(&key.text, known.iter().copied()).hint(format!("it has {}", quoted(&known))),
                    );
                }
            }
        }
        Some(args)
    }
}

fn property_kind(property: &Property) -> EffectKind {
    match property {
        Property::Place(motion) => EffectKind::Move(motion.clone()),
        Property::Scale(num) => EffectKind::Scale(Amount::To(num.clone())),
        Property::Rotate(num) => EffectKind::Rotate(Amount::To(num.clone())),
        Property::Opacity(num) => EffectKind::Opacity(num.clone()),
        Property::Color(colors, share) => EffectKind::Blend(*colors, share.clone()),
    }
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// A margin does not follow variables: it is what it is when the film is compiled.
fn fixed(num: Option<&script::Num>, default: f64) -> f64 {
    match num {
        Some(script::Num::Fixed(value)) => *value,
        _ => default,
    }
}
