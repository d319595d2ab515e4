//! `interval_nest`: arithmetic coding as levels of strips. The segment of each symbol becomes the next strip; zooming in, the
//! chosen segment fills the width. Levels go by shares of their parents, so they are as exact at depth 40 as at depth 1.

use std::sync::Arc;

use super::lettering::{Hang, LABEL_SIZE_FIELD, fitted, label, mono, put};
use super::{Drawing, Now, Reading, Visual, VisualSpec};
use crate::color::Role;
use crate::draw::{Grow, Item, Paint, Part, Stroke};
use crate::expression::{Value, message_of};
use crate::geom::{Affine, Point, Rect, Shape as _, polyline};
use crate::info::{Distribution, Interval, Segments, intervals};
use crate::script::{FieldSpec, Num, Slot, TableFields, Takes, Template};

/// The registry's entry.
pub static SPEC: VisualSpec = VisualSpec {
    name: "interval_nest",
    summary: "arithmetic coding: each symbol's segment is cut again, and zoomed into",
    main: None,
    example: "interval_nest: { source: moves, message: up down up, depth: 3 }",
    fields: &[&[
        FieldSpec::required("source", Takes::Source, "the distribution of every symbol"),
        FieldSpec::required("message", Takes::Template, "the message: its characters or words are symbols"),
        FieldSpec::new(
            "depth",
            Takes::Number(0.0, 4096.0),
            "0",
            "levels below the first strip; a fraction is one that opens",
        ),
        FieldSpec::new(
            "zoom",
            Takes::Number(0.0, 4096.0),
            "0",
            "the level that fills the width; a fraction is on its way",
        ),
        FieldSpec::new("width", Takes::Fixed(0.5, 100.0), "12", "width in stage units"),
        FieldSpec::new("strip", Takes::Fixed(0.05, 10.0), "0.6", "height of a strip in stage units"),
        FieldSpec::new("gap", Takes::Fixed(0.0, 10.0), "0.45", "space between strips"),
        FieldSpec::new("levels", Takes::Whole(1, 12), "4", "strips below each other; those above move out"),
        FieldSpec::new("bits", Takes::Flag, "true", "the bits that are settled"),
        FieldSpec::new("ruler", Takes::Flag, "true", "the ends of the interval, with as many decimals as they need"),
        LABEL_SIZE_FIELD,
    ]],
    parts: &[
        ("level*", "a strip, by level"),
        ("level*.*", "a segment, by symbol"),
        ("link*", "the lines from a segment to the strip that it becomes"),
        ("bits", "the bits that are settled"),
        ("low", "the left end of the interval"),
        ("high", "the right end of the interval"),
    ],
    values: &[
        ("low", "the left end of the interval"),
        ("width", "width of the interval: the probability of what has been read"),
        ("information", "-log2 of that, in bits"),
        ("settled", "bits that are settled"),
    ],
    actions: &[],
    read,
};

struct Nest {
    source: Slot,
    message: Template,
    depth: Num,
    zoom: Num,
    width: f64,
    strip: f64,
    gap: f64,
    levels: usize,
    bits: bool,
    ruler: bool,
    size: f64,
}

fn read(fields: &mut TableFields<'_>, _: &Reading<'_>) -> Option<Box<dyn Visual>> {
    let source = fields.distribution("source");
    let message = fields.template("message");
    let (depth, zoom) = (fields.number_or_default("depth"), fields.number_or_default("zoom"));
    let (width, strip) = (fields.fixed_or_default("width"), fields.fixed_or_default("strip"));
    let gap = fields.fixed_or_default("gap");
    let levels = fields.whole("levels").unwrap_or(4);
    let (bits, ruler) = (fields.flag("bits"), fields.flag("ruler"));
    let size = fields.fixed_or_default("size");
    Some(Box::new(Nest {
        source: source?,
        message: message?,
        depth,
        zoom,
        width,
        strip,
        gap,
        levels,
        bits,
        ruler,
        size,
    }))
}

/// How far a number is let go, so that strips far outside the picture are still finite.
const FAR: f64 = 1e6;

/// What is seen of the line: left end and width, as shares of a level.
#[derive(Clone, Copy)]
struct Window {
    left: f64,
    width: f64,
}

impl Window {
    /// The same window as seen from the segment of a strip.
    fn inside(self, [low, width]: [f64; 2]) -> Self {
        Self { left: (self.left - low) / width, width: self.width / width }
    }

