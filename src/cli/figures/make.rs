//! Figures as they would be written, those that stay as they are left alone.

use std::path::Path;

use super::super::args::FiguresArgs;
use super::{Source, instants, motion};
use crate::diag::Diagnostic;
use crate::draw::{Digest, Digester};
use crate::figures::{Entry, Figure, Format, Manifest, Picture, Size, in_parallel};
use crate::time::FrameIndex;

/// Raised when the same picture becomes other files.
const REVISION: u32 = 1;

/// A figure as it would be written.
pub(super) struct Made {
    /// What the manifest says of it.
    pub entry: Entry,
    /// Its files by their names; `None` for those that stay.
    pub files: Vec<(String, Option<Vec<u8>>)>,
}

/// Makes all figures on all cores. Those whose digest an earlier run has noted are not made again if their files are whole.
pub(super) fn all(sources: &[Source], args: &FiguresArgs, before: Option<&Manifest>) -> Result<Vec<Made>, Diagnostic> {
    let digester = Digester::default();
    let all: Vec<(&Source, &Figure)> =
        sources.iter().flat_map(|source| source.plan.figures.iter().map(move |figure| (source, figure))).collect();
    let made = in_parallel(&all, |(source, figure)| one(source, figure, args, (before, &digester)));
    made.into_iter().collect()
}

fn one(
    source: &Source,
    figure: &Figure,
    args: &FiguresArgs,
    (before, digester): (Option<&Manifest>, &Digester),
) -> Result<Made, Diagnostic> {
    let options = &source.plan.options;
    let pictures = figure.moving(options)?;
    let Some(picture) = pictures.first() else {
        return Err(Diagnostic::bug("figure", format!("the figure `{}` has no frame", figure.def.name)));
    };
    let digests: Vec<u128> = pictures.iter().map(|picture| picture.digest(digester).0).collect();
    let rest = format!("{REVISION} {digests:x?} {:?} {} {}", options.letters, options.dpi, figure.def.rate);
    let hash = hex(Digest::of(rest.as_bytes()));
    let known = before.and_then(|before| before.entry(&picture.name)).filter(|entry| entry.hash == hash);
    let (mut files, mut digests) = (Vec::new(), Vec::new());
    for format in args.format.iter().filter(|format| figure.moves.is_some() || !format.moves()) {
        let name = format!("{}.{}", picture.name, format.ending());
        let noted = known.and_then(|entry| entry.files.get(&name));
        if let Some(noted) = noted.filter(|noted| is_whole(&args.out.join(&name), noted)) {
            digests.push((name.clone(), noted.clone()));
            files.push((name, None));
            continue;
        }
        let bytes = bytes(*format, &pictures, figure, source)?;
        digests.push((name.clone(), hex(Digest::of(&bytes))));
        files.push((name, Some(bytes)));
    }
    Ok(Made { entry: entry(source, figure, picture, hash, digests), files })
}

fn bytes(format: Format, pictures: &[Picture], figure: &Figure, source: &Source) -> Result<Vec<u8>, Diagnostic> {
    let options = &source.plan.options;
    match (format, pictures) {
        (_, []) => Ok(Vec::new()),
        (Format::Svg, [_, _, ..]) => crate::figures::moving_svg(pictures, figure.def.rate, &figure.def.span, options),
        (format, [picture, ..]) if !format.moves() => picture.file(format, options),
        (format, _) => motion::encoded(pictures, format, figure, options),
    }
}

/// Is a file there with these bytes?
fn is_whole(path: &Path, noted: &str) -> bool {
    std::fs::read(path).is_ok_and(|bytes| hex(Digest::of(&bytes)) == noted)
}

fn entry(source: &Source, figure: &Figure, picture: &Picture, hash: String, files: Vec<(String, String)>) -> Entry {
    let first = figure.frames.first().copied().unwrap_or(FrameIndex(0));
    let scenes = figure.film.scenes();
    let scene = scenes.iter().find(|scene| scene.range.contains(first)).map_or("", |scene| scene.id.as_str());
    let [width, height] = picture.size_mm();
    let round = |secs: f64| libm::round(secs * 1000.0) / 1000.0;
    let script = source.path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    Entry {
        name: picture.name.clone(),
        script,
        scene: scene.to_owned(),
        mark: figure.def.at.iter().map(|(mark, _)| mark.clone()).collect(),
        at: instants(figure).into_iter().map(round).collect(),
        size_mm: Size { width, height },
        caption: picture.caption.clone(),
        alt: picture.alt.clone(),
        hash,
        files: files.into_iter().collect(),
    }
}

/// A digest as it is written.
pub(super) fn hex(digest: Digest) -> String {
    format!("{:032x}", digest.0)
}
