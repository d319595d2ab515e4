//! Which piece becomes which: what stands in parts of the same names first, then equal glyphs in reading order, then what is
//! left between them, if it is as many on both sides; the rest fades.

use std::collections::BTreeMap;

use super::avoid::avoid;
use super::leg::{Bend, Course, Leg};
use super::pieces::Piece;
use crate::draw::Shape;
use crate::geom::{Point, Rect, Vec2, union};

/// Pieces compared for equal glyphs: beyond, the table of common sequences is too large and everything cross-fades.
const COMPARED: usize = 600;
/// Pieces that may be taken out of their order to meet their equals: in longer texts that would be a swarm.
const SWARM: usize = 48;
/// Glyphs that may bend into as many others, if that is all there is; in the midst of others, and in parts of one name.
const BENT: [usize; 3] = [12, 2, 4];
/// Letters in a row that a word must share with another for them to travel: single ones would be a swarm.
const RUN: usize = 3;
/// How far what fades is carried along, in stage units.
const DRIFT: f64 = 0.3;

/// Pairs of pieces, and what is left of the source and of the target.
#[derive(Default)]
struct Pairs {
    found: Vec<(usize, usize)>,
    source: Vec<usize>,
    target: Vec<usize>,
}

/// The ways of all pieces. `keep`: the source stays where it is, so what has no partner need not go.
pub(super) fn paired(source: &[Piece], target: &[Piece], arc: f64, keep: bool) -> Vec<Leg> {
    let mut pairs = pairs(source, target);
    // A copy that has next to nothing in common with what it becomes goes there as a whole.
    if keep && pairs.found.len() * 5 < source.len() * 2 {
        pairs = Pairs { found: Vec::new(), source: (0..source.len()).collect(), target: (0..target.len()).collect() };
    }
    let ways: Vec<(Point, Vec2)> = pairs
        .found
        .iter()
        .filter_map(|(i, j)| source.get(*i).zip(target.get(*j)))
        .map(|(a, b)| (a.centre(), b.centre() - a.centre()))
        .collect();
    let landing = Landing::of(source, target, pairs.found.is_empty());
    let mut legs: Vec<(f64, Leg)> = Vec::new();
    for (i, j) in &pairs.found {
        let Some((from, to)) = source.get(*i).zip(target.get(*j)) else { continue };
        let course = match same(from, to) {
            true => Course::Travel(from.item.clone(), to.item.clone()),
            false => match Bend::between(from, to) {
                Some(bend) => Course::Bend(Box::new(bend)),
                None => continue,
            },
        };
        legs.push((*j as f64, Leg { course, arc, turn: 0, ends: Some([from.rect, to.rect]) }));
    }
    let alone = pairs.found.is_empty();
    for i in &pairs.source {
        let Some(piece) = source.get(*i) else { continue };
        let item = piece.item.clone();
        let place = *i as f64 / source.len().max(1) as f64 * target.len() as f64 - 0.5;
        let course = match (alone, keep) {
            // It goes all the way and is gone when the target has unfolded.
            (true, _) => landing.leave(item, keep),
            // What has no partner stays with the source, which is there.
            (false, true) => continue,
            (false, false) => {
                let shift = drift(piece.centre(), &ways, false);
                Course::Leave { item, window: [0.0, 0.5], shift, scale: (piece.centre(), 1.0) }
            }
        };
        legs.push((place, Leg { course, arc: if alone { arc } else { 0.0 }, turn: 0, ends: None }));
    }
    for j in &pairs.target {
        let Some(piece) = target.get(*j) else { continue };
        let item = piece.item.clone();
        let course = match alone {
            true => landing.enter(item, piece.centre()),
            false => {
                let shift = -drift(piece.centre(), &ways, true);
                Course::Enter { item, window: [0.45, 1.0], shift, scale: (piece.centre(), 1.0) }
            }
        };
        legs.push((*j as f64, Leg { course, arc: 0.0, turn: 0, ends: None }));
    }
    legs.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut legs: Vec<Leg> = legs.into_iter().map(|(_, leg)| leg).collect();
    legs.iter_mut().enumerate().for_each(|(turn, leg)| leg.turn = turn);
    if arc == 0.0 {
        avoid(&mut legs);
    }
    legs
}

/// How a source that has nothing in common with its target goes there: as it is, until the target unfolds around it.
struct Landing {
    way: Vec2,
    centre: Point,
    goal: Point,
    scale: f64,
}

