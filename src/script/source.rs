//! Bytes of a script file -> [`Source`]: size, encoding and forbidden characters, each refused with its place.

use std::sync::Arc;

use crate::diag::{Diagnostic, Source, Span};
use crate::limits;

/// Reads the bytes of a script. A byte-order mark of UTF-8 is dropped; line endings are kept.
///
/// # Errors
/// `script-too-big` past [`limits::SCRIPT_BYTES`], `utf-16`, `invalid-utf-8` (with the place of the first bad byte), and
/// `control-character` for NUL.
///
/// ```
/// use surprisal::script::read_source;
/// assert_eq!(read_source("a.yaml", b"\xEF\xBB\xBFtitle: x").map(|s| s.text.clone()), Ok("title: x".to_string()));
/// assert_eq!(read_source("a.yaml", b"a: \xff").map_err(|d| d.code), Err("invalid-utf-8"));
/// ```
pub fn read_source(name: &str, bytes: &[u8]) -> Result<Arc<Source>, Diagnostic> {
    let nowhere = || Span::new(&Source::new(name, ""), 0, 0);
    if bytes.len() > limits::SCRIPT_BYTES {
        let message = format!("the script has {} bytes; at most {} are read", bytes.len(), limits::SCRIPT_BYTES);
        return Err(Diagnostic::error("script-too-big", &nowhere(), message)
            .hint("text belongs here, data does not: split the script, or let a source name its data"));
    }
    let utf16 = bytes.starts_with(&[0xff, 0xfe])
        || bytes.starts_with(&[0xfe, 0xff])
        || matches!(bytes, [0, first, ..] if *first != 0)
        || matches!(bytes, [first, 0, second, 0, ..] if *first != 0 && *second != 0);
    if utf16 {
        return Err(Diagnostic::error("utf-16", &nowhere(), "the file is encoded in UTF-16, not in UTF-8")
            .hint("save it as UTF-8 in your editor"));
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let good = error.valid_up_to();
            let byte = bytes.get(good).copied().unwrap_or_default();
            // The text with the bad bytes replaced, so that the place can still be shown.
            let source = Source::new(name, String::from_utf8_lossy(bytes));
            let message = format!("byte 0x{byte:02x} is not UTF-8");
            return Err(Diagnostic::error("invalid-utf-8", &Span::new(&source, good, good + 3), message)
                .hint("save it as UTF-8 in your editor"));
        }
    };
    let source = Source::new(name, text);
    match text.find('\0') {
        Some(at) => Err(Diagnostic::error(
            "control-character",
            &Span::new(&source, at, at + 1),
            "the file contains a NUL byte; it may be damaged or not be text at all",
        )),
        None => Ok(source),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings() {
        let code = |bytes: &[u8]| read_source("x", bytes).map_err(|d| d.code).err();
        assert_eq!(code(b""), None);
        assert_eq!(code("é 😀 \u{202e}".as_bytes()), None);
        assert_eq!(code(b"\xff\xfea\0"), Some("utf-16"));
        assert_eq!(code(b"a\0b\0c\0"), Some("utf-16"));
        assert_eq!(code(b"\0a\0b"), Some("utf-16"));
        assert_eq!(code(b"title: a\0b"), Some("control-character"));
        assert_eq!(code(&vec![b'#'; limits::SCRIPT_BYTES]), None);
        assert_eq!(code(&vec![b'#'; limits::SCRIPT_BYTES + 1]), Some("script-too-big"));
    }

    #[test]
    fn the_bad_byte_has_a_place() {
        let found = read_source("x", b"\xEF\xBB\xBFtitle: \xC3\xA9\r\nb: \xE9t\xE9\n").unwrap_err();
        assert_eq!(found.span.unwrap().line_column(), (2, 4));
    }
}
