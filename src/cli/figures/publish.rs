//! Files into the folder, each whole; those of figures that are no more, out of it; the manifest last.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::super::args::FiguresArgs;
use super::super::{Exit, report};
use super::make::{Contents, Made, hex};
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
    let inputs: Vec<PathBuf> = sources.iter().flat_map(Source::inputs).collect();
    std::fs::create_dir_all(&args.out).map_err(|error| {
        let message = format!("cannot make the folder `{}`: {error}", args.out.display());
        Diagnostic::environment("output-folder", message)
    })?;
    let (mut written, mut kept) = (0, 0);
    for (name, bytes) in made.iter().flat_map(|made| &made.files) {
        match bytes {
            Contents::Bytes(bytes) if differs(&args.out.join(name), bytes) => {
                write_file(&args.out.join(name), bytes, &inputs)?;
                written += 1;
            }
            _ => kept += 1,
        }
    }
    let count = made.len();
    let mut manifest = merged(made.into_iter().map(|made| made.entry).collect(), before, sources);
    manifest.snippets |= args.snippets;
    // Entries whose files are all gone were removed by hand.
    manifest.figures.retain(|entry| {
        let made = sources.iter().any(|source| source.wanted(args).any(|name| name == entry.name));
        made || entry.files.keys().any(|file| args.out.join(file).exists())
    });
    let removed = clear(before, &manifest, &args.out);
    let mut texts = texts(&manifest);
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

/// What the manifest says after a run that has made these: figures of other scripts, and those that were not asked for, are
/// there as before.
pub(super) fn merged(mut figures: Vec<Entry>, before: &Manifest, sources: &[Source]) -> Manifest {
    let gone = gone(before, sources);
    let stays = |old: &&Entry| !gone.iter().any(|gone| gone.name == old.name);
    let others = before.figures.iter().filter(|old| !figures.iter().any(|new| new.name == old.name)).filter(stays);
    let others: Vec<Entry> = others.cloned().collect();
    if !others.is_empty() {
        figures.extend(others);
        let place = |entry: &Entry| before.figures.iter().position(|old| old.name == entry.name).unwrap_or(usize::MAX);
        figures.sort_by_key(place);
    }
    Manifest { figures, snippets: before.snippets }
}

/// The figures that their scripts do not have any more. Of scripts that the run does not read nothing is known.
pub(super) fn gone<'m>(before: &'m Manifest, sources: &[Source]) -> Vec<&'m Entry> {
    let read = |entry: &&Entry| sources.iter().any(|source| source.name == entry.script);
    let there = |entry: &&Entry| sources.iter().flat_map(Source::figures).any(|name| name == entry.name);
    before.figures.iter().filter(read).filter(|entry| !there(entry)).collect()
}

/// The files beside those of the figures, if there are to be any.
pub(super) fn texts(manifest: &Manifest) -> Vec<(String, Vec<u8>)> {
    if !manifest.snippets {
        return Vec::new();
    }
    let snippets = snippets(manifest).into_iter().map(|(name, text)| (name.to_owned(), text.into_bytes()));
    snippets.chain([("index.html".to_owned(), overview(manifest).into_bytes())]).collect()
}

pub(super) fn differs(path: &Path, bytes: &[u8]) -> bool {
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
