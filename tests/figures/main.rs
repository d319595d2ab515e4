//! Figures: as a user makes them, and that all files of one figure look the same.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that fails may panic")]
#![allow(clippy::disallowed_methods, reason = "tests write scripts and start programs")]

mod agreement;
mod documents;
mod vectors;

use std::path::Path;
use std::process::{Command, Output};

const SCENE: &str = "
vars: { p: 0.25 }
figures:
  - { name: both, at: [early, late], labels: [early, late] }
  - { name: other, at: late, vars: { p: 0.5 }, hide: name, width: 1 column, background: '#ffffff' }
  - { name: loop, at: early, until: late, rate: 4, crop: bar }
scenes:
  - cast:
      name: { text: Bits, at: [0, 2] }
      bar: { bars: { values: { x: p }, most: 1 } }
    steps:
      - show: name
      - show: bar
      - figure: { name: early, caption: 'Bits of *one* $p$.', alt: A bar. }
      - { set: { p: 0.75 }, for: 1 }
      - mark: late
      - pause: 0.1
";

fn figures(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_surprisal"));
    command.current_dir(folder).args(["figures", "scene.yaml", "--out", "made"]).args(arguments);
    command.output().unwrap()
}

fn told(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text).into_owned()).concat()
}

fn folder(scene: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("scene.yaml"), scene).unwrap();
    folder
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder.join("made")).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| !name.starts_with('.'));
    names.sort();
    names
}

#[test]
fn only_what_changed_is_written_and_check_tells_what_would_change() {
    let folder = folder(SCENE);
    let all = ["--format", "svg,pdf,png", "--dpi", "48", "--snippets"];
    let first = told(&figures(folder.path(), &all));
    assert!(first.contains("4 figures; files: 12 written, 0 as they were"), "{first}");
    let made = names(folder.path());
    for name in ["both.pdf", "early.png", "figures.json", "figures.tex", "figures.typ", "index.html", "loop.svg"] {
        assert!(made.contains(&name.to_owned()), "{name} of {made:?}");
    }
    let manifest = std::fs::read_to_string(folder.path().join("made/figures.json")).unwrap();
    assert!(manifest.contains("\"alt\": \"A bar.\"") && manifest.contains("\"width\": 84.0"), "{manifest}");
    assert!(told(&figures(folder.path(), &all)).contains("0 written, 12 as they were"));
    let check = [&all[..], &["--check"]].concat();
    assert_eq!(figures(folder.path(), &check).status.code(), Some(0));

    std::fs::write(folder.path().join("scene.yaml"), SCENE.replace("text: Bits", "text: Nats")).unwrap();
    let stale = figures(folder.path(), &check);
    assert_eq!(stale.status.code(), Some(1));
    let stale = told(&stale);
    assert!(stale.contains("early: early.png differs in") && stale.contains("of its pixels"), "{stale}");
    assert!(stale.contains("early: early.svg differs from line") && stale.contains("3 of 4 figures"), "{stale}");
    assert!(told(&figures(folder.path(), &all)).contains("8 written, 4 as they were"));
    // A file that was changed by hand is made again; figures that are no more go.
    std::fs::write(folder.path().join("made/other.svg"), "x").unwrap();
    let fewer = SCENE
        .replace("  - { name: both, at: [early, late], labels: [early, late] }\n", "")
        .replace("text: Bits", "text: Nats");
    std::fs::write(folder.path().join("scene.yaml"), fewer).unwrap();
    let last = told(&figures(folder.path(), &all));
    assert!(last.contains("3 figures; files: 1 written, 8 as they were, 3 removed"), "{last}");
    assert!(!names(folder.path()).contains(&"both.svg".to_owned()));
}

