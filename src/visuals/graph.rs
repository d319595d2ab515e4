//! `graph`: axes with ticks, curves of functions, and a dot that slides along the first curve with guides to both axes.
//! Other actors stand on its coordinates: `at: 'graph@[0.5, 1]'`.

pub(super) mod axes;
mod calculus;

use super::{Drawing, Now, Reading, Visual, VisualSpec};
use crate::color::{Ink, Role};
use crate::diag::Diagnostic;
use crate::draw::{Grow, Item, Paint, Part, Stroke};
use crate::expression::Function;
use crate::geom::{BezPath, Point, Rect, circle, polyline};
use crate::script::{FieldSpec, Num, Slot, TableFields, Takes, Template};
use axes::{Axes, Axis, within};
use calculus::Calculus;

/// The registry's entry.
pub static SPEC: VisualSpec = VisualSpec {
    name: "graph",
    summary: "axes and curves, with a dot that follows a variable",
    main: Some("curve"),
    example: "graph: { curve: 'q => H(q)', x: [0, 1], y: [0, 1], grid: true, dot: p, x_label: $p$, y_label: bits }",
    fields: &[
        calculus::FIELDS,
        &[
            FieldSpec::optional("curve", Takes::Function, "the first curve, which the dot is on"),
            FieldSpec::optional("curves", Takes::Functions, "further curves, by name"),
            FieldSpec::optional("colors", Takes::ColorMap, "colours of further curves, by name"),
            FieldSpec::optional(
                "path",
                Takes::Functions,
                "a curve by `x` and `y` as functions of `t`, or by `r` of the angle `t`",
            ),
            FieldSpec::optional("t", Takes::Numbers(2), "range of `t` in `path`; if not given, [0, 1]"),
            FieldSpec::optional("xs", Takes::List, "places of points across: a list, or a column of data"),
            FieldSpec::optional("ys", Takes::List, "places of points upwards, as many as `xs`"),
            FieldSpec::new("join", Takes::Flag, "false", "a line through the points"),
            FieldSpec::new(
                "point_color",
                Takes::Color,
                "probability",
                "colour of the points and the line through them",
            ),
            FieldSpec::optional("x", Takes::Numbers(2), "range of the axis across; if not given, [0, 1]"),
            FieldSpec::optional("y", Takes::Numbers(2), "range of the axis upwards; if not given, [0, 1]"),
            FieldSpec::new("x_log", Takes::Flag, "false", "the axis across goes by powers of ten"),
            FieldSpec::new("y_log", Takes::Flag, "false", "the axis upwards goes by powers of ten"),
            FieldSpec::optional("x_step", Takes::Fixed(1e-9, 1e9), "distance of ticks; if not given, a round one"),
            FieldSpec::optional("y_step", Takes::Fixed(1e-9, 1e9), "distance of ticks; if not given, a round one"),
            FieldSpec::optional("x_label", Takes::Template, "words at the axis across"),
            FieldSpec::optional("y_label", Takes::Template, "words at the axis upwards"),
            FieldSpec::new("width", Takes::Fixed(0.5, 100.0), "8", "width of the axes in stage units"),
            FieldSpec::new("height", Takes::Fixed(0.5, 100.0), "4.5", "height of the axes in stage units"),
            axes::CROSSED,
            FieldSpec::new("grid", Takes::Flag, "false", "lines at the ticks"),
            FieldSpec::optional(
                "dot",
                Takes::Number(f64::NEG_INFINITY, f64::INFINITY),
                "where on the axis across the dot is; if not given, there is none",
            ),
            FieldSpec::new("guides", Takes::Flag, "true", "dashed lines from the dot to the axes"),
            FieldSpec::new("dot_color", Takes::Color, "loss", "colour of the dot"),
            FieldSpec::new("color", Takes::Color, "accent", "colour of the first curve"),
            FieldSpec::new("stroke_width", Takes::Fixed(0.005, 2.0), "0.055", "width of curves in stage units"),
            FieldSpec::new("dashed", Takes::Flag, "false", "curves, and the line through points, are of dashes"),
            FieldSpec::new("size", Takes::Fixed(0.05, 5.0), "0.324", "height of the em of labels in stage units"),
        ],
    ],
    parts: &[
        ("x", "the axis across"),
        ("y", "the axis upwards"),
        ("grid", "the lines at ticks"),
        ("curve", "the first curve"),
        ("points.*", "a point, by its number; `line` is the line through them"),
        ("dot", "the dot"),
        ("dot.point", "the dot without its guides"),
        ("dot.down", "the guide to the axis across"),
        ("dot.across", "the guide to the axis upwards"),
        ("path", "the curve by `t`"),
        ("area", "the shade under the first curve"),
        ("area.*", "a rectangle, by position"),
        ("tangent", "the line that touches the first curve"),
        ("secant", "the line through two points of it"),
        ("*", "a further curve, by name"),
    ],
    values: &[
        ("dot_x", "where the dot is across"),
        ("dot_y", "where the dot is upwards"),
        ("area", "what is shaded, or the sum of the rectangles"),
        ("slope", "slope of the tangent, or of the secant"),
    ],
    actions: &[],
    read,
};

