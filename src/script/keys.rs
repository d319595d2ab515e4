//! The keys of a script outside of visuals: what each takes and means. Schema, reference and help read these tables; tests hold
//! them against what the reader knows.

use super::model::{Align, Anchor, BuildRule, Manner, Shape, Side};
use super::table::{FieldSpec, Takes};

/// Keys at the head of a script or of a file of it.
pub const HEAD: &[FieldSpec] = &[
    FieldSpec::new("surprisal", Takes::Whole(1, 1), "1", "version of the language"),
    FieldSpec::optional("title", Takes::Text, "title of the film"),
    FieldSpec::optional("description", Takes::Text, "what it is about, for `render --publish`"),
    FieldSpec::new(
        "language",
        Takes::Text,
        "en",
        "the language of the narration, as `en` or `pt-BR`: how fast lines are said that have no recording, and the language of captions",
    ),
    FieldSpec::optional(
        "thumbnail",
        Takes::Text,
        "the mark or figure that stands for the film, for `render --publish`; if not given, the mark `thumbnail`",
    ),
    FieldSpec::optional("stage", Takes::Stage, "size, rate and looks"),
    FieldSpec::optional(
        "theme",
        Takes::Theme,
        "colours: a theme's name, or a `base` theme with other colours for some roles",
    ),
    FieldSpec::optional("include", Takes::Paths, "files whose definitions join these; paths start from the file"),
    FieldSpec::optional(
        "fonts",
        Takes::Fonts,
        "for characters that the fonts here lack: files beside the script, or fonts of this machine as `{ system: Noto Sans CJK JP }`",
    ),
    FieldSpec::optional("data", Takes::DataFiles, "files of numbers and words, by name: CSV, JSON, text"),
    FieldSpec::optional("sources", Takes::Sources, "distributions, by name"),
    FieldSpec::optional("codes", Takes::Codes, "code words for the symbols of sources, by name"),
    FieldSpec::optional("functions", Takes::Functions, "functions that expressions may call, as `f: 'x => x * x'`"),
    FieldSpec::optional("vars", Takes::Vars, "variables that steps animate, with their first values"),
    FieldSpec::optional("styles", Takes::Styles, "bundles of fields and looks, by name"),
    FieldSpec::optional("define", Takes::Definitions, "components and own verbs, by name"),
    FieldSpec::optional(
        "figures",
        Takes::Figures,
        "figures of the write-up that no step asks for: strips of several instants, others of the same",
    ),
    FieldSpec::optional("scenes", Takes::Scenes, "scenes, one after the other; a script needs one at least"),
];

/// Keys of a figure.
pub const FIGURE: &[FieldSpec] = &[
    FieldSpec::required("name", Takes::Text, "unique name, which becomes that of files"),
    FieldSpec::optional(
        "at",
        Takes::Names,
        "the mark or figure whose instant it shows, or several for a strip; if not given, that of its step",
    ),
    FieldSpec::optional(
        "columns",
        Takes::Whole(1, 100),
        "of several instants: how many stand in a row; if not given, all",
    ),
    FieldSpec::optional("labels", Takes::Names, "of several instants: words above each"),
    FieldSpec::optional(
        "crop",
        Takes::Names,
        "actors and parts that are shown, or `stage` for the whole frame; if not given, all that is visible",
    ),
    FieldSpec::new("margin", Takes::Fixed(0.0, 4.0), "0.15", "space around what is shown, in stage units"),
    FieldSpec::optional(
        "width",
        Takes::Text,
        "width on paper: `84mm`, `3in`, `240pt`, `600px`, `1 column`; if not given, 8 mm for a stage unit",
    ),
    FieldSpec::optional("height", Takes::Text, "in place of a width: height on paper"),
    FieldSpec::new("theme", Takes::Text, "paper", "its colours: the name of a theme"),
    FieldSpec::optional("background", Takes::Color, "what is behind it; nothing if not given"),
    FieldSpec::optional("vars", Takes::NumberMap, "other values for variables, held all through the scene"),
    FieldSpec::optional("hide", Takes::Names, "actors and parts that are left out"),
    FieldSpec::optional("show", Takes::Names, "actors that are added, though they are not on stage"),
    FieldSpec::optional("caption", Takes::Text, "what stands below it"),
    FieldSpec::optional("alt", Takes::Text, "what is to be seen, in words, for those who cannot see it"),
    FieldSpec::optional("until", Takes::Text, "it moves, from its instant up to this mark: GIF, WebP, MP4"),
    FieldSpec::new("rate", Takes::Fixed(1.0, 60.0), "20", "of one that moves: frames a second"),
    FieldSpec::optional("allow", Takes::Names, "warnings that are meant, such as `cut-figure`"),
];

