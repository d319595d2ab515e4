//! `codebook`: a code as a table of symbols and code words, aligned at the colon, in one or several columns.

use super::lettering::{Hang, LABEL_SIZE_FIELD, label, mono, put};
use super::{Drawing, Now, Reading, Visual, VisualSpec};
use crate::color::Role;
use crate::draw::{Grow, Part};
use crate::geom::{Affine, Point, Rect};
use crate::script::{FieldSpec, Slot, TableFields, Takes};

/// The registry's entry.
pub static SPEC: VisualSpec = VisualSpec {
    name: "codebook",
    summary: "a code as a table: symbol and code word, row by row",
    main: Some("code"),
    example: "codebook: { code: clever, size: 0.6 }",
    fields: &[&[
        FieldSpec::required("code", Takes::Code, "the code"),
        FieldSpec::new(
            "columns",
            Takes::Whole(1, 40),
            "1",
            "columns that the rows are set in, each from top to bottom",
        ),
        FieldSpec::new("colon", Takes::Flag, "true", "a colon between symbol and word"),
        FieldSpec::new("row_gap", Takes::Fixed(0.0, 20.0), "0.2", "space between rows"),
        FieldSpec::new("column_gap", Takes::Fixed(0.0, 20.0), "0.9", "space between columns"),
        LABEL_SIZE_FIELD,
    ]],
    parts: &[
        ("*", "a row, by symbol"),
        ("*.name", "the symbol"),
        ("*.word", "its code word"),
        ("*.word.*", "a bit of it, by position"),
    ],
    values: &[("mean", "mean length of the words in bits"), ("count", "symbols")],
    actions: &[],
    read,
};

struct Codebook {
    code: Slot,
    columns: usize,
    colon: bool,
    gaps: [f64; 2],
    size: f64,
}

fn read(fields: &mut TableFields<'_>, _: &Reading<'_>) -> Option<Box<dyn Visual>> {
    let code = fields.code("code");
    let columns = fields.whole("columns").unwrap_or(1);
    let colon = fields.flag("colon");
    let gaps = [fields.fixed_or_default("column_gap"), fields.fixed_or_default("row_gap")];
    let size = fields.fixed_or_default("size");
    Some(Box::new(Codebook { code: code?, columns, colon, gaps, size }))
}

impl Visual for Codebook {
    fn draw(&self, now: &Now<'_>) -> Drawing {
        let Some(code) = now.code(self.code) else { return Drawing::of(Part::new("codebook")) };
        let style = label(self.size, now.role(Role::Ink));
        let digits = [Role::Zero, Role::One].map(|role| mono(self.size, now.role(role)));
        let [zero, one] = ["0", "1"].map(|digit| digits.each_ref().map(|style| now.label(digit, style)));
        let step = one[1].layout.width();
        let names = code.source().names();
        let widest = names.iter().map(|name| now.label(name, &style).layout.width()).fold(0.0, f64::max);
        let longest = code.words().iter().map(|word| word.len()).max().unwrap_or(0) as f64 * step;
        let middle = self.size * if self.colon { 0.55 } else { 0.4 };
        let [across, down] = [widest + 2.0 * middle + longest + self.gaps[0], self.size * 1.15 + self.gaps[1]];
        let rows = names.len().div_ceil(self.columns).max(1);
        let mut part = Part::new("codebook");
        for (index, (name, word)) in names.iter().zip(code.words()).enumerate() {
            let at = Point::new(across * (index / rows) as f64, -down * (index % rows) as f64);
            let mut row = Part::new(name.as_str()).with_attribute("symbol", name.as_str());
            row.parts.push(put("name", &now.label(name, &style), Point::new(at.x - middle, at.y), Hang::Right));
            if self.colon {
                let muted = label(self.size, now.role(Role::Muted));
                row.parts.push(put("colon", &now.label(":", &muted), at, Hang::Centre));
            }
            let mut bits = Part::new("word").growing(Grow::Fade);
            for (place, bit) in word.bits().iter().enumerate() {
                let set = if *bit { &one[1] } else { &zero[0] };
                let x = at.x + middle + step * place as f64;
                let digit = Part { name: place.to_string(), ..set.part.clone() };
                bits.parts.push(digit.transformed(Affine::translate((x, at.y - set.middle))));
            }
            row.parts.push(bits.with_attribute("length", word.len() as f64));
            part.parts
                .push(row.with_attribute("length", word.len() as f64).with_attribute("p", code.source().p(index)));
        }
        let columns = names.len().div_ceil(rows).max(1) as f64;
        let right = across * (columns - 1.0) + middle + longest;
        let half = self.size * 0.6;
        let layout = Rect::new(-middle - widest, -down * (rows - 1) as f64 - half, right, half);
        let values = vec![("mean", code.mean_length_own()), ("count", names.len() as f64)];
        Drawing { values, ..Drawing::within(layout, part) }
    }
}
