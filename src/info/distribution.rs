//! Distributions: symbols and their probabilities.

use std::fmt;

use super::Ratio;
use crate::limits;

/// Why a distribution or code cannot be made, as a sentence in lower case without a full stop.
#[derive(Clone, Debug, PartialEq)]
pub enum InfoError {
    /// No symbol at all, or too many.
    Count(usize),
    /// A probability or weight that is none.
    Weight(String, f64),
    /// Probabilities that do not sum to 1, with their sum.
    Sum(String),
    /// Text that is no code word.
    Word(String),
    /// Words that start others: the shorter and the longer.
    Prefix(String, String),
    /// As many words as symbols are needed.
    Words(usize, usize),
}

impl fmt::Display for InfoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => write!(f, "a source has from 1 to {} symbols, not {count}", limits::SYMBOLS),
            Self::Weight(name, value) => write!(f, "`{name}` has probability {value}, which is not from 0 to 1"),
            Self::Sum(sum) => write!(f, "the probabilities sum to {sum}, not to 1"),
            Self::Word(text) => write!(f, "`{text}` is not a code word: it needs `0` and `1` only"),
            Self::Prefix(short, long) => {
                write!(f, "`{short}` starts `{long}`, so the code cannot be read without dividing lines")
            }
            Self::Words(words, symbols) => write!(f, "there are {words} words for {symbols} symbols"),
        }
    }
}

impl std::error::Error for InfoError {}

/// Probabilities, each from 0 to 1 and together 1, of named symbols in order; exact where they were given so.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    names: Vec<String>,
    probabilities: Vec<f64>,
    exact: Option<Vec<Ratio>>,
}

/// How far a sum of probabilities that are not exact may be from 1.
const TOLERANCE: f64 = 1e-9;

impl Distribution {
    /// Probabilities that sum to 1 within 1e-9.
    ///
    /// # Errors
    /// A probability outside 0 to 1, another sum, no symbols or too many.
    pub fn new(weights: &[(String, f64)]) -> Result<Self, InfoError> {
        let sum = checked_sum(weights, 1.0 + TOLERANCE)?;
        if (sum - 1.0).abs() > TOLERANCE {
            return Err(InfoError::Sum(format!("{sum:.6}").trim_end_matches('0').trim_end_matches('.').to_owned()));
        }
        Ok(Self::of(weights.iter().cloned(), 1.0, None))
    }

    /// Exact probabilities that sum to exactly 1.
    ///
    /// # Errors
    /// As [`Distribution::new`].
    pub fn from_exact(weights: Vec<(String, Ratio)>) -> Result<Self, InfoError> {
        let numbers: Vec<(String, f64)> = weights.iter().map(|(name, ratio)| (name.clone(), ratio.to_f64())).collect();
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
        let sum = checked_sum(weights, f64::MAX)?;
        if sum <= 0.0 || !sum.is_finite() {
            return Err(InfoError::Sum(sum.to_string()));
        }
        let whole = weights.iter().all(|(_, weight)| weight.fract() == 0.0) && sum < 9e15;
        let exact =
            whole.then(|| weights.iter().filter_map(|(_, weight)| Ratio::new(*weight as i128, sum as i128)).collect());
        Ok(Self::of(weights.iter().cloned(), sum, exact))
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

    fn of(weights: impl Iterator<Item = (String, f64)>, sum: f64, exact: Option<Vec<Ratio>>) -> Self {
        let (names, probabilities) = weights.map(|(name, weight)| (name, weight / sum)).unzip();
        Self { names, probabilities, exact }
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

    /// Position of a symbol.
    pub fn index_of(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| known == name)
    }

    /// Sum of the probabilities before a symbol.
    pub fn cumulative(&self, index: usize) -> f64 {
        self.probabilities.iter().take(index).sum()
    }
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

/// The distribution of `length` independent symbols, named by their names in a row, in lexicographic order of positions.
///
/// # Errors
/// If there are more than [`limits::SYMBOLS`] blocks.
pub fn block_distribution(source: &Distribution, length: usize) -> Result<Distribution, InfoError> {
    let mut blocks = vec![(String::new(), 1.0, Some(Ratio::ONE))];
    for _ in 0..length.max(1) {
        let count = blocks.len().saturating_mul(source.len());
        if count > limits::SYMBOLS {
            return Err(InfoError::Count(count));
        }
        let longer = |(name, p, exact): &(String, f64, Option<Ratio>)| {
            let (name, p, exact) = (name.clone(), *p, *exact);
            (0..source.len()).map(move |i| {
                let symbol = source.names.get(i).map_or("", String::as_str);
                (format!("{name}{symbol}"), p * source.p(i), exact.zip(source.exact(i)).and_then(|(a, b)| a.times(b)))
            })
        };
        blocks = blocks.iter().flat_map(longer).collect();
    }
    let exact: Option<Vec<(String, Ratio)>> =
        blocks.iter().map(|(name, _, exact)| Some((name.clone(), (*exact)?))).collect();
    match exact {
        Some(exact) => Distribution::from_exact(exact),
        None => Distribution::from_relative(&blocks.into_iter().map(|(name, p, _)| (name, p)).collect::<Vec<_>>()),
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
        assert_eq!(Distribution::new(&[]), Err(InfoError::Count(0)));
        assert!(Distribution::from_relative(&weights(&[0.0, 0.0])).is_err());
        assert!(Distribution::new(&weights(&[0.1; 10])).is_ok());
    }

    #[test]
    fn blocks_multiply() {
        let coin = Distribution::from_exact(vec![
            ("h".into(), Ratio::new(9, 10).unwrap()),
            ("t".into(), Ratio::new(1, 10).unwrap()),
        ])
        .unwrap();
        let blocks = block_distribution(&coin, 3).unwrap();
        assert_eq!((blocks.len(), blocks.names()[1].as_str()), (8, "hht"));
        assert_eq!(blocks.exact(1), Ratio::new(81, 1000));
        assert!(block_distribution(&coin, 64).is_err());
    }
}
