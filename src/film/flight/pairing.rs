//! Which piece becomes which: what stands in parts of the same names first, then equal glyphs in reading order, then what is
//! left between them, if it is as many on both sides; the rest fades.

use std::collections::BTreeMap;

use super::leg::{Bend, Course, Leg};
use super::pieces::Piece;
use crate::draw::Shape;
use crate::geom::{Point, Rect, Vec2, union};

/// Pieces compared for equal glyphs: beyond, the table of common sequences is too large and everything cross-fades.
const COMPARED: usize = 600;
/// Pieces that may be taken out of their order to meet their equals: in longer texts that would be a swarm.
const SWARM: usize = 48;
/// Glyphs in a row that may bend into as many others: more are easier to read when they fade.
const BENT: usize = 12;
/// Least and most bend of ways that would lead through each other, in degrees.
const DETOURS: [f64; 2] = [40.0, 150.0];
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
    let pairs = pairs(source, target);
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
        legs.push((*j as f64, Leg { course, arc, turn: 0 }));
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
        legs.push((place, Leg { course, arc: if alone { arc } else { 0.0 }, turn: 0 }));
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
        legs.push((*j as f64, Leg { course, arc: 0.0, turn: 0 }));
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
        let window = if far { [0.5, 0.78] } else { [0.0, 0.5] };
        Course::Leave { item, window, shift: self.way, scale: (self.centre, self.scale) }
    }

    fn enter(&self, item: crate::draw::Item, centre: Point) -> Course {
        let shift = (self.goal - centre) * 0.25;
        Course::Enter { item, window: [0.55, 1.0], shift, scale: (centre, 0.85) }
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

/// Ways that lead through each other at the same time become arcs, to their own left: so the two pass on either side.
fn avoid(legs: &mut [Leg]) {
    let ways: Vec<Option<(Point, Point, f64)>> = legs
        .iter()
        .map(|leg| {
            let size = match &leg.course {
                Course::Travel(_, to) => to.bounds().map_or(0.0, |rect| rect.width().max(rect.height()) / 2.0),
                _ => 0.0,
            };
            leg.way().map(|(from, to)| (from, to, size))
        })
        .collect();
    if ways.len() > COMPARED {
        return;
    }
    let mut bends = vec![0.0f64; legs.len()];
    for (i, a) in ways.iter().enumerate() {
        for (j, b) in ways.iter().enumerate().skip(i + 1) {
            let (Some((p, q, size)), Some((r, s, other))) = (a, b) else { continue };
            let (start, end) = (*r - *p, *s - *q);
            let change = end - start;
            let nearest =
                if change.hypot2() > 1e-9 { (-start.dot(change) / change.hypot2()).clamp(0.0, 1.0) } else { 0.0 };
            let least = (start + change * nearest).hypot();
            let room = (size + other) * 0.8;
            // They pass each other, and are apart before and after.
            let pass = nearest > 0.05 && nearest < 0.95 && least < room;
            if !pass || start.hypot().min(end.hypot()) < least + room * 0.4 {
                continue;
            }
            let lengths = [(*q - *p).hypot(), (*s - *r).hypot()];
            let longest = lengths[0].max(lengths[1]);
            // Who has the longer way goes round; two that change places both do.
            let round = lengths.map(|length| length > longest * 0.6);
            let need = if round == [true, true] { room * 0.6 } else { room * 1.15 };
            for (index, (length, round)) in [i, j].into_iter().zip(lengths.into_iter().zip(round)) {
                let bend = (4.0 * libm::atan(2.0 * need / length.max(1e-6))).to_degrees();
                if let Some(slot) = bends.get_mut(index).filter(|_| round) {
                    *slot = slot.max(bend.clamp(DETOURS[0], DETOURS[1]));
                }
            }
        }
    }
    // What travels side by side bends together.
    for index in 0..legs.len() {
        let Some(Some((p, q, _))) = ways.get(index) else { continue };
        let beside = ways.iter().zip(&bends).filter(|(way, _)| {
            way.is_some_and(|(r, s, _)| ((*q - *p) - (s - r)).hypot() < 0.05 && (*p - r).hypot() < 3.0)
        });
        let bend = beside.map(|(_, bend)| *bend).fold(0.0, f64::max);
        if let Some(leg) = legs.get_mut(index).filter(|_| bend > 0.0) {
            leg.arc = bend;
        }
    }
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
            source.get(*i).map(|piece| groups.entry(key(piece)).or_default().0.push(*i));
        }
        for j in &pairs.target {
            target.get(*j).map(|piece| groups.entry(key(piece)).or_default().1.push(*j));
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
        for gap in 0..gaps.len() {
            for i in gaps.get(gap).map_or(Vec::new(), |gap| gap.0.clone()) {
                let other = gaps.iter().flat_map(|(_, theirs)| theirs).copied().find(|j| equal(&i, j));
                let Some(j) = other else { continue };
                found.push((i, j));
                for (mine, theirs) in &mut gaps {
                    mine.retain(|other| *other != i);
                    theirs.retain(|other| *other != j);
                }
            }
        }
    }
    for (mine, theirs) in gaps {
        let glyphs =
            |all: &[Piece], of: &[usize]| of.iter().filter_map(|i| all.get(*i)).all(|piece| piece.glyph().is_some());
        let letters = glyphs(source, &mine) || glyphs(target, &theirs);
        // Letters that have nothing to do with each other bend only if there are few of them.
        let few = mine.len() <= if named { BENT } else { BENT / 2 };
        if mine.len() == theirs.len() && (few || !letters) {
            found.extend(mine.into_iter().zip(theirs).filter(|(i, j)| bendable(source, target, *i, *j)));
        } else if !letters {
            found.extend(shapes(source, target, &mine, &theirs));
        }
    }
    found
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

/// Can one bend into the other? Both are outlines, and both are filled or neither is.
fn bendable(source: &[Piece], target: &[Piece], i: usize, j: usize) -> bool {
    let filled = |piece: Option<&Piece>| match piece.map(|piece| &piece.item.shape) {
        Some(Shape::Path { fill, .. }) => Some(fill.is_some()),
        Some(Shape::Glyphs(_)) => Some(true),
        _ => None,
    };
    let (a, b) = (filled(source.get(i)), filled(target.get(j)));
    a.is_some() && a == b
}

/// Do two pieces count as the same thing?
fn akin(a: &Piece, b: &Piece) -> bool {
    match (a.glyph(), b.glyph()) {
        (Some((x, i)), Some((y, j))) => x.font == y.font && i == j,
        (None, None) => same(a, b),
        _ => false,
    }
}

/// Is it the same but for its map and its paint?
fn same(a: &Piece, b: &Piece) -> bool {
    match (&a.item.shape, &b.item.shape) {
        (Shape::Glyphs(_), Shape::Glyphs(_)) => akin(a, b),
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
