//! What follows edits of a script from the command line: `diff`, `watch`, `render --watch`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test that fails may panic, and calls programs and writes files to see what happens"
)]

use std::path::Path;
use std::process::{Command, Output};

const SCRIPT: &str = "\
title: Small
stage: { size: 192x108, fps: 30 }
scenes:
  - id: one
    title: First <scene>
    cast: { a: { text: { text: bits, size: 2 } } }
    steps:
      - write: a
        for: 0.5
      - mark: written
      - pause: 1
  - id: two
    cast: { dot: { circle: { radius: 1, fill: accent }, at: [-4, 0] } }
    steps:
      - say: Words.
      - show: dot
      - { move: dot, to: [4, 0], for: 1 }
      - pause: 1
";

fn told(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text).into_owned()).concat()
}

fn surprisal(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_surprisal")).current_dir(folder).args(arguments).output().unwrap()
}

/// Compares the script with an edited one.
fn diff(edits: &[(&str, &str)], arguments: &[&str]) -> (tempfile::TempDir, i32, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut edited = SCRIPT.to_owned();
    for (from, to) in edits {
        assert!(edited.contains(from), "{from}");
        edited = edited.replace(from, to);
    }
    std::fs::write(folder.path().join("old.yaml"), SCRIPT).unwrap();
    std::fs::write(folder.path().join("new.yaml"), edited).unwrap();
    let output = surprisal(folder.path(), &[&["diff", "old.yaml", "new.yaml"], arguments].concat());
    (folder, output.status.code().unwrap(), told(&output))
}

#[test]
fn what_did_not_change_is_not_told() {
    let (folder, code, told) = diff(&[], &[]);
    assert_eq!((code, told.trim()), (0, "nothing differs: all pictures, times and words are the same"));
    // Neither notes nor the names of things nor their order on the page are pictures.
    let (_, code, told) =
        diff(&[("dot", "disc"), ("      - mark: written\n", ""), ("title: Small\n", "# A note\ntitle: Small\n")], &[]);
    assert_eq!(code, 0, "{told}");
    assert!(!folder.path().join("new-diff.png").exists());
}

#[test]
fn what_changed_is_shown_in_pairs() {
    let page = ["-o", "page.html", "--size", "96x54"];
    let (folder, code, told) = diff(&[("to: [4, 0]", "to: [4, 1]"), ("say: Words.", "say: Other words.")], &page);
    assert_eq!(code, 1, "{told}");
    assert!(told.contains("`two`: pictures differ from ") && told.contains("1 line of narration new"), "{told}");
    assert!(!told.contains("`one`") && told.contains("page.html (1 pair of frames, 96x54 each)"), "{told}");
    let text = std::fs::read_to_string(folder.path().join("page.html")).unwrap();
    assert_eq!(text.matches("data:image/png;base64,").count(), 2);
    for part in [
        "<b>- { move: dot, to: [4, 0], for: 1 }</b>",
        "<b>- { move: dot, to: [4, 1], for: 1 }</b>",
        "<ins>Other words.</ins>",
        "   17 - <del>      - { move: dot, to: [4, 0], for: 1 }</del>\n   17 + <ins>      - { move: dot, to: [4, 1], for: 1 }</ins>",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("://") && !text.contains("<script"), "the page needs nothing else");

    // A pause changes no picture.
    let (folder, code, told) =
        diff(&[("      - mark: written\n      - pause: 1", "      - mark: written\n      - pause: 2")], &[]);
    assert_eq!(code, 1);
    assert!(told.contains("`one`: the picture at 0:00.47 stays 1.00 s longer") && !told.contains("`two`"), "{told}");
    assert!(!folder.path().join("new-diff.png").exists());
}

