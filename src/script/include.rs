//! `include`: a script in several files. Each file is read once; its definitions join those of the whole, its scenes stand where
//! they are included.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::read_source;
use super::yaml::{self, Key, Node, Value};
use crate::diag::{Diagnostic, Diagnostics, Source, Span};
use crate::limits;
use crate::world::{AssetError, FontFile, World};

/// The files of a script.
pub(super) struct Files<'a> {
    world: &'a dyn World,
    /// What was read, by path from the script's folder; `None` if it could not be.
    read: RefCell<BTreeMap<String, Option<Arc<Node>>>>,
}

/// A script and all that it includes.
pub(super) struct Gathered {
    /// The top-level maps: the script itself first, then included files in the order in which they are met.
    pub heads: Vec<Arc<Node>>,
    /// All scenes in order.
    pub scenes: Vec<Node>,
    /// Where `scenes` of the script is; `None` if it has none.
    pub scenes_at: Option<Span>,
}

impl<'a> Files<'a> {
    pub fn new(world: &'a dyn World) -> Self {
        Self { world, read: RefCell::default() }
    }

    /// The script with everything that its head and its list of scenes include.
    pub fn gather(&self, root: &Arc<Node>, source: &Source, diags: &mut Diagnostics) -> Gathered {
        let mut gathering = Gathering {
            files: self,
            heads: Vec::new(),
            scenes: Vec::new(),
            way: vec![name_of(source)],
            met: Vec::new(),
        };
        gathering.file(root, true, diags);
        let at = root.entries().iter().find(|(key, _)| key.text == "scenes").map(|(key, _)| key.span.clone());
        Gathered { heads: gathering.heads, scenes: gathering.scenes, scenes_at: at }
    }

    /// The actors of the files that a cast includes.
    pub fn casts(&self, node: &Node, diags: &mut Diagnostics) -> Vec<Vec<(Key, Node)>> {
        let mut casts = Vec::new();
        for (path, span) in paths(node, diags) {
            let Some(root) = self.load(&path, &span, diags) else { continue };
            match &root.value {
                Value::Map(entries) if !entries.iter().any(|(key, _)| key.text == "include") => {
                    casts.push(entries.clone())
                }
                Value::Map(_) => {
                    let message = format!("`{path}` includes other files, but a file of actors holds actors only");
                    diags.push(Diagnostic::error("bad-include", &span, message));
                }
                _ => {
                    let message = format!("`{path}` holds {} and no actors", root.kind());
                    diags.push(Diagnostic::error("bad-include", &span, message));
                }
            }
        }
        casts
    }

    fn load(&self, path: &str, span: &Span, diags: &mut Diagnostics) -> Option<Arc<Node>> {
        if let Some(known) = self.read.borrow().get(path) {
            return known.clone();
        }
        let root = self.parse(path, span, diags).map(Arc::new);
        self.read.borrow_mut().insert(path.to_owned(), root.clone());
        root
    }

    /// The bytes of a file. The path starts from the file that names it: the script's folder, or that of an included file.
    pub fn bytes(
        &self,
        path: &str,
        span: &Span,
        main: &Source,
        diags: &mut Diagnostics,
    ) -> Option<(String, Arc<[u8]>)> {
        let folder = span.source.name.rsplit_once('/').filter(|_| span.source.name != main.name);
        let path = normal(folder.map(|(folder, _)| folder), path);
        match self.world.read_asset(&path) {
            Ok(bytes) => Some((path, bytes)),
            Err(error) => {
                diags.push(Diagnostic::error("unreadable-file", span, error.to_string()));
                None
            }
        }
    }

    /// A font that is installed.
    pub fn system_font(&self, family: &str) -> Result<FontFile, AssetError> {
        self.world.system_font(family)
    }

    fn parse(&self, path: &str, span: &Span, diags: &mut Diagnostics) -> Option<Node> {
        let bytes = match self.world.read_asset(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                diags.push(Diagnostic::error("unreadable-file", span, error.to_string()));
                return None;
            }
        };
        let source = diags.ok(read_source(path, &bytes))?;
        yaml::parse(&source, diags)
    }
}

/// What is met on the way through a script and its files.
struct Gathering<'f, 'a> {
    files: &'f Files<'a>,
    heads: Vec<Arc<Node>>,
    scenes: Vec<Node>,
    /// The files that include each other down to here.
    way: Vec<String>,
    met: Vec<String>,
}

impl Gathering<'_, '_> {
    fn file(&mut self, root: &Arc<Node>, with_scenes: bool, diags: &mut Diagnostics) {
        self.heads.push(Arc::clone(root));
        if let Some(included) = root.get("include") {
            for (path, span) in paths(included, diags) {
                self.included(&path, &span, false, diags);
            }
        }
        let Some(Value::List(scenes)) = root.get("scenes").filter(|_| with_scenes).map(|node| &node.value) else {
            return;
        };
        for scene in scenes {
            match scene.entries() {
                [(key, node)] if key.text == "include" => {
                    for (path, span) in paths(node, diags) {
                        self.included(&path, &span, true, diags);
                    }
                }
                _ => self.scenes.push(scene.clone()),
            }
        }
    }

