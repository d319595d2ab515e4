//! Fonts within the file: cut down to the glyphs that are used, each under a character by which a browser finds it.
//!
//! A glyph keeps the character that it stands for in its font, if text goes from left to right with it and nothing is joined;
//! variants, joined letters and the large signs of formulas get one of those that Unicode leaves to private use.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use skrifa::raw::TableProvider as _;
use skrifa::raw::types::Tag;
use subsetter::GlyphRemapper;

use super::write::{escaped, number};
use crate::diag::Diagnostic;
use crate::draw::{Font, GlyphRun};
use crate::geom::{Affine, Point};

/// The first of the characters for private use, and how many there are.
const PRIVATE: u32 = 0xe000;
const PRIVATE_COUNT: usize = 6400;

/// The fonts of one file.
#[derive(Default)]
pub(super) struct Fonts(Vec<Used>);

struct Used {
    font: Font,
    remapper: GlyphRemapper,
    /// The characters of the font itself, by glyph.
    signs: BTreeMap<u32, char>,
    /// The character under which each glyph is written.
    given: BTreeMap<u16, char>,
}

impl Fonts {
    /// Can a font be cut down? Those with outlines of TrueType can.
    pub fn can_embed(&self, font: &Font) -> bool {
        font.reader().is_some_and(|reader| reader.glyf().is_ok() && reader.os2().is_ok())
    }

    /// What stands in a `<text` element, from its attributes to its content. Glyphs keep their places one by one.
    pub fn text(&mut self, run: &GlyphRun, map: Affine, size: f64) -> String {
        let at = self.0.iter().position(|used| used.font == run.font).unwrap_or_else(|| {
            self.0.push(Used::new(&run.font));
            self.0.len() - 1
        });
        let (mut content, mut xs, mut ys) = (String::new(), Vec::new(), Vec::new());
        for glyph in run.glyphs.iter() {
            let Some(sign) = self.0.get_mut(at).and_then(|used| used.sign(glyph.id)) else { continue };
            content.push(sign);
            let point = map * Point::new(glyph.x, glyph.y);
            xs.push(number(point.x));
            ys.push(number(point.y));
        }
        if ys.windows(2).all(|pair| matches!(pair, [a, b] if a == b)) {
            ys.truncate(1);
        }
        let (x, y) = (xs.join(" "), ys.join(" "));
        format!(" font-family=\"f{at}\" font-size=\"{}\" x=\"{x}\" y=\"{y}\">{}", number(size), escaped(&content))
    }

    /// The style sheet that holds the fonts; empty if there are none.
    pub fn style(&self) -> Result<String, Diagnostic> {
        if self.0.is_empty() {
            return Ok(String::new());
        }
        let mut style = String::from("<style>text{white-space:pre}\n");
        for (at, used) in self.0.iter().enumerate() {
            let bytes = used
                .file()
                .ok_or_else(|| Diagnostic::bug("svg", format!("the font `{}` cannot be cut down", used.font.name())))?;
            let data = STANDARD.encode(bytes);
            style += &format!("@font-face{{font-family:f{at};src:url(data:font/ttf;base64,{data})}}\n");
        }
        Ok(style + "</style>\n")
    }
}

impl Used {
    fn new(font: &Font) -> Self {
        Self { font: font.clone(), remapper: GlyphRemapper::new(), signs: font.signs(), given: BTreeMap::new() }
    }

    /// The character under which a glyph is written; `None` if there are too many.
    fn sign(&mut self, glyph: u16) -> Option<char> {
        if let Some(known) = self.given.get(&glyph) {
            return Some(*known);
        }
        if self.given.len() >= PRIVATE_COUNT {
            return None;
        }
        let own = self.signs.get(&u32::from(glyph)).copied().filter(|sign| is_plain(*sign));
        let sign = own.or_else(|| char::from_u32(PRIVATE + self.given.len() as u32))?;
        self.remapper.remap(glyph);
        self.given.insert(glyph, sign);
        Some(sign)
    }

    /// The font with what is used of it, a table of characters included.
    fn file(&self) -> Option<Vec<u8>> {
        let cut = subsetter::subset(self.font.data(), self.font.index(), &self.remapper).ok()?;
        let cut = skrifa::FontRef::new(&cut).ok()?;
        let mut tables: Vec<([u8; 4], Vec<u8>)> = Vec::new();
        for record in cut.table_directory().table_records() {
            let tag = record.tag();
            tables.push((tag.to_be_bytes(), cut.table_data(tag)?.as_bytes().to_vec()));
        }
        let whole = self.font.reader()?;
        tables.push((*b"OS/2", whole.table_data(Tag::new(b"OS/2"))?.as_bytes().to_vec()));
        let pairs = self.given.iter().filter_map(|(glyph, sign)| Some((*sign as u32, self.remapper.get(*glyph)?)));
        tables.push((*b"cmap", characters(&pairs.collect())));
        Some(assembled(tables))
    }
}

