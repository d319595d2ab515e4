//! Effects: what a step does to which parts, from which frame to which.
//!
//! A property's value at a frame is a fold over the effects that have begun, in the order in which they begin: each pulls the
//! value so far towards its own goal by its eased progress. So any frame can be asked for, in any order.

use std::sync::Arc;

use super::layout::Plan;
use crate::color::Ink;
use crate::diag::Span;
use crate::script::{Amount, Aspect, Manner, Motion, Near, Num, Place, Segment, Shape, Side, Spring, Typed};
use crate::timeline::{Clock, Easing, Order};

/// Parts of an actor.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Address {
    /// Index of the actor in its scene.
    pub(super) actor: usize,
    /// Steps down its tree of parts; empty for the actor as a whole.
    pub(super) path: Vec<Segment>,
    /// The group through which the actor was addressed: moves and turns go about its centre.
    pub(super) group: Option<usize>,
}

/// How something comes onto the stage, or leaves it when run backwards.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum RevealKind {
    /// At once.
    Show,
    /// Outlines are traced one after another, then filled.
    Write,
    /// Letters or words appear one after another.
    Type(Typed),
    /// Strokes are drawn from their start.
    Draw,
    /// Each part grows in its own way.
    Grow,
    /// Opacity, with a small shift from a side.
    Fade(Option<Side>),
    /// At the end of a flight, all at once.
    Arrive,
}

/// What an effect does.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum EffectKind {
    Reveal {
        kind: RevealKind,
        entering: bool,
    },
    Move(Motion),
    Scale(Amount),
    Rotate(Amount),
    Opacity(Num),
    Color(Ink),
    /// From the first colour to the second by a share.
    Blend([Ink; 2], Num),
    /// Turned towards a place; the front is its own direction in degrees. Has one target.
    Face {
        toward: Place,
        front: f64,
    },
    /// Goes where a plan puts it, as the unit of this number.
    Arrange {
        plan: Arc<Plan>,
        unit: usize,
    },
    /// Becomes as it was when this was saved. Has one target, a whole actor.
    Restore {
        name: String,
        /// The last frame before it was saved; `None` before the film.
        frame: Option<u64>,
    },
    /// These keep the goals that they had.
    Release(Vec<Aspect>),
    /// A trail grows behind these; only while the step lasts, if it `ends`.
    Trace {
        of: Vec<Address>,
        ends: bool,
    },
    Untrace,
    /// Opacity by emphasis: 1 is undimmed.
    Dim(f64),
    /// Blurred by so many stage units.
    Blur(f64),
    Indicate(Manner),
    Highlight {
        shape: Shape,
        color: Option<Ink>,
        margin: f64,
    },
    Unhighlight,
    Set {
        var: String,
        value: Num,
    },
    CameraFit {
        margin: f64,
    },
    CameraAt {
        centre: Option<[Num; 2]>,
        /// In place of a centre.
        by: Option<[Num; 2]>,
        height: Option<Num>,
        /// In place of a height: how many times larger things become.
        zoom: Option<Num>,
    },
    /// The camera goes with its targets from now on; only while the step lasts, if it `ends`.
    CameraFollow {
        spring: Spring,
        height: Option<Num>,
        ends: bool,
    },
    CameraReset,
    /// The first target flies to the second; it stays (`copy`) or goes (`morph`).
    Fly {
        keep: bool,
        /// The number of this flight, and of how many: where one of the targets is all of theirs, and is as many parts, this
        /// flight has the part of its number.
        turn: (usize, usize),
    },
    Act {
        name: &'static str,
        args: Vec<(&'static str, String)>,
    },
}

/// A step laid onto the frame clock.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Effect {
    /// Its number in its scene, in the order in which effects begin.
    pub(super) number: usize,
    /// First frame that shows a change.
    pub(super) start: u64,
    /// One past the frame that shows the goal; at least `start`.
    pub(super) end: u64,
    pub(super) secs: f64,
    pub(super) lag_secs: f64,
    pub(super) order: Order,
    /// In place of an order: parts by their distance from a place.
    pub(super) near: Option<Arc<Near>>,
    /// The number of its flock, if targets are taken one after another by distance.
    pub(super) flock: Option<usize>,
    pub(super) ease: Easing,
    /// Bend of a path in degrees.
    pub(super) arc: f64,
    pub(super) kind: EffectKind,
    pub(super) targets: Vec<Address>,
    /// Everything but the targets.
    pub(super) complement: bool,
    /// The verb of the step that it comes from.
    pub(super) span: Span,
}

impl Effect {
    /// Has it begun by a frame?
    pub(super) fn begun(&self, frame: Option<u64>) -> bool {
        frame.is_some_and(|frame| self.start <= frame)
    }

