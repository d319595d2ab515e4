//! How things come onto the stage: shown, written, drawn, grown or faded, and the same backwards when they leave.

use std::cell::Cell;
use std::sync::Arc;

use super::concern::Concern;
use super::effect::RevealKind;
use crate::draw::{Glyph, GlyphRun, Grow, Item, Outline, Part, Shape, Stroke, trace};
use crate::geom::{Affine, Point, Rect, Vec2};
use crate::script::Side;
use crate::timeline::Clock;

/// Width of the pen that traces outlines while they are written, in stage units.
const PEN_WIDTH: f64 = 0.028;
/// How far things that fade in from a side come.
const FADE_SHIFT: f64 = 0.35;

/// How much of a node is to be seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Shown {
    /// As its surroundings are.
    AsParent,
    /// Not yet, or no longer.
    Hidden,
    /// On its way.
    Running { kind: RevealKind, entering: bool, clock: Clock },
}

impl Shown {
    /// Before any effect has begun: what has an entrance of its own waits for it.
    pub(super) fn initially(effects: &[Concern<'_>]) -> Self {
        // What is swept off together with all the rest has no part in it by name.
        match effects.iter().filter(|effect| !effect.complement).find_map(|effect| effect.reveal()) {
            Some((_, true)) => Self::Hidden,
            _ => Self::AsParent,
        }
    }

    /// Does an entrance or exit mean anything in this state?
    pub(super) fn admits(self, entering: bool) -> bool {
        self != if entering { Self::AsParent } else { Self::Hidden }
    }

    pub(super) fn from_clock(kind: RevealKind, entering: bool, clock: Clock) -> Self {
        match (clock.running() && kind != RevealKind::Show, entering) {
            (true, _) if kind == RevealKind::Arrive => Self::Hidden,
            (true, _) => Self::Running { kind, entering, clock },
            (false, true) => Self::AsParent,
            (false, false) => Self::Hidden,
        }
    }
}

/// What a node passes on to what is inside it.
#[derive(Clone, Copy)]
pub(super) enum Reveal<'a> {
    /// Fully there.
    Full,
    /// Not there.
    Hidden,
    /// Staggered over the parts of this node.
    Spread { kind: RevealKind, entering: bool, clock: Clock, turns: Option<&'a [usize]> },
    /// This far, 0 to 1, as a whole.
    Share { kind: RevealKind, share: f64 },
    /// Unit after unit, in reading order.
    Pen { clock: Clock, entering: bool, next: &'a Cell<usize>, turns: &'a [usize] },
}

impl Reveal<'_> {
    /// What part `index` of `count` gets.
    pub(super) fn for_part(self, index: usize, count: usize) -> Self {
        match self {
            Self::Spread { kind, entering, clock, turns } => {
                let turn = turns.and_then(|turns| turns.get(index)).copied();
                let share = clock.part(turn.unwrap_or(index), count);
                Self::Share { kind, share: if entering { share } else { 1.0 - share } }
            }
            other => other,
        }
    }

    /// The map and opacity that growing or fading gives to a node with this way of growing; `inner` is the box of what it
    /// draws, in its own units. The reveal that is left for what is inside.
    pub(super) fn applied(self, grow: Grow, inner: Option<Rect>) -> (Affine, f64, Self) {
        match self {
            Self::Share { kind: RevealKind::Fade(side), share } => {
                let shift = side.map_or(Vec2::ZERO, |side| side_vector(side) * (FADE_SHIFT * (1.0 - share)));
                (Affine::translate(shift), share, Self::Full)
            }
            Self::Share { kind: RevealKind::Grow, share } => match grow {
                Grow::Parts => (Affine::IDENTITY, 1.0, self),
                Grow::Stroke => (Affine::IDENTITY, 1.0, Self::Share { kind: RevealKind::Draw, share }),
                Grow::Fade => (Affine::IDENTITY, share, Self::Full),
                Grow::Centre => (about(inner.map_or(Point::ORIGIN, |r| r.center()), share, share), 1.0, Self::Full),
                Grow::Point(point) => (about(point, share, share), 1.0, Self::Full),
                Grow::Vertical(y) => (about(Point::new(0.0, y), 1.0, share), 1.0, Self::Full),
                Grow::Horizontal(x) => (about(Point::new(x, 0.0), share, 1.0), 1.0, Self::Full),
            },
            other => (Affine::IDENTITY, 1.0, other),
        }
    }

    /// Gives the items that show an item as far as it is revealed.
    pub(super) fn items(self, item: &Item, mut give: impl FnMut(Item)) {
        match self {
            Self::Full | Self::Spread { .. } => give(item.clone()),
            Self::Hidden => {}
            Self::Share { kind: RevealKind::Grow, share } => {
                let centre = item.bounds().map_or(Point::ORIGIN, |r| r.center());
                give(item.clone().transformed(about(centre, share, share)));
            }
            Self::Share { kind: RevealKind::Draw, share } => drawn(item, share).into_iter().for_each(give),
            Self::Share { share, .. } => penned(item, share).into_iter().for_each(give),
            Self::Pen { clock, entering, next, turns } => {
                for unit in unit_items(item) {
                    let index = next.get();
                    next.set(index + 1);
                    let share = clock.part(turns.get(index).copied().unwrap_or(index), turns.len());
                    penned(&unit, if entering { share } else { 1.0 - share }).into_iter().for_each(&mut give);
                }
            }
        }
    }
}

