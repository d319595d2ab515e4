//! The pen: outlines are traced along their length, the ink follows; strokes are drawn from their start; letters are typed.
//! Units (glyphs, strokes) take their turns, overlapping, in the order in which they are read.

use std::cell::Cell;
use std::sync::Arc;

use super::effect::RevealKind;
use crate::draw::{Glyph, GlyphRun, Item, Outline, Paint, Part, Shape, Stroke};
use crate::geom::{Affine, BezPath, Rect};
use crate::script::Typed;
use crate::timeline::Clock;

/// Width of the pen that traces outlines while they are written, as a share of what it writes, within bounds in stage units.
const PEN_WIDTH: f64 = 0.024;
const PEN_WIDTHS: [f64; 2] = [0.01, 0.026];
/// The outline is closed after this share of a unit's time; the ink begins to show, and the outline to go, after these.
const TRACED: f64 = 0.65;
const INKED: f64 = 0.45;
const BARE: f64 = 0.6;
/// Seconds in which a typed letter appears.
const STROKE_SECS: f64 = 0.06;

/// A part that is being written, drawn or typed.
pub(super) struct Pen {
    kind: RevealKind,
    entering: bool,
    clock: Clock,
    /// The turn of each unit, in the order in which they are drawn.
    turns: Vec<usize>,
    /// How many turns there are.
    count: usize,
}

impl Pen {
    /// The state of a pen that reveals a part in this way; `None` if this way takes all of it at once.
    pub(super) fn of(part: &Part, kind: RevealKind, entering: bool, clock: Clock) -> Option<Self> {
        let turns = match kind {
            RevealKind::Write | RevealKind::Type(Typed::Letter) => pen_turns(part),
            RevealKind::Type(Typed::Word) => word_turns(part),
            RevealKind::Draw if clock.lag_secs <= 0.0 => (0..count_items(part)).collect(),
            _ => return None,
        };
        let count = turns.iter().max().map_or(0, |last| last + 1);
        let clock = match kind {
            RevealKind::Type(_) => clock,
            RevealKind::Draw => overlapping(clock, count, (3.0 / (count as f64 + 1.0)).min(0.5)),
            _ => overlapping(clock, count, (4.0 / (count as f64 + 1.0)).min(0.2)),
        };
        Some(Self { kind, entering, clock, turns, count })
    }

    /// Gives what is to be seen of an item; `next` counts the units that the pen has met.
    pub(super) fn show(&self, item: &Item, next: &Cell<usize>, give: &mut impl FnMut(&Item)) {
        match &item.shape {
            Shape::Glyphs(run) if self.kind != RevealKind::Draw => {
                for glyph in &*run.glyphs {
                    let share = self.share(next.replace(next.get() + 1));
                    if share > 0.0 {
                        self.unit(&single(item, run, glyph), share, give);
                    }
                }
            }
            _ => {
                let share = self.share(next.replace(next.get() + 1));
                self.unit(item, share, give);
            }
        }
    }

    /// How far the pen has come with a unit, from 0 to 1.
    fn share(&self, index: usize) -> f64 {
        let turn = self.turns.get(index).copied().unwrap_or(index);
        let share = if let RevealKind::Type(_) = self.kind {
            let each = self.clock.secs / self.count.max(1) as f64;
            let since = self.clock.whole() * self.clock.secs - each * turn as f64;
            if each > 0.0 { (since / each.min(STROKE_SECS)).clamp(0.0, 1.0) } else { 1.0 }
        } else {
            self.clock.part(turn, self.count)
        };
        if self.entering { share } else { 1.0 - share }
    }

    /// Gives what is to be seen of a unit.
    fn unit(&self, unit: &Item, share: f64, give: &mut impl FnMut(&Item)) {
        match self.kind {
            RevealKind::Type(_) if share > 0.0 => give(&Item { opacity: unit.opacity * share as f32, ..unit.clone() }),
            RevealKind::Type(_) => {}
            RevealKind::Draw => drawn(unit, share).iter().for_each(give),
            _ => penned(unit, share).iter().for_each(give),
        }
    }
}

