//! The table of verbs: what a step may say. Reading, "did you mean", `surprisal list verbs` and the manual follow from it.

use super::camera;
use super::link;
use super::narration;
use super::operands as read;
use super::plan;
use super::step::Verb;
use super::steps::{Operand, StepReader};
use super::written_out;

/// A verb of steps.
pub struct VerbRow {
    /// The word.
    pub name: &'static str,
    /// One line on what it does.
    pub summary: &'static str,
    /// What stands behind the word.
    pub operand: &'static str,
    /// Keys that only some verbs have.
    pub options: &'static [&'static str],
    /// Keys of time.
    pub timing: &'static [&'static str],
    /// A step, in YAML.
    pub example: &'static str,
    pub(super) read: fn(&mut StepReader<'_, '_>, &Operand<'_>) -> Option<Verb>,
}

/// Keys of time of a step that takes time and acts on parts.
const PARTS: &[&str] = &["for", "until", "window", "ease", "delay", "at", "as", "stagger", "order"];
/// The same for a step that moves things along a path.
const PATH: &[&str] = &["for", "until", "window", "ease", "delay", "at", "as", "stagger", "order", "arc"];
/// Keys of time of a step that takes time as a whole.
const WHOLE: &[&str] = &["for", "until", "window", "ease", "delay", "at", "as"];
/// Keys of time of a step that is an instant.
const INSTANT: &[&str] = &["delay", "at"];
/// Keys of time of a step that is made of steps.
const BLOCK: &[&str] = &["for", "until", "window", "delay", "at", "as"];
/// The same for one that starts them in an order.
const ORDERED: &[&str] = &["for", "until", "window", "delay", "at", "as", "order"];

macro_rules! verbs {
    ($($name:literal $operand:literal $options:expr, $timing:expr, $read:path, $summary:literal, $example:literal;)*) => {
        /// Every verb, in the order of the manual.
        pub const VERBS: &[VerbRow] = &[$(VerbRow {
            name: $name, summary: $summary, operand: $operand, options: $options, timing: $timing, example: $example,
            read: $read,
        },)*];
    };
}

