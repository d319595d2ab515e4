//! Steps as they are meant: a verb, what it acts on, and when.

use super::figure::FigureDef;
use super::link::{Aspect, Property};
use super::model::{Beside, Manner, Place, Shape, Side, Typed};
use super::narration::{Say, SoundDef};
use super::plan::Plan;
use super::selector::Selector;
use super::target::Target;
use super::value::Num;
use super::yaml::Node;
use crate::color::Ink;
use crate::diag::Span;

/// Something that happens.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The whole step.
    pub span: Span,
    /// What happens.
    pub verb: Verb,
    /// The verb's word.
    pub verb_span: Span,
    /// When.
    pub time: Timing,
}

/// The modifiers of time that any step may have.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timing {
    /// Seconds, at least 0.
    pub duration: Option<f64>,
    /// Name of the mark until which it lasts, in place of a duration.
    pub until: Option<(String, Span)>,
    /// When it begins, whatever comes before it.
    pub at: Option<When>,
    /// The share of the time of a `together` that it takes: both from 0 to 1, the first below the second.
    pub window: Option<[f64; 2]>,
    /// The name by which it can be waited for.
    pub name: Option<(String, Span)>,
    /// Name of an easing, not yet looked up.
    pub ease: Option<(String, Span)>,
    /// Seconds from the start of one part to the start of the next.
    pub stagger: Option<f64>,
    /// Which part comes first.
    pub order: Order,
    /// In place of an order: the parts nearest to this place first, or last.
    pub near: Option<Near>,
    /// Seconds before it starts.
    pub delay: f64,
    /// Degrees by which a path is bent; 0 is straight.
    pub arc: f64,
}

/// An order by distance.
#[derive(Clone, Debug, PartialEq)]
pub struct Near {
    /// From where distances are measured.
    pub place: Place,
    /// Do the furthest come first?
    pub furthest_first: bool,
}

/// An instant of a scene.
#[derive(Clone, Debug, PartialEq)]
pub enum When {
    /// Seconds from its start.
    Secs(f64),
    /// The mark or figure of this name.
    Mark((String, Span)),
}

impl When {
    /// The mark that it names.
    pub fn mark(&self) -> Option<&(String, Span)> {
        match self {
            Self::Secs(_) => None,
            Self::Mark(named) => Some(named),
        }
    }
}

/// What `await` waits for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Await {
    /// The end of the words said so far.
    pub narration: bool,
    /// The ends of named steps.
    pub steps: Vec<(String, Span)>,
}

/// The order of parts in a stagger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// First to last.
    #[default]
    Forward,
    /// Last to first.
    Reverse,
    /// From the centre outwards.
    Centre,
    /// From both ends inwards.
    Ends,
    /// Shuffled by this seed.
    Random(u64),
}

/// A change to an absolute or by a relative amount.
#[derive(Clone, Debug, PartialEq)]
pub enum Amount {
    /// To this value.
    To(Num),
    /// By this factor or angle.
    By(Num),
}

/// Where something moves.
#[derive(Clone, Debug, PartialEq)]
pub enum Motion {
    /// To a place.
    To(Place),
    /// By stage units.
    By([Num; 2]),
    /// Next to something.
    Beside(Beside),
    /// To these coordinates of the stage; the other one stays.
    Axes([Option<Num>; 2]),
    /// As this moves, perhaps on a spring.
    With(Selector, Option<Spring>),
}

/// How something comes after what it follows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spring {
    /// Seconds that it is behind a leader of even motion, at least 0.
    pub secs: f64,
    /// 1 is critical; from 0.2 to 4.
    pub damping: f64,
}

impl Spring {
    /// Critically damped, half a second behind.
    pub const USUAL: Self = Self { secs: 0.5, damping: 1.0 };
}

/// What the camera does.
#[derive(Clone, Debug, PartialEq)]
pub enum Camera {
    /// Shows this, and as little else as the frame's shape allows.
    Fit {
        /// What to show.
        target: Target,
        /// Space around it in stage units.
        margin: Option<Num>,
    },
    /// Looks at a point.
    At {
        /// The centre of the frame in stage units; as it is, if not given.
        at: Option<[Num; 2]>,
        /// In place of `at`: how far it pans from where it is, in stage units.
        by: Option<[Num; 2]>,
        /// The height of what is seen in stage units; as it is, if not given.
        height: Option<Num>,
        /// In place of a height: how many times larger things become.
        zoom: Option<Num>,
    },
    /// Goes with something from now on.
    Follow {
        /// With what.
        target: Target,
        /// How it comes after it.
        spring: Spring,
        /// The height of what is seen in stage units; as it is, if not given.
        height: Option<Num>,
        /// Only while the step lasts?
        ends: bool,
    },
    /// Shows the whole stage again.
    Reset,
}

