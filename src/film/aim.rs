//! Where effects lead: their goals as they are at an instant, or as they were when a link was let go.
//!
//! A goal stays true: `move: dot, to: [p, 0]` follows `p` when that changes, which is all that `bind` is. What is let go
//! keeps the goals of the last frame before: these are worked out once, from that frame, and kept with the scene.

use std::collections::BTreeMap;

use super::camera::View;
use super::concern::Concern;
use super::effect::{Effect, EffectKind};
use super::group::Within;
use super::instant::{Busy, Instant};
use super::layout::Pose;
use super::past::Kept;
use super::place::Place;
use super::scene::Scene;
use crate::geom::{Affine, Point, Rect, Size, Vec2};
use crate::script::{Amount, Aspect, Motion, Side};

/// A goal, worth something.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Aim {
    /// The centre of the box goes here on the stage.
    To(Point),
    /// By so much on the stage.
    By(Vec2),
    /// To these coordinates of the stage.
    Axes([Option<f64>; 2]),
    /// Next to this box on the stage, whose baseline is here.
    Beside { side: Side, gap: f64, of: Rect, baseline: Option<f64> },
    /// A factor, an angle, an opacity, a share.
    Number(f64),
    /// As it was.
    Pose(Pose),
    /// What the camera saw.
    View(View),
}

impl Effect {
    /// What a link to this effect's goal is called when it is let go.
    fn aspect(&self) -> Option<Aspect> {
        match self.kind {
            EffectKind::Move(_) | EffectKind::Arrange { .. } => Some(Aspect::Place),
            EffectKind::Scale(_) => Some(Aspect::Scale),
            EffectKind::Rotate(_) | EffectKind::Face { .. } => Some(Aspect::Rotate),
            EffectKind::Opacity(_) => Some(Aspect::Opacity),
            EffectKind::Blend(..) => Some(Aspect::Color),
            _ => None,
        }
    }

    /// The last frame before it begins; `None` before the film.
    pub(super) fn before(&self) -> Option<u64> {
        self.start.checked_sub(1)
    }

    /// Does it go by what was before it? That is worked out when the film is compiled.
    pub(super) fn looks_back(&self) -> bool {
        matches!(self.kind, EffectKind::Move(Motion::With(..)) | EffectKind::Arrange { .. })
            || matches!(self.kind, EffectKind::Release(_) | EffectKind::Restore { .. })
    }
}

/// The effects on a node that let go of others, for each aspect in order of time.
pub(super) struct Releases<'e>(Vec<(Aspect, Vec<&'e Effect>)>);

impl<'e> Releases<'e> {
    fn among(effects: impl Iterator<Item = &'e Effect>) -> Self {
        let mut found: Vec<(Aspect, Vec<&'e Effect>)> = Vec::new();
        for effect in effects {
            let EffectKind::Release(aspects) = &effect.kind else { continue };
            for aspect in aspects {
                match found.iter_mut().find(|(known, _)| known == aspect) {
                    Some((_, all)) => all.push(effect),
                    None => found.push((*aspect, vec![effect])),
                }
            }
        }
        Self(found)
    }

    /// The first that lets go of an effect.
    fn of(&self, effect: &Effect) -> Option<&'e Effect> {
        let aspect = effect.aspect().filter(|_| !self.0.is_empty())?;
        let (_, all) = self.0.iter().find(|(known, _)| *known == aspect)?;
        all.get(all.partition_point(|release| release.number < effect.number)).copied()
    }
}

