//! What a field takes, in words.

use crate::script::{FieldSpec, Need, Takes};

/// `number from 0 to 1`, `one of left, right`.
pub(super) fn takes(takes: Takes) -> String {
    match takes {
        Takes::Number(least, most) => range("number", least, most),
        Takes::Fixed(least, most) => format!("{}, no expression", range("number", least, most)),
        Takes::Whole(least, most) => {
            range("whole number", least as f64, if most == i64::MAX { f64::INFINITY } else { most as f64 })
        }
        Takes::Flag => "`true` or `false`".into(),
        Takes::Word(words) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
        Takes::Text => "text".into(),
        Takes::Template => "text with `${...}`, markup and formulas".into(),
        Takes::Point => "point `[x, y]`".into(),
        Takes::Spot => "place: point, actor or part, or `actor@top`".into(),
        Takes::Spots => "list of places".into(),
        Takes::Numbers(count) => format!("list of {count} numbers"),
        Takes::Color => "colour: a role, or `'#rrggbb'`".into(),
        Takes::Source => "source, or probabilities".into(),
        Takes::Code => "code".into(),
        Takes::Function => "function, as `x => x * x`".into(),
        Takes::Function2 => "function of two variables, as `(x, y) => x * y`".into(),
        Takes::Functions => "functions by name".into(),
        Takes::Functions2 => "functions of two variables by name".into(),
        Takes::Cells => "list of rows, each a list of cells".into(),
        Takes::WordList => "list of words, or expression that gives one".into(),
        Takes::ListMap => "lists by name".into(),
        Takes::NumberMap => "numbers by name".into(),
        Takes::Vars => "numbers or points by name".into(),
        Takes::ColorMap => "colours by name".into(),
        Takes::Actor => "actor or part".into(),
        Takes::Place => "place".into(),
        Takes::Secs => "seconds, at least 0".into(),
        Takes::Easing => "easing".into(),
        Takes::Order => "order".into(),
        Takes::Names => "name, or list of names".into(),
        Takes::Paths => "path, or list of paths".into(),
        Takes::Fonts => "path or `{ system: name }`, or list of these".into(),
        Takes::Condition => "condition, as `$i > 0`".into(),
        Takes::Loop => "names and values, as `{ i: 0..5 }`".into(),
        Takes::Members => "list of actors".into(),
        Takes::Words => "words by symbol".into(),
        Takes::Theme => "theme".into(),
        Takes::Steps => "steps".into(),
        Takes::Shutter => "`true`, `false`, or a map".into(),
        Takes::Transition => "word, or a map".into(),
        Takes::Figures => "a list of figures".into(),
        Takes::Scenes => "scenes".into(),
        Takes::Cast => "actors by name".into(),
        Takes::List => "list, or expression that gives one".into(),
        Takes::DataFiles => "files by name".into(),
        Takes::Stage | Takes::Sources | Takes::Codes | Takes::Styles | Takes::Definitions => "section".into(),
        Takes::Anything => "see the verb's own page".into(),
    }
}

fn range(what: &str, least: f64, most: f64) -> String {
    match (least.is_finite(), most.is_finite()) {
        (true, true) => format!("{what} from {} to {}", short(least), short(most)),
        (true, false) => format!("{what}, at least {}", short(least)),
        (false, true) => format!("{what}, at most {}", short(most)),
        (false, false) => what.into(),
    }
}

/// Bounds that are there to catch slips are not worth reading to the last figure.
fn short(number: f64) -> String {
    if number != 0.0 && (number.abs() < 1e-3 || number.abs() >= 1e6) {
        format!("{number:e}")
    } else {
        number.to_string()
    }
}

/// The value that holds if the field is not given.
pub(super) fn default(row: &FieldSpec) -> String {
    match row.need {
        Need::Required => "required".into(),
        Need::Optional => "none".into(),
        Need::Default(text) => format!("`{text}`"),
    }
}