/// Keys of an entry of `data`.
pub const DATA: &[FieldSpec] = &[
    FieldSpec::required(
        "file",
        Takes::Text,
        "the file; the path starts from the script, nothing outside its folder is read",
    ),
    FieldSpec::optional("kind", Takes::Word(super::data::KINDS), "what is in it; if not given, as its name ends"),
    FieldSpec::optional("separator", Takes::Text, "the sign between cells; if not given, a comma, in `.tsv` a tab"),
    FieldSpec::new(
        "header",
        Takes::Flag,
        "true",
        "the first line names the columns; else they are `column1`, `column2`, ...",
    ),
];

/// Keys of `stage`.
pub const STAGE: &[FieldSpec] = &[
    FieldSpec::new("size", Takes::Text, "1920x1080", "width x height of the frame in pixels"),
    FieldSpec::new("fps", Takes::Text, "60", "frames a second, also as `30000/1001`"),
    FieldSpec::new("theme", Takes::Theme, "chalkboard", "colours, as `theme` at the head"),
    FieldSpec::new(
        "margin",
        Takes::Fixed(0.0, 4.0),
        "0.6",
        "distance from the edge of the frame that things at it keep, in stage units",
    ),
    FieldSpec::new(
        "motion_blur",
        Takes::Shutter,
        "false",
        "what moves is blurred along its way: `true`, or a map such as `{ shutter: 180, samples: 8 }`",
    ),
    FieldSpec::new("captions", Takes::Flag, "false", "the words of `say` at the foot of the frame"),
];

/// Keys of `motion_blur`.
pub const SHUTTER: &[FieldSpec] = &[
    FieldSpec::new(
        "shutter",
        Takes::Fixed(1.0, 360.0),
        "180",
        "angle of the shutter in degrees: 360 is open for the whole time of a frame",
    ),
    FieldSpec::new("samples", Takes::Whole(2, 64), "8", "instants of that time that are drawn"),
];

/// Keys of a scene.
pub const SCENE: &[FieldSpec] = &[
    FieldSpec::optional("id", Takes::Text, "unique name; if not given, `scene1`, `scene2`, ..."),
    FieldSpec::optional("title", Takes::Text, "title, for chapters, sections and sheets"),
    FieldSpec::new(
        "chapter",
        Takes::Flag,
        "false",
        "a chapter of the film begins here; if no scene says so, each that has a title is one",
    ),
    FieldSpec::optional("if", Takes::Condition, "the scene is there only if this holds"),
    FieldSpec::new(
        "transition",
        Takes::Transition,
        "cut",
        "how it takes the place of the scene before: cut, fade, slide, wipe, zoom, or a map such as `{ slide: left, for: 0.8, shared: [chart] }`",
    ),
    FieldSpec::optional("vars", Takes::Vars, "variables of this scene, or other values for those of the script"),
    FieldSpec::optional("cast", Takes::Cast, "what can be on stage, in drawing order"),
    FieldSpec::required("steps", Takes::Steps, "what happens, one after the other"),
];

/// Keys of a scene's `transition`.
pub const TRANSITION: &[FieldSpec] = &[
    FieldSpec::optional(
        "fade",
        Takes::Word(super::transition::FADES),
        "one picture becomes the other, straight across or through the bare ground",
    ),
    FieldSpec::optional("slide", Takes::Word(Side::WORDS), "both travel in this direction, the new one behind the old"),
    FieldSpec::optional(
        "wipe",
        Takes::Word(Side::WORDS),
        "an edge travels in this direction, the new picture behind it",
    ),
    FieldSpec::optional(
        "zoom",
        Takes::Word(super::transition::ZOOMS),
        "in: through the old picture into the new one; out: back from it",
    ),
    FieldSpec::new("for", Takes::Secs, "1", "length in seconds, the first of the scene"),
    FieldSpec::new("ease", Takes::Easing, "smooth", "the course of the motion"),
    FieldSpec::optional(
        "shared",
        Takes::Names,
        "actors of both scenes, of the same kind, that travel from their old places to their new ones",
    ),
];

