//! Figures of the write-up: an instant with what of it is shown, how large and in which colours, and what stands beside it.

use super::fields::Fields;
use super::reader::{Reader, listed};
use super::value::Slots;
use super::yaml::{Node, Value};
use crate::color::{Ink, Theme};
use crate::diag::{Diagnostic, Diagnostics, Span};
use crate::limits;

/// The margin around what is shown, in stage units, if none is given.
const MARGIN: f64 = 0.15;
/// Frames a second of a figure that moves, if no rate is given.
const RATE: f64 = 20.0;

/// A figure, as a script asks for it.
#[derive(Clone, Debug, PartialEq)]
pub struct FigureDef {
    /// Unique in the script; becomes the name of files.
    pub name: String,
    /// Where it is asked for.
    pub span: Span,
    /// Marks and figures whose instants it shows, each with its place; empty for the instant of its own step.
    pub at: Vec<(String, Span)>,
    /// Instants in a row, if there are several.
    pub columns: Option<u32>,
    /// Words above each of several instants; as many or none.
    pub labels: Vec<String>,
    /// What is shown of the stage.
    pub crop: Crop,
    /// Space around what is shown, in stage units.
    pub margin: f64,
    /// How large it is on paper.
    pub size: Option<Extent>,
    /// Its colours; `paper` if not given.
    pub theme: Option<&'static Theme>,
    /// What is behind it; nothing if not given.
    pub background: Option<Ink>,
    /// Variables that have another value in it, from its scene's beginning to its end.
    pub vars: Vec<(String, Span, f64)>,
    /// Addresses of actors and parts that are left out.
    pub hide: Vec<(String, Span)>,
    /// Addresses of actors that are added, though they are not on stage.
    pub show: Vec<(String, Span)>,
    /// What stands below it.
    pub caption: Option<String>,
    /// What is to be seen, for those who cannot see it.
    pub alt: Option<String>,
    /// The mark up to which it moves, if it does.
    pub until: Option<(String, Span)>,
    /// Frames a second, if it moves.
    pub rate: f64,
    /// Warnings that it means so.
    pub allow: Vec<(String, Span)>,
}

/// What is shown of the stage.
#[derive(Clone, Debug, PartialEq)]
pub enum Crop {
    /// All that is visible.
    Visible,
    /// The whole frame, without a margin.
    Stage,
    /// The boxes of these actors and parts.
    Of(Vec<(String, Span)>),
}

/// A size on paper.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Extent {
    /// The width.
    Width(Length),
    /// The height.
    Height(Length),
}

/// A length on paper.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Length {
    /// Points, 72 to an inch; above 0.
    Points(f64),
    /// Columns of the page, and the gaps between them; above 0.
    Columns(f64),
}

impl Length {
    /// Reads `84mm`, `8.4cm`, `3in`, `240pt`, `600px` (96 to an inch), `1 column`, `1.5 columns`.
    ///
    /// ```
    /// use surprisal::script::Length;
    /// assert_eq!(Length::parse("25.4mm"), Some(Length::Points(72.0)));
    /// assert_eq!(Length::parse("2 columns"), Some(Length::Columns(2.0)));
    /// assert_eq!(Length::parse("84"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, unit) = text.split_at(end);
        let number: f64 = number.parse().ok().filter(|number| *number > 0.0 && *number < 1e4)?;
        let points = match unit.trim() {
            "pt" => number,
            "mm" => number * 72.0 / 25.4,
            "cm" => number * 720.0 / 25.4,
            "in" => number * 72.0,
            "px" => number * 0.75,
            "column" | "columns" => return Some(Self::Columns(number)),
            _ => return None,
        };
        Some(Self::Points(points))
    }
}

/// Reads a figure: its name alone, or a map.
pub(super) fn read_figure(node: &Node, reader: Reader<'_>) -> Option<FigureDef> {
    let mut fields = Fields::with(node, Some("name"), reader);
    let name = if fields.required("name") { fields.text("name") } else { None };
    let at = names(&mut fields, "at");
    let columns = fields.integer("columns", 1..=100).and_then(|count| u32::try_from(count).ok());
    let labels = names(&mut fields, "labels").into_iter().map(|(label, _)| label).collect();
    let crop = names(&mut fields, "crop");
    let crop = match crop.as_slice() {
        [] => Crop::Visible,
        [(stage, _)] if stage == "stage" => Crop::Stage,
        _ => Crop::Of(crop),
    };
    let margin = fields.fixed("margin", 0.0..=4.0).unwrap_or(MARGIN);
    let size = extent(&mut fields);
    let theme = theme(&mut fields);
    let background = fields.ink("background");
    let vars = vars(&mut fields);
    let (hide, show) = (names(&mut fields, "hide"), names(&mut fields, "show"));
    let caption = fields.text("caption").map(|(text, _)| text.trim().to_owned());
    let alt = fields.text("alt").map(|(text, _)| text.trim().to_owned());
    let until = fields.text("until");
    let rate = fields.fixed("rate", 1.0..=60.0).unwrap_or(RATE);
    let allow = names(&mut fields, "allow");
    let span = name.as_ref().map_or_else(|| fields.span().clone(), |(_, span)| span.clone());
    fields.finish();
    let (name, _) = name?;
    let name = name.trim().to_owned();
    Some(FigureDef {
        name,
        span,
        at,
        columns,
        labels,
        crop,
        margin,
        size,
        theme,
        background,
        vars,
        hide,
        show,
        caption,
        alt,
        until,
        rate,
        allow,
    })
}

