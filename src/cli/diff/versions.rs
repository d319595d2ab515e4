//! Two films, scene by scene: which pictures differ, and when. Nothing is drawn for it: frames are told apart by the digests of
//! what is on them.

use std::sync::OnceLock;

use super::super::load::Loaded;
use super::{align, texts};
use crate::draw::{Digest, Digester};
use crate::figures::in_parallel;
use crate::film::{Film, SceneInfo};
use crate::time::{FrameIndex, FrameRange};

/// Frames that one thread looks at before it takes the next ones.
const BATCH: u64 = 256;
/// Seconds between two stretches that are one: nobody wants to hear of each letter that is written.
const NEAR_SECS: f64 = 0.5;

/// A film, and the digests of its frames as far as they are asked for.
pub(super) struct Version<'f> {
    /// The film.
    pub film: &'f Film,
    /// Its scenes.
    pub scenes: Vec<SceneInfo>,
    /// For each scene a digest of what it is made from.
    origins: Vec<Digest>,
    /// For each scene the digests of its frames.
    digests: Vec<OnceLock<Vec<Digest>>>,
    digester: Digester,
}

/// The same picture for some frames.
#[derive(Clone, Copy)]
struct Run {
    digest: Digest,
    range: FrameRange,
}

impl<'f> Version<'f> {
    /// A film, or one scene of it.
    pub(super) fn new(loaded: &'f Loaded, scene: Option<&str>) -> Self {
        Self::of(&loaded.film, texts::origins(loaded), scene)
    }

    fn of(film: &'f Film, origins: Vec<Digest>, scene: Option<&str>) -> Self {
        let all = film.scenes().into_iter().zip(origins);
        let (scenes, origins): (Vec<SceneInfo>, Vec<Digest>) =
            all.filter(|(info, _)| scene.is_none_or(|id| info.id == id)).unzip();
        let digests = scenes.iter().map(|_| OnceLock::new()).collect();
        Self { film, scenes, origins, digests, digester: Digester::default() }
    }

    /// The digests of the frames of a scene.
    fn digests(&self, scene: usize) -> &[Digest] {
        let Some(known) = self.digests.get(scene) else { return &[] };
        known.get_or_init(|| {
            let batches: Vec<FrameRange> = batches(self.range(scene)).collect();
            in_parallel(&batches, |batch| self.looked(*batch)).concat()
        })
    }

    fn looked(&self, batch: FrameRange) -> Vec<Digest> {
        let mut digests: Vec<Digest> = Vec::new();
        for index in (batch.start.0..batch.end.0).map(FrameIndex) {
            match digests.last() {
                Some(last) if self.film.rests(index) => digests.push(*last),
                _ => digests.push(self.digester.digest(&self.film.exposures(index))),
            }
        }
        digests
    }

    /// What tells a frame of a scene from others.
    pub(super) fn digest(&self, scene: usize, index: FrameIndex) -> Option<Digest> {
        let into = index.0.checked_sub(self.range(scene).start.0)?;
        self.digests(scene).get(into as usize).copied()
    }

    /// The frames of a scene; none if there is no such scene.
    pub(super) fn range(&self, scene: usize) -> FrameRange {
        self.scenes.get(scene).map_or(FrameRange::new(0, 0), |scene| scene.range)
    }

    fn id(&self, scene: usize) -> &str {
        self.scenes.get(scene).map_or("", |scene| scene.id.as_str())
    }

    /// Has the script no name for a scene, so that it goes by its number?
    fn is_unnamed(&self, scene: usize) -> bool {
        self.id(scene) == format!("scene{}", scene + 1)
    }

    fn runs(&self, scene: usize) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        for (index, digest) in (self.range(scene).start.0..).zip(self.digests(scene)) {
            match runs.last_mut() {
                Some(run) if run.digest == *digest => run.range.end = FrameIndex(index + 1),
                _ => runs.push(Run { digest: *digest, range: FrameRange::new(index, index + 1) }),
            }
        }
        runs
    }

    /// A digest of all that a scene shows.
    fn whole(&self, scene: usize) -> Digest {
        let digests = self.digests(scene).iter();
        Digest::of(&digests.flat_map(|digest| digest.0.to_le_bytes()).collect::<Vec<u8>>())
    }

    /// What is said in a scene, line by line.
    fn words(&self, scene: usize) -> Vec<String> {
        let range = self.range(scene);
        let said = self.film.captions().into_iter().filter(|caption| range.contains(caption.range.start));
        said.map(|caption| caption.text).collect()
    }
}

