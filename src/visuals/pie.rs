//! `pie`: a probability as a sector of a disc, from twelve o'clock clockwise, with its percentage beneath.

use super::lettering::{Hang, LABEL_SIZE_FIELD, label, percentage, put};
use super::{Drawing, Now, Reading, Visual, VisualSpec};
use crate::color::{Ink, Role};
use crate::draw::{Grow, Item, Paint, Part, Stroke};
use crate::geom::{BezPath, Point, Rect, circle};
use crate::script::{FieldSpec, Num, TableFields, Takes};

/// The registry's entry.
pub static SPEC: VisualSpec = VisualSpec {
    name: "pie",
    summary: "a probability as a sector of a disc, with its percentage",
    main: Some("p"),
    example: "pie: { p: p, radius: 0.8 }",
    fields: &[&[
        FieldSpec::required("p", Takes::Number(0.0, 1.0), "the probability"),
        FieldSpec::new("radius", Takes::Fixed(0.02, 20.0), "0.45", "radius in stage units"),
        FieldSpec::new("figure", Takes::Flag, "true", "the percentage beneath"),
        FieldSpec::new("color", Takes::Color, "probability", "colour of the sector"),
        LABEL_SIZE_FIELD,
    ]],
    parts: &[("disc", "the whole"), ("sector", "the share"), ("figure", "the percentage")],
    values: &[("p", "the probability")],
    actions: &[],
    read,
};

struct Pie {
    p: Num,
    radius: f64,
    figure: bool,
    ink: Ink,
    size: f64,
}

fn read(fields: &mut TableFields<'_>, _: &Reading<'_>) -> Option<Box<dyn Visual>> {
    let p = fields.number("p");
    let radius = fields.fixed_or_default("radius");
    let figure = fields.flag("figure");
    let ink = fields.ink("color").unwrap_or(Ink::Role(Role::Probability));
    let size = fields.fixed_or_default("size");
    Some(Box::new(Pie { p: p?, radius, figure, ink, size }))
}

/// A sector about the origin that takes a share of the disc.
fn sector(radius: f64, share: f64) -> BezPath {
    use kurbo::{Arc, Shape as _};
    if share >= 1.0 {
        return circle(Point::ORIGIN, radius);
    }
    let (noon, sweep) = (std::f64::consts::FRAC_PI_2, -std::f64::consts::TAU * share);
    let mut path = BezPath::new();
    path.move_to(Point::ORIGIN);
    for (index, element) in Arc::new(Point::ORIGIN, (radius, radius), noon, sweep, 0.0).path_elements(1e-4).enumerate()
    {
        match element {
            kurbo::PathEl::MoveTo(point) if index == 0 => path.line_to(point),
            other => path.push(other),
        }
    }
    path.close_path();
    path
}

impl Visual for Pie {
    fn draw(&self, now: &Now<'_>) -> Drawing {
        let p = now.number(&self.p).clamp(0.0, 1.0);
        let color = now.ink(self.ink);
        let rim = Stroke::new(Paint::solid(color.lerp(now.role(Role::Ground), 0.35)), self.radius * 0.05);
        let disc = circle(Point::ORIGIN, self.radius);
        let mut part = Part::new("pie").growing(Grow::Parts);
        let ground = Item::fill_stroke(disc, Paint::solid(now.role(Role::Panel)).kept(), rim);
        part.parts.push(Part::new("disc").with(ground).growing(Grow::Point(Point::ORIGIN)));
        let mut share = Part::new("sector").growing(Grow::Point(Point::ORIGIN));
        if p > 0.0 {
            share.items.push(Item::fill(sector(self.radius * 0.97, p), Paint::solid(color)));
        }
        part.parts.push(share);
        let mut layout = Rect::new(-self.radius, -self.radius, self.radius, self.radius);
        if self.figure {
            let words = if p.is_nan() { String::new() } else { percentage(p) };
            let set = now.label(&words, &label(self.size, color));
            let at = Point::new(0.0, -self.radius - self.size * 0.75);
            part.parts.push(put("figure", &set, at, Hang::Centre));
            layout.y0 -= self.size * 1.3;
        }
        let part = part.with_attribute("p", p);
        Drawing { values: vec![("p", p)], ..Drawing::within(layout, part) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geom::Shape as _;

    #[test]
    fn a_sector_goes_clockwise_from_twelve() {
        let quarter = sector(1.0, 0.25).bounding_box();
        assert!(quarter.x0.abs() < 1e-3 && quarter.y0.abs() < 1e-3 && (quarter.x1 - 1.0).abs() < 1e-3, "{quarter:?}");
        let area = |share| sector(1.0, share).area().abs() / std::f64::consts::PI;
        for share in [0.01, 0.3, 0.5, 0.9, 1.0] {
            assert!((area(share) - share).abs() < 1e-3, "{share}");
        }
    }
}
