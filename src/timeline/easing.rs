//! Easings: how a motion gets from its start to its goal. One row of one table each.
//!
//! Enters: a share of a motion's time. Leaves: the share of its way, 0 at the start and 1 at the end (0 for those that come
//! back), in between possibly below 0 or above 1.

use std::f64::consts::{PI, TAU};
use std::fmt;

use super::compose::Made;

/// A row of the table of easings.
pub struct EasingRow {
    /// Name in scripts.
    pub name: &'static str,
    /// The course: from share of time to share of the way.
    pub f: fn(f64) -> f64,
    /// One line.
    pub meaning: &'static str,
    /// Does it never go back?
    pub monotone: bool,
    /// Does it end where it began?
    pub returns: bool,
}

const fn row(name: &'static str, f: fn(f64) -> f64, meaning: &'static str) -> EasingRow {
    EasingRow { name, f, meaning, monotone: true, returns: false }
}

const fn swinging(name: &'static str, f: fn(f64) -> f64, meaning: &'static str) -> EasingRow {
    EasingRow { name, f, meaning, monotone: false, returns: false }
}

const fn returning(name: &'static str, f: fn(f64) -> f64, meaning: &'static str) -> EasingRow {
    EasingRow { name, f, meaning, monotone: false, returns: true }
}

/// Every easing that has a name, the default first.
pub static EASINGS: &[EasingRow] = &[
    row("smooth", smooth, "starts and stops gently, with no jerk at either end; the default"),
    row("linear", |t| t, "at one speed"),
    row("ease", |t| bezier(t, [0.25, 0.1, 0.25, 1.0]), "starts quickly and stops gently (CSS)"),
    row("smoothstep", |t| t * t * (3.0 - 2.0 * t), "starts and stops gently, third power"),
    row("ease_in", |t| bezier(t, [0.42, 0.0, 1.0, 1.0]), "starts gently (CSS)"),
    row("ease_out", |t| bezier(t, [0.0, 0.0, 0.58, 1.0]), "stops gently (CSS)"),
    row("ease_in_out", |t| bezier(t, [0.42, 0.0, 0.58, 1.0]), "starts and stops gently (CSS)"),
    row("ease_in_sine", |t| 1.0 - libm::cos(t * PI / 2.0), "a quarter wave, gentle start"),
    row("ease_out_sine", |t| libm::sin(t * PI / 2.0), "a quarter wave, gentle stop"),
    row("ease_in_out_sine", |t| (1.0 - libm::cos(t * PI)) / 2.0, "half a wave"),
    row("ease_in_quad", |t| t * t, "second power, gentle start"),
    row("ease_out_quad", |t| flipped(t, |s| s * s), "second power, gentle stop"),
    row("ease_in_out_quad", |t| both(t, |s| s * s), "second power at both ends"),
    row("ease_in_cubic", cube, "third power, gentle start"),
    row("ease_out_cubic", |t| flipped(t, cube), "third power, gentle stop"),
    row("ease_in_out_cubic", |t| both(t, cube), "third power at both ends"),
    row("ease_in_quart", quart, "fourth power, gentle start"),
    row("ease_out_quart", |t| flipped(t, quart), "fourth power, gentle stop"),
    row("ease_in_out_quart", |t| both(t, quart), "fourth power at both ends"),
    row("ease_in_quint", quint, "fifth power, gentle start"),
    row("ease_out_quint", |t| flipped(t, quint), "fifth power, gentle stop"),
    row("ease_in_out_quint", |t| both(t, quint), "fifth power at both ends"),
    row("ease_in_expo", expo, "exponential, very gentle start"),
    row("ease_out_expo", |t| flipped(t, expo), "exponential, very gentle stop"),
    row("ease_in_out_expo", |t| both(t, expo), "exponential at both ends"),
    row("ease_in_circ", circ, "a quarter circle, gentle start"),
    row("ease_out_circ", |t| flipped(t, circ), "a quarter circle, gentle stop"),
    row("ease_in_out_circ", |t| both(t, circ), "quarter circles at both ends"),
    swinging("ease_in_back", back, "draws back before it goes"),
    swinging("ease_out_back", |t| flipped(t, back), "goes a little too far and comes back"),
    swinging("ease_in_out_back", |t| both(t, back), "draws back, and goes too far"),
    swinging("ease_in_elastic", |t| flipped(t, elastic), "trembles, then snaps"),
    swinging("ease_out_elastic", elastic, "snaps, then trembles to rest"),
    swinging("ease_in_out_elastic", |t| both(t, |s| flipped(s, elastic)), "trembles at both ends"),
    swinging("ease_in_bounce", |t| flipped(t, bounce), "bounces before it goes"),
    swinging("ease_out_bounce", bounce, "falls and bounces to rest"),
    swinging("ease_in_out_bounce", |t| both(t, |s| flipped(s, bounce)), "bounces at both ends"),
    row("rush_into", |t| 2.0 * smooth(t / 2.0), "speeds up and stops at full speed"),
    row("rush_from", |t| 2.0 * smooth(t / 2.0 + 0.5) - 1.0, "starts at full speed and slows down"),
    row("slow_into", |t| libm::sqrt((1.0 - (1.0 - t) * (1.0 - t)).max(0.0)), "starts abruptly and stops very gently"),
    row("double_smooth", |t| both_halves(t, smooth), "two smooth stages with a rest between"),
    row("lingering", |t| smooth((t / 0.8).min(1.0)), "arrives early and rests"),
    row("exponential_decay", |t| (1.0 - libm::exp(-10.0 * t)) / (1.0 - libm::exp(-10.0)), "fast, then ever slower"),
    swinging("running_start", run_up, "takes a run-up"),
    swinging("overshoot", |t| flipped(t, run_up), "goes too far and settles"),
    swinging("spring", |t| spring(t, 0.5), "swings to rest like a spring"),
    returning("there_and_back", |t| smooth(1.0 - (2.0 * t - 1.0).abs()), "goes and comes back"),
    returning(
        "there_and_back_with_pause",
        |t| smooth(((1.0 - (2.0 * t - 1.0).abs()) * 1.5).min(1.0)),
        "goes, rests, comes back",
    ),
    returning("wiggle", |t| smooth(1.0 - (2.0 * t - 1.0).abs()) * libm::sin(3.0 * TAU * t / 2.0), "to and fro"),
];

