//! Films of several segments: no seam at the joins, the same bytes on any number of cores, and a cache that is never believed
//! without proof (K1, K10, K16, K17, K18, K20, K26).

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime};

use surprisal::encode::{Cancel, Control, INTERRUPTED, Options, Quality, Wishes, cache_state, render};
use surprisal::time::Fps;

use crate::support::{Film, Place, described, fail, options, real_ffmpeg, run, run_told, stamps, text, with_encoder};

/// Options with a cache in this place.
fn cached<'a>(place: &Place, options: Options<'a>) -> Options<'a> {
    Options { cache: Some(place.at("cache")), ..options }
}

/// The pieces in the cache of a place.
fn pieces(place: &Place) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(place.at("cache/segments")).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path().join("piece")).collect();
    paths.sort();
    paths
}

/// Does the film consist of these pieces, each once, frame by frame as they are?
fn consists_of(ffmpeg: &Path, film: &Path, pieces: &[PathBuf]) -> bool {
    let whole = described(ffmpeg, film).1;
    let mut left: Vec<Vec<String>> = pieces.iter().map(|piece| described(ffmpeg, piece).1).collect();
    let mut at = 0;
    while at < whole.len() {
        let next = left.iter().position(|piece| !piece.is_empty() && whole[at..].starts_with(piece));
        let Some(next) = next else { return false };
        at += left.remove(next).len();
    }
    left.is_empty()
}

#[test]
fn joined_films_have_no_seam_at_any_rate_in_any_container() {
    let Some(real) = real_ffmpeg() else { return };
    let list = std::process::Command::new(&real).args(["-hide_banner", "-encoders"]).output().unwrap();
    let list = String::from_utf8_lossy(&list.stdout).into_owned();
    let mp4 = [(24, 1), (25, 1), (30, 1), (60, 1), (30_000, 1001)].map(|fps| ("film.mp4", "libx264", fps));
    let others = [
        ("film.mov", "libx264", (60, 1)),
        ("film.mkv", "libx264", (60, 1)),
        ("film.mkv", "ffv1", (25, 1)),
        ("film.mov", "qtrle", (24, 1)),
        ("film.mov", "prores_ks", (30, 1)),
        ("film.webm", "libvpx-vp9", (60, 1)),
        ("film.mp4", "libx265", (30_000, 1001)),
        ("film.webm", "libsvtav1", (30, 1)),
    ];
    for (name, encoder, (numerator, denominator)) in mp4.into_iter().chain(others) {
        if !list.contains(encoder) {
            eprintln!("skipped: this ffmpeg has no {encoder}");
            continue;
        }
        let place = Place::new();
        let size = surprisal::geom::FrameSize::new(128, 72).unwrap();
        // Scenes of 31, 35 and 67 frames and the rest, at 60 frames a second none shorter than what is allowed.
        let film = Film { fps: Fps::new(numerator, denominator).unwrap(), noise: false, size, ..Film::new(240) };
        let film = Film { scenes: vec![31, 66, 133], ..film };
        let wishes = Wishes { quality: Quality::Preview, ..with_encoder(&real, encoder).wishes };
        let options = cached(&place, Options { wishes, ..options(&real) });
        let summary =
            run(&film, &options, &place.out(name)).unwrap_or_else(|found| panic!("{name} {encoder}: {found:#?}"));
        let what = format!("{name} {encoder} {numerator}/{denominator}");
        assert!(summary.segments >= 4 && summary.frames == 240, "{what}: {summary:?}");
        let (stamps, (n, d)) = stamps(&real, &place.out(name));
        assert_eq!(stamps.len(), 240, "{what}");
        for (index, stamp) in (0_i64..).zip(&stamps) {
            // Matroska counts milliseconds; all others have each frame on its tick.
            let (secs, exact) =
                (*stamp as f64 * n as f64 / d as f64, index as f64 * f64::from(denominator) / f64::from(numerator));
            let slack = if name.ends_with("mkv") || name.ends_with("webm") { 1.1e-3 } else { 1e-9 };
            assert!((secs - exact).abs() <= slack, "{what}: frame {index} at {secs} instead of {exact}");
        }
        assert!(consists_of(&real, &place.out(name), &pieces(&place)), "{what}: other frames than its pieces");
    }
}

