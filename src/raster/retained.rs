//! A canvas that remembers what is on it, and redraws only where the next frame differs.
//!
//! Exact by construction: what an item puts on a pixel depends on the item alone, not on what is redrawn. Items of both
//! frames are paired in drawing order. Where all that differs is what is marked, every other pixel is covered by the same
//! items in the same order, and so is what it was.

use super::damage::{Damage, PixelBox};
use super::layers::{self, Clips, Means};
use super::paint;
use super::scan::Scanner;
use super::sprite::{Canvas, Layer};
use super::{Pixels, Rasterizer};
use crate::color::Rgba;
use crate::draw::{Frame, FrameItem, ItemId};
use crate::geom::Rect;

/// Layers that are kept, as a multiple of the canvas's bytes; what is beyond is made again when it is needed.
const KEPT: usize = 4;

/// An item on the canvas.
struct Shown {
    item: FrameItem,
    /// `None`: not kept.
    layers: Option<Vec<Layer>>,
    bounds: PixelBox,
}

/// A canvas and what is on it.
pub(super) struct Retained<'a> {
    rasterizer: &'a Rasterizer,
    scanner: Scanner,
    clips: Clips,
    ground: Option<(Rect, Rgba)>,
    shown: Vec<Shown>,
    damage: Damage,
    pub(super) pixels: Pixels,
}

impl<'a> Retained<'a> {
    pub(super) fn new(rasterizer: &'a Rasterizer) -> Self {
        let (width, height) = (rasterizer.size.width(), rasterizer.size.height());
        Self {
            rasterizer,
            scanner: Scanner::new(width, height),
            clips: Clips::default(),
            ground: None,
            shown: Vec::new(),
            damage: Damage::new(width, height),
            pixels: Pixels { width, height, rgba: vec![0; width as usize * height as usize * 4] },
        }
    }

    /// Draws a frame over the one that is shown; gives the rectangles in which pixels may have changed.
    pub(super) fn show(&mut self, frame: Frame) -> Vec<PixelBox> {
        let ground = Some((frame.stage, frame.ground));
        if self.ground.as_ref().is_none_or(|(stage, _)| *stage != frame.stage) {
            self.shown.clear();
        }
        if self.ground != ground {
            self.damage.mark_all();
            self.ground = ground;
        }
        self.pair(frame.items, frame.stage);
        let areas = self.damage.take();
        if !areas.is_empty() {
            self.redraw(&areas, frame.ground, frame.stage);
            self.forget();
        }
        areas
    }

    /// Takes over the items of the next frame and marks where they differ from those that are shown.
    fn pair(&mut self, items: Vec<FrameItem>, stage: Rect) {
        let before = std::mem::take(&mut self.shown);
        let mut order = Order::default();
        let mut before: Vec<Option<Shown>> = before.into_iter().map(Some).collect();
        let mut next = 0;
        let mut now = Vec::with_capacity(items.len());
        for item in items {
            let id = |shown: &Option<Shown>| shown.as_ref().map(|shown| shown.item.id);
            let at = if before.get(next).and_then(id) == Some(item.id) {
                Some(next)
            } else {
                order.find(&before, item.id, next)
            };
            let paired = at.and_then(|at| before.get_mut(at)).and_then(Option::take);
            next = at.map_or(next, |at| at + 1);
            now.push(match paired {
                Some(shown) if shown.item == item => shown,
                other => self.replaced(other, item, stage),
            });
        }
        for shown in before.into_iter().flatten() {
            self.mark(&shown);
        }
        self.shown = now;
    }

