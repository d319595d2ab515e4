//! How much of each pixel a shape covers: rows of spans, of which most are covered wholly or not at all.

use super::damage::{Damage, PixelBox};

/// Says of a span that it is covered wholly.
const WHOLE: u32 = u32::MAX;

/// Neighbouring pixels of a row that a shape covers.
#[derive(Clone, Copy, Debug)]
struct Span {
    x: u16,
    length: u16,
    /// Where its values begin, or [`WHOLE`].
    at: u32,
}

/// How much of each pixel a shape covers, from 0 to 255.
#[derive(Debug, Default)]
pub(super) struct Coverage {
    top: u32,
    /// For each row from the top, where its spans end.
    rows: Vec<u32>,
    spans: Vec<Span>,
    values: Vec<u8>,
    left: u32,
    right: u32,
}

/// A piece of a row: its first pixel and what covers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// So many pixels are covered wholly.
    Whole(usize),
    /// Each pixel as its value says.
    Partly(&'a [u8]),
}

impl Piece<'_> {
    /// Pixels.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Whole(length) => *length,
            Self::Partly(values) => values.len(),
        }
    }
}

impl Coverage {
    /// Without any row yet; the first one that is ended is this one.
    pub(super) fn starting(top: u32) -> Self {
        Self { top, left: u32::MAX, ..Self::default() }
    }

    /// Adds pixels of the same value to the row, right of all that is there.
    pub(super) fn push(&mut self, x: u32, length: u32, value: u8) {
        if value == 0 || length == 0 {
            return;
        }
        self.left = self.left.min(x);
        self.right = self.right.max(x + length);
        let row = self.rows.last().copied().unwrap_or(0) as usize;
        let at = if value == u8::MAX { WHOLE } else { self.values.len() as u32 };
        let last = if self.spans.len() > row { self.spans.last_mut() } else { None };
        if value != u8::MAX {
            self.values.extend(std::iter::repeat_n(value, length as usize));
        }
        match last {
            Some(last) if (last.at == WHOLE) == (at == WHOLE) && u32::from(last.x) + u32::from(last.length) == x => {
                last.length += length as u16;
            }
            _ => self.spans.push(Span { x: x as u16, length: length as u16, at }),
        }
    }

    /// Ends the row.
    pub(super) fn end_row(&mut self) {
        self.rows.push(self.spans.len() as u32);
    }

    /// The smallest box around it.
    pub(super) fn bounds(&self) -> PixelBox {
        let y1 = self.top + self.rows.len() as u32;
        let area = PixelBox { x0: self.left, y0: self.top, x1: self.right, y1 };
        if area.is_empty() { PixelBox::EMPTY } else { area }
    }

    /// Bytes of memory that it takes, about.
    pub(super) fn bytes(&self) -> usize {
        self.values.len() + self.spans.len() * size_of::<Span>() + self.rows.len() * size_of::<u32>()
    }

    /// The pieces of a row, from the left.
    fn row(&self, y: u32) -> impl DoubleEndedIterator<Item = (u32, Piece<'_>)> + Clone {
        let index = y.checked_sub(self.top).map(|row| row as usize);
        let end = index.and_then(|row| self.rows.get(row)).map_or(0, |end| *end as usize);
        let start =
            index.and_then(|row| row.checked_sub(1)).and_then(|row| self.rows.get(row)).map_or(0, |s| *s as usize);
        self.spans.get(start..end).unwrap_or_default().iter().map(|span| {
            let length = usize::from(span.length);
            let piece = if span.at == WHOLE {
                Piece::Whole(length)
            } else {
                Piece::Partly(self.values.get(span.at as usize..span.at as usize + length).unwrap_or_default())
            };
            (u32::from(span.x), piece)
        })
    }

    /// Goes through the pieces within a box: row, first pixel, piece.
    pub(super) fn within(&self, area: PixelBox, mut visit: impl FnMut(u32, u32, Piece<'_>)) {
        let area = area.intersection(self.bounds());
        if area.is_empty() {
            return;
        }
        for y in area.y0..area.y1 {
            for (x, piece) in self.row(y) {
                let (start, end) = (x.max(area.x0), (x + piece.len() as u32).min(area.x1));
                if start >= end {
                    continue;
                }
                let piece = match piece {
                    Piece::Whole(_) => Piece::Whole((end - start) as usize),
                    Piece::Partly(values) => {
                        Piece::Partly(values.get((start - x) as usize..(end - x) as usize).unwrap_or_default())
                    }
                };
                visit(y, start, piece);
            }
        }
    }

    /// Marks all of it.
    pub(super) fn mark(&self, damage: &mut Damage) {
        for y in self.top..self.top + self.rows.len() as u32 {
            mark_row(self.row(y), y, damage);
        }
    }

    /// Marks where the two differ.
    pub(super) fn mark_differences(&self, other: &Self, damage: &mut Damage) {
        let end = |coverage: &Self| coverage.top + coverage.rows.len() as u32;
        for y in self.top.min(other.top)..end(self).max(end(other)) {
            let (mut a, mut b) = (self.row(y), other.row(y));
            // What is the same on the left and on the right of what differs.
            while let (Some(one), Some(two)) = (a.clone().next(), b.clone().next())
                && one == two
            {
                a.next();
                b.next();
            }
            while let (Some(one), Some(two)) = (a.clone().next_back(), b.clone().next_back())
                && one == two
            {
                a.next_back();
                b.next_back();
            }
            mark_row(a, y, damage);
            mark_row(b, y, damage);
        }
    }

    /// What is left of it within another.
    pub(super) fn clipped(&self, clip: &Self) -> Self {
        let mut clipped = Self::starting(self.top);
        let (mut values, mut mask) = (Vec::new(), Vec::new());
        for y in self.top..self.top + self.rows.len() as u32 {
            let end = self.right as usize;
            spread(self.row(y), end, &mut values);
            spread(clip.row(y), end, &mut mask);
            for (x, (value, most)) in values.iter().zip(&mask).enumerate() {
                clipped.push(x as u32, 1, super::blend::scaled(u32::from(*value) * u32::from(*most)) as u8);
            }
            clipped.end_row();
        }
        clipped
    }
}

fn mark_row<'a>(row: impl Iterator<Item = (u32, Piece<'a>)>, y: u32, damage: &mut Damage) {
    for (x, piece) in row {
        damage.mark(PixelBox { x0: x, y0: y, x1: x + piece.len() as u32, y1: y + 1 });
    }
}

/// A row as one value for each pixel up to `end`.
fn spread<'a>(row: impl Iterator<Item = (u32, Piece<'a>)>, end: usize, values: &mut Vec<u8>) {
    values.clear();
    for (x, piece) in row {
        values.resize(x as usize, 0);
        match piece {
            Piece::Whole(length) => values.resize(x as usize + length, u8::MAX),
            Piece::Partly(partly) => values.extend_from_slice(partly),
        }
    }
    values.resize(end, 0);
}
