//! A formula's glyphs, rules and outlines, put into its parts.
//!
//! Enters: the engine's display list (em, y down from the top), with colours that say which part is meant. Leaves: a
//! [`Typeset`] (stage units, y up from the baseline).

use std::collections::BTreeMap;
use std::sync::Arc;

use ratex_types::color::Color;
use ratex_types::display_item::{DisplayItem, DisplayList};
use ratex_types::path_command::PathCommand;

use super::fonts::glyph;
use super::macros::{Code, Labelled};
use super::{Family, Fonts, FormulaStyle, Typeset, Weight};
use crate::color::Rgba;
use crate::draw::{Font, Glyph, GlyphRun, Item, Paint, Part, Shape, Stroke};
use crate::geom::{BezPath, Rect, Shape as _};

/// Height of the axis, where fraction bars and the middles of operators are, on an em of 1 (TeX's sigma 22).
const AXIS: f64 = 0.25;
/// Width of lines that the engine gives no width for: TeX's default rule, in em.
const RULE: f64 = 0.04;

/// Puts what the engine set into the formula's parts.
pub(super) fn place(list: &DisplayList, labelled: &Labelled, style: &FormulaStyle) -> Typeset {
    Setter::new(labelled, style, list.height).finish(list)
}

/// The text font, which lends glyphs that KaTeX's fonts lack: `ö` in `\text{Größe}`.
pub(super) fn lender() -> Option<&'static Font> {
    Fonts::bundled().face(Family::Sans, Weight::Regular, false)
}

/// Turns the engine's list (em, y down from the top) into parts (stage units, y up from the baseline).
struct Setter<'a> {
    labelled: &'a Labelled,
    style: &'a FormulaStyle,
    height: f64,
    /// Items of each part, by its index.
    items: Vec<Vec<Item>>,
    /// The run that glyphs of a part go on, by the part's index.
    runs: BTreeMap<usize, (GlyphRun, Vec<Glyph>)>,
    missing: Vec<char>,
}

impl<'a> Setter<'a> {
    fn new(labelled: &'a Labelled, style: &'a FormulaStyle, height: f64) -> Self {
        let items = labelled.parts.iter().map(|_| Vec::new()).collect();
        Self { labelled, style, height, items, runs: BTreeMap::new(), missing: Vec::new() }
    }

    fn finish(mut self, list: &DisplayList) -> Typeset {
        for item in &list.items {
            self.place(item);
        }
        for part in 0..self.items.len() {
            self.end_run(part);
        }
        let size = self.style.size;
        Typeset {
            layout: Rect::new(0.0, -list.depth * size, list.width * size, list.height * size),
            last_baseline: 0.0,
            middle: AXIS * size,
            missing: self.missing,
            part: tree(self.labelled, self.items),
        }
    }

    fn x(&self, x: f64) -> f64 {
        x * self.style.size
    }

    fn y(&self, y: f64) -> f64 {
        (self.height - y) * self.style.size
    }

    /// The part and paint that a colour stands for. Colours of the engine's own belong to the whole and are kept.
    fn target(&self, color: Color) -> (usize, Paint) {
        match self.labelled.code(color) {
            Some(Code { part, color }) => (part, Paint::solid(color.unwrap_or(self.style.color))),
            None => (0, Paint::solid(Rgba { r: color.r, g: color.g, b: color.b, a: color.a })),
        }
    }

    fn push(&mut self, part: usize, item: Item) {
        self.end_run(part);
        if let Some(items) = self.items.get_mut(part) {
            items.push(item);
        }
    }

    fn end_run(&mut self, part: usize) {
        let Some((run, glyphs)) = self.runs.remove(&part) else { return };
        if let Some(items) = self.items.get_mut(part) {
            let run = GlyphRun { glyphs: glyphs.into(), ..run };
            items.push(Item::new(Shape::Glyphs(run)));
        }
    }

