//! Scenes that end on the very frame on which something arrives: nobody gets to see it.

use super::super::effect::EffectKind;
use super::Look;
use super::found::Found;
use crate::time::FrameIndex;

pub(super) const CODE: &str = "hard-cut";

/// Least rest after the last change, in seconds.
const REST_SECS: f64 = 0.1;

/// Reports a scene whose last step is no exit, and is followed by no rest.
pub(super) fn look(look: &Look<'_>, found: &mut Found<'_>) {
    let end = look.scene.range.end.0;
    let rest = (REST_SECS * look.film.fps.as_f64()).max(1.0) as u64;
    let late = |effect: &&super::super::effect::Effect| {
        let exit = matches!(effect.kind, EffectKind::Reveal { entering: false, .. } | EffectKind::Unhighlight);
        effect.end > effect.start && effect.end + rest > end && !exit
    };
    // Words may go on after the last step.
    let spoken = look.film.lines.iter().any(|line| line.range.contains(FrameIndex(end.saturating_sub(1))));
    if let Some(effect) = look.scene.effects.iter().filter(late).max_by_key(|effect| effect.end).filter(|_| !spoken) {
        let verb = effect.span.text();
        let message = format!("the scene `{}` ends as soon as `{verb}` has arrived: nobody sees it", look.scene.id);
        let hint = "let it rest for a moment with `pause: 1`, or take everything off with `fade_out: all`";
        found.place(CODE, &effect.span, Some((look.scene, end.saturating_sub(1))), message, hint);
    }
}
