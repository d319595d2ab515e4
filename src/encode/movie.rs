//! What an MP4 or QuickTime file holds, by its own tables: the bytes of a piece in; frames, size and length out.
//!
//! Files are read without ffmpeg, since what wrote them is no witness of what it wrote, and since that takes a process. Boxes: ISO/IEC 14496-12.

use std::io::{Error, ErrorKind, Read, Result, Seek, SeekFrom};
use std::ops::Range;

/// Bytes of tables that are read: those of a piece of an hour take less.
const TABLE_BYTES: u64 = 64 << 20;

/// The one track of pictures of a file, whatever others it has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Movie {
    /// Pictures.
    pub frames: u64,
    /// Their width and height in pixels.
    pub size: (u32, u32),
    /// Length, in ticks.
    pub ticks: u64,
    /// Ticks a second.
    pub timescale: u32,
}

/// Reads the tables of a file of this many bytes. An error means that it is damaged, cut or something else.
pub(super) fn read(file: &mut (impl Read + Seek), length: u64) -> Result<Movie> {
    let (mut at, mut data, mut tables) = (0, Vec::new(), None);
    while at < length {
        file.seek(SeekFrom::Start(at))?;
        let mut head = [0; 8];
        file.read_exact(&mut head)?;
        let [a, b, c, d, kind @ ..] = head;
        let mut bytes = u64::from(u32::from_be_bytes([a, b, c, d]));
        let mut header = 8;
        if bytes == 1 {
            let mut long = [0; 8];
            file.read_exact(&mut long)?;
            (bytes, header) = (u64::from_be_bytes(long), 16);
        }
        let body = bytes.checked_sub(header).filter(|_| bytes <= length - at).ok_or_else(damaged)?;
        match &kind {
            b"mdat" => data.push(at + header..at + bytes),
            b"moov" if body <= TABLE_BYTES => {
                let mut table = vec![0; usize::try_from(body).map_err(|_| damaged())?];
                file.read_exact(&mut table)?;
                tables = Some(table);
            }
            _ => {}
        }
        at += bytes;
    }
    let movie = tables.as_deref().and_then(|tables| track(tables, &data)).ok_or_else(damaged)?;
    if at == length { Ok(movie) } else { Err(damaged()) }
}

fn damaged() -> Error {
    ErrorKind::InvalidData.into()
}

/// The only track of pictures, whose samples must fit into the data of the file, and begin there.
fn track(tables: &[u8], data: &[Range<u64>]) -> Option<Movie> {
    let pictures = |media: &&[u8]| inside(media, b"hdlr").and_then(|handler| handler.get(8..12)) == Some(b"vide");
    let tracks = boxes(tables).filter(|(kind, _)| kind == b"trak").filter_map(|(_, track)| inside(track, b"mdia"));
    let mut tracks = tracks.filter(pictures);
    let media = tracks.next().filter(|_| tracks.next().is_none())?;
    let header = inside(media, b"mdhd")?;
    // Version 1 counts in 64 bits.
    let (timescale, ticks) = match header.first()? {
        0 => (number(header, 12)?, u64::from(number(header, 16)?)),
        1 => (number(header, 20)?, u64::from(number(header, 24)?) << 32 | u64::from(number(header, 28)?)),
        _ => return None,
    };
    let samples = inside(inside(media, b"minf")?, b"stbl")?;
    let sizes = inside(samples, b"stsz")?;
    let (each, frames) = (number(sizes, 4)?, u64::from(number(sizes, 8)?));
    let total: u64 = match each {
        0 => {
            let all = sizes.get(12..)?.chunks_exact(4);
            (all.len() as u64 == frames).then_some(())?;
            all.filter_map(|bytes| number(bytes, 0)).map(u64::from).sum()
        }
        each => u64::from(each).checked_mul(frames)?,
    };
    let entry = inside(samples, b"stsd")?.get(16..)?;
    let edge = |at: usize| Some(u32::from(u16::from_be_bytes([*entry.get(at)?, *entry.get(at + 1)?])));
    let chunks: Vec<u64> = match (inside(samples, b"stco"), inside(samples, b"co64")) {
        (Some(table), _) => {
            table.get(8..)?.as_chunks::<4>().0.iter().map(|at| u32::from_be_bytes(*at).into()).collect()
        }
        (None, table) => table?.get(8..)?.as_chunks::<8>().0.iter().map(|at| u64::from_be_bytes(*at)).collect(),
    };
    let there = chunks.iter().all(|at| data.iter().any(|range| range.contains(at)));
    let room = data.iter().map(|range| range.end - range.start).sum();
    (there && total <= room).then_some(Movie { frames, size: (edge(24)?, edge(26)?), ticks, timescale })
}