/// Why a text is no easing, as a sentence in lower case without a full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EasingError {
    /// A name that is not in the table.
    Unknown(String),
    /// An opening bracket without its closing one at the end.
    Unclosed(String),
    /// Something other than finite numbers between the brackets.
    Numbers(String),
    /// What the form does not take, with the form and what it takes.
    Arguments(&'static str, &'static str),
    /// A form that is made of too many others.
    TooMany(String),
}

impl fmt::Display for EasingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(text) => write!(f, "there is no easing `{text}`"),
            Self::Unclosed(text) => write!(f, "`{text}` lacks its closing bracket"),
            Self::Numbers(text) => write!(f, "`{text}` is not a list of numbers"),
            Self::Arguments(form, takes) => write!(f, "`{form}` takes {takes}"),
            Self::TooMany(text) => write!(f, "`{text}` is made of more than 7 easings"),
        }
    }
}

impl std::error::Error for EasingError {}

impl From<EasingError> for String {
    fn from(error: EasingError) -> Self {
        error.to_string()
    }
}

/// The course of a motion; [`Easing::default`] is `smooth`.
///
/// ```
/// use surprisal::timeline::Easing;
/// let smooth = Easing::default();
/// assert_eq!([0.0, 0.5, 1.0].map(|time| smooth.ease(time)), [0.0, 0.5, 1.0]);
/// assert!(smooth.ease(0.1) < 0.1);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Easing(Course);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Course {
    Plain(Plain),
    Made(&'static Made),
}

