//! Arrangements: where members of rows, columns, grids and stacks go.

use crate::geom::{Point, Rect};
use crate::script::{Align, Arrange};

/// A box that is arranged with others, and the height of the baseline of its text, if it is text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Boxed {
    pub(super) rect: Rect,
    pub(super) baseline: Option<f64>,
}

impl Boxed {
    /// How far the baseline lies above the lower edge.
    fn depth(&self) -> Option<f64> {
        self.baseline.map(|y| y - self.rect.y0)
    }
}

/// Centres of boxes in a row, column or grid about the origin of the first; `None` if they are left where they are.
pub(super) fn arranged(arrange: Arrange, members: &[Boxed], gap: f64, align: Option<Align>) -> Option<Vec<Point>> {
    let boxes: &[Rect] = &members.iter().map(|member| member.rect).collect::<Vec<_>>();
    let columns = match arrange {
        Arrange::Row => boxes.len().max(1),
        Arrange::Column => 1,
        Arrange::Grid { columns } => columns.max(1),
        Arrange::Stack => return Some(stacked(boxes, align)),
        Arrange::Free => return None,
    };
    let rows = boxes.len().div_ceil(columns);
    let widest = |column: usize| boxes.iter().skip(column).step_by(columns).map(Rect::width).fold(0.0, f64::max);
    let of_row = |row: usize| members.iter().skip(row * columns).take(columns);
    // What text of a row reaches above and below its baseline, if its lines are to be level.
    let text = |row: usize, reach: fn(&Boxed, f64) -> f64| {
        let reaches = of_row(row).filter_map(|member| Some(reach(member, member.depth()?)));
        reaches.reduce(f64::max).filter(|_| align == Some(Align::Baseline))
    };
    let above = |row: usize| text(row, |member, depth| member.rect.height() - depth);
    let below = |row: usize| text(row, |_, depth| depth);
    let highest = |row: usize| {
        let text = above(row).zip(below(row)).map_or(0.0, |(above, below)| above + below);
        of_row(row).map(|member| member.rect.height()).fold(text, f64::max)
    };
    let lefts: Vec<f64> = running(0.0, (0..columns).map(|column| widest(column) + gap));
    let tops: Vec<f64> = running(0.0, (0..rows).map(|row| -(highest(row) + gap)));
    let centre = |(i, rect): (usize, &Rect)| {
        let (column, row) = (i % columns, i / columns);
        let (width, height) = (widest(column), highest(row));
        let left = lefts.get(column).copied().unwrap_or_default();
        let top = tops.get(row).copied().unwrap_or_default();
        let x = match align {
            Some(Align::Left) => left + rect.width() / 2.0,
            Some(Align::Right) => left + width - rect.width() / 2.0,
            _ => left + width / 2.0,
        };
        let y = match align {
            Some(Align::Top) => top - rect.height() / 2.0,
            Some(Align::Bottom) => top - height + rect.height() / 2.0,
            _ => match (above(row).zip(below(row)), members.get(i).and_then(Boxed::depth)) {
                (Some((above, below)), Some(depth)) => {
                    let baseline = top - height / 2.0 - (above - below) / 2.0;
                    baseline - depth + rect.height() / 2.0
                }
                _ => top - height / 2.0,
            },
        };
        Point::new(x, y)
    };
    Some(boxes.iter().enumerate().map(centre).collect())
}

fn running(start: f64, steps: impl Iterator<Item = f64>) -> Vec<f64> {
    steps.scan(start, |sum, step| Some(std::mem::replace(sum, *sum + step))).collect()
}

/// The gap with which boxes in a row or column reach from one end to the other of such a length.
pub(super) fn even_gap(arrange: Arrange, boxes: &[Boxed], length: f64) -> f64 {
    let extent = |member: &Boxed| if arrange == Arrange::Column { member.rect.height() } else { member.rect.width() };
    let gaps = boxes.len().saturating_sub(1).max(1) as f64;
    (length - boxes.iter().map(extent).sum::<f64>()) / gaps
}

/// Centres of boxes that lie one upon the other.
fn stacked(boxes: &[Rect], align: Option<Align>) -> Vec<Point> {
    let centre = |rect: &Rect| match align {
        Some(Align::Left) => Point::new(rect.width() / 2.0, 0.0),
        Some(Align::Right) => Point::new(-rect.width() / 2.0, 0.0),
        Some(Align::Top) => Point::new(0.0, -rect.height() / 2.0),
        Some(Align::Bottom) => Point::new(0.0, rect.height() / 2.0),
        _ => Point::ORIGIN,
    };
    boxes.iter().map(centre).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_columns_keep_their_gaps() {
        let boxes = [Rect::new(0.0, 0.0, 2.0, 1.0), Rect::new(0.0, 0.0, 4.0, 3.0)];
        let boxes = boxes.map(|rect| Boxed { rect, baseline: None });
        let row = arranged(Arrange::Row, &boxes, 0.5, None).unwrap();
        assert_eq!((row[1].x - 2.0) - (row[0].x + 1.0), 0.5);
        assert_eq!(row[0].y, row[1].y);
        let column = arranged(Arrange::Column, &boxes, 0.5, Some(Align::Left)).unwrap();
        assert_eq!((column[0].y - 0.5) - (column[1].y + 1.5), 0.5);
        assert_eq!(column[0].x - 1.0, column[1].x - 2.0);
    }

    #[test]
    fn lines_of_text_in_a_row_are_level() {
        let text = |height: f64, depth: f64| Boxed { rect: Rect::new(0.0, 0.0, 1.0, height), baseline: Some(depth) };
        let disc = Boxed { rect: Rect::new(0.0, 0.0, 1.0, 0.5), baseline: None };
        let members = [text(1.0, 0.3), text(0.4, 0.1), disc];
        let at = arranged(Arrange::Row, &members, 0.2, Some(Align::Baseline)).unwrap();
        let baseline = |i: usize| at[i].y - members[i].rect.height() / 2.0 + members[i].baseline.unwrap();
        assert!((baseline(0) - baseline(1)).abs() < 1e-12, "{at:?}");
        assert_eq!(at[2].y, at[0].y, "what is no text is in the middle of the row");
        // Rows of a grid are as high as their text reaches above and below its line.
        let deep = [text(1.0, 0.0), text(1.0, 1.0), text(1.0, 0.0), text(1.0, 0.0)];
        let at = arranged(Arrange::Grid { columns: 2 }, &deep, 0.0, Some(Align::Baseline)).unwrap();
        assert_eq!((at[0].y - at[1].y, at[2].y, at[3].y), (1.0, -2.5, -2.5), "{at:?}");
    }
}
