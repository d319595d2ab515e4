//! What may be written on the command line.

mod edits;
mod sound;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::color::Theme;
use crate::figures::Format;
use crate::geom::FrameSize;
use crate::script::Length;
use crate::time::Fps;
pub use edits::{DiffArgs, WatchArgs};
pub use sound::{AudioArg, CaptionsArg, CaptionsArgs, SubtitleArg, VoiceArgs};

/// Turns a YAML scene script into a lecture clip.
#[derive(Debug, Parser)]
#[command(name = "surprisal", version, arg_required_else_help = true, disable_help_subcommand = true)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Render a script to a film: mp4, mkv, mov, webm, gif, webp, apng, svg, or a folder of PNG or SVG files
    Render(RenderArgs),
    /// List the lines of the narration, with their recordings; write them for a teleprompter; make scratch recordings
    Voice(VoiceArgs),
    /// Write files of subtitles, and keep their translations complete
    Captions(CaptionsArgs),
    /// Show, limit or clear what renders keep, so that the next one makes only what changed
    Cache(CacheArgs),
    /// Draw one frame to a PNG, SVG or PDF file, without what comes before it; needs no ffmpeg
    Frame(FrameArgs),
    /// Show a film at a glance: frames at its marks, of its scenes or at even times, as a picture or a page; needs no ffmpeg
    Sheet(SheetArgs),
    /// Show what changed between two versions of a script: pairs of frames, as a picture or a page. Exits with 1 if anything did
    Diff(DiffArgs),
    /// Draw one frame into a file again after every edit of a script, for a viewer of your own; needs no ffmpeg
    Watch(WatchArgs),
    /// Show a script on a local page that follows every edit; needs no ffmpeg
    Preview(PreviewArgs),
    /// Read, compile and draw for a preview
    #[command(hide = true)]
    Studio(StudioArgs),
    /// Make the figures that scripts name: SVG, PDF, PNG, for papers and pages
    Figures(FiguresArgs),
    /// Find all mistakes in scripts
    Check(CheckArgs),
    /// Lay out scripts: order of keys, indentation, space; comments and meaning stay
    Fmt(FmtArgs),
    /// Make a commented script to start from
    New(NewArgs),
    /// Explain a name of the language: a visual, verb, field (`coins.count`), easing, function, role or key
    Explain {
        /// The name
        name: String,
    },
    /// Print a JSON Schema of scripts, for editors
    Schema,
    /// Write the reference of the language: pages in Markdown, with pictures
    Reference(ReferenceArgs),
    /// List what scripts may use
    List {
        /// What to list
        #[arg(value_enum)]
        what: Listing,
    },
}

/// Changes to the stage that a script asks for.
#[derive(Debug, Args)]
pub struct StageArgs {
    /// Size of the frame, as 1920x1080
    #[arg(long, value_name = "WxH", value_parser = size)]
    pub size: Option<FrameSize>,
    /// Theme, see `surprisal list themes`
    #[arg(long, value_name = "NAME", value_parser = theme)]
    pub theme: Option<&'static Theme>,
    /// The folder of recordings [default: `voice` beside the script]
    #[arg(long, value_name = "DIR")]
    pub voice: Option<PathBuf>,
    /// No background, for formats with transparency
    #[arg(long)]
    pub transparent: bool,
}

