//! The long ones: a render killed 200 times, signals at twenty moments, and two renders onto one path again and again. By
//! `make soak`, not on every commit.

use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use surprisal::encode::cache_state;

use crate::command::{SEGMENTS, code, ended, finish, reference, render, script};
use crate::support::{Place, real_ffmpeg};

/// Numbers that look random, the same in every run (SplitMix64).
struct Seeded(u64);

impl Seeded {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (mixed ^ mixed >> 27) % below
    }
}

/// Removes each segment of the cache with a chance of two in five, so that there is always something to do.
fn forget(place: &Place, seeded: &mut Seeded) {
    let mut entries: Vec<_> = std::fs::read_dir(place.at("cache/segments"))
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for entry in entries {
        if seeded.next(5) < 2 {
            std::fs::remove_dir_all(entry).unwrap();
        }
    }
}

#[test]
#[ignore = "takes minutes: make soak"]
fn killed_200_times_it_ends_with_the_same_film() {
    let Some(real) = real_ffmpeg() else { return };
    let place = Place::new();
    script(&place);
    let ffmpeg = real.display().to_string();
    let reference = reference(&place, &ffmpeg);
    let seed = std::env::var("SOAK_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    let mut seeded = Seeded(seed);
    std::fs::write(place.out("film.mp4"), "old").unwrap();
    let start = std::time::Instant::now();
    assert_eq!(finish(&mut render(&place, &["--ffmpeg", &ffmpeg])).0, 0);
    let whole = u64::try_from(start.elapsed().as_millis()).unwrap();
    std::fs::write(place.out("film.mp4"), "old").unwrap();
    let (mut kills, mut done, mut reused, mut finished) = (0, 0, 0, 0);
    let mut old = true;
    while kills < 200 {
        forget(&place, &mut seeded);
        let child = render(&place, &["--ffmpeg", &ffmpeg]).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(seeded.next(whole.max(50))));
        kill_process(Pid::from_raw(child.id().cast_signed()).unwrap(), Signal::KILL).unwrap();
        let output = ended(child, Duration::from_secs(5));
        kills += 1;
        done += u64::from(output.status.success());
        let film = std::fs::read(place.out("film.mp4")).unwrap();
        assert!(film == reference || (old && film == b"old"), "SOAK_SEED={seed}: torn output after kill {kills}");
        old = film == b"old";
        if kills % 10 != 0 {
            continue;
        }
        let kept = cache_state(&place.at("cache")).segments;
        let (exit, said) = finish(&mut render(&place, &["--ffmpeg", &ffmpeg, "--verbose"]));
        assert_eq!(exit, 0, "SOAK_SEED={seed}: {said}");
        let line = said.lines().find_map(|line| line.strip_prefix("segments: ")).unwrap();
        let taken: u64 = line.split(", ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
        assert_eq!(taken, kept, "SOAK_SEED={seed}: {said}");
        assert!(!said.contains("is damaged"), "SOAK_SEED={seed}: {said}");
        let film = std::fs::read(place.out("film.mp4")).unwrap();
        assert!(film == reference, "SOAK_SEED={seed}: another film after kill {kills}");
        assert_eq!(place.outputs(), ["film.mp4"], "SOAK_SEED={seed}");
        assert_eq!(std::fs::read_dir(place.at("cache/work")).unwrap().count(), 0, "SOAK_SEED={seed}");
        (reused, finished) = (reused + taken, finished + 1);
        std::fs::write(place.out("film.mp4"), "old").unwrap();
        old = true;
    }
    println!(
        "soak: {kills} kills within {whole} ms of starting ({done} came too late), {finished} renders finished between them, \
         {reused} of {} segments reused, all films equal to the undisturbed one, nothing left behind",
        finished * SEGMENTS
    );
}

#[test]
#[ignore = "takes a minute: make soak"]
fn a_signal_at_any_moment_keeps_whole_segments_only() {
    let Some(real) = real_ffmpeg() else { return };
    let place = Place::new();
    script(&place);
    let ffmpeg = real.display().to_string();
    let reference = reference(&place, &ffmpeg);
    let mut seeded = Seeded(7);
    for _ in 0..20 {
        forget(&place, &mut seeded);
        let child = render(&place, &["--ffmpeg", &ffmpeg]).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(100 + seeded.next(900)));
        kill_process(Pid::from_raw(child.id().cast_signed()).unwrap(), Signal::INT).unwrap();
        let exit = code(ended(child, Duration::from_secs(3)).status);
        assert!([130, 0].contains(&exit), "{exit:?}");
        let (exit, said) = finish(&mut render(&place, &["--ffmpeg", &ffmpeg, "--verbose"]));
        assert!(exit == 0 && !said.contains("is damaged"), "{said}");
        assert!(std::fs::read(place.out("film.mp4")).unwrap() == reference);
        assert_eq!(place.outputs(), ["film.mp4"]);
    }
}

#[test]
#[ignore = "takes a minute: make soak"]
fn of_two_renders_onto_one_path_one_wins() {
    let Some(real) = real_ffmpeg() else { return };
    let place = Place::new();
    script(&place);
    let ffmpeg = real.display().to_string();
    let whole = reference(&place, &ffmpeg);
    let part = &["--ffmpeg", ffmpeg.as_str(), "--no-cache", "--to", "3"][..];
    assert_eq!(finish(&mut render(&place, part)).0, 0);
    let half = std::fs::read(place.out("film.mp4")).unwrap();
    for round in 0..20 {
        let first = render(&place, &["--ffmpeg", &ffmpeg, "--no-cache"]).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(50 * (round % 4)));
        let second = render(&place, part).spawn().unwrap();
        let pids = [first.id(), second.id()];
        let outputs = [first, second].map(|child| ended(child, Duration::from_secs(30)));
        for (output, other) in outputs.iter().zip([pids[1], pids[0]]) {
            let said = String::from_utf8_lossy(&output.stderr);
            let refused = output.status.code() == Some(3) && said.contains(&format!("process {other} is rendering to"));
            assert!(output.status.success() || refused, "{said}");
        }
        assert!(outputs.iter().any(|output| output.status.success()));
        let film = std::fs::read(place.out("film.mp4")).unwrap();
        assert!(film == whole || film == half, "round {round}: a mix");
        assert_eq!(place.outputs(), ["film.mp4"]);
    }
}
