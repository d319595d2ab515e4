//! Highlights: a frame, line, ring or loop round a target, or a window on it. There is one of each kind at a time: marks, and
//! a spotlight. It slides from target to target; a mark of another shape takes its place while it fades.

use super::effect::{Address, Effect, EffectKind};
use super::instant::Instant;
use crate::color::{Rgba, Role};
use crate::draw::{FrameItem, Item, ItemId, Paint, Stroke, trace};
use crate::geom::{Affine, BezPath, Point, Rect, Vec2, circle, lerp, polyline, rounded_rect};
use crate::script::Shape;

const STROKE_WIDTH: f64 = 0.045;
const CORNER_RADIUS: f64 = 0.12;
/// How much of what is outside a spotlight is hidden.
const VEIL: f32 = 0.8;
/// How wide a loop is, as a share of what it goes round: a hand cuts the corners.
const LOOP_WIDE: f64 = 0.64;
/// The edge of a spotlight is soft: rings of so many stage units, from the inside outwards.
const SOFT: f64 = 0.04;
const RINGS: u32 = 3;

/// A mark as far as it has come.
#[derive(Clone, Copy, Debug)]
struct Mark {
    /// On the screen, in stage units.
    rect: Rect,
    color: Rgba,
    /// How much of it is drawn.
    share: f64,
    /// How much of it is to be seen.
    presence: f64,
    shape: Shape,
    /// Which highlight of the scene began it: the hand draws each loop anew.
    seed: usize,
}

/// The marks of one kind: the last one, and those that are giving way to it.
#[derive(Default)]
struct Marks<'e> {
    last: Option<Mark>,
    leaving: Vec<Mark>,
    /// What the last one is about.
    targets: &'e [Address],
}

impl<'e> Marks<'e> {
    fn slide(&mut self, goal: Mark, effect: &'e Effect, eased: f64, from: Option<Rect>) {
        self.targets = &effect.targets;
        for mark in &mut self.leaving {
            mark.presence *= 1.0 - eased;
        }
        let drawn = Mark { share: eased, rect: from.map_or(goal.rect, |from| slid(from, goal.rect, eased)), ..goal };
        self.last = Some(match self.last.take().filter(|mark| mark.share > 0.0 && mark.presence > 0.0) {
            Some(old) if old.shape == goal.shape => Mark {
                rect: slid(old.rect, goal.rect, eased),
                color: old.color.lerp(goal.color, eased as f32),
                share: old.share.max(eased),
                presence: lerp(old.presence, 1.0, eased),
                ..old
            },
            Some(old) => {
                self.leaving.push(Mark { presence: old.presence * (1.0 - eased), ..old });
                drawn
            }
            None => drawn,
        });
        self.leaving.retain(|mark| mark.presence > 0.0);
    }

    fn leave(&mut self, eased: f64, over: bool) {
        for mark in self.last.iter_mut().chain(&mut self.leaving) {
            mark.presence *= 1.0 - eased;
        }
        if over {
            (self.last, self.leaving, self.targets) = (None, Vec::new(), &[]);
        }
    }

    fn shown(self) -> impl Iterator<Item = Mark> {
        self.leaving.into_iter().chain(self.last).filter(|mark| mark.presence > 0.0 && mark.share > 0.0)
    }
}

