//! Colours, gradients and light; outlines and pens.

use krilla::color::rgb;
use krilla::geom::{Path, PathBuilder};
use krilla::num::NormalizedF32;
use krilla::paint::{
    Fill, FillRule, LineCap, LineJoin, LinearGradient, Paint as Ink, RadialGradient, SpreadMethod, Stop, Stroke as Pen,
    StrokeDash,
};

use crate::color::Rgba;
use crate::draw::{Paint, PaintKind, Stroke};
use crate::geom::{Affine, BezPath, PathEl, Point};

/// Stops of light, as many as the rasterizer takes.
const GLOW_STOPS: u8 = 16;

pub(super) fn share(value: f32) -> NormalizedF32 {
    let value = if value.is_finite() { value.clamp(0.0, 1.0) } else { 0.0 };
    NormalizedF32::new(value).unwrap_or(NormalizedF32::ZERO)
}

fn color(color: Rgba) -> rgb::Color {
    let [r, g, b, _] = color.to_bytes();
    rgb::Color::new(r, g, b)
}

fn stop(at: f32, ink: Rgba) -> Stop {
    Stop { offset: share(at), color: color(ink).into(), opacity: share(ink.a) }
}

/// What a paint is in points, and how opaque.
fn ink(paint: &Paint, map: Affine, opacity: f32) -> (Ink, NormalizedF32) {
    let xy = |point: Point| ((map * point).x as f32, (map * point).y as f32);
    match &paint.kind {
        PaintKind::Solid(ink) => (color(*ink).into(), share(ink.a * opacity)),
        PaintKind::Linear(line) => {
            let ((x1, y1), (x2, y2)) = (xy(line.from), xy(line.to));
            let stops = vec![stop(0.0, line.from_color), stop(1.0, line.to_color)];
            let transform = krilla::geom::Transform::identity();
            let spread_method = SpreadMethod::Pad;
            let gradient = LinearGradient { x1, y1, x2, y2, transform, spread_method, stops, anti_alias: false };
            (gradient.into(), share(opacity))
        }
        PaintKind::Glow(glow) => {
            let (cx, cy) = xy(glow.centre);
            let cr = (glow.radius * libm::sqrt(map.determinant().abs())) as f32;
            let stops = (0..=GLOW_STOPS).map(|i| {
                let t = f32::from(i) / f32::from(GLOW_STOPS);
                stop(t, glow.color.faded((1.0 - t) * (1.0 - t)))
            });
            let gradient = RadialGradient {
                fx: cx,
                fy: cy,
                fr: 0.0,
                cx,
                cy,
                cr,
                transform: krilla::geom::Transform::identity(),
                spread_method: SpreadMethod::Pad,
                stops: stops.collect(),
                anti_alias: false,
            };
            (gradient.into(), share(opacity))
        }
    }
}

pub(super) fn fill(paint: &Paint, map: Affine, opacity: f32) -> Fill {
    let (paint, opacity) = ink(paint, map, opacity);
    Fill { paint, opacity, rule: FillRule::NonZero }
}

/// A pen as wide as the map makes it in the mean.
pub(super) fn pen(stroke: &Stroke, map: Affine, opacity: f32) -> Pen {
    let scale = libm::sqrt(map.determinant().abs());
    let (paint, opacity) = ink(&stroke.paint, map, opacity);
    let dash = stroke.dash.as_ref().map(|dash| StrokeDash {
        array: vec![(dash.on * scale) as f32, (dash.off * scale) as f32],
        offset: (dash.phase * scale) as f32,
    });
    Pen {
        paint,
        width: (stroke.width * scale) as f32,
        miter_limit: 10.0,
        line_cap: LineCap::Round,
        line_join: LineJoin::Round,
        opacity,
        dash,
    }
}

/// An outline where a map takes it; `None` if nothing of it can be drawn.
pub(super) fn outline(path: &BezPath, map: Affine) -> Option<Path> {
    let mut pen = PathBuilder::new();
    let xy = |point: Point| {
        let point = map * point;
        let near = |value: f64| if value.is_finite() { value.clamp(-1e6, 1e6) as f32 } else { 0.0 };
        (near(point.x), near(point.y))
    };
    for element in path.elements() {
        match *element {
            PathEl::MoveTo(p) => pen.move_to(xy(p).0, xy(p).1),
            PathEl::LineTo(p) => pen.line_to(xy(p).0, xy(p).1),
            PathEl::QuadTo(a, p) => pen.quad_to(xy(a).0, xy(a).1, xy(p).0, xy(p).1),
            PathEl::CurveTo(a, b, p) => pen.cubic_to(xy(a).0, xy(a).1, xy(b).0, xy(b).1, xy(p).0, xy(p).1),
            PathEl::ClosePath => pen.close(),
        }
    }
    pen.finish()
}
