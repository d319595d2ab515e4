//! How one scene takes the place of another: the key `transition` of a scene.

use super::keys::TRANSITION;
use super::model::Side;
use super::steps::StepReader;
use super::yaml::{Node, Value};
use crate::diag::{Diagnostic, Span};

/// Seconds that a transition takes if it does not say.
const USUAL_SECS: f64 = 1.0;

/// What a transition looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passage {
    /// One picture becomes the other, as a whole; through the bare ground, or straight across.
    Fade {
        /// Is nothing to be seen in the middle?
        through: bool,
    },
    /// Both travel in this direction, the new one behind the old.
    Slide(Side),
    /// An edge travels in this direction; the new picture is behind it.
    Wipe(Side),
    /// The old picture comes past the viewer while the new one comes out of the distance, or the reverse.
    Zoom {
        /// Does the viewer go forward?
        inwards: bool,
    },
}

/// How a scene takes the place of the one before it.
#[derive(Clone, Debug, PartialEq)]
pub struct TransitionDef {
    /// Where it is written.
    pub span: Span,
    /// What it looks like.
    pub passage: Passage,
    /// Seconds, at least 0: the first of the scene.
    pub secs: f64,
    /// Name of an easing, not yet looked up.
    pub ease: Option<(String, Span)>,
    /// Actors of both scenes that travel from their old places to their new ones; those of this scene exist.
    pub shared: Vec<(String, Span)>,
}

/// Words for transitions, as they stand alone or as the key of a map.
pub(super) const KINDS: [&str; 4] = ["fade", "slide", "wipe", "zoom"];
/// What `fade` takes.
pub(super) const FADES: &[&str] = &["across", "through"];
/// What `zoom` takes.
pub(super) const ZOOMS: &[&str] = &["in", "out"];

impl StepReader<'_, '_> {
    /// `fade`, or `{ slide: left, for: 0.8, shared: [chart] }`.
    pub fn transition(&mut self, node: &Node) -> Option<TransitionDef> {
        let nothing = || TransitionDef {
            span: node.span.clone(),
            passage: Passage::Fade { through: false },
            secs: USUAL_SECS,
            ease: None,
            shared: Vec::new(),
        };
        match &node.value {
            Value::Scalar { .. } => {
                let word = self.scene.reader.word(node, &["cut", "fade", "slide", "wipe", "zoom"])?;
                let passage = match word {
                    "cut" => return None,
                    word => usual(word),
                };
                Some(TransitionDef { passage, ..nothing() })
            }
            Value::Map(entries) => {
                let known: Vec<&str> = TRANSITION.iter().map(|row| row.name).collect();
                for (key, _) in entries.iter().filter(|(key, _)| !known.contains(&key.text.as_str())) {
                    self.scene.reader.diags.push(super::fields::unknown_key(key, &known));
                }
                let kinds: Vec<_> = entries.iter().filter(|(key, _)| KINDS.contains(&key.text.as_str())).collect();
                if let [(first, _), (second, _), ..] = kinds.as_slice() {
                    let message = format!("one transition cannot both `{}` and `{}`", first.text, second.text);
                    let found = Diagnostic::error("two-operands", &second.span, message);
                    self.scene.reader.diags.push(found.label(&first.span, "the first"));
                    return None;
                }
                let passage = match kinds.first() {
                    Some((key, value)) => self.passage(&key.text, value)?,
                    None => usual("fade"),
                };
                let secs = node.get("for").map_or(Some(USUAL_SECS), |node| self.secs(node))?;
                let ease = node.get("ease").and_then(|node| self.scene.reader.text(node));
                let shared = node.get("shared").map(|node| self.shared(node)).unwrap_or_default();
                Some(TransitionDef { passage, secs, ease, shared, ..nothing() })
            }
            _ => {
                let wanted = "`cut`, `fade`, `slide`, `wipe`, `zoom`, or a map such as `{ slide: left, for: 0.8 }`";
                self.scene.reader.expected(wanted, node);
                None
            }
        }
    }

    fn passage(&mut self, kind: &str, node: &Node) -> Option<Passage> {
        let reader = &mut self.scene.reader;
        Some(match kind {
            "slide" => Passage::Slide(Side::named(reader.word(node, Side::WORDS)?)?),
            "wipe" => Passage::Wipe(Side::named(reader.word(node, Side::WORDS)?)?),
            "zoom" => Passage::Zoom { inwards: reader.word(node, ZOOMS)? == "in" },
            _ => Passage::Fade { through: reader.word(node, FADES)? == "through" },
        })
    }

    /// Names of actors of this scene; the scene before is not known here.
    fn shared(&mut self, node: &Node) -> Vec<(String, Span)> {
        let items = match &node.value {
            Value::List(items) => items.as_slice(),
            _ => std::slice::from_ref(node),
        };
        let mut names = Vec::new();
        for item in items {
            let Some((name, span)) = self.scene.reader.text(item) else { continue };
            if self.cast.iter().any(|actor| actor.name == name) {
                names.push((name, span));
                continue;
            }
            let found = Diagnostic::error("unknown-actor", &span, format!("there is no actor `{name}` in this scene"));
            let known = self.cast.iter().map(|actor| actor.name.as_str());
            self.scene.reader.diags.push(found.suggest(&name, known));
        }
        names
    }
}

/// The transition that a bare word means.
fn usual(word: &str) -> Passage {
    match word {
        "slide" => Passage::Slide(Side::Left),
        "wipe" => Passage::Wipe(Side::Right),
        "zoom" => Passage::Zoom { inwards: true },
        _ => Passage::Fade { through: false },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Source;
    use crate::world::MemoryWorld;

    fn read(transition: &str) -> (Option<TransitionDef>, Vec<&'static str>) {
        let text = format!(
            "vars: {{ beat: 1/2 }}\nscenes: [{{ transition: {transition}, cast: {{ a: A }}, steps: [pause: 1] }}]\n"
        );
        let (script, diags) = crate::script::parse(&Source::new("x", text), &MemoryWorld::default());
        let def = script.and_then(|script| script.scenes.first().and_then(|scene| scene.transition.clone()));
        (def, diags.iter().map(|found| found.code).collect())
    }

    #[test]
    fn words_and_maps_are_understood() {
        let sound = |text: &str| {
            let (def, codes) = read(text);
            assert_eq!(codes, Vec::<&str>::new(), "{text}");
            def.map(|def| (def.passage, def.secs, def.shared.len()))
        };
        assert_eq!(sound("cut"), None);
        assert_eq!(sound("fade"), Some((Passage::Fade { through: false }, 1.0, 0)));
        assert_eq!(sound("{ slide: up, for: 3 * beat }"), Some((Passage::Slide(Side::Up), 1.5, 0)));
        assert_eq!(sound("{ zoom: out, ease: linear }"), Some((Passage::Zoom { inwards: false }, 1.0, 0)));
        assert_eq!(sound("{ shared: a, for: 2 }"), Some((Passage::Fade { through: false }, 2.0, 1)));
    }

    #[test]
    fn mistakes_are_told() {
        for (text, code) in [
            ("dissolve", "unknown-word"),
            ("{ slide: sideways }", "unknown-word"),
            ("{ slide: left, wipe: left }", "two-operands"),
            ("{ fade: across, secs: 1 }", "unknown-key"),
            ("{ fade: across, for: -1 }", "out-of-range"),
            ("{ shared: [b] }", "unknown-actor"),
            ("[fade]", "wrong-type"),
        ] {
            assert_eq!(read(text).1, [code], "{text}");
        }
    }
}
