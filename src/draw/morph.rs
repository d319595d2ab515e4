//! From one outline to another: contours find their partners, holes stay holes, and points go along at constant speed.
//!
//! Enters: two outlines in the same units. Leaves: a [`Morph`], worked out once, that gives the outline at any share of the way.
//! Surplus contours shrink to a point inside what they belong to, or grow from one.

use kurbo::{CubicBez, ParamCurve as _};

use super::contour::{Contour, Island, contours, islands};
use super::correspondence::{best_turn, led, ways};
use crate::geom::{BezPath, Point, Rect};

/// Stretches that an outline is cut into, besides those that its own segments make.
const STRETCHES: usize = 24;
/// Outlines of more stretches than this are not asked whether they cross themselves.
const MOST_COMPARED: usize = 400;

/// The way from one outline to another.
#[derive(Clone, Debug)]
pub struct Morph {
    strands: Vec<Strand>,
}

/// A contour on its way: stretches of both outlines that become each other.
#[derive(Clone, Debug)]
struct Strand {
    stretches: Vec<[CubicBez; 2]>,
    closed: bool,
}

impl Morph {
    /// The way between two outlines; `filled` if their insides are painted.
    ///
    /// ```
    /// use surprisal::{draw::Morph, geom::{Point, Shape, circle}};
    /// let (small, large) = (circle(Point::ORIGIN, 1.0), circle(Point::ORIGIN, 3.0));
    /// let middle = Morph::between(&small, &large, true).at(0.5);
    /// assert!((middle.area() - 4.0 * std::f64::consts::PI).abs() < 0.01);
    /// ```
    pub fn between(from: &BezPath, to: &BezPath, filled: bool) -> Self {
        let mut strands = Vec::new();
        let (sources, targets) = (contours(from, filled), contours(to, filled));
        if filled {
            regions(&islands(sources), &islands(targets), &mut strands);
        } else {
            let oriented = |all: Vec<Contour>| -> Vec<Contour> {
                all.into_iter().map(|c| if c.closed && c.area < 0.0 { c.reversed() } else { c }).collect()
            };
            let (sources, targets) = (oriented(sources), oriented(targets));
            pair_up(&sources.iter().collect::<Vec<_>>(), &targets.iter().collect::<Vec<_>>(), None, &mut strands);
        }
        Self { strands }
    }

    /// The outline after a share of the way, 0 to 1.
    pub fn at(&self, share: f64) -> BezPath {
        let mix = |a: Point, b: Point| if share >= 1.0 { b } else { a + (b - a) * share };
        let mut path = BezPath::new();
        for strand in &self.strands {
            for (index, [a, b]) in strand.stretches.iter().enumerate() {
                if index == 0 {
                    path.move_to(mix(a.p0, b.p0));
                }
                path.curve_to(mix(a.p1, b.p1), mix(a.p2, b.p2), mix(a.p3, b.p3));
            }
            if strand.closed {
                path.close_path();
            }
        }
        path
    }
}

/// Regions with their holes: those that are near and alike become each other.
fn regions(sources: &[Island], targets: &[Island], strands: &mut Vec<Strand>) {
    let rims = |all: &[Island]| all.iter().map(|island| island.rim.clone()).collect::<Vec<_>>();
    let (from, to) = (rims(sources), rims(targets));
    let map = Boxes::of(&from, &to);
    for (source, target) in partners(&from.iter().collect::<Vec<_>>(), &to.iter().collect::<Vec<_>>()) {
        match (source.and_then(|i| sources.get(i)), target.and_then(|i| targets.get(i))) {
            (Some(source), Some(target)) => {
                strands.extend(strand(&source.rim, &target.rim));
                let holes = |island: &Island| island.holes.clone();
                let (a, b) = (holes(source), holes(target));
                pair_up(&a.iter().collect::<Vec<_>>(), &b.iter().collect::<Vec<_>>(), Some((source, target)), strands);
            }
            (Some(gone), None) => {
                let point = map.forth(gone.inside(gone.rim.centre));
                let near = nearest(targets, point).map_or(point, |island| island.inside(point));
                strands.extend(std::iter::once(&gone.rim).chain(&gone.holes).map(|contour| shrunk(contour, near)));
            }
            (None, Some(new)) => {
                let point = map.back(new.inside(new.rim.centre));
                let near = nearest(sources, point).map_or(point, |island| island.inside(point));
                let grown = std::iter::once(&new.rim).chain(&new.holes).map(|contour| shrunk(contour, near).reversed());
                strands.extend(grown);
            }
            (None, None) => {}
        }
    }
}

