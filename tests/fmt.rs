//! The layout of scripts: what changes, what never does, and the commands `fmt` and `new`.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that fails may panic, and calls programs and writes files to see what happens"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use surprisal::diag::{Blame, Diagnostics, Source};
use surprisal::film::{Film, Overrides};
use surprisal::script;
use surprisal::script::yaml::{self, Node, Value};

fn formatted(text: &str) -> Result<String, Diagnostics> {
    script::format(&Source::new("x.yaml", text))
}

#[track_caller]
fn becomes(text: &str, expected: &str) {
    let found = formatted(text).unwrap_or_else(|diags| panic!("{diags:?}\n{text}"));
    assert_eq!(found, expected, "\n--- expected:\n{expected}\n--- found:\n{found}");
    assert_eq!(formatted(expected).unwrap(), expected, "again");
}

#[track_caller]
fn stays(text: &str) {
    becomes(text, text);
}

/// A tree as text, with the order of keys as written.
fn tree(node: &Node) -> String {
    match &node.value {
        Value::Null => "~".into(),
        Value::Scalar { text, plain } => format!("{text:?}{plain}"),
        Value::List(items) => format!("[{}]", items.iter().map(tree).collect::<Vec<_>>().join(",")),
        Value::Map(entries) => {
            let mut all: Vec<_> = entries.iter().map(|(key, node)| format!("{}:{}", key.text, tree(node))).collect();
            all.sort();
            format!("{{{}}}", all.join(","))
        }
    }
}

fn parsed(text: &str) -> Option<String> {
    let mut diags = Diagnostics::new();
    let node = yaml::parse(&Source::new("x.yaml", text), &mut diags);
    node.filter(|_| diags.is_empty()).map(|node| tree(&node))
}

/// Lays out a text twice; whatever happens, it is no fault of ours. Was there a layout?
#[track_caller]
fn is_sound(text: &str) -> bool {
    let once = match formatted(text) {
        Ok(once) => once,
        Err(diags) => {
            assert!(diags.iter().all(|d| d.blame == Blame::Script), "{diags:?}\n{text}");
            assert!(parsed(text).is_none(), "{diags:?}\n{text}");
            return false;
        }
    };
    assert_eq!(parsed(text), parsed(&once), "\n{text}\n--- became:\n{once}");
    let hashes = |text: &str| text.matches('#').count();
    assert_eq!(hashes(text), hashes(&once), "\n{text}\n--- became:\n{once}");
    match formatted(&once) {
        Ok(twice) => assert_eq!(twice, once, "not idempotent:\n{text}\n--- once:\n{once}\n--- twice:\n{twice}"),
        Err(diags) => panic!("{diags:?}\n{text}\n--- became:\n{once}"),
    }
    true
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All scripts of the repository: scenes, the starter, and the fences of prose pages and manuals.
fn corpus() -> Vec<(String, String)> {
    let mut all = vec![("starter".to_owned(), include_str!("../src/cli/starter.yaml").to_owned())];
    for folder in ["scenes", "scenes/bench", "tests/diagnostics", "docs"] {
        let mut paths: Vec<_> = fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths {
            let name = path.display().to_string();
            match path.extension().and_then(|ending| ending.to_str()) {
                Some("yaml") => all.push((name, fs::read_to_string(&path).unwrap())),
                Some("md") => {
                    let text = fs::read_to_string(&path).unwrap();
                    for (i, fence) in text.split("```yaml").skip(1).enumerate() {
                        let body = fence.split_once('\n').unwrap().1.split("```").next().unwrap();
                        all.push((format!("{name} {i}"), body.to_owned()));
                    }
                }
                _ => {}
            }
        }
    }
    all
}

#[test]
fn layouts_are_settled_and_mean_the_same() {
    let mut laid_out = 0;
    for (_, text) in corpus() {
        laid_out += usize::from(is_sound(&text));
        is_sound(&text.replace('\n', "\r\n"));
        is_sound(&text.replace("  ", "    "));
    }
    assert!(laid_out > 20, "{laid_out}");
}

/// xorshift64*, seeded.
struct Random(u64);

impl Random {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % most.max(1)
    }
}

