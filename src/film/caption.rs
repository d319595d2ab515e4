//! Captions: what `say` says, at the foot of the frame, for as long as it takes to say it; long lines in pieces.

use super::Film;
use super::instant::Instant;
use super::narration::Line;
use crate::color::Role;
use crate::draw::{FrameItem, GlyphRun, Halo, Item, ItemId, Paint, Part, Shape};
use crate::geom::Affine;
use crate::script::{Piece, Template, wording};
use crate::sound::{CueLimits, Spoken, cues};
use crate::time::{FrameIndex, FrameRange, Secs};
use crate::typeset::{Align, TextStyle};
use crate::visuals::filled;

/// What is drawn at a time.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Caption {
    /// The words, with markup.
    text: String,
    range: FrameRange,
}

/// Height of the em.
const SIZE: f64 = 0.36;
/// Widest line, in stage units: about 80 characters.
const WIDTH: f64 = 14.4;
/// Mean width of a character, in stage units.
const CHARACTER: f64 = 0.18;
/// Space below the last line.
const FOOT: f64 = 0.32;
/// The share of the frame's height, from below, that captions take.
pub(super) const STRIP: f64 = 0.1;
/// Frames a caption takes to come or go at 60 frames a second, in seconds.
const FADE_SECS: f64 = 0.2;

impl Film {
    /// Is the caption of a frame shown just as on the frame before?
    pub(super) fn caption_rests(&self, index: FrameIndex) -> bool {
        let fade = (FADE_SECS * self.fps.as_f64()).max(1.0);
        // From the frame before the caption to the one after it, but for those on which it is fully there.
        let stirs = |caption: &Caption| {
            let (start, end) = (caption.range.start.0, caption.range.end.0);
            let whole = (index.0 as f64) > start as f64 + fade && index.0 as f64 + fade <= end as f64;
            start <= index.0 && index.0 <= end && !whole
        };
        !self.shows_captions || !self.captions.iter().any(stirs)
    }

    /// Are there captions to be seen?
    pub(super) fn has_captions(&self) -> bool {
        self.shows_captions && !self.lines.is_empty()
    }

    /// Fills the values into all lines, as they are when their words begin, finds out when each word is said, and divides long
    /// lines into captions.
    pub(super) fn fill_captions(&mut self) {
        let text = |line: &Line| {
            let scene = self.scenes.iter().find(|scene| scene.range.contains(line.range.start))?;
            let instant = Instant::new(self, scene, line.range.start.0);
            let fill = |words: &Template| filled(words, &|slot| instant.value(slot));
            let value = |piece: &Piece| match piece {
                Piece::Text(_) => None,
                Piece::Live { .. } => {
                    Some(fill(&Template { pieces: vec![piece.clone()], span: line.say.words.span.clone() }))
                }
            };
            let values: Vec<String> = line.say.words.pieces.iter().filter_map(value).collect();
            Some((fill(&line.say.words), values))
        };
        let texts: Vec<_> = self.lines.iter().map(text).collect();
        for (line, text) in self.lines.iter_mut().zip(texts) {
            let (text, values) = text.unwrap_or_default();
            line.text = text;
            line.values.iter_mut().zip(values).for_each(|((_, worth), value)| *worth = value);
            line.time(self.fps);
        }
        self.captions = self.lines.iter().flat_map(|line| self.divided(line)).collect();
    }

    /// The captions of a line: of two lines of the frame at most.
    fn divided(&self, line: &Line) -> Vec<Caption> {
        let limits = CueLimits { line: (self.widest() / CHARACTER) as usize, ..CueLimits::SUBTITLES };
        let words = wording(&line.text);
        let whole = Caption { text: line.text.clone(), range: line.range };
        if words.iter().map(|word| word.plain.chars().count() + 1).sum::<usize>() <= 2 * limits.line {
            return vec![whole];
        }
        let spoken: Vec<Spoken> = line.words.clone();
        let found = cues(&spoken, limits, f64::INFINITY);
        let starts = found.iter().map(|cue| self.fps.frame_at(Secs::new(cue.start).unwrap_or(Secs::ZERO)).0).skip(1);
        let ends = starts.clone().chain([line.range.end.0]);
        let starts = std::iter::once(line.range.start.0).chain(starts);
        let caption = |((cue, start), end): ((&crate::sound::Cue, u64), u64)| {
            let words = words.get(cue.words()).unwrap_or_default().iter().map(|word| word.markup.as_str());
            Caption { text: words.collect::<Vec<_>>().join(" "), range: FrameRange::new(start, end) }
        };
        found.iter().zip(starts).zip(ends).map(caption).collect()
    }

    /// The widest line of a caption, in stage units.
    fn widest(&self) -> f64 {
        WIDTH.min(self.size.stage().width() - 1.0)
    }

    /// Appends the caption of a frame, if there is one. It is fixed to the screen, not to the stage.
    pub(super) fn emit_caption(&self, frame: u64, items: &mut Vec<FrameItem>) {
        let index = FrameIndex(frame);
        let Some(caption) = self.captions.iter().find(|caption| caption.range.contains(index)) else { return };
        let fade = (FADE_SECS * self.fps.as_f64()).max(1.0);
        let shown = ((frame - caption.range.start.0 + 1) as f64).min((caption.range.end.0 - frame) as f64);
        let opacity = (shown / fade).min(1.0);
        let ground = self.theme.color(Role::Ground);
        let style = TextStyle {
            color: self.theme.color(Role::Ink),
            align: Align::Centre,
            halo: Some(Halo { paint: Paint::solid(ground).kept(), width: 0.09 }),
            ..TextStyle::new(SIZE)
        };
        let widest = self.widest();
        let roles = |name: &str| Role::named(name).map(|role| self.theme.color(role));
        let set = |style: &TextStyle| {
            let set = self.typesetter.rich(&caption.text, style, &roles);
            set.unwrap_or_else(|_| self.typesetter.text(&caption.text, style))
        };
        // Several lines are made about equally long, so that no word is left alone on the last.
        let whole = set(&style).layout.width();
        let lines = libm::ceil(whole / widest).max(1.0);
        let set = if lines > 1.0 {
            set(&TextStyle { width: Some((whole / lines + 1.4).min(widest)), ..style })
        } else {
            set(&style)
        };
        let stage = self.size.stage();
        let x = stage.center().x - set.layout.center().x;
        let y = stage.y0 + FOOT - set.layout.y0;
        collect(&set.part, Affine::translate((x, y)), opacity as f32, ItemId::ROOT.child("caption"), items);
    }
}

fn collect(part: &Part, parent: Affine, opacity: f32, id: ItemId, items: &mut Vec<FrameItem>) {
    let map = parent * part.transform;
    for (number, item) in part.items.iter().enumerate() {
        debug_assert!(matches!(item.shape, Shape::Glyphs(_) | Shape::Path { .. }));
        let shape = match &item.shape {
            Shape::Glyphs(run) => Shape::Glyphs(GlyphRun { pinned: true, ..run.clone() }),
            other => other.clone(),
        };
        let item = Item { shape, transform: map * item.transform, opacity: item.opacity * opacity, ..item.clone() };
        items.push(FrameItem { id: id.numbered(number), item, resting: true, clip: None });
    }
    for part in &part.parts {
        collect(part, map, opacity, id.child(&part.name), items);
    }
}
