//! What stands in a room: its floor and axes, ways, points, arrows and boxes. Each item knows its distance.

use super::eye::{Eye, Place, normal};
use super::mesh::Room;
use crate::color::{Rgba, Role};
use crate::draw::{Grow, Item, Paint, Part, Stroke};
use crate::geom::{Point, circle, polyline};
use crate::typeset::{Format, format};
use crate::visuals::Now;
use crate::visuals::lettering::{Hang, halo, label, put};

/// Draws what stands in a room as an eye sees it.
pub(super) struct Solids<'a> {
    pub(super) eye: &'a Eye,
    pub(super) now: &'a Now<'a>,
    /// Width of ways and arrows in the room's middle.
    pub(super) stroke: f64,
    /// Radius of points in the room's middle.
    pub(super) radius: f64,
    /// Em of labels.
    pub(super) size: f64,
    /// Are there labels?
    pub(super) labels: bool,
    /// Of boxes.
    pub(super) opacity: f32,
}

/// Longest piece of a way in stage units: pieces are ordered by depth one by one.
const PIECE: f64 = 0.3;
/// What lies on a surface is drawn above it: nearer by about half a face.
const ABOVE: f64 = 0.15;
/// Pieces of an edge at most.
const MOST_PIECES: f64 = 60.0;
/// Labels stand in front of everything.
const NEAREST: f64 = f64::MIN;

