//! Mathematics of captions where no TeX is: as a picture in a line of text, and in words.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::snippets::{Piece, pieces};
use crate::color::Rgba;
use crate::draw::{Frame, FrameItem, ItemId, Names, Part};
use crate::export::Page;
use crate::export::svg::{self, escaped};
use crate::geom::{Affine, Rect, union};
use crate::typeset::{FormulaStyle, Typesetter, plain_tex};

/// Points for an em, of which only readers without style sheets hear.
const POINTS: f64 = 12.0;

/// A formula as an image of HTML, as large as the text around it and on its baseline; `None` if it cannot be set.
pub(super) fn image(tex: &str, ink: Rgba) -> Option<String> {
    let style = FormulaStyle { color: ink, display: false, ..FormulaStyle::new(1.0) };
    let set = Typesetter::bundled().formula(tex, &style, &|_| None).ok()?;
    let mut items = Vec::new();
    gather(&set.part, Affine::IDENTITY, &mut items);
    // Italic letters reach beyond the box that places them.
    let inked = items.iter().map(|item| item.item.bounds()).fold(None, union);
    let area = union(inked, Some(set.layout)).filter(|area| !area.is_zero_area())?;
    let frame = Frame { stage: area, ground: Rgba::TRANSPARENT, items };
    let names = Names::default();
    let page = Page { frame: &frame, names: &names, area, points: POINTS, title: "", description: "" };
    let text = svg::svg(&page, svg::Letters::Outlines).ok()?;
    let Rect { x0, y0, x1, y1 } = area;
    let em = |length: f64| format!("{:.3}em", length);
    Some(format!(
        "<img class=\"tex\" alt=\"{}\" style=\"width:{};height:{};vertical-align:{};margin:0 {} 0 {}\" \
         src=\"data:image/svg+xml;base64,{}\">",
        escaped(&in_words(tex)),
        em(x1 - x0),
        em(y1 - y0),
        em(y0),
        em(set.layout.x1 - x1),
        em(x0),
        STANDARD.encode(text)
    ))
}

fn gather(part: &Part, map: Affine, items: &mut Vec<FrameItem>) {
    let map = map * part.transform;
    for item in &part.items {
        let id = ItemId(items.len() as u64);
        items.push(FrameItem { id, item: item.clone().transformed(map), resting: true, clip: None });
    }
    part.parts.iter().for_each(|part| gather(part, map, items));
}

/// Commands whose name says less than a sign does.
const SIGNS: &[(&str, &str)] = &[
    ("cdot", "·"),
    ("times", "×"),
    ("le", "≤"),
    ("leq", "≤"),
    ("ge", "≥"),
    ("geq", "≥"),
    ("ne", "≠"),
    ("neq", "≠"),
    ("approx", "≈"),
    ("infty", "∞"),
    ("to", "→"),
    ("mid", "|"),
    ("ell", "ℓ"),
    ("left", ""),
    ("right", ""),
    ("text", ""),
    ("mathrm", ""),
    ("quad", " "),
];

/// A formula for those who hear it or have no pictures: without backslashes and braces, fractions with a stroke.
pub(super) fn in_words(tex: &str) -> String {
    let spoken = spoken(&plain_tex(tex));
    spoken.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A caption or an alternative text without markup, formulas in words.
pub(super) fn plain(text: &str) -> String {
    let word = |piece: Piece<'_>| match piece {
        Piece::Plain(text) | Piece::Emphasis(text) => text.to_owned(),
        Piece::Math(tex) => in_words(tex),
    };
    pieces(text).into_iter().map(word).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn spoken(tex: &str) -> String {
    let mut words = String::with_capacity(tex.len());
    let mut rest = tex;
    while let Some(first) = rest.chars().next() {
        let after = rest.get(first.len_utf8()..).unwrap_or_default();
        if first != '\\' {
            words.extend((!matches!(first, '{' | '}' | '$')).then_some(if first == '~' { ' ' } else { first }));
            rest = after;
            continue;
        }
        let end = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
        let (name, behind) = after.split_at(end);
        if matches!(name, "frac" | "tfrac" | "dfrac")
            && let Some((above, below, behind)) = groups(behind)
        {
            words += &format!("{}/{}", bracketed(above), bracketed(below));
            rest = behind;
            continue;
        }
        if name.is_empty() {
            // `\,` and its like are space, `\{` is a brace.
            let sign = behind.chars().next().unwrap_or(' ');
            words.push(if matches!(sign, '{' | '}' | '%' | '&' | '#' | '_' | '$') { sign } else { ' ' });
            rest = behind.get(sign.len_utf8().min(behind.len())..).unwrap_or_default();
            continue;
        }
        match SIGNS.iter().find(|(known, _)| *known == name) {
            Some((_, sign)) => words += sign,
            None => {
                words += name;
                words.extend(behind.starts_with(|c: char| c.is_alphanumeric()).then_some(' '));
            }
        }
        rest = behind;
    }
    words
}

/// A numerator or denominator, in brackets if it is more than one thing.
fn bracketed(tex: &str) -> String {
    let spoken = in_words(tex);
    if spoken.chars().all(|c| c.is_alphanumeric() || c == '_') { spoken } else { format!("({spoken})") }
}

/// What stands in two pairs of braces, and what follows them.
fn groups(text: &str) -> Option<(&str, &str, &str)> {
    let group = |text: &'_ str| -> Option<(usize, usize)> {
        let start = text.find('{').filter(|at| text.get(..*at).is_some_and(|before| before.trim().is_empty()))?;
        let mut depth = 0_usize;
        for (at, c) in text.char_indices().skip_while(|(at, _)| *at < start) {
            match c {
                '{' => depth += 1,
                '}' if depth == 1 => return Some((start + 1, at)),
                '}' => depth -= 1,
                _ => {}
            }
        }
        None
    };
    let (from, to) = group(text)?;
    let (above, rest) = (text.get(from..to)?, text.get(to + 1..)?);
    let (from, to) = group(rest)?;
    Some((above, rest.get(from..to)?, rest.get(to + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_pictures_on_the_baseline() {
        let ink = Rgba::hex(0x001a_1d21);
        let flat = image("x", ink).unwrap();
        let deep = image(r"\frac{1}{p}", ink).unwrap();
        let drop = |image: &str| -> f64 {
            let (_, rest) = image.split_once("vertical-align:").unwrap();
            rest.split_once("em").unwrap().0.parse().unwrap()
        };
        assert!(drop(&deep) < drop(&flat) && drop(&flat) < 0.0, "{deep} {flat}");
        assert!(deep.contains("alt=\"1/p\"") && deep.contains("src=\"data:image/svg+xml;base64,"));
        assert_eq!(image(r"\frac{1}", ink), None);
    }

    #[test]
    fn formulas_in_words_hold_no_tex() {
        for (tex, words) in [
            (r"H(p)", "H(p)"),
            (r"-\log_2 p_i", "-log_2 p_i"),
            (r"\frac{1}{p}", "1/p"),
            (r"\frac{a+b}{2^{n}}\,\part{x}{y}", "(a+b)/(2^n) y"),
            (r"2^{H} \le \alpha x", "2^H ≤ alpha x"),
            (r"\{0,1\}", "{0,1}"),
            (r"50\%", "50%"),
            (r"\", ""),
        ] {
            assert_eq!(in_words(tex), words, "{tex}");
        }
    }
}
