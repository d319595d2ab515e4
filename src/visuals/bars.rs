//! `bars`: a bar chart whose values follow their expressions: an axis, bars, values on top; several series side by side or
//! on top of each other.

mod scale;

use self::scale::Scale;
use super::lettering::{Hang, LABEL_SIZE_FIELD, fitted, label, put};
use super::shapes::gap;
use super::{Drawing, Now, Plane, Reading, Visual, VisualSpec};
use crate::color::{Ink, Rgba, Role};
use crate::diag::Diagnostic;
use crate::draw::{Grow, Item, Paint, Part, Stroke};
use crate::expression::Kind;
use crate::geom::{Affine, Point, Rect, Shape as _, polyline};
use crate::limits;
use crate::script::{FieldSpec, Num, Slot, TableFields, Takes};
use crate::typeset::{Format, format};

/// The registry's entry.
pub static SPEC: VisualSpec = VisualSpec {
    name: "bars",
    summary: "bars that follow values, over an axis; series stand side by side, or on top of each other",
    main: Some("values"),
    example: "bars: { series: { fixed: [2, 2, 3], clever: [1.75, 1.5, 2.4] }, names: [moves, coins, dice], most: 3, step: 1, limit: 2.5, width: 5, format: '.1' }",
    fields: &[&[
        FieldSpec::optional("values", Takes::NumberMap, "the bars, by name"),
        FieldSpec::optional("heights", Takes::List, "in place of `values`: a list, or a column of data"),
        FieldSpec::optional("series", Takes::ListMap, "in place of both: several lists by name, with a legend"),
        FieldSpec::optional(
            "names",
            Takes::WordList,
            "names under bars of lists; if not given, they are numbered from 1",
        ),
        FieldSpec::new("stacked", Takes::Flag, "false", "series on top of each other, in place of side by side"),
        FieldSpec::optional("colors", Takes::ColorMap, "colours of bars or series, by name"),
        FieldSpec::new("width", Takes::Fixed(0.2, 100.0), "4", "width of all bars in stage units"),
        FieldSpec::new("height", Takes::Fixed(0.2, 100.0), "4", "height of the axis in stage units"),
        FieldSpec::new(
            "gap",
            Takes::Fixed(0.0, 0.95),
            "0.36",
            "share of a bar's room that stays free; 0 for a histogram",
        ),
        FieldSpec::new("most", Takes::Number(1e-9, 1e12), "1", "the value at the top of the axis"),
        FieldSpec::new("least", Takes::Number(-1e12, 1e12), "0", "the value at its foot, below 0 or (if `log`) above"),
        FieldSpec::new("log", Takes::Flag, "false", "the axis goes by powers of ten"),
        FieldSpec::optional("step", Takes::Fixed(1e-9, 1e12), "distance of ticks; if not given, there are none"),
        FieldSpec::optional("limit", Takes::Number(f64::NEG_INFINITY, f64::INFINITY), "a dashed line at this value"),
        FieldSpec::new("format", Takes::Text, ".2", "how figures are written"),
        FieldSpec::new("figures", Takes::Flag, "true", "a figure over each bar"),
        LABEL_SIZE_FIELD,
    ]],
    parts: &[
        ("*", "a bar with its name and figure, or those of all series"),
        ("*.bar", "the bar"),
        ("*.*", "the bar of a series, by name; its figure is in it"),
        ("*.name", "its name"),
        ("*.value", "its figure"),
        ("axis", "the axis"),
        ("limit", "the line at the limit"),
        ("legend.*", "the name of a series with its colour"),
    ],
    values: &[],
    actions: &[],
    read,
};

/// Where the numbers come from.
enum Given {
    /// Bars by name.
    Values(Vec<(String, Num)>),
    /// A list.
    Heights(Slot),
    /// Lists by name.
    Series(Vec<(String, Slot)>),
}

struct Bars {
    given: Given,
    names: Option<Slot>,
    stacked: bool,
    inks: Vec<(String, Ink)>,
    width: f64,
    height: f64,
    gap: f64,
    most: Num,
    least: Num,
    log: bool,
    step: Option<f64>,
    format: Format,
    size: f64,
    figures: bool,
    limit: Option<Num>,
}

