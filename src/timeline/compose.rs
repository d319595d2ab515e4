//! Easings made of easings: `reverse(spring)`, `then(ease_in, bounce, 0.3)`.
//!
//! Enters: the text of a form. Leaves: a few nodes in an array, kept once for the whole program, so that an easing stays a small
//! value that is copied with every clock.

use std::sync::{Mutex, PoisonError};

use super::easing::{EasingError, Plain};

/// Nodes of one easing at most: forms and the easings inside them.
const MOST: usize = 7;

/// A form, for help and suggestions.
pub struct Form {
    /// Its name.
    pub name: &'static str,
    /// What stands between its brackets.
    pub takes: &'static str,
    /// One line.
    pub meaning: &'static str,
    /// An example.
    pub example: &'static str,
}

/// Every form that makes an easing of others.
pub static FORMS: &[Form] = &[
    Form {
        name: "reverse",
        takes: "an easing",
        meaning: "the same course, run from its end: gentle starts become gentle stops",
        example: "reverse(ease_out_bounce)",
    },
    Form {
        name: "mirror",
        takes: "an easing",
        meaning: "there in the first half of the time, and back the same way",
        example: "mirror(ease_out_back)",
    },
    Form {
        name: "then",
        takes: "two easings, and perhaps the share of time and way of the first, above 0 and below 1",
        meaning: "one easing, then another",
        example: "then(ease_in, spring, 0.4)",
    },
    Form {
        name: "window",
        takes: "when it starts and when it ends, from 0 to 1, and an easing",
        meaning: "rests before and after",
        example: "window(0.2, 0.7, smooth)",
    },
    Form {
        name: "repeat",
        takes: "a whole number from 1 to 1000, and an easing",
        meaning: "so many times, step by step; one that returns starts again each time",
        example: "repeat(3, there_and_back)",
    },
    Form {
        name: "blend",
        takes: "two easings that end alike, and the share of the second, from 0 to 1",
        meaning: "between two courses",
        example: "blend(linear, ease_out_elastic, 0.5)",
    },
];

/// An easing made of others; the last node is the whole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Made {
    nodes: [Node; MOST],
    count: usize,
}

/// A form with the numbers of the nodes inside it, which stand before it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Node {
    Plain(Plain),
    Reverse(usize),
    Mirror(usize),
    Then([usize; 2], f64),
    Window(usize, [f64; 2]),
    Repeat(usize, f64),
    Blend([usize; 2], f64),
}

