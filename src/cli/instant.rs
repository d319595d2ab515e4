//! Instants as people write them: times, marks, frames of a film or of one of its scenes.

use crate::diag::Diagnostic;
use crate::film::Film;
use crate::time::{FrameIndex, FrameRange, Secs, clock};

/// Some frames of a film: all, or a scene's. Times and frame numbers count from its beginning.
pub(super) struct Stretch<'a> {
    film: &'a Film,
    /// The frames.
    pub(super) range: FrameRange,
    /// What it is, for messages.
    what: String,
}

impl<'a> Stretch<'a> {
    /// The whole film, or the scene of this id.
    pub(super) fn new(film: &'a Film, scene: Option<&str>) -> Result<Self, Diagnostic> {
        let Some(id) = scene else {
            return Ok(Self { film, range: FrameRange::new(0, film.frames()), what: "the film".into() });
        };
        let scenes = film.scenes();
        if let Some(scene) = scenes.iter().find(|scene| scene.id == id && !scene.range.is_empty()) {
            return Ok(Self { film, range: scene.range, what: format!("the scene `{id}`") });
        }
        let names: Vec<&str> =
            scenes.iter().filter(|scene| !scene.range.is_empty()).map(|scene| scene.id.as_str()).collect();
        let mistake = Diagnostic::usage("unknown-scene", format!("there is no scene `{id}`"));
        Err(mistake.suggest(id, names.iter().copied()).hint(format!("its scenes are {}", listed(&names))))
    }

    /// The frame that `12.5`, `1:02.5`, `#120`, `first`, `last` or a mark names.
    pub(super) fn frame(&self, text: &str) -> Result<FrameIndex, Diagnostic> {
        let frame = if text == "last" { self.last() } else { self.instant(text)? };
        if self.range.contains(frame) { Ok(frame) } else { Err(self.beyond(text)) }
    }

    /// The frame before which a part ends: as [`Self::frame`], but `last` is still in it, and the end is an instant too.
    pub(super) fn end(&self, text: &str) -> Result<FrameIndex, Diagnostic> {
        let end = if text == "last" { self.range.end } else { self.instant(text)? };
        if end <= self.range.end { Ok(end) } else { Err(self.beyond(text)) }
    }

    fn last(&self) -> FrameIndex {
        FrameIndex(self.range.end.0.saturating_sub(1))
    }

    fn instant(&self, text: &str) -> Result<FrameIndex, Diagnostic> {
        if text == "first" {
            return Ok(self.range.start);
        }
        let marks = || self.film.marks().iter().filter(|mark| self.range.contains(mark.frame));
        if let Some(mark) = marks().find(|mark| mark.name == text) {
            return Ok(mark.frame);
        }
        let from_start = match text.strip_prefix('#') {
            Some(number) => number.parse().ok(),
            None => secs(text).and_then(Secs::new).map(|secs| self.film.fps().frame_at(secs).0),
        };
        if let Some(frames) = from_start {
            return Ok(FrameIndex(self.range.start.0.saturating_add(frames)));
        }
        let names: Vec<&str> = marks().map(|mark| mark.name.as_str()).collect();
        let mistake =
            Diagnostic::usage("unknown-instant", format!("`{text}` is no time, frame or mark of {}", self.what));
        Err(match names.as_slice() {
            [] => mistake.hint("it has no marks; write a time such as `12.5`, or `last`"),
            names => mistake.suggest(text, names.iter().copied()).hint(format!("its marks are {}", listed(names))),
        })
    }

    fn beyond(&self, text: &str) -> Diagnostic {
        let frames = self.range.len();
        let length = clock(self.film.fps().instant_of(FrameIndex(frames)).get());
        Diagnostic::usage("unknown-instant", format!("`{text}` is after the end of {}", self.what))
            .hint(format!("it lasts {length} ({frames} frames); its last frame is `#{}`", frames.saturating_sub(1)))
    }
}

fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// `12.5` or `1:02.5`, in seconds from 0.
fn secs(text: &str) -> Option<f64> {
    let (minutes, rest) = text.split_once(':').unwrap_or(("0", text));
    let (minutes, secs): (u32, f64) = (minutes.parse().ok()?, rest.parse().ok()?);
    (secs.is_finite() && secs >= 0.0).then(|| f64::from(minutes) * 60.0 + secs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Source;
    use crate::film::Overrides;
    use crate::world::MemoryWorld;

    #[test]
    fn times_are_read_as_people_write_them() {
        assert_eq!(secs("12.5"), Some(12.5));
        assert_eq!(secs("1:02.5"), Some(62.5));
        for text in ["-1", "a", "1:2:3", "nan", "inf", "", ":"] {
            assert_eq!(secs(text), None, "{text}");
        }
    }

    #[test]
    fn scenes_count_from_their_own_beginning() {
        let text = "stage: { fps: 10 }\nscenes:\n  - id: a\n    steps: [{ pause: 2 }, { mark: early }, { pause: 1 }]\n  \
                    - id: b\n    steps: [{ pause: 1 }, { mark: late }, { pause: 1 }]\n";
        let (script, _) = crate::script::parse(&Source::new("x.yaml", text), &MemoryWorld::default());
        let (film, found) = Film::build(&script.unwrap(), &MemoryWorld::default(), Overrides::default());
        let film = film.unwrap_or_else(|| panic!("{found:?}"));
        let (whole, b) = (Stretch::new(&film, None).unwrap(), Stretch::new(&film, Some("b")).unwrap());
        assert_eq!((whole.range, b.range), (FrameRange::new(0, 50), FrameRange::new(30, 50)));
        for (text, of_whole, of_b) in [
            ("first", Some(0), Some(30)),
            ("last", Some(49), Some(49)),
            ("0.5", Some(5), Some(35)),
            ("#19", Some(19), Some(49)),
            ("0:03", Some(30), None),
            ("5", None, None),
            ("early", Some(19), None),
            ("late", Some(39), Some(39)),
            ("#18446744073709551615", None, None),
            ("1e300", None, None),
            ("", None, None),
        ] {
            assert_eq!(whole.frame(text).ok().map(|f| f.0), of_whole, "{text}");
            assert_eq!(b.frame(text).ok().map(|f| f.0), of_b, "{text}");
        }
        assert_eq!([whole.end("last"), whole.end("5"), b.end("2")], [(); 3].map(|()| Ok(FrameIndex(50))));
        assert!(whole.end("5.1").is_err());
        let wrong = b.frame("lat").unwrap_err();
        assert_eq!(wrong.hints, ["did you mean `late`?", "its marks are `late`"]);
        assert!(Stretch::new(&film, Some("c")).is_err_and(|d| d.hints == ["its scenes are `a`, `b`"]));
    }
}
