//! What is drawn about the first curve: the area under it, rectangles that fill it, tangents and secants.

use super::axes::Axes;
use crate::color::{Ink, Role};
use crate::draw::{Grow, Item, Paint, Part, Stroke};
use crate::expression::Function;
use crate::geom::{Point, Rect, Shape as _, polyline};
use crate::script::{FieldSpec, Num, TableFields, Takes};
use crate::visuals::Now;

/// Its fields.
pub(super) const FIELDS: &[FieldSpec] = &[
    FieldSpec::optional("area", Takes::Numbers(2), "shades what is between the first curve and the axis, from and to"),
    FieldSpec::optional("rectangles", Takes::Number(0.0, 400.0), "so many rectangles in place of the shade"),
    FieldSpec::optional("tangent", Takes::ANY_NUMBER, "a line that touches the first curve here"),
    FieldSpec::optional("secant", Takes::Numbers(2), "a line through two points of the first curve"),
    FieldSpec::new("area_color", Takes::Color, "information", "colour of area and rectangles"),
];

/// Points along the shaded edge.
const SAMPLES: usize = 240;

/// What is drawn about the first curve.
pub(super) struct Calculus {
    area: Option<Vec<Num>>,
    rectangles: Option<Num>,
    tangent: Option<Num>,
    secant: Option<Vec<Num>>,
    ink: Ink,
}

impl Calculus {
    /// Reads [`FIELDS`].
    pub(super) fn read(fields: &mut TableFields<'_>) -> Self {
        Self {
            area: fields.numbers("area"),
            rectangles: fields.number("rectangles"),
            tangent: fields.number("tangent"),
            secant: fields.numbers("secant"),
            ink: fields.ink("area_color").unwrap_or(Ink::Role(Role::Information)),
        }
    }

    /// The shade, which lies beneath the curves; and its size, as a live value.
    pub(super) fn shade(&self, now: &Now<'_>, axes: &Axes, function: &Function) -> (Part, f64) {
        let mut part = Part::new("area").growing(Grow::Fade);
        let Some([from, to]) = self.area.as_deref() else { return (part, 0.0) };
        let (from, to) = (now.number(from), now.number(to));
        if !from.is_finite() || !to.is_finite() {
            return (part, f64::NAN);
        }
        let (low, high) = (from.max(axes.x.from).min(axes.x.to), to.max(axes.x.from).min(axes.x.to));
        let base = 0.0f64.clamp(axes.y.from, axes.y.to);
        let height = |x: f64| function.at(x).clamp(axes.y.from, axes.y.to);
        let color = now.ink(self.ink);
        if let Some(count) = self.rectangles.as_ref().map(|count| now.number(count)).filter(|count| *count >= 1.0) {
            let count = libm::floor(count) as usize;
            let step = (high - low) / count as f64;
            let mut sum = 0.0;
            for index in 0..count {
                let (x0, x1) = (low + step * index as f64, low + step * (index + 1) as f64);
                let y = height((x0 + x1) / 2.0);
                if !y.is_finite() {
                    continue;
                }
                sum += y * step;
                let rect = Rect::from_points(axes.point(Point::new(x0, base)), axes.point(Point::new(x1, y)));
                let rim = Stroke::new(Paint::solid(color), 0.018);
                let item = Item::fill_stroke(rect.to_path(1e-3), Paint::solid(color.faded(0.35)), rim);
                let foot = axes.point(Point::new(x0, base)).y;
                part.parts.push(Part::new(index.to_string()).with(item).growing(Grow::Vertical(foot)));
            }
            part.grow = Grow::Parts;
            return (part, sum);
        }
        let at = |i: usize| low + (high - low) * i as f64 / SAMPLES as f64;
        let edge: Vec<Point> =
            (0..=SAMPLES).map(|i| Point::new(at(i), height(at(i)))).filter(|point| point.y.is_finite()).collect();
        // Trapezoids, as they are drawn.
        let pairs = edge.iter().zip(edge.iter().skip(1));
        let sum = pairs.map(|(a, b)| (b.x - a.x) * (a.y + b.y) / 2.0).sum();
        let feet = [Point::new(high, base), Point::new(low, base)];
        let outline = edge.into_iter().chain(feet).map(|point| axes.point(point));
        part.items.push(Item::fill(polyline(outline, true), Paint::solid(color.faded(0.3))));
        (part, sum)
    }

    /// Tangent and secant, with their slopes as live values.
    pub(super) fn lines(&self, now: &Now<'_>, axes: &Axes, function: &Function) -> (Vec<Part>, Option<f64>) {
        let (mut parts, mut slope) = (["secant", "tangent"].map(Part::new).to_vec(), None);
        let mut line = |name: &str, at: Point, rise: f64, dots: &[f64]| {
            if !rise.is_finite() || !at.is_finite() {
                return;
            }
            slope = Some(rise);
            // As far as the frame goes.
            let reach = |x: f64| Point::new(x, at.y + rise * (x - at.x));
            let inside = |y: f64| if rise == 0.0 { at.x } else { at.x + (y - at.y) / rise };
            let (mut left, mut right) = (axes.x.from, axes.x.to);
            if rise != 0.0 {
                let (a, b) = (inside(axes.y.from), inside(axes.y.to));
                (left, right) = (left.max(a.min(b)), right.min(a.max(b)));
            }
            if left >= right {
                return;
            }
            let ends = [left, right].map(|x| axes.point(reach(x)));
            let stroke = Stroke::new(Paint::solid(now.role(Role::Accent)), 0.04);
            let mut part = Part::new(name).with(Item::stroke(polyline(ends, false), stroke)).growing(Grow::Stroke);
            for x in dots {
                let place = axes.point(reach(*x));
                let dot = Item::fill(crate::geom::circle(place, 0.07), Paint::solid(now.role(Role::Accent)));
                part.parts.push(Part::new("dot").with(dot).growing(Grow::Point(place)));
            }
            if let Some(slot) = parts.iter_mut().find(|known| known.name == name) {
                *slot = part;
            }
        };
        if let Some([a, b]) = self.secant.as_deref() {
            let (a, b) = (now.number(a), now.number(b));
            let from = Point::new(a, function.at(a));
            line("secant", from, (function.at(b) - from.y) / (b - a), &[a, b]);
        }
        if let Some(x) = self.tangent.as_ref().map(|x| now.number(x)) {
            // A central difference, small beside the axis and large beside rounding.
            let h = (axes.x.to - axes.x.from) * 1e-5;
            line("tangent", Point::new(x, function.at(x)), (function.at(x + h) - function.at(x - h)) / (2.0 * h), &[x]);
        }
        (parts, slope)
    }
}
