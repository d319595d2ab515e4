//! Items: outlines, pictures, layers, each within its clip.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::groups::Groups;
use super::write::{Writer, number, path, rounded};
use crate::diag::Diagnostic;
use crate::draw::{Bitmap, Clip, FrameItem, Item, Layer, Paint, Shape, Stroke};
use crate::export::{Page, png};
use crate::geom::{Affine, BezPath, Rect};
use crate::limits;

/// How exact lengths of dashes are, in parts of a point: what is rounded adds up along a line.
const DASHES: f64 = 100_000.0;

impl<'a> Writer<'a> {
    /// Items of the page.
    pub(super) fn page(&mut self, items: &[FrameItem]) -> Result<(), Diagnostic> {
        let mut groups = Groups::default();
        self.items(items, self.page.points_from_stage(), &mut groups)?;
        groups.close(&mut self.out);
        Ok(())
    }

    /// Items of another page of the same size.
    pub(super) fn page_of(&mut self, page: &'a Page<'a>, items: &[FrameItem]) -> Result<(), Diagnostic> {
        let first = std::mem::replace(&mut self.page, page);
        let done = self.page(items);
        self.page = first;
        done
    }

    /// Items in drawing order; the map leads to points from what their transforms lead to.
    pub(super) fn items(&mut self, items: &[FrameItem], map: Affine, groups: &mut Groups) -> Result<(), Diagnostic> {
        let mut clip: Option<&Clip> = None;
        for item in items.iter().filter(|item| is_seen(&item.item)) {
            if clip != item.clip.as_ref() {
                groups.close(&mut self.out);
                if clip.is_some() {
                    self.out += "</g>\n";
                }
                clip = item.clip.as_ref();
                if let Some(clip) = clip {
                    let id = self.clip(clip, map);
                    self.out += &format!("<g clip-path=\"url(#{id})\">\n");
                }
            }
            groups.enter(item, self.page.names, self);
            self.item(&item.item, map, groups)?;
        }
        if clip.is_some() {
            groups.close(&mut self.out);
            self.out += "</g>\n";
        }
        Ok(())
    }

    fn item(&mut self, item: &Item, map: Affine, groups: &mut Groups) -> Result<(), Diagnostic> {
        let map = map * item.transform;
        let opacity = item.opacity.min(1.0);
        match &item.shape {
            Shape::Path { path: outline, fill, stroke } => {
                self.outline(outline, (fill.as_ref(), stroke.as_ref()), map, opacity);
            }
            Shape::Glyphs(run) => self.glyphs(run, map, opacity),
            Shape::Image { bitmap, rect } => self.image(bitmap, *rect, map, opacity)?,
            Shape::Layer(layer) => {
                // Names inside are those of the stage: they open groups of their own.
                groups.close(&mut self.out);
                self.layer(layer, map, opacity)?;
            }
        }
        Ok(())
    }

    /// One element for a fill and a stroke, unless one shows through the other.
    pub(super) fn outline(
        &mut self,
        outline: &BezPath,
        (fill, stroke): (Option<&Paint>, Option<&Stroke>),
        map: Affine,
        opacity: f32,
    ) {
        let data = path(outline, map);
        if data.is_empty() {
            return;
        }
        let fill = fill.map(|paint| self.paint("fill", paint, map, opacity));
        let stroke = stroke.map(|stroke| self.stroke(stroke, map, opacity));
        let fill = fill.unwrap_or_else(|| " fill=\"none\"".into());
        self.out += &format!("<path{fill}{} d=\"{data}\"/>\n", stroke.unwrap_or_default());
    }

    /// The attributes of a stroke, as wide as the map makes it in the mean.
    pub(super) fn stroke(&mut self, stroke: &Stroke, map: Affine, opacity: f32) -> String {
        let scale = libm::sqrt(map.determinant().abs());
        let paint = self.paint("stroke", &stroke.paint, map, opacity);
        let dash = stroke.dash.as_ref().map_or_else(String::new, |dash| {
            let phase = if dash.phase == 0.0 {
                String::new()
            } else {
                format!(" stroke-dashoffset=\"{}\"", number(dash.phase * scale))
            };
            format!(
                " stroke-dasharray=\"{} {}\"{phase}",
                rounded(dash.on * scale, DASHES),
                rounded(dash.off * scale, DASHES)
            )
        });
        let width = rounded(stroke.width * scale, 1000.0);
        format!("{paint} stroke-width=\"{width}\" stroke-linecap=\"round\" stroke-linejoin=\"round\"{dash}")
    }

    fn image(&mut self, bitmap: &Arc<Bitmap>, rect: Rect, map: Affine, opacity: f32) -> Result<(), Diagnostic> {
        let known = self.bitmaps.iter().find(|(known, _)| Arc::ptr_eq(known, bitmap)).map(|(_, id)| id.clone());
        let (width, height) = (f64::from(bitmap.width), f64::from(bitmap.height));
        let id = match known {
            Some(id) => id,
            None => {
                let packed = png::bitmap(bitmap)?;
                let data = STANDARD.encode(packed);
                let id = self.id("picture");
                self.defs += &format!(
                    "<image id=\"{id}\" width=\"{}\" height=\"{}\" preserveAspectRatio=\"none\" \
                     xlink:href=\"data:image/png;base64,{data}\"/>\n",
                    bitmap.width, bitmap.height
                );
                self.bitmaps.push((Arc::clone(bitmap), id.clone()));
                id
            }
        };
        let across = Affine::new([rect.width() / width, 0.0, 0.0, -rect.height() / height, rect.x0, rect.y1]);
        let matrix: Vec<String> = (map * across).as_coeffs().iter().map(|value| rounded(*value, 1e5)).collect();
        let faded =
            if opacity < 1.0 { format!(" opacity=\"{}\"", rounded(f64::from(opacity), 1000.0)) } else { String::new() };
        self.out += &format!("<use xlink:href=\"#{id}\" transform=\"matrix({})\"{faded}/>\n", matrix.join(" "));
        Ok(())
    }

    fn layer(&mut self, layer: &Layer, map: Affine, opacity: f32) -> Result<(), Diagnostic> {
        let mut attributes = String::new();
        if opacity < 1.0 {
            attributes += &format!(" opacity=\"{}\"", rounded(f64::from(opacity), 1000.0));
        }
        let deviation = layer.blur * libm::sqrt(map.determinant().abs());
        if deviation > 0.005
            && let Some(bounds) = layer.bounds()
        {
            let bounds = map.transform_rect_bbox(bounds);
            let filter = format!(
                " filterUnits=\"userSpaceOnUse\" color-interpolation-filters=\"sRGB\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"",
                number(bounds.x0),
                number(bounds.y0),
                number(bounds.width()),
                number(bounds.height())
            );
            let blur = format!("<feGaussianBlur stdDeviation=\"{}\"/>", rounded(deviation, 1000.0));
            let id = self.define("blur", "filter", &filter, &blur);
            attributes += &format!(" filter=\"url(#{id})\"");
        }
        if self.depth >= limits::GROUP_DEPTH {
            return Ok(());
        }
        self.depth += 1;
        self.out += &format!("<g{attributes}>\n");
        let mut inner = Groups::default();
        self.items(&layer.items, map, &mut inner)?;
        inner.close(&mut self.out);
        self.out += "</g>\n";
        self.depth -= 1;
        Ok(())
    }
}

/// Is there anything to be drawn?
fn is_seen(item: &Item) -> bool {
    item.opacity > 0.0 && item.transform.is_finite()
}
