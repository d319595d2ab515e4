//! The head of a script: title, stage, theme, and the sections that scenes build on, joined from all its files.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::expand::{Component, Library, Symbols};
use super::fields::Fields;
use super::include::Files;
use super::language::{LANGUAGES, Language};
use super::model::{CodeDef, DataDef, MotionBlur, SourceDef, StageDef, VarDef};
use super::reader::{Reader, listed};
use super::value::{Num, Slots};
use super::yaml::{Key, Node, Value};
use crate::color::{Ink, Role, Theme};
use crate::diag::{Diagnostic, Diagnostics, Span};
use crate::expression::Value as Worth;
use crate::geom::FrameSize;
use crate::limits;
use crate::time::Fps;

/// The version of the language that this program reads.
const VERSION: i64 = 1;

/// Sections of the head, of every file.
const SECTIONS: [&str; 7] = ["data", "sources", "codes", "functions", "vars", "styles", "define"];

/// The head as it is written, all files together.
pub(super) struct Head<'a> {
    pub title: Option<String>,
    pub description: Option<String>,
    pub language: String,
    pub thumbnail: Option<(String, Span)>,
    pub stage: StageDef,
    /// What `fonts` holds, in every file that has it.
    pub fonts: Vec<&'a Node>,
    /// What `figures` holds, in every file that has it.
    pub figures: Vec<&'a Node>,
    sections: BTreeMap<&'static str, Vec<&'a (Key, Node)>>,
}

impl<'a> Head<'a> {
    /// Reads title, stage and theme from the first file that has them, and finds the sections of all.
    pub fn read(heads: &'a [Arc<Node>], diags: &mut Diagnostics) -> Self {
        let mut sections: BTreeMap<&'static str, Vec<&'a (Key, Node)>> = BTreeMap::new();
        let mut slots = Slots::default();
        let (mut title, mut stage, mut theme) = (None, None, None);
        let (mut description, mut language, mut thumbnail) = (None, None, None);
        for (number, root) in heads.iter().enumerate() {
            let place = Span::new(&root.span.source, 0, 0);
            let mut fields = Fields::new(root, None, &mut slots, diags).at(&place);
            check_version(&mut fields);
            let own_title = fields.text("title").map(|(title, _)| title);
            title = title.or(own_title.filter(|_| number == 0));
            description = description.or(fields.text("description").map(|(text, _)| text));
            thumbnail = thumbnail.or(fields.text("thumbnail"));
            language = language.or(read_language(&mut fields));
            fields.has("stage");
            fields.has("theme");
            fields.has("fonts");
            fields.has("figures");
            stage = stage.or(root.get("stage"));
            theme = theme.or(root.get("theme"));
            for key in SECTIONS {
                if fields.node(key).is_some_and(|node| node.value != Value::Null) {
                    fields.entries(key);
                }
            }
            for key in ["cast", "steps"] {
                if let Some((key, _)) = root.entries().iter().find(|(known, _)| known.text == key) {
                    outside_scene(&mut fields, key);
                }
                // Told already where it belongs.
                fields.has(key);
            }
            fields.has("include");
            if number == 0 && fields.required("scenes") || fields.has("scenes") {
                fields.list("scenes");
            }
            fields.finish();
        }
        let at = heads.first().map_or_else(Span::detached, |root| Span::new(&root.span.source, 0, 0));
        let stage = read_stage(stage, theme, &at, &mut Reader { slots: &mut slots, diags });
        // What is included comes first: sources are made from those before them.
        for key in SECTIONS {
            let entries = heads.iter().rev().filter_map(|root| root.get(key)).flat_map(Node::entries);
            sections.insert(key, entries.collect());
        }
        let all = |key: &str| {
            heads.iter().filter_map(|root| root.get(key)).filter(|node| node.value != Value::Null).collect()
        };
        let language = language.unwrap_or_else(|| Language::usual().code.to_owned());
        Self { title, description, language, thumbnail, stage, fonts: all("fonts"), figures: all("figures"), sections }
    }

