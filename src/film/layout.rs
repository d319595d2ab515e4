//! Layouts that steps ask for: what moves where when actors are arranged anew, and what it takes to be as before.

use std::sync::{Arc, OnceLock};

use super::arrange::{Boxed, arranged};
use super::effect::{Address, Effect};
use super::instant::Instant;
use super::past::Kept;
use super::place::GAP;
use crate::geom::{Affine, Point, Rect, Vec2, union};
use crate::script;

/// A layout, with what its members are.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) plan: script::Plan,
    /// What moves as one, in order.
    pub(super) units: Vec<Vec<Address>>,
    /// How far each unit moves on the stage, from where it is before the first of them starts.
    shifts: OnceLock<Vec<Vec2>>,
}

impl Plan {
    pub(super) fn new(plan: script::Plan, units: Vec<Vec<Address>>) -> Arc<Self> {
        Arc::new(Self { plan, units, shifts: OnceLock::new() })
    }
}

impl PartialEq for Plan {
    fn eq(&self, other: &Self) -> bool {
        self.plan == other.plan && self.units == other.units
    }
}

/// How an actor was at an instant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pose {
    /// The centre of its box on the stage.
    pub(super) centre: Point,
    /// By which factor and angle in radians steps had changed it, those of the groups around it included.
    pub(super) scale: f64,
    pub(super) angle: f64,
    pub(super) opacity: f64,
}

impl Instant<'_> {
    /// How far a unit of a plan moves.
    pub(super) fn planned(&self, effect: &Effect, plan: &Plan, unit: usize) -> Vec2 {
        let shifts = plan.shifts.get_or_init(|| self.then(effect.before(), |then| then.shifts(plan)));
        shifts.get(unit).copied().unwrap_or_default()
    }

    fn shifts(&self, plan: &Plan) -> Vec<Vec2> {
        let bounds = |unit: &Vec<Address>| unit.iter().fold(None, |all, address| union(all, self.address_box(address)));
        let boxes: Vec<Rect> = plan.units.iter().map(|unit| bounds(unit).unwrap_or(Rect::ZERO)).collect();
        let gap = plan.plan.gap.as_ref().map_or(GAP, |gap| self.number(gap));
        let count = boxes.len().max(1);
        let arrange = match plan.plan.arrange {
            script::Arrange::Grid { columns: 0 } => {
                script::Arrange::Grid { columns: count.isqrt() + usize::from(count.isqrt().pow(2) < count) }
            }
            other => other,
        };
        let baseline = |unit: &Vec<Address>| match unit.as_slice() {
            [whole] if whole.path.is_empty() => self.place(whole.actor).baseline,
            _ => None,
        };
        let members: Vec<Boxed> =
            boxes.iter().zip(&plan.units).map(|(rect, unit)| Boxed { rect: *rect, baseline: baseline(unit) }).collect();
        let Some(centres) = arranged(arrange, &members, gap, plan.plan.align) else { return Vec::new() };
        let around = |rects: &mut dyn Iterator<Item = Rect>| {
            rects.fold(None, |all, rect| union(all, Some(rect))).unwrap_or(Rect::ZERO).center()
        };
        let laid = around(&mut boxes.iter().zip(&centres).map(|(rect, at)| Rect::from_center_size(*at, rect.size())));
        let goal = match &plan.plan.to {
            Some(place) => self.point_at(place, super::group::Within::STAGE),
            None => around(&mut boxes.iter().copied()),
        };
        let shift = |(rect, at): (&Rect, &Point)| (*at - laid) - (rect.center() - goal);
        boxes.iter().zip(&centres).map(shift).filter(|shift| shift.is_finite()).collect()
    }

    /// How an actor was at a frame.
    pub(super) fn pose_at(&self, effect: &Effect, actor: usize, frame: Option<u64>) -> Option<Pose> {
        let pose = || self.then(frame, |then| Some(super::aim::Aim::Pose(then.pose(actor))));
        match self.scene.past.kept((effect.number, Kept::As(frame)), pose) {
            Some(super::aim::Aim::Pose(pose)) => Some(pose),
            _ => None,
        }
    }

    fn pose(&self, actor: usize) -> Pose {
        let place = self.place(actor);
        let within = super::group::Within { group: self.group_of(actor), at_rest: false };
        let (now, first) = (turn(place.stage_from_actor), turn(self.unmoved(actor, within).stage_from_actor));
        let opacity = self.state(&self.effects_on_whole(actor)).opacity;
        Pose { centre: place.layout.center(), scale: now.0 / first.0.max(1e-9), angle: now.1 - first.1, opacity }
    }
}

