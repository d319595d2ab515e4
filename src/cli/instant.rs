//! Instants as people write them: times, marks, frames.

use crate::diag::Diagnostic;
use crate::film::Film;
use crate::time::{FrameIndex, Secs};

/// The frame that `12.5`, `1:02.5`, `#120`, `first`, `last` or a mark names.
pub(super) fn frame(film: &Film, text: &str) -> Result<FrameIndex, Diagnostic> {
    let last = film.frames().saturating_sub(1);
    match text {
        "first" => return Ok(FrameIndex(0)),
        "last" => return Ok(FrameIndex(last)),
        _ => {}
    }
    if let Some(mark) = film.marks().iter().find(|mark| mark.name == text) {
        return Ok(mark.frame);
    }
    let frame = match text.strip_prefix('#') {
        Some(number) => number.parse().ok().map(FrameIndex),
        None => secs(text).and_then(Secs::new).map(|secs| film.fps().frame_at(secs)),
    };
    let Some(frame) = frame else {
        let marks: Vec<&str> = film.marks().iter().map(|mark| mark.name.as_str()).collect();
        let mistake = Diagnostic::usage("unknown-instant", format!("`{text}` is no time, frame or mark of this film"));
        let mistake = mistake.suggest(text, marks.iter().copied());
        let listed = marks.iter().map(|mark| format!("`{mark}`")).collect::<Vec<_>>().join(", ");
        return Err(if marks.is_empty() {
            mistake.hint("it has no marks; write a time such as `12.5`")
        } else {
            mistake.hint(format!("its marks are {listed}"))
        });
    };
    if frame.0 > last {
        let length = film.fps().instant_of(FrameIndex(film.frames())).get();
        let mistake = Diagnostic::usage("unknown-instant", format!("`{text}` is after the end of the film"));
        return Err(mistake.hint(format!("it lasts {} ({} frames)", crate::time::clock(length), film.frames())));
    }
    Ok(frame)
}

/// `12.5` or `1:02.5`, in seconds from 0.
fn secs(text: &str) -> Option<f64> {
    let (minutes, rest) = text.split_once(':').unwrap_or(("0", text));
    let (minutes, secs): (u32, f64) = (minutes.parse().ok()?, rest.parse().ok()?);
    (secs.is_finite() && secs >= 0.0).then(|| f64::from(minutes) * 60.0 + secs)
}

#[cfg(test)]
mod tests {
    use super::secs;

    #[test]
    fn times_are_read_as_people_write_them() {
        assert_eq!(secs("12.5"), Some(12.5));
        assert_eq!(secs("1:02.5"), Some(62.5));
        for text in ["-1", "a", "1:2:3", "nan", "inf", "", ":"] {
            assert_eq!(secs(text), None, "{text}");
        }
    }
}