const PIECES: &[&str] = &[
    " # c\n",
    "\n# c\n",
    "\n      # c\n",
    "\n\n\n",
    "\n",
    " ",
    "   ",
    "\t",
    ",",
    ": ",
    "- ",
    "{ ",
    " }",
    "[",
    "]",
    "'",
    "\"",
    "&a ",
    "*a",
    "|\n",
    ">-\n",
    "|2\n",
    "? ",
    "é",
    "😀",
    "\r\n",
    "~",
    "!x ",
    "---\n",
    "...\n",
    "#",
    "\\",
    "a: ",
    "{}",
    "[]",
    "{ b: 1,\n c: 2 }",
    "[1,\n2]",
    "[x: 1]",
    "{ y }",
    " |+\n",
    "'a\n  b'",
];

#[test]
fn two_thousand_edits_do_no_harm() {
    let corpus: Vec<String> = corpus().into_iter().map(|(_, text)| text).filter(|text| text.len() < 6000).collect();
    let mut random = Random(0x5eed);
    let (mut laid_out, mut refused) = (0, 0);
    while laid_out < 2000 {
        let mut text: Vec<char> = corpus[random.below(corpus.len())].chars().collect();
        for _ in 0..=random.below(2) {
            let at = random.below(text.len() + 1);
            // Mostly at the ends of lines and words, where scripts stay readable.
            let at = match random.below(4) {
                0 => at,
                1 => text[at..].iter().position(|c| *c == '\n').map_or(at, |end| at + end),
                2 => text[..at].iter().rposition(|c| *c == '\n').map_or(at, |start| start + 1),
                _ => text[at..].iter().position(|c| *c == ' ').map_or(at, |end| at + end),
            };
            match random.below(5) {
                0 => drop(text.drain(at..(at + random.below(4)).min(text.len()))),
                1 => {
                    // A line goes elsewhere.
                    let end = text[at..].iter().position(|c| *c == '\n').map_or(text.len(), |end| at + end + 1);
                    let line: Vec<char> = text.drain(at..end).collect();
                    let to = random.below(text.len() + 1);
                    let to = text[..to].iter().rposition(|c| *c == '\n').map_or(0, |start| start + 1);
                    text.splice(to..to, line);
                }
                _ => drop(text.splice(at..at, PIECES[random.below(PIECES.len())].chars())),
            }
        }
        match is_sound(&text.into_iter().collect::<String>()) {
            true => laid_out += 1,
            false => refused += 1,
        }
    }
    assert!(refused < 10 * laid_out, "{refused}");
}

#[test]
fn known_keys_have_one_order() {
    becomes(
        "scenes:\n  - steps: [{ for: 2, grow: x }]\n    cast: { x: { gap: 1, above: y, text: X } }\n    id: one\nvars: { b: 1, a: 2 }\ntitle: T\n",
        "title: T\nvars: { b: 1, a: 2 }\nscenes:\n  - id: one\n    cast: { x: { text: X, above: y, gap: 1 } }\n    steps: [{ grow: x, for: 2 }]\n",
    );
    // Symbols, actors, fields, members of a step's map: their order is the writer's.
    stays(
        "sources:\n  s: { title: 1, at: 2, for: 3, a: 4 }\n  a: { z: 1, b: 2 }\ncodes: { c: { words: { z: 0, a: 1 }, for: s } }\n",
    );
    stays(
        "scenes:\n  - cast:\n      b: { bars: { width: 1, at: 2, values: { z: 1, a: 2 } } }\n      a: A\n    steps:\n      - set: { z: 1, for: 2, a: 3, scale: 4 }\n",
    );
    stays("scenes:\n  - steps:\n      - { for: 1, write: a, grow: b }\n      - { for: 1, wirte: a, to: b }\n");
    becomes(
        "scenes:\n  - steps:\n      - lag: 1\n        stagger:\n          - for: 1\n            grow: a\n      - stagger: 1\n        grow: a\n",
        "scenes:\n  - steps:\n      - stagger:\n          - grow: a\n            for: 1\n        lag: 1\n      - grow: a\n        stagger: 1\n",
    );
}

