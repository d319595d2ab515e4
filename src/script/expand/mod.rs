//! What a script says once and uses often: styles, components, own verbs, loops and conditions, written out.
//!
//! Enters: nodes as they are written. Leaves: nodes that mean the same without them: a plain cast, plain steps. Spans stay
//! where things were written, so a mistake inside a component is shown there.

mod cast;
mod component;
mod condition;
mod loops;
mod params;
mod styles;
mod substitute;

use std::collections::{BTreeMap, BTreeSet};

pub(super) use cast::CastEntry;
pub(super) use component::Component;
pub(super) use loops::LOOP_KEYS;
pub use params::ParamRow;
pub(super) use substitute::Bindings;

use super::include::Files;
use super::yaml::{Key, Node};
use crate::diag::{Diagnostic, Span};
use crate::expression::Value;
use crate::limits;

/// How deep components may stand inside each other: as deep as groups.
const DEPTH: usize = limits::GROUP_DEPTH / 4;

/// What the head of a script defines for its scenes.
pub(super) struct Library<'a> {
    pub files: &'a Files<'a>,
    pub styles: BTreeMap<&'a str, (&'a Key, &'a Node)>,
    pub components: BTreeMap<&'a str, Component<'a>>,
    /// The symbols of the sources and codes that name them, and whether it is a code.
    pub symbols: BTreeMap<String, Symbols>,
    /// Variables that are numbers, and data: constants for conditions and loops.
    pub constants: BTreeMap<String, Value>,
    /// Names of data.
    pub data: BTreeSet<String>,
}

/// What a loop over a source or code goes over.
pub(super) struct Symbols {
    pub names: Vec<String>,
    /// The source of a code; `None` for a source.
    pub source: Option<String>,
}

/// Writes out what the library defines, within one budget for the whole script.
pub(super) struct Expander<'a> {
    pub library: &'a Library<'a>,
    /// Nodes written out so far.
    copied: usize,
    /// Components that are being written out, outermost first.
    within: Vec<String>,
}

impl<'a> Expander<'a> {
    pub fn new(library: &'a Library<'a>) -> Self {
        Self { library, copied: 0, within: Vec::new() }
    }

    /// A copy of a node with names replaced, if the budget allows.
    ///
    /// # Errors
    /// `too-many-values` once more has been written out than a script may hold.
    pub fn substituted(&mut self, node: &Node, bindings: &Bindings) -> Result<Node, Diagnostic> {
        self.copied = self.copied.saturating_add(node.weight());
        if self.copied > limits::YAML_NODES {
            let message = format!("loops and components write out more than {} values", limits::YAML_NODES);
            return Err(Diagnostic::error("too-many-values", &node.span, message));
        }
        Ok(bindings.apply(node))
    }

    /// Enters a component.
    ///
    /// # Errors
    /// `circle` if it is being written out already, `too-deep`.
    pub fn enter(&mut self, name: &str, used_at: &Span) -> Result<(), Diagnostic> {
        if self.within.iter().any(|known| known == name) {
            let circle = self.within.iter().map(String::as_str).chain([name]).collect::<Vec<_>>().join(" -> ");
            let found = Diagnostic::error("circle", used_at, format!("a component contains itself: {circle}"));
            return Err(found.hint("take one of them out of the other"));
        }
        if self.within.len() >= DEPTH {
            let message = format!("components stand inside each other more than {DEPTH} deep");
            return Err(Diagnostic::error("too-deep", used_at, message));
        }
        self.within.push(name.to_owned());
        Ok(())
    }

    /// Leaves the component that was entered last.
    pub fn leave(&mut self) {
        self.within.pop();
    }
}
