//! Walking down an actor's tree of parts: which effects concern which node, and where nodes are.

use std::sync::Arc;

use super::branch::Branches;
use super::concern::{Concern, Turn};
use super::effect::{Address, Effect, EffectKind};
use super::emit::{actor_id, part_id};
use super::instant::Instant;
use super::select::names;
use crate::draw::{Item, ItemId, Part, Shape};
use crate::geom::{Affine, Rect, union};
use crate::script::Segment;

/// A node of an actor's tree, as flights see it.
pub(super) struct Node {
    /// The identity that those of its items are derived from.
    pub(super) id: ItemId,
    /// How many items it draws itself, glyphs counted one by one.
    pub(super) items: usize,
    /// Names of the parts around it, from the addressed one downwards. Names that only count words and lines say nothing.
    pub(super) way: Arc<[String]>,
    /// Nodes with the same number stand in one line that is read from left to right.
    pub(super) line: usize,
}

/// An effect that may concern the node at hand or something inside it.
#[derive(Clone)]
pub(super) struct Track<'f> {
    pub(super) effect: &'f Effect,
    /// Number of the effect in its scene.
    pub(super) number: usize,
    ways: Vec<Way<'f>>,
}

impl<'f> Track<'f> {
    /// The next steps of its ways; `None` for one that takes in all but something.
    pub(super) fn next_segments(&self) -> impl Iterator<Item = Option<&'f Segment>> {
        self.ways.iter().map(|way| way.left.first())
    }
}

/// A target's address, as far as it agrees with the way to the node at hand.
#[derive(Clone)]
struct Way<'f> {
    /// Steps that are left; empty once the target is reached.
    left: &'f [Segment],
    /// What is left of the ways to what the target does not include.
    but: Vec<&'f [Segment]>,
    turn: Turn,
}

/// What effects have to do with a node.
#[derive(Default)]
pub(super) struct Concerned<'f> {
    /// Those that may concern what is inside it.
    pub(super) inside: Vec<Track<'f>>,
    /// Those that concern it with all that is inside.
    pub(super) own: Vec<Concern<'f>>,
    /// Those that concern it, but not all that is inside.
    pub(super) around: Vec<Concern<'f>>,
}

/// How a target takes in a node.
enum Taken<'f> {
    Whole(Turn),
    Not,
    Partly(Way<'f>),
}

impl<'f> Way<'f> {
    fn of(path: &'f [Segment]) -> Self {
        match path.split_first() {
            Some((Segment::But(ways), left)) => {
                Self { left, but: ways.iter().map(Vec::as_slice).collect(), turn: Turn::ALONE }
            }
            _ => Self { left: path, but: Vec::new(), turn: Turn::ALONE },
        }
    }

    fn taken(self) -> Taken<'f> {
        if self.left.is_empty() && self.but.is_empty() { Taken::Whole(self.turn) } else { Taken::Partly(self) }
    }

    /// One step down, to part `index` of these; `rank`: which it is of how many that a wildcard names, where steps are staggered.
    fn inside_part(&self, siblings: &[Part], index: usize, rank: Option<(usize, usize)>) -> Taken<'f> {
        let mut but = Vec::new();
        for way in &self.but {
            match step(way, siblings, index) {
                Some([]) => return Taken::Not,
                Some(left) => but.push(left),
                None => {}
            }
        }
        if self.left.is_empty() {
            return Self { left: &[], but, turn: self.turn }.taken();
        }
        let Some(left) = step(self.left, siblings, index) else { return Taken::Not };
        let turn = rank.map_or(self.turn, |rank| self.turn.inside(rank));
        Self { left, but, turn }.taken()
    }
}

/// What is left of a way that leads into a part, if it does.
fn step<'f>(way: &'f [Segment], siblings: &[Part], index: usize) -> Option<&'f [Segment]> {
    let (segment, left) = way.split_first()?;
    if names(segment, siblings, index) {
        return Some(left);
    }
    // Source text is found at any depth.
    matches!(segment, Segment::Source(_)).then_some(way)
}

