//! Recordings of lines, and other sounds: read before steps are laid, as steps last as long as words do.
//!
//! A recording is looked for by the names of convention, `<scene>/<number>` in the folder of voices, unless its line names a file. What was
//! heard in a file is remembered by its contents, by this process and, where the world has a memory, by later ones: nothing is listened to twice.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::diag::{Diagnostic, Diagnostics, Span};
use crate::script::{Piece, Say, Script, SoundDef, Step, Verb, wording};
use crate::sound::{self, Flaw, Speech};
use crate::world::{AssetError, Memory, World};

use super::cores::on_all_cores;

/// The ending of recordings that a program made, until somebody speaks.
pub const SCRATCH_ENDING: &str = "scratch.wav";
/// Endings of recordings, in the order in which they are looked for.
pub(super) const ENDINGS: [&str; 5] = ["wav", "flac", "ogg", "mp3", SCRATCH_ENDING];
/// The file that says what recordings were made from, in the folder of voices.
pub const MANIFEST: &str = "lines.json";
/// What names of files begin with that are in the folder of voices, for those who load them again.
pub(super) const IN_VOICES: &str = "voice:";
/// Files that are remembered.
const REMEMBERED: usize = 20_000;

/// A recording of a line.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Recording {
    /// The file, with [`IN_VOICES`] before it if it is there.
    pub(super) file: String,
    pub(super) digest: String,
    pub(super) speech: Arc<Speech>,
    /// When words begin and end, in seconds of what is played, if a file says so: the words and their times.
    pub(super) timed: Vec<(String, [f64; 2])>,
    /// The words that it was made from, if they are others now.
    pub(super) stale: Option<String>,
}

/// All that was heard in the files of a script.
#[derive(Default)]
pub(super) struct Voices {
    lines: BTreeMap<(usize, usize), Arc<Recording>>,
    /// Samples of 48 kHz of each sound that could be read, and a digest of its file.
    sounds: BTreeMap<String, (u64, String)>,
}

impl Voices {
    /// Reads the recordings and sounds that a script asks for.
    pub(super) fn load(script: &Script, world: &dyn World, diags: &mut Diagnostics) -> Self {
        let mut voices = Self::default();
        let manifest = manifest(world);
        let mut lines = Vec::new();
        for (number, scene) in script.scenes.iter().enumerate() {
            let mut open: Vec<&Step> = scene.steps.iter().rev().collect();
            while let Some(step) = open.pop() {
                match &step.verb {
                    Verb::Say(say) => lines.push((number, scene.id.as_str(), &**say)),
                    Verb::Sound(def) if !voices.sounds.contains_key(&def.file.0) => {
                        let length = diags.ok(length(def, world));
                        voices.sounds.extend(length.map(|length| (def.file.0.clone(), length)));
                    }
                    verb => open.extend(verb.steps().iter().rev()),
                }
            }
        }
        let found = on_all_cores(&lines, |(_, scene, say)| recording(script, (scene, say), world, &manifest));
        for ((number, _, say), found) in lines.into_iter().zip(found) {
            if let Some(recording) = diags.ok(found).flatten() {
                voices.lines.insert((number, say.number), Arc::new(recording));
            }
        }
        voices
    }

    /// The recording of a line.
    pub(super) fn line(&self, scene: usize, say: &Say) -> Option<&Arc<Recording>> {
        self.lines.get(&(scene, say.number))
    }

    /// The length of a sound in samples, and a digest of its file.
    pub(super) fn sound(&self, file: &str) -> Option<(u64, String)> {
        self.sounds.get(file).cloned()
    }
}

/// The name of a line's recording without its ending, in the folder of voices.
pub(super) fn usual_name(scene: &str, number: usize) -> String {
    let plain = |c: char| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    let scene: String = scene.chars().map(plain).collect();
    format!("{}/{number}", scene.trim_start_matches('.'))
}

