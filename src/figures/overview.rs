//! All figures of a folder on one page, with what stands below each and what it says to those who cannot see it.

use super::formula::{image, in_words, plain};
use super::manifest::{Entry, Manifest};
use super::snippets::{Piece, file, pieces};
use crate::color::Rgba;
use crate::export::svg::escaped;

/// The colour of text, also in [`STYLE`].
const INK: Rgba = Rgba::hex(0x001a_1d21);

const STYLE: &str = "body{font:16px/1.5 'IBM Plex Sans',system-ui,sans-serif;max-width:60rem;margin:3rem auto;padding:0 1rem;\
color:#1a1d21;background:#fff}figure{margin:0 0 3.5rem}img,video{max-width:100%;height:auto}img.tex{max-width:none}figcaption{margin-top:.5rem}\
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
    let alt = escaped(&plain(&entry.alt));
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
            Piece::Math(tex) => image(tex, INK).unwrap_or_else(|| format!("<i>{}</i>", escaped(&in_words(tex)))),
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
        escaped(entry.script.rsplit('/').next().unwrap_or_default()),
        links.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captions_show_formulas_and_alternative_texts_hold_no_tex() {
        let manifest = br#"{ "figures": [{ "name": "a", "script": "a.yaml", "scene": "a", "at": [1],
            "size_mm": { "width": 84, "height": 40 }, "caption": "Of *one* $\\frac{1}{p}$ & $\\foo$.",
            "alt": "The *sum* of $\\frac{1}{p}$.", "hash": "0", "files": { "a.svg": "0" } }] }"#;
        let page = overview(&Manifest::read(manifest));
        assert!(page.contains("Of <em>one</em> <img class=\"tex\" alt=\"1/p\""), "{page}");
        assert!(page.contains("&amp; <i>foo</i>.") && page.contains("alt=\"The sum of 1/p.\""), "{page}");
        assert!(!page.contains("frac"), "{page}");
    }
}
