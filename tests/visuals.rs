//! What every visual must do: its example is a script that runs, draws at every instant, and survives extreme numbers.

#![allow(clippy::unwrap_used, reason = "a test that fails may panic")]

use std::sync::Arc;

use surprisal::film::{Film, Overrides};
use surprisal::script::{ALSO_FIELDS, PLACEMENT_KEYS};
use surprisal::time::FrameIndex;
use surprisal::visuals::{REGISTRY, VisualSpec};
use surprisal::world::MemoryWorld;
use surprisal::{diag::Source, script};

fn world() -> MemoryWorld {
    let mut world = MemoryWorld::default();
    let mut png = std::io::Cursor::new(Vec::new());
    image::RgbaImage::from_pixel(4, 2, image::Rgba([200, 100, 50, 255]))
        .write_to(&mut png, image::ImageFormat::Png)
        .unwrap();
    world.0.insert("pictures/coins.png".into(), Arc::from(png.into_inner()));
    let svg = include_bytes!("../assets/icons/rover.svg");
    world.0.insert("icons/rover.svg".into(), Arc::from(svg.as_slice()));
    world
}

fn scene(body: &str, steps: &str) -> String {
    format!(
        "vars: {{ p: 0.3, other: 0 }}\nsources:\n  moves: {{ up: 1/2, down: 1/4, left: 1/8, right: 1/8 }}\ncodes:\n  clever: {{ for: moves, build: huffman }}\nscenes:\n  - cast:\n      it: {{ {body} }}\n      dot: {{ circle: 0.1, hidden: true }}\n    steps:\n{steps}"
    )
}

fn build(text: &str) -> Option<Film> {
    let (script, _) = script::parse(&Source::new("test.yaml", text), &MemoryWorld::default());
    script.and_then(|script| Film::build(&script, &world(), Overrides::default()).0)
}

fn steps(spec: &VisualSpec) -> String {
    let mut steps = String::from("      - grow: it\n");
    if spec.name == "trail" {
        steps.push_str("      - { trace: it, of: dot }\n      - { move: dot, by: [2, 1] }\n");
    }
    for action in spec.actions {
        let arg = if action.name == "decode" {
            "{ it: { decode: '100110' } }".to_owned()
        } else {
            format!("{{ it: {} }}", action.name)
        };
        steps.push_str(&format!("      - do: {arg}\n"));
    }
    steps + "      - indicate: it\n      - unwrite: it\n"
}

#[test]
fn examples_run_and_draw_something_finite() {
    for spec in REGISTRY {
        let text = scene(spec.example, &steps(spec));
        let (script, diags) = script::parse(&Source::new("test.yaml", text.clone()), &MemoryWorld::default());
        assert!(diags.is_empty(), "{}: {diags:#?}", spec.name);
        let (film, diags) = Film::build(&script.unwrap(), &world(), Overrides::default());
        assert!(!diags.has_errors(), "{}: {diags:#?}", spec.name);
        let film = film.unwrap();
        let mut most = 0;
        for index in 0..film.frames() {
            let frame = film.frame(FrameIndex(index));
            most = most.max(frame.items.len());
            assert!(frame.items.iter().all(|item| item.item.transform.is_finite()), "{} at {index}", spec.name);
        }
        assert!(most > 0, "{} draws nothing", spec.name);
        assert!(film.frame(FrameIndex(film.frames() - 1)).items.is_empty(), "{} leaves something behind", spec.name);
    }
}

/// What the table of a visual promises is there: its parts, its live values, its defaults.
#[test]
fn tables_say_what_is_there() {
    for spec in REGISTRY {
        let mut wanted = String::new();
        for (part, _) in spec.parts.iter().filter(|(part, _)| !part.contains('*')) {
            wanted.push_str(&format!("      - indicate: it.{part}\n"));
        }
        for (value, _) in spec.values {
            wanted.push_str(&format!("      - {{ set: {{ other: 'it.{value}' }} }}\n"));
        }
        let text = scene(spec.example, &(wanted + "      - pause: 1\n"));
        let (script, found) = script::parse(&Source::new("test.yaml", text.clone()), &MemoryWorld::default());
        assert!(found.is_empty(), "{}: {found:#?}", spec.name);
        let (film, found) = Film::build(&script.unwrap(), &world(), Overrides::default());
        assert!(film.is_some(), "{}: {found:#?}\n{text}", spec.name);
        for row in spec.fields.iter().copied().flatten() {
            assert!(row.summary.len() > 5 && !row.summary.ends_with('.'), "{}.{}", spec.name, row.name);
        }
    }
}

