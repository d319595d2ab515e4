//! Where a film may go: output names in, the kind of file and what it asks of the pixels out.

use std::path::{Path, PathBuf};

use crate::diag::{Diagnostic, closest};

/// How much care, and so time, the encoder takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Quality {
    /// As fast as possible; for checking motion.
    Draft,
    /// Good enough to show.
    Preview,
    /// For publishing.
    #[default]
    Final,
    /// For publishing at 3840x2160, where each pixel matters a little less.
    FourK,
}

/// A kind of file that one ffmpeg writes.
#[derive(Debug, PartialEq, Eq)]
pub struct Container {
    /// The name's ending, in lower case, without the dot.
    pub ending: &'static str,
    /// ffmpeg's name of the container.
    pub(super) muxer: &'static str,
    /// Encoder for films without transparency.
    pub encoder: &'static str,
    /// Encoder for transparent films, if the container can carry them.
    pub alpha_encoder: Option<&'static str>,
}

/// The files that can be written, one row each.
pub const CONTAINERS: &[Container] = &[
    Container { ending: "mp4", muxer: "mp4", encoder: "libx264", alpha_encoder: None },
    Container { ending: "mkv", muxer: "matroska", encoder: "libx264", alpha_encoder: Some("ffv1") },
    Container { ending: "mov", muxer: "mov", encoder: "libx264", alpha_encoder: Some("prores_ks") },
    Container { ending: "webm", muxer: "webm", encoder: "libvpx-vp9", alpha_encoder: Some("libvpx-vp9") },
    Container { ending: "gif", muxer: "gif", encoder: "gif", alpha_encoder: Some("gif") },
    Container { ending: "webp", muxer: "webp", encoder: "libwebp_anim", alpha_encoder: Some("libwebp_anim") },
    Container { ending: "apng", muxer: "apng", encoder: "apng", alpha_encoder: Some("apng") },
];

impl Container {
    /// The row of an ending, without the dot, in any case.
    pub fn of(ending: &str) -> Option<&'static Self> {
        CONTAINERS.iter().find(|row| row.ending.eq_ignore_ascii_case(ending))
    }

    /// Endings of the containers that carry transparency, as a list for people.
    pub(super) fn transparent_endings() -> String {
        let rows = CONTAINERS.iter().filter(|row| row.alpha_encoder.is_some());
        rows.map(|row| format!("`.{}`", row.ending)).collect::<Vec<_>>().join(", ")
    }
}

/// What an output name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// One film file.
    File(PathBuf, &'static Container),
    /// A folder of numbered PNG files, from 1.
    Pictures {
        /// The folder; it may not exist yet.
        folder: PathBuf,
        /// Name before the number.
        prefix: String,
        /// Least number of digits.
        digits: usize,
        /// Name after the number; ends in `.png`.
        suffix: String,
    },
}

impl Target {
    /// Reads an output name: an ending of [`CONTAINERS`]; or an existing folder, a name that ends in a slash or a pattern
    /// like `shot-%05d.png`, each meaning one PNG file a frame. Anything else is a mistake on the command line.
    ///
    /// ```
    /// use surprisal::encode::Target;
    /// assert!(matches!(Target::parse("a/film.MP4".as_ref()), Ok(Target::File(_, c)) if c.ending == "mp4"));
    /// assert!(matches!(Target::parse("a/shot-%04d.png".as_ref()), Ok(Target::Pictures { digits: 4, .. })));
    /// assert_eq!(Target::parse("film.avi".as_ref()).unwrap_err().code, "unknown-format");
    /// ```
    pub fn parse(path: &Path) -> Result<Self, Diagnostic> {
        let shown = path.display();
        let slash = path.as_os_str().as_encoded_bytes().last().is_some_and(|b| std::path::is_separator(char::from(*b)));
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
        if slash || path.is_dir() {
            let (prefix, suffix) = (String::new(), ".png".to_owned());
            return Ok(Self::Pictures { folder: path.to_owned(), prefix, digits: 5, suffix });
        }
        if ending.eq_ignore_ascii_case("png") {
            let (prefix, digits, suffix) = pattern(name).ok_or_else(|| {
                Diagnostic::usage("unknown-format", format!("`{shown}` names one picture, a film has many"))
                    .hint("write `name-%05d.png`, or a folder as `name/`, for one picture a frame")
            })?;
            let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned();
            return Ok(Self::Pictures { folder, prefix, digits, suffix });
        }
        if let Some(container) = Container::of(ending) {
            return Ok(Self::File(path.to_owned(), container));
        }
        let message = match ending {
            "" => format!("`{shown}` has no ending that says what kind of file to write"),
            _ => format!("cannot write `.{ending}` files (`{shown}`)"),
        };
        let known = CONTAINERS.iter().map(|row| format!("`.{}`", row.ending)).collect::<Vec<_>>().join(", ");
        let near = closest(ending, CONTAINERS.iter().map(|row| row.ending));
        let found = Diagnostic::usage("unknown-format", message)
            .hint(format!("known are {known}, a folder `name/` and `name-%05d.png`"));
        Err(match near {
            Some(near) if !ending.is_empty() => found.hint(format!("did you mean `.{near}`?")),
            _ => found,
        })
    }
}

/// Takes `shot-%05d.png` apart; `None` without exactly one number mark.
fn pattern(name: &str) -> Option<(String, usize, String)> {
    let (prefix, rest) = name.split_once('%')?;
    let (digits, suffix) = rest.split_once('d')?;
    let digits = if digits.is_empty() { 1 } else { digits.strip_prefix('0')?.parse().ok()? };
    let valid = (1..=12).contains(&digits) && !suffix.contains('%');
    valid.then(|| (prefix.to_owned(), digits, suffix.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_to_write() {
        let file = |name: &str| match Target::parse(Path::new(name)) {
            Ok(Target::File(_, row)) => row.ending.to_owned(),
            Ok(Target::Pictures { folder, prefix, digits, suffix }) => {
                format!("{}|{prefix}|{digits}|{suffix}", folder.display())
            }
            Err(found) => found.code.to_owned(),
        };
        assert_eq!(file("x.mp4"), "mp4");
        assert_eq!(file("a%03d.WebM"), "webm"); // a per cent sign means nothing outside .png
        assert_eq!(file("nowhere/"), "nowhere/||5|.png");
        assert_eq!(file("%d.png"), ".||1|.png");
        assert_eq!(file("d/a-%012d-b.PNG"), "d|a-|12|-b.PNG");
        for bad in ["x", "x.png", "x.avi", "", "%5d.png", "%0d.png", "%099d.png", "%03d%03d.png", "%.png", "..mp"] {
            assert_eq!(file(bad), "unknown-format", "{bad}");
        }
    }

    #[test]
    fn slips_are_recognized() {
        let found = Target::parse(Path::new("film.mp5")).unwrap_err();
        assert!(found.hints.iter().any(|h| h.contains("`.mp4`?")), "{found:?}");
        assert!(found.hints.iter().any(|h| h.contains("`.apng`")));
    }
}