fn batches(range: FrameRange) -> impl Iterator<Item = FrameRange> {
    let starts = (range.start.0..range.end.0).step_by(BATCH as usize);
    starts.map(move |start| FrameRange::new(start, (start + BATCH).min(range.end.0)))
}

/// Frames of either version that show something else; on one side there may be none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    /// Of the old version.
    pub old: FrameRange,
    /// Of the new version.
    pub new: FrameRange,
}

/// What became of a scene.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Change {
    /// Its number in the old version, and in the new one.
    pub place: (Option<usize>, Option<usize>),
    /// Does it stand elsewhere among the scenes that both have?
    pub moved: bool,
    /// Where its pictures differ.
    pub stretches: Vec<Stretch>,
    /// Pictures that stay, but for another time: the frame in the old and in the new version, and for how many frames more.
    pub held: Vec<(FrameIndex, FrameIndex, i64)>,
    /// Lines that are said no more (`false`) and those that are new (`true`).
    pub words: Vec<(bool, String)>,
    /// Is it called something else?
    pub renamed: bool,
}

impl Change {
    /// Is nothing another than before?
    pub(super) fn is_none(&self) -> bool {
        let same = self.stretches.is_empty() && self.held.is_empty() && self.words.is_empty();
        same && !self.moved && !self.renamed && self.place.0.is_some() && self.place.1.is_some()
    }
}

/// What became of all scenes, in the order of the new version; those that have gone stand where they stood.
pub(super) fn changes(old: &Version<'_>, new: &Version<'_>) -> Vec<Change> {
    let matched = matched(old, new);
    let stay = align::ascending(&matched);
    let mut changes: Vec<((usize, usize), Change)> = Vec::new();
    for (j, _) in new.scenes.iter().enumerate() {
        let from = matched.iter().find(|(_, to)| *to == j).map(|(from, _)| *from);
        let mut change = Change { place: (from, Some(j)), ..Change::default() };
        if let Some(i) = from {
            if old.origins.get(i) != new.origins.get(j) {
                let (of_old, of_new) = (old.runs(i), new.runs(j));
                (change.stretches, change.held) = stretches((old, i, &of_old), (new, j, &of_new));
                change.words = words(&old.words(i), &new.words(j));
            }
            change.moved = !stay.contains(&(i, j));
            change.renamed = old.id(i) != new.id(j) && !(old.is_unnamed(i) && new.is_unnamed(j));
        }
        changes.push(((j + 1, 0), change));
    }
    for (i, _) in old.scenes.iter().enumerate().filter(|(i, _)| matched.iter().all(|(from, _)| from != i)) {
        let before = stay.iter().take_while(|(from, _)| *from < i).last().map_or(0, |(_, to)| to + 1);
        changes.push(((before, i + 1), Change { place: (Some(i), None), ..Change::default() }));
    }
    changes.sort_by_key(|(place, _)| *place);
    changes.into_iter().map(|(_, change)| change).collect()
}

