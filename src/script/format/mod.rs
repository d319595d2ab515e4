//! The text of a script -> the same script, laid out as all scripts are.
//!
//! What may change: the order of keys where it means nothing, space, line breaks within brackets. What never does: the tree
//! that `yaml::parse` sees, the text of comments, and what they stand by.

mod flow;
mod lines;
mod order;
mod print;
mod read;
mod table;
mod tree;

use std::sync::Arc;

use super::yaml::{self, Node, Value};
use crate::diag::{Diagnostic, Diagnostics, Source};
use crate::limits;

/// Lays out a script. Line ends are those of its first line. What is written too oddly to be laid out stays as it is.
///
/// # Errors
/// The mistakes of a script that is no YAML; `format-changes-meaning` if the result would mean something else, which is
/// a fault of ours.
///
/// ```
/// use surprisal::{diag::Source, script};
/// let source = Source::new("a.yaml", "scenes:\n- steps:\n  - {for: 2,   write: note}   # slowly\n  cast: {note: Hello}\n");
/// let tidy = "scenes:\n  - cast: { note: Hello }\n    steps:\n      - { write: note, for: 2 }  # slowly\n";
/// assert_eq!(script::format(&source).as_deref(), Ok(tidy));
/// ```
pub fn format(source: &Arc<Source>) -> Result<String, Diagnostics> {
    let mut diags = Diagnostics::new();
    let meant = yaml::parse(source, &mut diags);
    let Some(meant) = meant.filter(|_| !diags.has_errors()) else { return Err(diags) };
    let line_end = match source.text.split_once('\n') {
        Some((first, _)) if first.ends_with('\r') => "\r\n",
        _ => "\n",
    };
    let unified = Source::new(&*source.name, source.text.replace("\r\n", "\n"));
    // A lone `\r` ends a line too, but no editor's.
    let Some(document) = Some(&unified).filter(|u| !u.text.contains('\r')).and_then(|u| read::read(u).ok()) else {
        return Ok(source.text.clone());
    };
    let printed = print::print(&unified.text, &document);
    let laid_out = Source::new(&*source.name, printed.replace('\n', line_end));
    if laid_out.text.len() > limits::SCRIPT_BYTES {
        return Ok(source.text.clone()); // too long to be read again
    }
    let kept = yaml::parse(&laid_out, &mut diags).is_some_and(|tree| means_the_same(&meant, &tree))
        && read::read(&Source::new(&*source.name, &*printed))
            .is_ok_and(|after| comments(&unified.text, &document) == comments(&printed, &after));
    if kept && !diags.has_errors() {
        return Ok(laid_out.text.clone());
    }
    let message = format!("laying out `{}` would change what it means; it is left as it is", source.name);
    Err(Diagnostic::bug("format-changes-meaning", message).hint("please report it with the script").into())
}

/// The comments of a script; moved keys take theirs along.
fn comments<'t>(text: &'t str, document: &tree::Document) -> Vec<&'t str> {
    let mut all: Vec<&str> = document.comments.iter().filter_map(|range| text.get(range.clone())).collect();
    all.sort_unstable();
    all
}

/// Are two trees equal but for places and the order of keys?
fn means_the_same(a: &Node, b: &Node) -> bool {
    match (&a.value, &b.value) {
        (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| means_the_same(a, b)),
        (Value::Map(a), Value::Map(b)) => {
            let sorted = |entries: &[(yaml::Key, Node)]| {
                let mut order: Vec<usize> = (0..entries.len()).collect();
                order.sort_by_key(|i| entries.get(*i).map(|(key, _)| key.text.clone()));
                order
            };
            let pairs = || sorted(a).into_iter().zip(sorted(b)).filter_map(|(i, j)| Some((a.get(i)?, b.get(j)?)));
            a.len() == b.len() && pairs().all(|((ka, a), (kb, b))| ka.text == kb.text && means_the_same(a, b))
        }
        (a, b) => a == b,
    }
}