/// `surprisal render`.
#[derive(Debug, Args)]
pub struct RenderArgs {
    /// The script
    pub script: PathBuf,
    /// The file to write; its ending says what kind [default: output/<script>.mp4]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// A folder for a video platform: the film, its subtitles, its description with chapters, its thumbnail
    #[arg(long, value_name = "DIR", conflicts_with_all = ["output", "sections", "scene", "from", "to"])]
    pub publish: Option<PathBuf>,
    /// One film for each scene, in this folder, with an index
    #[arg(long, value_name = "DIR", conflicts_with_all = ["output", "scene", "from", "to"])]
    pub sections: Option<PathBuf>,
    /// What the pictures of a folder are; `name.svg` is one file that moves [default: png]
    #[arg(long, value_enum, value_name = "KIND")]
    pub format: Option<PictureArg>,
    /// How much care to take: size, rate and encoder settings
    #[arg(long, value_enum, default_value_t = QualityArg::Final)]
    pub quality: QualityArg,
    /// Only this scene
    #[arg(long, value_name = "ID")]
    pub scene: Option<String>,
    /// Begin at this time, mark or frame: 12.5, 1:02.5, end-of-proof, #120; with --scene, times count from its start
    #[arg(long, value_name = "T")]
    pub from: Option<String>,
    /// End before this time, mark or frame
    #[arg(long, value_name = "T")]
    pub to: Option<String>,
    /// Frames a second, as 60 or 30000/1001
    #[arg(long, value_name = "N", value_parser = fps)]
    pub fps: Option<Fps>,
    /// The stage
    #[command(flatten)]
    pub stage: StageArgs,
    /// Segments made at a time, each with one thread and one ffmpeg [default: one a core]
    #[arg(long, value_name = "N")]
    pub jobs: Option<usize>,
    /// ffmpeg's name of an encoder; `null` draws every frame and writes nothing
    #[arg(long, value_name = "NAME")]
    pub encoder: Option<String>,
    /// The encoder's measure of quality; smaller is better
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=63))]
    pub crf: Option<u8>,
    /// Where the words of the narration go: drawn into the frames, a track in the file, files beside it, or nowhere
    /// [default: drawn if the script says `captions: true`]
    #[arg(long, value_enum, value_name = "HOW,...", value_delimiter = ',')]
    pub captions: Vec<CaptionsArg>,
    /// How sound is encoded, or `none` for a silent film [default: aac in mp4 and mov, opus in webm and mkv]
    #[arg(long, value_enum, value_name = "CODEC")]
    pub audio: Option<AudioArg>,
    /// Make all segments anew and keep none of them
    #[arg(long)]
    pub no_cache: bool,
    /// If another render writes to the same file, wait for it
    #[arg(long)]
    pub wait: bool,
    /// Render again after every edit, until Ctrl-C; what did not change comes from the cache
    #[arg(long)]
    pub watch: bool,
    /// The ffmpeg program to use
    #[arg(long, value_name = "PATH")]
    pub ffmpeg: Option<PathBuf>,
    /// Also tell which frames, files and ffmpeg are used, and where the time went
    #[arg(long)]
    pub verbose: bool,
    /// How to tell how far it has come
    #[arg(long, value_enum, value_name = "HOW", default_value_t = ProgressArg::Text)]
    pub progress: ProgressArg,
}

/// How a render tells how far it has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ProgressArg {
    /// For people, on the standard error
    Text,
    /// For programs, a line of JSON now and then on the standard output; the render ends if nobody reads it any more
    Json,
}

/// Kinds of pictures of a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PictureArg {
    /// Pixels, a file for each frame
    Png,
    /// Vectors, a file for each picture, and `frames.json`, which says how long each is shown
    Svg,
}

/// `surprisal cache`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct CacheArgs {
    /// What to do; nothing: show what there is
    #[command(subcommand)]
    pub action: Option<CacheAction>,
    /// From now on, keep at most this much after a render, as 500MB or 2GB; what was not used for longest goes
    #[arg(long, value_name = "SIZE", value_parser = super::cache::parse_size)]
    pub limit: Option<u64>,
}

/// What to do with the cache.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum CacheAction {
    /// Remove all segments
    Clear,
}

/// `surprisal frame`.
#[derive(Debug, Args)]
pub struct FrameArgs {
    /// The script
    pub script: PathBuf,
    /// Which instant: a time (12.5, 1:02.5), a mark, a frame (#120), `first` or `last`
    #[arg(long, value_name = "TIME|MARK|last", required_unless_present = "strip")]
    pub at: Option<String>,
    /// So many frames, evenly from the first to the last, on one sheet
    #[arg(long, value_name = "COUNT", conflicts_with = "at", value_parser = clap::value_parser!(u32).range(2..=60))]
    pub strip: Option<u32>,
    /// An instant of this scene: times and frames count from its start
    #[arg(long, value_name = "ID")]
    pub scene: Option<String>,
    /// Show it in the terminal, and write a file only where `--output` names one
    #[arg(long, value_enum, value_name = "HOW", num_args = 0..=1, require_equals = true, default_missing_value = "auto",
          conflicts_with = "strip")]
    pub show: Option<ShowArg>,
    /// The file to write: PNG, SVG or PDF [default: output/<script>-<at>.png]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// The stage
    #[command(flatten)]
    pub stage: StageArgs,
}

