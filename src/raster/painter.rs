//! Frames painted one after another into the bytes that are asked for.

use super::Rasterizer;
use super::exposure::Exposure;
use super::yuv420::{Scratch, straight};
use crate::draw::Frame;
use crate::geom::Rows;

/// How the bytes of a frame lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Planes Y, U, V, the latter two halved in both directions; BT.709, limited range. No alpha.
    Yuv420,
    /// Rows from the top, four bytes a pixel, alpha not multiplied in, sRGB.
    StraightRgba,
}

/// Paints frames one after another. What stays is neither drawn nor converted again; the bytes are those of a whole redraw.
pub struct Painter<'a> {
    canvas: Exposure<'a>,
    layout: Layout,
    scratch: Scratch,
    bytes: Vec<u8>,
}

impl<'a> Painter<'a> {
    pub(super) fn new(rasterizer: &'a Rasterizer, layout: Layout) -> Self {
        let canvas = Exposure::new(rasterizer);
        let pixels = canvas.pixels().rgba.len() / 4;
        let length = match layout {
            Layout::Yuv420 => pixels / 2 * 3,
            Layout::StraightRgba => pixels * 4,
        };
        Self { canvas, layout, scratch: Scratch::default(), bytes: vec![0; length] }
    }

    /// Paints a frame, or the mean of several. The rows in which pixels were touched: the bytes of all others stay as they were.
    pub fn paint(&mut self, frames: Vec<Frame>) -> Rows {
        let areas = self.canvas.show(frames);
        for area in &areas {
            match self.layout {
                Layout::Yuv420 => self.scratch.yuv420(self.canvas.pixels(), *area, &mut self.bytes),
                Layout::StraightRgba => straight(self.canvas.pixels(), *area, &mut self.bytes),
            }
        }
        areas.iter().fold(Rows::NONE, |rows, area| rows.join(Rows { start: area.y0, end: area.y1 }))
    }

    /// The bytes of the frame that was painted last.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}
