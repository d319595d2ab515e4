//! Lists and maps in brackets -> text: on one line, or filled onto several.

use super::order::{Role, is_place};
use super::print::WIDTH;
use super::tree::{Flow, Kind, Node};

/// A key without its anchor and quotes, for comparing.
pub(super) fn plain(key: &str) -> &str {
    let key = key.rsplit([' ', '\t']).next().filter(|_| key.starts_with('&')).unwrap_or(key);
    for quote in ['\'', '"'] {
        if let Some(inner) = key.strip_prefix(quote).and_then(|key| key.strip_suffix(quote)) {
            return inner;
        }
    }
    key
}

/// The order in which entries are written.
pub(super) fn order(text: &str, flow: &Flow, role: Role) -> Vec<usize> {
    let written: Vec<usize> = (0..flow.entries.len()).collect();
    if !flow.is_map || role == Role::Other {
        return written;
    }
    let keys: Vec<&str> =
        flow.entries.iter().map(|(key, _)| plain(text.get(key.clone()).unwrap_or_default())).collect();
    let is_list = |i: usize| {
        flow.entries.get(i).is_some_and(|(_, node)| matches!(&node.kind, Kind::Flow(inner) if !inner.is_map))
    };
    let order = role.order(&keys, &is_list);
    if order != written && flow.entries.iter().any(|(_, node)| node.refers) { written } else { order }
}

/// A list or map on one line.
pub(super) fn line(text: &str, flow: &Flow, role: Role) -> String {
    let parts = parts(text, flow, role).join(", ");
    match flow.is_map {
        _ if parts.is_empty() && flow.is_map => "{}".to_owned(),
        true => format!("{{ {parts} }}"),
        false => format!("[{parts}]"),
    }
}

/// Its entries, each on one line.
fn parts(text: &str, flow: &Flow, role: Role) -> Vec<String> {
    let part = |i: usize| {
        let (key, node) = flow.entries.get(i)?;
        let key = text.get(key.clone()).unwrap_or_default();
        Some(if flow.is_map {
            format!("{key}: {}", value(text, node, role.of(plain(key))))
        } else {
            value(text, node, role.of_items())
        })
    };
    order(text, flow, role).into_iter().filter_map(part).collect()
}

fn value(text: &str, node: &Node, role: Role) -> String {
    let inner = match &node.kind {
        Kind::Flow(flow) if !flow.odd => line(text, flow, role),
        _ => text.get(node.start..node.end).unwrap_or_default().to_owned(),
    };
    match text.get(node.anchor.clone()).unwrap_or_default() {
        "" => inner,
        anchor => format!("{anchor} {inner}"),
    }
}

/// A list or map on several lines, as many entries on each as there is room for, if its bracket stands in this column; an
/// actor's place begins a line of its own. Nothing if an entry would not fit on a line, and for tables and lists of
/// maps: such are better read one below the other.
pub(super) fn filled(text: &str, flow: &Flow, role: Role, column: usize) -> Option<Vec<String>> {
    let holds_map = |node: &Node| matches!(&node.kind, Kind::Flow(inner) if inner.is_map);
    if role.is_table() || !flow.is_map && flow.entries.iter().any(|(_, node)| holds_map(node)) {
        return None;
    }
    let (open, close) = if flow.is_map { ("{ ", " }") } else { ("[", "]") };
    let room = WIDTH.checked_sub(column + open.len() + close.len())?;
    let order = order(text, flow, role);
    let places = |i: &usize| {
        let key = flow.entries.get(*i).map(|(key, _)| plain(text.get(key.clone()).unwrap_or_default()));
        role == Role::Actor && key.is_some_and(is_place)
    };
    let first_place = order.iter().position(places);
    let mut lines: Vec<String> = Vec::new();
    let mut width = 0;
    for (i, part) in parts(text, flow, role).into_iter().enumerate() {
        let size = part.chars().count();
        if size > room {
            return None;
        }
        match lines.last_mut() {
            Some(last) if width + 2 + size <= room && first_place != Some(i) => {
                last.push_str(", ");
                last.push_str(&part);
                width += 2 + size;
            }
            _ => {
                lines.push(part);
                width = size;
            }
        }
    }
    let (count, indent) = (lines.len(), " ".repeat(open.len()));
    let ended = |(i, line): (usize, String)| {
        let open = if i == 0 { open } else { &indent };
        format!("{open}{line}{}", if i + 1 == count { close } else { "," })
    };
    Some(lines.into_iter().enumerate().map(ended).collect())
}
