//! Formulas: TeX source to glyphs, rules and outlines, in a tree of named parts.
//!
//! Enters: a formula in TeX's notation with our `\part{name}{...}` and `\role{name}{...}`. Leaves: a [`Typeset`] whose
//! parts carry those names. Parsing and layout are RaTeX's, after KaTeX and the rules of the TeXbook's appendix G.

use std::sync::Arc;

use ratex_layout::{
    FallbackGlyphMetrics, LayoutOptions, layout_with_fallback_metrics, to_display_list, validate_layout,
};
use ratex_parser::ParseNode;
use ratex_parser::parser::Parser;
use ratex_types::display_item::{DisplayItem, DisplayList};
use ratex_types::math_style::MathStyle;

use super::fonts::measure;
use super::macros::{Labelled, label};
use super::messages::reworded;
use super::placing::{lender, place};
use super::transparent::{is_coloured, with_colors_hoisted, without_colors};
use super::{Asked, Error, Roles, Typeset, check_length};
use crate::color::Rgba;
use crate::draw::Halo;

/// How a formula is set.
#[derive(Clone, Debug, PartialEq)]
pub struct FormulaStyle {
    /// Height of the em square in stage units. Capitals are 0.68 of it, digits 0.64.
    pub size: f64,
    /// Colour of what the source gives no colour.
    pub color: Rgba,
    /// As on a line of its own (limits above and below, large fractions), or as in running text.
    pub display: bool,
    /// A contour behind everything.
    pub halo: Option<Halo>,
}

impl FormulaStyle {
    /// White, as on a line of its own, without halo.
    pub fn new(size: f64) -> Self {
        Self { size, color: Rgba::hex(0x00ff_ffff), display: true, halo: None }
    }
}

/// Sets a formula; the roles that were asked for come with it, whatever the outcome.
pub(super) fn set(source: &str, style: &FormulaStyle, roles: Roles) -> Result<(Typeset, Asked), Error> {
    check_length(source)?;
    let labelled = label(source, roles)?;
    let nodes = parse(source, &labelled)?;
    let too_much = |message: String| Error::new(message.to_lowercase(), 0, source.len());
    let list = if is_coloured(&labelled.source) {
        let marked =
            lay_out(with_colors_hoisted(&nodes).as_deref().unwrap_or(&nodes), source, style).map_err(too_much)?;
        match without_colors(&nodes) {
            Some(plain) => recoloured(lay_out(&plain, source, style).map_err(too_much)?, marked),
            None => marked,
        }
    } else {
        lay_out(&nodes, source, style).map_err(too_much)?
    };
    let set = place(&list, &labelled, style);
    Ok((set, labelled.roles))
}

fn parse(source: &str, labelled: &Labelled) -> Result<Vec<ParseNode>, Error> {
    Parser::new(&labelled.source).parse().map_err(|error| {
        let (start, end) = match &error.loc {
            Some(loc) if loc.start < labelled.source.len() => (loc.start, loc.end.max(loc.start + 1)),
            Some(_) => (labelled.source.len(), labelled.source.len()),
            None if error.message.contains("end of input") => (labelled.source.len(), labelled.source.len()),
            None => (0, labelled.source.len()),
        };
        let mut start = labelled.original(start).min(source.len());
        let mut end = labelled.original(end).clamp(start, source.len());
        while !source.is_char_boundary(start) {
            start -= 1;
        }
        while !source.is_char_boundary(end) {
            end += 1;
        }
        Error::new(reworded(&error.message), start, end)
    })
}

fn lay_out(nodes: &[ParseNode], source: &str, style: &FormulaStyle) -> Result<DisplayList, String> {
    let style = if style.display { MathStyle::Display } else { MathStyle::Text };
    let options = LayoutOptions { style, ..LayoutOptions::default() };
    let tree = layout_with_fallback_metrics(nodes, &options, Arc::new(lent_metrics(source)));
    validate_layout(&tree)?;
    Ok(to_display_list(&tree))
}

