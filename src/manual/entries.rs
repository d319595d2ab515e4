//! Everything that has a name in the language, as entries of one kind: what `explain` and the reference are written from.

use super::phrases;
use crate::color::{Role, Theme};
use crate::expression::FUNCTIONS;
use crate::script::{FieldSpec, GROUPS, VERBS, keys, standard_rows};
use crate::timeline::FORMS;
use crate::timeline::easing::EASINGS;
use crate::visuals::{REGISTRY, VisualSpec};

/// Something with a name.
pub(super) struct Entry {
    /// What sort of thing it is: `visual`, `verb`, ...
    pub(super) kind: &'static str,
    pub(super) name: String,
    pub(super) summary: String,
    /// Tables: a heading, and rows of columns.
    pub(super) tables: Vec<(&'static str, Vec<Vec<String>>)>,
    /// An example in YAML, if one says more than words.
    pub(super) example: Option<String>,
}

impl Entry {
    fn new(kind: &'static str, name: impl Into<String>, summary: impl Into<String>) -> Self {
        Self { kind, name: name.into(), summary: summary.into(), tables: Vec::new(), example: None }
    }
}

/// Name, what it takes, default, meaning.
pub(super) fn field_rows(rows: impl IntoIterator<Item = FieldSpec>) -> Vec<Vec<String>> {
    let row = |row: FieldSpec| {
        vec![row.name.to_owned(), phrases::takes(row.takes), phrases::default(&row), row.summary.to_owned()]
    };
    rows.into_iter().map(row).collect()
}

fn pairs(rows: &[(&str, &str)]) -> Vec<Vec<String>> {
    rows.iter().map(|(name, meaning)| vec![(*name).to_owned(), (*meaning).to_owned()]).collect()
}

/// A visual with all that belongs to it.
pub(super) fn visual(spec: &VisualSpec) -> Entry {
    let mut entry = Entry::new("visual", spec.name, spec.summary);
    entry.tables.push(("Fields", field_rows(spec.fields.iter().copied().flatten().copied())));
    entry.tables.push(("Parts", pairs(spec.parts)));
    entry.tables.push(("Live values", pairs(spec.values)));
    let mut actions = Vec::new();
    for action in spec.actions {
        let args: Vec<String> = action.args.iter().map(|arg| format!("`{}`: {}", arg.name, arg.summary)).collect();
        actions.push(vec![
            action.name.to_owned(),
            action.summary.to_owned(),
            format!("{} s", action.secs),
            args.join("; "),
        ]);
    }
    entry.tables.push(("Actions", actions));
    entry.example = Some(spec.example.to_owned());
    entry
}

/// All that has a name, kind by kind.
pub(super) fn entries() -> Vec<Entry> {
    let mut all: Vec<Entry> = REGISTRY.iter().map(|spec| visual(spec)).collect();
    for name in GROUPS {
        let mut entry = Entry::new("visual", *name, group_summary(name));
        entry.tables.push(("Fields", field_rows(keys::GROUP.iter().copied())));
        entry.example = Some(format!("both: {{ {name}: [title, chart], gap: 0.5 }}"));
        all.push(entry);
    }
    for row in standard_rows() {
        let params = row.params.into_iter().map(|param| vec![param.name, param.takes, param.default, param.summary]);
        let mut entry = Entry::new("component", row.name, row.summary);
        entry.tables.push(("Fields", params.collect()));
        if !row.actions.is_empty() {
            entry.tables.push(("Can", vec![row.actions]));
        }
        entry.example = Some(row.example);
        all.push(entry);
    }
    for row in VERBS {
        let mut entry = Entry::new("verb", row.name, row.summary);
        entry.tables.push(("Takes", vec![vec![row.operand.to_owned()]]));
        let known = |table: &'static [FieldSpec], keys: &'static [&'static str]| {
            field_rows(table.iter().copied().filter(|spec| keys.contains(&spec.name)))
        };
        entry.tables.push(("Options", known(keys::OPTIONS, row.options)));
        entry.tables.push(("Modifiers", known(keys::TIMING, row.timing)));
        entry.example = Some(format!("- {}", row.example));
        all.push(entry);
    }
    for row in EASINGS {
        let mut entry = Entry::new("easing", row.name, row.meaning);
        entry.example = Some(format!("- {{ move: title, to: [0, 2], ease: {} }}", row.name));
        all.push(entry);
    }
    for form in FORMS {
        let mut entry = Entry::new("easing", form.name, form.meaning);
        entry.tables.push(("Takes", vec![vec![form.takes.to_owned()]]));
        entry.example = Some(format!("- {{ move: title, to: [0, 2], ease: '{}' }}", form.example));
        all.push(entry);
    }
    for row in FUNCTIONS {
        let mut entry = Entry::new("function", row.name, row.meaning);
        entry.tables.push(("Takes", vec![vec![format!("{}({})", row.name, row.args)]]));
        if !row.example.is_empty() {
            entry.example = Some(format!("{} is {}", row.example, row.worth));
        }
        all.push(entry);
    }
    for (_, name, meaning) in Role::ALL {
        all.push(Entry::new("role", *name, meaning.trim().trim_end_matches('.')));
    }
    for theme in Theme::ALL {
        all.push(Entry::new("theme", theme.name, theme.summary.trim_end_matches('.')));
    }
    for (kind, table) in sections() {
        for row in table {
            let mut entry = Entry::new(kind, row.name, row.summary);
            entry
                .tables
                .push(("Takes", vec![vec![phrases::takes(row.takes), format!("default: {}", phrases::default(row))]]));
            all.push(entry);
        }
    }
    all
}

/// Keys that belong to no visual or verb of their own.
pub(super) fn sections() -> [(&'static str, &'static [FieldSpec]); 11] {
    [
        ("key at the head", keys::HEAD),
        ("key of `data`", keys::DATA),
        ("key of `stage`", keys::STAGE),
        ("key of `motion_blur`", keys::SHUTTER),
        ("key of a scene", keys::SCENE),
        ("key of a `figure`", keys::FIGURE),
        ("key of a `transition`", keys::TRANSITION),
        ("key of an actor", keys::MAKING),
        ("key of place and looks", keys::PLACEMENT),
        ("option of a step", keys::OPTIONS),
        ("modifier of a step", keys::TIMING),
    ]
}

fn group_summary(name: &str) -> &'static str {
    match name {
        "row" => "other actors from left to right",
        "column" => "other actors from top to bottom",
        "grid" => "other actors row by row, in columns",
        "stack" => "other actors over each other",
        "distribute" => "other actors at equal distances",
        _ => "other actors taken together, each at its own place",
    }
}