fn nearest(islands: &[Island], point: Point) -> Option<&Island> {
    islands.iter().min_by(|a, b| {
        let far = |island: &Island| (island.rim.centre - point).hypot() - libm::sqrt(island.area()) * 0.5;
        far(a).total_cmp(&far(b))
    })
}

/// Contours that are not regions of their own: holes of a pair of regions, or lines.
fn pair_up(from: &[&Contour], to: &[&Contour], within: Option<(&Island, &Island)>, strands: &mut Vec<Strand>) {
    let owned = |all: &[&Contour]| all.iter().map(|contour| (*contour).clone()).collect::<Vec<_>>();
    let map = match within {
        Some((source, target)) => Boxes::of(std::slice::from_ref(&source.rim), std::slice::from_ref(&target.rim)),
        None => Boxes::of(&owned(from), &owned(to)),
    };
    for (source, target) in partners(from, to) {
        match (source.and_then(|i| from.get(i)), target.and_then(|i| to.get(i))) {
            (Some(source), Some(target)) => strands.extend(strand(source, target)),
            (Some(gone), None) => {
                let point = map.forth(gone.centre);
                strands.push(shrunk(gone, within.map_or(point, |(_, target)| target.inside(point))));
            }
            (None, Some(new)) => {
                let point = map.back(new.centre);
                strands.push(shrunk(new, within.map_or(point, |(source, _)| source.inside(point))).reversed());
            }
            (None, None) => {}
        }
    }
}

impl Strand {
    /// How often it crosses itself on the way, as far as points along it tell.
    fn crossings(&self) -> usize {
        if self.stretches.len() > MOST_COMPARED {
            return 0;
        }
        let count = |share: f64| {
            let at = |[a, b]: &[CubicBez; 2], t: f64| {
                let (p, q) = (a.eval(t), b.eval(t));
                p + (q - p) * share
            };
            let points: Vec<Point> = self.stretches.iter().flat_map(|pair| [at(pair, 0.0), at(pair, 0.5)]).collect();
            let lines: Vec<(Point, Point)> =
                points.iter().copied().zip(points.iter().copied().cycle().skip(1)).collect();
            let side = |(a, b): &(Point, Point), p: Point| (*b - *a).cross(p - *a);
            let cross = |x: &(Point, Point), y: &(Point, Point)| {
                side(x, y.0) * side(x, y.1) < -1e-14 && side(y, x.0) * side(y, x.1) < -1e-14
            };
            let pairs = lines.iter().enumerate().flat_map(|(i, x)| lines.iter().skip(i + 2).map(move |y| (x, y)));
            pairs.filter(|(x, y)| cross(x, y)).count()
        };
        [0.25, 0.5, 0.75].map(count).into_iter().sum()
    }

    /// The other way round in time.
    fn reversed(self) -> Self {
        Self { stretches: self.stretches.into_iter().map(|[a, b]| [b, a]).collect(), ..self }
    }
}

/// A contour that shrinks to a point.
fn shrunk(contour: &Contour, point: Point) -> Strand {
    let places: Vec<f64> = contour.vertices().into_iter().chain([1.0]).collect();
    let end = CubicBez::new(point, point, point, point);
    let stretches = places.windows(2).filter_map(|pair| match pair {
        [a, b] => Some([contour.stretch(*a, *b), end]),
        _ => None,
    });
    Strand { stretches: stretches.collect(), closed: contour.closed }
}

/// Two boxes, and where a point of one is in the other.
struct Boxes([Rect; 2]);

