//! A function over the floor of a room as faces in light and shadow.

use super::eye::{Eye, Place, normal};
use crate::color::{Rgba, Slide};
use crate::draw::{Item, Paint, Stroke};
use crate::expression::Function;
use crate::geom::polyline;

/// Colours between the valleys' and the hills'.
const SHADES: usize = 128;

/// Ranges of coordinates and the room that they fill.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::visuals) struct Room {
    /// Ranges of x, y and z.
    pub(in crate::visuals) ranges: [[f64; 2]; 3],
    /// Sizes along x, y and z in stage units.
    pub(in crate::visuals) sizes: [f64; 3],
}

impl Room {
    /// Where coordinates are.
    pub(in crate::visuals) fn place(&self, at: Place) -> Place {
        let along = |index: usize| {
            let (Some([from, to]), Some(size), Some(value)) =
                (self.ranges.get(index), self.sizes.get(index), at.get(index))
            else {
                return 0.0;
            };
            ((value - from) / (to - from) - 0.5) * size
        };
        [along(0), along(1), along(2)]
    }

    /// A height, cut at the top and the bottom of the room.
    pub(in crate::visuals) fn cut(&self, height: f64) -> f64 {
        let [_, _, [from, to]] = self.ranges;
        if height.is_finite() { height.clamp(from, to) } else { from }
    }

    /// A point on the surface of a function.
    pub(in crate::visuals) fn on(&self, function: &Function, x: f64, y: f64) -> Place {
        self.place([x, y, self.cut(function.at2(x, y))])
    }
}

/// How a surface looks.
pub(in crate::visuals) struct Look {
    /// Colours of the lowest and the highest places.
    pub(in crate::visuals) inks: [Rgba; 2],
    /// What shadow fades to.
    pub(in crate::visuals) ground: Rgba,
    /// From 0 to 1.
    pub(in crate::visuals) opacity: f32,
    /// Cells in each direction, at least 1.
    pub(in crate::visuals) cells: usize,
}

/// The faces of a function's surface, each with its distance.
pub(in crate::visuals) fn faces(function: &Function, room: &Room, eye: &Eye, look: &Look) -> Vec<Item> {
    let (count, [_, _, high]) = (look.cells, room.sizes);
    let at = |[from, to]: [f64; 2], i: usize| from + (to - from) * i as f64 / count as f64;
    let [xs, ys, _] = room.ranges;
    let corners: Vec<Place> = (0..=count)
        .flat_map(|j| (0..=count).map(move |i| (i, j)))
        .map(|(i, j)| room.on(function, at(xs, i), at(ys, j)))
        .collect();
    let get = |i: usize, j: usize| corners.get(j * (count + 1) + i).copied().unwrap_or([0.0; 3]);
    let hill = Slide::new(look.inks[0], look.inks[1]);
    // Shades of one height differ too little to be worked out for each face.
    let shades: Vec<Slide> = (0..=SHADES).map(|i| Slide::new(hill.at(i as f32 / SHADES as f32), look.ground)).collect();
    let mut faces = Vec::with_capacity(count * count);
    for (j, i) in (0..count).flat_map(|j| (0..count).map(move |i| (j, i))) {
        let quad = [get(i, j), get(i + 1, j), get(i + 1, j + 1), get(i, j + 1)];
        let seen = quad.map(|place| eye.seen(place));
        let level = quad.iter().map(|place| place[2]).sum::<f64>() / 4.0 / high + 0.5;
        let shadow = 0.5 * (1.0 - eye.lit(normal(quad[0], quad[1], quad[3]))) as f32;
        let shade = shades.get(libm::round(level.clamp(0.0, 1.0) * SHADES as f64) as usize);
        let color = |share: f32| shade.map_or(look.inks[0], |shade| shade.at(share)).faded(look.opacity);
        let path = polyline(seen.iter().map(|(point, _)| *point), true);
        let line = Stroke::new(Paint::solid(color(shadow + (1.0 - shadow) * 0.35)), 0.008);
        let away = seen.iter().map(|(_, away)| away).sum::<f64>() / 4.0;
        faces.push(Item::fill_stroke(path, Paint::solid(color(shadow)), line).away(away));
    }
    faces
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: Room = Room { ranges: [[-1.0, 1.0], [0.0, 2.0], [0.0, 4.0]], sizes: [4.0, 4.0, 2.0] };

    #[test]
    fn coordinates_fill_the_room() {
        assert_eq!(ROOM.place([-1.0, 0.0, 0.0]), [-2.0, -2.0, -1.0]);
        assert_eq!(ROOM.place([0.0, 1.0, 2.0]), [0.0, 0.0, 0.0]);
        assert_eq!(ROOM.cut(9.0), 4.0);
        assert_eq!(ROOM.cut(f64::NAN), 0.0);
    }

    #[test]
    fn a_slope_has_as_many_faces_as_cells_and_they_have_their_depth() {
        let slope = Function::new2("slope", |x, y| x + y + 1.0);
        let look = Look { inks: [Rgba::hex(0), Rgba::hex(0xffffff)], ground: Rgba::hex(0), opacity: 1.0, cells: 5 };
        let all = faces(&slope, &ROOM, &Eye::new(0.0, 0.0, 20.0), &look);
        assert_eq!(all.len(), 25);
        // Row by row away from the viewer.
        assert!(all[0].away < all[24].away && (all[0].away - all[4].away).abs() < 1e-9);
    }
}
