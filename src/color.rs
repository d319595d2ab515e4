//! Colour: values, interpolation in a perceptual space, and the roles that a theme gives colours to.
//!
//! Scenes and visuals name roles, never values, so a scene can be recoloured for paper without being touched.

/// A colour in sRGB with straight alpha; channels from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rgba {
    /// Red.
    pub r: f32,
    /// Green.
    pub g: f32,
    /// Blue.
    pub b: f32,
    /// Opacity.
    pub a: f32,
}

impl Rgba {
    /// Nothing at all.
    pub const TRANSPARENT: Self = Self { r: 0.0, g: 0.0, b: 0.0, a: 0.0 };

    /// An opaque colour from `0xRRGGBB`.
    pub const fn hex(value: u32) -> Self {
        Self { r: channel(value >> 16), g: channel(value >> 8), b: channel(value), a: 1.0 }
    }

    /// Reads `#rgb`, `#rrggbb` or `#rrggbbaa`.
    pub fn parse_hex(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|d| d.chars().all(|c| c.is_ascii_hexdigit()))?;
        let value = u32::from_str_radix(digits, 16).ok()?;
        match digits.len() {
            3 => {
                let double = |shift: u32| ((value >> shift) & 0xf) * 0x11;
                Some(Self::hex(double(8) << 16 | double(4) << 8 | double(0)))
            }
            6 => Some(Self::hex(value)),
            8 => Some(Self { a: (value & 0xff) as f32 / 255.0, ..Self::hex(value >> 8) }),
            _ => None,
        }
    }

    /// The same colour, `opacity` times as opaque.
    #[must_use]
    pub fn faded(self, opacity: f32) -> Self {
        Self { a: self.a * opacity.clamp(0.0, 1.0), ..self }
    }

    /// Between two colours in OKLab (Ottosson, 2020), so that a slide passes through no grey or dark band. Exact at both
    /// ends.
    #[must_use]
    pub fn lerp(self, other: Self, t: f32) -> Self {
        if t <= 0.0 {
            self
        } else if t >= 1.0 {
            other
        } else {
            Slide::new(self, other).at(t)
        }
    }

    /// Relative luminance after WCAG 2, from 0 (black) to 1 (white); alpha ignored.
    pub fn luminance(self) -> f32 {
        0.2126 * to_linear(self.r) + 0.7152 * to_linear(self.g) + 0.0722 * to_linear(self.b)
    }

    /// Contrast ratio after WCAG 2, from 1 to 21.
    pub fn contrast(self, other: Self) -> f32 {
        Self::contrast_of(self.luminance(), other.luminance())
    }

    /// The same of colours of these luminances.
    pub fn contrast_of(a: f32, b: f32) -> f32 {
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// Channels as bytes, straight alpha.
    pub fn to_bytes(self) -> [u8; 4] {
        let byte = |v: f32| (v.clamp(0.0, 1.0) * 255.0 + 0.5) as u8;
        [byte(self.r), byte(self.g), byte(self.b), byte(self.a)]
    }

    fn to_oklab(self) -> [f32; 3] {
        let (r, g, b) = (to_linear(self.r), to_linear(self.g), to_linear(self.b));
        let l = libm::cbrtf(0.412_221_46 * r + 0.536_332_55 * g + 0.051_445_995 * b);
        let m = libm::cbrtf(0.211_903_5 * r + 0.680_699_5 * g + 0.107_396_96 * b);
        let s = libm::cbrtf(0.088_302_46 * r + 0.281_718_85 * g + 0.629_978_7 * b);
        [
            0.210_454_26 * l + 0.793_617_8 * m - 0.004_072_047 * s,
            1.977_998_5 * l - 2.428_592_2 * m + 0.450_593_7 * s,
            0.025_904_037 * l + 0.782_771_77 * m - 0.808_675_77 * s,
        ]
    }

    fn from_oklab([lightness, a, b]: [f32; 3], alpha: f32) -> Self {
        let l = lightness + 0.396_337_78 * a + 0.215_803_76 * b;
        let m = lightness - 0.105_561_346 * a - 0.063_854_17 * b;
        let s = lightness - 0.089_484_18 * a - 1.291_485_5 * b;
        let (l, m, s) = (l * l * l, m * m * m, s * s * s);
        Self {
            r: from_linear(4.076_741_7 * l - 3.307_711_6 * m + 0.230_969_94 * s),
            g: from_linear(-1.268_438 * l + 2.609_757_4 * m - 0.341_319_38 * s),
            b: from_linear(-0.004_196_086 * l - 0.703_418_6 * m + 1.707_614_7 * s),
            a: alpha,
        }
    }
}

