//! `entropy_chart`: the signature picture. A strip of segments as wide as the probabilities, and on each a bar as high as its
//! information, -log2 p (or as the length of its code word). One unit of width is a probability of 1, one of height a bit; so
//! the area is the mean number of bits: the entropy. `prob_strip` is the strip alone.

use std::sync::Arc;

use super::lettering::{LABEL_SIZE_FIELD, LEAVING, halo, label, mono};
use super::shapes::gap;
use super::{Drawing, Now, Reading, Visual, VisualSpec};
use crate::color::{Rgba, Role};
use crate::draw::{Grow, Item, Paint, Part, Stroke};
use crate::geom::{Affine, Point, Rect, Shape as _, polyline};
use crate::info::{Code, Distribution, information_bits};
use crate::script::{FieldSpec, Slot, TableFields, Takes, Template};
use crate::typeset::{Format, TextStyle, Typeset, format};

/// The registry's entry of `entropy_chart`.
pub static CHART: VisualSpec = VisualSpec {
    name: "entropy_chart",
    summary: "a strip of probabilities under bars of information: area is bits",
    main: Some("source"),
    example: "entropy_chart: { source: moves, code: clever, width: 7, bit: 1.1 }",
    fields: &[
        STRIP_FIELDS,
        &[
            FieldSpec::new("width", Takes::Fixed(0.2, 100.0), "7", "width of probability 1 in stage units"),
            FieldSpec::new("bit", Takes::Fixed(0.01, 10.0), "1.1", "height of a bit in stage units"),
            FieldSpec::new(
                "bits",
                Takes::Fixed(0.5, 64.0),
                "3",
                "bits that the axis reaches up to; taller bars are cut",
            ),
            FieldSpec::optional(
                "code",
                Takes::Code,
                "bars are as high as its words are long; if not given, as -log2 p",
            ),
            FieldSpec::optional(
                "model",
                Takes::Source,
                "bars are -log2 q high for this source q, while widths stay p: area is the cross-entropy",
            ),
            FieldSpec::new(
                "signed",
                Takes::Flag,
                "false",
                "bars of log2(p/q), up or down, for the `model` q: area is the divergence",
            ),
            FieldSpec::new("axis", Takes::Flag, "true", "an axis with lines at whole bits"),
            FieldSpec::optional("axis_label", Takes::Template, "words at the axis"),
        ],
    ],
    parts: &[
        ("*", "a symbol's column"),
        ("*.bar", "its bar"),
        ("*.bits", "its figure; `*.word` if it is a code word"),
        ("*.segment", "its part of the strip"),
        ("*.name", "its name"),
        ("*.p", "its probability"),
        ("axis", "the axis"),
    ],
    values: &[
        ("area", "sum of width times height of the bars, in bits: entropy, mean length, cross-entropy or divergence"),
        ("entropy", "entropy of the source, in bits"),
        ("count", "symbols"),
    ],
    actions: &[],
    read: read_chart,
};

/// The registry's entry of `prob_strip`.
pub static STRIP: VisualSpec = VisualSpec {
    name: "prob_strip",
    summary: "a strip cut into segments as wide as the probabilities",
    main: Some("source"),
    example: "prob_strip: { source: moves, width: 8 }",
    fields: &[
        STRIP_FIELDS,
        &[FieldSpec::new("width", Takes::Fixed(0.2, 100.0), "8", "width of probability 1 in stage units")],
    ],
    parts: &[
        ("*", "a symbol's column"),
        ("*.segment", "its part of the strip"),
        ("*.name", "its name"),
        ("*.p", "its probability"),
    ],
    values: &[("area", "0: a strip has no bars"), ("entropy", "entropy of the source, in bits"), ("count", "symbols")],
    actions: &[],
    read: read_strip,
};

/// Bars are cut off so many bits over the axis, with a visible break: information has no bound.
const BEYOND: f64 = 0.5;
/// Labels are well read down to this scale; names on their segments to a smaller one.
const LEAST: f64 = 0.7;
const LEAST_INSIDE: f64 = 0.62;
/// Space between neighbours, so that segments read as such.
const SEAM: f64 = 0.025;

/// What strip and chart share.
const STRIP_FIELDS: &[FieldSpec] = &[
    FieldSpec::required("source", Takes::Source, "the distribution"),
    FieldSpec::new("strip", Takes::Fixed(0.05, 10.0), "0.62", "height of the strip in stage units"),
    FieldSpec::new("names", Takes::Flag, "true", "symbols in the segments"),
    FieldSpec::new("numbers", Takes::Flag, "true", "probabilities beneath"),
    FieldSpec::new("format", Takes::Text, "frac", "how probabilities are written"),
    LABEL_SIZE_FIELD,
];

