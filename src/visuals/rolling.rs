//! Figures that roll while a number changes: each place shows the figure that leaves and the one that comes, as a counter does.

use super::Now;
use crate::draw::Part;
use crate::geom::{Affine, lerp};
use crate::typeset::{Format, TextStyle, format};

/// Below this many steps a frame, figures come to rest in their places.
const SLOW: f64 = 0.02;
/// Height of a place, in em.
const PITCH: f64 = 0.8;

/// A number on its way: its part, from x = 0 on, and its width. `speed`: by how much it has changed since the frame before.
/// Standing still it is what its format writes.
pub(super) fn rolled(now: &Now<'_>, value: f64, speed: f64, written: &Format, style: &TextStyle) -> (Part, f64) {
    let (low, high, share) = between(value, speed, written);
    let (low, high): (Vec<char>, Vec<char>) = (low.chars().collect(), high.chars().collect());
    let places = low.len().max(high.len());
    // Places are counted from the right, where figures stay.
    let at = |all: &[char], place: usize| (place + all.len()).checked_sub(places).and_then(|i| all.get(i)).copied();
    let (mut part, mut x) = (Part::new("value"), 0.0);
    for place in 0..places {
        let signs = [at(&low, place), at(&high, place)];
        let set = signs.map(|sign| sign.map(|sign| now.label(&sign.to_string(), style)));
        let widths = [&set[0], &set[1]].map(|set| set.as_ref().map_or(0.0, |set| set.layout.width()));
        let width = lerp(widths[0], widths[1], share);
        let still = signs[0] == signs[1];
        let shares = if still { [1.0, 0.0] } else { [1.0 - share, share] };
        let rises = [share, share - 1.0].map(|rise| if still { 0.0 } else { rise * PITCH * style.size });
        for ((set, seen), rise) in set.into_iter().zip(shares).zip(rises) {
            let Some(set) = set.filter(|_| seen > 0.0) else { continue };
            let middle = (width - set.layout.width()) / 2.0;
            let sign = Part { name: place.to_string(), ..set.part.clone() };
            part.parts
                .push(sign.faded(seen * seen * (3.0 - 2.0 * seen)).transformed(Affine::translate((x + middle, rise))));
        }
        x += width;
    }
    (part, x)
}

/// The two neighbouring numbers as they are written, and how far it is from the one to the other.
fn between(value: f64, speed: f64, written: &Format) -> (String, String, f64) {
    let Some(step) = written.step().filter(|step| value.is_finite() && (value / step).abs() < 1e12) else {
        let shown = format(value, written);
        return (shown.clone(), shown, 0.0);
    };
    // How halves are rounded is for the format to say.
    let turns = value / step;
    let nearest = libm::round(turns);
    let pace = ((speed / step).abs() / SLOW).min(1.0);
    let offset = (turns - nearest) * pace * pace * (3.0 - 2.0 * pace);
    if offset.abs() < 1e-6 {
        let shown = format(value, written);
        return (shown.clone(), shown, 0.0);
    }
    let other = format((nearest + offset.signum()) * step, written);
    let shown = format(nearest * step, written);
    if offset > 0.0 { (shown, other, offset) } else { (other, shown, 1.0 + offset) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_roll_while_they_change_and_stand_as_they_are_written() {
        let tenths = Format::parse(".1").unwrap_or_default();
        assert_eq!(between(9.94, 0.0, &tenths), ("9.9".into(), "9.9".into(), 0.0));
        let (low, high, share) = between(9.94, 1.0, &tenths);
        assert_eq!((low.as_str(), high.as_str()), ("9.9", "10.0"));
        assert!((share - 0.4).abs() < 1e-9);
        let (low, high, share) = between(9.96, 1.0, &tenths);
        assert_eq!((low.as_str(), high.as_str()), ("9.9", "10.0"));
        assert!((share - 0.6).abs() < 1e-9);
        // It slows down into its place.
        assert!(between(9.94, 0.0005, &tenths).2 < 0.1);
        assert_eq!(between(f64::NAN, 1.0, &tenths).2, 0.0);
    }
}
