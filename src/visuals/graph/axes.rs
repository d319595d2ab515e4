//! Axes: lines with ticks at round numbers, figures, labels, and a grid if asked for.

use super::super::lettering::label;
use super::super::{Now, Plane};
use crate::color::Role;
use crate::draw::{Grow, Item, Paint, Part, Stroke};
use crate::geom::{Affine, Point, polyline};
use crate::script::{FieldSpec, Takes, Template};
use crate::typeset::{Format, TextStyle, format};

const LINE: f64 = 0.035;
const TICK: f64 = 0.09;
/// How far an axis goes on beyond its last number, with its arrowhead.
const OVERHANG: f64 = 0.32;

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
    /// Distance between numbers: as given, or the round number (1, 2 or 5 times a power of ten) that gives about five.
    fn step(&self) -> f64 {
        self.step.unwrap_or_else(|| {
            let rough = (self.to - self.from) / 5.0;
            let power = libm::pow(10.0, libm::floor(libm::log10(rough)));
            let factor = [1.0, 2.0, 5.0].into_iter().find(|factor| factor * power >= rough * 0.999).unwrap_or(10.0);
            factor * power
        })
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
        let count = libm::floor((self.to - self.from) / step + 1e-9).min(200.0) as usize;
        let value = |i: usize| (first + i as f64) * step;
        (0..=count).map(value).filter(|value| *value <= self.to + step * 1e-6).collect()
    }

    /// A number as it is written on it.
    fn written(&self, value: f64) -> String {
        let own = || (0..6).find(|d| (value * libm::pow(10.0, f64::from(*d))) % 1.0 < 1e-6).unwrap_or(6);
        let style = if self.log { Format::parse(&format!(".{}", own())).unwrap_or_default() } else { self.format() };
        format(value, &style)
    }

    /// Decimals that the numbers need.
    pub(in crate::visuals) fn format(&self) -> Format {
        let decimals = (0..6).find(|d| {
            let scaled = self.step() * libm::pow(10.0, f64::from(*d));
            (scaled - libm::round(scaled)).abs() < 1e-6
        });
        Format::parse(&format!(".{}", decimals.unwrap_or(6))).unwrap_or_default()
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

    /// Every how many numbers of the axis across there is room for one.
    fn thinned(&self, now: &Now<'_>, style: &TextStyle) -> usize {
        let ticks = self.x.ticks();
        let width = |value: &f64| now.label(&self.x.written(*value), style).layout.width();
        let widest = ticks.iter().map(width).fold(0.0, f64::max) + self.size * 0.5;
        let apart = self.width / (ticks.len().max(2) - 1) as f64;
        (libm::ceil(widest / apart) as usize).max(1)
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
        let every = if across { self.thinned(now, &style) } else { 1 };
        let shown = axis.ticks().into_iter().enumerate().filter(|(_, value)| !corner || (value - own).abs() > 1e-9);
        for (index, value) in shown {
            let at = on_axis(value);
            ticks.items.push(Item::stroke(
                polyline([at - outside * TICK / 2.0, at + outside * TICK], false),
                Stroke::new(ink(), LINE * 0.8),
            ));
            if !index.is_multiple_of(every) {
                continue;
            }
            let set = now.label(&axis.written(value), &style);
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
            let at = if across && set.layout.width() > self.size * 5.0 {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        let axis = |from, to, step| Axis { from, to, step, label: None, log: false };
        let shown = |axis: Axis| axis.ticks().iter().map(|v| format(*v, &axis.format())).collect::<Vec<_>>();
        assert_eq!(shown(axis(0.0, 1.0, None)), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(shown(axis(0.0, 60.0, None)), ["0", "20", "40", "60"]);
        assert_eq!(shown(axis(-1.0, 1.0, Some(0.5))), ["−1.0", "−0.5", "0.0", "0.5", "1.0"]);
        assert!(axis(0.0, 1e9, Some(1e-9)).ticks().len() <= 201);
        let log = |from, to| Axis { from, to, step: None, label: None, log: true };
        let shown = |axis: Axis| axis.ticks().iter().map(|value| axis.written(*value)).collect::<Vec<_>>();
        assert_eq!(shown(log(0.05, 1000.0)), ["0.1", "1", "10", "100", "1000"]);
        assert_eq!(shown(log(1.0, 12.0)), ["1", "2", "5", "10"]);
        assert!(log(1e-12, 1e12).ticks().len() < 10);
    }
}
