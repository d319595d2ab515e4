//! Figures that do not show what they are meant to: something half way, half of a neighbour, what they leave out.

use super::super::Film;
use super::super::area::with_margin;
use super::super::effect::Effect;
use super::super::figure::Still;
use super::super::scene::Scene;
use super::super::shot::{Shot, cropped};
use super::found::Found;
use super::view::under_way;
use crate::diag::{Diagnostic, Diagnostics, Span};
use crate::draw::{FrameItem, Name, Shape};
use crate::geom::{Affine, BezPath, PathEl, Point, Rect, Shape as _, union};
use crate::script::{FigureDef, Script};
use crate::time::FrameIndex;

pub(super) const MOVING: &str = "moving-figure";
pub(super) const CUT: &str = "cut-figure";
pub(super) const HIDDEN: &str = "hidden-crop";

/// Things that a warning names, at most.
const NAMED: usize = 3;
/// What reaches across the edge by less than this is not cut, in stage units: half the width of a line.
const RIM: f64 = 0.03;
/// How exact outlines are looked at, in stage units.
const ACCURACY: f64 = 0.02;

/// What may be wrong with a figure.
type Doubt = fn(&Film, &FigureDef, &Shot) -> Vec<Diagnostic>;

/// Reports what figures name and the film does not have.
pub(super) fn mistakes(film: &Film, script: &Script, diags: &mut Diagnostics) {
    for def in script.figures() {
        film.shot(def, diags);
    }
}

/// Reports figures that are taken while a step is under way.
pub(super) fn moving(film: &Film, script: &Script, found: &mut Found<'_>) {
    each(film, script, found, moving_of);
}

/// Reports figures at whose edge something is cut.
pub(super) fn cut(film: &Film, script: &Script, found: &mut Found<'_>) {
    each(film, script, found, cut_of);
}

/// Reports figures that both show and hide something.
pub(super) fn hidden(film: &Film, script: &Script, found: &mut Found<'_>) {
    each(film, script, found, hidden_of);
}

fn each(film: &Film, script: &Script, found: &mut Found<'_>, doubt: Doubt) {
    for def in script.figures() {
        let shot = film.shot(def, &mut Diagnostics::new());
        let doubts = shot.map_or(Vec::new(), |shot| doubt(film, def, &shot));
        doubts.into_iter().for_each(|warning| found.figure(def, warning));
    }
}

impl Film {
    /// What may be wrong with a figure: that something in it moves, is cut at its edge, or is both shown and left out.
    pub fn doubts(&self, def: &FigureDef, shot: &Shot) -> Diagnostics {
        let mut diags = Diagnostics::new();
        let mut found = Found::new(self, &mut diags);
        for doubt in [moving_of, cut_of, hidden_of] {
            doubt(self, def, shot).into_iter().for_each(|warning| found.figure(def, warning));
        }
        diags
    }
}

fn moving_of(film: &Film, def: &FigureDef, shot: &Shot) -> Vec<Diagnostic> {
    // Of several instants some are meant to be half way.
    let ([frame], None) = (shot.frames.as_slice(), shot.moves) else { return Vec::new() };
    let Some(scene) = film.scene_at(*frame) else { return Vec::new() };
    let running: Vec<&Effect> = scene.effects.iter().filter(|effect| under_way(effect, frame.0)).collect();
    if running.is_empty() {
        return Vec::new();
    }
    let changed = changed(film, def, *frame);
    if changed.is_empty() {
        return Vec::new();
    }
    // Whoever is moved by another step than its own moves because of any.
    let moves = |effect: &&Effect| {
        let actors = effect.targets.iter().filter_map(|target| scene.actors.get(target.actor));
        actors.into_iter().any(|actor| changed.iter().flatten().any(|name| name.is_within(&actor.name)))
    };
    let named: Vec<&Effect> = running.iter().copied().filter(moves).collect();
    let mut spans: Vec<&Span> = Vec::new();
    for effect in if named.is_empty() { running } else { named } {
        if !spans.contains(&&effect.span) && spans.len() < NAMED {
            spans.push(&effect.span);
        }
    }
    let verbs = listed(spans.iter().map(|span| span.text().to_owned()));
    let is = if spans.len() == 1 { "is" } else { "are" };
    let message = format!("the figure `{}` is taken while {verbs} {is} under way", def.name);
    let warning = Diagnostic::warning(MOVING, &def.span, message);
    let warning = spans.into_iter().fold(warning, |warning, span| warning.label(span, "this step still moves it"));
    vec![
        timed(film, scene, *frame, warning)
            .hint("place it after the step that it is to show, or let it move with `until`"),
    ]
}

/// The names of what the next frame shows otherwise.
fn changed(film: &Film, def: &FigureDef, frame: FrameIndex) -> Vec<Option<Name>> {
    let [now, next] = [frame, FrameIndex(frame.0 + 1)].map(|frame| film.still_of(def, frame));
    let page = now.area(def).map(|area| with_margin(def, area));
    let seen = |item: &FrameItem| match (page, item.item.bounds()) {
        (Some(page), Some(bounds)) => !page.intersect(bounds).is_zero_area(),
        _ => true,
    };
    let new = |item: &&FrameItem| !next.frame.items.contains(item) && seen(item);
    now.frame.items.iter().filter(new).map(|item| now.names.get(item.id).cloned()).collect()
}

