//! `bars`: a bar chart whose values follow their expressions: an axis, bars, values on top.

use super::lettering::{LABEL_SIZE_FIELD, fitted, label};
use super::{Drawing, Now, Reading, Visual, VisualSpec};
use crate::color::{Ink, Role};
use crate::diag::Diagnostic;
use crate::draw::{Grow, Item, Paint, Part, Stroke};
use crate::geom::{Affine, Point, Rect, Shape as _, polyline};
use crate::limits;
use crate::script::{FieldSpec, Num, Slot, TableFields, Takes};
use crate::typeset::{Format, format};

/// The registry's entry.
pub static SPEC: VisualSpec = VisualSpec {
    name: "bars",
    summary: "bars that follow values, over an axis",
    main: Some("values"),
    example: "bars: { values: { fixed: 2, clever: 1.75 }, most: 2, limit: 'H(moves)' }",
    fields: &[&[
        FieldSpec::optional("values", Takes::NumberMap, "the bars, by name"),
        FieldSpec::optional("heights", Takes::List, "in place of `values`: a list, or a column of data"),
        FieldSpec::optional("names", Takes::List, "the names of `heights`; if not given, they are numbered from 1"),
        FieldSpec::optional("colors", Takes::ColorMap, "colours of bars, by name; if not given, those of symbols"),
        FieldSpec::new("width", Takes::Fixed(0.2, 100.0), "4", "width of all bars in stage units"),
        FieldSpec::new("height", Takes::Fixed(0.2, 100.0), "4", "height of the axis in stage units"),
        FieldSpec::new("most", Takes::Number(1e-9, 1e12), "1", "the value at the top of the axis"),
        FieldSpec::optional("step", Takes::Fixed(1e-9, 1e12), "distance of ticks; if not given, a round one"),
        FieldSpec::optional("limit", Takes::Number(f64::NEG_INFINITY, f64::INFINITY), "a dashed line at this value"),
        FieldSpec::new("format", Takes::Text, ".2", "how figures are written"),
        FieldSpec::new("figures", Takes::Flag, "true", "a figure over each bar"),
        LABEL_SIZE_FIELD,
    ]],
    parts: &[
        ("*", "a bar with its name and figure"),
        ("*.bar", "the bar"),
        ("*.name", "its name"),
        ("*.value", "its figure"),
        ("axis", "the axis"),
        ("limit", "the line at the limit"),
    ],
    values: &[],
    actions: &[],
    read,
};

struct Bar {
    name: String,
    value: Num,
    ink: Ink,
}

struct Bars {
    bars: Vec<Bar>,
    /// Heights and names from lists.
    lists: Option<(Slot, Option<Slot>)>,
    width: f64,
    height: f64,
    most: Num,
    step: Option<f64>,
    format: Format,
    size: f64,
    figures: bool,
    limit: Option<Num>,
}

fn read(fields: &mut TableFields<'_>, _: &Reading<'_>) -> Option<Box<dyn Visual>> {
    let entries = fields.entries("values");
    let mut bars = Vec::new();
    for (index, (key, node)) in entries.iter().take(limits::COUNT).enumerate() {
        if let Some(value) = fields.reader().number(node, &(..)) {
            bars.push(Bar { name: key.text.clone(), value, ink: Ink::Role(Role::symbol(index)) });
        }
    }
    let (heights, names) = (fields.list("heights"), fields.list("names"));
    let lists = heights.map(|heights| (heights, names));
    let inks = fields.entries("colors");
    for (key, node) in inks {
        let ink = fields.reader().ink(node);
        match (bars.iter_mut().find(|bar| bar.name == key.text), ink) {
            (Some(bar), Some(ink)) => bar.ink = ink,
            (None, _) => {
                fields.report(Diagnostic::error("unknown-name", &key.span, format!("there is no bar `{}`", key.text)))
            }
            (_, None) => {}
        }
    }
    let width = fields.fixed_or_default("width");
    let height = fields.fixed_or_default("height");
    let most = fields.number_or_default("most");
    let step = fields.fixed("step");
    let written = fields.text("format").and_then(|(text, _)| Format::parse(&text));
    let size = fields.fixed_or_default("size");
    let figures = fields.flag("figures");
    let limit = fields.number("limit");
    let format = written.unwrap_or_default();
    if entries.is_empty() == lists.is_none() {
        let found = Diagnostic::error("missing-key", fields.span(), "bars need either `values` or `heights`");
        fields.report(found.hint("`values: { a: 1, b: 2 }`, or `heights: table.count` with `names: table.letter`"));
        return None;
    }
    Some(Box::new(Bars { bars, lists, width, height, most, step, format, size, figures, limit }))
}

