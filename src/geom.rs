//! Geometry: stage units and pixels, and kurbo's types under one roof.
//!
//! **Stage space**: the frame is 9 units high, origin in its centre, x to the right, **y up**. Angles are in radians,
//! counter-clockwise positive. **Pixel space**: origin at the top left, y down; only `raster` and `export` know it.

use std::ops::Range;

pub use kurbo::{
    Affine, BezPath, CubicBez, ParamCurve, ParamCurveArclen, ParamCurveNearest, PathEl, PathSeg, Point, Rect, Shape,
    Size, Vec2,
};

/// Height of every stage in units, whatever its pixels.
pub const STAGE_HEIGHT: f64 = 9.0;

/// Size of a frame in pixels: both edges even, within [`crate::limits`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FrameSize {
    width: u32,
    height: u32,
}

/// Rows of a picture, counted from the top: the first, and the one behind the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rows {
    /// The first.
    pub start: u32,
    /// The one behind the last.
    pub end: u32,
}

impl Rows {
    /// No row.
    pub const NONE: Self = Self { start: u32::MAX, end: 0 };

    /// All rows of a frame.
    pub fn all(size: FrameSize) -> Self {
        Self { start: 0, end: size.height }
    }

    /// Is there none?
    pub fn is_empty(self) -> bool {
        self.start >= self.end
    }

    /// The fewest neighbouring rows that hold these and others.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        if other.is_empty() {
            return self;
        }
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// How the bytes of a frame lie in a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PixelLayout {
    /// Planes Y, U, V, the latter two halved in both directions; BT.709, limited range. No alpha.
    Yuv420,
    /// Rows from the top, four bytes a pixel, alpha *not* multiplied in, sRGB.
    Rgba,
}

impl PixelLayout {
    /// Bytes of one frame.
    ///
    /// ```
    /// use surprisal::geom::{FrameSize, PixelLayout};
    /// assert_eq!(PixelLayout::Yuv420.bytes(FrameSize::FULL_HD), 1920 * 1080 * 3 / 2);
    /// ```
    pub fn bytes(self, size: FrameSize) -> usize {
        let pixels = size.width() as usize * size.height() as usize;
        match self {
            Self::Yuv420 => pixels / 2 * 3,
            Self::Rgba => pixels * 4,
        }
    }

    /// Where the bytes of some rows lie, which begin and end at even numbers: in one stretch, or in one a plane.
    ///
    /// ```
    /// use surprisal::geom::{FrameSize, PixelLayout, Rows};
    /// let (size, rows) = (FrameSize::new(8, 6).unwrap(), Rows { start: 2, end: 4 });
    /// assert_eq!(PixelLayout::Rgba.spans(size, rows), [64..128]);
    /// assert_eq!(PixelLayout::Yuv420.spans(size, rows), [16..32, 52..56, 64..68]);
    /// ```
    pub fn spans(self, size: FrameSize, rows: Rows) -> Vec<Range<usize>> {
        let (width, height) = (size.width() as usize, size.height() as usize);
        let (start, end) = ((rows.start as usize).min(height), (rows.end as usize).min(height));
        if start >= end {
            return Vec::new();
        }
        let (luma, few) = (width * height, width / 2);
        let chroma = |from: usize| from + start / 2 * few..from + end.div_ceil(2) * few;
        let spans = match self {
            Self::Yuv420 => [start * width..end * width, chroma(luma), chroma(luma / 4 * 5)],
            Self::Rgba => [start * width * 4..end * width * 4, 0..0, 0..0],
        };
        spans.into_iter().filter(|span| !span.is_empty()).collect()
    }
}

impl FrameSize {
    /// 1920 by 1080.
    pub const FULL_HD: Self = Self { width: 1920, height: 1080 };

    /// A size with both edges even, from 2 to [`crate::limits::FRAME_EDGE_PX`], and at most
    /// [`crate::limits::FRAME_PIXELS`] pixels; else `None`.
    pub fn new(width: u32, height: u32) -> Option<Self> {
        let edge = |px: u32| (2..=crate::limits::FRAME_EDGE_PX).contains(&px) && px.is_multiple_of(2);
        let fits = u64::from(width) * u64::from(height) <= crate::limits::FRAME_PIXELS;
        (edge(width) && edge(height) && fits).then_some(Self { width, height })
    }