    /// A file whose definitions, and perhaps scenes, come in. Definitions come in once.
    fn included(&mut self, path: &str, span: &Span, with_scenes: bool, diags: &mut Diagnostics) {
        let folder = span.source.name.rsplit_once('/').filter(|_| self.way.len() > 1).map(|(folder, _)| folder);
        let path = normal(folder, path);
        if self.way.contains(&path) {
            let circle = self.way.iter().skip_while(|known| **known != path).map(String::as_str).chain([path.as_str()]);
            let message = format!("these files include each other: {}", circle.collect::<Vec<_>>().join(" -> "));
            diags.push(Diagnostic::error("circle", span, message).hint("move what both need into a file of its own"));
            return;
        }
        if self.way.len() > limits::GROUP_DEPTH || !with_scenes && self.met.contains(&path) {
            return;
        }
        let Some(root) = self.files.load(&path, span, diags) else { return };
        if !matches!(root.value, Value::Map(_)) {
            let message = format!("`{path}` holds {} and no part of a script", root.kind());
            diags.push(Diagnostic::error("bad-include", span, message));
            return;
        }
        let again = self.met.contains(&path);
        self.met.push(path.clone());
        self.way.push(path);
        self.file(&root, with_scenes, diags);
        if again {
            // Its definitions are there already; only its scenes were wanted once more.
            self.heads.retain({
                let mut seen = false;
                move |head| !Arc::ptr_eq(head, &root) || !std::mem::replace(&mut seen, true)
            });
        }
        self.way.pop();
    }
}

/// The paths of an `include`: one, or a list.
fn paths(node: &Node, diags: &mut Diagnostics) -> Vec<(String, Span)> {
    let items = match &node.value {
        Value::List(items) => items.as_slice(),
        _ => std::slice::from_ref(node),
    };
    let mut paths = Vec::new();
    for item in items {
        match item.text().map(str::trim) {
            Some(path) if !path.is_empty() => paths.push((path.to_owned(), item.text_span())),
            _ => {
                let message = format!("expected the path of a file, found {}", item.kind());
                diags.push(Diagnostic::error("wrong-type", &item.span, message));
            }
        }
    }
    paths
}

/// A path from the script's folder, without `.` and, where a folder is left again, without `..`.
fn normal(folder: Option<&str>, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.into_iter().flat_map(|f| f.split('/')).chain(path.split('/')) {
        match part {
            "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The name under which a file could include the script itself.
fn name_of(source: &Source) -> String {
    source.name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::MemoryWorld;

    fn parse(main: &str, files: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
        let mut world = MemoryWorld::default();
        for (name, text) in files {
            world.0.insert((*name).to_owned(), text.as_bytes().into());
        }
        let (script, diags) = crate::script::parse(&Source::new("films/main.yaml", main), &world);
        let found = diags.iter().map(|d| format!("{:?} {} {}", d.span.as_ref().unwrap(), d.code, d.message)).collect();
        (script.map_or(Vec::new(), |s| s.scenes.iter().map(|scene| scene.id.clone()).collect()), found)
    }

    const SCENE: &str = "scenes: [{ id: one, vars: { q: p }, steps: [pause: 1] }]\n";

    #[test]
    fn definitions_join_and_scenes_stand_where_they_are_included() {
        let main = "include: shared/vars.yaml\nscenes:\n  - { id: zero, steps: [] }\n  - include: chapters/one.yaml\n  - { id: two, steps: [] }\n";
        let chapter = format!("include: ../shared/vars.yaml\ntitle: A chapter\n{SCENE}");
        let files = [("shared/vars.yaml", "vars: { p: 1/2 }\n"), ("chapters/one.yaml", chapter.as_str())];
        assert_eq!(parse(main, &files), (vec!["zero".into(), "one".into(), "two".into()], vec![]));
    }

    #[test]
    fn circles_and_strangers_are_told() {
        let files = [
            ("a.yaml", "include: b.yaml\n"),
            ("b.yaml", "include: [a.yaml, c.yaml, d.yaml]\n"),
            ("d.yaml", "just words"),
        ];
        let (_, found) = parse(&format!("include: a.yaml\nvars: {{ p: 1 }}\n{SCENE}"), &files);
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(
            found[0].contains("b.yaml:1:11 circle these files include each other: a.yaml -> b.yaml -> a.yaml"),
            "{found:?}"
        );
        assert!(found[1].contains("c.yaml"), "{found:?}");
        assert!(found[2].contains("holds text"), "{found:?}");
        let (_, found) = parse(&format!("include: main.yaml\nvars: {{ p: 1 }}\n{SCENE}"), &[("main.yaml", "vars: {}")]);
        assert!(found[0].contains("main.yaml -> main.yaml"), "{found:?}");
    }

    #[test]
    fn a_mistake_in_a_file_is_shown_there() {
        let (_, found) = parse(&format!("include: a.yaml\n{SCENE}"), &[("a.yaml", "vars:\n  p: 1\ntitel: x\n")]);
        assert_eq!(found, ["a.yaml:3:1 unknown-key the key `titel` means nothing here"]);
    }
}
