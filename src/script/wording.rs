//! Spoken text as words: each as it is drawn, markup included, and as it is read.
//!
//! A formula is one word, whatever blanks are in it, and so are its markup and what is said of it.

/// A word of spoken text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wording {
    /// With markup that is whole, so that words may be drawn alone or together.
    pub markup: String,
    /// Without markup, formulas as far as letters can show them.
    pub plain: String,
}

/// The words of a text with markup.
///
/// ```
/// let words = surprisal::script::wording("An {accent:area of} $2^n$ bits.");
/// let plain: Vec<&str> = words.iter().map(|word| word.plain.as_str()).collect();
/// assert_eq!(plain, ["An", "area", "of", "2ⁿ", "bits."]);
/// assert_eq!(words[2].markup, "{accent:of}");
/// ```
pub fn wording(text: &str) -> Vec<Wording> {
    let mut words = Words::default();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let opens = rest.strip_prefix('{').and_then(|inner| inner.split_once(':'));
        let role =
            opens.map(|(role, _)| role).filter(|role| role.chars().all(|c| c.is_alphanumeric() || "_#".contains(c)));
        let formula = rest.strip_prefix('$').and_then(closed);
        let after_star = rest.trim_start_matches('*').chars().next();
        let length = match c {
            '\\' => {
                let escaped = rest.chars().nth(1).filter(|c| "\\*{}$|".contains(*c));
                words.add(escaped.map_or("\\", |_| rest.get(..2).unwrap_or("\\")), escaped.unwrap_or('\\'));
                1 + escaped.map_or(0, char::len_utf8)
            }
            '{' if role.is_some() => {
                let length = role.map_or(0, str::len) + 2;
                words.open(rest.get(..length).unwrap_or_default(), "}");
                length
            }
            '}' => {
                words.close("}", "}");
                1
            }
            '*' => {
                let length = if rest.starts_with("**") { 2 } else { 1 };
                let mark = rest.get(..length).unwrap_or("*");
                if words.ends_with(mark) && !words.empty() {
                    words.close(mark, mark);
                } else if after_star.is_none_or(char::is_whitespace) {
                    mark.chars().for_each(|c| words.add("*", c));
                } else {
                    words.open(mark, mark);
                }
                length
            }
            '$' if formula.is_some() => {
                let inner = formula.unwrap_or_default();
                let length = inner.len() + 2;
                words.now.markup.push_str(rest.get(..length).unwrap_or_default());
                words.now.plain.push_str(&legible(inner));
                length
            }
            c if c.is_whitespace() => {
                words.next();
                c.len_utf8()
            }
            c => {
                words.add(c.encode_utf8(&mut [0; 4]), c);
                c.len_utf8()
            }
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    words.next();
    words.done
}

/// Words on the way.
struct Words {
    done: Vec<Wording>,
    now: Wording,
    /// What is open: how it is opened, and how closed.
    open: Vec<(String, &'static str)>,
}

impl Default for Words {
    fn default() -> Self {
        Self { done: Vec::new(), now: Wording { markup: String::new(), plain: String::new() }, open: Vec::new() }
    }
}

impl Words {
    fn add(&mut self, markup: &str, plain: char) {
        self.now.markup.push_str(markup);
        self.now.plain.push(plain);
    }

    fn empty(&self) -> bool {
        self.now.plain.is_empty()
    }

    fn ends_with(&self, mark: &str) -> bool {
        self.open.last().is_some_and(|(opening, _)| opening == mark)
    }

    fn open(&mut self, opening: &str, closing: &str) {
        let closing = match closing {
            "}" => "}",
            "**" => "**",
            _ => "*",
        };
        self.now.markup.push_str(opening);
        self.open.push((opening.to_owned(), closing));
    }

    fn close(&mut self, closing: &str, markup: &str) {
        if self.open.last().is_some_and(|(_, known)| *known == closing) {
            self.open.pop();
        }
        self.now.markup.push_str(markup);
    }

    /// Ends the word; what is open goes on in the next one.
    fn next(&mut self) {
        let closing: String = self.open.iter().rev().map(|(_, closing)| *closing).collect();
        let opening: String = self.open.iter().map(|(opening, _)| opening.as_str()).collect();
        let now = std::mem::replace(&mut self.now, Wording { markup: opening, plain: String::new() });
        if !now.plain.is_empty() {
            self.done.push(Wording { markup: format!("{}{closing}", now.markup), plain: now.plain });
        }
    }
}

/// Text up to a `$` that is not escaped.
fn closed(text: &str) -> Option<&str> {
    let mut escaped = false;
    let end = text.find(|c| {
        let ends = c == '$' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    })?;
    text.get(..end).filter(|inner| !inner.trim().is_empty())
}

const SIGNS: &[(&str, &str)] = &[
    ("cdot", "·"),
    ("times", "×"),
    ("sum", "∑"),
    ("prod", "∏"),
    ("int", "∫"),
    ("infty", "∞"),
    ("le", "≤"),
    ("leq", "≤"),
    ("ge", "≥"),
    ("geq", "≥"),
    ("ne", "≠"),
    ("neq", "≠"),
    ("approx", "≈"),
    ("to", "→"),
    ("rightarrow", "→"),
    ("Rightarrow", "⇒"),
    ("in", "∈"),
    ("pm", "±"),
    ("sqrt", "√"),
    ("ldots", "…"),
    ("dots", "…"),
    ("cdots", "…"),
    ("alpha", "α"),
    ("beta", "β"),
    ("gamma", "γ"),
    ("delta", "δ"),
    ("epsilon", "ε"),
    ("varepsilon", "ε"),
    ("lambda", "λ"),
    ("mu", "μ"),
    ("pi", "π"),
    ("rho", "ρ"),
    ("sigma", "σ"),
    ("tau", "τ"),
    ("theta", "θ"),
    ("phi", "φ"),
    ("omega", "ω"),
    ("Delta", "Δ"),
    ("Sigma", "Σ"),
    ("Omega", "Ω"),
    ("ell", "ℓ"),
    ("mid", "|"),
    ("quad", " "),
    ("left", ""),
    ("right", ""),
    ("part", ""),
    ("role", ""),
    ("text", ""),
    ("mathrm", ""),
    ("mathbf", ""),
    ("operatorname", ""),
];

/// Signs above and below the line, in the order of `0123456789+-=()n`.
const RAISED: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ";
const LOWERED: &str = "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₙ";

/// A formula in letters: what a reader of subtitles makes sense of.
fn legible(formula: &str) -> String {
    let mut out = String::new();
    let mut rest = formula.trim();
    while let Some(c) = rest.chars().next() {
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        match c {
            '\\' => {
                let length = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
                let (name, after) = rest.split_at(length);
                rest = after;
                match name {
                    "" => rest = rest.chars().next().and_then(|c| rest.get(c.len_utf8()..)).unwrap_or_default(),
                    "frac" | "tfrac" | "dfrac" => {
                        let (above, after) = argument(rest);
                        let (below, after) = argument(after);
                        out += &format!("{}/{}", legible(above), legible(below));
                        rest = after;
                    }
                    // `\part{name}{what}` and `\role{name}{what}` show the second alone.
                    "part" | "role" => rest = argument(rest).1,
                    name => match SIGNS.iter().find(|(known, _)| *known == name) {
                        Some((_, sign)) => out += sign,
                        None => out += name,
                    },
                }
            }
            '^' | '_' => {
                let (inner, after) = argument(rest);
                let table = if c == '^' { RAISED } else { LOWERED };
                let inner = legible(inner);
                let sign = |c: char| {
                    "0123456789+-=()n".chars().position(|known| known == c).and_then(|at| table.chars().nth(at))
                };
                match inner.chars().map(sign).collect::<Option<String>>() {
                    Some(small) => out += &small,
                    None if c == '_' && inner.chars().count() == 1 => out += &inner,
                    None => out += &format!("{c}{inner}"),
                }
                rest = after;
            }
            '{' | '}' => {}
            '~' => out.push(' '),
            c => out.push(c),
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The argument at the beginning of TeX, and what follows.
fn argument(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    let Some(inner) = text.strip_prefix('{') else {
        let letters = text
            .strip_prefix('\\')
            .map_or(0, |name| 1 + name.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(name.len()).max(1));
        let length = if letters > 0 { letters } else { text.chars().next().map_or(0, char::len_utf8) };
        return text.split_at_checked(length).unwrap_or((text, ""));
    };
    let mut depth = 0_usize;
    let end = inner.find(|c| {
        let ends = c == '}' && depth == 0;
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        ends
    });
    let end = end.unwrap_or(inner.len());
    (inner.get(..end).unwrap_or_default(), inner.get(end + 1..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        wording(text).iter().map(|word| word.plain.as_str()).collect::<Vec<_>>().join("|")
    }

    fn markup(text: &str) -> String {
        wording(text).iter().map(|word| word.markup.as_str()).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn markup_is_whole_in_each_word() {
        assert_eq!(markup("a *b **c d** e* f"), "a|*b*|***c***|***d***|*e*|f");
        assert_eq!(markup("{accent:one two}, {loss:three}"), "{accent:one}|{accent:two},|{loss:three}");
        assert_eq!(plain("{accent:one two}, 2 * 3 \\$5 \\| {x"), "one|two,|2|*|3|$5|||{x");
    }

    #[test]
    fn formulas_are_one_word() {
        assert_eq!(plain(r"so $H(p) = -\sum_i p_i \log_2 p_i$ bits"), "so|H(p) = -∑i pi log₂ pi|bits");
        assert_eq!(plain(r"$\frac{1}{2^{10}}$ $x^{ab}$ $\part{rate}{\frac12}$"), "1/2¹⁰|x^ab|1/2");
        assert_eq!(markup("a $x + y$ b"), "a|$x + y$|b");
        assert_eq!(plain("costs $5"), "costs|$5");
    }

    #[test]
    fn whatever_it_is_it_is_read() {
        for text in
            ["", " ", "$", "$$", "\\", "{", "}", "***", "{a:", "$\\frac$", "$\\frac{$", "$^$", "$_{$ é ${", "*a", "a*"]
        {
            wording(text);
        }
    }
}
