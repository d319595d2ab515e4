//! Axes: lines with ticks at round numbers, figures, labels, and a grid if asked for.

use super::super::lettering::label;
use super::super::{Now, Plane};
use crate::color::Role;
use crate::draw::{Grow, Item, Paint, Part, Stroke};
use crate::geom::{Affine, BezPath, Point, Rect, polyline};
use crate::script::{FieldSpec, Takes, Template};
use crate::typeset::{Format, TextStyle, format};

const LINE: f64 = 0.035;
const TICK: f64 = 0.09;
/// A label of the axis across that is wider, in heights of its numbers, stands under them in place of beside the axis.
const LONG_LABEL: f64 = 5.0;
/// How far an axis goes on beyond its last number, with its arrowhead.
const OVERHANG: f64 = 0.3;

/// The field that says where axes cross.
pub(in crate::visuals) const CROSSED: FieldSpec =
    FieldSpec::new("crossed", Takes::Flag, "false", "the axes cross at 0, in place of the lower left corner");

/// One axis.
pub(in crate::visuals) struct Axis {
    pub(in crate::visuals) from: f64,
    pub(in crate::visuals) to: f64,
    pub(in crate::visuals) step: Option<f64>,
    pub(in crate::visuals) label: Option<Template>,
    /// By powers of ten; both ends lie above 0 then.
    pub(in crate::visuals) log: bool,
}

impl Axis {
    /// Distance between numbers: as given, or so many times that, if there would be too many; or the round number (1, 2 or 5
    /// times a power of ten) that gives about five.
    fn step(&self) -> f64 {
        let span = self.to - self.from;
        match self.step {
            Some(step) => step * round_above((span / step / MOST_TICKS).max(1.0)),
            None => round_above(span / 5.0),
        }
    }

    /// The number at a share of its length, from 0 to 1.
    pub(in crate::visuals) fn at(&self, share: f64) -> f64 {
        let [from, to] = self.ends();
        let value = from + (to - from) * share;
        if self.log { libm::pow(10.0, value) } else { value }
    }

    /// Its ends, as powers of ten if it goes by those.
    fn ends(&self) -> [f64; 2] {
        [self.from, self.to].map(|end| if self.log { libm::log10(end.max(f64::MIN_POSITIVE)) } else { end })
    }

    /// Powers of ten between its ends, thinned out where there are many; with their halves and fifths where there are few.
    fn powers(&self) -> Vec<f64> {
        let [from, to] = self.ends();
        let (first, last) = (libm::ceil(from - 1e-9) as i32, libm::floor(to + 1e-9) as i32);
        let every = ((last - first) / 8 + 1).max(1);
        let between: &[f64] = if last - first < 2 { &[1.0, 2.0, 5.0] } else { &[1.0] };
        let decades = (first - 1..=last).filter(|power| (power - first) % every == 0);
        let all =
            decades.flat_map(|power| between.iter().map(move |factor| factor * libm::pow(10.0, f64::from(power))));
        all.filter(|value| *value >= self.from * (1.0 - 1e-9) && *value <= self.to * (1.0 + 1e-9)).collect()
    }

    /// The numbers on it.
    pub(in crate::visuals) fn ticks(&self) -> Vec<f64> {
        if self.log {
            return self.powers();
        }
        let step = self.step();
        let first = libm::ceil(self.from / step - 1e-9);
        let count = libm::floor((self.to - self.from) / step + 1e-9).min(MOST_TICKS) as usize;
        let value = |i: usize| (first + i as f64) * step;
        (0..=count).map(value).filter(|value| *value <= self.to + step * 1e-6).collect()
    }

    /// A number as it is written on it, with markup: very large and very small ones by powers of ten.
    pub(in crate::visuals) fn written(&self, value: f64) -> String {
        let own = || (0..6).find(|d| (value * libm::pow(10.0, f64::from(*d))) % 1.0 < 1e-6).unwrap_or(6);
        let largest = self.from.abs().max(self.to.abs());
        let power = |value: f64| libm::floor(libm::log10(value.abs()) + 1e-9);
        if self.log && (self.from < 0.999e-3 || self.to > 1.001e6) {
            return by_power(value, power(value), 0);
        }
        if !self.log && (self.step() < 0.999e-4 && largest < 1.0 || largest >= 0.999e7) {
            if value.abs() < self.step() / 2.0 {
                return "0".into();
            }
            return by_power(value, power(value), (power(value) - power(self.step())).clamp(0.0, 6.0) as u32);
        }
        let style = if self.log { Format::parse(&format!(".{}", own())).unwrap_or_default() } else { self.format() };
        format(value, &style)
    }