/// Keys of an actor beside its visual: how it comes about.
pub const MAKING: &[FieldSpec] = &[
    FieldSpec::optional("style", Takes::Names, "styles laid under what the actor says itself"),
    FieldSpec::optional("if", Takes::Condition, "the actor is there only if this holds"),
    FieldSpec::optional(
        "for_each",
        Takes::Loop,
        "one actor for each value: `dot$i` makes `dot0`, `dot1`, ...; `dots`, without a `$`, a group of `dots.0`, `dots.1`, ...",
    ),
];

/// Keys of an actor beside its visual: where it is, and how it looks.
pub const PLACEMENT: &[FieldSpec] = &[
    FieldSpec::optional(
        "at",
        Takes::Place,
        "a point, an actor or part, or a point of one: `graph@[x, y]`, `box@top_right`, `curve@0.3` along it",
    ),
    FieldSpec::optional("above", Takes::Actor, "an actor or part that it stands above"),
    FieldSpec::optional("below", Takes::Actor, "an actor or part that it stands below"),
    FieldSpec::optional("left_of", Takes::Actor, "an actor or part that it stands left of"),
    FieldSpec::optional("right_of", Takes::Actor, "an actor or part that it stands right of"),
    FieldSpec::optional("inside", Takes::Actor, "an actor or part in whose middle it is"),
    FieldSpec::optional("edge", Takes::Word(Anchor::WORDS), "the edge or corner of the frame that it is at"),
    FieldSpec::optional(
        "fit",
        Takes::Actor,
        "scaled to fit into this actor or part, or the `stage`; in its middle unless placed",
    ),
    FieldSpec::optional(
        "margin",
        Takes::ANY_NUMBER,
        "space to the edge or around what is fitted in, in stage units; if not given, the stage's, and 0.2 within others",
    ),
    FieldSpec::new(
        "gap",
        Takes::ANY_NUMBER,
        "0.4",
        "distance from what it is beside, or between members, in stage units",
    ),
    FieldSpec::optional("align", Takes::Word(Align::WORDS), "the line that it shares with what it is beside"),
    FieldSpec::new("anchor", Takes::Word(Anchor::WORDS), "centre", "the point of it that comes to lie on `at`"),
    FieldSpec::optional("shift", Takes::Point, "a further shift in stage units"),
    FieldSpec::new("scale", Takes::Number(0.0, f64::INFINITY), "1", "factor of size"),
    FieldSpec::optional("width", Takes::Number(0.0, f64::INFINITY), "scaled as a whole to this width in stage units"),
    FieldSpec::optional("height", Takes::Number(0.0, f64::INFINITY), "scaled as a whole to this height in stage units"),
    FieldSpec::optional("match_width", Takes::Actor, "scaled as a whole to the width of this"),
    FieldSpec::optional("match_height", Takes::Actor, "scaled as a whole to the height of this"),
    FieldSpec::new("rotate", Takes::ANY_NUMBER, "0", "degrees, counter-clockwise"),
    FieldSpec::new("opacity", Takes::Number(0.0, 1.0), "1", "from 0 to 1"),
    FieldSpec::new("layer", Takes::Whole(-1000, 1000), "0", "drawn over lower layers, whatever the order of the cast"),
    FieldSpec::new(
        "parallax",
        Takes::Fixed(0.0, 10.0),
        "1",
        "how far the camera's moves carry it: 0 stays with the frame, below 1 is far behind the stage, above 1 before it",
    ),
    FieldSpec::optional("color", Takes::Color, "one colour for all of it"),
    FieldSpec::new("hidden", Takes::Flag, "false", "not on stage at all"),
    FieldSpec::optional("allow", Takes::Names, "warnings that are meant so, by their codes"),
    FieldSpec::optional("columns", Takes::Whole(1, 1000), "of `grid: [a, b]`: members in a row"),
    FieldSpec::optional(
        "spread",
        Takes::Number(0.0, f64::INFINITY),
        "of `row: [a, b]` and `column: [a, b]`: the length that members are spread over",
    ),
];

