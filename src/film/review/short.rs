//! Steps that are to last, but less than a frame.

use super::Look;
use super::found::Found;

pub(super) const CODE: &str = "short-step";

/// Reports steps with a duration above 0 that rounds to no frame.
pub(super) fn look(look: &Look<'_>, found: &mut Found<'_>) {
    for effect in &look.scene.effects {
        if effect.secs > 0.0 && effect.end <= effect.start {
            let frame = 1.0 / look.film.fps.as_f64();
            let message = format!("this step lasts {:.4} s, less than a frame of {frame:.4} s", effect.secs);
            found.place(CODE, &effect.span, Some((look.scene, effect.start)), message, "`for` counts seconds");
        }
    }
}
