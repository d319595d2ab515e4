//! The film's own mix, chunk by chunk, and how loud its narration is.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use base64::Engine as _;
use serde_json::{Value, json};

use super::shelf::{Seen, Shelf};
use super::{STACK_BYTES, Say, guarded};
use crate::diag::Diagnostic;
use crate::film::{Film, load_clip};
use crate::preview::wire::{Answer, Ask, Kind, Look, Numbered};
use crate::sound::{Clip, Part, RATE, sample_of};
use crate::time::FrameIndex;

/// Instants of a chunk: two seconds.
const CHUNK: u64 = 2 * RATE as u64;
/// Bytes of an instant: two channels of 16 bits.
const INSTANT_BYTES: usize = 4;
/// Chunks that are mixed before they are asked for.
const AHEAD: usize = 2;
/// Instants of a peak: a fiftieth of a second.
const PEAK: usize = RATE as usize / 50;
/// Peaks of a film at most: more than any screen is wide, and some hundred kilobytes.
const MOST_PEAKS: usize = 200_000;
/// Instants that are listened to for one ask at most, so that it has an answer soon: a minute and a half.
const LISTENED: usize = 90 * RATE as usize;

/// Where a film's mix is being played.
struct Session {
    film: Arc<Film>,
    /// The next chunk that comes.
    next: u64,
    chunks: Receiver<Result<Vec<u8>, Diagnostic>>,
}

/// What the page needs to know of a film's sound; nothing if there is none.
pub(super) fn summary(film: &Film) -> Value {
    let mix = film.mix();
    if mix.is_empty() {
        return Value::Null;
    }
    let voices = mix.clips.iter().any(|clip| matches!(clip.part, Part::Voice(_)));
    let digest = blake3::hash(format!("{mix:?}").as_bytes()).to_hex();
    json!({ "digest": digest.as_str(), "rate": RATE, "chunk": CHUNK, "instants": length(film), "voices": voices })
}

fn length(film: &Film) -> u64 {
    sample_of(film.fps(), FrameIndex(film.frames()))
}

/// Answers asks for chunks. Those that follow each other are mixed in one go.
pub(super) fn play(asks: &Receiver<Numbered>, shelf: &Shelf, answer: Say<'_>) {
    let mut session = None;
    while let Ok(Numbered { id, ask }) = asks.recv() {
        let Ask::Sound { chunk } = ask else { continue };
        answer(id, &guarded(|| chunk_of(&mut session, shelf, chunk)));
    }
}

fn chunk_of(session: &mut Option<Session>, shelf: &Shelf, chunk: u64) -> Answer {
    let Some(seen) = shelf.seen(&Look::default()) else { return Answer::failed("there is no film yet") };
    if chunk >= length(&seen.film).div_ceil(CHUNK) {
        return Answer::failed("the film has no such chunk");
    }
    let goes_on = |known: &Session| known.next == chunk && Arc::ptr_eq(&known.film, &seen.film);
    let mut now = match session.take().filter(goes_on) {
        Some(known) => known,
        None => match start(seen, chunk) {
            Some(new) => new,
            None => return Answer::failed("no thread can be had to mix the sound"),
        },
    };
    match now.chunks.recv() {
        Ok(Ok(bytes)) => {
            now.next += 1;
            *session = Some(now);
            Answer { kind: Kind::Samples, bytes }
        }
        Ok(Err(mistake)) => Answer::failed(mistake.message),
        Err(_) => Answer::failed("the sound cannot be mixed"),
    }
}

/// Plays a film's mix from a chunk on, in a thread that ends when nobody takes its chunks.
fn start(seen: Seen, chunk: u64) -> Option<Session> {
    let (to, chunks) = sync_channel(AHEAD);
    let film = Arc::clone(&seen.film);
    let mix = move || mixed(&seen, chunk * CHUNK, &to);
    thread::Builder::new().name("mix".into()).stack_size(STACK_BYTES).spawn(mix).ok()?;
    Some(Session { film, next: chunk, chunks })
}

fn mixed(seen: &Seen, from: u64, to: &SyncSender<Result<Vec<u8>, Diagnostic>>) {
    let bytes = CHUNK as usize * INSTANT_BYTES;
    let mut chunk: Vec<u8> = Vec::with_capacity(bytes);
    let mut take = |samples: &[f32]| {
        for sample in samples {
            // The limiter keeps them below 1.
            let word = libm::roundf(sample.clamp(-1.0, 1.0) * f32::from(i16::MAX)) as i16;
            chunk.extend(word.to_le_bytes());
            if chunk.len() == bytes && to.send(Ok(std::mem::take(&mut chunk))).is_err() {
                return false;
            }
        }
        true
    };
    let load = |clip: &Clip| load_clip(clip, seen.world());
    let last = match seen.film.mix().play(from..length(&seen.film), &load, &mut take) {
        Ok(()) if chunk.is_empty() => return,
        Ok(()) => Ok(chunk),
        Err(mistake) => Err(mistake),
    };
    // Nobody may be there any more.
    to.send(last).ok();
}

/// The peaks of recordings by their digests: an edit of the script listens to nothing twice.
#[derive(Default)]
pub(super) struct Known(Mutex<BTreeMap<String, Arc<[u8]>>>);

/// How loud the narration is along the film, in equal stretches; more is told each time, until it is complete.
pub(super) fn peaks(seen: &Seen, known: &Known) -> Answer {
    let mix = seen.film.mix();
    let count = (length(&seen.film) as usize).div_ceil(PEAK).max(1);
    let each = count.div_ceil(MOST_PEAKS);
    let mut along = vec![0_u8; count.div_ceil(each)];
    let (mut listened, mut complete) = (0, true);
    for clip in mix.clips.iter().filter(|clip| matches!(clip.part, Part::Voice(_))) {
        let at_hand = known.0.lock().unwrap_or_else(PoisonError::into_inner).get(&clip.digest).cloned();
        let of_clip = match at_hand {
            Some(peaks) => peaks,
            None if listened >= LISTENED => {
                complete = false;
                continue;
            }
            None => {
                let peaks: Arc<[u8]> = listen(clip, seen).into();
                listened += peaks.len() * PEAK;
                known.0.lock().unwrap_or_else(PoisonError::into_inner).insert(clip.digest.clone(), Arc::clone(&peaks));
                peaks
            }
        };
        let first = clip.range.start as usize / PEAK;
        for (number, peak) in of_clip.iter().enumerate() {
            if let Some(place) = along.get_mut((first + number) / each) {
                *place = (*place).max(*peak);
            }
        }
    }
    if complete {
        // What no clip has any more is not kept.
        let mut known = known.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|digest, _| mix.clips.iter().any(|clip| clip.digest == *digest));
    }
    let peaks = base64::engine::general_purpose::STANDARD.encode(along);
    Answer::json(&json!({ "each": PEAK * each, "complete": complete, "peaks": peaks }))
}

/// The peaks of a recording; none if it cannot be read any more.
fn listen(clip: &Clip, seen: &Seen) -> Vec<u8> {
    let (Part::Voice(speech), Ok(pcm)) = (&clip.part, load_clip(clip, seen.world())) else { return Vec::new() };
    let peak = |samples: &[f32]| {
        let greatest = samples.iter().fold(0.0_f32, |greatest, sample| greatest.max(sample.abs()));
        (greatest.min(1.0) * 255.0) as u8
    };
    speech.samples(pcm).chunks(PEAK).map(peak).collect()
}
