//! Highlights: a frame, line or ring round a target. There is one at a time; it slides from target to target.

use super::effect::{Address, Effect, EffectKind};
use super::instant::Instant;
use crate::color::{Rgba, Role};
use crate::draw::{FrameItem, Item, ItemId, Paint, Stroke, trace};
use crate::geom::{Affine, BezPath, Point, Rect, circle, lerp, polyline, rounded_rect};
use crate::script::Shape;

const STROKE_WIDTH: f64 = 0.045;
const CORNER_RADIUS: f64 = 0.12;

impl Instant<'_> {
    /// Appends the highlight, if one is to be seen.
    pub(super) fn emit_highlights(&self, items: &mut Vec<FrameItem>) {
        let mut seen: Option<(Rect, Rgba, f64, Shape)> = None;
        let mut current: &[Address] = &[];
        for effect in &self.scene.effects {
            let Some(clock) = effect.clock(self.frame) else { break };
            match &effect.kind {
                EffectKind::Highlight { shape, color, margin } => {
                    let Some(rect) = self.goal(effect, *margin) else { continue };
                    let color = color.map_or(self.film.theme.color(Role::Accent), |ink| ink.under(&self.film.theme));
                    let eased = clock.whole();
                    current = &effect.targets;
                    seen = Some(match seen {
                        Some((from, old, share, kind)) if share > 0.0 && kind == *shape => {
                            (slid(from, rect, eased), old.lerp(color, eased as f32), share.max(eased), *shape)
                        }
                        _ => (rect, color, eased, *shape),
                    });
                }
                kind if *kind == EffectKind::Unhighlight || leaves(effect, current) => {
                    if let Some((_, color, ..)) = &mut seen {
                        *color = color.faded(1.0 - clock.whole() as f32);
                    }
                    if !clock.running() {
                        seen = None;
                    }
                }
                _ => {}
            }
        }
        let Some((rect, color, share, shape)) = seen.filter(|(_, color, share, _)| color.a > 0.0 && *share > 0.0)
        else {
            return;
        };
        let path = trace(&outline(rect, shape), share);
        let item = Item::stroke(path, Stroke::new(Paint::solid(color), STROKE_WIDTH));
        items.push(FrameItem {
            id: ItemId::ROOT.child(&self.scene.id).child("highlight"),
            item,
            resting: false,
            clip: None,
        });
    }

    fn goal(&self, effect: &Effect, margin: f64) -> Option<Rect> {
        self.targets_box(effect).map(|rect| rect.inset(margin)).filter(|rect| rect.is_finite())
    }
}

/// Does a step take off all of what is highlighted? The highlight goes with it.
fn leaves(effect: &Effect, current: &[Address]) -> bool {
    let within = |inner: &Address, outer: &Address| inner.actor == outer.actor && inner.path.starts_with(&outer.path);
    let takes = |address: &Address| match effect.complement {
        true => effect.targets.iter().all(|kept| kept.actor != address.actor),
        false => effect.targets.iter().any(|gone| within(address, gone)),
    };
    matches!(effect.reveal(), Some((_, false))) && !current.is_empty() && current.iter().all(takes)
}

fn slid(from: Rect, to: Rect, share: f64) -> Rect {
    Rect::new(
        lerp(from.x0, to.x0, share),
        lerp(from.y0, to.y0, share),
        lerp(from.x1, to.x1, share),
        lerp(from.y1, to.y1, share),
    )
}

fn outline(rect: Rect, shape: Shape) -> BezPath {
    match shape {
        Shape::Box => rounded_rect(rect, CORNER_RADIUS),
        Shape::Underline => polyline([Point::new(rect.x0, rect.y0), Point::new(rect.x1, rect.y0)], false),
        Shape::Circle => {
            let radii = rect.size().to_vec2() * std::f64::consts::FRAC_1_SQRT_2;
            let map = Affine::new([radii.x, 0.0, 0.0, radii.y, rect.center().x, rect.center().y]);
            map * circle(Point::ORIGIN, 1.0)
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::diag::Source;
    use crate::film::{Film, Overrides};
    use crate::time::FrameIndex;
    use crate::world::MemoryWorld;

    /// How many items the last frame shows.
    fn left(steps: &str) -> usize {
        let cast = "{ a: A, s: { prob_strip: { uniform: 2 } } }";
        let sources = "sources: { s2: { uniform: 2 } }\n";
        let cast = cast.replace("{ uniform: 2 }", "s2");
        let text = format!("{sources}scenes: [{{ cast: {cast}, steps: [{steps}, pause: 1] }}]\n");
        let (script, diags) = crate::script::parse(&Source::new("x", text), &MemoryWorld::default());
        assert!(diags.is_empty(), "{diags:?}");
        let (film, _) = Film::build(&script.unwrap(), &MemoryWorld::default(), Overrides::default());
        let film = film.unwrap();
        film.frame(FrameIndex(film.frames() - 1)).items.len()
    }

    #[test]
    fn a_highlight_goes_with_what_it_is_about() {
        let all = left("highlight: a");
        assert_eq!(left("{ highlight: a }, { fade_out: a }"), all - 2);
        assert_eq!(left("{ highlight: a }, { fade_out: all }"), 0);
        assert_eq!(left("{ highlight: 's[0]' }, { fade_out: s }"), 2 - 1);
        assert_eq!(left("{ highlight: 's[0]' }, { fade_out: 's[0]' }, { hide: [a, s] }"), 0);
        // What is left standing keeps it.
        assert_eq!(left("{ highlight: a }, { fade_out: s }"), 2);
        assert_eq!(left("{ highlight: s }, { fade_out: 's[0]' }, { hide: a }"), left("{ hide: [a, 's[0]'] }") + 1);
    }
}
