//! `nodes`: a graph or a tree from a list of edges, laid out by itself: on a circle, in layers, or by springs.

use std::collections::BTreeMap;

use super::lettering::{Hang, LABEL_SIZE_FIELD, fitted, label, put};
use super::{Drawing, Now, Reading, Visual, VisualSpec};
use crate::color::{Ink, Role};
use crate::draw::{Grow, Item, Paint, Part, Stroke};
use crate::geom::{BezPath, CubicBez, Point, Rect, Vec2, circle, polyline};
use crate::info::uniform01;
use crate::script::{FieldSpec, TableFields, Takes, Template};

/// The registry's entry.
pub static SPEC: VisualSpec = VisualSpec {
    name: "nodes",
    summary: "a graph or a tree from a list of edges, laid out by itself",
    main: Some("edges"),
    example: "nodes: { edges: [[a, b], [b, c], [c, a], [c, d], [d, e], [d, f]], width: 6, height: 4 }",
    fields: &[&[
        FieldSpec::required("edges", Takes::Cells, "pairs of names; a single name is a node without edges"),
        FieldSpec::new(
            "layout",
            Takes::Word(&["springs", "circle", "layers"]),
            "springs",
            "how it is laid out; layers begin with the first node, at the top",
        ),
        FieldSpec::new("directed", Takes::Flag, "false", "arrows from the first of a pair to the second"),
        FieldSpec::new("width", Takes::Fixed(0.2, 100.0), "6", "width in stage units"),
        FieldSpec::new("height", Takes::Fixed(0.2, 100.0), "4", "height in stage units"),
        FieldSpec::new("radius", Takes::Fixed(0.01, 10.0), "0.32", "radius of a node in stage units"),
        FieldSpec::new("seed", Takes::Whole(0, i64::MAX), "1", "where springs begin"),
        FieldSpec::new("color", Takes::Color, "information", "colour of the rims of nodes"),
        LABEL_SIZE_FIELD,
    ]],
    parts: &[("edges.*", "an edge, by position"), ("*", "a node, by its name")],
    values: &[("count", "nodes"), ("edges", "edges")],
    actions: &[],
    read,
};

/// Nodes that are shown at most: springs between all pairs take time.
const MOST: usize = 80;
/// Rounds of the springs: by then nothing moves any more.
const ROUNDS: usize = 300;
/// Half the space between parts that do not hang together, as a share of both.
const GAP: f64 = 0.12;
/// Rounds at most in which discs that overlap are moved apart.
const APART_ROUNDS: usize = 60;

struct Nodes {
    edges: Vec<Vec<Template>>,
    layout: &'static str,
    directed: bool,
    width: f64,
    height: f64,
    radius: f64,
    seed: u64,
    ink: Ink,
    size: f64,
}

fn read(fields: &mut TableFields<'_>, _: &Reading<'_>) -> Option<Box<dyn Visual>> {
    let edges = fields.cells("edges");
    let layout = fields.word("layout").unwrap_or("springs");
    let directed = fields.flag("directed");
    let (width, height) = (fields.fixed_or_default("width"), fields.fixed_or_default("height"));
    let radius = fields.fixed_or_default("radius");
    let seed = fields.whole("seed").unwrap_or_default() as u64;
    let ink = fields.ink("color").unwrap_or(Ink::Role(Role::Information));
    let size = fields.fixed_or_default("size");
    Some(Box::new(Nodes { edges: edges?, layout, directed, width, height, radius, seed, ink, size }))
}

/// Names in the order in which they are met, and pairs of their positions.
type Graph = (Vec<String>, Vec<(usize, usize)>);

impl Nodes {
    fn graph(&self, now: &Now<'_>) -> Graph {
        let mut positions: BTreeMap<String, usize> = BTreeMap::new();
        let (mut names, mut edges): Graph = (Vec::new(), Vec::new());
        for row in &self.edges {
            let mut met = row.iter().map(|cell| now.text(cell)).map(|name| {
                let next = positions.len();
                *positions.entry(name.clone()).or_insert_with(|| {
                    names.push(name);
                    next
                })
            });
            if let (Some(from), Some(to)) = (met.next(), met.next()) {
                edges.push((from, to));
            }
        }
        names.truncate(MOST);
        edges.retain(|(a, b)| a.max(b) < &names.len());
        (names, edges)
    }

