//! A frame as a number: equal for frames that draw the same, different for all others.
//!
//! What takes part is what pixels depend on: shapes, paint, places, fonts by the bytes of their files, pictures by theirs. The
//! identities of items do not: what a thing is called changes no pixel.

use std::sync::{Arc, Mutex, PoisonError};

use super::{Bitmap, Clip, Frame, FrameItem, GlyphRun, Outline, Paint, PaintKind, Shape, Stroke};
use crate::color::Rgba;
use crate::geom::{Affine, BezPath, PathEl, Point, Rect};

/// Pictures whose digests are remembered: more than a film shows in a minute.
const BITMAPS_KEPT: usize = 64;

/// A cryptographic digest, cut to 128 bits: two contents that share one will not be met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub u128);

impl Digest {
    /// The digest of bytes.
    pub fn of(bytes: &[u8]) -> Self {
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, ..] = *blake3::hash(bytes).as_bytes();
        Self(u128::from_le_bytes([a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p]))
    }
}

/// Takes digests of frames, from any thread, and remembers those of pictures.
#[derive(Default)]
pub struct Digester {
    bitmaps: Mutex<Vec<(Arc<Bitmap>, Digest)>>,
}

impl Digester {
    /// The digest of all that pixels depend on, whatever their number, of the frames that are exposed together; mostly one.
    ///
    /// ```
    /// use surprisal::{color::Rgba, draw::{Digester, Frame}, geom::Rect};
    /// let ground = |value| Frame { stage: Rect::new(-8.0, -4.5, 8.0, 4.5), ground: Rgba::hex(value), items: Vec::new() };
    /// let digester = Digester::default();
    /// assert_eq!(digester.digest(&[ground(0)]), digester.digest(&[ground(0)]));
    /// assert_ne!(digester.digest(&[ground(0)]), digester.digest(&[ground(1)]));
    /// ```
    pub fn digest(&self, exposures: &[Frame]) -> Digest {
        let items: usize = exposures.iter().map(|frame| frame.items.len()).sum();
        let mut words = Words(Vec::with_capacity(64 + 256 * items));
        for frame in exposures {
            words.rect(frame.stage);
            words.color(frame.ground);
            self.items(&frame.items, &mut words);
        }
        Digest::of(&words.0)
    }

    fn items(&self, items: &[FrameItem], words: &mut Words) {
        words.count(items.len());
        let mut clip = None;
        for item in items {
            self.item(item, &mut clip, words);
        }
    }

    fn item<'f>(&self, item: &'f FrameItem, last: &mut Option<(&'f Clip, Digest)>, words: &mut Words) {
        words.affine(item.item.transform);
        words.bytes(&item.item.opacity.to_le_bytes());
        words.option(item.clip.as_ref(), |words, clip| {
            // Neighbours are mostly clipped by the same.
            let known = last.filter(|(known, _)| Arc::ptr_eq(&known.0, &clip.0));
            let digest = known.map_or_else(|| path_digest(&clip.0), |(_, digest)| digest);
            *last = Some((clip, digest));
            words.digest(digest);
        });
        match &item.item.shape {
            Shape::Path { path, fill, stroke } => {
                words.byte(1);
                words.digest(path.digest());
                words.option(fill.as_ref(), Words::paint);
                words.option(stroke.as_ref(), Words::stroke);
            }
            Shape::Glyphs(run) => {
                words.byte(2);
                words.run(run);
            }
            Shape::Image { bitmap, rect } => {
                words.byte(3);
                words.digest(self.bitmap(bitmap));
                words.rect(*rect);
            }
            Shape::Layer(layer) => {
                words.byte(4);
                words.number(layer.blur);
                self.items(&layer.items, words);
            }
        }
    }

    fn bitmap(&self, bitmap: &Arc<Bitmap>) -> Digest {
        let known = || self.bitmaps.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, digest)) = known().iter().find(|(known, _)| Arc::ptr_eq(known, bitmap)) {
            return *digest;
        }
        let mut words = Words(Vec::new());
        words.bytes(&bitmap.width.to_le_bytes());
        words.bytes(&bitmap.height.to_le_bytes());
        words.digest(Digest::of(&bitmap.rgba));
        let digest = Digest::of(&words.0);
        let mut known = known();
        known.truncate(BITMAPS_KEPT - 1);
        known.insert(0, (Arc::clone(bitmap), digest));
        digest
    }
}

/// The digest of a path.
pub(super) fn path_digest(path: &BezPath) -> Digest {
    let mut words = Words(Vec::with_capacity(32 * path.elements().len()));
    for element in path.elements() {
        let (kind, points): (u8, &[Point]) = match element {
            PathEl::MoveTo(a) => (0, &[*a]),
            PathEl::LineTo(a) => (1, &[*a]),
            PathEl::QuadTo(a, b) => (2, &[*a, *b]),
            PathEl::CurveTo(a, b, c) => (3, &[*a, *b, *c]),
            PathEl::ClosePath => (4, &[]),
        };
        words.byte(kind);
        points.iter().for_each(|point| words.point(*point));
    }
    Digest::of(&words.0)
}

impl Outline {
    /// The digest of the path, taken once.
    pub(super) fn digest(&self) -> Digest {
        *self.digest_cell().get_or_init(|| path_digest(self))
    }
}

/// What is digested, in an order that can be read in one way only.
struct Words(Vec<u8>);

