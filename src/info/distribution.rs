//! Distributions: symbols and their probabilities.
//!
//! Enters: names with probabilities or relative weights, as numbers or as fractions. Leaves: probabilities from 0 to 1 that
//! sum to 1, exact where the weights were.

use super::{InfoError, Ratio};
use crate::limits;

/// Probabilities, each from 0 to 1 and together 1, of named symbols in order; exact where they were given so.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    names: Vec<String>,
    probabilities: Vec<f64>,
    exact: Option<Vec<Ratio>>,
    /// The sum of the probabilities before each symbol, and last of all, ascending.
    before: Vec<f64>,
    /// Positions in the order of names, equal names by position.
    by_name: Vec<usize>,
}

/// How far a sum of probabilities that are not exact may be from 1.
const TOLERANCE: f64 = 1e-9;

impl Distribution {
    /// Probabilities that sum to 1 within 1e-9.
    ///
    /// # Errors
    /// A probability outside 0 to 1, another sum, no symbols or too many.
    pub fn new(weights: &[(String, f64)]) -> Result<Self, InfoError> {
        let sum = checked_sum(weights, 1.0)?;
        if (sum - 1.0).abs() > TOLERANCE {
            return Err(InfoError::Sum(written(sum)));
        }
        Ok(Self::of(weights.iter().cloned(), 1.0, None))
    }

    /// Exact probabilities that sum to exactly 1.
    ///
    /// # Errors
    /// As [`Distribution::new`].
    pub fn from_exact(weights: Vec<(String, Ratio)>) -> Result<Self, InfoError> {
        let numbers = numbers(&weights);
        checked_sum(&numbers, 1.0)?;
        let Some(sum) = weights.iter().try_fold(Ratio::ZERO, |sum, (_, ratio)| sum.plus(*ratio)) else {
            return Self::new(&numbers);
        };
        if sum == Ratio::ONE {
            let exact = weights.into_iter().map(|(_, ratio)| ratio).collect();
            Ok(Self::of(numbers.into_iter(), 1.0, Some(exact)))
        } else {
            // Decimals such as .333 three times are meant as they stand; fractions that miss are a slip.
            Err(InfoError::Sum(sum.to_string()))
        }
    }

    /// Relative weights from 0, divided by their sum; exact if they are whole numbers.
    ///
    /// # Errors
    /// A negative weight, all weights 0, no symbols or too many.
    pub fn from_relative(weights: &[(String, f64)]) -> Result<Self, InfoError> {
        let sum = checked_sum(weights, f64::MAX).map_err(InfoError::relative)?;
        if sum <= 0.0 || !sum.is_finite() {
            return Err(InfoError::Total(sum));
        }
        // Below 2^53 sums of whole numbers are exact.
        let whole = weights.iter().all(|(_, weight)| weight.fract() == 0.0) && sum < 9e15;
        let exact =
            whole.then(|| weights.iter().filter_map(|(_, weight)| Ratio::new(*weight as i128, sum as i128)).collect());
        Ok(Self::of(weights.iter().cloned(), sum, exact))
    }

    /// Relative weights from 0 that are exact, such as fractions, divided by their sum.
    ///
    /// # Errors
    /// As [`Distribution::from_relative`].
    ///
    /// ```
    /// use surprisal::info::{Distribution, Ratio};
    /// let weights = ["1/2", "0.5", "2"].map(|text| (text.to_string(), Ratio::parse(text).unwrap()));
    /// assert_eq!(Distribution::from_relative_exact(weights.to_vec()).unwrap().exact(2), Ratio::new(2, 3));
    /// ```
    pub fn from_relative_exact(weights: Vec<(String, Ratio)>) -> Result<Self, InfoError> {
        let numbers = numbers(&weights);
        let sum = checked_sum(&numbers, f64::MAX).map_err(InfoError::relative)?;
        if sum <= 0.0 {
            return Err(InfoError::Total(sum));
        }
        let shares = weights.iter().try_fold(Ratio::ZERO, |sum, (_, weight)| sum.plus(*weight)).and_then(|sum| {
            weights.into_iter().map(|(name, weight)| Some((name, weight.over(sum)?))).collect::<Option<Vec<_>>>()
        });
        shares.map_or_else(|| Self::from_relative(&numbers), Self::from_exact)
    }

