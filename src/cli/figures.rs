//! `surprisal figures`: the figures that scripts name, as files of a folder.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::{FiguresArgs, LettersArg};
use super::{Exit, conclude, load, report};
use crate::diag::{Diagnostic, Diagnostics};
use crate::draw::{Digest, Digester};
use crate::encode::write_file;
use crate::export::svg::Letters;
use crate::figures::{Entry, Figure, Manifest, Options, Plan, Size};
use crate::script::{self, Script};
use crate::time::FrameIndex;
use crate::world::DiskWorld;

/// The file that says what is in a folder of figures.
const MANIFEST: &str = "figures.json";

/// A script with its figures.
struct Source {
    path: PathBuf,
    plan: Plan,
    inputs: Vec<PathBuf>,
}

/// A figure as it would be written: its entry, and its files by their names.
struct Made {
    entry: Entry,
    files: Vec<(String, Vec<u8>)>,
}

pub(super) fn run(args: &FiguresArgs) -> Exit {
    let mut diags = Diagnostics::new();
    let sources: Vec<Source> = args.scripts.iter().filter_map(|path| source(path, args, &mut diags)).collect();
    twice(&sources, &mut diags);
    unknown(&sources, args, &mut diags);
    if diags.has_errors() {
        return conclude(&diags);
    }
    if args.list {
        sources.iter().for_each(list);
        return Exit::DONE;
    }
    let made: Result<Vec<Made>, Diagnostic> = make(&sources, args);
    let done = made.and_then(|made| publish(made, &sources, args));
    match done {
        Ok(exit) => exit,
        Err(mistake) => conclude(&mistake.into()),
    }
}

fn source(path: &Path, args: &FiguresArgs, diags: &mut Diagnostics) -> Option<Source> {
    let read = load::bytes(path).and_then(|bytes| script::read_source(&path.display().to_string(), &bytes));
    let source = diags.ok(read)?;
    let world = DiskWorld::of_script(path);
    let (script, found) = script::parse(&source, &world);
    let wrong = found.has_errors();
    diags.append(found);
    let script: Script = script.filter(|_| !wrong)?;
    let letters = match args.letters {
        LettersArg::Outlines => Letters::Outlines,
        LettersArg::Text => Letters::Text,
    };
    let options = Options {
        theme: args.theme,
        only: args.only.clone(),
        column: (args.column, Options::default().column.1),
        letters,
        dpi: args.dpi,
    };
    let (plan, found) = Plan::new(&script, &world, options);
    diags.append(found);
    let inputs = std::iter::once(path.to_owned()).chain(world.files_read()).collect();
    Some(Source { path: path.to_owned(), plan, inputs })
}

/// Two figures of one name would be one file.
fn twice(sources: &[Source], diags: &mut Diagnostics) {
    let mut seen: BTreeMap<&str, &Figure> = BTreeMap::new();
    for figure in sources.iter().flat_map(|source| &source.plan.figures) {
        if let Some(first) = seen.insert(&figure.def.name, figure) {
            let message = format!("two figures are called `{}`", figure.def.name);
            let found = Diagnostic::error("duplicate-instant", &figure.def.span, message);
            diags.push(found.label(&first.def.span, "the first"));
        }
    }
}

fn unknown(sources: &[Source], args: &FiguresArgs, diags: &mut Diagnostics) {
    let names: BTreeSet<&str> =
        sources.iter().flat_map(|source| &source.plan.figures).map(|figure| figure.def.name.as_str()).collect();
    for name in args.only.iter().filter(|name| !names.contains(name.as_str())) {
        let found = Diagnostic::usage("unknown-figure", format!("no script has a figure `{name}`"));
        diags.push(found.hint("`surprisal figures --list` names them all"));
    }
}

fn list(source: &Source) {
    for figure in &source.plan.figures {
        let at: Vec<String> = instants(figure).into_iter().map(crate::time::clock).collect();
        let caption = figure.def.caption.as_deref().unwrap_or_default();
        report::line(format!("{}  {}  {}", figure.def.name, at.join(", "), caption).trim_end());
    }
}

/// Seconds from the start of the film.
fn instants(figure: &Figure) -> Vec<f64> {
    figure.frames.iter().map(|frame| figure.film.fps().instant_of(*frame).get()).collect()
}

fn make(sources: &[Source], args: &FiguresArgs) -> Result<Vec<Made>, Diagnostic> {
    let digester = Arc::new(Digester::default());
    let all: Vec<(&Source, &Figure)> =
        sources.iter().flat_map(|source| source.plan.figures.iter().map(move |figure| (source, figure))).collect();
    crate::figures::in_parallel(&all, |(source, figure)| one(source, figure, args, &digester)).into_iter().collect()
}

fn one(source: &Source, figure: &Figure, args: &FiguresArgs, digester: &Digester) -> Result<Made, Diagnostic> {
    let options = &source.plan.options;
    let picture = figure.picture(options)?;
    let mut files = Vec::new();
    for format in args.format.iter().filter(|format| !format.moves()) {
        let name = format!("{}.{}", picture.name, format.ending());
        files.push((name, picture.file(*format, options)?));
    }
    let first = figure.frames.first().copied().unwrap_or(FrameIndex(0));
    let scenes = figure.film.scenes();
    let scene = scenes.iter().find(|scene| scene.range.contains(first)).map_or("", |scene| scene.id.as_str());
    let [width, height] = picture.size_mm();
    let round = |secs: f64| libm::round(secs * 1000.0) / 1000.0;
    let script = source.path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let entry = Entry {
        name: picture.name.clone(),
        script,
        scene: scene.to_owned(),
        at: instants(figure).into_iter().map(round).collect(),
        size_mm: Size { width, height },
        caption: picture.caption.clone(),
        alt: picture.alt.clone(),
        hash: hex(picture.digest(digester)),
        files: files.iter().map(|(name, bytes)| (name.clone(), hex(Digest::of(bytes)))).collect(),
    };
    Ok(Made { entry, files })
}

fn hex(digest: Digest) -> String {
    format!("{:032x}", digest.0)
}

fn publish(made: Vec<Made>, sources: &[Source], args: &FiguresArgs) -> Result<Exit, Diagnostic> {
    let inputs: Vec<PathBuf> = sources.iter().flat_map(|source| source.inputs.clone()).collect();
    std::fs::create_dir_all(&args.out).map_err(|error| {
        let message = format!("cannot make the folder `{}`: {error}", args.out.display());
        Diagnostic::environment("output-folder", message)
    })?;
    let (mut written, mut kept) = (0, 0);
    for (name, bytes) in made.iter().flat_map(|made| &made.files) {
        let path = args.out.join(name);
        if std::fs::read(&path).is_ok_and(|old| old == *bytes) {
            kept += 1;
            continue;
        }
        write_file(&path, bytes, &inputs)?;
        written += 1;
    }
    let manifest = Manifest { figures: made.into_iter().map(|made| made.entry).collect() };
    write_file(&args.out.join(MANIFEST), &manifest.written(), &inputs)?;
    report::line(&format!(
        "{}: {} figures, {written} files written, {kept} as they were",
        args.out.display(),
        manifest.figures.len()
    ));
    Ok(Exit::DONE)
}
