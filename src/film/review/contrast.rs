//! Texts at rest whose colour hardly differs from what is under them.

use std::collections::BTreeMap;

use super::Watcher;
use super::found::Found;
use super::view::{Owner, Text, View};
use crate::color::{Rgba, Role};
use crate::draw::{Glyph, ItemId, PaintKind, Shape};
use crate::geom::{Point, Shape as _};

pub(super) const CODE: &str = "low-contrast";

/// Least ratio after WCAG 2. Its own bound for large text is 3; colours that are meant to step back lie a little below.
const RATIO: f32 = 2.5;
/// Opacity below which a text is dimmed on purpose.
const DIMMED: f32 = 0.5;
/// Glyphs of a run that are looked at.
const GLYPHS: usize = 3;
/// Times that one text is looked at in a scene: what is under it may change.
const LOOKS: usize = 4;
/// Items times texts of a scene that are compared, at most.
const COMPARED: usize = 400_000;

/// How often each text was looked at, and whose were reported.
#[derive(Default)]
pub(super) struct Contrast {
    looks: BTreeMap<ItemId, usize>,
    reported: std::collections::BTreeSet<usize>,
    compared: usize,
    luminances: BTreeMap<[u32; 3], f32>,
}

impl Contrast {
    /// Contrast ratio of two opaque colours after WCAG 2.
    fn ratio(&mut self, a: Rgba, b: Rgba) -> f32 {
        let [a, b] = [a, b].map(|color| {
            let key = [color.r, color.g, color.b].map(f32::to_bits);
            *self.luminances.entry(key).or_insert_with(|| color.luminance())
        });
        Rgba::contrast_of(a, b)
    }
}

impl Watcher for Contrast {
    fn see(&mut self, view: &View<'_>, found: &mut Found<'_>) {
        for text in &view.texts {
            let (Owner::Actor(index), Some((item, run))) = (text.owner, view.run(text)) else { continue };
            let looks = self.looks.entry(item.id).or_default();
            *looks += 1;
            self.compared += text.item;
            let spent = self.compared > COMPARED || *looks > LOOKS || self.reported.contains(&index);
            // A halo is there to set a text off from what is under it.
            if spent || item.item.opacity < DIMMED || run.halo.is_some() {
                continue;
            }
            let ink = run.paint.color();
            let centre =
                |glyph: &Glyph| run.font.bounds(glyph.id, run.size, glyph.x, glyph.y).map(|rect| rect.center());
            let stride = run.glyphs.len().div_ceil(GLYPHS).max(1);
            let points: Vec<Point> = run.glyphs.iter().step_by(stride).filter_map(centre).collect();
            let grounds: Vec<Rgba> =
                points.iter().filter_map(|point| under(view, text, item.item.transform * *point)).collect();
            let ratio = |under: Rgba| (self.ratio(over(ink.faded(item.item.opacity), under), under), under);
            let mut ratios: Vec<(f32, Rgba)> = grounds.into_iter().map(ratio).collect();
            ratios.sort_by(|a, b| a.0.total_cmp(&b.0));
            // Most of what is looked at, not a glyph that sticks out.
            let Some((ratio, ground)) = ratios.get(ratios.len() / 2).filter(|(ratio, _)| *ratio < RATIO) else {
                continue;
            };
            self.reported.insert(index);
            report(view, index, *ratio, ink, *ground, found);
        }
    }
}

fn report(view: &View<'_>, index: usize, ratio: f32, ink: Rgba, ground: Rgba, found: &mut Found<'_>) {
    let Some(actor) = view.actor(index) else { return };
    let message = format!(
        "text of `{}` is hard to see: {} on {} has a contrast of {ratio:.1}, and {RATIO} is the least",
        actor.name,
        hex(ink),
        hex(ground)
    );
    let ink = if ground.luminance() > 0.18 { "darker" } else { "lighter" };
    let hint = format!("choose a {ink} colour such as the theme's `{}`, or give text a `halo`", Role::Ink.name());
    found.actor(CODE, view.scene, actor, Some(view.frame), message, &hint);
}

/// The colour under a point of a text: the ground and all fills over it; `None` over a picture.
fn under(view: &View<'_>, text: &Text, point: Point) -> Option<Rgba> {
    let ground = view.film.theme.color(Role::Ground);
    let below = view.items.iter().zip(&view.boxes).take(text.item);
    below.filter(|(_, rect)| rect.is_some_and(|rect| rect.contains(point))).try_fold(ground, |under, ((_, item), _)| {
        match &item.item.shape {
            Shape::Path { path, fill: Some(fill), .. } => {
                let inside = path.winding(item.item.transform.inverse() * point) != 0;
                let color = match &fill.kind {
                    // Light fades as (1 - distance)^2 from its middle.
                    PaintKind::Glow(glow) => {
                        let off = item.item.transform.inverse() * point - glow.centre;
                        let near = 1.0 - off.hypot() / glow.radius;
                        glow.color.faded((near.max(0.0) * near.max(0.0)) as f32)
                    }
                    _ => fill.color(),
                };
                Some(if inside { over(color.faded(item.item.opacity), under) } else { under })
            }
            Shape::Image { .. } | Shape::Layer(_) => None,
            _ => Some(under),
        }
    })
}

fn over(top: Rgba, under: Rgba) -> Rgba {
    let mix = |a: f32, b: f32| a * top.a + b * (1.0 - top.a);
    Rgba { r: mix(top.r, under.r), g: mix(top.g, under.g), b: mix(top.b, under.b), a: 1.0 }
}

fn hex(color: Rgba) -> String {
    let [r, g, b, _] = color.to_bytes();
    format!("#{r:02x}{g:02x}{b:02x}")
}
