//! `arrow` and `brace`: pointers from place to place, with a label.

use super::lettering::{LABEL_SIZE_FIELD, label};
use super::shapes::{LOOK, Look};
use super::{Drawing, Now, Reading, Visual, VisualSpec};
use crate::color::Role;
use crate::diag::Diagnostic;
use crate::draw::{Grow, Item, Paint, Part, Stroke};
use crate::geom::{Affine, BezPath, Point, Rect, Vec2, polyline};
use crate::script::{FieldSpec, Num, Spot, TableFields, Takes, Template};

/// The registry's entry of `arrow`.
pub static ARROW: VisualSpec = VisualSpec {
    name: "arrow",
    summary: "an arrow between places or actors, which it follows, straight or bent, with a label",
    main: None,
    example: "arrow: { from: [-2, 0], to: [2, 0.5], bend: 30, label: then }",
    fields: &[
        &[
            FieldSpec::required("from", Takes::Spot, "where it begins: a point, or an actor or part that it leaves"),
            FieldSpec::required("to", Takes::Spot, "where it ends: a point, or an actor or part that it points at"),
            FieldSpec::new(
                "bend",
                Takes::Fixed(-170.0, 170.0),
                "0",
                "bend of the way in degrees; to the left if above 0",
            ),
            FieldSpec::new("gap", Takes::Number(0.0, 20.0), "0.14", "space between it and what it leaves or points at"),
        ],
        WORDS,
        LOOK,
    ],
    parts: &[("shaft", "the line"), ("tip", "the head"), ("label", "the words")],
    values: &[],
    actions: &[],
    read: read_arrow,
};

/// The registry's entry of `brace`.
pub static BRACE: VisualSpec = VisualSpec {
    name: "brace",
    summary: "a curly brace along a side of an actor or part, which it follows, or between two places, with a label",
    main: None,
    example: "brace: { from: [2, 0], to: [-2, 0], label: total width 1 }",
    fields: &[
        &[
            FieldSpec::optional("of", Takes::Spot, "the actor or part that it embraces"),
            FieldSpec::new("side", Takes::Word(&SIDES), "below", "on which side of it"),
            FieldSpec::new("gap", Takes::Number(0.0, 20.0), "0.12", "space between them"),
            FieldSpec::optional(
                "from",
                Takes::Spot,
                "in place of `of`: where it begins; its tip is to the left of the way",
            ),
            FieldSpec::optional("to", Takes::Spot, "where it ends"),
        ],
        WORDS,
        LOOK,
    ],
    parts: &[("brace", "the brace"), ("label", "the words")],
    values: &[],
    actions: &[],
    read: read_brace,
};

/// The sides of a box that a brace may be on.
const SIDES: [&str; 4] = ["below", "above", "left", "right"];

/// What pointers share.
const WORDS: &[FieldSpec] =
    &[FieldSpec::optional("label", Takes::Template, "words beside its middle"), LABEL_SIZE_FIELD];

