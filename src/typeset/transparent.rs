//! Colours made transparent: a parsed formula without them, and one whose drawing order is the same with them.
//!
//! Enters: the engine's syntax tree with colour codes. Leaves: two trees. The engine sets a coloured `+` as an ordinary
//! symbol without the space of an operator, and a coloured sum without its limits; so places are taken from the tree
//! without colours, and only the labels from the one with them.

use ratex_parser::ParseNode;
use serde_json::{Map, Value, json};

/// A colour that the engine draws in when nothing else is asked for: the code of the whole formula.
const ROOT: &str = "#000000";

/// May the formula of this source have a colour in its tree?
pub(super) fn is_coloured(source: &str) -> bool {
    source.contains("color")
}

/// The tree without colours: their contents stand in their place. `None` if it cannot be put together again.
pub(super) fn without_colors(nodes: &[ParseNode]) -> Option<Vec<ParseNode>> {
    serde_json::from_value(spliced(serde_json::to_value(nodes).ok()?)).ok()
}

/// The tree with its colours moved out of the bases of scripts, where they hide what the base is: the coloured base
/// colours the whole, and the scripts get back the colour they had.
pub(super) fn with_colors_hoisted(nodes: &[ParseNode]) -> Option<Vec<ParseNode>> {
    serde_json::from_value(hoisted(serde_json::to_value(nodes).ok()?, ROOT)).ok()
}

fn kind(value: &Value) -> &str {
    value.get("type").and_then(Value::as_str).unwrap_or_default()
}

/// The body of a colour node, or the node.
fn body_of_color(value: Value) -> Result<Vec<Value>, Value> {
    match value {
        Value::Object(mut fields) if fields.get("type").and_then(Value::as_str) == Some("color") => {
            match fields.remove("body") {
                Some(Value::Array(body)) => Ok(body),
                _ => Ok(Vec::new()),
            }
        }
        other => Err(other),
    }
}

/// A list as one node.
fn single(mut list: Vec<Value>) -> Value {
    match (list.len(), list.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            list.extend(last);
            json!({ "type": "ordgroup", "mode": "math", "body": list })
        }
    }
}

fn spliced_list(list: Vec<Value>) -> Vec<Value> {
    let mut out = Vec::with_capacity(list.len());
    for value in list {
        match body_of_color(value) {
            Ok(body) => out.extend(spliced_list(body)),
            Err(other) => out.push(spliced(other)),
        }
    }
    out
}

fn spliced(value: Value) -> Value {
    match value {
        Value::Array(list) => Value::Array(spliced_list(list)),
        Value::Object(fields) => {
            let field = |(key, value)| match body_of_color(value) {
                Ok(body) => (key, single(spliced_list(body))),
                Err(other) => (key, spliced(other)),
            };
            Value::Object(fields.into_iter().map(field).collect())
        }
        other => other,
    }
}

fn hoisted(value: Value, color: &str) -> Value {
    match value {
        Value::Array(list) => Value::Array(list.into_iter().map(|value| hoisted(value, color)).collect()),
        Value::Object(fields) => {
            let own = fields.get("color").and_then(Value::as_str).map(str::to_string);
            let inner = own.filter(|_| fields.get("type").and_then(Value::as_str) == Some("color"));
            let supsub = fields.get("type").and_then(Value::as_str) == Some("supsub");
            match fields.get("base").filter(|base| supsub && kind(base) == "color").cloned() {
                Some(base) => hoist_base(fields, base, color),
                None => {
                    let inner = inner.as_deref().unwrap_or(color);
                    Value::Object(fields.into_iter().map(|(key, value)| (key, hoisted(value, inner))).collect())
                }
            }
        }
        other => other,
    }
}

/// Scripts on a coloured base, as a coloured whole whose scripts are in the colour around it.
fn hoist_base(mut fields: Map<String, Value>, base: Value, around: &str) -> Value {
    let color = base.get("color").and_then(Value::as_str).unwrap_or(around).to_string();
    for script in ["sup", "sub"] {
        if let Some(value) = fields.remove(script).filter(|value| !value.is_null()) {
            fields.insert(script.into(), coloured(around, vec![value]));
        }
    }
    fields.insert("base".into(), single(body_of_color(base).unwrap_or_default()));
    // Once more for a base that is coloured twice; the scripts' colours are no bases.
    hoisted(coloured(&color, vec![Value::Object(fields)]), around)
}

fn coloured(color: &str, body: Vec<Value>) -> Value {
    json!({ "type": "color", "mode": "math", "color": color, "body": body })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(source: &str) -> Vec<ParseNode> {
        ratex_parser::parse(source).unwrap()
    }

    fn shape(nodes: &[ParseNode]) -> String {
        nodes.iter().map(|node| format!("{} ", node.type_name())).collect()
    }

    #[test]
    fn colours_vanish_and_their_contents_stay() {
        let plain = without_colors(&tree(r"a \textcolor{red}{+ \textcolor{blue}{b}} \color{red} c")).unwrap();
        assert_eq!(shape(&plain), shape(&tree("a + b c")));
        let script = without_colors(&tree(r"x^{\textcolor{red}{ab}}")).unwrap();
        assert_eq!(serde_json::to_value(&script).unwrap()[0]["sup"]["body"].as_array().map(Vec::len), Some(2));
        assert!(without_colors(&[]).is_some_and(|nodes| nodes.is_empty()));
    }

    #[test]
    fn bases_lend_their_colour_to_the_whole() {
        let hoisted = with_colors_hoisted(&tree(r"\textcolor{#ff0000}{\sum}_i")).unwrap();
        let value = serde_json::to_value(&hoisted).unwrap();
        assert_eq!(value[0]["color"], "#ff0000");
        assert_eq!(value[0]["body"][0]["type"], "supsub");
        assert_eq!(value[0]["body"][0]["base"]["type"], "op");
        assert_eq!(value[0]["body"][0]["sub"]["color"], ROOT);
    }
}