#[test]
fn later_runs_keep_what_earlier_ones_made() {
    let folder = folder(SCENE);
    let made = |arguments: &[&str]| told(&figures(folder.path(), arguments));
    let manifest = || std::fs::read_to_string(folder.path().join("made/figures.json")).unwrap();
    made(&["--format", "pdf,png", "--dpi", "48", "--snippets"]);
    let first = names(folder.path());
    // Other kinds and fewer figures take nothing away, and the texts name what is there.
    assert!(made(&["--only", "early", "--format", "svg"]).contains("1 figure; files: 1 written, 2 as they were"));
    let second = names(folder.path());
    assert_eq!(second.iter().filter(|name| !first.contains(name)).collect::<Vec<_>>(), ["early.svg"]);
    let text = |name: &str| std::fs::read_to_string(folder.path().join("made").join(name)).unwrap();
    assert!(text("figures.md").contains("(early.svg)") && text("figures.md").contains("(both.png)"));
    // A check knows how each file was made, and says so of what is not.
    let check = figures(folder.path(), &["--check"]);
    assert_eq!((check.status.code(), told(&check).contains("4 figures, all as they should be")), (Some(0), true));
    assert!(made(&["--check", "--dpi", "96"]).contains("early.png is "));
    assert!(made(&["--check", "--format", "svg"]).contains("both: both.svg is missing"));

    // What changes is made anew in all its kinds, each as it was made.
    std::fs::write(folder.path().join("scene.yaml"), SCENE.replace("text: Bits", "text: Nats")).unwrap();
    let again = made(&["--only", "early", "--format", "svg"]);
    assert!(again.contains("1 figure; files: 3 written, 0 as they were"), "{again}");
    let png = image::open(folder.path().join("made/early.png")).unwrap();
    assert!(manifest().contains("\"dpi\": 48.0") && png.width() < 200, "{} {}", png.width(), manifest());
    assert!(made(&["--check", "--only", "early"]).contains("1 figures, all as they should be"));

    // What was removed by hand is not wanted any more; what was changed by hand stays.
    std::fs::remove_file(folder.path().join("made/early.pdf")).unwrap();
    std::fs::write(folder.path().join("made/early.png"), "mine").unwrap();
    made(&["--only", "early"]);
    assert!(!names(folder.path()).contains(&"early.pdf".to_owned()) && !manifest().contains("early.pdf"));
    assert_eq!(text("early.png"), "mine");
    let stale = figures(folder.path(), &["--check", "--only", "early"]);
    assert_eq!((stale.status.code(), told(&stale).contains("early: early.png is no picture")), (Some(1), true));

    // Another script beside it knows nothing of these figures, and takes none away.
    let other = SCENE.replace("both", "beside").replace("other", "aside").replace("loop", "ring");
    std::fs::write(folder.path().join("other.yaml"), other.replace("early", "soon")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_surprisal"));
    command.current_dir(folder.path()).args(["figures", "other.yaml", "--out", "made"]);
    let output = command.output().unwrap();
    let all = names(folder.path());
    let there = all.contains(&"both.pdf".to_owned()) && all.contains(&"ring.svg".to_owned());
    assert!(output.status.success() && there, "{all:?} {}", told(&output));
    // Without the figure its files go, all kinds of them.
    let fewer = SCENE.replace("  - { name: both, at: [early, late], labels: [early, late] }\n", "");
    std::fs::write(folder.path().join("scene.yaml"), fewer).unwrap();
    assert!(made(&["--check"]).contains("both: its script has it no more"));
    assert!(made(&["--only", "other"]).contains("2 removed"));
    assert!(!text("figures.tex").contains("both") && text("figures.tex").contains("other"));
}

#[test]
fn scripts_of_one_file_name_share_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let write = |script: &str, figures: [&str; 2]| {
        std::fs::create_dir_all(at(script)).unwrap();
        let figure = |name: &str| format!("      - {{ figure: {name} }}\n      - {{ move: a, by: [1, 0], for: 1 }}\n");
        let steps: String = figures.iter().map(|name| figure(name)).collect();
        let text = format!("scenes:\n  - cast: {{ a: {script} }}\n    steps:\n      - show: a\n{steps}");
        std::fs::write(at(script).join("scene.yaml"), text).unwrap();
    };
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_surprisal"));
        command.current_dir(folder.path()).args(["figures", "--out", "made"]).args(arguments);
        let output = command.output().unwrap();
        (output.status.code().unwrap(), told(&output))
    };
    write("one", ["a", "b"]);
    write("two", ["c", "d"]);
    assert_eq!(run(&["one/scene.yaml", "two/scene.yaml", "./one/../two/scene.yaml"]).0, 0);
    let manifest = std::fs::read_to_string(at("made/figures.json")).unwrap();
    assert!(manifest.contains("\"../one/scene.yaml\"") && manifest.contains("\"../two/scene.yaml\""), "{manifest}");
    // A run of one leaves the figures of the other alone, and clears away its own.
    write("one", ["a", "e"]);
    assert_eq!(run(&["one/scene.yaml"]).0, 0);
    assert_eq!(names(folder.path()), ["a.svg", "c.svg", "d.svg", "e.svg", "figures.json"]);
    // Nor does it take a name of the other.
    let figure = std::fs::read(at("made/c.svg")).unwrap();
    write("one", ["a", "c"]);
    let (code, refused) = run(&["one/scene.yaml"]);
    assert!(code == 1 && refused.contains("[taken-figure]") && refused.contains("--> one/scene.yaml:5"), "{refused}");
    assert_eq!(std::fs::read(at("made/c.svg")).unwrap(), figure);
    assert_eq!(run(&["one/scene.yaml", "--only", "a"]).0, 0);
    // But one that the other gives up, or leaves behind.
    write("two", ["d", "f"]);
    assert_eq!(run(&["one/scene.yaml", "two/scene.yaml"]).0, 0);
    assert_ne!(std::fs::read(at("made/c.svg")).unwrap(), figure);
    std::fs::remove_file(at("two/scene.yaml")).unwrap();
    write("one", ["c", "d"]);
    assert_eq!(run(&["one/scene.yaml"]).0, 0);
}

