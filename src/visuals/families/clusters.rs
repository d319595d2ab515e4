//! `clusters`: things that begin scattered and drift together the nearer they are, with an ellipse around each family.

use super::{THINGS, Things};
use crate::color::Role;
use crate::diag::Diagnostic;
use crate::draw::{Grow, Item, Paint, Part, Stroke};
use crate::geom::{Affine, Point, Rect, Vec2, circle};
use crate::info::uniform01;
use crate::script::{FieldSpec, Num, Slot, TableFields, Takes};
use crate::typeset::Format;
use crate::visuals::lettering::{Hang, LABEL_SIZE_FIELD, label, put};
use crate::visuals::{Drawing, Now, Reading, Visual, VisualSpec};

/// The registry's entry.
pub static SPEC: VisualSpec = VisualSpec {
    name: "clusters",
    summary: "things that drift together the nearer they are, with an ellipse around each family",
    main: Some("names"),
    example: "clusters: { names: [Spanish, Italian, French, Dutch, German, Danish], distance: '(i, j) => pick((i - 2.5) * (j - 2.5) > 0, 1, 4)', families: { Romance: [Spanish, Italian, French], Germanic: [Dutch, German, Danish] }, width: 7, height: 4 }",
    fields: &[
        THINGS,
        &[
            FieldSpec::optional("families", Takes::ListMap, "names that belong together, by the family's name"),
            FieldSpec::new("settled", Takes::Number(0.0, 1.0), "1", "from 0, scattered, to 1, where they come to rest"),
            FieldSpec::new("width", Takes::Fixed(0.2, 100.0), "8", "width in stage units"),
            FieldSpec::new("height", Takes::Fixed(0.2, 100.0), "5", "height in stage units"),
            FieldSpec::new("seed", Takes::Whole(0, i64::MAX), "1", "where they begin"),
            LABEL_SIZE_FIELD,
        ],
    ],
    parts: &[("*", "a thing with its name"), ("families.*", "the ellipse around a family, by its name")],
    values: &[("count", "things"), ("stress", "mean difference of distances drawn and given, as a share")],
    actions: &[],
    read,
};

/// Rounds until all is at rest.
const ROUNDS: usize = 240;

struct Clusters {
    things: Things,
    families: Vec<(String, Slot)>,
    settled: Num,
    width: f64,
    height: f64,
    seed: u64,
    size: f64,
}

fn read(fields: &mut TableFields<'_>, _: &Reading<'_>) -> Option<Box<dyn Visual>> {
    let things = Things::read(fields);
    let mut families = Vec::new();
    for (key, node) in fields.entries("families") {
        families.extend(fields.reader().word_list(node).map(|slot| (key.text.clone(), slot)));
    }
    let settled = fields.number_or_default("settled");
    let (width, height) = (fields.fixed_or_default("width"), fields.fixed_or_default("height"));
    let seed = fields.whole("seed").unwrap_or_default() as u64;
    let size = fields.fixed_or_default("size");
    if width < size * 2.0 {
        let found = Diagnostic::error("bad-range", &fields.key_span("width"), "names do not fit into this width");
        fields.report(found.hint("make it wider, or `size` smaller"));
        return None;
    }
    Some(Box::new(Clusters { things: things?, families, settled, width, height, seed, size }))
}

