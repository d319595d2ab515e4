//! `code_tree`: the binary tree of a code. It can start as leaves alone and be merged the way Huffman did; bits can be read by
//! walking it. Leaves are named by their symbols: `tree.up.word`.

mod layout;
mod walk;

use super::lettering::{fitted, label, mono};
use super::{ActionSpec, ArgSpec, Drawing, Now, Reading, Visual, VisualSpec};
use crate::color::{Rgba, Role};
use crate::draw::{Grow, Item, Paint, Part, Stroke};
use crate::geom::{Affine, Point, Rect, circle, lerp, polyline, rounded_rect};
use crate::info::{Code, CodeTree};
use crate::script::{FieldSpec, Slot, TableFields, Takes};
use crate::typeset::{Format, TextStyle, format};
use layout::Layout;

/// The registry's entry.
pub static SPEC: VisualSpec = VisualSpec {
    name: "code_tree",
    summary: "the tree of a code: merged step by step, read off, walked to decode bits",
    main: Some("code"),
    example: "code_tree: { code: clever, width: 9, height: 4 }",
    fields: &[&[
        FieldSpec::required("code", Takes::Code, "the code that it is the tree of"),
        FieldSpec::new("width", Takes::Fixed(0.5, 100.0), "9", "width in stage units"),
        FieldSpec::new("height", Takes::Fixed(0.5, 100.0), "3.6", "height in stage units"),
        FieldSpec::new("size", Takes::Fixed(0.05, 5.0), "0.38", "height of the em in stage units"),
        FieldSpec::new("weights", Takes::Flag, "true", "the probability of each symbol beside it"),
        FieldSpec::new("apart", Takes::Flag, "false", "begins as leaves alone, until `merge` has run"),
    ]],
    parts: &[
        ("*", "a leaf, by symbol"),
        ("*.box", "its frame"),
        ("*.edge", "the edge above it"),
        ("*.bit", "the bit on that edge"),
        ("*.word", "its code word"),
    ],
    values: &[
        ("mean", "mean length of the words in bits"),
        ("kraft", "sum of 2^-length over the words"),
        ("merged", "pairs of nodes that have come together"),
    ],
    actions: &[
        ActionSpec {
            name: "merge",
            summary: "Huffman's construction: the two lightest come under a new node, until one is left",
            secs: 4.0,
            args: &[],
        },
        ActionSpec {
            name: "trace",
            summary: "lights up the way from the root to each leaf in turn",
            secs: 3.0,
            args: &[ArgSpec { name: "to", summary: "one symbol only" }],
        },
        ActionSpec {
            name: "decode",
            summary: "reads bits by walking the tree; the symbols come out below",
            secs: 5.0,
            args: &[ArgSpec { name: "bits", summary: "the bits, as `100110`" }],
        },
    ],
    read,
};

const NODE_RADIUS: f64 = 0.085;
const EDGE_WIDTH: f64 = 0.04;

struct Tree {
    code: Slot,
    width: f64,
    height: f64,
    size: f64,
    weights: bool,
    /// Begins as leaves alone, until `merge` has run.
    apart: bool,
}

fn read(fields: &mut TableFields<'_>, _: &Reading<'_>) -> Option<Box<dyn Visual>> {
    let code = fields.code("code");
    let width = fields.fixed_or_default("width");
    let height = fields.fixed_or_default("height");
    let size = fields.fixed_or_default("size");
    let weights = fields.flag("weights");
    let apart = fields.flag("apart");
    Some(Box::new(Tree { code: code?, width, height, size, weights, apart }))
}

impl Visual for Tree {
    fn draw(&self, now: &Now<'_>) -> Drawing {
        let nothing = Drawing::of(Part::new("tree"));
        let Some(code) = now.code(self.code) else { return nothing };
        let Ok(tree) = CodeTree::of(&code) else { return nothing };
        let merging = now.action("merge");
        let layout = Layout::of(&code, &tree, self.width, self.height, self.apart, merging.map(|action| action.clock));
        let lights = walk::Lights::of(now, &code, &tree);
        let mut part = Part::new("tree");
        // With many leaves the type shrinks until they stand side by side.
        let crowded = Self { size: self.size * self.crowding(now, &code, layout.slot), ..*self };
        for &node in &layout.order {
            part.parts.push(crowded.node(now, &code, &tree, &layout, &lights, node));
        }
        let rect = Rect::new(-self.width / 2.0, -self.height - self.size * 2.9, self.width / 2.0, NODE_RADIUS);
        if let Some(decode) = now.action("decode") {
            let row = walk::message(now, &code, &tree, decode, self.size);
            part.parts.push(row.transformed(Affine::translate((0.0, rect.y0 - self.size * 2.1))));
        }
        let mean = code.mean_length_own();
        let values = vec![("mean", mean), ("kraft", code.kraft_sum()), ("merged", layout.merged)];
        Drawing { values, ..Drawing::within(rect, part) }
    }
}

