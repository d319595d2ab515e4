//! The eye that looks into a room: turned about its upright axis, tilted, in perspective.

use crate::geom::Point;

/// A point of the room: its middle is the origin, the third number is upwards, all in stage units.
pub(in crate::visuals) type Place = [f64; 3];

/// Where the eye is, and how it sees.
pub(in crate::visuals) struct Eye {
    /// Sine and cosine of the turn about the upright axis.
    turn: (f64, f64),
    /// Sine and cosine of the height above the floor: upright pictures at 0, a map at 90 degrees.
    tilt: (f64, f64),
    /// From the middle of the room, in stage units.
    distance: f64,
}

impl Eye {
    /// An eye by its angles in degrees; angles that are no numbers are 0.
    pub(in crate::visuals) fn new(turn: f64, tilt: f64, distance: f64) -> Self {
        let angle = |degrees: f64| libm::sincos(if degrees.is_finite() { degrees.to_radians() } else { 0.0 });
        Self { turn: angle(turn), tilt: angle(tilt), distance }
    }

    /// The point on the picture, and how far behind the room's middle it is.
    pub(in crate::visuals) fn seen(&self, [x, y, z]: Place) -> (Point, f64) {
        let (sin, cos) = self.turn;
        let (across, deep) = (x * cos - y * sin, x * sin + y * cos);
        let (sin, cos) = self.tilt;
        let (up, away) = (z * cos + deep * sin, deep * cos - z * sin);
        let scale = self.distance / (self.distance + away).max(self.distance * 0.1);
        (Point::new(across * scale, up * scale), away)
    }

    /// How large a thing at this place is on the picture, against one in the middle.
    pub(in crate::visuals) fn scale(&self, place: Place) -> f64 {
        self.distance / (self.distance + self.seen(place).1).max(self.distance * 0.1)
    }

    /// From 0 to 1: how much light a face has by its normal, which need not be of length 1. Light comes from the left above the
    /// viewer, who turns it along.
    pub(in crate::visuals) fn lit(&self, normal: Place) -> f64 {
        let [x, y, z] = normal;
        let length = libm::sqrt(x * x + y * y + z * z).max(1e-12);
        let (sin, cos) = self.turn;
        (((x * cos - y * sin) * -0.45 + z * 0.89) / length).clamp(0.0, 1.0)
    }
}

/// The normal of a face with these edges from one corner, of the length of its area.
pub(in crate::visuals) fn normal(corner: Place, one: Place, other: Place) -> Place {
    let edge = |to: Place| [to[0] - corner[0], to[1] - corner[1], to[2] - corner[2]];
    let (u, v) = (edge(one), edge(other));
    [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_nearer_is_larger() {
        let eye = Eye::new(0.0, 90.0, 10.0);
        let (near, far) = (eye.seen([1.0, -2.0, 1.0]), eye.seen([1.0, 2.0, -1.0]));
        assert!(near.0.x > far.0.x && near.1 < far.1);
        assert!(eye.scale([0.0, 0.0, 1.0]) > 1.0 && eye.scale([0.0; 3]) == 1.0);
    }

    #[test]
    fn from_above_the_floor_is_a_map_and_from_the_side_a_line() {
        let (above, level) = (Eye::new(0.0, 90.0, 1e9), Eye::new(0.0, 0.0, 1e9));
        let map = above.seen([1.0, 2.0, 3.0]).0;
        assert!((map.x - 1.0).abs() < 1e-6 && (map.y - 2.0).abs() < 1e-6);
        let side = level.seen([1.0, 2.0, 3.0]).0;
        assert!((side.x - 1.0).abs() < 1e-6 && (side.y - 3.0).abs() < 1e-6);
        // A quarter of a turn brings y to where x was, seen from the other side.
        let turned = Eye::new(90.0, 0.0, 1e9).seen([0.0, -2.0, 0.0]).0;
        assert!((turned.x - 2.0).abs() < 1e-6);
    }

    #[test]
    fn faces_towards_the_light_are_lit() {
        let eye = Eye::new(30.0, 20.0, 10.0);
        assert!(eye.lit([0.0, 0.0, 1.0]) > 0.8 && eye.lit([0.0, 0.0, -1.0]) == 0.0);
        assert_eq!(normal([0.0; 3], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]), [0.0, 0.0, 1.0]);
    }
}