/// Fields of `row`, `column`, `grid` and `group`.
pub const GROUP: &[FieldSpec] = &[
    FieldSpec::optional("members", Takes::Members, "names of actors, or actors written inline"),
    FieldSpec::optional("for_each", Takes::Loop, "in place of `members`: one for each value"),
    FieldSpec::optional("each", Takes::Anything, "the member that `for_each` makes, an actor written inline"),
    FieldSpec::new("gap", Takes::ANY_NUMBER, "0.4", "space between members in stage units"),
    FieldSpec::optional(
        "spread",
        Takes::Number(0.0, f64::INFINITY),
        "in place of a gap: the width of a row, or height of a column, that members are spread over",
    ),
    FieldSpec::optional("align", Takes::Word(Align::WORDS), "the line that members share across the arrangement"),
    FieldSpec::optional(
        "columns",
        Takes::Whole(1, 1000),
        "members in a row of a grid; if not given, as square as it gets",
    ),
];

/// Options of steps: keys that some verbs have.
pub const OPTIONS: &[FieldSpec] = &[
    FieldSpec::optional("from", Takes::Word(Side::WORDS), "the side that it comes from"),
    FieldSpec::optional("to", Takes::Anything, "the goal: a place, side, number or actor, as the verb asks"),
    FieldSpec::optional(
        "by",
        Takes::Anything,
        "the change: a shift `[x, y]`, a factor or degrees; of writing, `letter` or `word`: typed, not by hand",
    ),
    FieldSpec::optional("x", Takes::ANY_NUMBER, "this x coordinate of the stage; the other stays as it is"),
    FieldSpec::optional("y", Takes::ANY_NUMBER, "this y coordinate of the stage; the other stays as it is"),
    FieldSpec::optional("above", Takes::Actor, "goes above this actor or part"),
    FieldSpec::optional("below", Takes::Actor, "goes below this actor or part"),
    FieldSpec::optional("left_of", Takes::Actor, "goes left of this actor or part"),
    FieldSpec::optional("right_of", Takes::Actor, "goes right of this actor or part"),
    FieldSpec::new("gap", Takes::ANY_NUMBER, "0.4", "distance from what it goes beside, in stage units"),
    FieldSpec::optional("color", Takes::Color, "the new colour; of a highlight, the accent if not given"),
    FieldSpec::optional("opacity", Takes::Number(0.0, 1.0), "the new opacity"),
    FieldSpec::optional("scale", Takes::ANY_NUMBER, "the factor of the size that is followed"),
    FieldSpec::optional("rotate", Takes::ANY_NUMBER, "the angle in degrees that is followed"),
    FieldSpec::optional(
        "colors",
        Takes::Anything,
        "two colours `[from, to]`, of which `share` says how much of the second",
    ),
    FieldSpec::optional("share", Takes::ANY_NUMBER, "from 0, the first of two colours, to 1, the second"),
    FieldSpec::optional(
        "only",
        Takes::Anything,
        "what is let go, in place of everything: place, scale, rotate, opacity, color, or a list of them",
    ),
    FieldSpec::optional("layout", Takes::Word(super::plan::LAYOUTS), "how they are arranged"),
    FieldSpec::optional(
        "columns",
        Takes::Whole(1, 1000),
        "members in a row of a grid; if not given, as square as it gets",
    ),
    FieldSpec::optional("align", Takes::Word(Align::WORDS), "the line that members share across the arrangement"),
    FieldSpec::optional("actors", Takes::Anything, "which actors are meant; if not given, all"),
    FieldSpec::optional("leader", Takes::Actor, "the actor or part from which the distance is kept"),
    FieldSpec::optional("toward", Takes::Place, "where it looks: a point, an actor or a part"),
    FieldSpec::new(
        "front",
        Takes::Fixed(-360.0, 360.0),
        "0",
        "its own direction that looks there, in degrees; 0 is its right, 90 its top",
    ),
    FieldSpec::optional("of", Takes::Actor, "the actor or part whose way the trail shows"),
    FieldSpec::new("shape", Takes::Word(Shape::WORDS), "box", "shape of the highlight"),
    FieldSpec::optional("margin", Takes::ANY_NUMBER, "space around the target in stage units"),
    FieldSpec::new("how", Takes::Word(Manner::WORDS), "flash", "how it is pointed at"),
    FieldSpec::new(
        "blur",
        Takes::Fixed(0.0, 2.0),
        "0",
        "how far what steps back is blurred, in stage units: the standard deviation",
    ),
    FieldSpec::optional(
        "spring",
        Takes::Fixed(0.0, 10.0),
        "follows as if on a spring, so many seconds behind a leader of even motion",
    ),
    FieldSpec::new(
        "damping",
        Takes::Fixed(0.2, 4.0),
        "1",
        "of the spring: 1 arrives soonest without swinging, below it swings, above it creeps",
    ),
    FieldSpec::optional("into", Takes::Names, "the actor or part that it becomes, or as many as become something"),
    FieldSpec::new("gain", Takes::Fixed(-60.0, 24.0), "0", "of a sound: how much louder it is, in dB; below 0 fainter"),
    FieldSpec::new("loop", Takes::Flag, "false", "of a sound: again and again, to the end of the film"),
    FieldSpec::new("skip", Takes::Secs, "0", "of a sound: seconds that are left out at its beginning"),
    FieldSpec::new("fade_in", Takes::Secs, "0", "of a sound: seconds in which it comes"),
    FieldSpec::new("fade_out", Takes::Secs, "0", "of a sound: seconds in which it goes; 1 for `hush`"),
    FieldSpec::new(
        "duck",
        Takes::Fixed(0.0, 60.0),
        "0",
        "of a sound: how far it steps back while words are said, in dB",
    ),
    FieldSpec::optional("lag", Takes::Secs, "seconds between the starts of steps"),
    FieldSpec::optional("steps", Takes::Steps, "the steps that are repeated"),
];

