//! A film as the timeline shows it: scenes, steps, marks, captions and figures, in frames; and what its variables take.

use serde_json::{Value, json};

use super::findings::Places;
use super::shelf::Seen;
use super::sound;
use crate::color::Theme;
use crate::film::Mark;

/// What does not change from frame to frame.
pub(super) fn film(seen: &Seen) -> Value {
    let film = &seen.film;
    let scenes: Vec<Value> = film
        .scenes()
        .iter()
        .map(|scene| {
            let (start, end) = (scene.range.start.0, scene.range.end.0);
            json!({ "id": scene.id, "title": scene.title, "start": start, "end": end })
        })
        .collect();
    let marks: Vec<Value> = film
        .marks()
        .iter()
        .map(|mark| json!({ "name": mark.name, "frame": mark.frame.0, "figure": mark.figure }))
        .collect();
    let mut places = Places::default();
    let steps: Vec<Value> = film
        .steps()
        .iter()
        .map(|step| {
            let (start, end) = (step.range.start.0, step.range.end.0);
            json!({
                "scene": step.scene, "verb": step.span.text(), "targets": step.targets, "but": step.complement,
                "start": start, "end": end, "place": places.place(&step.span),
            })
        })
        .collect();
    let captions: Vec<Value> = film
        .captions()
        .iter()
        .map(|caption| json!({ "text": caption.text, "start": caption.range.start.0, "end": caption.range.end.0 }))
        .collect();
    let figures: Vec<Value> = seen
        .script()
        .figures()
        .into_iter()
        .filter_map(|def| {
            let own = |mark: &&Mark| mark.figure && mark.name == def.name;
            let named = |mark: &&Mark| def.at.first().is_none_or(|(name, _)| mark.name == *name);
            let mark = match def.at.as_slice() {
                [] => film.marks().iter().find(own),
                _ => film.marks().iter().find(named),
            };
            let (name, frame, moves) = (&def.name, mark?.frame.0, def.until.is_some());
            Some(json!({ "name": name, "frame": frame, "caption": def.caption, "moves": moves }))
        })
        .collect();
    let themes: Vec<Value> =
        Theme::ALL.iter().map(|theme| json!({ "name": theme.name, "summary": theme.summary })).collect();
    json!({
        "title": film.title(),
        "width": film.size().width(),
        "height": film.size().height(),
        "fps": film.fps().as_f64(),
        "frames": film.frames(),
        "scenes": scenes,
        "marks": marks,
        "steps": steps,
        "captions": captions,
        "figures": figures,
        "variables": film.variable_ranges(),
        "sound": sound::summary(film),
        "themes": themes,
    })
}
