//! The list of visuals: one line each.

use super::VisualSpec;

/// Every visual, in the order in which `surprisal list visuals` shows them.
pub static REGISTRY: &[&VisualSpec] = &[
    &super::text::SPEC,
    &super::formula::SPEC,
    &super::number::SPEC,
];

/// The visual of this name.
pub fn spec(name: &str) -> Option<&'static VisualSpec> {
    REGISTRY.iter().copied().find(|spec| spec.name == name)
}
