//! A JSON Schema (draft 2020-12) of scripts, for editors that complete and check YAML.
//!
//! It rejects what the program rejects as far as a schema can see it: names that refer to each other are beyond it. A script
//! that defines or includes components may use names as visuals and verbs that only it knows; for those, the schema has a
//! second, more tolerant set of definitions.

use serde_json::{Map, Value, json};

use super::phrases;
use crate::color::{Role, Theme};
use crate::limits;
use crate::script::{FieldSpec, GROUPS, Need, StandardRow, Takes, VERBS, VerbRow, keys, standard_rows};
use crate::timeline::easing::EASINGS;
use crate::visuals::{REGISTRY, VisualSpec};

/// The schema of scripts.
///
/// ```
/// let schema = surprisal::manual::schema();
/// assert_eq!(schema["$defs"]["fields_coins"]["properties"]["count"]["default"], 1);
/// ```
pub fn schema() -> Value {
    let mut definitions = Map::new();
    for spec in REGISTRY {
        definitions.insert(format!("fields_{}", spec.name), visual(spec));
    }
    for row in standard_rows() {
        definitions.insert(format!("component_{}", row.name), component(&row));
    }
    definitions.insert("group".into(), one_of([list(actor_ref(true)), object(keys::GROUP, &[])]));
    for (prefix, table) in SHARED {
        definitions.extend(table.iter().map(|row| (format!("{prefix}_{}", row.name), field(row))));
    }
    definitions.insert("color".into(), color());
    definitions.insert("easing".into(), easing());
    definitions.insert(
        "loop".into(),
        json!({
            "type": "object", "minProperties": 1,
            "additionalProperties": one_of([json!({"type": "array"}), json!({"type": "string"})]),
        }),
    );
    definitions.insert(
        "items".into(),
        json!({
            "type": "object", "properties": {"for_each": reference("loop"), "each": {}}, "required": ["for_each", "each"],
            "additionalProperties": false, "description": "One item for each value.",
        }),
    );
    for tolerant in [false, true] {
        definitions.insert(named("actor", tolerant), actor(tolerant));
        definitions.insert(named("cast", tolerant), cast(tolerant));
        definitions.insert(named("step", tolerant), step(tolerant));
        definitions
            .insert(named("steps", tolerant), json!({"type": "array", "items": reference(&named("step", tolerant))}));
        definitions.insert(named("scene", tolerant), scene(tolerant));
    }
    let scenes = |tolerant| json!({"properties": {"scenes": {"items": reference(&named("scene", tolerant))}}});
    let mut head = object(keys::HEAD, &[]);
    if let Some(root) = head.as_object_mut() {
        root.insert("$schema".into(), "https://json-schema.org/draft/2020-12/schema".into());
        root.insert("title".into(), "Surprisal script".into());
        root.insert("description".into(), "A scene script that surprisal renders to a lecture clip.".into());
        root.insert(
            "if".into(),
            json!({"anyOf": [{"required": ["define"]}, {"required": ["include"]}, includes_scenes()]}),
        );
        root.insert("then".into(), scenes(true));
        root.insert("else".into(), scenes(false));
        root.insert("$defs".into(), Value::Object(definitions));
    }
    head
}

/// Tables whose rows occur many times: each row has a definition of its own.
const SHARED: [(&str, &[FieldSpec]); 3] =
    [("place", keys::PLACEMENT), ("option", keys::OPTIONS), ("modifier", keys::TIMING)];

/// A reference to a row of a shared table, or the row itself.
fn property(row: &FieldSpec) -> Value {
    let shared = SHARED.iter().find(|(_, table)| table.contains(row));
    shared.map_or_else(|| field(row), |(prefix, _)| reference(&format!("{prefix}_{}", row.name)))
}

fn includes_scenes() -> Value {
    json!({"required": ["scenes"], "properties": {"scenes": {"contains": {"required": ["include"]}}}})
}

fn named(name: &str, tolerant: bool) -> String {
    if tolerant { format!("{name}_with_own_names") } else { name.to_owned() }
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/$defs/{name}")})
}