impl Solids<'_> {
    /// A way through places, in pieces.
    pub(super) fn way(&self, name: &str, places: &[Place], color: Rgba) -> Part {
        let mut part = Part::new(name);
        for pair in places.windows(2) {
            let [from, to] = pair else { continue };
            part.items.extend(self.pieces(*from, *to, self.stroke, color));
        }
        part
    }

    fn pieces(&self, from: Place, to: Place, width: f64, color: Rgba) -> impl Iterator<Item = Item> {
        let count = (libm::ceil(length(from, to) / PIECE)).clamp(1.0, MOST_PIECES) as usize;
        (0..count).map(move |i| {
            let (a, b) = (between(from, to, i as f64 / count as f64), between(from, to, (i + 1) as f64 / count as f64));
            let ((p, near), (q, far)) = (self.eye.seen(a), self.eye.seen(b));
            let width = width * self.eye.scale(between(a, b, 0.5));
            Item::stroke(polyline([p, q], false), Stroke::new(Paint::solid(color), width))
                .away((near + far) / 2.0 - ABOVE)
        })
    }

    /// A ball, with its name.
    pub(super) fn point(&self, name: &str, at: Place, color: Rgba) -> Part {
        let (seen, away) = self.eye.seen(at);
        let radius = self.radius * self.eye.scale(at);
        let rim = Stroke::new(Paint::solid(self.now.role(Role::Ground)).kept(), radius * 0.25);
        let ball = Item::fill_stroke(circle(seen, radius), Paint::solid(color), rim).away(away - ABOVE - self.radius);
        let part = Part::new(name).with(ball).growing(Grow::Point(seen));
        if self.labels { part.with_part(self.label(name, seen, radius + self.size * 0.62, color)) } else { part }
    }

    /// A name that faces the viewer, above a place.
    fn label(&self, name: &str, at: Point, above: f64, color: Rgba) -> Part {
        let style = crate::typeset::TextStyle { halo: Some(halo(self.now, self.size)), ..label(self.size, color) };
        let mut part = put("name", &self.now.rich(name, &style), at + crate::geom::Vec2::new(0.0, above), Hang::Centre);
        nearest(&mut part);
        part
    }

    /// An arrow, with its name beyond its tip.
    pub(super) fn arrow(&self, name: &str, from: Place, to: Place, color: Rgba) -> Part {
        let tip = (self.stroke * 4.6).min(length(from, to) * 0.6);
        let neck = between(from, to, 1.0 - tip / length(from, to).max(1e-9));
        let mut part = Part::new(name).growing(Grow::Point(self.eye.seen(from).0));
        part.items.extend(self.pieces(from, neck, self.stroke, color));
        let ((a, _), (b, away)) = (self.eye.seen(neck), self.eye.seen(to));
        let along = b - a;
        // Seen from its end, an arrow is a dot.
        let side = crate::geom::Vec2::new(-along.y, along.x) / along.hypot().max(1e-9)
            * self.stroke
            * 1.75
            * self.eye.scale(to);
        let head = polyline([a + side, b, a - side], true);
        part.items.push(Item::fill(head, Paint::solid(color)).away(away - ABOVE));
        if self.labels {
            let out = along / along.hypot().max(1e-9) * self.size * 0.75;
            part.parts.push(self.label(name, b + out, 0.0, color));
        }
        part
    }

    /// A box between opposite corners; the faces that look away are not drawn.
    pub(super) fn cuboid(&self, name: &str, one: Place, other: Place, color: Rgba) -> Part {
        let low = [one[0].min(other[0]), one[1].min(other[1]), one[2].min(other[2])];
        let high = [one[0].max(other[0]), one[1].max(other[1]), one[2].max(other[2])];
        let ([left, near, bottom], [right, far, top]) = (low, high);
        let corner = |bits: usize| {
            let along = |low: f64, high: f64, bit: usize| if bits & bit == 0 { low } else { high };
            [along(left, right, 1), along(near, far, 2), along(bottom, top, 4)]
        };
        // Corners in the order in which the normal points outwards.
        let sides = [[0, 4, 6, 2], [1, 3, 7, 5], [0, 1, 5, 4], [2, 6, 7, 3], [0, 2, 3, 1], [4, 5, 7, 6]];
        let ground = self.now.role(Role::Ground);
        let mut part = Part::new(name).growing(Grow::Fade);
        for side in sides {
            let places = side.map(corner);
            let seen = places.map(|place| self.eye.seen(place));
            let turned = seen.iter().zip(seen.iter().cycle().skip(1)).map(|((p, _), (q, _))| p.x * q.y - q.x * p.y);
            if turned.sum::<f64>() <= 0.0 {
                continue;
            }
            let shadow = 0.55 * (1.0 - self.eye.lit(normal(places[0], places[1], places[3]))) as f32;
            let fill = Paint::solid(color.lerp(ground, shadow).faded(self.opacity));
            let rim = Stroke::new(Paint::solid(color), 0.02);
            let away = seen.iter().map(|(_, away)| away).sum::<f64>() / 4.0;
            part.items.push(Item::fill_stroke(polyline(seen.map(|(p, _)| p), true), fill, rim).away(away));
        }
        part
    }

    /// The frame of the floor.
    pub(super) fn floor(&self, room: &Room) -> Part {
        let [[x0, x1], [y0, y1], [z0, _]] = room.ranges;
        let corners = [[x0, y0, z0], [x1, y0, z0], [x1, y1, z0], [x0, y1, z0]].map(|at| room.place(at));
        let color = self.now.role(Role::Muted).faded(0.55);
        let mut part = Part::new("floor").growing(Grow::Fade);
        for (from, to) in corners.iter().zip(corners.iter().cycle().skip(1)) {
            part.items.extend(self.pieces(*from, *to, 0.022, color));
        }
        part
    }

    /// Axes along the edges in front and at the side, with the ends of their ranges and their names outside.
    pub(super) fn axes(&self, room: &Room, names: &[String]) -> Part {
        let [[x0, x1], [y0, y1], [z0, z1]] = room.ranges;
        let away = |at: Place| self.eye.seen(room.place(at)).1;
        // The edges of the floor that are in front, and the upright edge that is farthest to the left.
        let y = if away([(x0 + x1) / 2.0, y0, z0]) <= away([(x0 + x1) / 2.0, y1, z0]) { y0 } else { y1 };
        let x = if away([x0, (y0 + y1) / 2.0, z0]) <= away([x1, (y0 + y1) / 2.0, z0]) { x0 } else { x1 };
        let corners = [(x0, y0), (x0, y1), (x1, y0), (x1, y1)];
        let left = |(x, y): &(f64, f64)| self.eye.seen(room.place([*x, *y, z0])).0.x;
        let (a, b) = corners.into_iter().min_by(|p, q| left(p).total_cmp(&left(q))).unwrap_or((x0, y0));
        let edges = [([x0, y, z0], [x1, y, z0]), ([x, y0, z0], [x, y1, z0]), ([a, b, z0], [a, b, z1])];
        let middle = self.eye.seen(room.place([(x0 + x1) / 2.0, (y0 + y1) / 2.0, (z0 + z1) / 2.0])).0;
        let style = label(self.size, self.now.role(Role::Muted));
        let small = label(self.size * 0.8, self.now.role(Role::Muted));
        let mut part = Part::new("axes").growing(Grow::Fade);
        for (index, (from, to)) in edges.into_iter().enumerate() {
            let (start, end) = (room.place(from), room.place(to));
            let (p, q) = (self.eye.seen(start).0, self.eye.seen(end).0);
            // Seen along itself an axis is a point, which needs no name.
            let along = q - p;
            let shown = ((along.hypot() / self.size - 1.5) / 1.5).clamp(0.0, 1.0);
            let mut side = crate::geom::Vec2::new(-along.y, along.x) / along.hypot().max(1e-9);
            if side.dot(p.midpoint(q) - middle) < 0.0 {
                side = -side;
            }
            let default = ["x", "y", "z"].get(index).copied().unwrap_or_default();
            let name = names.get(index).map_or_else(|| format!("${default}$"), Clone::clone);
            let mut axis = Part::new(default).growing(Grow::Fade);
            axis.items.extend(self.pieces(start, end, 0.026, self.now.role(Role::Muted)));
            let set = self.now.rich(&name, &style);
            let out = self.size * 0.75 + set.layout.width() / 2.0 * side.x.abs();
            let mut words = vec![put("name", &set, p.midpoint(q) + side * out, Hang::Centre)];
            let range = room.ranges.get(index).copied().unwrap_or([0.0, 1.0]);
            for (part_name, value, at) in [("from", range[0], p), ("to", range[1], q)] {
                let written = format(value, &Format::parse("").unwrap_or_default());
                let set = self.now.label(&written, &small);
                let inward = (p.midpoint(q) - at) * 0.12;
                let out = self.size * 0.62 + set.layout.width() / 2.0 * side.x.abs();
                words.push(put(part_name, &set, at + inward + side * out, Hang::Centre));
            }
            for mut word in words {
                nearest(&mut word);
                axis.parts.push(word.faded(shown));
            }
            part.parts.push(axis);
        }
        part
    }
}

