//! The steps of a scene: a list of maps with one verb each -> [`Step`]s, by the table of verbs.

use std::collections::BTreeMap;

use super::expand::Expander;
use super::fields::unknown_key;
use super::model::ActorDef;
use super::placement::SceneReader;
use super::reader::shorten;
use super::step::{Near, Order, Step, Timing, When};
use super::value::{Reading, read_number};
use super::verbs::{VERBS, VerbRow};
use super::yaml::{Key, Node, Value};
use crate::diag::{Diagnostic, Span};
use crate::expression::Value as Worth;
use crate::limits;

/// Names of instants of the whole script, by kind (`mark` or `figure`) and name.
pub(super) type Instants = BTreeMap<(&'static str, String), Span>;

/// Reads the steps of one scene.
pub(super) struct StepReader<'a, 'e> {
    pub scene: SceneReader<'a>,
    pub instants: &'a mut Instants,
    /// Steps read so far in the whole script, repetitions counted.
    pub count: &'a mut usize,
    /// Lines of the narration read so far in the scene.
    pub lines: usize,
    /// How often the steps being read happen.
    pub times: usize,
    /// Writes out loops, own verbs and actions of components.
    pub expander: &'a mut Expander<'e>,
    /// The actors of the scene.
    pub cast: &'a [ActorDef],
}

/// A step being read: what its verb's row reads from.
pub(super) struct Operand<'n> {
    pub row: &'static VerbRow,
    pub key: &'n Key,
    pub node: &'n Node,
    pub entries: &'n [(Key, Node)],
    pub time: Timing,
    pub span: &'n Span,
}

impl<'n> Operand<'n> {
    /// Where the value of a key of the step is; the step, if it has no such key.
    pub fn option_span(&self, key: &str) -> &'n Span {
        self.option(key).map_or(self.span, |node| &node.span)
    }

    /// The value of a key of the verb's row.
    pub fn option(&self, key: &str) -> Option<&'n Node> {
        self.entries.iter().find(|(known, _)| known.text == key).map(|(_, node)| node)
    }
}

impl StepReader<'_, '_> {
    /// A list of steps. Wrong ones are reported and left out.
    pub fn steps(&mut self, node: &Node) -> Option<Vec<Step>> {
        let node = self.expander.spread(node, self.scene.reader.diags);
        match &node.value {
            Value::List(items) => Some(items.iter().filter_map(|item| self.step(item)).collect()),
            Value::Null => Some(Vec::new()),
            _ => {
                self.scene.reader.expected("a list of steps, each starting with `- `", &node);
                None
            }
        }
    }

    /// Steps that happen so many times.
    pub fn repeated(&mut self, times: usize, node: &Node) -> Option<Vec<Step>> {
        let outer = self.times;
        self.times = outer.saturating_mul(times);
        let steps = self.steps(node);
        self.times = outer;
        steps
    }

    pub fn step(&mut self, node: &Node) -> Option<Step> {
        if *self.count > limits::STEPS {
            return None;
        }
        *self.count = self.count.saturating_add(self.times);
        if *self.count > limits::STEPS {
            let message = format!("the script has more than {} steps, counting repetitions", limits::STEPS);
            self.scene.reader.diags.push(Diagnostic::error("too-many-steps", &node.span, message));
            return None;
        }
        if let Some(written) = self.written_out(node) {
            return written;
        }
        let null = Node::null(&node.span);
        let bare;
        let (row, key, operand, entries) = match &node.value {
            Value::Map(entries) => {
                let (row, key, operand) = self.find_verb(node, entries)?;
                (row, key, operand, entries.as_slice())
            }
            Value::Scalar { text, .. } => {
                let row = self.bare_verb(text, node)?;
                bare = Key { text: text.clone(), span: node.span.clone() };
                (row, &bare, &null, [].as_slice())
            }
            _ => {
                self.scene.reader.expected("a step such as `write: title`", node);
                return None;
            }
        };
        let known: Vec<&str> = row.options.iter().chain(row.timing).copied().collect();
        for (key, _) in entries.iter().filter(|(key, _)| !row.has_key(&key.text)) {
            self.scene.reader.diags.push(unknown_key(key, &known));
        }
        let time = self.timing(row, entries);
        let operand = Operand { row, key, node: operand, entries, time, span: &node.span };
        let verb = (row.read)(self, &operand)?;
        Some(Step { span: node.span.clone(), verb, verb_span: key.span.clone(), time: operand.time })
    }

