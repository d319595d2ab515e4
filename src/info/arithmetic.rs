//! Arithmetic coding with exact intervals, after Rissanen and Langdon, *Arithmetic Coding* (1979): a message is a piece of the
//! line from 0 to 1, as wide as it is probable; any bit string whose own piece lies inside names it.
//!
//! Enters: a source (or one for each step) and a message. Leaves: the interval after each symbol as exact fractions, at any
//! depth, the bits that are settled, and the message again from its bits.

use std::sync::Arc;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One as _, Signed as _, ToPrimitive as _, Zero as _};

use super::{Distribution, InfoError};

/// Symbols that a message may have.
pub const LONGEST_MESSAGE: usize = 4096;

/// A piece of the line from 0 to 1, its left end included; exact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interval {
    low: BigRational,
    width: BigRational,
}

impl Interval {
    /// The whole line.
    pub fn whole() -> Self {
        Self { low: BigRational::zero(), width: BigRational::one() }
    }

    /// The left end, which belongs to it.
    pub fn low(&self) -> &BigRational {
        &self.low
    }

    /// The right end, which does not.
    pub fn high(&self) -> BigRational {
        &self.low + &self.width
    }

    /// Width: the probability of the message.
    pub fn width(&self) -> &BigRational {
        &self.width
    }

    /// Information of the message in bits, -log2 of the width: right to 1e-12 at any depth.
    pub fn bits(&self) -> f64 {
        log2(self.width.denom()) - log2(self.width.numer())
    }

    /// The part of it that lies at `low` and is `width` wide when the whole of it is the line from 0 to 1.
    fn part(&self, (low, width): (&BigRational, &BigRational)) -> Self {
        Self { low: &self.low + &self.width * low, width: &self.width * width }
    }

    /// The leftmost of the shortest bit strings whose whole piece lies inside: at most 2 bits more than [`Self::bits`].
    ///
    /// ```
    /// use surprisal::info::Interval;
    /// assert!(Interval::whole().inside().is_empty());
    /// ```
    pub fn inside(&self) -> Vec<bool> {
        let mut length = (libm::floor(self.bits()).max(0.0) as usize).saturating_sub(1);
        loop {
            let scale = BigRational::from_integer(BigInt::one() << length);
            let first = (&self.low * &scale).ceil();
            if &first + BigRational::one() <= self.high() * &scale {
                return digits(&first.to_integer(), length);
            }
            length += 1;
        }
    }

    /// The bits with which every string begins that lies inside: an encoder may send them.
    pub fn settled(&self) -> Vec<bool> {
        let (mut low, mut high) = (self.low.clone(), self.high());
        let (half, two) =
            (BigRational::new(BigInt::one(), BigInt::from(2)), BigRational::from_integer(BigInt::from(2)));
        let mut bits = Vec::new();
        loop {
            if high <= half {
                bits.push(false);
                (low, high) = (low * &two, high * &two);
            } else if low >= half {
                bits.push(true);
                (low, high) = ((low - &half) * &two, (high - &half) * &two);
            } else {
                return bits;
            }
        }
    }

    /// The first decimals of the left end, as text: `0.3100`.
    pub fn decimals(&self, count: usize) -> String {
        decimals(&self.low, count)
    }

    /// The first decimals of the right end, as text.
    pub fn high_decimals(&self, count: usize) -> String {
        decimals(&self.high(), count)
    }
}

/// log2 of a positive number of any size.
fn log2(number: &BigInt) -> f64 {
    let shift = number.bits().saturating_sub(1000);
    libm::log2((number >> shift).to_f64().unwrap_or(f64::NAN)) + shift as f64
}

fn decimals(number: &BigRational, count: usize) -> String {
    let scaled = (number * BigRational::from_integer(BigInt::from(10).pow(count as u32))).to_integer();
    let text = format!("{scaled:0>width$}", width = count + 1);
    let (whole, decimals) = text.split_at(text.len() - count);
    if count == 0 { whole.to_owned() } else { format!("{whole}.{decimals}") }
}

