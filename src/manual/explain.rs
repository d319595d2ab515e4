//! `surprisal explain NAME`: what a name means, for the terminal.

use super::entries::{Entry, entries, field_rows};
use crate::script::keys;
use crate::visuals::REGISTRY;

/// What a name means: one text for each thing of that name; none if nothing has it. `coins.count` is a field.
///
/// ```
/// use surprisal::manual::explain;
/// assert!(explain("coins")[0].contains("seed of the flips"));
/// assert!(explain("coins.count")[0].contains("how many coins"));
/// assert!(explain("bad-formula")[0].contains("formula"));
/// assert!(explain("nothing").is_empty());
/// ```
pub fn explain(name: &str) -> Vec<String> {
    if let Some((visual, field)) = name.split_once('.') {
        let Some(spec) = REGISTRY.iter().find(|spec| spec.name == visual) else { return Vec::new() };
        let rows = spec.fields.iter().copied().flatten().copied().filter(|row| row.name == field);
        return rows.map(|row| format!("{visual}.{field}\n{}", table(&field_rows([row])))).collect();
    }
    let code = codes().find(|(code, _)| *code == name);
    let code = code.map(|(code, meaning)| format!("{code} (diagnostic)\n  {}\n", meaning.replace('`', "")));
    entries().iter().filter(|entry| entry.name == name).map(text).chain(code).collect()
}

/// Codes of diagnostics with what they mean, from the page that explains them.
fn codes() -> impl Iterator<Item = (&'static str, &'static str)> {
    let page = include_str!("../../docs/diagnostics.md");
    page.lines().filter_map(|line| line.strip_prefix("| `")?.strip_suffix(" |")?.split_once("` | "))
}

/// Every name that can be explained, for `did you mean`.
pub fn names() -> Vec<String> {
    let fields = REGISTRY
        .iter()
        .flat_map(|spec| spec.fields.iter().copied().flatten().map(move |row| format!("{}.{}", spec.name, row.name)));
    let codes = codes().map(|(code, _)| code.to_owned());
    entries().into_iter().map(|entry| entry.name).chain(fields).chain(codes).collect()
}

fn text(entry: &Entry) -> String {
    let mut text = format!("{} ({})\n  {}\n", entry.name, entry.kind, entry.summary);
    for (heading, rows) in entry.tables.iter().filter(|(_, rows)| !rows.is_empty()) {
        text.push_str(&format!("\n{heading}\n{}", table(rows)));
    }
    if matches!(entry.kind, "visual" | "component") {
        let places: Vec<&str> = keys::PLACEMENT.iter().map(|row| row.name).collect();
        text.push_str(&format!("\nBeside it, as with every visual: {}\n", places.join(" ")));
    }
    if let Some(example) = &entry.example {
        text.push_str(&format!("\nExample\n  {example}\n"));
    }
    text
}

/// Columns that line up, without backticks.
fn table(rows: &[Vec<String>]) -> String {
    let plain: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| cell.replace('`', "")).collect()).collect();
    let columns = plain.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        plain.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0).min(44)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in &plain {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        text.push_str(&format!("  {}\n", cells.join("  ").trim_end()));
    }
    text
}