impl<'f> Concerned<'f> {
    /// Adds an effect whose targets take the node in like this.
    fn add(&mut self, effect: &'f Effect, number: usize, taken: impl Iterator<Item = Taken<'f>>) {
        let (mut whole, mut reached, mut ways) = (None, false, Vec::new());
        for taken in taken {
            match taken {
                Taken::Whole(turn) => whole = Some(turn),
                Taken::Not => {}
                Taken::Partly(way) => {
                    reached |= way.left.is_empty();
                    ways.push(way);
                }
            }
        }
        match (effect.complement, whole) {
            (false, Some(turn)) => {
                self.own.push(Concern { effect, turn });
                self.lift(effect, number, vec![Way { left: &[], but: Vec::new(), turn }]);
            }
            (true, Some(_)) => {}
            (complement, None) if ways.is_empty() => {
                if complement {
                    self.own.push(Concern::alone(effect));
                    self.lift(effect, number, Vec::new());
                }
            }
            (complement, None) => {
                if reached != complement {
                    self.around.push(Concern::alone(effect));
                }
                self.inside.push(Track { effect, number, ways });
            }
        }
    }

    /// What lifts dimming lifts it inside too: parts may have been dimmed by themselves.
    fn lift(&mut self, effect: &'f Effect, number: usize, ways: Vec<Way<'f>>) {
        if effect.kind == EffectKind::Dim(1.0) {
            self.inside.push(Track { effect, number, ways });
            // What the node draws itself may have been dimmed apart from its parts.
            if !self.around.is_empty() {
                self.around.push(Concern::alone(effect));
            }
        }
    }

    /// Where nothing is inside, what concerns a node but not all inside it concerns the whole node.
    fn settled(mut self, part: &Part) -> Self {
        if part.parts.is_empty() && !self.around.is_empty() {
            self.own.append(&mut self.around);
            self.own.sort_by_key(|concern| (concern.effect.start, concern.effect.number));
        }
        self
    }
}

