//! Warnings on their way into the report: with their time, without what an actor allows, and not too many of a kind.

use std::collections::BTreeMap;

use super::super::Film;
use super::super::scene::{Actor, Scene};
use crate::diag::{Diagnostic, Diagnostics, Span};
use crate::script::{FigureDef, standard};
use crate::time::FrameIndex;

/// Warnings of one kind that are reported: who has more has one reason for them all.
const OF_A_KIND: usize = 20;

/// Takes warnings.
pub(super) struct Found<'d> {
    film: &'d Film,
    diags: &'d mut Diagnostics,
}

/// Counts the warnings of each kind.
#[derive(Default)]
pub(super) struct Kinds(BTreeMap<&'static str, usize>);

impl Kinds {
    /// Hands warnings on, not too many of a kind.
    pub(super) fn append(&mut self, warnings: Diagnostics, all: &mut Diagnostics) {
        for warning in warnings.iter() {
            let count = self.0.entry(warning.code).or_default();
            *count += 1;
            if *count <= OF_A_KIND {
                all.push(warning.clone());
            }
        }
    }
}

impl<'d> Found<'d> {
    pub(super) fn new(film: &'d Film, diags: &'d mut Diagnostics) -> Self {
        Self { film, diags }
    }

    /// A warning about an actor, unless it allows it. `frame`: where it shows first.
    pub(super) fn actor(
        &mut self,
        code: &'static str,
        scene: &Scene,
        actor: &Actor,
        frame: Option<u64>,
        message: String,
        hint: &str,
    ) {
        let holders = |holder: &&Actor| actor.name.strip_prefix(&holder.name).is_some_and(|rest| rest.starts_with('.'));
        let mut holders = scene.actors.iter().filter(holders);
        if !allows(actor, code) && !holders.clone().any(|holder| allows(holder, code)) {
            // What the standard library made is mended where it is used.
            let used = holders.by_ref().min_by_key(|holder| holder.name.len());
            let place =
                used.filter(|_| actor.span.source.name == standard::NAME).map_or(&actor.span, |used| &used.span);
            let warning = Diagnostic::warning(code, place, message);
            let hint = format!("{hint}; or, if it is meant, `allow: [{code}]` beside the visual");
            let warning = self.timed(warning, scene, frame).hint(hint);
            self.diags.push(warning);
        }
    }

    /// A warning about a step or a name.
    pub(super) fn place(
        &mut self,
        code: &'static str,
        span: &Span,
        at: Option<(&Scene, u64)>,
        message: String,
        hint: &str,
    ) {
        let warning = Diagnostic::warning(code, span, message).hint(hint);
        let warning = match at {
            Some((scene, frame)) => self.timed(warning, scene, Some(frame)),
            None => warning,
        };
        self.diags.push(warning);
    }

    /// A warning about a figure, unless it allows it.
    pub(super) fn figure(&mut self, def: &FigureDef, warning: Diagnostic) {
        if !def.allow.iter().any(|(allowed, _)| allowed == warning.code) {
            let hint = format!("if it is meant, write `allow: [{}]` in the figure", warning.code);
            self.diags.push(warning.hint(hint));
        }
    }

    fn timed(&self, warning: Diagnostic, scene: &Scene, frame: Option<u64>) -> Diagnostic {
        match frame {
            Some(frame) => warning.at(self.film.fps.instant_of(FrameIndex(frame)).get(), &scene.id),
            None => warning,
        }
    }
}

/// Does an actor allow warnings of this kind?
pub(super) fn allows(actor: &Actor, code: &str) -> bool {
    actor.placement.allow.iter().any(|(allowed, _)| allowed == code)
}
