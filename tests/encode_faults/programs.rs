//! Fault K5: there is no ffmpeg, or something else of that name.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::atomic::Ordering;

use surprisal::encode::{Options, Search, locate};

use crate::support::{Film, Place, fail, options, text};

#[test]
fn unusable_programs_are_refused_within_a_second_and_before_any_frame() {
    let place = Place::new();
    std::fs::write(place.at("bin/not-executable"), "#!/bin/sh\necho ffmpeg version 6").unwrap();
    std::fs::create_dir(place.at("bin/folder")).unwrap();
    let cases: [(PathBuf, &str); 6] = [
        (place.at("bin/absent"), "cannot be used"),
        (place.at("bin/not-executable"), "cannot be run"),
        (place.at("bin/folder"), "is a folder"),
        (place.script("text", "just some words\n"), "cannot be run"),
        (place.script("hello", "#!/bin/sh\necho hello\n"), "is not ffmpeg"),
        (place.script("old", "#!/bin/sh\necho 'ffmpeg version 2.0 Copyright'\n"), "is too old: version 2.0"),
    ];
    for (program, reason) in cases {
        let film = Film::new(10);
        let (found, secs) = fail(&film, &options(&program), &place.out("a.mp4"));
        assert_eq!(found.code, "ffmpeg-unusable");
        let text = text(&found);
        assert!(text.contains(reason) && text.contains(program.to_str().unwrap()), "{text}");
        assert!(secs < 1.0, "{reason}: {secs} s");
        assert_eq!(film.drawn.load(Ordering::SeqCst), 0);
    }
    assert!(place.outputs().is_empty());
}

#[test]
fn the_search_goes_on_past_unusable_programs_and_names_them_in_the_end() {
    let place = Place::new();
    let folder = |name: &str, script: &str| {
        let path = place.script(name, script);
        let folder = place.at(&format!("{name}-folder"));
        std::fs::create_dir(&folder).unwrap();
        std::fs::rename(path, folder.join("ffmpeg")).unwrap();
        folder
    };
    let old = folder("old", "#!/bin/sh\necho 'ffmpeg version 3.4.1'\n");
    let good = folder("good", "#!/bin/sh\necho 'ffmpeg version N-1-gabc'\n");
    let path = |folders: &[&PathBuf]| Some(std::env::join_paths(folders).unwrap());
    let found = locate(&Search { folders: path(&[&place.at("missing"), &old, &good]), ..Search::default() }).unwrap();
    assert_eq!((found.path, found.version.as_str()), (good.join("ffmpeg"), "N-1-gabc"));
    let none = locate(&Search { folders: path(&[&old]), ..Search::default() }).unwrap_err();
    assert_eq!(none.code, "ffmpeg-missing");
    let all = text(&none);
    for part in ["too old: version 3.4.1", "install", "--ffmpeg", "SURPRISAL_FFMPEG"] {
        assert!(all.contains(part), "{part} in {all}");
    }
    // The sidecar's place is the last; a variable goes before all folders, and an argument before the variable.
    let sidecar = Some(good.join("ffmpeg"));
    let search = Search { folders: path(&[&old]), sidecar: sidecar.clone(), ..Search::default() };
    assert_eq!(locate(&search).unwrap().version, "N-1-gabc");
    let search = Search { variable: Some(OsString::from(old.join("ffmpeg"))), ..search };
    assert!(text(&locate(&search).unwrap_err()).contains("named by SURPRISAL_FFMPEG"));
    assert_eq!(locate(&Search { argument: sidecar, ..search }).unwrap().version, "N-1-gabc");
}

#[test]
fn a_program_that_never_answers_is_given_up() {
    let place = Place::new();
    let silent = place.script("silent", "#!/bin/sh\nsleep 60\n");
    let (found, secs) = fail(&Film::new(1), &options(&silent), &place.out("a.mp4"));
    assert!(text(&found).contains("did not state its version"), "{found:?}");
    assert!(secs < 9.0, "{secs}");
}

#[test]
fn drawing_only_needs_no_ffmpeg_and_writes_nothing() {
    let place = Place::new();
    let null = crate::support::with_encoder(&place.at("none"), "null");
    let options = Options { search: Search::default(), jobs: 1, ..null };
    let film = Film::new(24);
    let summary = crate::support::run(&film, &options, &place.out("a.mp4")).unwrap();
    assert_eq!((summary.frames, summary.bytes, summary.encoder.as_str()), (24, 0, "null"));
    assert_eq!(film.drawn.load(Ordering::SeqCst), 13); // the second half rests
    assert!(place.outputs().is_empty());
}
