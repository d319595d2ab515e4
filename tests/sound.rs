//! Sound and captions as an author meets them: recordings set the time, what is heard lies where it is seen, files of any kind end
//! in sound or in a diagnostic, subtitles are read by a program that is not ours.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test that fails may panic, and plays the user"
)]

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use surprisal::diag::Source;
use surprisal::film::{Film, Overrides};
use surprisal::script;
use surprisal::sound::{self, RATE};
use surprisal::time::FrameIndex;
use surprisal::world::MemoryWorld;

/// Silence and bursts of a tone, in turns, each so many seconds.
fn bursts(lengths: &[f64]) -> Vec<f32> {
    let mut samples = Vec::new();
    for (number, secs) in lengths.iter().enumerate() {
        let loud = if number % 2 == 1 { 0.25 } else { 0.0 };
        samples.extend((0..(secs * 48_000.0) as usize).map(|i| loud * (i as f32 * 0.1).sin()));
    }
    samples
}

fn wav(samples: &[f32]) -> Vec<u8> {
    let spec =
        hound::WavSpec { channels: 1, sample_rate: RATE, bits_per_sample: 16, sample_format: hound::SampleFormat::Int };
    let mut bytes = Cursor::new(Vec::new());
    let mut writer = hound::WavWriter::new(&mut bytes, spec).unwrap();
    samples.iter().for_each(|sample| writer.write_sample((sample * 32_000.0) as i16).unwrap());
    writer.finalize().unwrap();
    bytes.into_inner()
}

fn world(files: &[(&str, Vec<u8>)]) -> MemoryWorld {
    MemoryWorld(files.iter().map(|(name, bytes)| ((*name).to_owned(), Arc::from(bytes.as_slice()))).collect())
}

/// A film, or the codes of what is wrong with the script.
fn film(text: &str, world: &MemoryWorld) -> Result<Film, Vec<(String, String)>> {
    let (script, mut found) = script::parse(&Source::new("x.yaml", text), world);
    let Some(script) = script else { panic!("{found:?}") };
    let (film, more) = Film::build(&script, world, Overrides::default());
    found.append(more);
    let told = found.iter().map(|found| (found.code.to_owned(), found.message.clone())).collect();
    film.ok_or(told)
}

const ONE: &str =
    "stage: { fps: 30 }\nscenes:\n  - id: a\n    steps: [{ say: One two. }, { await: narration }, { mark: m }]\n";

#[test]
fn a_line_lasts_as_long_as_its_recording() {
    let recorded = world(&[("voice/a/1.wav", wav(&bursts(&[1.0, 0.8, 0.4, 0.8, 3.0])))]);
    let frames = film(ONE, &recorded).unwrap().frames();
    // 2.0 s of sound, and the margins of 0.2 s.
    assert!(frames.abs_diff(66) <= 1, "{frames}");
    let named = ONE.replace("say: One two.", "say: { text: One two., voice: takes/b.wav }");
    let takes = world(&[("takes/b.wav", wav(&bursts(&[0.1, 1.0])))]);
    assert!(film(&named, &takes).unwrap().frames().abs_diff(32) <= 1);
    // Without a recording the language says how fast it goes, and another one goes at another speed.
    let guessed = film(ONE, &MemoryWorld::default()).unwrap().frames();
    let chinese = film(&format!("language: zh\n{ONE}"), &MemoryWorld::default()).unwrap().frames();
    assert!((30..45).contains(&guessed) && chinese > guessed, "{guessed} {chinese}");
    assert_eq!(film(&named, &MemoryWorld::default()).err().unwrap()[0].0, "bad-asset");
}