impl Instant<'_> {
    /// The effects among those on a node that have let go of others by now.
    pub(super) fn releases<'e>(&self, effects: &[Concern<'e>]) -> Releases<'e> {
        Releases::among(effects.iter().map(|concern| concern.effect).filter(|effect| effect.begun(self.frame)))
    }

    /// The goal of one of the effects on a node. `centre` is where the node is now, as far as is known.
    pub(super) fn aim(&self, effect: &Effect, releases: &Releases<'_>, centre: Option<Point>) -> Option<Aim> {
        match releases.of(effect) {
            Some(release) => self.aim_before(effect, release.before()),
            None => {
                let aim = self.once(Busy::Goal(effect.number), &effect.span, || self.aim_now(effect, centre));
                aim.flatten()
            }
        }
    }

    /// A goal that is a number; NaN if it is none.
    pub(super) fn aimed_number(&self, effect: &Effect, releases: &Releases<'_>) -> f64 {
        match self.aim(effect, releases, None) {
            Some(Aim::Number(number)) => number,
            _ => f64::NAN,
        }
    }

    /// The goal as it was at a frame before this one.
    fn aim_before(&self, effect: &Effect, frame: Option<u64>) -> Option<Aim> {
        let key = (effect.number, Kept::As(frame));
        self.scene.past.kept(key, || self.then(frame, |then| then.aim_now(effect, None)))
    }

    fn aim_now(&self, effect: &Effect, centre: Option<Point>) -> Option<Aim> {
        Some(match &effect.kind {
            EffectKind::Move(Motion::To(at)) => Aim::To(self.point_at(at, Within::STAGE)),
            EffectKind::Move(Motion::By(vector)) => Aim::By(self.point(vector).to_vec2()),
            EffectKind::Move(Motion::Axes([x, y])) => {
                Aim::Axes([x, y].map(|axis| axis.as_ref().map(|num| self.number(num))))
            }
            EffectKind::Move(Motion::Beside(beside)) => Aim::Beside {
                side: beside.side,
                gap: beside.gap.as_ref().map_or(super::place::GAP, |gap| self.number(gap)),
                of: self.box_of(&beside.of),
                baseline: self.baseline_within(&beside.of, Within::STAGE),
            },
            EffectKind::Move(Motion::With(leader, spring)) => {
                let before = self.scene.past.kept((effect.number, Kept::Leader), || {
                    self.then(effect.before(), |then| Some(Aim::To(then.box_of(leader).center())))
                });
                let Some(Aim::To(before)) = before else { return None };
                let now = match spring {
                    None => self.box_of(leader).center(),
                    Some(spring) => {
                        let of = super::select::addresses(self.scene, leader);
                        self.sprung(effect, &of, *spring, before, u64::MAX)
                    }
                };
                Aim::By(now - before)
            }
            EffectKind::Arrange { plan, unit } => Aim::By(self.planned(effect, plan, *unit)),
            EffectKind::Scale(Amount::To(num) | Amount::By(num))
            | EffectKind::Rotate(Amount::To(num) | Amount::By(num))
            | EffectKind::Opacity(num)
            | EffectKind::Blend(_, num) => Aim::Number(self.number(num)),
            EffectKind::Face { toward, front } => {
                let target = effect.targets.first()?;
                let from = centre.or_else(|| self.address_box(target).map(|rect| rect.center()))?;
                let look = match target.path.is_empty() {
                    true => self.actor(target.actor).and_then(|actor| actor.placement.rotate.as_ref()),
                    false => None,
                };
                let way = self.point_at(toward, Within::STAGE) - from;
                let turned = look.map_or(0.0, |num| self.number(num));
                // What is where it looks keeps its angle.
                (way.hypot() > 1e-9)
                    .then(|| libm::atan2(way.y, way.x).to_degrees() - front - turned)
                    .map(Aim::Number)?
            }
            _ => return None,
        })
    }
}

impl Aim {
    /// The way to the goal from a centre on the stage, for a box of this size.
    pub(super) fn way(self, centre: Point, size: Size) -> Vec2 {
        match self {
            Self::To(point) => point - centre,
            Self::By(by) => by,
            Self::Axes([x, y]) => Point::new(x.unwrap_or(centre.x), y.unwrap_or(centre.y)) - centre,
            Self::Beside { side, gap, of, baseline } => {
                let layout = Rect::from_center_size(centre, size);
                let own = Place { stage_from_actor: Affine::IDENTITY, layout, baseline: None };
                super::place::beside(side, gap, (of, baseline), &own, None)
            }
            Self::Number(_) | Self::View(_) => Vec2::ZERO,
            Self::Pose(pose) => pose.centre - centre,
        }
    }
}