    /// The same window as seen from the strip that a segment is cut from.
    fn outside(self, [low, width]: [f64; 2]) -> Self {
        Self { left: low + self.left * width, width: self.width * width }
    }
}

impl Nest {
    fn x(&self, share: f64, window: Window) -> f64 {
        (((share - window.left) / window.width - 0.5) * self.width).clamp(-FAR, FAR)
    }

    /// The window that a zoom shows, as shares of the level that it has reached at least.
    fn window(zoom: f64, way: &[[f64; 2]]) -> (usize, Window) {
        let level = (libm::floor(zoom) as usize).min(way.len());
        let share = (zoom - level as f64).clamp(0.0, 1.0);
        let whole = Window { left: 0.0, width: 1.0 };
        let Some([low, width]) = way.get(level).copied().filter(|_| share > 0.0) else { return (level, whole) };
        // An even pace of enlargement, with the segment's place in the window moving along.
        let wide = libm::pow(width, share);
        let at = if width < 1.0 { (1.0 - wide) / (1.0 - width) } else { share };
        (level, Window { left: low * at, width: wide })
    }

    fn level(
        &self,
        now: &Now<'_>,
        (level, source, shares): (usize, &Distribution, &[[f64; 2]]),
        window: Window,
        (top, chosen): (f64, Option<usize>),
    ) -> Part {
        let mut part = Part::new(format!("level{level}")).growing(Grow::Horizontal(-self.width / 2.0));
        let half = self.width / 2.0;
        for (index, [low, width]) in shares.iter().enumerate() {
            let ends = [self.x(*low, window).max(-half), self.x(low + width, window).min(half)];
            if ends[1] - ends[0] < 1e-4 {
                continue;
            }
            let name = source.names().get(index).cloned().unwrap_or_default();
            let seam = ((ends[1] - ends[0]) * 0.1).min(0.012);
            let rect = Rect::new(ends[0] + seam, top - self.strip, ends[1] - seam, top);
            let color = now.role(Role::symbol(index));
            let taken = chosen.is_none_or(|chosen| chosen == index);
            let (shown, ink) = if taken { (0.95, Role::Ground) } else { (0.36, Role::Ink) };
            let fill = Paint::solid(color.faded(shown));
            let mut segment = Part::new(name.clone()).with(Item::fill(rect.to_path(1e-3), fill));
            let set = now.label(&name, &label(self.size, now.role(ink)));
            segment.parts.push(fitted("name", &set, rect.center(), rect.width() * 0.9, 0.55));
            part.parts.push(segment.with_attribute("p", *width).with_attribute("symbol", name.as_str()));
        }
        part
    }
}