/// Points at which a curve is taken: three pixels apart at the usual width.
const SAMPLES: usize = 400;
/// How far beyond the frame a dot is still seen, in stage units.
const LEAVING: f64 = 0.15;

struct Curve {
    name: String,
    function: Slot,
    ink: Ink,
    width: f64,
}

/// A curve by a parameter.
struct Path {
    functions: Vec<(String, Slot)>,
    range: Vec<Num>,
    ink: Ink,
    width: f64,
}

struct Graph {
    x: Range,
    y: Range,
    width: f64,
    height: f64,
    grid: bool,
    crossed: bool,
    size: f64,
    dashed: bool,
    calculus: Calculus,
    path: Option<Path>,
    curves: Vec<Curve>,
    dot: Option<Num>,
    guides: bool,
    dot_ink: Ink,
    points: Option<Points>,
}

/// Points from lists.
struct Points {
    xs: Slot,
    ys: Slot,
    join: bool,
    ink: Ink,
    width: f64,
}

fn read(fields: &mut TableFields<'_>, _: &Reading<'_>) -> Option<Box<dyn Visual>> {
    let width = fields.fixed_or_default("width");
    let height = fields.fixed_or_default("height");
    let x = range(fields, ["x", "x_step", "x_label", "x_log"]);
    let y = range(fields, ["y", "y_step", "y_label", "y_log"]);
    let calculus = Calculus::read(fields);
    let grid = fields.flag("grid");
    let crossed = fields.flag("crossed");
    let size = fields.fixed_or_default("size");
    let first = fields.function("curve");
    let ink = fields.ink("color").unwrap_or(Ink::Role(Role::Accent));
    let line = fields.fixed_or_default("stroke_width");
    let dashed = fields.flag("dashed");
    let mut curves: Vec<Curve> =
        first.into_iter().map(|function| Curve { name: "curve".into(), function, ink, width: line }).collect();
    for (key, node) in fields.entries("curves") {
        if let Some(function) = fields.reader().function(node) {
            let role = [Role::Information, Role::Probability, Role::Loss, Role::Accent].get(curves.len() % 4).copied();
            curves.push(Curve {
                name: key.text.clone(),
                function,
                ink: Ink::Role(role.unwrap_or(Role::Accent)),
                width: line,
            });
        }
    }
    for (key, node) in fields.entries("colors") {
        let ink = fields.reader().ink(node);
        match (curves.iter_mut().find(|curve| curve.name == key.text), ink) {
            (Some(curve), Some(ink)) => curve.ink = ink,
            (None, _) => {
                let message = format!("there is no curve `{}`", key.text);
                let found = Diagnostic::error("unknown-name", &key.span, message);
                fields.report(found.suggest(&key.text, curves.iter().map(|curve| curve.name.as_str())));
            }
            (_, None) => {}
        }
    }
    let path = path(fields, ink, line);
    let dot = fields.number("dot");
    let guides = fields.flag("guides");
    let dot_ink = fields.ink("dot_color").unwrap_or(Ink::Role(Role::Loss));
    let points = points(fields, line);
    let (x, y) = (x?, y?);
    Some(Box::new(Graph {
        x,
        y,
        width,
        height,
        grid,
        crossed,
        size,
        dashed,
        calculus,
        path,
        curves,
        dot,
        guides,
        dot_ink,
        points,
    }))
}

