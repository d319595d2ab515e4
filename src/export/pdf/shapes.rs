//! Items: outlines, text, pictures, layers, each within its clip, and marked with what it says.

use std::collections::BTreeMap;
use std::sync::Arc;

use krilla::geom::{Rect as Box, Size, Transform};
use krilla::image::Image;
use krilla::paint::FillRule;
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, SpanTag};
use krilla::text::Font;

use super::super::{Page, drawn};
use super::paint::{fill, outline, pen, share};
use crate::diag::Diagnostic;
use crate::draw::{Bitmap, Clip, FrameItem, Item, Paint, Shape, Stroke, Wording};
use crate::geom::{Affine, BezPath, Rect};
use crate::limits;

/// Dots an inch of what no vector can say: blurred layers.
const BLURRED_DPI: f64 = 300.0;

pub(super) struct Painter<'a> {
    pub page: &'a Page<'a>,
    /// The words of each part of the frame, with all their glyphs in reading order.
    pub words: super::text::Words,
    pub fonts: BTreeMap<u64, Option<Font>>,
    bitmaps: Vec<(Arc<Bitmap>, Image)>,
    marked: Vec<Identifier>,
    /// What is being written: `Some(None)` for what says nothing.
    open: Option<Option<usize>>,
    /// Formulas of which a piece has been written.
    said: Vec<usize>,
    depth: usize,
}

impl<'a> Painter<'a> {
    pub fn new(page: &'a Page<'a>) -> Self {
        let words = super::text::Words::of(page);
        let (fonts, bitmaps, marked, said) = Default::default();
        Self { page, words, fonts, bitmaps, marked, open: None, said, depth: 0 }
    }

    /// The ground, which is no content.
    pub fn ground(&self, surface: &mut Surface<'_>) {
        let ground = self.page.frame.ground;
        let (width, height) = self.page.size();
        let bounds = Box::from_xywh(0.0, 0.0, width as f32, height as f32);
        let sheet = outline(&crate::geom::rounded_rect(Rect::new(0.0, 0.0, width, height), 0.0), Affine::IDENTITY);
        if let (true, Some(bounds), Some(sheet)) = (ground.a > 0.0, bounds, sheet) {
            let artifact = Artifact::new(ArtifactType::Background, Some(bounds));
            surface.start_tagged(ContentTag::Artifact(artifact));
            surface.set_stroke(None);
            surface.set_fill(Some(fill(&Paint::solid(ground), Affine::IDENTITY, 1.0)));
            surface.draw_path(&sheet);
            surface.end_tagged();
        }
    }

    /// Ends what is being written, and gives all that was marked.
    pub fn end(mut self, surface: &mut Surface<'_>) -> Vec<Identifier> {
        self.leave(surface);
        self.marked
    }

    fn leave(&mut self, surface: &mut Surface<'_>) {
        if self.open.take().is_some() {
            surface.end_tagged();
        }
    }

    /// Begins to write what the item is a piece of, unless that is being written. Layers are marked as a whole.
    fn enter(&mut self, item: &FrameItem, surface: &mut Surface<'_>) {
        if self.depth > 0 {
            return;
        }
        let wording = self.page.names.get(item.id).and_then(|name| name.wording.clone());
        let number = wording.as_ref().map(|(number, _)| *number);
        if self.open == Some(number) {
            return;
        }
        self.leave(surface);
        let Some((number, wording)) = wording else {
            self.marked.push(surface.start_tagged(ContentTag::Other));
            self.open = Some(None);
            return;
        };
        // What is drawn in several goes is said once. A blank keeps formulas apart that stand below each other.
        let first = !self.said.contains(&number);
        self.said.push(number);
        let words = if first { format!("{} ", wording.text()) } else { String::new() };
        let known = matches!(wording, Wording::Word(_)) && self.words.is_exact(number);
        let span = SpanTag::empty().with_actual_text((!known).then_some(words.as_str()));
        self.marked.push(surface.start_tagged(ContentTag::Span(span)));
        self.open = Some(Some(number));
    }

