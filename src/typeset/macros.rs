//! Our own macros in formulas: `\part{name}{...}`, `\role{name}{...}` and colours, turned into colour codes.
//!
//! Enters: the formula as written. Leaves: a formula that the engine understands, in which every part and every colour
//! is a colour of its own, and the table to read those codes back from what it sets. The engine names nothing, but it
//! hands colours through faithfully, so a colour is the label that survives layout.

use ratex_types::color::Color;

use super::{Asked, Error, Roles};
use crate::color::Rgba;

/// Codes count from here, far from colours that formulas use by themselves.
const FIRST_CODE: u32 = 0x00a0_0000;

/// A named part of a formula.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Named {
    pub name: String,
    pub source: String,
    pub parent: usize,
}

/// What a colour in the engine's output stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Code {
    /// Index into [`Labelled::parts`].
    pub part: usize,
    /// A colour that the source asks for.
    pub color: Option<Rgba>,
}

/// A formula for the engine, with what its colours mean.
#[derive(Debug)]
pub(super) struct Labelled {
    pub source: String,
    /// The whole formula first, then its parts, parents before children.
    pub parts: Vec<Named>,
    /// Indexed by code; the first is the whole formula in its own colour.
    pub codes: Vec<Code>,
    /// Roles that were asked for, with the answers.
    pub roles: Asked,
    /// (byte in `source`, byte in the original) where copied pieces begin.
    places: Vec<(usize, usize)>,
}

impl Labelled {
    /// What a colour of the engine stands for; `None` if it is a colour that the source brought in some other way.
    pub fn code(&self, color: Color) -> Option<Code> {
        let byte = |channel: f32| (channel.clamp(0.0, 1.0) * 255.0).round() as u32;
        let value = byte(color.r) << 16 | byte(color.g) << 8 | byte(color.b);
        let index = if value == 0 { 0 } else { value.checked_sub(FIRST_CODE)? };
        self.codes.get(usize::try_from(index).ok()?).copied()
    }

    /// The byte of the original that a byte of `source` came from.
    pub fn original(&self, byte: usize) -> usize {
        let after = self.places.partition_point(|(at, _)| *at <= byte);
        let (at, from) = after.checked_sub(1).and_then(|i| self.places.get(i)).copied().unwrap_or_default();
        let limit = self.places.get(after).map_or(usize::MAX, |(_, next)| *next);
        from.saturating_add(byte - at.min(byte)).min(limit)
    }
}

/// The colour, in the engine's notation, of a code.
fn written(code: usize) -> String {
    format!("#{:06x}", FIRST_CODE + u32::try_from(code).unwrap_or_default())
}

/// A brace that is open.
struct Group {
    at: usize,
    /// The code outside, restored at the closing brace.
    outside: usize,
    /// The code that the group began with; `\color` lasts to the end of a cell or group.
    initial: usize,
    /// The part that the group is the body of.
    body_of: Option<usize>,
    /// Inside braces of our own, which end with it.
    braced: bool,
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    out: Labelled,
    groups: Vec<Group>,
    code: usize,
    initial: usize,
    roles: Roles<'a>,
}

/// Replaces our macros and all colours by colour codes.
///
/// # Errors
/// Braces that do not match, a part without a name or body, a role or colour that is not known.
pub(super) fn label(text: &str, roles: Roles) -> Result<Labelled, Error> {
    let root = Named { name: String::new(), source: text.into(), parent: 0 };
    let codes = vec![Code { part: 0, color: None }];
    let out = Labelled { source: String::new(), parts: vec![root], codes, roles: Vec::new(), places: vec![(0, 0)] };
    let mut scanner = Scanner { text, at: 0, out, groups: Vec::new(), code: 0, initial: 0, roles };
    while scanner.at < text.len() {
        scanner.step()?;
    }
    match scanner.groups.last() {
        Some(open) => Err(Error::new("this `{` is never closed", open.at, open.at + 1)),
        None => Ok(scanner.out),
    }
}

