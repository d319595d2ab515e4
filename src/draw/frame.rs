//! A finished frame: items in drawing order, in stage units, with stable identities.

use std::sync::Arc;

use super::Item;
use crate::color::Rgba;
use crate::geom::{Affine, BezPath, Rect};

/// Says which thing on the stage an item is, the same in every frame of a film: a hash of actor, part and position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemId(pub u64);

impl ItemId {
    /// The identity of a path of names, e.g. `["chart", "up", "bar"]`, and the item's number within the part (FNV-1a).
    pub fn of<'a>(names: impl IntoIterator<Item = &'a str>, number: usize) -> Self {
        let mut hash = Self::ROOT;
        for name in names {
            hash = hash.child(name);
        }
        hash.numbered(number)
    }

    /// The identity that children are derived from.
    pub const ROOT: Self = Self(0xcbf2_9ce4_8422_2325);

    /// The identity of a named child.
    #[must_use]
    pub fn child(self, name: &str) -> Self {
        self.bytes(name.as_bytes()).bytes(&[0xff])
    }

    /// The identity of a numbered child.
    #[must_use]
    pub fn numbered(self, number: usize) -> Self {
        self.bytes(&(number as u64).to_le_bytes())
    }

    fn bytes(self, bytes: &[u8]) -> Self {
        Self(bytes.iter().fold(self.0, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)))
    }
}

/// A region outside of which items are not drawn.
#[derive(Clone, Debug)]
pub struct Clip(pub Arc<BezPath>);

impl Clip {
    /// The region moved, turned or scaled.
    #[must_use]
    pub fn transformed(&self, map: Affine) -> Self {
        Self(Arc::new(map * (*self.0).clone()))
    }
}

impl PartialEq for Clip {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.elements() == other.0.elements()
    }
}

/// An item of a frame.
#[derive(Clone, Debug, PartialEq)]
pub struct FrameItem {
    /// Which thing it is.
    pub id: ItemId,
    /// What is drawn; its transform leads to stage units.
    pub item: Item,
    /// At rest: neither the item nor the camera is moving, so glyphs may sit on whole pixels.
    pub resting: bool,
    /// Where it may be drawn, in stage units; `None` for everywhere.
    pub clip: Option<Clip>,
}

impl FrameItem {
    /// The item moved, turned or scaled after what it has, and its clip with it.
    #[must_use]
    pub fn transformed(self, map: Affine) -> Self {
        let clip = self.clip.map(|clip| clip.transformed(map));
        Self { item: self.item.transformed(map), clip, ..self }
    }
}

/// A picture: a ground and items on it, later ones over earlier ones.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// The stage that is shown, in stage units.
    pub stage: Rect,
    /// What is behind everything; transparent if its alpha is 0.
    pub ground: Rgba,
    /// The items in drawing order.
    pub items: Vec<FrameItem>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_depend_on_names_and_their_boundaries() {
        assert_eq!(ItemId::of(["chart", "up"], 1), ItemId::of(["chart", "up"], 1));
        assert_ne!(ItemId::of(["chart", "up"], 1), ItemId::of(["chart", "up"], 2));
        assert_ne!(ItemId::of(["ab", "c"], 0), ItemId::of(["a", "bc"], 0));
    }
}
