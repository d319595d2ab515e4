//! The page of a comparison: each scene that differs, what became of it, the lines of its script that did, and pairs of frames with
//! the lines at work in either.

use super::super::sheet::page::{document, embedded};
use super::Shown;
use super::pairs::{Pair, Side};
use super::texts::Line;
use crate::diag::Diagnostic;
use crate::export::svg::escaped;

const STYLE: &str = ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:80rem;margin:2rem auto;\
padding:0 1rem}h1{font-size:1.3rem}h2{margin:2.5rem 0 .25rem;font-size:1.15rem}.pair{display:grid;\
grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:1rem;margin:1rem 0 2rem}figure{margin:0;min-width:0}\
img{display:block;width:100%;height:auto}figcaption{margin:.35rem 0}pre{margin:0;overflow-x:auto;font:13px/1.45 ui-monospace,\
monospace;opacity:.8}pre b{font-weight:700;text-decoration:underline}ins,del{text-decoration:none}ins{background:#2ea04333}del{background:#f8514933}p,ul{margin:.25rem 0}.nothing{display:grid;place-items:center;\
min-height:10rem;border:1px dashed;opacity:.6}";

/// The page as HTML. `whole`: what differs about the film as a whole.
pub(super) fn page(title: &str, whole: &[String], shown: &[Shown]) -> Result<String, Diagnostic> {
    let mut body: String = whole.iter().map(|line| format!("<p>{}</p>\n", escaped(line))).collect();
    for scene in shown {
        body += &format!("<h2>{}</h2>\n<p>{}</p>\n", escaped(&scene.title), escaped(&scene.told));
        let word = |(new, line): &(bool, String)| {
            let tag = if *new { "ins" } else { "del" };
            format!("<li><{tag}>{}</{tag}></li>\n", escaped(line))
        };
        if !scene.words.is_empty() {
            body += &format!("<ul>\n{}</ul>\n", scene.words.iter().map(word).collect::<String>());
        }
        let line = |(new, number, line): &Line| {
            let (sign, tag) = if *new { ("+", "ins") } else { ("-", "del") };
            format!("{number:>5} {sign} <{tag}>{}</{tag}>\n", escaped(line))
        };
        if !scene.lines.is_empty() {
            body += &format!("<pre>{}</pre>\n", scene.lines.iter().map(line).collect::<String>());
        }
        for pair in &scene.pairs {
            body += &section(pair)?;
        }
    }
    Ok(document(title, STYLE, &body))
}

fn section(pair: &Pair) -> Result<String, Diagnostic> {
    let (old, new) = (side("Was", &pair.old, &pair.new)?, side("Is", &pair.new, &pair.old)?);
    Ok(format!("<section class=\"pair\">\n{old}{new}</section>\n"))
}

/// One side of a pair. Lines of the script that the other side does not have stand out.
fn side(word: &str, side: &Option<Side>, other: &Option<Side>) -> Result<String, Diagnostic> {
    let Some(Side { cell, picture }) = side else {
        return Ok("<div class=\"nothing\">not there</div>\n".to_owned());
    };
    let known = |text: &str| other.iter().flat_map(|other| &other.cell.lines).any(|(_, line)| line == text);
    let line = |(number, text): &(usize, String)| {
        let shown = escaped(text);
        let shown = if other.is_some() && !known(text) { format!("<b>{shown}</b>") } else { shown };
        format!("{number:>5}  {shown}\n")
    };
    let lines: String = cell.lines.iter().map(line).collect();
    let (heading, data) = (escaped(&cell.heading), embedded(picture)?);
    Ok(format!(
        "<figure>\n<img src=\"{data}\" width=\"{}\" height=\"{}\" alt=\"{word}: frame at {heading}\" loading=\"lazy\">\n\
         <figcaption>{word} <time>{heading}</time></figcaption>\n<p>{}</p>\n<pre>{lines}</pre>\n</figure>\n",
        picture.width,
        picture.height,
        escaped(&cell.words),
    ))
}
