//! Nested groups that mirror groups, actors and parts: opened and closed as the items go by.

use super::write::{Writer, escaped};
use crate::draw::{FrameItem, Name, Names, Wording};

/// The groups that are open.
#[derive(Default)]
pub(super) struct Groups {
    path: Vec<String>,
    /// The word or formula that is being written.
    wording: Option<usize>,
}

/// What the names of a name's groups are: words of a text are written into the text's own group.
fn shown(name: &Name) -> &[String] {
    let is_piece = |part: &String| {
        ["word", "line", "letters"].iter().any(|kind| {
            part.strip_prefix(kind).is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
        })
    };
    let end = match name.wording {
        Some((_, Wording::Word(_))) => name.path.iter().position(is_piece).unwrap_or(name.path.len()),
        _ => name.path.len(),
    };
    name.path.get(..end).unwrap_or_default()
}

impl Groups {
    /// Closes what the item is not in, and opens what it is in.
    pub fn enter(&mut self, item: &FrameItem, names: &Names, writer: &mut Writer<'_>) {
        let name = names.get(item.id);
        let path = name.map_or(&[][..], shown);
        let number = name.and_then(|name| name.wording.as_ref()).map(|(number, _)| *number);
        let common = self.path.iter().zip(path).take_while(|(a, b)| a == b).count();
        if self.wording.is_some() && (self.wording != number || common < self.path.len()) {
            self.wording = None;
            writer.out += "</g>\n";
        }
        while self.path.len() > common {
            self.path.pop();
            writer.out += "</g>\n";
        }
        for part in path.iter().skip(common) {
            self.path.push(part.clone());
            let id = writer.id(&self.path.join("."));
            writer.out += &format!("<g id=\"{id}\">\n");
        }
        if let (None, Some((number, wording))) = (self.wording, name.and_then(|name| name.wording.as_ref())) {
            self.wording = Some(*number);
            writer.out += &format!("<g aria-label=\"{}\">\n", escaped(wording.text()));
        }
    }

    /// Closes all.
    pub fn close(&mut self, out: &mut String) {
        let open = self.path.len() + usize::from(self.wording.is_some());
        *out += &"</g>\n".repeat(open);
        *self = Self::default();
    }
}
