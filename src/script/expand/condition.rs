//! `if`: is a part of the script there at all?

use super::super::yaml::Node;
use super::Expander;
use crate::diag::{Diagnostic, Diagnostics};
use crate::expression::{self, Value};

impl Expander<'_> {
    /// Does a condition hold? It is worked out once, from constants: numbers of `vars`, and what loops and parameters have put
    /// in. A word that is no name stands for itself, so that `$move == up` compares words. A mistake counts as yes.
    pub fn holds(&self, node: &Node, diags: &mut Diagnostics) -> bool {
        match node.text().map(str::trim) {
            Some("true") => return true,
            Some("false") => return false,
            Some(text) if !text.is_empty() => match self.constant(text, node) {
                Ok(Value::Flag(flag)) => return flag,
                Ok(_) => {
                    let message = format!("`{text}` is neither true nor false");
                    let found = Diagnostic::error("wrong-type", &node.text_span(), message);
                    diags.push(found.hint("compare values, as in `$i > 0` or `$move != up`"));
                }
                Err(mistake) => diags.push(mistake),
            },
            _ => diags.push(Diagnostic::error(
                "wrong-type",
                &node.span,
                format!("expected a condition such as `$i > 0`, found {}", node.kind()),
            )),
        }
        true
    }

    /// The value of an expression that does not change with time.
    ///
    /// # Errors
    /// If it cannot be worked out.
    pub fn constant(&self, text: &str, node: &Node) -> Result<Value, Diagnostic> {
        let known = |name: &str| match self.library.constants.get(name) {
            Some(known) => Some(known.clone()),
            None => Some(Value::Text(name.to_owned())),
        };
        expression::constant(text, &node.text_span(), &known)
    }
}