verbs! {
    "pause" "seconds" &[], &[], read::pause, "Nothing happens for some seconds.", "pause: 1.5";
    "say" "text with ${...}, or { text, voice }" &[], &["for", "delay", "at", "as"], narration::say, "Words of the narration, and the caption, for as long as its recording lasts. Values are those of the instant at which it begins; `|name|` between words is a mark.", "say: Rare events |rare| surprise us more.";
    "sound" "file" &["gain", "loop", "skip", "fade_in", "fade_out", "duck"], &["for", "until", "delay", "at", "as"], narration::sound, "Plays a file of sound or music, while steps go on: to its end, unless `for` or `until` says otherwise.",
        "{ sound: music.ogg, gain: -18, loop: true, fade_in: 2, duck: 10 }";
    "hush" "file, or all" &["fade_out"], INSTANT, narration::hush, "Sounds that are to be heard fade out.", "{ hush: all, fade_out: 3 }";
    "mark" "name" &[], &[], read::mark, "Names this instant.", "mark: proof-starts";
    "figure" "name, or a map of its options" &[], &[], read::figure, "This instant is a figure of the write-up, see `surprisal figures`.", "figure: area-is-bits";

    "show" "target" &[], INSTANT, read::show, "There at once.", "show: chart";
    "hide" "target" &[], INSTANT, read::hide, "Gone at once.", "hide: chart";
    "write" "target" &["by"], PARTS, read::write, "Written as by hand, or typed `by: letter` or `by: word`.", "{ write: mean, for: 1.5 }";
    "unwrite" "target" &["by"], PARTS, read::unwrite, "The reverse of writing.", "unwrite: mean";
    "draw" "target" &[], PARTS, read::draw, "Outlines are drawn, then filled.", "draw: chart";
    "grow" "target" &[], PARTS, read::grow, "Grows from nothing.", "{ grow: chart, for: 2, stagger: 0.15 }";
    "shrink" "target" &[], PARTS, read::shrink, "Shrinks to nothing.", "shrink: chart";
    "fade_in" "target" &["from"], PARTS, read::fade_in, "Comes out of nothing, perhaps `from` a side.", "{ fade_in: chart, from: left }";
    "fade_out" "target" &["to"], PARTS, read::fade_out, "Goes into nothing, perhaps `to` a side.", "{ fade_out: chart, to: up }";
    "fade" "target" &["to"], PARTS, read::fade, "Changes opacity, from 0 to 1.", "{ fade: chart, to: 0.3 }";

    "move" "target, or a map of actors and places" &["to", "by", "x", "y", "above", "below", "left_of", "right_of", "gap"], PATH, read::shift,
        "Changes place.", "{ move: mean, to: [2, 1] }";
    "scale" "target" &["to", "by"], PARTS, read::scale, "Changes size, `to` or `by` a factor.", "{ scale: chart, by: 1.2 }";
    "rotate" "target" &["to", "by"], PARTS, read::rotate, "Turns by degrees, counter-clockwise.", "{ rotate: chart, by: 90 }";
    "style" "target" &["color", "opacity"], PARTS, read::style, "Changes colour or opacity.", "{ style: chart.up, color: accent }";

    "bind" "target" &["to", "x", "y", "above", "below", "left_of", "right_of", "gap", "scale", "rotate", "opacity", "colors", "share"], PATH, link::bind,
        "Properties follow expressions, places and actors from now on, until they are changed or let go.", "{ bind: mean, to: [4 * p, 2], opacity: 1 - p, for: 0.5 }";
    "unbind" "target" &["only"], INSTANT, link::unbind, "Properties stay as they are at this instant: all, or `only` some of place, scale, rotate, opacity, color.",
        "{ unbind: mean, only: place }";
    "follow" "target" &["leader", "spring", "damping", "above", "below", "left_of", "right_of", "gap"], PATH, link::follow,
        "Keeps its distance from a `leader`, or stays on a side of something.", "{ follow: mean, leader: chart.up }";
    "face" "target" &["toward", "front"], PARTS, link::face, "Turns towards a place and keeps looking there; `front` is its own direction that does, in degrees.",
        "{ face: mean, toward: chart.up, front: 90 }";
    "arrange" "group, or actors in order" &["layout", "columns", "gap", "align", "to"], PATH, plan::arrange,
        "Actors move into a row, column, grid or stack, and stay there.", "{ arrange: [chart, mean], layout: column, gap: 0.5 }";
    "save" "name" &[], INSTANT, plan::save, "Remembers where all actors are, how large, turned, faint and coloured.", "save: start";
    "restore" "name" &["actors"], PATH, plan::restore, "Everything, or some `actors`, becomes as it was when that was saved.", "{ restore: start, actors: [chart, mean] }";
    "trace" "trail" &["of"], &["for", "until", "window", "delay", "at", "as"], link::trace,
        "A trail grows behind what moves: for as long as the step lasts, or else until `untrace`.", "{ trace: trail, of: mean, for: 3 }";
    "untrace" "trail" &[], INSTANT, link::untrace, "The trail grows no more.", "untrace: trail";

    "dim" "target" &["blur"], PARTS, read::dim, "Steps back.", "dim: { all_but: chart.up }";
    "undim" "target" &[], PARTS, read::undim, "Comes forward again.", "undim: all";
    "focus" "target" &["blur"], PARTS, read::focus, "Everything else steps back, and may blur.", "{ focus: chart, blur: 0.1 }";
    "highlight" "target" &["shape", "color", "margin"], PARTS, read::highlight, "Marked with a box, underline, circle, loop or spotlight until told otherwise; the mark slides to the next target.",
        "{ highlight: mean, shape: underline }";
    "unhighlight" "target, or nothing for all" &[], PARTS, read::unhighlight, "Loses its mark.", "unhighlight: mean";
    "indicate" "target" &["how"], PARTS, read::indicate, "Is pointed at once: by a flash, pulse, wiggle, passing light or ring.",
        "{ indicate: mean, how: wiggle }";

    "copy" "actor or part" &["to"], PATH, read::copy, "A copy flies to another actor or part and becomes it.", "{ copy: chart.up, to: mean }";
    "morph" "actor or part" &["into"], PATH, read::morph, "Becomes another actor.", "{ morph: mean, into: chart }";
    "camera" "{ fit: target, margin }, { at: point, height }, { by: shift, zoom }, { follow: target, height, spring, damping }, or reset" &[], WHOLE, camera::camera, "Moves the view.",
        "{ camera: { fit: chart, margin: 0.5 }, for: 2 }";
    "set" "variables and values" &[], WHOLE, read::set, "Variables slide to values, and all that depends on them follows.",
        "{ set: { p: 0.9 }, for: 3 }";
    "do" "actors and actions" &[], PARTS, read::act, "What a visual itself can do.", "{ do: { chart: { flip: { seed: 7 } } } }";

    "together" "steps" &[], BLOCK, read::together, "All at once.", "together: [{ write: mean }, { grow: chart }]";
    "sequence" "steps" &[], BLOCK, read::sequence, "One after the other.", "sequence: [{ write: mean }, { grow: chart }]";
    "stagger" "steps" &["lag"], ORDERED, read::stagger, "Each starts `lag` seconds after the one before.",
        "{ stagger: [{ write: mean }, { grow: chart }], lag: 0.3 }";
    "meanwhile" "steps" &[], BLOCK, read::meanwhile, "Runs on in the background, while the next steps begin at once.",
        "{ meanwhile: [{ grow: chart }], as: growth }";
    "await" "names of steps, and narration" &[], INSTANT, read::wait, "Waits until named steps, or the words said so far, have ended.",
        "await: narration";
    "repeat" "count" &["steps"], BLOCK, read::repeat, "The same steps, so many times.", "{ repeat: 3, steps: [{ indicate: mean }] }";
    "for_each" "a name and a list or range" &["steps", "lag"], BLOCK, written_out::for_each,
        "The same steps for each value: `$name` stands for it.", "{ for_each: { i: [mean, chart] }, steps: [{ indicate: $i }] }";
}

