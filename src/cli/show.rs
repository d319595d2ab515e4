//! A picture in the terminal: by the protocols of kitty, iTerm2 or sixel, else in half blocks of colour.

use std::collections::BTreeMap;

use super::args::ShowArg;
use crate::diag::Diagnostic;
use crate::export::png;
use crate::film::Film;
use crate::geom::FrameSize;
use crate::raster::{Pixels, Rasterizer};
use crate::time::FrameIndex;

/// How a terminal shows pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Kitty,
    Iterm,
    Sixel,
    Blocks,
}

/// Bytes of a piece of a picture for kitty.
const PIECE: usize = 4096;
/// Widest picture, in pixels: terminals are not wider.
const WIDEST_PX: u32 = 1280;
/// Colours of a picture in sixels.
const COLORS: usize = 256;
/// Columns of a terminal that does not say how many it has.
const COLUMNS: u32 = 80;

/// A frame as the text that makes a terminal show it.
///
/// # Errors
/// As [`png::encode`].
pub(super) fn picture(film: &Film, at: FrameIndex, how: ShowArg) -> Result<String, Diagnostic> {
    let way = match how {
        ShowArg::Auto => guessed(&|name| std::env::var(name).ok()),
        ShowArg::Kitty => Way::Kitty,
        ShowArg::Iterm => Way::Iterm,
        ShowArg::Sixel => Way::Sixel,
        ShowArg::Blocks => Way::Blocks,
    };
    let widest = if way == Way::Blocks { columns() } else { WIDEST_PX };
    let pixels = Rasterizer::new(fitted(film.size(), widest)).expose(film.exposures(at));
    Ok(match way {
        Way::Kitty => kitty(&png::encode(&pixels, false)?),
        Way::Iterm => {
            let bytes = png::encode(&pixels, false)?;
            format!("\x1b]1337;File=inline=1;size={}:{}\x07\n", bytes.len(), base64(&bytes))
        }
        Way::Sixel => sixel(&pixels),
        Way::Blocks => blocks(&pixels),
    })
}

/// What a terminal says of itself in variables.
fn guessed(variable: &dyn Fn(&str) -> Option<String>) -> Way {
    let is = |name: &str, words: &[&str]| {
        let value = variable(name).unwrap_or_default().to_lowercase();
        words.iter().any(|word| value.contains(word))
    };
    // What runs inside tmux or screen reaches the terminal only in parts.
    if is("TERM", &["screen", "tmux"]) {
        Way::Blocks
    } else if variable("KITTY_WINDOW_ID").is_some()
        || is("TERM", &["kitty", "ghostty"])
        || is("TERM_PROGRAM", &["ghostty"])
    {
        Way::Kitty
    } else if is("TERM_PROGRAM", &["iterm", "wezterm", "vscode"]) || is("LC_TERMINAL", &["iterm"]) {
        Way::Iterm
    } else if is("TERM", &["sixel", "foot", "mlterm", "contour"]) {
        Way::Sixel
    } else {
        Way::Blocks
    }
}

/// The columns of the terminal.
fn columns() -> u32 {
    #[cfg(unix)]
    if let Ok(size) = rustix::termios::tcgetwinsize(std::io::stdout())
        && size.ws_col > 0
    {
        return u32::from(size.ws_col).min(400);
    }
    COLUMNS
}

/// The largest size of a film's shape that is at most so wide.
fn fitted(size: FrameSize, widest: u32) -> FrameSize {
    let width = size.width().min(widest);
    let even = |px: f64| (libm::round(px / 2.0) as u32 * 2).max(2);
    let height = f64::from(width) * f64::from(size.height()) / f64::from(size.width());
    FrameSize::new(even(f64::from(width)), even(height)).unwrap_or(size)
}

fn kitty(png: &[u8]) -> String {
    let text = base64(png);
    let mut shown = String::with_capacity(text.len() + text.len() / PIECE * 16 + 64);
    let mut rest = text.as_str();
    let mut head = "a=T,f=100,";
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(rest.len().min(PIECE));
        let more = u8::from(!after.is_empty());
        shown.push_str(&format!("\x1b_G{head}m={more};{piece}\x1b\\"));
        (rest, head) = (after, "");
    }
    shown + "\n"
}

/// Two rows of pixels to a line of text.
fn blocks(pixels: &Pixels) -> String {
    let mut shown = String::new();
    let rows: Vec<&[[u8; 4]]> = pixels.rgba.as_chunks().0.chunks(pixels.width as usize).collect();
    for pair in rows.chunks(2) {
        let [upper, lower] = pair else { continue };
        let mut before = None;
        for (above, below) in upper.iter().zip(*lower) {
            let ([r, g, b, _], [s, h, c, _]) = (*above, *below);
            if before != Some((above, below)) {
                shown.push_str(&format!("\x1b[38;2;{r};{g};{b};48;2;{s};{h};{c}m"));
            }
            before = Some((above, below));
            shown.push('▀');
        }
        shown.push_str("\x1b[0m\n");
    }
    shown
}

