//! `info_bars`: the information of each symbol of a message as a bar, -log2 p high, over a ruler of bits. The bars can lie down
//! end to end: information adds up.

use super::lettering::{Hang, LABEL_SIZE_FIELD, fitted, label, put};
use super::shapes::gap;
use super::{ActionSpec, Drawing, Now, Reading, Visual, VisualSpec};
use crate::color::Role;
use crate::draw::{Grow, Item, Paint, Part, Stroke};
use crate::geom::{Affine, Point, Rect, Shape as _, lerp, polyline};
use crate::info::information_bits;
use crate::limits;
use crate::script::{FieldSpec, Slot, TableFields, Takes};
use crate::typeset::{Format, format};

/// The registry's entry.
pub static SPEC: VisualSpec = VisualSpec {
    name: "info_bars",
    summary: "the information of each symbol as a bar; the bars add up end to end",
    main: Some("chances"),
    example: "info_bars: { chances: [1/2, 1/8, 1/3, 1/16, 0.9], bit: 0.5, bits: 5, average: true }",
    fields: &[&[
        FieldSpec::required("chances", Takes::List, "the probability of each symbol, given those before it"),
        FieldSpec::new("slot", Takes::Fixed(0.02, 20.0), "0.88", "width for a symbol: the box of a tape with its gap"),
        FieldSpec::new("bit", Takes::Fixed(0.01, 10.0), "0.5", "height of a bit in stage units"),
        FieldSpec::new("bits", Takes::Whole(1, 64), "6", "bits that the ruler reaches up to; taller bars are cut"),
        FieldSpec::new("ruler", Takes::Flag, "true", "lines at whole bits"),
        FieldSpec::new("figures", Takes::Flag, "true", "bits over the bars"),
        FieldSpec::new("average", Takes::Flag, "false", "a dashed line at the mean"),
        LABEL_SIZE_FIELD,
    ]],
    parts: &[
        ("*", "a bar, by position"),
        ("*.bar", "the bar without its figure"),
        ("*.bits", "its figure"),
        ("ruler", "the lines at whole bits"),
        ("average", "the line at the mean, if there is one"),
    ],
    values: &[("total", "information of all, in bits"), ("mean", "bits per symbol"), ("count", "symbols")],
    actions: &[ActionSpec {
        name: "lie_down",
        summary: "the bars turn over and lie end to end under the row: their lengths add up",
        secs: 2.5,
        args: &[],
    }],
    read,
};

/// Bits that a bar is long at most when it lies.
const LONGEST: f64 = 60.0;

struct InfoBars {
    chances: Slot,
    slot: f64,
    bit: f64,
    bits: f64,
    ruler: bool,
    figures: bool,
    average: bool,
    size: f64,
}

fn read(fields: &mut TableFields<'_>, _: &Reading<'_>) -> Option<Box<dyn Visual>> {
    let chances = fields.list("chances");
    let (slot, bit) = (fields.fixed_or_default("slot"), fields.fixed_or_default("bit"));
    let bits = fields.whole("bits").unwrap_or(6) as f64;
    let (ruler, figures, average) = (fields.flag("ruler"), fields.flag("figures"), fields.flag("average"));
    let size = fields.fixed_or_default("size");
    Some(Box::new(InfoBars { chances: chances?, slot, bit, bits, ruler, figures, average, size }))
}

impl InfoBars {
    fn ruler(&self, now: &Now<'_>, width: f64) -> Part {
        let mut part = Part::new("ruler").aside().growing(Grow::Parts);
        let style = label(self.size * 0.85, now.role(Role::Muted));
        for bits in 0..=self.bits as usize {
            let y = self.bit * bits as f64;
            let ends = [Point::new(-self.slot / 2.0, y), Point::new(width - self.slot / 2.0, y)];
            let stroke = Stroke::new(Paint::solid(now.role(Role::Faint)), 0.02);
            let line = Item::stroke(polyline(ends, false), if bits == 0 { stroke } else { stroke.dashed(0.08, 0.08) });
            let mut mark = Part::new(format!("line{bits}")).with(line).growing(Grow::Stroke);
            if self.bit > self.size * 1.1 || bits.is_multiple_of(2) {
                let at = Point::new(-self.slot / 2.0 - self.size * 0.4, y);
                mark.parts.push(put("number", &now.label(&bits.to_string(), &style), at, Hang::Right));
            }
            part.parts.push(mark);
        }
        part
    }