impl Scanner<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Copies this many bytes as they are.
    fn copy(&mut self, bytes: usize) {
        let end = (self.at + bytes).min(self.text.len());
        self.out.places.push((self.out.source.len(), self.at));
        self.out.source.push_str(self.text.get(self.at..end).unwrap_or_default());
        self.at = end;
    }

    /// Is there nothing before this in its line, of several?
    fn begins_line(&self) -> bool {
        let before = self.text.get(..self.at).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        line.trim().is_empty() && self.rest().contains('\n')
    }

    fn step(&mut self) -> Result<(), Error> {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return Ok(()) };
        match first {
            // A comment has its line to itself; all other percent signs are meant, those of live values too.
            '%' if self.begins_line() => self.copy(rest.find('\n').map_or(rest.len(), |i| i + 1)),
            '%' => {
                self.out.places.push((self.out.source.len(), self.at));
                self.out.source.push('\\');
                self.copy(1);
            }
            '{' => {
                self.open(None, self.code, false);
                self.copy(1);
            }
            '}' => self.close()?,
            '&' => {
                self.code = self.initial;
                self.copy(1);
            }
            '\\' => return self.command(),
            other => {
                let plain = |c: char| !matches!(c, '%' | '{' | '}' | '&' | '\\');
                self.copy(rest.find(|c| !plain(c)).unwrap_or(rest.len()).max(other.len_utf8()));
            }
        }
        Ok(())
    }

    fn open(&mut self, body_of: Option<usize>, code: usize, braced: bool) {
        self.groups.push(Group { at: self.at, outside: self.code, initial: self.initial, body_of, braced });
        (self.code, self.initial) = (code, code);
    }

    fn close(&mut self) -> Result<(), Error> {
        let Some(group) = self.groups.pop() else {
            return Err(Error::new("this `}` closes nothing", self.at, self.at + 1));
        };
        (self.code, self.initial) = (group.outside, group.initial);
        if let Some(part) = group.body_of.and_then(|index| self.out.parts.get_mut(index)) {
            part.source = self.text.get(group.at + 1..self.at).unwrap_or_default().into();
        }
        self.copy(1);
        if group.braced {
            self.out.source.push('}');
        }
        Ok(())
    }

    fn command(&mut self) -> Result<(), Error> {
        let rest = self.rest();
        let letters = rest.bytes().skip(1).take_while(u8::is_ascii_alphabetic).count();
        let name = rest.get(1..=letters).unwrap_or_default();
        match name {
            "" => {
                let escaped = rest.chars().nth(1);
                if escaped == Some('\\') {
                    self.code = self.initial;
                }
                self.copy(1 + escaped.map_or(0, char::len_utf8));
            }
            "part" => self.part(letters + 1)?,
            "role" => self.role(letters + 1)?,
            "textcolor" | "color" => self.color(letters + 1, name == "color")?,
            "verb" => {
                let delimiter = rest.get(letters + 1..).and_then(|r| r.chars().next()).unwrap_or(' ');
                let body = letters + 1 + delimiter.len_utf8();
                let end = rest.get(body..).and_then(|r| r.find(delimiter)).map(|i| body + i + delimiter.len_utf8());
                self.copy(end.unwrap_or(letters + 1));
            }
            "right" | "end" | "cr" => {
                self.code = self.initial;
                self.copy(letters + 1);
            }
            _ => self.copy(letters + 1),
        }
        Ok(())
    }

    /// The argument in braces at `from` (relative, blanks allowed before): its bytes, without braces, in the text.
    fn argument(&self, from: usize) -> Option<(usize, usize)> {
        let rest = self.rest().get(from..)?;
        let open =
            rest.find(|c: char| !c.is_whitespace()).filter(|i| rest.get(*i..).is_some_and(|r| r.starts_with('{')))?;
        let close = rest.find('}')?;
        let base = self.at + from;
        (open < close).then_some((base + open + 1, base + close))
    }

    /// Emits a coloured group whose body begins at the next brace from `from` on (absolute).
    fn coloured(&mut self, from: usize, code: usize, body_of: Option<usize>, macro_name: &str) -> Result<(), Error> {
        let rest = self.text.get(from..).unwrap_or_default();
        let blanks = rest.find(|c: char| !c.is_whitespace()).unwrap_or(rest.len());
        if !rest.get(blanks..).is_some_and(|r| r.starts_with('{')) {
            return Err(Error::new(format!("`\\{macro_name}{{...}}` needs a body in braces"), self.at, from));
        }
        // The engine takes a command with arguments as a script only in braces.
        let before = self.out.source.trim_end();
        let braced = before.ends_with(['^', '_']) && !before.ends_with("\\_") && !before.ends_with("\\^");
        self.out.places.push((self.out.source.len(), self.at));
        let brace = if braced { "{" } else { "" };
        self.out.source.push_str(&format!("{brace}\\textcolor{{{}}}", written(code)));
        self.at = from + blanks;
        self.open(body_of, code, braced);
        self.copy(1);
        Ok(())
    }

    fn part(&mut self, letters: usize) -> Result<(), Error> {
        let Some((start, end)) = self.argument(letters) else {
            return Err(Error::new("`\\part` needs a name in braces: `\\part{rate}{...}`", self.at, self.at + letters));
        };
        let name = self.text.get(start..end).unwrap_or_default();
        if !is_name(name) {
            return Err(Error::new(
                format!("`{name}` is no name for a part: letters, digits and `_`, a letter first"),
                start,
                end,
            ));
        }
        let here = self.out.codes.get(self.code).copied().unwrap_or(Code { part: 0, color: None });
        let parts = &mut self.out.parts;
        let known = parts.iter().skip(1).position(|part| part.parent == here.part && part.name == name).map(|i| i + 1);
        let part = known.unwrap_or(parts.len());
        if known.is_none() {
            parts.push(Named { name: name.into(), source: String::new(), parent: here.part });
        }
        let code = self.code_for(Code { part, ..here });
        self.coloured(end + 1, code, Some(part), "part")
    }

    fn role(&mut self, letters: usize) -> Result<(), Error> {
        let Some((start, end)) = self.argument(letters) else {
            return Err(Error::new(
                "`\\role` needs a name in braces: `\\role{accent}{...}`",
                self.at,
                self.at + letters,
            ));
        };
        let name = self.text.get(start..end).unwrap_or_default().trim().to_string();
        let Some(color) = self.role_color(&name) else {
            return Err(Error::new(format!("no role is called `{name}`"), start, end));
        };
        let code = self.tinted(color);
        self.coloured(end + 1, code, None, "role")
    }

    /// `\textcolor` and `\color`, with CSS's colours or a role's; parameters of macros are left to the engine.
    fn color(&mut self, letters: usize, lasting: bool) -> Result<(), Error> {
        let rest = self.rest().get(letters..).unwrap_or_default();
        let model = rest.strip_prefix('[').and_then(|r| r.split_once(']')).map(|(model, _)| model);
        let skipped = letters + model.map_or(0, |model| model.len() + 2);
        let Some((start, end)) = self.argument(skipped) else {
            self.copy(letters);
            return Ok(());
        };
        let value = self.text.get(start..end).unwrap_or_default().trim();
        let parsed = model.map_or_else(|| Color::parse(value), |model| Color::from_model(model, value));
        let known = parsed.map(|color| Rgba { r: color.r, g: color.g, b: color.b, a: color.a });
        if known.is_none() && value.contains('#') {
            self.copy(letters);
            return Ok(());
        }
        let Some(color) = known.or_else(|| self.role_color(value)) else {
            return Err(Error::new(format!("no colour is called `{value}`"), start, end));
        };
        let code = self.tinted(color);
        if lasting {
            self.out.places.push((self.out.source.len(), self.at));
            self.out.source.push_str(&format!("\\color{{{}}}", written(code)));
            self.at = end + 1;
            self.code = code;
        } else if self.coloured(end + 1, code, None, "textcolor").is_err() {
            // The body is a single symbol: nothing can be named inside.
            self.out.source.push_str(&format!("\\textcolor{{{}}}", written(code)));
            self.at = end + 1;
        }
        Ok(())
    }

    /// The colour of a role, asked for once and noted.
    fn role_color(&mut self, name: &str) -> Option<Rgba> {
        let color = (self.roles)(name);
        self.out.roles.push((name.into(), color));
        color
    }

    /// The code for the part we are in, in another colour.
    fn tinted(&mut self, color: Rgba) -> usize {
        let part = self.out.codes.get(self.code).map_or(0, |code| code.part);
        self.code_for(Code { part, color: Some(color) })
    }

    fn code_for(&mut self, code: Code) -> usize {
        let codes = &mut self.out.codes;
        codes.iter().position(|known| *known == code).unwrap_or_else(|| {
            codes.push(code);
            codes.len() - 1
        })
    }
}

