//! Pictures of the reference: visuals as their examples draw them, and the courses of easings.

use crate::color::{Role, Theme};
use crate::diag::{Diagnostics, Source};
use crate::draw::{Frame, FrameItem, Item, ItemId, Paint, Part, Stroke};
use crate::export::png;
use crate::film::{Film, Overrides};
use crate::geom::{Affine, FrameSize, Point, Rect, polyline};
use crate::raster::Rasterizer;
use crate::script;
use crate::time::FrameIndex;
use crate::timeline::easing::EASINGS;
use crate::typeset::{TextStyle, Typesetter};
use crate::visuals::VisualSpec;
use crate::world::World;

/// Pixels of a picture.
const SIZE: (u32, u32) = (640, 360);

/// The script that the reference shows for a visual: complete, so that it can be copied and run.
pub(super) fn example_script(spec: &VisualSpec) -> String {
    let mut script = String::new();
    let used = |name: &str| spec.example.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name);
    if used("moves") || used("clever") {
        script.push_str("sources: { moves: { up: 1/2, down: 1/4, left: 1/8, right: 1/8 } }\n");
    }
    if used("clever") {
        script.push_str("codes: { clever: { for: moves, build: huffman } }\n");
    }
    if used("p") {
        script.push_str("vars: { p: 0.3 }\n");
    }
    // What an action brings may stand beside the visual.
    let margin = if spec.actions.is_empty() { 1.2 } else { 1.7 };
    // A trail needs something that moves.
    let (dot, trace) = match spec.name {
        "trail" => (
            "      dot: { circle: { radius: 0.1, fill: ink }, at: [-3, -1] }\n",
            "      - { trace: it, of: dot }\n      - { move: dot, to: [3, 1], arc: 120 }\n",
        ),
        _ => ("", ""),
    };
    let example = spec.example;
    script.push_str(&format!(
        "scenes:\n  - cast:\n      it: {{ {example} }}\n{dot}    steps:\n      - {{ camera: {{ fit: it, margin: {margin} }}, for: 0.1 }}\n      - grow: it\n{trace}"
    ));
    for action in spec.actions {
        let step = match action.args.first().filter(|arg| arg.name == "bits") {
            Some(_) => format!("      - do: {{ it: {{ {}: '100110' }} }}\n", action.name),
            None => format!("      - do: {{ it: {} }}\n", action.name),
        };
        script.push_str(&step);
    }
    script + "      - pause: 1\n"
}

/// The last frame of a visual's example as a PNG file.
///
/// # Errors
/// What is wrong with the example.
pub(super) fn of_visual(spec: &VisualSpec, world: &dyn World) -> Result<Vec<u8>, Diagnostics> {
    of_script(spec.name, example_script(spec), world)
}

/// A scene with one component.
pub(super) fn component_script(example: &str) -> String {
    let used = |name: &str| example.contains(name);
    let mut script = String::new();
    if used("moves") {
        script.push_str("sources: { moves: { up: 1/2, down: 1/4, left: 1/8, right: 1/8 } }\n");
    }
    if used("clever") {
        script.push_str("codes: { clever: { for: moves, build: huffman } }\n");
    }
    script.push_str(&format!(
        "scenes:\n  - cast:\n      it: {{ {example} }}\n    steps:\n      - {{ camera: {{ fit: it, margin: 1.2 }}, for: 0.1 }}\n      - pause: 1\n"));
    script
}

/// The last frame of a script as a PNG file.
///
/// # Errors
/// What is wrong with it.
pub(super) fn of_script(name: &str, script: String, world: &dyn World) -> Result<Vec<u8>, Diagnostics> {
    let (script, found) = script::parse(&Source::new(name, script), world);
    let Some(script) = script else { return Err(found) };
    let (film, found) = Film::build(&script, world, Overrides { size: size(), ..Overrides::default() });
    let Some(film) = film else { return Err(found) };
    packed(&film.frame(FrameIndex(film.frames().saturating_sub(1))), size())
}

fn size() -> Option<FrameSize> {
    FrameSize::new(SIZE.0, SIZE.1)
}

fn packed(frame: &Frame, size: Option<FrameSize>) -> Result<Vec<u8>, Diagnostics> {
    let size = size.unwrap_or(FrameSize::FULL_HD);
    let pixels = Rasterizer::new(size).draw(frame);
    png::encode(&pixels, false).map_err(Diagnostics::from)
}

/// Hands on the items of a part, placed.
fn letters(part: &Part, parent: Affine, push: &mut impl FnMut(Item)) {
    let map = parent * part.transform;
    for item in &part.items {
        push(Item { transform: map * item.transform, ..item.clone() });
    }
    part.parts.iter().for_each(|part| letters(part, map, push));
}

/// The courses of all easings, by name, in one picture.
///
/// # Errors
/// If the picture cannot be packed.
pub(super) fn of_easings() -> Result<Vec<u8>, Diagnostics> {
    const COLUMNS: usize = 7;
    let theme = Theme::chalkboard();
    let (stage, rows) = (Rect::new(-8.0, -4.5, 8.0, 4.5), EASINGS.len().div_ceil(COLUMNS));
    let (across, down) = (stage.width() / COLUMNS as f64, stage.height() / rows as f64);
    let mut frame = Frame { stage, ground: theme.color(Role::Ground), items: Vec::new() };
    let style = TextStyle { color: theme.color(Role::Muted), ..TextStyle::new(0.19) };
    for (index, row) in EASINGS.iter().enumerate() {
        let left = stage.x0 + across * (index % COLUMNS) as f64 + across * 0.22;
        let foot = stage.y1 - down * (index / COLUMNS + 1) as f64 + down * 0.4;
        let (width, height) = (across * 0.56, down * 0.42);
        // A course that swings gets its room within the same height.
        let course: Vec<f64> = (0..=120).map(|i| (row.f)(f64::from(i) / 120.0)).collect();
        let (low, high) = course.iter().fold((0.0, 1.0), |(low, high): (f64, f64), y| (low.min(*y), high.max(*y)));
        let at = |x: f64, y: f64| Point::new(left + width * x, foot + height * (y - low) / (high - low));
        let axis = Stroke::new(Paint::solid(theme.color(Role::Faint)), 0.02);
        let bounds = polyline([at(0.0, 1.0), at(0.0, 0.0), at(1.0, 0.0)], false);
        let curve = polyline(course.iter().enumerate().map(|(i, y)| at(i as f64 / 120.0, *y)), false);
        let line = Stroke::new(Paint::solid(theme.color(Role::Accent)), 0.03);
        let mut push = |item: Item| {
            let id = ItemId::ROOT.numbered(frame.items.len());
            frame.items.push(FrameItem { id, item, resting: true, clip: None });
        };
        push(Item::stroke(bounds, axis));
        push(Item::stroke(curve, line));
        let name = Typesetter::bundled().text(row.name, &style);
        let place = Affine::translate((left + width / 2.0 - name.layout.center().x, foot - down * 0.24));
        letters(&name.part, place, &mut push);
    }
    packed(&frame, FrameSize::new(960, 540))
}
