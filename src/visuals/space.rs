//! `space`: a room in perspective with surfaces, ways, points, arrows and boxes in it, drawn by their depth.

pub(super) mod eye;
pub(super) mod mesh;
mod solids;

use super::lettering::LABEL_SIZE_FIELD;
use super::{Drawing, Now, Reading, Visual, VisualSpec};
use crate::color::{Ink, Role};
use crate::diag::Diagnostic;
use crate::draw::{Grow, Part};
use crate::expression::{Kind, Value};
use crate::geom::Rect;
use crate::limits;
use crate::script::{FieldSpec, Num, Slot, TableFields, Takes};
use eye::{Eye, Place};
use mesh::{Look, Room, faces};
use solids::Solids;

/// The registry's entry.
pub static SPEC: VisualSpec = VisualSpec {
    name: "space",
    summary: "a room in perspective: surfaces, ways, points, arrows and boxes, whichever way one looks",
    main: None,
    example: "space: { surfaces: { hill: '(x, y) => x * x / 2 - y * y / 2' }, z: [-1, 1], path: { x: 0.9 * cos(t), y: 0.9 * sin(t), z: 0.4 * cos(2 * t) + 0.02 }, t: [0, 6.2832], points: { P: [0, 0, 0.02] }, arrows: { n: [0, 0, 0.02, 0, 0, 1] }, turn: 25, tilt: 30 }",
    fields: &[&[
        FieldSpec::optional("surfaces", Takes::Functions2, "heights over x and y, by name"),
        FieldSpec::optional("path", Takes::Functions, "a way by a parameter: `x`, `y` and `z` of `t`"),
        FieldSpec::optional("t", Takes::Numbers(2), "range of the parameter; if not given, [0, 1]"),
        FieldSpec::optional("lines", Takes::ListMap, "ways through points by name: `[x, y, z, x, y, z, ...]`"),
        FieldSpec::optional("points", Takes::ListMap, "points by name: `[x, y, z]`"),
        FieldSpec::optional(
            "arrows",
            Takes::ListMap,
            "arrows by name: `[x, y, z]` from where all is 0, or from the first three of six numbers to the others",
        ),
        FieldSpec::optional("boxes", Takes::ListMap, "boxes by name: two opposite corners, as six numbers"),
        FieldSpec::optional("colors", Takes::ColorMap, "colours of all these by their names; of the path by `path`"),
        FieldSpec::optional("x", Takes::Numbers(2), "range of x; if not given, [-1, 1]"),
        FieldSpec::optional("y", Takes::Numbers(2), "range of y; if not given, [-1, 1]"),
        FieldSpec::optional("z", Takes::Numbers(2), "range of z; if not given, [0, 1]"),
        FieldSpec::new("width", Takes::Fixed(0.5, 100.0), "6", "length of the room along x in stage units"),
        FieldSpec::optional(
            "depth",
            Takes::Fixed(0.5, 100.0),
            "length along y in stage units; if not given, as `width`",
        ),
        FieldSpec::new("height", Takes::Fixed(0.1, 100.0), "3.2", "height of the room in stage units"),
        FieldSpec::new("turn", Takes::ANY_NUMBER, "30", "turned about the upright axis, in degrees"),
        FieldSpec::new(
            "tilt",
            Takes::Number(-90.0, 90.0),
            "28",
            "seen from above by so many degrees; 90 is straight down, 0 from the side",
        ),
        FieldSpec::new(
            "distance",
            Takes::Number(1.2, 1e6),
            "2.6",
            "from the eye to the middle, in widths of the room; the farther, the more parallel",
        ),
        FieldSpec::new("floor", Takes::Flag, "true", "a frame on the floor"),
        FieldSpec::new("axes", Takes::Flag, "true", "axes along three edges, with their names and ends"),
        FieldSpec::optional("names", Takes::WordList, "names of the axes; if not given, x, y, z"),
        FieldSpec::new("labels", Takes::Flag, "true", "names beside points and arrows; they face the viewer"),
        FieldSpec::new(
            "cover",
            Takes::Number(0.0, 1.0),
            "0.92",
            "how much surfaces and boxes hide: 1 is solid, 0 is not there",
        ),
        FieldSpec::new("cells", Takes::Whole(2, 60), "22", "cells of surfaces in each direction"),
        FieldSpec::new("radius", Takes::Number(0.0, 5.0), "0.09", "radius of points in stage units"),
        FieldSpec::new("stroke_width", Takes::Fixed(0.005, 2.0), "0.055", "width of ways and arrows in stage units"),
        LABEL_SIZE_FIELD,
    ]],
    parts: &[
        ("floor", "the frame of the floor"),
        ("axes", "the axes"),
        ("surfaces.*", "a surface, by name"),
        ("path", "the way by the parameter"),
        ("lines.*", "a way, by name"),
        ("points.*", "a point, by name"),
        ("arrows.*", "an arrow, by name"),
        ("boxes.*", "a box, by name"),
    ],
    values: &[],
    actions: &[],
    read,
};

