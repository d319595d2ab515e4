//! `family_tree`: a tree joined from distances, from its trunk on the left to names on the right.

use super::{THINGS, Things};
use crate::color::{Ink, Role};
use crate::draw::{Grow, Item, Paint, Part, Stroke};
use crate::geom::{BezPath, Point, Rect};
use crate::info::{Joined, neighbour_joining};
use crate::script::{FieldSpec, TableFields, Takes};
use crate::visuals::lettering::{Hang, LABEL_SIZE_FIELD, label, put};
use crate::visuals::{Drawing, Now, Reading, Visual, VisualSpec};

/// The registry's entry.
pub static SPEC: VisualSpec = VisualSpec {
    name: "family_tree",
    summary: "a tree joined from distances between things: the near ones meet first",
    main: Some("names"),
    example: "family_tree: { names: [Spanish, Italian, French, Dutch, German], distance: '(i, j) => abs(i - j) + pick(i < 2.5, 0, 3) + pick(j < 2.5, 0, 3)', width: 4, height: 3 }",
    fields: &[
        THINGS,
        &[
            FieldSpec::new("width", Takes::Fixed(0.2, 100.0), "6", "length from the trunk to the names in stage units"),
            FieldSpec::new("height", Takes::Fixed(0.2, 100.0), "5", "height of all names in stage units"),
            FieldSpec::new("color", Takes::Color, "information", "colour of the branches"),
            FieldSpec::new("stroke_width", Takes::Fixed(0.005, 2.0), "0.045", "width of branches in stage units"),
            LABEL_SIZE_FIELD,
        ],
    ],
    parts: &[("branches.*", "a branch, by position: those at the trunk first"), ("*", "a name with its dot")],
    values: &[("count", "things")],
    actions: &[],
    read,
};

struct FamilyTree {
    things: Things,
    width: f64,
    height: f64,
    ink: Ink,
    stroke: f64,
    size: f64,
}

fn read(fields: &mut TableFields<'_>, _: &Reading<'_>) -> Option<Box<dyn Visual>> {
    let things = Things::read(fields);
    let (width, height) = (fields.fixed_or_default("width"), fields.fixed_or_default("height"));
    let ink = fields.ink("color").unwrap_or(Ink::Role(Role::Information));
    let (stroke, size) = (fields.fixed_or_default("stroke_width"), fields.fixed_or_default("size"));
    Some(Box::new(FamilyTree { things: things?, width, height, ink, stroke, size }))
}

/// Branches as they are found: from where, to where, and how many joins from the trunk.
struct Branches {
    all: Vec<(usize, Point, Point)>,
    /// Leaves met so far, from the top.
    leaves: Vec<(usize, Point)>,
}

impl FamilyTree {
    /// Place of a node: leaves stand at the right at equal distances, a join in the middle of what it joins and as far left as
    /// joins are below it.
    fn place(&self, node: &Joined, (step, gap, from_trunk): (f64, f64, usize), found: &mut Branches) -> Point {
        let Joined::Node(children) = node else {
            let at = Point::new(self.width / 2.0, self.height / 2.0 - gap * (found.leaves.len() as f64 + 0.5));
            found.leaves.extend(node.leaves().into_iter().map(|leaf| (leaf, at)));
            return at;
        };
        // The smaller families first: branches cross less of the picture.
        let mut order: Vec<&Joined> = children.iter().map(|(child, _)| child).collect();
        order.sort_by_key(|child| child.leaves().len());
        let ends: Vec<Point> =
            order.iter().map(|child| self.place(child, (step, gap, from_trunk + 1), found)).collect();
        let middle = ends.iter().map(|end| end.y).sum::<f64>() / ends.len().max(1) as f64;
        let at = Point::new(self.width / 2.0 - step * node.depth() as f64, middle);
        found.all.extend(ends.into_iter().map(|end| (from_trunk, at, end)));
        at
    }
}

impl Visual for FamilyTree {
    fn draw(&self, now: &Now<'_>) -> Drawing {
        let (names, table) = self.things.at(now);
        let mut part = Part::new("family_tree");
        let layout = Rect::new(-self.width / 2.0, -self.height / 2.0, self.width / 2.0, self.height / 2.0);
        let between = |i: usize, j: usize| table.get(i).and_then(|row| row.get(j)).copied().unwrap_or(0.0);
        let Some(tree) = neighbour_joining(names.len(), between) else { return Drawing::within(layout, part) };
        let gap = self.height / names.len().max(1) as f64;
        let mut found = Branches { all: Vec::new(), leaves: Vec::new() };
        self.place(&tree, (self.width / tree.depth().max(1) as f64, gap, 0), &mut found);
        // From the trunk outwards: a step that draws them in turn lets the tree grow.
        found.all.sort_by_key(|(from_trunk, ..)| *from_trunk);
        let color = now.ink(self.ink);
        let mut branches = Part::new("branches").aside();
        for (index, (_, from, to)) in found.all.iter().enumerate() {
            let half = (from.x + to.x) / 2.0;
            let mut path = BezPath::new();
            path.move_to(*from);
            path.curve_to(Point::new(half, from.y), Point::new(half, to.y), *to);
            let stroke = Stroke::new(Paint::solid(color), self.stroke);
            branches.parts.push(Part::new(index.to_string()).with(Item::stroke(path, stroke)).growing(Grow::Stroke));
        }
        part.parts.push(branches);
        let size = self.size.min(gap * 0.9);
        let mut reach = layout.x1;
        for (leaf, at) in found.leaves {
            let name = names.get(leaf).cloned().unwrap_or_default();
            let set = now.label(&name, &label(size, now.role(Role::Ink)));
            let dot = Item::fill(crate::geom::circle(at, self.stroke * 1.4), Paint::solid(color));
            let beside = Point::new(at.x + size * 0.5, at.y);
            reach = f64::max(reach, beside.x + set.layout.width());
            let end = Part::new("dot").with(dot).growing(Grow::Point(at));
            part.parts.push(Part::new(name).with_part(end).with_part(put("name", &set, beside, Hang::Left)));
        }
        let layout = Rect { x1: reach, ..layout };
        Drawing { values: vec![("count", names.len() as f64)], ..Drawing::within(layout, part) }
    }
}