fn cut_of(film: &Film, def: &FigureDef, shot: &Shot) -> Vec<Diagnostic> {
    let of = cropped(def);
    let Some(first) = shot.frames.first().filter(|_| !of.is_empty()) else { return Vec::new() };
    let stills: Vec<Still> = shot.frames.iter().map(|frame| film.still_of(def, *frame)).collect();
    let area = stills.iter().map(|still| still.area(def)).fold(None, union);
    let (Some(area), Some(scene)) = (area, film.scene_at(*first)) else { return Vec::new() };
    let page = with_margin(def, area);
    let mut names: Vec<String> = Vec::new();
    for (still, frame) in stills.iter().zip(&shot.frames) {
        let cast = film.cast_at(*frame);
        let mut see = |name: &Name| {
            if of.iter().any(|(address, _)| name.is_within(address)) {
                return;
            }
            let actors = cast.iter().copied().filter(|actor| name.is_within(actor));
            let actor = actors.max_by_key(|actor| actor.len()).unwrap_or_default();
            // Of an actor that is shown in part, the other parts are neighbours.
            let shown = of.iter().any(|(address, _)| address.starts_with(actor));
            let name = if actor.is_empty() || shown { name.path.join(".") } else { actor.to_owned() };
            if !names.contains(&name) {
                names.push(name);
            }
        };
        for item in &still.frame.items {
            visit_cut(item, Affine::IDENTITY, page, &mut |item| {
                still.names.get(item.id).into_iter().for_each(&mut see)
            });
        }
    }
    if names.is_empty() {
        return Vec::new();
    }
    let more = if names.len() > NAMED { " and others" } else { "" };
    let cut = listed(names.iter().take(NAMED).cloned());
    let message = format!("the edge of the figure `{}` cuts {cut}{more}", def.name);
    let span = of.first().map_or(&def.span, |(_, span)| span);
    let warning = timed(film, scene, *first, Diagnostic::warning(CUT, span, message));
    vec![warning.hint("add it to `crop`, leave it out with `hide`, or give the figure another `margin`")]
}

/// Calls with each item that lies on both sides of the edge of a page.
fn visit_cut<'i>(item: &'i FrameItem, map: Affine, page: Rect, see: &mut dyn FnMut(&'i FrameItem)) {
    let map_of = map * item.item.transform;
    let clipped = item.clip.as_ref().map(|clip| map.transform_rect_bbox(clip.0.bounding_box()));
    if item.item.opacity <= 0.0 || clipped.is_some_and(|clip| clip.intersect(page).is_zero_area()) {
        return;
    }
    let cut = match &item.item.shape {
        Shape::Layer(layer) => {
            layer.items.iter().for_each(|inner| visit_cut(inner, map_of, page, see));
            return;
        }
        Shape::Path { path, .. } => crosses(path, map_of, page),
        Shape::Image { rect, .. } => crosses(&rect.to_path(ACCURACY), map_of, page),
        Shape::Glyphs(_) => item.item.bounds().is_some_and(|bounds| {
            let bounds = map.transform_rect_bbox(bounds);
            let inside = bounds.intersect(page);
            inside.width().min(inside.height()) > RIM && !page.inflate(RIM, RIM).contains_rect(bounds)
        }),
    };
    if cut {
        see(item);
    }
}

/// Does an outline run both inside a page and outside it? One that goes round the page, as that of a ground, does not.
fn crosses(path: &BezPath, map: Affine, page: Rect) -> bool {
    let (inner, outer) = (page.inflate(-RIM, -RIM), page.inflate(RIM, RIM));
    let (mut inside, mut outside) = (false, false);
    let (mut start, mut last) = (Point::ORIGIN, Point::ORIGIN);
    let mut line = |from: Point, to: Point| {
        inside |= enters(from, to, inner);
        outside |= !outer.contains(from) || !outer.contains(to);
    };
    kurbo::flatten(map * path.clone(), ACCURACY, |element| match element {
        PathEl::MoveTo(point) => (start, last) = (point, point),
        PathEl::LineTo(point) => {
            line(last, point);
            last = point;
        }
        PathEl::ClosePath => {
            line(last, start);
            last = start;
        }
        PathEl::QuadTo(..) | PathEl::CurveTo(..) => {}
    });
    inside && outside
}

/// Does a line have a point within a rectangle? Shares of its length at which it is within both pairs of sides must overlap.
fn enters(from: Point, to: Point, rect: Rect) -> bool {
    let along = |from: f64, to: f64, low: f64, high: f64| {
        let (a, b) = ((low - from) / (to - from), (high - from) / (to - from));
        match to == from {
            true if (low..=high).contains(&from) => (0.0, 1.0),
            true => (1.0, 0.0),
            false => (a.min(b), a.max(b)),
        }
    };
    let (x, y) = (along(from.x, to.x, rect.x0, rect.x1), along(from.y, to.y, rect.y0, rect.y1));
    x.0.max(y.0).max(0.0) < x.1.min(y.1).min(1.0)
}

fn hidden_of(_: &Film, def: &FigureDef, _: &Shot) -> Vec<Diagnostic> {
    let mut doubts = Vec::new();
    for (key, named) in [("crop", cropped(def)), ("show", &def.show)] {
        for (address, span) in named {
            let within = |hidden: &str| {
                address.strip_prefix(hidden).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            };
            if let Some((_, hide)) = def.hide.iter().find(|(hidden, _)| within(hidden)) {
                let message = format!("`{address}` is named in `{key}`, but `hide` leaves it out");
                let warning = Diagnostic::warning(HIDDEN, span, message).label(hide, "left out here");
                doubts.push(warning.hint("name it in one of them only"));
            }
        }
    }
    doubts
}

fn timed(film: &Film, scene: &Scene, frame: FrameIndex, warning: Diagnostic) -> Diagnostic {
    warning.at(film.fps.instant_of(frame).get(), &scene.id)
}

fn listed(names: impl Iterator<Item = String>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => names.concat(),
    }
}
