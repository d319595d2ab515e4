//! Paths: filled, stroked, with solid colours and gradients, through a clip.

use kurbo::{Affine, BezPath, Point, Rect};
use tiny_skia::{
    FillRule, GradientStop, LineCap, LineJoin, LinearGradient, Mask, PixmapMut, RadialGradient, Shader, SpreadMode,
    StrokeDash, Transform,
};

use super::guard;
use crate::color::Rgba;
use crate::draw::{Clip, Paint, PaintKind, Stroke};
use crate::geom::FrameSize;

/// Below this width in pixels strokes are drawn this wide and fainter, so that they keep their weight.
const THINNEST_PX: f32 = 1.0;

pub(super) fn canvas_box(canvas: &PixmapMut<'_>) -> Rect {
    Rect::new(0.0, 0.0, f64::from(canvas.width()), f64::from(canvas.height()))
}

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

/// The paint in pixels.
fn skia_paint(paint: &Paint, map: Affine, opacity: f32) -> tiny_skia::Paint<'static> {
    let shader = match &paint.kind {
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
    };
    tiny_skia::Paint { shader, anti_alias: true, ..tiny_skia::Paint::default() }
}

fn within(point: tiny_skia::Point) -> bool {
    point.x.abs() <= 1e6 && point.y.abs() <= 1e6
}

pub(super) fn fill(
    path: &BezPath,
    paint: &Paint,
    map: Affine,
    opacity: f32,
    clip: Option<&Mask>,
    canvas: &mut PixmapMut<'_>,
) {
    if let Some(outline) = guard::fill(path, map, canvas_box(canvas)) {
        canvas.fill_path(&outline, &skia_paint(paint, map, opacity), FillRule::Winding, Transform::identity(), clip);
    }
}

pub(super) fn stroke(
    path: &BezPath,
    stroke: &Stroke,
    map: Affine,
    opacity: f32,
    clip: Option<&Mask>,
    canvas: &mut PixmapMut<'_>,
) {
    let scale = libm::sqrt(map.determinant().abs());
    let Some(width) = guard::width(stroke.width * scale) else { return };
    let Some(outline) = guard::stroke(path, map, canvas_box(canvas), f64::from(width)) else { return };
    let opacity = opacity * (width / THINNEST_PX).min(1.0);
    let dash =
        stroke.dash.as_ref().filter(|dash| guard::dashes(path, (dash.on + dash.off) * scale, scale)).and_then(|dash| {
            let pattern = vec![(dash.on * scale) as f32, (dash.off * scale) as f32];
            StrokeDash::new(pattern, (dash.phase * scale) as f32)
        });
    let pen = tiny_skia::Stroke {
        width: width.max(THINNEST_PX),
        line_cap: LineCap::Round,
        line_join: LineJoin::Round,
        dash,
        ..tiny_skia::Stroke::default()
    };
    canvas.stroke_path(&outline, &skia_paint(&stroke.paint, map, opacity), &pen, Transform::identity(), clip);
}

/// The mask of a clip within another mask, if there is one; `None` if it leaves nothing.
pub(super) fn mask(clip: &Clip, map: Affine, size: FrameSize, around: Option<&Mask>) -> Option<Mask> {
    let canvas = Rect::new(0.0, 0.0, f64::from(size.width()), f64::from(size.height()));
    let outline = guard::fill(&clip.0, map, canvas)?;
    let Some(around) = around else {
        let mut mask = Mask::new(size.width(), size.height())?;
        mask.fill_path(&outline, FillRule::Winding, true, Transform::identity());
        return Some(mask);
    };
    let mut mask = around.clone();
    mask.intersect_path(&outline, FillRule::Winding, true, Transform::identity());
    Some(mask)
}
