//! The reference: pages in Markdown with pictures, written from the tables.

use super::entries::{Entry, entries, field_rows, sections, visual};
use super::pictures::{component_script, example_script, of_easings, of_script, of_visual};
use crate::diag::Diagnostics;
use crate::expression::{FUNCTIONS, FunctionRow};
use crate::script::keys;
use crate::visuals::REGISTRY;
use crate::world::World;

/// A file of the reference.
pub struct Page {
    /// Path from the reference's folder.
    pub path: String,
    /// Its contents.
    pub bytes: Vec<u8>,
}

/// All files of the reference: text, and with `pictures` also those that it shows.
///
/// # Errors
/// What is wrong with an example.
pub fn pages(world: &dyn World, pictures: bool) -> Result<Vec<Page>, Diagnostics> {
    let mut pages = Vec::new();
    let all = entries();
    let mut index = String::from(
        "# Reference\n\nWritten by `make reference` from the tables that scripts are read by. `surprisal explain NAME` shows the same in the\nterminal; [the language](../script.md) explains how it all goes together.\n",
    );
    index.push_str("\n## Visuals\n\n| | |\n| --- | --- |\n");
    for spec in REGISTRY {
        index.push_str(&format!("| [`{0}`](visuals/{0}.md) | {1} |\n", spec.name, spec.summary));
        let path = format!("visuals/{}.md", spec.name);
        let script = example_script(spec);
        let picture = format!("![{}]({}.png)\n\n```yaml\n{script}```\n", spec.name, spec.name);
        pages.push(Page { path, bytes: page(&visual(spec), &picture).into_bytes() });
        if pictures {
            pages.push(Page { path: format!("visuals/{}.png", spec.name), bytes: of_visual(spec, world)? });
        }
    }
    let mut gallery =
        String::from("# Gallery\n\nEvery visual and component as its example draws it. Made by `make reference`.\n");
    let shown = REGISTRY.iter().map(|spec| ("visuals", spec.name.to_owned(), format!("visuals/{}.md", spec.name)));
    let made = all.iter().filter(|entry| entry.kind == "component");
    let made = made.map(|entry| ("components", entry.name.clone(), format!("components.md#{}", entry.name)));
    for (folder, name, link) in shown.chain(made) {
        gallery.push_str(&format!("\n### [{name}]({link})\n\n[![{name}]({folder}/{name}.png)]({link})\n"));
    }
    pages.push(Page { path: "gallery.md".into(), bytes: gallery.into_bytes() });
    index.push_str("\nAll of them in pictures: [the gallery](gallery.md).\n");
    let others = [
        ("groups.md", "Groups", "visual", "Actors that hold others together."),
        (
            "components.md",
            "Components",
            "component",
            "The standard library: made of visuals, in the script language itself; used like visuals, their parts are actors.",
        ),
        ("verbs.md", "Verbs", "verb", "What a step may say."),
        (
            "easings.md",
            "Easings",
            "easing",
            "Courses of motion, for `ease`. Also `cubic_bezier(x1, y1, x2, y2)`, `steps(n)` and `spring(damping)`, and the forms\nwith brackets, which make easings of others.",
        ),
        ("functions.md", "Functions", "function", "What expressions may call."),
        ("colors.md", "Colours", "role", "What a colour is for. A theme gives each role its colour."),
    ];
    index.push_str("\n## Everything else\n\n");
    for (path, title, kind, about) in others {
        index.push_str(&format!("- [{title}]({path}): {}\n", about.trim_end_matches('.')));
        let is_group = |entry: &&Entry| REGISTRY.iter().all(|spec| spec.name != entry.name);
        let chosen: Vec<&Entry> =
            all.iter().filter(|entry| entry.kind == kind).filter(|e| kind != "visual" || is_group(e)).collect();
        let body = match kind {
            "component" => chosen.iter().map(|entry| pictured(entry)).collect(),
            "verb" | "visual" => chosen.iter().map(|entry| section(entry)).collect(),
            "easing" => format!("![courses](easings.png)\n\n{}", listed(&chosen)),
            "function" => functions(),
            _ => listed(&chosen),
        };
        pages.push(Page { path: path.into(), bytes: format!("# {title}\n\n{about}\n\n{body}").into_bytes() });
    }
    for entry in all.iter().filter(|entry| pictures && entry.kind == "component") {
        let path = format!("components/{}.png", entry.name);
        let script = component_script(entry.example.as_deref().unwrap_or_default());
        pages.push(Page { path, bytes: of_script(&entry.name, script, world)? });
    }
    if pictures {
        pages.push(Page { path: "easings.png".into(), bytes: of_easings()? });
    }
    index.push_str(
        "- [Keys](keys.md): the head of a script, scenes, places and looks, options and modifiers of steps\n",
    );
    pages.push(Page { path: "keys.md".into(), bytes: keys_page().into_bytes() });
    pages.push(Page { path: "README.md".into(), bytes: index.into_bytes() });
    Ok(pages)
}