impl Tree {
    /// How much smaller the type must be for the widest leaf to fit into its slot, at most 1.
    fn crowding(&self, now: &Now<'_>, code: &Code, slot: f64) -> f64 {
        let style = label(self.size, now.role(Role::Ink));
        let names = code.source().names().iter();
        let widest = names.map(|name| now.label(name, &style).layout.width()).fold(0.0, f64::max);
        (slot * 0.94 / (widest + self.size * 1.1)).min(1.0)
    }

    /// A node with the edge that leads to it.
    fn node(
        &self,
        now: &Now<'_>,
        code: &Code,
        tree: &CodeTree,
        layout: &Layout,
        lights: &walk::Lights,
        index: usize,
    ) -> Part {
        let Some(node) = tree.nodes().get(index) else { return Part::new("") };
        let at = layout.at(index);
        let name = match node.symbol {
            Some(symbol) => code.source().names().get(symbol).cloned().unwrap_or_default(),
            None if index == 0 => "root".into(),
            None => format!("node{index}"),
        };
        let light = lights.of_node(index);
        let mut part = Part::new(name);
        if let Some(parent) = node.parent {
            let drawn = layout.joined(parent);
            if drawn > 0.0 {
                let bit = tree.child(parent, true) == Some(index);
                part.parts.extend(self.edge(now, layout.at(parent), at, bit, drawn, light));
            }
        }
        match node.symbol {
            Some(symbol) => {
                part.parts.extend(self.leaf(now, code, symbol, at, layout, light));
                let bits = code.words().get(symbol).map_or(0.0, |word| word.len() as f64);
                part = part.with_attribute("p", code.source().p(symbol)).with_attribute("bits", bits);
                let name = part.name.clone();
                part = part.with_attribute("symbol", name.as_str());
            }
            None => {
                let side = node.parent.map(|parent| tree.child(parent, true) == Some(index));
                part.parts.push(self.dot(now, layout, (index, side), at, light));
            }
        }
        part
    }

    fn edge(&self, now: &Now<'_>, from: Point, to: Point, bit: bool, drawn: f64, light: f32) -> Vec<Part> {
        let start = from + (to - from) * (NODE_RADIUS / (to - from).hypot().max(NODE_RADIUS));
        let end = start + (to - start) * drawn;
        let color = now.role(Role::Muted).lerp(now.role(Role::Accent), light);
        let stroke = Stroke::new(Paint::solid(color), EDGE_WIDTH * (1.0 + 0.8 * f64::from(light)));
        let line = Part::new("edge").with(Item::stroke(polyline([start, end], false), stroke)).growing(Grow::Stroke);
        let tone = now.role(if bit { Role::One } else { Role::Zero }).lerp(now.role(Role::Accent), light);
        let set = now.label(if bit { "1" } else { "0" }, &mono(self.size, tone));
        let middle = from + (to - from) * 0.5;
        let way = to - from;
        // Beside the edge, on its upper side, clear of it at any slope.
        let upper = if way.x < 0.0 { kurbo::Vec2::new(way.y, -way.x) } else { kurbo::Vec2::new(-way.y, way.x) };
        let place = middle + upper / way.hypot().max(1e-6) * (self.size * 0.62);
        let centred = (place.x - set.layout.center().x, place.y - set.middle);
        let digit =
            Part { name: "bit".into(), ..set.part.clone() }.growing(Grow::Fade).transformed(Affine::translate(centred));
        vec![line, digit.faded((drawn * 2.0 - 1.0).max(0.0))]
    }

