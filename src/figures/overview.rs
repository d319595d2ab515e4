//! All figures of a folder on one page, with what stands below each and what it says to those who cannot see it.

use super::manifest::{Entry, Manifest};
use super::snippets::{Piece, file, pieces};
use crate::export::svg::escaped;

const STYLE: &str = "body{font:16px/1.5 'IBM Plex Sans',system-ui,sans-serif;max-width:60rem;margin:3rem auto;padding:0 1rem;\
color:#1a1d21;background:#fff}figure{margin:0 0 3.5rem}img,video{max-width:100%;height:auto}figcaption{margin-top:.5rem}\
small,nav{color:#5c6670}a{color:#1c64b8}";

/// The page.
pub fn overview(manifest: &Manifest) -> String {
    let figures: String = manifest.figures.iter().map(figure).collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Figures</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<h1>{} figures</h1>\n{figures}</body>\n</html>\n",
        manifest.figures.len()
    )
}

fn figure(entry: &Entry) -> String {
    let alt = escaped(&entry.alt);
    let width = entry.size_mm.width;
    let picture = match (file(entry, &["svg", "png", "webp", "gif"]), file(entry, &["mp4"])) {
        (Some(file), _) => {
            format!("<img src=\"{}\" alt=\"{alt}\" style=\"width:{width}mm\" loading=\"lazy\">", escaped(file))
        }
        (None, Some(file)) => {
            format!(
                "<video src=\"{}\" title=\"{alt}\" style=\"width:{width}mm\" autoplay loop muted></video>",
                escaped(file)
            )
        }
        (None, None) => String::new(),
    };
    let caption: String = pieces(&entry.caption)
        .iter()
        .map(|piece| match piece {
            Piece::Plain(text) => escaped(text),
            Piece::Emphasis(text) => format!("<em>{}</em>", escaped(text)),
            Piece::Math(tex) => format!("<i>{}</i>", escaped(tex)),
        })
        .collect();
    let links: Vec<String> = entry
        .files
        .keys()
        .map(|file| {
            format!("<a href=\"{0}\">{1}</a>", escaped(file), escaped(file.rsplit('.').next().unwrap_or_default()))
        })
        .collect();
    let name = escaped(&entry.name);
    format!(
        "<figure id=\"{name}\">\n{picture}\n<figcaption>{caption}<br><small><code>{name}</code>, {} by {} mm, from {}: {}. \
         {alt}</small></figcaption>\n</figure>\n",
        width,
        entry.size_mm.height,
        escaped(&entry.script),
        links.join(", ")
    )
}
