//! `coins`: coins in a grid that flip for real: each turns about an axis, has a rim with thickness, and shows its other face
//! only when that has come round. What falls is a function of the seed and the coin's number.

use std::cell::OnceCell;
use std::sync::Arc;

use super::lettering::{label, mono};
use super::{Action, ActionSpec, ArgSpec, Drawing, Now, Reading, Visual, VisualSpec};
use crate::color::{Rgba, Role, Slide};
use crate::draw::{Grow, Item, Outline, Paint, Part, Shape, Stroke};
use crate::geom::{Affine, Point, Rect, Shape as _, circle};
use crate::info::flip;
use crate::limits;
use crate::script::{FieldSpec, Num, TableFields, Takes};
use crate::typeset::{TextStyle, Weight};

/// The registry's entry.
pub static SPEC: VisualSpec = VisualSpec {
    name: "coins",
    summary: "coins that flip; counts what has landed",
    main: Some("count"),
    example: "coins: { count: 10, columns: 5, row_gap: 0.6, seed: 3 }",
    fields: &[&[
        FieldSpec::new("count", Takes::Whole(1, limits::COUNT as i64), "1", "how many coins"),
        FieldSpec::optional(
            "columns",
            Takes::Whole(1, limits::COUNT as i64),
            "coins in a row; if not given, 10 at most",
        ),
        FieldSpec::new("diameter", Takes::Fixed(0.05, 9.0), "0.62", "diameter in stage units"),
        FieldSpec::optional(
            "gap",
            Takes::Fixed(0.0, 9.0),
            "space between columns in stage units; if not given, a fifth of the diameter",
        ),
        FieldSpec::optional(
            "row_gap",
            Takes::Fixed(0.0, 9.0),
            "space between rows in stage units; if not given, as `gap`",
        ),
        FieldSpec::new("p", Takes::Number(0.0, 1.0), "0.5", "chance of heads"),
        FieldSpec::new("seed", Takes::Whole(0, i64::MAX), "1", "seed of the flips"),
        FieldSpec::new("axis", Takes::Word(&["vertical", "horizontal"]), "vertical", "about which they turn"),
        FieldSpec::new("faces", Takes::Word(&["letters", "bits"]), "letters", "H and T, or 1 and 0"),
    ]],
    parts: &[("*", "a coin, by position")],
    values: &[
        ("heads", "coins that have landed heads up"),
        ("tails", "coins that have landed tails up"),
        ("landed", "coins that have landed"),
        ("share", "share of heads among those that have landed, 0 before"),
    ],
    actions: &[
        ActionSpec {
            name: "flip",
            summary: "each coin turns in the air and lands on a face by chance",
            secs: 2.0,
            args: &[ArgSpec { name: "seed", summary: "another seed than the coins' own; whole number" }],
        },
        ActionSpec {
            name: "tell",
            summary: "the bit that each coin stands for comes out above it",
            secs: 1.0,
            args: &[],
        },
    ],
    read,
};

/// Thickness of a coin relative to its diameter.
const THICKNESS: f64 = 0.13;
/// How much nearer, so larger, a coin is at the top of its flight.
const FLIGHT: f64 = 0.16;
/// Half turns of a coin that lands as it lay; one more if it changes its face.
const HALF_TURNS: f64 = 4.0;

struct Coins {
    count: usize,
    columns: usize,
    diameter: f64,
    spacing: [f64; 2],
    p: Num,
    seed: u64,
    horizontal_axis: bool,
    letters: [String; 2],
}

fn read(fields: &mut TableFields<'_>, _: &Reading<'_>) -> Option<Box<dyn Visual>> {
    let count = fields.whole("count").unwrap_or(1);
    let columns = fields.whole("columns").unwrap_or(count.min(10));
    let diameter = fields.fixed_or_default("diameter");
    let gap = fields.fixed("gap").unwrap_or(diameter * 0.2);
    let row_gap = fields.fixed("row_gap").unwrap_or(gap);
    let p = fields.number_or_default("p");
    let seed = fields.whole("seed").unwrap_or_default() as u64;
    let axis = fields.word("axis");
    let faces = fields.word("faces");
    let letters = if faces == Some("bits") { ["1", "0"] } else { ["H", "T"] };
    Some(Box::new(Coins {
        count,
        columns,
        diameter,
        spacing: [diameter + gap, diameter + row_gap],
        p,
        seed,
        horizontal_axis: axis == Some("horizontal"),
        letters: letters.map(str::to_owned),
    }))
}

