//! Insets: a window that shows a part of the stage magnified, and on the stage the outline of that part.

use std::sync::Arc;

use super::instant::Instant;
use crate::color::Role;
use crate::draw::{Clip, FrameItem, Item, ItemId, Layer, Paint, Shape, Stroke};
use crate::geom::{Affine, Shape as _};

impl Instant<'_> {
    /// Fills the windows of an actor, whose items begin at a number: what is drawn below it is seen through them.
    pub(super) fn magnify(&self, actor: usize, first: usize, items: &mut Vec<FrameItem>) {
        let Some(lens) = self.drawing(actor).and_then(|drawing| drawing.lens) else { return };
        let Some(name) = self.actor(actor).map(|actor| &actor.name) else { return };
        let id = ItemId::ROOT.child(&self.scene.id).child(name).child("picture").numbered(0);
        let Some(at) = items.iter().skip(first).position(|item| item.id == id).map(|at| first + at) else { return };
        let Some(window) = items.get(at).cloned() else { return };
        let Shape::Path { path, fill: Some(_), .. } = &window.item.shape else { return };
        // Things have the size that the stage gives them, whatever the camera does.
        let camera = self.view().map(1.0);
        let seen = libm::sqrt(camera.determinant().abs());
        let through = window.item.transform
            * Affine::scale(lens.zoom / seen.max(1e-9))
            * Affine::translate(-(camera * lens.of).to_vec2());
        if !through.is_finite() || through.determinant().abs() < 1e-12 {
            return;
        }
        let ground = Item::fill(
            self.film.size.stage().inflate(20.0, 20.0).to_path(1e-3),
            Paint::solid(self.film.theme.color(Role::Ground)),
        );
        let ground = FrameItem { id: id.child("ground"), item: ground, resting: window.resting, clip: None };
        let still = window.resting;
        let below = items.iter().take(first).cloned();
        let below = below.map(|item| FrameItem { resting: item.resting && still, ..item });
        let layer = Layer::sharp([ground].into_iter().chain(below).collect());
        let clip = window.item.transform * (***path).clone();
        let picture = Item { shape: Shape::Layer(Arc::new(layer)), transform: through, ..window.item.clone() };
        if let Some(slot) = items.get_mut(at) {
            *slot = FrameItem { item: picture, clip: Some(Clip(Arc::new(clip))), ..window };
        }
        // The outline of the part that is seen: the rim, looked at the other way.
        let rim = ItemId::ROOT.child(&self.scene.id).child(name).child("rim").numbered(0);
        let Some(rim) = items.iter().skip(at).find(|item| item.id == rim).cloned() else { return };
        if let Shape::Path { path, stroke: Some(stroke), .. } = &rim.item.shape {
            let back = through.inverse() * rim.item.transform;
            // It is as thin there as here.
            let width = stroke.width * libm::sqrt(through.determinant().abs());
            let stroke = Stroke { width, ..stroke.clone() };
            let shape = Shape::Path { path: Arc::clone(path), fill: None, stroke: Some(stroke) };
            let item = Item { shape, transform: back, ..rim.item.clone() };
            items.insert(first, FrameItem { id: rim.id.child("part"), item, ..rim });
        }
    }
}