impl Landing {
    fn of(source: &[Piece], target: &[Piece], alone: bool) -> Self {
        let around = |all: &[Piece]| all.iter().fold(None, |all, piece| union(all, Some(piece.rect)));
        let (from, to) = (around(source).unwrap_or(Rect::ZERO), around(target).unwrap_or(Rect::ZERO));
        // Pieces are compared, not boxes: a word that becomes a long formula keeps about its size.
        let height = |all: &[Piece]| {
            let mut all: Vec<f64> = all.iter().map(|piece| piece.rect.height()).collect();
            all.sort_by(f64::total_cmp);
            all.get(all.len() / 2).copied().unwrap_or(1.0).max(1e-6)
        };
        let scale = if alone { (height(target) / height(source)).clamp(0.4, 2.5) } else { 1.0 };
        // It must fit into what it becomes.
        let room = |have: f64, need: f64| if need > 1e-6 { (have / need).max(0.2) } else { 1.0 };
        let fits = room(to.width(), from.width()).max(room(to.height(), from.height()));
        Self { way: to.center() - from.center(), centre: from.center(), goal: to.center(), scale: scale.min(fits) }
    }

    fn leave(&self, item: crate::draw::Item, keep: bool) -> Course {
        // A copy is seen on its way; what turns into something in its place makes room.
        let far = keep || self.way.hypot() > 1.0;
        let window = if far { [0.6, 0.9] } else { [0.0, 0.5] };
        Course::Leave { item, window, shift: self.way, scale: (self.centre, self.scale) }
    }

    fn enter(&self, item: crate::draw::Item, centre: Point) -> Course {
        let shift = (self.goal - centre) * 0.25;
        Course::Enter { item, window: [0.6, 1.0], shift, scale: (centre, 0.85) }
    }
}

/// Where pieces near a point go, as a little shift.
fn drift(point: Point, ways: &[(Point, Vec2)], arriving: bool) -> Vec2 {
    let near =
        |(from, way): &(Point, Vec2)| if arriving { (*from + *way - point).hypot() } else { (*from - point).hypot() };
    let nearest = ways.iter().min_by(|a, b| near(a).total_cmp(&near(b)));
    let way = nearest.map_or(Vec2::ZERO, |(_, way)| *way);
    way * (DRIFT / way.hypot().max(1.0)).min(1.0)
}

fn pairs(source: &[Piece], target: &[Piece]) -> Pairs {
    let mut pairs =
        Pairs { found: Vec::new(), source: (0..source.len()).collect(), target: (0..target.len()).collect() };
    if source.is_empty() || target.is_empty() || source.len() > COMPARED || target.len() > COMPARED {
        return pairs;
    }
    let deepest = source.iter().chain(target).map(|piece| piece.way.len()).max().unwrap_or_default();
    for depth in (0..=deepest).rev() {
        let key = |piece: &Piece| piece.way.iter().take(depth).cloned().collect::<Vec<String>>();
        let mut groups: BTreeMap<Vec<String>, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        for i in &pairs.source {
            if let Some(piece) = source.get(*i) {
                groups.entry(key(piece)).or_default().0.push(*i);
            }
        }
        for j in &pairs.target {
            if let Some(piece) = target.get(*j) {
                groups.entry(key(piece)).or_default().1.push(*j);
            }
        }
        for (key, (mine, theirs)) in groups {
            if (key.is_empty() && depth > 0) || mine.is_empty() || theirs.is_empty() {
                continue;
            }
            let found = within(source, target, &mine, &theirs, depth > 0);
            pairs.source.retain(|i| found.iter().all(|(taken, _)| taken != i));
            pairs.target.retain(|j| found.iter().all(|(_, taken)| taken != j));
            pairs.found.extend(found);
        }
    }
    pairs
}

