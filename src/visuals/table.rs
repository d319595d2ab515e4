//! `table`: cells in rows and columns, with or without lines, or in the brackets of a matrix.

use std::sync::Arc;

use super::lettering::{Hang, LABEL_SIZE_FIELD, label, put};
use super::{Drawing, Now, Reading, Visual, VisualSpec};
use crate::color::Role;
use crate::draw::{Grow, Item, Paint, Part, Stroke};
use crate::geom::{BezPath, Point, Rect, polyline};
use crate::limits;
use crate::script::{FieldSpec, TableFields, Takes, Template};
use crate::typeset::{Align, TextStyle, Typeset};

/// The registry's entry.
pub static SPEC: VisualSpec = VisualSpec {
    name: "table",
    summary: "cells in rows and columns: a table, or a matrix in brackets",
    main: Some("rows"),
    example: "table: { rows: [[move, chance], [up, 1/2], [down, 1/4]], header: true }",
    fields: &[&[
        FieldSpec::required("rows", Takes::Cells, "the rows, each a list of cells"),
        FieldSpec::new("header", Takes::Flag, "false", "the first row is a heading, with a line under it"),
        FieldSpec::new("lines", Takes::Flag, "false", "lines between all rows"),
        FieldSpec::new("brackets", Takes::Word(&["none", "round", "square"]), "none", "brackets around a matrix"),
        FieldSpec::new(
            "justify",
            Takes::Word(&["left", "centre", "right"]),
            "centre",
            "how cells stand in their column",
        ),
        FieldSpec::new("row_gap", Takes::Fixed(0.0, 20.0), "0.24", "space between rows"),
        FieldSpec::new("column_gap", Takes::Fixed(0.0, 20.0), "0.6", "space between columns"),
        LABEL_SIZE_FIELD,
    ]],
    parts: &[("*", "a row, by position"), ("*.*", "a cell, by row and column"), ("lines", "the lines or brackets")],
    values: &[("rows", "rows"), ("columns", "columns")],
    actions: &[],
    read,
};

struct Table {
    rows: Vec<Vec<Template>>,
    header: bool,
    lines: bool,
    brackets: &'static str,
    hang: Hang,
    gaps: [f64; 2],
    size: f64,
}

fn read(fields: &mut TableFields<'_>, _: &Reading<'_>) -> Option<Box<dyn Visual>> {
    let rows = fields.cells("rows");
    let (header, lines) = (fields.flag("header"), fields.flag("lines"));
    let brackets = fields.word("brackets").unwrap_or("none");
    let hang = match fields.word("justify") {
        Some("left") => Hang::Left,
        Some("right") => Hang::Right,
        _ => Hang::Centre,
    };
    let gaps = [fields.fixed_or_default("column_gap"), fields.fixed_or_default("row_gap")];
    let size = fields.fixed_or_default("size");
    Some(Box::new(Table { rows: rows?, header, lines, brackets, hang, gaps, size }))
}

/// A bracket from top to bottom at the left of `x`, or at its right if `sign` is -1.
fn bracket(kind: &str, x: f64, [y0, y1]: [f64; 2], sign: f64, size: f64) -> BezPath {
    let (inner, outer) = (x, x - sign * size * 0.28);
    if kind == "square" {
        return polyline([(inner, y1), (outer, y1), (outer, y0), (inner, y0)].map(Point::from), false);
    }
    let mut path = BezPath::new();
    path.move_to((inner, y1));
    let reach = (y1 - y0).min(size * 2.0) * 0.5;
    path.quad_to((outer, y1 - reach * 0.6), (outer, y1 - reach));
    path.line_to((outer, y0 + reach));
    path.quad_to((outer, y0 + reach * 0.6), (inner, y0));
    path
}

impl Visual for Table {
    fn draw(&self, now: &Now<'_>) -> Drawing {
        let align = match self.hang {
            Hang::Left => Align::Left,
            Hang::Centre => Align::Centre,
            Hang::Right => Align::Right,
        };
        let head = TextStyle { align, ..label(self.size, now.role(Role::Muted)) };
        let body = TextStyle { align, ..label(self.size, now.role(Role::Ink)) };
        let set = |row: usize, cell: &Template| {
            now.rich(&now.text(cell), if self.header && row == 0 { &head } else { &body })
        };
        let all: Vec<Vec<_>> = (self.rows.iter().enumerate())
            .map(|(row, cells)| cells.iter().take(limits::COUNT).map(|cell| set(row, cell)).collect())
            .collect();
        let columns = all.iter().map(Vec::len).max().unwrap_or(0);
        let wide = |column: usize| {
            all.iter().filter_map(|row| row.get(column)).map(|cell| cell.layout.width()).fold(0.0, f64::max)
        };
        let widths: Vec<f64> = (0..columns).map(wide).collect();
        let total = widths.iter().sum::<f64>() + self.gaps[0] * columns.saturating_sub(1) as f64;
        // A row is as high as its highest cell needs beyond a plain line.
        let plain = now.label("0", &body).layout.height();
        let tall = |cells: &Vec<Arc<Typeset>>| {
            let most = cells.iter().map(|cell| cell.layout.height()).fold(plain, f64::max);
            self.size * 1.15 + most - plain
        };
        let heights: Vec<f64> = all.iter().map(tall).collect();
        let high = heights.iter().sum::<f64>() + self.gaps[1] * all.len().saturating_sub(1) as f64;
        let mut edge = high / 2.0;
        let mut part = Part::new("table");
        let mut seams = Vec::new();
        for (number, (cells, height)) in all.iter().zip(&heights).enumerate() {
            let middle = edge - height / 2.0;
            edge -= height + self.gaps[1];
            seams.push(edge + self.gaps[1] / 2.0);
            let mut row = Part::new(number.to_string());
            let mut left = -total / 2.0;
            for (column, (cell, width)) in cells.iter().zip(&widths).enumerate() {
                let x = match self.hang {
                    Hang::Left => left,
                    Hang::Centre => left + width / 2.0,
                    Hang::Right => left + width,
                };
                row.parts.push(put(&column.to_string(), cell, Point::new(x, middle), self.hang));
                left += width + self.gaps[0];
            }
            part.parts.push(row);
        }
        let (side, half) = (total / 2.0 + self.size * 0.3, high / 2.0 + self.size * 0.045);
        let mut layout = Rect::new(-side, -half, side, half);
        let mut lines = Part::new("lines").aside().growing(Grow::Stroke);
        let ink = |role: Role, width: f64| Stroke::new(Paint::solid(now.role(role)), width);
        seams.pop();
        for (after, y) in seams.into_iter().enumerate() {
            let heading = self.header && after == 0;
            if heading || self.lines {
                let path = polyline([Point::new(-side, y), Point::new(side, y)], false);
                lines
                    .items
                    .push(Item::stroke(path, if heading { ink(Role::Muted, 0.03) } else { ink(Role::Faint, 0.02) }));
            }
        }
        if self.brackets != "none" {
            let ends = [layout.y0 - self.size * 0.1, layout.y1 + self.size * 0.1];
            for sign in [1.0, -1.0] {
                let path = bracket(self.brackets, -side * sign, ends, sign, self.size);
                lines.items.push(Item::stroke(path, ink(Role::Ink, 0.035)));
            }
            layout = layout.inflate(self.size * 0.3, self.size * 0.12);
        }
        part.parts.push(lines);
        let values = vec![("rows", all.len() as f64), ("columns", columns as f64)];
        Drawing { values, ..Drawing::within(layout, part) }
    }
}