    /// An edge between two nodes' rims, bent to the left by so many radii in its middle; from a node to itself a loop over it.
    /// `None` where the nodes touch.
    fn curve(&self, from: Point, to: Point, bend: f64) -> Option<CubicBez> {
        let way = to - from;
        let far = way.hypot();
        if far < 1e-9 {
            let out = |degrees: f64, radii: f64| from + Vec2::from_angle(degrees.to_radians()) * (self.radius * radii);
            let high = 2.6 + bend.abs();
            return Some(CubicBez::new(out(125.0, 1.0), out(115.0, high), out(65.0, high), out(55.0, 1.0)));
        }
        if far <= 2.0 * self.radius {
            return None;
        }
        let along = way / far;
        let bulge = Vec2::new(-along.y, along.x) * (bend * self.radius * 4.0 / 3.0);
        // Bent edges leave and meet the rims in their own direction.
        let toward = |centre: Point, point: Point| centre + (point - centre) / (point - centre).hypot() * self.radius;
        let (first, second) = (from.lerp(to, 1.0 / 3.0) + bulge, from.lerp(to, 2.0 / 3.0) + bulge);
        Some(CubicBez::new(toward(from, first), first, second, toward(to, second)))
    }

    /// Places in a square from -1 to 1.
    fn places(&self, count: usize, edges: &[(usize, usize)]) -> Vec<Point> {
        match self.layout {
            "circle" => on_circle(count),
            "layers" => layers(count, edges),
            _ => packed(count, edges, self.seed, self.width / self.height),
        }
    }
}

fn on_circle(count: usize) -> Vec<Point> {
    let at = |i: usize| {
        let (sin, cos) = libm::sincos(std::f64::consts::TAU * (0.25 - i as f64 / count.max(1) as f64));
        Point::new(cos, sin)
    };
    (0..count).map(at).collect()
}

/// Breadth first from the first node, each layer evenly across in the order of its parents.
fn layers(count: usize, edges: &[(usize, usize)]) -> Vec<Point> {
    let mut depth: Vec<Option<usize>> = vec![None; count];
    let mut rows: Vec<Vec<usize>> = Vec::new();
    for root in 0..count {
        if depth.get(root).is_none_or(Option::is_some) {
            continue;
        }
        let mut row = vec![root];
        let mut level = 0;
        while !row.is_empty() {
            row.iter().filter_map(|node| depth.get_mut(*node).map(|slot| *slot = Some(level))).for_each(drop);
            let mut next = Vec::new();
            for node in &row {
                let neighbours = edges.iter().filter_map(|(a, b)| match (a == node, b == node) {
                    (true, _) => Some(*b),
                    (_, true) => Some(*a),
                    _ => None,
                });
                for other in neighbours {
                    if depth.get(other) == Some(&None) && !next.contains(&other) {
                        next.push(other);
                    }
                }
            }
            match rows.get_mut(level) {
                Some(known) => known.extend(&row),
                None => rows.push(row.clone()),
            }
            (row, level) = (next, level + 1);
        }
    }
    let mut places = vec![Point::ORIGIN; count];
    let last = rows.len().max(2) - 1;
    for (level, row) in rows.iter().enumerate() {
        for (index, node) in row.iter().enumerate() {
            let x = (index as f64 + 0.5) / row.len() as f64 * 2.0 - 1.0;
            if let Some(place) = places.get_mut(*node) {
                *place = Point::new(x, 1.0 - 2.0 * level as f64 / last as f64);
            }
        }
    }
    places
}

/// How far each edge is bent, in radii to its left: those between the same two nodes lie beside each other.
fn bends(edges: &[(usize, usize)]) -> Vec<f64> {
    let pair = |(a, b): &(usize, usize)| (*a.min(b), *a.max(b));
    let mut all: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    edges.iter().for_each(|edge| *all.entry(pair(edge)).or_default() += 1.0);
    let mut met: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    let bend = |edge: &(usize, usize)| {
        let (count, before) = (all.get(&pair(edge)).copied().unwrap_or(1.0), met.entry(pair(edge)).or_default());
        let bend = (*before - (count - 1.0) / 2.0) * 0.9;
        *before += 1.0;
        // What leads back has its left on the other side.
        if edge.0 <= edge.1 { bend } else { -bend }
    };
    edges.iter().map(bend).collect()
}

