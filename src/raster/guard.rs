//! What stands between us and tiny-skia, which aborts the process on coordinates of 2^29 and more.
//!
//! Nothing passes that is not finite or lies beyond [`limits::RASTER_COORD_PX`]. Shapes inside are passed on as they are;
//! shapes that reach beyond are flattened and cut off at the limit, far outside any frame.

use kurbo::{Affine, BezPath, PathEl, Point, Rect};
use tiny_skia::{Path, PathBuilder};

use crate::limits;

/// How far flattened lines may be off, in pixels; only shapes that reach beyond the limit are flattened.
const TOLERANCE_PX: f64 = 0.25;

fn limit() -> f64 {
    f64::from(limits::RASTER_COORD_PX)
}

/// The path in pixels, for filling; `None` if there is nothing that may be drawn near the frame.
pub(super) fn fill(path: &BezPath, map: Affine, canvas: Rect) -> Option<Path> {
    let mapped = mapped(path, map, canvas, 0.0)?;
    if inside(&mapped) { build(&mapped) } else { build(&cut_areas(&mapped)) }
}

/// The path in pixels, for stroking with a pen of this width in pixels.
pub(super) fn stroke(path: &BezPath, map: Affine, canvas: Rect, width: f64) -> Option<Path> {
    let mapped = mapped(path, map, canvas, width / 2.0 + 1.0)?;
    if inside(&mapped) { build(&mapped) } else { build(&cut_lines(&mapped)) }
}

/// A pen width in pixels that may be used.
pub(super) fn width(width: f64) -> Option<f32> {
    (width.is_finite() && width > 0.0).then(|| width.min(limit()) as f32)
}

/// A blur's standard deviation in pixels, if it is to be seen; at most 200.
pub(super) fn deviation(deviation: f64) -> Option<f64> {
    (deviation.is_finite() && deviation > 0.05).then(|| deviation.min(200.0))
}

/// Is a dash pattern along this path short enough to be worth drawing?
pub(super) fn dashes(path: &BezPath, period_px: f64, scale: f64) -> bool {
    let length = crate::draw::length(path) * scale;
    period_px.is_finite() && period_px > 0.05 && length / period_px <= limits::DASHES as f64
}

fn mapped(path: &BezPath, map: Affine, canvas: Rect, rim: f64) -> Option<BezPath> {
    if path.elements().len() < 2 || path.elements().len() > limits::PATH_ELEMENTS || !map.is_finite() {
        return None;
    }
    let mapped = map * path;
    let bounds = mapped.control_box();
    // Control boxes are never NaN-free by luck: every coordinate is looked at.
    let finite = mapped.elements().iter().all(|element| points(element).iter().flatten().all(|p| p.is_finite()));
    let near = bounds.x1 + rim >= canvas.x0
        && bounds.x0 - rim <= canvas.x1
        && bounds.y1 + rim >= canvas.y0
        && bounds.y0 - rim <= canvas.y1;
    (finite && near).then_some(mapped)
}

fn points(element: &PathEl) -> [Option<Point>; 3] {
    match *element {
        PathEl::MoveTo(p) | PathEl::LineTo(p) => [Some(p), None, None],
        PathEl::QuadTo(a, p) => [Some(a), Some(p), None],
        PathEl::CurveTo(a, b, p) => [Some(a), Some(b), Some(p)],
        PathEl::ClosePath => [None; 3],
    }
}

fn inside(path: &BezPath) -> bool {
    let small = |p: &Point| p.x.abs() <= limit() && p.y.abs() <= limit();
    path.elements().iter().all(|element| points(element).iter().flatten().all(small))
}

fn build(path: &BezPath) -> Option<Path> {
    let mut builder = PathBuilder::with_capacity(path.elements().len(), path.elements().len() * 2);
    for element in path.elements() {
        match *element {
            PathEl::MoveTo(p) => builder.move_to(p.x as f32, p.y as f32),
            PathEl::LineTo(p) => builder.line_to(p.x as f32, p.y as f32),
            PathEl::QuadTo(a, p) => builder.quad_to(a.x as f32, a.y as f32, p.x as f32, p.y as f32),
            PathEl::CurveTo(a, b, p) => {
                builder.cubic_to(a.x as f32, a.y as f32, b.x as f32, b.y as f32, p.x as f32, p.y as f32)
            }
            PathEl::ClosePath => builder.close(),
        }
    }
    builder.finish()
}