/// All colours from one to another, as [`Rgba::lerp`] gives them: for many of one pair.
#[derive(Clone, Copy, Debug)]
pub struct Slide {
    ends: [Rgba; 2],
    oklab: [[f32; 3]; 2],
}

impl Slide {
    /// From a colour to another.
    pub fn new(from: Rgba, to: Rgba) -> Self {
        Self { ends: [from, to], oklab: [from.to_oklab(), to.to_oklab()] }
    }

    /// The colour at a share of the way, from 0 to 1.
    pub fn at(&self, t: f32) -> Rgba {
        let [from, to] = self.ends;
        if t <= 0.0 {
            return from;
        }
        if t >= 1.0 {
            return to;
        }
        let [x, y] = self.oklab;
        let mix = |a: f32, b: f32| a + (b - a) * t;
        Rgba::from_oklab([mix(x[0], y[0]), mix(x[1], y[1]), mix(x[2], y[2])], mix(from.a, to.a))
    }
}

const fn channel(value: u32) -> f32 {
    (value & 0xff) as f32 / 255.0
}

fn to_linear(v: f32) -> f32 {
    if v <= 0.04045 { v / 12.92 } else { libm::powf((v + 0.055) / 1.055, 2.4) }
}

fn from_linear(v: f32) -> f32 {
    let encoded = if v <= 0.003_130_8 { v * 12.92 } else { 1.055 * libm::powf(v, 1.0 / 2.4) - 0.055 };
    encoded.clamp(0.0, 1.0)
}

macro_rules! roles {
    ($($variant:ident $name:literal $doc:literal,)*) => {
        /// What a colour is for. A theme gives each role its colour.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Role { $(#[doc = $doc] $variant,)* }

        impl Role {
            /// Every role with its name in scripts and its meaning.
            pub const ALL: &'static [(Role, &'static str, &'static str)] = &[$((Role::$variant, $name, $doc),)*];
        }
    };
}

roles! {
    Ground "ground" "The page behind everything.",
    Ink "ink" "Text and lines.",
    Muted "muted" "Secondary text, axes, guides.",
    Faint "faint" "Grid lines, empty boxes, disabled things.",
    Panel "panel" "The fill of boxes and cards.",
    Accent "accent" "What the viewer should look at now.",
    Probability "probability" "Probabilities, widths of a strip.",
    Information "information" "Bits, code lengths, heights over a strip.",
    Loss "loss" "Cost, error, waste, impossibility.",
    Zero "zero" "The bit 0.",
    One "one" "The bit 1.",
    Heads "heads" "The face of a coin that counts as 1.",
    Tails "tails" "The other face.",
    Model "model" "What a model or code takes for the truth: the distribution q.",
    First "first" "First symbol of a source.",
    Second "second" "Second symbol of a source.",
    Third "third" "Third symbol of a source.",
    Fourth "fourth" "Fourth symbol of a source.",
}

impl Role {
    /// The role of this name in scripts.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known, _)| *known == name).map(|(role, _, _)| *role)
    }

    /// The name in scripts.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(role, _, _)| *role == self).map_or("", |(_, name, _)| name)
    }

    /// The role of symbol `i` of a source; repeats after four.
    pub fn symbol(i: usize) -> Self {
        [Self::First, Self::Second, Self::Third, Self::Fourth].get(i % 4).copied().unwrap_or(Self::First)
    }
}

/// A colour as a script may give it: a role, or a value that no theme changes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ink {
    /// The theme's colour for a role.
    Role(Role),
    /// This very colour.
    Fixed(Rgba),
}

impl Ink {
    /// Reads a role's name or `#rrggbb`.
    pub fn parse(text: &str) -> Option<Self> {
        Rgba::parse_hex(text).map(Self::Fixed).or_else(|| Role::named(text).map(Self::Role))
    }

    /// The colour under a theme.
    pub fn under(self, theme: &Theme) -> Rgba {
        match self {
            Self::Role(role) => theme.color(role),
            Self::Fixed(color) => color,
        }
    }
}

/// A named set of colours, one for each role.
#[derive(Clone, Debug, PartialEq)]
pub struct Theme {
    /// Name in scripts and on the command line.
    pub name: &'static str,
    /// One line for `surprisal list themes`.
    pub summary: &'static str,
    colors: &'static [(Role, u32)],
    /// Colours that a script has given other values.
    changes: Vec<(Role, Rgba)>,
}

