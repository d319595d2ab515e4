//! The display list: what a frame consists of, the one thing that raster, svg and pdf read.
//!
//! Enters: shapes and glyphs in stage units, made by `typeset` and `visuals` as trees of named [`Part`]s. Leaves: a
//! [`Frame`], a flat and ordered list of [`FrameItem`]s, assembled by `film`. Nothing here knows pixels or time.

mod bitmap;
mod change;
mod contour;
mod correspondence;
mod digest;
mod dump;
mod font;
mod frame;
mod item;
mod layer;
mod morph;
mod names;
mod outline;
mod paint;
mod part;
mod trace;

pub use bitmap::Bitmap;
pub use change::changed_share;
pub use contour::handwritten;
pub use digest::{Digest, Digester};
pub use dump::dump;
pub use font::Font;
pub use frame::{Clip, Frame, FrameItem, ItemId};
pub use item::{Glyph, GlyphRun, Halo, Item, Shape};
pub use layer::Layer;
pub use morph::Morph;
pub use names::{Name, Names, Wording};
pub use outline::Outline;
pub use paint::{Dash, Glow, Gradient, Paint, PaintKind, Stroke};
pub use part::{Attribute, Grow, Part};
pub use trace::{Measured, along, length, section, trace};
