//! Paint: solid colours and gradients in pixels, and the outlines that pens leave.

use kurbo::{Affine, BezPath, Point, Rect};
use tiny_skia::{
    GradientStop, LineCap, LineJoin, LinearGradient, Pixmap, RadialGradient, Shader, SpreadMode, StrokeDash, Transform,
};

use super::coverage::Coverage;
use super::damage::PixelBox;
use super::sprite::{Canvas, Ink};
use super::{blend, guard};
use crate::color::Rgba;
use crate::draw::{Paint, PaintKind, Stroke};

/// Below this width in pixels strokes are drawn this wide and fainter, so that they keep their weight.
const THINNEST_PX: f32 = 1.0;

/// A colour as premultiplied bytes.
pub(super) fn premultiplied(color: Rgba) -> [u8; 4] {
    let byte = |value: f32| (value.clamp(0.0, 1.0) * color.a.clamp(0.0, 1.0) * 255.0 + 0.5) as u8;
    [byte(color.r), byte(color.g), byte(color.b), byte(1.0)]
}

fn skia_color(color: Rgba, opacity: f32) -> tiny_skia::Color {
    let channel = |value: f32| if value.is_finite() { value.clamp(0.0, 1.0) } else { 0.0 };
    tiny_skia::Color::from_rgba(channel(color.r), channel(color.g), channel(color.b), channel(color.a * opacity))
        .unwrap_or(tiny_skia::Color::TRANSPARENT)
}

/// What is seen through an area of this box.
pub(super) fn ink(paint: &Paint, map: Affine, opacity: f32, bounds: PixelBox) -> Ink {
    if let PaintKind::Solid(color) = paint.kind {
        return Ink::Flat(premultiplied(color.faded(opacity)));
    }
    let shaded = Pixmap::new(bounds.width() as u32, bounds.height() as u32).and_then(|mut pixmap| {
        let mut shader = shader(paint, map, opacity);
        shader.transform(Transform::from_translate(-(bounds.x0 as f32), -(bounds.y0 as f32)));
        let all = tiny_skia::Rect::from_xywh(0.0, 0.0, pixmap.width() as f32, pixmap.height() as f32)?;
        let brush = tiny_skia::Paint { shader, anti_alias: false, ..tiny_skia::Paint::default() };
        pixmap.fill_rect(all, &brush, Transform::identity(), None);
        Some(Ink::Shaded(pixmap.data().as_chunks().0.into()))
    });
    shaded.unwrap_or(Ink::Flat([0; 4]))
}

fn shader(paint: &Paint, map: Affine, opacity: f32) -> Shader<'static> {
    match &paint.kind {
        PaintKind::Solid(color) => Shader::SolidColor(skia_color(*color, opacity)),
        PaintKind::Linear(line) => {
            let point = |p: Point| {
                (map * p).is_finite().then(|| tiny_skia::Point::from_xy((map * p).x as f32, (map * p).y as f32))
            };
            let stops = vec![
                GradientStop::new(0.0, skia_color(line.from_color, opacity)),
                GradientStop::new(1.0, skia_color(line.to_color, opacity)),
            ];
            let gradient = point(line.from).zip(point(line.to)).filter(|(a, b)| within(*a) && within(*b));
            gradient
                .and_then(|(a, b)| LinearGradient::new(a, b, stops, SpreadMode::Pad, Transform::identity()))
                .unwrap_or(Shader::SolidColor(skia_color(line.from_color, opacity)))
        }
        PaintKind::Glow(glow) => {
            let middle = map * glow.centre;
            let middle = tiny_skia::Point::from_xy(middle.x as f32, middle.y as f32);
            let radius = (glow.radius * libm::sqrt(map.determinant().abs())) as f32;
            let stop = |i: u8| {
                let t = f32::from(i) / 16.0;
                GradientStop::new(t, skia_color(glow.color, opacity * (1.0 - t) * (1.0 - t)))
            };
            let seen = within(middle) && radius.is_finite() && radius > 1e-3;
            seen.then(|| (0..=16).map(stop).collect())
                .and_then(|stops| {
                    RadialGradient::new(middle, 0.0, middle, radius, stops, SpreadMode::Pad, Transform::identity())
                })
                .unwrap_or(Shader::SolidColor(tiny_skia::Color::TRANSPARENT))
        }
    }
}

fn within(point: tiny_skia::Point) -> bool {
    point.x.abs() <= 1e6 && point.y.abs() <= 1e6
}

/// How much of its opacity a stroke keeps: less if it is thinner than the thinnest that is drawn.
pub(super) fn weight(stroke: &Stroke, map: Affine) -> f32 {
    let width = guard::width(stroke.width * libm::sqrt(map.determinant().abs()));
    width.map_or(0.0, |width| (width / THINNEST_PX).min(1.0))
}

/// The outline of what a pen leaves, in pixels; `None` if there is nothing near the canvas.
pub(super) fn stroked(path: &BezPath, stroke: &Stroke, map: Affine, canvas: Rect) -> Option<tiny_skia::Path> {
    let scale = libm::sqrt(map.determinant().abs());
    let width = guard::width(stroke.width * scale)?;
    let outline = guard::stroke(path, map, canvas, f64::from(width))?;
    let dash =
        stroke.dash.as_ref().filter(|dash| guard::dashes(path, (dash.on + dash.off) * scale, scale)).and_then(|dash| {
            let pattern = vec![(dash.on * scale) as f32, (dash.off * scale) as f32];
            StrokeDash::new(pattern, (dash.phase * scale) as f32)
        });
    let outline = dash.and_then(|dash| outline.dash(&dash, 1.0)).unwrap_or(outline);
    let pen = tiny_skia::Stroke {
        width: width.max(THINNEST_PX),
        line_cap: LineCap::Round,
        line_join: LineJoin::Round,
        ..tiny_skia::Stroke::default()
    };
    outline.stroke(&pen, 1.0)
}

/// Leaves of premultiplied pixels what lies within a clip.
pub(super) fn clip(pixels: &mut Vec<[u8; 4]>, area: PixelBox, clip: &Coverage) {
    let whole = std::mem::replace(pixels, vec![[0; 4]; pixels.len()]);
    let mut left = Canvas { area, pixels };
    clip.within(area, |y, x, piece| {
        let start = (y - area.y0) as usize * area.width() + (x - area.x0) as usize;
        let colors = whole.get(start..start + piece.len()).unwrap_or_default();
        blend::paint_each(left.row(y, x, piece.len()), piece, colors);
    });
}