/// A default that is written out draws what the default draws.
#[test]
fn defaults_are_what_the_tables_say() {
    for spec in REGISTRY {
        let film = build(&scene(spec.example, "      - pause: 1\n")).unwrap();
        let usual = surprisal::draw::dump(&film.frame(FrameIndex(0)));
        for row in spec.fields.iter().copied().flatten() {
            let script::Need::Default(default) = row.need else { continue };
            let head = format!("{}: {{", spec.name);
            if !spec.example.starts_with(&head) || spec.example.contains(&format!(" {}: ", row.name)) {
                continue;
            }
            let example = spec.example.replacen(&head, &format!("{head} {}: {default},", row.name), 1);
            let film = build(&scene(&example, "      - pause: 1\n"));
            let film = film.unwrap_or_else(|| panic!("{example}"));
            assert_eq!(surprisal::draw::dump(&film.frame(FrameIndex(0))), usual, "{example}");
        }
    }
}

#[test]
fn no_number_in_an_example_can_make_it_panic() {
    for spec in REGISTRY {
        let numbers: Vec<(usize, usize)> = numbers(spec.example);
        for (start, end) in numbers {
            for value in [
                "0",
                "-1",
                "1e-300",
                "1e300",
                "40",
                "p",
                "1/0",
                "0/0",
                "1e9 * p",
                "-1e308 * p",
                "-p",
                "null",
                "[]",
                "{}",
                "''",
            ] {
                let example = format!("{}{value}{}", &spec.example[..start], &spec.example[end..]);
                if let Some(film) = build(&scene(&example, "      - grow: it\n        for: 0.1\n")) {
                    film.frame(FrameIndex(3));
                    film.frame(FrameIndex(film.frames()));
                }
            }
        }
    }
}

/// Where numbers stand in a text.
fn numbers(text: &str) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (at, c) in text.char_indices() {
        let part = c.is_ascii_digit() || c == '.';
        match found.last_mut() {
            Some((_, end)) if part && *end == at => *end = at + 1,
            _ if c.is_ascii_digit() => found.push((at, at + 1)),
            _ => {}
        }
    }
    found
}

/// One line for each visual: how many items its example shows at its end, the box that they fill, and a hash of all that is
/// drawn. `UPDATE_GOLDENS=1` writes it anew: look at the pictures of the reference then.
#[test]
fn drawings_are_as_they_were() {
    let mut lines = String::new();
    for spec in REGISTRY {
        let mut all = String::from("      - show: it\n");
        for action in spec.actions {
            let arg = if action.name == "decode" { "{ decode: '100110' }" } else { action.name };
            all.push_str(&format!("      - do: {{ it: {arg} }}\n"));
        }
        let film = build(&scene(spec.example, &(all + "      - pause: 1\n"))).unwrap();
        let frame = film.frame(FrameIndex(film.frames() - 1));
        let bounds = frame.items.iter().filter_map(|item| item.item.bounds()).reduce(|a, b| a.union(b));
        let place = bounds.map_or("nothing".to_owned(), |b| format!("{:.2} {:.2} {:.2} {:.2}", b.x0, b.y0, b.x1, b.y1));
        // FNV-1a: short, and the same everywhere.
        let hash = surprisal::draw::dump(&frame)
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        lines.push_str(&format!("{:16} {:4} items in {place}, {hash:016x}\n", spec.name, frame.items.len()));
    }
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/visuals.txt");
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        #[expect(clippy::disallowed_methods, reason = "a golden is written by hand, on request")]
        std::fs::write(&path, &lines).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    for (was, is) in golden.lines().zip(lines.lines()) {
        assert_eq!(was, is, "looked at, and meant? UPDATE_GOLDENS=1 cargo test --test visuals");
    }
    assert_eq!(golden, lines);
}

#[test]
fn styles_know_which_keys_of_a_place_are_fields() {
    let fields = |spec: &VisualSpec| spec.fields.iter().copied().flatten().map(|row| row.name).collect::<Vec<_>>();
    for key in PLACEMENT_KEYS.iter().filter(|key| **key != "color") {
        let of: Vec<&str> = REGISTRY.iter().filter(|spec| fields(spec).contains(key)).map(|spec| spec.name).collect();
        let told = ALSO_FIELDS.iter().find(|(known, _)| known == key).map_or(Vec::new(), |(_, of)| of.to_vec());
        let sorted = |mut all: Vec<&'static str>| {
            all.sort_unstable();
            all
        };
        assert_eq!(sorted(of), sorted(told), "{key}");
    }
}
