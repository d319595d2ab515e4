//! `network`: layers of nodes with edges between neighbours, and a wave of light from the input to the output.

use super::{ActionSpec, Drawing, Now, Reading, Visual, VisualSpec};
use crate::color::{Ink, Role};
use crate::draw::{Grow, Item, Paint, Part, Stroke};
use crate::geom::{Point, Rect, circle, polyline};
use crate::info::uniform01;
use crate::script::{FieldSpec, Num, TableFields, Takes};

/// The registry's entry.
pub static SPEC: VisualSpec = VisualSpec {
    name: "network",
    summary: "a layered network; a wave of light goes through it",
    main: None,
    example: "network: { layers: [3, 5, 5, 2], width: 5, height: 3 }",
    fields: &[&[
        FieldSpec::required("layers", Takes::List, "nodes of each layer, from the input to the output"),
        FieldSpec::new("width", Takes::Fixed(0.1, 100.0), "3", "width in stage units"),
        FieldSpec::new("height", Takes::Fixed(0.1, 100.0), "2", "height in stage units"),
        FieldSpec::new("radius", Takes::Number(0.0, 5.0), "0.09", "radius of nodes in stage units"),
        FieldSpec::new("seed", Takes::Whole(0, i64::MAX), "1", "seed of the strengths of edges"),
        FieldSpec::new("color", Takes::Color, "information", "colour of nodes and edges"),
    ]],
    parts: &[("edges", "all edges"), ("*", "a layer, by position"), ("*.*", "a node, by layer and position")],
    values: &[("count", "nodes")],
    actions: &[ActionSpec {
        name: "pulse",
        summary: "a wave of light goes from the input to the output",
        secs: 1.2,
        args: &[],
    }],
    read,
};

/// Nodes that a layer shows at most.
const MOST_NODES: usize = 40;
/// Layers that are shown at most.
const MOST_LAYERS: usize = 20;

struct Network {
    layers: crate::script::Slot,
    width: f64,
    height: f64,
    radius: Num,
    seed: u64,
    ink: Ink,
}

fn read(fields: &mut TableFields<'_>, _: &Reading<'_>) -> Option<Box<dyn Visual>> {
    let layers = fields.list("layers");
    let (width, height) = (fields.fixed_or_default("width"), fields.fixed_or_default("height"));
    let radius = fields.number_or_default("radius");
    let seed = fields.whole("seed").unwrap_or_default() as u64;
    let ink = fields.ink("color").unwrap_or(Ink::Role(Role::Information));
    Some(Box::new(Network { layers: layers?, width, height, radius, seed, ink }))
}

impl Visual for Network {
    fn draw(&self, now: &Now<'_>) -> Drawing {
        let sizes = now.numbers(self.layers).into_iter().take(MOST_LAYERS);
        let sizes: Vec<usize> = sizes.map(|n| if n > 0.0 { (n as usize).min(MOST_NODES) } else { 0 }).collect();
        let place = |layer: usize, node: usize| {
            let count = sizes.get(layer).copied().unwrap_or(1).max(1);
            let across = if sizes.len() < 2 { 0.0 } else { layer as f64 / (sizes.len() - 1) as f64 - 0.5 };
            let step = self.height / sizes.iter().copied().max().unwrap_or(1).max(1) as f64;
            Point::new(across * self.width, step * ((count as f64 - 1.0) / 2.0 - node as f64))
        };
        // The front of the wave, in layers; far away when there is none.
        let wave = now.action("pulse").filter(|action| action.clock.progress < 1.0);
        let front = wave.map_or(-9.0, |action| action.clock.progress * (sizes.len() as f64 + 1.0) - 1.0);
        let glow = |at: f64| (1.0 - (at - front).abs()).clamp(0.0, 1.0) as f32;
        let (color, accent) = (now.ink(self.ink), now.role(Role::Accent));
        let mut edges = Part::new("edges").aside().growing(Grow::Stroke);
        let mut number = 0;
        for (layer, pair) in sizes.windows(2).enumerate() {
            let [from, to] = pair else { continue };
            for (a, b) in (0..*from).flat_map(|a| (0..*to).map(move |b| (a, b))) {
                let strength = uniform01(self.seed, number) as f32;
                number += 1;
                let lit = glow(layer as f64 + 0.5) * strength;
                let paint = Paint::solid(color.lerp(accent, lit).faded(0.12 + 0.38 * strength + 0.4 * lit));
                let path = polyline([place(layer, a), place(layer + 1, b)], false);
                edges.items.push(Item::stroke(path, Stroke::new(paint, 0.018)));
            }
        }
        let mut part = Part::new("network").with_part(edges);
        let radius = now.number(&self.radius).clamp(0.0, 5.0);
        for (layer, size) in sizes.iter().enumerate() {
            let mut nodes = Part::new(layer.to_string());
            for node in 0..*size {
                let (at, lit) = (place(layer, node), glow(layer as f64));
                let fill = Paint::solid(now.role(Role::Panel).lerp(accent, lit)).kept();
                let rim = Stroke::new(Paint::solid(color.lerp(accent, lit)), 0.03);
                let disc = Item::fill_stroke(circle(at, radius), fill, rim);
                nodes.parts.push(Part::new(node.to_string()).with(disc).growing(Grow::Point(at)));
            }
            part.parts.push(nodes);
        }
        let half = Point::new(self.width / 2.0 + radius, self.height / 2.0 + radius);
        let layout = Rect::new(-half.x, -half.y, half.x, half.y);
        let count = sizes.iter().sum::<usize>() as f64;
        Drawing { values: vec![("count", count)], ..Drawing::within(layout, part) }
    }
}
