//! The scale of a bar chart: from values to heights.

/// Ticks at most.
const MOST_TICKS: f64 = 100.0;

/// How far a bar may stand out above the axis, as a share of its height.
const OVER: f64 = 1.06;

/// Leads from values to heights over the foot of the axis.
pub(super) struct Scale {
    height: f64,
    /// The value at the foot and that at the top; their logarithms to base 10 on such a scale.
    ends: [f64; 2],
    log: bool,
}

impl Scale {
    /// An axis so high, between two values. Values that make no axis are mended: the top is above the foot.
    pub(super) fn new(height: f64, least: f64, most: f64, log: bool) -> Self {
        let clean = |value: f64, other: f64| if value.is_finite() { value } else { other };
        let (least, most) = (clean(least, 0.0), clean(most, 1.0).max(1e-9));
        let ends = match log {
            // Three decades are to be seen where nothing is said of the foot.
            true => [if least > 0.0 { libm::log10(least) } else { libm::log10(most) - 3.0 }, libm::log10(most)],
            false => [least.min(0.0), most],
        };
        let [from, to] = ends;
        Self { height, ends: [from, if to > from { to } else { from + 1.0 }], log }
    }

    /// Height of a value over the foot; a little over the top at most.
    pub(super) fn y(&self, value: f64) -> f64 {
        let [from, to] = self.ends;
        let value = if self.log { libm::log10(value.max(f64::MIN_POSITIVE)) } else { value };
        if value.is_finite() { self.height * ((value - from) / (to - from)).clamp(0.0, OVER) } else { 0.0 }
    }

    /// Whether a value is on the axis, or no further over its top than bars may stand out.
    pub(super) fn holds(&self, value: f64) -> bool {
        let [from, to] = self.ends;
        let value = if self.log { libm::log10(value.max(f64::MIN_POSITIVE)) } else { value };
        (-1e-9..=OVER).contains(&((value - from) / (to - from)))
    }

    /// Height on which bars stand: that of 0, or the foot on a logarithmic scale.
    pub(super) fn base(&self) -> f64 {
        if self.log { 0.0 } else { self.y(0.0) }
    }

    /// Height of 0 and of 1 more, along the scale's own numbers.
    pub(super) fn line(&self) -> [f64; 2] {
        let [from, to] = self.ends;
        let up = self.height / (to - from);
        [-from * up, up]
    }

    /// The numbers at the axis: multiples of the step, or powers of ten.
    pub(super) fn ticks(&self, step: Option<f64>) -> Vec<f64> {
        let [from, to] = self.ends;
        let (step, first, last) = match (self.log, step) {
            (true, _) => (1.0, libm::ceil(from - 1e-9), libm::floor(to + 1e-9)),
            (false, Some(step)) => (step, libm::ceil(from / step - 1e-9), libm::floor(to / step + 1e-9)),
            (false, None) => return Vec::new(),
        };
        let count = (last - first).clamp(-1.0, MOST_TICKS) as i64;
        let value = |i: i64| step * (first + i as f64);
        (0..=count).map(|i| if self.log { libm::pow(10.0, value(i)) } else { value(i) }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_where_the_axis_says() {
        let plain = Scale::new(4.0, 0.0, 2.0, false);
        assert_eq!((plain.y(1.0), plain.y(9.0), plain.base()), (2.0, 4.0 * OVER, 0.0));
        assert!(plain.holds(0.0) && plain.holds(2.1) && !plain.holds(2.2) && !plain.holds(-0.1));
        assert_eq!(plain.ticks(Some(1.0)), [0.0, 1.0, 2.0]);
        let signed = Scale::new(4.0, -1.0, 3.0, false);
        assert_eq!((signed.base(), signed.y(-1.0), signed.line()), (1.0, 0.0, [1.0, 1.0]));
        let log = Scale::new(3.0, 1.0, 1000.0, true);
        assert_eq!((log.y(10.0), log.y(0.0), log.base()), (1.0, 0.0, 0.0));
        assert_eq!(log.ticks(None), [1.0, 10.0, 100.0, 1000.0]);
        assert_eq!(Scale::new(1.0, f64::NAN, -5.0, false).y(f64::NAN), 0.0);
    }
}