fn digits(number: &BigInt, length: usize) -> Vec<bool> {
    (0..length).rev().map(|place| number.bit(place as u64)).collect()
}

/// The exact segments of a source: left end and width of each symbol. Probabilities that were not given as fractions count
/// as the dyadic fractions that they are stored as, divided by their sum.
#[derive(Clone, Debug)]
pub struct Segments(Vec<(BigRational, BigRational)>);

impl Segments {
    /// The segments of a source, in its order from 0 on.
    pub fn of(source: &Distribution) -> Self {
        let width = |index: usize| match source.exact(index) {
            Some(ratio) => BigRational::new(BigInt::from(ratio.parts().0), BigInt::from(ratio.parts().1)),
            None => BigRational::from_float(source.p(index)).unwrap_or_else(BigRational::zero),
        };
        let widths: Vec<BigRational> = (0..source.len()).map(width).collect();
        let total: BigRational = widths.iter().sum();
        let mut low = BigRational::zero();
        let segment = |width: BigRational| {
            let width = if total.is_zero() { width } else { width / &total };
            let left = low.clone();
            low += &width;
            (left, width)
        };
        Self(widths.into_iter().map(segment).collect())
    }

    /// Left end and width of a symbol's segment, nearest numbers.
    pub fn shares(&self, symbol: usize) -> Option<[f64; 2]> {
        let (low, width) = self.0.get(symbol)?;
        Some([low.to_f64()?, width.to_f64()?])
    }
}

/// The intervals of a message after each of its symbols, the whole line first. `model` gives the segments for what has been
/// read so far.
///
/// # Errors
/// A symbol that there is not, or that has probability 0; a message of more than [`LONGEST_MESSAGE`] symbols.
pub fn intervals(model: impl Fn(&[usize]) -> Arc<Segments>, message: &[usize]) -> Result<Vec<Interval>, InfoError> {
    if message.len() > LONGEST_MESSAGE {
        return Err(InfoError::Message(message.len()));
    }
    let mut all = vec![Interval::whole()];
    let mut now = Interval::whole();
    for (step, symbol) in message.iter().enumerate() {
        let segments = model(message.get(..step).unwrap_or_default());
        let segment = segments.0.get(*symbol).filter(|(_, width)| width.is_positive());
        let (low, width) = segment.ok_or(InfoError::Impossible(step))?;
        now = now.part((low, width));
        all.push(now.clone());
    }
    Ok(all)
}

