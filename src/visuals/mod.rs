//! What can be shown: one visual, one file, one line in the registry.
//!
//! Enters: the fields of an actor as the script gives them. Leaves: a [`Drawing`], a tree of named parts in the actor's own
//! units, for the values that its expressions have at an instant. A visual knows neither its place on the stage nor time;
//! verbs move, write, grow and colour its parts without its help.

mod arrow;
mod bars;
mod basic;
mod bits;
mod candidates;
mod code_tree;
mod codebook;
mod codeword_space;
mod coins;
mod coordinates;
mod dial;
mod entropy_chart;
mod families;
mod formula;
mod graph;
mod halving;
mod info_bars;
mod inset;
mod interval_nest;
mod lettering;
mod listing;
mod network;
mod nodes;
mod number;
mod number_line;
mod picture;
mod pie;
mod plane;
mod registry;
mod rolling;
mod shapes;
mod space;
mod stream;
mod surface;
mod table;
mod tape;
mod text;
mod trail;

use std::sync::Arc;

pub use coordinates::Plane;
pub use registry::{REGISTRY, spec};

use crate::color::{Ink, Rgba, Role, Theme};
use crate::draw::Part;
use crate::expression::{Function, Value};
use crate::geom::{Point, Rect};
use crate::info::{Code, Distribution};
use crate::script::{FieldSpec, Num, Piece, Slot, Spot, TableFields, Template};
use crate::timeline::Clock;
use crate::typeset::{Format, TextStyle, Typeset, Typesetter};
use crate::world::World;

/// What a visual draws for given values.
#[derive(Clone, Debug)]
pub struct Drawing {
    /// The parts, in the visual's own units; the root's name is ignored.
    pub part: Part,
    /// The box that placement goes by: steady while values change, so that neighbours do not jitter.
    pub layout: Rect,
    /// Height of the baseline, for lining up text.
    pub baseline: Option<f64>,
    /// Live values that expressions may read as `actor.name`.
    pub values: Vec<(&'static str, f64)>,
    /// Its units are the stage's: without a placement it stays where its own points say.
    pub on_stage: bool,
    /// Maps the visual's coordinates (of a graph, of a chart) to its units, for `at: actor@[x, y]`.
    pub plane: Option<Plane>,
    /// What is to be seen through the part `picture`, whose one item is a filled outline about the origin.
    pub lens: Option<Lens>,
}

/// A magnified part of the stage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lens {
    /// The point of the stage in the middle of the picture.
    pub of: Point,
    /// How many times larger it is; above 0.
    pub zoom: f64,
}

impl Drawing {
    /// A drawing whose layout box is the box of what it draws.
    pub fn of(part: Part) -> Self {
        Self::within(part.bounds().unwrap_or(Rect::ZERO), part)
    }

    /// A drawing with this layout box, whatever it draws.
    pub fn within(layout: Rect, part: Part) -> Self {
        Self { part, layout, baseline: None, values: Vec::new(), on_stage: false, plane: None, lens: None }
    }

    /// The same drawing, in stage units.
    #[must_use]
    pub fn on_stage(self) -> Self {
        Self { on_stage: true, ..self }
    }
}

impl From<Arc<Typeset>> for Drawing {
    fn from(set: Arc<Typeset>) -> Self {
        Self { baseline: Some(0.0), ..Self::within(set.layout, set.part.clone()) }
    }
}

/// Something that can be on the stage.
pub trait Visual: Send + Sync {
    /// The number whose speed it draws by, if it does.
    fn pace(&self) -> Option<&Num> {
        None
    }

    /// Draws it for the values and actions of an instant. The same inputs give the same drawing.
    fn draw(&self, now: &Now<'_>) -> Drawing;

    /// Of the ways of what it traces, how many seconds it shows at an instant; endless if it shows them whole.
    fn memory(&self, _number: &dyn Fn(Slot) -> Value) -> f64 {
        f64::INFINITY
    }
}

/// An argument of an action.
#[derive(Clone, Copy, Debug)]
pub struct ArgSpec {
    /// Key in the step.
    pub name: &'static str,
    /// One line, with unit and default.
    pub summary: &'static str,
}

/// Something a visual can do, said in a script as `do: { actor: name }`.
#[derive(Clone, Copy, Debug)]
pub struct ActionSpec {
    /// Name in scripts.
    pub name: &'static str,
    /// One line.
    pub summary: &'static str,
    /// Duration in seconds if the step gives none.
    pub secs: f64,
    /// What it can be told; a bare value in the script is the first.
    pub args: &'static [ArgSpec],
}

/// A registered visual: everything that the script reader, `list`, the reference and the generic tests need.
pub struct VisualSpec {
    /// Name in scripts.
    pub name: &'static str,
    /// One line for `surprisal list visuals`.
    pub summary: &'static str,
    /// The field that a bare value stands for, as in `text: Hello`.
    pub main: Option<&'static str>,
    /// A small scene body that runs: the actor's value, in YAML.
    pub example: &'static str,
    /// Its fields, table by table: its own, and those that it shares with others.
    pub fields: &'static [&'static [FieldSpec]],
    /// Patterns of its parts' names, each with what it is: `*` stands for a symbol, position or name.
    pub parts: &'static [(&'static str, &'static str)],
    /// Live values that expressions may read, each with its unit.
    pub values: &'static [(&'static str, &'static str)],
    /// What it can do.
    pub actions: &'static [ActionSpec],
    /// Reads its fields; `None` if a mistake was reported.
    pub read: fn(&mut TableFields<'_>, &Reading<'_>) -> Option<Box<dyn Visual>>,
}

