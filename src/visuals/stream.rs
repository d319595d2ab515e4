//! `stream`: symbols that are drawn from a source and flow along a line or an arc; behind a gate they are their code words.

use super::lettering::{Hang, label, mono, put};
use super::{Drawing, Now, Reading, Visual, VisualSpec};
use crate::color::Role;
use crate::draw::{Grow, Part};
use crate::geom::{Point, Vec2};
use crate::info::draw;
use crate::script::{FieldSpec, Num, Slot, Spot, TableFields, Takes};

/// The registry's entry.
pub static SPEC: VisualSpec = VisualSpec {
    name: "stream",
    summary: "symbols drawn from a source that flow along a way; behind a gate they are code words",
    main: None,
    example: "stream: { source: moves, code: clever, from: [-5, 0], to: [5, 0], flow: 3 + 2 * time, gate: 1/2 }",
    fields: &[&[
        FieldSpec::required("source", Takes::Source, "what the symbols are drawn from"),
        FieldSpec::required("from", Takes::Spot, "where they appear"),
        FieldSpec::required("to", Takes::Spot, "where they vanish"),
        FieldSpec::new("bend", Takes::Fixed(-170.0, 170.0), "0", "bend of the way in degrees; to the left if above 0"),
        FieldSpec::new("flow", Takes::ANY_NUMBER, "2 * time", "how far the stream has come, in stage units"),
        FieldSpec::new("spacing", Takes::Fixed(0.05, 50.0), "1", "distance of symbols in stage units"),
        FieldSpec::new("seed", Takes::Whole(0, i64::MAX), "1", "seed of the symbols"),
        FieldSpec::optional("code", Takes::Code, "the code of what comes out of the gate"),
        FieldSpec::new("gate", Takes::Number(0.0, 1.0), "0.5", "where on the way the gate is, if there is a `code`"),
        FieldSpec::new("size", Takes::Fixed(0.05, 10.0), "0.45", "height of the em in stage units"),
    ]],
    parts: &[("*", "what flows, by its number in the stream")],
    values: &[("sent", "symbols that have passed the gate, or the end if there is none")],
    actions: &[],
    read,
};

/// Symbols that are shown at most.
const MOST: usize = 400;

struct Stream {
    source: Slot,
    from: Spot,
    to: Spot,
    bend: f64,
    flow: Num,
    spacing: f64,
    seed: u64,
    code: Option<Slot>,
    gate: Num,
    size: f64,
}

fn read(fields: &mut TableFields<'_>, _: &Reading<'_>) -> Option<Box<dyn Visual>> {
    let source = fields.distribution("source");
    let (from, to) = (fields.spot("from"), fields.spot("to"));
    let bend = fields.fixed_or_default("bend");
    let flow = fields.number_or_default("flow");
    let spacing = fields.fixed_or_default("spacing");
    let seed = fields.whole("seed").unwrap_or_default() as u64;
    let code = fields.code("code");
    let gate = fields.number_or_default("gate");
    let size = fields.fixed_or_default("size");
    Some(Box::new(Stream { source: source?, from: from?, to: to?, bend, flow, spacing, seed, code, gate, size }))
}

impl Visual for Stream {
    fn draw(&self, now: &Now<'_>) -> Drawing {
        let empty = Drawing::of(Part::new("stream")).on_stage();
        let Some(source) = now.distribution(self.source) else { return empty };
        let code = self.code.and_then(|slot| now.code(slot));
        let (from, to, flow) = (now.spot(&self.from).0, now.spot(&self.to).0, now.number(&self.flow));
        let way = to - from;
        let length = way.hypot();
        if !length.is_finite() || length < 1e-9 || !flow.is_finite() || flow.abs() > 1e12 {
            return empty;
        }
        let bulge = libm::tan((self.bend / 4.0).to_radians()) / 2.0;
        let at = |share: f64| from + way * share + Vec2::new(-way.y, way.x) * (bulge * 4.0 * share * (1.0 - share));
        let gate = now.number(&self.gate) * length;
        let style = label(self.size, now.role(Role::Ink));
        let bits = mono(self.size * 0.9, now.role(Role::Information));
        let mut part = Part::new("stream");
        let newest = libm::floor(flow / self.spacing).max(-1.0);
        let oldest = libm::ceil((flow - length) / self.spacing).max(0.0);
        let count = ((newest - oldest + 1.0).max(0.0) as usize).min(MOST);
        for index in (0..count).map(|i| oldest as u64 + i as u64) {
            let gone = flow - index as f64 * self.spacing;
            let edge = (gone.min(length - gone) / (length * 0.12).min(1.0)).clamp(0.0, 1.0);
            let symbol = draw(&source, self.seed, index);
            let mut one = Part::new(index.to_string()).growing(Grow::Fade).faded(edge);
            let changed = if code.is_some() { ((gone - gate) / 0.3 + 0.5).clamp(0.0, 1.0) } else { 0.0 };
            let place = at(gone / length);
            if let (Some(name), true) = (source.names().get(symbol), changed < 1.0) {
                one.parts.push(put("symbol", &now.label(name, &style), place, Hang::Centre).faded(1.0 - changed));
            }
            let word = code.as_ref().and_then(|code| code.words().get(symbol)).filter(|_| changed > 0.0);
            if let Some(word) = word {
                let set = now.label(&word.to_string(), &bits);
                one.parts.push(put("word", &set, place, Hang::Centre).faded(changed));
            }
            part.parts.push(one);
        }
        let end = if code.is_some() { gate } else { length };
        let sent = (libm::floor((flow - end) / self.spacing) + 1.0).max(0.0);
        let mut drawing = Drawing::of(part).on_stage();
        let (start, end) = (Point::new(from.x, from.y), Point::new(to.x, to.y));
        drawing.layout = crate::geom::Rect::from_points(start, end).inflate(self.size, self.size);
        drawing.values.push(("sent", sent));
        drawing
    }
}
