//! `halving`: a square cut in two again and again; what is left is filled. As many cuts as bits.

use super::{Drawing, Now, Reading, Visual, VisualSpec};
use crate::color::{Ink, Role};
use crate::draw::{Grow, Item, Paint, Part, Stroke};
use crate::geom::{Point, Rect, Shape as _, lerp, polyline};
use crate::script::{FieldSpec, Num, TableFields, Takes};

/// The registry's entry.
pub static SPEC: VisualSpec = VisualSpec {
    name: "halving",
    summary: "a square cut in two again and again; what is left is filled",
    main: Some("cuts"),
    example: "halving: { cuts: 3, width: 3 }",
    fields: &[&[
        FieldSpec::required("cuts", Takes::Number(0.0, 24.0), "how many cuts; a fraction is a cut that is being made"),
        FieldSpec::new("width", Takes::Fixed(0.05, 50.0), "2", "edge in stage units"),
        FieldSpec::new("color", Takes::Color, "information", "colour of what is left"),
    ]],
    parts: &[("frame", "the whole"), ("left", "what is left"), ("cuts", "the cuts")],
    values: &[("share", "what is left, as a share of the whole"), ("cuts", "how many cuts")],
    actions: &[],
    read,
};

struct Halving {
    cuts: Num,
    width: f64,
    ink: Ink,
}

fn read(fields: &mut TableFields<'_>, _: &Reading<'_>) -> Option<Box<dyn Visual>> {
    let cuts = fields.number("cuts");
    let width = fields.fixed_or_default("width");
    let ink = fields.ink("color").unwrap_or(Ink::Role(Role::Information));
    Some(Box::new(Halving { cuts: cuts?, width, ink }))
}

impl Visual for Halving {
    fn draw(&self, now: &Now<'_>) -> Drawing {
        let cuts = now.number(&self.cuts);
        let cuts = if cuts.is_finite() { cuts.clamp(0.0, 24.0) } else { 0.0 };
        let half = self.width / 2.0;
        let whole = Rect::new(-half, -half, half, half);
        let mut rest = whole;
        let mut lines = Part::new("cuts").growing(Grow::Stroke);
        for cut in 0..libm::ceil(cuts) as usize {
            let share = (cuts - cut as f64).clamp(0.0, 1.0);
            let middle = rest.center();
            // The line is drawn in the first half of a cut, then a side goes.
            let (drawn, gone) = ((share * 2.0).min(1.0), (share * 2.0 - 1.0).max(0.0));
            let (ends, next) = if cut % 2 == 0 {
                let x1 = lerp(rest.x1, middle.x, gone);
                ([Point::new(middle.x, rest.y0), Point::new(middle.x, rest.y1)], Rect { x1, ..rest })
            } else {
                let y0 = lerp(rest.y0, middle.y, gone);
                ([Point::new(rest.x0, middle.y), Point::new(rest.x1, middle.y)], Rect { y0, ..rest })
            };
            let path = polyline([ends[0], ends[0].lerp(ends[1], drawn)], false);
            lines.items.push(Item::stroke(path, Stroke::new(Paint::solid(now.role(Role::Ink)), 0.03)));
            rest = next;
        }
        let frame = Stroke::new(Paint::solid(now.role(Role::Ink)), 0.04);
        let panel = Paint::solid(now.role(Role::Panel)).kept();
        let left = Item::fill(rest.to_path(1e-3), Paint::solid(now.ink(self.ink).faded(0.85)));
        let part = Part::new("halving")
            .with_part(Part::new("frame").with(Item::fill_stroke(whole.to_path(1e-3), panel, frame)))
            .with_part(Part::new("left").with(left).growing(Grow::Centre))
            .with_part(lines);
        let values = vec![("share", libm::exp2(-cuts)), ("cuts", cuts)];
        Drawing { values, ..Drawing::within(whole, part) }
    }
}
