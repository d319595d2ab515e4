//! What one item puts on the canvas: layers of coverage and colour, kept while the item stays as it is.

use std::sync::Arc;

use super::blend;
use super::coverage::{Coverage, Piece};
use super::damage::{Damage, PixelBox};
use super::glyphs::Placed;

/// What is seen through coverage.
#[derive(Clone)]
pub(super) enum Ink {
    /// One premultiplied colour.
    Flat([u8; 4]),
    /// Premultiplied colours, one for each pixel of the coverage's box, row by row.
    Shaded(Arc<[[u8; 4]]>),
}

/// One thing that is painted over what is there.
#[derive(Clone)]
pub(super) enum Layer {
    /// Ink through the coverage of an outline.
    Area { coverage: Arc<Coverage>, ink: Ink },
    /// A premultiplied colour through a glyph at rest.
    Glyph { placed: Placed, color: [u8; 4] },
    /// Premultiplied colours, one for each pixel of a box, row by row; that much of them, up to 255.
    Picture { area: PixelBox, pixels: Arc<[[u8; 4]]>, opacity: u8 },
}

/// A canvas, or a piece of one: premultiplied pixels, row by row.
pub(super) struct Canvas<'a> {
    pub(super) area: PixelBox,
    pub(super) pixels: &'a mut [[u8; 4]],
}

impl Canvas<'_> {
    /// The pixels of a row from `x` on, as many as asked for.
    pub(super) fn row(&mut self, y: u32, x: u32, length: usize) -> &mut [[u8; 4]] {
        let start = (y - self.area.y0) as usize * self.area.width() + (x - self.area.x0) as usize;
        self.pixels.get_mut(start..start + length).unwrap_or_default()
    }

    /// Makes a rectangle one premultiplied colour.
    pub(super) fn clear(&mut self, area: PixelBox, color: [u8; 4]) {
        for y in area.y0..area.y1 {
            self.row(y, area.x0, area.width()).fill(color);
        }
    }
}

impl Layer {
    /// The box of what it paints.
    pub(super) fn bounds(&self) -> PixelBox {
        match self {
            Self::Area { coverage, .. } => coverage.bounds(),
            Self::Glyph { placed, .. } => placed.bounds(),
            Self::Picture { area, .. } => *area,
        }
    }

    /// Bytes of memory that it takes, about.
    pub(super) fn bytes(&self) -> usize {
        let own = match self {
            Self::Area { coverage, ink: Ink::Flat(_) } => coverage.bytes(),
            Self::Area { coverage, ink: Ink::Shaded(colors) } => coverage.bytes() + colors.len() * 4,
            Self::Glyph { .. } => 0, // glyphs are kept by the rasterizer
            Self::Picture { pixels, .. } => pixels.len() * 4,
        };
        own + size_of::<Self>()
    }

    /// Paints the part of it that lies within a rectangle of the canvas.
    pub(super) fn paint(&self, canvas: &mut Canvas<'_>, area: PixelBox) {
        match self {
            Self::Area { coverage, ink: Ink::Flat(color) } => coverage.within(area, |y, x, piece| {
                blend::paint(canvas.row(y, x, piece.len()), piece, *color);
            }),
            Self::Area { coverage, ink: Ink::Shaded(colors) } => {
                let bounds = coverage.bounds();
                coverage.within(area, |y, x, piece| {
                    let start = (y - bounds.y0) as usize * bounds.width() + (x - bounds.x0) as usize;
                    let colors = colors.get(start..start + piece.len()).unwrap_or_default();
                    blend::paint_each(canvas.row(y, x, piece.len()), piece, colors);
                });
            }
            Self::Glyph { placed, color } => placed.within(area, |y, x, values| {
                blend::paint(canvas.row(y, x, values.len()), Piece::Partly(values), *color);
            }),
            Self::Picture { area: whole, pixels, opacity } => {
                let area = area.intersection(*whole);
                if area.is_empty() {
                    return;
                }
                for y in area.y0..area.y1 {
                    let start = (y - whole.y0) as usize * whole.width() + (area.x0 - whole.x0) as usize;
                    let colors = pixels.get(start..start + area.width()).unwrap_or_default();
                    blend::paint_faded(canvas.row(y, area.x0, area.width()), colors, *opacity);
                }
            }
        }
    }

    /// Marks all of it.
    pub(super) fn mark(&self, damage: &mut Damage) {
        match self {
            Self::Area { coverage, .. } => coverage.mark(damage),
            other => damage.mark(other.bounds()),
        }
    }

    /// Marks where it differs from another one in the same place of the order.
    pub(super) fn mark_differences(&self, other: &Self, damage: &mut Damage) {
        match (self, other) {
            (Self::Area { coverage: a, ink: Ink::Flat(one) }, Self::Area { coverage: b, ink: Ink::Flat(two) })
                if one == two =>
            {
                if !Arc::ptr_eq(a, b) {
                    a.mark_differences(b, damage);
                }
            }
            (Self::Glyph { placed: a, color: one }, Self::Glyph { placed: b, color: two }) if a == b && one == two => {}
            _ => {
                self.mark(damage);
                other.mark(damage);
            }
        }
    }
}
