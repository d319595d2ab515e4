//! `candidates`: the likeliest symbols of a distribution as a list: name, bar, percentage.

use super::lettering::{Hang, LABEL_SIZE_FIELD, blank, label, mono, percentage, put};
use super::shapes::gap;
use super::{Drawing, Now, Reading, Visual, VisualSpec};
use crate::color::{Ink, Role};
use crate::draw::{Grow, Item, Paint, Part};
use crate::geom::{Point, Rect, Vec2, circle, rounded_rect};
use crate::limits;
use crate::script::{FieldSpec, Num, Slot, TableFields, Takes};

/// The registry's entry.
pub static SPEC: VisualSpec = VisualSpec {
    name: "candidates",
    summary: "the likeliest symbols of a source: name, bar, percentage",
    main: Some("source"),
    example: "candidates: { source: moves, top: 3, width: 4 }",
    fields: &[&[
        FieldSpec::required("source", Takes::Source, "the distribution"),
        FieldSpec::new("top", Takes::Whole(1, limits::COUNT as i64), "8", "how many rows"),
        FieldSpec::new("sorted", Takes::Flag, "true", "the likeliest first; else in the order of the source"),
        FieldSpec::new("width", Takes::Fixed(0.1, 100.0), "3", "width of the longest bar in stage units"),
        FieldSpec::new("most", Takes::Number(1e-9, 1.0), "1", "the probability of the longest bar"),
        FieldSpec::new("figures", Takes::Flag, "true", "percentages"),
        FieldSpec::new("color", Takes::Color, "probability", "colour of the bars"),
        LABEL_SIZE_FIELD,
    ]],
    parts: &[
        ("*", "a row, by symbol"),
        ("*.name", "the symbol"),
        ("*.bar", "its bar"),
        ("*.p", "its percentage"),
        ("more", "dots for those that are not shown"),
    ],
    values: &[("count", "symbols of the source"), ("shown", "probability of all rows together")],
    actions: &[],
    read,
};

/// A bar longer than so many of the longest is cut off, with a visible break.
const BEYOND: f64 = 1.06;

struct Candidates {
    source: Slot,
    top: usize,
    sorted: bool,
    width: f64,
    most: Num,
    figures: bool,
    ink: Ink,
    size: f64,
}

fn read(fields: &mut TableFields<'_>, _: &Reading<'_>) -> Option<Box<dyn Visual>> {
    let source = fields.distribution("source");
    let top = fields.whole("top").unwrap_or(8);
    let sorted = fields.flag("sorted");
    let width = fields.fixed_or_default("width");
    let most = fields.number_or_default("most");
    let figures = fields.flag("figures");
    let ink = fields.ink("color").unwrap_or(Ink::Role(Role::Probability));
    let size = fields.fixed_or_default("size");
    Some(Box::new(Candidates { source: source?, top, sorted, width, most, figures, ink, size }))
}

impl Visual for Candidates {
    fn draw(&self, now: &Now<'_>) -> Drawing {
        let Some(source) = now.distribution(self.source) else { return Drawing::of(Part::new("candidates")) };
        let mut order: Vec<usize> = (0..source.len()).collect();
        if self.sorted {
            order.sort_by(|a, b| source.p(*b).total_cmp(&source.p(*a)).then(a.cmp(b)));
        }
        order.truncate(self.top);
        let (row, most) = (self.size * 1.5, now.number(&self.most).max(1e-9));
        let style = mono(self.size, now.role(Role::Ink));
        let names: Vec<_> = order.iter().filter_map(|&i| source.names().get(i)).collect();
        let widest = names.iter().map(|name| now.label(name, &style).layout.width()).fold(0.0, f64::max);
        let color = now.ink(self.ink);
        let mut part = Part::new("candidates");
        let mut shown = 0.0;
        for (place, (&index, name)) in order.iter().zip(&names).enumerate() {
            let (p, y) = (source.p(index), -row * place as f64);
            shown += p;
            let mut line = Part::new(name.as_str()).with_attribute("p", p).with_attribute("symbol", name.as_str());
            let at = Point::new(-self.size * 0.4, y);
            line.parts.push(match name.as_str() {
                // A blank is a symbol too, and has to be seen.
                " " => {
                    let sign = blank(at - Vec2::new(self.size * 0.3, 0.0), self.size * 1.4, now);
                    Part::new("name").with(sign).growing(Grow::Fade)
                }
                name => put("name", &now.label(name, &style), at, Hang::Right),
            });
            let wide = (self.width * (p / most).min(BEYOND)).max(0.015);
            let rect = Rect::new(0.0, y - self.size * 0.48, wide, y + self.size * 0.48);
            let bar = Item::fill(rounded_rect(rect, (self.size * 0.1).min(wide / 2.0)), Paint::solid(color));
            let mut bar = Part::new("bar").with(bar).growing(Grow::Horizontal(0.0));
            if p / most > BEYOND {
                let x = wide - self.size * 0.5;
                bar.items.push(gap(now, Point::new(x, rect.y0), Point::new(x, rect.y1)));
            }
            line.parts.push(bar);
            if self.figures {
                let set = now.label(&percentage(p), &label(self.size * 0.95, color));
                line.parts.push(put("p", &set, Point::new(wide + self.size * 0.35, y), Hang::Left));
            }
            part.parts.push(line);
        }
        let mut more = Part::new("more").aside().growing(Grow::Fade);
        let mut rows = order.len() as f64;
        if source.len() > order.len() {
            for i in 0..3 {
                let at = Point::new(-self.size * 0.8, -row * rows + self.size * 0.4 * (1.0 - f64::from(i)));
                more.items.push(Item::fill(circle(at, self.size * 0.07), Paint::solid(now.role(Role::Muted))));
            }
            rows += 1.0;
        }
        part.parts.push(more);
        let side = self.width * (BEYOND - 1.0) + if self.figures { self.size * 2.6 } else { 0.0 };
        let layout = Rect::new(-widest - self.size * 0.4, -row * (rows - 0.5), self.width + side, row * 0.5);
        let values = vec![("count", source.len() as f64), ("shown", shown)];
        Drawing { values, ..Drawing::within(layout, part) }
    }
}
