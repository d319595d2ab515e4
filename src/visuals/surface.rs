//! `surface`: a function of two variables as a hilly surface in perspective, with a marker that rolls downhill.

use super::lettering::LABEL_SIZE_FIELD;
use super::lettering::{Hang, label, put};
use super::space::eye::Eye;
use super::space::mesh::{Look, Room, faces};
use super::{Drawing, Now, Reading, Visual, VisualSpec};
use crate::color::{Ink, Role};
use crate::diag::Diagnostic;
use crate::draw::{Grow, Item, Paint, Part, Stroke};
use crate::expression::Function;
use crate::geom::{Point, Rect, circle, polyline};
use crate::script::{FieldSpec, Num, Slot, TableFields, Takes};

/// The registry's entry.
pub static SPEC: VisualSpec = VisualSpec {
    name: "surface",
    summary: "a function of two variables as a surface in perspective; a marker can go downhill on it",
    main: Some("function"),
    example: "surface: { function: '(x, y) => x * x - y * y / 2 + y * y * y * y / 4', x: [-1.5, 1.5], y: [-1.8, 1.8], z: [-0.5, 2.5], turn: 35, start: [1.3, 0.2], steps: 9, rate: 0.15 }",
    fields: &[&[
        FieldSpec::required("function", Takes::Function2, "height over x and y"),
        FieldSpec::optional("x", Takes::Numbers(2), "range of x; if not given, [0, 1]"),
        FieldSpec::optional("y", Takes::Numbers(2), "range of y; if not given, [0, 1]"),
        FieldSpec::optional(
            "z",
            Takes::Numbers(2),
            "range of heights, beyond which they are cut; if not given, [0, 1]",
        ),
        FieldSpec::new("width", Takes::Fixed(0.5, 100.0), "6", "edge of the floor in stage units"),
        FieldSpec::new("height", Takes::Fixed(0.1, 100.0), "3.2", "height of the room in stage units"),
        FieldSpec::new("turn", Takes::ANY_NUMBER, "30", "turned about the upright axis, in degrees"),
        FieldSpec::new(
            "tilt",
            Takes::Number(0.0, 90.0),
            "28",
            "seen from above by so many degrees; 90 is straight down",
        ),
        FieldSpec::new("cells", Takes::Whole(2, 60), "26", "cells of the mesh in each direction"),
        FieldSpec::new("color", Takes::Color, "information", "colour of the valleys"),
        FieldSpec::new("high_color", Takes::Color, "accent", "colour of the hills"),
        FieldSpec::optional("start", Takes::Point, "where the marker starts, as [x, y]; if not given, there is none"),
        FieldSpec::new(
            "steps",
            Takes::Number(0.0, 1000.0),
            "0",
            "steps of the marker against the slope; a fraction is on its way",
        ),
        FieldSpec::new("rate", Takes::Fixed(0.0, 1e6), "0.1", "length of a step, times the slope"),
        LABEL_SIZE_FIELD,
    ]],
    parts: &[
        ("floor", "the frame of the floor, with names of the axes"),
        ("mesh", "the surface"),
        ("way", "the way of the marker"),
        ("marker", "the marker"),
    ],
    values: &[("marker_x", "x of the marker"), ("marker_y", "y of the marker"), ("loss", "height of the marker")],
    actions: &[],
    read,
};

struct Surface {
    function: Slot,
    ranges: [Vec<Num>; 3],
    width: f64,
    height: f64,
    turn: Num,
    tilt: Num,
    cells: usize,
    inks: [Ink; 2],
    start: Option<[Num; 2]>,
    steps: Num,
    rate: f64,
    size: f64,
}

fn read(fields: &mut TableFields<'_>, _: &Reading<'_>) -> Option<Box<dyn Visual>> {
    let function = fields.function2("function");
    let ranges = ["x", "y", "z"].map(|key| {
        let range = fields.numbers(key).unwrap_or_else(|| vec![Num::Fixed(0.0), Num::Fixed(1.0)]);
        if matches!(range.as_slice(), [Num::Fixed(from), Num::Fixed(to)] if from >= to) {
            let found =
                Diagnostic::error("bad-range", &fields.key_span(key), "a range is two numbers, the smaller first");
            fields.report(found.hint("for example `[0, 1]`"));
        }
        range
    });
    let (width, height) = (fields.fixed_or_default("width"), fields.fixed_or_default("height"));
    let (turn, tilt) = (fields.number_or_default("turn"), fields.number_or_default("tilt"));
    let cells = fields.whole("cells").unwrap_or(26);
    let low = fields.ink("color").unwrap_or(Ink::Role(Role::Information));
    let inks = [low, fields.ink("high_color").unwrap_or(Ink::Role(Role::Accent))];
    let start = fields.point("start");
    let steps = fields.number_or_default("steps");
    let rate = fields.fixed_or_default("rate");
    let size = fields.fixed_or_default("size");
    let function = function?;
    Some(Box::new(Surface { function, ranges, width, height, turn, tilt, cells, inks, start, steps, rate, size }))
}

impl Room {
    /// Slopes of a function along x and y, by central differences.
    fn slope(&self, function: &Function, x: f64, y: f64) -> [f64; 2] {
        let [xs, ys, _] = self.ranges;
        let (h, k) = ((xs[1] - xs[0]) * 1e-5, (ys[1] - ys[0]) * 1e-5);
        let f = |x: f64, y: f64| function.at2(x, y);
        [(f(x + h, y) - f(x - h, y)) / (2.0 * h), (f(x, y + k) - f(x, y - k)) / (2.0 * k)]
    }

