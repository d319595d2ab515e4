//! Every kind of output, with the real ffmpeg: what is in the file is what was planned.

use std::path::Path;

use surprisal::encode::{CONTAINERS, FramePainter, Options, Painted, Quality, Wishes};
use surprisal::geom::{FrameSize, PixelLayout, Rows};
use surprisal::time::Fps;

use crate::support::{Film, Place, described, options, real_ffmpeg, run, with_encoder};

#[test]
fn every_container_opaque_and_transparent_at_every_quality() {
    let Some(real) = real_ffmpeg() else { return };
    let place = Place::new();
    for container in CONTAINERS {
        for quality in [Quality::Draft, Quality::Preview, Quality::Final, Quality::FourK] {
            for transparent in [false, true] {
                let wishes = Wishes { quality, transparent, ..Wishes::default() };
                let out = place.out(&format!("film.{}", container.ending));
                let options = Options { wishes, ..options(&real) };
                let result = run(&Film::new(24), &options, &out);
                if transparent && container.ending == "mp4" {
                    assert_eq!(result.unwrap_err().code, "no-transparency");
                    continue;
                }
                let summary =
                    result.unwrap_or_else(|found| panic!("{container:?} {quality:?} {transparent}: {found:#?}"));
                assert_eq!(summary.frames, 24);
                assert_eq!(summary.bytes, std::fs::metadata(&out).unwrap().len());
            }
        }
    }
    assert_eq!(place.outputs().len(), CONTAINERS.len());
}

#[test]
fn mp4_is_tagged_exact_and_starts_fast() {
    let Some(real) = real_ffmpeg() else { return };
    let place = Place::new();
    let out = place.out("film.mp4");
    for (fps, said) in [((60, 1), "60 fps"), ((30000, 1001), "29.97 fps"), ((24, 1), "24 fps"), ((1, 1), "1 fps")] {
        let film = Film { fps: Fps::new(fps.0, fps.1).unwrap(), ..Film::new(24) };
        run(&film, &options(&real), &out).unwrap();
        let (description, hashes) = described(&real, &out);
        assert_eq!(hashes.len(), 24);
        for part in ["h264", "yuv420p(tv, bt709", "64x36", said] {
            assert!(description.contains(part), "{part} in {description}");
        }
        let bytes = std::fs::read(&out).unwrap();
        let at = |kind: &[u8]| bytes.windows(4).position(|window| window == kind).unwrap();
        assert!(at(b"moov") < at(b"mdat"));
    }
    let first = std::fs::read(&out).unwrap();
    let film = Film { fps: Fps::new(1, 1).unwrap(), ..Film::new(24) };
    run(&film, &options(&real), &out).unwrap();
    assert!(first == std::fs::read(&out).unwrap(), "the same film gives another file");
}

#[test]
fn frames_do_not_depend_on_the_number_of_jobs() {
    let Some(real) = real_ffmpeg() else { return };
    let place = Place::new();
    let film = Film::large(30);
    let hashes: Vec<_> = [1, 2, 5]
        .into_iter()
        .map(|jobs| {
            let out = place.out(&format!("{jobs}.mkv"));
            run(&film, &Options { jobs, ..with_encoder(&real, "ffv1") }, &out).unwrap();
            described(&real, &out).1
        })
        .collect();
    assert_eq!(hashes[0].len(), 30);
    assert!(hashes[0][0] != hashes[0][15] && hashes[0][16] == hashes[0][29], "motion, then rest");
    assert_eq!(hashes[0], hashes[1]);
    assert_eq!(hashes[0], hashes[2]);
}

