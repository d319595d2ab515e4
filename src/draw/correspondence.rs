//! Which places of two contours become each other: where both begin, corners to corners, and evenly in between.

use super::contour::Contour;
use crate::geom::Vec2;

/// Points by which outlines are compared.
const SAMPLES: usize = 64;
/// Beginnings that are tried.
const TURNS: usize = 3;
/// Outlines of up to so many segments, of the same kinds on both sides, keep them: bars stay bars, circles circles.
const SAME_KINDS: usize = 16;
/// Corners this near to each other on both outlines, as a share of the length, become each other.
const CORNER_REACH: f64 = 0.07;

/// Where a piecewise even map leads.
pub(super) fn led(anchors: &[(f64, f64)], place: f64) -> f64 {
    let after = anchors.partition_point(|(u, _)| *u <= place).clamp(1, anchors.len().saturating_sub(1).max(1));
    match (anchors.get(after - 1), anchors.get(after)) {
        (Some((a, x)), Some((b, y))) if b - a > 1e-12 => x + (place - a) / (b - a) * (y - x),
        (Some((a, x)), _) => x + (place - a),
        _ => place,
    }
}

/// Points of a contour from a place on, about its centre, at a size of 1.
fn normal(contour: &Contour, start: f64) -> Vec<Vec2> {
    let scale = 4.0 / contour.length.max(1e-9);
    let point = |i: usize| contour.point(start + i as f64 / SAMPLES as f64);
    (0..SAMPLES).map(|i| (point(i) - contour.centre) * scale).collect()
}

/// How well the points of two contours fit if those of the second are so many further along.
fn costs(from: &Contour, to: &Contour) -> Vec<f64> {
    let (a, b) = (normal(from, 0.0), normal(to, 0.0));
    // Only what is closed can begin elsewhere.
    let turns = if from.closed || to.closed { SAMPLES } else { 1 };
    let cost = |turn: usize| a.iter().zip(b.iter().cycle().skip(turn)).map(|(a, b)| (*a - *b).hypot2()).sum();
    (0..turns).map(cost).collect()
}

/// How much further along the second contour its points are that fit those of the first best, after how badly they fit.
pub(super) fn best_turn(from: &Contour, to: &Contour) -> (f64, f64) {
    let costs = costs(from, to);
    let best = costs.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1));
    best.map_or((0.0, 0.0), |(turn, cost)| (*cost, turn as f64 / SAMPLES as f64))
}

/// The same for the best few that are not next to each other, the best first.
fn turns(from: &Contour, to: &Contour) -> Vec<f64> {
    let costs = costs(from, to);
    let at = |turn: usize| costs.get(turn % SAMPLES).copied().unwrap_or(f64::INFINITY);
    let mut least: Vec<usize> =
        (0..costs.len()).filter(|t| at(*t) <= at(t + 1) && at(*t) < at(t + SAMPLES - 1)).collect();
    least.sort_by(|a, b| at(*a).total_cmp(&at(*b)));
    if least.is_empty() {
        least.push(0);
    }
    least.into_iter().take(TURNS).map(|turn| turn as f64 / SAMPLES as f64).collect()
}

/// Ways in which two contours become each other, the one to be preferred first: for each, places of the first and those of
/// the second that they become, in order, once round. Between them both go on evenly.
pub(super) fn ways(from: &Contour, to: &Contour) -> Vec<Vec<(f64, f64)>> {
    let (_, turn) = best_turn(from, to);
    match (from.closed, to.closed) {
        (false, false) => vec![vec![(0.0, 0.0), (1.0, 1.0)]],
        // The closed one is cut open where it fits best.
        (false, true) => vec![vec![(0.0, turn), (1.0, turn + 1.0)]],
        (true, false) => vec![vec![(-turn, 0.0), (1.0 - turn, 1.0)]],
        (true, true) => {
            let mut ways: Vec<_> = same_kinds(from, to).into_iter().collect();
            let turns = turns(from, to);
            ways.extend(turns.iter().map(|turn| cornered(from, to, *turn)));
            ways.extend(turns.iter().map(|turn| warped(from, to, *turn)));
            ways
        }
    }
}

/// Corners that are near each other become each other.
fn cornered(from: &Contour, to: &Contour, turn: f64) -> Vec<(f64, f64)> {
    let (corners, theirs) = (from.corners(), to.corners());
    let apart = |u: f64, v: f64| libm::remainder(v - u - turn, 1.0);
    let nearest = |place: f64, all: &[(f64, f64)], way: &dyn Fn(f64, f64) -> f64, side: f64| {
        let fitting = all.iter().filter(|(_, turn)| (*turn > 0.0) == (side > 0.0));
        fitting.map(|(other, _)| *other).min_by(|a, b| way(place, *a).abs().total_cmp(&way(place, *b).abs()))
    };
    let mut kept: Vec<(f64, f64)> = Vec::new();
    for (place, side) in &corners {
        let Some(other) = nearest(*place, &theirs, &apart, *side) else { continue };
        let mutual = nearest(other, &corners, &|v, u| apart(u, v), *side) == Some(*place);
        let met = place + turn + apart(*place, other);
        // Both go on along their ways, and not back.
        let on = kept.last().is_none_or(|(_, last)| met > last + 1e-6)
            && kept.first().is_none_or(|(_, first)| met < first + 1.0 - 1e-6);
        if mutual && on && apart(*place, other).abs() < CORNER_REACH {
            kept.push((*place, met));
        }
    }
    match kept.first().copied() {
        Some((u, v)) => kept.push((u + 1.0, v + 1.0)),
        None => kept = vec![(0.0, turn), (1.0, turn + 1.0)],
    }
    kept
}

