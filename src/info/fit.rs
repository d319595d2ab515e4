//! Lines through points and how well they fit, and counts of values.

/// Intercept and slope of the line through points that has the least sum of squared vertical distances (Gauss, *Theoria motus*,
/// 1809). `None` if there are fewer than two points, or all lie above each other.
///
/// ```
/// let (intercept, slope) = surprisal::info::least_squares(&[0.0, 1.0, 2.0], &[1.0, 3.0, 5.0]).unwrap();
/// assert!((intercept - 1.0).abs() < 1e-12 && (slope - 2.0).abs() < 1e-12);
/// ```
pub fn least_squares(xs: &[f64], ys: &[f64]) -> Option<(f64, f64)> {
    let moments = Moments::of(xs, ys)?;
    let slope = moments.xy / moments.xx;
    Some((moments.mean.1 - slope * moments.mean.0, slope)).filter(|(_, slope)| slope.is_finite())
}

/// Pearson's correlation of two lists, from -1 to 1. `None` if there are fewer than two points, or one list does not vary.
///
/// ```
/// assert_eq!(surprisal::info::correlation(&[0.0, 1.0], &[3.0, 2.0]), Some(-1.0));
/// ```
pub fn correlation(xs: &[f64], ys: &[f64]) -> Option<f64> {
    let moments = Moments::of(xs, ys)?;
    let r = moments.xy / libm::sqrt(moments.xx * moments.yy);
    Some(r.clamp(-1.0, 1.0)).filter(|r| r.is_finite())
}

/// Means, and sums of products of distances from them.
struct Moments {
    mean: (f64, f64),
    xx: f64,
    yy: f64,
    xy: f64,
}

impl Moments {
    fn of(xs: &[f64], ys: &[f64]) -> Option<Self> {
        let count = xs.len().min(ys.len());
        let pairs = || xs.iter().zip(ys);
        let mean = pairs().fold((0.0, 0.0), |sum, (x, y)| (sum.0 + x / count as f64, sum.1 + y / count as f64));
        let sum = |of: &dyn Fn(f64, f64) -> f64| pairs().map(|(x, y)| of(x - mean.0, y - mean.1)).sum();
        (count > 1).then(|| Self { mean, xx: sum(&|x, _| x * x), yy: sum(&|_, y| y * y), xy: sum(&|x, y| x * y) })
    }
}

/// How many values lie in each of `bins` equal parts of `from..to`; the last part holds its right end, values outside are left
/// out.
///
/// ```
/// assert_eq!(surprisal::info::bin_counts(&[0.1, 0.2, 0.9, 1.0, 7.0], 0.0, 1.0, 2), [2, 2]);
/// ```
pub fn bin_counts(values: &[f64], from: f64, to: f64, bins: usize) -> Vec<usize> {
    let mut counts = vec![0; bins];
    for value in values.iter().filter(|value| **value >= from && **value <= to) {
        let bin = libm::floor((value - from) / (to - from) * bins as f64) as usize;
        if let Some(count) = counts.get_mut(bin.min(bins.saturating_sub(1))) {
            *count += 1;
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_that_make_no_line_have_none() {
        assert_eq!(least_squares(&[1.0], &[2.0]), None);
        assert_eq!(least_squares(&[1.0, 1.0], &[2.0, 3.0]), None);
        assert_eq!(correlation(&[1.0, 2.0], &[3.0, 3.0]), None);
        assert_eq!(bin_counts(&[1.0], 0.0, 1.0, 0), Vec::<usize>::new());
    }

    #[test]
    fn no_other_line_is_nearer() {
        let draw = |seed: u64, i: u64| 20.0 * crate::info::uniform01(seed, i) - 10.0;
        for seed in 0..200 {
            let xs: Vec<f64> = (0..3 + seed % 9).map(|x| x as f64).collect();
            let ys: Vec<f64> = (0..3 + seed % 9).map(|i| draw(seed, i)).collect();
            let error =
                |a: f64, b: f64| xs.iter().zip(&ys).map(|(x, y)| (y - a - b * x) * (y - a - b * x)).sum::<f64>();
            let (a, b) = least_squares(&xs, &ys).unwrap();
            assert!(error(a, b) <= error(a + draw(seed, 100) / 10.0, b + draw(seed, 101) / 10.0) + 1e-9);
            assert!(correlation(&xs, &ys).unwrap_or(0.0) * b >= -1e-9);
        }
    }
}
