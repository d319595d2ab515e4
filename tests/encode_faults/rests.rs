//! Frames at rest are not handed over: what ffmpeg repeats instead is the same film, byte for byte.

use std::sync::atomic::Ordering;

use surprisal::encode::{Cancel, Control, FramePainter, FrameSource, Look, Painted, render};
use surprisal::geom::{FrameSize, PixelLayout};
use surprisal::time::{Fps, FrameIndex, FrameRange};

use crate::support::{Film, Place, real_ffmpeg, with_encoder};

/// A film that stops on some of its frames.
struct Resting {
    film: Film,
    /// The frame of the film that each frame shows.
    shown: Vec<u64>,
    /// Do digests tell that frames equal each other?
    told: bool,
}

impl Resting {
    fn new(fps: Fps, told: bool) -> Self {
        let size = FrameSize::new(128, 72).unwrap();
        // For how long each frame is shown: rests at both ends, beside each other, and such as are too short to be left out.
        let lengths = [9, 1, 1, 4, 5, 1, 17, 6, 2, 1, 3, 10];
        let shown = (0..).zip(lengths).flat_map(|(frame, length)| std::iter::repeat_n(frame, length)).collect();
        Self { film: Film { fps, size, noise: true, ..Film::new(12) }, shown, told }
    }
}

impl FrameSource for Resting {
    fn frames(&self) -> u64 {
        self.shown.len() as u64
    }
    fn size(&self) -> FrameSize {
        self.film.size
    }
    fn fps(&self) -> Fps {
        self.film.fps
    }
    fn digest(&self, index: FrameIndex) -> u128 {
        let shown = if self.told { self.shown[index.0 as usize] } else { index.0 };
        self.film.digest(FrameIndex(shown))
    }
    fn survey(&self, range: FrameRange, take: &mut dyn FnMut(Look) -> bool) {
        // Nothing costs much, so that it is one piece either way.
        let look = |index| Look { digest: self.digest(FrameIndex(index)), share: 0.0 };
        let _all = (range.start.0..range.end.0).map(look).all(take);
    }
    fn painter(&self, layout: PixelLayout) -> Box<dyn FramePainter + '_> {
        Box::new(Hand { source: self, hand: self.film.painter(layout) })
    }
}

struct Hand<'a> {
    source: &'a Resting,
    hand: Box<dyn FramePainter + 'a>,
}

impl FramePainter for Hand<'_> {
    fn paint(&mut self, index: FrameIndex) -> Result<Painted<'_>, surprisal::diag::Diagnostic> {
        self.hand.paint(FrameIndex(self.source.shown[index.0 as usize]))
    }
}

#[test]
fn repeated_frames_are_those_that_would_be_handed_over() {
    let Some(real) = real_ffmpeg() else { return };
    let control = Control { cancel: &Cancel::default(), progress: &|_, _| (), tell: &|_| () };
    for (encoder, name) in [("libx264", "film.mp4"), ("libx264", "film.mkv"), ("ffv1", "film.mkv")] {
        for (numerator, denominator) in [(60, 1), (24, 1), (30_000, 1001)] {
            let place = Place::new();
            let made = |told| {
                let source = Resting::new(Fps::new(numerator, denominator).unwrap(), told);
                let out = place.out(&format!("{told}.{name}"));
                let summary = render(&source, &with_encoder(&real, encoder), &out, control).unwrap();
                assert_eq!((summary.frames, summary.segments), (60, 1));
                (std::fs::read(out).unwrap(), source.film.drawn.load(Ordering::SeqCst))
            };
            let ((repeated, few), (handed_over, all)) = (made(true), made(false));
            // Of the rests of 9, 5, 17, 6 and 10 frames two each.
            assert_eq!((few, all), (60 - 37, 60));
            assert!(repeated == handed_over, "{encoder} {name} {numerator}/{denominator}");
        }
    }
}
