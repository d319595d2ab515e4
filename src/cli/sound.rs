//! The sound, subtitles and chapters of a film, as encoders want them.

use super::args::AudioArg;
use crate::diag::Diagnostic;
use crate::encode::{Chapter, SoundCodec, SoundSource};
use crate::film::{Film, load_clip};
use crate::script::Language;
use crate::sound::{self, Mix};
use crate::time::FrameRange;
use crate::world::World;

/// The sound of a stretch of a film.
pub(super) struct FilmSound<'a> {
    mix: Mix,
    film: &'a Film,
    range: FrameRange,
    world: &'a dyn World,
}

impl<'a> FilmSound<'a> {
    /// `None` if nothing is to be heard in the film.
    pub(super) fn new(film: &'a Film, range: FrameRange, world: &'a dyn World) -> Option<Self> {
        let mix = film.mix();
        (!mix.is_empty()).then_some(Self { mix, film, range, world })
    }
}

impl SoundSource for FilmSound<'_> {
    fn play(&self, take: &mut dyn FnMut(&[f32]) -> bool) -> Result<(), Diagnostic> {
        let at = |frame| sound::sample_of(self.film.fps(), frame);
        let start = at(self.range.start);
        // As many samples as the frames last by themselves, wherever in the film they are.
        let length = sound::sample_of(self.film.fps(), crate::time::FrameIndex(self.range.len()));
        self.mix.play(start..start + length, &|clip| load_clip(clip, self.world), take)
    }

    fn identity(&self) -> String {
        format!("{:?} {:?}", self.range, self.mix)
    }
}

/// Chapters of a stretch of a film: scenes that say so or, if none does, those with titles; the others belong to the one before.
pub(super) fn chapters(film: &Film, range: FrameRange) -> Vec<Chapter> {
    let mut chapters: Vec<Chapter> = Vec::new();
    let scenes = film.scenes();
    let chosen = scenes.iter().any(|scene| scene.chapter);
    for scene in scenes {
        let title = match chosen {
            true if scene.chapter => Some(scene.title.unwrap_or(scene.id)),
            true => None,
            false => scene.title,
        };
        let (start, end) = (scene.range.start.max(range.start).0, scene.range.end.min(range.end).0);
        if start >= end {
            continue;
        }
        let own = FrameRange::new(start - range.start.0, end - range.start.0);
        match (title, chapters.last_mut()) {
            (None, Some(last)) => last.range.end = own.end,
            (None, None) => {}
            (Some(title), _) => chapters.push(Chapter { title, range: own }),
        }
    }
    // Players want the first chapter to begin with the film.
    if let Some(first) = chapters.first_mut() {
        first.range.start = crate::time::FrameIndex(0);
    }
    chapters
}

/// The codec that the command line names.
pub(super) fn codec(audio: AudioArg) -> Option<SoundCodec> {
    match audio {
        AudioArg::Aac => Some(SoundCodec::Aac),
        AudioArg::Opus => Some(SoundCodec::Opus),
        AudioArg::Flac => Some(SoundCodec::Flac),
        AudioArg::Pcm => Some(SoundCodec::Pcm),
        AudioArg::None => None,
    }
}

/// The code of a language that containers of films want.
pub(super) fn long_code(code: &str) -> String {
    Language::of(code).map_or("und", |language| language.long).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Source;
    use crate::film::Overrides;
    use crate::world::MemoryWorld;

    fn titles(heads: [&str; 4]) -> Vec<(String, u64)> {
        let scene = |head: &&str| format!("  - {head}\n    steps: [{{ pause: 1 }}]\n");
        let text = format!("stage: {{ fps: 10 }}\nscenes:\n{}", heads.iter().map(scene).collect::<String>());
        let (script, found) = crate::script::parse(&Source::new("x.yaml", text), &MemoryWorld::default());
        assert!(!found.has_errors(), "{found:?}");
        let film = Film::build(&script.unwrap(), &MemoryWorld::default(), Overrides::default()).0.unwrap();
        let all = chapters(&film, FrameRange::new(0, film.frames()));
        all.into_iter().map(|chapter| (chapter.title, chapter.range.len())).collect()
    }

    #[test]
    fn scenes_with_titles_are_chapters_unless_some_say_so() {
        let all = titles(["id: a", "title: One", "id: c", "title: Two"]);
        assert_eq!(all, [("One".into(), 30), ("Two".into(), 10)]);
        let chosen = titles(["title: One\n    chapter: true", "title: More", "id: c\n    chapter: true", "title: Two"]);
        assert_eq!(chosen, [("One".into(), 20), ("c".into(), 20)]);
    }
}
