//! `surprisal figures`: the figures that scripts name, as files of a folder.

mod check;
mod make;
mod motion;
mod publish;
mod scripts;
mod wanted;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::args::FiguresArgs;
use super::{Exit, conclude, load, report};
use crate::diag::{Diagnostic, Diagnostics};
use crate::figures::{Figure, Flags, Manifest, Options, Plan};
use crate::limits;
use crate::script::{self, FigureDef, Script};
use crate::world::{DiskWorld, read_script};

/// The file that says what is in a folder of figures.
const MANIFEST: &str = "figures.json";

/// A script with its figures.
struct Source {
    path: PathBuf,
    /// How the manifest knows it.
    name: String,
    script: Script,
    world: DiskWorld,
    /// Its figures as they are made with these flags; only those that are wanted so.
    plans: Vec<(Flags, Plan)>,
}

pub(super) fn run(args: &FiguresArgs) -> Exit {
    let mut diags = Diagnostics::new();
    let mut sources: Vec<Source> =
        scripts::each_once(&args.scripts).into_iter().filter_map(|path| source(path, &args.out, &mut diags)).collect();
    let before = earlier(&args.out);
    twice(&sources, &mut diags);
    scripts::taken(&sources, &before, args, &mut diags);
    unknown(&sources, args, &mut diags);
    // Mistakes of steps are told even if figures are wrong.
    sources.iter_mut().for_each(|source| source.plan(args, &before, &mut diags));
    diags.sort();
    if diags.has_errors() {
        return conclude(&diags);
    }
    if args.list {
        sources.iter().for_each(|source| list(source, args));
        return Exit::DONE;
    }
    report::text(&diags);
    let made = make::all(&sources, args, &before);
    let done = made.and_then(|made| match args.check {
        true => Ok(check::compare(&made, &before, &sources, args)),
        false => publish::publish(made, &before, &sources, args),
    });
    done.unwrap_or_else(|mistake| conclude(&mistake.into()))
}

fn source(path: &Path, folder: &Path, diags: &mut Diagnostics) -> Option<Source> {
    let read = read_script(path).and_then(|bytes| script::read_source(&path.display().to_string(), &bytes));
    let source = diags.ok(read)?;
    let world = DiskWorld::of_script(path).with_memory(load::memory());
    let (script, found) = script::parse(&source, &world);
    let wrong = found.has_errors();
    diags.append(found);
    let script: Script = script.filter(|_| !wrong)?;
    Some(Source { path: path.to_owned(), name: scripts::seen_from(folder, path), script, world, plans: Vec::new() })
}

impl Source {
    /// The script and the files that it reads.
    fn inputs(&self) -> Vec<PathBuf> {
        std::iter::once(self.path.clone()).chain(self.world.files_read()).collect()
    }

    /// The names of its figures.
    fn figures(&self) -> impl Iterator<Item = &str> {
        self.script.figures().into_iter().map(|def| def.name.as_str())
    }

    /// Those that are asked for.
    fn wanted<'s>(&'s self, args: &'s FiguresArgs) -> impl Iterator<Item = &'s str> {
        self.figures().filter(|name| args.only.is_empty() || args.only.iter().any(|only| only == name))
    }

    /// Compiles the films that its figures need, once for all figures that are made with the same flags.
    fn plan(&mut self, args: &FiguresArgs, before: &Manifest, diags: &mut Diagnostics) {
        let mut groups: Vec<(Flags, Vec<String>)> = Vec::new();
        for name in self.wanted(args) {
            let files = wanted::files(name, args, before).into_iter().map(|wanted| wanted.flags);
            for flags in std::iter::once(wanted::main(name, args, before)).chain(files) {
                match groups.iter_mut().find(|(known, _)| *known == flags) {
                    Some((_, names)) => names.push(name.to_owned()),
                    None => groups.push((flags, vec![name.to_owned()])),
                }
            }
        }
        for (flags, names) in groups {
            let (plan, found) = Plan::new(&self.script, &self.world, Options::of(&flags, names));
            diags.append(found);
            self.plans.push((flags, plan));
        }
    }

    /// A figure as it is made with these flags.
    fn figure(&self, name: &str, flags: &Flags) -> Option<(&Figure, &Options)> {
        let (_, plan) = self.plans.iter().find(|(known, _)| known == flags)?;
        Some((plan.figures.iter().find(|figure| figure.def.name == name)?, &plan.options))
    }
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
    let mut seen: BTreeMap<&str, &FigureDef> = BTreeMap::new();
    for def in sources.iter().flat_map(|source| source.script.figures()) {
        if let Some(first) = seen.insert(&def.name, def) {
            let message = format!("two figures are called `{}`", def.name);
            let found = Diagnostic::error("duplicate-instant", &def.span, message);
            diags.push(found.label(&first.span, "the first"));
        }
    }
}

fn unknown(sources: &[Source], args: &FiguresArgs, diags: &mut Diagnostics) {
    let names: BTreeSet<&str> = sources.iter().flat_map(Source::figures).collect();
    for name in args.only.iter().filter(|name| !names.contains(name.as_str())) {
        let found = Diagnostic::usage("unknown-figure", format!("no script has a figure `{name}`"));
        let found = found.suggest(name, names.iter().copied());
        diags.push(found.hint("`surprisal figures --list` names them all"));
    }
}

fn list(source: &Source, args: &FiguresArgs) {
    for figure in source.wanted(args).filter_map(|name| {
        source.plans.iter().find_map(|(_, plan)| plan.figures.iter().find(|figure| figure.def.name == name))
    }) {
        let at: Vec<String> = instants(figure).into_iter().map(crate::time::clock).collect();
        let caption = figure.def.caption.as_deref().unwrap_or_default();
        report::line(format!("{}  {}  {}", figure.def.name, at.join(", "), caption).trim_end());
    }
}

/// Seconds from the start of the film.
fn instants(figure: &Figure) -> Vec<f64> {
    figure.shot.frames.iter().map(|frame| figure.film.fps().instant_of(*frame).get()).collect()
}