#[test]
fn bytes_depend_on_neither_jobs_nor_cache_nor_resumption() {
    let Some(real) = real_ffmpeg() else { return };
    let place = Place::new();
    let film = Film::in_segments(9);
    let reference = place.out("reference.mp4");
    run(&film, &Options { jobs: 1, ..options(&real) }, &reference).unwrap();
    let reference = std::fs::read(reference).unwrap();
    for jobs in [0, 2, 7, 16, 100_000] {
        let out = place.out("film.mp4");
        assert_eq!(run(&film, &Options { jobs, ..options(&real) }, &out).unwrap().segments, 9);
        assert!(std::fs::read(&out).unwrap() == reference, "{jobs} jobs give another film");
    }
    for after in [1, 45, 110, 179] {
        let place = Place::new();
        let cancel = Cancel::default();
        let progress = |done, _| {
            if done == after {
                cancel.cancel()
            }
        };
        let slow = Film { pause: Duration::from_millis(2), ..Film::in_segments(9) };
        let options = cached(&place, options(&real));
        let control = Control { cancel: &cancel, progress: &progress, tell: &|_| () };
        let found = render(&slow, &options, &place.out("film.mp4"), control).unwrap_err();
        let kept = cache_state(&place.at("cache")).segments;
        let said = format!("interrupted, {kept} of 9 segments kept");
        assert_eq!((found.code, found.message), (INTERRUPTED, said), "after {after}");
        assert!(place.outputs().is_empty());
        let film = Film::in_segments(9);
        let summary = run(&film, &options, &place.out("film.mp4")).unwrap();
        assert_eq!(summary.reused, kept);
        assert_eq!(film.drawn.load(Ordering::SeqCst), 20 * (9 - kept));
        assert!(std::fs::read(place.out("film.mp4")).unwrap() == reference, "resumed after {after}");
    }
}

#[test]
fn an_edit_renders_what_changed() {
    /// A film in which the frames of one segment are others, at the same or another length.
    struct Edited(Film, u64);
    impl surprisal::encode::FrameSource for Edited {
        fn frames(&self) -> u64 {
            self.0.frames
        }
        fn size(&self) -> surprisal::geom::FrameSize {
            self.0.size
        }
        fn fps(&self) -> Fps {
            self.0.fps
        }
        fn digest(&self, index: surprisal::time::FrameIndex) -> u128 {
            self.0.digest(index) ^ u128::from(index.0 / 20 == self.1)
        }
        fn scenes(&self) -> Vec<u64> {
            self.0.scenes.clone()
        }
        fn painter(&self, layout: surprisal::geom::PixelLayout) -> Box<dyn surprisal::encode::FramePainter + '_> {
            self.0.painter(layout)
        }
    }
    let Some(real) = real_ffmpeg() else { return };
    let place = Place::new();
    let options = cached(&place, options(&real));
    run(&Film::in_segments(9), &options, &place.out("film.mp4")).unwrap();
    let edited = Edited(Film::in_segments(9), 4);
    let control = Control { cancel: &Cancel::default(), progress: &|_, _| (), tell: &|_| () };
    let summary = render(&edited, &options, &place.out("film.mp4"), control).unwrap();
    assert_eq!((summary.segments, summary.reused, edited.0.drawn.load(Ordering::SeqCst)), (9, 8, 20));
    // Other settings, another program, another size: nothing is taken.
    let again = |options: &Options<'_>| run(&Film::in_segments(9), options, &place.out("film.mp4")).unwrap().reused;
    assert_eq!(again(&options), 9);
    let wishes = Wishes { crf: Some(30), ..Wishes::default() };
    assert_eq!(again(&Options { wishes, ..options.clone() }), 0);
    assert_eq!(again(&Options { program: "another".into(), ..options.clone() }), 0);
    assert_eq!(again(&options), 9);
}