#[test]
fn definitions_conditions_and_files_of_actors_have_it_too() {
    becomes(
        "define:\n  card:\n    actions: { call: [{ for: 1, grow: a }], go: { steps: [{ for: 1, grow: a }], params: { x: text } } }\n    cast:\n      a: { at: [0, 1], row: [b, { at: [0, 1], text: B }], if: $x }\n    params: { z: text, a: text }\n",
        "define:\n  card:\n    params: { z: text, a: text }\n    cast:\n      a: { row: [b, { text: B, at: [0, 1] }], at: [0, 1], if: $x }\n    actions: { call: [{ grow: a, for: 1 }], go: { params: { x: text }, steps: [{ grow: a, for: 1 }] } }\n",
    );
    becomes(
        "scenes:\n  - steps:\n      - { then: [{ for: 1, grow: a }], if: $x }\n      - { if: $x, delay: 1, own: a }\n    if: true\n",
        "scenes:\n  - if: true\n    steps:\n      - { if: $x, then: [{ grow: a, for: 1 }] }\n      - { own: a, delay: 1, if: $x }\n",
    );
    // The order of actors is that of drawing.
    becomes("theme: { at: x, text: A }\ntitle: B\n", "theme: { text: A, at: x }\ntitle: B\n");
}

/// Codes of what is found in a script and its film, and the number of frames.
fn meaning(text: &str) -> (Vec<&'static str>, Option<u64>) {
    let world = surprisal::world::MemoryWorld::default();
    let (script, mut diags) = script::parse(&Source::new("x.yaml", text), &world);
    let mut frames = None;
    if let Some(script) = script.filter(|_| !diags.has_errors()) {
        let (film, found) = Film::build(&script, &world, Overrides::default());
        diags.append(found);
        frames = film.map(|film| film.frames());
    }
    let mut codes: Vec<_> = diags.iter().map(|d| d.code).collect();
    codes.sort_unstable();
    (codes, frames)
}

#[test]
fn what_is_found_in_a_script_stays_found() {
    for (name, text) in corpus() {
        if let Ok(laid_out) = formatted(&text) {
            assert_eq!(meaning(&text), meaning(&laid_out), "{name}\n{laid_out}");
        }
    }
}

#[test]
fn comments_stay_with_what_they_are_about() {
    becomes(
        "# about the file\n\n# about scenes\nscenes:   # all\n- steps:\n  # slow\n  - for: 2 # s\n    # the chart\n    grow: chart # grows\n    # done\n   # last\n# about the cast\n  cast:\n    # none\n# about the title\ntitle: T\n# end\n",
        "# about the file\n\n# about the title\ntitle: T\n\n# about scenes\nscenes:  # all\n  # about the cast\n  - cast:\n      # none\n    steps:\n      # slow\n      # the chart\n      - grow: chart  # grows\n        for: 2       # s\n        # done\n      # last\n# end\n",
    );
    // Right above the first key, a comment may be about the file as well: it stays, and its key with it.
    becomes("# about what?\nstage: {}\nscenes: []\ntitle: T\n", "# about what?\nstage: {}\ntitle: T\nscenes: []\n");
    // Deeper than a key, they are about its value.
    becomes(
        "vars:\n    # p: 1\ncodes: {}\n\n   # none yet\nsources:\n- a\n    # about a\n",
        "sources:\n  - a\n    # about a\ncodes: {}\n\n  # none yet\nvars:\n  # p: 1\n",
    );
    // In odd places they stay as they are.
    stays("vars: { a: 1, # one\n  b:  2 }\n");
    stays("say:\n  # why?\n  words\n");
    stays("a:  # one\n  b: 1\nlist:\n  -  # two\n    c: 2\n");
}

#[test]
fn a_comment_under_a_text_in_lines_stays_out_of_it() {
    for text in ["  - s:\n     >\n      ]\n     #\n", "- s:\n   >\n    ]\n   # about s\n", "a:\n >\n  b\n #c\nd: 1\n"] {
        assert!(is_sound(text), "{text}");
    }
}