/// Reads the section `figures`: a list. The names of steps are taken already.
pub(super) fn read_figures(
    sections: &[&Node],
    taken: &mut super::steps::Instants,
    slots: &mut Slots,
    diags: &mut Diagnostics,
) -> Vec<FigureDef> {
    let mut figures: Vec<FigureDef> = Vec::new();
    for node in sections {
        let Value::List(items) = &node.value else {
            let message = format!("expected a list of figures, each starting with `- name: `, found {}", node.kind());
            diags.push(Diagnostic::error("wrong-type", &node.span, message));
            continue;
        };
        for item in items.iter().take(limits::FIGURES) {
            let Some(figure) = read_figure(item, Reader { slots, diags }) else { continue };
            if !diags.has_errors() && figure.at.is_empty() {
                let found =
                    Diagnostic::error("missing-key", &figure.span, "the figure does not say which instant it shows");
                diags.push(found.hint("write `at: mark`, or `figure: name` as a step at that instant"));
            }
            if let Some(mistake) = bad_name(&figure.name, &figure.span) {
                diags.push(mistake);
            }
            if let Some(first) = taken.get(&("figure", figure.name.clone())) {
                let message = format!("two instants are called figure `{}`", figure.name);
                diags.push(Diagnostic::error("duplicate-instant", &figure.span, message).label(first, "the first"));
            }
            taken.insert(("figure", figure.name.clone()), figure.span.clone());
            figures.push(figure);
        }
    }
    figures
}

/// Why a name cannot be that of a file.
fn bad_name(name: &str, span: &Span) -> Option<Diagnostic> {
    let safe = |c: char| c.is_alphanumeric() || "-_.".contains(c);
    let good = name.chars().all(safe) && !name.starts_with('.') && name.len() <= 100;
    let hint = "a name holds up to 100 letters, digits, `-`, `_` and `.`, as it becomes a file's";
    (!good).then(|| Diagnostic::error("bad-name", span, "this cannot name a figure").hint(hint))
}

/// A name, or a list of them.
fn names(fields: &mut Fields<'_>, key: &'static str) -> Vec<(String, Span)> {
    let Some(node) = fields.node(key) else { return Vec::new() };
    let nodes = match &node.value {
        Value::List(items) => items.as_slice(),
        _ => std::slice::from_ref(node),
    };
    nodes
        .iter()
        .filter_map(|node| fields.reader().text(node))
        .map(|(text, span)| (text.trim().to_owned(), span))
        .collect()
}

fn extent(fields: &mut Fields<'_>) -> Option<Extent> {
    let mut length = |key: &'static str| {
        let (text, span) = fields.text(key)?;
        let length = Length::parse(&text);
        if length.is_none() {
            let found =
                Diagnostic::error("bad-length", &span, format!("`{}` is no length on paper", text.escape_debug()));
            fields.report(found.hint("write a number and a unit: `84mm`, `3in`, `240pt`, `600px`, `1 column`"));
        }
        length
    };
    let (width, height) = (length("width"), length("height"));
    if width.is_some() && height.is_some() {
        let found =
            Diagnostic::error("two-lengths", fields.span(), "width and height are given; one follows from the other");
        fields.report(found.hint("keep one of them"));
    }
    width.map(Extent::Width).or(height.map(Extent::Height))
}

fn theme(fields: &mut Fields<'_>) -> Option<&'static Theme> {
    let (name, span) = fields.text("theme")?;
    let theme = Theme::named(&name);
    if theme.is_none() {
        let themes = || Theme::ALL.iter().map(|theme| theme.name);
        let found = Diagnostic::error("unknown-theme", &span, format!("there is no theme `{}`", name.escape_debug()));
        let hint = format!("themes: {}", listed(&themes().collect::<Vec<_>>()));
        fields.report(found.suggest(&name, themes()).hint(hint));
    }
    theme
}

fn vars(fields: &mut Fields<'_>) -> Vec<(String, Span, f64)> {
    let entries = if fields.has("vars") { fields.entries("vars").unwrap_or_default() } else { &[] };
    let read = |(key, node): &(super::yaml::Key, Node)| {
        let value = fields.reader().fixed(node, &(f64::MIN..=f64::MAX))?;
        Some((key.text.clone(), key.span.clone(), value))
    };
    entries.iter().filter_map(read).collect()
}

impl super::SceneDef {
    /// The figures of its steps, in their order.
    pub fn figures(&self) -> Vec<&FigureDef> {
        let mut found = Vec::new();
        gather(&self.steps, &mut found);
        found
    }
}

impl super::Script {
    /// All figures: those of steps in their order, then those of the section `figures`.
    pub fn figures(&self) -> Vec<&FigureDef> {
        self.scenes.iter().flat_map(super::SceneDef::figures).chain(&self.figures).collect()
    }
}

fn gather<'s>(steps: &'s [super::Step], found: &mut Vec<&'s FigureDef>) {
    for step in steps {
        if let super::Verb::Figure(figure) = &step.verb {
            found.push(figure);
        }
        gather(step.verb.steps(), found);
    }
}
