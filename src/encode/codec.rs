//! Encoders: container, quality and wishes in, ffmpeg's arguments out.

use super::format::{Container, Quality};
use crate::diag::Diagnostic;
use crate::geom::{FrameSize, PixelLayout};
use crate::time::Fps;

/// What is known of an encoder. Names that are not in the table are passed to ffmpeg as they are.
struct Encoder {
    name: &'static str,
    /// Endings of the containers that players accept it in.
    containers: &'static [&'static str],
    /// What it is fed for films without transparency; transparent ones are always fed as RGBA.
    layout: PixelLayout,
    /// Pixel format it is given without and with transparency; empty: whatever ffmpeg chooses.
    formats: (&'static str, Option<&'static str>),
    /// The option that sets the quality.
    rate: &'static str,
    /// Draft, preview, final, 4k: arguments and the value of `rate`.
    levels: [(&'static str, u8); 4],
    /// Always added.
    always: &'static str,
}

const NONE: [(&str, u8); 4] = [("", 0); 4];
const X26: [&str; 3] = ["mp4", "mkv", "mov"];

// Levels of x264 are measured (docs/encoding.md); the rest are set to look alike.
const ENCODERS: &[Encoder] = &[
    Encoder {
        name: "libx264",
        containers: &X26,
        layout: PixelLayout::Yuv420,
        formats: ("yuv420p", None),
        rate: "-crf",
        levels: [
            ("-preset ultrafast", 28),
            ("-preset veryfast -tune animation", 20),
            ("-preset medium -tune animation", 20),
            ("-preset medium -tune animation", 21),
        ],
        always: "",
    },
    Encoder {
        name: "libx265",
        containers: &X26,
        layout: PixelLayout::Yuv420,
        formats: ("yuv420p", None),
        rate: "-crf",
        levels: [("-preset ultrafast", 30), ("-preset veryfast", 26), ("-preset medium", 20), ("-preset medium", 22)],
        always: "-x265-params log-level=error",
    },
    Encoder {
        name: "libsvtav1",
        containers: &["mp4", "mkv", "webm"],
        layout: PixelLayout::Yuv420,
        formats: ("yuv420p", None),
        rate: "-crf",
        levels: [("-preset 12", 42), ("-preset 10", 35), ("-preset 6", 24), ("-preset 7", 27)],
        always: "",
    },
    Encoder {
        name: "libvpx-vp9",
        containers: &["webm", "mkv", "mp4"],
        layout: PixelLayout::Yuv420,
        formats: ("yuv420p", Some("yuva420p")),
        rate: "-crf",
        levels: [
            ("-deadline realtime -cpu-used 8", 38),
            ("-deadline good -cpu-used 5", 32),
            ("-deadline good -cpu-used 2", 24),
            ("-deadline good -cpu-used 3", 26),
        ],
        always: "-b:v 0 -row-mt 1",
    },
    Encoder {
        name: "ffv1",
        containers: &["mkv"],
        layout: PixelLayout::Yuv420,
        formats: ("yuv420p", Some("bgra")),
        rate: "",
        levels: NONE,
        always: "-level 3 -g 1 -slices 4",
    },
    Encoder {
        name: "prores_ks",
        containers: &["mov"],
        layout: PixelLayout::Rgba,
        formats: ("yuv444p10le", Some("yuva444p10le")),
        rate: "",
        levels: NONE,
        always: "-profile:v 4444 -alpha_bits 16 -vendor apl0",
    },
    Encoder {
        name: "qtrle",
        containers: &["mov"],
        layout: PixelLayout::Rgba,
        formats: ("rgb24", Some("argb")),
        rate: "",
        levels: NONE,
        always: "",
    },
    Encoder {
        name: "h264_nvenc",
        containers: &X26,
        layout: PixelLayout::Yuv420,
        formats: ("yuv420p", None),
        rate: "-cq",
        levels: [("-preset p1", 30), ("-preset p3", 26), ("-preset p6", 20), ("-preset p6", 22)],
        always: "-rc vbr -b:v 0",
    },
    Encoder {
        name: "hevc_nvenc",
        containers: &X26,
        layout: PixelLayout::Yuv420,
        formats: ("yuv420p", None),
        rate: "-cq",
        levels: [("-preset p1", 32), ("-preset p3", 28), ("-preset p6", 22), ("-preset p6", 24)],
        always: "-rc vbr -b:v 0",
    },
    Encoder {
        name: "av1_nvenc",
        containers: &["mp4", "mkv"],
        layout: PixelLayout::Yuv420,
        formats: ("yuv420p", None),
        rate: "-cq",
        levels: [("-preset p1", 40), ("-preset p3", 34), ("-preset p6", 26), ("-preset p6", 28)],
        always: "-rc vbr -b:v 0",
    },
    Encoder {
        name: "hevc_videotoolbox",
        containers: &X26,
        layout: PixelLayout::Yuv420,
        formats: ("yuv420p", None),
        rate: "-q:v",
        levels: [("-realtime 1", 40), ("", 50), ("", 70), ("", 65)],
        always: "",
    },
    Encoder {
        name: "hevc_qsv",
        containers: &X26,
        layout: PixelLayout::Yuv420,
        formats: ("nv12", None),
        rate: "-global_quality",
        levels: [("-preset veryfast", 30), ("-preset fast", 26), ("-preset slow", 20), ("-preset slow", 22)],
        always: "",
    },
    Encoder {
        name: "h264_videotoolbox",
        containers: &X26,
        layout: PixelLayout::Yuv420,
        formats: ("yuv420p", None),
        rate: "-q:v",
        levels: [("-realtime 1", 40), ("", 50), ("", 70), ("", 65)],
        always: "",
    },
    Encoder {
        name: "h264_qsv",
        containers: &X26,
        layout: PixelLayout::Yuv420,
        formats: ("nv12", None),
        rate: "-global_quality",
        levels: [("-preset veryfast", 30), ("-preset fast", 26), ("-preset slow", 20), ("-preset slow", 22)],
        always: "",
    },
    Encoder {
        name: "gif",
        containers: &["gif"],
        layout: PixelLayout::Rgba,
        formats: ("", Some("")),
        rate: "",
        levels: NONE,
        always: "",
    },
    Encoder {
        name: "libwebp_anim",
        containers: &["webp"],
        layout: PixelLayout::Rgba,
        formats: ("bgra", Some("bgra")),
        rate: "-quality",
        levels: [("-compression_level 0", 60), ("-compression_level 2", 75), ("-compression_level 4", 90), ("", 90)],
        always: "-loop 0",
    },
    Encoder {
        name: "apng",
        containers: &["apng"],
        layout: PixelLayout::Rgba,
        formats: ("rgb24", Some("rgba")),
        rate: "",
        levels: NONE,
        always: "-pred mixed -plays 0",
    },
];

/// Frames a second that viewers of GIF files honour: delays count hundredths, and a delay of one is ignored.
const GIF_FPS: f64 = 50.0;

/// What the command line asks of the encoder.
#[derive(Clone, Debug, Default)]
pub struct Wishes {
    /// Care taken.
    pub quality: Quality,
    /// The encoder's own measure of quality, in place of the one of `quality`; smaller is better for most.
    pub crf: Option<u8>,
    /// ffmpeg's name of an encoder, in place of the container's usual one. `null` draws all frames and writes nothing.
    pub encoder: Option<String>,
    /// Keep the background transparent.
    pub transparent: bool,
}

/// How one film becomes one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Recipe {
    /// What ffmpeg is fed.
    pub layout: PixelLayout,
    /// Encoder, for the summary.
    pub encoder: String,
    /// Every how many frames one is taken; above 1 only for GIF.
    pub stride: u64,
    /// Needs a palette, made from the film beforehand, as second input.
    pub palette: bool,
    /// Arguments before the input.
    pub input: Vec<String>,
    /// The chain of filters that leads from the input to what the encoder takes; may be empty.
    pub filter: String,
    /// Arguments after the input and the filters that say how to encode.
    pub coding: Vec<String>,
    /// Arguments that say how the file is laid out, between those and its name.
    pub muxing: Vec<String>,
    /// How it can be encoded in pieces; `None`: it cannot.
    pub piece: Option<Piece>,
}