    /// A step that is one word: only for verbs that need nothing else.
    fn bare_verb(&mut self, text: &str, node: &Node) -> Option<&'static VerbRow> {
        match VerbRow::named(text) {
            Some(row) if row.name == "unhighlight" => Some(row),
            Some(row) => {
                let message = format!("the verb `{text}` says nothing about what to act on");
                let found = Diagnostic::error("missing-operand", &node.span, message);
                self.scene.reader.diags.push(found.hint(format!("write {}: `{}`", row.operand, row.example)));
                None
            }
            None => {
                let message = format!("`{}` is not a step", shorten(text));
                let found = Diagnostic::error("unknown-verb", &node.span, message);
                let first = text.split([' ', ':']).next().unwrap_or_default();
                let found = found.suggest(first, VERBS.iter().map(|row| row.name));
                self.scene.reader.diags.push(found.hint("a step is a verb and what it acts on: `- write: title`"));
                None
            }
        }
    }

    /// The one key that is a verb. Some words are verbs only on their own, and belong to another verb beside it.
    fn find_verb<'n>(
        &mut self,
        node: &Node,
        entries: &'n [(Key, Node)],
    ) -> Option<(&'static VerbRow, &'n Key, &'n Node)> {
        let rows = entries.iter().filter_map(|(key, value)| Some((VerbRow::named(&key.text)?, key, value)));
        let mut verbs: Vec<_> = rows.collect();
        if verbs.len() > 1 {
            verbs.retain(|(row, _, value)| row.name != "stagger" || matches!(value.value, Value::List(_)));
            // `scale` and `rotate` are keys of `bind` too.
            let options: Vec<&str> = verbs.iter().flat_map(|(row, ..)| row.options).copied().collect();
            verbs.retain(|(row, ..)| !options.contains(&row.name));
        }
        match verbs.as_slice() {
            [verb] => Some(*verb),
            [] => {
                let verb_names = || VERBS.iter().map(|row| row.name);
                let modifier = |key: &Key| VERBS.iter().any(|row| row.has_key(&key.text));
                let slip = entries.iter().find(|(key, _)| !modifier(key)).or(entries.first());
                let found = match slip {
                    Some((key, _)) => {
                        let found =
                            Diagnostic::error("unknown-verb", &key.span, format!("there is no verb `{}`", key.text));
                        match usual_name(&key.text) {
                            Some(name) => found.hint(format!("here this is called `{name}`")),
                            None => found.suggest(&key.text, verb_names()),
                        }
                    }
                    None => Diagnostic::error("unknown-verb", &node.span, "this step is empty"),
                };
                self.scene.reader.diags.push(found.hint("`surprisal list verbs` shows what a step can say"));
                None
            }
            [(_, first, _), (_, second, _), ..] => {
                let message = format!("this step has two verbs, `{}` and `{}`", first.text, second.text);
                let found = Diagnostic::error("two-verbs", &second.span, message).label(&first.span, "the first");
                let hint = "write two steps, each with its own `- `; put them under `together:` to happen at once";
                self.scene.reader.diags.push(found.hint(hint));
                None
            }
        }
    }

    pub fn timing(&mut self, row: &VerbRow, entries: &[(Key, Node)]) -> Timing {
        let find = |key: &str| {
            let known = row.timing.contains(&key);
            entries.iter().find(|(k, _)| known && k.text == key).map(|(_, node)| node)
        };
        let time = Timing {
            duration: find("for").and_then(|n| self.secs(n)),
            until: find("until").and_then(|n| self.scene.reader.text(n)),
            at: find("at").and_then(|n| self.when(n)),
            window: find("window").and_then(|n| self.window(n)),
            name: find("as").and_then(|n| self.scene.reader.text(n)),
            ease: find("ease").and_then(|n| self.scene.reader.text(n)),
            stagger: find("stagger").and_then(|n| self.secs(n)),
            order: find("order").filter(|n| distance(n).is_none()).and_then(|n| self.order(n)).unwrap_or_default(),
            near: find("order").and_then(distance).and_then(|(key, place)| {
                let furthest_first = key.text == "to";
                self.scene.place(place).map(|place| Near { place, furthest_first })
            }),
            delay: find("delay").and_then(|n| self.secs(n)).unwrap_or(0.0),
            arc: find("arc").and_then(|n| self.scene.reader.fixed(n, &(-360.0..=360.0))).unwrap_or(0.0),
        };
        let lengths: Vec<&Key> = entries
            .iter()
            .map(|(key, _)| key)
            .filter(|k| ["for", "until", "window"].contains(&k.text.as_str()))
            .collect();
        if let [first, second, ..] = lengths.as_slice() {
            let message = format!("`{}` and `{}` both say how long the step lasts", first.text, second.text);
            let found = Diagnostic::error("two-lengths", &second.span, message).label(&first.span, "already told here");
            self.scene.reader.diags.push(found.hint("keep one of them"));
        }
        time
    }

    /// Seconds from the start of the scene, or the name of a mark.
    fn when(&mut self, node: &Node) -> Option<When> {
        let text = node.text().unwrap_or_default().trim();
        let is_name = text.starts_with(|c: char| c.is_alphabetic() || c == '_');
        if is_name && !self.expander.library.constants.contains_key(text) {
            return self.scene.reader.text(node).map(When::Mark);
        }
        self.secs(node).map(When::Secs)
    }

    /// `[from, to]`, shares of the time of a `together`.
    fn window(&mut self, node: &Node) -> Option<[f64; 2]> {
        let items = match &node.value {
            Value::List(items) => items.as_slice(),
            _ => &[],
        };
        let [from, to] = items else {
            self.scene.reader.expected("two shares of the time, as in `[0.25, 0.75]`", node);
            return None;
        };
        let mut share = |node: &Node| self.scene.reader.fixed(node, &(0.0..=1.0));
        let (from, to) = (share(from)?, share(to)?);
        if from >= to {
            let message = format!("the window from {from} to {to} is empty");
            self.scene.reader.diags.push(Diagnostic::error("out-of-range", &node.span, message));
            return None;
        }
        Some([from, to])
    }

    /// Seconds: at least 0; an expression may only use what does not change, as times lay out the film's clock.
    pub fn secs(&mut self, node: &Node) -> Option<f64> {
        let text = node.text().unwrap_or_default().trim();
        if matches!(read_number(text), Reading::Expression) && !text.is_empty() {
            return self.constant_secs(text, node);
        }
        self.scene.reader.fixed(node, &(0.0..=limits::FILM_SECS))
    }

    fn constant_secs(&mut self, text: &str, node: &Node) -> Option<f64> {
        let found = match self.expander.constant(text, node) {
            Ok(Worth::Number(secs)) if (0.0..=limits::FILM_SECS).contains(&secs) => return Some(secs),
            Ok(Worth::Number(secs)) => {
                let message = format!("`{text}` is {secs}: it must be from 0 to {}", limits::FILM_SECS);
                Diagnostic::error("out-of-range", &node.text_span(), message)
            }
            Ok(_) | Err(_) => {
                let message = format!("`{text}` is no number of seconds");
                Diagnostic::error("wrong-type", &node.text_span(), message)
                    .hint("a time is a number, or is made of numbers and of `vars` of the script that are numbers")
            }
        };
        self.scene.reader.diags.push(found);
        None
    }

    /// `forward`, `reverse`, `centre`, `ends`, `random` or `{ random: seed }`; `{ from: place }` and `{ to: place }` are told apart before.
    fn order(&mut self, node: &Node) -> Option<Order> {
        if let [(key, seed)] = node.entries()
            && key.text == "random"
        {
            return self.scene.reader.integer(seed, &(0..=i64::MAX)).map(|seed| Order::Random(seed.unsigned_abs()));
        }
        match self.scene.reader.word(node, &["forward", "reverse", "centre", "ends", "random"])? {
            "reverse" => Some(Order::Reverse),
            "centre" => Some(Order::Centre),
            "ends" => Some(Order::Ends),
            "random" => Some(Order::Random(0)),
            _ => Some(Order::Forward),
        }
    }

    /// The value of a key that the verb cannot do without.
    pub fn required<'n>(&mut self, op: &Operand<'n>, key: &str) -> Option<&'n Node> {
        let node = op.option(key);
        if node.is_none() {
            self.missing(op, &format!("`{key}`"));
        }
        node
    }

    /// Reports what a verb lacks.
    pub fn missing(&mut self, op: &Operand<'_>, what: &str) {
        let message = format!("the verb `{}` needs {what}", op.row.name);
        let found = Diagnostic::error("missing-key", &op.key.span, message).hint(format!("as in `{}`", op.row.example));
        self.scene.reader.diags.push(found);
    }

    /// The one of several options that is given.
    pub fn exactly_one<T>(&mut self, op: &Operand<'_>, mut given: Vec<Option<T>>, what: &str) -> Option<T> {
        match given.len() {
            1 => given.pop().flatten(),
            0 => {
                self.missing(op, what);
                None
            }
            _ => {
                let message = format!("the verb `{}` takes only one of {what}", op.row.name);
                self.scene.reader.diags.push(Diagnostic::error("two-operands", &op.key.span, message));
                None
            }
        }
    }

    /// A name for this instant that no other instant of the script has.
    pub fn name_instant(&mut self, kind: &'static str, node: &Node) -> Option<String> {
        let (name, span) = self.scene.reader.text(node)?;
        self.name_instant_at(kind, &name, &span)
    }

    /// The same for a name that stands within a text.
    pub fn name_instant_at(&mut self, kind: &'static str, name: &str, span: &Span) -> Option<String> {
        let name = name.trim().to_string();
        let safe = |c: char| c.is_alphanumeric() || "-_.".contains(c);
        if !name.chars().all(safe) || name.starts_with('.') || name.len() > 100 {
            let message = format!("`{}` cannot name a {kind}", shorten(&name));
            let hint = "a name holds up to 100 letters, digits, `-`, `_` and `.`, as it may become a file's";
            self.scene.reader.diags.push(Diagnostic::error("bad-name", span, message).hint(hint));
            return None;
        }
        if self.times > 1 {
            let message = format!("this {kind} would be named again at every repetition");
            self.scene.reader.diags.push(Diagnostic::error("duplicate-instant", span, message));
        }
        if let Some(first) = self.instants.get(&(kind, name.clone())) {
            let message = format!("two instants are called {kind} `{name}`");
            let found = Diagnostic::error("duplicate-instant", span, message).label(first, "the first");
            self.scene.reader.diags.push(found);
        }
        self.instants.insert((kind, name.clone()), span.clone());
        Some(name)
    }
}

/// The key and place of an order by distance: `{ from: place }`, `{ to: place }`.
fn distance(node: &Node) -> Option<(&Key, &Node)> {
    match node.entries() {
        [(key, place)] if matches!(key.text.as_str(), "from" | "to") => Some((key, place)),
        _ => None,
    }
}
/// Our verb for a word that other programs use for it.
fn usual_name(word: &str) -> Option<&'static str> {
    Some(match word {
        "wait" | "sleep" => "pause",
        "increment" | "add_to" | "animate" | "tween" => "set",
        "play" | "parallel" | "all" | "simultaneously" => "together",
        "seq" | "chain" => "sequence",
        "appear" => "fade_in",
        "disappear" | "remove" | "clear" => "fade_out",
        "create" | "trace_out" => "draw",
        "transform" | "become" => "morph",
        "colour" | "color" | "recolor" => "style",
        "zoom" | "pan" => "camera",
        "flash" | "pulse" => "indicate",
        "narrate" | "speak" | "caption" => "say",
        _ => return None,
    })
}
