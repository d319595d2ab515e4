//! `codeword_space`: all bit strings as layers of boxes, each box split in two above it. A code word takes its box, and with it
//! everything above; a layer of equal messages shows why nothing can be shortened for free.

mod messages;

use super::coins::items_of;
use super::lettering::{Hang, fitted, label, mono, put};
use super::{ActionSpec, ArgSpec, Drawing, Now, Reading, Visual, VisualSpec};
use crate::color::{Rgba, Role};
use crate::draw::{Grow, Item, Paint, Part, Stroke};
use crate::geom::{Affine, Point, Rect, Shape as _, lerp};
use crate::info::{Code, Word};
use crate::script::{FieldSpec, Slot, TableFields, Takes};
use messages::Messages;

/// The registry's entry.
pub static SPEC: VisualSpec = VisualSpec {
    name: "codeword_space",
    summary: "all bit strings in layers of boxes: code words take what is above them",
    main: Some("depth"),
    example: "codeword_space: { depth: 4, code: clever, width: 12 }",
    fields: &[&[
        FieldSpec::new("depth", Takes::Whole(1, 8), "4", "layers: the longest strings that are shown, in bits"),
        FieldSpec::new("width", Takes::Fixed(0.5, 100.0), "12", "width of a layer in stage units"),
        FieldSpec::new("layer", Takes::Fixed(0.05, 10.0), "0.9", "height of a layer in stage units"),
        FieldSpec::optional("code", Takes::Code, "the code whose words `allocate` places"),
        FieldSpec::new("messages", Takes::Whole(0, 128), "0", "so many equal messages stand on their layer"),
        FieldSpec::new("strings", Takes::Flag, "true", "bit strings in the boxes, where there is room"),
        FieldSpec::new("labels", Takes::Flag, "true", "the number of bits beside each layer"),
        FieldSpec::new("size", Takes::Fixed(0.05, 5.0), "0.38", "height of the em in stage units"),
    ]],
    parts: &[
        ("layer*", "a layer, by the length of its strings"),
        ("layer*.*", "a box, by its string; also `space[\"010\"]`"),
        ("layer*.label", "the number of bits beside it"),
        ("messages.*", "a message, by number"),
    ],
    values: &[
        ("kraft", "share of the space that the placed words take"),
        ("mean", "mean length of the messages, or of the code's words, in bits"),
    ],
    actions: &[
        ActionSpec {
            name: "allocate",
            summary: "the words of the code take their boxes one after another; what is above is lost",
            secs: 4.0,
            args: &[],
        },
        ActionSpec {
            name: "light",
            summary: "lights up a string and everything that begins with it; nothing given lights up all again",
            secs: 0.8,
            args: &[ArgSpec { name: "prefix", summary: "the string, as `10`" }],
        },
        ActionSpec {
            name: "shorten",
            summary: "one message gets a bit less: its neighbour must leave, and two messages get a bit more",
            secs: 3.0,
            args: &[],
        },
    ],
    read,
};

struct Space {
    depth: usize,
    width: f64,
    layer: f64,
    code: Option<Slot>,
    messages: usize,
    strings: bool,
    labels: bool,
    size: f64,
}

fn read(fields: &mut TableFields<'_>, _: &Reading<'_>) -> Option<Box<dyn Visual>> {
    let depth = fields.whole("depth").unwrap_or(4);
    let (width, layer) = (fields.fixed_or_default("width"), fields.fixed_or_default("layer"));
    let code = fields.code("code");
    let messages = fields.whole("messages").unwrap_or(0);
    let (strings, labels) = (fields.flag("strings"), fields.flag("labels"));
    let size = fields.fixed_or_default("size");
    Some(Box::new(Space { depth, width, layer, code, messages, strings, labels, size }))
}

/// What a box is to the words that have been placed, each from 0 to 1.
#[derive(Clone, Copy, Default, PartialEq)]
struct Standing {
    /// It is the box of a word.
    taken: f64,
    /// A word begins it: it is lost.
    lost: f64,
    /// It begins a word: it cannot be one.
    under: f64,
}

/// The colours of a box.
#[derive(Clone, Copy)]
struct Colors {
    fill: Rgba,
    rim: Rgba,
    ink: Rgba,
}

impl Standing {
    fn colors(self, now: &Now<'_>) -> Colors {
        let mix = |from: Rgba, to: Role, share: f64| from.lerp(now.role(to), share as f32);
        let lost = mix(now.role(Role::Panel), Role::Loss, 0.24 * self.lost);
        let rim = mix(now.role(Role::Faint), Role::Loss, 0.3 * self.lost);
        Colors {
            fill: mix(lost, Role::Probability, 0.85 * self.taken),
            rim: mix(rim, Role::Probability, self.taken),
            ink: mix(now.role(Role::Ink), Role::Ground, self.taken),
        }
    }
}