    /// Decimals that the numbers need.
    pub(in crate::visuals) fn format(&self) -> Format {
        let decimals = (0..9).find(|d| {
            let scaled = self.step() * libm::pow(10.0, f64::from(*d));
            scaled > 0.5 && (scaled - libm::round(scaled)).abs() < 1e-6
        });
        Format::parse(&format!(".{}", decimals.unwrap_or(9))).unwrap_or_default()
    }
}

/// Ticks of an axis at most.
const MOST_TICKS: f64 = 100.0;
/// Ticks without numbers are drawn if they stand further apart than this, in stage units.
pub(in crate::visuals) const LEAST_APART: f64 = 0.07;

/// Every how many things there is room for one, if they stand so far apart: 1, 2, 5, 10, ...
pub(in crate::visuals) fn thinned(room: f64, apart: f64) -> usize {
    round_above(libm::ceil(room / apart - 1e-9).clamp(1.0, 1000.0)) as usize
}

/// The next of 1, 2 and 5 times a power of ten.
fn round_above(value: f64) -> f64 {
    let power = libm::pow(10.0, libm::floor(libm::log10(value)));
    [1.0, 2.0, 5.0].into_iter().find(|factor| factor * power >= value * 0.999).unwrap_or(10.0) * power
}

/// A number as a formula: so many decimals times a power of ten.
fn by_power(value: f64, power: f64, decimals: u32) -> String {
    let mantissa = value / libm::pow(10.0, power);
    let style = Format::parse(&format!(".{decimals}")).unwrap_or_default();
    let sign = if value < 0.0 { "-" } else { "" };
    let written = format(mantissa.abs(), &style);
    let short = if written.contains('.') { written.trim_end_matches('0').trim_end_matches('.') } else { &written };
    match short {
        "1" => format!("${sign}10^{{{power}}}$"),
        mantissa => format!("${sign}{mantissa} \\cdot 10^{{{power}}}$"),
    }
}

/// Two axes and the area between them, centred on the origin.
pub(in crate::visuals) struct Axes {
    pub(in crate::visuals) x: Axis,
    pub(in crate::visuals) y: Axis,
    pub(in crate::visuals) width: f64,
    pub(in crate::visuals) height: f64,
    pub(in crate::visuals) grid: bool,
    pub(in crate::visuals) size: f64,
    /// Through 0 in place of the lower left corner.
    pub(in crate::visuals) crossed: bool,
    /// The ranges do not move.
    pub(in crate::visuals) still: bool,
}

impl Axes {
    /// Graph coordinates to the visual's units.
    pub(in crate::visuals) fn plane(&self) -> Plane {
        let ([left, right], [bottom, top]) = (self.x.ends(), self.y.ends());
        let (across, up) = (self.width / (right - left), self.height / (top - bottom));
        let corner = [-self.width / 2.0 - left * across, -self.height / 2.0 - bottom * up];
        Plane { map: Affine::new([across, 0.0, 0.0, up, corner[0], corner[1]]), log: [self.x.log, self.y.log] }
    }

    pub(in crate::visuals) fn point(&self, point: Point) -> Point {
        self.plane().point(point)
    }

    /// The area between the axes.
    pub(in crate::visuals) fn frame(&self) -> Rect {
        Rect::from_center_size(Point::ORIGIN, (self.width, self.height))
    }

    /// Every how many numbers of an axis there is room for one.
    fn thinned(&self, now: &Now<'_>, style: &TextStyle, across: bool) -> usize {
        let ticks = if across { self.x.ticks() } else { self.y.ticks() };
        let width = |value: &f64| now.rich(&self.x.written(*value), style).layout.width();
        let room = match across {
            true => ticks.iter().map(width).fold(0.0, f64::max) + self.size * 0.5,
            false => self.size * 1.1,
        };
        let apart = if across { self.width } else { self.height } / (ticks.len().max(2) - 1) as f64;
        thinned(room, apart)
    }

    /// The box of the frame with its numbers, as long as these stand still: so do its neighbours then. The labels at the ends of
    /// the axes stand out over it, so that it says where the frame is.
    pub(in crate::visuals) fn layout(&self, now: &Now<'_>) -> Rect {
        let style = label(self.size, now.role(Role::Muted));
        let width = |value: &f64| now.rich(&self.y.written(*value), &style).layout.width();
        let ticks = if self.still { self.y.ticks() } else { Vec::new() };
        let numbers = ticks.iter().map(width).fold(0.0, f64::max) + TICK + self.size * 0.5;
        let left = (self.point(self.crossing()).x - numbers).min(-self.width / 2.0 - self.size * 1.8);
        let (foot, end) = (-self.height / 2.0 - self.size * 1.6, OVERHANG);
        Rect::new(left, foot, self.width / 2.0 + end, self.height / 2.0 + end)
    }