impl Instant<'_> {
    /// Appends the highlights that are to be seen, as the camera sees them.
    pub(super) fn emit_highlights(&self, items: &mut Vec<FrameItem>) {
        let (mut marks, mut spotlight) = (Marks::default(), Marks::default());
        for effect in &self.scene.effects {
            let Some(clock) = effect.clock(self.frame, self.shutter) else { break };
            let eased = clock.whole();
            match &effect.kind {
                EffectKind::Highlight { shape, color, margin } => {
                    let Some(rect) = self.goal(effect, *margin) else { continue };
                    let spot = *shape == Shape::Spotlight;
                    let usual = if spot { Role::Ground } else { Role::Accent };
                    let color = color.map_or(self.film.theme.color(usual), |ink| ink.under(&self.film.theme));
                    let mark = Mark { rect, color, share: 1.0, presence: 1.0, shape: *shape, seed: effect.number };
                    match spot {
                        // It closes in from the edges of the frame.
                        true => spotlight.slide(mark, effect, eased, Some(self.film.size.stage())),
                        false => marks.slide(mark, effect, eased, None),
                    }
                }
                kind => {
                    for all in [&mut marks, &mut spotlight] {
                        if *kind == EffectKind::Unhighlight || leaves(effect, all.targets) {
                            all.leave(eased, !clock.running());
                        }
                    }
                }
            }
        }
        let id = ItemId::ROOT.child(&self.scene.id).child("highlight");
        let stage = self.film.size.stage();
        let veils = spotlight.shown().flat_map(|mark| veil(&mark, stage));
        let lines = marks.shown().map(|mark| {
            let path = trace(&outline(&mark), mark.share);
            Item::stroke(path, Stroke::new(Paint::solid(mark.color.faded(mark.presence as f32)), STROKE_WIDTH))
        });
        for (number, item) in veils.chain(lines).enumerate() {
            items.push(FrameItem { id: id.numbered(number), item, resting: false, clip: None });
        }
    }

    /// The box of what a highlight is about, on the screen.
    fn goal(&self, effect: &Effect, margin: f64) -> Option<Rect> {
        let seen = effect.targets.iter().filter_map(|target| {
            Some(self.camera_of(target.actor).transform_rect_bbox(self.address_box(target)?.inset(margin)))
        });
        seen.reduce(|all, rect| all.union(rect)).filter(|rect| rect.is_finite())
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

fn outline(mark: &Mark) -> BezPath {
    let rect = mark.rect;
    let ellipse = |wide: f64| {
        let radii = rect.size().to_vec2() * wide;
        Affine::new([radii.x, 0.0, 0.0, radii.y, rect.center().x, rect.center().y])
    };
    match mark.shape {
        Shape::Box | Shape::Spotlight => rounded_rect(rect, CORNER_RADIUS),
        Shape::Underline => polyline([Point::new(rect.x0, rect.y0), Point::new(rect.x1, rect.y0)], false),
        Shape::Circle => ellipse(std::f64::consts::FRAC_1_SQRT_2) * circle(Point::ORIGIN, 1.0),
        Shape::Loop => ellipse(LOOP_WIDE) * by_hand(mark.seed as u64),
    }
}

/// A ring about the origin as a hand draws it: a little more than once around, never quite on the same line.
fn by_hand(seed: u64) -> BezPath {
    const KNOTS: u32 = 48;
    let chance = |index: u64| crate::info::uniform01(seed, index) - 0.5;
    // From the upper left, against the clock, as a right hand does.
    let start = 2.2 + 0.3 * chance(0);
    let turns = 1.09 + 0.05 * chance(1);
    let waves = [(2.0, 0.03 * chance(2), chance(3)), (3.0, 0.03 * chance(4), chance(5))];
    let point = |knot: u32| {
        let share = f64::from(knot) / f64::from(KNOTS);
        let angle = start + turns * share * std::f64::consts::TAU;
        // It opens like a spiral, so that the ends pass each other.
        let open = lerp(0.965, 1.045, share);
        let wave = |(times, high, phase): &(f64, f64, f64)| high * libm::sin(times * angle + phase * 6.0);
        let radius = open + waves.iter().map(wave).sum::<f64>();
        let (sin, cos) = libm::sincos(angle);
        Point::new(cos * radius, sin * radius)
    };
    let mut path = BezPath::new();
    path.move_to(point(0));
    let tangent = |knot: u32| -> Vec2 {
        let (before, after) = (point(knot.saturating_sub(1)), point((knot + 1).min(KNOTS)));
        (after - before) / if knot == 0 || knot == KNOTS { 1.0 } else { 2.0 }
    };
    for knot in 0..KNOTS {
        let (from, to) = (point(knot), point(knot + 1));
        path.curve_to(from + tangent(knot) / 3.0, to - tangent(knot + 1) / 3.0, to);
    }
    path
}

/// What darkens everything outside a window: layers upon each other, each with a larger window, so that the edge is soft.
fn veil(mark: &Mark, stage: Rect) -> impl Iterator<Item = Item> + use<> {
    let whole = f64::from(VEIL) * mark.presence * mark.share;
    // So many of them together hide as much as is wanted.
    let each = 1.0 - libm::pow(1.0 - whole, 1.0 / f64::from(RINGS));
    let (rect, color) = (mark.rect, mark.color.faded(each as f32));
    (0..RINGS).map(move |ring| {
        let wide = f64::from(ring) * SOFT;
        let mut path = crate::geom::Shape::to_path(&stage.inflate(1.0, 1.0), 1e-3);
        // The other way round, so that the window is a hole.
        path.extend(rounded_rect(rect.inflate(wide, wide), CORNER_RADIUS + wide).reverse_subpaths());
        Item::fill(path, Paint::solid(color))
    })
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