impl Boxes {
    fn of(from: &[Contour], to: &[Contour]) -> Self {
        let around = |all: &[Contour]| {
            all.iter().fold(None, |all, contour| crate::geom::union(all, Some(contour.rect))).unwrap_or(Rect::ZERO)
        };
        let (a, b) = (around(from), around(to));
        // Nothing at all is where the other is.
        Self(if from.is_empty() {
            [b, b]
        } else if to.is_empty() {
            [a, a]
        } else {
            [a, b]
        })
    }

    fn forth(&self, point: Point) -> Point {
        let [from, to] = self.0;
        Self::carried(point, from, to)
    }

    fn back(&self, point: Point) -> Point {
        let [from, to] = self.0;
        Self::carried(point, to, from)
    }

    fn carried(point: Point, from: Rect, to: Rect) -> Point {
        let share = |x: f64, low: f64, width: f64| if width > 1e-9 { (x - low) / width } else { 0.5 };
        let x = to.x0 + to.width() * share(point.x, from.x0, from.width());
        let y = to.y0 + to.height() * share(point.y, from.y0, from.height());
        Point::new(x, y)
    }
}

/// Which contours become which, by place and size within all of them; what is left over has no partner.
fn partners(from: &[&Contour], to: &[&Contour]) -> Vec<(Option<usize>, Option<usize>)> {
    let owned = |all: &[&Contour]| all.iter().map(|contour| (*contour).clone()).collect::<Vec<_>>();
    let map = Boxes::of(&owned(from), &owned(to));
    let extent = map.0.map(|rect| rect.width().max(rect.height()).max(1e-9));
    let mut costs = Vec::new();
    for (i, a) in from.iter().enumerate() {
        for (j, b) in to.iter().enumerate() {
            let far = (map.forth(a.centre) - b.centre).hypot() / extent[1];
            let sizes = [a.length / extent[0], b.length / extent[1]];
            costs.push((far + (sizes[0] - sizes[1]).abs() * 0.2, i, j));
        }
    }
    costs.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut taken, mut met) = (vec![false; from.len()], vec![false; to.len()]);
    let mut pairs = Vec::new();
    for (_, i, j) in costs {
        if let (Some(a @ false), Some(b @ false)) = (taken.get_mut(i), met.get_mut(j)) {
            (*a, *b) = (true, true);
            pairs.push((Some(i), Some(j)));
        }
    }
    pairs.sort_unstable();
    pairs.extend(taken.iter().enumerate().filter(|(_, taken)| !**taken).map(|(i, _)| (Some(i), None)));
    pairs.extend(met.iter().enumerate().filter(|(_, met)| !**met).map(|(j, _)| (None, Some(j))));
    pairs
}

/// The stretches of two contours that become each other: of several ways, one on which the outline does not cross itself.
fn strand(from: &Contour, to: &Contour) -> Option<Strand> {
    let (from, to) = directed(from, to);
    let mut best: Option<(usize, Strand)> = None;
    for anchors in ways(&from, &to) {
        let Some(strand) = cut(&from, &to, &anchors) else { continue };
        let crossings = strand.crossings();
        if best.as_ref().is_none_or(|(least, _)| crossings < *least) {
            best = Some((crossings, strand));
        }
        if crossings == 0 {
            break;
        }
    }
    best.map(|(_, strand)| strand)
}

/// Two contours cut into stretches, by places of the one and of the other that become each other.
fn cut(from: &Contour, to: &Contour, anchors: &[(f64, f64)]) -> Option<Strand> {
    let (first, start) = *anchors.first()?;
    let mut cuts: Vec<f64> = (0..=STRETCHES).map(|i| first + i as f64 / STRETCHES as f64).collect();
    let inverse: Vec<(f64, f64)> = anchors.iter().map(|(u, v)| (*v, *u)).collect();
    let turned = |place: f64, start: f64| start + (place - start) - libm::floor(place - start);
    cuts.extend(anchors.iter().map(|(u, _)| *u));
    cuts.extend(from.vertices().into_iter().map(|place| turned(place, first)));
    cuts.extend(to.vertices().into_iter().map(|place| led(&inverse, turned(place, start))));
    cuts.retain(|cut| (first..=first + 1.0).contains(cut));
    cuts.sort_by(f64::total_cmp);
    cuts.dedup_by(|a, b| (*a - *b).abs() < 1e-7);
    let stretches = cuts.windows(2).filter_map(|pair| match pair {
        [a, b] => Some([from.stretch(*a, *b), to.stretch(led(anchors, *a), led(anchors, *b))]),
        _ => None,
    });
    let mut stretches: Vec<[CubicBez; 2]> = stretches.collect();
    join(&mut stretches);
    (!stretches.is_empty()).then_some(Strand { stretches, closed: from.closed && to.closed })
}