    /// Where a bar is when it has turned over: its foot at the left, after those before it.
    fn bar(&self, now: &Now<'_>, index: usize, (count, before, total): (usize, f64, f64), p: f64) -> Part {
        let bits = information_bits(p);
        let height = self.bit * bits.min(self.bits + 0.5);
        let wide = self.slot * 0.62;
        let color = now.role(Role::Information);
        let color = color.lerp(now.role(Role::Ground), 0.32 * (index % 2) as f32);
        let lying = now.action("lie_down").map_or(0.0, |action| action.clock.part(index, count));
        // Lying, bars have their true lengths, as they are added up.
        let length = lerp(height, self.bit * bits.min(LONGEST), lying);
        let rect = Rect::new(-wide / 2.0, 0.0, wide / 2.0, length.max(0.02));
        let mut bar = Part::new("bar").with(Item::fill(rect.to_path(1e-3), Paint::solid(color)));
        if bits > self.bits + 0.5 && lying <= 0.0 {
            let y = length - self.bit.min(0.9) * 0.4;
            bar.items.push(gap(now, Point::new(-wide / 2.0, y), Point::new(wide / 2.0, y)));
        }
        let middle = self.slot * (count as f64 - 1.0) / 2.0;
        let foot = Point::new(self.slot * index as f64, 0.0);
        let goal = Point::new(middle + self.bit * (before - total / 2.0), -wide / 2.0 - self.size * 0.9);
        let at = foot.lerp(goal, lying);
        let (sin, cos) = libm::sincos(-std::f64::consts::FRAC_PI_2 * lying);
        let turned = Affine::translate(at.to_vec2()) * Affine::new([cos, sin, -sin, cos, 0.0, 0.0]);
        let mut part = Part::new(index.to_string()).with_attribute("bits", bits).with_attribute("p", p);
        part.parts.push(bar.growing(Grow::Vertical(0.0)).transformed(turned));
        if self.figures {
            let words = match Format::parse(if bits >= 9.95 { ".0" } else { ".1" }) {
                Some(style) if bits.is_finite() => format(bits, &style),
                _ => "∞".into(),
            };
            let set = now.label(&words, &label(self.size * 0.9, color));
            let at = Point::new(foot.x, height + self.size * 0.6);
            part.parts.push(fitted("bits", &set, at, self.slot * 0.96, 0.6).faded(1.0 - lying));
        }
        part
    }
}

impl InfoBars {
    /// The pieces of a line across at a height that no figure over a bar is in the way of.
    fn beside_figures(&self, bits: &[f64], y: f64, width: f64, gone: bool) -> Vec<(f64, f64)> {
        let (mut pieces, mut from) = (Vec::new(), -self.slot / 2.0);
        for (index, bits) in bits.iter().enumerate().filter(|_| self.figures && !gone) {
            let figure = self.bit * bits.min(self.bits + 0.5) + self.size * 0.6;
            if (figure - y).abs() < self.size * 0.52 {
                let (middle, half) = (self.slot * index as f64, (self.size * 0.75).min(self.slot / 2.0));
                pieces.push((from, middle - half));
                from = middle + half;
            }
        }
        pieces.push((from, width - self.slot / 2.0));
        pieces.retain(|(from, to)| to - from > 1e-6);
        pieces
    }
}

impl Visual for InfoBars {
    fn draw(&self, now: &Now<'_>) -> Drawing {
        let chances: Vec<f64> = now.numbers(self.chances).into_iter().take(limits::COUNT).collect();
        let bits: Vec<f64> = chances.iter().map(|p| information_bits(*p)).collect();
        let total: f64 = bits.iter().sum();
        // What is impossible has no length: the others lie as if it were long.
        let long = |bits: f64| if bits.is_nan() { 0.0 } else { bits.min(LONGEST) };
        let length: f64 = bits.iter().map(|bits| long(*bits)).sum();
        let count = chances.len();
        let width = self.slot * count.max(1) as f64;
        let mut part = Part::new("info_bars");
        if self.ruler {
            part.parts.push(self.ruler(now, width));
        }
        let mut before = 0.0;
        for (index, (p, bits)) in chances.iter().zip(&bits).enumerate() {
            if bits.is_nan() {
                continue;
            }
            part.parts.push(self.bar(now, index, (count, before, length), *p));
            before += long(*bits);
        }
        let mean = total / count.max(1) as f64;
        if self.average && mean.is_finite() {
            let mut line = Part::new("average").aside().growing(Grow::Stroke);
            // Bars that lie have left their figures behind.
            let gone = now.action("lie_down").is_some_and(|action| action.clock.whole() >= 1.0);
            let pen = || Stroke::new(Paint::solid(now.role(Role::Accent)), 0.035).dashed(0.14, 0.1);
            for (from, to) in self.beside_figures(&bits, self.bit * mean, width, gone) {
                let ends = [from, to].map(|x| Point::new(x, self.bit * mean));
                line.items.push(Item::stroke(polyline(ends, false), pen()));
            }
            let written = Format::parse(".2").map_or_else(String::new, |style| format(mean, &style));
            let set = now.label(&written, &label(self.size, now.role(Role::Accent)));
            let at = Point::new(width - self.slot / 2.0 + self.size * 0.35, self.bit * mean);
            line.parts.push(put("figure", &set, at, Hang::Left));
            part.parts.push(line);
        }
        let half = self.slot / 2.0;
        let left = if self.ruler { half + self.size * 1.2 } else { half };
        let right = width - half + if self.average { self.size * 2.4 } else { 0.0 };
        let layout = Rect::new(-left, 0.0, right, self.bit * self.bits + self.size);
        let values = vec![("total", total), ("mean", mean), ("count", count as f64)];
        Drawing { values, ..Drawing::within(layout, part) }
    }
}