    /// An inner node; `side`: on which side of its parent it is, if it has one: to the right?
    fn dot(&self, now: &Now<'_>, layout: &Layout, (index, side): (usize, Option<bool>), at: Point, light: f32) -> Part {
        let born = layout.born(index);
        let color = now.role(Role::Ink).lerp(now.role(Role::Accent), light);
        let mut part = Part::new("dot").growing(Grow::Point(at));
        part.items.push(Item::fill(circle(at, NODE_RADIUS * born.max(1e-3)), Paint::solid(color)));
        if let (true, Some(weight)) = (self.weights && layout.shows_weights, layout.weight(index)) {
            let set = now.label(&written(weight), &label(self.size * 0.8, now.role(Role::Probability)));
            // Away from the edge that leads up.
            let gap = NODE_RADIUS + self.size * 0.3;
            let centred = match side {
                None => (at.x - set.layout.center().x, at.y + NODE_RADIUS + self.size * 0.42 - set.middle),
                Some(true) => (at.x + gap - set.layout.x0, at.y + self.size * 0.12 - set.middle),
                Some(false) => (at.x - gap - set.layout.x1, at.y + self.size * 0.12 - set.middle),
            };
            part.parts.push(
                Part { name: "weight".into(), ..set.part.clone() }
                    .transformed(Affine::translate(centred))
                    .faded(born * layout.weights_shown),
            );
        }
        part.faded(if born > 0.0 { 1.0 } else { 0.0 })
    }

    fn leaf(&self, now: &Now<'_>, code: &Code, symbol: usize, at: Point, layout: &Layout, light: f32) -> Vec<Part> {
        let names = code.source().names();
        let name = names.get(symbol).map_or("", String::as_str);
        let p = code.source().exact(symbol).map_or_else(|| written(code.source().p(symbol)), |ratio| ratio.to_string());
        let style = label(self.size, now.role(Role::Ink));
        let (words, share) =
            (now.label(name, &style), now.label(&p, &label(self.size * 0.86, now.role(Role::Probability))));
        let gap = self.size * 0.45;
        // Where leaves stand close the probability makes room, then only the name is left.
        let whole = words.layout.width() + gap + share.layout.width();
        let weights = self.weights && whole + self.size * 1.2 <= layout.slot * 1.1;
        let inner = if weights { whole } else { words.layout.width() };
        let size = (inner + self.size * 1.1, self.size * 1.75);
        let centre = Point::new(at.x, at.y - size.1 / 2.0);
        let rect = Rect::from_center_size(centre, size);
        let outline = now.role(Role::Information).lerp(now.role(Role::Accent), light);
        let panel = Paint::solid(now.role(Role::Panel).lerp(now.role(Role::Accent), light * 0.22)).kept();
        let frame =
            Item::fill_stroke(rounded_rect(rect, 0.1), panel, Stroke::new(Paint::solid(outline), EDGE_WIDTH * 0.9));
        let baseline = centre.y - words.middle;
        let left = centre.x - inner / 2.0;
        let mut leaf = Part::new("box").with(frame).growing(Grow::Point(at));
        leaf.parts
            .push(Part { name: "name".into(), ..words.part.clone() }.transformed(Affine::translate((left, baseline))));
        if weights {
            let x = left + words.layout.width() + gap;
            leaf.parts
                .push(Part { name: "p".into(), ..share.part.clone() }.transformed(Affine::translate((x, baseline))));
        }
        let bits = code.words().get(symbol).map_or_else(String::new, ToString::to_string);
        let style = TextStyle { ..mono(self.size * 1.08, now.role(Role::Accent)) };
        let word = now.label(&bits, &style);
        let below = Point::new(centre.x, rect.y0 - self.size * 0.85);
        let word = fitted("word", &word, below, layout.slot * 0.86, 0.6);
        vec![leaf, word.faded(layout.settled)]
    }
}

fn written(weight: f64) -> String {
    let fraction = format(weight, &Format::parse("frac").unwrap_or_default());
    if fraction.len() <= 6 { fraction } else { format(weight, &Format::parse(".3").unwrap_or_default()) }
}

/// A colour between two by a share.
fn mixed(from: Rgba, to: Rgba, share: f64) -> Rgba {
    from.lerp(to, lerp(0.0, 1.0, share) as f32)
}
