//! `surprisal render`: a film to a file.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::args::{AudioArg, CaptionsArg, QualityArg, RenderArgs};
use super::captions::Captions;
use super::instant::Stretch;
use super::load::Loaded;
use super::progress::Progress;
use super::sound::{FilmSound, chapters, codec, long_code};
use super::{Exit, conclude, load, publish, report, signals, vectors, watch};
use crate::diag::Diagnostic;
use crate::draw::{Digester, Frame, changed_share};
use crate::encode::{
    self, Cancel, Control, FramePainter, FrameSource, Look, News, Options, Painted, Quality, Search, SoundSource,
    Summary, Tracks, Wishes,
};
use crate::film::{Film, Overrides};
use crate::geom::{FrameSize, PixelLayout, Rows};
use crate::raster::{Painter, Rasterizer};
use crate::time::{Fps, FrameIndex, FrameRange};

pub(super) fn run(args: &RenderArgs) -> Exit {
    let vectors = match vectors::asked(args) {
        Ok(vectors) => vectors,
        Err(mistake) => return conclude(&mistake.into()),
    };
    let voices = load::Recordings { folder: args.stage.voice.as_deref(), remembered: !args.no_cache };
    let read = || load::attempt(&args.script, overrides(args), voices, load::Review::Whole);
    let made = |loaded: &Loaded, cancel: &Cancel| match (&vectors, &args.publish, &args.sections) {
        (Some(to), ..) => vectors::write(args, loaded, to),
        (None, Some(folder), _) => publish::publish(args, loaded, folder, cancel),
        (None, None, Some(folder)) => publish::sections(args, loaded, folder, cancel),
        (None, None, None) => render(args, loaded, cancel),
    };
    if args.watch {
        return watch::each_edit(&args.script, &read, &made);
    }
    let load::Attempt { loaded, diags, .. } = read();
    let Some(loaded) = loaded else { return conclude(&diags) };
    report::text(&diags);
    let cancel = Cancel::default();
    // Vectors are made at once, and end as other programs do.
    let caught = if vectors.is_none() { signals::listen(&cancel) } else { signals::Caught::default() };
    match made(&loaded, &cancel) {
        Ok(()) => Exit::DONE,
        Err(mistake) if mistake.code == encode::INTERRUPTED => {
            report::note(&mistake.message);
            caught.exit().unwrap_or(Exit::ENVIRONMENT)
        }
        Err(mistake) => conclude(&mistake.into()),
    }
}

fn overrides(args: &RenderArgs) -> Overrides {
    let (size, fps) = match args.quality {
        QualityArg::Draft => (FrameSize::new(960, 540), Fps::new(30, 1)),
        QualityArg::Preview => (FrameSize::new(1280, 720), Fps::new(30, 1)),
        QualityArg::Final => (None, None),
        QualityArg::FourK => (FrameSize::new(3840, 2160), None),
    };
    let stage = &args.stage;
    Overrides {
        size: stage.size.or(size),
        fps: args.fps.or(fps),
        theme: stage.theme,
        transparent: stage.transparent,
        captions: (!args.captions.is_empty()).then(|| args.captions.contains(&CaptionsArg::Drawn)),
        ..Overrides::default()
    }
}

fn render(args: &RenderArgs, loaded: &Loaded, cancel: &Cancel) -> Result<(), Diagnostic> {
    let range = range(args, &loaded.film)?;
    let output = args.output.clone().unwrap_or_else(|| usual_output(&args.script, ".mp4"));
    let summary = film_in(args, loaded, range, &output, cancel)?;
    report::line(&described(&output, &loaded.film, &summary));
    Ok(())
}

