//! Frames painted one after another into the bytes that are asked for.

use super::{Pixels, Rasterizer, straight_rgba, yuv420};
use crate::draw::Frame;

/// How the bytes of a frame lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Planes Y, U, V, the latter two halved in both directions; BT.709, limited range. No alpha.
    Yuv420,
    /// Rows from the top, four bytes a pixel, alpha not multiplied in, sRGB.
    StraightRgba,
}

/// Paints frames one after another, redrawing what changed. The bytes are those of a whole redraw.
pub struct Painter<'a> {
    rasterizer: &'a Rasterizer,
    layout: Layout,
    shown: Option<Frame>,
    pixels: Pixels,
    bytes: Vec<u8>,
}

impl<'a> Painter<'a> {
    pub(super) fn new(rasterizer: &'a Rasterizer, layout: Layout) -> Self {
        let pixels = Pixels { width: 0, height: 0, rgba: Vec::new() };
        Self { rasterizer, layout, shown: None, pixels, bytes: Vec::new() }
    }

    /// Paints a frame. `false` if the bytes stay as they were.
    pub fn paint(&mut self, frame: Frame) -> bool {
        if self.shown.as_ref() == Some(&frame) {
            return false;
        }
        self.rasterizer.draw_into(&frame, &mut self.pixels);
        match self.layout {
            Layout::Yuv420 => yuv420(&self.pixels, &mut self.bytes),
            Layout::StraightRgba => straight_rgba(&self.pixels, &mut self.bytes),
        }
        self.shown = Some(frame);
        true
    }

    /// The bytes of the frame that was painted last; empty before the first.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}