#[test]
fn damaged_segments_are_made_anew_and_reported() {
    let Some(real) = real_ffmpeg() else { return };
    let place = Place::new();
    let (options, out) = (cached(&place, options(&real)), place.out("film.mkv"));
    let options = Options { wishes: with_encoder(&real, "ffv1").wishes, ..options };
    run(&Film::in_segments(6), &options, &out).unwrap();
    let reference = described(&real, &out).1;
    let rewrite = |path: &Path, bytes: &[u8]| {
        std::fs::remove_file(path).unwrap();
        std::fs::write(path, bytes).unwrap();
    };
    type Harm<'a> = &'a dyn Fn(&[PathBuf]);
    let shorter = |all: &[PathBuf]| {
        // Valid, and fewer frames than it stands for.
        let other = place.at("shorter.mov");
        std::process::Command::new(&real)
            .args(["-v", "error", "-y", "-i"])
            .arg(&all[0])
            .args(["-frames:v", "7", "-c", "copy"])
            .arg(&other)
            .status()
            .unwrap();
        rewrite(&all[0], &std::fs::read(other).unwrap());
    };
    let swapped = |all: &[PathBuf]| {
        let (a, b) = (std::fs::read(&all[0]).unwrap(), std::fs::read(&all[1]).unwrap());
        rewrite(&all[0], &b);
        rewrite(&all[1], &a);
    };
    let cut = |all: &[PathBuf]| {
        let mut bytes = std::fs::read(&all[2]).unwrap();
        bytes.pop();
        rewrite(&all[2], &bytes);
    };
    let flipped = |all: &[PathBuf]| {
        let mut bytes = std::fs::read(&all[3]).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        rewrite(&all[3], &bytes);
    };
    let garbage = |all: &[PathBuf]| rewrite(&all[4].with_file_name("manifest"), b"{}");
    let harms: [(Harm<'_>, usize); 5] = [(&shorter, 1), (&swapped, 2), (&cut, 1), (&flipped, 1), (&garbage, 1)];
    for (number, (harm, count)) in harms.into_iter().enumerate() {
        harm(&pieces(&place));
        let film = Film::in_segments(6);
        let (done, told) = run_told(&film, &options, &out);
        assert_eq!(done.unwrap().reused, 6 - count as u64, "harm {number}");
        assert_eq!(told.iter().filter(|line| line.contains("is damaged")).count(), count, "harm {number}: {told:?}");
        assert_eq!(film.drawn.load(Ordering::SeqCst), 20 * count as u64);
        assert_eq!(described(&real, &out).1, reference, "harm {number}");
    }
    // Whatever the clock said when it was made, a hit is a hit.
    for secs in [0, 4_000_000_000] {
        for piece in pieces(&place) {
            let file = std::fs::OpenOptions::new().write(true).open(piece).unwrap();
            file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(secs)).unwrap();
        }
        assert_eq!(run(&Film::in_segments(6), &options, &out).unwrap().reused, 6);
    }
    assert_eq!(described(&real, &out).1, reference);
}

#[test]
fn many_renders_share_one_cache() {
    let Some(real) = real_ffmpeg() else { return };
    let place = Place::new();
    let options = cached(&place, options(&real));
    std::thread::scope(|scope| {
        for number in 0..4 {
            let (place, options) = (&place, &options);
            scope.spawn(move || {
                run(&Film::in_segments(5), options, &place.out(&format!("{number}.mp4"))).unwrap();
            });
        }
    });
    let films: Vec<_> = (0..4).map(|number| std::fs::read(place.out(&format!("{number}.mp4"))).unwrap()).collect();
    assert!(films.iter().all(|film| *film == films[0]));
    assert_eq!(cache_state(&place.at("cache")).segments, 5);
    assert_eq!(std::fs::read_dir(place.at("cache/work")).unwrap().count(), 0);
    assert_eq!(place.outputs().len(), 4);
}

#[test]
fn without_a_usable_cache_there_is_one_warning_and_a_film() {
    let Some(real) = real_ffmpeg() else { return };
    let place = Place::new();
    std::fs::write(place.at("cache"), "a file in its place").unwrap();
    let (done, told) = run_told(&Film::in_segments(3), &cached(&place, options(&real)), &place.out("film.mp4"));
    let told: Vec<String> = told.into_iter().filter(|text| !text.starts_with("segment ")).collect();
    assert_eq!((done.unwrap().segments, told.len()), (3, 1));
    assert!(told[0].contains("without the cache") && told[0].contains("--no-cache"), "{told:?}");
    assert_eq!(place.outputs(), ["film.mp4"]);
}

#[test]
fn a_failed_segment_leaves_the_others_for_the_next_try() {
    let Some(real) = real_ffmpeg() else { return };
    let place = Place::new();
    // The fourth ffmpeg and all after it die.
    let fake = place.fake(
        "if [ $(wc -l < \"${0%/*}/../pids\") -gt 3 ]; then head -c 3000 > /dev/null; kill -9 $$; fi; exec $REAL \"$@\"",
    );
    let failing = cached(&place, Options { jobs: 1, ..options(&fake) });
    let (found, _) = fail(&Film::in_segments(6), &failing, &place.out("film.mp4"));
    assert_eq!((found.code, place.pids().len()), ("ffmpeg-killed", 5)); // one segment, tried twice
    assert!(text(&found).contains("3 of 6 segments are kept"), "{found:?}");
    assert_eq!(cache_state(&place.at("cache")).segments, 3);
    place.assert_no_survivors();
    // The fake states another version than the real one, so another render with it is what finds them.
    let healed = place.fake("exec $REAL \"$@\"");
    let summary = run(&Film::in_segments(6), &cached(&place, options(&healed)), &place.out("film.mp4")).unwrap();
    assert_eq!((summary.reused, described(&real, &place.out("film.mp4")).1.len()), (3, 120));
}

#[test]
fn a_join_that_lies_is_refused() {
    let Some(_) = real_ffmpeg() else { return };
    let cases = [
        ("exit 0", "output-refused", "wrote no file"),
        (
            "for last; do :; done; last=${last#file:}; echo rubbish > \"$last\"; exit 0",
            "output-refused",
            "cannot be read",
        ),
        (
            "for last; do :; done; last=${last#file:}; $REAL \"$@\" || exit 1; \
             $REAL -v error -i \"$last\" -frames:v 7 -c copy -f mp4 -y \"$last.b\"; mv \"$last.b\" \"$last\"; exit 0",
            "output-refused",
            "holds 7 of 60 frames",
        ),
        ("echo '[error] a reason' >&2; exit 4", "ffmpeg-failed", "a reason"),
    ];
    for (behaviour, code, words) in cases {
        let place = Place::new();
        std::fs::write(place.out("film.mp4"), "old").unwrap();
        let fake = place.fake_join(behaviour);
        let (found, _) = fail(&Film::in_segments(3), &options(&fake), &place.out("film.mp4"));
        assert_eq!(found.code, code, "{behaviour}: {found:?}");
        assert!(text(&found).contains(words), "{words} in {found:?}");
        assert_eq!(
            (place.outputs(), std::fs::read(place.out("film.mp4")).unwrap()),
            (vec!["film.mp4".into()], b"old".into())
        );
    }
}
