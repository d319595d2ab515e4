//! The state of one node of an actor's tree at an instant: the fold over the effects that address exactly it.

use super::aim::Aim;
use super::concern::Concern;
use super::effect::{Effect, EffectKind};
use super::instant::Instant;
use super::layout::{Pose, turn};
use super::reveal::Shown;
use crate::color::Rgba;
use crate::geom::{Affine, Point, Rect, Vec2, lerp};
use crate::script::{Amount, Manner};

/// How much larger `indicate` makes its target at its height.
const INDICATE_SCALE: f64 = 0.18;

/// The same of a wiggle, how far it turns at most, and how often.
const WIGGLE_SCALE: f64 = 0.08;
const WIGGLE_DEGREES: f64 = 7.0;
const WIGGLES: f64 = 3.0;

/// What the effects on a node amount to.
pub(super) struct State {
    pub(super) shown: Shown,
    /// Leaving, or gone: so is everything inside, whatever brought it in.
    pub(super) leaving: bool,
    pub(super) opacity: f64,
    /// Standard deviation of its blur in stage units.
    pub(super) blur: f64,
    /// Colour and how far it has taken over, in the order of the steps.
    pub(super) colors: Vec<(Rgba, f32)>,
    /// Displaced by an effect that is under way.
    pub(super) moving: bool,
}

