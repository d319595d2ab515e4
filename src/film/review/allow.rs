//! What actors and figures allow must be warnings that there are.

use super::WARNINGS;
use crate::diag::{Diagnostic, Diagnostics, Span};

/// Reports codes that are no warnings.
pub(in crate::film) fn report_unknown<'s>(allowed: impl Iterator<Item = &'s (String, Span)>, diags: &mut Diagnostics) {
    for (code, span) in allowed {
        let known = || WARNINGS.iter().map(|warning| warning.code);
        if !known().any(|known| known == code) {
            let names: Vec<String> = known().map(|code| format!("`{code}`")).collect();
            let mistake = Diagnostic::error("unknown-warning", span, format!("there is no warning `{code}`"));
            diags.push(mistake.suggest(code, known()).hint(format!("warnings are {}", names.join(", "))));
        }
    }
}