/// How a piece of a film is encoded that is to be joined with others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// Arguments after [`Recipe::coding`], up to the file's name, with one thread and, where the encoder can, with two.
    outputs: [Vec<String>; 2],
}

/// Encoders whose pieces can be joined, the muxer that keeps their frames on whole ticks, what keeps them to N threads, and with
/// how many at most they are known to give the same bytes always. Those of hardware are not among them: they take no core, and
/// some allow few films at a time.
const PIECES: &[(&str, &str, &str, u8)] = &[
    ("libx264", "mp4", "-threads N", 2),
    ("libx265", "mp4", "-x265-params log-level=error:pools=none:frame-threads=N", 2),
    ("libsvtav1", "mp4", "-threads N", 1),
    ("libvpx-vp9", "mp4", "-threads N", 1),
    ("ffv1", "mov", "-threads N", 2),
    ("prores_ks", "mov", "-threads N", 2),
    ("qtrle", "mov", "-threads N", 1),
];

impl Piece {
    /// `None` if the encoder's films cannot be put together from pieces: VP9 keeps transparency beside its frames, where MP4
    /// has no place for it.
    fn of(encoder: &str, transparent: bool, fps: Fps) -> Option<Self> {
        let (_, muxer, threads, most) = PIECES.iter().find(|(name, ..)| *name == encoder)?;
        if encoder == "libvpx-vp9" && transparent {
            return None;
        }
        let outputs = [1, *most].map(|number| {
            let threads = threads.replace('N', &number.to_string());
            let mut output = Vec::new();
            push(&mut output, &format!("{threads} -video_track_timescale {} -f {muxer}", timescale(fps)));
            output
        });
        Some(Self { outputs })
    }

