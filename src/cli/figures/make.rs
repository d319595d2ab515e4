//! Figures as they would be written, those that stay as they are left alone.

use std::path::Path;

use super::super::args::FiguresArgs;
use super::{Source, instants, motion, wanted};
use crate::diag::Diagnostic;
use crate::draw::{Digest, Digester};
use crate::figures::{Entry, Figure, Flags, Format, Manifest, Options, Origin, Picture, Size, in_parallel};
use crate::time::FrameIndex;

/// Raised when the same picture becomes other files.
const REVISION: u32 = 3;

/// A figure as it would be written.
pub(super) struct Made {
    /// What the manifest says of it.
    pub entry: Entry,
    /// Its files by their names.
    pub files: Vec<(String, Contents)>,
}

/// What is in a file.
pub(super) enum Contents {
    /// What was in it before.
    Same,
    /// These bytes, which may be the same.
    Bytes(Vec<u8>),
    /// Something else, which nobody needs to make in order to know that.
    Other(&'static str),
}

/// The frames of a figure, and a digest of all that its files depend on.
struct Drawn<'s> {
    flags: &'s Flags,
    figure: &'s Figure,
    options: &'s Options,
    pictures: Vec<Picture>,
    hash: String,
}

/// Makes all figures on all cores. Files whose origin an earlier run has noted are not made again if they are whole; a check
/// looks at the bytes of all the same, but of those that ffmpeg makes.
pub(super) fn all(sources: &[Source], args: &FiguresArgs, before: &Manifest) -> Result<Vec<Made>, Diagnostic> {
    let digester = Digester::default();
    let all: Vec<(&Source, &str)> =
        sources.iter().flat_map(|source| source.wanted(args).map(move |name| (source, name))).collect();
    let made = in_parallel(&all, |(source, name)| one(source, name, args, (before, &digester)));
    made.into_iter().collect()
}

fn one(
    source: &Source,
    name: &str,
    args: &FiguresArgs,
    (before, digester): (&Manifest, &Digester),
) -> Result<Made, Diagnostic> {
    let main = wanted::main(name, args, before);
    let wanted = wanted::files(name, args, before);
    let noted = before.entry(name);
    let mut drawn: Vec<Drawn<'_>> = Vec::new();
    for flags in std::iter::once(&main).chain(wanted.iter().map(|wanted| &wanted.flags)) {
        if !drawn.iter().any(|known| known.flags == flags) {
            drawn.push(draw(source, name, flags, digester)?);
        }
    }
    let Some(first) = drawn.first() else { return Err(missing(name)) };
    let mut entry = entry(source, first);
    let mut files = Vec::new();
    for wanted in &wanted {
        let Some(drawn) = drawn.iter().find(|drawn| *drawn.flags == wanted.flags) else { continue };
        if wanted.format.moves() && drawn.figure.shot.moves.is_none() {
            continue;
        }
        let file = format!("{name}.{}", wanted.format.ending());
        let noted = noted.and_then(|entry| entry.origin(&file));
        let whole = noted.as_ref().is_some_and(|(digest, _)| is_whole(&args.out.join(&file), digest));
        let mut origin = Origin { hash: drawn.hash.clone(), flags: wanted.flags.clone() };
        // A check looks at the bytes of what needs no encoder.
        let trusted = !args.check || wanted.format.moves();
        let contents = match &noted {
            // What somebody has changed and nobody asks for is theirs.
            Some((_, known)) if !wanted.asked && !whole => {
                origin = known.clone();
                Contents::Same
            }
            Some((_, known)) if trusted && whole && known.hash == drawn.hash => Contents::Same,
            Some((_, known)) if args.check && wanted.format.moves() => {
                Contents::Other(if known.hash == drawn.hash { "is not as it was made" } else { "shows something else" })
            }
            None if args.check && wanted.format.moves() => Contents::Other("is not in figures.json"),
            _ => Contents::Bytes(bytes(wanted.format, drawn)?),
        };
        let digest = match (&contents, noted) {
            (Contents::Bytes(bytes), _) => hex(Digest::of(bytes)),
            (_, Some((digest, _))) => digest.to_owned(),
            (_, None) => String::new(),
        };
        if origin != (Origin { hash: entry.hash.clone(), flags: entry.flags.clone() }) {
            entry.otherwise.insert(file.clone(), origin);
        }
        entry.files.insert(file.clone(), digest);
        files.push((file, contents));
    }
    Ok(Made { entry, files })
}

fn draw<'s>(source: &'s Source, name: &str, flags: &'s Flags, digester: &Digester) -> Result<Drawn<'s>, Diagnostic> {
    let (figure, options) = source.figure(name, flags).ok_or_else(|| missing(name))?;
    let pictures = figure.moving(options)?;
    let digests: Vec<u128> = pictures.iter().map(|picture| picture.digest(digester).0).collect();
    let rest = format!("{REVISION} {digests:x?} {:?} {} {}", options.letters, options.dpi, figure.def.rate);
    Ok(Drawn { flags, figure, options, pictures, hash: hex(Digest::of(rest.as_bytes())) })
}

fn missing(name: &str) -> Diagnostic {
    Diagnostic::bug("figure", format!("the figure `{name}` has no frame"))
}

fn bytes(format: Format, drawn: &Drawn<'_>) -> Result<Vec<u8>, Diagnostic> {
    let Drawn { figure, options, pictures, .. } = drawn;
    match (format, pictures.as_slice()) {
        (_, []) => Err(missing(&figure.def.name)),
        (Format::Svg, [_, _, ..]) => crate::figures::moving_svg(pictures, figure.def.rate, &figure.def.span, options),
        (format, [picture, ..]) if !format.moves() => picture.file(format, options),
        (format, _) => motion::encoded(pictures, format, figure, options),
    }
}

/// Is a file there with these bytes?
fn is_whole(path: &Path, noted: &str) -> bool {
    std::fs::read(path).is_ok_and(|bytes| hex(Digest::of(&bytes)) == noted)
}

/// What the manifest says of a figure, but for its files.
fn entry(source: &Source, drawn: &Drawn<'_>) -> Entry {
    let figure = drawn.figure;
    let first = figure.shot.frames.first().copied().unwrap_or(FrameIndex(0));
    let scenes = figure.film.scenes();
    let scene = scenes.iter().find(|scene| scene.range.contains(first)).map_or("", |scene| scene.id.as_str());
    let [width, height] = drawn.pictures.first().map_or([0.0; 2], Picture::size_mm);
    let round = |secs: f64| libm::round(secs * 1000.0) / 1000.0;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let (files, otherwise) = Default::default();
    Entry {
        name: figure.def.name.clone(),
        script: source.name.clone(),
        scene: scene.to_owned(),
        mark: figure.def.at.iter().map(|(mark, _)| mark.clone()).collect(),
        at: instants(figure).into_iter().map(round).collect(),
        size_mm: Size { width, height },
        caption: text(&figure.def.caption),
        alt: text(&figure.def.alt),
        flags: drawn.flags.clone(),
        hash: drawn.hash.clone(),
        files,
        otherwise,
    }
}

/// A digest as it is written.
pub(super) fn hex(digest: Digest) -> String {
    format!("{:032x}", digest.0)
}
