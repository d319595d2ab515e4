//! The tree of a script -> [`Script`]: its head, then its scenes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::cast::read_cast;
use super::data::read_data;
use super::expand::{Expander, Library};
use super::fields::Fields;
use super::figure::read_figures;
use super::fonts::read_fonts;
use super::head::Head;
use super::include::Files;
use super::model::{SceneDef, Script, VarDef};
use super::placement::SceneReader;
use super::reader::Reader;
use super::sources::{Names, read_codes, read_functions, read_sources, read_vars};
use super::steps::{Instants, StepReader};
use super::value::Slots;
use super::yaml::{Node, Value};
use crate::diag::{Diagnostic, Diagnostics, Source, Span};
use crate::world::World;

/// What scenes share while they are read.
struct Shared<'a> {
    vars: &'a [VarDef],
    names: &'a Names,
    ids: BTreeMap<String, Span>,
    instants: Instants,
    steps: usize,
    expander: Expander<'a>,
}

/// Reads a whole script. `None` if it is not even a map with scenes; otherwise a script to go on checking, which must not
/// be rendered if there are errors.
pub(super) fn lower(root: Node, source: &Arc<Source>, world: &dyn World, diags: &mut Diagnostics) -> Option<Script> {
    if !matches!(root.value, Value::Map(_)) {
        let message = format!("a script is a map with `scenes:`, not {}", root.kind());
        diags.push(Diagnostic::error("wrong-type", &root.span, message));
        return None;
    }
    let files = Files::new(world);
    let gathered = files.gather(&Arc::new(root), source, diags);
    let head = Head::read(&gathered.heads, diags);
    let mut slots = Slots::default();
    let mut reader = Reader { slots: &mut slots, diags };
    let mut names = Names::default();
    for (key, _) in ["data", "sources", "codes", "functions", "vars"].iter().flat_map(|section| head.section(section)) {
        names.claim(key, &mut reader);
    }
    let fonts = read_fonts(&head.fonts, &files, source, &mut reader);
    let data = read_data(head.section("data"), &files, source, &mut reader);
    let sources = read_sources(head.section("sources"), &data, &files, &mut reader);
    let codes = read_codes(head.section("codes"), head.section("sources"), &sources, &mut reader);
    let functions = read_functions(head.section("functions"), &mut reader);
    let vars = read_vars(head.section("vars").iter().copied(), &mut reader);
    let library: Library<'_> = head.library(&files, (&data, &sources, &codes, &vars), reader.diags);
    let mut shared = Shared {
        vars: &vars,
        names: &names,
        ids: BTreeMap::new(),
        instants: Instants::new(),
        steps: 0,
        expander: Expander::new(&library),
    };
    let mut scenes = Vec::new();
    for node in &gathered.scenes {
        scenes.extend(read_scene(scenes.len(), node, &mut shared, &mut reader));
    }
    if let Some(place) = gathered.scenes_at.filter(|_| gathered.scenes.is_empty()) {
        reader.diags.push(Diagnostic::error("missing-scene", &place, "the script has no scene"));
    }
    if scenes.is_empty() {
        return None;
    }
    let figures = read_figures(&head.figures, &mut shared.instants, reader.slots, reader.diags);
    let (title, description, language, thumbnail) = (head.title, head.description, head.language, head.thumbnail);
    let stage = head.stage;
    Some(Script {
        title,
        description,
        language,
        thumbnail,
        stage,
        fonts,
        data,
        sources,
        codes,
        vars,
        functions,
        scenes,
        figures,
        slots,
        source: Arc::clone(source),
    })
}

