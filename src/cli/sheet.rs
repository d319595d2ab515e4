//! `surprisal sheet`: a film at a glance, as one picture or as a page with the script's words beside each frame.

pub(super) mod page;
pub(super) mod picture;

use std::path::{Path, PathBuf};

use super::args::{SheetArgs, SheetBy};
use super::instant::Stretch;
use super::{Exit, conclude, load, report};
use crate::diag::Diagnostic;
use crate::encode::write_file;
use crate::film::{Film, Overrides};
use crate::geom::FrameSize;
use crate::raster::{Pixels, Rasterizer};
use crate::time::{FrameIndex, FrameRange, clock};

/// Frames on a sheet, at most: more are a film.
const FRAMES: usize = 2000;
/// Width of a frame on a sheet in pixels, if no size is asked for.
const WIDTH_PX: u32 = 480;
/// Instants of a scene that are looked at for the one that shows most.
const GLANCES: u64 = 24;

/// A frame of the sheet, and what belongs to it.
pub(super) struct Cell {
    pub(super) index: FrameIndex,
    /// Its scene's title, or id.
    pub(super) scene: String,
    /// When it is, and the marks that are there.
    pub(super) heading: String,
    /// What is being said, or was said last in the scene.
    pub(super) words: String,
    /// Lines of the script at work since the frame before, each with its number.
    pub(super) lines: Vec<(usize, String)>,
}

impl Cell {
    /// A frame that there is not.
    pub(super) fn blank() -> Self {
        let (scene, heading, words, lines) = Default::default();
        Self { index: FrameIndex(0), scene, heading, words, lines }
    }
}

pub(super) fn run(args: &SheetArgs) -> Exit {
    let overrides = Overrides { theme: args.theme, ..Overrides::default() };
    let (loaded, diags) = load::film(&args.script, overrides, args.voice.as_deref());
    let Some(loaded) = loaded else { return conclude(&diags) };
    let written = Stretch::new(&loaded.film, args.scene.as_deref()).and_then(|stretch| {
        let output = named(args.output.as_ref(), &args.script, "-sheet.png")?;
        let cells = cells(&loaded.film, stretch.range, args)?;
        let size = args.size.unwrap_or_else(|| usual_size(loaded.film.size()));
        let rasterizer = Rasterizer::new(size);
        let pictures: Vec<Pixels> =
            cells.iter().map(|cell| rasterizer.expose(loaded.film.exposures(cell.index))).collect();
        let title = loaded.film.title().map_or_else(|| args.script.display().to_string(), str::to_owned);
        let bytes = match is_page(&output) {
            true => page::page(&title, &cells, &pictures)?.into_bytes(),
            false => picture::picture(&cells, &pictures, args.columns)?,
        };
        write_file(&output, &bytes, &loaded.inputs)?;
        Ok((output, cells.len(), size))
    });
    match written {
        Ok((output, count, size)) => {
            report::line(&format!("{} ({count} frames, {size} each)", output.display()));
            Exit::DONE
        }
        Err(mistake) => conclude(&mistake.into()),
    }
}

/// The size of a frame on a sheet, if none is asked for.
pub(super) fn usual_size(film: FrameSize) -> FrameSize {
    let height = (f64::from(WIDTH_PX) * film.stage().height() / film.stage().width()).round().max(1.0) as u32;
    FrameSize::new(WIDTH_PX, height).unwrap_or(film)
}

/// Is the file of this name a page, not a picture?
pub(super) fn is_page(output: &Path) -> bool {
    output.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("html"))
}

/// The file that a sheet of a script becomes: as asked for, or as usual.
pub(super) fn named(asked: Option<&PathBuf>, script: &Path, usual: &str) -> Result<PathBuf, Diagnostic> {
    let Some(path) = asked else {
        return Ok(super::render::usual_output(script, usual));
    };
    let png = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("png"));
    if png || is_page(path) {
        return Ok(path.clone());
    }
    Err(Diagnostic::usage("unknown-format", format!("`{}` is no file that a sheet can be", path.display()))
        .hint("a sheet is a `.png`, or an `.html` page with the script's words beside each frame"))
}

