//! Arrangements: where members of rows, columns, grids and stacks go.

use crate::geom::{Point, Rect};
use crate::script::{Align, Arrange};

/// Centres of boxes in a row, column or grid about the origin of the first; `None` if they are left where they are.
pub(super) fn arranged(arrange: Arrange, boxes: &[Rect], gap: f64, align: Option<Align>) -> Option<Vec<Point>> {
    let columns = match arrange {
        Arrange::Row => boxes.len().max(1),
        Arrange::Column => 1,
        Arrange::Grid { columns } => columns.max(1),
        Arrange::Stack => return Some(stacked(boxes, align)),
        Arrange::Free => return None,
    };
    let rows = boxes.len().div_ceil(columns);
    let widest = |column: usize| boxes.iter().skip(column).step_by(columns).map(Rect::width).fold(0.0, f64::max);
    let highest = |row: usize| boxes.iter().skip(row * columns).take(columns).map(Rect::height).fold(0.0, f64::max);
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
            _ => top - height / 2.0,
        };
        Point::new(x, y)
    };
    Some(boxes.iter().enumerate().map(centre).collect())
}

fn running(start: f64, steps: impl Iterator<Item = f64>) -> Vec<f64> {
    steps.scan(start, |sum, step| Some(std::mem::replace(sum, *sum + step))).collect()
}

/// The gap with which boxes in a row or column reach from one end to the other of such a length.
pub(super) fn even_gap(arrange: Arrange, boxes: &[Rect], length: f64) -> f64 {
    let extent = |rect: &Rect| if arrange == Arrange::Column { rect.height() } else { rect.width() };
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
        let row = arranged(Arrange::Row, &boxes, 0.5, None).unwrap();
        assert_eq!((row[1].x - 2.0) - (row[0].x + 1.0), 0.5);
        assert_eq!(row[0].y, row[1].y);
        let column = arranged(Arrange::Column, &boxes, 0.5, Some(Align::Left)).unwrap();
        assert_eq!((column[0].y - 0.5) - (column[1].y + 1.5), 0.5);
        assert_eq!(column[0].x - 1.0, column[1].x - 2.0);
    }
}
