//! Steps that stand for others: `for_each`, `if`, own verbs, and what instances of components can do.

use super::expand::Bindings;
use super::model::ActorDef;
use super::step::{Action, Step, Verb};
use super::steps::{Operand, StepReader};
use super::yaml::{Key, Node, Value};
use crate::diag::Diagnostic;

impl StepReader<'_, '_> {
    /// A step that a condition or an own verb stands for; `None` if it is an ordinary one. `Some(None)` if nothing is to happen.
    pub fn written_out(&mut self, node: &Node) -> Option<Option<Step>> {
        let bare;
        let entries = match &node.value {
            Value::Map(entries) => entries.as_slice(),
            Value::Scalar { text, .. } if self.is_own_verb(text) => {
                bare = [(Key { text: text.clone(), span: node.span.clone() }, Node::null(&node.span))];
                &bare
            }
            _ => return None,
        };
        if let Some((key, condition)) = entries.iter().find(|(key, _)| key.text == "if") {
            return Some(self.conditional(node, key, condition, entries));
        }
        let (key, args) = entries.iter().find(|(key, _)| self.is_own_verb(&key.text))?;
        Some(self.own_verb(node, key, args, entries))
    }

    /// `{ write: title, if: $first }`, or `{ if: $first, then: [...], else: [...] }`.
    fn conditional(&mut self, node: &Node, key: &Key, condition: &Node, entries: &[(Key, Node)]) -> Option<Step> {
        let holds = self.expander.holds(condition, self.scene.reader.diags);
        let branches = entries.iter().any(|(key, _)| key.text == "then");
        if !branches {
            let rest = entries.iter().filter(|(key, _)| key.text != "if").cloned().collect();
            let rest = Node { span: node.span.clone(), value: Value::Map(rest) };
            return if holds { self.step(&rest) } else { None };
        }
        let known = ["if", "then", "else"];
        for (key, _) in entries.iter().filter(|(key, _)| !known.contains(&key.text.as_str())) {
            self.scene.reader.diags.push(super::fields::unknown_key(key, &known));
        }
        let branch = entries.iter().find(|(key, _)| key.text == if holds { "then" } else { "else" });
        let steps = self.steps(&branch?.1)?;
        Some(Step {
            span: node.span.clone(),
            verb: Verb::Sequence(steps),
            verb_span: key.span.clone(),
            time: Default::default(),
        })
    }

    fn is_own_verb(&self, name: &str) -> bool {
        self.expander.library.components.get(name).is_some_and(|component| component.steps.is_some())
    }

    /// A use of an own verb: its steps, one after the other.
    fn own_verb(&mut self, node: &Node, key: &Key, args: &Node, entries: &[(Key, Node)]) -> Option<Step> {
        let library = self.expander.library;
        let component = library.components.get(key.text.as_str())?;
        let bindings = component.bind(args, &key.span, self.scene.reader.diags)?;
        let steps = self.within(&key.text, key, |reader| reader.bound_steps(component.steps?, &bindings))?;
        // It takes the modifiers of time that any sequence takes.
        let row = super::verbs::VerbRow::named("sequence")?;
        for (other, _) in
            entries.iter().filter(|(other, _)| other.text != key.text && !row.timing.contains(&other.text.as_str()))
        {
            self.scene.reader.diags.push(super::fields::unknown_key(other, row.timing));
        }
        let time = self.timing(row, entries);
        Some(Step { span: node.span.clone(), verb: Verb::Sequence(steps), verb_span: key.span.clone(), time })
    }

    /// Reads within a definition, which must not use itself.
    fn within<T>(&mut self, name: &str, key: &Key, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if let Err(mistake) = self.expander.enter(name, &key.span) {
            self.scene.reader.diags.push(mistake);
            return None;
        }
        let read = read(self);
        self.expander.leave();
        read
    }

    /// Steps with `$name`s replaced.
    fn bound_steps(&mut self, steps: &Node, bindings: &Bindings) -> Option<Vec<Step>> {
        let steps = self.expander.substituted(steps, bindings);
        let steps = self.scene.reader.diags.ok(steps)?;
        self.steps(&steps)
    }

    /// What an instance of a component is asked to do, if its component says how.
    pub fn component_action(&mut self, action: &Action, key: &Key) -> Option<Option<Step>> {
        let instance: &ActorDef = self.cast.iter().find(|actor| actor.name == action.actor.actor)?;
        let used = instance.component.as_deref()?;
        let library = self.expander.library;
        let component = library.components.get(used)?;
        let known = component.actions.iter().find(|known| known.key.text == action.action.0);
        let Some(known) = known else {
            let message = format!("`{}` cannot `{}`", instance.name, action.action.0);
            let found = Diagnostic::error("unknown-action", &action.action.1, message);
            let names: Vec<&str> = component.actions.iter().map(|known| known.key.text.as_str()).collect();
            let hint = match names.as_slice() {
                [] => format!("the component `{used}` has no `actions`"),
                names => format!("it can {}", super::reader::listed(names)),
            };
            let found = found.suggest(&action.action.0, names).hint(hint);
            self.scene.reader.diags.push(found);
            return Some(None);
        };
        let scope = format!("{}.", instance.name);
        let read = |reader: &mut Self| {
            let bindings = known.bind(&action.args, &action.action.1, reader.scene.reader.diags)?;
            let outer = reader.scene.scope.clone();
            reader.scene.enter(&scope);
            let name = format!("{used}.{}", known.key.text);
            let steps = reader.within(&name, key, |reader| reader.bound_steps(known.steps, &bindings));
            reader.scene.enter(&outer);
            steps
        };
        let steps = read(self)?;
        let span = action.action.1.clone();
        let verb = Verb::Sequence(steps);
        Some(Some(Step { verb, verb_span: key.span.clone(), time: Default::default(), span }))
    }
}

/// Writes the steps out, once for each value; one after the other, or each `lag` seconds after the one before.
pub(super) fn for_each(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Verb> {
    let lag = op.option("lag").map(|n| r.secs(n));
    let steps = r.required(op, "steps")?;
    let rounds = r.expander.rounds(op.node, r.scene.reader.diags)?;
    let mut written = Vec::new();
    for bindings in rounds {
        let verb = Verb::Sequence(r.bound_steps(steps, &bindings)?);
        written.push(Step { span: op.span.clone(), verb, verb_span: op.key.span.clone(), time: Default::default() });
    }
    let rounds = written;
    match lag {
        None => Some(Verb::Sequence(rounds)),
        Some(lag) => Some(Verb::Stagger(lag?, rounds)),
    }
}
