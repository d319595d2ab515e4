//! Groups: what they hold together, where they put it, and how things look from inside.
//!
//! A group has units of its own, in which its members stand to each other; its place and looks map them to what is around
//! it, as one rigid thing. A group without a place or looks is only a name: its units are those around it.

use std::sync::Arc;

use super::arrange::{Boxed, arranged, even_gap};
use super::instant::Instant;
use super::place::{GAP, Place, moved, unplaced};
use super::scene::ActorKind;
use super::select::addresses;
use crate::color::Rgba;
use crate::geom::{Affine, Point, Rect};
use crate::script::{Arrange, Placement, Selector};

/// In whose units a place is asked for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Within {
    /// The group whose units they are; `None` for the stage.
    pub(super) group: Option<usize>,
    /// Without the moves of neighbours: what the size of a group goes by, so that it does not change while they move.
    pub(super) at_rest: bool,
}

impl Within {
    /// The stage, as it is now.
    pub(super) const STAGE: Self = Self { group: None, at_rest: false };
}

/// How an actor looks by its placement and those of the groups that it is in.
pub(super) struct Looks {
    pub(super) opacity: f64,
    pub(super) colors: Vec<(Rgba, f32)>,
    pub(super) hidden: bool,
}

impl Instant<'_> {
    /// The group that an actor is in.
    pub(super) fn group_of(&self, index: usize) -> Option<usize> {
        self.actor(index).and_then(|actor| actor.member_of).map(|(group, _)| group)
    }

    /// Where an actor is in the units of the group that it is in, its own moves included unless everything is at rest.
    pub(super) fn local(&self, index: usize, within: Within) -> Place {
        if let Some(known) = self.remembered_local(index, within.at_rest) {
            return known;
        }
        let nowhere = Place { stage_from_actor: Affine::IDENTITY, layout: Rect::ZERO, baseline: None };
        let mut place = self.deeper(index, || self.unmoved(index, within)).unwrap_or(nowhere);
        let moves = if within.at_rest { Vec::new() } else { self.moves_of(index) };
        if !moves.is_empty() {
            let around = self.carried(index) * self.stage_from_group(within.group);
            place = moved(place, self.displacement(&moves, place.layout, around));
        }
        self.remember_local(index, within.at_rest, place);
        place
    }

    /// The box of a group's members at rest, in its units.
    pub(super) fn content(&self, group: usize) -> Rect {
        let Some(ActorKind::Group { members, .. }) = self.actor(group).map(|actor| &actor.kind) else {
            return Rect::ZERO;
        };
        let within = Within { group: Some(group), at_rest: true };
        let content = || self.resting(true, || self.box_around(members, |member| self.local(member, within).layout));
        self.remembered_content(group, content)
    }

    /// The box around what is not empty.
    pub(super) fn box_around(&self, members: &[usize], of: impl Fn(usize) -> Rect) -> Rect {
        let boxes = members.iter().map(|&member| of(member)).filter(|rect| *rect != Rect::ZERO);
        boxes.fold(None, |all, rect| crate::geom::union(all, Some(rect))).unwrap_or(Rect::ZERO)
    }

    /// Leads from a group's units to those of the group around it.
    pub(super) fn frame(&self, group: usize, within: Within) -> Affine {
        let Some(actor) = self.actor(group) else { return Affine::IDENTITY };
        let look = &actor.placement;
        let ActorKind::Group { arrange, .. } = &actor.kind else { return Affine::IDENTITY };
        let arranged = actor.member_of.and_then(|(outer, position)| self.arranged_at(outer, position));
        let loose = *arrange == Arrange::Free && unplaced(look) && arranged.is_none();
        if loose && plain(look) {
            return Affine::IDENTITY;
        }
        let content = self.content(group);
        let map = self.look_map(look, content, within);
        let sized = Place { stage_from_actor: map, layout: map.transform_rect_bbox(content), baseline: None };
        let shift = match arranged {
            Some(centre) => centre - sized.layout.center() + self.shift_of(look),
            // Only turned or scaled: where its members are.
            None if loose => content.center().to_vec2() + self.shift_of(look),
            None => self.placed(look, &sized, within),
        };
        let whole = if shift.is_finite() { Affine::translate(shift) * map } else { map };
        if whole.is_finite() { whole } else { Affine::IDENTITY }
    }

    /// Leads from a group's units, its own moves included, to the stage.
    pub(super) fn stage_from_group(&self, group: Option<usize>) -> Affine {
        let Some(group) = group else { return Affine::IDENTITY };
        let outer = self.group_of(group);
        self.stage_from_group(outer) * self.local(group, Within { group: outer, at_rest: false }).stage_from_actor
    }

    /// The box of a group on the stage before moves through it: what these go about.
    pub(super) fn group_on_stage(&self, group: usize) -> Rect {
        self.stage_from_group(Some(group)).transform_rect_bbox(self.content(group))
    }

    /// Where a group's arrangement puts the centre of a member, in its units; `None` if it leaves members alone.
    pub(super) fn arranged_at(&self, group: usize, position: usize) -> Option<Point> {
        let ActorKind::Group { arrange, members, gap, spread, align } = &self.actor(group)?.kind else { return None };
        if *arrange == Arrange::Free {
            return None;
        }
        let centres = || {
            let boxes: Vec<Boxed> = members.iter().map(|&member| self.size_of(member)).collect();
            let gap = match spread {
                Some(spread) => even_gap(*arrange, &boxes, self.number(spread)),
                None => gap.as_ref().map_or(GAP, |gap| self.number(gap)),
            };
            arranged(*arrange, &boxes, gap, *align).map(Arc::from)
        };
        self.remembered_centres(group, centres)?.get(position).copied()
    }

    /// The box of an actor with its looks, wherever it is.
    fn size_of(&self, index: usize) -> Boxed {
        let nothing = Boxed { rect: Rect::ZERO, baseline: None };
        let Some(actor) = self.actor(index) else { return nothing };
        match &actor.kind {
            ActorKind::Visual(_) => self
                .sized(index, &actor.placement)
                .map_or(nothing, |place| Boxed { rect: place.layout, baseline: place.baseline }),
            ActorKind::Group { .. } => {
                let content = self.content(index);
                let within = Within { group: self.group_of(index), at_rest: self.at_rest.get() };
                let rect = self.look_map(&actor.placement, content, within).transform_rect_bbox(content);
                Boxed { rect, baseline: None }
            }
        }
    }

    /// Leads from the stage to the units in which a place is asked for. At rest, what is outside counts as it stands.
    pub(super) fn seen_from(&self, within: Within) -> Affine {
        if within.group.is_none() || within.at_rest {
            return Affine::IDENTITY;
        }
        let map = self.stage_from_group(within.group).inverse();
        if map.is_finite() { map } else { Affine::IDENTITY }
    }

    /// The box of an actor or part in some units: a neighbour's as it stands there, anything else's as it is seen.
    pub(super) fn box_within(&self, selector: &Selector, within: Within) -> Rect {
        match self.neighbour(selector, within) {
            Some(index) => self.local(index, within).layout,
            None => within
                .at_rest
                .then(|| self.box_at_rest(selector, within.group))
                .flatten()
                .unwrap_or_else(|| self.seen_from(within).transform_rect_bbox(self.box_of(selector))),
        }
    }

    /// The baseline of a whole actor in some units.
    pub(super) fn baseline_within(&self, selector: &Selector, within: Within) -> Option<f64> {
        if let Some(index) = self.neighbour(selector, within) {
            return self.local(index, within).baseline;
        }
        if !selector.path.is_empty() {
            return None;
        }
        let index = self.index_of(&selector.actor)?;
        if let Some(place) = within.at_rest.then(|| self.place_at_rest(index, within.group)).flatten() {
            return place.baseline;
        }
        let place = self.place(index);
        place.baseline.map(|y| (self.seen_from(within) * Point::new(place.layout.x0, y)).y)
    }

    /// A whole actor in the same group. On the stage itself, everything is seen as it is.
    fn neighbour(&self, selector: &Selector, within: Within) -> Option<usize> {
        within.group?;
        let index = if selector.path.is_empty() {
            self.index_of(&selector.actor)?
        } else {
            // `g.a` and `g[0]` are whole actors too.
            match addresses(self.scene, selector).as_slice() {
                [one] if one.path.is_empty() => one.actor,
                _ => return None,
            }
        };
        (self.group_of(index) == within.group).then_some(index)
    }

    /// How an actor looks, the groups that it is in included.
    pub(super) fn looks(&self, index: usize) -> Looks {
        let mut looks = Looks { opacity: 1.0, colors: Vec::new(), hidden: false };
        let mut next = Some(index);
        while let Some(actor) = next.and_then(|index| self.actor(index)) {
            let own = actor.placement.opacity.as_ref().map_or(1.0, |num| self.number(num));
            looks.opacity *= if own.is_finite() { own.clamp(0.0, 1.0) } else { 0.0 };
            looks.colors.extend(actor.placement.color.map(|ink| (ink.under(&self.film.theme), 1.0)));
            looks.hidden |= actor.placement.hidden;
            next = actor.member_of.map(|(group, _)| group);
        }
        looks
    }
}

/// Neither scaled, turned nor shifted?
fn plain(look: &Placement) -> bool {
    let none = [&look.scale, &look.width, &look.height, &look.rotate].into_iter().all(Option::is_none);
    none && look.shift.is_none() && look.fit.is_none() && look.match_width.is_none() && look.match_height.is_none()
}