/// Renders a stretch of a film, with what the command line asks for beside the pictures.
pub(super) fn film_in(
    args: &RenderArgs,
    loaded: &Loaded,
    range: FrameRange,
    output: &Path,
    cancel: &Cancel,
) -> Result<Summary, Diagnostic> {
    let film = &loaded.film;
    let source = Frames { film, range, rasterizer: Rasterizer::new(film.size()), digester: Digester::default() };
    let say = |text: &str| report::note(text);
    let sound = if args.audio == Some(AudioArg::None) { None } else { FilmSound::new(film, range, &loaded.world) };
    let captions = Captions::of(args, loaded, range)?;
    let tracks = Tracks {
        sound: sound.as_ref().map(|sound| sound as &dyn SoundSource),
        codec: args.audio.and_then(codec),
        subtitles: captions.tracks(),
        chapters: chapters(film, range),
        title: film.title().map(str::to_owned),
        language: Some(long_code(film.language())),
    };
    let mut options = Options {
        wishes: Wishes {
            quality: quality(args.quality),
            crf: args.crf,
            encoder: args.encoder.clone(),
            transparent: args.stage.transparent,
        },
        search: Search { fetch: Some(&say), ..Search::usual(args.ffmpeg.clone()) },
        inputs: loaded.inputs.clone(),
        cache: if args.no_cache { None } else { encode::cache_folder() },
        program: program(),
        waits: args.wait,
        tracks,
        ..Options::default()
    };
    if let Some(jobs) = args.jobs {
        options.jobs = jobs.clamp(1, crate::limits::JOBS);
    }
    if args.verbose {
        explain(&options, film, range);
    }
    let progress = Progress::new(range.len(), args.progress);
    let show = |done: u64, _: u64| {
        if !progress.show(done) {
            cancel.cancel();
        }
    };
    let tell = |news: News<'_>| match news {
        News::Warning(warning) => {
            progress.end();
            report::text(&warning.clone().into());
        }
        News::Detail(text) if args.verbose => {
            progress.end();
            report::note(text);
        }
        News::Detail(_) => {}
    };
    let done = encode::render(&source, &options, output, Control { cancel, progress: &show, tell: &tell });
    progress.end();
    if let (true, Ok(summary)) = (args.verbose, &done) {
        let (drawing, writing) = (summary.drawing_secs, summary.writing_secs);
        let made = summary.segments - summary.reused.min(summary.segments);
        report::note(&format!("segments: {made} made, {} from the cache", summary.reused));
        report::note(&format!("drawing: {drawing:.1} s in all threads; handing over to the encoder: {writing:.1} s"));
    }
    let summary = done?;
    captions.write(output, &loaded.inputs)?;
    Ok(summary)
}

/// What this program is, to the byte: another build may draw otherwise.
fn program() -> String {
    let mut hasher = blake3::Hasher::new();
    let read = std::env::current_exe().and_then(File::open).and_then(|file| hasher.update_reader(file).map(drop));
    let hash = if read.is_ok() { hasher.finalize().to_hex().to_string() } else { String::new() };
    format!("{} {hash}", env!("CARGO_PKG_VERSION"))
}

fn quality(quality: QualityArg) -> Quality {
    match quality {
        QualityArg::Draft => Quality::Draft,
        QualityArg::Preview => Quality::Preview,
        QualityArg::Final => Quality::Final,
        QualityArg::FourK => Quality::FourK,
    }
}

/// The frames that are asked for: of a scene, from and to.
pub(super) fn range(args: &RenderArgs, film: &Film) -> Result<FrameRange, Diagnostic> {
    let stretch = Stretch::new(film, args.scene.as_deref())?;
    let start = args.from.as_ref().map_or(Ok(stretch.range.start), |text| stretch.frame(text))?;
    let end = args.to.as_ref().map_or(Ok(stretch.range.end), |text| stretch.end(text))?;
    let range = FrameRange::new(start.0, end.0);
    if range.is_empty() {
        return Err(Diagnostic::usage("no-frames", "there is no frame between `--from` and `--to`"));
    }
    Ok(range)
}

/// What is about to happen, for those who want to know.
fn explain(options: &Options<'_>, film: &Film, range: FrameRange) {
    let last = range.end.0.saturating_sub(1);
    let (size, fps, jobs) = (film.size(), film.fps(), options.jobs);
    report::note(&format!(
        "drawing: frames {} to {last} of {}, {size} at {fps} fps, {jobs} at a time",
        range.start.0,
        film.frames()
    ));
    for input in &options.inputs {
        report::note(&format!("reading: {}", input.display()));
    }
    // A search that fails is told by the render itself, which may also fetch one.
    if options.wishes.encoder.as_deref() == Some("null") {
        return;
    }
    if let Some(cache) = &options.cache {
        report::note(&format!("cache: {}", cache.display()));
    }
    if let Ok(found) = encode::locate(&Search { fetch: None, ..options.search.clone() }) {
        report::note(&format!("ffmpeg: {} (version {})", found.path.display(), found.version));
    }
}