/// Each stretch begins where the one before ends, whatever was rounded.
fn join(stretches: &mut [[CubicBez; 2]]) {
    let mut last: Option<[Point; 2]> = None;
    for pair in stretches {
        if let Some([a, b]) = last {
            let [from, to] = pair;
            (from.p0, to.p0) = (a, b);
        }
        let [from, to] = &*pair;
        last = Some([from.p3, to.p3]);
    }
}

/// Lines that run against each other are turned round; what is closed on one side only is cut open.
fn directed(from: &Contour, to: &Contour) -> (Contour, Contour) {
    if from.closed && to.closed {
        return (from.clone(), to.clone());
    }
    let back = to.reversed();
    let cost = |to: &Contour| best_turn(from, to).0;
    (from.clone(), if cost(&back) < cost(to) { back } else { to.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geom::{Shape as _, circle, polyline};
    use crate::typeset::{Family, Fonts, Weight};

    fn letter(c: char) -> BezPath {
        let font = Fonts::bundled().face(Family::Sans, Weight::Regular, false).unwrap();
        let glyph = skrifa::MetadataProvider::charmap(&font.reader().unwrap()).map(c).unwrap();
        (*font.outline(glyph.to_u32() as u16)).clone()
    }

    fn bar(width: f64, height: f64) -> BezPath {
        polyline([(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)].map(Point::from), true)
    }

    /// How often outlines of a flattened path cross each other.
    fn crossings(path: &BezPath) -> usize {
        let mut lines = Vec::new();
        let mut last = Point::ORIGIN;
        kurbo::flatten(path, 1e-3, |element| {
            if let kurbo::PathEl::LineTo(point) = element {
                lines.push((last, point));
            }
            if let Some(point) = element.end_point() {
                last = point;
            }
        });
        let side = |(a, b): (Point, Point), p: Point| (b - a).cross(p - a);
        let cross = |x: &(Point, Point), y: &(Point, Point)| {
            side(*x, y.0) * side(*x, y.1) < -1e-14 && side(*y, x.0) * side(*y, x.1) < -1e-14
        };
        lines.iter().enumerate().map(|(i, x)| lines.iter().skip(i + 2).filter(|y| cross(x, y)).count()).sum()
    }

    #[test]
    fn both_ends_are_the_outlines_themselves() {
        for (a, b) in [('A', 'B'), ('i', 'O'), ('8', 'l'), ('e', 'x'), ('%', '=')] {
            let (from, to) = (letter(a), letter(b));
            let morph = Morph::between(&from, &to, true);
            for (share, outline) in [(0.0, &from), (1.0, &to)] {
                let area = morph.at(share).area().abs();
                assert!((area - outline.area().abs()).abs() < 1e-3, "{a} {b} {share}: {area} {}", outline.area());
                let (mine, theirs) = (morph.at(share).bounding_box(), outline.bounding_box());
                // What has no partner is a point inside.
                assert!((mine.union(theirs).area() - theirs.area()).abs() < 1e-3, "{a} {b}: {mine:?} {theirs:?}");
            }
        }
    }

    #[test]
    fn bars_stay_bars_and_circles_circles() {
        let middle = Morph::between(&bar(1.0, 4.0), &bar(4.0, 1.0), true).at(0.5);
        assert!((middle.area() - 6.25).abs() < 1e-6, "{}", middle.area());
        let middle = Morph::between(&circle(Point::ORIGIN, 1.0), &circle(Point::new(9.0, 0.0), 3.0), true).at(0.5);
        assert!((middle.area() - 4.0 * std::f64::consts::PI).abs() < 0.01);
        assert!((middle.bounding_box().center().x - 4.5).abs() < 1e-3);
    }

    #[test]
    fn holes_stay_holes_and_areas_go_steadily() {
        for (a, b) in [('O', 'D'), ('A', 'R'), ('B', '8'), ('O', 'Q'), ('P', 'D'), ('6', '0')] {
            let (from, to) = (letter(a), letter(b));
            let morph = Morph::between(&from, &to, true);
            let holes = |path: &BezPath| islands(contours(path, true)).iter().map(|i| i.holes.len()).sum::<usize>();
            let most = holes(&from).max(holes(&to));
            let mut last = from.area().abs();
            for step in 1..20 {
                let path = morph.at(f64::from(step) / 20.0);
                assert_eq!(holes(&path), most, "{a} {b} at {step}");
                let area = path.area().abs();
                assert!((area - last).abs() < 0.04, "{a} {b} at {step}: {last} {area}");
                last = area;
            }
        }
    }

    #[test]
    fn letters_lose_little_on_the_way() {
        // Where an outline crosses itself, its area is lost.
        let signs: Vec<char> = ('A'..='Z').chain('0'..='9').collect();
        for (a, b) in signs.iter().zip(signs.iter().skip(1)).chain(signs.iter().zip(signs.iter().skip(7))) {
            let (from, to) = (letter(*a), letter(*b));
            let morph = Morph::between(&from, &to, true);
            let least = from.area().abs().min(to.area().abs());
            for share in [0.25, 0.5, 0.75] {
                let area = morph.at(share).area().abs();
                assert!(area > least * 0.55, "{a} {b} at {share}: {area} of {least}");
            }
        }
    }

    #[test]
    fn bars_polygons_and_slices_do_not_cross_themselves() {
        let square = polyline([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)].map(Point::from), true);
        let polygon = |n: usize| {
            let corner = |i: usize| {
                let (sin, cos) = libm::sincos(std::f64::consts::TAU * i as f64 / n as f64);
                Point::new(3.0 + cos, sin)
            };
            polyline((0..n).map(corner), true)
        };
        let mut slice = BezPath::new();
        slice.move_to((0.0, 0.0));
        slice.line_to((0.0, 2.0));
        slice.curve_to((1.1, 2.0), (2.0, 1.1), (2.0, 0.0));
        slice.close_path();
        for to in [slice, circle(Point::new(4.0, 1.0), 2.0), polygon(3), polygon(5), polygon(6), polygon(12)] {
            let morph = Morph::between(&square, &to, true);
            for share in [0.2, 0.5, 0.8] {
                assert_eq!(crossings(&morph.at(share)), 0);
            }
        }
    }

    #[test]
    fn lines_turn_the_way_that_is_shorter() {
        let line = |a: (f64, f64), b: (f64, f64)| polyline([a, b].map(Point::from), false);
        let morph = Morph::between(&line((0.0, 0.0), (1.0, 0.0)), &line((1.0, 2.0), (0.0, 2.0)), false);
        let middle = morph.at(0.5).bounding_box();
        assert!((middle.width() - 1.0).abs() < 1e-9 && (middle.center().y - 1.0).abs() < 1e-9);
        // A ring opens into a line.
        let morph = Morph::between(&circle(Point::ORIGIN, 1.0), &line((-3.0, 0.0), (3.0, 0.0)), false);
        assert_eq!(crossings(&morph.at(0.5)), 0);
    }

    #[test]
    fn nothing_and_points_are_outlines_too() {
        let empty = BezPath::new();
        assert!(Morph::between(&empty, &empty, true).at(0.5).is_empty());
        let morph = Morph::between(&empty, &bar(1.0, 1.0), true);
        assert!((morph.at(1.0).area() - 1.0).abs() < 1e-9 && morph.at(0.0).area().abs() < 1e-9);
        assert!(!Morph::between(&bar(0.0, 0.0), &bar(1.0, 0.0), true).at(0.5).is_nan());
    }
}
