//! The tree of a script -> [`Script`]: its head, stage and scenes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::cast::read_cast;
use super::fields::Fields;
use super::model::{SceneDef, Script, StageDef, VarDef};
use super::placement::SceneReader;
use super::reader::Reader;
use super::sources::{Names, read_codes, read_sources, read_vars};
use super::steps::{Instants, StepReader};
use super::value::Slots;
use super::yaml::{Key, Node, Value};
use crate::color::Theme;
use crate::diag::{Diagnostic, Diagnostics, Source, Span};
use crate::geom::FrameSize;
use crate::limits;
use crate::time::Fps;

/// What scenes share while they are read.
struct Shared<'a> {
    vars: &'a [VarDef],
    names: &'a Names,
    ids: BTreeMap<String, Span>,
    instants: Instants,
    steps: usize,
    copied: usize,
}

/// Reads a whole script. `None` if it is not even a map with scenes; otherwise a script to go on checking, which must not
/// be rendered if there are errors.
pub(super) fn lower(root: &Node, source: &Arc<Source>, diags: &mut Diagnostics) -> Option<Script> {
    if !matches!(root.value, Value::Map(_)) {
        let message = format!("a script is a map with `scenes:`, not {}", root.kind());
        diags.push(Diagnostic::error("wrong-type", &root.span, message));
        return None;
    }
    let mut slots = Slots::default();
    let mut fields = Fields::new(root, None, &mut slots, diags).at(&Span::new(source, 0, 0));
    let title = fields.text("title").map(|(title, _)| title);
    let stage = fields.node("stage");
    let stage = read_stage(stage, source, fields.reader());
    let mut section = |key: &'static str| match fields.node(key) {
        Some(node) if node.value != Value::Null => fields.entries(key).unwrap_or_default(),
        _ => &[],
    };
    let (source_nodes, code_nodes, var_nodes) = (section("sources"), section("codes"), section("vars"));
    let mut names = Names::default();
    for (key, _) in source_nodes.iter().chain(code_nodes).chain(var_nodes) {
        names.claim(key, fields.reader());
    }
    let sources = read_sources(source_nodes, fields.reader());
    let codes = read_codes(code_nodes, source_nodes, &sources, fields.reader());
    let vars = read_vars(var_nodes, fields.reader());
    for key in ["cast", "steps"] {
        if let Some((key, _)) = root.entries().iter().find(|(known, _)| known.text == key) {
            outside_scene(&mut fields, key);
        }
    }
    let scene_nodes = if fields.required("scenes") { fields.list("scenes") } else { None };
    let mut shared =
        Shared { vars: &vars, names: &names, ids: BTreeMap::new(), instants: Instants::new(), steps: 0, copied: 0 };
    let scenes: Vec<_> = scene_nodes
        .unwrap_or_default()
        .iter()
        .enumerate()
        .map(|(i, node)| read_scene(i, node, &mut shared, fields.reader()))
        .collect();
    if scene_nodes.is_some() && scenes.is_empty() {
        let place = fields.key_span("scenes");
        fields.report(Diagnostic::error("missing-scene", &place, "the script has no scene"));
    }
    // Already told where they belong.
    fields.has("cast");
    fields.has("steps");
    fields.finish();
    if scenes.is_empty() {
        return None;
    }
    Some(Script { title, stage, sources, codes, vars, scenes, slots, source: Arc::clone(source) })
}

fn outside_scene(fields: &mut Fields<'_>, key: &Key) {
    let message = format!("`{}` stands outside of a scene", key.text);
    fields.report(
        Diagnostic::error("outside-scene", &key.span, message)
            .hint(format!("write `scenes:`, and below it `- {}:`, indented", key.text)),
    );
}

fn read_stage(node: Option<&Node>, source: &Arc<Source>, reader: &mut Reader<'_>) -> StageDef {
    let nothing = Node::null(&Span::new(source, 0, 0));
    let mut fields = Fields::with(node.unwrap_or(&nothing), None, reader.reborrow());
    let size = fields.text("size").and_then(|(text, span)| {
        let size = FrameSize::parse(&text);
        if size.is_none() {
            let message = format!("`{}` is no size for a frame", text.escape_debug());
            fields.report(Diagnostic::error("bad-size", &span, message).hint(format!(
                "write width x height in pixels, as in `1920x1080`: both even, from 2 to {}, and {} pixels at most",
                limits::FRAME_EDGE_PX,
                limits::FRAME_PIXELS
            )));
        }
        size
    });
    let fps = fields.text("fps").and_then(|(text, span)| {
        let fps = Fps::parse(&text);
        if fps.is_none() {
            let message = format!("`{}` is no frame rate", text.escape_debug());
            let hint =
                format!("write frames a second, above 0 and at most {}, as in `60` or `30000/1001`", limits::FPS);
            fields.report(Diagnostic::error("bad-fps", &span, message).hint(hint));
        }
        fps
    });
    let theme = fields.text("theme");
    if let Some((name, span)) = theme.as_ref().filter(|(name, _)| Theme::named(name).is_none()) {
        let found = Diagnostic::error("unknown-theme", span, format!("there is no theme `{name}`"));
        let themes = || Theme::ALL.iter().map(|theme| theme.name);
        let hint = format!("themes: {}", super::reader::listed(&themes().collect::<Vec<_>>()));
        fields.report(found.suggest(name, themes()).hint(hint));
    }
    let captions = fields.flag("captions").unwrap_or(false);
    let span = fields.span().clone();
    fields.finish();
    StageDef {
        size: size.unwrap_or(FrameSize::FULL_HD),
        fps: fps.unwrap_or(Fps::SIXTY),
        theme: theme.unwrap_or_else(|| (Theme::chalkboard().name.to_string(), span)),
        captions,
    }
}

fn read_scene(index: usize, node: &Node, shared: &mut Shared<'_>, reader: &mut Reader<'_>) -> SceneDef {
    let mut fields = Fields::with(node, None, reader.reborrow());
    let id = fields.text("id");
    let title = fields.text("title").map(|(title, _)| title);
    for key in ["vars", "cast"] {
        if fields.node(key).is_some_and(|node| node.value != Value::Null) {
            fields.entries(key);
        }
    }
    if !node.entries().is_empty() {
        fields.required("steps");
    }
    fields.finish();
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
        if !shared.vars.iter().any(|var| var.name == key.text) {
            shared.names.check(key, reader);
        }
    }
    let vars = read_vars(vars, reader);
    let actors: BTreeSet<String> = cast.iter().map(|(key, _)| key.text.clone()).collect();
    let known_vars: BTreeSet<String> = vars.iter().chain(shared.vars).map(|var| var.name.clone()).collect();
    let mut scene = SceneReader { reader: reader.reborrow(), actors: &actors, vars: &known_vars };
    let cast = read_cast(cast, &mut scene);
    let mut step_reader = StepReader {
        scene,
        instants: &mut shared.instants,
        count: &mut shared.steps,
        times: 1,
        copied: &mut shared.copied,
    };
    let steps = steps.and_then(|node| step_reader.steps(node)).unwrap_or_default();
    SceneDef { id, span, title, vars, cast, steps }
}

#[cfg(test)]
mod tests {
    use super::*;

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
