//! What the page is told: frames, steps, who is on stage; and that it is told of every edit, and of nothing that is over.

use std::process::Command;

use serde_json::Value;

use super::server::{Preview, SCRIPT};

/// Whether the newest version has a film.
fn good(state: &Value) -> bool {
    state["version"] != 0 && state["film"] == state["version"]
}

#[test]
fn a_frame_is_that_of_the_film() {
    let preview = Preview::of(SCRIPT);
    preview.until("a film", good);
    let output = preview.folder.path().join("frame.png");
    let mut command = Command::new(env!("CARGO_BIN_EXE_surprisal"));
    command.arg("frame").arg(preview.path()).args(["--at", "#30", "-o"]).arg(&output);
    assert!(command.output().unwrap().status.success());
    assert!(preview.ask("/frame.png", "at=30").body == std::fs::read(output).unwrap());
    let words = |bytes: &[u8]| {
        bytes.as_chunks::<4>().0.iter().map(|four| u32::from_le_bytes(*four)).take(2).collect::<Vec<_>>()
    };
    let frame = |at: u32, look: &str| preview.ask("/frame", &format!("at={at}&width=320&height=180{look}")).body;
    assert_eq!(words(&frame(30, "")), [320, 180]);
    // Any frame in any order, in any look, is the same each time.
    let firsts = [frame(30, ""), frame(30, "&theme=paper"), frame(30, "&vars=p:0.9"), frame(2, "")];
    assert!(firsts.iter().enumerate().all(|(at, one)| firsts[..at].iter().all(|other| other != one)));
    assert_eq!([frame(30, ""), frame(30, "&theme=paper"), frame(30, "&vars=p:0.9"), frame(2, "")], firsts);
}

#[test]
fn the_timeline_and_the_stage_are_told() {
    let preview = Preview::of(SCRIPT);
    preview.until("a film", good);
    let film = preview.ask("/film", "").json();
    assert_eq!((&film["frames"], &film["scenes"][1]["id"]), (&Value::from(131), &Value::from("two")));
    let step = &film["steps"][2];
    assert_eq!(
        (&step["verb"], &step["targets"][0], &step["place"]["line"]),
        (&"move".into(), &"dot".into(), &18.into())
    );
    assert_eq!((&film["marks"][0]["name"], &film["marks"][0]["frame"]), (&"written".into(), &14.into()));
    assert_eq!(film["captions"][0]["text"], "Words at the foot.");
    let stage = preview.ask("/stage", "at=20&vars=p:0.4").json();
    assert_eq!((&stage["variables"][0]["name"], &stage["variables"][0]["value"]), (&"p".into(), &0.4.into()));
    let text = &stage["actors"][0];
    assert_eq!((&text["name"], &text["visual"], &text["place"]["line"]), (&"a".into(), &"text".into(), &8.into()));
    let bounds: Vec<f64> = text["parts"][0]["box"].as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect();
    let middle = format!("at=20&x={}&y={}", (bounds[0] + bounds[2]) / 2.0, (bounds[1] + bounds[3]) / 2.0);
    let under = preview.ask("/under", &middle).json();
    assert_eq!(under["way"].as_array().unwrap().last().unwrap()["address"], "a");
}

#[test]
fn frames_and_figures_are_files_as_the_command_line_makes_them() {
    let script = SCRIPT.replace("      - mark: written\n", "      - mark: written\n      - figure: taken\n");
    let preview = Preview::of(&script);
    preview.until("a film", good);
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_surprisal"));
        let done = command.current_dir(preview.folder.path()).args(arguments).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    let file = |name: &str| std::fs::read(preview.folder.path().join(name)).unwrap();
    run(&["frame", "small.yaml", "--at", "#30", "-o", "frame.svg"]);
    let svg = preview.ask("/frame.svg", "at=30");
    assert!(svg.head.contains("content-type: image/svg+xml") && svg.body == file("frame.svg"));
    assert_ne!(preview.ask("/frame.svg", "at=30&vars=p:0.9").body, svg.body);
    run(&["figures", "small.yaml", "--format", "svg,pdf,png"]);
    for (kind, mime) in [("svg", "image/svg+xml"), ("pdf", "application/pdf"), ("png", "image/png")] {
        let figure = preview.ask("/figure", &format!("name=taken&kind={kind}"));
        assert!(figure.head.contains(&format!("content-type: {mime}")), "{}", figure.head);
        assert!(figure.body == file(&format!("figures/taken.{kind}")), "{kind}");
    }
    for wrong in ["name=taken&kind=exe", "name=other&kind=svg", "name=..%2Fsmall.yaml&kind=svg", ""] {
        assert_eq!(preview.ask("/figure", wrong).status, 409, "{wrong}");
    }
    let film = preview.ask("/film", "").json();
    assert_eq!((&film["figures"][0]["name"], &film["figures"][0]["frame"]), (&"taken".into(), &14.into()));
}

