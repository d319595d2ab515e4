//! Who is on stage at a frame, with parts, and who is under a point: for those who write scripts by pointing.

use std::collections::BTreeMap;

use super::Film;
use super::emit::{actor_id, part_id};
use super::instant::Instant;
use super::scene::Scene;
use crate::diag::Span;
use crate::draw::{FrameItem, ItemId, Part, Shape};
use crate::geom::{Affine, ParamCurveNearest, Point, Rect, Shape as _, union};
use crate::limits;
use crate::time::FrameIndex;
use crate::visuals::VisualSpec;

/// What a script calls an actor or a part, and where it is seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Address {
    /// `chart`, `chart.up`, `coins[3]`: as a step would name it.
    pub text: String,
    /// How far inside its actor it is: 0 for the actor itself.
    pub depth: usize,
    /// The box around what is drawn of it, in stage units of the screen.
    pub bounds: Rect,
}

/// An actor that is to be seen, or a group of which something is.
#[derive(Clone)]
pub struct ShownActor {
    /// Its name.
    pub name: String,
    /// The name of the group that it is in.
    pub within: Option<String>,
    /// Where the name is written.
    pub span: Span,
    /// What it is; groups are none.
    pub visual: Option<&'static VisualSpec>,
    /// What expressions may read of it.
    pub values: Vec<(&'static str, f64)>,
    /// The actor, then its parts, depth first.
    pub addresses: Vec<Address>,
}

/// Distance within which a line or a sign is hit, in stage units.
const NEAR: f64 = 0.12;

/// A node of an actor's tree: what it is called, and the node around it.
struct Node {
    text: String,
    /// The text that it was made from, if it is one of several words.
    word: Option<String>,
    depth: usize,
    around: Option<usize>,
    actor: usize,
    bounds: Option<Rect>,
}

/// All that is seen at a frame, with names.
struct Seen<'f> {
    scene: &'f Scene,
    nodes: Vec<Node>,
    by_id: BTreeMap<ItemId, usize>,
    owners: BTreeMap<ItemId, ItemId>,
    items: Vec<FrameItem>,
    values: BTreeMap<usize, Vec<(&'static str, f64)>>,
}

impl Film {
    /// The actors that are to be seen on a frame, in drawing order, groups before the first of their members; with their parts
    /// [`limits::PARTS_TOLD`] at most.
    ///
    /// ```
    /// use surprisal::{diag::Source, film::{Film, Overrides}, script, time::FrameIndex, world::MemoryWorld};
    /// let source = Source::new("x.yaml", "scenes: [{ cast: { dot: { circle: {} } }, steps: [{ pause: 1 }] }]");
    /// let script = script::parse(&source, &MemoryWorld::default()).0.unwrap();
    /// let film = Film::compile(&script, &MemoryWorld::default(), Overrides::default()).0.unwrap();
    /// assert_eq!(film.on_stage(FrameIndex(0))[0].name, "dot");
    /// ```
    pub fn on_stage(&self, index: FrameIndex) -> Vec<ShownActor> {
        let Some(seen) = Seen::at(self, index) else { return Vec::new() };
        let mut shown: Vec<(usize, ShownActor)> = Vec::new();
        for node in &seen.nodes {
            let (Some(bounds), Some(actor)) = (node.bounds, seen.scene.actors.get(node.actor)) else { continue };
            let address = Address { text: node.text.clone(), depth: node.depth, bounds };
            match shown.last_mut().filter(|(number, _)| *number == node.actor) {
                Some((_, known)) => known.addresses.push(address),
                None => {
                    let values = seen.values.get(&node.actor).cloned().unwrap_or_default();
                    let (name, span, visual) = (actor.name.clone(), actor.span.clone(), actor.visual);
                    let within = None;
                    shown.push((
                        node.actor,
                        ShownActor { name, within, span, visual, values, addresses: vec![address] },
                    ));
                }
            }
        }
        let mut left = limits::PARTS_TOLD;
        shown.retain_mut(|(_, actor)| {
            actor.addresses.truncate(left);
            left -= actor.addresses.len();
            !actor.addresses.is_empty()
        });
        with_groups(seen.scene, shown)
    }