fn points(fields: &mut TableFields<'_>, width: f64) -> Option<Points> {
    let (xs, ys) = (fields.list("xs"), fields.list("ys"));
    let join = fields.flag("join");
    let ink = fields.ink("point_color").unwrap_or(Ink::Role(Role::Probability));
    if xs.is_some() != ys.is_some() {
        let (there, missing) = if xs.is_some() { ("xs", "ys") } else { ("ys", "xs") };
        let found = Diagnostic::error(
            "missing-key",
            &fields.key_span(there),
            format!("points need `{missing}` as well as `{there}`"),
        );
        fields.report(found.hint("two lists as long as each other, such as `xs: table.year` and `ys: table.price`"));
    }
    Some(Points { xs: xs?, ys: ys?, join, ink, width })
}

/// A curve by a parameter: `path: { x: cos(t), y: sin(t) }`, or `{ r: 1 + t }`.
fn path(fields: &mut TableFields<'_>, ink: Ink, width: f64) -> Option<Path> {
    let mut functions = Vec::new();
    for (key, node) in fields.entries("path") {
        functions.extend(fields.reader().function_of("t", node).map(|function| (key.text.clone(), function)));
    }
    let range = fields.numbers("t").unwrap_or_else(|| vec![Num::Fixed(0.0), Num::Fixed(1.0)]);
    let names: Vec<&str> = functions.iter().map(|(name, _)| name.as_str()).collect();
    match names.as_slice() {
        [] => None,
        ["x", "y"] | ["y", "x"] | ["r"] => Some(Path { functions, range, ink, width }),
        _ => {
            let found = Diagnostic::error(
                "missing-key",
                &fields.key_span("path"),
                "a path is `x` and `y` of `t`, or `r` of `t`",
            );
            fields.report(found.hint("`path: { x: cos(t), y: sin(t) }` with `t: [0, 6.283]`"));
            None
        }
    }
}

/// The range of an axis, which may follow expressions.
struct Range {
    ends: Option<[Num; 2]>,
    step: Option<f64>,
    label: Option<Template>,
    log: bool,
}

impl Range {
    fn is_still(&self) -> bool {
        self.ends.iter().flatten().all(|end| matches!(end, Num::Fixed(_)))
    }

    fn axis(&self, now: &Now<'_>) -> Axis {
        let usual = if self.log { [1.0, 10.0] } else { [0.0, 1.0] };
        let ends = self.ends.as_ref().map_or(usual, |ends| ends.each_ref().map(|end| now.number(end)));
        let least = if self.log { 1e-12 } else { -1e12 };
        let [from, to] = ends.map(|end| if end.is_finite() { end.clamp(least, 1e12) } else { least.max(0.0) });
        let to = if to > from {
            to
        } else if self.log {
            from * 10.0
        } else {
            from + 1.0
        };
        Axis { from, to, step: self.step, label: self.label.clone(), log: self.log }
    }
}

fn range(fields: &mut TableFields<'_>, [range, step, label, log]: [&'static str; 4]) -> Option<Range> {
    let numbers = fields.numbers(range);
    let step = fields.fixed(step);
    let label = fields.template(label);
    let log = fields.flag(log);
    let span = fields.key_span(range);
    let Some(numbers) = numbers else { return Some(Range { ends: None, step, label, log }) };
    match numbers.as_slice() {
        [Num::Fixed(from), Num::Fixed(to)] if from >= to => {}
        [Num::Fixed(from), _] if log && *from <= 0.0 => {
            let found = Diagnostic::error("bad-range", &span, "a logarithmic axis begins above 0");
            fields.report(found.hint("for example `[1, 1000]`"));
            return None;
        }
        [from, to] => return Some(Range { ends: Some([from.clone(), to.clone()]), step, label, log }),
        _ => {}
    }
    let mistake = Diagnostic::error("bad-range", &span, "a range is two numbers, the smaller first");
    fields.report(mistake.hint("for example `[0, 1]`"));
    None
}