impl Instant<'_> {
    /// The state of a node whose effects these are (in order of their beginning).
    pub(super) fn state(&self, effects: &[Concern<'_>]) -> State {
        let mut state = State {
            shown: Shown::initially(effects),
            leaving: false,
            opacity: 1.0,
            blur: 0.0,
            colors: Vec::new(),
            moving: false,
        };
        let (mut dim, releases) = (1.0, self.releases(effects));
        // When the effects began that gave the colours.
        let mut since: Vec<u64> = Vec::new();
        for effect in effects {
            let Some(clock) = effect.clock(self.frame, self.shutter) else { continue };
            since.resize(state.colors.len(), effect.start);
            let eased = clock.whole();
            state.moving |= effect.displaces() && effect.running(self.frame);
            match &effect.kind {
                // What is gone cannot leave, and what is there cannot come: both would flash up.
                EffectKind::Reveal { kind, entering } if state.shown.admits(*entering) => {
                    state.shown = Shown::from_clock(*kind, *entering, clock);
                    state.leaving = !entering;
                }
                EffectKind::Opacity(_) => {
                    state.opacity = lerp(state.opacity, self.aimed_number(effect, &releases), eased);
                }
                EffectKind::Restore { frame, .. } => {
                    let Some(pose) = self.restored(effect, *frame) else { continue };
                    state.opacity = lerp(state.opacity * dim, pose.opacity, eased);
                    dim = 1.0;
                    // Colours that came since then go.
                    for ((_, share), _) in
                        state.colors.iter_mut().zip(&since).filter(|(_, start)| Some(**start) > *frame)
                    {
                        *share *= 1.0 - eased as f32;
                    }
                }
                EffectKind::Dim(goal) => dim = lerp(dim, *goal, eased),
                EffectKind::Blur(goal) => state.blur = lerp(state.blur, *goal, eased).max(0.0),
                EffectKind::Color(ink) => state.colors.push((ink.under(&self.film.theme), eased as f32)),
                EffectKind::Blend([from, to], _) => {
                    let share = self.aimed_number(effect, &releases).clamp(0.0, 1.0);
                    let [from, to] = [from, to].map(|ink| ink.under(&self.film.theme));
                    state.colors.push((from.lerp(to, share as f32), eased as f32));
                }
                // What has flashed leaves no colour behind.
                EffectKind::Indicate(Manner::Flash) if clock.progress < 1.0 => {
                    let pulse = pulse(clock.progress) as f32;
                    state.colors.push((self.film.theme.color(crate::color::Role::Accent), pulse));
                }
                _ => {}
            }
        }
        state.opacity = (state.opacity * dim).clamp(0.0, 1.0);
        state
    }

    /// Where the effects on a node take it: a map within the node's surroundings. `rect` is its box there, about whose centre
    /// it turns and grows; `stage_from_here` leads from the surroundings to the stage, in which goals are given.
    pub(super) fn displacement(&self, effects: &[Concern<'_>], rect: Rect, stage_from_here: Affine) -> Affine {
        let (mut shift, mut scale, releases) = (Vec2::ZERO, 1.0, self.releases(effects));
        let here_from_stage = stage_from_here.inverse();
        for effect in effects {
            let Some(clock) = effect.clock(self.frame, self.shutter) else { continue };
            let eased = clock.whole();
            match &effect.kind {
                EffectKind::Move(_) | EffectKind::Arrange { .. } => {
                    let centre = stage_from_here * (rect.center() + shift);
                    let size = stage_from_here.transform_rect_bbox(rect).size() * scale;
                    let aim = self.aim(effect, &releases, None);
                    let way = aim.map_or(Vec2::ZERO, |aim| linear(here_from_stage, aim.way(centre, size)));
                    shift = shift + way * eased + arc_of(way, effect.arc, eased);
                }
                EffectKind::Restore { frame, .. } => {
                    let Some(pose) = self.restored(effect, *frame) else { continue };
                    let way = here_from_stage * pose.centre - (rect.center() + shift);
                    shift = shift + way * eased + arc_of(way, effect.arc, eased);
                    scale = lerp(scale, pose.scale / turn(stage_from_here).0.max(1e-9), eased);
                }
                EffectKind::Scale(Amount::To(_)) => scale = lerp(scale, self.aimed_number(effect, &releases), eased),
                EffectKind::Scale(Amount::By(_)) => scale *= lerp(1.0, self.aimed_number(effect, &releases), eased),
                EffectKind::Indicate(Manner::Flash | Manner::Pulse) => {
                    scale *= 1.0 + INDICATE_SCALE * pulse(clock.progress);
                }
                EffectKind::Indicate(Manner::Wiggle) => scale *= 1.0 + WIGGLE_SCALE * pulse(clock.progress),
                _ => {}
            }
        }
        let angle = self.angle(effects, rect.center() + shift, stage_from_here);
        let all = Affine::translate(shift) * pivoted(rect.center(), scale, angle);
        if all.is_finite() { all } else { Affine::IDENTITY }
    }

    /// How the one target of a `restore` was.
    fn restored(&self, effect: &Effect, frame: Option<u64>) -> Option<Pose> {
        effect.targets.first().and_then(|target| self.pose_at(effect, target.actor, frame))
    }

    /// The angle in radians to which the effects on a node turn it, which is at a centre when all moves are made.
    fn angle(&self, effects: &[Concern<'_>], centre: Point, stage_from_here: Affine) -> f64 {
        let (mut angle, releases) = (0.0, self.releases(effects));
        for effect in effects {
            let Some(clock) = effect.clock(self.frame, self.shutter) else { continue };
            let eased = clock.whole();
            match &effect.kind {
                EffectKind::Restore { frame, .. } => {
                    let Some(pose) = self.restored(effect, *frame) else { continue };
                    angle = lerp(angle, pose.angle - turn(stage_from_here).1, eased);
                }
                EffectKind::Rotate(Amount::To(_)) => {
                    angle = lerp(angle, self.aimed_number(effect, &releases).to_radians(), eased);
                }
                EffectKind::Rotate(Amount::By(_)) => {
                    angle += self.aimed_number(effect, &releases).to_radians() * eased;
                }
                EffectKind::Indicate(Manner::Wiggle) => {
                    let swing = libm::sin(clock.progress * WIGGLES * std::f64::consts::TAU);
                    angle += WIGGLE_DEGREES.to_radians() * pulse(clock.progress) * swing;
                }
                EffectKind::Face { .. } => {
                    let found = self.aim(effect, &releases, Some(stage_from_here * centre));
                    let Some(Aim::Number(degrees)) = found else { continue };
                    let (sin, cos) = libm::sincos(degrees.to_radians());
                    let way = linear(stage_from_here.inverse(), Vec2::new(cos, sin));
                    // The shorter way round.
                    let turn = libm::remainder(libm::atan2(way.y, way.x) - angle, std::f64::consts::TAU);
                    angle += turn * eased;
                }
                _ => {}
            }
        }
        angle
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
    if progress >= 1.0 {
        return 0.0;
    }
    let s = libm::sin(progress.clamp(0.0, 1.0) * std::f64::consts::PI);
    s * s
}