/// May a browser set this character as it stands: neither joined, nor turned round, nor swallowed?
fn is_plain(sign: char) -> bool {
    let code = sign as u32;
    match code {
        0x21..=0x7e | 0xa1..=0xac | 0xae..=0x02ff | 0x0370..=0x0482 | 0x048a..=0x052f => true,
        // Signs of text, arrows, mathematics, but no spaces and no marks of direction.
        0x2010..=0x2027 | 0x2030..=0x205e | 0x2070..=0x20cf | 0x2100..=0x2bff => true,
        _ => false,
    }
}

/// The table `cmap`: one group for each character, in the format for all of Unicode and that for its first plane.
fn characters(pairs: &BTreeMap<u32, u16>) -> Vec<u8> {
    let count = pairs.len() as u32;
    let mut table = Vec::new();
    // Version, two encodings: Windows' first plane, Windows' whole Unicode.
    let narrow = narrow(pairs);
    for word in [0u16, 2, 3, 1] {
        table.extend(word.to_be_bytes());
    }
    table.extend(20u32.to_be_bytes());
    for word in [3u16, 10] {
        table.extend(word.to_be_bytes());
    }
    table.extend((20 + narrow.len() as u32).to_be_bytes());
    table.extend(&narrow);
    for word in [12u16, 0] {
        table.extend(word.to_be_bytes());
    }
    for long in [16 + count * 12, 0, count] {
        table.extend(long.to_be_bytes());
    }
    for (code, glyph) in pairs {
        for long in [*code, *code, u32::from(*glyph)] {
            table.extend(long.to_be_bytes());
        }
    }
    table
}

/// Format 4: a segment for each character of the first plane, and the one that ends the table.
fn narrow(pairs: &BTreeMap<u32, u16>) -> Vec<u8> {
    let mut segments: Vec<(u16, u16)> =
        pairs.iter().filter_map(|(code, glyph)| Some((u16::try_from(*code).ok()?, *glyph))).collect();
    segments.retain(|(code, _)| *code != 0xffff);
    let count = segments.len() as u16 + 1;
    let power = 1u16 << count.ilog2();
    let mut words = vec![4, 16 + count * 8, 0, count * 2, power * 2, count.ilog2() as u16, (count - power) * 2];
    words.extend(segments.iter().map(|(code, _)| *code).chain([0xffff, 0]));
    words.extend(segments.iter().map(|(code, _)| *code).chain([0xffff]));
    words.extend(segments.iter().map(|(code, glyph)| glyph.wrapping_sub(*code)).chain([1]));
    words.extend(std::iter::repeat_n(0, usize::from(count)));
    words.iter().flat_map(|word: &u16| word.to_be_bytes()).collect()
}

/// A font file of these tables.
fn assembled(mut tables: Vec<([u8; 4], Vec<u8>)>) -> Vec<u8> {
    tables.sort_by_key(|(tag, _)| *tag);
    let count = tables.len() as u16;
    let power = 1u16 << count.max(1).ilog2();
    let mut file: Vec<u8> = 0x0001_0000_u32.to_be_bytes().into();
    for word in [count, power * 16, count.max(1).ilog2() as u16, (count - power) * 16] {
        file.extend(word.to_be_bytes());
    }
    let mut offset = 12 + 16 * tables.len();
    for (tag, data) in &tables {
        file.extend(tag);
        for long in [checksum(data), offset as u32, data.len() as u32] {
            file.extend(long.to_be_bytes());
        }
        offset += data.len().next_multiple_of(4);
    }
    for (_, data) in &tables {
        file.extend(data);
        file.resize(file.len().next_multiple_of(4), 0);
    }
    file
}

fn checksum(data: &[u8]) -> u32 {
    let word = |chunk: &[u8]| {
        let mut bytes = [0; 4];
        chunk.iter().zip(&mut bytes).for_each(|(byte, slot)| *slot = *byte);
        u32::from_be_bytes(bytes)
    };
    data.chunks(4).fold(0, |sum, chunk| sum.wrapping_add(word(chunk)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::typeset::Fonts as Bundled;
    use skrifa::MetadataProvider as _;

    #[test]
    fn a_font_that_is_cut_down_finds_its_glyphs_by_their_characters() {
        let font =
            Bundled::bundled().face(crate::typeset::Family::Sans, crate::typeset::Weight::Regular, false).unwrap();
        let reader = font.reader().unwrap();
        let glyph = |sign: char| reader.charmap().map(sign).unwrap().to_u32() as u16;
        let mut used = Used::new(font);
        // A letter, and a joined one, which a browser would not find by its own.
        let joined = glyph('\u{fb01}');
        assert_eq!(used.sign(glyph('H')), Some('H'));
        let private = used.sign(joined).unwrap();
        assert!((PRIVATE..PRIVATE + 10).contains(&(private as u32)));
        let bytes = used.file().unwrap();
        assert!(bytes.len() < 20_000, "{}", bytes.len());
        let cut = Font::foreign("cut", bytes.into(), 0).unwrap();
        let outline = |sign: char| {
            let glyph = cut.reader().unwrap().charmap().map(sign).unwrap();
            (*cut.outline(glyph.to_u32() as u16)).clone()
        };
        assert_eq!(outline('H').elements(), font.outline(glyph('H')).elements());
        assert_eq!(outline(private).elements(), font.outline(joined).elements());
    }
}