#[allow(clippy::disallowed_types, reason = "the engine's interface; never iterated")]
fn lent_metrics(source: &str) -> std::collections::HashMap<char, FallbackGlyphMetrics> {
    let foreign = source.chars().filter(|c| !c.is_ascii());
    let metrics = |c: char| {
        let (width, ink) = measure(lender()?, c)?;
        Some((c, FallbackGlyphMetrics { width, height: ink.y1.max(0.0), depth: (-ink.y0).max(0.0) }))
    };
    foreign.filter_map(metrics).collect()
}

/// The first list's items in the second one's colours. If they are not the same items in the same order (a colour that
/// changes what is drawn), the second list.
fn recoloured(mut plain: DisplayList, marked: DisplayList) -> DisplayList {
    if plain.items.len() != marked.items.len() {
        return marked;
    }
    for (item, model) in plain.items.iter_mut().zip(&marked.items) {
        match (item, model) {
            (
                DisplayItem::GlyphPath { color, font, char_code, .. },
                DisplayItem::GlyphPath { color: label, font: other_font, char_code: other_code, .. },
            ) if font == other_font && char_code == other_code => *color = *label,
            (DisplayItem::Line { color, .. }, DisplayItem::Line { color: label, .. })
            | (DisplayItem::Rect { color, .. }, DisplayItem::Rect { color: label, .. })
            | (DisplayItem::Path { color, .. }, DisplayItem::Path { color: label, .. }) => *color = *label,
            _ => return marked,
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::super::fragment::look_the_same;
    use super::*;
    use crate::color::Role;
    use crate::draw::{Item, Part, Shape};

    fn try_set(source: &str) -> Result<Typeset, Error> {
        let roles = |name: &str| Role::named(name).map(|_| Rgba::hex(0x123456));
        set(source, &FormulaStyle::new(2.0), &roles).map(|(set, _)| set)
    }

    fn done(source: &str) -> Typeset {
        try_set(source).unwrap_or_else(|error| panic!("{source}: {error}"))
    }

    /// All items with the names of the parts around them.
    fn items<'a>(part: &'a Part, path: &str, out: &mut Vec<(String, &'a Item)>) {
        out.extend(part.items.iter().map(|item| (path.to_string(), item)));
        for inner in &part.parts {
            items(inner, &format!("{path}/{}", inner.name), out);
        }
    }

    fn glyph_count(part: &Part) -> usize {
        let mut all = Vec::new();
        items(part, "", &mut all);
        let count = |item: &Item| match &item.shape {
            Shape::Glyphs(run) => run.glyphs.len(),
            _ => 0,
        };
        all.iter().map(|(_, item)| count(item)).sum()
    }

    #[test]
    fn parts_and_colours_change_no_place() {
        for (plain, marked) in [
            ("a + b = c", r"a \part{op}{+} b \textcolor{red}{=} c"),
            (r"\sum_{i=1}^{n} p_i", r"\part{s}{\sum}_{i=1}^{\part{n}{n}} \part{t}{p_i}"),
            (r"\sum_{i} x", r"\role{accent}{\part{s}{\sum}}_{\part{i}{i}} x"),
            (r"\int_0^1 f(x)\,dx", r"\part{i}{\int}_0^1 f\part{a}{(x)}\,\part{d}{dx}"),
            (r"x^{2}_i", r"x^\part{two}{2}_\part{i}{i}"),
            (r"\frac{a}{b}\log_2 p", r"\part{f}{\frac{\part{a}{a}}{b}}\part{l}{\log}_2 p"),
            (r"\sqrt{x+1}", r"\sqrt{\part{x}{x+}1}"),
            (r"\left(\frac{a}{b}\right)^2", r"\part{b}{\left(\frac{a}{b}\right)}^2"),
            (r"\underbrace{a+b}_{n} - c", r"\part{u}{\underbrace{a\part{p}{+}b}}_{n} \part{m}{- c}"),
            (r"\text{AVA fi bits}", r"\text{A\part{v}{V}A f\part{i}{i} bits}"),
            ("a+b", r"a\textcolor{accent}{+}b"),
            (r"-x, a, b", r"\part{m}{-}x\part{c}{,} a{\color{blue}, b}"),
            (
                r"\begin{pmatrix} a & -b \\ c & d \end{pmatrix}",
                r"\begin{pmatrix} \part{a}{a} & \color{red} -b \\ c & d \end{pmatrix}",
            ),
            (
                r"\begin{aligned} a &= b \\ &\le c \end{aligned}",
                r"\begin{aligned} a &\part{e}{=} b \\ &\part{l}{\le c} \end{aligned}",
            ),
        ] {
            let (plain_set, marked_set) = (done(plain), done(marked));
            assert!(look_the_same(&plain_set, &marked_set), "{marked}");
            assert_eq!(plain_set.layout, marked_set.layout, "{marked}");
        }
    }

    #[test]
    fn parts_hold_what_is_inside_and_nothing_else() {
        let set = done(r"a + \part{outer}{\frac{\part{inner}{b}}{c} \part{x}{x}} + \part{x}{y} + \part{x}{z}");
        assert_eq!(set.part.addresses(), ["outer", "outer.inner", "outer.x", "x"]);
        assert_eq!(glyph_count(set.part.at(&["outer"]).unwrap()), 3);
        assert_eq!(glyph_count(set.part.at(&["outer", "inner"]).unwrap()), 1);
        assert_eq!(glyph_count(set.part.at(&["x"]).unwrap()), 2); // equal names are one part
        assert_eq!(set.part.at(&["outer", "inner"]).unwrap().source.as_deref(), Some("b"));
        let (whole, outer) = (set.part.bounds().unwrap(), set.part.at(&["outer"]).unwrap().bounds().unwrap());
        let inner = set.part.at(&["outer", "inner"]).unwrap().bounds().unwrap();
        assert_eq!(whole.union(outer), whole);
        assert_eq!(outer.union(inner), outer);
        assert!(inner.y0 > 0.5 && outer.y0 < -0.5, "the numerator is above the bar");
        let limits = done(r"\part{s}{\sum}_{\part{i}{i}}^n");
        let height = |name: &str| limits.part.at(&[name]).unwrap().bounds().unwrap().center().y;
        assert!(height("i") < height("s"));
    }

    #[test]
    fn colours_of_roles_and_of_the_source_arrive() {
        let set = done(r"a \role{accent}{b \part{p}{c}} \part{q}{\textcolor{#00ff00}{d}e} \colorbox{#0000ff}{f}");
        let mut all = Vec::new();
        items(&set.part, "", &mut all);
        let color = |item: &Item| match &item.shape {
            Shape::Glyphs(run) => run.paint.color(),
            Shape::Path { fill: Some(fill), .. } => fill.color(),
            _ => Rgba::TRANSPARENT,
        };
        let found: Vec<(&str, Rgba)> = all.iter().map(|(path, item)| (path.as_str(), color(item))).collect();
        for expected in [
            ("", Rgba::hex(0xffffff)),
            ("", Rgba::hex(0x123456)),
            ("/p", Rgba::hex(0x123456)),
            ("/q", Rgba::hex(0x00ff00)),
            ("/q", Rgba::hex(0xffffff)),
            ("", Rgba::hex(0x0000ff)),
        ] {
            assert!(found.contains(&expected), "{expected:?} in {found:?}");
        }
    }

    #[test]
    fn the_baseline_is_zero_and_ink_stays_near_the_box() {
        let x = done("x");
        assert!(x.part.bounds().unwrap().y0.abs() < 0.05 && x.layout.y0 == 0.0);
        assert!(done("y").layout.y0 < -0.3);
        for source in [
            r"H(X) = -\sum_{i=1}^n p_i \log_2 p_i",
            r"\left(\frac{\sum_k a_k}{1+\frac1x}\right)^2",
            r"\underbrace{a+b}_{\text{two}} \approx \ell \cdot \infty \to \sqrt[3]{x}",
            r"\begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix} \overline{AB} \xrightarrow{a}",
            r"\Bigl\{ \left\| x \right\| \Bigr\}",
        ] {
            let set = done(source);
            let ink = set.part.bounds().unwrap();
            assert!(
                set.layout.inflate(0.2, 0.2).union(ink) == set.layout.inflate(0.2, 0.2),
                "{source}: {ink:?} {:?}",
                set.layout
            );
            assert!(set.missing.is_empty(), "{source}");
        }
    }

    #[test]
    fn display_and_text_style_differ_and_size_scales() {
        let set_in = |style: &FormulaStyle| set(r"\sum_i \frac12", style, &|_| None).unwrap().0.layout;
        let big = set_in(&FormulaStyle::new(2.0));
        let small = set_in(&FormulaStyle { display: false, ..FormulaStyle::new(2.0) });
        assert!(small.height() < big.height());
        assert!((set_in(&FormulaStyle::new(4.0)).width() - 2.0 * big.width()).abs() < 1e-9);
    }

    #[test]
    fn mistakes_have_their_place() {
        for (source, start, end, message) in [
            (r"\frac{1}", 8, 8, "lacks an argument"),
            (r"a + \foo", 4, 8, r"no command is called `\foo`"),
            (r"\part{a}{x} \foo", 12, 16, r"no command is called `\foo`"),
            (r"\summ_i", 0, 5, r"did you mean `\sum`?"),
            ("$x$", 0, 1, "a formula already"),
            (r"\textcolor{nobody}{x}", 11, 17, "no colour is called `nobody`"),
            ("{a", 0, 1, "never closed"),
            ("a}", 1, 2, "closes nothing"),
            (r"\part{1a}{x}", 6, 8, "no name for a part"),
            (r"\part{a}x", 0, 8, "needs a body"),
            (r"\role{nobody}{x}", 6, 12, "no role is called `nobody`"),
            ("é^", 2, 3, "group after `^`"),
            (r"\left( a", 0, 0, ""),
            ("x^2^3", 3, 4, "double superscript"),
        ] {
            let error = try_set(source).expect_err(source);
            assert!(error.message.contains(message), "{source}: {error}");
            assert!(error.start <= error.end && error.end <= source.len(), "{source}: {error:?}");
            if !message.is_empty() {
                assert_eq!((error.start, error.end), (start, end), "{source}: {error}");
            }
        }
    }

    #[test]
    fn anything_gives_a_value_or_an_error() {
        let deep = format!("{}x{}", "{".repeat(100), "}".repeat(100));
        assert!(try_set(&deep).unwrap_err().message.contains("32 deep"));
        let nested = |n: usize| format!("{}x{}", r"\part{a}{".repeat(n), "}".repeat(n));
        assert!(try_set(&nested(14)).is_ok());
        assert!(try_set(&nested(1000)).is_err());
        assert!(try_set(&"x".repeat(crate::limits::TEXT_CHARS)).is_ok());
        assert!(try_set(&"x".repeat(crate::limits::TEXT_CHARS + 1)).unwrap_err().message.contains("longer"));
        for source in [
            "",
            " ",
            "%",
            "\\",
            r"\verb|",
            r"\part",
            r"\part{",
            r"\color",
            r"\textcolor{red}",
            "^",
            "_",
            "&",
            "$x$",
            "é",
            "\u{301}",
            "\\text{\u{1F389}}",
            r"\def\a{\a}\a",
            r"\rule{1e9em}{1em}",
            r"\kern1e300em x",
            r"\sqrt\part{a}{b}",
            "\0",
            r"\part{a}{b}}",
            r"{\part{a}{b}",
            r"\textcolor{red}x",
            r"\color{red}x",
            r"\phantom{\part{a}{b}}",
            "\u{5d0}\u{6f22}",
        ] {
            if let Err(error) = try_set(source) {
                assert!(source.is_char_boundary(error.start) && source.is_char_boundary(error.end), "{source}");
            }
        }
        assert_eq!(done(r"\text{Größe 漢}").missing, ['漢']);
    }
}