/// The cheapest way along both at once, on which neither is more than three times as fast as the other: places and
/// directions that are alike become each other (dynamic time warping).
fn warped(from: &Contour, to: &Contour, turn: f64) -> Vec<(f64, f64)> {
    const STEPS: [(usize, usize); 5] = [(1, 1), (1, 2), (2, 1), (1, 3), (3, 1)];
    let (a, b) = (normal(from, 0.0), normal(to, turn));
    let along = |all: &[Vec2], i: usize| {
        let at = |i: usize| all.get(i % SAMPLES).copied().unwrap_or_default();
        let way = at(i + 1) - at(i + SAMPLES - 1);
        way / way.hypot().max(1e-9)
    };
    let cost = |i: usize, j: usize| {
        let place = |all: &[Vec2], i: usize| all.get(i % SAMPLES).copied().unwrap_or_default();
        (place(&a, i) - place(&b, j)).hypot2() + 0.6 * (1.0 - along(&a, i).dot(along(&b, j)))
    };
    let columns = SAMPLES + 1;
    let mut table = vec![(f64::INFINITY, 0usize); columns * columns];
    if let Some(first) = table.first_mut() {
        *first = (0.0, 0);
    }
    for i in 0..columns {
        for j in 0..columns {
            // What is stretched costs a little more.
            let own = cost(i, j) + 0.002;
            for (step, (di, dj)) in STEPS.iter().enumerate() {
                let before = i.checked_sub(*di).zip(j.checked_sub(*dj)).and_then(|(i, j)| table.get(i * columns + j));
                let Some((sum, _)) = before else { continue };
                let sum = sum + own * (di + dj) as f64 / 2.0;
                if let Some(cell) = table.get_mut(i * columns + j)
                    && sum < cell.0
                {
                    *cell = (sum, step);
                }
            }
        }
    }
    let place = |i: usize| i as f64 / SAMPLES as f64;
    let (mut i, mut j) = (SAMPLES, SAMPLES);
    let mut path = vec![(1.0, turn + 1.0)];
    while i > 0 && j > 0 {
        let step = table.get(i * columns + j).map_or(0, |cell| cell.1);
        let (di, dj) = STEPS.get(step).copied().unwrap_or((1, 1));
        (i, j) = (i.saturating_sub(di), j.saturating_sub(dj));
        path.push((place(i), place(j) + turn));
    }
    path.reverse();
    // Every other place is enough, and smoother.
    let last = path.len() - 1;
    path.into_iter()
        .enumerate()
        .filter(|(index, _)| index.is_multiple_of(2) || *index == last)
        .map(|(_, pair)| pair)
        .collect()
}

/// The segments of both in pairs, if they are few and of the same kinds.
fn same_kinds(from: &Contour, to: &Contour) -> Option<Vec<(f64, f64)>> {
    let (a, b) = (from.straight(), to.straight());
    let count = a.len();
    if count != b.len() || count > SAME_KINDS {
        return None;
    }
    let corners = |contour: &Contour| -> Vec<Vec2> {
        let size = contour.rect.size();
        let share = |x: f64, width: f64| if width > 1e-9 { x / width } else { 0.0 };
        let about = |place: f64| contour.point(place) - contour.rect.center();
        let places = contour.vertices().into_iter().map(about);
        places.map(|v| Vec2::new(share(v.x, size.width), share(v.y, size.height))).collect()
    };
    let (mine, theirs) = (corners(from), corners(to));
    let cost = |turn: usize| -> f64 {
        mine.iter().zip(theirs.iter().cycle().skip(turn)).map(|(a, b)| (*a - *b).hypot2()).sum()
    };
    let fits = |turn: &usize| a.iter().zip(b.iter().cycle().skip(*turn)).all(|(a, b)| a == b);
    let best = (0..count).filter(fits).min_by(|a, b| cost(*a).total_cmp(&cost(*b)))?;
    let (u, v) = (from.vertices(), to.vertices());
    let mut anchors: Vec<(f64, f64)> = Vec::new();
    for (index, place) in u.iter().enumerate() {
        let other = index + best;
        anchors.push((*place, v.get(other % count)? + (other / count) as f64));
    }
    let (first, start) = *anchors.first()?;
    anchors.push((first + 1.0, start + 1.0));
    Some(anchors)
}