/// Pairs among some pieces of the source and some of the target. `named`: both stand in parts of the same name.
fn within(source: &[Piece], target: &[Piece], mine: &[usize], theirs: &[usize], named: bool) -> Vec<(usize, usize)> {
    let equal = |i: &usize, j: &usize| source.get(*i).zip(target.get(*j)).is_some_and(|(a, b)| akin(a, b));
    let mut found = common(mine, theirs, &equal);
    close_up(&mut found, &equal);
    keep_runs(&mut found, source, target);
    // What is left between two neighbours that have found each other, on both sides.
    let mut gaps: Vec<(Vec<usize>, Vec<usize>)> = Vec::new();
    let (mut i, mut j) = (0, 0);
    for (a, b) in found.iter().copied().map(Some).chain([None]).map(|pair| pair.unzip()) {
        let until = |all: &[usize], from: usize, end: Option<usize>| {
            end.and_then(|end| all.iter().position(|index| *index == end)).unwrap_or(all.len()).max(from)
        };
        let (end, stop) = (until(mine, i, a), until(theirs, j, b));
        gaps.push((mine.get(i..end).unwrap_or_default().to_vec(), theirs.get(j..stop).unwrap_or_default().to_vec()));
        (i, j) = (end + 1, stop + 1);
    }
    // Equal pieces that stand in another order.
    if mine.len().max(theirs.len()) <= SWARM {
        let mut mine: Vec<usize> = gaps.iter().flat_map(|(mine, _)| mine).copied().collect();
        let mut theirs: Vec<usize> = gaps.iter().flat_map(|(_, theirs)| theirs).copied().collect();
        while let Some(mut run) = longest_run(&mine, &theirs, &equal) {
            mine.retain(|i| run.iter().all(|(taken, _)| taken != i));
            theirs.retain(|j| run.iter().all(|(_, taken)| taken != j));
            keep_runs(&mut run, source, target);
            for (mine, theirs) in &mut gaps {
                mine.retain(|i| run.iter().all(|(taken, _)| taken != i));
                theirs.retain(|j| run.iter().all(|(_, taken)| taken != j));
            }
            found.extend(run);
        }
    }
    let nothing = found.is_empty();
    for (mine, theirs) in gaps {
        let glyphs =
            |all: &[Piece], of: &[usize]| of.iter().filter_map(|i| all.get(*i)).any(|piece| piece.glyph().is_some());
        let letters = glyphs(source, &mine) || glyphs(target, &theirs);
        // Letters that have nothing to do with each other bend only if there are few of them.
        let [all, some, own] = BENT;
        let few = mine.len()
            <= if nothing {
                all
            } else if named {
                own
            } else {
                some
            };
        if mine.len() == theirs.len() && (few || !letters) {
            found.extend(mine.into_iter().zip(theirs).filter(|(i, j)| bendable(source, target, *i, *j)));
        } else {
            let shape = |all: &[Piece], of: Vec<usize>| -> Vec<usize> {
                of.into_iter().filter(|i| all.get(*i).is_some_and(|piece| piece.glyph().is_none())).collect()
            };
            found.extend(shapes(source, target, &shape(source, mine), &shape(target, theirs)));
        }
    }
    found
}

/// Of equal letters takes the one next to the pair that follows: `i` of `intelligence`, not of the `is` before it.
fn close_up(pairs: &mut [(usize, usize)], equal: &dyn Fn(&usize, &usize) -> bool) {
    for at in (1..pairs.len()).rev() {
        let Some((i, j)) = pairs.get(at).and_then(|(i, j)| i.checked_sub(1).zip(j.checked_sub(1))) else { continue };
        let Some(pair) = pairs.get_mut(at - 1) else { continue };
        if pair.1 == j && pair.0 < i && equal(&i, &j) || pair.0 == i && pair.1 < j && equal(&i, &j) {
            *pair = (i, j);
        }
    }
}

/// Drops pairs of letters that are not in a run, neighbours on both sides; of a word, a part that is no run stays only if it is the
/// whole word.
fn keep_runs(pairs: &mut Vec<(usize, usize)>, source: &[Piece], target: &[Piece]) {
    let loose = |&(i, j): &(usize, usize)| {
        source.get(i).is_some_and(Piece::of_a_word) && target.get(j).is_some_and(Piece::of_a_word)
    };
    let line = |all: &[Piece], at: usize| all.get(at).map(|piece| piece.line);
    let letters = |all: &[Piece], at: usize| all.iter().filter(|piece| Some(piece.line) == line(all, at)).count();
    let all = pairs.clone();
    let run = |pair: &(usize, usize), in_word: bool| {
        let follows = |step: fn(usize, usize) -> Option<usize>| {
            let next = |by: &usize| {
                let at = (step(pair.0, *by)?, step(pair.1, *by)?);
                let one_word = line(source, at.0) == line(source, pair.0) && line(target, at.1) == line(target, pair.1);
                (all.contains(&at) && (one_word || !in_word)).then_some(at)
            };
            (1..RUN).take_while(|by| next(by).is_some_and(|pair| loose(&pair))).count()
        };
        1 + follows(usize::checked_add) + follows(usize::checked_sub)
    };
    pairs.retain(|pair| {
        let whole = |own: usize| own == letters(source, pair.0) && own == letters(target, pair.1);
        !loose(pair) || run(pair, false) >= RUN && (run(pair, true) >= RUN || whole(run(pair, true)))
    });
}

