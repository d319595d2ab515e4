//! Contours: the closed and open runs of an outline, measured along their length, with what lies inside what.

use kurbo::{ParamCurve as _, ParamCurveArea as _, PathSeg};

use crate::geom::{BezPath, PathEl, Point, Rect, Shape as _, Vec2};

/// Chords that a curved segment is measured by.
const CHORDS: usize = 8;
/// A turn of more than this many radians is a corner.
const CORNER: f64 = 0.35;

/// A segment with its lengths: of the first `i + 1` of its chords.
#[derive(Clone, Debug)]
struct Measured {
    segment: PathSeg,
    chords: [f64; CHORDS],
}

impl Measured {
    fn new(segment: PathSeg) -> Self {
        let (mut sum, mut last, mut chords) = (0.0, segment.start(), [0.0; CHORDS]);
        for (index, slot) in chords.iter_mut().enumerate() {
            let next = segment.eval((index + 1) as f64 / CHORDS as f64);
            sum += (next - last).hypot();
            (*slot, last) = (sum, next);
        }
        Self { segment, chords }
    }

    fn length(&self) -> f64 {
        self.chords.last().copied().unwrap_or_default()
    }

    /// The parameter of the point that is so far from the start.
    fn parameter(&self, along: f64) -> f64 {
        let index = self.chords.partition_point(|length| *length < along).min(CHORDS - 1);
        let before = index.checked_sub(1).and_then(|i| self.chords.get(i)).copied().unwrap_or_default();
        let width = self.chords.get(index).map_or(0.0, |after| after - before);
        let within = if width > 0.0 { ((along - before) / width).clamp(0.0, 1.0) } else { 0.0 };
        (index as f64 + within) / CHORDS as f64
    }
}

/// One run of an outline. Places along it are shares of its length: from 0 at its start to 1, and on round if it is closed.
#[derive(Clone, Debug)]
pub(super) struct Contour {
    parts: Vec<Measured>,
    /// The share of the length at the end of each segment.
    ends: Vec<f64>,
    pub(super) closed: bool,
    /// Positive if it runs counter-clockwise, y up.
    pub(super) area: f64,
    pub(super) length: f64,
    /// Centre of its area, or of its line if it has none.
    pub(super) centre: Point,
    pub(super) rect: Rect,
}

impl Contour {
    fn new(segments: Vec<PathSeg>, closed: bool) -> Option<Self> {
        let parts: Vec<Measured> = segments
            .into_iter()
            .map(Measured::new)
            .filter(|part| part.length() > 1e-9 && part.length() < 1e9)
            .collect();
        let length: f64 = parts.iter().map(Measured::length).sum();
        if length <= 1e-9 {
            return None;
        }
        let (mut sum, mut ends) = (0.0, Vec::new());
        for part in &parts {
            sum += part.length();
            ends.push(sum / length);
        }
        if let Some(last) = ends.last_mut() {
            *last = 1.0;
        }
        let area = parts.iter().map(|part| part.segment.signed_area()).sum();
        let rect = parts.iter().fold(None, |all, part| {
            let own = kurbo::ParamCurveExtrema::bounding_box(&part.segment);
            crate::geom::union(all, Some(own))
        })?;
        let mut contour = Self { parts, ends, closed, area, length, centre: rect.center(), rect };
        contour.centre = contour.middle();
        Some(contour)
    }

    /// The centre of the area, from points along the outline.
    fn middle(&self) -> Point {
        const POINTS: usize = 64;
        let points: Vec<Vec2> =
            (0..POINTS).map(|i| self.point(i as f64 / POINTS as f64) - self.rect.center()).collect();
        let (mut area, mut sum) = (0.0, Vec2::ZERO);
        for (a, b) in points.iter().zip(points.iter().cycle().skip(1)) {
            let cross = a.cross(*b);
            area += cross;
            sum += (*a + *b) * cross;
        }
        let extent = self.rect.width().max(self.rect.height());
        if self.closed && area.abs() > extent * extent * 1e-4 {
            return self.rect.center() + sum / (3.0 * area);
        }
        self.rect.center() + points.iter().fold(Vec2::ZERO, |sum, point| sum + *point) / POINTS as f64
    }

    /// The same run in the other direction.
    #[must_use]
    pub(super) fn reversed(&self) -> Self {
        let segments = self.parts.iter().rev().map(|part| part.segment.reverse()).collect();
        Self::new(segments, self.closed).unwrap_or_else(|| self.clone())
    }