/// Is this a name that addresses can hold: letters, digits and `_`, a letter first?
fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labelled(source: &str) -> Labelled {
        label(source, &|_| Some(Rgba::hex(0x00ff00))).unwrap_or_else(|error| panic!("{source}: {error}"))
    }

    #[test]
    fn parts_become_colours_and_places_lead_back() {
        let out = labelled(r"a \part{p}{b} \foo");
        assert_eq!(out.source, r"a \textcolor{#a00001}{b} \foo");
        assert_eq!(out.original(out.source.find('b').unwrap()), 11);
        assert_eq!(out.original(out.source.find(r"\foo").unwrap()), 14);
        assert_eq!(out.original(out.source.len()), 18);
        assert_eq!(out.parts.get(1).map(|part| (part.name.as_str(), part.source.as_str())), Some(("p", "b")));
        assert_eq!(out.code(Color::rgb(0.0, 0.0, 0.0)), Some(Code { part: 0, color: None }));
        assert_eq!(out.code(Color::from_hex("#a00001").unwrap()), Some(Code { part: 1, color: None }));
        assert_eq!(out.code(Color::rgb(0.0, 0.0, 1.0)), None);
    }

    #[test]
    fn parts_inherit_colours_as_far_as_those_reach() {
        let out = labelled(r"{\color{red} \part{a}{x}} \part{b}{y} \role{r}{\part{c}{z}}");
        let colors: Vec<Option<u8>> = (1..=3)
            .map(|part| out.codes.iter().find(|code| code.part == part).unwrap().color.map(|color| color.to_bytes()[0]))
            .collect();
        assert_eq!(colors, [Some(255), None, Some(0)]);
        let cells = labelled(r"\color{red} a & \part{d}{b}");
        assert!(cells.codes.contains(&Code { part: 1, color: None }));
    }

    #[test]
    fn what_only_looks_like_a_macro_is_left_alone() {
        for source in
            [r"\partial x", r"\verb|\part{|", "% \\part{\n", r"\{ \} \% \&", r"\textcolor{#1}{x}", r"\parts", r"\\"]
        {
            assert_eq!(labelled(source).source, source);
        }
        // A percent sign is meant, unless its line is a comment.
        assert_eq!(labelled(r"\part{p}{25%} x").source, r"\textcolor{#a00001}{25\%} x");
        assert_eq!(labelled("a\n % why\nb").source, "a\n % why\nb");
        assert_eq!(labelled(r"x_\part{i}{i}").source, r"x_{\textcolor{#a00001}{i}}");
        assert_eq!(labelled(r"\_\part{i}{i}").source, r"\_\textcolor{#a00001}{i}");
    }
}
