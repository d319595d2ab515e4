//! What an expression can be worth.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::data::Table;
use crate::geom::{Point, Rect};
use crate::info::{Code, Distribution};

/// A function of one or two numbers that an expression defines, with everything it depends on filled in.
#[derive(Clone)]
pub struct Function {
    /// Two functions with equal keys are the same function: the text and the values that it depends on.
    key: String,
    call: Arc<dyn Fn(f64, f64) -> f64 + Send + Sync>,
}

impl Function {
    /// A function of one number, and the key that tells it from others.
    pub fn new(key: impl Into<String>, call: impl Fn(f64) -> f64 + Send + Sync + 'static) -> Self {
        Self { key: key.into(), call: Arc::new(move |x, _| call(x)) }
    }

    /// A function of two numbers, and the key that tells it from others.
    pub fn new2(key: impl Into<String>, call: impl Fn(f64, f64) -> f64 + Send + Sync + 'static) -> Self {
        Self { key: key.into(), call: Arc::new(call) }
    }

    /// The value at `x`; NaN where it has none.
    pub fn at(&self, x: f64) -> f64 {
        (self.call)(x, 0.0)
    }

    /// The value at `x` and `y`; NaN where it has none. A function of one number takes `x`.
    pub fn at2(&self, x: f64, y: f64) -> f64 {
        (self.call)(x, y)
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Function({})", self.key)
    }
}

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

/// The value of an expression at an instant.
#[derive(Clone, Debug, Default)]
pub enum Value {
    /// A number, finite or not.
    Number(f64),
    /// A place, in stage units or in another actor's coordinates.
    Point(Point),
    /// Where an actor or part is: its box in stage units.
    Box(Rect),
    /// Words.
    Text(String),
    /// Yes or no.
    Flag(bool),
    /// Probabilities of symbols.
    Distribution(Arc<Distribution>),
    /// Code words of symbols.
    Code(Arc<Code>),
    /// Values in order.
    List(Arc<[Value]>),
    /// Values by name.
    Record(Arc<BTreeMap<String, Value>>),
    /// Rows of cells under named columns.
    Table(Arc<Table>),
    /// A function of one or two variables.
    Function(Function),
    /// The expression could not be evaluated at this instant.
    #[default]
    Nothing,
}

impl Value {
    /// As a number; NaN if it is none.
    pub fn number(&self) -> f64 {
        match self {
            Self::Number(value) => *value,
            Self::Flag(flag) => f64::from(u8::from(*flag)),
            _ => f64::NAN,
        }
    }
}

impl PartialEq for Value {
    /// Equal if they draw the same: numbers by their bits, so that NaN equals itself; shared data by identity first.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.to_bits() == b.to_bits(),
            (Self::Point(a), Self::Point(b)) => a == b,
            (Self::Box(a), Self::Box(b)) => a == b,
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Flag(a), Self::Flag(b)) => a == b,
            (Self::Distribution(a), Self::Distribution(b)) => Arc::ptr_eq(a, b) || a == b,
            (Self::Code(a), Self::Code(b)) => Arc::ptr_eq(a, b) || a == b,
            (Self::List(a), Self::List(b)) => Arc::ptr_eq(a, b) || a == b,
            (Self::Record(a), Self::Record(b)) => Arc::ptr_eq(a, b) || a == b,
            (Self::Table(a), Self::Table(b)) => Arc::ptr_eq(a, b) || a == b,
            (Self::Function(a), Self::Function(b)) => a == b,
            (Self::Nothing, Self::Nothing) => true,
            _ => false,
        }
    }
}
