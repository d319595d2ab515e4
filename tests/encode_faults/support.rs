//! A small film, a workplace that notices strays, and ffmpegs that misbehave.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use surprisal::diag::{Blame, Diagnostic};
use surprisal::encode::{
    Cancel, Control, FramePainter, FrameSource, News, Options, Painted, Search, Summary, Wishes, render,
};
use surprisal::geom::{FrameSize, PixelLayout, Rows};
use surprisal::time::{Fps, FrameIndex};

/// A film of a square that moves over a gradient for half of the time and rests for the other half.
pub struct Film {
    pub frames: u64,
    pub size: FrameSize,
    pub fps: Fps,
    /// Time that each drawn frame takes.
    pub pause: Duration,
    /// Pixels at random instead, which no encoder makes small.
    pub noise: bool,
    /// Frames at which scenes begin, so that segments do.
    pub scenes: Vec<u64>,
    pub drawn: AtomicU64,
}

impl Film {
    pub fn new(frames: u64) -> Self {
        let (size, fps) = (FrameSize::new(64, 36).unwrap(), Fps::new(30, 1).unwrap());
        Self { frames, size, fps, pause: Duration::ZERO, noise: false, scenes: Vec::new(), drawn: AtomicU64::new(0) }
    }

    /// A film of segments of 20 frames, all different.
    pub fn in_segments(count: u64) -> Self {
        Self { scenes: (1..count).map(|number| 20 * number).collect(), noise: true, ..Self::new(20 * count) }
    }

    /// Frames of 1600x900: 2,160,000 bytes each as YUV, twice what a pipe holds, so that they are handed over as pages.
    pub fn large(frames: u64) -> Self {
        Self { size: FrameSize::new(1600, 900).unwrap(), ..Self::new(frames) }
    }

    fn is_in_square(&self, index: u64, x: u32, y: u32) -> bool {
        let step = u32::try_from(index.min(self.frames / 2)).unwrap();
        (8..24).contains(&y) && (step..step + 16).contains(&x)
    }
}

impl FrameSource for Film {
    fn frames(&self) -> u64 {
        self.frames
    }
    fn size(&self) -> FrameSize {
        self.size
    }
    fn fps(&self) -> Fps {
        self.fps
    }
    fn digest(&self, index: FrameIndex) -> u128 {
        let shown = if self.noise { index.0 } else { index.0.min(self.frames / 2) };
        u128::from(shown) << 64 | u128::from(self.frames)
    }
    fn scenes(&self) -> Vec<u64> {
        self.scenes.clone()
    }
    fn painter(&self, layout: PixelLayout) -> Box<dyn FramePainter + '_> {
        Box::new(Hand { film: self, layout, last: None, bytes: Vec::new() })
    }
}

/// Paints its frames; those of the second half are equal.
struct Hand<'a> {
    film: &'a Film,
    layout: PixelLayout,
    last: Option<u64>,
    bytes: Vec<u8>,
}

impl FramePainter for Hand<'_> {
    fn paint(&mut self, index: FrameIndex) -> Result<Painted<'_>, Diagnostic> {
        let half = self.film.frames / 2;
        let changed = self.film.noise || self.last.is_none_or(|last| last.min(half) != index.0.min(half));
        if changed {
            self.film.fill(index, self.layout, &mut self.bytes);
        }
        self.last = Some(index.0);
        let changed = if changed { Rows::all(self.film.size) } else { Rows::NONE };
        Ok(Painted { bytes: &self.bytes, changed })
    }
}