/// Where a pointer goes.
enum Way {
    Between(Spot, Spot),
    Along(Spot, &'static str),
}

struct Pointer {
    way: Way,
    gap: Num,
    bend: f64,
    label: Option<Template>,
    size: f64,
    look: Look,
    brace: bool,
}

fn read_arrow(fields: &mut TableFields<'_>, _: &Reading<'_>) -> Option<Box<dyn Visual>> {
    pointer(fields, false)
}

fn read_brace(fields: &mut TableFields<'_>, _: &Reading<'_>) -> Option<Box<dyn Visual>> {
    pointer(fields, true)
}

fn pointer(fields: &mut TableFields<'_>, brace: bool) -> Option<Box<dyn Visual>> {
    let (from, to) = (fields.spot("from"), fields.spot("to"));
    let of = if brace { fields.spot("of") } else { None };
    let side = if brace { fields.word("side") } else { None };
    let gap = fields.number_or_default("gap");
    let bend = if brace { 0.0 } else { fields.fixed_or_default("bend") };
    let label = fields.template("label");
    let size = fields.fixed_or_default("size");
    let look = Look::read(fields, None, Some(if brace { Role::Muted } else { Role::Ink }));
    let way = match (of, from, to) {
        (Some(of), None, None) => Way::Along(of, side.unwrap_or("below")),
        (None, Some(from), Some(to)) => Way::Between(from, to),
        _ if brace => {
            let found =
                Diagnostic::error("missing-key", fields.span(), "a brace needs either `of`, or `from` and `to`");
            fields.report(found.hint("`brace: { of: chart.up, side: below }`"));
            return None;
        }
        _ => return None,
    };
    Some(Box::new(Pointer { way, gap, bend, label, size, look, brace }))
}

impl Pointer {
    /// Where it begins and ends; outside the boxes of what it leaves and points at.
    fn ends(&self, now: &Now<'_>) -> (Point, Point) {
        let gap = now.number(&self.gap);
        match &self.way {
            Way::Between(from, to) => {
                let ((from, left), (to, met)) = (now.spot(from), now.spot(to));
                let way = to - from;
                let bulge = libm::tan((self.bend / 4.0).to_radians());
                let control = from + way / 2.0 + Vec2::new(-way.y, way.x) * bulge;
                (edge(from, left, control, gap), edge(to, met, control, gap))
            }
            Way::Along(of, side) => {
                let (point, rect) = now.spot(of);
                let rect = rect.unwrap_or_else(|| Rect::from_center_size(point, (0.0, 0.0)));
                match *side {
                    "above" => (Point::new(rect.x0, rect.y1 + gap), Point::new(rect.x1, rect.y1 + gap)),
                    "left" => (Point::new(rect.x0 - gap, rect.y0), Point::new(rect.x0 - gap, rect.y1)),
                    "right" => (Point::new(rect.x1 + gap, rect.y1), Point::new(rect.x1 + gap, rect.y0)),
                    _ => (Point::new(rect.x1, rect.y0 - gap), Point::new(rect.x0, rect.y0 - gap)),
                }
            }
        }
    }
}

/// Where the way from the centre of a box towards a point leaves the box, a gap around it included.
fn edge(centre: Point, rect: Option<Rect>, toward: Point, gap: f64) -> Point {
    let Some(rect) = rect else { return centre };
    let way = toward - centre;
    let share = |half: f64, along: f64| if along.abs() > 1e-9 { (half + gap) / along.abs() } else { f64::INFINITY };
    let out = share(rect.width() / 2.0, way.x).min(share(rect.height() / 2.0, way.y));
    // What is nearer than the edge is inside: nothing to point at from outside.
    if out < 1.0 { centre + way * out } else { toward }
}

impl Visual for Pointer {
    fn draw(&self, now: &Now<'_>) -> Drawing {
        let (from, to) = self.ends(now);
        let way = to - from;
        let length = way.hypot().max(1e-6);
        let (along, left) = (way / length, Vec2::new(-way.y, way.x) / length);
        let (width, color) = self.look.pen(now);
        let mut part = Part::new("pointer").growing(Grow::Parts);
        let (beside, side) = if self.brace {
            let depth = (length * 0.12).min(0.28);
            let path = brace(from, along, left, length, depth);
            part.parts.push(
                Part::new("brace")
                    .with(Item::stroke(path, Stroke::new(Paint::solid(color), width)))
                    .growing(Grow::Stroke),
            );
            (from + way / 2.0 + left * depth, left)
        } else {
            let bulge = libm::tan((self.bend / 4.0).to_radians()) * length / 2.0;
            let control = from + way / 2.0 + left * (bulge * 2.0);
            let end = (to - control) / (to - control).hypot().max(1e-6);
            let head = (width * 6.0).min(length * 0.5);
            let mut shaft = BezPath::new();
            shaft.move_to(from);
            // The shaft ends inside the head, so that its round cap does not blunt the tip.
            shaft.quad_to(control, to - end * (head * 0.8));
            let side = Vec2::new(-end.y, end.x) * (head * 0.42);
            let base = to - end * head;
            part.parts.push(Part::new("shaft").with_items(self.look.line(now, &shaft)).growing(Grow::Stroke));
            let tip = polyline([base + side, to, base - side], true);
            part.parts.push(Part::new("tip").with(Item::fill(tip, Paint::solid(color))).growing(Grow::Point(base)));
            // Straight arrows have their labels above them or to their right, bent ones on the outer side.
            let below = if left.y.abs() > left.x.abs() { left.y < 0.0 } else { left.x < 0.0 };
            let turned = if bulge == 0.0 { below } else { bulge < 0.0 };
            (from + way / 2.0 + left * bulge, if turned { -left } else { left })
        };
        if let Some(template) = &self.label {
            let words = now.text(template);
            let style = label(self.size, color);
            let set = now.rich(&words, &style);
            // Clear of the pointer by the label's extent towards it.
            let extent = side.x.abs() * set.layout.width() / 2.0 + side.y.abs() * set.layout.height() / 2.0;
            let centre = beside + side * (extent + self.size * 0.3);
            let centred = (centre.x - set.layout.center().x, centre.y - set.layout.center().y);
            part.parts.push(
                Part { name: "label".into(), ..set.part.clone() }
                    .growing(Grow::Fade)
                    .transformed(Affine::translate(centred)),
            );
        }
        Drawing::of(part).on_stage()
    }
}

/// A curly brace: quarter turns of one size at its ends and its tip, so that it stretches without fattening.
fn brace(from: Point, along: Vec2, left: Vec2, length: f64, depth: f64) -> BezPath {
    let at = |x: f64, y: f64| from + along * x + left * y;
    let (half, turn) = (length / 2.0, depth.min(length / 4.0));
    let middle = depth / 2.0;
    let mut path = BezPath::new();
    path.move_to(at(0.0, 0.0));
    path.quad_to(at(0.0, middle), at(turn, middle));
    path.line_to(at(half - turn, middle));
    path.quad_to(at(half, middle), at(half, depth));
    path.quad_to(at(half, middle), at(half + turn, middle));
    path.line_to(at(length - turn, middle));
    path.quad_to(at(length, middle), at(length, 0.0));
    path
}
