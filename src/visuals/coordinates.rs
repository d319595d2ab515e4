//! Coordinates of graphs and charts: what a pair of numbers is in a visual's units.

use crate::geom::{Affine, Point};

/// Leads from a visual's coordinates to its units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plane {
    /// The map, from the logarithms to base 10 along axes that have such a scale.
    pub map: Affine,
    /// Is the axis across, is the axis upwards logarithmic?
    pub log: [bool; 2],
}

impl From<Affine> for Plane {
    fn from(map: Affine) -> Self {
        Self { map, log: [false; 2] }
    }
}

impl Plane {
    /// Where a point of the coordinates is. On a logarithmic axis nothing lies below the smallest number.
    pub fn point(&self, point: Point) -> Point {
        self.map * Point::new(scaled(point.x, self.log[0]), scaled(point.y, self.log[1]))
    }
}

/// A number on a scale.
fn scaled(value: f64, log: bool) -> f64 {
    if log { libm::log10(value.max(f64::MIN_POSITIVE)) } else { value }
}