impl Film {
    /// Makes the buffer hold the bytes of a frame.
    pub fn fill(&self, index: FrameIndex, layout: PixelLayout, buffer: &mut Vec<u8>) {
        self.drawn.fetch_add(1, Ordering::SeqCst);
        std::thread::sleep(self.pause);
        buffer.clear();
        if self.noise {
            let mut state = index.0;
            buffer.resize_with(layout.bytes(self.size), || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> 56) as u8
            });
            return;
        }
        let (width, height) = (self.size.width(), self.size.height());
        match layout {
            PixelLayout::Rgba => {
                for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
                    let inside = self.is_in_square(index.0, x, y);
                    buffer.extend(if inside { [230, 120, 40, 255] } else { [0, 0, (x * 4 % 256) as u8, 0] });
                }
            }
            PixelLayout::Yuv420 => {
                for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
                    buffer.push(if self.is_in_square(index.0, x, y) { 200 } else { 16 + (x % 128) as u8 });
                }
                buffer.resize(layout.bytes(self.size), 128);
            }
        }
    }
}

/// A folder for one test. At its end no process that a fake reported may be alive.
pub struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    pub fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        std::fs::create_dir(place.at("out")).unwrap();
        std::fs::create_dir(place.at("bin")).unwrap();
        place
    }

    pub fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// An output, in a folder where nothing else should appear.
    pub fn out(&self, name: &str) -> PathBuf {
        self.at("out").join(name)
    }

    /// Names in the output folder, hidden ones included.
    pub fn outputs(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.at("out")).unwrap();
        let mut names: Vec<_> = entries.map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// A script that states version 6 and otherwise behaves as told. In it, `$REAL` is the real ffmpeg, and the run that
    /// counts frames for verification and the one that joins segments go there.
    pub fn fake(&self, behaviour: &str) -> PathBuf {
        let real = real_ffmpeg().unwrap_or_else(|| "/nonexistent/ffmpeg".into());
        let (real, pids) = (real.display(), self.at("pids").display().to_string());
        let script = format!(
            "#!/bin/sh\nREAL={real}\ncase \"$*\" in\n*-version*) echo 'ffmpeg version 6.0-fake Copyright'; exit 0;;\n\
             *'-f null'*|*'-f concat'*) exec $REAL \"$@\";;\nesac\necho $$ >> '{pids}'\n{behaviour}\n"
        );
        self.script("fake-ffmpeg", &script)
    }

    /// A script that behaves as told when it is to join segments, and is the real ffmpeg otherwise.
    pub fn fake_join(&self, behaviour: &str) -> PathBuf {
        let real = real_ffmpeg().unwrap_or_else(|| "/nonexistent/ffmpeg".into());
        let script = format!(
            "#!/bin/sh\nREAL={}\ncase \"$*\" in\n*'-f concat'*) ;;\n*) exec $REAL \"$@\";;\nesac\n{behaviour}\n",
            real.display()
        );
        self.script("fake-join", &script)
    }

    /// Writes an executable file. Another process does, for a file that any thread of ours has open for writing, even
    /// across a fork in another test, cannot be executed.
    pub fn script(&self, name: &str, text: &str) -> PathBuf {
        let path = self.at("bin").join(name);
        let mut sh = Command::new("/bin/sh")
            .args(["-c", "cat > \"$0\" && chmod 755 \"$0\""])
            .arg(&path)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        sh.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        assert!(sh.wait().unwrap().success());
        path
    }

    /// Process ids that fakes reported, in order.
    pub fn pids(&self) -> Vec<i32> {
        let text = std::fs::read_to_string(self.at("pids")).unwrap_or_default();
        text.lines().map(|line| line.parse().unwrap()).collect()
    }

    /// No process of any group that a fake led is alive.
    pub fn assert_no_survivors(&self) {
        for pid in self.pids() {
            // A killed grandchild may stay a zombie until init takes notice of it.
            let deadline = Instant::now() + Duration::from_secs(2);
            while group_lives(pid) {
                assert!(Instant::now() < deadline, "group {pid} survives");
                std::thread::sleep(Duration::from_millis(10));
            }
        }
    }
}

/// Has the group a process that is not a zombie?
fn group_lives(group: i32) -> bool {
    let Ok(processes) = std::fs::read_dir("/proc") else {
        return rustix::process::test_kill_process_group(rustix::process::Pid::from_raw(group).unwrap()).is_ok();
    };
    processes.flatten().any(|entry| {
        let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        let mut fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
        let (state, _parent, pgrp) = (fields.next(), fields.next(), fields.next());
        pgrp == Some(&group.to_string()) && state != Some("Z")
    })
}