    /// Reads `1920x1080`.
    pub fn parse(text: &str) -> Option<Self> {
        let (width, height) = text.trim().split_once(['x', 'X', '×'])?;
        Self::new(width.trim().parse().ok()?, height.trim().parse().ok()?)
    }

    /// Width in pixels.
    pub fn width(self) -> u32 {
        self.width
    }

    /// Height in pixels.
    pub fn height(self) -> u32 {
        self.height
    }

    /// Pixels per stage unit.
    pub fn pixels_per_unit(self) -> f64 {
        f64::from(self.height) / STAGE_HEIGHT
    }

    /// The stage that fills this frame, centred on the origin, in stage units.
    pub fn stage(self) -> Rect {
        let half_width = STAGE_HEIGHT * f64::from(self.width) / f64::from(self.height) / 2.0;
        Rect::new(-half_width, -STAGE_HEIGHT / 2.0, half_width, STAGE_HEIGHT / 2.0)
    }

    /// Maps stage units to pixels.
    pub fn pixels_from_stage(self) -> Affine {
        let scale = self.pixels_per_unit();
        Affine::new([scale, 0.0, 0.0, -scale, f64::from(self.width) / 2.0, f64::from(self.height) / 2.0])
    }
}

impl std::fmt::Display for FrameSize {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}x{}", self.width, self.height)
    }
}

/// The smallest rectangle around both; a rectangle without area counts as a point.
pub fn union(a: Option<Rect>, b: Option<Rect>) -> Option<Rect> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.union(b)),
        (one, other) => one.or(other),
    }
}

/// The box around a rectangle after a transform.
pub fn transformed(rect: Rect, transform: Affine) -> Rect {
    transform.transform_rect_bbox(rect)
}

/// Farther than anything that is drawn, in any units.
const FARTHEST: f64 = 1e14;

/// A rectangle with rounded corners, counter-clockwise from the lower left, in y-up space.
pub fn rounded_rect(rect: Rect, radius: f64) -> BezPath {
    // Expressions may give a size below 0, or none at all.
    let near = rect.is_finite() && rect.width().abs().max(rect.height().abs()) < FARTHEST;
    let rect = if near { rect.abs() } else { Rect::ZERO };
    let radius = radius.max(0.0).min(rect.width().min(rect.height()) / 2.0);
    kurbo::RoundedRect::from_rect(rect, radius).to_path(1e-4)
}

/// A circle, counter-clockwise in y-up space, from the point at angle 0. A radius that is no number makes a point: a round
/// outline without end would take memory without end.
pub fn circle(centre: Point, radius: f64) -> BezPath {
    let radius = if radius.is_finite() { radius.min(FARTHEST) } else { 0.0 };
    kurbo::Circle::new(centre, radius).to_path(1e-4)
}

/// An open or closed chain of straight lines.
pub fn polyline(points: impl IntoIterator<Item = Point>, closed: bool) -> BezPath {
    let mut path = BezPath::new();
    for point in points {
        // Not `path.is_empty()`: a path of a single move has no segments and counts as empty there.
        if path.elements().is_empty() { path.move_to(point) } else { path.line_to(point) }
    }
    if closed && !path.is_empty() {
        path.close_path();
    }
    path
}

/// Number between `a` and `b`; exact at both ends.
pub fn lerp(a: f64, b: f64, t: f64) -> f64 {
    if t == 1.0 { b } else { a + (b - a) * t }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_outlines_end() {
        for radius in [f64::INFINITY, f64::NAN, 1e300, -1.0, 0.0] {
            assert!(circle(Point::ORIGIN, radius).elements().len() < 2000, "{radius}");
            let rect = Rect::new(-radius, -1.0, radius, 1.0);
            assert!(rounded_rect(rect, radius).elements().len() < 2000, "{radius}");
        }
    }

    #[test]
    fn stage_maps_onto_the_frame() {
        let size = FrameSize::FULL_HD;
        let map = size.pixels_from_stage();
        assert_eq!(map * Point::new(size.stage().x0, size.stage().y1), Point::new(0.0, 0.0));
        assert_eq!(map * Point::new(8.0, -4.5), Point::new(1920.0, 1080.0));
    }

    #[test]
    fn sizes_out_of_range_are_refused() {
        for text in ["0x0", "1921x1080", "1920", "16386x2", "16384x16384", "axb", "-2x2"] {
            assert_eq!(FrameSize::parse(text), None, "{text}");
        }
        assert_eq!(FrameSize::parse(" 1280x720 ").map(|s| s.to_string()), Some("1280x720".into()));
    }
}
