//! A font: its bytes, and the outlines and boxes of its glyphs.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{FontRef, GlyphId, MetadataProvider};

use super::{Digest, Measured, handwritten};
use crate::geom::{Affine, BezPath, Rect, Shape as _};

/// A font file in memory. Cheap to clone; equal if it is the same loaded font.
#[derive(Clone)]
pub struct Font(Arc<Inner>);

struct Inner {
    id: u64,
    name: String,
    data: Arc<dyn AsRef<[u8]> + Send + Sync>,
    /// Which of the fonts in the file.
    index: u32,
    /// Outlines on an em square of 1, with their boxes, by page and place on it: all threads ask for them, all the time.
    outlines: Box<[OnceLock<Page>]>,
    /// The same as a hand writes them.
    written: Mutex<BTreeMap<u16, Arc<Measured>>>,
    digest: OnceLock<Digest>,
}

/// Outlines of neighbouring glyphs, each read when it is first asked for.
type Page = Box<[OnceLock<Outline>]>;

/// Glyphs on a page.
const PAGE: usize = 64;

/// The bit that the ids of fonts have that are not part of the program.
const FOREIGN: u64 = 1 << 63;

impl Font {
    /// A font from the bytes of a TrueType or OpenType file, or `None` if they are not one. `id` tells fonts apart; the
    /// caller sees to it that it is unique and the same in every run.
    pub fn new(id: u32, name: impl Into<String>, data: Arc<dyn AsRef<[u8]> + Send + Sync>) -> Option<Self> {
        Self::read(u64::from(id), name.into(), data, 0)
    }

    /// A font that is not part of the program, or `None` if the bytes are not a font with outlines. `index` says which of
    /// those in a collection. What it holds tells it apart, so it is the same in every run.
    pub fn foreign(name: impl Into<String>, data: Arc<[u8]>, index: u32) -> Option<Self> {
        let hash = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        let id = data.iter().chain(&index.to_le_bytes()).fold(0xcbf2_9ce4_8422_2325, hash) | FOREIGN;
        let font = Self::read(id, name.into(), Arc::new(data), index)?;
        font.reader()?.outline_glyphs().format()?;
        Some(font)
    }

    fn read(id: u64, name: String, data: Arc<dyn AsRef<[u8]> + Send + Sync>, index: u32) -> Option<Self> {
        FontRef::from_index((*data).as_ref(), index).ok()?;
        let (written, digest) = Default::default();
        let outlines = (0..=usize::from(u16::MAX) / PAGE).map(|_| OnceLock::new()).collect();
        Some(Self(Arc::new(Inner { id, name, data, index, outlines, written, digest })))
    }

    /// Another font of the same file.
    pub fn sibling(&self, index: u32) -> Option<Self> {
        let apart = u64::from(index).wrapping_mul(0x9e37_79b9_7f4a_7c15) & !FOREIGN;
        Self::read(self.0.id ^ apart, self.0.name.clone(), Arc::clone(&self.0.data), index)
    }

    /// Tells fonts apart.
    pub fn id(&self) -> u64 {
        self.0.id
    }

    /// Is it no part of the program?
    pub fn is_foreign(&self) -> bool {
        self.0.id & FOREIGN != 0
    }

    /// Which of the fonts in its file it is.
    pub fn index(&self) -> u32 {
        self.0.index
    }

    /// The font's tables.
    pub fn reader(&self) -> Option<FontRef<'_>> {
        FontRef::from_index(self.data(), self.0.index).ok()
    }

    /// The characters that its glyphs stand for, by glyph; of several the first.
    pub fn signs(&self) -> BTreeMap<u32, char> {
        let mut signs = BTreeMap::new();
        let Some(font) = self.reader() else { return signs };
        for (code, glyph) in font.charmap().mappings() {
            if let Some(sign) = char::from_u32(code) {
                signs.entry(glyph.to_u32()).or_insert(sign);
            }
        }
        signs
    }

    /// Name for display lists and messages, e.g. `KaTeX_Main-Regular`.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The bytes of the file.
    pub fn data(&self) -> &[u8] {
        (*self.0.data).as_ref()
    }

    /// The digest of the file and of which of its fonts this is, taken once.
    pub(super) fn digest(&self) -> Digest {
        let of_all = || Digest(Digest::of(self.data()).0 ^ u128::from(self.0.index));
        *self.0.digest.get_or_init(of_all)
    }

    /// A glyph's outline on an em square of 1, y up, origin on the baseline. Empty for blanks and unknown glyphs.
    pub fn outline(&self, glyph: u16) -> Arc<BezPath> {
        self.cached(glyph).map(|outline| Arc::clone(&outline.0)).unwrap_or_default()
    }

    /// A glyph's outline on an em square of 1 as a hand writes it (see [`handwritten`]), with its lengths.
    pub fn written(&self, glyph: u16) -> Arc<Measured> {
        let mut known = self.0.written.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = known.entry(glyph);
        Arc::clone(entry.or_insert_with(|| Arc::new(Measured::new(handwritten(&self.outline(glyph))))))
    }

    /// The box of a glyph's outline at a size, with its origin at (x, y); `None` for blanks.
    pub fn bounds(&self, glyph: u16, size: f64, x: f64, y: f64) -> Option<Rect> {
        let transform = Affine::translate((x, y)) * Affine::scale(size);
        self.cached(glyph)?.1.map(|rect| transform.transform_rect_bbox(rect))
    }

    fn cached(&self, glyph: u16) -> Option<&Outline> {
        let read = || {
            let path = self.read_outline(glyph).unwrap_or_default();
            let bounds = (!path.is_empty()).then(|| path.bounding_box());
            (Arc::new(path), bounds)
        };
        let (page, place) = (usize::from(glyph) / PAGE, usize::from(glyph) % PAGE);
        let blank = || (0..PAGE).map(|_| OnceLock::new()).collect();
        Some(self.0.outlines.get(page)?.get_or_init(blank).get(place)?.get_or_init(read))
    }

    fn read_outline(&self, glyph: u16) -> Option<BezPath> {
        let font = self.reader()?;
        let outline = font.outline_glyphs().get(GlyphId::new(u32::from(glyph)))?;
        let mut pen = KurboPen(BezPath::new());
        outline.draw(DrawSettings::unhinted(Size::unscaled(), LocationRef::default()), &mut pen).ok()?;
        let units = f64::from(font.metrics(Size::unscaled(), LocationRef::default()).units_per_em.max(1));
        Some(Affine::scale(1.0 / units) * pen.0)
    }
}

impl PartialEq for Font {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for Font {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Font({})", self.0.name)
    }
}

type Outline = (Arc<BezPath>, Option<Rect>);

struct KurboPen(BezPath);

impl OutlinePen for KurboPen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.move_to((f64::from(x), f64::from(y)));
    }
    fn line_to(&mut self, x: f32, y: f32) {
        self.0.line_to((f64::from(x), f64::from(y)));
    }
    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        self.0.quad_to((f64::from(cx), f64::from(cy)), (f64::from(x), f64::from(y)));
    }
    fn curve_to(&mut self, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32) {
        let control = |x: f32, y: f32| (f64::from(x), f64::from(y));
        self.0.curve_to(control(ax, ay), control(bx, by), control(x, y));
    }
    fn close(&mut self) {
        self.0.close_path();
    }
}