fn actor_ref(tolerant: bool) -> Value {
    reference(&named("actor", tolerant))
}

fn one_of(all: impl IntoIterator<Item = Value>) -> Value {
    json!({"anyOf": all.into_iter().collect::<Vec<_>>()})
}

fn list(items: Value) -> Value {
    json!({"type": "array", "items": one_of([reference("items"), items])})
}

/// A map of these fields and no others.
fn object(rows: &[FieldSpec], more: &[(&str, Value)]) -> Value {
    let mut properties = Map::new();
    for row in rows {
        properties.insert(row.name.into(), property(row));
    }
    properties.extend(more.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    let required: Vec<&str> = rows.iter().filter(|row| row.need == Need::Required).map(|row| row.name).collect();
    let mut object = json!({"type": "object", "properties": properties, "additionalProperties": false});
    if let (false, Some(map)) = (required.is_empty(), object.as_object_mut()) {
        map.insert("required".into(), required.into());
    }
    object
}

fn field(row: &FieldSpec) -> Value {
    let mut value = taken(row.takes);
    if let Some(map) = value.as_object_mut() {
        map.insert("description".into(), format!("{} ({})", row.summary, phrases::takes(row.takes)).into());
        if let Need::Default(text) = row.need {
            let default = text.parse::<f64>().ok().filter(|n| n.is_finite());
            let whole = default.filter(|n| n.trunc() == *n).map(|n| Value::from(n as i64));
            let default = match text {
                "true" | "false" => Value::from(text == "true"),
                _ => whole.or(default.map(Value::from)).unwrap_or_else(|| text.into()),
            };
            map.insert("default".into(), default);
        }
    }
    value
}

/// An expression, or anything written as text.
fn text() -> Value {
    json!({"type": "string", "minLength": 1, "maxLength": limits::TEXT_CHARS})
}

/// Text that YAML may read as a number or a truth value.
fn scalar() -> Value {
    json!({"type": ["string", "number", "boolean"]})
}

fn number(kind: &str, least: f64, most: f64) -> Value {
    let mut value = json!({"type": kind});
    if let Some(map) = value.as_object_mut() {
        for (key, bound) in [("minimum", least), ("maximum", most)] {
            // Whole bounds beyond the exact range of numbers are no help.
            if bound.is_finite() && bound.abs() < 9e15 {
                map.insert(key.into(), bound.into());
            }
        }
    }
    value
}

/// Fractions and expressions are text.
fn live(value: Value) -> Value {
    one_of([value, text()])
}

fn taken(takes: Takes) -> Value {
    match takes {
        Takes::Number(least, most) | Takes::Fixed(least, most) => live(number("number", least, most)),
        Takes::Whole(least, most) => live(number("integer", least as f64, most as f64)),
        Takes::Flag => json!({"type": "boolean"}),
        Takes::Word(words) => json!({"enum": words}),
        Takes::Text | Takes::Template => scalar(),
        Takes::Point => one_of([
            json!({"type": "array", "items": live(json!({"type": "number"})), "minItems": 2, "maxItems": 2}),
            text(),
        ]),
        Takes::Spot => one_of([taken(Takes::Point), text()]),
        Takes::Spots => list(taken(Takes::Spot)),
        Takes::Numbers(count) => {
            json!({"type": "array", "items": live(json!({"type": "number"})), "minItems": count, "maxItems": count})
        }
        Takes::Color => reference("color"),
        Takes::Source => one_of([text(), list(live(json!({"type": "number"})))]),
        Takes::Code | Takes::Function | Takes::Function2 | Takes::Actor => text(),
        Takes::Condition => one_of([json!({"type": "boolean"}), text()]),
        Takes::Functions | Takes::Functions2 => map_of(text()),
        Takes::WordList => one_of([text(), list(scalar())]),
        Takes::ListMap => map_of(one_of([text(), list(scalar())])),
        Takes::NumberMap => map_of(scalar()),
        Takes::Cells => list(list(scalar())),
        Takes::Vars => map_of(one_of([scalar(), taken(Takes::Point)])),
        Takes::ColorMap => map_of(reference("color")),
        Takes::Place => one_of([taken(Takes::Point), text()]),
        Takes::Secs => live(number("number", 0.0, limits::FILM_SECS)),
        Takes::Easing => reference("easing"),
        Takes::Order => one_of([
            json!({"enum": ["forward", "reverse", "centre", "ends", "random"]}),
            json!({"type": "object", "properties": {"random": number("integer", 0.0, f64::INFINITY)}, "additionalProperties": false}),
            json!({"type": "object", "properties": {"from": taken(Takes::Place)}, "required": ["from"], "additionalProperties": false}),
            json!({"type": "object", "properties": {"to": taken(Takes::Place)}, "required": ["to"], "additionalProperties": false}),
        ]),
        Takes::Names | Takes::Paths => one_of([text(), list(text())]),
        Takes::Fonts => {
            let installed = json!({"type": "object", "properties": {"system": text()}, "required": ["system"], "additionalProperties": false});
            let font = one_of([text(), installed]);
            one_of([font.clone(), list(font)])
        }
        Takes::Loop => reference("loop"),
        Takes::Members => list(actor_ref(true)),
        Takes::Words => map_of(json!({"type": ["string", "integer"]})),
        Takes::Stage => object(keys::STAGE, &[]),
        Takes::Theme => theme(),
        Takes::List => one_of([text(), list(scalar())]),
        Takes::DataFiles => map_of(one_of([text(), object(keys::DATA, &[])])),
        Takes::Sources => map_of(source()),
        Takes::Codes => map_of(object(keys::CODE, &[])),
        Takes::Styles => map_of(json!({"type": "object"})),
        Takes::Definitions => map_of(definition()),
        Takes::Shutter => one_of([json!({"type": "boolean"}), object(keys::SHUTTER, &[])]),
        Takes::Transition => one_of([text(), object(keys::TRANSITION, &[])]),
        Takes::Figures => list(object(keys::FIGURE, &[])),
        Takes::Scenes => json!({"type": "array", "minItems": 1}),
        Takes::Cast => json!({"type": ["object", "null"]}),
        Takes::Steps => json!({"type": ["array", "null"]}),
        Takes::Anything => json!({}),
    }
}

fn map_of(values: Value) -> Value {
    json!({"type": ["object", "null"], "additionalProperties": values})
}

fn color() -> Value {
    let roles: Vec<Value> =
        Role::ALL.iter().map(|(_, name, meaning)| json!({"const": name, "description": meaning.trim()})).collect();
    json!({"anyOf": roles.into_iter().chain([json!({"type": "string", "pattern": "^(#[0-9a-fA-F]{3,8}|\\$.*)$"})]).collect::<Vec<_>>()})
}

fn easing() -> Value {
    let rows = EASINGS.iter().map(|row| json!({"const": row.name, "description": row.meaning}));
    let made = json!({"type": "string", "pattern": "\\(.*\\)$", "description": "cubic_bezier(x1, y1, x2, y2), steps(n), spring(damping), reverse(easing), mirror(easing), then(easing, easing), window(from, to, easing), repeat(n, easing), blend(easing, easing, share)"});
    one_of(rows.chain([made]))
}

fn theme() -> Value {
    let names: Vec<&str> = Theme::ALL.iter().map(|theme| theme.name).collect();
    let roles: Map<String, Value> =
        Role::ALL.iter().map(|(_, name, _)| ((*name).to_owned(), reference("color"))).collect();
    let mut changes = json!({"type": "object", "properties": roles, "additionalProperties": false});
    if let Some(properties) = changes.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert("base".into(), json!({"enum": names}));
    }
    one_of([json!({"enum": names}), changes])
}

