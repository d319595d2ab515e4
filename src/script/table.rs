//! Tables of fields: what a map of the script may hold, written down once. Reading goes by the table, and so do the schema, the
//! reference and `surprisal explain`.

use super::fields::Fields;
use super::keys::MAKING;
use super::placement::PLACEMENT_KEYS;
use super::reader::Reader;
use super::value::{Num, Slot, Slots, Spot, Template};
use super::yaml::{Key, Node, Value};
use crate::color::Ink;
use crate::diag::{Diagnostic, Diagnostics, Source, Span};
use crate::limits;

/// What a field takes. Bounds are included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Takes {
    /// A number from the first to the second, or an expression.
    Number(f64, f64),
    /// A number that no expression may stand for.
    Fixed(f64, f64),
    /// A whole number.
    Whole(i64, i64),
    /// `true` or `false`.
    Flag,
    /// One of these words.
    Word(&'static [&'static str]),
    /// Text as it is written: a name, a path.
    Text,
    /// Text with `${expressions}`.
    Template,
    /// A point `[x, y]`.
    Point,
    /// A point, an actor or part, or a point of one, in the field of a visual.
    Spot,
    /// A list of those.
    Spots,
    /// A list of as many numbers.
    Numbers(usize),
    /// A role of the theme, or `'#rrggbb'`.
    Color,
    /// A source, or an expression that gives one.
    Source,
    /// A code, or an expression that gives one.
    Code,
    /// A function such as `x => x * x`.
    Function,
    /// A function of two variables, such as `(x, y) => x * y`.
    Function2,
    /// A map from names to functions.
    Functions,
    /// A map from names to functions of two variables.
    Functions2,
    /// Rows of cells of text.
    Cells,
    /// A map from names to numbers.
    NumberMap,
    /// A list of words as they stand, or an expression that gives a list.
    WordList,
    /// A map from names to lists.
    ListMap,
    /// A map from names to numbers or points.
    Vars,
    /// A map from names to colours.
    ColorMap,
    /// An actor or a part of one.
    Actor,
    /// A point, an actor or part, or `actor@[x, y]`.
    Place,
    /// Seconds, at least 0: a number, or an expression of constants.
    Secs,
    /// An easing by name, or one with numbers.
    Easing,
    /// An order of parts.
    Order,
    /// A name, or a list of names.
    Names,
    /// A path, or a list of paths.
    Paths,
    /// Paths, and names of fonts that are installed.
    Fonts,
    /// What holds or does not, from constants.
    Condition,
    /// Names with what they go through.
    Loop,
    /// Names of actors, or actors, in a list.
    Members,
    /// A map from symbols to code words.
    Words,
    /// The section `stage`.
    Stage,
    /// `true` or `false`, or a map of how motion is exposed.
    Shutter,
    /// A theme's name, or a map of changes to one.
    Theme,
    /// A list of numbers or words, or an expression that gives one.
    List,
    /// The section `data`.
    DataFiles,
    /// The section `sources`.
    Sources,
    /// The section `codes`.
    Codes,
    /// The section `styles`.
    Styles,
    /// The section `define`.
    Definitions,
    /// A word for how scenes follow one another, or a map of it.
    Transition,
    /// A list of figures.
    Figures,
    /// A list of scenes.
    Scenes,
    /// The section `cast`.
    Cast,
    /// A list of steps.
    Steps,
    /// Whatever the verb asks for.
    Anything,
}

/// A cell of a table: words, or nothing.
fn cell_of(reader: &mut Reader<'_>, cell: &Node) -> Option<Template> {
    match &cell.value {
        Value::Null => Some(Template::plain("", &cell.span)),
        _ if cell.text().is_some_and(|text| text.trim().is_empty()) => Some(Template::plain("", &cell.span)),
        _ => reader.template(cell),
    }
}

impl Takes {
    /// Any number, or an expression.
    pub const ANY_NUMBER: Self = Self::Number(f64::NEG_INFINITY, f64::INFINITY);
}

