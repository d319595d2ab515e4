//! The way of one piece: travelling as it is, bending into another outline, coming or going.

use super::super::state::arc_of;
use super::pieces::Piece;
use crate::draw::{GlyphRun, Item, Morph, Outline, Paint, Shape, Stroke};
use crate::geom::{Affine, BezPath, Point, Rect, Vec2, lerp};

/// What a piece does on its way.
#[derive(Debug)]
pub(super) enum Course {
    /// The same thing elsewhere, at another size and in another colour.
    Travel(Item, Item),
    /// One outline becomes another.
    Bend(Box<Bend>),
    /// Fades away, from the first share to the second, shifted this far at the end; about a point, at another size.
    Leave { item: Item, window: [f64; 2], shift: Vec2, scale: (Point, f64) },
    /// Fades in, from the first share to the second; comes from this far, and from another size about a point.
    Enter { item: Item, window: [f64; 2], shift: Vec2, scale: (Point, f64) },
}

/// The way of a piece.
#[derive(Debug)]
pub(super) struct Leg {
    pub(super) course: Course,
    /// Bend of its way in degrees.
    pub(super) arc: f64,
    /// When it begins, among all, if they are staggered.
    pub(super) turn: usize,
    /// Where it begins and ends, if it is seen all the way.
    pub(super) ends: Option<[Rect; 2]>,
}

/// Two outlines with their paints, on the stage.
#[derive(Debug)]
pub(super) struct Bend {
    morph: Morph,
    fills: [Option<Paint>; 2],
    strokes: [Option<Stroke>; 2],
    opacities: [f32; 2],
    way: Vec2,
}

/// An outline with its paints, on the stage.
struct Drawn {
    path: BezPath,
    fill: Option<Paint>,
    stroke: Option<Stroke>,
}

fn drawn(item: &Item) -> Option<Drawn> {
    let map = item.transform;
    let scale = libm::sqrt(map.determinant().abs());
    match &item.shape {
        Shape::Path { path, fill, stroke } => Some(Drawn {
            path: map * (***path).clone(),
            fill: fill.as_ref().map(|fill| fill.transformed(map)),
            stroke: stroke.as_ref().map(|stroke| Stroke {
                paint: stroke.paint.transformed(map),
                width: stroke.width * scale,
                dash: None,
            }),
        }),
        Shape::Glyphs(run) => {
            let glyph = run.glyphs.first()?;
            Some(Drawn { path: map * run.outline(glyph), fill: Some(run.paint.transformed(map)), stroke: None })
        }
        Shape::Image { .. } | Shape::Layer(_) => None,
    }
}

impl Bend {
    /// From one piece to another; `None` if one of them is no outline.
    pub(super) fn between(from: &Piece, to: &Piece) -> Option<Self> {
        let (a, b) = (drawn(&from.item)?, drawn(&to.item)?);
        let filled = a.fill.is_some() || b.fill.is_some();
        Some(Self {
            morph: Morph::between(&a.path, &b.path, filled),
            fills: [a.fill, b.fill],
            strokes: [a.stroke, b.stroke],
            opacities: [from.item.opacity, to.item.opacity],
            way: to.centre() - from.centre(),
        })
    }

    fn at(&self, share: f64, arc: f64) -> Item {
        let mixed = |[a, b]: [Option<&Paint>; 2]| match (a, b) {
            (Some(a), Some(b)) => Some(a.mixed(b, share)),
            (Some(a), None) => Some(a.faded(1.0 - share as f32)),
            (None, Some(b)) => Some(b.faded(share as f32)),
            (None, None) => None,
        };
        let [a, b] = &self.strokes;
        let width = |stroke: &Option<Stroke>| stroke.as_ref().map_or(0.0, |stroke| stroke.width);
        let [first, last] = [a, b].map(|stroke| stroke.as_ref().map(|stroke| &stroke.paint));
        let paint = match (first, last) {
            // A rim that there is on one side only gets thinner and not fainter.
            (Some(one), None) | (None, Some(one)) => Some(one.clone()),
            both => mixed([both.0, both.1]),
        };
        let width = lerp(width(a), width(b), share);
        let stroke = paint.filter(|_| width > 1e-6).map(|paint| Stroke::new(paint, width));
        let [first, last] = &self.fills;
        let path = Outline::shared(self.morph.at(share));
        let [a, b] = self.opacities;
        Item {
            shape: Shape::Path { path, fill: mixed([first.as_ref(), last.as_ref()]), stroke },
            transform: Affine::translate(arc_of(self.way, arc, share)),
            opacity: a + (b - a) * share as f32,
            away: 0.0,
        }
    }
}