/// The longest run of equal pieces that stand next to each other on both sides; of several the first.
fn longest_run(
    mine: &[usize],
    theirs: &[usize],
    equal: &dyn Fn(&usize, &usize) -> bool,
) -> Option<Vec<(usize, usize)>> {
    let mut best: Vec<(usize, usize)> = Vec::new();
    for first in 0..mine.len() {
        for start in 0..theirs.len() {
            let ways = mine.iter().skip(first).zip(theirs.iter().skip(start));
            let run: Vec<(usize, usize)> = ways
                .enumerate()
                .take_while(|(step, (i, j))| {
                    let next = |all: &[usize], from: usize, at: usize| all.get(from).is_some_and(|f| f + step == at);
                    next(mine, first, **i) && next(theirs, start, **j) && equal(i, j)
                })
                .map(|(_, (i, j))| (*i, *j))
                .collect();
            if run.len() > best.len() {
                best = run;
            }
        }
    }
    (!best.is_empty()).then_some(best)
}

/// Shapes that are not as many on both sides: each of the fewer finds the nearest of its kind.
fn shapes(source: &[Piece], target: &[Piece], mine: &[usize], theirs: &[usize]) -> Vec<(usize, usize)> {
    let around = |all: &[Piece], of: &[usize]| {
        of.iter()
            .filter_map(|i| all.get(*i))
            .fold(None, |all, piece| union(all, Some(piece.rect)))
            .unwrap_or(Rect::ZERO)
    };
    let (from, to) = (around(source, mine), around(target, theirs));
    let mut costs = Vec::new();
    for i in mine {
        for j in theirs.iter().filter(|j| bendable(source, target, *i, **j)) {
            let Some((a, b)) = source.get(*i).zip(target.get(*j)) else { continue };
            let apart = (a.centre() - from.center()) - (b.centre() - to.center());
            costs.push((apart.hypot() + (a.rect.area().abs() - b.rect.area().abs()).abs() * 0.1, *i, *j));
        }
    }
    costs.sort_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (_, i, j) in costs {
        if found.iter().all(|(a, b)| *a != i && *b != j) {
            found.push((i, j));
        }
    }
    found
}

/// Can one bend into the other? Letters bend into letters and shapes into shapes, filled ones into filled ones; a letter bends
/// into a shape only if the two are all there is.
fn bendable(source: &[Piece], target: &[Piece], i: usize, j: usize) -> bool {
    let kind = |piece: Option<&Piece>| match piece.map(|piece| &piece.item.shape) {
        Some(Shape::Path { fill, .. }) => Some((fill.is_some(), false)),
        Some(Shape::Glyphs(_)) => Some((true, true)),
        _ => None,
    };
    let bar = |piece: Option<&Piece>| piece.is_some_and(|piece| piece.sign == Some('/'));
    let free = source.len() == 1 && target.len() == 1 || bar(source.get(i)) || bar(target.get(j));
    match (kind(source.get(i)), kind(target.get(j))) {
        (Some((a, _)), Some((b, _))) if free => a == b,
        (a, b) => a.is_some() && a == b,
    }
}

/// Do two pieces count as the same thing?
fn akin(a: &Piece, b: &Piece) -> bool {
    match (a.glyph(), b.glyph()) {
        (Some((x, i)), Some((y, j))) => {
            // A variable is no letter of a word.
            let alike = a.sign.is_some() && a.sign == b.sign && a.of_a_word() == b.of_a_word();
            (x.font == y.font && i == j) || alike
        }
        (None, None) => same(a, b),
        _ => false,
    }
}

/// Is it the same but for its map and its paint?
fn same(a: &Piece, b: &Piece) -> bool {
    match (&a.item.shape, &b.item.shape) {
        (Shape::Glyphs(x), Shape::Glyphs(y)) => x.font == y.font && a.glyph().map(|g| g.1) == b.glyph().map(|g| g.1),
        (Shape::Path { path: x, fill: f, stroke: s }, Shape::Path { path: y, fill: g, stroke: t }) => {
            f.is_some() == g.is_some() && s.is_some() == t.is_some() && x.elements() == y.elements()
        }
        (Shape::Image { bitmap: x, .. }, Shape::Image { bitmap: y, .. }) => std::sync::Arc::ptr_eq(x, y),
        _ => false,
    }
}