#[test]
fn a_check_says_which_words_changed() {
    let folder = folder(SCENE);
    figures(folder.path(), &["--format", "png", "--snippets"]);
    std::fs::write(folder.path().join("scene.yaml"), SCENE.replace("alt: A bar.", "alt: One bar.")).unwrap();
    let check = told(&figures(folder.path(), &["--check"]));
    assert!(check.contains("early: has another `alt` than figures.json says"), "{check}");
    figures(folder.path(), &["--format", "png"]);
    std::fs::write(folder.path().join("made/figures.md"), "").unwrap();
    assert!(told(&figures(folder.path(), &["--check"])).contains("figures.md: would be written anew"));
}

/// An ffmpeg that is asked for anything is one too many.
#[test]
fn nothing_that_moves_is_encoded_if_it_is_what_it_was() {
    let folder = folder(SCENE);
    let run = |arguments: &[&str], ffmpeg: Option<&str>| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_surprisal"));
        command.current_dir(folder.path()).args(["figures", "scene.yaml", "--out", "made"]).args(arguments);
        if let Some(path) = ffmpeg {
            command.env("SURPRISAL_FFMPEG", path);
        }
        command.output().unwrap()
    };
    let first = run(&["--only", "loop", "--format", "gif,svg"], None);
    assert!(first.status.success(), "{}", told(&first));
    let broken = Some("/nowhere/ffmpeg");
    let same = run(&["--check", "--only", "loop"], broken);
    assert_eq!(same.status.code(), Some(0), "{}", told(&same));
    assert!(told(&run(&["--only", "loop", "--format", "gif"], broken)).contains("0 written, 2 as they were"));
    std::fs::write(folder.path().join("scene.yaml"), SCENE.replace("p: 0.75", "p: 0.7")).unwrap();
    let stale = told(&run(&["--check", "--only", "loop"], broken));
    assert!(stale.contains("loop: loop.gif shows something else") && stale.contains("loop.svg differs"), "{stale}");
}

#[test]
fn figures_are_listed_and_chosen_by_name() {
    let folder = folder(SCENE);
    let list = told(&figures(folder.path(), &["--list"]));
    assert_eq!(
        list.lines().map(|line| line.split(' ').next().unwrap()).collect::<Vec<_>>(),
        ["early", "both", "other", "loop"]
    );
    assert!(told(&figures(folder.path(), &["--only", "early,other"])).contains("2 figures; files: 2 written"));
    let wrong = figures(folder.path(), &["--only", "nobody"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(told(&wrong).contains("no script has a figure `nobody` [unknown-figure]"));
    assert!(told(&figures(folder.path(), &["--format", "bmp"])).contains("known are svg, pdf, png, gif, webp, mp4"));
}

#[test]
fn wrong_figures_are_told_with_their_place() {
    for (from, to, code) in [
        ("at: late, vars", "at: later, vars", "unknown-mark"),
        ("hide: name", "hide: nane", "unknown-actor"),
        ("vars: { p: 0.5 }", "vars: { q: 0.5 }", "unknown-variable"),
        ("width: 1 column", "width: 84", "bad-length"),
        ("labels: [early, late]", "labels: [early]", "out-of-range"),
        ("name: both", "name: early", "duplicate-instant"),
        ("name: both", "name: a/b", "bad-name"),
        ("crop: bar }", "crop: bra }", "unknown-actor"),
        ("alt: A bar.", "atl: A bar.", "unknown-key"),
        ("hide: name", "hide: bar.values", "unknown-part"),
        ("crop: bar }", "crop: bar, allow: cutfigure }", "unknown-warning"),
        ("hide: name", "hide: [name, bar]", "empty-figure"),
    ] {
        let scene = SCENE.replacen(from, to, 1);
        assert_ne!(scene, SCENE, "{from}");
        let folder = folder(&scene);
        // What needs no drawing is told by `check` as well.
        if code != "empty-figure" {
            let mut command = Command::new(env!("CARGO_BIN_EXE_surprisal"));
            let output = command.current_dir(folder.path()).args(["check", "scene.yaml"]).output().unwrap();
            let told = told(&output);
            assert!(told.contains(&format!("[{code}]")) && told.contains("--> scene.yaml:"), "check {to}: {told}");
            assert_eq!(output.status.code(), Some(1), "check {to}");
        }
        let output = figures(folder.path(), &[]);
        let told = told(&output);
        assert!(told.contains(&format!("[{code}]")) && told.contains("--> scene.yaml:"), "{to}: {told}");
        assert_eq!(output.status.code(), Some(1), "{to}");
        assert!(!folder.path().join("made/figures.json").exists(), "{to}");
    }
}
