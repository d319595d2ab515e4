//! Captions: what `say` says, at the foot of the frame, for as long as it takes to say it.

use super::Film;
use super::instant::Instant;
use crate::color::Role;
use crate::draw::{FrameItem, GlyphRun, Halo, Item, ItemId, Paint, Part, Shape};
use crate::geom::Affine;
use crate::script::{Piece, Template};
use crate::time::{FrameIndex, FrameRange};
use crate::typeset::{Align, TextStyle};
use crate::visuals::filled;

/// Words and when they are said.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Caption {
    pub(super) words: Template,
    /// The words with their values filled in.
    pub(super) text: String,
    pub(super) range: FrameRange,
}

/// Height of the em.
const SIZE: f64 = 0.36;
/// Widest line, in stage units: about 80 characters.
const WIDTH: f64 = 14.4;
/// Space below the last line.
const FOOT: f64 = 0.32;
/// The share of the frame's height, from below, that captions take.
pub(super) const STRIP: f64 = 0.1;
/// Frames a caption takes to come or go at 60 frames a second, in seconds.
const FADE_SECS: f64 = 0.2;
/// Speaking rate in characters a second, for words without a recording.
const CHARACTERS_PER_SEC: f64 = 15.5;
/// Time for a breath, in seconds.
const BREATH_SECS: f64 = 0.7;

/// How long words take to say, in seconds, when there is no recording.
/// How a value counts whose digits are not known yet, in characters.
const VALUE_CHARACTERS: usize = 6;

pub(super) fn speaking_secs(words: &Template) -> f64 {
    let count = |piece: &Piece| match piece {
        Piece::Text(text) => text.chars().count(),
        Piece::Live { .. } => VALUE_CHARACTERS,
    };
    words.pieces.iter().map(count).sum::<usize>() as f64 / CHARACTERS_PER_SEC + BREATH_SECS
}

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
        self.shows_captions && !self.captions.is_empty()
    }

    /// Fills the values into all captions, as they are when their words begin.
    pub(super) fn fill_captions(&mut self) {
        let text = |caption: &Caption| {
            let scene = self.scenes.iter().find(|scene| scene.range.contains(caption.range.start))?;
            let instant = Instant::new(self, scene, caption.range.start.0);
            Some(filled(&caption.words, &|slot| instant.value(slot)))
        };
        let texts: Vec<_> = self.captions.iter().map(text).collect();
        for (caption, text) in self.captions.iter_mut().zip(texts) {
            caption.text = text.unwrap_or_default();
        }
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
        let widest = WIDTH.min(self.size.stage().width() - 1.0);
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