    /// Items in drawing order; the map leads to points from what their transforms lead to.
    pub fn items(&mut self, items: &[FrameItem], map: Affine, surface: &mut Surface<'_>) -> Result<(), Diagnostic> {
        let mut clip: Option<&Clip> = None;
        let mut pushed = false;
        for item in items.iter().filter(|item| item.item.opacity > 0.0 && item.item.transform.is_finite()) {
            if clip != item.clip.as_ref() {
                self.leave(surface);
                if std::mem::take(&mut pushed) {
                    surface.pop();
                }
                clip = item.clip.as_ref();
                if let Some(path) = clip.and_then(|clip| outline(&clip.0, map)) {
                    surface.push_clip_path(&path, &FillRule::NonZero);
                    pushed = true;
                }
            }
            if clip.is_some() && !pushed {
                // A clip without area leaves nothing.
                continue;
            }
            self.enter(item, surface);
            self.item(item, map, surface)?;
        }
        if pushed {
            self.leave(surface);
            surface.pop();
        }
        Ok(())
    }

    fn item(&mut self, item: &FrameItem, around: Affine, surface: &mut Surface<'_>) -> Result<(), Diagnostic> {
        let Item { shape, transform, opacity, .. } = &item.item;
        let (map, opacity) = (around * *transform, opacity.min(1.0));
        match shape {
            Shape::Path { path, fill, stroke } => {
                self.outline(path, (fill.as_ref(), stroke.as_ref()), map, opacity, surface);
            }
            Shape::Glyphs(run) => self.glyphs(item.id, run, map, opacity, surface),
            Shape::Image { bitmap, rect } => self.image(bitmap, *rect, map, opacity, surface),
            Shape::Layer(layer) if layer.blur > 0.0 => {
                // The picture has the item's place and opacity in it already.
                let plain = FrameItem { clip: None, ..item.clone() };
                if let Some((bitmap, rect)) = drawn::picture(self.page, plain, around, BLURRED_DPI) {
                    self.image(&Arc::new(bitmap), rect, Affine::scale_non_uniform(1.0, -1.0), 1.0, surface);
                }
            }
            Shape::Layer(layer) => {
                if self.depth >= limits::GROUP_DEPTH {
                    return Ok(());
                }
                self.depth += 1;
                surface.push_opacity(share(opacity));
                let done = self.items(&layer.items, map, surface);
                surface.pop();
                self.depth -= 1;
                done?;
            }
        }
        Ok(())
    }

    pub fn outline(
        &self,
        path: &BezPath,
        (inside, along): (Option<&Paint>, Option<&Stroke>),
        map: Affine,
        opacity: f32,
        surface: &mut Surface<'_>,
    ) {
        let Some(path) = outline(path, map) else { return };
        // One after the other: what is faded shows one through the other, as on the screen.
        if let Some(paint) = inside {
            surface.set_stroke(None);
            surface.set_fill(Some(fill(paint, map, opacity)));
            surface.draw_path(&path);
        }
        if let Some(stroke) = along.filter(|stroke| stroke.width > 0.0) {
            surface.set_fill(None);
            surface.set_stroke(Some(pen(stroke, map, opacity)));
            surface.draw_path(&path);
        }
    }

    fn image(&mut self, bitmap: &Arc<Bitmap>, rect: Rect, map: Affine, opacity: f32, surface: &mut Surface<'_>) {
        let known = self.bitmaps.iter().find(|(known, _)| Arc::ptr_eq(known, bitmap)).map(|(_, image)| image.clone());
        let image = known.unwrap_or_else(|| {
            let image = Image::from_rgba8(bitmap.rgba.clone(), bitmap.width, bitmap.height);
            self.bitmaps.push((Arc::clone(bitmap), image.clone()));
            image
        });
        let Some(size) = Size::from_wh(rect.width() as f32, rect.height() as f32) else { return };
        let [a, b, c, d, e, f] = (map * Affine::new([1.0, 0.0, 0.0, -1.0, rect.x0, rect.y1])).as_coeffs();
        if (a * d - b * c).abs() < 1e-9 {
            return;
        }
        surface.push_transform(&Transform::from_row(a as f32, b as f32, c as f32, d as f32, e as f32, f as f32));
        surface.push_opacity(share(opacity));
        surface.draw_image(image, size);
        surface.pop();
        surface.pop();
    }
}