impl VerbRow {
    /// The verb of this word.
    pub fn named(name: &str) -> Option<&'static Self> {
        VERBS.iter().find(|row| row.name == name)
    }

    /// Can this key stand beside the verb?
    pub fn has_key(&self, key: &str) -> bool {
        self.name == key || self.options.contains(&key) || self.timing.contains(&key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Source;

    fn check(step: &str) -> Vec<String> {
        let text = format!(
            "vars: {{ p: 1/2 }}\nscenes:\n  - cast: {{ chart: {{ bars: x }}, mean: M, trail: {{ trail: {{}} }} }}\n    steps:\n      - {step}\n"
        );
        let (_, diags) = crate::script::parse(&Source::new("x", text), &crate::world::MemoryWorld::default());
        diags.iter().map(|d| d.code.to_string()).collect()
    }

    #[test]
    fn every_example_is_understood_and_knows_no_other_key() {
        for row in VERBS {
            assert_eq!(check(row.example), Vec::<String>::new(), "{}", row.name);
            let flow =
                if row.example.starts_with('{') { row.example.to_string() } else { format!("{{ {} }}", row.example) };
            let more = flow.replacen('{', "{ zzz: 1,", 1);
            assert_eq!(check(&more), ["unknown-key"], "{more}");
        }
    }

    #[test]
    fn every_key_of_the_table_is_read() {
        // A key with an absurd value is an error exactly if something reads it.
        for row in VERBS {
            for key in row.options.iter().chain(row.timing) {
                let flow = if row.example.starts_with('{') {
                    row.example.to_string()
                } else {
                    format!("{{ {} }}", row.example)
                };
                let start = flow.find(&format!(" {key}:")).filter(|_| row.options.contains(key));
                let bad = match start {
                    Some(at) => format!("{} {key}: {{ zz: [] }} }}", &flow[..at]),
                    None => flow.replacen('{', &format!("{{ {key}: {{ zz: [] }},"), 1),
                };
                assert_ne!(check(&bad), Vec::<String>::new(), "{bad}");
            }
        }
    }
}