    /// An item in the place of another, if there was one.
    fn replaced(&mut self, before: Option<Shown>, item: FrameItem, stage: Rect) -> Shown {
        let same_outline = before.as_ref().filter(|shown| layers::same_outline(&shown.item, &item));
        let known = same_outline.and_then(|shown| shown.layers.as_deref()).unwrap_or_default();
        let map = self.rasterizer.pixels_from(stage);
        let mut means = Means { rasterizer: self.rasterizer, scanner: &mut self.scanner, clips: &mut self.clips };
        let made = layers::of(&mut means, &item, map, None, known);
        let bounds = made.iter().fold(PixelBox::EMPTY, |all, layer| all.union(layer.bounds()));
        let shown = Shown { item, layers: Some(made), bounds };
        match before {
            Some(before) => match (&before.layers, &shown.layers) {
                (Some(old), Some(new)) if old.len() == new.len() => {
                    for (old, new) in old.iter().zip(new) {
                        old.mark_differences(new, &mut self.damage);
                    }
                }
                _ => {
                    self.mark(&before);
                    self.mark(&shown);
                }
            },
            None => self.mark(&shown),
        }
        shown
    }

    fn mark(&mut self, shown: &Shown) {
        match &shown.layers {
            Some(layers) => layers.iter().for_each(|layer| layer.mark(&mut self.damage)),
            None => self.damage.mark(shown.bounds),
        }
    }

    fn redraw(&mut self, areas: &[PixelBox], ground: Rgba, stage: Rect) {
        let area = PixelBox { x0: 0, y0: 0, x1: self.pixels.width, y1: self.pixels.height };
        let mut canvas = Canvas { area, pixels: self.pixels.rgba.as_chunks_mut().0 };
        let map = self.rasterizer.pixels_from(stage);
        let mut means = Means { rasterizer: self.rasterizer, scanner: &mut self.scanner, clips: &mut self.clips };
        let ground = paint::premultiplied(ground);
        let mut around = PixelBox::EMPTY;
        for area in areas {
            canvas.clear(*area, ground);
            around = around.union(*area);
        }
        for shown in &self.shown {
            if shown.bounds.intersection(around).is_empty() {
                continue;
            }
            let mut again = None;
            for area in areas {
                let area = area.intersection(shown.bounds);
                if area.is_empty() {
                    continue;
                }
                let layers = match &shown.layers {
                    Some(layers) => layers.as_slice(),
                    None => again.get_or_insert_with(|| layers::of(&mut means, &shown.item, map, None, &[])),
                };
                layers.iter().for_each(|layer| layer.paint(&mut canvas, area));
            }
        }
    }

    /// Keeps no more layers than there is room for.
    fn forget(&mut self) {
        let most = self.pixels.rgba.len() * KEPT;
        let mut sum = 0;
        for shown in &mut self.shown {
            sum += shown.layers.iter().flatten().map(Layer::bytes).sum::<usize>();
            if sum > most {
                shown.layers = None;
            }
        }
    }
}

/// Finds items by identity, once they are not where they are expected.
#[derive(Default)]
struct Order(Vec<(ItemId, usize)>);

