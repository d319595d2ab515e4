//! Expressions as scripts write them, turned into the sandbox's own notation.
//!
//! Enters: `map(numbers(1, n), i => f(i) + p)`, where `f` is a function of the script that needs the variable `book`. Leaves:
//! `map(numbers(1, n), |i| f(i, book) + p)`, the names that it needs from outside, the functions called, and for each place in the
//! new text the one in the old. Functions get what they need handed over, so that they work wherever they are called.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::functions::FUNCTIONS;

/// What a call of a script's own function has to know.
#[derive(Clone, Copy)]
pub(super) struct Signature<'a> {
    /// How many values it takes.
    pub(super) params: usize,
    /// Names that it needs from outside.
    pub(super) needs: &'a BTreeSet<String>,
}

/// An expression in the sandbox's notation.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) text: String,
    /// Names used as variables and bound by nothing inside, each once, with its first place in the old text.
    pub(super) names: Vec<(String, usize)>,
    /// Own functions that are called, also by those that are called.
    pub(super) calls: BTreeSet<String>,
    /// It may ask where something is: what it needs of actors is more than their values.
    pub(super) asks_places: bool,
    /// Calls with the wrong number of values: place in the old text, name, values needed, values given.
    pub(super) miscounted: Vec<(usize, String, usize, usize)>,
    /// Places in the new text behind which so many bytes were put in.
    inserted: Vec<(usize, usize)>,
}

impl Written {
    /// Where in the old text a place of the new one was.
    pub(super) fn place_before(&self, at: usize) -> usize {
        let added = self.inserted.iter().take_while(|(place, _)| *place < at);
        added.fold(at, |now, (place, size)| now.saturating_sub((*size).min(at - place)))
    }
}

/// What every actor can be asked for: where it is and how large.
pub(super) const PLACES: [&str; 8] = ["left", "right", "top", "bottom", "x", "y", "width", "height"];

/// Functions that take a function as their second value.
const TAKE_FUNCTIONS: [&str; 2] = ["map", "filter"];

/// Reads an expression; `own` knows the script's functions.
pub(super) fn written<'a>(text: &'a str, own: &dyn Fn(&str) -> Option<Signature<'a>>) -> Written {
    let mut reader =
        Reader { text, at: 0, before: ' ', out: Written::default(), open: Vec::new(), bound: Vec::new(), own };
    while reader.step() {}
    reader.out
}

/// A bracket that is open.
struct Open<'a> {
    /// What is called, if it is a call.
    called: Option<(&'a str, usize)>,
    commas: usize,
    empty: bool,
}