#[test]
fn what_a_script_cannot_bear_of_a_held_variable_is_told() {
    let script = SCRIPT.replace("value: p,", "value: 'log2(p)',");
    let preview = Preview::of(&script);
    preview.until("a film", good);
    assert_eq!(preview.ask("/film", "").json()["variables"]["p"], serde_json::json!([0.2, 0.8]));
    let trouble = |look: &str| preview.ask("/stage", &format!("at=20{look}")).json()["trouble"].clone();
    assert_eq!(trouble(""), serde_json::json!([]));
    assert_eq!(trouble("&vars=p:0.5"), serde_json::json!([]));
    let unbearable = trouble("&vars=p:-5");
    assert!(unbearable[0]["place"]["text"].to_string().contains("log2(p)"), "{unbearable}");
}

#[test]
fn markup_in_a_script_is_text() {
    let script = SCRIPT.replace("title: Small", "title: '</script><script>alert(1)</script>'");
    let preview = Preview::of(&script);
    preview.until("a film", good);
    let film = preview.ask("/film", "");
    assert!(film.head.contains("content-type: application/json") && film.head.contains("nosniff"));
    assert_eq!(film.json()["title"], "</script><script>alert(1)</script>");
    assert!(!String::from_utf8(preview.get("/").body).unwrap().contains("alert(1)"));
}

#[test]
fn edits_are_followed_whatever_they_are() {
    let mut preview = Preview::of(SCRIPT);
    preview.until("a film", good);
    let text = |number: usize| match number % 4 {
        0 => "scenes: [".to_owned(),
        1 => SCRIPT.replace("text: bits", &format!("text: bits{number}")),
        2 => SCRIPT.replace("write: a", "wirte: a"),
        _ => SCRIPT.get(..SCRIPT.len() * (number % 10) / 10).unwrap_or_default().to_owned(),
    };
    for number in 0..40 {
        preview.edit(&text(number));
        std::thread::sleep(std::time::Duration::from_millis(if number % 5 == 0 { 60 } else { 10 }));
    }
    preview.edit(&SCRIPT.replace("wri", "wir"));
    let broken = preview.until("the mistakes of the last edit", |state| {
        state["findings"].as_array().unwrap().iter().any(|found| found["place"]["text"].to_string().contains("wirte"))
    });
    assert!(broken["film"].as_u64() > Some(0), "the last good film stays");
    assert_eq!(preview.ask("/frame", "at=3&width=64&height=36").status, 200);
    // Gone, a folder, and back again.
    let path = preview.path();
    std::fs::remove_file(&path).unwrap();
    let code = |state: &Value| state["findings"][0]["code"] == "unreadable-script";
    preview.until("that the script is gone", code);
    std::fs::create_dir(&path).unwrap();
    preview.until("that it is a folder", |state| state["findings"][0]["message"].to_string().contains("plain file"));
    std::fs::remove_dir(&path).unwrap();
    preview.edit(&SCRIPT.replace("title: Small", "title: Back"));
    preview.until("a film again", good);
    assert_eq!(preview.ask("/film", "").json()["title"], "Back");
    preview.until("the review", |state| state["reviewed"] == true);
    assert!(preview.is_alive());
}

#[test]
fn all_files_of_a_script_are_followed_and_those_that_are_missing_are_waited_for() {
    let preview = Preview::of("stage: { size: 192x108 }\nscenes:\n  - include: chapter.yaml\n");
    preview.until("that a file is missing", |state| state["findings"].to_string().contains("no file `chapter.yaml`"));
    let chapter = |title: &str| {
        let text = format!(
            "scenes:\n  - id: {title}\n    cast: {{ a: {title} }}\n    steps: [{{ show: a }}, {{ pause: 1 }}]\n"
        );
        std::fs::write(preview.folder.path().join("chapter.yaml"), text).unwrap();
    };
    let scene = || preview.ask("/film", "").json()["scenes"][0]["id"].clone();
    chapter("first");
    let state = preview.until("the file that was missing", good);
    assert_eq!(scene(), "first");
    chapter("second");
    preview.until("its change", |newer| good(newer) && newer["version"] != state["version"]);
    assert_eq!(scene(), "second");
}

#[cfg(target_os = "linux")]
#[test]
fn a_studio_that_dies_takes_nobody_along() {
    let mut preview = Preview::of(SCRIPT);
    let first = preview.until("a film", good);
    let studios = preview.studios();
    assert_eq!(studios.len(), 1);
    let killed = Command::new("kill").args(["-9", &studios[0].to_string()]).status().unwrap();
    assert!(killed.success());
    preview.until("another studio with a film", |state| state["studio"] != first["studio"] && good(state));
    assert!(preview.is_alive());
    assert_eq!(preview.ask("/frame", "at=3&width=64&height=36").status, 200);
    // A studio ends with its server.
    let studio = preview.studios()[0];
    drop(preview);
    let gone = || {
        !std::path::Path::new(&format!("/proc/{studio}/fd")).exists()
            || std::fs::read_dir(format!("/proc/{studio}/fd")).is_ok_and(|mut open| open.next().is_none())
    };
    let begin = std::time::Instant::now();
    while !gone() && begin.elapsed().as_secs() < 20 {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert!(gone());
}
