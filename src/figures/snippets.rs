//! Texts that put figures into documents: LaTeX, Typst, Markdown.

use super::manifest::{Entry, Manifest};

/// The names of the files and what stands in them.
pub fn snippets(manifest: &Manifest) -> [(&'static str, String); 3] {
    let all = |one: fn(&Entry) -> String| manifest.figures.iter().map(one).collect::<Vec<_>>();
    let latex = "% \\input this file, then \\scenefigure{name}. The folder of the pictures ends with a slash.\n\
                 \\providecommand{\\scenefolder}{figures/}\n\
                 \\newcommand{\\scenefigure}[1]{\\csname scenefigure@#1\\endcsname}\n\
                 % Before 2021 graphicx knew no alternative texts.\n\
                 \\makeatletter\\@ifundefined{KV@Gin@alt}{\\define@key{Gin}{alt}{}}{}\\makeatother\n";
    let typst = "// #import \"figures/figures.typ\": *, then #name.\n";
    [
        ("figures.tex", [latex, &all(latex_of).concat()].concat()),
        ("figures.typ", [typst, &all(typst_of).concat()].concat()),
        ("figures.md", all(markdown_of).join("\n")),
    ]
}

/// The first of a figure's files with one of these endings.
pub(super) fn file<'e>(entry: &'e Entry, endings: &[&str]) -> Option<&'e str> {
    let with = |ending: &&str| entry.files.keys().find(|name| name.rsplit('.').next() == Some(*ending));
    endings.iter().find_map(with).map(String::as_str)
}

/// A piece of a caption.
#[derive(Debug, PartialEq)]
pub(super) enum Piece<'t> {
    /// Words.
    Plain(&'t str),
    /// Words between `*`.
    Emphasis(&'t str),
    /// TeX between `$`.
    Math(&'t str),
}

/// A caption in pieces: `*words*` are emphasized, `$...$` is mathematics. A sign without its partner is itself.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['*', '$']) {
        let (before, after) = rest.split_at(at);
        let sign = if after.starts_with('*') { '*' } else { '$' };
        let inner = after.get(1..).unwrap_or_default();
        let Some(end) = inner.find(sign).filter(|end| *end > 0) else {
            pieces.extend([Piece::Plain(before), Piece::Plain(after.get(..1).unwrap_or_default())]);
            rest = inner;
            continue;
        };
        let (inside, behind) = inner.split_at(end);
        pieces.extend([Piece::Plain(before), if sign == '*' { Piece::Emphasis(inside) } else { Piece::Math(inside) }]);
        rest = behind.get(1..).unwrap_or_default();
    }
    pieces.push(Piece::Plain(rest));
    pieces
}

fn spelled(text: &str, signs: &[(char, &str)]) -> String {
    let spell = |c: char| signs.iter().find(|(sign, _)| *sign == c).map_or_else(|| c.to_string(), |(_, s)| (*s).into());
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().map(spell).collect()
}

/// The same with the blanks at its ends.
fn spaced(text: &str, signs: &[(char, &str)]) -> String {
    let blank = |at: Option<char>| if at.is_some_and(char::is_whitespace) { " " } else { "" };
    if text.trim().is_empty() {
        return blank(text.chars().next()).into();
    }
    [blank(text.chars().next()), &spelled(text, signs), blank(text.chars().last())].concat()
}

const LATEX: &[(char, &str)] = &[
    ('\\', "\\textbackslash{}"),
    ('{', "\\{"),
    ('}', "\\}"),
    ('#', "\\#"),
    ('%', "\\%"),
    ('&', "\\&"),
    ('_', "\\_"),
    ('$', "\\$"),
    ('^', "\\textasciicircum{}"),
    ('~', "\\textasciitilde{}"),
];

fn latex_of(entry: &Entry) -> String {
    let Some(file) = file(entry, &["pdf", "png"]) else { return String::new() };
    let caption = pieces(&entry.caption).into_iter().map(|piece| match piece {
        Piece::Plain(text) => spaced(text, LATEX),
        Piece::Emphasis(text) => format!("\\emph{{{}}}", spaced(text, LATEX)),
        Piece::Math(tex) => format!("${tex}$"),
    });
    let (caption, width, name) = (caption.collect::<String>(), entry.size_mm.width, &entry.name);
    let alt = spelled(&entry.alt, LATEX);
    let alt = if alt.is_empty() { String::new() } else { format!(",alt={{{alt}}}") };
    // A label without a caption would be the number of the section.
    let caption = if caption.is_empty() { caption } else { format!("\n  \\caption{{{caption}}}\\label{{fig:{name}}}") };
    format!(
        "\\expandafter\\def\\csname scenefigure@{name}\\endcsname{{\\begin{{figure}}\\centering\n  \
         \\includegraphics[width={width}mm{alt}]{{\\scenefolder {file}}}{caption}\\end{{figure}}}}\n"
    )
}

const TYPST: &[(char, &str)] = &[
    ('\\', "\\\\"),
    ('#', "\\#"),
    ('*', "\\*"),
    ('_', "\\_"),
    ('$', "\\$"),
    ('[', "\\["),
    (']', "\\]"),
    ('<', "\\<"),
    ('>', "\\>"),
    ('@', "\\@"),
    ('`', "\\`"),
    ('~', "\\~"),
];

