//! Seeded damage to scripts: enters a text, leaves a text that differs in a few places. The same seed gives the same damage.

/// Numbers, in turn, out of nothing (splitmix64).
pub struct Chance(pub u64);

impl Chance {
    /// The next number below a bound; 0 if the bound is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % bound.max(1) as u64).unwrap_or(0)
    }

    /// One of these.
    pub fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

impl super::scene::Choose for Chance {
    fn below(&mut self, bound: usize) -> usize {
        Chance::below(self, bound)
    }
}

/// Characters that mean something in YAML, in selectors or in expressions, and bytes that are no character.
const BYTES: &[u8] = b"\t\n\r \"'#&*-.:,?[]{}!|>%@`$019aeE+/()=<~\\\0\xc3\xff";

/// Values that scripts seldom have.
const VALUES: &[&str] = &[
    "0",
    "-1",
    "1e308",
    "-1e308",
    "1e-320",
    "nan",
    "inf",
    "9223372036854775807",
    "1/0",
    "0/0",
    "''",
    "[]",
    "{}",
    "~",
    "null",
    "true",
    "'${p}'",
    "'${1/0}'",
    "p",
    "'x => x'",
    "all",
    "{ all_but: all }",
    "[0, 0]",
    "[1e9, -1e9]",
    "1000000",
    "0.000001",
    "10000",
    "'#fff'",
    "ink",
    "'{accent:x}'",
    "'$x$'",
    "'\\frac{1}{2}'",
    "😀",
    "'a.b.c'",
    "'a[0..9]'",
    "'a@[0, 0]'",
];

/// A damaged text: one to four edits. `others`: texts to take lines and words from.
pub fn damaged(text: &[u8], others: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = text.to_vec();
    for _ in 0..=chance.below(4) {
        let at = chance.below(bytes.len() + 1).min(bytes.len());
        match chance.below(12) {
            0 if !bytes.is_empty() => {
                let at = at.min(bytes.len() - 1);
                bytes[at] = *chance.one(BYTES);
            }
            1 => bytes.insert(at, *chance.one(BYTES)),
            2 if at < bytes.len() => {
                bytes.remove(at);
            }
            3 => bytes.truncate(at),
            4 | 5 => value(&mut bytes, at, chance),
            6 | 7 => word(&mut bytes, at, others, chance),
            8 => lines(&mut bytes, |all, i, j| all.swap(i, j), chance),
            9 => lines(&mut bytes, |all, i, j| all.insert(i, all[j].clone()), chance),
            10 => lines(
                &mut bytes,
                |all, i, _| {
                    all.remove(i);
                },
                chance,
            ),
            _ => {
                let other = chance.one(others);
                let from = chance.below(other.len() + 1).min(other.len());
                let line: Vec<u8> = other[from..].iter().copied().take_while(|b| *b != b'\n').collect();
                bytes.splice(at..at, line);
            }
        }
    }
    bytes
}

/// Puts another value after the next colon, or in the place of the next number.
fn value(bytes: &mut Vec<u8>, at: usize, chance: &mut Chance) {
    let number = chance.below(2) == 0;
    let found = bytes[at..].iter().position(|b| if number { b.is_ascii_digit() } else { *b == b':' });
    let Some(start) = found.map(|i| at + i + usize::from(!number)) else { return };
    let ends = |b: &u8| if number { !b.is_ascii_digit() && *b != b'.' } else { b",}]\n".contains(b) };
    let end = bytes[start..].iter().position(ends).map_or(bytes.len(), |i| start + i);
    let value = if number { chance.one(VALUES).to_string() } else { format!(" {}", chance.one(VALUES)) };
    bytes.splice(start..end, value.into_bytes());
}

/// Puts a word of any script in the place of the next word.
fn word(bytes: &mut Vec<u8>, at: usize, others: &[Vec<u8>], chance: &mut Chance) {
    let letter = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
    let next = |text: &[u8], at: usize| {
        let start = at + text[at..].iter().position(letter)?;
        let end = text[start..].iter().position(|b| !letter(b)).map_or(text.len(), |i| start + i);
        Some(start..end)
    };
    let other = chance.one(others);
    let from = chance.below(other.len());
    if let (Some(here), Some(there)) = (next(bytes, at), next(other, from.min(other.len()))) {
        bytes.splice(here, other[there].iter().copied());
    }
}

fn lines(bytes: &mut Vec<u8>, edit: impl FnOnce(&mut Vec<Vec<u8>>, usize, usize), chance: &mut Chance) {
    let mut all: Vec<Vec<u8>> = bytes.split(|b| *b == b'\n').map(<[u8]>::to_vec).collect();
    let (i, j) = (chance.below(all.len()), chance.below(all.len()));
    edit(&mut all, i, j);
    *bytes = all.join(&b'\n');
}