/// The prefix that was lit, the one that is, and how far the light has gone over from the one to the other; `None` lights all.
struct Light<'a> {
    from: Option<&'a str>,
    to: Option<&'a str>,
    share: f64,
}

/// How bright what is not lit is.
const UNLIT: f64 = 0.25;

impl<'a> Light<'a> {
    fn of(now: &'a Now<'_>) -> Option<Self> {
        let mut steps = now.actions.iter().rev().filter(|action| action.name == "light");
        let last = steps.next()?;
        let from = steps.next().and_then(|before| before.arg("prefix"));
        Some(Self { from, to: last.arg("prefix"), share: last.clock.whole() })
    }

    /// How bright the box of a string is.
    fn brightness(&self, text: &str) -> f64 {
        let under = |prefix: Option<&str>| match prefix {
            Some(prefix) if !text.starts_with(prefix) => UNLIT,
            _ => 1.0,
        };
        lerp(under(self.from), under(self.to), self.share)
    }

    /// How far a digit of a string is marked as one of the prefix.
    fn warmth(&self, text: &str, index: usize) -> f64 {
        let within = |prefix: Option<&str>| match prefix {
            Some(prefix) if index < prefix.len() && text.starts_with(prefix) => 1.0,
            _ => 0.0,
        };
        lerp(within(self.from), within(self.to), self.share)
    }
}

impl Space {
    /// The box of a string of `length` bits that is number `index` among them.
    fn rect(&self, length: usize, index: usize) -> Rect {
        let wide = self.width / (1u64 << length) as f64;
        let (left, foot) = (-self.width / 2.0 + wide * index as f64, self.layer * (length as f64 - 1.0));
        Rect::new(left, foot, left + wide, foot + self.layer)
    }

    /// How far each word of the code has been placed.
    fn placed(&self, now: &Now<'_>, code: &Code) -> Vec<f64> {
        let count = code.words().len();
        let placed = now.action("allocate");
        (0..count).map(|i| placed.map_or(0.0, |action| spread(&action.clock).part(i, count))).collect()
    }

    fn standing(word: &Word, code: Option<&(std::sync::Arc<Code>, Vec<f64>)>) -> (Standing, Option<usize>) {
        let (mut standing, mut symbol) = (Standing::default(), None);
        let Some((code, placed)) = code else { return (standing, symbol) };
        for (index, (own, share)) in code.words().iter().zip(placed).enumerate() {
            // What has not been placed has done nothing to its neighbours.
            if *share <= 0.0 && own.len() != word.len() {
                continue;
            }
            if own.bits() == word.bits() {
                standing.taken = standing.taken.max(*share);
                symbol = Some(index);
            } else if word.bits().starts_with(own.bits()) {
                standing.lost = standing.lost.max(*share);
            } else if own.bits().starts_with(word.bits()) {
                standing.under = standing.under.max(*share);
            }
        }
        (standing, symbol)
    }

