//! What the server and its studio say to each other: asks as lines of JSON, answers as a head of JSON and bytes behind it.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};

use crate::world::edits::Stamp;

/// Bytes of one answer at most; what is longer comes from no studio of ours.
const ANSWER_BYTES: u32 = 256 << 20;
/// Bytes of the head of an answer at most.
const HEAD_BYTES: u32 = 64 << 10;

/// How a film is looked at: what the page changes about it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Look {
    /// Another theme.
    pub(super) theme: Option<String>,
    /// Variables that have one value at all times.
    pub(super) variables: BTreeMap<String, f64>,
}

/// What is asked of the studio.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Ask {
    /// Read and compile the script; a [`Loaded`].
    Load { version: u64 },
    /// Look at the film of this version for what a viewer would mind; a list of findings.
    Review { version: u64 },
    /// What the film consists of.
    Film { look: Look },
    /// A frame as pixels, see [`super::runs`].
    Frame { at: u64, width: u32, height: u32, look: Look },
    /// A frame as a PNG file, in the film's own size.
    Png { at: u64, look: Look },
    /// A frame as an SVG file.
    Svg { at: u64, look: Look },
    /// The samples of a chunk of the film's own mix, see [`super::studio`].
    Sound { chunk: u64 },
    /// How loud the narration is along the film, as far as that is known.
    Peaks,
    /// A figure of the script, as `surprisal figures` makes it, in a kind of file by its ending.
    Figure { name: String, kind: String },
    /// Who is on stage at a frame, and what variables are worth.
    Stage { at: u64, look: Look },
    /// What is under a point, given in shares of the frame from its upper left corner.
    Under { at: u64, x: f64, y: f64, look: Look },
}

/// An ask with the number that its answer will have.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Numbered {
    pub(super) id: u64,
    pub(super) ask: Ask,
}

/// What came of loading a script.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Loaded {
    pub(super) version: u64,
    /// Was a film made of it? If not, the one before stays.
    pub(super) film: bool,
    /// Mistakes and warnings, as the page shows them.
    pub(super) findings: Vec<serde_json::Value>,
    /// What another film may be made of once it changes, beside the script.
    pub(super) looked_at: Vec<(String, Stamp)>,
}

/// What the bytes of an answer are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Kind {
    /// A JSON document.
    Json,
    /// Pixels.
    Runs,
    /// A PNG file.
    Png,
    /// Samples: two channels in turn, signed words of 16 bits, the low byte first.
    Samples,
    /// An SVG file.
    Svg,
    /// A PDF file.
    Pdf,
    /// A sentence that says why there is nothing.
    Failed,
}

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Answer {
    pub(super) kind: Kind,
    pub(super) bytes: Vec<u8>,
}

impl Answer {
    pub(super) fn json(value: &impl Serialize) -> Self {
        match serde_json::to_vec(value) {
            Ok(bytes) => Self { kind: Kind::Json, bytes },
            Err(error) => Self::failed(format!("this cannot be told: {error}")),
        }
    }

    pub(super) fn failed(reason: impl Into<String>) -> Self {
        Self { kind: Kind::Failed, bytes: reason.into().into_bytes() }
    }
}

#[derive(Serialize, Deserialize)]
struct Head {
    id: u64,
    kind: Kind,
    length: u32,
}

/// Writes an answer.
pub(super) fn write(to: &mut impl Write, id: u64, answer: &Answer) -> io::Result<()> {
    let length = u32::try_from(answer.bytes.len()).map_err(|_| io::Error::other("an answer is too long"))?;
    let head = serde_json::to_vec(&Head { id, kind: answer.kind, length })?;
    let head_length = u32::try_from(head.len()).map_err(io::Error::other)?;
    to.write_all(&head_length.to_le_bytes())?;
    to.write_all(&head)?;
    to.write_all(&answer.bytes)?;
    to.flush()
}

/// Reads an answer and its number; `None` at the end.
pub(super) fn read(from: &mut impl Read) -> io::Result<Option<(u64, Answer)>> {
    let mut length = [0; 4];
    match from.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let Head { id, kind, length } = serde_json::from_slice(&taken(from, u32::from_le_bytes(length), HEAD_BYTES)?)?;
    Ok(Some((id, Answer { kind, bytes: taken(from, length, ANSWER_BYTES)? })))
}

fn taken(from: &mut impl Read, length: u32, most: u32) -> io::Result<Vec<u8>> {
    if length > most {
        return Err(io::Error::other("an answer is too long"));
    }
    let mut bytes = vec![0; length as usize];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_come_as_they_went_and_torn_ones_are_mistakes() {
        let answer = Answer { kind: Kind::Runs, bytes: vec![7; 1000] };
        let mut bytes = Vec::new();
        write(&mut bytes, 42, &answer).unwrap();
        assert_eq!(read(&mut bytes.as_slice()).unwrap(), Some((42, answer)));
        assert_eq!(read(&mut [].as_slice()).unwrap(), None);
        for length in 4..bytes.len() {
            assert!(read(&mut &bytes[..length]).is_err(), "{length}");
        }
        assert!(read(&mut [0xff; 64].as_slice()).is_err());
    }
}
