//! What rendering costs beyond encoding: each film is rendered by the program, and its frames, from a raw file, are encoded by
//! one ffmpeg with the same settings; in turn, three times. Prints medians; asserts nothing.
//!
//! `make floor`, on a quiet Linux machine; `cargo bench --bench floor -- coins tree` for some films only. The raw frames of a
//! minute take 11 GB in the folder for temporary files.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a bench looks at the clock, starts programs, and stops if its scene is gone"
)]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use surprisal::film::{Film, Overrides};
use surprisal::geom::PixelLayout;
use surprisal::raster::Rasterizer;
use surprisal::script;
use surprisal::time::FrameIndex;
use surprisal::world::DiskWorld;

const PROGRAM: &str = env!("CARGO_BIN_EXE_surprisal");
const ROUNDS: usize = 3;
/// Films: name, script, and at most how many of their seconds.
const FILMS: [(&str, &str, u64); 4] = [
    ("coins", "scenes/bench/coins.yaml", 60),
    ("tree", "scenes/bench/tree.yaml", 60),
    ("curve", "scenes/bench/curve.yaml", 60),
    ("episode", "scenes/entropy_in_short.yaml", 60),
];

/// What a program took.
#[derive(Clone, Copy, Debug, Default)]
struct Usage {
    wall: f64,
    /// Seconds of processor time of its own.
    own: f64,
    /// Most memory of its own, in MB.
    peak: f64,
}

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let place = tempfile::tempdir().unwrap();
    println!(
        "{:8} {:>7} {:>9} {:>9} {:>6} {:>9} {:>11} {:>6} {:>9} {:>10} {:>10}",
        "film", "frames", "wall", "floor", "ratio", "own CPU", "ffmpeg CPU", "ratio", "peak", "draw CPU", "draw fps"
    );
    for (name, path, secs) in FILMS {
        if asked.is_empty() || asked.iter().any(|one| one == name) {
            measure(name, &Path::new(env!("CARGO_MANIFEST_DIR")).join(path), secs, place.path());
        }
    }
}

fn measure(name: &str, path: &Path, secs: u64, place: &Path) {
    let film = film(path);
    let frames = film.frames().min(secs * film.fps().as_f64().round() as u64);
    let (raw, log, out) = (place.join("frames.yuv"), place.join("arguments"), place.join("film.mp4"));
    write_frames(&film, frames, &raw);
    let ffmpeg = wrapper(place, &log);
    let render = |encoder: &[&str]| {
        let mut command = Command::new(PROGRAM);
        command.args(["render", "--to", &format!("#{frames}"), "-o"]).arg(&out).arg("--ffmpeg").arg(&ffmpeg);
        command.args(encoder).args(no_cache()).arg(path);
        run(command)
    };
    let (mut rendered, mut floor, mut drawn) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        std::fs::remove_file(&log).ok();
        rendered.push(render(&[]));
        let mut command = Command::new("ffmpeg");
        command.args(whole(&std::fs::read_to_string(&log).unwrap(), &raw, &place.join("floor.mp4")));
        floor.push(run(command));
        drawn.push(render(&["--encoder", "null"]));
    }
    let of = |all: &[Usage], what: fn(&Usage) -> f64| median(all.iter().map(what).collect());
    let (wall, least) = (of(&rendered, |u| u.wall), of(&floor, |u| u.wall));
    let (own, coding) = (of(&rendered, |u| u.own), of(&floor, |u| u.own));
    println!(
        "{name:8} {frames:>7} {wall:>7.2} s {least:>7.2} s {:>6.2} {own:>7.2} s {coding:>9.2} s {:>6.2} {:>6.0} MB {:>8.2} s {:>10.0}",
        wall / least,
        own / coding,
        of(&rendered, |u| u.peak),
        of(&drawn, |u| u.own),
        frames as f64 / of(&drawn, |u| u.wall),
    );
    std::fs::remove_file(&raw).unwrap();
}

fn film(path: &Path) -> Film {
    let source = script::read_source("film", &std::fs::read(path).unwrap()).unwrap();
    let world = DiskWorld::of_script(path);
    let script = script::parse(&source, &world).0.unwrap();
    Film::build(&script, &world, Overrides::default()).0.unwrap()
}

fn write_frames(film: &Film, frames: u64, raw: &Path) {
    let rasterizer = Rasterizer::new(film.size());
    let mut painter = rasterizer.painter(PixelLayout::Yuv420);
    let mut file = std::fs::File::create(raw).unwrap();
    for index in 0..frames {
        painter.paint(film.exposures(FrameIndex(index)));
        file.write_all(painter.bytes()).unwrap();
    }
}

/// An ffmpeg that writes down what it is asked, one argument a line, and does it.
fn wrapper(place: &Path, log: &Path) -> PathBuf {
    let path = place.join("ffmpeg");
    let script = format!("#!/bin/sh\nprintf '%s\\n' \"$@\" '' >> '{}'\nexec ffmpeg \"$@\"\n", log.display());
    std::fs::write(&path, script).unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    path
}

/// The arguments with which the whole film is encoded at once from a raw file: those of the first piece that the program had
/// encoded, on as many threads as ffmpeg likes.
fn whole(log: &str, raw: &Path, out: &Path) -> Vec<String> {
    let mut runs = log.split("\n\n").map(|run| run.lines().map(str::to_owned).collect::<Vec<_>>());
    let mut arguments = runs.find(|run| run.iter().any(|argument| argument == "rawvideo")).unwrap();
    if let Some(at) = arguments.iter().position(|argument| argument.starts_with("setpts")) {
        arguments.drain(at - 1..=at); // the raw file has the frames at rest too
    }
    if let Some(at) = arguments.iter().position(|argument| argument == "-threads") {
        arguments.drain(at..at + 2);
    }
    for argument in &mut arguments {
        if argument == "pipe:0" {
            *argument = format!("file:{}", raw.display());
        }
    }
    if let Some(last) = arguments.last_mut() {
        *last = format!("file:{}", out.display());
    }
    arguments
}

/// The option that keeps the program from using what it made before, if it has one.
fn no_cache() -> Option<&'static str> {
    let help = Command::new(PROGRAM).args(["render", "--help"]).output().unwrap();
    String::from_utf8_lossy(&help.stdout).contains("--no-cache").then_some("--no-cache")
}

/// Runs a program to its end, which it does not survive until it has been measured.
fn run(mut command: Command) -> Usage {
    let start = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let of = |file: &str| std::fs::read_to_string(format!("/proc/{}/{file}", child.id())).unwrap_or_default();
    let mut usage = Usage::default();
    loop {
        let stat = of("stat");
        // What follows the name: state, then 10 numbers, then processor times in hundredths.
        let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
        let secs = |field: usize| fields.get(field).and_then(|text| text.parse().ok()).unwrap_or(0.0) / 100.0;
        usage.own = secs(11) + secs(12);
        if fields.first().is_none_or(|state| *state == "Z") {
            break;
        }
        let status = of("status");
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
        usage.peak = peak.and_then(|text| text.parse::<f64>().ok()).map_or(usage.peak, |kb| kb / 1024.0);
        std::thread::sleep(Duration::from_millis(2));
    }
    usage.wall = start.elapsed().as_secs_f64();
    assert!(child.wait().unwrap().success(), "{command:?} failed");
    usage
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
