//! Films as vectors: one file that moves, or a folder of pictures.

use std::path::Path;
use std::process::{Command, Output};

use super::{folder, told};

/// Two seconds at 10 frames: at rest, away and back, at rest.
const SCENE: &str = "
stage: { fps: 10, size: 320x180 }
scenes:
  - cast:
      name: { text: Bits, at: [0, 2] }
      dot: { circle: { radius: 0.5, fill: accent }, at: [-2, 0] }
    steps:
      - show: [name, dot]
      - pause: 0.5
      - { move: dot, to: [2, 0], for: 0.5, ease: linear }
      - { move: dot, to: [-2, 0], for: 0.5, ease: linear }
      - pause: 0.5
";

fn render(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_surprisal"));
    command.current_dir(folder).args(["render", "scene.yaml"]).args(arguments).output().unwrap()
}

#[test]
fn a_loop_is_one_file_without_scripts_that_holds_nothing_twice() {
    let folder = folder(SCENE);
    let output = render(folder.path(), &["-o", "loop.svg"]);
    assert!(told(&output).contains("loop.svg: 20 frames at 10 fps, 320x180"), "{}", told(&output));
    let text = std::fs::read_to_string(folder.path().join("loop.svg")).unwrap();
    assert!(text.contains("width=\"240pt\"") && text.contains("animation:2s step-end infinite"), "{text}");
    assert!(!text.contains("<script") && text.matches("id=\"name\"").count() == 1, "{text}");
    // At rest, and at four places on its way there and back that hardly any two frames share, and where it turns.
    assert!((6..=10).contains(&text.matches("<g class=\"m").count()), "{text}");
    assert!(usvg::Tree::from_str(&text, &usvg::Options::default()).is_ok());

    let part = render(folder.path(), &["-o", "part.svg", "--from", "0.5", "--to", "1", "--fps", "4"]);
    assert!(told(&part).contains("part.svg: 2 frames at 4 fps"), "{}", told(&part));
    let long = SCENE.replace("pause: 0.5", "pause: 400");
    std::fs::write(folder.path().join("scene.yaml"), long).unwrap();
    let refused = render(folder.path(), &["-o", "loop.svg"]);
    let said = told(&refused);
    assert_eq!(refused.status.code(), Some(2), "{said}");
    assert!(
        said.contains("8010 frames are too many") && said.contains("[vectors-size]") && said.contains("--to"),
        "{said}"
    );
    assert_eq!(std::fs::read_to_string(folder.path().join("loop.svg")).unwrap(), text);
}

#[test]
fn a_folder_holds_each_picture_once_and_says_how_long_it_is_shown() {
    let folder = folder(SCENE);
    let output = render(folder.path(), &["--format", "svg", "-o", "frames/"]);
    assert!(output.status.success(), "{}", told(&output));
    let text = std::fs::read_to_string(folder.path().join("frames/frames.json")).unwrap();
    let times: serde_json::Value = serde_json::from_str(&text).unwrap();
    let shown = times["frames"].as_array().unwrap();
    assert_eq!(shown.iter().map(|entry| entry["frames"].as_u64().unwrap()).sum::<u64>(), 20);
    assert_eq!(
        (&times["fps"], &shown[0]["file"], &shown.last().unwrap()["file"]),
        (&"10".into(), &"00001.svg".into(), &"00001.svg".into())
    );
    let files = std::fs::read_dir(folder.path().join("frames")).unwrap();
    let files: Vec<String> = files.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let count = files.iter().filter(|name| name.ends_with(".svg")).count();
    assert!((6..=10).contains(&count) && told(&output).contains(&format!("{count} pictures")), "{files:?}");
    let first = std::fs::read_to_string(folder.path().join("frames/00001.svg")).unwrap();
    assert!(first.contains("id=\"dot\"") && !first.contains("<style>"), "{first}");
}

#[test]
fn names_that_do_not_fit_the_kind_are_refused() {
    let folder = folder(SCENE);
    for arguments in [["--format", "svg", "-o", "film.mp4"], ["--format", "png", "-o", "film.svg"]] {
        let refused = render(folder.path(), &arguments);
        assert_eq!(refused.status.code(), Some(2), "{arguments:?}");
        assert!(
            told(&refused).contains("[unknown-format]") && told(&refused).contains("hint: write `name"),
            "{arguments:?}"
        );
    }
}
