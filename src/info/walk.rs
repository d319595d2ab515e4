//! Chance that goes on: a random walk and a swaying value, each worked out for any time by itself.
//!
//! Enters: a seed and a time. Leaves: a number, the same whichever time is asked for first: no state is carried along.

use super::uniform01;

/// Times up to which a walk is worked out; beyond, it stays where it is there.
const FAR: f64 = (1u64 << 50) as f64;

/// A draw from the normal distribution, as `index` of the sequence that `seed` names (Box and Muller, 1958).
fn normal(seed: u64, index: u64) -> f64 {
    let [radius, angle] = [0, 1].map(|half| uniform01(seed, index.wrapping_mul(2).wrapping_add(half)));
    libm::sqrt(-2.0 * libm::log(1.0 - radius)) * libm::cos(angle * std::f64::consts::TAU)
}

/// A random walk at a time of at least 0: it begins at 0 and each whole step is a draw from the standard normal distribution,
/// straight from one whole time to the next. Takes logarithmic time: steps are not added up, but gaps between times that
/// are known are halved (Levy's construction, 1948).
///
/// ```
/// use surprisal::info::walk;
/// assert_eq!(walk(7, 0.0), 0.0);
/// assert_eq!(walk(7, 1e12), walk(7, 1e12));
/// assert!((walk(7, 2.25) - (0.75 * walk(7, 2.0) + 0.25 * walk(7, 3.0))).abs() < 1e-9);
/// ```
pub fn walk(seed: u64, time: f64) -> f64 {
    let time = if time.is_nan() { 0.0 } else { time.clamp(0.0, FAR) };
    let whole = libm::floor(time);
    let (from, share) = (whole as u64, time - whole);
    let start = walked(seed, from);
    if share > 0.0 { start + (walked(seed, from + 1) - start) * share } else { start }
}

/// The walk at a whole time.
fn walked(seed: u64, time: u64) -> f64 {
    if time == 0 {
        return 0.0;
    }
    // At the powers of two it has come by so much more.
    let (mut low, mut at_low) = (1, normal(seed, 1));
    while low <= time / 2 {
        at_low += libm::sqrt(low as f64) * normal(seed, low * 2);
        low *= 2;
    }
    if low == time {
        return at_low;
    }
    // Between two times it is known at, the middle is the mean and a draw: every time is the middle of one gap only.
    let mut gap = low;
    let mut at_high = at_low + libm::sqrt(gap as f64) * normal(seed, low * 2);
    loop {
        gap /= 2;
        let middle = low + gap;
        let at_middle = (at_low + at_high) / 2.0 + libm::sqrt(gap as f64 / 2.0) * normal(seed, middle);
        match time.cmp(&middle) {
            std::cmp::Ordering::Equal => return at_middle,
            std::cmp::Ordering::Less => at_high = at_middle,
            std::cmp::Ordering::Greater => (low, at_low) = (middle, at_middle),
        }
        if gap <= 1 {
            return at_middle;
        }
    }
}

/// A value between -1 and 1 that sways without a jerk, and changes its mind about once in a unit of time: a cubic B-spline
/// through draws. Takes constant time; times may be negative.
///
/// ```
/// use surprisal::info::sway;
/// assert!((sway(7, 3.0) - sway(7, 3.001)).abs() < 0.01);
/// assert_ne!(sway(7, 3.0), sway(8, 3.0));
/// ```
pub fn sway(seed: u64, time: f64) -> f64 {
    let time = if time.is_nan() { 0.0 } else { time.clamp(-FAR, FAR) };
    let whole = libm::floor(time);
    let t = time - whole;
    let knot = |offset: i64| 2.0 * uniform01(seed, (whole as i64).wrapping_add(offset) as u64) - 1.0;
    let weights = [
        (1.0 - t) * (1.0 - t) * (1.0 - t),
        3.0 * t * t * t - 6.0 * t * t + 4.0,
        -3.0 * t * t * t + 3.0 * t * t + 3.0 * t + 1.0,
        t * t * t,
    ];
    weights.iter().zip(-1..).map(|(weight, offset)| weight / 6.0 * knot(offset)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_of_a_walk_are_independent_draws_of_variance_one() {
        let steps: Vec<f64> = (0..20_000).map(|i| walked(3, i + 1) - walked(3, i)).collect();
        let count = steps.len() as f64;
        let mean = steps.iter().sum::<f64>() / count;
        let variance = steps.iter().map(|step| step * step).sum::<f64>() / count;
        // Four standard deviations of each.
        assert!(mean.abs() < 4.0 / count.sqrt(), "{mean}");
        assert!((variance - 1.0).abs() < 4.0 * (2.0 / count).sqrt(), "{variance}");
        for lag in [1, 2, 3, 4, 8, 64] {
            let pairs = steps.iter().zip(steps.iter().skip(lag));
            let correlation = pairs.map(|(a, b)| a * b).sum::<f64>() / (count - lag as f64);
            assert!(correlation.abs() < 4.0 / count.sqrt(), "{lag}: {correlation}");
        }
    }

    #[test]
    fn any_time_is_a_matter_of_a_moment() {
        for time in [-1.0, f64::NAN, f64::INFINITY, 1e300, 1e15, 0.5] {
            assert!(walk(1, time).is_finite() && sway(1, time).abs() <= 1.0, "{time}");
        }
        // Far away steps are as near to each other as at the start.
        assert!((walk(1, 1e12) - walk(1, 1e12 + 1.0)).abs() < 6.0);
    }
}