/// Things of one kind by their names.
type Named<T> = Vec<(String, T)>;

struct Space {
    surfaces: Named<Slot>,
    /// The functions of `x`, `y` and `z`.
    path: Option<[Slot; 3]>,
    t: Vec<Num>,
    lines: Named<Slot>,
    points: Named<Slot>,
    arrows: Named<Slot>,
    boxes: Named<Slot>,
    inks: Named<Ink>,
    ranges: [Vec<Num>; 3],
    sizes: [f64; 3],
    turn: Num,
    tilt: Num,
    distance: Num,
    floor: bool,
    axes: bool,
    names: Option<Slot>,
    labels: bool,
    cover: Num,
    cells: usize,
    radius: Num,
    stroke: f64,
    size: f64,
}

fn read(fields: &mut TableFields<'_>, _: &Reading<'_>) -> Option<Box<dyn Visual>> {
    let mut surfaces = Vec::new();
    for (key, node) in fields.entries("surfaces").iter().take(limits::COUNT) {
        surfaces.extend(fields.reader().function2(node).map(|function| (key.text.clone(), function)));
    }
    let path = path(fields);
    let t = fields.numbers("t").unwrap_or_else(|| vec![Num::Fixed(0.0), Num::Fixed(1.0)]);
    let [lines, points, arrows, boxes] = ["lines", "points", "arrows", "boxes"].map(|key| {
        let mut lists = Vec::new();
        for (name, node) in fields.entries(key).iter().take(limits::COUNT) {
            lists.extend(fields.reader().expression(node, Kind::List).map(|slot| (name.text.clone(), slot)));
        }
        lists
    });
    let ranges = [("x", -1.0), ("y", -1.0), ("z", 0.0)].map(|(key, from)| {
        let range = fields.numbers(key).unwrap_or_else(|| vec![Num::Fixed(from), Num::Fixed(1.0)]);
        if matches!(range.as_slice(), [Num::Fixed(from), Num::Fixed(to)] if from >= to) {
            let found =
                Diagnostic::error("bad-range", &fields.key_span(key), "a range is two numbers, the smaller first");
            fields.report(found.hint("for example `[0, 1]`"));
        }
        range
    });
    let width = fields.fixed_or_default("width");
    let depth = fields.fixed("depth").unwrap_or(width);
    let sizes = [width, depth, fields.fixed_or_default("height")];
    let turn = fields.number_or_default("turn");
    let tilt = fields.number_or_default("tilt");
    let distance = fields.number_or_default("distance");
    let (floor, axes) = (fields.flag("floor"), fields.flag("axes"));
    let names = fields.word_list("names");
    let labels = fields.flag("labels");
    let cover = fields.number_or_default("cover");
    let cells = fields.whole("cells").unwrap_or(22);
    let radius = fields.number_or_default("radius");
    let stroke = fields.fixed_or_default("stroke_width");
    let size = fields.fixed_or_default("size");
    let mut inks = Vec::new();
    let known: Vec<&str> = [&surfaces, &lines, &points, &arrows, &boxes]
        .into_iter()
        .flatten()
        .map(|(name, _)| name.as_str())
        .chain(path.map(|_| "path"))
        .collect();
    for (key, node) in fields.entries("colors") {
        inks.extend(fields.reader().ink(node).map(|ink| (key.text.clone(), ink)));
        if !known.contains(&key.text.as_str()) {
            let found = Diagnostic::error("unknown-name", &key.span, format!("nothing is called `{}` here", key.text));
            fields.report(found.suggest(&key.text, known.iter().copied()));
        }
    }
    Some(Box::new(Space {
        surfaces,
        path,
        t,
        lines,
        points,
        arrows,
        boxes,
        inks,
        ranges,
        sizes,
        turn,
        tilt,
        distance,
        floor,
        axes,
        names,
        labels,
        cover,
        cells,
        radius,
        stroke,
        size,
    }))
}

