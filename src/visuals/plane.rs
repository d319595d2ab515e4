//! `contours`: level curves of a function of two variables; `vectors`: a field of arrows. Both over the axes of a graph.

use super::graph::axes::{Axes, Axis, CROSSED};
use super::{Drawing, Now, Reading, Visual, VisualSpec};
use crate::color::{Ink, Role};
use crate::diag::Diagnostic;
use crate::draw::{Grow, Item, Paint, Part, Stroke};
use crate::expression::Function;
use crate::geom::{BezPath, Point, Vec2, polyline};
use crate::script::{FieldSpec, Num, Slot, TableFields, Takes};

/// The registry's entry of `contours`.
pub static CONTOURS: VisualSpec = VisualSpec {
    name: "contours",
    summary: "level curves of a function of two variables, or where it is 0",
    main: Some("function"),
    example: "contours: { function: '(x, y) => x * x + 2 * y * y', levels: [0.25, 0.5, 1, 2], x: [-2, 2], y: [-1.5, 1.5] }",
    fields: &[
        &[
            FieldSpec::required("function", Takes::Function2, "the function"),
            FieldSpec::new("levels", Takes::List, "[0]", "the levels, each a curve"),
            FieldSpec::new("color", Takes::Color, "information", "colour of the lowest level"),
            FieldSpec::new("high_color", Takes::Color, "accent", "colour of the highest level"),
            FieldSpec::new("stroke_width", Takes::Fixed(0.005, 2.0), "0.045", "width of curves in stage units"),
        ],
        FRAME,
    ],
    parts: &[("x", "the axis across"), ("y", "the axis upwards"), ("levels.*", "a level curve, by position")],
    values: &[],
    actions: &[],
    read: read_contours,
};

/// The registry's entry of `vectors`.
pub static VECTORS: VisualSpec = VisualSpec {
    name: "vectors",
    summary: "a field of arrows, each in the direction of the field at its foot",
    main: None,
    example: "vectors: { across: '(x, y) => -y', up: '(x, y) => x', x: [-2, 2], y: [-1.5, 1.5] }",
    fields: &[
        &[
            FieldSpec::required("across", Takes::Function2, "the field's part along the axis across"),
            FieldSpec::required("up", Takes::Function2, "the field's part along the axis upwards"),
            FieldSpec::new("arrows", Takes::Whole(2, 40), "13", "arrows across; upwards as the frame is high"),
            FieldSpec::new("color", Takes::Color, "information", "colour of weak arrows"),
            FieldSpec::new("high_color", Takes::Color, "accent", "colour of strong arrows"),
        ],
        FRAME,
    ],
    parts: &[("x", "the axis across"), ("y", "the axis upwards"), ("arrows.*", "an arrow, by position")],
    values: &[],
    actions: &[],
    read: read_vectors,
};

/// What both share.
const FRAME: &[FieldSpec] = &[
    FieldSpec::optional("x", Takes::Numbers(2), "range of the axis across; if not given, [0, 1]"),
    FieldSpec::optional("y", Takes::Numbers(2), "range of the axis upwards; if not given, [0, 1]"),
    FieldSpec::new("width", Takes::Fixed(0.5, 100.0), "6", "width of the axes in stage units"),
    FieldSpec::new("height", Takes::Fixed(0.5, 100.0), "4.5", "height of the axes in stage units"),
    FieldSpec::new("grid", Takes::Flag, "false", "lines at the ticks"),
    CROSSED,
    FieldSpec::new("size", Takes::Fixed(0.05, 5.0), "0.324", "height of the em of labels in stage units"),
];

/// Axes whose ranges may follow expressions.
struct Framing {
    ranges: [Vec<Num>; 2],
    width: f64,
    height: f64,
    grid: bool,
    crossed: bool,
    size: f64,
}

impl Framing {
    fn read(fields: &mut TableFields<'_>) -> Option<Self> {
        let unit = || vec![Num::Fixed(0.0), Num::Fixed(1.0)];
        let ranges = [fields.numbers("x").unwrap_or_else(unit), fields.numbers("y").unwrap_or_else(unit)];
        for (key, range) in ["x", "y"].into_iter().zip(&ranges) {
            let wrong = !matches!(range.as_slice(), [_, _])
                || matches!(range.as_slice(), [Num::Fixed(from), Num::Fixed(to)] if from >= to);
            if wrong {
                let found =
                    Diagnostic::error("bad-range", &fields.key_span(key), "a range is two numbers, the smaller first");
                fields.report(found.hint("for example `[0, 1]`"));
                return None;
            }
        }
        let (width, height) = (fields.fixed_or_default("width"), fields.fixed_or_default("height"));
        let grid = fields.flag("grid");
        let crossed = fields.flag("crossed");
        let size = fields.fixed_or_default("size");
        Some(Self { ranges, width, height, grid, crossed, size })
    }

