//! Outlines to coverage: which share of each pixel's area lies inside, exact on a grid of 1/256 of a pixel.
//!
//! Each edge leaves in the pixels that it crosses how far it goes up or down there and how much area lies beside it; summed
//! from the left, that is what is inside (the way of LibArt and FreeType). The work grows with the outline's length, not
//! with its area. Winding is non-zero.

use tiny_skia::{Path, PathSegment, Point};

use super::coverage::Coverage;

/// Steps of a pixel's edge.
const ONE: i32 = 256;
/// How far a line may be from the curve that it stands for, in pixels.
const TOLERANCE_PX: f64 = 1.0 / 16.0;
/// Cells that are gathered before equal ones are merged: 16 MB.
const CELLS: usize = 1 << 20;

/// What an outline leaves in a pixel.
#[derive(Clone, Copy)]
struct Cell {
    /// Row and column, 16 bits each.
    key: u32,
    /// How far down its edges go.
    cover: i32,
    /// Twice the area between them and the pixel's left edge.
    area: i64,
}

/// Turns outlines into coverage; keeps its memory from one to the next.
#[derive(Default)]
pub(super) struct Scanner {
    width: i32,
    height: i32,
    cells: Vec<Cell>,
    sorted: Vec<Cell>,
    starts: Vec<u32>,
    limit: usize,
}

impl Scanner {
    /// For a canvas of this size in pixels.
    pub(super) fn new(width: u32, height: u32) -> Self {
        Self { width: width as i32 * ONE, height: height as i32 * ONE, limit: CELLS, ..Self::default() }
    }

    /// The coverage of a filled outline in pixels, as far as it is on the canvas.
    pub(super) fn fill(&mut self, path: &Path) -> Coverage {
        self.cells.clear();
        self.limit = CELLS;
        let (mut start, mut last) = (Point::zero(), Point::zero());
        for segment in path.segments() {
            match segment {
                PathSegment::MoveTo(to) => {
                    self.edge(wide(last), wide(start));
                    (start, last) = (to, to);
                }
                PathSegment::LineTo(to) => {
                    self.edge(wide(last), wide(to));
                    last = to;
                }
                PathSegment::QuadTo(by, to) => {
                    // The same curve as a cubic one.
                    let [p0, p1, p2] = [last, by, to].map(wide);
                    let third =
                        |end: (f64, f64)| (end.0 + (p1.0 - end.0) * (2.0 / 3.0), end.1 + (p1.1 - end.1) * (2.0 / 3.0));
                    self.curve(p0, third(p0), third(p2), p2);
                    last = to;
                }
                PathSegment::CubicTo(a, b, to) => {
                    self.curve(wide(last), wide(a), wide(b), wide(to));
                    last = to;
                }
                PathSegment::Close => {
                    self.edge(wide(last), wide(start));
                    last = start;
                }
            }
        }
        self.edge(wide(last), wide(start));
        self.sort();
        self.sweep()
    }

    fn curve(&mut self, p0: (f64, f64), p1: (f64, f64), p2: (f64, f64), p3: (f64, f64)) {
        let [width, height] = [self.width, self.height].map(|edge| f64::from(edge / ONE));
        let all = |test: &dyn Fn((f64, f64)) -> bool| [p0, p1, p2, p3].into_iter().all(test);
        if all(&|p| p.1 <= 0.0) || all(&|p| p.1 >= height) || all(&|p| p.0 >= width) || all(&|p| p.0 <= 0.0) {
            return self.edge(p0, p3); // where it runs is not seen
        }
        let bend = |a: (f64, f64), b: (f64, f64), c: (f64, f64)| {
            libm::sqrt(
                (a.0 - 2.0 * b.0 + c.0) * (a.0 - 2.0 * b.0 + c.0) + (a.1 - 2.0 * b.1 + c.1) * (a.1 - 2.0 * b.1 + c.1),
            )
        };
        let most = bend(p0, p1, p2).max(bend(p1, p2, p3));
        let pieces = libm::ceil(libm::sqrt(0.75 * most / TOLERANCE_PX)).clamp(1.0, 1000.0);
        // The polynomial's coefficients.
        let along = |a: f64, b: f64, c: f64, d: f64| (d - a + 3.0 * (b - c), 3.0 * (a - 2.0 * b + c), 3.0 * (b - a), a);
        let (x, y) = (along(p0.0, p1.0, p2.0, p3.0), along(p0.1, p1.1, p2.1, p3.1));
        let at = |k: (f64, f64, f64, f64), t: f64| ((k.0 * t + k.1) * t + k.2) * t + k.3;
        let mut last = p0;
        for piece in 1..pieces as u32 {
            let t = f64::from(piece) / pieces;
            let next = (at(x, t), at(y, t));
            self.edge(last, next);
            last = next;
        }
        self.edge(last, p3);
    }