fn about(point: Point, x: f64, y: f64) -> Affine {
    // A map that flattens everything has no inverse; nothing would be seen of it anyway.
    Affine::translate(point.to_vec2())
        * Affine::scale_non_uniform(x.max(1e-6), y.max(1e-6))
        * Affine::translate(-point.to_vec2())
}

/// The way from which things come, as a shift when they have not yet arrived.
fn side_vector(side: Side) -> Vec2 {
    match side {
        Side::Up => Vec2::new(0.0, 1.0),
        Side::Down => Vec2::new(0.0, -1.0),
        Side::Left => Vec2::new(-1.0, 0.0),
        Side::Right => Vec2::new(1.0, 0.0),
    }
}

/// The turn of each unit that a pen takes (glyphs, and other items whole), in the order in which they are drawn. The pen goes
/// from left to right through a formula, whose glyphs lie in the order of their fonts, and part after part otherwise.
pub(super) fn pen_turns(part: &Part) -> Vec<usize> {
    let mut drawn = 0;
    let read = reading_order(part, Affine::IDENTITY, &mut drawn);
    let mut turns = vec![0; read.len()];
    for (turn, (unit, _)) in read.into_iter().enumerate() {
        if let Some(slot) = turns.get_mut(unit) {
            *slot = turn;
        }
    }
    turns
}

/// Units with their places from the left, in reading order.
fn reading_order(part: &Part, map: Affine, drawn: &mut usize) -> Vec<(usize, f64)> {
    let mut units = Vec::new();
    for unit in part.items.iter().flat_map(unit_items) {
        let x = unit.bounds().map_or(0.0, |rect| map.transform_rect_bbox(rect).x0);
        units.push((*drawn, x));
        *drawn += 1;
    }
    let mixed = !units.is_empty();
    for inner in &part.parts {
        units.extend(reading_order(inner, map * inner.transform, drawn));
    }
    if mixed {
        let leftwards = part.items.iter().any(|item| matches!(&item.shape, Shape::Glyphs(run) if leftwards(run)));
        units.sort_by(|a, b| if leftwards { b.1.total_cmp(&a.1) } else { a.1.total_cmp(&b.1) });
    }
    units
}

/// Is this a word of a script that goes from right to left? Glyphs stand in reading order; in formulas, those on one
/// baseline go to the right.
fn leftwards(run: &GlyphRun) -> bool {
    run.glyphs.len() > 1
        && run.glyphs.windows(2).all(|pair| matches!(pair, [a, b] if b.x < a.x && (a.y - b.y).abs() < run.size * 0.2))
}

/// The clock of a pen over so many units: unless the step gives a lag, units overlap, the more so the more there are.
pub(super) fn pen_clock(clock: Clock, units: usize) -> Clock {
    if clock.lag_secs > 0.0 || units < 2 {
        return clock;
    }
    let ratio = (4.0 / (units as f64 + 1.0)).min(0.2);
    Clock { lag_secs: clock.secs * ratio / (1.0 + (units - 1) as f64 * ratio), ..clock }
}

/// An item cut into what a pen takes at a time.
fn unit_items(item: &Item) -> Vec<Item> {
    let Shape::Glyphs(run) = &item.shape else { return vec![item.clone()] };
    let single = |glyph: &Glyph| Item {
        shape: Shape::Glyphs(GlyphRun { glyphs: Arc::from([*glyph]), ..run.clone() }),
        ..item.clone()
    };
    run.glyphs.iter().map(single).collect()
}

/// A unit as far as the pen has come: the outline first, then the fill.
fn penned(item: &Item, share: f64) -> Vec<Item> {
    if share >= 1.0 {
        return vec![item.clone()];
    }
    if share <= 0.0 {
        return Vec::new();
    }
    let (outline_share, fill_share) = ((share * 2.0).min(1.0), (share * 2.0 - 1.0).max(0.0) as f32);
    match &item.shape {
        Shape::Glyphs(run) => {
            let pen = PEN_WIDTH / scale_of(item.transform).max(1e-6);
            let outline = |glyph: &Glyph| {
                let path = trace(&run.outline(glyph), outline_share);
                let stroke = Stroke::new(run.paint.faded(1.0 - fill_share), pen);
                Item {
                    shape: Shape::Path { path: Outline::shared(path), fill: None, stroke: Some(stroke) },
                    ..item.clone()
                }
            };
            let filled = (fill_share > 0.0).then(|| Item { opacity: item.opacity * fill_share, ..item.clone() });
            filled.into_iter().chain(run.glyphs.iter().map(outline)).collect()
        }
        Shape::Path { stroke: Some(_), .. } => drawn(item, share),
        Shape::Path { path, fill: Some(fill), stroke: None } => {
            let pen = PEN_WIDTH / scale_of(item.transform).max(1e-6);
            let stroke = Stroke::new(fill.faded(1.0 - fill_share), pen);
            let shape =
                Shape::Path { path: Outline::shared(trace(path, outline_share)), fill: None, stroke: Some(stroke) };
            let filled = (fill_share > 0.0).then(|| Item { opacity: item.opacity * fill_share, ..item.clone() });
            filled.into_iter().chain([Item { shape, ..item.clone() }]).collect()
        }
        _ => vec![Item { opacity: item.opacity * share as f32, ..item.clone() }],
    }
}