/// The boxes in a table, each with its kind and body; ends at the first that does not fit.
fn boxes(mut table: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    std::iter::from_fn(move || {
        let bytes = usize::try_from(number(table, 0)?).ok()?;
        let found = (table.get(4..8)?.try_into().ok()?, table.get(8..bytes)?);
        table = table.get(bytes..)?;
        Some(found)
    })
}

fn inside<'a>(table: &'a [u8], wanted: &[u8; 4]) -> Option<&'a [u8]> {
    boxes(table).find(|(kind, _)| kind == wanted).map(|(_, body)| body)
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at.checked_add(4)?)?.try_into().ok().map(u32::from_be_bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn boxed(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
        [&(body.len() as u32 + 8).to_be_bytes()[..], kind, body].concat()
    }

    /// A file of three frames of 64x36 with 30 bytes of data.
    fn file(sizes: [u32; 3], chunk: u32) -> Vec<u8> {
        let words = |words: &[u32]| words.iter().flat_map(|word| word.to_be_bytes()).collect::<Vec<u8>>();
        let header = boxed(b"mdhd", &words(&[0, 0, 0, 30_000, 3_003, 0]));
        let sizes = boxed(b"stsz", &words(&[0, 0, 3, sizes[0], sizes[1], sizes[2]]));
        let mut entry = vec![0; 24];
        entry.extend([0, 64, 0, 36]);
        let description = boxed(b"stsd", &[words(&[0, 1]), boxed(b"avc1", &entry)].concat());
        let chunks = boxed(b"stco", &words(&[0, 1, chunk]));
        let samples = boxed(b"stbl", &[description, sizes, chunks].concat());
        let handler = |kind: &[u8; 4]| boxed(b"hdlr", &[&[0; 8], &kind[..], &[0; 12]].concat());
        let media = boxed(b"mdia", &[header, handler(b"vide"), boxed(b"minf", &samples)].concat());
        let sound = boxed(b"mdia", &handler(b"soun"));
        let tables = boxed(b"moov", &[boxed(b"trak", &sound), boxed(b"trak", &media)].concat());
        [boxed(b"ftyp", b"isom"), boxed(b"mdat", &[7; 30]), tables].concat()
    }

    fn read_all(bytes: &[u8]) -> Result<Movie> {
        read(&mut Cursor::new(bytes), bytes.len() as u64)
    }

    #[test]
    fn tables_are_read_and_whatever_is_cut_is_refused() {
        let bytes = file([10, 10, 10], 20);
        let movie = read_all(&bytes).unwrap();
        assert_eq!(movie, Movie { frames: 3, size: (64, 36), ticks: 3_003, timescale: 30_000 });
        for end in 0..bytes.len() {
            assert!(read_all(&bytes[..end]).is_err(), "cut at {end}");
        }
        assert!(read_all(&file([10, 10, 11], 20)).is_err(), "more samples than data");
        for chunk in [19, 50] {
            assert!(read_all(&file([10, 10, 10], chunk)).is_err(), "samples elsewhere");
        }
    }

    #[test]
    fn damaged_tables_are_errors() {
        let bytes = file([10, 10, 10], 20);
        for at in 0..bytes.len() {
            for value in [0, 0xff] {
                let mut other = bytes.clone();
                other[at] = value;
                read_all(&other).ok(); // whatever comes out, it comes out
            }
        }
        for odd in [&b""[..], b"rubbish", &[0; 64], &[0xff; 64], &boxed(b"moov", b"")] {
            assert!(read_all(odd).is_err());
        }
    }
}