#[test]
fn what_two_threads_encode_has_the_same_bytes_each_time() {
    let Some(real) = real_ffmpeg() else { return };
    let place = Place::new();
    let film = Film { noise: true, size: FrameSize::new(320, 180).unwrap(), ..Film::new(40) };
    for (encoder, name) in [("libx264", "a.mp4"), ("libx265", "a.mkv"), ("ffv1", "b.mkv"), ("prores_ks", "a.mov")] {
        let films: Vec<_> = (0..4)
            .map(|number| {
                let out = place.out(name);
                let jobs = 1 + number % 2;
                assert_eq!(run(&film, &Options { jobs, ..with_encoder(&real, encoder) }, &out).unwrap().segments, 1);
                std::fs::read(out).unwrap()
            })
            .collect();
        assert!(films.iter().all(|film| *film == films[0]), "{encoder}");
    }
}

/// One pixel of the first frame, as RGBA, decoded by ffmpeg.
fn pixel(ffmpeg: &Path, file: &Path, decoder: &[&str], x: usize, y: usize) -> [u8; 4] {
    let output = std::process::Command::new(ffmpeg)
        .args(decoder)
        .arg("-i")
        .arg(file)
        .args(["-frames:v", "1", "-pix_fmt", "rgba", "-f", "rawvideo", "-"])
        .output()
        .unwrap();
    let at = 4 * (y * 64 + x);
    output.stdout[at..at + 4].try_into().unwrap()
}

#[test]
fn transparent_films_stay_transparent_and_keep_their_colours() {
    let Some(real) = real_ffmpeg() else { return };
    let place = Place::new();
    let cases: [(&str, Option<&str>, &[&str], i16); 6] = [
        ("film.mov", None, &[], 12),
        ("film.mov", Some("qtrle"), &[], 0),
        ("film.webm", None, &["-c:v", "libvpx-vp9"], 16),
        ("film.mkv", None, &[], 0),
        ("film.apng", None, &[], 0),
        ("film.gif", None, &[], 12),
    ];
    for (name, encoder, decoder, tolerance) in cases {
        let wishes = Wishes { transparent: true, encoder: encoder.map(Into::into), ..Wishes::default() };
        let out = place.out(name);
        run(&Film::new(24), &Options { wishes, ..options(&real) }, &out).unwrap();
        let outside = pixel(&real, &out, decoder, 50, 30);
        let inside = pixel(&real, &out, decoder, 8, 16);
        let off = |a: u8, b: u8| (i16::from(a) - i16::from(b)).abs();
        assert!(off(outside[3], 0) <= tolerance, "{name} {encoder:?}: {outside:?}");
        let far = inside.iter().zip([230, 120, 40, 255]).map(|(a, b)| off(*a, b)).max().unwrap();
        assert!(far <= tolerance, "{name} {encoder:?}: {inside:?}");
    }
}

#[test]
fn gif_takes_every_second_of_sixty_frames() {
    let Some(real) = real_ffmpeg() else { return };
    let place = Place::new();
    let film = Film { fps: Fps::SIXTY, ..Film::new(25) };
    assert_eq!(run(&film, &options(&real), &place.out("film.gif")).unwrap().frames, 13);
    assert_eq!(described(&real, &place.out("film.gif")).1.len(), 13);
    assert_eq!(place.outputs(), ["film.gif"]);
}

#[test]
fn other_encoders_that_this_ffmpeg_has() {
    let Some(real) = real_ffmpeg() else { return };
    let place = Place::new();
    let list = std::process::Command::new(&real).args(["-hide_banner", "-encoders"]).output().unwrap();
    let list = String::from_utf8_lossy(&list.stdout).into_owned();
    let film = Film { size: FrameSize::new(128, 96).unwrap(), ..Film::new(12) };
    let cases = [("libx265", "mp4"), ("libx265", "mkv"), ("libsvtav1", "mp4"), ("libsvtav1", "webm"), ("mpeg4", "mp4")];
    for (encoder, ending) in cases {
        if !list.contains(encoder) {
            eprintln!("skipped: this ffmpeg has no {encoder}");
            continue;
        }
        let out = place.out(&format!("{encoder}.{ending}"));
        let mut options = with_encoder(&real, encoder);
        options.wishes.quality = Quality::Draft;
        run(&film, &options, &out).unwrap_or_else(|found| panic!("{encoder} {ending}: {found:#?}"));
        assert_eq!(described(&real, &out).1.len(), 12, "{encoder} {ending}");
    }
    let unknown = run(&film, &with_encoder(&real, "libmadeup"), &place.out("a.mp4")).unwrap_err();
    assert!(crate::support::text(&unknown).contains("libmadeup"), "{unknown:?}");
}