impl Order {
    /// The first item with this identity at or after an index.
    fn find(&mut self, items: &[Option<Shown>], id: ItemId, from: usize) -> Option<usize> {
        if self.0.is_empty() {
            let ids = items.iter().enumerate().filter_map(|(index, shown)| Some((shown.as_ref()?.item.id, index)));
            self.0 = ids.collect();
            self.0.sort_unstable();
        }
        let at = self.0.partition_point(|entry| *entry < (id, from));
        self.0.get(at).filter(|(found, _)| *found == id).map(|(_, index)| *index)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kurbo::{Affine, Point};

    use super::{Frame, FrameItem, ItemId, Rasterizer, Rect, Retained, Rgba};
    use crate::draw::{Bitmap, Clip, Item, Layer, Paint, Shape, Stroke};
    use crate::geom::{FrameSize, circle, rounded_rect};
    use crate::info::uniform01;
    use crate::typeset::{TextStyle, Typesetter};

    /// Frames in which everything that can change does, now and then.
    fn frame(size: FrameSize, number: u64, text: &[Item]) -> Frame {
        let chance = |thing: u64, what: u64| uniform01(thing * 31 + what, number / (1 + what % 4));
        let clip = Clip(Arc::new(circle(Point::new(chance(90, 3), 0.0), 3.0)));
        let colors = [Rgba::hex(0xff8800), Rgba::hex(0x2266ff), Rgba::hex(0xeeeeee)];
        let bitmap = Arc::new(Bitmap { width: 3, height: 2, rgba: [200, 10, 90, 255, 0, 255, 0, 90].repeat(3) });
        let mut items = Vec::new();
        for thing in 0..24 {
            let color = colors[(chance(thing, 1) * 3.0) as usize].faded(if thing % 3 == 0 { 0.5 } else { 1.0 });
            let at = Point::new(chance(thing, 2) * 16.0 - 8.0, chance(thing, 7) * 9.0 - 4.5);
            let outline = circle(Point::ORIGIN, 0.3 + 1.5 * chance(thing, 3));
            let glow = Paint::glow(Point::ORIGIN, 1.0, color);
            let item = match thing % 6 {
                0 => Item::fill(outline, Paint::solid(color)),
                1 => Item::fill_stroke(outline, glow, Stroke::new(Paint::solid(color), 0.05).dashed(0.2, 0.1)),
                2 => Item::stroke(
                    rounded_rect(Rect::new(-1.0, -1.0, 2.0, 0.5), 0.2),
                    Stroke::new(Paint::linear(Point::ORIGIN, color, at, Rgba::hex(0)), 0.002 + 0.1 * chance(thing, 3)),
                ),
                3 => Item::new(Shape::Image { bitmap: Arc::clone(&bitmap), rect: Rect::new(-1.0, -1.0, 1.0, 0.7) }),
                _ => text[thing as usize % text.len()].clone(),
            };
            let inside = FrameItem { id: ItemId(1), item, resting: true, clip: (thing % 5 == 0).then(|| clip.clone()) };
            let item = match thing % 4 {
                0 if thing % 3 != 0 => {
                    let blur = if thing % 8 == 0 { 0.3 * chance(thing, 3) } else { 0.0 };
                    Item::new(Shape::Layer(Arc::new(Layer { items: vec![inside], blur })))
                }
                _ => inside.item,
            };
            let mut item = item.transformed(Affine::translate(at.to_vec2()));
            item.opacity = if chance(thing, 5) < 0.2 { 0.4 } else { 1.0 };
            if chance(thing, 6) < 0.8 {
                let clip = (chance(thing, 10) < 0.3).then(|| clip.clone());
                items.push(FrameItem { id: ItemId(thing / 2), item, resting: chance(thing, 9) < 0.5, clip });
            }
        }
        if chance(99, 3) < 0.3 {
            items.rotate_left(5); // another order
        }
        let zoom = if chance(97, 7) < 0.2 { 0.5 } else { 1.0 };
        let ground = if chance(98, 7) < 0.8 { Rgba::hex(0x101418) } else { Rgba::hex(0x181014) };
        Frame { stage: size.stage().scale_from_origin(zoom), ground, items }
    }

    #[test]
    fn what_is_redrawn_equals_a_whole_redraw() {
        let set = Typesetter::bundled().text("gold", &TextStyle::new(1.0));
        let words = set.part.parts.iter();
        let text: Vec<Item> =
            words.flat_map(|word| word.items.iter().map(|item| item.clone().transformed(word.transform))).collect();
        for size in [FrameSize::new(322, 182).unwrap(), FrameSize::new(64, 200).unwrap()] {
            let rasterizer = Rasterizer::new(size);
            let mut canvas = Retained::new(&rasterizer);
            let mut partly = 0;
            for number in 0..200 {
                let frame = frame(size, number, &text);
                let areas = canvas.show(frame.clone());
                let pixels: usize = areas.iter().map(|area| area.width() * area.height()).sum();
                partly += usize::from(pixels < canvas.pixels.rgba.len() / 4);
                assert!(canvas.pixels == rasterizer.draw(&frame), "frame {number} at {size}");
                assert!(canvas.show(frame).is_empty());
                if number % 7 == 0 {
                    canvas.shown.iter_mut().for_each(|shown| shown.layers = None); // as if there were no room
                }
            }
            assert!(partly > 100, "{partly}");
        }
    }
}
