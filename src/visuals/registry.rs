//! The list of visuals: one line each.

use super::VisualSpec;

/// Every visual, in the order in which `surprisal list visuals` shows them.
pub static REGISTRY: &[&VisualSpec] = &[
    &super::text::SPEC,
    &super::formula::SPEC,
    &super::number::SPEC,
    &super::bits::SPEC,
    &super::tape::TAPE,
    &super::tape::TOKENS,
    &super::coins::SPEC,
    &super::stream::SPEC,
    &super::codebook::SPEC,
    &super::codeword_space::SPEC,
    &super::interval_nest::SPEC,
    &super::code_tree::SPEC,
    &super::graph::SPEC,
    &super::plane::CONTOURS,
    &super::families::FAMILY_TREE,
    &super::families::CLUSTERS,
    &super::plane::VECTORS,
    &super::surface::SPEC,
    &super::space::SPEC,
    &super::entropy_chart::STRIP,
    &super::entropy_chart::CHART,
    &super::pie::SPEC,
    &super::info_bars::SPEC,
    &super::candidates::SPEC,
    &super::bars::SPEC,
    &super::number_line::SPEC,
    &super::dial::SPEC,
    &super::halving::SPEC,
    &super::table::SPEC,
    &super::nodes::SPEC,
    &super::network::SPEC,
    &super::listing::SPEC,
    &super::arrow::ARROW,
    &super::arrow::BRACE,
    &super::basic::BOX,
    &super::basic::CIRCLE,
    &super::basic::LINE,
    &super::trail::SPEC,
    &super::inset::SPEC,
    &super::picture::IMAGE,
    &super::picture::ICON,
];

/// The visual of this name.
pub fn spec(name: &str) -> Option<&'static VisualSpec> {
    REGISTRY.iter().copied().find(|spec| spec.name == name)
}
