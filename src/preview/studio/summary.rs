//! A film as the timeline shows it: scenes, steps, marks and captions, in frames.

use serde_json::{Value, json};

use super::findings::Places;
use crate::color::Theme;
use crate::film::Film;

/// What does not change from frame to frame.
pub(super) fn film(film: &Film) -> Value {
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
        "themes": themes,
    })
}