struct Chart {
    source: Slot,
    /// Bars are as high as this code's words.
    code: Option<Slot>,
    /// Bars go by this source.
    model: Option<Slot>,
    signed: bool,
    width: f64,
    strip: f64,
    /// Height of a bit; 0 for the strip alone.
    bit: f64,
    /// Bits that the axis and its lines reach up to.
    most: f64,
    size: f64,
    names: bool,
    numbers: bool,
    format: Format,
    axis: bool,
    axis_label: Option<Template>,
}

fn read_chart(fields: &mut TableFields<'_>, _: &Reading<'_>) -> Option<Box<dyn Visual>> {
    let bit = fields.fixed_or_default("bit");
    let most = fields.fixed_or_default("bits");
    let code = fields.code("code");
    let model = fields.distribution("model");
    let signed = fields.flag("signed") && model.is_some();
    let axis = fields.flag("axis");
    let axis_label = fields.template("axis_label");
    let chart = read(fields)?;
    Some(Box::new(Chart { code, model, signed, bit, most, axis, axis_label, ..chart }))
}

fn read_strip(fields: &mut TableFields<'_>, _: &Reading<'_>) -> Option<Box<dyn Visual>> {
    read(fields).map(|chart| Box::new(chart) as Box<dyn Visual>)
}

fn read(fields: &mut TableFields<'_>) -> Option<Chart> {
    let source = fields.distribution("source");
    let width = fields.fixed_or_default("width");
    let strip = fields.fixed_or_default("strip");
    let size = fields.fixed_or_default("size");
    let names = fields.flag("names");
    let numbers = fields.flag("numbers");
    let written = fields.text("format").and_then(|(text, _)| Format::parse(&text));
    let format = written.unwrap_or_default();
    let axis_label = None;
    Some(Chart {
        source: source?,
        code: None,
        model: None,
        signed: false,
        width,
        strip,
        bit: 0.0,
        most: 3.0,
        size,
        names,
        numbers,
        format,
        axis: false,
        axis_label,
    })
}

/// Between the two ends of a role's range of shades.
fn shade(now: &Now<'_>, role: Role, index: usize, count: usize) -> Rgba {
    let color = now.role(role);
    let far = color.lerp(now.role(Role::Ground), 0.34);
    let share = if count > 1 { index as f32 / (count - 1) as f32 } else { 0.0 };
    color.lerp(far, share)
}

/// What the bars stand for.
enum Heights {
    /// -log2 p.
    Own,
    /// Lengths of code words.
    Code(Arc<Code>),
    /// -log2 q.
    Model(Arc<Distribution>),
    /// log2(p/q).
    Signed(Arc<Distribution>),
}

impl Heights {
    /// Height of a symbol's bar, in bits.
    fn bits(&self, source: &Distribution, index: usize) -> f64 {
        let own = || information_bits(source.p(index));
        match self {
            Self::Own => own(),
            Self::Code(code) => code.words().get(index).map_or_else(own, |word| word.len() as f64),
            Self::Model(model) => information_bits(model.p(index)),
            Self::Signed(model) => information_bits(model.p(index)) - own(),
        }
    }

    /// The colour of a bar.
    fn role(&self, bits: f64) -> Role {
        match self {
            Self::Own | Self::Code(_) => Role::Information,
            Self::Model(_) => Role::Model,
            Self::Signed(_) => {
                if bits < 0.0 {
                    Role::Loss
                } else {
                    Role::Probability
                }
            }
        }
    }
}

impl Chart {
    fn heights(&self, now: &Now<'_>) -> Heights {
        let model = self.model.and_then(|slot| now.distribution(slot));
        match (self.code.and_then(|slot| now.code(slot)), model, self.signed) {
            (Some(code), _, _) => Heights::Code(code),
            (None, Some(model), true) => Heights::Signed(model),
            (None, Some(model), false) => Heights::Model(model),
            (None, None, _) => Heights::Own,
        }
    }

    /// How far the strip is below the foot of the bars: signed bars need room there.
    fn drop(&self) -> f64 {
        if self.signed { self.bit * self.most + self.size * 1.35 } else { 0.0 }
    }