impl Bars {
    fn y(&self, value: f64, most: f64) -> f64 {
        if value.is_finite() { self.height * (value / most).clamp(0.0, 1.2) } else { 0.0 }
    }

    fn axis(&self, now: &Now<'_>, most: f64) -> Part {
        let (left, right) = (-self.width / 2.0, self.width / 2.0);
        let stroke = |role: Role| Stroke::new(Paint::solid(now.role(role)), 0.03);
        let mut part = Part::new("axis");
        if let Some(step) = self.step {
            let mut ticks = Part::new("ticks").growing(Grow::Fade);
            for i in 0..=(libm::floor(most / step + 1e-9).min(100.0) as usize) {
                let y = self.y(step * i as f64, most);
                let line = polyline([Point::new(left, y), Point::new(right, y)], false);
                let faint = Stroke::new(Paint::solid(now.role(Role::Faint)), 0.016);
                ticks.items.push(Item::stroke(line, faint));
                let set = now.label(
                    &format(step * i as f64, &Format::default()),
                    &label(self.size * 0.85, now.role(Role::Muted)),
                );
                let at = (left - self.size * 0.45 - set.layout.x1, y - set.middle);
                ticks.parts.push(Part { name: String::new(), ..set.part.clone() }.transformed(Affine::translate(at)));
            }
            part.parts.push(ticks);
        }
        let base = polyline([Point::new(left, 0.0), Point::new(right, 0.0)], false);
        part.parts.push(Part::new("base").with(Item::stroke(base, stroke(Role::Muted))).growing(Grow::Stroke));
        part
    }

    /// The bars of lists. Bars of data have one colour: they are one thing counted.
    fn listed(&self, now: &Now<'_>) -> Vec<Bar> {
        let Some((heights, names)) = self.lists else { return Vec::new() };
        let names = names.map_or(Vec::new(), |names| now.words(names, &Format::default()));
        let bar = |(index, height): (usize, f64)| Bar {
            name: names.get(index).cloned().unwrap_or_else(|| (index + 1).to_string()),
            value: Num::Fixed(height),
            ink: Ink::Role(Role::Probability),
        };
        now.numbers(heights).into_iter().take(limits::COUNT).enumerate().map(bar).collect()
    }

    fn bar(&self, now: &Now<'_>, bar: &Bar, (index, count): (usize, usize), most: f64) -> Part {
        let slot = self.width / count.max(1) as f64;
        let middle = -self.width / 2.0 + slot * (index as f64 + 0.5);
        let value = now.number(&bar.value);
        let height = self.y(value, most);
        let color = now.ink(bar.ink);
        let rect = Rect::new(middle - slot * 0.32, 0.0, middle + slot * 0.32, height.max(0.0));
        let mut part = Part::new(bar.name.clone()).with_attribute("value", value);
        if height > 0.0 {
            part.parts.push(
                Part::new("bar").with(Item::fill(rect.to_path(1e-3), Paint::solid(color))).growing(Grow::Vertical(0.0)),
            );
        }
        let set = now.label(&bar.name, &label(self.size, now.role(Role::Ink)));
        part.parts.push(fitted("name", &set, Point::new(middle, -self.size * 0.8), slot * 0.94, 0.55));
        if self.figures && value.is_finite() {
            let set = now.label(&format(value, &self.format), &label(self.size, color));
            part.parts.push(fitted("value", &set, Point::new(middle, height + self.size * 0.62), slot * 0.96, 0.5));
        }
        part
    }
}

impl Visual for Bars {
    fn draw(&self, now: &Now<'_>) -> Drawing {
        let most = now.number(&self.most).max(1e-9);
        let mut part = Part::new("bars").with_part(self.axis(now, most));
        let listed = self.listed(now);
        let all = if self.lists.is_some() { &listed } else { &self.bars };
        for (index, bar) in all.iter().enumerate() {
            part.parts.push(self.bar(now, bar, (index, all.len()), most));
        }
        if let Some(limit) = &self.limit {
            let y = self.y(now.number(limit), most);
            let line = polyline([Point::new(-self.width / 2.0, y), Point::new(self.width / 2.0, y)], false);
            let stroke = Stroke::new(Paint::solid(now.role(Role::Accent)), 0.035).dashed(0.14, 0.12);
            part.parts.push(Part::new("limit").with(Item::stroke(line, stroke)).growing(Grow::Stroke));
        }
        let margin = if self.step.is_some() { self.size * 1.5 } else { 0.0 };
        let layout =
            Rect::new(-self.width / 2.0 - margin, -self.size * 1.5, self.width / 2.0, self.height + self.size * 1.2);
        let plane = Affine::new([self.width, 0.0, 0.0, self.height / most, -self.width / 2.0, 0.0]);
        Drawing { plane: Some(plane), ..Drawing::of(part).with_layout(layout) }
    }
}
