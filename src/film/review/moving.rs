//! Figures of the write-up that would show something half way.

use super::Look;
use super::found::Found;
use super::view::under_way;
use crate::diag::Span;
use crate::script::{Step, Verb};

pub(super) const CODE: &str = "moving-figure";

/// Reports figures that are taken while a step is under way.
pub(super) fn look(look: &Look<'_>, found: &mut Found<'_>) {
    let mut figures = Vec::new();
    gather(&look.def.steps, &mut figures);
    for (name, span) in figures {
        let mark = look.film.marks.iter().find(|mark| mark.figure && mark.name == name);
        let Some(frame) = mark.map(|mark| mark.frame.0) else { continue };
        if let Some(effect) = look.scene.effects.iter().find(|effect| under_way(effect, frame)) {
            let verb = effect.span.text();
            let message = format!("the figure `{name}` is taken while `{verb}` is under way");
            found.place(CODE, span, Some((look.scene, frame)), message, "place it after the step that it is to show");
        }
    }
}

fn gather<'s>(steps: &'s [Step], figures: &mut Vec<(&'s str, &'s Span)>) {
    for step in steps {
        match &step.verb {
            Verb::Figure(figure) if figure.at.is_empty() => figures.push((&figure.name, &step.span)),
            Verb::Sequence(steps) | Verb::Together(steps) | Verb::Stagger(_, steps) | Verb::Repeat(_, steps) => {
                gather(steps, figures);
            }
            _ => {}
        }
    }
}