/// The factor and angle of a map that turns and scales evenly.
pub(super) fn turn(map: Affine) -> (f64, f64) {
    let [a, b, ..] = map.as_coeffs();
    (libm::hypot(a, b), libm::atan2(b, a))
}

#[cfg(test)]
mod tests {
    use crate::diag::Source;
    use crate::film::{Film, Overrides};
    use crate::geom::Rect;
    use crate::time::FrameIndex;
    use crate::world::MemoryWorld;

    /// The boxes of the items at each mark, rounded to a thousandth.
    fn marked(cast: &str, steps: &str) -> Vec<Vec<Rect>> {
        let text = format!("scenes:\n  - cast: {{ {cast} }}\n    steps: [{steps}]\n");
        let (script, diags) = crate::script::parse(&Source::new("x", text), &MemoryWorld::default());
        assert!(diags.is_empty(), "{diags:#?}");
        let (film, diags) = Film::build(&script.unwrap(), &MemoryWorld::default(), Overrides::default());
        assert!(!diags.has_errors(), "{diags:#?}");
        let film = film.unwrap();
        let boxes = |frame: FrameIndex| {
            let round = |x: f64| (x * 1e3).round() / 1e3;
            let items = film.frame(frame).items;
            let boxes = items.iter().map(|item| item.item.bounds().unwrap());
            boxes.map(|r| Rect::new(round(r.x0), round(r.y0), round(r.x1), round(r.y1))).collect()
        };
        film.marks().iter().map(|mark| boxes(mark.frame)).collect()
    }

    const DISCS: &str = "a: { circle: { radius: 0.5, stroke_width: 0 }, at: [-3, 0] }, \
        b: { circle: { radius: 1, stroke_width: 0 }, at: [1, 2] }, c: { circle: { radius: 0.5, stroke_width: 0 }, at: [3, -1] }";

    #[test]
    fn actors_move_into_a_layout_and_stay() {
        let found = marked(
            DISCS,
            "{ arrange: [a, b, c], layout: row, gap: 0.5, to: [0, 1] }, { mark: row },
             { move: b, by: [0, 1] }, { arrange: [c, a], layout: column, gap: 1, stagger: 0.2 }, { mark: column }",
        );
        let row: Vec<_> = found[0].iter().map(Rect::center).map(|p| (p.x, p.y)).collect();
        assert_eq!(row, [(-2.0, 1.0), (0.0, 1.0), (2.0, 1.0)]);
        let column: Vec<_> = found[1].iter().map(Rect::center).map(|p| (p.x, p.y)).collect();
        assert_eq!(column, [(0.0, 0.0), (0.0, 2.0), (0.0, 2.0)]);
    }

    #[test]
    fn what_was_saved_comes_back_through_groups_turns_and_sizes() {
        let cast = format!("{DISCS}, g: {{ group: [a, b] }}");
        let found = marked(
            &cast,
            "{ move: g, by: [1, 1] }, { save: here }, { mark: before },
             { move: g, to: [0, 0] }, { scale: g, by: 2 }, { rotate: c, by: 30 }, { scale: b, by: 0.5 },
             { move: c, to: a }, { mark: off }, { restore: here }, { pause: 1 }, { mark: after }",
        );
        assert_ne!(found[0], found[1]);
        assert_eq!(found[0], found[2]);
    }
}
