//! Glyphs as text: fonts of the file's own, and the characters that each glyph stands for.

use std::collections::BTreeMap;
use std::sync::Arc;

use krilla::geom::{Point as At, Transform};
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};

use super::super::Page;
use super::paint::fill;
use super::shapes::Painter;
use crate::draw::{self, FrameItem, GlyphRun, ItemId, PaintKind, Shape, Stroke, Wording};
use crate::geom::Affine;

/// What the glyphs of a frame stand for.
#[derive(Default)]
pub(super) struct Words {
    /// The characters of an item's glyphs, in their order.
    characters: BTreeMap<ItemId, Vec<String>>,
    /// Words of which every glyph is known to stand for one character.
    exact: Vec<usize>,
    signs: BTreeMap<u64, BTreeMap<u32, char>>,
}

/// Words and formulas by their numbers, with the runs of glyphs that they are made of.
type Runs = BTreeMap<usize, (Wording, Vec<(ItemId, GlyphRun)>)>;

impl Words {
    /// Goes through a frame. A word with as many glyphs as characters gives each its own; else fonts are asked.
    pub fn of(page: &Page<'_>) -> Self {
        let mut words = Self::default();
        let mut known: Runs = BTreeMap::new();
        let mut others = Vec::new();
        words.gather(&page.frame.items, page, &mut known, &mut others);
        for (number, (wording, runs)) in known {
            let count: usize = runs.iter().map(|(_, run)| run.glyphs.len()).sum();
            let letters: Vec<char> = wording.text().chars().collect();
            if matches!(wording, Wording::Word(_)) && letters.len() == count {
                words.exact.push(number);
                let mut letters = letters.into_iter();
                for (id, run) in runs {
                    let own = letters.by_ref().take(run.glyphs.len()).map(String::from).collect();
                    words.characters.insert(id, own);
                }
            } else {
                runs.iter().for_each(|(id, run)| words.ask(*id, run));
            }
        }
        others.iter().for_each(|(id, run)| words.ask(*id, run));
        words
    }

    fn gather(&mut self, items: &[FrameItem], page: &Page<'_>, known: &mut Runs, others: &mut Vec<(ItemId, GlyphRun)>) {
        for item in items {
            match &item.item.shape {
                Shape::Glyphs(run) => match page.names.get(item.id).and_then(|name| name.wording.clone()) {
                    Some((number, wording)) => {
                        let entry = known.entry(number).or_insert_with(|| (wording, Vec::new()));
                        entry.1.push((item.id, run.clone()));
                    }
                    None => others.push((item.id, run.clone())),
                },
                Shape::Layer(layer) => self.gather(&layer.items, page, known, others),
                Shape::Path { .. } | Shape::Image { .. } => {}
            }
        }
    }

    /// Takes the characters from the font.
    fn ask(&mut self, id: ItemId, run: &GlyphRun) {
        let signs = self.signs.entry(run.font.id()).or_insert_with(|| run.font.signs());
        let unknown = '\u{fffd}';
        let sign = |glyph: &draw::Glyph| signs.get(&u32::from(glyph.id)).copied().unwrap_or(unknown);
        // What a control character stands for cannot be said.
        let plain = |sign: char| if sign.is_control() || sign == '\u{feff}' { unknown } else { sign };
        let own = run.glyphs.iter().map(|glyph| plain(sign(glyph)).to_string()).collect();
        self.characters.insert(id, own);
    }

    /// Is every glyph of this word known to stand for a character of it?
    pub fn is_exact(&self, number: usize) -> bool {
        self.exact.contains(&number)
    }
}

impl Painter<'_> {
    /// A run of glyphs, their halo behind them.
    pub fn glyphs(&mut self, id: ItemId, run: &GlyphRun, map: Affine, opacity: f32, surface: &mut Surface<'_>) {
        if let Some(halo) = &run.halo {
            let stroke = Stroke::new(halo.paint.clone(), halo.width * 2.0);
            for glyph in run.glyphs.iter() {
                self.outline(&run.outline(glyph), (None, Some(&stroke)), map, opacity, surface);
            }
        }
        let font = self.fonts.entry(run.font.id()).or_insert_with(|| {
            let data: Arc<dyn AsRef<[u8]> + Send + Sync> = Arc::new(run.font.data().to_vec());
            Font::new(data.into(), run.font.index())
        });
        let (Some(font), PaintKind::Solid(_)) = (font.clone(), &run.paint.kind) else {
            for glyph in run.glyphs.iter() {
                self.outline(&run.outline(glyph), (Some(&run.paint), None), map, opacity, surface);
            }
            return;
        };
        let known = self.words.characters.get(&id).filter(|known| known.len() == run.glyphs.len());
        let (mut text, mut glyphs, mut at) = (String::new(), Vec::new(), (0.0, 0.0));
        let first = run.glyphs.first().map_or((0.0, 0.0), |glyph| (glyph.x, glyph.y));
        let em = run.size.max(1e-9);
        for (index, glyph) in run.glyphs.iter().enumerate() {
            let start = text.len();
            text.push_str(known.and_then(|known| known.get(index)).map_or("\u{fffd}", String::as_str));
            let next = run.glyphs.get(index + 1).map_or(glyph.x, |next| next.x);
            glyphs.push(KrillaGlyph::new(
                GlyphId::new(u32::from(glyph.id)),
                ((next - glyph.x) / em) as f32,
                ((glyph.x - first.0 - at.0) / em) as f32,
                ((glyph.y - first.1 - at.1) / em) as f32,
                0.0,
                start..text.len(),
                None,
            ));
            at.0 += next - glyph.x;
        }
        let [a, b, c, d, e, f] = (map * Affine::translate(first) * Affine::scale_non_uniform(1.0, -1.0)).as_coeffs();
        if !(a * d - b * c).abs().is_normal() {
            return;
        }
        // Text in its own units would round its places: the size that it has on the page goes into the font's.
        let scale = libm::sqrt((a * d - b * c).abs());
        let [a, b, c, d] = [a, b, c, d].map(|value| (value / scale) as f32);
        surface.push_transform(&Transform::from_row(a, b, c, d, e as f32, f as f32));
        surface.set_stroke(None);
        surface.set_fill(Some(fill(&run.paint, map, opacity)));
        surface.draw_glyphs(At::from_xy(0.0, 0.0), &glyphs, font, &text, (run.size * scale) as f32, false);
        surface.pop();
    }
}
