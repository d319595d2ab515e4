//! Scripts made up from the registries: every one is well formed YAML and uses words that there are, in odd combinations.

use surprisal::script::VERBS;
use surprisal::timeline::Easing;
use surprisal::visuals::{REGISTRY, VisualSpec};

/// What decides: a seeded generator, or the bytes of a fuzzer.
pub trait Choose {
    /// A number below a bound.
    fn below(&mut self, bound: usize) -> usize;
}

/// Names of actors in the examples of verbs.
const EXAMPLES: &[&str] =
    &["chart", "mean", "title", "coins", "note", "binary", "general", "label", "dot", "graph", "tree", "sum"];

const NUMBERS: &[&str] = &["0", "1", "-1", "0.5", "2", "p", "q", "1e6", "-0.001", "H(p)", "1/(p - 0.3)", "90", "q * 9"];

/// Parts that most drawings of a visual have.
fn parts(visual: &str) -> &'static [&'static str] {
    match visual {
        "coins" | "bits" => &["[0]", "[0..3]", "[*]", ".*"],
        "entropy_chart" | "prob_strip" => &[".up", ".*", "[0..2]", ".down.name"],
        "graph" => &[".curve", ".x", ".y"],
        "arrow" | "brace" => &[".shaft", ".label"],
        "formula" => &["[\"p\"]", ".sum", "[*]"],
        _ => &[],
    }
}

/// The text of a script.
pub fn script(choose: &mut dyn Choose) -> String {
    let actors = 1 + choose.below(5);
    let mut text = String::from(
        "vars: { p: 0.3, q: 1 - p }\nsources:\n  moves: { up: 1/2, down: 1/4, left: 1/8, right: 1/8 }\n  live: { up: p, down: 1 - p }\ncodes:\n  clever: { for: moves, build: huffman }\nstage: { captions: true, size: 320x180, fps: 12 }\nscenes:\n",
    );
    for _ in 0..=choose.below(2) {
        text += "  - cast:\n";
        let mut cast = Vec::new();
        for index in 0..actors {
            let spec = REGISTRY[choose.below(REGISTRY.len())];
            cast.push(spec);
            let example = if spec.name == "icon" || spec.name == "image" { "text: a picture" } else { spec.example };
            let example = example.replace("moves", if choose.below(3) == 0 { "live" } else { "moves" });
            text += &format!("      a{index}: {{ {example}{} }}\n", placement(choose, index));
        }
        if choose.below(2) == 0 && actors > 1 {
            let kind = ["group", "group", "stack", "row"][choose.below(4)];
            text += &format!("      g: {{ {kind}: [a{}, a{}] }}\n", actors - 1, actors - 2);
        }
        text += "      trail: { trail: {} }\n    steps:\n      - save: start\n";
        for _ in 0..1 + choose.below(8) {
            text += &format!("      - {}\n", step(choose, &cast, 0));
        }
    }
    text
}

fn placement(choose: &mut dyn Choose, index: usize) -> String {
    let number = |choose: &mut dyn Choose| NUMBERS[choose.below(NUMBERS.len())];
    let other = choose.below(index.max(1));
    let mut keys = match choose.below(6) {
        0 => format!(", at: ['{}', '{}']", number(choose), number(choose)),
        1 if index > 0 => {
            format!(", {}: a{other}", ["above", "below", "left_of", "right_of", "inside"][choose.below(5)])
        }
        2 => format!(", edge: {}", ["top", "left", "bottom_right"][choose.below(3)]),
        3 if index > 0 => {
            let point = ["[0, 0.5]", "[2, 0.5]", "top_right", "p", "0.3"][choose.below(5)];
            format!(", at: 'a{other}@{point}'")
        }
        4 if index > 0 => {
            format!(", {}: a{other}", ["fit", "match_width", "match_height"][choose.below(3)])
        }
        _ => String::new(),
    };
    for key in ["opacity", "scale", "rotate", "shift", "hidden", "layer", "color"] {
        if choose.below(7) == 0 {
            let value = match key {
                "opacity" => "p".to_owned(),
                "shift" => "[0, p]".to_owned(),
                "hidden" => "true".to_owned(),
                "layer" => choose.below(3).to_string(),
                "color" => "accent".to_owned(),
                "scale" => "p + 0.1".to_owned(),
                _ => format!("'{}'", number(choose)),
            };
            keys += &format!(", {key}: {value}");
        }
    }
    keys
}

/// A step in flow style.
fn step(choose: &mut dyn Choose, cast: &[&VisualSpec], depth: usize) -> String {
    if depth < 2 && choose.below(6) == 0 {
        let inner: Vec<String> = (0..1 + choose.below(3)).map(|_| step(choose, cast, depth + 1)).collect();
        let inner = inner.join(", ");
        return match choose.below(4) {
            0 => format!("{{ together: [{inner}] }}"),
            1 => format!("{{ sequence: [{inner}] }}"),
            2 => format!("{{ stagger: [{inner}], lag: 0.2 }}"),
            _ => format!("{{ repeat: 2, steps: [{inner}] }}"),
        };
    }
    let row = &VERBS[choose.below(VERBS.len())];
    if row.name == "do" {
        let index = choose.below(cast.len());
        if let Some(action) = cast[index].actions.first() {
            return format!("{{ do: {{ a{index}: {} }} }}", action.name);
        }
    }
    let told = matches!(row.name, "mark" | "figure" | "do");
    if told
        || row.example.contains('\n')
        || matches!(row.name, "together" | "sequence" | "stagger" | "repeat" | "for_each")
    {
        return format!("{{ pause: {} }}", choose.below(2));
    }
    let mut example = row.example.trim().to_owned();
    for name in EXAMPLES {
        let index = choose.below(cast.len());
        let parts = parts(if cast[index].name == "icon" { "text" } else { cast[index].name });
        let part = if parts.is_empty() || choose.below(2) == 0 { "" } else { parts[choose.below(parts.len())] };
        let selector = format!("a{index}{part}");
        example = replaced(&example, name, &selector);
    }
    let body = example.trim_start_matches('{').trim_end_matches('}').trim().to_owned();
    let body = if example.starts_with('{') { body } else { example.clone() };
    let mut timing = String::new();
    if row.timing.contains(&"for") && !body.contains("for:") {
        timing += [", for: 0", ", for: 0.3", ", for: 0.001", ""][choose.below(4)];
    }
    if row.timing.contains(&"ease") && choose.below(4) == 0 {
        let names: Vec<&str> = Easing::names().collect();
        timing += &format!(", ease: '{}'", names[choose.below(names.len())]);
    }
    if row.timing.contains(&"stagger") && !body.contains("stagger") && choose.below(4) == 0 {
        timing += ", stagger: 0.1, order: centre";
    }
    format!("{{ {body}{timing} }}")
}

/// Replaces a whole word, and puts quotes round what flow style would not take.
fn replaced(text: &str, word: &str, by: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(word) {
        let after = &rest[at + word.len()..];
        let letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '-');
        let whole = !letter(rest[..at].chars().next_back()) && !letter(after.chars().next());
        out += &rest[..at];
        // A part follows already, or the name is quoted.
        let bare = !after.starts_with(['.', '[', '@', '"', '\'']) && !rest[..at].ends_with(['\'', '"']);
        let actor = by.split(['.', '[']).next().unwrap_or(by);
        match (whole, bare) {
            (false, _) => out += word,
            (true, true) => out += &format!("'{by}'"),
            (true, false) => out += actor,
        }
        rest = after;
    }
    out + rest
}