impl Leg {
    /// What is seen of it after a share of its way; `None` if nothing is.
    pub(super) fn at(&self, share: f64) -> Option<Item> {
        match &self.course {
            Course::Travel(from, to) => Some(travelled(from, to, share, self.arc)),
            Course::Bend(bend) => Some(bend.at(share, self.arc)),
            Course::Leave { item, window, shift, scale } => {
                let gone = eased(share, *window);
                let map = Affine::translate(*shift * share + arc_of(*shift, self.arc, share));
                faded(item, 1.0 - gone, map * scaled(*scale, share))
            }
            Course::Enter { item, window, shift, scale } => {
                let come = eased(share, *window);
                // Nothing moves before it is seen.
                let left = 1.0 - come;
                faded(item, come, Affine::translate(*shift * left) * scaled(*scale, left))
            }
        }
    }
}

fn scaled((about, scale): (Point, f64), share: f64) -> Affine {
    if scale == 1.0 {
        return Affine::IDENTITY;
    }
    let scale = lerp(1.0, scale, share);
    Affine::translate(about.to_vec2()) * Affine::scale(scale) * Affine::translate(-about.to_vec2())
}

/// How far a share is within a window, smoothly.
fn eased(share: f64, [from, to]: [f64; 2]) -> f64 {
    let t = ((share - from) / (to - from).max(1e-9)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

fn faded(item: &Item, opacity: f64, map: Affine) -> Option<Item> {
    let opacity = item.opacity * opacity as f32;
    (opacity > 0.0).then(|| Item { opacity, transform: map * item.transform, ..item.clone() })
}

/// A piece on its way to its equal.
fn travelled(from: &Item, to: &Item, share: f64, arc: f64) -> Item {
    let way = match (from.bounds(), to.bounds()) {
        (Some(a), Some(b)) => b.center() - a.center(),
        _ => to.transform.translation() - from.transform.translation(),
    };
    let detour = Affine::translate(arc_of(way, arc, share));
    let opacity = from.opacity + (to.opacity - from.opacity) * share as f32;
    // The partner's size may differ through its run and not its map.
    let ratio = match (&from.shape, &to.shape) {
        (Shape::Glyphs(a), Shape::Glyphs(b)) => a.size / b.size.max(1e-9),
        _ => 1.0,
    };
    let transform = detour * turned(from.transform * Affine::scale(ratio), to.transform, share);
    let shape = match (&from.shape, &to.shape) {
        (Shape::Glyphs(a), Shape::Glyphs(b)) => Shape::Glyphs(GlyphRun {
            paint: a.paint.mixed(&b.paint, share),
            halo: b.halo.clone().filter(|_| a.halo.is_some()),
            ..b.clone()
        }),
        (Shape::Path { fill: f, stroke: s, .. }, Shape::Path { path, fill: g, stroke: t }) => {
            let fill = f.as_ref().zip(g.as_ref()).map(|(a, b)| a.mixed(b, share));
            let stroke = s.as_ref().zip(t.as_ref()).map(|(a, b)| Stroke {
                paint: a.paint.mixed(&b.paint, share),
                width: lerp(a.width, b.width, share),
                dash: b.dash.clone(),
            });
            Shape::Path { path: path.clone(), fill, stroke }
        }
        _ => to.shape.clone(),
    };
    Item { shape, transform, opacity, away: 0.0 }
}

/// Between two maps: what only turns and grows, turns the shorter way round and keeps its shape.
fn turned(from: Affine, to: Affine, share: f64) -> Affine {
    let (a, b) = (from.as_coeffs(), to.as_coeffs());
    let [ax, ay, ..] = a;
    let [bx, by, ..] = b;
    let similar = |[a, b, c, d, ..]: [f64; 6]| (a - d).abs() + (b + c).abs() < 1e-9 * (a.abs() + b.abs());
    let angle = libm::remainder(libm::atan2(by, bx) - libm::atan2(ay, ax), std::f64::consts::TAU);
    if angle.abs() < 1e-9 || !(similar(a) && similar(b)) {
        let mut mixed = [0.0; 6];
        for (slot, (x, y)) in mixed.iter_mut().zip(a.iter().zip(b)) {
            *slot = lerp(*x, y, share);
        }
        return Affine::new(mixed);
    }
    let size = lerp(libm::hypot(ax, ay), libm::hypot(bx, by), share);
    let (sin, cos) = libm::sincos(libm::atan2(ay, ax) + angle * share);
    let place = from.translation() + (to.translation() - from.translation()) * share;
    Affine::new([size * cos, size * sin, -size * sin, size * cos, place.x, place.y])
}