/// An easing that is not made of others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Plain {
    /// Row of the table.
    Row(usize),
    Bezier([f64; 4]),
    Steps(u32),
    Spring(f64),
}

impl Default for Easing {
    fn default() -> Self {
        Self(Course::Plain(Plain::Row(0)))
    }
}

impl Easing {
    /// At one speed.
    pub const LINEAR: Self = Self(Course::Plain(Plain::Row(1)));

    /// Reads a name of the table, `cubic_bezier(x1, y1, x2, y2)` with both x from 0 to 1, `steps(n)`, `spring(damping)` with
    /// a damping from 0.05 (swings long) to 1 (does not swing), or a form of [`super::FORMS`] around others.
    ///
    /// # Errors
    /// If there is no such name or form, or it does not take what is between its brackets.
    ///
    /// ```
    /// use surprisal::timeline::Easing;
    /// assert_eq!(Easing::parse("linear").map(|e| e.ease(0.25)), Ok(0.25));
    /// assert_eq!(Easing::parse("steps(4)").map(|e| e.ease(0.3)), Ok(0.25));
    /// assert_eq!(Easing::parse("mirror(linear)").map(|e| e.ease(0.75)), Ok(0.5));
    /// assert!(Easing::parse("smoth").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, EasingError> {
        let text = text.trim();
        match Made::parse(text) {
            Some(made) => made.map(Course::Made).map(Self),
            None => Plain::parse(text).map(Course::Plain).map(Self),
        }
    }

    /// Names of the table.
    pub fn names() -> impl Iterator<Item = &'static str> {
        EASINGS.iter().map(|row| row.name)
    }

    /// Share of the way after a share of the time. Time is clamped to 0 to 1, NaN counts as 0; exactly 0 at 0 and 1 at 1 (0
    /// for those that return).
    pub fn ease(self, time: f64) -> f64 {
        let t = if time.is_nan() { 0.0 } else { time.clamp(0.0, 1.0) };
        let returns = match &self.0 {
            Course::Plain(plain) => plain.returns(),
            Course::Made(made) => made.comes_back(),
        };
        match t {
            0.0 => 0.0,
            1.0 if returns => 0.0,
            1.0 => 1.0,
            _ => match &self.0 {
                Course::Plain(plain) => plain.ease(t),
                Course::Made(made) => made.at(t),
            },
        }
    }
}

impl Plain {
    pub(super) fn parse(text: &str) -> Result<Self, EasingError> {
        if let Some(index) = EASINGS.iter().position(|row| row.name == text) {
            return Ok(Self::Row(index));
        }
        let unknown = || EasingError::Unknown(text.to_owned());
        let (form, rest) = text.split_once('(').ok_or_else(unknown)?;
        let inside = rest.strip_suffix(')').ok_or_else(|| EasingError::Unclosed(text.to_owned()))?;
        let number = |text: &str| text.trim().parse().ok().filter(|number: &f64| number.is_finite());
        let numbers: Option<Vec<f64>> = inside.split(',').map(number).collect();
        let numbers = numbers.ok_or_else(|| EasingError::Numbers(inside.to_owned()))?;
        match (form.trim(), numbers.as_slice()) {
            ("cubic_bezier", [x1, y1, x2, y2])
                if (0.0..=1.0).contains(x1) && (0.0..=1.0).contains(x2) && y1.abs().max(y2.abs()) <= 10.0 =>
            {
                Ok(Self::Bezier([*x1, *y1, *x2, *y2]))
            }
            ("cubic_bezier", _) => Err(EasingError::Arguments(
                "cubic_bezier",
                "four numbers: x1 and x2 from 0 to 1, y1 and y2 from -10 to 10",
            )),
            ("steps", [n]) if n.fract() == 0.0 && (1.0..=1000.0).contains(n) => Ok(Self::Steps(*n as u32)),
            ("steps", _) => Err(EasingError::Arguments("steps", "a whole number from 1 to 1000")),
            ("spring", [damping]) if (0.05..=1.0).contains(damping) => Ok(Self::Spring(*damping)),
            ("spring", _) => Err(EasingError::Arguments("spring", "a damping from 0.05 to 1")),
            _ => Err(unknown()),
        }
    }

