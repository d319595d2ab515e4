//! What stands behind each verb, read into a [`Verb`]. One function for each row of the table.

use std::ops::RangeBounds;

use super::figure::{Crop, read_figure};
use super::model::{Beside, Manner, Shape, Side, Typed};
use super::placement::BESIDE;
use super::selector::Selector;
use super::step::{Action, Amount, Await, Motion, Step, Verb};
use super::steps::{Operand, StepReader};
use super::target::Target;
use super::value::Num;
use super::yaml::{Key, Node, Value};
use crate::diag::Diagnostic;
use crate::limits;

macro_rules! on_a_target {
    ($($name:ident => $verb:ident,)*) => {
        $(pub(super) fn $name(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Verb> {
            r.scene.target(op.node).map(Verb::$verb)
        })*
    };
}

on_a_target! {
    show => Show, hide => Hide, draw => Draw, grow => Grow, shrink => Shrink,
    undim => Undim,
}

pub(super) fn dim(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Verb> {
    let blur = blur(r, op);
    r.scene.target(op.node).map(|target| Verb::Dim(target, blur))
}

pub(super) fn focus(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Verb> {
    let blur = blur(r, op);
    r.scene.target(op.node).map(|target| Verb::Focus(target, blur))
}

fn blur(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> f64 {
    op.option("blur").and_then(|node| r.scene.reader.fixed(node, &(0.0..=2.0))).unwrap_or(0.0)
}

pub(super) fn indicate(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Verb> {
    let how = op.option("how").and_then(|n| r.scene.reader.word(n, Manner::WORDS)).and_then(Manner::named);
    r.scene.target(op.node).map(|target| Verb::Indicate(target, how.unwrap_or(Manner::Flash)))
}

pub(super) fn pause(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Verb> {
    r.secs(op.node).map(Verb::Pause)
}

pub(super) fn mark(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Verb> {
    r.name_instant("mark", op.node).map(Verb::Mark)
}

pub(super) fn figure(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Verb> {
    let name = op.node.get("name").unwrap_or(op.node);
    let figure = read_figure(op.node, r.scene.reader.reborrow())?;
    r.name_instant("figure", name)?;
    let of: &[_] = match &figure.crop {
        Crop::Of(of) => of,
        Crop::Visible | Crop::Stage => &[],
    };
    for (address, span) in of.iter().chain(&figure.hide).chain(&figure.show) {
        let selector = r.scene.reader.diags.ok(Selector::parse(address, span));
        selector.and_then(|selector| r.scene.known(selector));
    }
    Some(Verb::Figure(Box::new(figure)))
}

fn side(r: &mut StepReader<'_, '_>, op: &Operand<'_>, key: &str) -> Option<Side> {
    op.option(key).and_then(|n| r.scene.reader.word(n, Side::WORDS)).and_then(Side::named)
}

fn typed(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Typed> {
    op.option("by").and_then(|n| r.scene.reader.word(n, Typed::WORDS)).and_then(Typed::named)
}

pub(super) fn write(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Verb> {
    let by = typed(r, op);
    r.scene.target(op.node).map(|target| Verb::Write(target, by))
}

pub(super) fn unwrite(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Verb> {
    let by = typed(r, op);
    r.scene.target(op.node).map(|target| Verb::Unwrite(target, by))
}

pub(super) fn fade_in(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Verb> {
    let from = side(r, op, "from");
    r.scene.target(op.node).map(|target| Verb::FadeIn(target, from))
}

pub(super) fn fade_out(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Verb> {
    let to = side(r, op, "to");
    r.scene.target(op.node).map(|target| Verb::FadeOut(target, to))
}

pub(super) fn fade(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Verb> {
    let target = r.scene.target(op.node);
    let to = r.required(op, "to").and_then(|n| r.scene.reader.number(n, &(0.0..=1.0)));
    Some(Verb::Fade(target?, to?))
}

/// `move` with one motion for a target, or `move: { a: [x, y], b: [x, y] }`, which is a `together`.
pub(super) fn shift(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Verb> {
    if op.node.get("all_but").is_some() || op.node.entries().is_empty() {
        let target = r.scene.target(op.node);
        let motion = motion(r, op);
        return Some(Verb::Move(target?, motion?));
    }
    for (key, _) in op.entries.iter().filter(|(key, _)| op.row.options.contains(&key.text.as_str())) {
        let message = format!("`{}` cannot stand beside a map of places", key.text);
        r.scene.reader.diags.push(Diagnostic::error("unknown-key", &key.span, message));
    }
    let steps = op.node.entries().iter().map(|(key, node)| {
        let (selector, place) = (key_selector(r, key), r.scene.place(node));
        let target = Target { selectors: vec![selector?], all_but: false };
        let verb = Verb::Move(target, Motion::To(place?));
        let time = op.time.clone();
        Some(Step { span: key.span.clone(), verb, verb_span: op.key.span.clone(), time })
    });
    let steps: Vec<_> = steps.collect();
    Some(Verb::Together(steps.into_iter().collect::<Option<_>>()?))
}

fn key_selector(r: &mut StepReader<'_, '_>, key: &Key) -> Option<Selector> {
    let selector = r.scene.reader.diags.ok(Selector::parse(&key.text, &key.span))?;
    r.scene.known(selector)
}

fn motion(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Motion> {
    let motions = motions(r, op);
    r.exactly_one(op, motions, "`to: [x, y]`, `by: [x, y]`, `x`, `y`, `above`, `below`, `left_of` or `right_of`")
}

/// Every motion that the keys beside a verb ask for.
pub(super) fn motions(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Vec<Option<Motion>> {
    let gap = op.option("gap").map(|n| r.scene.reader.number(n, &..));
    let mut motions = Vec::new();
    if let Some(node) = op.option("to") {
        motions.push(r.scene.place(node).map(Motion::To));
    }
    if let Some(node) = op.option("by") {
        motions.push(r.scene.reader.point(node).map(Motion::By));
    }
    let gap = gap.flatten();
    for (key, side) in BESIDE {
        if let Some(node) = op.option(key) {
            let beside = |of| Motion::Beside(Beside { side: *side, of, gap: gap.clone() });
            motions.push(r.scene.selector(node).map(beside));
        }
    }
    let axes = ["x", "y"].map(|key| amount_of(r, op, key, &..));
    if axes.iter().any(Option::is_some) {
        let sound = axes.iter().all(|axis| !matches!(axis, Some(None)));
        motions.push(sound.then(|| Motion::Axes(axes.map(Option::flatten))));
    }
    motions
}

/// The number of a key, if the key is there.
pub(super) fn amount_of(
    r: &mut StepReader<'_, '_>,
    op: &Operand<'_>,
    key: &str,
    range: &impl RangeBounds<f64>,
) -> Option<Option<Num>> {
    op.option(key).map(|node| r.scene.reader.number(node, range))
}

fn amount(r: &mut StepReader<'_, '_>, op: &Operand<'_>, least: f64) -> Option<Amount> {
    let amounts = [("to", Amount::To as fn(Num) -> Amount), ("by", Amount::By)];
    let given: Vec<_> = amounts
        .iter()
        .filter_map(|(key, amount)| Some(r.scene.reader.number(op.option(key)?, &(least..)).map(amount)))
        .collect();
    r.exactly_one(op, given, "`to` or `by`")
}

pub(super) fn scale(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Verb> {
    let (target, amount) = (r.scene.target(op.node), amount(r, op, 0.0));
    Some(Verb::Scale(target?, amount?))
}

pub(super) fn rotate(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Verb> {
    let (target, amount) = (r.scene.target(op.node), amount(r, op, f64::NEG_INFINITY));
    Some(Verb::Rotate(target?, amount?))
}

pub(super) fn style(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Verb> {
    let target = r.scene.target(op.node);
    let color = op.option("color").map(|n| r.scene.reader.ink(n));
    let opacity = op.option("opacity").map(|n| r.scene.reader.number(n, &(0.0..=1.0)));
    if color.is_none() && opacity.is_none() {
        r.missing(op, "`color` or `opacity`");
        return None;
    }
    Some(Verb::Style(target?, color.flatten(), opacity.flatten()))
}

pub(super) fn highlight(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Verb> {
    let target = r.scene.target(op.node);
    let reader = &mut r.scene.reader;
    let shape = op.option("shape").and_then(|n| reader.word(n, Shape::WORDS)).and_then(Shape::named);
    let color = op.option("color").and_then(|n| reader.ink(n));
    let margin = op.option("margin").and_then(|n| reader.number(n, &..));
    Some(Verb::Highlight { target: target?, shape: shape.unwrap_or(Shape::Box), color, margin })
}

pub(super) fn unhighlight(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Verb> {
    if op.node.value == Value::Null {
        return Some(Verb::Unhighlight(None));
    }
    r.scene.target(op.node).map(|target| Verb::Unhighlight(Some(target)))
}

fn pair(r: &mut StepReader<'_, '_>, op: &Operand<'_>, key: &str) -> Option<(Target, Target)> {
    let from = named(r, op.node);
    let to = r.required(op, key).and_then(|node| named(r, node));
    Some((from?, to?))
}

/// Actors and parts by name: not all but some.
fn named(r: &mut StepReader<'_, '_>, node: &Node) -> Option<Target> {
    let target = r.scene.target(node)?;
    if target.all_but {
        let found = Diagnostic::error("bad-selector", &node.span, "what flies, and where to, is named");
        r.scene.reader.diags.push(found.hint("as in `{ copy: [chart.up, chart.down], to: [sum.a, sum.b] }`"));
        return None;
    }
    Some(target)
}

pub(super) fn copy(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Verb> {
    pair(r, op, "to").map(|(from, to)| Verb::Copy(from, to))
}

pub(super) fn morph(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Verb> {
    pair(r, op, "into").map(|(from, into)| Verb::Morph(from, into))
}

pub(super) fn set(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Verb> {
    if op.node.entries().is_empty() {
        r.scene.reader.expected("variables and values such as `{ p: 0.9 }`", op.node);
        return None;
    }
    let (mut goals, mut sound) = (Vec::new(), true);
    for (key, node) in op.node.entries() {
        let [x, y] = ["x", "y"].map(|side| format!("{}.{side}", key.text));
        if r.scene.vars.contains(&x) {
            let [to_x, to_y] = r.scene.reader.point(node)?;
            goals.extend([(x, key.span.clone(), to_x), (y, key.span.clone(), to_y)]);
            continue;
        }
        if !r.scene.vars.contains(&key.text) {
            let found =
                Diagnostic::error("unknown-variable", &key.span, format!("there is no variable `{}`", key.text))
                    .suggest(&key.text, r.scene.vars.iter().map(String::as_str))
                    .hint("give it a first value under `vars:` of the scene or the script");
            r.scene.reader.diags.push(found);
            sound = false;
            continue;
        }
        match r.scene.reader.number(node, &..) {
            Some(value) => goals.push((key.text.clone(), key.span.clone(), value)),
            None => sound = false,
        }
    }
    sound.then_some(Verb::Set(goals))
}

/// `do: { coins: flip }` or `do: { coins: { flip: { seed: 7 } } }`.
pub(super) fn act(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Verb> {
    if op.node.entries().is_empty() {
        r.scene.reader.expected("actors and actions such as `{ coins: flip }`", op.node);
        return None;
    }
    let actions = op.node.entries().iter().map(|(key, node)| {
        let actor = key_selector(r, key);
        let (action, args) = match (&node.value, node.entries()) {
            (Value::Scalar { text, .. }, _) => ((text.clone(), node.text_span()), Node::null(&node.span)),
            (_, [(action, args)]) => ((action.text.clone(), action.span.clone()), args.clone()),
            _ => {
                r.scene.reader.expected("one action such as `flip` or `{ flip: { seed: 7 } }`", node);
                return None;
            }
        };
        Some(Action { actor: actor?, action, args })
    });
    let read: Vec<_> = actions.collect();
    let mut actions = Vec::new();
    let mut steps = Vec::new();
    for action in read {
        let action = action?;
        match r.component_action(&action, op.key) {
            Some(step) => steps.push(step?),
            None => actions.push(action),
        }
    }
    if steps.is_empty() {
        return Some(Verb::Do(actions));
    }
    if !actions.is_empty() {
        let (span, verb_span) = (op.span.clone(), op.key.span.clone());
        steps.push(Step { span, verb_span, verb: Verb::Do(actions), time: op.time.clone() });
    }
    Some(Verb::Together(steps))
}

pub(super) fn together(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Verb> {
    r.steps(op.node).map(Verb::Together)
}

pub(super) fn sequence(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Verb> {
    r.steps(op.node).map(Verb::Sequence)
}

/// One step or several.
pub(super) fn meanwhile(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Verb> {
    match &op.node.value {
        Value::Map(_) => r.step(op.node).map(|step| Verb::Meanwhile(vec![step])),
        _ => r.steps(op.node).map(Verb::Meanwhile),
    }
}

/// What stands for the words said so far.
const NARRATION: &str = "narration";

/// `narration`, the name of a step, or a list of them.
pub(super) fn wait(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Verb> {
    let items = match &op.node.value {
        Value::List(items) => items.as_slice(),
        _ => std::slice::from_ref(op.node),
    };
    let mut awaited = Await::default();
    for item in items {
        match r.scene.reader.text(item)? {
            (name, _) if name == NARRATION => awaited.narration = true,
            named => awaited.steps.push(named),
        }
    }
    Some(Verb::Await(awaited))
}

pub(super) fn stagger(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Verb> {
    let steps = r.steps(op.node);
    let lag = r.required(op, "lag").and_then(|n| r.secs(n));
    if op.time.near.is_some() {
        let message = "steps have no place, so they have no order by distance";
        let found = Diagnostic::error("wrong-type", op.option_span("order"), message);
        let hint = "one step on several actors can be staggered by distance: `fade_in: [a, b], stagger: 0.1, order: { from: a }`";
        r.scene.reader.diags.push(found.hint(hint));
    }
    Some(Verb::Stagger(lag?, steps?))
}

pub(super) fn repeat(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Verb> {
    let count = r.scene.reader.integer(op.node, &(1..=limits::COUNT as i64));
    let times = usize::try_from(count.unwrap_or(1)).unwrap_or(1);
    let steps = r.required(op, "steps").and_then(|n| r.repeated(times, n));
    count.and(steps).map(|steps| Verb::Repeat(times, steps))
}