impl Clusters {
    /// Where all are after some rounds, in a box from -1 to 1; the last round counts in part. In each round every pair pulls or
    /// pushes towards its distance, weighted by 1 / distance^2 (stress as of Kamada and Kawai, 1989), by steps that shrink.
    fn relaxed(&self, table: &[Vec<f64>], rounds: f64) -> Vec<Vec2> {
        let most = table.iter().flatten().copied().fold(1e-9, f64::max);
        let begin = |index: usize| {
            let at = |side: u64| uniform01(self.seed, 2 * index as u64 + side) * 2.0 - 1.0;
            Vec2::new(at(0), at(1))
        };
        let mut places: Vec<Vec2> = (0..table.len()).map(begin).collect();
        for round in 0..libm::ceil(rounds) as usize {
            let step = 0.5 * (1.0 - round as f64 / ROUNDS as f64);
            let share = (rounds - round as f64).min(1.0);
            let moves: Vec<Vec2> = places
                .iter()
                .zip(table)
                .enumerate()
                .map(|(i, (own, row))| {
                    let (mut sum, mut weight) = (Vec2::ZERO, 0.0);
                    for (j, (other, wanted)) in places.iter().zip(row).enumerate().filter(|(j, _)| *j != i) {
                        // Drawn distances reach from a little to the whole box.
                        let wanted = 0.16 + 1.5 * wanted / most;
                        // What lies on top of each other goes apart in a direction of its own.
                        let way = if (*own - *other).hypot() > 1e-6 {
                            *own - *other
                        } else {
                            Vec2::new(1e-3, 1e-3 * (i as f64 - j as f64))
                        };
                        let pull = 1.0 / (wanted * wanted);
                        sum += way * ((wanted - way.hypot()) / way.hypot() * pull);
                        weight += pull;
                    }
                    if weight > 0.0 { sum / weight * step } else { Vec2::ZERO }
                })
                .collect();
            places.iter_mut().zip(moves).for_each(|(place, by)| *place += by * share);
        }
        places
    }

    /// Places in the visual's units: as large as the box allows, with room for names.
    fn fitted(&self, places: &[Vec2]) -> Vec<Point> {
        let reach = |of: fn(&Vec2) -> f64| {
            let ends = places.iter().map(of).fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(x), b.max(x)));
            ((ends.0 + ends.1) / 2.0, (ends.1 - ends.0).max(1e-6))
        };
        let ((mid_x, wide), (mid_y, high)) = (reach(|place| place.x), reach(|place| place.y));
        let scale_x = (self.width - self.size * 5.0).max(self.size) / wide;
        let scale_y = (self.height - self.size * 3.5).max(self.size) / high;
        let place = |at: &Vec2| Point::new((at.x - mid_x) * scale_x, (at.y - mid_y) * scale_y);
        places.iter().map(place).collect()
    }
}

/// An ellipse around points with a margin: its middle, its radii, and how it is turned.
fn ellipse(points: &[Point], margin: f64) -> Option<(Point, Vec2, f64)> {
    let count = points.len() as f64;
    let middle = points.iter().fold(Vec2::ZERO, |sum, point| sum + point.to_vec2() / count);
    let spread = |of: &dyn Fn(Vec2) -> f64| points.iter().map(|point| of(point.to_vec2() - middle)).sum::<f64>();
    let (xx, yy, xy) = (spread(&|v| v.x * v.x), spread(&|v| v.y * v.y), spread(&|v| v.x * v.y));
    // Along the axis of the widest spread, then wide enough for every point.
    let angle = libm::atan2(2.0 * xy, xx - yy) / 2.0;
    let (sin, cos) = libm::sincos(angle);
    let turned = |point: &Point| {
        let from = point.to_vec2() - middle;
        Vec2::new(from.x * cos + from.y * sin, from.y * cos - from.x * sin)
    };
    let own: Vec<Vec2> = points.iter().map(turned).collect();
    let half = |of: fn(&Vec2) -> f64| own.iter().map(|v| of(v).abs()).fold(0.0, f64::max);
    let (a, b) = (half(|v| v.x).max(margin * 0.3), half(|v| v.y).max(margin * 0.3));
    let out = own.iter().map(|v| libm::hypot(v.x / a, v.y / b)).fold(1.0, f64::max);
    (count > 0.0).then_some((middle.to_point(), Vec2::new(a * out + margin, b * out + margin), angle))
}

