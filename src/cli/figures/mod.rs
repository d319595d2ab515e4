//! `surprisal figures`: the figures that scripts name, as files of a folder.

mod check;
mod make;
mod motion;
mod publish;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::args::{FiguresArgs, LettersArg};
use super::{Exit, conclude, report};
use crate::diag::{Diagnostic, Diagnostics};
use crate::export::svg::Letters;
use crate::figures::{Figure, Manifest, Options, Plan};
use crate::limits;
use crate::script::{self, Script};
use crate::world::{DiskWorld, read_script};

/// The file that says what is in a folder of figures.
const MANIFEST: &str = "figures.json";

/// A script with its figures.
struct Source {
    path: PathBuf,
    plan: Plan,
    inputs: Vec<PathBuf>,
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
    let before = earlier(&args.out);
    let done = if args.check {
        make::all(&sources, args, None).and_then(|made| check::compare(&made, &before, args))
    } else {
        make::all(&sources, args, Some(&before)).and_then(|made| publish::publish(made, &before, &sources, args))
    };
    done.unwrap_or_else(|mistake| conclude(&mistake.into()))
}

fn source(path: &Path, args: &FiguresArgs, diags: &mut Diagnostics) -> Option<Source> {
    let read = read_script(path).and_then(|bytes| script::read_source(&path.display().to_string(), &bytes));
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

/// What an earlier run says of the folder.
fn earlier(folder: &Path) -> Manifest {
    let path = folder.join(MANIFEST);
    let small = std::fs::metadata(&path).is_ok_and(|found| found.is_file() && found.len() <= limits::ASSET_BYTES);
    let bytes = if small { std::fs::read(path).unwrap_or_default() } else { Vec::new() };
    Manifest::read(&bytes)
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
