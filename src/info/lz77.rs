//! Repeats in a text: LZ77 after Ziv and Lempel, *A Universal Algorithm for Sequential Data Compression* (1977), and the sizes that
//! DEFLATE (RFC 1951) reaches with them.
//!
//! Enters: bytes. Leaves: literals and pointers back, or a number of bytes.

use std::collections::BTreeMap;

/// How far back a repeat may lie, in bytes, as in DEFLATE.
const WINDOW: usize = 32_768;
/// The shortest repeat that is worth a pointer.
const SHORTEST: usize = 3;
/// The longest repeat that one pointer takes in.
const LONGEST: usize = 258;
/// Earlier places that are compared at most.
const TRIES: usize = 64;

/// A step through a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A byte as it is.
    Literal(u8),
    /// A repeat: `length` bytes from the place `from` on, seen from the start of the text. It may run into itself.
    Repeat {
        /// Where the earlier copy begins.
        from: usize,
        /// How many bytes it has.
        length: usize,
    },
}

impl Piece {
    /// How many bytes it stands for.
    pub fn len(&self) -> usize {
        match self {
            Self::Literal(_) => 1,
            Self::Repeat { length, .. } => *length,
        }
    }

    /// Never: a piece stands for bytes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A text cut into literals and the longest repeats of what came before, taken greedily from the start; the nearest of equals.
///
/// ```
/// use surprisal::info::{Piece, lz77};
/// assert_eq!(lz77(b"abcabcabc").last(), Some(&Piece::Repeat { from: 0, length: 6 }));
/// ```
pub fn lz77(text: &[u8]) -> Vec<Piece> {
    let mut seen: BTreeMap<&[u8], Vec<usize>> = BTreeMap::new();
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let start = text.get(at..at + SHORTEST);
        let earlier = start.and_then(|start| seen.get(start)).map_or(&[] as &[usize], Vec::as_slice);
        let near = earlier.iter().rev().take(TRIES).take_while(|from| at - **from <= WINDOW);
        let best = near.map(|from| (common(text, *from, at), *from)).max_by_key(|(length, from)| (*length, *from));
        let piece = match best {
            Some((length, from)) if length >= SHORTEST => Piece::Repeat { from, length },
            _ => Piece::Literal(*byte),
        };
        for place in at..at + piece.len() {
            if let Some(start) = text.get(place..place + SHORTEST) {
                seen.entry(start).or_default().push(place);
            }
        }
        at += piece.len();
        pieces.push(piece);
    }
    pieces
}

/// How many bytes two places of a text have in common.
fn common(text: &[u8], a: usize, b: usize) -> usize {
    let (from, to) = (text.get(a..).unwrap_or_default(), text.get(b..).unwrap_or_default());
    from.iter().zip(to).take(LONGEST).take_while(|(x, y)| x == y).count()
}

/// Bytes that DEFLATE needs for a text at its best level, without the header of a file format.
///
/// ```
/// assert!(surprisal::info::deflate_bytes(&[b'a'; 1000]) < 20);
/// ```
pub fn deflate_bytes(text: &[u8]) -> usize {
    // One implementation, called by itself: sizes must not depend on what other crates ask of theirs.
    miniz_oxide::deflate::compress_to_vec(text, 10).len()
}

/// Bytes that a text adds when it is compressed after another one: how well the patterns of that one fit it.
pub fn extra_bytes(before: &[u8], text: &[u8]) -> usize {
    deflate_bytes(&[before, text].concat()).saturating_sub(deflate_bytes(before))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::info::uniform01;

    /// The text again.
    fn unpacked(pieces: &[Piece]) -> Vec<u8> {
        let mut text = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Literal(byte) => text.push(*byte),
                Piece::Repeat { from, length } => (0..*length).for_each(|i| text.push(text[from + i])),
            }
        }
        text
    }

    #[test]
    fn pieces_give_the_text_again() {
        for (seed, kinds) in (0..60).map(|seed| (seed, 2 + seed % 5)) {
            let text: Vec<u8> = (0..800).map(|i| b'a' + (uniform01(seed, i) * kinds as f64) as u8).collect();
            assert_eq!(unpacked(&lz77(&text)), text);
        }
        assert!(lz77(b"").is_empty());
        assert_eq!(lz77(b"ab").len(), 2);
        let run = lz77(&[b'x'; 600]);
        assert_eq!(run.iter().map(Piece::len).sum::<usize>(), 600);
        assert_eq!(run.len(), 4);
    }

    #[test]
    fn alike_texts_add_less() {
        let english = "the rain in spain stays mainly in the plain and the train is late again ".repeat(20);
        let more = "the rain and the train stay in spain";
        let other = "zwolf boxkampfer jagen viktor quer uber den deich";
        let extra = |text: &str| extra_bytes(english.as_bytes(), text.as_bytes()) as f64 / text.len() as f64;
        assert!(extra(more) < 0.6 * extra(other), "{} {}", extra(more), extra(other));
        assert!(deflate_bytes(english.as_bytes()) < english.len() / 8);
    }
}
