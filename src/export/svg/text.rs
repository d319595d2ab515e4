//! Glyphs: outlines that are defined once for each size and used again.

use super::Letters;
use super::write::{Writer, number, path};
use crate::draw::{GlyphRun, PaintKind, Stroke};
use crate::geom::{Affine, Point};

/// How a map takes glyphs to points, if it keeps them upright: the size of an em.
fn upright(run: &GlyphRun, map: Affine) -> Option<f64> {
    let [a, b, c, d, ..] = map.as_coeffs();
    let straight = b.abs() < 1e-9 && c.abs() < 1e-9 && a > 0.0 && (a + d).abs() < 1e-6 * a;
    straight.then_some(run.size * a)
}

impl Writer<'_> {
    /// A run of glyphs, their halo behind them.
    pub(super) fn glyphs(&mut self, run: &GlyphRun, map: Affine, opacity: f32) {
        if let Some(halo) = &run.halo {
            let stroke = Stroke::new(halo.paint.clone(), halo.width * 2.0);
            for glyph in run.glyphs.iter() {
                self.outline(&run.outline(glyph), (None, Some(&stroke)), map, opacity);
            }
        }
        let size = match (upright(run, map), &run.paint.kind) {
            (Some(size), PaintKind::Solid(_)) => size,
            // Gradients go by the stage, and what is turned has an outline of its own.
            _ => {
                for glyph in run.glyphs.iter() {
                    self.outline(&run.outline(glyph), (Some(&run.paint), None), map, opacity);
                }
                return;
            }
        };
        let paint = self.paint("fill", &run.paint, map, opacity);
        if self.letters == Letters::Text && self.fonts.can_embed(&run.font) {
            let text = self.fonts.text(run, map, size);
            self.out += &format!("<text{paint}{text}</text>\n");
            return;
        }
        let uses: Vec<String> = run
            .glyphs
            .iter()
            .filter_map(|glyph| {
                let id = self.glyph(run, glyph.id, size)?;
                let at = map * Point::new(glyph.x, glyph.y);
                Some(format!("xlink:href=\"#{id}\" x=\"{}\" y=\"{}\"/>", number(at.x), number(at.y)))
            })
            .collect();
        match uses.as_slice() {
            [] => {}
            [one] => self.out += &format!("<use{paint} {one}\n"),
            several => {
                self.out += &format!("<g{paint}>");
                several.iter().for_each(|one| self.out += &format!("<use {one}"));
                self.out += "</g>\n";
            }
        }
    }

    /// The id of a glyph's outline at a size in points; `None` if it has none.
    fn glyph(&mut self, run: &GlyphRun, glyph: u16, size: f64) -> Option<String> {
        let key = (run.font.id(), glyph, size.to_bits());
        if let Some(known) = self.glyphs.get(&key) {
            return Some(known.clone()).filter(|id| !id.is_empty());
        }
        let data = path(&run.font.outline(glyph), Affine::scale_non_uniform(size, -size));
        let id = if data.is_empty() { String::new() } else { self.id(&format!("g{}", self.glyphs.len())) };
        if !data.is_empty() {
            self.defs += &format!("<path id=\"{id}\" d=\"{data}\"/>\n");
        }
        self.glyphs.insert(key, id.clone());
        Some(id).filter(|id| !id.is_empty())
    }
}
