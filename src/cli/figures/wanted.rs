//! Which files of a figure a run sees to, and made how: those that it is asked for, and those that earlier runs have left.

use super::super::args::{FiguresArgs, LettersArg};
use crate::figures::{Entry, Flags, Format, Manifest, PNG_DPI};
use crate::script::Length;

/// A file of a figure.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Wanted {
    /// What kind of file.
    pub format: Format,
    /// How it is made.
    pub flags: Flags,
    /// Was it asked for, and not only left by an earlier run?
    pub asked: bool,
}

/// The files of a figure. A run makes the kinds it is asked for as it is told to, and keeps the others up to date as they were
/// made; what has been removed by hand is not wanted any more. A check looks at what there is, made as it was, unless told
/// otherwise.
pub(super) fn files(name: &str, args: &FiguresArgs, before: &Manifest) -> Vec<Wanted> {
    let left = before.entry(name).map_or(Vec::new(), left);
    let usual = main(name, args, before);
    let known = |format: Format| left.iter().find(|(_, of, _)| *of == format).map(|(.., flags)| told(args, flags));
    let asked: Vec<Format> = match args.format.as_slice() {
        [] if args.check && !left.is_empty() => left.iter().map(|(_, format, _)| *format).collect(),
        [] => vec![Format::Svg],
        asked => asked.to_vec(),
    };
    let mut wanted: Vec<Wanted> = Vec::new();
    for &format in &asked {
        let flags = if args.check { known(format) } else { None };
        if !wanted.iter().any(|known| known.format == format) {
            wanted.push(Wanted { format, flags: flags.unwrap_or_else(|| usual.clone()), asked: true });
        }
    }
    if !args.check {
        let there = |file: &str| args.out.join(file).is_file();
        let others = left.into_iter().filter(|(file, format, _)| !asked.contains(format) && there(file));
        wanted.extend(others.map(|(_, format, flags)| Wanted { format, flags, asked: false }));
    }
    wanted
}

/// How a figure is made, whatever some of its files are.
pub(super) fn main(name: &str, args: &FiguresArgs, before: &Manifest) -> Flags {
    let made = before.entry(name).filter(|_| args.check).map(|entry| entry.flags.clone());
    told(args, &made.unwrap_or_default())
}

/// The files that a run has left: name, kind, and how they were made.
fn left(entry: &Entry) -> Vec<(String, Format, Flags)> {
    let kind = |file: &str| Format::named(file.strip_prefix(&entry.name)?.strip_prefix('.')?);
    let file = |file: &String| {
        let (_, origin) = entry.origin(file)?;
        Some((file.clone(), kind(file)?, origin.flags))
    };
    entry.files.keys().filter_map(file).collect()
}

/// These flags, and what the command line says in their place.
fn told(args: &FiguresArgs, flags: &Flags) -> Flags {
    let usual_column = Length::parse("84mm");
    let column =
        args.column.map(|points| (Some(Length::Points(points)) != usual_column).then(|| format!("{points}pt")));
    Flags {
        theme: args.theme.map(|theme| theme.name.to_owned()).or_else(|| flags.theme.clone()),
        column: column.unwrap_or_else(|| flags.column.clone()),
        text: args.letters.map_or(flags.text, |letters| letters == LettersArg::Text),
        dpi: args.dpi.map_or(flags.dpi, |dpi| (dpi != PNG_DPI).then_some(dpi)),
    }
}
