//! What flies, in pieces: single glyphs and single shapes, each with the names of the parts that it stands in, in reading order.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::locate::Node;
use crate::draw::{FrameItem, Glyph, GlyphRun, Item, ItemId, Shape};
use crate::geom::{Affine, Point, Rect};

/// A piece on the stage.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) item: Item,
    /// Names of the parts around it, from the one that flies downwards.
    pub(super) way: Arc<[String]>,
    /// Its box on the stage.
    pub(super) rect: Rect,
}

impl Piece {
    pub(super) fn centre(&self) -> Point {
        self.rect.center()
    }

    /// The glyph, if it is one.
    pub(super) fn glyph(&self) -> Option<(&GlyphRun, u16)> {
        match &self.item.shape {
            Shape::Glyphs(run) => run.glyphs.first().map(|glyph| (run, glyph.id)),
            _ => None,
        }
    }
}

/// Cuts what is shown of some nodes into pieces. Those of one line (a formula, a word) go from left to right; lines follow each
/// other as they are drawn.
pub(super) fn pieces(shown: &[FrameItem], nodes: &[Node]) -> Vec<Piece> {
    let mut owners: BTreeMap<ItemId, &Node> = BTreeMap::new();
    for node in nodes {
        // While it is being written, an item is shown as several.
        owners.extend((0..node.items * 2 + 2).map(|number| (node.id.numbered(number), node)));
    }
    let mut found: Vec<(usize, Piece)> = Vec::new();
    for shown in shown {
        let Some(node) = owners.get(&shown.id) else { continue };
        for item in single(&shown.item) {
            let Some(rect) = item.bounds() else { continue };
            found.push((node.line, Piece { item, way: Arc::clone(&node.way), rect }));
        }
    }
    let mut lines: Vec<usize> = Vec::new();
    for (line, _) in &found {
        if !lines.contains(line) {
            lines.push(*line);
        }
    }
    let mut ordered: Vec<(usize, f64, Piece)> = found
        .into_iter()
        .map(|(line, piece)| {
            let turn = lines.iter().position(|known| *known == line).unwrap_or_default();
            let x = if piece.glyph().is_some() { piece.rect.x0 } else { f64::NEG_INFINITY };
            (turn, x, piece)
        })
        .collect();
    ordered.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    ordered.into_iter().map(|(_, _, piece)| piece).collect()
}

/// Cuts items into pieces that say nothing of the parts around them, in the order in which they are drawn.
pub(super) fn nameless(shown: &[FrameItem]) -> Vec<Piece> {
    let way: Arc<[String]> = Arc::from([]);
    let piece = |item: Item| item.bounds().map(|rect| Piece { item, way: Arc::clone(&way), rect });
    shown.iter().flat_map(|shown| single(&shown.item)).filter_map(piece).collect()
}

/// An item with its glyphs apart.
fn single(item: &Item) -> Vec<Item> {
    let Shape::Glyphs(run) = &item.shape else { return vec![item.clone()] };
    let one = |glyph: &Glyph| {
        // The glyph's place goes into the map, so that partners differ by their maps only.
        let glyphs = [Glyph { id: glyph.id, x: 0.0, y: 0.0 }];
        let shape = Shape::Glyphs(GlyphRun { glyphs: Arc::from(glyphs), ..run.clone() });
        Item { shape, transform: item.transform * Affine::translate((glyph.x, glyph.y)), ..item.clone() }
    };
    run.glyphs.iter().map(one).collect()
}
