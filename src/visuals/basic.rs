//! `box`, `circle` and `line`: the basic shapes.

use super::lettering::{label, roles};
use super::shapes::{LOOK, Look};
use super::{Drawing, Now, Reading, Visual, VisualSpec};
use crate::color::{Ink, Role};
use crate::draw::{Grow, Item, Paint, Part};
use crate::geom::{Affine, Point, Rect, circle, polyline, rounded_rect};
use crate::script::{FieldSpec, Num, Spot, TableFields, Takes, Template};

/// The registry's entry of `box`.
pub static BOX: VisualSpec = VisualSpec {
    name: "box",
    summary: "a rounded rectangle, with words in it if it has any",
    main: Some("label"),
    example: "box: { width: 3, height: 1.2, label: encoder }",
    fields: &[
        &[
            FieldSpec::optional("label", Takes::Template, "words in its middle"),
            FieldSpec::optional(
                "width",
                Takes::Number(0.0, 100.0),
                "width in stage units; if not given, as the label needs",
            ),
            FieldSpec::optional(
                "height",
                Takes::Number(0.0, 100.0),
                "height in stage units; if not given, as the label needs",
            ),
            FieldSpec::new("radius", Takes::Fixed(0.0, 10.0), "0.14", "radius of the corners in stage units"),
            FieldSpec::new("size", Takes::Fixed(0.05, 10.0), "0.5", "height of the label's em in stage units"),
        ],
        LOOK,
    ],
    parts: &[("frame", "the rectangle"), ("label", "the words")],
    values: &[],
    actions: &[],
    read: read_box,
};

/// The registry's entry of `circle`.
pub static CIRCLE: VisualSpec = VisualSpec {
    name: "circle",
    summary: "a circle or a dot",
    main: Some("radius"),
    example: "circle: { radius: 0.8, fill: accent }",
    fields: &[
        &[
            FieldSpec::new("radius", Takes::Number(0.0, 100.0), "0.5", "radius in stage units"),
            FieldSpec::optional(
                "glow",
                Takes::Color,
                "light of this colour in place of line and inside: gone at the radius",
            ),
        ],
        LOOK,
    ],
    parts: &[],
    values: &[],
    actions: &[],
    read: read_circle,
};

/// The registry's entry of `line`.
pub static LINE: VisualSpec = VisualSpec {
    name: "line",
    summary: "a straight or broken line, or a polygon, through points of the stage",
    main: Some("points"),
    example: "line: { points: [[-2, 0], [0, 1], [2, 0]], closed: true }",
    fields: &[
        &[
            FieldSpec::required(
                "points",
                Takes::Spots,
                "where it leads: points of the stage, actors, or points of them",
            ),
            FieldSpec::new("closed", Takes::Flag, "false", "back to its first point"),
        ],
        LOOK,
    ],
    parts: &[],
    values: &[],
    actions: &[],
    read: read_line,
};

/// A label in a box is never smaller than this share of its size.
const LEAST_LABEL: f64 = 0.4;

struct Boxed {
    width: Option<Num>,
    height: Option<Num>,
    radius: f64,
    label: Option<Template>,
    size: f64,
    look: Look,
}

fn read_box(fields: &mut TableFields<'_>, _: &Reading<'_>) -> Option<Box<dyn Visual>> {
    let width = fields.number("width");
    let height = fields.number("height");
    let radius = fields.fixed_or_default("radius");
    let label = fields.template("label");
    let size = fields.fixed_or_default("size");
    let look = Look::read(fields, Some(Role::Panel), Some(Role::Muted));
    Some(Box::new(Boxed { width, height, radius, label, size, look }))
}

impl Visual for Boxed {
    fn draw(&self, now: &Now<'_>) -> Drawing {
        let style = label(self.size, now.role(Role::Ink));
        let words = self.label.as_ref().map(|template| {
            let text = now.text(template);
            now.typesetter.rich(&text, &style, &roles(now)).unwrap_or_else(|_| now.typesetter.text(&text, &style))
        });
        let room = words
            .as_ref()
            .map_or(Rect::new(0.0, 0.0, 2.0, 1.0), |set| set.layout.inflate(self.size * 0.7, self.size * 0.4));
        let width = self.width.as_ref().map_or(room.width(), |num| now.number(num));
        let height = self.height.as_ref().map_or(room.height(), |num| now.number(num));
        let rect = Rect::from_center_size(Point::ORIGIN, (width, height));
        let frame =
            Part::new("frame").with_items(self.look.items(now, &rounded_rect(rect, self.radius))).growing(Grow::Centre);
        let mut part = Part::new("box").with_part(frame);
        if let Some(set) = words {
            // Words shrink into a box that is given, as far as they can still be read.
            let inner = (width - self.size * 0.4, height - self.size * 0.2);
            let fits = (inner.0 / set.layout.width().max(1e-6)).min(inner.1 / set.layout.height().max(1e-6));
            let centred =
                Affine::scale(fits.clamp(LEAST_LABEL, 1.0)) * Affine::translate((-set.layout.center().x, -set.middle));
            part.parts.push(Part { name: "label".into(), ..set.part.clone() }.growing(Grow::Fade).transformed(centred));
        }
        Drawing::within(rect, part)
    }
}

struct Circle {
    radius: Num,
    glow: Option<Ink>,
    look: Look,
}

fn read_circle(fields: &mut TableFields<'_>, _: &Reading<'_>) -> Option<Box<dyn Visual>> {
    let radius = fields.number_or_default("radius");
    let glow = fields.ink("glow");
    Some(Box::new(Circle { radius, glow, look: Look::read(fields, None, Some(Role::Ink)) }))
}

impl Visual for Circle {
    fn draw(&self, now: &Now<'_>) -> Drawing {
        let radius = now.number(&self.radius).max(0.0);
        let path = circle(Point::ORIGIN, radius);
        if let Some(ink) = self.glow {
            let light = Item::fill(path, Paint::glow(Point::ORIGIN, radius, now.ink(ink)));
            return Drawing::of(Part::new("circle").with(light).growing(Grow::Centre));
        }
        Drawing::of(Part::new("circle").with_items(self.look.items(now, &path)).growing(Grow::Centre))
    }
}

struct Line {
    points: Vec<Spot>,
    closed: bool,
    look: Look,
}

fn read_line(fields: &mut TableFields<'_>, _: &Reading<'_>) -> Option<Box<dyn Visual>> {
    let points = fields.spots("points");
    let closed = fields.flag("closed");
    let look = Look::read(fields, None, Some(Role::Ink));
    Some(Box::new(Line { points: points?, closed, look }))
}

impl Visual for Line {
    fn draw(&self, now: &Now<'_>) -> Drawing {
        let points = self.points.iter().map(|spot| now.spot(spot).0);
        let path = polyline(points, self.closed);
        Drawing::of(Part::new("line").with_items(self.look.items(now, &path)).growing(Grow::Stroke)).on_stage()
    }
}