impl Made {
    /// Reads a form; `None` if the text begins with no form's name.
    ///
    /// # Errors
    /// If the form does not take what is between its brackets.
    pub(super) fn parse(text: &str) -> Option<Result<&'static Self, EasingError>> {
        let (name, _) = text.split_once('(')?;
        FORMS.iter().find(|form| form.name == name.trim())?;
        let mut made = Self { nodes: [Node::Mirror(0); MOST], count: 0 };
        Some(made.read(text).map(|_| made.kept()))
    }

    /// The one copy of this easing. Each that differs is kept for good: a film has a handful of them, of 500 bytes at most.
    fn kept(self) -> &'static Self {
        static KEPT: Mutex<Vec<&'static Made>> = Mutex::new(Vec::new());
        let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept.iter().find(|known| ***known == self) {
            return known;
        }
        let new: &'static Self = Box::leak(Box::new(self));
        kept.push(new);
        new
    }

    /// Adds the easing of a text; the number of its node.
    fn read(&mut self, text: &str) -> Result<usize, EasingError> {
        let text = text.trim();
        let form = text
            .split_once('(')
            .and_then(|(name, rest)| FORMS.iter().find(|form| form.name == name.trim()).map(|form| (form, rest)));
        let Some((form, rest)) = form else { return self.push(Node::Plain(Plain::parse(text)?), text) };
        let inside = rest.strip_suffix(')').ok_or_else(|| EasingError::Unclosed(text.to_owned()))?;
        let args = arguments(inside);
        let wrong = || EasingError::Arguments(form.name, form.takes);
        let number = |text: &str, least: f64, most: f64| {
            let number = text.trim().parse::<f64>().ok().filter(|number| (least..=most).contains(number));
            number.ok_or_else(wrong)
        };
        let node = match (form.name, args.as_slice()) {
            ("reverse", [of]) => Node::Reverse(self.read(of)?),
            ("mirror", [of]) => Node::Mirror(self.read(of)?),
            ("then", [first, second, more @ ..]) if more.len() < 2 => {
                let at = more.first().map_or(Ok(0.5), |at| number(at, 0.01, 0.99))?;
                Node::Then([self.read(first)?, self.read(second)?], at)
            }
            ("window", [from, to, of]) => {
                let (from, to) = (number(from, 0.0, 1.0)?, number(to, 0.0, 1.0)?);
                if from >= to {
                    return Err(wrong());
                }
                Node::Window(self.read(of)?, [from, to])
            }
            ("repeat", [times, of]) => {
                let times = number(times, 1.0, 1000.0)?;
                if times.fract() != 0.0 {
                    return Err(wrong());
                }
                Node::Repeat(self.read(of)?, times)
            }
            ("blend", [first, second, share]) => {
                let share = number(share, 0.0, 1.0)?;
                let both = [self.read(first)?, self.read(second)?];
                if self.returns(both[0]) != self.returns(both[1]) {
                    return Err(wrong());
                }
                Node::Blend(both, share)
            }
            _ => return Err(wrong()),
        };
        self.push(node, text)
    }

    fn push(&mut self, node: Node, text: &str) -> Result<usize, EasingError> {
        let Some(free) = self.nodes.get_mut(self.count) else { return Err(EasingError::TooMany(text.to_owned())) };
        *free = node;
        self.count += 1;
        Ok(self.count - 1)
    }

    /// The way at a share of time from 0 to 1.
    pub(super) fn at(&self, t: f64) -> f64 {
        self.node_at(self.count.saturating_sub(1), t)
    }

    /// Does it end where it began?
    pub(super) fn comes_back(&self) -> bool {
        self.returns(self.count.saturating_sub(1))
    }

    fn node_at(&self, index: usize, t: f64) -> f64 {
        let t = t.clamp(0.0, 1.0);
        match self.nodes.get(index) {
            None => t,
            Some(Node::Plain(plain)) => plain.ease(t),
            Some(Node::Reverse(of)) => {
                let way = self.node_at(*of, 1.0 - t);
                if self.returns(*of) { way } else { 1.0 - way }
            }
            Some(Node::Mirror(of)) => self.node_at(*of, if t < 0.5 { 2.0 * t } else { 2.0 - 2.0 * t }),
            Some(Node::Then([first, second], at)) => {
                // One that returns makes no way: the other makes all of it.
                let way = match [self.returns(*first), self.returns(*second)] {
                    [false, false] => *at,
                    [false, true] => 1.0,
                    _ => 0.0,
                };
                let height = |index: usize, way: f64| if self.returns(index) { 1.0 } else { way };
                if t < *at {
                    self.node_at(*first, t / at) * height(*first, way)
                } else {
                    way + self.node_at(*second, (t - at) / (1.0 - at)) * height(*second, 1.0 - way)
                }
            }
            Some(Node::Window(of, [from, to])) => self.node_at(*of, (t - from) / (to - from)),
            Some(Node::Repeat(of, times)) => {
                let round = libm::floor((t * times).min(times - 1e-12));
                let way = self.node_at(*of, t * times - round);
                if self.returns(*of) { way } else { (round + way) / times }
            }
            Some(Node::Blend([first, second], share)) => {
                self.node_at(*first, t) * (1.0 - share) + self.node_at(*second, t) * share
            }
        }
    }

    fn returns(&self, index: usize) -> bool {
        match self.nodes.get(index) {
            None => false,
            Some(Node::Plain(plain)) => plain.returns(),
            Some(Node::Mirror(_)) => true,
            Some(Node::Reverse(of) | Node::Window(of, _) | Node::Repeat(of, _) | Node::Blend([of, _], _)) => {
                self.returns(*of)
            }
            Some(Node::Then([first, second], _)) => self.returns(*first) && self.returns(*second),
        }
    }
}