/// The functions of a way: all three of them.
fn path(fields: &mut TableFields<'_>) -> Option<[Slot; 3]> {
    let mut functions = [None; 3];
    let entries = fields.entries("path");
    for (key, node) in entries {
        let function = fields.reader().function_of("t", node);
        match key.text.as_str() {
            "x" => functions[0] = function,
            "y" => functions[1] = function,
            "z" => functions[2] = function,
            other => {
                let found =
                    Diagnostic::error("unknown-key", &key.span, format!("the key `{other}` means nothing here"));
                fields.report(found.hint("a way in space is `x`, `y` and `z` of `t`"));
            }
        }
    }
    let [Some(x), Some(y), Some(z)] = functions else {
        if !entries.is_empty() {
            let found =
                Diagnostic::error("missing-key", &fields.key_span("path"), "a way in space is `x`, `y` and `z` of `t`");
            fields.report(found.hint("`path: { x: cos(t), y: sin(t), z: t / 6 }` with `t: [0, 6.283]`"));
        }
        return None;
    };
    Some([x, y, z])
}

/// Points on a way by a parameter.
const SAMPLES: usize = 160;
/// Points of a way at most.
const MOST_POINTS: usize = 5_000;

impl Space {
    /// The places that a list of coordinates names, three by three; lists in lists are read one after another.
    fn places(&self, now: &Now<'_>, slot: Slot, room: &Room) -> Vec<Place> {
        let mut numbers = Vec::new();
        flatten(&(now.values)(slot), &mut numbers, 0);
        let places = numbers.chunks_exact(3).take(MOST_POINTS);
        places
            .filter_map(|at| <[f64; 3]>::try_from(at).ok())
            .map(|at| room.place(at))
            .filter(|place| place.iter().all(|value| value.is_finite() && value.abs() < 1e6))
            .collect()
    }

    /// The colour of a thing: its own, or the next of a row of roles.
    fn ink(&self, now: &Now<'_>, name: &str, number: usize, roles: [Role; 3]) -> crate::color::Rgba {
        let own = self.inks.iter().find(|(known, _)| known == name).map(|(_, ink)| *ink);
        now.ink(own.unwrap_or_else(|| Ink::Role(roles.get(number % 3).copied().unwrap_or(Role::Ink))))
    }

    fn room(&self, now: &Now<'_>) -> Room {
        let ranges = self.ranges.each_ref().map(|range| {
            let clean = |index: usize, other: f64| {
                let value = range.get(index).map_or(other, |num| now.number(num));
                if value.is_finite() { value.clamp(-1e9, 1e9) } else { other }
            };
            let from = clean(0, 0.0);
            [from, clean(1, 1.0).max(from + 1e-6)]
        });
        Room { ranges, sizes: self.sizes }
    }

    /// The way by the parameter.
    fn way(&self, now: &Now<'_>, room: &Room) -> Vec<Place> {
        let Some(functions) = self.path else { return Vec::new() };
        let [Some(x), Some(y), Some(z)] = functions.map(|slot| now.function(slot)) else { return Vec::new() };
        let end = |index: usize, other: f64| self.t.get(index).map_or(other, |num| now.number(num));
        let (from, to) = (end(0, 0.0), end(1, 1.0));
        (0..=SAMPLES)
            .map(|i| from + (to - from) * i as f64 / SAMPLES as f64)
            .map(|t| room.place([x.at(t), y.at(t), z.at(t)]))
            .filter(|place| place.iter().all(|value| value.is_finite() && value.abs() < 1e6))
            .collect()
    }
}