    /// A symbol's segment, bar and labels.
    fn column(&self, now: &Now<'_>, source: &Distribution, heights: &Heights, index: usize, left: f64) -> Column {
        let p = source.p(index);
        let width = self.width * p;
        let seam = SEAM.min(width * 0.2) / 2.0;
        let drop = self.drop();
        let rect = Rect::new(left + seam, -drop - self.strip, left + width - seam, -drop);
        let middle = left + width / 2.0;
        let name = source.names().get(index).cloned().unwrap_or_default();
        let fill = Paint::solid(shade(now, Role::Probability, index, source.len()));
        let segment = Part::new("segment").with(Item::fill(rect.to_path(1e-3), fill)).growing(Grow::Horizontal(left));
        let bits = heights.bits(source, index);
        let part = Part::new(name.clone()).with_part(segment);
        let part = part.with_attribute("p", p).with_attribute("bits", bits).with_attribute("symbol", name.as_str());
        let name = self.names.then(|| {
            let set = now.label(&name, &label(self.size, now.role(Role::Ground)));
            let at = Point::new(middle, -drop - self.strip / 2.0);
            Label { name: "name", set, at, room: width - 0.1, least: LEAST_INSIDE }
        });
        let p = self.numbers.then(|| {
            let style = label(self.size * 0.95, now.role(Role::Probability));
            let set = now.label(&written(source, index, &self.format), &style);
            let at = Point::new(middle, -drop - self.strip - self.size * 0.72);
            Label { name: "p", set, at, room: width - 0.08, least: LEAST }
        });
        let bar = (self.bit > 0.0).then(|| self.bar(now, source, heights, index, [left + seam, left + width - seam]));
        let (bar, top) = bar.unzip();
        Column { part, bar, labels: [name, p, top] }
    }

    /// A symbol's bar, and what stands over it.
    fn bar(
        &self,
        now: &Now<'_>,
        source: &Distribution,
        heights: &Heights,
        index: usize,
        [left, right]: [f64; 2],
    ) -> (Part, Label) {
        let bits = heights.bits(source, index);
        let below = bits < 0.0;
        let most = if self.signed { self.most } else { self.most + BEYOND };
        let shown = if bits.is_finite() { bits.clamp(-most, most) } else { most };
        let height = self.bit * shown;
        let color = shade(now, heights.role(bits), index, source.len());
        let rect = if below {
            Rect::new(left, height.min(-SEAM), right, -SEAM)
        } else {
            Rect::new(left, SEAM, right, height.max(SEAM))
        };
        let mut bar = Part::new("bar").growing(Grow::Vertical(0.0));
        bar.items.push(Item::fill(rect.to_path(1e-3), Paint::solid(color.faded(0.86))));
        if bits.is_nan() || bits > most {
            // A break near the top says that it goes on.
            let y = height - self.bit.min(0.9) * 0.4;
            bar.items.push(gap(now, Point::new(left, y), Point::new(right, y)));
        }
        // Over the lines of the axis figures need a halo.
        let readable = |style: TextStyle| TextStyle { halo: Some(halo(now, self.size)), ..style };
        let word = if let Heights::Code(code) = heights { code.words().get(index) } else { None };
        let top = match word {
            Some(word) => now.label(&word.to_string(), &readable(mono(self.size * 1.05, now.role(Role::Ink)))),
            None => {
                let text = if bits.is_finite() { format(bits, &bits_format(bits)) } else { "∞".into() };
                now.label(&text, &readable(label(self.size, now.role(heights.role(bits)))))
            }
        };
        let above = if below { height - self.size * 0.62 } else { height + self.size * 0.62 };
        let name = if word.is_some() { "word" } else { "bits" };
        let at = Point::new((left + right) / 2.0, above);
        (bar, Label { name, set: top, at, room: (right - left - 0.04).max(0.0), least: LEAST })
    }

    /// Lines at whole bits, with their numbers.
    fn axis(&self, now: &Now<'_>) -> Part {
        let mut part = Part::new("axis").aside();
        let left = -self.width / 2.0;
        let style = label(self.size * 0.9, now.role(Role::Muted));
        let least = if self.signed { -(self.most as i64) } else { 0 };
        for bits in least..=(self.most as i64) {
            let y = self.bit * bits as f64;
            let line = polyline([Point::new(left, y), Point::new(self.width / 2.0, y)], false);
            let stroke = Stroke::new(Paint::solid(now.role(Role::Faint)), 0.02);
            let mut mark = Part::new(format!("line{bits}")).growing(Grow::Stroke);
            mark.items.push(Item::stroke(line, if bits == 0 { stroke } else { stroke.dashed(0.08, 0.08) }));
            let set = now.label(&bits.to_string().replace('-', "−"), &style);
            let at = (left - self.size * 0.5 - set.layout.x1, y - set.middle);
            mark.parts.push(
                Part { name: "number".into(), ..set.part.clone() }
                    .growing(Grow::Fade)
                    .transformed(Affine::translate(at)),
            );
            part.parts.push(mark);
        }
        let words = self.axis_label.as_ref().map_or_else(|| "bits".to_owned(), |template| now.text(template));
        let style = label(self.size * 0.95, now.role(Role::Information));
        let set = now.rich(&words, &style);
        let at = (left - self.size * 0.5 - set.layout.x1, self.bit * self.most + self.size * 1.05);
        part.parts.push(
            Part { name: "label".into(), ..set.part.clone() }.growing(Grow::Fade).transformed(Affine::translate(at)),
        );
        part
    }
}