/// What a visual may use while it is read.
pub struct Reading<'a> {
    /// The script's assets.
    pub world: &'a dyn World,
    /// Fonts and type.
    pub typesetter: &'a Typesetter,
    /// Pieces of source text that steps address (`mean["\log_2"]`): they become parts whose source is that text.
    pub fragments: &'a [String],
}

/// An action that has begun, at an instant.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// Its name in the visual's list.
    pub name: &'static str,
    /// Arguments as written, by name.
    pub args: Vec<(&'static str, String)>,
    /// How far it has come.
    pub clock: Clock,
}

impl Action {
    /// An argument as written.
    pub fn arg(&self, name: &str) -> Option<&str> {
        self.args.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }
}

/// Where something has been.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Course {
    /// Its places on the stage in order of time, each with how many seconds ago it was there.
    pub points: Vec<(Point, f64)>,
}

/// An instant as a visual sees it.
pub struct Now<'a> {
    /// The values of the actor's expressions.
    pub values: &'a dyn Fn(Slot) -> Value,
    /// Actions that have begun, in order; finished ones stay.
    pub actions: &'a [Action],
    /// Ways that the actor traces.
    pub courses: &'a [Course],
    /// By how much the number that [`Visual::pace`] names has changed since the frame before.
    pub speed: f64,
    /// The colours.
    pub theme: &'a Theme,
    /// Type.
    pub typesetter: &'a Typesetter,
}

impl Now<'_> {
    /// A number. An expression that has no finite value gives NaN, which draws nothing.
    pub fn number(&self, num: &Num) -> f64 {
        match num {
            Num::Fixed(value) => *value,
            Num::Live(slot) => (self.values)(*slot).number(),
        }
    }

    /// A place: its point, which is the centre of a box, and the box if an actor or part is meant.
    pub fn spot(&self, spot: &Spot) -> (Point, Option<Rect>) {
        match spot {
            Spot::Point([x, y]) => (Point::new(self.number(x), self.number(y)), None),
            Spot::Of(slot) => match (self.values)(*slot) {
                Value::Box(rect) => (rect.center(), Some(rect)),
                Value::Point(point) => (point, None),
                _ => (Point::new(f64::NAN, f64::NAN), None),
            },
        }
    }

    /// A distribution, if the expression gives one.
    pub fn distribution(&self, slot: Slot) -> Option<Arc<Distribution>> {
        match (self.values)(slot) {
            Value::Distribution(distribution) => Some(distribution),
            _ => None,
        }
    }

    /// The numbers of a list; NaN for what is no number.
    pub fn numbers(&self, slot: Slot) -> Vec<f64> {
        match (self.values)(slot) {
            Value::List(items) => items.iter().map(counted).collect(),
            _ => Vec::new(),
        }
    }

    /// The words of a list, numbers in the given format.
    pub fn words(&self, slot: Slot, format: &Format) -> Vec<String> {
        match (self.values)(slot) {
            Value::List(items) => items.iter().map(|item| shown(item, format)).collect(),
            _ => Vec::new(),
        }
    }

    /// A code, if the expression gives one.
    pub fn code(&self, slot: Slot) -> Option<Arc<Code>> {
        match (self.values)(slot) {
            Value::Code(code) => Some(code),
            _ => None,
        }
    }

    /// A function of one variable, if the expression gives one.
    pub fn function(&self, slot: Slot) -> Option<Function> {
        match (self.values)(slot) {
            Value::Function(function) => Some(function),
            _ => None,
        }
    }

    /// Text with its expressions filled in.
    pub fn text(&self, template: &Template) -> String {
        filled(template, self.values)
    }

    /// The colour of a role.
    pub fn role(&self, role: Role) -> Rgba {
        self.theme.color(role)
    }

    /// The colour of an ink.
    pub fn ink(&self, ink: Ink) -> Rgba {
        ink.under(self.theme)
    }

    /// Sets a short text that carries no markup, such as a label.
    pub fn label(&self, text: &str, style: &TextStyle) -> Arc<Typeset> {
        self.typesetter.text(text, style)
    }

    /// Sets text with markup, colours by role and formulas; as plain text where it cannot be read.
    pub fn rich(&self, words: &str, style: &TextStyle) -> Arc<Typeset> {
        let set = self.typesetter.rich(words, style, &lettering::roles(self));
        set.unwrap_or_else(|_| self.typesetter.text(words, style))
    }

    /// The last action of this name that has begun.
    pub fn action(&self, name: &str) -> Option<&Action> {
        self.actions.iter().rev().find(|action| action.name == name)
    }
}

/// Text with the values of its expressions filled in.
pub fn filled(template: &Template, values: &dyn Fn(Slot) -> Value) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Live { slot, format } => {
            let format = format.as_ref().and_then(|(text, _)| Format::parse(text)).unwrap_or_default();
            shown(&values(*slot), &format)
        }
    };
    template.pieces.iter().map(piece).collect()
}

/// An item of a list as a number: symbols that are named by numbers count as these.
fn counted(item: &Value) -> f64 {
    match item {
        Value::Text(text) => text.trim().parse().unwrap_or(f64::NAN),
        other => other.number(),
    }
}

/// A value as words, numbers in the given format.
fn shown(value: &Value, format: &Format) -> String {
    let number = |number: f64| crate::typeset::format(number, format);
    match value {
        Value::Number(value) => number(*value),
        Value::Text(text) => text.clone(),
        Value::Flag(flag) => flag.to_string(),
        Value::Point(point) => format!("({}, {})", number(point.x), number(point.y)),
        _ => "?".into(),
    }
}
