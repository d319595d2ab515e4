//! Parts of a formula by their source text: `mean["\log_2"]`.
//!
//! Enters: a formula and pieces of it. Leaves: the formula with each piece wrapped in `\part{...}{...}`.

use super::{Error, Typeset};
use crate::draw::{Part, Shape};
use crate::geom::{Affine, Point};

/// A piece of a formula's source that is to become a part, to address it by its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fragment {
    /// The piece, as it stands in the source: `\log_2`, `p_i`. With `^` or `_` first it stands for that script.
    pub text: String,
    /// Which of its occurrences, from 0.
    pub occurrence: usize,
    /// Name that the part gets.
    pub part: String,
}

/// The source with every fragment wrapped in `\part{...}{...}`, the longest first, so that shorter ones nest.
///
/// # Errors
/// A fragment that is empty, unbalanced or not found, or a name that is none; the place is the whole source.
pub(super) fn wrap(source: &str, fragments: &[Fragment]) -> Result<String, Error> {
    let fail = |message: String| Err(Error::new(message, 0, source.len()));
    let mut order: Vec<&Fragment> = fragments.iter().collect();
    order.sort_by_key(|fragment| std::cmp::Reverse(fragment.text.len()));
    let mut wrapped = source.to_string();
    for Fragment { text, occurrence, part } in order {
        let text = text.trim();
        if text.is_empty() || !is_balanced(text) {
            return fail(format!("`{text}` is not a piece of a formula that can be a part"));
        }
        let found = occurrences(&wrapped, text).nth(*occurrence);
        let Some(start) = found else {
            return fail(match occurrence {
                0 => format!("the formula has no `{text}`"),
                n => format!("the formula has no `{text}` number {n} (counted from 0)"),
            });
        };
        let (before, after) =
            (wrapped.get(..start).unwrap_or_default(), wrapped.get(start + text.len()..).unwrap_or_default());
        let (script, body) = match text.strip_prefix(['^', '_']) {
            Some(body) => (text.get(..1).unwrap_or_default(), body.trim_start()),
            None => ("", text),
        };
        let part = format!("\\part{{{part}}}{{{body}}}");
        let is_script = !script.is_empty() || before.trim_end().ends_with(['^', '_']);
        let part = if is_script { format!("{script}{{{part}}}") } else { part };
        wrapped = format!("{before}{part}{after}");
    }
    Ok(wrapped)
}

/// Do the braces in it match by themselves?
fn is_balanced(text: &str) -> bool {
    let mut depth = 0i32;
    let mut escaped = false;
    for c in text.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '{' => depth += 1,
            '}' if depth == 0 => return false,
            '}' => depth -= 1,
            _ => {}
        }
    }
    depth == 0 && !escaped
}

/// A formula's source as others write it: without `\part{name}{...}` and `\role{name}{...}`, whose contents stay.
///
/// ```
/// let plain = surprisal::typeset::plain_tex(r"\part{sum}{\sum_i \role{accent}{p_i}} = 2^\part{n}{ab}");
/// assert_eq!(plain, r"\sum_i p_i = 2^{ab}");
/// ```
pub fn plain_tex(source: &str) -> String {
    let mut plain = String::with_capacity(source.len());
    let mut rest = source;
    while let Some((at, command)) =
        [r"\part{", r"\role{"].iter().filter_map(|command| Some((rest.find(command)?, *command))).min()
    {
        plain += rest.get(..at).unwrap_or_default();
        let after = rest.get(at + command.len()..).unwrap_or_default();
        rest = after.find('}').and_then(|end| after.get(end + 1..)).unwrap_or_default();
        let Some(end) = rest.strip_prefix('{').and_then(group_end) else { continue };
        let inner = plain_tex(rest.get(1..=end).unwrap_or_default());
        // What a sign or a command takes must stay one thing, and letters must not lengthen a command.
        let before = plain.trim_end();
        let word = before.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let taken = before.ends_with(['^', '_', '}']) || word.len() < before.len() && word.ends_with('\\');
        plain += &if taken { format!("{{{inner}}}") } else { inner };
        rest = rest.get(end + 2..).unwrap_or_default();
    }
    plain + rest
}