fn source() -> Value {
    let share = live(number("number", 0.0, 1.0));
    let weights = json!({"type": "object", "additionalProperties": live(number("number", 0.0, f64::INFINITY))});
    let form = |key: &str, value: Value| json!({"type": "object", "properties": {key: value}, "required": [key], "additionalProperties": false});
    one_of([
        form("uniform", number("integer", 1.0, limits::SYMBOLS as f64)),
        form("coin", one_of([share.clone(), form("heads", share.clone())])),
        form("weights", weights),
        json!({
            "type": "object", "properties": {"weights": text(), "symbols": text()},
            "required": ["weights", "symbols"], "additionalProperties": false,
            "description": "Weights and symbols from columns of data.",
        }),
        json!({
            "type": "object", "properties": {"text": text(), "by": {"enum": ["characters", "letters", "words"]}},
            "required": ["text"], "additionalProperties": false,
            "description": "The signs or words of a text of data, counted.",
        }),
        json!({
            "type": "object",
            "properties": {"for_each": {"type": "object"}, "symbol": text(), "weight": live(number("number", 0.0, f64::INFINITY))},
            "required": ["for_each", "symbol", "weight"], "additionalProperties": false,
            "description": "A symbol with its weight for each value.",
        }),
        json!({
            "type": "object",
            "properties": {"blocks": text(), "length": number("integer", 1.0, limits::SYMBOLS as f64)},
            "required": ["blocks", "length"], "additionalProperties": false,
            "description": "Blocks of so many symbols of a source that stands before.",
        }),
        json!({"type": "object", "minProperties": 1, "additionalProperties": share}),
    ])
}