impl Scene {
    /// Works out what links keep from the frames before they begin and end, in order of time, so that each needs only what
    /// is known already.
    pub(super) fn settle(&self, film: &super::Film) {
        let mut let_go: BTreeMap<usize, Vec<&Effect>> = BTreeMap::new();
        for listed in &self.effects_of {
            let effects: Vec<&Effect> = listed.iter().filter_map(|&number| self.effects.get(number)).collect();
            let releases = Releases::among(effects.iter().copied());
            for effect in &effects {
                let_go
                    .entry(releases.of(effect).map_or(usize::MAX, |release| release.number))
                    .or_default()
                    .push(effect);
            }
        }
        for effect in self.effects.iter().filter(|effect| effect.looks_back()) {
            let then = || Instant::new(film, self, effect.start);
            match &effect.kind {
                EffectKind::Restore { frame, .. } => {
                    for target in &effect.targets {
                        then().pose_at(effect, target.actor, *frame);
                    }
                }
                EffectKind::Release(_) => {
                    let last = Instant::of(film, self, effect.before());
                    for earlier in let_go.get(&effect.number).into_iter().flatten() {
                        last.aim_before(earlier, effect.before());
                    }
                }
                _ => drop(then().aim_now(effect, None)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::diag::Source;
    use crate::film::{Film, Overrides};
    use crate::geom::{Rect, union};
    use crate::time::FrameIndex;
    use crate::world::MemoryWorld;

    fn film(cast: &str, steps: &str) -> Film {
        let text = format!("vars: {{ p: 0 }}\nscenes:\n  - cast: {{ {cast} }}\n    steps: [{steps}]\n");
        let (script, diags) = crate::script::parse(&Source::new("x", text), &MemoryWorld::default());
        assert!(diags.is_empty(), "{diags:#?}");
        let (film, diags) = Film::build(&script.unwrap(), &MemoryWorld::default(), Overrides::default());
        assert!(!diags.has_errors(), "{diags:#?}");
        film.unwrap()
    }

    /// The box of the items of an actor, by its number in the cast, at a mark.
    fn rect_at(film: &Film, frame: u64, number: usize) -> Rect {
        let frame = film.frame(FrameIndex(frame));
        let mut ids: Vec<_> = frame.items.iter().map(|item| item.id).collect();
        ids.dedup();
        let boxes = frame.items.iter().filter(|item| ids.get(number) == Some(&item.id));
        boxes.fold(None, |all, item| union(all, item.item.bounds())).unwrap()
    }

    fn centre(film: &Film, mark: &str, number: usize) -> (f64, f64) {
        let mark = film.marks().iter().find(|known| known.name == mark).unwrap();
        let centre = rect_at(film, mark.frame.0, number).center();
        ((centre.x * 1e6).round() / 1e6, (centre.y * 1e6).round() / 1e6)
    }

    #[test]
    fn what_is_bound_follows_is_let_go_and_is_taken_up_again() {
        let film = film(
            "dot: { circle: 1 }",
            "{ bind: dot, to: [p, 2 * p] }, { set: { p: 1 } }, { pause: 1 }, { mark: bound },
             { move: dot, by: [0, 3] }, { pause: 1 }, { mark: moved },
             { unbind: dot }, { set: { p: 2 } }, { pause: 1 }, { mark: free },
             { move: dot, x: 5 }, { pause: 1 }, { mark: aside },
             { bind: dot, y: p, for: 1 }, { pause: 1 }, { mark: again }",
        );
        assert_eq!(centre(&film, "bound", 0), (1.0, 2.0));
        assert_eq!(centre(&film, "moved", 0), (1.0, 5.0));
        assert_eq!(centre(&film, "free", 0), (1.0, 5.0));
        assert_eq!(centre(&film, "aside", 0), (5.0, 5.0));
        assert_eq!(centre(&film, "again", 0), (5.0, 2.0));
    }

    #[test]
    fn a_follower_keeps_its_distance_until_it_is_let_go() {
        let film = film(
            "dot: { circle: 1, at: [3, 0] }, lead: { circle: 0.5, at: [-1, -1] }",
            "{ move: lead, by: [1, 0] }, { follow: dot, leader: lead }, { move: lead, to: [1, 2] }, { pause: 1 }, { mark: a },
             { unbind: dot, only: scale }, { move: lead, to: [0, 0] }, { pause: 1 }, { mark: b },
             { unbind: dot }, { move: lead, to: [2, 2] }, { pause: 1 }, { mark: c }",
        );
        assert_eq!(centre(&film, "a", 0), (4.0, 3.0));
        assert_eq!(centre(&film, "b", 0), (3.0, 1.0));
        assert_eq!(centre(&film, "c", 0), (3.0, 1.0));
    }

    #[test]
    fn what_faces_something_turns_the_shorter_way_and_keeps_looking() {
        let film = film(
            "bar: { box: { width: 2, height: 0.2 }, rotate: 90 }, dot: { circle: 0.1, at: [4, 0] }",
            "{ face: bar, toward: dot }, { pause: 1 }, { mark: east }, { move: dot, to: [0, 4] }, { pause: 1 }, { mark: north },
             { unbind: bar }, { move: dot, to: [4, 0] }, { pause: 1 }, { mark: still }",
        );
        let size = |mark: &str| {
            let mark = film.marks().iter().find(|known| known.name == mark).unwrap();
            let size = rect_at(&film, mark.frame.0, 0).size();
            size.width > size.height
        };
        assert_eq!([size("east"), size("north"), size("still")], [true, false, false]);
    }

    #[test]
    fn groups_arrive_where_they_are_sent_however_often() {
        let film = film(
            "a: { circle: 0.5 }, b: { circle: 0.5 }, g: { row: [a, b], gap: 1, at: [-3, 0] }",
            "{ move: g, to: [2, 2] }, { move: g, to: [3, -1] }, { pause: 1 }, { mark: there },
             { move: a, to: [0, 0] }, { pause: 1 }, { mark: member }",
        );
        let ((left, y), (right, _)) = (centre(&film, "there", 0), centre(&film, "there", 1));
        assert_eq!(((left + right) / 2.0, y), (3.0, -1.0));
        assert_eq!(centre(&film, "member", 0), (0.0, 0.0));
    }

    #[test]
    fn trails_are_the_same_whichever_frame_is_asked_first() {
        let make = || {
            film(
                "way: { trail: { tail: 0.5 } }, whole: { trail: {} }, dot: { circle: 0.1 }",
                "{ trace: way, of: dot, for: 1.5 }, { trace: whole, of: dot }, { move: dot, to: [4, 0] },
                 { untrace: whole }, { move: dot, to: [4, 3] }, { pause: 1 }",
            )
        };
        let (forward, backward) = (make(), make());
        let frames = forward.frames();
        let ahead: Vec<_> = (0..frames).map(|index| forward.frame(FrameIndex(index))).collect();
        let mut behind: Vec<_> = (0..frames).rev().map(|index| backward.frame(FrameIndex(index))).collect();
        behind.reverse();
        assert!(ahead == behind);
        let all = ahead.last().unwrap().items.iter().map(|item| item.item.bounds().unwrap().width());
        assert!(all.clone().any(|width| (width - 4.0).abs() < 0.1), "{:?}", all.collect::<Vec<_>>());
    }

    #[test]
    fn hundreds_of_links_on_one_actor_are_no_matter() {
        let steps = "{ bind: dot, x: p + dot2.x, for: 0.1 }, { unbind: dot }, { follow: dot2, leader: dot }, { move: dot, by: [0.1, 0] }, { unbind: dot2 }";
        let film = film("dot: { circle: 1 }, dot2: { circle: 1 }", &vec![steps; 150].join(", "));
        assert!(!film.frame(FrameIndex(film.frames() - 1)).items.is_empty());
    }
}