#[test]
fn steps_begin_on_words() {
    let text = "stage: { fps: 50 }\nscenes:\n  - id: a\n    cast: { d: D }\n    steps:\n      - say: First words, |now| then these.\n      - { fade: d, to: 0, at: now, for: 0.5 }\n";
    let recorded = world(&[("voice/a/1.wav", wav(&bursts(&[0.5, 1.0, 0.7, 1.2, 0.5])))]);
    let film_of = |world: &MemoryWorld| film(text, world).unwrap();
    let start = |film: &Film| film.steps()[0].range.start.0;
    // 0.06 s of margin, the first burst, the pause.
    let at = start(&film_of(&recorded));
    assert!(at.abs_diff(88) <= 1, "{at}");
    let told = r#"{"segments": [{"words": [{"word": "First", "start": 0.5, "end": 0.6}, {"word": "words,", "start": 0.6, "end": 0.7},
        {"word": "then", "start": 2.64, "end": 2.7}, {"word": "these.", "start": 2.7, "end": 3.3}]}]}"#;
    let mut with_times = recorded;
    with_times.0.insert("voice/a/1.json".into(), Arc::from(told.as_bytes()));
    let at = start(&film_of(&with_times));
    assert!(at.abs_diff(110) <= 1, "{at}");
    with_times.0.insert("voice/a/1.json".into(), Arc::from(&b"[1, 2"[..]));
    assert_eq!(film(text, &with_times).err().unwrap()[0].0, "bad-asset");
    let guessed = film_of(&MemoryWorld::default());
    assert!((10..60).contains(&start(&guessed)));
    assert!(guessed.marks().iter().any(|mark| mark.name == "now"));
}

