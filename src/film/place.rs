//! Where actors are: relations between layout boxes, looks, groups, and the moves that steps make.
//!
//! A relation is a statement that stays true: `above: chart` follows the chart when it moves.

use std::collections::BTreeMap;

use super::caption;
use super::concern::Concern;
use super::effect::Effect;
use super::group::Within;
use super::instant::Instant;
use super::scene::ActorKind;
use super::select::addresses;
use crate::geom::{Affine, Point, Rect, Vec2};
use crate::script::{Align, Anchor, Beside, Num, Place as At, Placement, Room, Selector, Side};

/// Space around what is fitted into something else, in stage units, where a script gives none.
const ROOM_MARGIN: f64 = 0.2;
/// Space between captions and what stands at the lower edge, in stage units.
const ABOVE_CAPTIONS: f64 = 0.15;

/// Where an actor is at an instant.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Leads from the actor's units to the stage.
    pub(super) stage_from_actor: Affine,
    /// Its layout box on the stage.
    pub(super) layout: Rect,
    /// Height of its baseline on the stage.
    pub(super) baseline: Option<f64>,
}

/// Space between neighbours where a script gives none, in stage units.
pub(super) const GAP: f64 = 0.4;

impl Instant<'_> {
    /// Where an actor is on the stage, its own moves included.
    pub(super) fn place(&self, index: usize) -> Place {
        if let Some(known) = self.remembered_place(index) {
            return known;
        }
        let own = self.local(index, Within { group: self.group_of(index), at_rest: false });
        let mut place = moved(own, self.carried(index) * self.stage_from_group(self.group_of(index)));
        if let Some(ActorKind::Group { members, .. }) = self.actor(index).map(|actor| &actor.kind) {
            place.layout = self.box_around(members, |member| self.place(member).layout);
        }
        self.remember_place(index, place);
        place
    }

    /// Where moves of the groups that an actor is in take it on the stage. They go about the centre of the group, the outer
    /// group's first.
    pub(super) fn carried(&self, index: usize) -> Affine {
        if !self.effects_of(index).any(|(_, effect)| through(effect, index).is_some()) {
            return Affine::IDENTITY;
        }
        let mut by_group: BTreeMap<(usize, usize), Vec<Concern<'_>>> = BTreeMap::new();
        for effect in self.effects_on_whole(index) {
            if let Some(group) = through(&effect, index) {
                by_group.entry((self.depth_of(group), group)).or_default().push(effect);
            }
        }
        by_group.iter().fold(Affine::IDENTITY, |map, ((_, group), effects)| {
            map * self.displacement(effects, self.group_on_stage(*group), map)
        })
    }

    /// How many groups a group is in.
    fn depth_of(&self, group: usize) -> usize {
        let around = |group: &usize| self.group_of(*group);
        std::iter::successors(Some(group), around).take(crate::limits::GROUP_DEPTH).count()
    }

    /// Effects that move an actor itself, and not through a group that it is in.
    pub(super) fn moves_of(&self, index: usize) -> Vec<Concern<'_>> {
        let mut effects = self.effects_on_whole(index);
        effects.retain(|effect| through(effect, index).is_none());
        effects
    }

    /// Effects that address an actor as a whole.
    pub(super) fn effects_on_whole(&self, index: usize) -> Vec<Concern<'_>> {
        let whole = |effect: &&Effect| {
            if effect.complement {
                effect.targets.iter().all(|t| t.actor != index)
            } else {
                effect.targets.iter().any(|t| t.actor == index && t.path.is_empty())
            }
        };
        self.effects_of(index).map(|(_, effect)| effect).filter(whole).map(Concern::alone).collect()
    }

    /// Where an actor is before its own moves, in the units of the group that it is in.
    pub(super) fn unmoved(&self, index: usize, within: Within) -> Place {
        let nowhere = Place { stage_from_actor: Affine::IDENTITY, layout: Rect::ZERO, baseline: None };
        let Some(actor) = self.actor(index) else { return nowhere };
        if let ActorKind::Group { .. } = &actor.kind {
            let map = self.frame(index, within);
            return Place {
                stage_from_actor: map,
                layout: map.transform_rect_bbox(self.content(index)),
                baseline: None,
            };
        }
        let Some(sized) = self.sized(index, &actor.placement) else { return nowhere };
        let arranged = actor.member_of.and_then(|(group, position)| self.arranged_at(group, position));
        let shift = match arranged {
            Some(centre) => centre - sized.layout.center() + self.shift_of(&actor.placement),
            None if unplaced(&actor.placement) && self.drawing(index).is_some_and(|drawing| drawing.on_stage) => {
                let own = self.drawing(index).map_or(Point::ORIGIN, |drawing| drawing.layout.center());
                own.to_vec2() + self.shift_of(&actor.placement)
            }
            None => self.placed(&actor.placement, &sized, within),
        };
        let shift = if shift.is_finite() { shift } else { Vec2::ZERO };
        moved(sized, Affine::translate(shift))
    }

    /// The actor with its look's scale and angle, its layout box centred on the origin.
    pub(super) fn sized(&self, index: usize, look: &Placement) -> Option<Place> {
        let drawing = self.drawing(index)?;
        let within = Within { group: self.group_of(index), at_rest: self.at_rest.get() };
        let map = self.look_map(look, drawing.layout, within);
        let layout = map.transform_rect_bbox(drawing.layout);
        let baseline = drawing.baseline.map(|y| (map * Point::new(drawing.layout.x0, y)).y);
        Some(Place { stage_from_actor: map, layout, baseline })
    }

    /// Scale and angle of a look, about the centre of a box, which comes to lie on the origin.
    pub(super) fn look_map(&self, look: &Placement, layout: Rect, within: Within) -> Affine {
        let number = |num: &Option<Num>| num.as_ref().map(|num| self.number(num)).filter(|n| n.is_finite());
        let size = |selector: &Selector| self.box_within(selector, within).size();
        let room = look.fit.as_ref().map(|fit| self.room(fit, within).size());
        let widths = [number(&look.width), look.match_width.as_ref().map(|of| size(of).width), room.map(|r| r.width)];
        let heights =
            [number(&look.height), look.match_height.as_ref().map(|of| size(of).height), room.map(|r| r.height)];
        // As large as all that is asked for allows.
        let to_width = widths.into_iter().flatten().map(|width| width / layout.width().max(1e-9));
        let to_height = heights.into_iter().flatten().map(|height| height / layout.height().max(1e-9));
        let fitted = to_width.chain(to_height).reduce(f64::min).unwrap_or(1.0);
        let scale = (fitted * number(&look.scale).unwrap_or(1.0)).clamp(-1e4, 1e4);
        let (sin, cos) = libm::sincos(number(&look.rotate).unwrap_or(0.0).to_radians());
        let turn = Affine::new([cos * scale, sin * scale, -sin * scale, cos * scale, 0.0, 0.0]);
        turn * Affine::translate(-layout.center().to_vec2())
    }

    /// The shift that a placement asks for.
    pub(super) fn placed(&self, placement: &Placement, sized: &Place, within: Within) -> Vec2 {
        let pinned = |to: Point| to - pin_point(sized, placement.anchor.unwrap_or(Anchor::Centre));
        let shift = if let Some(at) = &placement.at {
            pinned(self.point_at(at, within))
        } else if let Some(beside) = &placement.beside {
            self.beside(beside, sized, placement.align, within)
        } else if let Some(selector) = &placement.inside {
            aligned_inside(self.box_within(selector, within), sized, placement.align)
        } else if let Some((pin, margin)) = &placement.edge {
            let margin = margin.as_ref().map_or(self.film.margin, |margin| self.number(margin));
            let safe = Place { layout: self.safe_area(margin, within), ..*sized };
            pin_point(&safe, *pin) - pin_point(sized, *pin)
        } else if let Some(fit) = &placement.fit {
            self.room(fit, within).center() - sized.layout.center()
        } else {
            pinned(Point::ORIGIN)
        };
        shift + self.shift_of(placement)
    }

    /// The box that something is to fit into.
    fn room(&self, (room, margin): &(Room, Option<Num>), within: Within) -> Rect {
        let within_margin = |usual| margin.as_ref().map_or(usual, |margin| self.number(margin));
        let (rect, inner) = match room {
            Room::Stage => (self.stage(within), self.safe_area(within_margin(self.film.margin), within)),
            Room::Of(selector) => {
                let rect = self.box_within(selector, within);
                (rect, rect.inset(-within_margin(ROOM_MARGIN)))
            }
        };
        if inner.width() > 0.0 && inner.height() > 0.0 { inner } else { rect }
    }

    /// The stage as it is seen from within something.
    fn stage(&self, within: Within) -> Rect {
        self.seen_from(within).transform_rect_bbox(self.film.size.stage())
    }

    /// The stage without a margin, and without what captions take.
    fn safe_area(&self, margin: f64, within: Within) -> Rect {
        let stage = self.stage(within);
        let strip = if self.film.has_captions() { caption::STRIP * stage.height() + ABOVE_CAPTIONS } else { 0.0 };
        let inner = stage.inset(-margin);
        Rect { y0: inner.y0.max(stage.y0 + strip), ..inner }
    }

    pub(super) fn shift_of(&self, placement: &Placement) -> Vec2 {
        placement.shift.as_ref().map_or(Vec2::ZERO, |shift| self.point(shift).to_vec2())
    }

    pub(super) fn point_at(&self, at: &At, within: Within) -> Point {
        match at {
            At::Point(point) => self.point(point),
            At::In(actor, point) => self.point_on(actor, self.point(point), within),
            At::Part(selector) => self.box_within(selector, within).center(),
            At::Corner(selector, Anchor::Origin) => {
                let index = addresses(self.scene, selector).first().map(|address| address.actor);
                index.map_or(Point::ORIGIN, |index| self.point_in(index, Point::ORIGIN, within))
            }
            At::Corner(selector, corner) => {
                let (layout, baseline) = (self.box_within(selector, within), self.baseline_within(selector, within));
                pin_point(&Place { stage_from_actor: Affine::IDENTITY, layout, baseline }, *corner)
            }
            At::Along(selector, share) => {
                let found = self.point_along(selector, self.number(share));
                let centre = || self.box_of(selector).center();
                self.seen_from(within) * found.unwrap_or_else(centre)
            }
        }
    }

    fn beside(&self, Beside { side, of, gap }: &Beside, sized: &Place, align: Option<Align>, within: Within) -> Vec2 {
        let gap = gap.as_ref().map_or(GAP, |gap| self.number(gap));
        beside(*side, gap, (self.box_within(of, within), self.baseline_within(of, within)), sized, align)
    }

    /// A point of another actor's coordinates: of its plane if it has one, else of its own units.
    fn point_on(&self, selector: &Selector, point: Point, within: Within) -> Point {
        let Some(index) = addresses(self.scene, selector).first().map(|address| address.actor) else {
            return Point::ORIGIN;
        };
        let plane = self.drawing(index).and_then(|drawing| drawing.plane);
        self.point_in(index, plane.map_or(point, |plane| plane.point(point)), within)
    }

    /// A point of an actor's own units, seen from within a group.
    fn point_in(&self, index: usize, point: Point, within: Within) -> Point {
        let at_rest = within.at_rest.then(|| self.place_at_rest(index, within.group)).flatten();
        let map = at_rest.map(|place| place.stage_from_actor);
        map.unwrap_or_else(|| self.seen_from(within) * self.place(index).stage_from_actor) * point
    }

    /// The layout box of an actor, or the box of a part, on the stage.
    pub(super) fn box_of(&self, selector: &Selector) -> Rect {
        let Some(index) = self.index_of(&selector.actor) else { return Rect::ZERO };
        if selector.path.is_empty() && self.actor(index).is_none_or(|actor| actor.stands_for.is_none()) {
            return self.place(index).layout;
        }
        let named = addresses(self.scene, selector);
        let found = named.iter().fold(None, |all, address| crate::geom::union(all, self.address_box(address)));
        // What is not there yet is where the whole is.
        found.unwrap_or_else(|| self.place(named.first().map_or(index, |address| address.actor)).layout)
    }

    pub(super) fn index_of(&self, name: &str) -> Option<usize> {
        self.scene.actors.iter().position(|actor| actor.name == name)
    }
}

