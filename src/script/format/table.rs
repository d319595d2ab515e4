//! The entries of a table (actors, sources, ...) -> space behind their colons: runs of neighbours whose names are about as
//! long have their values lined up.

use super::flow;
use super::order::Role;
use super::print::WIDTH;
use super::tree::{Kind, Node};

/// Values are lined up if no name is longer than another by more than this.
const REACH: usize = 4;

/// An entry.
pub(super) struct Row<'t> {
    pub name: &'t str,
    pub node: &'t Node,
    /// Does it begin a new run? After an empty line or a comment.
    pub apart: bool,
}

/// How a value comes out.
#[derive(Clone, Copy, PartialEq)]
enum Lay {
    Line,
    Filled,
    Otherwise,
}

/// Columns of space for each entry, whose names stand in this column; all 0 if this is no table.
pub(super) fn padding(text: &str, rows: &[Row<'_>], column: usize, role: Role) -> Vec<usize> {
    let mut padding = vec![0; rows.len()];
    if !role.is_table() {
        return padding;
    }
    let laid_out = |row: &Row<'_>, space: usize| match &row.node.kind {
        Kind::Flow(flow) if flow.is_map && !flow.odd && row.node.anchor.is_empty() => {
            let (column, role) = (column + row.name.chars().count() + 2 + space, role.of(flow::plain(row.name)));
            if column + flow::line(text, flow, role).chars().count() <= WIDTH {
                Lay::Line
            } else if flow::filled(text, flow, role, column).is_some() {
                Lay::Filled
            } else {
                Lay::Otherwise
            }
        }
        _ => Lay::Otherwise,
    };
    let rows: Vec<(&Row<'_>, Lay)> = rows.iter().map(|row| (row, laid_out(row, 0))).collect();
    let joined =
        |a: &(&Row<'_>, Lay), b: &(&Row<'_>, Lay)| a.1 != Lay::Otherwise && b.1 != Lay::Otherwise && !b.0.apart;
    let mut spaces = padding.iter_mut();
    for run in rows.chunk_by(joined) {
        let names = || run.iter().map(|(row, _)| row.name.chars().count());
        let longest = names().max().unwrap_or_default();
        let wanted: Vec<usize> = names().map(|name| longest - name).collect();
        let fits = run.iter().zip(&wanted).all(|((row, lay), space)| laid_out(row, *space) == *lay);
        let lined_up = fits && wanted.iter().all(|space| *space <= REACH);
        for (wanted, space) in wanted.into_iter().zip(spaces.by_ref()) {
            *space = if lined_up { wanted } else { 0 };
        }
    }
    padding
}
