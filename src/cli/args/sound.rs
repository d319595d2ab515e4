//! Arguments about what is said and heard.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Where the words of the narration go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CaptionsArg {
    /// At the foot of the frame
    Drawn,
    /// In the film's file, as a track that players show if asked to
    Embedded,
    /// In files beside it: SubRip and WebVTT
    Files,
    /// Nowhere
    None,
}

/// How sound is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AudioArg {
    /// AAC
    Aac,
    /// Opus
    Opus,
    /// FLAC, without loss
    Flac,
    /// Samples as they are
    Pcm,
    /// No sound
    None,
}

/// `surprisal captions`.
#[derive(Debug, Args)]
pub struct CaptionsArgs {
    /// The script
    pub script: PathBuf,
    /// Kinds of files
    #[arg(long, value_enum, value_name = "KIND,...", value_delimiter = ',', default_value = "srt,vtt")]
    pub format: Vec<SubtitleArg>,
    /// The folder to write to [default: output, or here]
    #[arg(short, long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Change nothing; list the lines that translations lack or have of other words, and exit with 1 if there are any
    #[arg(long)]
    pub check: bool,
    /// Write or complete `captions/<language>.yaml`, in which the lines wait to be translated
    #[arg(long, value_name = "LANGUAGE", conflicts_with = "check")]
    pub translate: Option<String>,
    /// The folder of recordings [default: `voice` beside the script]
    #[arg(long, value_name = "DIR")]
    pub voice: Option<PathBuf>,
}

/// Kinds of files of subtitles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SubtitleArg {
    /// SubRip
    Srt,
    /// WebVTT
    Vtt,
}

/// `surprisal voice`.
#[derive(Debug, Args)]
pub struct VoiceArgs {
    /// The script
    #[arg(value_name = "SCRIPT")]
    pub film: PathBuf,
    /// The folder of recordings [default: `voice` beside the script]
    #[arg(long, value_name = "DIR")]
    pub voice: Option<PathBuf>,
    /// Write the lines for a teleprompter, to a `.md` or `.txt` file
    #[arg(long = "script", value_name = "FILE")]
    pub script_file: Option<PathBuf>,
    /// Make recordings of what nobody has spoken yet with a program, such as 'espeak-ng -v {language} -w {out} {text}'
    #[arg(long, value_name = "COMMAND", num_args = 0..=1, default_missing_value = "")]
    pub scratch: Option<String>,
    /// Recordings that were made from other words fit nevertheless: all, or those of `scene/number`
    #[arg(long, value_name = "LINE,...", value_delimiter = ',', num_args = 0..=1, default_missing_value = "all")]
    pub accept: Vec<String>,
}