/// Where a group ends of which this is what follows its opening brace.
fn group_end(text: &str) -> Option<usize> {
    let mut depth = 0;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '{' => depth += 1,
            '}' if depth == 0 => return Some(at),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Where a fragment stands in a source: not within a command's name, nor in the name that a command takes.
fn occurrences<'a>(source: &'a str, text: &'a str) -> impl Iterator<Item = usize> + 'a {
    let names = command_names(source);
    let word_end = text.rfind('\\').is_some_and(|i| text.bytes().skip(i + 1).all(|b| b.is_ascii_alphabetic()));
    let follows = move |end: usize| source.get(end..).is_some_and(|r| r.starts_with(|c: char| c.is_ascii_alphabetic()));
    source.match_indices(text).map(|(start, _)| start).filter(move |start| {
        let inside = names.iter().any(|(from, to)| from < start && start < to) || escaped_at(source, *start);
        !(inside || word_end && follows(start + text.len()))
    })
}

/// Is the character here the second of a command like `\{`?
fn escaped_at(source: &str, at: usize) -> bool {
    let slashes = source.get(..at).unwrap_or_default().bytes().rev().take_while(|b| *b == b'\\').count();
    slashes % 2 == 1
}

fn takes_name(command: &str) -> bool {
    ["part", "role", "color", "textcolor", "begin", "end"].contains(&command)
}

/// Is the next symbol a delimiter that the command makes larger, and that cannot be parted from it?
fn takes_delimiter(command: &str) -> bool {
    let big = command.to_ascii_lowercase();
    ["left", "right", "middle"].contains(&command)
        || ["big", "bigg"].contains(&big.trim_end_matches(['l', 'r', 'm'])) && command.starts_with(['b', 'B'])
}

/// The bytes of commands, with the name in braces or the delimiter of those that take one.
fn command_names(source: &str) -> Vec<(usize, usize)> {
    let mut names = Vec::new();
    let mut from = 0;
    while let Some(start) = source.get(from..).and_then(|r| r.find('\\')).map(|i| from + i) {
        let letters = source.bytes().skip(start + 1).take_while(u8::is_ascii_alphabetic).count();
        let mut end = start + 1 + letters;
        let name = source.get(start + 1..end).unwrap_or_default();
        let rest = source.get(end..).unwrap_or_default();
        if takes_name(name) && rest.trim_start().starts_with('{') {
            end += rest.find('}').map_or(0, |i| i + 1);
        } else if takes_delimiter(name) {
            let blanks = rest.len() - rest.trim_start().len();
            end += rest.trim_start().chars().next().filter(|c| *c != '\\').map_or(0, |c| blanks + c.len_utf8());
        }
        names.push((start, end));
        from = if letters == 0 { (start + 2).min(source.len()) } else { end };
        while !source.is_char_boundary(from) {
            from += 1;
        }
    }
    names
}

/// Do two settings show the same glyphs in the same places, whatever their parts?
pub(super) fn look_the_same(a: &Typeset, b: &Typeset) -> bool {
    let (mut first, mut second) = (Vec::new(), Vec::new());
    marks(&a.part, Affine::IDENTITY, &mut first);
    marks(&b.part, Affine::IDENTITY, &mut second);
    first.sort_unstable();
    second.sort_unstable();
    first == second
}

/// Every glyph as (font, glyph, place and size in steps of a millionth), every outline by its box.
fn marks(part: &Part, transform: Affine, out: &mut Vec<[i64; 5]>) {
    let step = |value: f64| (value * 1e6).round() as i64;
    let transform = transform * part.transform;
    for item in &part.items {
        match &item.shape {
            Shape::Glyphs(run) => out.extend(run.glyphs.iter().map(|glyph| {
                let at = transform * item.transform * Point::new(glyph.x, glyph.y);
                [run.font.id().cast_signed(), i64::from(glyph.id), step(at.x), step(at.y), step(run.size)]
            })),
            _ => out.extend(item.bounds().map(|rect| {
                let rect = transform.transform_rect_bbox(rect);
                [-1, step(rect.x0), step(rect.y0), step(rect.x1), step(rect.y1)]
            })),
        }
    }
    for inner in &part.parts {
        marks(inner, transform, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(source: &str, pieces: &[(&str, usize)]) -> Result<String, Error> {
        let fragments: Vec<Fragment> = pieces
            .iter()
            .zip(["a", "b", "c"])
            .map(|((text, occurrence), part)| Fragment {
                text: text.to_string(),
                occurrence: *occurrence,
                part: part.into(),
            })
            .collect();
        wrap(source, &fragments)
    }

    #[test]
    fn pieces_are_wrapped_and_nest() {
        for (source, pieces, result) in [
            (r"p \log_2 p", &[(r"p", 1)][..], r"p \log_2 \part{a}{p}"),
            (r"p_i \log_2 p_i", &[(r"\log_2", 0)], r"p_i \part{a}{\log_2} p_i"),
            (r"\log_2 p", &[("2", 0)], r"\log_{\part{a}{2}} p"),
            (r"x^2+y", &[("^2", 0)], r"x^{\part{a}{2}}+y"),
            (r"x^{2}+y", &[("^{2}", 0)], r"x^{\part{a}{{2}}}+y"),
            (r"a+b", &[("b", 0), ("a+b", 0)], r"\part{b}{a+\part{a}{b}}"),
            (r"\part{t}{t}", &[("t", 0)], r"\part{t}{\part{a}{t}}"),
            (r"\to t", &[("t", 0)], r"\to \part{a}{t}"),
            (r"\left( x \bigr) ) (", &[("(", 0), (")", 0)], r"\left( x \bigr) \part{b}{)} \part{a}{(}"),
            (r"\logx \log", &[(r"\log", 0)], r"\logx \part{a}{\log}"),
        ] {
            assert_eq!(wrapped(source, pieces).as_deref(), Ok(result));
        }
    }

    #[test]
    fn pieces_that_are_none_are_refused() {
        for (source, piece, occurrence) in [
            ("a+b", "c", 0),
            ("a+b", "a", 1),
            ("{a}{b}", "a}{b", 0),
            ("a", "", 0),
            (r"\alpha", "alpha", 0),
            ("é", "\u{301}", 0),
        ] {
            assert!(wrapped(source, &[(piece, occurrence)]).is_err(), "{piece} in {source}");
        }
    }
}