    /// Where the axes cross: in the corner, or at 0 as far as that is in range.
    fn crossing(&self) -> Point {
        let along = |axis: &Axis| if self.crossed && !axis.log { 0.0f64.clamp(axis.from, axis.to) } else { axis.from };
        Point::new(along(&self.x), along(&self.y))
    }

    pub(in crate::visuals) fn parts(&self, now: &Now<'_>) -> Vec<Part> {
        let grid = self.grid.then(|| self.grid(now));
        grid.into_iter().chain([self.axis(now, true), self.axis(now, false)]).collect()
    }

    fn grid(&self, now: &Now<'_>) -> Part {
        let mut part = Part::new("grid").growing(Grow::Stroke);
        let line = |a: Point, b: Point| {
            let ends = [self.point(a), self.point(b)];
            Item::stroke(polyline(ends, false), Stroke::new(Paint::solid(now.role(Role::Faint)), LINE * 0.5))
        };
        part.items
            .extend(self.y.ticks().into_iter().map(|y| line(Point::new(self.x.from, y), Point::new(self.x.to, y))));
        part.items
            .extend(self.x.ticks().into_iter().map(|x| line(Point::new(x, self.y.from), Point::new(x, self.y.to))));
        part
    }

    fn axis(&self, now: &Now<'_>, across: bool) -> Part {
        let ink = || Paint::solid(now.role(Role::Muted));
        let axis = if across { &self.x } else { &self.y };
        let origin = self.crossing();
        let on_axis =
            |value: f64| self.point(if across { Point::new(value, origin.y) } else { Point::new(origin.x, value) });
        let (start, last) = (on_axis(axis.from), on_axis(axis.to));
        let along = (last - start) / (last - start).hypot().max(1e-9);
        let outside = if across { Point::new(0.0, -1.0) } else { Point::new(-1.0, 0.0) }.to_vec2();
        let end = last + along * OVERHANG;
        let mut part = Part::new(if across { "x" } else { "y" });
        let line = Part::new("line").with(Item::stroke(polyline([start, end], false), Stroke::new(ink(), LINE)));
        part.parts.push(line.growing(Grow::Stroke));
        let side = outside * 0.085;
        let head = polyline([end + side, end + along * 0.2, end - side], true);
        part.parts.push(Part::new("tip").with(Item::fill(head, ink())).growing(Grow::Point(end)));
        let mut ticks = Part::new("ticks").growing(Grow::Fade);
        let mut numbers = Part::new("numbers").growing(Grow::Fade);
        let style = label(self.size, now.role(Role::Muted));
        let corner = if across { origin.x > self.x.from } else { origin.y > self.y.from };
        // Where axes cross inside, the number there would be struck through.
        let own = if across { origin.x } else { origin.y };
        let every = self.thinned(now, &style, across);
        let shown = axis.ticks().into_iter().enumerate().filter(|(_, value)| !corner || (value - own).abs() > 1e-9);
        let apart = if across { self.width } else { self.height } / (axis.ticks().len().max(2) - 1) as f64;
        for (index, value) in shown.filter(|(index, _)| apart > LEAST_APART || index.is_multiple_of(every)) {
            let at = on_axis(value);
            ticks.items.push(Item::stroke(
                polyline([at - outside * TICK / 2.0, at + outside * TICK], false),
                Stroke::new(ink(), LINE * 0.8),
            ));
            if !index.is_multiple_of(every) {
                continue;
            }
            let set = now.rich(&axis.written(value), &style);
            let (x, y) = if across {
                (at.x - set.layout.center().x, at.y - TICK - self.size * 0.75 - set.middle)
            } else {
                (at.x - TICK - self.size * 0.4 - set.layout.x1, at.y - set.middle)
            };
            numbers.parts.push(Part { name: String::new(), ..set.part.clone() }.transformed(Affine::translate((x, y))));
        }
        part.parts.extend([ticks, numbers]);
        if let Some(template) = &axis.label {
            let words = now.text(template);
            let style = label(self.size * 1.25, now.role(Role::Ink));
            let set = now.rich(&words, &style);
            let at = if across && set.layout.width() > self.size * LONG_LABEL {
                // Long words stand under the numbers, up to the end of the axis.
                (last.x - set.layout.x1, end.y - TICK - self.size * 2.3 - set.middle)
            } else if across {
                (end.x + 0.36, end.y - set.middle)
            } else {
                (end.x - set.layout.center().x, end.y + 0.42 - set.layout.y0 * 0.5)
            };
            let word = Part { name: "label".into(), ..set.part.clone() };
            part.parts.push(word.growing(Grow::Fade).transformed(Affine::translate(at)));
        }
        part
    }
}