#[test]
fn scalars_stay_as_written() {
    stays("a: |\n  one\n    two\n\n  three   \nb: >-  # folded\n  x\n\nc: 'it''s'\nd: \"\\t\\u00e9\"\n");
    becomes(
        "scenes:\n- a: |\n   x\n    y\n  b: |2\n      z\n",
        "scenes:\n  - a: |\n     x\n      y\n    b: |2\n        z\n",
    );
    becomes(
        "a:\n    b: 'one\n\n      two'   # c\n    c: one\n     two\n",
        "a:\n  b: 'one\n\n    two'  # c\n  c: one\n   two\n",
    );
    becomes(
        "words: {up: 010,down: 0x1F , left: ~, 'a b': \"\\\"\"}\n",
        "words: { up: 010, down: 0x1F, left: ~, 'a b': \"\\\"\" }\n",
    );
    becomes("say:\n  é 😀\nnull:\nempty: {}\nnone: [ ]\n", "say: é 😀\nnull:\nempty: {}\nnone: []\n");
    // No order is safe where values are repeated.
    stays("scenes: &s []\ntitle: *s\n");
    becomes("scenes:   &s []\ntitle: T\n", "title: T\nscenes: &s []\n");
    becomes(
        "a: &x\n    b: &y {c: *z}\nd: [*x , *y]\n".replace("*z", "1").as_str(),
        "a: &x\n  b: &y { c: 1 }\nd: [*x, *y]\n",
    );
}

#[test]
fn what_is_too_odd_is_left_alone() {
    for text in [
        "? a\n:   1\n",
        "a: |+\n  x\n\n\nb:   1\n",
        "b: |\n   x",
        "{ a:   1 }\n",
        "- &a x\n- { *a : 1 }\n",
        "a: 1\rb:   2\n",
    ] {
        assert_eq!(formatted(text).as_deref(), Ok(text));
    }
    stays("odd: { a, b:  1 }\npair: [a: 1,  b]\n");
    stays("- {d: '',y: 1 - ,e: ''}\n");
    becomes("%YAML 1.2\n---   \na:   1\n...\n# end\n", "%YAML 1.2\n---\na: 1\n...\n# end\n");
}

#[test]
fn space_is_tidy() {
    becomes("\n\n\na:   1   \n\n\n\nb :   2\nc:\n\n    d: 1", "a: 1\n\nb: 2\nc:\n  d: 1\n");
    becomes("a:\r\n    b: 1\r\n\r\n\r\nc: 2", "a:\r\n  b: 1\r\n\r\nc: 2\r\n");
    becomes("a:\n-   - 1\n    -    2\n-\n    b: 1\n", "a:\n  - - 1\n    - 2\n  - b: 1\n");
    // Tables.
    stays("sources:\n  a:    { x: 1 }\n  bcde: { x: 1 }\n\n  f: { x: 1 }\n  very_long: { x: 1 }\n");
    becomes(
        "codes:\n  a: {x: 1} # one\n  bc: {long: 1}  # two\n",
        "codes:\n  a:  { x: 1 }     # one\n  bc: { long: 1 }  # two\n",
    );
}

#[test]
fn long_lines_are_broken_where_that_helps() {
    let long = "x".repeat(70);
    becomes(
        &format!(
            "scenes:\n  - cast:\n      a: {{ text: '{long}', at: [0, 1], anchor: left, opacity: 0.5, layer: 3, color: accent }}\n"
        ),
        &format!(
            "scenes:\n  - cast:\n      a: {{ text: '{long}',\n           at: [0, 1], anchor: left, opacity: 0.5, layer: 3, color: accent }}\n"
        ),
    );
    becomes(
        &format!(
            "scenes:\n  - cast:\n      a: {{ text: {{ text: '{long}', halo: true, size: 1 }}, at: [0, 1] }}  # a\n"
        ),
        &format!(
            "scenes:\n  - cast:\n      a:  # a\n        text: {{ text: '{long}', halo: true, size: 1 }}\n        at: [0, 1]\n"
        ),
    );
    becomes(
        &format!("scenes:\n  - steps: [{{ write: a, for: 1 }}, {{ say: {long} }}, {{ write: b }}, {{ write: cc }}]\n"),
        &format!(
            "scenes:\n  - steps:\n      - {{ write: a, for: 1 }}\n      - {{ say: {long} }}\n      - {{ write: b }}\n      - {{ write: cc }}\n"
        ),
    );
    let numbers = (0..58).map(|i| i.to_string()).collect::<Vec<_>>();
    let (first, rest) = numbers.split_at(30);
    becomes(
        &format!("values: [{}]\n", numbers.join(",")),
        &format!("values: [{},\n         {}]\n", first.join(", "), rest.join(", ")),
    );
    // Narration is never broken, and a long word stays where it was.
    stays(&format!("say: {long} {long}\nhere:\n  {long} {long}\n"));
}

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        fs::write(self.0.path().join(name), text).unwrap();
        self.0.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.path().join(name)).unwrap()
    }

    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_surprisal"));
        let Output { status, stdout, stderr } =
            command.current_dir(self.0.path()).args(arguments).stdin(Stdio::null()).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (status.code().unwrap(), text(stdout), text(stderr))
    }
}

