//! What points at things for a moment and is no part of them: a light that runs along their outlines, a ring that spreads.

use super::effect::{Effect, EffectKind};
use super::instant::Instant;
use crate::color::{Rgba, Role};
use crate::draw::{FrameItem, Item, ItemId, Paint, Shape, Stroke, section};
use crate::geom::{Affine, BezPath, Point, circle, lerp};
use crate::script::Manner;

/// Length of the light, as a share of the outline, and of its brighter head.
const LIGHTS: [f64; 3] = [0.3, 0.18, 0.07];
/// How wide and how bright these are.
const WIDTHS: [(f64, f32); 3] = [(0.03, 0.5), (0.05, 0.7), (0.075, 1.0)];
/// From this size on, in stage units, a light is as wide as that.
const LARGE: f64 = 1.0;
/// How far beyond its target a ring begins and ends, as shares of the target's radius, and its widths.
const RING: [f64; 2] = [0.75, 1.7];
const RING_WIDTH: [f64; 2] = [0.09, 0.01];

impl Instant<'_> {
    /// Appends the lights and rings of this instant, as the camera sees them.
    pub(super) fn emit_emphasis(&self, items: &mut Vec<FrameItem>) {
        for effect in &self.scene.effects {
            let EffectKind::Indicate(how) = effect.kind else { continue };
            let (true, Some(clock)) = (effect.running(self.frame), effect.clock(self.frame, self.shutter)) else {
                continue;
            };
            let id = ItemId::ROOT.child(&self.scene.id).child("emphasis").numbered(effect.number);
            let first = items.len();
            match how {
                Manner::Pass => self.pass(effect, clock.whole(), items),
                Manner::Ring => self.ring(effect, clock.whole(), items),
                Manner::Flash | Manner::Pulse | Manner::Wiggle => {}
            }
            for (number, item) in items.iter_mut().skip(first).enumerate() {
                item.id = id.numbered(number);
            }
        }
    }

    /// A light on its way along every outline of the targets.
    fn pass(&self, effect: &Effect, share: f64, items: &mut Vec<FrameItem>) {
        // Brighter than the accent, so that it shows on what has its colour.
        let light = self.film.theme.color(Role::Accent).lerp(self.film.theme.color(Role::Ink), 0.6);
        for target in &effect.targets {
            let camera = self.camera_of(target.actor);
            for item in self.whole(target) {
                let map = camera * item.transform;
                for outline in outlines(&item) {
                    // A small thing has a thin light.
                    let size = map.transform_rect_bbox(crate::geom::Shape::bounding_box(&outline)).size();
                    let thin = (size.width.max(size.height) / LARGE).min(1.0);
                    for (length, (width, strength)) in LIGHTS.into_iter().zip(WIDTHS) {
                        let head = share * (1.0 + length);
                        let lit = section(&(map * outline.clone()), head - length, head);
                        if !lit.is_empty() {
                            items.push(stroked(lit, light.faded(strength), width * thin));
                        }
                    }
                }
            }
        }
    }

    /// A ring on its way outwards.
    fn ring(&self, effect: &Effect, share: f64, items: &mut Vec<FrameItem>) {
        let Some(rect) = self.targets_box(effect).filter(|rect| rect.is_finite()) else { return };
        let camera = effect.targets.first().map_or(Affine::IDENTITY, |target| self.camera_of(target.actor));
        let rect = camera.transform_rect_bbox(rect);
        let radius = rect.size().to_vec2().hypot() / 2.0;
        let [inner, outer] = RING;
        let path =
            Affine::translate(rect.center().to_vec2()) * circle(Point::ORIGIN, radius * lerp(inner, outer, share));
        let [thick, thin] = RING_WIDTH;
        // There at once, gone gently.
        let strength = (1.0 - share) * (share * 12.0).min(1.0);
        let color = self.film.theme.color(Role::Accent).faded(strength as f32);
        items.push(stroked(path, color, lerp(thick, thin, share)));
    }
}

fn stroked(path: BezPath, color: Rgba, width: f64) -> FrameItem {
    let item = Item::stroke(path, Stroke::new(Paint::solid(color), width));
    FrameItem { id: ItemId::ROOT, item, resting: false, clip: None }
}

/// The outlines that a light can run along, each by itself, in the item's units.
fn outlines(item: &Item) -> Vec<BezPath> {
    match &item.shape {
        Shape::Path { path, .. } => vec![(***path).clone()],
        Shape::Glyphs(run) => run.glyphs.iter().map(|glyph| run.outline(glyph)).collect(),
        Shape::Image { rect, .. } => vec![crate::geom::Shape::to_path(rect, 1e-3)],
        Shape::Layer(_) => Vec::new(),
    }
}