/// The numbers of a value, those of lists within lists and points too.
fn flatten(value: &Value, numbers: &mut Vec<f64>, depth: usize) {
    match value {
        Value::List(items) if depth < 4 => items.iter().for_each(|item| flatten(item, numbers, depth + 1)),
        Value::Point(point) => numbers.extend([point.x, point.y]),
        other => numbers.push(other.number()),
    }
}

impl Visual for Space {
    fn draw(&self, now: &Now<'_>) -> Drawing {
        let room = self.room(now);
        let [width, depth, height] = self.sizes;
        let distance = now.number(&self.distance);
        let distance = if distance.is_finite() { distance.clamp(1.2, 1e6) } else { 2.6 } * width.max(depth);
        let eye = Eye::new(now.number(&self.turn), now.number(&self.tilt), distance);
        let opacity = now.number(&self.cover);
        let opacity = if opacity.is_finite() { opacity.clamp(0.0, 1.0) as f32 } else { 1.0 };
        let solids = Solids {
            eye: &eye,
            now,
            stroke: self.stroke,
            radius: now.number(&self.radius).clamp(0.0, 5.0),
            size: self.size,
            labels: self.labels,
            opacity,
        };
        let mut part = Part::new("space").by_depth();
        if self.floor {
            part.parts.push(solids.floor(&room).aside());
        }
        if self.axes {
            let names = self.names.map_or_else(Vec::new, |slot| now.words(slot, &Default::default()));
            part.parts.push(solids.axes(&room, &names).aside());
        }
        let warm = [Role::Accent, Role::Loss, Role::Information];
        let mut surfaces = Part::new("surfaces");
        for (number, (name, slot)) in self.surfaces.iter().enumerate() {
            let Some(function) = now.function(*slot) else { continue };
            let low = self.ink(now, name, number, [Role::Information, Role::Probability, Role::Muted]);
            let high = if self.inks.iter().any(|(known, _)| known == name) {
                low.lerp(now.role(Role::Ink), 0.35)
            } else {
                self.ink(now, "", number, [Role::Accent, Role::Information, Role::Ink])
            };
            let look = Look { inks: [low, high], ground: now.role(Role::Ground), opacity, cells: self.cells };
            let mesh = Part::new(name).with_items(faces(&function, &room, &eye, &look));
            surfaces.parts.push(mesh.by_depth().growing(Grow::Fade));
        }
        let mut boxes = Part::new("boxes");
        for (number, (name, slot)) in self.boxes.iter().enumerate() {
            if let [one, other, ..] = self.places(now, *slot, &room).as_slice() {
                let color = self.ink(now, name, number, [Role::Information, Role::Probability, Role::Accent]);
                boxes.parts.push(solids.cuboid(name, *one, *other, color));
            }
        }
        let mut lines = Part::new("lines");
        for (number, (name, slot)) in self.lines.iter().enumerate() {
            let color = self.ink(now, name, number, warm);
            lines.parts.push(solids.way(name, &self.places(now, *slot, &room), color));
        }
        let path = solids.way("path", &self.way(now, &room), self.ink(now, "path", 0, warm));
        let mut arrows = Part::new("arrows");
        for (number, (name, slot)) in self.arrows.iter().enumerate() {
            let color = self.ink(now, name, number, warm);
            match self.places(now, *slot, &room).as_slice() {
                [to] => arrows.parts.push(solids.arrow(name, room.place([0.0; 3]), *to, color)),
                [from, to, ..] => arrows.parts.push(solids.arrow(name, *from, *to, color)),
                [] => {}
            }
        }
        let mut points = Part::new("points");
        for (number, (name, slot)) in self.points.iter().enumerate() {
            if let [at, ..] = self.places(now, *slot, &room).as_slice() {
                points.parts.push(solids.point(name, *at, self.ink(now, name, number, warm)));
            }
        }
        part.parts.extend([surfaces, boxes, lines, path, arrows, points]);
        // The room fits into this box however it is turned, so that neighbours stand still.
        let across = libm::hypot(width, depth);
        let (wide, high) = (across * 0.53, across * 0.3 + height * 0.5);
        Drawing::within(Rect::new(-wide, -high, wide, high), part)
    }
}
