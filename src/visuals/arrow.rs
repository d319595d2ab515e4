//! `arrow` and `brace`: pointers from place to place, with a label.

use super::lettering::{LABEL_SIZE_FIELD, label, roles};
use super::shapes::{LOOK, Look};
use super::{Drawing, Now, Reading, Visual, VisualSpec};
use crate::color::Role;
use crate::draw::{Grow, Item, Paint, Part, Stroke};
use crate::geom::{Affine, BezPath, Point, Vec2, polyline};
use crate::script::{FieldSpec, Num, TableFields, Takes, Template};

/// The registry's entry of `arrow`.
pub static ARROW: VisualSpec = VisualSpec {
    name: "arrow",
    summary: "an arrow between two points of the stage, straight or bent, with a label",
    main: None,
    example: "arrow: { from: [-2, 0], to: [2, 0.5], bend: 30, label: then }",
    fields: &[
        ENDS,
        &[FieldSpec::new(
            "bend",
            Takes::Fixed(-170.0, 170.0),
            "0",
            "bend of the way in degrees; to the left if above 0",
        )],
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
    summary: "a curly brace along a stretch of the stage, its tip to the left of the way, with a label",
    main: None,
    example: "brace: { from: [2, 0], to: [-2, 0], label: total width 1 }",
    fields: &[ENDS, LOOK],
    parts: &[("brace", "the brace"), ("label", "the words")],
    values: &[],
    actions: &[],
    read: read_brace,
};

/// What pointers share.
const ENDS: &[FieldSpec] = &[
    FieldSpec::required("from", Takes::Point, "where it begins, on the stage"),
    FieldSpec::required("to", Takes::Point, "where it ends, on the stage"),
    FieldSpec::optional("label", Takes::Template, "words beside its middle"),
    LABEL_SIZE_FIELD,
];

struct Pointer {
    from: [Num; 2],
    to: [Num; 2],
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
    let from = fields.point("from");
    let to = fields.point("to");
    let bend = if brace { 0.0 } else { fields.fixed_or_default("bend") };
    let label = fields.template("label");
    let size = fields.fixed_or_default("size");
    let look = Look::read(fields, None, Some(if brace { Role::Muted } else { Role::Ink }));
    Some(Box::new(Pointer { from: from?, to: to?, bend, label, size, look, brace }))
}

impl Visual for Pointer {
    fn draw(&self, now: &Now<'_>) -> Drawing {
        let point = |[x, y]: &[Num; 2]| Point::new(now.number(x), now.number(y));
        let (from, to) = (point(&self.from), point(&self.to));
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
            let set = now
                .typesetter
                .rich(&words, &style, &roles(now))
                .unwrap_or_else(|_| now.typesetter.text(&words, &style));
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
