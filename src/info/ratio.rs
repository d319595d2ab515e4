//! Exact fractions, as far as 128 bits go.

use std::fmt;

/// A fraction in lowest terms with a positive denominator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ratio {
    numerator: i128,
    denominator: i128,
}

impl Ratio {
    /// 0.
    pub const ZERO: Self = Self { numerator: 0, denominator: 1 };
    /// 1.
    pub const ONE: Self = Self { numerator: 1, denominator: 1 };

    /// The fraction in lowest terms; `None` if the denominator is 0 or does not fit.
    pub fn new(numerator: i128, denominator: i128) -> Option<Self> {
        if denominator == 0 || numerator == i128::MIN || denominator == i128::MIN {
            return None;
        }
        let shared = divisor(numerator.unsigned_abs(), denominator.unsigned_abs()).max(1) as i128;
        let sign = denominator.signum();
        Some(Self { numerator: sign * numerator / shared, denominator: sign * denominator / shared })
    }

    /// Reads `1/2`, `0.25` or `3`.
    ///
    /// ```
    /// use surprisal::info::Ratio;
    /// assert_eq!(Ratio::parse("0.125"), Ratio::new(1, 8));
    /// assert_eq!(Ratio::parse("7/4").map(|r| r.to_string()), Some("7/4".into()));
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some((numerator, denominator)) = text.split_once('/') {
            return Self::new(numerator.trim().parse().ok()?, denominator.trim().parse().ok()?);
        }
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        if decimals.len() > 30 || !decimals.chars().all(|c| c.is_ascii_digit()) {
            return None;
        }
        let scale = 10i128.checked_pow(u32::try_from(decimals.len()).ok()?)?;
        Self::new(format!("{whole}{decimals}").parse().ok()?, scale)
    }

    /// The nearest number.
    pub fn to_f64(self) -> f64 {
        self.numerator as f64 / self.denominator as f64
    }

    /// Numerator and denominator.
    pub fn parts(self) -> (i128, i128) {
        (self.numerator, self.denominator)
    }

    /// The sum; `None` if it does not fit.
    pub fn plus(self, other: Self) -> Option<Self> {
        let shared = divisor(self.denominator.unsigned_abs(), other.denominator.unsigned_abs()) as i128;
        let left = self.numerator.checked_mul(other.denominator / shared)?;
        let right = other.numerator.checked_mul(self.denominator / shared)?;
        Self::new(left.checked_add(right)?, self.denominator.checked_mul(other.denominator / shared)?)
    }

    /// The product; `None` if it does not fit.
    pub fn times(self, other: Self) -> Option<Self> {
        Self::new(self.numerator.checked_mul(other.numerator)?, self.denominator.checked_mul(other.denominator)?)
    }

    /// 2 to the power `-bits`; `None` if it does not fit.
    pub fn half_to(bits: usize) -> Option<Self> {
        (bits < 126).then(|| Self { numerator: 1, denominator: 1 << bits })
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.denominator == 1 {
            write!(f, "{}", self.numerator)
        } else {
            write!(f, "{}/{}", self.numerator, self.denominator)
        }
    }
}

fn divisor(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_exact_and_overflow_is_told() {
        let sum = ["1/2", "1/4", "1/8", "1/8"].iter().try_fold(Ratio::ZERO, |sum, text| sum.plus(Ratio::parse(text)?));
        assert_eq!(sum, Some(Ratio::ONE));
        let huge = Ratio::new(i128::MAX, 1).unwrap();
        assert_eq!(huge.plus(huge), None);
        assert_eq!(Ratio::new(1, 0), None);
        assert_eq!(Ratio::parse("1/-2"), Ratio::new(-1, 2));
        for text in ["", "a", "1/", "1.2.3", "1e5"] {
            assert_eq!(Ratio::parse(text), None, "{text}");
        }
    }
}