/// Puts everything in a part in front of what has a depth.
fn nearest(part: &mut Part) {
    part.items.iter_mut().for_each(|item| item.away = NEAREST);
    part.parts.iter_mut().for_each(nearest);
}

fn between(from: Place, to: Place, share: f64) -> Place {
    [0, 1, 2].map(|axis: usize| match (from.get(axis), to.get(axis)) {
        (Some(a), Some(b)) => a + (b - a) * share,
        _ => 0.0,
    })
}

fn length(from: Place, to: Place) -> f64 {
    let d = [to[0] - from[0], to[1] - from[1], to[2] - from[2]];
    libm::sqrt(d.iter().map(|d| d * d).sum::<f64>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::Theme;
    use crate::expression::Value;
    use crate::typeset::Typesetter;

    #[test]
    fn a_box_shows_three_faces_at_most_and_ways_are_cut_into_pieces() {
        let values = |_| Value::Nothing;
        let theme = Theme::chalkboard();
        let (actions, courses, typesetter) = (&[], &[], Typesetter::bundled());
        let now = Now { values: &values, actions, courses, speed: 0.0, theme, typesetter };
        let eye = Eye::new(30.0, 25.0, 12.0);
        let solids = Solids { eye: &eye, now: &now, stroke: 0.05, radius: 0.1, size: 0.3, labels: false, opacity: 1.0 };
        let white = Rgba::hex(0xffffff);
        let cube = solids.cuboid("cube", [-1.0, -1.0, -1.0], [1.0, 1.0, 1.0], white);
        assert_eq!(cube.items.len(), 3);
        // Corners may be given in any order.
        assert_eq!(cube, solids.cuboid("cube", [1.0, -1.0, 1.0], [-1.0, 1.0, -1.0], white));
        let way = solids.way("way", &[[0.0; 3], [0.0, 3.0, 0.0]], white);
        assert_eq!(way.items.len(), 10);
        assert!(way.items.windows(2).all(|pair| pair[0].away < pair[1].away));
    }
}