#[test]
fn the_command_changes_what_it_says_and_nothing_else() {
    let place = Place::new();
    place.write("untidy.yaml", "\u{feff}b:   1\n");
    place.write("tidy.yaml", "b: 1\n");
    place.write("broken.yaml", "a: [1\n");
    let all = ["fmt", "untidy.yaml", "tidy.yaml", "broken.yaml"];

    let (code, out, err) = place.run(&[&all[..], &["--check"]].concat());
    assert_eq!((code, out.as_str()), (1, "untidy.yaml\n"));
    assert!(err.contains("[unclosed-bracket]") && err.contains("1 script would change"), "{err}");
    assert_eq!(place.read("untidy.yaml"), "\u{feff}b:   1\n");

    let (code, out, _) = place.run(&["fmt", "--stdout", "untidy.yaml"]);
    assert_eq!((code, out.as_str()), (0, "b: 1\n"));
    assert_eq!(place.read("untidy.yaml"), "\u{feff}b:   1\n");

    let before = fs::metadata(place.0.path().join("tidy.yaml")).unwrap().modified().unwrap();
    let (code, out, _) = place.run(&all);
    assert_eq!((code, out.as_str()), (1, "untidy.yaml\n"));
    assert_eq!(place.read("untidy.yaml"), "\u{feff}b: 1\n");
    assert_eq!(place.read("broken.yaml"), "a: [1\n");
    assert_eq!(fs::metadata(place.0.path().join("tidy.yaml")).unwrap().modified().unwrap(), before);
    assert_eq!(fs::read_dir(place.0.path()).unwrap().count(), 3);

    let (code, out, err) = place.run(&["fmt", "--check", "untidy.yaml", "tidy.yaml"]);
    assert_eq!((code, out.as_str(), err.as_str()), (0, "", ""));
    assert_eq!(place.run(&["fmt", "absent.yaml"]).0, 2);
    assert_eq!(place.run(&["fmt"]).0, 2);
}

#[cfg(unix)]
#[test]
fn permissions_and_links_stay() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let place = Place::new();
    let path = place.write("a.yaml", "a:   1\n");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("a.yaml", place.0.path().join("link.yaml")).unwrap();
    assert_eq!(place.run(&["fmt", "link.yaml"]).0, 0);
    assert_eq!(place.read("a.yaml"), "a: 1\n");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(place.0.path().join("link.yaml").is_symlink());
}

#[test]
fn a_new_script_is_sound_and_never_replaces_another() {
    let place = Place::new();
    fs::create_dir(place.0.path().join("films")).unwrap();
    let (code, out, err) = place.run(&["new", "birthday-paradox", "--dir", "films"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.starts_with("made films/birthday-paradox.yaml") && out.contains("surprisal render films/"), "{out}");
    let text = place.read("films/birthday-paradox.yaml");
    assert!(text.contains("title: Birthday paradox\n"), "{text}");
    let script = Path::new("films/birthday-paradox.yaml").to_str().unwrap();
    let (code, out, err) = place.run(&["check", "--strict", script]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert_eq!(place.run(&["fmt", "--check", script]).0, 0);
    assert_eq!(place.run(&["frame", script, "--at", "area", "--size", "320x180", "-o", "a.png"]).0, 0);

    let (code, _, err) = place.run(&["new", "birthday-paradox.yaml", "--dir", "films"]);
    assert!(code == 2 && err.contains("[file-exists]"), "{err}");
    assert_eq!(place.read("films/birthday-paradox.yaml"), text);
    assert_eq!(place.run(&["new", "../x"]).0, 2);
    assert_eq!(place.run(&["new", "x", "--dir", "nowhere"]).0, 3);
}
