//! Points along outlines: `at: curve@0.3`.

use super::instant::Instant;
use super::select::addresses;
use crate::draw::{Part, Shape as Drawn, along};
use crate::geom::{Affine, ParamCurve as _, ParamCurveArclen as _, PathSeg, Point, Shape as _};
use crate::script::Selector;

/// How exactly lengths are measured, in stage units: a fiftieth of a pixel at 1080p.
const ACCURACY: f64 = 1e-4;

impl Instant<'_> {
    /// The point at a share of the length of an actor's or part's outlines, all in a row; `None` if it has none.
    pub(super) fn point_along(&self, selector: &Selector, share: f64) -> Option<Point> {
        let mut way: Vec<PathSeg> = Vec::new();
        for address in addresses(self.scene, selector) {
            if address.path.is_empty() {
                let drawing = self.drawing(address.actor)?;
                gather(&drawing.part, self.place(address.actor).stage_from_actor * drawing.part.transform, &mut way);
            } else {
                self.parts_at(address.actor, &address.path, |part, map| gather(part, map, &mut way));
            }
        }
        let lengths: Vec<f64> = way.iter().map(|segment| segment.arclen(ACCURACY)).collect();
        let mut left = lengths.iter().sum::<f64>() * if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
        for (segment, length) in way.iter().zip(&lengths) {
            if left <= *length {
                return Some(segment.eval(along(segment, left)));
            }
            left -= length;
        }
        way.last().map(|segment| segment.end())
    }
}

/// The outlines of a part whose units `map` leads to the stage, in drawing order.
fn gather(part: &Part, map: Affine, way: &mut Vec<PathSeg>) {
    for item in &part.items {
        if let Drawn::Path { path, .. } = &item.shape {
            way.extend(path.path_segments(ACCURACY).map(|segment| map * item.transform * segment));
        }
    }
    part.parts.iter().for_each(|part| gather(part, map * part.transform, way));
}