/// The longest common sequence.
fn common(mine: &[usize], theirs: &[usize], equal: &dyn Fn(&usize, &usize) -> bool) -> Vec<(usize, usize)> {
    let columns = theirs.len() + 1;
    let mut lengths = vec![0u16; (mine.len() + 1) * columns];
    let get = |lengths: &[u16], i: usize, j: usize| lengths.get(i * columns + j).copied().unwrap_or_default();
    for (i, a) in mine.iter().enumerate().rev() {
        for (j, b) in theirs.iter().enumerate().rev() {
            let longest = match equal(a, b) {
                true => get(&lengths, i + 1, j + 1) + 1,
                false => get(&lengths, i + 1, j).max(get(&lengths, i, j + 1)),
            };
            if let Some(cell) = lengths.get_mut(i * columns + j) {
                *cell = longest;
            }
        }
    }
    let (mut i, mut j, mut pairs) = (0, 0, Vec::new());
    while let (Some(a), Some(b)) = (mine.get(i), theirs.get(j)) {
        if equal(a, b) && get(&lengths, i, j) == get(&lengths, i + 1, j + 1) + 1 {
            pairs.push((*a, *b));
            (i, j) = (i + 1, j + 1);
        } else if get(&lengths, i + 1, j) >= get(&lengths, i, j + 1) {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::Item;
    use crate::typeset::{TextStyle, Typesetter};
    use std::sync::Arc;

    /// The letters of a text in a row.
    fn letters(text: &str) -> Vec<Piece> {
        let place = |(index, sign): (usize, char)| {
            let set = Typesetter::bundled().text(&sign.to_string(), &TextStyle::new(1.0));
            let item: Item = set.part.parts.first()?.items.first()?.clone();
            let item = item.transformed(crate::geom::Affine::translate((index as f64, 0.0)));
            let rect = item.bounds()?;
            let line = text.chars().take(index).filter(|sign| *sign == ' ').count();
            Some(Piece { item, way: Arc::from([]), rect, sign: Some(sign), line })
        };
        text.chars().enumerate().filter_map(place).collect()
    }

    fn met(a: &str, b: &str) -> Vec<(usize, usize)> {
        let mut found = pairs(&letters(a), &letters(b)).found;
        found.sort_unstable();
        found
    }

    #[test]
    fn signs_travel_and_words_stay_together() {
        assert_eq!(met("2+1=", "1+2="), [(0, 2), (1, 1), (2, 0), (3, 3)]);
        // A word that both share travels as one, single letters do not.
        assert_eq!(met("-log=bit", "bit=-log"), [(0, 4), (1, 5), (2, 6), (3, 7), (4, 3), (5, 0), (6, 1), (7, 2)]);
        assert!(met("a long sentence about x", "nothing that is alike, but of more letters").is_empty());
    }

    #[test]
    fn a_letter_stays_with_the_word_that_travels() {
        // Blanks are no pieces: 11 letters, then `is` or `helps`, then 12 letters.
        let found = met("Compression is intelligence", "Compression helps intelligence");
        let wanted: Vec<(usize, usize)> =
            (0..11).map(|at| (at, at)).chain((0..12).map(|at| (13 + at, 16 + at))).collect();
        assert_eq!(found, wanted);
    }

    #[test]
    fn as_many_letters_bend_into_others() {
        assert_eq!(met("cat", "dog").len(), 3);
        assert_eq!(met("<", "=").len(), 1);
        let source = letters("<");
        assert!(matches!(paired(&source, &letters("="), 0.0, false)[0].course, Course::Bend(_)));
        assert!(matches!(paired(&source, &source, 0.0, false)[0].course, Course::Travel(..)));
    }

    #[test]
    fn parts_of_one_name_find_each_other_first() {
        let named = |text: &str, name: &str| -> Vec<Piece> {
            letters(text).into_iter().map(|piece| Piece { way: Arc::from([name.to_owned()]), ..piece }).collect()
        };
        let source: Vec<Piece> = named("1", "a").into_iter().chain(named("1", "b")).collect();
        let target: Vec<Piece> = named("1", "b").into_iter().chain(named("1", "a")).collect();
        let mut found = pairs(&source, &target).found;
        found.sort_unstable();
        assert_eq!(found, [(0, 1), (1, 0)]);
    }

    #[test]
    fn what_changes_places_passes_on_either_side() {
        let legs = paired(&letters("2=7"), &letters("7=2"), 0.0, false);
        let bends: Vec<f64> = legs.iter().map(|leg| leg.arc).collect();
        assert!(bends[0] * bends[2] > 0.0 && bends[0].abs() > 20.0, "{bends:?}");
        // What goes the same way side by side needs no detour.
        assert!(paired(&letters("27"), &letters("27"), 0.0, false).iter().all(|leg| leg.arc == 0.0));
    }
}
