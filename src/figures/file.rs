//! A picture as the bytes of a file.

use super::formula::plain;
use super::picture::Picture;
use super::plan::Options;
use crate::diag::Diagnostic;
use crate::draw::Frame;
use crate::export::{pdf, png, svg};
use crate::raster::{Pixels, Rasterizer};

/// Dots an inch of PNG, if nobody says how many.
pub const PNG_DPI: f64 = 300.0;

macro_rules! formats {
    ($($variant:ident $name:literal $moves:literal $meaning:literal,)*) => {
        /// A kind of file.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Format { $(#[doc = $meaning] $variant,)* }

        impl Format {
            /// All of them, with what they are for.
            pub const ALL: &'static [(Format, &'static str)] = &[$((Format::$variant, $meaning),)*];

            /// The ending of files, which is also its name.
            pub fn ending(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// Does it show motion?
            pub fn moves(self) -> bool {
                match self { $(Self::$variant => $moves,)* }
            }
        }
    };
}

formats! {
    Svg "svg" false "Vectors, for pages on the web.",
    Pdf "pdf" false "Vectors with text, for LaTeX and Typst.",
    Png "png" false "Pixels.",
    Gif "gif" true "Pixels that move, everywhere.",
    Webp "webp" true "Pixels that move, smaller.",
    Mp4 "mp4" true "Pixels that move, smallest; never transparent.",
}

impl Format {
    /// The format of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().map(|(format, _)| *format).find(|format| format.ending() == name)
    }
}

impl Picture {
    /// The bytes of a file that does not move.
    ///
    /// # Errors
    /// What the exporter says; `figure-size` if there would be too many pixels.
    pub fn file(&self, format: Format, options: &Options) -> Result<Vec<u8>, Diagnostic> {
        let caption = plain(&self.caption);
        let title = if caption.is_empty() { self.name.as_str() } else { caption.as_str() };
        match format {
            Format::Svg => svg::svg(&self.page(title), options.letters).map(String::into_bytes),
            Format::Pdf => pdf::pdf(&self.page(title), "en"),
            _ => {
                let pixels = self.pixels(options.dpi)?;
                png::still(&pixels, options.dpi)
            }
        }
    }

    /// The picture with so many dots an inch.
    ///
    /// # Errors
    /// `figure-size` if there would be too many.
    pub fn pixels(&self, dpi: f64) -> Result<Pixels, Diagnostic> {
        let Some((stage, size)) = self.page("").pixels(dpi) else {
            let message = format!("the figure `{}` would have too many pixels at {dpi} dots an inch", self.name);
            return Err(
                Diagnostic::usage("figure-size", message).hint("choose fewer with `--dpi`, or a smaller `width`")
            );
        };
        let frame = Frame { stage, ..self.frame.clone() };
        Ok(Rasterizer::new(size).draw(&frame))
    }
}

/// Works on all, on as many threads as there are cores, and gives the results in order.
pub fn in_parallel<T: Sync, R: Send>(all: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};
    let cores = std::thread::available_parallelism().map_or(1, usize::from).min(crate::limits::JOBS);
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let run = || {
        while let Some((index, item)) = Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|i| Some((i, all.get(i)?)))
        {
            let result = work(item);
            done.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((index, result));
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..cores.min(all.len()) {
            scope.spawn(run);
        }
        run();
    });
    let mut done = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}
