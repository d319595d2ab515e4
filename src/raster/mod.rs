//! Display list to pixels, with tiny-skia behind a guard and exact coverage for glyphs.
//!
//! Enters: a [`Frame`] in stage units and a size. Leaves: [`Pixels`]. Cannot fail: what cannot be drawn is skipped, its
//! neighbours are drawn. The same frame gives the same pixels on any thread.

mod blur;
mod exposure;
mod glyphs;
mod guard;
mod image;
mod layers;
mod paint;
mod yuv420;

use tiny_skia::{Mask, PixmapMut};

pub use yuv420::{straight_rgba, yuv420};

use crate::draw::{Clip, Frame, FrameItem, Shape};
use crate::geom::{Affine, FrameSize, Rect};
use glyphs::Coverages;
use image::Bitmaps;
use layers::Layers;

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
    layers: Layers,
}

impl Rasterizer {
    /// A rasterizer for frames of a size.
    pub fn new(size: FrameSize) -> Self {
        Self { size, coverages: Coverages::default(), bitmaps: Bitmaps::default(), layers: Layers::default() }
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
        let mut pixels = Pixels { width: 0, height: 0, rgba: Vec::new() };
        self.draw_into(frame, &mut pixels);
        pixels
    }

    /// Draws a frame over whatever the buffer holds, resizing it if it must.
    pub fn draw_into(&self, frame: &Frame, pixels: &mut Pixels) {
        (pixels.width, pixels.height) = (self.size.width(), self.size.height());
        pixels.rgba.resize(self.size.width() as usize * self.size.height() as usize * 4, 0);
        let ground = paint::premultiplied(frame.ground);
        for pixel in pixels.rgba.chunks_exact_mut(4) {
            pixel.copy_from_slice(&ground);
        }
        let Some(mut canvas) = PixmapMut::from_bytes(&mut pixels.rgba, self.size.width(), self.size.height()) else {
            return;
        };
        self.draw_items(&frame.items, self.pixels_from(frame.stage), None, &mut canvas);
    }

    /// Draws items whose units the map leads to pixels; `around`: where they may be drawn at most.
    fn draw_items(&self, items: &[FrameItem], map: Affine, around: Option<&Mask>, canvas: &mut PixmapMut<'_>) {
        let mut mask: Option<(Clip, Option<Mask>)> = None;
        for item in items {
            if item.item.opacity <= 0.0 {
                continue;
            }
            if let Some(clip) = &item.clip
                && mask.as_ref().is_none_or(|(known, _)| known != clip)
            {
                mask = Some((clip.clone(), paint::mask(clip, map, self.size, around)));
            }
            let clip = match (&item.clip, &mask) {
                (Some(_), Some((_, Some(mask)))) => Some(mask),
                // A clip that leaves nothing.
                (Some(_), _) => continue,
                (None, _) => around,
            };
            self.draw_item(item, map, clip, canvas);
        }
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

    fn draw_item(&self, item: &FrameItem, pixels_from_stage: Affine, clip: Option<&Mask>, canvas: &mut PixmapMut<'_>) {
        let map = pixels_from_stage * item.item.transform;
        if !map.is_finite() {
            return;
        }
        match &item.item.shape {
            Shape::Path { path, fill, stroke } => {
                if let Some(fill) = fill {
                    paint::fill(path, fill, map, item.item.opacity, clip, canvas);
                }
                if let Some(stroke) = stroke {
                    paint::stroke(path, stroke, map, item.item.opacity, clip, canvas);
                }
            }
            Shape::Glyphs(run) => self.coverages.draw(run, map, item.resting, item.item.opacity, clip, canvas),
            Shape::Layer(layer) if item.item.opacity >= 1.0 && layer.blur <= 0.0 => {
                self.draw_items(&layer.items, map, clip, canvas);
            }
            Shape::Layer(layer) => self.layers.draw(
                (layer, map, self.size),
                item.item.opacity,
                clip,
                |picture| self.draw_items(&layer.items, map, None, picture),
                canvas,
            ),
            Shape::Image { bitmap, rect } => self.bitmaps.draw(bitmap, *rect, map, item.item.opacity, clip, canvas),
        }
    }
}