/// The group through which alone an effect reaches an actor.
fn through(effect: &Effect, index: usize) -> Option<usize> {
    let mut named = effect.targets.iter().filter(|target| target.actor == index && !effect.complement);
    let group = named.next()?.group?;
    named.all(|target| target.group.is_some()).then_some(group)
}

pub(super) fn unplaced(placement: &Placement) -> bool {
    placement.at.is_none()
        && placement.beside.is_none()
        && placement.inside.is_none()
        && placement.edge.is_none()
        && placement.fit.is_none()
}

pub(super) fn moved(place: Place, map: Affine) -> Place {
    Place {
        stage_from_actor: map * place.stage_from_actor,
        layout: map.transform_rect_bbox(place.layout),
        baseline: place.baseline.map(|y| (map * Point::new(place.layout.x0, y)).y),
    }
}

/// The shift that brings something to a side of a box.
pub(super) fn beside(
    side: Side,
    gap: f64,
    (other, baseline): (Rect, Option<f64>),
    sized: &Place,
    align: Option<Align>,
) -> Vec2 {
    let own = sized.layout;
    let along_x = match align {
        Some(Align::Left) => other.x0 - own.x0,
        Some(Align::Right) => other.x1 - own.x1,
        _ => other.center().x - own.center().x,
    };
    let along_y = match align {
        Some(Align::Top) => other.y1 - own.y1,
        Some(Align::Bottom) => other.y0 - own.y0,
        Some(Align::Centre) => other.center().y - own.center().y,
        _ => match (baseline, sized.baseline) {
            (Some(theirs), Some(ours)) => theirs - ours,
            _ => other.center().y - own.center().y,
        },
    };
    match side {
        Side::Up => Vec2::new(along_x, other.y1 + gap - own.y0),
        Side::Down => Vec2::new(along_x, other.y0 - gap - own.y1),
        Side::Left => Vec2::new(other.x0 - gap - own.x1, along_y),
        Side::Right => Vec2::new(other.x1 + gap - own.x0, along_y),
    }
}

