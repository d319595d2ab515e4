//! Files of subtitles: SubRip and WebVTT. What has a meaning in them is written so that it has none.

use std::fmt::Write as _;

/// Some lines of text, and when they are shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Subtitle {
    /// Seconds.
    pub start: f64,
    /// Seconds.
    pub end: f64,
    /// At least one.
    pub lines: Vec<String>,
}

/// Keeps two characters apart without showing anything.
const APART: char = '\u{2060}';

/// A file of SubRip.
///
/// ```
/// use surprisal::sound::{Subtitle, srt};
/// let cue = Subtitle { start: 0.0, end: 1.5, lines: vec!["a --> b".into()] };
/// assert_eq!(srt(&[cue]), "1\n00:00:00,000 --> 00:00:01,500\na → b\n\n");
/// ```
pub fn srt(cues: &[Subtitle]) -> String {
    let mut text = String::new();
    for (number, (cue, [start, end])) in (1..).zip(cues.iter().zip(times(cues))) {
        // Players take `<b>` and `{\an8}` for markup: a joiner that is not seen takes the meaning from both.
        let line = |line: &String| plain(line).replace('<', &format!("<{APART}")).replace('{', &format!("{{{APART}"));
        let lines: Vec<String> = cue.lines.iter().map(line).collect();
        let _ = write!(text, "{number}\n{} --> {}\n{}\n\n", clock(start, ','), clock(end, ','), lines.join("\n"));
    }
    text
}

/// A file of WebVTT.
///
/// ```
/// use surprisal::sound::{Subtitle, vtt};
/// let cue = Subtitle { start: 0.0, end: 1.5, lines: vec!["a < b".into()] };
/// assert_eq!(vtt(&[cue]), "WEBVTT\n\n1\n00:00:00.000 --> 00:00:01.500\na &lt; b\n\n");
/// ```
pub fn vtt(cues: &[Subtitle]) -> String {
    let mut text = "WEBVTT\n\n".to_owned();
    for (number, (cue, [start, end])) in (1..).zip(cues.iter().zip(times(cues))) {
        let line = |line: &String| plain(line).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let lines: Vec<String> = cue.lines.iter().map(line).collect();
        let _ = write!(text, "{number}\n{} --> {}\n{}\n\n", clock(start, '.'), clock(end, '.'), lines.join("\n"));
    }
    text
}

/// Text without what ends a line or a cue.
fn plain(line: &str) -> String {
    let line: String =
        line.chars().map(|c| if c.is_control() || c == '\u{2028}' || c == '\u{2029}' { ' ' } else { c }).collect();
    // A line of blanks would end the cue.
    let line = line.replace("-->", "→");
    if line.trim().is_empty() { APART.to_string() } else { line }
}

/// Milliseconds: no cue is empty, none begins before the one before has ended.
fn times(cues: &[Subtitle]) -> Vec<[u64; 2]> {
    let millis = |secs: f64| libm::round(secs.clamp(0.0, 360_000.0) * 1000.0) as u64;
    let mut free = 0;
    let mut time = |(number, cue): (usize, &Subtitle)| {
        let start = millis(cue.start).max(free);
        let next = cues.get(number + 1).map_or(u64::MAX, |next| millis(next.start));
        let end = millis(cue.end).min(next).max(start + 1);
        free = end;
        [start, end]
    };
    cues.iter().enumerate().map(&mut time).collect()
}

fn clock(millis: u64, point: char) -> String {
    let (secs, millis) = (millis / 1000, millis % 1000);
    format!("{:02}:{:02}:{:02}{point}{millis:03}", secs / 3600, secs / 60 % 60, secs % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cue(start: f64, end: f64, line: &str) -> Subtitle {
        Subtitle { start, end, lines: vec![line.into()] }
    }

    #[test]
    fn cues_never_overlap_and_never_end_early() {
        let text = srt(&[cue(0.0, 9.0, "a"), cue(1.0, 1.0, "b"), cue(1.0, 2.0, "c"), cue(3600.0, 3661.5, "d")]);
        let times: Vec<&str> = text.lines().filter(|line| line.contains(" --> ")).collect();
        assert_eq!(
            times,
            [
                "00:00:00,000 --> 00:00:01,000",
                "00:00:01,000 --> 00:00:01,001",
                "00:00:01,001 --> 00:00:02,000",
                "01:00:00,000 --> 01:01:01,500",
            ]
        );
    }

    #[test]
    fn nothing_in_the_text_means_anything() {
        for text in
            ["a\n\n2\n00:00:01,000 --> 00:00:02,000\nb", "{\\an8}top", "<b>bold</b>", "", " ", "\u{2028}", "&amp;"]
        {
            let (srt, vtt) = (srt(&[cue(0.0, 1.0, text)]), vtt(&[cue(0.0, 1.0, text)]));
            assert_eq!(srt.matches("-->").count() + vtt.matches("-->").count(), 2, "{text}");
            assert_eq!((srt.trim_end().lines().count(), vtt.trim_end().lines().count()), (3, 5), "{text}");
            assert!(!srt.contains("{\\") && !srt.contains("<b") && !vtt.contains('<'), "{text}");
        }
        assert!(vtt(&[cue(0.0, 1.0, "&amp;")]).contains("&amp;amp;"));
    }
}