/// A graph at an instant: its axes have their ranges.
struct Plot<'a> {
    axes: Axes,
    graph: &'a Graph,
}

impl Plot<'_> {
    /// A curve over the axes' range, broken where it leaves the frame or has no value.
    fn path(&self, now: &Now<'_>, curve: &Curve) -> Option<BezPath> {
        let function = now.function(curve.function)?;
        let Axes { x, y, .. } = &self.axes;
        // A curve may overshoot by a little before it is cut: steep ends then reach the edge.
        let value = |t: f64| {
            let at = x.at(t);
            Point::new(at, function.at(at))
        };
        let inside = |p: &Point| p.y.is_finite() && p.y >= y.from - 1e-9 && p.y <= y.to + 1e-9;
        let mut path = BezPath::new();
        let mut last: Option<Point> = None;
        for i in 0..=SAMPLES {
            let point = value(i as f64 / SAMPLES as f64);
            match (last.filter(inside), inside(&point)) {
                (Some(_), true) => path.line_to(self.axes.point(point)),
                (None, true) => match last.filter(|p| p.y.is_finite()) {
                    Some(outside) => {
                        path.move_to(self.axes.point(self.edge(outside, point)));
                        path.line_to(self.axes.point(point));
                    }
                    None => path.move_to(self.axes.point(point)),
                },
                (Some(before), false) if point.y.is_finite() => path.line_to(self.axes.point(self.edge(point, before))),
                _ => {}
            }
            last = Some(point);
        }
        Some(path)
    }

    /// Where the line from a point outside to one inside crosses the top or bottom.
    fn edge(&self, outside: Point, inside: Point) -> Point {
        let limit = if outside.y > self.axes.y.to { self.axes.y.to } else { self.axes.y.from };
        let t = ((limit - inside.y) / (outside.y - inside.y)).clamp(0.0, 1.0);
        inside + (outside - inside) * t
    }

    /// Points within the axes, and the line through all of them.
    fn plotted(&self, now: &Now<'_>, points: &Points) -> Vec<Part> {
        let (xs, ys) = (now.numbers(points.xs), now.numbers(points.ys));
        let frame = self.axes.frame();
        let all = || xs.iter().zip(&ys).map(|(x, y)| Point::new(*x, *y));
        let paint = || Paint::solid(now.ink(points.ink));
        let mut parts = Vec::new();
        if points.join {
            let path = within(all().map(|point| self.axes.point(point)), frame);
            let stroke = self.graph.pen(paint(), points.width * 0.6);
            parts.push(Part::new("line").with(Item::stroke(path, stroke)).growing(Grow::Stroke));
        }
        let mut dots = Part::new("points");
        for (number, point) in all().enumerate() {
            let place = self.axes.point(point);
            if !frame.inflate(1e-9, 1e-9).contains(place) {
                continue;
            }
            let dot = Item::fill(circle(place, points.width * 1.3), paint());
            let part = Part::new(number.to_string()).with(dot).growing(Grow::Point(place));
            dots.parts.push(part.with_attribute("x", point.x).with_attribute("y", point.y));
        }
        parts.push(dots);
        parts
    }

    /// The dot at a place in the frame, with its guides.
    fn dot(&self, now: &Now<'_>, place: Point, frame: Rect) -> Part {
        let color = now.ink(self.graph.dot_ink);
        let mut part = Part::new("dot").growing(Grow::Parts);
        if self.graph.guides {
            let foot = Point::new(place.x, frame.y0);
            let side = Point::new(frame.x0, place.y);
            let stroke = || Stroke::new(Paint::solid(now.role(Role::Muted)), 0.022).dashed(0.09, 0.09);
            let guide = |name: &str, to: Point| {
                Part::new(name).with(Item::stroke(polyline([place, to], false), stroke())).growing(Grow::Stroke)
            };
            part.parts.push(guide("down", foot));
            part.parts.push(guide("across", side));
        }
        let glow = Item::fill(circle(place, 0.19), Paint::solid(color.faded(0.22)));
        let point = Item::fill(circle(place, 0.095), Paint::solid(color));
        part.with_part(Part::new("point").with(glow).with(point).growing(Grow::Point(place)))
    }
}

