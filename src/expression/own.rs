//! Functions that a script defines: `f: 'x => -x * log2(x)'`, `g: '(a, b) => f(a) + b'`.
//!
//! They are compiled once. Names in them that are none of their parameters are handed over by whoever calls.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rhai::AST;

use super::engine::engine;
use super::written::{Signature, Written, name_of, written};
use super::{counted, lower_first};
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
    given: Arc<OwnFunction>,
    /// Own functions that it calls.
    calls: BTreeSet<String>,
    /// It asks where something is.
    asks_places: bool,
    /// Names that it and what it calls need from outside.
    needs: BTreeSet<String>,
}

impl OwnFunctions {
    /// Compiles functions; mistakes come with them.
    pub fn compile(given: &[OwnFunction]) -> (Self, Vec<Diagnostic>) {
        let needs = needs(given);
        let signature = |name: &str| {
            let function = given.iter().find(|function| function.name == name)?;
            Some(Signature { params: function.params.len(), needs: needs.get(name)? })
        };
        let (mut own, mut mistakes) = (Self::default(), Vec::new());
        for function in given {
            let written = written(&function.text, &signature);
            let needs = needs.get(&function.name).cloned().unwrap_or_default();
            let params: Vec<_> = function.params.iter().chain(&needs).map(|name| name_of(name)).collect();
            let params = params.join(", ");
            for (at, name, needed, given) in &written.miscounted {
                let message = format!("`{name}` takes {}, not {given}", counted(*needed));
                let place = function.span.within(*at, at + name.len());
                mistakes.push(Diagnostic::error("unknown-function", &place, message));
            }
            match engine().compile(format!("fn {}({params}) {{ {} }}", name_of(&function.name), written.text)) {
                Ok(ast) => {
                    let (given, asks_places) = (Arc::new(function.clone()), written.asks_places);
                    let compiled = Compiled { ast, given, calls: written.calls, asks_places, needs };
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

    /// An expression as the sandbox wants it, the functions that must come before it, and these as they are given.
    pub(super) fn prepare(&self, text: &str) -> (Written, Option<AST>, Vec<Arc<OwnFunction>>) {
        let mut written = written(text, &|name| {
            let compiled = self.all.get(name)?;
            Some(Signature { params: compiled.given.params.len(), needs: &compiled.needs })
        });
        let (mut open, mut met): (Vec<&String>, BTreeSet<&String>) = (written.calls.iter().collect(), BTreeSet::new());
        let (mut ast, mut asks_places): (Option<AST>, bool) = (None, written.asks_places);
        let mut called = Vec::new();
        while let Some(name) = open.pop() {
            let Some(compiled) = self.all.get(name).filter(|_| met.insert(name)) else { continue };
            open.extend(&compiled.calls);
            asks_places |= compiled.asks_places;
            called.push(Arc::clone(&compiled.given));
            ast = Some(ast.map_or_else(|| compiled.ast.clone(), |ast| ast.merge(&compiled.ast)));
        }
        written.asks_places = asks_places;
        (written, ast, called)
    }
}

/// The names that each function needs from outside, for itself and for what it calls.
fn needs(given: &[OwnFunction]) -> BTreeMap<String, BTreeSet<String>> {
    let none = BTreeSet::new();
    let known = |name: &str| {
        let function = given.iter().find(|function| function.name == name)?;
        Some(Signature { params: function.params.len(), needs: &none })
    };
    let read: Vec<_> = given.iter().map(|function| (function, written(&function.text, &known))).collect();
    let free = |function: &OwnFunction, name: &String| !function.params.contains(name);
    let mut needs: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (function, written) in &read {
        let names = written.names.iter().map(|(name, _)| name).filter(|name| free(function, name));
        needs.insert(function.name.clone(), names.cloned().collect());
    }
    // What is called hands on its needs, until no more are found.
    loop {
        let mut found = false;
        for (function, written) in &read {
            let handed: Vec<String> =
                written.calls.iter().filter_map(|name| needs.get(name)).flatten().cloned().collect();
            let own = needs.entry(function.name.clone()).or_default();
            for name in handed.into_iter().filter(|name| free(function, name)) {
                found |= own.insert(name);
            }
        }
        if !found {
            return needs;
        }
    }
}

#[cfg(test)]
mod tests {
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