/// The frames of the sheet, in order.
fn cells(film: &Film, range: FrameRange, args: &SheetArgs) -> Result<Vec<Cell>, Diagnostic> {
    let marks: Vec<FrameIndex> = film.marks().iter().map(|mark| mark.frame).filter(|at| range.contains(*at)).collect();
    let by = args.by.unwrap_or(if marks.is_empty() { SheetBy::Scenes } else { SheetBy::Marks });
    let mut at = match (args.every, by) {
        (Some(secs), _) => {
            let step = ((secs * film.fps().as_f64()).round() as u64).max(1);
            (0..)
                .map(|number| range.start.0 + number * step)
                .take_while(|at| *at < range.end.0)
                .take(FRAMES + 1)
                .collect()
        }
        (None, SheetBy::Marks) => marks.iter().map(|at| at.0).collect(),
        (None, SheetBy::Scenes) => {
            let scenes = film.scenes().into_iter().filter(|scene| range.contains(scene.range.start));
            scenes.map(|scene| fullest(film, scene.range)).collect::<Vec<u64>>()
        }
    };
    at.sort_unstable();
    at.dedup();
    if at.is_empty() {
        return Err(Diagnostic::usage("no-frames", "there is no mark here to show")
            .hint("`--by scenes` shows a frame of each scene, `--every 2` one every two seconds"));
    }
    if at.len() > FRAMES {
        return Err(Diagnostic::usage("sheet-size", format!("a sheet holds at most {FRAMES} frames"))
            .hint("show fewer: a longer `--every`, or one `--scene`"));
    }
    let mut before = None;
    let mut cells = Vec::new();
    for index in at {
        cells.push(cell(film, FrameIndex(index), before));
        before = Some(index);
    }
    Ok(cells)
}

/// The frame of a scene that shows most; of several the last.
pub(super) fn fullest(film: &Film, range: FrameRange) -> u64 {
    let last = range.len().saturating_sub(1);
    let glances = (0..=GLANCES).map(|step| range.start.0 + last * step / GLANCES);
    glances.max_by_key(|at| film.frame(FrameIndex(*at)).items.len()).unwrap_or(range.start.0)
}

/// A frame with what belongs to it; its lines are those at work since the frame `before`.
pub(super) fn cell(film: &Film, index: FrameIndex, before: Option<u64>) -> Cell {
    let scenes = film.scenes();
    let number = scenes.iter().position(|scene| scene.range.contains(index));
    let scene = number.and_then(|number| scenes.get(number));
    let start = scene.map_or(0, |scene| scene.range.start.0);
    let marks = film.marks().iter().filter(|mark| mark.frame == index).map(|mark| mark.name.as_str());
    let time = clock(film.fps().instant_of(index).get());
    let heading = std::iter::once(time.as_str()).chain(marks).collect::<Vec<_>>().join(" · ");
    let mut said = film.captions().into_iter().filter(|caption| (start..=index.0).contains(&caption.range.start.0));
    let words = said.next_back().map_or_else(String::new, |caption| caption.text);
    // What began or went on since the frame before, in this scene.
    let since = before.map_or(start, |before| (before + 1).max(start));
    let steps = film.steps();
    let at_work = steps.iter().filter(|step| Some(step.scene) == number && step.range.start <= index);
    let mut lines: Vec<(usize, String)> = Vec::new();
    for step in at_work.filter(|step| step.range.end.0 >= since) {
        let (line, _) = step.span.line_column();
        let text = step.span.source.text.lines().nth(line - 1).unwrap_or_default().trim().to_owned();
        if lines.iter().all(|(known, _)| *known != line) {
            lines.push((line, text));
        }
    }
    let scene = scene.map_or_else(String::new, |scene| scene.title.clone().unwrap_or_else(|| scene.id.clone()));
    Cell { index, scene, heading, words, lines }
}