#[test]
fn pictures_need_no_ffmpeg() {
    let place = Place::new();
    let wishes = Wishes { transparent: true, ..Wishes::default() };
    let options = Options { wishes, ..options(&place.at("none")) };
    let frames = place.at("out").join("frames/");
    assert_eq!(run(&Film::new(12), &options, &frames).unwrap().frames, 12);
    run(&Film::new(9), &options, &frames).unwrap(); // the last three of the longer film go
    let names: Vec<_> = (1..=9).map(|i| format!("{i:05}.png")).collect();
    let mut found: Vec<_> =
        std::fs::read_dir(&frames).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    found.sort();
    assert_eq!(found.remove(0), ".surprisal-pictures-");
    assert_eq!(found, names);
    let picture = image::open(frames.join("00001.png")).unwrap().to_rgba8();
    assert_eq!(
        (picture.dimensions(), picture.get_pixel(50, 30).0, picture.get_pixel(8, 16).0),
        ((64, 36), [0, 0, 200, 0], [230, 120, 40, 255])
    );
    run(&Film::new(2), &options, &place.out("shot-%03d.png")).unwrap();
    assert_eq!(place.outputs(), [".surprisal-pictures-shot-", "frames", "shot-001.png", "shot-002.png"]);
}

#[test]
fn a_frame_that_fails_is_what_is_reported_and_nothing_is_written() {
    struct Broken(Film, bool);
    impl surprisal::encode::FrameSource for Broken {
        fn frames(&self) -> u64 {
            self.0.frames
        }
        fn size(&self) -> FrameSize {
            self.0.size
        }
        fn fps(&self) -> Fps {
            self.0.fps
        }
        fn digest(&self, index: surprisal::time::FrameIndex) -> u128 {
            self.0.digest(index)
        }
        fn painter(&self, layout: PixelLayout) -> Box<dyn FramePainter + '_> {
            Box::new(BrokenHand(self, layout, Vec::new()))
        }
    }
    struct BrokenHand<'a>(&'a Broken, PixelLayout, Vec<u8>);
    impl FramePainter for BrokenHand<'_> {
        fn paint(&mut self, index: surprisal::time::FrameIndex) -> Result<Painted<'_>, surprisal::diag::Diagnostic> {
            self.0.0.fill(index, self.1, &mut self.2);
            if index.0 >= 7 && self.0.1 {
                self.2.pop();
            }
            assert!(index.0 < 7 || self.0.1, "a fault of ours");
            Ok(Painted { bytes: &self.2, changed: Rows::all(self.0.0.size) })
        }
    }
    let Some(real) = real_ffmpeg() else { return };
    let place = Place::new();
    std::fs::write(place.out("film.mp4"), "old").unwrap();
    for (short, code, words) in [(true, "frame-bytes", "frame 7 "), (false, "frame-panicked", "a fault of ours")] {
        let cancel = surprisal::encode::Cancel::default();
        let control = surprisal::encode::Control { cancel: &cancel, progress: &|_, _| (), tell: &|_| () };
        let broken = Broken(Film::new(24), short);
        let found = surprisal::encode::render(&broken, &options(&real), &place.out("film.mp4"), control).unwrap_err();
        assert_eq!((found.code, found.blame), (code, surprisal::diag::Blame::Bug));
        assert!(found.message.contains(words), "{found:?}");
    }
    assert_eq!(
        (place.outputs(), std::fs::read(place.out("film.mp4")).unwrap()),
        (vec!["film.mp4".into()], b"old".into())
    );
}
