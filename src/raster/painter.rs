//! Frames painted one after another into the bytes that are asked for.

use super::Rasterizer;
use super::exposure::Exposure;
use super::yuv420::{Scratch, straight};
use crate::draw::Frame;
use crate::geom::{PixelLayout, Rows};

/// Paints frames one after another. What stays is neither drawn nor converted again; the bytes are those of a whole redraw.
pub struct Painter<'a> {
    canvas: Exposure<'a>,
    layout: PixelLayout,
    scratch: Scratch,
    bytes: Vec<u8>,
}

impl<'a> Painter<'a> {
    pub(super) fn new(rasterizer: &'a Rasterizer, layout: PixelLayout) -> Self {
        let canvas = Exposure::new(rasterizer);
        let bytes = vec![0; layout.bytes(rasterizer.size)];
        Self { canvas, layout, scratch: Scratch::default(), bytes }
    }

    /// Paints a frame, or the mean of several. The rows in which pixels were touched: the bytes of all others stay as they were.
    pub fn paint(&mut self, frames: Vec<Frame>) -> Rows {
        let areas = self.canvas.show(frames);
        for area in &areas {
            match self.layout {
                PixelLayout::Yuv420 => self.scratch.yuv420(self.canvas.pixels(), *area, &mut self.bytes),
                PixelLayout::Rgba => straight(self.canvas.pixels(), *area, &mut self.bytes),
            }
        }
        areas.iter().fold(Rows::NONE, |rows, area| rows.join(Rows { start: area.y0, end: area.y1 }))
    }

    /// The bytes of the frame that was painted last.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}
