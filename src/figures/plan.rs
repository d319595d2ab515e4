//! Which figures there are, of which films, at which instants.

use std::sync::Arc;

use super::manifest::Flags;
use crate::color::Theme;
use crate::diag::Diagnostics;
use crate::export::svg::Letters;
use crate::film::{Film, Overrides, Shot};
use crate::script::{FigureDef, Length, Script};
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

impl Options {
    /// As these flags say, for figures of these names.
    pub fn of(flags: &Flags, only: Vec<String>) -> Self {
        let usual = Self::default();
        let column = flags.column.as_deref().and_then(Length::parse);
        Self {
            theme: flags.theme.as_deref().and_then(Theme::named),
            only,
            column: (
                match column {
                    Some(Length::Points(points)) => points,
                    _ => usual.column.0,
                },
                usual.column.1,
            ),
            letters: if flags.text { Letters::Text } else { Letters::Outlines },
            dpi: flags.dpi.unwrap_or(usual.dpi),
        }
    }
}

/// A figure with the film and the frames that it shows.
pub struct Figure {
    /// As the script asks for it.
    pub def: FigureDef,
    /// Its film: in its theme, with its variables.
    pub film: Arc<Film>,
    /// The frames that it shows.
    pub shot: Shot,
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
    /// Compiles the films that the figures of a script need, on all cores. What is wrong with a script and doubtful about a
    /// figure is reported; what a viewer of the film would mind is not.
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
            if let Some(shot) = film.shot(def, &mut diags) {
                diags.append(film.doubts(def, &shot));
                figures.push(Figure { def: def.clone(), film, shot });
            }
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
        let variables = vars.iter().cloned().collect();
        Film::compile(
            script,
            world,
            Overrides { theme: Some(theme), transparent: true, variables, ..Overrides::default() },
        )
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