impl Words {
    fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn count(&mut self, count: usize) {
        self.bytes(&(count as u64).to_le_bytes());
    }

    fn number(&mut self, number: f64) {
        self.bytes(&number.to_bits().to_le_bytes());
    }

    fn digest(&mut self, digest: Digest) {
        self.bytes(&digest.0.to_le_bytes());
    }

    fn option<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.byte(u8::from(value.is_some()));
        if let Some(value) = value {
            write(self, value);
        }
    }

    fn point(&mut self, point: Point) {
        self.number(point.x);
        self.number(point.y);
    }

    fn rect(&mut self, rect: Rect) {
        [rect.x0, rect.y0, rect.x1, rect.y1].into_iter().for_each(|number| self.number(number));
    }

    fn affine(&mut self, affine: Affine) {
        affine.as_coeffs().into_iter().for_each(|number| self.number(number));
    }

    fn color(&mut self, color: Rgba) {
        [color.r, color.g, color.b, color.a].into_iter().for_each(|channel| self.bytes(&channel.to_le_bytes()));
    }

    fn paint(&mut self, paint: &Paint) {
        match &paint.kind {
            PaintKind::Solid(color) => {
                self.byte(1);
                self.color(*color);
            }
            PaintKind::Linear(line) => {
                self.byte(2);
                self.point(line.from);
                self.point(line.to);
                self.color(line.from_color);
                self.color(line.to_color);
            }
            PaintKind::Glow(glow) => {
                self.byte(3);
                self.point(glow.centre);
                self.number(glow.radius);
                self.color(glow.color);
            }
        }
    }

    fn stroke(&mut self, stroke: &Stroke) {
        self.paint(&stroke.paint);
        self.number(stroke.width);
        self.option(stroke.dash.as_ref(), |words, dash| {
            [dash.on, dash.off, dash.phase].into_iter().for_each(|number| words.number(number));
        });
    }

    fn run(&mut self, run: &GlyphRun) {
        self.digest(run.font.digest());
        self.byte(u8::from(run.pinned));
        self.number(run.size);
        self.paint(&run.paint);
        self.option(run.halo.as_ref(), |words, halo| {
            words.paint(&halo.paint);
            words.number(halo.width);
        });
        self.count(run.glyphs.len());
        for glyph in run.glyphs.iter() {
            self.bytes(&glyph.id.to_le_bytes());
            self.number(glyph.x);
            self.number(glyph.y);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::{Item, ItemId, Layer};
    use crate::geom::circle;

    fn frame(id: u64, item: Item, clip: Option<Clip>, resting: bool) -> Frame {
        let item = FrameItem { id: ItemId(id), item, resting, clip };
        Frame { stage: Rect::new(-8.0, -4.5, 8.0, 4.5), ground: Rgba::hex(0x10_1010), items: vec![item] }
    }

    fn dot(radius: f64) -> Item {
        Item::fill(circle(Point::ORIGIN, radius), Paint::solid(Rgba::hex(0xff_0000)))
    }

    #[test]
    fn all_that_changes_a_pixel_changes_the_digest_and_names_do_not() {
        let digester = Digester::default();
        let digest = |frame: &Frame| digester.digest(std::slice::from_ref(frame));
        let plain = digest(&frame(1, dot(1.0), None, true));
        assert_eq!(plain, digest(&frame(2, dot(1.0), None, false)));
        let clip = |radius| Some(Clip(Arc::new(circle(Point::ORIGIN, radius))));
        let stroke = Stroke::new(Paint::solid(Rgba::hex(0)), 0.1);
        let stroked =
            |stroke| Item::fill_stroke(circle(Point::ORIGIN, 1.0), Paint::solid(Rgba::hex(0xff_0000)), stroke);
        let bitmap = |value| Arc::new(Bitmap { width: 1, height: 1, rgba: vec![value; 4] });
        let image = |bitmap| Item::new(Shape::Image { bitmap, rect: Rect::new(0.0, 0.0, 1.0, 1.0) });
        let layer = |blur, item| {
            let items = vec![FrameItem { id: ItemId(1), item, resting: true, clip: None }];
            Item::new(Shape::Layer(Arc::new(Layer { items, blur })))
        };
        let others = [
            frame(1, dot(1.000_000_1), None, true),
            frame(1, dot(1.0), clip(2.0), true),
            frame(1, dot(1.0), clip(3.0), true),
            frame(1, dot(1.0).transformed(Affine::translate((1e-9, 0.0))), None, true),
            frame(1, Item { opacity: 0.5, ..dot(1.0) }, None, true),
            frame(1, stroked(stroke.clone()), None, true),
            frame(1, stroked(stroke.dashed(0.1, 0.2)), None, true),
            frame(1, layer(0.0, dot(1.0)), None, true),
            frame(1, layer(0.1, dot(1.0)), None, true),
            frame(1, layer(0.1, dot(2.0)), None, true),
            frame(1, image(bitmap(1)), None, true),
            frame(1, image(bitmap(2)), None, true),
        ];
        let mut all: Vec<Digest> = others.iter().map(digest).chain([plain]).collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), others.len() + 1);
        assert_eq!(digest(&frame(1, image(bitmap(2)), None, true)), digest(&others[others.len() - 1]));
        let [first, second] = [&others[0], &others[1]].map(Clone::clone);
        assert_ne!(digester.digest(&[first.clone(), second.clone()]), digester.digest(&[second, first]));
    }
}
