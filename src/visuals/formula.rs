//! `formula`: mathematics in TeX's notation, with named parts (`\part{rate}{...}`) and live values (`${H(p):.3}`).

use std::ops::Range;

use super::lettering::roles;
use super::{Drawing, Now, Reading, Visual, VisualSpec};
use crate::color::{Ink, Rgba, Role};
use crate::diag::Diagnostic;
use crate::script::{FieldSpec, Num, Piece, TableFields, Takes, Template};
use crate::typeset::{FormulaStyle, Fragment};

/// The registry's entry.
pub static SPEC: VisualSpec = VisualSpec {
    name: "formula",
    summary: "mathematics in TeX's notation, with named parts",
    main: Some("tex"),
    example: r"formula: 'H = \part{sum}{\sum_i p_i} \log_2 \frac{1}{p_i}'",
    fields: &[&[
        FieldSpec::required(
            "tex",
            Takes::Template,
            "the formula; `\\part{name}{...}` names a piece of it, `\\role{accent}{...}` colours one",
        ),
        FieldSpec::new("size", Takes::Number(0.02, 20.0), "0.62", "height of the em in stage units"),
        FieldSpec::new("color", Takes::Color, "ink", "colour of what has none of its own"),
        FieldSpec::new("display", Takes::Flag, "true", "set on a line of its own, not as within text"),
    ]],
    parts: &[("*", "what `\\part{name}{...}` names; other pieces by their source, as `mean[\"p_i\"]`")],
    values: &[],
    actions: &[],
    read,
};

/// Usual height of the em.
const SIZE: f64 = 0.62;

struct Formula {
    tex: Template,
    size: Num,
    ink: Ink,
    display: bool,
    fragments: Vec<Fragment>,
}

fn read(fields: &mut TableFields<'_>, reading: &Reading<'_>) -> Option<Box<dyn Visual>> {
    let tex = fields.template("tex");
    let size = fields.number_or_default("size");
    let ink = fields.ink("color").unwrap_or(Ink::Role(Role::Ink));
    let display = fields.flag("display");
    let tex = tex?;
    let fragment =
        |(index, text): (usize, &String)| Fragment { text: text.clone(), occurrence: 0, part: format!("piece{index}") };
    let fragments: Vec<Fragment> = reading.fragments.iter().enumerate().map(fragment).collect();
    let known = |name: &str| Role::named(name).map(|_| Rgba::hex(0));
    let style = FormulaStyle { display, ..FormulaStyle::new(SIZE) };
    let (sample, values) = with_numbers(&tex);
    if let Err(error) = reading.typesetter.formula(&sample, &style, &known) {
        let end = error.end.max(error.start + 1);
        // What a value may make good or bad is seen when it is there.
        if values.iter().all(|value| value.end <= error.start || end <= value.start) {
            let as_written = values.first().is_none_or(|value| end <= value.start);
            let place = if as_written { tex.span.within(error.start, end) } else { tex.span.clone() };
            fields.report(Diagnostic::error("bad-formula", &place, error.message));
            return None;
        }
    }
    if let Some(fixed) = tex.fixed()
        && let Err(error) = reading.typesetter.formula_with_fragments(&fixed, &style, &fragments, &known)
    {
        fields.report(Diagnostic::error("unknown-part", &tex.span, error.message));
        return None;
    }
    Some(Box::new(Formula { tex, size, ink, display, fragments }))
}

/// The formula with a number in place of each value, and where those are.
fn with_numbers(tex: &Template) -> (String, Vec<Range<usize>>) {
    let (mut sample, mut values) = (String::new(), Vec::new());
    for piece in &tex.pieces {
        match piece {
            Piece::Text(text) => sample.push_str(text),
            Piece::Live { .. } => {
                values.push(sample.len()..sample.len() + 1);
                sample.push('0');
            }
        }
    }
    (sample, values)
}

impl Visual for Formula {
    fn draw(&self, now: &Now<'_>) -> Drawing {
        let size = now.number(&self.size);
        let size = if size.is_finite() { size.clamp(0.02, 20.0) } else { SIZE };
        let style = FormulaStyle { color: now.ink(self.ink), display: self.display, ..FormulaStyle::new(size) };
        let tex = now.text(&self.tex);
        let set = now.typesetter.formula_with_fragments(&tex, &style, &self.fragments, &roles(now));
        // A live value may be no number for an instant; the rest of the formula is no worse for it.
        let set = set.or_else(|_| now.typesetter.formula(&tex, &style, &roles(now)));
        set.map_or_else(|_| Drawing::of(crate::draw::Part::new("formula")), Drawing::from)
    }
}
