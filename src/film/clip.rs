//! What is heard, read and decoded once more when it is played: a film keeps no samples.

use super::voices::{IN_VOICES, voice_digest};
use crate::diag::{Diagnostic, Span};
use crate::sound::{self, Clip, Pcm};
use crate::world::{AssetError, World};

/// The sound of a clip of a film's mix.
///
/// # Errors
/// `bad-asset` if its file is not what it was when the film was compiled.
pub fn load_clip(clip: &Clip, world: &dyn World) -> Result<Pcm, Diagnostic> {
    let changed = |reason: String| {
        let name = clip.file.trim_start_matches(IN_VOICES);
        Diagnostic::error("bad-asset", &Span::detached(), format!("`{name}` cannot be read any more: {reason}"))
    };
    let bytes = match clip.file.strip_prefix(IN_VOICES) {
        Some(name) => world.read_voice(name).and_then(|bytes| bytes.ok_or_else(|| AssetError("it is gone".into()))),
        None => world.read_asset(&clip.file),
    };
    let bytes = bytes.map_err(|error| changed(error.to_string()))?;
    if voice_digest(&bytes) != clip.digest {
        return Err(changed("it was changed while the film was rendered".into()));
    }
    sound::decode(&bytes).map_err(|flaw| changed(flaw.message))
}