/// The real ffmpeg, or `None` and a note.
pub fn real_ffmpeg() -> Option<PathBuf> {
    let found = surprisal::encode::locate(&Search::usual(None));
    found.map_err(|found| eprintln!("skipped: {}", found.message)).ok().map(|ffmpeg| ffmpeg.path)
}

/// Options with this ffmpeg and little patience.
pub fn options(ffmpeg: &Path) -> Options<'static> {
    let search = Search { argument: Some(ffmpeg.to_owned()), ..Search::default() };
    Options { search, jobs: 2, patience: Duration::from_secs(20), ..Options::default() }
}

/// Options for an encoder.
pub fn with_encoder(ffmpeg: &Path, encoder: &str) -> Options<'static> {
    let wishes = Wishes { encoder: Some(encoder.into()), ..Wishes::default() };
    Options { wishes, ..options(ffmpeg) }
}

/// Renders without ever stopping.
pub fn run(film: &Film, options: &Options<'_>, out: &Path) -> Result<Summary, Diagnostic> {
    render(film, options, out, Control { cancel: &Cancel::default(), progress: &|_, _| (), tell: &|_| () })
}

/// The same, and what was told on the way.
pub fn run_told(film: &Film, options: &Options<'_>, out: &Path) -> (Result<Summary, Diagnostic>, Vec<String>) {
    let told = std::sync::Mutex::new(Vec::new());
    let tell = |news: News<'_>| {
        told.lock().unwrap().push(match news {
            News::Warning(found) => format!("warning: {}", text(found)),
            News::Detail(text) => text.to_owned(),
        });
    };
    let done = render(film, options, out, Control { cancel: &Cancel::default(), progress: &|_, _| (), tell: &tell });
    (done, told.into_inner().unwrap())
}

/// Renders what must fail with a fault of the environment; returns the error and the seconds it took.
pub fn fail(film: &Film, options: &Options<'_>, out: &Path) -> (Diagnostic, f64) {
    let start = Instant::now();
    let found = run(film, options, out).expect_err("this must fail");
    assert_eq!(found.blame, Blame::Environment, "{found:?}");
    (found, start.elapsed().as_secs_f64())
}

/// Message and hints, as one text.
pub fn text(found: &Diagnostic) -> String {
    format!("{}\n{}", found.message, found.hints.join("\n"))
}

/// Instants of a file's frames as it states them, in units of its time base, and that unit as a fraction of a second.
pub fn stamps(ffmpeg: &Path, file: &Path) -> (Vec<i64>, (i64, i64)) {
    let output = Command::new(ffmpeg)
        .args(["-vsync", "passthrough", "-copyts", "-i"])
        .arg(file)
        .args(["-map", "0:v:0", "-vsync", "passthrough", "-enc_time_base", "-1", "-f", "framemd5", "-"])
        .output()
        .unwrap();
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    let base = lines.lines().find_map(|line| line.strip_prefix("#tb 0: ")).expect("a time base");
    let (numerator, denominator) = base.trim().split_once('/').unwrap();
    let rows = lines.lines().filter(|line| !line.starts_with('#'));
    let stamps = rows.map(|line| line.split(',').nth(2).unwrap().trim().parse().unwrap()).collect();
    (stamps, (numerator.parse().unwrap(), denominator.parse().unwrap()))
}

/// What ffmpeg says about a file, decoding it: its description and the hash of each frame.
pub fn described(ffmpeg: &Path, file: &Path) -> (String, Vec<String>) {
    let output =
        Command::new(ffmpeg).arg("-i").arg(file).args(["-map", "0:v:0", "-f", "framemd5", "-"]).output().unwrap();
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    let hashes = lines.lines().filter(|line| !line.starts_with('#'));
    let hashes = hashes.filter_map(|line| line.rsplit(',').next()).map(|hash| hash.trim().to_owned()).collect();
    (String::from_utf8_lossy(&output.stderr).into_owned(), hashes)
}
