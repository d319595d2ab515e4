//! Links: properties that follow something from a step on, until they are let go. The verbs `bind`, `follow`, `face`,
//! `trace` and their ends.

use super::operands::{amount_of, motions};
use super::step::{Motion, Spring, Verb};
use super::steps::{Operand, StepReader};
use super::value::Num;
use super::yaml::{Node, Value};
use crate::color::Ink;

/// A property and what it follows.
#[derive(Clone, Debug, PartialEq)]
pub enum Property {
    /// Where it is.
    Place(Motion),
    /// The factor of its size.
    Scale(Num),
    /// Its angle in degrees.
    Rotate(Num),
    /// Its opacity, from 0 to 1.
    Opacity(Num),
    /// From the first colour, at 0, to the second, at 1.
    Color([Ink; 2], Num),
}

/// A property that can be let go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aspect {
    /// Where it is.
    Place,
    /// Its size.
    Scale,
    /// Its angle.
    Rotate,
    /// Its opacity.
    Opacity,
    /// Its colour.
    Color,
}

impl Aspect {
    /// Every aspect.
    pub const ALL: &[Self] = &[Self::Place, Self::Scale, Self::Rotate, Self::Opacity, Self::Color];
    /// Their words.
    pub const WORDS: &[&'static str] = &["place", "scale", "rotate", "opacity", "color"];

    fn named(word: &str) -> Option<Self> {
        Self::WORDS.iter().position(|known| *known == word).and_then(|index| Self::ALL.get(index)).copied()
    }
}

/// `bind: dot`, with what follows what beside it.
pub(super) fn bind(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Verb> {
    let target = r.scene.target(op.node);
    let mut bound: Vec<Option<Property>> = Vec::new();
    let places = motions(r, op);
    if !places.is_empty() {
        let place = r.exactly_one(op, places, "`to`, `above`, `below`, `left_of`, `right_of`, or `x` and `y`");
        bound.push(place.map(Property::Place));
    }
    bound.extend(amount_of(r, op, "scale", &(0.0..)).map(|num| num.map(Property::Scale)));
    bound.extend(amount_of(r, op, "rotate", &..).map(|num| num.map(Property::Rotate)));
    bound.extend(amount_of(r, op, "opacity", &..).map(|num| num.map(Property::Opacity)));
    if let Some(node) = op.option("colors") {
        let colors = two_colors(r, node);
        let share = r.required(op, "share").and_then(|node| r.scene.reader.number(node, &..));
        bound.push(colors.zip(share).map(|(colors, share)| Property::Color(colors, share)));
    } else if let Some(node) = op.option("share") {
        r.scene.reader.expected("`share` beside two colours: `colors: [muted, accent], share: p`", node);
        return None;
    }
    if bound.is_empty() {
        r.missing(op, "something to follow: `to`, `x`, `y`, `scale`, `rotate`, `opacity` or `colors`");
        return None;
    }
    Some(Verb::Bind(target?, bound.into_iter().collect::<Option<_>>()?))
}

fn two_colors(r: &mut StepReader<'_, '_>, node: &Node) -> Option<[Ink; 2]> {
    let Value::List(items) = &node.value else {
        r.scene.reader.expected("two colours such as `[muted, accent]`", node);
        return None;
    };
    let [from, to] = items.as_slice() else {
        r.scene.reader.expected("two colours such as `[muted, accent]`", node);
        return None;
    };
    let (from, to) = (r.scene.reader.ink(from), r.scene.reader.ink(to));
    Some([from?, to?])
}

/// `unbind: dot`, with what is let go if it is not everything.
pub(super) fn unbind(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Verb> {
    let target = r.scene.target(op.node);
    let only = match op.option("only") {
        None => Aspect::ALL.to_vec(),
        Some(node) => {
            let items = match &node.value {
                Value::List(items) => items.as_slice(),
                _ => std::slice::from_ref(node),
            };
            let words: Vec<_> = items.iter().map(|item| r.scene.reader.word(item, Aspect::WORDS)).collect();
            words.into_iter().map(|word| word.and_then(Aspect::named)).collect::<Option<_>>()?
        }
    };
    Some(Verb::Unbind(target?, only))
}

/// `follow: label` with a `leader`, from which it keeps its distance, or a side of something.
pub(super) fn follow(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Verb> {
    let target = r.scene.target(op.node);
    let mut ways = motions(r, op);
    if let Some(node) = op.option("leader") {
        let spring = spring(r, op);
        ways.push(r.scene.selector(node).map(|leader| Motion::With(leader, spring)));
    } else if let Some(node) = op.option("spring").or(op.option("damping")) {
        r.scene.reader.expected("a spring beside a `leader`", node);
    }
    let way = r.exactly_one(op, ways, "`leader`, `above`, `below`, `left_of` or `right_of`");
    Some(Verb::Bind(target?, vec![Property::Place(way?)]))
}

/// `spring` and `damping`, if one of them is given.
fn spring(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Spring> {
    let mut fixed =
        |key: &str, range: std::ops::RangeInclusive<f64>| op.option(key).map(|node| r.scene.reader.fixed(node, &range));
    let (secs, damping) = (fixed("spring", 0.0..=10.0), fixed("damping", 0.2..=4.0));
    let given = secs.is_some() || damping.is_some();
    given.then(|| Spring {
        secs: secs.flatten().unwrap_or(Spring::USUAL.secs),
        damping: damping.flatten().unwrap_or(Spring::USUAL.damping),
    })
}

/// `face: rover`, `toward` a place.
pub(super) fn face(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Verb> {
    let target = r.scene.target(op.node);
    let toward = r.required(op, "toward").and_then(|node| r.scene.place(node));
    let front = op.option("front").map_or(Some(0.0), |node| r.scene.reader.fixed(node, &(-360.0..=360.0)));
    Some(Verb::Face { target: target?, toward: toward?, front: front? })
}

/// `trace: path`, `of` what moves. With a length of time it ends by itself.
pub(super) fn trace(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Verb> {
    let target = r.scene.target(op.node);
    let of = r.required(op, "of").and_then(|node| r.scene.selector(node));
    let ends = op.time.duration.is_some() || op.time.until.is_some() || op.time.window.is_some();
    Some(Verb::Trace { target: target?, of: of?, ends })
}

/// `untrace: path`.
pub(super) fn untrace(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Verb> {
    r.scene.target(op.node).map(Verb::Untrace)
}