/// The point of a box that a placement holds on to.
fn pin_point(place: &Place, pin: Anchor) -> Point {
    let rect = place.layout;
    let origin = place.stage_from_actor * Point::ORIGIN;
    let x = match pin {
        Anchor::Origin => origin.x,
        Anchor::Left | Anchor::TopLeft | Anchor::BottomLeft | Anchor::BaselineLeft => rect.x0,
        Anchor::Right | Anchor::TopRight | Anchor::BottomRight => rect.x1,
        Anchor::Centre | Anchor::Top | Anchor::Bottom => rect.center().x,
    };
    let y = match pin {
        Anchor::Origin => origin.y,
        Anchor::Top | Anchor::TopLeft | Anchor::TopRight => rect.y1,
        Anchor::Bottom | Anchor::BottomLeft | Anchor::BottomRight => rect.y0,
        Anchor::BaselineLeft => place.baseline.unwrap_or(rect.y0),
        Anchor::Centre | Anchor::Left | Anchor::Right => rect.center().y,
    };
    Point::new(x, y)
}

fn aligned_inside(around: Rect, sized: &Place, align: Option<Align>) -> Vec2 {
    let gap = GAP;
    let own = sized.layout;
    let centred = around.center() - own.center();
    match align {
        Some(Align::Left) => Vec2::new(around.x0 + gap - own.x0, centred.y),
        Some(Align::Right) => Vec2::new(around.x1 - gap - own.x1, centred.y),
        Some(Align::Top) => Vec2::new(centred.x, around.y1 - gap - own.y1),
        Some(Align::Bottom) => Vec2::new(centred.x, around.y0 + gap - own.y0),
        _ => centred,
    }
}
