//! Layouts as steps: `arrange`, `save` and `restore`.

use super::model::{Align, Arrange, Place};
use super::selector::Selector;
use super::step::Verb;
use super::steps::{Operand, StepReader};
use super::value::Num;
use crate::diag::Diagnostic;

/// A layout that actors move into.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// How they are arranged.
    pub arrange: Arrange,
    /// The members in order; a group on its own stands for its members.
    pub members: Vec<Selector>,
    /// Space between them in stage units.
    pub gap: Option<Num>,
    /// What they agree on across the direction of arrangement.
    pub align: Option<Align>,
    /// Where the middle of the whole goes; where it is, if not given.
    pub to: Option<Place>,
}

/// Layouts that a step can ask for.
pub(super) const LAYOUTS: &[&str] = &["row", "column", "grid", "stack"];

/// `arrange: coins` with a `layout`.
pub(super) fn arrange(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Verb> {
    let target = r.scene.target(op.node);
    let layout = r.required(op, "layout").and_then(|node| r.scene.reader.word(node, LAYOUTS));
    let columns = op.option("columns").map(|node| r.scene.reader.integer(node, &(1..=1000)));
    let gap = op.option("gap").map(|node| r.scene.reader.number(node, &..));
    let align = op.option("align").map(|node| r.scene.reader.word(node, Align::WORDS).and_then(Align::named));
    let to = op.option("to").map(|node| r.scene.place(node));
    let target = target?;
    if target.all_but {
        let found = Diagnostic::error("bad-selector", &op.node.span, "a layout names its members");
        r.scene.reader.diags.push(found.hint("list them in order, or name a group"));
        return None;
    }
    let arrange = match (layout?, columns) {
        ("grid", Some(columns)) => Arrange::Grid { columns: usize::try_from(columns?).unwrap_or(1) },
        // As square as it gets.
        ("grid", None) => Arrange::Grid { columns: 0 },
        (word, Some(_)) => {
            let message = format!("a {word} has no `columns`");
            r.scene.reader.diags.push(Diagnostic::error("unknown-key", &op.key.span, message));
            return None;
        }
        ("column", None) => Arrange::Column,
        ("stack", None) => Arrange::Stack,
        _ => Arrange::Row,
    };
    let (gap, align, to) = (whole(gap)?, whole(align)?, whole(to)?);
    Some(Verb::Arrange(Plan { arrange, members: target.selectors, gap, align, to }))
}

/// What is given must be sound.
fn whole<T>(given: Option<Option<T>>) -> Option<Option<T>> {
    match given {
        None => Some(None),
        Some(sound) => sound.map(Some),
    }
}

/// `save: name`.
pub(super) fn save(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Verb> {
    r.scene.reader.text(op.node).map(|(name, _)| Verb::Save(name))
}

/// `restore: name`, of all actors or some.
pub(super) fn restore(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Verb> {
    let name = r.scene.reader.text(op.node);
    let of = op.option("actors").map(|node| r.scene.target(node));
    Some(Verb::Restore(name?, whole(of)?))
}
