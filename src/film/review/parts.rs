//! Parts that steps and places speak of, and that are not there: an error, not a warning.

use super::super::Film;
use super::super::instant::Instant;
use super::super::scene::Scene;
use crate::diag::{Diagnostic, Diagnostics};
use crate::draw::Part;
use crate::script::{SceneDef, Segment, Selector};

/// Reports selectors that name no part, neither when the scene begins nor when it ends.
pub(super) fn report_missing(film: &Film, scene: &Scene, def: &SceneDef, diags: &mut Diagnostics) {
    let first = Instant::new(film, scene, scene.range.start.0);
    let last = Instant::new(film, scene, scene.range.end.0.saturating_sub(1));
    crate::script::visit_selectors(def, &mut |selector: &Selector| {
        let Some(index) = first.index_of(&selector.actor).filter(|_| !selector.path.is_empty()) else { return };
        let drawings = [first.drawing(index), last.drawing(index)];
        let drawn: Vec<&Part> = drawings.iter().flatten().map(|drawing| &drawing.part).collect();
        // A part of a group would have to be of one of its members; say so.
        let Some(part) = drawn.first() else {
            let mistake = Diagnostic::error(
                "unknown-part",
                &selector.span,
                format!("`{}` is a group and has no parts", selector.actor),
            );
            diags.push(mistake.hint("address the member's part instead"));
            return;
        };
        if !drawn.iter().any(|part| has(part, &selector.path)) {
            let names = part.addresses();
            let wanted = selector
                .path
                .iter()
                .filter_map(|segment| if let Segment::Name(name) = segment { Some(name.as_str()) } else { None });
            let wanted = wanted.collect::<Vec<_>>().join(".");
            let mistake =
                Diagnostic::error("unknown-part", &selector.span, format!("`{}` has no such part", selector.actor));
            let shown: Vec<String> = names.iter().take(12).map(|name| format!("`{name}`")).collect();
            let hint =
                if shown.is_empty() { "it has no parts".to_owned() } else { format!("it has {}", shown.join(", ")) };
            diags.push(mistake.suggest(&wanted, names.iter().map(String::as_str)).hint(hint));
        }
    });
}

fn has(part: &Part, path: &[Segment]) -> bool {
    let Some((segment, rest)) = path.split_first() else { return true };
    let deeper = matches!(segment, Segment::Source(_));
    let found = |(index, child): (usize, &Part)| {
        super::super::locate::names(segment, child, index) && has(child, rest) || deeper && has(child, path)
    };
    part.parts.iter().enumerate().any(found)
}
