//! `trail`: the way that something has come.

use super::{Course, Drawing, Now, Reading, Visual, VisualSpec};
use crate::color::{Ink, Role};
use crate::draw::{Grow, Item, Paint, Part, Stroke};
use crate::expression::Value;
use crate::geom::{BezPath, Point, Vec2, polyline};
use crate::script::{FieldSpec, Num, Slot, TableFields, Takes};

/// The registry's entry.
pub static SPEC: VisualSpec = VisualSpec {
    name: "trail",
    summary: "the way that something has come since a step said `trace`",
    main: None,
    example: "trail: { color: loss }",
    fields: &[&[
        FieldSpec::new("color", Takes::Color, "accent", "colour of the line"),
        FieldSpec::new("stroke_width", Takes::Number(0.0, 5.0), "0.05", "width of the line in stage units"),
        FieldSpec::new(
            "tail",
            Takes::Number(0.0, 1e4),
            "0",
            "only the last so many seconds, thinner the older they are; 0 is the whole way",
        ),
    ]],
    parts: &[("*", "a way, by its number: one for each `trace`")],
    values: &[("length", "how long the ways are together, in stage units")],
    actions: &[],
    read,
};

struct Trail {
    color: Ink,
    width: Num,
    tail: Num,
}

fn read(fields: &mut TableFields<'_>, _: &Reading<'_>) -> Option<Box<dyn Visual>> {
    let color = fields.ink("color").unwrap_or(Ink::Role(Role::Accent));
    let (width, tail) = (fields.number_or_default("stroke_width"), fields.number_or_default("tail"));
    Some(Box::new(Trail { color, width, tail }))
}

impl Visual for Trail {
    fn memory(&self, number: &dyn Fn(Slot) -> Value) -> f64 {
        let tail = match &self.tail {
            Num::Fixed(tail) => *tail,
            Num::Live(slot) => number(*slot).number(),
        };
        if tail > 0.0 { tail } else { f64::INFINITY }
    }

    fn draw(&self, now: &Now<'_>) -> Drawing {
        let (width, tail, color) = (now.number(&self.width), now.number(&self.tail), now.ink(self.color));
        let paint = Paint::solid(color);
        let mut part = Part::new("trail");
        let mut length = 0.0;
        for (number, course) in now.courses.iter().enumerate() {
            let points = || course.points.iter().map(|(point, _)| *point);
            length += points().zip(points().skip(1)).map(|(a, b)| a.distance(b)).sum::<f64>();
            let mut way = Part::new(number.to_string()).growing(Grow::Stroke);
            if tail > 0.0 {
                way.items.extend(comet(course, tail, width).map(|path| Item::fill(path, paint.clone())));
            } else if course.points.len() > 1 {
                way.items.push(Item::stroke(polyline(points(), false), Stroke::new(paint.clone(), width)));
            }
            part.parts.push(way);
        }
        let mut drawing = Drawing::of(part).on_stage();
        drawing.values.push(("length", length));
        drawing
    }
}

/// The outline of what is left of a way, as wide as it is fresh; `None` if nothing is.
fn comet(course: &Course, tail: f64, width: f64) -> Option<BezPath> {
    let mut fresh: Vec<(Point, f64)> = Vec::new();
    for pair in course.points.windows(2) {
        let [(from, older), (to, newer)] = pair else { continue };
        if *newer >= tail {
            continue;
        }
        if fresh.is_empty() {
            // Cut where it is just old enough, so that the end glides.
            let share = ((older - tail) / (older - newer).max(1e-9)).clamp(0.0, 1.0);
            fresh.push((from.lerp(*to, share), older.min(tail)));
        }
        fresh.push((*to, *newer));
    }
    let side = |index: usize| -> Option<(Point, Vec2)> {
        let (point, age) = *fresh.get(index)?;
        let before = fresh.get(index.saturating_sub(1))?.0;
        let after = fresh.get(index + 1).map_or(point, |(point, _)| *point);
        let way = after - before;
        let across = Vec2::new(-way.y, way.x) / way.hypot().max(1e-9);
        Some((point, across * (width / 2.0 * (1.0 - age / tail))))
    };
    let sides: Vec<(Point, Vec2)> = (0..fresh.len()).filter_map(side).collect();
    let (head, across) = *sides.last()?;
    if sides.len() < 2 {
        return None;
    }
    let left = sides.iter().map(|(point, across)| *point + *across);
    let right = sides.iter().rev().map(|(point, across)| *point - *across);
    // A round head.
    let forward = Vec2::new(across.y, -across.x);
    let round = (1..8).map(|step| {
        let (sin, cos) = libm::sincos(std::f64::consts::PI * f64::from(step) / 8.0);
        head + across * cos + forward * sin
    });
    Some(polyline(left.chain(round).chain(right), true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tail_is_cut_where_it_is_just_old_enough_and_ends_in_a_point() {
        let points = (0..=10).map(|i| (Point::new(f64::from(i), 0.0), f64::from(10 - i) / 10.0)).collect();
        let outline = comet(&Course { points }, 0.45, 2.0).unwrap();
        let rect = crate::geom::Shape::bounding_box(&outline);
        assert!((rect.x0 - 5.5).abs() < 1e-9, "{rect:?}");
        assert!((rect.y1 - 1.0).abs() < 1e-9 && (rect.x1 - 11.0).abs() < 1e-9, "{rect:?}");
        let old = vec![(Point::ORIGIN, 3.0), (Point::new(1.0, 0.0), 2.0)];
        assert!(comet(&Course { points: old }, 1.0, 1.0).is_none());
    }
}
