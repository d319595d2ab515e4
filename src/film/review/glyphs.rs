//! Characters that no font has: boxes are drawn in their place.

use std::collections::BTreeMap;

use super::super::instant::Instant;
use super::found::Found;
use super::view::{Owner, View};
use super::{Look, Watcher};
use crate::draw::{Part, Shape};
use crate::typeset::Typesetter;

pub(super) const CODE: &str = "missing-glyph";

/// The actors that show such a box, and when they first do.
#[derive(Default)]
pub(super) struct Missing {
    seen: BTreeMap<usize, u64>,
}

impl Watcher for Missing {
    fn see(&mut self, view: &View<'_>, _: &mut Found<'_>) {
        for (owner, item) in &view.items {
            if let (Owner::Actor(index), Shape::Glyphs(run)) = (owner, &item.item.shape)
                && run.glyphs.iter().any(|glyph| glyph.id == 0)
            {
                self.seen.entry(*index).or_insert(view.frame);
            }
        }
    }

    fn end(&mut self, look: &Look<'_>, _: bool, found: &mut Found<'_>) {
        for (index, frame) in &self.seen {
            let Some(actor) = look.scene.actors.get(*index) else { continue };
            let instant = Instant::new(look.film, look.scene, *frame);
            let mut unknown = Vec::new();
            if let Some(drawing) = instant.drawing(*index) {
                gather(&drawing.part, &look.film.typesetter, &mut unknown);
            }
            let named: Vec<String> = unknown.iter().take(8).map(|c| format!("`{c}`")).collect();
            let which = if named.is_empty() { String::new() } else { format!(": {}", named.join(", ")) };
            let message = format!("text of `{}` has characters that no font here has{which}", actor.name);
            let hint = "Latin, Greek, Cyrillic, Hebrew and Arabic letters, signs and emoji are there for all; name a font that has others at the head of the script: `fonts: [fonts/name.ttf]`, or `fonts: [{ system: Name }]`";
            found.actor(CODE, look.scene, actor, Some(*frame), message, hint);
        }
    }
}

/// Characters of the texts in a part that no font has, each once.
fn gather(part: &Part, typesetter: &Typesetter, unknown: &mut Vec<char>) {
    for c in part.source.iter().flat_map(|source| source.chars()) {
        if !c.is_whitespace() && !c.is_control() && !unknown.contains(&c) && !typesetter.have(c) {
            unknown.push(c);
        }
    }
    part.parts.iter().for_each(|part| gather(part, typesetter, unknown));
}
