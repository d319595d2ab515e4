//! Functions of numbers alone, evaluated without the sandbox: curves and surfaces ask for them thousands of times in a frame.
//!
//! Enters: the text of an expression that the sandbox has compiled, and the numbers that it may use. Leaves: the same function as
//! a row of operations on a stack; or nothing, if there is anything in it but numbers, `+ - * / **`, brackets, the functions of
//! [`OF_ONE`] and [`OF_TWO`], and functions of the script that are made of these: then the sandbox has to do it. A test holds
//! both to the same values.

use std::sync::Arc;

use super::own::OwnFunction;
use crate::info;

/// A function of one number.
pub(super) type OfOne = fn(f64) -> f64;
/// A function of two numbers.
pub(super) type OfTwo = fn(f64, f64) -> f64;

/// Functions of one number. Mathematics is `libm`'s, so that it is the same everywhere.
pub(super) const OF_ONE: &[(&str, OfOne)] = &[
    ("log2", libm::log2),
    ("ln", libm::log),
    ("log10", libm::log10),
    ("exp", libm::exp),
    ("sqrt", libm::sqrt),
    ("sin", libm::sin),
    ("cos", libm::cos),
    ("tan", libm::tan),
    ("abs", libm::fabs),
    ("information", info::information_bits),
    ("perplexity", info::perplexity),
    ("factorial", factorial),
    ("H", info::binary_entropy_bits),
];

/// Functions of two numbers.
pub(super) const OF_TWO: &[(&str, OfTwo)] =
    &[("min", f64::min), ("max", f64::max), ("pow", libm::pow), ("choose", choose)];

/// n!, for whole numbers from 0; NaN for others.
fn factorial(n: f64) -> f64 {
    if n < 0.0 || n.fract() != 0.0 {
        return f64::NAN;
    }
    // 171! is beyond the largest number.
    (1..=n.min(171.0) as u32).map(f64::from).product()
}

/// Ways to choose k of n, for whole numbers from 0; NaN for others.
fn choose(n: f64, k: f64) -> f64 {
    if n < 0.0 || k < 0.0 || n.fract() != 0.0 || k.fract() != 0.0 {
        return f64::NAN;
    }
    if k > n {
        return 0.0;
    }
    let least = k.min(n - k);
    // Beyond this many factors the result is infinite or as good as exact already.
    let product = (1..=least.min(2_000.0) as u32).map(f64::from).fold(1.0, |all, i| all * (n - least + i) / i);
    if product < 9e15 { libm::round(product) } else { product }
}

/// Numbers that wait for their operation at most.
const STACK: usize = 16;
/// Brackets inside each other at most.
const DEPTH: usize = 40;
/// Operations at most: each call of a function of the script puts in all of its own.
const OPERATIONS: usize = 300;

#[derive(Clone, Copy, Debug)]
enum Operation {
    Number(f64),
    /// A parameter, by position.
    Param(usize),
    /// A number that waits already, by position: what a function of the script was given.
    Given(usize),
    /// The end of a function of the script: its value takes the place of so many numbers that it was given.
    Return(usize),
    One(OfOne),
    Two(OfTwo),
}

/// A function as operations in the order in which they are done.
#[derive(Clone, Debug)]
pub(super) struct Arithmetic(Vec<Operation>);

impl Arithmetic {
    /// The function, if it is one of numbers alone. `own`: the script's functions; `value_of` gives the numbers that are no
    /// parameters.
    pub(super) fn read(
        text: &str,
        params: &[&str],
        own: &[Arc<OwnFunction>],
        value_of: &dyn Fn(&str) -> Option<f64>,
    ) -> Option<Self> {
        let scope = params.iter().enumerate().map(|(index, name)| (*name, Operation::Param(index))).collect();
        let (rest, row) = (text.trim_start(), Vec::new());
        let mut reader = Reader { rest, scope, own, value_of, row, waiting: 0, depth: 0 };
        reader.sum()?;
        reader.rest.is_empty().then_some(Self(reader.row))
    }

    /// Its value at the parameters.
    pub(super) fn at(&self, params: [f64; 2]) -> f64 {
        let mut stack = [0.0; STACK];
        let mut top = 0usize;
        for operation in &self.0 {
            let value = match operation {
                Operation::Number(number) => *number,
                Operation::Param(index) => params.get(*index).copied().unwrap_or(f64::NAN),
                Operation::Given(index) => stack.get(*index).copied().unwrap_or(f64::NAN),
                Operation::Return(given) => {
                    let value = stack.get(top.saturating_sub(1)).copied().unwrap_or(f64::NAN);
                    top = top.saturating_sub(given + 1);
                    value
                }
                Operation::One(f) => {
                    top = top.saturating_sub(1);
                    f(stack.get(top).copied().unwrap_or(f64::NAN))
                }
                Operation::Two(f) => {
                    top = top.saturating_sub(2);
                    match stack.get(top..top + 2) {
                        Some([a, b]) => f(*a, *b),
                        _ => f64::NAN,
                    }
                }
            };
            if let Some(slot) = stack.get_mut(top) {
                *slot = value;
            }
            top += 1;
        }
        stack.first().copied().unwrap_or(f64::NAN)
    }
}

