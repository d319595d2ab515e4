//! A tree of named parts: how visuals hand over what they draw, so that any verb can address any part.

use std::sync::Arc;

use super::Item;
use crate::geom::{Affine, Point, Rect, union};

/// How a part grows when a step says `grow`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Grow {
    /// Each part inside in its own way; items of its own from their centre.
    Parts,
    /// From its centre, in both directions.
    Centre,
    /// From a point, in both directions: coins, nodes.
    Point(Point),
    /// Upwards or downwards from a height: bars.
    Vertical(f64),
    /// Sideways from a place on the x axis: segments of a strip.
    Horizontal(f64),
    /// By drawing its strokes from their start: arrows, edges, axes.
    Stroke,
    /// By fading in: labels, which must not be stretched.
    Fade,
}

/// What a part is, for choosing parts by it: `coins[face == heads]`.
#[derive(Clone, Debug, PartialEq)]
pub enum Attribute {
    /// A probability, a length, ...
    Number(f64),
    /// A symbol, a face, ...
    Word(Arc<str>),
}

impl From<f64> for Attribute {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for Attribute {
    fn from(word: &str) -> Self {
        Self::Word(Arc::from(word))
    }
}

/// A named group of items and further parts. Items are drawn first, then the parts in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Name within the parent: `up`, `bar`, `3`. Addresses join names with dots.
    pub name: String,
    /// The source text that the part was made from, e.g. the formula's source; for addressing by text.
    pub source: Option<String>,
    /// What can be asked of it, besides `index` and `name`.
    pub attributes: Vec<(&'static str, Attribute)>,
    /// Maps the part's units to the parent's.
    pub transform: Affine,
    /// From 0 to 1; applies to everything inside.
    pub opacity: f64,
    /// How it grows.
    pub grow: Grow,
    /// It stands beside the parts that are counted, as axes beside bars: reached by its name only. Such parts are the first
    /// or the last.
    pub aside: bool,
    /// What is inside is drawn by its distance from the viewer, the farthest first, and not in order.
    pub by_depth: bool,
    /// What it draws itself.
    pub items: Vec<Item>,
    /// What it consists of.
    pub parts: Vec<Part>,
}

impl Part {
    /// An empty part.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            source: None,
            attributes: Vec::new(),
            transform: Affine::IDENTITY,
            opacity: 1.0,
            grow: Grow::Parts,
            items: Vec::new(),
            parts: Vec::new(),
            aside: false,
            by_depth: false,
        }
    }

    /// The part, drawn from the farthest item to the nearest.
    #[must_use]
    pub fn by_depth(mut self) -> Self {
        self.by_depth = true;
        self
    }

    /// The part, not counted among its neighbours.
    #[must_use]
    pub fn aside(mut self) -> Self {
        self.aside = true;
        self
    }

    /// Where part `index` of these is among those that are counted, and how many there are.
    pub fn counted(siblings: &[Part], index: usize) -> (Option<usize>, usize) {
        let before = siblings.iter().take_while(|part| part.aside).count();
        let after = siblings.iter().rev().take_while(|part| part.aside).count().min(siblings.len() - before);
        let count = siblings.len() - before - after;
        (index.checked_sub(before).filter(|position| *position < count), count)
    }

    /// The index of the part at a position among those that are counted, from the end if it is negative; `None` if there is none.
    pub fn at_position(siblings: &[Part], position: i64) -> Option<usize> {
        let before = siblings.iter().take_while(|part| part.aside).count();
        let (_, count) = Self::counted(siblings, 0);
        let from_start = if position < 0 { (count as i64).saturating_add(position) } else { position };
        let position = usize::try_from(from_start).ok().filter(|position| *position < count)?;
        Some(before + position)
    }

    /// The part with one more item.
    #[must_use]
    pub fn with(mut self, item: Item) -> Self {
        self.items.push(item);
        self
    }

    /// The part with more items.
    #[must_use]
    pub fn with_items(mut self, items: impl IntoIterator<Item = Item>) -> Self {
        self.items.extend(items);
        self
    }

    /// The part with one more part inside.
    #[must_use]
    pub fn with_part(mut self, part: Part) -> Self {
        self.parts.push(part);
        self
    }

    /// The part with one more attribute.
    #[must_use]
    pub fn with_attribute(mut self, name: &'static str, value: impl Into<Attribute>) -> Self {
        self.attributes.push((name, value.into()));
        self
    }

    /// The part with this way of growing.
    #[must_use]
    pub fn growing(mut self, grow: Grow) -> Self {
        self.grow = grow;
        self
    }

    /// The part moved, turned or scaled after what it has.
    #[must_use]
    pub fn transformed(mut self, transform: Affine) -> Self {
        self.transform = transform * self.transform;
        self
    }

    /// The part this much opaque.
    #[must_use]
    pub fn faded(mut self, opacity: f64) -> Self {
        self.opacity *= opacity.clamp(0.0, 1.0);
        self
    }

    /// The box of everything inside, in the parent's units, whatever its opacity; `None` if it draws nothing.
    pub fn bounds(&self) -> Option<Rect> {
        self.inner_bounds().map(|rect| self.transform.transform_rect_bbox(rect))
    }

    /// The box of everything inside, in its own units, whatever its opacity; `None` if it draws nothing.
    pub fn inner_bounds(&self) -> Option<Rect> {
        let own = self.items.iter().fold(None, |all, item| union(all, item.bounds()));
        self.parts.iter().fold(own, |all, part| union(all, part.bounds()))
    }

    /// The part at a path of names, this one for an empty path.
    pub fn at(&self, path: &[&str]) -> Option<&Part> {
        match path.split_first() {
            None => Some(self),
            Some((name, rest)) => self.parts.iter().find(|part| part.name == *name)?.at(rest),
        }
    }

    /// Addresses of all parts inside, depth first, names joined with dots.
    pub fn addresses(&self) -> Vec<String> {
        let mut all = Vec::new();
        for part in &self.parts {
            all.push(part.name.clone());
            all.extend(part.addresses().into_iter().map(|inner| format!("{}.{inner}", part.name)));
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::Rgba;
    use crate::draw::Paint;
    use crate::geom::circle;

    #[test]
    fn parts_are_found_and_measured_through_transforms() {
        let dot = Part::new("dot").with(Item::fill(circle(Point::ORIGIN, 1.0), Paint::solid(Rgba::hex(0))));
        let tree =
            Part::new("all").with_part(Part::new("left").with_part(dot).transformed(Affine::translate((-5.0, 0.0))));
        assert_eq!(tree.addresses(), ["left", "left.dot"]);
        assert!(tree.at(&["left", "dot"]).is_some() && tree.at(&["dot"]).is_none());
        assert!((tree.bounds().unwrap().center().x + 5.0).abs() < 1e-6);
    }
}
