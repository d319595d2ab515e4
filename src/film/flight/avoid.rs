//! Ways that would lead through each other become arcs: what travels side by side stays together, and two that change places
//! pass on either side.

use super::leg::Leg;
use crate::geom::{Point, Rect, Vec2};

/// Flights of more pieces are not looked at: they are swarms anyway.
const COMPARED: usize = 600;
/// Ways of neighbours that differ by less are one way, in stage units: what grows on its way spreads a little.
const ALIKE: f64 = 0.15;
/// Pieces of one way that are nearer to each other than this belong together, in stage units.
const NEAR: f64 = 0.5;
/// Space between what passes, in stage units.
const SPACE: f64 = 0.1;
/// The most that a way is bent, in degrees.
const MOST: f64 = 170.0;

/// Pieces that travel side by side.
struct Cluster {
    legs: Vec<usize>,
    from: Rect,
    to: Rect,
    way: Vec2,
    /// The way of the piece that joined last.
    last: Vec2,
    /// How far the way swings out to its left, at its middle.
    swing: f64,
}

impl Cluster {
    fn centre(&self, share: f64) -> Point {
        self.from.center() + (self.to.center() - self.from.center()) * share
    }

    /// Half of its extent along a direction.
    fn extent(&self, along: Vec2) -> f64 {
        let half = |rect: Rect| (along.x.abs() * rect.width() + along.y.abs() * rect.height()) / 2.0;
        (half(self.from) + half(self.to)) / 2.0
    }
}

/// Bends the ways of legs that would meet.
pub(super) fn avoid(legs: &mut [Leg]) {
    let mut clusters = clusters(legs);
    // Who changes places with another decides first on which side: all else follows.
    for mutual in [true, false] {
        for i in 0..clusters.len() {
            for j in i + 1..clusters.len() {
                let pair = clusters.get(i).zip(clusters.get(j));
                let Some([mine, theirs]) = pair.and_then(|(a, b)| swings(a, b, mutual)) else { continue };
                for (index, swing) in [(i, mine), (j, theirs)] {
                    if let Some(cluster) = clusters.get_mut(index)
                        && swing.abs() > cluster.swing.abs()
                    {
                        cluster.swing = swing;
                    }
                }
            }
        }
    }
    for cluster in clusters.iter().filter(|cluster| cluster.swing != 0.0) {
        for index in &cluster.legs {
            let Some((leg, [from, to])) = legs.get_mut(*index).and_then(|leg| leg.ends.map(|ends| (leg, ends))) else {
                continue;
            };
            let length = (to.center() - from.center()).hypot().max(1e-6);
            leg.arc = (4.0 * libm::atan(2.0 * cluster.swing / length)).to_degrees().clamp(-MOST, MOST);
        }
    }
}

fn clusters(legs: &[Leg]) -> Vec<Cluster> {
    let mut clusters: Vec<Cluster> = Vec::new();
    if legs.len() > COMPARED {
        return clusters;
    }
    for (index, leg) in legs.iter().enumerate() {
        let Some([from, to]) = leg.ends else { continue };
        let way = to.center() - from.center();
        let joins = |cluster: &&mut Cluster| {
            let near = from.inflate(NEAR, NEAR).intersect(cluster.from);
            (cluster.last - way).hypot() < ALIKE && near.width() > 0.0 && near.height() > 0.0
        };
        match clusters.iter_mut().find(joins) {
            Some(cluster) => {
                cluster.legs.push(index);
                cluster.last = way;
                (cluster.from, cluster.to) = (cluster.from.union(from), cluster.to.union(to));
            }
            None => clusters.push(Cluster { legs: vec![index], from, to, way, last: way, swing: 0.0 }),
        }
    }
    clusters
}

/// How far two clusters must swing out to the left of their ways to pass each other; `None` if they do not meet, or are not
/// `mutual`: each about where the other was.
fn swings(a: &Cluster, b: &Cluster, mutual: bool) -> Option<[f64; 2]> {
    let (long, short) = if a.way.hypot() >= b.way.hypot() { (a, b) } else { (b, a) };
    let length = long.way.hypot();
    let meets = |a: Rect, b: Rect| a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1;
    if length < ALIKE || meets(a.from, b.from) || meets(a.to, b.to) {
        return None;
    }
    let (start, end) = (long.centre(0.0) - short.centre(0.0), long.centre(1.0) - short.centre(1.0));
    let change = end - start;
    let nearest = -start.dot(change) / change.hypot2().max(1e-12);
    if !(0.02..=0.98).contains(&nearest) {
        return None;
    }
    let along = long.way / length;
    let left = Vec2::new(-along.y, along.x);
    let apart = start + change * nearest;
    let room = long.extent(left) + short.extent(left);
    if apart.dot(left).abs() > room || apart.dot(along).abs() > long.extent(along) + short.extent(along) {
        return None;
    }
    let opposed = short.way.dot(long.way) < 0.0 && short.way.hypot() > length * 0.4;
    if opposed != mutual {
        return None;
    }
    // On the side that is taken, or on which it is already, or to its left.
    let taken = if long.swing != 0.0 || !opposed { long.swing } else { short.swing };
    let beside = apart.dot(left);
    let side = match taken {
        0.0 if beside < -room * 0.3 => -1.0,
        0.0 => 1.0,
        taken => taken.signum(),
    };
    // Arcs swing out less before and after their middle.
    let middle = (4.0 * nearest * (1.0 - nearest)).max(0.4);
    let need = (room + SPACE - beside * side).max(0.0) / middle * side;
    let (mine, theirs) = if opposed { (need / 2.0, need / 2.0) } else { (need, 0.0) };
    Some(if std::ptr::eq(long, a) { [mine, theirs] } else { [theirs, mine] })
}
