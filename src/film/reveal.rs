//! How things come onto the stage: shown, written, drawn, grown or faded, and the same backwards when they leave.

use std::cell::Cell;

use super::concern::Concern;
use super::effect::RevealKind;
use super::pen::{Pen, drawn, penned};
use crate::draw::{Grow, Item};
use crate::geom::{Affine, Point, Rect, Vec2};
use crate::script::Side;
use crate::timeline::Clock;

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
    /// Unit after unit: the state of a pen, and the number of the unit that is met next.
    Pen { pen: &'a Pen, next: &'a Cell<usize> },
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
    pub(super) fn items(self, item: &Item, give: &mut impl FnMut(&Item)) {
        match self {
            Self::Full | Self::Spread { .. } => give(item),
            Self::Hidden => {}
            Self::Share { kind: RevealKind::Grow, share } => {
                let centre = item.bounds().map_or(Point::ORIGIN, |r| r.center());
                give(&item.clone().transformed(about(centre, share, share)));
            }
            Self::Share { kind: RevealKind::Draw, share } => drawn(item, share).iter().for_each(give),
            Self::Share { share, .. } => penned(item, share).iter().for_each(give),
            Self::Pen { pen, next } => pen.show(item, next, give),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::Rgba;
    use crate::draw::Paint;
    use crate::geom::circle;

    fn disc() -> Item {
        Item::fill(circle(Point::new(3.0, 0.0), 1.0), Paint::solid(Rgba::hex(0xffffff)))
    }

    fn items(reveal: Reveal<'_>) -> Vec<Item> {
        let mut items = Vec::new();
        reveal.items(&disc(), &mut |item: &Item| items.push(item.clone()));
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
}
