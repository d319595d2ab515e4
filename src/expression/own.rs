//! Functions that a script defines: `f: 'x => -x * log2(x)'`, `g: '(a, b) => f(a) + b'`.
//!
//! They are compiled once, and called by expressions and by each other with the names of whoever calls in sight.

use std::collections::{BTreeMap, BTreeSet};

use rhai::AST;

use super::engine::engine;
use super::{free_names, lower_first};
use crate::diag::{Diagnostic, Span};

/// A function as a script gives it.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnFunction {
    /// Its name.
    pub name: String,
    /// Where the name is.
    pub name_span: Span,
    /// Names of what it takes.
    pub params: Vec<String>,
    /// The expression that it is worth.
    pub text: String,
    /// Where the expression is.
    pub span: Span,
}

/// The functions of a script, compiled.
#[derive(Debug, Default)]
pub struct OwnFunctions {
    all: BTreeMap<String, Compiled>,
}

#[derive(Debug)]
struct Compiled {
    ast: AST,
    given: OwnFunction,
    /// Names in it that are none of its parameters.
    names: BTreeSet<String>,
    /// Own functions that it calls.
    calls: BTreeSet<String>,
}

impl OwnFunctions {
    /// Compiles functions; mistakes come with them.
    pub fn compile(given: &[OwnFunction]) -> (Self, Vec<Diagnostic>) {
        let known: BTreeSet<&str> = given.iter().map(|function| function.name.as_str()).collect();
        let (mut own, mut mistakes) = (Self::default(), Vec::new());
        for function in given {
            let (body, calls) = calling(&function.text, &|name| known.contains(name));
            let params = function.params.join(", ");
            match engine().compile(format!("fn {}({params}) {{ {body} }}", function.name)) {
                Ok(ast) => {
                    let free = free_names(&function.text).into_iter().map(|(name, _)| name);
                    let names = free.filter(|name| !function.params.contains(name)).collect();
                    let compiled = Compiled { ast, given: function.clone(), names, calls };
                    own.all.insert(function.name.clone(), compiled);
                }
                Err(error) => {
                    let message = format!("this is not an expression: {}", lower_first(&error.0.to_string()));
                    mistakes.push(Diagnostic::error("bad-expression", &function.span, message));
                }
            }
        }
        mistakes.extend(own.circles());
        (own, mistakes)
    }

    /// Functions that call themselves, each circle once.
    fn circles(&self) -> Vec<Diagnostic> {
        let mut told: BTreeSet<&str> = BTreeSet::new();
        let mut found = Vec::new();
        for (start, compiled) in &self.all {
            let mut way = vec![start.as_str()];
            if !told.contains(start.as_str()) && self.leads_back(start, &mut way, &mut BTreeSet::new()) {
                told.extend(&way);
                let circle = way.into_iter().chain([start.as_str()]).collect::<Vec<_>>().join(" -> ");
                let message = format!("functions call each other in a circle: {circle}");
                found.push(Diagnostic::error("circle", &compiled.given.name_span, message));
            }
        }
        found
    }

    fn leads_back<'a>(&'a self, start: &str, way: &mut Vec<&'a str>, seen: &mut BTreeSet<&'a str>) -> bool {
        let here = way.last().and_then(|name| self.all.get(*name));
        for next in here.into_iter().flat_map(|compiled| &compiled.calls) {
            if next == start {
                return true;
            }
            if seen.insert(next) {
                way.push(next);
                if self.leads_back(start, way, seen) {
                    return true;
                }
                way.pop();
            }
        }
        false
    }

    /// Is there a function of this name?
    pub fn has(&self, name: &str) -> bool {
        self.all.contains_key(name)
    }

    /// An expression's text with calls of own functions as the sandbox wants them, what must come before it, and the names
    /// that these functions need besides.
    pub(super) fn prepare(&self, text: &str) -> (String, Option<AST>, BTreeSet<String>) {
        let (body, calls) = calling(text, &|name| self.has(name));
        let (mut open, mut met): (Vec<String>, BTreeSet<String>) = (calls.into_iter().collect(), BTreeSet::new());
        let (mut ast, mut names): (Option<AST>, BTreeSet<String>) = (None, BTreeSet::new());
        while let Some(name) = open.pop() {
            let Some(compiled) = self.all.get(&name).filter(|_| met.insert(name.clone())) else { continue };
            names.extend(compiled.names.iter().cloned());
            open.extend(compiled.calls.iter().cloned());
            ast = Some(ast.map_or_else(|| compiled.ast.clone(), |ast| ast.merge(&compiled.ast)));
        }
        (body, ast, names)
    }
}

/// Text in which calls of own functions carry the mark that lets them see the caller's names, and the functions called.
fn calling(text: &str, own: &dyn Fn(&str) -> bool) -> (String, BTreeSet<String>) {
    let (mut out, mut calls) = (String::new(), BTreeSet::new());
    let mut rest = text;
    let word = |c: char| c.is_alphanumeric() || c == '_';
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '"' | '`' | '\'' => rest.get(1..).and_then(|inner| inner.find(first)).map_or(rest.len(), |at| at + 2),
            c if word(c) => rest.find(|c| !word(c)).unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        let (token, after) = rest.split_at(end);
        out.push_str(token);
        let property = out.strip_suffix(token).is_some_and(|before| before.trim_end().ends_with('.'));
        if after.starts_with('(') && !property && own(token) {
            out.push('!');
            calls.insert(token.to_owned());
        }
        rest = after;
    }
    (out, calls)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rhai::Dynamic;

    use super::super::{Expression, Kind};
    use super::*;

    fn own(all: &[(&str, &[&str], &str)]) -> (OwnFunctions, Vec<Diagnostic>) {
        let function = |(name, params, text): &(&str, &[&str], &str)| OwnFunction {
            name: (*name).into(),
            name_span: Span::detached(),
            params: params.iter().map(ToString::to_string).collect(),
            text: (*text).into(),
            span: Span::detached(),
        };
        OwnFunctions::compile(&all.iter().map(function).collect::<Vec<_>>())
    }

    fn value(own: &OwnFunctions, text: &str) -> f64 {
        let expression = Arc::new(Expression::compile_with(own, &Kind::Number, text, &Span::detached()).unwrap());
        let names = |name: &str| (name == "p").then(|| Dynamic::from_float(0.25));
        expression.evaluate(&names).unwrap().number()
    }

    #[test]
    fn functions_call_each_other_and_see_the_names_of_the_caller() {
        let (own, mistakes) = own(&[("f", &["x"], "-x * log2(x)"), ("g", &["a", "b"], "f(a) + f(b) + p")]);
        assert!(mistakes.is_empty(), "{mistakes:?}");
        assert_eq!(value(&own, "f(0.5)"), 0.5);
        assert_eq!(value(&own, "2 * g(1/2, 1/4)"), 2.0 * (0.5 + 0.5 + 0.25));
    }

    #[test]
    fn circles_are_written_out() {
        let (_, mistakes) =
            own(&[("f", &["x"], "g(x)"), ("g", &["x"], "h(x)"), ("h", &["x"], "f(x)"), ("k", &["x"], "f(x)")]);
        let told: Vec<&str> = mistakes.iter().map(|found| found.message.as_str()).collect();
        assert_eq!(told, ["functions call each other in a circle: f -> g -> h -> f"]);
    }
}
