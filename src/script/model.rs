//! The script as it is meant: every reference that needs no visual is checked, every number is in range.

use std::sync::Arc;

use super::figure::FigureDef;
use super::selector::Selector;
use super::step::Step;
use super::transition::TransitionDef;
use super::value::{Num, Slots};
use super::yaml::Node;
use crate::color::{Ink, Theme};
use crate::diag::{Source, Span};
use crate::expression::{OwnFunction, Value};
use crate::geom::FrameSize;
use crate::time::Fps;

/// A film to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Script {
    /// Title of the film.
    pub title: Option<String>,
    /// What it is about, for those who look for it.
    pub description: Option<String>,
    /// The language of its narration: a code such as `en` or `pt-BR`.
    pub language: String,
    /// The mark or figure that stands for the whole film, with its place.
    pub thumbnail: Option<(String, Span)>,
    /// Size, rate and looks.
    pub stage: StageDef,
    /// Named distributions, in order.
    pub sources: Vec<SourceDef>,
    /// Named codes, in order.
    pub codes: Vec<CodeDef>,
    /// Data of files, by name.
    pub data: Vec<DataDef>,
    /// Fonts for what the program's own lack, in order of preference.
    pub fonts: Vec<FontDef>,
    /// Variables that every scene starts with.
    pub vars: Vec<VarDef>,
    /// Functions that expressions may call.
    pub functions: Vec<OwnFunction>,
    /// At least one; ids are unique.
    pub scenes: Vec<SceneDef>,
    /// Figures of the write-up that no step asks for.
    pub figures: Vec<FigureDef>,
    /// The expressions that all numbers, templates and vars refer to.
    pub slots: Slots,
    /// The text that it was read from.
    pub source: Arc<Source>,
}

/// The stage of a film.
#[derive(Clone, Debug, PartialEq)]
pub struct StageDef {
    /// Pixels; 1920x1080 if not given.
    pub size: FrameSize,
    /// Frames a second; 60 if not given.
    pub fps: Fps,
    /// The colours.
    pub theme: Theme,
    /// Distance from the frame's edge that things at it keep, in stage units.
    pub margin: f64,
    /// How long the shutter of the camera is open; none if nothing is to blur as it moves.
    pub motion_blur: Option<MotionBlur>,
    /// Are the words of `say` shown at the foot of the frame?
    pub captions: bool,
}

/// The exposure of a frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MotionBlur {
    /// The angle of the shutter in degrees, above 0 and up to 360: so much of a frame's time it is open, at its end.
    pub shutter: f64,
    /// Instants of it that are drawn, from 2 to 64.
    pub samples: u32,
}

/// A font that the script asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct FontDef {
    /// The path of its file, or the name under which it is installed.
    pub name: String,
    /// Where it is named.
    pub span: Span,
    /// Its file, not looked into.
    pub bytes: Arc<[u8]>,
    /// Which of the fonts in the file.
    pub index: u32,
}

/// What a file of data holds, by name.
#[derive(Clone, Debug, PartialEq)]
pub struct DataDef {
    /// Name; unique among data, sources, codes and vars.
    pub name: String,
    /// Where the name is.
    pub span: Span,
    /// A table, a list, a record or text.
    pub value: Value,
}

/// A distribution by name.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceDef {
    /// Name; unique among sources, codes and vars.
    pub name: String,
    /// Where the name is.
    pub span: Span,
    /// Its symbols and probabilities.
    pub kind: SourceKind,
}

/// How a distribution is given.
#[derive(Clone, Debug, PartialEq)]
pub enum SourceKind {
    /// Probabilities, in order; if all are fixed, they sum to 1 within 1e-9.
    Weights(Vec<Weight>),
    /// Counts or other weights above or equal to 0, to be divided by their sum.
    Relative(Vec<Weight>),
    /// As many symbols of equal probability, from 1 to [`crate::limits::SYMBOLS`].
    Uniform(usize),
    /// Symbols `heads` with this probability, and `tails`.
    Coin(Weight),
    /// Blocks of so many independent symbols of another source, which stands before; each is its symbols in a row.
    Blocks {
        /// The other source.
        of: String,
        /// Symbols in a block.
        length: usize,
        /// The blocks, in lexicographic order of the positions of their symbols.
        symbols: Vec<String>,
    },
}

impl SourceKind {
    /// The symbols, in order.
    pub fn symbols(&self) -> Vec<String> {
        match self {
            Self::Weights(all) | Self::Relative(all) => all.iter().map(|weight| weight.symbol.clone()).collect(),
            Self::Coin(_) => vec!["heads".to_owned(), "tails".to_owned()],
            Self::Uniform(count) => (1..=*count).map(|i| i.to_string()).collect(),
            Self::Blocks { symbols, .. } => symbols.clone(),
        }
    }
}

/// A symbol with its probability or weight.
#[derive(Clone, Debug, PartialEq)]
pub struct Weight {
    /// The symbol.
    pub symbol: String,
    /// Where the symbol is.
    pub span: Span,
    /// The value.
    pub value: Num,
    /// The value as it is written, so that `1/3` stays exact.
    pub text: String,
}

