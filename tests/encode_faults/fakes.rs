//! Faults K6 to K11: ffmpeg dies, hangs, floods, lies and resists.

use std::path::Path;
use std::time::{Duration, Instant};

use surprisal::encode::{Cancel, Control, INTERRUPTED, Options, render};

use crate::support::{Film, Place, fail, options, real_ffmpeg, run, text};

/// A render with a fake must fail with this code, in this time, leaving the old output, no process and nothing else.
fn misbehaves(behaviour: &str, code: &str, limit_secs: f64) -> (Place, String) {
    let place = Place::new();
    let out = place.out("film.mp4");
    std::fs::write(&out, "old").unwrap();
    let options = Options { patience: Duration::from_secs(1), ..options(&place.fake(behaviour)) };
    let (found, secs) = fail(&Film::large(40), &options, &out);
    assert_eq!(found.code, code, "{found:?}");
    assert!(secs < limit_secs, "{behaviour}: {secs} s");
    assert_eq!(std::fs::read_to_string(out).unwrap(), "old");
    assert_eq!(place.outputs(), ["film.mp4"]);
    place.assert_no_survivors();
    let text = text(&found);
    assert!(!text.to_lowercase().contains("broken pipe"), "{text}");
    (place, text)
}

#[test]
fn dies_at_once() {
    let behaviour = "echo '[info] chatter' >&2; echo '[error] Unknown encoder: it is made up' >&2; exit 1";
    let (place, text) = misbehaves(behaviour, "ffmpeg-failed", 2.0);
    for part in
        ["exit code 1", "[error] Unknown encoder: it is made up", "command: ", "-c:v libx264", "-threads 2", "-f mp4"]
    {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(!text.contains("chatter"));
    assert_eq!(place.pids().len(), 1); // the same would happen again
}

#[test]
fn dies_mid_stream_twice() {
    let (place, text) = misbehaves("head -c 5000000 > /dev/null; kill -9 $$", "ffmpeg-killed", 5.0);
    assert!(text.contains("signal 9") && text.contains("second try"), "{text}");
    assert_eq!(place.pids().len(), 2);
}

#[test]
fn dies_mid_stream_once() {
    let Some(real) = real_ffmpeg() else { return };
    let place = Place::new();
    let fake = place.fake("if [ $(wc -l < \"${0%/*}/../pids\") = 1 ]; then head -c 2000000 > /dev/null; kill -9 $$; fi; exec $REAL \"$@\"");
    let film = Film::large(40);
    assert_eq!(run(&film, &options(&fake), &place.out("a.mp4")).unwrap().frames, 40);
    assert_eq!(place.pids().len(), 2);
    run(&film, &options(&real), &place.out("b.mp4")).unwrap();
    let same = std::fs::read(place.out("a.mp4")).unwrap() == std::fs::read(place.out("b.mp4")).unwrap();
    assert!(same, "the second try differs from an undisturbed one");
}

#[test]
fn never_reads() {
    let (_, text) = misbehaves("exec sleep 100", "ffmpeg-hung", 4.0);
    assert!(text.contains("no sign of life"), "{text}");
}

#[test]
fn reads_all_and_never_exits() {
    let (_, text) = misbehaves("cat > /dev/null; exec sleep 100", "ffmpeg-hung", 5.0);
    assert!(text.contains("after 40 of 40 frames"), "{text}");
}

#[test]
fn ignores_being_asked_to_end() {
    misbehaves("trap '' TERM INT; while :; do sleep 1; done", "ffmpeg-hung", 6.0);
}

#[test]
fn closes_the_pipe_and_stays() {
    misbehaves("exec < /dev/null; exec sleep 100", "ffmpeg-hung", 5.0);
}

#[test]
fn leaves_a_process_behind_that_holds_its_streams() {
    misbehaves("sleep 100 & echo '[error] gone' >&2; exit 3", "ffmpeg-failed", 3.0);
}

#[test]
fn floods_its_messages() {
    let Some(_) = real_ffmpeg() else { return };
    for flood in ["tr '\\0' '\\377'", "tr '\\0' '\\n'"] {
        let place = Place::new();
        let fake = place.fake(&format!("head -c 50000000 /dev/zero | {flood} >&2; exec $REAL \"$@\""));
        assert_eq!(run(&Film::new(24), &options(&fake), &place.out("a.mp4")).unwrap().frames, 24);
    }
    let last = "head -c 50000000 /dev/zero | tr '\\0' '\\377' >&2; printf '\\n[error] the reason\\n' >&2; exit 1";
    let (_, text) = misbehaves(last, "ffmpeg-failed", 10.0);
    assert!(text.contains("the reason") && text.len() < 10_000, "{} bytes", text.len());
}

#[test]
fn lies_about_its_work() {
    let Some(_) = real_ffmpeg() else { return };
    let last = "for last; do :; done; last=${last#file:};";
    let cases = [
        ("cat > /dev/null; exit 0".to_owned(), "wrote no file"),
        (format!("cat > /dev/null; {last} : > \"$last\"; exit 0"), "empty file"),
        (format!("cat > /dev/null; {last} echo rubbish > \"$last\"; exit 0"), "cannot be read back"),
        (format!("{last} head -c 43200000 | $REAL \"$@\"; cat > /dev/null; exit 0"), "holds 20 of 40 frames"),
        (
            format!(
                "{last} head -c 86400000 | $REAL \"$@\" -s 320x180 -f mp4 -y \"$last.b\"; mv \"$last.b\" \"$last\""
            ),
            "320x180",
        ),
    ];
    for (behaviour, reason) in cases {
        let (_, text) = misbehaves(&behaviour, "output-refused", 6.0);
        assert!(text.contains(reason), "{reason} in {text}");
    }
    let (_, text) = misbehaves("head -c 1000000 > /dev/null; exit 0", "ffmpeg-failed", 3.0);
    assert!(text.contains("as if that were all"), "{text}");
}

/// Stops a render after some frames, or after a time if it makes none.
fn stopped(place: &Place, ffmpeg: &Path, after: u64) -> f64 {
    let cancel = Cancel::default();
    let film = Film { pause: Duration::from_millis(2), ..Film::large(4000) };
    let stopped_at = std::sync::Mutex::new(Instant::now());
    let stop = || {
        *stopped_at.lock().unwrap() = Instant::now();
        cancel.cancel();
    };
    let progress = |done, _| {
        if done == after {
            stop()
        }
    };
    let found = std::thread::scope(|scope| {
        if after == 0 {
            scope.spawn(|| {
                std::thread::sleep(Duration::from_millis(300));
                stop();
            });
        }
        let control = Control { cancel: &cancel, progress: &progress, tell: &|_| () };
        render(&film, &options(ffmpeg), &place.out("film.mp4"), control).unwrap_err()
    });
    assert_eq!(found.code, INTERRUPTED);
    assert!(place.outputs().is_empty(), "{:?}", place.outputs());
    place.assert_no_survivors();
    let secs = stopped_at.lock().unwrap().elapsed().as_secs_f64();
    assert!(secs < 3.0, "{secs}");
    secs
}

#[test]
fn a_stop_is_quick_whatever_ffmpeg_does() {
    let place = Place::new();
    stopped(&place, &place.fake("exec sleep 100"), 0);
    stopped(&place, &place.fake("trap '' TERM; while :; do sleep 1; done"), 0);
    stopped(&place, &place.fake("exec cat > /dev/null"), 5);
    let Some(_) = real_ffmpeg() else { return };
    for after in [1, 30, 100] {
        stopped(&place, &place.fake("exec $REAL \"$@\""), after);
    }
}