/// The contours of a path as chains of points, and whether each is closed. Huge curves are made small before they are
/// flattened, since the number of lines grows with their size.
fn chains(path: &BezPath) -> Vec<(Vec<Point>, bool)> {
    let huge = path.control_box().width().max(path.control_box().height());
    let tolerance = TOLERANCE_PX.max(huge * 1e-5);
    let mut chains: Vec<(Vec<Point>, bool)> = Vec::new();
    kurbo::flatten(path, tolerance, |element| match element {
        PathEl::MoveTo(p) => chains.push((vec![p], false)),
        PathEl::LineTo(p) => {
            if let Some((chain, _)) = chains.last_mut() {
                chain.push(p);
            }
        }
        PathEl::ClosePath => {
            if let Some((_, closed)) = chains.last_mut() {
                *closed = true;
            }
        }
        _ => {}
    });
    chains
}

/// Areas cut off at the limit, after Sutherland and Hodgman (1974).
fn cut_areas(path: &BezPath) -> BezPath {
    let mut cut = BezPath::new();
    for (mut chain, _) in chains(path) {
        for axis in 0..4 {
            chain = cut_half(&chain, axis);
        }
        add(&mut cut, &chain, true);
    }
    cut
}

/// How far a point is inside one of the four edges.
fn depth(point: Point, axis: usize) -> f64 {
    match axis {
        0 => limit() - point.x,
        1 => limit() + point.x,
        2 => limit() - point.y,
        _ => limit() + point.y,
    }
}

fn crossing(a: Point, b: Point, axis: usize) -> Point {
    let (da, db) = (depth(a, axis), depth(b, axis));
    let p = a.lerp(b, (da / (da - db)).clamp(0.0, 1.0));
    Point::new(p.x, p.y)
}

fn cut_half(chain: &[Point], axis: usize) -> Vec<Point> {
    let mut kept = Vec::new();
    for (index, &b) in chain.iter().enumerate() {
        let a = index.checked_sub(1).and_then(|i| chain.get(i)).or(chain.last()).copied().unwrap_or(b);
        let (from_inside, to_inside) = (depth(a, axis) >= 0.0, depth(b, axis) >= 0.0);
        if from_inside != to_inside {
            kept.push(crossing(a, b, axis));
        }
        if to_inside {
            kept.push(b);
        }
    }
    kept
}

/// Lines cut off at the limit, each piece a contour of its own.
fn cut_lines(path: &BezPath) -> BezPath {
    let mut cut = BezPath::new();
    for (mut chain, closed) in chains(path) {
        if let (true, Some(&first)) = (closed, chain.first()) {
            chain.push(first);
        }
        let mut piece: Vec<Point> = Vec::new();
        for pair in chain.windows(2) {
            let [mut a, mut b] = [pair.first().copied().unwrap_or_default(), pair.last().copied().unwrap_or_default()];
            let mut seen = true;
            for axis in 0..4 {
                match (depth(a, axis) >= 0.0, depth(b, axis) >= 0.0) {
                    (true, true) => {}
                    (false, false) => seen = false,
                    (true, false) => b = crossing(a, b, axis),
                    (false, true) => a = crossing(a, b, axis),
                }
            }
            if !seen || piece.last().is_some_and(|last| *last != a) {
                add(&mut cut, &std::mem::take(&mut piece), false);
            }
            if seen {
                if piece.is_empty() {
                    piece.push(a);
                }
                piece.push(b);
            }
        }
        add(&mut cut, &piece, false);
    }
    cut
}

