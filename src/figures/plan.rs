//! Which figures there are, of which films, at which instants.

use std::sync::Arc;

use crate::color::Theme;
use crate::diag::{Diagnostic, Diagnostics, Span};
use crate::export::svg::Letters;
use crate::film::{Film, Overrides};
use crate::script::{Crop, FigureDef, Script};
use crate::time::{FrameIndex, FrameRange};
use crate::world::World;

/// What holds for all figures of a run.
#[derive(Clone, Debug)]
pub struct Options {
    /// Colours in place of those that figures name.
    pub theme: Option<&'static Theme>,
    /// Only figures of these names; all if empty.
    pub only: Vec<String>,
    /// Width of a column of the page in points, and of the gap between two.
    pub column: (f64, f64),
    /// What letters become in SVG.
    pub letters: Letters,
    /// Dots an inch of pictures of pixels.
    pub dpi: f64,
}

impl Default for Options {
    /// Columns of 84 mm with 6 mm between them; letters as outlines.
    fn default() -> Self {
        let mm = 72.0 / 25.4;
        let (theme, only) = Default::default();
        Self { theme, only, column: (84.0 * mm, 6.0 * mm), letters: Letters::Outlines, dpi: super::PNG_DPI }
    }
}

/// A figure with the film and the frames that it shows.
pub struct Figure {
    /// As the script asks for it.
    pub def: FigureDef,
    /// Its film: in its theme, with its variables.
    pub film: Arc<Film>,
    /// The frames that it shows, at least one.
    pub frames: Vec<FrameIndex>,
    /// The frames through which it moves, if it does.
    pub moves: Option<FrameRange>,
}

/// All figures of a script.
pub struct Plan {
    /// In the order in which the script names them.
    pub figures: Vec<Figure>,
    /// What holds for all.
    pub options: Options,
}

/// What makes one film differ from another: theme and variables.
type Variant = (&'static Theme, Vec<(String, f64)>);

impl Plan {
    /// Compiles the films that the figures of a script need, on all cores. What is wrong with a script is reported; what a
    /// viewer of the film would mind is not.
    pub fn new(script: &Script, world: &dyn World, options: Options) -> (Self, Diagnostics) {
        let mut diags = Diagnostics::new();
        let wanted = |name: &str| options.only.is_empty() || options.only.iter().any(|only| only == name);
        let defs: Vec<&FigureDef> = script.figures().into_iter().filter(|def| wanted(&def.name)).collect();
        let paper = Theme::named("paper").unwrap_or(Theme::chalkboard());
        let variant = |def: &FigureDef| -> Variant {
            let vars = def.vars.iter().map(|(name, _, value)| (name.clone(), *value)).collect();
            (options.theme.or(def.theme).unwrap_or(paper), vars)
        };
        let mut variants: Vec<Variant> = Vec::new();
        for def in &defs {
            unknown_vars(script, def).into_iter().for_each(|mistake| diags.push(mistake));
            if !variants.contains(&variant(def)) {
                variants.push(variant(def));
            }
        }
        let films = compiled(script, world, &variants, &mut diags);
        let mut figures = Vec::new();
        for def in defs {
            let number = variants.iter().position(|known| *known == variant(def));
            let film = number.and_then(|number| films.get(number)?.clone());
            let Some(film) = film else { continue };
            figures.extend(placed(def, film, &mut diags));
        }
        diags.sort();
        (Self { figures, options }, diags)
    }
}

fn compiled(
    script: &Script,
    world: &dyn World,
    variants: &[Variant],
    diags: &mut Diagnostics,
) -> Vec<Option<Arc<Film>>> {
    let build = |(theme, vars): &Variant| {
        let overrides = Overrides { theme: Some(theme), transparent: true, ..Overrides::default() };
        if vars.is_empty() {
            return Film::compile(script, world, overrides);
        }
        Film::compile(&script.with_vars(vars), world, overrides)
    };
    let mut films = Vec::new();
    for (number, (film, found)) in super::file::in_parallel(variants, build).into_iter().enumerate() {
        // The same mistakes are in all of them.
        if number == 0 || film.is_none() && !diags.has_errors() {
            found
                .iter()
                .filter(|found| found.severity == crate::diag::Severity::Error)
                .for_each(|d| diags.push(d.clone()));
        }
        films.push(film.map(Arc::new));
    }
    films
}

/// Finds the frames of a figure, and the actors that it names.
fn placed(def: &FigureDef, film: Arc<Film>, diags: &mut Diagnostics) -> Option<Figure> {
    let mut instant = |name: &str, span: &Span| {
        let mark = film.marks().iter().find(|mark| mark.name == name);
        if mark.is_none() {
            let found = Diagnostic::error("unknown-mark", span, format!("there is no mark or figure `{name}`"));
            diags.push(found.suggest(name, film.marks().iter().map(|mark| mark.name.as_str())));
        }
        mark.map(|mark| mark.frame)
    };
    let own = [(def.name.clone(), def.span.clone())];
    let at = if def.at.is_empty() { own.as_slice() } else { &def.at };
    let frames: Option<Vec<FrameIndex>> = at.iter().map(|(name, span)| instant(name, span)).collect();
    let frames = frames?;
    let until = def.until.as_ref().map(|(name, span)| instant(name, span));
    let first = *frames.first()?;
    let moves = match (&def.until, until) {
        (Some((name, span)), Some(Some(last))) => {
            if last <= first {
                diags.push(Diagnostic::error(
                    "out-of-range",
                    span,
                    format!("`{name}` is not after the figure's instant"),
                ));
                return None;
            }
            Some(FrameRange::new(first.0, last.0 + 1))
        }
        (Some(_), _) => return None,
        (None, _) => None,
    };
    if !def.labels.is_empty() && def.labels.len() != frames.len() {
        let message = format!("the figure has {} labels for {} instants", def.labels.len(), frames.len());
        diags.push(Diagnostic::error("out-of-range", &def.span, message));
    }
    let of: &[_] = match &def.crop {
        Crop::Of(of) => of,
        Crop::Visible | Crop::Stage => &[],
    };
    for (address, span) in of.iter().chain(&def.hide).chain(&def.show) {
        let actor = |name: &&str| {
            address.strip_prefix(*name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
                || name.strip_prefix(address.as_str()).is_some_and(|rest| rest.starts_with('.'))
        };
        let cast: Vec<&str> = frames.iter().flat_map(|frame| film.cast_at(*frame)).collect();
        if !cast.iter().any(actor) {
            let found =
                Diagnostic::error("unknown-actor", span, format!("no actor at that instant is called `{address}`"));
            diags.push(found.suggest(address, cast));
        }
    }
    Some(Figure { def: def.clone(), film, frames, moves })
}

fn unknown_vars(script: &Script, def: &FigureDef) -> Vec<Diagnostic> {
    let known: Vec<&str> =
        script.scenes.iter().flat_map(|scene| &scene.vars).chain(&script.vars).map(|var| var.name.as_str()).collect();
    let unknown = def.vars.iter().filter(|(name, ..)| !known.contains(&name.as_str()));
    unknown
        .map(|(name, span, _)| {
            let found = Diagnostic::error("unknown-variable", span, format!("there is no variable `{name}`"));
            found.suggest(name, known.iter().copied())
        })
        .collect()
}
