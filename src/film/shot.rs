//! What a figure shows of a film: which of its frames, and whether all that it names is there.

use super::Film;
use super::figure::Still;
use super::review::allow;
use crate::diag::{Diagnostic, Diagnostics, Span};
use crate::script::{Crop, FigureDef};
use crate::time::{FrameIndex, FrameRange};

/// The frames that a figure shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shot {
    /// In the order in which they are shown; at least one.
    pub frames: Vec<FrameIndex>,
    /// The frames through which it moves, if it does.
    pub moves: Option<FrameRange>,
}

impl Film {
    /// The frames of a figure. What it names is reported if there is no such mark, variable, actor,
    /// part or warning.
    pub fn shot(&self, def: &FigureDef, diags: &mut Diagnostics) -> Option<Shot> {
        self.report_unknown_vars(def, diags);
        allow::report_unknown(def.allow.iter(), diags);
        // All are asked for, so that all mistakes are told.
        let own = || self.marks.iter().find(|mark| mark.figure && mark.name == def.name).map(|mark| mark.frame);
        let frames: Vec<Option<FrameIndex>> = match def.at.as_slice() {
            [] => vec![own()],
            at => at.iter().map(|(name, span)| self.marked(name, span, diags)).collect(),
        };
        let until = def.until.as_ref().map(|(name, span)| (name, span, self.marked(name, span, diags)));
        let frames: Vec<FrameIndex> = frames.into_iter().collect::<Option<_>>()?;
        let first = *frames.first()?;
        let moves = match until {
            None => None,
            Some((_, _, None)) => return None,
            Some((name, span, Some(last))) if last <= first => {
                let message = format!("`{name}` is not after the figure's instant");
                diags.push(Diagnostic::error("out-of-range", span, message));
                return None;
            }
            Some((_, _, Some(last))) => Some(FrameRange::new(first.0, last.0 + 1)),
        };
        if !def.labels.is_empty() && def.labels.len() != frames.len() {
            let message = format!("the figure has {} labels for {} instants", def.labels.len(), frames.len());
            diags.push(Diagnostic::error("out-of-range", &def.span, message));
        }
        let mut instants = frames.clone();
        instants.extend(moves.map(|moves| FrameIndex(moves.end.0.saturating_sub(1))));
        self.report_unknown_names(def, &instants, diags);
        Some(Shot { frames, moves })
    }

    /// An instant as a figure shows it.
    pub fn still_of(&self, def: &FigureDef, frame: FrameIndex) -> Still {
        let list = |all: &[(String, Span)]| all.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        self.still(frame, &list(&def.hide), &list(&def.show))
    }

    fn marked(&self, name: &str, span: &Span, diags: &mut Diagnostics) -> Option<FrameIndex> {
        let mark = self.marks.iter().find(|mark| mark.name == name);
        if mark.is_none() {
            let found = Diagnostic::error("unknown-mark", span, format!("there is no mark or figure `{name}`"));
            diags.push(found.suggest(name, self.marks.iter().map(|mark| mark.name.as_str())));
        }
        mark.map(|mark| mark.frame)
    }

    fn report_unknown_vars(&self, def: &FigureDef, diags: &mut Diagnostics) {
        let known = || self.scenes.iter().flat_map(|scene| &scene.vars).map(|var| var.name.as_str());
        for (name, span, _) in def.vars.iter().filter(|(name, ..)| !known().any(|known| known == name)) {
            let found = Diagnostic::error("unknown-variable", span, format!("there is no variable `{name}`"));
            diags.push(found.suggest(name, known()));
        }
    }

    fn report_unknown_names(&self, def: &FigureDef, instants: &[FrameIndex], diags: &mut Diagnostics) {
        let cast: Vec<&str> = instants.iter().flat_map(|frame| self.cast_at(*frame)).collect();
        let mut parts = None;
        for (address, span) in cropped(def).iter().chain(&def.hide).chain(&def.show) {
            let of = |actor: &str| address.strip_prefix(actor).is_some_and(|rest| rest.starts_with('.'));
            let holds = |actor: &str| actor.strip_prefix(address.as_str()).is_some_and(|rest| rest.starts_with('.'));
            if cast.iter().any(|actor| actor == address || holds(actor)) {
                continue;
            }
            if !cast.iter().any(|actor| of(actor)) {
                let message = format!("no actor at that instant is called `{address}`");
                diags.push(Diagnostic::error("unknown-actor", span, message).suggest(address, cast.iter().copied()));
                continue;
            }
            let parts =
                parts.get_or_insert_with(|| instants.iter().flat_map(|at| self.part_names(*at)).collect::<Vec<_>>());
            if !parts.iter().any(|name| name.is_within(address)) {
                let message = format!("nothing at that instant is called `{address}`");
                let known: Vec<String> = parts.iter().map(|name| name.path.join(".")).collect();
                let found = Diagnostic::error("unknown-part", span, message);
                diags.push(found.suggest(address, known.iter().map(String::as_str)));
            }
        }
    }
}

/// What a figure names in `crop`.
pub(super) fn cropped(def: &FigureDef) -> &[(String, Span)] {
    match &def.crop {
        Crop::Of(of) => of,
        Crop::Visible | Crop::Stage => &[],
    }
}
