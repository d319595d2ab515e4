//! A page as PDF: one page, cropped, colours in device RGB, text that can be selected and searched, fonts cut down and held by
//! the file, tagged as one figure with its description; PDF/UA-1, which is checked while it is written.
//!
//! Enters: a [`Page`]. Leaves: the bytes of a file, the same for the same page.

mod paint;
mod shapes;
mod text;

use krilla::configure::{Accessibility, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::Point;
use krilla::metadata::Metadata;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::tagging::{Node, Tag, TagGroup, TagTree};
use krilla::{Document, SerializeSettings};

use super::Page;
use crate::diag::Diagnostic;
use shapes::Painter;

/// A page as the bytes of a PDF file; `language` as in `en`.
///
/// # Errors
/// `pdf` if it cannot be written: a font that is damaged, a page without size.
///
/// ```
/// use surprisal::{color::Rgba, draw::{Frame, Names}, export::{Page, pdf}, geom::Rect};
/// let area = Rect::new(0.0, 0.0, 2.0, 1.0);
/// let frame = Frame { stage: area, ground: Rgba::hex(0xffffff), items: vec![] };
/// let names = Names::default();
/// let page = Page { frame: &frame, names: &names, area, points: 10.0, title: "Nothing", description: "A blank." };
/// assert!(pdf::pdf(&page, "en").unwrap().starts_with(b"%PDF-1.7"));
/// ```
pub fn pdf(page: &Page<'_>, language: &str) -> Result<Vec<u8>, Diagnostic> {
    let failed =
        |reason: String| Diagnostic::bug("pdf", format!("the figure `{}` cannot be a PDF: {reason}", page.title));
    let configuration = ConfigurationBuilder::new()
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| failed(format!("{error:?}")))?;
    let mut document = Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    let (width, height) = page.size();
    let settings = PageSettings::from_wh(width as f32, height as f32);
    let settings = settings.ok_or_else(|| failed("the page has no size".into()))?;
    let mut sheet = document.start_page_with(settings);
    let mut surface = sheet.surface();
    let mut painter = Painter::new(page);
    painter.ground(&mut surface);
    painter.items(&page.frame.items, page.points_from_stage(), &mut surface)?;
    let marked = painter.end(&mut surface);
    surface.finish();
    sheet.finish();
    let description = [page.description, page.title].into_iter().find(|text| !text.trim().is_empty());
    let alternative = description.unwrap_or("A figure.").to_owned();
    let mut tree = TagTree::new().with_lang(Some(language.to_owned()));
    let children: Vec<Node> = marked.into_iter().map(Node::from).collect();
    tree.push(TagGroup::with_children(Tag::Figure(Some(alternative)), children));
    document.set_tag_tree(tree);
    let title = if page.title.trim().is_empty() { "Figure" } else { page.title };
    // The standard asks for an outline, even of one page.
    let mut outline = Outline::new();
    outline.push_child(OutlineNode::new(title.to_owned(), XyzDestination::new(0, Point::from_xy(0.0, 0.0))));
    document.set_outline(outline);
    let metadata = Metadata::new().title(title.to_owned()).language(language.to_owned()).creator("surprisal".into());
    document.set_metadata(metadata);
    document.finish().map_err(|error| failed(format!("{error:?}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::{ItemId, Name, Names, Shape, Wording};
    use crate::export::svg::tests::everything;

    #[test]
    fn everything_is_valid_and_the_same_each_time() {
        let frame = everything();
        let mut names = Names::default();
        let glyphs = frame.items.iter().filter(|item| matches!(item.item.shape, Shape::Glyphs(_)));
        for (number, (item, word)) in glyphs.zip(["fit", "&", "<fill>"]).enumerate() {
            let path = ["title".to_owned()].into();
            names.insert(item.id, Name { path, wording: Some((number, Wording::Word(word.into()))) });
        }
        names.insert(
            ItemId(3),
            Name { path: ["x".to_owned()].into(), wording: Some((9, Wording::Formula(r"\sum".into()))) },
        );
        let page =
            Page { frame: &frame, names: &names, area: frame.stage, points: 20.0, title: "All", description: "Each." };
        let bytes = pdf(&page, "en").unwrap();
        assert_eq!(bytes, pdf(&page, "en").unwrap());
        let text = String::from_utf8_lossy(&bytes);
        for part in ["/Figure", "/Alt(Each.)", "/Lang(en)", "/MarkInfo", "/FontFile2", "/ToUnicode", "/DeviceRGB"] {
            assert!(text.contains(part), "{part}");
        }
    }
}
