//! Part of an outline by its length: what writing and drawing show.

use kurbo::{ParamCurve as _, ParamCurveArclen as _, PathSeg};

use crate::geom::{BezPath, Point};

/// How exact lengths are, in the path's units; far below a pixel at stage scale.
const ACCURACY: f64 = 1e-3;
/// How exact they are at best, as a share of the whole: nobody sees more, and numbers hold no more.
const SHARE: f64 = 1e-12;

/// Length of an outline in its units, all its contours together.
pub fn length(path: &BezPath) -> f64 {
    path.segments().map(|segment| segment.arclen(ACCURACY)).sum()
}

/// The place on a segment, from 0 to 1, that is so far from its start.
pub fn along(segment: &PathSeg, length: f64) -> f64 {
    let whole = segment.arclen(ACCURACY);
    match segment {
        PathSeg::Line(_) => (length / whole.max(f64::MIN_POSITIVE)).clamp(0.0, 1.0),
        _ => segment.inv_arclen(length, ACCURACY.max(whole * SHARE)),
    }
}

/// The first `share` (0 to 1) of an outline by length, contour after contour. The whole path at 1, nothing at 0.
///
/// ```
/// use surprisal::{draw::{length, trace}, geom::{Point, polyline}};
/// let line = polyline([Point::ORIGIN, Point::new(2.0, 0.0), Point::new(2.0, 2.0)], false);
/// assert!((length(&trace(&line, 0.25)) - 1.0).abs() < 1e-6);
/// ```
pub fn trace(path: &BezPath, share: f64) -> BezPath {
    Measured::new(path.clone()).trace(share)
}

/// An outline whose lengths are known: it is traced again and again while it is drawn.
#[derive(Clone, Debug)]
pub struct Measured {
    path: BezPath,
    /// Of each segment.
    lengths: Vec<f64>,
}

impl Measured {
    /// Measures an outline.
    pub fn new(path: BezPath) -> Self {
        let lengths = path.segments().map(|segment| segment.arclen(ACCURACY)).collect();
        Self { path, lengths }
    }

    /// The first `share` (0 to 1) of it by length, as [`trace`] gives it.
    pub fn trace(&self, share: f64) -> BezPath {
        if share >= 1.0 {
            return self.path.clone();
        }
        let mut left = self.lengths.iter().sum::<f64>() * share.max(0.0);
        let mut traced = BezPath::new();
        let mut end = None;
        for (segment, &length) in self.path.segments().zip(&self.lengths) {
            if left <= 0.0 {
                break;
            }
            let shown = if length > left { segment.subsegment(0.0..along(&segment, left)) } else { segment };
            left -= length;
            append(&mut traced, shown, &mut end);
        }
        traced
    }
}

/// Adds a segment to an outline that has come to `end`: a contour of its own if it starts elsewhere.
fn append(path: &mut BezPath, segment: PathSeg, end: &mut Option<Point>) {
    if *end != Some(segment.start()) {
        path.move_to(segment.start());
    }
    match segment {
        PathSeg::Line(line) => path.line_to(line.p1),
        PathSeg::Quad(quad) => path.quad_to(quad.p1, quad.p2),
        PathSeg::Cubic(cubic) => path.curve_to(cubic.p1, cubic.p2, cubic.p3),
    }
    *end = Some(segment.end());
}

/// The part of an outline between two shares of its length, contour after contour; shares outside 0 to 1 count as these.
///
/// ```
/// use surprisal::{draw::{length, section}, geom::{Point, polyline}};
/// let line = polyline([Point::ORIGIN, Point::new(2.0, 0.0), Point::new(2.0, 2.0)], false);
/// assert!((length(&section(&line, 0.25, 0.75)) - 2.0).abs() < 1e-6);
/// assert!(section(&line, 0.75, 0.25).is_empty());
/// ```
pub fn section(path: &BezPath, from: f64, to: f64) -> BezPath {
    let whole = length(path);
    let (from, to) = (from.clamp(0.0, 1.0) * whole, to.clamp(0.0, 1.0) * whole);
    let mut cut = BezPath::new();
    let (mut before, mut end) = (0.0, None);
    for segment in path.segments() {
        let own = segment.arclen(ACCURACY);
        let (start, stop) = ((from - before).max(0.0), (to - before).min(own));
        before += own;
        if start >= stop {
            continue;
        }
        let at = |length: f64| if length >= own { 1.0 } else { along(&segment, length) };
        let shown = if start <= 0.0 && stop >= own { segment } else { segment.subsegment(at(start)..at(stop)) };
        append(&mut cut, shown, &mut end);
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geom::circle;

    #[test]
    fn outlines_without_end_are_traced_too() {
        for far in [1.0, 1e9, 9.3e18, 1e300] {
            let mut path = BezPath::new();
            path.move_to((-far, 1.3));
            path.curve_to((0.0, 0.0), (1.0, far), (far, 2.5));
            path.line_to((4.2, 2.5));
            assert!(!trace(&path, 0.5).is_empty());
        }
    }

    #[test]
    fn shares_add_up() {
        let path = circle(Point::ORIGIN, 1.0);
        let whole = length(&path);
        assert!((whole - std::f64::consts::TAU).abs() < 1e-2);
        for share in [0.1, 0.5, 0.9] {
            assert!((length(&trace(&path, share)) - whole * share).abs() < 1e-2);
        }
        assert!(trace(&path, 0.0).is_empty());
        assert_eq!(trace(&path, 1.0).elements(), path.elements());
    }
}
