//! Sound in the preview: the film's own mix, peaks for the timeline, recordings that come while one works.

use std::io::Cursor;
use std::path::Path;
use std::process::Command;

use super::browser::FRAME;
use super::driver::Browser;
use super::server::{Preview, SCRIPT};

const RATE: u32 = 48_000;
/// Instants of a chunk.
const CHUNK: usize = 96_000;

/// A recording: silence and bursts of a tone, in turns, each so many seconds.
fn recording(lengths: &[f64]) -> Vec<u8> {
    let spec =
        hound::WavSpec { channels: 1, sample_rate: RATE, bits_per_sample: 16, sample_format: hound::SampleFormat::Int };
    let mut bytes = Cursor::new(Vec::new());
    let mut writer = hound::WavWriter::new(&mut bytes, spec).unwrap();
    for (number, secs) in lengths.iter().enumerate() {
        let loud = if number % 2 == 1 { 8000.0 } else { 0.0 };
        for i in 0..(secs * f64::from(RATE)) as usize {
            writer.write_sample((loud * (i as f64 * 0.1).sin()) as i16).unwrap();
        }
    }
    writer.finalize().unwrap();
    bytes.into_inner()
}

fn script() -> String {
    SCRIPT.replace("      - pause: 1\n  - id: two", "      - sound: hum.wav\n      - pause: 1\n  - id: two")
}

/// A preview with a recording in a folder that is named, and a sound beside the script.
fn preview() -> Preview {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("small.yaml"), script()).unwrap();
    std::fs::write(folder.path().join("hum.wav"), recording(&[0.0, 0.5])).unwrap();
    record(folder.path(), &[0.3, 1.5, 0.3]);
    Preview::in_folder(folder, &["--voice", "spoken"]).unwrap()
}

fn record(folder: &Path, lengths: &[f64]) {
    let folder = folder.join("spoken/two");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("1.new"), recording(lengths)).unwrap();
    std::fs::rename(folder.join("1.new"), folder.join("1.wav")).unwrap();
}

fn good(state: &serde_json::Value) -> bool {
    state["version"] != 0 && state["film"] == state["version"]
}

#[test]
fn what_is_played_is_what_is_rendered() {
    let preview = preview();
    preview.until("a film", good);
    let about = preview.ask("/film", "").json()["sound"].clone();
    assert_eq!((&about["rate"], &about["voices"]), (&RATE.into(), &true.into()), "{about}");
    let instants = about["instants"].as_u64().unwrap() as usize;
    let chunk = |number: usize| preview.ask("/sound", &format!("chunk={number}")).body;
    let count = instants.div_ceil(CHUNK);
    assert!(count >= 3);
    let whole: Vec<u8> = (0..count).flat_map(chunk).collect();
    assert_eq!(whole.len(), 4 * instants);
    // In any order the same.
    for number in [count - 1, 0, 1] {
        let from = number * CHUNK * 4;
        assert!(chunk(number) == whole[from..(from + CHUNK * 4).min(whole.len())], "{number}");
    }
    assert_eq!(preview.ask("/sound", &format!("chunk={count}")).status, 409);
    let mut render = Command::new(env!("CARGO_BIN_EXE_surprisal"));
    render.current_dir(preview.folder.path()).env("SURPRISAL_CACHE", preview.folder.path().join("cache"));
    render.args([
        "render",
        "small.yaml",
        "--voice",
        "spoken",
        "--audio",
        "pcm",
        "-o",
        "film.mov",
        "--quality",
        "draft",
    ]);
    assert!(render.output().unwrap().status.success());
    let mut decode = Command::new(std::env::var("SURPRISAL_FFMPEG").unwrap_or_else(|_| "ffmpeg".into()));
    decode.current_dir(preview.folder.path());
    decode.args(["-v", "error", "-i", "film.mov", "-f", "s16le", "-ac", "2", "-ar", "48000", "-"]);
    let rendered = decode.output().unwrap().stdout;
    let word = |bytes: &[u8], at: usize| i32::from(i16::from_le_bytes([bytes[at], bytes[at + 1]]));
    assert!(rendered.len().abs_diff(whole.len()) <= 4 * 4800, "{} {}", rendered.len(), whole.len());
    let differs = (0..rendered.len().min(whole.len()) / 2)
        .filter(|at| (word(&rendered, 2 * at) - word(&whole, 2 * at)).abs() > 2);
    assert_eq!(differs.count(), 0);
    assert!((0..whole.len() / 2).any(|at| word(&whole, 2 * at) > 1000));
}