/// Which scene has become which, by ascending number of the old one: by the name that the script gives it; else by what it is
/// made from, or by what it shows; those without a name that are left, by their order between the others.
fn matched(old: &Version<'_>, new: &Version<'_>) -> Vec<(usize, usize)> {
    let mut matched: Vec<(usize, usize)> = Vec::new();
    let free = |matched: &[(usize, usize)]| {
        let of_old: Vec<usize> = (0..old.scenes.len()).filter(|i| matched.iter().all(|(from, _)| from != i)).collect();
        let of_new: Vec<usize> = (0..new.scenes.len()).filter(|j| matched.iter().all(|(_, to)| to != j)).collect();
        (of_old, of_new)
    };
    for i in (0..old.scenes.len()).filter(|i| !old.is_unnamed(*i)) {
        let same = (0..new.scenes.len()).find(|j| !new.is_unnamed(*j) && new.id(*j) == old.id(i));
        matched.extend(same.map(|j| (i, j)));
    }
    let made = |i: usize, j: usize| old.origins.get(i) == new.origins.get(j);
    let shown = |i: usize, j: usize| old.range(i).len() == new.range(j).len() && old.whole(i) == new.whole(j);
    for same in [&made as &dyn Fn(usize, usize) -> bool, &shown] {
        let (of_old, mut of_new) = free(&matched);
        for i in of_old {
            if let Some(at) = of_new.iter().position(|j| same(i, *j)) {
                matched.push((i, of_new.remove(at)));
            }
        }
    }
    matched.sort_unstable();
    let (mut of_old, mut of_new) = free(&matched);
    of_old.retain(|i| old.is_unnamed(*i));
    of_new.retain(|j| new.is_unnamed(*j));
    let held = align::ascending(&matched);
    for i in of_old {
        let gap = held.partition_point(|(from, _)| *from < i);
        let at = of_new.iter().position(|j| held.partition_point(|(_, to)| to < j) == gap);
        matched.extend(at.map(|at| (i, of_new.remove(at))));
    }
    matched.sort_unstable();
    matched
}

type Held = Vec<(FrameIndex, FrameIndex, i64)>;