/// What a visual itself is asked to do.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// Who.
    pub actor: Selector,
    /// The action's name, known to the visual.
    pub action: (String, Span),
    /// Its arguments, read by the visual; nothing if there are none.
    pub args: Node,
}

/// What happens in a step.
#[derive(Clone, Debug, PartialEq)]
pub enum Verb {
    /// Nothing, for some seconds.
    Pause(f64),
    /// A line of the narration.
    Say(Box<Say>),
    /// A sound begins, while steps go on.
    Sound(Box<SoundDef>),
    /// The sounds of this file, or all that are to be heard, fade out in so many seconds.
    Hush(Option<(String, Span)>, f64),
    /// Names this instant; unique in the script.
    Mark(String),
    /// This instant is a figure of the write-up; unique in the script.
    Figure(Box<FigureDef>),
    /// There at once.
    Show(Target),
    /// Gone at once.
    Hide(Target),
    /// Written as by hand, or typed.
    Write(Target, Option<Typed>),
    /// The reverse of writing.
    Unwrite(Target, Option<Typed>),
    /// Outlines are drawn, then filled.
    Draw(Target),
    /// Grows from nothing.
    Grow(Target),
    /// Shrinks to nothing.
    Shrink(Target),
    /// Comes out of nothing, perhaps from a side.
    FadeIn(Target, Option<Side>),
    /// Goes into nothing, perhaps to a side.
    FadeOut(Target, Option<Side>),
    /// Opacity, from 0 to 1.
    Fade(Target, Num),
    /// Changes place.
    Move(Target, Motion),
    /// Properties follow something from now on.
    Bind(Target, Vec<Property>),
    /// Properties stay as they are.
    Unbind(Target, Vec<Aspect>),
    /// Turns towards a place from now on.
    Face {
        /// Who.
        target: Target,
        /// Towards what.
        toward: Place,
        /// Which direction of its own is its front, in degrees; 0 is to its right.
        front: f64,
    },
    /// Actors move into a layout.
    Arrange(Plan),
    /// What all actors are like at this instant gets a name.
    Save(String),
    /// All actors, or some, become as they were when this was saved.
    Restore((String, Span), Option<Target>),
    /// A trail begins to grow behind something.
    Trace {
        /// The trail.
        target: Target,
        /// Behind what.
        of: Selector,
        /// Does it stop growing when the step ends?
        ends: bool,
    },
    /// Trails grow no more.
    Untrace(Target),
    /// Changes size.
    Scale(Target, Amount),
    /// Turns, in degrees counter-clockwise.
    Rotate(Target, Amount),
    /// Changes colour or opacity; at least one of them.
    Style(Target, Option<Ink>, Option<Num>),
    /// Steps back, blurred by so many stage units.
    Dim(Target, f64),
    /// Comes forward again.
    Undim(Target),
    /// Everything else steps back, blurred by so many stage units.
    Focus(Target, f64),
    /// Is marked until told otherwise.
    Highlight {
        /// What.
        target: Target,
        /// How.
        shape: Shape,
        /// In which colour; the theme's accent if not given.
        color: Option<Ink>,
        /// Space around it in stage units.
        margin: Option<Num>,
    },
    /// Loses its mark; all marks, if no target is given.
    Unhighlight(Option<Target>),
    /// Is pointed at once.
    Indicate(Target, Manner),
    /// A copy of the first flies to and becomes the second.
    Copy(Target, Target),
    /// The first becomes the second.
    Morph(Target, Target),
    /// The view.
    Camera(Camera),
    /// Variables slide to values; names exist.
    Set(Vec<(String, Span, Num)>),
    /// What visuals can do themselves, all at once.
    Do(Vec<Action>),
    /// All at once.
    Together(Vec<Step>),
    /// One after the other.
    Sequence(Vec<Step>),
    /// Each starts so many seconds after the one before.
    Stagger(f64, Vec<Step>),
    /// One after the other, so many times.
    Repeat(usize, Vec<Step>),
    /// One after the other, while the next steps begin at once.
    Meanwhile(Vec<Step>),
    /// Nothing, until something has ended.
    Await(Await),
}

impl Verb {
    /// The steps that it is made of; none for most.
    pub fn steps(&self) -> &[Step] {
        match self {
            Self::Together(steps)
            | Self::Sequence(steps)
            | Self::Stagger(_, steps)
            | Self::Repeat(_, steps)
            | Self::Meanwhile(steps) => steps,
            _ => &[],
        }
    }
}
