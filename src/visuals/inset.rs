//! `inset`: a window that shows a part of the stage magnified.

use super::{Drawing, Lens, Now, Reading, Visual, VisualSpec};
use crate::color::{Ink, Role};
use crate::draw::{Grow, Item, Paint, Part, Stroke};
use crate::geom::{Point, Rect, circle, rounded_rect};
use crate::script::{FieldSpec, Num, Spot, TableFields, Takes};

/// The registry's entry.
pub static SPEC: VisualSpec = VisualSpec {
    name: "inset",
    summary: "a window that shows what the cast lists before it, magnified about a place",
    main: Some("of"),
    example: "inset: { of: [0, 0], zoom: 3, width: 4, height: 3 }",
    fields: &[&[
        FieldSpec::required("of", Takes::Spot, "the middle of what is shown: a point, an actor or a part"),
        FieldSpec::new("zoom", Takes::Number(0.1, 100.0), "2", "how many times larger things are"),
        FieldSpec::new("shape", Takes::Word(SHAPES), "box", "shape of the window"),
        FieldSpec::new("width", Takes::Number(0.1, 100.0), "4", "width of the window in stage units"),
        FieldSpec::new(
            "height",
            Takes::Number(0.1, 100.0),
            "3",
            "height of the window in stage units; a circle is as wide as it is high",
        ),
        FieldSpec::new("color", Takes::Color, "accent", "colour of the rim"),
        FieldSpec::new("stroke_width", Takes::Number(0.0, 5.0), "0.04", "width of the rim in stage units"),
    ]],
    parts: &[("picture", "what is seen"), ("rim", "the edge of the window")],
    values: &[],
    actions: &[],
    read,
};

const SHAPES: &[&str] = &["box", "circle"];

/// Radius of the corners of a box.
const CORNER: f64 = 0.12;

struct Inset {
    of: Spot,
    zoom: Num,
    round: bool,
    size: [Num; 2],
    stroke: Ink,
    stroke_width: Num,
}

fn read(fields: &mut TableFields<'_>, _: &Reading<'_>) -> Option<Box<dyn Visual>> {
    let of = fields.spot("of");
    let zoom = fields.number_or_default("zoom");
    let round = fields.word("shape") == Some("circle");
    let size = [fields.number_or_default("width"), fields.number_or_default("height")];
    let stroke = fields.ink("color").unwrap_or(Ink::Role(Role::Accent));
    let stroke_width = fields.number_or_default("stroke_width");
    Some(Box::new(Inset { of: of?, zoom, round, size, stroke, stroke_width }))
}

impl Visual for Inset {
    fn draw(&self, now: &Now<'_>) -> Drawing {
        let [width, height] = [0, 1].map(|side| self.size.get(side).map_or(1.0, |num| now.number(num)));
        let width = if self.round { height } else { width };
        let rect = Rect::from_center_size(Point::ORIGIN, (width, height));
        let outline = match self.round {
            true => circle(Point::ORIGIN, height / 2.0),
            false => rounded_rect(rect, CORNER),
        };
        let ground = Paint::solid(now.role(Role::Ground)).kept();
        let picture =
            Part::new("picture").with(Item::fill(outline.clone(), ground)).growing(Grow::Point(Point::ORIGIN));
        let pen = Stroke::new(Paint::solid(now.ink(self.stroke)), now.number(&self.stroke_width).max(0.0));
        let rim = Part::new("rim").with(Item::stroke(outline, pen)).growing(Grow::Point(Point::ORIGIN));
        let part = Part::new("inset").with_part(picture).with_part(rim);
        let (of, zoom) = (now.spot(&self.of).0, now.number(&self.zoom));
        let sound = of.is_finite() && zoom.is_finite() && zoom > 0.0;
        Drawing { lens: sound.then_some(Lens { of, zoom }), ..Drawing::within(rect, part) }
    }
}