    /// What is under a point of the screen, in stage units: the innermost part, and all that it is in, up to its actor. Empty if
    /// nothing is there.
    pub fn under(&self, index: FrameIndex, point: Point) -> Vec<Address> {
        let Some(seen) = Seen::at(self, index) else { return Vec::new() };
        let exact = seen.items.iter().rev().find_map(|item| seen.hit(item, point));
        // Between the strokes of a sign, or inside a chart: the smallest box will do.
        let boxed = || {
            let inside = |node: &&Node| node.bounds.is_some_and(|bounds| bounds.contains(point));
            let area = |node: &Node| node.bounds.map_or(f64::MAX, |bounds| bounds.area());
            let found = seen.nodes.iter().enumerate().filter(|(_, node)| inside(node));
            found.min_by(|(_, a), (_, b)| area(a).total_cmp(&area(b))).map(|(number, _)| number)
        };
        let around = |number: &usize| seen.nodes.get(*number).and_then(|node| node.around);
        let way = std::iter::successors(exact.or_else(boxed), around).filter_map(|number| seen.nodes.get(number));
        way.filter_map(|node| Some(Address { text: node.text.clone(), depth: node.depth, bounds: node.bounds? }))
            .collect()
    }
}

/// The same actors, each behind the groups that it is in.
fn with_groups(scene: &Scene, shown: Vec<(usize, ShownActor)>) -> Vec<ShownActor> {
    let around = |actor: usize| scene.actors.get(actor)?.member_of.map(|(group, _)| group);
    let name = |actor: &usize| scene.actors.get(*actor).map(|actor| actor.name.clone());
    let mut all: Vec<ShownActor> = Vec::with_capacity(shown.len());
    let mut places: BTreeMap<usize, usize> = BTreeMap::new();
    for (number, mut actor) in shown {
        let groups: Vec<usize> =
            std::iter::successors(around(number), |group| around(*group)).take(limits::GROUP_DEPTH).collect();
        let Some(bounds) = actor.addresses.first().map(|address| address.bounds) else { continue };
        for (depth, group) in groups.iter().enumerate().rev() {
            let known = places.get(group).and_then(|place| all.get_mut(*place)?.addresses.first_mut());
            if let Some(address) = known {
                address.bounds = address.bounds.union(bounds);
            } else if let Some(found) = scene.actors.get(*group) {
                let address = Address { text: found.name.clone(), depth: 0, bounds };
                let within = groups.get(depth + 1).and_then(name);
                let (name, span, values) = (found.name.clone(), found.span.clone(), Vec::new());
                places.insert(*group, all.len());
                all.push(ShownActor { name, within, span, visual: None, values, addresses: vec![address] });
            }
        }
        actor.within = groups.first().and_then(name);
        all.push(actor);
    }
    all
}

impl<'f> Seen<'f> {
    fn at(film: &'f Film, index: FrameIndex) -> Option<Self> {
        let scene = film.scene_at(index)?;
        let instant = Instant::new(film, scene, film.inside(index)).noting();
        let mut items = Vec::new();
        instant.emit(&mut items);
        let (mut nodes, mut by_id, mut values) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
        for &actor in &scene.draw_order {
            let Some(drawing) = instant.drawing(actor) else { continue };
            values.insert(actor, drawing.values.clone());
            let name = scene.actors.get(actor).map_or(String::new(), |actor| actor.name.clone());
            let root = Node { text: name, word: None, depth: 0, around: None, actor, bounds: None };
            collect(&drawing.part, root, actor_id(scene, actor), &mut nodes, &mut by_id);
        }
        by_words(&mut nodes);
        let owners = instant.owners.map(std::cell::RefCell::into_inner).unwrap_or_default();
        let mut seen = Self { scene, nodes, by_id, owners, items: Vec::new(), values };
        for item in &items {
            seen.enclose(item, Affine::IDENTITY);
        }
        // What is inside counts for what is around it, from the innermost outwards.
        for number in (0..seen.nodes.len()).rev() {
            let inner = seen.nodes.get(number).and_then(|node| Some((node.around?, node.bounds)));
            if let Some((around, bounds)) = inner
                && let Some(outer) = seen.nodes.get_mut(around)
            {
                outer.bounds = union(outer.bounds, bounds);
            }
        }
        seen.items = items;
        Some(seen)
    }

    fn node_of(&self, item: &FrameItem) -> Option<usize> {
        self.by_id.get(self.owners.get(&item.id)?).copied()
    }