    /// Arguments after [`Recipe::coding`], up to the file's name. The number of threads is fixed, so that a piece's bytes do not
    /// depend on the machine: one, for as many pieces are made at a time as there are cores, or two for one that `fills` up what
    /// the others leave idle.
    pub fn output(&self, fills: bool) -> &[String] {
        let [alone, pair] = &self.outputs;
        if fills { pair } else { alone }
    }
}

impl Recipe {
    /// Decides everything that does not depend on the pixels. Errors are mistakes on the command line.
    pub fn new(container: &Container, wishes: &Wishes, size: FrameSize, fps: Fps) -> Result<Self, Diagnostic> {
        let ending = container.ending;
        let usual = if wishes.transparent { container.alpha_encoder } else { Some(container.encoder) };
        let name = wishes.encoder.as_deref().or(usual).ok_or_else(|| no_alpha(&format!("`.{ending}` files")))?;
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if name.is_empty() || name.starts_with('-') || !name.chars().all(plain) {
            return Err(Diagnostic::usage("unknown-encoder", format!("`{name}` cannot be the name of an encoder")));
        }
        let known = ENCODERS.iter().find(|encoder| encoder.name == name);
        if let Some(encoder) = known.filter(|encoder| !encoder.containers.contains(&ending)) {
            let endings = encoder.containers.iter().map(|e| format!("`.{e}`")).collect::<Vec<_>>().join(", ");
            return Err(Diagnostic::usage("encoder-mismatch", format!("`{name}` does not go into `.{ending}` files"))
                .hint(format!("it goes into {endings}")));
        }
        let format = match (wishes.transparent, known.map(|encoder| encoder.formats)) {
            (true, Some((_, Some(format)))) => format,
            (true, _) => return Err(no_alpha(&format!("`{name}` in `.{ending}` files"))),
            (false, Some((format, _))) => format,
            (false, None) => "",
        };
        let usual_layout = known.map_or(PixelLayout::Yuv420, |encoder| encoder.layout);
        let layout = if wishes.transparent { PixelLayout::Rgba } else { usual_layout };
        let stride = if ending == "gif" { (fps.as_f64() / GIF_FPS).ceil().max(1.0) as u64 } else { 1 };
        let palette = name == "gif";
        let filter = filter(layout, format, palette, wishes.transparent);
        let mut coding = Vec::new();
        push(&mut coding, &format!("-an -sn -dn -c:v {name}"));
        if let Some(encoder) = known {
            let (level, rate) = encoder.levels.get(wishes.quality as usize).copied().unwrap_or_default();
            push(&mut coding, level);
            if !encoder.rate.is_empty() {
                push(&mut coding, &format!("{} {}", encoder.rate, wishes.crf.unwrap_or(rate)));
            }
            push(&mut coding, encoder.always);
        } else if let Some(crf) = wishes.crf {
            push(&mut coding, &format!("-crf {crf}"));
        }
        if name == "libvpx-vp9" && wishes.transparent {
            push(&mut coding, "-auto-alt-ref 0"); // the encoder refuses alpha otherwise
        }
        if layout == PixelLayout::Yuv420 && !format.is_empty() {
            push(&mut coding, &format!("-pix_fmt {format}"));
        }
        if layout == PixelLayout::Yuv420 || format.starts_with("yuv") {
            push(&mut coding, COLOURS);
        }
        // The same film gives the same file: no versions or dates inside.
        push(&mut coding, "-flags:v +bitexact -fflags +bitexact");
        let mut muxing = Vec::new();
        push(&mut muxing, "-fflags +bitexact");
        if matches!(ending, "mp4" | "mov") {
            push(&mut muxing, &format!("-movflags +faststart -video_track_timescale {}", timescale(fps)));
            push(&mut muxing, if name.contains("265") || name.starts_with("hevc") { "-tag:v hvc1" } else { "" });
        }
        push(&mut muxing, if ending == "gif" { "-loop 0" } else { "" });
        push(&mut muxing, &format!("-f {}", container.muxer));
        let input = raw_input(layout, size, fps, stride);
        let piece = Piece::of(name, wishes.transparent, fps);
        Ok(Self { layout, encoder: name.to_owned(), stride, palette, input, filter, coding, muxing, piece })
    }

