//! Conditions on parts: `face == heads`, `p > 0.2 && p < 1/2`.
//!
//! Enters: what stands between brackets. Leaves: a [`Condition`], which the film asks of each part's attributes.

use super::value::{Reading, read_number};

/// Comparisons, all of which must hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// At least one.
    pub tests: Vec<Test>,
}

/// One comparison of an attribute with a value.
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    /// Name of the attribute: `p`, `face`, `index`, ...
    pub attribute: String,
    /// How it is compared.
    pub is: Comparison,
    /// The value as it is written, without quotes.
    pub word: String,
    /// The value as a number, if it is one.
    pub number: Option<f64>,
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    Unequal,
    /// `<`
    Below,
    /// `<=`
    AtMost,
    /// `>`
    Above,
    /// `>=`
    AtLeast,
}

/// Longer signs first, so that `<=` is not read as `<`.
const SIGNS: [(&str, Comparison); 6] = [
    ("==", Comparison::Equal),
    ("!=", Comparison::Unequal),
    ("<=", Comparison::AtMost),
    (">=", Comparison::AtLeast),
    ("<", Comparison::Below),
    (">", Comparison::Above),
];

/// Numbers that differ by less count as equal: probabilities are sums.
const EQUAL_WITHIN: f64 = 1e-9;

impl Condition {
    /// Reads a condition; `None` if the text has no comparison in it, an error if it has one that cannot be read.
    pub(super) fn parse(text: &str) -> Option<Result<Self, String>> {
        if !text.contains(['=', '<', '>']) {
            return None;
        }
        Some(
            text.split("&&").map(|test| Test::parse(test.trim())).collect::<Result<_, _>>().map(|tests| Self { tests }),
        )
    }
}

impl Test {
    fn parse(text: &str) -> Result<Self, String> {
        let sign =
            |at: usize| SIGNS.into_iter().find(|(sign, _)| text.get(at..).is_some_and(|rest| rest.starts_with(sign)));
        let found = text.char_indices().find_map(|(at, _)| sign(at).map(|(sign, is)| (at, sign, is)));
        let Some((at, sign, is)) = found else {
            return Err(if text.contains('=') {
                format!("`{text}` compares nothing: equality is written `==`")
            } else {
                format!("`{text}` is no comparison such as `p > 0.2`")
            });
        };
        let attribute = text.get(..at).unwrap_or_default().trim();
        let value = text.get(at + sign.len()..).unwrap_or_default().trim();
        let quoted = value.strip_prefix(['"', '\'']).and_then(|rest| rest.strip_suffix(['"', '\'']));
        let name = |c: char| c.is_alphanumeric() || c == '_';
        if attribute.is_empty() || !attribute.chars().all(name) {
            return Err(format!("`{sign}` compares an attribute with a value, as in `p {sign} 0.2`"));
        }
        let number = match read_number(value) {
            Reading::Number(number) if quoted.is_none() => Some(number),
            _ => None,
        };
        let word = quoted.unwrap_or(value);
        if number.is_none() && (word.is_empty() || word.contains(['=', '<', '>', '&', '|', '(', ')'])) {
            return Err(format!("`{text}` compares with no value, as `p {sign} 0.2` would"));
        }
        if number.is_none() && !matches!(is, Comparison::Equal | Comparison::Unequal) {
            return Err(format!("`{sign}` compares numbers, and `{word}` is none"));
        }
        Ok(Self { attribute: attribute.to_owned(), is, word: word.to_owned(), number })
    }

    /// Does it hold for an attribute that is a number?
    pub fn holds_for_number(&self, value: f64) -> bool {
        let Some(number) = self.number else { return self.is == Comparison::Unequal };
        match self.is {
            Comparison::Equal => (value - number).abs() < EQUAL_WITHIN,
            Comparison::Unequal => (value - number).abs() >= EQUAL_WITHIN,
            Comparison::Below => value < number - EQUAL_WITHIN,
            Comparison::AtMost => value < number + EQUAL_WITHIN,
            Comparison::Above => value > number + EQUAL_WITHIN,
            Comparison::AtLeast => value > number - EQUAL_WITHIN,
        }
    }

    /// Does it hold for an attribute that is a word?
    pub fn holds_for_word(&self, value: &str) -> bool {
        match self.is {
            Comparison::Equal => value == self.word,
            Comparison::Unequal => value != self.word,
            _ => value.parse().is_ok_and(|number| self.holds_for_number(number)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Condition, String> {
        Condition::parse(text).unwrap_or_else(|| Err("none".into()))
    }

    #[test]
    fn conditions_compare_attributes_with_numbers_and_words() {
        let between = parse("p > 1/4 && p <= 0.5").unwrap();
        let holds = |p: f64| between.tests.iter().all(|test| test.holds_for_number(p));
        assert_eq!([0.25, 0.3, 0.5, 0.51].map(holds), [false, true, true, false]);
        let face = parse("face == heads").unwrap();
        assert!(face.tests[0].holds_for_word("heads") && !face.tests[0].holds_for_word("tails"));
        assert!(parse("symbol != 'a b'").unwrap().tests[0].holds_for_word("ab"));
        assert!(parse("symbol == 1").unwrap().tests[0].holds_for_word("1"));
    }

    #[test]
    fn what_is_no_condition_is_told() {
        assert!(Condition::parse("0..8").is_none() && Condition::parse("up").is_none());
        for text in ["p >", "> 1", "p = 1", "p > heads", "p > 0.1 &&", "a == b == c", "p == (1)"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
