//! Faults K1, K14 and K15: killed renders, and two at once.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use surprisal::encode::{Cancel, Control, INTERRUPTED, News, Options};

use crate::support::{Film, Place, described, fail, options, real_ffmpeg, run, text, with_encoder};

/// Run by other tests as a process of its own: renders `RENDER_TO` slowly.
#[test]
#[ignore = "started by other tests"]
fn a_slow_render() {
    let (Some(out), Some(real)) = (std::env::var_os("RENDER_TO"), real_ffmpeg()) else { return };
    let film = Film { pause: Duration::from_millis(20), ..Film::new(2000) };
    run(&film, &options(&real), out.as_ref()).unwrap();
}

/// Starts a slow render and waits until it has begun to write.
fn slow_render(place: &Place, name: &str) -> Child {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["a_slow_render", "--ignored"])
        .env("RENDER_TO", place.out(name))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(10);
    while !place.outputs().iter().any(|name| name.ends_with(".pieces") && name.starts_with(".surprisal-")) {
        assert!(Instant::now() < deadline, "the other render does not begin");
        std::thread::sleep(Duration::from_millis(5));
    }
    child
}

#[test]
fn the_second_render_onto_a_path_ends_at_once_and_names_the_first() {
    let Some(real) = real_ffmpeg() else { return };
    let place = Place::new();
    let mut first = slow_render(&place, "film.mp4");
    let (found, secs) = fail(&Film::new(5), &options(&real), &place.out("film.mp4"));
    assert_eq!(found.code, "output-locked");
    assert!(text(&found).contains(&format!("process {}", first.id())), "{found:?}");
    assert!(secs < 1.0, "{secs}");
    // Another output in that folder is free, and does not disturb the first.
    run(&Film::new(5), &options(&real), &place.out("other.mp4")).unwrap();
    assert_eq!(place.outputs().iter().filter(|name| name.starts_with(".surprisal-")).count(), 2);
    first.kill().unwrap();
    first.wait().unwrap();
}

#[test]
fn who_is_willing_to_wait_renders_after_the_first() {
    let Some(real) = real_ffmpeg() else { return };
    let place = Place::new();
    let mut first = slow_render(&place, "film.mp4");
    let ended = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(400));
        first.kill().unwrap();
        first.wait().unwrap();
        Instant::now()
    });
    let told = std::sync::Mutex::new(Vec::new());
    let tell = |news: News<'_>| match news {
        News::Warning(found) => told.lock().unwrap().push(found.message.clone()),
        News::Detail(_) => {}
    };
    let control = Control { cancel: &Cancel::default(), progress: &|_, _| (), tell: &tell };
    let options = Options { waits: true, ..options(&real) };
    surprisal::encode::render(&Film::new(5), &options, &place.out("film.mp4"), control).unwrap();
    assert!(ended.join().unwrap() < Instant::now());
    assert_eq!(described(&real, &place.out("film.mp4")).1.len(), 5);
    let told = told.lock().unwrap().clone();
    assert!(told.len() == 1 && told[0].starts_with("waiting: process "), "{told:?}");
    // A wish to stop ends the wait.
    let mut holder = slow_render(&place, "film.mp4");
    let cancel = Cancel::default();
    cancel.cancel();
    let control = Control { cancel: &cancel, progress: &|_, _| (), tell: &tell };
    let found = surprisal::encode::render(&Film::new(5), &options, &place.out("film.mp4"), control).unwrap_err();
    assert_eq!(found.code, INTERRUPTED);
    holder.kill().unwrap();
    holder.wait().unwrap();
}

#[test]
fn a_killed_render_leaves_nothing_that_the_next_does_not_clear() {
    let Some(real) = real_ffmpeg() else { return };
    for (wait_ms, next) in [(0, "film.mp4"), (120, "film.mp4"), (300, "other.mp4")] {
        let place = Place::new();
        std::fs::write(place.out("film.mp4"), "old").unwrap();
        let mut first = slow_render(&place, "film.mp4");
        std::thread::sleep(Duration::from_millis(wait_ms));
        first.kill().unwrap();
        first.wait().unwrap();
        assert_eq!(std::fs::read_to_string(place.out("film.mp4")).unwrap(), "old");
        std::thread::sleep(Duration::from_millis(300)); // its ffmpeg meets the end of its input, and ends
        run(&Film::new(5), &options(&real), &place.out(next)).unwrap();
        let expected: &[&str] = if next == "film.mp4" { &["film.mp4"] } else { &["film.mp4", "other.mp4"] };
        assert_eq!(place.outputs(), expected);
        assert_eq!(described(&real, &place.out(next)).1.len(), 5);
    }
}

#[test]
fn of_many_at_once_each_is_whole_or_refused() {
    let Some(real) = real_ffmpeg() else { return };
    let place = Place::new();
    let out = place.out("film.mkv");
    let results: Vec<_> = std::thread::scope(|scope| {
        let render = |frames| run(&Film::new(frames), &with_encoder(&real, "ffv1"), &out);
        let threads: Vec<_> = (0..6).map(|i| scope.spawn(move || render(10 + i % 2))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(results.iter().any(Result::is_ok));
    assert!(results.iter().flat_map(|result| result.as_ref().err()).all(|found| found.code == "output-locked"));
    assert!([10, 11].contains(&described(&real, &out).1.len()));
    assert_eq!(place.outputs(), ["film.mkv"]);
}