struct Reader<'a, 'b> {
    text: &'a str,
    at: usize,
    /// The last character that was no blank.
    before: char,
    out: Written,
    open: Vec<Open<'a>>,
    /// Parameters of functions written here, and the depth of brackets at which each of these ends.
    bound: Vec<(Vec<&'a str>, usize)>,
    own: &'b dyn Fn(&str) -> Option<Signature<'a>>,
}

impl<'a> Reader<'a, '_> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn copy(&mut self, size: usize) {
        let taken = self.rest().get(..size).unwrap_or_default();
        self.out.text.push_str(taken);
        self.before = taken.trim_end().chars().next_back().unwrap_or(self.before);
        self.at += taken.len().max(1);
    }

    fn insert(&mut self, more: &str) {
        self.out.text.push_str(more);
        self.out.inserted.push((self.out.text.len() - more.len(), more.len()));
    }

    /// One token; false at the end.
    fn step(&mut self) -> bool {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return false };
        if !first.is_whitespace()
            && first != ')'
            && let Some(open) = self.open.last_mut()
        {
            open.empty = false;
        }
        match first {
            '"' | '`' | '\'' => {
                let end = rest.get(1..).and_then(|inner| inner.find(first)).map_or(rest.len(), |at| at + 2);
                // `actor["left"]`
                self.out.asks_places |= self.before == '[';
                self.copy(end);
            }
            c if c.is_alphabetic() || c == '_' => {
                let word = rest.get(..end_of_word(rest)).unwrap_or_default();
                self.word(word);
            }
            c if c.is_ascii_digit() => self.copy(end_of_word(rest)),
            '(' | '[' | '{' => {
                if first == '(' && self.header() {
                    return true;
                }
                self.open.push(Open { called: None, commas: 0, empty: true });
                self.copy(1);
            }
            ')' | ']' | '}' => self.close(first),
            ',' => {
                self.end_functions();
                if let Some(open) = self.open.last_mut() {
                    open.commas += 1;
                }
                self.copy(1);
            }
            c => self.copy(c.len_utf8()),
        }
        true
    }

    /// Functions whose text ends here are over.
    fn end_functions(&mut self) {
        let depth = self.open.len();
        self.bound.retain(|(_, from)| *from < depth);
    }

    fn close(&mut self, bracket: char) {
        self.end_functions();
        let open = self.open.pop();
        if let Some((name, at)) = open.as_ref().and_then(|open| open.called)
            && bracket == ')'
            && let Some(signature) = (self.own)(name)
        {
            let given = open.map_or(0, |open| if open.empty { 0 } else { open.commas + 1 });
            if given != signature.params {
                self.out.miscounted.push((at, name.to_owned(), signature.params, given));
            }
            let handed: Vec<Cow<'_, str>> = signature.needs.iter().map(|name| name_of(name)).collect();
            if !handed.is_empty() {
                self.insert(&format!("{}{}", if given > 0 { ", " } else { "" }, handed.join(", ")));
                signature.needs.iter().for_each(|name| self.need(name, at));
            }
        }
        self.copy(1);
    }

    /// A name is needed from outside, unless it is bound here.
    fn need(&mut self, name: &str, at: usize) {
        let bound = self.bound.iter().any(|(params, _)| params.contains(&name));
        if !bound && !self.out.names.iter().any(|(known, _)| known == name) {
            self.out.names.push((name.to_owned(), at));
        }
    }

    fn word(&mut self, word: &'a str) {
        let after = self.rest().get(word.len()..).unwrap_or_default();
        let next = after.trim_start();
        if self.before == '.' {
            self.out.asks_places |= PLACES.contains(&word);
            // What another word would have to be called is reached by its name.
            if RESERVED.contains(&word) && !next.starts_with('(') {
                let dot = self.out.text.rfind('.').unwrap_or_default();
                self.out.text.truncate(dot);
                self.at += word.len();
                self.before = ']';
                return self.out.text.push_str(&format!("[{word:?}]"));
            }
            return self.copy(word.len());
        }
        if next.starts_with("=>") && matches!(self.before, '(' | ',') {
            return self.begin(vec![word], word.len() + after.len() - next.len() + 2);
        }
        if next.starts_with('(') {
            let at = self.at;
            self.out.asks_places |= word == "on";
            if (self.own)(word).is_some() {
                self.out.calls.insert(word.to_owned());
            }
            self.copy(word.len());
            if RESERVED.contains(&word) && self.out.calls.contains(word) {
                self.insert("_");
            }
            if after.len() > next.len() {
                self.copy(after.len() - next.len());
            }
            self.open.push(Open { called: Some((word, at)), commas: 0, empty: true });
            return self.copy(1);
        }
        if self.before == ',' && next.starts_with([')', ',']) && self.names_a_function(word) {
            self.out.calls.extend((self.own)(word).map(|_| word.to_owned()));
            let needs = (self.own)(word).map(|signature| signature.needs);
            let handed: String = needs.into_iter().flatten().map(|name| format!(", {}", name_of(name))).collect();
            let at = self.at;
            needs.into_iter().flatten().for_each(|name| self.need(name, at));
            if let Some(signature) = (self.own)(word).filter(|signature| signature.params != 1) {
                self.out.miscounted.push((at, word.to_owned(), signature.params, 1));
            }
            self.insert("|item| ");
            self.copy(word.len());
            let mangled = if (self.own)(word).is_some() && RESERVED.contains(&word) { "_" } else { "" };
            return self.insert(&format!("{mangled}(item{handed})"));
        }
        if !matches!(word, "if" | "else" | "true" | "false" | "in") {
            self.need(word, self.at);
        }
        self.copy(word.len());
        if RESERVED.contains(&word) {
            self.insert("_");
        }
    }

    /// Is this word, as a value of the call that is open, a function?
    fn names_a_function(&self, word: &str) -> bool {
        let taken = self.open.last().and_then(|open| open.called.filter(|_| open.commas == 1));
        let takes = taken.is_some_and(|(name, _)| TAKE_FUNCTIONS.contains(&name) && (self.own)(name).is_none());
        takes && ((self.own)(word).is_some() || FUNCTIONS.iter().any(|row| row.name == word))
    }

    /// `(a, b) =>`, if it stands here.
    fn header(&mut self) -> bool {
        let rest = self.rest();
        let Some((inner, after)) = rest.get(1..).and_then(|rest| rest.split_once(')')) else { return false };
        let next = after.trim_start();
        let params: Vec<&str> = inner.split(',').map(str::trim).collect();
        let named = params.iter().all(|name| !name.is_empty() && end_of_word(name) == name.len());
        if !named || !next.starts_with("=>") || !matches!(self.before, '(' | ',') {
            return false;
        }
        self.begin(params, rest.len() - next.len() + 2);
        true
    }

    /// A function begins, whose head takes so many bytes: as many are written.
    fn begin(&mut self, params: Vec<&'a str>, size: usize) {
        let named: Vec<Cow<'_, str>> = params.iter().map(|name| name_of(name)).collect();
        let head = format!("|{}|", named.join(","));
        self.out.text.push_str(&format!("{head:<size$}"));
        self.before = '|';
        self.at += size;
        self.bound.push((params, self.open.len()));
    }
}

