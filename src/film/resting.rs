//! Boxes at rest: where things stand to each other inside the groups that they share, without any moves.
//!
//! The size of a group goes by its members at rest. A member that is placed by another must be found without asking where the
//! group itself is, for that hangs on its size: so the way leads up from the other to the innermost group around both, and no
//! further.

use super::effect::Address;
use super::group::Within;
use super::instant::Instant;
use super::place::{Place, moved};
use super::select::addresses;
use crate::draw::Part;
use crate::geom::{Affine, Rect, union};
use crate::script::Selector;

impl Instant<'_> {
    /// The box of what a selector names, at rest, in the units of the innermost group around it and `group`; `None` if there is
    /// no such group, or nothing to be seen.
    pub(super) fn box_at_rest(&self, selector: &Selector, group: Option<usize>) -> Option<Rect> {
        let named = addresses(self.scene, selector);
        let mut all = None;
        for address in &named {
            all = union(all, self.address_at_rest(address, self.around_both(address.actor, group)?));
        }
        all
    }

    /// Where an actor is at rest, in the same units.
    pub(super) fn place_at_rest(&self, actor: usize, group: Option<usize>) -> Option<Place> {
        Some(self.raised(actor, self.around_both(actor, group)?))
    }

    /// The innermost group that an actor and a group are both in; a group is in itself.
    fn around_both(&self, actor: usize, group: Option<usize>) -> Option<usize> {
        let own: Vec<usize> = self.groups_around(self.group_of(actor)).collect();
        self.groups_around(group).find(|group| own.contains(group))
    }

    /// A group, the group that it is in, and so on.
    fn groups_around(&self, group: Option<usize>) -> impl Iterator<Item = usize> {
        std::iter::successors(group, |&group| self.group_of(group)).take(crate::limits::GROUP_DEPTH)
    }

    /// Where an actor is at rest, in the units of a group that it is in at some depth.
    fn raised(&self, actor: usize, to: usize) -> Place {
        self.resting(true, || {
            let local = |index: usize| self.local(index, Within { group: self.group_of(index), at_rest: true });
            let between = self.groups_around(self.group_of(actor)).take_while(|&group| group != to);
            between.fold(local(actor), |place, group| moved(place, local(group).stage_from_actor))
        })
    }

    fn address_at_rest(&self, address: &Address, to: usize) -> Option<Rect> {
        let place = self.raised(address.actor, to);
        if address.path.is_empty() {
            return Some(place.layout).filter(|rect| *rect != Rect::ZERO);
        }
        let drawing = self.resting(true, || self.drawing(address.actor))?;
        let mut all = None;
        self.parts_unmoved(&drawing.part, &address.path, place.stage_from_actor, |part, map| {
            // The part's own map is in `map` already.
            let inner = Part { transform: Affine::IDENTITY, ..part.clone() };
            all = union(all, inner.bounds().map(|rect| map.transform_rect_bbox(rect)));
        });
        all
    }
}