/// The words of a line as the manifest has them: without markup and marks, values by their expressions.
pub(super) fn written(script: &Script, say: &Say) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Live { slot, .. } => format!("${{{}}}", script.slots.get(*slot).map_or("", |def| &def.text)),
    };
    // A value is one word, whatever blanks are in its expression.
    let text: Vec<String> = say.words.pieces.iter().map(piece).collect();
    let words = text.iter().map(|text| match text.starts_with("${") {
        true => text.clone(),
        false => {
            let words: Vec<String> = wording(text).into_iter().map(|word| word.plain).collect();
            let (lead, trail) = (text.starts_with(char::is_whitespace), text.ends_with(char::is_whitespace));
            format!("{}{}{}", if lead { " " } else { "" }, words.join(" "), if trail { " " } else { "" })
        }
    });
    words.collect::<String>().trim().to_owned()
}

type Manifest = BTreeMap<String, Made>;

/// What a recording was made from.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Made {
    /// The words.
    pub words: String,
    /// A digest of the file.
    pub digest: String,
}

/// What the manifest in the folder of voices says, by name of file; nothing if there is none that can be read.
fn manifest(world: &dyn World) -> Manifest {
    let bytes = world.read_voice(MANIFEST).ok().flatten();
    bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

/// A digest of a recording, as the manifest has it.
pub fn voice_digest(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().chars().take(32).collect()
}

fn recording(
    script: &Script,
    (scene, say): (&str, &Say),
    world: &dyn World,
    manifest: &Manifest,
) -> Result<Option<Recording>, Diagnostic> {
    let fails = |file: &str, span: &Span, error: &AssetError| {
        Diagnostic::error("bad-asset", span, error.to_string()).hint(format!("the recording `{file}` cannot be used"))
    };
    let found = match &say.voice {
        Some((file, span)) => {
            let bytes =
                world.read_asset(file).map_err(|error| Diagnostic::error("bad-asset", span, error.to_string()))?;
            Some((file.clone(), bytes, span))
        }
        None => {
            let span = &say.words.span;
            let mut found = None;
            for ending in ENDINGS {
                let name = format!("{}.{ending}", usual_name(scene, say.number));
                let bytes = world.read_voice(&name).map_err(|error| fails(&name, span, &error))?;
                if let Some(bytes) = bytes {
                    found = Some((format!("{IN_VOICES}{name}"), bytes, span));
                    break;
                }
            }
            found
        }
    };
    let Some((file, bytes, span)) = found else { return Ok(None) };
    let shown = file.strip_prefix(IN_VOICES).unwrap_or(&file);
    let speech = speech(&bytes, world.memory()).map_err(|flaw| flawed(shown, span, flaw))?;
    let digest = voice_digest(&bytes);
    let made = manifest.get(shown).filter(|made| made.digest == digest && file.starts_with(IN_VOICES));
    let stale = made.map(|made| made.words.clone()).filter(|words| *words != written(script, say));
    let timed = timed(&file, world, &speech).map_err(|error| fails(shown, span, &error))?;
    Ok(Some(Recording { file, digest, speech, timed, stale }))
}

fn flawed(file: &str, span: &Span, flaw: Flaw) -> Diagnostic {
    Diagnostic::error("bad-sound", span, format!("`{file}` {}", flaw.message)).hint(flaw.hint)
}

/// The times of words in the file of the same name that ends in `.json`, if there is one.
fn timed(file: &str, world: &dyn World, speech: &Speech) -> Result<Vec<(String, [f64; 2])>, AssetError> {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let bytes = match stem.strip_prefix(IN_VOICES) {
        Some(stem) => world.read_voice(&format!("{stem}.json"))?,
        None => world.read_asset(&format!("{stem}.json")).ok(),
    };
    let Some(bytes) = bytes else { return Ok(Vec::new()) };
    let wrong = |what: &str| AssetError(format!("`{}.json` {what}", stem.trim_start_matches(IN_VOICES)));
    let json: serde_json::Value =
        serde_json::from_slice(&bytes).map_err(|error| wrong(&format!("is no JSON: {error}")))?;
    // A list of words; or what programs that listen write, where words may be in segments.
    let lists: Vec<&serde_json::Value> = match &json {
        serde_json::Value::Array(_) => vec![&json],
        other => match (other.get("words"), other.get("segments").and_then(serde_json::Value::as_array)) {
            (Some(words), _) => vec![words],
            (None, Some(segments)) => segments.iter().filter_map(|segment| segment.get("words")).collect(),
            (None, None) => Vec::new(),
        },
    };
    let mut words = Vec::new();
    for word in lists.into_iter().filter_map(serde_json::Value::as_array).flatten() {
        let secs = |key: &str| word.get(key).and_then(serde_json::Value::as_f64).filter(|secs| secs.is_finite());
        let text = ["word", "text"].iter().find_map(|key| word.get(key)).and_then(serde_json::Value::as_str);
        let (Some(start), Some(end)) = (secs("start"), secs("end")) else {
            return Err(wrong("has a word without `start` and `end`, in seconds"));
        };
        let inside = |secs: f64| (secs - speech.lead_secs()).clamp(0.0, speech.secs());
        let before = words.last().map_or(0.0, |(_, [_, end]): &(String, [f64; 2])| *end);
        let start = inside(start).max(before);
        words.push((text.unwrap_or_default().trim().to_owned(), [start, inside(end).max(start)]));
    }
    if words.is_empty() {
        Err(wrong("has no words: a list such as `[{\"word\": \"One\", \"start\": 0.1, \"end\": 0.4}]`"))
    } else {
        Ok(words)
    }
}

/// Decodes a sound for its length.
fn length(def: &SoundDef, world: &dyn World) -> Result<(u64, String), Diagnostic> {
    static KNOWN: Known<u64> = Mutex::new(BTreeMap::new());
    let (file, span) = &def.file;
    let bytes = world.read_asset(file).map_err(|error| Diagnostic::error("bad-asset", span, error.to_string()))?;
    let numbers = Numbers { kind: "length", read: |numbers| numbers.first().copied(), told: |length| vec![*length] };
    let length = numbers.known(&KNOWN, world.memory(), &bytes, || {
        let pcm = sound::decode(&bytes)?;
        Ok((pcm.len() as u64 * u64::from(sound::RATE)).div_ceil(u64::from(pcm.rate.max(1))))
    });
    Ok((length.map_err(|flaw| flawed(file, span, flaw))?, voice_digest(&bytes)))
}

/// Listens to a recording, unless that was done.
fn speech(bytes: &[u8], memory: Option<&dyn Memory>) -> Result<Arc<Speech>, Flaw> {
    static KNOWN: Known<Arc<Speech>> = Mutex::new(BTreeMap::new());
    let numbers = Numbers {
        kind: "speech",
        read: |numbers| Speech::from_numbers(numbers).map(Arc::new),
        told: |speech| speech.numbers(),
    };
    numbers.known(&KNOWN, memory, bytes, || Speech::of(sound::decode(bytes)?).map(Arc::new))
}

/// What this process knows, by contents of files.
type Known<T> = Mutex<BTreeMap<[u8; 32], Result<T, Flaw>>>;

/// What is found out about a file, as numbers for later runs.
struct Numbers<T> {
    kind: &'static str,
    read: fn(&[u64]) -> Option<T>,
    told: fn(&T) -> Vec<u64>,
}

impl<T: Clone> Numbers<T> {
    /// What this process or an earlier one found out about these bytes, or what `find` does.
    fn known(
        &self,
        known: &Known<T>,
        memory: Option<&dyn Memory>,
        bytes: &[u8],
        find: impl FnOnce() -> Result<T, Flaw>,
    ) -> Result<T, Flaw> {
        let hash = blake3::hash(bytes);
        if let Some(known) = known.lock().unwrap_or_else(PoisonError::into_inner).get(hash.as_bytes()) {
            return known.clone();
        }
        let name = format!("{}-{}-{}", self.kind, sound::REVISION, hash.to_hex());
        let recalled = memory.and_then(|memory| (self.read)(&memory.recall(&name)?));
        let found = match recalled {
            Some(recalled) => Ok(recalled),
            None => {
                let found = find();
                if let (Ok(found), Some(memory)) = (&found, memory) {
                    memory.remember(&name, &(self.told)(found));
                }
                found
            }
        };
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(*hash.as_bytes(), found.clone());
        found
    }
}
