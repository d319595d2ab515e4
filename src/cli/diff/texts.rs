//! Which scenes cannot have changed, because nothing that they are made from has: their frames need not be looked at.

use std::path::Path;
use std::sync::Arc;

use super::super::load::Loaded;
use super::align;
use crate::diag::{Source, Span};
use crate::draw::Digest;
use crate::script::SceneDef;

/// For each scene a digest of all that its frames follow from: two scenes that share one show the same.
///
/// That is its own text and that of the scene before it, which it may come out of; and what belongs to no scene: heads of the
/// files that hold scenes, what stands behind their last one's beginning, and all other files.
pub(super) fn origins(loaded: &Loaded) -> Vec<Digest> {
    let scenes = &loaded.script.scenes;
    let rest = rest(loaded);
    let own: Vec<&str> = scenes.iter().map(|scene| own(scene, scenes)).collect();
    let origin = |number: usize| {
        let before = number.checked_sub(1).and_then(|before| own.get(before)).copied().unwrap_or_default();
        let id = scenes.get(number).map_or("", |scene| scene.id.as_str());
        let parts = [id, before, own.get(number).copied().unwrap_or_default()];
        let lengths = parts.map(|part| part.len().to_le_bytes()).concat();
        Digest::of(&[rest.0.to_le_bytes().as_slice(), &lengths, parts.concat().as_bytes()].concat())
    };
    (0..scenes.len()).map(origin).collect()
}

/// A line that only one version of a scene has: is it the new one, its number in the file, the line.
pub(super) type Line = (bool, usize, String);

/// The lines that differ between two versions of a scene, in their order, those that have gone before those that are new.
pub(super) fn lines(old: (&Loaded, &str), new: (&Loaded, &str)) -> Vec<Line> {
    let of = |(loaded, id): (&Loaded, &str)| {
        let scenes = &loaded.script.scenes;
        let scene = scenes.iter().find(|scene| scene.id == id);
        let first = scene.map_or(1, |scene| scene.span.line_column().0);
        let text = scene.map_or("", |scene| own(scene, scenes));
        (first, text.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>())
    };
    let ((first, was), (second, is)) = (of(old), of(new));
    let (mut differ, mut i, mut j) = (Vec::new(), 0, 0);
    for (a, b) in align::common(&was, &is).into_iter().chain([(was.len(), is.len())]) {
        let gone = was.iter().enumerate().take(a).skip(i).map(|(at, line)| (false, first + at, line.clone()));
        differ.extend(gone);
        let come = is.iter().enumerate().take(b).skip(j).map(|(at, line)| (true, second + at, line.clone()));
        differ.extend(come);
        (i, j) = (a + 1, b + 1);
    }
    differ.retain(|(_, _, line)| !line.is_empty());
    differ
}

/// The text from where a scene is named to where the next one in its file is.
fn own<'s>(scene: &'s SceneDef, scenes: &[SceneDef]) -> &'s str {
    let Span { source, start, .. } = &scene.span;
    let later = within(source, scenes).filter(|other| other.start > *start);
    let end = later.map(|other| other.start).min().unwrap_or(source.text.len());
    source.text.get(*start..end).unwrap_or_default()
}

fn within<'s>(source: &'s Arc<Source>, scenes: &'s [SceneDef]) -> impl Iterator<Item = &'s Span> {
    scenes.iter().map(|scene| &scene.span).filter(move |span| Arc::ptr_eq(&span.source, source))
}

/// A digest of what belongs to no scene.
fn rest(loaded: &Loaded) -> Digest {
    let scenes = &loaded.script.scenes;
    let mut sources: Vec<&Arc<Source>> = Vec::new();
    for scene in scenes {
        if !sources.iter().any(|source| Arc::ptr_eq(source, &scene.span.source)) {
            sources.push(&scene.span.source);
        }
    }
    let mut digests = Vec::new();
    for source in &sources {
        let starts = || within(source, scenes).map(|span| span.start);
        let (first, last) = (starts().min().unwrap_or_default(), starts().max().unwrap_or_default());
        let ends = [source.text.get(..first), source.text.get(last..)];
        digests.extend(ends.map(|end| Digest::of(end.unwrap_or_default().as_bytes())));
    }
    // The script itself may be called otherwise; what it reads may not.
    for (number, path) in loaded.inputs.iter().enumerate() {
        let bytes = std::fs::read(path).unwrap_or_default();
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        if sources.iter().any(|source| source.text.as_bytes() == text) {
            continue;
        }
        let name = path.file_name().filter(|_| number > 0).map_or(Path::new(""), Path::new);
        digests.extend([Digest::of(name.as_os_str().as_encoded_bytes()), Digest::of(&bytes)]);
    }
    Digest::of(&digests.iter().flat_map(|digest| digest.0.to_le_bytes()).collect::<Vec<u8>>())
}
