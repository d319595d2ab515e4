//! `text`: words, with markup: `*italic*`, `**strong**`, `{accent:coloured}`, `$formula$`, and `${expression:format}`.

use std::sync::Arc;

use super::lettering::{Lettering, TEXT_SIZE, roles};
use super::{Drawing, Now, Reading, Visual, VisualSpec};
use crate::color::Rgba;
use crate::diag::Diagnostic;
use crate::script::{Fields, Template};
use crate::typeset::TextStyle;

/// The registry's entry.
pub static SPEC: VisualSpec = VisualSpec {
    name: "text",
    summary: "words, with markup, formulas and live values in them",
    main: Some("text"),
    example: "text: { text: 'Shorter words for {accent:likelier} moves', size: 0.6 }",
    actions: &[],
    read,
};

struct Text {
    text: Template,
    lettering: Lettering,
}

fn read(fields: &mut Fields<'_>, reading: &Reading<'_>) -> Option<Box<dyn Visual>> {
    let text = fields.required("text").then(|| fields.template("text")).flatten();
    let lettering = Lettering::read(fields, TEXT_SIZE);
    let text = text?;
    if let Some(fixed) = text.fixed() {
        let known = |name: &str| crate::color::Role::named(name).map(|_| Rgba::hex(0));
        if let Err(error) = reading.typesetter.rich(&fixed, &TextStyle::new(TEXT_SIZE), &known) {
            let place = text.span.within(error.start, error.end.max(error.start + 1));
            fields.report(Diagnostic::error("bad-markup", &place, error.message));
            return None;
        }
    }
    Some(Box::new(Text { text, lettering }))
}

impl Visual for Text {
    fn draw(&self, now: &Now<'_>) -> Drawing {
        let style = self.lettering.style(now);
        let words = now.text(&self.text);
        let set =
            now.typesetter.rich(&words, &style, &roles(now)).unwrap_or_else(|_| now.typesetter.text(&words, &style));
        let last = set.last_baseline;
        let mut drawing = Drawing::from(Arc::clone(&set));
        drawing.baseline = Some(last.max(0.0));
        drawing
    }
}
