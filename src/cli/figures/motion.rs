//! Figures that move, by ffmpeg: GIF, WebP, MP4.

use crate::color::{Role, Theme};
use crate::diag::Diagnostic;
use crate::draw::{Digester, Frame};
use crate::encode::{self, Cancel, Control, FramePainter, FrameSource, Options as Encoding, Painted, Search, Wishes};
use crate::figures::{Figure, Format, Options, Picture};
use crate::geom::{FrameSize, PixelLayout};
use crate::raster::{Painter, Rasterizer};
use crate::time::{Fps, FrameIndex};

/// Dots an inch at most: what moves is looked at on screens.
const DPI: f64 = 144.0;

/// The bytes of a file that moves.
pub(super) fn encoded(
    pictures: &[Picture],
    format: Format,
    figure: &Figure,
    options: &Options,
) -> Result<Vec<u8>, Diagnostic> {
    let failed = |error: std::io::Error| {
        Diagnostic::environment("output-unwritable", format!("cannot make a file that moves: {error}"))
    };
    let first = pictures.first().and_then(|picture| picture.page("").pixels(options.dpi.min(DPI)));
    let Some((stage, size)) = first else {
        let message = format!("the figure `{}` would have too many pixels", figure.def.name);
        return Err(Diagnostic::usage("figure-size", message).hint("choose fewer with `--dpi`, or a smaller `width`"));
    };
    let clear = pictures.iter().all(|picture| picture.frame.ground.a <= 0.0);
    let theme = options.theme.or(figure.def.theme).or(Theme::named("paper")).unwrap_or(Theme::chalkboard());
    let transparent = clear && format == Format::Webp;
    let framed = |picture: &Picture| {
        let ground = if clear && !transparent { theme.color(Role::Ground) } else { picture.frame.ground };
        Frame { stage, ground, ..picture.frame.clone() }
    };
    let fps = Fps::parse(&figure.def.rate.to_string()).unwrap_or(Fps::SIXTY);
    let source = Moving {
        frames: pictures.iter().map(framed).collect(),
        size,
        fps,
        rasterizer: Rasterizer::new(size),
        digester: Digester::default(),
    };
    let folder = tempfile::tempdir().map_err(failed)?;
    let path = folder.path().join(format!("figure.{}", format.ending()));
    let encoding = Encoding {
        wishes: Wishes { transparent, ..Wishes::default() },
        search: Search::usual(None),
        jobs: 1,
        ..Encoding::default()
    };
    let cancel = Cancel::default();
    let control = Control { cancel: &cancel, progress: &|_, _| {}, tell: &|_| {} };
    encode::render(&source, &encoding, &path, control)?;
    std::fs::read(&path).map_err(failed)
}

/// Frames at hand.
struct Moving {
    frames: Vec<Frame>,
    size: FrameSize,
    fps: Fps,
    rasterizer: Rasterizer,
    digester: Digester,
}

impl FrameSource for Moving {
    fn frames(&self) -> u64 {
        self.frames.len() as u64
    }

    fn size(&self) -> FrameSize {
        self.size
    }

    fn fps(&self) -> Fps {
        self.fps
    }

    fn digest(&self, index: FrameIndex) -> u128 {
        let frame = self.frames.get(index.0 as usize);
        frame.map_or(0, |frame| self.digester.digest(std::slice::from_ref(frame)).0)
    }

    fn painter(&self, layout: PixelLayout) -> Box<dyn FramePainter + '_> {
        Box::new(Hand { frames: &self.frames, painter: self.rasterizer.painter(layout) })
    }
}

struct Hand<'a> {
    frames: &'a [Frame],
    painter: Painter<'a>,
}

impl FramePainter for Hand<'_> {
    fn paint(&mut self, index: FrameIndex) -> Result<Painted<'_>, Diagnostic> {
        let frame = self.frames.get(index.0 as usize).cloned().into_iter().collect();
        let changed = self.painter.paint(frame);
        Ok(Painted { bytes: self.painter.bytes(), changed })
    }
}