/// Is a field needed, and what holds if it is not given?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// It must be there.
    Required,
    /// It may be left out; the summary says what that means.
    Optional,
    /// This value holds, written as in a script.
    Default(&'static str),
}

/// A row of a table of fields.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FieldSpec {
    /// The key.
    pub name: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// Whether it is needed.
    pub need: Need,
    /// One line, with the unit.
    pub summary: &'static str,
}

impl FieldSpec {
    /// A field that must be there.
    pub const fn required(name: &'static str, takes: Takes, summary: &'static str) -> Self {
        Self { name, takes, need: Need::Required, summary }
    }

    /// A field without a value of its own.
    pub const fn optional(name: &'static str, takes: Takes, summary: &'static str) -> Self {
        Self { name, takes, need: Need::Optional, summary }
    }

    /// A field with the value that holds if it is not given.
    pub const fn new(name: &'static str, takes: Takes, default: &'static str, summary: &'static str) -> Self {
        Self { name, takes, need: Need::Default(default), summary }
    }
}

/// Reads the fields of a map by their tables. What is wrong is reported and read as its default.
pub struct TableFields<'a> {
    fields: Fields<'a>,
    tables: &'a [&'a [FieldSpec]],
}

impl<'a> TableFields<'a> {
    /// Fields of a map; anything else is the value of `main`.
    pub fn new(
        node: &'a Node,
        main: Option<&'a str>,
        tables: &'a [&'a [FieldSpec]],
        slots: &'a mut Slots,
        diags: &'a mut Diagnostics,
    ) -> Self {
        Self { fields: Fields::new(node, main, slots, diags), tables }
    }

    /// Reports missing keys at this span.
    #[must_use]
    pub fn at(self, span: &Span) -> Self {
        Self { fields: self.fields.at(span), ..self }
    }

    fn row(&mut self, key: &'static str) -> Option<FieldSpec> {
        let row = self.tables.iter().copied().flatten().find(|row| row.name == key).copied();
        if row.is_none() {
            self.fields.report(Diagnostic::bug("unlisted-field", format!("the field `{key}` is in no table")));
        }
        row
    }

    fn misread(&mut self, key: &'static str) {
        self.fields.report(Diagnostic::bug("unlisted-field", format!("the field `{key}` is listed as something else")));
    }

    /// A value by a reader; if it is missing or wrong, that of its default.
    fn read<T>(&mut self, row: FieldSpec, read: impl Fn(&mut Reader<'_>, &Node) -> Option<T>) -> Option<T> {
        if row.need == Need::Required && !self.fields.required(row.name) {
            return None;
        }
        if let Some(node) = self.fields.node(row.name)
            && let Some(value) = read(self.fields.reader(), node)
        {
            return Some(value);
        }
        let Need::Default(text) = row.need else { return None };
        let node = super::yaml::parse(&Source::new("", text), &mut Diagnostics::new())?;
        let mut diags = Diagnostics::new();
        read(&mut Reader { slots: self.fields.reader().slots, diags: &mut diags }, &node)
    }

    /// A number or an expression, if there is one.
    pub fn number(&mut self, key: &'static str) -> Option<Num> {
        let row = self.row(key)?;
        let Takes::Number(least, most) = row.takes else {
            self.misread(key);
            return None;
        };
        self.read(row, |reader, node| reader.number(node, &(least..=most)))
    }

    /// A number or an expression that has a default.
    pub fn number_or_default(&mut self, key: &'static str) -> Num {
        self.number(key).unwrap_or(Num::Fixed(0.0))
    }

    /// A number that no expression stands for, if there is one.
    pub fn fixed(&mut self, key: &'static str) -> Option<f64> {
        let row = self.row(key)?;
        let Takes::Fixed(least, most) = row.takes else {
            self.misread(key);
            return None;
        };
        self.read(row, |reader, node| reader.fixed(node, &(least..=most)))
    }

    /// A fixed number that has a default.
    pub fn fixed_or_default(&mut self, key: &'static str) -> f64 {
        self.fixed(key).unwrap_or_default()
    }

    /// A whole number, if there is one.
    pub fn whole(&mut self, key: &'static str) -> Option<usize> {
        let row = self.row(key)?;
        let Takes::Whole(least, most) = row.takes else {
            self.misread(key);
            return None;
        };
        let number = self.read(row, |reader, node| reader.integer(node, &(least..=most)))?;
        usize::try_from(number).ok()
    }

    /// `true` or `false`; `false` without a default.
    pub fn flag(&mut self, key: &'static str) -> bool {
        let Some(row) = self.row(key) else { return false };
        if row.takes != Takes::Flag {
            self.misread(key);
        }
        self.read(row, |reader, node| reader.flag(node)).unwrap_or(false)
    }

    /// One of the words of the table, if one is given or there is a default.
    pub fn word(&mut self, key: &'static str) -> Option<&'static str> {
        let row = self.row(key)?;
        let Takes::Word(words) = row.takes else {
            self.misread(key);
            return None;
        };
        self.read(row, |reader, node| reader.word(node, words))
    }

    /// Text as it is written, with its place.
    pub fn text(&mut self, key: &'static str) -> Option<(String, Span)> {
        let row = self.row(key)?;
        if row.takes != Takes::Text {
            self.misread(key);
        }
        self.read(row, |reader, node| reader.text(node))
    }

    /// Text with expressions.
    pub fn template(&mut self, key: &'static str) -> Option<Template> {
        let row = self.row(key)?;
        if row.takes != Takes::Template {
            self.misread(key);
        }
        // A component that passes on words which it was not given says nothing, where nothing need be said.
        let silent = |node: &Node| row.need == Need::Optional && node.text() == Some("");
        self.read(row, |reader, node| if silent(node) { None } else { reader.template(node) })
    }

    /// A point.
    pub fn point(&mut self, key: &'static str) -> Option<[Num; 2]> {
        let row = self.row(key)?;
        if row.takes != Takes::Point {
            self.misread(key);
        }
        self.read(row, |reader, node| reader.point(node))
    }

    /// A place that may belong to an actor.
    pub fn spot(&mut self, key: &'static str) -> Option<Spot> {
        let row = self.row(key)?;
        if row.takes != Takes::Spot {
            self.misread(key);
        }
        self.read(row, |reader, node| reader.spot(node))
    }

    /// Places in a list.
    pub fn spots(&mut self, key: &'static str) -> Option<Vec<Spot>> {
        let row = self.row(key)?;
        if row.takes != Takes::Spots {
            self.misread(key);
        }
        if row.need == Need::Required && !self.fields.required(key) {
            return None;
        }
        let nodes = self.fields.list(key)?;
        Some(nodes.iter().filter_map(|node| self.fields.reader().spot(node)).collect())
    }

    /// Rows of cells of text.
    pub fn cells(&mut self, key: &'static str) -> Option<Vec<Vec<Template>>> {
        let row = self.row(key)?;
        if row.takes != Takes::Cells {
            self.misread(key);
        }
        if row.need == Need::Required && !self.fields.required(key) {
            return None;
        }
        let rows = self.fields.list(key)?;
        let mut all = Vec::new();
        for row in rows.iter().take(limits::COUNT) {
            let cells = match &row.value {
                Value::List(cells) => cells.as_slice(),
                _ => {
                    self.fields.reader().expected("a row: a list of cells", row);
                    continue;
                }
            };
            let reader = self.fields.reader();
            all.push(cells.iter().take(limits::COUNT).filter_map(|cell| cell_of(reader, cell)).collect());
        }
        Some(all)
    }

    /// Numbers in a list.
    pub fn numbers(&mut self, key: &'static str) -> Option<Vec<Num>> {
        let row = self.row(key)?;
        if !matches!(row.takes, Takes::Numbers(_)) {
            self.misread(key);
        }
        self.fields.numbers(key, -1e9..=1e9)
    }

    /// A colour, if one is given or there is a default.
    pub fn ink(&mut self, key: &'static str) -> Option<Ink> {
        let row = self.row(key)?;
        if row.takes != Takes::Color {
            self.misread(key);
        }
        self.read(row, |reader, node| reader.ink(node))
    }

    /// A source.
    pub fn distribution(&mut self, key: &'static str) -> Option<Slot> {
        let row = self.row(key)?;
        if row.takes != Takes::Source {
            self.misread(key);
        }
        self.read(row, |reader, node| reader.expression(node, crate::expression::Kind::Distribution))
    }

    /// A code.
    pub fn code(&mut self, key: &'static str) -> Option<Slot> {
        let row = self.row(key)?;
        if row.takes != Takes::Code {
            self.misread(key);
        }
        self.read(row, |reader, node| reader.expression(node, crate::expression::Kind::Code))
    }

    /// A list, such as a column of data.
    pub fn list(&mut self, key: &'static str) -> Option<Slot> {
        let row = self.row(key)?;
        if row.takes != Takes::List {
            self.misread(key);
        }
        self.read(row, |reader, node| reader.expression(node, crate::expression::Kind::List))
    }

    /// A list of words as they stand, or an expression that gives one.
    pub fn word_list(&mut self, key: &'static str) -> Option<Slot> {
        let row = self.row(key)?;
        if row.takes != Takes::WordList {
            self.misread(key);
        }
        self.read(row, |reader, node| reader.word_list(node))
    }

    /// A function of one variable.
    pub fn function(&mut self, key: &'static str) -> Option<Slot> {
        let row = self.row(key)?;
        if row.takes != Takes::Function {
            self.misread(key);
        }
        self.read(row, |reader, node| reader.function(node))
    }

    /// A function of two variables.
    pub fn function2(&mut self, key: &'static str) -> Option<Slot> {
        let row = self.row(key)?;
        if row.takes != Takes::Function2 {
            self.misread(key);
        }
        self.read(row, |reader, node| reader.function2(node))
    }

    /// The entries of a map with keys of the writer's choice; none if it is not given.
    pub fn entries(&mut self, key: &'static str) -> &'a [(Key, Node)] {
        let Some(row) = self.row(key) else { return &[] };
        if !matches!(
            row.takes,
            Takes::Functions | Takes::Functions2 | Takes::NumberMap | Takes::ListMap | Takes::ColorMap
        ) {
            self.misread(key);
        }
        if row.need == Need::Required && !self.fields.required(key) {
            return &[];
        }
        self.fields.entries(key).unwrap_or_default()
    }

    /// The reader for single nodes, such as the entries of a map.
    pub fn reader(&mut self) -> &mut Reader<'a> {
        self.fields.reader()
    }

    /// Where a key is written; the whole if it is not.
    pub fn key_span(&self, key: &str) -> Span {
        self.fields.key_span(key)
    }

    /// The whole map.
    pub fn span(&self) -> &Span {
        self.fields.span()
    }

    /// Reports a mistake that only the reader of these fields can see.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.fields.report(diagnostic);
    }

    /// The expressions read since these fields were opened.
    pub fn slots_used(&self) -> Vec<Slot> {
        self.fields.slots_used()
    }

    /// Reports keys that nobody asked for and, if everything was `read` that there is to read, rows that nobody asked for.
    pub fn finish(mut self, read: bool) {
        for row in self.tables.iter().copied().flatten() {
            if read && !self.fields.asked_for(row.name) {
                let message = format!("nothing reads the field `{}`", row.name);
                self.fields.report(Diagnostic::bug("unlisted-field", message));
            }
        }
        self.fields.finish_with(beside);
    }
}

/// A key that belongs beside the visual is not one of its fields.
fn beside(key: &str) -> Option<String> {
    let known = PLACEMENT_KEYS.contains(&key) || MAKING.iter().any(|row| row.name == key);
    known
        .then(|| format!("`{key}` stands beside the visual, not among its fields: `{{ text: {{ ... }}, {key}: ... }}`"))
}