fn read(fields: &mut TableFields<'_>, _: &Reading<'_>) -> Option<Box<dyn Visual>> {
    let mut values = Vec::new();
    for (key, node) in fields.entries("values").iter().take(limits::COUNT) {
        values.extend(fields.reader().number(node, &(..)).map(|value| (key.text.clone(), value)));
    }
    let mut series = Vec::new();
    for (key, node) in fields.entries("series").iter().take(limits::COUNT) {
        series.extend(fields.reader().expression(node, Kind::List).map(|slot| (key.text.clone(), slot)));
    }
    let (heights, names) = (fields.list("heights"), fields.word_list("names"));
    let inks = inks(fields, values.iter().map(|(name, _)| name).chain(series.iter().map(|(name, _)| name)));
    let stacked = fields.flag("stacked");
    let (width, height) = (fields.fixed_or_default("width"), fields.fixed_or_default("height"));
    let gap = fields.fixed_or_default("gap");
    let (most, least) = (fields.number_or_default("most"), fields.number_or_default("least"));
    let log = fields.flag("log");
    let step = fields.fixed("step");
    let written = fields.text("format").and_then(|(text, _)| Format::parse(&text));
    let size = fields.fixed_or_default("size");
    let figures = fields.flag("figures");
    let limit = fields.number("limit");
    let format = written.unwrap_or_default();
    let given = match (values.is_empty(), heights, series.is_empty()) {
        (false, None, true) => Given::Values(values),
        (true, Some(heights), true) => Given::Heights(heights),
        (true, None, false) => Given::Series(series),
        _ => {
            let message = "bars need one of `values`, `heights` and `series`";
            let found = Diagnostic::error("missing-key", fields.span(), message);
            fields.report(found.hint("`values: { a: 1, b: 2 }`, or `heights: table.count` with `names: table.letter`"));
            return None;
        }
    };
    let bars =
        Bars { given, names, stacked, inks, width, height, gap, most, least, log, step, format, size, figures, limit };
    Some(Box::new(bars))
}

/// Colours by name; each name must be there.
fn inks<'n>(fields: &mut TableFields<'_>, known: impl Iterator<Item = &'n String>) -> Vec<(String, Ink)> {
    let known: Vec<&str> = known.map(String::as_str).collect();
    let mut inks = Vec::new();
    for (key, node) in fields.entries("colors") {
        let ink = fields.reader().ink(node);
        if known.contains(&key.text.as_str()) {
            inks.extend(ink.map(|ink| (key.text.clone(), ink)));
        } else {
            let found = Diagnostic::error("unknown-name", &key.span, format!("there is no bar `{}`", key.text));
            fields.report(found.suggest(&key.text, known.iter().copied()));
        }
    }
    inks
}

/// All bars over one name: of each series its name, value and colour.
struct Group {
    name: String,
    bars: Vec<(String, f64, Rgba)>,
}

impl Bars {
    fn color(&self, now: &Now<'_>, name: &str, usual: Role) -> Rgba {
        let given = self.inks.iter().find(|(known, _)| known == name).map(|(_, ink)| *ink);
        now.ink(given.unwrap_or(Ink::Role(usual)))
    }

    fn groups(&self, now: &Now<'_>) -> Vec<Group> {
        let names = self.names.map_or(Vec::new(), |names| now.words(names, &Format::default()));
        let name = |index: usize| names.get(index).cloned().unwrap_or_else(|| (index + 1).to_string());
        match &self.given {
            Given::Values(values) => {
                let group = |(index, (name, value)): (usize, &(String, Num))| {
                    let color = self.color(now, name, Role::symbol(index));
                    Group { name: name.clone(), bars: vec![("bar".to_owned(), now.number(value), color)] }
                };
                values.iter().enumerate().map(group).collect()
            }
            // Bars of data have one colour: they are one thing counted.
            Given::Heights(heights) => {
                let color = now.role(Role::Probability);
                let group = |(index, value)| Group { name: name(index), bars: vec![("bar".to_owned(), value, color)] };
                now.numbers(*heights).into_iter().take(limits::COUNT).enumerate().map(group).collect()
            }
            Given::Series(series) => {
                let lists: Vec<_> = series.iter().map(|(_, slot)| now.numbers(*slot)).collect();
                let count = lists.iter().map(Vec::len).max().unwrap_or(0).min(limits::COUNT);
                let bar = |index: usize| {
                    let one = |(number, (name, _)): (usize, &(String, Slot))| {
                        let value = lists.get(number)?.get(index).copied()?;
                        Some((name.clone(), value, self.color(now, name, Role::symbol(number))))
                    };
                    Group { name: name(index), bars: series.iter().enumerate().filter_map(one).collect() }
                };
                (0..count).map(bar).collect()
            }
        }
    }

