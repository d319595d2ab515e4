//! Walking a tree: which nodes are lit while a way is traced or bits are read, and the row of bits with what they say.

use super::super::lettering::{label, mono};
use super::super::{Action, Now};
use super::mixed;
use crate::color::Role;
use crate::draw::{Item, Paint, Part, Stroke};
use crate::geom::{Affine, Point, polyline};
use crate::info::{Code, CodeTree, Step, Word};

/// Share of a leaf's turn in which its way lights up node by node; then it stays lit, and goes out.
const RUNNING: f64 = 0.6;

/// How brightly each node (and the edge that leads to it) is lit.
pub(super) struct Lights(Vec<f32>);

impl Lights {
    pub(super) fn of(now: &Now<'_>, code: &Code, tree: &CodeTree) -> Self {
        let mut lights = Self(vec![0.0; tree.nodes().len()]);
        if let Some(action) = now.action("trace").filter(|action| action.clock.running()) {
            lights.trace(code, tree, action);
        }
        if let Some(action) = now.action("decode").filter(|action| action.clock.running()) {
            let (steps, at) = reading(code, action);
            lights.walk(&steps, at);
        }
        lights
    }

    pub(super) fn of_node(&self, node: usize) -> f32 {
        self.0.get(node).copied().unwrap_or(0.0)
    }

    fn trace(&mut self, code: &Code, tree: &CodeTree, action: &Action) {
        let one = action.arg("to").and_then(|name| code.index_of(name));
        let symbols: Vec<usize> = one.map_or_else(|| (0..code.words().len()).collect(), |symbol| vec![symbol]);
        let turn = action.clock.progress * symbols.len() as f64;
        let Some(symbol) = symbols.get((turn as usize).min(symbols.len().saturating_sub(1))) else { return };
        let within = turn - turn.floor();
        let bits = code.words().get(*symbol).map_or(&[] as &[bool], Word::bits);
        let fading = ((1.0 - within) / 0.15).min(1.0);
        self.light(0, fading);
        let mut at = 0;
        for (depth, bit) in bits.iter().enumerate() {
            let Some(next) = tree.child(at, *bit) else { break };
            at = next;
            let start = RUNNING * depth as f64 / bits.len() as f64;
            self.light(at, ((within - start) / (RUNNING / bits.len() as f64)).clamp(0.0, 1.0) * fading);
        }
    }

    /// Lights the way of the word that is being read.
    fn walk(&mut self, steps: &[Step], at: f64) {
        let current = at as usize;
        let start = steps.iter().take(current).rposition(|step| step.symbol.is_some()).map_or(0, |i| i + 1);
        self.light(0, 1.0);
        for (index, step) in steps.iter().enumerate().take(current + 1).skip(start) {
            self.light(step.node, ((at - index as f64) / 0.5).clamp(0.0, 1.0));
        }
    }

    fn light(&mut self, node: usize, brightness: f64) {
        if let Some(slot) = self.0.get_mut(node) {
            *slot = slot.max(brightness as f32);
        }
    }
}

/// The steps of reading an action's bits, and how many bits have been read, with a fraction for the one being read.
fn reading(code: &Code, action: &Action) -> (Vec<Step>, f64) {
    let bits: Vec<bool> = bits_of(action);
    let steps = code.decode(&bits).unwrap_or_default();
    let at = action.clock.progress * (steps.len() as f64 + 0.5);
    (steps, at)
}

fn bits_of(action: &Action) -> Vec<bool> {
    let text = action.arg("bits").unwrap_or_default();
    text.chars().filter_map(|c| c.to_digit(2)).map(|digit| digit == 1).collect()
}

/// The row of bits, centred on the origin: those read are bright, words are underlined, and their symbols stand below.
pub(super) fn message(now: &Now<'_>, code: &Code, tree: &CodeTree, action: &Action, size: f64) -> Part {
    let bits = bits_of(action);
    let (steps, at) = reading(code, action);
    let at = if action.clock.running() { at } else { steps.len() as f64 + 1.0 };
    debug_assert!(!tree.nodes().is_empty());
    let digit = now.label("0", &mono(size * 1.25, now.role(Role::Ink))).layout.width() * 1.35;
    // The symbols below need room as well: a word is at least as wide as the name of its symbol.
    let room = |(word, name): (&Word, &String)| {
        (now.label(name, &label(size, now.role(Role::Ink))).layout.width() + size * 0.5) / word.len().max(1) as f64
    };
    let step = code.words().iter().zip(code.source().names()).map(room).fold(digit, f64::max);
    let left = -step * bits.len() as f64 / 2.0;
    let mut row = Part::new("message");
    let mut start = 0;
    for (index, bit) in bits.iter().enumerate() {
        let read = ((at - index as f64) / 0.5).clamp(0.0, 1.0);
        // A bit stands out from when it is read until its word has ended.
        let end =
            steps.iter().skip(index).position(|step| step.symbol.is_some()).map_or(bits.len(), |more| index + more);
        let fresh = read * (1.0 - ((at - end as f64 - 0.5) / 0.5).clamp(0.0, 1.0));
        let color = mixed(mixed(now.role(Role::Faint), now.role(Role::Ink), read), now.role(Role::Accent), fresh);
        let set = now.label(if *bit { "1" } else { "0" }, &mono(size * 1.25, color));
        let x = left + step * (index as f64 + 0.5) - set.layout.center().x;
        row.parts.push(Part { name: index.to_string(), ..set.part.clone() }.transformed(Affine::translate((x, 0.0))));
        if let Some(symbol) = steps.get(index).and_then(|step| step.symbol) {
            let shown = ((at - index as f64 - 0.5) / 0.5).clamp(0.0, 1.0);
            let (from, to) = (left + step * (start as f64 + 0.14), left + step * (index as f64 + 0.86));
            row.parts.push(word(now, code, symbol, from, to, size).faded(shown));
            start = index + 1;
        }
    }
    row
}

fn word(now: &Now<'_>, code: &Code, symbol: usize, from: f64, to: f64, size: f64) -> Part {
    let y = -size * 0.38;
    let line = polyline([Point::new(from, y), Point::new(to, y)], false);
    let name = code.source().names().get(symbol).map_or("", String::as_str);
    let set = now.label(name, &label(size, now.role(Role::Accent)));
    let at = ((from + to) / 2.0 - set.layout.center().x, y - size * 0.75 - set.middle);
    Part::new(format!("word_{name}_{}", (from * 1000.0) as i64))
        .with(Item::stroke(line, Stroke::new(Paint::solid(now.role(Role::Accent)), 0.03)))
        .with_part(Part { name: "symbol".into(), ..set.part.clone() }.transformed(Affine::translate(at)))
}