impl Theme {
    /// The themes, the default first.
    pub const ALL: &'static [Self] = &[
        Self {
            name: "chalkboard",
            summary: "Light ink on near-black: for video.",
            colors: &[
                (Role::Ground, 0x0f1318),
                (Role::Ink, 0xf2efe6),
                (Role::Muted, 0x9aa4ae),
                (Role::Faint, 0x35404a),
                (Role::Panel, 0x1b232b),
                (Role::Accent, 0xffd866),
                (Role::Probability, 0x7bd88f),
                (Role::Information, 0x6cb6ff),
                (Role::Loss, 0xff6b6b),
                (Role::Zero, 0x8fa3b5),
                (Role::One, 0xf2efe6),
                (Role::Heads, 0xe8b04b),
                (Role::Tails, 0x6f8fb3),
                (Role::Model, 0xf291b8),
                (Role::First, 0x58c4dd),
                (Role::Second, 0x83c167),
                (Role::Third, 0xf0ac5f),
                (Role::Fourth, 0xc78bd8),
            ],
            changes: Vec::new(),
        },
        Self {
            name: "paper",
            summary: "Dark ink on white: for figures and print.",
            colors: &[
                (Role::Ground, 0xffffff),
                (Role::Ink, 0x1a1d21),
                (Role::Muted, 0x5c6670),
                (Role::Faint, 0xd5dae0),
                (Role::Panel, 0xf2f4f6),
                (Role::Accent, 0xb86e00),
                (Role::Probability, 0x2b8a3e),
                (Role::Information, 0x1c64b8),
                (Role::Loss, 0xc92a2a),
                (Role::Zero, 0x6b7783),
                (Role::One, 0x1a1d21),
                (Role::Heads, 0xc98a1b),
                (Role::Tails, 0x5b7fa6),
                (Role::Model, 0xb3326f),
                (Role::First, 0x1b7f9c),
                (Role::Second, 0x4c8c2b),
                (Role::Third, 0xc06a10),
                (Role::Fourth, 0x8e4aa6),
            ],
            changes: Vec::new(),
        },
    ];

    /// The theme used when a script names none.
    pub fn chalkboard() -> &'static Self {
        Self::ALL.first().unwrap_or(&FALLBACK)
    }

    /// The theme of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|theme| theme.name == name)
    }

    /// The same theme with other colours for some roles.
    #[must_use]
    pub fn with(&self, changes: &[(Role, Rgba)]) -> Self {
        Self { changes: changes.to_vec(), ..self.clone() }
    }

    /// The colour of a role.
    pub fn color(&self, role: Role) -> Rgba {
        if let Some((_, changed)) = self.changes.iter().find(|(known, _)| *known == role) {
            return *changed;
        }
        self.colors.iter().find(|(known, _)| *known == role).map_or(Rgba::hex(0x808080), |(_, hex)| Rgba::hex(*hex))
    }
}

static FALLBACK: Theme = Theme { name: "plain", summary: "", colors: &[], changes: Vec::new() };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_theme_colours_every_role_and_is_readable() {
        for theme in Theme::ALL {
            assert_eq!(theme.colors.len(), Role::ALL.len(), "{}", theme.name);
            for (role, name, _) in Role::ALL {
                assert!(theme.colors.iter().any(|(known, _)| known == role), "{} lacks {name}", theme.name);
            }
            let ground = theme.color(Role::Ground);
            for role in [Role::Ink, Role::Muted, Role::Accent, Role::Probability, Role::Information, Role::Loss] {
                assert!(ground.contrast(theme.color(role)) >= 3.9, "{} {}", theme.name, role.name());
            }
        }
    }

    #[test]
    fn slides_are_exact_at_the_ends_and_stay_bright_between() {
        let (blue, yellow) = (Rgba::hex(0x2020ff), Rgba::hex(0xffd866));
        assert_eq!(blue.lerp(yellow, 0.0), blue);
        assert_eq!(blue.lerp(yellow, 1.0), yellow);
        let middle = blue.lerp(yellow, 0.5);
        assert!(middle.luminance() > blue.luminance() && middle.luminance() < yellow.luminance());
    }

    #[test]
    fn hex_colours() {
        assert_eq!(Rgba::parse_hex("#fff"), Some(Rgba::hex(0xffffff)));
        assert_eq!(Rgba::parse_hex("#0000ff80").map(|c| c.to_bytes()), Some([0, 0, 255, 128]));
        for text in ["fff", "#ff", "#gggggg", "", "#", "#é"] {
            assert_eq!(Rgba::parse_hex(text), None, "{text}");
        }
    }
}