    /// `count` equally likely symbols named `1`, `2`, ...; at least 1 and at most [`limits::SYMBOLS`], else it is clamped.
    pub fn uniform(count: usize) -> Self {
        let count = count.clamp(1, limits::SYMBOLS);
        let each = Ratio::new(1, count as i128).unwrap_or(Ratio::ONE);
        let weights = (1..=count).map(|i| (i.to_string(), each.to_f64()));
        Self::of(weights, 1.0, Some(vec![each; count]))
    }

    /// A coin: `heads` with probability `p`, and `tails`.
    ///
    /// # Errors
    /// If `p` is not from 0 to 1.
    pub fn coin(p: f64) -> Result<Self, InfoError> {
        Self::new(&[("heads".into(), p), ("tails".into(), 1.0 - p)])
    }

    /// A coin whose chance of `heads` is exact.
    ///
    /// # Errors
    /// If `p` is not from 0 to 1.
    pub fn coin_exact(p: Ratio) -> Result<Self, InfoError> {
        let tails = Ratio::new(-1, 1).and_then(|minus| Ratio::ONE.plus(p.times(minus)?));
        match tails {
            Some(tails) => Self::from_exact(vec![("heads".into(), p), ("tails".into(), tails)]),
            None => Self::coin(p.to_f64()),
        }
    }

    fn of(weights: impl Iterator<Item = (String, f64)>, sum: f64, exact: Option<Vec<Ratio>>) -> Self {
        // Adding 0 turns -0, which would be shown with its sign, into 0.
        let (names, probabilities): (Vec<String>, Vec<f64>) =
            weights.map(|(name, weight)| (name, weight / sum + 0.0)).unzip();
        let before = running_sums(&probabilities);
        let mut by_name: Vec<usize> = (0..names.len()).collect();
        by_name.sort_by_key(|&index| names.get(index));
        Self { names, probabilities, exact, before, by_name }
    }

    /// The distribution a share `t` of the way to `other`, symbol by symbol, under this one's names: (1 - t) p + t q. `t` is
    /// clamped to 0 to 1, NaN counts as 0; exact at the ends only.
    ///
    /// # Errors
    /// If the two do not have as many symbols.
    pub fn lerp(&self, other: &Self, t: f64) -> Result<Self, InfoError> {
        if self.len() != other.len() {
            return Err(InfoError::Sizes(self.len(), other.len()));
        }
        let t = if t.is_nan() { 0.0 } else { t.clamp(0.0, 1.0) };
        if t == 0.0 {
            return Ok(self.clone());
        }
        if t == 1.0 {
            return Ok(Self { names: self.names.clone(), by_name: self.by_name.clone(), ..other.clone() });
        }
        let blend = |(p, q): (&f64, &f64)| (1.0 - t) * p + t * q;
        let blended = self.probabilities.iter().zip(&other.probabilities).map(blend);
        Ok(Self::of(self.names.iter().cloned().zip(blended), 1.0, None))
    }

    /// Number of symbols, at least 1.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Never: a distribution has symbols.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Names of the symbols.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Probabilities of the symbols.
    pub fn probabilities(&self) -> &[f64] {
        &self.probabilities
    }

    /// Probability of a symbol; 0 if there is no such symbol.
    pub fn p(&self, index: usize) -> f64 {
        self.probabilities.get(index).copied().unwrap_or(0.0)
    }

    /// Exact probability of a symbol, if it is known.
    pub fn exact(&self, index: usize) -> Option<Ratio> {
        self.exact.as_ref()?.get(index).copied()
    }

    /// Position of a symbol, the first one if several have the name. Quick enough to be asked for each of them.
    pub fn index_of(&self, name: &str) -> Option<usize> {
        let name_at = |index: usize| self.names.get(index).map(String::as_str);
        let turn = self.by_name.partition_point(|&index| name_at(index) < Some(name));
        self.by_name.get(turn).copied().filter(|&index| name_at(index) == Some(name))
    }

    /// Sum of the probabilities before a symbol, within 1e-15; past the last symbol, the sum of all.
    pub fn cumulative(&self, index: usize) -> f64 {
        self.before.get(index.min(self.len())).copied().unwrap_or(0.0)
    }