    /// The entries of a section.
    pub fn section(&self, key: &str) -> &[&'a (Key, Node)] {
        self.sections.get(key).map_or(&[], Vec::as_slice)
    }

    /// What loops, styles and components need.
    pub fn library(
        &self,
        files: &'a Files<'a>,
        (data, sources, codes, vars): (&[DataDef], &[SourceDef], &[CodeDef], &[VarDef]),
        diags: &mut Diagnostics,
    ) -> Library<'a> {
        let mut library = Library {
            files,
            styles: BTreeMap::new(),
            components: BTreeMap::new(),
            symbols: BTreeMap::new(),
            constants: BTreeMap::new(),
            data: BTreeSet::new(),
        };
        for &(key, node) in self.section("styles") {
            if !matches!(node.value, Value::Map(_)) {
                let message = format!("expected fields such as `{{ color: muted, size: 0.4 }}`, found {}", node.kind());
                diags.push(Diagnostic::error("wrong-type", &node.span, message));
            }
            if let Some((first, _)) = library.styles.insert(key.text.as_str(), (key, node)) {
                diags.push(twice(key, first, "styles"));
            }
        }
        for &(key, node) in self.section("define") {
            let Some(component) = Component::read(key, node, diags) else { continue };
            if let Some(first) = library.components.insert(key.text.as_str(), component) {
                diags.push(twice(key, first.key, "definitions"));
            }
        }
        // What the script defines itself takes the place of what there is for all.
        for (key, node) in super::standard::definitions() {
            if !library.components.contains_key(key.text.as_str())
                && let Some(component) = Component::read(key, node, diags)
            {
                library.components.insert(key.text.as_str(), component);
            }
        }
        for source in sources {
            let key = self.section("sources").iter().find(|(key, _)| key.text == source.name);
            let symbols = Symbols { names: source.kind.symbols(), source: None };
            library.symbols.extend(key.map(|(key, _)| (key.text.clone(), symbols)));
        }
        for code in codes {
            let key = self.section("codes").iter().find(|(key, _)| key.text == code.name);
            let names = library.symbols.get(code.source.0.as_str()).map_or(Vec::new(), |known| known.names.clone());
            let symbols = Symbols { names, source: Some(code.source.0.clone()) };
            library.symbols.extend(key.map(|(key, _)| (key.text.clone(), symbols)));
        }
        for var in vars {
            let key = self.section("vars").iter().find(|(key, _)| key.text == var.name);
            if let (Some((key, _)), Num::Fixed(number)) = (key, &var.value) {
                library.constants.insert(key.text.clone(), Worth::Number(*number));
            }
        }
        for def in data {
            library.data.insert(def.name.clone());
            library.constants.insert(def.name.clone(), def.value.clone());
        }
        library
    }
}

fn twice(key: &Key, first: &Key, what: &str) -> Diagnostic {
    let message = format!("two {what} are called `{}`", key.text);
    Diagnostic::error("duplicate-name", &key.span, message).label(&first.span, "the first")
}

/// `surprisal: 1` says for which version of the language a script is written.
fn check_version(fields: &mut Fields<'_>) {
    let Some(version) = fields.integer("surprisal", 1..=1_000_000) else { return };
    if version > VERSION {
        let span = fields.key_span("surprisal");
        let message = format!(
            "the script is written for version {version} of the language; this program reads version {VERSION}"
        );
        fields.report(Diagnostic::error("newer-version", &span, message).hint("a newer surprisal reads it"));
    }
}

/// The code of a language whose speed is known.
fn read_language(fields: &mut Fields<'_>) -> Option<String> {
    let (code, span) = fields.text("language")?;
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if code.chars().all(plain) && code.len() <= 12 && Language::of(&code).is_some() {
        return Some(code);
    }
    let found = Diagnostic::error(
        "unknown-language",
        &span,
        format!("`{}` is no language that is known here", code.escape_debug()),
    );
    let known: Vec<&str> = LANGUAGES.iter().map(|language| language.code).collect();
    fields.report(found.hint(format!("write its code, as `en` or `pt-BR`: {}", known.join(", "))));
    None
}