fn definition() -> Value {
    json!({
        "type": "object",
        "properties": {
            "summary": text(),
            "params": {"type": "object"},
            "cast": reference(&named("cast", true)),
            "steps": reference(&named("steps", true)),
            "actions": {"type": "object"},
        },
        "additionalProperties": false,
        "oneOf": [{"required": ["cast"]}, {"required": ["steps"]}],
    })
}

/// The fields of a visual: a map, or the bare value of the main one.
fn visual(spec: &VisualSpec) -> Value {
    let rows: Vec<FieldSpec> = spec.fields.iter().copied().flatten().copied().collect();
    let mut value = object(&rows, &[("style", taken(Takes::Names))]);
    let main = spec.main.and_then(|main| rows.iter().find(|row| row.name == main));
    if let Some(map) = value.as_object_mut() {
        map.insert("description".into(), spec.summary.into());
        // A bare value or nothing at all stands for a map; the map's own rules apply to maps alone.
        map.remove("type");
        let whole = [Some(json!({"type": ["object", "null"]})), main.map(|row| taken(row.takes))];
        map.insert("anyOf".into(), whole.into_iter().flatten().collect());
        map.insert("examples".into(), json!([spec.example]));
    }
    value
}

/// A component of the standard library: a map of its parameters, or the value of the first.
fn component(row: &StandardRow) -> Value {
    let mut properties = Map::new();
    properties.insert("style".into(), taken(Takes::Names));
    for param in &row.params {
        properties.insert(param.name.clone(), json!({"description": format!("{} ({})", param.summary, param.takes)}));
    }
    json!({
        "description": row.summary,
        "anyOf": [
            {"type": "object", "properties": properties, "additionalProperties": false},
            {"type": ["string", "number", "boolean", "array", "null"]},
        ],
        "examples": [row.example],
    })
}

fn actor(tolerant: bool) -> Value {
    let mut visuals: Vec<(&str, Value)> =
        REGISTRY.iter().map(|spec| (spec.name, reference(&format!("fields_{}", spec.name)))).collect();
    visuals.extend(GROUPS.iter().map(|name| (*name, reference("group"))));
    let standard = standard_rows();
    let made = standard.iter().map(|row| (row.name.as_str(), reference(&format!("component_{}", row.name))));
    // A script with definitions of its own may give these names another meaning.
    visuals.extend(made.filter(|_| !tolerant));
    let one_visual: Vec<Value> = visuals.iter().map(|(name, _)| json!({"required": [name]})).collect();
    let rows: Vec<FieldSpec> = keys::PLACEMENT.iter().chain(keys::MAKING).copied().collect();
    let mut value = object(&rows, &visuals);
    if let Some(map) = value.as_object_mut() {
        if tolerant {
            map.insert("additionalProperties".into(), true.into());
        } else {
            map.insert("oneOf".into(), one_visual.into());
        }
        let line = json!({"anyOf": [{"required": ["row"]}, {"required": ["column"]}]});
        map.insert("dependentSchemas".into(), json!({"columns": {"required": ["grid"]}, "spread": line}));
    }
    let named = one_of([text(), json!({"type": "array"}), json!({"type": "object"})]);
    let set = json!({
        "type": "object", "properties": {"set": named}, "required": ["set"], "additionalProperties": false,
        "description": "A name for actors and parts that steps speak of together.",
    });
    one_of([scalar(), set, value])
}

