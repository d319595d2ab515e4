//! YAML text -> [`Script`] and diagnostics.
//!
//! Enters: the bytes of a script. Leaves: a [`Script`] in which every reference that needs no visual is checked, and all
//! mistakes, each with its place. This stage knows no visual: the fields of an actor are handed on as a spanned node, and
//! the visual reads them with [`Fields`].

mod camera;
mod cast;
mod condition;
mod data;
mod expand;
mod fields;
mod figure;
mod fonts;
mod format;
mod from_data;
mod generated;
mod head;
mod include;
pub mod keys;
mod language;
mod link;
mod lower;
mod model;
mod narration;
mod operands;
mod placement;
mod plan;
mod reader;
mod selector;
mod source;
mod sources;
pub mod standard;
mod step;
mod steps;
mod syntax;
mod table;
mod target;
mod transition;
mod value;
mod verbs;
mod visit;
mod wording;
mod written_out;
pub mod yaml;

use std::sync::Arc;

pub use cast::{GROUPS, placed_by};
pub use condition::{Comparison, Condition, Test};
pub use expand::ParamRow;
pub use fields::Fields;
pub use figure::{Crop, Extent, FigureDef, Length};
pub use format::format;
pub use language::{LANGUAGES, Language};
pub use link::{Aspect, Property};
pub use model::{
    ActorDef, ActorKind, Align, Anchor, Arrange, Beside, BuildRule, CodeDef, CodeKind, DataDef, FontDef, Manner,
    MotionBlur, Place, Placement, Room, SceneDef, Script, Shape, Side, SourceDef, SourceKind, StageDef, Typed, VarDef,
    Weight, Word,
};
pub use narration::{Say, SoundDef, WordMark};
pub use placement::{ALSO_FIELDS, PLACEMENT_KEYS, read_spot};
pub use plan::Plan;
pub use reader::Reader;
pub use selector::{Segment, Selector};
pub use source::read_source;
pub use standard::{StandardRow, standard_rows};
pub use step::{Action, Amount, Await, Camera, Motion, Near, Order, Spring, Step, Timing, Verb, When};
pub use table::{FieldSpec, Need, TableFields, Takes};
pub use target::Target;
pub use transition::{Passage, TransitionDef};
pub use value::{Num, Piece, Slot, SlotDef, Slots, Spot, Template};
pub use verbs::{VERBS, VerbRow};
pub use visit::{visit_selectors, visit_slots};
pub use wording::{Wording, wording};
pub use yaml::{Key, Node, Value};

use crate::diag::{Diagnostics, Source};
use crate::world::World;

/// Reads a script. The diagnostics are sorted by place; with errors among them, a script may still be there, for further
/// checks, but is not to be rendered.
///
/// ```
/// use surprisal::{diag::Source, script, world::MemoryWorld};
/// let source = Source::new("film.yaml", "
/// scenes:
///   - cast:
///       title: Reinventing Entropy
///     steps:
///       - write: title
///       - wirte: title
///       - grow: tilte
/// ");
/// let (script, diagnostics) = script::parse(&source, &MemoryWorld::default());
/// let found: Vec<_> = diagnostics.iter().map(|d| (d.code, d.span.as_ref().unwrap().line_column())).collect();
/// assert_eq!(found, [("unknown-verb", (7, 9)), ("unknown-actor", (8, 15))]);
/// assert_eq!(script.unwrap().scenes[0].steps.len(), 1);
/// ```
pub fn parse(source: &Arc<Source>, world: &dyn World) -> (Option<Script>, Diagnostics) {
    let mut diags = Diagnostics::new();
    let script = yaml::parse(source, &mut diags).and_then(|root| lower::lower(root, source, world, &mut diags));
    diags.sort();
    (script, diags)
}