#[test]
fn recordings_are_followed_and_their_peaks_told() {
    let preview = preview();
    preview.until("a film", good);
    let frames = || preview.ask("/film", "").json()["frames"].as_u64().unwrap();
    let before = frames();
    let peaks = preview.ask("/peaks", "").json();
    assert_eq!(peaks["complete"], true);
    assert_eq!(peaks["each"], 960);
    // 20 letters for 15 bytes: a silent first scene, then words.
    let text = peaks["peaks"].as_str().unwrap();
    let at = text.find(|letter| letter != 'A').unwrap() * 3 / 4;
    let spoken = preview.ask("/film", "").json()["captions"][0]["start"].as_u64().unwrap() as usize;
    assert!(at.abs_diff(spoken * 50 / 30) <= 15, "{at} {spoken}");
    // Recorded anew, longer; then another line, in a folder that was not there.
    record(preview.folder.path(), &[0.3, 6.0, 0.3]);
    preview.until("the new recording", |newer| good(newer) && frames() > before + 60);
    let longer = frames();
    preview
        .edit(&script().replace("      - mark: written\n", "      - say: First of all.\n      - await: narration\n"));
    preview.until("another line", |newer| good(newer) && frames() != longer);
    let silent = frames();
    std::fs::create_dir_all(preview.folder.path().join("spoken/one")).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(100));
    std::fs::write(preview.folder.path().join("spoken/one/1.wav"), recording(&[0.1, 9.0, 0.1])).unwrap();
    preview.until("its recording", |newer| good(newer) && frames() > silent + 150);
}

#[test]
fn the_picture_keeps_step_with_the_sound() {
    let Some(browser) = Browser::start() else {
        println!("skipped: there is no chromedriver with Chromium on this machine");
        return;
    };
    let preview = preview();
    browser.open(&format!("http://127.0.0.1:{}/#{}", preview.port, preview.token));
    browser.until("Number(document.documentElement.dataset.film) > 0 && !document.querySelector('.sound').hidden");
    let player = "(async () => { window.player = (await import('/main.js')).player; })() && 0";
    browser.run(player);
    browser.until("window.player");
    // The film is short, and a busy machine slow to look.
    browser.run("window.player.setLoop([0, window.player.last])");
    browser.key(" ");
    browser.until(&format!("window.player.sound.heard > 0 && {FRAME} > 20"));
    if browser.run("window.player.sound.silent === true") == true {
        println!("skipped: this browser has no device for sound");
        return;
    }
    // The frame that is shown is that of the second that is heard.
    let second = "window.player.sound.now() * window.player.film.fps";
    let apart = browser.frames(20, &format!("Math.abs(window.player.at - {second})"));
    assert!(apart.iter().all(|apart| *apart <= 2.0), "{apart:?}");
    // A jump takes the sound along; a loop brings it back; muted, it goes on unheard.
    browser.key("m");
    browser.until("document.getElementById('mute').getAttribute('aria-pressed') === 'true'");
    browser.run("window.player.setLoop([70, 90]) || window.player.go(70)");
    let mut shown = browser.frames(60, "window.player.at");
    while !shown.windows(2).any(|pair| pair[1] < pair[0]) {
        shown.extend(browser.frames(60, "window.player.at"));
    }
    assert!(shown.iter().all(|at| (70.0..=90.0).contains(at)), "{shown:?}");
    let heard = browser.frames(20, second);
    assert!(heard.iter().all(|at| (69.0..=91.0).contains(at)), "{heard:?}");
    browser.key(" ");
    browser.until("window.player.sound.now() === null");
    assert!(browser.log().is_empty(), "{:?}", browser.log());
}
