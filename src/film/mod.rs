//! Script, visuals and time become a film: any frame of it, alone, as a display list.
//!
//! Enters: a [`Script`] and the world of its assets. Leaves: a [`Film`], compiled once; [`Film::frame`] is a pure function of
//! the film and the index, may be called from any thread in any order, and never fails.

mod aim;
mod along;
mod area;
mod arrange;
mod branch;
mod build;
mod camera;
mod caption;
mod clip;
mod concern;
mod cores;
mod course;
mod distance;
mod effect;
mod emit;
mod emphasis;
mod figure;
mod flight;
mod group;
mod highlight;
mod inset;
mod instant;
mod layout;
mod links;
mod locate;
mod memo;
mod narration;
mod onstage;
mod parts;
mod past;
mod pen;
mod place;
mod resting;
mod reveal;
mod review;
mod scene;
mod schedule;
mod select;
mod settled;
mod shot;
mod sources;
mod spots;
mod spring;
mod state;
mod steps;
mod trail;
mod transition;
mod voices;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::color::Theme;
use crate::diag::Diagnostics;
use crate::draw::Frame;
use crate::expression::{Expression, Value};
use crate::geom::FrameSize;
use crate::script::{Motion, MotionBlur, Place, Script, Slot};
use crate::time::{Fps, FrameIndex, FrameRange};
use crate::typeset::Typesetter;
use crate::world::World;
pub use area::with_margin;
pub use clip::load_clip;
use effect::{Effect, EffectKind};
pub use figure::Still;
use instant::Instant;
pub use narration::{LineInfo, RecordingInfo};
pub use onstage::{Address, ShownActor};
pub use review::WARNINGS;
use scene::{CodeEntry, Scene, SourceEntry};
pub use shot::Shot;
pub use steps::{CaptionInfo, StepInfo, TARGETS};
pub use voices::{MANIFEST, Made, SCRATCH_ENDING, voice_digest};

/// What may be changed about a script from outside: its stage, and what its variables are worth.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overrides {
    /// Another size.
    pub size: Option<FrameSize>,
    /// Another rate.
    pub fps: Option<Fps>,
    /// Another theme.
    pub theme: Option<&'static Theme>,
    /// Are captions drawn, whatever the script says?
    pub captions: Option<bool>,
    /// No ground: for formats with alpha.
    pub transparent: bool,
    /// Variables that have one value at all times, whatever the script says. Names that are no variable mean nothing.
    pub variables: BTreeMap<String, f64>,
}

/// A named instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Its name in the script.
    pub name: String,
    /// The last frame before what follows it.
    pub frame: FrameIndex,
    /// Is it a figure of the write-up?
    pub figure: bool,
}

/// A scene's place in the film.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SceneInfo {
    /// Its id in the script.
    pub id: String,
    /// Its title, if it has one.
    pub title: Option<String>,
    /// Does a chapter begin with it, by the script's own word?
    pub chapter: bool,
    /// Its frames.
    pub range: FrameRange,
}

/// A compiled film.
pub struct Film {
    title: Option<String>,
    description: Option<String>,
    language: String,
    thumbnail: Option<String>,
    size: FrameSize,
    /// Distance from the frame's edge that things at it keep.
    margin: f64,
    fps: Fps,
    theme: Theme,
    transparent: bool,
    scenes: Vec<Scene>,
    marks: Vec<Mark>,
    frames: u64,
    expressions: Vec<Option<Arc<Expression>>>,
    /// For each expression, what names in it may start with unwritten.
    scopes: Vec<Arc<str>>,
    /// The places that fields of visuals name, by their slots in ascending order.
    places: Vec<(Slot, Place)>,
    data: Vec<(String, Value)>,
    sources: Vec<SourceEntry>,
    codes: Vec<CodeEntry>,
    typesetter: Arc<Typesetter>,
    /// What is said, in order of time.
    lines: Vec<narration::Line>,
    /// What else is heard, in the order of the script.
    heard: Vec<narration::Heard>,
    /// What is drawn of the lines at a time.
    captions: Vec<caption::Caption>,
    shows_captions: bool,
    /// Does no expression ask for the time?
    timeless: bool,
    motion_blur: Option<MotionBlur>,
    /// Variables that keep one value.
    pinned: BTreeMap<String, f64>,
}

impl Film {
    /// Compiles a script. `None` if there are errors; warnings may come with a film.
    pub fn build(script: &Script, world: &dyn World, overrides: Overrides) -> (Option<Self>, Diagnostics) {
        build::build(script, world, overrides, &|_| None)
    }

    /// As [`Film::build`], for one frame of a film that may be long: what a viewer would mind is looked for only in the scene
    /// of the frame that `shown` names once the film is compiled, or in all if it names none.
    pub fn build_for(
        script: &Script,
        world: &dyn World,
        overrides: Overrides,
        shown: &dyn Fn(&Self) -> Option<FrameIndex>,
    ) -> (Option<Self>, Diagnostics) {
        build::build(script, world, overrides, shown)
    }

