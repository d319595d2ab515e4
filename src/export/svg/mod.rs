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
use groups::Groups;
use write::{Writer, number};

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
/// assert!(text.contains(r#"viewBox="0 0 20 10""#) && text.contains("<title>Nothing</title>"));
/// ```
pub fn svg(page: &Page<'_>, letters: Letters) -> Result<String, Diagnostic> {
    let mut body = Writer::new(page, letters);
    let mut groups = Groups::default();
    body.items(&page.frame.items, page.points_from_stage(), &mut groups)?;
    groups.close(&mut body.out);
    let (width, height) = page.size();
    let size = format!("{} {}", number(width), number(height));
    let labelled = match (page.title, page.description) {
        ("", "") => "",
        (_, "") => r#" role="img" aria-labelledby="title""#,
        _ => r#" role="img" aria-labelledby="title desc""#,
    };
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"{}pt\" height=\"{}pt\" \
         viewBox=\"0 0 {size}\"{labelled}>\n",
        number(width),
        number(height)
    );
    for (tag, words) in [("title", page.title), ("desc", page.description)] {
        if !words.is_empty() || (tag == "title" && !labelled.is_empty()) {
            text += &format!("<{tag} id=\"{tag}\">{}</{tag}>\n", escaped(words));
        }
    }
    let style = body.fonts.style()?;
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
mod tests;