    fn cell(
        &self,
        now: &Now<'_>,
        word: &Word,
        rect: Rect,
        (standing, colors, symbol): (Standing, Colors, Option<&str>),
        (light, digit): (Option<&Light<'_>>, f64),
    ) -> Part {
        let text = word.to_string();
        let seam = (rect.width() * 0.04).min(0.025);
        let inner = Rect::new(rect.x0 + seam, rect.y0 + 0.025, rect.x1 - seam, rect.y1 - 0.025);
        let lit = light.map_or(1.0, |light| light.brightness(&text));
        let mut part = Part::new(text.clone()).growing(Grow::Vertical(rect.y0)).faded(lit);
        part.source = Some(text.clone());
        part = part.with_attribute("length", word.len() as f64).with_attribute("word", text.as_str());
        let frame = Stroke::new(Paint::solid(colors.rim), 0.02);
        part.items.push(Item::fill_stroke(inner.to_path(1e-3), Paint::solid(colors.fill), frame));
        // Nobody reads a string that is lost, or under a word.
        let clear = (1.0 - 0.75 * standing.lost) * (1.0 - 0.55 * standing.under);
        let symbol = symbol.filter(|_| standing.taken > 0.0);
        if self.strings {
            let lift = if symbol.is_some() { self.layer * 0.2 * standing.taken } else { 0.0 };
            let at = Point::new(rect.center().x, rect.center().y + lift);
            part.parts
                .extend(self.string(now, &text, (at, inner), (colors.ink, digit), light).map(|word| word.faded(clear)));
        }
        if let Some(symbol) = symbol {
            let drop = if self.strings { self.layer * 0.22 } else { 0.0 };
            let set = now.label(symbol, &label(self.size * 0.9, now.role(Role::Ground)));
            let at = Point::new(rect.center().x, rect.center().y - drop);
            part.parts.push(fitted("symbol", &set, at, inner.width() * 0.92, 0.5).faded(standing.taken));
        }
        part
    }

    /// A string across its box, or from top to bottom where the box is narrow; none where it would not be read. `digit` is the
    /// width of a digit at full size.
    fn string(
        &self,
        now: &Now<'_>,
        text: &str,
        (at, room): (Point, Rect),
        (ink, digit): (Rgba, f64),
        light: Option<&Light<'_>>,
    ) -> Option<Part> {
        let count = text.len() as f64;
        let size = self.size * (room.width() * 0.92 / (digit * count)).min(1.0);
        let (upright, size) = if size >= self.size * 0.6 {
            (false, size)
        } else {
            let tall = (room.height() * 0.9 / (self.size * 0.95 * count)).min(room.width() * 0.8 / digit).min(1.0);
            (true, self.size * tall)
        };
        if size < 0.16 {
            return None;
        }
        let mut part = Part::new("string").growing(Grow::Fade);
        let warm = |warmth: f64| ink.lerp(now.role(Role::Accent), warmth as f32);
        let digits = |color: Rgba| ["0", "1"].map(|digit| now.label(digit, &mono(size, color)));
        // Neighbours are mostly alike.
        let (mut warmth, mut set_in) = (0.0, digits(ink));
        for (index, bit) in text.chars().enumerate() {
            let wanted = light.map_or(0.0, |light| light.warmth(text, index));
            if wanted != warmth {
                (warmth, set_in) = (wanted, digits(warm(wanted)));
            }
            let [zero, one] = &set_in;
            let set = if bit == '0' { zero } else { one };
            let off = index as f64 - (count - 1.0) / 2.0;
            let (x, y) = if upright { (0.0, -off * size * 0.95) } else { (off * digit * size / self.size, 0.0) };
            // Only boxes answer to their strings: digits are drawn without their own.
            let centre = Affine::translate((at.x + x - set.layout.center().x, at.y + y - set.middle));
            part.parts.push(Part::new(index.to_string()).with_items(items_of(&set.part, centre, false)));
        }
        Some(part)
    }
}

/// A step over several things gives each of them its turn, if the script does not say how far apart.
fn spread(clock: &crate::timeline::Clock) -> crate::timeline::Clock {
    let lag_secs = if clock.lag_secs > 0.0 { clock.lag_secs } else { clock.secs * 0.2 };
    crate::timeline::Clock { lag_secs, ..*clock }
}

impl Visual for Space {
    fn draw(&self, now: &Now<'_>) -> Drawing {
        let code = self.code.and_then(|slot| now.code(slot)).map(|code| {
            let placed = self.placed(now, &code);
            (code, placed)
        });
        let light = Light::of(now);
        let mut part = Part::new("space");
        let digit = now.label("0", &mono(self.size, now.role(Role::Ink))).layout.width();
        // Neighbours mostly share a fate: their colours are mixed once.
        let mut last = (Standing::default(), Standing::default().colors(now));
        for length in 1..=self.depth {
            let mut layer = Part::new(format!("layer{length}")).growing(Grow::Parts);
            for index in 0..1usize << length {
                let word = Word::of_value(index as u128, length);
                let (standing, symbol) = Self::standing(&word, code.as_ref());
                let name = symbol.and_then(|i| code.as_ref()?.0.source().names().get(i)).map(String::as_str);
                let rect = self.rect(length, index);
                if standing != last.0 {
                    last = (standing, standing.colors(now));
                }
                layer.parts.push(self.cell(now, &word, rect, (standing, last.1, name), (light.as_ref(), digit)));
            }
            if self.labels {
                let words = if length == 1 { "1 bit".to_owned() } else { format!("{length} bits") };
                let set = now.label(&words, &label(self.size * 0.9, now.role(Role::Information)));
                let at = Point::new(-self.width / 2.0 - self.size * 0.5, self.layer * (length as f64 - 0.5));
                layer.parts.push(put("label", &set, at, Hang::Right));
            }
            part.parts.push(layer.with_attribute("length", length as f64));
        }
        let mut kraft = code.as_ref().map_or(0.0, |(code, placed)| {
            code.words().iter().zip(placed).map(|(word, share)| share * libm::exp2(-(word.len() as f64))).sum()
        });
        let mut mean = code.as_ref().map_or(0.0, |(code, _)| code.mean_length_own());
        if self.messages > 0 {
            let messages = Messages::new(self.messages, self.depth);
            part.parts.push(messages.part(now, self));
            (kraft, mean) = (messages.kraft(now), messages.mean(now));
        }
        let side = if self.labels { self.size * 3.2 } else { 0.0 };
        let layout = Rect::new(-self.width / 2.0 - side, 0.0, self.width / 2.0, self.layer * self.depth as f64);
        Drawing { values: vec![("kraft", kraft), ("mean", mean)], ..Drawing::within(layout, part) }
    }
}
