//! The state of one node of an actor's tree at an instant: the fold over the effects that address exactly it.

use super::effect::{Effect, EffectKind};
use super::instant::{Busy, Instant};
use super::reveal::Shown;
use crate::color::Rgba;
use crate::geom::{Affine, Point, Rect, Vec2, lerp};
use crate::script::Amount;

/// How much larger `indicate` makes its target at its height.
const INDICATE_SCALE: f64 = 0.18;

/// What the effects on a node amount to.
pub(super) struct State {
    pub(super) shown: Shown,
    /// Leaving, or gone: so is everything inside, whatever brought it in.
    pub(super) leaving: bool,
    pub(super) opacity: f64,
    /// Colour and how far it has taken over, in the order of the steps.
    pub(super) colors: Vec<(Rgba, f32)>,
    /// Displaced by an effect that is under way.
    pub(super) moving: bool,
}

impl Instant<'_> {
    /// The state of a node whose effects these are (in order of their beginning).
    pub(super) fn state(&self, effects: &[&Effect]) -> State {
        let mut state =
            State { shown: Shown::initially(effects), leaving: false, opacity: 1.0, colors: Vec::new(), moving: false };
        let mut dim = 1.0;
        for effect in effects {
            let Some(clock) = effect.clock(self.frame) else { continue };
            let eased = clock.whole();
            state.moving |= effect.displaces() && effect.running(self.frame);
            match &effect.kind {
                // What is gone cannot leave, and what is there cannot come: both would flash up.
                EffectKind::Reveal { kind, entering } if state.shown.admits(*entering) => {
                    state.shown = Shown::from_clock(*kind, *entering, clock);
                    state.leaving = !entering;
                }
                EffectKind::Opacity(goal) => state.opacity = lerp(state.opacity, self.number(goal), eased),
                EffectKind::Dim(goal) => dim = lerp(dim, *goal, eased),
                EffectKind::Color(ink) => state.colors.push((ink.under(&self.film.theme), eased as f32)),
                EffectKind::Indicate => {
                    let pulse = pulse(clock.progress) as f32;
                    state.colors.push((self.film.theme.color(crate::color::Role::Accent), pulse));
                }
                _ => {}
            }
        }
        state.opacity = (state.opacity * dim).clamp(0.0, 1.0);
        state
    }

    /// Where the effects on a node take it: a map within the node's surroundings. `rect` is its box there; `pivot` what it
    /// turns and grows about; `stage_from_here` leads from the surroundings to the stage, in which goals are given.
    pub(super) fn displacement(
        &self,
        effects: &[&Effect],
        rect: Rect,
        pivot: Point,
        stage_from_here: Affine,
    ) -> Affine {
        let (mut shift, mut scale, mut angle) = (Vec2::ZERO, 1.0, 0.0);
        for effect in effects {
            let Some(clock) = effect.clock(self.frame) else { continue };
            let eased = clock.whole();
            match &effect.kind {
                EffectKind::Move(goal) => {
                    let here_from_stage = stage_from_here.inverse();
                    let centre = stage_from_here * rect.center();
                    let size = stage_from_here.transform_rect_bbox(rect).size() * scale;
                    let busy = Busy::Goal(std::ptr::from_ref(*effect).addr());
                    let reached = self.once(busy, &effect.span, || self.destination(goal, size, centre));
                    let full = match reached.unwrap_or(super::place::Goal::By(Vec2::ZERO)) {
                        super::place::Goal::To(point) => {
                            here_from_stage * point
                                - rect.center()
                                - (pivoted(pivot, scale, angle) * rect.center() - rect.center())
                        }
                        super::place::Goal::By(by) => shift + linear(here_from_stage, by),
                    };
                    shift = shift + (full - shift) * eased + arc_of(full - shift, effect.arc, eased);
                }
                EffectKind::Scale(Amount::To(goal)) => scale = lerp(scale, self.number(goal), eased),
                EffectKind::Scale(Amount::By(goal)) => scale *= lerp(1.0, self.number(goal), eased),
                EffectKind::Rotate(Amount::To(goal)) => angle = lerp(angle, self.number(goal).to_radians(), eased),
                EffectKind::Rotate(Amount::By(goal)) => angle += self.number(goal).to_radians() * eased,
                EffectKind::Indicate => scale *= 1.0 + INDICATE_SCALE * pulse(clock.progress),
                _ => {}
            }
        }
        let all = Affine::translate(shift) * pivoted(pivot, scale, angle);
        if all.is_finite() { all } else { Affine::IDENTITY }
    }
}

fn pivoted(pivot: Point, scale: f64, angle: f64) -> Affine {
    let (sin, cos) = libm::sincos(angle);
    let turn = Affine::new([cos * scale, sin * scale, -sin * scale, cos * scale, 0.0, 0.0]);
    Affine::translate(pivot.to_vec2()) * turn * Affine::translate(-pivot.to_vec2())
}

/// The map's action on directions.
fn linear(map: Affine, vector: Vec2) -> Vec2 {
    map * vector.to_point() - map * Point::ORIGIN
}

/// Sideways detour of a motion along an arc of the given angle in degrees: none at both ends, most in the middle.
pub(super) fn arc_of(way: Vec2, degrees: f64, progress: f64) -> Vec2 {
    let bulge = libm::tan((degrees / 4.0).to_radians().clamp(-1.4, 1.4)) / 2.0;
    Vec2::new(-way.y, way.x) * (bulge * 4.0 * progress * (1.0 - progress))
}

/// Up and back, smoothly, over a step.
fn pulse(progress: f64) -> f64 {
    let s = libm::sin(progress.clamp(0.0, 1.0) * std::f64::consts::PI);
    s * s
}