    fn axes(&self, now: &Now<'_>) -> Axes {
        let [x, y] = self.ranges.each_ref().map(|range| {
            let at = |index: usize, other: f64| range.get(index).map_or(other, |num| now.number(num));
            let clean = |value: f64| if value.is_finite() { value.clamp(-1e12, 1e12) } else { 0.0 };
            let from = clean(at(0, 0.0));
            let to = clean(at(1, 1.0));
            Axis { from, to: if to > from { to } else { from + 1.0 }, step: None, label: None, log: false }
        });
        let still = self.ranges.iter().flatten().all(|end| matches!(end, Num::Fixed(_)));
        let Self { width, height, grid, size, crossed, .. } = *self;
        Axes { x, y, width, height, grid, size, crossed, still }
    }

    fn drawing(&self, now: &Now<'_>, axes: &Axes, part: Part) -> Drawing {
        Drawing { plane: Some(axes.plane()), ..Drawing::within(axes.layout(now), part) }
    }
}

struct Contours {
    function: Slot,
    levels: Slot,
    inks: [Ink; 2],
    width: f64,
    framing: Framing,
}

fn read_contours(fields: &mut TableFields<'_>, _: &Reading<'_>) -> Option<Box<dyn Visual>> {
    let function = fields.function2("function");
    let levels = fields.list("levels");
    let inks = inks(fields);
    let width = fields.fixed_or_default("stroke_width");
    let framing = Framing::read(fields);
    Some(Box::new(Contours { function: function?, levels: levels?, inks, width, framing: framing? }))
}

fn inks(fields: &mut TableFields<'_>) -> [Ink; 2] {
    let low = fields.ink("color").unwrap_or(Ink::Role(Role::Information));
    [low, fields.ink("high_color").unwrap_or(Ink::Role(Role::Accent))]
}

/// Cells of the grid on which level curves are found, in each direction.
const CELLS: usize = 96;
/// Levels that are drawn at most.
const MOST_LEVELS: usize = 40;

/// Values of a function at the corners of the grid, row by row.
fn sampled(function: &Function, axes: &Axes) -> Vec<f64> {
    let at = |range: &Axis, i: usize| range.from + (range.to - range.from) * i as f64 / CELLS as f64;
    let row = |j: usize| (0..=CELLS).map(move |i| function.at2(at(&axes.x, i), at(&axes.y, j)));
    (0..=CELLS).flat_map(row).collect()
}

/// A level curve by marching squares (Lorensen and Cline, 1987, in the plane), as pieces in the grid's units.
fn level_curve(values: &[f64], level: f64) -> Vec<[Point; 2]> {
    let value = |i: usize, j: usize| values.get(j * (CELLS + 1) + i).copied().unwrap_or(f64::NAN) - level;
    let mut pieces = Vec::new();
    for (j, i) in (0..CELLS).flat_map(|j| (0..CELLS).map(move |i| (j, i))) {
        let corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)].map(|(i, j)| (i, j, value(i, j)));
        if corners.iter().any(|(.., value)| !value.is_finite()) {
            continue;
        }
        let mut met = Vec::new();
        for (a, b) in corners.iter().zip(corners.iter().cycle().skip(1)) {
            // An edge is crossed where its ends lie on different sides; 0 counts as above.
            if (a.2 >= 0.0) != (b.2 >= 0.0) {
                let share = a.2 / (a.2 - b.2);
                let point = |(i, j, _): &(usize, usize, f64)| Point::new(*i as f64, *j as f64);
                met.push(point(a).lerp(point(b), share));
            }
        }
        match met.as_slice() {
            [a, b] => pieces.push([*a, *b]),
            // A saddle: the middle says which corners belong together.
            [a, b, c, d] => {
                let middle = corners.iter().map(|(.., value)| value).sum::<f64>() / 4.0;
                let apart = (middle >= 0.0) == (corners[0].2 >= 0.0);
                pieces.extend(if apart { [[*a, *b], [*c, *d]] } else { [[*a, *d], [*b, *c]] });
            }
            _ => {}
        }
    }
    pieces
}

impl Visual for Contours {
    fn draw(&self, now: &Now<'_>) -> Drawing {
        let axes = self.framing.axes(now);
        let mut part = Part::new("contours");
        part.parts.extend(axes.parts(now));
        let mut curves = Part::new("levels");
        if let Some(function) = now.function(self.function) {
            let values = sampled(&function, &axes);
            let levels: Vec<f64> = now.numbers(self.levels).into_iter().take(MOST_LEVELS).collect();
            let [low, high] = self.inks.map(|ink| now.ink(ink));
            let place = |point: &Point| {
                let at = |range: &Axis, t: f64| range.from + (range.to - range.from) * t / CELLS as f64;
                axes.point(Point::new(at(&axes.x, point.x), at(&axes.y, point.y)))
            };
            for (index, level) in levels.iter().enumerate() {
                let share = index as f32 / (levels.len().max(2) - 1) as f32;
                let mut path = BezPath::new();
                for [a, b] in level_curve(&values, *level) {
                    path.move_to(place(&a));
                    path.line_to(place(&b));
                }
                let stroke = Stroke::new(Paint::solid(low.lerp(high, share)), self.width);
                let curve = Part::new(index.to_string()).with(Item::stroke(path, stroke)).growing(Grow::Fade);
                curves.parts.push(curve.with_attribute("level", *level));
            }
        }
        self.framing.drawing(now, &axes, part.with_part(curves))
    }
}