    /// An edge anywhere; what is left of the canvas counts at its left border, what is elsewhere outside does not count.
    fn edge(&mut self, from: (f64, f64), to: (f64, f64)) {
        let (a, b) = (fixed(from), fixed(to));
        let inside = |p: (i32, i32)| 0 <= p.0 && p.0 <= self.width && 0 <= p.1 && p.1 <= self.height;
        if inside(a) && inside(b) {
            return self.line(a, b);
        }
        // Cut off above and below, then split at the left and right borders.
        let y_range = |y: i32| y.clamp(0, self.height);
        let (top, bottom) = (y_range(a.1), y_range(b.1));
        if top == bottom {
            return;
        }
        let x_at = |y: i32| divided(i64::from(b.0 - a.0) * i64::from(y - a.1), i64::from(b.1 - a.1)) + a.0;
        let y_at = |x: i32| divided(i64::from(b.1 - a.1) * i64::from(x - a.0), i64::from(b.0 - a.0)) + a.1;
        let (start, end) = ((x_at(top), top), (x_at(bottom), bottom));
        let mut cuts = [start; 4];
        let borders = if start.0 <= end.0 { [0, self.width] } else { [self.width, 0] };
        let (low, high) = (top.min(bottom), top.max(bottom));
        for (cut, border) in cuts.iter_mut().skip(1).zip(borders) {
            let crossed = (start.0 < border) != (end.0 < border);
            // A border that is not crossed leaves an empty piece at the nearer end.
            let before = (border <= start.0) == (start.0 <= end.0);
            *cut = if crossed {
                (border, y_at(border).clamp(low, high))
            } else if before {
                start
            } else {
                end
            };
        }
        if let Some(last) = cuts.last_mut() {
            *last = end;
        }
        for pair in cuts.windows(2) {
            let &[p, q] = pair else { continue };
            if p.0 <= 0 && q.0 <= 0 {
                self.line((0, p.1), (0, q.1));
            } else if p.0 < self.width || q.0 < self.width {
                let on = |x: i32| x.clamp(0, self.width);
                self.line((on(p.0), p.1), (on(q.0), q.1));
            }
        }
    }

    /// An edge on the canvas, row by row.
    fn line(&mut self, (x0, y0): (i32, i32), (x1, y1): (i32, i32)) {
        let (across, down) = (i64::from(x1 - x0), i64::from(y1 - y0));
        let (mut x, mut y) = (x0, y0);
        while y != y1 {
            let (row, next_y) = step(y, y1);
            let next_x = if next_y == y1 || across == 0 {
                if next_y == y1 { x1 } else { x }
            } else {
                x0 + divided(across * i64::from(next_y - y0), down)
            };
            self.within_row(row, (x, y - row * ONE), (next_x, next_y - row * ONE));
            (x, y) = (next_x, next_y);
        }
    }

    /// An edge within a row, pixel by pixel.
    fn within_row(&mut self, row: i32, (x0, y0): (i32, i32), (x1, y1): (i32, i32)) {
        let (column, first_end) = step(x0, x1);
        if first_end == x1 {
            return self.cell(row, column, y1 - y0, x0 + x1 - 2 * column * ONE);
        }
        let (across, down) = (i64::from(x1 - x0), i64::from(y1 - y0));
        let (mut x, mut y) = (x0, y0);
        while x != x1 {
            let (column, next_x) = step(x, x1);
            let next_y = if next_x == x1 { y1 } else { y0 + divided(down * i64::from(next_x - x0), across) };
            self.cell(row, column, next_y - y, x + next_x - 2 * column * ONE);
            (x, y) = (next_x, next_y);
        }
    }

