//! Films as a whole: lengths, purity, morphs that end as their targets, and display lists as text.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails may panic")]

use std::path::{Path, PathBuf};

use surprisal::draw::{Frame, dump};
use surprisal::film::{Film, Overrides};
use surprisal::script;
use surprisal::time::{Fps, FrameIndex};
use surprisal::world::{DiskWorld, MemoryWorld};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn scenes() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in ["scenes", "scenes/bench", "scenes/motion"] {
        let entries = std::fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path());
        found.extend(entries.filter(|path| path.extension().is_some_and(|ending| ending == "yaml")));
    }
    found.sort();
    found
}

fn load(path: &Path, overrides: Overrides) -> Film {
    let source = script::read_source(&path.display().to_string(), &std::fs::read(path).unwrap()).unwrap();
    let world = DiskWorld::of_script(path);
    let (script, diags) = script::parse(&source, &world);
    assert!(diags.is_empty(), "{diags:#?}");
    let (film, diags) = Film::build(&script.unwrap(), &world, overrides);
    assert!(diags.is_empty(), "{diags:#?}");
    film.unwrap()
}

fn of(text: &str) -> Film {
    let (script, diags) = script::parse(&surprisal::diag::Source::new("test.yaml", text), &MemoryWorld::default());
    assert!(diags.is_empty(), "{diags:#?}");
    let (film, diags) = Film::build(&script.unwrap(), &MemoryWorld::default(), Overrides::default());
    assert!(!diags.has_errors(), "{diags:#?}");
    film.unwrap()
}

#[test]
fn every_scene_of_the_repository_is_sound() {
    for path in scenes() {
        let film = load(&path, Overrides::default());
        assert!(film.frames() > 60, "{}", path.display());
        for mark in film.marks() {
            assert!(!film.frame(mark.frame).items.is_empty(), "{} shows nothing at {}", path.display(), mark.name);
        }
    }
}

#[test]
fn bench_scenes_have_exactly_their_frames() {
    for (name, frames) in [("coins", 480), ("tree", 600), ("curve", 600)] {
        assert_eq!(
            load(&root().join(format!("scenes/bench/{name}.yaml")), Overrides::default()).frames(),
            frames,
            "{name}"
        );
    }
}

#[test]
fn the_episode_is_about_two_minutes_in_titled_scenes() {
    let film = load(&root().join("scenes/entropy_in_short.yaml"), Overrides::default());
    let secs = film.fps().instant_of(FrameIndex(film.frames())).get();
    assert!((100.0..150.0).contains(&secs), "{secs}");
    let scenes = film.scenes();
    assert!(scenes.len() >= 5 && scenes.iter().all(|scene| scene.title.is_some()));
    // Every frame has one owner.
    assert!(scenes.windows(2).all(|pair| pair[0].range.end == pair[1].range.start));
    assert_eq!(scenes.last().unwrap().range.end.0, film.frames());
}

#[test]
fn a_frame_is_the_same_whichever_is_asked_first() {
    for path in scenes() {
        let film = load(&path, Overrides::default());
        let indices: Vec<u64> = (0..film.frames()).step_by(41).collect();
        let forward: Vec<Frame> = indices.iter().map(|i| film.frame(FrameIndex(*i))).collect();
        let alone = load(&path, Overrides::default());
        for (index, frame) in indices.iter().zip(&forward).rev() {
            assert_eq!(dump(&alone.frame(FrameIndex(*index))), dump(frame), "{} frame {index}", path.display());
        }
        assert_eq!(film.frame(FrameIndex(film.frames() + 7)), film.frame(FrameIndex(film.frames() - 1)));
    }
}

#[test]
fn lengths_agree_at_every_rate() {
    let text = |fps: &str| {
        format!(
            "stage: {{ fps: {fps} }}\nscenes:\n  - cast: {{ a: A }}\n    steps: [{{ write: a, for: 0.7 }}, {{ pause: 0.35 }}, {{ fade_out: a, for: 1.1 }}]\n  - cast: {{ a: A }}\n    steps: [{{ write: a, for: 0.85 }}]\n"
        )
    };
    for fps in ["24", "25", "30", "50", "60", "30000/1001"] {
        let film = of(&text(fps));
        let rate = Fps::parse(fps).unwrap();
        assert_eq!(film.frames(), rate.frame_at(surprisal::time::Secs::new(3.0).unwrap()).0, "{fps}");
    }
}

