//! The command line as a user calls it: exit codes, messages, files.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test that fails may panic, and calls programs and writes files to see what happens"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const SCRIPT: &str = "\
title: Small
stage: { size: 192x108, fps: 30 }
vars: { p: 0.2 }
scenes:
  - id: one
    cast:
      a: { text: { text: bits, size: 2 }, at: [0, 2] }
      b: { graph: { curve: 'p => H(p)', dot: p, width: 8, height: 3 }, at: [0, -1.5] }
      c: { coins: { count: 6, seed: 3 }, at: [4, 3] }
    steps:
      - write: a
        for: 0.3
      - mark: written
      - together:
          - set: { p: 0.8 }
            for: 0.4
          - do: { c: flip }
            for: 0.4
      - pause: 0.3
";

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        place.write("small.yaml", SCRIPT);
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_surprisal"));
        command.current_dir(self.folder.path()).args(arguments).stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Answer {
        Answer::of(self.command(arguments).output().unwrap())
    }

    /// Names of all files in the folder.
    fn files(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }
}

struct Answer {
    code: i32,
    out: String,
    err: String,
}

impl Answer {
    fn of(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        let answer =
            Self { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) };
        assert!(!answer.err.contains("panicked") && !answer.err.contains("bug:"), "{}", answer.err);
        answer
    }
}

fn ffmpeg() -> bool {
    let there = Command::new("ffmpeg").arg("-version").output().is_ok_and(|output| output.status.success());
    if !there {
        println!("skipped: there is no ffmpeg");
    }
    there
}

#[test]
fn check_finds_all_mistakes_and_exits_accordingly() {
    let place = Place::new();
    let sound = place.run(&["check", "small.yaml"]);
    assert_eq!((sound.code, sound.out.as_str(), sound.err.as_str()), (0, "1 script checked, no mistakes\n", ""));
    place.write(
        "bad.yaml",
        "scenes:\n  - cast: { a: { text: A, at: [zz, 0] } }\n    steps:\n      - wirte: a\n      - grow: b\n",
    );
    let bad = place.run(&["check", "bad.yaml", "small.yaml"]);
    assert_eq!(bad.code, 1);
    for expected in ["bad.yaml:4:9", "did you mean `write`?", "bad.yaml:5:15", "      - wirte: a", "^^^^^"] {
        assert!(bad.err.contains(expected), "{expected} in {}", bad.err);
    }
    let json = place.run(&["check", "bad.yaml", "--format", "json"]);
    let found: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(
        (json.code, found[1]["code"].as_str(), found[1]["place"]["line"].as_u64()),
        (1, Some("unknown-verb"), Some(4))
    );
    assert_eq!(place.run(&["check", "small.yaml", "--format", "json"]).out, "[]\n");
}

