//! Exact fractions, as far as 128 bits go.
//!
//! Enters: whole numbers or text. Leaves: fractions in lowest terms, and `None` where one does not fit, never a wrong one.

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
        // Crosswise cancelling first keeps products in range that fit once reduced.
        let left = Self::new(self.numerator, other.denominator)?;
        let right = Self::new(other.numerator, self.denominator)?;
        Self::new(left.numerator.checked_mul(right.numerator)?, left.denominator.checked_mul(right.denominator)?)
    }

    /// The quotient; `None` if `other` is 0 or it does not fit.
    pub fn over(self, other: Self) -> Option<Self> {
        self.times(Self::new(other.denominator, other.numerator)?)
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

/// The greatest common divisor, by Euclid's algorithm; 0 for two zeros.
fn divisor(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        // Division of 64 bits is several times faster than of 128, and nearly all fractions are small.
        if let (Ok(mut small_a), Ok(mut small_b)) = (u64::try_from(a), u64::try_from(b)) {
            while small_b != 0 {
                (small_a, small_b) = (small_b, small_a % small_b);
            }
            return u128::from(small_a);
        }
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
        for text in ["", "a", "1/", "1/0", ".", "1.2.3", "1e5", "0.-5", "9999999999999999999999999999999999999999"] {
            assert_eq!(Ratio::parse(text), None, "{text}");
        }
    }

    #[test]
    fn products_and_quotients_cancel_before_they_overflow() {
        let huge = Ratio::new(i128::MAX, 2).unwrap();
        assert_eq!(huge.times(Ratio::new(2, i128::MAX).unwrap()), Some(Ratio::ONE));
        assert_eq!(huge.over(huge), Some(Ratio::ONE));
        assert_eq!(huge.times(huge), None);
        assert_eq!(Ratio::ONE.over(Ratio::ZERO), None);
        assert_eq!(Ratio::parse("-0.5").and_then(|r| r.over(Ratio::new(-3, 4)?)), Ratio::new(2, 3));
        assert_eq!(Ratio::ZERO.times(huge), Some(Ratio::ZERO));
    }

    #[test]
    fn arithmetic_agrees_with_itself_over_a_grid() {
        let grid: Vec<Ratio> = (-6..=6).flat_map(|n| (1..=6).filter_map(move |d| Ratio::new(n, d))).collect();
        for &a in &grid {
            for &b in &grid {
                let (sum, product) = (a.plus(b).unwrap(), a.times(b).unwrap());
                assert_eq!((sum, product), (b.plus(a).unwrap(), b.times(a).unwrap()));
                assert!((sum.to_f64() - a.to_f64() - b.to_f64()).abs() < 1e-12);
                assert!(b == Ratio::ZERO || product.over(b) == Some(a));
                let (numerator, denominator) = sum.parts();
                assert!(denominator > 0 && divisor(numerator.unsigned_abs(), denominator as u128) == 1);
            }
        }
    }
}