    /// Index of the segment that holds a place from 0 to 1, and where that segment begins.
    fn segment_at(&self, share: f64) -> (usize, f64) {
        let index = self.ends.partition_point(|end| *end <= share).min(self.ends.len().saturating_sub(1));
        (index, index.checked_sub(1).and_then(|i| self.ends.get(i)).copied().unwrap_or_default())
    }

    /// A place brought into the range from 0 to 1.
    fn within(&self, share: f64) -> f64 {
        if self.closed { share - libm::floor(share) } else { share.clamp(0.0, 1.0) }
    }

    /// The point at a place.
    pub(super) fn point(&self, share: f64) -> Point {
        let share = self.within(share);
        let (index, start) = self.segment_at(share);
        let along = (share - start) * self.length;
        self.parts.get(index).map_or(self.rect.center(), |part| part.segment.eval(part.parameter(along)))
    }

    /// The stretch between two places that lie on one segment.
    pub(super) fn stretch(&self, from: f64, to: f64) -> kurbo::CubicBez {
        let middle = self.within((from + to) / 2.0);
        let (index, start) = self.segment_at(middle);
        let Some(part) = self.parts.get(index) else {
            let point = self.rect.center();
            return kurbo::CubicBez::new(point, point, point, point);
        };
        let half = (to - from).abs() / 2.0;
        let [a, b] = [middle - half, middle + half].map(|share| part.parameter((share - start) * self.length));
        part.segment.subsegment(a..b).to_cubic()
    }

    /// The places where segments begin.
    pub(super) fn vertices(&self) -> Vec<f64> {
        std::iter::once(0.0).chain(self.ends.iter().copied()).take(self.ends.len()).collect()
    }

    /// Which of its segments are straight.
    pub(super) fn straight(&self) -> Vec<bool> {
        self.parts.iter().map(|part| matches!(part.segment, PathSeg::Line(_))).collect()
    }

    /// The places of its corners, with how far it turns there in radians.
    pub(super) fn corners(&self) -> Vec<(f64, f64)> {
        let direction = |part: &Measured, at_end: bool| {
            let (a, b) = if at_end { (0.98, 1.0) } else { (0.0, 0.02) };
            part.segment.eval(b) - part.segment.eval(a)
        };
        let mut found = Vec::new();
        for (index, place) in self.vertices().into_iter().enumerate() {
            let before = index.checked_sub(1).or(self.closed.then(|| self.parts.len() - 1));
            let pair = before.and_then(|before| self.parts.get(before)).zip(self.parts.get(index));
            let Some((before, after)) = pair else { continue };
            let (a, b) = (direction(before, true), direction(after, false));
            let turn = libm::atan2(a.cross(b), a.dot(b));
            if turn.abs() > CORNER {
                found.push((place, turn));
            }
        }
        found
    }

    /// How often it goes round a point.
    pub(super) fn winding(&self, point: Point) -> i32 {
        BezPath::from_path_segments(self.parts.iter().map(|part| part.segment)).winding(point)
    }

    /// A point inside it, and not in these holes: the given one if that is, else one as near as is easily found.
    pub(super) fn inside(&self, holes: &[&Contour], near: Point) -> Point {
        let inside = |point: Point| self.winding(point) != 0 && holes.iter().all(|hole| hole.winding(point) == 0);
        if inside(near) {
            return near;
        }
        let mut best: Option<(f64, Point)> = None;
        for row in 1..8 {
            let y = self.rect.y0 + self.rect.height() * f64::from(row) / 8.0;
            let mut run: Option<f64> = None;
            for column in 0..=33 {
                let x = self.rect.x0 + self.rect.width() * (f64::from(column) - 0.5) / 32.0;
                match (run, inside(Point::new(x, y))) {
                    (None, true) => run = Some(x),
                    (Some(start), false) => {
                        let middle = Point::new((start + x) / 2.0, y);
                        // Wide runs are good places, near ones better.
                        let cost = (middle - near).hypot() - (x - start) * 0.5;
                        if best.is_none_or(|(least, _)| cost < least) {
                            best = Some((cost, middle));
                        }
                        run = None;
                    }
                    _ => {}
                }
            }
        }
        best.map_or(self.point(0.0), |(_, point)| point)
    }
}

