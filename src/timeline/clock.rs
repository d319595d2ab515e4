//! How far a step has come at an instant, as a whole and for each of the parts it is staggered over.

use super::Easing;

/// In which order a staggered step takes its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Order {
    /// First to last.
    #[default]
    Forward,
    /// Last to first.
    Reverse,
    /// From the middle outwards.
    Centre,
    /// From both ends inwards.
    Ends,
    /// Shuffled by a seed.
    Random(u64),
}

impl Order {
    /// The turn, from 0, of part `index` of `count`. Each turn is taken once (`Centre` and `Ends` may share one between two parts).
    pub fn turn(self, index: usize, count: usize) -> usize {
        let index = index.min(count.saturating_sub(1));
        match self {
            Self::Forward => index,
            Self::Reverse => count.saturating_sub(1) - index,
            Self::Centre => (2 * index + 1).abs_diff(count),
            Self::Ends => index.min(count.saturating_sub(1) - index) * 2,
            Self::Random(seed) => shuffled(seed, index, count),
        }
    }
}

/// Where a shuffle by a seed takes `index` of `count`, in constant time: a Feistel network of four rounds permutes the next
/// power of four, and is walked on until it lands below `count` (Black and Rogaway, 2002).
fn shuffled(seed: u64, index: usize, count: usize) -> usize {
    let half_bits = usize::BITS.saturating_sub(count.saturating_sub(1).leading_zeros()).div_ceil(2).max(1);
    let mask = (1u64 << half_bits) - 1;
    let mut value = index as u64;
    // The cycle that `index` is on leads back to it, so the walk ends; it takes four steps or fewer on average.
    loop {
        let (mut left, mut right) = (value >> half_bits, value & mask);
        for round in 0..4u64 {
            (left, right) = (right, left ^ (scramble(seed ^ scramble(right ^ (round << 32))) & mask));
        }
        value = (left << half_bits) | right;
        if value < count.max(1) as u64 {
            return value as usize;
        }
    }
}

/// SplitMix64's output function (Steele, Lea, Flood, 2014): a fixed, well-mixed map of 64 bits.
fn scramble(value: u64) -> u64 {
    let z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The state of a step at an instant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clock {
    /// Share of the step's time that has passed, 0 to 1, not eased.
    pub progress: f64,
    /// The step's duration in seconds, at least 0.
    pub secs: f64,
    /// Seconds between the starts of successive parts; 0 moves all together.
    pub lag_secs: f64,
    /// Which part goes first.
    pub order: Order,
    /// The motion's course.
    pub ease: Easing,
}

/// No part gets less than this share of a staggered step's time, however many parts there are.
pub const LEAST_SHARE: f64 = 0.1;

impl Clock {
    /// A clock that has run out: every part has arrived.
    pub fn finished(ease: Easing) -> Self {
        Self { progress: 1.0, secs: 0.0, lag_secs: 0.0, order: Order::Forward, ease }
    }

    /// Eased progress of the whole step.
    pub fn whole(&self) -> f64 {
        self.ease.ease(self.progress)
    }

    /// Eased progress of part `index` of `count`. The parts start `lag_secs` apart (closer if there is not time enough) and
    /// the last arrives when the step ends.
    pub fn part(&self, index: usize, count: usize) -> f64 {
        self.ease.ease(self.part_linear(index, count))
    }

    /// Progress of a part without easing.
    pub fn part_linear(&self, index: usize, count: usize) -> f64 {
        if count <= 1 || self.lag_secs <= 0.0 || self.secs <= 0.0 || self.progress >= 1.0 {
            return self.progress;
        }
        let last_turn = (count - 1) as f64;
        let lag = (self.lag_secs / self.secs).min((1.0 - LEAST_SHARE) / last_turn);
        let share = 1.0 - lag * last_turn;
        let start = lag * self.order.turn(index, count) as f64;
        ((self.progress - start) / share).clamp(0.0, 1.0)
    }

    /// Is the step still under way?
    pub fn running(&self) -> bool {
        self.progress < 1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(progress: f64, lag_secs: f64) -> Clock {
        Clock { progress, secs: 2.0, lag_secs, order: Order::Forward, ease: Easing::default() }
    }

    #[test]
    fn every_order_takes_each_part_in_turn() {
        for count in [1, 2, 3, 9, 64, 65, 1000] {
            for order in [Order::Forward, Order::Reverse, Order::Random(7), Order::Random(8)] {
                let mut turns: Vec<usize> = (0..count).map(|i| order.turn(i, count)).collect();
                turns.sort_unstable();
                assert_eq!(turns, (0..count).collect::<Vec<_>>(), "{order:?}");
            }
        }
        let turns = |seed: u64| (0..9).map(|i| Order::Random(seed).turn(i, 9)).collect::<Vec<_>>();
        assert_ne!(turns(7), turns(8));
        assert_eq!((0..5).map(|i| Order::Ends.turn(i, 5)).collect::<Vec<_>>(), [0, 2, 4, 2, 0]);
        assert_eq!((0..5).map(|i| Order::Centre.turn(i, 5)).collect::<Vec<_>>(), [4, 2, 0, 2, 4]);
    }

    #[test]
    fn parts_start_in_turn_and_all_arrive() {
        for lag in [0.0, 0.1, 5.0] {
            for i in 0..10 {
                assert_eq!(clock(1.0, lag).part(i, 10), 1.0);
                assert_eq!(clock(0.0, lag).part(i, 10), 0.0);
            }
        }
        let halfway: Vec<f64> = (0..10).map(|i| clock(0.5, 0.1).part_linear(i, 10)).collect();
        assert!(halfway.windows(2).all(|w| w[0] >= w[1]) && halfway[0] > halfway[9]);
    }
}
