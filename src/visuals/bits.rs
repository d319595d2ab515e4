//! `bits`: a row of bits, given, drawn at random, or the code words of a message; zeros and ones in two tones.

use super::lettering::mono;
use super::{Drawing, Now, Reading, Visual, VisualSpec};
use crate::color::{Ink, Role};
use crate::diag::Diagnostic;
use crate::draw::{Grow, Part};
use crate::geom::{Affine, Rect};
use crate::info::flip;
use crate::limits;
use crate::script::{FieldSpec, Num, Slot, TableFields, Takes, Template};

/// The registry's entry.
pub static SPEC: VisualSpec = VisualSpec {
    name: "bits",
    summary: "a row of bits: given, random, or the code words of a message",
    main: Some("bits"),
    example: "bits: '0 10 110 111'",
    fields: &[&[
        FieldSpec::optional("bits", Takes::Template, "the bits themselves, with spaces between words"),
        FieldSpec::optional("random", Takes::Whole(1, limits::COUNT as i64), "so many bits by chance"),
        FieldSpec::new("p", Takes::Number(0.0, 1.0), "0.5", "chance of a 1 among random bits"),
        FieldSpec::new("seed", Takes::Whole(0, i64::MAX), "1", "seed of random bits"),
        FieldSpec::new("shuffle", Takes::ANY_NUMBER, "0", "other random bits for each whole number, as in `8 * time`"),
        FieldSpec::optional("message", Takes::Text, "symbols with spaces or commas between them, coded with `code`"),
        FieldSpec::optional("code", Takes::Code, "the code of the message"),
        FieldSpec::new("words", Takes::Flag, "true", "space between the words of a message"),
        FieldSpec::optional("wrap", Takes::Whole(1, limits::COUNT as i64), "bits in a row; if not given, all"),
        FieldSpec::new("size", Takes::Number(0.02, 20.0), "0.55", "height of the em in stage units"),
        FieldSpec::optional("color", Takes::Color, "colour of all bits; if not given, 0 and 1 have their own"),
    ]],
    parts: &[("*", "a bit, or a word of several, by position"), ("*.*", "a bit of a word, by position")],
    values: &[("count", "bits"), ("ones", "bits that are 1")],
    actions: &[],
    read,
};

enum Content {
    /// Zeros and ones; blanks part them into words.
    Given(Template),
    Random {
        count: usize,
        p: Num,
        seed: u64,
        shuffle: Num,
    },
    Message {
        code: Slot,
        symbols: Vec<String>,
    },
}

struct Bits {
    content: Content,
    size: Num,
    zero: Ink,
    one: Ink,
    wrap: usize,
    spread: bool,
}

fn read(fields: &mut TableFields<'_>, _: &Reading<'_>) -> Option<Box<dyn Visual>> {
    let given = fields.template("bits");
    let odd = given.as_ref().and_then(Template::fixed).and_then(|text| {
        text.chars().find(|c| !matches!(c, '0' | '1') && !c.is_whitespace() && *c != ',' && *c != '_')
    });
    if let Some(odd) = odd {
        let message = format!("bits are 0 and 1: `{odd}` is neither");
        let found = Diagnostic::error("bad-bits", &fields.key_span("bits"), message);
        fields.report(found.hint("words of several bits have spaces between them: `0 10 110`"));
    }
    let count = fields.whole("random");
    let p = fields.number_or_default("p");
    let seed = fields.whole("seed").unwrap_or_default() as u64;
    let shuffle = fields.number_or_default("shuffle");
    let code = fields.code("code");
    let message = fields.text("message");
    let size = fields.number_or_default("size");
    let ink = fields.ink("color");
    let wrap = fields.whole("wrap").unwrap_or(usize::MAX);
    let spread = fields.flag("words");
    let content = match (given, count, code, message) {
        (Some(given), None, None, None) => Content::Given(given),
        (None, Some(count), None, None) => Content::Random { count, p, seed, shuffle },
        (None, None, Some(code), Some((text, _))) => Content::Message {
            code,
            symbols: text.split([' ', ',']).filter(|s| !s.is_empty()).map(str::to_owned).collect(),
        },
        _ => {
            let mistake = Diagnostic::error(
                "missing-key",
                fields.span(),
                "bits need one of `bits`, `random`, or `message` with `code`",
            );
            fields.report(mistake);
            return None;
        }
    };
    let tone = |role| ink.unwrap_or(Ink::Role(role));
    Some(Box::new(Bits { content, size, zero: tone(Role::Zero), one: tone(Role::One), wrap, spread }))
}

impl Bits {
    /// The words of the row.
    fn words(&self, now: &Now<'_>) -> Vec<Vec<bool>> {
        match &self.content {
            Content::Given(template) => {
                let text = now.text(template);
                let word = |word: &str| word.chars().filter_map(|c| c.to_digit(2)).map(|digit| digit == 1).collect();
                text.split_whitespace().map(word).filter(|word: &Vec<bool>| !word.is_empty()).collect()
            }
            Content::Random { count, p, seed, shuffle } => {
                let p = now.number(p);
                let turn = libm::floor(now.number(shuffle)).clamp(-1e15, 1e15);
                let seed =
                    if turn == 0.0 { *seed } else { seed.wrapping_add((turn as i64 as u64).wrapping_mul(0x9e37)) };
                vec![(0..*count).map(|i| flip(p, seed, i as u64)).collect()]
            }
            Content::Message { code, symbols } => now.code(*code).map_or(Vec::new(), |code| {
                let words = symbols.iter().filter_map(|symbol| code.words().get(code.index_of(symbol)?));
                words.map(|word| word.bits().to_vec()).collect()
            }),
        }
    }
}

impl Visual for Bits {
    fn draw(&self, now: &Now<'_>) -> Drawing {
        let size = now.number(&self.size).clamp(0.02, 20.0);
        let style = mono(size, now.ink(self.one));
        let (zero, one) = (now.label("0", &mono(size, now.ink(self.zero))), now.label("1", &style));
        let step = one.layout.width();
        let gap = if self.spread { step * 0.7 } else { 0.0 };
        let mut part = Part::new("bits");
        let (mut x, mut y, mut in_line, mut widest, mut count, mut ones) = (0.0, 0.0, 0, 0.0_f64, 0, 0);
        for (number, word) in self.words(now).into_iter().enumerate() {
            if in_line > 0 && in_line + word.len() > self.wrap && word.len() <= self.wrap {
                (x, y, in_line) = (0.0, y - size * 1.4, 0);
            }
            let mut group = Part::new(number.to_string());
            for bit in word {
                if in_line == self.wrap {
                    (x, y, in_line) = (0.0, y - size * 1.4, 0);
                }
                let set = if bit { &one } else { &zero };
                let digit = Part { name: count.to_string(), ..set.part.clone() };
                let digit = digit.with_attribute("value", f64::from(u8::from(bit)));
                group.parts.push(digit.growing(Grow::Fade).transformed(Affine::translate((x, y))));
                (x, in_line, count, ones) = (x + step, in_line + 1, count + 1, ones + usize::from(bit));
                widest = widest.max(x);
            }
            part.parts.push(group);
            x += gap;
        }
        // One word is no grouping: its bits are the parts, as in `bits[3]`.
        if part.parts.len() == 1 {
            part.parts = part.parts.pop().map_or(Vec::new(), |group| group.parts);
        }
        let layout = Rect::new(0.0, y + one.layout.y0, widest, one.layout.y1);
        let values = vec![("count", count as f64), ("ones", ones as f64)];
        Drawing { baseline: Some(0.0), values, ..Drawing::within(layout, part) }
    }
}
