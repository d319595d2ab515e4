//! Who is on stage at a frame, as the page shows it: boxes in shares of the frame, from its upper left corner.

use serde_json::{Map, Value, json};

use super::findings::{self, Places};
use super::shelf::Seen;
use crate::diag::{Diagnostics, Span};
use crate::film::{Address, Film, ShownActor};
use crate::geom::{Point, Rect};
use crate::time::FrameIndex;
use crate::visuals::VisualSpec;

/// Mistakes that held variables bring about, told at a time.
const MISTAKES: usize = 3;
/// Lines of an actor's own text that are told.
const LINES: usize = 12;

/// Actors with their parts, values and places in the script; what their visuals are; variables, and if some are held, what the
/// script cannot bear about that.
pub(super) fn stage(seen: &Seen, at: FrameIndex, held: bool) -> Value {
    let film = &seen.film;
    let screen = film.size().stage();
    let shown = film.on_stage(at);
    let mut visuals = Map::new();
    for spec in shown.iter().filter_map(|actor| actor.visual) {
        visuals.entry(spec.name).or_insert_with(|| visual(spec));
    }
    let mut places = Places::default();
    let actors: Vec<Value> = shown.iter().map(|found| actor(found, screen, &mut places)).collect();
    let variables: Vec<Value> =
        film.variables(at).into_iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
    let trouble = if held { trouble(seen, at) } else { Vec::new() };
    json!({ "at": at.0, "actors": actors, "visuals": visuals, "variables": variables, "trouble": trouble })
}

/// Why the film cannot be made with the variables that are held, or what goes wrong on this frame of it and does not without them.
fn trouble(seen: &Seen, at: FrameIndex) -> Vec<Value> {
    let mut found = Diagnostics::new();
    found.append((*seen.trouble).clone());
    let own = seen.own().mistakes(at);
    let new = seen.film.mistakes(at).into_iter().filter(|mistake| !own.contains(mistake));
    new.for_each(|mistake| found.push(mistake));
    let all = findings::told(&found).into_iter();
    all.filter(|finding| finding.get("error") == Some(&Value::Bool(true))).take(MISTAKES).collect()
}

/// The addresses of what is under a point, the innermost first.
pub(super) fn under(film: &Film, at: FrameIndex, [x, y]: [f64; 2]) -> Value {
    let screen = film.size().stage();
    let point = Point::new(screen.x0 + x * screen.width(), screen.y1 - y * screen.height());
    let way: Vec<Value> = film.under(at, point).iter().map(|found| address(found, screen)).collect();
    json!({ "at": at.0, "x": point.x, "y": point.y, "way": way })
}

fn actor(shown: &ShownActor, screen: Rect, places: &mut Places) -> Value {
    let values: Vec<Value> = shown.values.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
    let addresses: Vec<Value> = shown.addresses.iter().map(|found| address(found, screen)).collect();
    json!({
        "name": shown.name,
        "within": shown.within,
        "visual": shown.visual.map(|spec| spec.name),
        "place": places.place(&shown.span),
        "text": written(&shown.span),
        "values": values,
        "parts": addresses,
    })
}

fn address(found: &Address, screen: Rect) -> Value {
    let share = |at: f64, from: f64, length: f64| (at - from) / length.max(1e-9);
    let Rect { x0, y0, x1, y1 } = found.bounds;
    let (width, height) = (screen.width(), screen.height());
    let bounds = [
        share(x0, screen.x0, width),
        share(screen.y1, y1, height),
        share(x1, screen.x0, width),
        share(screen.y1, y0, height),
    ];
    json!({ "address": found.text, "depth": found.depth, "box": bounds })
}

fn visual(spec: &'static VisualSpec) -> Value {
    let fields: Vec<[&str; 2]> =
        spec.fields.iter().flat_map(|fields| fields.iter()).map(|field| [field.name, field.summary]).collect();
    json!({ "summary": spec.summary, "fields": fields, "parts": spec.parts, "values": spec.values })
}

/// The lines of a script that say what an actor is: from its name as far as they are indented deeper.
fn written(name: &Span) -> String {
    let (number, _) = name.line_column();
    let mut lines = name.source.text.lines().skip(number - 1);
    let indent = |line: &str| line.len() - line.trim_start().len();
    let Some(first) = lines.next() else { return String::new() };
    let own = lines.take_while(|line| line.trim().is_empty() || indent(line) > indent(first)).take(LINES - 1);
    let all: Vec<&str> = std::iter::once(first).chain(own).collect();
    let cut = |line: &&str| line.get(indent(first)..).unwrap_or_default().to_owned();
    all.iter().map(cut).collect::<Vec<_>>().join("\n").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Source;

    #[test]
    fn an_actors_own_lines_are_told() {
        let source = Source::new("a", "cast:\n  a: A\n  b:\n    text: B\n\n    at: [0, 1]\n  c: C\n");
        let at = |text: &str| source.text.find(text).map(|start| Span::new(&source, start, start + 1)).unwrap();
        assert_eq!(written(&at("a: A")), "a: A");
        assert_eq!(written(&at("b:")), "b:\n  text: B\n\n  at: [0, 1]");
        assert_eq!(written(&Span::detached()), "");
    }
}
