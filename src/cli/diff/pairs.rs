//! Pairs of frames that show best what differs: only here anything is drawn.

use super::super::sheet::{Cell, cell, fullest};
use super::versions::{Change, Stretch, Version};
use crate::geom::FrameSize;
use crate::raster::{Pixels, Rasterizer};
use crate::time::{FrameIndex, FrameRange};

/// Seconds of a stretch for each pair, and pairs of a stretch at most.
const SECS: f64 = 4.0;
const MOST: u64 = 4;
/// Instants that are looked at for each pair.
const GLANCES: u64 = 8;
/// Size of the pictures that instants are chosen by.
const GLANCE_PX: (u32, u32) = (160, 90);
/// A difference over more of the frame than this is plain to see.
const PLAIN: f64 = 0.6;
/// What is drawn around a difference, how thick and how far away from it, in pixels.
const RIM: [u8; 4] = [0xff, 0x3e, 0xa5, 0xff];
const RIM_PX: u32 = 2;
const ROOM_PX: u32 = 4;
/// A side that there is not.
const NOTHING: [u8; 4] = [0x3a, 0x3f, 0x48, 0xff];

/// An instant before and after.
pub(super) struct Pair {
    /// Of the old version; a scene that is new has none.
    pub(super) old: Option<Side>,
    /// Of the new version.
    pub(super) new: Option<Side>,
    size: (u32, u32),
}

/// A frame of one version.
pub(super) struct Side {
    /// What belongs to it.
    pub(super) cell: Cell,
    /// The frame, with a rim around what differs.
    pub(super) picture: Pixels,
}

impl Pair {
    /// Both sides for a sheet, side by side; what is not there is blank.
    pub(super) fn sides(self) -> [(Cell, Pixels); 2] {
        let (width, height) = self.size;
        let blank = || {
            let rgba = NOTHING.repeat(width as usize * height as usize);
            (Cell::blank(), Pixels { width, height, rgba })
        };
        [("was", self.old), ("is", self.new)].map(|(word, side)| match side {
            Some(Side { cell, picture }) => (Cell { heading: format!("{word} {}", cell.heading), ..cell }, picture),
            None => blank(),
        })
    }
}

/// The pairs that show what became of a scene.
pub(super) fn pairs(change: &Change, (old, new): (&Version<'_>, &Version<'_>), size: FrameSize) -> Vec<Pair> {
    let rasterizer = Rasterizer::new(size);
    let side = |version: &Version<'_>, at: FrameIndex, since: FrameIndex| Side {
        cell: cell(version.film, at, since.0.checked_sub(1)),
        picture: rasterizer.expose(version.film.exposures(at)),
    };
    let px = (size.width(), size.height());
    let alone = |version: &Version<'_>, scene: usize| {
        let range = version.range(scene);
        side(version, FrameIndex(fullest(version.film, range)), range.start)
    };
    match change.place {
        (Some(i), None) => return vec![Pair { old: Some(alone(old, i)), new: None, size: px }],
        (None, Some(j)) => return vec![Pair { old: None, new: Some(alone(new, j)), size: px }],
        _ => {}
    }
    let (i, j) = (change.place.0.unwrap_or_default(), change.place.1.unwrap_or_default());
    let chosen = change.stretches.iter().flat_map(|stretch| {
        let at = instants(stretch, (old, i), (new, j));
        at.into_iter().map(|(a, b)| (side(old, a, stretch.old.start), side(new, b, stretch.new.start)))
    });
    let pair = |(mut old, mut new): (Side, Side)| {
        if let Some(differs) = differs(&old.picture, &new.picture) {
            rim(&mut old.picture, differs);
            rim(&mut new.picture, differs);
        }
        Pair { old: Some(old), new: Some(new), size: px }
    };
    chosen.map(pair).collect()
}