/// Modifiers of steps: when, and along which course.
pub const TIMING: &[FieldSpec] = &[
    FieldSpec::optional(
        "for",
        Takes::Secs,
        "length in seconds; each verb has a usual one; a block of steps is stretched to it",
    ),
    FieldSpec::optional("until", Takes::Text, "in place of `for`: lasts until this mark of the scene"),
    FieldSpec::optional(
        "window",
        Takes::Numbers(2),
        "in place of `for`, within `together`: the share of its time, as `[0.25, 0.75]`",
    ),
    FieldSpec::new("ease", Takes::Easing, "smooth", "the course of the motion"),
    FieldSpec::new("delay", Takes::Secs, "0", "seconds before it begins"),
    FieldSpec::optional("at", Takes::Text, "begins at this mark, or so many seconds after the start of the scene"),
    FieldSpec::optional("as", Takes::Text, "a name that `await` can wait for"),
    FieldSpec::new("stagger", Takes::Secs, "0", "seconds between the starts of parts, or of several targets"),
    FieldSpec::new(
        "order",
        Takes::Order,
        "forward",
        "which part begins: forward, reverse, centre, ends, random, `{ random: seed }`, or by distance: `{ from: place }`, `{ to: place }`",
    ),
    FieldSpec::new("arc", Takes::Fixed(-360.0, 360.0), "0", "bend of the path in degrees"),
    FieldSpec::optional("if", Takes::Condition, "the step is there only if this holds"),
];

/// Fields of a code.
pub const CODE: &[FieldSpec] = &[
    FieldSpec::required("for", Takes::Text, "the source whose symbols it codes"),
    FieldSpec::optional("words", Takes::Words, "a word of 0s and 1s for each symbol"),
    FieldSpec::optional("build", Takes::Word(BuildRule::WORDS), "in place of `words`: the algorithm that makes them"),
];

#[cfg(test)]
mod tests {
    use super::super::placement::PLACEMENT_KEYS;
    use super::super::verbs::VERBS;
    use super::*;

    #[test]
    fn tables_hold_the_keys_that_are_read() {
        let names = |table: &[FieldSpec]| table.iter().map(|row| row.name).collect::<Vec<_>>();
        assert_eq!(names(PLACEMENT), PLACEMENT_KEYS);
        let (options, timing) = (names(OPTIONS), names(TIMING));
        for verb in VERBS {
            for key in verb.options {
                assert!(options.contains(key), "{}: {key}", verb.name);
            }
            for key in verb.timing {
                assert!(timing.contains(key), "{}: {key}", verb.name);
            }
        }
        for key in options {
            assert!(VERBS.iter().any(|verb| verb.options.contains(&key)), "no verb has {key}");
        }
    }
}