struct Reader<'a> {
    /// What is still to be read; it begins with no blank.
    rest: &'a str,
    /// What names stand for; the last of a name counts, since functions see the names of their callers.
    scope: Vec<(&'a str, Operation)>,
    own: &'a [Arc<OwnFunction>],
    value_of: &'a dyn Fn(&str) -> Option<f64>,
    row: Vec<Operation>,
    /// Numbers on the stack by now.
    waiting: usize,
    /// Brackets that are open.
    depth: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, sign: &str) -> bool {
        let found = self.rest.strip_prefix(sign);
        self.rest = found.unwrap_or(self.rest).trim_start();
        found.is_some()
    }

    fn push(&mut self, operation: Operation) -> Option<()> {
        match operation {
            Operation::Two(_) => self.waiting -= 1,
            Operation::Return(given) => self.waiting -= given,
            Operation::One(_) => {}
            Operation::Number(_) | Operation::Param(_) | Operation::Given(_) => self.waiting += 1,
        }
        self.row.push(operation);
        (self.waiting <= STACK && self.row.len() <= OPERATIONS).then_some(())
    }

    fn sum(&mut self) -> Option<()> {
        self.depth += 1;
        if self.depth > DEPTH {
            return None;
        }
        self.terms()?;
        self.depth -= 1;
        Some(())
    }

    fn terms(&mut self) -> Option<()> {
        self.product()?;
        loop {
            let operation: OfTwo = match () {
                () if self.take("+") => |a, b| a + b,
                () if self.take("-") => |a, b| a - b,
                () => return Some(()),
            };
            self.product()?;
            self.push(Operation::Two(operation))?;
        }
    }

    fn product(&mut self) -> Option<()> {
        self.power()?;
        loop {
            let operation: OfTwo = match () {
                () if self.rest.starts_with("**") => return None,
                () if self.take("*") => |a, b| a * b,
                () if self.take("/") => |a, b| a / b,
                () => return Some(()),
            };
            self.power()?;
            self.push(Operation::Two(operation))?;
        }
    }

    /// Which of several powers, or a power and a sign, comes first is left to the sandbox: `-x ** 2` and `x ** y ** z` are not read.
    fn power(&mut self) -> Option<()> {
        if self.take("-") {
            self.single()?;
            return if self.rest.starts_with("**") { None } else { self.push(Operation::One(|x| -x)) };
        }
        self.single()?;
        if self.take("**") {
            self.single()?;
            self.push(Operation::Two(libm::pow))?;
        }
        Some(())
    }

    fn single(&mut self) -> Option<()> {
        if self.take("(") {
            self.sum()?;
            return self.take(")").then_some(());
        }
        if self.rest.starts_with(|c: char| c.is_ascii_digit()) {
            return self.number();
        }
        let end = self.rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(self.rest.len());
        let name = self.rest.get(..end).filter(|name| !name.is_empty())?;
        self.rest = self.rest.get(end..)?.trim_start();
        if self.take("(") {
            return self.call(name);
        }
        // What has parts or places is no number.
        if self.rest.starts_with(['.', '[', ':', '!']) {
            return None;
        }
        match self.scope.iter().rfind(|(known, _)| *known == name) {
            Some((_, operation)) => self.push(*operation),
            None => {
                let number = (self.value_of)(name)?;
                self.push(Operation::Number(number))
            }
        }
    }

    fn call(&mut self, name: &str) -> Option<()> {
        if let Some(function) = self.own.iter().find(|function| function.name == name) {
            return self.call_own(function);
        }
        self.sum()?;
        if self.take(",") {
            self.sum()?;
            let found = OF_TWO.iter().find(|(known, _)| *known == name)?;
            self.push(Operation::Two(found.1))?;
        } else {
            let found = OF_ONE.iter().find(|(known, _)| *known == name)?;
            self.push(Operation::One(found.1))?;
        }
        self.take(")").then_some(())
    }

    /// A function of the script: what it is given waits on the stack while its own operations are done.
    fn call_own(&mut self, function: &'a OwnFunction) -> Option<()> {
        let (first, known) = (self.waiting, self.scope.len());
        for index in 0..function.params.len() {
            if index > 0 && !self.take(",") {
                return None;
            }
            self.sum()?;
        }
        if !self.take(")") {
            return None;
        }
        let given = function.params.iter().enumerate();
        self.scope.extend(given.map(|(index, name)| (name.as_str(), Operation::Given(first + index))));
        let after = std::mem::replace(&mut self.rest, function.text.trim_start());
        self.sum()?;
        if !self.rest.is_empty() {
            return None;
        }
        self.rest = after;
        self.scope.truncate(known);
        self.push(Operation::Return(function.params.len()))
    }

    /// Digits, perhaps with a point and more of them. Others of the sandbox's numbers are left to it.
    fn number(&mut self) -> Option<()> {
        let digits = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let mut end = digits(self.rest);
        if let Some(after) = self.rest.get(end..)?.strip_prefix('.') {
            end += 1 + digits(after);
        }
        let (text, rest) = self.rest.split_at_checked(end)?;
        if rest.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '.') || end > 15 {
            return None;
        }
        self.rest = rest.trim_start();
        self.push(Operation::Number(text.parse().ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::super::engine::engine;
    use super::*;
    use crate::info::uniform01;

    fn read(text: &str) -> Option<Arithmetic> {
        Arithmetic::read(text, &["x", "y"], &[], &|name| (name == "k").then_some(2.5))
    }

    fn slowly(text: &str, [x, y]: [f64; 2]) -> f64 {
        let mut scope = rhai::Scope::new();
        scope.push("x", x).push("y", y).push("k", 2.5);
        let ast = engine().compile_expression(text).unwrap();
        let result = engine().eval_ast_with_scope::<rhai::Dynamic>(&mut scope, &ast);
        result.ok().and_then(|value| super::super::as_number(&value)).unwrap_or(f64::NAN)
    }

    #[track_caller]
    fn agrees(text: &str) {
        let quick = read(text).unwrap();
        for at in [[0.3, -1.7], [0.0, 0.0], [2.0, 3.0], [-4.5, 1e9]] {
            let (a, b) = (quick.at(at), slowly(text, at));
            assert!(a == b || a.is_nan() && b.is_nan(), "{text} at {at:?}: {a} and {b}");
        }
    }

    /// A made-up expression.
    fn made_up(seed: u64, number: &mut u64, depth: u32) -> String {
        *number += 1;
        let choice = (uniform01(seed, *number) * if depth > 5 { 4.0 } else { 12.0 }) as u32;
        let mut inner = || made_up(seed, number, depth + 1);
        match choice {
            0 => "x".into(),
            1 => "y".into(),
            2 => "k".into(),
            3 => "1.5".into(),
            4 => format!("{} + {}", inner(), inner()),
            5 => format!("{} - {}", inner(), inner()),
            6 => format!("{}*{}", inner(), inner()),
            7 => format!("{} / {}", inner(), inner()),
            8 => format!("({})", inner()),
            9 => format!("sin({})", inner()),
            10 => format!("-({})", inner()),
            _ => format!("max({}, 2)", inner()),
        }
    }

    #[test]
    fn it_gives_what_the_sandbox_gives() {
        for text in [
            "x",
            "1/2",
            "x * x - y / 2 + 3",
            "2 - 3 - 4",
            "12 / 2 / 3",
            "-x",
            "-x * 2",
            "x ** 2",
            "(-x) ** 2",
            "3 * x ** 2 / k",
            "-log2(x)",
            "H(x)",
            "min(x, y) + max(k, 1)",
            "choose(5, 2) * factorial(3)",
            "x*-y",
            " ( x+1 )*( y - 2 ) ",
            "2.5*x",
        ] {
            agrees(text);
        }
        for seed in 0..400 {
            let text = made_up(seed, &mut 0, 0);
            if read(&text).is_some() {
                agrees(&text);
            }
        }
    }

    #[test]
    fn what_is_more_than_arithmetic_is_left_to_the_sandbox() {
        for text in [
            "",
            "x +",
            "other",
            "x.y",
            "x[0]",
            "f(x)",
            "x > 1",
            "pick(x > 0, 1, 2)",
            "x % 2",
            "-x ** 2",
            "2 ** 3 ** x",
            "1e5",
            "0x10",
            "\"x\"",
            "x; y",
            "2 x",
            "max(x)",
            "sin(x, y)",
            "1_000",
            "x ! y",
            "((x)",
            "floor(x)",
        ] {
            assert!(read(text).is_none(), "{text}");
        }
        assert!(read(&"(".repeat(5000)).is_none());
    }
}