/// What stands between commas that are in no brackets of their own.
fn arguments(text: &str) -> Vec<&str> {
    let (mut args, mut depth, mut start) = (Vec::new(), 0usize, 0);
    for (at, sign) in text.char_indices() {
        match sign {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                args.push(text.get(start..at).unwrap_or_default());
                start = at + 1;
            }
            _ => {}
        }
    }
    args.push(text.get(start..).unwrap_or_default());
    args
}

#[cfg(test)]
mod tests {
    use super::super::Easing;
    use super::*;

    fn of(text: &str) -> Easing {
        Easing::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn forms_run_from_start_to_goal_without_jumps() {
        let examples = FORMS.iter().map(|form| (form.example, !matches!(form.name, "mirror" | "repeat")));
        let more = [
            ("then(wiggle, smooth)", true),
            ("then(smooth, wiggle)", true),
            ("then(wiggle, there_and_back)", false),
            ("repeat(4, linear)", true),
            ("reverse(there_and_back)", false),
            ("window(0, 1, mirror(then(linear, ease_in)))", false),
            ("reverse(cubic_bezier(0.2, 0, 0.8, 1))", true),
        ];
        for (text, arrives) in examples.chain(more) {
            let easing = of(text);
            assert_eq!((easing.ease(0.0), easing.ease(1.0)), (0.0, if arrives { 1.0 } else { 0.0 }), "{text}");
            let course: Vec<f64> = (0..=10_000).map(|i| easing.ease(f64::from(i) / 10_000.0)).collect();
            assert!(course.windows(2).all(|pair| (pair[1] - pair[0]).abs() < 0.02), "{text}");
        }
    }

    #[test]
    fn known_points() {
        for (text, time, way) in [
            ("reverse(ease_in_quad)", 0.25, 1.0 - 0.5625),
            ("mirror(linear)", 0.75, 0.5),
            ("then(linear, ease_in_quad, 0.2)", 0.1, 0.1),
            ("then(linear, ease_in_quad, 0.2)", 0.6, 0.2 + 0.8 * 0.25),
            ("window(0.5, 1, linear)", 0.75, 0.5),
            ("window(0.5, 1, linear)", 0.25, 0.0),
            ("repeat(2, ease_in_quad)", 0.75, 0.625),
            ("repeat(3, there_and_back)", 0.5, 1.0),
            ("blend(linear, ease_in_quad, 0.5)", 0.5, 0.375),
        ] {
            assert!((of(text).ease(time) - way).abs() < 1e-9, "{text} at {time} is {}", of(text).ease(time));
        }
    }

    #[test]
    fn what_is_no_form_is_refused_with_the_reason() {
        for (text, reason) in [
            ("reverse()", "there is no easing ``"),
            ("reverse(smoth)", "there is no easing `smoth`"),
            ("reverse(smooth", "`reverse(smooth` lacks its closing bracket"),
            ("window(0.8, 0.2, linear)", "`window` takes when it starts and when it ends, from 0 to 1, and an easing"),
            ("repeat(1.5, linear)", "`repeat` takes a whole number from 1 to 1000, and an easing"),
            (
                "blend(linear, wiggle, 0.5)",
                "`blend` takes two easings that end alike, and the share of the second, from 0 to 1",
            ),
            (
                "mirror(mirror(mirror(mirror(mirror(mirror(mirror(linear)))))))",
                "`mirror(mirror(mirror(mirror(mirror(mirror(mirror(linear)))))))` is made of more than 7 easings",
            ),
        ] {
            assert_eq!(Easing::parse(text).map_err(String::from), Err(reason.to_owned()));
        }
    }
}
