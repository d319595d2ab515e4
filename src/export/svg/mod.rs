//! A page as SVG: small, readable, without scripts; groups carry the names of actors and their parts.
//!
//! Enters: a [`Page`]. Leaves: the text of a file that looks the same in browsers, Inkscape, librsvg and resvg: plain SVG 1.1,
//! every coordinate in points, letters as outlines that are defined once and used again, or as text in embedded fonts.

mod fonts;
mod groups;
mod paint;
mod shapes;
mod text;
mod write;

pub use write::escaped;

use super::Page;
use crate::diag::Diagnostic;
use write::{Writer, number, rounded};

/// What letters become.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Letters {
    /// Outlines: the same everywhere.
    #[default]
    Outlines,
    /// Text in fonts that the file holds, cut down to what it uses: can be selected and searched; needs a browser.
    Text,
}

/// A page as the text of an SVG file.
///
/// # Errors
/// `svg` if a picture in it cannot be packed.
///
/// ```
/// use surprisal::{color::Rgba, draw::{Frame, Names}, export::{Page, svg}, geom::Rect};
/// let area = Rect::new(0.0, 0.0, 2.0, 1.0);
/// let frame = Frame { stage: area, ground: Rgba::hex(0xffffff), items: vec![] };
/// let names = Names::default();
/// let page = Page { frame: &frame, names: &names, area, points: 10.0, title: "Nothing", description: "" };
/// let text = svg::svg(&page, svg::Letters::Outlines).unwrap();
/// assert!(text.contains(r#"viewBox="0 0 20 10""#) && text.contains(">Nothing</title>"));
/// ```
pub fn svg(page: &Page<'_>, letters: Letters) -> Result<String, Diagnostic> {
    let mut body = Writer::new(page, letters);
    body.page(&page.frame.items)?;
    finished(body, "")
}

/// Pages of one size, shown one after the other for ever, so many a second: what stays the same lies below and is written
/// once. Without scripts; where nothing can move, the first page is shown.
///
/// # Errors
/// As [`svg`].
pub fn moving(pages: &[Page<'_>], letters: Letters, rate: f64) -> Result<String, Diagnostic> {
    let [first, others @ ..] = pages else { return Ok(String::new()) };
    let items = &first.frame.items;
    let common = |page: &Page<'_>| items.iter().zip(&page.frame.items).take_while(|(a, b)| a == b).count();
    let still = others.iter().map(common).min().unwrap_or(items.len());
    let mut body = Writer::new(first, letters);
    body.page(items.get(..still).unwrap_or_default())?;
    // Pages that do not differ from the one before are shown for longer.
    let mut shown: Vec<(usize, usize, &Page<'_>)> = Vec::new();
    for (number, page) in pages.iter().enumerate() {
        match shown.last_mut() {
            Some((_, count, last)) if last.frame.items == page.frame.items => *count += 1,
            _ => shown.push((number, 1, page)),
        }
    }
    let secs = pages.len() as f64 / rate.max(1e-3);
    let mut style = String::from("<style>.m{animation:");
    style += &format!("{}s step-end infinite}}", rounded(secs, 1000.0));
    for (at, (number, count, page)) in shown.iter().enumerate() {
        let share = |frames: usize| rounded(100.0 * frames as f64 / pages.len() as f64, 1000.0);
        let (from, to) = (share(*number), share(number + count));
        style += &format!("#m{at}{{animation-name:k{at}}}@keyframes k{at}{{0%{{visibility:hidden}}");
        style += &format!("{from}%{{visibility:visible}}{to}%{{visibility:hidden}}}}\n");
        let hidden = if at == 0 { "" } else { " visibility=\"hidden\"" };
        body.reserve(&format!("m{at}"));
        body.out += &format!("<g id=\"m{at}\" class=\"m\"{hidden}>\n");
        body.page_of(page, page.frame.items.get(still..).unwrap_or_default())?;
        body.out += "</g>\n";
    }
    style += "</style>\n";
    finished(body, &style)
}

/// The whole file around what is drawn.
fn finished(body: Writer<'_>, more: &str) -> Result<String, Diagnostic> {
    let page = body.page;
    let (width, height) = page.size();
    let size = format!("{} {}", number(width), number(height));
    let labelled = match (page.title, page.description) {
        ("", "") => "",
        (_, "") => r#" role="img" aria-labelledby="figure-title""#,
        _ => r#" role="img" aria-labelledby="figure-title figure-desc""#,
    };
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"{}pt\" height=\"{}pt\" \
         viewBox=\"0 0 {size}\"{labelled}>\n",
        number(width),
        number(height)
    );
    for (tag, words) in [("title", page.title), ("desc", page.description)] {
        if !words.is_empty() || (tag == "title" && !labelled.is_empty()) {
            text += &format!("<{tag} id=\"figure-{tag}\">{}</{tag}>\n", escaped(words));
        }
    }
    let style = body.fonts.style()? + more;
    if !style.is_empty() || !body.defs.is_empty() {
        text += &format!("<defs>\n{style}{}</defs>\n", body.defs);
    }
    let ground = page.frame.ground;
    if ground.a > 0.0 {
        let paint = paint::solid("fill", ground, 1.0);
        text += &format!("<rect width=\"{}\" height=\"{}\"{paint}/>\n", number(width), number(height));
    }
    text += &body.out;
    text += "</svg>\n";
    Ok(text)
}

#[cfg(test)]
pub(in crate::export) mod tests;