    fn place(&mut self, item: &DisplayItem) {
        match item {
            DisplayItem::GlyphPath { x, y, scale, font, char_code, color } => {
                let (part, paint) = self.target(*color);
                let at = (self.x(*x), self.y(*y));
                self.glyph(part, paint, font, *char_code, self.style.size * scale, at);
            }
            DisplayItem::Line { x, y, width, thickness, color, dashed } => {
                let (part, paint) = self.target(*color);
                let half = thickness / 2.0;
                let rect = Rect::new(self.x(*x), self.y(y + half), self.x(x + width), self.y(y - half));
                if *dashed {
                    let middle = rect.center().y;
                    let line = kurbo::Line::new((rect.x0, middle), (rect.x1, middle)).to_path(1.0);
                    let dash = self.x(thickness * 4.0);
                    self.push(part, Item::stroke(line, Stroke::new(paint, rect.height()).dashed(dash, dash)));
                } else {
                    self.outline(part, paint, rect.to_path(1.0));
                }
            }
            DisplayItem::Rect { x, y, width, height, color } => {
                let (part, paint) = self.target(*color);
                let rect = Rect::new(self.x(*x), self.y(y + height), self.x(x + width), self.y(*y));
                self.push(part, Item::fill(rect.to_path(1.0), paint));
            }
            DisplayItem::Path { x, y, commands, fill, color } => {
                let (part, paint) = self.target(*color);
                let path = self.path(*x, *y, commands);
                if *fill {
                    self.outline(part, paint, path);
                } else {
                    let width = self.x(RULE);
                    self.push(part, Item::stroke(path, Stroke::new(paint, width)));
                }
            }
        }
    }

    /// A filled outline, with the halo of the style behind it.
    fn outline(&mut self, part: usize, paint: Paint, path: BezPath) {
        if let Some(halo) = &self.style.halo {
            let rim = Stroke::new(halo.paint.clone(), halo.width * 2.0);
            self.push(part, Item::stroke(path.clone(), rim));
        }
        self.push(part, Item::fill(path, paint));
    }

    fn path(&self, x: f64, y: f64, commands: &[PathCommand]) -> BezPath {
        let at = |dx: f64, dy: f64| (self.x(x + dx), self.y(y + dy));
        let mut path = BezPath::new();
        for command in commands {
            match *command {
                PathCommand::MoveTo { x, y } => path.move_to(at(x, y)),
                _ if path.elements().is_empty() => {}
                PathCommand::LineTo { x, y } => path.line_to(at(x, y)),
                PathCommand::CubicTo { x1, y1, x2, y2, x, y } => path.curve_to(at(x1, y1), at(x2, y2), at(x, y)),
                PathCommand::QuadTo { x1, y1, x, y } => path.quad_to(at(x1, y1), at(x, y)),
                PathCommand::Close => path.close_path(),
            }
        }
        path
    }

    fn glyph(&mut self, part: usize, paint: Paint, face: &str, code: u32, size: f64, (x, y): (f64, f64)) {
        let Some((font, id)) = self.find_glyph(face, code) else { return };
        let glyph = Glyph { id, x, y };
        if let Some((run, glyphs)) = self.runs.get_mut(&part)
            && run.font == *font
            && run.size == size
            && run.paint == paint
        {
            glyphs.push(glyph);
            return;
        }
        self.end_run(part);
        let halo = self.style.halo.clone().map(Arc::new);
        let run = GlyphRun { font: font.clone(), size, glyphs: Arc::new([]), paint, halo, pinned: false };
        self.runs.insert(part, (run, vec![glyph]));
    }

    /// The glyph that the engine means, or the text font's, or the text font's box for missing glyphs.
    fn find_glyph(&mut self, face: &str, code: u32) -> Option<(&'static Font, u16)> {
        let character = char::from_u32(code).unwrap_or('\u{fffd}');
        let formula_font = ratex_font::FontId::parse(face).zip(Fonts::bundled().formula(face));
        let own = formula_font
            .and_then(|(id, font)| glyph(font, ratex_font::katex_ttf_glyph_char(id, code)).map(|glyph| (font, glyph)));
        let lent = || lender().and_then(|font| glyph(font, character).map(|glyph| (font, glyph)));
        own.or_else(lent).or_else(|| {
            if character.is_whitespace() || character.is_control() {
                return None;
            }
            if !self.missing.contains(&character) {
                self.missing.push(character);
            }
            lender().map(|font| (font, 0))
        })
    }
}

/// The parts in their tree, each with its items; children in the order of the source.
fn tree(labelled: &Labelled, items: Vec<Vec<Item>>) -> Part {
    let mut parts: Vec<Part> = labelled
        .parts
        .iter()
        .zip(items)
        .map(|(named, items)| {
            let mut part = Part::new(&named.name).with_items(items);
            part.source = Some(named.source.clone());
            part
        })
        .collect();
    // Children come after their parents, so going backwards every part is complete when it is handed to its parent.
    for (named, index) in labelled.parts.iter().zip(0..).skip(1).collect::<Vec<_>>().into_iter().rev() {
        let child: Vec<Part> = parts.drain(index..).collect();
        if let Some(parent) = parts.get_mut(named.parent) {
            parent.parts.splice(0..0, child);
        }
    }
    parts.pop().unwrap_or_else(|| Part::new(""))
}
