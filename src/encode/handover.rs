//! Frames on their way to an ffmpeg: bytes in, a pipe that holds them out.
//!
//! Writing a frame into a pipe copies all of it. On Linux the rows that have changed are put into one of two files in memory
//! instead, whose pages the pipe then refers to: half of what handing over costs, on both sides, is not spent.

use super::Painted;
use super::ffmpeg::Running;
use crate::geom::{FrameSize, PixelLayout};

/// Hands the frames of one painter to one ffmpeg.
pub(super) struct Handover {
    #[cfg(target_os = "linux")]
    sheets: Option<sheets::Sheets>,
}

impl Handover {
    pub fn new(layout: PixelLayout, size: FrameSize) -> Self {
        #[cfg(not(target_os = "linux"))]
        let _ = (layout, size);
        Self {
            #[cfg(target_os = "linux")]
            sheets: sheets::Sheets::new(layout, size).ok(),
        }
    }

    /// Hands over a frame, blocking while ffmpeg is busy. `false`: it takes no more; [`Running::finish`] says why.
    pub fn frame(&mut self, frame: Painted<'_>, to: &mut Running) -> bool {
        #[cfg(target_os = "linux")]
        if let Some(sheets) = &mut self.sheets {
            let mut unable = None;
            let taken = to.feed(|pipe, beat| {
                let outcome = sheets.hand_over(frame, pipe, beat);
                if let Err(sheets::Trouble::Unable { sent }) = outcome {
                    unable = Some(sent);
                }
                outcome.map_err(|_| std::io::ErrorKind::BrokenPipe.into())
            });
            let Some(sent) = unable else { return taken };
            self.sheets = None;
            return to.write(frame.bytes.get(sent..).unwrap_or_default());
        }
        to.write(frame.bytes)
    }
}

#[cfg(target_os = "linux")]
mod sheets {
    use std::fs::File;
    use std::io;
    use std::os::fd::AsFd;
    use std::os::unix::fs::FileExt;

    use rustix::fs::{MemfdFlags, memfd_create};
    use rustix::io::Errno;
    use rustix::pipe::{SpliceFlags, fcntl_getpipe_size, splice};
    use rustix::process::{Resource, getrlimit};

    use super::{FrameSize, Painted, PixelLayout};
    use crate::geom::Rows;

    /// Why a frame was not handed over.
    #[derive(Debug)]
    pub(super) enum Trouble {
        /// It cannot be done so, or no longer; the first bytes of the frame are on their way.
        Unable { sent: usize },
        /// The other side takes no more.
        Refused,
    }

    /// A file in memory that holds a frame, but for the rows that have changed since.
    struct Sheet {
        file: File,
        stale: Rows,
    }

    /// Two files in memory, written in turns. What is on its way are pages, not copies: a sheet may be written again only when
    /// none of it is in the pipe any more. It is when all of the other one has gone in, for the pipe holds less than half a frame:
    /// should ffmpeg's place be taken by a script, there may be a second pipe behind it into which pages go on as pages.
    pub(super) struct Sheets {
        layout: PixelLayout,
        size: FrameSize,
        /// The one that is next comes first.
        sheets: [Sheet; 2],
    }

    impl Sheets {
        pub fn new(layout: PixelLayout, size: FrameSize) -> io::Result<Self> {
            // Files are bound by a limit that pipes know nothing of, and what writes beyond it is killed.
            if getrlimit(Resource::Fsize).current.is_some_and(|most| most < layout.bytes(size) as u64) {
                return Err(io::ErrorKind::FileTooLarge.into());
            }
            let sheet = || {
                let file = File::from(memfd_create("frame", MemfdFlags::CLOEXEC)?);
                Ok::<_, io::Error>(Sheet { file, stale: Rows::all(size) })
            };
            Ok(Self { layout, size, sheets: [sheet()?, sheet()?] })
        }

