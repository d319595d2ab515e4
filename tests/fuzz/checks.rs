//! What must hold for any input: enters the bytes of a script, leaves nothing; panics if a promise is broken.

use surprisal::diag::{Diagnostics, Severity, Source};
use surprisal::film::{Film, Overrides};
use surprisal::geom::FrameSize;
use surprisal::raster::Rasterizer;
use surprisal::script;
use surprisal::time::FrameIndex;
use surprisal::world::MemoryWorld;

/// The assets that scenes of the repository use.
fn world() -> MemoryWorld {
    let mut world = MemoryWorld::default();
    let svg = include_bytes!("../../assets/icons/rover.svg");
    world.0.insert("icons/rover.svg".into(), std::sync::Arc::from(svg.as_slice()));
    world
}

/// Reads a script; is it sound, as far as can be told without a film?
pub fn parses(bytes: &[u8]) -> Option<script::Script> {
    let source = match script::read_source("fuzz.yaml", bytes) {
        Ok(source) => source,
        Err(mistake) => {
            placed(&mistake.into());
            return None;
        }
    };
    let (parsed, diags) = script::parse(&source, &world());
    placed(&diags);
    assert!(parsed.is_some() || diags.has_errors(), "a script is refused without a reason");
    parsed.filter(|_| !diags.has_errors())
}

/// Whatever `check` accepts is drawn, the same whenever it is asked for; whatever it refuses, it refuses with a reason.
pub fn films(bytes: &[u8]) -> bool {
    let Some(parsed) = parses(bytes) else { return false };
    let overrides = Overrides { size: FrameSize::new(128, 72), ..Overrides::default() };
    let (film, diags) = Film::build(&parsed, &world(), overrides);
    placed(&diags);
    assert_eq!(film.is_some(), !diags.has_errors(), "a film without errors, or errors without a reason: {diags:?}");
    let Some(film) = film else { return false };
    let rasterizer = Rasterizer::new(film.size());
    let last = film.frames() - 1;
    let frames = [0, last / 2, last].map(|index| (index, film.frame(FrameIndex(index))));
    for (_, frame) in &frames {
        rasterizer.draw(frame);
    }
    for (index, frame) in frames.iter().rev() {
        let again = format!("{:?}", film.frame(FrameIndex(*index)));
        assert_eq!(format!("{frame:?}"), again, "frame {index} is another the second time");
    }
    true
}

/// What the formatter makes of a script means the same and is left alone the second time.
pub fn formats(bytes: &[u8]) {
    let Ok(source) = script::read_source("fuzz.yaml", bytes) else { return };
    match script::format(&source) {
        Ok(once) => {
            let twice = script::format(&Source::new("fuzz.yaml", once.as_str()));
            assert_eq!(twice.as_deref(), Ok(once.as_str()), "formatting twice is not formatting once");
        }
        Err(diags) => placed(&diags),
    }
}

/// Every finding has a message, and a place inside its text.
fn placed(diags: &Diagnostics) {
    for found in diags.iter() {
        assert!(!found.message.is_empty() && !found.message.contains('\n'), "{found:?}");
        let bug = found.severity == Severity::Error && found.blame == surprisal::diag::Blame::Bug;
        assert!(!bug, "a fault of ours: {}", found.message);
        for span in found.span.iter().chain(found.labels.iter().map(|(span, _)| span)) {
            let text = &span.source.text;
            let inside = span.start <= span.end && span.end <= text.len();
            assert!(inside && text.is_char_boundary(span.start) && text.is_char_boundary(span.end), "{found:?}");
        }
    }
}
