//! `number`: a value that follows its expression, with a label before it and a unit after it. The figures keep their places:
//! the box is as wide as the widest value that the format has shown so far asks for, and the number starts where it started.

use super::lettering::{LETTERING, Lettering, TEXT_SIZE_FIELD};
use super::rolling::rolled;
use super::{Drawing, Now, Reading, Visual, VisualSpec};
use crate::diag::Diagnostic;
use crate::draw::Part;
use crate::geom::{Affine, Rect};
use crate::script::{FieldSpec, Num, TableFields, Takes, Template};
use crate::typeset::{Format, TextStyle, format};

/// The registry's entry.
pub static SPEC: VisualSpec = VisualSpec {
    name: "number",
    summary: "a live number with a label and a unit; its digits keep their places",
    main: Some("value"),
    example: "number: { value: 'H(1/4)', format: '.3', label: 'H = ', unit: ' bits' }",
    fields: &[
        &[
            FieldSpec::required("value", Takes::Number(f64::NEG_INFINITY, f64::INFINITY), "the number"),
            FieldSpec::new("format", Takes::Text, ".2", "how it is written"),
            FieldSpec::optional("label", Takes::Template, "words before it"),
            FieldSpec::optional("unit", Takes::Template, "words after it"),
            FieldSpec::new("digits", Takes::Whole(1, 12), "1", "figures before the point that room is kept for"),
            FieldSpec::new("roll", Takes::Flag, "false", "its figures roll while it changes"),
            TEXT_SIZE_FIELD,
        ],
        LETTERING,
    ],
    parts: &[("label", "the words before it"), ("value", "the number"), ("unit", "the words after it")],
    values: &[("value", "the number")],
    actions: &[],
    read,
};

struct Number {
    value: Num,
    format: Format,
    label: Option<Template>,
    unit: Option<Template>,
    lettering: Lettering,
    /// Figures before the decimal point that room is kept for.
    digits: usize,
    roll: bool,
}

fn read(fields: &mut TableFields<'_>, _: &Reading<'_>) -> Option<Box<dyn Visual>> {
    let value = fields.number("value");
    let written = fields.text("format");
    let label = fields.template("label");
    let unit = fields.template("unit");
    let digits = fields.whole("digits").unwrap_or(1);
    let roll = fields.flag("roll");
    let lettering = Lettering::read(fields);
    let format = match written {
        None => Format::parse(".2").unwrap_or_default(),
        Some((text, span)) => match Format::parse(&text) {
            Some(format) => format,
            None => {
                let mistake = Diagnostic::error("bad-format", &span, format!("`{text}` is no format for numbers"));
                fields.report(mistake.hint("formats are `.3`, `d`, `+.2`, `,d`, `%`, `.1%` and `frac`"));
                return None;
            }
        },
    };
    Some(Box::new(Number { value: value?, format, label, unit, lettering, digits, roll }))
}

impl Visual for Number {
    fn pace(&self) -> Option<&Num> {
        self.roll.then_some(&self.value)
    }

    fn draw(&self, now: &Now<'_>) -> Drawing {
        let style = TextStyle { tabular: true, ..self.lettering.style(now) };
        let value = now.number(&self.value);
        let shown = format(value, &self.format);
        let mut part = Part::new("number");
        let mut x = 0.0;
        let mut layout = Rect::new(0.0, 0.0, 0.0, style.size);
        let rich = |text: &Template| now.rich(&now.text(text), &style);
        if let Some(label) = &self.label {
            let set = rich(&label.trimmed_end());
            x += set.layout.width() + style.size * 0.3;
            layout = layout.union(set.layout);
            part.parts.push(Part { name: "label".into(), ..set.part.clone() });
        }
        let set = now.typesetter.text(&shown, &style);
        // Room for the figures that may come, so that what follows stands still.
        let figure = now.typesetter.text("0", &style).layout.width();
        let have = shown.chars().take_while(|c| *c != '.').filter(char::is_ascii_digit).count();
        let spare = figure * self.digits.saturating_sub(have) as f64;
        let (word, width) = match self.roll {
            true => rolled(now, value, now.speed, &self.format, &style),
            false => (Part { name: "value".into(), ..set.part.clone() }, set.layout.width()),
        };
        part.parts.push(word.transformed(Affine::translate((x + spare, 0.0))));
        layout = layout.union(set.layout);
        x += spare + width;
        if let Some(unit) = &self.unit {
            let set = rich(unit);
            let gap = style.size * 0.22;
            part.parts
                .push(Part { name: "unit".into(), ..set.part.clone() }.transformed(Affine::translate((x + gap, 0.0))));
            x += gap + set.layout.width();
        }
        layout = Rect::new(0.0, layout.y0, x, layout.y1);
        Drawing { baseline: Some(0.0), values: vec![("value", value)], ..Drawing::within(layout, part) }
    }
}