#[test]
fn a_morph_leaves_its_target_and_nothing_else() {
    let film = of(
        "scenes:\n  - cast:\n      a: { formula: 'a^2 + b^2' }\n      b: { formula: 'c^2 = \\frac{a}{b}' }\n    steps:\n      - pause: 0.5\n      - morph: a\n        into: b\n      - mark: after\n      - pause: 0.5\n",
    );
    let alone = of("scenes:\n  - cast:\n      b: { formula: 'c^2 = \\frac{a}{b}' }\n    steps: [{ pause: 1 }]\n");
    let text = |film: &Film, frame: u64| dump(&film.frame(FrameIndex(frame)));
    assert_eq!(text(&film, film.frames() - 1), text(&alone, 0));
    // On its way there are no more pieces than both have together, and the source is gone from the first frame.
    let under_way = film.frame(FrameIndex(60)).items.len();
    assert!(under_way > 3 && under_way < 40, "{under_way}");
}

#[test]
fn what_is_introduced_waits_and_what_is_not_is_there() {
    let film = of(
        "scenes:\n  - cast:\n      a: here\n      b: { text: later, at: [0, 2] }\n    steps:\n      - pause: 1\n      - fade_in: b\n      - pause: 1\n      - fade_out: all\n      - pause: 0.2\n",
    );
    let count = |frame: u64| film.frame(FrameIndex(frame)).items.len();
    assert_eq!((count(0), count(100), count(film.frames() - 1)), (1, 2, 0));
}

#[test]
fn sweeping_the_stage_brings_nothing_back() {
    let film = of(
        "scenes:\n  - cast:\n      a: { formula: 'a' }\n      b: { formula: 'b' }\n      c: { text: later }\n    steps:\n      - morph: a\n        into: b\n      - fade_out: all\n        for: 1\n      - write: c\n",
    );
    // While all is swept off, only `b` fades: `a` has gone, `c` has not come.
    for frame in 72..131 {
        assert!(film.frame(FrameIndex(frame)).items.len() <= 1, "frame {frame}");
    }
    assert_eq!(film.frame(FrameIndex(film.frames() - 1)).items.len(), 1);
}

#[test]
fn parts_that_came_by_themselves_leave_with_the_whole() {
    let film = of(
        "scenes:\n  - cast:\n      a: { formula: 'x = \\part{y}{y}' }\n    steps:\n      - write: a.y\n      - pause: 0.2\n      - fade_out: all\n        for: 0.5\n      - pause: 0.2\n",
    );
    let last = film.frame(FrameIndex(film.frames() - 1));
    assert!(last.items.is_empty(), "{}", dump(&last));
    let halfway = film.frame(FrameIndex(84 + 15));
    assert!(!halfway.items.is_empty() && halfway.items.iter().all(|item| item.item.opacity < 0.9));
}

#[test]
fn relations_stay_true_while_things_move() {
    let film = of(
        "scenes:\n  - cast:\n      a: { box: { width: 2, height: 1 } }\n      b: { box: { width: 1, height: 1 }, above: a, gap: 0.5 }\n    steps:\n      - move: a\n        to: [3, -1]\n      - pause: 0.1\n",
    );
    let frame = film.frame(FrameIndex(film.frames() - 1));
    let centre = |i: usize| frame.items[i].item.bounds().unwrap().center();
    // Two items a box: its fill and its line.
    assert!((centre(0).x - 3.0).abs() < 1e-6 && (centre(2).x - 3.0).abs() < 1e-6);
    assert!((centre(2).y - centre(0).y - 1.5).abs() < 1e-6);
}

/// Compares with the golden text, or writes it where `UPDATE_GOLDENS` is set.
fn golden(name: &str, text: &str) {
    let path = root().join("tests/golden").join(name);
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        #[expect(clippy::disallowed_methods, reason = "a golden is written by hand, on request")]
        std::fs::write(&path, text).unwrap();
        return;
    }
    let known = std::fs::read_to_string(&path).unwrap_or_default();
    let differing = text.lines().zip(known.lines()).find(|(new, old)| new != old);
    let hint = "if that is meant: UPDATE_GOLDENS=1 cargo test --test film";
    assert!(text == known, "{name} has changed, first at {differing:#?}; {hint}");
}

