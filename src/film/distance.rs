//! Orders by distance: which part, or which target, comes first when a step is staggered from a place.

use std::collections::BTreeMap;

use super::Film;
use super::concern::Concern;
use super::effect::Effect;
use super::group::Within;
use super::instant::Instant;
use super::scene::Scene;
use crate::draw::Part;
use crate::geom::{Affine, Point};
use crate::script::Near;

impl Instant<'_> {
    /// The turns of a part's parts, if the entrance or exit that is under way on it takes them by distance.
    pub(super) fn ranks(&self, part: &Part, own: &[Concern<'_>], stage_from_part: Affine) -> Option<Vec<usize>> {
        let running = |effect: &&Concern<'_>| effect.reveal().is_some() && effect.running(self.frame);
        let near = own.iter().rev().find(running)?.near.as_ref()?;
        let centre = |part: &Part| part.bounds().map(|rect| stage_from_part * rect.center());
        Some(self.turns(near, part.parts.iter().map(centre).collect()))
    }

    /// The turn of each centre, by its distance; what is nowhere comes last.
    fn turns(&self, near: &Near, centres: Vec<Option<Point>>) -> Vec<usize> {
        let from = self.point_at(&near.place, Within::STAGE);
        let distance = |centre: &Option<Point>| centre.map_or(f64::MAX, |centre| centre.distance(from));
        let mut order: Vec<(f64, usize)> = centres.iter().map(distance).enumerate().map(|(i, d)| (d, i)).collect();
        order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        if near.furthest_first {
            order.reverse();
        }
        let mut turns = vec![0; centres.len()];
        for (turn, (_, index)) in order.into_iter().enumerate() {
            if let Some(slot) = turns.get_mut(index) {
                *slot = turn;
            }
        }
        turns
    }
}

impl Scene {
    /// New beginnings and ends for the effects of targets that are taken by distance: number, first frame, last frame.
    pub(super) fn by_distance(&self, film: &Film) -> Vec<(usize, u64, u64)> {
        let mut flocks: BTreeMap<usize, Vec<&Effect>> = BTreeMap::new();
        for effect in &self.effects {
            if let Some(flock) = effect.flock {
                flocks.entry(flock).or_default().push(effect);
            }
        }
        let mut changes = Vec::new();
        for effects in flocks.values() {
            let Some((first, near)) = effects.first().and_then(|first| Some((first, first.near.as_ref()?))) else {
                continue;
            };
            let then = Instant::of(film, self, first.before());
            let centre = |effect: &&Effect| then.targets_box(effect).map(|rect| rect.center());
            let turns = then.turns(near, effects.iter().map(centre).collect());
            // They are in the order of their beginnings.
            for (effect, turn) in effects.iter().zip(turns) {
                changes.extend(effects.get(turn).map(|time| (effect.number, time.start, time.end)));
            }
        }
        changes
    }

    /// Gives effects new times, and all of them their order.
    pub(super) fn retime(&mut self, changes: Vec<(usize, u64, u64)>) {
        if changes.is_empty() {
            return;
        }
        for (number, start, end) in changes {
            if let Some(effect) = self.effects.get_mut(number) {
                (effect.start, effect.end) = (start, end);
            }
        }
        self.effects.sort_by_key(|effect| effect.start);
        for (number, effect) in self.effects.iter_mut().enumerate() {
            effect.number = number;
        }
        self.effects_of = super::build::concerning(self.actors.len(), &self.effects);
    }
}

#[cfg(test)]
mod tests {
    use crate::diag::Source;
    use crate::film::{Film, Overrides};
    use crate::time::FrameIndex;
    use crate::world::MemoryWorld;

    /// How many items there are, frame by frame, and where the first of them is.
    fn firsts(cast: &str, steps: &str) -> Vec<(usize, Option<f64>)> {
        let text = format!("stage: {{ fps: 10 }}\nscenes:\n  - cast: {{ {cast} }}\n    steps: [{steps}]\n");
        let (script, diags) = crate::script::parse(&Source::new("x", text), &MemoryWorld::default());
        assert!(diags.is_empty(), "{diags:#?}");
        let (film, diags) = Film::build(&script.unwrap(), &MemoryWorld::default(), Overrides::default());
        assert!(!diags.has_errors(), "{diags:#?}");
        let film = film.unwrap();
        let seen = |index| {
            let items = film.frame(FrameIndex(index)).items;
            let seen: Vec<_> = items.iter().filter(|item| item.item.opacity > 0.0).collect();
            (seen.len(), seen.first().and_then(|item| item.item.bounds()).map(|rect| rect.center().x.round()))
        };
        (0..film.frames()).map(seen).collect()
    }

    const DOTS: &str =
        "a: { circle: 0.1, at: [-4, 0] }, b: { circle: 0.1, at: [0, 0] }, c: { circle: 0.1, at: [3, 0] }";

    #[test]
    fn targets_come_by_their_distance() {
        let first_at = |order: &str| {
            let steps =
                format!("{{ fade_in: [a, b, c], for: 1, stagger: 0.4, order: {order}, ease: linear }}, {{ pause: 1 }}");
            firsts(DOTS, &steps).into_iter().find_map(|(_, x)| x).unwrap()
        };
        assert_eq!(first_at("{ from: [5, 0] }"), 3.0);
        assert_eq!(first_at("{ from: a }"), -4.0);
        assert_eq!(first_at("{ to: a }"), 3.0);
        assert_eq!(first_at("{ from: [0.1, 0] }"), 0.0);
    }

    #[test]
    fn parts_come_by_their_distance() {
        let first_at = |order: &str| {
            let steps = format!("{{ fade_in: c, for: 2, stagger: 0.2, order: {order}, ease: linear }}, {{ pause: 1 }}");
            let cast = "c: { coins: { count: 6, columns: 6 } }";
            firsts(cast, &steps).into_iter().find_map(|(_, x)| x).unwrap()
        };
        assert!(first_at("{ from: [9, 0] }") > 1.0);
        assert!(first_at("{ to: [9, 0] }") < -1.0);
    }
}
