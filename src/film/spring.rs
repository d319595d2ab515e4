//! Springs without a state: what is on a spring is where its leader has been, weighted by how long ago.
//!
//! A spring is linear, so its answer to any motion is the sum of its answers to the steps that the motion consists of. The
//! weights fall off exponentially: any instant is worked out from the last few seconds alone, whichever is asked first.

use crate::script::Spring;

/// Time constants after which a spring has forgotten: less than 2e-6 of a motion is left.
const CONSTANTS: f64 = 16.0;
/// Frames that are remembered at most.
const MEMORY: u64 = 20_000;

/// How far a spring has come so many seconds after its leader has jumped by 1.
///
/// The spring is `x'' + 2 d w x' + w^2 x = w^2 u`; it is `2 d / w` seconds behind a leader of even motion.
pub(super) fn response(spring: Spring, secs: f64) -> f64 {
    let (d, t) = (spring.damping, secs);
    if spring.secs <= 0.0 {
        return if t > 0.0 { 1.0 } else { 0.0 };
    }
    if t <= 0.0 {
        return 0.0;
    }
    let w = 2.0 * d / spring.secs;
    if (d - 1.0).abs() < 1e-6 {
        1.0 - libm::exp(-w * t) * (1.0 + w * t)
    } else if d < 1.0 {
        let turning = w * libm::sqrt(1.0 - d * d);
        let (sin, cos) = libm::sincos(turning * t);
        1.0 - libm::exp(-d * w * t) * (cos + d * w / turning * sin)
    } else {
        let root = libm::sqrt(d * d - 1.0);
        let (slow, fast) = (-w * (d - root), -w * (d + root));
        1.0 - (fast * libm::exp(slow * t) - slow * libm::exp(fast * t)) / (fast - slow)
    }
}

/// For how many frames a spring remembers its leader.
pub(super) fn memory(spring: Spring, fps: f64) -> u64 {
    let (d, w) = (spring.damping, 2.0 * spring.damping / spring.secs.max(1e-9));
    let rate = if d <= 1.0 { d * w } else { w * (d - libm::sqrt(d * d - 1.0)) };
    (libm::ceil(CONSTANTS / rate * fps) as u64).clamp(1, MEMORY)
}

/// The weights of where a leader was: frames ago, from 0, and the weight. They add up to 1 but for what is forgotten.
/// `shutter` is how far the instant is from its frame, from -1 to 0 frames.
pub(super) fn weights(spring: Spring, fps: f64, shutter: f64) -> impl Iterator<Item = (u64, f64)> {
    let frames = memory(spring, fps);
    let come = move |ago: f64| response(spring, (ago + shutter) / fps);
    (0..=frames).map(move |ago| (ago, come(ago as f64 + 0.5) - come(ago as f64 - 0.5)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spring_arrives_and_is_as_far_behind_as_it_says() {
        for damping in [0.2, 0.5, 1.0, 2.0, 4.0] {
            for secs in [0.0, 0.1, 0.5, 2.0] {
                let spring = Spring { secs, damping };
                let total: f64 = weights(spring, 60.0, 0.0).map(|(_, weight)| weight).sum();
                assert!((total - 1.0).abs() < 1e-4, "{spring:?}: {total}");
                // Behind a leader of even motion by the mean age of what it remembers.
                let behind: f64 = weights(spring, 60.0, 0.0).map(|(ago, weight)| ago as f64 / 60.0 * weight).sum();
                assert!((behind - secs).abs() < 0.01 + secs * 0.01, "{spring:?}: {behind}");
            }
        }
    }

    #[test]
    fn critical_springs_do_not_swing_and_others_do() {
        let most = |damping: f64| {
            let spring = Spring { secs: 0.5, damping };
            (0..600).map(|i| response(spring, f64::from(i) / 60.0)).fold(0.0, f64::max)
        };
        assert!(most(1.0) <= 1.0 && most(2.0) <= 1.0);
        assert!((1.1..1.3).contains(&most(0.5)), "{}", most(0.5));
        assert!((most(0.999) - most(1.001)).abs() < 1e-3);
    }
}
