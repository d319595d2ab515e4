//! `number_line`: a line with ticks at round numbers, and a pointer that follows a value.

use super::graph::axes::{Axis, LEAST_APART, thinned};
use super::lettering::{Hang, LABEL_SIZE_FIELD, label, put};
use super::{Drawing, Now, Reading, Visual, VisualSpec};
use crate::color::{Ink, Role};
use crate::diag::Diagnostic;
use crate::draw::{Grow, Item, Paint, Part, Stroke};
use crate::geom::{Affine, Point, Rect, circle, polyline};
use crate::script::{FieldSpec, Num, TableFields, Takes, Template};
use crate::typeset::{Format, format};

/// The registry's entry.
pub static SPEC: VisualSpec = VisualSpec {
    name: "number_line",
    summary: "a line of numbers or years, with a pointer that follows a value",
    main: Some("value"),
    example: "number_line: { value: p, from: 0, to: 1, label: '$p = ${p:.2}$' }",
    fields: &[&[
        FieldSpec::optional("value", Takes::ANY_NUMBER, "where the pointer is; if not given, there is none"),
        FieldSpec::new("from", Takes::Fixed(-1e12, 1e12), "0", "the first number"),
        FieldSpec::new("to", Takes::Fixed(-1e12, 1e12), "1", "the last number"),
        FieldSpec::optional("step", Takes::Fixed(1e-9, 1e12), "distance of ticks; if not given, a round one"),
        FieldSpec::new("width", Takes::Fixed(0.2, 100.0), "8", "width in stage units"),
        FieldSpec::optional(
            "format",
            Takes::Text,
            "how numbers are written; if not given, with the decimals they need",
        ),
        FieldSpec::optional("label", Takes::Template, "words over the pointer"),
        FieldSpec::new("figures", Takes::Flag, "true", "numbers at the ticks"),
        FieldSpec::new("color", Takes::Color, "accent", "colour of the pointer"),
        LABEL_SIZE_FIELD,
    ]],
    parts: &[
        ("line", "the line"),
        ("ticks", "the ticks"),
        ("numbers", "the numbers at the ticks"),
        ("pointer", "the pointer"),
        ("label", "the words over the pointer"),
    ],
    values: &[("value", "where the pointer is")],
    actions: &[],
    read,
};

struct NumberLine {
    axis: Axis,
    value: Option<Num>,
    width: f64,
    format: Option<Format>,
    label: Option<Template>,
    figures: bool,
    ink: Ink,
    size: f64,
}

fn read(fields: &mut TableFields<'_>, _: &Reading<'_>) -> Option<Box<dyn Visual>> {
    let value = fields.number("value");
    let (from, to) = (fields.fixed_or_default("from"), fields.fixed_or_default("to"));
    let step = fields.fixed("step");
    let width = fields.fixed_or_default("width");
    let format = fields.text("format").and_then(|(text, _)| Format::parse(&text));
    let label = fields.template("label");
    let figures = fields.flag("figures");
    let ink = fields.ink("color").unwrap_or(Ink::Role(Role::Accent));
    let size = fields.fixed_or_default("size");
    if from >= to {
        let found = Diagnostic::error("bad-range", &fields.key_span("from"), "a number line leads from less to more");
        fields.report(found.hint("for example `from: 0, to: 1`"));
        return None;
    }
    let axis = Axis { from, to, step, label: None, log: false };
    Some(Box::new(NumberLine { axis, value, width, format, label, figures, ink, size }))
}

impl NumberLine {
    fn x(&self, value: f64) -> f64 {
        (value - self.axis.from) / (self.axis.to - self.axis.from) * self.width - self.width / 2.0
    }

    fn pointer(&self, now: &Now<'_>, value: f64) -> Vec<Part> {
        let color = now.ink(self.ink);
        let x = self.x(value.clamp(self.axis.from, self.axis.to));
        let (foot, head) = (0.09, 0.36);
        let tip = polyline([(x, foot), (x - 0.14, head), (x + 0.14, head)].map(Point::from), true);
        let glow = Item::fill(circle(Point::new(x, 0.0), 0.15), Paint::solid(color.faded(0.25)));
        let dot = Item::fill(circle(Point::new(x, 0.0), 0.075), Paint::solid(color));
        let tip = Item::fill(tip, Paint::solid(color));
        let mut parts =
            vec![Part::new("pointer").with_items([glow, dot, tip]).growing(Grow::Point(Point::new(x, 0.0)))];
        let words = self.label.as_ref().map(|label| now.text(label)).unwrap_or_default();
        let set = now.rich(&words, &label(self.size * 1.1, color));
        parts.push(put("label", &set, Point::new(x, head + self.size * 0.8), Hang::Centre));
        parts
    }
}

impl Visual for NumberLine {
    fn draw(&self, now: &Now<'_>) -> Drawing {
        let ink = || Paint::solid(now.role(Role::Muted));
        let half = self.width / 2.0;
        let ends = [Point::new(-half, 0.0), Point::new(half, 0.0)];
        let line = Item::stroke(polyline(ends, false), Stroke::new(ink(), 0.035));
        let mut ticks = Part::new("ticks").growing(Grow::Fade);
        let mut numbers = Part::new("numbers").growing(Grow::Fade);
        let style = label(self.size * 0.9, now.role(Role::Muted));
        let written = |value: f64| self.format.map_or_else(|| self.axis.written(value), |style| format(value, &style));
        // Numbers that would touch their neighbours are left out, evenly.
        let all = self.axis.ticks();
        let widest = all.iter().map(|v| now.rich(&written(*v), &style).layout.width()).fold(0.0, f64::max);
        let room = self.width / (all.len().max(2) - 1) as f64;
        let every = thinned(widest + self.size * 0.5, room);
        for (index, value) in all.into_iter().enumerate() {
            let x = self.x(value);
            let (long, shown) = if index % every == 0 { (0.12, self.figures) } else { (0.07, false) };
            if room <= LEAST_APART && !index.is_multiple_of(every) {
                continue;
            }
            let ends = [Point::new(x, -long), Point::new(x, long)];
            ticks.items.push(Item::stroke(polyline(ends, false), Stroke::new(ink(), 0.03)));
            if shown {
                let at = Point::new(x, -0.12 - self.size * 0.75);
                numbers.parts.push(put("", &now.rich(&written(value), &style), at, Hang::Centre));
            }
        }
        let mut part =
            Part::new("number_line").with_part(Part::new("line").with(line).growing(Grow::Stroke)).with_part(ticks);
        // The first and the last number stand out over the ends of the line.
        let beyond = numbers.bounds().map_or(half, |ink| ink.x1.max(-ink.x0).max(half));
        part.parts.push(numbers);
        let value = self.value.as_ref().map(|value| now.number(value));
        if let Some(value) = value.filter(|value| value.is_finite()) {
            part.parts.extend(self.pointer(now, value));
        }
        let above = match (&self.value, &self.label) {
            (None, _) => 0.15,
            (Some(_), None) => 0.4,
            (Some(_), Some(_)) => 0.4 + self.size * 1.4,
        };
        let below = if self.figures { 0.12 + self.size * 1.3 } else { 0.15 };
        let layout = Rect::new(-beyond, -below, beyond, above);
        let scale = self.width / (self.axis.to - self.axis.from);
        let plane = Affine::new([scale, 0.0, 0.0, 1.0, -half - self.axis.from * scale, 0.0]);
        let values = vec![("value", value.unwrap_or(f64::NAN))];
        Drawing { values, plane: Some(plane.into()), ..Drawing::within(layout, part) }
    }
}