    /// The symbol in whose segment of the line from 0 to 1 a point lies, segments in order; the last one that is possible
    /// for points past them all.
    pub fn symbol_at(&self, point: f64) -> usize {
        let ends = self.before.get(1..).unwrap_or_default();
        let symbol = ends.partition_point(|end| *end <= point);
        if symbol < self.len() { symbol } else { self.probabilities.iter().rposition(|p| *p > 0.0).unwrap_or(0) }
    }
}

/// The sums before each number and after the last, by Neumaier's compensated summation (1974), so that a hundred thousand
/// symbols do not add up a hundred thousand roundings.
fn running_sums(numbers: &[f64]) -> Vec<f64> {
    let (mut sum, mut lost, mut highest) = (0.0f64, 0.0f64, 0.0f64);
    let next = |number: &f64| {
        let total = sum + number;
        lost += if sum >= *number { (sum - total) + number } else { (number - total) + sum };
        sum = total;
        highest = highest.max(sum + lost);
        highest
    };
    let ends: Vec<f64> = numbers.iter().map(next).collect();
    [0.0].into_iter().chain(ends).collect()
}

/// A sum as it is shown: to 6 decimals, or to more if those would hide that it is not 1.
fn written(sum: f64) -> String {
    let short = format!("{sum:.6}");
    let text = if short == "1.000000" { format!("{sum:.12}") } else { short };
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn numbers(weights: &[(String, Ratio)]) -> Vec<(String, f64)> {
    weights.iter().map(|(name, ratio)| (name.clone(), ratio.to_f64())).collect()
}

fn checked_sum(weights: &[(String, f64)], most: f64) -> Result<f64, InfoError> {
    if weights.is_empty() || weights.len() > limits::SYMBOLS {
        return Err(InfoError::Count(weights.len()));
    }
    match weights.iter().find(|(_, weight)| !(*weight >= 0.0 && *weight <= most)) {
        Some((name, weight)) => Err(InfoError::Weight(name.clone(), *weight)),
        None => Ok(weights.iter().map(|(_, weight)| weight).sum()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_distribution_is_refused_with_its_sum() {
        let weights = |values: &[f64]| values.iter().enumerate().map(|(i, v)| (i.to_string(), *v)).collect::<Vec<_>>();
        assert_eq!(Distribution::new(&weights(&[0.5, 0.4])), Err(InfoError::Sum("0.9".into())));
        assert!(matches!(Distribution::new(&weights(&[1.5, -0.5])), Err(InfoError::Weight(..))));
        assert!(matches!(Distribution::new(&weights(&[f64::NAN])), Err(InfoError::Weight(..))));
        // A little above 1 is within the sum's tolerance, but no probability: its information would not be a number.
        assert!(matches!(Distribution::new(&weights(&[1.0 + 1e-10])), Err(InfoError::Weight(..))));
        assert_eq!(Distribution::new(&weights(&[1.0, -0.0])).map(|source| source.p(1).to_bits()), Ok(0));
        assert_eq!(Distribution::new(&[]), Err(InfoError::Count(0)));
        assert!(Distribution::from_relative(&weights(&[0.0, 0.0])).is_err());
        assert!(Distribution::new(&weights(&[0.1; 10])).is_ok());
    }

    #[test]
    fn messages_say_what_is_wrong() {
        let message = |error: Result<Distribution, InfoError>| error.unwrap_err().to_string();
        let pair = |a: f64, b: f64| [("a".to_owned(), a), ("b".to_owned(), b)];
        assert_eq!(message(Distribution::new(&pair(0.5, 0.5000001))), "the probabilities sum to 1.0000001, not to 1");
        assert_eq!(message(Distribution::new(&pair(0.1, 0.2))), "the probabilities sum to 0.3, not to 1");
        assert_eq!(
            message(Distribution::from_relative(&pair(-3.0, 1.0))),
            "`a` has weight -3, which is not a number from 0"
        );
        assert_eq!(
            message(Distribution::from_relative(&pair(0.0, 0.0))),
            "the weights sum to 0, so they have no shares"
        );
        assert_eq!(message(Distribution::new(&pair(1.2, 0.0))), "`a` has probability 1.2, which is not from 0 to 1");
        let thirds = vec![("x".to_owned(), Ratio::new(1, 3).unwrap()); 2];
        assert_eq!(message(Distribution::from_exact(thirds)), "the probabilities sum to 2/3, not to 1");
        assert_eq!(
            message(Distribution::uniform(2).lerp(&Distribution::uniform(3), 0.5)),
            "the sources have 2 and 3 symbols, not as many"
        );
    }

    #[test]
    fn weights_are_exact_or_fall_back_to_numbers() {
        let of = |ratios: &[Ratio]| ratios.iter().map(|ratio| ("x".to_owned(), *ratio)).collect::<Vec<_>>();
        let mix = of(&[Ratio::new(1, 3).unwrap(), Ratio::new(1, 6).unwrap()]);
        assert_eq!(Distribution::from_relative_exact(mix).unwrap().exact(0), Ratio::new(2, 3));
        // Two large prime denominators have no common one in 128 bits.
        let huge = of(&[Ratio::new(1, i128::MAX).unwrap(), Ratio::new(1, (1 << 89) - 1).unwrap()]);
        let fallen = Distribution::from_relative_exact(huge).unwrap();
        assert_eq!(fallen.exact(0), None);
        assert!((fallen.p(0) + fallen.p(1) - 1.0).abs() < 1e-15);
        assert!(Distribution::from_relative_exact(of(&[Ratio::ZERO])).is_err());
        assert_eq!(Distribution::coin_exact(Ratio::new(9, 10).unwrap()).unwrap().exact(1), Ratio::new(1, 10));
        assert!(Distribution::coin_exact(Ratio::new(9, 8).unwrap()).is_err());
        assert_eq!(Distribution::uniform(28).exact(27), Ratio::new(1, 28));
        assert_eq!(Distribution::uniform(usize::MAX).len(), limits::SYMBOLS);
    }

    #[test]
    fn sliding_goes_from_one_to_the_other() {
        let (from, to) =
            (Distribution::coin(0.9).unwrap(), Distribution::coin_exact(Ratio::new(1, 2).unwrap()).unwrap());
        assert_eq!(from.lerp(&to, f64::NAN).unwrap(), from);
        assert_eq!(from.lerp(&to, 7.0).unwrap(), to);
        for i in 0..=100 {
            let between = from.lerp(&to, f64::from(i) / 100.0).unwrap();
            assert!((between.p(0) - (0.9 - 0.004 * f64::from(i))).abs() < 1e-15);
            assert!((between.cumulative(2) - 1.0).abs() < 1e-15);
        }
    }

    #[test]
    fn a_point_falls_into_the_segment_that_holds_it() {
        let weights = [0.0, 4.0, 0.0, 2.0, 2.0, 0.0].map(|weight| ("x".to_owned(), weight));
        let source = Distribution::from_relative(&weights).unwrap();
        assert_eq!(
            [0.0, 0.49, 0.5, 0.74, 0.75, 0.99, 1.0, 2.0].map(|point| source.symbol_at(point)),
            [1, 1, 3, 3, 4, 4, 4, 4]
        );
        assert_eq!([0, 1, 2, 4, 6, 99].map(|index| source.cumulative(index)), [0.0, 0.0, 0.5, 0.75, 1.0, 1.0]);
        let many = Distribution::uniform(limits::SYMBOLS);
        assert!((many.cumulative(limits::SYMBOLS) - 1.0).abs() < 1e-15);
        assert!((many.cumulative(70_000) - 0.7).abs() < 1e-15);
    }

    #[test]
    fn symbols_are_found_by_name() {
        let weights = ["b", "a", "", "b"].map(|name| (name.to_owned(), 1.0));
        let source = Distribution::from_relative(&weights).unwrap();
        assert_eq!(["b", "a", "", "c", "B"].map(|name| source.index_of(name)), [Some(0), Some(1), Some(2), None, None]);
        let renamed = Distribution::uniform(4).lerp(&source, 1.0).unwrap();
        assert_eq!((renamed.index_of("3"), renamed.index_of("a")), (Some(2), None));
        // 100,000 questions about 100,000 names: no more than a blink.
        let many = Distribution::uniform(limits::SYMBOLS);
        assert!(many.names().iter().enumerate().all(|(index, name)| many.index_of(name) == Some(index)));
    }
}
