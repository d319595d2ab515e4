//! `fonts`: files and installed fonts for characters that the program's own do not have.

use super::fields::Fields;
use super::include::Files;
use super::model::FontDef;
use super::reader::Reader;
use super::yaml::{Node, Value};
use crate::diag::{Diagnostic, Source};

/// Reads a list of paths and of `{ system: Name }`; one alone needs no list.
pub(super) fn read_fonts(nodes: &[&Node], files: &Files<'_>, main: &Source, reader: &mut Reader<'_>) -> Vec<FontDef> {
    let mut fonts = Vec::new();
    for node in nodes {
        let items = match &node.value {
            Value::List(items) => items.as_slice(),
            _ => std::slice::from_ref(*node),
        };
        fonts.extend(items.iter().filter_map(|item| read_font(item, files, main, reader)));
    }
    fonts
}

fn read_font(node: &Node, files: &Files<'_>, main: &Source, reader: &mut Reader<'_>) -> Option<FontDef> {
    if !matches!(node.value, Value::Map(_)) {
        let (path, span) = reader.text(node)?;
        let (name, bytes) = files.bytes(&path, &span, main, reader.diags)?;
        return Some(FontDef { name, span, bytes, index: 0 });
    }
    let mut fields = Fields::with(node, None, reader.reborrow());
    let family = if fields.required("system") { fields.text("system") } else { None };
    fields.finish();
    let (name, span) = family?;
    match files.system_font(&name) {
        Ok(file) => Some(FontDef { name, span, bytes: file.bytes, index: file.index }),
        Err(error) => {
            let found = Diagnostic::error("unknown-font", &span, error.to_string());
            reader.diags.push(found.hint("a file beside the script is the same everywhere: `fonts: [fonts/name.ttf]`"));
            None
        }
    }
}