struct Vectors {
    across: Slot,
    up: Slot,
    arrows: usize,
    inks: [Ink; 2],
    framing: Framing,
}

fn read_vectors(fields: &mut TableFields<'_>, _: &Reading<'_>) -> Option<Box<dyn Visual>> {
    let (across, up) = (fields.function2("across"), fields.function2("up"));
    let arrows = fields.whole("arrows").unwrap_or(13);
    let inks = inks(fields);
    let framing = Framing::read(fields);
    Some(Box::new(Vectors { across: across?, up: up?, arrows, inks, framing: framing? }))
}

impl Visual for Vectors {
    fn draw(&self, now: &Now<'_>) -> Drawing {
        let axes = self.framing.axes(now);
        let mut part = Part::new("vectors");
        part.parts.extend(axes.parts(now));
        let mut arrows = Part::new("arrows");
        if let (Some(across), Some(up)) = (now.function(self.across), now.function(self.up)) {
            let step = self.framing.width / self.arrows as f64;
            let rows = (libm::round(self.framing.height / step) as usize).clamp(1, 60);
            let mut all = Vec::new();
            for (j, i) in (0..rows).flat_map(|j| (0..self.arrows).map(move |i| (j, i))) {
                let share = |i: usize, count: usize| (i as f64 + 0.5) / count as f64;
                let x = axes.x.from + (axes.x.to - axes.x.from) * share(i, self.arrows);
                let y = axes.y.from + (axes.y.to - axes.y.from) * share(j, rows);
                let field = Vec2::new(across.at2(x, y), up.at2(x, y));
                if field.is_finite() {
                    all.push((axes.point(Point::new(x, y)), field));
                }
            }
            let most = all.iter().map(|(_, field)| field.hypot()).fold(1e-12, f64::max);
            let [low, high] = self.inks.map(|ink| now.ink(ink));
            for (index, (foot, field)) in all.into_iter().enumerate() {
                let strength = field.hypot() / most;
                let color = low.lerp(high, strength as f32);
                // Strong arrows are longer, but never reach their neighbours.
                let length = step * 0.78 * libm::sqrt(strength);
                let way = if field.hypot() > 0.0 { field / field.hypot() } else { Vec2::ZERO };
                let side = Vec2::new(-way.y, way.x);
                let (tip, head) = (foot + way * length, (length * 0.4).min(step * 0.24).min(0.3));
                let mut arrow = Part::new(index.to_string()).growing(Grow::Point(foot));
                let shaft = polyline([foot, tip - way * head * 0.7], false);
                arrow.items.push(Item::stroke(shaft, Stroke::new(Paint::solid(color), 0.028)));
                let ends = [tip - way * head + side * head * 0.42, tip, tip - way * head - side * head * 0.42];
                arrow.items.push(Item::fill(polyline(ends, true), Paint::solid(color)));
                arrows.parts.push(arrow.with_attribute("strength", strength));
            }
        }
        self.framing.drawing(now, &axes, part.with_part(arrows))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_curve_of_a_circle_is_where_it_should_be() {
        let circle = Function::new2("circle", |x, y| (x - 48.0) * (x - 48.0) + (y - 48.0) * (y - 48.0));
        let axis = || Axis { from: 0.0, to: CELLS as f64, step: None, label: None, log: false };
        let (x, y) = (axis(), axis());
        let axes = Axes { x, y, width: 4.0, height: 4.0, grid: false, size: 0.3, crossed: false, still: true };
        let pieces = level_curve(&sampled(&circle, &axes), 403.0);
        assert!(pieces.len() > 60, "{}", pieces.len());
        for point in pieces.iter().flatten() {
            assert!(((*point - Point::new(48.0, 48.0)).hypot() - 403.0f64.sqrt()).abs() < 0.05, "{point:?}");
        }
        // Every end is met by another piece: the curve is closed.
        let ends: Vec<(i64, i64)> =
            pieces.iter().flatten().map(|p| ((p.x * 1e4).round() as i64, (p.y * 1e4).round() as i64)).collect();
        assert!(ends.iter().all(|end| ends.iter().filter(|other| *other == end).count() == 2));
        assert!(level_curve(&sampled(&circle, &axes), -1.0).is_empty());
    }
}
