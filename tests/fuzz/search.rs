//! The search for inputs that break a promise: damage, and scenes made up, for as long as it is told to.
//!
//! Each kind of panic is kept once, as `fuzz/artifacts/<number>.yaml`, and told; an input that takes too long ends the search.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::mutate::{Chance, damaged};
use super::{checks, scene};

/// Longest that one input may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Searches for so many seconds, on one thread, from these scripts. Sound scripts that it makes on the way are built upon.
pub fn search(secs: u64, seeds: Vec<Vec<u8>>) {
    let start = Instant::now();
    let current: Arc<Mutex<(Instant, Vec<u8>)>> = Arc::new(Mutex::new((Instant::now(), Vec::new())));
    watch(Arc::clone(&current));
    let place: Arc<Mutex<String>> = Arc::default();
    let told = Arc::clone(&place);
    std::panic::set_hook(Box::new(move |info| {
        let at = info.location().map_or_else(String::new, |at| format!("{}:{}", at.file(), at.line()));
        let payload = info.payload();
        let text = payload.downcast_ref::<String>().map(String::as_str).or_else(|| payload.downcast_ref().copied());
        let message: String = text.unwrap_or_default().chars().take(300).collect();
        *told.lock().unwrap() = format!("{at} {message}");
    }));
    let seed = std::env::var("SURPRISAL_FUZZ_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let mut chance = Chance(seed);
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    let (mut pool, mut inputs, mut films, mut slowest) = (seeds.clone(), 0_u64, 0_u64, Duration::ZERO);
    while start.elapsed().as_secs() < secs {
        let mut bytes = match chance.below(4) {
            0 => scene::script(&mut chance).into_bytes(),
            _ => pool[chance.below(pool.len())].clone(),
        };
        if chance.below(4) > 0 {
            bytes = damaged(&bytes, &seeds, &mut chance);
        }
        // What overflows the stack ends the process: then this file is the finding.
        keep("current", &bytes);
        *current.lock().unwrap() = (Instant::now(), bytes.clone());
        let begun = Instant::now();
        let outcome = std::panic::catch_unwind(|| {
            checks::formats(&bytes);
            checks::films(&bytes)
        });
        inputs += 1;
        if begun.elapsed() > slowest {
            slowest = begun.elapsed();
            keep("slowest", &bytes);
        }
        match outcome {
            Ok(sound) => {
                films += u64::from(sound);
                if sound && bytes.len() < 20_000 && chance.below(8) == 0 {
                    let at = if pool.len() < 600 {
                        pool.len()
                    } else {
                        seeds.len() + chance.below(600 - seeds.len().min(500))
                    };
                    pool.truncate(600);
                    if at < pool.len() { pool[at] = bytes } else { pool.push(bytes) }
                }
            }
            Err(_) => {
                let what = place.lock().unwrap().clone();
                let kind: String = what.split(' ').next().unwrap_or_default().to_owned();
                let number = found.len();
                *found.entry(kind).or_insert_with(|| {
                    keep(&number.to_string(), &bytes);
                    eprintln!("finding {number}: {what}");
                    0
                }) += 1;
            }
        }
        if inputs.is_multiple_of(20_000) {
            eprintln!("{inputs} inputs, {films} films, {:.0} s, slowest {slowest:?}", start.elapsed().as_secs_f64());
        }
    }
    drop(std::panic::take_hook());
    eprintln!("{inputs} inputs, {films} films, slowest {slowest:?}, findings: {found:#?}");
    assert!(found.is_empty(), "findings are in fuzz/artifacts");
}

/// Ends the process if an input takes too long: a loop cannot be stopped from outside.
fn watch(current: Arc<Mutex<(Instant, Vec<u8>)>>) {
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(Duration::from_secs(1));
            let (since, bytes) = current.lock().unwrap().clone();
            if since.elapsed() > PATIENCE && !bytes.is_empty() {
                keep("endless", &bytes);
                eprintln!("an input takes more than {PATIENCE:?}: fuzz/artifacts/endless.yaml");
                std::process::exit(1);
            }
        }
    });
}

fn keep(name: &str, bytes: &[u8]) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/artifacts");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(format!("{name}.yaml")), bytes).unwrap();
}