    /// The places of the marker after each step of steepest descent, inside the room.
    fn descent(&self, function: &Function, start: Point, steps: f64, rate: f64) -> Vec<Point> {
        let [xs, ys, _] = self.ranges;
        let inside = |p: Point| Point::new(p.x.clamp(xs[0], xs[1]), p.y.clamp(ys[0], ys[1]));
        let mut at = inside(start);
        let mut way = vec![at];
        let mut left = steps;
        while left > 0.0 && way.len() <= 1000 {
            let [dx, dy] = self.slope(function, at.x, at.y);
            if !dx.is_finite() || !dy.is_finite() {
                break;
            }
            let share = left.min(1.0);
            at = inside(Point::new(at.x - rate * dx * share, at.y - rate * dy * share));
            way.push(at);
            left -= 1.0;
        }
        way
    }
}

impl Visual for Surface {
    fn draw(&self, now: &Now<'_>) -> Drawing {
        let mut part = Part::new("surface");
        let [x, y, z] = self.ranges.each_ref().map(|range| {
            let clean = |index: usize, other: f64| {
                let value = range.get(index).map_or(other, |num| now.number(num));
                if value.is_finite() { value.clamp(-1e9, 1e9) } else { other }
            };
            let from = clean(0, 0.0);
            [from, clean(1, 1.0).max(from + 1e-6)]
        });
        let Some(function) = now.function(self.function) else { return Drawing::of(part) };
        let room = Room { ranges: [x, y, z], sizes: [self.width, self.width, self.height] };
        let eye = Eye::new(now.number(&self.turn), now.number(&self.tilt), self.width * 2.6);
        let floor = |x: f64, y: f64| eye.seen(room.place([x, y, z[0]])).0;
        let corners = [(x[0], y[0]), (x[1], y[0]), (x[1], y[1]), (x[0], y[1])].map(|(x, y)| floor(x, y));
        let stroke = Stroke::new(Paint::solid(now.role(Role::Muted)), 0.022);
        let frame = Item::stroke(polyline(corners, true), stroke);
        let mut ground = Part::new("floor").with(frame).growing(Grow::Stroke);
        let style = label(self.size, now.role(Role::Muted));
        let [a, b, c, d] = corners;
        // Of two edges the one in front is named.
        let front = |one: Point, other: Point| if one.y <= other.y { one } else { other };
        for (name, middle) in [("x", front(a.midpoint(b), c.midpoint(d))), ("y", front(b.midpoint(c), d.midpoint(a)))] {
            let out = (middle - Point::ORIGIN) / (middle - Point::ORIGIN).hypot().max(1e-6);
            ground.parts.push(put(
                name,
                &now.rich(&format!("${name}$"), &style),
                middle + out * self.size,
                Hang::Centre,
            ));
        }
        part.parts.push(ground);
        let look = Look {
            inks: self.inks.map(|ink| now.ink(ink)),
            ground: now.role(Role::Ground),
            opacity: 1.0,
            cells: self.cells,
        };
        let mesh = Part::new("mesh").with_items(faces(&function, &room, &eye, &look));
        part.parts.push(mesh.by_depth().growing(Grow::Fade));
        let (mut path, mut marker) = (Part::new("way").growing(Grow::Stroke), Part::new("marker"));
        let mut values = vec![("marker_x", f64::NAN), ("marker_y", f64::NAN), ("loss", f64::NAN)];
        if let Some([from_x, from_y]) = &self.start {
            let start = Point::new(now.number(from_x), now.number(from_y));
            let steps = now.number(&self.steps);
            let steps = if steps.is_finite() { steps.clamp(0.0, 1000.0) } else { 0.0 };
            if start.is_finite() {
                let way = room.descent(&function, start, steps, self.rate);
                let above = (z[1] - z[0]) * 0.012;
                let on = |p: &Point| eye.seen(room.place([p.x, p.y, room.cut(function.at2(p.x, p.y)) + above])).0;
                let ink = now.role(Role::Loss);
                path.items
                    .push(Item::stroke(polyline(way.iter().map(on), false), Stroke::new(Paint::solid(ink), 0.045)));
                path.items.extend(way.iter().map(|p| Item::fill(circle(on(p), 0.045), Paint::solid(ink))));
                if let Some(last) = way.last() {
                    let rim = Stroke::new(Paint::solid(now.role(Role::Ground)).kept(), 0.03);
                    marker.items.push(Item::fill_stroke(circle(on(last), 0.13), Paint::solid(ink), rim));
                    marker.grow = Grow::Point(on(last));
                    values = vec![("marker_x", last.x), ("marker_y", last.y), ("loss", function.at2(last.x, last.y))];
                }
            }
        }
        let part = part.with_part(path).with_part(marker);
        // The room fits into this box however it is turned, so that neighbours stand still.
        let (wide, high) = (self.width * 0.75, self.width * 0.42 + self.height * 0.5);
        Drawing { values, ..Drawing::within(Rect::new(-wide, -high, wide, high), part) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descent_goes_down_to_the_bottom_and_depends_on_steps_alone() {
        let bowl = Function::new2("bowl", |x, y| (x - 0.3) * (x - 0.3) + 2.0 * y * y);
        let room = Room { ranges: [[-1.0, 1.0], [-1.0, 1.0], [0.0, 4.0]], sizes: [4.0, 4.0, 2.0] };
        let way = room.descent(&bowl, Point::new(-0.9, 0.8), 40.0, 0.1);
        assert!(way.windows(2).all(|pair| bowl.at2(pair[1].x, pair[1].y) <= bowl.at2(pair[0].x, pair[0].y)));
        let last = way.last().unwrap();
        assert!((last.x - 0.3).abs() < 1e-3 && last.y.abs() < 1e-3, "{last:?}");
        let part = room.descent(&bowl, Point::new(-0.9, 0.8), 2.5, 0.1);
        assert_eq!(part[..3], way[..3]);
        assert_eq!(part.len(), 4);
    }
}
