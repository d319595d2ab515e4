//! Films with what goes with them: a folder for a video platform, or a file for each scene with an index.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::args::RenderArgs;
use super::instant::Stretch;
use super::load::Loaded;
use super::render::{described, film_in, stem};
use super::report;
use super::sound::chapters;
use crate::diag::Diagnostic;
use crate::encode::{Cancel, Chapter, write_file};
use crate::export::png;
use crate::raster::Rasterizer;
use crate::time::{Fps, FrameRange};

/// What a video platform asks of chapters: else it shows none.
const LEAST_CHAPTERS: usize = 3;
const LEAST_CHAPTER_SECS: f64 = 10.0;

/// The film, its subtitles, its description with the chapters, and its thumbnail, in a folder.
pub(super) fn publish(args: &RenderArgs, loaded: &Loaded, folder: &Path, cancel: &Cancel) -> Result<(), Diagnostic> {
    let (film, inputs) = (&loaded.film, &loaded.inputs);
    make(folder)?;
    let whole = Stretch::new(film, None)?.range;
    let output = folder.join(format!("{}.mp4", stem(&args.script)));
    let summary = film_in(args, loaded, whole, &output, cancel)?;
    report::line(&described(&output, film, &summary));
    let chapters = chapters(film, whole);
    let list = list(&chapters, film.fps());
    let description = [film.title(), film.description().map(str::trim), Some(list.trim_end())];
    let paragraphs: Vec<&str> = description.into_iter().flatten().filter(|text| !text.is_empty()).collect();
    let text = paragraphs.join("\n\n") + "\n";
    write(&folder.join("description.txt"), text.as_bytes(), inputs)?;
    if !chapters.is_empty() {
        write(&folder.join("chapters.txt"), list.as_bytes(), inputs)?;
        let long = |chapter: &Chapter| {
            film.fps().instant_of(chapter.range.end).get() - film.fps().instant_of(chapter.range.start).get()
                >= LEAST_CHAPTER_SECS
        };
        if chapters.len() < LEAST_CHAPTERS || !chapters.iter().all(long) {
            report::note("note: YouTube shows chapters only if there are three or more, each of 10 seconds or more");
        }
    }
    match film.thumbnail() {
        Some(frame) => {
            let pixels = Rasterizer::new(film.size()).expose(film.exposures(frame));
            write(&folder.join("thumbnail.png"), &png::encode(&pixels, false)?, inputs)?;
        }
        None => report::note("note: there is no thumbnail: name an instant with `mark: thumbnail`"),
    }
    Ok(())
}

/// A film of each scene, and `index.json`, which says what is in which.
pub(super) fn sections(args: &RenderArgs, loaded: &Loaded, folder: &Path, cancel: &Cancel) -> Result<(), Diagnostic> {
    let film = &loaded.film;
    make(folder)?;
    let scenes: Vec<_> = film.scenes().into_iter().filter(|scene| !scene.range.is_empty()).collect();
    let digits = scenes.len().to_string().len().max(2);
    let mut index = Vec::new();
    for (number, scene) in (1..).zip(&scenes) {
        let plain = |c: char| if c.is_alphanumeric() || "-_".contains(c) { c } else { '-' };
        let name = format!("{number:0digits$}-{}.mp4", scene.id.chars().map(plain).collect::<String>());
        let output = folder.join(&name);
        let summary = film_in(args, loaded, scene.range, &output, cancel)?;
        report::line(&described(&output, film, &summary));
        let at = |range: FrameRange| film.fps().instant_of(range.start).get();
        index.push(json!({
            "file": name, "scene": scene.id, "title": scene.title, "start_secs": at(scene.range), "secs": summary.film_secs,
            "frames": summary.frames,
        }));
    }
    let index = json!({ "title": film.title(), "sections": index });
    let text = serde_json::to_string_pretty(&index).unwrap_or_default() + "\n";
    write(&folder.join("index.json"), text.as_bytes(), &loaded.inputs)
}

fn make(folder: &Path) -> Result<(), Diagnostic> {
    std::fs::create_dir_all(folder).map_err(|error| {
        Diagnostic::environment("output-folder", format!("cannot make the folder `{}`: {error}", folder.display()))
    })
}

fn write(path: &Path, bytes: &[u8], inputs: &[PathBuf]) -> Result<(), Diagnostic> {
    write_file(path, bytes, inputs)?;
    report::line(&path.display().to_string());
    Ok(())
}

/// Chapters as video platforms read them from a description: `0:00 Title`, a line each.
fn list(chapters: &[Chapter], fps: Fps) -> String {
    let total = chapters.last().map_or(0.0, |last| fps.instant_of(last.range.end).get());
    let line = |chapter: &Chapter| {
        let secs = libm::floor(fps.instant_of(chapter.range.start).get()) as u64;
        let title = chapter.title.split_whitespace().collect::<Vec<_>>().join(" ");
        if total >= 3600.0 {
            format!("{}:{:02}:{:02} {title}\n", secs / 3600, secs / 60 % 60, secs % 60)
        } else {
            format!("{}:{:02} {title}\n", secs / 60, secs % 60)
        }
    };
    chapters.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chapters_are_listed_as_platforms_read_them() {
        let fps = Fps::new(30_000, 1001).unwrap();
        let chapter = |title: &str, start, end| Chapter { title: title.into(), range: FrameRange::new(start, end) };
        let short = [chapter("One", 0, 1_900), chapter("Two\nlines", 1_900, 3_000)];
        assert_eq!(list(&short, fps), "0:00 One\n1:03 Two lines\n");
        let long = [chapter("One", 0, 107_900), chapter("Two", 107_900, 120_000)];
        assert_eq!(list(&long, fps), "0:00:00 One\n1:00:00 Two\n");
    }
}
