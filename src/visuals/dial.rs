//! `dial`: a half-circle gauge with ticks, a needle that follows a value, and a needle for a limit.

use super::graph::axes::{Axis, LEAST_APART, thinned};
use super::lettering::{Hang, LABEL_SIZE_FIELD, label, put};
use super::{Drawing, Now, Reading, Visual, VisualSpec};
use crate::color::{Ink, Rgba, Role};
use crate::draw::{Grow, Item, Paint, Part, Stroke};
use crate::geom::{Point, Rect, Vec2, circle, polyline};
use crate::script::{FieldSpec, Num, TableFields, Takes, Template};

/// The registry's entry.
pub static SPEC: VisualSpec = VisualSpec {
    name: "dial",
    summary: "a half-circle gauge whose needle follows a value, with a limit",
    main: Some("value"),
    example: "dial: { value: 8 * p, most: 10, limit: 1, label: '${8 * p:.1} bits per character' }",
    fields: &[&[
        FieldSpec::required("value", Takes::ANY_NUMBER, "what the needle shows"),
        FieldSpec::new("most", Takes::Fixed(1e-9, 1e12), "10", "the number at the right end; the left end is 0"),
        FieldSpec::optional("step", Takes::Fixed(1e-9, 1e12), "distance of ticks; if not given, a round one"),
        FieldSpec::optional("limit", Takes::ANY_NUMBER, "a second needle in the colour of loss"),
        FieldSpec::new("radius", Takes::Fixed(0.1, 20.0), "1.6", "radius in stage units"),
        FieldSpec::optional("label", Takes::Template, "words beneath"),
        FieldSpec::new("color", Takes::Color, "ink", "colour of the needle"),
        LABEL_SIZE_FIELD,
    ]],
    parts: &[
        ("arc", "the half circle with its ticks and numbers"),
        ("limit", "the needle of the limit"),
        ("needle", "the needle"),
        ("label", "the words beneath"),
    ],
    values: &[("value", "what the needle shows")],
    actions: &[],
    read,
};

struct Dial {
    axis: Axis,
    value: Num,
    limit: Option<Num>,
    radius: f64,
    label: Option<Template>,
    ink: Ink,
    size: f64,
}

fn read(fields: &mut TableFields<'_>, _: &Reading<'_>) -> Option<Box<dyn Visual>> {
    let value = fields.number("value");
    let most = fields.fixed_or_default("most");
    let step = fields.fixed("step");
    let limit = fields.number("limit");
    let radius = fields.fixed_or_default("radius");
    let label = fields.template("label");
    let ink = fields.ink("color").unwrap_or(Ink::Role(Role::Ink));
    let size = fields.fixed_or_default("size");
    let axis = Axis { from: 0.0, to: most, step, label: None, log: false };
    Some(Box::new(Dial { axis, value: value?, limit, radius, label, ink, size }))
}

impl Dial {
    /// The direction in which a value lies: 0 to the left, the most to the right.
    fn direction(&self, value: f64) -> Vec2 {
        let share = (value / self.axis.to).clamp(0.0, 1.0);
        let (sin, cos) = libm::sincos(std::f64::consts::PI * (1.0 - share));
        Vec2::new(cos, sin)
    }

    fn needle(&self, name: &str, value: f64, color: Rgba, length: f64) -> Part {
        let way = self.direction(value);
        let side = Vec2::new(-way.y, way.x) * (self.radius * 0.035);
        let tip = Point::ORIGIN + way * (self.radius * length);
        let path = polyline([Point::ORIGIN + side, tip, Point::ORIGIN - side], true);
        Part::new(name).with(Item::fill(path, Paint::solid(color))).growing(Grow::Point(Point::ORIGIN))
    }

    /// The half circle with its numbers, and how wide the widest of these is.
    fn arc(&self, now: &Now<'_>) -> (Part, f64) {
        let muted = || Paint::solid(now.role(Role::Muted));
        let rim = (0..=64).map(|i| Point::ORIGIN + self.direction(self.axis.to * f64::from(i) / 64.0) * self.radius);
        let mut part = Part::new("arc").growing(Grow::Parts);
        let line = Item::stroke(polyline(rim, false), Stroke::new(muted(), 0.04));
        part.parts.push(Part::new("rim").with(line).growing(Grow::Stroke));
        let mut ticks = Part::new("ticks").growing(Grow::Fade);
        let style = label(self.size * 0.9, now.role(Role::Muted));
        let all = self.axis.ticks();
        let sets: Vec<_> = all.iter().map(|value| now.rich(&self.axis.written(*value), &style)).collect();
        let widest = sets.iter().map(|set| set.layout.width()).fold(0.0, f64::max);
        // Numbers that would touch their neighbours are left out, evenly.
        let apart = std::f64::consts::PI * (self.radius + self.size) / (all.len().max(2) - 1) as f64;
        let every = thinned(widest + self.size * 0.3, apart);
        for (index, (value, set)) in all.into_iter().zip(sets).enumerate() {
            let way = self.direction(value);
            if apart <= LEAST_APART && !index.is_multiple_of(every) {
                continue;
            }
            let ends = [0.93, 1.0].map(|share| Point::ORIGIN + way * (self.radius * share));
            ticks.items.push(Item::stroke(polyline(ends, false), Stroke::new(muted(), 0.03)));
            if index.is_multiple_of(every) {
                let half = Vec2::new(way.x * set.layout.width() / 2.0, way.y * self.size * 0.45);
                let at = Point::ORIGIN + way * (self.radius + self.size * 0.4) + half;
                ticks.parts.push(put("", &set, at, Hang::Centre));
            }
        }
        (part.with_part(ticks), widest)
    }
}

impl Visual for Dial {
    fn draw(&self, now: &Now<'_>) -> Drawing {
        let value = now.number(&self.value);
        let (arc, widest) = self.arc(now);
        let mut part = Part::new("dial").with_part(arc);
        if let Some(limit) = self.limit.as_ref().map(|limit| now.number(limit)).filter(|limit| !limit.is_nan()) {
            part.parts.push(self.needle("limit", limit, now.role(Role::Loss), 0.98));
        }
        // What has no bound is as far as the dial goes.
        if !value.is_nan() {
            let hub = Item::fill(circle(Point::ORIGIN, self.radius * 0.07), Paint::solid(now.ink(self.ink)));
            part.parts.push(self.needle("needle", value, now.ink(self.ink), 0.86).with(hub));
        }
        let mut foot = -self.radius * 0.1;
        if let Some(words) = &self.label {
            let set = now.rich(&now.text(words), &label(self.size * 1.2, now.role(Role::Ink)));
            let at = Point::new(0.0, foot - self.size * 0.9 + set.last_baseline / 2.0);
            part.parts.push(put("label", &set, at, Hang::Centre));
            foot -= self.size * 1.7 - set.last_baseline;
        }
        let words = part.parts.last().filter(|part| part.name == "label").and_then(Part::bounds);
        let side = (self.radius + self.size * 0.4 + widest).max(words.map_or(0.0, |words| words.width() / 2.0));
        let layout = Rect::new(-side, foot, side, self.radius + self.size * 1.4);
        Drawing { values: vec![("value", value)], ..Drawing::within(layout, part) }
    }
}