impl<'f> Instant<'f> {
    /// What the effects have to do with an actor's root.
    pub(super) fn tracks(&self, index: usize) -> Concerned<'f> {
        let mut concerned = Concerned::default();
        for (number, effect) in self.effects_of(index) {
            let targets = effect.targets.iter().filter(|target| target.actor == index);
            concerned.add(effect, number, targets.map(|target| Way::of(&target.path).taken()));
        }
        concerned
    }

    /// One step down: what the effects have to do with part `index` of these.
    pub(super) fn descend(&self, tracks: &Branches<'_, 'f>, siblings: &[Part], index: usize) -> Concerned<'f> {
        let mut concerned = Concerned::default();
        for (track, branch) in tracks.leading_into(index) {
            let ways = track.ways.iter().enumerate();
            let taken = ways.map(|(way, left)| left.inside_part(siblings, index, branch.rank(way, index)));
            concerned.add(track.effect, track.number, taken);
        }
        match siblings.get(index) {
            Some(part) => concerned.settled(part),
            None => concerned,
        }
    }

    /// The map of a part within its surroundings, its own moves included.
    pub(super) fn part_map(&self, part: &Part, own: &[Concern<'_>], stage_from_parent: Affine) -> Affine {
        if own.is_empty() {
            return part.transform;
        }
        let rect = part.bounds().unwrap_or(Rect::ZERO);
        self.displacement(own, rect, stage_from_parent) * part.transform
    }

    /// Every part that an address names, with the map from its units to the stage.
    pub(super) fn parts_at(&self, index: usize, path: &[Segment], mut found: impl FnMut(&Part, Affine)) {
        let Some(drawing) = self.drawing(index) else { return };
        let root = self.place(index).stage_from_actor * drawing.part.transform;
        let way = Way::of(path);
        self.search(&drawing.part, &self.tracks(index).inside, root, &way, &mut found);
    }

    /// Every node that an address takes in.
    pub(super) fn nodes_at(&self, address: &Address) -> Vec<Node> {
        let Some(drawing) = self.drawing(address.actor) else { return Vec::new() };
        let mut nodes = Vec::new();
        let id = actor_id(self.scene, address.actor);
        gather(&drawing.part, &Way::of(&address.path), id, &mut Vec::new(), None, &mut nodes);
        nodes
    }

    /// The same of a drawing that stands by itself: no effect has moved its parts.
    pub(super) fn parts_unmoved(
        &self,
        root: &Part,
        path: &[Segment],
        stage_from_actor: Affine,
        mut found: impl FnMut(&Part, Affine),
    ) {
        self.search(root, &[], stage_from_actor * root.transform, &Way::of(path), &mut found);
    }

    fn search(
        &self,
        part: &Part,
        tracks: &[Track<'f>],
        stage_from_part: Affine,
        way: &Way<'_>,
        found: &mut dyn FnMut(&Part, Affine),
    ) {
        if way.left.is_empty() {
            return match way.but.is_empty() {
                true => found(part, stage_from_part),
                false => found(&lessened(part, way), stage_from_part),
            };
        }
        let branches = Branches::of(tracks, &part.parts);
        for (index, child) in part.parts.iter().enumerate() {
            let whole = Way { left: &[], but: Vec::new(), turn: Turn::ALONE };
            let way = match way.inside_part(&part.parts, index, None) {
                Taken::Not => continue,
                Taken::Whole(_) => whole,
                Taken::Partly(way) => way,
            };
            let Concerned { inside, own, .. } = self.descend(&branches, &part.parts, index);
            let map = stage_from_part * self.part_map(child, &own, stage_from_part);
            self.search(child, &inside, map, &way, found);
        }
    }

    /// The box around all parts that an address names, on the stage.
    pub(super) fn part_box(&self, index: usize, path: &[Segment]) -> Option<Rect> {
        let mut all = None;
        self.parts_at(index, path, |part, stage_from_part| {
            // The part's own map is in `stage_from_part` already.
            all = union(all, part.inner_bounds().map(|rect| stage_from_part.transform_rect_bbox(rect)));
        });
        all
    }

    /// The box of a target on the stage: the layout box of an actor or group, the box of parts.
    pub(super) fn address_box(&self, address: &Address) -> Option<Rect> {
        if address.path.is_empty() {
            let rect = self.place(address.actor).layout;
            return (rect != Rect::ZERO).then_some(rect);
        }
        self.part_box(address.actor, &address.path)
    }

    /// The box around all targets of an effect.
    pub(super) fn targets_box(&self, effect: &Effect) -> Option<Rect> {
        effect.targets.iter().fold(None, |all, target| union(all, self.address_box(target)))
    }
}

/// Adds the nodes of a part that a way takes in.
fn gather(part: &Part, way: &Way<'_>, id: ItemId, names: &mut Vec<String>, line: Option<usize>, nodes: &mut Vec<Node>) {
    let reached = way.left.is_empty();
    let glyphs = |item: &Item| matches!(&item.shape, Shape::Glyphs(_));
    let line = line.or(part.items.iter().any(glyphs).then_some(nodes.len()));
    if reached {
        let count = |item: &Item| match &item.shape {
            Shape::Glyphs(run) => run.glyphs.len(),
            _ => 1,
        };
        let items = part.items.iter().map(count).sum();
        nodes.push(Node { id, items, way: Arc::from(names.as_slice()), line: line.unwrap_or(nodes.len()) });
    }
    for (index, child) in part.parts.iter().enumerate() {
        let whole = Way { left: &[], but: Vec::new(), turn: Turn::ALONE };
        let inner = match way.inside_part(&part.parts, index, None) {
            Taken::Not => continue,
            Taken::Whole(_) => whole,
            Taken::Partly(way) => way,
        };
        let says = reached && !child.name.is_empty() && !counts_words(&child.name);
        if says {
            names.push(child.name.clone());
        }
        gather(child, &inner, part_id(id, child, index), names, line, nodes);
        if says {
            names.pop();
        }
    }
}

/// Is it a name that text gives to its lines and words, and no script?
fn counts_words(name: &str) -> bool {
    ["line", "word", "letters"]
        .iter()
        .any(|kind| name.strip_prefix(kind).is_some_and(|number| number.chars().all(|c| c.is_ascii_digit())))
}

/// A part without what a way leaves out.
fn lessened(part: &Part, way: &Way<'_>) -> Part {
    let siblings = &part.parts;
    let inner = siblings.iter().enumerate().filter_map(|(index, child)| match way.inside_part(siblings, index, None) {
        Taken::Not => None,
        Taken::Whole(_) => Some(child.clone()),
        Taken::Partly(way) => Some(lessened(child, &way)),
    });
    Part { parts: inner.collect(), ..part.clone() }
}

#[cfg(test)]
mod tests {
    use crate::diag::Source;
    use crate::draw::{FrameItem, Shape};
    use crate::film::{Film, Overrides};
    use crate::time::FrameIndex;
    use crate::world::MemoryWorld;

    /// The items of the last frame of a scene.
    fn last(cast: &str, steps: &str) -> Vec<FrameItem> {
        let sources = "sources: { moves: { up: 1/2, down: 1/4, left: 1/4 } }\n";
        let text = format!("{sources}scenes:\n  - cast: {{ {cast} }}\n    steps: [{steps}]\n");
        let (script, diags) = crate::script::parse(&Source::new("x", text), &MemoryWorld::default());
        assert!(diags.is_empty(), "{diags:?}");
        let (film, diags) = Film::build(&script.unwrap(), &MemoryWorld::default(), Overrides::default());
        assert!(!diags.has_errors(), "{diags:#?}");
        let film = film.unwrap();
        film.frame(FrameIndex(film.frames() - 1)).items
    }

    fn dimmed(cast: &str, steps: &str) -> (usize, usize) {
        let items = last(cast, steps);
        (items.iter().filter(|item| item.item.opacity < 0.5).count(), items.len())
    }

    #[test]
    fn what_is_taken_away_is_left_alone_at_any_depth() {
        let strip = "s: { prob_strip: moves }";
        let (_, all) = dimmed(strip, "");
        assert_eq!(dimmed(strip, "dim: s"), (all, all));
        let (up, bar) = (dimmed(strip, "dim: s.up").0, dimmed(strip, "dim: s.up.segment").0);
        assert_eq!(dimmed(strip, "dim: s.* - s.up"), (all - up, all));
        assert_eq!(dimmed(strip, "dim: s - s.up.segment"), (all - bar, all));
        assert_eq!(dimmed(strip, "dim: { all_but: s.up.segment }"), (all - bar, all));
        assert_eq!(dimmed(strip, "dim: { all_but: s.* - s.up }"), (up, all));
        assert_eq!(dimmed(strip, "dim: 's[p < 1/2]'"), (all - up, all));
    }

    #[test]
    fn what_was_dimmed_in_part_is_undimmed_as_a_whole() {
        let strip = "s: { prob_strip: moves }";
        for lift in ["undim: all", "undim: s", "undim: s.*"] {
            assert_eq!(dimmed(strip, &format!("{{ dim: {{ all_but: s.up }} }}, {{ {lift} }}")).0, 0, "{lift}");
        }
        let (faint, all) = dimmed(strip, "{ dim: s }, { undim: s.up }");
        assert_eq!(faint, all);
    }

    #[test]
    fn what_is_left_out_inside_a_formula_does_not_save_the_rest_of_it() {
        let formula = r"f: { formula: 'a + \part{x}{b}' }";
        let (faint, all) = dimmed(formula, "dim: { all_but: f.x }");
        assert!(faint > 0 && faint < all, "{faint} of {all}");
        let apart = "{ dim: { all_but: f.x } }, { undim: all }";
        assert_eq!(dimmed(formula, apart), (0, all));
        assert_eq!(dimmed(formula, &format!("{apart}, {{ dim: f }}")), (all, all));
        assert_eq!(dimmed(formula, &format!("{apart}, {{ dim: f - f.x }}")).0, faint);
        assert_eq!(dimmed(formula, "fade_out: f - f.x").1, dimmed(formula, "hide: f - f.x").1);
        assert!(dimmed(formula, "fade_out: f - f.x").1 < all);
    }

    #[test]
    fn conditions_are_asked_at_the_instant() {
        let colour = |steps: &str| {
            let items = last("c: { coins: { count: 20, seed: 3 } }", steps);
            let mut faces = std::collections::BTreeMap::new();
            for item in &items {
                if let Shape::Path { fill: Some(paint), .. } = &item.item.shape {
                    let color = paint.color();
                    *faces.entry((item.item.opacity < 0.5, format!("{color:?}"))).or_insert(0) += 1;
                }
            }
            faces
        };
        // Every tail is dimmed and every head is not, whatever they were when the step was written.
        let faces = colour("{ do: { c: flip } }, { dim: 'c[face == tails]' }");
        assert_eq!(faces.len(), 2, "{faces:?}");
        assert_eq!(faces.values().sum::<i32>(), 20);
    }
}
