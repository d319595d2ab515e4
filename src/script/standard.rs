//! The standard library: components in the script language itself, which every script can use.

use std::sync::OnceLock;

use super::expand::{Component, ParamRow};
use super::yaml::{self, Key, Node};
use crate::diag::{Diagnostics, Source};

const TEXT: &str = include_str!("standard.yaml");

/// Name of its file in diagnostics.
pub const NAME: &str = "standard library";

/// Its definitions, by name.
pub(super) fn definitions() -> &'static [(Key, Node)] {
    static ROOT: OnceLock<Option<Node>> = OnceLock::new();
    let root = ROOT.get_or_init(|| yaml::parse(&Source::new(NAME, TEXT), &mut Diagnostics::new()));
    root.as_ref().and_then(|root| root.get("define")).map(Node::entries).unwrap_or_default()
}

/// A component of the standard library, for help and reference.
pub struct StandardRow {
    /// Name in scripts.
    pub name: String,
    /// One line.
    pub summary: String,
    /// A use of it: the actor's visual, in YAML.
    pub example: String,
    /// Its parameters.
    pub params: Vec<ParamRow>,
    /// What it can do, by name.
    pub actions: Vec<String>,
}

/// The components of the standard library.
///
/// ```
/// assert!(surprisal::script::standard_rows().iter().any(|row| row.name == "machine"));
/// ```
pub fn standard_rows() -> Vec<StandardRow> {
    let text = |node: &Node, key: &str| node.get(key).and_then(Node::text).unwrap_or_default().to_owned();
    let row = |(key, node): &(Key, Node)| {
        let component = Component::read(key, node, &mut Diagnostics::new())?;
        let actions = component.actions.iter().map(|action| action.key.text.clone()).collect();
        let params = component.params.iter().map(|param| param.row()).collect();
        Some(StandardRow {
            name: key.text.clone(),
            summary: text(node, "summary"),
            example: text(node, "example"),
            params,
            actions,
        })
    };
    definitions().iter().filter_map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_library_is_sound_and_says_what_it_is() {
        let mut diags = Diagnostics::new();
        assert!(!definitions().is_empty());
        for (key, node) in definitions() {
            assert!(Component::read(key, node, &mut diags).is_some(), "{}", key.text);
        }
        assert!(diags.is_empty(), "{diags:?}");
        for row in standard_rows() {
            assert!(!row.summary.is_empty() && !row.summary.ends_with('.') && !row.example.is_empty(), "{}", row.name);
            assert!(row.params.iter().all(|param| !param.summary.is_empty()), "{}", row.name);
        }
    }
}
