//! Frames and figures as files.

use super::shelf::Seen;
use crate::diag::Diagnostic;
use crate::export::png;
use crate::figures::{Figure, Format, Options, Plan, moving_svg, whole_frame};
use crate::film::Film;
use crate::preview::wire::{Answer, Kind};
use crate::raster::Rasterizer;
use crate::time::FrameIndex;

/// A frame as PNG, in the film's own size.
pub(super) fn png(film: &Film, at: FrameIndex) -> Answer {
    answer(Kind::Png, png::encode(&Rasterizer::new(film.size()).expose(film.exposures(at)), false))
}

/// A frame as SVG.
pub(super) fn svg(film: &Film, at: FrameIndex) -> Answer {
    answer(Kind::Svg, whole_frame(film, at, Format::Svg))
}

/// A figure as `surprisal figures` makes it: SVG, which may move, PDF or PNG.
pub(super) fn figure(seen: &Seen, name: &str, kind: &str) -> Answer {
    let (format, kind) = match kind {
        "svg" => (Format::Svg, Kind::Svg),
        "pdf" => (Format::Pdf, Kind::Pdf),
        "png" => (Format::Png, Kind::Png),
        _ => return Answer::failed("figures are downloaded as svg, pdf or png"),
    };
    let options = Options { only: vec![name.to_owned()], ..Options::default() };
    let (plan, found) = Plan::new(seen.script(), seen.world(), options);
    match (plan.figures.first(), found.iter().next()) {
        (Some(figure), _) => answer(kind, file(figure, format, &plan.options)),
        (None, Some(mistake)) => Answer::failed(mistake.message.clone()),
        (None, None) => Answer::failed("the script has no figure of this name"),
    }
}

fn file(figure: &Figure, format: Format, options: &Options) -> Result<Vec<u8>, Diagnostic> {
    if format != Format::Svg || figure.shot.moves.is_none() {
        return figure.picture(options)?.file(format, options);
    }
    moving_svg(&figure.moving(options)?, figure.def.rate, &figure.def.span, options)
}

fn answer(kind: Kind, made: Result<Vec<u8>, Diagnostic>) -> Answer {
    match made {
        Ok(bytes) => Answer { kind, bytes },
        Err(mistake) => Answer::failed(mistake.message),
    }
}