    /// The state at a frame of the film, or before the film if there is none; `None` before the effect begins. The instant is
    /// within the frame's exposure: `shutter` frames, from -1 to 0, from its end.
    pub(super) fn clock(&self, frame: Option<u64>, shutter: f64) -> Option<Clock> {
        let done = frame?.checked_sub(self.start)?;
        // What happens at once has happened on its first frame.
        let length = (self.end - self.start) as f64;
        let progress = if length > 0.0 { (((done + 1) as f64 + shutter) / length).min(1.0) } else { 1.0 };
        Some(Clock { progress, secs: self.secs, lag_secs: self.lag_secs, order: self.order, ease: self.ease })
    }

    /// Is it under way at a frame? The first frame after the goal is reached is at rest again.
    pub(super) fn running(&self, frame: Option<u64>) -> bool {
        frame.is_some_and(|frame| self.start <= frame && frame < self.end)
    }

    /// Does it move the camera?
    pub(super) fn is_camera(&self) -> bool {
        matches!(self.kind, EffectKind::CameraFit { .. } | EffectKind::CameraAt { .. } | EffectKind::CameraReset)
            || matches!(self.kind, EffectKind::CameraFollow { .. })
    }

    /// Does it change places, sizes or angles of its targets while it runs?
    pub(super) fn displaces(&self) -> bool {
        match &self.kind {
            EffectKind::Move(_) | EffectKind::Scale(_) | EffectKind::Rotate(_) => true,
            EffectKind::Face { .. } => true,
            EffectKind::Indicate(how) => matches!(how, Manner::Flash | Manner::Pulse | Manner::Wiggle),
            EffectKind::Arrange { .. } | EffectKind::Restore { .. } => true,
            EffectKind::Reveal { kind, .. } => matches!(kind, RevealKind::Grow | RevealKind::Fade(Some(_))),
            _ => false,
        }
    }

    /// Does its goal stay as it is, whatever happens elsewhere?
    pub(super) fn is_constant(&self) -> bool {
        let fixed = |num: &Num| matches!(num, Num::Fixed(_));
        match &self.kind {
            EffectKind::Reveal { .. } | EffectKind::Dim(_) | EffectKind::Color(_) | EffectKind::Indicate(_) => true,
            EffectKind::Blur(_) => true,
            EffectKind::Act { .. } | EffectKind::Set { .. } => true,
            EffectKind::Highlight { .. } | EffectKind::Unhighlight => true,
            EffectKind::CameraAt { .. } | EffectKind::CameraFit { .. } | EffectKind::CameraReset => true,
            EffectKind::CameraFollow { .. } => true,
            EffectKind::Move(Motion::To(Place::Point(point)) | Motion::By(point)) => point.iter().all(fixed),
            EffectKind::Move(Motion::Axes(axes)) => axes.iter().flatten().all(fixed),
            EffectKind::Scale(Amount::To(num) | Amount::By(num)) => fixed(num),
            EffectKind::Rotate(Amount::To(num) | Amount::By(num)) => fixed(num),
            EffectKind::Opacity(num) | EffectKind::Blend(_, num) => fixed(num),
            EffectKind::Arrange { .. } | EffectKind::Restore { .. } => true,
            EffectKind::Move(_) | EffectKind::Face { .. } | EffectKind::Release(_) => false,
            EffectKind::Fly { .. } | EffectKind::Trace { .. } | EffectKind::Untrace => false,
        }
    }

    /// Is it an entrance or an exit of a target? For a flight this is the second target's entrance.
    pub(super) fn reveal(&self) -> Option<(RevealKind, bool)> {
        match self.kind {
            EffectKind::Reveal { kind, entering } => Some((kind, entering)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_of_n_frames_shows_n_frames_and_arrives_on_the_last() {
        let effect = Effect {
            number: 0,
            start: 10,
            end: 14,
            secs: 4.0 / 60.0,
            lag_secs: 0.0,
            order: Order::Forward,
            near: None,
            flock: None,
            ease: Easing::default(),
            arc: 0.0,
            kind: EffectKind::Indicate(Manner::Flash),
            targets: Vec::new(),
            complement: false,
            span: Span::detached(),
        };
        let progress: Vec<_> = (9..15).map(|frame| effect.clock(Some(frame), 0.0).map(|c| c.progress)).collect();
        assert_eq!(progress, [None, Some(0.25), Some(0.5), Some(0.75), Some(1.0), Some(1.0)]);
        assert_eq!(effect.clock(Some(11), -0.5).map(|c| c.progress), Some(0.375));
        assert!(effect.running(Some(13)) && !effect.running(Some(14)) && !effect.running(None));
    }
}
