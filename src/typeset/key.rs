//! What a set text is remembered by: its looks and its source as bytes, which differ where these differ.
//!
//! Labels are asked for again and again in every frame, so the key costs less than looking it up.

use super::FormulaStyle;
use super::text::{Align, Family, TextStyle, Weight};
use crate::color::Rgba;
use crate::draw::{Halo, PaintKind};

/// The bytes.
pub(super) type Key = Vec<u8>;

/// Room for the looks.
const LOOKS: usize = 64;

/// The key of a text, with markup or without.
pub(super) fn of_text(markup: bool, style: &TextStyle, source: &str) -> Key {
    // Taken apart whole, so that a field that is new is not forgotten here.
    let TextStyle { family, weight, italic, size, color, align, width, line_height, tabular, halo } = style;
    let mut key = Vec::with_capacity(LOOKS + source.len());
    key.extend([
        u8::from(markup),
        u8::from(*family == Family::Mono),
        u8::from(*weight == Weight::SemiBold),
        u8::from(*italic),
        u8::from(*tabular),
        match align {
            Align::Left => 0,
            Align::Centre => 1,
            Align::Right => 2,
        },
        u8::from(width.is_some()),
    ]);
    for number in [*size, width.unwrap_or_default(), *line_height] {
        key.extend(number.to_bits().to_le_bytes());
    }
    put_color(&mut key, *color);
    put_halo(&mut key, halo.as_ref());
    key.extend(source.as_bytes());
    key
}

/// The key of a formula.
pub(super) fn of_formula(style: &FormulaStyle, source: &str) -> Key {
    let FormulaStyle { size, color, display, halo } = style;
    let mut key = Vec::with_capacity(LOOKS + source.len());
    key.extend([2, u8::from(*display)]);
    key.extend(size.to_bits().to_le_bytes());
    put_color(&mut key, *color);
    put_halo(&mut key, halo.as_ref());
    key.extend(source.as_bytes());
    key
}

fn put_color(key: &mut Key, color: Rgba) {
    for channel in [color.r, color.g, color.b, color.a] {
        key.extend(channel.to_bits().to_le_bytes());
    }
}

fn put_halo(key: &mut Key, halo: Option<&Halo>) {
    let Some(Halo { paint, width }) = halo else { return key.push(0) };
    key.push(1);
    key.extend(width.to_bits().to_le_bytes());
    match &paint.kind {
        PaintKind::Solid(color) => {
            key.extend([1, u8::from(paint.kept)]);
            put_color(key, *color);
        }
        // Nothing has such a halo so far.
        other => {
            key.extend([2, u8::from(paint.kept)]);
            key.extend(format!("{other:?}\0").as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::Paint;

    #[test]
    fn whatever_looks_different_has_another_key() {
        let plain = TextStyle::new(0.5);
        let halo = |width| Some(Halo { paint: Paint::solid(Rgba::hex(0)), width });
        let kept = Some(Halo { paint: Paint::solid(Rgba::hex(0)).kept(), width: 0.1 });
        let styles = [
            plain.clone(),
            TextStyle { family: Family::Mono, ..plain.clone() },
            TextStyle { weight: Weight::SemiBold, ..plain.clone() },
            TextStyle { italic: true, ..plain.clone() },
            TextStyle { size: 0.6, ..plain.clone() },
            TextStyle { color: Rgba::hex(1), ..plain.clone() },
            TextStyle { align: Align::Right, ..plain.clone() },
            TextStyle { align: Align::Centre, ..plain.clone() },
            TextStyle { width: Some(0.0), ..plain.clone() },
            TextStyle { line_height: 1.0, ..plain.clone() },
            TextStyle { tabular: true, ..plain.clone() },
            TextStyle { halo: halo(0.1), ..plain.clone() },
            TextStyle { halo: halo(0.2), ..plain.clone() },
            TextStyle { halo: kept, ..plain.clone() },
        ];
        let mut keys: Vec<Key> = styles
            .iter()
            .flat_map(|style| [of_text(false, style, "a"), of_text(true, style, "a"), of_text(false, style, "b")])
            .chain([0.5, 0.6].map(|size| of_formula(&FormulaStyle::new(size), "a")))
            .chain([of_formula(&FormulaStyle { display: false, ..FormulaStyle::new(0.5) }, "a")])
            .collect();
        let all = keys.len();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), all);
        assert_eq!(of_text(false, &plain, "a"), of_text(false, &plain.clone(), "a"));
    }
}
