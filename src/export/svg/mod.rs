//! A page as SVG: small, readable, without scripts; groups carry the names of actors and their parts.
//!
//! Enters: a [`Page`]. Leaves: the text of a file that looks the same in browsers, Inkscape, librsvg and resvg: plain SVG 1.1,
//! every coordinate in points, letters as outlines that are defined once and used again, or as text in embedded fonts.

mod fonts;
mod groups;
mod moving;
mod paint;
mod shapes;
mod text;
mod write;

pub use moving::moving;
pub use write::escaped;

use super::Page;
use crate::diag::Diagnostic;
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
/// assert!(text.contains(r#"viewBox="0 0 20 10""#) && text.contains(">Nothing</title>"));
/// ```
pub fn svg(page: &Page<'_>, letters: Letters) -> Result<String, Diagnostic> {
    let mut body = Writer::new(page, letters);
    body.page(&page.frame.items)?;
    finished(body, "")
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
    // No stroke is the rule, but some readers (ImageMagick's own) want to be told.
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"{}pt\" height=\"{}pt\" \
         viewBox=\"0 0 {size}\" stroke=\"none\"{labelled}>\n",
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
pub(in crate::export) mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::color::Rgba;
    use crate::draw::{
        Bitmap, Clip, Frame, FrameItem, Halo, Item, ItemId, Layer, Name, Names, Paint, Part, Shape, Stroke,
    };
    use crate::geom::{Affine, Point, Rect, Shape as _, circle};
    use crate::raster::Rasterizer;
    use crate::typeset::{TextStyle, Typesetter};

    /// Items of a part, flat.
    fn flat(part: &Part, map: Affine, items: &mut Vec<FrameItem>) {
        let map = map * part.transform;
        for item in &part.items {
            let id = ItemId(items.len() as u64 + 100);
            items.push(FrameItem { id, item: item.clone().transformed(map), resting: true, clip: None });
        }
        part.parts.iter().for_each(|part| flat(part, map, items));
    }

    fn item(id: u64, shape: Item) -> FrameItem {
        FrameItem { id: ItemId(id), item: shape, resting: true, clip: None }
    }

    /// One of everything: fill, dashed stroke, gradient, light, clip, picture, faded and blurred layers, text with a halo.
    pub(in crate::export) fn everything() -> Frame {
        let ink = |hex: u32| Paint::solid(Rgba::hex(hex));
        let square = |x: f64| Rect::new(x, -0.8, x + 1.6, 0.8).to_path(0.1);
        let mut items = vec![
            item(1, Item::fill_stroke(square(-7.5), ink(0x1c64b8), Stroke::new(ink(0x1a1d21), 0.1))),
            item(
                2,
                Item::stroke(circle(Point::new(-4.6, 0.0), 0.7), Stroke::new(ink(0xc92a2a), 0.12).dashed(0.4, 0.3)),
            ),
            item(
                3,
                Item::fill(
                    square(-3.4),
                    Paint::linear(
                        Point::new(-3.4, 0.0),
                        Rgba::hex(0xff0000),
                        Point::new(-1.8, 0.5),
                        Rgba::hex(0x0000ff),
                    ),
                ),
            ),
            item(
                4,
                Item::fill(
                    circle(Point::new(-0.4, 0.0), 1.0),
                    Paint::glow(Point::new(-0.4, 0.0), 1.0, Rgba::hex(0xb86e00)),
                ),
            ),
        ];
        let clip = Some(Clip(Arc::new(circle(Point::new(1.6, 0.0), 0.7))));
        items.push(FrameItem { clip, ..item(5, Item::fill(square(1.0), ink(0x2b8a3e))) });
        let rgba = (0..64 * 64u32).flat_map(|i| [(i % 64 * 4) as u8, (i / 64 * 4) as u8, 90, 255]).collect();
        let bitmap = Arc::new(Bitmap { width: 64, height: 64, rgba });
        items.push(item(6, Item::new(Shape::Image { bitmap, rect: Rect::new(3.0, -0.8, 4.6, 0.8) })));
        let pair =
            vec![item(7, Item::fill(square(5.0), ink(0x8e4aa6))), item(8, Item::fill(square(5.6), ink(0x8e4aa6)))];
        items.push(item(9, Item { opacity: 0.5, ..Item::new(Shape::Layer(Arc::new(Layer::sharp(pair)))) }));
        let dot = vec![item(10, Item::fill(circle(Point::new(-6.0, 2.4), 0.5), ink(0xc92a2a)))];
        items.push(item(11, Item::new(Shape::Layer(Arc::new(Layer { items: dot, blur: 0.15 })))));
        let halo = Some(Halo { paint: ink(0xffd866), width: 0.08 });
        let style = TextStyle { color: Rgba::hex(0x1a1d21), halo, ..TextStyle::new(0.9) };
        let set = Typesetter::bundled().text("fit & <fill>", &style);
        flat(&set.part, Affine::translate((-3.0, 2.0)), &mut items);
        Frame { stage: Rect::new(-8.0, -2.0, 8.0, 4.0), ground: Rgba::hex(0xffffff), items }
    }

    fn page<'a>(frame: &'a Frame, names: &'a Names) -> Page<'a> {
        Page { frame, names, area: frame.stage, points: 20.0, title: "Everything", description: "One of each." }
    }

    /// The largest difference between two pictures of one size in rows of RGBA, means over squares so wide.
    fn farthest(a: &[u8], b: &[u8], width: usize, square: usize) -> (u32, usize, usize) {
        let mean = |pixels: &[u8], x: usize, y: usize, channel: usize| -> u32 {
            let all = (y..y + square).flat_map(|y| (x..x + square).map(move |x| (y * width + x) * 4 + channel));
            all.map(|at| u32::from(pixels[at])).sum::<u32>() / (square * square) as u32
        };
        let height = a.len() / 4 / width;
        let mut far = (0, 0, 0);
        for y in (0..height - square).step_by(square) {
            for x in (0..width - square).step_by(square) {
                let here = (0..3).map(|c| mean(a, x, y, c).abs_diff(mean(b, x, y, c))).max().unwrap();
                far = far.max((here, x, y));
            }
        }
        far
    }

    #[test]
    fn a_reader_of_svg_sees_what_the_rasterizer_draws() {
        let (frame, names) = (everything(), Names::default());
        let page = page(&frame, &names);
        let text = svg(&page, Letters::Outlines).unwrap();
        let (area, size) = page.pixels(144.0).unwrap();
        let ours = Rasterizer::new(size).draw(&Frame { stage: area, ..frame.clone() });
        let tree = usvg::Tree::from_str(&text, &usvg::Options::default()).unwrap();
        let mut theirs = tiny_skia::Pixmap::new(size.width(), size.height()).unwrap();
        resvg::render(&tree, tiny_skia::Transform::from_scale(1.5, 1.5), &mut theirs.as_mut());
        let far = farthest(&ours.rgba, theirs.data(), size.width() as usize, 4);
        assert!(far.0 <= 12, "{far:?}");
    }

    #[test]
    fn groups_carry_names_and_words() {
        let mut frame = everything();
        frame.items.truncate(3);
        let mut names = Names::default();
        let name = |path: &[&str]| Name { path: path.iter().map(|p| (*p).to_owned()).collect(), wording: None };
        names.insert(ItemId(1), name(&["chart", "up", "bar"]));
        names.insert(ItemId(2), name(&["chart", "down"]));
        let text = svg(&page(&frame, &names), Letters::Outlines).unwrap();
        for part in [
            "<g id=\"chart\">\n<g id=\"chart.up\">\n<g id=\"chart.up.bar\">\n<path",
            "</g>\n</g>\n<g id=\"chart.down\">\n<path",
            "<desc id=\"figure-desc\">One of each.</desc>",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        assert_eq!(text.matches("<g").count(), text.matches("</g>").count() + text.matches("<gradient").count());
    }

    #[test]
    fn letters_as_text_stand_in_fonts_of_the_file() {
        let (frame, names) = (everything(), Names::default());
        let text = svg(&page(&frame, &names), Letters::Text).unwrap();
        assert!(text.contains("@font-face{font-family:f0;src:url(data:font/ttf;base64,"));
        assert!(text.contains(">&amp;</text>") && text.contains(">&lt;") && text.matches("<use").count() == 1);
        // The picture is the one that is used.
        assert!(usvg::Tree::from_str(&text, &usvg::Options::default()).is_ok());
    }
}