#[test]
fn scenes_come_go_and_move() {
    let second = SCRIPT.split_once("  - id: two").map(|(_, rest)| format!("  - id: two{rest}")).unwrap();
    let third = second.replace("id: two", "id: three").replace("accent", "loss");
    let (folder, code, told) = diff(&[(&second, &third)], &["--size", "96x54"]);
    assert_eq!(code, 1);
    assert!(told.contains("`three`: new, ") && told.contains("`two`: gone, "), "{told}");
    let picture = image::open(folder.path().join("new-diff.png")).unwrap();
    assert!(
        picture.width() > 192 && picture.height() > 108,
        "two rows of two: {}x{}",
        picture.width(),
        picture.height()
    );

    let (first, _) = SCRIPT.split_once("  - id: two").unwrap();
    let (head, first) = first.split_once("  - id: one").unwrap();
    let moved = format!("{head}{second}  - id: one{first}");
    let (_, code, told) = diff(&[(SCRIPT, &moved)], &[]);
    assert_eq!(code, 1);
    assert!(told.contains(" moved from place ") && !told.contains("differ"), "{told}");
    // The title of a scene may hold anything.
    let (folder, ..) = diff(&[("text: bits", "text: nats")], &["-o", "x.html"]);
    assert!(std::fs::read_to_string(folder.path().join("x.html")).unwrap().contains("<h2>First &lt;scene&gt;</h2>"));
}

#[test]
fn what_cannot_be_compared_is_told() {
    let (_, code, told) = diff(&[("write: a", "wirte: a")], &[]);
    assert!(code == 1 && told.contains("[unknown-verb]") && told.contains("--> new.yaml:"), "{told}");
    let (_, code, told) = diff(&[], &["--scene", "tow"]);
    assert!(code == 2 && told.contains("[unknown-scene]") && told.contains("did you mean `two`?"), "{told}");
    let (_, code, told) = diff(&[("text: bits", "text: nats")], &["-o", "x.pdf"]);
    assert!(code == 2 && told.contains("[unknown-format]"), "{told}");
    let (_, code, told) = diff(&[("size: 192x108", "size: 192x192")], &["-o", "x.html"]);
    assert!(code == 1 && told.contains("size: was `192x108`, is `192x192`"), "{told}");
}

/// Programs that go on until a signal.
#[cfg(unix)]
mod watched {
    use std::path::{Path, PathBuf};
    use std::process::{Child, Command, Stdio};
    use std::time::{Duration, Instant};

    use super::SCRIPT;

    /// What anything gets before a test counts as failed.
    const PATIENCE: Duration = Duration::from_secs(60);

    struct Watch {
        folder: tempfile::TempDir,
        child: Child,
    }

    impl Watch {
        /// Starts it on the small script.
        fn start(arguments: &[&str]) -> Self {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join("small.yaml"), SCRIPT).unwrap();
            let log = std::fs::File::create(folder.path().join("log")).unwrap();
            let mut command = Command::new(env!("CARGO_BIN_EXE_surprisal"));
            command.current_dir(folder.path()).args(arguments).env("XDG_CACHE_HOME", folder.path().join("cache"));
            let child = command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap();
            Self { folder, child }
        }

        fn path(&self, name: &str) -> PathBuf {
            self.folder.path().join(name)
        }

        /// Replaces the script as editors do.
        fn edit(&self, script: &str) {
            std::fs::write(self.path("new"), script).unwrap();
            std::fs::rename(self.path("new"), self.path("small.yaml")).unwrap();
        }

        fn log(&self) -> String {
            std::fs::read_to_string(self.path("log")).unwrap()
        }

        /// Waits until something holds.
        fn until(&mut self, what: &str, holds: impl Fn(&Self) -> bool) {
            let begin = Instant::now();
            while !holds(self) {
                assert!(begin.elapsed() < PATIENCE, "{what} did not come about: {}", self.log());
                assert!(self.child.try_wait().unwrap().is_none(), "it ended: {}", self.log());
                std::thread::sleep(Duration::from_millis(10));
            }
        }