/// Six rows of pixels at a time, colour by colour.
fn sixel(pixels: &Pixels) -> String {
    let (width, height) = (pixels.width as usize, pixels.height as usize);
    let (palette, indices) = palette(pixels);
    let mut shown = format!("\x1bPq\"1;1;{width};{height}");
    let percent = |level: u8| u32::from(level) * 100 / 255;
    for (number, [r, g, b]) in palette.iter().enumerate() {
        shown.push_str(&format!("#{number};2;{};{};{}", percent(*r), percent(*g), percent(*b)));
    }
    for band in indices.chunks(6 * width) {
        let mut columns: BTreeMap<usize, Vec<u8>> = BTreeMap::new();
        for (at, color) in band.iter().enumerate() {
            let bits = columns.entry(*color).or_insert_with(|| vec![0; width]);
            if let Some(column) = bits.get_mut(at % width) {
                *column |= 1 << (at / width);
            }
        }
        for (color, bits) in columns {
            shown.push_str(&format!("#{color}"));
            for run in bits.chunk_by(|a, b| a == b) {
                let sign = char::from(63 + run.first().copied().unwrap_or_default());
                shown.push_str(&format!("!{}{sign}", run.len()));
            }
            shown.push('$');
        }
        shown.push('-');
    }
    shown + "\x1b\\\n"
}

/// The colours that a picture has most of, and for each pixel the one that is nearest to its own.
fn palette(pixels: &Pixels) -> (Vec<[u8; 3]>, Vec<usize>) {
    // Five bits a channel: what is finer is not told apart.
    let coarse = |[r, g, b, _]: &[u8; 4]| [r >> 3, g >> 3, b >> 3];
    let (all, _) = pixels.rgba.as_chunks::<4>();
    let mut counts: BTreeMap<[u8; 3], (usize, [u8; 3])> = BTreeMap::new();
    for pixel in all {
        let [r, g, b, _] = *pixel;
        counts.entry(coarse(pixel)).or_insert((0, [r, g, b])).0 += 1;
    }
    let mut by_count: Vec<(usize, [u8; 3])> = counts.values().copied().collect();
    by_count.sort_by_key(|(count, color)| (std::cmp::Reverse(*count), *color));
    let palette: Vec<[u8; 3]> = by_count.into_iter().take(COLORS).map(|(_, color)| color).collect();
    let distance =
        |a: &[u8; 3], b: &[u8; 3]| a.iter().zip(b).map(|(a, b)| u32::from(a.abs_diff(*b)).pow(2)).sum::<u32>();
    let nearest = |color: &[u8; 3]| {
        let found = palette.iter().enumerate().min_by_key(|(_, known)| distance(known, color));
        found.map_or(0, |(number, _)| number)
    };
    let numbers: BTreeMap<[u8; 3], usize> = counts.iter().map(|(key, (_, color))| (*key, nearest(color))).collect();
    let indices = all.iter().map(|pixel| numbers.get(&coarse(pixel)).copied().unwrap_or_default()).collect();
    (palette, indices)
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let bits = three.iter().enumerate().fold(0_u32, |bits, (at, byte)| bits | u32::from(*byte) << (16 - 8 * at));
        for at in 0..4 {
            let digit = DIGITS.get((bits >> (18 - 6 * at) & 63) as usize).map_or('=', |digit| char::from(*digit));
            text.push(if at <= three.len() { digit } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pixels() -> Pixels {
        // Red over blue on the left, all green on the right.
        let (red, green, blue) = ([255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255]);
        Pixels { width: 2, height: 2, rgba: [red, green, blue, green].concat() }
    }

    #[test]
    fn pictures_are_written_as_terminals_read_them() {
        assert_eq!(
            ["", "f", "fo", "foo", "foob"].map(|text| base64(text.as_bytes())),
            ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg=="]
        );
        let expected = "\x1b[38;2;255;0;0;48;2;0;0;255m▀\x1b[38;2;0;255;0;48;2;0;255;0m▀\x1b[0m\n";
        assert_eq!(blocks(&pixels()), expected);
        // Green has most pixels; then by their levels blue and red.
        let colors = "#0;2;0;100;0#1;2;0;0;100#2;2;100;0;0";
        assert_eq!(sixel(&pixels()), format!("\x1bPq\"1;1;2;2{colors}#0!1?!1B$#1!1A!1?$#2!1@!1?$-\x1b\\\n"));
        let long = kitty(&[0; 6000]);
        assert!(long.starts_with("\x1b_Ga=T,f=100,m=1;AAAA") && long.contains("\x1b\\\x1b_Gm=0;"), "{long}");
    }

    #[test]
    fn terminals_are_known_by_what_they_say() {
        let guess = |known: &[(&str, &str)]| {
            guessed(&|name| known.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
        };
        assert_eq!(guess(&[("TERM", "xterm-kitty")]), Way::Kitty);
        assert_eq!(guess(&[("TERM", "xterm-256color"), ("TERM_PROGRAM", "iTerm.app")]), Way::Iterm);
        assert_eq!(guess(&[("TERM", "foot")]), Way::Sixel);
        assert_eq!(guess(&[("TERM", "tmux-256color"), ("KITTY_WINDOW_ID", "1")]), Way::Blocks);
        assert_eq!(guess(&[]), Way::Blocks);
    }

    #[test]
    fn pictures_keep_their_shape() {
        assert_eq!(fitted(FrameSize::FULL_HD, 80), FrameSize::new(80, 46).unwrap());
        assert_eq!(fitted(FrameSize::new(64, 36).unwrap(), 80), FrameSize::new(64, 36).unwrap());
    }
}
