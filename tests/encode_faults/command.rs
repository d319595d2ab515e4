//! Faults as a user meets them: the program itself, killed, stopped, starved, with closed streams and full disks (K1 to K5, K12,
//! K14, K17, K19, K21 to K24).

use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use surprisal::encode::cache_state;

use crate::support::{Place, real_ffmpeg};

/// Segments of the film of [`script`].
pub const SEGMENTS: u64 = 12;

/// A film of twelve scenes of half a second, each a segment.
pub fn script(place: &Place) {
    let mut text = "stage: { size: 192x108, fps: 30 }\nscenes:\n".to_owned();
    for scene in 0..SEGMENTS {
        text.push_str(&format!(
            "  - id: s{scene}\n    cast: {{ a: {{ text: {{ text: scene {scene}, size: 2 }} }} }}\n    \
             steps: [{{ fade_in: a, for: 0.3 }}, {{ pause: 0.2 }}]\n"
        ));
    }
    std::fs::write(place.at("film.yaml"), text).unwrap();
}

/// The program, with the place's own cache.
pub fn program(place: &Place, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_surprisal"));
    command.args(arguments).current_dir(place.at("")).env("SURPRISAL_CACHE", place.at("cache"));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A render of the film to `out/film.mp4`.
pub fn render(place: &Place, more: &[&str]) -> Command {
    program(place, &[&["render", "film.yaml", "-o", "out/film.mp4"], more].concat())
}

/// Waits for the end, at most this long.
pub fn ended(mut child: Child, limit: Duration) -> Output {
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > limit {
            child.kill().unwrap();
            panic!("still running after {limit:?}: {:?}", child.wait_with_output().unwrap());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child.wait_with_output().unwrap()
}

/// Runs to the end; returns exit code and messages, in which no fault of ours may be.
pub fn finish(command: &mut Command) -> (i32, String) {
    let output = ended(command.spawn().unwrap(), Duration::from_secs(60));
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(!said.contains("panicked") && !said.contains("bug:"), "{said}");
    (code(output.status), said)
}

/// Exit code, or 128 and the signal, as shells have it.
pub fn code(status: ExitStatus) -> i32 {
    status.code().unwrap_or_else(|| 128 + status.signal().unwrap())
}

/// An ffmpeg that takes its time, so that there is time to disturb it.
fn slow(place: &Place) -> String {
    place.fake("sleep 0.1; exec $REAL \"$@\"").display().to_string()
}

/// Starts a render and waits until so many segments were begun.
fn begun(place: &Place, ffmpeg: &str, segments: usize) -> Child {
    let before = place.pids().len();
    let child = render(place, &["--ffmpeg", ffmpeg]).spawn().unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    while place.pids().len() < before + segments {
        assert!(Instant::now() < deadline, "the render does not begin");
        std::thread::sleep(Duration::from_millis(2));
    }
    child
}

fn signal(child: &Child, signal: Signal) {
    kill_process(Pid::from_raw(child.id().cast_signed()).unwrap(), signal).unwrap();
}

fn nothing_is_left(place: &Place, outputs: &[&str]) {
    assert_eq!(place.outputs(), outputs);
    let work = std::fs::read_dir(place.at("cache/work")).unwrap();
    assert_eq!(work.map(|entry| entry.unwrap().file_name()).collect::<Vec<_>>(), Vec::<std::ffi::OsString>::new());
    place.assert_no_survivors();
}

/// The film of an undisturbed render.
pub fn reference(place: &Place, ffmpeg: &str) -> Vec<u8> {
    let (exit, said) = finish(&mut render(place, &["--no-cache", "--ffmpeg", ffmpeg]));
    assert_eq!(exit, 0, "{said}");
    let film = std::fs::read(place.out("film.mp4")).unwrap();
    std::fs::remove_file(place.out("film.mp4")).unwrap();
    film
}

#[test]
fn a_signal_stops_a_render_and_keeps_what_is_finished() {
    let Some(_) = real_ffmpeg() else { return };
    let cases = [(Signal::INT, 130, 1), (Signal::INT, 130, 5), (Signal::TERM, 143, 8), (Signal::HUP, 129, 11)];
    for (sent, exit, moment) in cases {
        let place = Place::new();
        script(&place);
        let slow = slow(&place);
        let child = begun(&place, &slow, moment);
        let start = Instant::now();
        signal(&child, sent);
        let output = ended(child, Duration::from_secs(3));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let kept = cache_state(&place.at("cache")).segments;
        assert_eq!(code(output.status), exit, "{said}");
        assert_eq!(said.trim(), format!("interrupted, {kept} of {SEGMENTS} segments kept"));
        assert!(start.elapsed() < Duration::from_secs(3));
        nothing_is_left(&place, &[]);
        let (exit, said) = finish(&mut render(&place, &["--ffmpeg", &slow]));
        let reused = if kept > 0 { format!("{kept} of {SEGMENTS} segments from the cache") } else { "frames".into() };
        assert!(exit == 0 && said.contains(&reused), "{said}");
        let film = std::fs::read(place.out("film.mp4")).unwrap();
        assert!(film == reference(&place, &slow), "resumed after {moment} segments");
    }
}

#[test]
fn a_second_signal_ends_at_once() {
    let Some(_) = real_ffmpeg() else { return };
    let place = Place::new();
    script(&place);
    std::fs::write(place.out("film.mp4"), "old").unwrap();
    let slow = slow(&place);
    let child = begun(&place, &slow, 3);
    signal(&child, Signal::INT);
    signal(&child, Signal::INT);
    assert_eq!(code(ended(child, Duration::from_secs(1)).status), 130);
    assert_eq!(std::fs::read(place.out("film.mp4")).unwrap(), b"old");
    std::thread::sleep(Duration::from_millis(300)); // its ffmpegs meet the end of their input, and end
    assert_eq!(finish(&mut render(&place, &["--ffmpeg", &slow])).0, 0);
    nothing_is_left(&place, &["film.mp4"]);
}

#[test]
fn a_killed_render_goes_on_where_it_was() {
    let Some(_) = real_ffmpeg() else { return };
    for moment in [2, 6, 10] {
        let place = Place::new();
        script(&place);
        let slow = slow(&place);
        std::fs::write(place.out("film.mp4"), "old").unwrap();
        let child = begun(&place, &slow, moment);
        signal(&child, Signal::KILL);
        assert_eq!(code(ended(child, Duration::from_secs(1)).status), 137);
        assert_eq!(std::fs::read(place.out("film.mp4")).unwrap(), b"old");
        let kept = cache_state(&place.at("cache")).segments;
        assert!(moment < 3 || kept > 0);
        std::thread::sleep(Duration::from_millis(300)); // its ffmpegs meet the end of their input, and end
        let (exit, said) = finish(&mut render(&place, &["--ffmpeg", &slow, "--verbose"]));
        assert!(
            exit == 0 && said.contains(&format!("segments: {} made, {kept} from the cache", SEGMENTS - kept)),
            "{said}"
        );
        nothing_is_left(&place, &["film.mp4"]);
        let film = std::fs::read(place.out("film.mp4")).unwrap();
        assert!(film == reference(&place, &slow));
    }
}

#[test]
fn killed_before_it_publishes_a_render_left_the_old_film() {
    let Some(real) = real_ffmpeg() else { return };
    let place = Place::new();
    script(&place);
    std::fs::write(place.out("film.mp4"), "old").unwrap();
    // The join ends us once it knows all pieces: what comes after it takes no process.
    let text = format!(
        "#!/bin/sh\ncase \"$*\" in\n*'-f concat'*) cat >/dev/null; kill -9 $PPID; sleep 0.2; exit 0;;\nesac\nexec {} \"$@\"\n",
        real.display()
    );
    let killer = place.script("killer", &text).display().to_string();
    assert_eq!(finish(&mut render(&place, &["--ffmpeg", &killer])).0, 137);
    assert_eq!(std::fs::read(place.out("film.mp4")).unwrap(), b"old");
    let (exit, said) = finish(&mut render(&place, &["--ffmpeg", &real.display().to_string()]));
    assert!(exit == 0 && said.contains("12 of 12 segments from the cache"), "{said}");
    nothing_is_left(&place, &["film.mp4"]);
}

/// strace, if it is installed and may trace.
fn strace() -> Option<&'static str> {
    let traced = Command::new("strace").args(["-o", "/dev/null", "true"]).output();
    let works = traced.is_ok_and(|output| output.status.success());
    if !works {
        eprintln!("skipped: no strace that may trace");
    }
    works.then_some("strace")
}

/// K2: the kernel kills the render at the door of each call by which it publishes: syncing the file, renaming it, syncing the
/// folder, giving back the lock.
#[test]
fn killed_while_it_publishes_a_render_leaves_the_old_film_or_the_whole_new_one() {
    let (Some(real), Some(strace)) = (real_ffmpeg(), strace()) else { return };
    let ffmpeg = real.display().to_string();
    let place = Place::new();
    script(&place);
    let reference = reference(&place, &ffmpeg);
    assert_eq!(finish(&mut render(&place, &["--ffmpeg", &ffmpeg])).0, 0); // fills the cache
    let doors = [("fsync", 1, false), ("rename", 1, false), ("fsync", 2, true), ("unlink", 1, true)];
    for (call, time, published) in doors {
        std::fs::write(place.out("film.mp4"), "old").unwrap();
        // Only the first thread is traced, which publishes.
        let inject = format!("inject={call}:signal=KILL:when={time}");
        let plain = render(&place, &["--ffmpeg", &ffmpeg, "--no-cache"]);
        let mut command = Command::new(strace);
        command.args(["-o", "/dev/null", "-e", &format!("trace={call}"), "-e", &inject]).arg(plain.get_program());
        command.args(plain.get_args()).current_dir(place.at("")).env("SURPRISAL_CACHE", place.at("cache"));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let (exit, said) = finish(&mut command);
        assert_eq!(exit, 137, "{call} {time}: {said}");
        let film = std::fs::read(place.out("film.mp4")).unwrap();
        assert!(if published { film == reference } else { film == b"old" }, "{call} {time}: {} bytes", film.len());
        let (exit, said) = finish(&mut render(&place, &["--ffmpeg", &ffmpeg]));
        assert_eq!(exit, 0, "{call} {time}: {said}");
        assert!(std::fs::read(place.out("film.mp4")).unwrap() == reference, "{call} {time}");
        nothing_is_left(&place, &["film.mp4"]);
    }
}

#[test]
fn exit_codes_tell_whose_fault_it_is() {
    let place = Place::new();
    script(&place);
    let start = Instant::now();
    assert_eq!(finish(&mut render(&place, &["--ffmpeg", "nowhere/ffmpeg"])).0, 3);
    assert_eq!(finish(&mut program(&place, &["render", "film.yaml", "-o", "film.avi"])).0, 2);
    assert_eq!(finish(&mut program(&place, &["render", "film.yaml", "-o", "none/film.mp4"])).0, 3);
    assert_eq!(finish(&mut program(&place, &["render", "film.yaml", "--no-such-thing"])).0, 2);
    std::fs::write(place.at("bad.yaml"), "scenes: 7").unwrap();
    assert_eq!(finish(&mut program(&place, &["render", "bad.yaml", "-o", "out/film.mp4"])).0, 1);
    assert!(place.outputs().is_empty() && start.elapsed() < Duration::from_secs(20));
}

/// Runs a shell line with the program as `$0` and a folder of the place as `$1`, in a namespace where it may mount things.
fn in_a_namespace(place: &Place, folder: &Path, line: &str) -> Option<(i32, String)> {
    let mut command = Command::new("unshare");
    command.args(["-rm", "/bin/sh", "-c", &format!("echo ready; {line}"), env!("CARGO_BIN_EXE_surprisal")]).arg(folder);
    command.current_dir(place.at("")).env("SURPRISAL_CACHE", place.at("cache"));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let spawned = command.spawn().map_err(|error| eprintln!("skipped: no unshare: {error}")).ok()?;
    let output = ended(spawned, Duration::from_secs(60));
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if !said.contains("ready") || output.status.code() == Some(77) {
        eprintln!("skipped: no mount namespaces here: {said}");
        return None;
    }
    Some((code(output.status), said))
}

#[test]
fn a_full_disk_under_the_cache_is_explained_and_a_read_only_one_is_done_without() {
    let Some(_) = real_ffmpeg() else { return };
    let place = Place::new();
    script(&place);
    let cache = place.at("cache");
    std::fs::create_dir(&cache).unwrap();
    std::fs::write(place.out("film.mp4"), "old").unwrap();
    let full = "mount -t tmpfs -o size=40k none \"$1\" || exit 77; exec \"$0\" render film.yaml -o out/film.mp4";
    let Some((exit, said)) = in_a_namespace(&place, &cache, full) else { return };
    assert!(exit == 3 && said.contains("disk-full") && said.contains(&cache.display().to_string()), "{exit}: {said}");
    assert_eq!(
        (place.outputs(), std::fs::read(place.out("film.mp4")).unwrap()),
        (vec!["film.mp4".into()], b"old".into())
    );
    let read_only = "mount -t tmpfs -o ro none \"$1\" || exit 77; exec \"$0\" render film.yaml -o out/film.mp4";
    let (exit, said) = in_a_namespace(&place, &cache, read_only).unwrap();
    assert!(exit == 0 && said.matches("without the cache").count() == 1, "{exit}: {said}");
    assert!(std::fs::metadata(place.out("film.mp4")).unwrap().len() > 1000);
    assert_eq!(place.outputs(), ["film.mp4"]);
}

#[test]
fn an_asset_that_changes_meanwhile_is_read_once() {
    let Some(_) = real_ffmpeg() else { return };
    let place = Place::new();
    let picture = |color: [u8; 4]| {
        let path = place.at("picture.png");
        image::RgbaImage::from_pixel(8, 8, image::Rgba(color)).save(path).unwrap();
    };
    let text = "stage: { size: 192x108, fps: 30 }\nscenes:\n  - cast: { a: { image: { file: picture.png, height: 4 } } }\n    \
                steps: [{ fade_in: a, for: 0.3 }, { pause: 0.4 }]\n  - cast: { a: { image: { file: picture.png, height: 3 } } }\n    \
                steps: [{ fade_in: a, for: 0.3 }, { pause: 0.4 }]\n";
    std::fs::write(place.at("film.yaml"), text).unwrap();
    picture([0, 0, 255, 255]);
    std::fs::rename(place.at("picture.png"), place.at("other.png")).unwrap();
    picture([255, 0, 0, 255]);
    let plain = place.fake("exec $REAL \"$@\"").display().to_string();
    let red = reference(&place, &plain);
    let swap =
        format!("cp '{}' '{}'; exec $REAL \"$@\"", place.at("other.png").display(), place.at("picture.png").display());
    let swapping = place.fake(&swap).display().to_string();
    assert_eq!(finish(&mut render(&place, &["--ffmpeg", &swapping, "--jobs", "1"])).0, 0);
    assert!(std::fs::read(place.out("film.mp4")).unwrap() == red, "a mix of two versions");
    let (exit, said) = finish(&mut render(&place, &["--ffmpeg", &swapping]));
    assert!(exit == 0 && !said.contains("from the cache"), "{said}");
    assert!(std::fs::read(place.out("film.mp4")).unwrap() != red);
}

#[test]
fn closed_streams_odd_terminals_and_short_readers_change_nothing() {
    let Some(_) = real_ffmpeg() else { return };
    let place = Place::new();
    script(&place);
    let shell = |line: &str| {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", line, env!("CARGO_BIN_EXE_surprisal")]).current_dir(place.at(""));
        command
            .env("SURPRISAL_CACHE", place.at("cache"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        finish(&mut command)
    };
    let render = "\"$0\" render film.yaml -o out/film.mp4";
    for streams in ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"] {
        std::fs::remove_file(place.out("film.mp4")).ok();
        assert_eq!(shell(&format!("exec {render} {streams}")).0, 0, "{streams}");
        assert!(std::fs::metadata(place.out("film.mp4")).unwrap().len() > 1000, "{streams}");
    }
    for terminal in ["COLUMNS=0", "COLUMNS=1", "COLUMNS=10000", "TERM=dumb LC_ALL=C", "NO_COLOR=1"] {
        assert_eq!(shell(&format!("{terminal} {render}")).0, 0, "{terminal}");
    }
    let (_, said) = shell("(\"$0\" list visuals; echo \"exit $?\" >&2) | head -n 1");
    assert!(said.contains("exit 0") || said.contains("exit 141"), "{said}");
    assert!(!said.contains("error"), "{said}");
}

#[test]
fn starved_it_works_or_says_so() {
    let Some(_) = real_ffmpeg() else { return };
    for (limits, jobs) in
        [("ulimit -n 32", "100000"), ("ulimit -n 24", "2"), ("ulimit -v 1500000", "2"), ("true", "0"), ("true", "1")]
    {
        let place = Place::new();
        script(&place);
        std::fs::write(place.out("film.mp4"), "old").unwrap();
        let line = format!("{limits}; exec \"$0\" render film.yaml -o out/film.mp4 --no-cache --jobs {jobs}");
        let mut command = Command::new("/bin/sh");
        command.args(["-c", &line, env!("CARGO_BIN_EXE_surprisal")]).current_dir(place.at(""));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let (exit, said) = finish(&mut command);
        assert!(exit == 0 || exit == 3, "{limits}, {jobs} jobs: {exit}: {said}");
        let old = std::fs::read(place.out("film.mp4")).unwrap() == b"old";
        assert_eq!(old, exit == 3, "{limits}, {jobs} jobs: {said}");
        assert_eq!(place.outputs(), ["film.mp4"]);
        assert!(limits != "true" || exit == 0, "{said}");
    }
}

#[test]
fn the_cache_is_shown_limited_and_cleared() {
    let Some(_) = real_ffmpeg() else { return };
    let place = Place::new();
    script(&place);
    let cache = |arguments: &[&str]| finish(&mut program(&place, &[&["cache"], arguments].concat()));
    let empty = cache(&[]);
    assert!(empty.0 == 0 && empty.1.contains("0 segments, 0 bytes of at most 10.0 GB"), "{empty:?}");
    assert_eq!(finish(&mut render(&place, &[])).0, 0);
    let full = cache(&[]);
    assert!(full.1.contains("12 segments") && full.1.contains(&place.at("cache").display().to_string()), "{full:?}");
    assert!(finish(&mut render(&place, &[])).1.contains("12 of 12 segments from the cache"));
    let limited = cache(&["--limit", "10kB"]);
    assert!(limited.1.contains("of at most 10.0 kB") && !limited.1.contains("12 segments"), "{limited:?}");
    assert!(cache_state(&place.at("cache")).bytes <= 10_000);
    assert!(cache(&["clear"]).1.starts_with("removed "));
    assert_eq!(cache_state(&place.at("cache")).segments, 0);
    assert_eq!(finish(&mut render(&place, &["--no-cache"])).0, 0);
    assert_eq!(cache_state(&place.at("cache")).segments, 0);
    assert_eq!(cache(&["--limit", "much"]).0, 2);
}

#[test]
fn an_edit_of_one_scene_makes_its_segment_anew() {
    let Some(_) = real_ffmpeg() else { return };
    let place = Place::new();
    script(&place);
    assert_eq!(finish(&mut render(&place, &[])).0, 0);
    let text = std::fs::read_to_string(place.at("film.yaml")).unwrap();
    let fourth = text.find("  - id: s3").unwrap();
    let edited = |from: &str, to: &str| format!("{}{}", &text[..fourth], text[fourth..].replacen(from, to, 1));
    let edits = [
        edited("scene 3", "scene three"),
        edited("size: 2 }", "size: 2, color: accent }"),
        edited("pause: 0.2", "pause: 0.7"), // all that follows comes later, and is the same
        edited("  - id: s3\n", "  - id: renamed\n"),
    ];
    for (edit, kept) in edits.iter().zip([11, 11, 11, 12]) {
        std::fs::write(place.at("film.yaml"), edit).unwrap();
        let (exit, said) = finish(&mut render(&place, &[]));
        let wanted = format!("{kept} of {SEGMENTS} segments from the cache");
        assert!(exit == 0 && said.contains(&wanted), "{wanted}: {said}");
        let whole = std::fs::read(place.out("film.mp4")).unwrap();
        assert_eq!(finish(&mut render(&place, &["--no-cache"])).0, 0);
        assert!(std::fs::read(place.out("film.mp4")).unwrap() == whole, "not what a fresh render makes");
    }
}