/// `None` for a scene that its `if` leaves out.
fn read_scene(index: usize, node: &Node, shared: &mut Shared<'_>, reader: &mut Reader<'_>) -> Option<SceneDef> {
    let mut fields = Fields::with(node, None, reader.reborrow());
    let id = fields.text("id");
    let title = fields.text("title").map(|(title, _)| title);
    let chapter = fields.flag("chapter").unwrap_or_default();
    for key in ["vars", "cast"] {
        if fields.node(key).is_some_and(|node| node.value != Value::Null) {
            fields.entries(key);
        }
    }
    if !node.entries().is_empty() {
        fields.required("steps");
    }
    fields.has("if");
    fields.has("transition");
    fields.finish();
    if node.get("if").is_some_and(|condition| !shared.expander.holds(condition, reader.diags)) {
        return None;
    }
    let vars = node.get("vars").map(Node::entries).unwrap_or_default();
    let cast = node.get("cast").map(Node::entries).unwrap_or_default();
    let steps = node.get("steps");

    let (id, span) = id.unwrap_or_else(|| (format!("scene{}", index + 1), node.span.clone()));
    if let Some(first) = shared.ids.get(&id) {
        let found = Diagnostic::error("duplicate-scene", &span, format!("two scenes are called `{id}`"));
        reader.diags.push(found.label(first, "the first"));
    }
    shared.ids.insert(id.clone(), span.clone());
    for (key, _) in vars {
        // A scene may give a variable of the script another value, but not take the name of a source or code.
        let known = |var: &VarDef| var.name == key.text || var.name == format!("{}.x", key.text);
        if !shared.vars.iter().any(known) {
            shared.names.check(key, reader);
        }
    }
    let vars = read_vars(vars, reader);
    let cast = shared.expander.cast(cast, reader.diags);
    let actors: BTreeSet<String> = cast.iter().map(|entry| entry.key.text.clone()).collect();
    let known_vars: BTreeSet<String> = vars.iter().chain(shared.vars).map(|var| var.name.clone()).collect();
    let mut scene =
        SceneReader { reader: reader.reborrow(), actors: &actors, vars: &known_vars, scope: Arc::default() };
    let cast = read_cast(&cast, &mut scene);
    let mut step_reader = StepReader {
        scene,
        instants: &mut shared.instants,
        count: &mut shared.steps,
        lines: 0,
        times: 1,
        expander: &mut shared.expander,
        cast: &cast,
    };
    let transition = node.get("transition").filter(|node| node.value != Value::Null);
    let transition = transition.and_then(|node| step_reader.transition(node));
    let steps = steps.and_then(|node| step_reader.steps(node)).unwrap_or_default();
    Some(SceneDef { id, span, title, chapter, transition, vars, cast, steps })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits;

    fn codes(text: &str) -> Vec<&'static str> {
        let (_, diags) = crate::script::parse(&Source::new("x", text), &crate::world::MemoryWorld::default());
        diags.iter().map(|d| d.code).collect()
    }

    fn scene(cast: &str, steps: &str) -> String {
        format!("scenes:\n  - cast: {{ a: A, {cast} }}\n    steps: [{steps}]\n")
    }

    #[test]
    fn limits_hold_just_inside_and_are_told_just_outside() {
        let actors = |n: usize| scene(&(1..n).map(|i| format!("b{i}: B, ")).collect::<String>(), "");
        assert_eq!(codes(&actors(limits::ACTORS)), Vec::<&str>::new());
        assert_eq!(codes(&actors(limits::ACTORS + 1)), ["too-many-actors"]);
        let steps = |n: usize| scene("", &"{show: a},".repeat(n));
        assert_eq!(codes(&steps(limits::STEPS)), Vec::<&str>::new());
        assert_eq!(codes(&steps(limits::STEPS + 1)), ["too-many-steps"]);
        let title = |n: usize| format!("title: {}\n{}", "é".repeat(n), scene("", ""));
        assert_eq!(codes(&title(limits::TEXT_CHARS)), Vec::<&str>::new());
        assert_eq!(codes(&title(limits::TEXT_CHARS + 1)), ["text-too-long"]);
        let uniform = |n: usize| format!("sources: {{ u: {{ uniform: {n} }} }}\n{}", scene("", ""));
        assert_eq!(codes(&uniform(limits::SYMBOLS)), Vec::<&str>::new());
        assert_eq!(codes(&uniform(limits::SYMBOLS + 1)), ["out-of-range"]);
        let symbols = |n: usize| {
            let all: String = (0..n).map(|i| format!("s{i}: 1, ")).collect();
            format!("sources: {{ s: {{ weights: {{ {all} }} }} }}\n{}", scene("", ""))
        };
        assert_eq!(codes(&symbols(limits::SYMBOLS)), Vec::<&str>::new());
        assert_eq!(codes(&symbols(limits::SYMBOLS + 1)), ["bad-distribution"]);
    }

    #[test]
    fn an_alias_bomb_of_any_depth_ends_soon() {
        for levels in [4, 6, 40] {
            let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
            for i in 1..levels {
                text += &format!("a{i}: &a{i} [{}]\n", format!("*a{}, ", i - 1).repeat(9));
            }
            let found = codes(&text);
            assert!(
                if levels == 4 { found.contains(&"missing-key") } else { found == ["too-many-values"] },
                "{found:?}"
            );
        }
    }

    #[test]
    fn a_scene_may_change_a_variable_of_the_script_but_not_take_a_name() {
        let head = "sources: { s: { uniform: 2 } }\nvars: { p: 1 }\n";
        assert_eq!(
            codes(&format!("{head}scenes: [{{ vars: {{ p: 2, q: 3 }}, steps: [{{ set: {{ q: p }} }}] }}]")),
            Vec::<&str>::new()
        );
        assert_eq!(codes(&format!("{head}scenes: [{{ vars: {{ s: 2 }}, steps: [] }}]")), ["duplicate-name"]);
    }

    #[test]
    fn thousands_of_wrong_references_are_quick() {
        let cast: String = (0..5_000).map(|i| format!("a{i}: {{ text: x, above: b{i} }}, ")).collect();
        assert_eq!(codes(&scene(&cast, "")).len(), limits::DIAGNOSTICS);
    }
}
