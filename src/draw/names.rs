//! What the items of a frame are called and say: what a file that people read and search needs beside the items themselves.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::ItemId;

/// What glyphs stand for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wording {
    /// A word, or as much of it as stands on one line.
    Word(Arc<str>),
    /// A formula, by its source in TeX's notation.
    Formula(Arc<str>),
}

impl Wording {
    /// The word, or the formula's source.
    pub fn text(&self) -> &str {
        match self {
            Self::Word(text) | Self::Formula(text) => text,
        }
    }
}

/// The name of an item: groups, actor and parts that it is in, from the outermost, and what it is a piece of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name {
    /// Names of groups, of the actor, of its parts.
    pub path: Arc<[String]>,
    /// The word or formula that it belongs to, with a number that no other one of the frame has.
    pub wording: Option<(usize, Wording)>,
}

impl Name {
    /// Is it the thing of this address, or inside it?
    ///
    /// ```
    /// use surprisal::draw::Name;
    /// let name = Name { path: ["card", "title", "word0"].map(String::from).into(), wording: None };
    /// assert!(name.is_within("card") && name.is_within("card.title") && !name.is_within("card.tit"));
    /// assert!(name.is_within("title"), "an actor goes without its group");
    /// ```
    pub fn is_within(&self, address: &str) -> bool {
        let wanted: Vec<&str> = address.split('.').collect();
        (0..self.path.len()).any(|start| {
            let path = self.path.get(start..).unwrap_or_default();
            path.len() >= wanted.len() && path.iter().zip(&wanted).all(|(name, wanted)| name == wanted)
        })
    }
}

/// The names of a frame's items.
#[derive(Clone, Debug, Default)]
pub struct Names(BTreeMap<ItemId, Name>);

impl Names {
    /// Gives an item its name.
    pub fn insert(&mut self, id: ItemId, name: Name) {
        self.0.insert(id, name);
    }

    /// The name of an item, if it has one: what flies, or marks another, has none.
    pub fn get(&self, id: ItemId) -> Option<&Name> {
        self.0.get(&id)
    }
}
