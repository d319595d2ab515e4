//! An instant as a picture of its own: without captions and ground, with the names of what is seen, and with actors left out
//! or added.

use std::sync::Arc;

use super::Film;
use super::emit::{actor_id, part_id};
use super::instant::Instant;
use crate::color::Rgba;
use crate::diag::Diagnostic;
use crate::draw::{Frame, FrameItem, ItemId, Layer, Name, Names, Part, Shape, Wording};
use crate::limits;
use crate::time::FrameIndex;
use crate::typeset::plain_tex;

/// What a picture of an instant holds.
pub struct Still {
    /// What is seen, on a transparent ground.
    pub frame: Frame,
    /// What it is called.
    pub names: Names,
    /// Mistakes of expressions that were met.
    pub mistakes: Vec<Diagnostic>,
}

impl Film {
    /// A frame without captions and ground, with names; `hide` and `show` are addresses of actors and parts that are left out
    /// and of actors that are added though they are not on stage.
    pub fn still(&self, index: FrameIndex, hide: &[String], show: &[String]) -> Still {
        let index = index.0.min(self.frames.saturating_sub(1));
        let mut frame = Frame { stage: self.size.stage(), ground: Rgba::TRANSPARENT, items: Vec::new() };
        let mut names = Names::default();
        let scene = self.scenes.iter().enumerate().find(|(_, scene)| scene.range.contains(FrameIndex(index)));
        let Some((number, scene)) = scene else { return Still { frame, names, mistakes: Vec::new() } };
        let instant = Instant::new(self, scene, index);
        let mut words = 0;
        for actor in 0..scene.actors.len() {
            instant.name_actor(actor, &mut names, &mut words);
        }
        match self.passing(number, index, 0.0) {
            Some(transition) => self.pass((number, transition), (index, 0.0), &mut frame.items),
            None => instant.emit(&mut frame.items),
        }
        let added = |name: &Name| show.iter().any(|address| name.is_within(address));
        for &actor in &scene.draw_order {
            let mut items = Vec::new();
            if !show.is_empty() && instant.actor_path(actor).is_some_and(|path| added(&Name { path, wording: None })) {
                instant.emit_as(actor, true, &mut items);
            }
            items.retain(|item| !frame.items.iter().any(|known| known.id == item.id));
            frame.items.append(&mut items);
        }
        let hidden = |id: ItemId| {
            let name = names.get(id);
            name.is_some_and(|name| hide.iter().any(|address| name.is_within(address)))
        };
        if !hide.is_empty() {
            leave_out(&mut frame.items, &hidden);
        }
        let mistakes = instant.mistakes.take();
        Still { frame, names, mistakes }
    }

    /// The names of all parts of all actors of the scene of a frame, whether they are to be seen or not.
    pub(super) fn part_names(&self, index: FrameIndex) -> Vec<Name> {
        let mut names = Vec::new();
        let Some(scene) = self.scene_at(index) else { return names };
        let instant = Instant::new(self, scene, self.inside(index));
        for actor in 0..scene.actors.len() {
            if let (Some(drawing), Some(path)) = (instant.drawing(actor), instant.actor_path(actor)) {
                gather(&drawing.part, &path, &mut names, 0);
            }
        }
        names
    }

    /// The names of the actors of the scene of a frame.
    pub fn cast_at(&self, index: FrameIndex) -> Vec<&str> {
        let scene = self.scenes.iter().find(|scene| scene.range.contains(index));
        scene.map_or(Vec::new(), |scene| scene.actors.iter().map(|actor| actor.name.as_str()).collect())
    }
}

/// The names of the parts below one.
fn gather(part: &Part, path: &Arc<[String]>, names: &mut Vec<Name>, depth: usize) {
    for child in part.parts.iter().filter(|_| depth < limits::GROUP_DEPTH) {
        let path = deeper(path, child);
        if !child.name.is_empty() {
            names.push(Name { path: Arc::clone(&path), wording: None });
        }
        gather(child, &path, names, depth + 1);
    }
}

/// The names that lead to a part; one without a name is not among them.
fn deeper(path: &Arc<[String]>, child: &Part) -> Arc<[String]> {
    if child.name.is_empty() {
        return Arc::clone(path);
    }
    path.iter().cloned().chain([child.name.clone()]).collect()
}

/// Removes items, those in layers too.
fn leave_out(items: &mut Vec<FrameItem>, hidden: &dyn Fn(ItemId) -> bool) {
    items.retain(|item| !hidden(item.id));
    for item in items {
        if let Shape::Layer(layer) = &item.item.shape {
            let mut inner = layer.items.clone();
            leave_out(&mut inner, hidden);
            item.item.shape = Shape::Layer(Arc::new(Layer { items: inner, blur: layer.blur }));
        }
    }
}

impl Instant<'_> {
    /// Names of the groups that an actor is in, and its own.
    fn actor_path(&self, actor: usize) -> Option<Arc<[String]>> {
        let around = |index: &usize| self.group_of(*index);
        let mut chain: Vec<&str> = std::iter::successors(Some(actor), around)
            .take(limits::GROUP_DEPTH)
            .filter_map(|index| self.actor(index).map(|actor| actor.name.as_str()))
            .collect();
        chain.reverse();
        let mut path: Vec<String> = Vec::new();
        let mut outer = "";
        for name in chain {
            // Members of components carry the name of the instance.
            let own = name.strip_prefix(outer).and_then(|rest| rest.strip_prefix('.')).unwrap_or(name);
            path.push(own.to_owned());
            outer = name;
        }
        (!path.is_empty()).then(|| path.into())
    }

    /// Names what an actor shows, as `emit_node` numbers it.
    fn name_actor(&self, actor: usize, names: &mut Names, words: &mut usize) {
        let (Some(drawing), Some(path)) = (self.drawing(actor), self.actor_path(actor)) else { return };
        let mut naming = Naming { names, words };
        naming.part(&drawing.part, actor_id(self.scene, actor), &path, None, 0);
    }
}

struct Naming<'a> {
    names: &'a mut Names,
    words: &'a mut usize,
}

impl Naming<'_> {
    fn part(&mut self, part: &Part, id: ItemId, path: &Arc<[String]>, around: Option<&(usize, Wording)>, depth: usize) {
        if depth > limits::GROUP_DEPTH {
            return;
        }
        let own = if around.is_none() { wording(part) } else { None };
        let own = own.map(|wording| {
            *self.words += 1;
            (*self.words, wording)
        });
        let wording = own.as_ref().or(around);
        for number in 0..part.items.len() {
            let name = Name { path: Arc::clone(path), wording: wording.cloned() };
            self.names.insert(id.numbered(number), name);
        }
        for (index, child) in part.parts.iter().enumerate() {
            self.part(child, part_id(id, child, index), &deeper(path, child), wording, depth + 1);
        }
    }
}

/// What a part is as a whole: a word, or a formula. Text of several words is neither; its words are.
fn wording(part: &Part) -> Option<Wording> {
    let source = part.source.as_deref()?;
    let is = |part: &Part, kind: &str| {
        part.name.strip_prefix(kind).is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
    };
    let inside = |kind: &str| part.parts.iter().any(|inner| is(inner, kind));
    if is(part, "word") && inside("formula") || inside("word") || inside("line") {
        return None;
    }
    Some(if is(part, "word") { Wording::Word(source.into()) } else { Wording::Formula(plain_tex(source).into()) })
}