    /// The arguments of filters: those that the encoder needs, and then `more`.
    pub fn filtering(&self, more: Option<&str>) -> Vec<String> {
        let chain: Vec<&str> = [self.filter.as_str()].into_iter().chain(more).filter(|part| !part.is_empty()).collect();
        let option = if self.palette { "-lavfi" } else { "-vf" };
        if chain.is_empty() { Vec::new() } else { vec![option.to_owned(), chain.join(",")] }
    }

    /// Arguments before the input, and after it, that turn a sample of frames into a palette picture.
    pub fn palette_arguments(&self, transparent: bool) -> Vec<String> {
        let reserve = u8::from(transparent);
        let mut output = vec!["-vf".to_owned(), format!("palettegen=reserve_transparent={reserve}:stats_mode=full")];
        push(&mut output, "-frames:v 1 -c:v png -update 1 -f image2");
        output
    }
}

/// ffmpeg's name of a layout.
fn pix_fmt(layout: PixelLayout) -> &'static str {
    match layout {
        PixelLayout::Yuv420 => "yuv420p",
        PixelLayout::Rgba => "rgba",
    }
}

const COLOURS: &str = "-color_range tv -colorspace bt709 -color_primaries bt709 -color_trc bt709";

/// Describes raw frames on the standard input. Their colours are named here too, so that no ffmpeg converts them.
fn raw_input(layout: PixelLayout, size: FrameSize, fps: Fps, stride: u64) -> Vec<String> {
    let (numerator, denominator) = fps.ratio();
    let rate = format!("{numerator}/{}", u64::from(denominator) * stride);
    let mut input = Vec::new();
    push(&mut input, "-protocol_whitelist file,pipe -f rawvideo");
    push(&mut input, &format!("-pix_fmt {} -video_size {size} -framerate {rate}", pix_fmt(layout)));
    push(&mut input, if layout == PixelLayout::Yuv420 { COLOURS } else { "" });
    push(&mut input, "-i pipe:0");
    input
}

/// The filter chain that leads from RGBA to what the encoder takes, with BT.709 where that is a YUV format.
fn filter(layout: PixelLayout, format: &str, palette: bool, transparent: bool) -> String {
    if palette {
        let threshold = if transparent { 128 } else { 0 };
        // An ordered pattern stays put from frame to frame, where error diffusion would crawl.
        format!("[0:v][1:v]paletteuse=dither=bayer:bayer_scale=4:alpha_threshold={threshold}")
    } else if layout == PixelLayout::Yuv420 || format.is_empty() {
        String::new()
    } else if format.starts_with("yuv") {
        format!(
            "scale=out_color_matrix=bt709:out_range=tv:flags=bicubic+accurate_rnd+full_chroma_int,format={format},\
             setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709"
        )
    } else {
        format!("format={format}")
    }
}

