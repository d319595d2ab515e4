//! Display list to pixels: outlines to coverage, coverage and paint to layers, layers to a canvas that is redrawn where a
//! frame differs from the one before. tiny-skia, behind a guard, makes pens' outlines and gradients.
//!
//! Enters: a [`Frame`] in stage units and a size. Leaves: [`Pixels`], or the bytes that encoders take. Cannot fail: what
//! cannot be drawn is skipped, its neighbours are drawn. The same frame gives the same pixels on any thread, whatever was
//! drawn before.

mod blend;
mod blur;
mod coverage;
mod damage;
mod exposure;
mod glyphs;
mod group;
mod guard;
mod image;
mod layers;
mod paint;
mod painter;
mod retained;
mod scan;
mod sprite;
mod yuv420;

pub use painter::Painter;
pub use yuv420::straight_rgba;

use crate::draw::Frame;
use crate::geom::{Affine, FrameSize, PixelLayout, Rect};
use exposure::Exposure;
use glyphs::Coverages;
use image::Bitmaps;

/// A picture in memory: premultiplied RGBA, eight bits a channel, rows from the top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pixels {
    /// Width in pixels, above 0.
    pub width: u32,
    /// Height in pixels, above 0.
    pub height: u32,
    /// `width * height * 4` bytes.
    pub rgba: Vec<u8>,
}

/// Draws frames at one size. Holds caches; share one between threads.
pub struct Rasterizer {
    size: FrameSize,
    coverages: Coverages,
    bitmaps: Bitmaps,
}

impl Rasterizer {
    /// A rasterizer for frames of a size.
    pub fn new(size: FrameSize) -> Self {
        Self { size, coverages: Coverages::default(), bitmaps: Bitmaps::default() }
    }

    /// Paints frames at this size, one after another.
    pub fn painter(&self, layout: PixelLayout) -> Painter<'_> {
        Painter::new(self, layout)
    }

    /// Draws a frame.
    ///
    /// ```
    /// use surprisal::{color::Rgba, draw::Frame, geom::FrameSize, raster::Rasterizer};
    /// let size = FrameSize::new(4, 2).unwrap();
    /// let frame = Frame { stage: size.stage(), ground: Rgba::hex(0x102030), items: vec![] };
    /// assert_eq!(Rasterizer::new(size).draw(&frame).rgba[..4], [0x10, 0x20, 0x30, 0xff]);
    /// ```
    pub fn draw(&self, frame: &Frame) -> Pixels {
        self.expose(vec![frame.clone()])
    }

    /// Draws the mean of frames, as light; of one frame, the frame itself. Any number of threads give the same pixels.
    pub fn expose(&self, frames: Vec<Frame>) -> Pixels {
        let mut canvas = Exposure::new(self);
        canvas.show(frames);
        canvas.into_pixels()
    }

    fn pixels_from(&self, stage: Rect) -> Affine {
        let scale = f64::from(self.size.height()) / stage.height().max(1e-9);
        let (width, height) = (f64::from(self.size.width()), f64::from(self.size.height()));
        Affine::new([
            scale,
            0.0,
            0.0,
            -scale,
            width / 2.0 - stage.center().x * scale,
            height / 2.0 + stage.center().y * scale,
        ])
    }
}