/// Nodes that hang together, each with all that it leads to, in the order of their first nodes.
fn components(count: usize, edges: &[(usize, usize)]) -> Vec<Vec<usize>> {
    // Each node knows the first of those that it hangs together with.
    let mut first: Vec<usize> = (0..count).collect();
    let mut changed = true;
    while changed {
        changed = false;
        for (a, b) in edges {
            let (Some(one), Some(other)) = (first.get(*a).copied(), first.get(*b).copied()) else { continue };
            for slot in [*a, *b].into_iter().filter(|_| one != other) {
                if let Some(slot) = first.get_mut(slot) {
                    *slot = one.min(other);
                }
                changed = true;
            }
        }
    }
    let mut all: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (node, first) in first.into_iter().enumerate() {
        all.entry(first).or_default().push(node);
    }
    all.into_values().collect()
}

/// Springs for each part of a graph that hangs together, in a rectangle of its own as large as its share of the nodes: parts
/// that nothing holds would fly apart and leave no room. `aspect` is the width of the whole over its height.
fn packed(count: usize, edges: &[(usize, usize)], seed: u64, aspect: f64) -> Vec<Point> {
    let mut places = vec![Point::ORIGIN; count];
    let mut open = vec![(components(count, edges), Rect::new(-1.0, -1.0, 1.0, 1.0))];
    while let Some((mut parts, room)) = open.pop() {
        if let [part] = parts.as_slice() {
            let own: Vec<(usize, usize)> = edges
                .iter()
                .filter_map(|(a, b)| Some((part.iter().position(|n| n == a)?, part.iter().position(|n| n == b)?)))
                .collect();
            for (node, at) in part.iter().zip(springs(part.len(), &own, seed)) {
                if let Some(place) = places.get_mut(*node) {
                    *place = room.center() + Vec2::new(at.x * room.width(), at.y * room.height()) / 2.0;
                }
            }
            continue;
        }
        // Halves with about as many nodes each, cut across the longer side; a gap between them.
        parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
        let size = |parts: &[Vec<usize>]| parts.iter().map(Vec::len).sum::<usize>() as f64;
        let (mut one, mut other): (Vec<Vec<usize>>, Vec<Vec<usize>>) = (Vec::new(), Vec::new());
        for part in parts {
            if size(&one) <= size(&other) { one.push(part) } else { other.push(part) }
        }
        if other.is_empty() {
            continue;
        }
        let share = (size(&one) / (size(&one) + size(&other))).clamp(0.25, 0.75);
        let (left, right) = if room.width() * aspect >= room.height() {
            let (gap, cut) = (room.width() * GAP, room.x0 + room.width() * share);
            (Rect { x1: cut - gap, ..room }, Rect { x0: cut + gap, ..room })
        } else {
            let (gap, cut) = (room.height() * GAP, room.y1 - room.height() * share);
            (Rect { y0: cut + gap, ..room }, Rect { y1: cut - gap, ..room })
        };
        open.extend([(one, left), (other, right)]);
    }
    places
}

/// All push each other apart, edges pull together, ever more gently (Fruchterman and Reingold, *Graph Drawing by Force-directed
/// Placement*, 1991); then stretched to the square.
fn springs(count: usize, edges: &[(usize, usize)], seed: u64) -> Vec<Point> {
    let mut places: Vec<Point> = (0..count)
        .map(|i| {
            let (x, y) = (uniform01(seed, 2 * i as u64), uniform01(seed, 2 * i as u64 + 1));
            Point::new(2.0 * x - 1.0, 2.0 * y - 1.0)
        })
        .collect();
    let usual = 1.6 / libm::sqrt(count.max(1) as f64);
    for round in 0..ROUNDS {
        let mut moves = vec![Vec2::ZERO; count];
        for (a, from) in places.iter().enumerate() {
            for (b, to) in places.iter().enumerate().skip(a + 1) {
                let way = *from - *to;
                let far = way.hypot().max(1e-3);
                let push = way / far * (usual * usual / far);
                if let Some(slot) = moves.get_mut(a) {
                    *slot += push;
                }
                if let Some(slot) = moves.get_mut(b) {
                    *slot -= push;
                }
            }
        }
        for (a, b) in edges {
            let (Some(from), Some(to)) = (places.get(*a), places.get(*b)) else { continue };
            let pull = (*to - *from) * ((*to - *from).hypot() / usual);
            if let Some(slot) = moves.get_mut(*a) {
                *slot += pull;
            }
            if let Some(slot) = moves.get_mut(*b) {
                *slot -= pull;
            }
        }
        let most = 0.2 * (1.0 - round as f64 / ROUNDS as f64);
        for (place, way) in places.iter_mut().zip(moves) {
            *place += way / way.hypot().max(1e-9) * way.hypot().min(most);
        }
    }
    let rect = places.iter().fold(None, |all: Option<Rect>, p| {
        Some(all.map_or_else(|| Rect::from_points(*p, *p), |rect| rect.union_pt(*p)))
    });
    let Some(rect) = rect else { return places };
    let stretch = |value: f64, middle: f64, size: f64| if size > 1e-9 { (value - middle) * 2.0 / size } else { 0.0 };
    let centre = rect.center();
    places
        .iter()
        .map(|p| Point::new(stretch(p.x, centre.x, rect.width()), stretch(p.y, centre.y, rect.height())))
        .collect()
}