/// The script's name without its ending.
pub(super) fn stem(script: &Path) -> String {
    script.file_stem().map_or_else(|| "film".into(), |stem| stem.to_string_lossy().into_owned())
}

/// `output/<script><ending>` if there is such a folder here, else beside us.
pub(super) fn usual_output(script: &Path, ending: &str) -> PathBuf {
    let name = format!("{}{ending}", stem(script));
    if Path::new("output").is_dir() { Path::new("output").join(name) } else { PathBuf::from(name) }
}

pub(super) fn described(output: &Path, film: &Film, summary: &Summary) -> String {
    let name = if summary.encoder == "null" { "nothing written".into() } else { output.display().to_string() };
    let speed = summary.frames as f64 / summary.wall_secs.max(1e-3);
    let size = summary.bytes as f64 / 1e6;
    let reused = match (summary.reused, summary.segments) {
        (0, _) => String::new(),
        (reused, all) => format!(", {reused} of {all} segments from the cache"),
    };
    format!(
        "{name}: {} frames, {} at {} fps, {}, {size:.1} MB, {} in {:.1} s ({speed:.0} frames a second{reused})",
        summary.frames,
        crate::time::clock(summary.film_secs),
        film.fps(),
        film.size(),
        summary.encoder,
        summary.wall_secs
    )
}

/// A stretch of a film as bytes.
struct Frames<'a> {
    film: &'a Film,
    range: FrameRange,
    rasterizer: Rasterizer,
    digester: Digester,
}

impl FrameSource for Frames<'_> {
    fn frames(&self) -> u64 {
        self.range.len()
    }

    fn size(&self) -> FrameSize {
        self.film.size()
    }

    fn fps(&self) -> Fps {
        self.film.fps()
    }

    fn digest(&self, index: FrameIndex) -> u128 {
        self.digester.digest(&self.film.exposures(FrameIndex(self.range.start.0 + index.0))).0
    }

    fn survey(&self, range: FrameRange, take: &mut dyn FnMut(Look) -> bool) {
        let at = |index: u64| FrameIndex(self.range.start.0 + index);
        let exposures = |index: u64| self.film.exposures(at(index));
        let mut before = range.start.0.checked_sub(1).map(exposures);
        let mut last = None;
        for index in range.start.0..range.end.0 {
            let look = match last {
                Some(look) if self.film.rests(at(index)) => Look { share: 0.0, ..look },
                _ => {
                    let now = exposures(index);
                    let pair = before.as_deref().and_then(<[Frame]>::first).zip(now.first());
                    let share = pair.map_or(1.0, |(before, now)| changed_share(before, now));
                    let digest = self.digester.digest(&now).0;
                    before = Some(now);
                    Look { digest, share }
                }
            };
            last = Some(look);
            if !take(look) {
                break;
            }
        }
    }

    fn scenes(&self) -> Vec<u64> {
        let start = self.range.start.0;
        self.film.scenes().iter().filter_map(|scene| scene.range.start.0.checked_sub(start)).collect()
    }

    fn painter(&self, layout: PixelLayout) -> Box<dyn FramePainter + '_> {
        Box::new(Hand { frames: self, painter: self.rasterizer.painter(layout), last: None })
    }
}

/// Paints frames of the stretch, one after another.
struct Hand<'a> {
    frames: &'a Frames<'a>,
    painter: Painter<'a>,
    /// The frame of the film that was painted last.
    last: Option<u64>,
}

impl FramePainter for Hand<'_> {
    fn paint(&mut self, index: FrameIndex) -> Result<Painted<'_>, Diagnostic> {
        let film = self.frames.film;
        let at = self.frames.range.start.0 + index.0;
        let next = self.last.replace(at).is_some_and(|last| last + 1 == at);
        let changed = match next && film.rests(FrameIndex(at)) {
            true => Rows::NONE,
            false => self.painter.paint(film.exposures(FrameIndex(at))),
        };
        Ok(Painted { bytes: self.painter.bytes(), changed })
    }
}