        /// Ends it as Ctrl-C does, and gives its exit code.
        fn interrupt(&mut self) -> Option<i32> {
            let id = self.child.id().to_string();
            assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
            self.child.wait().unwrap().code()
        }
    }

    impl Drop for Watch {
        fn drop(&mut self) {
            self.child.kill().ok();
            self.child.wait().ok();
        }
    }

    fn bytes(path: &Path) -> Vec<u8> {
        std::fs::read(path).unwrap_or_default()
    }

    #[test]
    fn a_frame_follows_edits_and_outlives_mistakes() {
        let mut watch = Watch::start(&["watch", "small.yaml", "--frame", "written", "-o", "frame.png"]);
        let frame = watch.path("frame.png");
        watch.until("a frame", |watch| watch.log().contains("made in "));
        let first = bytes(&frame);
        assert!(watch.log().contains("frame.png (192x108, frame 14 at 0:00.47)"), "{}", watch.log());
        watch.edit(&SCRIPT.replace("text: bits", "text: nats"));
        watch.until("another frame", |watch| watch.log().matches("made in ").count() == 2);
        let second = bytes(&frame);
        assert!(second != first && image::load_from_memory(&second).is_ok());
        // Mistakes of the script, and a mark that has gone, leave the frame as it is.
        watch.edit(&SCRIPT.replace("write: a", "wirte: a"));
        watch.until("a mistake", |watch| {
            watch.log().contains("[unknown-verb]") && watch.log().contains("what was made last stays")
        });
        watch.edit(&SCRIPT.replace("mark: written", "mark: writ"));
        watch.until("a missing mark", |watch| watch.log().contains("[unknown-instant]"));
        std::fs::remove_file(watch.path("small.yaml")).unwrap();
        watch.until("a missing script", |watch| watch.log().contains("[unreadable-script]"));
        assert_eq!(bytes(&frame), second);
        watch.edit(SCRIPT);
        watch.until("the first frame", |watch| watch.log().matches("made in ").count() == 3);
        assert_eq!(bytes(&frame), first);
        assert_eq!(watch.interrupt(), Some(130));
    }

    #[test]
    fn wrong_names_are_told_before_anything_is_watched() {
        let mut watch = Watch::start(&["watch", "small.yaml", "--frame", "0", "-o", "frame.mp4"]);
        assert_eq!(watch.child.wait().unwrap().code(), Some(2));
        assert!(watch.log().contains("[unknown-format]"), "{}", watch.log());
    }

    #[test]
    fn a_film_follows_edits() {
        let mut watch = Watch::start(&["render", "small.yaml", "--watch", "-o", "film.svg"]);
        watch.until("a film", |watch| watch.log().contains("made in "));
        let first = bytes(&watch.path("film.svg"));
        watch.edit(&SCRIPT.replace("text: bits", "text: nats"));
        watch.until("another film", |watch| watch.log().matches("made in ").count() == 2);
        assert_ne!(bytes(&watch.path("film.svg")), first);
        assert_eq!(watch.interrupt(), Some(130));
    }

    #[test]
    fn an_edit_stops_a_render_that_is_under_way() {
        let mut watch = Watch::start(&["render", "small.yaml", "--watch", "--size", "1920x1080", "-o", "film.mp4"]);
        let long = SCRIPT.replace("to: [4, 0], for: 1 }", "to: [4, 0], for: 200 }");
        watch.until("a film", |watch| watch.log().contains("made in "));
        let first = bytes(&watch.path("film.mp4"));
        watch.edit(&long);
        std::thread::sleep(Duration::from_secs(2));
        watch.edit(SCRIPT);
        watch.until("a stop", |watch| watch.log().contains("interrupted"));
        watch.until("a film", |watch| watch.log().matches("made in ").count() == 2);
        assert_eq!(bytes(&watch.path("film.mp4")).len(), first.len());
        assert_eq!(watch.interrupt(), Some(130));
    }
}