    /// Takes an item's box, and those of items within it, into the boxes of their nodes.
    fn enclose(&mut self, item: &FrameItem, map: Affine) {
        if let Shape::Layer(layer) = &item.item.shape {
            layer.items.iter().for_each(|inner| self.enclose(inner, map * item.item.transform));
        }
        let Some(node) = self.node_of(item).and_then(|number| self.nodes.get_mut(number)) else { return };
        let seen = item.item.bounds().map(|rect| map.transform_rect_bbox(rect));
        node.bounds = union(node.bounds, seen.filter(|rect| rect.is_finite()));
    }

    /// The node that an item shows at a point, if the item is there.
    fn hit(&self, item: &FrameItem, point: Point) -> Option<usize> {
        let near = item.item.bounds()?.inflate(NEAR, NEAR).contains(point);
        let clipped = item.clip.as_ref().is_some_and(|clip| clip.0.winding(point) == 0);
        let map = item.item.transform;
        if !near || clipped || map.determinant().abs() < 1e-12 {
            return None;
        }
        let local = map.inverse() * point;
        if let Shape::Layer(layer) = &item.item.shape {
            return layer.items.iter().rev().find_map(|inner| self.hit(inner, local));
        }
        let reach = NEAR / map.determinant().abs().sqrt();
        drawn_at(&item.item.shape, local, reach).then(|| self.node_of(item)).flatten()
    }
}

/// Is something of a shape drawn at a point, or within reach of it?
fn drawn_at(shape: &Shape, point: Point, reach: f64) -> bool {
    match shape {
        Shape::Path { path, fill, stroke } => {
            let filled = fill.as_ref().is_some_and(|paint| paint.color().a > 0.0) && path.winding(point) != 0;
            let rim = stroke.as_ref().map_or(0.0, |stroke| stroke.width / 2.0) + reach;
            let on_line = || path.segments().any(|segment| segment.nearest(point, 1e-3).distance_sq <= rim * rim);
            filled || stroke.is_some() && on_line()
        }
        Shape::Glyphs(run) => run.glyphs.iter().any(|glyph| {
            let bounds = run.font.bounds(glyph.id, run.size, glyph.x, glyph.y);
            bounds.is_some_and(|bounds| bounds.inflate(reach / 2.0, reach / 2.0).contains(point))
        }),
        Shape::Image { rect, .. } => rect.contains(point),
        Shape::Layer(_) => false,
    }
}

fn collect(part: &Part, node: Node, id: ItemId, nodes: &mut Vec<Node>, by_id: &mut BTreeMap<ItemId, usize>) {
    let number = nodes.len();
    nodes.push(node);
    inside(part, number, id, nodes, by_id);
}

/// Collects the parts inside node `number`.
fn inside(part: &Part, number: usize, id: ItemId, nodes: &mut Vec<Node>, by_id: &mut BTreeMap<ItemId, usize>) {
    by_id.insert(id, number);
    let Some((around, depth, actor)) = nodes.get(number).map(|node| (node.text.clone(), node.depth, node.actor)) else {
        return;
    };
    if depth > limits::GROUP_DEPTH {
        return;
    }
    for (index, child) in part.parts.iter().enumerate() {
        let id = part_id(id, child, index);
        let word = is_word(child).then(|| child.source.clone()).flatten();
        // A label of one word is that word.
        if part.parts.len() == 1 && is_word(child) {
            inside(child, number, id, nodes, by_id);
            continue;
        }
        let text = format!("{around}{}", step_to(&part.parts, index));
        collect(
            child,
            Node { text, word, depth: depth + 1, around: Some(number), actor, bounds: None },
            id,
            nodes,
            by_id,
        );
    }
}

/// Is it a word of a text, whose name only counts?
fn is_word(part: &Part) -> bool {
    part.name
        .strip_prefix("word")
        .is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

/// Words that their actor has once are called by themselves: `title["costs"]`.
fn by_words(nodes: &mut [Node]) {
    let mut counts: BTreeMap<(usize, String), usize> = BTreeMap::new();
    let mut names: BTreeMap<usize, String> = BTreeMap::new();
    for node in nodes.iter() {
        if node.depth == 0 {
            names.insert(node.actor, node.text.clone());
        }
        if let Some(word) = &node.word {
            *counts.entry((node.actor, word.clone())).or_default() += 1;
        }
    }
    for node in nodes {
        let Some(word) = node.word.as_ref().filter(|word| word.chars().all(char::is_alphanumeric)) else { continue };
        if let (Some(1), Some(actor)) = (counts.get(&(node.actor, word.clone())), names.get(&node.actor)) {
            node.text = format!("{actor}[\"{word}\"]");
        }
    }
}

/// How a script takes one step from a part to part `index` of these: by its name, or by its number.
fn step_to(siblings: &[Part], index: usize) -> String {
    let Some(part) = siblings.get(index) else { return String::new() };
    let plain = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let named = !part.name.is_empty() && part.name.chars().all(plain);
    match Part::counted(siblings, index).0 {
        Some(position) if !named || part.name == position.to_string() => format!("[{position}]"),
        _ => format!(".{}", part.name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Source;
    use crate::film::Overrides;
    use crate::script::{self, Selector};
    use crate::world::MemoryWorld;

    fn film() -> Film {
        let text = "scenes:\n  - cast:\n      coins: { coins: { count: 3, seed: 1 }, at: [0, 2] }\n      dot: { circle: { radius: 1 }, at: [-4, -2] }\n      \
                    unseen: { circle: {}, at: [4, -2], hidden: true }\n      title: { text: one two two, at: [0, -4] }\n    steps: [{ show: [coins, dot] }, { move: dot, by: [1, 0], for: 1 }, { camera: { at: [0, 0], zoom: 1 }, for: 1 }]\n";
        let (script, found) = script::parse(&Source::new("x.yaml", text), &MemoryWorld::default());
        let script = script.unwrap_or_else(|| panic!("{found:?}"));
        let (film, found) = Film::build(&script, &MemoryWorld::default(), Overrides::default());
        film.unwrap_or_else(|| panic!("{found:?}"))
    }

    #[test]
    fn who_is_seen_is_told_with_boxes_and_addresses_that_steps_may_use() {
        let film = film();
        let shown = film.on_stage(FrameIndex(70));
        let names: Vec<&str> = shown.iter().map(|actor| actor.name.as_str()).collect();
        assert_eq!(names, ["coins", "dot", "title"]);
        let words: Vec<&str> = shown[2].addresses.iter().map(|address| address.text.as_str()).collect();
        assert_eq!(words, ["title", "title[\"one\"]", "title.word1", "title.word2"]);
        let coins = &shown[0].addresses;
        assert!(coins.iter().any(|address| address.text == "coins[2]" && address.depth == 1), "{coins:?}");
        for address in shown.iter().flat_map(|actor| &actor.addresses) {
            assert!(Selector::parse(&address.text, &Span::detached()).is_ok(), "{}", address.text);
        }
        // It has moved by one unit.
        assert!((shown[1].addresses[0].bounds.center() - Point::new(-3.0, -2.0)).hypot() < 0.05);
    }

    #[test]
    fn groups_stand_before_what_is_in_them() {
        let text = "scenes:\n  - cast:\n      outer: { column: [inner, c] }\n      inner: { row: [a, b] }\n      a: { circle: {} }\n      b: B\n      c: C\n      d: { text: D, at: [4, 0] }\n    steps: [{ pause: 1 }]\n";
        let (script, found) = script::parse(&Source::new("x.yaml", text), &MemoryWorld::default());
        let script = script.unwrap_or_else(|| panic!("{found:?}"));
        let film = Film::compile(&script, &MemoryWorld::default(), Overrides::default()).0.unwrap();
        let shown = film.on_stage(FrameIndex(0));
        let told: Vec<String> = shown
            .iter()
            .map(|actor| format!("{}<{}", actor.name, actor.within.as_deref().unwrap_or_default()))
            .collect();
        assert_eq!(told, ["outer<", "inner<outer", "a<inner", "b<inner", "c<outer", "d<"]);
        let bounds = |at: usize| shown[at].addresses[0].bounds;
        assert_eq!(bounds(1), bounds(2).union(bounds(3)));
        assert_eq!(bounds(0), bounds(1).union(bounds(4)));
    }

    #[test]
    fn what_is_under_a_point_is_told_from_the_inside_out() {
        let film = film();
        let coin = film.on_stage(FrameIndex(70))[0].addresses.iter().find(|a| a.text == "coins[1]").unwrap().bounds;
        let way: Vec<String> =
            film.under(FrameIndex(70), coin.center()).into_iter().map(|address| address.text).collect();
        assert!(way.contains(&"coins[1]".to_owned()) && way.last().is_some_and(|last| last == "coins"), "{way:?}");
        assert_eq!(film.under(FrameIndex(70), Point::new(7.0, -4.0)), []);
        assert_eq!(film.under(FrameIndex(70), Point::new(4.0, -2.0)), [], "nobody is to be seen there");
    }
}