#[test]
fn display_lists_are_as_they_were() {
    for (scene, mark) in
        [("code_tree", "mean"), ("entropy_curve", "area"), ("entropy_curve", "fair"), ("entropy_in_short", "codes")]
    {
        let film = load(&root().join(format!("scenes/{scene}.yaml")), Overrides::default());
        let frame = film.marks().iter().find(|known| known.name == mark).unwrap().frame;
        golden(&format!("{scene}-{mark}.txt"), &dump(&film.frame(frame)));
    }
}

#[test]
fn words_of_the_narration_hold_values_of_the_instant_at_which_they_begin() {
    let text = "stage: { captions: true }\nsources: { coin: { coin: 1/2 } }\nvars: { p: 1/2 }\nscenes: [{ cast: { a: { text: 'H' } }, steps: [{ meanwhile: [{ set: { p: 1 }, for: 2, ease: linear }] }, { pause: 1 }, { say: 'A coin has ${H(coin)} bit, p is ${p:.2}.', for: 1 }, { pause: 1 }] }]";
    let film = of(text);
    let glyphs = |frame: u64| dump(&film.frame(FrameIndex(frame)));
    // It is steady while p goes on, and other words would be other glyphs.
    assert!(glyphs(90).len() > glyphs(30).len());
    assert_eq!(glyphs(85).replace(" opacity 1", ""), glyphs(95).replace(" opacity 1", ""));
    let typed = of(&text.replace("${H(coin)}", "1").replace("${p:.2}", "0.75"));
    assert_eq!(glyphs(90), dump(&typed.frame(FrameIndex(90))));
}

#[test]
fn a_shape_without_a_line_is_recoloured_by_its_fill() {
    let last = |fields: &str| {
        let cast = format!("cast: {{ a: {{ circle: {{ fill: information, {fields} }} }} }}");
        let film =
            of(&format!("scenes: [{{ {cast}, steps: [{{ style: a, color: accent, for: 0.5 }}, {{ pause: 1 }}] }}]"));
        dump(&film.frame(FrameIndex(film.frames() - 1)))
    };
    let fill =
        |text: &str| text.lines().find_map(|line| Some(line.split("fill ").nth(1)?.split(' ').next()?.to_owned()));
    assert_ne!(fill(&last("stroke_width: 0")), fill(&last("stroke_width: 0.1")));
}

#[test]
fn chains_that_are_too_long_end_in_a_diagnostic() {
    let mut cast = String::from("scenes:\n  - cast:\n");
    for i in (1..1_000).rev() {
        cast += &format!("      a{i}: {{ text: x, at: ['a{}.x + 0.001', 0] }}\n", i - 1);
    }
    let mut moves = String::from("scenes:\n  - cast:\n");
    (1..1_000).rev().for_each(|i| moves += &format!("      a{i}: x\n"));
    let steps: String = (1..1_000).map(|i| format!("      - {{ move: a{i}, right_of: a{} }}\n", i - 1)).collect();
    for text in [cast + "      a0: A\n    steps: []\n", moves + "      a0: A\n    steps:\n" + steps.as_str()] {
        let source = surprisal::diag::Source::new("test.yaml", text);
        let (script, _) = script::parse(&source, &MemoryWorld::default());
        let (_, diags) = Film::build(&script.unwrap(), &MemoryWorld::default(), Overrides::default());
        assert!(diags.iter().any(|found| found.code == "circular"));
    }
}

#[test]
fn a_variable_may_be_set_by_what_it_was_worth() {
    let film = of(
        "vars: { p: 1 }\nscenes:\n  - cast: { a: { number: p } }\n    steps: [{ set: { p: p + 1 } }, { set: { p: 3 * p } }]\n",
    );
    let still = of("vars: { p: 6 }\nscenes:\n  - cast: { a: { number: p } }\n    steps: [{ pause: 2 }]\n");
    let last = |film: &Film| format!("{:?}", film.frame(FrameIndex(film.frames() - 1)).items[0].item.shape);
    assert_eq!(last(&film), last(&still));
}
