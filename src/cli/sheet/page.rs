//! A page that needs nothing else: frames with what is said, and the script's lines at work, beside each.

use base64::Engine as _;

use super::Cell;
use crate::diag::Diagnostic;
use crate::export::png;
use crate::export::svg::escaped;
use crate::raster::Pixels;

const STYLE: &str = ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:76rem;margin:2rem auto;\
padding:0 1rem}h2{margin:2.5rem 0 .5rem;font-size:1.15rem}section{display:flex;flex-wrap:wrap;gap:.5rem 1.25rem;\
margin:0 0 1.5rem}img{display:block;max-width:100%;height:auto}div{flex:1 1 20rem;min-width:0}p{margin:0 0 .5rem}\
pre{margin:0;overflow-x:auto;font:13px/1.45 ui-monospace,monospace;opacity:.8}time{opacity:.7}";

/// The page as HTML.
pub(super) fn page(title: &str, cells: &[Cell], pictures: &[Pixels]) -> Result<String, Diagnostic> {
    let mut body = String::new();
    let mut scene = None;
    for (cell, picture) in cells.iter().zip(pictures) {
        if scene != Some(&cell.scene) {
            body.push_str(&format!("<h2>{}</h2>\n", escaped(&cell.scene)));
            scene = Some(&cell.scene);
        }
        body.push_str(&section(cell, picture)?);
    }
    Ok(document(title, STYLE, &body))
}

/// A page that needs nothing else.
pub(in crate::cli) fn document(title: &str, style: &str, body: &str) -> String {
    let title = escaped(title);
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>{style}</style>\n</head>\n<body>\n<h1>{title}</h1>\n{body}</body>\n</html>\n"
    )
}

/// A picture that stands in the page itself.
pub(in crate::cli) fn embedded(picture: &Pixels) -> Result<String, Diagnostic> {
    let data = base64::engine::general_purpose::STANDARD.encode(png::encode(picture, false)?);
    Ok(format!("data:image/png;base64,{data}"))
}

fn section(cell: &Cell, picture: &Pixels) -> Result<String, Diagnostic> {
    let data = embedded(picture)?;
    let heading = escaped(&cell.heading);
    let lines: String = cell.lines.iter().map(|(line, text)| format!("{line:>5}  {}\n", escaped(text))).collect();
    Ok(format!(
        "<section>\n<img src=\"{data}\" width=\"{}\" height=\"{}\" alt=\"Frame at {heading}\" \
         loading=\"lazy\">\n<div><p><time>{heading}</time></p>\n<p>{}</p>\n<pre>{lines}</pre></div>\n</section>\n",
        picture.width,
        picture.height,
        escaped(&cell.words),
    ))
}
