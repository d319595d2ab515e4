//! What actors allow must be warnings that there are.

use super::WARNINGS;
use crate::diag::{Diagnostic, Diagnostics};
use crate::script::SceneDef;

/// Reports codes in `allow` that are no warnings.
pub(super) fn report_unknown(def: &SceneDef, diags: &mut Diagnostics) {
    for (code, span) in def.cast.iter().flat_map(|actor| &actor.placement.allow) {
        let known = || WARNINGS.iter().map(|warning| warning.code);
        if !known().any(|known| known == code) {
            let names: Vec<String> = known().map(|code| format!("`{code}`")).collect();
            let mistake = Diagnostic::error("unknown-warning", span, format!("there is no warning `{code}`"));
            diags.push(mistake.suggest(code, known()).hint(format!("warnings are {}", names.join(", "))));
        }
    }
}