/// What a symbol shows.
struct Column {
    part: Part,
    bar: Option<Part>,
    /// Name, probability, and what stands over the bar.
    labels: [Option<Label>; 3],
}

/// A label that is centred at a place where there may be too little room for it.
struct Label {
    name: &'static str,
    set: Arc<Typeset>,
    at: Point,
    room: f64,
    /// The scale down to which it is still well read.
    least: f64,
}

impl Label {
    /// The scale at which it fits.
    fn scale(&self) -> f64 {
        (self.room / self.set.layout.width().max(1e-6)).clamp(0.0, 1.0)
    }

    /// How far it is there: it leaves, and does not pop, where it would be too small.
    fn shown(&self) -> f64 {
        ((self.scale() - self.least) / LEAVING).clamp(0.0, 1.0)
    }

    /// The label, no larger than its kind.
    fn part(self, largest: f64) -> Part {
        let centred = Affine::translate(self.at.to_vec2())
            * Affine::scale(self.scale().min(largest).max(self.least))
            * Affine::translate((-self.set.layout.center().x, -self.set.middle));
        let part = Part { name: self.name.into(), ..self.set.part.clone() };
        part.growing(Grow::Fade).transformed(centred).faded(self.shown())
    }
}

/// The scale of labels of one kind: that of the smallest, as far as it is there. Neighbours of several sizes look like a slip.
fn common<'a>(labels: impl Iterator<Item = &'a Label>) -> f64 {
    labels.map(|label| 1.0 + (label.scale() - 1.0) * label.shown()).fold(1.0, f64::min)
}

fn written(source: &Distribution, index: usize, style: &Format) -> String {
    match source.exact(index) {
        Some(ratio) if *style == Format::parse("frac").unwrap_or_default() && ratio.parts().1 <= 64 => {
            ratio.to_string()
        }
        _ => {
            let decimals = Format::parse(".2").unwrap_or_default();
            let fraction = Format::parse("frac").unwrap_or_default();
            format(source.p(index), if *style == fraction { &decimals } else { style })
        }
    }
}

/// Whole numbers of bits as such, others with two decimals.
fn bits_format(bits: f64) -> Format {
    let whole = (bits - libm::round(bits)).abs() < 1e-9;
    Format::parse(if whole { "d" } else { ".2" }).unwrap_or_default()
}

impl Visual for Chart {
    fn draw(&self, now: &Now<'_>) -> Drawing {
        let Some(source) = now.distribution(self.source) else { return Drawing::of(Part::new("chart")) };
        let heights = self.heights(now);
        let mut part = Part::new("chart");
        if self.axis && self.bit > 0.0 {
            part.parts.push(self.axis(now));
        }
        let mut left = -self.width / 2.0;
        let mut area = 0.0;
        let mut columns = Vec::with_capacity(source.len());
        for index in 0..source.len() {
            columns.push(self.column(now, &source, &heights, index, left));
            left += self.width * source.p(index);
            let p = source.p(index);
            area += if p > 0.0 { p * heights.bits(&source, index) } else { 0.0 };
        }
        let [names, numbers, tops] =
            [0, 1, 2].map(|kind: usize| common(columns.iter().filter_map(|column| column.labels.get(kind)?.as_ref())));
        for Column { part: mut symbol, bar, labels: [name, p, top] } in columns {
            symbol.parts.extend(name.map(|label| label.part(names)));
            symbol.parts.extend(p.map(|label| label.part(numbers)));
            symbol.parts.extend(bar);
            symbol.parts.extend(top.map(|label| label.part(tops)));
            part.parts.push(symbol);
        }
        let below = self.drop() + self.strip + if self.numbers { self.size * 1.3 } else { 0.0 };
        let above = if self.bit > 0.0 { self.bit * self.most + self.size * 1.3 } else { 0.0 };
        let layout = Rect::new(-self.width / 2.0, -below, self.width / 2.0, above);
        let plane = Affine::new([self.width, 0.0, 0.0, self.bit.max(0.01), -self.width / 2.0, 0.0]);
        Drawing {
            values: vec![
                ("area", area),
                ("entropy", crate::info::entropy_bits(source.probabilities())),
                ("count", source.len() as f64),
            ],
            plane: Some(plane.into()),
            ..Drawing::within(layout, part)
        }
    }
}
