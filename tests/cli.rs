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
    cache: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap(), cache: tempfile::tempdir().unwrap() };
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
        command.env("SURPRISAL_CACHE", self.cache.path());
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
    let short = place.run(&["check", "bad.yaml", "small.yaml", "--format", "short"]);
    assert!(
        short.out.lines().any(|line| line.starts_with("bad.yaml:4:9: error: there is no verb `wirte`")),
        "{}",
        short.out
    );
    let github = place.run(&["check", "bad.yaml", "--format", "github"]);
    assert!(github.out.contains("::error file=bad.yaml,line=4,endLine=4,col=9,endColumn=14,title=unknown-verb::"));
}

#[test]
fn warnings_say_when_and_count_if_they_are_to() {
    let place = Place::new();
    place.write("cut.yaml", "scenes:\n  - id: one\n    cast: { a: A }\n    steps: [{ pause: 1 }, { write: a }]\n");
    let lenient = place.run(&["check", "cut.yaml"]);
    assert!(lenient.code == 0 && lenient.err.contains("at 2.2 s in scene `one` [hard-cut]"), "{}", lenient.err);
    assert_eq!(place.run(&["check", "cut.yaml", "--strict"]).code, 1);
    let json = place.run(&["check", "cut.yaml", "--format", "json"]);
    let found: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!((found[0]["severity"].as_str(), found[0]["time"]["scene"].as_str()), (Some("warning"), Some("one")));
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
fn mistakes_say_what_would_be_right() {
    let place = Place::new();
    std::fs::create_dir(place.path("folder")).unwrap();
    for (arguments, expected) in [
        (&["frame", "small.yaml", "--at", "zzz"][..], &["its marks are `written`"][..]),
        (&["frame", "small.yaml", "--at", "9"], &["after the end of the film", "0:01.00 (30 frames)", "`#29`"]),
        (&["frame", "small.yaml", "--at", "0", "--scene", "onee"], &["did you mean `one`?"]),
        (&["render", "small.yaml", "--scene", "x"], &["its scenes are `one`"]),
        (&["render", "small.yaml", "--to", "1.5"], &["after the end"]),
        (&["render", "small.yaml", "-o", "film.mp5"], &["did you mean `.mp4`?"]),
        (&["render", "small.yaml", "--transparent", "-o", "film.mp4"], &["`.webm`"]),
        (&["render", "small.yaml", "--theme", "plaid"], &["chalkboard, paper"]),
        (&["check", "none.yaml"], &["none.yaml", "is the path right?"]),
        (&["check", "folder"], &["`folder`", "not a plain file"]),
        (&["lst"], &["list"]),
    ] {
        let answer = place.run(arguments);
        assert_eq!(answer.code, 2, "{arguments:?}: {}", answer.err);
        for expected in expected {
            assert!(answer.err.contains(expected), "{arguments:?}: no `{expected}` in {}", answer.err);
        }
    }
    assert_eq!(place.files(), ["folder", "small.yaml"]);
}

#[test]
fn an_output_never_replaces_an_input() {
    let place = Place::new();
    image::RgbaImage::from_pixel(4, 4, image::Rgba([9, 9, 9, 255])).save(place.path("dot.png")).unwrap();
    place.write(
        "picture.yaml",
        "scenes:\n  - cast: { a: { image: dot.png } }\n    steps: [{ show: a }, { pause: 0.1 }]\n",
    );
    let before = std::fs::read(place.path("dot.png")).unwrap();
    let answer = place.run(&["frame", "picture.yaml", "--at", "last", "-o", "./dot.png", "--size", "64x36"]);
    assert_eq!(answer.code, 2, "{}", answer.err);
    assert!(answer.err.contains("output-is-input"), "{}", answer.err);
    assert_eq!(std::fs::read(place.path("dot.png")).unwrap(), before);
    assert_eq!(place.run(&["frame", "picture.yaml", "--at", "last", "-o", "x.png", "--size", "64x36"]).code, 0);
}

#[test]
fn scenes_have_their_own_time() {
    let place = Place::new();
    let two = format!("{SCRIPT}  - id: two\n    cast: {{ a: Two }}\n    steps: [{{ show: a }}, {{ pause: 0.5 }}]\n");
    place.write("two.yaml", &two);
    let first = place.run(&["frame", "two.yaml", "--at", "0.1", "--scene", "two", "--size", "64x36"]);
    assert_eq!(first.code, 0, "{}", first.err);
    assert!(first.out.starts_with("two-two-0.1.png (64x36, frame 33 at 0:01.10)"), "{}", first.out);
    place.run(&["frame", "two.yaml", "--at", "#33", "-o", "same.png", "--size", "64x36"]);
    let bytes = |name: &str| std::fs::read(place.path(name)).unwrap();
    assert_eq!(bytes("two-two-0.1.png"), bytes("same.png"));
    let mark = place.run(&["frame", "two.yaml", "--at", "written", "--scene", "two"]);
    assert!(mark.code == 2 && mark.err.contains("of the scene `two`"), "{}", mark.err);
    let null = |more: &[&str]| place.run(&[&["render", "two.yaml", "--encoder", "null"], more].concat()).out;
    assert!(null(&["--scene", "two"]).contains(" 15 frames"));
    assert!(null(&["--scene", "two", "--from", "0.2"]).contains(" 9 frames"));
    assert!(null(&["--to", "1.5"]).contains(" 45 frames"));
}

#[test]
fn verbose_tells_what_is_used() {
    let place = Place::new();
    let answer = place.run(&["render", "small.yaml", "--encoder", "null", "--verbose", "--jobs", "2"]);
    for expected in ["frames 0 to 29 of 30, 192x108 at 30 fps, 2 at a time", "reading: small.yaml", "s in all threads"]
    {
        assert!(answer.err.contains(expected), "{expected}: {}", answer.err);
    }
    assert_eq!(answer.out.lines().count(), 1);
}

#[cfg(unix)]
#[test]
fn streams_may_be_closed_or_full() {
    let place = Place::new();
    let program = env!("CARGO_BIN_EXE_surprisal");
    for (command, expected) in [
        ("list easings >&-", 0),
        ("check small.yaml >&- 2>&- <&-", 0),
        ("check none.yaml 2>&-", 2),
        ("check small.yaml --format json > /dev/full", 0),
        ("frame small.yaml --at 0 -o a.png >&- 2>&-", 0),
        ("--help > /dev/full", 0),
    ] {
        let line = format!("exec '{program}' {command}");
        let status = Command::new("sh")
            .args(["-c", &line])
            .current_dir(place.folder.path())
            .stdout(Stdio::piped())
            .status()
            .unwrap();
        assert_eq!(status.code(), Some(expected), "{command}");
    }
    assert_eq!(image::open(place.path("a.png")).unwrap().width(), 192);
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
fn where_no_ffmpeg_can_be_had_it_says_how_to_install_one() {
    let place = Place::new();
    let beside =
        Path::new(env!("CARGO_BIN_EXE_surprisal")).with_file_name(format!("ffmpeg{}", std::env::consts::EXE_SUFFIX));
    if beside.exists() {
        println!("skipped: ffmpeg was fetched here before");
        return;
    }
    let mut command = place.command(&["render", "small.yaml", "-o", "film.mp4"]);
    command.env("PATH", place.path("nothing")).env_remove("SURPRISAL_FFMPEG");
    // Nobody listens there, so that nothing is fetched.
    for proxy in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        command.env(proxy, "http://127.0.0.1:9");
    }
    let answer = Answer::of(command.env_remove("NO_PROXY").env_remove("no_proxy").output().unwrap());
    assert_eq!(answer.code, 3, "{}", answer.err);
    for expected in ["ffmpeg-missing", "fetching it failed", "install", "SURPRISAL_FFMPEG"] {
        assert!(answer.err.contains(expected), "{expected}: {}", answer.err);
    }
    assert_eq!(place.files(), ["small.yaml"]);
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
        let mut arguments = vec!["render", "small.yaml", "--encoder", "ffv1", "--no-cache", "-o", name];
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

/// A frame is larger than any file may be, the film is not.
#[cfg(unix)]
#[test]
fn a_limit_on_files_that_the_film_keeps_is_none_for_its_frames() {
    if !ffmpeg() {
        return;
    }
    let place = Place::new();
    let mut command = Command::new("sh");
    let line = "ulimit -f 1000; exec \"$0\" render small.yaml --size 1920x1080 --no-cache -o small.mp4";
    command.args(["-c", line, env!("CARGO_BIN_EXE_surprisal")]).current_dir(place.folder.path()).stdin(Stdio::null());
    let answer = Answer::of(command.output().unwrap());
    assert_eq!(answer.code, 0, "{}", answer.err);
    assert_eq!(hashes(&place.path("small.mp4")).len(), 30);
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

#[test]
fn a_frame_is_shown_in_the_terminal_and_leaves_no_file() {
    let place = Place::new();
    let before = place.files();
    let shown = place.run(&["frame", "small.yaml", "--at", "written", "--show=blocks"]);
    assert_eq!((shown.code, shown.out.lines().count()), (0, 23), "{}", shown.err);
    assert!(shown.out.lines().all(|line| line.matches('▀').count() == 80 && line.ends_with("\x1b[0m")));
    assert_eq!(place.files(), before);
    let both = place.run(&["frame", "small.yaml", "--at", "written", "--show=kitty", "-o", "a.png"]);
    assert!(both.code == 0 && both.out.starts_with("\x1b_Ga=T,f=100,") && place.path("a.png").is_file());
}

#[test]
fn a_sheet_shows_marks_scenes_or_even_times() {
    let place = Place::new();
    place.write(
        "film.yaml",
        "title: A <film>\nstage: { fps: 10, captions: true }\nscenes:\n  - id: one\n    title: First\n    cast: { a: { text: x } }\n    \
         steps: [{ show: a }, { say: 'Words & more.' }, { pause: 2 }, { mark: here }]\n  - id: two\n    cast: { b: { text: y } }\n    \
         steps: [{ write: b, for: 1 }, { mark: there }]\n",
    );
    let answer = place.run(&["sheet", "film.yaml", "-o", "sheet.html", "--size", "64x36"]);
    assert_eq!(answer.code, 0, "{}", answer.err);
    let page = std::fs::read_to_string(place.path("sheet.html")).unwrap();
    assert_eq!(page.matches("<img ").count(), 2);
    for text in ["<h2>First</h2>", "A &lt;film&gt;", "here", "there", "Words &amp; more.", "write: b"] {
        assert!(page.contains(text), "{text}");
    }
    assert!(!page.contains("<script"));
    let answer =
        place.run(&["sheet", "film.yaml", "--every", "0.5", "-o", "sheet.png", "--size", "64x36", "--columns", "2"]);
    assert_eq!(answer.code, 0, "{}", answer.err);
    let answer = place.run(&["sheet", "film.yaml", "--by", "scenes", "-o", "sheet.jpg"]);
    assert_eq!(answer.code, 2);
}
