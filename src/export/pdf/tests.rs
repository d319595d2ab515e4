//! What the writer makes of every kind of item; tests/figures.rs compares with what poppler draws.

use super::super::svg::tests::everything;
use super::*;
use crate::draw::{ItemId, Name, Names, Shape, Wording};

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