/// What the frames of a sheet go by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SheetBy {
    /// Each mark
    Marks,
    /// Each scene, where it shows most
    Scenes,
}

/// `surprisal sheet`.
#[derive(Debug, Args)]
pub struct SheetArgs {
    /// The script
    pub script: PathBuf,
    /// What the frames go by [default: marks if there are any, else scenes]
    #[arg(long, value_enum, conflicts_with = "every")]
    pub by: Option<SheetBy>,
    /// A frame every so many seconds
    #[arg(long, value_name = "SECS", value_parser = interval)]
    pub every: Option<f64>,
    /// Only this scene
    #[arg(long, value_name = "ID")]
    pub scene: Option<String>,
    /// The file to write: a PNG, or an HTML page with the script's words beside each frame [default: output/<script>-sheet.png]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Frames in a row of a picture
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=20))]
    pub columns: u32,
    /// Size of a frame on the sheet, as 480x270
    #[arg(long, value_name = "WxH", value_parser = size)]
    pub size: Option<FrameSize>,
    /// The folder of recordings [default: `voice` beside the script]
    #[arg(long, value_name = "DIR")]
    pub voice: Option<PathBuf>,
    /// Theme, see `surprisal list themes`
    #[arg(long, value_name = "NAME", value_parser = theme)]
    pub theme: Option<&'static Theme>,
}

/// `surprisal preview`.
#[derive(Debug, Args)]
pub struct PreviewArgs {
    /// The script
    pub script: PathBuf,
    /// The port to listen on; loopback only [default: a free one from 3000 on]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub port: Option<u16>,
    /// Open the page in the browser
    #[arg(long)]
    pub open: bool,
    /// The folder of recordings [default: `voice` beside the script]
    #[arg(long, value_name = "DIR")]
    pub voice: Option<PathBuf>,
}

/// `surprisal studio`, which the preview calls.
#[derive(Debug, Args)]
pub struct StudioArgs {
    /// The script
    pub script: PathBuf,
    /// The folder of recordings
    #[arg(long, value_name = "DIR")]
    pub voice: Option<PathBuf>,
}

/// `surprisal figures`.
#[derive(Debug, Args)]
pub struct FiguresArgs {
    /// The scripts
    #[arg(required = true)]
    pub scripts: Vec<PathBuf>,
    /// The folder to write to, with `figures.json`, which says what is in it
    #[arg(short, long, value_name = "DIR", default_value = "figures")]
    pub out: PathBuf,
    /// Only figures of these names
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Kinds of files: svg, pdf, png; of figures that move also gif, webp, mp4 [default: svg; of --check: those there are]
    #[arg(long, value_name = "KIND,...", value_delimiter = ',', value_parser = figure_format)]
    pub format: Vec<Format>,
    /// Dots an inch of pictures of pixels [default: 300]
    #[arg(long, value_name = "N", value_parser = dpi)]
    pub dpi: Option<f64>,
    /// Theme in place of those that figures name, see `surprisal list themes`
    #[arg(long, value_name = "NAME", value_parser = theme)]
    pub theme: Option<&'static Theme>,
    /// Width of a column of the page, for sizes such as `1 column` [default: 84mm]
    #[arg(long, value_name = "LENGTH", value_parser = column)]
    pub column: Option<f64>,
    /// What letters become in SVG [default: outlines]
    #[arg(long, value_enum)]
    pub letters: Option<LettersArg>,
    /// Also write `figures.tex`, `figures.typ` and `figures.md`, to be put into documents, and `index.html`, which shows all
    #[arg(long)]
    pub snippets: bool,
    /// Change nothing; list the figures that would change and by how much, and exit with 1 if there are any. Flags that are
    /// not given are those with which each figure was made
    #[arg(long, conflicts_with = "list")]
    pub check: bool,
    /// Change nothing; list the figures that there are
    #[arg(long)]
    pub list: bool,
}

/// What letters become in SVG.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LettersArg {
    /// Outlines: the same everywhere
    Outlines,
    /// Text in fonts that the file holds, which browsers select and search
    Text,
}

