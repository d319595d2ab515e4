//! What the camera does, as the verb `camera` says it.

use super::fields::Fields;
use super::step::{Camera, Spring, Verb};
use super::steps::{Operand, StepReader};
use super::target::Target;
use super::yaml::Value;
use crate::diag::Diagnostic;

/// Keys of which the first that is there says what the camera does.
const WAYS: &str = "`fit`, `follow`, `at`, `by`, `height` or `zoom`";

/// `reset`, `{ fit: ... }`, `{ follow: ... }`, or where it looks and how closely.
pub(super) fn camera(r: &mut StepReader<'_, '_>, op: &Operand<'_>) -> Option<Verb> {
    if let Some(word) = op.node.text() {
        if word == "reset" {
            return Some(Verb::Camera(Camera::Reset));
        }
        r.scene.reader.expected("`reset`, `{ fit: ... }`, `{ follow: ... }` or `{ at: [x, y], height: ... }`", op.node);
        return None;
    }
    let ends = op.time.duration.is_some() || op.time.until.is_some() || op.time.window.is_some();
    let fit = op.node.get("fit").map(|node| r.scene.target(node));
    let follow = op.node.get("follow").map(|node| r.scene.target(node));
    let mut fields = Fields::with(op.node, None, r.scene.reader.reborrow());
    let camera = if fields.has("fit") {
        let margin = fields.number("margin", ..);
        fit.flatten().map(|target| Camera::Fit { target, margin })
    } else if fields.has("follow") {
        let secs = fields.fixed("spring", 0.0..=10.0).unwrap_or(Spring::USUAL.secs);
        let damping = fields.fixed("damping", 0.2..=4.0).unwrap_or(Spring::USUAL.damping);
        let height = fields.positive("height");
        let target = follow.flatten().filter(|target| named(target, op, &mut fields));
        target.map(|target| Camera::Follow { target, spring: Spring { secs, damping }, height, ends })
    } else {
        let has_any = fields.has("at") | fields.has("by") | fields.has("height") | fields.has("zoom");
        if !has_any && matches!(op.node.value, Value::Map(_) | Value::Null) {
            let message = format!("the camera needs {WAYS}");
            fields.report(Diagnostic::error("missing-key", &op.key.span, message));
        }
        for (one, other) in [("at", "by"), ("height", "zoom")] {
            if fields.has(one) && fields.has(other) {
                let message = format!("`{one}` and `{other}` both say where the camera goes");
                fields.report(Diagnostic::error("two-operands", &op.key.span, message));
            }
        }
        let (at, by) = (fields.point("at"), fields.point("by"));
        let (height, zoom) = (fields.positive("height"), fields.positive("zoom"));
        has_any.then_some(Camera::At { at, by, height, zoom })
    };
    fields.finish();
    camera.map(Verb::Camera)
}

/// Only what is named has a place to follow.
fn named(target: &Target, op: &Operand<'_>, fields: &mut Fields<'_>) -> bool {
    if target.all_but {
        let found = Diagnostic::error("bad-selector", op.span, "what the camera follows is named");
        fields.report(found.hint("as in `{ camera: { follow: dot, height: 5 } }`"));
    }
    !target.all_but
}
