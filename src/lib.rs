//! Surprisal turns a YAML scene script into a lecture clip.
//!
//! ```text
//! Source -> Script -> Film -> Frame -> Pixels -> file
//!          script    film    draw     raster    encode
//! ```
//!
//! A folder is a stage of that pipeline; a file at the root is vocabulary that every stage may use. Data flows down this
//! list, and so do imports (`tests/architecture.rs`). From a script to the pixels of a frame:
//!
//! ```
//! use surprisal::{diag::Source, film::{Film, Overrides}, raster::Rasterizer, script, time::FrameIndex, world::MemoryWorld};
//!
//! let source = Source::new("hello.yaml", "
//! scenes:
//!   - cast: { hello: Hello }
//!     steps: [{ write: hello }, { pause: 1 }]
//! ");
//! let (script, mistakes) = script::parse(&source, &MemoryWorld::default());
//! assert!(mistakes.is_empty());
//! let (film, mistakes) = Film::build(&script.unwrap(), &MemoryWorld::default(), Overrides::default());
//! let film = film.unwrap();
//! let pixels = Rasterizer::new(film.size()).draw(&film.frame(FrameIndex(100)));
//! assert_eq!((pixels.width, pixels.height, film.frames()), (1920, 1080, 132));
//! ```

#![forbid(unsafe_code)]

pub mod color;
pub mod diag;
pub mod geom;
pub mod limits;
pub mod time;
pub mod world;

pub mod info;

pub mod expression;

pub mod script;

pub mod timeline;

pub mod sound;

pub mod draw;

pub mod typeset;

pub mod visuals;

pub mod film;

pub mod raster;

pub mod export;

pub mod figures;

pub mod manual;

pub mod encode;

pub mod preview;

pub mod cli;