    fn cell(&mut self, row: i32, column: i32, cover: i32, twice_x: i32) {
        if cover == 0 || column * ONE >= self.width {
            return;
        }
        let key = (row as u32) << 16 | column as u32;
        let area = i64::from(twice_x) * i64::from(cover);
        if let Some(last) = self.cells.last_mut().filter(|last| last.key == key) {
            last.cover += cover;
            last.area += area;
            return;
        }
        if self.cells.len() >= self.limit {
            self.merge();
        }
        self.cells.push(Cell { key, cover, area });
    }

    /// Makes room: equal cells become one.
    fn merge(&mut self) {
        self.cells.sort_unstable_by_key(|cell| cell.key);
        self.cells.dedup_by(|next, kept| {
            let same = next.key == kept.key;
            if same {
                kept.cover += next.cover;
                kept.area += next.area;
            }
            same
        });
        self.limit = CELLS.max(self.cells.len() * 2);
    }

    /// Puts the cells in order: by row in one go, since rows are known, and within each, which has few.
    fn sort(&mut self) {
        let rows = self.cells.iter().map(|cell| cell.key >> 16);
        let (Some(top), Some(bottom)) = (rows.clone().min(), rows.max()) else {
            self.sorted.clear();
            return;
        };
        self.starts.clear();
        self.starts.resize((bottom - top) as usize + 2, 0);
        for cell in &self.cells {
            if let Some(count) = self.starts.get_mut(((cell.key >> 16) - top) as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut self.starts {
            sum += *start;
            *start = sum;
        }
        self.sorted.clear();
        self.sorted.resize(self.cells.len(), Cell { key: 0, cover: 0, area: 0 });
        for cell in &self.cells {
            if let Some(next) = self.starts.get_mut(((cell.key >> 16) - top) as usize) {
                if let Some(slot) = self.sorted.get_mut(*next as usize) {
                    *slot = *cell;
                }
                *next += 1;
            }
        }
        // Each start has moved to its row's end.
        let mut start = 0;
        for end in self.starts.iter().take((bottom - top) as usize + 1) {
            if let Some(row) = self.sorted.get_mut(start..*end as usize) {
                row.sort_unstable_by_key(|cell| cell.key);
            }
            start = *end as usize;
        }
    }

    /// Sums the cells from the left.
    fn sweep(&self) -> Coverage {
        let Some(first) = self.sorted.first() else { return Coverage::default() };
        let mut coverage = Coverage::starting(first.key >> 16);
        let width = (self.width / ONE) as u32;
        let mut y = first.key >> 16;
        let (mut x, mut cover) = (0, 0i64);
        let mut cells = self.sorted.iter().peekable();
        while let Some(cell) = cells.next() {
            let (row, column) = (cell.key >> 16, cell.key & 0xffff);
            while y < row {
                coverage.push(x, width - x, share(cover * i64::from(2 * ONE)));
                coverage.end_row();
                (y, x, cover) = (y + 1, 0, 0);
            }
            coverage.push(x, column - x, share(cover * i64::from(2 * ONE)));
            let mut area = cell.area;
            cover += i64::from(cell.cover);
            while let Some(next) = cells.next_if(|next| next.key == cell.key) {
                cover += i64::from(next.cover);
                area += next.area;
            }
            coverage.push(column, 1, share(cover * i64::from(2 * ONE) - area));
            x = column + 1;
        }
        coverage.push(x, width - x, share(cover * i64::from(2 * ONE)));
        coverage.end_row();
        coverage
    }
}

fn wide(point: Point) -> (f64, f64) {
    (f64::from(point.x), f64::from(point.y))
}

/// In steps of the grid, to the nearest.
fn fixed((x, y): (f64, f64)) -> (i32, i32) {
    // The shift makes all numbers positive, for which a cast rounds down.
    let one = |value: f64| (value * f64::from(ONE) + (0.5 + f64::from(1 << 24))) as i32 - (1 << 24);
    (one(x), one(y))
}

/// Division to the nearest below: the same wherever the origin is.
fn divided(value: i64, by: i64) -> i32 {
    let (value, by) = if by < 0 { (-value, -by) } else { (value, by) };
    value.div_euclid(by.max(1)) as i32
}

/// The pixel that a way from one coordinate to another begins in, and where it leaves it.
fn step(from: i32, to: i32) -> (i32, i32) {
    if from <= to {
        let pixel = from >> 8;
        (pixel, to.min((pixel + 1) * ONE))
    } else {
        let pixel = (from - 1) >> 8;
        (pixel, to.max(pixel * ONE))
    }
}

/// Twice an area, of which all of a pixel is `2 * ONE * ONE`, as a value of coverage.
fn share(area: i64) -> u8 {
    let whole = i64::from(2 * ONE * ONE);
    ((area.abs().min(whole) * 255 + whole / 2) / whole) as u8
}

#[cfg(test)]
mod tests {
    use tiny_skia::{FillRule, Mask, PathBuilder, Transform};

    use super::*;
    use crate::info::uniform01;
    use crate::raster::coverage::Piece;
    use crate::raster::damage::PixelBox;

    fn dense(coverage: &Coverage, width: u32, height: u32) -> Vec<u8> {
        let mut values = vec![0; (width * height) as usize];
        coverage.within(PixelBox { x0: 0, y0: 0, x1: width, y1: height }, |y, x, piece| {
            let target = &mut values[(y * width + x) as usize..][..piece.len()];
            match piece {
                Piece::Whole(_) => target.fill(255),
                Piece::Partly(partly) => target.copy_from_slice(partly),
            }
        });
        values
    }

    #[test]
    fn shares_of_pixels_are_exact() {
        let rect = PathBuilder::from_rect(tiny_skia::Rect::from_ltrb(1.5, 0.25, 4.0, 2.0).unwrap());
        let values = dense(&Scanner::new(6, 3).fill(&rect), 6, 3);
        let expected = [[0, 96, 191, 191, 0, 0], [0, 128, 255, 255, 0, 0], [0; 6]];
        assert_eq!(values, expected.concat());
    }

    /// Another rasterizer, which samples, sees the same shapes wherever they are, on the canvas or across its borders.
    #[test]
    fn outlines_of_all_kinds_are_where_they_should_be() {
        let (width, height) = (90u32, 60u32);
        let mut scanner = Scanner::new(width, height);
        for round in 0..300 {
            let mut drawn = 0;
            let reach = if round % 3 == 0 { 400.0 } else { 70.0 };
            let mut point = || {
                drawn += 2;
                let at = |n| ((uniform01(round, n) - 0.5) * reach) as f32;
                (at(drawn) + 45.0, at(drawn + 1) + 30.0)
            };
            let mut builder = PathBuilder::new();
            for _ in 0..2 {
                let ((x, y), (a, b), (c, d), (e, f)) = (point(), point(), point(), point());
                builder.move_to(x, y);
                builder.line_to(a, b);
                builder.cubic_to(c, d, e, f, x, y);
                let ((a, b), (c, d)) = (point(), point());
                builder.quad_to(a, b, c, d);
            }
            let path = builder.finish().unwrap();
            let mut mask = Mask::new(width, height).unwrap();
            mask.fill_path(&path, FillRule::Winding, true, Transform::identity());
            let values = dense(&scanner.fill(&path), width, height);
            let apart = values.iter().zip(mask.data()).map(|(a, b)| f64::from(a.abs_diff(*b)));
            let (sum, far) = apart.fold((0.0, 0), |(sum, far), apart| (sum + apart, far + usize::from(apart > 64.0)));
            // Where contours cross within a pixel the two may differ.
            assert!(sum / f64::from(width * height) < 1.5 && far < 40, "round {round}: {sum} {far}");
        }
    }

    #[test]
    fn memory_stays_bounded_on_long_outlines() {
        let mut builder = PathBuilder::new();
        builder.move_to(0.0, 0.0);
        for turn in 0..4_000u16 {
            builder.line_to(if turn % 2 == 0 { 600.0 } else { 0.0 }, f32::from(turn % 397));
        }
        let mut scanner = Scanner::new(600, 400);
        scanner.fill(&builder.finish().unwrap());
        assert!(scanner.cells.len() <= 2 * CELLS);
    }
}