#[test]
fn a_recording_of_other_words_is_told() {
    let bytes = wav(&bursts(&[0.1, 1.0]));
    let manifest =
        format!(r#"{{"a/1.wav": {{"words": "Other words.", "digest": "{}"}}}}"#, surprisal::film::voice_digest(&bytes));
    let (script, _) = script::parse(&Source::new("x.yaml", ONE), &MemoryWorld::default());
    let recorded = world(&[("voice/a/1.wav", bytes), ("voice/lines.json", manifest.into_bytes())]);
    let (film, found) = Film::build(&script.unwrap(), &recorded, Overrides::default());
    assert_eq!(found.iter().map(|found| found.code).collect::<Vec<_>>(), ["stale-recording"]);
    let line = &film.unwrap().lines()[0];
    assert_eq!(line.recording.as_ref().unwrap().stale.as_deref(), Some("Other words."));
}

/// A WAV file whose header says what it likes.
fn header(format: u16, channels: u16, rate: u32, bits: u16, claimed: u32, data: &[u8]) -> Vec<u8> {
    let mut bytes = b"RIFF".to_vec();
    bytes.extend(claimed.saturating_add(36).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0");
    bytes.extend(format.to_le_bytes());
    bytes.extend(channels.to_le_bytes());
    bytes.extend(rate.to_le_bytes());
    let block = channels.wrapping_mul(bits / 8);
    bytes.extend(rate.wrapping_mul(u32::from(block)).to_le_bytes());
    bytes.extend(block.to_le_bytes());
    bytes.extend(bits.to_le_bytes());
    bytes.extend(b"data");
    bytes.extend(claimed.to_le_bytes());
    bytes.extend(data);
    bytes
}

#[test]
fn odd_files_are_diagnostics_with_a_place_or_sound() {
    let tone: Vec<u8> = bursts(&[0.0, 0.5]).iter().flat_map(|s| ((s * 32_000.0) as i16).to_le_bytes()).collect();
    let floats = |value: f32| vec![value; 24_000].into_iter().flat_map(f32::to_le_bytes).collect::<Vec<u8>>();
    let length = tone.len() as u32;
    let refused = [
        ("0 Hz", header(1, 1, 0, 16, length, &tone)),
        ("1 Hz", header(1, 1, 1, 16, length, &tone)),
        ("1 MHz", header(1, 1, 1_000_000, 16, length, &tone)),
        ("no channel", header(1, 0, 48_000, 16, length, &tone)),
        ("255 channels", header(1, 255, 48_000, 16, length / 510 * 510, &tone)),
        ("NaN", header(3, 1, 48_000, 32, 96_000, &floats(f32::NAN))),
        ("infinite", header(3, 1, 48_000, 32, 96_000, &floats(f32::INFINITY))),
        ("cut", header(1, 1, 48_000, 16, 10 * length, &tone)),
        ("cut in its header", header(1, 1, 48_000, 16, length, &tone)[..30].to_vec()),
        ("nothing", Vec::new()),
        ("words", b"These are words and no sound.".to_vec()),
        ("silence", header(1, 1, 48_000, 16, length, &vec![0; tone.len()])),
        ("no samples", header(1, 1, 48_000, 16, 0, &[])),
        ("odd bits", header(1, 1, 48_000, 13, length, &tone)),
    ];
    for (what, bytes) in refused {
        let recorded = world(&[("voice/a/1.wav", bytes)]);
        let (code, message) = film(ONE, &recorded).err().unwrap_or_else(|| panic!("{what} is taken")).remove(0);
        assert_eq!(code, "bad-sound", "{what}: {message}");
        assert!(message.starts_with("`a/1.wav` "), "{what}: {message}");
    }
    let taken = [
        ("a length of 4 GB, as a program in a pipe writes it", header(1, 1, 48_000, 16, u32::MAX, &tone)),
        ("one sample", header(3, 1, 48_000, 32, 4, &0.5_f32.to_le_bytes())),
        ("huge numbers", header(3, 1, 48_000, 32, 96_000, &floats(1e30))),
        ("8 bits", header(1, 1, 8_000, 8, 8_000, &[0, 255, 128, 40].repeat(2_000))),
        ("6 channels", header(1, 6, 48_000, 16, length / 12 * 12, &tone)),
    ];
    for (what, bytes) in taken {
        let recorded = world(&[("voice/a/1.wav", bytes)]);
        let frames = film(ONE, &recorded).unwrap_or_else(|found| panic!("{what}: {found:?}")).frames();
        assert!(frames < 40, "{what}: {frames}");
    }
}

#[test]
fn damaged_files_never_panic() {
    let whole = wav(&bursts(&[0.0, 0.2]));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.wav");
    std::fs::write(&path, &whole).unwrap();
    let mut kinds = vec![whole];
    for name in ["a.flac", "a.ogg", "a.mp3"] {
        let out = folder.path().join(name);
        if ffmpeg(&["-v", "error", "-i", path.to_str().unwrap(), out.to_str().unwrap()]).status.success() {
            kinds.push(std::fs::read(out).unwrap());
        }
    }
    let mut state = 7_u32;
    let mut next = |below: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize % below.max(1)
    };
    for bytes in kinds {
        let good = sound::decode(&bytes).unwrap();
        assert!(good.len() as f64 / f64::from(good.rate) < 0.35);
        for end in (0..bytes.len()).step_by(bytes.len() / 40 + 1) {
            sound::decode(&bytes[..end]).ok();
        }
        for _ in 0..120 {
            let mut other = bytes.clone();
            for _ in 0..=next(6) {
                let at = if next(2) == 0 { next(bytes.len().min(200)) } else { next(bytes.len()) };
                other[at] = next(256) as u8;
            }
            sound::decode(&other).ok();
        }
    }
}

fn ffmpeg(arguments: &[&str]) -> Output {
    Command::new("ffmpeg").arg("-nostdin").args(arguments).output().unwrap()
}

fn surprisal(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_surprisal"));
    command.current_dir(folder).env("SURPRISAL_CACHE", folder.join("cache")).args(arguments);
    command.output().unwrap()
}

fn done(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What ffprobe says of a file: rows of values.
fn probed(path: &Path, entries: &str) -> Vec<Vec<String>> {
    let output = Command::new("ffprobe")
        .args(["-v", "error", "-show_entries", entries, "-of", "csv=p=0", path.to_str().unwrap()])
        .output()
        .unwrap();
    assert!(output.status.success(), "{path:?}: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().filter(|line| !line.is_empty()).map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

#[test]
fn whatever_is_said_subtitles_are_read_by_another_program() {
    let long = "many words go on ".repeat(1_100);
    let texts =
        ["a --> b", "{\\\\an8}top <b>bold</b> <i>", "1", "00:00:01,000 --> 00:00:02,000", "&amp; & <", "x", &long];
    let steps: String = texts.iter().map(|text| format!("      - say: \"{text}\"\n")).collect();
    let film = film(
        &format!("scenes:\n  - id: a\n    steps:\n{steps}      - say: |\n          two\n\n          lines\n"),
        &MemoryWorld::default(),
    );
    let film = film.unwrap_or_else(|found| panic!("{found:?}"));
    let subtitles = film.subtitles(&|line| Some(line.text.clone()));
    assert!(
        subtitles.iter().all(|cue| cue.lines.len() <= 2 && cue.lines.iter().all(|line| line.chars().count() <= 42))
    );
    assert!(subtitles.windows(2).all(|pair| pair[0].end <= pair[1].start + 1e-9));
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [("a.srt", sound::srt(&subtitles)), ("a.vtt", sound::vtt(&subtitles))] {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        assert_eq!(probed(&path, "packet=pts_time").len(), subtitles.len(), "{name}");
    }
}

/// A script whose picture becomes bright when the second word is said; at that instant a beep is heard.
const FLASH: &str = "title: Flash\nstage: { size: 64x36, fps: 30000/1001 }\nscenes:\n  - id: a\n    title: Before\n    cast: { r: { box: { width: 40, height: 40, fill: '#ffffff' } } }\n    steps:\n      - say: Wait, |now| look.\n      - { sound: beep.wav, at: now }\n      - { show: r, at: now }\n      - await: narration\n      - pause: 1\n  - { id: b, title: After, steps: [{ pause: 1 }] }\n";

fn studio() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    std::fs::create_dir_all(path.join("voice/a")).unwrap();
    std::fs::write(
        path.join("voice/a/1.wav"),
        wav(&bursts(&[0.2, 0.5, 1.1, 0.6, 0.4]).iter().map(|s| s * 0.02).collect::<Vec<_>>()),
    )
    .unwrap();
    std::fs::write(path.join("beep.wav"), wav(&(0..9_600).map(|i| 0.9 * (i as f32 * 0.4).sin()).collect::<Vec<_>>()))
        .unwrap();
    std::fs::write(path.join("x.yaml"), FLASH).unwrap();
    folder
}

/// The first frame that is bright, and the instant of the first loud sample in seconds.
fn seen_and_heard(path: &Path, loud: f32) -> (usize, f64) {
    let name = path.to_str().unwrap();
    let pictures = ffmpeg(&["-v", "error", "-i", name, "-f", "rawvideo", "-pix_fmt", "gray", "-"]).stdout;
    let bright = pictures.chunks_exact(64 * 36).position(|frame| frame[18 * 64 + 32] > 128).unwrap();
    let samples =
        ffmpeg(&["-v", "error", "-i", name, "-map", "0:a:0", "-f", "f32le", "-ac", "1", "-ar", "48000", "-"]).stdout;
    let sample = |bytes: &[u8]| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    let first = samples.chunks_exact(4).position(|bytes| sample(bytes).abs() > loud).unwrap();
    (bright, first as f64 / 48_000.0)
}

/// Frames of a sheet are those of the film with the recordings that are named.
#[test]
fn a_sheet_goes_by_recordings() {
    let folder = studio();
    std::fs::rename(folder.path().join("voice"), folder.path().join("spoken")).unwrap();
    let frames = |more: &[&str]| {
        let out = folder.path().join("sheet.html");
        let command = ["sheet", "x.yaml", "--every", "0.5", "-o", "sheet.html", "--size", "64x36"];
        done(&surprisal(folder.path(), &[&command[..], more].concat()));
        std::fs::read_to_string(out).unwrap().matches("<img ").count()
    };
    // Three words take less than the 2.4 s of the recording.
    let (recorded, reckoned) = (frames(&["--voice", "spoken"]), frames(&[]));
    assert!(recorded > reckoned, "{recorded} {reckoned}");
}

#[test]
fn what_is_heard_lies_where_it_is_seen() {
    let folder = studio();
    let out = done(&surprisal(folder.path(), &["render", "x.yaml", "-o", "x.mp4", "--captions", "embedded,files"]));
    let path = folder.path().join("x.mp4");
    let frame_secs = 1001.0 / 30_000.0;
    let (bright, heard) = seen_and_heard(&path, 0.6);
    let seen = bright as f64 * frame_secs;
    assert!((seen - heard).abs() < frame_secs / 2.0, "seen at {seen}, heard at {heard}: {out}");
    // The word is said in the second burst.
    assert!((seen - 1.66).abs() < 0.05, "{seen}");
    let streams = probed(&path, "stream=codec_name,duration");
    let length = |codec: &str| {
        streams.iter().find(|row| row[0] == codec).unwrap_or_else(|| panic!("{streams:?}"))[1].parse::<f64>().unwrap()
    };
    assert!((length("h264") - length("aac")).abs() < 1e-3, "{streams:?}");
    assert!(length("mov_text") > 1.0);
    let chapters: Vec<String> = probed(&path, "chapter_tags=title").concat();
    assert_eq!(chapters.iter().filter(|title| *title == "Before" || *title == "After").count(), 2, "{chapters:?}");
    assert!(folder.path().join("x.srt").is_file() && folder.path().join("x.vtt").is_file());

    // A piece of the film has its own piece of the sound.
    done(&surprisal(folder.path(), &["render", "x.yaml", "-o", "piece.mkv", "--from", "1", "--to", "2.5"]));
    let (bright, heard) = seen_and_heard(&folder.path().join("piece.mkv"), 0.6);
    assert!((bright as f64 * frame_secs - heard).abs() < frame_secs / 2.0 && heard < 0.8, "{bright} {heard}");

    // Another recording of the same length costs no picture.
    let louder: Vec<f32> = bursts(&[0.2, 0.5, 1.1, 0.6, 0.4]);
    std::fs::write(folder.path().join("voice/a/1.wav"), wav(&louder)).unwrap();
    let again = done(&surprisal(folder.path(), &["render", "x.yaml", "-o", "x.mp4"]));
    let segments: Vec<&str> = again.split(" segments from the cache").next().unwrap().rsplit(' ').take(3).collect();
    assert_eq!(segments.first(), segments.get(2), "all segments are reused: {again}");
}

#[test]
fn every_kind_of_file_holds_sound_as_long_as_its_pictures() {
    let folder = studio();
    let audio = BTreeMap::from([("mov", "aac"), ("mkv", "opus"), ("webm", "opus")]);
    for (ending, codec) in audio {
        let name = format!("x.{ending}");
        done(&surprisal(
            folder.path(),
            &["render", "x.yaml", "-o", &name, "--quality", "draft", "--size", "64x36", "--captions", "embedded"],
        ));
        let path = folder.path().join(&name);
        let streams = probed(&path, "stream=codec_name,codec_type");
        assert!(streams.iter().any(|row| row[0] == codec), "{ending}: {streams:?}");
        assert!(streams.iter().any(|row| row[1] == "subtitle"), "{ending}: {streams:?}");
        let last = |stream: &str| {
            let output = Command::new("ffprobe")
                .args([
                    "-v",
                    "error",
                    "-select_streams",
                    stream,
                    "-show_entries",
                    "packet=pts_time,duration_time",
                    "-of",
                    "csv=p=0",
                ])
                .arg(&path)
                .output()
                .unwrap();
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            let end = |line: &str| line.split(',').filter_map(|part| part.parse::<f64>().ok()).sum::<f64>();
            text.lines().map(end).fold(0.0, f64::max)
        };
        let (pictures, sound) = (last("v:0"), last("a:0"));
        // The last packet of a codec of blocks is filled up.
        assert!((pictures - sound).abs() < 0.05, "{ending}: {pictures} {sound}");
    }
    let pcm = done(&surprisal(folder.path(), &["render", "x.yaml", "-o", "p.mov", "--audio", "pcm"]));
    let rows = probed(&folder.path().join("p.mov"), "stream=codec_name,duration_ts,time_base");
    let row = rows.iter().find(|row| row[0] == "pcm_s24le").unwrap_or_else(|| panic!("{pcm} {rows:?}"));
    let samples: u64 = row.iter().find_map(|part| part.parse().ok()).unwrap();
    let (film, _) = script::parse(&Source::new("x.yaml", FLASH), &MemoryWorld::default());
    assert!(film.is_some());
    let frames = probed(&folder.path().join("p.mov"), "stream=nb_frames")[0][0].parse::<u64>().unwrap();
    let ntsc = surprisal::time::Fps::new(30_000, 1001).unwrap();
    assert_eq!(samples, sound::sample_of(ntsc, FrameIndex(frames)), "to the sample");
    done(&surprisal(folder.path(), &["render", "x.yaml", "-o", "s.mp4", "--audio", "none"]));
    assert!(probed(&folder.path().join("s.mp4"), "stream=codec_type").iter().all(|row| row[0] != "audio"));
    let wrong = surprisal(folder.path(), &["render", "x.yaml", "-o", "w.webm", "--audio", "aac"]);
    assert_eq!(wrong.status.code(), Some(2));
}

#[test]
fn sounds_never_change_the_length_of_the_film() {
    let beep = wav(&bursts(&[0.0, 30.0]));
    let short = wav(&[0.5]);
    for bytes in [beep, short] {
        let text = "stage: { fps: 30 }\nscenes: [{ steps: [{ sound: b.wav, loop: true, duck: 6 }, { pause: 2 }, { hush: all }, { pause: 2 }] }]\n";
        let film = film(text, &world(&[("b.wav", bytes)])).unwrap();
        assert_eq!(film.frames(), 120);
        let clips = film.mix().clips;
        assert!(clips.len() == 1 && clips[0].range == (0..48_000 * 3), "{clips:?}");
    }
}

#[cfg(unix)]
#[test]
fn lines_are_listed_spoken_by_a_program_and_followed() {
    let folder = studio();
    let path = folder.path();
    std::fs::remove_file(path.join("voice/a/1.wav")).unwrap();
    let listed = done(&surprisal(path, &["voice", "x.yaml", "--script", "lines.md"]));
    assert!(listed.contains("1  missing") && listed.contains("Wait, look."), "{listed}");
    assert!(std::fs::read_to_string(path.join("lines.md")).unwrap().contains("> Wait, look."));
    let command = "sh -c 'test \"$1\" = \"Wait, look.\" && cp beep.wav \"$0\"' {out} {text}";
    let made = done(&surprisal(path, &["voice", "x.yaml", "--scratch", command]));
    assert!(made.contains("1 scratch recordings made") && made.contains("1  scratch"), "{made}");
    // Other words make it stale, and the program is asked again.
    std::fs::write(path.join("x.yaml"), FLASH.replace("Wait,", "Stop,")).unwrap();
    assert!(done(&surprisal(path, &["voice", "x.yaml"])).contains("1  stale"));
    let failed = surprisal(path, &["voice", "x.yaml", "--scratch", command]);
    assert_eq!(failed.status.code(), Some(3), "the program refuses other words");
    assert!(done(&surprisal(path, &["voice", "x.yaml"])).contains("1  stale"), "and the old recording is still there");
    assert!(done(&surprisal(path, &["voice", "x.yaml", "--accept"])).contains("1  scratch"));
    // A real recording goes before one of a program.
    std::fs::copy(path.join("beep.wav"), path.join("voice/a/1.wav")).unwrap();
    assert!(done(&surprisal(path, &["voice", "x.yaml"])).contains("1  recorded"));
    let names: Vec<_> =
        std::fs::read_dir(path.join("voice/a")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "nothing is left behind: {names:?}");
    for bad in ["espeak-ng", "", "x {out}"] {
        assert_eq!(surprisal(path, &["voice", "x.yaml", "--scratch", bad]).status.code(), Some(2), "{bad}");
    }
    let missing =
        surprisal(path, &["voice", "x.yaml", "--voice", "other", "--scratch", "no-such-program-here {out} {text}"]);
    assert_eq!(missing.status.code(), Some(3));
}

#[test]
fn a_folder_for_a_platform_and_a_film_for_each_scene() {
    let folder = studio();
    let path = folder.path();
    let text = FLASH
        .replace("      - await: narration\n", "      - await: narration\n      - mark: thumbnail\n")
        .replace("title: Flash\n", "title: Flash\ndescription: It becomes bright.\n");
    std::fs::write(path.join("x.yaml"), text).unwrap();
    std::fs::create_dir(path.join("captions")).unwrap();
    std::fs::write(path.join("captions/de.yaml"), "a:\n  1: { of: 'Wait, look.', text: 'Warte, schau.' }\n").unwrap();
    done(&surprisal(path, &["captions", "x.yaml", "--check"]));
    done(&surprisal(path, &["render", "x.yaml", "--publish", "out", "--quality", "draft", "--size", "64x36"]));
    for name in ["x.mp4", "x.srt", "x.vtt", "x.de.srt", "chapters.txt", "thumbnail.png"] {
        assert!(path.join("out").join(name).is_file(), "{name}");
    }
    assert!(std::fs::read_to_string(path.join("out/x.de.srt")).unwrap().contains("Warte, schau."));
    let description = std::fs::read_to_string(path.join("out/description.txt")).unwrap();
    assert!(description.starts_with("Flash\n\nIt becomes bright.\n\n0:00 Before\n0:0"), "{description}");
    let subtitles = probed(&path.join("out/x.mp4"), "stream_tags=language").concat();
    assert!(subtitles.contains(&"deu".to_owned()), "{subtitles:?}");
    done(&surprisal(path, &["render", "x.yaml", "--sections", "parts", "--quality", "draft", "--size", "64x36"]));
    let index: serde_json::Value =
        serde_json::from_slice(&std::fs::read(path.join("parts/index.json")).unwrap()).unwrap();
    assert_eq!(
        (index["sections"][1]["file"].as_str(), index["sections"][0]["title"].as_str()),
        (Some("02-b.mp4"), Some("Before"))
    );
    assert!(path.join("parts/01-a.mp4").is_file());
    std::fs::write(path.join("captions/de.yaml"), "a:\n  1: { of: 'Wait.', text: 'Warte.' }\n").unwrap();
    assert_eq!(surprisal(path, &["captions", "x.yaml", "--check"]).status.code(), Some(1));
}