/// Instants of a stretch, in both versions: of each part of it those at which the pictures differ most.
fn instants(
    stretch: &Stretch,
    (old, i): (&Version<'_>, usize),
    (new, j): (&Version<'_>, usize),
) -> Vec<(FrameIndex, FrameIndex)> {
    let frames = stretch.old.len().max(stretch.new.len());
    let parts = (frames as f64 / new.film.fps().as_f64() / SECS).ceil().clamp(1.0, MOST as f64) as u64;
    let glance = FrameSize::new(GLANCE_PX.0, GLANCE_PX.1).map(Rasterizer::new);
    let mut chosen = Vec::new();
    for part in 0..parts {
        let steps = parts * GLANCES;
        let looks = (1..=GLANCES).map(|step| part * GLANCES + step);
        let frame = |range: FrameRange, step: u64, first: FrameIndex| shared(range, step, steps).max(first);
        let first = (old.range(i).start, new.range(j).start);
        let at = looks.map(|step| (frame(stretch.old, step, first.0), frame(stretch.new, step, first.1)));
        let mut differ: Vec<(FrameIndex, FrameIndex)> =
            at.filter(|(a, b)| old.digest(i, *a) != new.digest(j, *b)).collect();
        differ.dedup();
        let far = |(a, b): &(FrameIndex, FrameIndex)| {
            let Some(glance) = &glance else { return 0 };
            let [a, b] = [glance.expose(old.film.exposures(*a)), glance.expose(new.film.exposures(*b))];
            a.rgba.iter().zip(&b.rgba).map(|(a, b)| u64::from(a.abs_diff(*b))).sum::<u64>()
        };
        let best = differ.into_iter().max_by_key(far);
        chosen.extend(best.filter(|best| !chosen.contains(best)));
    }
    chosen
}

/// The frame that is so far into a range; of an empty one the frame before it.
fn shared(range: FrameRange, step: u64, steps: u64) -> FrameIndex {
    let into = (range.len() * step).div_ceil(steps.max(1));
    FrameIndex((range.start.0 + into).saturating_sub(1))
}

/// Left, top, right and bottom of what differs, in pixels; `None` if nothing does or nearly all.
fn differs(old: &Pixels, new: &Pixels) -> Option<[u32; 4]> {
    if (old.width, old.height) != (new.width, new.height) {
        return None;
    }
    let mut edges: Option<[u32; 4]> = None;
    let rows = old.rgba.chunks_exact(old.width as usize * 4).zip(new.rgba.chunks_exact(new.width as usize * 4));
    for (y, (a, b)) in (0_u32..).zip(rows) {
        for (x, (a, b)) in (0_u32..).zip(a.chunks_exact(4).zip(b.chunks_exact(4))) {
            if a != b {
                let [left, top, right, bottom] = edges.unwrap_or([x, y, x, y]);
                edges = Some([left.min(x), top.min(y), right.max(x), bottom.max(y)]);
            }
        }
    }
    let area = |[left, top, right, bottom]: [u32; 4]| f64::from(right - left) * f64::from(bottom - top);
    edges.filter(|edges| area(*edges) < PLAIN * f64::from(old.width) * f64::from(old.height))
}

/// Draws a rim around a rectangle.
fn rim(picture: &mut Pixels, [left, top, right, bottom]: [u32; 4]) {
    let room = ROOM_PX + RIM_PX;
    let (left, top) = (left.saturating_sub(room), top.saturating_sub(room));
    let (right, bottom) = ((right + room).min(picture.width - 1), (bottom + room).min(picture.height - 1));
    let width = picture.width as usize;
    for y in top..=bottom {
        for x in left..=right {
            let inside = x >= left + RIM_PX && x + RIM_PX <= right && y >= top + RIM_PX && y + RIM_PX <= bottom;
            let at = (y as usize * width + x as usize) * 4;
            if let Some(pixel) = picture.rgba.get_mut(at..at + 4).filter(|_| !inside) {
                pixel.copy_from_slice(&RIM);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rim_is_around_what_differs() {
        let plain = Pixels { width: 40, height: 30, rgba: vec![255; 40 * 30 * 4] };
        let mut dotted = plain.clone();
        dotted.rgba[(10 * 40 + 20) * 4] = 0;
        assert_eq!((differs(&plain, &dotted), differs(&plain, &plain)), (Some([20, 10, 20, 10]), None));
        let mut framed = plain.clone();
        rim(&mut framed, [20, 10, 20, 10]);
        let pink = |x: usize, y: usize| framed.rgba[(y * 40 + x) * 4..][..4] == RIM;
        assert!(pink(14, 10) && pink(26, 10) && pink(20, 4) && pink(20, 16));
        assert!(!pink(16, 10) && !pink(20, 10) && !pink(13, 10) && !pink(20, 17));
        let corner = [0, 0, 39, 29];
        rim(&mut framed, corner);
        let far = Pixels { rgba: vec![0; 40 * 30 * 4], ..plain.clone() };
        assert_eq!(differs(&plain, &far), None);
    }

    #[test]
    fn instants_go_to_the_end_of_a_range() {
        let range = FrameRange::new(10, 20);
        assert_eq!([1, 4, 8].map(|step| shared(range, step, 8).0), [11, 14, 19]);
        assert_eq!([1, 8].map(|step| shared(FrameRange::new(5, 5), step, 8).0), [4, 4]);
        assert_eq!(shared(FrameRange::new(0, 0), 1, 8).0, 0);
    }
}