fn add(path: &mut BezPath, chain: &[Point], closed: bool) {
    let clamp = |p: Point| Point::new(p.x.clamp(-limit(), limit()), p.y.clamp(-limit(), limit()));
    if let Some((first, rest)) = chain.split_first().filter(|(_, rest)| !rest.is_empty()) {
        path.move_to(clamp(*first));
        for point in rest {
            path.line_to(clamp(*point));
        }
        if closed {
            path.close_path();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::Rgba;
    use crate::draw::{Frame, FrameItem, Item, ItemId, Paint, Stroke};
    use crate::geom::{FrameSize, circle, polyline};
    use crate::info::uniform01;

    const CANVAS: Rect = Rect::new(0.0, 0.0, 64.0, 64.0);

    #[test]
    fn shapes_inside_pass_as_they_are() {
        let path = circle(Point::new(30.0, 30.0), 20.0);
        assert_eq!(fill(&path, Affine::IDENTITY, CANVAS), build(&path));
        assert!(fill(&circle(Point::new(300.0, 30.0), 20.0), Affine::IDENTITY, CANVAS).is_none());
    }

    #[test]
    fn what_reaches_beyond_is_cut_and_still_covers_the_frame() {
        let path = circle(Point::new(1e12, 0.0), 1e12 + 10.0);
        let cut = fill(&path, Affine::IDENTITY, CANVAS).unwrap();
        let bounds = cut.bounds();
        assert!(bounds.left() >= -16_384.0 && bounds.right() <= 16_384.0 && bounds.left() < 64.0);
        let line = polyline([Point::new(10.0, 10.0), Point::new(10.0, -158_758_583.0)], false);
        assert!(stroke(&line, Affine::IDENTITY, CANVAS, 1.0).unwrap().bounds().top() >= -16_384.0);
    }

    fn draw_all(items: Vec<Item>) {
        let size = FrameSize::new(64, 64).unwrap();
        let items =
            items.into_iter().map(|item| FrameItem { id: ItemId(0), item, resting: false, clip: None }).collect();
        let frame = Frame { stage: size.stage(), ground: Rgba::hex(0), items };
        crate::raster::Rasterizer::new(size).draw(&frame);
    }

    /// Runs in a child process of its own, since what it looks for would abort the process.
    #[test]
    fn child_draws_anything() {
        if std::env::var_os("SURPRISAL_GUARD_CHILD").is_none() {
            return;
        }
        let white = || Paint::solid(Rgba::hex(0xffffff));
        let edge = |x: f64, y: f64| polyline([Point::ORIGIN, Point::new(x, y)], false);
        draw_all(vec![
            Item::stroke(edge(0.0, -158_758_583.0), Stroke::new(white(), 1.0)),
            Item::stroke(edge(-28_808_594.0, 0.0), Stroke::new(white(), 1.0)),
            Item::fill(circle(Point::ORIGIN, 1e12), white()),
            Item::stroke(
                polyline([Point::new(0.0, 0.0), Point::new(1.0, 0.0), Point::new(0.0, 1.0)], true),
                Stroke::new(white(), 1e30),
            ),
            Item::stroke(edge(1e6, 1e6), Stroke::new(white(), 0.1).dashed(1e-9, 1e-9)),
        ]);
        for round in 0..3_000u64 {
            let mut next = 0;
            let mut draw = || {
                next += 1;
                uniform01(round, next)
            };
            let mut number = || {
                let sign = if draw() < 0.5 { -1.0 } else { 1.0 };
                match (draw() * 12.0) as u32 {
                    0 => f64::NAN,
                    1 => sign * f64::INFINITY,
                    2 => sign * 1e-310,
                    n => sign * libm::pow(10.0, f64::from(n) * 3.0 * draw() - 3.0),
                }
            };
            let mut path = BezPath::new();
            path.move_to((number(), number()));
            for _ in 0..4 {
                path.line_to((number(), number()));
                path.quad_to((number(), number()), (number(), number()));
                path.curve_to((number(), number()), (number(), number()), (number(), number()));
            }
            path.close_path();
            let map = Affine::new([number(), number(), number(), number(), number(), number()]);
            let stroke = Stroke::new(
                Paint::linear(Point::new(number(), 0.0), Rgba::hex(1), Point::new(number(), 1.0), Rgba::hex(2)),
                number(),
            );
            draw_all(vec![
                Item::fill(path.clone(), white()).transformed(map),
                Item::fill_stroke(path.clone(), white(), stroke.clone()),
                Item::stroke(path, stroke.dashed(number(), number())).transformed(map),
            ]);
        }
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "an abort can only be seen from outside")]
    fn nothing_aborts() {
        let test = std::env::current_exe().unwrap();
        let child = std::process::Command::new(test)
            .args(["raster::guard::tests::child_draws_anything", "--exact"])
            .env("SURPRISAL_GUARD_CHILD", "1")
            .output()
            .unwrap();
        assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stderr));
        assert!(String::from_utf8_lossy(&child.stdout).contains("1 passed"));
    }
}