/// The clock of units that overlap, unless the step gives a lag: each starts when so much of the one before is done.
fn overlapping(clock: Clock, units: usize, ratio: f64) -> Clock {
    if clock.lag_secs > 0.0 || units < 2 {
        return clock;
    }
    Clock { lag_secs: clock.secs * ratio / (1.0 + (units - 1) as f64 * ratio), ..clock }
}

fn count_items(part: &Part) -> usize {
    part.items.len() + part.parts.iter().map(count_items).sum::<usize>()
}

/// The turn of each unit that a pen takes (glyphs, and other items whole), in the order in which they are drawn. The pen goes
/// from left to right through a formula, whose glyphs lie in the order of their fonts, and part after part otherwise.
fn pen_turns(part: &Part) -> Vec<usize> {
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
    for rect in part.items.iter().flat_map(unit_boxes) {
        let x = rect.map_or(0.0, |rect| map.transform_rect_bbox(rect).x0);
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

/// The turn of each unit if those of a word take theirs together; a word is what stands in one part.
fn word_turns(part: &Part) -> Vec<usize> {
    fn visit(part: &Part, words: &mut usize, turns: &mut Vec<usize>) {
        let units: usize = part.items.iter().map(|item| unit_boxes(item).count()).sum();
        turns.extend(std::iter::repeat_n(*words, units));
        *words += usize::from(units > 0);
        part.parts.iter().for_each(|inner| visit(inner, words, turns));
    }
    let mut turns = Vec::new();
    visit(part, &mut 0, &mut turns);
    turns
}

/// The boxes of what a pen takes at a time of an item.
fn unit_boxes(item: &Item) -> impl Iterator<Item = Option<Rect>> {
    let (run, whole) = match &item.shape {
        Shape::Glyphs(run) => (Some(run), None),
        _ => (None, Some(item.bounds())),
    };
    let of_glyph = |run: &GlyphRun, glyph: &Glyph| {
        let rect = run.font.bounds(glyph.id, run.size, glyph.x, glyph.y)?;
        Some(item.transform.transform_rect_bbox(rect))
    };
    let glyphs = run.into_iter().flat_map(move |run| run.glyphs.iter().map(move |glyph| of_glyph(run, glyph)));
    glyphs.chain(whole)
}

/// One glyph of an item.
fn single(item: &Item, run: &GlyphRun, glyph: &Glyph) -> Item {
    let shape = Shape::Glyphs(GlyphRun { glyphs: Arc::from([*glyph]), ..run.clone() });
    Item { shape, transform: item.transform, opacity: item.opacity, away: item.away }
}

/// A unit as far as the pen has come: the outline first, then the ink.
pub(super) fn penned(item: &Item, share: f64) -> Vec<Item> {
    if share >= 1.0 {
        return vec![item.clone()];
    }
    if share <= 0.0 {
        return Vec::new();
    }
    let within = |from: f64, to: f64| {
        let t = ((share - from) / (to - from)).clamp(0.0, 1.0);
        t * t * (3.0 - 2.0 * t)
    };
    let (outline, ink, bare) = ((share / TRACED).min(1.0), within(INKED, 1.0) as f32, within(BARE, 1.0) as f32);
    let traced = |path: BezPath, paint: &Paint| {
        let scale = scale_of(item.transform).max(1e-6);
        let size = item.bounds().map_or(0.0, |rect| rect.width().max(rect.height()));
        let width = (size * PEN_WIDTH).clamp(PEN_WIDTHS[0], PEN_WIDTHS[1]) / scale;
        let path = Outline::shared(path);
        let stroke = Some(Stroke::new(paint.faded(1.0 - bare), width));
        Item { shape: Shape::Path { path, fill: None, stroke }, ..item.clone() }
    };
    let filled = (ink > 0.0).then(|| Item { opacity: item.opacity * ink, ..item.clone() });
    match &item.shape {
        Shape::Glyphs(run) => {
            let outlines = run.glyphs.iter().map(|glyph| {
                let path = run.font.written(glyph.id).trace(outline);
                traced(Affine::translate((glyph.x, glyph.y)) * Affine::scale(run.size) * path, &run.paint)
            });
            filled.into_iter().chain(outlines).collect()
        }
        Shape::Path { stroke: Some(_), .. } => drawn(item, share),
        Shape::Path { path, fill: Some(fill), stroke: None } => {
            filled.into_iter().chain([traced(path.written().trace(outline), fill)]).collect()
        }
        _ => vec![Item { opacity: item.opacity * share as f32, ..item.clone() }],
    }
}

/// Strokes drawn from their start, fills and glyphs fading in over the last half.
pub(super) fn drawn(item: &Item, share: f64) -> Vec<Item> {
    let fill_share = (share * 2.0 - 1.0).clamp(0.0, 1.0) as f32;
    match &item.shape {
        _ if share >= 1.0 => vec![item.clone()],
        _ if share <= 0.0 => Vec::new(),
        Shape::Path { path, fill, stroke: Some(stroke) } => {
            let fill = fill.as_ref().map(|paint| paint.faded(fill_share));
            let shape = Shape::Path { path: Arc::clone(path), fill, stroke: None };
            let line = Shape::Path {
                path: Outline::shared(path.measured().trace(share)),
                fill: None,
                stroke: Some(stroke.clone()),
            };
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
    use crate::geom::{Point, circle};
    use crate::typeset::{TextStyle, Typesetter};

    fn disc() -> Item {
        Item::fill(circle(Point::new(3.0, 0.0), 1.0), Paint::solid(Rgba::hex(0xffffff)))
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

    fn seen(text: &str, kind: RevealKind, progress: f64) -> Vec<usize> {
        let set = Typesetter::bundled().text(text, &TextStyle::new(1.0));
        let clock = Clock { progress, secs: 2.0, ..Clock::finished(crate::timeline::Easing::parse("linear").unwrap()) };
        let pen = Pen::of(&set.part, kind, true, clock).unwrap();
        let mut shown = Vec::new();
        for (index, item) in set.part.parts.iter().flat_map(|word| &word.items).enumerate() {
            let Shape::Glyphs(run) = &item.shape else { panic!("{index}") };
            for glyph in &*run.glyphs {
                let mut items = 0;
                pen.show(&single(item, run, glyph), &Cell::new(shown.len()), &mut |_: &Item| items += 1);
                shown.push(items);
            }
        }
        shown
    }

    #[test]
    fn the_pen_takes_glyph_after_glyph() {
        let halfway = seen("abcdefgh", RevealKind::Write, 0.5);
        assert!(halfway.starts_with(&[1]) && halfway.ends_with(&[0]), "{halfway:?}");
        assert_eq!(seen("abcdefgh", RevealKind::Write, 1.0), [1; 8]);
    }

    #[test]
    fn typing_goes_by_letters_or_words() {
        assert_eq!(seen("ab cd", RevealKind::Type(Typed::Letter), 0.7), [1, 1, 1, 0]);
        assert_eq!(seen("ab cd", RevealKind::Type(Typed::Word), 0.45), [1, 1, 0, 0]);
        assert_eq!(seen("ab cd", RevealKind::Type(Typed::Word), 0.55), [1, 1, 1, 1]);
        assert_eq!(seen("ab cd", RevealKind::Type(Typed::Letter), 1.0), [1; 4]);
    }

    #[test]
    fn what_is_drawn_takes_its_strokes_in_their_order() {
        let line = |y: f64| {
            let path = crate::geom::polyline([Point::new(0.0, y), Point::new(1.0, y)], false);
            Item::stroke(path, Stroke::new(Paint::solid(Rgba::hex(0xffffff)), 0.1))
        };
        let arrow = Part::new("arrow").with(line(0.0)).with_part(Part::new("tip").with(line(1.0)));
        let clock = Clock { progress: 0.3, secs: 1.0, ..Clock::finished(crate::timeline::Easing::default()) };
        let pen = Pen::of(&arrow, RevealKind::Draw, true, clock).unwrap();
        let shown = |y: f64, index: usize| {
            let mut items = 0;
            pen.show(&line(y), &Cell::new(index), &mut |_: &Item| items += 1);
            items > 0
        };
        assert!(shown(0.0, 0) && !shown(1.0, 1));
    }
}