/// The message of so many symbols whose interval holds the point that the bits name, `0.b1 b2 b3...` in base 2.
pub fn decode_interval(model: impl Fn(&[usize]) -> Arc<Segments>, bits: &[bool], count: usize) -> Vec<usize> {
    let number = bits.iter().fold(BigInt::zero(), |number, bit| (number << 1u8) + u8::from(*bit));
    let mut point = BigRational::new(number, BigInt::one() << bits.len());
    let mut message = Vec::new();
    for _ in 0..count.min(LONGEST_MESSAGE) {
        let segments = model(&message);
        let holds = |(low, width): &(BigRational, BigRational)| *low <= point && point < low + width;
        let Some(symbol) = segments.0.iter().position(holds) else { break };
        if let Some((low, width)) = segments.0.get(symbol) {
            point = (&point - low) / width;
        }
        message.push(symbol);
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::info::Ratio;
    use crate::info::facts::letters::{NORVIG26, letters};

    fn exact(symbols: &[(&str, &str)]) -> Distribution {
        let all = symbols.iter().map(|(name, p)| ((*name).to_owned(), Ratio::parse(p).unwrap()));
        Distribution::from_exact(all.collect()).unwrap()
    }

    fn robot() -> Distribution {
        exact(&[("U", "1/2"), ("D", "1/4"), ("L", "1/8"), ("R", "1/8")])
    }

    fn abc() -> Distribution {
        exact(&[("a", "1/2"), ("b", "3/10"), ("c", "1/5")])
    }

    fn check(source: &Distribution, message: &str, bits: f64, inside: &str) -> Interval {
        let symbols: Vec<usize> = message.chars().map(|c| source.index_of(&c.to_string()).unwrap()).collect();
        let segments = Arc::new(Segments::of(source));
        let model = |_: &[usize]| Arc::clone(&segments);
        let last = intervals(model, &symbols).unwrap().pop().unwrap();
        assert!((last.bits() - bits).abs() < 1e-8, "{message}: {}", last.bits());
        let found = last.inside();
        let text: String = found.iter().map(|bit| if *bit { '1' } else { '0' }).collect();
        assert_eq!(text, inside, "{message}");
        assert_eq!(decode_interval(model, &found, symbols.len()), symbols, "{message}");
        assert!(found.starts_with(&last.settled()), "{message}");
        assert!(found.len() as f64 <= libm::ceil(bits) + 1.0, "{message}");
        last
    }

    fn ends(interval: &Interval, low: (i64, i64), high: (i64, i64)) {
        let ratio = |(a, b): (i64, i64)| BigRational::new(BigInt::from(a), BigInt::from(b));
        assert_eq!((interval.low().clone(), interval.high()), (ratio(low), ratio(high)));
    }

    #[test]
    fn known_messages_have_their_intervals_and_bits() {
        ends(&check(&robot(), "UDUL", 7.0, "0100110"), (19, 64), (39, 128));
        ends(&check(&robot(), "DUL", 6.0, "100110"), (19, 32), (39, 64));
        ends(&check(&abc(), "abac", 6.058893689, "0101000"), (31, 100), (13, 40));
        ends(&check(&abc(), "cab", 5.058893689, "110111"), (17, 20), (22, 25));
        let bent = exact(&[("H", "9/10"), ("T", "1/10")]);
        let ten = check(&bent, "HHHTHHHHHH", 4.689955936, "10101");
        ends(&ten, (6561, 10_000), (6_948_420_489, 10_000_000_000));
        check(&bent, "HHHHHHHHHHHHHHHHHHHH", 3.040061869, "0000");
        let printed = letters(NORVIG26);
        let mut weights: Vec<(String, f64)> =
            printed.names().iter().enumerate().map(|(i, name)| (name.clone(), printed.p(i) * 35_636.0)).collect();
        weights.iter_mut().for_each(|(_, weight)| *weight = weight.round());
        weights.sort_by(|a, b| a.0.cmp(&b.0));
        let letters = Distribution::from_relative(&weights).unwrap();
        let math = check(&letters, "MATH", 16.689110837, "100000101001101001");
        assert_eq!(math.decimals(12), "0.510162606733");
        check(&letters, "COMPRESS", 34.351442193, "000111011110100111110101010101100001");
    }

    #[test]
    fn intervals_are_exact_at_any_depth_and_nest() {
        let segments = Arc::new(Segments::of(&abc()));
        let message: Vec<usize> = (0..400).map(|i| i % 3).collect();
        let all = intervals(|_| Arc::clone(&segments), &message).unwrap();
        assert!(all.windows(2).all(|pair| pair[1].low() >= pair[0].low() && pair[1].high() <= pair[0].high()));
        let last = all.last().unwrap();
        assert_eq!(decode_interval(|_| Arc::clone(&segments), &last.inside(), 400), message);
        let per_round = 1.0 + 1.736965594166206 + 2.321928094887362;
        let rest: f64 = 1.0;
        assert!((last.bits() - (133.0 * per_round + rest)).abs() < 1e-6, "{}", last.bits());
    }

    #[test]
    fn impossible_and_endless_messages_are_refused() {
        let sure = Arc::new(Segments::of(&Distribution::coin(1.0).unwrap()));
        assert_eq!(intervals(|_| Arc::clone(&sure), &[0, 0, 1]), Err(InfoError::Impossible(2)));
        assert_eq!(intervals(|_| Arc::clone(&sure), &[7]), Err(InfoError::Impossible(0)));
        let long = vec![0; LONGEST_MESSAGE + 1];
        assert_eq!(intervals(|_| Arc::clone(&sure), &long), Err(InfoError::Message(LONGEST_MESSAGE + 1)));
    }
}
