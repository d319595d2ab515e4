//! Numbers as text: how `${H(p):.3}` becomes `0.811`.
//!
//! Enters: a value and a [`Format`], read once from the letters after the colon. Leaves: digits for display, with a real
//! minus sign (U+2212), never `-0`.

/// Fractions with a larger denominator than this are shown as decimals.
const LARGEST_DENOMINATOR: u32 = 4096;
/// How near a value must be to a fraction to be shown as one.
const FRACTION_TOLERANCE: f64 = 1e-12;
/// Most decimals that a format may ask for; a double has no more to show.
const MOST_DECIMALS: usize = 15;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// This many decimals, zeros included.
    Fixed(usize),
    /// At most this many decimals, without zeros at the end.
    Shortest(usize),
    /// A fraction in lowest terms.
    Fraction,
}

/// How a number is shown.
///
/// | written | meaning | 1234.5 |
/// | --- | --- | --- |
/// | nothing | up to 6 decimals, no zeros at the end | `1234.5` |
/// | `.3` | exactly 3 decimals | `1234.500` |
/// | `d` | whole number, rounded | `1235` |
/// | `frac` | fraction in lowest terms, if there is one with denominator 4096 or less | `2469/2` |
/// | `%`, `.1%` | as a percentage, with the given decimals (none) | `123450%` |
/// | `+` first | also shows the sign of positive numbers | `+1234.5` |
/// | `,` next | thin spaces between thousands, from five digits on | `1234.5` |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    kind: Kind,
    signed: bool,
    grouped: bool,
    percent: bool,
}

impl Default for Format {
    fn default() -> Self {
        Self { kind: Kind::Shortest(6), signed: false, grouped: false, percent: false }
    }
}

impl Format {
    /// How the numbers of an axis are written beside values in this format: as percentages if those are, and short.
    #[must_use]
    pub fn of_axis(&self) -> Self {
        let kind = Kind::Shortest(6);
        Self { kind, percent: self.percent, ..Self::default() }
    }

    /// Reads what is written after the colon; `None` if it is no format. At most 15 decimals.
    ///
    /// ```
    /// use surprisal::typeset::{Format, format};
    /// assert_eq!(Format::parse("+.2").map(|f| format(0.875, &f)), Some("+0.88".into()));
    /// assert_eq!(Format::parse(".3f"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let mut rest = text.trim();
        let mut take = |prefix: char| rest.strip_prefix(prefix).map(|left| rest = left).is_some();
        let (signed, grouped) = (take('+'), take(','));
        let percent = rest.strip_suffix('%').map(|left| rest = left).is_some();
        let kind = match rest {
            "" if percent => Kind::Fixed(0),
            "" => Kind::Shortest(6),
            "d" => Kind::Fixed(0),
            "frac" if !percent => Kind::Fraction,
            _ => {
                let digits =
                    rest.strip_prefix('.').filter(|d| !d.is_empty() && d.bytes().all(|b| b.is_ascii_digit()))?;
                Kind::Fixed(digits.parse().ok().filter(|count| *count <= MOST_DECIMALS)?)
            }
        };
        Some(Self { kind, signed, grouped, percent })
    }

    /// By how much numbers differ that are shown by neighbouring figures; `None` if figures come and go.
    ///
    /// ```
    /// use surprisal::typeset::Format;
    /// assert_eq!(Format::parse(".1%").and_then(|format| format.step()), Some(0.001));
    /// ```
    pub fn step(&self) -> Option<f64> {
        let Kind::Fixed(decimals) = self.kind else { return None };
        let places = if self.percent { decimals + 2 } else { decimals };
        Some((0..places).fold(1.0, |step, _| step * 10.0)).map(|parts| 1.0 / parts)
    }
}

/// A value as text. Infinity is `∞`, not-a-number is `–`. Halves are rounded away from zero, where "half" is what the
/// shortest decimal that stands for the value says: 0.125 and 2.675 with two decimals give 0.13 and 2.68.
///
/// ```
/// use surprisal::typeset::{Format, format};
/// assert_eq!(format(-0.0001, &Format::parse(".2").unwrap()), "0.00");
/// assert_eq!(format(0.875, &Format::parse("frac").unwrap()), "7/8");
/// assert_eq!(format(-2.0, &Format::default()), "\u{2212}2");
/// ```
pub fn format(value: f64, format: &Format) -> String {
    if value.is_nan() {
        return "–".into();
    }
    let value = if format.percent { times_hundred(value) } else { value };
    let magnitude = value.abs();
    let body = if magnitude.is_infinite() {
        "∞".into()
    } else {
        match format.kind {
            Kind::Fixed(places) => decimal(magnitude, places),
            Kind::Shortest(places) => shortened(decimal(magnitude, places)),
            Kind::Fraction => fraction(magnitude).unwrap_or_else(|| shortened(decimal(magnitude, 6))),
        }
    };
    let body = if format.grouped { grouped(&body) } else { body };
    let nothing = !body.chars().any(|c| c == '∞' || ('1'..='9').contains(&c));
    let sign = match (value < 0.0, format.signed) {
        _ if nothing => "",
        (true, _) => "\u{2212}",
        (false, true) => "+",
        (false, false) => "",
    };
    format!("{sign}{body}{}", if format.percent { "%" } else { "" })
}