/// A coin at an instant.
struct Pose {
    /// Turn about its axis in radians since it lay heads up.
    angle: f64,
    /// 0 on the table, 1 at the top of its flight.
    height: f64,
    /// The face that it has landed on.
    landed: Option<bool>,
}

impl Coins {
    fn pose(&self, now: &Now<'_>, index: usize) -> Pose {
        let p = now.number(&self.p);
        let (mut heads, mut pose) = (true, Pose { angle: 0.0, height: 0.0, landed: None });
        for (turn, action) in now.actions.iter().filter(|action| action.name == "flip").enumerate() {
            let falls = flip(p, self.seed_of(action, turn), index as u64);
            let progress = action.clock.part(index, self.count);
            let half_turns = HALF_TURNS + f64::from(u8::from(falls != heads));
            let from = if heads { 0.0 } else { std::f64::consts::PI };
            pose.angle = from + half_turns * std::f64::consts::PI * progress;
            pose.height = libm::sin(std::f64::consts::PI * progress);
            pose.landed = if progress >= 1.0 { Some(falls) } else { pose.landed.filter(|_| progress <= 0.0) };
            heads = falls;
            if progress >= 1.0 {
                (pose.angle, pose.height) = (if falls { 0.0 } else { std::f64::consts::PI }, 0.0);
            }
        }
        pose
    }

    fn seed_of(&self, action: &Action, turn: usize) -> u64 {
        let given = action.arg("seed").and_then(|text| text.trim().parse().ok());
        given.unwrap_or(self.seed.wrapping_add(turn as u64))
    }

    /// What all coins have in common.
    fn mint(&self, now: &Now<'_>) -> Mint {
        let ground = now.role(Role::Ground);
        let face = |role: Role, letter: &str| {
            let color = now.role(role);
            let rim = color.lerp(Rgba { a: 1.0, ..ground }, 0.55);
            let style = TextStyle { weight: Weight::SemiBold, ..label(self.diameter * 0.62, ground) };
            let set = now.label(letter, &style);
            let centre = Affine::translate((-set.layout.center().x, -set.middle));
            Face { shades: Shades::new(color, rim), rim, letter: items_of(&set.part, centre, true) }
        };
        let [heads, tails] = &self.letters;
        Mint {
            disc: Outline::shared(circle(Point::ORIGIN, 1.0)),
            band: Outline::shared(Rect::new(-1.0, -1.0, 1.0, 1.0).to_path(1e-3)),
            heads: face(Role::Heads, heads),
            tails: face(Role::Tails, tails),
        }
    }

    /// A coin at the origin.
    fn coin(&self, mint: &Mint, index: usize, pose: &Pose) -> Part {
        let radius = self.diameter / 2.0;
        let (sin, cos) = libm::sincos(pose.angle);
        let heads = cos >= 0.0;
        let narrow = cos.abs().max(1e-3);
        // The visible face lies half a thickness along its normal, the hidden one as far the other way.
        let toward = self.diameter * THICKNESS / 2.0 * sin * cos.signum();
        let face = if heads { &mint.heads } else { &mint.tails };
        let shape = |path: &Arc<Outline>, fill: Option<Rgba>, stroke: Option<Stroke>| {
            Item::new(Shape::Path { path: Arc::clone(path), fill: fill.map(Paint::solid), stroke })
        };
        let disc = |x: f64, radius: f64| Affine::new([radius * narrow, 0.0, 0.0, radius, x, 0.0]);
        let mut part = Part::new(index.to_string()).growing(Grow::Point(Point::ORIGIN));
        part.items.reserve_exact(5);
        if toward.abs() > 1e-6 {
            let edge = Affine::scale_non_uniform(toward.abs(), radius);
            part.items.push(shape(&mint.band, Some(face.rim), None).transformed(edge));
            part.items.push(shape(&mint.disc, Some(face.rim), None).transformed(disc(-toward, radius)));
        }
        // Light from above: the face darkens as it turns away.
        let lit = face.shades.at((1.0 - narrow as f32) * DARKEST);
        part.items.push(shape(&mint.disc, Some(lit), None).transformed(disc(toward, radius)));
        // Lines are drawn as wide as a map is large on the whole.
        let inner = radius * 0.86;
        let pen = Stroke::new(Paint::solid(face.rim), self.diameter * 0.045 / (inner * libm::sqrt(narrow)));
        part.items.push(shape(&mint.disc, None, Some(pen)).transformed(disc(toward, inner)));
        // A coin that turns about an axis across the page is built on its side; its letter must stand upright all the same.
        let (turn, upright) = match self.horizontal_axis {
            true => (QUARTER, QUARTER.inverse()),
            false => (Affine::IDENTITY, Affine::IDENTITY),
        };
        let map = Affine::translate((toward, 0.0)) * Affine::scale_non_uniform(narrow, 1.0) * upright;
        part.items.extend(face.letter.iter().map(|item| item.clone().transformed(map)));
        // In the air it has no face.
        let part =
            if pose.height <= 1e-9 { part.with_attribute("face", if heads { "heads" } else { "tails" }) } else { part };
        part.transformed(Affine::scale(1.0 + FLIGHT * pose.height) * turn)
    }
}