impl Graph {
    /// What curves are drawn with.
    fn pen(&self, paint: Paint, width: f64) -> Stroke {
        let stroke = Stroke::new(paint, width);
        if self.dashed { stroke.dashed(width * 3.5, width * 3.0) } else { stroke }
    }
}

impl Visual for Graph {
    fn draw(&self, now: &Now<'_>) -> Drawing {
        let (x, y) = (self.x.axis(now), self.y.axis(now));
        let Self { width, height, grid, size, crossed, .. } = *self;
        let still = self.x.is_still() && self.y.is_still();
        let axes = Axes { x, y, width, height, grid, size, crossed, still };
        Plot { axes, graph: self }.draw(now)
    }
}

impl Plot<'_> {
    /// A curve by a parameter, as far as it is within the axes.
    fn traced(&self, now: &Now<'_>, path: &Path) -> Part {
        let function = |name: &str| {
            let slot = path.functions.iter().find(|(known, _)| known == name).map(|(_, slot)| *slot);
            slot.and_then(|slot| now.function(slot))
        };
        let (x, y, r) = (function("x"), function("y"), function("r"));
        let ends: Vec<f64> = path.range.iter().map(|end| now.number(end)).collect();
        let [from, to] = ends.as_slice() else { return Part::new("path") };
        let point = |t: f64| match (&x, &y, &r) {
            (Some(x), Some(y), _) => Point::new(x.at(t), y.at(t)),
            (_, _, Some(r)) => Point::new(r.at(t) * libm::cos(t), r.at(t) * libm::sin(t)),
            _ => Point::new(f64::NAN, f64::NAN),
        };
        let at = |i: usize| self.axes.point(point(from + (to - from) * i as f64 / (SAMPLES * 2) as f64));
        let line = within((0..=SAMPLES * 2).map(at), self.axes.frame());
        let stroke = self.graph.pen(Paint::solid(now.ink(path.ink)), path.width);
        Part::new("path").with(Item::stroke(line, stroke)).growing(Grow::Stroke)
    }

    fn draw(&self, now: &Now<'_>) -> Drawing {
        let graph = self.graph;
        let mut part = Part::new("graph");
        part.parts.extend(self.axes.parts(now));
        let first = graph.curves.first().and_then(|curve| now.function(curve.function));
        let nothing = Function::new("", |_| f64::NAN);
        let function = first.as_ref().unwrap_or(&nothing);
        let (shade, area) = graph.calculus.shade(now, &self.axes, function);
        let (lines, slope) = graph.calculus.lines(now, &self.axes, function);
        part.parts.push(shade);
        for curve in &graph.curves {
            let path = self.path(now, curve).unwrap_or_default();
            let stroke = graph.pen(Paint::solid(now.ink(curve.ink)), curve.width);
            part.parts.push(Part::new(curve.name.clone()).with(Item::stroke(path, stroke)).growing(Grow::Stroke));
        }
        part.parts.push(graph.path.as_ref().map_or_else(|| Part::new("path"), |path| self.traced(now, path)));
        part.parts.extend(lines);
        part.parts.extend(graph.points.iter().flat_map(|points| self.plotted(now, points)));
        let mut values = vec![("area", area), ("slope", slope.unwrap_or(f64::NAN))];
        if let (Some(num), Some(function)) = (&graph.dot, first) {
            let x = now.number(num);
            let y = function.at(x);
            values.extend([("dot_x", x), ("dot_y", y)]);
            // A dot that leaves the frame is gone soon after.
            let (place, frame) = (self.axes.point(Point::new(x, y)), self.axes.frame());
            if place.is_finite() {
                let kept = Point::new(place.x.clamp(frame.x0, frame.x1), place.y.clamp(frame.y0, frame.y1));
                let shown = 1.0 - place.distance(kept) / LEAVING;
                if shown > 0.0 {
                    part.parts.push(self.dot(now, kept, frame).faded(shown.min(1.0)));
                }
            }
        }
        let layout = self.axes.layout(now);
        Drawing { values, plane: Some(self.axes.plane()), ..Drawing::within(layout, part) }
    }
}