fn cast(tolerant: bool) -> Value {
    json!({
        "type": ["object", "null"],
        "properties": {"include": taken(Takes::Paths)},
        "additionalProperties": actor_ref(tolerant),
    })
}

fn scene(tolerant: bool) -> Value {
    let replaced = [
        ("cast", reference(&named("cast", tolerant))),
        ("steps", one_of([json!({"type": "null"}), reference(&named("steps", tolerant))])),
    ];
    let included = json!({"type": "object", "properties": {"include": taken(Takes::Paths)}, "required": ["include"], "additionalProperties": false});
    let whole = object(keys::SCENE, &replaced);
    if tolerant { one_of([included, whole]) } else { whole }
}

/// A step: one form for each verb, and the forms that are no verbs.
fn step(tolerant: bool) -> Value {
    let mut forms: Vec<Value> = VERBS.iter().map(|row| verb(row, tolerant)).collect();
    let steps = || reference(&named("steps", tolerant));
    let condition = taken(Takes::Condition);
    forms.push(json!({
        "type": "object", "required": ["if", "then"], "additionalProperties": false,
        "properties": {"if": condition, "then": steps(), "else": steps()},
    }));
    forms.push(json!({"enum": ["unhighlight"]}));
    forms.push(reference("items"));
    if tolerant {
        let verbs: Vec<&str> = VERBS.iter().map(|row| row.name).collect();
        let own = json!({"type": "object", "minProperties": 1, "not": {"anyOf": verbs.iter().map(|name| json!({"required": [name]})).collect::<Vec<_>>()}});
        forms.extend([own, text()]);
    }
    one_of(forms)
}

fn verb(row: &VerbRow, tolerant: bool) -> Value {
    let steps = || reference(&named("steps", tolerant));
    let operand = match row.name {
        "together" | "sequence" | "stagger" => steps(),
        "meanwhile" => one_of([steps(), reference(&named("step", tolerant))]),
        "pause" => taken(Takes::Secs),
        "mark" | "sound" | "hush" => scalar(),
        "say" => one_of([
            scalar(),
            json!({"type": "object", "required": ["text"], "additionalProperties": false,
            "properties": {"text": scalar(), "voice": text()}}),
        ]),
        "figure" => one_of([scalar(), object(keys::FIGURE, &[])]),
        "repeat" => number("integer", 1.0, limits::COUNT as f64),
        "for_each" => reference("loop"),
        _ => json!({}),
    };
    let mut operand = operand;
    if let Some(map) = operand.as_object_mut() {
        map.insert("description".into(), format!("{} Takes: {}.", row.summary, row.operand).into());
        map.insert("examples".into(), json!([row.example]));
    }
    let known = |key: &'static str| keys::OPTIONS.iter().chain(keys::TIMING).find(|spec| spec.name == key);
    // Options come first: `to` of a verb is not the modifier of the same name.
    let keys = row.options.iter().chain(row.timing).copied().filter_map(|key| known(key).copied());
    let condition = keys::TIMING.iter().find(|spec| spec.name == "if").copied();
    let rows: Vec<FieldSpec> = keys.chain(condition).filter(|spec| spec.name != row.name).collect();
    let mut more = vec![(row.name, operand)];
    if row.options.contains(&"steps") {
        more.push(("steps", steps()));
    }
    let mut value = object(&rows, &more);
    if let Some(map) = value.as_object_mut() {
        map.insert("required".into(), json!([row.name]));
    }
    value
}
