//! Frames in rows, with words beneath each.

use super::Cell;
use crate::color::Rgba;
use crate::diag::Diagnostic;
use crate::draw::{Frame, FrameItem, ItemId, Part};
use crate::export::{png, sheet};
use crate::geom::{Affine, FrameSize, Rect};
use crate::raster::{Pixels, Rasterizer};
use crate::typeset::{TextStyle, Typesetter};

/// Space between frames in pixels.
const GAP_PX: u32 = 8;
/// What is between frames and behind words, and the words.
const GROUND: u32 = 0x30_343c;
const INK: u32 = 0xd8_dde4;
/// Height of the line of words in pixels, for each 480 pixels of width.
const LINE_PX: f64 = 24.0 / 480.0;
/// Size of the words, and where their baseline is, in parts of the line.
const SIZE: f64 = 0.62;
const BASELINE: f64 = 0.3;

/// The sheet as a PNG file.
pub(in crate::cli) fn picture(cells: &[Cell], pictures: &[Pixels], columns: u32) -> Result<Vec<u8>, Diagnostic> {
    let labelled: Vec<Pixels> = cells.iter().zip(pictures).map(|(cell, picture)| labelled(cell, picture)).collect();
    let ground = [(GROUND >> 16) as u8, (GROUND >> 8) as u8, GROUND as u8, 0xff];
    let all = sheet(&labelled, columns, GAP_PX, ground).ok_or_else(|| {
        Diagnostic::usage("sheet-size", "a sheet of so many frames is too large for a picture")
            .hint("give them a smaller `--size`, show fewer, or write an `.html` page")
    })?;
    png::encode(&all, false)
}

/// A frame with its time, its marks and its scene beneath.
fn labelled(cell: &Cell, picture: &Pixels) -> Pixels {
    let height = (f64::from(picture.width) * LINE_PX).round().max(8.0) as u32;
    let words = format!("{}   {}", cell.heading, cell.scene);
    let Some(size) = FrameSize::new(picture.width, height) else { return picture.clone() };
    let line = Rasterizer::new(size).expose(vec![line(&words, picture.width, height)]);
    let rgba = picture.rgba.iter().chain(&line.rgba).copied().collect();
    Pixels { width: picture.width, height: picture.height + line.height, rgba }
}

/// A line of words as wide as a frame, in pixels; smaller if it would not fit.
fn line(words: &str, width: u32, height: u32) -> Frame {
    let (wide, high) = (f64::from(width), f64::from(height));
    let set = Typesetter::bundled().text(words, &TextStyle { color: Rgba::hex(INK), ..TextStyle::new(high * SIZE) });
    let fits = (wide * 0.98 / set.layout.width().max(1e-6)).min(1.0);
    let mut items = Vec::new();
    let map = Affine::translate((wide * 0.01, high * BASELINE)) * Affine::scale(fits);
    put(&set.part, map, ItemId::of(["words"], 0), &mut items);
    Frame { stage: Rect::new(0.0, 0.0, wide, high), ground: Rgba::hex(GROUND), items }
}

fn put(part: &Part, map: Affine, id: ItemId, items: &mut Vec<FrameItem>) {
    let map = map * part.transform;
    for (number, item) in part.items.iter().enumerate() {
        let item = item.clone().transformed(map);
        items.push(FrameItem { id: id.numbered(number), item, resting: true, clip: None });
    }
    for inner in &part.parts {
        put(inner, map, id.child(&inner.name), items);
    }
}
