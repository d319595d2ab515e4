//! Many edits, half of them mistakes (W11): the page hears of the newest, never of two at once, and nothing grows.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::server::{Preview, SCRIPT};

/// Between two edits: 20 a second.
const PAUSE: Duration = Duration::from_millis(50);

/// The script of an edit: good, or with a mistake that names the edit.
fn text(number: u64, seed: &mut u64) -> String {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    let good = SCRIPT.replace("text: bits", &format!("text: bits{number}"));
    match *seed >> 61 {
        0 => SCRIPT.replace("write: a", &format!("wirte{number}: a")),
        1 => SCRIPT.replace("by: [2, 0]", &format!("by: [two{number}, 0]")),
        2 => format!("{good}broken{number}: ["),
        3 => SCRIPT.replace("- pause: 1", &format!("- pause: -{number}")),
        _ => good,
    }
}

/// The numbers of edits that a state's findings speak of.
fn spoken(state: &Value) -> Vec<u64> {
    let mut numbers: Vec<u64> = state["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|found| found["error"] == true)
        .filter_map(|found| {
            let text = found["place"]["text"].as_str()?;
            let word = ["wirte", "two", "broken", "pause: -"].iter().find_map(|word| text.split_once(word))?.1;
            word.chars().take_while(char::is_ascii_digit).collect::<String>().parse().ok()
        })
        .collect();
    numbers.dedup();
    numbers
}

fn edited(edits: u64, seed: u64) {
    println!("seed {seed}");
    let mut preview = Preview::of(SCRIPT);
    preview.until("a film", |state| state["film"] == 1);
    let mut chance = seed;
    let events = preview.events();
    // A listener sees each state that it has time for.
    let listener = std::thread::spawn(move || {
        let (mut states, mut newest, mut version) = (0, 0, 0);
        for (_, state) in events.filter(|(kind, _)| kind.is_empty()) {
            let numbers = spoken(&state);
            assert!(numbers.len() <= 1, "a mix of {numbers:?}");
            assert!(state["version"].as_u64().unwrap() >= version, "back to an older version");
            version = state["version"].as_u64().unwrap();
            if let Some(number) = numbers.first() {
                assert!(*number >= newest, "{number} after {newest}");
                newest = *number;
            }
            states += 1;
            if state["findings"].to_string().contains("wirte-end") {
                break;
            }
        }
        states
    });
    #[cfg(target_os = "linux")]
    let mut memory = Vec::new();
    let (begin, path) = (Instant::now(), preview.path());
    for number in 0..edits {
        match number % 97 {
            31 => std::fs::remove_file(&path).unwrap(),
            32 => {
                std::fs::create_dir(&path).unwrap();
                std::thread::sleep(PAUSE);
                std::fs::remove_dir(&path).unwrap();
            }
            _ => preview.edit(&text(number, &mut chance)),
        }
        std::thread::sleep((PAUSE * (number as u32 + 1)).saturating_sub(begin.elapsed()));
        #[cfg(target_os = "linux")]
        if number % (edits / 10).max(1) == 0 {
            let studio = preview.studios().first().map_or(0, |studio| super::server::memory_of(*studio as u32));
            memory.push((preview.memory() >> 20, studio >> 20));
        }
    }
    let secs = begin.elapsed().as_secs_f64();
    preview.edit(&SCRIPT.replace("write: a", "wirte-end: a"));
    let states = listener.join().unwrap();
    println!("{edits} edits in {secs:.1} s, {states} states heard");
    preview.edit(&SCRIPT.replace("title: Small", "title: Last"));
    preview.until("the last edit", |state| {
        state["film"] == state["version"] && state["findings"].as_array().unwrap().is_empty()
    });
    assert_eq!(preview.ask("/film", "").json()["title"], "Last");
    assert_eq!(preview.ask("/frame", "at=3&width=64&height=36").status, 200);
    assert!(preview.is_alive());
    #[cfg(target_os = "linux")]
    {
        println!("memory of server and studio in MB, ten times on the way: {memory:?}");
        // Once all has been done that is done, nothing grows.
        let (middle, last) = (memory[memory.len() / 2], memory[memory.len() - 1]);
        assert!(last.0 <= middle.0 + 8 && last.1 <= middle.1 + 48, "{memory:?}");
    }
}

#[test]
fn edits_come_fast_and_many_are_mistakes() {
    edited(60, 7);
}

#[test]
#[ignore = "takes a minute"]
fn a_thousand_edits() {
    edited(1000, 11);
}