    fn axis(&self, now: &Now<'_>, scale: &Scale) -> Part {
        let (left, right) = (-self.width / 2.0, self.width / 2.0);
        let mut part = Part::new("axis").aside();
        let ticks = scale.ticks(self.step);
        if !ticks.is_empty() {
            let mut lines = Part::new("ticks").growing(Grow::Fade);
            for value in ticks {
                let y = scale.y(value);
                let line = polyline([Point::new(left, y), Point::new(right, y)], false);
                let faint = Stroke::new(Paint::solid(now.role(Role::Faint)), 0.016);
                lines.items.push(Item::stroke(line, faint));
                let words = format(value, &self.format.of_axis());
                let set = now.label(&words, &label(self.size * 0.85, now.role(Role::Muted)));
                lines.parts.push(put("", &set, Point::new(left - self.size * 0.45, y), Hang::Right));
            }
            part.parts.push(lines);
        }
        let base = polyline([Point::new(left, scale.base()), Point::new(right, scale.base())], false);
        let stroke = Stroke::new(Paint::solid(now.role(Role::Muted)), 0.03);
        part.parts.push(Part::new("base").with(Item::stroke(base, stroke)).growing(Grow::Stroke));
        part
    }

    /// One bar so wide, from a value to another, and the figure of what it is worth, in its room.
    fn bar(
        &self,
        now: &Now<'_>,
        scale: &Scale,
        (middle, wide, room): (f64, f64, f64),
        (from, worth): (f64, f64),
        color: Rgba,
    ) -> [Part; 2] {
        let to = from + if worth.is_finite() { worth } else { 0.0 };
        let foot = if from == 0.0 { scale.base() } else { scale.y(from) };
        let (low, high) = if scale.y(to) < foot { (scale.y(to), foot) } else { (foot, scale.y(to)) };
        let half = wide / 2.0;
        let rect = Rect::new(middle - half, low, middle + half, high);
        let mut bar = Part::new("bar").growing(Grow::Vertical(foot));
        if high > low {
            bar.items.push(Item::fill(rect.to_path(1e-3), Paint::solid(color)));
        }
        if !scale.holds(to) && high - low > self.size {
            // A break near its end says that it goes on.
            let y = if to < from { low + self.size * 0.5 } else { high - self.size * 0.5 };
            bar.items.push(gap(now, Point::new(middle - half, y), Point::new(middle + half, y)));
        }
        let mut figure = Part::new("value");
        if self.figures && worth.is_finite() {
            let (at, color) = match (self.stacked, worth < 0.0) {
                (true, _) => ((low + high) / 2.0, now.role(Role::Ground)),
                (false, false) => (high + self.size * 0.62, color),
                (false, true) if high > low && low > self.size * 0.8 => (low - self.size * 0.62, color),
                // Below the foot of the axis there is no room.
                (false, true) => (foot + self.size * 0.62, color),
            };
            let set = now.label(&format(worth, &self.format), &label(self.size, color));
            let (wide, shown) = match self.stacked {
                // Inside its bar a figure needs height too.
                true => (half * 2.0 * 0.94, ((high - low) / self.size - 1.0).clamp(0.0, 0.25) * 4.0),
                false => (room * 0.98, 1.0),
            };
            figure = fitted("value", &set, Point::new(middle, at), wide, 0.5).faded(shown);
        }
        [bar, figure]
    }

    fn group(&self, now: &Now<'_>, scale: &Scale, group: &Group, index: usize, (slot, every): (f64, usize)) -> Part {
        let middle = -self.width / 2.0 + slot * (index as f64 + 0.5);
        let mut part = Part::new(group.name.clone());
        if let [(_, value, _)] = group.bars.as_slice() {
            part = part.with_attribute("value", *value);
        }
        let (single, bars) = (!matches!(self.given, Given::Series(_)), group.bars.len());
        let mut below = 0.0;
        for (number, (name, value, color)) in group.bars.iter().enumerate() {
            let drawn = if self.stacked || single {
                let wide = slot * (1.0 - self.gap);
                let drawn = self.bar(now, scale, (middle, wide, slot), (below, *value), *color);
                below += if self.stacked && value.is_finite() { value.max(0.0) } else { 0.0 };
                drawn
            } else {
                // Neighbours of one group touch; between groups there is room.
                let room = slot * (1.0 - self.gap) / bars as f64;
                let at = middle + room * (number as f64 - (bars as f64 - 1.0) / 2.0);
                self.bar(now, scale, (at, room, room), (0.0, *value), *color)
            };
            match single {
                true => part.parts.extend(drawn),
                false => {
                    let own = Part::new(name.clone()).with_attribute("value", *value);
                    part.parts.push(drawn.into_iter().fold(own, Part::with_part));
                }
            }
        }
        let set = now.label(&group.name, &label(self.size, now.role(Role::Ink)));
        let room = if index.is_multiple_of(every) { slot * every as f64 * 0.94 } else { 0.0 };
        part.parts.push(fitted("name", &set, Point::new(middle, -self.size * 0.8), room, 0.35));
        part
    }