/// Moves points apart that are nearer than a distance, as far as the frame allows.
fn apart(mut places: Vec<Point>, least: f64, half: Vec2) -> Vec<Point> {
    let (wide, high) = (half.x.max(0.0), half.y.max(0.0));
    for _ in 0..APART_ROUNDS {
        let mut moves = vec![Vec2::ZERO; places.len()];
        for (a, from) in places.iter().enumerate() {
            for (b, to) in places.iter().enumerate().filter(|(b, _)| *b != a) {
                let far = (*from - *to).hypot();
                // What lies on top of each other goes apart in a direction of its own.
                let way = if far > 1e-9 { (*from - *to) / far } else { Vec2::from_angle((a as f64 - b as f64) * 0.7) };
                if far < least
                    && let Some(slot) = moves.get_mut(a)
                {
                    *slot += way * (least - far) / 2.0;
                }
            }
        }
        if moves.iter().all(|by| *by == Vec2::ZERO) {
            break;
        }
        for (place, by) in places.iter_mut().zip(moves) {
            *place = Point::new((place.x + by.x).clamp(-wide, wide), (place.y + by.y).clamp(-high, high));
        }
    }
    places
}

impl Visual for Nodes {
    fn draw(&self, now: &Now<'_>) -> Drawing {
        let (names, edges) = self.graph(now);
        let half = Vec2::new(self.width / 2.0 - self.radius, self.height / 2.0 - self.radius);
        let places: Vec<Point> = self
            .places(names.len(), &edges)
            .into_iter()
            .map(|p| Point::new(p.x * half.x.max(0.0), p.y * half.y.max(0.0)))
            .collect();
        let places = apart(places, self.radius * 2.3, half);
        let mut lines = Part::new("edges").aside();
        let muted = Paint::solid(now.role(Role::Muted));
        let bends = bends(&edges);
        for (number, ((a, b), bend)) in edges.iter().zip(bends).enumerate() {
            let (Some(from), Some(to)) = (places.get(*a), places.get(*b)) else { continue };
            let Some(curve) = self.curve(*from, *to, bend) else { continue };
            let mut edge = Part::new(number.to_string()).growing(Grow::Stroke);
            let way = curve.p3 - curve.p2;
            let along = way / way.hypot().max(1e-9);
            let head = if self.directed { (curve.p0.distance(curve.p3) * 0.3).min(0.2) } else { 0.0 };
            let end = curve.p3;
            let mut path = BezPath::new();
            path.move_to(curve.p0);
            let end_of_line = end - along * head * 0.8;
            if bend == 0.0 && a != b {
                path.line_to(end_of_line)
            } else {
                path.curve_to(curve.p1, curve.p2, end_of_line)
            }
            edge.items.push(Item::stroke(path, Stroke::new(muted.clone(), 0.032)));
            if self.directed {
                let side = Vec2::new(-along.y, along.x) * (head * 0.42);
                let tip = polyline([end - along * head + side, end, end - along * head - side], true);
                edge.items.push(Item::fill(tip, muted.clone()));
            }
            lines.parts.push(edge);
        }
        let mut part = Part::new("nodes").with_part(lines);
        let style = label(self.size, now.role(Role::Ink));
        for (name, at) in names.iter().zip(&places) {
            let rim = Stroke::new(Paint::solid(now.ink(self.ink)), 0.035);
            let disc = Item::fill_stroke(circle(*at, self.radius), Paint::solid(now.role(Role::Panel)).kept(), rim);
            let mut node = Part::new(name.as_str()).with(disc).growing(Grow::Point(*at));
            let set = now.rich(name, &style);
            // A name that its disc cannot hold stands under it.
            node.parts.push(match self.radius * 1.7 >= set.layout.width() * 0.5 {
                true => fitted("name", &set, *at, self.radius * 1.7, 0.4),
                false => put("name", &set, Point::new(at.x, at.y - self.radius - self.size * 0.7), Hang::Centre),
            });
            part.parts.push(node.with_attribute("symbol", name.as_str()));
        }
        let layout = Rect::new(-self.width / 2.0, -self.height / 2.0, self.width / 2.0, self.height / 2.0);
        let values = vec![("count", names.len() as f64), ("edges", edges.len() as f64)];
        Drawing { values, ..Drawing::within(layout, part) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn discs_do_not_overlap_where_there_is_room() {
        let crowd: Vec<Point> = (0..12).map(|i| Point::new(f64::from(i % 3) * 0.01, 0.0)).collect();
        let places = apart(crowd, 0.5, Vec2::new(3.0, 2.0));
        for (i, a) in places.iter().enumerate() {
            assert!(places.iter().skip(i + 1).all(|b| a.distance(*b) > 0.4), "{places:?}");
        }
    }

    const EDGES: [(usize, usize); 6] = [(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (3, 5)];

    #[test]
    fn every_layout_keeps_nodes_apart_and_inside() {
        for places in [on_circle(6), layers(6, &EDGES), springs(6, &EDGES, 1), springs(6, &EDGES, 9)] {
            assert_eq!(places.len(), 6);
            assert!(places.iter().all(|p| p.x.abs() <= 1.0 + 1e-9 && p.y.abs() <= 1.0 + 1e-9), "{places:?}");
            for (i, a) in places.iter().enumerate() {
                assert!(places.iter().skip(i + 1).all(|b| a.distance(*b) > 0.2), "{places:?}");
            }
        }
    }

    #[test]
    fn parts_that_do_not_hang_together_have_room_of_their_own() {
        let edges = [(0, 1), (1, 2), (2, 0), (3, 4), (5, 6)];
        assert_eq!(components(8, &edges), [vec![0, 1, 2], vec![3, 4], vec![5, 6], vec![7]]);
        assert_eq!(components(3, &[(2, 1), (1, 0)]), [[0, 1, 2]]);
        let places = packed(8, &edges, 1, 1.5);
        for (i, a) in places.iter().enumerate() {
            assert!(a.x.abs() <= 1.0 + 1e-9 && a.y.abs() <= 1.0 + 1e-9);
            assert!(places.iter().skip(i + 1).all(|b| a.distance(*b) > 0.15), "{places:?}");
        }
        assert_eq!(packed(6, &EDGES, 3, 1.5), springs(6, &EDGES, 3));
        assert!(packed(0, &[], 1, 1.0).is_empty());
    }

    #[test]
    fn edges_between_the_same_nodes_lie_beside_each_other() {
        assert_eq!(bends(&[(0, 1), (1, 2)]), [0.0, 0.0]);
        // One each way: each is bent to its own left, so they part.
        assert_eq!(bends(&[(0, 1), (1, 0)]), [-0.45, -0.45]);
        assert_eq!(bends(&[(0, 1), (0, 1), (0, 1)]), [-0.9, 0.0, 0.9]);
    }

    #[test]
    fn layers_go_by_distance_from_the_first_and_springs_by_their_seed() {
        let rows = layers(6, &EDGES);
        assert!(rows[0].y > rows[1].y && rows[1].y == rows[2].y && rows[3].y > rows[4].y && rows[4].y == rows[5].y);
        assert_eq!(springs(6, &EDGES, 3), springs(6, &EDGES, 3));
        assert!(springs(0, &[], 1).is_empty() && layers(0, &[]).is_empty());
        assert_eq!(springs(1, &[], 1), [Point::ORIGIN]);
    }
}