impl Visual for Nest {
    fn draw(&self, now: &Now<'_>) -> Drawing {
        let mut part = Part::new("interval_nest");
        let Some(source) = now.distribution(self.source) else { return Drawing::of(part) };
        let message = message_of(&source, &Value::Text(now.text(&self.message))).unwrap_or_default();
        let segments = Arc::new(Segments::of(&source));
        let shares: Vec<[f64; 2]> = (0..source.len()).filter_map(|symbol| segments.shares(symbol)).collect();
        let way: Vec<[f64; 2]> = message
            .iter()
            .filter_map(|symbol| shares.get(*symbol).copied().filter(|[_, width]| *width > 0.0))
            .collect();
        let clean = |value: f64| if value.is_finite() { value.clamp(0.0, way.len() as f64) } else { 0.0 };
        let (depth, zoom) = (clean(now.number(&self.depth)), clean(now.number(&self.zoom)));
        let (base, window) = Self::window(zoom, &way);
        let step = self.strip + self.gap;
        let opened = libm::ceil(depth) as usize;
        // Levels above the window go up and out, evenly with the zoom.
        let scrolled = (zoom.max(depth - self.levels as f64 + 1.0)).min(depth).max(0.0);
        let first = (libm::floor(scrolled) as usize).saturating_sub(1);
        for level in first..=opened.min(way.len()) {
            let top = -step * (level as f64 - scrolled);
            let mut seen = window;
            for segment in way.get(base..level).unwrap_or_default() {
                seen = seen.inside(*segment);
            }
            for segment in way.get(level..base).unwrap_or_default().iter().rev() {
                seen = seen.outside(*segment);
            }
            let open = (depth - level as f64 + 1.0).clamp(0.0, 1.0);
            let leaving = (level as f64 - scrolled + 1.0).clamp(0.0, 1.0);
            let chosen = message.get(level).copied().filter(|_| depth > level as f64);
            let strip = self.level(now, (level, &source, &shares), seen, (top, chosen));
            if level > 0 {
                let ends = [self.x(0.0, seen), self.x(1.0, seen)].map(|x| x.clamp(-self.width / 2.0, self.width / 2.0));
                let mut link = Part::new(format!("link{level}")).growing(Grow::Stroke);
                for x in ends {
                    let path = polyline([Point::new(x, top + self.gap), Point::new(x, top)], false);
                    let stroke = Stroke::new(Paint::solid(now.role(Role::Muted)), 0.022).dashed(0.07, 0.06);
                    link.items.push(Item::stroke(path, stroke));
                }
                part.parts.push(link.faded(open * leaving));
            }
            part.parts.push(strip.faded(open * leaving));
        }
        let read = message.get(..libm::floor(depth + 1e-9) as usize).unwrap_or_default();
        let all = intervals(|_| Arc::clone(&segments), read).unwrap_or_default();
        let interval = all.into_iter().last().unwrap_or_else(Interval::whole);
        let foot = -step * (self.levels as f64 - 1.0) - self.strip;
        let settled = interval.settled();
        if self.ruler {
            // Enough decimals to tell the two ends apart.
            let decimals = (libm::ceil(interval.bits() * std::f64::consts::LOG10_2) as usize + 2).min(60);
            let style = mono(self.size * 0.8, now.role(Role::Muted));
            let high = interval.high_decimals(decimals);
            for (name, text, side, hang) in
                [("low", interval.decimals(decimals), -1.0, Hang::Left), ("high", high, 1.0, Hang::Right)]
            {
                let at = Point::new(side * self.width / 2.0, foot - self.size * 0.8);
                part.parts.push(put(name, &now.label(&text, &style), at, hang));
            }
        }
        if self.bits {
            let text: String = settled.iter().map(|bit| if *bit { '1' } else { '0' }).collect();
            let tail = if text.len() > 60 { "…" } else { "" };
            let shown = format!("{}{tail}", text.get(..60.min(text.len())).unwrap_or_default());
            let set = now.label(&shown, &mono(self.size * 1.2, now.role(Role::Information)));
            let at = Point::new(0.0, foot - self.size * if self.ruler { 2.3 } else { 1.2 });
            part.parts.push(put("bits", &set, at, Hang::Centre));
        }
        let lines = f64::from(u8::from(self.ruler)) * 1.5 + f64::from(u8::from(self.bits)) * 1.8;
        let layout = Rect::new(-self.width / 2.0, foot - self.size * lines, self.width / 2.0, 0.0);
        let low = num_traits::ToPrimitive::to_f64(interval.low()).unwrap_or(f64::NAN);
        let values = vec![
            ("low", low),
            ("width", libm::exp2(-interval.bits())),
            ("information", interval.bits()),
            ("settled", settled.len() as f64),
        ];
        let plane = Affine::new([self.width / window.width, 0.0, 0.0, 1.0, self.x(0.0, window), 0.0]);
        Drawing { values, plane: Some(plane.into()), ..Drawing::within(layout, part) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zoom_begins_with_the_whole_and_ends_with_the_segment() {
        let way = [[0.25, 0.5], [0.5, 0.1]];
        let close = |window: Window, left: f64, width: f64| {
            (window.left - left).abs() < 1e-12 && (window.width - width).abs() < 1e-12
        };
        let at = |zoom: f64| Nest::window(zoom, &way);
        assert!(at(0.0).0 == 0 && close(at(0.0).1, 0.0, 1.0));
        let (level, almost) = at(1.0 - 1e-12);
        assert!(level == 0 && (almost.left - 0.25).abs() < 1e-6 && (almost.width - 0.5).abs() < 1e-6);
        assert!(at(1.0).0 == 1 && close(at(1.0).1, 0.0, 1.0));
        assert!(at(2.0).0 == 2 && at(7.0).0 == 2);
        // In and out again.
        let window = Window { left: 0.3, width: 0.01 };
        let back = window.inside([0.25, 0.5]).outside([0.25, 0.5]);
        assert!(close(back, 0.3, 0.01));
    }
}
