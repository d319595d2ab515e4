//! What actors and figures allow must be warnings that there are.

use super::WARNINGS;
use crate::diag::{Diagnostic, Diagnostics, Span};
use crate::script::{SceneDef, Script};

/// What the actors of a scene allow.
pub(super) fn of_scene(def: &SceneDef) -> impl Iterator<Item = &(String, Span)> {
    def.cast.iter().flat_map(|actor| &actor.placement.allow)
}

/// What figures allow.
pub(super) fn of_figures(script: &Script) -> impl Iterator<Item = &(String, Span)> {
    script.figures().into_iter().flat_map(|figure| &figure.allow)
}

/// Reports codes that are no warnings.
pub(super) fn report_unknown<'s>(allowed: impl Iterator<Item = &'s (String, Span)>, diags: &mut Diagnostics) {
    for (code, span) in allowed {
        let known = || WARNINGS.iter().map(|warning| warning.code);
        if !known().any(|known| known == code) {
            let names: Vec<String> = known().map(|code| format!("`{code}`")).collect();
            let mistake = Diagnostic::error("unknown-warning", span, format!("there is no warning `{code}`"));
            diags.push(mistake.suggest(code, known()).hint(format!("warnings are {}", names.join(", "))));
        }
    }
}