/// Ticks a second in which every frame starts on a whole tick, at least 10,000 of them.
fn timescale(fps: Fps) -> u32 {
    let mut scale = fps.ratio().0;
    while scale < 10_000 {
        scale *= 10;
    }
    scale
}

fn push(arguments: &mut Vec<String>, words: &str) {
    arguments.extend(words.split_whitespace().map(str::to_owned));
}

fn no_alpha(what: &str) -> Diagnostic {
    Diagnostic::usage("no-transparency", format!("{what} cannot be transparent"))
        .hint(format!("transparent films go into {}, or PNG files as `name/`", Container::transparent_endings()))
        .hint("or leave out the wish for transparency")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recipe(ending: &str, wishes: &Wishes, fps: Fps) -> Result<Recipe, Diagnostic> {
        Recipe::new(Container::of(ending).unwrap(), wishes, FrameSize::FULL_HD, fps)
    }

    #[test]
    fn defaults_of_mp4() {
        let recipe = recipe("mp4", &Wishes::default(), Fps::new(30000, 1001).unwrap()).unwrap();
        let text = [recipe.coding, recipe.muxing].concat().join(" ");
        for part in [
            "-c:v libx264 -preset medium -tune animation -crf 20",
            "-pix_fmt yuv420p",
            "+faststart",
            "timescale 30000",
            COLOURS,
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(recipe.input.join(" ").contains("-video_size 1920x1080 -framerate 30000/1001"));
        assert_eq!(recipe.layout, PixelLayout::Yuv420);
    }

    #[test]
    fn transparency_is_refused_where_it_would_be_lost() {
        let wishes = Wishes { transparent: true, ..Wishes::default() };
        assert_eq!(recipe("mp4", &wishes, Fps::SIXTY).unwrap_err().code, "no-transparency");
        let wishes = Wishes { encoder: Some("libx264".into()), ..wishes };
        assert_eq!(recipe("mov", &wishes, Fps::SIXTY).unwrap_err().code, "no-transparency");
        let wishes = Wishes { encoder: Some("h264_unheard".into()), ..wishes };
        assert_eq!(recipe("mov", &wishes, Fps::SIXTY).unwrap_err().code, "no-transparency");
    }

    #[test]
    fn encoder_names_cannot_smuggle_arguments() {
        for name in ["", "-f", "libx264 -f null", "a;b", "é"] {
            let wishes = Wishes { encoder: Some(name.into()), ..Wishes::default() };
            assert_eq!(recipe("mp4", &wishes, Fps::SIXTY).unwrap_err().code, "unknown-encoder", "{name}");
        }
        let wishes = Wishes { encoder: Some("libx264".into()), ..Wishes::default() };
        assert_eq!(recipe("webm", &wishes, Fps::SIXTY).unwrap_err().code, "encoder-mismatch");
    }

    #[test]
    fn gif_takes_a_rate_that_viewers_honour() {
        let stride = |n, d| recipe("gif", &Wishes::default(), Fps::new(n, d).unwrap()).unwrap().stride;
        assert_eq!([stride(60, 1), stride(50, 1), stride(24, 1), stride(240, 1), stride(60000, 1001)], [2, 1, 1, 5, 2]);
    }

    #[test]
    fn only_what_fills_up_has_two_threads_and_only_where_that_gives_the_same_bytes() {
        let threads = |encoder: &str| {
            let piece = Piece::of(encoder, false, Fps::SIXTY).unwrap();
            [false, true]
                .map(|fills| piece.output(fills).join(" ").split(" -video").next().unwrap_or_default().to_owned())
        };
        assert_eq!(threads("libx264"), ["-threads 1", "-threads 2"]);
        assert_eq!(threads("libvpx-vp9"), ["-threads 1", "-threads 1"]);
        assert!(threads("libx265").iter().zip(["=1", "=2"]).all(|(text, end)| text.ends_with(end)));
    }

    #[test]
    fn timescales_hold_whole_frames() {
        for (n, d) in [(60, 1), (24, 1), (1, 7), (30000, 1001), (2997, 100), (u32::MAX, u32::MAX)] {
            let scale = timescale(Fps::new(n, d).unwrap());
            assert!(scale >= 10_000 && scale.is_multiple_of(n), "{n}/{d}: {scale}");
        }
    }
}