    /// As [`Film::build`], but nobody looks at the film yet: [`Film::review`] does, whenever there is time. An expression that
    /// fails is worth nothing in such a film.
    pub fn compile(script: &Script, world: &dyn World, overrides: Overrides) -> (Option<Self>, Diagnostics) {
        build::compile(script, world, overrides)
    }

    /// What only a look at the film shows: expressions that fail, parts that are not there, and what a viewer would mind, in the
    /// scene of a frame or in all. The script is the one that the film was made from.
    pub fn review(&self, script: &Script, shown: Option<FrameIndex>) -> Diagnostics {
        let mut diags = Diagnostics::new();
        review::review(self, script, shown, &mut diags);
        diags.sort();
        diags
    }

    /// Number of frames, at least 1.
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// Size in pixels that the script or the command line asks for; frames themselves are in stage units.
    pub fn size(&self) -> FrameSize {
        self.size
    }

    /// Frames a second.
    pub fn fps(&self) -> Fps {
        self.fps
    }

    /// The title, if the script has one.
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// What it is about, if the script says so.
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// The frame that stands for the whole film: that of the mark which the script names, or of the mark `thumbnail`.
    pub fn thumbnail(&self) -> Option<FrameIndex> {
        let name = self.thumbnail.as_deref().unwrap_or("thumbnail");
        self.marks.iter().find(|mark| mark.name == name).map(|mark| mark.frame)
    }

    /// Named instants in order of time.
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// The scenes in order.
    pub fn scenes(&self) -> Vec<SceneInfo> {
        let info = |scene: &Scene| {
            let (id, title) = (scene.id.clone(), scene.title.clone());
            SceneInfo { id, title, chapter: scene.chapter, range: scene.range }
        };
        self.scenes.iter().map(info).collect()
    }

    /// What names in an expression may start with unwritten.
    fn scope_of(&self, slot: Slot) -> &str {
        self.scopes.get(slot.0 as usize).map_or("", |scope| scope)
    }

    /// Is a frame certainly equal to the one before it, because nothing is under way? Costs next to nothing; `false` in doubt.
    pub fn rests(&self, index: FrameIndex) -> bool {
        let Some(before) = index.0.checked_sub(1) else { return false };
        let scene = self.scenes.iter().find(|scene| scene.range.contains(index));
        let Some(scene) = scene.filter(|scene| scene.range.contains(FrameIndex(before))) else {
            return before + 1 >= self.frames; // past the end
        };
        // Trails grow old, springs swing on.
        let lasts = |kind: &EffectKind| {
            let spring = matches!(kind, EffectKind::Move(Motion::With(_, Some(_))) | EffectKind::CameraFollow { .. });
            spring || matches!(kind, EffectKind::Trace { .. })
        };
        // On the frame after its last, an effect's targets are at rest again.
        let stirs = |effect: &Effect| effect.start <= index.0 && (index.0 <= effect.end || lasts(&effect.kind));
        let passes = scene.transition.as_ref().is_some_and(|transition| index.0 <= transition.end);
        let still = self.timeless && self.motion_blur.is_none() && !passes;
        still && !scene.effects.iter().any(stirs) && self.caption_rests(index)
    }

    /// The frame at an index; past the end, the last one.
    pub fn frame(&self, index: FrameIndex) -> Frame {
        self.frame_within(index, 0.0)
    }

    /// The frames whose mean a frame is when it is exposed, the frame itself first. One, unless the script asks for motion
    /// blur and something moves.
    ///
    /// The shutter closes on the frame itself. A cut stays sharp: no exposure begins in the scene before.
    pub fn exposures(&self, index: FrameIndex) -> Vec<Frame> {
        let mut frames = vec![self.frame(index)];
        let Some(blur) = self.motion_blur else { return frames };
        let open = blur.shutter / 360.0;
        let instant = |sample: u32| -open * f64::from(sample) / f64::from(blur.samples);
        frames.extend((1..blur.samples).map(|sample| self.frame_within(index, instant(sample))));
        if frames.windows(2).all(|pair| matches!(pair, [a, b] if a == b)) {
            frames.truncate(1);
        }
        frames
    }

    /// An instant within the exposure of a frame: from -1 to 0 frames from its end.
    fn frame_within(&self, index: FrameIndex, shutter: f64) -> Frame {
        let index = index.0.min(self.frames.saturating_sub(1));
        let ground = if self.transparent {
            crate::color::Rgba::TRANSPARENT
        } else {
            self.theme.color(crate::color::Role::Ground)
        };
        let mut frame = Frame { stage: self.size.stage(), ground, items: Vec::new() };
        let found = self.scenes.iter().position(|scene| scene.range.contains(FrameIndex(index)));
        if let Some((number, scene)) = found.and_then(|number| Some((number, self.scenes.get(number)?))) {
            match self.passing(number, index, shutter) {
                Some(transition) => self.pass((number, transition), (index, shutter), &mut frame.items),
                None => Instant::new(self, scene, index).exposed(shutter).emit(&mut frame.items),
            }
        }
        if self.shows_captions {
            self.emit_caption(index, &mut frame.items);
        }
        frame
    }
}