/// A code by name.
#[derive(Clone, Debug, PartialEq)]
pub struct CodeDef {
    /// Name; unique among sources, codes and vars.
    pub name: String,
    /// Where the name is.
    pub span: Span,
    /// The source whose symbols it codes; exists.
    pub source: (String, Span),
    /// Its words.
    pub kind: CodeKind,
}

/// How a code is given.
#[derive(Clone, Debug, PartialEq)]
pub enum CodeKind {
    /// Word by word, one for each symbol.
    Words(Vec<Word>),
    /// Made by an algorithm.
    Build(BuildRule),
}

/// A code word.
#[derive(Clone, Debug, PartialEq)]
pub struct Word {
    /// The symbol.
    pub symbol: String,
    /// Where the symbol is.
    pub span: Span,
    /// The bits, `0` and `1`, as written: leading zeros count.
    pub bits: String,
    /// Where the bits are.
    pub bits_span: Span,
}

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $word:literal $meaning:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $(#[doc = $meaning] $variant,)* }

        impl $name {
            /// The words of scripts for it.
            pub const WORDS: &'static [&'static str] = &[$($word,)*];

            /// The one of this word.
            pub fn named(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

named! {
    /// Algorithms that make a code for a source.
    BuildRule {
        Huffman = "huffman" "Optimal (Huffman, 1952).",
        Fano = "fano" "Splits the sorted symbols into halves (Fano, 1949).",
        Shannon = "shannon" "Bits of the cumulative probability, sorted (Shannon, 1948).",
        ShannonFanoElias = "shannon_fano_elias" "Bits of the middle of each interval, unsorted.",
        Fixed = "fixed" "Words of one length.",
        Canonical = "canonical" "Huffman's lengths, words in order.",
        Utf8 = "utf8" "The bytes of each symbol's name, as texts are stored: 8 bits for an ASCII character.",
    }
}

named! {
    /// A side, or a direction of travel.
    Side {
        Up = "up" "Above; upwards.",
        Down = "down" "Below; downwards.",
        Left = "left" "To the left.",
        Right = "right" "To the right.",
    }
}

named! {
    /// What is typed at a time.
    Typed {
        Letter = "letter" "Letter by letter.",
        Word = "word" "Word by word.",
    }
}

named! {
    /// A line on which things placed beside each other agree.
    Align {
        Left = "left" "Left edges.",
        Right = "right" "Right edges.",
        Top = "top" "Upper edges.",
        Bottom = "bottom" "Lower edges.",
        Centre = "centre" "Centres.",
        Baseline = "baseline" "Baselines of text.",
    }
}

named! {
    /// A point of a box.
    Anchor {
        Centre = "centre" "The centre.",
        Left = "left" "The middle of the left edge.",
        Right = "right" "The middle of the right edge.",
        Top = "top" "The middle of the upper edge.",
        Bottom = "bottom" "The middle of the lower edge.",
        TopLeft = "top_left" "The upper left corner.",
        TopRight = "top_right" "The upper right corner.",
        BottomLeft = "bottom_left" "The lower left corner.",
        BottomRight = "bottom_right" "The lower right corner.",
        BaselineLeft = "baseline_left" "The start of the baseline.",
        Origin = "origin" "The origin of its own coordinates; of a component, [0, 0] inside it.",
    }
}

named! {
    /// The shape of a highlight.
    Shape {
        Box = "box" "A rounded frame.",
        Underline = "underline" "A line beneath.",
        Circle = "circle" "An ellipse around.",
        Loop = "loop" "A ring around, as drawn by hand.",
        Spotlight = "spotlight" "A window: everything outside it is darkened.",
    }
}

named! {
    /// How a target is pointed at once.
    Manner {
        Flash = "flash" "It grows, takes the accent's colour, and is as before.",
        Pulse = "pulse" "It grows and is as before, in its own colours.",
        Wiggle = "wiggle" "It turns to and fro.",
        Pass = "pass" "A light runs along its outlines.",
        Ring = "ring" "A ring spreads from it.",
    }
}

/// A variable and its value at the start.
#[derive(Clone, Debug, PartialEq)]
pub struct VarDef {
    /// Name; unique among sources, codes and vars.
    pub name: String,
    /// Where the name is.
    pub span: Span,
    /// The value.
    pub value: Num,
}

/// A scene: who is on stage, and what happens.
#[derive(Clone, Debug, PartialEq)]
pub struct SceneDef {
    /// Unique; `scene1`, `scene2`, ... if not given.
    pub id: String,
    /// Where the id, or else the scene, is.
    pub span: Span,
    /// Title of the scene.
    pub title: Option<String>,
    /// Does a chapter of the film begin here?
    pub chapter: bool,
    /// How it takes the place of the scene before; at once, if not given.
    pub transition: Option<TransitionDef>,
    /// Variables of this scene; one of the script's may be given another value.
    pub vars: Vec<VarDef>,
    /// In drawing order.
    pub cast: Vec<ActorDef>,
    /// One after the other.
    pub steps: Vec<Step>,
}

/// Something that can be on stage.
#[derive(Clone, Debug, PartialEq)]
pub struct ActorDef {
    /// Unique in its scene.
    pub name: String,
    /// Where the name is.
    pub span: Span,
    /// What it shows.
    pub kind: ActorKind,
    /// Where it is, and how it looks at first.
    pub placement: Placement,
    /// What names in its fields may start with unwritten: `card.` within an instance `card` of a component.
    pub scope: Arc<str>,
    /// The component that it is an instance of.
    pub component: Option<String>,
}

/// What an actor shows.
#[derive(Clone, Debug, PartialEq)]
pub enum ActorKind {
    /// A visual, whose fields are read by the visual itself, with [`super::Fields`].
    Visual {
        /// Its name, not yet looked up.
        name: (String, Span),
        /// Its fields.
        body: Node,
    },
    /// Other actors, arranged or just taken together.
    Group {
        /// How they are placed.
        arrange: Arrange,
        /// Names of actors of the scene; each in one group at most.
        members: Vec<(String, Span)>,
        /// Space between them in stage units.
        gap: Option<Num>,
        /// In place of a gap: the width of a row, the height of a column over which they are spread, in stage units.
        spread: Option<Num>,
        /// What they agree on across the direction of arrangement.
        align: Option<Align>,
    },
    /// A name for actors and parts, at least one.
    Set {
        /// What it stands for.
        of: Vec<Selector>,
    },
}

/// How a group places its members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrange {
    /// Left to right.
    Row,
    /// Top to bottom.
    Column,
    /// Row by row.
    Grid {
        /// Members in a row, from 1.
        columns: usize,
    },
    /// One upon the other.
    Stack,
    /// Not at all: they keep their own places.
    Free,
}

/// Where an actor is and how it looks at first. At most one of `at`, `beside`, `inside`, `edge` is given.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Placement {
    /// A point.
    pub at: Option<Place>,
    /// Next to something.
    pub beside: Option<Beside>,
    /// What it has in common with what it is beside.
    pub align: Option<Align>,
    /// In the middle of something.
    pub inside: Option<Selector>,
    /// At an edge or corner of the frame, with its distance in stage units if it is not the stage's.
    pub edge: Option<(Anchor, Option<Num>)>,
    /// Scaled so that it fits into something with so much space around it in stage units, and in its middle unless it
    /// has a place.
    pub fit: Option<(Room, Option<Num>)>,
    /// Scaled to the width of this.
    pub match_width: Option<Selector>,
    /// Scaled to the height of this.
    pub match_height: Option<Selector>,
    /// Moved by this much, in stage units, after all else.
    pub shift: Option<[Num; 2]>,
    /// The point of the actor that comes to lie on `at`.
    pub anchor: Option<Anchor>,
    /// Factor of size.
    pub scale: Option<Num>,
    /// Scaled as a whole to this width in stage units.
    pub width: Option<Num>,
    /// Scaled as a whole to this height in stage units.
    pub height: Option<Num>,
    /// Degrees, counter-clockwise.
    pub rotate: Option<Num>,
    /// From 0 to 1.
    pub opacity: Option<Num>,
    /// Drawn over lower layers, whatever the order of the cast.
    pub layer: i64,
    /// How much the camera's moves are its own: 0 stays with the frame, above 1 is nearer than the stage; 1 if not given.
    pub parallax: Option<f64>,
    /// Colour for all of it.
    pub color: Option<Ink>,
    /// Not on stage until a step brings it, even if no step does.
    pub hidden: bool,
    /// Codes of warnings that are not to be given for it, not yet looked up.
    pub allow: Vec<(String, Span)>,
}

/// What something is to fit into.
#[derive(Clone, Debug, PartialEq)]
pub enum Room {
    /// The frame.
    Stage,
    /// The box of an actor or part.
    Of(Selector),
}

/// A point on the stage.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// Stage units.
    Point([Num; 2]),
    /// Coordinates of another actor: `graph@[p, H(p)]`.
    In(Selector, [Num; 2]),
    /// A point of the box of an actor or part: `chart.up@top_right`.
    Corner(Selector, Anchor),
    /// A point of an outline, as a share of its length: `curve@0.3`.
    Along(Selector, Num),
    /// The centre of an actor or part.
    Part(Selector),
}

impl Place {
    /// The actor or part that it belongs to, if it is not a point of the stage.
    pub fn of(&self) -> Option<&Selector> {
        match self {
            Self::Point(_) => None,
            Self::In(selector, _) | Self::Corner(selector, _) | Self::Along(selector, _) | Self::Part(selector) => {
                Some(selector)
            }
        }
    }
}

/// A place next to something.
#[derive(Clone, Debug, PartialEq)]
pub struct Beside {
    /// On which side of it.
    pub side: Side,
    /// Of what.
    pub of: Selector,
    /// Distance in stage units.
    pub gap: Option<Num>,
}