/// `surprisal check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// The scripts
    #[arg(required = true)]
    pub scripts: Vec<PathBuf>,
    /// How to print what is found
    #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
    pub format: ReportFormat,
    /// Warnings count as errors
    #[arg(long)]
    pub strict: bool,
    /// The folder of recordings [default: `voice` beside the script]
    #[arg(long, value_name = "DIR")]
    pub voice: Option<PathBuf>,
}

/// `surprisal fmt`.
#[derive(Debug, Args)]
pub struct FmtArgs {
    /// The scripts
    #[arg(required = true)]
    pub scripts: Vec<PathBuf>,
    /// Change nothing; list the scripts that would change, and exit with 1 if there are any
    #[arg(long)]
    pub check: bool,
    /// Change nothing; print the result
    #[arg(long, conflicts_with = "check")]
    pub stdout: bool,
}

/// `surprisal reference`.
#[derive(Debug, Args)]
pub struct ReferenceArgs {
    /// The folder to write to
    #[arg(long, value_name = "DIR", default_value = "docs/reference")]
    pub out: PathBuf,
}

/// `surprisal new`.
#[derive(Debug, Args)]
pub struct NewArgs {
    /// Name of the script, such as binary-search
    pub name: String,
    /// The folder to put it in
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    pub dir: PathBuf,
}

/// How a terminal shows a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ShowArg {
    /// By what the terminal says of itself
    Auto,
    /// As kitty and Ghostty do
    Kitty,
    /// As iTerm2 and WezTerm do
    Iterm,
    /// As foot, mlterm and xterm can
    Sixel,
    /// In half blocks of colour, as any terminal does
    Blocks,
}

/// What can be listed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Listing {
    /// What can be shown
    Visuals,
    /// What can happen
    Verbs,
    /// Courses of motion
    Easings,
    /// Sets of colours
    Themes,
    /// Names of colours by their meaning
    Roles,
    /// Functions of expressions
    Functions,
    /// Kinds of files
    Formats,
}

/// How findings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// For people
    Text,
    /// For programs: one document
    Json,
    /// One line each, as `file:line:column: error: message [code]`, for editors
    Short,
    /// One line each, as a workflow on GitHub annotates files with them
    Github,
}

/// Qualities by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum QualityArg {
    /// 960x540 at 30 frames a second, fastest encoding
    Draft,
    /// 1280x720 at 30 frames a second
    Preview,
    /// The script's own size and rate
    Final,
    /// 3840x2160 at the script's own rate
    #[value(name = "4k")]
    FourK,
}

fn size(text: &str) -> Result<FrameSize, String> {
    FrameSize::parse(text)
        .ok_or_else(|| "a size is WIDTHxHEIGHT with even numbers of pixels, 2 to 16384 each, at most 8K in all".into())
}

fn figure_format(text: &str) -> Result<Format, String> {
    let known = || Format::ALL.iter().map(|(format, _)| format.ending()).collect::<Vec<_>>().join(", ");
    Format::named(text).ok_or_else(|| format!("there is no such kind of figure; known are {}", known()))
}

fn interval(text: &str) -> Result<f64, String> {
    let secs = text.parse().ok().filter(|secs: &f64| (0.01..=3600.0).contains(secs));
    secs.ok_or_else(|| "frames are from 0.01 to 3600 seconds apart".into())
}

fn dpi(text: &str) -> Result<f64, String> {
    let dpi = text.parse().ok().filter(|dpi: &f64| (10.0..=2400.0).contains(dpi));
    dpi.ok_or_else(|| "dots an inch are from 10 to 2400".into())
}

fn column(text: &str) -> Result<f64, String> {
    match Length::parse(text) {
        Some(Length::Points(points)) => Ok(points),
        _ => Err("a length is a number with a unit, as 84mm, 3.3in or 240pt".into()),
    }
}

fn fps(text: &str) -> Result<Fps, String> {
    Fps::parse(text)
        .ok_or_else(|| "a rate is a number above 0 and at most 240, or a fraction such as 30000/1001".into())
}

fn theme(text: &str) -> Result<&'static Theme, String> {
    let known = || Theme::ALL.iter().map(|theme| theme.name).collect::<Vec<_>>().join(", ");
    Theme::named(text).ok_or_else(|| format!("there is no such theme; known are {}", known()))
}