/// A line through points as far as it is in a rectangle, each piece cut where it leaves (Liang and Barsky, *A New Concept and
/// Method for Line Clipping*, 1984). It is broken where a point is no number.
pub(in crate::visuals) fn within(points: impl Iterator<Item = Point>, frame: Rect) -> BezPath {
    let mut path = BezPath::new();
    let (mut last, mut pen): (Option<Point>, Option<Point>) = (None, None);
    for to in points {
        let piece = last.filter(|_| to.is_finite()).and_then(|from| clipped(from, to, frame));
        match piece {
            Some([from, to]) => {
                if pen.is_none_or(|at| at.distance(from) > 1e-9) {
                    path.move_to(from);
                }
                path.line_to(to);
                pen = Some(to);
            }
            None => pen = None,
        }
        last = to.is_finite().then_some(to);
    }
    path
}

/// The piece of a line from a point to another that is in a rectangle.
fn clipped(from: Point, to: Point, frame: Rect) -> Option<[Point; 2]> {
    let way = to - from;
    let (mut first, mut last) = (0.0f64, 1.0f64);
    let sides = [
        (-way.x, from.x - frame.x0),
        (way.x, frame.x1 - from.x),
        (-way.y, from.y - frame.y0),
        (way.y, frame.y1 - from.y),
    ];
    for (toward, room) in sides {
        if toward == 0.0 {
            if room < -1e-9 {
                return None;
            }
        } else if toward < 0.0 {
            first = first.max(room / toward);
        } else {
            last = last.min(room / toward);
        }
    }
    (first <= last).then(|| [from + way * first, from + way * last])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_at_the_frame() {
        let frame = Rect::new(-1.0, -1.0, 1.0, 1.0);
        let cut = |points: &[(f64, f64)]| within(points.iter().map(|p| Point::from(*p)), frame).to_svg();
        assert_eq!(cut(&[(-2.0, 0.0), (2.0, 0.0)]), "M-1,0 L1,0");
        assert_eq!(cut(&[(0.0, 0.0), (0.0, 3.0), (0.5, 3.0), (0.5, 0.0)]), "M0,0 L0,1 M0.5,1 L0.5,0");
        assert_eq!(
            cut(&[(0.0, 0.0), (0.5, 0.0), (f64::NAN, 0.0), (0.5, 0.5), (0.0, 0.5)]),
            "M0,0 L0.5,0 M0.5,0.5 L0,0.5"
        );
        assert_eq!(cut(&[(2.0, 2.0), (3.0, -3.0)]), "");
    }

    #[test]
    fn ticks_are_round_and_inside() {
        let axis = |from, to, step| Axis { from, to, step, label: None, log: false };
        let shown = |axis: Axis| axis.ticks().iter().map(|v| format(*v, &axis.format())).collect::<Vec<_>>();
        assert_eq!(shown(axis(0.0, 1.0, None)), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(shown(axis(0.0, 60.0, None)), ["0", "20", "40", "60"]);
        assert_eq!(shown(axis(-1.0, 1.0, Some(0.5))), ["−1.0", "−0.5", "0.0", "0.5", "1.0"]);
        assert!(axis(0.0, 1e9, Some(1e-9)).ticks().len() <= 101);
        let written = |axis: Axis| axis.ticks().iter().map(|value| axis.written(*value)).collect::<Vec<_>>();
        assert_eq!(written(axis(0.0, 2e-6, Some(1e-6))), ["0", "$10^{-6}$", "$2 \\cdot 10^{-6}$"]);
        assert_eq!(written(axis(0.0, 1e9, Some(5e8))), ["0", "$5 \\cdot 10^{8}$", "$10^{9}$"]);
        assert_eq!(written(axis(0.0, 0.002, None)), ["0.0000", "0.0005", "0.0010", "0.0015", "0.0020"]);
        let log = |from, to| Axis { from, to, step: None, label: None, log: true };
        let shown = |axis: Axis| axis.ticks().iter().map(|value| axis.written(*value)).collect::<Vec<_>>();
        assert_eq!(shown(log(0.05, 1000.0)), ["0.1", "1", "10", "100", "1000"]);
        assert_eq!(shown(log(1.0, 12.0)), ["1", "2", "5", "10"]);
        assert!(log(1e-12, 1e12).ticks().len() < 10);
    }
}