/// Strokes drawn from their start, fills and glyphs fading in over the last half.
fn drawn(item: &Item, share: f64) -> Vec<Item> {
    let fill_share = (share * 2.0 - 1.0).clamp(0.0, 1.0) as f32;
    match &item.shape {
        _ if share >= 1.0 => vec![item.clone()],
        _ if share <= 0.0 => Vec::new(),
        Shape::Path { path, fill, stroke: Some(stroke) } => {
            let fill = fill.as_ref().map(|paint| paint.faded(fill_share));
            let shape = Shape::Path { path: Arc::clone(path), fill, stroke: None };
            let line =
                Shape::Path { path: Outline::shared(trace(path, share)), fill: None, stroke: Some(stroke.clone()) };
            vec![Item { shape, ..item.clone() }, Item { shape: line, ..item.clone() }]
        }
        _ => vec![Item { opacity: item.opacity * fill_share, ..item.clone() }],
    }
}

/// Mean scale of a map.
pub(super) fn scale_of(map: Affine) -> f64 {
    libm::sqrt(map.determinant().abs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::Rgba;
    use crate::draw::Paint;
    use crate::geom::circle;
    use crate::typeset::{TextStyle, Typesetter};

    fn disc() -> Item {
        Item::fill(circle(Point::new(3.0, 0.0), 1.0), Paint::solid(Rgba::hex(0xffffff)))
    }

    fn items(reveal: Reveal<'_>) -> Vec<Item> {
        let mut items = Vec::new();
        reveal.items(&disc(), |item| items.push(item));
        items
    }

    #[test]
    fn every_reveal_ends_in_the_item_itself() {
        for kind in [RevealKind::Write, RevealKind::Draw, RevealKind::Grow, RevealKind::Fade(None)] {
            assert_eq!(items(Reveal::Share { kind, share: 1.0 }), [disc()], "{kind:?}");
        }
        assert!(items(Reveal::Hidden).is_empty());
    }

    #[test]
    fn bars_grow_from_their_foot() {
        let (map, opacity, rest) =
            Reveal::Share { kind: RevealKind::Grow, share: 0.5 }.applied(Grow::Vertical(2.0), None);
        assert_eq!(map * Point::new(1.0, 4.0), Point::new(1.0, 3.0));
        assert_eq!(opacity, 1.0);
        assert!(matches!(rest, Reveal::Full));
    }

    #[test]
    fn the_pen_reads_formulas_from_left_to_right() {
        let at = |x: f64| disc().transformed(Affine::translate((x, 0.0)));
        let formula = Part::new("f").with(at(4.0)).with(at(1.0)).with_part(Part::new("p").with(at(2.0)));
        assert_eq!(pen_turns(&formula), [2, 0, 1]);
        let lines = Part::new("t").with_part(Part::new("a").with(at(4.0))).with_part(Part::new("b").with(at(1.0)));
        assert_eq!(pen_turns(&lines), [0, 1]);
    }

    #[test]
    fn the_pen_goes_the_way_that_a_word_is_read() {
        for (text, turns) in [("abc", [0, 1, 2]), ("\u{5d0}\u{5d1}\u{5d2}", [0, 1, 2])] {
            let set = Typesetter::bundled().text(text, &TextStyle::new(1.0));
            assert_eq!(pen_turns(&set.part), turns, "{text}");
        }
        // Glyphs of a Hebrew word are in reading order: the first stands on the right.
        let set = Typesetter::bundled().text("\u{5d0}\u{5d1}\u{5d2} ab", &TextStyle::new(1.0));
        assert_eq!(pen_turns(&set.part), [0, 1, 2, 3, 4]);
    }

    #[test]
    fn the_pen_takes_glyph_after_glyph() {
        let clock = Clock { progress: 0.5, secs: 1.0, ..Clock::finished(crate::timeline::Easing::default()) };
        let clock = pen_clock(clock, 10);
        assert!(clock.part(0, 10) > clock.part(9, 10));
        assert_eq!(Clock { progress: 1.0, ..clock }.part(9, 10), 1.0);
    }
}