/// Words that the sandbox keeps for itself, as names in its notation.
pub(super) fn name_of(word: &str) -> Cow<'_, str> {
    if RESERVED.contains(&word) { format!("{word}_").into() } else { word.into() }
}

/// What names of the script must not be called in the sandbox.
const RESERVED: &[&str] = &[
    "Fn",
    "as",
    "async",
    "await",
    "break",
    "call",
    "case",
    "catch",
    "const",
    "continue",
    "curry",
    "debug",
    "default",
    "do",
    "eval",
    "exit",
    "export",
    "fn",
    "for",
    "go",
    "goto",
    "import",
    "is",
    "is_def_fn",
    "is_def_var",
    "is_shared",
    "let",
    "loop",
    "match",
    "module",
    "new",
    "nil",
    "null",
    "package",
    "print",
    "private",
    "protected",
    "public",
    "return",
    "shared",
    "spawn",
    "static",
    "super",
    "switch",
    "sync",
    "this",
    "thread",
    "throw",
    "try",
    "type_of",
    "until",
    "use",
    "var",
    "void",
    "while",
    "with",
    "yield",
];

/// How long the word at the start of a text is, in bytes.
pub(super) fn end_of_word(text: &str) -> usize {
    text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn becomes(text: &str, expected: &str, names: &[&str]) {
        let needs: BTreeSet<String> = ["book".to_owned()].into();
        let none = BTreeSet::new();
        let known = |name: &str| match name {
            "f" => Some(Signature { params: 1, needs: &needs }),
            "phrase" => Some(Signature { params: 0, needs: &needs }),
            "g" => Some(Signature { params: 2, needs: &none }),
            _ => None,
        };
        // The signatures live as long as the text that is read.
        let found = written(text, &known);
        assert_eq!(found.text, expected, "{text}");
        assert_eq!(found.names.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), names, "{text}");
        for (name, at) in &found.names {
            assert!(name == "book" || text[*at..].starts_with(name.as_str()));
        }
    }

    #[test]
    fn functions_are_written_as_the_sandbox_wants_them() {
        becomes(
            "H(moves) + coins.heads * p2 - 1e5 + \"up\"",
            "H(moves) + coins.heads * p2 - 1e5 + \"up\"",
            &["moves", "coins", "p2"],
        );
        becomes("map(xs, i => i * k) + i", "map(xs, |i|  i * k) + i", &["xs", "k", "i"]);
        becomes("map(xs, (a, b) => a)", "map(xs, |a,b|     a)", &["xs"]);
        becomes("map(f(1), i => f(i))", "map(f(1, book), |i|  f(i, book))", &["book"]);
        becomes("phrase()[0] + phrase( )", "phrase(book)[0] + phrase( book)", &["book"]);
        becomes("map(xs, f)", "map(xs, |item| f(item, book))", &["xs", "book"]);
        becomes("map(xs, log2)", "map(xs, |item| log2(item))", &["xs"]);
        becomes("max(xs, log2)", "max(xs, log2)", &["xs", "log2"]);
        becomes("a.f(1) + \"f(1)\"", "a.f(1) + \"f(1)\"", &["a"]);
        becomes("map(xs, i => map(ys, j => i + j)) + j", "map(xs, |i|  map(ys, |j|  i + j)) + j", &["xs", "ys", "j"]);
        becomes("map(xs, i => g(i, [i, 1])) ", "map(xs, |i|  g(i, [i, 1])) ", &["xs"]);
        becomes("x => x", "x => x", &["x"]);
        becomes("H(new) + moves.new", "H(new_) + moves[\"new\"]", &["new", "moves"]);
        becomes("map(xs, do => do)", "map(xs, |do_| do_)", &["xs"]);
    }

    #[test]
    fn places_are_those_of_the_script() {
        let needs: BTreeSet<String> = ["book".to_owned()].into();
        let found = written("f(1) + q", &|name| (name == "f").then_some(Signature { params: 1, needs: &needs }));
        assert_eq!(found.text, "f(1, book) + q");
        assert_eq!((found.place_before(2), found.place_before(13)), (2, 7));
        assert_eq!(found.place_before(6), 3);
    }

    #[test]
    fn values_of_calls_are_counted() {
        let none = BTreeSet::new();
        let found = written("g(1) + g(1, 2)", &|name| (name == "g").then_some(Signature { params: 2, needs: &none }));
        assert_eq!(found.miscounted, [(0, "g".to_owned(), 2, 1)]);
    }
}