/// The contours of an outline. Where it is filled, all of them are closed.
pub(super) fn contours(path: &BezPath, filled: bool) -> Vec<Contour> {
    let (mut all, mut run) = (Vec::new(), Vec::new());
    let (mut start, mut last) = (Point::ORIGIN, Point::ORIGIN);
    let mut end = |run: &mut Vec<PathSeg>, start: Point, last: Point, closed: bool| {
        let mut segments = std::mem::take(run);
        if closed && last != start {
            segments.push(PathSeg::Line(kurbo::Line::new(last, start)));
        }
        all.extend(Contour::new(segments, closed));
    };
    for element in path.elements() {
        match *element {
            PathEl::MoveTo(point) => {
                end(&mut run, start, last, filled);
                (start, last) = (point, point);
            }
            PathEl::LineTo(point) => {
                run.push(PathSeg::Line(kurbo::Line::new(last, point)));
                last = point;
            }
            PathEl::QuadTo(control, point) => {
                run.push(PathSeg::Quad(kurbo::QuadBez::new(last, control, point)));
                last = point;
            }
            PathEl::CurveTo(a, b, point) => {
                run.push(PathSeg::Cubic(kurbo::CubicBez::new(last, a, b, point)));
                last = point;
            }
            PathEl::ClosePath => {
                end(&mut run, start, last, true);
                last = start;
            }
        }
    }
    end(&mut run, start, last, filled);
    all
}

/// An outline as a hand would draw it: each contour begins at its upper left and goes down from there, the one further to the
/// left comes first. Lines that are not closed stay as they are.
///
/// ```
/// use surprisal::{draw::handwritten, geom::{PathEl, Point, polyline}};
/// let square = polyline([(1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)].map(Point::from), true);
/// assert_eq!(handwritten(&square).elements()[0], PathEl::MoveTo(Point::new(0.0, 1.0)));
/// ```
pub fn handwritten(path: &BezPath) -> BezPath {
    let mut all = contours(path, false);
    all.sort_by(|a, b| a.rect.x0.total_cmp(&b.rect.x0).then(b.length.total_cmp(&a.length)));
    let mut written = BezPath::new();
    for contour in all {
        let contour = if contour.closed && contour.area < 0.0 { contour.reversed() } else { contour };
        let mut places = contour.vertices();
        let corner = |place: &f64| {
            let point = contour.point(*place);
            point.x - point.y
        };
        let first = places.iter().enumerate().min_by(|a, b| corner(a.1).total_cmp(&corner(b.1)));
        let first = first.map_or(0, |(index, _)| index);
        if contour.closed {
            places.rotate_left(first);
        }
        let start = places.first().copied().unwrap_or_default();
        let unrolled = |place: f64| if place < start - 1e-12 { place + 1.0 } else { place };
        let places: Vec<f64> = places.into_iter().map(unrolled).chain([start + 1.0]).collect();
        for (index, pair) in places.windows(2).enumerate() {
            let [from, to] = pair else { continue };
            let stretch = contour.stretch(*from, *to);
            if index == 0 {
                written.move_to(stretch.p0);
            }
            written.curve_to(stretch.p1, stretch.p2, stretch.p3);
        }
        if contour.closed {
            written.close_path();
        }
    }
    written
}

/// A filled region: its rim, counter-clockwise, and its holes, clockwise.
pub(super) struct Island {
    pub(super) rim: Contour,
    pub(super) holes: Vec<Contour>,
}

impl Island {
    /// The box of the rim has this size.
    pub(super) fn area(&self) -> f64 {
        self.rim.area.abs()
    }

    /// A point inside, near another.
    pub(super) fn inside(&self, near: Point) -> Point {
        self.rim.inside(&self.holes.iter().collect::<Vec<_>>(), near)
    }
}

/// The contours of a filled outline as regions with holes. A hole runs against the innermost contour around it.
pub(super) fn islands(contours: Vec<Contour>) -> Vec<Island> {
    let around = |index: usize, contour: &Contour| {
        let point = contour.point(0.37);
        let holders = contours.iter().enumerate().filter(|(other, holder)| {
            *other != index && holder.area.abs() > contour.area.abs() && holder.winding(point) != 0
        });
        holders.min_by(|(_, a), (_, b)| a.area.abs().total_cmp(&b.area.abs())).map(|(holder, _)| holder)
    };
    let parents: Vec<Option<usize>> = contours
        .iter()
        .enumerate()
        .map(|(index, contour)| {
            around(index, contour).filter(|holder| {
                contours.get(*holder).is_some_and(|holder| (holder.area > 0.0) != (contour.area > 0.0))
            })
        })
        .collect();
    let oriented = |contour: &Contour, positive: bool| {
        if (contour.area > 0.0) == positive { contour.clone() } else { contour.reversed() }
    };
    let mut all = Vec::new();
    for (index, contour) in contours.iter().enumerate().filter(|(index, _)| parents.get(*index) == Some(&None)) {
        let holes = contours.iter().zip(&parents).filter(|(_, parent)| **parent == Some(index));
        all.push(Island {
            rim: oriented(contour, true),
            holes: holes.map(|(hole, _)| oriented(hole, false)).collect(),
        });
    }
    all
}
