//! Captions that nobody can read: too fast, or too much at once.

use super::super::Film;
use super::super::scene::Scene;
use super::found::Found;
use crate::diag::Span;
use crate::script::{Script, Step, Template, Verb};

pub(super) const FAST: &str = "fast-caption";
pub(super) const LONG: &str = "long-caption";

/// Characters a second that a practised reader follows.
const CHARACTERS_PER_SEC: f64 = 20.0;
/// Characters of a line, about.
const LINE: usize = 80;
/// Lines that are read at a glance.
const LINES: usize = 2;

/// Reports words that go faster than one can read.
pub(super) fn fast(film: &Film, script: &Script, found: &mut Found<'_>) {
    each(film, script, |text, span, scene, start, secs| {
        let rate = plain(text) as f64 / secs.max(1e-3);
        if rate > CHARACTERS_PER_SEC {
            let message =
                format!("this caption goes by at {rate:.0} characters a second; {CHARACTERS_PER_SEC} can be read");
            let least = plain(text) as f64 / CHARACTERS_PER_SEC;
            let hint = format!("let it last at least `for: {least:.1}`, or say it in fewer words");
            found.place(FAST, span, Some((scene, start)), message, &hint);
        }
    });
}

/// Reports words that fill more lines than one reads at a glance.
pub(super) fn long(film: &Film, script: &Script, found: &mut Found<'_>) {
    each(film, script, |text, span, scene, start, _| {
        let count = plain(text);
        if film.shows_captions && count > LINES * LINE {
            let message = format!("this caption has {count} characters, more than fit into {LINES} lines");
            found.place(LONG, span, Some((scene, start)), message, "make two of it, a `say` for each sentence");
        }
    });
}

/// Goes through all captions: text, place, scene, first frame, seconds.
fn each(film: &Film, script: &Script, mut see: impl FnMut(&str, &Span, &Scene, u64, f64)) {
    let mut says = Vec::new();
    for def in &script.scenes {
        gather(&def.steps, &mut says);
    }
    let mut seen = std::collections::BTreeSet::new();
    for caption in &film.captions {
        let step = says.iter().find(|words| ***words == caption.words);
        let scene = film.scenes.iter().find(|scene| scene.range.contains(caption.range.start));
        if let (Some(words), Some(scene)) = (step, scene)
            && seen.insert((words.span.start, caption.range.len()))
        {
            let secs = caption.range.len() as f64 / film.fps.as_f64();
            see(&caption.text, &words.span, scene, caption.range.start.0, secs);
        }
    }
}

fn gather<'s>(steps: &'s [Step], says: &mut Vec<&'s Template>) {
    for step in steps {
        match &step.verb {
            Verb::Say(words) => says.push(words),
            verb => gather(verb.steps(), says),
        }
    }
}

/// Characters without markup: `{role:` and `}`, `$` and backslashes.
fn plain(text: &str) -> usize {
    let mut count = 0;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let opened = rest.strip_prefix('{').and_then(|inner| inner.split_once(':'));
        rest = match opened {
            Some((role, after)) if role.chars().all(|c| c.is_alphanumeric() || c == '_') => after,
            _ => {
                count += usize::from(!matches!(c, '{' | '}' | '$' | '\\'));
                rest.get(c.len_utf8()..).unwrap_or_default()
            }
        };
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_not_read() {
        assert_eq!(plain("an {accent:area} of $p$"), "an area of p".len());
    }
}