fn typst_of(entry: &Entry) -> String {
    let Some(file) = file(entry, &["svg", "pdf", "png"]) else { return String::new() };
    let caption = pieces(&entry.caption).into_iter().map(|piece| match piece {
        Piece::Plain(text) => spaced(text, TYPST),
        Piece::Emphasis(text) => format!("#emph[{}]", spaced(text, TYPST)),
        Piece::Math(tex) => typst_math(tex),
    });
    let caption = caption.collect::<String>();
    let quoted = |text: &str| spelled(text, &[('\\', "\\\\"), ('"', "\\\"")]);
    let alt = if entry.alt.is_empty() { String::new() } else { format!(", alt: \"{}\"", quoted(&entry.alt)) };
    let caption = if caption.is_empty() { caption } else { format!(",\n  caption: [{caption}]") };
    let name = name_in_typst(&entry.name);
    format!(
        "#let {name} = [#figure(\n  image(\"{file}\", width: {}mm{alt}){caption},\n) <{name}>]\n",
        entry.size_mm.width
    )
}

/// Names in Typst begin with a letter and hold no dot.
fn name_in_typst(name: &str) -> String {
    let name = name.replace('.', "-");
    if name.starts_with(|c: char| c.is_alphabetic()) { name } else { format!("figure-{name}") }
}

/// Typst writes mathematics in its own way: what is the same in both goes as it is, the rest as its source.
fn typst_math(tex: &str) -> String {
    let names = [(r"\log", "log"), (r"\ln", "ln"), (r"\sum", "sum"), (r"\ell", "ell"), (r"\leq", "<="), (r"\le", "<=")];
    let typst = names.iter().fold(tex.to_owned(), |tex, (from, to)| tex.replace(from, to));
    let known = |word: &str| word.chars().count() <= 1 || names.iter().any(|(_, name)| *name == word);
    let same = !typst.contains(['\\', '{', '}', '#', '"']) && typst.split(|c: char| !c.is_alphabetic()).all(known);
    if same { format!("${typst}$") } else { format!("`{}`", tex.replace('`', "'")) }
}

fn markdown_of(entry: &Entry) -> String {
    let Some(file) = file(entry, &["svg", "png", "webp", "gif"]) else { return String::new() };
    let alt = spelled(&entry.alt, &[('[', "("), (']', ")")]);
    let caption = spelled(&entry.caption, &[]);
    let caption = if caption.is_empty() { caption } else { format!("\n{caption}\n") };
    format!("<!-- {} -->\n\n![{alt}]({file})\n{caption}", entry.name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::manifest::{Flags, Size};
    use super::*;

    fn manifest() -> Manifest {
        let files = ["coin.pdf", "coin.svg"].map(|name| (name.to_owned(), "0".to_owned())).into();
        let entry = Entry {
            name: "coin".into(),
            script: "a.yaml".into(),
            scene: "a".into(),
            mark: Vec::new(),
            at: vec![1.0],
            size_mm: Size { width: 84.0, height: 40.0 },
            caption: "Worth 100 % of *one* bit: $H(p)$ and $\\frac{1}{p}$.".into(),
            alt: "A \"curve\" [0, 1].".into(),
            flags: Flags::default(),
            hash: "0".into(),
            files,
            otherwise: BTreeMap::new(),
        };
        Manifest { figures: vec![entry], snippets: true }
    }

    #[test]
    fn captions_are_spelled_as_each_language_wants_it() {
        let [(_, latex), (_, typst), (_, markdown)] = snippets(&manifest());
        assert!(latex.contains(r"\caption{Worth 100 \% of \emph{one} bit: $H(p)$ and $\frac{1}{p}$.}"), "{latex}");
        assert!(latex.contains(r#"[width=84mm,alt={A "curve" [0, 1].}]{\scenefolder coin.pdf}"#), "{latex}");
        assert!(typst.contains(r"caption: [Worth 100 % of #emph[one] bit: $H(p)$ and `\frac{1}{p}`.]"), "{typst}");
        assert!(typst.contains(r#"image("coin.svg", width: 84mm, alt: "A \"curve\" [0, 1].")"#), "{typst}");
        assert!(markdown.contains(r#"![A "curve" (0, 1).](coin.svg)"#), "{markdown}");
    }

    #[test]
    fn what_typst_writes_alike_is_mathematics_there_too() {
        assert_eq!(typst_math(r"-\log_2 p_i"), "$-log_2 p_i$");
        assert_eq!(typst_math(r"2^{n}"), "`2^{n}`");
        assert_eq!(typst_math("ab"), "`ab`");
    }

    #[test]
    fn signs_without_partners_are_themselves() {
        assert_eq!(pieces("a * b"), [Piece::Plain("a "), Piece::Plain("*"), Piece::Plain(" b")]);
        assert_eq!(pieces("5 $"), [Piece::Plain("5 "), Piece::Plain("$"), Piece::Plain("")]);
    }
}
