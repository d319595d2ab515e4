//! Pixels as runs: what a page can unpack faster than it could unpack any file of a picture, and without loss.
//!
//! Little-endian words of 32 bits. First width and height; then, until all pixels are there, either `0x8000_0000 | n` and one
//! pixel that is repeated n times, or `n` and n pixels. A pixel is red, green, blue and alpha in the order of bytes. A still
//! frame of flat colours takes a fiftieth of its pixels, and a copy of memory on either side.

const REPEATED: u32 = 0x8000_0000;
/// Equal pixels from which on repeating them is worth the two words.
const WORTH: usize = 4;

/// Packs rows of straight RGBA.
pub(super) fn pack(width: u32, height: u32, rgba: &[u8]) -> Vec<u8> {
    let (pixels, _) = rgba.as_chunks::<4>();
    let mut packed = Vec::with_capacity(pixels.len());
    packed.extend_from_slice(&width.to_le_bytes());
    packed.extend_from_slice(&height.to_le_bytes());
    let mut rest = pixels;
    let mut plain = 0;
    while let Some(first) = rest.get(plain) {
        let after = rest.get(plain..).unwrap_or_default();
        let equal = after.iter().take_while(|pixel| *pixel == first).count();
        if equal < WORTH {
            plain += equal;
            continue;
        }
        let (before, behind) = rest.split_at(plain);
        literal(&mut packed, before);
        packed.extend_from_slice(&(REPEATED | equal as u32).to_le_bytes());
        packed.extend_from_slice(first);
        rest = behind.get(equal..).unwrap_or_default();
        plain = 0;
    }
    literal(&mut packed, rest);
    packed
}

fn literal(packed: &mut Vec<u8>, pixels: &[[u8; 4]]) {
    if !pixels.is_empty() {
        packed.extend_from_slice(&(pixels.len() as u32).to_le_bytes());
        packed.extend_from_slice(pixels.as_flattened());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unpack(packed: &[u8]) -> (u32, u32, Vec<u8>) {
        let (words, _) = packed.as_chunks::<4>();
        let word = |at: usize| u32::from_le_bytes(words[at]);
        let (mut at, mut rgba) = (2, Vec::new());
        while at < words.len() {
            let count = (word(at) & !REPEATED) as usize;
            if word(at) & REPEATED != 0 {
                rgba.extend(words[at + 1].repeat(count));
                at += 2;
            } else {
                rgba.extend(words[at + 1..=at + count].as_flattened());
                at += 1 + count;
            }
        }
        (word(0), word(1), rgba)
    }

    #[test]
    fn pixels_come_back_as_they_were() {
        for seed in 0..200_u32 {
            let noise = |i: u32| (i.wrapping_mul(2_654_435_761) ^ seed.wrapping_mul(40_503)) >> 13;
            // Runs of all lengths, from none to the whole picture.
            let level = |i: u32| if noise(i / 8).is_multiple_of(seed % 7 + 1) { 9 } else { noise(i) as u8 };
            let rgba: Vec<u8> = (0..16 * 6).flat_map(|i| [level(i), 0, 1, 255]).collect();
            assert_eq!(unpack(&pack(16, 6, &rgba)), (16, 6, rgba));
        }
        let flat = [1, 2, 3, 255].repeat(960 * 540);
        assert_eq!(pack(960, 540, &flat).len(), 16);
    }
}
