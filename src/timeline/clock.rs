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
    /// Shuffled by a seed.
    Random(u64),
}

impl Order {
    /// The turn, from 0, of part `index` of `count`. Each turn is taken once (`Centre` may share one between two parts).
    pub fn turn(self, index: usize, count: usize) -> usize {
        let index = index.min(count.saturating_sub(1));
        match self {
            Self::Forward => index,
            Self::Reverse => count.saturating_sub(1) - index,
            Self::Centre => (2 * index + 1).abs_diff(count),
            Self::Random(seed) => {
                let key = |i: usize| scramble(seed ^ scramble(i as u64));
                let own = (key(index), index);
                (0..count).filter(|&other| (key(other), other) < own).count()
            }
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
const LEAST_SHARE: f64 = 0.1;

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
        for order in [Order::Forward, Order::Reverse, Order::Random(7)] {
            let mut turns: Vec<usize> = (0..9).map(|i| order.turn(i, 9)).collect();
            turns.sort_unstable();
            assert_eq!(turns, (0..9).collect::<Vec<_>>(), "{order:?}");
        }
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
