//! Which parts of the canvas are to be drawn anew: tiles, gathered into rectangles that do not overlap.

/// A rectangle of whole pixels: from (x0, y0) up to, not including, (x1, y1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PixelBox {
    pub(super) x0: u32,
    pub(super) y0: u32,
    pub(super) x1: u32,
    pub(super) y1: u32,
}

impl PixelBox {
    pub(super) const EMPTY: Self = Self { x0: u32::MAX, y0: u32::MAX, x1: 0, y1: 0 };

    pub(super) fn is_empty(self) -> bool {
        self.x0 >= self.x1 || self.y0 >= self.y1
    }

    pub(super) fn union(self, other: Self) -> Self {
        if other.is_empty() {
            return self;
        }
        Self {
            x0: self.x0.min(other.x0),
            y0: self.y0.min(other.y0),
            x1: self.x1.max(other.x1),
            y1: self.y1.max(other.y1),
        }
    }

    pub(super) fn intersection(self, other: Self) -> Self {
        Self {
            x0: self.x0.max(other.x0),
            y0: self.y0.max(other.y0),
            x1: self.x1.min(other.x1),
            y1: self.y1.min(other.y1),
        }
    }

    pub(super) fn width(self) -> usize {
        self.x1.saturating_sub(self.x0) as usize
    }

    pub(super) fn height(self) -> usize {
        self.y1.saturating_sub(self.y0) as usize
    }
}

/// Edges of a tile in pixels. The width is a multiple of what a conversion takes at a time, so that a tile is converted as
/// it would be within its row; the height is even, for chroma.
const TILE: (u32, u32) = (64, 8);

/// The tiles of a canvas that are to be drawn anew.
pub(super) struct Damage {
    width: u32,
    height: u32,
    columns: usize,
    tiles: Vec<bool>,
}

impl Damage {
    /// Nothing yet, on a canvas of this size in pixels.
    pub(super) fn new(width: u32, height: u32) -> Self {
        let columns = width.div_ceil(TILE.0) as usize;
        Self { width, height, columns, tiles: vec![false; columns * height.div_ceil(TILE.1) as usize] }
    }

    /// The whole canvas.
    pub(super) fn mark_all(&mut self) {
        self.tiles.fill(true);
    }

    /// A rectangle, as far as it is on the canvas.
    pub(super) fn mark(&mut self, area: PixelBox) {
        let area = area.intersection(PixelBox { x0: 0, y0: 0, x1: self.width, y1: self.height });
        if area.is_empty() {
            return;
        }
        let (first, last) = ((area.x0 / TILE.0) as usize, area.x1.div_ceil(TILE.0) as usize);
        for row in area.y0 / TILE.1..area.y1.div_ceil(TILE.1) {
            let start = row as usize * self.columns;
            if let Some(tiles) = self.tiles.get_mut(start + first..start + last) {
                tiles.fill(true);
            }
        }
    }

    /// Hands over the rectangles that cover all that was marked, and forgets it.
    pub(super) fn take(&mut self) -> Vec<PixelBox> {
        let mut done = Vec::new();
        let mut open: Vec<PixelBox> = Vec::new();
        for (row, tiles) in self.tiles.chunks_exact(self.columns.max(1)).enumerate() {
            let y0 = row as u32 * TILE.1;
            let y1 = (y0 + TILE.1).min(self.height);
            let mut runs: Vec<PixelBox> = Vec::new();
            for (column, _) in tiles.iter().enumerate().filter(|(_, marked)| **marked) {
                let x0 = column as u32 * TILE.0;
                let x1 = (x0 + TILE.0).min(self.width);
                match runs.last_mut() {
                    Some(run) if run.x1 == x0 => run.x1 = x1,
                    _ => runs.push(PixelBox { x0, y0, x1, y1 }),
                }
            }
            let goes_on = runs.len() == open.len() && runs.iter().zip(&open).all(|(a, b)| (a.x0, a.x1) == (b.x0, b.x1));
            if goes_on {
                open.iter_mut().for_each(|run| run.y1 = y1);
            } else {
                done.append(&mut open);
                open = runs;
            }
        }
        done.append(&mut open);
        self.tiles.fill(false);
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marked_pixels_are_covered_once() {
        let (width, height) = (200, 90);
        let mut damage = Damage::new(width, height);
        let marked = [
            PixelBox { x0: 3, y0: 5, x1: 9, y1: 40 },
            PixelBox { x0: 70, y0: 30, x1: 199, y1: 31 },
            PixelBox { x0: 190, y0: 80, x1: 900, y1: 900 },
            PixelBox::EMPTY,
        ];
        marked.iter().for_each(|area| damage.mark(*area));
        let rects = damage.take();
        let inside = |r: &PixelBox, x, y| r.x0 <= x && x < r.x1 && r.y0 <= y && y < r.y1;
        for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
            let times = rects.iter().filter(|rect| inside(rect, x, y)).count();
            assert!(times <= 1);
            assert!(times == 1 || !marked.iter().any(|area| inside(area, x, y)), "{x} {y}");
        }
        assert!(
            rects.iter().all(|rect| rect.x0 % 64 == 0 && rect.y0 % 2 == 0 && rect.x1 <= width && rect.y1 <= height)
        );
        assert!(damage.take().is_empty());
        damage.mark_all();
        assert_eq!(damage.take(), [PixelBox { x0: 0, y0: 0, x1: width, y1: height }]);
    }
}
