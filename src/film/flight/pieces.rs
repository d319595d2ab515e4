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
    /// The character that it shows, if it is a glyph of one.
    pub(super) sign: Option<char>,
    /// The word or formula that it stands in, by number.
    pub(super) line: usize,
}

impl Piece {
    pub(super) fn centre(&self) -> Point {
        self.rect.center()
    }

    /// Is it a letter of a word, and not a variable of a formula?
    pub(super) fn of_a_word(&self) -> bool {
        let variable = |run: &GlyphRun| run.font.name().contains("Math");
        self.sign.is_some_and(char::is_alphabetic) && self.glyph().is_some_and(|(run, _)| !variable(run))
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
    let mut signs = Signs::default();
    let mut found: Vec<(usize, Piece)> = Vec::new();
    for shown in shown {
        let Some(node) = owners.get(&shown.id) else { continue };
        for item in single(&shown.item) {
            let Some(rect) = item.bounds() else { continue };
            let sign = signs.of(&item);
            found.push((node.line, Piece { item, way: Arc::clone(&node.way), rect, sign, line: node.line }));
        }
    }
    let mut lines: Vec<usize> = Vec::new();
    for (line, _) in &found {
        if lines.last() != Some(line) && !lines.contains(line) {
            lines.push(*line);
        }
    }
    let mut ordered = Vec::new();
    for line in lines {
        let (own, rest): (Vec<_>, Vec<_>) = found.into_iter().partition(|(other, _)| *other == line);
        found = rest;
        ordered.extend(read(own.into_iter().map(|(_, piece)| piece).collect()));
    }
    ordered
}

/// The pieces of a line from left to right; of a fraction what is above its bar, the bar, what is below.
fn read(mut line: Vec<Piece>) -> Vec<Piece> {
    if line.iter().all(|piece| piece.glyph().is_none()) {
        return line;
    }
    let bars: Vec<Rect> = line
        .iter()
        .filter(|piece| piece.glyph().is_none() && piece.rect.width() > piece.rect.height() * 3.0)
        .map(|piece| piece.rect)
        .collect();
    let key = |piece: &Piece| {
        let centre = piece.centre();
        let over = |bar: &&Rect| (bar.x0..=bar.x1).contains(&centre.x);
        match bars.iter().filter(over).max_by(|a, b| a.width().total_cmp(&b.width())) {
            Some(bar) => (
                bar.x0,
                if *bar == piece.rect {
                    1
                } else if centre.y > bar.center().y {
                    0
                } else {
                    2
                },
            ),
            None => (piece.rect.x0, 0),
        }
    };
    line.sort_by(|a, b| {
        let ((x, level), (y, other)) = (key(a), key(b));
        x.total_cmp(&y).then(level.cmp(&other)).then(a.rect.x0.total_cmp(&b.rect.x0))
    });
    line
}

/// Which characters glyphs stand for, of each font that is asked for.
#[derive(Default)]
struct Signs(BTreeMap<u64, BTreeMap<u32, char>>);

impl Signs {
    fn of(&mut self, item: &Item) -> Option<char> {
        let Shape::Glyphs(run) = &item.shape else { return None };
        let signs = self.0.entry(run.font.id()).or_insert_with(|| run.font.signs());
        signs.get(&u32::from(run.glyphs.first()?.id)).copied()
    }
}

/// Cuts items into pieces that say nothing of the parts around them, in the order in which they are drawn.
pub(super) fn nameless(shown: &[FrameItem]) -> Vec<Piece> {
    let way: Arc<[String]> = Arc::from([]);
    let mut signs = Signs::default();
    let piece = |item: Item| {
        let (rect, sign) = (item.bounds()?, signs.of(&item));
        Some(Piece { item, way: Arc::clone(&way), rect, sign, line: 0 })
    };
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