    /// The way at a share of time from 0 to 1.
    pub(super) fn ease(self, t: f64) -> f64 {
        if t <= 0.0 {
            return 0.0;
        }
        if t >= 1.0 {
            return if self.returns() { 0.0 } else { 1.0 };
        }
        match self {
            Self::Row(index) => EASINGS.get(index).map_or(t, |row| (row.f)(t)),
            Self::Bezier(points) => bezier(t, points),
            Self::Steps(count) => libm::floor(t * f64::from(count)) / f64::from(count),
            Self::Spring(damping) => spring(t, damping),
        }
    }

    pub(super) fn returns(self) -> bool {
        matches!(self, Self::Row(index) if EASINGS.get(index).is_some_and(|row| row.returns))
    }
}

/// Perlin's smootherstep: 6t^5 - 15t^4 + 10t^3, without speed or acceleration at either end.
fn smooth(t: f64) -> f64 {
    t * t * t * (t * (t * 6.0 - 15.0) + 10.0)
}

fn flipped(t: f64, f: fn(f64) -> f64) -> f64 {
    1.0 - f(1.0 - t)
}

fn both(t: f64, f: fn(f64) -> f64) -> f64 {
    if t < 0.5 { f(2.0 * t) / 2.0 } else { 1.0 - f(2.0 - 2.0 * t) / 2.0 }
}

fn both_halves(t: f64, f: fn(f64) -> f64) -> f64 {
    if t < 0.5 { f(2.0 * t) / 2.0 } else { (1.0 + f(2.0 * t - 1.0)) / 2.0 }
}

fn cube(t: f64) -> f64 {
    t * t * t
}

fn quart(t: f64) -> f64 {
    t * t * t * t
}

fn quint(t: f64) -> f64 {
    t * t * t * t * t
}

fn expo(t: f64) -> f64 {
    // 2^(10t - 10), moved so that it meets 0.
    (libm::exp2(10.0 * t) - 1.0) / 1023.0
}

fn circ(t: f64) -> f64 {
    1.0 - libm::sqrt((1.0 - t * t).max(0.0))
}

fn back(t: f64) -> f64 {
    // Penner's constant: draws back by a tenth of the way.
    const DRAW: f64 = 1.70158;
    t * t * ((DRAW + 1.0) * t - DRAW)
}

fn elastic(t: f64) -> f64 {
    libm::exp2(-10.0 * t) * libm::sin((t * 10.0 - 0.75) * TAU / 3.0) + 1.0
}

fn bounce(t: f64) -> f64 {
    const STEEPNESS: f64 = 7.5625;
    const SPAN: f64 = 2.75;
    let part = |middle: f64, height: f64| {
        let s = t - middle / SPAN;
        STEEPNESS * s * s + height
    };
    match t * SPAN {
        x if x < 1.0 => STEEPNESS * t * t,
        x if x < 2.0 => part(1.5, 0.75),
        x if x < 2.5 => part(2.25, 0.9375),
        _ => part(2.625, 0.984375),
    }
}

/// The Bezier curve of one dimension with the controls 0, 0, -1/2, -1/2, 1, 1, 1, multiplied out (Manim's run-up).
fn run_up(t: f64) -> f64 {
    let u = 1.0 - t;
    let (t2, t3) = (t * t, cube(t));
    // Bernstein weights 15, 20 of the two controls at -1/2, and 15, 6, 1 of the three at 1.
    -7.5 * t2 * quart(u) - 10.0 * t3 * cube(u) + t3 * t * (15.0 * u * u + 6.0 * u * t + t2)
}