fn outside_scene(fields: &mut Fields<'_>, key: &Key) {
    let message = format!("`{}` stands outside of a scene", key.text);
    fields.report(
        Diagnostic::error("outside-scene", &key.span, message)
            .hint(format!("write `scenes:`, and below it `- {}:`, indented", key.text)),
    );
}

fn read_stage(node: Option<&Node>, theme: Option<&Node>, at: &Span, reader: &mut Reader<'_>) -> StageDef {
    let nothing = Node::null(at);
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
    fields.has("theme");
    let margin = fields.fixed("margin", 0.0..=4.0).unwrap_or(0.6);
    let captions = fields.flag("captions").unwrap_or(false);
    let motion_blur = read_shutter(&mut fields);
    fields.finish();
    let theme = match (theme, node.and_then(|node| node.get("theme"))) {
        (Some(_), Some(second)) => {
            let found = Diagnostic::error("duplicate-key", &second.span, "the theme is given twice");
            reader.diags.push(found.hint("give it once: `theme:` at the head of the script"));
            None
        }
        (first, second) => first.or(second),
    };
    StageDef {
        size: size.unwrap_or(FrameSize::FULL_HD),
        fps: fps.unwrap_or(Fps::SIXTY),
        theme: theme.and_then(|node| read_theme(node, reader)).unwrap_or_else(|| Theme::chalkboard().clone()),
        margin,
        motion_blur,
        captions,
    }
}

/// `true`, or `{ shutter: 180, samples: 8 }`.
fn read_shutter(fields: &mut Fields<'_>) -> Option<MotionBlur> {
    let usual = MotionBlur { shutter: 180.0, samples: 8 };
    match &fields.node("motion_blur")?.value {
        Value::Map(_) => {
            let mut inner = fields.fields("motion_blur", None)?;
            let shutter = inner.fixed("shutter", 1.0..=360.0).unwrap_or(usual.shutter);
            let samples = inner.integer("samples", 2..=64).and_then(|samples| u32::try_from(samples).ok());
            inner.finish();
            Some(MotionBlur { shutter, samples: samples.unwrap_or(usual.samples) })
        }
        _ => fields.flag("motion_blur")?.then_some(usual),
    }
}

/// The name of a theme, or `{ base: chalkboard, accent: '#ffcc00' }`.
fn read_theme(node: &Node, reader: &mut Reader<'_>) -> Option<Theme> {
    let Value::Map(entries) = &node.value else {
        let (name, span) = reader.text(node)?;
        return named_theme(&name, &span, reader);
    };
    let base = match node.get("base") {
        Some(base) => {
            let (name, span) = reader.text(base)?;
            named_theme(&name, &span, reader)?
        }
        None => Theme::chalkboard().clone(),
    };
    let mut changes = Vec::new();
    for (key, value) in entries.iter().filter(|(key, _)| key.text != "base") {
        let Some(role) = Role::named(&key.text) else {
            let found = Diagnostic::error("unknown-color", &key.span, format!("there is no role `{}`", key.text));
            let names = Role::ALL.iter().map(|(_, name, _)| *name);
            reader.diags.push(found.suggest(&key.text, names).hint("`surprisal list roles` names them all"));
            continue;
        };
        changes.extend(reader.ink(value).map(|ink: Ink| (role, ink.under(&base))));
    }
    Some(base.with(&changes))
}

fn named_theme(name: &str, span: &Span, reader: &mut Reader<'_>) -> Option<Theme> {
    let theme = Theme::named(name).cloned();
    if theme.is_none() {
        let found = Diagnostic::error("unknown-theme", span, format!("there is no theme `{name}`"));
        let themes = || Theme::ALL.iter().map(|theme| theme.name);
        let hint = format!("themes: {}", listed(&themes().collect::<Vec<_>>()));
        reader.diags.push(found.suggest(name, themes()).hint(hint));
    }
    theme
}