fn keys_page() -> String {
    let mut text = String::from(
        "# Keys\n\nEverything outside of visuals. A key that has no meaning where it stands is a mistake.\n",
    );
    for (kind, table) in sections() {
        let mut heading =
            kind.replacen("key ", "Keys ", 1).replacen("option ", "Options ", 1).replacen("modifier ", "Modifiers ", 1);
        heading = heading.replace(" a step", " steps").replace(" a scene", " scenes").replace(" an actor", " actors");
        text.push_str(&format!(
            "\n## {heading}\n\n{}",
            markdown(&["key", "takes", "default", "meaning"], &field_rows(table.iter().copied()))
        ));
    }
    text.push_str(&format!(
        "\n## Fields of codes\n\n{}",
        markdown(&["key", "takes", "default", "meaning"], &field_rows(keys::CODE.iter().copied()))
    ));
    text
}

/// A page about one thing.
fn page(entry: &Entry, picture: &str) -> String {
    let mut text = format!("# {}\n\n{}.\n\n{picture}", entry.name, capital(&entry.summary));
    text.push_str(&tables(entry, "## "));
    text
}

/// A section about one thing, with its picture.
fn pictured(entry: &Entry) -> String {
    let text = section(entry);
    let picture = format!("\n![{0}](components/{0}.png)\n\n```yaml", entry.name);
    text.replacen("\n```yaml", &picture, 1)
}

/// A section about one thing.
fn section(entry: &Entry) -> String {
    let mut text = format!("## {}\n\n{}.\n", entry.name, capital(entry.summary.trim_end_matches('.')));
    if let Some(example) = &entry.example {
        text.push_str(&format!("\n```yaml\n{example}\n```\n"));
    }
    text.push_str(&tables(entry, "### "));
    text + "\n"
}

fn tables(entry: &Entry, level: &str) -> String {
    let mut text = String::new();
    for (heading, rows) in entry.tables.iter().filter(|(_, rows)| !rows.is_empty()) {
        match *heading {
            "Takes" => {
                let taken: Vec<&str> = rows.iter().flatten().map(String::as_str).collect();
                text.push_str(&format!("\nTakes: {}.\n", taken.join(", ")));
            }
            "Fields" | "Options" => {
                text.push_str(&format!(
                    "\n{level}{heading}\n\n{}",
                    markdown(&["field", "takes", "default", "meaning"], rows)
                ));
            }
            "Modifiers" => {
                let names: Vec<String> =
                    rows.iter().filter_map(|row| row.first()).map(|name| format!("`{name}`")).collect();
                text.push_str(&format!("\n[Modifiers](keys.md#modifiers-of-steps): {}.\n", names.join(" ")));
            }
            "Actions" => {
                text.push_str(&format!(
                    "\n{level}{heading}\n\n{}",
                    markdown(&["`do`", "meaning", "usual length", "arguments"], rows)
                ));
            }
            "Can" => {
                let names: Vec<String> = rows.iter().flatten().map(|name| format!("`{name}`")).collect();
                text.push_str(&format!("\nIt can {}.\n", names.join(", ")));
            }
            heading => text.push_str(&format!("\n{level}{heading}\n\n{}", markdown(&["name", "meaning"], rows))),
        }
    }
    text
}

/// The functions by topic, with examples.
fn functions() -> String {
    let mut text = String::new();
    let mut topics: Vec<&str> = FUNCTIONS.iter().map(|row| row.topic).collect();
    topics.dedup();
    for topic in topics {
        let row = |row: &FunctionRow| {
            let example =
                if row.example.is_empty() { String::new() } else { format!("`{}` is {}", row.example, row.worth) };
            vec![format!("{}({})", row.name, row.args), row.meaning.to_owned(), example]
        };
        let rows: Vec<Vec<String>> = FUNCTIONS.iter().filter(|row| row.topic == topic).map(row).collect();
        text.push_str(&format!("## {topic}\n\n{}\n", markdown(&["name", "meaning", "example"], &rows)));
    }
    text
}

fn listed(entries: &[&Entry]) -> String {
    let row = |entry: &&Entry| {
        let name = entry
            .tables
            .iter()
            .find(|(heading, _)| *heading == "Takes")
            .and_then(|(_, rows)| rows.first()?.first().cloned());
        vec![name.unwrap_or_else(|| entry.name.clone()), entry.summary.clone()]
    };
    markdown(&["name", "meaning"], &entries.iter().map(row).collect::<Vec<_>>())
}

/// A table; the first column is code.
fn markdown(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut text = format!("| {} |\n|{}\n", head.join(" | "), " --- |".repeat(head.len()));
    for row in rows {
        let cells: Vec<String> = row
            .iter()
            .enumerate()
            .map(|(i, cell)| {
                let cell = cell.replace('|', "\\|");
                if i == 0 { format!("`{cell}`") } else { cell }
            })
            .collect();
        text.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    text
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