    /// Names of the series with their colours, in a row over the chart.
    fn legend(&self, now: &Now<'_>) -> Part {
        let mut part = Part::new("legend").aside().growing(Grow::Fade);
        let Given::Series(series) = &self.given else { return part };
        let (y, edge) = (self.height + self.size * 1.9, self.size * 0.6);
        let sets: Vec<_> =
            series.iter().map(|(name, _)| now.label(name, &label(self.size, now.role(Role::Ink)))).collect();
        let wide = |width: f64| edge + self.size * 0.3 + width;
        let total =
            sets.iter().map(|set| wide(set.layout.width())).sum::<f64>() + self.size * (sets.len().max(1) as f64 - 1.0);
        let mut x = -total / 2.0;
        for (index, ((name, _), set)) in series.iter().zip(&sets).enumerate() {
            let square = Rect::new(x, y - edge / 2.0, x + edge, y + edge / 2.0);
            let color = self.color(now, name, Role::symbol(index));
            let entry = Part::new(name.clone()).with(Item::fill(square.to_path(1e-3), Paint::solid(color)));
            part.parts.push(entry.with_part(put("name", set, Point::new(x + edge + self.size * 0.3, y), Hang::Left)));
            x += wide(set.layout.width()) + self.size;
        }
        part
    }
}

impl Visual for Bars {
    fn draw(&self, now: &Now<'_>) -> Drawing {
        let scale = Scale::new(self.height, now.number(&self.least), now.number(&self.most), self.log);
        let mut part = Part::new("bars").with_part(self.axis(now, &scale));
        let groups = self.groups(now);
        let slot = self.width / groups.len().max(1) as f64;
        let name = |group: &Group| now.label(&group.name, &label(self.size, now.role(Role::Ink))).layout.width();
        // Numbers that are too many are thinned out; names shrink.
        let widest = groups.iter().map(name).fold(0.0, f64::max);
        let numbered = self.names.is_none() && !matches!(self.given, Given::Values(_));
        let every = if !numbered { 1 } else { (libm::ceil(widest * 0.8 / (slot * 0.94)) as usize).max(1) };
        for (index, group) in groups.iter().enumerate() {
            part.parts.push(self.group(now, &scale, group, index, (slot, every)));
        }
        if let Some(limit) = self.limit.as_ref().map(|limit| now.number(limit)).filter(|limit| scale.holds(*limit)) {
            let y = scale.y(limit);
            let line = polyline([Point::new(-self.width / 2.0, y), Point::new(self.width / 2.0, y)], false);
            let stroke = Stroke::new(Paint::solid(now.role(Role::Accent)), 0.035).dashed(0.14, 0.12);
            part.parts.push(Part::new("limit").aside().with(Item::stroke(line, stroke)).growing(Grow::Stroke));
        }
        let legend = self.legend(now);
        let over = if legend.parts.is_empty() { 1.2 } else { 2.5 };
        part.parts.push(legend);
        let ticks = scale.ticks(self.step);
        let figure = |value: &f64| {
            let words = format(*value, &self.format.of_axis());
            now.label(&words, &label(self.size * 0.85, now.role(Role::Muted))).layout.width() + self.size * 0.5
        };
        let usual = if ticks.is_empty() { 0.0 } else { self.size * 1.5 };
        let margin = ticks.iter().map(figure).fold(usual, f64::max);
        let layout =
            Rect::new(-self.width / 2.0 - margin, -self.size * 1.5, self.width / 2.0, self.height + self.size * over);
        let ([low, up], across) = (scale.line(), Affine::new([self.width, 0.0, 0.0, 1.0, -self.width / 2.0, 0.0]));
        let map = across * Affine::new([1.0, 0.0, 0.0, up, 0.0, low]);
        Drawing { plane: Some(Plane { map, log: [false, self.log] }), ..Drawing::within(layout, part) }
    }
}