fn stretches(
    (old, i, of_old): (&Version<'_>, usize, &[Run]),
    (new, j, of_new): (&Version<'_>, usize, &[Run]),
) -> (Vec<Stretch>, Held) {
    let digests = |runs: &[Run]| runs.iter().map(|run| run.digest).collect::<Vec<_>>();
    let common = align::common(&digests(of_old), &digests(of_new));
    let same = common.iter().filter_map(|(a, b)| Some((of_old.get(*a)?.range, of_new.get(*b)?.range)));
    let same: Vec<(FrameRange, FrameRange)> = same.collect();
    let end = |range: FrameRange| FrameRange::new(range.end.0, range.end.0);
    let ends = [(end(old.range(i)), end(new.range(j)))];
    let near = (new.film.fps().as_f64() * NEAR_SECS) as u64;
    let (mut a, mut b) = (old.range(i).start.0, new.range(j).start.0);
    let mut stretches: Vec<Stretch> = Vec::new();
    for (of_old, of_new) in same.iter().chain(&ends) {
        let next = Stretch { old: FrameRange::new(a, of_old.start.0), new: FrameRange::new(b, of_new.start.0) };
        (a, b) = (of_old.end.0, of_new.end.0);
        if next.old.is_empty() && next.new.is_empty() {
            continue;
        }
        // A picture that one version rests in may be passed in the other.
        let apart = |last: &Stretch| (next.old.start.0 - last.old.end.0).min(next.new.start.0 - last.new.end.0);
        match stretches.last_mut() {
            Some(last) if apart(last) < near => {
                (last.old.end, last.new.end) = (next.old.end, next.new.end);
            }
            _ => stretches.push(next),
        }
    }
    let inside = |at: FrameIndex| stretches.iter().any(|stretch| stretch.new.contains(at));
    let held = same.iter().filter(|(a, b)| a.len() != b.len() && !inside(b.start));
    let held = held.map(|(a, b)| (a.start, b.start, b.len() as i64 - a.len() as i64)).collect();
    (stretches, held)
}

/// Lines that only one of two versions has.
fn words(old: &[String], new: &[String]) -> Vec<(bool, String)> {
    let common = align::common(old, new);
    let mut words = Vec::new();
    let (mut i, mut j) = (0, 0);
    for (a, b) in common.into_iter().chain([(old.len(), new.len())]) {
        words.extend(old.iter().take(a).skip(i).map(|line| (false, line.clone())));
        words.extend(new.iter().take(b).skip(j).map(|line| (true, line.clone())));
        (i, j) = (a + 1, b + 1);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Source;
    use crate::film::Overrides;
    use crate::world::MemoryWorld;

    fn film(scenes: &str) -> Film {
        let text = format!("stage: {{ fps: 10 }}\nscenes:\n{scenes}");
        let (script, found) = crate::script::parse(&Source::new("x.yaml", text.as_str()), &MemoryWorld::default());
        let script = script.unwrap_or_else(|| panic!("{found:?}"));
        Film::compile(&script, &MemoryWorld::default(), Overrides::default()).0.unwrap()
    }

    fn scene(id: &str, word: &str, steps: &str) -> String {
        let id = if id.is_empty() { String::new() } else { format!("id: {id}, ") };
        format!("  - {{ {id}cast: {{ a: {word} }}, steps: [{{ show: a }}, {steps}] }}\n")
    }

    /// What changed between films of these scenes, of which nobody knows what they are made from.
    fn between(old: &[&str], new: &[&str]) -> Vec<Change> {
        let (old, new) = (film(&old.concat()), film(&new.concat()));
        let origins = |from: u128| (from..from + 9).map(Digest).collect();
        changes(&Version::of(&old, origins(0), None), &Version::of(&new, origins(9), None))
    }

    const REST: &str = "{ pause: 1 }, { move: a, by: [1, 0], for: 1 }, { pause: 1 }";

    #[test]
    fn scenes_are_found_wherever_they_are() {
        let [a, b, c] = ["a", "b", "c"].map(|id| scene(id, id, REST));
        let [a, b, c] = [&*a, &*b, &*c];
        assert!(between(&[a, b, c], &[a, b, c]).iter().all(Change::is_none));
        let moved = between(&[a, b, c], &[b, c, a]);
        assert_eq!(
            moved.iter().map(|change| (change.place.0, change.moved)).collect::<Vec<_>>(),
            [(Some(1), false), (Some(2), false), (Some(0), true)]
        );
        assert!(moved.iter().all(|change| change.stretches.is_empty()));
        let gone = between(&[a, b, c], &[a, c]);
        assert_eq!(
            gone.iter().map(|change| change.place).collect::<Vec<_>>(),
            [(Some(0), Some(0)), (Some(1), None), (Some(2), Some(1))]
        );
        // Names that scripts do not give shift when a scene is inserted; what is shown tells.
        let [x, y, z] = ["x", "y", "z"].map(|word| scene("", word, REST));
        let [x, y, z] = [&*x, &*y, &*z];
        let inserted = between(&[x, z], &[x, y, z]);
        assert_eq!(
            inserted.iter().map(|change| change.place).collect::<Vec<_>>(),
            [(Some(0), Some(0)), (None, Some(1)), (Some(1), Some(2))]
        );
        assert_eq!(inserted.iter().filter(|change| !change.is_none()).count(), 1);
        let edited = between(&[x, z], &[x, y]);
        assert_eq!(
            edited.iter().map(|change| change.place).collect::<Vec<_>>(),
            [(Some(0), Some(0)), (Some(1), Some(1))]
        );
        let renamed = between(&[a], &[&scene("d", "a", REST)]);
        assert!(matches!(renamed.as_slice(), [change] if change.renamed && change.place == (Some(0), Some(0))));
    }

    #[test]
    fn pictures_that_differ_are_found_whatever_came_before() {
        let old = scene(
            "a",
            "a",
            "{ pause: 1 }, { move: a, by: [1, 0], for: 1 }, { pause: 1 }, { move: a, by: [0, 1], for: 1 }, { pause: 1 }",
        );
        // The same a second later, but at another place in the end.
        let new = old.replace("[{ show: a }, { pause: 1 }", "[{ show: a }, { pause: 2 }").replace("[0, 1]", "[0, 2]");
        let changes = between(&[&old], &[&new]);
        let [change] = changes.as_slice() else { panic!("{changes:?}") };
        assert_eq!(change.stretches, [Stretch { old: FrameRange::new(30, 50), new: FrameRange::new(40, 60) }]);
        assert_eq!(change.held, [(FrameIndex(0), FrameIndex(0), 10)]);
        let said = |word: &str| scene("a", "a", &format!("{{ say: {word} }}, {{ pause: 2 }}"));
        let words = between(&[&said("one")], &[&said("two")]);
        assert_eq!(words[0].words, [(false, "one".to_owned()), (true, "two".to_owned())]);
    }
}
