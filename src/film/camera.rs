//! The camera: which part of the stage is seen, and how far it carries what is nearer or further away.

use super::aim::Aim;
use super::caption;
use super::effect::{Effect, EffectKind};
use super::instant::Instant;
use super::past::Kept;
use crate::geom::{Affine, Point, Rect, STAGE_HEIGHT, Vec2};
use crate::script::Spring;

/// What the camera sees: the centre of the frame, and the height of what is in it, in stage units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct View {
    pub(super) centre: Point,
    pub(super) height: f64,
}

impl View {
    /// The whole stage.
    const WHOLE: Self = Self { centre: Point::ORIGIN, height: STAGE_HEIGHT };

    /// The view a share of the way to another. The height goes by ratio, so that a zoom has an even pace, and the centre in
    /// step with it, so that one point of the stage stays where it is on the screen.
    fn toward(self, goal: Self, share: f64) -> Self {
        let ratio = goal.height / self.height;
        let come = libm::pow(ratio, share);
        let gone = if (ratio - 1.0).abs() < 1e-6 { share } else { (1.0 - come) / (1.0 - ratio) };
        Self { centre: self.centre + (goal.centre - self.centre) * gone, height: self.height * come }
    }

    fn is_sound(self) -> bool {
        self.centre.is_finite() && self.height.is_finite() && self.height > 1e-3
    }

    /// The map that it makes of what moves so much with the stage: 1 for the stage itself, 0 for the frame.
    pub(super) fn map(self, parallax: f64) -> Affine {
        if self == Self::WHOLE || parallax == 0.0 {
            return Affine::IDENTITY;
        }
        if parallax == 1.0 {
            return Affine::scale(STAGE_HEIGHT / self.height) * Affine::translate(-self.centre.to_vec2());
        }
        let scale = libm::pow(STAGE_HEIGHT / self.height, parallax);
        Affine::scale(scale) * Affine::translate(-self.centre.to_vec2() * parallax)
    }
}