/// A hundred times the decimal that stands for the value, so that 0.145 is 14.5 and not 14.499999999999998.
fn times_hundred(value: f64) -> f64 {
    let text = format!("{value:e}");
    let shifted = text.split_once('e').and_then(|(digits, exponent)| {
        let exponent: i32 = exponent.parse().ok()?;
        format!("{digits}e{}", exponent + 2).parse().ok()
    });
    shifted.unwrap_or(value * 100.0)
}

/// A magnitude with this many decimals, rounded half up on its shortest decimal form.
fn decimal(magnitude: f64, places: usize) -> String {
    let text = format!("{magnitude}");
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let Some((kept, dropped)) = part.split_at_checked(places) else {
        return join(whole, &format!("{part:0<places$}"));
    };
    if dropped.bytes().next().is_none_or(|digit| digit < b'5') {
        return join(whole, kept);
    }
    let mut digits: Vec<u8> = whole.bytes().chain(kept.bytes()).collect();
    for digit in digits.iter_mut().rev() {
        if *digit == b'9' {
            *digit = b'0';
        } else {
            *digit += 1;
            break;
        }
    }
    if digits.iter().all(|digit| *digit == b'0') {
        digits.insert(0, b'1');
    }
    let text: String = digits.into_iter().map(char::from).collect();
    let (whole, kept) = text.split_at_checked(text.len().saturating_sub(places)).unwrap_or((&text, ""));
    join(whole, kept)
}

fn join(whole: &str, decimals: &str) -> String {
    if decimals.is_empty() { whole.into() } else { format!("{whole}.{decimals}") }
}

/// Without zeros at the end of the decimals.
fn shortened(text: String) -> String {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').into() } else { text }
}

/// The fraction with the smallest denominator that is the value, within the tolerance; `3` for whole numbers.
fn fraction(magnitude: f64) -> Option<String> {
    if magnitude > f64::from(u32::MAX) {
        return None;
    }
    (1..=LARGEST_DENOMINATOR).find_map(|denominator| {
        let numerator = (magnitude * f64::from(denominator)).round();
        let near = (magnitude - numerator / f64::from(denominator)).abs() <= FRACTION_TOLERANCE;
        let text = || if denominator == 1 { format!("{numerator}") } else { format!("{numerator}/{denominator}") };
        near.then(text)
    })
}

/// Thin spaces (U+2009) between groups of three digits before the point, from five digits on.
fn grouped(text: &str) -> String {
    let whole = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(whole).unwrap_or((text, ""));
    if digits.len() < 5 {
        return text.into();
    }
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('\u{2009}');
        }
        out.push(digit);
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(value: f64, spec: &str) -> String {
        format(value, &Format::parse(spec).unwrap_or_else(|| panic!("{spec}")))
    }

    #[test]
    fn decimals_round_half_away_from_zero() {
        for (value, spec, text) in [
            (0.811_278, ".3", "0.811"),
            (2.675, ".2", "2.68"),
            (0.125, ".2", "0.13"),
            (-0.125, ".2", "−0.13"),
            (9.995, ".2", "10.00"),
            (0.5, "d", "1"),
            (0.49, "d", "0"),
            (1e21, "d", "1000000000000000000000"),
            (1.0 / 3.0, "", "0.333333"),
            (1.75, "", "1.75"),
            (1e-9, "", "0"),
            (0.145, "%", "15%"),
            (0.1234, ".1%", "12.3%"),
            (12.0, "+d", "+12"),
            (12345.6, ",.1", "12\u{2009}345.6"),
            (1234.0, ",d", "1234"),
            (1234567.0, "+,d", "+1\u{2009}234\u{2009}567"),
        ] {
            assert_eq!(shown(value, spec), text, "{value} {spec}");
        }
    }

    #[test]
    fn nothing_is_negative_zero_and_odd_values_have_signs_of_their_own() {
        for spec in ["", ".2", "+.2", "d", "frac", "%"] {
            assert!(!shown(-0.0, spec).contains(['-', '−', '+']), "{spec}");
        }
        assert_eq!(shown(-0.004, "+.2"), "0.00");
        assert_eq!(shown(f64::NEG_INFINITY, ".2"), "−∞");
        assert_eq!(shown(f64::INFINITY, "frac"), "∞");
        assert_eq!(shown(f64::NAN, "d"), "–");
        assert_eq!(shown(f64::MAX, ",.2").chars().next(), Some('1'));
        assert_eq!(shown(f64::MIN_POSITIVE, ".15"), "0.000000000000000");
    }

    #[test]
    fn fractions_are_in_lowest_terms() {
        for (value, text) in [
            (0.5, "1/2"),
            (-0.75, "−3/4"),
            (1.75, "7/4"),
            (3.0, "3"),
            (1.0 / 3.0, "1/3"),
            (0.1 + 0.2, "3/10"),
            (0.0, "0"),
        ] {
            assert_eq!(shown(value, "frac"), text);
        }
        assert_eq!(shown(std::f64::consts::PI, "frac"), "3.141593");
        assert_eq!(shown(1e300, "frac").len(), 301);
    }

    #[test]
    fn what_is_no_format_is_refused() {
        for text in ["x", ".", ".16", ".-1", "frac%", "d%%", "..3", ".3f", "é", "bits"] {
            assert_eq!(Format::parse(text), None, "{text}");
        }
    }
}
