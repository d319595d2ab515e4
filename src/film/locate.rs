//! Walking down an actor's tree of parts: which effects concern which node, and where nodes are.

use super::effect::Effect;
use super::instant::Instant;
use crate::draw::Part;
use crate::geom::{Affine, Rect};
use crate::script::Segment;

/// An effect that may concern the node at hand or something inside it.
#[derive(Clone)]
pub(super) struct Track<'f> {
    pub(super) effect: &'f Effect,
    /// Number of the effect in its scene.
    pub(super) number: usize,
    /// Targets that agree with the way so far, as (index of the target, steps taken).
    alive: Vec<(usize, usize)>,
}

/// Does a step of an address name this part?
pub(super) fn names(segment: &Segment, part: &Part, index: usize) -> bool {
    match segment {
        Segment::Name(name) => part.name == *name,
        Segment::Index(i) => index == *i,
        Segment::Range(start, end) => (*start..*end).contains(&index),
        Segment::All => true,
        Segment::Source(source) => part.source.as_deref() == Some(source.as_str()),
    }
}

impl<'f> Instant<'f> {
    /// The tracks at an actor's root, and the effects on the actor as a whole.
    pub(super) fn tracks(&self, index: usize) -> (Vec<Track<'f>>, Vec<&'f Effect>) {
        let (mut tracks, mut own) = (Vec::new(), Vec::new());
        for (number, effect) in self.effects_of(index) {
            let targets = effect.targets.iter().enumerate().filter(|(_, target)| target.actor == index);
            let (whole, inner): (Vec<_>, Vec<_>) = targets.partition(|(_, target)| target.path.is_empty());
            let alive: Vec<(usize, usize)> = inner.into_iter().map(|(i, _)| (i, 0)).collect();
            if effect.complement {
                match (whole.is_empty(), alive.is_empty()) {
                    (true, true) => own.push(effect),
                    (true, false) => tracks.push(Track { effect, number, alive }),
                    (false, _) => {}
                }
            } else {
                if !whole.is_empty() {
                    own.push(effect);
                }
                if !alive.is_empty() {
                    tracks.push(Track { effect, number, alive });
                }
            }
        }
        (tracks, own)
    }

    /// One step down: the tracks that go on inside part `index`, and the effects that concern it itself.
    pub(super) fn descend(&self, tracks: &[Track<'f>], part: &Part, index: usize) -> (Vec<Track<'f>>, Vec<&'f Effect>) {
        let (mut inside, mut own) = (Vec::new(), Vec::new());
        for track in tracks {
            let mut alive = Vec::new();
            let mut arrived = false;
            for &(target, taken) in &track.alive {
                let path = track.effect.targets.get(target).map_or(&[] as &[Segment], |t| t.path.as_slice());
                let Some(segment) = path.get(taken) else { continue };
                if names(segment, part, index) {
                    arrived |= taken + 1 == path.len();
                    if taken + 1 < path.len() {
                        alive.push((target, taken + 1));
                    }
                } else if matches!(segment, Segment::Source(_)) {
                    // Source text is found at any depth.
                    alive.push((target, taken));
                }
            }
            match (track.effect.complement, arrived, alive.is_empty()) {
                (true, false, true) | (false, true, _) => own.push(track.effect),
                _ => {}
            }
            if !(alive.is_empty() || track.effect.complement && arrived) {
                inside.push(Track { effect: track.effect, number: track.number, alive });
            }
        }
        (inside, own)
    }

    /// The map of a part within its surroundings, its own moves included.
    pub(super) fn part_map(&self, part: &Part, own: &[&Effect], stage_from_parent: Affine) -> Affine {
        if own.is_empty() {
            return part.transform;
        }
        let rect = part.bounds().unwrap_or(Rect::ZERO);
        self.displacement(own, rect, rect.center(), stage_from_parent) * part.transform
    }

    /// Every part that an address names, with the map from its units to the stage.
    pub(super) fn parts_at(&self, index: usize, path: &[Segment], mut found: impl FnMut(&Part, Affine)) {
        let Some(drawing) = self.drawing(index) else { return };
        let (tracks, _) = self.tracks(index);
        let root = self.place(index).stage_from_actor * drawing.part.transform;
        self.search(&drawing.part, &tracks, root, path, &mut found);
    }

    fn search(
        &self,
        part: &Part,
        tracks: &[Track<'f>],
        stage_from_part: Affine,
        path: &[Segment],
        found: &mut dyn FnMut(&Part, Affine),
    ) {
        let Some((segment, rest)) = path.split_first() else { return found(part, stage_from_part) };
        for (index, child) in part.parts.iter().enumerate() {
            if names(segment, child, index) {
                let (inside, own) = self.descend(tracks, child, index);
                let map = stage_from_part * self.part_map(child, &own, stage_from_part);
                self.search(child, &inside, map, rest, found);
            } else if matches!(segment, Segment::Source(_)) {
                let (inside, own) = self.descend(tracks, child, index);
                let map = stage_from_part * self.part_map(child, &own, stage_from_part);
                self.search(child, &inside, map, path, found);
            }
        }
    }

    /// The box around all parts that an address names, on the stage.
    pub(super) fn part_box(&self, index: usize, path: &[Segment]) -> Option<Rect> {
        let mut all = None;
        self.parts_at(index, path, |part, stage_from_part| {
            // The part's own map is in `stage_from_part` already.
            let inner = Part { transform: Affine::IDENTITY, ..part.clone() };
            all = crate::geom::union(all, inner.bounds().map(|rect| stage_from_part.transform_rect_bbox(rect)));
        });
        all
    }

    /// The box of a target on the stage: the layout box of an actor or group, the box of parts.
    pub(super) fn address_box(&self, address: &super::effect::Address) -> Option<Rect> {
        if address.path.is_empty() {
            let rect = self.place(address.actor).layout;
            return (rect != Rect::ZERO).then_some(rect);
        }
        self.part_box(address.actor, &address.path)
    }

    /// The box around all targets of an effect.
    pub(super) fn targets_box(&self, effect: &Effect) -> Option<Rect> {
        effect.targets.iter().fold(None, |all, target| crate::geom::union(all, self.address_box(target)))
    }
}
