//! Commands about edits of scripts.

use std::path::PathBuf;

use clap::Args;

use super::{StageArgs, size, theme};
use crate::color::Theme;
use crate::geom::FrameSize;

/// `surprisal watch`.
#[derive(Debug, Args)]
pub struct WatchArgs {
    /// The script
    pub script: PathBuf,
    /// Which instant: a mark, a time (12.5, 1:02.5), a frame (#120), `first` or `last`
    #[arg(long, value_name = "MARK|TIME|last")]
    pub frame: String,
    /// An instant of this scene: times and frames count from its start
    #[arg(long, value_name = "ID")]
    pub scene: Option<String>,
    /// The file that is replaced after every edit: PNG, SVG or PDF
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// The stage
    #[command(flatten)]
    pub stage: StageArgs,
}

/// `surprisal diff`.
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// The script as it was
    pub old: PathBuf,
    /// The script as it is
    pub new: PathBuf,
    /// Only the scene of this id
    #[arg(long, value_name = "ID")]
    pub scene: Option<String>,
    /// The file to write: a PNG, or an HTML page with the lines of either script beside the frames
    /// [default: output/<new script>-diff.png]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Size of a frame, as 480x270
    #[arg(long, value_name = "WxH", value_parser = size)]
    pub size: Option<FrameSize>,
    /// Theme for both, see `surprisal list themes`
    #[arg(long, value_name = "NAME", value_parser = theme)]
    pub theme: Option<&'static Theme>,
}