/// A damped swing around the goal: 1 - e^(-kt) cos(wt), stretched so that it ends at the goal.
fn spring(t: f64, damping: f64) -> f64 {
    let (decay, swing) = (4.0 + 6.0 * damping, TAU * 2.5 * (1.0 - damping));
    let raw = |t: f64| 1.0 - libm::exp(-decay * t) * libm::cos(swing * t);
    raw(t) + (1.0 - raw(1.0)) * t
}

/// CSS's cubic-bezier: solves x(s) = t by bisection, gives y(s).
fn bezier(t: f64, [x1, y1, x2, y2]: [f64; 4]) -> f64 {
    let at = |s: f64, a: f64, b: f64| 3.0 * (1.0 - s) * (1.0 - s) * s * a + 3.0 * (1.0 - s) * s * s * b + s * s * s;
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..50 {
        let middle = (low + high) / 2.0;
        if at(middle, x1, x2) < t { low = middle } else { high = middle }
    }
    at((low + high) / 2.0, y1, y2)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The course over 10,001 points, with what holds for every easing checked.
    fn course(easing: Easing, end: f64) -> Vec<f64> {
        let course: Vec<f64> = (0..=10_000).map(|i| easing.ease(f64::from(i) / 10_000.0)).collect();
        assert_eq!((course[0], course[10_000]), (0.0, end), "{easing:?}");
        assert!(course.iter().all(|way| way.is_finite()), "{easing:?}");
        for outside in [-1e-300, -1.0, f64::NEG_INFINITY, f64::NAN, -0.0] {
            assert_eq!(easing.ease(outside), 0.0, "{easing:?}");
        }
        for outside in [1.0 + f64::EPSILON, 7.0, f64::INFINITY] {
            assert_eq!(easing.ease(outside), end, "{easing:?}");
        }
        course
    }

    fn of(text: &str) -> Easing {
        Easing::parse(text).unwrap_or_else(|error| panic!("{error}"))
    }

    fn rises(course: &[f64]) -> bool {
        course.windows(2).all(|pair| pair[1] >= pair[0] - 1e-12)
    }

    #[test]
    fn every_row_keeps_its_promises() {
        for row in EASINGS {
            let course = course(of(row.name), if row.returns { 0.0 } else { 1.0 });
            assert!(course.iter().all(|way| way.abs() < 2.0), "{}", row.name);
            // No jump: neither inside nor where the ends are made exact.
            assert!(course.windows(2).all(|pair| (pair[1] - pair[0]).abs() < 0.02), "{}", row.name);
            assert_eq!(rises(&course), row.monotone, "{}", row.name);
            assert!(!row.meaning.is_empty() && !row.meaning.ends_with('.'), "{}", row.name);
        }
        let mut names: Vec<&str> = Easing::names().collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), EASINGS.len());
        assert_eq!((Easing::default(), Easing::LINEAR), (of("smooth"), of("linear")));
    }

    #[test]
    fn families_mirror_their_starts_and_stops() {
        let near = |a: f64, b: f64| (a - b).abs() < 1e-9;
        for family in ["sine", "quad", "cubic", "quart", "quint", "expo", "circ", "back", "elastic", "bounce"] {
            let [start, stop, both] = ["in", "out", "in_out"].map(|end| of(&format!("ease_{end}_{family}")));
            for i in 0..=1000 {
                let t = f64::from(i) / 1000.0;
                assert!(near(start.ease(t), 1.0 - stop.ease(1.0 - t)), "{family} {t}");
                assert!(near(both.ease(t), 1.0 - both.ease(1.0 - t)), "{family} {t}");
            }
            assert!(near(both.ease(0.5), 0.5) && near(both.ease(0.25), start.ease(0.5) / 2.0), "{family}");
        }
        for there_and_back in ["there_and_back", "there_and_back_with_pause"] {
            let easing = of(there_and_back);
            assert!((0..=500).map(|i| f64::from(i) / 1000.0).all(|t| near(easing.ease(t), easing.ease(1.0 - t))));
            assert_eq!(easing.ease(0.5), 1.0);
        }
    }

    #[test]
    fn known_points() {
        for (text, time, way) in [
            ("ease_in_quad", 0.5, 0.25),
            ("ease_out_cubic", 0.5, 0.875),
            ("ease_in_out_quart", 0.25, 0.03125),
            ("ease_in_circ", 0.6, 0.2),
            ("ease_out_bounce", 4.0 / 11.0, 1.0),
            ("ease_in_out_sine", 1.0 / 3.0, 0.25),
            ("smooth", 0.25, 0.103515625),
            ("slow_into", 0.2, 0.6),
            ("double_smooth", 0.5, 0.5),
            ("lingering", 0.8, 1.0),
            ("rush_into", 0.5, 2.0 * 0.103515625),
            ("there_and_back_with_pause", 0.4, 1.0),
            ("wiggle", 0.5, -1.0),
            // De Casteljau by hand: (0, 0, -1/2, -1/2, 1, 1, 1) weighed 1 6 15 20 15 6 1 over 64.
            ("running_start", 0.5, 4.5 / 64.0),
            // CSS `ease` at the middle, as browsers draw it.
            ("cubic_bezier(0.25, 0.1, 0.25, 1)", 0.5, 0.802403388),
        ] {
            let actual = of(text).ease(time);
            assert!((actual - way).abs() < 1e-8, "{text} at {time} is {actual}, not {way}");
        }
    }

    #[test]
    fn forms_with_numbers_keep_the_promises_too() {
        for text in ["cubic_bezier(0,0,1,1)", "cubic_bezier(1,0,0,1)", "cubic_bezier(0,1,1,0)", "cubic_bezier(0,0,0,0)"]
        {
            assert!(rises(&course(of(text), 1.0)), "{text}");
        }
        assert!(!rises(&course(of("cubic_bezier(0.3, -10, 0.7, 10)"), 1.0)));
        for count in [1, 2, 3, 7, 1000] {
            let course = course(of(&format!("steps({count})")), 1.0);
            let mut ways = course.clone();
            ways.dedup();
            assert!(rises(&course) && ways.len() == count + 1, "{count}");
        }
        for damping in ["0.05", "0.3", "0.5", "1"] {
            let course = course(of(&format!("spring({damping})")), 1.0);
            assert_eq!(rises(&course), damping == "1", "{damping}");
            assert!(course.iter().all(|way| (0.0..2.0).contains(way)), "{damping}");
        }
        assert_eq!(of(" spring( 0.5 ) ").ease(0.3), of("spring").ease(0.3));
    }

    #[test]
    fn what_is_no_easing_is_refused_with_the_reason() {
        for (text, reason) in [
            ("", "there is no easing ``"),
            ("smoth", "there is no easing `smoth`"),
            ("wobble(1)", "there is no easing `wobble(1)`"),
            ("linear(1)", "there is no easing `linear(1)`"),
            ("spring(", "`spring(` lacks its closing bracket"),
            ("steps(nan)", "`nan` is not a list of numbers"),
            ("steps()", "`` is not a list of numbers"),
            ("steps(0)", "`steps` takes a whole number from 1 to 1000"),
            ("steps(1.5)", "`steps` takes a whole number from 1 to 1000"),
            ("steps(1, 2)", "`steps` takes a whole number from 1 to 1000"),
            ("spring(9)", "`spring` takes a damping from 0.05 to 1"),
            (
                "cubic_bezier(2,0,1,1)",
                "`cubic_bezier` takes four numbers: x1 and x2 from 0 to 1, y1 and y2 from -10 to 10",
            ),
        ] {
            assert_eq!(Easing::parse(text).map_err(String::from), Err(reason.to_owned()));
        }
    }
}