        /// Puts a frame into a pipe; `beat` is called before each wait.
        pub fn hand_over(&mut self, frame: Painted<'_>, pipe: impl AsFd, beat: &dyn Fn()) -> Result<(), Trouble> {
            let length = frame.bytes.len();
            if fcntl_getpipe_size(&pipe).map_or(true, |holds| 2 * holds >= length) {
                return Err(Trouble::Unable { sent: 0 });
            }
            for sheet in &mut self.sheets {
                sheet.stale = sheet.stale.join(frame.changed);
            }
            let [sheet, _] = &mut self.sheets;
            for span in self.layout.spans(self.size, std::mem::replace(&mut sheet.stale, Rows::NONE)) {
                let (from, bytes) = (span.start as u64, frame.bytes.get(span).unwrap_or_default());
                sheet.file.write_all_at(bytes, from).map_err(|_| Trouble::Unable { sent: 0 })?;
            }
            let mut sent = 0_u64;
            while sent < length as u64 {
                beat();
                let left = length - sent as usize;
                match splice(&sheet.file, Some(&mut sent), &pipe, None, left, SpliceFlags::empty()) {
                    Ok(0) => return Err(Trouble::Unable { sent: sent as usize }),
                    Ok(_) | Err(Errno::INTR) => {}
                    Err(Errno::PIPE) => return Err(Trouble::Refused),
                    Err(_) => return Err(Trouble::Unable { sent: sent as usize }),
                }
            }
            self.sheets.swap(0, 1);
            Ok(())
        }
    }

    #[cfg(test)]
    mod tests {
        use std::io::Read;
        use std::time::Duration;

        use super::*;

        /// A frame that differs from the one before in a few rows that only its number decides.
        fn draw(number: u32, size: FrameSize, layout: PixelLayout, bytes: &mut [u8]) -> Rows {
            let start = number * 52 % (size.height() - 40);
            let rows = Rows { start, end: start + 2 + number * 34 % 36 };
            if number.is_multiple_of(7) {
                return Rows::NONE;
            }
            for span in layout.spans(size, rows) {
                bytes[span].fill(number as u8);
            }
            rows
        }

        #[test]
        fn what_arrives_is_each_frame_as_it_was() {
            let size = FrameSize::new(640, 360).unwrap();
            for layout in [PixelLayout::Yuv420, PixelLayout::Rgba] {
                let (mut reader, writer) = io::pipe().unwrap();
                let mut bytes = vec![0; layout.bytes(size)];
                let mut frame = bytes.clone();
                let read = move || {
                    for number in 0..40 {
                        draw(number, size, layout, &mut bytes);
                        // Slower than the writer for a while: the pipe is full whenever a sheet is written.
                        std::thread::sleep(Duration::from_millis(if number < 12 { 4 } else { 0 }));
                        let mut arrived = vec![0; bytes.len()];
                        reader.read_exact(&mut arrived).unwrap();
                        assert!(arrived == bytes, "frame {number}");
                    }
                };
                std::thread::scope(|scope| {
                    scope.spawn(read);
                    let mut sheets = Sheets::new(layout, size).unwrap();
                    for number in 0..40 {
                        let changed = draw(number, size, layout, &mut frame);
                        sheets.hand_over(Painted { bytes: &frame, changed }, &writer, &|| ()).unwrap();
                    }
                });
            }
        }

        #[test]
        fn a_frame_that_the_pipe_could_hold_is_not_handed_over_so() {
            let size = FrameSize::new(64, 36).unwrap();
            let (_reader, writer) = io::pipe().unwrap();
            let bytes = vec![0; PixelLayout::Rgba.bytes(size)];
            let frame = Painted { bytes: &bytes, changed: Rows::NONE };
            let outcome = Sheets::new(PixelLayout::Rgba, size).unwrap().hand_over(frame, &writer, &|| ());
            assert!(matches!(outcome, Err(Trouble::Unable { sent: 0 })));
        }

        #[test]
        fn a_pipe_without_a_reader_takes_no_more() {
            let size = FrameSize::new(640, 360).unwrap();
            let (reader, writer) = io::pipe().unwrap();
            drop(reader);
            let bytes = vec![0; PixelLayout::Rgba.bytes(size)];
            let frame = Painted { bytes: &bytes, changed: Rows::NONE };
            let outcome = Sheets::new(PixelLayout::Rgba, size).unwrap().hand_over(frame, &writer, &|| ());
            assert!(matches!(outcome, Err(Trouble::Refused)), "{outcome:?}");
        }
    }
}