#[test]
fn frames_are_drawn_without_ffmpeg() {
    let place = Place::new();
    for (at, name) in [("0.1", "a.png"), ("written", "b.png"), ("last", "c.png"), ("#0", "d.png"), ("0:00.5", "e.png")]
    {
        let answer = Answer::of(
            place.command(&["frame", "small.yaml", "--at", at, "-o", name]).env("PATH", "").output().unwrap(),
        );
        assert_eq!(answer.code, 0, "{}", answer.err);
        let picture = image::open(place.path(name)).unwrap();
        assert_eq!((picture.width(), picture.height()), (192, 108), "{at}");
    }
    assert_ne!(std::fs::read(place.path("a.png")).unwrap(), std::fs::read(place.path("c.png")).unwrap());
    let usual =
        place.run(&["frame", "small.yaml", "--at", "last", "--size", "96x54", "--transparent", "--theme", "paper"]);
    assert_eq!(usual.code, 0, "{}", usual.err);
    let clear = image::open(place.path("small-last.png")).unwrap().into_rgba8();
    assert_eq!((clear.width(), clear.get_pixel(0, 53).0[3]), (96, 0));
    let wrong = place.run(&["frame", "small.yaml", "--at", "wirtten", "-o", "x.png"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("did you mean `written`?"), "{}", wrong.err);
    assert_eq!(place.run(&["frame", "small.yaml", "--at", "99", "-o", "x.png"]).code, 2);
    assert_eq!(place.run(&["frame", "small.yaml", "--at", "0", "-o", "x.jpg"]).code, 2);
    assert!(!place.files().iter().any(|name| name.starts_with('x')));
}

#[test]
fn mistakes_on_the_command_line_are_told_apart() {
    let place = Place::new();
    for arguments in [
        &["rendr", "small.yaml"][..],
        &["render"],
        &["render", "none.yaml"],
        &["render", "."],
        &["render", "small.yaml", "-o", "film.avi"],
        &["render", "small.yaml", "-o", "small.yaml"],
        &["render", "small.yaml", "--size", "3x3"],
        &["render", "small.yaml", "--fps", "0"],
        &["render", "small.yaml", "--theme", "plaid"],
        &["render", "small.yaml", "--scene", "two"],
        &["render", "small.yaml", "--from", "0.5", "--to", "0.2"],
        &["render", "small.yaml", "--transparent", "-o", "film.mp4"],
        &["list", "colours"],
    ] {
        let answer = place.run(arguments);
        assert_eq!(answer.code, 2, "{arguments:?}: {}", answer.err);
        assert!(!answer.err.is_empty());
    }
    assert_eq!(place.files(), ["small.yaml"]);
    assert_eq!(place.run(&["--help"]).code, 0);
}

#[test]
fn lists_name_everything_and_survive_a_closed_reader() {
    let place = Place::new();
    for (what, expected) in [
        ("visuals", "entropy_chart"),
        ("verbs", "morph"),
        ("easings", "there_and_back"),
        ("themes", "paper"),
        ("roles", "information"),
        ("functions", "mean_length"),
        ("formats", ".webm"),
    ] {
        let answer = place.run(&["list", what]);
        assert!(answer.code == 0 && answer.out.contains(expected), "{what}");
    }
    let mut child = place.command(&["list", "easings"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let answer = Answer::of(child.wait_with_output().unwrap());
    assert_eq!((answer.code, answer.err.as_str()), (0, ""));
}

#[test]
fn without_ffmpeg_it_says_how_to_get_it() {
    let place = Place::new();
    let answer = place.run(&["render", "small.yaml", "-o", "film.mp4", "--ffmpeg", "no/such/ffmpeg"]);
    assert_eq!(answer.code, 3, "{}", answer.err);
    assert!(answer.err.contains("no/such/ffmpeg"), "{}", answer.err);
    assert_eq!(place.files(), ["small.yaml"]);
    let folder = place.run(&["render", "small.yaml", "-o", "none/film.mp4"]);
    assert_eq!(folder.code, 3, "{}", folder.err);
}

#[test]
fn drawing_alone_writes_nothing() {
    let place = Place::new();
    let answer = place.run(&["render", "small.yaml", "--encoder", "null"]);
    assert_eq!(answer.code, 0, "{}", answer.err);
    assert!(answer.out.contains("30 frames"), "{}", answer.out);
    assert_eq!(place.files(), ["small.yaml"]);
}

/// One hash a frame, from ffmpeg's own decoder.
fn hashes(path: &Path) -> Vec<String> {
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(path)
        .args(["-map", "0:v", "-f", "framemd5", "-"])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split(',').next_back())
        .map(|hash| hash.trim().to_owned())
        .collect()
}

#[test]
fn the_same_pixels_with_any_number_of_jobs_and_alone() {
    if !ffmpeg() {
        return;
    }
    let place = Place::new();
    let render = |name: &str, more: &[&str]| {
        let mut arguments = vec!["render", "small.yaml", "--encoder", "ffv1", "-o", name];
        arguments.extend(more);
        let answer = place.run(&arguments);
        assert_eq!(answer.code, 0, "{}", answer.err);
        hashes(&place.path(name))
    };
    let one = render("one.mkv", &["--jobs", "1"]);
    assert_eq!(one.len(), 30);
    assert!(one.windows(2).any(|pair| pair[0] != pair[1]) && one[29] == one[28]);
    assert_eq!(render("two.mkv", &["--jobs", "2"]), one);
    assert_eq!(render("five.mkv", &["--jobs", "5"]), one);
    for frame in [29, 13, 0] {
        let (from, to) = (format!("#{frame}"), format!("#{}", frame + 1));
        let range = if frame == 29 { vec!["--from", &from] } else { vec!["--from", &from, "--to", &to] };
        assert_eq!(render("alone.mkv", &range), one[frame..=frame], "frame {frame}");
    }
}

#[test]
fn clips_of_every_kind_hold_the_planned_frames() {
    if !ffmpeg() {
        return;
    }
    let place = Place::new();
    for name in ["film.mp4", "film.mkv", "film.mov", "film.webm", "film.gif", "film.apng"] {
        let answer = place.run(&["render", "small.yaml", "--quality", "draft", "--size", "96x54", "-o", name]);
        assert_eq!(answer.code, 0, "{name}: {}", answer.err);
        assert_eq!(hashes(&place.path(name)).len(), 30, "{name}");
    }
    let pictures = place.run(&["render", "small.yaml", "--to", "0.2", "-o", "pictures/"]);
    assert_eq!(pictures.code, 0, "{}", pictures.err);
    let numbered = std::fs::read_dir(place.path("pictures"))
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().path().extension().is_some())
        .count();
    assert_eq!(numbered, 6);
    for name in ["clear.webm", "clear.mov", "clear.gif"] {
        let answer =
            place.run(&["render", "small.yaml", "--transparent", "--size", "96x54", "--to", "0.3", "-o", name]);
        assert_eq!(answer.code, 0, "{name}: {}", answer.err);
    }
    assert!(!place.files().iter().any(|name| name.starts_with('.')), "{:?}", place.files());
}

#[cfg(unix)]
#[test]
fn an_interrupted_render_leaves_the_old_output() {
    if !ffmpeg() {
        return;
    }
    let place = Place::new();
    place.write("long.yaml", &SCRIPT.replace("pause: 0.3", "pause: 60").replace("192x108", "1920x1080"));
    place.write("film.mp4", "old");
    let mut child = place.command(&["render", "long.yaml", "-o", "film.mp4"]).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1500));
    assert!(child.try_wait().unwrap().is_none(), "it was over before it could be interrupted");
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(std::fs::read_to_string(place.path("film.mp4")).unwrap(), "old");
    assert_eq!(place.files(), ["film.mp4", "long.yaml", "small.yaml"]);
}
