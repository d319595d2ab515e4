//! Several instants beside each other and in rows, with words above them.

use std::sync::Arc;

use crate::color::{Rgba, Role, Theme};
use crate::draw::{Clip, Frame, FrameItem, Item, ItemId, Layer, Name, Names, Part, Shape, Wording};
use crate::film::Still;
use crate::geom::{Affine, Rect, Shape as _};
use crate::script::FigureDef;
use crate::typeset::{TextStyle, Typesetter};

/// Space between instants, in stage units.
const GAP: f64 = 0.3;
/// Size of the words above an instant, and the space that they take, in stage units.
const LABEL: f64 = 0.42;
const LABEL_ROOM: f64 = 0.7;

/// Instants of one size as one frame, its names, and the area that it takes. `cell` is what is shown of each.
pub(super) fn joined(def: &FigureDef, mut stills: Vec<Still>, cell: Rect, theme: &Theme) -> (Frame, Names, Rect) {
    if stills.len() == 1
        && def.labels.is_empty()
        && let Some(still) = stills.pop()
    {
        return (still.frame, still.names, cell);
    }
    grid(def, stills, cell, theme)
}

fn grid(def: &FigureDef, stills: Vec<Still>, cell: Rect, theme: &Theme) -> (Frame, Names, Rect) {
    let count = stills.len().max(1);
    let columns = def.columns.map_or(count, |columns| columns as usize).clamp(1, count);
    let rows = count.div_ceil(columns);
    let room = if def.labels.is_empty() { 0.0 } else { LABEL_ROOM };
    let (across, down) = (cell.width() + GAP, cell.height() + room + GAP);
    let area = Rect::new(0.0, 0.0, across * columns as f64 - GAP, down * rows as f64 - GAP);
    let mut frame = Frame { stage: area, ground: Rgba::TRANSPARENT, items: Vec::new() };
    let mut names = Names::default();
    let mut words = 0;
    for (number, still) in stills.into_iter().enumerate() {
        let (column, row) = ((number % columns) as f64, (number / columns) as f64);
        let top = area.y1 - row * down - room;
        let map = Affine::translate((column * across - cell.x0, top - cell.y1));
        let clip = Clip(Arc::new(cell.to_path(0.1))).transformed(map);
        let mut last = words;
        // What is not in the cell is not written: not every reader knows clips.
        let seen = |item: &FrameItem| item.item.bounds().is_some_and(|bounds| cell.overlaps(bounds));
        let shown = still.frame.items.into_iter().filter(seen);
        let items: Vec<FrameItem> = shown.map(|item| item.transformed(map)).collect();
        for item in &items {
            named(item, number, &still.names, &mut names, words, &mut last);
        }
        words = last;
        let items = items.into_iter().map(|item| renumbered(item, number)).collect();
        let layer = Item::new(Shape::Layer(Arc::new(Layer::sharp(items))));
        let id = ItemId::of(["instant"], number);
        frame.items.push(FrameItem { id, item: layer, resting: true, clip: Some(clip) });
        if let Some(label) = def.labels.get(number) {
            let style = TextStyle { color: theme.color(Role::Ink), ..TextStyle::new(LABEL) };
            let set = Typesetter::bundled().text(label, &style);
            let at = (column * across + (cell.width() - set.layout.width()) / 2.0, top + (LABEL_ROOM - LABEL) / 2.0);
            let id = ItemId::of(["label"], number);
            let path: Arc<[String]> = [format!("label{}", number + 1)].into();
            put(&set.part, Affine::translate(at), (id, &path), (&mut frame.items, &mut names), &mut words);
        }
    }
    (frame, names, area)
}

/// Takes over the names of an item and of what is in it, within the instant's own.
fn named(item: &FrameItem, number: usize, from: &Names, to: &mut Names, words: usize, last: &mut usize) {
    if let Shape::Layer(layer) = &item.item.shape {
        layer.items.iter().for_each(|inner| named(inner, number, from, to, words, last));
    }
    let Some(name) = from.get(item.id) else { return };
    let path = std::iter::once(format!("instant{}", number + 1)).chain(name.path.iter().cloned()).collect();
    let wording = name.wording.clone().map(|(word, wording)| {
        *last = (*last).max(words + word);
        (words + word, wording)
    });
    to.insert(item.id.numbered(number), Name { path, wording });
}

/// An item with an identity of its own in each instant.
fn renumbered(item: FrameItem, number: usize) -> FrameItem {
    let id = item.id.numbered(number);
    let item = match &item.item.shape {
        Shape::Layer(layer) => {
            let items = layer.items.iter().cloned().map(|inner| renumbered(inner, number)).collect();
            let shape = Shape::Layer(Arc::new(Layer { items, blur: layer.blur }));
            FrameItem { item: Item { shape, ..item.item.clone() }, ..item }
        }
        _ => item,
    };
    FrameItem { id, ..item }
}

/// Puts set text into a frame.
fn put(
    part: &Part,
    map: Affine,
    (id, path): (ItemId, &Arc<[String]>),
    (items, names): (&mut Vec<FrameItem>, &mut Names),
    words: &mut usize,
) {
    let map = map * part.transform;
    let wording = part.source.as_deref().filter(|_| part.name.starts_with("word")).map(|text| {
        *words += 1;
        (*words, Wording::Word(text.into()))
    });
    for (number, item) in part.items.iter().enumerate() {
        let id = id.numbered(number);
        items.push(FrameItem { id, item: item.clone().transformed(map), resting: true, clip: None });
        names.insert(id, Name { path: Arc::clone(path), wording: wording.clone() });
    }
    for inner in &part.parts {
        put(inner, map, (id.child(&inner.name), path), (items, names), words);
    }
}
