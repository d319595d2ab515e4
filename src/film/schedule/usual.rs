//! What holds where a step does not say: its length and its course.

use super::Scheduler;
use crate::diag::{Diagnostic, Diagnostics, Span};
use crate::script::{Camera, Timing, Verb};
use crate::timeline::{Easing, FORMS};

/// The easing of a name; the default one if there is no name, or a wrong one, which is reported.
pub(in crate::film) fn easing(named: Option<&(String, Span)>, diags: &mut Diagnostics) -> Easing {
    let Some((text, span)) = named else { return Easing::default() };
    Easing::parse(text).unwrap_or_else(|reason| {
        let written = text.split('(').next().unwrap_or(text);
        let known = Easing::names().chain(FORMS.iter().map(|form| form.name));
        diags.push(Diagnostic::error("unknown-easing", span, reason).suggest(written, known));
        Easing::default()
    })
}

impl Scheduler<'_> {
    pub(super) fn usual_ease(&mut self, timing: &Timing, verb: &Verb) -> Easing {
        match &timing.ease {
            // Writing has its own pace in its units; an eased whole would make it stall.
            None if matches!(verb, Verb::Write(..) | Verb::Unwrite(..)) => Easing::parse("linear").unwrap_or_default(),
            ease => easing(ease.as_ref(), self.diags),
        }
    }

    /// Durations in seconds when a step gives none.
    pub(super) fn default_secs(&self, verb: &Verb) -> f64 {
        match verb {
            Verb::Show(_) | Verb::Hide(_) => 0.0,
            Verb::Bind(..) | Verb::Unbind(..) | Verb::Trace { .. } | Verb::Untrace(_) => 0.0,
            Verb::Face { .. } => 0.5,
            Verb::Write(..) | Verb::Unwrite(..) | Verb::Draw(_) => 1.2,
            Verb::FadeIn(..)
            | Verb::FadeOut(..)
            | Verb::Dim(..)
            | Verb::Undim(_)
            | Verb::Focus(..)
            | Verb::Fade(..) => 0.6,
            Verb::Highlight { .. } | Verb::Unhighlight(_) => 0.6,
            Verb::Camera(Camera::Follow { .. }) => 0.0,
            Verb::Camera(_) => 1.5,
            Verb::Copy(..) | Verb::Morph(..) => 1.2,
            Verb::Do(acts) => {
                acts.iter().filter_map(|act| self.action(act)).map(|(_, spec, _)| spec.secs).fold(0.0, f64::max)
            }
            _ => 1.0,
        }
    }
}