impl Visual for Clusters {
    fn draw(&self, now: &Now<'_>) -> Drawing {
        let (names, table) = self.things.at(now);
        let settled = now.number(&self.settled);
        let settled = if settled.is_finite() { settled.clamp(0.0, 1.0) } else { 1.0 };
        let places = self.relaxed(&table, settled * ROUNDS as f64);
        let points = self.fitted(&places);
        let mut part = Part::new("clusters");
        let mut families = Part::new("families").aside();
        for (index, (family, slot)) in self.families.iter().enumerate() {
            let members = now.words(*slot, &Format::default());
            let own = names.iter().zip(&points).filter(|(name, _)| members.contains(name));
            // The ellipse goes around names as well as dots.
            let corners = |(name, point): (&String, &Point)| {
                let half = now.label(name, &label(self.size, now.role(Role::Ink))).layout.width() / 2.0;
                let by = |x: f64, y: f64| Point::new(point.x + x, point.y + y * self.size);
                [by(0.0, 0.2), by(half, -0.3), by(half, -0.95), by(-half, -0.3), by(-half, -0.95)]
            };
            let own: Vec<Point> = own.flat_map(corners).collect();
            let Some((middle, radii, angle)) = ellipse(&own, self.size * 0.35) else { continue };
            let map = Affine::translate(middle.to_vec2())
                * Affine::rotate(angle)
                * Affine::new([radii.x, 0.0, 0.0, radii.y, 0.0, 0.0]);
            let color = now.role(Role::symbol(index));
            let ring = map * circle(Point::ORIGIN, 1.0);
            let fill = Item::fill(ring.clone(), Paint::solid(color.faded(0.1)));
            let line = Item::stroke(ring, Stroke::new(Paint::solid(color), 0.03));
            let ring = Part::new("ring").with(fill).with(line).growing(Grow::Point(middle));
            let set = now.label(family, &label(self.size * 0.9, color));
            let top = libm::hypot(radii.x * libm::sin(angle), radii.y * libm::cos(angle));
            let over = Point::new(middle.x, middle.y + top + self.size * 0.5);
            families.parts.push(Part::new(family.clone()).with_part(ring).with_part(put(
                "name",
                &set,
                over,
                Hang::Centre,
            )));
        }
        // Families are told once they have come together.
        part.parts.push(families.faded(((settled - 0.7) / 0.3).clamp(0.0, 1.0)));
        for (name, point) in names.iter().zip(&points) {
            let dot = Item::fill(circle(*point, self.size * 0.17), Paint::solid(now.role(Role::Ink)));
            let set = now.label(name, &label(self.size, now.role(Role::Ink)));
            let under = Point::new(point.x, point.y - self.size * 0.65);
            let dot = Part::new("dot").with(dot).growing(Grow::Point(*point));
            part.parts.push(Part::new(name.clone()).with_part(dot).with_part(put("name", &set, under, Hang::Centre)));
        }
        let layout = Rect::new(-self.width / 2.0, -self.height / 2.0, self.width / 2.0, self.height / 2.0);
        let values = vec![("count", names.len() as f64), ("stress", stress(&places, &table))];
        Drawing { values, ..Drawing::within(layout, part) }
    }
}

/// How far drawn distances are from given ones, on average, as a share of the greatest.
fn stress(places: &[Vec2], table: &[Vec<f64>]) -> f64 {
    let most = table.iter().flatten().copied().fold(1e-9, f64::max);
    let (mut sum, mut count) = (0.0, 0.0);
    for (i, (own, row)) in places.iter().zip(table).enumerate() {
        for (other, wanted) in places.iter().zip(row).skip(i + 1) {
            sum += ((*own - *other).hypot() - 0.16 - 1.5 * wanted / most).abs() / 1.66;
            count += 1.0;
        }
    }
    if count > 0.0 { sum / count } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ellipse_holds_its_points() {
        let points: Vec<Point> = (0..9).map(|i| Point::new(uniform01(1, i) * 4.0, uniform01(2, i))).collect();
        for count in 1..points.len() {
            let (middle, radii, angle) = ellipse(&points[..count], 0.1).unwrap();
            for point in &points[..count] {
                let own = Affine::rotate(-angle) * (*point - middle).to_point();
                assert!(libm::hypot(own.x / radii.x, own.y / radii.y) < 1.0, "{count} {point:?}");
            }
        }
        assert_eq!(ellipse(&[], 0.1), None);
    }
}
