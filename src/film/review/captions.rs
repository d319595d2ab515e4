//! Words that nobody can follow, and recordings of other words.

use super::super::Film;
use super::super::narration::Line;
use super::super::scene::Scene;
use super::found::Found;
use crate::script::Script;

pub(super) const FAST: &str = "fast-caption";
pub(super) const STALE: &str = "stale-recording";

/// Characters a second that a practised reader follows.
const CHARACTERS_PER_SEC: f64 = 20.0;

/// Reports words that go faster than one can read.
pub(super) fn fast(film: &Film, _: &Script, found: &mut Found<'_>) {
    each(film, |line, scene| {
        let secs = line.range.len() as f64 / film.fps.as_f64();
        let count = line.words.iter().map(|word| word.text.chars().count() + 1).sum::<usize>().saturating_sub(1);
        let rate = count as f64 / secs.max(1e-3);
        if rate > CHARACTERS_PER_SEC {
            let message =
                format!("this caption goes by at {rate:.0} characters a second; {CHARACTERS_PER_SEC} can be read");
            let least = count as f64 / CHARACTERS_PER_SEC;
            let hint = format!("let it last at least `for: {least:.1}`, or say it in fewer words");
            found.place(FAST, &line.say.words.span, Some((scene, line.range.start.0)), message, &hint);
        }
    });
}

/// Reports recordings that were made from other words.
pub(super) fn stale(film: &Film, _: &Script, found: &mut Found<'_>) {
    each(film, |line, scene| {
        let stale = line.recording.as_ref().and_then(|recording| recording.stale.as_ref());
        if let Some(words) = stale {
            let message = format!("the recording of this line says something else: \"{words}\"");
            let hint = "record it anew; `surprisal voice` lists such lines, and `--accept` says that a recording fits";
            found.place(STALE, &line.say.words.span, Some((scene, line.range.start.0)), message, hint);
        }
    });
}

/// Goes through all lines, those that are said several times at equal length once.
fn each(film: &Film, mut see: impl FnMut(&Line, &Scene)) {
    let mut seen = std::collections::BTreeSet::new();
    for line in &film.lines {
        let scene = film.scenes.iter().find(|scene| scene.range.contains(line.range.start));
        if let Some(scene) = scene
            && seen.insert((line.say.words.span.start, line.range.len()))
        {
            see(line, scene);
        }
    }
}