/// A quarter turn.
const QUARTER: Affine = Affine::new([0.0, 1.0, -1.0, 0.0, 0.0, 0.0]);

/// How far a face comes to the colour of its rim when it has turned away.
const DARKEST: f32 = 0.45;

/// Steps from a colour to that of the rim: neighbours differ by less than the eye, or a channel of 8 bits, can tell.
const SHADES: usize = 512;

/// The colours of a face as it turns, worked out when they are first needed: a thousand coins have them in common.
struct Shades {
    slide: Slide,
    known: Vec<OnceCell<Rgba>>,
}

impl Shades {
    fn new(light: Rgba, rim: Rgba) -> Self {
        Self { slide: Slide::new(light, rim), known: vec![OnceCell::new(); SHADES + 1] }
    }

    /// The colour at a share of the way from light to rim, from 0 to 1.
    fn at(&self, share: f32) -> Rgba {
        let step = libm::roundf(share.clamp(0.0, 1.0) * SHADES as f32);
        let exact = || self.slide.at(step / SHADES as f32);
        self.known.get(step as usize).map_or_else(exact, |known| *known.get_or_init(exact))
    }
}

/// What all coins have in common: their shapes on a unit of 1, and their faces.
struct Mint {
    disc: Arc<Outline>,
    band: Arc<Outline>,
    heads: Face,
    tails: Face,
}

/// A side of a coin.
struct Face {
    /// From its colour in the light to that of its rim.
    shades: Shades,
    rim: Rgba,
    /// Its letter about the origin, full size.
    letter: Vec<Item>,
}

/// The items of a set text, flattened.
pub(super) fn items_of(part: &Part, map: Affine, kept: bool) -> Vec<Item> {
    let map = map * part.transform;
    let own = part.items.iter().cloned().map(|mut item| {
        if let (true, Shape::Glyphs(run)) = (kept, &mut item.shape) {
            run.paint = run.paint.clone().kept();
        }
        item.transformed(map)
    });
    own.chain(part.parts.iter().flat_map(|inner| items_of(inner, map, kept))).collect()
}

impl Visual for Coins {
    fn draw(&self, now: &Now<'_>) -> Drawing {
        let rows = self.count.div_ceil(self.columns);
        let [across, down] = self.spacing;
        let mut part = Part::new("coins");
        let (mut heads, mut landed) = (0, 0);
        let tell = now.action("tell");
        let mint = self.mint(now);
        part.parts.reserve_exact(self.count);
        for index in 0..self.count {
            let pose = self.pose(now, index);
            if let Some(face) = pose.landed {
                landed += 1;
                heads += usize::from(face);
            }
            let mut coin = self.coin(&mint, index, &pose);
            if let (Some(tell), Some(face)) = (tell, pose.landed) {
                coin.parts.push(self.bit(now, face, tell.clock.part(index, self.count)));
            }
            let at = (across * (index % self.columns) as f64, -down * (index / self.columns) as f64);
            part.parts.push(coin.transformed(Affine::translate(at)));
        }
        let radius = self.diameter / 2.0;
        let last = (across * (self.columns.min(self.count) - 1) as f64, -down * (rows - 1) as f64);
        let layout = Rect::new(-radius, last.1 - radius, last.0 + radius, radius);
        let share = if landed > 0 { heads as f64 / landed as f64 } else { 0.0 };
        let values = vec![
            ("heads", heads as f64),
            ("tails", (landed - heads) as f64),
            ("landed", landed as f64),
            ("share", share),
        ];
        Drawing { values, ..Drawing::within(layout, part) }
    }
}

impl Coins {
    /// The bit that comes out of a coin, above it.
    fn bit(&self, now: &Now<'_>, one: bool, share: f64) -> Part {
        let color = now.role(if one { Role::Heads } else { Role::Tails });
        let set = now.label(if one { "1" } else { "0" }, &mono(self.diameter * 0.62, color));
        let rise = self.diameter * (0.82 * share);
        let part = Part { name: "bit".into(), ..set.part.clone() };
        part.transformed(Affine::translate((-set.layout.center().x, rise - set.middle))).faded(share)
    }
}