impl Instant<'_> {
    /// What the camera sees at this instant.
    pub(super) fn view(&self) -> View {
        *self.view.get_or_init(|| self.viewed(usize::MAX))
    }

    /// The view as the effects before one of this number make it.
    fn viewed(&self, number: usize) -> View {
        let mut view = View::WHOLE;
        for effect in self.scene.effects.iter().take_while(|effect| effect.number < number) {
            let Some(clock) = effect.clock(self.frame, self.shutter) else { continue };
            let goal = match &effect.kind {
                EffectKind::CameraReset => Some(View::WHOLE),
                EffectKind::CameraAt { centre, by, height, zoom } => {
                    let shift = by.as_ref().map_or(Vec2::ZERO, |by| self.point(by).to_vec2());
                    let centre = centre.as_ref().map_or(view.centre + shift, |centre| self.point(centre));
                    let zoomed = zoom.as_ref().map_or(view.height, |zoom| view.height / self.number(zoom));
                    Some(View { centre, height: height.as_ref().map_or(zoomed, |height| self.number(height)) })
                }
                EffectKind::CameraFit { margin } => {
                    self.targets_box(effect).map(|rect| self.fitting(rect.inset(*margin)))
                }
                EffectKind::CameraFollow { spring, height, ends } => {
                    let height = height.as_ref().map(|height| self.number(height));
                    view = self.followed(effect, *spring, height, *ends).filter(|view| view.is_sound()).unwrap_or(view);
                    continue;
                }
                _ => None,
            };
            // What is relative is part of a fold, and arrives with it.
            if let Some(goal) = goal.filter(|goal| goal.is_sound()) {
                view = view.toward(goal, clock.whole());
            }
        }
        view
    }

    /// The view that shows a box, and as little else as the frame's shape allows. What captions take is left to them.
    fn fitting(&self, rect: Rect) -> View {
        let stage = self.film.size.stage();
        let strip = if self.film.has_captions() { caption::STRIP } else { 0.0 };
        let height = (rect.height() / (1.0 - strip)).max(rect.width() * stage.height() / stage.width());
        let centre = rect.center();
        let highest = rect.y0 + (0.5 - strip) * height;
        View { centre: Point::new(centre.x, centre.y.min(highest)), height }
    }

    /// A view on a spring: a mean of where it was when the step began and of where its target has been since.
    fn followed(&self, effect: &Effect, spring: Spring, height: Option<f64>, ends: bool) -> Option<View> {
        let frame = self.frame?;
        let number = effect.number;
        let before = self
            .scene
            .past
            .kept((number, Kept::View), || self.then(effect.before(), |then| Some(Aim::View(then.viewed(number)))));
        let Some(Aim::View(before)) = before else { return None };
        let last = if ends { effect.end.saturating_sub(1) } else { u64::MAX };
        let centre = self.sprung(effect, &effect.targets, spring, before.centre, last);
        let since = (frame + 1 - effect.start) as f64 + self.shutter;
        let share = super::spring::response(spring, since.max(0.0) / self.film.fps.as_f64());
        let goal = height.unwrap_or(before.height);
        Some(View { centre, height: before.height * libm::pow(goal / before.height, share) })
    }

    /// Is the camera moving at this frame?
    pub(super) fn pans(&self) -> bool {
        *self.pans.get_or_init(|| {
            let steps = |effect: &Effect| effect.is_camera() && effect.running(self.frame);
            self.scene.effects.iter().any(steps) || self.drifts()
        })
    }

    /// Is it on a spring that has not come to rest?
    pub(super) fn drifts(&self) -> bool {
        let drifts = |effect: &Effect| match &effect.kind {
            EffectKind::CameraFollow { spring, .. } => self.swings(effect, &effect.targets, *spring),
            _ => false,
        };
        self.scene.effects.iter().any(drifts)
    }

    /// The camera's map for an actor: what stays with the frame, or is nearer or further than the stage, has its own.
    pub(super) fn camera_of(&self, actor: usize) -> Affine {
        self.view().map(self.parallax(actor))
    }

    /// How far the camera's moves carry an actor, the groups around it included.
    fn parallax(&self, actor: usize) -> f64 {
        let around = |index: &usize| self.group_of(*index);
        let chain = std::iter::successors(Some(actor), around).take(crate::limits::GROUP_DEPTH);
        chain.filter_map(|index| self.actor(index)?.placement.parallax).product()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zoom_keeps_one_point_of_the_stage_where_it_is_on_the_screen() {
        let goal = View { centre: Point::new(3.0, 1.0), height: 3.0 };
        // The point that both views show at the same place.
        let fixed = Point::new(4.5, 1.5);
        for step in 0..=10 {
            let share = f64::from(step) / 10.0;
            let seen = View::WHOLE.toward(goal, share).map(1.0) * fixed;
            assert!((seen - fixed).hypot() < 1e-9, "{share}: {seen:?}");
        }
        let pan = View { centre: Point::new(3.0, 1.0), ..View::WHOLE };
        assert!((View::WHOLE.toward(pan, 0.5).centre.x - 1.5).abs() < 1e-9);
    }

    #[test]
    fn what_the_camera_is_fitted_to_stays_clear_of_the_captions() {
        let seen = |captions: bool, size: [f64; 2]| {
            let text = format!(
                "stage: {{ captions: {captions} }}\nscenes: [{{ cast: {{ r: {{ box: {{ width: {}, height: {}, radius: 0 }} }} }}, steps: [{{ say: Look., }}, {{ camera: {{ fit: r, margin: 0 }} }}, {{ pause: 1 }}] }}]",
                size[0], size[1]
            );
            let world = crate::world::MemoryWorld::default();
            let script = crate::script::parse(&crate::diag::Source::new("x", text), &world).0.unwrap();
            let film = crate::film::Film::build(&script, &world, Default::default()).0.unwrap();
            let frame = film.frame(crate::time::FrameIndex(film.frames() - 1));
            let crate::draw::Shape::Path { path, .. } = &frame.items[0].item.shape else { panic!("no box") };
            frame.items[0].item.transform.transform_rect_bbox(path.bounds())
        };
        let whole = seen(false, [1.0, 2.0]);
        assert!((whole.y0 + 4.5).abs() < 1e-9 && (whole.y1 - 4.5).abs() < 1e-9, "{whole:?}");
        let clear = seen(true, [1.0, 2.0]);
        assert!((clear.y0 + 3.6).abs() < 1e-9 && (clear.y1 - 4.5).abs() < 1e-9, "{clear:?}");
        // What is broad leaves room enough: it stays in the middle.
        let broad = seen(true, [4.0, 1.0]);
        assert!(broad.center().y.abs() < 1e-9, "{broad:?}");
    }

    #[test]
    fn layers_stay_with_the_frame_or_lag_behind_the_stage() {
        let view = View { centre: Point::new(2.0, 0.0), height: 4.5 };
        let seen = |parallax: f64| (view.map(parallax) * Point::new(3.0, 0.0)).x;
        assert_eq!(seen(0.0), 3.0);
        assert!((seen(1.0) - 2.0).abs() < 1e-12);
        assert!((seen(0.5) - 2.0 * libm::sqrt(2.0)).abs() < 1e-12);
    }
}
