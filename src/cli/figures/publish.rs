//! Files into the folder, each whole; those of figures that are no more, out of it; the manifest last.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::super::args::FiguresArgs;
use super::super::{Exit, report};
use super::make::{Made, hex};
use super::{MANIFEST, Source};
use crate::diag::Diagnostic;
use crate::draw::Digest;
use crate::encode::{remove_file, write_file};
use crate::figures::{Entry, Manifest, overview, snippets};

/// Writes what differs and tells how much that was.
pub(super) fn publish(
    made: Vec<Made>,
    before: &Manifest,
    sources: &[Source],
    args: &FiguresArgs,
) -> Result<Exit, Diagnostic> {
    let inputs: Vec<PathBuf> = sources.iter().flat_map(|source| source.inputs.clone()).collect();
    std::fs::create_dir_all(&args.out).map_err(|error| {
        let message = format!("cannot make the folder `{}`: {error}", args.out.display());
        Diagnostic::environment("output-folder", message)
    })?;
    let (mut written, mut kept) = (0, 0);
    for (name, bytes) in made.iter().flat_map(|made| &made.files) {
        match bytes {
            Some(bytes) if differs(&args.out.join(name), bytes) => {
                write_file(&args.out.join(name), bytes, &inputs)?;
                written += 1;
            }
            _ => kept += 1,
        }
    }
    let count = made.len();
    let mut figures: Vec<Entry> = made.into_iter().map(|made| made.entry).collect();
    // Of the others nothing was asked.
    if !args.only.is_empty() {
        let others = before.figures.iter().filter(|old| !figures.iter().any(|new| new.name == old.name));
        let others: Vec<Entry> = others.cloned().collect();
        figures.extend(others);
        let place = |entry: &Entry| before.figures.iter().position(|old| old.name == entry.name).unwrap_or(usize::MAX);
        figures.sort_by_key(place);
    }
    let manifest = Manifest { figures };
    let removed = clear(before, &manifest, &args.out);
    let mut texts: Vec<(String, Vec<u8>)> = Vec::new();
    if args.snippets {
        texts.extend(snippets(&manifest).into_iter().map(|(name, text)| (name.to_owned(), text.into_bytes())));
        texts.push(("index.html".into(), overview(&manifest).into_bytes()));
    }
    texts.push((MANIFEST.into(), manifest.written()));
    for (name, bytes) in texts.iter().filter(|(name, bytes)| differs(&args.out.join(name), bytes)) {
        write_file(&args.out.join(name), bytes, &inputs)?;
    }
    let removed = if removed == 0 { String::new() } else { format!(", {removed} removed") };
    let folder = args.out.display();
    let figures = if count == 1 { "1 figure".into() } else { format!("{count} figures") };
    report::line(&format!("{folder}: {figures}; files: {written} written, {kept} as they were{removed}"));
    Ok(Exit::DONE)
}

fn differs(path: &Path, bytes: &[u8]) -> bool {
    !std::fs::read(path).is_ok_and(|old| old == bytes)
}

/// Removes files that an earlier run left and no figure has any more; those that somebody has changed since stay.
fn clear(before: &Manifest, now: &Manifest, folder: &Path) -> usize {
    let files = |manifest: &Manifest| -> BTreeMap<String, String> {
        manifest.figures.iter().flat_map(|entry| entry.files.clone()).collect()
    };
    let (old, new) = (files(before), files(now));
    let plain = |name: &str| Path::new(name).file_name() == Some(std::ffi::OsStr::new(name));
    let gone = old.iter().filter(|(name, _)| plain(name) && !new.contains_key(*name));
    let ours = gone
        .filter(|(name, noted)| std::fs::read(folder.join(name)).is_ok_and(|bytes| hex(Digest::of(&bytes)) == **noted));
    ours.filter(|(name, _)| remove_file(&folder.join(name))).count()
}
